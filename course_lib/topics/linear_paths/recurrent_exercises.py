"""The exercises and predictions of the lesson *Remember over time*, and the keys that the library computes for them."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.topics.linear_paths.recurrent import RecurrentNet, recurrent_matrix, spread_of_products

FATES = ("grows", "stays", "shrinks")
# Matrix, c and activation of each case of recurrent.2.
RUNS = (
    ("identity", 1.2, "ReLU"), ("identity", 1.2, "tanh"), ("orthogonal", 1.0, "none"), ("orthogonal", 1.0, "ReLU"),
)  # fmt: skip
Back = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def a_hundredth_after_100() -> float:
    """The c > 0 with c^100 = 1/100."""
    c = sp.Symbol("c", positive=True)
    (solution,) = sp.solveset(sp.Eq(100 * sp.log(c), -sp.log(100)), c, sp.S.Reals)
    return float(solution)


def fate(matrix: str, c: float, activation: str) -> str:
    """What becomes of the greatest singular value over 100 steps, one of `FATES`."""
    greatest = spread_of_products(recurrent_matrix(matrix, c), activation)[-1, 0]
    return "grows" if greatest > 1.01 else "shrinks" if greatest < 0.99 else "stays"


def bias_for(steps: int) -> float:
    """The b with σ(b)^steps = 1/2: b = −ln(2^(1/steps) − 1)."""
    return float(-np.log(np.expm1(np.log(2) / steps)))


def best_constant_error() -> Fraction:
    """Var(u + v) for independent u, v from U(0, 1), by integration."""
    u = sp.Symbol("u")
    mean = sp.integrate(u, (u, 0, 1))
    variance = sp.integrate((u - mean) ** 2, (u, 0, 1))
    return Fraction(int((2 * variance).p), int((2 * variance).q))


def one_step_back(W: np.ndarray, h: np.ndarray, to_h: np.ndarray) -> np.ndarray:
    """∂L/∂h_{t−1} = Wᵀ (∂L/∂h_t · (1 − h_t²)) for h_t = tanh(W h_{t−1} + …), (units, batch)."""
    return np.asarray(W.T @ (to_h * (1 - h**2)))


@cache
def back_cases() -> list[Case]:
    """Some units and sequences; W is not symmetric."""
    rng = np.random.default_rng(14)
    cases = []
    for units, batch in ((1, 1), (2, 3), (4, 2), (3, 3)):
        W, to_h = rng.integers(-4, 5, (units, units)) / 2 + 0.25, rng.integers(1, 9, (units, batch)) / 4
        h = rng.choice([-0.75, -0.5, 0.25, 0.5], (units, batch))
        cases.append(Case(f"{units} unit{'s' * (units > 1)} and a batch of {batch}", (W, h, to_h)))
    return cases


def after_100_steps_of_tanh() -> str:
    """The option of prediction recurrent.p1, from the run."""
    greatest = spread_of_products(recurrent_matrix("identity", 1.1), "tanh")[-1, 0]
    return "it has grown more than 1000-fold" if greatest > 1000 else (
        "it is less than a thousandth" if greatest < 0.001 else "it is between a half and twice what it was"
    )  # fmt: skip


def left_of_a_new_cell() -> str:
    """The option of prediction recurrent.p2, from a new LSTM's forget gate at h = 0 and x = 0."""
    net = RecurrentNet("LSTM", inputs=1, hidden=1)
    net.weights.step[0, 1, -1] = 0.0
    gate = 1 / (1 + np.exp(-net.weights.step[0, 1, -1]))
    left = gate**100
    return "nothing to speak of, about 10⁻³⁰" if left < 1e-20 else "about half" if left < 0.9 else "all of it"


PREDICTIONS = [
    Prediction(
        id="recurrent.p1",
        question=(
            "A recurrent net repeats h ← tanh(1.1 h), each unit for itself, from values between 0.1 and 1. What has "
            "become of the gradient after 100 steps back, at most?"
        ),
        options={
            "it has grown more than 1000-fold": "$1.1^{100}$ is 13,780, and without tanh it would be that.",
            "it is between a half and twice what it was": "The slope would have to be nearly 1 at all steps.",
            "it is less than a thousandth": "The units go to where tanh has bent: 1.1 times its slope is below 1.",
        },
        answer=after_100_steps_of_tanh,
        reveal="Near 0 the factor is 1.1, but the units do not stay there: they go to 0.5.",
    ),
    Prediction(
        id="recurrent.p2",
        question=(
            "The cell of an LSTM adds to what it holds: that is why it remembers. Its forget gate multiplies what it "
            "holds by a number between 0 and 1 first; with bias 0 and no other input that number is ½. How much of the "
            "gradient is left in the cell after 100 steps?"
        ),
        options={
            "all of it": "That would be an LSTM without a forget gate, the first one of 1997.",
            "about half": "Half is left after each step, not after all of them.",
            "nothing to speak of, about 10⁻³⁰": r"The factor $\frac{1}{2}$ comes in a hundred times.",
        },
        answer=left_of_a_new_cell,
        reveal="So what such an LSTM remembers depends on where its forget gate stands.",
    ),
]

