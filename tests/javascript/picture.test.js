import assert from "node:assert/strict";
import test from "node:test";
import { layOut } from "../../course_lib/explorer/axes.js";
import { wrap } from "../../course_lib/explorer/export.js";
import { circles, path } from "../../course_lib/explorer/layers.js";
import { fieldInWords, nearestPoint, pointInWords, readable } from "../../course_lib/explorer/readout.js";

const PLOT = { width: 100, height: 50 };
const axis = (low, high, more = {}) => ({ label: "", limits: [low, high], log: false, ...more });
const measure = (text) => 7 * text.length; // Letters of seven units.

test("y goes upwards, and pixels have one decimal", () => {
  assert.equal(path([0, 1], [0, 1], PLOT), "M0,50L100,0");
  assert.equal(path([1 / 3], [0.5], PLOT), "M33.3,25");
});

test("only points inside the picture have circles", () => {
  assert.equal(circles([0.5, 2, 0.5], [0.5, 0.5, -1], PLOT, 4), "M46,25a4,4 0 1,0 8,0a4,4 0 1,0 -8,0");
  assert.equal(circles([0, 1], [0, 1], PLOT, 4).match(/M/g).length, 2);
});

test("a unit is as long on one axis as on the other where that is asked for", () => {
  for (const [x, y] of [[axis(-1, 1), axis(-1, 1)], [axis(0, 10), axis(0, 1)], [axis(0, 1), axis(-5, 5)]]) {
    for (const width of [320, 700, 1200]) {
      const { plot, left } = layOut([x, y], { equal: true, others: [y] }, { width, highest: 500 }, measure);
      const [across, up] = [plot.width / (x.limits[1] - x.limits[0]), plot.height / (y.limits[1] - y.limits[0])];
      assert.ok(Math.abs(across / up - 1) < 1e-9, `${across} is not ${up}`);
      assert.ok(left + plot.width <= width);
    }
  }
});

test("no two ticks touch, whatever the width", () => {
  for (const x of [axis(0, 1), axis(-3e-7, 2e-7), axis(1.23456, 1.23458), axis(1e-16, 1, { log: true })]) {
    for (let width = 250; width <= 1400; width += 50) {
      const { xTicks, yTicks, plot, left } = layOut([x, x], { others: [x] }, { width, highest: 400 }, measure);
      for (let i = 1; i < xTicks.length; i++) {
        const room = (xTicks[i].at - xTicks[i - 1].at) * plot.width;
        assert.ok(room >= (measure(xTicks[i].text) + measure(xTicks[i - 1].text)) / 2, `${xTicks[i].text} at ${width}`);
      }
      assert.ok(yTicks.every((tick) => measure(tick.text) < left));
    }
  }
});

test("the plot stands alike for all y axes of an explorer", () => {
  const [short, long] = [axis(0, 1), axis(-1e-9, 1e-9)];
  const leftOf = (y) => layOut([short, y], { others: [short, long] }, { width: 600, highest: 400 }, measure).left;
  assert.equal(leftOf(short), leftOf(long));
});

test("every row that has a name has room for it", () => {
  const ticks = Array.from({ length: 30 }, (_, i) => ({ at: (i + 0.5) / 30, text: `row ${i}` }));
  const rows = axis(0, 30, { ticks });
  assert.equal(layOut([axis(0, 1), rows], { others: [rows] }, { width: 600, highest: 300 }, measure).yTicks.length, 30);
});

const layer = (style, ...arrays) => ({ style, arrays: arrays.map((numbers) => Float32Array.from(numbers)) });
const CURVE = layer({ kind: "curve", label: "a line" }, [0, 0.5, 1], [0, 0.5, 2]);
const DOTS = layer({ kind: "points", label: "" }, [0.25], [0.25]);
const LOSS = { kind: "field", label: "loss", rows: 2, columns: 2, range: [0, 8] };
const FIELD = layer(LOSS, [0, 1], [0, 1], [0, 0.25, 0.5, 1]);

test("what can be read are the points of curves and dots inside the picture", () => {
  const outside = layer({ kind: "points", label: "far" }, [2], [2]);
  const [curve, dots, ...others] = readable([FIELD, CURVE, outside, DOTS]);
  assert.deepEqual([curve.name, curve.points, others], ["a line", [{ x: 0, y: 0 }, { x: 0.5, y: 0.5 }], []]);
  assert.deepEqual(dots.points, [{ x: 0.25, y: 0.25 }]);
});

test("the nearest point is read, a dot before a curve, and none far away", () => {
  const plot = { width: 400, height: 400 };
  const series = readable([CURVE, DOTS]);
  assert.deepEqual(nearestPoint(series, plot, 205, 195), [0, 1]);
  assert.deepEqual(nearestPoint(series, plot, 100, 300), [1, 0]);
  assert.equal(nearestPoint(series, plot, 300, 300), null);
  // The squared distance of a dot counts half: 13² / 2 is less than 10².
  const both = readable([layer({ kind: "curve" }, [0.5], [0.5]), layer({ kind: "points" }, [0.5 + 23 / 400], [0.5])]);
  assert.deepEqual(nearestPoint(both, plot, 210, 200), [1, 0]);
});

test("points are read in the numbers of their axes", () => {
  const axes = [axis(1, 100, { log: true }), axis(-1, 1)];
  const [curve] = readable([CURVE]);
  assert.equal(pointInWords(curve, 1, axes), "a line: (10, 0)");
  assert.equal(pointInWords({ ...curve, name: "" }, 0, axes), "(1, −1)");
});

test("a field is read by its cells, from the bottom left", () => {
  const at = (x, y) => fieldInWords(FIELD, [axis(0, 1), axis(0, 1)], x, y);
  assert.equal(at(0.25, 0.25), "loss 0 at (0.25, 0.25)");
  const others = [at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
  assert.deepEqual(others.map((text) => text.split(" at ")[0]), ["loss 2", "loss 4", "loss 8"]);
  assert.deepEqual([at(-0.1, 0.5), at(0.5, 1), at(1, 0.5)], [null, null, null]);
});

test("lines are as long as they may be, and no word is lost", () => {
  const text = "If x is small then so is the square of it, incomprehensibilities apart";
  for (const width of [1, 40, 100, 10_000]) {
    const lines = wrap(text, width, measure);
    assert.equal(lines.join(" "), text);
    lines.forEach((line, i) => {
      assert.ok(measure(line) <= width || !line.includes(" "));
      if (i) assert.ok(measure(`${lines[i - 1]} ${line.split(" ")[0]}`) > width);
    });
  }
});
