// Holds the pictures that Python sent, and asks for those that it computes on demand.

const PATIENCE_MS = 10_000;
const CACHED = 64;

/**
 * Turn the JSON structure and the block of float32 numbers into one set of pictures.
 * @param {string} structure
 * @param {DataView} view
 * @returns {PictureSet}
 */
export function unpack(structure, view) {
  /** @type {Packed} */
  const set = JSON.parse(structure);
  // A copy, because the block need not start at a multiple of four bytes.
  const numbers = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  let end = 0;
  const arrays = set.lengths.map((length) => {
    end += length;
    return numbers.subarray(end - length, end);
  });
  return Object.assign(set, { array: (/** @type {number} */ i) => arrays[i] });
}

/**
 * The numbers of the pictures that differ from `number` in the places of the controls `moves` only.
 * @param {number} number
 * @param {number[]} moves
 * @param {number[]} sizes
 */
export function reachable(number, moves, sizes) {
  let found = [decode(number, sizes)];
  for (const k of moves) {
    found = found.flatMap((indices) => Array.from({ length: sizes[k] }, (_, index) => indices.with(k, index)));
  }
  return found.map((indices) => encode(indices, sizes));
}

/**
 * The places of the controls in picture `number`: pictures are numbered like a clock, the last control runs fastest.
 * @param {number} number
 * @param {number[]} sizes
 */
export function decode(number, sizes) {
  /** @type {number[]} */
  const indices = [];
  for (const size of sizes.toReversed()) {
    indices.unshift(number % size);
    number = Math.floor(number / size);
  }
  return indices;
}

/**
 * The number of the picture, given the places of the controls.
 * @param {number[]} indices
 * @param {number[]} sizes
 */
export function encode(indices, sizes) {
  return indices.reduce((number, index, k) => number * sizes[k] + index, 0);
}

/**
 * `find(number)` gives [set, index], or null after asking the kernel; then `arrived()` is called once it has come.
 * @param {ExplorerModel} model
 * @param {() => void} arrived
 * @param {(text: string) => void} waiting
 */
export function createStore(model, arrived, waiting) {
  const first = unpack(model.get("structure"), model.get("numbers"));
  const only = model.get("only");
  /** @type {Map<number, Found>} */
  const cache = new Map([[only, [first, 0]]]);
  /** @type {number | null} */
  let asked = null;
  /** @type {number | null} */
  let wanted = null;
  /** @type {number | undefined} */
  let patience;

  /** @param {number} number */
  function ask(number) {
    wanted = number;
    if (asked !== null) return; // One question at a time: the kernel must not fall behind a moving slider.
    asked = number;
    clearTimeout(patience);
    patience = setTimeout(() => {
      asked = null; // The kernel may have been restarted: the next move of a control asks again.
      waiting("No answer yet. Is the kernel running, or is another cell still busy?");
    }, PATIENCE_MS);
    model.send({ kind: "picture", number });
  }

  /**
   * @param {PictureMessage} message
   * @param {DataView[]} buffers
   */
  function receive(message, buffers) {
    if (message.kind !== "picture") return;
    cache.set(message.number, [unpack(message.structure, buffers[0]), 0]);
    const [oldest] = cache.keys();
    if (cache.size > CACHED) cache.delete(oldest);
    clearTimeout(patience);
    asked = null;
    if (wanted !== null && !cache.has(wanted)) ask(wanted);
    else arrived();
  }

  model.on("msg:custom", receive);
  return {
    /** All pictures, or null where they are computed on demand. */
    set: only < 0 ? first : null,
    /**
     * @param {number} number
     * @returns {Found | null}
     */
    find(number) {
      if (only < 0) return [first, number];
      const found = cache.get(number) ?? null;
      if (found) wanted = null;
      else ask(number);
      return found;
    },
    dispose() {
      clearTimeout(patience);
      model.off("msg:custom", receive);
    },
  };
}
