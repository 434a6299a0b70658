"""Exercises and predictions of *Read a proof critically*. Keys are computed by the library, not written from memory.

Exercise proof.1 judges the statements of a published proof that ReLU has no derivative at 0, restated as data. Source
of the claims: "Why ReLU is not differentiable at x=0 (zero)?", web article. The wording here is our own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, equal, one_sided_derivative, one_sided_limit
from course_lib.exercises.compare import Boolean, Choice, Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.kink.exercises import both_derivatives, h, h_below_0
from course_lib.topics.kink.start_here import relu, x

dx, step = sp.Symbol("dx", positive=True), sp.Symbol("Δx", positive=True)
quarter, half = sp.Rational(1, 4), sp.Rational(1, 2)

CRITERIA = ("continuous", "left limit exists", "right limit exists", "left and right agree")
# The functions of exercise proof.5, by their values left of 0, at 0 and right of it.
JUDGED = ((sp.S.Zero, 1, sp.S.One), (-x, 0, x), (sp.S.Zero, 0, x * sp.sin(1 / x)))


def increments_with_quotient_0() -> sp.Set:
    """All Δx > 0 for which the difference quotient of ReLU at −1/4 is 0."""
    increment = sp.Symbol("increment", real=True)
    values = PiecewiseFunction.from_expr(sp.Max(0, increment - quarter) - sp.Max(0, -quarter), increment)
    zero_up_to = values.breakpoints[0]
    assert values.branch(0, "+") == 0 and values.value(zero_up_to) == 0 and values.branch(zero_up_to, "+") != 0
    return sp.Interval.Lopen(0, zero_up_to)


def failing_criterion(left: sp.Expr, value: int, right: sp.Expr) -> str:
    """The first of the four criteria, with the limits of the difference quotient, that a function fails at 0."""
    sides = [PiecewiseFunction.from_expr(branch, x) for branch in (left, right)]
    if any(one_sided_limit(f, 0, side) != value for f, side in zip(sides, "-+", strict=True)):
        return CRITERIA[0]
    quotients = [PiecewiseFunction.from_expr((branch - value) / x, x) for branch in (left, right)]
    slopes = [one_sided_limit(f, 0, side) for f, side in zip(quotients, "-+", strict=True)]
    outcomes = [not isinstance(slope, AccumulationBounds) and bool(slope.is_finite) for slope in slopes]
    return CRITERIA[1 + [*outcomes, all(outcomes) and equal(*slopes)].index(False)]


def criteria_passed_by_relu() -> str:
    """The option of prediction proof.p1: how many of the four criteria ReLU passes when they are read of f itself."""
    left, right = (one_sided_limit(relu(), 0, side) for side in "-+")
    passed = [equal(left, relu().value(0)) and equal(right, relu().value(0)), left.is_finite, right.is_finite]
    passed.append(equal(left, right))
    return {4: "all four", 3: "three of them", 2: "two of them"}[sum(map(bool, passed))]


def point_with_quotient(value: sp.Expr) -> sp.Expr:
    """The x between −Δx and 0 at which the difference quotient of ReLU has this value."""
    quotient = (relu().branch(0, "+").subs(x, x + dx) - relu().branch(0, "-")) / dx
    (point,) = sp.solve(quotient - value, x)
    return point


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

# The proof of exercise reading.2, about f(x) = x|x|: quotients on both sides, and whether the slopes agree, which the
# last two statements deny.
SLOPES_DIFFER = Statement(lambda: sp.Integer(0), lambda: sp.Integer(equal(*both_derivatives(x * sp.Abs(x)))))
UNMARKED_PROOF = (
    Statement(lambda: sp.Integer(0), lambda: (x * sp.Abs(x)).subs(x, 0)),
    Statement(lambda: h, lambda: h * sp.Abs(h) / h),
    Statement(lambda: -h_below_0, lambda: h_below_0 * sp.Abs(h_below_0) / h_below_0),
    SLOPES_DIFFER,
    SLOPES_DIFFER,
)

EXERCISES = [
    Exercise(
        id="proof.5",
        comparator=Sequence(*(Choice(CRITERIA) for _ in JUDGED)),
        reference=lambda: [failing_criterion(*judged) for judged in JUDGED],
        wrong_answers=(
            WrongAnswer(
                [CRITERIA[1], CRITERIA[3], CRITERIA[2]],
                r"On the left the quotient of the step is $-\frac{1}{h}$, which has no finite limit. But a criterion "
                "before that fails: the values jump from 0 to 1.",
            ),
            WrongAnswer(
                [CRITERIA[3], CRITERIA[3], CRITERIA[2]],
                "The quotients of the step disagree, too, but an earlier criterion fails already: its values jump.",
            ),
            WrongAnswer(
                [CRITERIA[2], CRITERIA[3], CRITERIA[2]],
                "Right of 0 the step is 1, as at 0, so every quotient is 0: that limit exists. And look at its values "
                "first.",
            ),
            *(
                WrongAnswer([CRITERIA[0], side, CRITERIA[2]], f"For |x| the {side}: every quotient there is {slope}.")
                for side, slope in zip(CRITERIA[1:3], ("−1", "1"), strict=True)
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
            r"The values of the first one jump. For h > 0 the quotients of the others are 1 and $\sin\frac{1}{h}$.",
        ),
        explanation="A jump, a corner, and a swing that never dies: three ways to have no derivative.",
    ),
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
                "Look at statement 2 again. Say Δx = 0.1. At x = −0.02, which is below 0, the step crosses the kink "
                "and ends at 0.08. What is the quotient there?",
            ),
            WrongAnswer(
                [False, False, True, False, True],
                "Look at statement 3 again: f(x + Δx) − f(x) subtracts x. Which sign does x get?",
            ),
            WrongAnswer([False, False, False, True, True], "Look at statement 4 again: 0 − Δx + 0 is −Δx."),
            WrongAnswer(
                [False, False, False, False, False],
                "Look at statement 5 again. Judge it by itself: what is the right derivative of ReLU at 0? A "
                "statement can be right, although what stands before it is wrong.",
            ),
        ),
        hints=(
            "Take the statements one at a time. A single counterexample is enough.",
            "Statement 4: put in Δx = 1 and compute both sides.",
        ),
        explanation="Four are wrong and the last is right: 3 has two signs swapped, and 4 drops the minus.",
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
        id="reading.1",
        comparator=Symbolic((dx,)),
        reference=lambda: point_with_quotient(half),
        wrong_answers=(
            WrongAnswer(dx, "That is right of 0. The whole step stays on the branch x there, and the quotient is 1."),
            WrongAnswer(0, "At 0 the whole step lies right of the kink, and the quotient is 1."),
            WrongAnswer(dx / 2, "That lies right of 0, where the whole step stays on the branch x: the quotient is 1."),
            WrongAnswer(-dx, "From there the step ends exactly at 0. How much has f risen?"),
            WrongAnswer(-half, "That is right for Δx = 1 alone. Let the point depend on dx."),
            WrongAnswer(-2 * dx, "From there the step ends at −dx, left of 0, and f has not risen."),
            WrongAnswer(-dx / 4, "From there f rises to ¾ of dx. Make the two parts of the step equally long."),
        ),
        hints=(
            "The step has to cross the kink. Only the part right of 0 makes f rise.",
            "f(x + Δx) = x + Δx is to be half of Δx.",
        ),
        explanation=r"$\frac{-\Delta x/2 + \Delta x}{\Delta x} = \frac{1}{2}$: half of the step lies on each side.",
    ),
    Exercise(
        id="reading.2",
        comparator=Number(),
        reference=lambda: [follows(statement) for statement in UNMARKED_PROOF].index(False) + 1,
        wrong_answers=(
            WrongAnswer(5, "Statement 5 is false, and it does follow from the one before. So look further up."),
            WrongAnswer(3, "Try h = −1: f(−1) = −1, and −1 divided by −1 is 1, which is −h."),
            WrongAnswer(2, "For h > 0, |h| is h. The statement is right."),
            WrongAnswer(1, "0 · |0| is 0. The statement is right."),
        ),
        hints=(
            "Test each statement with one number: h = 0.1, or h = −0.1.",
            "A derivative is the limit of the quotient, not the quotient. What do h and −h tend to?",
        ),
        explanation=(
            "Both formulas are |h|, each for its own sign of h. It tends to 0 from both sides, so both derivatives are "
            "0, and f′(0) = 0."
        ),
    ),
]

PREDICTIONS = [
    Prediction(
        id="proof.p1",
        question=(
            "A published text says that f is differentiable at 0 if f is continuous there, the left limit exists, the "
            "right limit exists, and both limits are equal. Suppose that *limit* means the limit of f itself. How many "
            "of the four does ReLU pass?"
        ),
        options={
            "all four": "Applied to f itself, the criteria say nothing about slopes.",
            "three of them": "Most people say this, because they know that ReLU has to fail somewhere.",
            "two of them": "Look at f near 0 itself: from both sides its values come to 0.",
        },
        answer=criteria_passed_by_relu,
        reveal="The section 'Which limits?' checks each of them.",
    ),
]
