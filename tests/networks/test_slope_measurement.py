"""Slopes and noise: each error has to be a bound, a kink is told from a bend, and points are asked for once."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.networks.slope_measurement import EPSILON, Noise, evaluation_noise, measure_slopes

SMOOTH = {
    "sin": (math.sin, math.cos),
    "tanh": (math.tanh, lambda u: 1 / math.cosh(u) ** 2),
    "cube": (lambda u: u**3, lambda u: 3 * u**2),
    "exp": (math.exp, math.exp),
}


def slopes_of(f, x=0.0, noise=0.0):
    return measure_slopes(f, x, f(x), Noise(noise, 8 * EPSILON))


@settings(deadline=None)
@given(st.sampled_from(sorted(SMOOTH)), st.floats(-2, 2), st.floats(-15, -3))
def test_every_error_is_a_bound_and_not_by_far(name, x, exponent) -> None:
    """Noise of a given size is put in: of a slope it leaves an error of its power 2/3, as for central differences."""
    f, derivative = SMOOTH[name]
    size = 10**exponent
    rng = random.Random(x)
    slopes = slopes_of(lambda v: f(v) + (size * rng.uniform(-1, 1) if v != x else 0.0), x, size)
    for slope in (slopes.left, slopes.right, slopes.central):
        assert abs(slope.value - derivative(x)) <= slope.error
    assert not slopes.has_kink
    # φ''' is at most 3 e² here, and |φ(x)| at most e²; both sides are noisy.
    assert slopes.central.error <= 100 * (size + 8 * EPSILON) ** (2 / 3)


@pytest.mark.parametrize("power", [1.5, 1.7, 2, 2.5, 3])
@pytest.mark.parametrize("constant", [0.0, 1.0, 1e3])
@pytest.mark.parametrize("distance", [0.0, 1e-2, 1e-5, 1e-8])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_bend_is_no_kink(power, constant, distance, side) -> None:
    """max(0, ±t − d)^p is C¹ for p > 1, whether it bends at x or beside it."""
    slopes = slopes_of(lambda t: max(side * t - distance, 0.0) ** power + constant, 0.0, 4 * EPSILON * constant)
    assert not slopes.has_kink and slopes.settled
    assert abs(slopes.central.value) <= slopes.error


@pytest.mark.parametrize("f", [lambda t: math.sqrt(abs(t)), lambda t: float(t >= 0), lambda t: abs(t) ** 1.1])
def test_slopes_that_grow_for_ever_or_do_not_settle_are_no_slopes(f) -> None:
    assert not slopes_of(f).settled


def test_a_jump_has_ends_and_the_step_that_still_shows_it() -> None:
    kink = slopes_of(lambda v: 2 * max(v, 0.0) - max(-v, 0.0), noise=1e-10)
    assert (kink.left.value, kink.right.value) == (pytest.approx(1), pytest.approx(2))
    assert kink.has_kink and kink.ends() == (kink.left.value, kink.right.value)
    # 4 · noise / step is a quarter of the jump at a step of 1.6e-9; the ladder has steps 4 apart.
    assert kink.kink_within(6.4e-9) and not kink.kink_within(1.6e-9)
    assert kink.contradict_within(3.0, 1e-8) and not kink.contradict_within(1.5, 1e-8)
    smooth = slopes_of(lambda v: 3 * v)
    assert not smooth.has_kink and smooth.ends() == (smooth.central.value, smooth.central.value)
    assert smooth.contradict_within(3.1, 1e-9) and not smooth.contradict_within(3.0, 1.0)
    assert not slopes_of(lambda v: v + 1e-6 * abs(v)).has_kink  # below the tolerance


@pytest.mark.parametrize("x", [0.0, 1e-300, 1.0, -3e7])
def test_points_are_evaluated_once_and_apart_from_x(x) -> None:
    seen: list[float] = []

    def f(v):
        seen.append(v)
        return abs(v - x)

    slopes = measure_slopes(f, x, 0.0, Noise(0.0, EPSILON))
    assert slopes.has_kink and (slopes.left.value, slopes.right.value) == (pytest.approx(-1), pytest.approx(1))
    assert len(seen) == len(set(seen)) <= 80
    assert min(abs(v - x) for v in seen) >= 16 * math.ulp(x)
    assert max(abs(v - x) for v in seen) / max(abs(x), 1) == pytest.approx(0.187)


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-4])
def test_noise_that_was_put_in_is_bounded_and_not_by_far(size) -> None:
    def noisy(x):
        return math.sin(x[0]) + size * random.Random(float(x[0])).uniform(-1, 1)

    assert size < evaluation_noise(noisy, np.array([0.9])).least < 30 * size


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("f", [np.sin, np.exp, np.square, lambda x: x**5])
def test_a_smooth_function_has_no_more_than_some_units_in_the_last_place(f, scale) -> None:
    x = np.array([0.7, -1.3])
    noise = evaluation_noise(lambda v: scale * float(np.sum(f(v))), x)
    assert EPSILON * abs(scale * np.sum(f(x))) <= noise.least < 40 * EPSILON * scale * np.sum(np.abs(f(x)))
    assert EPSILON <= noise.share < 200 * EPSILON and noise.resolution == 1e-9


@pytest.mark.parametrize("distance", [1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 0.0])
@pytest.mark.parametrize("constant", [0.0, 1.0])
def test_a_kink_on_the_ray_does_not_pass_for_noise(distance, constant) -> None:
    noise = evaluation_noise(lambda v: float(np.sum(np.maximum(v - distance, 0))) + constant, np.zeros(2))
    # The rays may have to be as long as 100 · d for f to change on them.
    assert noise.least <= 100 * EPSILON * (constant + 100 * distance + 1e-12) and noise.share <= 100 * EPSILON


@pytest.mark.parametrize(
    ("f", "x", "least", "most"),
    [
        (lambda x: (np.sum(x) + 1e8) - 1e8, [0.3, 0.7], 1e-8, 1e-6),  # cancellation: 1e8 is rounded to 1.5e-8
        (lambda x: float(np.float32(np.sum(x))), [0.3, 0.7], 2.0**-25, 2.0**-19),
        (lambda x: float(np.sum(np.float32(x)) - np.float32(1)), [0.3, 0.7], 2.0**-26, 2.0**-20),  # x is rounded
        (lambda x: math.sin(1e8 * x[0]), [0.3], EPSILON, 1e-8),  # fast, but exact
        (lambda x: np.sum(np.maximum(x, 0)) + 1, [0.0, 0.0], EPSILON, 40 * EPSILON),
        (lambda x: 0.3, [1.0], 0.3 * EPSILON, 0.3 * EPSILON),  # the result itself is rounded
        (lambda x: 0.0, [1.0], 0, 1e-7),
        (lambda x: 2.1 if x[0] == 1.0 else math.nan, [1.0], EPSILON, 16 * EPSILON),  # the edge of a domain
    ],
)
def test_noise_is_seen_where_it_is(f, x, least, most) -> None:
    assert least <= evaluation_noise(lambda v: float(f(v)), np.array(x)).least <= most


def test_the_resolution_follows_the_precision_of_f() -> None:
    for dtype, low, high in ((np.float64, 1e-9, 1e-9), (np.float32, 3e-5, 1e-3), (np.float16, 1e-3, 1e-3)):
        noise = evaluation_noise(lambda v, dtype=dtype: float(np.sum(np.sin(v.astype(dtype)))), np.array([0.7, 1.9]))
        assert low <= noise.resolution <= high
