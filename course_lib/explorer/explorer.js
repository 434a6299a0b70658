// The explorer: controls, picture, and buttons for both. A moved control looks its picture up and draws it in the same
// event: waiting for the next animation frame would show it one frame later.
import { createActions } from "./actions.js";
import { createControl } from "./controls.js";
import { h, shareKeys } from "./dom.js";
import { nearest } from "./drag.js";
import { createPicture } from "./picture.js";
import { createStore, decode, encode, reachable } from "./store.js";

const QUIET_MS = 700;
const BUSY_MS = 300;
const FOCUS = ":is(select, input:not([type=radio]), input:checked)";

/** @param {{ model: ExplorerModel, el: HTMLElement }} view */
function render({ model, el }) {
  const specifications = model.get("controls");
  const sizes = specifications.map((specification) => specification.texts.length);
  const status = h("div", { class: "kink-unseen", role: "status" });
  const busy = h("p", { class: "kink-busy", hidden: true });
  const root = h("div", { class: "kink kink-explorer", role: "group" });
  const picture = createPicture({ root, grabbed, advice, say });
  const store = createStore(model, show, wait);
  const controls = specifications.map((specification, k) => createControl(specification, (index) => {
    const indices = decode(model.get("number"), sizes);
    indices[k] = index;
    go(encode(indices, sizes));
  }));
  const actions = createActions({
    root, line, say, figure: picture.figure, reset: () => go(model.get("initial")),
  });
  const rows = h("div", { class: "kink-controls" }, ...controls.map((control) => control.row));
  root.setAttribute("aria-labelledby", picture.titleId);
  root.append(h("div", { class: "kink-body" }, h("div", { class: "kink-side" }, rows), h("div", { class: "kink-main" },
    busy, picture.node)), actions.node, status);
  const releaseKeys = shareKeys(root);
  /** @type {number | undefined} */
  let announcement;
  /** @type {number | undefined} */
  let delay;

  /**
   * Only views in this page follow; without save_changes nothing goes to the kernel.
   * @param {number} number
   */
  function go(number) {
    model.set("number", number);
  }

  // The line of Python that draws the present picture, or "" where no import leads to its function.
  function line() {
    const { module, name } = model.get("source");
    const indices = decode(model.get("number"), sizes);
    const values = specifications.map((control, k) => `${control.name}=${control.codes?.[indices[k]]}`);
    const found = module === "__main__" ? "" : `from ${module} import ${name}; `;
    return name ? `${found}${name}(${values.join(", ")})` : "";
  }

  /** @type {(moves: number[], event: PointerEvent, frame: Frame, layer: Layer<DragStyle>) => void} */
  function grabbed(moves, event, frame, { style, arrays: [xs, ys] }) {
    const { set } = store;
    if (!set) return; // Where the pictures are not there, nobody knows where the layer can go.
    event.preventDefault();
    moves.forEach((k) => controls[k].pause?.());
    const focus = () => {
      /** @type {HTMLElement | null} */ (controls[moves[0]].row.querySelector(FOCUS))?.focus({ preventScroll: true });
    };
    focus();
    const [x, y] = picture.inStage(event);
    const { width, height } = frame.plot;
    const shift = style.kind === "points" ? [xs[0] * width - x, (1 - ys[0]) * height - y] : [0, 0];
    const over = new AbortController();
    const drag = (/** @type {PointerEvent} */ moved) => {
      if (moved.pointerId !== event.pointerId) return;
      const [px, py] = picture.inStage(moved);
      const number = model.get("number"); // Another control may have moved meanwhile.
      const numbers = reachable(number, moves, sizes);
      go(nearest(set, number, moves, frame, [px + shift[0], py + shift[1]], numbers));
    };
    const end = (/** @type {PointerEvent} */ ended) => {
      if (ended.pointerId !== event.pointerId) return;
      over.abort();
      root.classList.remove("kink-dragging");
      focus(); // Of a group of buttons, the one that is now chosen.
    };
    picture.svg.setPointerCapture(event.pointerId);
    picture.svg.addEventListener("pointermove", drag, { signal: over.signal });
    picture.svg.addEventListener("pointerup", end, { signal: over.signal });
    picture.svg.addEventListener("pointercancel", end, { signal: over.signal });
    root.classList.add("kink-dragging");
  }

  function show() {
    const number = model.get("number");
    decode(number, sizes).forEach((index, k) => controls[k].show(index));
    const found = store.find(number);
    if (!found) {
      delay ??= setTimeout(() => wait("Computing …"), BUSY_MS);
      return;
    }
    clearTimeout(delay);
    delay = undefined;
    busy.hidden = true;
    root.classList.remove("kink-waiting");
    announce(picture.draw(...found));
  }

  /** @param {string} text */
  function wait(text) {
    root.classList.add("kink-waiting");
    busy.hidden = false;
    busy.textContent = text;
    announce(text);
  }

  /**
   * Screen readers hear where a movement ends, not every picture on the way.
   * @param {string} text
   */
  function announce(text) {
    clearTimeout(announcement);
    announcement = setTimeout(() => {
      if (controls.some((control) => control.playing?.())) announce(text);
      else status.textContent = text;
    }, QUIET_MS);
  }

  /** @param {string} text */
  function say(text) {
    clearTimeout(announcement); // The picture's words must not come over what is read off it.
    status.textContent = text;
  }

  /**
   * What can be dragged, and whether the axes stay.
   * @type {(picture: Drawn, styles: DragStyle[]) => string}
   */
  function advice({ follow }, styles) {
    const words = styles.map(({ kind, label, moves }) => {
      const what = kind === "points" ? "the ringed point" : `the line${label && ` “${label}”`}`;
      return `${what} (${moves.map((k) => specifications[k].label).join(", ")})`;
    });
    const drag = store.set && words.length ? `You can also drag ${[...new Set(words)].join(" and ")}.` : "";
    return [drag, follow ? `The axes change with “${follow}”.` : ""].filter(Boolean).join(" ");
  }

  root.addEventListener("focusin", ({ target }) => {
    picture.mark(controls.findIndex((control) => control.row.contains(/** @type {Node} */ (target))));
  });
  root.addEventListener("focusout", () => picture.mark(-1));
  const observer = new ResizeObserver(() => picture.refresh());
  // A field is painted in the colours of the theme. While JupyterLab loads one, the page has no size: the observer,
  // set anew, draws as soon as it has.
  const follow = () => {
    picture.forget();
    observer.unobserve(picture.node);
    observer.observe(picture.node);
  };
  const themes = new MutationObserver(follow);
  const system = matchMedia("(prefers-color-scheme: dark)");
  observer.observe(picture.node);
  observer.observe(picture.stage);
  window.addEventListener("resize", picture.refresh);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  system.addEventListener("change", follow);
  model.on("change:number", show);
  el.classList.add("kink-frame");
  el.append(root);
  show();
  picture.refresh();
  clearTimeout(announcement); // The first picture is read where it stands.

  return () => {
    root.remove(); // Its listeners would keep the nodes of a view that is gone.
    model.off("change:number", show);
    releaseKeys();
    actions.dispose();
    window.removeEventListener("resize", picture.refresh);
    [observer, themes].forEach((watcher) => watcher.disconnect());
    system.removeEventListener("change", follow);
    [announcement, delay].forEach(clearTimeout);
    controls.forEach((control) => control.pause?.());
    store.dispose();
  };
}

export default { render };
