"""Dual numbers against SymPy's derivative where programs are smooth, against reverse mode and conventions at ties."""

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from course_lib.topics.frameworks import dual_numbers
from course_lib.topics.frameworks.dual_numbers import Conventions, Dual, derivative, exp, maximum, relu, where
from course_lib.topics.frameworks.libraries import PROGRAMS

s, p, q = sp.symbols("s p q", real=True)
t = sp.Symbol("t", real=True)
half = sp.Rational(1, 2)
EVERY = Conventions(relu=s, abs=p, maximum=(p, q))
SMOOTH = {
    "quotient": (lambda x: (x**3 + 1) / (x * x + 2), (t**3 + 1) / (t**2 + 2)),
    "reciprocal": (lambda x: 1 / (x + 5), 1 / (t + 5)),
    "exponential": (lambda x: exp(2 * x) - x, sp.exp(2 * t) - t),
    "signs": (lambda x: 2 - +x * -x, 2 + t**2),
    "zeroth power": (lambda x: x**0, sp.Integer(1)),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("point", [0, -1, Fraction(2, 3), 2])
def test_smooth_programs_have_the_derivative_of_their_formula(name, point) -> None:
    program, formula = SMOOTH[name]
    assert sp.simplify(derivative(program, point) - sp.diff(formula, t).subs(t, point)) == 0
    assert sp.simplify(dual_numbers.function_of(program).value(sp.Rational(point)) - formula.subs(t, point)) == 0


OPERATIONS = {  # For each: the program's word, the value, and the slopes in its arguments, ties included; by hand.
    "+": (lambda a, b: a + b, lambda a, b: a + b, lambda a, b: (1, 1)),
    "-": (lambda a, b: a - b, lambda a, b: a - b, lambda a, b: (1, -1)),
    "*": (lambda a, b: a * b, lambda a, b: a * b, lambda a, b: (b, a)),
    "/": (lambda a, b: a / (b * b + 1), lambda a, b: a / (b * b + 1),
          lambda a, b: (1 / (b * b + 1), -2 * a * b / (b * b + 1) ** 2)),
    "max": (maximum, max, lambda a, b: (1, 0) if a > b else (0, 1) if a < b else (p, q)),
    "where": (lambda a, b: where(a >= b, a, 2 * b), lambda a, b: a if a >= b else 2 * b,
              lambda a, b: (1, 0) if a >= b else (0, 2)),
    "relu": (lambda a, b: relu(a), lambda a, b: max(a, 0), lambda a, b: (1 if a > 0 else 0 if a < 0 else s, 0)),
    "abs": (lambda a, b: abs(a), lambda a, b: abs(a), lambda a, b: (1 if a > 0 else -1 if a < 0 else p, 0)),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_have_the_derivative_that_reverse_mode_finds(seed) -> None:
    rng = random.Random(seed)
    steps = [(rng.choice(list(OPERATIONS)), rng.randrange(i + 2), rng.randrange(i + 2)) for i in range(6)]
    constant = rng.choice([-1, 0, 1, 2])

    def program(x):
        values = [x, constant + 0 * x]
        for name, i, j in steps:
            values.append(OPERATIONS[name][0](values[i], values[j]))
        return values[-1]

    for point in (-1, 0, 1):
        values, back = [Fraction(point), Fraction(constant)], [0] * 7 + [1]
        for name, i, j in steps:
            values.append(OPERATIONS[name][1](values[i], values[j]))
        for k, (name, i, j) in reversed(list(enumerate(steps, 2))):
            for argument, slope in zip((i, j), OPERATIONS[name][2](values[i], values[j]), strict=True):
                back[argument] += back[k] * slope
        end = program(Dual(point, 1, EVERY))
        assert end.value == values[-1] and float(program(point)) == pytest.approx(float(values[-1]))
        assert sp.expand(end.slope - back[0]) == 0


def test_conventions_at_ties() -> None:
    assert derivative(relu) == derivative(abs) == 0
    assert derivative(lambda x: maximum(x, 0)) == derivative(lambda x: maximum(0, x)) == half
    assert relu(Dual(0, 5, EVERY)).slope == 5 * s and abs(Dual(0, -3, EVERY)).slope == -3 * p
    tied = maximum(Dual(2, 7, EVERY), Dual(2, 11, EVERY))
    assert (tied.value, sp.expand(tied.slope)) == (2, 7 * p + 11 * q)
    assert derivative(lambda x: where(x > 0, x, 0)) == derivative(lambda x: x * (x > 0)) == 0
    assert derivative(lambda x: where(x == 0, 5 * x, relu(x))) == 5
    assert derivative(lambda x: where(x < 0, 0, where(x <= 0, 2 * x, x))) == 2


def test_numbers_of_numpy_and_exact_numbers_mix_with_dual_numbers() -> None:
    x = Dual(2, 1)
    for two in (np.float64(2), np.int64(2), np.float32(2)):
        for combined in (two * x, x * two, two + x, x - two, two / x):
            assert isinstance(combined, Dual)
        assert x == two and (two * x).slope == 2
    assert x != 3 and x != "2"
    assert (Dual(Fraction(1, 3), 1) / 7).slope == sp.Rational(1, 7) and derivative(lambda x: 0.1 * x) == half / 5
    assert derivative(lambda x: np.where(x > 1, 7 * x, 0), 2) == 7  # An array of no dimension keeps the slope.
    assert derivative(lambda x: np.float64(3)) == derivative(lambda x: x > 1) == 0


def test_a_zero_that_does_not_look_like_one_is_a_tie() -> None:
    x = Dual(sp.sqrt(2), 1, EVERY)
    zero = (x + 1) * (x - 1) - 1
    assert zero == 0 and zero >= 0 and zero <= 0 and not zero > 0 and not zero < 0 and zero + x == x
    assert sp.simplify(relu(zero).slope - zero.slope * s) == 0 and zero.slope != 0
    assert sp.simplify(maximum(zero, 0).slope - zero.slope * p) == 0
    with pytest.raises(ZeroDivisionError):
        1 / zero
    assert x > Fraction(14142, 10000) and x < Fraction(14143, 10000) and x != 1.4142


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: Dual("1"), TypeError, "value: got '1'; accepted is a number"),
    (lambda: Dual(1, [2]), TypeError, r"slope: got \[2\]; accepted is a number"),
    (lambda: Dual(s), TypeError, "value: got s; accepted is a number, for a comparison has to be decided"),
    (lambda: relu(Dual(sp.I)), TypeError, "value: got I; accepted is a real number"),
    (lambda: 1 / Dual(0, 1), ZeroDivisionError, "the divisor's value is 0"),
    (lambda: Dual(2, 1) ** 0.5, TypeError, "power: got 0.5; accepted is a whole number from 0"),
    *((lambda end=end: derivative(lambda x: end), TypeError, "program's result: got .*; accepted is a ")
      for end in (None, [1], "x", np.array([1.0, 2.0]), sp.I, t)),
])  # fmt: skip
def test_what_is_not_accepted_is_named(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


def test_emulated_libraries_return_what_their_source_states_and_compute_relu() -> None:
    theano = {"where_gt": 0, "x_times_step": 0, "maximum_x_0": 1, "maximum_0_x": 0, "relu": half}  # By hand.
    assert {e.program_id: e.value for e in dual_numbers.emulations_of("Theano")} == theano
    assert [e.value for e in dual_numbers.EMULATIONS[:2]] == [1, 0]  # The old Playground and the present one.
    for emulation in dual_numbers.EMULATIONS:
        points = np.array([-3.0, -0.5, 0.0, 0.25, 4.0])
        assert dual_numbers.function_of(emulation.program)(points) == pytest.approx(np.maximum(points, 0))
        assert PROGRAMS[emulation.program_id].function == PROGRAMS["relu"].function
