"""The learner's copy of a chapter: no solutions, and nothing that gives them away."""

import json

import pytest

from workbook.course.handout import for_learner


def notebook(*cells):
    made = [
        {
            "cell_type": kind,
            "id": f"c{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
            **(
                {"outputs": [{"output_type": "stream", "text": "ran"}], "execution_count": 7}
                if kind == "code"
                else {}
            ),
        }
        for number, (kind, source) in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def handed(*cells):
    """Return the learner's cells, as pairs of source and outputs."""
    made = json.loads(for_learner(notebook(*cells)))["cells"]
    return [("".join(cell["source"]), cell.get("outputs")) for cell in made]


SOLVED = "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION\n"


@pytest.mark.parametrize("content", [b"", b"not a notebook", b"[1]", b'{"cells": 3}', b"{}", b"\xff\x00"])
def test_what_is_no_notebook_stays_as_it_is(content):
    assert for_learner(content) is content


def test_a_solution_gives_way():
    ((source, outputs),) = handed(("code", SOLVED))
    assert source == "def f(x):\n    ...  # Your code here\n"
    assert outputs == []
    namespace = {}
    exec(source, namespace)
    assert namespace["f"](3) is None


def test_no_output_is_left_to_answer_a_prediction_beforehand():
    content = notebook(("code", "a = 1"), ("markdown", "text"), ("code", SOLVED), ("code", "f(3)"))
    first, text, *rest = json.loads(for_learner(content))["cells"]
    assert "".join(first["source"]) == "a = 1"
    assert "outputs" not in text
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in (first, *rest))


def test_several_solutions_in_a_cell():
    both = SOLVED + "z = 2\n" + SOLVED.replace("f(x)", "g(x)")
    ((source, _),) = handed(("code", both))
    assert source.count("# Your code here") == 2
    assert "z = 2" in source
    assert "return y" not in source


def test_a_solution_at_the_left_edge_and_one_with_tabs():
    edge = "### BEGIN SOLUTION\nx = 3\n### END SOLUTION  # well done\nprint(x)"
    assert handed(("code", edge))[0][0] == "...  # Your code here\nprint(x)"
    tab = "if True:\n\t### BEGIN SOLUTION\n\tx = 3\n\t### END SOLUTION\n"
    assert handed(("code", tab))[0][0] == "if True:\n\t...  # Your code here\n"


def test_markers_in_prose_are_prose():
    prose = "Write between `### BEGIN SOLUTION` and `### END SOLUTION`."
    assert handed(("markdown", prose), ("code", "x")) == [(prose, None), ("x", [])]


def test_the_copy_can_be_read_by_people_and_keeps_its_letters():
    made = for_learner(notebook(("markdown", "½ → “so”"), ("code", SOLVED)))
    assert "½ → “so”".encode() in made
    assert made.endswith(b"}\n")
    assert made.count(b"\n") > 20


def test_a_learners_copy_of_a_learners_copy_is_the_same():
    once = for_learner(notebook(("code", SOLVED)))
    assert for_learner(once) == once
