"""The derivation of a one-sided derivative, step by step, against the steps written by hand."""

from itertools import pairwise

import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, derivation_latex, derive

x = sp.Symbol("x")
a = sp.Symbol("a", positive=True)


def test_the_derivation_for_relu_from_the_right_reads_as_by_hand():
    assert repr(derive(sp.Max(0, x), 0, "+")).splitlines() == [
        "1. definition: lim (f(h) - f(0))/h, h -> 0+",
        "2. branch: lim (h - f(0))/h, h -> 0+",
        "3. value: lim (h - 0)/h, h -> 0+",
        "4. simplify: lim 1, h -> 0+",
        "5. limit: 1",
    ]


def test_the_derivation_away_from_0_brackets_what_is_subtracted():
    derivation = derive(sp.Abs(x - 2) - 1, 2, "-")
    assert derivation.steps[2].text() == "lim (-1 - h - (-1))/h, h -> 0-"
    assert derivation.value == -1


@pytest.mark.parametrize("side", ["-", "+"])
@pytest.mark.parametrize(
    ("expr", "x0", "left", "right"),
    [
        (sp.Max(0, x), 0, 0, 1),
        (sp.Abs(x), 0, -1, 1),
        (x**2, 1, 2, 2),
        (sp.Max(0, x) ** 2, 0, 0, 0),
        (sp.exp(x), 0, 1, 1),
        (sp.sqrt(sp.Abs(x)), 0, -sp.oo, sp.oo),
        (1 / (1 + sp.exp(-x)), 0, sp.Rational(1, 4), sp.Rational(1, 4)),
        (sp.Abs(x - 2) + 1, 2, -1, 1),
        (sp.Piecewise((x, x > 0), (a * (sp.exp(x) - 1), True)), 0, a, 1),
    ],
)
def test_every_step_is_verified_and_continues_the_one_before(expr, x0, left, right, side):
    derivation = derive(PiecewiseFunction.from_expr(expr, x), x0, side)
    assert derivation.verified
    assert derivation.value == (left if side == "-" else right)
    assert [step.rule for step in derivation.steps] == ["definition", "branch", "value", "simplify", "limit"]
    for earlier, later in pairwise(derivation.steps):
        assert later.before == earlier.after


def test_the_sign_of_the_increment_is_that_of_the_side():
    assert derive(sp.Abs(x), 0, "-").setting.increment.is_negative
    assert derive(sp.Abs(x), 0, "+").setting.increment.is_positive


def test_a_derivative_where_the_limit_of_the_simplified_quotient_is_hard():
    derivation = derive(sp.log(1 + sp.exp(x)), -2, "+")
    assert derivation.verified
    assert float(derivation.value) == pytest.approx(1 / (1 + 2.718281828459045**2))


def test_the_increment_has_another_name_where_a_parameter_is_called_h():
    h = sp.Symbol("h", positive=True)
    derivation = derive(PiecewiseFunction.from_expr(sp.Max(0, x) + h * sp.Min(0, x), x), 0, "-")
    assert derivation.value == h
    assert derivation.setting.increment.name == "Δx"


def test_latex_has_one_line_for_each_step_and_its_rule():
    lines = derivation_latex(derive(sp.Max(0, x), 0, "-")).splitlines()
    assert lines[0] == "\\begin{aligned}"
    assert lines[-1] == "\\end{aligned}"
    assert len(lines) == 7
    assert "\\frac{0 - 0}{h}" in lines[3]
    assert all("\\text{" in line for line in lines[1:-1])
