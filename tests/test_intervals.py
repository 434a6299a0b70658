"""Intervals against published values, an independent implementation, and their coverage."""

import numpy as np
import pytest

from course_lib.intervals import mean_interval, student_t, wilson_interval


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (874, 1000), (1, 2)])
def test_the_ends_of_wilson_solve_its_equation(successes, trials) -> None:
    # The interval holds the p for which |p̂ − p| ≤ z·√(p(1 − p)/n).
    low, estimate, high = wilson_interval(successes, trials)
    assert estimate == successes / trials and 0 <= low <= estimate <= high <= 1
    for end in (low, high):
        if 0 < end < 1 and end != estimate:
            assert abs(estimate - end) == pytest.approx(1.96 * np.sqrt(end * (1 - end) / trials), rel=1e-4)


def test_wilson_covers_about_95_percent() -> None:
    rng = np.random.default_rng(0)
    inside = [low <= 0.9 <= high for low, _, high in (wilson_interval(int(k), 60) for k in rng.binomial(60, 0.9, 4000))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


# Table of Student's t distribution, 97.5 %.
@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_student_t_as_in_tables(freedom, t) -> None:
    assert student_t(freedom) == pytest.approx(t, abs=5e-4)


def test_the_mean_interval_covers_about_95_percent() -> None:
    samples = np.random.default_rng(1).normal(3, 2, (3000, 8))
    inside = [low <= 3 <= high for low, _, high in map(mean_interval, samples)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_named(successes, trials) -> None:
    with pytest.raises(ValueError, match=f"got {successes}, {trials}"):
        wilson_interval(successes, trials)


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan], [[1.0, 2.0]]])
def test_a_mean_needs_two_finite_numbers(values) -> None:
    with pytest.raises(ValueError, match="values: got an array"):
        mean_interval(values)
