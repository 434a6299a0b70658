// One drawer for each kind of layer: `create` makes its node, `restyle` sets what does not move, `update` what does.
// `plot` is {width, height} of the plotting area in pixels; positions come as fractions of it, y upwards.
import { place, s, set } from "./dom.js";

const TEXT_OFFSET = 6;
const round = (/** @type {number} */ pixels) => Math.round(pixels * 10) / 10;
const inside = (/** @type {number} */ fraction) => fraction > -1e-6 && fraction < 1 + 1e-6;
const ink = (/** @type {string} */ name) => `var(--kink-${name})`;

/** @type {Drawer<SVGPathElement, CurveStyle>} */
const curve = {
  create: () => s("path", { fill: "none", "stroke-miterlimit": 2 }),
  restyle(node, style) {
    node.style.stroke = ink(style.color);
    node.style.strokeWidth = String(style.width);
    node.style.strokeDasharray = style.dash.join(" ");
    // A round cap would close the gaps of a dashed line.
    node.style.strokeLinecap = style.dash.length ? "butt" : "round";
  },
  update: (node, [xs, ys], plot) => node.setAttribute("d", path(xs, ys, plot)),
  swatch: (style) => sample(curve, style, [[0, 1], [0.5, 0.5]]),
};

/** @type {Drawer<SVGPathElement, PointsStyle>} */
const points = {
  create: () => s("path", { "stroke-width": 2 }),
  restyle(node, style) {
    node.style.stroke = ink(style.color);
    node.style.fill = style.marker === "filled" ? ink(style.color) : "var(--kink-background)";
    node.dataset.radius = String(style.size / 2);
  },
  update(node, [xs, ys], plot) {
    node.setAttribute("d", circles(xs, ys, plot, Number(node.dataset.radius)));
  },
  swatch: (style) => sample(points, style, [[0.5], [0.5]], 14),
};

/** @type {Drawer<SVGPathElement, BandStyle>} */
const band = {
  create: () => s("path", { "stroke-width": 1 }),
  restyle(node, style) {
    node.style.fill = node.style.stroke = ink(style.color);
    node.style.fillOpacity = String(style.opacity);
  },
  update(node, [xs, low, high], plot) {
    const back = path(xs.slice().reverse(), low.slice().reverse(), plot);
    node.setAttribute("d", `${path(xs, high, plot)}L${back.slice(1)}Z`);
  },
  swatch: (style) => sample(band, style, [[0.05, 0.95], [0.1, 0.1], [0.9, 0.9]]),
};

/** @type {Drawer<SVGTextElement, LabelStyle>} */
const label = {
  create: () => s("text", { class: "kink-note" }),
  restyle(node, style) {
    node.textContent = style.text;
    node.style.fill = ink(style.color);
    const has = (/** @type {string} */ word) => Number(style.anchor.includes(word));
    const side = (/** @type {string} */ before, /** @type {string} */ after) => has(after) - has(before);
    const [right, down] = [side("left", "right"), side("above", "below")];
    set(node, {
      "text-anchor": ["end", "middle", "start"][right + 1],
      dx: right * TEXT_OFFSET,
      dy: ["-0.8em", "0.35em", "1.5em"][down + 1],
    });
  },
  update(node, [[x], [y]], plot) {
    node.style.display = inside(x) && inside(y) ? "" : "none";
    set(node, { x: round(x * plot.width), y: round((1 - y) * plot.height) });
  },
};

/**
 * Fields are canvases behind the SVG, one pixel a cell, enlarged by the browser.
 * @type {Drawer<HTMLCanvasElement, FieldStyle>}
 */
const field = {
  create: () => document.createElement("canvas"),
  restyle: (node, style) => Object.assign(node, { width: style.columns, height: style.rows }),
  update(node, [xs, ys, values], plot) {
    const [left, top] = [xs[0] * plot.width, (1 - ys[1]) * plot.height];
    place(node, { left, top, width: (xs[1] - xs[0]) * plot.width, height: (ys[1] - ys[0]) * plot.height });
    const ramp = /** @type {Ramp} */ (plot.ramp);
    const image = new ImageData(node.width, node.height);
    for (let i = 0; i < values.length; i++) {
      // Row 0 is at the bottom of the picture and at the end of the image.
      const cell = (node.height - 1 - Math.floor(i / node.width)) * node.width + (i % node.width);
      image.data.set(ramp(values[i]), 4 * cell);
    }
    node.getContext("2d")?.putImageData(image, 0, 0);
  },
};

/** @type {Record<Kind, Drawer<any, any>>} */
export const LAYERS = { curve, points, band, label, field };

/**
 * A circle of radius r around each point that lies inside the picture.
 * @type {(xs: Numbers, ys: Numbers, plot: Plot, r: number) => string}
 */
export function circles(xs, ys, plot, r) {
  const circle = `a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
  let d = "";
  for (let i = 0; i < xs.length; i++) {
    if (!inside(xs[i]) || !inside(ys[i])) continue;
    d += `M${round(xs[i] * plot.width) - r},${round((1 - ys[i]) * plot.height)}${circle}`;
  }
  return d;
}

/**
 * The line through the points, in the coordinates of the plotting area.
 * @type {(xs: Numbers, ys: Numbers, plot: Plot) => string}
 */
export function path(xs, ys, plot) {
  let d = "M";
  for (let i = 0; i < xs.length; i++) {
    if (i) d += "L";
    d += `${round(xs[i] * plot.width)},${round((1 - ys[i]) * plot.height)}`;
  }
  return d;
}

/**
 * @template {Style} Of
 * @param {Drawer<SVGPathElement, Of>} kind
 * @param {Of} style
 * @param {number[][]} arrays
 */
function sample(kind, style, arrays, width = 28) {
  const node = kind.create();
  kind.restyle(node, style);
  kind.update(node, arrays, { width, height: 14 });
  const em = { width: `${width / 14}em`, height: "1em" };
  return s("svg", { class: "kink-swatch", ...em, viewBox: `0 0 ${width} 14`, "aria-hidden": "true" }, node);
}
