"""What the exercises and predictions of this topic compute their keys from.

First the comparators of answers that have many right forms: a descent method, the weights of a hull, targets that fail.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, convex_subdifferential, differentiability
from course_lib.exercises.compare import Number
from course_lib.exercises.functions import call_learners_function
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable, in_words, is_missing, members
from course_lib.networks import ACTIVATIONS
from course_lib.topics.subgradients.clarke import Combination, Membership, locate, membership
from course_lib.topics.subgradients.exact_networks import Configuration, dense, exact, straight_pieces
from course_lib.topics.subgradients.experiment import (
    IDENTITY_BIASES,
    IDENTITY_W,
    OBJECTIVES,
    Objective,
    identity_program,
    one_hidden_layer,
    search,
)

Array = NDArray[np.float64]
TOLERANCE = 1e-9
CLOSE = 1e-3  # a deviation that is told as such, since the rounded numbers would look right
LARGEST_TARGET = 10**6
QUARTER = Fraction(1, 4)
FAILURE_X, FAILURE_T = [[3, 3], [-2, -1], [3, 2]], [[-2], [0], [3]]
x = sp.Symbol("x", real=True)
R, G, T = sp.symbols("R G T", positive=True)
PLANE = OBJECTIVES["|x| + 2|y|"]
# (∂w, ∂b of unit 1, ∂b of unit 2) in the four cells of the identity program with own biases, and of backprop at s = ¼.
CELLS = tuple(tuple(map(Fraction, cell)) for cell in ((0, 0, 0), (1, 0, -1), (1, 1, 0), (2, 1, -1)))
BACKPROP = (2 * QUARTER, QUARTER, -QUARTER)


class Run(NamedTuple):
    """A descent on f = Σ weights·|x|, from `start`, with `steps`."""

    objective: Objective
    start: tuple[float, ...]
    steps: tuple[float, ...]


@dataclass(frozen=True)
class BestPoint:
    """The point that `method(f, subgradient, x, steps)` returns in each of the `runs`: all have to be right.

    The subgradient takes the slope from the right on a kink.
    """

    runs: tuple[Run, ...]

    def read(self, answer: object) -> tuple[Array, ...]:
        return tuple(self._point(answer, run) for run in self.runs)

    def _point(self, answer: object, run: Run) -> Array:
        subgradient = partial(run.objective.subgradient, at_kink=1.0)
        arguments = (run.objective.value, subgradient, np.array(run.start), list(run.steps))
        returned = call_learners_function(answer, *arguments)
        if not isinstance(returned, np.ndarray) or returned.dtype.kind not in "fi":
            raise Faulty(f"Your function returned {in_words(returned)}; return a point, an array like x.")
        if returned.shape != (len(run.start),) or not np.isfinite(returned).all():
            raise Faulty(f"Your function returned an array of shape {returned.shape}; return one finite point.")
        return returned.astype(np.float64)

    def same(self, value: tuple[Array, ...], key: tuple[Array, ...]) -> bool:
        return all(_close(point, best) for point, best in zip(value, key, strict=True))

    def remark(self, value: tuple[Array, ...], key: tuple[Array, ...]) -> str:
        for run, point, best in zip(self.runs, value, key, strict=True):
            if not _close(point, best):
                x, y = (f"{weight:g}" if weight != 1 else "" for weight in run.objective.weights)
                start, steps = (", ".join(f"{number:g}" for number in numbers) for numbers in (run.start, run.steps))
                where = f"Here f is {x}|x| + {y}|y|, the start is ({start}), and the steps are {steps}."
                if not any(_close(point, passed) for passed in _way(run)):
                    return (
                        "The point that your function returns is not on the way. Step from x to x − t·g, with the "
                        f"subgradient that is handed to your function. {where}"
                    )
                return (
                    f"At the point that your function returns, f is {run.objective.value(point):.3g}. The best point "
                    f"on the way has {run.objective.value(best):.3g}. {where}"
                )
        return ""


class HullWeights:
    """Weights ≥ 0 with sum 1 and Σ weights·CELLS = BACKPROP: any such list is right, each exact or within 1e-9."""

    def read(self, answer: object) -> tuple[Fraction, ...]:
        parts = members(answer)
        if parts is None:
            raise Unreadable(f"You gave {in_words(answer)}; write a list of {len(CELLS)} weights.")
        if len(parts) != len(CELLS):
            raise Unreadable(f"You gave {len(parts)} weights; {len(CELLS)} are asked.")
        return _finite_numbers(parts)

    def same(self, value: tuple[Fraction, ...], key: tuple[Fraction, ...]) -> bool:
        return not self.problem(value) if not self.problem(key) else value == key

    def remark(self, value: tuple[Fraction, ...], key: tuple[Fraction, ...]) -> str:
        return self.problem(value)

    def problem(self, weights: Sequence[Fraction]) -> str:
        """What is wrong with the weights, in one sentence; "" where they are right."""
        if min(weights) < -TOLERANCE:
            return "A weight is below 0."
        total = sum(weights, Fraction(0))
        if abs(total - 1) > TOLERANCE:
            off = float(abs(total - 1))
            if off < CLOSE:
                return f"The weights add up to 1 only within {off:.0e}; give them exactly."
            return f"The weights add up to {float(total):g}, not to 1."
        columns = zip(*CELLS, strict=True)
        mixed = [sum((w * value for w, value in zip(weights, column, strict=True)), Fraction(0)) for column in columns]
        if any(abs(value - to) > TOLERANCE for value, to in zip(mixed, BACKPROP, strict=True)):
            off = float(max(abs(value - to) for value, to in zip(mixed, BACKPROP, strict=True)))
            if off < CLOSE:
                return f"You are close: the weighted sum is right only within {off:.0e}; give the weights exactly."
            there = ", ".join(f"{float(value):g}" for value in mixed)
            return f"The weighted sum of the four gradients is ({there})."
        return ""


class FailingTargets:
    """Two whole targets with which backprop, for s = 0, leaves the Clarke set of a unit of weight 0, x = 1 and −1."""

    def read(self, answer: object) -> tuple[int, ...]:
        numbers = _finite_numbers(members(answer) or ())
        if len(numbers) != 2 or any(each.denominator != 1 or abs(each) > LARGEST_TARGET for each in numbers):
            raise Unreadable("Write a list of two whole numbers from −1000000 to 1000000, such as [3, 4].")
        return tuple(int(number) for number in numbers)

    def membership(self, targets: Sequence[int]) -> Membership:
        return membership(one_hidden_layer([[0]], [1], [[1], [-1]], targets), [0])

    def same(self, value: tuple[int, ...], key: tuple[int, ...]) -> bool:
        if self.membership(key).inside:  # The key is one of the mistakes that are listed.
            return value == key
        return not self.membership(value).inside

    def remark(self, value: tuple[int, ...], key: tuple[int, ...]) -> str:
        verdict = self.membership(value)
        slopes = ", ".join(str(vertex[0]) for vertex in verdict.vertices)
        return f"The slopes of the cells are {slopes}, and backprop's {verdict.backprop[0]} is among them or between."


def _way(run: Run) -> list[Array]:
    """All points of the run, with the slope from the right on a kink, the start first."""
    way = [np.array(run.start)]
    for t in run.steps:
        way.append(way[-1] - t * run.objective.subgradient(way[-1], at_kink=1.0))
    return way


def _close(a: Array, b: Array) -> bool:
    return bool(np.abs(a - b).max() <= TOLERANCE)


def _finite_numbers(parts: Sequence[object]) -> tuple[Fraction, ...]:
    if any(map(is_missing, parts)):
        raise NotFilledIn
    numbers = tuple(number for part in parts if isinstance(number := Number().read(part), Fraction))
    if len(numbers) < len(parts):
        raise Unreadable("One of your numbers is infinite.")
    return numbers


# Steps that climb first, then find the best point, leave it, and descend once more without reaching it. The start stays
# the best. Six climbs come before a last step to the best point. Another f, where the point that is nearest to the
# minimum is not the best.
METHOD = BestPoint(
    (
        Run(PLANE, (1.0, 0.0), (0.2, 0.15, 0.2, 0.15, 0.1, 0.15, 0.2, 0.05, 0.25)),
        Run(PLANE, (0.1, 0.2), (0.4, 0.45, 0.5)),
        Run(PLANE, (0.5, 1.0), (1.1, 1.3, 1.5, 1.7, 1.9, 2.1, 1.05)),
        Run(Objective((3.0, 1.0)), (0.0, 1.0), (0.05, 0.3, 0.2, 0.25, 0.35, 0.25)),
    )
)
WEIGHTS = HullWeights()
TARGETS = FailingTargets()

Method = Callable[..., Any]


def piecewise(expr: sp.Expr) -> PiecewiseFunction:
    return PiecewiseFunction.from_expr(expr, x)


def subgradients_of_three_pieces() -> sp.Set:
    return convex_subdifferential(piecewise(sp.Max(-x, 2 * x)), 0)


def both_of_a_minimum() -> list[sp.Set]:
    """The convex and the Clarke subdifferential of min(3x, −x) at 0."""
    f = piecewise(sp.Min(3 * x, -x))
    return [convex_subdifferential(f, 0), clarke_subdifferential(f, 0)]


def sum_rule() -> list[sp.Set]:
    """∂(f + g)(0) and ∂f(0) + ∂g(0) for f = max(0, x), g = −max(0, x)."""
    f, g = sp.Max(0, x), -sp.Max(0, x)
    parts = [clarke_subdifferential(piecewise(part), 0) for part in (f, g)]
    total = sp.Interval(sum(part.inf for part in parts), sum(part.sup for part in parts))
    return [clarke_subdifferential(piecewise(f + g), 0), total]


def slopes_that_descend() -> sp.Set:
    """The γ with f((1, 0) − t(1, γ)) < f(1, 0) for small t > 0: the slope along the step, 2|γ| − 1, is negative."""
    gamma = sp.Symbol("gamma", real=True)
    slope = sp.Abs(gamma) * 2 - 1
    return sp.solveset(slope < 0, gamma, sp.S.Reals).intersect(sp.Interval(-2, 2))


def best_constant_step() -> sp.Expr:
    """The t > 0 where R²/(2tT) + G²t/2 is least."""
    t = sp.Symbol("t", positive=True)
    bound = R**2 / (2 * t * T) + G**2 * t / 2
    (best,) = sp.solve(sp.diff(bound, t), t)
    return sp.simplify(best)


def values_for_ever() -> list[Fraction]:
    """The two values between which constant steps of ¼ on |x| go from 2.6 on, ascending."""
    point, seen = Fraction(26, 10), []
    for _ in range(40):
        seen.append(abs(point))
        point -= Fraction(1, 4) * (1 if point > 0 else -1)
    assert seen[-4:-2] == seen[-2:]
    return sorted(seen[-2:])


def minimisers() -> sp.Set:
    """The m for which 0 is a subgradient of Σ |m − y| over 1, 2, 6, 9: from the first breakpoint to the last."""
    f = piecewise(sum(sp.Abs(x - y) for y in (1, 2, 6, 9)))
    at = [point for point in f.breakpoints if convex_subdifferential(f, point).contains(0) == sp.true]
    return sp.Interval(at[0], at[-1])


def weights_with_minimum_on_the_kink() -> sp.Set:
    """The λ ≥ 0 for which 0 is in the subdifferential of ½(w − 1)² + λ|w| at w = 0."""
    weight = sp.Symbol("lambda", positive=True)
    interval = clarke_subdifferential(piecewise((x - 1) ** 2 / 2 + weight * sp.Abs(x)), 0)
    return sp.solveset(interval.sup >= 0, weight, sp.Interval(0, sp.oo)).intersect(
        sp.solveset(interval.inf <= 0, weight, sp.Interval(0, sp.oo))
    )


def hull_weights() -> list[Fraction]:
    """One convex combination that gives backprop's result at s = ¼; the cells are those that the library finds."""
    verdict, parameters = membership(identity_program("own"), [QUARTER]), (IDENTITY_W, *IDENTITY_BIASES)
    assert {tuple(vertex[i] for i in parameters) for vertex in verdict.vertices} == set(CELLS)
    assert tuple(verdict.backprop[i] for i in parameters) == BACKPROP
    combination = locate(CELLS, BACKPROP)
    assert isinstance(combination, Combination)
    return list(combination.weights)


