"""The judge of the calculus: planted wrong answers are called wrong, right ones are not, and it never guesses."""

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from benchmarks import judge, questions
from benchmarks.enclosure import Enclosure, Unclear, Undefined, as_read, evaluate
from benchmarks.random_functions import random_function, x
from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, differentiability

R, oo = sp.Rational, sp.oo
ZERO = sp.S.Zero


def filled(formula: sp.Expr, value: object) -> sp.Expr:
    return sp.Piecewise((formula, sp.Ne(x, 0)), (value, True))


TINY = R(1, 10**13)


@pytest.mark.parametrize(
    ("expr", "x0", "side", "right", "wrong"),
    [
        (sp.sin(x) / x, 0, "+", 1, (1 + R(1, 10**9), 1 - R(1, 10**30), -1, 0, oo)),
        (sp.tanh(x) / x, 0, "+", 1, (sp.AccumBounds(0, 1), sp.AccumBounds(-oo, oo))),
        (TINY * (2 + sp.tanh(x)), 0, "-", 2 * TINY, (0, TINY, -2 * TINY, 2 * TINY + R(1, 10**23))),
        (R(10) ** 200 + x, 0, "+", R(10) ** 200, (oo, -oo, 10**199)),
        (sp.Max(0, x) / x, 0, "-", 0, (1, TINY)),
        (sp.Max(0, x) / x, 0, "+", 1, (0,)),
        (sp.exp(1 / x), 0, "-", 0, (oo, R(1, 10**300))),
        (sp.exp(1 / x), 0, "+", oo, (0, -oo, 10**300)),
        (1 / sp.log(x), 0, "+", 0, (-1, -oo)),
        (sp.sin(1 / x), 0, "+", sp.AccumBounds(-1, 1), (0, oo, sp.AccumBounds(-1, R(9, 10)), sp.AccumBounds(-2, 2))),
        (R(10) ** 12 + sp.sin(1 / x), 0, "+", sp.AccumBounds(10**12 - 1, 10**12 + 1), (10**12,)),
        (sp.sqrt(x), 2, "-", sp.sqrt(2), (sp.sqrt(2) + R(1, 10**40), -sp.sqrt(2))),
        (sp.sign(x - 1 / 3), 0.3333333333333333, "+", 1, (-1, 0)),
        (sp.sign(x - 1 / 3), float.fromhex("0x1.5555555555554p-2"), "+", -1, (1, 0)),
        (sp.sqrt(-(x**2)), 0, "+", ValueError(), (0,)),
    ],
)
def test_limits(expr, x0, side, right, wrong):
    point, right = questions.exact(x0), right if isinstance(right, Exception) else sp.sympify(right)
    assert questions.judge_limit(right, expr, point, side) is False
    for answer in wrong:
        assert questions.judge_limit(sp.sympify(answer), expr, point, side) is True, answer


@pytest.mark.parametrize(
    ("expr", "side", "right", "wrong"),
    [
        (filled(x * sp.atan(1 / x), 0), "-", -sp.pi / 2, (sp.pi / 2, 0, ValueError())),
        (filled(x * sp.atan(1 / x), 1), "-", oo, (-sp.pi / 2, -oo)),  # filled with a wrong value
        (filled(1 / sp.log(x**2), 0), "+", -oo, (oo, 0)),
        (filled(x * sp.sin(1 / x), 0), "+", sp.AccumBounds(-1, 1), (0, sp.AccumBounds(-oo, 0))),
        (sp.Heaviside(x), "-", oo, (0, -oo)),
        (1 / x, "+", ValueError(), (0, oo)),
        (sp.tanh(10**13 * x), "+", R(10) ** 13, (oo, 0, R(10) ** 13 + R(1, 10**9))),
    ],
)
def test_one_sided_derivatives(expr, side, right, wrong):
    assert questions.judge_derivative(right, expr, ZERO, side) is False
    for answer in wrong:
        answer = answer if isinstance(answer, Exception) else sp.sympify(answer)
        assert questions.judge_derivative(answer, expr, ZERO, side) is True, answer


@pytest.mark.parametrize(
    "expr",
    [
        sp.exp(sp.exp(sp.exp(1 / x))),  # no number holds it
        sp.sin(sp.log(sp.log(1 / x))),  # swings more slowly than numbers can see
        sp.log(sp.sin(1 / x)),  # defined at some points near 0
        sp.tanh(x * R(10) ** 250),  # stands still at first
        sp.sign(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1),  # 0, which no number of digits shows
    ],
)
def test_what_numbers_cannot_tell_contradicts_nothing(expr):
    for answer in (0, 1, oo, sp.AccumBounds(-1, 1)):
        assert questions.judge_limit(sp.sympify(answer), expr, ZERO, "+") is None


