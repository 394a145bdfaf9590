// ipywidgets gives its slider handles the role "slider" but no name, though the visible label is next to them,
// and, where they choose from a list, the number of the place and not what stands there; radio groups have no name;
// a button's icon, a character of an icon font, would be read out as part of its name; nothing says what has changed.

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

function render({ model, el }) {
  let observer;
  const start = requestAnimationFrame(() => {
    const root = el.closest(".workbook-panel, .workbook-card");
    if (!root) return;
    if (model.get("label")) {
      set(root, "role", "group");
      set(root, "aria-label", model.get("label"));
    }
    let due = false;
    const soon = () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; speak(root); });
    };
    observer = new MutationObserver(soon);
    observer.observe(root, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class"],
    });
    speak(root);
  });
  return () => {
    cancelAnimationFrame(start);
    observer?.disconnect();
  };
}

export default { render };
