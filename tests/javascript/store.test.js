import assert from "node:assert/strict";
import test from "node:test";
import { createStore, decode, encode, reachable, unpack } from "../../course_lib/explorer/store.js";

const PICTURES = { texts: ["a"], axes: [], styles: [], lengths: [2, 0, 3], pictures: [] };
const STRUCTURE = JSON.stringify(PICTURES);

/** A view of `numbers` that starts at byte `offset` of its buffer. */
function viewOf(numbers, offset = 0) {
  const bytes = new Uint8Array(4 * numbers.length + offset + 1);
  numbers.forEach((number, i) => new DataView(bytes.buffer).setFloat32(offset + 4 * i, number, true));
  return new DataView(bytes.buffer, offset, 4 * numbers.length);
}

/** A model that answers nothing by itself: `asked` are the numbers of the pictures that it was asked for. */
function kernel(only) {
  const state = { structure: STRUCTURE, numbers: viewOf([1, 2, 3, 4, 5]), only };
  const [asked, listeners] = [[], new Set()];
  return {
    asked,
    listeners,
    get: (name) => state[name],
    send: ({ kind, number }) => asked.push([kind, number]),
    on: (_, callback) => listeners.add(callback),
    off: (_, callback) => listeners.delete(callback),
    answer(number, kind = "picture") {
      const message = { kind, number, structure: STRUCTURE };
      for (const callback of listeners) callback(message, [viewOf([number, 0, 0, 0, 0])]);
    },
  };
}

test("arrays lie one after the other, wherever their block starts", () => {
  for (const offset of [0, 1, 4, 7]) {
    const set = unpack(STRUCTURE, viewOf([1, 2, 0.5, -4, 5], offset));
    assert.deepEqual([0, 1, 2].map((i) => [...set.array(i)]), [[1, 2], [], [0.5, -4, 5]]);
    assert.deepEqual(set.texts, ["a"]);
  }
});

test("where all pictures are there, nobody is asked", () => {
  const model = kernel(-1);
  const store = createStore(model, assert.fail, assert.fail);
  const [set, index] = store.find(7);
  assert.deepEqual([[...set.array(0)], index, model.asked], [[1, 2], 7, []]);
  store.dispose();
  assert.equal(model.listeners.size, 0);
});

test("one question at a time, and the last one wanted comes next", () => {
  const model = kernel(3);
  let arrivals = 0;
  const store = createStore(model, () => { arrivals += 1; }, assert.fail);
  assert.equal(store.find(3)[1], 0);
  assert.deepEqual([5, 6, 7].map(store.find), [null, null, null]);
  assert.deepEqual(model.asked, [["picture", 5]]);
  model.answer(5, "another message");
  assert.equal(model.asked.length, 1);
  model.answer(5);
  assert.deepEqual([model.asked, arrivals], [[["picture", 5], ["picture", 7]], 0]);
  model.answer(7);
  assert.equal(arrivals, 1);
  const [set, index] = store.find(7);
  assert.deepEqual([set.array(0)[0], index], [7, 0]);
  assert.equal(store.find(5)[0].array(0)[0], 5);
  assert.equal(model.asked.length, 2);
  store.dispose();
});

test("the oldest of 64 pictures is forgotten, and asked for again", () => {
  const model = kernel(0);
  const store = createStore(model, () => {}, assert.fail);
  for (let number = 1; number <= 64; number++) {
    store.find(number);
    model.answer(number);
  }
  assert.ok(store.find(1) && store.find(64));
  assert.equal(store.find(0), null);
  assert.deepEqual(model.asked.at(-1), ["picture", 0]);
  store.dispose();
});

test("without an answer in ten seconds it says so, and the next picture is asked for", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said = [];
  const model = kernel(0);
  const store = createStore(model, () => {}, (text) => said.push(text));
  store.find(1);
  t.mock.timers.tick(9_999);
  assert.deepEqual(said, []);
  t.mock.timers.tick(1);
  assert.match(said.join(), /Is the kernel running/);
  store.find(2);
  assert.deepEqual(model.asked.map(([, number]) => number), [1, 2]);
  store.dispose();
  t.mock.timers.tick(20_000);
  assert.equal(said.length, 1);
});

test("pictures are numbered like a clock", () => {
  // 1 h 2 min 3 s is the second 3723 of the day.
  assert.equal(encode([1, 2, 3], [24, 60, 60]), 3723);
  assert.deepEqual(decode(3723, [24, 60, 60]), [1, 2, 3]);
  for (let number = 0; number < 3 * 4 * 5; number++) assert.equal(encode(decode(number, [3, 4, 5]), [3, 4, 5]), number);
});

test("a layer reaches the pictures that differ in its own controls only", () => {
  const sizes = [3, 4, 5];
  const all = Array.from({ length: 60 }, (_, number) => number);
  for (const moves of [[], [0], [1], [2], [0, 2], [2, 1], [0, 1, 2]]) {
    for (const number of [0, 27, 59]) {
      const own = decode(number, sizes);
      const free = (index, k) => index === own[k] || moves.includes(k);
      const expected = all.filter((other) => decode(other, sizes).every(free));
      assert.deepEqual(reachable(number, moves, sizes).toSorted((a, b) => a - b), expected);
    }
  }
});
