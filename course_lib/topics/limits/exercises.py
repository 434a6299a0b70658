"""Exercises and predictions of *Take one-sided limits*. Keys are computed by the library, not written from memory."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, one_sided_limit
from course_lib.exercises.compare import Boolean, Number, Sequence, SetOf
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf

x = sp.Symbol("x", real=True)
Function = Callable[..., object]
FOOLING = (sp.sin(sp.pi / x), sp.sin(2 * sp.pi * sp.log(x, 2)), x * sp.sin(1 / x), sp.sqrt(x))
NAMES = ("sin(π/x)", "sin(2π log₂ x)", "x·sin(1/x)", "√x")
# The wrong word on each of them, and what to say of it.
MISTAKES = (
    (
        True,
        "sin(π/x) passed for settled. It looks so at steps h whose 1/h are whole numbers, where this sine is 0, and at "
        "steps whose 1/h differ by even numbers, where it has one value.",
    ),
    (
        True,
        "sin(2π log₂ x) passed for settled. It looks so where each step is another one, halved a whole number of "
        "times: there this sine has the same value.",
    ),
    (
        False,
        "x·sin(1/x) was taken for swinging, but its swings shrink with x. Look only at small steps, such as those "
        "below 0.001, or allow a wider spread.",
    ),
    (False, "√x was taken for swinging, but it only falls slowly. Look only at small steps, or allow a wider spread."),
)


def has_limit(f: sp.Expr) -> bool:
    """Whether f(x) has a limit as x → 0 from the right."""
    return not isinstance(one_sided_limit(f, 0, "+"), AccumulationBounds)


@cache
def candidates() -> dict[Function, tuple[str, bool]]:
    """What `settles` is tried on: the four functions of limits.5, then others like them. {f: (its name, has a limit)}

    The others swing too often for a few steps to be lucky each time, and those that settle do it as fast as √x. Steps
    that are divided by one number each time, 2 to 11 or a root of 10, meet one value of a sine of that logarithm.
    """
    tried: dict[Function, tuple[str, bool]] = {
        sp.lambdify(x, f): (name, has_limit(f)) for name, f in zip(NAMES, FOOLING, strict=True)
    }
    for c in np.geomspace(0.5, 50, 40).round(2):
        tried[lambda x, c=c: np.sin(c / x)] = f"sin({c:g}/x)", False
        tried[lambda x, c=c: np.cos(c / x)] = f"cos({c:g}/x)", False
        tried[lambda x, c=c: np.sin(6 * c * np.log(x))] = f"sin({6 * c:g} log x)", False
        tried[lambda x, c=c: c + x * np.cos(c / x)] = f"{c:g} + x cos({c:g}/x)", True
        tried[lambda x, c=c: np.sqrt(x) - c] = f"√x - {c:g}", True
    for base in (*range(2, 12), 10**0.5, 10**0.25):
        for phase in (1, 2):
            tried[lambda x, base=base, phase=phase: np.sin(2 * np.pi * np.log(x) / np.log(base) + phase)] = (
                f"sin(2π log x / log {base:.3g} + {phase})",
                False,
            )
    return tried


@dataclass(frozen=True)
class Settles(FunctionOf):
    """settles(f) is True for the functions with a limit at 0 from the right and False for the others."""

    def remark(self, value: tuple[bool, ...], key: tuple[bool, ...]) -> str:
        if feedback := feedback_on_settles(value[: len(MISTAKES)]):
            return feedback
        names = [name for name, _ in candidates().values()]
        i = next(i for i, (said, wanted) in enumerate(zip(value, key, strict=True)) if said != wanted)
        taken = "passed for settled" if value[i] else "was taken for swinging"
        return f"The four candidates are right. Of the others, {names[i]} {taken}. Take steps that share no pattern."


SETTLES = Settles(lambda: [Case(f"f = {name}", (f,)) for f, (name, _) in candidates().items()], Boolean(quoted=False))


def routine_with(steps: np.ndarray) -> Function:
    """The routine of the lesson with other steps."""
    return lambda f: bool(np.ptp(f(steps)) < 0.1)


def feedback_on_settles(said: tuple[bool, ...]) -> str:
    """Name each function that fooled the routine, and say how."""
    return " ".join(text for (wrong, text), word in zip(MISTAKES, said, strict=True) if word == wrong)


def jumps(expr: sp.Expr) -> set[sp.Expr]:
    """The points where the two one-sided limits differ."""
    f = PiecewiseFunction.from_expr(expr, x)
    return {point for point in f.breakpoints if one_sided_limit(f, point, "-") != one_sided_limit(f, point, "+")}


def limits_at_1() -> list[sp.Expr]:
    """The two one-sided limits at 1 of the function of limits.9."""
    f = PiecewiseFunction([3 - x, x**2], [1], x, owners=[sp.Integer(5)])
    return [one_sided_limit(f, 1, side) for side in "-+"]


def wrong_word() -> str:
    """The function of limits.5 of which the routine with powers of ten says the wrong word."""
    said = map(routine_with(10.0 ** -np.arange(3, 10)), candidates())
    (wrong,) = (
        name for word, (name, right) in zip(said, list(candidates().values())[:4], strict=False) if word != right
    )
    return wrong


def which_has_a_limit() -> str:
    settled = [name for name, f in (("x·sin(1/x)", x * sp.sin(1 / x)), ("sin(1/x)", sp.sin(1 / x))) if has_limit(f)]
    return f"only {settled[0]}" if len(settled) == 1 else "both of them" if settled else "neither of them"


EXERCISES = [
    Exercise(
        id="limits.9",
        comparator=Sequence(Number(), Number()),
        reference=limits_at_1,
        wrong_answers=(
            WrongAnswer([5, 5], "5 is the value at 1. A limit asks what f(x) heads for beside it."),
            WrongAnswer(
                [2, 5], "5 is the value at 1. From the right, x is a little above 1: which formula holds there?"
            ),
            WrongAnswer(
                [5, 1], "5 is the value at 1. From the left, x is a little below 1: which formula holds there?"
            ),
            WrongAnswer([1, 2], "The sides are swapped: from the left, x is a little below 1, such as 0.99."),
            WrongAnswer([3, 0], "These are the limits of the formulas at 0. Come close to 1."),
            WrongAnswer([2, 2], r"On the right the formula is $x^2$. What does that head for?"),
            WrongAnswer([1, 1], "On the left the formula is 3 − x. What does that head for?"),
        ),
        hints=("Try x = 0.99 and x = 1.01.", r"Left of 1, f(x) = 3 − x; right of it, $f(x) = x^2$."),
        explanation="From the left 3 − x tends to 2, from the right x² tends to 1. The value 5 plays no part.",
    ),
    Exercise(
        id="limits.1",
        comparator=Number(),
        reference=lambda: one_sided_limit((x**2 - 1) / sp.Abs(x - 1), 1, "-"),
        wrong_answers=(
            WrongAnswer(2, "That is the limit from the right. Left of 1, x − 1 is negative, so |x − 1| = 1 − x."),
            WrongAnswer(0, "The numerator tends to 0, but so does the denominator. Cancel the common factor first."),
            WrongAnswer(sp.oo, "The denominator tends to 0, but so does the numerator: cancel the common factor."),
            WrongAnswer(-sp.oo, "Both numerator and denominator tend to 0. Cancel the common factor first."),
            WrongAnswer(-1, r"−1 is $\frac{x - 1}{|x - 1|}$. The factor x + 1 is left: what does it tend to?"),
        ),
        hints=(
            "Which formula does |x − 1| follow just left of 1?",
            "Factor $x^2 - 1 = (x - 1)(x + 1)$ and divide by 1 − x.",
        ),
        explanation=r"Left of 1 the branch is $\frac{(x - 1)(x + 1)}{1 - x} = -(x + 1)$, and that tends to −2.",
    ),
    Exercise(
        id="limits.5",
        comparator=SETTLES,
        reference=lambda: lambda f: candidates()[f][1],
        wrong_answers=(
            WrongAnswer(routine_with(10.0 ** -np.arange(3, 10)), feedback_on_settles((True, False, True, True))),
            WrongAnswer(routine_with(2.0 ** -np.arange(10, 31)), feedback_on_settles((True, True, True, True))),
            WrongAnswer(
                routine_with(0.7 * 10.0 ** -np.arange(3, 10)),
                "The four candidates are right. Of the others, sin(2π log x / log 10 + 1) passed for settled.",
            ),
            WrongAnswer(
                routine_with(np.random.default_rng(0).uniform(0, 1, 200)),
                feedback_on_settles((False, False, False, False)),
            ),
            WrongAnswer(
                routine_with(10.0 ** np.random.default_rng(0).uniform(3, 9, 200)),
                "Your steps are long: `10 ** 3` is 1000. Is a minus missing?",
            ),
        ),
        hints=(
            "A swing shows itself if the steps have no pattern in common with it.",
            "Draw exponents from 3 to 9 with `rng.uniform`, and take `h = 10.0 ** -exponents`.",
        ),
        explanation="No function tried was in step with your steps. That is evidence, not proof.",
    ),
    Exercise(
        id="limits.6",
        comparator=Number(),
        reference=lambda: one_sided_limit(1 / (1 + sp.exp(1 / x)), 0, "-"),
        wrong_answers=(
            WrongAnswer(0, r"That is the limit from the right. Left of 0, $\frac{1}{x}$ tends to $-\infty$."),
            WrongAnswer(
                sp.Rational(1, 2),
                r"You took $\frac{1}{x}$ to be 0. It is x that tends to 0; $\frac{1}{x}$ grows without bound.",
            ),
            WrongAnswer(sp.oo, "The denominator is never below 1, so f stays below 1."),
        ),
        hints=(r"What does $\frac{1}{x}$ tend to as $x \to 0$ from the left?", "exp(t) tends to 0 as t → −∞."),
        explanation=r"Left of 0, $\frac{1}{x} \to -\infty$, so $e^{1/x} \to 0$ and $f \to 1$. Right of 0, $f \to 0$.",
    ),
    Exercise(
        id="limits.7",
        comparator=SetOf(),
        reference=lambda: jumps(sp.Abs(x**2 - x) / x),
        wrong_answers=(
            WrongAnswer({0, 1}, "At 1 the formula changes too, but both branches tend to 0 there: a kink, no jump."),
            WrongAnswer(
                [0, 1], "[0, 1] stands for all numbers from 0 to 1. For the two points write {0, 1}, in curly brackets."
            ),
            WrongAnswer({1}, "At 1 both limits are 0. Look at 0, where the sign of x in the denominator changes."),
            WrongAnswer(set(), "Just right of 0 the formula is 1 − x. What is it just left of 0?"),
        ),
        hints=(
            "The formula changes at 0 and at 1.",
            "Put 0 into both formulas that hold beside it, then do the same with 1.",
        ),
        explanation="At 0 the limits are −1 and 1. At 1 both are 0.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="limits.p1",
        question="sin(1/x) and x·sin(1/x) swing faster and faster as x → 0. Which has a limit from the right?",
        options={
            "both of them": "sin(1/x) keeps reaching 1 and −1, however close x is to 0.",
            "only x·sin(1/x)": "The swings of x·sin(1/x) never reach further than |x|, so they die away.",
            "only sin(1/x)": "sin(1/x) keeps reaching 1 and −1, and the factor x tames it.",
            "neither of them": "Swinging without end does no harm if the swings die away, as those of x·sin(1/x) do.",
        },
        answer=which_has_a_limit,
        reveal="The figure under Explore shows both.",
    ),
    Prediction(
        id="limits.p4",
        question="One of the four words is wrong. Of which function?",
        options={
            "sin(π/x)": r"Think of $\sin(\pi \cdot 1000)$.",
            "sin(2π log₂ x)": "It never settles: whenever x is halved, the sine goes once round. The routine saw that.",
            "x·sin(1/x)": "Its swings reach no further than |x|, so they die away. The routine is right.",
            "√x": "It falls to 0, only slowly. The routine is right.",
        },
        answer=wrong_word,
        reveal="The next cell prints the exact limits.",
    ),
]
