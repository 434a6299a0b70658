"""The exercises and predictions of the lesson *Keep the path linear*."""

from functools import cache
from itertools import pairwise

import numpy as np

from course_lib.data import digits, standardised
from course_lib.exercises.compare import Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.networks import Dense, Network
from course_lib.topics.linear_paths.deep import deep_network
from course_lib.topics.linear_paths.experiment import (
    FloatArray,
    jacobian_of_relu_layers,
    open_directions,
    spectra,
)

UPSTREAM, INPUT, SLOPE = 3.0, (2.0, -1.0), 0.5


@cache
def jacobian_cases() -> list[Case]:
    """One layer, square layers, layers whose widths differ, and one z that is exactly 0."""
    rng = np.random.default_rng(3)
    cases = []
    for words, widths in (
        ("one layer", (3, 3)),
        ("three layers of four units", (4, 4, 4, 4)),
        ("layers of 5, 8 and 6 units and 3 inputs", (3, 5, 8, 6)),
    ):
        weights = [rng.standard_normal((n_out, n_in)) for n_in, n_out in pairwise(widths)]
        cases.append(Case(words, (weights, rng.standard_normal(widths[0]))))
    on_the_kink = [np.array([[1.0, -1.0], [2.0, 1.0]]), np.array([[1.0, 1.0], [3.0, -1.0]])]
    return [*cases, Case("two layers with one z of exactly 0", (on_the_kink, np.ones(2)))]


