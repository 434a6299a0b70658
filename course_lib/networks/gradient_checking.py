"""Is this the gradient of that function? Every entry is measured, and judged with the error of the measurement."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.layers import Dropout
from course_lib.networks.slope_measurement import (
    EPSILON,
    Line,
    Measurement,
    evaluation_noise,
    measure_slopes,
    smallest_step,
)

# What a gradient check found: a verdict on each entry, and the worst of them as text.


VERDICTS = ("agrees", "kink", "wrong", "undecided")
ROWS, CROSSINGS = 8, 4  # listed by repr


@dataclass(frozen=True)
class Part:
    """One array among those that are checked: its name, its shape, and where it starts in the flat vector of all."""

    name: str
    shape: tuple[int, ...]
    start: int = 0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient: ``claimed`` against ``measured`` ± ``error``, or against [left, right] at a kink.

    ``gap`` is how far the claim is outside. ``verdict`` is "agrees", "kink" (x is on a kink, and the claim is between
    the one-sided slopes), "wrong" or "undecided"; ``note`` says why it is not "agrees". ``crossed`` is the signed
    distance of a kink that a larger step crossed, or ``None``. ``position`` counts in the flat vector of all entries.
    """

    name: str
    position: int
    claimed: float
    measured: float
    error: float
    gap: float
    left: float
    right: float
    verdict: str
    at_kink: bool = False
    crossed: float | None = None
    note: str = ""


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The verdicts of ``check_gradient`` on ``entries``; ``passed`` only if none is wrong and none undecided.

    ``size`` counts all entries of the gradient, ``checked`` says which of them were measured. ``causes`` are patterns
    of the wrong entries that are known to come from a certain mistake. ``complex_step`` says whether that method took
    part.
    """

    entries: tuple[Entry, ...]
    size: int
    checked: str
    tolerance: float
    causes: tuple[str, ...]
    complex_step: str

    @property
    def passed(self) -> bool:
        return not self.wrong and not self.undecided

    @property
    def wrong(self) -> tuple[Entry, ...]:
        return self._with("wrong")

    @property
    def undecided(self) -> tuple[Entry, ...]:
        return self._with("undecided")

    @property
    def kinks(self) -> tuple[Entry, ...]:
        """The entries whose left and right slope differ at x, whatever is claimed there."""
        return tuple(entry for entry in self.entries if entry.at_kink)

    @property
    def crossed(self) -> tuple[Entry, ...]:
        """The entries for which a step crossed a kink beside x; they are judged by smaller steps."""
        return tuple(entry for entry in self.entries if entry.crossed is not None)

    def _with(self, verdict: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == verdict)

    def __repr__(self) -> str:
        """Deterministic: digits that are noise are not shown."""
        count = Counter(entry.verdict for entry in self.entries)
        parts = [f"{count[verdict]} {word}" for verdict, word in _WORDS.items() if count[verdict]]
        outcome = "passed" if self.passed else "FAILED"
        lines = [f"{outcome}: {', '.join(parts)} ({self.checked}; relative tolerance {self.tolerance:g})"]
        listed = sorted((entry for entry in self.entries if entry.verdict != "agrees"), key=_badness)
        lines += _table(listed[:ROWS])
        if len(listed) > ROWS:
            lines.append(f"... and {len(listed) - ROWS} more")
        lines += [f"likely cause: {cause}" for cause in self.causes]
        if self.crossed:
            found = [f"{entry.name} {_side(entry.crossed)}" for entry in self.crossed[:CROSSINGS] if entry.crossed]
            more = f" and {len(self.crossed) - CROSSINGS} more" if len(self.crossed) > CROSSINGS else ""
            lines.append(f"a step crossed a kink, smaller ones were used: {', '.join(found)}{more}")
        return "\n".join(lines)


_WORDS = {"agrees": "agree", "kink": "at a kink, between its slopes", "wrong": "wrong", "undecided": "undecided"}


def _badness(entry: Entry) -> tuple[int, float, int]:
    """Wrong before undecided before kinks; the wrong ones by relative gap, without the digits that noise decides."""
    scale = max(abs(entry.claimed), abs(entry.measured))
    relative = entry.gap / scale if scale and math.isfinite(scale) else math.inf
    if entry.verdict != "wrong":
        relative = 0.0
    rounded = float(f"{relative:.1e}") if math.isfinite(relative) else math.inf
    return ("wrong", "undecided", "kink").index(entry.verdict), -rounded, entry.position


def _table(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    rows = [("entry", "claimed", "measured", "off by", "verdict")]
    for entry in entries:
        measured = _number(entry.measured, entry.error)
        if entry.at_kink:
            low, high = sorted((entry.left, entry.right))
            measured = f"[{_number(low, entry.error)}, {_number(high, entry.error)}]"
        off = f"{entry.gap:.2g}" if entry.verdict == "wrong" else "–"
        verdict = f"{entry.verdict}: {entry.note}" if entry.note else entry.verdict
        rows.append((entry.name, f"{entry.claimed:.7g}", measured, off, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    ]


def _number(value: float, error: float) -> str:
    """At most 5 digits, and none below the error."""
    if not math.isfinite(value):
        return "?"
    if abs(value) <= error:
        return "0"
    digits = 5 if error == 0 else min(max(int(math.log10(abs(value) / error)), 1), 5)
    return f"{value:.{digits}g}"


def _side(distance: float | None) -> str:
    return f"({abs(distance or 0):.1e} to the {'right' if (distance or 0) > 0 else 'left'})"


# What the pattern of the wrong entries says about the mistake behind them.


LARGEST_WHOLE = 10_000  # a factor is looked for among the whole numbers up to this, and their reciprocals


def likely_causes(
    parts: Sequence[Part], claimed: NDArray[np.float64], entries: Sequence[Entry], tolerance: float
) -> tuple[str, ...]:
    """claimed = c·measured, claimed = measuredᵀ, NaN, or a kink's slope put in place of a product: one text per part.

    ``claimed`` is the flat vector of all entries, of which ``entries`` were measured. A factor or a sign is stated
    only if every wrong entry of the part shows it, a transposition only if every measured entry does.
    """
    found = []
    for part in parts:
        own = [entry for entry in entries if part.start <= entry.position < part.start + part.size]
        wrong = [entry for entry in own if entry.verdict == "wrong"]
        finite = [entry for entry in wrong if math.isfinite(entry.claimed)]
        texts = []
        if len(finite) < len(wrong):
            count = len(wrong) - len(finite)
            texts.append(f"{count} {'entries are' if count > 1 else 'entry is'} NaN or infinite")
        if any(entry.at_kink for entry in finite):
            texts.append(
                "the slope at a kink has to multiply the upstream gradient, not replace it (or several kinks meet at x)"
            )
        smooth = [entry for entry in finite if not entry.at_kink]
        if smooth:
            pattern = _transposed(part, claimed, own, tolerance) or _factor(own, smooth, tolerance)
            texts += [pattern] if pattern else []
        found += [f"{part.name}: {text}" if len(parts) > 1 else text for text in texts]
    return tuple(found)


def _matches(claimed: float, expected: float, error: float, tolerance: float) -> bool:
    return abs(claimed - expected) <= 3 * error + 2 * tolerance * max(abs(claimed), abs(expected))


def _transposed(part: Part, claimed: NDArray[np.float64], own: Sequence[Entry], tolerance: float) -> str:
    if len(part.shape) != 2 or part.shape[0] != part.shape[1]:
        return ""
    turned = claimed[part.start : part.start + part.size].reshape(part.shape).T.ravel()
    smooth = [entry for entry in own if not entry.at_kink]
    fits = all(_matches(turned[e.position - part.start], e.measured, e.error, tolerance) for e in smooth)
    return "a transposed matrix: claimed.T agrees" if fits else ""


def _factor(own: Sequence[Entry], wrong: Sequence[Entry], tolerance: float) -> str:
    known = [entry for entry in wrong if abs(entry.measured) > 10 * entry.error]
    if not known:
        return ""
    c = median(entry.claimed / entry.measured for entry in known)
    whole = _whole(c, tolerance)
    if not whole and len(known) < 3:
        return ""  # one or two entries have some factor by chance
    c = whole or c
    if not all(_matches(e.claimed, c * e.measured, abs(c) * e.error, tolerance) for e in wrong):
        return ""
    right = [e for e in own if e.verdict == "agrees" and abs(e.measured) > 10 * e.error]
    where = f"in the {len(wrong)} wrong entries " if right and len(wrong) > 1 else ""
    return where + _described(c)


def _whole(c: float, tolerance: float) -> float:
    """c as ±k or ±1/k for a whole number k up to ``LARGEST_WHOLE``; 0.0 if it is none."""
    if c == 0 or not math.isfinite(c):
        return 0.0
    k = round(abs(c) if abs(c) >= 1 else 1 / abs(c))
    rounded = math.copysign(k if abs(c) >= 1 else 1 / k, c)
    return rounded if k <= LARGEST_WHOLE and abs(c - rounded) <= 2 * tolerance * abs(c) else 0.0


def _described(c: float) -> str:
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


# The arguments of a gradient check, brought into one form: a function of one flat vector, and a claim about it.


Vector = NDArray[np.float64]
CLAIM_ROUNDING = 512  # units in the last place, of the largest entry, that a gradient may be off by rounding


@dataclass(frozen=True)
class Problem:
    """f and its claimed gradient as flat vectors, ``parts`` of which have names and shapes; ``value`` is f(x)."""

    function: Callable[[Vector], float]
    x: Vector
    value: float
    claimed: Vector
    claimed_epsilon: float
    parts: tuple[Part, ...]
    names: tuple[str, ...] | None = None
    complex_function: Callable[[NDArray[np.complex128]], Any] | None = None

    def beside(self, moved: Vector) -> float:
        """f at another point; NaN where it has no value there, as the logarithm of a negative number."""
        try:
            with np.errstate(all="ignore"):
                return self.function(moved)
        except (ArithmeticError, ValueError):
            return math.nan

    def name(self, position: int) -> str:
        if self.names is not None:
            return self.names[position]
        part = next(part for part in self.parts if part.start <= position < part.start + part.size)
        if not part.shape:
            return part.name
        return f"{part.name}[{', '.join(str(i) for i in np.unravel_index(position - part.start, part.shape))}]"


def array_problem(function: Any, gradient: Any, x: Any, names: Sequence[str] | None) -> Problem:
    """The problem of a function of one array, checked: shapes, finite numbers, and one value for one x."""
    if not callable(function):
        raise TypeError(f"function: got {function!r}; accepted is a function of x, or a network")
    array = _real_array("x", x)
    if not array.size:
        raise ValueError(f"x: got shape {array.shape}; accepted is an array with at least one entry")
    if not np.isfinite(array).all():
        raise ValueError("x: got NaN or infinity; accepted are finite numbers")
    point = np.array(array, np.float64)
    shape = point.shape

    def flat(vector: Vector) -> float:
        return _one_number(function(vector.reshape(shape)))

    claimed = _real_array("gradient", gradient(point.copy()) if callable(gradient) else gradient)
    if claimed.shape != shape:
        turned = "; it may be transposed" if claimed.shape == shape[::-1] else ""
        raise ValueError(f"gradient: got shape {claimed.shape}; accepted is the shape of x, {shape}{turned}")
    vector = point.ravel()
    if names is not None and (isinstance(names, str) or len(names) != vector.size):
        raise ValueError(f"names: got {names!r}; accepted is one name for each of the {vector.size} entries of x")
    return Problem(
        flat,
        vector,
        _value(flat, vector),
        claimed.astype(np.float64).ravel(),
        _claim_epsilon(claimed.dtype),
        (Part("x", shape),),
        None if names is None else tuple(map(str, names)),
        lambda moved: function(moved.reshape(shape)),
    )


def network_problem(network: Any, X: Any, y: Any, loss: str, replica: int) -> Problem:
    """The loss of one replica as a function of its trained parameters, and the network's own gradient, in float64.

    The parts are W[0], b[0], alpha[0] (where α is trained), W[1], …; the network that came is not changed.
    """
    own = network.replica(replica).copy(dtype="float64")
    _, gradient = own.loss_and_gradient(X, y, loss=loss)
    layers = [layer for layer in own.layers if not isinstance(layer, Dropout)]
    views: list[Vector] = []
    slopes: list[Vector] = []
    parts: list[Part] = []
    for j, layer in enumerate(layers):
        trained = ["W", "b"] + ["alpha"] * ACTIVATIONS[getattr(layer, "activation", "identity")].trainable
        for name in trained:
            view, claimed = getattr(own, name)[j][0], getattr(gradient, name)[j][0]
            parts.append(Part(f"{name}[{j}]", view.shape, sum(part.size for part in parts)))
            views.append(view)
            slopes.append(np.ravel(claimed))

    def loss_at(vector: Vector) -> float:
        for part, view in zip(parts, views, strict=True):
            view[...] = vector[part.start : part.start + part.size].reshape(part.shape)
        return float(own.loss_and_gradient(X, y, loss=loss)[0][0])

    start = np.concatenate([np.ravel(view) for view in views])
    epsilon = _claim_epsilon(np.dtype(np.float64))
    return Problem(loss_at, start, _value(loss_at, start), np.concatenate(slopes), epsilon, tuple(parts))


def chosen_positions(size: int, samples: int | None, seed: int) -> tuple[list[int], str]:
    """The positions to check, ascending, and a sentence that says which they are."""
    if samples is None:
        return list(range(size)), _all(size)
    if isinstance(samples, bool) or not isinstance(samples, (int, np.integer)) or samples < 1:
        raise ValueError(f"samples: got {samples!r}; accepted is an integer of at least 1, or None for all entries")
    if samples >= size:
        return list(range(size)), _all(size)
    drawn = np.random.Generator(np.random.PCG64(seed)).choice(size, int(samples), replace=False)
    return sorted(map(int, drawn)), f"{samples} of {size} entries, drawn with seed {seed}"


def checked_positive(name: str, value: Any, below: float = math.inf) -> float:
    """A positive, finite number below ``below`` as a float."""
    accepted = f"{name}: got {value!r}; accepted is a number above 0" + (f" and below {below:g}" if below < 1e9 else "")
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(accepted)
    if not 0 < value < below:
        raise ValueError(accepted)
    return float(value)


def _all(size: int) -> str:
    return "the only entry" if size == 1 else f"all {size} entries"


def _real_array(name: str, values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: got {array.dtype} data; accepted are real numbers")
    return array


def _one_number(value: Any) -> float:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or array.size != 1:
        raise TypeError(f"function: returned shape {array.shape} of dtype {array.dtype}; accepted is one real number")
    return float(array.item())


def _value(function: Callable[[Vector], float], x: Vector) -> float:
    """f(x), asked for twice: a random f, such as a network with dropout, has no gradient to check."""
    first, second = function(x.copy()), function(x.copy())
    if not math.isfinite(first):
        raise ValueError(f"function: returned {first} at x; accepted is a finite number")
    if first != second:
        raise ValueError(
            f"function: returned {first!r} and then {second!r} at the same x; accepted is a function that returns one "
            "value for one x (give random parts a fixed seed)"
        )
    return first


def _claim_epsilon(dtype: np.dtype[Any]) -> float:
    return CLAIM_ROUNDING * float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)


# Derivatives without a difference: one complex evaluation.


STEP = 2.0**-300  # so small that its square is nothing; no digits cancel, so it costs no accuracy


def complex_step_slopes(
    function: Callable[[NDArray[np.complex128]], Any], x: NDArray[np.float64], positions: Iterable[int]
) -> dict[int, float] | None:
    """∂f/∂xᵢ ≈ Im f(x + i·h·eᵢ)/h, to rounding where f is analytic and computed in complex numbers throughout.

    x has any shape; ``positions`` count in its flat order. ``None`` where f does not take complex numbers or returns
    real ones. Nothing here shows that f is analytic: |x| or a conjugate on the way gives a wrong number, so that the
    result has to be compared with real differences. Sources: William Squire and George Trapp, *Using complex variables
    to estimate derivatives of real functions*, 1998; Joaquim Martins, Peter Sturdza and Juan Alonso, *The complex-step
    derivative approximation*, 2003.

    >>> complex_step_slopes(lambda z: np.sum(z**3), np.array([1.0, 2.0]), [0, 1])
    {0: 3.0, 1: 12.0}
    >>> complex_step_slopes(lambda z: np.sum(np.abs(z)), np.array([1.0, 2.0]), [0, 1]) is None
    True
    """
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        for position in positions:
            moved = x.astype(np.complex128)
            moved.flat[position] += 1j * STEP
            try:
                value = np.asarray(function(moved))
            except Exception:  # whatever f raises on complex numbers, it was not written for them
                return None
            if value.dtype.kind != "c" or value.size != 1:
                return None
            slope = float(value.item().imag) / STEP
            if not math.isfinite(slope):
                return None
            found[position] = slope
    return found


# Is this the gradient of that function? Every entry is measured, and judged with the error of the measurement.


FIRST_STEP = 0.0117  # of max(|xᵢ|, 1); no simple fraction, so that a period of f is not hit
UNSETTLED = 0.004  # the tolerance at which slopes have to be settled to refute a claim or to show a kink
RESOLVED = 0.01  # an error above this share of the entry does not decide about it
CONFIRMED = 1e-6  # the relative error of a difference that can confirm the complex step


def check_gradient(
    function: Any,
    gradient: Any,
    x: Any,
    step: float | None = None,
    tolerance: float = 1e-5,
    names: Sequence[str] | None = None,
    samples: int | None = None,
    seed: int = 0,
    loss: str = "cross_entropy",
    replica: int = 0,
) -> GradientReport:
    """claimedᵢ against lim (f(x + t·eᵢ) − f(x))/t for t → 0⁻ and t → 0⁺, for every entry i.

    ``function(x) -> float`` takes a float64 array of x's shape; ``gradient`` is an array of that shape or a function
    that returns one. Or ``check_gradient(network, X, y, loss="mse")``: all parameters of one ``replica`` of a network,
    in float64. ``samples`` checks only so many entries, drawn with ``seed``; ``names`` are shown instead of positions.

    Steps shrink from ``step`` (default: 0.0117·max(|xᵢ|, 1)) until the left, right and central differences settle;
    each is extrapolated, and its last correction plus the rounding noise of f is its error. An entry

    - agrees if the claim is within that error (at most 1 % where f is noisy; see ``entry.error``), a relative
      ``tolerance``, and the rounding of the gradient itself;
    - is at a kink if the one-sided slopes still differ at the smallest step above noise; the claim has to be between
      them. The report lists it under ``kinks``;
    - is undecided if the differences do not settle, if two methods contradict each other, or if only large steps
      contradict the claim because rounding hides it from small ones (as in float32: compute f in float64).

    A kink that a step crosses makes the steps smaller, and is listed under ``crossed``. Where f takes complex numbers
    and agrees with the differences, the complex step sharpens them.

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
    tolerance = checked_positive("tolerance", tolerance, below=1)
    if hasattr(function, "loss_and_gradient"):
        if names is not None:
            raise ValueError("names: a network's parameters have names already; accepted is None")
        problem = network_problem(function, gradient, x, loss, replica)
    else:
        problem = array_problem(function, gradient, x, names)
    positions, checked = chosen_positions(problem.x.size, samples, seed)
    found = _measured(problem, positions, None if step is None else checked_positive("step", step), tolerance)
    judge = _Judge(problem, [found[position].slopes.scale for position in positions], tolerance)
    entries = [judge.entry(position, found[position]) for position in positions]
    entries, complex_step = _with_complex_step(problem, entries, judge)
    causes = likely_causes(problem.parts, problem.claimed, entries, tolerance)
    return GradientReport(tuple(entries), problem.x.size, checked, tolerance, causes, complex_step)


