"""Comparators: each reads an answer into a value, or says why not, and decides whether two values are the same.

An author hands one to an `Exercise`; the reference and the wrong answers are read and compared by the same one. Strings
are never read as numbers or formulas: "1/2" gets a sentence on what to write. At the end stands how a function of the
learner's is called, here and in the rooms of the topics.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import sympy as sp

from course_lib.calculus import PiecewiseFunction, equal
from course_lib.calculus.arguments import with_fractions_meant
from course_lib.exercises.reading import (
    NotFilledIn,
    Unreadable,
    check_comparable,
    in_words,
    is_truth_value,
    members,
    read_expression,
    read_number,
    spelling,
)


class Comparator(Protocol):
    """What an exercise takes for an answer."""

    def read(self, answer: object) -> Any:
        """The value the answer stands for. Raises `Unreadable` with a message, or `NotFilledIn`."""

    def same(self, value: Any, key: Any) -> bool:
        """Whether two values that were read count as one answer."""

    def remark(self, value: Any, key: Any) -> str:
        """One sentence on a wrong value that no listed wrong answer covers; "" where there is nothing to add."""


@dataclass(frozen=True)
class Number:
    """|answer − key| ≤ max(absolute, relative·|key|); Python, NumPy and SymPy numbers, fractions and decimals.

    >>> Number(absolute=0.01).same(Number().read(0.336), Number().read(sp.Rational(1, 3)))
    True
    """

    absolute: float = 0.0
    relative: float = 1e-9

    def read(self, answer: object) -> Fraction | float:
        return read_number(answer)

    def same(self, value: Fraction | float, key: Fraction | float) -> bool:
        if isinstance(value, float) or isinstance(key, float):  # Only the infinities are floats here.
            return value == key
        allowed = max(Fraction(self.absolute), Fraction(self.relative) * abs(key))
        # The small extra lets 0.51 count as within 0.01 of one half, although neither float is that decimal.
        return abs(value - key) <= allowed * (1 + Fraction(1, 10**9))

    def remark(self, value: Fraction | float, key: Fraction | float) -> str:
        if not Number(20 * self.absolute, max(20 * self.relative, 0.01)).same(value, key):
            return ""
        stated = f"within {self.absolute:g}" if self.absolute else f"to within {self.relative:g} of its size"
        return f"You are close: the answer counts {stated}."


@dataclass(frozen=True)
class Symbolic:
    """answer(x) = key(x) for all values that the symbols' assumptions allow, in whatever form it is written.

    The answer's symbols are matched with the key's (and with `symbols`) by name, so a learner's plain `Symbol("x")`
    takes on the assumptions that the exercise states.

    >>> x = sp.Symbol("x", real=True)
    >>> Symbolic().same(Symbolic().read((x + sp.Abs(x)) / 2), sp.Max(0, x))
    True
    """

    symbols: tuple[sp.Symbol, ...] = ()

    def read(self, answer: object) -> sp.Expr:
        return read_expression(answer.as_expr() if isinstance(answer, PiecewiseFunction) else answer)

    def same(self, value: sp.Expr, key: sp.Expr) -> bool:
        value = _with_symbols_of(value, key, self.symbols)
        return bool(value == key) or bool(equal(value, key))

    def remark(self, value: sp.Expr, key: sp.Expr) -> str:
        known = {symbol.name for symbol in key.free_symbols | set(self.symbols)}
        unknown = sorted({symbol.name for symbol in value.free_symbols} - known)
        if unknown:
            use = f"the exercise's symbols are {', '.join(sorted(known))}" if known else "the answer is a number"
            return f"Your answer contains {', '.join(unknown)}; {use}."
        if value.is_number and key.is_number and key.is_finite and abs(sp.N(value - key)) <= 0.01 * abs(sp.N(key)):
            return "You are close, but an exact value is asked: write sp.Rational(p, q), sp.sqrt(2) or the like."
        decimals = sorted(value.atoms(sp.Float))
        if decimals and not value.is_number:
            shown = f"{float(decimals[0]):.6g}"
            return f"Your answer holds the decimal {shown}; write sp.Rational(p, q), sp.sqrt(2) or the like."
        return ""


@dataclass(frozen=True)
class Choice:
    """One of stated words; capitals and spaces do not matter."""

    options: tuple[str, ...]

    def read(self, answer: object) -> str:
        choices = ", ".join(f'"{option}"' for option in self.options)
        if not isinstance(answer, str):
            raise Unreadable(f"You gave {in_words(answer)}; write one of {choices}, with the quotes.")
        for option in self.options:
            if spelling(option) == spelling(answer):
                return option
        raise Unreadable(f"You gave {in_words(answer)}; the choices are {choices}.")

    def same(self, value: str, key: str) -> bool:
        return value == key

    def remark(self, value: str, key: str) -> str:
        return ""


@dataclass(frozen=True)
class Boolean:
    """True or False, also NumPy's and SymPy's."""

    def read(self, answer: object) -> bool:
        if is_truth_value(answer):
            return bool(answer)
        raise Unreadable(f"You gave {in_words(answer)}; write True or False, with a capital and without quotes.")

    def same(self, value: bool, key: bool) -> bool:
        return value == key

    def remark(self, value: bool, key: bool) -> str:
        return ""


@dataclass(frozen=True)
class SetOf:
    """The same set of numbers. A pair (a, b) or [a, b] stands for the closed interval, {a, b} for the two points.

    >>> SetOf().read((0, 1)), SetOf().read({0, 1}), SetOf().read(set())
    (Interval(0, 1), {0, 1}, EmptySet)
    """

    def read(self, answer: object) -> sp.Set:
        if isinstance(answer, sp.Set):
            check_comparable(answer)
            return with_fractions_meant(answer)
        if isinstance(answer, (set, frozenset)):
            return sp.FiniteSet(*map(read_expression, frozenset.union(frozenset(), answer)))
        ends = members(answer)
        if ends is not None and len(ends) == 2:
            if any(end is ... or end is None for end in ends):
                raise NotFilledIn
            a, b = map(read_expression, ends)
            if (b - a).is_negative:
                raise Unreadable(f"Your interval runs from {a} to {b}; write the smaller end first.")
            return sp.Interval(a, b)
        raise Unreadable(
            f"You gave {in_words(answer)}; write a set: (0, 1) for the interval with both ends, {{0, 1}} for two "
            "points, {1} for one point, set() for the empty set, or a SymPy set such as sp.Interval.open(0, 1)."
        )

    def same(self, value: sp.Set, key: sp.Set) -> bool:
        value = _with_symbols_of(value, key)
        return bool(value == key) or bool(equal(value, key))

    def remark(self, value: sp.Set, key: sp.Set) -> str:
        if value.closure == key.closure:
            return "The ends are right; ask for each end whether it belongs to the set."
        return ""


@dataclass(frozen=True)
class Sequence:
    """A list or tuple with one answer for each place.

    >>> Sequence(Boolean(), Boolean()).read([True, False])
    (True, False)
    """

    places: tuple[Comparator, ...]

    def __init__(self, *places: Comparator) -> None:
        object.__setattr__(self, "places", places)

    def read(self, answer: object) -> tuple[Any, ...]:
        parts = members(answer)
        if parts is None:
            raise Unreadable(
                f"You gave {in_words(answer)}; write a list of {len(self.places)} answers, such as [a, b]."
            )
        if len(parts) != len(self.places):
            raise Unreadable(f"You gave {len(parts)} answers; the exercise asks for {len(self.places)}.")
        if any(part is ... for part in parts):
            raise NotFilledIn
        if any(part is None for part in parts):
            raise NotFilledIn('A part of your answer is None. If a function made it, is a "return" missing?')
        values = []
        for number, (place, part) in enumerate(zip(self.places, parts, strict=True), 1):
            try:
                values.append(place.read(part))
            except Unreadable as problem:
                raise Unreadable(f"Answer {number} of your list: {problem}") from problem
        return tuple(values)

    def same(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        return all(self._right(value, key))

    def remark(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> str:
        right = sum(self._right(value, key))
        return f"{right} of your {len(self.places)} answers {'is' if right == 1 else 'are'} right."

    def _right(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> list[bool]:
        return [place.same(v, k) for place, v, k in zip(self.places, value, key, strict=True)]


def _with_symbols_of(value: Any, key: Any, more: tuple[sp.Symbol, ...] = ()) -> Any:
    """The value with its symbols replaced by the key's symbols of the same name."""
    known: Mapping[str, sp.Symbol] = {symbol.name: symbol for symbol in (*more, *key.free_symbols)}
    return value.subs({symbol: known[symbol.name] for symbol in value.free_symbols if symbol.name in known})


