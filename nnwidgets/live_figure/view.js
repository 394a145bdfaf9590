// Repeats on a canvas what matplotlib's recorder wrote down.
// Everything is computed in device pixels, x to the right and y downwards: k of them to a figure pixel.

const KINDS = { h: Int16Array, f: Float32Array, b: Uint8Array };
const [INK, PAPER] = [224, 17]; // what black and white become in a dark theme

const isDark = () => document.body.dataset.jpThemeLight === "false";
const hexadecimal = (bytes) => "#" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// A colour in a dark theme: greys run from ink to paper, others stay.
function darkened(hex) {
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  if (red !== green || green !== blue) return hex;
  const grey = Math.round(INK + ((PAPER - INK) * red) / 255);
  return hexadecimal([grey, grey, grey]) + hex.slice(7);
}

// Unpacks a drawing: arrays in place of their references, colours as text, images as bitmaps.
function unpack({ ops, clips, data }, step) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const array = ([offset, length, kind]) => new KINDS[kind](bytes.buffer, offset, length);
  const places = (reference) => {
    const unit = reference[2] === "h" ? step : 1;
    return Float32Array.from(array(reference), (value) => value * unit);
  };
  const colours = (value) => {
    if (typeof value === "string") return [value];
    const [table, index] = value.map(array);
    const texts = [];
    for (let i = 0; i < table.length; i += 4) texts.push(hexadecimal(table.subarray(i, i + 4)));
    return index ? Array.from(index, (i) => texts[i]) : texts;
  };
  const readers = {
    points: places, at: places, sizes: array, widths: array, glyphs: array, fill: colours, stroke: colours,
    within: (numbers) => numbers.map((i) => ({ ...clips[i], points: places(clips[i].points) })),
    image: ([table, index], op) => bitmap(array(table), index && array(index), op),
  };
  const read = (op) => ([key, value]) => [key, readers[key] ? readers[key](value, op) : value];
  return ops.map((op) => Object.fromEntries(Object.entries(op).map(read(op))));
}

function bitmap(table, index, { columns, rows }) {
  let pixels = table;
  if (index) {
    const colours = new Uint32Array(table.buffer, table.byteOffset, table.length / 4);
    pixels = new Uint8Array(Uint32Array.from(index, (i) => colours[i]).buffer);
  }
  const canvas = new OffscreenCanvas(columns + 2, rows + 2), g = canvas.getContext("2d");
  const image = new ImageData(new Uint8ClampedArray(pixels), columns, rows);
  // One pixel more all round, like its neighbour, so that whole pixels of the screen can be filled.
  for (const x of [0, 2, 1]) for (const y of [0, 2, 1]) g.putImageData(image, x, y);
  return canvas;
}

// Traces shapes, which are alike or have each their own code; `place` takes figure pixels to device pixels.
function trace({ points, codes }, place) {
  const alike = typeof codes === "string", paths = [];
  let i = 0;
  const next = () => place(points[i++], points[i++]);
  for (let n = 0; alike ? i < points.length : n < codes.length; n++) {
    const path = new Path2D();
    for (const [, letter, count] of (alike ? codes : codes[n]).matchAll(/([MLQCZ])(\d*)/g)) {
      for (let left = Number(count || 1); left > 0; left--) {
        if (letter === "M") path.moveTo(...next());
        else if (letter === "L") path.lineTo(...next());
        else if (letter === "Q") path.quadraticCurveTo(...next(), ...next()), (left -= 1);
        else if (letter === "C") path.bezierCurveTo(...next(), ...next(), ...next()), (left -= 2);
        else path.closePath(), (i += 2);
      }
    }
    paths.push(path);
  }
  return paths;
}

// The bounds of an image or of shapes, in figure pixels.
function bounds({ matrix, columns, rows, points, at }) {
  const [a, , , d, e, f] = matrix ?? [];
  const places = at ?? points ?? [e, f, e + a * columns, f + d * rows];
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < places.length; i++) {
    box[i % 2] = Math.min(box[i % 2], places[i]);
    box[2 + (i % 2)] = Math.max(box[2 + (i % 2)], places[i]);
  }
  return box;
}

// Where along one axis an image lies that starts at `start`, with `step` from pixel to pixel: the whole
// pixels of the screen (negative if it runs backwards), and the pixels of the padded bitmap that fill them.
function filled(start, step, count) {
  const sign = Math.sign(step), size = Math.abs(step);
  const [from, to] = [sign * start, sign * start + size * count].map(Math.round);
  const first = 1 + (from - sign * start) / size;
  return { sign, start: from, length: to - from, first, count: (to - from) / size };
}

