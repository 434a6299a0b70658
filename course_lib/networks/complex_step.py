"""Derivatives without a difference: one complex evaluation."""

import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 2.0**-300  # so small that its square is nothing; no digits cancel, so it costs no accuracy


def complex_step_slopes(
    function: Callable[[NDArray[np.complex128]], Any], x: NDArray[np.float64], positions: Iterable[int]
) -> dict[int, float] | None:
    """∂f/∂xᵢ ≈ Im f(x + i·h·eᵢ)/h, to rounding where f is analytic and computed in complex numbers throughout.

    x has any shape; ``positions`` count in its flat order. ``None`` where f does not take complex numbers or returns
    real ones. Nothing here shows that f is analytic: |x| or a conjugate on the way gives a wrong number, so that the
    result has to be compared with real differences. Sources: William Squire and George Trapp, *Using complex variables
    to estimate derivatives of real functions*, 1998; Joaquim Martins, Peter Sturdza and Juan Alonso, *The complex-step
    derivative approximation*, 2003.

    >>> complex_step_slopes(lambda z: np.sum(z**3), np.array([1.0, 2.0]), [0, 1])
    {0: 3.0, 1: 12.0}
    >>> complex_step_slopes(lambda z: np.sum(np.abs(z)), np.array([1.0, 2.0]), [0, 1]) is None
    True
    """
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        for position in positions:
            moved = x.astype(np.complex128)
            moved.flat[position] += 1j * STEP
            try:
                value = np.asarray(function(moved))
            except Exception:  # whatever f raises on complex numbers, it was not written for them
                return None
            if value.dtype.kind != "c" or value.size != 1:
                return None
            slope = float(value.item().imag) / STEP
            if not math.isfinite(slope):
                return None
            found[position] = slope
    return found
