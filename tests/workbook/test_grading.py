"""Grading a class from its progress files: one table, whatever else has become of the learners' folders."""

import codecs
import csv
import io
import json
import os
import re

import pytest

from workbook.course.cli import BAD_INPUT, FAILED, main
from workbook.course.grading import COLUMNS, as_csv, class_summary, collect
from workbook.course.progress import NAME, Progress


@pytest.fixture
def school(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def hand_in(folder, answers):
    """Write a learner's progress file as it may come back: key -> tries, or whatever else."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(json.dumps(answers), encoding="utf-8")


def said(answer, right=None, confidence=None, minute=0):
    at = f"2026-11-27T01:{minute:02}:00+00:00"
    return {"answer": answer, "right": right, "confidence": confidence, "at": at}


def rows(folder):
    content = as_csv(collect(folder)[0])
    assert content.startswith(codecs.BOM_UTF8), "a spreadsheet would take it for another encoding"
    text = content.decode("utf-8-sig")
    first, *others = csv.reader(io.StringIO(text, newline=""))
    assert tuple(first) == COLUMNS
    return [dict(zip(first, row, strict=True)) for row in others]


def answers_of(folder, answer):
    """What the table makes of one answer."""
    hand_in(folder / "ann", {"c/q": [said(answer)]})
    (row,) = rows(folder)
    return row["answer"]


def test_what_a_chapter_keeps_is_graded(school):
    (school / "ann").mkdir()
    progress = Progress(school / "ann")
    progress.keep("bias/which-gate", "XOR", confidence="sure")
    progress.keep("bias/which-gate", "XOR", right=False)
    for number, right in (("3", False), ("4", True), ("5", False)):
        progress.keep("bias/unit-slope", number, right)
    exercise, prediction = rows(school)
    assert exercise | {"first": "", "time": ""} == dict(
        zip(COLUMNS, ("ann", "bias", "unit-slope", "4", "", "yes", "3", "", ""), strict=True)
    )
    assert prediction | {"first": "", "time": ""} == dict(
        zip(COLUMNS, ("ann", "bias", "which-gate", "XOR", "sure", "no", "1", "", ""), strict=True)
    )
    assert prediction["first"] == prediction["time"] == progress.best("bias/which-gate").at


def test_the_try_that_counts(school):
    """Of a prediction the first; of anything else the first right one, or the last."""
    hand_in(
        school / "ann",
        {
            "c/exercise": [said("1", False, minute=1), said("2", True, minute=4), said("3", False, minute=9)],
            "c/open": [said("1", False, minute=1), said("7", False, minute=2)],
            "c/prediction": [said("a", False, "sure", 3), said("b", True, "guess", 5)],
        },
    )
    told = {row["question"]: [row[name] for name in ("answer", "right", "tries")] for row in rows(school)}
    assert told == {
        "exercise": ["2", "yes", "3"],
        "open": ["7", "no", "2"],
        "prediction": ["a", "no", "2"],
    }
    row = rows(school)[0]
    assert [row["first"], row["time"]] == ["2026-11-27T01:01:00+00:00", "2026-11-27T01:04:00+00:00"]


def test_times_are_told_in_one_time_zone_and_nonsense_is_not(school):
    for at, told in (
        ("2026-11-27T03:00:00+02:00", "2026-11-27T01:00:00+00:00"),
        ("yesterday", ""),
        (7, ""),
        (None, ""),
        ("0001-01-01T00:00:00+14:00", ""),
    ):
        hand_in(school / "ann", {"c/q": [{"answer": "a", "at": at}]})
        assert rows(school)[0]["time"] == told


def test_files_of_an_older_version(school):
    """It is not known what was right, but for a goal, which is kept when it is reached."""
    hand_in(school / "ann", {"c/goal": True, "c/matching": {"row": "½"}, "c/number": "0.3"})
    told = {row["question"]: (row["answer"], row["right"], row["tries"]) for row in rows(school)}
    assert told == {
        "goal": ("true", "yes", "1"),
        "matching": ('{"row": "½"}', "", "1"),
        "number": ("0.3", "", "1"),
    }


def test_learners_are_named_by_their_folders_however_deep_the_file_lies(school):
    hand_in(school / "bob", {"c/q": [said("b")]})
    hand_in(school / "ann" / "chapters", {"c/q": [said("a", minute=1)], "c/r": [said("a")]})
    hand_in(school / "ann" / "again" / "deeper", {"c/q": [said("a", minute=1), said("z", minute=2)]})
    hand_in(school / ".trash" / "eve", {"c/q": [said("e")]})
    hand_in(school / "bob" / ".ipynb_checkpoints", {"c/q": [said("e")]})
    told = [(row["who"], row["question"], row["answer"], row["tries"]) for row in rows(school)]
    assert told == [("ann", "q", "z", "2"), ("ann", "r", "a", "1"), ("bob", "q", "b", "1")]
    hand_in(school, {"c/q": [said("mine")]})
    assert rows(school)[-1]["who"] == "class"


DAMAGED = ["", "{", "[]", "3", "{}", '{"c/q": ' + "[" * 100_000, "\ud800"]


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: repr(content[:20]))
def test_a_damaged_file_is_named_and_the_others_are_graded(school, capsys, content):
    hand_in(school / "ann", {"c/q": [said("a", True, "sure")]})
    (school / "bob").mkdir()
    (school / "bob" / NAME).write_bytes(content.encode("utf-8", "surrogatepass"))
    hand_in(school / "zoe", {"c/q": [said("b", False, "guess")]})
    assert main(["grade", str(school)]) == FAILED
    out, err = capsys.readouterr()
    assert err == f"workbook: {school / 'bob' / NAME} is left out: no answers can be read in it\n"
    assert out.startswith("Answers: 2, of 2 learners, written to grades.csv\n")
    assert [row["who"] for row in rows(school)] == ["ann", "zoe"]


def test_damaged_notebooks_do_not_matter(school, capsys):
    hand_in(school / "ann", {"c/q": [said("a", True)]})
    (school / "ann" / "02_bias.ipynb").write_bytes(b'{"cells": [\xff')
    assert main(["grade", str(school), "--out", "out.csv"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == "Answers: 1, of 1 learner, written to out.csv\n\nNobody has predicted anything yet.\n"


def test_a_folder_that_may_not_be_read_is_named(school, monkeypatch):
    for name in ("ann", "bob"):
        hand_in(school / name, {"c/q": [said("a")]})

    def refused(path, scandir=os.scandir):
        if str(path).endswith("bob"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    answers, troubles = collect(school)
    assert [one.who for one in answers] == ["ann"]
    assert troubles == [f"{school / 'bob'} is left out: Permission denied"]


ODD = [
    {"c/q": [{"answer": "a", "right": "perhaps", "confidence": ["sure"], "at": {}}]},
    {"c/q": [{"answer": {"deep": [1, None]}, "right": 1}]},
    {"": [said("a")], "no chapter": [said("b")], "a/b/c": [said("c")]},
    {"c/q": "\ud83d \x1b[31m \x00"},
    {"c/q": [said("a", True, "sure"), {"answer": float("nan")}]},
]


@pytest.mark.parametrize("answers", ODD, ids=lambda answers: ascii(answers)[:40])
def test_whatever_a_learner_has_made_of_the_file_is_told(school, answers):
    hand_in(school / "ann", answers)
    assert len(rows(school)) == len(answers)
    text = class_summary(collect(school)[0]) + as_csv(collect(school)[0]).decode("utf-8")
    assert "\x1b" not in text
    assert "\x00" not in text


@pytest.mark.parametrize("answer", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "  =1", "\t=1", "\n=1", "＝1"])
def test_a_spreadsheet_computes_nothing_of_what_was_written(school, answer):
    assert answers_of(school, answer).startswith("'")


@pytest.mark.parametrize("answer", ["-0.25", "+3", "-1e-5", "-0,5", "", "a = b", "“so”, says ½", 'a "b"'])
def test_numbers_and_words_stay_as_they_are(school, answer):
    assert answers_of(school, answer) == answer


def test_names_and_keys_are_a_learners_text_too(school):
    hand_in(school / "=ann", {"@c/-q+1": [said("a")]})
    (row,) = rows(school)
    assert [row[name] for name in ("who", "chapter", "question")] == ["'=ann", "'@c", "'-q+1"]


LONG = "because the weights of the first layer grow until every unit of the second one is dead"


def test_the_class_summary_of_each_prediction(school, capsys):
    for number in range(30):
        right = number < 12
        word = "sure" if number % 3 == 0 else "guess"
        option = "it settles" if right else LONG
        hand_in(school / f"learner {number}", {"c/p": [said(option, right, word)], "c/n": [said("7", True)]})
    hand_in(
        school / "late", {"c/p": [said("it settles", None, "think so")], "d/p": [said("a", None, "sure")]}
    )
    assert main(["grade", str(school)]) == 0
    _, _, summary = capsys.readouterr().out.partition("\n\n")
    shares = "guess, 8 of 20 right (40 %); think so, result not known; sure, 4 of 10 right (40 %)"
    assert summary.splitlines() == [
        "c/p: 31 answers, 12 of 30 right (40 %)",
        f"  because the weights of the first layer grow until every ...  {'#' * 18}   18",
        f"  it settles                                                   {'#' * 13}        13  right",
        f"  {shares}",
        "",
        "d/p: 1 answer, result not known",
        "  a  #    1",
        "  sure, result not known",
        "",
        f"All predictions: {shares}",
    ]


def test_the_summary_of_a_large_class_fits_a_page(school):
    for number in range(130):
        hand_in(school / f"learner {number}", {"c/p": [said(LONG if number else "x", True, "think so")]})
    text = class_summary(collect(school)[0])
    assert "#" * 20 + "  129  right" in text
    assert re.search(r"^  x +# +1  right$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 100


def test_there_is_nothing_to_grade(school, capsys):
    for folder, sentence in (
        (school, f"there is no {NAME} in {school}, nor in any folder in it"),
        (school / "none", f"there is no folder {str(school / 'none')!r} with learners' folders in it"),
        ("", "there is no folder '' with learners' folders in it"),
    ):
        assert main(["grade", str(folder)]) == BAD_INPUT
        out, err = capsys.readouterr()
        assert (out, err) == ("", f"workbook: {sentence}\n")


def test_a_table_that_cannot_be_written(school, capsys):
    hand_in(school / "ann", {"c/q": [said("a")]})
    for out in ("none/grades.csv", "class"):
        assert main(["grade", str(school), "--out", out]) == BAD_INPUT
        printed, err = capsys.readouterr()
        assert printed == ""
        assert err.startswith(f"workbook: {out} cannot be written: ")
        assert err.count("\n") == 1


def test_what_is_asked_again_changes_no_grade(school):
    (school / "ann").mkdir()
    progress = Progress(school / "ann")
    progress.keep("a/b", "one", False, "sure")
    before = rows(school)
    progress.keep("a/b", "two", True, "guess", again=True)
    assert rows(school) == [before[0] | {"tries": "2"}]
    assert "sure, 0 of 1 right" in class_summary(collect(school)[0])
