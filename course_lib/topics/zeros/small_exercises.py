"""Exercises and predictions of *Measure what is small*, and the keys, computed from the library."""

from fractions import Fraction
from statistics import NormalDist

import numpy as np

from course_lib.exercises.compare import Boolean, Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.intervals import poisson_interval
from course_lib.topics.zeros.experiment import Setting
from course_lib.topics.zeros.law import density_at_zero
from course_lib.topics.zeros.structure import intervals, missing, point_at

# Units z = w·x + b as (w, b), and the ends of a walk.
UNITS = (((1.0, 0.0), 0.0), ((0.0, 1.0), 0.0), ((1.0, 1.0), 1.0))
WALK = ((-1.0, 2.0), (2.0, -1.0))
ADDRESSES = ("LRLRL", "RRRRR", "LLRLL", "RLRLR", "LRRLR")
SIGMA, NETWORKS_SEEN = 0.15, 500
ZEROS_COUNTED, COMPUTED = 9, 40e6


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


def what_is_left() -> str:
    """The option of prediction zeros.p3: a point that is left and no end of an interval, and an address no list has."""
    quarter = point_at("LR")
    ends = [end for stage in range(6) for pair in intervals(stage) for end in pair]
    if any(not any(a <= quarter <= b for a, b in intervals(stage)) for stage in range(6)):
        return "nothing"
    if quarter in ends or missing(ADDRESSES) in ADDRESSES:
        return "the ends of the intervals, which can be counted"
    return "more points than can be counted"


def until_the_first_zero() -> str:
    """The option of prediction small.p1: 1/p₀ with p₀ = f(0)·2⁻²⁴."""
    needed = 2.0**24 / density_at_zero(Setting("float64", 256, 1))[0]
    return "ten thousand" if needed < 3e5 else "ten million" if needed < 3e8 else "ten billion"


def about_a_p_value() -> list[bool]:
    """Each statement of the exercise by drawing: sets of counts with one mean, and of counts that differ."""
    rng = np.random.default_rng(0)

    def rejected(means: list[float], draws: int = 4000) -> float:
        """How often counts with these means have a variance above the level that 5 % of equal ones pass."""
        equal, apart = (rng.poisson(rates, (draws, len(means))) for rates in (np.mean(means), means))
        return float(np.mean(apart.var(1) / apart.mean(1) > np.quantile(equal.var(1) / equal.mean(1), 0.95)))

    differ = [2.0 * (1 + k % 2) for k in range(20)]
    few, many = rejected([rate / 4 for rate in differ]), rejected(differ)
    # A p-value is a share of draws with one mean, and says nothing of how probable one mean is. Counts that differ
    # often pass: then a large p-value has shown nothing.
    return [True, False, few < 0.05, few < many]


