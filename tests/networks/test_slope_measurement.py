"""Slopes and noise against what is known in closed form: each error has to be a bound, and as small as is possible."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.networks.slope_measurement import EPSILON, Section, evaluation_noise, measure_slopes, slopes_at

FUNCTIONS = {
    "exp": (math.exp, math.exp),
    "sin": (math.sin, math.cos),
    "cube": (lambda v: v**3, lambda v: 3 * v**2),
    "line": (lambda v: 3 * v - 1, lambda v: 3.0),
}


def section(f, x=0.0):
    return Section(f, x, f(x), 8 * EPSILON * max(abs(f(x)), 1.0))


@given(st.sampled_from(sorted(FUNCTIONS)), st.floats(-2, 2), st.floats(-9, -1))
def test_every_error_is_a_bound(name, x, exponent) -> None:
    f, derivative = FUNCTIONS[name]
    slopes = slopes_at(section(f, x), 10**exponent)
    assert abs(slopes.left - derivative(x)) <= slopes.left_error
    assert abs(slopes.right - derivative(x)) <= slopes.right_error
    assert abs(slopes.central - derivative(x)) <= slopes.central_error


def test_errors_fall_as_taylor_says() -> None:
    # D(h) = 1 + h/2 + h²/6 + h³/24 + … for exp at 0. Without h and h² the next term is 1/8 of h³/24.
    slopes, half = slopes_at(section(math.exp), 0.1), slopes_at(section(math.exp), 0.05)
    assert abs(slopes.right - 1) == pytest.approx(0.1**3 / 8 / 24, rel=0.1)
    assert slopes.right_error / half.right_error == pytest.approx(4, rel=0.1)
    assert slopes.central_error / half.central_error == pytest.approx(16, rel=0.1)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_correction_that_cancels_on_one_side_does_not_pass_for_an_error_of_0(side) -> None:
    slopes = slopes_at(section(lambda v: v - side * 0.175 * v**3 + v**4), 0.1)
    errors = {-1: slopes.left_error, 1: slopes.right_error}
    assert 1.2e-4 < abs((slopes.left, slopes.right)[side > 0] - 1) < errors[side]


def test_the_worst_noise_stays_within_the_error_and_fills_a_third_of_it() -> None:
    noise = {0.0: -1e-6, 0.1: 1e-6, 0.05: -1e-6, 0.025: 1e-6, -0.1: -1e-6, -0.05: 1e-6, -0.025: -1e-6}
    slopes = slopes_at(Section(lambda v: v + noise[v], 0.0, noise[0.0], 1e-6), 0.1)
    assert slopes.right_error / 3 < abs(slopes.right - 1) <= slopes.right_error
    assert slopes.central_error / 3 < abs(slopes.central - 1) <= slopes.central_error
    assert slopes.rounding == pytest.approx(3e-4)


def test_the_gap_to_a_claim_is_0_at_a_slope_and_between_the_slopes_of_a_kink() -> None:
    kink = slopes_at(section(lambda v: 2 * max(v, 0.0) - max(-v, 0.0)), 0.5)
    assert (kink.left, kink.right, kink.jump, kink.scale, kink.chord) == (1.0, 2.0, 1.0, 2.0, 2.0)
    assert kink.has_kink
    assert [kink.gap(claim) for claim in (0.5, 1.0, 1.7, 2.0, 2.25)] == [0.5, 0.0, 0.0, 0.0, 0.25]
    smooth = slopes_at(section(lambda v: 3 * v), 0.5)
    assert not smooth.has_kink
    assert (smooth.gap(3.0), smooth.gap(5.0)) == (0.0, 2.0)
    small = slopes_at(section(lambda v: v + 1e-6 * abs(v)), 0.5)
    assert not small.has_kink and small.error == pytest.approx(1e-6, rel=0.1)
    assert not slopes_at(section(lambda v: math.sqrt(abs(v))), 0.01).has_kink  # its slopes grow for ever


@pytest.mark.parametrize("side", [-1, 1])
def test_no_value_on_one_side_leaves_the_other(side) -> None:
    slopes = slopes_at(section(lambda v: v if v * side >= 0 else math.nan), 0.5)
    errors = (slopes.left_error, slopes.right_error)[::side]
    assert errors == (math.inf, pytest.approx(0, abs=1e-12))
    assert slopes.central_error == math.inf
    assert not slopes.settled()


def test_a_claim_is_doubted_down_to_small_steps_unless_it_fits() -> None:
    assert measure_slopes(section(math.sin), 2.0, 0.0).doubted
    assert not measure_slopes(section(math.sin), 1.0, 0.0).doubted
    assert not measure_slopes(section(math.sin), 1.001, 0.0011).doubted  # within its own rounding


@pytest.mark.parametrize("x", [0.0, 1e-300, 1.0, -3e7])
def test_points_are_evaluated_once_and_apart_from_x(x) -> None:
    seen: list[float] = []

    def f(v):
        seen.append(v)
        return abs(v - x)

    slopes = measure_slopes(Section(f, x, 0.0, 0.0), 0.0, 0.0).slopes
    assert slopes.has_kink and (slopes.left, slopes.right) == (pytest.approx(-1), pytest.approx(1))
    assert len(seen) == len(set(seen)) < 100
    assert min(abs(v - x) for v in seen) >= 16 * math.ulp(x)
    assert 0.01 < max(abs(v - x) for v in seen) / max(abs(x), 1) < 0.013


# How far rounding may move a value.


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-4])
def test_noise_that_was_put_in_is_bounded_and_not_by_far(size) -> None:
    def noisy(x):
        return math.sin(x[0]) + size * random.Random(float(x[0])).uniform(-1, 1)

    assert size < evaluation_noise(noisy, np.array([0.9]), noisy([0.9])) < 30 * size


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("f", [np.sin, np.exp, np.square, lambda x: x**5])
def test_a_smooth_function_has_no_more_than_some_units_in_the_last_place(f, scale) -> None:
    x = np.array([0.7, -1.3])
    noise = evaluation_noise(lambda v: scale * np.sum(f(v)), x, scale * np.sum(f(x)))
    assert EPSILON * abs(scale * np.sum(f(x))) <= noise < 40 * EPSILON * scale * np.sum(np.abs(f(x)))


@pytest.mark.parametrize(
    ("f", "x", "least", "most"),
    [
        (lambda x: (np.sum(x) + 1e8) - 1e8, [0.3, 0.7], 1e-8, 1e-6),  # cancellation: 1e8 is rounded to 1.5e-8
        (lambda x: float(np.float32(np.sum(x))), [0.3, 0.7], 2.0**-25, 2.0**-19),
        (lambda x: math.sin(1e8 * x[0]), [0.3], EPSILON, 1e-8),  # fast, but exact
        (lambda x: np.sum(np.abs(x)), [0.0, 0.0], 0, 1e-22),  # a kink at x is no noise
        (lambda x: np.sum(np.maximum(x, 0)) + 1, [0.0, 0.0], EPSILON, 40 * EPSILON),
        (lambda x: 5.0, [1.0], 5 * EPSILON, 5 * EPSILON),  # the result itself is rounded
        (lambda x: 0.0, [1.0], 0, 0),
        (lambda x: 2.0 if x[0] == 1.0 else math.nan, [1.0], 16 * EPSILON, 16 * EPSILON),  # the edge of a domain
    ],
)
def test_noise_is_seen_where_it_is(f, x, least, most) -> None:
    assert least <= evaluation_noise(f, np.array(x), f(np.array(x))) <= most
