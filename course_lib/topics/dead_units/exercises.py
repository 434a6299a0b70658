"""Exercises and predictions of *Revive dead units*, and the keys that the library computes for them."""

import numpy as np

from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.intervals import mean_interval
from course_lib.networks import ACTIVATIONS
from course_lib.topics.dead_units.cures import revive

WITH_CURE, WITHOUT = np.array([70, 44, 63, 52, 81]), np.array([60, 46, 50, 40, 77])
PAIRS, T = WITH_CURE - WITHOUT, 2.776  # t of four degrees of freedom
# Of each item of exercise dead_units.12 the treatment that has it; the batches of all have another order than before.
CHANGES = ("shorter steps", "shorter steps", "dropout 0.5", "pixel dropout 0.2", "leaky ReLU, α = 0.01")


def steps_until_revived() -> int:
    """The first k with 0.5 − 0.8ᵏ > 0."""
    return next(k for k in range(100) if 0.5 - 0.8**k > 0)


def steps_of_a_leaky_unit() -> int:
    """Steps until b ≥ 0 from b = −2, when each step adds 0.1 · 0.01 · 1."""
    return round(2 / (0.1 * ACTIVATIONS["leaky_relu"].derivative(np.array(-2.0), alpha=0.01).item()))


def deadly_rate() -> float:
    """The least η with w·x + b ≤ 0 on x = 1, 2, 3 after a step from w = 1, b = 0 with the slopes 6 and 3."""
    x = np.array([1.0, 2.0, 3.0])
    # x − η (6x + 3) ≤ 0 on every sample.
    return float((x / (x.sum() * x + len(x))).max())


def interval_of_pairs() -> list[float]:
    interval = mean_interval(PAIRS)
    return [interval.low, interval.high]


def around(reach: float) -> list[float]:
    """The interval that reaches so far to each side of the mean difference."""
    return [float(PAIRS.mean() - reach), float(PAIRS.mean() + reach)]


def changes_that_move() -> list[bool]:
    """Whether any dead unit of the first layer moved, of 64 networks."""
    return [bool(revive(treatment).moved[:, 0].any()) for treatment in CHANGES]


def brought_back_by_a_leak() -> str:
    """The option of prediction dead_units.p3, from training on."""
    share = revive("leaky ReLU, α = 0.01").share(0).estimate
    return "fewer than 1 in 20" if share < 0.05 else "about half" if share < 0.8 else "nearly all"


PREDICTIONS = [
    Prediction(
        id="dead_units.p3",
        question=(
            "In 64 networks, 320 units of the first layer died in training. We put leaky ReLU with α = 0.01 in place "
            "of ReLU and train five epochs more, with shorter steps. How many of them are on again on some sample?"
        ),
        options={
            "nearly all": "Every one of them has a gradient now. How large is it?",
            "about half": "Every one of them moves. But a hundredth of the gradient moves it slowly.",
            "fewer than 1 in 20": "They move, a hundredth as fast as a unit that is on.",
        },
        answer=brought_back_by_a_leak,
        reveal="The section 'What is one trial?' counts them, beside six other ways.",
    ),
]

