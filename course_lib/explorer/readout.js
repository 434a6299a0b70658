// Reads the numbers off a picture: those of the data point nearest to the pointer, a tap or, by keyboard, of the points
// one after the other.
import { s, set } from "./dom.js";
import { distance2 } from "./drag.js";
import { inWords } from "./ticks.js";

const NEAR = 28; // units
const READ_LINE = 17;
const SEEN = (/** @type {number} */ fraction) => fraction > -1e-6 && fraction < 1 + 1e-6;

/**
 * The series in which a point can be read: its name, and its points inside the picture as {x, y} fractions.
 * @type {(layers: Layer[]) => ReadSeries[]}
 */
export function readable(layers) {
  return layers.flatMap(({ style, arrays: [xs, ys] }) => {
    if (style.kind !== "points" && style.kind !== "curve") return [];
    const points = Array.from(xs, (x, i) => ({ x, y: ys[i] })).filter(({ x, y }) => SEEN(x) && SEEN(y));
    return points.length ? [{ name: style.label, kind: style.kind, points }] : [];
  });
}

/**
 * The point nearest to (px, py) in units, as [series, its place there], or null if none is near. Dots come first.
 * @type {(series: ReadSeries[], plot: Plot, px: number, py: number) => ReadPlace | null}
 */
export function nearestPoint(series, plot, px, py) {
  /** @type {ReadPlace | null} */
  let found = null;
  let least = NEAR ** 2;
  series.forEach(({ kind, points }, k) => points.forEach(({ x, y }, i) => {
    const far = distance2("points", [x * plot.width], [(1 - y) * plot.height], px, py) * (kind === "points" ? 0.5 : 1);
    if (far < least) [found, least] = [[k, i], far];
  }));
  return found;
}

/**
 * The place in a series whose x is nearest to `x`.
 * @type {(points: { x: number, y: number }[], x: number) => number}
 */
export function nearestAcross(points, x) {
  const far = points.map((point) => Math.abs(point.x - x));
  return far.indexOf(Math.min(...far));
}

/**
 * Coordinates in the axes' own format, with the name of the series if it has one.
 * @type {(series: ReadSeries, i: number, axes: Axis[]) => string}
 */
export function pointInWords({ name, points }, i, axes) {
  const { x, y } = points[i];
  const pair = `(${inWords(axes[0], x)}, ${inWords(axes[1], y)})`;
  return name ? `${name}: ${pair}` : pair;
}

/**
 * The value of a field at a place, or null where it has none.
 * @type {(field: Layer<FieldStyle>, axes: Axis[], x: number, y: number) => string | null}
 */
export function fieldInWords({ style, arrays: [xs, ys, values] }, axes, x, y) {
  const [across, up] = [(x - xs[0]) / (xs[1] - xs[0]), (y - ys[0]) / (ys[1] - ys[0])];
  if (across < 0 || across >= 1 || up < 0 || up >= 1) return null;
  const value = values[Math.floor(up * style.rows) * style.columns + Math.floor(across * style.columns)];
  const shown = inWords({ limits: style.range, log: false }, value);
  return `${style.label || "value"} ${shown} at (${inWords(axes[0], x)}, ${inWords(axes[1], y)})`;
}

/**
 * The mark and the text on the picture. `say(text)` is called with what the keyboard has come to.
 * @param {SVGGElement} group
 * @param {(text: string) => void} say
 */
export function createReadout(group, say) {
  const dot = s("circle", { class: "kink-read-dot", r: 5 });
  const text = s("text", { class: "kink-read" });
  /** @type {Layer[]} */
  let layers = [];
  /** @type {Axis[]} */
  let axes = [];
  /** @type {Plot} */
  let plot = { width: 0, height: 0 };
  /** @type {ReadSeries[] | null} */
  let series = null;
  /** @type {ReadPlace | null} */
  let at = null;

  // Of one picture they are read once, however often the pointer moves over it.
  const all = () => (series ??= readable(layers));

  /** @type {(x: number, y: number, words: string) => void} */
  function show(x, y, words) {
    const right = x * plot.width > plot.width / 2;
    group.replaceChildren(dot, text);
    set(dot, { cx: x * plot.width, cy: (1 - y) * plot.height });
    // Where it is narrow, the name stands above the numbers, and neither leaves the plot.
    text.textContent = words;
    const parts = text.getComputedTextLength() > plot.width ? words.split(/(?<=: )|(?= at \()/) : [words];
    const top = Math.max((1 - y) * plot.height - 10 - READ_LINE * (parts.length - 1), 12);
    text.replaceChildren(...parts.map((part, i) => s("tspan", { y: top + READ_LINE * i }, part)));
    for (const line of /** @type {Iterable<SVGTextElement>} */ (text.children)) {
      const length = line.getComputedTextLength();
      const start = x * plot.width + (right ? -10 - length : 10);
      line.setAttribute("x", String(Math.max(Math.min(start, plot.width - length), 0)));
    }
  }

  /** @type {(k: number, i: number) => string} */
  function select(k, i) {
    at = [k, i];
    const { x, y } = all()[k].points[i];
    const words = pointInWords(all()[k], i, axes);
    show(x, y, words);
    return words;
  }

  function hide() {
    at = null;
    group.replaceChildren();
  }

  return {
    hide,
    /**
     * The picture that is read from now on.
     * @param {[Layer[], Axis[], Plot]} picture
     */
    follow(...picture) {
      [layers, axes, plot] = picture;
      series = null;
      hide();
    },
    /**
     * What stands at (px, py), in units of the plotting area.
     * @type {(px: number, py: number) => void}
     */
    point(px, py) {
      const found = nearestPoint(all(), plot, px, py);
      if (found) return void select(...found);
      const [x, y] = [px / plot.width, 1 - py / plot.height];
      const field = layers.findLast(({ style }) => style.kind === "field");
      const words = field ? fieldInWords(/** @type {Layer<FieldStyle>} */ (field), axes, x, y) : null;
      if (words) show(x, y, words);
      else hide();
    },
    /**
     * Left and right go along a series, up and down to another one; whether the key was one of these.
     * @type {(key: string) => boolean}
     */
    key(key) {
      const found = all();
      if (!found.length) return false;
      let [k, i] = at ?? [0, 0];
      const { x } = found[k].points[i];
      const last = () => found[k].points.length - 1;
      /** @type {Record<string, () => void>} */
      const moves = {
        ArrowLeft: () => { i -= 1; }, ArrowRight: () => { i += 1; }, Home: () => { i = 0; }, End: () => { i = last(); },
        ArrowUp: () => { k -= 1; }, ArrowDown: () => { k += 1; },
      };
      if (!moves[key] && key !== "focus") return false;
      if (at !== null) moves[key]?.();
      k = Math.min(Math.max(k, 0), found.length - 1);
      i = Math.min(Math.max(i, 0), last());
      if (at !== null && k !== at[0]) i = nearestAcross(found[k].points, x);
      say(select(k, i));
      return true;
    },
  };
}
