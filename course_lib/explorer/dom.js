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
 * Paragraphs (blank line between), `code`, **bold** and *italic* as elements.
 * @param {string} text
 */
export function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).map((block) => h("p", {}, ...inline(block.replace(/\s*\n\s*/g, " "))));
}

/**
 * One line of them: text nodes and elements.
 * @param {string} text
 */
export function inline(text) {
  /** @type {Record<string, "code" | "strong" | "em">} */
  const tags = { "`": "code", "**": "strong", "*": "em" };
  const pieces = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s](?:[^*]*[^*\s])?\*)/);
  return pieces.map((piece, i) => {
    if (i % 2 === 0) return document.createTextNode(piece);
    const mark = piece.startsWith("**") ? "**" : piece[0];
    return h(tags[mark], {}, piece.slice(mark.length, -mark.length));
  });
}
