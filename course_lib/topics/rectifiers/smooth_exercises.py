"""The exercises and predictions of the lesson *Smooth the kink*."""

import math

import numpy as np
import sympy as sp

from course_lib.calculus import one_sided_derivative
from course_lib.exercises.compare import Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, Lazy, Prediction, WrongAnswer
from course_lib.networks import ACTIVATIONS
from course_lib.topics.rectifiers.smooth import absorption, minimum, sharp_from, softplus_slope, underflow

BETA = sp.Symbol("beta", positive=True)


def smooth_alpha_and_jump() -> list[sp.Expr]:
    """The α for which ELU has a derivative at 0, and by how much its second derivative jumps there."""
    elu = ACTIVATIONS["elu"].piecewise()
    left, right = (one_sided_derivative(elu, 0, side) for side in "-+")
    (alpha,) = sp.solve(left - right, *left.free_symbols)
    at_0 = [sp.diff(branch, elu.variable, 2).subs({elu.variable: 0}) for branch in elu.branches]
    return [alpha, (at_0[1] - at_0[0]).subs(dict.fromkeys(left.free_symbols, alpha))]


def distance_from_relu() -> sp.Expr:
    """softplus-β − ReLU at 0, where it is greatest: it rises left of 0 and falls right of it."""
    z = sp.Symbol("z", real=True)
    softplus = sp.log(1 + sp.exp(BETA * z)) / BETA
    return sp.simplify(softplus.subs(z, 0))


def first_zero_in_single(slope_of: str) -> str:
    """The option of prediction smooth.p1, by trying whole numbers z."""
    z = -np.arange(1, 1001, dtype=np.float32)
    slope = np.expm1(z) + np.float32(1) if slope_of == "output" else np.exp(z)
    at = float(z[np.argmax(slope == 0)])
    options = (17.3, 104, 745)
    return f"left of about −{min(options, key=lambda option: abs(option + at)):g}"


def slope_in_the_limit() -> str:
    """The option of prediction smooth.p2."""
    slopes = {float(softplus_slope(0.0, beta)) for beta in (1.0, 1e3, 1e6)}
    return "½" if slopes == {0.5} else "it depends on β"


PREDICTIONS = (
    Prediction(
        id="smooth.p1",
        question=(
            "Left of 0, ELU with α = 1 is $e^z - 1$, and its slope is $e^z$. The smallest positive number of single "
            "precision is about $10^{-45}$. A library computes the slope as output + 1. Where is it exactly 0 in "
            "single precision?"
        ),
        options={
            "nowhere, for eᶻ > 0": "That is so for real numbers. Floats have a smallest positive number.",
            "left of about −17.3": "There the output is rounded to −1, and 1 comes on top.",
            "left of about −104": "That is where eᶻ itself leaves single precision. Here the output is computed first.",
            "left of about −745": "That is where eᶻ leaves double precision.",
        },
        answer=lambda: first_zero_in_single("output"),
        reveal="You find the number in the section Measure.",
    ),
    Prediction(
        id="smooth.p2",
        question=(
            r"Softplus, $\frac{\log(1 + e^{\beta z})}{\beta}$, comes closer and closer to ReLU as β grows. What is "
            "its slope at z = 0 when β is a million?"
        ),
        options={
            "nearly 0, as most frameworks say for ReLU": "Softplus knows nothing of that convention.",
            "½": "For every β the slope at 0 is the same.",
            "nearly 1": "That is the slope a little to the right of 0.",
            "it depends on β": "The width of the bend does. The slope in its middle does not.",
        },
        answer=slope_in_the_limit,
        reveal="The section on softplus derives it.",
    ),
)

