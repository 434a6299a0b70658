"""The exercises and predictions of the lesson *Reproduce a paper*."""

from collections.abc import Sequence as Listed

import numpy as np

from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.intervals import mean_interval
from course_lib.topics.paper import accuracy, rounding, zone
from course_lib.topics.paper.runs import shipped
from course_lib.topics.rectifiers.paired import runs_needed
from course_lib.topics.zeros import sums
from course_lib.topics.zeros.experiment import SAMPLES, Setting, ZoneCount
from course_lib.topics.zeros.law import own_p0, zone_probability

DIGITS = 60_000
FOUND = ZoneCount(Setting("float32", 256, 2), 1000, 258, DIGITS)
SCATTER = 1.5


def share_cases() -> list[Case]:
    """One layer, equal layers, layers of different widths and chances, and no digit at all."""
    return [
        Case("one layer of 256 units", ([256], [3.3e-9], DIGITS)),
        Case("three equal layers", ([256, 256, 256], [1e-8, 1e-8, 1e-8], DIGITS)),
        Case("layers that differ", ([16, 64, 1024], [5e-8, 2e-8, 3e-9], 4096)),
        Case("a chance of 0 in the first layer", ([10, 20], [0.0, 1e-6], 1000)),
        Case("no digits", ([256, 256], [1e-8, 1e-8], 0)),
    ]


