"""Membership in a hull: against a linear programme in floating point, with certificates, and degenerate cases."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from course_lib.topics.subgradients import convex_hulls
from course_lib.topics.subgradients.convex_hulls import Combination, Separation, locate


def in_hull(points, target) -> bool:
    A = np.vstack([np.array(points, float).T, np.ones(len(points))])
    return linprog(np.zeros(len(points)), A_eq=A, b_eq=np.append(np.array(target, float), 1)).status == 0


def test_against_scipy_with_certificates() -> None:
    rng = np.random.default_rng(0)
    found = {Combination: 0, Separation: 0}
    for _ in range(300):
        size, count = rng.integers(1, 7), rng.integers(1, 10)
        points, target = rng.integers(-2, 3, (count, size)).tolist(), rng.integers(-1, 2, size).tolist()
        certificate = locate(points, target)
        found[type(certificate)] += 1
        assert isinstance(certificate, Combination) == in_hull(points, target)
        if isinstance(certificate, Combination):
            assert min(certificate.weights) >= 0 and sum(certificate.weights) == 1
            mixed = [sum(w * p[i] for w, p in zip(certificate.weights, points, strict=True)) for i in range(size)]
            assert mixed == target
        else:
            for point in points:
                moved = (p - t for p, t in zip(point, target, strict=True))
                assert sum(d * m for d, m in zip(certificate.direction, moved, strict=True)) > 0
    assert min(found.values()) > 50


def test_a_point_just_outside_is_outside() -> None:
    just = Fraction(1, 10**30)
    assert isinstance(locate([(0, 0), (1, 0), (0, 1)], (Fraction(1, 2), Fraction(1, 2))), Combination)
    assert isinstance(locate([(0, 0), (1, 0), (0, 1)], (Fraction(1, 2), Fraction(1, 2) + just)), Separation)


@pytest.mark.parametrize("points", [[(1, 2)], [(1, 2)] * 5, [(0, 0), (2, 4)], [(0, 0), (1, 2), (2, 4), (3, 6)]])
def test_degenerate_hulls_end(points) -> None:
    assert isinstance(locate(points, (1, 2)), Combination)
    assert isinstance(locate(points, (1, 3)), Separation)


@pytest.mark.parametrize(
    ("points", "message"),
    [([], "points: got none"), ([(1, 2), (1,)], r"points: got points of length \[1, 2\] for a target of length 2")],
)
def test_bad_input(points, message) -> None:
    with pytest.raises(ValueError, match=message):
        locate(points, (0, 0))


def test_numbers_of_numpy_do_not_overflow_and_floats_are_refused() -> None:
    large = np.int64(2**62)
    assert isinstance(locate([(large,), (np.int64(0),)], (-large,)), Separation)
    with pytest.raises(TypeError, match=r"points and target: got 0\.5; accepted are whole numbers and fractions"):
        locate([(0.5,)], (0,))


@pytest.mark.parametrize("wrong", [Combination((Fraction(1), Fraction(0))), Separation((Fraction(-1), Fraction(0)))])
def test_a_certificate_that_does_not_hold_is_never_returned(wrong, monkeypatch) -> None:
    """Also under ``python -O``, which leaves assertions out."""
    monkeypatch.setattr(convex_hulls, "_first_phase", lambda moved: wrong)
    with pytest.raises(ArithmeticError, match="does not hold"):
        locate([(1, 0), (2, 0)], (0, 0))
