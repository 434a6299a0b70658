"""Kinks at x and beside x: never averaged away, and what cannot be decided is said so."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.networks.gradient_checking import check_gradient

# Kinks at x.


@given(st.floats(-1, 1))
def test_every_subgradient_of_the_absolute_value_passes_at_0(claimed) -> None:
    report = check_gradient(lambda x: abs(float(x)), claimed, 0.0)
    assert report.passed
    (entry,) = report.kinks
    assert (entry.verdict, entry.left, entry.right) == ("kink", pytest.approx(-1), pytest.approx(1))


def test_a_chained_slope_at_the_kink_passes() -> None:
    for upstream in (-3.0, 0.1, 7.0):
        for slope in (0.0, 0.5, 1.0):
            report = check_gradient(lambda x, u=upstream: u * max(float(x), 0.0), upstream * slope, 0.0)
            assert report.passed, report
            assert len(report.kinks) == 1


@pytest.mark.parametrize(("upstream", "slope"), [(-3.0, 0.5), (-3.0, 1.0), (0.1, 0.5), (0.1, 1.0), (-0.01, 0.02)])
def test_a_slope_that_is_assigned_instead_of_multiplied(upstream, slope) -> None:
    def f(x):
        return upstream * np.sum(np.maximum(x, 0))

    report = check_gradient(f, lambda x: np.where(x == 0, slope, upstream * (x > 0)), [0.0, 1.0, -1.0])
    assert [(entry.position, entry.at_kink) for entry in report.wrong] == [(0, True)]
    assert "has to multiply the upstream gradient" in report.causes[0]
    assert check_gradient(f, lambda x: upstream * np.where(x == 0, slope, x > 0), [0.0, 1.0, -1.0]).passed


@pytest.mark.parametrize("claimed", [-1.01, 1.01, 1.001, 5.0])
def test_a_claim_outside_the_slopes_of_a_kink_is_wrong(claimed) -> None:
    (entry,) = check_gradient(lambda x: abs(float(x)), claimed, 0.0).wrong
    assert entry.gap == pytest.approx(abs(claimed) - 1)


# Kinks beside x.


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-5, 1e-7, 1e-8])
@pytest.mark.parametrize("x", [0.0, 1.0])
def test_a_kink_beside_x_is_reported_and_smaller_steps_are_used(x, sign, distance) -> None:
    kink = x + sign * distance

    def f(v):
        return float(np.sum(np.abs(v - kink)) + np.sum(v) / 4)

    report = check_gradient(f, [0.25 - sign], [x])
    assert report.passed, report
    assert report.kinks == ()
    assert [entry.crossed for entry in report.crossed] == [pytest.approx(sign * distance, rel=1e-3)]
    for wrong in (0.25, 0.25 + sign):  # the average of both sides, and the slope beyond the kink
        assert [e.verdict for e in check_gradient(f, [wrong], [x]).entries] == ["wrong"]


def test_two_kinks_that_hide_each_other_are_found() -> None:
    # Seen from afar both sides have slope 0; between the kinks it is 2.
    report = check_gradient(lambda x: abs(float(x) + 1e-9) - abs(float(x) - 1e-9), 2.0, 0.0)
    assert report.passed
    assert abs(report.crossed[0].crossed) == pytest.approx(1e-9, rel=1e-3)
    assert not check_gradient(lambda x: abs(float(x) + 1e-9) - abs(float(x) - 1e-9), 0.0, 0.0).passed


def test_kinks_of_a_relu_network_are_where_pre_activations_change_sign() -> None:
    rng = np.random.default_rng(4)
    X, v = rng.standard_normal((20, 3)), rng.standard_normal(20)
    w = rng.standard_normal(3)
    report = check_gradient(lambda w: v @ np.maximum(X @ w, 0), ((X @ w > 0) * v) @ X, w, step=0.3)
    assert report.passed
    assert report.crossed
    for entry in report.crossed:
        distances = -(X @ w) / X[:, entry.position]
        assert np.abs(distances - entry.crossed).min() < 1e-6 * abs(entry.crossed)


# What cannot be decided, and the stated limits.


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: math.sqrt(abs(x)), 0.0),  # infinite slopes
        (lambda x: float(x >= 0), 0.0),  # a jump
        (lambda x: math.sqrt(x), 0.0),  # no values on the left
        (lambda x: float(x) * math.sin(1 / x) if x else 0.0, 0.0),  # no limit of the quotients
    ],
)
def test_where_there_is_no_slope_nothing_is_decided(f, x) -> None:
    report = check_gradient(f, 0.0, x)
    assert [entry.verdict for entry in report.entries] == ["undecided"]
    assert not report.passed


def test_noise_decides_nothing() -> None:
    def noisy(x):  # one value for each x, and as good as random from one to the next
        return float(1e-3 * np.sin(1e15 * x) + x)

    assert [entry.verdict for entry in check_gradient(noisy, 1.2, 1.0).entries] == ["undecided"]


def test_an_assigned_slope_between_the_slopes_is_not_seen() -> None:
    # 0.5 is a subgradient of 3·ReLU at 0, although the chain rule gives 3·0.5: the upstream gradient has to be chosen.
    assert check_gradient(lambda x: 3 * max(float(x), 0.0), 0.5, 0.0).passed


def test_each_entry_is_judged_alone_at_a_kink() -> None:
    assert check_gradient(lambda x: np.max(x), [1.0, 1.0], [2.0, 2.0]).passed


def test_a_clarke_subgradient_can_be_refused_where_kinks_meet() -> None:
    # |x + y| − |x − y| has gradient (2, 0) in one of the four sectors around 0, and slope 0 along both axes.
    report = check_gradient(lambda v: abs(v[0] + v[1]) - abs(v[0] - v[1]), [2.0, 0.0], [0.0, 0.0])
    assert [entry.position for entry in report.wrong] == [0]


def test_a_kink_nearer_than_can_be_told_counts_as_at_x() -> None:
    (entry,) = check_gradient(lambda v: np.sum(np.abs(v - 1 - 1e-12)), [-1.0], [1.0]).kinks
    assert entry.verdict == "kink"
