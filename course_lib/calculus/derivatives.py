"""Derivatives from their definition: one-sided and exact, and read off a table of floating-point quotients.

`one_sided_derivative` takes the limit of the difference quotient, `differentiability` compares both sides,
`difference_quotient` computes the quotient in a chosen precision, and `limit_table` sets numbers beside the exact
limit.
"""

import math
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_number, check_real, check_side
from course_lib.calculus.at_zero import INCREMENT, limit_at_zero
from course_lib.calculus.effort import bounded
from course_lib.calculus.equality import agreement, solved
from course_lib.calculus.evaluation import in_digits, mpmath_function, value_at
from course_lib.calculus.limits import limit_beside, near, one_sided_limit
from course_lib.calculus.piecewise import LocalFunction, PiecewiseFunction, as_piecewise, at_point
from course_lib.calculus.resolve import smooth_value
from course_lib.calculus.roots import same
from course_lib.checks import one_of, refusal
from course_lib.table import text_table

SCHEMES = ("forward", "backward", "central")
DTYPES = ("float16", "float32", "float64")
QUANTITIES = ("value", "difference quotient")


@bounded
def one_sided_derivative(f: Any, x0: Any, side: str) -> sp.Expr:
    """f'±(x0) = lim (f(x0 + h) − f(x0)) / h as h → 0±: a SymPy value, ±oo, or `AccumBounds` where it oscillates.

    f is a `PiecewiseFunction` or a SymPy expression with exactly one free symbol. It must be defined at x0 and on
    that side of it (`ValueError` otherwise). `LimitDisagreement` and `UndecidedLimit` as in
    `one_sided_limit`.

    >>> x = sp.Symbol("x")
    >>> one_sided_derivative(sp.Max(0, x), 0, "-"), one_sided_derivative(sp.Max(0, x), 0, "+")
    (0, 1)
    >>> one_sided_derivative(sp.sqrt(sp.Abs(x)), 0, "-")
    -oo
    """
    f, x0, side = at_point(f), check_real("x0", x0), check_side(side)
    return _one_sided_derivative(f, x0, side)


def _one_sided_derivative(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str) -> sp.Expr:
    question = f"the one-sided derivative of f at {f.variable} = {x0}{side}"
    return limit_at_zero(quotient(f, x0, side), question, _derivative_of_branch(f, x0, side))


def _derivative_of_branch(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str) -> sp.Expr | None:
    """If the side's branch is smooth at x0 and meets f(x0), its derivative there is the one-sided derivative of f."""
    branch = f.branch(x0, side)
    value = smooth_value(branch, f.variable, x0)
    if value is None or not same(value, f.value(x0)):
        return None
    return value_at(sp.diff(branch, f.variable), {f.variable: x0})


def quotient(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str) -> sp.Expr:
    """The difference quotient at x0 with the increment ±h, in the positive symbol h."""
    start = f.value(x0)
    # The branch's own spelling of the value cancels better than another radical form of the same number.
    own = value_at(f.branch(x0, side), {f.variable: x0}) if f.branch(x0, side) is not sp.nan else None
    start = own if own is not None and same(own, start) else start
    increment = -INCREMENT if side == "-" else INCREMENT
    return (near(f, x0, side) - start) / increment


@dataclass(frozen=True)
class Differentiability:
    """The findings of `differentiability`. `left` or `right` is `None` where f is not defined on that side.

    `continuous` and `differentiable` are `True`, `False`, or a SymPy condition on the parameters.
    """

    x0: sp.Expr
    value: sp.Expr
    continuous: bool | sp.Basic
    left: sp.Expr | None
    right: sp.Expr | None
    differentiable: bool | sp.Basic
    reason: str


@bounded
def differentiability(f: Any, x0: Any) -> Differentiability:
    """Is f'₋(x0) = f'₊(x0), both finite? The record holds the value, continuity, both derivatives and the reason.

    f is a `PiecewiseFunction` or a SymPy expression with exactly one free symbol, defined at x0. Continuity needs
    no limit of its own where both one-sided derivatives are finite: they imply it. Source: Tom M. Apostol,
    *Mathematical Analysis*, 2nd edition, 1974, chapter 5.

    >>> x = sp.Symbol("x")
    >>> differentiability(sp.Max(0, x), 0).reason
    'The left derivative 0 and the right derivative 1 differ.'
    """
    f, x0 = at_point(f), check_real("x0", x0)
    value = f.value(x0)
    left, right = (_side(f, x0, side, value) if f.branch(x0, side) is not sp.nan else None for side in "-+")
    continuous = _continuous(f, x0, value, {"-": left, "+": right})
    return Differentiability(
        x0,
        value,
        continuous,
        None if left is None else left.derivative,
        None if right is None else right.derivative,
        *_differentiable(x0, continuous, left, right),
    )


