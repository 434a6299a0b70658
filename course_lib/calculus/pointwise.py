"""An expression at one point, and an expression with one of its nodes replaced: what is undefined stays undefined.

SymPy would let 0·(1/0) or x − x + √(−1) − √(−1) pass. Here a part that is not a finite real number makes the whole
undefined, except inside a branch of a Piecewise that does not hold.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanAtom, Not, Or

from course_lib.calculus.errors import Undecided


class NotReal(ArithmeticError):
    """A part of the expression is not a finite real number."""


def value_at(expr: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
    """expr with exact values for symbols, or ``None`` where any part of it is not a finite real number."""
    try:
        return _rebuild(expr, lambda node: values.get(node) if isinstance(node, sp.Symbol) else None, decide=True)
    except NotReal:
        return None


def with_node_replaced(expr: sp.Expr, node: sp.Basic, formula: sp.Expr) -> sp.Expr:
    """expr with a formula in place of a node; ``nan`` if the node is needed and the formula is ``nan``."""
    try:
        return _rebuild(expr, lambda part: formula if part == node else None, decide=False)
    except NotReal:
        return sp.nan


def _rebuild(expr: Any, replacement: Callable[[Any], Any], decide: bool) -> Any:
    found = replacement(expr)
    if found is not None:
        return _real(found)
    if isinstance(expr, sp.Piecewise):
        return _rebuild_piecewise(expr, replacement, decide)
    if not expr.args:
        return expr if isinstance(expr, BooleanAtom) else _real(expr)
    parts = [_rebuild(part, replacement, decide) for part in expr.args]
    if isinstance(expr, Relational) and not all(isinstance(part, sp.Expr) for part in parts):
        raise ValueError(f"expr: the condition {expr} is not accepted; accepted are comparisons of real expressions")
    same = all(new is old for new, old in zip(parts, expr.args, strict=True))
    rebuilt = expr if same else _apply(expr.func, parts)
    return _real(rebuilt) if isinstance(rebuilt, sp.Expr) else rebuilt


def _apply(function: Any, parts: list[Any]) -> Any:
    try:
        return function(*parts)
    except (TypeError, ValueError):
        pass  # Max, Min and comparisons refuse a nested radical that is 0 without looking like it.
    try:
        return function(*(sp.simplify(part) for part in parts))
    except (TypeError, ValueError) as error:
        raise Undecided(f"{function.__name__} of {', '.join(map(str, parts))} is not decided") from error


def _rebuild_piecewise(expr: sp.Piecewise, replacement: Callable[[Any], Any], decide: bool) -> Any:
    arms: list[tuple[Any, Any]] = []
    for value, condition in expr.args:
        try:
            holds = _rebuild(condition, replacement, decide)
        except NotReal:
            # A condition without a truth value: no arm from here on can be chosen.
            arms.append((sp.nan, True))
            break
        holds = sp.simplify(holds) if decide and not isinstance(holds, BooleanAtom) else holds
        if holds == sp.false:
            continue
        if decide and holds != sp.true:
            raise Undecided(f"whether {condition} holds is not decided by the assumptions on its symbols")
        try:
            arms.append((_rebuild(value, replacement, decide), holds))
        except NotReal:
            arms.append((sp.nan, holds))
        if holds == sp.true:
            break
    if not arms:
        raise NotReal
    if arms[0][1] == sp.true:
        return _real(arms[0][0])
    # Unevaluated: SymPy would sort the arms and merge conditions anew on every step.
    return sp.Piecewise(*arms, evaluate=False)


def _real(value: sp.Expr) -> sp.Expr:
    if value.is_finite is False or value.is_real is False or value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise NotReal
    return value


def check_condition(condition: Any) -> None:
    """A Piecewise may compare real expressions and join comparisons with And, Or and Not."""
    if isinstance(condition, BooleanAtom):
        return
    if isinstance(condition, (And, Or, Not)):
        for part in condition.args:
            check_condition(part)
    elif not (isinstance(condition, Relational) and all(isinstance(side, sp.Expr) for side in condition.args)):
        raise ValueError(
            f"expr: the condition {condition} is not accepted; accepted are comparisons of real expressions, and And, "
            "Or, Not of them"
        )
