"""Where slopes leave the floats, by trying all neighbours; softplus, minima and second derivatives against theory."""

import math

import mpmath
import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS
from course_lib.topics.rectifiers import smooth
from course_lib.topics.rectifiers.smooth_in_frameworks import first_zero

FORMATS = [(np.float16, -24, -10), (np.float32, -149, -23), (np.float64, -1074, -52)]


@pytest.mark.parametrize(("dtype", "least", "gap"), FORMATS)
def test_exponents_are_those_of_the_format(dtype, least, gap):
    info = np.finfo(dtype)
    assert (float(info.smallest_subnormal), float(info.eps)) == (2.0**least, 2.0**gap)


@pytest.mark.parametrize(("dtype", "least", "gap"), FORMATS)
def test_rounding_an_exact_exponential_gives_the_thresholds(dtype, least, gap):
    """eᶻ by 40 digits, rounded once, a little right and left of each threshold."""
    with mpmath.workdps(40):
        for shift, survives in ((1e-6, True), (-1e-6, False)):
            z = smooth.underflow(least) + shift
            scaled = mpmath.exp(z) / mpmath.mpf(2) ** least  # in units of the smallest number
            assert (mpmath.nint(scaled) != 0) == survives
            output = mpmath.expm1(smooth.absorption(gap) + shift)
            assert (dtype(float(output) if dtype != np.float64 else output) != -1) == survives


@pytest.mark.parametrize(("dtype", "least", "gap"), FORMATS)
def test_the_core_keeps_the_slope_of_elu_down_to_the_last_number(dtype, least, gap):
    slope = ACTIVATIONS["elu"].derivative
    at = smooth.underflow(least)
    assert slope(dtype(at + 0.05)) > 0 == slope(dtype(at - 0.05))
    leaky = ACTIVATIONS["leaky_relu"].derivative(-np.geomspace(1e-4, 6e4, 50).astype(dtype))
    assert (leaky == dtype(0.01)).all()


@pytest.mark.parametrize("beta", [0.5, 1, 7, 300])
def test_softplus_and_its_distance_from_relu(beta):
    z = np.linspace(-6, 6, 1201)
    plain = np.logaddexp(0, beta * z) / beta
    np.testing.assert_allclose(smooth.softplus(z, beta), plain, rtol=1e-12, atol=1e-15)
    distance = smooth.softplus(z, beta) - np.maximum(z, 0)
    assert z[np.argmax(distance)] == pytest.approx(0, abs=1e-12)
    assert distance.max() == pytest.approx(math.log(2) / beta)
    assert smooth.softplus_slope(0.0, beta) == 0.5
    h = 1e-6
    slope = (smooth.softplus(z + h, beta) - smooth.softplus(z - h, beta)) / (2 * h)
    np.testing.assert_allclose(smooth.softplus_slope(z, beta), slope, atol=1e-7)


@pytest.mark.parametrize("gap", [1 / 64, 1 / 1024, 0.25])
def test_from_a_certain_sharpness_on_floats_see_three_slopes(gap):
    z = np.arange(-64, 65, dtype=np.float32) * np.float32(gap)
    sharp = smooth.sharp_from(gap)
    assert np.unique(smooth.softplus_slope(z, 1.001 * sharp)).tolist() == [0, 0.5, 1]
    assert len(np.unique(smooth.softplus_slope(z, 0.99 * sharp))) > 3


def test_minima_by_another_way():
    """SiLU: 1 + z = −eᶻ, solved by Lambert's W. GELU: by 30 digits."""
    w = float(mpmath.lambertw(math.exp(-1)))
    assert smooth.minimum("silu") == pytest.approx((-1 - w, -w))
    with mpmath.workdps(30):
        z = mpmath.findroot(lambda z: mpmath.ncdf(z) + z * mpmath.npdf(z), -0.75)
        assert smooth.minimum("gelu") == pytest.approx((float(z), float(z * mpmath.ncdf(z))))


AT_0 = {"elu": (1, 0), "softplus": (0.25, 0.25), "gelu": (math.sqrt(2 / math.pi),) * 2, "silu": (0.5, 0.5),
        "squared_relu": (0, 2)}  # fmt: skip


@pytest.mark.parametrize("activation", smooth.RELATIVES)
def test_values_slopes_and_second_derivatives(activation):
    z = np.linspace(-3, 3, 601)
    value, slope, second = (
        np.concatenate([y for _, y in smooth.sides(activation, order, z)]) for order in smooth.ORDERS
    )
    both = np.concatenate([at for at, _ in smooth.sides(activation, "value", z)])
    np.testing.assert_allclose(value, ACTIVATIONS[activation](both), atol=1e-14)
    np.testing.assert_allclose(slope, ACTIVATIONS[activation].derivative(both), atol=1e-14)
    away = np.abs(both) > 1e-3
    h = 1e-5
    quotient = (ACTIVATIONS[activation].derivative(both + h) - ACTIVATIONS[activation].derivative(both - h)) / (2 * h)
    np.testing.assert_allclose(second[away], quotient[away], atol=1e-7)
    (_, left), (_, right) = smooth.sides(activation, "second derivative", z)
    assert (left[-1], right[0]) == pytest.approx(AT_0[activation])


def test_the_table_of_frameworks_is_whole():
    rows = smooth.in_frameworks()
    assert len({(row.library, row.activation) for row in rows}) == len(rows) == 15
    for row in rows:
        assert row.version and row.date.startswith("20") and list(row.first_zero) == ["float16", "float32", "float64"]
        limits = [smooth.underflow(least) for _, least, _ in FORMATS]
        if row.activation != "SiLU":  # its slope has the factor 1 + z, which is large there
            zeros = row.first_zero.values()
            assert all(zero is None or zero >= limit - 0.02 for zero, limit in zip(zeros, limits, strict=True))


@pytest.mark.parametrize(
    ("slope", "expected"),
    [(math.exp, -1075 * math.log(2)), (lambda z: math.expm1(z) + 1, -54 * math.log(2)), (lambda z: 0.0, 0),
     (lambda z: 0.01, None)],
)  # fmt: skip
def test_the_bisection_that_frameworks_run(slope, expected):
    found = first_zero(lambda z, _: (z, slope(z)), "float64")
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


BAD = [
    (lambda: smooth.underflow(0), "-least_exponent: got 0"),
    (lambda: smooth.absorption(23), "-precision_exponent: got -23"),
    (lambda: smooth.softplus(0.0, 0), "beta: got 0; accepted is a finite number above 0"),
    (lambda: smooth.softplus_slope(0.0, -1.0), "beta: got -1.0"),
    (lambda: smooth.minimum("relu"), "activation: got 'relu'; accepted are 'gelu', 'silu'"),
    (lambda: smooth.sides("relu", "value", np.zeros(2)), "activation: got 'relu'"),
    (lambda: smooth.sides("gelu", "area", np.zeros(2)), "quantity: got 'area'"),
]


@pytest.mark.parametrize(("use", "message"), BAD)
def test_bad_input_is_named(use, message):
    with pytest.raises(ValueError, match=message):
        use()
