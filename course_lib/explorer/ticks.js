// Where the ticks of an axis go and what stands beside them.

const STEPS = [1, 2, 2.5, 5, 10];
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * The ticks of `axis` = {limits, log, ticks}: a list of {at, text}, `at` a fraction of the axis. They are its own, if it
 * has some with names; otherwise round numbers, about `target` of them.
 */
export function ticks(axis, target) {
  if (axis.ticks) return axis.ticks;
  const [low, high] = axis.limits;
  if (axis.log) return logTicks(low, high, target);
  return roundNumbers(low, high, target).map(([value, text]) => ({ at: (value - low) / (high - low), text }));
}

function roundNumbers(low, high, target) {
  const span = high - low;
  const raw = span / Math.max(target, 2);
  let exponent = Math.floor(Math.log10(raw));
  const step = STEPS.find((factor) => factor * 10 ** exponent >= raw * 0.999);
  const decimals = (step === 2.5 ? 1 : 0) + (step === 10 ? -1 : 0) - exponent;
  const size = step * 10 ** exponent;
  const found = [];
  for (let i = Math.ceil(low / size - 1e-9); i * size <= high + span * 1e-9; i++) found.push(i * size);
  // Close to a number such as 2, 2.00005 reads better than 2.00005×10⁰.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const plain = largest < 1e5 && decimals <= (largest >= 0.1 ? 8 : 4);
  return found.map((value) => [value, plain ? minus(value.toFixed(Math.max(decimals, 0))) : scientific(value, size)]);
}

function logTicks(low, high, target) {
  const [start, end] = [Math.log10(low), Math.log10(high)];
  const fraction = (value) => (Math.log10(value) - start) / (end - start);
  const [first, last] = [Math.ceil(start - 1e-9), Math.floor(end + 1e-9)];
  if (last - first >= 1) {
    const stride = Math.ceil((last - first + 1) / Math.max(target, 2));
    const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const chosen = powers.filter((power) => power % stride === 0);
    return chosen.map((power) => ({ at: (power - start) / (end - start), text: `10${superscript(power)}` }));
  }
  return roundNumbers(low, high, target).map(([value, text]) => ({ at: fraction(value), text }));
}

function scientific(value, step) {
  if (Math.abs(value) < step / 1e6) return "0";
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  const digits = Math.max(0, power - Math.floor(Math.log10(step)) + 1);
  return `${minus(String(Number((value / 10 ** power).toFixed(Math.min(digits, 12)))))}×10${superscript(power)}`;
}

const superscript = (power) => [...String(power)].map((sign) => SUPERSCRIPT[sign]).join("");
const minus = (text) => (Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−"));
