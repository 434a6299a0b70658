// The explorer: controls above, picture below. A moved control looks its picture up and draws it in the same event:
// waiting for the next animation frame would show it one frame later.
import { h, shareKeys } from "./dom.js";
import { createControl } from "./controls.js";
import { createPicture } from "./picture.js";
import { createStore } from "./store.js";

const QUIET_MS = 700;
const BUSY_MS = 300;

function render({ model, el }) {
  const specifications = model.get("controls");
  const sizes = specifications.map((specification) => specification.texts.length);
  const picture = createPicture();
  const status = h("div", { class: "kink-unseen", role: "status" });
  const busy = h("p", { class: "kink-busy", hidden: true });
  const store = createStore(model, show, wait);
  const controls = specifications.map((specification, k) => createControl(specification, (index) => {
    const indices = decode(model.get("number"), sizes);
    indices[k] = index;
    // Only views in this page follow; without save_changes nothing goes to the kernel.
    model.set("number", encode(indices, sizes));
  }));
  const root = h("div", { class: "kink kink-explorer", role: "group", "aria-labelledby": picture.titleId },
    h("div", { class: "kink-controls" }, ...controls.map((control) => control.row)), busy, picture.node, status);
  const releaseKeys = shareKeys(root);
  let [announcement, delay] = [null, null];

  function show() {
    const number = model.get("number");
    decode(number, sizes).forEach((index, k) => controls[k].show(index));
    const found = store.find(number);
    if (!found) {
      delay ??= setTimeout(() => wait("Computing …"), BUSY_MS);
      return;
    }
    clearTimeout(delay);
    delay = null;
    busy.hidden = true;
    root.classList.remove("kink-waiting");
    announce(picture.draw(...found));
  }

  function wait(text) {
    root.classList.add("kink-waiting");
    busy.hidden = false;
    busy.textContent = text;
    announce(text);
  }

  // Screen readers hear where a movement ends, not every picture on the way.
  function announce(text) {
    clearTimeout(announcement);
    announcement = setTimeout(() => {
      if (controls.some((control) => control.playing?.())) announce(text);
      else status.textContent = text;
    }, QUIET_MS);
  }

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
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  system.addEventListener("change", follow);
  model.on("change:number", show);
  el.append(root);
  show();
  picture.refresh();
  clearTimeout(announcement); // The first picture is read where it stands.

  return () => {
    model.off("change:number", show);
    releaseKeys();
    [observer, themes].forEach((watcher) => watcher.disconnect());
    system.removeEventListener("change", follow);
    [announcement, delay].forEach(clearTimeout);
    controls.forEach((control) => control.dispose?.());
    store.dispose();
  };
}

// Pictures are numbered like the digits of a clock: the last control runs fastest.
function decode(number, sizes) {
  const indices = [];
  for (const size of sizes.toReversed()) {
    indices.unshift(number % size);
    number = Math.floor(number / size);
  }
  return indices;
}

function encode(indices, sizes) {
  return indices.reduce((number, index, k) => number * sizes[k] + index, 0);
}

export default { render };
