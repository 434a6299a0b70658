// Native controls with labels. Each works on the index of a value; the values themselves stay in Python.
import { h, uniqueId } from "./dom.js";

const RUN_MS = 8000;

/**
 * Build a control from its specification; `moved(index)` is called when the learner moves it.
 * @type {(specification: Specification, moved: Moved) => Control}
 */
export function createControl(specification, moved) {
  return KINDS[specification.kind](specification, moved, uniqueId("kink-control"));
}

/** @type {Record<Specification["kind"], (specification: any, moved: Moved, id: string) => Control>} */
const KINDS = { range, number, select, checkbox, radio };

/** @type {(label: string, id: string, ...parts: Child[]) => HTMLElement} */
const row = (label, id, ...parts) => h("div", { class: "kink-row" }, h("label", { for: id }, label), ...parts);
/** @type {(kind: string, ...parts: Child[]) => HTMLElement} */
const box = (kind, ...parts) => h("div", { class: kind }, ...parts);

/** @type {(specification: RangeSpecification, moved: Moved, id: string) => Control} */
function range({ label, texts, play }, moved, id) {
  const input = h("input", { id, type: "range", min: 0, max: texts.length - 1, step: 1 });
  // The slider itself speaks its value; an output that speaks as well would say everything twice.
  const output = h("output", { for: id, "aria-live": "off" });
  output.style.minWidth = `${Math.max(...texts.map((text) => text.length))}ch`;
  const show = (/** @type {number} */ index) => {
    input.value = String(index);
    output.textContent = texts[index];
    input.setAttribute("aria-valuetext", texts[index]);
  };
  const player = play ? createPlayer(label, () => Number(input.value), texts.length - 1, moved) : null;
  input.addEventListener("input", () => {
    player?.pause();
    moved(Number(input.value));
  });
  return {
    row: row(label, id, box("kink-slide", player?.button ?? null, input), output),
    show,
    pause: () => player?.pause(),
    playing: () => player?.playing() ?? false,
  };
}

/**
 * The button runs once through the values in about eight seconds. Nothing ever starts by itself, and for readers who
 * asked their system for reduced motion it goes forward one value a second, which is a sequence of stills.
 * @param {string} label
 * @param {() => number} current
 * @param {number} last
 * @param {Moved} moved
 */
function createPlayer(label, current, last, moved) {
  const button = h("button", { type: "button", class: "kink-play" });
  /** @type {number | undefined} */
  let timer;
  const offer = (/** @type {string} */ word) => {
    button.title = `${word} ${label}`;
    button.setAttribute("aria-label", button.title);
    button.dataset.icon = word.toLowerCase();
  };
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
    offer("Play");
  };
  const step = () => {
    const next = Math.min(current() + 1, last);
    if (next === last) pause();
    moved(next);
  };
  const start = () => {
    const least = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 33;
    timer = setInterval(step, Math.max(least, Math.min(RUN_MS / last, 500)));
    offer("Pause");
    if (current() === last) moved(0);
  };
  button.addEventListener("click", () => {
    if (timer === undefined) start();
    else pause();
  });
  pause();
  return { button, pause, playing: () => timer !== undefined };
}

/** @type {(specification: NumberSpecification, moved: Moved, id: string) => Control} */
function number({ label, texts, numbers }, moved, id) {
  const [low, high, step] = [numbers[0], numbers[numbers.length - 1], numbers[1] - numbers[0]];
  const limits = { min: low, max: high, step: Number(step.toPrecision(12)) };
  const hint = h("span", { class: "kink-limits", id: `${id}-hint` }, `${texts[0]} to ${texts.at(-1)}`);
  const input = h("input", { id, type: "number", "aria-describedby": hint.id, ...limits });
  const nearest = () => Math.min(Math.max(Math.round((input.valueAsNumber - low) / step), 0), numbers.length - 1);
  let shown = 0;
  input.addEventListener("input", () => {
    if (Number.isFinite(input.valueAsNumber)) moved(nearest());
  });
  // What was typed stays until the learner is done; then the box shows the value that the picture has.
  input.addEventListener("change", () => { input.value = String(numbers[shown]); });
  const show = (/** @type {number} */ index) => {
    shown = index;
    if (document.activeElement !== input || nearest() !== index) input.value = String(numbers[index]);
  };
  return { row: row(label, id, box("kink-box", input, hint)), show };
}

/** @type {(specification: ChoiceSpecification, moved: Moved, id: string) => Control} */
function select({ label, texts }, moved, id) {
  const input = h("select", { id }, ...texts.map((text) => h("option", {}, text)));
  input.addEventListener("input", () => moved(input.selectedIndex));
  return { row: row(label, id, box("kink-box", input)), show: (index) => { input.selectedIndex = index; } };
}

/** @type {(specification: ChoiceSpecification, moved: Moved, id: string) => Control} */
function checkbox({ label }, moved, id) {
  const input = h("input", { id, type: "checkbox" });
  input.addEventListener("input", () => moved(Number(input.checked)));
  const pair = box("kink-pair", input, h("label", { for: id }, label));
  return { row: box("kink-row kink-check", pair), show: (index) => { input.checked = index === 1; } };
}

/** @type {(specification: ChoiceSpecification, moved: Moved, id: string) => Control} */
function radio({ label, texts }, moved, id) {
  const inputs = texts.map((_, i) => h("input", { id: `${id}-${i}`, type: "radio", name: id }));
  inputs.forEach((input, i) => input.addEventListener("input", () => moved(i)));
  const pairs = inputs.map((input, i) => box("kink-pair", input, h("label", { for: input.id }, texts[i])));
  const group = h("fieldset", { class: "kink-row" }, h("legend", {}, label), box("kink-radios", ...pairs));
  return { row: group, show: (index) => { inputs[index].checked = true; } };
}
