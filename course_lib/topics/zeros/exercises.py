"""Exercises and predictions of *Hunt for exact zeros*, and the keys, computed from the library."""

from fractions import Fraction

import numpy as np

from course_lib.exercises.compare import Boolean, Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.topics.zeros.experiment import (
    ZERO_SLOPES,
    Setting,
    from_zero,
    half_cases,
    rounded_once,
    rounded_twice,
)
from course_lib.topics.zeros.law import row_of, zone_probability
from course_lib.topics.zeros.structure import exact_pre_activation

P0, MNIST_DIGITS = 1e-8, 60_000
P0_BY_PLACE = (3.3e-9, 1.4e-8)  # of a first layer in single precision, the bias last and in the product
ZERO_KINDS = ("rounding", "structural")


def kinds_of_zeros() -> list[str]:
    """Each situation of the exercise in exact arithmetic: a zero is structural if z is 0 there too."""
    W, b, X = half_cases()[0]
    assert rounded_twice(W, b, X) == 0
    pixels = np.linspace(0.1, 1, 9)
    exact = [
        exact_pre_activation(W[0], b[0], X[0]),
        exact_pre_activation(pixels, 0.0, np.zeros(9)),
        exact_pre_activation([0.5, -0.25], 0.25, [0.5, 2.0]),
        exact_pre_activation(np.zeros(9), 0.0, pixels),
        Fraction(1, 10**8),
    ]
    return [ZERO_KINDS[z == 0] for z in exact]


def slope_reaches_the_weights() -> list[bool]:
    """Whether σ′(z)·x changes with the slope at the kink: z is computed as 0, and some x is not 0."""
    lost, pixel = np.float16(1e-8), 0.5
    cases = ((2 * 0 - 1 * 1 + 1, (0, 1)), (0.1 + 0.2 - 0.3, (1, 1)), (lost, (pixel,)), (1 * lost + 0, (lost,)))
    return [bool(z == 0 and any(value != 0 for value in x)) for z, x in cases]


def layer_cases() -> list[Case]:
    """Layers in half precision whose sums are exact in single precision, in any order, and need a rounding to half.

    After `half_cases`, layers of several shapes with random numbers of 8 bits: the products have 16 bits and the sums
    of six of them 19, which fits into the 24 of single precision and not into the 11 of half precision.
    """
    cases = [Case(f"small layer {i} of four", arguments) for i, arguments in enumerate(half_cases(), 1)]
    rng = np.random.default_rng(9)
    for units, inputs, samples in ((3, 6, 5), (4, 6, 4), (6, 6, 6), (1, 5, 7), (8, 4, 1)):
        W, X = (rng.integers(-255, 256, shape) / 256 for shape in ((units, inputs), (samples, inputs)))
        b = rng.integers(-1023, 1024, units) / 4096
        words = f"{samples} samples, {units} units and {inputs} inputs"
        cases.append(Case(words, (W.astype(np.float16), b.astype(np.float16), X.astype(np.float16))))
    return cases


def networks_in_the_zone() -> str:
    """The option of prediction zeros.p1, from the shipped hunt."""
    share = 100 * row_of(Setting("float16", 256, 3)).share
    return "fewer than 5 of 100" if share < 5 else "about 20 of 100" if share < 35 else "more than 40 of 100"


def slope_that_matters() -> str:
    """The option of prediction zeros.p2, from training with both slopes."""
    final = dict(zip(ZERO_SLOPES, from_zero().accuracy[:, -1], strict=True))
    if abs(final[0.0] - final[0.5]) < 0.05:
        return "they end about the same"
    return "slope 0 stays at chance" if final[0.0] < 0.2 else "slope ½ stays at chance"


