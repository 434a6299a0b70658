"""Pre-activations that are 0 by the structure of a network or its data: in every precision, and in exact arithmetic."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.exact_zeros import PIXELS, PRECISIONS, Setting, fresh, hunting_ground
from course_lib.networks import Network

SIDE, PATCH, UNITS = 28, 7, 16
# What makes the zeros, and the hidden layer in which they are made.
KINDS = {"black patches": 0, "edges": 0, "dead layer": 1, "own biases": 0}


def exact_pre_activation(w: Iterable[float], b: float, x: Iterable[float]) -> Fraction:
    """Σ wᵢ·xᵢ + b without any rounding; floats stand for exactly the number that they hold.

    >>> exact_pre_activation([0.5, -0.25], 0.0, [0.5, 1.0]), float(exact_pre_activation([0.1] * 3, -0.3, [1] * 3))
    (Fraction(0, 1), 2.7755575615628914e-17)
    """
    pairs = zip(w, x, strict=True)
    return sum((Fraction(float(v)) * Fraction(float(u)) for v, u in pairs), Fraction(float(b)))


def network_with(kind: str, dtype: str) -> Network:
    """A fresh network 784-16-16-10 in which something makes zeros, or nothing does.

    "black patches": each of the 16 first units sees a patch of 7 × 7 pixels, without bias. "edges": each sees the
    difference of two pixels side by side, with weights 1 and −1, without bias. "dead layer": the first biases are so
    low that no digit turns a first unit on, and the second layer has no bias. "own biases": U(±1/√n_in) as in the hunt.
    ValueError for another kind.

    >>> network_with("dead layer", "float32")
    Network(784-16-16-10, relu, replicas=1, dtype=float32)
    """
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}; accepted are {', '.join(KINDS)}")
    network = fresh(Setting(dtype, UNITS, 2), [1])
    if kind == "black patches":
        network.W[0][0] *= patches()
        network.b[0][...] = 0
    elif kind == "edges":
        left = pixels_of_edges()
        network.W[0][...], network.b[0][...] = 0, 0
        network.W[0][0, np.arange(UNITS), left] = 1
        network.W[0][0, np.arange(UNITS), left + 1] = -1
    elif kind == "dead layer":
        network.b[0][...] = -50
        network.b[1][...] = 0
    return network


def pixels_of_edges() -> NDArray[np.int64]:
    """The left one of the two pixels that each of 16 units compares: 4 × 4 places in the middle of a digit."""
    row, column = np.divmod(np.arange(UNITS), 4)
    return (8 + 4 * row) * SIDE + 8 + 4 * column


def patches() -> NDArray[np.bool_]:
    """Which pixels each of 16 units sees, (16, 784): the squares of 7 × 7 that tile a digit of 28 × 28.

    >>> patches().sum(1).tolist() == [49] * 16, bool((patches().sum(0) == 1).all())
    (True, True)
    """
    row, column = np.divmod(np.arange(PIXELS), SIDE)
    number = row // PATCH * (SIDE // PATCH) + column // PATCH
    return np.arange(UNITS)[:, None] == number


def zero_shares(kind: str, samples: int = 1024) -> dict[str, float]:
    """Share of exact zeros in the hidden layer that `KINDS` names, in each precision, over the first `samples` digits.

    >>> zero_shares("dead layer", samples=64)
    {'float16': 1.0, 'float32': 1.0, 'float64': 1.0}
    """
    X, _ = hunting_ground()
    shares = {}
    for dtype in PRECISIONS:
        z = network_with(kind, dtype).forward(X[:samples]).pre_activations[KINDS[kind]]
        shares[dtype] = float(np.mean(z == 0))
    return shares


def zero_shares_in_the_pixels(kind: str, samples: int = 1024) -> float:
    """What `zero_shares` must find: the share of patches that are wholly black, or of neighbours that are equal."""
    pixels = hunting_ground()[0][:samples]
    if kind == "black patches":
        return float(np.mean([(pixels[:, seen] == 0).all(1).mean() for seen in patches()]))
    if kind == "edges":
        left = pixels_of_edges()
        return float(np.mean(pixels[:, left] == pixels[:, left + 1]))
    raise ValueError(f"kind: got {kind!r}; accepted are black patches, edges")
