"""The predictions and exercises of this topic, and the keys that the library computes for them."""

from functools import cache
from statistics import NormalDist

import numpy as np

from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.networks import ACTIVATIONS, Dense, Network
from course_lib.topics.dead_units.cures import revive
from course_lib.topics.dead_units.experiment import (
    active_probability,
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


def dead_behind_a_relu_layer() -> list[bool]:
    return [dead_on_all_inputs(w, b, non_negative=True) for w, b in SECOND_LAYER_UNITS]


def weight_gradient() -> list[float]:
    """Σ upstream · slope(z) · x for the unit z = x₁ − x₂ with slope 0 at its kink."""
    slope = ACTIVATIONS["relu"].derivative(SAMPLES @ UNIT_WEIGHTS, 0.0)
    return [float(entry) for entry in (UPSTREAM * slope) @ SAMPLES]


def steps_until_revived() -> int:
    """The first k with 0.5 − 0.8ᵏ > 0."""
    return next(k for k in range(100) if 0.5 - 0.8**k > 0)


def least_width() -> int:
    """The least N for which 20 hidden layers of N units are dead at an input with a probability below 1 %."""
    return next(width for width in range(1, 100) if born_dead_probability([width] * 20) < 0.01)


def steps_of_a_leaky_unit() -> int:
    """Steps until b ≥ 0 from b = −2, when each step adds 0.1 · 0.01 · 1."""
    return round(2 / (0.1 * ACTIVATIONS["leaky_relu"].derivative(np.array(-2.0), alpha=0.01).item()))


@cache
def count_cases() -> list[Case]:
    """Networks whose dead units are counted: the three of `counter_cases`, then a small one for each activation.

    The three get every sixth of their samples, so that a counter that goes through the slopes one by one is quick too.

    A third of their units is stuck far to the left on all samples, a third far to the right, and a third far to the
    left on all samples but the last, so that neither a batch nor the outputs tell which are dead.
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
    return cases


def dead_count(network: Network, X: np.ndarray) -> int:
    """Units of the first layer whose slope is 0 on every sample."""
    return int(units_dead_on(network, X)[0].sum())


def first_counter(network: Network, X: np.ndarray, rows: int | None = BATCH) -> int:
    """What a counter finds that looks for outputs of 0 on the first `rows` samples, or on all."""
    return int((network.forward(X[:rows]).activations[0] == 0).all((0, 1)).sum())


def count_at_the_outputs(network: Network, X: np.ndarray) -> int:
    """What a counter finds that takes the slopes at the activations."""
    layer, activations = network.layers[0], network.forward(X).activations[0]
    assert isinstance(layer, Dense)
    return int((ACTIVATIONS[layer.activation].derivative(activations) == 0).all((0, 1)).sum())


def batch_against_data() -> str:
    """The option of prediction dead_units.p1, counted."""
    network, X = counter_cases()["relu"]
    batch, data = (int(units_dead_on(network, samples)[0].sum()) for samples in (X[:BATCH], X))
    return "more on the batch" if batch > data else "more on all the data" if data > batch else "as many on both"


def networks_born_dead() -> str:
    """The option of prediction dead_units.p2, from the formula."""
    share = 100 * born_dead_probability([2] * 9)
    return f"about {min((25, 60, 92), key=lambda option: abs(option - share))} of 100"


def brought_back_by_a_leak() -> str:
    """The option of prediction dead_units.p3, from training on."""
    share = revive("leaky ReLU, α = 0.01").share(0).estimate
    return "fewer than 1 in 20" if share < 0.05 else "about half" if share < 0.8 else "nearly all"


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
        reveal=(
            "Dead on the data means dead on each of its batches, and dead on one batch need not mean dead on the data: "
            "another batch may turn the unit on."
        ),
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
    Prediction(
        id="dead_units.p3",
        question=(
            "Units of a first layer died in training. We put leaky ReLU with α = 0.01 in the place of ReLU and train "
            "five epochs more, with shorter steps. How many of them are on again on some sample?"
        ),
        options={
            "nearly all": "Every one of them has a gradient now. How large is it?",
            "about half": "Every one of them moves. But a hundredth of the gradient moves it slowly.",
            "fewer than 1 in 20": "They move, a hundredth as fast as a unit that is on.",
        },
        answer=brought_back_by_a_leak,
        reveal="The section 'Bring them back' counts them, beside six other ways.",
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
                "In a first layer, (−1, −2) would be active far to the lower left. Here h is never negative.",
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
        id="dead_units.2",
        comparator=Sequence(Number(), Number()),
        reference=weight_gradient,
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
        id="dead_units.4",
        comparator=Number(absolute=0.002),
        reference=lambda: active_probability(0.1, 0.5),
        wrong_answers=(
            WrongAnswer(0.4207, "That is the probability that the unit is off."),
            WrongAnswer(0.5398, "That is Φ(0.1). Divide the bias by the standard deviation."),
            WrongAnswer(0.5199, "That is Φ(0.1 · 0.5). Divide by the standard deviation: a small σ helps the bias."),
            WrongAnswer(0.5, "That would hold without a bias."),
        ),
        hints=(r"$P(z > 0) = \Phi\left(\frac{b}{\sigma}\right)$.", "NormalDist().cdf(x) is Φ(x); here x = 0.1/0.5."),
        explanation="Φ(0.2) is 0.579: hardly more than a coin.",
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
                lambda network, X: int(units_never_on(network, X)[0].sum()),
                "That counts units with z ≤ 0 everywhere. A leaky unit has a slope there; hard tanh sticks at 1 too.",
            ),
            WrongAnswer(
                count_at_the_outputs,
                "Those are the slopes at the outputs. Take them at the pre-activations: σ is applied to z.",
            ),
        ),
        hints=(
            "There are two faults. Does the count change when you shuffle X? Which samples does the routine look at?",
            "ACTIVATIONS[name].derivative(z) gives the slopes; network.forward(X).pre_activations[0] gives z.",
        ),
        explanation="Dead is a matter of slopes, and of all the samples that you name.",
    ),
    Exercise(
        id="dead_units.7",
        comparator=Number(absolute=0.001),
        reference=lambda: born_dead_probability([3] * 10),
        wrong_answers=(
            WrongAnswer(0.2631, "That is the probability that it lives."),
            WrongAnswer(
                1.25,
                r"$10 \cdot 2^{-3}$ adds up probabilities, and this one is above 1. Multiply the layers' chances "
                "to live.",
            ),
            WrongAnswer(0.125, "That is one layer. There are ten, and one dead layer is enough."),
            WrongAnswer(
                1 - (1 - 2**-10) ** 3, "The two numbers changed places: 10 layers of 3 units, not 3 layers of 10."
            ),
            WrongAnswer(2**-30, "One layer of zeros is enough. That is the chance that all ten are zeros."),
            WrongAnswer(0.999, "All units of a layer have to be off, which has probability $2^{-3}$, not one of them."),
        ),
        hints=("A layer lives with probability $1 - 2^{-3}$.", "All ten live with probability $(1 - 2^{-3})^{10}$."),
        explanation=r"$1 - \left(\frac{7}{8}\right)^{10} = 0.737$.",
    ),
    Exercise(
        id="dead_units.8",
        comparator=Number(),
        reference=least_width,
        wrong_answers=(
            WrongAnswer(10, "$1 - (1 - 2^{-10})^{20}$ is 0.019: still above 1 %."),
            WrongAnswer(7, "$2^{-7}$ is below 1 % for a single layer. Here are twenty."),
            WrongAnswer(12, "12 is safe, but 11 is already enough."),
        ),
        hints=("Try N = 1, 2, 3, … in $1 - (1 - 2^{-N})^{20}$.", r"For small $2^{-N}$ it is about $20 \cdot 2^{-N}$."),
        explanation=r"$20 \cdot 2^{-11}$ is just below 0.01. Each further unit halves the risk.",
    ),
    Exercise(
        id="dead_units.9",
        comparator=Number(),
        reference=steps_of_a_leaky_unit,
        wrong_answers=(
            WrongAnswer(20, "That takes slope 1. Left of 0 the slope is α."),
            WrongAnswer(200, "That leaves out the learning rate 0.1."),
            WrongAnswer(0, "b does move: the slope is 0.01, not 0."),
            WrongAnswer(2001, "A loop says so, by rounding: 2000 times 0.001, added up, stays just short of 2."),
        ),
        hints=("How far does b move in one step?", "0.1 · 0.01 = 0.001 a step, and 2 to go."),
        explanation=r"$\frac{2}{0.1 \cdot 0.01} = 2000$ steps. With ReLU it would never arrive.",
    ),
]
