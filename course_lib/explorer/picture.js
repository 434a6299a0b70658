// Draws one picture: title, legend, axes, layers, and the description below. What has not changed is left alone.
// All lengths are units of the em: drawing and letters grow with the size of the page's letters.
import { axisNodes, layOut, readRamp } from "./axes.js";
import { h, place, s, set, uniqueId } from "./dom.js";
import { createHandles } from "./drag.js";
import { LAYERS } from "./layers.js";
import { createReadout } from "./readout.js";

const FAILED = "No picture for these values";
const EM = 14; // An em has so many units.
const SHARE = 0.55; // Of the window's height, so that the controls are in sight as well.
const TALLEST = 3; // So many of the longest texts are tried for the room that titles and legends need.

/**
 * The figure inside of `root`. `grabbed(moves, event, frame, layer)` is called when a layer is grabbed,
 * `advice(picture)` gives the line below a picture, `say(text)` is called when a value is read by keyboard.
 * @param {{
 *   root: HTMLElement,
 *   grabbed: (moves: number[], event: PointerEvent, frame: Frame, layer: Layer<DragStyle>) => void,
 *   advice: (picture: Drawn, styles: DragStyle[]) => string,
 *   say: (text: string) => void,
 * }} parts
 */
export function createPicture({ root, grabbed, advice, say }) {
  const clip = uniqueId("kink-clip");
  const clipRect = s("rect");
  const [behind, marks, notes] = [s("g"), s("g"), s("g")];
  const handleGroup = s("g", { "data-page-only": true });
  const readGroup = s("g", { "data-page-only": true, class: "kink-reading" });
  const plotArea = s("g", {}, behind, marks, notes, handleGroup, readGroup);
  const svg = s("svg", { role: "img" }, s("clipPath", { id: clip }, clipRect), plotArea);
  const fields = h("div", { class: "kink-fields" });
  const stage = h("div", {
    class: "kink-stage", tabindex: 0, role: "application", "aria-label": "Picture. The arrow keys read values.",
  }, fields, svg);
  // The title names the whole explorer, also while it is hidden: so it has words before the first picture, too.
  const title = h("p", { class: "kink-title", id: uniqueId("kink-title"), hidden: true }, "Live figure");
  const legend = h("ul", { class: "kink-legend", "aria-label": "Legend" });
  // No live region: its text is returned by `draw`, to be announced like that of any other picture.
  const message = h("div", { class: "kink-error", hidden: true });
  const tip = h("p", { class: "kink-tip" });
  // Screen readers get the same words as the name of the picture; twice would be once too often.
  const caption = h("p", { class: "kink-description", "aria-hidden": "true" });
  const node = h("div", { class: "kink-figure" }, title, legend, stage, message, tip, caption);
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  /** @type {{ node: Element, style: Style }[]} */
  const drawn = [];
  const handles = createHandles(handleGroup, (moves, event, layer) => grabbed(moves, event, { axes, plot }, layer));
  const readout = createReadout(readGroup, say);
  let [unit, axesKey, left] = [1, "", 0];
  /** @type {Size | null} */
  let size = null;
  /** @type {Found | null} */
  let shown = null;
  /** @type {Plot & { top: number }} */
  let plot = { width: 0, height: 0, top: 0 };
  /** @type {Axis[]} */
  let axes = [];
  /** @type {Axis[]} */
  let upright = [];
  /** @type {(event: MouseEvent) => Point} */
  const inStage = (event) => {
    const box = svg.getBoundingClientRect();
    return [(event.clientX - box.left) / unit - left, (event.clientY - box.top) / unit - plot.top];
  };

  /**
   * Show picture `index` of `pictures` (see store.js); return what to announce: its description, or why there is none.
   * @type {(pictures: PictureSet, index: number) => string}
   */
  function draw(pictures, index) {
    const first = shown?.[0] !== pictures;
    shown = [pictures, index];
    const picture = pictures.pictures[index];
    const failed = picture.error !== undefined;
    const text = failed ? "" : pictures.texts[picture.description];
    message.hidden = !failed;
    stage.hidden = title.hidden = tip.hidden = failed;
    legend.hidden = failed || !legend.childElementCount;
    caption.textContent = text;
    if (failed) {
      const heading = h("p", { class: "kink-error-title" }, FAILED);
      message.replaceChildren(heading, h("p", {}, picture.error));
      return `${FAILED}. ${picture.error}`;
    }
    svg.setAttribute("aria-label", text);
    const heading = pictures.texts[picture.title];
    if (title.textContent !== heading) title.textContent = heading;
    if (!size) return text;
    if (first) reserve(pictures);
    const layers = picture.layers.map(([style, ...arrays]) => ({
      style: pictures.styles[style],
      arrays: arrays.map((i) => pictures.array(i)),
    }));
    const field = layers.map((layer) => layer.style).find((style) => style.kind === "field");
    axes = picture.axes.map((i) => pictures.axes[i]);
    drawAxes(picture, size, field);
    drawLayers(layers);
    handles.update(layers, plot);
    readout.follow(layers, axes, plot);
    const words = advice(picture, handles.styles());
    if (tip.textContent !== words) tip.textContent = words;
    return text;
  }

  /** @type {(picture: Drawn, size: Size, field: FieldStyle | undefined) => void} */
  function drawAxes({ equal }, size, field) {
    const key = JSON.stringify([size, axes, field?.label, field?.range]);
    if (key === axesKey) return;
    axesKey = key;
    context.font = `12px ${getComputedStyle(node).fontFamily}`;
    const layout = layOut(axes, { field, equal, others: upright }, size, (text) => context.measureText(text).width);
    const { top, height } = layout;
    left = layout.left;
    plot = { ...layout.plot, top };
    const { width } = size;
    set(svg, { width: width * unit, height: height * unit, viewBox: `0 0 ${width} ${height}` });
    if (!size.height) place(stage, { height: height * unit });
    place(fields, { left: left * unit, top: top * unit, width: plot.width, height: plot.height });
    fields.style.transform = `scale(${unit})`;
    plotArea.setAttribute("transform", `translate(${left},${top})`);
    // A little wider than the area itself, so that a line along its edge keeps its full width.
    set(clipRect, { x: -2, y: -2, width: plot.width + 4, height: plot.height + 4 });
    behind.replaceChildren(...axisNodes(axes, field, layout));
    behind.classList.toggle("kink-bare", field !== undefined);
    if (field) plot.ramp = readRamp(behind);
  }

  /** @type {(layers: Layer[]) => void} */
  function drawLayers(layers) {
    const kept = layers.findIndex(({ style }, i) => drawn[i]?.style.kind !== style.kind);
    let restyled = drawn.length !== layers.length;
    // From the first layer of another kind on, all are made anew: later ones must stay in front.
    drawn.splice(kept < 0 ? layers.length : kept).forEach((old) => old.node.remove());
    layers.forEach(({ style, arrays }, i) => {
      const kind = LAYERS[style.kind];
      drawn[i] ??= { node: add(kind.create(), style.kind), style: /** @type {Style} */ ({}) };
      const current = drawn[i];
      if (current.style !== style) {
        kind.restyle(current.node, style);
        restyled = true;
        current.style = style;
      }
      kind.update(current.node, arrays, plot);
    });
    if (restyled) drawLegend(layers.map((layer) => layer.style));
  }

  /** @type {(created: Element, kind: Kind) => Element} */
  function add(created, kind) {
    const places = /** @type {Partial<Record<Kind, Element>>} */ ({ field: fields, label: notes });
    (places[kind] ?? marks).append(created);
    if (kind === "curve" || kind === "band") created.setAttribute("clip-path", `url(#${clip})`);
    return created;
  }

  /** @type {(styles: Style[]) => void} */
  function drawLegend(styles) {
    const entries = entriesOf(styles);
    legend.replaceChildren(...entries.map(({ style, swatch }) => h("li", {}, swatch(style), style.label)));
    legend.hidden = !legend.childElementCount;
  }

  /**
   * Give title and legend the room of the tallest ones of all settings: then neither moves the plot.
   * @type {(pictures: PictureSet) => void}
   */
  function reserve(pictures) {
    const all = pictures.pictures;
    upright = [...new Set(all.flatMap((picture) => picture.axes?.[1] ?? []))].map((i) => pictures.axes[i]);
    const titles = new Set(all.map((each) => (each.title === undefined ? "" : pictures.texts[each.title])));
    const legends = new Map(all.map(({ layers = [] }) => {
      const styles = layers.map(([style]) => pictures.styles[style]);
      return [entriesOf(styles).map(({ style }) => style.label).join(" "), styles];
    }));
    /** @type {(texts: Iterable<string>) => string[]} */
    const longest = (texts) => [...texts].sort((a, b) => b.length - a.length).slice(0, TALLEST);
    title.style.minHeight = legend.style.minHeight = "";
    const now = title.textContent;
    const tall = longest(titles).map((text) => {
      title.textContent = text;
      return title.getBoundingClientRect().height;
    });
    title.textContent = now;
    title.style.minHeight = `${Math.max(...tall)}px`;
    const rows = longest(legends.keys()).map((key) => {
      drawLegend(legends.get(key) ?? []);
      return legend.getBoundingClientRect().height;
    });
    legend.style.minHeight = `${Math.max(...rows)}px`;
    drawLegend(drawn.map(({ style }) => style));
  }

  /** Draw again if the room has changed. */
  function refresh() {
    const now = Math.floor(node.clientWidth);
    if (!shown || !now) return;
    unit = Number.parseFloat(getComputedStyle(node).fontSize) / EM;
    const width = now / unit;
    const full = document.fullscreenElement === root;
    const highest = Math.max(SHARE * innerHeight / unit, 190);
    // In a full screen the stage has what titles and texts leave.
    if (full) stage.style.height = "";
    const next = full ? { width, height: Math.floor(stage.clientHeight) / unit } : { width, highest };
    if (JSON.stringify(next) === JSON.stringify(size)) {
      // The figure keeps the room it once needed: what stands below must not jump while a slider moves.
      node.style.minHeight = full ? "" : `${node.offsetHeight}px`;
      return;
    }
    node.style.minHeight = "";
    size = next;
    axesKey = "";
    const current = shown;
    shown = null;
    draw(...current);
  }

  const read = (/** @type {PointerEvent} */ event) => {
    if (!root.classList.contains("kink-dragging")) readout.point(...inStage(event));
  };
  stage.addEventListener("pointermove", read);
  stage.addEventListener("pointerdown", read);
  // A finger covers what it reads: the words stay until another place is tapped.
  stage.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && readout.hide());
  stage.addEventListener("blur", readout.hide);
  stage.addEventListener("focus", () => stage.matches(":focus-visible") && readout.key("focus"));
  stage.addEventListener("keydown", (event) => {
    if (readout.key(event.key)) event.preventDefault();
  });

  return {
    node, titleId: title.id, draw, refresh, inStage, mark: handles.mark, svg, stage,
    /** Forget the size, so that the next `refresh` draws everything. */
    forget() {
      size = null;
    },
    /**
     * What a file needs that is to hold the picture.
     * @type {() => Figure}
     */
    figure: () => ({
      node, svg, title: title.textContent ?? "", description: caption.textContent ?? "",
      canvases: /** @type {HTMLCanvasElement[]} */ ([...fields.children]).map((canvas) => ({ canvas, place: {
        x: left + Number.parseFloat(canvas.style.left), y: plot.top + Number.parseFloat(canvas.style.top),
        width: Number.parseFloat(canvas.style.width), height: Number.parseFloat(canvas.style.height),
      } })),
      entries: [...legend.children].map((item) => ({
        swatch: /** @type {SVGSVGElement} */ (item.firstChild), text: item.textContent ?? "",
      })),
    }),
  };
}

/** @type {(styles: Style[]) => { style: NamedStyle, swatch: (style: NamedStyle) => SVGElement }[]} */
const entriesOf = (styles) => styles.flatMap((style) => {
  const { swatch } = LAYERS[style.kind];
  return style.kind !== "label" && style.label && swatch ? [{ style, swatch }] : [];
});
