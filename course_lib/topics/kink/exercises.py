"""Exercises and predictions of lesson 02. Keys are computed by the library, not written from memory.

Exercise proof.1 judges the statements of a published proof that ReLU has no derivative at 0, restated as data. Source
of the claims: "Why ReLU is not differentiable at x=0 (zero)?", web article. The wording here is our own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, differentiability, equal, one_sided_derivative, one_sided_limit
from course_lib.exercises.compare import Boolean, Choice, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.topics.kink.start_here import relu, x

h, h_below_0 = sp.Symbol("h", positive=True), sp.Symbol("h", negative=True)
step = sp.Symbol("Δx", positive=True)
tenth, quarter, half = sp.Rational(1, 10), sp.Rational(1, 4), sp.Rational(1, 2)

CRITERIA = ("continuous", "left limit exists", "right limit exists", "left and right limit agree")
# The functions of exercise proof.5, by their values left of 0, at 0 and right of it.
JUDGED = ((sp.S.Zero, 0, sp.S.One), (-x, 0, x), (sp.S.Zero, 0, x * sp.sin(1 / x)))
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


def increments_with_quotient_0() -> sp.Set:
    """All Δx > 0 for which the difference quotient of ReLU at −1/4 is 0."""
    increment = sp.Symbol("increment", real=True)
    values = PiecewiseFunction.from_expr(sp.Max(0, increment - quarter) - sp.Max(0, -quarter), increment)
    zero_up_to = values.breakpoints[0]
    assert values.branch(0, "+") == 0 and values.value(zero_up_to) == 0 and values.branch(zero_up_to, "+") != 0
    return sp.Interval.Lopen(0, zero_up_to)


def second_difference_of_abs() -> sp.Expr:
    """(f(h) − 2f(0) + f(−h)) / h²."""
    f = PiecewiseFunction.from_expr(sp.Abs(x), x)
    return (f.branch(0, "+").subs(x, h) - 2 * f.value(0) + f.branch(0, "-").subs(x, -h)) / h**2


def failing_criterion(left: sp.Expr, value: int, right: sp.Expr) -> str:
    """The first of the four criteria, with the limits of the difference quotient, that a function fails at 0."""
    sides = [PiecewiseFunction.from_expr(branch, x) for branch in (left, right)]
    if any(one_sided_limit(f, 0, side) != value for f, side in zip(sides, "-+", strict=True)):
        return CRITERIA[0]
    quotients = [PiecewiseFunction.from_expr((branch - value) / x, x) for branch in (left, right)]
    slopes = [one_sided_limit(f, 0, side) for f, side in zip(quotients, "-+", strict=True)]
    outcomes = [not isinstance(slope, AccumulationBounds) and bool(slope.is_finite) for slope in slopes]
    return CRITERIA[1 + [*outcomes, all(outcomes) and equal(*slopes)].index(False)]


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


def criteria_passed_by_relu() -> str:
    """The option of prediction proof.p1: how many of the four criteria ReLU passes when they are read of f itself."""
    left, right = (one_sided_limit(relu(), 0, side) for side in "-+")
    passed = [equal(left, relu().value(0)) and equal(right, relu().value(0)), left.is_finite, right.is_finite]
    passed.append(equal(left, right))
    return {4: "all four", 3: "three of them", 2: "two of them"}[sum(map(bool, passed))]


def sympy_from_the_left() -> str:
    """The option of prediction proof.p3, from SymPy's own limits of a quotient that is written with Piecewise."""
    either_sign = sp.Symbol("h", real=True)
    cases = sp.Piecewise((x, x > 0), (0, True))
    quotient = (cases.subs(x, either_sign) - cases.subs(x, 0)) / either_sign
    left, right = (sp.limit(quotient, either_sign, 0, side) for side in "-+")
    if left == right:
        return "the same number twice"
    return "0 and 1" if (left, right) == (0, 1) else "an error"


@dataclass(frozen=True)
class Statement:
    """A statement of the list in the lesson; `claimed` and `right` compute the two sides to compare."""

    claimed: Callable[[], sp.Expr | sp.Tuple]
    right: Callable[[], sp.Expr | sp.Tuple]


