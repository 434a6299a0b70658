import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { h, inline, paragraphs, s, set, uniqueId } from "../../course_lib/explorer/dom.js";

/** As much of a page as these functions need: nodes that can be written down. */
class Page {
  createTextNode = (text) => ({ written: text });
  createElementNS = (_, tag) => this.createElement(tag);
  createElement(tag) {
    const [attributes, children] = [{}, []];
    return {
      attributes,
      setAttribute: (name, value) => { attributes[name] = value; },
      append: (...nodes) => children.push(...nodes),
      get written() {
        return `<${tag}>${children.map((child) => child.written ?? child).join("")}</${tag}>`;
      },
    };
  }
}

before(() => { globalThis.document = new Page(); });
after(() => { delete globalThis.document; });

const written = (nodes) => nodes.map((node) => node.written).join("");

test("code, bold and italic", () => {
  assert.equal(written(inline("a `b` **c** *d* e")), "a <code>b</code> <strong>c</strong> <em>d</em> e");
  assert.equal(written(inline("**all of it**")), "<strong>all of it</strong>");
});

test("in code, and in a product, an asterisk is itself", () => {
  assert.equal(written(inline("`a * b ** c`")), "<code>a * b ** c</code>");
  assert.equal(written(inline("2 * x * y")), "2 * x * y");
  assert.equal(written(inline("a ` alone and ** too")), "a ` alone and ** too");
});

test("text never becomes markup", () => {
  const [text] = inline("<b>not bold</b>");
  assert.equal(text.written, "<b>not bold</b>");
  assert.equal(inline("<b>").length, 1);
});

test("a blank line parts paragraphs, and any other line end is a space", () => {
  assert.equal(written(paragraphs("\none\n  line\n\n  \ntwo *lines*\n")), "<p>one line</p><p>two <em>lines</em></p>");
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
