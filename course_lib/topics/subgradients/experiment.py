"""Experiments with subgradients: descent along them, minima on kinks, a layer of signs, and networks with Clarke sets.

The method x ← x − t_k g is run on |x| and on |x| + 2|y| with three rules for the steps, and held against its bound.
Least absolute deviations: the best line through points lies on two of them, that is, on kinks of its loss. A layer of
signs has the gradient 0 almost everywhere, and descent leaves it where it started. The networks with Clarke sets are
the identity with and without biases, one unit on two samples, and ReLU6 on both kinks; the search draws small networks
of whole numbers, and asks `membership` where backpropagation leaves the set.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from course_lib.checks import refusal
from course_lib.data import moons_as_numbers
from course_lib.networks.one_hidden_layer import descend, gradient_by_hand, outputs, starting_parameters
from course_lib.topics.subgradients.clarke import (
    Combination,
    Membership,
    Separation,
    UndecidedCells,
    cells_around,
    locate,
    membership,
)
from course_lib.topics.subgradients.exact_networks import (
    BATCHES,
    FEWEST,
    Configuration,
    ExactNetwork,
    configurations,
    dense,
    exact,
    forward,
    ties,
)

Array = NDArray[Any]
STEPS = 200
RULES: dict[str, Callable[[Array], Array]] = {
    "constant": np.ones_like,
    "1/√k": lambda k: 1 / np.sqrt(k),
    "1/k": lambda k: 1 / k,
}
# Nine points near y = x/2 + 1, in tenths, so that all arithmetic is exact.
POINTS_X = tuple(Fraction(k) for k in range(1, 10))
NOISE = (-4, -5, 4, 3, 3, -2, -4, 3, -4)
POINTS_Y = tuple(x / 2 + 1 + Fraction(tenths, 10) for x, tenths in zip(POINTS_X, NOISE, strict=True))
OUTLIER = 7  # the point that is moved
# The networks with a layer of signs.
WIDTH, TRAINING_RUNS, TRAINING_STEPS, LEARNING_RATE = 8, 20, 500, 0.1
# Where a gradient of the identity program holds w, with own biases those of its two hidden units, and one bias.
IDENTITY_W, IDENTITY_BIASES, IDENTITY_BIAS = 0, (4, 5), {"own": 4, "shared": 1}
LONGER = 10**6
HALF = Fraction(1, 2)
CONVENTIONS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "relu": ((0,), (HALF,), (1,)),
    "relu6": ((0, 0), (0, 1), (1, 0), (HALF, HALF), (1, 1)),
}


class Objective(NamedTuple):
    """f(x) = Σ weights[i]·|x[i]|: its minimum is 0, at 0, and no subgradient is longer than the vector of weights."""

    weights: tuple[float, ...]

    def value(self, x: ArrayLike) -> Any:
        """f at points, (…, dimensions) → (…)."""
        return np.abs(x) @ np.array(self.weights)

    def subgradient(self, x: ArrayLike, at_kink: float = 0.0) -> Array:
        """A subgradient at x: sign(x[i])·weights[i], with `at_kink` from −1 to 1 for the sign of 0."""
        x = np.asarray(x)
        return np.where(x == 0, at_kink, np.sign(x)) * np.array(self.weights)

    @property
    def lipschitz(self) -> float:
        """G = max |g| over all subgradients."""
        return float(np.linalg.norm(self.weights))


OBJECTIVES = {"|x|": Objective((1.0,)), "|x| + 2|y|": Objective((1.0, 2.0))}
STARTS = {"|x|": (1.03,), "|x| + 2|y|": (1.03, 0.61)}


class Descent(NamedTuple):
    """Points x_1 … x_T, (T, dimensions), their values, and the step sizes t_k, (T,)."""

    x: Array
    value: Array
    step: Array

    @property
    def best(self) -> Array:
        """The least value so far, (T,)."""
        return np.minimum.accumulate(self.value)


def step_sizes(rule: str, t: float, count: int = STEPS) -> Array:
    """t_k = t, t/√k or t/k for k = 1 … count; `rule` is one of `RULES`.

    >>> step_sizes("1/k", 0.5, 3).round(3).tolist()
    [0.5, 0.25, 0.167]
    """
    return t * RULES[rule](np.arange(1.0, count + 1))


@lru_cache(maxsize=64)
def run(objective: str, rule: str, t: float) -> Descent:
    """200 points x_(k+1) = x_k − t_k·g_k from `STARTS`, with a subgradient g_k at x_k; names of `OBJECTIVES`, `RULES`.

    Source: Naum Z. Shor, *Minimization Methods for Non-Differentiable Functions*, 1985.

    >>> run("|x|", "constant", 0.1).value[-4:].round(2).tolist()
    [0.03, 0.07, 0.03, 0.07]
    """
    f, steps = OBJECTIVES[objective], step_sizes(rule, t)
    points = [np.array(STARTS[objective])]
    for size in steps[:-1]:
        points.append(points[-1] - size * f.subgradient(points[-1]))
    x = np.array(points)
    return Descent(x, f.value(x), steps)


def bound(objective: str, step: Array) -> Array:
    """(R² + G²·Σ t_k²) / (2·Σ t_k) after 1 … T steps: the best gap is never above it; R is the distance to the minimum.

    For constant steps it is R²/(2tT) + G²t/2. Source: Stephen Boyd, Lin Xiao and Almir Mutapcic, *Subgradient
    Methods*, lecture notes, 2003.

    >>> bound("|x|", step_sizes("constant", 0.1, 100))[-1].round(3)
    np.float64(0.103)
    """
    R, G = float(np.linalg.norm(STARTS[objective])), OBJECTIVES[objective].lipschitz
    return np.asarray((R**2 + G**2 * np.cumsum(step**2)) / (2 * np.cumsum(step)))


class Line(NamedTuple):
    """y = slope·x + intercept."""

    slope: Fraction
    intercept: Fraction

    def residuals(self, y: Sequence[Fraction]) -> list[Fraction]:
        """y_i − (slope·x_i + intercept)."""
        return [value - self.slope * x - self.intercept for x, value in zip(POINTS_X, y, strict=True)]


def data(shift: int = 0) -> tuple[Fraction, ...]:
    """The y of the nine points, with the eighth moved up by `shift`."""
    return tuple(y + shift if i == OUTLIER else y for i, y in enumerate(POINTS_Y))


def absolute_loss(line: Line, y: Sequence[Fraction]) -> Fraction:
    """Σ |y_i − slope·x_i − intercept|."""
    return sum(map(abs, line.residuals(y)), Fraction(0))


def least_absolute(shift: int = 0) -> Line:
    """The minimiser of `absolute_loss` among all lines through two of the points, exact; the first if there are more.

    Some minimiser of the loss passes through two points: it is the optimum of a linear programme. Source: Peter
    Bloomfield and William L. Steiger, *Least Absolute Deviations*, 1983.

    >>> least_absolute()
    Line(slope=Fraction(27, 50), intercept=Fraction(14, 25))
    """
    y = data(shift)
    lines = []
    for (x1, y1), (x2, y2) in combinations(zip(POINTS_X, y, strict=True), 2):
        slope = (y2 - y1) / (x2 - x1)
        lines.append(Line(slope, y1 - slope * x1))
    return min(lines, key=lambda line: absolute_loss(line, y))


def zero_is_a_subgradient(line: Line, y: Sequence[Fraction]) -> Combination | Separation:
    """0 ∈ ∂loss(line), so that the line is a minimum? The hull of −Σ ±(x_i, 1), the sign free where the residual is 0.

    >>> isinstance(zero_is_a_subgradient(least_absolute(), data()), Combination)
    True
    """
    signs = [(1,) if r > 0 else (-1,) if r < 0 else (-1, 1) for r in line.residuals(y)]
    gradients = [
        (-sum(s * x for s, x in zip(choice, POINTS_X, strict=True)), -sum(choice)) for choice in product(*signs)
    ]
    return locate(gradients, (0, 0))


class Outcome(NamedTuple):
    """Where the starts ended: accuracy (starts,), and the largest change of an entry of W1 and of W2 (starts,)."""

    accuracy: Array
    change_of_W1: Array
    change_of_W2: Array


@lru_cache(maxsize=2)
def trained(activation: str) -> Outcome:
    """20 starts of a 2-8-1 network on two moons, 500 steps of gradient descent with rate 0.1 on all samples.

    `activation` is "sign" or "ReLU".
    """
    X, T = moons_as_numbers()
    rows = []
    for seed in range(TRAINING_RUNS):
        start = starting_parameters(2, WIDTH, 1, seed)
        end = descend(partial(gradient_by_hand, activation=activation), start, X, T, LEARNING_RATE, TRAINING_STEPS)
        right = (outputs(end, X, activation) > 0) == (T > 0)
        changes = [float(np.abs(after - before).max()) for after, before in zip(end, start, strict=True)]
        rows.append((float(right.mean()), changes[0], changes[2]))
    accuracy, first, second = np.array(rows).T
    return Outcome(accuracy, first, second)


def identity_program(biases: str) -> Configuration:
    """o = relu(u) − relu(−u) with u = w·x, at w = 0 and x = 1, where both hidden units are on their kink.

    The loss is ½(o − t)² with t = −1, so that its upstream gradient is o − t = 1. With "own" biases every unit has a
    trained bias, with "shared" ones there is one for both hidden units, the second output of the first layer; all are 0
    here. With "none" there are none.

    >>> verdict = membership(identity_program("none"), [0])
    >>> verdict.inside, verdict.backprop[IDENTITY_W], [vertex[IDENTITY_W] for vertex in verdict.vertices]
    (False, 0, [1])
    """
    first, hidden = ([[0], [0]], [[1, 1], [-1, 1]]) if biases == "shared" else ([[0]], [[1], [-1]])
    W = tuple(exact(layer) for layer in (first, hidden, [[1, -1]]))
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


def relu6_on_both_kinks() -> Configuration:
    """o = relu6(x + b) at b = 0 for the batch x = 0 and x = 6, one sample on each kink; biases alone are trained.

    The targets make both upstream gradients o − t = 1.

    >>> [vertex[0] for vertex in membership(relu6_on_both_kinks(), [0, 0]).vertices]
    [1]
    """
    network = dense([[[1]], [[1]]], activation="relu6", trained="biases")
    return Configuration(network, exact([[0], [6]]), exact([[-1], [5]]))


def outward(network: ExactNetwork) -> list[Any]:
    """The direction (W_l, b_l − 3)·10⁶ˡ in every hidden layer l: z ↦ z + ε(z − 3), so 0 goes down and 6 goes up.

    The layers above take so much longer steps that what comes from below does not disturb them. Weights and biases
    must be trained; the output layer stays where it is.

    >>> outward(dense([[[1]], [[1]]], activation="relu6"))
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
    `outside_independent` count the same among configurations with `independent_inputs`. `failures` keeps for each
    convention the configurations that failed.
    """

    decided: Counter[int] = field(default_factory=Counter)
    undecided: int = 0
    outside: Counter[tuple[tuple[Any, ...], int]] = field(default_factory=Counter)
    independent: int = 0
    outside_independent: int = 0
    failures: dict[tuple[Any, ...], list[tuple[Configuration, Membership]]] = field(default_factory=dict)

    def outside_of(self, slopes: tuple[Any, ...]) -> int:
        """How many left the Clarke set with these slopes, over all batch sizes."""
        return sum(self.outside[slopes, batch] for batch in BATCHES)


def independent_inputs(configuration: Configuration) -> bool:
    """Whether each layer with a pre-activation on a kink has linearly independent inputs over the batch."""
    _, activations = forward(configuration.network, configuration.X)
    touched = {layer for layer, _, _ in ties(configuration.network, configuration.X)}
    return all(sp.Matrix(activations[layer]).rank() == len(configuration.X) for layer in touched)


def search(activation: str, trained: str, tries: int) -> Findings:
    """Judge random configurations with all slopes of `CONVENTIONS`, in exact arithmetic, until so many are decided.

    Only those with two or more ties that leave their kinks in some cell are counted: with one, the gradients of its two
    sides are mixed by any slope from 0 to 1, which cannot fail.

    >>> search("relu", "weights and biases", 5).outside_of((0,))
    0
    """
    findings = Findings()
    source = configurations(activation, trained)
    while sum(findings.decided.values()) < tries:
        tried = next(source)
        try:
            cells = cells_around(tried.network, tried.X, tried.T)
        except UndecidedCells:
            findings.undecided += 1
            continue
        if len({place for cell in cells for place, side in cell.sides.items() if side}) < FEWEST:
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
                findings.failures.setdefault(slopes, []).append((tried, verdict))
    return findings
