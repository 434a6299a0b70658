"""Each layer keeps its numbers and names itself, the argument and the index when one of them is bad."""

import re

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Field, Label, Points, Segment


def test_layers_keep_read_only_copies_of_any_real_numbers() -> None:
    x = np.array([0.0, 1.0, 2.0])
    curve = Curve(x, x**2, label="x²")
    x[0] = 99
    assert curve.x.tolist() == [0.0, 1.0, 2.0]
    assert Curve([0, 1], np.array([1, 2], np.float16)).y.dtype == np.float64
    assert Points([1], [True]).y.tolist() == [1.0]
    with pytest.raises(ValueError, match="read-only"):
        curve.y[0] = 1


def test_field_takes_its_range_from_the_values() -> None:
    assert Field((0, 1), (0, 1), [[1, 2], [3, 4]]).range == (1.0, 4.0)
    assert Field((0, 1), (0, 1), [[1, 2], [3, 4]], range=(0, 9)).range == (0.0, 9.0)
    assert Field((0, 1), (0, 1), [[7, 7]]).range == (6.5, 7.5)


@pytest.mark.parametrize(
    ("layer", "x", "y"),
    [
        (Curve([0, 1], [2, 3]), [[0, 1]], [[2, 3]]),
        (Points([0], [3]), [[0]], [[3]]),
        (Band([0, 1], [2, 3], [4, 5]), [[0, 1]], [[2, 3], [4, 5]]),
        (Field((0, 1), (2, 3), [[7]]), [[0, 1]], [[2, 3]]),
        (Segment((0, 2), (1, 3)), [[0, 1]], [[2, 3]]),
        (Label(0, 2, "a"), [[0]], [[2]]),
    ],
)
def test_coordinates_are_what_stands_on_each_axis(layer, x, y) -> None:
    assert [[numbers.tolist() for numbers in axis.values()] for axis in layer.coordinates()] == [x, y]


BAD = [
    (lambda: Curve([0, 1], [0, np.nan], label="ReLU"), "Curve 'ReLU', y[1]: got nan; accepted is a finite number"),
    (lambda: Curve([0, 1, 2], [0, 1], "f"), "Curve 'f', lengths of x, y: got [3, 2]; accepted is one length"),
    (lambda: Curve([], []), "Curve, x: got []; accepted is a 1-dimensional array of finite numbers, not empty"),
    (lambda: Curve("ab", [0, 1]), "Curve, x: got 'ab'; accepted is a 1-dimensional array of finite numbers"),
    (lambda: Curve([[0, 1]], [0, 1]), "Curve, x: got [[0, 1]]; accepted is a 1-dimensional array of finite numbers"),
    (lambda: Curve([0, 1], [0, 1], color="red"), "Curve, color: got 'red'; accepted are 'blue', 'orange'"),
    (lambda: Curve([0, 1], [0, 1], dash="--"), "Curve, dash: got '--'; accepted are 'solid', 'dashed', 'dotted'"),
    (lambda: Curve([0, 1], [0, 1], width=0), "Curve, width: got 0; accepted is a number above 0"),
    (lambda: Points([0], [np.nan], "jump"), "Points 'jump', y[0]: got nan"),
    (lambda: Points([0, 1], [0]), "Points, lengths of x, y: got [2, 1]"),
    (lambda: Points([0], [0], marker="x"), "Points, marker: got 'x'; accepted are 'filled', 'hollow'"),
    (lambda: Points([0], [0], size=-1), "Points, size: got -1; accepted is a number above 0"),
    (lambda: Band([0, 1], [0, 2], [1, 1], "ε"), "Band 'ε', low[1]: got 2.0; accepted is at most high[1] = 1"),
    (lambda: Band([0, 1], [0, 0], [1, np.inf]), "Band, high[1]: got inf"),
    (lambda: Band([0], [0, 0], [1]), "Band, lengths of x, low, high: got [1, 2, 1]"),
    (lambda: Field((0, 1), (0, 1), [[0, 1], [np.nan, 2]], "loss"), "Field 'loss', values[1, 0]: got nan"),
    (lambda: Field((0, 1), (0, 1), [1, 2]), "Field, values: got [1, 2]; accepted is a 2-dimensional array"),
    (lambda: Field((1, 0), (0, 1), [[1]]), "Field, x_limits: got (1, 0); accepted is (low, high) with low < high"),
    (lambda: Field((0, 1), 3, [[1]]), "Field, y_limits: got 3; accepted is a 1-dimensional array of finite numbers"),
    (lambda: Field((0, 1), (0, 1), [[1]], range=(2, 2)), "Field, range: got (2, 2); accepted is (low, high)"),
    (lambda: Segment((0, np.nan), (1, 1), "secant"), "Segment 'secant', start[1]: got nan"),
    (lambda: Segment((0, 0), (1, 1, 1)), "Segment, end: got (1, 1, 1); accepted is a pair of finite numbers"),
    (lambda: Label(0, "1", "kink"), "Label 'kink', y: got '1'; accepted is a finite number"),
    (lambda: Label(0, 0, " "), "Label ' ', text: got ' '; accepted is a string that is not blank"),
    (lambda: Label(0, 0, "kink", "north"), "Label 'kink', anchor: got 'north'; accepted are 'center', 'above'"),
    (lambda: Label(0, 0, "kink", color="green"), "Label 'kink', color: got 'green'; accepted are 'ink', 'grey'"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_named(make, message) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        make()
