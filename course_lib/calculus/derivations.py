"""The derivation of a one-sided derivative, as data: each step is an equation that has been checked."""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from course_lib.calculus.arguments import check_real, check_side
from course_lib.calculus.comparison import equal
from course_lib.calculus.derivatives import one_sided_derivative
from course_lib.calculus.limits import INCREMENT, limit_at_zero
from course_lib.calculus.piecewise import PiecewiseFunction, as_piecewise

WRITTEN_ORDER = "rev-lex"


@dataclass(frozen=True)
class Setting:
    """What a derivation is about. ``increment`` is the symbol h, positive on the right and negative on the left."""

    f: PiecewiseFunction
    x0: sp.Expr
    side: str
    increment: sp.Symbol


@dataclass(frozen=True)
class Step:
    """One equality ``before`` = ``after`` with the rule that gives it; ``verified`` is the outcome of its SymPy check.

    All but the last ``after`` are unevaluated ``Limit`` objects in the increment h. SymPy would cancel h − 0 and h/h
    at once, so ``numerator`` keeps f(x0 + h) and f(x0) as the two terms that a person writes, where the step still
    shows them.
    """

    rule: str
    before: sp.Expr
    after: sp.Expr
    verified: bool
    setting: Setting
    numerator: tuple[sp.Expr, sp.Expr] | None = None

    def __repr__(self) -> str:
        return f"{self.rule}: {self.text()}"

    def text(self) -> str:
        """The right-hand side on one line."""
        if not isinstance(self.after, sp.Limit):
            return _as_written(self.after)
        body = _as_written(self.after.args[0])
        body = f"({body})" if self.after.args[0].is_Add else body
        if self.numerator:
            ahead, start = (_as_written(part) for part in self.numerator)
            body = (
                f"({ahead} - {f'({start})' if needs_brackets(self.numerator[1]) else start})/{self.setting.increment}"
            )
        return f"lim {body}, {self.setting.increment} -> 0{self.setting.side}"


def _as_written(expr: sp.Expr) -> str:
    """x0 before h, as in the definition."""
    return str(sp.sstr(expr, order=WRITTEN_ORDER))


def needs_brackets(subtrahend: sp.Expr) -> bool:
    return bool(subtrahend.is_Add or subtrahend.could_extract_minus_sign())


@dataclass(frozen=True)
class Derivation:
    """The steps from the definition of the one-sided derivative to its value, in order."""

    setting: Setting
    steps: tuple[Step, ...]

    @property
    def value(self) -> sp.Expr:
        return self.steps[-1].after

    @property
    def verified(self) -> bool:
        return all(step.verified for step in self.steps)

    def __repr__(self) -> str:
        return "\n".join(f"{i}. {step}" for i, step in enumerate(self.steps, 1))


def derive(f: Any, x0: Any, side: str) -> Derivation:
    """f'±(x0) from its definition: write the quotient, take the side's branch, put in f(x0), simplify, take the limit.

    f is a ``PiecewiseFunction`` or a SymPy expression with one free symbol. Each step is checked on its own; the
    value also has to be the one that ``one_sided_derivative`` finds. ``derivation_latex`` typesets the result.

    >>> x = sp.Symbol("x")
    >>> derive(sp.Max(0, x), 0, "+")
    1. definition: lim (f(h) - f(0))/h, h -> 0+
    2. branch: lim (h - f(0))/h, h -> 0+
    3. value: lim (h - 0)/h, h -> 0+
    4. simplify: lim 1, h -> 0+
    5. limit: 1
    """
    f, x0, side = as_piecewise(f), check_real("x0", x0), check_side(side)
    value = one_sided_derivative(f, x0, side)
    h = _increment(side, f.parameters | x0.free_symbols)
    setting = Setting(f, x0, side, h)
    name = sp.Function("f")
    branch = f.branch(x0, side).subs(f.variable, x0 + h)
    start = f.value(x0)
    simple = sp.simplify((branch - start) / h)
    pairs = {
        "definition": ((name(x0 + h), name(x0)), True),
        "branch": ((branch, name(x0)), _branch_holds(setting, branch)),
        "value": ((branch, start), equal(start, f.value(x0))),
    }
    before: sp.Expr = sp.Symbol(f"f'_{side}({x0})")
    steps = []
    for rule, (numerator, verified) in pairs.items():
        after = _limit((numerator[0] - numerator[1]) / h, setting)
        steps.append(Step(rule, before, after, verified, setting, numerator))
        before = after
    after = _limit(simple, setting)
    steps.append(Step("simplify", before, after, equal((branch - start) / h, simple), setting))
    final = limit_at_zero(
        simple.subs(h, INCREMENT if side == "+" else -INCREMENT), f"the limit of {simple} at 0{side}", value
    )
    steps.append(Step("limit", after, value, bool(final == value) or equal(final, value), setting))
    return Derivation(setting, tuple(steps))


def _increment(side: str, taken: frozenset[sp.Symbol]) -> sp.Symbol:
    """h, or another name where a parameter is called h."""
    name = next(name for name in ("h", "Δx", "δ", "η") if all(symbol.name != name for symbol in taken))
    return sp.Symbol(name, positive=True) if side == "+" else sp.Symbol(name, negative=True)


def _limit(expr: sp.Expr, setting: Setting) -> sp.Limit:
    return sp.Limit(expr, setting.increment, 0, setting.side)


def _branch_holds(setting: Setting, branch: sp.Expr) -> bool:
    """f(x0 + h) is the branch's formula for increments up to the next breakpoint, tried at exact points."""
    f, x0 = setting.f, setting.x0
    sign = 1 if setting.side == "+" else -1
    reach = sp.Integer(1)
    for point in f.breakpoints:
        distance = (point - x0) * sign
        if distance.is_positive and distance.is_number and distance < reach:
            reach = distance
    samples = [sign * reach * sp.Rational(1, k) for k in (2, 7, 1000)]
    return all(equal(f.value(x0 + sample), branch.subs(setting.increment, sample)) for sample in samples)
