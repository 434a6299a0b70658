"""Exercises and the prediction of lesson 00. Keys are computed by the library, not written from memory."""

from functools import cache

import numpy as np
import sympy as sp

from course_lib.calculus import PiecewiseFunction, differentiability
from course_lib.exercises.compare import Boolean, Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.kink.answers import PythonFunction

x = sp.Symbol("x", real=True)
TRIED = PythonFunction((-2.0, -0.5, 0.0, 0.5, 3.0, 1.0, -1.0, -1e-6, 1e-300, -300.5, 1e6, 2))

# Three spellings of ReLU that agree at every x.
SPELLINGS = (sp.Piecewise((x, x > 0), (0, True)), (x + sp.Abs(x)) / 2, sp.Piecewise((x, x >= 0), (0, True)))


@cache
def relu() -> PiecewiseFunction:
    """max(0, x)."""
    return PiecewiseFunction.from_expr(sp.Max(0, x), x)


def slope_of_line(a: int, b: int) -> sp.Expr:
    """The slope of the line through (a, f(a)) and (b, f(b)) for ReLU."""
    return (relu().value(b) - relu().value(a)) / (b - a)


def slope_with_0_at_the_kink() -> PiecewiseFunction:
    """The slope of each branch of ReLU; the left branch's owns 0."""
    return PiecewiseFunction([sp.diff(branch, x) for branch in relu().branches], relu().breakpoints, x, owners=["-"])


def statements_on_kinks() -> list[bool]:
    """Whether ReLU is continuous at 0, ReLU differentiable at 2, |x| differentiable at 0."""
    smooth = (differentiability(f, x0).differentiable for f, x0 in ((relu(), 2), (sp.Abs(x), 0)))
    return [bool(verdict) for verdict in (differentiability(relu(), 0).continuous, *smooth)]


def what_sympy_returns() -> str:
    """The option of prediction start.p1 that SymPy's own answers single out."""
    slopes = {sp.diff(spelling, x).subs(x, 0) for spelling in SPELLINGS}
    if slopes == {sp.nan}:
        return "nothing: an error or nan"
    if len(slopes) > 1:
        return "different numbers"
    words = {sp.S.Zero: "the number 0, three times", sp.S.One: "the number 1, three times"}
    return words[slopes.pop()]


