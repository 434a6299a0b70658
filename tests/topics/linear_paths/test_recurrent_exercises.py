"""The keys of the lesson *Remember over time* by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.exercises.progress import VARIABLE, progress_for
from course_lib.topics.linear_paths import recurrent_exercises as exercises
from course_lib.topics.linear_paths.recurrent import recurrent_matrix, spread_of_products


@pytest.fixture(autouse=True)
def in_memory(monkeypatch):
    monkeypatch.setenv(VARIABLE, "off")
    progress_for.cache_clear()
    yield
    progress_for.cache_clear()


def test_keys():
    assert exercises.a_hundredth_after_100() == pytest.approx(math.exp(-math.log(100) / 100))
    assert [exercises.fate(*run) for run in exercises.RUNS] == ["grows", "shrinks", "stays", "shrinks"]
    assert exercises.best_constant_error() == Fraction(1, 6)
    assert exercises.after_100_steps_of_tanh() == "it is less than a thousandth"
    assert exercises.left_of_a_new_cell() == "nothing to speak of, about 10⁻³⁰"
    for steps in (1, 7, 100):
        assert (1 + math.exp(-exercises.bias_for(steps))) ** -steps == pytest.approx(0.5)
    assert exercises.bias_for(100) == pytest.approx(4.968, abs=0.001)


def test_a_step_back_is_the_derivative_of_the_step():
    W, h, to_h = exercises.back_cases()[2].arguments
    before = np.linalg.solve(W, np.arctanh(h))
    move = np.zeros_like(before)
    move[1, 0] = 1e-6
    ahead, behind = ((to_h * np.tanh(W @ at)).sum() for at in (before + move, before - move))
    assert exercises.one_step_back(W, h, to_h)[1, 0] == pytest.approx((ahead - behind) / 2e-6, rel=1e-5)


def test_cases_tell_a_matrix_from_its_transpose():
    assert any(not np.allclose(case.arguments[0], case.arguments[0].T) for case in exercises.back_cases())


def by_bisection(steps):
    low, high = -10.0, 21.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (low, middle) if (1 + math.exp(-middle)) ** -steps > 0.5 else (middle, high)
    return low


def test_a_bias_found_by_bisection_counts():
    assert by_bisection(1) != 0
    assert check("recurrent.3", by_bisection).passed
    assert "logarithm" in check("recurrent.3", lambda steps: 1 / (2 ** (1 / steps) - 1)).message


def test_the_root_over_99_steps_is_told_from_that_over_100():
    assert check("recurrent.1", 0.955).passed
    assert not check("recurrent.1", 0.01 ** (1 / 99)).passed


def test_slope_of_sigma_is_named():
    assert "σ" in check("recurrent.5", lambda W, h, to_h: W.T @ (to_h * h * (1 - h))).message


@pytest.mark.parametrize("seed", range(10))
def test_fates_hold_for_other_draws(seed):
    """Also with other orthogonal matrices and other starts."""
    for (matrix, c, activation), fate in zip(exercises.RUNS, ("grows", "shrinks", "stays", "shrinks"), strict=True):
        greatest = spread_of_products(recurrent_matrix(matrix, c, seed=seed), activation, seed=seed)[-1, 0]
        assert ("grows" if greatest > 1.01 else "shrinks" if greatest < 0.99 else "stays") == fate


def test_no_start_of_the_prediction_is_an_exception():
    h, slope = np.linspace(0.1, 1, 1000), np.ones(1000)
    for _ in range(100):
        h = np.tanh(1.1 * h)
        slope *= 1.1 * (1 - h**2)
    assert slope.max() < 1e-3
