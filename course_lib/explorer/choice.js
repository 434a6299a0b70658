// A prediction: choose an option, say how sure you are, commit, then read the reveal.
// The answer is not here until the guess has been committed: Python sends it in reply.
import { announce, h, inline, mark, paragraphs, shareKeys, uniqueId } from "./dom.js";

const PATIENCE_MS = 8000;

/** @param {{ model: ChoiceModel, el: HTMLElement }} view */
function render({ model, el }) {
  const options = radioGroup("Your guess", model.get("options"));
  const confidences = radioGroup("How sure are you?", model.get("confidences").map((word) => [["", word]]));
  const button = h("button", { type: "submit", class: "kink-button" }, "Commit my guess");
  const status = h("div", { class: "kink-reveal", role: "status" });
  const questionId = uniqueId("kink-question");
  const question = h("div", { class: "kink-question", id: questionId }, ...paragraphs(model.get("question")));
  const form = h("form", { class: "kink kink-choice", "aria-labelledby": questionId, novalidate: true },
    question, options.fieldset, confidences.fieldset, h("div", { class: "kink-actions" }, button), status);
  /** @type {number | undefined} */
  let patience;

  /** @type {(kind: string, title: string, text: string) => void} */
  function say(kind, title, text) {
    status.className = `kink-reveal kink-${kind}`;
    const heading = title ? [h("p", { class: "kink-reveal-title" }, title)] : [];
    status.replaceChildren(...heading, ...(text ? [h("p", {}, text)] : []));
  }

  /** @param {Event} event */
  function commit(event) {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    const missing = [options, confidences].find((group) => group.chosen() < 0);
    if (missing) {
      say("hint", "", missing === options ? "Choose one of the answers first." : "Say how sure you are, too.");
      missing.inputs[0].focus();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    say("hint", "", "Committing your guess …");
    patience = setTimeout(() => {
      button.removeAttribute("aria-disabled");
      say("error", "No answer from the kernel", "Is it running, and is no other cell still busy? Then commit again.");
    }, PATIENCE_MS);
    model.send({ kind: "commit", option: options.chosen(), confidence: confidences.chosen() });
  }

  /** @param {ChoiceOutcome} outcome */
  function update({ committed, right, reveal, error }) {
    if (!committed.length && !error) return;
    clearTimeout(patience);
    if (committed.length) {
      options.choose(committed[0]);
      confidences.choose(committed[1]);
      // The button keeps the focus (a disabled one would lose it); the fieldsets are closed.
      button.setAttribute("aria-disabled", "true");
      button.textContent = "Guess committed";
      options.fieldset.disabled = confidences.fieldset.disabled = true;
      form.classList.add("kink-committed");
      const kind = committed[0] === right ? "passed" : "not-yet";
      options.tell(committed[0], "your guess", "not-yet");
      options.tell(right, "✓ the answer", "passed");
      status.className = `kink-reveal kink-answer kink-${kind}`;
      status.replaceChildren();
      announce(status, mark(kind), ...paragraphs(reveal));
    } else {
      button.removeAttribute("aria-disabled");
      say("error", "Your guess could not be recorded", error);
    }
  }

  form.addEventListener("submit", commit);
  const releaseKeys = shareKeys(form);
  const onReply = (/** @type {ChoiceReply} */ message) => message.kind === "reply" && update(message);
  model.on("msg:custom", onReply);
  el.append(form);
  update({
    committed: model.get("committed"), right: model.get("right"),
    reveal: model.get("reveal"), error: model.get("error"),
  });
  return () => {
    form.remove(); // Its listeners would keep the nodes of a view that is gone.
    clearTimeout(patience);
    model.off("msg:custom", onReply);
    releaseKeys();
  };
}

/** @type {(title: string, labels: Paragraph[]) => RadioGroup} */
function radioGroup(title, labels) {
  const name = uniqueId("kink-group");
  const inputs = labels.map((_, i) => h("input", { type: "radio", name, value: i, id: `${name}-${i}` }));
  const texts = labels.map((label, i) => h("label", { for: inputs[i].id }, ...inline(label)));
  const rows = texts.map((text, i) => h("div", { class: "kink-option" }, inputs[i], text));
  return {
    fieldset: h("fieldset", {}, h("legend", {}, title), ...rows),
    inputs,
    chosen: () => inputs.findIndex((input) => input.checked),
    choose: (index) => { inputs[index].checked = true; },
    // In the label, so that it is read out with the option.
    tell: (index, words, kind) => texts[index].append(" ", h("span", { class: `kink-tag kink-${kind}` }, words)),
  };
}

export default { render };
