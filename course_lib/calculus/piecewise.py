"""A function made of smooth branches between breakpoints."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, TypeAlias

import sympy as sp

from course_lib.calculus.arguments import (
    assignments,
    check_expression,
    check_owner,
    check_real,
    check_side,
    check_variable,
)
from course_lib.calculus.at_zero import depth
from course_lib.calculus.effort import bounded
from course_lib.calculus.evaluation import value_at
from course_lib.calculus.on_arrays import evaluate, exact_where_lost
from course_lib.calculus.resolve import formula_beside, resolve
from course_lib.calculus.roots import insert, less, probes, real_zeros, same, sign_of
from course_lib.calculus.verdict import Undecided
from course_lib.checks import refusal

Owner: TypeAlias = Any  # "-", "+", a SymPy value, or None


class PiecewiseFunction:
    """f(x) = branches[i](x) between breakpoints[i−1] and breakpoints[i], with a stated value at each breakpoint.

    `branches` are SymPy expressions in `variable`, one more than `breakpoints`, which ascend strictly.
    `owners` says for each breakpoint what f is there: `"-"` the left branch, `"+"` the right branch, a value of
    its own, or `None` for undefined. Without `owners` the two neighbouring branches must agree at each
    breakpoint. A branch `nan` stands for an interval on which f is not defined. Parameters stay symbolic and must
    carry an assumption that makes them real.

    >>> x = sp.Symbol("x")
    >>> relu = PiecewiseFunction([0, x], [0], x)
    >>> relu.branch(0, "-"), relu.branch(0, "+"), relu.value(3)
    (0, x, 3)
    >>> relu([-1.0, 0.0, 2.5]).tolist()
    [0.0, 0.0, 2.5]
    """

    def __init__(
        self,
        branches: Sequence[Any],
        breakpoints: Sequence[Any],
        variable: sp.Symbol,
        owners: Sequence[Owner] | None = None,
    ) -> None:
        self.variable = check_variable(variable)
        self.branches = tuple(check_expression(branch, variable) for branch in branches)
        self.breakpoints = tuple(check_real("breakpoints", point) for point in breakpoints)
        if len(self.branches) != len(self.breakpoints) + 1:
            raise ValueError(
                f"branches: got {len(self.branches)} for {len(self.breakpoints)} breakpoints; accepted is one more"
            )
        for a, b in pairwise(self.breakpoints):
            if not less(a, b):
                raise ValueError(f"breakpoints: got {a} before {b}; accepted are strictly ascending breakpoints")
        for point in self.breakpoints:
            if variable in point.free_symbols:
                raise ValueError(f"breakpoints: got {point}; accepted are points without the variable {variable}")
        symbols = frozenset().union(*(part.free_symbols for part in (*self.branches, *self.breakpoints)))
        _check_one_symbol_a_name("branches", symbols, variable)
        self.branches = tuple(_one_formula(*cell, variable) for cell in self.cells())
        if owners is None:
            owners = [self._agreed_owner(i) for i in range(len(self.breakpoints))]
        if len(owners) != len(self.breakpoints):
            raise ValueError(
                f"owners: got {len(owners)} for {len(self.breakpoints)} breakpoints; accepted is one for each"
            )
        self.owners: tuple[Owner, ...] = tuple(check_owner(owner) for owner in owners)

    @classmethod
    @bounded
    def from_expr(cls, expr: Any, variable: sp.Symbol, domain: sp.Interval = sp.S.Reals) -> "PiecewiseFunction":
        """f(x) = expr, resolved into smooth branches; breakpoints are found, not asked for.

        `expr` may nest Max, Min, Abs, sign, Heaviside and Piecewise in elementary functions. Decimals are read as
        the fractions they are written as. `domain` is an interval of the real line; it is needed only where there
        would be infinitely many breakpoints. Raises `Undecided` where an assumption on a parameter is missing.

        >>> x = sp.Symbol("x")
        >>> PiecewiseFunction.from_expr(sp.Abs(sp.Max(x, 0) - 1), x).breakpoints
        (0, 1)
        """
        check_variable(variable)
        if not isinstance(domain, sp.Interval) and domain is not sp.S.Reals:
            raise TypeError(refusal("domain", domain, "a SymPy Interval or Reals"))
        expr = check_expression(expr, variable)
        _check_one_symbol_a_name("expr", expr.free_symbols, variable)
        real = sp.Symbol(variable.name, real=True)
        interval = domain if isinstance(domain, sp.Interval) else sp.Interval(-sp.oo, sp.oo)

        # Values come from expr as it is written: for a real x, SymPy turns 1/(1/x) into x, which has a value at 0.
        def own_value(point: sp.Expr) -> sp.Expr | None:
            return value_at(expr, {variable: point}) if interval.contains(point) != sp.false else None

        # subs, not xreplace: sqrt(x**2) must become Abs(x) now that x is real.
        on_the_line = expr.subs(variable, real)
        branches, breakpoints = resolve(on_the_line, real, interval, own_value)
        if on_the_line.has(sp.I):
            # √(−x²) has become i·|x|, which is real at one point.
            bases = [power.base.subs(variable, real) for power in expr.atoms(sp.Pow) if power.has(variable)]
            zeros = (real_zeros(base, real, interval.start, interval.end) or [] for base in bases)
            for point in chain.from_iterable(zeros):
                place = sum(less(other, point) for other in breakpoints)
                if branches[place] is sp.nan and own_value(point) is not None and point not in breakpoints:
                    branches.insert(place, sp.nan)
                    insert(point, breakpoints)
        if interval.start is not -sp.oo:
            branches, breakpoints = [sp.nan, *branches], [interval.start, *breakpoints]
        if interval.end is not sp.oo:
            branches, breakpoints = [*branches, sp.nan], [*breakpoints, interval.end]
        owners = [
            _owner(own_value(p), real, p, left, right)
            for p, (left, right) in zip(breakpoints, pairwise(branches), strict=True)
        ]
        f = cls.__new__(cls)  # what was just resolved needs no second resolution
        f.variable, f.breakpoints, f.owners = variable, tuple(breakpoints), tuple(owners)
        f.branches = tuple(branch.xreplace({real: variable}) for branch in branches)
        _check_by_evaluation(f, expr, interval)
        return f

    @property
    def parameters(self) -> frozenset[sp.Symbol]:
        """The symbols other than the variable."""
        parts = [*self.branches, *self.breakpoints, *(o for o in self.owners if isinstance(o, sp.Expr))]
        return frozenset().union(*(part.free_symbols for part in parts)) - {self.variable}

    def cells(self) -> Iterator[tuple[sp.Expr, sp.Expr, sp.Expr]]:
        """Each interval between neighbouring breakpoints, from −oo to oo: its two ends and its branch."""
        for (low, high), branch in zip(pairwise([-sp.oo, *self.breakpoints, sp.oo]), self.branches, strict=True):
            yield low, high, branch

    def branch(self, x0: Any, side: str) -> sp.Expr:
        """The smooth formula that f follows just left (`"-"`) or just right (`"+"`) of x0; `nan` where undefined.

        >>> x = sp.Symbol("x")
        >>> PiecewiseFunction([-x, x], [0], x).branch(0, "-")
        -x
        """
        check_side(side)
        x0 = check_real("x0", x0)
        passed = 0
        for point in self.breakpoints:
            order = sign_of(x0 - point)
            passed += order > 0 or (order == 0 and side == "+")
        return self.branches[passed]

    def value(self, x0: Any) -> sp.Expr:
        """f(x0), exact. Raises `ValueError` where f is not defined.

        >>> x = sp.Symbol("x")
        >>> PiecewiseFunction.from_expr(sp.Heaviside(x), x).value(0)
        1/2
        """
        value = self.value_or_none(x0)
        if value is None:
            raise ValueError(f"x0: got {x0}, where f is not defined; accepted is a point of {self.domain}")
        return value

    def value_or_none(self, x0: Any) -> sp.Expr | None:
        """f(x0), or `None` where f is not defined."""
        x0 = check_real("x0", x0)
        for i, point in enumerate(self.breakpoints):
            if sign_of(x0 - point) == 0:
                owner = self.owners[i]
                if isinstance(owner, str):
                    return _tidy(value_at(self.branches[i + (owner == "+")], {self.variable: point}))
                return owner
        branch = self.branch(x0, "+")
        return None if branch is sp.nan else _tidy(value_at(branch, {self.variable: x0}))

    @property
    def domain(self) -> str:
        """Where f is defined, as error messages write it."""
        parts = [f"({low}, {high})" for low, high, branch in self.cells() if branch is not sp.nan]
        parts += [f"{{{p}}}" for p, owner in zip(self.breakpoints, self.owners, strict=True) if owner is not None]
        return " ∪ ".join(parts)

    def as_expr(self) -> sp.Expr:
        """f as one SymPy `Piecewise`, the same function as the branches.

        >>> x = sp.Symbol("x")
        >>> PiecewiseFunction([0, x], [0], x).as_expr()
        Piecewise((0, x <= 0), (x, True))
        """
        x, pairs = self.variable, []
        for i, point in enumerate(self.breakpoints):
            owner = self.owners[i]
            if owner == "-":
                pairs.append((self.branches[i], x <= point))
                continue
            pairs.append((self.branches[i], x < point))
            if owner != "+":
                pairs.append((sp.nan if owner is None else owner, sp.Eq(x, point)))
        return sp.Piecewise(*pairs, (self.branches[-1], True)) if pairs else self.branches[0]

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle f({sp.latex(self.variable)}) = {sp.latex(self.as_expr())}$"

    def __repr__(self) -> str:
        return f"PiecewiseFunction({self.as_expr()})"

    def __call__(self, x: Any) -> Any:
        """f(x) for a number or an array of any shape, in the precision that it has; NaN where f is undefined.

        A value for which terms cancel is computed anew, with up to 1280 digits.
        """
        return evaluate(self.breakpoints, self.owners, self._on_arrays(digits_too=True), x)

    def in_floating_point(self, x: Any) -> Any:
        """f(x) as its formula gives it in the precision of x, with the digits lost that are lost on the way."""
        return evaluate(self.breakpoints, self.owners, self._on_arrays(digits_too=False), x)

    def _on_arrays(self, digits_too: bool) -> list[Callable[[Any], Any]]:
        if self.parameters:
            names = ", ".join(sorted(map(str, self.parameters)))
            raise ValueError(f"f: got the parameters {names} without values; accepted is f with numbers for them")
        if digits_too not in self._array_branches:
            branches = [exact_where_lost(branch, self.variable, digits_too) for branch in self.branches]
            self._array_branches[digits_too] = branches
        return self._array_branches[digits_too]

    @cached_property
    def _array_branches(self) -> dict[bool, list[Callable[[Any], Any]]]:
        return {}

    def _agreed_owner(self, i: int) -> Owner:
        point = self.breakpoints[i]
        left, right = (value_at(branch, {self.variable: point}) for branch in self.branches[i : i + 2])
        if left is None or right is None or not same(left, right):
            raise ValueError(
                f"owners: the branches give {left} and {right} at the breakpoint {point}; "
                f'accepted is owners=[...] with "-", "+", a value or None for each breakpoint'
            )
        return "-"


def _tidy(value: sp.Expr | None) -> sp.Expr | None:
    """A value, with 0 written as 0: sinh(log(1 + √2)) − 1 does not look like it."""
    is_plain = value is None or value.free_symbols or value.is_Rational
    return value if is_plain or not same(value, sp.S.Zero) else sp.S.Zero


def _check_one_symbol_a_name(name: str, symbols: frozenset[sp.Symbol], variable: sp.Symbol) -> None:
    if any(symbol.name == variable.name for symbol in symbols - {variable}):
        raise ValueError(f"{name}: got a parameter named {variable} like the variable; accepted is one symbol a name")


def _one_formula(low: sp.Expr, high: sp.Expr, branch: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """A branch resolved to the one smooth formula that it must be, real on its whole interval."""
    if branch is sp.nan:
        return branch
    real = sp.Symbol(variable.name, real=True)
    cell, value = sp.Interval.open(low, high), lambda point: value_at(branch, {variable: point})
    formulas, points = resolve(branch.subs(variable, real), real, cell, value)
    if points or formulas[0] is sp.nan:
        trouble = f"changes at {points[0]}" if points else "is not real there"
        raise ValueError(
            f"branches: got {branch} for {low} < {variable} < {high}, which {trouble}; accepted are branches of one "
            "smooth formula, or PiecewiseFunction.from_expr(expr, variable)"
        )
    return formulas[0].xreplace({real: variable})


def _check_by_evaluation(f: PiecewiseFunction, expr: sp.Expr, domain: sp.Interval) -> None:
    """A second method: at points of every cell inside the domain, a branch must give what expr itself gives."""
    values = assignments(expr.free_symbols - {f.variable}, 1)[0]
    for low, high, branch in f.cells():
        low, high = low.subs(values), high.subs(values)
        if not less(domain.start, high) or not less(low, domain.end):
            continue
        for point in probes(low, high):
            expected = value_at(expr, values | {f.variable: point})
            given = None if branch is sp.nan else value_at(branch.subs(values), {f.variable: point})
            if not _agree(expected, given):
                raise Undecided(
                    f"{expr} at {f.variable} = {point} is {expected}, but its branch there, {branch}, is {given}"
                )


def _agree(expected: sp.Expr | None, given: sp.Expr | None) -> bool:
    if expected is None or given is None:
        return expected is given
    if expected == given:
        return True
    a, b = (sp.N(number, 40) for number in (expected, given))
    return bool(abs(a - b) <= sp.Float("1e-20") * abs(b))


def _owner(value: sp.Expr | None, x: sp.Symbol, point: sp.Expr, left: sp.Expr, right: sp.Expr) -> Owner:
    if value is None:
        return None
    for side, branch in (("-", left), ("+", right)):
        beside = None if branch is sp.nan else value_at(branch, {x: point})
        if beside is not None and same(value, beside):
            return side
    return value


class LocalFunction:
    """An expression of one symbol just beside one point: what happens elsewhere does not matter, and is not asked."""

    parameters = frozenset[sp.Symbol]()
    domain = "the line where the expression is real"

    def __init__(self, expr: sp.Expr) -> None:
        (symbol,) = expr.free_symbols
        self.variable = check_variable(symbol)
        self.expr = check_expression(expr, symbol)
        self._branches: dict[tuple[sp.Expr, str], sp.Expr] = {}

    def branch(self, x0: sp.Expr, side: str) -> sp.Expr:
        """The smooth formula just left ("-") or right ("+") of x0, confirmed by numbers; `nan` where there is none."""
        if (x0, side) not in self._branches:
            real = sp.Symbol(self.variable.name, real=True)
            formula = formula_beside(self.expr.subs(self.variable, real), real, x0, side)
            formula = formula.xreplace({real: self.variable})
            self._check_by_evaluation(formula, x0, side)
            self._branches[x0, side] = formula
        return self._branches[x0, side]

    def as_expr(self) -> sp.Expr:
        return self.expr

    def value(self, x0: sp.Expr) -> sp.Expr:
        value = self.value_or_none(x0)
        if value is None:
            raise ValueError(f"x0: got {x0}, where f is not defined; accepted is a point of {self.domain}")
        return value

    def value_or_none(self, x0: sp.Expr) -> sp.Expr | None:
        return _tidy(value_at(self.expr, {self.variable: x0}))

    def _check_by_evaluation(self, formula: sp.Expr, x0: sp.Expr, side: str) -> None:
        """A second method: as near as numbers go, the formula must give what the expression itself gives."""
        reach = depth(self.expr) + depth(x0)
        for exponent in (reach + 30, reach + 70):
            digits = 4 * exponent + 50
            point = sp.N(x0 + (-1 if side == "-" else 1) * sp.Rational(7, 10 ** (exponent + 1)), digits)
            expected = value_at(self.expr, {self.variable: point})
            given = None if formula is sp.nan else value_at(formula, {self.variable: point})
            if not _agree(expected, given):
                place = f"just beside {self.variable} = {x0}"
                raise Undecided(f"{self.expr} {place} is {expected}, but its formula there, {formula}, is {given}")


def at_point(f: Any) -> PiecewiseFunction | LocalFunction:
    """f itself, or an expression with exactly one free symbol, to be looked at beside single points only."""
    if isinstance(f, LocalFunction):
        return f
    if isinstance(f, sp.Expr) and len(f.free_symbols) == 1:
        return LocalFunction(f)
    return as_piecewise(f)


def as_piecewise(f: Any, domain: sp.Interval = sp.S.Reals) -> PiecewiseFunction:
    """f itself, or the function that an expression with exactly one free symbol states on the domain."""
    if isinstance(f, PiecewiseFunction):
        return f
    if isinstance(f, sp.Expr) and len(f.free_symbols) == 1:
        return PiecewiseFunction.from_expr(f, next(iter(f.free_symbols)), domain)
    if isinstance(f, sp.Expr):
        names = ", ".join(sorted(map(str, f.free_symbols))) or "none"
        raise ValueError(
            f"f: got {f} with the free symbols {names}; accepted is an expression with exactly one, or "
            f"PiecewiseFunction.from_expr(expr, variable)"
        )
    raise TypeError(refusal("f", f, "a PiecewiseFunction or a SymPy expression"))