EXERCISES = [
    Exercise(
        id="dead_units.10",
        comparator=Number(absolute=0.0005),
        reference=deadly_rate,
        wrong_answers=(
            WrongAnswer(1 / 9, "That silences x = 1. Then w is ⅓ and b is −⅓, so x = 3 still gives z = ⅔."),
            WrongAnswer(
                1 / 6, "That brings w to 0, and z is −½ on every sample. A shorter step is enough: b falls too."
            ),
            WrongAnswer(2 / 15, "That silences x = 1 and x = 2. At x = 3 z is still above 0."),
            WrongAnswer(0.2, "Long enough, but not the least: a shorter step kills as well. Which x gives in last?"),
            WrongAnswer(7, "That is 1 divided by the rate. Which η makes 3 − 21η equal to 0?"),
        ),
        hints=(
            "What is z = wx + b after the step, on each of the three samples?",
            "z = x − η(6x + 3) is to be 0 or less on all three. Which of them gives in last?",
        ),
        explanation=(
            r"$z = x - \eta\,(6x + 3)$ is 0 at $\eta = \frac{x}{6x + 3}$: $\frac{1}{9}$, $\frac{2}{15}$ and "
            r"$\frac{1}{7}$. The last one to fall silent is x = 3."
        ),
    ),
    Exercise(
        id="dead_units.12",
        comparator=Sequence(*(Boolean() for _ in CHANGES)),
        reference=changes_that_move,
        wrong_answers=(
            WrongAnswer(
                [True, False, False, True, True],
                "Look at the first: a shorter step along a gradient of 0 is still no step.",
            ),
            WrongAnswer(
                [False, True, False, True, True],
                "Look at the second: the unit is off on every sample, in whatever order they come.",
            ),
            WrongAnswer(
                [False, False, True, True, True],
                "Look at the third: what comes into the *first* layer are the pixels, and they stay as they are.",
            ),
            WrongAnswer(
                [False, False, False, False, True],
                "Look at the fourth: where a pixel with a negative weight falls silent, z rises, perhaps above 0.",
            ),
            WrongAnswer(
                [False, False, False, True, False],
                "Look at the fifth: the slope is 0.01 on every sample now, and the gradient is no longer 0.",
            ),
        ),
        hints=(
            "The gradient is upstream gradient × slope × input. Which change makes the slope other than 0 somewhere?",
            "z of a first-layer unit depends on its weights and on the pixels, on nothing else.",
        ),
        explanation=(
            "The slope has to become other than 0 on some input: by other inputs, such as dropped pixels, or by "
            "another activation."
        ),
    ),
    Exercise(
        id="dead_units.9",
        comparator=Number(),
        reference=steps_of_a_leaky_unit,
        wrong_answers=(
            WrongAnswer(20, "That takes slope 1. Left of 0 the slope is α."),
            WrongAnswer(200, "That leaves out the learning rate 0.1."),
            WrongAnswer(0, "b does move: the slope is 0.01, not 0."),
            WrongAnswer(20000, "Ten times too many: a step is 0.1 · 0.01 = 0.001."),
            WrongAnswer(2001, "A loop says so, by rounding: 2000 times 0.001, added up, stays just short of 2."),
        ),
        hints=("How far does b move in one step?", "0.1 · 0.01 = 0.001 a step, and 2 to go."),
        explanation=r"$\frac{2}{0.1 \cdot 0.01} = 2000$ steps. With ReLU it would never arrive.",
    ),
    Exercise(
        id="dead_units.3",
        comparator=Number(),
        reference=steps_until_revived,
        wrong_answers=(
            WrongAnswer(3, "$0.8^3 = 0.512$, so z is still −0.012."),
            WrongAnswer(5, "Count the steps, not the values: h = 1 stands before the first step."),
            WrongAnswer(2, "$0.8^2 = 0.64$. The unit is active where h is below 0.5."),
        ),
        hints=("For which h is 0.5 − h above 0?", "Write down 0.8, 0.64, … and stop at the first number below 0.5."),
        explanation="$0.8^4 = 0.4096$ is the first power below 0.5. The layer below revived the unit.",
    ),
    Exercise(
        id="dead_units.11",
        comparator=Sequence(Number(absolute=0.05), Number(absolute=0.05)),
        reference=interval_of_pairs,
        wrong_answers=(
            WrongAnswer(
                around(T * PAIRS.std(ddof=1)),
                "That takes the standard deviation of the differences. The mean varies less: divide by √5.",
            ),
            WrongAnswer(
                around(1.98 * PAIRS.std(ddof=1) / 5**0.5),
                "1.98 belongs to 120 pairs. With five, s is known less well, and t is 2.776.",
            ),
            WrongAnswer(
                around(1.96 * PAIRS.std(ddof=1) / 5**0.5),
                "1.96 belongs to a known standard deviation. With five pairs s is estimated, and t is 2.776.",
            ),
            WrongAnswer(
                [end / 100 for end in interval_of_pairs()],
                "Those are fractions. In points, as asked, they are a hundred times as large.",
            ),
            WrongAnswer(
                [-end for end in reversed(interval_of_pairs())],
                "The signs are exchanged: take the accuracy with the cure minus that without.",
            ),
            WrongAnswer(
                list(reversed(interval_of_pairs())),
                "The two ends are right, but exchanged: give the lower one first.",
            ),
            WrongAnswer(
                around(T * PAIRS.std() / 5**0.5),
                "np.std divides by n. Take ddof=1, so that it divides by n − 1: the mean comes from the same data.",
            ),
            WrongAnswer(
                [float(PAIRS.mean()), T * float(PAIRS.std(ddof=1)) / 5**0.5],
                "Those are the mean and the reach. The interval begins at the mean minus the reach; where does it end?",
            ),
            WrongAnswer(
                around(PAIRS.std(ddof=1) / 5**0.5),
                "That is one standard error to each side. The interval reaches t of them.",
            ),
            WrongAnswer(
                around(T * ((WITH_CURE.var(ddof=1) + WITHOUT.var(ddof=1)) / 5) ** 0.5),
                "That is the interval as if the runs were not paired. Take the five differences first, then their s.",
            ),
        ),
        hints=(
            "Write down the five differences. Their mean is 7.4.",
            "pairs.mean() ± 2.776 · pairs.std(ddof=1) / √5, with the array `pairs` of the differences.",
        ),
        explanation=(
            "From −0.4 to 15.2: the mean gain is 7.4 points, but the interval holds 0, so five starts do not settle it."
        ),
    ),
]