@dataclass(frozen=True)
class _Side:
    """A one-sided derivative, and the condition on parameters under which the function joins its value there."""

    derivative: sp.Expr
    joins: bool | sp.Basic = True


def _side(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str, value: sp.Expr) -> _Side:
    if f.parameters or x0.free_symbols:
        limit = limit_beside(f, x0, side)
        joins = True if limit.is_infinite or isinstance(limit, AccumulationBounds) else agreement(limit, value)
        if not isinstance(joins, bool):
            # Where it does not join, the quotient has no limit; where it does, the limit is the value.
            increment = -INCREMENT if side == "-" else INCREMENT
            question = f"the one-sided derivative of f at {f.variable} = {x0}{side}"
            return _Side(limit_at_zero((near(f, x0, side) - limit) / increment, question), joins)
    return _Side(_one_sided_derivative(f, x0, side))


def _differentiable(
    x0: sp.Expr, continuous: bool | sp.Basic, left_side: _Side | None, right_side: _Side | None
) -> tuple[bool | sp.Basic, str]:
    """Whether f'(x0) exists, and why."""
    if left_side is None or right_side is None:
        return False, f"f is not defined to the {'left' if left_side is None else 'right'} of {x0}."
    left, right = left_side.derivative, right_side.derivative
    for name, derivative in (("left", left), ("right", right)):
        if isinstance(derivative, AccumulationBounds):
            bounds = f"{derivative.min} and {derivative.max}"
            return False, f"The difference quotient from the {name} oscillates between {bounds}."
    if continuous is False:
        return False, f"f is not continuous at {x0}."
    for name, derivative in (("left", left), ("right", right)):
        if derivative.is_infinite:
            subject = "Both one-sided derivatives are" if left == right else f"The {name} derivative is"
            return False, f"{subject} {derivative}, not finite."
    same = agreement(left, right)
    if continuous is True and same is True:
        return True, f"Both one-sided derivatives are {left}."
    if same is False:
        return False, f"The left derivative {left} and the right derivative {right} differ."
    condition = solved([part for part in (left_side.joins, right_side.joins, same) if not isinstance(part, bool)])
    finding = f"The left derivative is {left} and the right derivative {right}"
    if continuous is not True:
        finding = f"f is continuous at {x0} exactly where {_in_words(continuous)}; then the left derivative is {left} "
        finding += f"and the right derivative {right}"
    if condition is False:
        return False, f"{finding}. No values of the parameters make them agree."
    return condition, f"{finding}: differentiable exactly where {_in_words(condition)}."


def _in_words(condition: bool | sp.Basic) -> str:
    if isinstance(condition, (sp.And, sp.Or)):
        word = " and " if isinstance(condition, sp.And) else " or "
        return word.join(map(_in_words, sorted(condition.args, key=sp.default_sort_key)))
    return f"{condition.lhs} = {condition.rhs}" if isinstance(condition, sp.Eq) else str(condition)


def _continuous(
    f: PiecewiseFunction | LocalFunction, x0: sp.Expr, value: sp.Expr, sides: dict[str, _Side | None]
) -> bool | sp.Basic:
    """Finite one-sided derivatives, and bounded quotients, imply continuity; only the rest needs limits of f."""
    conditions = []
    for name, side in sides.items():
        if side is None:
            continue
        joins, derivative = side.joins, side.derivative
        swings = isinstance(derivative, AccumulationBounds) and derivative.min.is_finite and derivative.max.is_finite
        if joins is True and not derivative.is_finite and not swings:
            limit = limit_beside(f, x0, name)
            if limit.is_infinite or isinstance(limit, AccumulationBounds):
                return False
            joins = agreement(limit, value)
        if joins is False:
            return False
        if joins is not True:
            conditions.append(joins)
    return solved(conditions) if conditions else True


# The same limits by floating-point numbers.


