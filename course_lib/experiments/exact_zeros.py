"""Pre-activations that are exactly 0 in fresh networks on real digits, and whether they change a gradient."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import mnist_5k
from course_lib.networks import Network

PRECISIONS = ("float16", "float32", "float64")
SAMPLES = 4096
PIXELS, CLASSES = 784, 10


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
class Catch:
    """What was found in `networks` fresh networks.

    `zeros`: exact zeros in each hidden layer, (depth,). `first`: for each batch, the number of networks for which it is
    the first batch whose gradient hangs on the slope at the kink, (batches,). `unreached`: networks that have a zero,
    and none that reaches the gradient. `found`: the zeros one by one.
    """

    networks: int
    zeros: tuple[int, ...]
    first: tuple[int, ...]
    unreached: int
    found: tuple[RoundingZero, ...]

    @property
    def in_the_zone(self) -> int:
        """Networks with some batch whose gradient hangs on the slope at the kink."""
        return sum(self.first)


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
    if setting.dtype not in PRECISIONS:
        raise ValueError(f"dtype: got {setting.dtype!r}; accepted are {', '.join(PRECISIONS)}")
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


def hunt(setting: Setting, seeds: range, batches: int | None = None, together: int = 1) -> Catch:
    """Count z = 0 exactly in the hidden layers of one fresh network for each seed, over batches of real digits.

    `batches` is how many batches are shown; without it all that fit into 4096 digits. `together` networks go through at
    once, which changes the speed and nothing else. Raises ValueError for an unknown precision, and for more batches
    than there are.

    >>> caught = hunt(Setting("float16", 64, 2), range(2), batches=1)
    >>> caught.networks, len(caught.zeros), len(caught.first)
    (2, 2, 1)
    """
    most = SAMPLES // setting.batch
    shown = most if batches is None else batches
    if not 1 <= shown <= most:
        raise ValueError(f"batches: got {batches!r}; accepted are 1 to {most}, for batches of {setting.batch}")
    found: list[RoundingZero] = []
    first, unreached = [0] * shown, 0
    for start in range(seeds.start, seeds.stop, together):
        group = list(range(start, min(start + together, seeds.stop)))
        caught = _zeros_of(setting, group, shown)
        found += caught
        for seed in group:
            hit = sorted({zero.sample // setting.batch for zero in caught if zero.seed == seed})
            at = next((batch for batch in hit if gradient_differs(setting, seed, batch)), None)
            if at is not None:
                first[at] += 1
            elif hit:
                unreached += 1
    zeros = tuple(sum(zero.layer == layer for zero in found) for layer in range(setting.depth))
    return Catch(len(seeds), zeros, tuple(first), unreached, tuple(found))


def _zeros_of(setting: Setting, seeds: list[int], batches: int) -> list[RoundingZero]:
    """The exact zeros in the hidden layers of these networks, recomputed in float64."""
    X, _ = hunting_ground()
    network = fresh(setting, seeds)
    places = []
    for batch in range(batches):
        start = batch * setting.batch
        z_of = network.forward(X[start : start + setting.batch]).pre_activations[:-1]
        for layer, z in enumerate(z_of):
            # Counting first is quicker than looking for places that are hardly ever there.
            if np.count_nonzero(z) < z.size:
                places += [(r, layer, unit, start + i) for r, i, unit in np.argwhere(z == 0).tolist()]
    doubled: dict[int, Network] = {}
    zeros = []
    for r, layer, unit, sample in places:
        if r not in doubled:
            doubled = {r: network.replica(r).copy("float64")}
        z = doubled[r].forward(X[sample : sample + 1]).pre_activations[layer][0, 0, unit]
        zeros.append(RoundingZero(setting.width, setting.depth, seeds[r], layer, unit, sample, float(z)))
    return zeros
