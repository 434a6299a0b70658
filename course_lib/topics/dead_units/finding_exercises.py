"""Exercises and predictions of *Find dead units*, and the keys that the library computes for them."""

from collections.abc import Callable
from functools import cache
from statistics import NormalDist

import numpy as np

from course_lib.data import digits
from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.networks import ACTIVATIONS, Dense, Network
from course_lib.topics.dead_units.experiment import (
    born_dead_probability,
    counter_cases,
    dead_on_all_inputs,
    units_dead_on,
    units_never_on,
)

BATCH = 32
# Weights and bias of four units whose inputs are never negative.
SECOND_LAYER_UNITS = (((-1.0, -2.0), 0.0), ((-1.0, 0.5), -3.0), ((-1.0, -2.0), 0.1), ((0.0, 0.0), -1.0))
SAMPLES = np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
UPSTREAM = np.array([3.0, 5.0, 7.0])
UNIT_WEIGHTS = np.array([1.0, -1.0])
LATE = [1001, 1203, 1410, 1500]  # Of 1501 samples, those that turn one unit on each.


def dead_behind_a_relu_layer() -> list[bool]:
    return [dead_on_all_inputs(w, b, non_negative=True) for w, b in SECOND_LAYER_UNITS]


def what_follows_from_what() -> list[bool]:
    """Whether each of five statements holds for 640 fresh ReLU units, and the fifth for as many saturated ones."""
    data = digits()
    relu, saturated = (
        Network.mlp([64, 64, 10], activation=name, bias=-0.5, replicas=10, dtype="float64")
        for name in ("relu", "hard_tanh")
    )
    saturated.W[0][...] *= 1e6
    batches = np.stack([units_dead_on(relu, data.X[at : at + BATCH])[0] for at in range(0, len(data.X), BATCH)])
    on_data, on_test = (units_dead_on(relu, X)[0] for X in (data.X, data.X_test))
    constant = np.ptp(saturated.forward(data.X).activations[0], axis=1) == 0
    implications = (
        (batches[:-1], batches[1:]), (batches.all(0), on_data), (on_data, batches), (on_data, on_test),
        (units_dead_on(saturated, data.X)[0], constant),
    )  # fmt: skip
    return [bool((~given | follows).all()) for given, follows in implications]


def weight_gradient() -> list[float]:
    """Σ upstream · slope(z) · x for the unit z = x₁ − x₂ with slope 0 at its kink."""
    slope = ACTIVATIONS["relu"].derivative(SAMPLES @ UNIT_WEIGHTS, 0.0)
    return [float(entry) for entry in (UPSTREAM * slope) @ SAMPLES]


def least_width() -> int:
    """The least N for which 20 hidden layers of N units are dead at an input with a probability below 1 %."""
    return next(width for width in range(1, 100) if born_dead_probability([width] * 20) < 0.01)


@cache
def count_cases() -> list[Case]:
    """Networks whose dead units are counted: the three of `counter_cases`, a small one for each activation, three more.

    The first three get every sixth of their samples, so that a counter that goes entry by entry is quick too. Of the
    small ones a third of the units is stuck far to the left on all samples, a third far to the right, and a third far
    to the left on all but the last, so that neither a batch nor the outputs tell which are dead. The last three tell
    all samples from many, slopes of 0 from small ones, and from those that add up to 0.
    """
    cases = [Case(f"the {name} network", (network, X[::6])) for name, (network, X) in counter_cases().items()]
    X = np.random.default_rng(7).uniform(0.5, 1.5, (60, 4))
    X[-1] *= -200
    for name in ACTIVATIONS:
        network = Network.mlp([4, 12, 2], activation=name, bias=0.0, dtype="float64")
        W = np.abs(network.W[0][0]) + 0.5
        W[:4] *= -20
        W[4:8] *= 20
        W[8:] *= -1
        network.W[0][0] = W
        # Those that stay left, or right, also on the last sample.
        network.b[0][0][:4], network.b[0][0][4:8] = -1e5, 1e5
        cases.append(Case(f"a small {name} network", (network, X)))
    return [*cases, *subtle_cases()]