@bounded
def difference_quotient(f: Any, x0: Any, h: ArrayLike, scheme: str = "forward", dtype: str = "float64") -> NDArray[Any]:
    """(f(x0 + h) − f(x0)) / h forward, (f(x0) − f(x0 − h)) / h backward, (f(x0 + h) − f(x0 − h)) / (2h) central.

    f is a `PiecewiseFunction` or a SymPy expression with one free symbol; h a positive number or an array of any
    shape. Every operation is done in `dtype`, so that its rounding shows. Returns an array of h's shape. An h that
    rounds to 0 in `dtype` is an error. `scheme` is "forward", "backward" or "central", `dtype` "float16",
    "float32" or "float64"; `ValueError` and `TypeError` name what else came.

    >>> x = sp.Symbol("x")
    >>> [float(difference_quotient(sp.Max(0, x), 0, 0.25, scheme)) for scheme in SCHEMES]
    [1.0, 0.0, 0.5]
    """
    one_of("scheme", scheme, SCHEMES)
    kind = _float_type(dtype)
    x0 = check_number("x0", x0)
    start = kind(float(x0))
    steps = np.asarray(h)
    if steps.dtype.kind not in "fiu":
        raise TypeError(refusal("h", h, "positive real numbers", "are"))
    unfit = steps[~(np.isfinite(steps) & (steps > 0))]
    if unfit.size:
        raise ValueError(refusal("h", unfit.flat[0].item(), "positive, finite numbers", "are"))
    f = as_piecewise(f, _around(x0, steps))
    rounded = steps.astype(kind)
    if np.any(rounded == 0):
        lost = np.max(steps[rounded == 0])
        raise ValueError(f"h: got {lost}, which rounds to 0 in {dtype}; accepted are steps that {dtype} can hold")
    with np.errstate(all="ignore"):  # overflow and inf are part of what a caller looks at here
        ahead = f.in_floating_point(start + rounded if scheme != "backward" else start)
        behind = f.in_floating_point(start - rounded if scheme != "forward" else start)
        width = rounded * kind(2) if scheme == "central" else rounded
        return np.asarray((ahead - behind) / width, kind)


def _float_type(dtype: Any) -> type[np.floating[Any]]:
    """The NumPy type of a precision, given by its name or as a type."""
    return np.dtype(one_of("dtype", getattr(dtype, "__name__", dtype), DTYPES)).type


@dataclass(frozen=True, eq=False)
class LimitTable:
    """Values at the increments h, beside the exact limit.

    `estimate` is chosen without knowing `exact`: the value that differs least from the one before it, or ±inf where
    all changes go one way, each farther than the last. `error` is |values − exact|, NaN where the limit is not finite.
    It is truncation, what exact arithmetic leaves at this h, plus round-off, which floating point adds:
    `round_off_from` is the first h at which round-off is the larger of the two, or `None` where it never is.
    """

    h: NDArray[Any]
    values: NDArray[Any]
    exact: sp.Expr
    estimate: float
    error: NDArray[Any]
    round_off_from: float | None

    def _texts(self) -> tuple[list[tuple[str, str, str]], list[str]]:
        """The head and the rows, and the lines below them."""
        rows = [("h", "value", "error")]
        for h, value, error in zip(self.h, self.values, self.error, strict=True):
            rows.append((f"{h:.0e}", _readable(value, error), "–" if np.isnan(error) else f"{error:.1e}"))
        estimate_error = float(np.min(self.error[self.values == self.estimate], initial=np.inf))
        below = [f"estimate {_readable(self.estimate, estimate_error)}, exact {self.exact}"]
        if self.round_off_from is not None:
            below.append(f"round-off takes over from h = {self.round_off_from:.0e}")
        return rows, below

    def __repr__(self) -> str:
        rows, below = self._texts()
        return "\n".join([*(f"{h:>8}  {value:>14}  {error:>9}" for h, value, error in rows), *below])

    def _repr_html_(self) -> str:
        (head, *rows), below = self._texts()
        return text_table("The limit by numbers", head, rows, below)


def _readable(value: float, error: float) -> str:
    """The value with as many digits as its error has room for: digits beyond it are noise."""
    if np.isnan(value):
        return "undefined"
    if not np.isfinite(value) or not np.isfinite(error) or error == 0:
        return f"{value + 0:.8g}"
    return f"{value + 0:.{min(max(1 - int(np.floor(np.log10(error))), 1), 12)}f}"


