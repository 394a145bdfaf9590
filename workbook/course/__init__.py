"""The course around the engine: the command line, the learner's folder, JupyterLab, handing out, checking."""
