// ipywidgets gives its slider handles the role "slider" but no name, though the visible label is next to them;
// and a button's icon, a character of an icon font, would be read out as part of its name.
function name(panel) {
  for (const icon of panel.querySelectorAll("button i:not([aria-hidden])")) icon.setAttribute("aria-hidden", "true");
  for (const row of panel.querySelectorAll(".widget-inline-hbox")) {
    const label = row.querySelector(".widget-label")?.textContent;
    if (!label) continue;
    for (const part of row.querySelectorAll("[role=slider]:not([aria-label]), .widget-readout:not([aria-label])")) {
      part.setAttribute("aria-label", label);
    }
  }
}

function render({ el }) {
  let observer;
  const start = requestAnimationFrame(() => {
    const panel = el.closest(".workbook-panel");
    if (!panel) return;
    observer = new MutationObserver(() => name(panel));
    observer.observe(panel, { childList: true, subtree: true });
    name(panel);
  });
  return () => {
    cancelAnimationFrame(start);
    observer?.disconnect();
  };
}

export default { render };
