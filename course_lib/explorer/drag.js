// Layers that stand for a control can be dragged. Where they may go is in the pictures: of all values of the control,
// that one is taken for which the layer lies nearest to the pointer. So a point goes along its curve or over the plane,
// a line up, down or round, and nobody has to say which.
import { s } from "./dom.js";
import { circles, path } from "./layers.js";

const TOUCH = 14; // Half of the least target for a finger, in units.
// A line has to come nearer by this much before it is taken instead of the present one: at a pivot all are near.
const HYSTERESIS = 1.5;
const SAME = 1e-3; // Units; places are in single precision.

/**
 * The squared distance of (px, py) from points, or from the line through them.
 * @type {(kind: Kind, xs: Numbers, ys: Numbers, px: number, py: number) => number}
 */
export function distance2(kind, xs, ys, px, py) {
  let least = Infinity;
  for (let i = 0; i < xs.length; i++) {
    let [dx, dy] = [px - xs[i], py - ys[i]];
    if (kind === "curve" && i + 1 < xs.length) {
      const [ex, ey] = [xs[i + 1] - xs[i], ys[i + 1] - ys[i]];
      const along = Math.min(Math.max((dx * ex + dy * ey) / (ex * ex + ey * ey || 1), 0), 1);
      [dx, dy] = [dx - along * ex, dy - along * ey];
    }
    least = Math.min(least, dx * dx + dy * dy);
  }
  return least;
}

/**
 * Fractions of the axis `from` as fractions of the axis `to`.
 * @type {(fractions: Float32Array, from: Scale, to: Scale) => Float32Array}
 */
export function onAxis(fractions, from, to) {
  const [a, b, low, high] = [...from.limits, ...to.limits].map((end) => (from.log ? Math.log10(end) : end));
  return a === low && b === high ? fractions : fractions.map((at) => (a + at * (b - a) - low) / (high - low));
}

/**
 * The number of the picture whose layer for the controls `moves` lies nearest to (x, y), in the units of `frame` =
 * {axes, plot}; among equally near ones it is the present one. Other controls keep their places.
 * @type {(set: PictureSet, number: number, moves: number[], frame: Frame, at: Point, numbers: number[]) => number}
 */
export function nearest(set, number, moves, frame, [x, y], numbers) {
  let [best, least] = [number, Infinity];
  for (const candidate of [number, ...numbers]) {
    const picture = set.pictures[candidate];
    if (picture.error !== undefined) continue;
    for (const [style, ...arrays] of picture.layers) {
      const { kind, moves: own } = set.styles[style];
      if (String(own) !== String(moves)) continue;
      const [xs, ys] = [0, 1].map((k) => onAxis(set.array(arrays[k]), set.axes[picture.axes[k]], frame.axes[k]));
      const across = Array.from(xs, (at) => at * frame.plot.width);
      const up = Array.from(ys, (at) => (1 - at) * frame.plot.height);
      const far = Math.sqrt(distance2(kind, across, up, x, y));
      if (far < least - (best === number && kind === "curve" ? HYSTERESIS : SAME)) [best, least] = [candidate, far];
    }
  }
  return best;
}

/**
 * Places to grab, over the layers that can be dragged. `grabbed(moves, event, layer)` is called when one is.
 * @param {SVGGElement} group
 * @param {(moves: number[], event: PointerEvent, layer: Layer<DragStyle>) => void} grabbed
 */
export function createHandles(group, grabbed) {
  /** @type {Handle[]} */
  let shown = [];
  let marked = -1;

  /**
   * Put them where the layers are; the same nodes stay for the same controls, so that a pointer keeps hold of them.
   * @type {(layers: Layer[], plot: Plot) => void}
   */
  function update(layers, plot) {
    const wanted = /** @type {Layer<DragStyle>[]} */ (layers.filter(({ style }) => style.moves));
    const same = wanted.length === shown.length && wanted.every(({ style }, i) => shown[i].style === style);
    if (!same) {
      shown = wanted.map(create);
      // Points lie over lines, which reach everywhere.
      const order = shown.toSorted((a, b) => Number(a.style.kind === "points") - Number(b.style.kind === "points"));
      group.replaceChildren(...order.map((handle) => handle.node));
      mark(marked);
    }
    shown.forEach((handle, i) => {
      handle.layer = wanted[i];
      const [xs, ys] = wanted[i].arrays;
      const round = handle.style.kind === "points";
      for (const node of handle.node.children) {
        const radius = Number(node.getAttribute("data-radius"));
        node.setAttribute("d", round ? circles(xs, ys, plot, radius) : path(xs, ys, plot));
      }
    });
  }

  /** @type {(layer: Layer<DragStyle>) => Handle} */
  function create(layer) {
    const { style } = layer;
    const round = style.kind === "points";
    const ring = round ? style.size / 2 + 5 : 0;
    const node = s("g", { class: `kink-handle kink-handle-${round ? "point" : "line"}` },
      s("path", { class: "kink-ring", "data-radius": ring }),
      s("path", { class: "kink-grab", "data-radius": Math.max(ring, TOUCH), "stroke-width": round ? 0 : 2 * TOUCH }));
    const handle = { style, layer, node };
    // `touch-action` does not reach every shape of a drawing: without this the page scrolls away under the finger.
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("pointerdown", (event) => {
      if (event.button === 0) grabbed(style.moves, event, handle.layer);
    });
    return handle;
  }

  /**
   * Show which of them the control in focus moves.
   * @type {(control: number) => void}
   */
  function mark(control) {
    marked = control;
    for (const { node, style } of shown) node.classList.toggle("kink-marked", style.moves.includes(control));
  }

  return { update, mark, styles: () => shown.map(({ style }) => style) };
}