def test_a_slow_limit_is_not_taken_for_another():
    creeping = 1 / sp.log(sp.log(1 / x))
    assert questions.judge_limit(ZERO, creeping, ZERO, "+") is not True
    assert questions.judge_limit(sp.S.One, creeping, ZERO, "+") is True  # they move away from it
    falling = R(10) ** 15 + sp.log(x)
    verdicts = [questions.judge_limit(sp.S(limit), falling, ZERO, "+") for limit in (-oo, oo, R(10) ** 16)]
    assert verdicts == [None, True, True]


def test_a_dropped_breakpoint_is_noticed():
    relu = sp.Max(0, x)
    assert questions.judge_value(sp.S(-3), relu, sp.S(-3)) is True
    assert questions.judge_value(ZERO, relu, sp.S(-3)) is False
    assert questions.judge_value(ValueError(), filled(x * sp.atan(1 / x), 0), ZERO) is True
    assert questions.judge_value(R(1, 2), sp.Heaviside(x - 1), sp.S.One) is False
    assert questions.judge_value(sp.S.One, sp.Heaviside(x - 1), sp.S.One) is True


def test_differentiability():
    from course_lib.calculus.derivatives import Differentiability

    def record(value=0, continuous=True, left=0, right=1, differentiable=False):
        return Differentiability(ZERO, sp.S(value), continuous, sp.S(left), sp.S(right), differentiable, "")

    relu = sp.Max(0, x)
    assert questions.judge_differentiability(record(), relu, ZERO) is False
    for wrong in (
        record(value=1),
        record(continuous=False),
        record(left=1),
        record(right=0),
        record(differentiable=True),
        record(left=TINY),
    ):
        assert questions.judge_differentiability(wrong, relu, ZERO) is True
    assert questions.judge_differentiability(ValueError(), relu, ZERO) is True


def test_subdifferentials():
    relu, wave = sp.Max(0, x), filled(x**2 * sp.sin(1 / x), 0)
    assert questions.judge_clarke(sp.Interval(0, 1), relu, ZERO) is False
    for wrong in (sp.Interval(0, 1 + TINY), sp.FiniteSet(0), sp.Interval(-1, 1), ValueError()):
        assert questions.judge_clarke(wrong, relu, ZERO) is True
    assert questions.judge_clarke(sp.FiniteSet(0), wave, ZERO) is True
    assert questions.judge_clarke(sp.Interval(-1, 1), wave, ZERO) is not True
    # A supporting line must lie below every chord: at −3 the line of this slope is above the graph.
    bowl = filled(-x * sp.atan(1 / x), 0)
    assert questions.judge_convex(sp.FiniteSet(R(1, 2) - sp.pi / 4), bowl, sp.S.One) is True
    assert questions.judge_convex(sp.Interval(-1, 1), sp.Abs(x), ZERO) is not True
    assert questions.judge_convex(sp.Interval(-1, 1 + TINY), sp.Abs(x), ZERO) is True
    assert questions.judge_subgradient(True, relu, ZERO, 1 + TINY) is True
    assert questions.judge_subgradient(True, relu, ZERO, sp.S.One) is False


@pytest.mark.parametrize(
    ("expr", "point", "value", "wrong"),
    [
        (x * sp.exp(x) / (1 + sp.exp(x)), 800.0, 800.0, False),
        (x * sp.exp(x) / (1 + sp.exp(x)), 800.0, float("nan"), True),
        (sp.sin(x), 1.0, 0.8414709848078965, False),
        (sp.sin(x), 1.0, 0.8414709848, True),
        (1 / x, 0.0, float("inf"), True),
        (1 / x, 0.0, float("nan"), False),
        (sp.exp(x), 800.0, float("inf"), False),
        (sp.exp(x), 700.0, float("inf"), True),
        (sp.sign(x - 1 / 3), 1 / 3, 0.0, False),
        (sp.sign(x - 1 / 3), 0.33333333333333337, 1.0, False),
        (sp.sign(x - 1 / 3), 0.33333333333333337, -1.0, True),
        ((1 - sp.cos(x)) / x**2, 1e-9, 0.0, False),  # every digit is lost in 53 bits
    ],
)
def test_arrays(expr, point, value, wrong):
    class Stated:
        breakpoints = ()

    assert questions.judge_array((Stated, [value]), expr, [point]) is wrong


# The evaluator.


