"""Networks trained and measured: small ones on two moons, the exclusive or and digits, and the gradients of deep ones.

Learning rates, starts and seeds are replicas, so each experiment is one training, or one for each split of the digits.
What of the gradient arrives at each layer of a deep network, and how the scale of its data saturates the first one, is
measured on MNIST before any training; one small training shows that the scale is felt.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from timeit import timeit
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal
from course_lib.data import Dataset, digits, mnist_5k, standardised, two_moons
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import ACTIVATIONS, SGD, Adam, Dense, Network, measure, train

Array = NDArray[Any]
# Each activation with the initialisation that was made for it, or suits it. In lower case a name is that of the core.
INITIALIZATIONS = {"ReLU": "he", "tanh": "glorot", "sigmoid": "glorot", "softplus": "glorot"}

# Two moons.
MOONS_ACTIVATIONS = ("ReLU", "tanh", "sigmoid")
LEARNING_RATES = (0.01, 0.1, 0.3, 1.0, 3.0)
MOONS_EPOCHS, EVERY = 60, 2

# The exclusive or.
XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_T = np.array([0.0, 1.0, 1.0, 0.0])
XOR_STARTS, XOR_MANY = 64, 1000
XOR_SLOPES = (0.0, 0.5, 1.0)
# Outputs on the four points, and with them the mean squared error, where training was found to end.
ENDS = {
    "0": (0.0, 1.0, 1.0, 0.0),
    "1/8": (0.0, 1.0, 0.5, 0.5),
    "1/6": (0.0, 2 / 3, 2 / 3, 2 / 3),
    "1/4": (0.5, 0.5, 0.5, 0.5),
}
NEAR = 0.005

# Digits.
DIGITS_ACTIVATIONS = ("ReLU", "tanh", "softplus")
NETWORKS = {"64-64-64-10": (64, 64, 64, 10), "64-128-10": (64, 128, 10)}
SPLITS, SEEDS = 6, 4

# Depth.
SCALES = ("0 to 255", "0 to 1", "standardised")
SATURATED = 0.01  # A slope below this share of what came: 1 % passes.
DEPTH_RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # no scale has its best rate at an end
STARTS = 4

HIDDEN_LAYERS, REPLICAS = 10, 16
# width · Var(W) of each initialisation, for a layer with as many inputs as outputs.
WIDTH_TIMES_VARIANCE = {"he": 2.0, "glorot": 1.0, "uniform_fan_in": 1 / 3}
# The mean of the squared slope: exactly ½ for a ReLU whose input is as often above 0 as below; else the largest one.
SQUARED_SLOPE = {"ReLU": 1 / 2, "tanh": 1.0, "softplus": 1.0, "sigmoid": 1 / 16}


@dataclass(frozen=True)
class MoonsTraining:
    """Snapshots of the replicas, one for each learning rate, after `epochs`; `loss` and `accuracy` are (rates, epochs).

    Both are taken on all training samples `X` (n, 2) with labels `y` (n,).
    """

    epochs: tuple[int, ...]
    networks: tuple[Network, ...]
    loss: Array
    accuracy: Array
    X: Array
    y: Array

    def at(self, learning_rate: float, epoch: int) -> tuple[int, int]:
        """The place of one of `LEARNING_RATES` and of one of `epochs` in the arrays."""
        return LEARNING_RATES.index(learning_rate), self.epochs.index(epoch)


@lru_cache(maxsize=len(MOONS_ACTIVATIONS))
def moons_training(activation: str = "ReLU") -> MoonsTraining:
    """2-16-16-2 networks on 200 points of two moons, plain gradient descent in batches of 20, 60 epochs, float64.

    All replicas start from the same weights and see the same batches: only the learning rate differs. `activation` is
    one of `MOONS_ACTIVATIONS`.

    >>> training = moons_training("tanh")
    >>> training.loss.shape, training.epochs[:3]
    ((5, 31), (0, 2, 4))
    """
    moons = two_moons(200, noise=0.15, test_share=0.05)
    rates = len(LEARNING_RATES)
    network = Network.mlp(
        [2, 16, 16, 2], activation.lower(), initialization=INITIALIZATIONS[activation], replicas=rates,
        seed=[1] * rates, dtype="float64",
    )  # fmt: skip
    history = train(
        network, moons.X, moons.y, optimizer=SGD(LEARNING_RATES), batch_size=20, epochs=MOONS_EPOCHS, record=(),
        snapshots=True, on_divergence="keep", progress=False,
    )  # fmt: skip
    epochs, networks = zip(*history.snapshots[::EVERY], strict=True)
    records = [measure(network, moons.X, moons.y) for network in networks]
    loss = np.stack([record.loss for record in records], 1)
    accuracy = np.stack([record.accuracy for record in records], 1)
    return MoonsTraining(epochs, networks, loss, accuracy, moons.X, moons.y)


def kinks_crossed(training: MoonsTraining) -> Array:
    """(pre-activations whose sign differs between two snapshots), summed: at least so many kinks, (rates,).

    Where the pre-activation of a hidden unit on a sample changes its sign, the weights went over a point at which the
    loss has no derivative. Signs that changed twice between two snapshots are not seen, so the count is a lower bound.

    >>> bool((kinks_crossed(moons_training("ReLU")) > 100).all())
    True
    """
    crossed = np.zeros(len(LEARNING_RATES), int)
    signs = [[z > 0 for z in network.forward(training.X).pre_activations[:-1]] for network in training.networks]
    for before, after in pairwise(signs):
        for old, new in zip(before, after, strict=True):
            crossed += (old != new).sum((1, 2))
    return crossed


def loss_of_outputs(outputs: tuple[float, ...]) -> float:
    """mean (o − t)² of outputs on the four points of the exclusive or.

    >>> [round(loss_of_outputs(outputs), 3) for outputs in ENDS.values()]
    [0.0, 0.125, 0.167, 0.25]
    """
    return float(np.mean((np.array(outputs) - XOR_T) ** 2))


@lru_cache(maxsize=32)
def trained_starts(
    width: int = 3, slope_at_kink: float = 0.0, bias: float = 0.0, starts: int = XOR_STARTS
) -> tuple[Network, Array]:
    """Replicas of a 2-`width`-1 ReLU network after 600 steps on all four points, and their losses, (starts,).

    Gradient descent with learning rate 0.1 and momentum 0.9, He's initialisation, seeds 0, 1, …, float64. Every hidden
    bias starts at `bias`. At 0 every hidden unit is exactly on the kink for the point (0, 0).
    """
    network = Network.mlp([2, width, 1], slope_at_kink=slope_at_kink, bias=bias, replicas=starts, dtype="float64")
    train(
        network, XOR_X, XOR_T, optimizer=SGD(0.1, momentum=0.9), loss="mse", batch_size=len(XOR_X), epochs=600,
        record=(), progress=False,
    )  # fmt: skip
    return network, measure(network, XOR_X, XOR_T, loss="mse").loss


def final_losses(width: int = 3, slope_at_kink: float = 0.0) -> Array:
    """The losses at which the 64 starts end, in the order of their seeds, (64,).

    >>> final_losses(3).shape
    (64,)
    """
    return trained_starts(width, slope_at_kink)[1]


def starts_by_end(width: int = 3, slope_at_kink: float = 0.0) -> dict[str, int]:
    """How many of the 64 starts end within 0.005 of each loss in `ENDS`, and how many "elsewhere".

    >>> starts_by_end(3)["1/4"], starts_by_end(3, slope_at_kink=1.0)["1/4"]
    (26, 16)
    """
    losses = final_losses(width, slope_at_kink)
    counts = {name: int(_ended_at(losses, name).sum()) for name in ENDS}
    return {**counts, "elsewhere": XOR_STARTS - sum(counts.values())}


def stuck_starts(width: int, slope_at_kink: float, bias: float = 0.0) -> Array:
    """Which of 1000 starts end at the loss 1/4, where the answer is ½ to everything, (1000,).

    >>> bool(stuck_starts(3, 0.0).sum() > stuck_starts(3, 1.0).sum())
    True
    """
    return _ended_at(trained_starts(width, slope_at_kink, bias, XOR_MANY)[1], "1/4")


def _ended_at(losses: Array, name: str) -> Array:
    return np.asarray(np.abs(losses - loss_of_outputs(ENDS[name])) < NEAR)


@dataclass(frozen=True)
class Trial:
    """Of one activation: test accuracy in per cent, (splits, seeds), and the exact zeros among hidden activations.

    `activations`, `zeros` and `rounded` are counts on the test samples over all splits and seeds, all hidden layers
    together. `rounded` are zeros in float32 of which float64 makes a number above 0.
    """

    accuracy: Array
    activations: int
    zeros: int
    rounded: int

    @property
    def true_zeros(self) -> float:
        """The share of activations that are 0 and not rounded to it."""
        return (self.zeros - self.rounded) / self.activations


def trial(activation: str, network: str = "64-64-64-10") -> Trial:
    """Train on scikit-learn's digits, standardised: 6 splits × 4 seeds, Adam 0.003, batches of 64, 15 epochs.

    A split's seeds are replicas. `activation` is one of `DIGITS_ACTIVATIONS`, `network` a name in `NETWORKS`.
    """
    return _trial(activation, network)  # With the default or without, one entry of the cache.


@lru_cache(maxsize=len(DIGITS_ACTIVATIONS) * len(NETWORKS))
def _trial(activation: str, network: str) -> Trial:
    function, initialization = activation.lower(), INITIALIZATIONS[activation]
    accuracy = np.zeros((SPLITS, SEEDS))
    activations = zeros = rounded = 0
    for split in range(SPLITS):
        data = standardised(digits(seed=split))
        made = Network.mlp(
            NETWORKS[network], function, initialization=initialization, replicas=SEEDS, seed=SEEDS * split
        )
        train(made, data.X, data.y, optimizer=Adam(3e-3), epochs=15, seed=split, record=(), progress=False)
        accuracy[split] = 100 * made.accuracy(data.X_test, data.y_test)
        activity = made.forward(data.X_test)
        for z, a in zip(activity.pre_activations[:-1], activity.activations[:-1], strict=True):
            zero = a == 0
            activations += a.size
            zeros += int(zero.sum())
            rounded += int((ACTIVATIONS[function](z[zero].astype(np.float64)) > 0).sum())
    return Trial(accuracy, activations, zeros, rounded)


def paired_difference(first: str, second: str, network: str = "64-64-64-10") -> Interval:
    """A 95 % interval of the mean over the splits of accuracy(`first`) − accuracy(`second`), in points.

    A split counts once, with the mean of its seeds. The test samples of two splits overlap, so the splits are not quite
    independent and the interval is a little short.
    """
    difference = trial(first, network).accuracy - trial(second, network).accuracy
    return mean_interval(difference.mean(axis=1))


def times_as_fast(slow: Callable[[], object], fast: Callable[[], object], rounds: int = 3) -> float:
    """min seconds(slow) / min seconds(fast), each the least of `rounds` rounds, one after the other in turn.

    The least time is the one that other programs disturbed least. A `fast` function that takes under a millisecond is
    called many times in a round, so that the clock's own step does not count.

    >>> times_as_fast(lambda: sum(range(200_000)), lambda: sum(range(2_000))) > 5
    True
    """
    # About five milliseconds of calls a round; the first call also warms up caches.
    calls = {function: max(1, int(5e-3 / max(timeit(function, number=1), 1e-6))) for function in (slow, fast)}
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for function, count in calls.items():
            least[function] = min(least[function], timeit(function, number=count) / count)
    return least[slow] / least[fast]


@lru_cache(maxsize=len(SCALES))
def scaled_images(data: str = "standardised") -> Dataset:
    """`mnist_5k` on one of `SCALES`: pixels from 0 to 255 as stored, from 0 to 1, or standardised pixel by pixel.

    >>> float(scaled_images("0 to 255").X.max())
    255.0
    """
    images = mnist_5k()
    if data == "0 to 1":
        return images
    if data == "standardised":
        return standardised(images)
    return replace(images, X=images.X * 255, X_test=images.X_test * 255)


@lru_cache(maxsize=len(SCALES))
def first_pre_activations(data: str = "standardised") -> Array:
    """z = W x + b of 64 hidden units, Glorot's initialisation, on 500 training digits, before training: (500, 64).

    >>> first_pre_activations("standardised").shape
    (500, 64)
    """
    network = Network.mlp([784, 64, 10], "sigmoid", initialization="glorot", dtype="float64")
    return np.asarray(network.forward(scaled_images(data).X[:500]).pre_activations[0][0])


def saturated_share(pre_activations: Array) -> float:
    """The share of z at which the sigmoid's slope σ′(z) is below 0.01, that is |z| > 4.6.

    >>> saturated_share(np.array([0.0, 4.5, 4.7, -50.0]))
    0.5
    """
    return float((ACTIVATIONS["sigmoid"].derivative(pre_activations) < SATURATED).mean())


@lru_cache(maxsize=len(SCALES))
def accuracy_by_learning_rate(data: str = "standardised") -> Array:
    """Test accuracy of 784-32-10 sigmoid networks after 4 epochs on 2000 digits: (learning rates, starts).

    All rates and starts are replicas of one network.

    >>> accuracy_by_learning_rate("standardised").shape
    (8, 4)
    """
    images = scaled_images(data)
    rates = np.repeat(DEPTH_RATES, STARTS)
    seeds = list(range(STARTS)) * len(DEPTH_RATES)
    network = Network.mlp([784, 32, 10], "sigmoid", initialization="glorot", replicas=len(rates), seed=seeds)
    train(
        network, images.X[:2000], images.y[:2000], optimizer=SGD(rates), batch_size=50, epochs=4, record=(),
        on_divergence="keep", progress=False,
    )  # fmt: skip
    return network.accuracy(images.X_test, images.y_test).reshape(len(DEPTH_RATES), STARTS)


@dataclass(frozen=True)
class GradientByLayer:
    """What the loss sends back through networks of one form, `REPLICAS` starts of each.

    `arriving` (R, 11): the root mean square over samples of ‖∂loss/∂z‖ at the 10 hidden layers and at the output.
    `weights` (R, 11): ‖∂mean loss/∂(W, b)‖ of the layers.
    """

    arriving: Array
    weights: Array

    @property
    def factor_per_layer(self) -> float:
        """The median over the starts of (arriving at layer 1 / arriving at layer 10)^(1/9)."""
        shares = self.arriving[:, 0] / self.arriving[:, HIDDEN_LAYERS - 1]
        return float(np.median(shares) ** (1 / (HIDDEN_LAYERS - 1)))


@lru_cache(maxsize=64)
def gradient_by_layer(
    activation: str = "ReLU", initialization: str = "he", data: str = "standardised", times: float = 1.0
) -> GradientByLayer:
    """δ_l = (W_{l+1}ᵀ δ_{l+1}) · σ′(z_l), layer by layer, in 784-64-…-64-10 networks on 128 MNIST digits; no training.

    `activation` is a name in `SQUARED_SLOPE`, `initialization` one in `WIDTH_TIMES_VARIANCE`, `data` one of `SCALES`.
    The variance of the weights between hidden layers is multiplied by `times`.

    >>> gradient_by_layer("sigmoid", "glorot").arriving.shape
    (16, 11)
    """
    images = scaled_images(data)
    X, y = images.X[:128], images.y[:128]
    sizes = [784, *[64] * HIDDEN_LAYERS, 10]
    network = Network.mlp(sizes, activation.lower(), initialization=initialization, replicas=REPLICAS, dtype="float64")
    for W in network.W[1:-1]:
        W[...] *= times**0.5
    return GradientByLayer(arriving_gradients(network, X, y), measure(network, X, y).gradient_norms)


@np.errstate(under="ignore")  # behind many sigmoids
def arriving_gradients(network: Network, X: Array, y: Array) -> Array:
    """√(mean over samples of ‖∂(cross entropy of the sample)/∂z_l‖²) for the layers l = 1, 2, …, (R, layers).

    X is (n, inputs), y (n,) labels. Raises TypeError for a layer that is not `Dense`.
    """
    activity = network.forward(X)
    scores = activity.activations[-1]
    share = np.exp(scores - scores.max(-1, keepdims=True))
    output = share / share.sum(-1, keepdims=True)
    output[:, np.arange(len(y)), y] -= 1
    deltas = [output]
    for place in reversed(range(len(network.W) - 1)):
        layer = network.weighted_layers[place]
        if not isinstance(layer, Dense):
            raise TypeError(refusal("network", layer, "a Dense layer"))
        slope = ACTIVATIONS[layer.activation].derivative(activity.pre_activations[place])
        deltas.append(deltas[-1] @ network.W[place + 1] * slope)
    return np.stack([np.sqrt((delta**2).sum(-1).mean(-1)) for delta in reversed(deltas)], axis=1)


def expected_factor(activation: str, initialization: str) -> float:
    """√(n · Var(W) · E σ′(z)²): the factor by which a layer of n units changes the gradient that passes back.

    For ReLU it is what He et al. derive; for the others, whose slope varies, E σ′² is replaced by the greatest σ′², and
    it is an upper bound of what weights of that variance do on the average. Larger weights have a larger bound.
    Source: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, *Delving deep into rectifiers*, 2015, section 2.2.

    >>> expected_factor("ReLU", "he"), expected_factor("sigmoid", "glorot")
    (1.0, 0.25)
    """
    return float(np.sqrt(WIDTH_TIMES_VARIANCE[initialization] * SQUARED_SLOPE[activation]))
