"""What of the gradient arrives at each layer of a deep network, and how the scale of its data saturates the first one.

Both are measured on MNIST before any training; one small training shows that the scale is felt.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal
from course_lib.data import Dataset, mnist_5k, standardised
from course_lib.networks import ACTIVATIONS, SGD, Dense, Network, measure, train

Array = NDArray[Any]
SCALES = ("0 to 255", "0 to 1", "standardised")
SATURATED = 0.01  # A slope below this share of what came: 1 % passes.
LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
STARTS = 4

HIDDEN_LAYERS, REPLICAS = 10, 16
# width · Var(W) of each initialisation, for a layer with as many inputs as outputs.
WIDTH_TIMES_VARIANCE = {"he": 2.0, "glorot": 1.0, "uniform_fan_in": 1 / 3}
# The mean of the squared slope: exactly ½ for a ReLU whose input is as often above 0 as below; else the largest one.
SQUARED_SLOPE = {"ReLU": 1 / 2, "tanh": 1.0, "softplus": 1.0, "sigmoid": 1 / 16}


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
    (6, 4)
    """
    images = scaled_images(data)
    rates = np.repeat(LEARNING_RATES, STARTS)
    seeds = list(range(STARTS)) * len(LEARNING_RATES)
    network = Network.mlp([784, 32, 10], "sigmoid", initialization="glorot", replicas=len(rates), seed=seeds)
    train(
        network, images.X[:2000], images.y[:2000], optimizer=SGD(rates), batch_size=50, epochs=4, record=(),
        on_divergence="keep", progress=False,
    )  # fmt: skip
    return network.accuracy(images.X_test, images.y_test).reshape(len(LEARNING_RATES), STARTS)


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
    activation: str = "ReLU", initialization: str = "he", data: str = "standardised"
) -> GradientByLayer:
    """δ_l = (W_{l+1}ᵀ δ_{l+1}) · σ′(z_l), layer by layer, in 784-64-…-64-10 networks on 128 MNIST digits; no training.

    `activation` is a name in `SQUARED_SLOPE`, `initialization` one in `WIDTH_TIMES_VARIANCE`, `data` one of `SCALES`.

    >>> gradient_by_layer("sigmoid", "glorot").arriving.shape
    (16, 11)
    """
    images = scaled_images(data)
    X, y = images.X[:128], images.y[:128]
    sizes = [784, *[64] * HIDDEN_LAYERS, 10]
    network = Network.mlp(sizes, activation.lower(), initialization=initialization, replicas=REPLICAS, dtype="float64")
    return GradientByLayer(arriving_gradients(network, X, y), measure(network, X, y).gradient_norms)


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

    For ReLU it is what He et al. derive; for the others, whose slope varies, it is an upper bound.
    Source: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, *Delving deep into rectifiers*, 2015, section 2.2.

    >>> expected_factor("ReLU", "he"), expected_factor("sigmoid", "glorot")
    (1.0, 0.25)
    """
    return float(np.sqrt(WIDTH_TIMES_VARIANCE[initialization] * SQUARED_SLOPE[activation]))
