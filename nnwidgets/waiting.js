// A bar in the lower right corner of the notebook, while something is being trained in a cell.
function render({ model, el }) {
  const bar = document.createElement("div"), progress = document.createElement("progress");
  bar.setAttribute("role", "status");
  bar.style.cssText = "position: fixed; right: 28px; bottom: 40px; z-index: 10; display: none; padding: 6px 12px;"
    + "background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); border: 1px solid var(--jp-border-color1);"
    + "border-radius: 4px; font-size: 13px; box-shadow: var(--jp-elevation-z4)";
  bar.append("Training many seeds … ", progress);
  const show = () => {
    const share = model.get("share");
    bar.style.display = share < 0 ? "none" : "block";
    progress.value = Math.max(share, 0);
  };
  model.on("change:share", show);
  show();
  document.body.append(bar); // not into the cell, which may be out of sight
  el.style.display = "none";
  return () => {
    model.off("change:share", show);
    bar.remove();
  };
}

export default { render };
