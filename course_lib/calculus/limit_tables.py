"""A one-sided limit read off a table of numbers, beside its exact value."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_number, check_side
from course_lib.calculus.derivatives import one_sided_derivative
from course_lib.calculus.difference_quotients import check_dtype, difference_quotient
from course_lib.calculus.limits import one_sided_limit
from course_lib.calculus.piecewise import as_piecewise

QUANTITIES = ("value", "difference quotient")


@dataclass(frozen=True, eq=False)
class LimitTable:
    """Values at the increments h, beside the exact limit.

    ``estimate`` is chosen without knowing ``exact``: the value that differs least from the one before it. ``error`` is
    |values − exact|, NaN where the limit is not finite. ``round_off_from`` is the first h after the smallest error at
    which the error has grown tenfold or more, or ``None`` where that does not happen.
    """

    h: NDArray[Any]
    values: NDArray[Any]
    exact: sp.Expr
    estimate: float
    error: NDArray[Any]
    round_off_from: float | None

    def __repr__(self) -> str:
        lines = [f"{'h':>8}  {'value':>14}  {'error':>9}"]
        for h, value, error in zip(self.h, self.values, self.error, strict=True):
            shown = "–" if np.isnan(error) else f"{error:.1e}"
            lines.append(f"{h:8.0e}  {_readable(value, error):>14}  {shown:>9}")
        estimate_error = float(np.min(self.error[self.values == self.estimate], initial=np.inf))
        lines.append(f"estimate {_readable(self.estimate, estimate_error)}, exact {self.exact}")
        if self.round_off_from is not None:
            lines.append(f"round-off takes over from h = {self.round_off_from:.0e}")
        return "\n".join(lines)


def _readable(value: float, error: float) -> str:
    """The value with as many digits as its error has room for: digits beyond it are noise."""
    if np.isnan(value):
        return "undefined"
    if not np.isfinite(value) or not np.isfinite(error) or error == 0:
        return f"{value + 0:.8g}"
    return f"{value + 0:.{min(max(1 - int(np.floor(np.log10(error))), 1), 12)}f}"


def limit_table(
    f: Any, x0: Any, side: str, of: str = "value", h: ArrayLike | None = None, dtype: str = "float64"
) -> LimitTable:
    """f(x0 ± h), or its difference quotient, for h = 10⁻¹, 10⁻², …: the limit by numbers, with its error.

    f is a ``PiecewiseFunction`` or a SymPy expression with one free symbol; ``side`` is ``"-"`` or ``"+"``; ``of`` is
    ``"value"`` or ``"difference quotient"``; ``h`` are positive, descending increments (default: down to 1e-15 in
    float64, 1e-7 in float32, 1e-4 in float16). The exact value comes from ``one_sided_limit`` or
    ``one_sided_derivative``.

    >>> x = sp.Symbol("x")
    >>> limit_table((1 - sp.cos(x)) / x**2, 0, "+", h=[1e-1, 1e-3, 1e-5, 1e-9])
           h           value      error
       1e-01         0.49958    4.2e-04
       1e-03     0.499999958    4.2e-08
       1e-05     0.500000041    4.1e-08
       1e-09            0.00    5.0e-01
    estimate 0.500000041, exact 1/2
    round-off takes over from h = 1e-09
    """
    f, x0, side = as_piecewise(f), check_number("x0", x0), check_side(side)
    kind = check_dtype(dtype)
    if of not in QUANTITIES:
        raise ValueError(f"of: got {of!r}; accepted are {', '.join(map(repr, QUANTITIES))}")
    steps = _steps(h, np.dtype(kind).name)
    if of == "value":
        exact = one_sided_limit(f, x0, side)
        start, signed = kind(float(x0)), steps.astype(kind) * kind(1 if side == "+" else -1)
        # Where x0 ± h rounds to x0, f(x0) would pass for a value beside it.
        values = np.where(start + signed == start, np.nan, f(start + signed))
    else:
        exact = one_sided_derivative(f, x0, side)
        values = difference_quotient(f, x0, steps, "forward" if side == "+" else "backward", dtype)
    values = np.asarray(values, np.float64)
    finite = not isinstance(exact, AccumulationBounds) and bool(exact.is_finite)
    error = np.abs(values - float(exact)) if finite else np.full(values.shape, np.nan)
    return LimitTable(steps, values, exact, _estimate(values), error, _round_off_from(steps, error))


def _steps(h: ArrayLike | None, dtype: str) -> NDArray[Any]:
    if h is None:
        return 10.0 ** -np.arange(1, {"float16": 5, "float32": 8, "float64": 16}[dtype])
    steps = np.asarray(h)
    if (
        steps.dtype.kind not in "fiu"
        or steps.ndim != 1
        or len(steps) < 2
        or np.any(~np.isfinite(steps))
        or np.any(steps <= 0)
        or np.any(np.diff(steps) >= 0)
    ):
        raise ValueError(f"h: got {h!r}; accepted is a list of at least two positive numbers in descending order")
    return steps.astype(np.float64)


def _estimate(values: NDArray[Any]) -> float:
    with np.errstate(invalid="ignore"):
        changes = np.abs(np.diff(values))
    if np.all(np.isnan(changes)):
        return float("nan")
    return float(values[1 + int(np.nanargmin(changes))])


def _round_off_from(h: NDArray[Any], error: NDArray[Any]) -> float | None:
    if np.all(np.isnan(error)):
        return None
    best = int(np.nanargmin(error))
    grown = np.flatnonzero(error[best + 1 :] > 10 * error[best])
    return float(h[best + 1 + grown[0]]) if len(grown) else None
