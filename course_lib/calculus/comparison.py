"""When are two answers the same? Proof and high-precision numbers must agree."""

from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds
from sympy.logic.boolalg import Boolean

from course_lib.calculus.errors import Undecided, UndecidedEquality
from course_lib.calculus.parameters import assignments
from course_lib.calculus.piecewise import PiecewiseFunction, probes
from course_lib.calculus.resolve import value_at

_POINTS = tuple(
    map(sp.Rational, ("0", "1", "-1", "1/2", "-1/2", "7/5", "-7/5", "3", "-3", "23/2", "-23/2", "1/1000", "-1/1000"))
)


def agreement(a: sp.Expr, b: sp.Expr) -> bool | sp.Basic:
    """a = b as ``True``, ``False``, or the condition on the parameters under which it holds."""
    difference = sp.simplify(a - b)
    if difference == 0 or (difference.free_symbols and equal(a, b)):
        return True
    if not difference.free_symbols:
        return equal(a, b)
    if sp.factor(difference).is_zero is False:
        return False
    return sp.Eq(a, b)


def equal(a: Any, b: Any) -> bool:
    """a(x, …) = b(x, …) for all values that the assumptions on their symbols allow?

    a and b are SymPy expressions, numbers, sets or Booleans. Symbols with the same name are one symbol, with the
    assumptions that it has in b; a symbol without assumptions ranges over the real line. Undefined equals undefined.
    ``False`` rests on a point where 50 digits differ; ``True`` on a proof that no point contradicts; anything between
    raises ``UndecidedEquality``.

    >>> x = sp.Symbol("x")
    >>> equal((x + sp.Abs(x)) / 2, sp.Max(0, x)), equal(sp.Heaviside(x), sp.Heaviside(x, 0))
    (True, False)
    """
    a, b = sp.sympify(a), sp.sympify(b)
    if isinstance(a, AccumulationBounds) or isinstance(b, AccumulationBounds):
        return isinstance(a, type(b)) and equal(a.min, b.min) and equal(a.max, b.max)
    if isinstance(a, sp.Set) or isinstance(b, sp.Set):
        return isinstance(a, sp.Set) and isinstance(b, sp.Set) and _equal_sets(a, b)
    # A SymPy Symbol counts as a Boolean too, so expressions are recognised first.
    if not isinstance(a, sp.Expr) or not isinstance(b, sp.Expr):
        if isinstance(a, Boolean) and isinstance(b, Boolean):
            return bool(a == b or sp.simplify(sp.Equivalent(a, b)) == sp.true)
        if isinstance(a, (sp.Expr, Boolean)) and isinstance(b, (sp.Expr, Boolean)):
            return False
        raise TypeError(
            f"a, b: got {type(a).__name__} and {type(b).__name__}; accepted are expressions, sets and Booleans"
        )
    a, b = _common_symbols(a, b)
    if a.is_infinite or b.is_infinite or a is sp.nan or b is sp.nan:
        return bool(a == b)
    if _differ_somewhere(a, b):
        return False
    verdict = _prove(a, b)
    if verdict is None:
        raise UndecidedEquality(f"{a} and {b} agree at every point tried, and no proof was found that they are equal")
    return verdict


def _common_symbols(a: sp.Expr, b: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    chosen: dict[str, sp.Symbol] = {}
    for symbol in sorted(b.free_symbols, key=str) + sorted(a.free_symbols, key=str):
        chosen.setdefault(symbol.name, symbol if symbol.is_real else sp.Symbol(symbol.name, real=True))
    # subs, not xreplace: sqrt(x**2) must become Abs(x) once x is known to be real.
    return tuple(e.subs({s: chosen[s.name] for s in e.free_symbols}, simultaneous=True) for e in (a, b))


def _differ_somewhere(a: sp.Expr, b: sp.Expr) -> bool:
    symbols = sorted(a.free_symbols | b.free_symbols, key=str)
    samples = assignments(symbols, 8) if symbols else [{}]
    free = [
        s for s in symbols if all(s.assumptions0.get(k) is None for k in ("positive", "negative", "zero", "integer"))
    ]
    # Unrestricted symbols also visit 0, ±1 and the neighbourhood of 0, where kinks and exceptions live.
    samples += [samples[0] | {symbol: point} for symbol in free for point in _POINTS]
    return any(_differ_at(a, b, sample) for sample in samples)


def _differ_at(a: sp.Expr, b: sp.Expr, sample: dict[sp.Symbol, sp.Rational]) -> bool:
    left, right = _value(a, sample), _value(b, sample)
    if left is None or right is None:
        return (left is None) != (right is None)
    return bool(abs(left - right) > mpmath.mpf("1e-35") * (1 + abs(right)))


def _value(expr: sp.Expr, sample: dict[sp.Symbol, sp.Rational]) -> mpmath.mpf | None:
    for symbol, number in sample.items():
        value = value_at(expr, symbol, number)
        if value is None:
            return None
        expr = value
    number = sp.N(expr, 50)
    # An exact 0 that SymPy cannot tell from 0 is a Float without one known digit: a value, though not "comparable".
    if not (number.is_comparable or (number.is_Float and number.is_real)):
        return None
    with mpmath.workdps(50):
        return mpmath.mpf(number)


def _prove(a: sp.Expr, b: sp.Expr) -> bool | None:
    """``True`` or ``False`` with a proof, ``None`` without one."""
    difference = a - b
    if difference == 0 or sp.expand(difference) == 0:
        return True
    for variable in sorted(difference.free_symbols, key=str):
        if _unrestricted(variable):
            verdict = _by_branches(a, b, variable)
            if verdict is not None:
                return verdict
    return True if sp.simplify(difference) == 0 else None


def _by_branches(a: sp.Expr, b: sp.Expr, variable: sp.Symbol) -> bool | None:
    """Branch by branch and breakpoint by breakpoint: this meets exceptions that no fixed list of points would hit."""
    try:
        f = PiecewiseFunction.from_expr(a - b, variable)
    except (Undecided, ValueError, TypeError):
        return None
    values = assignments(f.parameters, 1)[0]
    ends = [-sp.oo, *f.breakpoints, sp.oo]
    for (low, high), branch in zip(pairwise(ends), f.branches, strict=True):
        if branch is sp.nan or sp.simplify(branch) != 0:
            points = probes(low.subs(values), high.subs(values))
            if any(_differ_at(a, b, values | {variable: point}) for point in points):
                return False
            if branch is not sp.nan:
                return None
    differs = [_differ_at(a, b, values | {variable: point.subs(values)}) for point in f.breakpoints]
    return not any(differs)


def _unrestricted(symbol: sp.Symbol) -> bool:
    return symbol == sp.Symbol(symbol.name, real=True)


def _equal_sets(a: sp.Set, b: sp.Set) -> bool:
    if a == b:
        return True
    if isinstance(a, sp.Interval) and isinstance(b, sp.Interval):
        return (
            (a.left_open, a.right_open) == (b.left_open, b.right_open)
            and equal(a.start, b.start)
            and equal(a.end, b.end)
        )
    if isinstance(a, sp.FiniteSet) and isinstance(b, sp.FiniteSet):
        return all(any(equal(x, y) for y in b) for x in a) and all(any(equal(x, y) for x in a) for y in b)
    difference = a.symmetric_difference(b)
    if difference.is_empty is None:
        raise UndecidedEquality(f"whether the sets {a} and {b} are equal is not decided")
    return bool(difference.is_empty)
