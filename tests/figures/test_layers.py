"""Each layer keeps its numbers and names itself, the argument and the index when one of them is bad."""

import re

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Field, Label, Points, Segment


def test_layers_keep_read_only_copies() -> None:
    x = np.array([0.0, 1.0, 2.0])
    curve = Curve(x, x**2, label="x²")
    x[0] = 99
    assert curve.x.tolist() == [0.0, 1.0, 2.0]
    assert curve.y.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        curve.y[0] = 1


def test_integers_halves_and_lists_are_accepted() -> None:
    assert Curve([0, 1], np.array([1, 2], np.float16)).y.tolist() == [1.0, 2.0]
    assert Points([1], [True]).y.tolist() == [1.0]
    assert Segment((0, 1), [2, 3]).end == (2.0, 3.0)


def test_field_takes_its_range_from_the_values() -> None:
    assert Field((0, 1), (0, 1), [[1, 2], [3, 4]]).range == (1.0, 4.0)
    assert Field((0, 1), (0, 1), [[1, 2], [3, 4]], range=(0, 9)).range == (0.0, 9.0)
    assert Field((0, 1), (0, 1), [[7, 7]]).range == (6.5, 7.5)


BAD = [
    (
        lambda: Curve([0, 1], [0, np.nan], label="ReLU"),
        ValueError,
        "Curve 'ReLU': y[1] is nan; every entry must be finite",
    ),
    (lambda: Curve([np.inf, -np.inf], [0, 1]), ValueError, "Curve: x[0] is inf (2 such entries); every entry must be"),
    (lambda: Curve([0, 1, 2], [0, 1], "f"), ValueError, "Curve 'f': x and y must have equal lengths; x has 3, y has 2"),
    (lambda: Curve([], []), ValueError, "Curve: x is empty"),
    (lambda: Curve("ab", [0, 1]), TypeError, "Curve: x must be a 1-dimensional array of finite numbers; got 'ab'"),
    (
        lambda: Curve([0, 1], [1j, 2]),
        TypeError,
        "Curve: y must be a 1-dimensional array of finite numbers; got [1j, 2]",
    ),
    (
        lambda: Curve([[0, 1]], [0, 1]),
        ValueError,
        "Curve: x must be a 1-dimensional array of finite numbers; got 2 dim",
    ),
    (lambda: Curve([0, 1], [0, 1], color="red"), ValueError, "Curve: color must be one of 'blue', 'orange'"),
    (lambda: Curve([0, 1], [0, 1], dash="--"), ValueError, "dash must be one of 'solid', 'dashed', 'dotted'; got '--'"),
    (lambda: Curve([0, 1], [0, 1], width=0), ValueError, "Curve: width must be above 0; got 0"),
    (lambda: Curve([0, 1], [0, 1], label=3), TypeError, "Curve: label must be a string; got 3"),
    (lambda: Points([0], [np.nan], "jump"), ValueError, "Points 'jump': y[0] is nan"),
    (lambda: Points([0, 1], [0]), ValueError, "Points: x and y must have equal lengths; x has 2, y has 1"),
    (lambda: Points([0], [0], marker="x"), ValueError, "Points: marker must be one of 'filled', 'hollow'; got 'x'"),
    (lambda: Points([0], [0], size=-1), ValueError, "Points: size must be above 0; got -1"),
    (lambda: Band([0, 1], [0, 2], [1, 1], "ε"), ValueError, "Band 'ε': low[1] = 2 is above high[1] = 1"),
    (lambda: Band([0, 1], [0, 0], [1, np.inf]), ValueError, "Band: high[1] is inf"),
    (
        lambda: Band([0], [0, 0], [1]),
        ValueError,
        "Band: x and low and high must have equal lengths; x has 1, low has 2",
    ),
    (lambda: Field((0, 1), (0, 1), [[0, 1], [np.nan, 2]], "loss"), ValueError, "Field 'loss': values[1, 0] is nan"),
    (lambda: Field((0, 1), (0, 1), [1, 2]), ValueError, "Field: values must be a 2-dimensional array"),
    (
        lambda: Field((1, 0), (0, 1), [[1]]),
        ValueError,
        "Field: x_limits must be (low, high) with low < high; got (1, 0)",
    ),
    (lambda: Field((0, 1), 3, [[1]]), TypeError, "Field: y_limits must be a pair of finite numbers; got 3"),
    (
        lambda: Field((0, 1), (0, 1), [[1]], range=(2, 2)),
        ValueError,
        "Field: range must be (low, high) with low < high",
    ),
    (
        lambda: Segment((0, np.nan), (1, 1), "secant"),
        ValueError,
        "Segment 'secant': start[1] must be a finite number; got nan",
    ),
    (lambda: Segment((0, 0), (1, 1, 1)), TypeError, "Segment: end must be a pair of finite numbers; got (1, 1, 1)"),
    (lambda: Label(0, "1", "kink"), TypeError, "Label 'kink': y must be a finite number; got '1'"),
    (lambda: Label(0, 0, " "), ValueError, "text must not be empty"),
    (lambda: Label(0, 0, "kink", "north"), ValueError, "Label 'kink': anchor must be one of 'center', 'above'"),
    (lambda: Label(0, 0, "kink", color="green"), ValueError, "Label 'kink': color must be one of 'ink', 'grey'"),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD, ids=[message for _, _, message in BAD])
def test_bad_input_is_named(make, error, message) -> None:
    with pytest.raises(error, match=re.escape(message)):
        make()
