"""Keys of lessons 00 and 02 against answers worked out by hand."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of

x, h = sp.Symbol("x", real=True), sp.Symbol("h", positive=True)
quarter = sp.Rational(1, 4)
KEYS = {
    "0.1": 0,
    "0.2": sp.Rational(2, 3),
    "0.3": lambda x: np.where(np.asarray(x) > 0, 1.0, 0.0),
    "0.4": x,
    "0.5": [True, True, False],
    "0.6": sp.Interval(-sp.oo, 0),
    "0.7": lambda x: np.maximum(0, x),
    "2.1": [False, False, False, False, True],
    "2.2": [0, 1],
    "2.3": [h, 0],
    "2.4": [sp.Rational(1, 10), 1],
    "2.5": "left and right limit agree",
    "2.6": {1},
    "2.7": sp.Interval.Lopen(0, quarter),
    "2.8": 2 / h,
    "2.9": [0, 0, True],
}


@pytest.mark.parametrize("exercise", KEYS)
def test_keys(exercise: str) -> None:
    verdict = check(exercise, KEYS[exercise])
    assert verdict.passed, verdict


def test_predictions() -> None:
    right = {key: entry.right_option for lesson in (0, 2) for key, entry in predictions_of(lesson).items()}
    assert right == {
        "0.p1": "different numbers",
        "2.p1": "all four",
        "2.p2": "the number 1/2",
        "2.p3": "the same number twice",
    }
