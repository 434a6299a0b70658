// A picture as a file of its own: SVG, or PNG made from it, with title, legend and description inside.
import { h, s, set } from "./dom.js";

const MARGIN = 16;
const TITLE = 20;
const LOOKS = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "paint-order", "font-size", "font-weight", "display", "stop-color",
];
const DENSITY = 2;

/**
 * `text` in lines of at most `width`; `measure(text)` says how wide a piece is.
 * @type {(text: string, width: number, measure: Measure) => string[]}
 */
export function wrap(text, width, measure) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * The SVG of a figure (see picture.js) as text: it needs no style sheet, and says in words what it shows.
 * @type {(figure: Figure) => string}
 */
export function asSvg({ node, svg, canvases, title, description, entries }) {
  const [width, plotHeight] = String(svg.getAttribute("viewBox")).split(" ").slice(2).map(Number);
  const look = getComputedStyle(node);
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  /** @type {(font: string) => Measure} */
  const measure = (font) => (text) => {
    pen.font = `${font} ${look.fontFamily}`;
    return pen.measureText(text).width;
  };
  /** @type {SVGElement[]} */
  const parts = [];
  let y = MARGIN;
  /** @type {(text: string, attributes: { "font-size": number, "font-weight"?: number }) => void} */
  const write = (text, attributes) => {
    y += attributes["font-size"] * 1.4;
    parts.push(s("text", { x: 0, y, fill: look.color, ...attributes }, text));
  };
  for (const line of wrap(title, width, measure("600 16px"))) write(line, { "font-size": 16, "font-weight": 600 });
  y += 4;
  let x = 0;
  for (const { swatch, text } of entries) {
    const { width: across } = swatch.viewBox.baseVal;
    const lines = wrap(text, width - across - 8, measure("13px"));
    const room = across + 8 + Math.max(...lines.map(measure("13px")));
    if (x && x + room > width) [x, y] = [0, y + TITLE];
    const sample = withLooks(swatch);
    set(sample, { x, y: y + 3, width: across, height: 14 });
    parts.push(sample, ...lines.map((line, i) =>
      s("text", { x: x + across + 8, y: y + 14 + TITLE * i, "font-size": 13, fill: look.color }, line)));
    y += TITLE * (lines.length - 1);
    x += room + 20;
  }
  y += (entries.length ? TITLE : 0) + 6;
  const drawing = withLooks(svg);
  // Names at the ends of axes may reach beyond the drawing, as they do in the page.
  set(drawing, { y, width, height: plotHeight, overflow: "visible" });
  // Fields lie behind the drawing, which is placed alike.
  parts.push(...canvases.map(({ canvas, place }) => s("image", {
    href: canvas.toDataURL(), preserveAspectRatio: "none", style: "image-rendering: pixelated",
    ...place, y: place.y + y,
  })), drawing);
  y += plotHeight + 6;
  for (const line of wrap(description, width, measure("13px"))) write(line, { "font-size": 13 });
  const size = { width: width + 2 * MARGIN, height: y + 2 * MARGIN };
  const whole = s("svg", { xmlns: "http://www.w3.org/2000/svg", role: "img", ...size, "font-family": look.fontFamily },
    s("title", {}, title), s("desc", {}, description),
    s("rect", { ...size, fill: getComputedStyle(node.closest(".kink") ?? node).backgroundColor }),
    s("g", { transform: `translate(${MARGIN},0)` }, ...parts));
  return new XMLSerializer().serializeToString(whole);
}

/**
 * A PNG of an SVG text, twice as fine as the page.
 * @type {(text: string) => Promise<Blob | null>}
 */
export async function asPng(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = h("canvas", { width: DENSITY * image.width, height: DENSITY * image.height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done));
}

/**
 * Offer a file to keep.
 * @type {(content: BlobPart, name: string, type: string) => void}
 */
export function download(content, name, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/**
 * A copy with the looks that the page's style sheets give, without what only the page needs.
 * @type {(original: SVGElement) => SVGElement}
 */
function withLooks(original) {
  const copy = /** @type {SVGElement} */ (original.cloneNode(true));
  const [from, to] = [original, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((node, i) => {
    const look = getComputedStyle(node);
    for (const name of LOOKS) {
      const value = look.getPropertyValue(name);
      if (value && value !== "none" || name === "fill" || name === "display") to[i].setAttribute(name, value);
    }
    to[i].removeAttribute("style");
    to[i].removeAttribute("class");
  });
  copy.querySelectorAll("[data-page-only]").forEach((node) => node.remove());
  return copy;
}
