"""Dependence of polynomials with positive multipliers: what is dependent for a reason, and what only looks so."""

from fractions import Fraction

import pytest

from course_lib.topics.subgradients.exact_networks import dependent

ONE = [Fraction(1), Fraction(1)]


@pytest.mark.parametrize(
    ("polynomials", "weights", "size"),
    [
        (lambda d: [d[0], -d[0]], ONE, 1),
        (lambda d: [2 * d[0] - d[1], d[1] - 2 * d[0]], ONE, 2),
        (lambda d: [(1 + d[0]) * d[2], -(1 + d[1]) * d[2]], ONE, 3),
        (lambda d: [d[0] / Fraction(3), -d[0] / Fraction(7)], [Fraction(3), Fraction(7)], 1),
        (lambda d: [d[0], d[1], -d[0] - d[1]], [Fraction(1)] * 3, 2),
        (lambda d: [0], [Fraction(1)], 2),
    ],
)
def test_dependent_ones(polynomials, weights, size) -> None:
    assert dependent(polynomials, weights, size)


@pytest.mark.parametrize(
    ("polynomials", "weights", "size"),
    [
        # Both positive for 0 < d₀ < d₁²: the first order alone would have called it empty.
        (lambda d: [d[0], -d[0] + d[1] ** 2], ONE, 2),
        (lambda d: [d[0], d[1]], ONE, 2),
        (lambda d: [d[0], d[0]], ONE, 1),
        (lambda d: [d[0] * d[1]], [Fraction(1)], 2),
        # Two units on a vanishing pair: (1 + a)u + bv and −(1 + c)u + dv are both positive for u = 0 and b, d, v > 0.
        (lambda d: [(1 + d[0]) * d[4] + d[1] * d[5], -(1 + d[2]) * d[4] + d[3] * d[5]], ONE, 6),
    ],
)
def test_independent_ones(polynomials, weights, size) -> None:
    assert not dependent(polynomials, weights, size)
