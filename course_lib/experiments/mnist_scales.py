"""The same digits on three scales, and what a sigmoid makes of them."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import Dataset, mnist_5k, standardised
from course_lib.networks import ACTIVATIONS, SGD, Network, train

Array = NDArray[Any]
SCALES = ("0 to 255", "0 to 1", "standardised")
LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
STARTS = 4
HIDDEN, TRAINING_SAMPLES, EPOCHS = 32, 2000, 4
SATURATED = 0.01  # A slope below this share of what came: 1 % passes.


@lru_cache(maxsize=len(SCALES))
def scaled_images(data: str = "standardised") -> Dataset:
    """`mnist_5k` with pixels from 0 to 255 as stored, from 0 to 1, or standardised pixel by pixel.

    Raises ValueError for a `data` that is not in `SCALES`.

    >>> float(scaled_images("0 to 255").X.max())
    255.0
    """
    if data not in SCALES:
        raise ValueError(f"data must be one of {', '.join(map(repr, SCALES))}, not {data!r}")
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
    found: Array = network.forward(scaled_images(data).X[:500]).pre_activations[0][0]
    return found


def saturated_share(pre_activations: Array) -> float:
    """The share of z at which the sigmoid's slope σ′(z) is below 0.01, that is |z| > 4.6.

    >>> saturated_share(np.array([0.0, 4.5, 4.7, -50.0]))
    0.5
    """
    return float((ACTIVATIONS["sigmoid"].derivative(pre_activations) < SATURATED).mean())


@lru_cache(maxsize=len(SCALES))
def accuracy_by_learning_rate(data: str = "standardised", activation: str = "sigmoid") -> Array:
    """Test accuracy of 784-32-10 networks after 4 epochs on 2000 digits: (learning rates, starts).

    All rates and starts are replicas of one network.

    >>> accuracy_by_learning_rate("standardised").shape
    (6, 4)
    """
    images = scaled_images(data)
    rates = np.repeat(LEARNING_RATES, STARTS)
    seeds = list(range(STARTS)) * len(LEARNING_RATES)
    network = Network.mlp([784, HIDDEN, 10], activation, initialization="glorot", replicas=len(rates), seed=seeds)
    train(
        network, images.X[:TRAINING_SAMPLES], images.y[:TRAINING_SAMPLES], optimizer=SGD(rates), batch_size=50,
        epochs=EPOCHS, record=(), on_divergence="keep", progress=False,
    )  # fmt: skip
    return network.accuracy(images.X_test, images.y_test).reshape(len(LEARNING_RATES), STARTS)