PREDICTIONS = [
    Prediction(
        id="zeros.p1",
        question=(
            "Draw fresh ReLU networks with three hidden layers of 256 units and compute in half precision (16 bits). "
            "Show each 4096 real digits. In how many of 100 networks is some pre-activation exactly 0, so that the "
            "gradient depends on the slope chosen at the kink?"
        ),
        options={
            "fewer than 5 of 100": "One pre-activation is hardly ever 0. But each network computes three million.",
            "about 20 of 100": "Fewer than a million in each network would give about that. It computes three million.",
            "more than 40 of 100": "Each network computes three million pre-activations, and one hit is enough.",
        },
        answer=networks_in_the_zone,
        reveal="The section 'The hunt' counts zeros in twelve, and the long hunt after it in three hundred.",
    ),
    Prediction(
        id="zeros.p2",
        question=(
            "A network 784-64-10 starts with a first layer of zeros, weights and biases. We train it on digits, once "
            "with slope 0 at the kink and once with slope ½. How do the test accuracies end?"
        ),
        options={
            "they end about the same": "At the start every first pre-activation is exactly 0. What does slope 0 do?",
            "slope 0 stays at chance": "With slope 0 the first layer gets no gradient at all, and it never moves.",
            "slope ½ stays at chance": "With slope ½ each first unit gets half of what comes from above. It moves.",
        },
        answer=slope_that_matters,
        reveal="The section 'Where the slope decides whether a network learns' trains both.",
    ),
]

