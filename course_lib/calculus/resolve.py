"""From an expression to smooth branches between breakpoints, on the whole line or just beside one point.

Each kind of node names its *critical functions*: between two neighbouring zeros of them the node is one smooth
formula, and elsewhere it can change its formula, stop being smooth or stop being real. `resolve` splits the line at
these zeros, node by node, and `settle` gives the node's formula in between, from the signs of its critical functions;
`nan` stands for "not real here". `formula_beside` settles the same nodes by their signs just beside a point, so that it
does not matter what happens elsewhere.
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds
from sympy.core.relational import Relational
from sympy.series.gruntz import sign as sign_at_infinity

from course_lib.calculus.at_zero import INCREMENT, limit_at_zero, sign_by_numbers
from course_lib.calculus.effort import attempt
from course_lib.calculus.evaluation import check_condition, value_at, with_node_replaced
from course_lib.calculus.roots import insert, less, real_zeros, same, sign_between, sign_of
from course_lib.calculus.verdict import Undecided

SMOOTH = (sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.erfc)
_ROOTS_OF_COSINE, _ROOTS_OF_SINE = (sp.tan, sp.sec), (sp.cot, sp.csc)
ACCEPTED = (
    "Max, Min, Abs, sign, Heaviside, Piecewise, powers, exp, log, sin, cos, tan, cot, sec, csc, asin, acos, atan, "
    "sinh, cosh, tanh, asinh, acosh, atanh, erf and erfc"
)


@dataclass(frozen=True)
class Parametric:
    """The sign of a critical function c·g(x), where the sign of g is known and that of c depends on parameters."""

    factor: sp.Expr
    rest: sp.Expr
    sign: int

    @property
    def size(self) -> sp.Expr:
        return sp.Abs(self.factor) * self.rest * self.sign


Signs = Mapping[sp.Expr, int | Parametric]  # of critical functions: −1, 0 or 1, or what it depends on
MOST_ORDER = 12  # of a zero that is no polynomial's


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


def resolve(
    expr: sp.Expr, x: sp.Symbol, domain: sp.Interval, value: Callable[[sp.Expr], sp.Expr | None]
) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Branches and breakpoints of expr on the domain; x must be a real symbol. NaN stands where expr is not real.

    `value` gives the function's own value at a point, or `None`.
    """
    waiting = [Span(domain.start, domain.end, with_node_replaced(expr, None, sp.nan))]
    ordered: list[Span] = []
    while waiting:
        span = waiting.pop()
        node = _next_switch(span.expr, x, span.settled)
        if node is None:
            ordered.insert(sum(less(other.low, span.low) for other in ordered), span)
        else:
            waiting.extend(_split(span, node, x))
    return _merge(ordered, x, value)


def _next_switch(expr: sp.Expr, x: sp.Symbol, settled: Collection[sp.Expr]) -> sp.Basic | None:
    """The first node with a switch of its own whose critical functions are smooth already.

    A Piecewise is settled by its conditions alone, so that branches which do not hold here are never looked into.
    """
    if expr is sp.nan:
        return None
    for node in different_parts(expr):
        if not isinstance(node, sp.Expr) or node in settled or not node.has(x):
            continue
        functions = critical_functions(node, x)
        if functions and all(_is_smooth(function, x, settled) for function in functions):
            return node
    return None


def _is_smooth(expr: sp.Expr, x: sp.Symbol, settled: Collection[sp.Expr]) -> bool:
    return all(
        node in settled or not critical_functions(node, x)
        for node in different_parts(expr)
        if isinstance(node, sp.Expr) and node.has(x)
    )


def different_parts(expr: sp.Basic) -> Iterator[sp.Basic]:
    """The parts of an expression from the outside in, each once, however often it occurs."""
    seen: set[sp.Basic] = set()
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            yield part
            waiting.extend(reversed(part.args))


