"""Exercises and predictions of this topic, and the keys, computed from the library."""

from fractions import Fraction
from statistics import NormalDist

import numpy as np

from course_lib.exercises.compare import Choice, Number, Sequence
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
from course_lib.topics.zeros.structure import distance, exact_pre_activation, intervals, missing, point_at

# Units z = w·x + b as (w, b), and the ends of a walk.
UNITS = (((1.0, 0.0), 0.0), ((0.0, 1.0), 0.0), ((1.0, 1.0), 1.0))
WALK = ((-1.0, 2.0), (2.0, -1.0))
ADDRESSES = ("LRLRL", "RRRRR", "LLRLL", "RLRLR", "LRRLR")
P0, MNIST_DIGITS, SIGMA, NETWORKS_SEEN = 1e-8, 60_000, 0.15, 500
ZERO_KINDS = ("rounding", "structural")


def kinks_on_the_walk() -> int:
    """How many of the three units have different signs at the two ends."""
    return sum((np.dot(w, WALK[0]) + b) * (np.dot(w, WALK[1]) + b) < 0 for w, b in UNITS)


def largest_that_becomes_zero() -> float:
    """By halving an interval: what half precision turns into 0, and what it does not."""
    zero, other = 0.0, 1.0
    while (middle := (zero + other) / 2) not in (zero, other):
        zero, other = (middle, other) if np.float16(middle) == 0 else (zero, middle)
    return zero


def p0_of_a_normal() -> float:
    """P(|z| ≤ 2⁻²⁵) for z normal with mean 0 and standard deviation 0.15."""
    law = NormalDist(0, SIGMA)
    return law.cdf(2.0**-25) - law.cdf(-(2.0**-25))


def digits_for_an_even_chance() -> float:
    """n with 1 − exp(−n·units·p₀) = ½."""
    return float(np.log(2) / (Setting("float32", 1024, 6).units * P0))


def per_cent_after_three() -> float:
    """With the λ for which 1 − e^(−λ) is 20 %, 1 − e^(−3λ) in per cent."""
    return 100 * float(zone_probability(3, -np.log(1 - 0.2)))


def kinds_of_zeros() -> list[str]:
    """Each situation of the exercise in exact arithmetic: a zero is structural if z is 0 there too."""
    W, b, X = half_cases()[0]
    assert rounded_twice(W, b, X) == 0
    pixels = np.linspace(0.1, 1, 9)
    exact = [
        exact_pre_activation(W[0], b[0], X[0]),
        exact_pre_activation(pixels, 0.0, np.zeros(9)),
        exact_pre_activation(pixels, 0.0, np.maximum(-pixels, 0)),
        exact_pre_activation(np.zeros(9), 0.0, pixels),
        Fraction(1, 10**8),
    ]
    return [ZERO_KINDS[z == 0] for z in exact]


def layer_cases() -> list[Case]:
    """Layers in half precision whose sums are exact in single precision, in any order, and need a rounding to half.

    After `half_cases`, layers of several shapes with random numbers of 8 bits: the products have 16 bits and the sums
    of six of them 19, which fits into the 24 of single precision and not into the 11 of half precision.
    """
    cases = [Case(f"layer {i} of the lesson's four", arguments) for i, arguments in enumerate(half_cases(), 1)]
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


def what_is_left() -> str:
    """The option of prediction zeros.p3: a point that is left and no end of an interval, and an address no list has."""
    quarter = Fraction(1, 4)
    ends = [end for stage in range(6) for pair in intervals(stage) for end in pair]
    if distance(quarter) > 0:
        return "nothing"
    if quarter in ends or missing(ADDRESSES) in ADDRESSES:
        return "the ends of the intervals, which can be counted"
    return "more points than can be counted"


PREDICTIONS = [
    Prediction(
        id="zeros.p1",
        question=(
            "Draw fresh ReLU networks with three hidden layers of 256 units and compute in half precision (16 bits). "
            "Show each 4096 real digits. In how many of 100 networks is some pre-activation exactly 0, so that the "
            "gradient hangs on the slope chosen at the kink?"
        ),
        options={
            "fewer than 5 of 100": "One pre-activation is hardly ever 0. But each network computes three million.",
            "about 20 of 100": "Fewer than a million in each network would give about that. It computes three million.",
            "more than 40 of 100": "Each network computes three million pre-activations, and one hit is enough.",
        },
        answer=networks_in_the_zone,
        reveal="The section 'Measure' counts them, and in 32 and 64 bits too.",
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
        reveal="The section 'Where the slope decides everything' trains both.",
    ),
    Prediction(
        id="zeros.p3",
        question=(
            "From the interval [0, 1], remove the open middle third. From both parts that are left, remove their "
            "middle thirds, and so on without end. The removed lengths add up to 1. What is left?"
        ),
        options={
            "nothing": r"The ends 0 and 1 are never removed, nor is $\frac{1}{3}$. Length 0 does not mean empty.",
            "the ends of the intervals, which can be counted": (
                r"The point $\frac{1}{4}$ stays too, and it is never an end."
            ),
            "more points than can be counted": "Every endless word of left and right leads to a point of its own.",
        },
        answer=what_is_left,
        reveal="The section 'Small is not countable' builds the set.",
    ),
]

