"""Difference quotients in a chosen floating-point precision."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.calculus.arguments import check_number
from course_lib.calculus.piecewise import as_piecewise

SCHEMES = ("forward", "backward", "central")
DTYPES = ("float16", "float32", "float64")


def difference_quotient(f: Any, x0: Any, h: ArrayLike, scheme: str = "forward", dtype: str = "float64") -> NDArray[Any]:
    """(f(x0 + h) − f(x0)) / h forward, (f(x0) − f(x0 − h)) / h backward, (f(x0 + h) − f(x0 − h)) / (2h) central.

    f is a ``PiecewiseFunction`` or a SymPy expression with one free symbol; h a positive number or an array of any
    shape. Every operation is done in ``dtype``, so that its rounding shows. Returns an array of h's shape. An h that
    rounds to 0 in ``dtype`` is an error. ``scheme`` is "forward", "backward" or "central", ``dtype`` "float16",
    "float32" or "float64"; ``ValueError`` and ``TypeError`` name what else came.

    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> [float(difference_quotient(sp.Max(0, x), 0, 0.25, scheme)) for scheme in SCHEMES]
    [1.0, 0.0, 0.5]
    """
    f = as_piecewise(f)
    if scheme not in SCHEMES:
        raise ValueError(f"scheme: got {scheme!r}; accepted are {', '.join(SCHEMES)}")
    kind = check_dtype(dtype)
    start = kind(float(check_number("x0", x0)))
    steps = np.asarray(h)
    if steps.dtype.kind not in "fiu":
        raise TypeError(f"h: got {steps.dtype} data; accepted are positive real numbers")
    unfit = steps[~(np.isfinite(steps) & (steps > 0))]
    if unfit.size:
        raise ValueError(f"h: got {unfit.flat[0]}; accepted are positive, finite numbers")
    rounded = steps.astype(kind)
    if np.any(rounded == 0):
        raise ValueError(
            f"h: {np.max(steps[rounded == 0])} rounds to 0 in {dtype}; accepted are steps that {dtype} can hold"
        )
    with np.errstate(all="ignore"):  # overflow and inf are part of what a caller looks at here
        ahead = f(start + rounded) if scheme != "backward" else f(start)
        behind = f(start - rounded) if scheme != "forward" else f(start)
        width = rounded * kind(2) if scheme == "central" else rounded
        return np.asarray((ahead - behind) / width, kind)


def check_dtype(dtype: str) -> type[np.floating[Any]]:
    """The NumPy type of a precision, given by its name or as a type."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", repr(dtype))
    if name not in DTYPES:
        raise ValueError(f"dtype: got {dtype!r}; accepted are {', '.join(DTYPES)}")
    return np.dtype(name).type
