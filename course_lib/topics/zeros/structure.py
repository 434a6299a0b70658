"""Zeros in exact arithmetic: those that the structure of a network makes, where kinks lie, and how small a set can be.

Structural zeros are 0 in every precision. The kinks of a small network are lines in its input plane, which training
moves across the samples. The Cantor set, in exact fractions, has length 0 and more points than can be counted.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.checks import whole_number
from course_lib.data import Dataset, two_moons
from course_lib.networks import Adam, Network, train
from course_lib.topics.zeros.experiment import PIXELS, PRECISIONS, Setting, fresh, hunting_ground

Array = NDArray[np.float64]
# Structural zeros.
SIDE, PATCH, UNITS = 28, 7, 16
# What makes the zeros, and the hidden layer in which they are made.
KINDS = {"black patches": 0, "edges": 0, "dead layer": 1, "own biases": 0}
DIGITS_SHOWN = 1024
# The network in the plane, and a walk through it, from the upper left to the lower right.
WIDTH, EPOCHS = 8, 24
WINDOW = ((-2.0, 3.0), (-1.6, 2.1))
START, END = (-1.5, 1.5), (2.5, -1.0)
DEEPEST = 12  # stage of the Cantor set


def exact_pre_activation(w: Iterable[float], b: float, x: Iterable[float]) -> Fraction:
    """Σ wᵢ·xᵢ + b without any rounding; floats stand for exactly the number that they hold.

    >>> exact_pre_activation([0.5, -0.25], 0.0, [0.5, 1.0]), float(exact_pre_activation([0.1] * 3, -0.3, [1] * 3))
    (Fraction(0, 1), 2.7755575615628914e-17)
    """
    pairs = zip(w, x, strict=True)
    return sum((Fraction(float(v)) * Fraction(float(u)) for v, u in pairs), Fraction(float(b)))


def network_with(kind: str, dtype: str, slope_at_kink: float = 0.0) -> Network:
    """A fresh network 784-16-16-10 in which something makes zeros, or nothing does.

    "black patches": each of the 16 first units sees a patch of 7 × 7 pixels, without bias. "edges": each sees the
    difference of two pixels side by side, with weights 1 and −1, without bias. "dead layer": the first biases are so
    low that no digit turns a first unit on, and the second layer has no bias. "own biases": U(±1/√n_in) as in the hunt.

    >>> network_with("dead layer", "float32")
    Network(784-16-16-10, relu, replicas=1, dtype=float32)
    """
    network = fresh(Setting(dtype, UNITS, 2), [1], slope_at_kink)
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


def zero_shares(kind: str) -> dict[str, float]:
    """Share of exact zeros in the hidden layer that `KINDS` names, in each precision, over the first 1024 digits.

    >>> zero_shares("dead layer")
    {'float16': 1.0, 'float32': 1.0, 'float64': 1.0}
    """
    X, _ = hunting_ground()
    shares = {}
    for dtype in PRECISIONS:
        z = network_with(kind, dtype).forward(X[:DIGITS_SHOWN]).pre_activations[KINDS[kind]]
        shares[dtype] = float(np.mean(z == 0))
    return shares


def slope_changes(kind: str) -> tuple[bool, bool]:
    """Whether the slope at the kink, 1 or 0, changes ∂loss/∂W and ∂loss/∂b of the layer that `KINDS` names.

    ∂loss/∂w = δ · slope · x for each sample: where the inputs x of the unit are 0 too, the slope reaches the bias only.
    Of W the weights that the unit has count: those of its own patch for "black patches", of its two pixels for "edges".

    >>> slope_changes("dead layer")
    (False, True)
    """
    X, y = (values[:DIGITS_SHOWN] for values in hunting_ground())
    layer = KINDS[kind]
    first, second = (network_with(kind, "float64", slope).loss_and_gradient(X, y)[1] for slope in (0.0, 1.0))
    W = first.W[layer][0] != second.W[layer][0]
    if kind == "black patches":
        W &= patches()
    elif kind == "edges":
        W &= network_with(kind, "float64").W[0][0] != 0
    return bool(W.any()), bool((first.b[layer] != second.b[layer]).any())


def zero_shares_in_the_pixels(kind: str) -> float:
    """What `zero_shares` must find: the share of "black patches", or of neighbours that are equal, for "edges"."""
    pixels = hunting_ground()[0][:DIGITS_SHOWN]
    if kind == "black patches":
        return float(np.mean([(pixels[:, seen] == 0).all(1).mean() for seen in patches()]))
    left = pixels_of_edges()
    return float(np.mean(pixels[:, left] == pixels[:, left + 1]))


def moons() -> Dataset:
    """The samples in the plane on which the small network is trained."""
    return two_moons(400, noise=0.15)


@lru_cache(maxsize=1)
def trained_networks() -> tuple[Network, ...]:
    """A 2-8-8-2 network in float64 on two moons, before training and after each of 24 epochs of Adam (0.01)."""
    data = moons()
    network = Network.mlp([2, WIDTH, WIDTH, 2], initialization="uniform_fan_in", seed=2, dtype="float64")
    history = train(
        network, data.X, data.y, Adam(0.01), batch_size=20, epochs=EPOCHS, record=(), snapshots=True, progress=False
    )
    return tuple(then for _, then in history.snapshots)


def pre_activations(epoch: int, points: ArrayLike) -> list[Array]:
    """z of both hidden layers after `epoch` epochs at points (n, 2) of the plane: two arrays (n, 8)."""
    return [z[0] for z in trained_networks()[epoch].forward(points).pre_activations[:-1]]


@lru_cache(maxsize=1024)
def crossings(epoch: int, end: tuple[float, float] = END) -> list[int]:
    """How many kinks of each hidden layer the walk from START to `end` crosses: sign changes of z at 4001 points."""
    share = np.linspace(0, 1, 4001)[:, None]
    z_of = pre_activations(epoch, (1 - share) * np.array(START) + share * np.array(end))
    return [int(np.count_nonzero(np.diff(np.sign(z), axis=0))) for z in z_of]


def swept_samples() -> tuple[int, int]:
    """How often a kink passed a training sample between two epochs, and how often a sample was exactly on a kink."""
    X = moons().X
    z = np.stack([np.concatenate(pre_activations(epoch, X), axis=1) for epoch in range(EPOCHS + 1)])
    return int(np.count_nonzero(np.diff(z > 0, axis=0))), int(np.count_nonzero(z == 0))


def intervals(stage: int) -> list[tuple[Fraction, Fraction]]:
    """The 2ˢᵗᵃᵍᵉ closed intervals, of length 3⁻ˢᵗᵃᵍᵉ each, that are left of [0, 1] after so many removals.

    At each stage the open middle third of every interval is removed. Raises ValueError unless 0 ≤ stage ≤ 12,
    and TypeError for what is no whole number.
    Source: Georg Cantor, *Über unendliche, lineare Punktmannichfaltigkeiten*, part 5, 1883.

    >>> [f"{a}–{b}" for a, b in intervals(1)], sum(b - a for a, b in intervals(2))
    (['0–1/3', '2/3–1'], Fraction(4, 9))
    """
    parts = [(Fraction(0), Fraction(1))]
    for _ in range(whole_number("stage", stage, 0, DEEPEST)):
        parts = [part for a, b in parts for part in ((a, a + (b - a) / 3), (b - (b - a) / 3, b))]
    return parts


def interval_at(address: str) -> tuple[Fraction, Fraction]:
    """The interval that an address of letters L and R leads to, one letter a stage.

    >>> interval_at("LR")
    (Fraction(2, 9), Fraction(1, 3))
    """
    a, b = Fraction(0), Fraction(1)
    for letter in address:
        third = (b - a) / 3
        a, b = (a, a + third) if letter == "L" else (b - third, b)
    return a, b


def point_at(repeated: str, start: str = "") -> Fraction:
    """The only point in all intervals of the address start + repeated + repeated + …, without end.

    The address is a fraction to base 3 with the digits 0 for L and 2 for R.

    >>> point_at("R"), point_at("L", start="R"), point_at("LLR")
    (Fraction(1, 1), Fraction(2, 3), Fraction(1, 13))
    """
    left, right = interval_at(start)
    low, _ = interval_at(repeated)
    # p = low + p/3ᵏ for a period of k letters.
    return left + (right - left) * low / (1 - Fraction(1, 3 ** len(repeated)))


def missing(addresses: Sequence[str]) -> str:
    """An address that is in no list: letter k is not letter k of address k. Cantor's diagonal.

    Each address has at least as many letters as there are addresses.

    Source: Georg Cantor, *Ueber eine elementare Frage der Mannigfaltigkeitslehre*, 1891.

    >>> missing(["LLL", "RRR", "LRL"])
    'RLR'
    """
    return "".join("L" if address[k] == "R" else "R" for k, address in enumerate(addresses))
