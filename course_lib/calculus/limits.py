"""One-sided limits of piecewise functions, from two methods that must agree."""

from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real, check_side
from course_lib.calculus.errors import LimitDisagreement, UndecidedLimit
from course_lib.calculus.numerical_limit import Finding, approaches, investigate
from course_lib.calculus.parameters import assignments
from course_lib.calculus.piecewise import as_piecewise

INCREMENT = sp.Symbol("h", positive=True)
_NOT_A_VALUE = (sp.Limit, sp.nan, sp.zoo, sp.Order, AccumulationBounds, INCREMENT)


def one_sided_limit(f: Any, x0: Any, side: str) -> sp.Expr:
    """lim f(x) as x → x0 from the left (``"-"``) or the right (``"+"``): a SymPy value, ±oo, or ``AccumBounds``.

    f is a ``PiecewiseFunction`` or a SymPy expression with exactly one free symbol; x0 a real number. The side picks
    the smooth branch, SymPy takes its limit, and values with up to 430 digits must confirm it. Raises
    ``LimitDisagreement`` where the two differ, ``UndecidedLimit`` where they do not settle it, ``ValueError`` where f
    is not defined on that side.

    >>> x = sp.Symbol("x")
    >>> one_sided_limit(sp.sign(x), 0, "-"), one_sided_limit(sp.sign(x), 0, "+")
    (-1, 1)
    >>> one_sided_limit(sp.sin(1/x), 0, "+")
    AccumBounds(-1, 1)
    """
    f, x0, side = as_piecewise(f), check_real("x0", x0), check_side(side)
    question = f"the limit of f at {f.variable} = {x0}{side}"
    return limit_at_zero(near(f, x0, side), question)


def near(f: Any, x0: sp.Expr, side: str) -> sp.Expr:
    """f(x0 ± h) as a smooth expression in the positive increment h, near h = 0."""
    branch = f.branch(x0, side)
    if branch is sp.nan:
        where = "left" if side == "-" else "right"
        raise ValueError(f"x0: f is not defined just to the {where} of {f.variable} = {x0}; {f.domain_hint}")
    return branch.subs(f.variable, x0 - INCREMENT if side == "-" else x0 + INCREMENT)


def limit_at_zero(expr: sp.Expr, question: str) -> sp.Expr:
    """lim expr as h → 0+, symbolic and confirmed by numbers, for every sample of the parameters."""
    symbolic = symbolic_limit(expr)
    for values in assignments(expr.free_symbols - {INCREMENT}):
        sample = expr.subs(values)
        finding = investigate(sp.lambdify(INCREMENT, sample, "mpmath"))
        candidate = None if symbolic is None else symbolic.subs(values)
        _confirm(candidate, finding, sample, question)
    assert symbolic is not None
    return symbolic


def symbolic_limit(expr: sp.Expr) -> sp.Expr | None:
    """SymPy's limit of a smooth expression; a second form is tried before it counts as unknown."""
    if not expr.has(INCREMENT):
        return expr
    for form in (lambda e: e, sp.expand, sp.simplify):
        try:
            value = sp.limit(form(expr), INCREMENT, 0, "+")
        except (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
            continue
        if isinstance(value, AccumulationBounds) or (value.is_extended_real and not value.has(*_NOT_A_VALUE)):
            return value
        if value.has(AccumulationBounds) and sp.oo in value.args and not value.has(sp.nan, sp.zoo):
            # SymPy writes a growing oscillation as oo*sign(AccumBounds(a, b)).
            return sp.AccumBounds(-sp.oo, sp.oo)
    return None


def _confirm(candidate: sp.Expr | None, finding: Finding, sample: sp.Expr, question: str) -> None:
    """Return if the numbers confirm the candidate; raise otherwise."""
    if candidate is None or finding.kind == "no value":
        raise UndecidedLimit(question, candidate if candidate is not None else "SymPy finds none", finding)
    if isinstance(candidate, AccumulationBounds):
        agree = _confirm_oscillation(candidate, finding)
    elif candidate.is_infinite:
        agree = _confirm_infinite(candidate, finding)
    else:
        agree = _confirm_finite(candidate, finding, sample)
    if agree is None:
        raise UndecidedLimit(question, candidate, finding)
    if not agree:
        raise LimitDisagreement(question, candidate, finding)


def _confirm_finite(candidate: sp.Expr, finding: Finding, sample: sp.Expr) -> bool | None:
    value = _number(candidate)
    if finding.kind == "finite":
        return bool(max(abs(finding.low - value), abs(finding.high - value)) <= mpmath.mpf("1e-9") * (1 + abs(value)))
    if finding.kind == "slow":
        return approaches(sp.lambdify(INCREMENT, sample, "mpmath"), value) or None
    return False


def _confirm_infinite(candidate: sp.Expr, finding: Finding) -> bool | None:
    if finding.kind == "slow":
        return None
    return finding.kind == "infinite" and (candidate == sp.oo) == (finding.low > 0)


def _confirm_oscillation(candidate: AccumulationBounds, finding: Finding) -> bool | None:
    if finding.kind == "slow":
        return None
    if finding.kind != "oscillates":
        return False
    for bound, seen in ((candidate.min, finding.low), (candidate.max, finding.high)):
        if bound.is_infinite:
            if abs(seen) < mpmath.mpf("1e6") or (seen > 0) != (bound == sp.oo):
                return False
        elif abs(seen - _number(bound)) > mpmath.mpf("0.002") * (finding.high - finding.low):
            return False
    return True


def _number(expr: sp.Expr) -> mpmath.mpf:
    with mpmath.workdps(60):
        return mpmath.mpf(sp.N(expr, 60))
