"""The derivation of a one-sided derivative, as data: each step is an equation that has been checked.

`derive` writes the steps, `derivation_latex` typesets them, and `check_step` compares a learner's own line with one of
them and names the misconception behind a wrong one.
"""

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from course_lib.calculus.arguments import check_real, check_side, with_fractions_meant, with_fractions_written
from course_lib.calculus.at_zero import INCREMENT, depth, limit_at_zero
from course_lib.calculus.derivatives import one_sided_derivative
from course_lib.calculus.effort import bounded
from course_lib.calculus.equality import common_symbols, equal
from course_lib.calculus.evaluation import value_at
from course_lib.calculus.limits import one_sided_limit
from course_lib.calculus.piecewise import LocalFunction, PiecewiseFunction, at_point
from course_lib.calculus.roots import less
from course_lib.calculus.verdict import Verdict
from course_lib.checks import refusal

_WRITTEN_ORDER = "rev-lex"  # x0 before h, as in the definition
_SIDES = {"-": "left", "+": "right"}
MOST_OPERATIONS = 300
BY_CASES = (sp.Max, sp.Min, sp.Abs, sp.Piecewise, sp.Heaviside, sp.sign)


@dataclass(frozen=True)
class Place:
    """What a derivation is about: f'(x0) from one side, with the increment h > 0 on the right and h < 0 on the left."""

    f: PiecewiseFunction | LocalFunction
    x0: sp.Expr
    side: str
    increment: sp.Symbol


@dataclass(frozen=True)
class Step:
    """One equality `before` = `after` with the rule that gives it; `verified` is the outcome of its SymPy check.

    All but the last `after` are unevaluated `Limit` objects in the increment h. SymPy would cancel h − 0 and h/h
    at once, so `numerator` keeps f(x0 + h) and f(x0) as the two terms that a person writes, where the step still
    shows them.
    """

    rule: str
    before: sp.Expr
    after: sp.Expr
    verified: bool
    place: Place
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
            start = f"({start})" if _needs_brackets(self.numerator[1]) else start
            body = f"({ahead} - {start})/{self.place.increment}"
        return f"lim {body}, {self.place.increment} -> 0{self.place.side}"


def _as_written(expr: sp.Expr) -> str:
    return str(sp.sstr(expr, order=_WRITTEN_ORDER))


def _needs_brackets(subtrahend: sp.Expr) -> bool:
    return bool(subtrahend.is_Add or subtrahend.could_extract_minus_sign())


@dataclass(frozen=True)
class Derivation:
    """The steps from the definition of the one-sided derivative to its value, in order."""

    place: Place
    steps: tuple[Step, ...]

    @property
    def value(self) -> sp.Expr:
        return self.steps[-1].after

    @property
    def verified(self) -> bool:
        return all(step.verified for step in self.steps)

    def __repr__(self) -> str:
        return "\n".join(f"{i}. {step}" for i, step in enumerate(self.steps, 1))


@bounded
def derive(f: Any, x0: Any, side: str) -> Derivation:
    """f'±(x0) from its definition: write the quotient, take the side's branch, put in f(x0), simplify, take the limit.

    f is a `PiecewiseFunction` or a SymPy expression with one free symbol. Each step is checked on its own; the
    value also has to be the one that `one_sided_derivative` finds. `derivation_latex` typesets the result.

    >>> x = sp.Symbol("x")
    >>> derive(sp.Max(0, x), 0, "+")
    1. definition: lim (f(h) - f(0))/h, h -> 0+
    2. branch: lim (h - f(0))/h, h -> 0+
    3. value: lim (h - 0)/h, h -> 0+
    4. simplify: lim 1, h -> 0+
    5. limit: 1
    """
    f, x0, side = at_point(f), check_real("x0", x0), check_side(side)
    value = one_sided_derivative(f, x0, side)
    h = _increment(side, f.parameters | x0.free_symbols)
    place = Place(f, x0, side, h)
    name = sp.Function("f")
    branch = f.branch(x0, side).subs(f.variable, x0 + h)
    start = f.value(x0)
    simple = sp.simplify((branch - start) / h)
    pairs = {
        "definition": ((name(x0 + h), name(x0)), True),
        "branch": ((branch, name(x0)), _branch_holds(place, branch)),
        "value": ((branch, start), value_at(f.as_expr(), {f.variable: x0}) == start),
    }
    before: sp.Expr = sp.Symbol(f"f'_{side}({x0})")
    steps = []
    for rule, (numerator, verified) in pairs.items():
        after = _limit((numerator[0] - numerator[1]) / h, place)
        steps.append(Step(rule, before, after, verified, place, numerator))
        before = after
    after = _limit(simple, place)
    steps.append(Step("simplify", before, after, equal((branch - start) / h, simple), place))
    final = limit_at_zero(
        simple.subs(h, INCREMENT if side == "+" else -INCREMENT), f"the limit of {simple} at 0{side}", value
    )
    steps.append(Step("limit", after, value, bool(final == value) or equal(final, value), place))
    return Derivation(place, tuple(steps))


