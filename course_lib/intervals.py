"""Intervals of 95 % for a share of successes and for a mean."""

from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Z = NormalDist().inv_cdf(0.975)


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
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"successes, trials: got {successes!r}, {trials!r}; accepted are 0 ≤ successes ≤ trials ≥ 1")
    p, n = successes / trials, trials
    middle = p + Z**2 / (2 * n)
    reach = Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    low, high = (middle - reach) / (1 + Z**2 / n), (middle + reach) / (1 + Z**2 / n)
    return Interval(float(min(low, p)), p, float(max(high, p)))


def mean_interval(values: ArrayLike) -> Interval:
    """m ± t·s/√n: mean m and standard deviation s of n values, with t the 97.5 % point of Student's t of n − 1.

    Raises ValueError unless at least two finite numbers come, (n,). Source: Student, *The probable error of a mean*,
    1908.

    >>> [round(end, 2) for end in mean_interval([1.0, 2.0, 3.0])]
    [-0.48, 2.0, 4.48]
    """
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or len(sample) < 2 or not np.isfinite(sample).all():
        raise ValueError(f"values: got an array of shape {sample.shape}; accepted are two or more finite numbers, (n,)")
    mean, reach = sample.mean(), student_t(len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample))
    return Interval(float(mean - reach), float(mean), float(mean + reach))


@lru_cache(maxsize=64)
def student_t(freedom: int) -> float:
    """t with P(|T| ≤ t) = 0.95 for Student's t distribution of `freedom` degrees.

    >>> round(student_t(10), 3), round(student_t(63), 3)
    (2.228, 1.998)
    """
    from scipy.special import stdtrit  # Loading it takes a while, and few need it.

    return float(stdtrit(freedom, 0.975))
