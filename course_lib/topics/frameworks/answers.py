"""Answers of this topic: programs, judged by value and derivative, functions that have to pass tests, and the keys."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp

from course_lib.exercises import compare
from course_lib.exercises.compare import Number
from course_lib.exercises.functions import Case, FunctionOf, call_learners_function, learners_function
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable, in_words, read_number
from course_lib.topics.frameworks.dual_numbers import Conventions, Dual, derivative, relu, where
from course_lib.topics.frameworks.experiment import (
    EXHIBITS,
    FURTHER,
    S,
    derivative_in_s,
    failure,
    identity,
    measured_rows,
    right_slopes,
    zero,
)
from course_lib.topics.frameworks.measurements import judge

Pair = tuple[float, float]
TIED_CANDIDATES = ((1, 0, 0), (0.5, 0.5, 0), (1, 1, 0), (0.25, 0.75, 0), (0.5, 0.25, 0.25))
# Some close to the kink, and some that are no round numbers.
POINTS = (-2.0, -1.0, -0.25, 0.0, 0.5, 3.0, -1e-3, 1e-3, -1e-6, 1e-6, -1.73, 0.37, -11.3, 17.9)
TOLERANCE = 1e-9
# A derivative is a polynomial in s of low degree: two that agree at such a number agree.
SAMPLE = {sp.Symbol("s", real=True): sp.pi / 7, sp.Symbol("s"): sp.pi / 7}


@dataclass(frozen=True)
class MendedFunction:
    """Passes all tests of an exhibit of the bug museum; what it does wrong is said by the first test that fails.

    >>> mended = MendedFunction("mask")
    >>> mended.same(mended.read(lambda output: output > 0), mended.read(np.sign))
    True
    """

    exhibit: str

    def read(self, answer: object) -> tuple[str, ...]:
        function, tests = learners_function(answer), (*EXHIBITS[self.exhibit], *FURTHER[self.exhibit])
        gaps = [_gap(function, test.arguments) for test in tests]
        if gaps[0] and all(gaps):
            raise gaps[0]
        return tuple(failure(test, function) for test in tests)

    def same(self, value: Sequence[str], key: Sequence[str]) -> bool:
        return tuple(value) == tuple(key)

    def remark(self, value: Sequence[str], key: Sequence[str]) -> str:
        failures = [line for line in value if line]
        if not failures:
            return ""
        return f"{len(failures)} of {len(value)} tests {'fail' if len(failures) > 1 else 'fails'}: {failures[0]}."


class Refused(Exception):
    """What a program was not to do with the number that it is given, in words."""


class Recorded(Dual):
    """A number that keeps account of what a program does with it, so that one account serves every number.

    It can be added, subtracted, multiplied, divided by a plain number, and handed to `relu`. It has no value yet, so a
    program that asks for it, in a comparison for one, is refused.

    >>> t = Recorded()
    >>> (relu(-t) + 2 * t - 1).at(3.0), (relu(-t) + t).at(Dual(0, 1))
    (5.00000000000000, Dual(0, 1))
    """

    def __init__(self, operation: Callable[..., Any] | None = None, *parts: "Recorded") -> None:
        self._operation, self._parts = operation, parts

    def at(self, t: Any, known: dict[int, Any] | None = None) -> Any:
        """What the program makes of the number t, plain or dual."""
        known = {} if known is None else known
        if id(self) not in known:
            parts = (part.at(t, known) for part in self._parts)
            known[id(self)] = t if self._operation is None else self._operation(*parts)
        return known[id(self)]

    def __repr__(self) -> str:
        return "the number that the program is given"

    conventions = Conventions()

    @property
    def value(self) -> Any:
        raise Refused("looks at the value of its number or compares it")

    slope = value

    def _lift(self, other: Any) -> "Recorded":
        if isinstance(other, Recorded):
            return other
        number = Dual(other).value
        return Recorded(lambda: number)

    def _with(self, value: Any, slope: Any) -> "Recorded":
        return self._lift(value)

    def __add__(self, other: Any) -> "Recorded":
        return Recorded(operator.add, self, self._lift(other))

    def __neg__(self) -> "Recorded":
        return Recorded(operator.neg, self)

    def __mul__(self, other: Any) -> "Recorded":
        return Recorded(operator.mul, self, self._lift(other))

    def __truediv__(self, other: Any) -> "Recorded":
        if isinstance(other, Recorded):
            raise Refused("divides by its number")
        return self * (1 / Dual(other).value)

    def __rtruediv__(self, other: Any) -> "Recorded":
        raise Refused("divides by its number")

    __radd__, __rmul__ = __add__, __mul__

    def _piece(self, at_the_tie: Any, left: Any) -> "Recorded":
        if left != 0:
            raise Refused("takes abs of its number")
        return Recorded(relu, self)

    def _compared(self, other: Any) -> int:
        raise Refused("looks at the value of its number or compares it")

    def __bool__(self) -> bool:
        raise Refused("looks at the value of its number or compares it")


@dataclass(frozen=True)
class Outcome:
    """For each parameter of a program: its values at `POINTS` and its automatic derivative at 0."""

    values: tuple[tuple[float, ...], ...]
    derivatives: tuple[sp.Expr, ...]


@dataclass(frozen=True)
class ProgramOf:
    """program(t, *parameter), made of relu, +, − and ·, has the key's values at `POINTS` and its derivative at 0.

    The program is called once for each of the `parameters` with a `Recorded` number, so it cannot do one thing at 0 and
    another elsewhere. `computes` names the function.
    """

    computes: str
    conventions: Conventions = field(default_factory=Conventions)
    parameters: tuple[tuple[Any, ...], ...] = ((),)

    def read(self, answer: object) -> Outcome:
        values, derivatives = [], []
        for more in self.parameters:
            recorded = self._recorded(answer, more)
            values.append(tuple(_real(recorded.at(t), f"At t = {t:g} it is {{}}.") for t in POINTS))
            dual = recorded.at(Dual(0, 1, self.conventions))
            derivatives.append(sp.expand(dual.slope) if isinstance(dual, Dual) else sp.Integer(0))
        return Outcome(tuple(values), tuple(derivatives))

    def _recorded(self, program: object, more: tuple[Any, ...]) -> Recorded:
        rule = "Use relu, +, - and * alone."
        try:
            returned = call_learners_function(program, Recorded(), *more, what="program")
        except Faulty as problem:
            cause = problem.__cause__
            cause = Refused("calls a function of NumPy") if "ufunc" in str(cause) else cause
            refused = f"Your program {cause}." if isinstance(cause, Refused) else str(problem)
            raise Faulty(f"{refused} {rule}") from problem
        try:
            return Recorded()._lift(returned)
        except TypeError as error:
            came = in_words(returned)
            raise Faulty(f"Your program returned {came}; return a number made of t. {rule}") from error

    def same(self, value: Outcome, key: Outcome) -> bool:
        return self._wrong_value(value, key) is None and self._wrong_derivative(value, key) is None

    def remark(self, value: Outcome, key: Outcome) -> str:
        place = self._wrong_value(value, key)
        if place is not None:
            i, j = place
            came, wanted = value.values[i][j], key.values[i][j]
            where = f"t = {POINTS[j]:g}{self._with(i)}"
            return f"At {where} your program returns {came:g}; {self.computes} has to return {wanted:g} there."
        i = self._wrong_derivative(value, key) or 0
        return (
            f"The values are right. The derivative at 0 is {value.derivatives[i]}{self._with(i)}; it has to be "
            f"{key.derivatives[i]}."
        )

    def _with(self, i: int) -> str:
        return "".join(f" with c = {sp.nsimplify(parameter)}" for parameter in self.parameters[i])

    def _wrong_value(self, value: Outcome, key: Outcome) -> tuple[int, int] | None:
        for i, (came, wanted) in enumerate(zip(value.values, key.values, strict=True)):
            for j, (a, b) in enumerate(zip(came, wanted, strict=True)):
                if not abs(a - b) <= TOLERANCE * max(1.0, abs(b)):
                    return i, j
        return None

    def _wrong_derivative(self, value: Outcome, key: Outcome) -> int | None:
        for i, (slope, wanted) in enumerate(zip(value.derivatives, key.derivatives, strict=True)):
            if slope.has(sp.nan) or abs(sp.N(sp.expand(slope - wanted).subs(SAMPLE))) > TOLERANCE:
                return i
        return None


def _real(returned: object, sentence: str) -> float:
    """The number, which may be NaN; anything else is refused with the sentence, which says what came at its {}."""
    if isinstance(returned, (float, np.floating)) or returned is sp.nan:
        return float(returned)
    try:
        return float(read_number(returned))
    except (Unreadable, OverflowError) as error:
        came = in_words(returned)
        raise Unreadable(sentence.format("a number too large to compare" if came == "a number" else came)) from error


def _gap(function: Callable[..., Any], arguments: tuple[Any, ...]) -> NotFilledIn | None:
    """Why this call shows a function that is not filled in; `None` where it returned something or raised an error."""
    try:
        call_learners_function(function, *arguments)
    except NotFilledIn as gap:
        return gap
    except Unreadable:
        return None
    return None


PAIRS = (((2, 3), (5, 7)), ((0, 1), (0, 1)), ((-1, 0.5), (4, 0)), ((3, 0), (2, -1)), ((-0.5, 8), (-6, -0.25)))
PRODUCT = FunctionOf(lambda: [Case(f"{a} and {b}", (a, b)) for a, b in PAIRS], compare.Sequence(Number(), Number()))
SLOPES_TO_SPELL = (-1, 2, sp.Rational(1, 4), 0, sp.Rational(10, 3), -5)
SPELLED = ProgramOf("ReLU", parameters=tuple((sp.sympify(c),) for c in SLOPES_TO_SPELL))
GHOST = ProgramOf("0", Conventions(relu=S))


def product_of_duals(a: Pair, b: Pair) -> Pair:
    """(a + a'ε)(b + b'ε) as a pair, for pairs (a, a') and (b, b')."""
    product = Dual(*a) * Dual(*b)
    return float(product.value), float(product.slope)


def relu6_slopes() -> list[sp.Expr]:
    """The automatic derivatives of relu(t) − relu(t − 6) at 0 and at 6, in s."""
    return [derivative(lambda t: relu(t) - relu(t - 6), point, Conventions(relu=S)) for point in (0, 6)]


def spelled_relu(t: Any, c: Any) -> Any:
    """ReLU with the automatic derivative c at 0, for relu'(0) = 0."""
    return relu(t) + c * zero(t)