def share_in_zone(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """1 − exp(−N Σ n_l p_l)."""
    return float(zone_probability(digits * np.dot(units, chances), 1.0))


def expected_zeros(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """N Σ n_l p_l: how many zeros, not how likely one is."""
    return float(digits * np.dot(units, chances))


def added_shares(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """The sum of the shares that single layers would have."""
    return float(zone_probability(digits * np.multiply(units, chances), 1.0).sum())


def none_at_all(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """The probability of no zero."""
    return 1 - share_in_zone(units, chances, digits)


def one_chance(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """With the mean of the chances for all layers."""
    return float(zone_probability(digits * sum(units) * float(np.mean(chances)), 1.0))


def first_layer_alone(units: Listed[int], chances: Listed[float], digits: int) -> float:
    """Only the first layer."""
    return float(zone_probability(digits * units[0] * chances[0], 1.0))


def what_moves_p0() -> list[bool]:
    """Exercise paper.3, derived and counted: is the ratio of both p₀ above 2, or below ½?"""
    four, eight = (sums.bias_last_p0(256, 1, networks)[0] for networks in (4, 8))
    few_digits = sums.bias_last_p0(256, 1, digits=SAMPLES // 16)[0] / sums.bias_last_p0(256, 1, digits=SAMPLES)[0]
    place = {place: sums.shipped().p0[256, 1, "matrix product", place].estimate for place in sums.PLACES}
    half = rounding.measured_p0(shipped("rounding"), "float16, rounded once").estimate
    other_seeds = (2 * eight - four) / four  # the last four networks against the first four
    ratios = [other_seeds, few_digits, place["inside"] / place["last"], half / four, eight / four]
    return [not 0.5 < ratio < 2 for ratio in ratios]


def what_stays_the_same() -> str:
    """The option of prediction paper.p1: which of the numbers changes least from 60,000 digits to 4096."""
    p0 = zone.derived_p0(256, 3)
    shares = [float(zone_probability(768 * digits, p0)) for digits in (DIGITS, SAMPLES)]
    return (
        "$p_0$, the chance of one pre-activation" if shares[0] > 2 * shares[1] else "the share of networks in the zone"
    )


def what_the_slope_does() -> str:
    """The option of prediction paper.p2, from the shipped runs."""
    low, _, high = accuracy.difference(shipped("accuracy"), dtype="float16", optimizer="SGD", batch_norm=False)
    if low > -1 and high < 1:
        return "less than a point"
    return "slope 0 is more than a point better" if high < 0 else "slope 1 is more than a point better"


PREDICTIONS = (
    Prediction(
        id="paper.p1",
        question="You count with 4096 digits instead of 60,000. Which number may be expected to be the same as theirs?",
        options={
            "the share of networks in the zone": "Who looks at fewer digits meets fewer zeros.",
            "the number of zeros in a network": "It grows with the digits as well.",
            "$p_0$, the chance of one pre-activation": "It does not depend on how long one looks.",
        },
        answer=what_stays_the_same,
        reveal="The next cells work it out.",
    ),
    Prediction(
        id="paper.p2",
        question=(
            "784-128-128-10 is trained with plain SGD in 16 bits, in pairs with slope 0 and slope 1 at the kink. By "
            "how much do the accuracies differ on average?"
        ),
        options={
            "slope 0 is more than a point better": "So the paper would have it for larger networks.",
            "less than a point": "The slope is asked for a few times in a whole training.",
            "slope 1 is more than a point better": "Nothing speaks for that, and nothing says it beforehand.",
        },
        answer=what_the_slope_does,
        reveal="The figure below has all pairs.",
    ),
)

EXERCISES = (
    Exercise(
        id="paper.1",
        comparator=Number(relative=0.01),
        reference=lambda: own_p0(FOUND),
        wrong_answers=(
            WrongAnswer(
                258 / 1000 / (2 * 256 * DIGITS),
                "You took the share for the mean number of zeros. A network with two zeros is in the zone once: first "
                r"$\lambda = -\log(1 - 0.258)$.",
            ),
            WrongAnswer(
                -np.log(1 - 0.258) / (256 * DIGITS),
                "There are two hidden layers: the exposure is $2 \\cdot 256$ units.",
            ),
            WrongAnswer(
                -np.log(0.258) / (2 * 256 * DIGITS),
                "That is the $p_0$ for 742 networks in the zone. Take the log of 1 − P.",
            ),
            WrongAnswer(
                -np.log(1 - 0.258) / (2 * 256 * SAMPLES), "4096 are our digits. Their count comes from their 60,000."
            ),
            WrongAnswer(-np.log(1 - 0.258) / (2 * 256), "The 60,000 digits belong to the exposure, too."),
            WrongAnswer(
                np.log(1 - 0.258) / (2 * 256 * DIGITS), "The sign: the logarithm of a number below 1 is negative."
            ),
        ),
        hints=(
            r"Solve $P = 1 - e^{-E p_0}$ for $p_0$.",
            r"$p_0 = -\frac{\log(1 - P)}{E}$ with $E = 2 \cdot 256 \cdot 60000$.",
        ),
        explanation=r"$\frac{-\log 0.742}{2 \cdot 256 \cdot 60000} = 9.7 \cdot 10^{-9}$.",
    ),
    Exercise(
        id="paper.2",
        comparator=FunctionOf(share_cases, Numbers("share", relative=1e-4)),
        reference=lambda: share_in_zone,
        wrong_answers=(
            WrongAnswer(
                expected_zeros, "That is the expected number of zeros, $\\lambda$. The share is $1 - e^{-\\lambda}$."
            ),
            WrongAnswer(
                added_shares,
                "Shares of the layers do not add up: a network may be in the zone by two of them. Zeros do.",
            ),
            WrongAnswer(none_at_all, "That is the share *outside* of the zone, $e^{-\\lambda}$."),
            WrongAnswer(one_chance, "Each layer has a chance of its own: multiply each with its own number of units."),
            WrongAnswer(first_layer_alone, "All hidden layers count, not the first alone."),
        ),
        hints=(
            r"First $\lambda = N \cdot (n_1 p_1 + n_2 p_2 + \dots)$.",
            "`sum(n * p for n, p in zip(units, chances))` adds up the layers; `np.exp` is the exponential function.",
        ),
        explanation="Rare events add up: all layers put their expected zeros into one exponent.",
    ),
    Exercise(
        id="paper.3",
        comparator=Sequence(Boolean(), Boolean(), Boolean(), Boolean(), Boolean()),
        reference=what_moves_p0,
        wrong_answers=(
            WrongAnswer(
                [False, True, True, True, False], "(b): fewer digits mean fewer zeros, with the same $p_0$ for each."
            ),
            WrongAnswer([True, False, True, True, False], "(a): other seeds are other networks of the same kind."),
            WrongAnswer(
                [False, False, False, True, False], "(c): look at the first point of both curves in the figure."
            ),
            WrongAnswer([False, False, True, False, False], "(d): 871 of 1000 against 54 of 1000 for the same shape."),
            WrongAnswer(
                [False, False, True, True, True], "(e): more networks give a narrower interval around the same $p_0$."
            ),
        ),
        hints=(
            "Which changes are about *how* a pre-activation is computed, and which about how many are looked at?",
            "The place of the bias and the number of bits are arithmetic; seeds, digits and networks are not.",
        ),
        explanation=(
            "A reproduction may vary what is drawn and how much of it. It may not vary the arithmetic: the place of "
            "the bias alone moves the result by a factor of 4."
        ),
    ),
    Exercise(
        id="paper.4",
        comparator=Number(),
        reference=lambda: runs_needed(SCATTER / 2**0.5, 1.0),
        wrong_answers=(
            WrongAnswer(
                9, "That is enough for an interval of the right length, but half of all attempts would miss it."
            ),
            WrongAnswer(17, "17.66 pairs: with 17 the chance is below 80 %. Round up."),
            WrongAnswer(8, "That is for $s = 1$. Here $s = 1.5$, and its square counts."),
            WrongAnswer(12, "The square of $s$ counts: $7.85 \\cdot 1.5^2$."),
            WrongAnswer(20, "With an interval of Student's t it would take 20. The formula gives the first estimate."),
            WrongAnswer(36, "That would be for unpaired runs. 1.5 points is already the scatter of the difference."),
        ),
        hints=(
            r"$n = \frac{7.85 \cdot s^2}{\delta^2}$ with $s = 1.5$ and $\delta = 1$.",
            "17.66, and runs come in whole numbers.",
        ),
        explanation=(
            r"$7.85 \cdot 2.25 = 17.66$, so 18 pairs, and 71 for half a point. It is a first estimate: with intervals "
            "of Student's t it takes 20."
        ),
    ),
    Exercise(
        id="paper.5",
        comparator=Number(absolute=0.01),
        reference=lambda: mean_interval([11.0, 13.0]).low,
        wrong_answers=(
            WrongAnswer(12 - 1.96, "That takes 1.96, for a scatter that is known. From two runs it is estimated, too."),
            WrongAnswer(
                12 - 12.706 * 2**0.5, "That is the scatter of one pair. The mean of two has $\\frac{s}{\\sqrt{2}}$."
            ),
            WrongAnswer(12, "That is the mean itself."),
            WrongAnswer(11, "That is the lower of the two. An interval says where the mean of many runs may lie."),
            WrongAnswer(12 + 12.706, "That is the upper end."),
        ),
        hints=(
            "`mean_interval([11, 13])` has the ends `low` and `high`.",
            r"Mean 12, $s = \sqrt{2}$, so $\frac{s}{\sqrt{2}} = 1$, and $t = 12.71$ for one degree of freedom.",
        ),
        explanation=(
            "$12 - 12.71 = -0.71$: two runs that agree nicely on 12 points do not even settle the sign. The standard "
            "deviation itself is hardly known from two numbers. Who knows it from other runs may say more."
        ),
    ),
)
