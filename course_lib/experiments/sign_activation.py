"""A hidden layer of signs: its gradient is 0 almost everywhere, and descent leaves it where it started."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.one_hidden_layer import Parameters, starting_parameters
from course_lib.experiments.one_hidden_layer_data import moons_as_numbers
from course_lib.experiments.one_thread import on_one_thread

Array = NDArray[Any]
WIDTH, STARTS, STEPS, LEARNING_RATE = 8, 20, 500, 0.1


class HiddenActivation(NamedTuple):
    """σ and σ′ on arrays; at the kink or jump the slope is 0."""

    value: Any
    slope: Any


HIDDEN = {
    "sign": HiddenActivation(np.sign, np.zeros_like),
    "ReLU": HiddenActivation(lambda z: np.maximum(0, z), lambda z: np.where(z > 0, 1.0, 0.0)),
}


class Outcome(NamedTuple):
    """Where the starts ended: accuracy (starts,), and the largest change of an entry of W1 and of W2 (starts,)."""

    accuracy: Array
    change_of_W1: Array
    change_of_W2: Array


def gradient(activation: str, parameters: Parameters, X: Array, T: Array) -> Parameters:
    """The chain rule through o = W2 σ(W1 x + b1) + b2 for the mean squared error, with σ from `HIDDEN`.

    >>> X, T = np.array([[0.5, -1.0], [1.0, 2.0]]), np.array([[1.0], [-1.0]])
    >>> found = gradient("sign", starting_parameters(2, 3, 1), X, T)
    >>> bool(found.W1.any()), bool(found.W2.any())
    (False, True)
    """
    W1, b1, W2, b2 = parameters
    Z = X @ W1.T + b1
    A = HIDDEN[activation].value(Z)
    D = 2 * (A @ W2.T + b2 - T) / len(X)
    H = (D @ W2) * HIDDEN[activation].slope(Z)
    return Parameters(H.T @ X, H.sum(0), D.T @ A, D.sum(0))


@lru_cache(maxsize=2)
@on_one_thread
def trained(activation: str = "sign") -> Outcome:
    """20 starts of a 2-8-1 network on two moons, 500 steps of gradient descent with rate 0.1 on all samples.

    `activation` is a name in `HIDDEN`; ValueError for another.
    """
    if activation not in HIDDEN:
        raise ValueError(f"activation must be one of {', '.join(HIDDEN)}, not {activation!r}")
    X, T = moons_as_numbers()
    rows = []
    for seed in range(STARTS):
        start = parameters = starting_parameters(2, WIDTH, 1, seed)
        for _ in range(STEPS):
            slopes = gradient(activation, parameters, X, T)
            moved = zip(parameters, slopes, strict=True)
            parameters = Parameters(*(array - LEARNING_RATE * slope for array, slope in moved))
        outputs = HIDDEN[activation].value(X @ parameters.W1.T + parameters.b1) @ parameters.W2.T + parameters.b2
        changes = [float(np.abs(end - begin).max()) for end, begin in zip(parameters, start, strict=True)]
        rows.append((float(((outputs > 0) == (T > 0)).mean()), changes[0], changes[2]))
    accuracy, first, second = np.array(rows).T
    return Outcome(accuracy, first, second)
