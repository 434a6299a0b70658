"""Where an expression can change its formula, stop being smooth or stop being real.

Each kind of node names its *critical functions*: between two neighbouring zeros of them the node is one smooth
formula. ``settle`` gives that formula, once the signs of the critical functions are known; ``NaN`` stands for "not
real here".
"""

from collections.abc import Mapping
from itertools import combinations

import sympy as sp
from sympy.core.relational import Relational

from course_lib.calculus.errors import Undecided
from course_lib.calculus.pointwise import check_condition
from course_lib.calculus.signs import sign_of

SMOOTH = (sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.erfc)
_ROOTS_OF_COSINE, _ROOTS_OF_SINE = (sp.tan, sp.sec), (sp.cot, sp.csc)
ACCEPTED = (
    "Max, Min, Abs, sign, Heaviside, Piecewise, powers, exp, log, sin, cos, tan, cot, sec, csc, asin, acos, atan, "
    "sinh, cosh, tanh, asinh, acosh, atanh, erf and erfc"
)

Signs = Mapping[sp.Expr, int]


def critical_functions(node: sp.Basic, x: sp.Symbol) -> list[sp.Expr]:
    """The functions of x at whose zeros the node may switch; empty for a smooth node."""
    if isinstance(node, sp.Piecewise):
        for _, condition in node.args:
            check_condition(condition)
        relations = {
            relation for _, condition in node.args for relation in condition.atoms(Relational) if relation.has(x)
        }
        return [relation.lhs - relation.rhs for relation in sorted(relations, key=sp.default_sort_key)]
    if isinstance(node, (sp.Max, sp.Min)):
        return [a - b for a, b in combinations(sorted(node.args, key=sp.default_sort_key), 2) if (a - b).has(x)]
    if isinstance(node, (sp.Abs, sp.sign, sp.Heaviside, sp.log)):
        return [node.args[0]]
    if isinstance(node, sp.Pow):
        return _critical_of_power(node, x)
    if isinstance(node, (sp.asin, sp.acos, sp.atanh)):
        return [node.args[0] - 1, node.args[0] + 1]
    if isinstance(node, sp.acosh):
        return [node.args[0] - 1]
    if isinstance(node, _ROOTS_OF_COSINE):
        return [sp.cos(node.args[0])]
    if isinstance(node, _ROOTS_OF_SINE):
        return [sp.sin(node.args[0])]
    if isinstance(node, SMOOTH) or node == x:
        return []
    raise ValueError(f"expr: {type(node).__name__} in {node} is not accepted; accepted are {ACCEPTED}")


def _critical_of_power(node: sp.Pow, x: sp.Symbol) -> list[sp.Expr]:
    base, exponent = node.args
    if exponent.has(x) and not base.has(x):
        if sign_of(base) <= 0:
            raise ValueError(f"expr: the power {node} needs a positive base")
        return []
    if exponent.is_integer and exponent.is_nonnegative:
        return []
    return [base]


def changes_formula(node: sp.Basic) -> bool:
    """True if both sides of a switch can be one smooth function; at a power, a logarithm or a pole they cannot."""
    return isinstance(node, (sp.Piecewise, sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside))


def settle(node: sp.Basic, x: sp.Symbol, signs: Signs) -> sp.Expr:
    """The node's formula on an interval where every critical function has the given sign."""
    if isinstance(node, sp.Piecewise):
        return _settle_piecewise(node, x, signs)
    if isinstance(node, (sp.Max, sp.Min)):
        return _settle_extremum(node, x, signs)
    first = signs[critical_functions(node, x)[0]]
    if isinstance(node, sp.Abs):
        return first * node.args[0]
    if isinstance(node, sp.sign):
        return sp.Integer(first)
    if isinstance(node, sp.Heaviside):
        return node.func(first, *node.args[1:])
    if isinstance(node, sp.Pow):
        return _settle_power(node, x, first)
    real = {
        sp.log: first > 0,
        sp.acosh: first >= 0,
        sp.asin: first <= 0,
        sp.acos: first <= 0,
        sp.atanh: first < 0,
    }.get(node.func, first != 0)
    if real and isinstance(node, (sp.asin, sp.acos, sp.atanh)):
        second = signs[critical_functions(node, x)[1]]
        real = second > 0 if isinstance(node, sp.atanh) else second >= 0
    return node if real else sp.nan


def _settle_power(node: sp.Pow, x: sp.Symbol, sign_of_base: int) -> sp.Expr:
    exponent = node.exp
    if sign_of_base == 0:
        return sp.S.Zero if exponent.is_positive else sp.nan
    if sign_of_base > 0 or (exponent.is_integer and not exponent.has(x)):
        return node
    if exponent.is_integer is None and not exponent.has(x):
        raise Undecided(f"whether {node} is real for a negative base needs integer=True or False for {exponent}")
    return sp.nan


def _settle_extremum(node: sp.Expr, x: sp.Symbol, signs: Signs) -> sp.Expr:
    direction = 1 if isinstance(node, sp.Max) else -1
    args = sorted(node.args, key=sp.default_sort_key)
    best = args[0]
    for challenger in args[1:]:
        difference = best - challenger
        sign = signs[difference] if difference.has(x) else sign_of(difference)
        if sign * direction < 0:
            best = challenger
    return best


def _settle_piecewise(node: sp.Piecewise, x: sp.Symbol, signs: Signs) -> sp.Expr:
    for value, condition in node.args:
        known = {}
        for relation in condition.atoms(Relational):
            difference = relation.lhs - relation.rhs
            sign = signs[difference] if relation.has(x) else sign_of(difference)
            known[relation] = sp.true if relation.func(sign, 0) == sp.true else sp.false
        holds = condition.xreplace(known) if known else condition
        if holds == sp.true:
            return value
    return sp.nan
