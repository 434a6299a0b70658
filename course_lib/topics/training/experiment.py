"""Networks trained and measured: small ones on two moons, the exclusive or and digits, and the gradients of deep ones.

Learning rates, starts and seeds are replicas, so each experiment is one training, or one for each split of the digits.
What of the gradient arrives at each layer of a deep network is measured on MNIST before any training; one small
training shows that the scale of the data is felt.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.data import Dataset, digits, mnist_5k, standardised, two_moons
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import ACTIVATIONS, SGD, Adam, Network, measure, train

Array = NDArray[Any]
# Each activation with the initialisation that was made for it, or suits it. In lower case a name is that of the core.
INITIALIZATIONS = {"ReLU": "he", "tanh": "glorot", "sigmoid": "glorot"}

# Two moons.
MOONS_ACTIVATIONS = ("ReLU", "tanh", "sigmoid")
LEARNING_RATES = (0.01, 0.1, 0.3, 1.0, 3.0)
MOONS_EPOCHS, EVERY = 60, 2

# The exclusive or.
XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_T = np.array([0.0, 1.0, 1.0, 0.0])
XOR_MANY = 1000
XOR_SLOPES = (0.0, 0.5, 1.0)
# The losses where training was found to end, with outputs that have them: points that became alike share the mean of
# their targets. Others than these points may be alike.
ENDS = {
    "0": (0.0, 1.0, 1.0, 0.0),
    "1/8": (0.0, 1.0, 0.5, 0.5),
    "1/6": (1 / 3, 1 / 3, 1.0, 1 / 3),
    "1/4": (0.5, 0.5, 0.5, 0.5),
}
NEAR = 0.005

# Digits.
DIGITS_ACTIVATIONS = ("ReLU", "tanh")
SPLITS, STARTS_OF_SPLIT = 10, 2
OVERLAP = 450 / 1347  # test samples to training samples, in every split

# Depth.
SCALES = ("0 to 255", "0 to 1", "standardised")
DEPTH_RATES = tuple(float(f"{n}e{k}") for k in range(-6, 2) for n in (1, 3))[:-1]  # the best is never at an end
STARTS = 4

HIDDEN_LAYERS, REPLICAS = 10, 16
# width · Var(W) of each initialisation, for a layer with as many inputs as outputs.
WIDTH_TIMES_VARIANCE = {"he": 2.0, "glorot": 1.0, "uniform_fan_in": 1 / 3}
# The mean of the squared slope: ½ for a ReLU whose input is as often above 0 as below; else the largest one.
SQUARED_SLOPE = {"ReLU": 1 / 2, "tanh": 1.0, "sigmoid": 1 / 16}


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


def loss_of_outputs(outputs: tuple[float, ...]) -> float:
    """mean (o − t)² of outputs on the four points of the exclusive or.

    >>> [round(loss_of_outputs(outputs), 3) for outputs in ENDS.values()]
    [0.0, 0.125, 0.167, 0.25]
    """
    return float(np.mean((np.array(outputs) - XOR_T) ** 2))


@lru_cache(maxsize=32)
def trained_starts(width: int = 3, slope_at_kink: float = 0.0, bias: float = 0.0) -> tuple[Network, Array]:
    """1000 replicas of a 2-`width`-1 ReLU network after 1000 steps on all four points, and their losses, (1000,).

    Gradient descent with learning rate 0.1, He's initialisation, seeds 0, 1, …, float64. Every hidden bias starts at
    `bias`. At 0 every hidden unit is exactly on the kink for the point (0, 0).
    """
    network = Network.mlp([2, width, 1], slope_at_kink=slope_at_kink, bias=bias, replicas=XOR_MANY, dtype="float64")
    train(network, XOR_X, XOR_T, SGD(0.1), "mse", batch_size=len(XOR_X), epochs=1000, record=(), progress=False)
    return network, measure(network, XOR_X, XOR_T, loss="mse").loss


def final_losses(width: int = 3, slope_at_kink: float = 0.0) -> Array:
    """The losses at which the 1000 starts end, in the order of their seeds, (1000,).

    >>> final_losses(3).shape
    (1000,)
    """
    return trained_starts(width, slope_at_kink)[1]


def starts_by_end(width: int = 3, slope_at_kink: float = 0.0) -> dict[str, int]:
    """How many of the 1000 starts end within 0.005 of each loss in `ENDS`, and how many "elsewhere".

    >>> starts_by_end(3)["1/4"] > starts_by_end(3, slope_at_kink=1.0)["1/4"] + 50
    True
    """
    losses = final_losses(width, slope_at_kink)
    counts = {name: int(_ended_at(losses, name).sum()) for name in ENDS}
    return {**counts, "elsewhere": XOR_MANY - sum(counts.values())}


def stuck_starts(width: int, slope_at_kink: float, bias: float = 0.0) -> Array:
    """Which of 1000 starts end at the loss 1/4, where the answer is ½ to everything, (1000,).

    >>> bool(stuck_starts(3, 0.0).sum() > stuck_starts(3, 1.0).sum())
    True
    """
    return _ended_at(trained_starts(width, slope_at_kink, bias)[1], "1/4")


def _ended_at(losses: Array, name: str) -> Array:
    return np.asarray(np.abs(losses - loss_of_outputs(ENDS[name])) < NEAR)


class Trial(NamedTuple):
    """Of one activation: test accuracy in per cent, (splits, starts), and the share of exact zeros.

    `zeros` counts among the activations of all hidden units on the test samples, over all splits and starts.
    """

    accuracy: Array
    zeros: float


@lru_cache(maxsize=8)
def trial(activation: str, learning_rate: float = 3e-3) -> Trial:
    """Train 64-64-64-10 on scikit-learn's digits, standardised: Adam, batches of 64, 15 epochs, 10 splits.

    Each split has its own order of the batches and two starts of its own, which are replicas. `activation` is one of
    `DIGITS_ACTIVATIONS`.
    """
    accuracy, zeros = np.zeros((SPLITS, STARTS_OF_SPLIT)), []
    for split in range(SPLITS):
        data = standardised(digits(seed=split))
        network = Network.mlp(
            [64, 64, 64, 10], activation.lower(), initialization=INITIALIZATIONS[activation],
            replicas=STARTS_OF_SPLIT, seed=STARTS_OF_SPLIT * split,
        )  # fmt: skip
        train(network, data.X, data.y, optimizer=Adam(learning_rate), epochs=15, seed=split, record=(), progress=False)
        accuracy[split] = 100 * network.accuracy(data.X_test, data.y_test)
        zeros += [(a == 0).mean() for a in network.forward(data.X_test).activations[:-1]]
    return Trial(accuracy, float(np.mean(zeros)))


def difference_after(splits: int) -> Interval:
    """A 95 % interval of the mean of accuracy(ReLU) − accuracy(tanh) over the first so many splits, in points.

    A split counts once, with the mean of its starts; all of them divide the same digits, which `OVERLAP` allows for.
    """
    return mean_interval(differences()[:splits], OVERLAP)


def differences(learning_rate: float = 3e-3) -> Array:
    """accuracy(ReLU) − accuracy(tanh) of each split, the mean of its starts, in points, (splits,)."""
    first, second = (trial(activation, learning_rate).accuracy.mean(1) for activation in DIGITS_ACTIVATIONS)
    return np.asarray(first - second)


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


@lru_cache(maxsize=8)
def accuracy_by_learning_rate(data: str = "standardised", activation: str = "sigmoid", divisor: float = 1) -> Array:
    """Test accuracy of 784-32-10 networks after 4 epochs on 2000 digits: (`DEPTH_RATES`, starts).

    All are replicas of one network, whose first weights start divided by `divisor`. `activation` is a name in
    `INITIALIZATIONS`.

    >>> accuracy_by_learning_rate("standardised").shape
    (15, 4)
    """
    images = scaled_images(data)
    rates = np.repeat(DEPTH_RATES, STARTS)
    seeds = list(range(STARTS)) * len(DEPTH_RATES)
    network = Network.mlp(
        [784, 32, 10], activation.lower(), initialization=INITIALIZATIONS[activation], replicas=len(rates), seed=seeds
    )
    network.W[0][...] /= divisor
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


@lru_cache(maxsize=len(SQUARED_SLOPE) * len(WIDTH_TIMES_VARIANCE))
def gradient_by_layer(activation: str = "ReLU", initialization: str = "he") -> GradientByLayer:
    """δ_l = (W_{l+1}ᵀ δ_{l+1}) · σ′(z_l), layer by layer, in 784-64-…-64-10 networks on 128 MNIST digits; no training.

    The digits are standardised. `activation` is a name in `SQUARED_SLOPE`, `initialization` in `WIDTH_TIMES_VARIANCE`.

    >>> gradient_by_layer("sigmoid", "glorot").arriving.shape
    (16, 11)
    """
    images = scaled_images("standardised")
    X, y = images.X[:128], images.y[:128]
    sizes = [784, *[64] * HIDDEN_LAYERS, 10]
    network = Network.mlp(sizes, activation.lower(), initialization=initialization, replicas=REPLICAS, dtype="float64")
    return GradientByLayer(arriving_gradients(network, activation, X, y), measure(network, X, y).gradient_norms)


@np.errstate(under="ignore")  # behind many sigmoids
def arriving_gradients(network: Network, activation: str, X: Array, y: Array) -> Array:
    """√(mean over samples of ‖∂(cross entropy of the sample)/∂z_l‖²) for the layers l = 1, 2, …, (R, layers).

    X is (n, inputs), y (n,) labels; all hidden layers have this `activation`.
    """
    activity = network.forward(X)
    scores = activity.activations[-1]
    share = np.exp(scores - scores.max(-1, keepdims=True))
    output = share / share.sum(-1, keepdims=True)
    output[:, np.arange(len(y)), y] -= 1
    deltas = [output]
    for place in reversed(range(len(network.W) - 1)):
        slope = ACTIVATIONS[activation.lower()].derivative(activity.pre_activations[place])
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
