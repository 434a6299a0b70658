// Draws one picture: title, legend, axes, layers, and the description below. What has not changed is left alone.
import { axisNodes, layOut, readRamp } from "./axes.js";
import { h, place, s, set, uniqueId } from "./dom.js";
import { LAYERS } from "./layers.js";

const FAILED = "No picture for these values";

export function createPicture() {
  const clip = uniqueId("kink-clip");
  const clipRect = s("rect");
  const [behind, marks, notes] = [s("g"), s("g"), s("g")];
  const plotArea = s("g", {}, behind, marks, notes);
  const svg = s("svg", { role: "img" }, s("clipPath", { id: clip }, clipRect), plotArea);
  const fields = h("div", { class: "kink-fields" });
  const stage = h("div", { class: "kink-stage" }, fields, svg);
  // The title names the whole explorer, also while it is hidden: so it has words before the first picture, too.
  const title = h("p", { class: "kink-title", id: uniqueId("kink-title"), hidden: true }, "Live figure");
  const legend = h("ul", { class: "kink-legend", "aria-label": "Legend" });
  // No live region: its text is returned by `draw`, to be announced like that of any other picture.
  const message = h("div", { class: "kink-error", hidden: true });
  // Screen readers get the same words as the name of the picture; twice would be once too often.
  const caption = h("p", { class: "kink-description", "aria-hidden": "true" });
  const node = h("div", { class: "kink-figure" }, title, legend, stage, message, caption);
  const context = document.createElement("canvas").getContext("2d");
  const drawn = [];
  let [width, shown, axesKey, plot] = [0, null, "", null];

  /** Show picture `index` of `pictures` (see store.js); return what to announce: its description, or why there is none. */
  function draw(pictures, index) {
    shown = [pictures, index];
    const picture = pictures.pictures[index];
    const failed = picture.error !== undefined;
    const text = failed ? "" : pictures.texts[picture.description];
    message.hidden = !failed;
    stage.hidden = title.hidden = failed;
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
    if (!width) return text;
    const layers = picture.layers.map(([style, ...arrays]) => ({
      style: pictures.styles[style],
      arrays: arrays.map((i) => pictures.array(i)),
    }));
    const field = layers.find((layer) => layer.style.kind === "field")?.style;
    drawAxes(picture.axes.map((i) => pictures.axes[i]), field);
    drawLayers(layers);
    return text;
  }

  function drawAxes(axes, field) {
    const key = JSON.stringify([width, axes, field?.label, field?.range]);
    if (key === axesKey) return;
    axesKey = key;
    context.font = `12px ${getComputedStyle(node).fontFamily}`;
    const layout = layOut(axes, field, width, (text) => context.measureText(text).width);
    const { left, top, height } = layout;
    plot = layout.plot;
    set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    place(stage, { height });
    place(fields, { left, top, ...plot });
    plotArea.setAttribute("transform", `translate(${left},${top})`);
    // A little wider than the area itself, so that a line along its edge keeps its full width.
    set(clipRect, { x: -2, y: -2, width: plot.width + 4, height: plot.height + 4 });
    behind.replaceChildren(...axisNodes(axes, field, layout));
    behind.classList.toggle("kink-bare", field !== undefined);
    if (field) plot.ramp = readRamp(behind);
  }

  function drawLayers(layers) {
    const kept = layers.findIndex(({ style }, i) => drawn[i]?.style.kind !== style.kind);
    let restyled = drawn.length !== layers.length;
    // From the first layer of another kind on, all are made anew: later ones must stay in front.
    drawn.splice(kept < 0 ? layers.length : kept).forEach((old) => old.node.remove());
    layers.forEach(({ style, arrays }, i) => {
      const kind = LAYERS[style.kind];
      drawn[i] ??= { node: add(kind.create(), style.kind), style: {} };
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

  function add(created, kind) {
    ({ field: fields, label: notes }[kind] ?? marks).append(created);
    if (kind === "curve" || kind === "band") created.setAttribute("clip-path", `url(#${clip})`);
    return created;
  }

  function drawLegend(styles) {
    const named = styles.filter((style) => style.label && LAYERS[style.kind].swatch);
    legend.replaceChildren(...named.map((style) => h("li", {}, LAYERS[style.kind].swatch(style), style.label)));
    legend.hidden = !named.length;
  }

  /** Draw again if the width has changed. */
  function refresh() {
    const now = Math.floor(node.clientWidth);
    if (!shown || !now) return;
    // The figure keeps the room it once needed: what stands below must not jump while a slider moves.
    node.style.minHeight = now === width ? `${node.offsetHeight}px` : "";
    if (now === width) return;
    width = now;
    axesKey = "";
    draw(...shown);
  }

  /** Forget the width, so that the next `refresh` draws everything. */
  function forget() {
    width = 0;
  }

  return { node, titleId: title.id, draw, refresh, forget };
}
