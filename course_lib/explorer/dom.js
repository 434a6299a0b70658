// Small helpers for building elements. Text always goes in as text nodes, never as HTML.

let counter = 0;

/** A new id that no other view on the page has. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${Math.random().toString(36).slice(2, 8)}-${counter}`;
}

/** Create an element: h("label", {for: id, class: "x"}, "text", child, ...). Attributes that are false are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Set several attributes. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
}

/** Put a positioned element somewhere, in pixels of its parent. */
export function place(node, box) {
  for (const [name, pixels] of Object.entries(box)) node.style[name] = `${pixels}px`;
}

function fill(node, attributes, children) {
  set(node, attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** JupyterLab's command mode takes keys away from any control that does not carry this attribute itself. */
export const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** Paragraphs (blank line between), `code`, **bold** and *italic* as elements. */
export function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).map((block) => h("p", {}, ...inline(block.replace(/\s*\n\s*/g, " "))));
}

export function inline(text) {
  const tags = { "`": "code", "**": "strong", "*": "em" };
  const pieces = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s](?:[^*]*[^*\s])?\*)/);
  return pieces.map((piece, i) => {
    if (i % 2 === 0) return document.createTextNode(piece);
    const mark = piece.startsWith("**") ? "**" : piece[0];
    return h(tags[mark], {}, piece.slice(mark.length, -mark.length));
  });
}