EXERCISES = [
    Exercise(
        id="zeros.1",
        comparator=Number(),
        reference=kinks_on_the_walk,
        wrong_answers=(
            WrongAnswer(3, "$z_3$ is 2 at both ends, and it is linear: it stays 2 all the way."),
            WrongAnswer(1, "Both $z_1$ and $z_2$ change their sign: from −1 to 2, and from 2 to −1."),
            WrongAnswer(0, "No corner of the walk is meant. A kink is crossed where some z changes its sign."),
        ),
        hints=("Work out each z at both ends.", "$z_1$ goes from −1 to 2, $z_2$ from 2 to −1, $z_3$ from 2 to 2."),
        explanation="The walk crosses the kinks of $z_1$ and $z_2$, and runs beside that of $z_3$.",
    ),
    Exercise(
        id="zeros.2",
        comparator=Number(),
        reference=lambda: point_at("RL"),
        wrong_answers=(
            WrongAnswer(Fraction(1, 4), r"$\frac{1}{4}$ begins on the left: its address is LRLRLR…."),
            WrongAnswer(
                Fraction(2, 3), r"$\frac{2}{3}$ is the left end of the right third. From there on it is always left."
            ),
            WrongAnswer(Fraction(7, 9), r"$\frac{7}{9}$ is an end too: from RL on it is always right."),
            WrongAnswer(Fraction(1, 2), r"$\frac{1}{2}$ goes in the first removal."),
        ),
        hints=(
            "By symmetry, x ↦ 1 − x swaps left and right. Which address has 1 − x?",
            r"Two turns, RL, lead to $\left[\frac{2}{3}, \frac{7}{9}\right]$, a copy of [0, 1] of length "
            r"$\frac{1}{9}$: $p = \frac{2}{3} + \frac{p}{9}$.",
        ),
        explanation=r"$p = \frac{2}{3} + \frac{p}{9}$ gives $p = \frac{3}{4}$.",
    ),
    Exercise(
        id="zeros.3",
        comparator=Sequence(*(Choice(("L", "R")) for _ in range(5))),
        reference=lambda: list(missing(ADDRESSES)),
        wrong_answers=(
            WrongAnswer(["L", "R", "R", "L", "R"], "That is the diagonal itself. Turn every letter round."),
            WrongAnswer(
                ["R", "L", "R", "L", "R"], "That is the first address turned round. Take letter k of address k."
            ),
            WrongAnswer(
                ["R", "L", "L", "R", "R"], "In letter 5 your address agrees with address 5, so it may be that one."
            ),
        ),
        hints=(
            "Write the five words below each other and read letter 1 of the first, letter 2 of the second, ….",
            "The diagonal is L, R, R, L, R. Your address has the other letter everywhere.",
        ),
        explanation="It differs from each listed address in at least one letter, however long the list is.",
    ),
    Exercise(
        id="zeros.4",
        comparator=Number(),
        reference=largest_that_becomes_zero,
        wrong_answers=(
            WrongAnswer(2.0**-24, "That is the smallest half-precision number above 0. It stays what it is."),
            WrongAnswer(
                2.0**-14, "That is the smallest normal number. Below it there are smaller ones, $2^{-24}$ apart."
            ),
            WrongAnswer(2.0**-26, "Larger numbers become 0 too. Where is the middle between 0 and $2^{-24}$?"),
            WrongAnswer(
                0,
                "What arrived is 0, which nobody has to round. (np.float16(2**-25) is 0 already: half precision cannot "
                "hold the answer, so write it as a Python number.)",
            ),
        ),
        hints=(
            "The half-precision numbers next to 0 are $2^{-24}$ apart. Numbers go to the nearest.",
            "The middle between 0 and $2^{-24}$ is $2^{-25}$. A tie goes to the even neighbour, and that is 0.",
        ),
        explanation=(
            "$2^{-25}$ lies in the middle between 0 and $2^{-24}$, and ties go to 0. A little more is rounded up."
        ),
    ),
    Exercise(
        id="zeros.5",
        comparator=Number(relative=0.01),
        reference=p0_of_a_normal,
        wrong_answers=(
            WrongAnswer(
                2.378e-8, r"That is $\varphi(0) \cdot 2^{-24}$ for σ = 1. A narrower density is higher: divide by 0.15."
            ),
            WrongAnswer(7.926e-8, "That counts one side only. From $-2^{-25}$ to $2^{-25}$ is a length of $2^{-24}$."),
            WrongAnswer(
                3.1705e-7,
                "That is twice too much: the interval, from $-2^{-25}$ to $2^{-25}$, is $2^{-24}$ long, not $2^{-23}$.",
            ),
            WrongAnswer(5.96e-8, "That is $2^{-24}$, the length of the interval. Multiply it by the density at 0."),
            WrongAnswer(2.6596, "That is the density at 0. Multiply it by the length of the interval, $2^{-24}$."),
        ),
        hints=(
            "A short interval has the probability: density at 0 × length. How long is the interval?",
            "NormalDist(0, 0.15).pdf(0) is the density at 0; the interval from $-2^{-25}$ to $2^{-25}$ is "
            "$2^{-24}$ long.",
        ),
        explanation=r"$2.66 \cdot 6 \cdot 10^{-8}$ is $1.6 \cdot 10^{-7}$.",
    ),
    Exercise(
        id="zeros.6",
        comparator=Number(absolute=0.001),
        reference=lambda: float(zone_probability(Setting("float32", 256, 3).units * MNIST_DIGITS, P0)),
        wrong_answers=(
            WrongAnswer(0.4608, r"That is $E \cdot p_0$, the expected number of zeros. Some networks have two."),
            WrongAnswer(0.6308, r"That is $e^{-E \cdot p_0}$, the probability of no zero."),
            WrongAnswer(0.1424, "That is one layer. There are three."),
        ),
        hints=(
            r"E = width × depth × digits. How large is $E \cdot p_0$?",
            r"$E \cdot p_0 = 0.4608$, and $P = 1 - e^{-E \cdot p_0}$.",
        ),
        explanation=(
            r"$1 - e^{-0.4608} = 0.369$. Bertoin and others counted 46 to 49 %: $p_0$ of 1.3 to $1.5 \cdot 10^{-8}$."
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
                "Case 3: units that are off hand on exact zeros, and the weighted sum of zeros is 0.",
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
        id="zeros.8",
        comparator=Number(relative=0.01),
        reference=lambda: 1 - 0.05 ** (1 / NETWORKS_SEEN),
        wrong_answers=(
            WrongAnswer(0, "None in 500 does not prove that it cannot happen. A p of 0.1 % would often show none."),
            WrongAnswer(
                0.002,
                r"$\frac{1}{500}$ is the share if one had been seen. None in 500 still has a chance of 37 % then.",
            ),
            WrongAnswer(0.0001026, "$(1 - p)^{500}$ shall be 0.05, not 0.95."),
            WrongAnswer(0.03, r"$\frac{3}{n}$ with n = 500, not 100."),
            WrongAnswer(0.597, "That is in per cent. Write the probability."),
        ),
        hints=(
            "The chance of none is $(1 - p)^{500}$. Set it to 0.05.",
            r"The rule of three says nearly the same: $p = \frac{3}{n}$.",
        ),
        explanation=r"$1 - 0.05^{1/500} = 0.597$ %, and the rule of three says $\frac{3}{500} = 0.6$ %.",
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
        id="zeros.10",
        comparator=Number(relative=0.01),
        reference=digits_for_an_even_chance,
        wrong_answers=(
            WrongAnswer(
                16276,
                r"That is $\frac{1}{\text{units} \cdot p_0}$: after so many digits the chance is "
                r"$1 - \frac{1}{e} = 63$ %.",
            ),
            WrongAnswer(
                8138,
                r"That is $\frac{0.5}{\text{units} \cdot p_0}$. Solve "
                r"$e^{-n \cdot \text{units} \cdot p_0} = \frac{1}{2}$ instead.",
            ),
            WrongAnswer(67690, "That is one layer. Six layers see six times as many pre-activations a digit."),
        ),
        hints=(
            r"Solve $1 - e^{-n \cdot \text{units} \cdot p_0} = \frac{1}{2}$ for n.",
            r"$n = \frac{\log 2}{\text{units} \cdot p_0}$, with $6 \cdot 1024$ units.",
        ),
        explanation="About 11 300 digits: a fifth of one pass through MNIST.",
    ),
    Exercise(
        id="zeros.11",
        comparator=Number(absolute=0.1),
        reference=per_cent_after_three,
        wrong_answers=(
            WrongAnswer(60, "Three times 20 % counts networks with several zeros more than once."),
            WrongAnswer(51.2, "That is the share without a zero, $0.8^3$."),
            WrongAnswer(0.488, "That is the share. Per cent are asked for."),
            WrongAnswer(0.8, "$0.2^3$ would be the chance of a zero in each of three parts. One is enough."),
        ),
        hints=(
            "In the first third 80 % stay without a zero. And of these in the second third?",
            r"$e^{-3\lambda} = (e^{-\lambda})^3 = 0.8^3$ stay without a zero.",
        ),
        explanation="$1 - 0.8^3 = 48.8$ %: exponents add up, so shares without a zero multiply.",
    ),
]
