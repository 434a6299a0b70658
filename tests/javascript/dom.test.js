import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { announce, h, inline, mark, paragraphs, s, set, uniqueId } from "../../course_lib/explorer/dom.js";

/** As much of a page as these functions need: nodes that can be written down. */
class Page {
  createTextNode = (text) => ({ written: text });
  createElementNS = (_, tag) => this.createElement(tag);
  importNode = (node, deep) => ({ written: deep ? node.read : "" });
  createElement(tag) {
    const [attributes, children] = [{}, []];
    return {
      attributes,
      children,
      setAttribute: (name, value) => { attributes[name] = value; },
      append: (...nodes) => children.push(...nodes),
      get written() {
        return `<${tag}>${children.map((child) => child.written ?? child).join("")}</${tag}>`;
      },
    };
  }
}

/** It reads nothing, and tells what it was given and as what. */
class Parser {
  parseFromString = (text, type) => ({ documentElement: { read: `${type}: ${text}` } });
}

before(() => Object.assign(globalThis, { document: new Page(), DOMParser: Parser }));
after(() => {
  delete globalThis.document;
  delete globalThis.DOMParser;
});

const written = (nodes) => nodes.map((node) => node.written).join("");

test("pieces are elements of their tags, and text nodes where they have none", () => {
  const pieces = [["", "a "], ["code", "b"], ["", " "], ["strong", "c"], ["em", "d"]];
  assert.equal(written(inline(pieces)), "a <code>b</code> <strong>c</strong><em>d</em>");
  assert.deepEqual(inline([]), []);
});

test("mathematics is read as XML, which is strict and knows its own names", () => {
  assert.equal(written(inline([["", "if "], ["math", "<math/>"]])), "if text/xml: <math/>");
});

test("text never becomes markup, and marks in it have been read before", () => {
  for (const text of ["<b>not bold</b>", "`a` **b** *c* $d$"]) {
    assert.deepEqual(inline([["", text]]), [{ written: text }]);
    assert.deepEqual(inline([["code", text]])[0].children, [text]);
  }
});

test("every paragraph is one", () => {
  const blocks = [[["", "one"]], [["", "two "], ["em", "words"]]];
  assert.equal(written(paragraphs(blocks)), "<p>one</p><p>two <em>words</em></p>");
});

test("a live region gets its text once it has been in the page, empty, for a moment", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const region = h("div");
  announce(region, h("p"), h("b"));
  t.mock.timers.tick(1000);
  assert.equal(region.written, "<div></div>");
  region.isConnected = true;
  t.mock.timers.tick(50);
  assert.equal(region.written, "<div><p></p><b></b></div>");
  t.mock.timers.tick(5000);
  assert.equal(region.children.length, 2);
});

test("a region that comes into no page has its text after two seconds, and nobody waits on", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const region = h("div");
  announce(region, h("p"));
  const counts = Array.from({ length: 60 }, () => {
    t.mock.timers.tick(50);
    return region.children.length;
  });
  assert.equal(counts.indexOf(1), 39); // After 40 times 50 ms.
  assert.equal(counts.at(-1), 1);
});

test("verdicts differ in the shape of their marks, which nobody is read", () => {
  const marks = ["passed", "not-yet", "not-attempted"].map(mark);
  assert.deepEqual(marks.map(({ children }) => children.length), [2, 2, 1]);
  const [tick, arrow] = marks.map(({ children }) => children[1]);
  assert.notEqual(tick.attributes.d, arrow.attributes.d);
  for (const { attributes } of marks) assert.equal(attributes["aria-hidden"], "true");
  assert.equal(marks[2].attributes.class, "kink-mark kink-not-attempted");
});

test("attributes: false is left out, true is empty, zero is a number; null is no child", () => {
  const node = h("input", { hidden: true, disabled: false, min: 0, id: "a" }, null, "text");
  assert.deepEqual(node.attributes, { hidden: "", min: "0", id: "a" });
  assert.equal(node.written, "<input>text</input>");
  set(node, { id: "b", min: false });
  assert.deepEqual(node.attributes, { hidden: "", min: "0", id: "b" });
  assert.deepEqual(s("path", { d: "M0,0" }).attributes, { d: "M0,0" });
});

test("no two ids are alike", () => {
  const ids = Array.from({ length: 100 }, () => uniqueId("kink"));
  assert.equal(new Set(ids).size, 100);
  assert.ok(ids.every((id) => /^kink-[a-z0-9]*-\d+$/.test(id)));
});
