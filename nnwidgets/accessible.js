// ipywidgets gives its slider handles the role "slider" but no name, though the visible label is next to them,
// and, where they choose from a list, the number of the place and not what stands there; radio groups have no name;
// a button's icon, a character of an icon font, would be read out as part of its name; nothing says what has changed.
// And in an output the notebook's own keys go on working: b would insert a cell, x cut it, arrows leave a list.

const SETTLED = 400; // milliseconds until a picture has its size, mostly
const GROWN = 5000; // and at the latest

const set = (element, name, value) => {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};

function speak(root) {
  for (const icon of root.querySelectorAll("button i")) set(icon, "aria-hidden", "true");
  for (const row of root.querySelectorAll(".widget-inline-hbox")) {
    const label = row.querySelector(".widget-label")?.textContent;
    const shown = row.querySelector(".widget-readout")?.textContent;
    for (const part of row.querySelectorAll("[role=slider], .widget-readout")) {
      if (label) set(part, "aria-label", label);
      if (shown && part.role === "slider") set(part, "aria-valuetext", shown);
      if (part.isContentEditable) set(part, "role", "textbox");
    }
  }
  for (const options of root.querySelectorAll(".workbook-options")) {
    set(options, "role", "group");
    set(options, "aria-label", "options, each with how sure you are");
    for (const button of options.querySelectorAll("button[title]")) set(button, "aria-label", button.title);
  }
  for (const radio of root.querySelectorAll(".widget-radio-box")) {
    set(radio, "role", "radiogroup");
    set(radio, "aria-label", "answers");
  }
  for (const live of root.querySelectorAll(".workbook-live")) {
    set(live, "role", "status");
    set(live, "aria-live", "polite");
  }
  for (const toggle of root.querySelectorAll("button.jupyter-widget-toggle-button, button.widget-toggle-button")) {
    set(toggle, "aria-pressed", String(toggle.classList.contains("mod-active")));
  }
}

const cellOf = (root) => root.closest(".jp-Notebook-cell");

function nextOf(cell) {
  let next = cell?.nextElementSibling;
  while (next && !next.checkVisibility()) next = next.nextElementSibling;
  return next;
}

// What opens the fold that a hidden cell stands in.
function openerOf(cell) {
  let heading = cell.previousElementSibling;
  while (heading && !heading.checkVisibility()) heading = heading.previousElementSibling;
  return heading?.querySelector(".jp-showHiddenCellsButton, .jp-collapseHeadingButton");
}

// A question that has come by Shift+Enter begins at the top of the screen: the notebook looks at the next cell only.
const asks = (place) => place.querySelector(".workbook-options")?.checkVisibility();

function beginAtTheTop(root) {
  const cell = cellOf(root);
  if (asks(root) && nextOf(cell)?.classList.contains("jp-mod-active")) cell.scrollIntoView({ block: "start" });
}

// It stays there while its picture grows, until the reader does anything.
function stayAtTheTop(root, signal) {
  beginAtTheTop(root);
  const growing = new ResizeObserver(() => beginAtTheTop(root));
  const leave = () => growing.disconnect();
  growing.observe(root);
  setTimeout(leave, GROWN);
  signal.addEventListener("abort", leave);
  for (const deed of ["wheel", "pointerdown", "keydown"]) window.addEventListener(deed, leave, { once: true, signal });
}

