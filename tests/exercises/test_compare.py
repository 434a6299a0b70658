"""Right in another form counts, nearly right does not: an attack on each comparator."""

import math
from fractions import Fraction
from unittest.mock import Mock

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction
from course_lib.exercises import compare
from course_lib.exercises.compare import Boolean, Choice, Comparator, Number, PythonFunction, Sequence, SetOf, Symbolic
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.kink.start_here import relu

x, a = sp.symbols("x a")
real, positive = sp.Symbol("x", real=True), sp.Symbol("a", positive=True)
half = sp.Rational(1, 2)


def same(comparator: Comparator, answer: object, key: object) -> bool:
    return comparator.same(comparator.read(answer), comparator.read(key))


def said(comparator: Comparator, answer: object, key: object) -> str:
    return comparator.remark(comparator.read(answer), comparator.read(key))


RELU = [
    *(sp.Max(x, 0), (x + sp.Abs(x)) / 2, 0.5 * x + 0.5 * sp.Abs(x), x * sp.Heaviside(x), x * sp.Heaviside(x, 1)),
    *(sp.Piecewise((x, x > 0), (0, True)), sp.Piecewise((0, x < 0), (x, True)), PiecewiseFunction([0, x], [0], x)),
    *(sp.sqrt(x**2) / 2 + x / 2, x - sp.Min(x, 0), sp.Max(x, 0, -sp.Abs(x)), sp.Max(2 * x, 0) / 2),
    sp.Max(x, 0) + sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
]
NOT_RELU = [
    *(sp.Abs(x), x, 0, -sp.Min(x, 0), sp.Max(0, -x), sp.Heaviside(x), sp.Max(a, 0), sp.Max(x, 0) + a),
    *(sp.Piecewise((x, x > 0), (sp.Rational(1, 10**9), True)), sp.Piecewise((x, x > 0), (0, x < 0), (1, True))),
    *(sp.Piecewise((x, x > 0), (0, x < 0)), sp.Max(x, sp.Rational(1, 1000) * x), 1.000001 * sp.Max(x, 0)),
    *(sp.log(1 + sp.exp(x)), sp.log(1 + sp.exp(1000 * x)) / 1000),
]
# Answer, key, and whether they are the same.
EXACT = [
    *((0.5, half, True), (1 / 3, sp.Rational(1, 3), True), (Fraction(1, 3), sp.Rational(1, 3), True)),
    *((np.float64(0.1), sp.Rational(1, 10), True), (0.333, sp.Rational(1, 3), False)),
    *((0.33333333333, sp.Rational(1, 3), False), (math.sqrt(2), sp.sqrt(2), False), (sp.sqrt(8) / 2, sp.sqrt(2), True)),
    *((sp.oo, sp.oo, True), (math.inf, sp.oo, True), (-sp.oo, sp.oo, False), (10**30, sp.oo, False)),
    *((sp.AccumBounds(-1, 1), sp.AccumBounds(-1, 1), True), (sp.AccumBounds(-1, 1), 0, False)),
    *((0, sp.AccumBounds(-1, 1), False), (sp.sqrt(a**2), positive, True), (sp.Abs(a), positive, True)),
    *((sp.sqrt(a**2), sp.Symbol("a", real=True), False), (sp.sign(a), 1, False)),
]


@pytest.mark.parametrize(
    ("answer", "key", "expected"),
    [
        *((answer, sp.Max(0, real), True) for answer in RELU),
        *((answer, sp.Max(0, real), False) for answer in NOT_RELU),
        *EXACT,
    ],
    ids=str,
)
def test_formulas_are_compared_in_any_form(answer: object, key: object, expected: bool) -> None:
    assert same(Symbolic(), answer, key) is expected


SMALL = Number(absolute=0.01)
UNIT = sp.Interval(0, 1)
PAIR = Sequence(SMALL, Choice(("left", "right")))
NUMBERS = Sequence(Number(), Number(), Number())


