"""Reading a learner's answer: what came, in words, and the exact value that it stands for.

Nothing here calls a method of an object that it does not know, since such a method may raise or never return.
"""

import math
import types
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from course_lib.calculus.arguments import binary_value, fraction_meant, with_fractions_meant

MOST_NODES = 500
DEEPEST = 100
LARGEST_POWER = 1000
MOST_BITS = 4000  # About 1200 digits.
UNEVALUATED = (sp.Limit, sp.Derivative, sp.Integral, sp.Sum, sp.Product, sp.Subs)
NUMBERS = "a number such as 2, 0.5, Fraction(1, 2) or sp.Rational(1, 2)"
WORDS: tuple[tuple[Any, str], ...] = (  # For what a learner gave; the first that fits.
    (str, "a string"),
    (type, "a type"),
    (list, "a list"),
    (tuple, "a tuple"),
    ((set, frozenset), "a Python set"),
    (dict, "a dictionary"),
    (range, "a range"),
    (types.GeneratorType, "a generator"),
    ((types.FunctionType, types.BuiltinFunctionType, types.MethodType, np.ufunc, sp.Lambda), "a function"),
    ((complex, np.complexfloating), "a complex number"),
    ((int, float, Fraction, Decimal, np.number, mpmath.mpf), "a number"),
    (np.ndarray, "a NumPy array"),
    (sp.MatrixBase, "a SymPy matrix"),
    (sp.Eq, "an equation"),
    (sp.Set, "a SymPy set"),
    (sp.Expr, "a SymPy expression"),
    (sp.logic.boolalg.Boolean, "an inequality or condition"),  # After Expr, since a symbol is both.
)


# SymPy counts them among its expressions, and they stand for no number.
NOT_SCALAR = (sp.Lambda, sp.MatrixExpr, sp.Order)
TRUTH_VALUES = {"true": True, "false": False}


class Unreadable(Exception):
    """The answer has a form that the exercise does not take; the message says what came and what to write.

    It is no try: the learner may have had the right answer in mind.
    """


class Faulty(Unreadable):
    """The answer has the right form and fails in use, as a function that raises an error: a try."""


class NotFilledIn(Exception):
    """The answer, or a part of it, is still missing; the message, where there is one, says why."""


def in_words(answer: object) -> str:
    """What came, for a sentence that begins "You gave".

    >>> in_words("1/2"), in_words([1, 2]), in_words(print)
    ("the string '1/2'", 'a list', 'a function')
    """
    kind = type(answer)
    if kind is str and isinstance(answer, str):
        return f"the string {answer[:37] + '…' if len(answer) > 38 else answer!r}"
    if kind is np.ndarray and isinstance(answer, np.ndarray):
        return f"a NumPy array of shape {answer.shape}"
    if is_truth_value(answer):
        return f"the truth value {bool(answer)}"
    for types_, words in WORDS:
        if issubclass(kind, types_):
            return words
    return f"an object of type {kind.__name__}"


def is_truth_value(answer: object) -> bool:
    """Whether it is True or False, of Python, NumPy or SymPy."""
    return issubclass(type(answer), (bool, np.bool_)) or answer is sp.true or answer is sp.false


def truth_value(answer: object) -> bool | None:
    """True or False, also as 1 and 0 or in quotes; `None` for anything else.

    >>> truth_value(np.True_), truth_value(0), truth_value("true"), truth_value(2)
    (True, False, True, None)
    """
    if is_truth_value(answer):
        return bool(answer)
    if type(answer) in (str, np.str_):
        return TRUTH_VALUES.get(spelling(str(answer)))
    try:
        number = read_number(answer)
    except Unreadable:
        return None
    return bool(number) if number in (0, 1) else None


def spelling(text: str) -> str:
    """The text for comparing: capitals and spaces do not matter.

    >>> spelling("  Not   DECIDED ")
    'not decided'
    """
    return " ".join(text.casefold().split())


def is_missing(answer: object) -> bool:
    """Whether it is what stands for an answer that was not given yet: "..." or None."""
    return answer is ... or answer is None


def members(answer: object) -> tuple[Any, ...] | None:
    """The members of a list, tuple or one-dimensional array in their order; `None` for anything else.

    A subclass's own ways to iterate are passed by, since they may be endless.

    >>> members([1, 2]), members({1, 2})
    ((1, 2), None)
    """
    if isinstance(answer, list):
        return tuple(list.__iter__(answer))
    if isinstance(answer, tuple):
        return tuple(tuple.__iter__(answer))
    if isinstance(answer, sp.Tuple):
        return answer.args
    if isinstance(answer, np.ndarray) and answer.ndim == 1 and answer.size <= MOST_NODES:
        return tuple(answer)
    return None


