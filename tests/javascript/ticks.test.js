import assert from "node:assert/strict";
import test from "node:test";
import { inWords, ticks, withRoom } from "../../course_lib/explorer/ticks.js";

const texts = (axis, target) => ticks(axis, target).map((tick) => tick.text);
const linear = (low, high, target) => texts({ limits: [low, high], log: false }, target);
const log = (low, high, target) => texts({ limits: [low, high], log: true }, target);

/** The number that a tick's text says: "−2.5", "3×10⁻⁷" or "10⁴". */
function read(text) {
  const plain = (signs) => signs.replace(/[⁻−]/g, "-").replace(/[⁰¹²³⁴-⁹]/g, (sign) => sign.normalize("NFKC"));
  const [, sign, digits = "1", power] = text.match(/^(−?)(?:([^×]+)×)?10([⁻⁰¹²³⁴-⁹]+)$/) ?? [];
  return Number(power ? `${plain(sign + digits)}e${plain(power)}` : plain(text));
}

function near(actual, expected, within) {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);
}

test("round numbers with as many decimals as their step, and a proper minus sign", () => {
  assert.deepEqual(linear(0, 1, 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(linear(-2, 2, 4), ["−2", "−1", "0", "1", "2"]);
  assert.deepEqual(linear(0, 1, 4), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
  assert.deepEqual(linear(0.3, 1.7, 3), ["0.5", "1.0", "1.5"]);
  assert.deepEqual(linear(0, 50_000, 5), ["0", "10000", "20000", "30000", "40000", "50000"]);
});

test("zero has no sign, and none is lost to round-off", () => {
  assert.deepEqual(linear(-0.3, 0.3, 6), ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]);
  assert.equal(linear(-1e-7, 1e-7, 4)[2], "0");
});

test("large and small numbers are written with powers of ten", () => {
  assert.deepEqual(linear(0, 1e6, 2), ["0", "5×10⁵", "10⁶"]);
  assert.deepEqual(linear(-1e-7, 1e-7, 2), ["−10⁻⁷", "0", "10⁻⁷"]);
  // Close to 2 all digits that differ are written out.
  assert.deepEqual(linear(2, 2.0001, 2), ["2.00000", "2.00005", "2.00010"]);
});

test("a tick stands where its text says, on every axis", () => {
  const ends = [[0, 1], [-3, 7.3], [1e-9, 5e-9], [-4e8, 1e7], [0.9999, 1.0001], [-1e-5, 2e-5], [-2e5, -1e5]];
  for (const limits of ends) {
    const [low, high] = limits;
    for (let target = 2; target <= 12; target++) {
      const marks = ticks({ limits, log: false }, target);
      // The step is at most twice and a half the one that was asked for.
      assert.ok(marks.length >= target / 2.5 - 1 && marks.length <= target + 2, `${marks.length} for ${target}`);
      for (const { at, text } of marks) {
        near(read(text), low + at * (high - low), 1e-9 * Math.max(Math.abs(low), Math.abs(high)));
        near(at, 0.5, 0.5 + 1e-8);
      }
    }
  }
});

test("powers of ten on a log axis", () => {
  assert.deepEqual(log(1, 100, 5), ["10⁰", "10¹", "10²"]);
  assert.deepEqual(log(1e-3, 1, 4), ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
  const marks = ticks({ limits: [0.5, 5000], log: true }, 6);
  assert.deepEqual(marks.map((mark) => mark.text), ["10⁰", "10¹", "10²", "10³"]);
  // They are one decade of four apart, and the first one log10(1 / 0.5) of them after the low end.
  marks.forEach((mark, i) => near(mark.at, (Math.log10(2) + i) / 4, 1e-12));
});

test("over many decades, powers of ten are as far from each other, and not too many", () => {
  const powers = log(1e-16, 1, 5).map((text) => Math.log10(read(text)));
  assert.ok(powers.length >= 3 && powers.length <= 6);
  for (let i = 2; i < powers.length; i++) near(powers[i] - powers[i - 1], powers[1] - powers[0], 1e-9);
});

test("within a decade, round numbers where their logarithms are", () => {
  const marks = ticks({ limits: [2, 8], log: true }, 3);
  assert.deepEqual(marks.map((mark) => mark.text), ["2", "4", "6", "8"]);
  for (const { at, text } of marks) near(at, Math.log(Number(text) / 2) / Math.log(4), 1e-12);
});

test("an axis with names keeps them", () => {
  const named = [{ at: 0.25, text: "ReLU" }, { at: 0.75, text: "|x|" }];
  assert.equal(ticks({ limits: [0, 4], log: false, ticks: named }, 9), named);
});

test("whole numbers: the first and the last have a tick, and none lies between two", () => {
  const whole = (low, high, target) => ticks({ limits: [low, high], log: false, whole: true }, target);
  const said = (...axis) => whole(...axis).map((tick) => tick.text);
  assert.deepEqual(said(1, 11, 7), ["1", "3", "5", "7", "9", "11"]);
  assert.deepEqual(said(0.5, 6.5, 9), ["1", "2", "3", "4", "5", "6"]);
  assert.deepEqual(said(0, 101, 7), ["0", "20", "40", "60", "80", "101"]);
  assert.deepEqual(said(-2, 2, 9), ["−2", "−1", "0", "1", "2"]);
  for (const { at, text } of whole(0.5, 6.5, 9)) near(at, (Number(text) - 0.5) / 6, 1e-12);
  for (let last = 1; last <= 60; last++) {
    for (let target = 2; target <= 9; target++) {
      const numbers = said(0, last, target).map(Number);
      assert.deepEqual([numbers[0], numbers.at(-1)], [0, last]);
      assert.ok(numbers.length <= target + 1 && numbers.every(Number.isInteger), `${numbers} for ${target}`);
      assert.ok(numbers.every((number, i) => i === 0 || number > numbers[i - 1]));
    }
  }
});

test("ticks that touch give way, but the first and the last", () => {
  const marks = [0, 0.5, 0.52, 0.9, 1].map((at) => ({ at, text: "" }));
  const kept = (length) => withRoom(marks, length, () => 10).map((mark) => mark.at);
  assert.deepEqual(kept(1000), [0, 0.5, 0.52, 0.9, 1]);
  assert.deepEqual(kept(200), [0, 0.5, 0.9, 1]);
  assert.deepEqual(kept(50), [0, 0.5, 1]);
  assert.deepEqual(kept(5), [0, 1]);
  assert.deepEqual(withRoom([...marks].reverse(), 200, () => 10).map((mark) => mark.at), [0, 0.5, 0.9, 1]);
});

test("a number is read as the axis has it", () => {
  const on = (low, high, more = {}) => (at) => inWords({ limits: [low, high], log: false, ...more }, at);
  assert.equal(on(-1, 1)(0.25), "−0.5");
  assert.equal(on(0, 10)(Math.fround(0.1)), "1");
  assert.equal(on(0, 1e6)(0.3), "3×10⁵");
  assert.equal(on(-1, 1)(0.5), "0");
  assert.equal(on(0, 4, { whole: true })(0.7499), "3");
  assert.equal(on(0, 4, { ticks: [{ at: 0.25, text: "ReLU" }] })(0.2501), "ReLU");
  assert.equal(on(1, 100, { log: true })(0.5), "10");
  assert.equal(on(1e-8, 1, { log: true })(0.25), "10⁻⁶");
});

test("a power of ten is read as one, also where single precision has rounded its place", () => {
  for (let decades = 1; decades <= 16; decades++) {
    const axis = { limits: [10 ** -decades, 1], log: true };
    for (let i = 0; i <= decades; i++) {
      const text = inWords(axis, Math.fround(i / decades));
      near(Math.log10(read(text)), i - decades, 1e-9);
      assert.doesNotMatch(text, /^10×/);
    }
  }
});
