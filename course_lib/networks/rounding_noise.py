"""How far rounding may move a value of a function."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

EPSILON = float(np.finfo(np.float64).eps)
SPACINGS = (2.0**-33, 2.0**-26, 2.0**-19)  # of max(|xᵢ|, 1): the first at which f changes


def evaluation_noise(function: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64], value: float) -> float:
    """A bound on the rounding error of f near x, from the differences of high order of f at nine points on a short ray.

    A smooth function has next to none there; independent errors of size σ have k-th differences of size
    σ·√((2k)!)/k!. The bound is 8σ, and at least ε·|f(x)|: the result itself is rounded. The ray starts at x, so that a
    kink at x does not pass for noise. Source: Jorge J. Moré and Stefan M. Wild, *Estimating computational noise*, 2011.

    >>> evaluation_noise(lambda x: float(np.float32(x.sum())), np.ones(3), 3.0) > 1e-8
    True
    """
    floor = EPSILON * abs(value)
    rng = np.random.Generator(np.random.PCG64(0))
    direction = rng.choice([-1.0, 1.0], x.shape) * rng.uniform(0.5, 1.0, x.shape) * np.maximum(np.abs(x), 1.0)
    for spacing in SPACINGS:
        values = np.array([value] + [function(x + k * spacing * direction) for k in range(1, 9)])
        if not np.isfinite(values).all():
            return 8 * floor
        if (values != value).any():  # else f is flat there, or coarser than float64
            return max(floor, 8 * _deviation(values))
    return floor


def _deviation(values: NDArray[np.float64]) -> float:
    """σ from the differences of the order from 3 to 6 that show least: the others hold more of the function itself."""
    estimates = []
    for order in range(3, 7):
        factor = math.factorial(order) / math.sqrt(math.factorial(2 * order))
        estimates.append(factor * float(np.sqrt(np.mean(np.diff(values, order) ** 2))))
    return min(estimates)
