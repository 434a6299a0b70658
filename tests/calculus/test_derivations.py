"""Derivations against the steps written by hand; right answers pass in any form, misconceptions are named."""

import re
from itertools import pairwise

import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, check_step, derivation_latex, derive

x, h, dx = sp.symbols("x h dx")
a = sp.Symbol("a", positive=True)


f = sp.Function("f")
RELU = derive(sp.Max(0, x), 0, "+").steps
ABSOLUTE = derive(sp.Abs(x), 0, "-").steps
SHIFTED = derive(sp.Abs(x - 2) + 1, 2, "-").steps
LEAKY = derive(PiecewiseFunction.from_expr(sp.Max(0, x) + a * sp.Min(0, x), x), 0, "-").steps
DEFINITION, BRANCH, VALUE, SIMPLIFY, LIMIT = range(5)


def test_the_derivation_for_relu_from_the_right_reads_as_by_hand():
    assert repr(derive(sp.Max(0, x), 0, "+")).splitlines() == [
        "1. definition: lim (f(h) - f(0))/h, h -> 0+",
        "2. branch: lim (h - f(0))/h, h -> 0+",
        "3. value: lim (h - 0)/h, h -> 0+",
        "4. simplify: lim 1, h -> 0+",
        "5. limit: 1",
    ]


def test_what_is_subtracted_stands_in_brackets():
    derivation = derive(sp.Abs(x - 2) - 1, 2, "-")
    assert derivation.steps[2].text() == "lim (-1 - h - (-1))/h, h -> 0-"
    assert "{-1 - h - \\left(-1\\right)}" in derivation_latex(derivation)


@pytest.mark.parametrize("side", ["-", "+"])
@pytest.mark.parametrize(
    ("expr", "x0", "left", "right"),
    [
        (sp.Max(0, x), 0, 0, 1),
        (sp.Abs(x), 0, -1, 1),
        (sp.Max(0, x) ** 2, 0, 0, 0),
        (sp.exp(x), 0, 1, 1),
        (sp.sqrt(sp.Abs(x)), 0, -sp.oo, sp.oo),
        (sp.Abs(x - 2) + 1, 2, -1, 1),
        (sp.Piecewise((x, x > 0), (a * (sp.exp(x) - 1), True)), 0, a, 1),
        # The limit of the simplified quotient is hard.
        (sp.log(1 + sp.exp(x)), -2, 1 / (1 + sp.exp(2)), 1 / (1 + sp.exp(2))),
    ],
)
def test_every_step_is_verified_and_continues_the_one_before(expr, x0, left, right, side):
    derivation = derive(PiecewiseFunction.from_expr(expr, x), x0, side)
    assert derivation.verified
    increment = derivation.place.increment
    assert increment.is_positive if side == "+" else increment.is_negative
    assert sp.simplify(derivation.value) == (left if side == "-" else right)
    assert [step.rule for step in derivation.steps] == ["definition", "branch", "value", "simplify", "limit"]
    for earlier, later in pairwise(derivation.steps):
        assert later.before == earlier.after


class Mistaken(PiecewiseFunction):
    def branch(self, x0, side):
        return 2 * x if x0 == 0 else super().branch(x0, side)


def test_a_branch_that_f_does_not_follow_is_not_verified():
    assert [step.verified for step in derive(Mistaken([0, x], [0], x), 0, "+").steps] == [True, False, True, True, True]


def test_the_increment_has_another_name_where_a_parameter_is_called_h():
    taken = sp.Symbol("h", positive=True)
    derivation = derive(PiecewiseFunction.from_expr(sp.Max(0, x) + taken * sp.Min(0, x), x), 0, "-")
    assert derivation.value == taken
    assert derivation.place.increment.name == "Δx"


