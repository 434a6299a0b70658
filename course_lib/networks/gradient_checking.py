"""Is this the gradient of that function? Every entry is measured by differences, and judged with their error.

A claim can be right, wrong, or at a kink; and where the differences do not settle, nothing is decided. The report
names the worst entries, and the mistake that their pattern is known to come from: a factor, a sign, a transposition.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal
from course_lib.networks.slope_measurement import TOLERANCE, MeasuredSlopes, Section, evaluation_noise, measure_slopes

UNSETTLED = 0.004  # the tolerance at which slopes have to be settled to refute a claim or to show a kink
RESOLVED = 0.01  # an error above this share of the entry does not decide about it
CLAIM_ROUNDING = 512  # units in the last place, of the largest entry, that a gradient may be off by rounding
LARGEST_WHOLE = 10_000  # a factor is looked for among the whole numbers up to this, and their reciprocals
WORDS = {"agrees": "agree", "kink": "at a kink, between its slopes", "wrong": "wrong", "undecided": "undecided"}
ROWS = 8  # of a report: the entries that are listed

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient: `claimed` against `measured` ± `error`, or against [left, right] at a kink.

    `gap` is how far the claim is outside. `verdict` is "agrees", "kink" (x is on a kink, and the claim is between the
    one-sided slopes), "wrong" or "undecided"; `note` says why it is not "agrees".
    """

    name: str
    claimed: float
    measured: float
    error: float
    gap: float
    left: float
    right: float
    verdict: str
    at_kink: bool = False
    note: str = ""


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The verdicts of `check_gradient` on all `entries`; `passed` only if none is wrong and none undecided.

    `causes` are patterns of the wrong entries that are known to come from a certain mistake.
    """

    entries: tuple[Entry, ...]
    causes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def passed(self) -> bool:
        return not self.wrong and not self.undecided

    @property
    def wrong(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == "wrong")

    @property
    def undecided(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == "undecided")

    @property
    def kinks(self) -> tuple[Entry, ...]:
        """The entries whose left and right slope differ at x, whatever is claimed there."""
        return tuple(entry for entry in self.entries if entry.at_kink)

    def __repr__(self) -> str:
        """Deterministic: digits that are noise are not shown."""
        count = Counter(entry.verdict for entry in self.entries)
        counted = ", ".join(f"{count[verdict]} {word}" for verdict, word in WORDS.items() if count[verdict])
        entries = "the only entry" if self.size == 1 else f"all {self.size} entries"
        outcome = "passed" if self.passed else "FAILED"
        listed = sorted((entry for entry in self.entries if entry.verdict != "agrees"), key=_badness)
        lines = [f"{outcome}: {counted} ({entries}; relative tolerance {TOLERANCE:g})", *_table(listed[:ROWS])]
        if len(listed) > ROWS:
            lines.append(f"... and {len(listed) - ROWS} more")
        return "\n".join(lines + [f"likely cause: {cause}" for cause in self.causes])


def _badness(entry: Entry) -> tuple[int, float]:
    """Wrong before undecided before kinks; the wrong ones by relative gap, without the digits that noise decides."""
    scale = max(abs(entry.claimed), abs(entry.measured))
    relative = entry.gap / scale if scale and math.isfinite(scale) else math.inf
    if entry.verdict != "wrong":
        relative = 0.0
    rounded = float(f"{relative:.1e}") if math.isfinite(relative) else math.inf
    return ("wrong", "undecided", "kink").index(entry.verdict), -rounded


def _table(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    rows = [("entry", "claimed", "measured", "off by", "verdict")]
    for entry in entries:
        measured = _shown(entry.measured, entry.error)
        if entry.at_kink:
            low, high = sorted((entry.left, entry.right))
            measured = f"[{_shown(low, entry.error)}, {_shown(high, entry.error)}]"
        off = f"{entry.gap:.2g}" if entry.verdict == "wrong" else "–"
        verdict = f"{entry.verdict}: {entry.note}" if entry.note else entry.verdict
        rows.append((entry.name, f"{entry.claimed:.7g}", measured, off, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    ]


def _shown(value: float, error: float) -> str:
    """At most 5 digits, and none below the error."""
    if not math.isfinite(value):
        return "?"
    if abs(value) <= error:
        return "0"
    digits = 5 if error == 0 else min(max(int(math.log10(abs(value) / error)), 1), 5)
    return f"{value:.{digits}g}"


def check_gradient(function: Any, gradient: Any, x: Any, names: Sequence[str] | None = None) -> GradientReport:
    """claimedᵢ against lim (f(x + t·eᵢ) − f(x))/t for t → 0⁻ and t → 0⁺, for every entry i.

    `function(x) -> float` takes a float64 array of x's shape; `gradient` is an array of that shape or a function that
    returns one. `names` are shown instead of positions, one for each entry in flat order.

    Steps shrink from 0.0117·max(|xᵢ|, 1) until the left, right and central differences settle; each is extrapolated,
    and its last correction plus the rounding noise of f is its error. An entry

    - agrees if the claim is within that error (at most 1 % where f is noisy; see `entry.error`), a relative tolerance
      of 1e-5, and the rounding of the gradient itself;
    - is at a kink if the one-sided slopes still differ at the smallest step above noise; the claim has to be between
      them. The report lists it under `kinks`;
    - is undecided if the differences do not settle, or if only large steps contradict the claim because rounding hides
      it from small ones (as in float32: compute f in float64).

    What it cannot see: a bend in the slope below the tolerance; a kink nearer than about 10⁻⁹, which counts as at x;
    a feature of f much narrower than the first step through which the differences look alike on both sides; an entry
    below the rounding noise of f. At a kink each entry is judged alone: (1, 1) passes at a tied maximum, and a
    subgradient in Clarke's sense can be refused where several kinks meet, because no slope along that axis has its
    value. A slope at the kink that is not multiplied by the upstream gradient shows only where that leaves
    [left, right]: try upstream gradients that are small or negative.

    An entry takes 10 to 40 evaluations, one at a kink or with a wrong claim 50 to 80. TypeError and ValueError name the
    argument, what came and what is accepted; a function that gives two values at one x is refused too.

    >>> check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, [1.0, -3.0, 0.5])
    passed: 3 agree (all 3 entries; relative tolerance 1e-05)
    >>> check_gradient(lambda x: np.sum(np.abs(x)), [1.0, -1.0, 0.3], [2.0, 5.0, 0.0])
    FAILED: 1 agree, 1 at a kink, between its slopes, 1 wrong (all 3 entries; relative tolerance 1e-05)
    entry  claimed  measured  off by  verdict
    x[1]        -1         1       2  wrong
    x[2]       0.3   [-1, 1]       –  kink
    likely cause: the sign: claimed = −measured
    """
    if not callable(function):
        raise TypeError(refusal("function", function, "a function of x"))
    point = _real_array("x", x).astype(np.float64)
    shape = point.shape
    if not point.size:
        raise ValueError(f"x: got shape {shape}; accepted is an array with at least one entry")
    if not np.isfinite(point).all():
        raise ValueError("x: got NaN or infinity; accepted are finite numbers")
    claims = _real_array("gradient", gradient(point.copy()) if callable(gradient) else gradient)
    if claims.shape != shape:
        turned = "; it may be transposed" if claims.shape == shape[::-1] else ""
        raise ValueError(f"gradient: got shape {claims.shape}; accepted is the shape of x, {shape}{turned}")
    if names is None:
        names = [f"x[{', '.join(map(str, index))}]" if shape else "x" for index in np.ndindex(shape)]
    elif isinstance(names, str) or len(names) != point.size:
        raise ValueError(refusal("names", names, f"one name for each of the {point.size} entries of x"))
    claimed, flat = claims.ravel().astype(np.float64), point.ravel()
    value = _value_of_flat(function, shape)
    start = _repeatable(value, flat)
    unit = CLAIM_ROUNDING * float(np.finfo(claims.dtype if claims.dtype.kind == "f" else np.float64).eps)
    allowance = unit * float(np.max(np.abs(claimed[np.isfinite(claimed)]), initial=0.0))
    sections = zip(_sections(value, flat, start), claimed.tolist(), strict=True)
    measured = [measure_slopes(section, claim, allowance) for section, claim in sections]
    largest = max((m.slopes.scale for m in measured if math.isfinite(m.slopes.scale)), default=0.0)
    entries = []
    for name, coordinate, claim, measurement in zip(names, flat.tolist(), claimed.tolist(), measured, strict=True):
        # How large slopes of f are near x: beside it an error may be small although the entry itself is 0.
        natural = max(largest, abs(start) / max(abs(coordinate), 1.0), measurement.chord)
        entries.append(_judged(str(name), claim, measurement, natural, unit * largest))
    return GradientReport(tuple(entries), _likely_causes(entries, shape))


def _real_array(name: str, values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: got {array.dtype} data; accepted are real numbers")
    return array


def _value_of_flat(function: Callable[[Vector], Any], shape: tuple[int, ...]) -> Callable[[Vector], float]:
    """f as a function of a flat vector, with a float as its value."""

    def value(vector: Vector) -> float:
        array = np.asarray(function(vector.reshape(shape)))
        if array.dtype.kind not in "fiu" or array.size != 1:
            came = f"a value of shape {array.shape} and dtype {array.dtype}"
            raise TypeError(f"function: got {came}; accepted is one real number")
        return float(array.item())

    return value


def _repeatable(value: Callable[[Vector], float], x: Vector) -> float:
    """f(x), asked for twice: a random f, such as a network with dropout, has no gradient to check."""
    first, second = value(x.copy()), value(x.copy())
    if not math.isfinite(first):
        raise ValueError(f"function: got the value {first} at x; accepted is a finite number")
    if first != second:
        raise ValueError(
            f"function: got the values {first!r} and then {second!r} at the same x; accepted is a function that "
            "returns one value for one x (give random parts a fixed seed)"
        )
    return first


def _sections(value: Callable[[Vector], float], x: Vector, start: float) -> Iterator[Section]:
    """f along each coordinate through x; NaN where f has no value, as the logarithm of a negative number."""

    def beside(moved: Vector) -> float:
        try:
            with np.errstate(all="ignore"):
                return value(moved)
        except (ArithmeticError, ValueError):
            return math.nan

    def along(position: int, coordinate: float) -> float:
        moved = x.copy()
        moved[position] = coordinate
        return beside(moved)

    noise = evaluation_noise(beside, x, start)
    return (Section(partial(along, position), at, start, noise) for position, at in enumerate(x.tolist()))


def _judged(name: str, claimed: float, measured: MeasuredSlopes, natural: float, rounding: float) -> Entry:
    """The verdict on one entry; `natural` is how large slopes are here, `rounding` how exact any claim can be."""
    slopes, kink = measured.slopes, measured.slopes.has_kink
    error = 2 * slopes.spread if kink else slopes.error
    # At a kink every slope between the two is as good as any other: the nearest is shown.
    nearest = sorted((slopes.left, claimed, slopes.right))[1] if kink else slopes.central
    gap = slopes.gap(claimed) if math.isfinite(claimed) else math.inf
    resolved = error <= max(RESOLVED * max(abs(claimed), slopes.scale), TOLERANCE * natural)
    near = error + TOLERANCE * max(abs(claimed), slopes.scale) + rounding + slopes.floor
    if not math.isfinite(claimed):
        verdict, note = "wrong", "not a finite number"
    elif not resolved or (not slopes.settled(UNSETTLED) and (kink or gap > near)):
        verdict, note = "undecided", "the differences do not settle"
    elif gap <= near:
        verdict, note = ("kink" if kink else "agrees"), ""
    elif gap <= near + 2 * error:
        verdict, note = "undecided", "the claim is at the edge of the error"
    elif not measured.doubted:
        verdict, note = "undecided", "the steps that contradict the claim are large, smaller ones show only noise"
    else:
        verdict, note = "wrong", "at a kink" if kink else ""
    return Entry(name, claimed, nearest, error, gap, slopes.left, slopes.right, verdict, kink, note)


def _likely_causes(entries: Sequence[Entry], shape: tuple[int, ...]) -> tuple[str, ...]:
    """claimed = c·measured, claimed = measuredᵀ, NaN, or a kink's slope put in place of a product, in words.

    A factor or a sign is stated only if every wrong entry shows it, a transposition only if every entry does.
    """
    wrong = [entry for entry in entries if entry.verdict == "wrong"]
    finite = [entry for entry in wrong if math.isfinite(entry.claimed)]
    smooth = [entry for entry in finite if not entry.at_kink]
    causes = []
    if count := len(wrong) - len(finite):
        causes.append(f"{count} {'entries are' if count > 1 else 'entry is'} NaN or infinite")
    if len(smooth) < len(finite):
        causes.append(
            "the slope at a kink has to multiply the upstream gradient, not replace it (or several kinks meet at x)"
        )
    if smooth and (pattern := _transposed(entries, shape) or _factor(entries, smooth)):
        causes.append(pattern)
    return tuple(causes)


def _matches(claimed: float, expected: float, error: float) -> bool:
    return abs(claimed - expected) <= 3 * error + 2 * TOLERANCE * max(abs(claimed), abs(expected))


def _transposed(entries: Sequence[Entry], shape: tuple[int, ...]) -> str:
    if len(shape) != 2 or shape[0] != shape[1]:
        return ""
    turned = np.reshape([entry.claimed for entry in entries], shape).T.ravel().tolist()
    fits = all(_matches(t, e.measured, e.error) for t, e in zip(turned, entries, strict=True) if not e.at_kink)
    return "a transposed matrix: claimed.T agrees" if fits else ""


def _factor(entries: Sequence[Entry], wrong: Sequence[Entry]) -> str:
    known = [entry for entry in wrong if abs(entry.measured) > 10 * entry.error]
    if not known:
        return ""
    c = median(entry.claimed / entry.measured for entry in known)
    whole = _whole(c)
    if not whole and len(known) < 3:
        return ""  # one or two entries have some factor by chance
    c = whole or c
    if not all(_matches(e.claimed, c * e.measured, abs(c) * e.error) for e in wrong):
        return ""
    right = any(e.verdict == "agrees" and abs(e.measured) > 10 * e.error for e in entries)
    where = f"in the {len(wrong)} wrong entries " if right and len(wrong) > 1 else ""
    return where + _factor_in_words(c)


def _whole(c: float) -> float:
    """c as ±k or ±1/k for a whole number k up to `LARGEST_WHOLE`; 0.0 if it is none."""
    if c == 0 or not math.isfinite(c):
        return 0.0
    k = round(abs(c) if abs(c) >= 1 else 1 / abs(c))
    rounded = math.copysign(k if abs(c) >= 1 else 1 / k, c)
    return rounded if k <= LARGEST_WHOLE and abs(c - rounded) <= 2 * TOLERANCE * abs(c) else 0.0


def _factor_in_words(c: float) -> str:
    if c == 0:
        return "claimed is 0 where the function changes"
    sign = "−" if c < 0 else ""
    size, inverse = abs(c), 1 / abs(c)
    if size == 1:
        return "the sign: claimed = −measured"
    if size.is_integer():
        return f"claimed = {sign}{size:.0f} × measured: a missing factor of {sign}1/{size:.0f}"
    if abs(inverse - round(inverse)) < 1e-9 * inverse:
        return f"claimed = {sign}measured/{inverse:.0f}: a missing factor of {sign}{inverse:.0f}"
    return f"claimed = {sign}{size:.6g} × measured: a missing factor of {sign}{inverse:.6g}"
