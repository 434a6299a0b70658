"""When are two answers the same? Proof and high-precision numbers must agree."""

from typing import Any

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds
from sympy.logic.boolalg import Boolean

from course_lib.calculus.arguments import exact
from course_lib.calculus.equality_proof import differ_at, prove_equal
from course_lib.calculus.errors import UndecidedEquality
from course_lib.calculus.parameters import assignments

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
    a, b = (exact(side) if isinstance(side, sp.Basic) else side for side in map(_read, (a, b)))
    if isinstance(a, AccumulationBounds) or isinstance(b, AccumulationBounds):
        return isinstance(a, type(b)) and equal(a.min, b.min) and equal(a.max, b.max)
    if isinstance(a, sp.Set) or isinstance(b, sp.Set):
        return isinstance(a, sp.Set) and isinstance(b, sp.Set) and _equal_sets(a, b)
    # A SymPy Symbol counts as a Boolean too, so expressions are recognised first.
    if not isinstance(a, sp.Expr) or not isinstance(b, sp.Expr):
        if isinstance(a, Boolean) and isinstance(b, Boolean):
            return equal(sp.Piecewise((1, a), (0, True)), sp.Piecewise((1, b), (0, True)))
        if isinstance(a, (sp.Expr, Boolean)) and isinstance(b, (sp.Expr, Boolean)):
            return False
        raise TypeError(
            f"a, b: got {type(a).__name__} and {type(b).__name__}; accepted are expressions, sets and Booleans"
        )
    a, b = common_symbols(a, b)
    if a.is_infinite or b.is_infinite or a is sp.nan or b is sp.nan:
        return bool(a == b)
    if _differ_somewhere(a, b):
        return False
    verdict = prove_equal(a, b)
    if verdict is None:
        raise UndecidedEquality(f"{a} and {b} agree at every point tried, and no proof was found that they are equal")
    return verdict


def _read(side: Any) -> Any:
    try:
        return sp.sympify(side, strict=True)
    except sp.SympifyError as error:
        raise TypeError(
            f"a, b: got {side!r:.60} of type {type(side).__name__}; accepted are expressions, sets and Booleans"
        ) from error


def common_symbols(a: sp.Expr, b: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """a and b with one symbol for each name, real, with the assumptions that it has in b."""
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
    return any(differ_at(a, b, sample) for sample in samples)


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
