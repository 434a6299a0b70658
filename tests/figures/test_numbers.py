"""Printed numbers: few digits, a proper minus sign, superscripts."""

import math

import pytest

from course_lib.figures.scene import format_number, format_power_of_ten


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (-0.0, "0"), (1, "1"), (-1, "−1"), (0.5, "0.5"), (1 / 3, "0.333"),
        (2 / 3, "0.667"), (-1234.5, "−1230"),
        (0.001, "0.001"), (0.00123456, "0.00123"), (0.000999, "9.99×10⁻⁴"), (0.0009999, "0.001"), (9.999, "10"),
        (99999, "10⁵"), (12345, "12300"), (1e-8, "10⁻⁸"), (-2.5e-16, "−2.5×10⁻¹⁶"), (6.02e23, "6.02×10²³"),
        (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "undefined"),
    ],
)  # fmt: skip
def test_three_significant_digits(value, shown) -> None:
    assert format_number(value) == shown


def test_the_number_of_digits_is_a_choice() -> None:
    assert format_number(math.pi, 4) == "3.142"
    assert format_number(0.06, 1) == "0.06"
    with pytest.raises(ValueError, match="digits must be an integer of at least 1; got 0"):
        format_number(1, 0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "10⁰"), (10, "10¹"), (100, "10²"), (1000, "10³"), (0.1, "10⁻¹"), (1e-16, "10⁻¹⁶"), (0.5, "0.5")],
)
def test_ticks_of_a_log_axis(value, shown) -> None:
    assert format_power_of_ten(value) == shown
