"""What holds for every chapter: its name, its findings, its questions, its panels."""

import ast
import html
import importlib
import inspect
import re
from pathlib import Path

import ipywidgets
import pytest

import workbook
from nnwidgets.panel.panel import Panel
from nnwidgets.questions import Exercise, Goal, Prediction, Progress
from nnwidgets.questions.matching import Matching
from nnwidgets.session.knobs import LogSlider, Slider, Switch, Whole
from workbook import CASES, Trainer
from workbook.cases.finding import always
from workbook.course.kept_runs import keep_runs

from ..nnwidgets.front_end import press, say
from .notebooks import NOTEBOOKS, cells, chapter_path, source
from .table import CHAPTERS, RIGHT

KINDS = (Prediction, Exercise, Goal, Matching)

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def facts(chapter):
    return importlib.import_module(f"workbook.cases.{chapter}")


def widgets(chapter):
    return importlib.import_module(f"nnwidgets.chapters.{chapter}")


def questions(chapter, *kinds):
    """The chapter's questions of these kinds by the name under which the notebook asks for them."""
    found = vars(widgets(chapter)).items()
    return {name: thing for name, thing in found if isinstance(thing, kinds or KINDS)}


def panels(chapter):
    """The functions that make the chapter's panels."""
    found = inspect.getmembers(widgets(chapter), inspect.isfunction)
    return {name: make for name, make in found if name == "panel" or name.endswith("_panel")}


def each(*parts):
    """Parametrize a test with (chapter, name): one for each part of each chapter."""
    return pytest.mark.parametrize(
        ("chapter", "name"),
        [(chapter, name) for part in parts for chapter in CHAPTERS for name in part(chapter)],
    )


def key_of(question):
    return question.key if isinstance(question, (Goal, Matching)) else question.finding.key


@pytest.fixture(scope="module", autouse=True)
def kept():
    """What another process has trained for a chapter need not be trained here."""
    before = workbook.training.RUNS.kept
    keep_runs()
    yield
    workbook.training.RUNS.kept = before


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


# --- the house


def test_the_table_names_every_chapter():
    assert [chapter_path(chapter) for chapter in CHAPTERS] == NOTEBOOKS
    assert {case.chapter for case in CASES.values()} == set(CHAPTERS) - {"start_here"}, (
        "a page without a case"
    )


@every_chapter
def test_a_chapter_has_one_name_and_costs_little(chapter):
    """A case, its widgets, a notebook."""
    files = [Path(facts(chapter).__file__), Path(widgets(chapter).__file__)]
    assert [file.stem for file in files] == [chapter, chapter]
    for file in files:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 430, file.name


# --- findings


@every_chapter
def test_no_recipe_is_trained_twice(chapter, monkeypatch, tmp_path):
    """All cells of a chapter, all its findings and all its predictions, in one process."""
    begun, inside = [], []
    advance, kept = Trainer.advance, workbook.training.RUNS.kept

    def asked(key, compute):
        begun.append((key[0].but(record_every=1), key[1]))
        inside.append(key)
        try:
            return kept(key, compute)
        finally:
            inside.pop()

    def noted(self, steps=1):
        if self.step == 0 and steps and self.from_seeds and not inside:
            begun.append((self.experiment.but(record_every=1), tuple(self.seeds)))
        return advance(self, steps)

    def init(self, experiment, seeds=0, params=None, inner=Trainer.__init__):
        self.from_seeds = params is None
        inner(self, experiment, seeds, params)

    workbook.training.RUNS.forget()
    monkeypatch.setattr(workbook.training.RUNS, "kept", asked)
    monkeypatch.setattr(Trainer, "__init__", init)
    monkeypatch.setattr(Trainer, "advance", noted)
    for finding in facts(chapter).fact.values():
        finding._value = None  # what it is from now on is computed here, once for all tests
    names: dict[str, object] = {}
    for cell in cells(chapter_path(chapter), "code"):
        exec(compile(source(cell), chapter, "exec"), names)
    for finding in facts(chapter).fact.values():
        if finding.due is always:  # those that need more than the workbook has are large
            finding()
    for prediction in questions(chapter, Prediction).values():
        prediction.right()
    twice = {str(recipe) for recipe in begun if begun.count(recipe) > 1}
    assert not twice