@dataclass(frozen=True)
class Outcomes:
    """What a function returned at the points, and what went wrong with an array ("" where nothing did)."""

    values: tuple[Fraction | float, ...]
    array: str


@dataclass(frozen=True)
class PythonFunction:
    """f(x) = key(x) up to a relative 1e-9 at every point, also when all points come as one array.

    >>> relu = PythonFunction((-1.0, 0.0, 2.0))
    >>> relu.same(relu.read(lambda x: (x + abs(x)) / 2), relu.read(lambda x: np.maximum(0, x)))
    True
    """

    points: tuple[float, ...]

    def read(self, answer: object) -> Outcomes:
        returned: list[Any] = []
        for point in self.points:
            try:
                returned.append(call_learners_function(answer, point, where=f"At x = {point:g}"))
            except NotFilledIn as gap:
                if returned and str(gap):  # It returns numbers elsewhere: no gap in the answer, but an answer.
                    raise Unreadable(str(gap)) from gap
                raise
        values = tuple(_number(result, point) for result, point in zip(returned, self.points, strict=True))
        return Outcomes(values, _trouble_with_array(answer, self.points, values))

    def same(self, value: Outcomes, key: Outcomes) -> bool:
        return bool(value.array) == bool(key.array) and self._first_difference(value, key) is None

    def remark(self, value: Outcomes, key: Outcomes) -> str:
        i = self._first_difference(value, key)
        if i is None:
            return value.array
        return f"At x = {self.points[i]:g} your function returns {float(value.values[i]):g}, which is not right."

    def _first_difference(self, value: Outcomes, key: Outcomes) -> int | None:
        for i, (v, k) in enumerate(zip(value.values, key.values, strict=True)):
            if not Number().same(v, k):
                return i
        return None


