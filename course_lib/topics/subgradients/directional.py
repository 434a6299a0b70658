"""Derivatives that are right at every kink: forward by ordered infinitesimals, backward by one look ahead.

Forward: the number v + s₁ε₁ + s₂ε₂ + … with 1 ≫ ε₁ ≫ ε₂ ≫ … > 0 knows on which side of a kink it lies. Its slopes are
the lexicographic derivative of Yurii Nesterov, *Lexicographic differentiation of nonsmooth functions*, 2005, by the
vector forward mode of Kamil A. Khan and Paul I. Barton, *A vector forward mode of automatic differentiation for
generalized derivative evaluation*, 2015.

Backward: `course_lib.networks.directional`. Here its results are held against the exact Clarke sets, and
trained with.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import add
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal, whole_number
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import SGD, Dense, Network, train
from course_lib.topics.subgradients.clarke import Combination, UndecidedCells, cells_around, locate
from course_lib.topics.subgradients.exact_networks import (
    Configuration,
    ExactNetwork,
    configurations,
    gradient,
)

Array = NDArray[np.float64]
Program = Callable[..., Any]
# The settings of the search among exact networks: activation, what is trained.
SETTINGS = (
    ("relu", "weights and biases"),
    ("relu", "weights"),
    ("relu6", "weights and biases"),
    ("relu6", "weights"),
    ("relu6", "biases"),
)
RULES: dict[str, Any] = {"s = 0": 0.0, "s = ½": 0.5, "s = 1": 1.0, "directional": "directional"}
XOR_X, XOR_T = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])
STARTS, ORDERS, EPOCHS, SOLVED = 256, 4, 300, 0.01


class Ordered:
    """v + s₁ε₁ + s₂ε₂ + … with 1 ≫ ε₁ ≫ ε₂ ≫ … > 0: `value` v and `slopes` (s₁, s₂, …).

    Products of ε are dropped: εᵢεⱼ counts as smaller than every εₖ, as if εₖ = t·rₖ with fixed r₁ ≫ r₂ ≫ … and t → 0.
    Comparisons look at the first part that differs, so that +, −, ×, `relu`, `maximum` and `abs` meet no tie that
    matters.

    >>> x = Ordered(0, (1,))
    >>> relu(x) - relu(-x)
    Ordered(0, (1,))
    """

    def __init__(self, value: Any, slopes: Sequence[Any]) -> None:
        self.value, self.slopes = value, tuple(slopes)

    def __repr__(self) -> str:
        return f"Ordered({self.value}, {self.slopes})"

    def _lift(self, other: Any) -> "Ordered":
        return other if isinstance(other, Ordered) else Ordered(other, (0,) * len(self.slopes))

    def __add__(self, other: Any) -> "Ordered":
        other = self._lift(other)
        return Ordered(self.value + other.value, tuple(map(add, self.slopes, other.slopes)))

    def __mul__(self, other: Any) -> "Ordered":
        other = self._lift(other)
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Ordered(self.value * other.value, tuple(s * other.value + self.value * t for s, t in pairs))

    def __neg__(self) -> "Ordered":
        return self * -1

    def __sub__(self, other: Any) -> "Ordered":
        return self + self._lift(other) * -1

    def __rsub__(self, other: Any) -> "Ordered":
        return self._lift(other) - self

    __radd__, __rmul__ = __add__, __mul__

    def __gt__(self, other: Any) -> bool:
        other = self._lift(other)
        return (self.value, *self.slopes) > (other.value, *other.slopes)

    def __abs__(self) -> "Ordered":
        return self if self > 0 else -self


def relu(x: Any) -> Any:
    """x where x > 0, else 0, for any numbers that are ordered."""
    return x if x > 0 else 0 * x


def maximum(x: Any, y: Any) -> Any:
    """y + relu(x − y): the larger of the two."""
    return y + relu(x - y)


def right_gradient(
    program: Program, point: Sequence[Any], directions: Sequence[Sequence[int]] | None = None
) -> list[Any]:
    """The gradient of `program` on the piece that point + ε₁d₁ + ε₂d₂ + … lies in, dₖ = directions[k].

    So it is the limit of gradients at points, and a Clarke subgradient. The directions are ± unit vectors in any order,
    each of them once; without them, the first variable moves first. ValueError for others.

    >>> right_gradient(lambda x, y: abs(x) + 2 * abs(y), [0, 0])
    [1, 2]
    >>> right_gradient(maximum, [0, 0]), right_gradient(maximum, [0, 0], [[0, 1], [1, 0]])
    ([1, 0], [0, 1])
    """
    n = len(point)
    D = np.eye(n, dtype=int) if directions is None else np.asarray(directions)
    if D.shape != (n, n) or not (abs(D).sum(0) == 1).all() or not (abs(D).sum(1) == 1).all():
        raise ValueError(refusal("directions", directions, f"{n} unit vectors with signs, each of them once"))
    found = program(*(Ordered(value, D[:, i].tolist()) for i, value in enumerate(point)))
    slopes = found.slopes if isinstance(found, Ordered) else (0,) * n
    return [sum(int(D[k, i]) * slope for k, slope in enumerate(slopes)) for i in range(n)]


def in_the_core(network: ExactNetwork, slope_at_kink: Any) -> Network:
    """The same network of the NumPy core, in float64."""
    layers = [
        Dense(W.shape[1], W.shape[0], name, None if name == "identity" else slope_at_kink)
        for W, name in zip(network.W, network.activations, strict=True)
    ]
    core = Network(layers, dtype="float64")
    for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True)):
        core.W[layer][0], core.b[layer][0] = W.astype(np.float64), b.astype(np.float64)
    return core


def found_by_the_core(configuration: Configuration, slope_at_kink: Any, seed: int = 0) -> tuple[Fraction, ...]:
    """The core's gradient of ½ Σ (o − t)² in the trained parameters, flat, exact: it is made of small whole numbers.

    The direction is random in what is trained and 0 elsewhere. ArithmeticError for a gradient that is not whole.
    """
    network, X, T = configuration.network, configuration.X, configuration.T
    core, rng = in_the_core(network, slope_at_kink), np.random.default_rng(seed)
    along = None
    if slope_at_kink == "directional":
        along = core.copy()
        for views, kind in ((along.W, "weights"), (along.b, "biases")):
            for view in views:
                view[...] = rng.standard_normal(view.shape) if kind in network.trained else 0
    _, returned = core.loss_and_gradient(X.astype(float), T.astype(float), "mse", along=along)
    size = len(X) * T.shape[1] / 2  # "mse" is a mean, and has no ½
    flat = [
        size * array
        for W, b in zip(returned.W, returned.b, strict=True)
        for array, kind in ((W, "weights"), (b, "biases"))
        if kind in network.trained
    ]
    numbers = np.concatenate([array.ravel() for array in flat])
    if np.abs(2 * numbers - np.round(2 * numbers)).max() > 1e-6:
        raise ArithmeticError(f"the gradient {numbers} is not made of whole numbers and halves")
    return tuple(Fraction(int(value), 2) for value in np.round(2 * numbers))


class Outside(NamedTuple):
    """Of `decided` networks, how many left the Clarke set: with slopes 0 at all kinks, and directional."""

    decided: int
    plain: int
    directional: int
    by_batch: Counter[int]


def search_networks(activation: str, trained: str, tries: int, seed: int = 15) -> Outside:
    """Hold the core's gradients against the exact Clarke sets of so many random networks with units on kinks.

    >>> search_networks("relu6", "biases", 20).directional
    0
    """
    whole_number("tries", tries, 1)
    source, decided, plain, directional = configurations(activation, trained, seed), 0, 0, 0
    by_batch: Counter[int] = Counter()
    while decided < tries:
        tried = next(source)
        try:
            cells = cells_around(tried.network, tried.X, tried.T)
        except UndecidedCells:
            continue
        vertices = tuple(sorted({cell.gradient for cell in cells}))
        decided += 1
        by_batch[len(tried.X)] += 1
        by_slope_0 = gradient(tried.network, tried.X, tried.T, (0, 0))
        plain += not isinstance(locate(vertices, by_slope_0), Combination)
        ahead = found_by_the_core(tried, "directional", decided)
        directional += not isinstance(locate(vertices, ahead), Combination)
    return Outside(decided, plain, directional, by_batch)


@lru_cache(maxsize=8)
def trained_xor(rule: str, starts: int = STARTS, orders: int = ORDERS) -> Array:
    """Final losses on the exclusive or, (orders, starts), of networks 2-3-1 whose biases start at 0.

    Stochastic gradient descent, one point a step, rate 0.1, 300 epochs; start k has the seed k, and order j the seed j.
    At the start all hidden units are on the kink for the point (0, 0). `rule` is one of `RULES`.
    """
    if rule not in RULES:
        raise ValueError(refusal("rule", rule, ", ".join(map(repr, RULES)), "are"))
    losses = []
    for order in range(orders):
        network = Network.mlp([2, 3, 1], slope_at_kink=RULES[rule], bias=0.0, replicas=starts, dtype="float64")
        train(
            network, XOR_X, XOR_T, SGD(0.1), "mse", batch_size=1, epochs=EPOCHS, seed=order, record=(), progress=False
        )
        losses.append(network.loss_and_gradient(XOR_X, XOR_T, "mse")[0])
    return np.array(losses)


class Comparison(NamedTuple):
    """Share of runs with a loss below 0.01, and the paired difference to another rule over the starts."""

    share: float
    difference: Interval


def compared(rule: str, starts: int = STARTS, orders: int = ORDERS, to: str = "s = 0") -> Comparison:
    """A start counts once, with its share of solved orders; the interval is over starts."""
    solved, other = (trained_xor(each, starts, orders) < SOLVED for each in (rule, to))
    return Comparison(float(solved.mean()), mean_interval(solved.mean(0) - other.mean(0)))
