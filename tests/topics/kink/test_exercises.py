"""Keys of lessons 00 and 02 against answers worked out by hand."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of

x, h = sp.Symbol("x", real=True), sp.Symbol("h", positive=True)
quarter = sp.Rational(1, 4)
KEYS = {
    "start.1": 0,
    "start.2": sp.Rational(2, 3),
    "start.3": lambda x: np.where(np.asarray(x) > 0, 1.0, 0.0),
    "start.4": x,
    "start.5": [True, True, False],
    "start.6": sp.Interval(-sp.oo, 0),
    "start.7": lambda x: np.maximum(0, x),
    "proof.1": [False, False, False, False, True],
    "proof.2": [0, 1],
    "proof.3": [h, 0],
    "proof.4": [sp.Rational(1, 10), 1],
    "proof.5": "left and right limit agree",
    "proof.6": {1},
    "proof.7": sp.Interval.Lopen(0, quarter),
    "proof.8": 2 / h,
    "proof.9": [0, 0, True],
}


@pytest.mark.parametrize("exercise", KEYS)
def test_keys(exercise: str) -> None:
    verdict = check(exercise, KEYS[exercise])
    assert verdict.passed, verdict


def test_predictions() -> None:
    right = {key: entry.right_option for lesson in ("start", "proof") for key, entry in predictions_of(lesson).items()}
    assert right == {
        "start.p1": "different numbers",
        "proof.p1": "all four",
        "proof.p2": "the number 1/2",
        "proof.p3": "the same number twice",
    }
