"""The keys of the lesson *Remember over time* by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.linear_paths import recurrent_exercises as exercises


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
