"""Intervals of 95 % for a share of successes, for a count of rare events and for a mean."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks import refusal


class Interval(NamedTuple):
    """Estimate and ends, low ≤ estimate ≤ high."""

    low: float
    estimate: float
    high: float


def wilson_interval(successes: int, trials: int) -> Interval:
    """(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with p = successes / trials, n = trials, z = 1.96.

    It stays inside [0, 1] and has a length also where p is 0 or 1. Raises ValueError unless 0 ≤ successes ≤ trials and
    trials ≥ 1. Source: Edwin B. Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.

    >>> [round(end, 3) for end in wilson_interval(0, 10)]
    [0.0, 0.0, 0.278]
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"successes: got {successes} of {trials} trials; accepted is 0 to all of 1 or more")
    from scipy.stats import binomtest  # Loading it takes a second, and few need it.

    low, high = binomtest(successes, trials).proportion_ci(method="wilson")
    return Interval(float(low), successes / trials, float(high))


def poisson_interval(count: float) -> Interval:
    """[χ²₀.₀₂₅(2k)/2, χ²₀.₉₇₅(2k + 2)/2] for the mean of a count of rare events that came out as k.

    Source: F. Garwood, *Fiducial limits for the Poisson distribution*, 1936.

    >>> [round(end, 2) for end in poisson_interval(0)], [round(end, 2) for end in poisson_interval(10)]
    ([0.0, 0.0, 3.69], [4.8, 10.0, 18.39])
    """
    if not 0 <= count < math.inf:
        raise ValueError(refusal("count", count, "a finite number of at least 0"))
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return Interval(low, float(count), float(chi2.ppf(0.975, 2 * count + 2)) / 2)


def standard_error(values: ArrayLike, overlap: float = 0.0) -> float:
    """s · √(1/n + overlap) for the mean of n values with standard deviation s.

    `overlap` is n_test/n_train where the values come from n divisions of the same samples, and 0 where every one has
    samples of its own. Raises ValueError unless at least two finite numbers come and overlap ≥ 0. Source: Claude Nadeau
    and Yoshua Bengio, *Inference for the generalization error*, 2003: the corrected resampled t.

    >>> round(standard_error([1.0, 2.0, 3.0]), 3), round(standard_error([1.0, 2.0, 3.0], overlap=1 / 3), 3)
    (0.577, 0.816)
    """
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or len(sample) < 2 or not np.isfinite(sample).all():
        raise ValueError(f"values: got an array of shape {sample.shape}; accepted are two or more finite numbers, (n,)")
    if not 0 <= overlap < math.inf:
        raise ValueError(refusal("overlap", overlap, "a finite number of at least 0"))
    return float(sample.std(ddof=1) * math.sqrt(1 / len(sample) + overlap))


def mean_interval(values: ArrayLike, overlap: float = 0.0) -> Interval:
    """m ± t · `standard_error`: mean m of n values, with t the 97.5 % point of Student's t of n − 1.

    Source: Student, *The probable error of a mean*, 1908.

    >>> [round(end, 2) for end in mean_interval([1.0, 2.0, 3.0])]
    [-0.48, 2.0, 4.48]
    """
    from scipy.stats import t

    error, sample = standard_error(values, overlap), np.asarray(values, np.float64)
    mean, reach = float(sample.mean()), float(t.ppf(0.975, len(sample) - 1)) * error
    return Interval(mean - reach, mean, mean + reach)
