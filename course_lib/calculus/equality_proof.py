"""Proofs that two expressions are the same function, or that they are not.

An expression is taken apart into its branches in one symbol after the other. Inside a branch the difference must
simplify to 0; at each breakpoint the two values are compared as expressions in the remaining symbols.
"""

from itertools import pairwise

import mpmath
import sympy as sp

from course_lib.calculus.errors import Undecided
from course_lib.calculus.parameters import assignments
from course_lib.calculus.piecewise import PiecewiseFunction
from course_lib.calculus.piecewise_checks import probes
from course_lib.calculus.pointwise import value_at
from course_lib.calculus.signs import sign_of
from course_lib.calculus.switches import changes_formula, critical_functions


def prove_equal(a: sp.Expr, b: sp.Expr) -> bool | None:
    """``True`` or ``False`` with a proof, ``None`` without one. Every symbol must be real."""
    if a == b:
        return True
    difference = a - b
    symbols = sorted(difference.free_symbols, key=str)
    # Cancelling is safe only where nothing can be undefined.
    if _smooth(a) and _smooth(b):
        alone = len(symbols) == 1 and _domain(symbols[0]) == sp.Interval(-sp.oo, sp.oo)
        return True if _vanishes(difference) or (alone and _constant_zero(difference, symbols[0], sp.S.Zero)) else None
    for variable in symbols:
        domain = _domain(variable)
        if domain is not None and _defined_without(a, variable) and _defined_without(b, variable):
            verdict = _by_branches(a, b, variable, domain)
            if verdict is not None:
                return verdict
    return None


def differ_at(a: sp.Expr, b: sp.Expr, sample: dict[sp.Symbol, sp.Rational]) -> bool:
    """Do a and b differ at one sample of all their symbols, in 50 digits? Undefined differs from every number."""
    left, right = _number_at(a, sample), _number_at(b, sample)
    if left is None or right is None:
        return (left is None) != (right is None)
    return bool(abs(left - right) > mpmath.mpf("1e-35") * (1 + abs(right)))


def _number_at(expr: sp.Expr, sample: dict[sp.Symbol, sp.Rational]) -> mpmath.mpf | None:
    value = value_at(expr, sample)
    if value is None:
        return None
    result = sp.N(value, 50)
    # An exact 0 that SymPy cannot tell from 0 is a Float without one known digit: a value, though not "comparable".
    if not (result.is_comparable or (result.is_Float and result.is_real)):
        return None
    with mpmath.workdps(50):
        return mpmath.mpf(result)


def _smooth(expr: sp.Expr) -> bool:
    """No node of expr can switch or be undefined, in whatever symbol."""
    try:
        return not any(
            critical_functions(node, symbol)
            for symbol in expr.free_symbols
            for node in sp.preorder_traversal(expr)
            if isinstance(node, sp.Expr) and node.has(symbol)
        )
    except (ValueError, Undecided):
        return False


def _defined_without(expr: sp.Expr, variable: sp.Symbol) -> bool:
    """Is every part that does not contain the variable defined for all values of the other symbols?"""
    try:
        for node in sp.preorder_traversal(expr):
            if isinstance(node, sp.Expr) and not node.has(variable) and not changes_formula(node):
                for symbol in node.free_symbols:
                    for function in critical_functions(node, symbol):
                        sign_of(function)
    except (Undecided, ValueError):
        return False
    return True


def _vanishes(difference: sp.Expr) -> bool:
    forms = (lambda e: e, sp.expand, sp.simplify, lambda e: sp.simplify(e.rewrite(sp.exp)))
    return any(form(difference) == 0 for form in forms)


def _domain(symbol: sp.Symbol) -> sp.Interval | None:
    """The interval that the symbol's assumptions describe, or ``None`` where they say something else."""
    name = symbol.name
    for assumption, interval in (
        ({}, sp.Interval(-sp.oo, sp.oo)),
        ({"positive": True}, sp.Interval.open(0, sp.oo)),
        ({"negative": True}, sp.Interval.open(-sp.oo, 0)),
        ({"nonnegative": True}, sp.Interval(0, sp.oo)),
        ({"nonpositive": True}, sp.Interval(-sp.oo, 0)),
    ):
        if symbol == sp.Symbol(name, real=True, **assumption):
            return interval
    return None


def _by_branches(a: sp.Expr, b: sp.Expr, variable: sp.Symbol, domain: sp.Interval) -> bool | None:
    real = sp.Symbol(variable.name, real=True)
    a, b = a.xreplace({variable: real}), b.xreplace({variable: real})
    try:
        f = PiecewiseFunction.from_expr(a - b, real, domain)
    except (Undecided, ValueError, TypeError):
        return None
    ends = [-sp.oo, *f.breakpoints, sp.oo]
    values = assignments((a - b).free_symbols - {real}, 1)[0]
    proved = True
    for (low, high), branch in zip(pairwise(ends), f.branches, strict=True):
        if domain.start >= high or low >= domain.end:
            continue
        if any(differ_at(a, b, values | {real: point}) for point in probes(low.subs(values), high.subs(values))):
            return False
        vanishes = (
            _both_undefined(a, b, real, low, high) if branch is sp.nan else _vanishes_between(branch, real, low, high)
        )
        proved = proved and vanishes
    verdicts = [_agree_at(a, b, real, point) for point in f.breakpoints if domain.contains(point) == sp.true]
    if any(verdict is False for verdict in verdicts):
        return False
    return True if proved and all(verdicts) else None


def _vanishes_between(branch: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> bool:
    """Measured from an end of the interval the variable is positive, which lets roots and logarithms be simplified."""
    if not low.is_finite and not high.is_finite:
        return _vanishes(branch) or _constant_zero(branch, x, sp.S.Zero)
    t = sp.Dummy("t", positive=True)
    branch = branch.subs(x, low + t if low.is_finite else high - t)
    inside = (high - low) / 2 if low.is_finite and high.is_finite else sp.S.One
    return _vanishes(branch) or _constant_zero(branch, t, inside)


def _constant_zero(difference: sp.Expr, symbol: sp.Symbol, point: sp.Expr) -> bool:
    """One smooth formula on an interval whose derivative is 0 is constant; 0 at one point of it, it is 0."""
    return _vanishes(sp.diff(difference, symbol)) and _vanishes(difference.subs(symbol, point))


def _both_undefined(a: sp.Expr, b: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> bool:
    middle = high - 1 if low is -sp.oo else low + 1 if high is sp.oo else (low + high) / 2
    return all(PiecewiseFunction.from_expr(side, x).branch(middle, "+") is sp.nan for side in (a, b))


def _agree_at(a: sp.Expr, b: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool | None:
    try:
        left, right = value_at(a, {x: point}), value_at(b, {x: point})
    except Undecided:
        return None
    if left is None or right is None:
        return left is right
    if not (left - right).free_symbols:
        return _vanishes(left - right) or (None if sp.N(left - right, 50) == 0 else False)
    if any(differ_at(left, right, sample) for sample in assignments((left - right).free_symbols, 8)):
        return False
    return prove_equal(left, right)
