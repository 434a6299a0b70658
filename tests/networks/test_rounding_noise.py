"""The bound on rounding errors, against errors that are known."""

import math
import random

import numpy as np
import pytest

from course_lib.networks.slope_measurement import EPSILON, evaluation_noise


def bound(f, x):
    x = np.asarray(x, float)
    return evaluation_noise(f, x, f(x))


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-4])
def test_noise_that_was_put_in_is_bounded_and_not_by_far(size) -> None:
    def noisy(x):
        return math.sin(x[0]) + size * random.Random(float(x[0])).uniform(-1, 1)

    assert size < bound(noisy, [0.9]) < 30 * size


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("f", [np.sin, np.exp, np.square, lambda x: x**5])
def test_a_smooth_function_has_no_more_than_some_units_in_the_last_place(f, scale) -> None:
    x = np.array([0.7, -1.3])
    value = scale * np.sum(np.abs(f(x)))
    assert EPSILON * abs(scale * np.sum(f(x))) <= bound(lambda v: scale * np.sum(f(v)), x) < 40 * EPSILON * value


def test_cancellation_shows() -> None:
    # The result is of size 1; the intermediate 1e8 is rounded to 1.5e-8.
    assert 1e-8 < bound(lambda x: (np.sum(x) + 1e8) - 1e8, [0.3, 0.7]) < 1e-6


def test_single_precision_shows() -> None:
    assert 2.0**-25 < bound(lambda x: float(np.float32(np.sum(x))), [0.3, 0.7]) < 2.0**-19


def test_a_kink_at_x_is_no_noise() -> None:
    assert bound(lambda x: np.sum(np.abs(x)), [0.0, 0.0]) < 1e-22
    assert bound(lambda x: np.sum(np.maximum(x, 0)) + 1, [0.0, 0.0]) < 40 * EPSILON


def test_the_result_itself_is_rounded() -> None:
    assert bound(lambda x: 5.0, [1.0]) == 5 * EPSILON
    assert bound(lambda x: 0.0, [1.0]) == 0


def test_the_edge_of_a_domain_falls_back_on_the_value() -> None:
    assert bound(lambda x: 2.0 if x[0] == 1.0 else math.nan, [1.0]) == 16 * EPSILON