def without_slopes(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """The product of the weights alone."""
    return np.linalg.multi_dot([*weights[::-1], np.eye(len(x))])


def slopes_of_linear_layers(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """The product with slopes at z as it would be without ReLU in the layers before."""
    J = np.eye(len(x))
    for W in weights:
        x = W @ x
        J = (x > 0)[:, None] * W @ J
    return J


def slopes_of_the_last_layer(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """The product of the weights, with the slopes of the last layer only."""
    for W in weights[:-1]:
        x = np.maximum(W @ x, 0)
    return (weights[-1] @ x > 0)[:, None] * without_slopes(weights, np.ones(weights[0].shape[1]))


def slope_1_at_the_kink(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """The product with slope 1 where z = 0."""
    J = np.eye(len(x))
    for W in weights:
        z = W @ x
        x = np.maximum(z, 0)
        J = (z >= 0)[:, None] * W @ J
    return J


def other_way_round(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """The transpose: the Jacobians multiplied as a gradient meets them."""
    return jacobian_of_relu_layers(weights, x).T


def leaky_factor() -> float:
    """The c with c² · (1 + ½²)/2 = 1."""
    return float((2 / (1 + 0.5**2)) ** 0.5)


def gradient_on_the_kink() -> list[float]:
    """∂/∂w₁, ∂/∂w₂ and ∂/∂x₁ of 3·a₁ for a = x + σ(Wx) with W = 0, computed by a network."""
    network = Network([Dense(2, 2, "relu", SLOPE, initialization="zero", skip=True), Dense(2, 1)], dtype="float64")
    network.W[1] = [[[UPSTREAM / 2, 0.0]]]  # the mean square error from 0 is o², whose gradient is 2·o
    out = float(network.predict([INPUT])[0, 0, 0])
    _, gradient = network.loss_and_gradient([INPUT], [out - 1], "mse")
    first, second = gradient.W[0][0, 0].tolist()
    step = 2.0**-10  # the network is linear in x here, up to a branch that is 0
    moved = [float(network.predict([[INPUT[0] + h, INPUT[1]]])[0, 0, 0]) for h in (step, -step)]
    return [first, second, 2 * (moved[0] - moved[1]) / (2 * step)]


def how_many_stay_open() -> str:
    """The option of prediction linear_paths.p1, counted."""
    still_open = open_directions(spectra("He", "ReLU")[-1])
    return "fewer than 10" if still_open < 10 else "about 32" if still_open < 48 else "nearly all 64"


def what_becomes_of_branches() -> str:
    """The option of prediction linear_paths.p2: a branch whose gradient and weights are exactly 0 never changes."""
    network, data = deep_network("skip, 0"), standardised(digits())
    _, gradient = network.loss_and_gradient(data.X, data.y)
    moves = any(values.any() for values in [*gradient.W[:-1], *gradient.b[:-1]])
    return "they learn, slowly at first" if moves else "they never change"


PREDICTIONS = (
    Prediction(
        id="linear_paths.p1",
        question=(
            "Fifty layers of 64 ReLU units have He's weights, which are made for deep ReLU networks. Their Jacobians "
            "multiply to one matrix with 64 singular values. How many of these are at least a hundredth of the "
            "greatest?"
        ),
        options={
            "nearly all 64": "He's weights keep a mean over the directions. The single directions are not kept.",
            "about 32": "Half of the units are off in one layer. What is left is stretched and squeezed by 49 more.",
            "fewer than 10": "One layer closes half of the directions, and each further one pulls the rest apart.",
        },
        answer=how_many_stay_open,
        reveal="The next section multiplies them, one by one.",
    ),
    Prediction(
        id="linear_paths.p2",
        question=(
            "Fifty layers with skips start with all weights and biases of their branches at 0; ReLU has the slope 0 at "
            "its kink, as usual. The ten outputs start from He's weights. What becomes of the branches in training?"
        ),
        options={
            "they learn as from a small start": "A small start is not on the kink, and has some units that are on.",
            "they learn, slowly at first": "For that, some gradient has to reach them. Where is z, for every unit?",
            "they never change": "Every z is exactly 0: the kink decides, and its slope is 0.",
        },
        answer=what_becomes_of_branches,
        reveal="The section 'Break it' looks inside.",
    ),
)

EXERCISES = (
    Exercise(
        id="linear_paths.1",
        comparator=Number(absolute=0.0001),
        reference=lambda: float(spectra("identity", "linear", 0.9)[-1, 0]),
        wrong_answers=(
            WrongAnswer(0.9, "That is one layer. The product has fifty factors of 0.9."),
            WrongAnswer(45, "That is 50 · 0.9. Jacobians are multiplied with each other, not added up."),
            WrongAnswer(1, "The identity alone would keep 1. Each layer multiplies by 0.9."),
            WrongAnswer(0, "It is small, but greater than that: fifty factors of 0.9."),
        ),
        hints=("What is (0.9·I)(0.9·I)?", r"The product is $0.9^{50} \cdot I$. In Python a power is written 0.9**50."),
        explanation="$0.9^{50} = 0.00515$: a factor that looks harmless in one layer closes fifty.",
    ),
    Exercise(
        id="linear_paths.2",
        comparator=FunctionOf(jacobian_cases, Numbers("Jacobian")),
        reference=lambda: jacobian_of_relu_layers,
        wrong_answers=(
            WrongAnswer(
                without_slopes,
                "That is the product of the weights. Each layer has slopes as well: 0 where a unit is off.",
            ),
            WrongAnswer(
                slopes_of_linear_layers,
                "The slopes are taken where they would be without ReLU: hand max(0, z) on to the next layer.",
            ),
            WrongAnswer(
                slopes_of_the_last_layer,
                "Only the last layer has its slopes. Every layer between closes units, too.",
            ),
            WrongAnswer(
                slope_1_at_the_kink,
                "You took slope 1 at the kink. With slope 0 there a unit is on for z > 0 alone, not for z ≥ 0.",
            ),
            WrongAnswer(
                other_way_round,
                "That is the transpose, as a gradient goes. The later layer stands on the left: J₂ @ J₁.",
            ),
        ),
        hints=(
            "Go through the layers as in the first program, without drawing W.",
            "Start with J = np.eye(len(x)); for each W set J = (z > 0)[:, None] * W @ J, and then x = max(0, z).",
        ),
        explanation="Each layer multiplies from the left by diag(z > 0) W, at the z that this input really has.",
    ),
    Exercise(
        id="linear_paths.3",
        comparator=Number(absolute=0.001),
        reference=leaky_factor,
        wrong_answers=(
            WrongAnswer(2**0.5, "That is right for ReLU, whose left slope is 0. Here the left half adds something."),
            WrongAnswer(1.6, "That is $c^2$. Take the root."),
            WrongAnswer(0.625, "That is the mean of the squared slopes. Multiplied by $c^2$ it has to give 1."),
            WrongAnswer(0.8**0.5, "You added the squares of both slopes. Each comes with probability ½."),
            WrongAnswer(
                (4 / 3) ** 0.5, "That takes the mean of the slopes, ¾. What counts is the mean of their squares."
            ),
            WrongAnswer(4 / 3, "That keeps the mean slope at 1. It is the mean of the squares that has to be 1."),
            WrongAnswer(1, "Orthogonal weights alone keep lengths, and then the slopes of ½ take something away."),
        ),
        hints=(
            r"Each unit is on the right with probability ½. By what is $(w \cdot v)^2$ multiplied there, and on "
            "the left?",
            r"The mean square is multiplied by $c^2 \cdot \frac{1^2 + \left(\frac{1}{2}\right)^2}{2}$. Set that "
            "to 1.",
        ),
        explanation=(
            r"$c^2 \cdot \frac{1 + 1/4}{2} = 1$ gives $c = \sqrt{1.6} = 1.265$. For ReLU, with 0 in the place of "
            r"$\frac{1}{4}$, it is $\sqrt{2}$."
        ),
    ),
    Exercise(
        id="linear_paths.4",
        comparator=Number(absolute=0.001),
        reference=lambda: float(np.linalg.norm(np.linalg.matrix_power(np.eye(2) * (1 + 1 / 50), 50), 2)),
        wrong_answers=(
            WrongAnswer(2, r"$1 + 50 \cdot \frac{1}{50}$ leaves out all products of two and more branches."),
            WrongAnswer(1, "That is the way past all branches. Each layer adds a fiftieth to what comes in."),
            WrongAnswer(1.02, "That is one layer. There are fifty of them."),
            WrongAnswer(float(np.e), "That is the limit for ever more layers. With fifty it is a little less."),
            WrongAnswer((1 / 50) ** 50, "That is the product of the branches. The skips add the identity to each."),
        ),
        hints=(r"Each layer multiplies by $I + \frac{I}{50}$.", "So it is (1 + 1/50)**50."),
        explanation=(
            r"$\left(1 + \frac{1}{50}\right)^{50} = 2.692$. With $\frac{1}{L}$ in each of L layers it never exceeds "
            "e, however deep."
        ),
    ),
    Exercise(
        id="linear_paths.5",
        comparator=Sequence(Number(), Number(), Number()),
        reference=gradient_on_the_kink,
        wrong_answers=(
            WrongAnswer([0, 0, 3], "That is right for slope 0 at the kink. Here it is ½."),
            WrongAnswer([6, -3, 3], "That is right for slope 1 at the kink. Here it is ½."),
            WrongAnswer([3, -1.5, 1.5], "What goes through the skip meets no kink: it is not multiplied by the slope."),
            WrongAnswer([3, -1.5, 4.5], "The branch sends back slope · W = ½ · 0, which is nothing: W is 0."),
            WrongAnswer([3, -1.5, 0], "W is 0, and so the branch sends nothing back. But there is the skip."),
        ),
        hints=(
            "Upstream gradient × slope × input, as for every weight. Then: which two ways lead back to $x_1$?",
            "The weights get 3 · ½ · 2 and 3 · ½ · (−1). Through the skip 3 · 1 arrives, through the branch 3 · ½ · 0.",
        ),
        explanation="The weights move, by half of what an open unit would get; the skip passes on all of the 3.",
    ),
)
