"""Intervals and tests against simulation, closed testing and arithmetic."""

import math
from itertools import combinations

import numpy as np
import pytest

from course_lib.intervals import mean_interval
from course_lib.topics.rectifiers import paired


@pytest.mark.parametrize("overlap", [0.0, 1 / 3])
def test_the_p_value_says_what_the_interval_says(overlap):
    rng = np.random.default_rng(2)
    for _ in range(50):
        d = rng.normal(rng.normal(), 1, 6)
        low, _, high = mean_interval(d, overlap)
        assert (paired.p_value(d, overlap) < 0.05) == (low > 0 or high < 0)


def test_holm_is_the_closed_test_of_bonferroni():
    """A name stays if in every set that holds it the least p is at most level / size."""
    rng = np.random.default_rng(3)
    for _ in range(100):
        p = dict(zip("abcde", rng.uniform(0, 0.06, 5), strict=True))
        sets = [group for size in range(1, 6) for group in combinations(p, size)]
        stay = {
            name for name in p if all(min(p[k] for k in g) <= 0.05 / len(g) for g in sets if name in g)
        }  # fmt: skip
        assert set(paired.holm(p)) == stay


def test_so_many_runs_find_the_difference_in_8_of_10_studies():
    rng, sigma, delta = np.random.default_rng(4), 0.6, 0.25
    n = paired.runs_needed(sigma, delta)
    means = rng.normal(0, sigma / math.sqrt(n), (20_000, 2))
    found = means[:, 0] + delta - means[:, 1] > 1.959964 * sigma * math.sqrt(2 / n)
    assert found.mean() == pytest.approx(0.8, abs=0.015)
    assert paired.runs_needed(sigma, delta / 2) == pytest.approx(4 * n, abs=4)


def test_differences_are_paired():
    a, b = (paired.accuracy_of_runs("digits", name) for name in ("elu", "relu"))
    assert paired.differences("digits", "elu", starts=3) == pytest.approx((a[:, :3] - b[:, :3]).mean(1))
    assert paired.differences("digits", "relu", other="elu") == pytest.approx(-paired.differences("digits", "elu"))
    shares = paired.same_winner("digits", "elu")
    wins, losses = ((sign * (a - b) > 0).mean() for sign in (1, -1))
    assert sorted(shares[:2]) == pytest.approx(sorted([wins, losses])) and shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: paired.p_value([1.0, 1.0]), "not all equal"),
        (lambda: paired.runs_needed(-1, 1), "sigma: got -1"),
        (lambda: paired.runs_needed(1, 0), "delta: got 0"),
        (lambda: paired.differences("digits", "relu6"), "activation: got 'relu6'; accepted are 'relu'"),
        (lambda: paired.differences("mnist", "relu"), "data: got 'mnist'; accepted are 'digits', 'mnist_5k'"),
        (lambda: paired.differences("digits", "elu", starts=11), "starts: got 11"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
