"""Exercises and predictions of the proof. Keys are computed by the library, not written from memory."""

from collections.abc import Callable

import sympy as sp

from course_lib.calculus import PiecewiseFunction, differentiability, one_sided_derivative
from course_lib.exercises.compare import Boolean, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.topics.kink.start_here import relu, x

h, h_below_0 = sp.Symbol("h", positive=True), sp.Symbol("h", negative=True)
tenth = sp.Rational(1, 10)

# Pairs of branches that meet at 0, left and right, some of them away from the height 0.
BRANCHES = (
    *((sp.S.Zero, x), (x / 10, x), (-x, x), (sp.sin(x), x**2), (sp.exp(x) - 1, 3 * x)),
    *((sp.cos(x), 1 + 2 * x), (5 + x**2 - 4 * x, 5 - x), (x**3 - 7, sp.exp(2 * x) - 8)),
)


def ahead_of_0() -> list[sp.Expr]:
    """f(0 + h) by the branch on each side, with h > 0 on the right and h < 0 on the left."""
    return [relu().branch(0, side).subs(x, h) for side in "+-"]


def both_derivatives(expr: sp.Expr) -> list[sp.Expr]:
    """[f'₋(0), f'₊(0)]."""
    f = PiecewiseFunction.from_expr(expr, x)
    return [one_sided_derivative(f, 0, side) for side in "-+"]


def scales_without_a_kink() -> sp.Set:
    """The a for which the two one-sided derivatives of ELU at 0 agree."""
    a = sp.Symbol("a", real=True)
    left, right = both_derivatives(sp.Piecewise((x, x > 0), (a * (sp.exp(x) - 1), True)))
    return sp.solveset(left - right, a, sp.S.Reals)


def second_difference_of_abs() -> sp.Expr:
    """(f(h) − 2f(0) + f(−h)) / h²."""
    f = PiecewiseFunction.from_expr(sp.Abs(x), x)
    return (f.branch(0, "+").subs(x, h) - 2 * f.value(0) + f.branch(0, "-").subs(x, -h)) / h**2


def derivatives_of_branches(left: sp.Expr, right: sp.Expr) -> list[sp.Expr]:
    """[f'₋(0), f'₊(0)] of the function with these branches left and right of 0."""
    f = PiecewiseFunction([left, right], [0], x)
    return [one_sided_derivative(f, 0, side) for side in "-+"]


def slopes_at(left_branch: str, right_branch: str, start: bool = True) -> Callable[[sp.Expr, sp.Expr], list[sp.Expr]]:
    """An answer to proof.2 that takes the branch "left" or "right" on each side, and may forget to subtract f(0)."""

    def slopes(left: sp.Expr, right: sp.Expr) -> list[sp.Expr]:
        named = {"left": left, "right": right}
        taken = ((named[left_branch], "-"), (named[right_branch], "+"))
        return [sp.limit((branch - (branch.subs(x, 0) if start else 0)) / x, x, 0, side) for branch, side in taken]

    return slopes


def different_quotients() -> str:
    """The option of prediction proof.p4, counted over 200 steps."""
    steps = [sp.Rational(number, 100) for number in range(-100, 101) if number]
    found = {(relu().value(step) - relu().value(0)) / step for step in steps}
    return {2: "only two", 3: "three", len(steps): "as many as there are h"}[len(found)]


def sympy_from_the_left() -> str:
    """The option of prediction proof.p3, from SymPy's own limits of a quotient that is written with Piecewise."""
    either_sign = sp.Symbol("h", real=True)
    cases = sp.Piecewise((x, x > 0), (0, True))
    quotient = (cases.subs(x, either_sign) - cases.subs(x, 0)) / either_sign
    left, right = (sp.limit(quotient, either_sign, 0, side) for side in "-+")
    if left == right:
        return "the same number twice"
    return "0 and 1" if (left, right) == (0, 1) else "an error"


