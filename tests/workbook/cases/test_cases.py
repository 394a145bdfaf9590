"""The cases: what is the same for all of them. That their findings hold is tested with the chapters."""

import dataclasses

import numpy as np
import pytest

from workbook import CASES, train

POSTED = CASES["two-neurons"]


def test_statements_are_sentences_and_differ():
    findings = {finding for case in CASES.values() for finding in case.findings.values()}
    statements = [finding.statement for finding in findings]  # two cases of a chapter may share them
    assert len(statements) == len(set(statements)) > 70
    assert all(statement.endswith((".", ":")) for statement in statements)
    assert all("{" not in statement for statement in statements), "a field that is no field"


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_case_is_complete(case):
    assert CASES[case.name] is case
    assert case.question
    assert case.source
    assert case.chapter.isidentifier()
    assert case.repairs
    assert case.findings
    assert case.given
    assert case.verdict
    assert case.seeds >= 1
    names = ["as posted", *case.repairs, *case.related]
    assert list(case.experiments) == names
    assert len(names) == len(set(names))
    assert all(case.experiment(name) is case.experiments[name] for name in names)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_repairs_differ_from_what_was_posted(case):
    for name, repair in case.repairs.items():
        fields = [field.name for field in dataclasses.fields(repair)]
        changed = [name for name in fields if getattr(repair, name) != getattr(case.as_posted, name)]
        assert changed, name


def test_unknown_names():
    with pytest.raises(TypeError, match=r"there is no case 'two-neuron'\. Did you mean 'two-neurons'\?"):
        CASES["two-neuron"]
    with pytest.raises(TypeError, match="there is no case 7"):
        CASES[7]
    with pytest.raises(
        TypeError, match=r"two-neurons has no experiment 'output bia'\. Did you mean 'output bias'"
    ):
        POSTED.experiment("output bia")
    with pytest.raises(TypeError, match="no experiment 'none'"):
        POSTED.train(["none"], 1)


def test_training_a_case():
    runs = POSTED.train(["as posted", "output bias"], 3)
    assert list(runs) == ["as posted", "output bias"]
    assert runs["output bias"].seeds == [0, 1, 2]
    assert runs["output bias"].experiment is POSTED.repairs["output bias"]
    alone = train(POSTED.as_posted, range(3))
    assert np.array_equal(runs["as posted"].losses, alone.losses)


def test_a_case_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        POSTED.seeds = 3