def _increment(side: str, taken: frozenset[sp.Symbol]) -> sp.Symbol:
    """h, or another name where a parameter is called h."""
    name = next(name for name in ("h", "Δx", "δ", "η") if all(symbol.name != name for symbol in taken))
    return sp.Symbol(name, positive=True) if side == "+" else sp.Symbol(name, negative=True)


def _limit(expr: sp.Expr, place: Place) -> sp.Limit:
    return sp.Limit(expr, place.increment, 0, place.side)


def _branch_holds(place: Place, branch: sp.Expr) -> bool:
    """f(x0 + h) is the branch's formula for increments up to the next breakpoint, tried at exact points."""
    f, x0 = place.f, place.x0
    sign = 1 if place.side == "+" else -1
    reach = sp.Rational(1, 10 ** (30 + depth(f.as_expr()))) if isinstance(f, LocalFunction) else sp.S.One
    for point in () if isinstance(f, LocalFunction) else f.breakpoints:
        distance = (point - x0) * sign
        if distance.is_positive and distance.is_number and less(distance, reach):
            reach = distance
    samples = [sign * reach * sp.Rational(1, k) for k in (2, 7, 1000)]
    return all(equal(f.value(x0 + sample), branch.subs(place.increment, sample)) for sample in samples)


def derivation_latex(derivation: Derivation) -> str:
    """The chain f'±(x0) = … = value as a LaTeX `aligned` block, one line for each step with its rule beside it.

    >>> x = sp.Symbol("x")
    >>> print(derivation_latex(derive(sp.Max(0, x), 0, "-")).splitlines()[2])
    &= \\lim_{h \\to 0^{-}} \\frac{0 - f{\\left(0 \\right)}}{h} && \\text{2: branch} \\\\
    """
    place = derivation.place
    left = f"f'_{{{place.side}}}({sp.latex(place.x0)})"
    said = {"simplify": f"simplify, since ${sp.latex(place.increment)} \\ne 0$"}
    lines = [
        f"&= {_latex(step)} && \\text{{{i}: {said.get(step.rule, step.rule)}}}"
        for i, step in enumerate(derivation.steps, 1)
    ]
    return "\\begin{aligned}\n" + left + " " + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _latex(step: Step) -> str:
    if not isinstance(step.after, sp.Limit):
        return str(sp.latex(step.after))
    h, side = sp.latex(step.place.increment), step.place.side
    body = _formula(step.after.args[0])
    if step.after.args[0].is_Add:
        body = f"\\left({body}\\right)"
    if step.numerator:
        ahead, start = (_formula(part) for part in step.numerator)
        if _needs_brackets(step.numerator[1]):
            start = f"\\left({start}\\right)"
        body = f"\\frac{{{ahead} - {start}}}{{{h}}}"
    return f"\\lim_{{{h} \\to 0^{{{side}}}}} {body}"


def _formula(expr: sp.Expr) -> str:
    return str(sp.latex(expr, order=_WRITTEN_ORDER))


