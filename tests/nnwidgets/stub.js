// Shows the ES module of a live figure without Jupyter: `model` stands for anywidget's.
async ([source, state]) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const revive = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (value.base64 !== undefined) return bytes(value.base64);
    if (Array.isArray(value)) return value.map(revive);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part)]));
  };
  const traits = new Map(Object.entries(revive(state)));
  let handlers = [];
  window.sent = [];
  window.saved = [];
  window.model = {
    get: (name) => traits.get(name),
    on: (name, handler) => handlers.push([name, handler]),
    off: (name, handler) => (handlers = handlers.filter(([on, call]) => on !== name || call !== handler)),
    set: (name, value) => traits.set(name, value),
    save_changes: () => window.saved.push(traits.get("room")),
    send: (message) => window.sent.push(message),
    emit: (name, ...values) => handlers.forEach((entry) => entry[0] === name && entry[1](...values)),
    handlers: () => handlers.length,
    update: (fresh) => {
      for (const [name, value] of Object.entries(revive(fresh))) traits.set(name, value);
      window.model.emit("change");
    },
    receive: (message, base64) => window.model.emit("msg:custom", message, base64 ? [bytes(base64)] : []),
  };
  const file = new Blob([source], { type: "text/javascript" });
  const { default: widget } = await import(URL.createObjectURL(file));
  window.closeModel = widget.initialize({ model: window.model });
  window.openView = (id) => {
    const el = document.createElement("div");
    el.id = id;
    document.getElementById("host").append(el);
    return widget.render({ model: window.model, el });
  };
  window.closeView = window.openView("view");
};