def read_number(answer: object) -> Fraction | float:
    """A real number as an exact fraction, or ±inf. A float is taken at its exact binary value.

    >>> read_number(np.float16(0.5)), read_number(sp.Rational(2, 3))
    (Fraction(1, 2), Fraction(2, 3))
    """
    answer = _plain(answer)
    if isinstance(answer, (int, Fraction)):
        return _bounded(Fraction(answer))
    if isinstance(answer, (float, Decimal)):
        if math.isnan(answer) if isinstance(answer, float) else answer.is_nan():
            raise Unreadable("You gave NaN, which is not a number: look for 0/0 or ∞ − ∞ in what you computed.")
        if math.isinf(answer):
            return math.inf if answer > 0 else -math.inf
        return Fraction(answer)
    if isinstance(answer, sp.Expr) and not isinstance(answer, NOT_SCALAR):
        return _number_of_expression(answer)
    raise Unreadable(f"You gave {in_words(answer)}; write {NUMBERS}{_without_quotes(answer)}.")


def read_expression(answer: object) -> sp.Expr:
    """A SymPy expression in which every decimal is exact again.

    A float stands for the fraction with a denominator up to a million whose nearest float it is, so 0.5, 0.1 and 1/3
    count as exact; 0.333 stands for 333/1000. A float that is no such fraction stays a decimal.

    >>> read_expression(0.1 * 3), read_expression(1 / 3), read_expression(0.5 * sp.Symbol("x"))
    (3/10, 1/3, x/2)
    """
    answer = _plain(answer)
    if isinstance(answer, (int, Fraction, Decimal, float)):
        number = read_number(answer)
        if isinstance(number, float):
            return sp.oo if number > 0 else -sp.oo
        return sp.Rational(number) if isinstance(answer, (int, Fraction)) else fraction_meant(number)
    if isinstance(answer, sp.Expr) and not isinstance(answer, NOT_SCALAR):
        check_comparable(answer)
        if answer.has(sp.nan):
            raise Unreadable("You gave nan, which stands for no value: look for 0/0 or oo − oo in what you computed.")
        if answer.has(sp.zoo):
            raise Unreadable("You gave zoo, an infinity without a sign; write sp.oo or -sp.oo.")
        return with_fractions_meant(answer)
    raise Unreadable(
        f"You gave {in_words(answer)}; write a number or a SymPy expression, such as sp.Rational(1, 2) or "
        f"sp.Max(0, x){_without_quotes(answer)}{_without_brackets(answer)}."
    )


def check_comparable(value: sp.Basic) -> None:
    """Refuse what is not worked out, and, before anything recursive touches it, what would take too long to compare."""
    waiting, nodes = [(value, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if nodes > MOST_NODES or depth > DEEPEST:
            raise Unreadable(f"Your answer has more than {MOST_NODES} parts or is nested too deep; simplify it first.")
        if isinstance(node, sp.Pow) and node.exp.is_Number and abs(node.exp) > LARGEST_POWER:
            raise Unreadable(
                f"Your answer holds a power above {LARGEST_POWER}, too large to compare; simplify it first."
            )
        waiting.extend((part, depth + 1) for part in node.args if isinstance(part, sp.Basic))
    for kind in UNEVALUATED:
        if value.has(kind):
            raise Unreadable(
                f"Your answer still holds an unevaluated {kind.__name__}; work it out, for example with .doit()."
            )


def _plain(answer: object) -> object:
    """Truth values are refused; NumPy's and mpmath's numbers become Python's."""
    if is_truth_value(answer):
        raise Unreadable(f"You gave {in_words(answer)}; write {NUMBERS}.")
    if isinstance(answer, np.ndarray) and answer.shape == ():
        answer = answer[()]
    if isinstance(answer, np.integer):
        return int(answer)
    if isinstance(answer, np.floating):
        return float(answer)
    if isinstance(answer, mpmath.mpf):
        near = float(answer)
        return near if near == answer or mpmath.isnan(answer) else sp.Float(answer, precision=answer.context.prec)
    if isinstance(answer, Decimal) and answer.is_finite() and abs(answer.adjusted()) > LARGEST_POWER:
        raise Unreadable("You gave a decimal with an exponent too large to compare.")
    return answer


def _number_of_expression(value: sp.Expr) -> Fraction | float:
    check_comparable(value)
    if value is sp.oo or value is -sp.oo:
        return math.inf if value is sp.oo else -math.inf
    if value is sp.nan or value is sp.zoo:
        raise Unreadable(f"You gave {value}, which stands for no number: look for 0/0 or 1/0 in what you computed.")
    if value.free_symbols:
        names = ", ".join(sorted(map(str, value.free_symbols)))
        raise Unreadable(f"Your answer contains {names}; write {NUMBERS}.")
    if isinstance(value, sp.Rational):
        return _bounded(Fraction(int(value.p), int(value.q)))
    number = value.evalf(40)
    if not isinstance(number, (sp.Float, sp.Rational)):
        raise Unreadable(f"You gave {in_words(value)} that is not a real number; write {NUMBERS}.")
    return _bounded(binary_value(number))


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
        raise Unreadable("You gave a number of more than a thousand digits, too large to compare.")
    return number


def _without_quotes(answer: object) -> str:
    return ", without quotes" if isinstance(answer, str) else ""


def _without_brackets(answer: object) -> str:
    one = type(answer) in (list, tuple, set, frozenset) and len(answer) == 1  # type: ignore[arg-type]
    return ", without brackets around it" if one else ""