PREDICTIONS = [
    Prediction(
        id="small.p1",
        question=(
            "A fresh first layer sees real digits, and its pre-activations, mostly between −0.5 and 0.5, are stored in "
            "half precision, 16 bits. How many of them must one compute, on average, to meet one that is exactly 0?"
        ),
        options={
            "ten thousand": "Half precision is that coarse around 1. Next to 0 its numbers stand much closer together.",
            "ten million": "You will find the chance of a single one by counting where zeros are more frequent.",
            "ten billion": "That would be rarer than in single precision, which has a much finer grid.",
        },
        answer=until_the_first_zero,
        reveal="The section 'Count where it is not rare' finds the chance, and then tests it.",
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
        reveal="The rest of this section builds the set.",
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
            WrongAnswer(
                2.13 * 2.0**-24,
                "2.13 is the density at 0 of the first layers above. This z is another one: normal, with σ = 0.15.",
            ),
            WrongAnswer(
                2.6596 * 2.0**-14,
                r"$2^{-14}$ is the gap next to $\frac{1}{16}$. Next to 0 the numbers stand much closer together.",
            ),
            WrongAnswer(
                NormalDist(0, SIGMA**0.5).pdf(0) * 2**-24,
                "`NormalDist` takes σ, the standard deviation: 0.15 as it stands, without a root.",
            ),
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
        id="zeros.8",
        comparator=Number(relative=0.01),
        reference=lambda: 1 - 0.05 ** (1 / NETWORKS_SEEN),
        wrong_answers=(
            WrongAnswer(0, "None in 500 does not prove that it cannot happen. A p of 0.1 % would often show none."),
            WrongAnswer(
                0.002,
                r"$\frac{1}{500}$ is the share if one had been seen. None in 500 still has a chance of 37 % then.",
            ),
            WrongAnswer(0.0001026, "$(1 - p)^{500}$ should be 0.05, not 0.95."),
            WrongAnswer(0.03, r"$\frac{3}{n}$ with n = 500, not 100."),
            WrongAnswer(
                3.69 / 500,
                "3.69 ends the interval that leaves 2.5 % on this side. Here 5 % are left: solve "
                "$(1 - p)^{500} = 0.05$.",
            ),
            WrongAnswer(0.05, "5 % is the chance of none in 500. Which chance in *one* network makes it?"),
            WrongAnswer(0.05 ** (1 / 500), "That is $1 - p$, the chance of none in one network."),
            WrongAnswer(0.597, "That is in per cent. Write the probability."),
        ),
        hints=(
            "The chance of none is $(1 - p)^{500}$. Set it to 0.05.",
            r"The rule of three says nearly the same: $p = \frac{3}{n}$.",
        ),
        explanation=r"$1 - 0.05^{1/500} = 0.597$ %, and the rule of three says $\frac{3}{500} = 0.6$ %.",
    ),
    Exercise(
        id="small.1",
        comparator=Sequence(Number(relative=0.01), Number(relative=0.01)),
        reference=lambda: [end / COMPUTED for end in poisson_interval(ZEROS_COUNTED)[::2]],
        wrong_answers=(
            WrongAnswer(
                list(poisson_interval(ZEROS_COUNTED)[::2]),
                r"That is the interval of λ, the expected count. $\lambda = E\,p_0$ with E = 40 million.",
            ),
            WrongAnswer(
                [3 / 40e6, 15 / 40e6],
                r"The rule of thumb, $9 \pm 2\sqrt{9}$, is close. The interval of a small count is not symmetric; "
                "`poisson_interval` has it.",
            ),
            WrongAnswer([end / 40 for end in poisson_interval(ZEROS_COUNTED)[::2]], "Divide by 40 *million*, 40e6."),
            WrongAnswer([6 / 40e6, 12 / 40e6], r"$\sqrt{9}$ to each side is right in about two cases of three only."),
            WrongAnswer(
                [end / COMPUTED for end in poisson_interval(ZEROS_COUNTED)[:2]],
                "The second number that `poisson_interval` returns is the estimate in the middle. The upper end is "
                "the third.",
            ),
        ),
        hints=(
            "First the interval of the expected count λ, then divide by the number of pre-activations.",
            "low, middle, high = poisson_interval(9), and the answer is [low / 40e6, high / 40e6].",
        ),
        explanation=(
            r"λ lies between 4.1 and 17.1, so $p_0$ lies between $1.03 \cdot 10^{-7}$ and $4.27 \cdot 10^{-7}$."
        ),
    ),
    Exercise(
        id="small.2",
        comparator=Sequence(*(Boolean() for _ in range(4))),
        reference=about_a_p_value,
        wrong_answers=(
            WrongAnswer(
                [True, True, False, True],
                "Statement 2: the draws *assumed* one $p_0$, so they cannot say how probable it is. They say how "
                "surprising the counts would be if it held.",
            ),
            WrongAnswer(
                [True, False, True, True],
                "Statement 3: counts whose $p_0$ differ a little pass the test most of the time. Passing shows only "
                "that the test saw no difference.",
            ),
            WrongAnswer(
                [True, False, False, False],
                "Statement 4: fewer digits make smaller counts, and small counts scatter so much that a difference "
                "drowns in it.",
            ),
            WrongAnswer(
                [False, False, False, True],
                "Statement 1 is how the p-value was found: the share of 10 000 draws with a deviance as large.",
            ),
            WrongAnswer(
                [False, True, False, True],
                "Statements 1 and 2 are the other way round: the p-value counts draws in which one $p_0$ holds.",
            ),
        ),
        hints=(
            "What was assumed in all 10 000 draws? And what would a test say that has seen nearly nothing?",
            "Exactly two of the four are true.",
        ),
        explanation=(
            "A p-value tells how surprising the counts are if one number holds. A large one is no proof: a test that "
            "sees little rejects little."
        ),
    ),
]