EXERCISES = [
    Exercise(
        id="recurrent.1",
        comparator=Number(absolute=0.0002),
        reference=a_hundredth_after_100,
        wrong_answers=(
            WrongAnswer(
                0.01, "That is what is to be left. c is multiplied by itself 100 times: $0.01^{100}$ is $10^{-200}$."
            ),
            WrongAnswer(
                0.99,
                r"You took $\frac{1}{100}$ off each step. $0.99^{100}$ is 0.366: the factors multiply, they do "
                "not add up.",
            ),
            WrongAnswer(
                0.0001, r"You divided by 100. What becomes $\frac{1}{100}$ when it is multiplied 100 times is a root."
            ),
            WrongAnswer(0.1, "That is the square root: a hundredth after two steps. Here it takes 100."),
            WrongAnswer(100**0.01, "With this c the gradient grows to 100 times. It is to shrink to a hundredth."),
        ),
        hints=(
            r"The factor over 100 steps is $c^{100}$. Which c makes it $\frac{1}{100}$?",
            "Take the hundredth root: 0.01 ** (1 / 100).",
        ),
        explanation=(
            "$c = 0.01^{1/100} = 0.955$: a slope that is 4.5 % below 1 loses 99 % of the gradient in 100 steps."
        ),
    ),
    Exercise(
        id="recurrent.2",
        comparator=Sequence(*(Choice(FATES) for _ in RUNS)),
        reference=lambda: [fate(*run) for run in RUNS],
        wrong_answers=(
            WrongAnswer(
                ["grows", "grows", "stays", "shrinks"],
                "c alone does not decide. With tanh the units go to where 1.2 times the slope is below 1.",
            ),
            WrongAnswer(
                ["grows", "shrinks", "stays", "stays"],
                "Q keeps all lengths, but ReLU switches many of the units off at each step.",
            ),
            WrongAnswer(
                ["grows", "shrinks", "stays", "grows"],
                "Q keeps all lengths and ReLU has slopes 0 and 1: nothing here makes a vector longer.",
            ),
            WrongAnswer(
                ["grows", "shrinks", "shrinks", "shrinks"],
                "Without an activation the product is a power of Q, and Q changes no length.",
            ),
            WrongAnswer(
                ["stays", "shrinks", "stays", "shrinks"],
                "ReLU has the slope 1 where a unit is on, but W multiplies by 1.2 at each step, too.",
            ),
            WrongAnswer(
                ["grows", "stays", "stays", "shrinks"],
                "The units come to rest with tanh, but the slope where they rest is not 1.",
            ),
        ),
        hints=(
            "Set the controls of the figure to each case and read the curve of the greatest value at step 100.",
            "$1.2^{100}$ is large; tanh bends; Q keeps lengths; ReLU switches units off.",
        ),
        explanation=(
            "The product needs both: a matrix that keeps lengths, and slopes of 1 on the units that matter. ReLU has "
            "them with the identity, where a positive unit stays on."
        ),
    ),
    Exercise(
        id="recurrent.3",
        comparator=FunctionOf(
            lambda: [Case(f"{steps} step{'s' * (steps > 1)}", (steps,)) for steps in (1, 2, 10, 100, 1000)],
            Number(absolute=1e-6),  # the key of one step is 0
        ),
        reference=lambda: bias_for,
        wrong_answers=(
            WrongAnswer(
                lambda steps: float(0.5 ** (1 / steps)),
                "That is where the gate has to stand, σ(b). Asked is for the bias: solve "
                r"$\sigma(b) = \frac{1}{1 + e^{-b}}$ for b.",
            ),
            WrongAnswer(
                lambda steps: float(np.log(np.expm1(np.log(2) / steps))),
                "The sign of b is turned: such a gate is nearly shut. σ(b) near 1 needs b above 0.",
            ),
            WrongAnswer(
                lambda steps: float(1 / np.expm1(np.log(2) / steps)),
                r"That is $\frac{f}{1 - f}$, which is $e^b$. Take its logarithm.",
            ),
            WrongAnswer(
                lambda steps: float(np.log(2 * steps - 1)),
                r"You took $\frac{1}{2 \cdot \text{steps}}$ off the gate at each step. The factors multiply: "
                r"σ(b) is a root of $\frac{1}{2}$.",
            ),
            WrongAnswer(
                lambda steps: float(np.log(steps) + 0.5),
                "About right for many steps, where b grows like ln(steps). Solve "
                r"$\sigma(b)^{\text{steps}} = \frac{1}{2}$ exactly.",
            ),
            WrongAnswer(
                lambda steps: 0.0, "With b = 0 half is left after one step, for every number of steps another share."
            ),
        ),
        hints=(
            r"First the gate: which f has $f^{\text{steps}} = \frac{1}{2}$? Then the bias that puts it there.",
            r"f = 0.5 ** (1 / steps), and $\sigma(b) = f$ gives $e^{-b} = \frac{1}{f} - 1$.",
            "np.log(f / (1 - f))",
        ),
        explanation=(
            r"$b = \ln\frac{f}{1 - f}$ with $f = \left(\frac{1}{2}\right)^{1/\text{steps}}$: 5 for 100 steps, and "
            "about ln(steps) + 0.37 for many."
        ),
    ),
    Exercise(
        id="recurrent.4",
        comparator=Number(absolute=0.0005),
        reference=best_constant_error,
        wrong_answers=(
            WrongAnswer(Fraction(1, 12), "That is the variance of one of the numbers. The target is the sum of two."),
            WrongAnswer(
                Fraction(7, 6),
                "That is $E[(u + v)^2]$, the error of always saying 0. The best constant is the mean, 1.",
            ),
            WrongAnswer(
                Fraction(1, 3),
                "That is $E[u^2]$. Around the mean of the sum it is less: take "
                r"$2 \left(\frac{1}{3} - \left(\frac{1}{2}\right)^2\right)$.",
            ),
            WrongAnswer(1, "1 is the constant itself, the mean of u + v. Asked is for its mean square error."),
            WrongAnswer(
                Fraction(1, 24),
                "That is the variance of the mean of both numbers. The target is their sum, twice that.",
            ),
            WrongAnswer(
                6**-0.5, "That is the root of it, a standard deviation. The error is a mean of squares: leave the root."
            ),
        ),
        hints=(
            "The constant with the least mean square error is the mean of the target, and that error is its variance.",
            "Variances of independent numbers add up, and "
            r"$\operatorname{Var}(u) = E[u^2] - E[u]^2 = \frac{1}{3} - \frac{1}{4}$.",
        ),
        explanation=(
            r"$2 \operatorname{Var}(U(0, 1)) = \frac{2}{12} = \frac{1}{6} \approx 0.167$. A net that comes below it "
            "has learned something."
        ),
    ),
    Exercise(
        id="recurrent.5",
        comparator=FunctionOf(back_cases, Numbers("gradient")),
        reference=lambda: one_step_back,
        wrong_answers=(
            WrongAnswer(
                lambda W, h, to_h: W.T @ to_h * (1 - h**2),
                "You multiplied by the slope after W. On the way back the slope of step t comes first, then W.",
            ),
            WrongAnswer(
                lambda W, h, to_h: W @ (to_h * (1 - h**2)), "The way back needs the transpose: W.T @, not W @."
            ),
            WrongAnswer(lambda W, h, to_h: W.T @ to_h, "The slope of tanh is missing: multiply to_h by it first."),
            WrongAnswer(
                lambda W, h, to_h: W.T @ (to_h * (1 - np.tanh(h) ** 2)),
                "h is tanh(z) already, so its slope is $1 - h^2$. You put it through tanh once more.",
            ),
            WrongAnswer(
                lambda W, h, to_h: W.T @ (to_h * (h > 0)), "That is the slope of ReLU. This net has tanh: $1 - h^2$."
            ),
            WrongAnswer(
                lambda W, h, to_h: W.T @ (to_h * h * (1 - h)), "That is the slope of σ. This net has tanh: $1 - h^2$."
            ),
            WrongAnswer(
                lambda W, h, to_h: to_h * (1 - h**2), "That is the gradient at $z_t$. One factor is missing, $W^T$."
            ),
        ),
        hints=(
            "From $h_t$ to $z_t$: multiply, entry by entry, by the slope of tanh at $z_t$. From $z_t$ to "
            "$h_{t-1}$: by $W^T$.",
            r"The slope of tanh at z is $1 - \tanh(z)^2$, and tanh(z) is h.",
            "W.T @ (to_h * ...)",
        ),
        explanation=(
            r"Each step back multiplies by $\operatorname{diag}(1 - h^2)$ and by $W^T$: the transpose of the "
            "Jacobian of that step."
        ),
    ),
]