def follows(statement: Statement) -> bool:
    """claimed = right, as functions of every symbol in them."""
    sides = (side if isinstance(side, sp.Tuple) else (side,) for side in (statement.claimed(), statement.right()))
    return all(equal(a, b) for a, b in zip(*sides, strict=True))


def _definition_with_the_point_moving() -> sp.Tuple:
    """Statement 1 as it stands, with Δx = 1 and the limit over x, from both sides."""
    quotient = PiecewiseFunction.from_expr((sp.Max(0, x + 1) - sp.Max(0, x)) / 1, x)
    return sp.Tuple(*(one_sided_limit(quotient, 0, side) for side in "-+"))


PUBLISHED_STATEMENTS = (
    Statement(_definition_with_the_point_moving, lambda: sp.Tuple(*both_derivatives(sp.Max(0, x)))),
    Statement(lambda: sp.Integer(0), lambda: relu().value(half) - relu().value(-half)),
    Statement(lambda: x - step + x, lambda: (x + step) - x),
    Statement(lambda: sp.Integer(1), lambda: (0 - step + 0) / step),
    Statement(lambda: sp.Integer(1), lambda: one_sided_derivative(relu(), 0, "+")),
)


EXERCISES = [
    Exercise(
        id="proof.1",
        comparator=Sequence(*(Boolean() for _ in PUBLISHED_STATEMENTS)),
        reference=lambda: [follows(statement) for statement in PUBLISHED_STATEMENTS],
        wrong_answers=(
            WrongAnswer(
                [True, True, True, True, True],
                "The last one is right, but that does not make the way to it right: evaluate statement 4 at Δx = 1.",
            ),
            WrongAnswer(
                [True, False, False, False, True],
                "Look at statement 1 again: x is the point and stays where it is. Which letter has to go to 0?",
            ),
            WrongAnswer(
                [False, True, False, False, True],
                r"Look at statement 2 again. However small Δx is, at $x = -\frac{\Delta x}{2}$, which is below "
                r"0, the step crosses the kink and ends at $\frac{\Delta x}{2}$. What is the quotient there?",
            ),
            WrongAnswer(
                [False, False, True, False, True],
                "Look at statement 3 again: f(x + Δx) − f(x) subtracts x. Which sign does x get?",
            ),
            WrongAnswer([False, False, False, True, True], "Look at statement 4 again: 0 − Δx + 0 is −Δx."),
            WrongAnswer(
                [False, False, False, False, False],
                "Look at statement 5 again. Judge it by itself: what is the right derivative of ReLU at 0? A right "
                "statement stays right, also after four wrong ones.",
            ),
        ),
        hints=(
            "Take the statements one at a time. A single counterexample is enough.",
            "Statement 4: put in Δx = 1 and compute both sides.",
        ),
        explanation="Four are wrong and the last is right: 3 turns two signs round, and 4 drops the minus again.",
    ),
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
            "sp.limit((right.subs(x, h) - right.subs(x, 0)) / h, h, 0, '+') is the right one.",
        ),
        explanation="The side picks the branch first; the limit of a smooth quotient is then safe.",
    ),
    Exercise(
        id="proof.3",
        comparator=Sequence(Symbolic((h,)), Symbolic((h_below_0,))),
        reference=ahead_of_0,
        wrong_answers=(
            WrongAnswer([0, h], "The two are swapped: right of 0 the branch is x, left of 0 it is 0."),
            WrongAnswer([h, h], "That is the branch x on both sides. Left of 0, f is 0."),
            WrongAnswer([h, -h], "That is |h|. Left of 0, ReLU is 0, not −x."),
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
        id="proof.5",
        comparator=Sequence(*(Choice(CRITERIA) for _ in JUDGED)),
        reference=lambda: [failing_criterion(*judged) for judged in JUDGED],
        wrong_answers=(
            WrongAnswer(
                [CRITERIA[2], CRITERIA[3], CRITERIA[2]],
                r"Its quotient $\frac{1}{h}$ has no finite limit, but a criterion before that fails: the values "
                "jump from 0 to 1.",
            ),
            WrongAnswer(
                [CRITERIA[0], CRITERIA[0], CRITERIA[2]],
                "|x| is continuous at 0: δ = ε works for every ε. Look at its slopes.",
            ),
            WrongAnswer(
                [CRITERIA[0], CRITERIA[3], CRITERIA[0]],
                r"$\left|x \sin\frac{1}{x}\right|$ is x at most, so the third function is continuous. Divide it "
                "by h.",
            ),
            WrongAnswer(
                [CRITERIA[0], CRITERIA[3], CRITERIA[3]],
                r"On the right the quotient is $\sin\frac{1}{h}$, which keeps swinging between −1 and 1. That "
                "limit is missing.",
            ),
            WrongAnswer(
                [CRITERIA[0], CRITERIA[3], CRITERIA[1]],
                "On the left the third function is 0, and so is every quotient. Look at the right.",
            ),
        ),
        hints=(
            "Go through the four in their order, and stop at the first that fails. Continuity is about the values.",
            r"The quotients for h > 0 are $\frac{1}{h}$, 1 and $\sin\frac{1}{h}$.",
        ),
        explanation="A jump, a corner, and a swing that never dies: three ways to have no derivative.",
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
        id="proof.7",
        comparator=SetOf(),
        reference=increments_with_quotient_0,
        wrong_answers=(
            WrongAnswer(
                sp.Interval.open(0, quarter),
                r"One increment is missing: $\Delta x = \frac{1}{4}$ takes the step to 0. What is f(0)?",
            ),
            WrongAnswer(sp.Interval(0, quarter), "Δx = 0 has no quotient: it would divide by 0."),
            WrongAnswer(
                sp.Interval.open(0, sp.oo), r"Try Δx = 1: the step crosses the kink and ends at $\frac{3}{4}$."
            ),
            WrongAnswer({quarter}, r"$\Delta x = \frac{1}{4}$ is one of them. What about smaller steps?"),
        ),
        hints=(
            "The quotient is 0 as long as f(x + Δx) is 0.",
            r"Which Δx keep $-\frac{1}{4} + \Delta x$ at 0 or below? Interval.Lopen leaves the left end out.",
        ),
        explanation=(
            r"$f\left(-\frac{1}{4} + \Delta x\right) = 0$ exactly as long as $\Delta x \le \frac{1}{4}$, and Δx = 0 "
            "is excluded."
        ),
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
        ),
        hints=("f(h) = h and f(−h) = h.", "The numerator is h − 0 + h."),
        explanation=r"$\frac{2h}{h^2} = \frac{2}{h}$: the slope jumps by 2 over a distance h.",
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
            WrongAnswer([0, 0, False], "Both derivatives exist, are finite and agree. That is all it takes."),
        ),
        hints=(r"For h > 0 the quotient is $\frac{h^2}{h}$.", r"$\frac{h^2}{h} = h$, and h tends to 0."),
        explanation="Squaring flattens the kink: both one-sided derivatives are 0.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="proof.p1",
        question=(
            "A published text says that f is differentiable at 0 if f is continuous there, the left limit exists, the "
            "right limit exists, and both limits are equal. Read of f itself, how many of the four does ReLU pass?"
        ),
        options={
            "all four": "The criteria, read of f, say nothing about slopes.",
            "three of them": "Most people say this, because they know that ReLU has to fail somewhere.",
            "two of them": "Look at f near 0 itself: from both sides its values come to 0.",
        },
        answer=criteria_passed_by_relu,
        reveal="The section 'Four criteria' checks each of them.",
    ),
    Prediction(
        id="proof.p2",
        question=(
            r"Take ReLU at $x = -\frac{1}{2}$, left of the kink, and the increment Δx = 1. What is the difference "
            "quotient?"
        ),
        options={
            "the number 0": r"0 is the derivative at $-\frac{1}{2}$. The step of length 1 leaves the flat part.",
            "the number 1/2": r"The step ends at $\frac{1}{2}$, so f rises by $\frac{1}{2}$ over a distance of 1.",
            "the number 1": "1 is the slope right of 0. Half of the step lies left of it.",
        },
        answer=lambda: f"the number {relu().value(half) - relu().value(-half)}",
        reveal="A quotient is a property of two points, a derivative of one.",
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
        reveal="The section 'Break it' runs it, and you mend it.",
    ),
]
