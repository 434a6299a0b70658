"""The complex step, where it holds and where it does not."""

import numpy as np
import pytest

from course_lib.networks.gradient_checking import check_gradient, complex_step_slopes


def test_it_is_exact_to_rounding_where_differences_lose_half_of_the_digits() -> None:
    # The example of Squire and Trapp, 1998: f(x) = x^(9/2) at 1.5, with f' = 9/2·x^(7/2).
    found = complex_step_slopes(lambda z: z[0] ** 4.5, np.array([1.5]), [0])
    assert found is not None
    assert abs(found[0] / (4.5 * 1.5**3.5) - 1) < 4e-16


def test_positions_count_in_the_flat_order() -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert complex_step_slopes(lambda z: np.sum(z**2), x, [5, 1]) == {5: 10.0, 1: 2.0}


@pytest.mark.parametrize(
    "f",
    [
        lambda z: float(np.sum(z)),  # TypeError
        lambda z: np.sum(z.real),
        lambda z: np.sum(np.abs(z)),
        lambda z: np.sum(np.asarray(z, dtype=float)),  # ComplexWarning
        lambda z: z**2,  # not one number
        lambda z: 1j * np.inf * np.sum(z),
    ],
)
def test_a_function_without_complex_numbers_has_none(f) -> None:
    assert complex_step_slopes(f, np.array([1.0, 2.0]), [0, 1]) is None


def test_the_complex_step_sharpens_analytic_functions() -> None:
    x = np.array([0.3, -2.0])
    report = check_gradient(lambda v: np.sum(np.exp(v)), np.exp, x, tolerance=1e-12)
    assert report.complex_step == "used"
    assert report.passed
    assert all(entry.error < 1e-11 for entry in report.entries)
    assert not check_gradient(lambda v: np.sum(np.exp(v)), np.exp(x) * (1 + 1e-7), x, tolerance=1e-12).passed


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda x: np.sum(np.abs(x)) + np.sum(x * x), lambda x: np.sign(x) + 2 * x),
        (lambda x: np.sum(x * np.conj(x)), lambda x: 2 * x),
        (lambda x: np.max(np.abs(x)) + 0 * np.sum(x), lambda x: np.sign(x) * (np.abs(x) == np.abs(x).max())),
        (lambda x: np.linalg.norm(x) + np.sum(x) * 1e-3, lambda x: x / np.linalg.norm(x) + 1e-3),
    ],
)
def test_a_complex_step_that_is_wrong_is_not_believed(f, gradient) -> None:
    x = np.array([1.0, -2.0, 0.5])
    report = check_gradient(f, gradient, x)
    assert report.passed, report
    assert report.complex_step == "not used: the function is not analytic at x[0]" or "x[1]" in report.complex_step
    # What the complex step alone would have said is caught.
    moved = x.astype(complex) + 1j * np.eye(3) * 1e-30
    assert not check_gradient(f, [np.imag(f(row)) / 1e-30 for row in moved], x).passed
