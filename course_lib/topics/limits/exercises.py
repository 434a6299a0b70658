"""Exercises and predictions of this topic. Keys and feedback are computed by the library, not written from memory."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, difference_quotient, one_sided_limit
from course_lib.exercises.compare import Boolean, Number, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers

x = sp.Symbol("x", real=True)
a, h = sp.symbols("a h", positive=True)
slope_on_the_left = sp.Symbol("a", real=True)

Function = Callable[..., object]
SQUARE = sp.lambdify(x, x**2)
# What the quotient of limits.2 is taken of, and at which points and steps.
QUOTIENTS_OF = {np.exp: ("np.exp", sp.exp(x)), np.sin: ("np.sin", sp.sin(x)), SQUARE: ("the square", x**2)}
POINTS, STEPS = (1.0, -2.0, np.array([0.0, 0.5, 3.0])), (0.5, 0.125, 0.001)
FUNCTIONS_OF_1_5 = (sp.sin(sp.pi / x), sp.sin(2 * sp.pi * sp.log(x, 2)), x * sp.sin(1 / x), sp.sqrt(x))
NAMES_OF_1_5 = ("sin(π/x)", "sin(2π log₂ x)", "x·sin(1/x)", "√x")
# The wrong word on each of them, and what to say of it.
MISTAKES_OF_1_5 = (
    (True, "sin(π/x) passed for settled. That happens where each 1/h is a whole number: there this sine is 0."),
    (
        True,
        "sin(2π log₂ x) passed for settled. That happens where each step is another one, halved a whole number of "
        "times: there this sine has the same value.",
    ),
    (
        False,
        "x·sin(1/x) was taken for swinging, but its swings shrink with x. Look only at small steps, such as those "
        "below 0.001, or allow a wider spread.",
    ),
    (False, "√x was taken for swinging, but it only falls slowly. Look only at small steps, or allow a wider spread."),
)
STEPS_OF_P2 = {"h = 10⁻²": 1e-2, "h = 10⁻⁸": 1e-8, "h = 10⁻¹⁵": 1e-15}


def has_limit(f: sp.Expr) -> bool:
    """Whether f(x) has a limit as x → 0 from the right."""
    return not isinstance(one_sided_limit(f, 0, "+"), AccumulationBounds)


@cache
def candidates() -> dict[Function, tuple[str, bool]]:
    """What `settles` is tried on: the four functions of limits.5, then others like them. {f: (its name, has a limit)}

    The others swing too often for a few steps to be lucky each time, and those that settle do it as fast as √x.
    """
    tried: dict[Function, tuple[str, bool]] = {
        sp.lambdify(x, f): (name, has_limit(f)) for name, f in zip(NAMES_OF_1_5, FUNCTIONS_OF_1_5, strict=True)
    }
    for c in np.geomspace(0.5, 50, 40).round(2):
        tried[lambda x, c=c: np.sin(c / x)] = f"sin({c:g}/x)", False
        tried[lambda x, c=c: np.cos(c / x)] = f"cos({c:g}/x)", False
        tried[lambda x, c=c: np.sin(6 * c * np.log(x))] = f"sin({6 * c:g} log x)", False
        tried[lambda x, c=c: c + x * np.cos(c / x)] = f"{c:g} + x cos({c:g}/x)", True
        tried[lambda x, c=c: np.sqrt(x) - c] = f"√x - {c:g}", True
    return tried


@dataclass(frozen=True)
class Settles(FunctionOf):
    """settles(f) is True for the functions with a limit at 0 from the right and False for the others."""

    def remark(self, value: tuple[bool, ...], key: tuple[bool, ...]) -> str:
        if feedback := feedback_on_settles(value[: len(MISTAKES_OF_1_5)]):
            return feedback
        names = [name for name, _ in candidates().values()]
        i = next(i for i, (said, wanted) in enumerate(zip(value, key, strict=True)) if said != wanted)
        taken = "passed for settled" if value[i] else "was taken for swinging"
        return f"The four candidates are right, but {names[i]} {taken}. Take many small steps that share no pattern."


SETTLES = Settles(lambda: [Case(f"f = {name}", (f,)) for f, (name, _) in candidates().items()], Boolean(quoted=False))


def routine_with(steps: np.ndarray) -> Function:
    """The routine of the lesson with other steps."""
    return lambda f: bool(np.ptp(f(steps)) < 0.1)


def feedback_on_settles(said: tuple[bool, ...]) -> str:
    """Name each function that fooled the routine, and say how."""
    return " ".join(text for (wrong, text), word in zip(MISTAKES_OF_1_5, said, strict=True) if word == wrong)


def forward_quotient(f: Function, point: float | np.ndarray, step: float) -> np.ndarray:
    """(f(x + h) − f(x)) / h at a point or an array of points, for the functions of limits.2."""
    expr = QUOTIENTS_OF[f][1]
    return np.vectorize(lambda x0: float(difference_quotient(expr, x0, step)))(point)[()]


def quotient_cases() -> list[Case]:
    return [
        Case(f"f = {name}, x = {point} and h = {step:g}", (f, point, step))
        for f, (name, _) in QUOTIENTS_OF.items()
        for point in POINTS
        for step in STEPS
    ]


def jumps(expr: sp.Expr) -> set[sp.Expr]:
    """The points where the two one-sided limits differ."""
    f = PiecewiseFunction.from_expr(expr, x)
    return {point for point in f.breakpoints if one_sided_limit(f, point, "-") != one_sided_limit(f, point, "+")}


def central_quotient_at_kink() -> sp.Expr:
    """(f(h) − f(−h)) / (2h) for a·x left of 0 and x right of it."""
    f = PiecewiseFunction([slope_on_the_left * x, x], [0], x)
    return (f.value(h) - f.value(-h)) / (2 * h)


def which_has_a_limit() -> str:
    settled = [name for name, f in (("x·sin(1/x)", x * sp.sin(1 / x)), ("sin(1/x)", sp.sin(1 / x))) if has_limit(f)]
    return f"only {settled[0]}" if len(settled) == 1 else "both of them" if settled else "neither of them"


def best_of_three_steps() -> str:
    def error(name: str) -> float:
        return abs(float(difference_quotient(sp.exp(x), 1, STEPS_OF_P2[name])) - np.e)

    return min(STEPS_OF_P2, key=error)


def central_quotient_of_relu() -> str:
    values = set(difference_quotient(sp.Max(0, x), 0, 10.0 ** -np.arange(1, 16), "central").tolist())
    words = {0.0: "0 for every h", 0.5: "½ for every h", 1.0: "1 for every h"}
    return words[values.pop()] if len(values) == 1 else "it changes with h"


EXERCISES = [
    Exercise(
        id="limits.1",
        comparator=Number(),
        reference=lambda: one_sided_limit((x**2 - 1) / sp.Abs(x - 1), 1, "-"),
        wrong_answers=(
            WrongAnswer(2, "That is the limit from the right. Left of 1, x − 1 is negative, so |x − 1| = 1 − x."),
            WrongAnswer(0, "The numerator tends to 0, but so does the denominator. Cancel the common factor first."),
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
        id="limits.2",
        comparator=FunctionOf(quotient_cases, Numbers("quotient")),
        reference=lambda: forward_quotient,
        wrong_answers=(
            WrongAnswer(
                lambda f, x, h: f(x + h) - f(x) / h,
                "Python divides before it subtracts, so only f(x) was divided by h. Put brackets round the numerator.",
            ),
            WrongAnswer(lambda f, x, h: f(x + h) - f(x), "That is the rise alone. Divide it by the run, h."),
            WrongAnswer(lambda f, x, h: (f(x) - f(x - h)) / h, "That steps to the left: it is the backward quotient."),
            WrongAnswer(
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                "That steps to both sides: it is the central quotient.",
            ),
            WrongAnswer(
                lambda f, x, h: (np.exp(x + h) - np.exp(x)) / h,
                "That is right for exp alone. Use the f that your function is given.",
            ),
            WrongAnswer(
                lambda f, x, h: (f(x + 0.5) - f(x)) / 0.5, "The step is 0.5 for ever. Use the h that is given."
            ),
        ),
        hints=("The rise is f(x + h) − f(x), the run is h.", "Return (rise) / h, with brackets round the rise."),
        explanation="Rise over run. It agrees with the library's difference_quotient.",
    ),
    Exercise(
        id="limits.3",
        comparator=Symbolic((a,)),
        reference=lambda: sp.solve(sp.diff(h**2 + a / h, h), h)[0],
        wrong_answers=(
            WrongAnswer(
                sp.sqrt(a), r"That is least for $h + \frac{a}{h}$, the forward quotient's error. Here h is squared."
            ),
            WrongAnswer(sp.cbrt(a), "Almost: the derivative of $h^2$ is $2h$, so a 2 is missing."),
            WrongAnswer(sp.cbrt(2 / a), r"Upside down: from $2h = \frac{a}{h^2}$ follows $h^3 = \frac{a}{2}$."),
            WrongAnswer(3 * sp.cbrt(a**2 / 4), "That is the least value of E. The question asks where it is taken."),
        ),
        hints=("At the least value E′(h) = 0.", r"$E'(h) = 2h - \frac{a}{h^2}$. Set it to 0 and multiply by $h^2$."),
        explanation=(
            r"$2h = \frac{a}{h^2}$ gives $h^3 = \frac{a}{2}$. With a of the size of ε, the best h is of the size of "
            r"$\varepsilon^{1/3}$."
        ),
    ),
    Exercise(
        id="limits.4",
        comparator=Number(),
        reference=lambda: float(difference_quotient(x**2, 1, 2.0**-11, "forward", "float16")),
        wrong_answers=(
            WrongAnswer(2, "That is the derivative. Work out 1 + h first, as float16 stores it."),
            WrongAnswer(
                4,
                "You rounded $1 + 2^{-11}$ up to $1 + 2^{-10}$. It lies half-way between two floats, and such a "
                "tie goes to the one whose last binary digit is 0: that is 1.",
            ),
            WrongAnswer(2 + 2.0**-11, "That is 2 + h, the exact quotient. float16 cannot store $1 + 2^{-11}$."),
            WrongAnswer(sp.oo, "h itself is not rounded to 0, so nothing is divided by 0. What becomes of 1 + h?"),
        ),
        hints=(
            "The gap between 1 and the next float16 is $2^{-10}$.",
            "$1 + 2^{-11}$ lies half-way between two float16 numbers, and a tie goes to the even one: 1.",
        ),
        explanation="$1 + 2^{-11}$ rounds to 1, so both values of f are 1 and the numerator is 0.",
    ),
    Exercise(
        id="limits.5",
        comparator=SETTLES,
        reference=lambda: lambda f: candidates()[f][1],
        wrong_answers=(
            WrongAnswer(routine_with(10.0 ** -np.arange(3, 10)), feedback_on_settles((True, False, True, True))),
            WrongAnswer(routine_with(2.0 ** -np.arange(10, 31)), feedback_on_settles((True, True, True, True))),
            WrongAnswer(
                routine_with(np.random.default_rng(0).uniform(0, 1, 200)),
                feedback_on_settles((False, False, False, False)),
            ),
        ),
        hints=(
            "A swing shows itself if the steps have no pattern in common with it.",
            "Draw the exponents at random: h = 10.0 ** -np.random.default_rng(0).uniform(3, 9, 200).",
        ),
        explanation="Steps that share no pattern with a swing meet every part of it. They are evidence, not proof.",
    ),
    Exercise(
        id="limits.6",
        comparator=Number(),
        reference=lambda: one_sided_limit(1 / (1 + sp.exp(1 / x)), 0, "-"),
        wrong_answers=(
            WrongAnswer(
                0, r"That is the limit from the right. Left of 0, $\frac{1}{x}$ is negative and large in size."
            ),
            WrongAnswer(
                sp.Rational(1, 2),
                r"You took $\frac{1}{x}$ to be 0. It is x that tends to 0; $\frac{1}{x}$ grows without bound.",
            ),
            WrongAnswer(sp.oo, "The denominator is never below 1, so f stays below 1."),
        ),
        hints=(r"What does $\frac{1}{x}$ tend to as $x \to 0$ from the left?", "exp(t) tends to 0 as t → −∞."),
        explanation=(
            r"From the left $\frac{1}{x} \to -\infty$, so $e^{1/x} \to 0$ and $f \to 1$. From the "
            r"right $f \to 0$."
        ),
    ),
    Exercise(
        id="limits.7",
        comparator=SetOf(),
        reference=lambda: jumps(sp.Abs(x**2 - x) / x),
        wrong_answers=(
            WrongAnswer({0, 1}, "At 1 the formula changes too, but both branches tend to 0 there: a kink, no jump."),
            WrongAnswer({1}, "At 1 both limits are 0. Look at 0, where the sign of x in the denominator changes."),
            WrongAnswer(set(), "Just right of 0 the formula is 1 − x. What is it just left of 0?"),
        ),
        hints=(
            "The formula changes at 0 and at 1.",
            r"Near 0 the formula is $(1 - x)\frac{|x|}{x}$. What is $\frac{|x|}{x}$ on each side?",
        ),
        explanation="At 0 the limits are −1 and 1. At 1 both are 0.",
    ),
    Exercise(
        id="limits.8",
        comparator=Symbolic((slope_on_the_left, h)),
        reference=central_quotient_at_kink,
        wrong_answers=(
            WrongAnswer(1, "That is the forward quotient, the slope of the right branch alone."),
            WrongAnswer(slope_on_the_left, "That is the backward quotient, the slope of the left branch alone."),
            WrongAnswer(1 + slope_on_the_left, "The points −h and h lie 2h apart. Divide by 2h, not by h."),
            WrongAnswer((1 - slope_on_the_left) / 2, "f(−h) = −a·h is subtracted, and two minus signs make a plus."),
            WrongAnswer((slope_on_the_left - 1) / 2, "f(h) = h comes first, with a plus; f(−h) = −a·h is subtracted."),
            WrongAnswer(sp.Rational(1, 2), "That is ReLU, with a = 0. Here the slope on the left is any a."),
            WrongAnswer((1 + slope_on_the_left) * h / 2, "The rise is divided by 2h, so the h goes out."),
            WrongAnswer((1 + slope_on_the_left) / (2 * h), "Both f(h) and f(−h) hold a factor h, and it cancels."),
        ),
        hints=("Work out f(h) and f(−h).", "$f(h) = h$ and $f(-h) = -a h$. Divide the difference by $2h$."),
        explanation="The mean of the two slopes, for every h. With a = −1, which is |x|, it is 0 and hides the kink.",
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
            "neither of them": "Swinging for ever does no harm if the swings die away, as those of x·sin(1/x) do.",
        },
        answer=which_has_a_limit,
        reveal="The figure under Explore shows both.",
    ),
    Prediction(
        id="limits.p2",
        question=(
            r"$\frac{e^{1 + h} - e}{h}$ is computed with ordinary 64-bit floats. Which h brings it closest to "
            "the derivative, e?"
        ),
        options={
            "h = 10⁻²": "That step is too long: the curve bends away from the line.",
            "h = 10⁻⁸": "Longer steps suffer from the bend of the curve, shorter ones from rounding.",
            "h = 10⁻¹⁵": "The shortest step is the worst of the three: rounding swamps the difference.",
        },
        answer=best_of_three_steps,
        reveal="The section Measure shows where the turning point comes from.",
    ),
    Prediction(
        id="limits.p3",
        question=r"What does the central quotient $\frac{f(h) - f(-h)}{2h}$ of ReLU say, for h = 0.1, 0.01, 0.001, …?",
        options={
            "0 for every h": "That is the backward quotient.",
            "½ for every h": "It takes the mean of the slopes on the two sides.",
            "1 for every h": "That is the forward quotient.",
            "it changes with h": "ReLU looks the same at every scale, so h cancels.",
        },
        answer=central_quotient_of_relu,
        reveal="The figure below shows the three quotients.",
    ),
]
