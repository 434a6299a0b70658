"""One-sided limits of piecewise functions, from two methods that must agree."""

from collections.abc import Iterator
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real, check_side
from course_lib.calculus.errors import LimitDisagreement, UndecidedLimit
from course_lib.calculus.high_precision import mpmath_function, number
from course_lib.calculus.numerical_limit import Finding, approaches, investigate
from course_lib.calculus.parameters import assignments
from course_lib.calculus.piecewise import as_piecewise
from course_lib.calculus.pointwise import value_at
from course_lib.calculus.switches import critical_functions

# A Dummy: no parameter of a learner's function, whatever its name, can be taken for the increment.
INCREMENT = sp.Dummy("h", positive=True)
_NOT_A_VALUE = (sp.Limit, sp.nan, sp.zoo, sp.oo, -sp.oo, sp.Order, AccumulationBounds, INCREMENT)


def one_sided_limit(f: Any, x0: Any, side: str) -> sp.Expr:
    """lim f(x) as x → x0 from the left (``"-"``) or the right (``"+"``): a SymPy value, ±oo, or ``AccumBounds``.

    f is a ``PiecewiseFunction`` or a SymPy expression with exactly one free symbol; x0 a real number. The side picks
    the smooth branch, SymPy takes its limit, and values with hundreds of digits must confirm it. Raises
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
    return limit_at_zero(near(f, x0, side), question, smooth_value(f.branch(x0, side), f.variable, x0))


def smooth_value(expr: sp.Expr, variable: sp.Symbol, x0: sp.Expr) -> sp.Expr | None:
    """expr at x0 if none of its nodes can switch, end or be singular there; a smooth function is its own limit."""
    real = sp.Symbol(variable.name, real=True)
    expr = expr.subs(variable, real)
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.Expr) and node.has(real):
            for function in critical_functions(node, real):
                value = value_at(function, {real: x0})
                if value is None or not (value.is_positive or value.is_negative):
                    return None
    return value_at(expr, {real: x0})


def near(f: Any, x0: sp.Expr, side: str) -> sp.Expr:
    """f(x0 ± h) as a smooth expression in the positive increment h, near h = 0."""
    branch = f.branch(x0, side)
    if branch is sp.nan:
        where = "left" if side == "-" else "right"
        raise ValueError(f"x0: f is not defined just to the {where} of {f.variable} = {x0}; {f.domain_hint}")
    return branch.subs(f.variable, x0 - INCREMENT if side == "-" else x0 + INCREMENT)


def limit_at_zero(expr: sp.Expr, question: str, first: sp.Expr | None = None) -> sp.Expr:
    """lim expr as h → 0+, symbolic and confirmed by numbers, for every sample of the parameters.

    ``first`` is a symbolic candidate known from elsewhere; SymPy's limits of several forms of expr are the others. The
    first one that the numbers confirm is the answer; if there is none, the first one's error is raised.
    """
    samples = []
    for values in assignments(expr.free_symbols - {INCREMENT}):
        sample = expr.subs(values)
        samples.append((values, sample, investigate(mpmath_function(sample, INCREMENT))))
    failure: ArithmeticError = UndecidedLimit(question, "SymPy finds none", samples[0][2])
    for i, candidate in enumerate(_candidates(expr, first)):
        try:
            for values, sample, finding in samples:
                _confirm(candidate.subs(values), finding, sample, question)
        except (LimitDisagreement, UndecidedLimit) as error:
            failure = failure if i else error
        else:
            return candidate
    raise failure


def _candidates(expr: sp.Expr, first: sp.Expr | None) -> Iterator[sp.Expr]:
    if first is not None:
        yield first
    for form in (lambda e: e, sp.expand, sp.simplify):
        candidate = symbolic_limit(form(expr))
        if candidate is not None:
            yield candidate


def symbolic_limit(expr: sp.Expr) -> sp.Expr | None:
    """SymPy's limit of a smooth expression as h → 0+, or ``None`` where it is none of number, ±oo, ``AccumBounds``."""
    if not expr.has(INCREMENT):
        return expr
    try:
        value = sp.limit(expr, INCREMENT, 0, "+")
    except (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
        return None
    if isinstance(value, AccumulationBounds) or value in (sp.oo, -sp.oo):
        return value
    if value.has(AccumulationBounds) and sp.oo in value.args and not value.has(sp.nan, sp.zoo):
        # SymPy writes a growing oscillation as oo*sign(AccumBounds(a, b)).
        return sp.AccumBounds(-sp.oo, sp.oo)
    return value if value.is_extended_real and not value.has(*_NOT_A_VALUE) else None


def _confirm(candidate: sp.Expr, finding: Finding, sample: sp.Expr, question: str) -> None:
    """Return if the numbers confirm the candidate; raise otherwise."""
    if finding.kind == "no value":
        raise UndecidedLimit(question, candidate, finding)
    if isinstance(candidate, AccumulationBounds):
        agree = _confirm_oscillation(candidate, finding, sample)
    elif candidate.is_infinite:
        agree = _confirm_infinite(candidate, finding)
    else:
        agree = _confirm_finite(candidate, finding, sample)
    if agree is None:
        raise UndecidedLimit(question, candidate, finding)
    if not agree:
        raise LimitDisagreement(question, candidate, finding)


def _confirm_finite(candidate: sp.Expr, finding: Finding, sample: sp.Expr) -> bool | None:
    value = number(candidate)
    if finding.kind == "finite":
        return bool(max(abs(finding.low - value), abs(finding.high - value)) <= mpmath.mpf("1e-9") * (1 + abs(value)))
    if finding.kind == "slow":
        return approaches(mpmath_function(sample, INCREMENT), value) or None
    return False


def _confirm_infinite(candidate: sp.Expr, finding: Finding) -> bool | None:
    if finding.kind == "slow":
        return None
    return finding.kind == "infinite" and (candidate == sp.oo) == (finding.low > 0)


def _confirm_oscillation(candidate: AccumulationBounds, finding: Finding, sample: sp.Expr) -> bool | None:
    """Bounds must be approached by numbers and, if they are finite, follow from one oscillating term."""
    if finding.kind == "slow":
        return None
    if finding.kind != "oscillates":
        return False
    for bound, seen in ((candidate.min, finding.low), (candidate.max, finding.high)):
        if bound.is_infinite:
            if abs(seen) < mpmath.mpf("1e6") or (seen > 0) != (bound == sp.oo):
                return False
        elif abs(seen - number(bound)) > mpmath.mpf("0.002") * (finding.high - finding.low):
            return False
    finite = candidate.min.is_finite and candidate.max.is_finite
    return True if not finite or oscillation_range(sample) == (candidate.min, candidate.max) else None


def oscillation_range(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """The exact range where the limit depends on one sine or cosine of something infinite, and linearly; else ``None``.

    SymPy adds the ranges of several oscillating terms as if they could all be at their ends at once.
    """
    waves = [
        w for w in expr.atoms(sp.sin, sp.cos) if (inner := symbolic_limit(w.args[0])) is not None and inner.is_infinite
    ]
    terms = {wave: sp.Dummy(f"s{i}", real=True) for i, wave in enumerate(waves)}
    limit = symbolic_limit(expr.xreplace(terms)) if waves else None
    if limit is None or len(limit.free_symbols) != 1:
        return None
    used = list(limit.free_symbols)
    if not limit.is_polynomial(*used) or not sp.Poly(limit, *used).is_linear:
        return None
    ends = sorted((limit.subs(used[0], end) for end in (-1, 1)), key=lambda end: number(end))
    return ends[0], ends[1]
