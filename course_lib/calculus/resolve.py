"""From an expression to smooth branches between breakpoints.

Each kind of node names its *critical functions*: between two neighbouring zeros of them the node is one smooth
formula, and elsewhere it can change its formula, stop being smooth or stop being real. `resolve` splits the line at
these zeros, node by node, and `settle` gives the node's formula in between, from the signs of its critical functions;
`nan` stands for "not real here".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import sympy as sp
from sympy.core.relational import Relational

from course_lib.calculus.evaluation import check_condition, value_at, with_node_replaced
from course_lib.calculus.roots import insert, less, real_zeros, sign_between, sign_of
from course_lib.calculus.verdict import Undecided

SMOOTH = (sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.erfc)
_ROOTS_OF_COSINE, _ROOTS_OF_SINE = (sp.tan, sp.sec), (sp.cot, sp.csc)
ACCEPTED = (
    "Max, Min, Abs, sign, Heaviside, Piecewise, powers, exp, log, sin, cos, tan, cot, sec, csc, asin, acos, atan, "
    "sinh, cosh, tanh, asinh, acosh, atanh, erf and erfc"
)
Signs = Mapping[sp.Expr, int]  # of critical functions: −1, 0 or 1


@dataclass(frozen=True)
class Span:
    """An open interval on which `expr` is being reduced to one smooth formula; `settled` nodes stay as they are.

    `sharp` ends are those at which the formula itself may stop being smooth, although it reads the same on both
    sides.
    """

    low: sp.Expr
    high: sp.Expr
    expr: sp.Expr
    settled: frozenset[sp.Expr] = frozenset()
    sharp: frozenset[sp.Expr] = frozenset()


def resolve(expr: sp.Expr, x: sp.Symbol, domain: sp.Interval) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Branches and breakpoints of expr on the domain; x must be a real symbol. NaN stands where expr is not real."""
    waiting = [Span(domain.start, domain.end, expr)]
    ordered: list[Span] = []
    while waiting:
        span = waiting.pop()
        node = _next_switch(span, x)
        if node is None:
            ordered.insert(sum(less(other.low, span.low) for other in ordered), span)
        else:
            waiting.extend(_split(span, node, x))
    return _merge(ordered, expr, x)


def _next_switch(span: Span, x: sp.Symbol) -> sp.Basic | None:
    """The first node with a switch of its own whose critical functions are smooth already.

    A Piecewise is settled by its conditions alone, so that branches which do not hold here are never looked into.
    """
    if span.expr is sp.nan or not span.expr.has(x):
        return None
    for node in sp.preorder_traversal(span.expr):
        if not isinstance(node, sp.Expr) or not node.has(x) or node in span.settled:
            continue
        functions = critical_functions(node, x)
        if functions and all(_is_smooth(function, x, span.settled) for function in functions):
            return node
    return None


def _is_smooth(expr: sp.Expr, x: sp.Symbol, settled: frozenset[sp.Expr]) -> bool:
    return all(
        node in settled or not critical_functions(node, x)
        for node in sp.preorder_traversal(expr)
        if isinstance(node, sp.Expr) and node.has(x)
    )


def _split(span: Span, node: sp.Basic, x: sp.Symbol) -> list[Span]:
    functions = critical_functions(node, x)
    points: list[sp.Expr] = []
    identically_zero = []
    for function in functions:
        zeros = real_zeros(function, x, span.low, span.high)
        if zeros is None:
            identically_zero.append(function)
        for zero in zeros or []:
            insert(zero, points)
    spans = []
    for low, high in pairwise([span.low, *points, span.high]):
        signs = {f: 0 if f in identically_zero else sign_between(f, x, low, high) for f in functions}
        formula = settle(node, x, signs)
        part = replace(span, low=low, high=high, expr=with_node_replaced(span.expr, node, formula))
        if not changes_formula(node):
            part = replace(part, settled=part.settled | {node}, sharp=part.sharp | set(points))
        spans.append(part)
    return spans


def _merge(spans: list[Span], expr: sp.Expr, x: sp.Symbol) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Drop every breakpoint at which nothing happens: one smooth formula on both sides, and its value at the point."""
    branches, breakpoints = [spans[0].expr], []
    for left, right in pairwise(spans):
        point = right.low
        # A formula that left a pole or a root behind on this side is not smooth here, even if it reads the same.
        smooth = not any(sign_of(point - end) == 0 for end in left.sharp | right.sharp)
        same = smooth and _same(branches[-1], right.expr) and _fills(expr, right.expr, x, point)
        if not same:
            breakpoints.append(point)
            branches.append(right.expr)
    return branches, breakpoints


def _same(a: sp.Expr, b: sp.Expr) -> bool:
    return bool(a == b or (a is not sp.nan and b is not sp.nan and sp.expand(a - b) == 0))


def _fills(expr: sp.Expr, branch: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool:
    if branch is sp.nan:
        return value_at(expr, {x: point}) is None
    value = value_at(expr, {x: point})
    return value is not None and sp.expand(value - branch.subs(x, point)) == 0


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
    raise ValueError(f"expr: got {type(node).__name__} in {node}; accepted are {ACCEPTED}")


def _critical_of_power(node: sp.Pow, x: sp.Symbol) -> list[sp.Expr]:
    base, exponent = node.args
    if exponent.has(x) and not base.has(x):
        if sign_of(base) <= 0:
            raise ValueError(f"expr: got the power {node}; accepted are powers of a positive base")
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
