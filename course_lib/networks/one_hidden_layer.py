"""One hidden layer by hand: its forward pass, its backward pass, and a judge for a backward pass that someone wrote."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.networks.gradient_checking import GradientReport, check_gradient

Array = NDArray[Any]

# σ and σ′ on arrays; at the kink or jump the slope is 0.
HIDDEN: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "ReLU": (lambda z: np.maximum(0, z), lambda z: np.where(z > 0, 1.0, 0.0)),
    "sign": (np.sign, np.zeros_like),
}


class Parameters(NamedTuple):
    """W1 (hidden, inputs), b1 (hidden,), W2 (outputs, hidden), b2 (outputs,): z = W1 x + b1, o = W2 σ(z) + b2."""

    W1: Array
    b1: Array
    W2: Array
    b2: Array


Backward = Callable[[Parameters, Array, Array], Sequence[Array]]


def starting_parameters(n_in: int, n_hidden: int, n_out: int, seed: int = 0) -> Parameters:
    """W ~ N(0, 2/n_in) in both layers, b = 0, in float64.

    Source: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, *Delving deep into rectifiers*, 2015.

    >>> [array.shape for array in starting_parameters(2, 16, 1)]
    [(16, 2), (16,), (1, 16), (1,)]
    """
    rng = np.random.default_rng(seed)
    W1 = rng.standard_normal((n_hidden, n_in)) * np.sqrt(2 / n_in)
    W2 = rng.standard_normal((n_out, n_hidden)) * np.sqrt(2 / n_hidden)
    return Parameters(W1, np.zeros(n_hidden), W2, np.zeros(n_out))


def forward(parameters: Parameters, X: Array, activation: str = "ReLU") -> tuple[Array, Array, Array]:
    """(z, a, o) for each row x of X: z = W1 x + b1, a = σ(z), o = W2 a + b2, with σ from `HIDDEN`.

    >>> [array.shape for array in forward(starting_parameters(2, 16, 1), np.ones((5, 2)))]
    [(5, 16), (5, 16), (5, 1)]
    """
    sigma, _ = HIDDEN[activation]
    W1, b1, W2, b2 = parameters
    Z = X @ W1.T + b1
    A = sigma(Z)
    return Z, A, A @ W2.T + b2


def outputs(parameters: Parameters, X: Array, activation: str = "ReLU") -> Array:
    """o = W2 σ(W1 x + b1) + b2 for each row x of X, (n, outputs), with σ from `HIDDEN`."""
    return forward(parameters, X, activation)[2]


def mean_squared_error(parameters: Parameters, X: Array, T: Array) -> float:
    """Mean over the samples of the sum over the outputs of (o − t)²; X (n, inputs), T (n, outputs)."""
    return float(((outputs(parameters, X) - T) ** 2).sum(1).mean())


def gradient_by_hand(parameters: Parameters, X: Array, T: Array, activation: str = "ReLU") -> Parameters:
    """(∂loss/∂W1, ∂loss/∂b1, ∂loss/∂W2, ∂loss/∂b2) of the mean squared error by the chain rule, with σ from `HIDDEN`.

    >>> start = starting_parameters(2, 3, 1)
    >>> gradient_by_hand(start, np.ones((5, 2)), np.zeros((5, 1))).W1.shape
    (3, 2)
    """
    _, slope = HIDDEN[activation]
    Z, A, came = forward(parameters, X, activation)
    D = 2 * (came - T) / len(X)
    H = (D @ parameters.W2) * slope(Z)
    return Parameters(H.T @ X, H.sum(0), D.T @ A, D.sum(0))


def check_backward(backward: Backward, parameters: Parameters, X: Array, T: Array) -> GradientReport:
    """`check_gradient` on the four arrays that `backward(parameters, X, T)` returns, entry by entry.

    The function that is differentiated is `mean_squared_error`. Raises ValueError where an array is missing or has
    another shape than its parameter.

    >>> X, T = np.array([[0.5, -1.0], [1.0, 2.0]]), np.array([[1.0], [0.0]])
    >>> check_backward(gradient_by_hand, starting_parameters(2, 2, 1), X, T).passed
    True
    """
    claimed = [np.asarray(array) for array in backward(parameters, X, T)]
    if problem := shape_problem(claimed, parameters):
        raise ValueError(f"backward: {problem}")
    return check_gradient(lambda moved: mean_squared_error(moved, X, T), claimed, parameters)


def shape_problem(arrays: Sequence[Array], parameters: Parameters) -> str:
    """Which array does not have its parameter's shape, in words; "" where all do."""
    if len(arrays) != len(parameters):
        return f"{len(arrays)} arrays came; accepted is one each for {', '.join(parameters._fields)}"
    for name, array, parameter in zip(parameters._fields, arrays, parameters, strict=True):
        if array.shape != parameter.shape:
            turned = ", its transpose" if array.shape == parameter.shape[::-1] else ""
            return f"the gradient of {name} came with shape {array.shape}{turned}; {name} has shape {parameter.shape}"
    return ""


def descend(
    backward: Backward, parameters: Parameters, X: Array, T: Array, learning_rate: float = 0.1, steps: int = 300
) -> Parameters:
    """θ ← θ − η · backward(θ, X, T), so many times on all samples at once; what came in is not changed.

    >>> X, T = np.array([[0.5, -1.0], [1.0, 2.0]]), np.array([[1.0], [0.0]])
    >>> start = starting_parameters(2, 4, 1)
    >>> end = descend(gradient_by_hand, start, X, T)
    >>> mean_squared_error(end, X, T) < mean_squared_error(start, X, T)
    True
    """
    for _ in range(steps):
        steps_taken = zip(parameters, backward(parameters, X, T), strict=True)
        parameters = Parameters(*(array - learning_rate * slope for array, slope in steps_taken))
    return parameters
