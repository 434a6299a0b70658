"""Is this the gradient of that function? Every entry is measured, and judged with the error of the measurement."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_lib.networks.complex_step import complex_step_slopes
from course_lib.networks.gradient_arguments import (
    Problem,
    array_problem,
    checked_positive,
    chosen_positions,
    network_problem,
)
from course_lib.networks.gradient_causes import likely_causes
from course_lib.networks.gradient_report import Entry, GradientReport
from course_lib.networks.rounding_noise import EPSILON, evaluation_noise
from course_lib.networks.slope_measurement import Line, Measurement, measure_slopes, smallest_step

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