// Tells whether one rectangle lies in another, with a margin.
const within = ([left, low, right, high], [x0, y0, x1, y1], margin) =>
  left > x0 + margin && low > y0 + margin && right < x1 - margin && high < y1 - margin;

// Paints one picture: it knows the density and the theme, and what has been painted so far.
class Surface {
  constructor(canvas, { size, step }, outlines) {
    this.g = canvas.getContext("2d");
    this.k = canvas.height / size[1];
    this.bottom = canvas.height;
    this.step = step;
    this.outlines = outlines;
    this.dark = isDark();
    this.pictures = []; // clip rectangles of axes that a picture fills
    this.g.clearRect(0, 0, canvas.width, canvas.height);
  }

  place = (x, y) => [x * this.k, this.bottom - y * this.k];

  draw(op, fixed) {
    const g = this.g;
    g.save();
    if (op.clip) this.clip(op.clip);
    for (const shape of op.within ?? []) g.clip(trace(shape, this.fit(shape, this.place))[0]);
    this.keeps = fixed || op.fixed || this.isOnPicture(op);
    if (op.image) this.image(op);
    else if (op.glyphs) this.text(op);
    else this.paths(op);
    if (op.clip && (op.image || op.seam) && within(op.clip, bounds(op), -1)) this.pictures.push(op.clip);
    g.restore();
  }

  // Tells whether a stroke lies on a picture: clipped to its axes, or inside without touching their frame.
  isOnPicture(op) {
    if (!this.pictures.length || !this.dark) return false;
    if (op.clip) return this.covers(op.clip, -1);
    return !op.glyphs && this.covers((op.bounds ??= bounds(op)), 1);
  }

  covers(rectangle, margin) {
    return this.pictures.some((picture) => within(rectangle, picture, margin));
  }

  // Agg's rule for straight edges: to whole pixels, or half-way between for strokes of odd width.
  fit({ snap, width = 0 }, place) {
    const shift = Math.round(width * this.k) % 2 ? 0.5 : 0;
    return snap ? (x, y) => place(x, y).map((v) => Math.floor(v + 0.5) + shift) : place;
  }

  colour(hex) {
    return this.dark && !this.keeps ? darkened(hex) : hex;
  }

  clip([left, low, right, high]) {
    const [x0, y0] = this.place(left, high).map((v) => Math.floor(v + 0.5));
    const [x1, y1] = this.place(right, low).map((v) => Math.floor(v + 0.5));
    this.g.beginPath();
    this.g.rect(x0, y0, x1 - x0, y1 - y0);
    this.g.clip();
  }

  image({ image, matrix, alpha, smooth, columns, rows }) {
    const [a, b, c, d] = matrix.slice(0, 4).map((value) => value * this.k);
    const [e, f] = this.place(matrix[4], matrix[5]);
    this.g.imageSmoothingEnabled = smooth;
    this.g.globalAlpha = alpha;
    if (b !== 0 || c !== 0) {
      this.g.setTransform(a, -b, c, -d, e, f);
      this.g.drawImage(image, 1, 1, columns, rows, 0, 0, columns, rows);
      return;
    }
    // Upright, it fills the pixels whose middle it covers, like Agg's: its edges are sharp.
    const [x, y] = [filled(e, a, columns), filled(f, -d, rows)];
    this.g.setTransform(x.sign, 0, 0, y.sign, 0, 0);
    this.g.drawImage(image, x.first, y.first, x.count, y.count, x.start, y.start, x.length, y.length);
  }

  text({ glyphs, size, angle, fill }) {
    const turn = (angle * Math.PI) / 180, s = size * this.k;
    const [cos, sin] = [s * Math.cos(turn), s * Math.sin(turn)];
    const keeps = this.keeps;
    for (let i = 0; i < glyphs.length; i += 3) {
      const [left, low] = [glyphs[i + 1] * this.step, glyphs[i + 2] * this.step];
      this.keeps = keeps || this.covers([left, low, left, low], 1); // for each: texts may have been joined
      this.g.fillStyle = this.colour(fill[0]);
      let [x, y] = this.place(left, low);
      // The baseline lies between two rows of pixels: the feet of the letters are sharp.
      if (angle % 180 === 0) y = Math.round(y);
      else if (angle % 90 === 0) x = Math.round(x);
      this.g.setTransform(cos, -sin, -sin, -cos, x, y);
      this.g.fill(this.outlines[glyphs[i]]);
    }
  }

