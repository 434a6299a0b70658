"""From an expression to smooth branches between breakpoints."""

from dataclasses import dataclass, replace
from itertools import pairwise

import sympy as sp

from course_lib.calculus.evaluation import value_at, with_node_replaced
from course_lib.calculus.roots import changes_formula, critical_functions, less, real_zeros, settle, sign_of


@dataclass(frozen=True)
class Cell:
    """An open interval on which ``expr`` is being reduced to one smooth formula; ``settled`` nodes stay as they are.

    ``sharp`` ends are those at which the formula itself may stop being smooth, although it reads the same on both
    sides.
    """

    low: sp.Expr
    high: sp.Expr
    expr: sp.Expr
    settled: frozenset[sp.Expr] = frozenset()
    sharp: frozenset[sp.Expr] = frozenset()


def resolve(expr: sp.Expr, x: sp.Symbol, domain: sp.Interval) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Branches and breakpoints of expr on the domain; x must be a real symbol. NaN stands where expr is not real."""
    waiting = [Cell(domain.start, domain.end, expr)]
    done: list[Cell] = []
    while waiting:
        cell = waiting.pop()
        node = _next_switch(cell, x)
        if node is None:
            done.append(cell)
        else:
            waiting.extend(_split(cell, node, x))
    ordered: list[Cell] = []
    for cell in done:
        ordered.insert(sum(less(other.low, cell.low) for other in ordered), cell)
    return _merge(ordered, expr, x)


def _next_switch(cell: Cell, x: sp.Symbol) -> sp.Basic | None:
    """The first node with a switch of its own whose critical functions are smooth already.

    A Piecewise is settled by its conditions alone, so that branches which do not hold here are never looked into.
    """
    if cell.expr is sp.nan or not cell.expr.has(x):
        return None
    for node in sp.preorder_traversal(cell.expr):
        if not isinstance(node, sp.Expr) or not node.has(x) or node in cell.settled:
            continue
        functions = critical_functions(node, x)
        if functions and all(_is_smooth(function, x, cell.settled) for function in functions):
            return node
    return None


def _is_smooth(expr: sp.Expr, x: sp.Symbol, settled: frozenset[sp.Expr]) -> bool:
    return all(
        node in settled or not critical_functions(node, x)
        for node in sp.preorder_traversal(expr)
        if isinstance(node, sp.Expr) and node.has(x)
    )


def _split(cell: Cell, node: sp.Basic, x: sp.Symbol) -> list[Cell]:
    functions = critical_functions(node, x)
    points: list[sp.Expr] = []
    identically_zero = []
    for function in functions:
        zeros = real_zeros(function, x, cell.low, cell.high)
        if zeros is None:
            identically_zero.append(function)
        for zero in zeros or []:
            if not any(sign_of(zero - point) == 0 for point in points):
                points.insert(sum(less(point, zero) for point in points), zero)
    ends = [cell.low, *points, cell.high]
    cells = []
    for low, high in pairwise(ends):
        signs = {f: 0 if f in identically_zero else sign_inside(f, x, low, high) for f in functions}
        formula = settle(node, x, signs)
        part = replace(cell, low=low, high=high, expr=with_node_replaced(cell.expr, node, formula))
        if not changes_formula(node):
            part = replace(part, settled=part.settled | {node}, sharp=part.sharp | set(points))
        cells.append(part)
    return cells


def sign_inside(function: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> int:
    """The sign of a function without zeros on (low, high), taken at one point of it."""
    step = sp.Rational(7, 9)
    if low is -sp.oo and high is sp.oo:
        point = step
    elif low is -sp.oo:
        point = high - step
    elif high is sp.oo:
        point = low + step
    else:
        point = low + (high - low) * sp.Rational(4, 9)
    return sign_of(function.subs(x, point))


def _merge(cells: list[Cell], expr: sp.Expr, x: sp.Symbol) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Drop every breakpoint at which nothing happens: one smooth formula on both sides, and its value at the point."""
    branches, breakpoints = [cells[0].expr], []
    for left, right in pairwise(cells):
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
