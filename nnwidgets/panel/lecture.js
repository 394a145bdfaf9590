// One panel on the whole screen, led by keys: for a lecture. The letters grow by style sheet (workbook.css).

const PRESSES = { ArrowRight: "step-forward", ArrowLeft: "step-backward", r: "undo" };
const TURNS = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };

const panelOf = (element) => element?.closest?.(".workbook-panel");
const takesKeys = (element) => element?.matches?.("input, select, textarea, [role=slider], [contenteditable=true]");
const panelsBeside = (panel) => [...(panel.closest(".jp-Notebook") ?? document).querySelectorAll(".workbook-panel")];

// A panel may stand under headings that are folded: they are opened, the outermost first.
function unfold(panel) {
  for (let tries = 0; tries < 9 && !panel.checkVisibility(); tries++) {
    const folds = [...document.querySelectorAll(".jp-showHiddenCellsButton")].filter((fold) =>
      fold.checkVisibility() && fold.compareDocumentPosition(panel) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!folds.length) return;
    folds.at(-1).click();
  }
}

function show(panel) {
  unfold(panel);
  return panel.requestFullscreen().then(() => {
    panel.tabIndex = -1;
    panel.focus();
  });
}

const press = (panel, icon) => panel.querySelector(`button:has(.fa-${icon}):not(:disabled)`)?.click();

// What a key does on the whole screen; false where it does nothing of its own.
function lead(panel, key) {
  if (key in PRESSES) press(panel, PRESSES[key]);
  else if (key === " ") panel.querySelector(".workbook-play:not(:disabled)")?.click();
  else if (key in TURNS) {
    const all = panelsBeside(panel), next = all[all.indexOf(panel) + TURNS[key]];
    if (next) show(next);
  } else if (key === "f") document.exitFullscreen();
  else return false;
  return true;
}

function onKey(event) {
  const { key, target } = event, whole = document.fullscreenElement;
  if (event.ctrlKey || event.altKey || event.metaKey || takesKeys(target)) return;
  let taken = false;
  if (panelOf(whole) === whole && whole) taken = lead(whole, key);
  else if (key === "f" && panelOf(target)) taken = Boolean(show(panelOf(target)));
  if (taken) {
    event.preventDefault();
    event.stopImmediatePropagation(); // JupyterLab has meanings of its own for these keys
  }
}

function render({ el }) {
  const button = document.createElement("button");
  button.className = "jupyter-button widget-button workbook-whole";
  button.title = "let the panel fill the screen, or end that: key F; there, arrows for step, back and the next panel";
  button.setAttribute("aria-label", "Full screen");
  button.innerHTML = '<i class="fa fa-expand" aria-hidden="true"></i>';
  button.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : show(panelOf(el)));
  el.replaceChildren(button);
  // One listener a page, however many panels there are, and before those of JupyterLab.
  window.workbookKeys ??= (window.addEventListener("keydown", onKey, true), true);
}

export default { render };
