// What can be done with a figure as a whole: reset, full screen, save, copy.
import { h } from "./dom.js";
import { asPng, asSvg, download } from "./export.js";

const SAID_MS = 2500;

/**
 * Buttons below a figure. `say(text)` tells a screen reader what was done.
 * @param {{
 *   root: HTMLElement,
 *   reset: () => void,
 *   figure: () => Figure,
 *   line: () => string,
 *   say: (text: string) => void,
 * }} parts
 */
export function createActions({ root, reset, figure, line, say }) {
  const buttons = [
    button("Reset", "Reset the controls", reset),
    // Where a page may not fill the screen (a phone, a frame), there is no such button.
    document.fullscreenEnabled ? button("Full screen", "Full screen", toggle) : null,
    button("Save SVG", "Save the picture as a drawing", () => save("svg")),
    button("Save PNG", "Save the picture as an image", () => save("png")),
    line() ? button("Copy Python", "Copy the line of Python that draws this picture", copy) : null,
  ];
  const node = h("div", { class: "kink-actions", role: "group", "aria-label": "This figure" }, ...buttons);
  const full = buttons[1];
  const follow = () => {
    if (full) full.textContent = document.fullscreenElement === root ? "Leave full screen" : "Full screen";
  };
  document.addEventListener("fullscreenchange", follow);

  function toggle() {
    if (document.fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen();
  }

  /** @param {"svg" | "png"} kind */
  async function save(kind) {
    const shown = figure();
    const text = asSvg(shown);
    const name = shown.title.toLowerCase().match(/[\p{L}\p{N}]+/gu)?.slice(0, 8).join("-") || "figure";
    if (kind === "svg") download(text, `${name}.svg`, "image/svg+xml");
    else download((await asPng(text)) ?? "", `${name}.png`, "image/png");
    say(`Saved as ${name}.${kind}.`);
  }

  async function copy() {
    const [text, pressed] = [line(), /** @type {HTMLElement} */ (buttons.at(-1))];
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || copyBySelection(text);
    pressed.textContent = done ? "Copied" : "Not copied";
    pressed.focus();
    setTimeout(() => { pressed.textContent = "Copy Python"; }, SAID_MS);
    say(done ? `Copied: ${text}` : `This page may not copy. The line is: ${text}`);
  }

  /**
   * The older way, for pages that are not served securely.
   * @param {string} text
   */
  function copyBySelection(text) {
    const box = h("textarea", { class: "kink-unseen" });
    box.value = text;
    root.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }

  return { node, dispose: () => document.removeEventListener("fullscreenchange", follow) };
}

/** @type {(text: string, name: string, act: () => void) => HTMLElement} */
function button(text, name, act) {
  const node = h("button", { type: "button", class: "kink-action", title: name }, text);
  node.addEventListener("click", act);
  return node;
}
