"""Rules: which option a finding makes the right one."""

import numpy as np
import pytest

from nnwidgets.questions import Most, Nearest, Said, UpTo, Which
from nnwidgets.questions.rules import right_option
from workbook.cases import Finding


def found(value):
    return Finding("c/f", lambda: value, "...")


@pytest.mark.parametrize(("value", "right"), [(0.1, "0"), (0.2, "1/4"), (7, "1/4"), (-3, "0")])
def test_nearest(value, right):
    rule = Nearest({"0": 0, "1/4": 0.25})
    assert rule.options == ["0", "1/4"]
    assert rule.right(found(value)) == right
    assert Nearest({"0": 0, "1/4": 0.25}, of="x").right(found({"x": value, "y": 5})) == right


@pytest.mark.parametrize(("value", "right"), [(-1, "few"), (10, "few"), (10.5, "many"), (1e9, "many")])
def test_up_to(value, right):
    assert UpTo({"few": 10, "many": 100}).right(found(value)) == right


@pytest.mark.parametrize(
    ("a", "b", "right"), [(1, 0, "a only"), (0.5, 0.6, "b only"), (1, 1, "both"), (0, 0, "neither")]
)
def test_which(a, b, right):
    options = {
        "a only": (True, False),
        "b only": (False, True),
        "both": (True, True),
        "neither": (False, False),
    }
    rule = Which(["a", "b"], options | {"a third way": None})
    assert rule.options[-1] == "a third way"
    assert rule.right(found({"a": a, "b": b})) == right
    assert Which(["a", "b"], options, above=10).right(found({"a": 9, "b": 11})) == "b only"


def test_most_and_least():
    value = found({"x": 3, "y": 5, "z": 1, "other": 99})
    assert Most(["x", "y", "z"]).right(value) == "y"
    assert Most(["x", "y", "z"], least=True).right(value) == "z"
    assert Most("xy", of="in").right(found({"in": {"x": 2, "y": 1}})) == "x"


def test_said():
    options = ["about 0.6 and 0.7", "about 0.5 and 0.5"]
    rule = Said("about {zero: 0.0} and {one: 0.0}", options)
    assert rule.right(found({"zero": 0.62, "one": np.array([0.69, 0.71])})) == options[0]


def test_what_is_not_an_option_is_refused():
    with pytest.raises(ValueError, match=r"'c/f' came out as 'about 0\.1', which is not among the options"):
        right_option(Said("about {a: 0.0}", ["about 0.2", "about 0.3"]), found(0.1))
