"""Least absolute deviations: the best line through points lies on two of them, that is, on kinks of its loss."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from course_lib.experiments.convex_hulls import Combination, Separation, locate

# Nine points near y = x/2 + 1, in tenths, so that all arithmetic is exact.
X = tuple(Fraction(k) for k in range(1, 10))
NOISE = (-4, -5, 4, 3, 3, -2, -4, 3, -4)
Y = tuple(x / 2 + 1 + Fraction(tenths, 10) for x, tenths in zip(X, NOISE, strict=True))
OUTLIER = 7  # the point that is moved


class Line(NamedTuple):
    """y = slope·x + intercept."""

    slope: Fraction
    intercept: Fraction

    def residuals(self, y: Sequence[Fraction]) -> list[Fraction]:
        """y_i − (slope·x_i + intercept)."""
        return [value - self.slope * x - self.intercept for x, value in zip(X, y, strict=True)]


def data(shift: int = 0) -> tuple[Fraction, ...]:
    """The y of the nine points, with the eighth moved up by `shift`."""
    return tuple(y + shift if i == OUTLIER else y for i, y in enumerate(Y))


def absolute_loss(line: Line, y: Sequence[Fraction]) -> Fraction:
    """Σ |y_i − slope·x_i − intercept|."""
    return sum(map(abs, line.residuals(y)), Fraction(0))


@lru_cache(maxsize=32)
def least_absolute(shift: int = 0) -> Line:
    """The minimiser of `absolute_loss` among all lines through two of the points, exact; the first if there are more.

    Some minimiser of the loss passes through two points: it is the optimum of a linear programme. Source: Peter
    Bloomfield and William L. Steiger, *Least Absolute Deviations*, 1983.

    >>> least_absolute()
    Line(slope=Fraction(27, 50), intercept=Fraction(14, 25))
    """
    y = data(shift)
    lines = []
    for i, j in combinations(range(len(X)), 2):
        slope = (y[j] - y[i]) / (X[j] - X[i])
        lines.append(Line(slope, y[i] - slope * X[i]))
    return min(lines, key=lambda line: absolute_loss(line, y))


@lru_cache(maxsize=32)
def least_squares(shift: int = 0) -> Line:
    """The minimiser of Σ (y_i − slope·x_i − intercept)², exact."""
    y = data(shift)
    x_mean, y_mean = sum(X, Fraction(0)) / len(X), sum(y, Fraction(0)) / len(X)
    mixed = sum(((x - x_mean) * value for x, value in zip(X, y, strict=True)), Fraction(0))
    slope = mixed / sum(((x - x_mean) * (x - x_mean) for x in X), Fraction(0))
    return Line(slope, y_mean - slope * x_mean)


def zero_is_a_subgradient(line: Line, y: Sequence[Fraction]) -> Combination | Separation:
    """0 ∈ ∂loss(line), so that the line is a minimum? The hull of −Σ ±(x_i, 1), the sign free where the residual is 0.

    >>> isinstance(zero_is_a_subgradient(least_absolute(), data()), Combination)
    True
    """
    signs = [(1,) if r > 0 else (-1,) if r < 0 else (-1, 1) for r in line.residuals(y)]
    return locate(
        [
            (-sum((s * x for s, x in zip(choice, X, strict=True)), Fraction(0)), -sum(choice))
            for choice in product(*signs)
        ],
        (0, 0),
    )


def by_subgradient_method(shift: int = 0, steps: int = 20_000) -> tuple[float, float, float]:
    """(slope, intercept, loss) of the best point of the subgradient method with steps 0.02/√k, from the line y = 0."""
    x, y = (np.array([float(value) for value in values]) for values in (X, data(shift)))
    line, best, least = np.zeros(2), np.zeros(2), np.inf
    for k in range(1, steps + 1):
        residuals = y - line[0] * x - line[1]
        loss = np.abs(residuals).sum()
        if loss < least:
            best, least = line, loss
        signs = np.sign(residuals)
        line = line + 0.02 / np.sqrt(k) * np.array([signs @ x, signs.sum()])
    return float(best[0]), float(best[1]), float(least)


def penalised_minimum(target: Fraction, weight: Fraction) -> Fraction:
    """argmin ½(w − target)² + weight·|w|: 0 for |target| ≤ weight, else target moved towards 0 by weight.

    Source: Robert Tibshirani, *Regression shrinkage and selection via the lasso*, 1996.

    >>> penalised_minimum(Fraction(1), Fraction(3, 2)), penalised_minimum(Fraction(1), Fraction(1, 4))
    (Fraction(0, 1), Fraction(3, 4))
    """
    return max(abs(target) - weight, Fraction(0)) * (1 if target > 0 else -1)