def test_latex_has_one_line_for_each_step_and_its_rule():
    lines = derivation_latex(derive(sp.Max(0, x), 0, "-")).splitlines()
    assert lines[0] == "\\begin{aligned}"
    assert lines[-1] == "\\end{aligned}"
    assert len(lines) == 7
    assert "\\frac{0 - 0}{h}" in lines[3]
    assert all("\\text{" in line for line in lines[1:-1])


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (RELU[DEFINITION], (f(h) - f(0)) / h),
        (RELU[DEFINITION], sp.Limit((f(0 + h) - f(0)) / h, h, 0, "+")),
        (RELU[BRANCH], (h - f(0)) / h),
        (RELU[VALUE], (0 + h - 0) / h),
        (RELU[VALUE], sp.Limit(sp.Symbol("h", positive=True) / h, h, 0, "+")),
        (RELU[SIMPLIFY], 1),
        (derive(sp.Max(0, x / 3), 0, "+").steps[LIMIT], 1 / 3),
        (ABSOLUTE[VALUE], -h / h),
        (LEAKY[BRANCH], (sp.Symbol("a") * h - f(0)) / h),
        (LEAKY[LIMIT], sp.Symbol("a")),
        (derive(sp.Max(0, x) + sp.Min(0, x) / 10, 0, "-").steps[LIMIT], 0.1),
        (ABSOLUTE[LIMIT], -1),
        (SHIFTED[VALUE], ((1 - h) - 1) / h),
    ],
)
def test_right_answers_pass_in_any_form(step, answer):
    verdict = check_step(answer, step)
    assert verdict.passed, verdict


@pytest.mark.parametrize(
    ("step", "answer", "message"),
    [
        (RELU[VALUE], sp.Limit(h / h + h, x, 0, "+"), "The wrong variable moves: x"),
        (RELU[VALUE], sp.Limit(1 + 0 * h, h, 0, "-"), "Your limit comes from the other side"),
        (RELU[VALUE], sp.Limit(1 + 0 * h, h, 1, "+"), "The increment h goes to 0, not to 1"),
        (RELU[VALUE], x / h, "x is still there"),
        (RELU[VALUE], dx / h, "dx does not occur in this step"),
        (RELU[VALUE], h, r"This is f\(h\) alone"),
        (SHIFTED[VALUE], ((1 + h) - 1) / h, "The sign slipped"),
        (SHIFTED[BRANCH], ((1 + h) - f(2)) / h, "The sign of h slipped|formula on the other side"),
        (RELU[BRANCH], (sp.Max(0, h) - f(0)) / h, r"still holds both branches. Write the one for h > 0"),
        (RELU[BRANCH], (f(h) - f(0)) / h, r"That is still the line before. Replace f\(h\) by the branch"),
        (RELU[BRANCH], (h - 0) / h, r"that is a line further down. Leave f\(0\) standing"),
        (SHIFTED[BRANCH], 0, "Write what comes after lim"),
        (ABSOLUTE[DEFINITION], (sp.Abs(h) - 0) / h, r"a line further down. Leave f\(h\) and f\(0\) standing"),
        (RELU[BRANCH], h - f(0) / h, r"all of h - f\(0\) is divided by h"),
        (RELU[LIMIT], sp.Limit(1, h, 0, "+"), "the limit is not taken yet"),
        (RELU[LIMIT], sp.oo, "Not the limit"),
        (RELU[LIMIT], h, "h is left over"),
        (RELU[LIMIT], 0, "This is the limit of f itself"),
        (ABSOLUTE[LIMIT], 1, "The sign slipped: .*Left of 0, h is negative"),
        (SHIFTED[LIMIT], 5, "Not the limit. The rule of this step is: let h go to 0"),
        (derive(sp.Min(0, x), 0, "-").steps[LIMIT], 0, "This is the limit of f itself"),
        (derive(sp.Max(0, x) + 1, 0, "+").steps[LIMIT], 0, "This is the derivative from the other side"),
    ],
)
def test_each_misconception_is_named(step, answer, message):
    verdict = check_step(answer, step)
    assert verdict.status == "not yet"
    assert re.search(message, verdict.message), verdict


class Unshowable:
    def __repr__(self):
        raise RuntimeError("no")


def test_what_is_no_answer_is_not_yet_and_never_an_exception():
    huge = (h + 1) ** 10**6 - h
    for answer in ("1", [1], True, sp.nan, sp.zoo, sp.Matrix([1]), float("nan"), 1j, b"1", Unshowable(), huge):
        assert check_step(answer, RELU[LIMIT]).status == "not yet"
    assert [check_step(answer, RELU[LIMIT]).status for answer in (..., None)] == ["not attempted"] * 2


def test_a_wrong_step_is_the_callers_error():
    with pytest.raises(TypeError, match="step: got 4; accepted is a step of a derivation"):
        check_step(3, 4)
