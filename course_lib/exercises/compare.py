"""Comparators: each reads an answer into a value, or says why not, and decides whether two values are the same.

An author hands one to an `Exercise`; the reference and the wrong answers are read and compared by the same one. Strings
are never read as numbers or formulas: "1/2" gets a sentence on what to write. Comparators of functions stand in
`functions`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

import sympy as sp
from sympy.core.traversal import bottom_up

from course_lib.calculus import PiecewiseFunction, Undecided, equal
from course_lib.calculus.arguments import with_fractions_meant
from course_lib.exercises.reading import (
    NotFilledIn,
    Unreadable,
    check_comparable,
    in_words,
    is_missing,
    members,
    read_expression,
    read_number,
    spelling,
    truth_value,
)
from course_lib.marked import literal

SINGLE = 3e-7  # The relative error of a number that was rounded to single precision, a few times.
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")


class Comparator(Protocol):
    """What an exercise takes for an answer."""

    def read(self, answer: object) -> Any:
        """The value the answer stands for. Raises `Unreadable` with a message, or `NotFilledIn`."""

    def same(self, value: Any, key: Any) -> bool:
        """Whether two values that were read count as one answer."""
        return bool(value == key)

    def remark(self, value: Any, key: Any) -> str:
        """One sentence on a wrong value that no listed wrong answer covers; "" where there is nothing to add."""
        return ""


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
        if isinstance(value, float) or isinstance(key, float):
            return "The sign is not right." if value == -key else ""
        counted = not self.absolute and key.denominator == 1 < abs(key)
        if counted and value.denominator > 1 and abs(value - key) < 1:
            return "The answer is a whole number."
        roughly = max(20 * self.relative, 0.01)
        if key and Number(self.absolute, roughly).same(-value, key):
            return "The size is right, the sign is not."
        near = Number(min(20 * self.absolute, float(abs(key)) / 2), roughly)
        if self.absolute <= self.relative * abs(key) < SINGLE * abs(key) and abs(value - key) <= SINGLE * abs(key):
            return "Your answer is right to single precision only; compute in float64."
        if near.same(value, key):
            if key.denominator == 1 and not self.absolute:
                return "You are close, but the answer has to be exact."
            exact = f"within {self.absolute:g}" if self.absolute else f"to within {self.relative:g} of its size"
            return f"You are close: the answer counts {exact}."
        if 0 < key < 1 and near.same(value / 100, key):
            return "That looks like per cent. Write the share itself, a number between 0 and 1."
        if value and abs(key) != 1 and self.same(1 / value, key):
            return "That is 1 divided by the answer: it is upside down."
        return ""


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
        value = _put_together(_with_symbols_of(value, key, self.symbols))
        if value == key or _same_fraction(value, key):
            return True
        try:
            return bool(equal(value, key))
        except Undecided:  # They agree wherever they were tried.
            if sp.simplify(value - key) == 0:
                return True
            raise

    def remark(self, value: sp.Expr, key: sp.Expr) -> str:
        known = {symbol.name for symbol in key.free_symbols | set(self.symbols)}
        unknown = sorted({symbol.name for symbol in value.free_symbols} - known)
        if unknown:
            use = f"the exercise's symbols are {', '.join(sorted(known))}" if known else "the answer is a number"
            return f"Your answer contains {', '.join(unknown)}; {use}."
        value = _with_symbols_of(value, key, self.symbols)
        decimals = sorted(value.atoms(sp.Float))
        exact = "write sp.Rational(p, q), sp.sqrt(2) or the like."
        if decimals and not value.is_number:
            return f"Your answer holds the decimal {float(decimals[0]):.6g}; {exact}"
        if _close_everywhere(value, key):
            return f"You are close, but an exact value is asked: {exact}"
        return self._slip(value, key)

    def _slip(self, value: sp.Expr, key: sp.Expr) -> str:
        """Sign, reciprocal or a constant factor, where one of them is all that is wrong."""
        if value == 0 or key == 0:
            return ""
        with suppress(Exception):  # It is no more than a hint.
            if self.same(-value, key):
                return "All but the sign is right."
            if self.same(1 / value, key):
                return "That is 1 divided by the answer: it is upside down."
            factor = sp.simplify(value / key)
            if key.free_symbols and factor.is_number and factor.is_finite:
                return "Your answer is right up to a constant factor."
        return ""


@dataclass(frozen=True)
class Choice(Comparator):
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


@dataclass(frozen=True)
class Boolean(Comparator):
    """True or False, also NumPy's and SymPy's, 1 and 0, and the words in quotes, unless a function returns them."""

    quoted: bool = True

    def read(self, answer: object) -> bool:
        value = truth_value(answer)
        if value is not None and (self.quoted or not isinstance(answer, str)):
            return value
        raise Unreadable(f"You gave {in_words(answer)}; write True or False.")


@dataclass(frozen=True)
class SetOf:
    """The same set of numbers. A pair (a, b) or [a, b] stands for the closed interval, {a, b} for the two points.

    A single number stands for the set of this one, a list of three or more for its points, a list of one for that one.

    >>> SetOf().read((0, 1)), SetOf().read({0, 1}), SetOf().read(set()), SetOf().read(1)
    (Interval(0, 1), {0, 1}, EmptySet, {1})
    """

    def read(self, answer: object) -> sp.Set:
        if isinstance(answer, sp.Set):
            check_comparable(answer)
            return with_fractions_meant(answer)
        points = tuple(frozenset.union(frozenset(), answer)) if isinstance(answer, (set, frozenset)) else None
        ends = members(answer)
        if any(map(is_missing, ends or ())) or any(point is ... for point in points or ()):
            raise NotFilledIn
        if ends is not None and len(ends) == 1:
            return self.read(ends[0])
        if ends is not None and len(ends) != 2:
            points = ends
        if points is None and ends is None:
            with suppress(Unreadable):
                points = (read_expression(answer),)
        if points is not None:
            return sp.FiniteSet(*map(read_expression, points))
        if ends is not None:
            a, b = map(read_expression, ends)
            if (b - a).is_extended_negative:
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
        if value.free_symbols:
            return f"Your set contains {', '.join(sorted(map(str, value.free_symbols)))}; it is a set of numbers."
        if value.closure == key.closure and value.boundary == key.boundary:
            return "The ends are right; ask for each end whether it belongs to the set."
        missing = ""
        for point in _probes(value, key):
            inside, wanted = value.contains(point), key.contains(point)
            if inside is sp.true and wanted is sp.false:
                return f"Try {point}: it is in your set, and it does not belong there."
            if inside is sp.false and wanted is sp.true:
                if not isinstance(key, sp.FiniteSet):
                    return f"Try {point}: it belongs to the set, and it is not in yours."
                missing = "A number that belongs to the set is not in yours."  # To name it would be to give it away.
        return missing


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
        parts = self._letters(answer) or members(answer)
        if parts is None:
            raise Unreadable(
                f"You gave {in_words(answer)}; write a list of {len(self.places)} answers, such as [a, b]."
            )
        if len(parts) != len(self.places):
            came = f"{len(parts)} answer{'s' * (len(parts) != 1)}"
            raise Unreadable(f"You gave {came}; the exercise asks for {len(self.places)}.")
        if any(part is ... for part in parts):
            raise NotFilledIn
        if any(part is None for part in parts):
            raise NotFilledIn('A part of your answer is None. If a function made it, is a "return" missing?')
        values = []
        for number, (place, part) in enumerate(zip(self.places, parts, strict=True), 1):
            try:
                values.append(place.read(part))
            except Unreadable as problem:
                raise type(problem)(f"Answer {number} of your list: {problem}") from problem
        return tuple(values)

    def same(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        return not self._slips(value, key)

    def remark(
        self, value: tuple[Any, ...], key: tuple[Any, ...], listed: Iterable[tuple[tuple[Any, ...], str]] = ()
    ) -> str:
        """How many are right, and what is wrong with the others.

        `listed` are known wrong lists with their feedback: one whose slips are all in `value` speaks of their places.
        Only feedback keeps its marks.
        """
        wrong, places = self._slips(value, key), len(self.places)
        count = places - len(wrong)
        if not all(isinstance(place, (Boolean, Choice)) for place in self.places) and self._only_mixed(value, key):
            return "Your answers are the right ones, in another order."
        sentences = [f"{count} of your {places} answers {'is' if count == 1 else 'are'} right."]
        for known, feedback in sorted(listed, key=lambda entry: -len(self._slips(entry[0], key))):
            slips = self._slips(known, key)
            if slips and slips <= wrong and not slips & self._slips(value, known):
                sentences.append(f"{_of_the(slips)}: {feedback}" if len(slips) < places else feedback)
                wrong -= slips
        for i in sorted(wrong):
            if remark := self.places[i].remark(value[i], key[i]):
                sentences.append(f"{_of_the({i})}: {literal(remark)}")
        return " ".join(sentences[:3])

    def _letters(self, answer: object) -> tuple[str, ...] | None:
        """The letters of a word such as "RLLRL", where each place takes one letter."""
        of_letters = all(isinstance(place, Choice) and max(map(len, place.options)) == 1 for place in self.places)
        return tuple(answer.replace(",", "").replace(" ", "")) if of_letters and isinstance(answer, str) else None

    def _only_mixed(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        left = list(zip(self.places, key, strict=True))
        for v, place in zip(value, self.places, strict=True):
            i = next((i for i, (p, k) in enumerate(left) if type(p) is type(place) and p.same(v, k)), None)
            if i is None:
                return False
            del left[i]
        return True

    def _slips(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> set[int]:
        compared = enumerate(zip(self.places, value, key, strict=True))
        return {i for i, (place, v, k) in compared if not place.same(v, k)}


def _of_the(places: set[int]) -> str:
    words = [PLACES[i] if i < len(PLACES) else f"{i + 1}th" for i in sorted(places)]
    return f"Of the {' and '.join(words)}"


def _put_together(value: sp.Expr) -> sp.Expr:
    """The value with like terms and factors collected, which SymPy leaves undone where evaluation was switched off."""
    return bottom_up(value, lambda part: part.func(*part.args) if part.is_Add or part.is_Mul else part)


def _close_everywhere(value: sp.Expr, key: sp.Expr) -> bool:
    """|value − key| ≤ |key|/100 at a few values of the symbols, of both signs where they may be negative; key not 0."""
    for number in (1, 2, 5, -2, -3):
        symbols = enumerate(sorted(key.free_symbols, key=str), 1)
        at = {symbol: abs(number * i) if symbol.is_positive else number * i for i, symbol in symbols}
        difference, size = (sp.N(expr.subs(at)) for expr in (value - key, key))
        if not (difference.is_Number and size.is_finite and 0 != abs(size) >= 100 * abs(difference)):
            return False
    return True


def _same_fraction(value: sp.Expr, key: sp.Expr) -> bool:
    """Whether two quotients of polynomials cancel to the same one: (1 − s²)/(1 + s) counts as 1 − s."""
    symbols = value.free_symbols | key.free_symbols
    if not symbols or not (value.is_rational_function(*symbols) and key.is_rational_function(*symbols)):
        return False
    return not value.has(sp.Float) and bool(sp.cancel(value - key) == 0)


def _probes(*sets: sp.Set) -> Iterator[sp.Expr]:
    """Numbers that tell sets of real numbers apart: between and beyond their ends, then the ends themselves."""
    ends = {end for each in sets for end in each.boundary if end.is_finite} if all(map(_has_ends, sets)) else set()
    ordered = sorted(ends)
    outside = [ordered[0] - 1, ordered[-1] + 1] if ordered else [sp.S.Zero]
    yield from [(a + b) / 2 for a, b in pairwise(ordered)] + outside + ordered


def _has_ends(given: sp.Set) -> bool:
    return isinstance(given.boundary, (sp.FiniteSet, type(sp.S.EmptySet)))


def _with_symbols_of(value: Any, key: Any, more: tuple[sp.Symbol, ...] = ()) -> Any:
    """The value with its symbols replaced by the key's symbols of the same name."""
    known: Mapping[str, sp.Symbol] = {symbol.name: symbol for symbol in (*more, *key.free_symbols)}
    return value.subs({symbol: known[symbol.name] for symbol in value.free_symbols if symbol.name in known})
