"""The chapters, one module each, named like its notebook."""