def subtle_cases() -> list[Case]:
    """ReLU units that one late sample of 1501 turns on, sigmoids far to the left, and |x| on both sides of 0."""
    rng = np.random.default_rng(8)
    many, few = rng.uniform(0.5, 1.5, (1501, 5)), rng.uniform(0.5, 1.5, (60, 1))
    many[LATE, range(len(LATE))] *= -1
    woken = Network.mlp([5, 5, 2], bias=-0.1, dtype="float64")
    woken.W[0][0] = -np.eye(5)
    sigmoids = Network.mlp([1, 4, 2], activation="sigmoid", bias=0.0, dtype="float64")
    sigmoids.W[0][0], sigmoids.b[0][0] = 1, [1, -9, -21, -1e5]
    both_sides = Network.mlp([1, 4, 2], activation="absolute", bias=0.0, dtype="float64")
    return [
        Case("a ReLU network with 1501 samples", (woken, many)),
        Case("a sigmoid network far to the left", (sigmoids, few)),
        Case("an absolute network on both sides of 0", (both_sides, np.concatenate([few, -few]))),
    ]


def dead_count(network: Network, X: np.ndarray) -> int:
    """Units of the first layer whose slope is 0 on every sample."""
    return int(units_dead_on(network, X)[0].sum())


def counter(
    takes_for_0: Callable[[np.ndarray], np.ndarray], at: str = "pre_activations"
) -> Callable[[Network, np.ndarray], int]:
    """A counter of the units all of whose slopes, taken at these values, it takes for 0."""

    def count(network: Network, X: np.ndarray) -> int:
        layer, values = network.layers[0], getattr(network.forward(X), at)[0]
        assert isinstance(layer, Dense)
        return int(takes_for_0(ACTIVATIONS[layer.activation].derivative(values)).all((0, 1)).sum())

    return count


def first_counter(network: Network, X: np.ndarray, rows: int | None = BATCH) -> int:
    """What a counter finds that looks for outputs of 0 on the first `rows` samples, or on all."""
    return int((network.forward(X[:rows]).activations[0] == 0).all((0, 1)).sum())


def batch_against_data() -> str:
    """The option of prediction dead_units.p1, counted."""
    network, X = counter_cases()["relu"]
    batch, data = (int(units_dead_on(network, samples)[0].sum()) for samples in (X[:BATCH], X))
    return "more on the batch" if batch > data else "more on all the data" if data > batch else "as many on both"


def networks_born_dead() -> str:
    """The option of prediction dead_units.p2, from the formula."""
    share = 100 * born_dead_probability([2] * 9)
    return f"about {min((25, 60, 92), key=lambda option: abs(option - share))} of 100"


PREDICTIONS = [
    Prediction(
        id="dead_units.p1",
        question=(
            "The first layer of a fresh ReLU network has 64 units, with biases of −0.5. We count its dead units on one "
            "batch of 32 digits, and on all 1347. Where are there more?"
        ),
        options={
            "more on the batch": "Fewer samples have fewer chances to turn a unit on.",
            "as many on both": "That holds only if the batch already turns on every unit that any sample does.",
            "more on all the data": "One sample that turns a unit on makes it alive. More samples can only wake more.",
        },
        answer=batch_against_data,
        reveal="The section 'Count them' counts, on 32, on 320 and on all 1347 digits.",
    ),
    Prediction(
        id="dead_units.p2",
        question=(
            "A ReLU network has nine hidden layers of two units, He's initialisation and biases 0. Draw 100 of them "
            "and show each the same input. In how many is some layer all zeros?"
        ),
        options={
            "about 25 of 100": "25 of 100 is one layer's risk: two units, both off.",
            "about 60 of 100": "Nine layers have nine chances to fail, and one failure is enough.",
            "about 92 of 100": (
                r"Each layer lives with probability $\frac{3}{4}$, and $\left(\frac{3}{4}\right)^9$ is "
                "0.075."
            ),
        },
        answer=networks_born_dead,
        reveal="The section 'Born dead' derives it and counts.",
    ),
]

