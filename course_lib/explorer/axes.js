// Grid, ticks, axis lines and names, and the colour bar of a field.
import { s, uniqueId } from "./dom.js";
import { ticks, withRoom } from "./ticks.js";

const RAMP = [0, 1, 2, 3, 4];
const TOP = 10;
// Units between ticks, at least; a unit is a pixel at the page's usual size of letters.
const [ACROSS, UP] = [70, 42];
const LINE = 16;

/**
 * Divide `size` = {width, height} among ticks, names and the plotting area; without a height the plot chooses its own,
 * up to `highest`. `others` are all y axes of the explorer: the widest decides, so that the plot never moves sideways.
 * @param {Axis[]} axes
 * @param {{ field?: FieldStyle, equal?: boolean, others: Axis[] }} what
 * @param {Size} size
 * @param {Measure} measure
 * @returns {Layout}
 */
export function layOut([x, y], { field, equal, others }, { width, height, highest = Infinity }, measure) {
  const widest = (/** @type {Tick[]} */ marks) => Math.max(0, ...marks.map((mark) => measure(mark.text)));
  const [right, bottom] = [field ? 78 : 14, x.label ? 46 : 26];
  const around = TOP + bottom;
  const chosen = height ?? Math.min(Math.max(0.5 * width, 230), equal ? 460 : 350, highest);
  // Each row that has a name keeps it.
  const free = Math.max(chosen, (y.ticks?.length ?? 0) * LINE + around);
  /** @type {(axis: Axis, length: number) => Tick[]} */
  const yTicks = (axis, length) => withRoom(ticks(axis, Math.floor(length / UP)), length, () => LINE);
  const digits = Math.max(...others.map((axis) => widest(yTicks(axis, free - around))));
  const left = Math.ceil(digits) + 12 + (y.label ? 22 : 0);
  const plot = { width: Math.max(width - left - right, 40), height: free - around };
  const [across, up] = [x, y].map(({ limits: [low, high] }) => high - low);
  if (equal) {
    const unit = Math.min(plot.width / across, plot.height / up);
    Object.assign(plot, { width: unit * across, height: unit * up });
  }
  let count = Math.floor(plot.width / ACROSS);
  let xTicks = ticks(x, count);
  // Long numbers need more room: fewer ticks, until no two touch.
  while (!x.ticks && count > 2 && widest(xTicks) + 16 > plot.width / Math.max(xTicks.length - 1, 1)) {
    count -= 1;
    xTicks = ticks(x, count);
  }
  xTicks = withRoom(xTicks, plot.width, (mark) => measure(mark.text) + 10);
  // Equal units get equal steps.
  const upright = equal ? ticks(y, Math.max(Math.round(count * up / across), 2)) : yTicks(y, plot.height);
  return { left, top: TOP, height: plot.height + around, plot, xTicks, yTicks: upright };
}

/**
 * All that stands behind the layers, as SVG nodes in the coordinates of the plotting area.
 * @param {Axis[]} axes
 * @param {FieldStyle | undefined} field
 * @param {Layout} layout
 */
export function axisNodes([x, y], field, { left, plot, xTicks, yTicks }) {
  const { width, height } = plot;
  /** @type {(at: number, kind: string) => SVGElement} */
  const across = (at, kind) => line(kind, `M0,${sharp((1 - at) * height)}H${width}`);
  /** @type {(at: number, kind: string) => SVGElement} */
  const upright = (at, kind) => line(kind, `M${sharp(at * width)},0V${height}`);
  const nodes = [
    ...xTicks.map(({ at }) => upright(at, "kink-grid")),
    ...yTicks.map(({ at }) => across(at, "kink-grid")),
    ...zero(x).map((at) => upright(at, "kink-zero")),
    ...zero(y).map((at) => across(at, "kink-zero")),
    upright(0, "kink-axis"),
    across(0, "kink-axis"),
    ...xTicks.map(({ at, text }) => tick(text, { x: at * width, y: height + 17, "text-anchor": "middle" })),
    ...yTicks.map(({ at, text }) => tick(text, { x: -8, y: (1 - at) * height, dy: "0.35em", "text-anchor": "end" })),
    name(x.label, `translate(${width / 2},${height + 39})`),
    name(y.label, `translate(${13 - left},${height / 2}) rotate(-90)`),
  ];
  return field ? [...nodes, ...colourBar(field, width + 16, height)] : nodes;
}

/** @type {(field: FieldStyle, x: number, height: number) => SVGElement[]} */
function colourBar({ range: limits, label }, x, height) {
  const id = uniqueId("kink-ramp");
  const stops = RAMP.map((i) => s("stop", { offset: i / 4, style: `stop-color: var(--kink-ramp-${i})` }));
  const marks = ticks({ limits, log: false }, Math.floor(height / UP));
  return [
    s("linearGradient", { id, x1: 0, y1: 1, x2: 0, y2: 0 }, ...stops),
    s("rect", { x, y: 0, width: 12, height, fill: `url(#${id})` }),
    ...marks.map(({ at, text }) => tick(text, { x: x + 17, y: (1 - at) * height, dy: "0.35em" })),
    name(label, `translate(${x + 58},${height / 2}) rotate(-90)`),
  ];
}

/**
 * The ramp from 0 to 1 as a table of colours, read from the bar: so it is the ramp of the present theme.
 * @type {(svg: Element) => Ramp}
 */
export function readRamp(svg) {
  const shades = [...svg.querySelectorAll("stop")].map((stop) => getComputedStyle(stop).stopColor);
  const colours = shades.map((shade) => (shade.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number));
  const table = Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (colours.length - 1);
    const low = Math.min(Math.floor(at), colours.length - 2);
    return [...colours[low].map((from, k) => from + (at - low) * (colours[low + 1][k] - from)), 255];
  });
  return (value) => table[Math.round(value * 255)];
}

/** @type {(kind: string, d: string) => SVGElement} */
const line = (kind, d) => s("path", { class: kind, d });
/** @type {(text: string, where: Attributes) => SVGElement} */
const tick = (text, where) => s("text", { class: "kink-tick", ...where }, text);
/** @type {(text: string, transform: string) => SVGElement} */
const name = (text, transform) => s("text", { class: "kink-axis-label", transform, "text-anchor": "middle" }, text);
// Lines of one pixel are sharp halfway between whole pixels.
const sharp = (/** @type {number} */ pixels) => Math.round(pixels) + 0.5;

/**
 * Where the number 0 stands on the axis, if it is inside.
 * @type {(axis: Axis) => number[]}
 */
function zero({ log, limits: [low, high] }) {
  return !log && low < 0 && high > 0 ? [-low / (high - low)] : [];
}
