"""A piecewise function on NumPy arrays."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp


def evaluate(
    breakpoints: Sequence[sp.Expr], owners: Sequence[Any], branches: Sequence[Callable[[Any], Any]], x: Any
) -> Any:
    """branches[i](x) where x lies between breakpoints i−1 and i, in the precision of x; NaN where f is not defined."""
    points = np.asarray(x)
    if points.dtype.kind not in "fiu":
        raise TypeError(f"x: got {points.dtype} data; accepted are real numbers or arrays of them")
    if points.dtype.kind != "f":
        points = points.astype(np.float64)
    flat = np.atleast_1d(points)
    result = np.full(flat.shape, np.nan, points.dtype)
    edges = [points.dtype.type(float(point)) for point in breakpoints]
    index = np.searchsorted(np.asarray(edges, points.dtype), flat, side="right")
    for i, branch in enumerate(branches):
        here = index == i
        if i and owners[i - 1] != "+":
            here &= flat != edges[i - 1]
        if i < len(edges) and owners[i] == "-":
            here |= flat == edges[i]
        if here.any():
            result[here] = branch(flat[here])
    for edge, owner in zip(edges, owners, strict=True):
        if isinstance(owner, sp.Expr):
            result[flat == edge] = float(owner)
    result[np.isnan(flat)] = np.nan
    return result.reshape(points.shape) if points.ndim else result.reshape(())[()]
