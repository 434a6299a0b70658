"""Piecewise functions on arrays: in the floating-point precision of the array, and digits that were lost anew."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from course_lib.calculus.evaluation import MAGNITUDE, Settled, error_in_units
from course_lib.checks import refusal

# Units of round-off of a result's own size that are no loss.
_UNITS_LOST = 2**12


def _in_its_precision(function: Callable[[float], float]) -> Callable[[Any], Any]:
    slow = np.vectorize(function, otypes=[np.float64])
    return lambda values: slow(values).astype(np.asarray(values).dtype)


# NumPy itself has no error function.
_FUNCTIONS = {name: _in_its_precision(getattr(math, name)) for name in ("erf", "erfc")} | {str(MAGNITUDE): np.abs}


def array_function(branch: sp.Expr, variable: sp.Symbol) -> Callable[[Any], Any]:
    """One smooth branch as a function of an array, in the precision of the array."""
    # sqrt(2) would be a NumPy float64, which lifts float16 to float64; a Python float does not.
    numbers = {part for part in sp.preorder_traversal(branch) if isinstance(part, sp.Expr) and part.is_number}
    constants = {part: sp.N(part, 17) for part in numbers if not part.is_Rational and part is not sp.nan}
    function: Callable[[Any], Any] = sp.lambdify(variable, branch.xreplace(constants), modules=[_FUNCTIONS, "numpy"])
    return function


def evaluate(
    breakpoints: Sequence[sp.Expr], owners: Sequence[Any], branches: Sequence[Callable[[Any], Any]], x: Any
) -> Any:
    """branches[i](x) where x lies between breakpoints i−1 and i, in the precision of x; NaN where f is not defined."""
    points = np.asarray(x)
    if points.dtype.kind not in "fiu":
        raise TypeError(refusal("x", x, "real numbers or arrays of them", "are"))
    if points.dtype.kind != "f":
        points = points.astype(np.float64)
    flat = np.atleast_1d(points)
    result = np.full(flat.shape, np.nan, points.dtype)
    with np.errstate(all="ignore"):  # overflow to inf and underflow to 0 are what floating point answers
        edges = np.asarray([_nearest(point, points.dtype) for point in breakpoints], points.dtype)
        index = np.searchsorted(edges, flat, side="right")
        index[flat == -np.inf] = 0  # also where a breakpoint is too low for the precision
        for i, branch in enumerate(branches):
            _fill(result, flat, index == i, branch)
        # Where rounding makes breakpoints meet, the one that the number stands for exactly comes last and decides.
        order = sorted(range(len(edges)), key=lambda i: sp.Rational(float(edges[i])) == breakpoints[i])
        for i in (i for i in order if np.isfinite(edges[i])):
            here = flat == edges[i]
            if isinstance(owners[i], str):
                _fill(result, flat, here, branches[i + (owners[i] == "+")])
            else:
                result[here] = np.nan if owners[i] is None else float(owners[i])
    result[np.isnan(flat)] = np.nan
    return result.reshape(points.shape) if points.ndim else result.reshape(())[()]


def _fill(result: Any, flat: Any, here: Any, branch: Callable[[Any], Any]) -> None:
    if here.any():
        result[here] = branch(flat[here])


def exact_where_lost(branch: sp.Expr, variable: sp.Symbol, digits_too: bool) -> Callable[[Any], Any]:
    """`array_function`, with results that are not finite, or have lost digits too, computed anew and rounded.

    e^x/(1 + e^x) is ∞/∞ in float64 from x = 710 on, and 1; (1 − cos x)/x² is 0/x² near 0, and ½.
    """
    quick, slow = array_function(branch, variable), Settled(branch, variable)
    error = array_function(error_in_units(branch) if digits_too else sp.S.Zero, variable)

    def function(values: Any) -> Any:
        results = np.broadcast_to(np.asarray(quick(values), values.dtype), values.shape)
        units = np.broadcast_to(np.asarray(error(values), values.dtype), values.shape)
        sound = np.isfinite(results) & (units <= _UNITS_LOST * np.abs(results))
        lost = np.isfinite(values) & ~sound
        if branch is sp.nan or not lost.any():
            return results
        results = results.copy()
        for i in np.flatnonzero(lost):
            if (value := slow(mpmath.mpf(float(values[i])))) is not None:
                huge = abs(value) >= mpmath.mpf(2) ** 1024
                results[i] = float(mpmath.sign(value)) * np.inf if huge else float(value)
        return results

    return function


def _nearest(point: sp.Expr, dtype: Any) -> Any:
    try:
        return dtype.type(float(point))
    except OverflowError:
        return dtype.type(np.inf if point.is_positive else -np.inf)
