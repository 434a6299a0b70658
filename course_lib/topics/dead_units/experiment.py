"""Dead units of a network on the digits, over a grid of learning rates and first biases."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.data import digits, mnist_5k, standardised
from course_lib.networks import ACTIVATIONS, SGD, Adam, Dense, Network, measure, train

# Three definitions of a dead unit: on a batch or a data set (the same test on other samples), and on all inputs.


Mask = NDArray[np.bool_]


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
    found: list[Mask] = []
    for layer, z in _hidden(network, X):
        own = network.parameters[len(found)]
        slope = ACTIVATIONS[layer.activation].derivative(z.swapaxes(1, 2), layer.slope_at_kink, own.alpha)
        found.append(np.asarray((slope == 0).all(-1)))
    return found


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


def dead_on_all_inputs(w: ArrayLike, b: float, non_negative: bool = False) -> bool:
    """w·x + b ≤ 0 for every x: w = 0 and b ≤ 0, or for `non_negative` inputs only, w ≤ 0 in each entry and b ≤ 0.

    w is (n_in,). Where some entry of w may push z up without bound, some input turns the unit on. The inputs of a
    layer behind a ReLU layer are never negative.

    >>> dead_on_all_inputs([-1.0, -2.0], -0.5), dead_on_all_inputs([-1.0, -2.0], -0.5, non_negative=True)
    (False, True)
    """
    weights = np.asarray(w, np.float64)
    if weights.ndim != 1 or not np.isfinite(weights).all():
        raise ValueError(f"w: got {w!r}; accepted are finite numbers, (n_in,)")
    if not np.isfinite(b):
        raise ValueError(f"b: got {b!r}; accepted is a finite number")
    bounded = (weights <= 0).all() if non_negative else (weights == 0).all()
    return bool(bounded and b <= 0)


def _hidden(network: Network, X: ArrayLike) -> list[tuple[Dense, NDArray[Any]]]:
    """Each hidden layer with its pre-activations, (R, n_samples, units)."""
    hidden = []
    for layer, z in zip(network.weighted_layers[:-1], network.forward(X).pre_activations[:-1], strict=True):
        if not isinstance(layer, Dense):
            raise TypeError(f"network: got a hidden layer {layer!r}; accepted are Dense layers")
        hidden.append((layer, z))
    return hidden


# How many units a small positive bias makes active, on real data, against the formula Φ(b/σ).


DATA = {
    "digits": digits,
    "digits, standardised": lambda: standardised(digits()),
    "MNIST": mnist_5k,
    "MNIST, standardised": lambda: standardised(mnist_5k()),
}
UNITS = 1000


def active_probability(bias: float, sigma: float) -> float:
    """P(z > 0) = Φ(b/σ) for a pre-activation z that is normal with mean b and standard deviation σ > 0.

    >>> round(active_probability(0.1, 1), 2), round(active_probability(0.1, 0.1), 2)
    (0.54, 0.84)
    """
    if not sigma > 0:
        raise ValueError(f"sigma: got {sigma!r}; accepted is a number above 0")
    return NormalDist().cdf(bias / sigma)


def active_shares(data: str, bias: float, sigma: float) -> NDArray[np.float64]:
    """share of the samples on which z = w·x + b > 0, for each of 1000 fresh units of a first layer, (1000,).

    `data` is a name in `DATA`. The weights are He's, scaled by one factor so that w·x has the root mean square `sigma`
    over all units and samples.

    >>> shares = active_shares("digits", bias=0.1, sigma=1.0)
    >>> shares.shape, bool(0 <= shares.min() and shares.max() <= 1)
    ((1000,), True)
    """
    if data not in DATA:
        raise ValueError(f"data: got {data!r}; accepted are {', '.join(DATA)}")
    if not sigma > 0:
        raise ValueError(f"sigma: got {sigma!r}; accepted is a number above 0")
    return np.asarray((pre_activations(data) * np.float32(sigma) > -bias).mean(0))


@lru_cache(maxsize=len(DATA))
def pre_activations(data: str) -> NDArray[np.float32]:
    """w·x of 1000 fresh units for every training sample, (n_samples, 1000), with root mean square 1."""
    X = DATA[data]().X
    z = Network.mlp([X.shape[1], UNITS, 1]).forward(X).pre_activations[0][0]
    scaled = z / np.sqrt(np.mean(np.square(z, dtype=np.float64))).astype(np.float32)
    scaled.setflags(write=False)
    return np.asarray(scaled)


# Born dead: the probability that a fresh ReLU network ignores an input, by formula and by counting.


def born_dead_probability(widths: Sequence[int]) -> float:
    """1 − ∏(1 − 2^−N) over the hidden layers of N = widths[0], widths[1], … units.

    It is the probability that some hidden layer is 0 in all its units at a given input x ≠ 0, for ReLU, biases 0 and
    weights that are independent, symmetric about 0 and never exactly 0. Raises ValueError for a width below 1.
    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> born_dead_probability([2]), round(born_dead_probability([2] * 9), 3)
    (0.25, 0.925)
    """
    for width in widths:
        if isinstance(width, bool) or not isinstance(width, (int, np.integer)) or width < 1:
            raise ValueError(f"widths: got {width!r}; accepted are whole numbers of at least 1")
    return 1 - float(np.prod([1 - 0.5**width for width in widths]))


@lru_cache(maxsize=32)
def born_dead_shares(width: int, hidden_layers: int, replicas: int = 2000, seed: int = 0) -> NDArray[np.float64]:
    """(number of fresh networks with a layer of zeros among the first l) / replicas, for l = 1 … `hidden_layers`.

    Each of `replicas` networks starts from He's normal weights and biases 0, with seeds `seed`, `seed` + 1, …, and sees
    the one input (1, ½). Returns (hidden_layers,). A layer of zeros makes all later ones zero: the shares never fall.

    >>> shares = born_dead_shares(2, 9, replicas=500)
    >>> bool(abs(shares[-1] - born_dead_probability([2] * 9)) < 0.05)
    True
    """
    # Single precision would do for the signs, but not for the size of a signal through many layers.
    network = Network.mlp([2, *[width] * hidden_layers, 1], replicas=replicas, seed=seed, dtype="float64")
    activations = network.forward([[1.0, 0.5]]).activations[:-1]
    shares = np.array([(layer == 0).all((1, 2)).mean() for layer in activations])
    shares.setflags(write=False)
    return shares


def standard_error(probability: float, replicas: int) -> float:
    """√(p(1 − p)/n): how far a share of n independent networks typically lies from its probability p.

    >>> standard_error(0.5, 100)
    0.05
    """
    return float(np.sqrt(probability * (1 - probability) / replicas))


# Deep narrow networks that learn |x|: how many end as a constant.


END = 3**0.5
POINTS = 64
BATCH = 16
# A trained network counts as constant where its outputs vary by less than this share of what |x| varies by.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Collapse:
    """Counts of networks: all, exactly constant at the start, constant after half of the steps, and after all."""

    networks: int
    born: int
    half_way: int
    constant: int


def target() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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


def output_range(network: Network) -> NDArray[np.float64]:
    """max − min of the output over [−√3, √3], as a share of that of |x|, (R,)."""
    x, y = target()
    return np.asarray(np.ptp(network.predict(x)[:, :, 0], axis=1) / np.ptp(y))


@lru_cache(maxsize=32)
def collapse(
    width: int, networks: int = 200, activation: str = "relu", layers: int = 10, steps: int = 600, seed: int = 0
) -> Collapse:
    """How many of `networks` networks are constant after `steps` steps of Adam (10⁻³, batches of 16) towards |x|.

    A ReLU network that starts exactly constant has gradient 0 in all weights but its last bias, so it stays constant
    and is counted without being trained.

    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> found = collapse(2, networks=20, layers=4, steps=40)
    >>> found.networks, found.born <= found.constant <= 20
    (20, True)
    """
    start = narrow_network(width, layers, activation, networks, seed)
    born = output_range(start) == 0
    alive = [start.seeds[r] for r in np.flatnonzero(~born)]
    counts = [int(born.sum())] * 3
    if alive:
        network = narrow_network(width, layers, activation, len(alive), alive)
        x, y = target()
        passes = steps // (2 * (POINTS // BATCH))

        # One call of `train`, so that Adam's memory is not lost half-way.
        def note_half_way(epoch: int, network: Network, history: object) -> None:
            if epoch == passes:
                counts[1] = int(born.sum() + (output_range(network) < TOLERANCE).sum())

        train(
            network, x, y, Adam(1e-3), loss="mse", batch_size=BATCH, epochs=2 * passes, seed=seed,
            callbacks=[note_half_way], progress=False, record=(),
        )  # fmt: skip
        counts[2] = int(born.sum() + (output_range(network) < TOLERANCE).sum())
    return Collapse(networks, *counts)


# Dead units of a network on the digits, over a grid of learning rates and first biases.


LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BIASES = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
SEEDS = 4
EPOCHS = 6
WIDTH = 32


@dataclass(frozen=True)
class DeadGrid:
    """`dead`: share of dead units, (rates, biases, seeds, EPOCHS + 1, hidden layers); `accuracy` on the test part.

    Epoch 0 is the start. `accuracy` is (rates, biases, seeds, EPOCHS + 1).
    """

    dead: NDArray[np.float64]
    accuracy: NDArray[np.float64]


@lru_cache(maxsize=1)
def dead_grid() -> DeadGrid:
    """(units whose slope is 0 on every training sample) / 32, for 64-32-32-10 on the digits after each epoch of SGD.

    Every learning rate meets every bias with four seeds: all are replicas of one network and see the same batches of
    32. The pixels are not standardised: they lie between 0 and 1.
    """
    data = digits()
    shape = (len(LEARNING_RATES), len(BIASES), SEEDS)
    rate, bias, seed = (v.ravel() for v in np.meshgrid(LEARNING_RATES, BIASES, np.arange(SEEDS), indexing="ij"))
    network = Network.mlp([64, WIDTH, WIDTH, 10], bias=bias, replicas=len(rate), seed=seed.tolist())
    start = measure(network, data.X, data.y).dead_units, network.accuracy(data.X_test, data.y_test)
    history = train(
        network, data.X, data.y, SGD(rate), batch_size=32, epochs=EPOCHS, probe=None, record=("dead_units",),
        validation=(data.X_test, data.y_test), on_divergence="raise", progress=False,
    )  # fmt: skip
    dead = np.concatenate([start[0][:, None], history.dead_units], axis=1) / WIDTH
    accuracy = np.concatenate([start[1][:, None], history.validation_accuracy], axis=1)
    return DeadGrid(dead.reshape(*shape, EPOCHS + 1, 2), accuracy.reshape(*shape, EPOCHS + 1))