EXERCISES = [
    Exercise(
        id="proof.2",
        comparator=FunctionOf(
            lambda: [Case(f"the branches {left} and {right}", (left, right)) for left, right in BRANCHES],
            Sequence(Symbolic(), Symbolic()),
        ),
        reference=lambda: derivatives_of_branches,
        wrong_answers=(
            WrongAnswer(
                slopes_at("left", "left"), "That takes the left branch on both sides, as SymPy does with a Piecewise."
            ),
            WrongAnswer(slopes_at("right", "right"), "That takes the right branch on both sides."),
            WrongAnswer(slopes_at("right", "left"), "The two are swapped: the limit from the left comes first."),
            WrongAnswer(
                lambda left, right: [left.subs(x, 0), right.subs(x, 0)],
                "Those are the limits of the function itself. Take those of its quotient "
                r"$\frac{f(h) - f(0)}{h}$.",
            ),
            WrongAnswer(slopes_at("left", "right", start=False), "The rise is f(h) − f(0). Subtract the value at 0."),
            WrongAnswer(
                lambda left, right: [(sp.diff(left, x) + sp.diff(right, x)).subs(x, 0) / 2] * 2,
                "The mean of both is the central difference. It belongs to neither side.",
            ),
        ),
        hints=(
            "Write the quotient with the branch `left` for h < 0, with the branch `right` for h > 0.",
            "sp.limit(quotient_at_0(right), h, 0, '+') is the right one.",
        ),
        explanation="The side picks the branch. The quotient of one smooth branch then has one limit, its slope at 0.",
    ),
    Exercise(
        id="proof.3",
        comparator=Sequence(Symbolic((h,)), Symbolic((h_below_0,))),
        reference=ahead_of_0,
        wrong_answers=(
            WrongAnswer([0, h], "The two are swapped: right of 0 the branch is x, left of 0 it is 0."),
            WrongAnswer([h, h], "That is the branch x on both sides. Left of 0, f is 0."),
            WrongAnswer([h, -h], "That is |h|. Left of 0, ReLU is 0, not −x."),
            WrongAnswer([0, 1], "Those are the slopes, from the left and from the right. The question is for values."),
            WrongAnswer([1, 0], "Those are slopes. The question asks for the values f(h)."),
        ),
        hints=("Which branch holds at the point 0 + h?", "For h > 0 the point h lies right of 0, where f(x) = x."),
        explanation="The sign of h decides the branch, and with it everything that follows.",
    ),
    Exercise(
        id="proof.4",
        comparator=Sequence(Symbolic(), Symbolic()),
        reference=lambda: both_derivatives(sp.Max(0, x) + sp.Min(0, x) / 10),
        wrong_answers=(
            WrongAnswer([1, tenth], "The two are swapped: the left derivative comes first."),
            WrongAnswer([1, 1], r"On the left the branch is $\frac{x}{10}$: its slope is not 1."),
            WrongAnswer([0, 1], r"That is ReLU. Here the left branch is $\frac{x}{10}$, not 0."),
            WrongAnswer([0, 0], "Those are the limits of f. The derivative is the limit of the difference quotient."),
            WrongAnswer(
                [-tenth, 1], r"On the left both $f(h) = \frac{h}{10}$ and h are negative. Their quotient is positive."
            ),
            WrongAnswer(
                [tenth, tenth + 1], "Right of 0 min(0, x) is 0, so nothing is added there: the branch is x alone."
            ),
        ),
        hints=("Write f as two branches.", r"For h < 0 the quotient is $\frac{h/10 - 0}{h}$."),
        explanation=r"$\frac{h/10}{h} = \frac{1}{10}$ on the left and $\frac{h}{h} = 1$ on the right.",
    ),
    Exercise(
        id="proof.6",
        comparator=SetOf(),
        reference=scales_without_a_kink,
        wrong_answers=(
            WrongAnswer({0}, "a = 0 gives ReLU, and its one-sided derivatives are 0 and 1."),
            WrongAnswer(sp.S.Reals, "f is continuous for every a. A derivative needs equal slopes as well."),
            WrongAnswer(set(), "There is one: make the slope on the left as large as that on the right."),
            WrongAnswer(sp.Interval.open(0, sp.oo), "A positive slope on the left is not yet the slope on the right."),
            WrongAnswer({-1}, "Both $e^h - 1$ and h are negative on the left: the slope there is a, not −a."),
            WrongAnswer({0, 1}, "a = 0 gives ReLU, and its one-sided derivatives are 0 and 1. 1 is right."),
        ),
        hints=("The right derivative is 1. What is the left one?", r"$a \cdot \frac{e^h - 1}{h}$ tends to a."),
        explanation="The left derivative is a, the right one is 1. They agree only for a = 1.",
    ),
    Exercise(
        id="proof.8",
        comparator=Symbolic((h,)),
        reference=second_difference_of_abs,
        wrong_answers=(
            WrongAnswer(1 / h, "That is ReLU's. For |x| both f(h) and f(−h) are h."),
            WrongAnswer(0, "Away from 0 it is 0. These three points lie on both sides of the kink."),
            WrongAnswer(2 / h**2, "The numerator is 2h, not 2."),
            WrongAnswer(2, "$h + h$ is $2h$, and it is divided by $h^2$, not by h."),
            WrongAnswer(2 * h, "That is the numerator. It is still to be divided by $h^2$."),
            WrongAnswer(sp.oo, "That is where it goes as h shrinks. Give it as a formula in h."),
        ),
        hints=("f(h) = h and f(−h) = h.", "The numerator is h − 0 + h."),
        explanation=r"$\frac{2h}{h^2} = \frac{2}{h}$: the two secants' slopes differ by 2, and that is divided by h.",
    ),
    Exercise(
        id="proof.9",
        comparator=Sequence(Symbolic(), Symbolic(), Boolean()),
        reference=lambda: [
            *both_derivatives(sp.Max(0, x) ** 2),
            bool(differentiability(PiecewiseFunction.from_expr(sp.Max(0, x) ** 2, x), 0).differentiable),
        ],
        wrong_answers=(
            WrongAnswer([0, 1, False], "That is ReLU itself. Here the right branch is $x^2$."),
            WrongAnswer([0, 2, False], "2x is the derivative right of 0. What is it at 0?"),
            WrongAnswer([0, 1, True], "1 is the slope of ReLU itself. Here the right branch is $x^2$."),
            WrongAnswer([0, 2, True], "Right of 0 the derivative is 2x, which is 2 at 1. The question is for 0."),
            WrongAnswer([0, 0, False], "Both derivatives exist, are finite and agree. That is all it takes."),
        ),
        hints=(r"For h > 0 the quotient is $\frac{h^2}{h}$.", r"$\frac{h^2}{h} = h$, and h tends to 0."),
        explanation=r"$\frac{h^2}{h} = h$ tends to 0 on the right, and on the left the quotient is 0: no kink is left.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="proof.p4",
        question=(
            r"Take many $h \ne 0$ between −1 and 1, and for each the difference quotient $\frac{f(h) - f(0)}{h}$ of "
            "ReLU. How many different numbers come out?"
        ),
        options={
            "only two": "On each side the quotient is one constant.",
            "three": "A third one would need an h on neither side, and h = 0 is not allowed.",
            "as many as there are h": "For most functions it would be so. ReLU is a straight line on each side of 0.",
        },
        answer=different_quotients,
        reveal="The quotient is 0 for every h < 0 and 1 for every h > 0, however short the step.",
    ),
    Prediction(
        id="proof.p3",
        question=(
            "ReLU is written in SymPy as Piecewise((x, x > 0), (0, True)). We ask for the limit of its difference "
            "quotient at 0, from the left and from the right. What comes back?"
        ),
        options={
            "0 and 1": "That would be right. SymPy 1.14 does not choose the branch by the side of the limit.",
            "the same number twice": "SymPy 1.14 does not choose the branch by the side of the limit.",
            "an error": "An error would be safer. Two numbers come back.",
        },
        answer=sympy_from_the_left,
        reveal="The section 'Break it' runs it, and you fix it.",
    ),
]
