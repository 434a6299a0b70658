"""What a SymPy expression is in numbers: on arrays, in as many digits as are asked for, and exactly at one point.

`evaluate` and `array_function` compute in the floating-point precision of the array; `mpmath_function` and `in_digits`
with high-precision numbers. `value_at` and `with_node_replaced` keep undefined what is undefined, where SymPy would let
0·(1/0) or x − x + √(−1) − √(−1) pass: a part that is not a finite real number makes the whole undefined, except inside
a branch of a Piecewise that does not hold.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanAtom, Not, Or

from course_lib.calculus.verdict import Undecided
from course_lib.checks import refusal

# exp and its relatives need as many digits as their argument is long; beyond this they would never come back.
_LONGEST_ARGUMENT_IN_BITS = 20_000


# NumPy itself has no error function.
def _in_its_precision(function: Callable[[float], float]) -> Callable[[Any], Any]:
    slow = np.vectorize(function, otypes=[np.float64])
    return lambda values: slow(values).astype(np.asarray(values).dtype)


_ERROR_FUNCTIONS = {name: _in_its_precision(getattr(math, name)) for name in ("erf", "erfc")}


def array_function(branch: sp.Expr, variable: sp.Symbol) -> Callable[[Any], Any]:
    """One smooth branch as a function of an array, in the precision of the array."""
    # sqrt(2) would be a NumPy float64, which lifts float16 to float64; a Python float does not.
    constants = {part: sp.N(part, 17) for part in sp.preorder_traversal(branch) if _is_irrational_number(part)}
    function: Callable[[Any], Any] = sp.lambdify(
        variable, branch.xreplace(constants), modules=[_ERROR_FUNCTIONS, "numpy"]
    )
    return function


def _is_irrational_number(part: sp.Basic) -> bool:
    return isinstance(part, sp.Expr) and bool(part.is_number) and not part.is_Rational and part is not sp.nan


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


def _nearest(point: sp.Expr, dtype: Any) -> Any:
    try:
        return dtype.type(float(point))
    except OverflowError:
        return dtype.type(np.inf if point.is_positive else -np.inf)


def mpmath_function(expr: sp.Expr, symbol: sp.Symbol) -> Callable[[mpmath.mpf], Any]:
    """expr as a function of one mpmath number, in the call's working precision; `OverflowError` if it gets huge.

    >>> x = sp.Symbol("x")
    >>> with mpmath.workdps(30):
    ...     print(mpmath_function(sp.exp(x), x)(mpmath.mpf(1)))
    2.71828182845904523536028747135
    """
    # lambdify does not know CRootOf, the exact root of a polynomial without a formula.
    roots = sorted(expr.atoms(sp.CRootOf), key=sp.default_sort_key)
    names = [sp.Dummy(f"root{i}") for i in range(len(roots))]
    function = sp.lambdify(
        [symbol, *names], expr.xreplace(dict(zip(roots, names, strict=True))), modules=[_GUARDED, "mpmath"]
    )
    if not roots:
        return function
    return lambda value: function(value, *(in_digits(root, mpmath.mp.dps) for root in roots))


@lru_cache(maxsize=1024)
def in_digits(expr: sp.Expr, dps: int = 60) -> mpmath.mpf:
    """A real number in `dps` digits."""
    with mpmath.workdps(dps):
        return mpmath.mpf(sp.N(expr, dps))


def _guard(name: str) -> Callable[[Any], Any]:
    function = getattr(mpmath, name)

    def guarded(argument: Any) -> Any:
        if isinstance(argument, mpmath.mpf) and argument and mpmath.mag(argument) > _LONGEST_ARGUMENT_IN_BITS:
            raise OverflowError(f"{name} of a number with more than {_LONGEST_ARGUMENT_IN_BITS} bits")
        return function(argument)

    return guarded


_GUARDED = {name: _guard(name) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "cot", "sec", "csc")}


class NotReal(ArithmeticError):
    """A part of the expression is not a finite real number."""


def value_at(expr: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
    """expr with exact values for symbols, or `None` where any part of it is not a finite real number."""
    try:
        return _rebuild(expr, lambda node: values.get(node) if isinstance(node, sp.Symbol) else None, decide=True)
    except NotReal:
        return None


def with_node_replaced(expr: sp.Expr, node: sp.Basic, formula: sp.Expr) -> sp.Expr:
    """expr with a formula in place of a node; `nan` if the node is needed and the formula is `nan`."""
    try:
        return _rebuild(expr, lambda part: formula if part == node else None, decide=False)
    except NotReal:
        return sp.nan


def _rebuild(expr: Any, replacement: Callable[[Any], Any], decide: bool) -> Any:
    replaced = replacement(expr)
    if replaced is not None:
        return _real(replaced)
    if isinstance(expr, sp.Piecewise):
        return _rebuild_piecewise(expr, replacement, decide)
    if not expr.args or isinstance(expr, sp.CRootOf):  # the symbol inside a root of a polynomial is its own
        return expr if isinstance(expr, BooleanAtom) else _real(expr)
    if isinstance(expr, Relational):
        check_condition(expr)
    parts = [_rebuild(part, replacement, decide) for part in expr.args]
    same = all(new is old for new, old in zip(parts, expr.args, strict=True))
    rebuilt = expr if same else _apply(expr.func, parts)
    return _real(rebuilt) if isinstance(rebuilt, sp.Expr) else rebuilt


def _apply(function: Any, parts: list[Any]) -> Any:
    try:
        return function(*parts)
    except (TypeError, ValueError):
        pass  # Max, Min and comparisons refuse a nested radical that is 0 without looking like it.
    try:
        return function(*(sp.simplify(part) for part in parts))
    except (TypeError, ValueError) as error:
        raise Undecided(f"{function.__name__} of {', '.join(map(str, parts))} is not decided") from error


def _rebuild_piecewise(expr: sp.Piecewise, replacement: Callable[[Any], Any], decide: bool) -> Any:
    arms: list[tuple[Any, Any]] = []
    for value, condition in expr.args:
        try:
            holds = _rebuild(condition, replacement, decide)
        except NotReal:
            # A condition without a truth value: no arm from here on can be chosen.
            arms.append((sp.nan, True))
            break
        holds = sp.simplify(holds) if decide and not isinstance(holds, BooleanAtom) else holds
        if holds == sp.false:
            continue
        if decide and holds != sp.true:
            raise Undecided(f"whether {condition} holds is not decided by the assumptions on its symbols")
        try:
            arms.append((_rebuild(value, replacement, decide), holds))
        except NotReal:
            arms.append((sp.nan, holds))
        if holds == sp.true:
            break
    if not arms:
        raise NotReal
    if arms[0][1] == sp.true:
        return _real(arms[0][0])
    # Unevaluated: SymPy would sort the arms and merge conditions anew on every step.
    return sp.Piecewise(*arms, evaluate=False)


def _real(value: sp.Expr) -> sp.Expr:
    if value.is_finite is False or value.is_real is False or value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise NotReal
    return value


def check_condition(condition: Any) -> None:
    """A Piecewise may compare real expressions and join comparisons with And, Or and Not."""
    if isinstance(condition, BooleanAtom):
        return
    if isinstance(condition, (And, Or, Not)):
        for part in condition.args:
            check_condition(part)
    elif not (isinstance(condition, Relational) and all(isinstance(side, sp.Expr) for side in condition.args)):
        raise ValueError(
            f"expr: got the condition {condition}; accepted are comparisons of real expressions, and And, Or, Not of "
            "them"
        )
