"""What is installed: every package that is imported is declared, and the licences travel with the wheel."""

import ast
import importlib.metadata
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from workbook.course.cli import main

ROOT = Path(__file__).parents[1]
PACKAGES = ("workbook", "nnwidgets")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRIBUTIONS = {"PIL": "pillow"}  # where a package's name is not that of what is installed


def declared(requirements):
    """The names in a list of requirements: "numpy>=2.1" -> numpy."""
    return {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in requirements}


def imported(path):
    """The packages that a file imports, anywhere in it: `import matplotlib.figure` -> matplotlib."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def needed():
    """What is to be installed for our own packages: distribution -> one file that imports it."""
    files = {path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}
    others = {name: path for path in files for name in imported(path)}
    for name in (*sys.stdlib_module_names, *PACKAGES):
        others.pop(name, None)
    return {DISTRIBUTIONS.get(name, name).lower(): path.relative_to(ROOT) for name, path in others.items()}


CLUSTER = declared(PROJECT["optional-dependencies"]["cluster"])  # asked for by name where it is needed


def test_every_import_is_declared():
    found = needed()
    assert {"numpy", "pillow", "traitlets"} <= set(found)
    known = declared(PROJECT["dependencies"]) | CLUSTER
    undeclared = {name: str(path) for name, path in found.items() if name not in known}
    assert not undeclared, f"imported, but no dependency in pyproject.toml: {undeclared}"


def test_nothing_is_installed_for_learners_that_only_checks_need():
    extras = PROJECT["optional-dependencies"]
    assert {"nbval", "nbconvert", "pytest"} == declared(extras["check"])
    assert not declared(PROJECT["dependencies"]) & declared(
        [*extras["check"], *extras["cluster"], *extras["test"]]
    )


def test_every_dependency_is_used():
    """JupyterLab is started, not imported."""
    assert declared(PROJECT["dependencies"]) == {*needed(), "jupyterlab"} - CLUSTER
    assert set(needed()) > CLUSTER


@pytest.mark.parametrize("name", ["oldest", "newest"])
def test_the_constraints_hold_each_dependency(name):
    lines = (ROOT / ".ci" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["check"], *extras["cluster"], *extras["test"]]
    assert set(pins) == declared(wanted) - {PROJECT["name"]}
    if name == "oldest":
        for requirement in wanted:
            lower, _, bound = requirement.partition(">=")
            if bound:
                version = pins[lower.lower()]
                assert version == bound or re.fullmatch(rf"{re.escape(bound)}(\.0)+", version), requirement


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_say_that_they_are_typed(package):
    assert (ROOT / package / "py.typed").read_text() == ""


def test_both_licences_are_declared_and_travel_along():
    metadata = importlib.metadata.metadata(PROJECT["name"])
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0"
    assert metadata.get_all("License-File") == ["LICENSE", "workbook/data/digits.txt"]
    assert "CC BY 4.0" in (ROOT / "workbook/data/digits.txt").read_text(encoding="utf-8")


def test_the_readme_shows_what_the_command_prints(capsys):
    """On a package index the picture has no address, and this table stands for it."""
    shown = re.search(
        r"^\$ workbook (.*)\n((?:.*\n)*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M
    )
    assert main(shlex.split(shown[1])) == 0
    assert capsys.readouterr().out == shown[2]
