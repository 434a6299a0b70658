// A verdict: its word and message, and buttons that ask the kernel for a hint or the solution.
import { announce, h, inline, mark, paragraphs, shareKeys, uniqueId } from "./dom.js";

const PATIENCE_MS = 8000;

/** @param {{ model: VerdictModel, el: HTMLElement }} view */
function render({ model, el }) {
  const status = h("div", { class: "kink-verdict-text", role: "status" });
  // Only what is new is read out, not the hints before it.
  const told = h("div", { class: "kink-told", role: "status", "aria-atomic": "false" });
  const when = h("p", { class: "kink-when", id: uniqueId("kink-when") });
  const buttons = new Map(model.get("offers").map(({ name }) => [name, h("button", { class: "kink-button" })]));
  const actions = h("div", { class: "kink-actions" }, ...buttons.values());
  const kind = model.get("status").replace(" ", "-");
  const card = h("div", { class: `kink kink-verdict kink-${kind}`, role: "group", "aria-label": model.get("about") },
    mark(kind), status, actions, when, told);
  /** @type {number | undefined} */
  let patience;
  /** @type {HTMLElement | null} */
  let trouble = null;

  /** @param {Offer[]} offers */
  function offer(offers) {
    const closed = offers.find((one) => one.closed);
    when.textContent = closed ? closed.closed : "";
    for (const one of offers) {
      const button = /** @type {HTMLElement} */ (buttons.get(one.name));
      button.textContent = one.label;
      button.toggleAttribute("aria-disabled", false);
      if (one.closed) button.setAttribute("aria-disabled", "true");
      if (one.closed) button.setAttribute("aria-describedby", when.id);
      else button.removeAttribute("aria-describedby");
    }
  }

  function calm() {
    clearTimeout(patience);
    patience = undefined;
    trouble?.remove();
    trouble = null;
  }

  /** @param {string} call */
  function silent(call) {
    calm();
    trouble = h("div", { class: "kink-error" }, h("p", {}, h("strong", {}, "No answer from the kernel")),
      h("p", {},
        "Is it running, and is no other cell still busy? Then press the button again, or type this in a cell:"),
      h("pre", {}, h("code", {}, call)));
    announce(told, trouble);
  }

  /** @param {string} name */
  function ask(name) {
    if (patience) return;
    const { call } = /** @type {Offer} */ (model.get("offers").find((one) => one.name === name));
    calm();
    patience = setTimeout(silent, PATIENCE_MS, call);
    try {
      model.send({ kind: "ask", name });
    } catch {
      silent(call); // There is no kernel to send it to.
    }
  }

  /** @param {Told} told */
  function tell({ heading, code, text }) {
    const key = JSON.stringify(heading);
    [...told.children].find((one) => one.getAttribute("data-key") === key)?.remove();
    const note = h("div", { class: "kink-note", "data-key": key }, h("p", {}, h("strong", {}, ...inline(heading))),
      code ? h("pre", {}, h("code", {}, code)) : null, ...paragraphs(text));
    announce(told, note);
  }

  const onReply = (/** @type {VerdictReply} */ message) => {
    if (message.kind !== "reply") return;
    calm();
    offer(message.offers);
    tell(message.told);
  };
  for (const [name, button] of buttons) button.addEventListener("click", () => ask(name));
  model.on("msg:custom", onReply);
  const releaseKeys = shareKeys(card);
  offer(model.get("offers"));
  el.append(card);
  announce(status, h("p", {}, h("strong", {}, model.get("word"))), ...paragraphs(model.get("text")));
  model.get("told").forEach(tell);
  return () => {
    card.remove(); // Its listeners would keep the nodes of a view that is gone.
    calm();
    model.off("msg:custom", onReply);
    releaseKeys();
  };
}

export default { render };
