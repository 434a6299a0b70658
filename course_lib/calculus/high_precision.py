"""Expressions as functions of high-precision numbers (mpmath)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

# exp and its relatives need as many digits as their argument is long; beyond this they would never come back.
_LONGEST_ARGUMENT_IN_BITS = 20_000


def mpmath_function(expr: sp.Expr, symbol: sp.Symbol) -> Callable[[mpmath.mpf], Any]:
    """expr as a function of one mpmath number, in the call's working precision; ``OverflowError`` if it gets huge.

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
    return lambda value: function(value, *(_digits(root, mpmath.mp.dps) for root in roots))


@lru_cache(maxsize=1024)
def _digits(root: sp.CRootOf, dps: int) -> mpmath.mpf:
    return mpmath.mpf(sp.N(root, dps))


def number(expr: sp.Expr, dps: int = 60) -> mpmath.mpf:
    """A real number in ``dps`` digits."""
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
