import assert from "node:assert/strict";
import test from "node:test";
import { distance2, nearest, onAxis } from "../../course_lib/explorer/drag.js";

const UNIT = { limits: [0, 1], log: false };
const PLOT = { width: 400, height: 100 };
const FRAME = { axes: [UNIT, UNIT], plot: PLOT };

/** A set with one picture for each list of layers; a layer is [style, xs, ys] in fractions of the axes. */
function setOf(styles, pictures, axes = [UNIT]) {
  const arrays = [];
  const keep = (numbers) => arrays.push(Float32Array.from(numbers)) - 1;
  const packed = pictures.map((layers) => {
    if (layers === null) return { error: "no" };
    return { axes: [0, 0], layers: layers.map(([style, xs, ys]) => [style, keep(xs), keep(ys)]) };
  });
  return { styles, axes, pictures: packed, array: (i) => arrays[i] };
}

/** A repeatable sequence of numbers from 0 to 1. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const within = (actual, expected, error) =>
  assert.ok(Math.abs(actual - expected) <= error, `${actual}, not ${expected}`);
const POINT = { kind: "points", moves: [0] };
const LINE = { kind: "curve", moves: [0] };

test("the distance from points is that of the nearest one", () => {
  assert.equal(distance2("points", [0], [0], 3, 4), 25);
  assert.equal(distance2("points", [0, 10], [0, 0], 8, 0), 4);
});

test("the distance from a line is the one across it, and beyond its ends that from an end", () => {
  assert.equal(distance2("curve", [0, 10], [0, 0], 5, 2), 4);
  assert.equal(distance2("curve", [0, 10], [0, 0], 13, 4), 25);
  assert.equal(distance2("curve", [0, 10], [0, 0], -3, -4), 25);
  assert.equal(distance2("curve", [7, 7], [1, 1], 7, 3), 4); // Both ends at one place.
  within(distance2("curve", [0, 4], [0, 3], 3, -4), 25, 1e-12); // At a right angle to the line's direction (4, 3).
});

test("the distance from any line is the least of those from its points, densely taken", () => {
  const next = random(1);
  for (let round = 0; round < 50; round++) {
    const [xs, ys] = [0, 1].map(() => Array.from({ length: 5 }, next));
    const [px, py] = [2 * next() - 0.5, 2 * next() - 0.5];
    let least = Infinity;
    for (let i = 0; i + 1 < xs.length; i++) {
      for (let k = 0; k <= 1000; k++) {
        const [x, y] = [xs, ys].map((all) => all[i] + (k / 1000) * (all[i + 1] - all[i]));
        least = Math.min(least, Math.hypot(px - x, py - y));
      }
    }
    const exact = Math.sqrt(distance2("curve", xs, ys, px, py));
    assert.ok(exact <= least + 1e-12 && exact > least - 1e-3, `${exact}, not ${least}`);
  }
});

test("places move to another axis with their numbers", () => {
  const [ten, twenty] = [[0, 10], [0, 20]].map((limits) => ({ limits, log: false }));
  assert.deepEqual(onAxis([0, 0.5, 1], ten, twenty), [0, 0.25, 0.5]);
  assert.deepEqual(onAxis([0, 0.5, 1], twenty, ten), [0, 1, 2]);
  assert.deepEqual(onAxis([0.5], ten, { limits: [-5, 5], log: false }), [1]);
  const [two, four] = [[1, 100], [1, 1e4]].map((limits) => ({ limits, log: true }));
  assert.deepEqual(onAxis([0, 0.5, 1], two, four), [0, 0.25, 0.5]);
  const own = new Float32Array([0.1]);
  assert.equal(onAxis(own, ten, { ...ten }), own);
});

test("a point goes to the place that is nearest on the page, not in numbers", () => {
  const set = setOf([POINT], [[0.2, 0.5], [0.3, 1], [0.5, 0.5]].map(([x, y]) => [[0, [x], [y]]]));
  // On the page the points are at (80, 50), (120, 0) and (200, 50): of (120, 40), the first is 41 away, the second 40.
  assert.equal(nearest(set, 0, [0], FRAME, [120, 40], [0, 1, 2]), 1);
  // In fractions of the axes that pointer is at (0.3, 0.6), nearer to the first.
  assert.equal(nearest(set, 1, [0], FRAME, [80, 50], [0, 1, 2]), 0);
  assert.equal(nearest(set, 1, [0], FRAME, [900, 60], [0, 1, 2]), 2);
});

test("a point on a circle follows the direction of the pointer, near or far", () => {
  const [count, radius] = [36, 0.2];
  const places = Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count);
  const square = { axes: [UNIT, UNIT], plot: { width: 300, height: 300 } };
  const pictures = places.map((angle) => [[0, [0.5 + radius * Math.cos(angle)], [0.5 + radius * Math.sin(angle)]]]);
  const set = setOf([POINT], pictures);
  const numbers = places.map((_, i) => i);
  const next = random(2);
  for (let round = 0; round < 200; round++) {
    const [turn, far] = [next() * count, 5 + 300 * next()];
    const angle = (2 * Math.PI * turn) / count;
    if (Math.abs((turn % 1) - 0.5) < 0.01) continue; // Halfway between two.
    const pointer = [150 + far * Math.cos(angle), 150 - far * Math.sin(angle)];
    assert.equal(nearest(set, 7, [0], square, pointer, numbers), Math.round(turn) % count);
  }
});

test("a horizontal line follows the height of the pointer", () => {
  const set = setOf([LINE], [0, 0.25, 0.5, 0.75, 1].map((y) => [[0, [0, 1], [y, y]]]));
  const at = (number, y) => nearest(set, number, [0], FRAME, [333, y], [0, 1, 2, 3, 4]);
  // y goes upwards: 100 is the bottom. Halfway between two lines is at 12.5.
  assert.deepEqual([100, 80, 49, 20, -50].map((y) => at(0, y)), [0, 1, 2, 3, 4]);
});

test("at the pivot of lines, and among equally near points, nothing changes", () => {
  const through = (slope) => [[0, [0, 1], [0.5 - slope / 2, 0.5 + slope / 2]]];
  const lines = setOf([LINE], [-1, -0.5, 0, 0.5, 1].map(through));
  const points = setOf([POINT], [0.25, 0.75].map((x) => [[0, [x], [0.5]]]));
  for (const number of [0, 1, 2, 3, 4]) {
    assert.equal(nearest(lines, number, [0], FRAME, [200, 50], [0, 1, 2, 3, 4]), number);
    assert.equal(nearest(lines, number, [0], FRAME, [203, 50.5], [0, 1, 2, 3, 4]), number);
  }
  for (const number of [0, 1]) assert.equal(nearest(points, number, [0], FRAME, [200, 10], [0, 1]), number);
  // Away from it the line through the pointer is taken: at the right edge the slope 1 ends at the top.
  assert.equal(nearest(lines, 0, [0], FRAME, [400, 0], [0, 1, 2, 3, 4]), 4);
});

test("places that only single precision tells apart are equally near", () => {
  const middle = 0.2 * PLOT.width;
  const alike = setOf([POINT], [0.1, 0.3].map((x) => [[0, [x], [0.5]]]));
  const [left, right] = [0, 1].map((i) => Math.abs(alike.array(2 * i)[0] * PLOT.width - middle));
  assert.ok(left < right - 5e-6, `${left}, ${right}`);
  for (const number of [0, 1]) assert.equal(nearest(alike, number, [0], FRAME, [middle, 50], [0, 1]), number);
  assert.equal(nearest(alike, 1, [0], FRAME, [middle - 0.01, 50], [0, 1]), 0);
});

test("pictures that failed, and layers of other controls, are no goals", () => {
  const other = { kind: "points", moves: [1] };
  const still = { kind: "points" };
  const set = setOf([POINT, other, still], [
    [[0, [0], [0.5]]],
    null,
    [[1, [0.5], [0.5]], [2, [0.5], [0.5]], [0, [1], [0.5]]],
  ]);
  assert.equal(nearest(set, 0, [0], FRAME, [190, 50], [0, 1, 2]), 0);
  assert.equal(nearest(set, 0, [0], FRAME, [210, 50], [0, 1, 2]), 2);
  assert.equal(nearest(set, 0, [0, 1], FRAME, [210, 50], [0, 1, 2]), 0);
  // While the present picture is one that failed, any other is nearer.
  assert.equal(nearest(set, 1, [0], FRAME, [210, 50], [0, 1, 2]), 2);
});

test("where axes follow the control, places are those on the axes that are shown", () => {
  const wide = { limits: [0, 2], log: false };
  const set = setOf([POINT], [[[0, [0.5], [0.5]]], [[0, [0.5], [0.5]]]], [UNIT, wide]);
  set.pictures[1].axes = [1, 0];
  // The second picture's point is at x = 1 of its own axis, which is the right edge of the first.
  assert.equal(nearest(set, 0, [0], FRAME, [390, 50], [0, 1]), 1);
  assert.equal(nearest(set, 0, [0], FRAME, [210, 50], [0, 1]), 0);
});
