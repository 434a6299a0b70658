"""Right in another form counts, nearly right does not: an attack on each comparator."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction
from course_lib.exercises.compare import Boolean, Choice, Comparator, Number, Sequence, SetOf, Symbolic
from course_lib.exercises.reading import NotFilledIn, Unreadable

x = sp.Symbol("x")
real = sp.Symbol("x", real=True)
a = sp.Symbol("a")
positive = sp.Symbol("a", positive=True)
RELU = sp.Max(0, real)


def same(comparator: Comparator, answer: object, key: object) -> bool:
    return comparator.same(comparator.read(answer), comparator.read(key))


@pytest.mark.parametrize(
    "answer",
    [
        sp.Max(x, 0),
        (x + sp.Abs(x)) / 2,
        0.5 * x + 0.5 * sp.Abs(x),
        x * sp.Heaviside(x),
        x * sp.Heaviside(x, 1),
        sp.Piecewise((x, x > 0), (0, True)),
        sp.Piecewise((0, x < 0), (x, True)),
        sp.sqrt(x**2) / 2 + x / 2,
        x - sp.Min(x, 0),
        sp.Max(x, 0, -sp.Abs(x)),
        sp.Max(2 * x, 0) / 2,
        sp.Max(x, 0) + sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
        PiecewiseFunction([0, x], [0], x),
    ],
    ids=str,
)
def test_relu_in_any_form_is_relu(answer: object) -> None:
    assert same(Symbolic(), answer, RELU)


@pytest.mark.parametrize(
    "answer",
    [
        sp.Abs(x),
        x,
        0,
        -sp.Min(x, 0),
        sp.Max(0, -x),
        sp.Heaviside(x),
        sp.Piecewise((x, x > 0), (sp.Rational(1, 10**9), True)),
        sp.Piecewise((x, x > 0), (0, x < 0), (1, True)),
        sp.Piecewise((x, x > 0), (0, x < 0)),
        sp.Max(x, sp.Rational(1, 1000) * x),
        sp.log(1 + sp.exp(x)),
        sp.log(1 + sp.exp(1000 * x)) / 1000,
        1.000001 * sp.Max(x, 0),
        sp.Max(a, 0),
        sp.Max(x, 0) + a,
    ],
    ids=str,
)
def test_what_is_nearly_relu_is_not_relu(answer: object) -> None:
    assert not same(Symbolic(), answer, RELU)


def test_the_exercises_assumptions_hold_for_the_answers_symbols() -> None:
    assert same(Symbolic(), sp.sqrt(a**2), positive)
    assert same(Symbolic(), sp.Abs(a), positive)
    assert not same(Symbolic(), sp.sqrt(a**2), sp.Symbol("a", real=True))
    # The key is 1 and no longer shows a; the exercise still states that a is positive.
    assert same(Symbolic((positive,)), sp.sign(a), 1)
    assert not same(Symbolic(), sp.sign(a), 1)


@pytest.mark.parametrize(
    ("answer", "key", "expected"),
    [
        (0.5, sp.Rational(1, 2), True),
        (1 / 3, sp.Rational(1, 3), True),
        (Fraction(1, 3), sp.Rational(1, 3), True),
        (np.float64(0.1), sp.Rational(1, 10), True),
        (0.333, sp.Rational(1, 3), False),
        (0.33333333333, sp.Rational(1, 3), False),
        (math.sqrt(2), sp.sqrt(2), False),
        (sp.sqrt(8) / 2, sp.sqrt(2), True),
        (sp.oo, sp.oo, True),
        (math.inf, sp.oo, True),
        (-sp.oo, sp.oo, False),
        (10**30, sp.oo, False),
        (sp.AccumBounds(-1, 1), sp.AccumBounds(-1, 1), True),
        (sp.AccumBounds(-1, 1), sp.Integer(0), False),
        (sp.Integer(0), sp.AccumBounds(-1, 1), False),
    ],
)
def test_exact_values(answer: object, key: object, expected: bool) -> None:
    assert same(Symbolic(), answer, key) is expected


def test_remarks_name_what_is_odd() -> None:
    exact = Symbolic()
    assert "the decimal 1.41421; write sp.Rational" in exact.remark(exact.read(math.sqrt(2) * x), sp.sqrt(2) * real)
    assert "exact value" in exact.remark(exact.read(0.67), sp.Rational(2, 3))
    assert exact.remark(exact.read(0.9), sp.Rational(2, 3)) == ""
    assert exact.remark(exact.read(a + x), real) == "Your answer contains a; the exercise's symbols are x."
    assert exact.remark(exact.read(a), sp.Integer(2)) == "Your answer contains a; the answer is a number."
    assert "within 0.01" in Number(absolute=0.01).remark(Fraction("0.52"), Fraction("0.5"))
    assert Number(absolute=0.01).remark(Fraction(2), Fraction("0.5")) == ""


@pytest.mark.parametrize("answer", ["1/2", "x", b"x", True, [x], {x}, lambda t: t, sp.Eq(x, 1), x > 0, sp.Matrix([x])])
def test_what_is_no_expression_is_unreadable(answer: object) -> None:
    with pytest.raises(Unreadable, match=r"^You gave "):
        Symbolic().read(answer)


def test_a_limit_that_was_not_worked_out_does_not_count() -> None:
    with pytest.raises(Unreadable, match="unevaluated Limit"):
        Symbolic().read(sp.Limit(x, x, 0))
    with pytest.raises(Unreadable, match="unevaluated Derivative"):
        Symbolic().read(sp.Derivative(sp.Max(0, x), x))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (0.5, True),
        (0.51, True),
        (0.511, False),
        (0.489, False),
        (sp.Rational(1, 2), True),
        (-0.5, False),
        (math.inf, False),
    ],
)
def test_a_number_counts_within_its_absolute_tolerance(answer: object, expected: bool) -> None:
    assert same(Number(absolute=0.01, relative=0), answer, Fraction(1, 2)) is expected


def test_a_number_counts_within_its_relative_tolerance() -> None:
    assert same(Number(relative=1e-3), 1000.9, 1000)
    assert not same(Number(relative=1e-3), 1001.1, 1000)
    assert not same(Number(relative=1e-3), 1e-300, 0)
    assert same(Number(), math.inf, sp.oo)
    assert not same(Number(), -math.inf, sp.oo)


def test_choices_ignore_capitals_and_spaces_only() -> None:
    verdicts = Choice(("holds", "refined", "not decided"))
    assert verdicts.read("  Not   DECIDED ") == "not decided"
    with pytest.raises(Unreadable, match='the choices are "holds", "refined", "not decided"'):
        verdicts.read("true")
    with pytest.raises(Unreadable, match=r"You gave a number.*with the quotes"):
        verdicts.read(1)


@pytest.mark.parametrize("answer", [True, np.True_, sp.true, sp.Integer(1) < 2])
def test_truth_values(answer: object) -> None:
    assert Boolean().read(answer) is True


@pytest.mark.parametrize("answer", [1, 0, "True", None, [], x > 0])
def test_what_is_only_like_a_truth_value(answer: object) -> None:
    with pytest.raises(Unreadable, match="write True or False"):
        Boolean().read(answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((0, 1), True),
        ([0, 1.0], True),
        (sp.Interval(0, 1), True),
        (sp.Union(sp.Interval(0, sp.Rational(1, 2)), sp.Interval(0.5, 1)), True),
        (sp.Interval.open(0, 1), False),
        (sp.Interval.Ropen(0, 1), False),
        ({0, 1}, False),
        (sp.Interval(0, 1.0001), False),
        (set(), False),
        ((0, 0), False),
        (sp.S.Reals, False),
    ],
    ids=str,
)
def test_the_unit_interval(answer: object, expected: bool) -> None:
    assert same(SetOf(), answer, sp.Interval(0, 1)) is expected


def test_other_sets() -> None:
    assert same(SetOf(), {1}, sp.FiniteSet(1))
    assert same(SetOf(), (1, 1), sp.FiniteSet(1))
    assert same(SetOf(), frozenset({1, 0.5}), sp.FiniteSet(1, sp.Rational(1, 2)))
    assert same(SetOf(), set(), sp.S.EmptySet)
    assert same(SetOf(), (-math.inf, 0), sp.Interval(-sp.oo, 0))
    assert same(SetOf(), sp.Interval(0, a), sp.Interval(0, positive))
    assert "ends" in SetOf().remark(sp.Interval.open(0, 1), sp.Interval(0, 1))
    assert SetOf().remark(sp.Interval(0, 2), sp.Interval(0, 1)) == ""


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((1, 0), "from 1 to 0; write the smaller end first"),
        (1, "You gave a number; write a set"),
        ("[0, 1]", "You gave the string"),
        ((0, 1, 2), "You gave a tuple"),
        (("0", "1"), "You gave the string '0'"),
        ({0, True}, "a Python set|truth value"),
        (x > 0, "an inequality"),
    ],
)
def test_what_is_no_set_is_unreadable(answer: object, message: str) -> None:
    if answer == {0, True}:
        answer = {True}
    with pytest.raises(Unreadable, match=message):
        SetOf().read(answer)


def test_sequences() -> None:
    pair = Sequence(Number(absolute=0.1), Choice(("left", "right")))
    assert same(pair, [1.05, "LEFT"], (1, "left"))
    assert not same(pair, [1.2, "left"], (1, "left"))
    assert pair.remark(pair.read([1.2, "left"]), pair.read([1, "left"])) == "1 of your 2 answers is right."
    numbers = Sequence(Number(), Number(), Number())
    assert same(numbers, np.array([1.0, 2.0, 3.0]), [1, 2, 3])
    assert same(numbers, sp.Tuple(1, 2, 3), [1, 2, 3])
    assert not same(numbers, [3, 2, 1], [1, 2, 3])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([1], "1 answers; the exercise asks for 2"),
        ([1] * 10**6, "1000000 answers"),
        ({1, 2}, "You gave a Python set; write a list of 2 answers"),
        ("ab", "You gave the string"),
        ((i for i in range(2)), "You gave a generator"),
        ([1, "b"], "Answer 2 of your list: You gave the string 'b'"),
        (np.zeros((2, 2)), "shape"),
    ],
)
def test_what_is_no_sequence_is_unreadable(answer: object, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        Sequence(Number(), Number()).read(answer)


@pytest.mark.parametrize("answer", [[1, ...], [None, 1], (..., ...)])
def test_a_sequence_with_a_gap_is_not_filled_in(answer: object) -> None:
    with pytest.raises(NotFilledIn):
        Sequence(Number(), Number()).read(answer)
    with pytest.raises(NotFilledIn):
        SetOf().read(answer)