@each(lambda chapter: facts(chapter).fact)
def test_every_finding_holds(chapter, name):
    finding = facts(chapter).fact[name]
    if not finding.due():
        pytest.skip(str(finding.due.__doc__))
    assert finding.holds(), f"should be: {finding.statement}\n       is: {finding}"
    assert finding.key == f"{chapter}/{name}".replace("_", "-")
    assert vars(facts(chapter))[name] is finding


# --- questions


def test_the_table_knows_every_answer():
    asked = {chapter: set(questions(chapter, Prediction, Exercise)) for chapter in CHAPTERS}
    assert {chapter: set(answers) for chapter, answers in RIGHT.items()} == asked


def test_keys_are_unique():
    keys = [key_of(question) for chapter in CHAPTERS for question in questions(chapter).values()]
    assert len(keys) == len(set(keys))


@each(questions)
def test_a_question_has_the_key_of_its_name_and_the_chapter_asks_it(chapter, name):
    assert key_of(questions(chapter)[name]) == f"{chapter}/{name}".replace("_", "-")
    code = "\n".join(source(cell) for cell in cells(chapter_path(chapter), "code"))
    assert re.search(rf"\b{chapter}\.{name}\(", code)


@each(lambda chapter: questions(chapter, Prediction))
def test_a_prediction_has_one_right_option_and_scores_it(chapter, name, tmp_path):
    prediction = questions(chapter)[name]
    right = prediction.right()
    assert right == RIGHT[chapter][name]
    assert prediction.because
    for number, option in enumerate(prediction.rule.options):
        state = "right" if option == right else "wrong"
        (tmp_path / str(number)).mkdir()
        card = prediction(Progress(tmp_path / str(number)))
        assert card.state == "open"
        card.reveal()
        assert (card.state, card.result.value) == ("open", "")
        press(card.options.buttons[option, "sure"])
        card.wait()
        assert card.state == state
        tempting = html.escape(prediction.tempting.get(option, ""))
        assert bool(tempting) == (state == "wrong"), f"why is {option!r} tempting?"
        assert tempting[1:] in card.result.value  # which begins a sentence there
        words = f"{card.result.value}".split()
        assert len(words) <= 90, "a verdict fits under the picture"
        assert prediction(card.progress).answered


@each(lambda chapter: questions(chapter, Exercise))
def test_an_exercise_knows_its_answer_and_answers_likely_mistakes(chapter, name, tmp_path):
    exercise = questions(chapter)[name]
    right = exercise.right()
    assert exercise.agrees(RIGHT[chapter][name], right)
    assert exercise.because
    if exercise.rule:
        assert set(exercise.options) == {*exercise.wrong, right}
    else:
        assert exercise.wrong
    card = exercise(Progress(tmp_path))
    _give(card, right)
    assert card.right
    assert exercise(card.progress).right
    for mistake, reply in exercise.wrong.items():
        assert not exercise.agrees(mistake, right), "the right answer is called a mistake"
        _give(card, mistake)
        assert not card.right
        assert html.escape(reply) in card.result.value
    for hint in exercise.hints:
        assert hint not in card.hint.value
        press(card.hint_button)
    assert not exercise.hints or card.hint_button.disabled


def _give(card, answer):
    if isinstance(card.field, ipywidgets.RadioButtons):
        say(card.field, index=card.field.options.index(answer))
    else:
        say(card.field, value=f"{answer:.12g}")
    press(card.button)


@each(lambda chapter: questions(chapter, Prediction))
def test_a_prediction_with_a_panel_asks_what_was_seen(chapter, name):
    code = [source(cell) for cell in cells(chapter_path(chapter), "code")]
    (asked,) = [text for text in code if f"{chapter}.{name}()" in text]
    assert bool(re.search(r"panel\(", asked)) == bool(questions(chapter)[name].seen)


