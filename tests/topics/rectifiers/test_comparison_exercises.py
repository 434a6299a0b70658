"""The keys of *Compare fairly* by hand, and slips that need a word of their own."""

import math
from fractions import Fraction

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.topics.rectifiers import comparison_exercises as exercises


def test_keys():
    assert exercises.best_of_five_wins() == Fraction(5, 6)
    assert exercises.maxout_units() == 34 == round((4810 - 10) / (2 * 65 + 10))
    assert exercises.runs_needed(0.8, 0.4) == 63


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        (lambda sigma, delta: int(2 * 2.801585**2 * sigma**2 / delta**2), "Round up"),
        (lambda sigma, delta: np.floor(2 * 2.801585**2 * (sigma / delta) ** 2), "Round up"),
        (lambda sigma, delta: math.ceil(2 * 2.801585**2 * sigma**2 / delta), "δ comes squared"),
        (lambda sigma, delta: math.ceil(2 * 2.801585**2 * sigma / delta**2), "σ comes squared"),
        (lambda sigma, delta: math.ceil(2 * (1.644854 + 0.841621) ** 2 * sigma**2 / delta**2), "both sides"),
        (lambda sigma, delta: 2 * math.ceil(2 * 2.801585**2 * sigma**2 / delta**2), "not of both"),
    ],
)
def test_each_slip_in_the_number_of_runs_is_named(slip, word):
    verdict = check("comparison.5", slip)
    assert not verdict.passed and word in verdict.message


def test_a_ratio_of_one_third_is_not_called_close():
    verdict = check("comparison.3", lambda d, a, b: np.std(d, ddof=1) * math.sqrt(1 / len(d) + 1 / 3))
    assert not verdict.passed and "close" not in verdict.message
