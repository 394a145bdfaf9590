"""A learner without a mouse: what has the focus, and the keys that lead to what is wanted."""

from .chapter import Chapter
from .learner import DONE

# What a reader of screens would call the thing that has the focus; whether one sees that it has it, and it.
FOCUS = """() => {
  const e = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(e);
  const all = notebook.content, {top, bottom} = e.getBoundingClientRect();
  const view = all.node.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  const node = e.closest('.jp-Notebook-cell');
  const option = e.type === 'radio' && e.closest('label')?.innerText;
  return {
    name: (option || e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '').trim(),
    type: e.getAttribute('role') || e.type || e.tagName.toLowerCase(),
    here: all.widgets.findIndex(cell => cell.node === node),
    inside: Boolean(e.closest('.workbook-panel, .workbook-card')),
    ringed: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    shown: bottom > view.top && top < view.bottom,
    said: e.getAttribute('aria-valuetext') || e.value || '',
  };
}"""
STOPS = 60  # that a panel may have


class Keyboard:
    """Keys, and nothing but keys."""

    def __init__(self, chapter: Chapter):
        self.chapter, self.page = chapter, chapter.page

    def focus(self) -> dict:
        return self.page.evaluate(FOCUS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def run(self) -> int:
        """Run the cell in hand with Shift+Enter, and wait until it is done; return which it was."""
        here = self.page.evaluate("notebook.content.activeCellIndex")
        self.press("Shift+Enter")
        self.page.wait_for_function(DONE, arg=here, timeout=60_000)
        return here

    def go_in(self, cell: int) -> None:
        """Go from the cell after it into the output of a cell, which has a panel or a card."""
        self.press("ArrowUp")
        assert self.focus()["here"] == cell
        self.press("Tab")
        while not self.focus()["inside"]:
            assert self.focus()["here"] == cell, "the output of the cell is left out"
            self.press("Tab")

    def to(self, name: str, key: str = "Tab", type: str = "") -> dict:
        """Press Tab, or Shift+Tab, until what has this name has the focus; all on the way can be seen.

        type: "slider", where a text field beside it has the same name.
        """
        for _ in range(STOPS):
            now = self.focus()
            assert now["inside"], f"{name!r} was not met"
            assert now["ringed"], f"one does not see that {now} has the focus"
            assert now["shown"], f"{now} has the focus out of sight"
            if now["name"] == name and type in (now["type"], ""):
                return now
            self.press(key)
        raise AssertionError(f"{name!r} was not met; the focus is on {self.focus()}")

    def leave(self, cell: int) -> None:
        """Go back to the cell, and on to the next."""
        self.press("Escape")
        now = self.focus()
        assert now["here"] == cell
        assert not now["inside"]
        self.press("ArrowDown")
        self.chapter.wait_until(lambda: self.focus()["here"] > cell, "the next cell")

    def lands(self, name: str) -> None:
        """Wait until the focus is on what has this name, without any key."""
        self.chapter.wait_until(lambda: self.focus()["name"] == name, f"the focus on {name!r}")
