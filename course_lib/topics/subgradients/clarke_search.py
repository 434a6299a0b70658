"""The networks on which lesson 04 shows Clarke sets: the identity with and without biases, and ReLU6 on both kinks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from course_lib.topics.subgradients.clarke import MOST_TIES, Membership, UndecidedCells, cells_around, judge, ties
from course_lib.topics.subgradients.exact_networks import Array, ExactNetwork, dense, exact, forward, pieces_of

# A search among small networks of whole numbers: where does backpropagation leave the Clarke set of its loss?


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


@dataclass(frozen=True, eq=False)
class Configuration:
    """One network with its batch: X (samples, inputs), T (samples, 1)."""

    network: ExactNetwork
    X: Array
    T: Array


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

    def outside_of(self, slopes: tuple[Any, ...], batches: tuple[int, ...] = BATCHES) -> int:
        """How many left the Clarke set with these slopes, over the batch sizes."""
        return sum(self.outside[slopes, batch] for batch in batches)


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
        found = _network(rng, shape, X, activation, trained)
        if FEWEST <= len(ties(found, X)) <= min(MOST, MOST_TIES):
            yield Configuration(found, X, T)


def _network(rng: np.random.Generator, shape: tuple[int, ...], X: Array, activation: str, trained: str) -> ExactNetwork:
    W, b = [], []
    for inputs, units in pairwise(shape):
        size = rng.integers(1, LARGEST_WEIGHT + 1, (units, inputs))
        W.append((size * rng.choice((-1, 1), (units, inputs))).tolist())
        b.append([0] * units)
    if trained == "weights":
        return dense(W, b, activation, trained)
    kinks = pieces_of(activation).kinks
    for layer in range(len(W) - 1):
        for unit in range(len(b[layer])):
            if rng.integers(3) == 0:
                b[layer][unit] = int(rng.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1))
                continue
            zs, _ = forward(dense(W, b, activation), X)
            sample, kink = rng.integers(len(X)), kinks[rng.integers(len(kinks))]
            b[layer][unit] = kink - zs[layer][sample, unit]
    return dense(W, b, activation, trained)


def search(activation: str, trained: str, tries: int, seed: int = 0) -> Findings:
    """Judge so many random configurations with all slopes of `CONVENTIONS`, each in exact arithmetic.

    >>> search("relu", "weights and biases", 5).outside_of((0,))
    0
    """
    findings = Findings()
    source = configurations(activation, trained, seed)
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
            membership = judge(tried.network, tried.X, tried.T, slopes, cells)
            if not membership.inside:
                findings.outside[slopes, batch] += 1
                findings.outside_independent += independent
                findings.first.setdefault(slopes, (tried, membership))
    return findings


# The networks on which lesson 04 shows Clarke sets: the identity with and without biases, and ReLU6 on both kinks.


BIASES = ("none", "own")
# Where a gradient of the identity program, with biases, holds w and the biases of its two hidden units.
IDENTITY_W, IDENTITY_BIASES = 0, (4, 5)
LONGER = 10**6
RELU6_TRAINED = {"weight and bias": "weights and biases", "bias only": "biases"}


def identity_program(biases: str = "none") -> Configuration:
    """o = relu(u) − relu(−u) with u = w·x, at w = 0 and x = 1, where both hidden units are on their kink.

    The loss is ½(o − t)² with t = −1, so that its upstream gradient is o − t = 1. With "own" biases, every unit has a
    trained bias, which is 0 here; with "none" there are none.
    """
    if biases not in BIASES:
        raise ValueError(f"biases must be one of {', '.join(BIASES)}; got {biases!r}")
    W = tuple(exact(layer) for layer in ([[0]], [[1], [-1]], [[1, -1]]))
    b = tuple(exact([0] * len(layer)) for layer in W)
    trained = "weights and biases" if biases == "own" else "weights"
    network = ExactNetwork(W, b, ("identity", "relu", "identity"), trained)
    return Configuration(network, exact([[1]]), exact([[-1]]))


def relu6_on_both_kinks(trained: str = "bias only") -> Configuration:
    """o = relu6(w·x + b) at w = 1, b = 0 for the batch x = 0 and x = 6: one sample on each kink.

    The targets make both upstream gradients o − t = 1. `trained` is a name in `RELU6_TRAINED`; the output's own weight
    and bias are 1 and 0.
    """
    if trained not in RELU6_TRAINED:
        raise ValueError(f"trained must be one of {', '.join(RELU6_TRAINED)}; got {trained!r}")
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


def one_hidden_layer(
    hidden: Sequence[Sequence[Any]], output: Sequence[Any], X: Sequence[Any], T: Sequence[Any]
) -> Configuration:
    """o = Σ output[j]·relu(hidden[j]·x) without biases, on a batch X (samples, inputs) with targets T (samples,).

    All are whole numbers or fractions.

    >>> len(one_hidden_layer([[0]], [1], [[1], [-1]], [1, 2]).X)
    2
    """
    network = dense([hidden, [output]], trained="weights")
    return Configuration(network, exact(X), exact([[t] for t in T]))


def membership(configuration: Configuration, slope_at_kink: Sequence[Any]) -> Membership:
    """Is backprop's result with these slopes at the kinks, whole numbers or fractions, in the Clarke set of the loss?

    >>> found = membership(identity_program("none"), [0])
    >>> found.inside, found.backprop[IDENTITY_W], [vertex[IDENTITY_W] for vertex in found.vertices]
    (False, 0, [1])
    """
    return judge(configuration.network, configuration.X, configuration.T, slope_at_kink)


@lru_cache(maxsize=256)
def identity_membership(biases: str, slope: Fraction) -> Membership:
    """`membership` of the identity program."""
    return membership(identity_program(biases), [slope])


@lru_cache(maxsize=64)
def relu6_membership(trained: str, slopes: tuple[Fraction, Fraction]) -> Membership:
    """`membership` of ReLU6 on both kinks, with the slopes at 0 and at 6."""
    return membership(relu6_on_both_kinks(trained), slopes)