@bounded
def limit_table(
    f: Any, x0: Any, side: str, of: str = "value", h: ArrayLike | None = None, dtype: str = "float64"
) -> LimitTable:
    """f(x0 ± h), or its difference quotient, for h = 10⁻¹, 10⁻², …: the limit by numbers, with its error.

    f is a `PiecewiseFunction` or a SymPy expression with one free symbol; `side` is `"-"` or `"+"`; `of` is
    `"value"` or `"difference quotient"`; `h` are positive, descending increments (default: down to 1e-15 in
    float64, 1e-7 in float32, 1e-4 in float16). The exact value comes from `one_sided_limit` or
    `one_sided_derivative`.

    >>> x = sp.Symbol("x")
    >>> limit_table((1 - sp.cos(x)) / x**2, 0, "+", h=[1e-1, 1e-3, 1e-5, 1e-9])
           h           value      error
       1e-01         0.49958    4.2e-04
       1e-03     0.499999958    4.2e-08
       1e-05     0.500000041    4.1e-08
       1e-09            0.00    5.0e-01
    estimate 0.500000041, exact 1/2
    round-off takes over from h = 1e-05
    """
    x0, side = check_number("x0", x0), check_side(side)
    one_of("of", of, QUANTITIES)
    kind = _float_type(dtype)
    steps = _steps(h, np.dtype(kind).name)
    f = as_piecewise(f, _around(x0, steps))
    signed = steps.astype(kind) * kind(1 if side == "+" else -1)
    if of == "value":
        exact = one_sided_limit(f, x0, side)
        start = kind(float(x0))
        # Where x0 ± h rounds to x0, f(x0) would pass for a value beside it.
        values = np.where(start + signed == start, np.nan, f.in_floating_point(start + signed))
    else:
        exact = one_sided_derivative(f, x0, side)
        values = difference_quotient(f, x0, steps, "forward" if side == "+" else "backward", dtype)
    values = np.asarray(values, np.float64)
    finite = not isinstance(exact, AccumulationBounds) and bool(exact.is_finite)
    error = np.abs(values - float(exact)) if finite else np.full(values.shape, np.nan)
    larger = (
        h for h, step, value in zip(steps, signed, values, strict=True)
        if finite and _mostly_round_off(f, x0, float(step), of, float(value), exact)
    )  # fmt: skip
    return LimitTable(steps, values, exact, _estimate(values), error, next(map(float, larger), None))


def _mostly_round_off(f: PiecewiseFunction, x0: sp.Expr, step: float, of: str, value: float, limit: sp.Expr) -> bool:
    """|value − exactly| > |exactly − limit|, where `exactly` is the value without rounding: round-off is larger."""
    # The numerator of a quotient loses as many digits as the step has zeros.
    digits = 60 + 2 * max(0, -math.floor(math.log10(abs(step)))) if step else 0
    exactly = _in_digits_at(f, x0 + sp.Rational(step), digits) if step else None
    if exactly is None or np.isnan(value):
        return False
    with mpmath.workdps(digits):
        if of == "difference quotient":
            exactly = (exactly - in_digits(f.value(x0), digits)) / mpmath.mpf(step)
        return bool(abs(mpmath.mpf(value) - exactly) > abs(exactly - in_digits(limit, digits)))


def _in_digits_at(f: PiecewiseFunction, point: sp.Expr, digits: int) -> mpmath.mpf | None:
    """f(point), or `None` where f is not defined or what it is made of gets too large to compute."""
    if point in f.breakpoints:
        value = f.value_or_none(point)
        return value if value is None else in_digits(value, digits)
    with mpmath.workdps(digits):
        try:
            number = mpmath_function(f.branch(point, "+"), f.variable)(in_digits(point, digits))
        except (ArithmeticError, ValueError):
            return None
        return number if isinstance(number, mpmath.mpf) else mpmath.mpf(number) if np.isreal(number) else None


def _around(x0: sp.Expr, steps: NDArray[Any]) -> sp.Interval:
    """More of the line than all x0 ± h: what happens elsewhere does not matter."""
    reach = 2 * sp.Rational(float(np.max(steps, initial=1))) + sp.Abs(x0) / 8
    return sp.Interval(x0 - reach, x0 + reach)


def _steps(h: ArrayLike | None, dtype: str) -> NDArray[Any]:
    if h is None:
        return 10.0 ** -np.arange(1, {"float16": 5, "float32": 8, "float64": 16}[dtype])
    steps = np.asarray(h)
    is_list = steps.dtype.kind in "fiu" and steps.ndim == 1 and len(steps) >= 2
    if not is_list or not np.all(np.isfinite(steps) & (steps > 0)) or np.any(np.diff(steps) >= 0):
        raise ValueError(refusal("h", h, "a list of at least two positive numbers in descending order"))
    return steps.astype(np.float64)


def _estimate(values: NDArray[Any]) -> float:
    with np.errstate(invalid="ignore"):
        changes = np.diff(values)
    if np.all(np.isnan(changes)):
        return float("nan")
    outward = changes * np.sign(changes[-1])
    if len(changes) > 2 and outward[0] > 0 and np.all(outward[1:] > 1.5 * outward[:-1]):
        return float(np.copysign(np.inf, changes[-1]))  # Rounding errors go to and fro instead.
    return float(values[1 + int(np.nanargmin(np.abs(changes)))])