def check_step(answer: Any, step: Step) -> Verdict:
    """answer = step.after as functions of the increment? The verdict names the misconception where it is a known one.

    `answer` is a SymPy `Limit`, the expression under it, or (for the last step) a number. Never raises for an
    answer.

    >>> x, h = sp.symbols("x h")
    >>> last = derive(sp.Abs(x), 0, "-").steps[-1]
    >>> check_step(1, last)
    not yet: The sign slipped: your answer is the negative of the right one. Left of 0, h is negative.
    """
    if answer is None or answer is ...:
        return Verdict("not attempted", "Put your answer in place of the dots.")
    if not isinstance(step, Step):
        raise TypeError(refusal("step", step, "a step of a derivation, such as steps[1]"))
    try:
        given = sp.sympify(answer, strict=True)
        if not isinstance(given, sp.Expr) or given.has(sp.nan, sp.zoo):
            return _unreadable(answer)
        if _is_huge(given):
            return Verdict("not yet", "This expression is far larger than the line asks for.")
        given = with_fractions_meant(given)
    except Exception:  # whatever an object does when SymPy looks at it
        return _unreadable(answer)
    try:
        message = _wrong_limit(given, step) if isinstance(given, sp.Limit) else None
        body = given.args[0] if isinstance(given, sp.Limit) else given
        message = message or _misconception(body, step)
        if message is None and step.rule == "limit" and isinstance(given, sp.Limit):
            message = "Right, but the limit is not taken yet. Write the number that it is."
    except Exception as error:  # a learner's expression can break any SymPy routine; the lesson must go on
        return Verdict(
            "not yet",
            f"This answer could not be compared ({type(error).__name__}). Write it as a plain expression in h.",
        )
    if message is None:
        return Verdict("passed", _praise(step))
    return Verdict("not yet", message)


def _praise(step: Step) -> str:
    place = step.place
    f, x0 = place.f, place.x0
    return {
        "definition": "Yes. This is the difference quotient.",
        "branch": f"Yes. Just {_SIDES[place.side]} of {x0}, f follows the branch {f.branch(x0, place.side)}.",
        "value": f"Yes. f({x0}) is {f.value(x0)}.",
        "simplify": "Yes. Nothing is left to cancel.",
        "limit": f"Yes. This is the derivative from the {_SIDES[place.side]}.",
    }[step.rule]


def _unreadable(answer: object) -> Verdict:
    try:
        shown = f"{answer!r:.60} of type {type(answer).__name__}"
    except Exception:  # a learner's object may fail even at being shown
        shown = type(answer).__name__
    return Verdict("not yet", f"Got {shown}. Accepted are a number, a SymPy expression in h, or a Limit.")


def _is_huge(expr: sp.Expr) -> bool:
    powers = (power.exp for power in expr.atoms(sp.Pow))
    return expr.count_ops() > MOST_OPERATIONS or any(e.is_Integer and abs(e) > MOST_OPERATIONS for e in powers)


def _wrong_limit(given: sp.Limit, step: Step) -> str | None:
    _, variable, point, side = given.args
    place = step.place
    if variable.name != place.increment.name:
        return f"The wrong variable moves: {variable}. The increment h goes to 0, and x stays at {place.x0}."
    if not equal(point, 0):
        return f"The increment h goes to 0, not to {point}: then {place.x0} + h goes to {place.x0}."
    if str(side) != place.side:
        return f"Your limit comes from the other side. This one is h → 0{place.side}."
    return None


