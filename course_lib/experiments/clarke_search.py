"""A search among small networks of whole numbers: where does backpropagation leave the Clarke set of its loss?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from course_lib.experiments.clarke_cells import MOST_TIES, UndecidedCells, cells_around, ties
from course_lib.experiments.clarke_membership import Membership, judge
from course_lib.experiments.exact_networks import Array, ExactNetwork, dense, exact, forward, pieces_of

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