  paths(op) {
    const g = this.g, k = this.k;
    if (op.k !== k) {
      op.traced = trace(op, this.fit(op, op.at ? (x, y) => [x * k, -y * k] : this.place));
      op.k = k;
    }
    g.lineCap = op.cap ?? "butt";
    g.lineJoin = op.join ?? "miter";
    g.setLineDash((op.dash ?? []).map((length) => length * k));
    g.lineDashOffset = (op.shift ?? 0) * k;
    const count = Math.max(op.traced.length, op.at ? op.at.length / 2 : 0);
    const entry = (values, i) => values[i % values.length];
    for (let i = 0; i < count; i++) {
      const size = op.sizes ? entry(op.sizes, i) : 1;
      if (op.at) {
        const at = this.place(entry(op.at, 2 * i), entry(op.at, 2 * i + 1));
        const [x, y] = op.snap ? at.map((v) => Math.floor(v + 0.5)) : at;
        g.setTransform(size, 0, 0, size, x, y);
      }
      const path = entry(op.traced, i);
      if (op.fill) {
        g.fillStyle = this.colour(entry(op.fill, i));
        g.fill(path);
        // Neighbours without outlines would leave seams between them.
        if (op.seam && !op.snap) this.stroke(path, g.fillStyle, 1);
      }
      if (op.stroke) {
        let width = (op.widths ? entry(op.widths, i) : op.width) * k;
        if (op.crisp && width > 1) width = Math.round(width);
        this.stroke(path, this.colour(entry(op.stroke, i)), width / size);
      }
    }
  }

  stroke(path, colour, width) {
    if (!width) return; // a canvas would keep the last width
    this.g.strokeStyle = colour;
    this.g.lineWidth = width;
    this.g.stroke(path);
  }
}

// The strokes of one model, unpacked when they are first painted.
class Picture {
  constructor(model) {
    this.model = model;
    this.unpacked = new Map();
    this.outlines = [];
  }

  strokes(name, part) {
    const drawing = this.model.get(name);
    if (this.unpacked.get(name)?.drawing !== drawing) {
      this.unpacked.set(name, { drawing, strokes: unpack(drawing, this.model.get("frame").step) });
    }
    const { strokes } = this.unpacked.get(name);
    return part === undefined ? strokes : strokes.slice(...drawing.parts[part]);
  }

  paint(canvas) {
    const glyphs = this.model.get("glyphs");
    for (let i = this.outlines.length; i < glyphs.length; i++) this.outlines.push(new Path2D(glyphs[i]));
    const surface = new Surface(canvas, this.model.get("frame"), this.outlines);
    for (const op of this.strokes("frame")) {
      if (!op.moving) surface.draw(op);
      else for (const stroke of this.strokes("moving_" + op.moving, op.part)) surface.draw(stroke, op.fixed);
    }
  }
}

// Sends where the pointer is: one message on its way, the latest place wins, the last always arrives.
function listenToPointer(model, canvas, onClose) {
  let waiting = false, next = null, tapping = false;
  const flush = () => {
    if (next) model.send(next);
    waiting = next !== null;
    next = null;
  };
  const placeOf = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect(), { size } = model.get("frame");
    return {
      x: ((clientX - box.left) / box.width) * size[0],
      y: ((box.bottom - clientY) / box.height) * size[1],
    };
  };
  const drags = (event) => {
    const { x, y } = placeOf(event);
    return model.get("drags").some((area) => within([x, y, x, y], area, 0));
  };
  const send = (pointer, event) => {
    const message = { pointer, ...placeOf(event) };
    if ((pointer === "drag" || pointer === "hover") && waiting) {
      next = message;
      return;
    }
    if (next) flush();
    waiting = true;
    model.send(message);
  };
  const ready = (message) => message.ready && flush();
  model.on("msg:custom", ready);
  onClose.push(() => model.off("msg:custom", ready));
  const active = () => model.get("listens"), hovers = () => model.get("hovers");
  // One finger scrolls the page, but where something can be dragged.
  canvas.addEventListener("touchstart", (event) => {
    if (active() && event.touches.length === 1 && drags(event.touches[0])) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    tapping = event.pointerType !== "mouse" && !drags(event); // or about to scroll
    if (active() && !tapping) {
      canvas.setPointerCapture(event.pointerId);
      send("press", event);
    }
    if (hovers() && event.pointerType !== "mouse") send("hover", event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (active() && event.buttons & 1) tapping || send("drag", event);
    else if (hovers() && !event.buttons) send("hover", event);
  });
  // A finger leaves whenever it is lifted: what it has touched stays shown.
  const leave = (event) => hovers() && event.pointerType === "mouse" && send("leave", event);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("pointerup", (event) => {
    if (!active() || event.button !== 0) return;
    if (tapping) send("press", event);
    send("release", event);
  });
  canvas.addEventListener("pointercancel", (event) => active() && !tapping && send("release", event));
}

