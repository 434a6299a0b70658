"""Intervals against their equations, published values and their coverage."""

import numpy as np
import pytest

from course_lib.intervals import mean_interval, wilson_interval


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (874, 1000), (1, 2)])
def test_the_ends_of_wilson_solve_its_equation(successes, trials) -> None:
    # The interval holds the p for which |p̂ − p| ≤ z·√(p(1 − p)/n).
    low, estimate, high = wilson_interval(successes, trials)
    assert estimate == successes / trials and 0 <= low <= estimate <= high <= 1
    for end in (low, high):
        if 0 < end < 1 and end != estimate:
            assert abs(estimate - end) == pytest.approx(1.96 * np.sqrt(end * (1 - end) / trials), rel=1e-4)


def test_wilson_covers_about_95_percent() -> None:
    counts = np.bincount(np.random.default_rng(0).binomial(60, 0.9, 4000), minlength=61)
    ends = [wilson_interval(k, 60) for k in range(61)]
    inside = [low <= 0.9 <= high for low, _, high in ends]
    assert counts[inside].sum() / 4000 == pytest.approx(0.95, abs=0.02)


# Table of Student's t distribution, 97.5 %.
@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042)])
def test_the_mean_interval_reaches_as_far_as_tables_of_t_say(freedom, t) -> None:
    values = np.arange(freedom + 1.0)
    low, mean, high = mean_interval(values)
    reach = t * values.std(ddof=1) / np.sqrt(len(values))
    assert (mean, high - mean, mean - low) == pytest.approx((freedom / 2, reach, reach), rel=3e-4)


def test_the_mean_interval_covers_about_95_percent() -> None:
    samples = np.random.default_rng(1).normal(3, 2, (1500, 8))
    inside = [low <= 3 <= high for low, _, high in map(mean_interval, samples)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)
    assert mean_interval([0.5] * 8) == (0.5, 0.5, 0.5)  # without a warning


def test_the_corrected_interval_keeps_its_promise_where_test_parts_overlap():
    """d_j is the mean of a random test part of n numbers: two have the correlation n_test/n, and the truth is 0."""
    rng, n, n_test, splits = np.random.default_rng(0), 80, 20, 15
    held = {0.0: 0, n_test / (n - n_test): 0}
    for _ in range(1500):
        numbers = rng.standard_normal(n)
        d = [numbers[rng.permutation(n)[:n_test]].mean() for _ in range(splits)]
        for overlap in held:
            low, _, high = mean_interval(d, overlap)
            held[overlap] += low <= 0 <= high
    naive, corrected = held.values()
    assert naive < 0.7 * 1500 and 0.93 * 1500 < corrected < 0.97 * 1500


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(successes, trials) -> None:
    with pytest.raises(ValueError, match=f"successes: got {successes} of {trials} trials"):
        wilson_interval(successes, trials)


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan], [[1.0, 2.0]]])
def test_a_mean_needs_two_finite_numbers(values) -> None:
    with pytest.raises(ValueError, match="values: got an array"):
        mean_interval(values)


def test_an_overlap_is_not_negative() -> None:
    with pytest.raises(ValueError, match="overlap: got -1; accepted is a finite number of at least 0"):
        mean_interval([1.0, 2.0], overlap=-1)