// Shift+Enter on a folded heading leads JupyterLab into the fold, but where text comes first it leaves it closed, and
// the notebook at its top. So the fold is opened, and the cell in hand brought into sight.
function staysInSight({ key, shiftKey, target }) {
  const notebook = target.closest?.(".jp-Notebook");
  if (key !== "Enter" || !shiftKey || !notebook?.querySelector(".workbook-panel, .workbook-card")) return;
  const look = () => {
    const cell = notebook.querySelector(".jp-Notebook-cell.jp-mod-active");
    const screen = notebook.querySelector(".jp-WindowedPanel-outer")?.getBoundingClientRect();
    if (!cell || !screen) return;
    if (!cell.checkVisibility()) openerOf(cell)?.click();
    const asking = [...notebook.querySelectorAll(".workbook-asking")].find((each) => nextOf(cellOf(each)) === cell);
    if (asking && asks(asking)) return; // that cell begins at the top
    const { top, bottom } = cell.getBoundingClientRect();
    if (bottom <= screen.top || top >= screen.bottom) cell.scrollIntoView({ block: "center" });
  };
  for (const later of [150, SETTLED, 2 * SETTLED]) setTimeout(look, later);
}

// A fold that was opened by a press leaves the focus nowhere: it goes to its heading, so that Shift+Enter goes on there.
function goesOnThere({ target }) {
  const cell = target.closest?.(".jp-showHiddenCellsButton, .jp-collapseHeadingButton")?.closest(".jp-Notebook-cell");
  if (cell) setTimeout(() => cell.focus());
}

// Keys without Ctrl, Alt or Cmd belong to the panel where they are pressed. Escape leads back to the cell, and
// Shift+Enter goes on to the next one, without running this one anew: what was played would be gone. Lumino, which
// hears of a key next, asks for the attribute.
function takeKeys(root, event) {
  const { key, ctrlKey, altKey, metaKey, shiftKey, target } = event;
  if (!root.contains(target)) return;
  const theirs = ctrlKey || altKey || metaKey;
  target.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  if (theirs || document.fullscreenElement) return;
  const cell = cellOf(root);
  if (key === "Escape") cell?.focus();
  const next = key === "Enter" && shiftKey && nextOf(cell);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const takesFocus = (element) => element.checkVisibility() && !element.disabled;

// What had the focus is hidden or disabled now: the focus goes to its neighbour, or to Play, or to the panel.
function keepFocus(root, held) {
  if (!held || takesFocus(held) || ![held, root, document.body].includes(document.activeElement)) return;
  const near = [held.parentElement, ...root.querySelectorAll(".workbook-transport")].filter(Boolean); // held may be gone
  (near.flatMap((row) => [...row.querySelectorAll("button")]).find(takesFocus) ?? root).focus();
}

// Keeps the keys and the focus in the panel; returns what looks after the focus.
function holdKeys(root, signal) {
  let held = null;
  window.addEventListener("keydown", (event) => takeKeys(root, event), { capture: true, signal });
  root.addEventListener("focusin", ({ target }) => { if (target !== root) held = target; }, { signal });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target === root ? relatedTarget : takesFocus(target)) held = null; // it was left
  }, { signal });
  return () => keepFocus(root, held);
}

function render({ model, el }) {
  const closed = new AbortController();
  let observer, arrived;
  const start = requestAnimationFrame(() => {
    const root = el.closest(".workbook-panel, .workbook-card");
    if (!root) return;
    const asked = root.querySelector(".widget-html-content")?.textContent;
    set(root, "role", "group");
    root.tabIndex = -1; // a press on its picture gives it the focus, and so the keys
    set(root, "aria-label", model.get("label") || asked || "");
    const keep = holdKeys(root, closed.signal);
    // One listener a page of each kind, however many panels there are.
    if (!window.workbookSight) {
      window.addEventListener("keydown", staysInSight, true);
      window.addEventListener("click", goesOnThere, true); // before JupyterLab takes the button away
      window.workbookSight = true;
    }
    let due = false;
    const soon = () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; speak(root); keep(); });
    };
    observer = new MutationObserver(soon);
    observer.observe(root, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class", "style", "disabled"],
    });
    speak(root);
    arrived = setTimeout(stayAtTheTop, SETTLED, root, closed.signal);
  });
  return () => {
    clearTimeout(arrived);
    cancelAnimationFrame(start);
    observer?.disconnect();
    closed.abort();
  };
}

export default { render };
