"""Hyperparameters that are one number for all replicas, or one number per replica."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Hyperparameter = float | Sequence[float] | np.ndarray[Any, Any]


def per_replica(
    name: str,
    value: Hyperparameter,
    replicas: int,
    low: float = -np.inf,
    high: float = np.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return v with v[r] the value of replica r: float64 of shape (replicas,).

    Raises ValueError that names `name` where the value is not one finite number, or one per replica, in its range.

    >>> per_replica("learning_rate", 0.1, replicas=2)
    array([0.1, 0.1])
    """
    try:
        came = np.asarray(value)
    except ValueError:
        came = np.asarray(None)
    if came.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a number or one number per replica, not {value!r}")
    array = came.astype(np.float64)
    if array.ndim > 1 or (array.ndim == 1 and len(array) != replicas):
        raise ValueError(
            f"{name} must be a number or one number for each of the {replicas} replicas, not an array of shape "
            f"{array.shape}"
        )
    below = array <= low if open_low else array < low
    above = array >= high if open_high else array > high
    if not np.isfinite(array).all() or below.any() or above.any():
        bounds = f"{'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"
        accepted = "finite" if bounds == "[-inf, inf]" else f"finite and in {bounds}"
        raise ValueError(f"{name} must be {accepted}, not {value!r}")
    return np.broadcast_to(array, (replicas,)).copy()