EXERCISES = [
    Exercise(
        id="start.1",
        comparator=Number(),
        reference=lambda: relu().value(-3),
        wrong_answers=(
            WrongAnswer(-3, "That is x itself. max(0, x) takes the larger of the two numbers 0 and x."),
            WrongAnswer(3, "That is |x|. max(0, x) does not turn the sign round; it takes the larger of 0 and x."),
            WrongAnswer(1, "That is the slope of f on the right of 0. The question asks for a value of f."),
        ),
        hints=(
            "Write down the two numbers that max compares.",
            "Which of 0 and −3 lies further right on the number line?",
        ),
        explanation="Of 0 and −3 the larger is 0. On the left of 0 the function is 0 everywhere.",
    ),
    Exercise(
        id="start.2",
        comparator=Symbolic(),
        reference=lambda: slope_of_line(-1, 2),
        wrong_answers=(
            WrongAnswer(1, "That is the slope between 0 and 2. This line begins at x = −1, to the left of the kink."),
            WrongAnswer(sp.Rational(3, 2), "You divided the run by the rise. Slope is rise over run."),
            WrongAnswer(2, "2 is the rise, f(2) − f(−1). Divide it by the run, 2 − (−1)."),
            WrongAnswer(sp.Rational(1, 2), "½ is the mean of both slopes. The line is longer on the right of 0."),
            WrongAnswer(sp.Rational(1, 3), "You took −1 for f(−1). f(−1) = max(0, −1)."),
        ),
        hints=(
            r"Slope is rise over run: $\frac{f(2) - f(-1)}{2 - (-1)}$.",
            "f(2) = 2 and f(−1) = 0. In Python write sp.Rational(rise, run).",
        ),
        explanation="The rise is 2 − 0 and the run is 3. A line that spans the kink has a slope between 0 and 1.",
    ),
    Exercise(
        id="start.3",
        comparator=TRIED,
        reference=slope_with_0_at_the_kink,
        wrong_answers=(
            WrongAnswer(
                lambda x: np.where(np.maximum(0, x) >= 0, 1.0, 0.0),
                "The output of ReLU is never negative, so output >= 0 always holds: this returns 1 everywhere.",
            ),
            WrongAnswer(lambda x: np.where(np.asarray(x) >= 0, 1.0, 0.0), "One input is left: 0 is not positive."),
            WrongAnswer(lambda x: np.maximum(0, x), "That is ReLU itself. At 3 its value is 3, its slope is 1."),
            WrongAnswer(lambda x: np.where(np.asarray(x) > 0, 0.0, 1.0), "The two results are swapped."),
        ),
        hints=("Which values can output take? Run broken_slope(-2).", "Compare with > instead of >=."),
        explanation="After ReLU the output is positive exactly where the input is, so the comparison must be strict.",
    ),
    Exercise(
        id="start.4",
        comparator=Symbolic((x,)),
        reference=lambda: relu().as_expr() - relu().as_expr().subs(x, -x),
        wrong_answers=(
            WrongAnswer(sp.Abs(x), "That is the sum f(x) + f(−x). Here the second term is subtracted."),
            WrongAnswer(sp.Max(0, x), "That is f(x) alone. For negative x the term f(−x) is not 0: try x = −2."),
            WrongAnswer(0, "f(x) and f(−x) are not the same: try x = 2, where they are 2 and 0."),
            WrongAnswer(-x, "The sign is turned round: at x = 2 the difference is 2 − 0."),
        ),
        hints=(
            "Work out the difference at x = 2 and at x = −2.",
            "At 2 it is 2 − 0, at −2 it is 0 − 2. Which function does that?",
        ),
        explanation="For x > 0 only f(x) is there and gives x; for x < 0 only −f(−x) is there and gives −(−x) = x.",
    ),
    Exercise(
        id="start.5",
        comparator=Sequence(Boolean(), Boolean(), Boolean()),
        reference=statements_on_kinks,
        wrong_answers=(
            WrongAnswer(
                [True, True, True], "A graph without a gap can still have a corner. Look at |x| on both sides of 0."
            ),
            WrongAnswer(
                [False, True, False],
                "A corner is not a gap: near 0 the values of max(0, x) come as close to 0 as you like.",
            ),
            WrongAnswer([True, False, False], "The kink is at 0. Near 2 the function is a straight line."),
            WrongAnswer(
                [False, False, False], "A kink at one point takes neither continuity there nor derivatives elsewhere."
            ),
        ),
        hints=(
            "Continuous, roughly: no gap. Derivative: one slope, the same from both sides.",
            "At 2 the graph is a straight line. At 0, |x| falls with slope −1 and rises with slope 1.",
        ),
        explanation="A derivative at a point asks only about that point's neighbourhood, and for more than continuity.",
    ),
    Exercise(
        id="start.6",
        comparator=SetOf(),
        reference=lambda: sp.solveset(relu().as_expr(), x, sp.S.Reals),
        wrong_answers=(
            WrongAnswer({0}, "0 is one such point. What is f(−5)?"),
            WrongAnswer(sp.Interval.open(-sp.oo, 0), "One point is missing: what is f(0)?"),
            WrongAnswer(sp.Interval(0, sp.oo), "That is the other side: f(5) = 5."),
            WrongAnswer(set(), "There are such points: what is f(−5)?"),
        ),
        hints=(
            "Look at the flat part of the graph.",
            "Does the point 0 belong to it? A pair such as (-sp.oo, 0) has its ends.",
        ),
        explanation="On the left of 0, and at 0 itself, the larger of 0 and x is 0.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="start.p1",
        question=(
            "ReLU has no derivative at 0. We write it in three ways that agree at every x, and ask SymPy for the "
            "derivative at 0 of each. What comes back?"
        ),
        options={
            "nothing: an error or nan": "That would be careful. Software applies rules, then puts in 0.",
            "the number 0, three times": "Each answer is a number, but not the same one.",
            "the number 1, three times": "Each answer is a number, but not the same one.",
            "different numbers": "The rules work on how a function is written, not on the function.",
        },
        answer=what_sympy_returns,
        reveal="The next cell asks SymPy.",
    ),
]
