"""Sigmoid, tanh and softplus far from 0, where formulas written naively overflow or lose every digit."""

import mpmath
import numpy as np
import pytest

from course_lib.networks.activations import ACTIVATIONS

DTYPES = [np.float16, np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        ("softplus", 1000, 1000, 1),
        ("softplus", -1000, 0, 0),
        ("sigmoid", 1000, 1, 0),
        ("sigmoid", -1000, 0, 0),
        ("tanh", 1000, 1, 0),
        ("tanh", -1000, -1, 0),
        ("elu", -1000, -1, 0),
        ("elu", 1000, 1000, 1),
        ("sigmoid", 0, 0.5, 0.25),
        ("tanh", 0, 0, 1),
    ],
)
def test_far_from_0_without_a_warning(name, z, value, slope, dtype) -> None:
    assert ACTIVATIONS[name](dtype(z)) == value
    assert ACTIVATIONS[name].derivative(dtype(z)) == slope


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-z)), lambda z: mpmath.sech(z / 2) ** 2 / 4),
        ("softplus", lambda z: mpmath.log1p(mpmath.exp(z)), lambda z: 1 / (1 + mpmath.exp(-z))),
    ],
)
def test_the_left_tail_keeps_its_digits(name, value, slope, dtype) -> None:
    z = -np.geomspace(1e-3, 80, 60).astype(dtype)
    with mpmath.workdps(60):
        exact = np.array([[float(f(mpmath.mpf(float(point)))) for point in z] for f in (value, slope)])
    found = np.array([ACTIVATIONS[name](z), ACTIVATIONS[name].derivative(z)])
    np.testing.assert_allclose(found, exact, rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "value"), [("tanh", mpmath.tanh), ("elu", mpmath.expm1)])
def test_near_0_the_value_keeps_its_digits(name, value, dtype) -> None:
    z = -np.geomspace(1e-30, 1, 60).astype(dtype)
    with mpmath.workdps(60):
        exact = [float(value(mpmath.mpf(float(point)))) for point in z]
    np.testing.assert_allclose(ACTIVATIONS[name](z), exact, rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize(("dtype", "last"), [(np.float32, 16), (np.float64, 36)])
def test_the_slope_of_sigmoid_is_0_where_1_swallows_the_exponential(dtype, last) -> None:
    # σ rounds to 1 as soon as e^−z is below half the spacing under 1, which is eps / 4.
    assert np.exp(-last) > np.finfo(dtype).eps / 4 > np.exp(-last - 2)
    assert ACTIVATIONS["sigmoid"].derivative(dtype(last)) > 0
    assert ACTIVATIONS["sigmoid"].derivative(dtype(last + 2)) == 0
    assert ACTIVATIONS["sigmoid"].derivative(dtype(-last - 2)) > 0