def learners_function(answer: object) -> Callable[..., Any]:
    """The answer, if it is a function; `Unreadable` for a class, a formula, and whatever else is handed in."""
    if not callable(answer) or isinstance(answer, (type, sp.Basic)):
        raise Unreadable(f"You gave {in_words(answer)}; hand in the function itself, without brackets: f, not f(x).")
    return answer


def call_learners_function(answer: object, *arguments: Any, where: str = "", what: str = "function") -> Any:
    """answer(*arguments), without warnings; whatever goes wrong becomes a sentence for the learner.

    `where` says what the arguments are, and `what` the function is called. Raises `Unreadable` for what is no function
    and for one that raises an error, `NotFilledIn` for one that returns "..." or None. Pass copies of arrays: a
    function may change its arguments.

    >>> call_learners_function(lambda x: 1 / x, 0, where="At x = 0")
    Traceback (most recent call last):
    course_lib.exercises.reading.Unreadable: At x = 0 your function raised ZeroDivisionError: division by zero.
    """
    function = learners_function(answer)
    subject = f"{where} your {what}" if where else f"Your {what}"
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = function(*arguments)
    except (Exception, SystemExit) as error:
        raise Unreadable(f"{subject} raised {_error_in_words(error)}.") from error
    if returned is ...:
        raise NotFilledIn
    if returned is None:
        raise NotFilledIn(f'{subject} returned None. Is a "return" missing?')
    return returned


def _number(result: object, point: float) -> Fraction | float:
    if isinstance(result, (float, np.floating)) and math.isnan(result):
        raise Unreadable(f"At x = {point:g} your function returned NaN; look for 0/0.")
    try:
        return read_number(result)
    except Unreadable as problem:
        raise Unreadable(f"At x = {point:g} your function returned {in_words(result)}; return a number.") from problem


def _trouble_with_array(function: object, points: tuple[float, ...], values: tuple[Fraction | float, ...]) -> str:
    advice = "NumPy's maximum, minimum and where take arrays; Python's max and if do not."
    try:
        result = call_learners_function(function, np.array(points), where="For an array")
    except Unreadable as problem:
        return f"Single numbers are right. {problem} {advice}"
    if not isinstance(result, np.ndarray) or result.shape != (len(points),):
        returned = f"for an array of shape ({len(points)},) it returned {in_words(result)}"
        return f"Single numbers are right, but {returned}. {advice}"
    one_by_one = np.array([float(value) for value in values])
    if result.dtype.kind not in "fiu" or not np.allclose(result, one_by_one, rtol=1e-6, atol=1e-9):
        return "Single numbers are right, but an array gets other values than its members get one by one."
    return ""


def _error_in_words(error: BaseException) -> str:
    """The error's type and the first line of its message, which itself may fail."""
    lines: list[str] = []
    with suppress(Exception):
        lines = str(error).strip().splitlines()
    return ": ".join([type(error).__name__, *(line[:120].rstrip(".") for line in lines[:1])])
