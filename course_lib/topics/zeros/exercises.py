"""Exercises and predictions of lesson 05."""

from fractions import Fraction

from course_lib.exercises.compare import Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Lazy, Prediction, WrongAnswer
from course_lib.topics.zeros.answers import (
    ZERO_KINDS,
    digits_for_an_even_chance,
    kinds_of_zeros,
    kinks_on_the_walk,
    largest_that_becomes_zero,
    missing_address,
    networks_in_the_zone,
    never_rounded_outputs,
    nudged_outputs,
    p0_of_a_normal,
    per_cent_after_three,
    point_of_turns,
    rounded_once_outputs,
    rounded_twice_outputs,
    slope_that_matters,
    upper_limit,
    what_is_left,
    zone_of_three_layers,
)

# Exercises of lesson 05 on where kinks lie, and on sets that are small and cannot be counted.


KINK_EXERCISES = [
    Exercise(
        id="5.1",
        comparator=Number(),
        reference=kinks_on_the_walk,
        wrong_answers=(
            WrongAnswer(3, "z₃ is 2 at both ends, and it is linear: it stays 2 all the way."),
            WrongAnswer(1, "Both z₁ and z₂ change their sign: from −1 to 2, and from 2 to −1."),
            WrongAnswer(0, "No corner of the walk is meant. A kink is crossed where some z changes its sign."),
        ),
        hints=("Work out each z at both ends.", "z₁ goes from −1 to 2, z₂ from 2 to −1, z₃ from 2 to 2."),
        explanation="The walk crosses the kinks of z₁ and z₂, and runs beside that of z₃.",
    ),
    Exercise(
        id="5.2",
        comparator=Number(),
        reference=point_of_turns,
        wrong_answers=(
            WrongAnswer(Fraction(1, 4), "1/4 begins on the left: its address is LRLRLR…."),
            WrongAnswer(Fraction(2, 3), "2/3 is the left end of the right third. From there on it is always left."),
            WrongAnswer(Fraction(7, 9), "7/9 is an end too: from RL on it is always right."),
            WrongAnswer(Fraction(1, 2), "1/2 goes in the first removal."),
        ),
        hints=(
            "By symmetry, x ↦ 1 − x swaps left and right. Which address has 1 − x?",
            "Two turns, RL, lead to [2/3, 7/9], a copy of [0, 1] of length 1/9: p = 2/3 + p/9.",
        ),
        explanation="p = 2/3 + p/9 gives p = 3/4.",
    ),
    Exercise(
        id="5.3",
        comparator=Sequence(*(Choice(("L", "R")) for _ in range(5))),
        reference=missing_address,
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
]


# Predictions of lesson 05.


PREDICTIONS = [
    Prediction(
        id="5.p1",
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
        id="5.p2",
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
        id="5.p3",
        question=(
            "From the interval [0, 1], remove the open middle third. From both parts that are left, remove their "
            "middle thirds, and so on without end. The removed lengths add up to 1. What is left?"
        ),
        options={
            "nothing": "The ends 0 and 1 are never removed, nor is 1/3. Length 0 does not mean empty.",
            "the ends of the intervals, which can be counted": "The point 1/4 stays too, and it is never an end.",
            "more points than can be counted": "Every endless word of left and right leads to a point of its own.",
        },
        answer=what_is_left,
        reveal="The section 'Small is not countable' builds the set.",
    ),
]


# Exercises and predictions of lesson 05.


EXERCISES = [
    *KINK_EXERCISES,
    Exercise(
        id="5.4",
        comparator=Number(),
        reference=largest_that_becomes_zero,
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
        comparator=Number(relative=0.01),
        reference=p0_of_a_normal,
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
        comparator=Number(absolute=0.001),
        reference=zone_of_three_layers,
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
        comparator=Sequence(*(Choice(ZERO_KINDS) for _ in range(5))),
        reference=kinds_of_zeros,
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
        comparator=Number(relative=0.01),
        reference=upper_limit,
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
        comparator=Sequence(*(Number() for _ in range(4))),
        reference=rounded_once_outputs,
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
        comparator=Number(relative=0.01),
        reference=digits_for_an_even_chance,
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
        comparator=Number(absolute=0.1),
        reference=per_cent_after_three,
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
