"""A real JupyterLab, started as a learner starts it, with private folders for everything that it keeps."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

# Ctrl-C comes when standard input ends, as it does even if the tests are killed: no server is left behind.
# A process that a shell has started in the background ignores Ctrl-C, and so would all its children.
START = """
import os, signal, sys, threading
from workbook.course.lab import open_lab

def end_with_the_tests():
    sys.stdin.read()
    os.killpg(0, signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=end_with_the_tests, daemon=True).start()
sys.exit(open_lab(sys.argv[1], None, sys.argv[2:]))
"""
ARGUMENTS = ["--no-browser", "--port=0", "--allow-root", "--LabApp.expose_app_in_browser=True"]


class Lab:
    """A running JupyterLab of our own: `folder` is the learner's folder, `url` ends in a slash."""

    def __init__(self, home: Path):
        self.home, self.token = home, uuid4().hex
        self.folder = home / "chapters"
        self.folder.mkdir(parents=True)
        self.log = (home / "lab.log").open("w+")
        command = [sys.executable, "-c", START, str(self.folder), *ARGUMENTS]
        self.process = subprocess.Popen(
            command,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.url = wait_until(self._find_url, 60, "JupyterLab to start")

    def _environment(self) -> dict[str, str]:
        """Return an environment without anybody's Jupyter settings, where no notebook is saved by itself."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        ours = self.home / "settings" / "labconfig" / "default_setting_overrides.json"
        ours.parent.mkdir(parents=True)
        ours.write_text(json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": False}}))
        folders = {
            "HOME": "home",
            "USERPROFILE": "home",
            "IPYTHONDIR": "ipython",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "lab-settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "JUPYTER_CONFIG_PATH": "settings",
        }
        private = {name: str(self.home / folder) for name, folder in folders.items()}
        return {**kept, **private, "JUPYTER_TOKEN": self.token}

    def _find_url(self) -> str | None:
        if self.process.poll() is not None:
            self.log.seek(0)
            raise RuntimeError(f"JupyterLab ended with {self.process.returncode}:\n{self.log.read()}")
        for path in (self.home / "runtime").glob("jpserver-*.json"):
            server = json.loads(path.read_text())
            return f"http://127.0.0.1:{server['port']}{server['base_url']}"
        return None

    def api(self, path: str, method: str = "GET") -> object:
        """Ask the server's own programming interface, for example `api("kernels")`."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}api/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def shut_down_kernels(self) -> None:
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def write_notebook(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells into the learner's folder, never run; return its name."""
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {
            "cells": [{**code, "id": f"cell-{n}", "source": source} for n, source in enumerate(cells)],
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / name).write_text(json.dumps(notebook))
        return name

    def close(self) -> None:
        """Press Ctrl-C, as a learner does, and wait until the server has ended its kernels."""
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.log.close()


def wait_until(condition: Callable[[], object], timeout: float, what: str, pause=time.sleep) -> object:
    """Ask `condition` again and again until it answers with something true; return that."""
    end = time.monotonic() + timeout
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout} s for {what}")
        pause(0.05)
    return answer
