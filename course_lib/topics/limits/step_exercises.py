"""Exercises and predictions of *Choose a step*. Keys are computed by the library, not written from memory."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp

from course_lib.calculus import PiecewiseFunction, difference_quotient
from course_lib.exercises.compare import Number, Symbolic
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
STEPS_OF_P2 = {"h = 10⁻²": 1e-2, "h = 10⁻⁸": 1e-8, "h = 10⁻¹⁵": 1e-15}
# What step.1 is tried on: functions with their names, each at points of every size.
SCALED = {
    sp.lambdify(x, f): (name, f) for name, f in (("x²", x**2), ("√x", sp.sqrt(x)), ("1/x", 1 / x), ("log x", sp.log(x)))
}
SIZES = (1.0, 1e5, 1e10, 1e-5, 1e-10)
ALLOWED, NEARLY = 1e-5, 1e-2  # relative errors: what counts as right, and what is told how far it is off


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


def central_quotient_at_kink() -> sp.Expr:
    """(f(h) − f(−h)) / (2h) for a·x left of 0 and x right of it."""
    f = PiecewiseFunction([slope_on_the_left * x, x], [0], x)
    return (f.value(h) - f.value(-h)) / (2 * h)


def best_of_three_steps() -> str:
    def error(name: str) -> float:
        return abs(float(difference_quotient(sp.exp(x), 1, STEPS_OF_P2[name])) - np.e)

    return min(STEPS_OF_P2, key=error)


def central_quotient_of_relu() -> str:
    values = set(difference_quotient(sp.Max(0, x), 0, 10.0 ** -np.arange(1, 16), "central").tolist())
    words = {0.0: "0 for every h", 0.5: "½ for every h", 1.0: "1 for every h"}
    return words[values.pop()] if len(values) == 1 else "it changes with h"


def scaled_cases() -> list[Case]:
    return [Case(f"f = {name} and x = {size:g}", (f, size)) for f, (name, _) in SCALED.items() for size in SIZES]


def exact_slope(f: Function, point: float) -> float:
    """f′(x) of the functions of step.1."""
    return float(sp.diff(SCALED[f][1], x).subs(x, point))


def with_step(length: Callable[[float], float]) -> Function:
    """The forward quotient with a step that may depend on the point."""
    return lambda f, point: (f(point + length(point)) - f(point)) / length(point)


@dataclass(frozen=True)
class SlopeOf(FunctionOf):
    """What step.1 takes; a slope that is nearly right is told which of the two errors to look for."""

    def remark(self, value: tuple[np.ndarray, ...], key: tuple[np.ndarray, ...]) -> str:
        off = max((float(abs(v / k - 1)) for v, k in zip(value, key, strict=True) if v.ndim == 0), default=np.inf)
        about = (
            f"Your largest relative error is {off:.0e}. Try longer and shorter steps: if longer ones help, it is "
            "round-off; if shorter ones do, truncation."
        )
        if off >= NEARLY:
            right_at_1 = all(map(self.returns.same, value[:: len(SIZES)], key[:: len(SIZES)]))
            about = "At 1 it is right. Elsewhere, compare your step with x." if right_at_1 else ""
        return f"{super().remark(value, key)} {about}".strip()


EXERCISES = [
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
            WrongAnswer(
                lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
                "The points x and x + h lie only h apart. Divide by h.",
            ),
            WrongAnswer(lambda f, x, h: (f(x) - f(x - h)) / h, "That steps to the left: it is the backward quotient."),
            WrongAnswer(
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                "That steps to both sides: it is the central quotient.",
            ),
            WrongAnswer(
                lambda f, x, h: (np.exp(x + h) - np.exp(x)) / h,
                "That is right for exp alone. Use the f that your function is given.",
            ),
            WrongAnswer(lambda f, x, h: (f(x + 0.5) - f(x)) / 0.5, "Your step is always 0.5. Use the h that is given."),
        ),
        hints=("The rise is f(x + h) − f(x), the run is h.", "Return (rise) / h, with brackets round the rise."),
        explanation="Rise over run. It agrees with the library's difference_quotient.",
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
            WrongAnswer(2.0005, "That is about 2 + h, as in exact arithmetic. To which float16 is 1 + h rounded?"),
            WrongAnswer(sp.oo, "h itself is not rounded to 0, so nothing is divided by 0. What becomes of 1 + h?"),
        ),
        hints=(
            "The gap between 1 and the next float16 is $2^{-10}$.",
            "$1 + 2^{-11}$ lies half-way between two float16 numbers, and a tie goes to the even one: 1.",
        ),
        explanation="$1 + 2^{-11}$ rounds to 1, so both values of f are 1 and the numerator is 0.",
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
            WrongAnswer(
                sp.sqrt(a / 2),
                r"The equation $2h = \frac{a}{h^2}$ is right. Multiply it by $h^2$: which power of h is on the left?",
            ),
            WrongAnswer(3 * sp.cbrt(a**2 / 4), "That is the least value of E. The question asks where it is taken."),
        ),
        hints=("At the least value E′(h) = 0.", r"$E'(h) = 2h - \frac{a}{h^2}$. Set it to 0 and multiply by $h^2$."),
        explanation=(
            r"$2h = \frac{a}{h^2}$ gives $h^3 = \frac{a}{2}$. With a of the size of ε, the best h is of the size of "
            r"$\varepsilon^{1/3}$."
        ),
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
            WrongAnswer(0, "That is |x|, with a = −1. Here the slope on the left is any a."),
            WrongAnswer((1 + slope_on_the_left) * h / 2, "The rise is divided by 2h, so the h goes out."),
            WrongAnswer((1 + slope_on_the_left) / (2 * h), "Both f(h) and f(−h) hold a factor h, and it cancels."),
        ),
        hints=("Work out f(h) and f(−h).", "$f(h) = h$ and $f(-h) = -a h$. Divide the difference by $2h$."),
        explanation="The mean of the two slopes, for every h. With a = −1, which is |x|, it is 0 and hides the kink.",
    ),
    Exercise(
        id="step.1",
        comparator=SlopeOf(scaled_cases, Numbers("slope", relative=ALLOWED)),
        reference=lambda: exact_slope,
        wrong_answers=(
            WrongAnswer(
                with_step(lambda point: 1e-8),
                "That is the routine as it was. What is `1e10 + 1e-8` in floating point?",
            ),
            WrongAnswer(
                with_step(lambda point: 1e-8 * max(1, point)),
                r"Large x are right now. At $x = 10^{-10}$ the step is still $10^{-8}$, a hundred times as long as x.",
            ),
            WrongAnswer(
                with_step(lambda point: 1e-8 / point),
                "The step shrinks as x grows. Look at the gap between floats: does it?",
            ),
            WrongAnswer(
                with_step(lambda point: 1e-15 * point),
                "The step grows with x, and that is right. But it is only a few floats long, so that round-off swamps "
                "the rise.",
            ),
            WrongAnswer(
                with_step(lambda point: np.finfo(float).eps * point),
                "The step grows with x, and that is right. But it is a single gap between floats or two, so that "
                "round-off swamps the rise.",
            ),
            WrongAnswer(
                with_step(lambda point: 1e-10 * point),
                "The step grows with x, and that is right. But it is too short: round-off reaches the fifth digit.",
            ),
            WrongAnswer(
                with_step(lambda point: 0.01 * point),
                "The step grows with x, and that is right. But it is too long: truncation is about a per cent.",
            ),
            WrongAnswer(
                with_step(lambda point: 1e-17 * point),
                "The step grows with x, and that is right. But it is shorter than half a gap between floats, so that x "
                "+ h is x.",
            ),
        ),
        hints=(
            "At 1 the step is fine. What is the step at 1, as a share of x?",
            "The gap between floats grows with x, and so does the distance over which these f bend. Let h grow with x.",
        ),
        explanation=(
            r"These functions bend over distances of the size of x, and floats there lie about $\varepsilon x$ apart. "
            r"So both errors see h as a share of x. For a forward quotient about $\sqrt\varepsilon$ is the best share, "
            r"for a central one about $\varepsilon^{1/3}$. (At 0 a share of x is no step: there h needs a least size.)"
        ),
    ),
]

PREDICTIONS = [
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
        reveal="You will see below where the turning point comes from.",
    ),
    Prediction(
        id="limits.p3",
        question=r"What does the central quotient $\frac{f(h) - f(-h)}{2h}$ of ReLU say, for h = 0.1, 0.01, 0.001, …?",
        options={
            "0 for every h": "That is the backward quotient.",
            "½ for every h": "From −h to h, ReLU rises by h on a run of 2h.",
            "1 for every h": "That is the forward quotient.",
            "it changes with h": "ReLU looks the same at every scale, so h cancels.",
        },
        answer=central_quotient_of_relu,
        reveal="The figure below shows why, beside the forward and the backward quotient.",
    ),
]
