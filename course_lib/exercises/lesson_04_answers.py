"""Answers of lesson 04 that have many right forms: a descent method, the weights of a hull, targets that fail."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.exercises.compare import Number
from course_lib.exercises.reading import NotFilledIn, Unreadable, in_words, members
from course_lib.experiments.clarke_examples import membership, one_hidden_layer
from course_lib.experiments.subgradient_method import Objective

Array = NDArray[np.float64]
TOLERANCE = 1e-9
LARGEST_TARGET = 10**6


class Run(NamedTuple):
    """A descent on f = Σ weights·|x|, from `start`, with `steps`."""

    objective: Objective
    start: tuple[float, ...]
    steps: tuple[float, ...]


@dataclass(frozen=True)
class BestPoint:
    """The point that ``method(f, subgradient, x, steps)`` returns in each of the `runs`: all have to be right.

    The subgradient takes the slope from the right on a kink.
    """

    runs: tuple[Run, ...]

    def read(self, answer: object) -> tuple[Array, ...]:
        if not callable(answer) or isinstance(answer, type):
            raise Unreadable(f"You gave {in_words(answer)}; hand in the function itself, without brackets.")
        return tuple(self._point(answer, run) for run in self.runs)

    def _point(self, answer: Callable[..., Any], run: Run) -> Array:
        subgradient = partial(run.objective.subgradient, at_kink=1.0)
        arguments = (run.objective.value, subgradient, np.array(run.start), list(run.steps))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                returned = answer(*arguments)
            except NotFilledIn:
                raise
            except (Exception, SystemExit) as error:
                raise Unreadable(f"Your function raised {type(error).__name__}: {str(error)[:160]}.") from error
        if returned is ...:
            raise NotFilledIn
        if returned is None:
            raise NotFilledIn('Your function returned None. Is a "return" missing?')
        if not isinstance(returned, np.ndarray) or returned.dtype.kind not in "fi":
            raise Unreadable(f"Your function returned {in_words(returned)}; return a point, an array like x.")
        if returned.shape != (len(run.start),) or not np.isfinite(returned).all():
            raise Unreadable(f"Your function returned an array of shape {returned.shape}; return one finite point.")
        return returned.astype(np.float64)

    def same(self, value: tuple[Array, ...], key: tuple[Array, ...]) -> bool:
        return all(_close(point, best) for point, best in zip(value, key, strict=True))

    def remark(self, value: tuple[Array, ...], key: tuple[Array, ...]) -> str:
        for run, point, best in zip(self.runs, value, key, strict=True):
            if not _close(point, best):
                x, y = run.objective.weights
                start, steps = (", ".join(f"{number:g}" for number in numbers) for numbers in (run.start, run.steps))
                return (
                    f"At the point that your function returns, f is {run.objective.value(point):.3g}. The best point "
                    f"on the way has {run.objective.value(best):.3g}. Here f is {x:g}|x| + {y:g}|y|, the start is "
                    f"({start}), and the steps are {steps}."
                )
        return ""


@dataclass(frozen=True)
class HullWeights:
    """Weights ≥ 0 with sum 1 and Σ weights·points = target: any such list is right, each exact or within 1e-9."""

    points: tuple[tuple[Fraction, ...], ...]
    target: tuple[Fraction, ...]

    def read(self, answer: object) -> tuple[Fraction, ...]:
        parts = members(answer)
        if parts is None:
            raise Unreadable(f"You gave {in_words(answer)}; write a list of {len(self.points)} weights.")
        if len(parts) != len(self.points):
            raise Unreadable(f"You gave {len(parts)} weights; {len(self.points)} are asked.")
        if any(part is ... or part is None for part in parts):
            raise NotFilledIn
        return tuple(_finite(part) for part in parts)

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
            return f"The weights add up to {float(total):g}, not to 1."
        columns = zip(*self.points, strict=True)
        found = [sum((w * x for w, x in zip(weights, column, strict=True)), Fraction(0)) for column in columns]
        if any(abs(value - to) > TOLERANCE for value, to in zip(found, self.target, strict=True)):
            there = ", ".join(f"{float(value):g}" for value in found)
            return f"The weighted sum of the four gradients is ({there})."
        return ""


@dataclass(frozen=True)
class FailingTargets:
    """Two whole targets with which backprop's result leaves the Clarke set of one unit of weight 0, x = 1 and −1."""

    slope_at_kink: Fraction

    def read(self, answer: object) -> tuple[int, ...]:
        parts = members(answer)
        if parts is None or len(parts) != 2:
            raise Unreadable(f"You gave {in_words(answer)}; write a list of two whole numbers, such as [3, 4].")
        if any(part is ... or part is None for part in parts):
            raise NotFilledIn
        numbers = [_finite(part) for part in parts]
        if any(number.denominator != 1 or abs(number) > LARGEST_TARGET for number in numbers):
            raise Unreadable("Write two whole numbers, from −1000000 to 1000000.")
        return tuple(int(number) for number in numbers)

    def outside(self, targets: Sequence[int]) -> bool:
        """Whether backprop leaves the Clarke set with these targets."""
        return not membership(one_hidden_layer([[0]], [1], [[1], [-1]], targets), [self.slope_at_kink]).inside

    def same(self, value: tuple[int, ...], key: tuple[int, ...]) -> bool:
        return self.outside(value) if self.outside(key) else value == key

    def remark(self, value: tuple[int, ...], key: tuple[int, ...]) -> str:
        found = membership(one_hidden_layer([[0]], [1], [[1], [-1]], value), [self.slope_at_kink])
        slopes = ", ".join(str(vertex[0]) for vertex in found.vertices)
        return f"The slopes of the cells are {slopes}, and backprop's {found.backprop[0]} is in their hull."


def _close(a: Array, b: Array) -> bool:
    return bool(np.abs(a - b).max() <= TOLERANCE)


def _finite(part: object) -> Fraction:
    number = Number().read(part)
    if not isinstance(number, Fraction):
        raise Unreadable("One of your numbers is infinite.")
    return number
