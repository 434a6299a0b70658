"""Decimals count as the exact numbers that they stand for; samples of a parameter keep to its assumptions."""

import math
from fractions import Fraction

import pytest
import sympy as sp

from course_lib.calculus.arguments import assignments, binary_value, fraction_meant, with_fractions_meant
from course_lib.calculus.verdict import Undecided
from course_lib.exercises.compare import Symbolic

a = sp.Symbol("a", positive=True)
b = sp.Symbol("b", positive=True)
plain = sp.Symbol("a")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((a / 2) ** (1 / 3), sp.cbrt(a / 2)),
        (3 * (a / 2) ** (2 / 3), 3 * sp.root(a / 2, 3) ** 2),
        (-((2 / a) ** 0.5), -sp.sqrt(2 / a)),
        ((a * b / 7) ** 0.25, sp.root(a * b / 7, 4)),
        (1 + sp.Max(b, (0.1 * a) ** 0.2), 1 + sp.Max(b, sp.root(a / 10, 5))),
        (sp.sqrt(0.5 * a), sp.sqrt(a / 2)),
        ((2.0 * a + 1) ** (1 / 3), sp.cbrt(2 * a + 1)),
        (0.1 * a**2, a**2 / 10),
    ],
    ids=str,
)
def test_the_factor_beside_a_fractional_power_is_a_root(given: sp.Expr, meant: sp.Expr) -> None:
    assert with_fractions_meant(given) == meant


@pytest.mark.parametrize(
    "given", [math.sqrt(2) * a, math.pi * sp.sqrt(a), 0.7937005 * a ** (1 / 3), (a / 2) ** (1 / 13)], ids=str
)
def test_a_factor_that_is_no_such_root_keeps_its_value(given: sp.Expr) -> None:
    value = with_fractions_meant(given)
    assert abs(sp.N(value.subs(a, 2) - given.subs(a, 2))) < 1e-12
    assert not any(isinstance(part, sp.Pow) and part.base.is_Rational for part in sp.preorder_traversal(value))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((a / 2) ** (1 / 3), True),
        ((plain / 2) ** (1 / 3), True),
        (a ** (1 / 3) / 2 ** (1 / 3), True),
        (sp.exp(sp.log(a / 2) / 3.0), True),
        ((a / 2) ** 0.3333333, False),
        (0.7937 * a ** (1 / 3), False),
        ((a / 3) ** (1 / 3), False),
    ],
    ids=str,
)
def test_python_floats_in_a_formula_count_where_they_mean_the_exact_one(answer: sp.Expr, expected: bool) -> None:
    formula = Symbolic((a,))
    assert formula.same(formula.read(answer), sp.cbrt(a / 2)) is expected


def test_sets_and_exact_expressions() -> None:
    assert binary_value(sp.Float(0.1)) == Fraction(0.1)
    assert fraction_meant(Fraction(1, 3)) == sp.Rational(1, 3)
    assert with_fractions_meant(sp.Interval(0.5, 1 / sp.Float(3))) == sp.Interval(sp.Rational(1, 2), sp.Rational(1, 3))
    untouched = sp.cbrt(a / 2) + sp.pi
    assert with_fractions_meant(untouched) is untouched


def test_samples_keep_to_the_assumptions_and_differ() -> None:
    negative, integer = sp.Symbol("c", negative=True), sp.Symbol("d", integer=True)
    samples = assignments([negative, integer, b])
    assert len({tuple(sorted(map(str, sample.items()))) for sample in samples}) == 3
    for sample in samples:
        assert sample[negative] < 0 < sample[b]
        assert sample[integer].is_integer
        assert len(set(sample.values())) == 3
    assert assignments([]) == [{}]
    with pytest.raises(Undecided, match="no sample value fits"):
        assignments([sp.Symbol("e", irrational=True)])