// Calls back when the number of device pixels to a CSS pixel changes.
function watchDensity(callback, onClose) {
  let query;
  const changed = () => {
    query?.removeEventListener("change", changed);
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", changed);
    callback();
  };
  changed();
  onClose.push(() => query.removeEventListener("change", changed));
}

// Tells the model how much room there is: at once at first, later when it has stopped changing.
function reportRoom(model, el, onClose) {
  let due = 0, told = false;
  const screen = () =>
    document.fullscreenElement?.contains(el) ? document.fullscreenElement : el.closest(".jp-WindowedPanel-outer");
  const report = () => {
    const down = (length, unit) => Math.floor(length / unit) * unit;
    const zoom = Number(getComputedStyle(el).getPropertyValue("--live-figure-zoom")) || 1;
    const room = {
      width: down(el.getBoundingClientRect().width, 8),
      height: down(screen()?.clientHeight ?? innerHeight, 16), zoom,
    };
    const known = model.get("room") ?? {};
    if (!room.width || Object.keys(room).every((key) => room[key] === known[key])) return;
    told = true;
    model.set("room", room);
    model.save_changes();
  };
  const changed = () => {
    clearTimeout(due);
    if (told) due = setTimeout(report, 150);
    else report();
  };
  const sizes = new ResizeObserver(changed);
  sizes.observe(el);
  window.addEventListener("resize", changed);
  document.addEventListener("fullscreenchange", changed);
  onClose.push(() => {
    clearTimeout(due);
    sizes.disconnect();
    window.removeEventListener("resize", changed);
    document.removeEventListener("fullscreenchange", changed);
  });
}

function render({ model, el }) {
  const canvas = el.appendChild(document.createElement("canvas"));
  const picture = new Picture(model), onClose = [];
  let due = 0;
  const paint = () => {
    due = 0;
    if (canvas.width && canvas.height) picture.paint(canvas);
  };
  const repaint = () => (due ||= requestAnimationFrame(paint));
  const lay = () => {
    const [width, height] = model.get("frame").size;
    Object.assign(canvas.style, {
      display: "block", width: "100%", maxWidth: width + "px", aspectRatio: width + " / " + height,
    });
    const listens = model.get("listens");
    Object.assign(canvas.style, {
      userSelect: listens ? "none" : "auto", cursor: listens ? "crosshair" : "auto",
    });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", model.get("alt"));
  };
  const resize = () => {
    const [width, height] = model.get("frame").size, shown = canvas.getBoundingClientRect().width;
    const density = model.get("room")?.zoom > 1 ? Math.max(devicePixelRatio, 2) : devicePixelRatio;
    const columns = Math.round(shown * density), rows = Math.round((columns * height) / width);
    if (!columns || (columns === canvas.width && rows === canvas.height)) return;
    canvas.width = columns;
    canvas.height = rows;
    paint(); // at once: setting the size has cleared the canvas
  };
  const changed = () => {
    lay();
    resize();
    repaint();
  };
  model.on("change", changed);
  onClose.push(() => model.off("change", changed), () => cancelAnimationFrame(due));
  lay();
  const sizes = new ResizeObserver(resize), themes = new MutationObserver(repaint);
  sizes.observe(canvas);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  onClose.push(() => sizes.disconnect(), () => themes.disconnect());
  watchDensity(resize, onClose);
  listenToPointer(model, canvas, onClose);
  reportRoom(model, el, onClose);
  return () => onClose.forEach((close) => close());
}

// Once for each model, however many views it has.
function initialize({ model }) {
  const save = (message, buffers) => {
    if (!message.download) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([buffers[0]], { type: message.type }));
    link.download = message.download;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  model.on("msg:custom", save);
  return () => model.off("msg:custom", save);
}

export default { initialize, render };
