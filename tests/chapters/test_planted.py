"""A chapter must go red under nbval when what it teaches is no longer true: we break the engine, and look."""

import shutil
from pathlib import Path

import pytest

import workbook
from workbook.course.checking import check

from .notebooks import FOLDER as CHAPTERS

PLANTED = [
    # chapter, file of the engine, what stands there, what is planted instead
    ("02_bias", "network.py", "dy * self.activations[number].derivative(z, y)", "dy"),
    ("02_bias", "cases/bias.py", "bias=(False, True)", "bias=(True, False)"),
    ("03_linear_output", "parts/activations.py", "np.where(z > 0, 1.0, slope)", "np.where(z > 0, 1.0, 1.0)"),
    ("04_dead_relu", "parts/activations.py", "(z > 0).astype(float)", "np.where(z > 0, 1.0, 0.1)"),
    ("05_gradient_checking", "network.py", "dy * self.activations[number].derivative(z, y)", "dy"),
    (
        "06_input_scaling",
        "data/digits.py",
        "np.asarray(pixels, np.uint8).view(np.int8)",
        "np.asarray(pixels, int)",
    ),
]


@pytest.mark.parametrize(("chapter", "file", "right", "wrong"), PLANTED)
def test_a_planted_bug_turns_the_chapter_red(chapter, file, right, wrong, tmp_path, monkeypatch):
    shutil.copytree(Path(workbook.__file__).parent, tmp_path / "workbook")
    planted = tmp_path / "workbook" / file
    text = planted.read_text(encoding="utf-8")
    assert text.count(right) == 1, "the plant no longer fits the code"
    planted.write_text(text.replace(right, wrong), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q -x")  # the first red cell is enough
    assert check([CHAPTERS / f"{chapter}.ipynb"]) == 1
