"""When are two answers the same? Proof and high-precision numbers must agree.

`equal` looks for a point at which 50 digits differ (`differ_at`), then for a proof (`prove_equal`): an expression is
taken apart into its branches in one symbol after the other. Inside a branch the difference must simplify to 0; at each
breakpoint the two values are compared as expressions in the remaining symbols.
"""

from functools import reduce
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds
from sympy.logic.boolalg import Boolean

from course_lib.calculus.arguments import assignments, with_fractions_written
from course_lib.calculus.effort import bounded
from course_lib.calculus.evaluation import by_sine_and_cosine, in_digits, value_at
from course_lib.calculus.piecewise import PiecewiseFunction
from course_lib.calculus.resolve import changes_formula, critical_functions
from course_lib.calculus.roots import probes, sign_of
from course_lib.calculus.verdict import Undecided, UndecidedEquality
from course_lib.checks import refusal

_REAL_LINE = sp.Interval(-sp.oo, sp.oo)
_POINTS = tuple(
    map(sp.Rational, ("0", "1", "-1", "1/2", "-1/2", "7/5", "-7/5", "3", "-3", "23/2", "-23/2", "1/1000", "-1/1000"))
)
_ACCEPTED = "expressions, sets and Booleans"


def agreement(a: sp.Expr, b: sp.Expr) -> bool | sp.Basic:
    """a = b as `True`, `False`, or the condition on the parameters under which it holds."""
    difference = sp.simplify(a - b)
    if difference == 0 or (difference.free_symbols and equal(a, b)):
        return True
    if not difference.free_symbols:
        return equal(a, b)
    if sp.factor(difference).is_zero is False:
        return False
    return sp.Eq(a, b, evaluate=False)


def solved(equations: list[sp.Basic]) -> bool | sp.Basic:
    """The equations between parameters as one condition, solved for them where that is complete: linear, or in one.

    >>> a, b = sp.symbols("a b", real=True)
    >>> solved([sp.Eq(a + b, 1), sp.Eq(2 * a, -1)]), solved([sp.Eq(a**2, a + 6)])
    (Eq(a, -1/2) & Eq(b, 3/2), Eq(a, -2) | Eq(a, 3))
    """
    differences = [_without_size(sp.numer(sp.together(sp.simplify(e.lhs - e.rhs)))) for e in equations]
    unknowns = sorted(frozenset().union(*(d.free_symbols for d in differences)), key=str)
    if not all(d.is_polynomial(*unknowns) for d in differences):
        return sp.And(*equations)
    if all(sp.Poly(d, *unknowns).total_degree() <= 1 for d in differences):
        solutions = [dict(zip(unknowns, values, strict=True)) for values in sp.linsolve(differences, unknowns)]
    elif len(unknowns) == 1 and all(d.free_symbols for d in differences):
        common = reduce(sp.gcd, [sp.Poly(d, *unknowns) for d in differences])
        solutions = [{unknowns[0]: root} for root in dict.fromkeys(sp.real_roots(common))] if common.degree() else []
    else:
        return sp.And(*equations)
    cases = [
        sp.And(*(sp.Eq(unknown, value) for unknown, value in solution.items() if unknown != value))
        for solution in solutions
        if all(value.free_symbols or _admits(unknown, value) for unknown, value in solution.items())
    ]
    condition = sp.Or(*cases)
    return bool(condition) if condition in (sp.true, sp.false) else condition


def _without_size(difference: sp.Expr) -> sp.Expr:
    """|u| = 0 exactly where u = 0."""
    factors = [f.args[0] if isinstance(f, sp.Abs) else f for f in sp.Mul.make_args(difference)]
    return sp.Mul(*(factor for factor in factors if factor.free_symbols)) if difference.free_symbols else difference


def _admits(unknown: sp.Symbol, value: sp.Expr) -> bool:
    """Do the assumptions on a symbol allow the number?"""
    return all(getattr(value, f"is_{name}", None) in (fact, None) for name, fact in unknown.assumptions0.items())


@bounded
def equal(a: Any, b: Any) -> bool:
    """a(x, …) = b(x, …) for all values that the assumptions on their symbols allow?

    a and b are SymPy expressions, numbers, sets or Booleans. Symbols with the same name are one symbol, with the
    assumptions that it has in b; a symbol without assumptions ranges over the real line. Undefined equals undefined.
    `False` rests on a point where 50 digits differ; `True` on a proof that no point contradicts; anything between
    raises `UndecidedEquality`.

    >>> x = sp.Symbol("x")
    >>> equal((x + sp.Abs(x)) / 2, sp.Max(0, x)), equal(sp.Heaviside(x), sp.Heaviside(x, 0))
    (True, False)
    """
    a, b = (with_fractions_written(side) if isinstance(side, sp.Basic) else side for side in map(_read, (a, b)))
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
        raise TypeError(f"a, b: got {type(a).__name__} and {type(b).__name__}; accepted are {_ACCEPTED}")
    a, b = map(by_sine_and_cosine, common_symbols(a, b))
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
        raise TypeError(refusal("a, b", side, _ACCEPTED, "are")) from error


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


def prove_equal(a: sp.Expr, b: sp.Expr) -> bool | None:
    """`True` or `False` with a proof, `None` without one. Every symbol must be real."""
    if a == b:
        return True
    difference = a - b
    symbols = sorted(difference.free_symbols, key=str)
    if not symbols:
        try:
            return sign_of(difference) == 0
        except Undecided:
            return None
    # Cancelling is safe only where nothing can be undefined.
    if _smooth(a) and _smooth(b):
        alone = len(symbols) == 1 and _domain(symbols[0]) == _REAL_LINE
        if _vanishes(difference) or (alone and _constant_zero(difference, symbols[0], sp.S.Zero)):
            return True
        return False if sp.expand(difference).is_zero is False else None
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
    return in_digits(value, 50)


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
    """The interval that the symbol's assumptions describe, or `None` where they say something else."""
    for assumption, interval in (
        ({}, _REAL_LINE),
        ({"positive": True}, sp.Interval.open(0, sp.oo)),
        ({"negative": True}, sp.Interval.open(-sp.oo, 0)),
        ({"nonnegative": True}, sp.Interval(0, sp.oo)),
        ({"nonpositive": True}, sp.Interval(-sp.oo, 0)),
    ):
        if symbol == sp.Symbol(symbol.name, real=True, **assumption):
            return interval
    return None


def _by_branches(a: sp.Expr, b: sp.Expr, variable: sp.Symbol, domain: sp.Interval) -> bool | None:
    real = sp.Symbol(variable.name, real=True)
    a, b = a.xreplace({variable: real}), b.xreplace({variable: real})
    try:
        f = PiecewiseFunction.from_expr(a - b, real, domain)
    except (Undecided, ValueError, TypeError):
        return None
    values = assignments((a - b).free_symbols - {real}, 1)[0]
    proved = True
    for low, high, branch in f.cells():
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
    inside = probes(low, high)[0]
    return all(PiecewiseFunction.from_expr(side, x).branch(inside, "+") is sp.nan for side in (a, b))


def _agree_at(a: sp.Expr, b: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool | None:
    try:
        left, right = value_at(a, {x: point}), value_at(b, {x: point})
    except Undecided:
        return None
    if left is None or right is None:
        return left is right
    if any(differ_at(left, right, sample) for sample in assignments((left - right).free_symbols, 8)):
        return False
    return prove_equal(left, right)