def _measured(
    problem: Problem, positions: Sequence[int], step: float | None, tolerance: float
) -> dict[int, Measurement]:
    noise = evaluation_noise(problem.beside, problem.x, problem.value)
    finite = problem.claimed[np.isfinite(problem.claimed)]
    allowance = problem.claimed_epsilon * float(np.max(np.abs(finite), initial=0.0))
    found = {}
    for position in positions:
        at = float(problem.x[position])

        def along(coordinate: float, position: int = position) -> float:
            moved = problem.x.copy()
            moved[position] = coordinate
            return problem.beside(moved)

        first = step if step is not None else FIRST_STEP * max(abs(at), 1.0)
        if first < smallest_step(at):
            name, least = problem.name(position), smallest_step(at)
            raise ValueError(f"step: got {first}; accepted is at least {least:.1e}, which moves {name} = {at} reliably")
        line = Line(along, at, problem.value, noise)
        found[position] = measure_slopes(line, first, float(problem.claimed[position]), tolerance, allowance)
    return found


class _Judge:
    """The verdict on an entry; ``scales`` are the sizes of all slopes, beside which a small entry is judged."""

    def __init__(self, problem: Problem, scales: Sequence[float], tolerance: float) -> None:
        self.problem, self.tolerance = problem, tolerance
        self.largest = max((scale for scale in scales if math.isfinite(scale)), default=0.0)
        self.rounding = problem.claimed_epsilon * self.largest

    def allowed(self, claimed: float, measured: float) -> float:
        return self.tolerance * max(abs(claimed), abs(measured)) + self.rounding

    def entry(self, position: int, measurement: Measurement) -> Entry:
        slopes, claimed = measurement.slopes, float(self.problem.claimed[position])
        kink = slopes.has_kink(self.tolerance)
        error = 2 * slopes.spread if kink else slopes.error
        # At a kink every slope between the two is as good as any other: the nearest is shown.
        measured = sorted((slopes.left, claimed, slopes.right))[1] if kink else slopes.central
        gap = slopes.gap(claimed, self.tolerance) if math.isfinite(claimed) else math.inf
        # How large slopes of f are near x: beside it an error may be small although the entry itself is 0.
        natural = max(
            self.largest, abs(self.problem.value) / max(abs(self.problem.x[position]), 1.0), measurement.chord
        )
        resolved = error <= max(RESOLVED * max(abs(claimed), slopes.scale), self.tolerance * natural)
        verdict, note = self._verdict(measurement, claimed, error, gap, resolved)
        sides = (slopes.left, slopes.right)
        name, crossed = self.problem.name(position), measurement.crossed
        return Entry(name, position, claimed, measured, error, gap, *sides, verdict, kink, crossed, note)

    def _verdict(
        self, measurement: Measurement, claimed: float, error: float, gap: float, resolved: bool
    ) -> tuple[str, str]:
        slopes, kink = measurement.slopes, measurement.slopes.has_kink(self.tolerance)
        near = error + self.allowed(claimed, slopes.scale) + slopes.floor(self.tolerance)
        if not math.isfinite(claimed):
            return "wrong", "not a finite number"
        if not resolved or (not slopes.settled(UNSETTLED) and (kink or gap > near)):
            return "undecided", "the differences do not settle"
        if gap <= near:
            return ("kink" if kink else "agrees"), ""
        if gap <= near + 2 * error:
            return "undecided", "the claim is at the edge of the error"
        if not measurement.doubted:
            return "undecided", "the steps that contradict the claim are large, smaller ones show only noise"
        return "wrong", "at a kink" if kink else ""