@pytest.mark.parametrize(
    ("expr", "point", "value"),
    [
        (sp.Max(x, sp.Abs(x - 1)), "1/3", Fraction(2, 3)),
        (sp.sqrt(-(x**2)), "0", 0),
        (sp.Heaviside(x), "0", Fraction(1, 2)),
        (sp.Piecewise((1 / x, x > 0), (x, True)), "0", 0),  # a branch that does not hold is not looked at
        (sp.Piecewise((1, sp.Or(x < 0, sp.And(x > 1, sp.Ne(x, 2)))), (0, True)), "2", 0),
        (0.1 * x, "3", Fraction(3, 10)),
        ((8 * x) ** R(2, 3), "1", 4),
    ],
)
def test_exact_values(expr, point, value):
    assert evaluate(expr, x, Fraction(point)) == value


@pytest.mark.parametrize(
    ("expr", "point"),
    [
        (x ** R(1, 3), "-8"),
        (x ** sp.sqrt(2), "-1"),
        ((x**-2) ** R(-1, 3), "0"),
        (sp.Mul(x, sp.atan(1 / x)), "0"),
        (sp.log(x) * 0.5, "0"),
        (sp.asin(x), "1.0000001"),
        (sp.atanh(x), "1"),
        (sp.acosh(x), "0.999"),
        (sp.Piecewise((x, x > 0)), "0"),
    ],
)
def test_undefined_values(expr, point):
    with pytest.raises(Undefined):
        evaluate(expr, x, Fraction(point))


FUNCTIONS = "exp log sin cos tan cot sec csc asin acos atan sinh cosh tanh asinh atanh erf erfc"


@pytest.mark.parametrize("function", FUNCTIONS.split())
def test_enclosures_hold_the_value(function):
    with mpmath.workdps(80):
        truth = getattr(mpmath, function)(mpmath.mpf(3) / 7)
    with mpmath.workdps(30):
        inside = evaluate(getattr(sp, function)(x), x, Fraction(3, 7))
        assert isinstance(inside, Enclosure)
        assert inside.low <= truth <= inside.high
        assert inside.high - inside.low < mpmath.mpf("1e-27") * abs(truth)


def test_a_comparison_that_digits_do_not_decide_is_unclear():
    with pytest.raises(Unclear):
        judge.value(sp.sign(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1), x, sp.S.One)
    with pytest.raises(Unclear):
        judge.value(sp.sign(x - sp.pi), x, sp.pi + sp.Rational(1, 10**5000))


def test_decimals_are_read_as_a_person_means_them():
    expected = {0.1: "1/10", 1 / 3: "1/3", -2 / 3: "-2/3", 1e-15: "1e-15", 3.14159265: "3.14159265"}
    assert {number: as_read(number) for number in expected} == {n: Fraction(text) for n, text in expected.items()}
    assert as_read(math.nextafter(6, 0)) == 6 - Fraction(1, 2**50)


def test_a_random_function_is_the_same_for_the_same_seed():
    samples = [random_function(seed) for seed in range(20)]
    assert samples == [random_function(seed) for seed in range(20)]
    assert len({sample.expr for sample in samples}) > 15
    names: dict[str, object] = {}
    exec(questions.HEADER, names)
    for sample in samples:
        assert eval(questions.code(sample.expr), names) == sample.expr


def test_a_jump_that_no_digits_show_contradicts_nothing():
    """exp(−10¹⁶) beside 0, on top of 5·10¹²: f jumps, and the judge cannot know."""
    near = R(37, 100) * x - R(11099999999999999, 10**16)
    f = sp.Piecewise((sp.exp(-1 / sp.Abs(near)), sp.Ne(x, 3)), (0, True)) + 5 * 10**12
    record = differentiability(PiecewiseFunction.from_expr(f, x), 3)
    assert record.continuous is False
    assert questions.judge_differentiability(record, f, sp.Integer(3)) is None


@pytest.mark.parametrize(("left", "jumps"), [(5 * x - 4, True), (5 * x - 8, False)])
def test_a_jump_of_less_than_60_digits_is_one(left, jumps):
    """tanh(209) − tanh(205) is about 5e-178; with 5x − 8 both sides give tanh(205)."""
    f = sp.tanh(100 * x + sp.Piecewise((x, x >= 2), (left, True)) + 3)
    found = PiecewiseFunction.from_expr(f, x)
    record = differentiability(found, 2)
    assert record.continuous is not jumps
    assert questions.judge_differentiability(record, f, sp.Integer(2)) is False
    other = replace(record, continuous=jumps, differentiable=False)
    assert questions.judge_differentiability(other, f, sp.Integer(2)) is True
    if jumps:
        with pytest.raises(ValueError, match="not continuous") as refused:
            clarke_subdifferential(found, 2)
        assert questions.judge_clarke(refused.value, f, sp.Integer(2)) is False