EXERCISES = [
    Exercise(
        id="dead_units.1",
        comparator=Sequence(*(Boolean() for _ in range(4))),
        reference=dead_behind_a_relu_layer,
        wrong_answers=(
            WrongAnswer(
                [True, True, False, True],
                "Look at the second unit again: a bias of −3 is low, but $h_2$ has no upper bound. Try h = (0, 10).",
            ),
            WrongAnswer(
                [True, False, True, True],
                "Look at the third unit again, and try h = (0, 0). What is left of z?",
            ),
            WrongAnswer(
                [False, False, False, False],
                "Here h is never negative. Is (−1, −2) on anywhere? And what is z of the last unit, with weights 0?",
            ),
            WrongAnswer(
                [False, False, False, True],
                "Look at the first unit again: z is largest at h = (0, 0), where it is 0, and 0 is not above 0.",
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
        id="finding.1",
        comparator=Sequence(*(Boolean() for _ in range(5))),
        reference=what_follows_from_what,
        wrong_answers=(
            WrongAnswer(
                [True, True, True, False, False],
                "Look at the first: the next batch holds other samples, and one of them may turn the unit on.",
            ),
            WrongAnswer(
                [False, False, True, False, False],
                "Look at the second: an epoch holds every training sample, and each is in one of its batches.",
            ),
            WrongAnswer(
                [False, True, False, False, False],
                "Look at the third: the samples of a batch are some of the data. What is so on all is so on some.",
            ),
            WrongAnswer(
                [False, True, True, True, False],
                "Look at the fourth: test samples are other samples, and one of them may turn the unit on.",
            ),
            WrongAnswer(
                [False, True, True, False, True],
                "Look at the fifth: hard tanh has slope 0 at both ends. What if a unit is at 1 on some samples and "
                "at −1 on the others?",
            ),
            WrongAnswer(
                [True, True, True, True, True],
                "Not all of them hold. *Dead on* speaks of all inputs of a set: what follows for a smaller set, for a "
                "larger one, for another one? And in the fifth, where are the slopes of hard tanh 0?",
            ),
        ),
        hints=(
            "Draw two sets, one inside the other. If the slope is 0 on all of the large one, what of the small one?",
            "The batches of an epoch make up the data, the test samples are none of it, and hard tanh has two ends.",
        ),
        explanation=(
            "Dead on a set is dead on each part of it, and dead on parts that make up the whole is dead on the whole. "
            "Nothing follows for samples outside. In the fifth, hard tanh is the counterexample: at 1 on some samples "
            "and at −1 on the others, a unit has slope 0 on all of them."
        ),
    ),
    Exercise(
        id="dead_units.2",
        comparator=Sequence(Number(), Number()),
        reference=weight_gradient,
        wrong_answers=(
            WrongAnswer([13, 10], "The third sample has z = 0 exactly, and there the slope is 0: it adds nothing."),
            WrongAnswer([18, 20], "That is the gradient of a linear unit. Which samples have z > 0?"),
            WrongAnswer([11, 13], "The second sample has z = −1: the unit is off, and the sample adds nothing."),
            WrongAnswer([5, 10], "That is the second sample, where z = −1 and the unit is off. Which one has z > 0?"),
            WrongAnswer(
                [2, 1],
                "That is x of the active sample without its upstream gradient, or the mean over the samples. The "
                "question is about the sum.",
            ),
            WrongAnswer(
                [3, 6], "The two places are exchanged: $w_1$ belongs to $x_1$, which is 2 on the active sample."
            ),
            WrongAnswer([-6, -3], "That is the direction of the step. The gradient itself points the other way."),
        ),
        hints=(
            "Work out z for each sample. On which of them is the slope 1?",
            "Each sample adds upstream gradient × slope × x. Only (2, 1) has slope 1.",
        ),
        explanation="Only the first sample has z > 0. It adds 3 · 1 · (2, 1).",
    ),
    Exercise(
        id="dead_units.8",
        comparator=Number(),
        reference=least_width,
        wrong_answers=(
            WrongAnswer(10, "$1 - (1 - 2^{-10})^{20}$ is 0.019: still above 1 %."),
            WrongAnswer(7, "$2^{-7}$ is below 1 % for a single layer. Here are twenty."),
            WrongAnswer(12, "12 is safe, but not the least. What does the formula give for one less?"),
        ),
        hints=("Try N = 1, 2, 3, … in $1 - (1 - 2^{-N})^{20}$.", r"For small $2^{-N}$ it is about $20 \cdot 2^{-N}$."),
        explanation=r"$20 \cdot 2^{-11}$ is just below 0.01. Each further unit halves the risk.",
    ),
    Exercise(
        id="dead_units.6",
        comparator=FunctionOf(count_cases, Number()),
        reference=lambda: dead_count,
        wrong_answers=(
            WrongAnswer(
                first_counter,
                "That is what the routine returned before. It looks at 32 samples, and at outputs instead of slopes.",
            ),
            WrongAnswer(
                lambda network, X: first_counter(network, X, None),
                "All samples now. But the output of a hard tanh is never 0 where it is stuck: it is 1 or −1.",
            ),
            WrongAnswer(
                lambda network, X: dead_count(network, X[:BATCH]),
                "The slope is the right thing to test. But it is tested on the first 32 samples only.",
            ),
            WrongAnswer(
                counter(lambda slope: np.abs(slope) < 1e-3),
                "Small is not 0. At z = −8 a sigmoid has slope 0.0003, and the unit goes on learning, if slowly.",
            ),
            WrongAnswer(
                counter(lambda slope: np.abs(slope) < 0.01),
                "Small is not 0. At z = −3 a tanh has slope 0.0099, and the unit goes on learning.",
            ),
            WrongAnswer(
                counter(lambda slope: np.abs(slope) < 1e-8),
                "Small is not 0, also at 1e-9: np.isclose forgives too much. Ask whether slope == 0.",
            ),
            WrongAnswer(
                counter(lambda slope: slope <= 0),
                "A slope below 0 is not 0. With |z| as the activation slopes are −1 or 1, and −1 teaches as well as 1.",
            ),
            WrongAnswer(
                counter(lambda slope: slope <= 1e-3),
                "Slopes can be negative: with |z| as the activation they are −1 or 1. And small is not 0.",
            ),
            WrongAnswer(
                lambda network, X: int(units_never_on(network, X)[0].sum()),
                "That counts units with z ≤ 0 everywhere. A leaky unit has a slope there; hard tanh sticks at 1 too.",
            ),
            WrongAnswer(
                counter(lambda slope: slope == 0, at="activations"),
                "Those are the slopes at the outputs. Take them at the pre-activations: g′ is taken at z.",
            ),
        ),
        hints=(
            "There are two faults. Does the count change when you shuffle X? Which samples does the routine look at?",
            "slope(z) gives the slopes; network.forward(X).pre_activations[0] gives z.",
        ),
        explanation="Dead is a matter of slopes, and of all the samples that you name.",
    ),
    Exercise(
        id="dead_units.5",
        comparator=Number(absolute=0.01),
        reference=lambda: NormalDist().inv_cdf(0.9),
        wrong_answers=(
            WrongAnswer(0.1, "Φ(0.1) is 0.54."),
            WrongAnswer(-1.2816, "The sign is wrong: a negative bias switches units off."),
            WrongAnswer(0.9, "0.9 is the probability. Φ(0.9) is 0.82."),
            WrongAnswer(1.6449, "That bias gives 0.95: 1.64 leaves 5 % on one side."),
        ),
        hints=(
            r"Solve $\Phi\left(\frac{b}{\sigma}\right) = 0.9$ for b, with σ = 1.",
            "NormalDist().inv_cdf(p) is the x with Φ(x) = p.",
        ),
        explanation="Φ(1.28) = 0.9. A bias of 0.1 is far from that unless σ is small.",
    ),
]
