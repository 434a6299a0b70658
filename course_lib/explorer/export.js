// A picture as a file of its own: SVG, or PNG made from it, with title, legend and description inside.
import { h, s } from "./dom.js";

const MARGIN = 16;
const TITLE = 20;
const LOOKS = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "paint-order", "font-size", "font-weight", "display", "stop-color",
];
const DENSITY = 2;

/** `text` in lines of at most `width`; `measure(text)` says how wide a piece is. */
export function wrap(text, width, measure) {
  return text.split(" ").reduce((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
    return lines;
  }, []);
}

/** The SVG of a figure (see picture.js) as text: it needs no style sheet, and says in words what it shows. */
export function asSvg({ node, svg, canvases, title, description, entries }) {
  const [width, plotHeight] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const look = getComputedStyle(node);
  const pen = document.createElement("canvas").getContext("2d");
  const measure = (font) => (text) => {
    pen.font = `${font} ${look.fontFamily}`;
    return pen.measureText(text).width;
  };
  const parts = [];
  let y = MARGIN;
  const write = (text, attributes) => {
    y += attributes["font-size"] * 1.4;
    parts.push(s("text", { x: 0, y, fill: look.color, ...attributes }, text));
  };
  for (const line of wrap(title, width, measure("600 16px"))) write(line, { "font-size": 16, "font-weight": 600 });
  y += 4;
  let x = 0;
  for (const { swatch, text } of entries) {
    const { width: across } = swatch.viewBox.baseVal;
    const room = across + 8 + measure("13px")(text);
    if (x && x + room > width) [x, y] = [0, y + TITLE];
    const sample = withLooks(swatch);
    Object.entries({ x, y: y + 3, width: across, height: 14 }).forEach((pair) => sample.setAttribute(...pair));
    parts.push(sample, s("text", { x: x + across + 8, y: y + 14, "font-size": 13, fill: look.color }, text));
    x += room + 20;
  }
  y += (entries.length ? TITLE : 0) + 6;
  const drawing = withLooks(svg);
  Object.entries({ y, width, height: plotHeight }).forEach((pair) => drawing.setAttribute(...pair));
  // Fields lie behind the drawing, which is placed alike.
  parts.push(...canvases.map(({ canvas, place }) => s("image", {
    href: canvas.toDataURL(), preserveAspectRatio: "none", style: "image-rendering: pixelated", ...place, y: place.y + y,
  })), drawing);
  y += plotHeight + 6;
  for (const line of wrap(description, width, measure("13px"))) write(line, { "font-size": 13 });
  const size = { width: width + 2 * MARGIN, height: y + 2 * MARGIN };
  const whole = s("svg", { xmlns: "http://www.w3.org/2000/svg", role: "img", ...size, "font-family": look.fontFamily },
    s("title", {}, title), s("desc", {}, description),
    s("rect", { ...size, fill: getComputedStyle(node.closest(".kink")).backgroundColor }),
    s("g", { transform: `translate(${MARGIN},0)` }, ...parts));
  return new XMLSerializer().serializeToString(whole);
}

/** A PNG of an SVG text, twice as fine as the page. */
export async function asPng(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = h("canvas", { width: DENSITY * image.width, height: DENSITY * image.height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done));
}

/** Offer a file to keep. */
export function download(content, name, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// A copy with the looks that the page's style sheets give, without what only the page needs.
function withLooks(original) {
  const copy = original.cloneNode(true);
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
