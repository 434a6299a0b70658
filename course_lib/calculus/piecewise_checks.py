"""Checks of what a piecewise function is made of."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import sympy as sp

from course_lib.calculus.errors import Undecided
from course_lib.calculus.parameters import assignments
from course_lib.calculus.pointwise import value_at
from course_lib.calculus.resolve import resolve
from course_lib.calculus.signs import less


def check_branches(
    branches: Sequence[sp.Expr], breakpoints: Sequence[sp.Expr], variable: sp.Symbol, parameters: frozenset[sp.Symbol]
) -> tuple[sp.Expr, ...]:
    """The branches, each resolved to the one smooth formula that it must be, real on its whole interval."""
    settled = []
    if any(symbol.name == variable.name for symbol in parameters):
        raise ValueError(f"branches: a parameter is named {variable} as well; accepted is one symbol a name")
    real = sp.Symbol(variable.name, real=True)
    for low, high, branch in _cells(branches, breakpoints):
        if branch is sp.nan:
            settled.append(branch)
            continue
        formulas, points = resolve(branch.subs(variable, real), real, sp.Interval.open(low, high))
        if points or formulas[0] is sp.nan:
            found = f"it changes at {points[0]}" if points else "it is not real there"
            raise ValueError(
                f"branches: {branch} is not one smooth formula for {low} < {variable} < {high}: {found}; "
                "accepted are smooth branches, or PiecewiseFunction.from_expr(expr, variable)"
            )
        settled.append(formulas[0].xreplace({real: variable}))
    return tuple(settled)


def check_against(
    branches: Sequence[sp.Expr],
    breakpoints: Sequence[sp.Expr],
    expr: sp.Expr,
    real: sp.Symbol,
    domain: sp.Interval,
) -> None:
    """A second method: at points of every cell inside the domain, a branch must give what expr itself gives."""
    values = assignments(expr.free_symbols - {real}, 1)[0]
    for low, high, branch in _cells(branches, breakpoints):
        low, high = low.subs(values), high.subs(values)
        if not less(domain.start, high) or not less(low, domain.end):
            continue
        for point in probes(low, high):
            expected = value_at(expr, values | {real: point})
            given = None if branch is sp.nan else value_at(branch.subs(values), {_variable(branch, real): point})
            if not _agree(expected, given):
                raise Undecided(f"{expr} at {real} = {point} is {expected}, but its branch there, {branch}, is {given}")


def _variable(branch: sp.Expr, real: sp.Symbol) -> sp.Symbol:
    return next((symbol for symbol in branch.free_symbols if symbol.name == real.name), real)


def _agree(expected: sp.Expr | None, given: sp.Expr | None) -> bool:
    if expected is None or given is None:
        return expected is given
    return bool(abs(sp.N(expected - given, 30)) <= sp.Float("1e-20") * (1 + abs(sp.N(given, 30))))


def _cells(branches: Sequence[sp.Expr], breakpoints: Sequence[sp.Expr]) -> Iterator[tuple[sp.Expr, sp.Expr, sp.Expr]]:
    for (low, high), branch in zip(pairwise([-sp.oo, *breakpoints, sp.oo]), branches, strict=True):
        yield low, high, branch


def probes(low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
    """Two exact points inside an open interval, away from round numbers."""
    third = sp.Rational(3, 8)
    if low is -sp.oo and high is sp.oo:
        return [-third, sp.Rational(11, 4)]
    if low is -sp.oo:
        return [high - third, high - sp.Rational(19, 4)]
    if high is sp.oo:
        return [low + third, low + sp.Rational(19, 4)]
    return [low + (high - low) * third, low + (high - low) * (1 - third / 4)]