def _misconception(body: sp.Expr, step: Step) -> str | None:
    """`None` if the body is right, else what went wrong."""
    place, target = step.place, step.after.args[0] if isinstance(step.after, sp.Limit) else step.after
    f, x0, h = place.f, place.x0, place.increment
    names = {symbol.name for symbol in body.free_symbols}
    allowed = {symbol.name for symbol in (target.free_symbols | f.parameters | {h})}
    if f.variable.name in names and f.variable.name not in allowed:
        return f"{f.variable} is still there. The point is fixed, {f.variable} = {x0}; only h moves."
    if step.rule == "limit" and h.name in names:
        return "h is left over. After the limit, no h may stand in the answer."
    if unknown := names - allowed:
        return f"{', '.join(sorted(unknown))} does not occur in this step. Use h for the increment."
    by_cases = body.has(*BY_CASES)
    body = body.subs({symbol: h for symbol in body.free_symbols if symbol.name == h.name})
    if _same(body, target):
        if step.rule == "branch" and by_cases and not target.has(*BY_CASES):
            sign = ">" if place.side == "+" else "<"
            return f"Right, but it still holds both branches. Write the one for {h} {sign} 0."
        if step.rule == "simplify" and value_at(body, {h: sp.S.Zero}) is None and value_at(target, {h: sp.S.Zero}):
            return f"Right, but {h} can still be cancelled. Go on until you can put in {h} = 0."
        return None
    if _same(body, -target):
        beside = f" Left of {x0}, h is negative." if place.side == "-" else ""
        return f"The sign slipped: your answer is the negative of the right one.{beside}"
    ahead = f.branch(x0, place.side).subs(f.variable, x0 + h)
    if step.rule == "limit":
        other = "+" if place.side == "-" else "-"
        crossed = f.branch(x0, other) is not sp.nan and _same(body, one_sided_derivative(f, x0, other))
        from_other = f"This is {{}}the derivative from the other side. Here h → 0{place.side}."
        if _same(body, one_sided_limit(f, x0, place.side)):
            also = " " + from_other.format("also ") if crossed else ""
            return f"This is the limit of f itself. The derivative is the limit of the difference quotient.{also}"
        if crossed:
            return from_other.format("")
    else:
        ahead_name, start_name = _names(step)
        if step.rule == "branch" and _same(body, step.before.args[0]):
            return f"That is still the line before. Replace {ahead_name} by the branch that holds there."
        if step.rule in ("definition", "branch") and _same(body, (ahead - f.value(x0)) / h):
            standing = start_name if step.rule == "branch" else f"{ahead_name} and {start_name}"
            return f"Right, but that is a line further down. Leave {standing} standing here."
        if _same(body, ahead):
            return f"This is {ahead_name} alone. The difference quotient subtracts {start_name} and divides by h."
        if step.numerator and _same(body, step.numerator[0] - step.numerator[1] / h):
            first, second = (_as_written(part) for part in step.numerator)
            return f"Brackets are missing: all of {first} - {second} is divided by h."
        if _same(body * 1 / h, target):
            return "The division by h is missing."
        start = step.numerator[1] if step.numerator else f.value(x0)
        if _same(body, (f.branch(x0, place.side).subs(f.variable, x0 - h) - start) / h):
            beside = " On the left, h itself is negative." if place.side == "-" else ""
            return f"The sign of h slipped: the line asks for {ahead_name}.{beside}"
        other = "+" if place.side == "-" else "-"
        if f.branch(x0, other) is not sp.nan and _same(
            body, (f.branch(x0, other).subs(f.variable, x0 + h) - start) / h
        ):
            sign = ">" if place.side == "+" else "<"
            return f"This is the formula on the other side of {x0}. Which branch holds at {x0} + h when h {sign} 0?"
    if step.rule != "limit" and target.has(h) and h.name not in names:
        return "This is a number already. Write what comes after lim, with h in it."
    what = "Not the limit" if step.rule == "limit" else "Not the same function of h"
    return f"{what}. The rule of this step is: {_rule(step)}."


def _rule(step: Step) -> str:
    ahead, start = _names(step)
    return {
        "definition": f"write the quotient ({ahead} − {start})/h",
        "branch": f"replace {ahead} by the formula that holds on this side",
        "value": f"put in the number {start}",
        "simplify": "cancel h where it can be cancelled",
        "limit": "let h go to 0",
    }[step.rule]


def _names(step: Step) -> tuple[str, str]:
    """f(x0 + h) and f(x0) as they are written at this point."""
    x0 = step.place.x0
    return ("f(h)" if x0 == 0 else f"f({x0} + h)"), f"f({x0})"


def _same(a: sp.Expr, b: sp.Expr) -> bool:
    """Equality of functions, where f itself may still stand in both as an unknown function."""
    if a.has(AppliedUndef) or b.has(AppliedUndef):
        a, b = common_symbols(a, b)
        return bool(sp.simplify(with_fractions_written(a - b)) == 0)
    return equal(a, b)