EXERCISES = [
    Exercise(
        id="zeros.6",
        comparator=Number(absolute=0.001),
        reference=lambda: float(zone_probability(Setting("float32", 256, 3).units * MNIST_DIGITS, P0)),
        wrong_answers=(
            WrongAnswer(0.4608, r"That is $E \cdot p_0$, the expected number of zeros. Some networks have two."),
            WrongAnswer(0.6308, r"That is $e^{-E \cdot p_0}$, the probability of no zero."),
            WrongAnswer(0.2907, "That is the probability of exactly one zero. At least one is asked."),
            WrongAnswer(0.1424, "That is one layer. There are three."),
            WrongAnswer(0.03097, "That is 4096 digits, as in our hunt. Here there are 60 000."),
        ),
        hints=(
            r"E = width × depth × digits. How large is $E \cdot p_0$?",
            r"$E \cdot p_0 = 0.4608$, and $P = 1 - e^{-E \cdot p_0}$.",
        ),
        explanation=(
            r"$1 - e^{-0.4608} = 0.369$. Bertoin and others counted 35 to 49 %, with batches of several sizes."
        ),
    ),
    Exercise(
        id="zeros.7",
        comparator=Sequence(*(Choice(ZERO_KINDS) for _ in range(5))),
        reference=kinds_of_zeros,
        wrong_answers=(
            WrongAnswer(["rounding"] * 5, "In cases 2, 3 and 4 exact arithmetic gives 0 as well. Nothing was rounded."),
            WrongAnswer(
                ["rounding", "structural", "structural", "structural", "structural"],
                "Case 5: $10^{-8}$ is not 0. Double precision stores it.",
            ),
            WrongAnswer(
                ["rounding", "structural", "rounding", "structural", "rounding"],
                r"Case 3: $\frac{1}{4} - \frac{1}{2} + \frac{1}{4}$ is 0 in exact arithmetic, too.",
            ),
            WrongAnswer(
                ["structural", "structural", "structural", "structural", "rounding"],
                r"Case 1: exact arithmetic gives $\frac{1}{2} + 2^{-12} - \frac{1}{2} = 2^{-12}$, which is lost.",
            ),
            WrongAnswer(
                ["rounding", "rounding", "structural", "structural", "rounding"],
                "Case 2: w · 0 is 0 in exact arithmetic, too. Nothing was rounded.",
            ),
            WrongAnswer(
                ["rounding", "structural", "structural", "rounding", "rounding"],
                "Case 4: 0 · x + 0 is 0 in exact arithmetic, too. Nothing was rounded.",
            ),
            WrongAnswer(
                ["structural", "rounding", "rounding", "rounding", "structural"],
                "The other way round: structural zeros are 0 in exact arithmetic too.",
            ),
        ),
        hints=("Ask in each case: would exact arithmetic give 0?", "Yes in the three cases in the middle."),
        explanation="A structural zero is 0 in exact arithmetic. A rounding zero is a small number that was lost.",
    ),
    Exercise(
        id="zeros.9",
        comparator=FunctionOf(layer_cases, Numbers("z", relative=0)),
        reference=lambda: rounded_once,
        wrong_answers=(
            WrongAnswer(
                rounded_twice,
                "That rounds twice, the sum and the result: where they nearly cancel, the sum loses its last bits.",
            ),
            WrongAnswer(
                lambda W, b, X: X.astype(np.float64) @ W.T.astype(np.float64) + b,
                "The sums are right. The result has to be stored in half precision, and not all of them fit.",
            ),
            WrongAnswer(
                lambda W, b, X: (X[:, None] * W).sum(-1, dtype=np.float32).astype(np.float16) + b,
                "The products are rounded before they are added up. Make single precision of X and W first.",
            ),
            WrongAnswer(lambda W, b, X: rounded_once(W, 0 * b, X), "The bias is missing."),
        ),
        hints=(
            "Which operation rounds before the bias is added? X.astype(np.float32) makes single precision of X.",
            "Compute X, W and b in float32, add everything up, and let .astype(np.float16) be the last step.",
        ),
        explanation="Round once, at the end. An earlier rounding puts the sum on a coarse grid, on which 0 is likely.",
    ),
    Exercise(
        id="zeros.12",
        comparator=Sequence(Number(absolute=2), Number(absolute=2)),
        reference=lambda: [1000 * float(zone_probability(256 * MNIST_DIGITS, p0)) for p0 in P0_BY_PLACE],
        wrong_answers=(
            WrongAnswer(
                [50.688, 215.04],
                r"That is $1000 \cdot E\,p_0$, the expected number of *zeros*. A network with two of them is in the "
                "zone only once: $1 - e^{-E p_0}$.",
            ),
            WrongAnswer([0.0494, 0.1935], "That is for one network. Of 1000 it is a thousand times $1 - e^{-E p_0}$."),
            WrongAnswer([950.6, 806.5], r"That is $1000\,e^{-E p_0}$, the networks without a zero."),
            WrongAnswer([141.1, 475.4], "That is three hidden layers. These networks have one, so E is 256 · 60 000."),
            WrongAnswer([3.45, 14.57], "That is 4096 digits, as in our hunt. Theirs saw 60 000."),
            WrongAnswer(
                [54, 54], "54 is what they counted. What does each $p_0$ make you expect, before anybody counts?"
            ),
            WrongAnswer([54, 193.5], "54 is what they counted. What does the first $p_0$ make you expect?"),
            WrongAnswer([4.94, 19.35], "That is in per cent. How many of *1000* networks is it?"),
        ),
        hints=(
            r"How many pre-activations does one network compute? Then $P = 1 - e^{-E p_0}$.",
            r"$E = 256 \cdot 60\,000$, and of 1000 networks $1000\,(1 - e^{-E p_0})$ are expected.",
        ),
        explanation=(
            "49 with the bias last, 193 with the bias in the product. They found 54, and a count of 54 is uncertain by "
            "about 15."
        ),
    ),
    Exercise(
        id="zeros.13",
        comparator=Sequence(*(Boolean() for _ in range(4))),
        reference=slope_reaches_the_weights,
        wrong_answers=(
            WrongAnswer(
                [True, True, True, False],
                "Case 2: the program does not know the z on paper. What it computed is positive, however small, and "
                "the slope is 1 there, whatever was chosen for the kink.",
            ),
            WrongAnswer(
                [False, False, True, False],
                r"Case 1: z is $0 - 1 + 1 = 0$. The second input is not 0, so its weight can change.",
            ),
            WrongAnswer(
                [True, False, False, False],
                "Case 3: the program sees the stored 0 and returns the slope at the kink. It does not know that z was "
                "positive.",
            ),
            WrongAnswer(
                [True, False, True, True],
                r"Case 4: the gradient of a weight is $\delta \cdot \sigma'(z) \cdot x$, and every x is stored as 0.",
            ),
            WrongAnswer(
                [False, False, False, False],
                "In two of the four the computed z is exactly 0 and some input is not.",
            ),
        ),
        hints=(
            r"Write $\delta \cdot \sigma'(z) \cdot x$ for each case. Is z exactly 0 for the program? Is x?",
            "The slope counts where the computed z is 0 and x is not: in two of the four cases.",
        ),
        explanation=(
            "The computed z has to be exactly 0, and the input must not be. Whether the zero is a rounding zero or a "
            "structural one does not matter for a single gradient; how often it comes does."
        ),
    ),
]