def slope_for_uneven_parts() -> sp.Expr:
    """The only s for which relu(relu(t)) − relu(−t) = t has the automatic derivative 1 at 0."""
    (only,) = right_slopes(lambda t: relu(relu(t)) - relu(-t))
    return only


def slopes_of_choices() -> list[sp.Expr]:
    """At 0, of where(t ≥ 0, t, 0), where(t > 0, t, 0), t·where(t > 0, 1, 0) and (t + |t|)/2 with |·|'(0) = 0."""
    programs: Sequence[Callable[[Any], Any]] = (
        lambda t: where(t >= 0, t, 0),
        lambda t: where(t > 0, t, 0),
        lambda t: t * where(t > 0, 1, 0),
        lambda t: (t + abs(t)) / 2,
    )
    return [derivative(program) for program in programs]


def tied_verdicts() -> list[bool]:
    """Which of the candidates are in the Clarke subdifferential of max(x) at (1, 1, 0)."""
    return [judge("tied_max_reduce", candidate).verdict != "outside" for candidate in TIED_CANDIDATES]


def answers_for_maximum() -> str:
    """The option of prediction frameworks.p1, from the values that the snapshot has for maximum(x, 0)."""
    different = len({row.value for row in measured_rows() if row.program == "maximum_x_0"})
    return {1: "one value", 2: "two values", 3: "three values"}.get(different, "more than three values")


