"""Ask PyTorch for the numbers that the engine is compared with, and store them beside this file.

Run by hand where PyTorch is installed: python tests/workbook/oracles/make.py

The tests read the JSON files only and need no PyTorch. Everything is float64; a weight is stored as the
engine has it, W (n_seen, n_out) and b (1, n_out), the transpose of PyTorch's.
"""

import json
from pathlib import Path
from typing import Any

import torch
from functions import activations, initializers, losses
from networks import lenet, optimizers


def lines(content: Any, indent: str = "") -> str:
    """Return JSON with one line for each key, so that a changed number is one changed line."""
    if not isinstance(content, dict):
        return json.dumps(content, allow_nan=False)
    inner = [f"{indent} {json.dumps(key)}: {lines(value, indent + ' ')}" for key, value in content.items()]
    return "{\n" + ",\n".join(inner) + f"\n{indent}}}"


def main() -> None:
    """Write every file beside this one."""
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for oracle in (optimizers, losses, activations, lenet, initializers):
        content = {"torch": torch.__version__, **oracle()}
        (Path(__file__).parent / f"{oracle.__name__}.json").write_text(lines(content) + "\n", "utf-8")


if __name__ == "__main__":
    main()