def failing_targets() -> list[int]:
    """The first pair of targets from −3 to 3 that fails, found by trying."""
    return next([a, b] for a in range(-3, 4) for b in range(-3, 4) if not TARGETS.membership((a, b)).inside)


def method_with(mistake: str) -> Method:
    """The subgradient method that keeps the best point, or one with a mistake that people make."""

    def method(f: Method, subgradient: Method, point: Any, steps: list[float]) -> Any:
        best = point
        for t in steps:
            old, new = point, point - t * subgradient(point)
            if mistake == "insists" and not f(new) < f(point):
                continue
            point = new
            if f(point) < f(old if mistake == "previous" else best) or mistake == "last":
                best = point
        return best

    return method


def slopes_of_the_leaky_loss() -> list[Any]:
    """Left slope, right slope and backprop's result with 0 at the kink, for ½(leaky(b) − 1)² at b = 0, left slope ⅛."""
    f = ACTIVATIONS["leaky_relu"].piecewise(sp.Rational(1, 8))
    record, upstream = differentiability((f.as_expr() - 1) ** 2 / 2, 0), f.value(0) - 1
    return [record.left, record.right, upstream * 0]


def slope_of_the_failure() -> Fraction:
    """∂L/∂W1[0, 0] of the lesson's network, where the loss is differentiable and backprop with s = ½ fails."""
    network = dense([[[-1, 1], [-2, -3]], [[-2, -1], [-3, 1]], [[-2, 1]]], trained="weights")
    verdict = membership(Configuration(network, exact(FAILURE_X), exact(FAILURE_T)), [Fraction(1, 2)])
    ((slope, *_),) = verdict.vertices
    assert not verdict.inside and slope != verdict.backprop[0]
    return Fraction(slope)


