"""The Jacobian of many layers is the product of theirs: its singular values over depth, with and without skips."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import one_of, refusal, whole_number

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], FloatArray]
WIDTH, DEPTH = 64, 50
# A product in float64 is exact to some 10⁻¹⁶ of its greatest singular value; what is below this share is not shown.
RELIABLE = 1e-10


def orthogonal(rng: np.random.Generator, n: int) -> FloatArray:
    """Q (n, n) with Qᵀ Q = I, every such matrix as likely as any other.

    Source of the way: Francesco Mezzadri, *How to generate random matrices from the classical compact groups*, 2007;
    of orthogonal weights: Andrew M. Saxe, James L. McClelland and Surya Ganguli, *Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks*, 2014.

    >>> Q = orthogonal(np.random.default_rng(0), 5)
    >>> bool(np.allclose(Q.T @ Q, np.eye(5)))
    True
    """
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return np.asarray(Q * np.sign(np.diag(R)))


WEIGHTS: Mapping[str, Draw] = {
    "He": lambda rng, n: rng.standard_normal((n, n)) * np.sqrt(2 / n),
    "Glorot": lambda rng, n: rng.uniform(-1, 1, (n, n)) * np.sqrt(3 / n),
    "orthogonal": orthogonal,
    "√2·orthogonal": lambda rng, n: np.sqrt(2) * orthogonal(rng, n),
    "identity": lambda rng, n: np.eye(n),
}
ACTIVATIONS: Mapping[str, tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]] = {
    "linear": (lambda z: z, np.ones_like),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


@lru_cache(maxsize=64)
def spectra(
    weights: str = "He", activation: str = "ReLU", factor: float = 1.0, skip: bool = False, depth: int = DEPTH,
    width: int = WIDTH, seed: int = 0,
) -> FloatArray:  # fmt: skip
    """The singular values of J_l ⋯ J_1 for l = 1, …, depth, the greatest first: (depth, width), not to be written to.

    J = diag(σ′(z)) W with z = W x, and x ← σ(z); with `skip` J = I + diag(σ′(z)) W and x ← x + σ(z). The first x is
    normal; W is drawn anew for each layer by one of `WEIGHTS` and multiplied by `factor`. `activation` is one of
    `ACTIVATIONS`.

    >>> spectra("identity", "linear", 0.5, depth=3, width=2).tolist()
    [[0.5, 0.5], [0.25, 0.25], [0.125, 0.125]]
    """
    draw = WEIGHTS[one_of("weights", weights, WEIGHTS)]
    value, slope = ACTIVATIONS[one_of("activation", activation, ACTIVATIONS)]
    if not np.isfinite(factor):
        raise ValueError(refusal("factor", factor, "a finite number"))
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    straight = np.eye(whole_number("width", width, 1)) * skip
    x, J, found = rng.standard_normal(width), np.eye(width), []
    for _ in range(whole_number("depth", depth, 1)):
        W = factor * draw(rng, width)
        z = W @ x
        x = value(z) + x * skip
        J = (straight + slope(z)[:, None] * W) @ J
        found.append(np.linalg.svd(J, compute_uv=False))
    result = np.array(found)
    result.setflags(write=False)
    return result


def open_directions(values: FloatArray) -> int:
    """How many singular values are at least a hundredth of the greatest.

    >>> open_directions(np.array([2.0, 1.0, 0.02, 0.0001]))
    3
    """
    singular = np.asarray(values, np.float64)
    if singular.ndim != 1 or not len(singular) or not (np.isfinite(singular) & (singular >= 0)).all():
        raise ValueError(refusal("values", values, "singular values, (n,)", "are"))
    return int((singular >= singular.max() / 100).sum())


def jacobian_of_relu_layers(weights: list[FloatArray], x: FloatArray) -> FloatArray:
    """J_L ⋯ J_1 with J_l = diag(z_l > 0) W_l, z_l = W_l x_l and x_{l+1} = max(0, z_l).

    >>> jacobian_of_relu_layers([np.array([[2.0, 0.0], [0.0, -1.0]]), np.array([[3.0, 5.0]])], np.array([1.0, 1.0]))
    array([[6., 0.]])
    """
    J = np.eye(len(x))
    for W in weights:
        z = W @ x
        x = np.maximum(z, 0)
        J = (z > 0)[:, None] * W @ J
    return J