def _split(span: Span, node: sp.Basic, x: sp.Symbol) -> list[Span]:
    functions = {function: _without_parameters(node, function, x) for function in critical_functions(node, x)}
    points: list[sp.Expr] = []
    identically_zero = []
    for function, (_, rest) in functions.items():
        zeros = real_zeros(rest, x, span.low, span.high)
        if zeros is None:
            identically_zero.append(function)
        for zero in zeros or []:
            insert(zero, points)
    spans = []
    for low, high in pairwise([span.low, *points, span.high]):
        signs = {
            function: 0 if function in identically_zero else _sign(*parts, sign_between(parts[1], x, low, high))
            for function, parts in functions.items()
        }
        formula = settle(node, x, signs)
        part = replace(span, low=low, high=high, expr=with_node_replaced(span.expr, node, formula))
        if not changes_formula(node):
            part = replace(part, settled=part.settled | {node}, sharp=part.sharp | set(points))
        spans.append(part)
    return spans


def _without_parameters(node: sp.Basic, function: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """c and g(x) with function = c·g, where parameters leave the sign of c open; else 1 and the function."""
    if function.free_symbols == {x} or not isinstance(node, (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside)):
        return sp.S.One, function
    factor, rest = sp.factor(function).as_independent(x, as_Add=False)
    try:
        sign_of(factor)
    except Undecided:
        return factor, rest
    return sp.S.One, function


def _sign(factor: sp.Expr, rest: sp.Expr, sign: int) -> int | Parametric:
    return sign if factor == 1 or sign == 0 else Parametric(factor, rest, sign)


def _merge(
    spans: list[Span], x: sp.Symbol, value: Callable[[sp.Expr], sp.Expr | None]
) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Drop every breakpoint at which nothing happens: one smooth formula on both sides, and its value at the point."""
    branches, breakpoints = [spans[0].expr], []
    for left, right in pairwise(spans):
        point = right.low
        # A formula that left a pole or a root behind on this side is not smooth here, even if it reads the same.
        smooth = not any(sign_of(point - end) == 0 for end in left.sharp | right.sharp)
        same = smooth and _same(branches[-1], right.expr) and _fills(value(point), right.expr, x, point)
        if not same:
            breakpoints.append(point)
            branches.append(right.expr)
    return branches, breakpoints


def _same(a: sp.Expr, b: sp.Expr) -> bool:
    return bool(a == b or (a is not sp.nan and b is not sp.nan and sp.expand(a - b) == 0))


def _fills(value: sp.Expr | None, branch: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool:
    """Does the formula have the function's own value at the point? Where it has none, it is singular there."""
    own = None if branch is sp.nan else value_at(branch, {x: point})
    if value is None or own is None:
        return branch is sp.nan and value is None
    return same(value, own)


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
        sign = sign_of(base)
        if sign < 0:
            raise ValueError(f"expr: got the power {node}; accepted are powers of a positive base")
        return [] if sign else [exponent]
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
    first, *more = (signs[function] for function in critical_functions(node, x))
    if isinstance(first, Parametric):
        if isinstance(node, sp.Abs):
            return first.size
        return node.func(first.factor * first.sign, *node.args[1:])
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
        real = more[0] in ((1,) if isinstance(node, sp.atanh) else (0, 1))
    return node if real else sp.nan


def _settle_power(node: sp.Pow, x: sp.Symbol, sign_of_base: int) -> sp.Expr:
    exponent = node.exp
    if not node.base.has(x):  # 0 to the power of a function, whose sign this is
        return sp.S.Zero if sign_of_base > 0 else sp.nan
    if sign_of_base == 0:
        return sp.S.Zero if exponent.is_positive else sp.nan
    if sign_of_base > 0 or (exponent.is_integer and not exponent.has(x)):
        return node
    if exponent.is_integer is None and not exponent.has(x):
        raise Undecided(f"whether {node} is real below 0 needs a domain, or integer=True or False for {exponent}")
    return sp.nan


def _settle_extremum(node: sp.Expr, x: sp.Symbol, signs: Signs) -> sp.Expr:
    direction = 1 if isinstance(node, sp.Max) else -1
    args = sorted(node.args, key=sp.default_sort_key)
    best = args[0]
    for challenger in args[1:]:
        difference = best - challenger
        sign = signs[difference] if difference.has(x) else sign_of(difference)
        if isinstance(sign, Parametric):
            if len(args) > 2:
                raise Undecided(f"the parameters decide which argument {node} is; accepted are two of them")
            return (best + challenger + direction * sign.size) / 2
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


# Beside one point.


def formula_beside(expr: sp.Expr, x: sp.Symbol, x0: sp.Expr, side: str) -> sp.Expr:
    """The smooth formula in x that expr follows just left ("-") or right ("+") of x0; `nan` where it is not real."""
    beside = x0 - INCREMENT if side == "-" else x0 + INCREMENT
    expr, settled = with_node_replaced(expr, None, sp.nan), set[sp.Expr]()
    while (node := _next_switch(expr, x, settled)) is not None:
        signs = {}
        for function in critical_functions(node, x):
            factor, rest = _without_parameters(node, function, x)
            try:
                signs[function] = _sign(factor, rest, sign_at_zero(rest.subs(x, beside)))
            except Undecided:
                if not isinstance(node, (sp.Abs, sp.Max, sp.Min)):
                    raise
                signs[function] = Parametric(function, sp.S.One, 1)  # The size of what swings can have a limit.
        formula = settle(node, x, signs)
        if formula == node:
            settled.add(node)
        else:
            expr = with_node_replaced(expr, node, formula)
    return expr


def sign_at_zero(d: sp.Expr) -> int:
    """The sign that a smooth d(h) has for all small h > 0, as −1, 0 or 1; `Undecided` where it is none of them.

    >>> sign_at_zero(1 - sp.cos(INCREMENT)), sign_at_zero(INCREMENT * sp.log(INCREMENT))
    (1, -1)
    """
    if d.is_positive or d.is_negative:
        return 1 if d.is_positive else -1
    if not d.has(INCREMENT):
        return sign_of(d)
    if d == 0 or sp.expand(sp.numer(sp.together(d))) == 0:
        return 0
    value = smooth_value(d, INCREMENT, sp.S.Zero)
    if value is not None:
        return _sign_of_analytic(d, value)
    seen = sign_by_numbers(d)
    if seen == 0 and attempt(lambda: sp.simplify(d)) == 0:
        return 0
    sign = _sign_of_singular(d)
    if sign is None or sign != seen:
        raise Undecided(f"the sign of {d} for small {INCREMENT} > 0 is not decided: symbolic {sign}, numerical {seen}")
    return sign


def _sign_of_analytic(d: sp.Expr, value: sp.Expr) -> int:
    """The sign of the first derivative at 0 that is not 0, from the function itself on."""
    polynomial = d.is_polynomial(INCREMENT)
    coefficients = sp.Poly(d, INCREMENT).all_coeffs()[::-1] if polynomial else _derivatives(d)
    for order, coefficient in enumerate(coefficients):
        sign = sign_of(coefficient)
        if sign:
            return sign
        if order == 0 and attempt(lambda: sp.simplify(d)) == 0:
            return 0
    raise Undecided(f"{d} has a zero of order {MOST_ORDER} or more at {INCREMENT} = 0")


def _derivatives(d: sp.Expr) -> Iterator[sp.Expr]:
    for _ in range(MOST_ORDER):
        value = value_at(d, {INCREMENT: sp.S.Zero})
        assert value is not None, "smooth at 0"
        yield value
        d = sp.diff(d, INCREMENT)


def _sign_of_singular(d: sp.Expr) -> int | None:
    if d.is_Mul:
        return math.prod(map(sign_at_zero, d.args))
    limit = limit_at_zero(d, f"the limit of {d} as {INCREMENT} tends to 0")
    if isinstance(limit, AccumulationBounds):
        low, high = limit.min, limit.max
        return 1 if low.is_positive else -1 if high.is_negative else None
    if limit != 0:
        return 1 if limit == sp.oo else -1 if limit == -sp.oo else sign_of(limit)
    far = sp.Dummy("far", positive=True)
    return attempt(lambda: int(sign_at_infinity(d.subs(INCREMENT, 1 / far), far)))


def smooth_value(expr: sp.Expr, variable: sp.Symbol, x0: sp.Expr) -> sp.Expr | None:
    """expr at x0 if none of its nodes can switch, end or be singular there; a smooth function is its own limit."""
    real = sp.Dummy(variable.name, real=True)
    expr = expr.subs(variable, real)
    for node in different_parts(expr):
        if isinstance(node, sp.Expr) and node.has(real):
            for function in critical_functions(node, real):
                value = value_at(function, {real: x0})
                if value is None or not (value.is_positive or value.is_negative):
                    return None
    return value_at(expr, {real: x0})
