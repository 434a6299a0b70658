// Where the ticks of an axis go and what stands beside them.

const STEPS = [1, 2, 2.5, 5];
/** @type {Record<string, string>} */
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * The ticks of `axis` = {limits, log, ticks, whole}: a list of {at, text}, `at` a fraction of the axis. They are its
 * own, if it has some with names; otherwise whole or round numbers, about `target` of them.
 * @type {(axis: Scale, target: number) => Tick[]}
 */
export function ticks(axis, target) {
  if (axis.ticks) return axis.ticks;
  const [low, high] = axis.limits;
  if (axis.log) return logTicks(low, high, target);
  const at = (/** @type {number} */ value) => (value - low) / (high - low);
  if (axis.whole) {
    return wholeNumbers(low, high, target).map((value) => ({ at: at(value), text: minus(String(value)) }));
  }
  return roundNumbers(low, high, target).map(([value, text]) => ({ at: at(value), text }));
}

/**
 * Of ticks in a row of `length` pixels those that have room; the first and the last always have.
 * @type {(marks: Tick[], length: number, size: (mark: Tick) => number) => Tick[]}
 */
export function withRoom(marks, length, size) {
  const sorted = marks.toSorted((a, b) => a.at - b.at);
  /**
   * Rows that have just the room they need have it, whatever the round-off.
   * @type {(a: Tick, b: Tick) => boolean}
   */
  const apart = (a, b) => (b.at - a.at) * length >= (size(a) + size(b)) / 2 - 1e-6;
  const last = sorted[sorted.length - 1];
  /** @type {Tick[]} */
  const kept = [];
  for (const mark of sorted) {
    if (!kept.length || mark === last || (apart(kept[kept.length - 1], mark) && apart(mark, last))) kept.push(mark);
  }
  return kept;
}

/**
 * A number as the axis has it: as exact as a picture is, in the form of its ticks; a place that has a name has that.
 * @type {(axis: Scale, at: number) => string}
 */
export function inWords(axis, at) {
  const named = axis.ticks?.find((tick) => Math.abs(tick.at - at) < 1e-3);
  if (named) return named.text;
  const [low, high] = axis.limits;
  if (axis.log) {
    const value = 10 ** (Math.log10(low) + at * (Math.log10(high) - Math.log10(low)));
    if (value < 1e-3 || value >= 1e5) return scientific(value, value / 10);
    return plainly(value, 2 - Math.floor(Math.log10(value)));
  }
  const value = low + at * (high - low);
  const finest = (high - low) / 500;
  if (axis.whole && Math.abs(value - Math.round(value)) < finest) return minus(String(Math.round(value)));
  const decimals = Math.ceil(-Math.log10(finest));
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return largest < 1e5 && decimals <= 8 ? plainly(value, decimals) : scientific(value, finest);
}

/**
 * The same numbers as `whole_numbers` of Python, for the stored picture.
 * @type {(low: number, high: number, count: number) => number[]}
 */
function wholeNumbers(low, high, count) {
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const span = last - first;
  const least = Math.max(Math.ceil(span / Math.max(count - 1, 1)), 1);
  const power = 10 ** (String(least).length - 1);
  const even = Array.from({ length: least }, (_, i) => least + i).find((size) => span % size === 0);
  const step = even ?? [1, 2, 5].map((factor) => factor * power).find((size) => size >= least) ?? 10 * power;
  const found = [];
  for (let value = first; value <= last; value += step) found.push(value);
  const end = found[found.length - 1];
  if (end !== last) {
    // The last number needs room beside the one before.
    if (last - end < 0.6 * step) found.pop();
    found.push(last);
  }
  return found;
}

/** @type {(low: number, high: number, target: number) => [value: number, text: string][]} */
function roundNumbers(low, high, target) {
  const span = high - low;
  const raw = span / Math.max(target, 2);
  const exponent = Math.floor(Math.log10(raw));
  const step = STEPS.find((factor) => factor * 10 ** exponent >= raw * 0.999) ?? 10;
  const decimals = (step === 2.5 ? 1 : 0) + (step === 10 ? -1 : 0) - exponent;
  const size = step * 10 ** exponent;
  const found = [];
  for (let i = Math.ceil(low / size - 1e-9); i * size <= high + span * 1e-9; i++) found.push(i * size);
  // Close to a number such as 2, 2.00005 reads better than 2.00005×10⁰.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const plain = largest < 1e5 && decimals <= (largest >= 0.1 ? 8 : 4);
  return found.map((value) => [value, plain ? minus(value.toFixed(Math.max(decimals, 0))) : scientific(value, size)]);
}

/** @type {(low: number, high: number, target: number) => Tick[]} */
function logTicks(low, high, target) {
  const [start, end] = [Math.log10(low), Math.log10(high)];
  const fraction = (/** @type {number} */ value) => (Math.log10(value) - start) / (end - start);
  const [first, last] = [Math.ceil(start - 1e-9), Math.floor(end + 1e-9)];
  if (last - first >= 1) {
    const stride = Math.ceil((last - first + 1) / Math.max(target, 2));
    const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const powers = all.filter((power) => power % stride === 0);
    return powers.map((power) => ({ at: (power - start) / (end - start), text: `10${superscript(power)}` }));
  }
  return roundNumbers(low, high, target).map(([value, text]) => ({ at: fraction(value), text }));
}

/** @type {(value: number, step: number) => string} */
function scientific(value, step) {
  if (Math.abs(value) < step / 1e6) return "0";
  const whole = Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  const digits = Math.max(0, whole - Math.floor(Math.log10(step)) + 1);
  // Rounded first: 9.9999 with one decimal is one ten, of the next power.
  const [mantissa, exponent] = value.toExponential(Math.min(digits, 12)).split("e");
  const power = `10${superscript(Number(exponent))}`;
  const [sign, size] = [value < 0 ? "−" : "", Math.abs(Number(mantissa))];
  return `${sign}${size === 1 ? "" : `${size}×`}${power}`;
}

/** @type {(value: number, decimals: number) => string} */
const plainly = (value, decimals) => minus(String(Number(value.toFixed(Math.max(decimals, 0)))));
/** @type {(power: number) => string} */
const superscript = (power) => [...String(power)].map((sign) => SUPERSCRIPT[sign]).join("");
/** @type {(text: string) => string} */
const minus = (text) => (Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−"));
