"""The networks on which lesson 04 shows Clarke sets, and a search for others: where does backpropagation leave the set?

The examples are the identity with and without biases, one unit on two samples, and ReLU6 on both kinks. The search
draws small networks of whole numbers and asks `membership` of each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from course_lib.checks import refusal
from course_lib.topics.subgradients.clarke import Membership, UndecidedCells, cells_around, membership, ties
from course_lib.topics.subgradients.exact_networks import (
    Configuration,
    ExactNetwork,
    dense,
    exact,
    forward,
    straight_pieces,
)

# Where a gradient of the identity program, with biases, holds w and the biases of its two hidden units.
IDENTITY_W, IDENTITY_BIASES = 0, (4, 5)
RELU6_TRAINED = {"weight and bias": "weights and biases", "bias only": "biases"}
LONGER = 10**6
HALF = Fraction(1, 2)
# Widths from the input to the output.
SHAPES = ((1, 2, 1), (2, 2, 1), (2, 3, 1), (1, 2, 2, 1), (2, 2, 2, 1))
BATCHES = (1, 2, 3, 4)
CONVENTIONS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "relu": ((0,), (HALF,), (1,)),
    "relu6": ((0, 0), (0, 1), (1, 0), (HALF, HALF), (1, 1)),
}
FEWEST, MOST = 1, 6  # ties of a network that is tried
LARGEST_WEIGHT, LARGEST_INPUT, LARGEST_TARGET = 3, 3, 4


def identity_program(biases: str) -> Configuration:
    """o = relu(u) − relu(−u) with u = w·x, at w = 0 and x = 1, where both hidden units are on their kink.

    The loss is ½(o − t)² with t = −1, so that its upstream gradient is o − t = 1. With "own" biases, every unit has a
    trained bias, which is 0 here; with "none" there are none.

    >>> verdict = membership(identity_program("none"), [0])
    >>> verdict.inside, verdict.backprop[IDENTITY_W], [vertex[IDENTITY_W] for vertex in verdict.vertices]
    (False, 0, [1])
    """
    W = tuple(exact(layer) for layer in ([[0]], [[1], [-1]], [[1, -1]]))
    b = tuple(exact([0] * len(layer)) for layer in W)
    trained = "weights and biases" if biases == "own" else "weights"
    network = ExactNetwork(W, b, ("identity", "relu", "identity"), trained)
    return Configuration(network, exact([[1]]), exact([[-1]]))


def one_hidden_layer(
    hidden: Sequence[Sequence[Any]], output: Sequence[Any], X: Sequence[Any], T: Sequence[Any]
) -> Configuration:
    """o = Σ output[j]·relu(hidden[j]·x) without biases, on a batch X (samples, inputs) with targets T (samples,).

    All are whole numbers or fractions; ValueError for others, and for lengths of X and T that differ.

    >>> len(one_hidden_layer([[0]], [1], [[1], [-1]], [1, 2]).X)
    2
    """
    if len(T) != len(X):
        raise ValueError(refusal("T", T, f"{len(X)} targets, one for each sample", "are"))
    network = dense([hidden, [output]], trained="weights")
    return Configuration(network, exact(X), exact([[t] for t in T]))


def relu6_on_both_kinks(trained: str) -> Configuration:
    """o = relu6(w·x + b) at w = 1, b = 0 for the batch x = 0 and x = 6: one sample on each kink.

    The targets make both upstream gradients o − t = 1. `trained` is a name in `RELU6_TRAINED`; the output's own weight
    and bias are 1 and 0.
    """
    network = dense([[[1]], [[1]]], activation="relu6", trained=RELU6_TRAINED[trained])
    return Configuration(network, exact([[0], [6]]), exact([[-1], [5]]))


def outward(network: ExactNetwork) -> list[Any]:
    """The direction (W_l, b_l − 3)·10⁶ˡ in every hidden layer l: z ↦ z + ε(z − 3), so 0 goes down and 6 goes up.

    The layers above take so much longer steps that what comes from below does not disturb them. Weights and biases
    must be trained; the output layer stays where it is.

    >>> outward(relu6_on_both_kinks("weight and bias").network)
    [1, -3, 0, 0]
    """
    last = len(network.W) - 1
    direction: list[Any] = []
    for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True)):
        scale = 0 if layer == last else LONGER**layer
        direction += [scale * value for value in W.ravel()] + [scale * (value - 3) for value in b]
    return direction


@dataclass
class Findings:
    """How many configurations were decided, how many not, and of the decided ones how many left the set.

    `outside` counts by (slopes at the kinks, batch size), `decided` by batch size. `independent` and
    `outside_independent` count the same among configurations with `independent_inputs`. `first` keeps for each
    convention the first configuration that failed.
    """

    decided: Counter[int] = field(default_factory=Counter)
    undecided: int = 0
    outside: Counter[tuple[tuple[Any, ...], int]] = field(default_factory=Counter)
    independent: int = 0
    outside_independent: int = 0
    first: dict[tuple[Any, ...], tuple[Configuration, Membership]] = field(default_factory=dict)

    def outside_of(self, slopes: tuple[Any, ...]) -> int:
        """How many left the Clarke set with these slopes, over all batch sizes."""
        return sum(self.outside[slopes, batch] for batch in BATCHES)


def independent_inputs(configuration: Configuration) -> bool:
    """Whether each layer with a pre-activation on a kink has linearly independent inputs over the batch."""
    _, activations = forward(configuration.network, configuration.X)
    touched = {layer for layer, _, _ in ties(configuration.network, configuration.X)}
    return all(sp.Matrix(activations[layer]).rank() == len(configuration.X) for layer in touched)


def configurations(activation: str, trained: str, seed: int = 0) -> Iterator[Configuration]:
    """Endless random configurations with 1 to 6 pre-activations on a kink and nothing at rest by weights of 0.

    The shape is one of `SHAPES`, the batch one of `BATCHES`; weights are whole numbers from −3 to 3 without 0, inputs
    from −3 to 3, targets from −4 to 4. With biases in the network, the bias of each hidden unit is set so that a
    random sample is exactly on a random kink, in two of three cases, and is from −3 to 3 else; without, biases are 0.
    """
    rng = np.random.default_rng(seed)
    while True:
        shape = SHAPES[rng.integers(len(SHAPES))]
        batch = BATCHES[rng.integers(len(BATCHES))]
        X = exact(rng.integers(-LARGEST_INPUT, LARGEST_INPUT + 1, (batch, shape[0])).tolist())
        T = exact(rng.integers(-LARGEST_TARGET, LARGEST_TARGET + 1, (batch, 1)).tolist())
        W = []
        for inputs, units in pairwise(shape):
            size = rng.integers(1, LARGEST_WEIGHT + 1, (units, inputs))
            W.append((size * rng.choice((-1, 1), (units, inputs))).tolist())
        b: list[list[Any]] = [[0] * units for units in shape[1:]]
        if trained != "weights":
            _put_on_kinks(rng, W, b, activation, X)
        network = dense(W, b, activation, trained)
        if FEWEST <= len(ties(network, X)) <= MOST:
            yield Configuration(network, X, T)


def _put_on_kinks(rng: np.random.Generator, W: list[Any], b: list[list[Any]], activation: str, X: Any) -> None:
    """Set the biases of the hidden units, from below, since each decides on the samples of the layers above."""
    kinks = straight_pieces(activation).kinks
    for layer in range(len(W) - 1):
        for unit in range(len(b[layer])):
            if rng.integers(3) == 0:
                b[layer][unit] = int(rng.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1))
                continue
            zs, _ = forward(dense(W, b, activation), X)
            sample, kink = rng.integers(len(X)), kinks[rng.integers(len(kinks))]
            b[layer][unit] = kink - zs[layer][sample, unit]


def search(activation: str, trained: str, tries: int) -> Findings:
    """Judge so many random configurations with all slopes of `CONVENTIONS`, each in exact arithmetic.

    >>> search("relu", "weights and biases", 5).outside_of((0,))
    0
    """
    findings = Findings()
    source = configurations(activation, trained)
    for _ in range(tries):
        tried = next(source)
        try:
            cells = cells_around(tried.network, tried.X, tried.T)
        except UndecidedCells:
            findings.undecided += 1
            continue
        batch = len(tried.X)
        findings.decided[batch] += 1
        independent = independent_inputs(tried)
        findings.independent += independent
        for slopes in CONVENTIONS[activation]:
            verdict = membership(tried, slopes, cells)
            if not verdict.inside:
                findings.outside[slopes, batch] += 1
                findings.outside_independent += independent
                findings.first.setdefault(slopes, (tried, verdict))
    return findings