EXERCISES = (
    Exercise(
        id="smooth.1",
        comparator=Sequence(Symbolic(), Symbolic()),
        reference=smooth_alpha_and_jump,
        wrong_answers=(
            WrongAnswer([1, 0], "One derivative at 0 does not make the second one continuous: left of 0 it is α·eᶻ."),
            WrongAnswer([1, 1], "Right minus left: right of 0 the branch z has the second derivative 0."),
            WrongAnswer([0, 0], "With α = 0 ELU is ReLU: the slopes are 0 and 1."),
            WrongAnswer([-1, 1], "With α = −1 the left slope is −1. It has to be the right one, 1."),
        ),
        hints=(
            "Differentiate the branch α(eᶻ − 1) and put in z = 0. Which α makes it the slope of the branch z?",
            "Then differentiate both branches once more, with that α, and put in z = 0.",
        ),
        explanation="The slopes are α and 1, so α = 1. The second derivative is eᶻ = 1 on the left and 0 on the right: "
        "it jumps by −1. ELU is once continuously differentiable, and not twice.",
    ),
    Exercise(
        id="smooth.2",
        comparator=Sequence(Number(absolute=0.05), Number(absolute=0.05)),
        reference=lambda: [underflow(-133), absorption(-7)],
        wrong_answers=(
            WrongAnswer(
                [-133 * math.log(2), -9 * math.log(2)],
                "At $2^{-133}$ the number can still be written. It rounds to 0 below half of it.",
            ),
            WrongAnswer(
                [-134 * math.log(2), -8 * math.log(2)],
                "A halving is missing: just above −1 the gap is $2^{-8}$, and half of this gap decides.",
            ),
            WrongAnswer(
                [-134 * math.log(2), -7 * math.log(2)],
                "$2^{-7}$ is the gap just above 1. Just above −1 it is half of that, and half of the gap decides.",
            ),
            WrongAnswer(
                [-126 * math.log(2), -9 * math.log(2)],
                "$2^{-126}$ is the smallest number of full precision. The smallest of all is $2^{-133}$: m = −133.",
            ),
            WrongAnswer([-134, -9], "These are powers of 2. Solve $e^z = 2^{-134}$ and $e^z = 2^{-9}$ for z."),
            WrongAnswer([134 * math.log(2), 9 * math.log(2)], "The sizes are right. z is negative."),
        ),
        hints=(
            "Half of $2^{-133}$ is $2^{-134}$. Solve $e^z = 2^{-134}$.",
            "The gap just above −1 is $2^{-8}$. $e^z - 1$ rounds to −1 below half of it: solve $e^z = 2^{-9}$.",
        ),
        explanation="−134·log 2 = −92.88 and −9·log 2 = −6.24. With 8 bits only, the lossy way ends at −6.24.",
    ),
    Exercise(
        id="smooth.3",
        comparator=Symbolic((BETA,)),
        reference=distance_from_relu,
        wrong_answers=(
            WrongAnswer(sp.log(2), "That is the distance for β = 1. What does the division by β do?"),
            WrongAnswer(1 / (2 * BETA), "The slope at 0 is ½; the value there is a logarithm."),
            WrongAnswer(BETA * sp.log(2), "That grows with β, but softplus comes closer to ReLU."),
            WrongAnswer(sp.Integer(0), "That is the distance far away from 0, in the limit."),
        ),
        hints=(
            "Where is the distance greatest? Right of 0 softplus has a slope below 1, so the distance shrinks.",
            r"At z = 0 ReLU is 0, and softplus is $\frac{\log(1 + e^0)}{\beta}$.",
        ),
        explanation=(
            r"$\frac{\log 2}{\beta}$, at z = 0: left of 0 the distance grows, since softplus rises; right of 0 it "
            "shrinks."
        ),
    ),
    Exercise(
        id="smooth.4",
        comparator=Number(relative=0.01),
        reference=lambda: sharp_from(0.01),
        wrong_answers=(
            WrongAnswer(
                -absorption(-23) / 0.01,
                "From there on the slopes on the right are 1. On the left they are tiny, and not yet 0.",
            ),
            WrongAnswer(-underflow(-149), "That is β·z where the slope leaves the floats. Here z is −0.01."),
            WrongAnswer(-underflow(-149) * 0.01, "You multiplied by the gap. βz = −104 with z = −0.01: divide."),
            WrongAnswer(
                128 * math.log(2) / 0.01,
                r"There $e^{-\beta z}$ becomes infinite. The slope is computed with $e^{\beta z}$ here, which "
                "lasts a little longer.",
            ),
            WrongAnswer(
                Lazy(lambda: sharp_from(1 / 64)), r"That is for points $\frac{1}{64}$ apart. Here they are 0.01 apart."
            ),
            WrongAnswer(
                -underflow(-1074) / 0.01, "That is double precision. In single precision eᶻ is 0 left of about −104."
            ),
        ),
        hints=(
            "The point that is hardest to bring to 0 is the one next to 0 on the left, z = −0.01.",
            "There the slope is nearly exp(−0.01·β), and it becomes 0 where the exponent is about −104.",
        ),
        explanation="exp(−0.01·β) is 0 from 0.01·β = 150·log 2 = 103.97 on, so β is about 10,397.",
    ),
    Exercise(
        id="smooth.5",
        comparator=Sequence(Number(absolute=0.001), Number(absolute=0.001)),
        reference=lambda: list(minimum("silu")),
        wrong_answers=(
            WrongAnswer([-0.2785, -1.2785], "You have both numbers, in the other order: first z, then the value."),
            WrongAnswer(Lazy(lambda: list(minimum("gelu"))), "That is the minimum of GELU."),
            WrongAnswer([-0.75, -0.17], r"That is the minimum of GELU. SiLU is $\frac{z}{1 + e^{-z}}$."),
            WrongAnswer(
                [-1.2785, 0.2785], r"Left of 0 SiLU is below 0: z is negative and $\frac{1}{1 + e^{-z}}$ is not."
            ),
            WrongAnswer([-1.2785, 0], "That is the slope at the minimum. The value is asked."),
        ),
        hints=(
            r"Compute $\frac{z}{1 + e^{-z}}$ on a fine grid from −3 to 0 and look for the least.",
            "np.argmin gives its place in the array. Take the grid fine enough for three digits.",
        ),
        explanation=(
            "About (−1.278, −0.278). It is no accident that they differ by 1: where the slope is 0, "
            r"$1 + e^{-z} = -z \cdot e^{-z}$, and the value is z + 1."
        ),
    ),
)