def _with_complex_step(problem: Problem, entries: list[Entry], judge: _Judge) -> tuple[list[Entry], str]:
    """The entries with the complex step as measurement where real differences confirm it, and what became of it."""
    smooth = [entry for entry in entries if not entry.at_kink and math.isfinite(entry.error)]
    if problem.complex_function is None:
        return entries, "not tried"
    slopes = complex_step_slopes(problem.complex_function, problem.x, [entry.position for entry in smooth])
    if slopes is None:
        return entries, "not used: the function does not compute with complex numbers"
    confirmed = 0
    for entry in smooth:
        away = abs(slopes[entry.position] - entry.measured)
        if away > 3 * entry.error + judge.allowed(slopes[entry.position], entry.measured):
            if entry.verdict == "undecided":
                continue
            return entries, f"not used: the function is not analytic at {entry.name}"
        confirmed += entry.error <= max(judge.tolerance, CONFIRMED) * abs(entry.measured)
    if not confirmed:
        return entries, "not used: no entry confirms it"
    return [_sharpened(entry, slopes.get(entry.position), judge) for entry in entries], "used"


def _sharpened(entry: Entry, slope: float | None, judge: _Judge) -> Entry:
    """With the complex step as a second method: it can settle what differences cannot, and contradict a narrow pass."""
    if slope is None or entry.verdict == "wrong":
        return entry
    gap = abs(entry.claimed - slope)
    if gap > judge.allowed(entry.claimed, slope):
        note = entry.note or "the differences cannot tell, the complex step disagrees"
        return replace(entry, verdict="undecided", note=note)
    error = min(entry.error, 512 * EPSILON * (abs(slope) + judge.largest))
    return replace(entry, measured=slope, gap=gap, error=error, verdict="agrees", note="")
