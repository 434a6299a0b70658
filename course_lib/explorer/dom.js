// Small helpers for building elements. Text always goes in as text nodes, never as HTML.

let counter = 0;

/**
 * A new id that no other view on the page has.
 * @param {string} prefix
 */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${Math.random().toString(36).slice(2, 8)}-${counter}`;
}

/**
 * Create an element: h("label", {for: id, class: "x"}, "text", child, ...). Attributes that are false are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * Set several attributes.
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Put a positioned element somewhere, in pixels of its parent.
 * @param {HTMLElement} node
 * @param {{ left?: number, top?: number, width?: number, height?: number }} box
 */
export function place(node, box) {
  for (const [name, pixels] of Object.entries(box)) node.style.setProperty(name, `${pixels}px`);
}

/**
 * @template {Element} Made
 * @param {Made} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(node, attributes, children) {
  set(node, attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Keys that a control uses, or that a reader may press on it by mistake: a letter must not delete a cell.
const OWN = /^(.|Arrow\w+|Home|End|PageUp|PageDown|Enter|Backspace|Delete)$/u;
const SUPPRESS = "data-lm-suppress-shortcuts";
const TABBABLE = ":is(a[href], button, input, select, [tabindex='0']):not(:disabled)";

/**
 * Share the keyboard with the notebook around `root`. Plain keys belong to the control that has the focus. Ctrl and Cmd
 * go to the notebook as well, Enter with Shift, Ctrl or Alt runs the cell, Esc goes back to it, and Tab from the last
 * control on to the next cell. The function that comes back ends it.
 * @param {HTMLElement} root
 */
export function shareKeys(root) {
  /** @param {KeyboardEvent} event */
  const share = (event) => {
    const { key } = event;
    // Whatever has the focus: some of its properties only an input has.
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (!root.contains(target)) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    // JupyterLab reads this attribute of the control itself, after this listener.
    target.toggleAttribute(SUPPRESS, !modified && OWN.test(key));
    // A full screen has no cell to go to: Esc leaves it, and the browser takes Tab round.
    if (document.fullscreenElement) {
      if (key === "Escape") document.exitFullscreen();
      return;
    }
    const output = root.closest(".jp-OutputArea");
    const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Cell"));
    const run = key === "Enter" && (modified || event.shiftKey);
    if (run) event.preventDefault(); // It neither presses a button nor sends a form.
    if (!cell) return;
    if (run || (key === "Escape" && !modified && !event.shiftKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      cell.focus({ preventScroll: true });
      if (run) cell.dispatchEvent(new KeyboardEvent("keydown", event));
    } else if (key === "Tab" && !modified && !event.shiftKey && isLast(target, output ?? cell)) {
      const next = nextCell(cell);
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  };
  // On the window, since JupyterLab listens on the document, before any control.
  window.addEventListener("keydown", share, true);
  return () => window.removeEventListener("keydown", share, true);
}

/**
 * @param {HTMLInputElement} target
 * @param {Element} area
 */
function isLast(target, area) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const others = area.querySelectorAll(TABBABLE);
  /** @param {HTMLInputElement} node */
  const follows = (node) => target.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
  /** @param {HTMLInputElement} node */
  const sameGroup = (node) => node.type === "radio" && target.type === "radio" && node.name === target.name;
  return ![...others].some((node) => follows(node) && !sameGroup(node) && node.offsetParent);
}

/** @param {Element} cell */
function nextCell(cell) {
  let next = cell.nextElementSibling;
  while (next && !next.matches(".jp-Cell")) next = next.nextElementSibling;
  return /** @type {HTMLElement | null} */ (next);
}

/**
 * Paragraphs as course_lib.marked sends them.
 * @param {Paragraph[]} blocks
 */
export function paragraphs(blocks) {
  return blocks.map((block) => h("p", {}, ...inline(block)));
}

/**
 * One of them: text nodes and elements.
 * @param {Paragraph} pieces
 */
export function inline(pieces) {
  return pieces.map(([tag, text]) => {
    if (tag !== "math") return tag ? h(tag, {}, text) : document.createTextNode(text);
    return document.importNode(new DOMParser().parseFromString(text, "text/xml").documentElement, true);
  });
}

/**
 * Put nodes into a live region (role="status"). A screen reader reads out what changes in a region that it knows, so
 * the region has to be in the page, empty, for a moment.
 * @param {Element} region
 * @param {...Node} nodes
 */
export function announce(region, ...nodes) {
  let tries = 40;
  const put = () => {
    tries -= 1;
    if (region.isConnected || tries === 0) region.append(...nodes);
    else setTimeout(put, 50);
  };
  setTimeout(put, 50);
}

const CIRCLE = { cx: 10, cy: 10, r: 8.75 };
/** @type {Record<string, string>} */
const STROKES = { passed: "M6 10.3l2.8 2.9L14 7", "not-yet": "M5.6 10h8.6M10.9 6.7L14.2 10l-3.3 3.3" };

/**
 * The mark of a verdict: a tick in a filled disc, an arrow in a ring, or a dashed ring.
 * @param {string} kind
 */
export function mark(kind) {
  const stroke = STROKES[kind] ? s("path", { d: STROKES[kind] }) : null;
  const shape = { class: `kink-mark kink-${kind}`, viewBox: "0 0 20 20", "aria-hidden": "true" };
  return s("svg", shape, s("circle", CIRCLE), stroke);
}
