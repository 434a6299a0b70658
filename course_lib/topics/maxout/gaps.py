"""How far training and test digits are apart: paired intervals over the divisions of `regularisation`.

Ten starts on one division share its digits, so they are averaged first: a division counts once.
"""

import numpy as np
from numpy.typing import NDArray

from course_lib.intervals import Interval, mean_interval
from course_lib.topics.maxout.regularisation import shares

FloatArray = NDArray[np.float64]
RELU = 0  # what `regularisation` writes for ReLU in the place of the number of pieces


def gaps(comparison: str, pieces: int, data: str, dropout: float) -> FloatArray:
    """100 · (share of right training digits − share of right test digits), the mean of ten starts on each division.

    >>> gaps("as many units", 2, "300 digits", 0.0).shape
    (8,)
    """
    training, test = shares(comparison, pieces, data, dropout)
    return 100 * (training - test).mean(1)


def errors(comparison: str, pieces: int, data: str, dropout: float) -> FloatArray:
    """100 · (1 − share of right test digits), (divisions, starts)."""
    return 100 * (1 - shares(comparison, pieces, data, dropout)[1])


def gap(comparison: str, pieces: int, data: str, dropout: float) -> Interval:
    """The mean gap, in percentage points, with its t-interval of 95 % over the divisions."""
    return mean_interval(gaps(comparison, pieces, data, dropout))


def gap_difference(comparison: str, pieces: int, data: str, dropout: float) -> Interval:
    """The gap of maxout with so many pieces − the gap of ReLU, on the same divisions.

    >>> gap_difference("as many units", 0, "300 digits", 0.0)
    Interval(low=0.0, estimate=0.0, high=0.0)
    """
    return mean_interval(gaps(comparison, pieces, data, dropout) - gaps(comparison, RELU, data, dropout))


def error_difference(comparison: str, pieces: int, data: str, dropout: float) -> Interval:
    """The test error of maxout with so many pieces − that of ReLU, in points, on the same divisions.

    >>> error_difference("as many units", 0, "300 digits", 0.0)
    Interval(low=0.0, estimate=0.0, high=0.0)
    """
    difference = errors(comparison, pieces, data, dropout) - errors(comparison, RELU, data, dropout)
    return mean_interval(difference.mean(1))


def benefit_differences(errors: FloatArray) -> FloatArray:
    """(benefit of dropout for maxout) − (benefit for ReLU) on each division, benefit = error without − error with.

    `errors` is (ReLU and maxout, without and with dropout, divisions, starts).

    >>> benefit_differences(np.array([[[[5.0, 5.0]], [[4.0, 4.0]]], [[[5.0, 5.0]], [[2.0, 3.0]]]]))
    array([1.5])
    """
    benefit = (errors[:, 0] - errors[:, 1]).mean(-1)
    difference: FloatArray = benefit[1] - benefit[0]
    return difference


def extra_benefit(comparison: str, pieces: int, data: str) -> Interval:
    """The mean of `benefit_differences` for maxout with so many pieces and dropout 0.5, with its interval."""
    table = [[errors(comparison, k, data, dropout) for dropout in (0.0, 0.5)] for k in (RELU, pieces)]
    return mean_interval(benefit_differences(np.array(table)))