@pytest.mark.parametrize(
    ("comparator", "key", "right", "wrong"),
    [
        (SMALL, half, (0.5, 0.51, 0.49, half), (0.511, 0.489, -0.5, math.inf)),
        (Number(relative=1e-3), 2000, (2000, 2002, sp.Integer(1998)), (2003, 1997, -2000)),
        (Number(relative=1e-3), 0, (0, 0.0), (1e-300,)),
        (Number(), sp.oo, (math.inf, sp.oo), (-math.inf, 10**30)),
        (Number(), sp.sqrt(2), (math.sqrt(2), 1.414213563), (1.41421357,)),
        (SetOf(), UNIT, ((0, 1), [0, 1.0], UNIT, sp.Union(sp.Interval(0, half), sp.Interval(0.5, 1))), ()),
        (SetOf(), UNIT, (), (sp.Interval.open(0, 1), sp.Interval.Ropen(0, 1), sp.Interval(0, 1.0001), {0, 1}, set())),
        (SetOf(), sp.FiniteSet(1), (frozenset({1}), (1, 1)), ({1, 2}, {0})),
        (SetOf(), sp.S.EmptySet, (set(),), ({0},)),
        (SetOf(), sp.Interval(-sp.oo, 0), ((-math.inf, 0),), ((0, math.inf),)),
        (SetOf(), sp.Interval(0, positive), (sp.Interval(0, a),), (sp.Interval(0, 2 * a),)),
        (PAIR, (1, "left"), ([1.01, "LEFT"],), ([1.2, "left"], [1, "right"])),
        (NUMBERS, [1, 2, 3], (np.array([1.0, 2.0, 3.0]), sp.Tuple(1, 2, 3)), ([3, 2, 1],)),
        # The key no longer shows a, of which the exercise says that it is positive.
        (Symbolic((positive,)), 1, (sp.sign(a), sp.Abs(a) / a), (sp.sign(x),)),
        (Boolean(), True, (True, np.True_, sp.true, sp.Integer(1) < 2), (False, np.False_)),
    ],
    ids=str,
)
def test_what_counts_and_what_does_not(comparator: Comparator, key: object, right: tuple, wrong: tuple) -> None:
    assert [answer for answer in right if not same(comparator, answer, key)] == []
    assert [answer for answer in wrong if same(comparator, answer, key)] == []


@pytest.mark.parametrize(
    ("comparator", "answer", "key", "remark"),
    [
        (SMALL, 0.52, 0.5, "You are close: the answer counts within 0.01."),
        (SMALL, 0.701, 0.5, ""),
        (Number(), 1.009, 1, "You are close: the answer counts to within 1e-09 of its size."),
        (Number(), 1.011, 1, ""),
        (Symbolic(), math.sqrt(2) * x, sp.sqrt(2) * real, "Your answer holds the decimal 1.41421; write sp.Rational"),
        (Symbolic(), 0.67, sp.Rational(2, 3), "You are close, but an exact value is asked: write sp.Rational"),
        (Symbolic(), 0.9, sp.Rational(2, 3), ""),
        (Symbolic(), 2 * x, real, ""),
        (Symbolic(), a + x, real, "Your answer contains a; the exercise's symbols are x."),
        (Symbolic(), a, 2, "Your answer contains a; the answer is a number."),
        (SetOf(), sp.Interval.open(0, 1), UNIT, "The ends are right; ask for each end whether it belongs to the set."),
        (SetOf(), sp.Interval(0, 2), UNIT, ""),
        (PAIR, [1.2, "left"], [1, "left"], "1 of your 2 answers is right."),
        (NUMBERS, [1, 2, 0], [1, 2, 3], "2 of your 3 answers are right."),
    ],
)
def test_a_remark_names_what_is_odd(comparator: Comparator, answer: object, key: object, remark: str) -> None:
    assert said(comparator, answer, key).startswith(remark) and bool(said(comparator, answer, key)) == bool(remark)


CHOICE = Choice(("holds", "not decided"))
TWO = Sequence(Number(), Number())


