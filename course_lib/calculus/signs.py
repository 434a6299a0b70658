"""Signs and the order of exact numbers and of expressions in parameters."""

import sympy as sp

from course_lib.calculus.errors import Undecided


def sign_of(expr: sp.Expr) -> int:
    """sign(e) as −1, 0 or 1 for every admissible value of the parameters in e, or ``Undecided``.

    >>> a = sp.Symbol("a", positive=True)
    >>> sign_of(a**2 + a), sign_of(sp.sqrt(2) - sp.Rational(3, 2))
    (1, -1)
    """
    for candidate in _forms(expr):
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
        if candidate.is_zero:
            return 0
    if not expr.free_symbols:
        number = sp.N(expr, 60)
        if number.is_comparable and abs(number) > sp.Float("1e-40"):
            return 1 if number > 0 else -1
        if sp.simplify(expr) == 0:
            return 0
        raise Undecided(f"the sign of {expr} is not decided: 60 digits do not tell it from 0")
    names = ", ".join(sorted(map(str, expr.free_symbols)))
    raise Undecided(
        f"the sign of {sp.factor(expr)} is not decided by the assumptions on {names}; give the symbol an assumption "
        f"(positive=True, negative=True) or let the sign show, as in alpha = 1 + Symbol('b', positive=True)"
    )


def _forms(expr: sp.Expr):  # type: ignore[no-untyped-def]
    """The expression as it is, then rewritten, each only when the one before did not settle the sign."""
    yield expr
    if expr.free_symbols:
        yield sp.factor(expr)
        yield sp.expand(expr)
        yield sp.simplify(expr)


def less(a: sp.Expr, b: sp.Expr) -> bool:
    """a < b on the extended real line, decided or ``Undecided``."""
    if a is sp.S.NegativeInfinity or b is sp.S.Infinity:
        return a != b
    if a is sp.S.Infinity or b is sp.S.NegativeInfinity:
        return False
    return sign_of(b - a) > 0
