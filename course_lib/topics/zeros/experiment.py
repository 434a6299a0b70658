"""Experiments of this topic: the hunt for pre-activations that are exactly 0, where they come from, what they change.

`hunt` counts exact zeros in fresh networks on real digits, and whether they change a gradient. `rounded_once` and
`rounded_twice` are one layer in half precision. `paired_runs` and `from_zero` train with different slopes at the kink:
does it matter which one is returned?
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.data import digits, mnist_5k
from course_lib.networks import SGD, Dense, Network, measure, train

Array = NDArray[Any]
PRECISIONS = ("float16", "float32", "float64")
SAMPLES = 4096
PIXELS, CLASSES = 784, 10
# The paired runs.
SLOPES = (0.0, 0.5, 1.0)
RUNS, WIDTH, EPOCHS = 20, 32, 6
# The network whose first layer starts from zeros.
ZERO_SLOPES, ZERO_EPOCHS, ZERO_WIDTH = (0.0, 0.1, 0.5, 1.0), 8, 64


class Setting(NamedTuple):
    """784-width-…-width-10 with `depth` hidden layers, in one precision, shown the digits in batches of `batch`."""

    dtype: str
    width: int
    depth: int
    batch: int = 256

    @property
    def units(self) -> int:
        """Hidden units, width · depth."""
        return self.width * self.depth

    @property
    def parameters(self) -> int:
        """Weights and biases of one network."""
        widths = [PIXELS, *[self.width] * self.depth, CLASSES]
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))


class RoundingZero(NamedTuple):
    """Where a hidden pre-activation was exactly 0, and what float64 finds there with the same weights."""

    width: int
    depth: int
    seed: int
    layer: int
    unit: int
    sample: int
    in_float64: float


@dataclass(frozen=True)
class ZoneCount:
    """`zones` of `networks` fresh networks had a batch whose gradient depends on the slope at the kink.

    `samples` is how many digits each network saw; `zeros`, the exact zeros in each hidden layer, (depth,). `first`: for
    each batch, the number of networks for which it is the first such batch. `unreached`: networks that have a zero, and
    none that reaches the gradient. `found`: the zeros one by one. Of published counts the last four are not known.
    """

    setting: Setting
    networks: int
    zones: int
    samples: int
    zeros: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    unreached: int = 0
    found: tuple[RoundingZero, ...] = ()

    @property
    def exposure(self) -> int:
        """Pre-activations that one network computes: width · depth · samples."""
        return self.setting.units * self.samples

    @property
    def share(self) -> float:
        return self.zones / self.networks


@lru_cache(maxsize=1)
def hunting_ground() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """X (4096, 784) and y (4096,): 4096 of the 5000 real digits of `mnist_5k`, mixed once and for all.

    >>> X, y = hunting_ground()
    >>> X.shape, float(X.min()), float(X.max()), len(set(y.tolist()))
    ((4096, 784), 0.0, 1.0, 10)
    """
    data = mnist_5k()
    order = np.random.default_rng(0).permutation(len(data.X) + len(data.X_test))[:SAMPLES]
    return np.concatenate([data.X, data.X_test])[order], np.concatenate([data.y, data.y_test])[order]


def fresh(setting: Setting, seeds: list[int], slope_at_kink: Any = 0.0) -> Network:
    """Networks of this setting with W, b ~ U(−1/√n_in, 1/√n_in), one for each seed; slopes may be one per network.

    >>> fresh(Setting("float16", 32, 2), [3, 4])
    Network(784-32-32-10, relu, replicas=2, dtype=float16)
    """
    return Network.mlp(
        [PIXELS, *[setting.width] * setting.depth, CLASSES],
        slope_at_kink=slope_at_kink,
        initialization="uniform_fan_in",
        replicas=len(seeds),
        seed=seeds,
        dtype=setting.dtype,
    )


def gradient_differs(setting: Setting, seed: int, batch: int) -> bool:
    """Whether ∂loss/∂W of the first layer on a batch is another one with slope 1 at the kink than with slope 0.

    A zero that no gradient reaches, or that the sum over the batch rounds away, does not count.
    """
    X, y = hunting_ground()
    part = slice(batch * setting.batch, (batch + 1) * setting.batch)
    pair = fresh(setting, [seed, seed], slope_at_kink=[0.0, 1.0])
    _, gradient = pair.loss_and_gradient(X[part], y[part])
    return not np.array_equal(gradient.W[0][0], gradient.W[0][1])


def hunt(setting: Setting, seeds: range, together: int = 1) -> ZoneCount:
    """Count z = 0 exactly in the hidden layers of one fresh network for each seed, over 4096 real digits in batches.

    `together` networks go through at once, which changes the speed and nothing else.

    >>> count = hunt(Setting("float16", 64, 2), range(2))
    >>> count.networks, len(count.zeros), len(count.first)
    (2, 2, 16)
    """
    zeros: list[RoundingZero] = []
    first, unreached = [0] * (SAMPLES // setting.batch), 0
    for start in range(seeds.start, seeds.stop, together):
        group = list(range(start, min(start + together, seeds.stop)))
        caught = _zeros_of(setting, group)
        zeros += caught
        for seed in group:
            hit = sorted({zero.sample // setting.batch for zero in caught if zero.seed == seed})
            at = next((batch for batch in hit if gradient_differs(setting, seed, batch)), None)
            if at is not None:
                first[at] += 1
            elif hit:
                unreached += 1
    counts = tuple(sum(zero.layer == layer for zero in zeros) for layer in range(setting.depth))
    return ZoneCount(setting, len(seeds), sum(first), SAMPLES, counts, tuple(first), unreached, tuple(zeros))


def _zeros_of(setting: Setting, seeds: list[int]) -> list[RoundingZero]:
    """The exact zeros in the hidden layers of these networks, recomputed in float64."""
    X, _ = hunting_ground()
    network = fresh(setting, seeds)
    places = []
    for start in range(0, SAMPLES - setting.batch + 1, setting.batch):
        z_of = network.forward(X[start : start + setting.batch]).pre_activations[:-1]
        for layer, z in enumerate(z_of):
            # Counting first is quicker than looking for places that are hardly ever there.
            if np.count_nonzero(z) < z.size:
                places += [(r, layer, unit, start + i) for r, i, unit in np.argwhere(z == 0).tolist()]
    doubled = {r: network.replica(r).copy("float64") for r in {place[0] for place in places}}
    zeros = []
    for r, layer, unit, sample in places:
        z = doubled[r].forward(X[sample : sample + 1]).pre_activations[layer][0, 0, unit]
        zeros.append(RoundingZero(setting.width, setting.depth, seeds[r], layer, unit, sample, float(z)))
    return zeros


def bfloat16(values: ArrayLike) -> NDArray[np.float32]:
    """The nearest bfloat16 number, ties to even: single precision with 8 of its 24 binary digits. Stays in float32.

    The upper 16 bits are kept; adding 0x7FFF, and 1 more where the last bit that is kept is odd, rounds them.

    >>> bfloat16([1 + 2**-8, 1 + 3 * 2**-8, 2.0**-100]).tolist() == [1, 1 + 2**-6, 2.0**-100]
    True
    """
    bits = np.asarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


FORMATS: dict[str, Callable[[ArrayLike], NDArray[np.float32]]] = {
    "half": lambda values: np.asarray(values).astype(np.float16).astype(np.float32),
    "bfloat16": bfloat16,
}


@np.errstate(under="ignore")
def rounded_sum(W: ArrayLike, b: ArrayLike, X: ArrayLike, name: str, early: bool) -> NDArray[np.float32]:
    """round(X Wᵀ + b), or round(round(X Wᵀ) + b) where `early`: W, b and X in 16 bits, summed in single precision.

    W (n_out, n_in), b (n_out,) and X (n, n_in) are rounded to one of `FORMATS` first. Returns (n, n_out).

    >>> [rounded_sum([[0.4]], [-0.4], [[1 + 2**-9]], "half", early).item() for early in (False, True)]
    [0.0007810592651367188, 0.000732421875]
    """
    to = FORMATS[name]
    sums = to(X) @ to(W).T
    return to((to(sums) if early else sums) + to(b))


def rounded_once(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> NDArray[np.float16]:
    """half(X Wᵀ + b): sum and bias in single precision, one rounding at the end.

    W (n_out, n_in), b (n_out,) and X (n, n_in) hold half-precision numbers. Returns (n, n_out).

    >>> rounded_once([[0.5]], [2**-12], [[1 + 2**-10]]).tolist()
    [[0.5009765625]]
    """
    return rounded_sum(W, b, X, "half", early=False).astype(np.float16)


def rounded_twice(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> NDArray[np.float16]:
    """half(half(X Wᵀ) + b): the sum is rounded to half precision before the bias is added, and again after it.

    >>> rounded_twice([[0.5]], [-0.5], [[1 + 2**-10]]).tolist(), rounded_twice([[0.4]], [-0.4], [[1]]).tolist()
    ([[0.00048828125]], [[0.0]])
    """
    return rounded_sum(W, b, X, "half", early=True).astype(np.float16)


def half_cases() -> list[tuple[Array, Array, Array]]:
    """(W, b, X) of four layers with one unit and one sample: all numbers are exact in half precision."""
    tiny = 2.0**-12
    rows: list[tuple[list[float], float, list[float]]] = [
        ([0.5, tiny], -0.5, [1, 1]),
        ([1, -1], 0.25, [0.75, 0.5]),
        ([1, -1], 0, [0.5, 0.5]),
        ([1, tiny], 0, [1, 1]),
    ]
    return [tuple(np.array([values], np.float16) for values in row) for row in rows]  # type: ignore[misc]


@dataclass(frozen=True)
class Pairs:
    """Test accuracy with each slope, (slopes, runs), and whether all weights came out as with slope 0, bit for bit."""

    accuracy: NDArray[np.float64]
    same: NDArray[np.bool_]

    @property
    def difference(self) -> NDArray[np.float64]:
        """Accuracy with slope 1 minus accuracy with slope 0, in points, (runs,)."""
        return np.asarray(100 * (self.accuracy[-1] - self.accuracy[0]))


@lru_cache(maxsize=3)
def paired_runs(dtype: str, runs: int = RUNS, epochs: int = EPOCHS) -> Pairs:
    """64-32-32-10 on the digits, `runs` starts, each trained with slope 0, ½ and 1 at the kink: SGD 0.1, batches of 16.

    The start is U(±1/√n_in). Runs that share it see the same batches, so they differ in the slope at the kink and in
    nothing else.
    """
    data = digits()
    network = Network.mlp(
        [64, WIDTH, WIDTH, 10], slope_at_kink=np.repeat(SLOPES, runs), initialization="uniform_fan_in",
        replicas=len(SLOPES) * runs, seed=list(range(runs)) * len(SLOPES), dtype=dtype,
    )  # fmt: skip
    train(network, data.X, data.y, SGD(0.1), batch_size=16, epochs=epochs, record=(), progress=False)
    same = np.ones((len(SLOPES), runs), bool)
    for values in (*network.W, *network.b):
        by_slope = values.reshape(len(SLOPES), runs, -1)
        same &= (by_slope == by_slope[0]).all(-1)
    accuracy = network.accuracy(data.X_test, data.y_test).reshape(len(SLOPES), runs)
    return Pairs(accuracy, same)


@dataclass(frozen=True)
class FromZero:
    """For each slope and epoch, epoch 0 before training: test accuracy, and share of first z that are exactly 0."""

    accuracy: NDArray[np.float64]
    at_kink: NDArray[np.float64]


@lru_cache(maxsize=1)
def from_zero() -> FromZero:
    """784-64-10 on 4000 digits of MNIST, its first layer all zeros: one run for each of four slopes at the kink.

    All runs share the second layer, the batches of 100 and SGD with rate 0.1. Both arrays are (slopes, 9 epochs).
    """
    data = mnist_5k()
    hidden = Dense(PIXELS, ZERO_WIDTH, "relu", np.array(ZERO_SLOPES), initialization="zero")
    layers = [hidden, Dense(ZERO_WIDTH, CLASSES)]
    network = Network(layers, replicas=len(ZERO_SLOPES), seed=[0] * len(ZERO_SLOPES))
    accuracy, at_kink = [], []

    def note(epoch: int, network: Network, history: object) -> None:
        accuracy.append(network.accuracy(data.X_test, data.y_test))
        at_kink.append(measure(network, data.X[:500], data.y[:500]).at_kink[:, 0])

    note(0, network, None)
    train(
        network, data.X, data.y, SGD(0.1), batch_size=100, epochs=ZERO_EPOCHS, record=(), callbacks=[note],
        progress=False,
    )  # fmt: skip
    return FromZero(np.stack(accuracy, 1), np.stack(at_kink, 1))
