"""Differences between activations, start by start, and what they settle: the runs of `comparison`, read and judged."""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.atomic_file import shipped
from course_lib.checks import one_of, refusal, whole_number
from course_lib.intervals import standard_error
from course_lib.topics.rectifiers.comparison import ACTIVATIONS_COMPARED, RATES, SETTINGS, SHIPPED

FloatArray = NDArray[np.float64]
# Samples to learn from and to be judged by, in every split.
SIZES = {"digits": (1347, 450), "mnist_5k": (4000, 1000)}
OVERLAP = {data: n_test / n_train for data, (n_train, n_test) in SIZES.items()}


def accuracy_of_runs(data: str, activation: str) -> FloatArray:
    """Per cent of the test samples that are right, (splits, starts), at the rate that the search gave each split.

    >>> accuracy_of_runs("digits", "relu").shape, accuracy_of_runs("mnist_5k", "relu").shape
    ((20, 10), (5, 10))
    """
    return 100 * np.array(_runs(data, activation)["test"]) / SIZES[data][1]


def validation_accuracy(data: str, activation: str) -> FloatArray:
    """Per cent of the held-out samples that are right at each of `RATES`: the mean over splits and starts, (rates,).

    >>> validation_accuracy("digits", "relu").shape
    (7,)
    """
    counts = np.array(_runs(data, activation)["validation"])
    return np.asarray(100 * counts.mean((0, 2)) / (SIZES[data][0] // 4))


def chosen_rates(data: str, activation: str) -> FloatArray:
    """The learning rate that the search chose in each split, (splits,)."""
    return np.array(RATES)[_runs(data, activation)["rate"]]


def differences(data: str, activation: str, other: str = "relu", starts: int = 10) -> FloatArray:
    """d_j = mean over the starts of (accuracy of activation − accuracy of other) in split j, in points: (splits,).

    Both have the same samples, starts and batch orders. `starts` takes the first so many of the ten.

    >>> differences("digits", "relu").tolist() == [0.0] * 20
    True
    """
    starts = whole_number("starts", starts, 1, 10)
    return np.asarray((accuracy_of_runs(data, activation) - accuracy_of_runs(data, other))[:, :starts].mean(1))


def p_value(d: ArrayLike, overlap: float = 0.0) -> float:
    """P(|T| ≥ |d̄| / `standard_error`) for Student's T of J − 1: how rare such a mean would be without a difference.

    Raises ValueError where all d_j are equal, since then nothing is known of their spread.

    >>> round(p_value([1.0, 2.0, 3.0]), 3)
    0.074
    """
    from scipy.stats import t

    error, sample = standard_error(d, overlap), np.asarray(d, np.float64)
    if error == 0:
        raise ValueError(refusal("d", sample.tolist(), "numbers that are not all equal"))
    return float(2 * t.sf(abs(sample.mean()) / error, len(sample) - 1))


def holm(p_values: Mapping[str, float], level: float = 0.05) -> list[str]:
    """The names that stay: in rising order, while p_(i) ≤ level / (m + 1 − i); the first that fails ends it.

    So the probability that any of m true null hypotheses is rejected is at most `level`. Source: Sture Holm, *A simple
    sequentially rejective multiple test procedure*, 1979.

    >>> holm({"a": 0.04, "b": 0.01, "c": 0.03})
    ['b']
    """
    stay: list[str] = []
    for tried, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        if p_values[name] > level / (len(p_values) - tried):
            break
        stay.append(name)
    return stay


def runs_needed(sigma: float, delta: float) -> int:
    """The least n ≥ 2 (z_0.975 + z_0.8)² σ² / δ²: runs of each of two, so that 8 of 10 such studies settle δ.

    σ is the standard deviation of one run, all runs independent. For n pairs give s/√2 with s that of a difference.
    Raises ValueError unless sigma ≥ 0 and delta > 0.

    >>> runs_needed(1.0, 1.0), runs_needed(1.0, 0.5)
    (16, 63)
    """
    if not 0 <= sigma < math.inf:
        raise ValueError(refusal("sigma", sigma, "a finite number of at least 0"))
    if not 0 < delta < math.inf:
        raise ValueError(refusal("delta", delta, "a finite number above 0"))
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    return math.ceil(2 * z**2 * sigma**2 / delta**2)


def same_winner(data: str, activation: str, other: str = "relu") -> FloatArray:
    """How often a single run names the winner of the mean, the other, and neither: shares of all splits and starts.

    >>> round(float(same_winner("digits", "elu").sum()), 12)
    1.0
    """
    d = accuracy_of_runs(data, activation) - accuracy_of_runs(data, other)
    sign = np.sign(d * np.sign(d.mean()))
    return np.array([(sign > 0).mean(), (sign < 0).mean(), (sign == 0).mean()])


def _runs(data: str, activation: str) -> dict[str, Any]:
    one_of("data", data, tuple(SETTINGS))
    one_of("activation", activation, ACTIVATIONS_COMPARED)
    return dict(shipped(SHIPPED)[data][activation])
