"""Other programs that we start and wait for: they end with us."""

import subprocess
from contextlib import suppress
from typing import Any

PATIENCE = 5  # seconds


def end(process: subprocess.Popen[Any]) -> None:
    """Wait until a program has ended after Ctrl-C; end it if that takes too long, or Ctrl-C comes again.

    In a terminal it has had the same Ctrl-C and is tidying up, as JupyterLab its kernels: ask only in need.
    """
    for ask in (lambda: None, process.terminate, process.kill):
        ask()
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(PATIENCE)
            return
    process.wait()