def derivative_of_the_identity() -> str:
    """The option of prediction frameworks.p2."""
    return f"the value {derivative_in_s(identity).subs(S, 0)}"


def central_difference_verdict(f: Callable[[float], float], x: float, claimed: float, h: float = 1e-6) -> str:
    """The check that hides a kink, as it stands in the lesson."""
    measured = (f(x + h) - f(x - h)) / (2 * h)
    return "right" if abs(measured - claimed) < 1e-4 else "wrong"


def verdict_if(inside: Callable[[float, float, float], bool]) -> Callable[..., str]:
    """A check that sees a kink, where `inside` says of (left, right, claimed) whether the claim is right."""

    def verdict(f: Callable[[float], float], x: float, claimed: float, h: float = 1e-6) -> str:
        left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
        if abs(left - right) < 1e-4:
            return "right" if abs(claimed - left) < 1e-4 else "wrong"
        return "kink" if inside(left, right, claimed) else "wrong"

    return verdict


def shared_tie(x: Any, upstream: float) -> Any:
    """The gradient of the largest entry, in equal shares."""
    largest = x == x.max()
    return largest * upstream / largest.sum()


# A function that passes the tests of each exhibit.
MENDED: dict[str, Callable[..., Any]] = {
    "assign": lambda upstream, z, s: upstream * np.where(z > 0, 1.0, np.where(z == 0, s, 0.0)),
    "mask": lambda output: output > 0,
    "average": verdict_if(lambda left, right, claimed: min(left, right) - 1e-4 <= claimed <= max(left, right) + 1e-4),
    "grader": lambda slope: slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1,
    "tie": shared_tie,
}