@pytest.mark.parametrize(
    ("comparator", "answers", "message"),
    [
        (Symbolic(), ("1/2", "x", b"x", True, [x], {x}, abs, sp.Eq(x, 1), x > 0, sp.Matrix([x])), "You gave .*; write"),
        (Symbolic(), (sp.Derivative(sp.Max(0, x), x),), "unevaluated Derivative"),
        (CHOICE, ("true",), 'the choices are "holds", "not decided"'),
        (CHOICE, (1,), "You gave a number; write one of .*, with the quotes"),
        (Boolean(), (1, 0, "True", None, [], x > 0), "write True or False"),
        (SetOf(), ((1, 0),), "from 1 to 0; write the smaller end first"),
        (SetOf(), (1, "[0, 1]", (0, 1, 2), x > 0), "You gave .*; write a set: "),
        (SetOf(), (("0", "1"), {True}, {"1"}), "You gave the (string '[01]'|truth value True); write a number"),
        (TWO, ([1], [1] * 10**6), "You gave 10*0* answers; the exercise asks for 2"),
        (TWO, ({1, 2}, "ab", (i for i in range(2)), np.zeros((2, 2))), "You gave .*; write a list of 2 answers"),
        (TWO, ([1, "b"],), "Answer 2 of your list: You gave the string 'b'"),
        (PythonFunction((1.0,)), (3, "relu", float, sp.Max(0, x)), "You gave .*hand in the function itself.*f, not f"),
    ],
)
def test_what_cannot_be_read_is_told_what_to_write(comparator: Comparator, answers: tuple, message: str) -> None:
    for answer in answers:
        with pytest.raises(Unreadable, match=message):
            comparator.read(answer)


CHECKER = PythonFunction((-2.0, -0.5, 0.0, 0.5, 3.0))


def test_any_way_to_write_a_function_counts() -> None:
    for answer in (
        lambda x: np.where(np.asarray(x) > 0, x, 0.0),
        lambda x: x * (x > 0),
        np.vectorize(lambda x: float(max(x, 0))),
    ):
        assert same(CHECKER, answer, relu())
    infinite = CHECKER.read(lambda x: np.exp(x) * np.inf)
    assert CHECKER.same(infinite, CHECKER.read(lambda x: np.full_like(x, np.inf) if np.ndim(x) else math.inf))
    assert not CHECKER.same(infinite, CHECKER.read(lambda x: -np.exp(x) * np.inf))


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (lambda x: np.abs(x), "At x = -2 your function returns 2, which is not right."),
        (lambda x: np.maximum(0, x) * (1 + 1e-6), "At x = 0.5"),
        (lambda x: np.where(np.asarray(x) >= 3, 4.0, np.maximum(0, x)), "At x = 3 your function returns 4"),
        (lambda x: x if x > 0 else 0, "For an array your function raised ValueError: The truth value of an array"),
        (lambda x: float(np.sum(np.maximum(0, x))), "for an array of shape (5,) it returned a number"),
        (lambda x: np.maximum(0, x) * (1 + 1e-5 * (np.ndim(x) > 0)), "gets other values"),
    ],
)
def test_a_function_that_is_nearly_right_is_told_where(answer: object, remark: str) -> None:
    assert not same(CHECKER, answer, relu()) and remark in said(CHECKER, answer, relu())


class Unspeakable(Exception):
    __str__ = None


def forever(x: float) -> float:
    return forever(x)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: 1 / x, "At x = 0 your function raised ZeroDivisionError: "),
        (forever, "At x = -2 your function raised RecursionError: "),
        (Mock(side_effect=SystemExit(3)), "At x = -2 your function raised SystemExit: 3."),
        (Mock(side_effect=Unspeakable()), "At x = -2 your function raised Unspeakable."),
        (Mock(side_effect=ValueError("one.\ntwo")), "At x = -2 your function raised ValueError: one."),
        (Mock(side_effect=ValueError("a" * 10_000)), f"At x = -2 your function raised ValueError: {'a' * 120}."),
        (lambda x: "fail", "At x = -2 your function returned the string 'fail'; return a number."),
        (lambda x: math.nan, "At x = -2 your function returned NaN; look for 0/0."),
    ],
)
def test_what_goes_wrong_inside_a_function_becomes_feedback(answer: object, message: str) -> None:
    with pytest.raises(Unreadable) as problem:
        CHECKER.read(answer)
    assert str(problem.value).startswith(message) and "\n" not in str(problem.value) and len(str(problem.value)) < 200


def test_a_function_is_called_without_warnings_and_under_its_name() -> None:
    with pytest.raises(NotFilledIn, match=r"^Your program returned None"):
        compare.call_learners_function(lambda *arguments: None, 1, 2, what="program")
    assert compare.call_learners_function(lambda x, y: np.float64(x) / y, 1, 0.0) == math.inf
