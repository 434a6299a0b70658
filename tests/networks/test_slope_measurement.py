"""Slopes against derivatives known in closed form: each error has to be a bound, and as small as is possible."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.networks.slope_measurement import EPSILON, Line, measure_slopes, slopes_at, smallest_step

FUNCTIONS = {
    "exp": (math.exp, math.exp),
    "sin": (math.sin, math.cos),
    "cube": (lambda v: v**3, lambda v: 3 * v**2),
    "line": (lambda v: 3 * v - 1, lambda v: 3.0),
}


def line(f, x=0.0):
    return Line(f, x, f(x), 8 * EPSILON * max(abs(f(x)), 1.0))


@given(st.sampled_from(sorted(FUNCTIONS)), st.floats(-2, 2), st.floats(-9, -1))
def test_every_error_is_a_bound(name, x, exponent) -> None:
    f, derivative = FUNCTIONS[name]
    found = slopes_at(line(f, x), 10**exponent)
    assert abs(found.left - derivative(x)) <= found.left_error
    assert abs(found.right - derivative(x)) <= found.right_error
    assert abs(found.central - derivative(x)) <= found.central_error


@pytest.mark.parametrize("step", [0.1, 0.01])
def test_errors_fall_as_taylor_says(step) -> None:
    # D(h) = 1 + h/2 + h²/6 + h³/24 + … for exp at 0. Without h and h² the next term is 1/8 of h³/24.
    found, half = slopes_at(line(math.exp), step), slopes_at(line(math.exp), step / 2)
    assert abs(found.right - 1) == pytest.approx(step**3 / 8 / 24, rel=0.1)
    assert found.right_error / half.right_error == pytest.approx(4, rel=0.1)
    if step == 0.1:  # later it is all rounding
        assert found.central_error / half.central_error == pytest.approx(16, rel=0.1)


def test_the_sides_are_apart() -> None:
    found = slopes_at(line(lambda v: 2 * max(v, 0.0) - max(-v, 0.0)), 0.5)
    assert (found.left, found.right, found.jump, found.scale) == (1.0, 2.0, 1.0, 2.0)
    assert found.has_kink(1e-5)
    assert [found.gap(claim, 1e-5) for claim in (0.5, 1.0, 1.7, 2.0, 2.25)] == [0.5, 0.0, 0.0, 0.0, 0.25]


def test_a_smooth_function_has_a_gap_to_every_other_claim() -> None:
    found = slopes_at(line(lambda v: 3 * v), 0.5)
    assert not found.has_kink(1e-5)
    assert (found.gap(3.0, 1e-5), found.gap(5.0, 1e-5)) == (0.0, 2.0)


@pytest.mark.parametrize("side", [-1, 1])
def test_no_value_on_one_side_leaves_the_other(side) -> None:
    found = slopes_at(line(lambda v: v if v * side >= 0 else math.nan), 0.5)
    assert sorted((found.left_error, found.right_error)) == [pytest.approx(0, abs=1e-12), math.inf]
    assert found.central_error == math.inf
    assert not found.settled(1e-5)


def test_steps_shrink_to_the_length_of_the_function() -> None:
    for length in (1e-6, 1e-3, 1.0, 1e3):
        f = line(lambda v, length=length: math.sin(v / length + 1))
        found = measure_slopes(f, 0.0117, math.cos(1) / length, 1e-5)
        assert found.slopes.settled(1e-5)
        assert found.slopes.central == pytest.approx(math.cos(1) / length, rel=1e-6)
        assert found.crossed is None


def test_a_wrong_claim_is_doubted_down_to_small_steps() -> None:
    assert measure_slopes(line(math.sin), 0.0117, 2.0, 1e-5).doubted
    assert not measure_slopes(line(math.sin), 0.0117, 1.0, 1e-5).doubted


def test_points_are_evaluated_once() -> None:
    seen: list[float] = []

    def f(v):
        seen.append(v)
        return abs(v)

    measure_slopes(Line(f, 0.0, 0.0, 0.0), 0.0117, 0.0, 1e-5)
    assert len(seen) == len(set(seen)) < 100


def test_the_smallest_step_moves_every_number() -> None:
    for x in (0.0, 1e-300, 1.0, -3e7):
        quarter = smallest_step(x) / 4
        assert ((x + quarter) - x) == quarter
        assert np.spacing(x) * 16 == math.copysign(quarter, x)