def slope_at_6(at_0: sp.Expr) -> sp.Expr:
    """The slope at relu6's upper kink that has the same share of the right slope as `at_0` has at the lower one."""
    below, between, above = straight_pieces("relu6").slopes
    (share,) = sp.solve((1 - x) * below + x * between - at_0, x)
    return sp.expand((1 - share) * between + share * above)


@cache
def how_the_step_ends() -> str:
    """The option of prediction subgradients.p1, from the values along the ray."""
    t = np.linspace(0, 0.2, 21)
    value = PLANE.value(np.array([1.0, 0.0]) - t[:, None] * np.array([1.0, 2.0]))
    if (np.diff(value) > 0).all():
        return "f rises"
    return "f falls" if (np.diff(value) < 0).all() else "f falls at first, then rises"


@cache
def how_many_lines() -> str:
    """The option of prediction subgradients.p2."""
    convex = convex_subdifferential(ACTIVATIONS["leaky_relu"].piecewise(2), 0)
    if convex is sp.S.EmptySet:
        return "no line"
    return "one line" if isinstance(convex, sp.FiniteSet) else "infinitely many lines"


@cache
def which_slopes_are_safe() -> str:
    """The option of prediction subgradients.p3, from networks with biases, each judged with the slopes 0, ½ and 1."""
    findings = search("relu", "weights and biases", 12)
    right = [slopes[0] for slopes in ((0,), (Fraction(1, 2),), (1,)) if not findings.outside_of(slopes)]
    if len(right) == 3:
        return "all s from 0 to 1"
    return "only s = ½" if right == [Fraction(1, 2)] else "only s = 0 and s = 1"
