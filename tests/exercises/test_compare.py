"""Right in another form counts, nearly right does not: an attack on each comparator."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction
from course_lib.exercises.compare import Boolean, Choice, Comparator, Number, Sequence, SetOf, Symbolic
from course_lib.exercises.reading import Unreadable

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
LETTER = Choice(("L", "R"))


@pytest.mark.parametrize(
    ("comparator", "key", "right", "wrong"),
    [
        (SMALL, half, (0.5, 0.51, 0.49, half), (0.511, 0.489, -0.5, math.inf)),
        (Number(relative=1e-3), 2000, (2000, 2002, sp.Integer(1998)), (2003, 1997, -2000)),
        (Number(relative=1e-3), 0, (0, 0.0), (1e-300,)),
        (Number(), sp.oo, (math.inf, sp.oo), (-math.inf, 10**30)),
        (Number(), sp.sqrt(2), (math.sqrt(2), 1.414213563), (1.41421357,)),
        (SetOf(), UNIT, ((0, 1), [0, 1.0], [(0, 1)], UNIT, sp.Union(sp.Interval(0, half), sp.Interval(0.5, 1))), ()),
        (SetOf(), UNIT, (), (sp.Interval.open(0, 1), sp.Interval.Ropen(0, 1), sp.Interval(0, 1.0001), {0, 1}, set())),
        (SetOf(), sp.FiniteSet(1), (frozenset({1}), (1, 1), 1, 1.0, [1], mpmath.mpf(1)), ({1, 2}, {0}, 0)),
        (SetOf(), sp.FiniteSet(0, 1, 2), ((0, 1, 2), [2, 1, 0]), ((0, 2), [0, 1, 3])),
        (SetOf(), sp.S.EmptySet, (set(), (), []), ({0},)),
        # A quotient that cancels is the same formula.
        (Symbolic(), 1 - real, ((1 - x**2) / (1 + x), (x - 1) ** 2 / (1 - x)), ((1 - x**2) / (2 + x),)),
        (SetOf(), sp.Interval(-sp.oo, 0), ((-math.inf, 0),), ((0, math.inf),)),
        (SetOf(), sp.Interval(0, positive), (sp.Interval(0, a),), (sp.Interval(0, 2 * a),)),
        (PAIR, (1, "left"), ([1.01, "LEFT"],), ([1.2, "left"], [1, "right"])),
        (NUMBERS, [1, 2, 3], (np.array([1.0, 2.0, 3.0]), sp.Tuple(1, 2, 3)), ([3, 2, 1],)),
        # The key no longer shows a, of which the exercise says that it is positive.
        (Symbolic((positive,)), 1, (sp.sign(a), sp.Abs(a) / a), (sp.sign(x),)),
        (Boolean(), True, (True, np.True_, sp.true, sp.Integer(1) < 2, 1, "True", 1.0), (False, np.False_, 0, "false")),
        (Number(), Fraction(1, 3), (mpmath.mpf(1) / 3, Fraction(1, 3), 1 / 3), (mpmath.mpf(1) / 7,)),
        (Sequence(LETTER, LETTER), ["R", "L"], ("RL", "r l", "R,L", ["R", "L"]), ("LR",)),
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
        (Number(), 1.009, half, ""),
        (Number(), 0.5001, half, "You are close: the answer counts to within 1e-09 of its size."),
        # Of a whole number "within 1e-09" would say nothing.
        (Number(), 356, 354, "You are close, but the answer has to be exact."),
        (Number(), 1999, 2000, "You are close, but the answer has to be exact."),
        (Number(), 1.011, 1, ""),
        (Number(), math.log(0.5, 0.8), 4, "The answer is a whole number."),
        (Number(), sp.Rational(21, 2), 11, "The answer is a whole number."),
        (Number(absolute=0.1), 3.5, 4, "You are close: the answer counts within 0.1."),
        (
            Number(absolute=0.001),
            73.7,
            0.7369,
            "That looks like per cent. Write the share itself, a number between 0 and 1.",
        ),
        (Number(relative=0.01), 0.597, 0.00597, "That looks like per cent."),
        (Number(), -4, 4, "The size is right, the sign is not."),
        # Beside a small key the tolerance is wide, and neither the sign nor the size is to be praised for nothing.
        (Number(absolute=0.05), 0.43, -0.426, "The size is right, the sign is not."),
        (Number(absolute=0.05), 1.29, -0.426, ""),
        (Number(absolute=0.05), -1.29, -0.426, ""),
        (Number(), 0.25, 4, "That is 1 divided by the answer: it is upside down."),
        (Number(), -math.inf, sp.oo, "The sign is not right."),
        (Number(), np.float32(0.1), Fraction(1, 10), "Your answer is right to single precision only"),
        (Symbolic(), math.sqrt(2) * x, sp.sqrt(2) * real, "Your answer holds the decimal 1.41421; write sp.Rational"),
        (Symbolic(), 0.67, sp.Rational(2, 3), "You are close, but an exact value is asked: write sp.Rational"),
        (Symbolic(), 0.9, sp.Rational(2, 3), ""),
        (Symbolic(), 2 * x, real, "Your answer is right up to a constant factor."),
        (
            Symbolic(),
            0.794 * a,
            positive / sp.cbrt(2),
            "You are close, but an exact value is asked: write sp.Rational",
        ),
        # Rounded anywhere in the formula, also in a power; one that agrees on one side of 0 alone is not close.
        (Symbolic(), 0.707**a, sp.sqrt(half) ** positive, "You are close, but an exact value is asked"),
        (Symbolic(), sp.Piecewise((x, x > 0), (2 * x, True)), real, ""),
        (Symbolic(), (1 + sp.Abs(x)) / 2, sp.Mul(1 + real, positive, 1 / (2 * positive), evaluate=False), ""),
        # Infinity is no multiple of a formula.
        (Symbolic(), sp.oo, 2 / positive, ""),
        (Symbolic(), -sp.Abs(x), sp.Abs(real), "All but the sign is right."),
        (Symbolic(), 1 / x, real, "That is 1 divided by the answer: it is upside down."),
        (Symbolic(), x**2, real, ""),
        (Symbolic(), a + x, real, "Your answer contains a; the exercise's symbols are x."),
        (Symbolic(), a, 2, "Your answer contains a; the answer is a number."),
        (SetOf(), sp.Interval.open(0, 1), UNIT, "The ends are right; ask for each end whether it belongs to the set."),
        (SetOf(), UNIT - sp.FiniteSet(half), UNIT, "Try 1/2: it belongs to the set, and it is not in yours."),
        (SetOf(), sp.Interval(0, 2), UNIT, "Try 3/2: it is in your set, and it does not belong there."),
        (SetOf(), {0}, sp.FiniteSet(0, 1), "A number that belongs to the set is not in yours."),
        (SetOf(), {0, 1}, UNIT, "Try 1/2: it belongs to the set, and it is not in yours."),
        (SetOf(), {a}, UNIT, "Your set contains a; it is a set of numbers."),
        (
            PAIR,
            [1.2, "left"],
            [1, "left"],
            "1 of your 2 answers is right. Of the first: You are close: the answer counts",
        ),
        (PAIR, [1.4, "left"], [1, "left"], "1 of your 2 answers is right."),
        (NUMBERS, [1, 2, 0], [1, 2, 3], "2 of your 3 answers are right."),
        (
            NUMBERS,
            [1, 2, 3001],
            [1, 2, 3000],
            "2 of your 3 answers are right. Of the third: You are close, but the answer",
        ),
        (NUMBERS, [3, 1, 2], [1, 2, 3], "Your answers are the right ones, in another order."),
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
        (Boolean(), (2, -1, "yes", None, [], x > 0, sp.Symbol("True")), "write True or False"),
        (SetOf(), ((1, 0),), "from 1 to 0; write the smaller end first"),
        (SetOf(), ((0, -sp.oo),), "from 0 to -oo; write the smaller end first"),
        (SetOf(), ((math.inf, 0),), "from oo to 0; write the smaller end first"),
        (SetOf(), ("[0, 1]", x > 0, abs), "You gave .*; write a set: "),
        (SetOf(), (("0", "1"), {True}, {"1"}), "You gave the (string '[01]'|truth value True); write a number"),
        (TWO, ([1], [1] * 10**6), "You gave 10*0* answers?; the exercise asks for 2"),
        (TWO, ({1, 2}, "ab", (i for i in range(2)), np.zeros((2, 2))), "You gave .*; write a list of 2 answers"),
        (TWO, ([1, "b"],), "Answer 2 of your list: You gave the string 'b'"),
        (
            Symbolic(),
            (sp.Lambda(x, x), sp.MatrixSymbol("A", 2, 2), sp.Order(x)),
            "You gave .*; write a number or a SymPy",
        ),
        (Number(), (sp.Lambda(x, x), sp.MatrixSymbol("A", 2, 2)), "You gave .*; write a number"),
        (Sequence(LETTER, LETTER), ("RLR",), "You gave 3 answers; the exercise asks for 2"),
        (Sequence(LETTER, LETTER), ("R",), "You gave 1 answer; the exercise asks for 2"),
    ],
)
def test_what_cannot_be_read_is_told_what_to_write(comparator: Comparator, answers: tuple, message: str) -> None:
    for answer in answers:
        with pytest.raises(Unreadable, match=message):
            comparator.read(answer)


def test_a_slip_that_a_list_shares_with_a_known_one_is_named() -> None:
    key, value = NUMBERS.read([1, 2, 3]), NUMBERS.read([7, 2, 50])
    listed = [(NUMBERS.read([7, 2, 3]), "Seven is wrong."), (NUMBERS.read([7, 8, 3]), "Other slips, too.")]
    assert NUMBERS.remark(value, key, listed) == "1 of your 3 answers is right. Of the first: Seven is wrong."
    assert NUMBERS.remark(NUMBERS.read([7, 8, 50]), key, listed) == (
        "0 of your 3 answers are right. Of the first and second: Other slips, too."
    )
