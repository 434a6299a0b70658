"""Kinks are found where they were put, and smooth bends are none."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.networks.slope_measurement import EPSILON, Line, kink_between


def line(f, x=0.0):
    return Line(f, x, f(x), EPSILON * abs(f(x)))


@given(st.floats(0.05, 0.95), st.floats(-3, 0), st.sampled_from([-1, 1]))
def test_a_kink_is_found_where_it_is(place, exponent, side) -> None:
    far = side * 10**exponent
    near, jump = far / 100, 0.5
    kink = near + place * (far - near)
    found = kink_between(line(lambda v: jump * abs(v - kink) + math.sin(v)), near, far)
    assert found is not None
    assert found == pytest.approx(kink, abs=1e-6 * abs(far))


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(
    "f",
    [math.sin, math.exp, lambda v: v**3, lambda v: 1 / (1 + 1e4 * v * v), lambda v: 7.0, lambda v: math.tanh(30 * v)],
)
def test_smooth_functions_have_none(f, side) -> None:
    for near, far in ((0.001, 0.01), (0.01, 1.0), (1e-5, 1e-4)):
        assert kink_between(line(f), side * near, side * far) is None
        assert kink_between(line(f, 0.7), side * near, side * far) is None


def test_the_largest_of_several_kinks_is_found() -> None:
    found = kink_between(line(lambda v: abs(v - 0.3) / 10 + abs(v - 0.6)), 0.1, 1.0)
    assert found == pytest.approx(0.6)


def test_a_jump_below_the_bound_is_none() -> None:
    f = line(lambda v: 1e-3 * abs(v - 0.3))
    assert kink_between(f, 0.1, 1.0, smallest_jump=1e-2) is None
    assert kink_between(f, 0.1, 1.0, smallest_jump=1e-4) == pytest.approx(0.3)


def test_noise_is_no_kink() -> None:
    f = Line(lambda v: 1e-6 * random.Random(v).uniform(-1, 1), 0.7, 0.0, 1e-6)
    assert kink_between(f, 0.01, 0.1) is None
    believed_exact = Line(f.evaluate, 0.7, 0.0, 0.0)
    assert kink_between(believed_exact, 0.01, 0.1) is None
