"""Right answers in several forms pass; each planted misconception meets its own message."""

import re

import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, check_step, derive

x, h, dx = sp.symbols("x h dx")
f = sp.Function("f")
RELU = derive(sp.Max(0, x), 0, "+").steps
ABSOLUTE = derive(sp.Abs(x), 0, "-").steps
SHIFTED = derive(sp.Abs(x - 2) + 1, 2, "-").steps
LEAKY = derive(
    PiecewiseFunction.from_expr(sp.Max(0, x) + sp.Symbol("a", positive=True) * sp.Min(0, x), x), 0, "-"
).steps
DEFINITION, BRANCH, VALUE, SIMPLIFY, LIMIT = range(5)


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
        (RELU[LIMIT], 1.0),
        (ABSOLUTE[VALUE], -h / h),
        (LEAKY[BRANCH], (sp.Symbol("a") * h - f(0)) / h),
        (LEAKY[LIMIT], sp.Symbol("a")),
        (derive(sp.Max(0, x) + sp.Min(0, x) / 10, 0, "-").steps[LIMIT], 0.1),
        (ABSOLUTE[LIMIT], -1),
        (SHIFTED[VALUE], ((1 - h) - 1) / h),
        (SHIFTED[BRANCH], (sp.Abs(h) + 1 - f(2)) / h),
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
        (RELU[BRANCH], h, r"This is f\(h\) alone"),
        (SHIFTED[VALUE], ((1 + h) - 1) / h, "The sign slipped"),
        (SHIFTED[BRANCH], ((1 + h) - f(2)) / h, "The sign of h slipped|formula on the other side"),
        (RELU[BRANCH], (h - 0) / h, r"that is a line further down. Leave f\(0\) standing"),
        (SHIFTED[BRANCH], 0, "Write what stands behind lim"),
        (ABSOLUTE[DEFINITION], (sp.Abs(h) - 0) / h, r"a line further down. Leave f\(h\) and f\(0\) standing"),
        (RELU[LIMIT], sp.oo, "Not the limit"),
        (RELU[LIMIT], h, "h is left over"),
        (RELU[LIMIT], dx, "dx does not occur in this step"),
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


@pytest.mark.parametrize(
    "answer", ["1", [1], {1}, True, sp.nan, sp.zoo, object(), sp.Matrix([1]), float("nan"), 1j, b"1"]
)
def test_what_is_no_answer_is_not_yet_and_never_an_exception(answer):
    assert check_step(answer, RELU[LIMIT]).status == "not yet"


class Unshowable:
    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize("answer", [Unshowable(), (h + 1) ** 10**6 - h])
def test_what_cannot_be_shown_or_is_huge_is_not_yet(answer):
    assert check_step(answer, RELU[LIMIT]).status == "not yet"


def test_a_wrong_step_is_the_callers_error():
    with pytest.raises(TypeError, match="step: got int; accepted is a step of a derivation"):
        check_step(3, 4)


@pytest.mark.parametrize("answer", [..., None])
def test_no_answer_is_not_attempted(answer):
    assert check_step(answer, RELU[LIMIT]).status == "not attempted"
