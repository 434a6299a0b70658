"""What a dead unit is, and how units come to be dead: by their bias, by birth, by depth, or by steps that are too long.

Three definitions are told apart: dead on a batch and dead on a data set, which is the same test on other samples, and
dead on all inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.checks import refusal, whole_number
from course_lib.data import digits, mnist_5k, standardised
from course_lib.networks import ACTIVATIONS, SGD, Adam, Dense, Network, measure, train

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

DATA = {
    "digits": digits,
    "digits, standardised": lambda: standardised(digits()),
    "MNIST": mnist_5k,
    "MNIST, standardised": lambda: standardised(mnist_5k()),
}

# Deep narrow networks learn |x| on [−√3, √3]. One counts as constant where its outputs vary by less than this share of
# what |x| varies by.
END = 3**0.5
POINTS = 64
TOLERANCE = 0.01

# The network that learns the digits, and the grid of its trainings.
SIZES = (64, 32, 32, 10)
LEARNING_RATES = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
BIASES = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
GRID_SEEDS = 3
EPOCHS = 5


def units_dead_on(network: Network, X: ArrayLike) -> list[Mask]:
    """σ′(z) = 0 on every row of X: for each hidden layer, which units are dead on X, (R, units).

    The slope is the one that training uses, with the layer's `slope_at_kink` where z is exactly on a kink. Then no
    sample of X changes the unit's weights. X is a batch or a whole data set, (n_samples, n_features). Raises TypeError
    for a maxout layer, whose units have no slope of their own.

    >>> network = Network.mlp([1, 2, 2], dtype="float64")
    >>> network.W[0][...] = 1
    >>> units_dead_on(network, [[-1.0], [-2.0]])
    [array([[ True,  True]])]
    >>> units_dead_on(network, [[-1.0], [2.0]])
    [array([[False, False]])]
    """
    masks: list[Mask] = []
    for (layer, z), own in zip(_hidden(network, X), network.parameters[:-1], strict=True):
        slope = ACTIVATIONS[layer.activation].derivative(z.swapaxes(1, 2), layer.slope_at_kink, own.alpha)
        masks.append(np.asarray((slope == 0).all(-1)))
    return masks


def units_never_on(network: Network, X: ArrayLike) -> list[Mask]:
    """z ≤ 0 on every row of X: for each hidden layer, which units are never on, (R, units).

    For ReLU with slope 0 at its kink these are the dead units. A leaky unit that is never on still has a slope, so it
    is not dead, and all it adds to the network is a linear map.

    >>> network = Network.mlp([1, 2, 2], activation="leaky_relu", dtype="float64")
    >>> network.W[0][...] = 1
    >>> units_never_on(network, [[-1.0]]), units_dead_on(network, [[-1.0]])
    ([array([[ True,  True]])], [array([[False, False]])])
    """
    return [np.asarray((z <= 0).all(1)) for _, z in _hidden(network, X)]


def _hidden(network: Network, X: ArrayLike) -> list[tuple[Dense, NDArray[Any]]]:
    """Each hidden layer with its pre-activations, (R, n_samples, units)."""
    hidden = []
    for layer, z in zip(network.weighted_layers[:-1], network.forward(X).pre_activations[:-1], strict=True):
        if not isinstance(layer, Dense):
            raise TypeError(refusal("network", layer, "a Dense layer"))
        hidden.append((layer, z))
    return hidden


def dead_on_all_inputs(w: ArrayLike, b: float, non_negative: bool = False) -> bool:
    """w·x + b ≤ 0 for every x: w = 0 and b ≤ 0, or for `non_negative` inputs only, w ≤ 0 in each entry and b ≤ 0.

    w is (n_in,). Where some entry of w may push z up without bound, some input turns the unit on. The inputs of a
    layer behind a ReLU layer are never negative.

    >>> dead_on_all_inputs([-1.0, -2.0], -0.5), dead_on_all_inputs([-1.0, -2.0], -0.5, non_negative=True)
    (False, True)
    """
    weights = np.asarray(w, np.float64)
    if weights.ndim != 1 or not np.isfinite(weights).all():
        raise ValueError(refusal("w", w, "finite numbers, (n_in,)", "are"))
    if not np.isfinite(b):
        raise ValueError(refusal("b", b, "a finite number"))
    bounded = (weights <= 0).all() if non_negative else (weights == 0).all()
    return bool(bounded and b <= 0)


@cache
def counter_cases() -> dict[str, tuple[Network, NDArray[np.float32]]]:
    """Three networks with one hidden layer, and the samples on which their dead units are to be counted."""
    X = digits().X
    cases = {}
    for activation, factor in (("relu", 1), ("leaky_relu", 1), ("hard_tanh", 12)):
        network = Network.mlp([X.shape[1], 64, 10], activation=activation, bias=-0.5, dtype="float64")
        network.W[0][...] *= factor
        cases[activation] = network, X
    return cases


def active_probability(bias: float, sigma: float) -> float:
    """P(z > 0) = Φ(b/σ) for a pre-activation z that is normal with mean b and standard deviation σ > 0.

    >>> round(active_probability(0.1, 1), 2), round(active_probability(0.1, 0.1), 2)
    (0.54, 0.84)
    """
    if not sigma > 0:
        raise ValueError(refusal("sigma", sigma, "a number above 0"))
    return NormalDist().cdf(bias / sigma)


def active_shares(data: str, bias: float, sigma: float) -> FloatArray:
    """share of the samples on which z = w·x + b > 0, for each of 1000 fresh units of a first layer, (1000,).

    `data` is a name in `DATA`. The weights are He's, scaled by one factor so that w·x has the root mean square `sigma`
    over all units and samples.

    >>> shares = active_shares("digits", bias=0.1, sigma=1.0)
    >>> shares.shape, bool(0 <= shares.min() and shares.max() <= 1)
    ((1000,), True)
    """
    return np.asarray((pre_activations(data) * np.float32(sigma) > -bias).mean(0))


@lru_cache(maxsize=len(DATA))
def pre_activations(data: str) -> NDArray[np.float32]:
    """w·x of 1000 fresh units for every training sample, (n_samples, 1000), with root mean square 1."""
    X = DATA[data]().X
    z = Network.mlp([X.shape[1], 1000, 1]).forward(X).pre_activations[0][0]
    return np.asarray(z / np.sqrt(np.mean(np.square(z, dtype=np.float64))).astype(np.float32))


def born_dead_probability(widths: Sequence[int]) -> float:
    """1 − ∏(1 − 2^−N) over the hidden layers of N = widths[0], widths[1], … units.

    It is the probability that some hidden layer is 0 in all its units at a given input x ≠ 0, for ReLU, biases 0 and
    weights that are independent, symmetric about 0 and never exactly 0. Raises ValueError for a width below 1 and
    TypeError for one that is no whole number.
    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> born_dead_probability([2]), round(born_dead_probability([2] * 9), 3)
    (0.25, 0.925)
    """
    return 1 - float(np.prod([1 - 0.5 ** whole_number("widths", width, 1) for width in widths]))


@dataclass(frozen=True)
class Collapse:
    """Counts of networks: all, exactly constant at the start, constant after half of the steps, and after all."""

    networks: int
    born: int
    half_way: int
    constant: int


def target() -> tuple[FloatArray, FloatArray]:
    """x at 64 equal distances over [−√3, √3], (64, 1), and |x|, (64,).

    >>> x, y = target()
    >>> x.shape, bool((y == abs(x[:, 0])).all())
    ((64, 1), True)
    """
    x = np.linspace(-END, END, POINTS)[:, None]
    return x, np.abs(x[:, 0])


def narrow_network(width: int, layers: int, activation: str, replicas: int, seed: int | list[int]) -> Network:
    """Replicas of 1-N-N-…-1 with `layers` layers of weights, so `layers` − 1 hidden ones; He's weights, biases 0.

    >>> narrow_network(2, 3, "relu", 4, 0)
    Network(1-2-2-1, relu, replicas=4, dtype=float32)
    """
    return Network.mlp([1, *[width] * (layers - 1), 1], activation=activation, replicas=replicas, seed=seed)


def output_range(network: Network) -> FloatArray:
    """max − min of the output over [−√3, √3], as a share of that of |x|, (R,)."""
    x, y = target()
    return np.asarray(np.ptp(network.predict(x)[:, :, 0], axis=1) / np.ptp(y))


@lru_cache(maxsize=32)
def collapse(width: int, networks: int = 200, activation: str = "relu", layers: int = 10, steps: int = 600) -> Collapse:
    """How many of `networks` networks are constant after `steps` steps of Adam (10⁻³, batches of 16) towards |x|.

    A ReLU network that starts exactly constant has gradient 0 in all weights but its last bias, so it stays constant
    and is counted without being trained.

    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> counts = collapse(2, networks=20, layers=4, steps=40)
    >>> counts.networks, counts.born <= counts.constant <= 20
    (20, True)
    """
    start = narrow_network(width, layers, activation, networks, seed=0)
    is_constant = output_range(start) == 0
    born = int(is_constant.sum())
    if born == networks:
        return Collapse(networks, born, born, born)
    alive = [start.seeds[r] for r in np.flatnonzero(~is_constant)]
    network = narrow_network(width, layers, activation, len(alive), alive)
    x, y = target()
    half = steps // (2 * (POINTS // 16))
    counts = []

    # One call of `train`, so that Adam's memory is not lost half-way.
    def count(epoch: int, network: Network, history: object) -> None:
        if epoch in (half, 2 * half):
            counts.append(born + int((output_range(network) < TOLERANCE).sum()))

    train(
        network, x, y, Adam(1e-3), loss="mse", batch_size=16, epochs=2 * half, callbacks=[count], progress=False,
        record=(),
    )  # fmt: skip
    return Collapse(networks, born, *counts)


@lru_cache(maxsize=1)
def dead_grid() -> FloatArray:
    """(units whose slope is 0 on every training sample) / 32, for 64-32-32-10 on the digits after each epoch of SGD.

    Returns (rates, biases, seeds, epochs, hidden layers); epoch 0 is the start. Every learning rate meets every bias
    with three seeds: all are replicas of one network and see the same batches of 32. The pixels are not standardised:
    they lie between 0 and 1.
    """
    data = digits()
    rate, bias, seed = (v.ravel() for v in np.meshgrid(LEARNING_RATES, BIASES, np.arange(GRID_SEEDS), indexing="ij"))
    network = Network.mlp(SIZES, bias=bias, replicas=len(rate), seed=seed.tolist())
    start = measure(network, data.X, data.y).dead_units
    history = train(
        network, data.X, data.y, SGD(rate), batch_size=32, epochs=EPOCHS, probe=None, record=("dead_units",),
        on_divergence="raise", progress=False,
    )  # fmt: skip
    dead = np.concatenate([start[:, None], history.dead_units], axis=1) / SIZES[1]
    return np.asarray(dead.reshape(len(LEARNING_RATES), len(BIASES), GRID_SEEDS, *dead.shape[1:]))
