"""A scene holds axes and layers that fit together, or says which does not; numbers are printed with few digits."""

import math
import re

import pytest

from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment, format_number
from course_lib.figures.scene import format_power_of_ten

LINE = Curve([1, 2], [1, 2], label="line")
LOG = Axis("h", (1e-3, 1), "log")


def scene(**changes) -> Scene:
    parts = {"title": "A line", "x_axis": Axis("x", (0, 2)), "y_axis": Axis("y", (0, 2)), "layers": [LINE]}
    return Scene(**{**parts, "description": "It rises.", **changes})


def test_layers_become_a_tuple() -> None:
    assert repr(scene(layers=iter([LINE, Label(1, 1, "here")]))) == "Scene('A line': Curve 'line', Label 'here')"


BAD = [
    (lambda: Axis("h", (0, 1), "log"), "Axis 'h', limits: got (0.0, 1.0); accepted is above 0, on a log axis"),
    (lambda: Axis("h", (1, 1)), "Axis 'h', limits: got (1, 1); accepted is (low, high) with low < high"),
    (lambda: Axis("h", (0, float("nan"))), "Axis 'h', limits[1]: got nan; accepted is a finite number"),
    (lambda: Axis("h", (1, 2), "sqrt"), "Axis 'h', scale: got 'sqrt'; accepted are 'linear', 'log'"),
    (lambda: Axis("h", (0, 1), ticks=[(0, "a"), (2, "b")]), "Axis 'h', ticks[1][0]: got 2; accepted is a number from"),
    (lambda: scene(title=""), "Scene, title: got ''; accepted is a string that is not blank"),
    (lambda: scene(description=" "), "Scene 'A line', description: got ' '; accepted is a string that is not blank"),
    (lambda: scene(x_axis=LOG, layers=[Curve([1, 0], [1, 1], "e")]), "Curve 'e', x[1]: got 0.0; accepted is above 0"),
    (lambda: scene(y_axis=LOG, layers=[Band([1], [-1], [1])]), "Band, low[0]: got -1.0; accepted is above 0, on the"),
    (lambda: scene(y_axis=LOG, layers=[Segment((0, 1), (0, -2))]), "Segment, start and end[1]: got -2.0; accepted is"),
    (lambda: scene(x_axis=LOG, layers=[Field((0, 1), (1, 2), [[1]])]), "Field, x_limits[0]: got 0.0; accepted is"),
    (lambda: scene(y_axis=LOG, layers=[Label(0, 0, "a")]), "Label 'a', y[0]: got 0.0; accepted is above 0, on the log"),
    (lambda: scene(y_axis=LOG, layers=[Points([0], [0])]), "Points, y[0]: got 0.0; accepted is above 0, on the"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_named(make, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (-0.0, "0"), (1, "1"), (-1, "−1"), (0.5, "0.5"), (1 / 3, "0.333"), (2 / 3, "0.667"),
        (-1234.5, "−1230"), (0.001, "0.001"), (0.00123456, "0.00123"), (0.000999, "9.99×10⁻⁴"), (0.0009999, "0.001"),
        (9.999, "10"), (99999, "10⁵"), (12345, "12300"), (1e-8, "10⁻⁸"), (-2.5e-16, "−2.5×10⁻¹⁶"),
        (6.02e23, "6.02×10²³"), (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "undefined"),
    ],
)  # fmt: skip
def test_three_significant_digits(value, shown) -> None:
    assert format_number(value) == shown


def test_other_digits_and_ticks_of_a_log_axis() -> None:
    assert [format_number(math.pi, 4), format_number(0.06, 1), format_number(12e5, 1)] == ["3.142", "0.06", "10⁶"]
    assert [format_power_of_ten(value) for value in (1, 10, 1e-16, 0.5)] == ["10⁰", "10¹", "10⁻¹⁶", "0.5"]
