"""Minima on kinks: against a linear programme, least squares by NumPy, and a grid."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from course_lib.topics.subgradients.convex_hulls import Combination, Separation
from course_lib.topics.subgradients.experiment import (
    Line,
    X,
    absolute_loss,
    by_subgradient_method,
    data,
    least_absolute,
    least_squares,
    penalised_minimum,
    zero_is_a_subgradient,
)

SHIFTS = (0, 1, 4, 8)


@pytest.mark.parametrize("shift", SHIFTS)
def test_least_absolute_is_the_optimum_of_the_linear_programme(shift) -> None:
    y, n = np.array([float(v) for v in data(shift)]), len(X)
    A = np.column_stack([[float(x) for x in X], np.ones(n), np.eye(n), -np.eye(n)])
    cost = np.concatenate([np.zeros(2), np.ones(2 * n)])
    optimum = linprog(cost, A_eq=A, b_eq=y, bounds=[(None, None)] * 2 + [(0, None)] * (2 * n))
    line = least_absolute(shift)
    assert float(absolute_loss(line, data(shift))) == pytest.approx(optimum.fun)
    assert optimum.x[:2] == pytest.approx([float(line.slope), float(line.intercept)])
    assert line.residuals(data(shift)).count(0) == 2


@pytest.mark.parametrize("shift", SHIFTS)
def test_zero_is_a_subgradient_at_the_minimum_only(shift) -> None:
    line, y = least_absolute(shift), data(shift)
    assert isinstance(zero_is_a_subgradient(line, y), Combination)
    for other in (Line(line.slope + Fraction(1, 10**6), line.intercept), least_squares(shift)):
        assert isinstance(zero_is_a_subgradient(other, y), Separation)
        assert absolute_loss(other, y) > absolute_loss(line, y)


def test_the_outlier_moves_least_squares_only() -> None:
    assert len({least_absolute(shift) for shift in SHIFTS}) == 1
    assert len({least_squares(shift) for shift in SHIFTS}) == len(SHIFTS)


@pytest.mark.parametrize("shift", SHIFTS)
def test_least_squares_is_that_of_numpy(shift) -> None:
    slope, intercept = np.polyfit([float(x) for x in X], [float(y) for y in data(shift)], 1)
    line = least_squares(shift)
    assert [float(line.slope), float(line.intercept)] == pytest.approx([slope, intercept])


def test_the_subgradient_method_arrives() -> None:
    slope, intercept, least = by_subgradient_method(4)
    line = least_absolute(4)
    assert [slope, intercept] == pytest.approx([float(line.slope), float(line.intercept)], abs=0.02)
    assert least == pytest.approx(float(absolute_loss(line, data(4))), abs=0.01)


@pytest.mark.parametrize("target", [-2, 0, 1])
@pytest.mark.parametrize("weight", [0, 0.25, 1, 1.5])
def test_penalised_minimum_against_a_grid(target, weight) -> None:
    w = np.linspace(-3, 3, 6001)
    best = w[(0.5 * (w - target) ** 2 + weight * np.abs(w)).argmin()]
    assert float(penalised_minimum(Fraction(target), Fraction(weight))) == pytest.approx(best, abs=1e-9)
