"""Exercises and predictions of lesson 07."""

from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Lazy, WrongAnswer
from course_lib.exercises.lesson_07_keys import (
    batch_slope_counts,
    bias_for_nine_in_ten,
    born_dead_with_three,
    counts_of_the_first_counter,
    dead_behind_a_relu_layer,
    dead_counts,
    least_width,
    never_on_counts,
    probability_at_half,
    steps_of_a_leaky_unit,
    steps_until_revived,
    weight_gradient,
)
from course_lib.exercises.lesson_07_predictions import PREDICTIONS as PREDICTIONS

MENDED_COUNTER = '''def count_dead(network, X):
    """How many units of the first hidden layer are dead on X?"""
    z = network.forward(X).pre_activations[0]
    slope = ACTIVATIONS[network.layers[0].activation].derivative(z)
    return int((slope == 0).all(axis=(0, 1)).sum())'''

EXERCISES = [
    Exercise(
        id="7.1",
        question=(
            "Which of the four units, (w, b) = ((−1, −2), 0), ((−1, ½), −3), ((−1, −2), 0.1), ((0, 0), −1), are dead "
            "on all inputs h with h₁ ≥ 0 and h₂ ≥ 0? Give a list of four, True or False."
        ),
        comparator=Sequence(*(Boolean() for _ in range(4))),
        reference=dead_behind_a_relu_layer,
        written="[True, False, False, True]",
        wrong_answers=(
            WrongAnswer(
                [True, True, False, True],
                "Look at the second unit again: a bias of −3 is low, but h₂ has no upper bound. Try h = (0, 10).",
            ),
            WrongAnswer(
                [True, False, True, True],
                "Look at the third unit again, and try h = (0, 0). What is left of z?",
            ),
            WrongAnswer(
                [False, False, False, False],
                "In a first layer, (−1, −2) would be active far to the lower left. Here h is never negative.",
            ),
            WrongAnswer(
                [True, False, False, False],
                "Look at the last unit: with weights 0 its z is the bias on every input.",
            ),
        ),
        hints=(
            "For each unit, look for the h ≥ 0 that makes z = w·h + b as large as it gets.",
            "An entry of w above 0 lets z grow without bound. With none, z is largest at h = (0, 0), where it is b.",
        ),
        explanation="Dead on all inputs h ≥ 0 means: no entry of w is above 0, and b is not above 0 either.",
    ),
    Exercise(
        id="7.2",
        question=(
            "A ReLU unit has z = x₁ − x₂ and slope 0 at its kink. Upstream gradients for x = (2, 1), (1, 2), (1, 1) "
            "are 3, 5, 7. What is the gradient of the summed loss with respect to (w₁, w₂)? Give a list of two."
        ),
        comparator=Sequence(Number(), Number()),
        reference=weight_gradient,
        written="[6, 3]",
        wrong_answers=(
            WrongAnswer([13, 10], "The third sample has z = 0 exactly, and there the slope is 0: it adds nothing."),
            WrongAnswer([18, 20], "That is the gradient of a linear unit. Which samples have z > 0?"),
            WrongAnswer([11, 13], "The second sample has z = −1: the unit is off, and the sample adds nothing."),
            WrongAnswer([2, 1], "That is x of the active sample. Multiply it by the upstream gradient."),
        ),
        hints=(
            "Work out z for each sample. On which of them is the slope 1?",
            "Each sample adds upstream gradient × slope × x. Only (2, 1) has slope 1.",
        ),
        explanation="Only the first sample has z > 0. It adds 3 · 1 · (2, 1).",
    ),
    Exercise(
        id="7.3",
        question=(
            "A unit of the second layer has z = 0.5 − h. On its one sample h is 1 at the start, and each step "
            "multiplies h by 0.8; its own weights do not move. After how many steps is the unit active for the first "
            "time?"
        ),
        comparator=Number(),
        reference=steps_until_revived,
        written="4",
        wrong_answers=(
            WrongAnswer(3, "0.8³ = 0.512, so z is still −0.012."),
            WrongAnswer(5, "Count the steps, not the values: h = 1 stands before the first step."),
            WrongAnswer(2, "0.8² = 0.64. The unit is active where h is below 0.5."),
        ),
        hints=("For which h is 0.5 − h above 0?", "Write down 0.8, 0.64, … and stop at the first number below 0.5."),
        explanation="0.8⁴ = 0.4096 is the first power below 0.5. The layer below revived the unit.",
    ),
    Exercise(
        id="7.4",
        question=(
            "A pre-activation is normal with mean 0.1 and standard deviation 0.5. With what probability is the unit "
            "active? The answer counts within 0.002."
        ),
        comparator=Number(absolute=0.002),
        reference=probability_at_half,
        written="NormalDist().cdf(0.1 / 0.5)",
        wrong_answers=(
            WrongAnswer(0.4207, "That is the probability that the unit is off."),
            WrongAnswer(0.5398, "That is Φ(0.1). Divide the bias by the standard deviation."),
            WrongAnswer(0.5199, "That is Φ(0.1 · 0.5). Divide by the standard deviation: a small σ helps the bias."),
            WrongAnswer(0.5, "That would hold without a bias."),
        ),
        hints=("P(z > 0) = Φ(b/σ).", "NormalDist().cdf(x) is Φ(x); here x = 0.1/0.5."),
        explanation="Φ(0.2) is 0.579: hardly more than a coin.",
    ),
    Exercise(
        id="7.5",
        question=(
            "Which bias makes a unit active with probability 0.9, if w·x is normal with mean 0 and standard deviation "
            "1? The answer counts within 0.01."
        ),
        comparator=Number(absolute=0.01),
        reference=bias_for_nine_in_ten,
        written="NormalDist().inv_cdf(0.9)",
        wrong_answers=(
            WrongAnswer(0.1, "Φ(0.1) is 0.54."),
            WrongAnswer(-1.2816, "The sign is wrong: a negative bias switches units off."),
            WrongAnswer(0.9, "0.9 is the probability. Φ(0.9) is 0.82."),
            WrongAnswer(1.6449, "That bias gives 0.95: 1.64 leaves 5 % on one side."),
        ),
        hints=("Solve Φ(b/σ) = 0.9 for b, with σ = 1.", "NormalDist().inv_cdf(p) is the x with Φ(x) = p."),
        explanation="Φ(1.28) = 0.9. A bias of 0.1 is far from that unless σ is small.",
    ),
    Exercise(
        id="7.6",
        question=(
            "Mend count_dead, so that it counts the units whose slope is 0 on every sample of X, for any elementwise "
            "activation. It is tried on three networks; their counts are the answer."
        ),
        comparator=Sequence(Number(), Number(), Number()),
        reference=dead_counts,
        written=MENDED_COUNTER,
        wrong_answers=(
            WrongAnswer(
                Lazy(counts_of_the_first_counter),
                "That is what the routine returned before. It looks at 32 samples, and at outputs instead of slopes.",
            ),
            WrongAnswer(
                Lazy(lambda: counts_of_the_first_counter(None)),
                "All samples now. But the output of a hard tanh is never 0 where it is stuck: it is 1 or −1.",
            ),
            WrongAnswer(
                Lazy(batch_slope_counts),
                "The slope is the right thing to test. But it is tested on the first 32 samples only.",
            ),
            WrongAnswer(
                Lazy(never_on_counts),
                "That counts units with z ≤ 0 everywhere. A leaky unit has a slope there; hard tanh sticks at 1 too.",
            ),
        ),
        hints=(
            "There are two faults. Does the count change when you shuffle X? Which samples does the routine look at?",
            "ACTIVATIONS[name].derivative(z) gives the slopes; network.forward(X).pre_activations[0] gives z.",
        ),
        explanation="Dead is a matter of slopes, and of all the samples that you name.",
    ),
    Exercise(
        id="7.7",
        question=(
            "A ReLU network has 10 hidden layers of 3 units, biases 0 and symmetric weights. With what probability is "
            "it born dead at a given input x ≠ 0? The answer counts within 0.001."
        ),
        comparator=Number(absolute=0.001),
        reference=born_dead_with_three,
        written="1 - (1 - 2**-3) ** 10",
        wrong_answers=(
            WrongAnswer(0.2631, "That is the probability that it lives."),
            WrongAnswer(
                1.25, "10 · 2⁻³ adds up probabilities, and this one is above 1. Multiply the layers' chances to live."
            ),
            WrongAnswer(0.125, "That is one layer. There are ten, and one dead layer is enough."),
            WrongAnswer(0.999, "All units of a layer have to be off, which has probability 2⁻³, not one of them."),
        ),
        hints=("A layer lives with probability 1 − 2⁻³.", "All ten live with probability (1 − 2⁻³)¹⁰."),
        explanation="1 − (7/8)¹⁰ = 0.737.",
    ),
    Exercise(
        id="7.8",
        question=(
            "What is the least width N for which 20 hidden layers of N units are born dead at a given input with a "
            "probability below 1 %?"
        ),
        comparator=Number(),
        reference=least_width,
        written="next(N for N in range(1, 100) if 1 - (1 - 2**-N) ** 20 < 0.01)",
        wrong_answers=(
            WrongAnswer(10, "1 − (1 − 2⁻¹⁰)²⁰ is 0.019: still above 1 %."),
            WrongAnswer(7, "2⁻⁷ is below 1 % for a single layer. Here are twenty."),
            WrongAnswer(12, "12 is safe, but 11 is already enough."),
            WrongAnswer(10.97, "A width is a whole number, and 10 is not enough."),
        ),
        hints=("Try N = 1, 2, 3, … in 1 − (1 − 2⁻ᴺ)²⁰.", "For small 2⁻ᴺ it is about 20 · 2⁻ᴺ."),
        explanation="20 · 2⁻¹¹ is just below 0.01. Each further unit halves the risk.",
    ),
    Exercise(
        id="7.9",
        question=(
            "A leaky unit, α = 0.01, has z = b = −2 on every sample. Its upstream gradient stays −1, and each step is "
            "b ← b + 0.1 · slope · 1. After how many steps does b reach 0?"
        ),
        comparator=Number(),
        reference=steps_of_a_leaky_unit,
        written="2 / (0.1 * 0.01)",
        wrong_answers=(
            WrongAnswer(20, "That takes slope 1. Left of 0 the slope is α."),
            WrongAnswer(200, "That leaves out the learning rate 0.1."),
            WrongAnswer(0, "b does move: the slope is 0.01, not 0."),
            WrongAnswer(2001, "A loop says so, by rounding: 2000 times 0.001, added up, stays just short of 2."),
        ),
        hints=("How far does b move in one step?", "0.1 · 0.01 = 0.001 a step, and 2 to go."),
        explanation="2/(0.1 · 0.01) = 2000 steps. With ReLU it would never arrive.",
    ),
]