# --- the secret


@every_chapter
def test_nothing_can_be_read_below_a_prediction_but_headings(chapter):
    """From the first prediction on, every heading above #### is folded, and stands alone."""
    asks = re.compile(rf"\b{chapter}\.({'|'.join(questions(chapter, Prediction))})\(")
    asked, every = False, cells(chapter_path(chapter))
    for before, cell in zip([None, *every], every, strict=False):
        heading = re.match(r"#{2,3} ", source(cell)) and cell["cell_type"] == "markdown"
        if before is not None and before["cell_type"] == "code" and asks.search(source(before)):
            asked = True
            assert heading, f"this follows a prediction: {source(cell)}"
        if asked and heading:
            assert cell["metadata"].get("jp-MarkdownHeadingCollapsed"), source(cell)
            assert "\n" not in source(cell).strip(), source(cell)
        elif cell["cell_type"] == "markdown" and asked:
            assert not re.search(r"^#{1,3} ", source(cell), re.MULTILINE), source(cell)


@every_chapter
def test_a_chapter_can_be_read_in_three_quarters_of_an_hour(chapter):
    words = sum(len(source(cell).split()) for cell in cells(chapter_path(chapter), "markdown"))
    assert words <= 2200
    assert len(cells(chapter_path(chapter), "code")) <= 30


# --- panels


@each(panels)
def test_every_control_of_a_panel_over_its_whole_range(chapter, name):
    """No error, no warning, a line that says where it stands, words for who does not see the picture."""
    panel = panels(chapter)[name]()
    assert isinstance(panel, Panel)
    for knob_name, knob in panel.session.knobs().items():
        for value in panel.session.offered(knob_name) or _values(knob):
            control = panel.controls[knob_name]
            before = getattr(panel.session, knob_name)
            say(control, **_state(control, value))
            refused = getattr(panel.session, knob_name) == before != value
            assert bool(panel.error.value) == refused, (knob_name, value, panel.error.value)
            assert panel.session.headline() in panel.status.value.replace("&#x27;", "'")
            assert len(panel.live.alt) > 20
        say(control, **_state(control, knob.default_value))
    assert repr(panel)


def _values(knob):
    match knob:
        case Switch():
            return [True, False]
        case LogSlider():
            stops = knob.stops(knob.default_value)
            return [stops[0], stops[len(stops) // 2], stops[-1]]
        case Whole():
            return [knob.low, min(knob.low + 1, knob.high), min(knob.high, 20)]
        case Slider():
            return [knob.low, (knob.low + knob.high) / 2, knob.high]
    raise AssertionError(f"no values for {knob}")


def _state(control, value):
    if not hasattr(control, "options"):
        return {"value": value}
    values = [option[1] if isinstance(option, tuple) else option for option in control.options]
    return {"index": values.index(value)}


@each(lambda chapter: questions(chapter, Goal))
def test_a_goal_is_not_reached_before_anything_is_done(chapter, name):
    """In the panel with which the notebook shows it, as it stands there."""
    call = _shown_with(chapter, name)
    line = questions(chapter)[name]()
    eval(call, {chapter: widgets(chapter), "goal": line, "prediction": None})
    assert not line.reached


def _shown_with(chapter, name):
    """The call of the panel that the notebook gives this goal, with `goal` in the goal's place."""
    code = [source(cell) for cell in cells(chapter_path(chapter), "code")]
    for text in code:
        if f"{chapter}.{name}()" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("panel"):
                    settings = [k for k in node.keywords if k.arg not in (None, "prediction", "goal")]
                    named = ", ".join(f"{k.arg}={ast.unparse(k.value)}" for k in settings if _plain(k.value))
                    return f"{ast.unparse(node.func)}(goal=goal, {named})"
    raise AssertionError(f"no panel shows {name}")


def _plain(value):
    return isinstance(value, ast.Constant)
