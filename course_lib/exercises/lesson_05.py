"""Exercises and predictions of lesson 05."""

from course_lib.exercises.compare import Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Lazy, WrongAnswer
from course_lib.exercises.lesson_05_keys import (
    ZERO_KINDS,
    digits_for_an_even_chance,
    kinds_of_zeros,
    largest_that_becomes_zero,
    never_rounded_outputs,
    nudged_outputs,
    p0_of_a_normal,
    per_cent_after_three,
    rounded_once_outputs,
    rounded_twice_outputs,
    upper_limit,
    zone_of_three_layers,
)
from course_lib.exercises.lesson_05_kinks import KINK_EXERCISES
from course_lib.exercises.lesson_05_predictions import PREDICTIONS as PREDICTIONS

MENDED_LAYER = '''def half_layer(W, b, X):
    """half(X Wᵀ + b)"""
    z = X.astype(np.float32) @ W.T.astype(np.float32) + b.astype(np.float32)
    return z.astype(np.float16)'''

EXERCISES = [
    *KINK_EXERCISES,
    Exercise(
        id="5.4",
        question="Which is the largest number that half precision rounds to 0? Give it exactly.",
        comparator=Number(),
        reference=largest_that_becomes_zero,
        written="2**-25",
        wrong_answers=(
            WrongAnswer(2.0**-24, "That is the smallest half-precision number above 0. It stays what it is."),
            WrongAnswer(2.0**-14, "That is the smallest normal number. Below it there are smaller ones, 2⁻²⁴ apart."),
            WrongAnswer(2.0**-26, "Larger numbers become 0 too. Where is the middle between 0 and 2⁻²⁴?"),
            WrongAnswer(0, "0 does not have to be rounded. Small numbers do."),
        ),
        hints=(
            "The half-precision numbers next to 0 are 2⁻²⁴ apart. Numbers go to the nearest.",
            "The middle between 0 and 2⁻²⁴ is 2⁻²⁵. A tie goes to the even neighbour, and that is 0.",
        ),
        explanation="2⁻²⁵ lies in the middle between 0 and 2⁻²⁴, and ties go to 0. A little more is rounded up.",
    ),
    Exercise(
        id="5.5",
        question=(
            "A pre-activation z is normal with mean 0 and standard deviation 0.15. With which probability does half "
            "precision round it to 0? The answer counts within 1 % of its size."
        ),
        comparator=Number(relative=0.01),
        reference=p0_of_a_normal,
        written="NormalDist(0, 0.15).pdf(0) * 2**-24",
        wrong_answers=(
            WrongAnswer(2.378e-8, "That is φ(0)·2⁻²⁴ for σ = 1. A narrower density is higher: divide by 0.15."),
            WrongAnswer(7.926e-8, "That counts one side only. From −2⁻²⁵ to 2⁻²⁵ is a length of 2⁻²⁴."),
            WrongAnswer(5.96e-8, "That is 2⁻²⁴, the length of the interval. Multiply it by the density at 0."),
            WrongAnswer(2.6596, "That is the density at 0. Multiply it by the length of the interval, 2⁻²⁴."),
        ),
        hints=(
            "A short interval has the probability: density at 0 × length. How long is the interval?",
            "NormalDist(0, 0.15).pdf(0) is the density at 0; the interval from −2⁻²⁵ to 2⁻²⁵ is 2⁻²⁴ long.",
        ),
        explanation="2.66 · 6 · 10⁻⁸ is 1.6 · 10⁻⁷.",
    ),
    Exercise(
        id="5.6",
        question=(
            "With p₀ = 10⁻⁸, three hidden layers of 256 units and 60 000 digits: with which probability is a network "
            "in the zone? The answer counts within 0.001."
        ),
        comparator=Number(absolute=0.001),
        reference=zone_of_three_layers,
        written="1 - np.exp(-3 * 256 * 60_000 * 1e-8)",
        wrong_answers=(
            WrongAnswer(0.4608, "That is E·p₀, the expected number of zeros. Some networks have two."),
            WrongAnswer(0.6308, "That is exp(−E·p₀), the probability of no zero."),
            WrongAnswer(0.1424, "That is one layer. There are three."),
        ),
        hints=(
            "E = width × depth × digits. How large is E·p₀?",
            "E·p₀ = 0.4608, and P = 1 − exp(−E·p₀).",
        ),
        explanation="1 − exp(−0.4608) = 0.369. Bertoin and others counted 46 to 49 %: p₀ of 1.3 to 1.5·10⁻⁸.",
    ),
    Exercise(
        id="5.7",
        question=(
            "Rounding or structural? (1) A unit is 0 in half precision; in exact arithmetic it is not. (2) A unit "
            "without bias sees only black pixels. (3) All units below are off, and the bias is 0. (4) Weights and bias "
            "start from 0. (5) z is 10⁻⁸ and half precision stores 0. Give a list of five words, "
            '"rounding" or "structural".'
        ),
        comparator=Sequence(*(Choice(ZERO_KINDS) for _ in range(5))),
        reference=kinds_of_zeros,
        written='["rounding", "structural", "structural", "structural", "rounding"]',
        wrong_answers=(
            WrongAnswer(["rounding"] * 5, "In cases 2, 3 and 4 exact arithmetic gives 0 as well. Nothing was rounded."),
            WrongAnswer(
                ["rounding", "structural", "structural", "structural", "structural"],
                "Case 5: 10⁻⁸ is not 0. Double precision stores it.",
            ),
            WrongAnswer(
                ["rounding", "structural", "rounding", "structural", "rounding"],
                "Case 3: units that are off hand on exact zeros, and the weighted sum of zeros is 0.",
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
        id="5.8",
        question=(
            "None of 500 networks was in the zone. Up to which probability p does that still happen with a chance of "
            "at least 5 %? The answer counts within 1 % of its size."
        ),
        comparator=Number(relative=0.01),
        reference=upper_limit,
        written="1 - 0.05 ** (1 / 500)",
        wrong_answers=(
            WrongAnswer(0, "None in 500 does not prove that it cannot happen. A p of 0.1 % would often show none."),
            WrongAnswer(0.002, "1/500 is the share if one had been seen. None in 500 still has a chance of 37 % then."),
            WrongAnswer(0.0001026, "(1 − p)⁵⁰⁰ shall be 0.05, not 0.95."),
            WrongAnswer(0.03, "3/n with n = 500, not 100."),
            WrongAnswer(0.597, "That is in per cent. Write the probability."),
        ),
        hints=("The chance of none is (1 − p)⁵⁰⁰. Set it to 0.05.", "The rule of three says nearly the same: p = 3/n."),
        explanation="1 − 0.05^(1/500) = 0.597 %, and the rule of three says 3/500 = 0.6 %.",
    ),
    Exercise(
        id="5.9",
        question=(
            "Mend half_layer, so that the sum and the bias are added in single precision and rounded to half precision "
            "once, at the end. It is tried on four layers; their outputs are the answer."
        ),
        comparator=Sequence(*(Number() for _ in range(4))),
        reference=rounded_once_outputs,
        written=MENDED_LAYER,
        wrong_answers=(
            WrongAnswer(
                Lazy(rounded_twice_outputs),
                "That is what the layer returned before: in the first case the sum loses its last bits too early.",
            ),
            WrongAnswer(
                Lazy(never_rounded_outputs),
                "The sums are right. The result has to be stored in half precision, and the last one does not fit.",
            ),
            WrongAnswer(
                Lazy(nudged_outputs),
                "No zero is let through now. But the third z is 0 in exact arithmetic, and the first is still wrong.",
            ),
        ),
        hints=(
            "Which operation rounds before the bias is added? X.astype(np.float32) makes single precision of X.",
            "Compute X, W and b in float32, add everything up, and let .astype(np.float16) be the last step.",
        ),
        explanation="Round once, at the end. An earlier rounding puts the sum on a coarse grid, on which 0 is likely.",
    ),
    Exercise(
        id="5.10",
        question=(
            "With p₀ = 10⁻⁸ and six hidden layers of 1024 units: after how many digits is the chance of the zone one "
            "half? The answer counts within 1 % of its size."
        ),
        comparator=Number(relative=0.01),
        reference=digits_for_an_even_chance,
        written="np.log(2) / (6 * 1024 * 1e-8)",
        wrong_answers=(
            WrongAnswer(16276, "That is 1/(units · p₀): after so many digits the chance is 1 − 1/e = 63 %."),
            WrongAnswer(8138, "That is 0.5/(units · p₀). Solve exp(−n · units · p₀) = ½ instead."),
            WrongAnswer(67690, "That is one layer. Six layers see six times as many pre-activations a digit."),
        ),
        hints=("Solve 1 − exp(−n · units · p₀) = ½ for n.", "n = log 2/(units · p₀), with 6 · 1024 units."),
        explanation="About 11 300 digits: a fifth of one pass through MNIST.",
    ),
    Exercise(
        id="5.11",
        question=(
            "Of many networks of one shape, 20 % are in the zone after 4096 digits. How many per cent are after three "
            "times as many, by the Poisson law? The answer counts within 0.1."
        ),
        comparator=Number(absolute=0.1),
        reference=per_cent_after_three,
        written="100 * (1 - 0.8**3)",
        wrong_answers=(
            WrongAnswer(60, "Three times 20 % counts networks with several zeros more than once."),
            WrongAnswer(51.2, "That is the share without a zero, 0.8³."),
            WrongAnswer(0.488, "That is the share. Per cent are asked for."),
            WrongAnswer(0.8, "0.2³ would be the chance of a zero in each of three parts. One is enough."),
        ),
        hints=(
            "In the first third 80 % stay without a zero. And of these in the second third?",
            "e^(−3λ) = (e^(−λ))³ = 0.8³ stay without a zero.",
        ),
        explanation="1 − 0.8³ = 48.8 %: exponents add up, so shares without a zero multiply.",
    ),
]
