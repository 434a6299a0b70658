"""Programs made of ReLU: what they compute, and their automatic derivatives against formulas worked out by hand."""

import numpy as np
import pytest
import sympy as sp

from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, relu
from course_lib.topics.frameworks.experiment import (
    SLOPE_PROGRAMS,
    S,
    clarke_set,
    derivative_in_s,
    elu_by_relu,
    identity,
    nested_identity,
    relu2,
    relu3,
    right_slopes,
    zero,
    zero_with_slope_one,
)

T = np.array([-2.0, -0.5, 0.0, 0.25, 3.0])
half = sp.Rational(1, 2)
UNIT = sp.Interval(0, 1)

# program: values at T, derivative in s, Clarke set, right slopes; all by hand.
STATED = {
    "relu(t)": (relu, np.maximum(T, 0), S, UNIT, UNIT),
    "relu(−t) + t": (relu2, np.maximum(T, 0), 1 - S, UNIT, UNIT),
    "the mean of these two": (relu3, np.maximum(T, 0), half, UNIT, UNIT),
    "relu(−t) + t − relu(t)": (zero, 0 * T, 1 - 2 * S, sp.FiniteSet(0), sp.FiniteSet(half)),
    "relu(t) − relu(−t)": (identity, T, 2 * S, sp.FiniteSet(1), sp.FiniteSet(half)),
    "relu(t) − relu(1 − exp(t))": (
        elu_by_relu,
        np.where(T > 0, T, np.expm1(T)),
        2 * S,
        sp.FiniteSet(1),
        sp.FiniteSet(half),
    ),
    "nested": (nested_identity(2), T, 2 * S**2, sp.FiniteSet(1), sp.FiniteSet(sp.sqrt(2) / 2)),
    "ghost": (zero_with_slope_one, 0 * T, sp.Integer(1), sp.FiniteSet(0), sp.S.EmptySet),
}


@pytest.mark.parametrize("name", STATED)
def test_values_derivative_and_right_slopes(name) -> None:
    program, values, in_s, clarke, right = STATED[name]
    assert [float(program(t)) for t in T] == pytest.approx(values)
    assert sp.expand(derivative_in_s(program) - in_s) == 0
    assert clarke_set(program) == clarke and right_slopes(program) == right


def test_the_named_programs_are_these() -> None:
    assert {name: STATED[name][0] for name in SLOPE_PROGRAMS} == SLOPE_PROGRAMS


@pytest.mark.parametrize("k", range(1, 9))
def test_nested_relus_ask_for_another_slope_each_time(k) -> None:
    program = nested_identity(k)
    assert derivative_in_s(program) == 2 * S**k
    (place,) = right_slopes(program)
    assert float(place) == pytest.approx(2 ** (-1 / k))
    assert [float(program(t)) for t in T] == pytest.approx(T)


def test_the_whole_identity_nested_in_itself_is_right_for_one_half_each_time() -> None:
    def twice(t):
        return identity(identity(t))

    assert derivative_in_s(twice) == 4 * S**2 and right_slopes(twice) == sp.FiniteSet(half)


@pytest.mark.parametrize("s", [0, sp.Rational(1, 3), half, 1])
def test_a_number_for_s_gives_the_formula_at_that_number(s) -> None:
    for program, *_ in STATED.values():
        assert derivative(program, 0, Conventions(relu=s)) == derivative_in_s(program).subs(S, s)


@pytest.mark.parametrize("k", [0, -1, 1.5, "2"])
def test_a_bad_depth_is_named(k) -> None:
    with pytest.raises(ValueError, match="k: got .*; accepted is a whole number from 1"):
        nested_identity(k)
