"""In a live kernel, importing a chapter begins to compute it ahead; what it shows stays the same."""

from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from workbook.ahead import SWITCH

CHAPTER = Path(__file__).parents[2] / "chapters" / "02_bias.ipynb"
SHOWN = 4  # code cells: the imports, a prediction, a panel, and what came of it
WAITING = """
import threading, time
ends = time.monotonic() + 60
while facts.how_low._value is None and time.monotonic() < ends:
    time.sleep(0.01)
ahead = [thread for thread in threading.enumerate() if thread.name == "ahead"]
print(facts.how_low._value is not None, len(ahead))
"""


def said(cell):
    """What nbval compares, but for the bar that shows how far a cell is: checks have none."""
    outputs = [(output.get("text"), output.get("data", {}).get("text/plain")) for output in cell.outputs]
    return [output for output in outputs if output != (None, "Waiting()")]


@pytest.fixture
def kernel(monkeypatch):
    """Execute the chapter's first code cells, and one that waits, in a real kernel."""

    def executed(switch, shown):
        monkeypatch.setenv(SWITCH, switch)
        notebook = nbformat.read(CHAPTER, as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:shown]
        stored = [said(cell) for cell in cells]
        cells.insert(1, nbformat.v4.new_code_cell(WAITING if switch == "1" else WAITING.replace("60", "0")))
        notebook.cells = cells
        client = NotebookClient(notebook, timeout=90, resources={"metadata": {"path": str(CHAPTER.parent)}})
        before = {process.pid for process in psutil.process_iter()}
        with client.setup_kernel():
            for number, cell in enumerate(cells):
                client.execute_cell(cell, number)
            begun = {p for p in psutil.Process().children(recursive=True) if p.pid not in before}
        _, alive = psutil.wait_procs(begun, 20)
        assert not alive
        waited = cells.pop(1)
        assert [said(cell) for cell in cells] == stored
        return said(waited), len(begun)

    return executed


def test_it_shows_what_is_stored_and_ends_with_the_kernel(kernel):
    assert kernel("1", SHOWN) == ([("True 1\n", None)], 2)


def test_it_can_be_switched_off(kernel):
    assert kernel("0", 1) == ([("False 0\n", None)], 1)
