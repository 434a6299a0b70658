"""The zone: fresh networks in which some batch has another first-layer gradient with slope 1 at the kink than with 0.

A layer is computed in one of `ARITHMETICS`: how many bits its numbers have, whether the bias is one more term of the
product or added last, and whether a sum is rounded before the bias as well. Networks start from U(±1/√n_in), as in the
paper, and see 4096 real digits.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.grid import Cell, Result
from course_lib.intervals import Interval, poisson_interval
from course_lib.topics.paper.runs import Row, Verdict, verdict, where
from course_lib.topics.zeros.experiment import FORMATS, SAMPLES, Setting, ZoneCount, fresh, hunting_ground
from course_lib.topics.zeros.law import PUBLISHED, PUBLISHED_SHAPES, Fit, fit_p0, own_p0, zone_probability
from course_lib.topics.zeros.sums import bias_last_p0

Array = NDArray[Any]


class Arithmetic(NamedTuple):
    """`store` rounds what is kept; a sum is computed in `work`, with the bias `last` or not, rounded `early` or not."""

    work: str
    last: bool
    store: Callable[[Array], Array] = np.asarray
    early: bool = False


ARITHMETICS = {
    "float64": Arithmetic("float64", last=False),
    "float32, bias inside": Arithmetic("float32", last=False),
    "float32, bias last": Arithmetic("float32", last=True),
    "float16, rounded once": Arithmetic("float32", True, FORMATS["half"]),
    "float16, rounded twice": Arithmetic("float32", True, FORMATS["half"], early=True),
    "bfloat16, rounded once": Arithmetic("float32", True, FORMATS["bfloat16"]),
    "bfloat16, rounded twice": Arithmetic("float32", True, FORMATS["bfloat16"], early=True),
}


class Layers:
    """The weights and biases of one fresh network of `width` × `depth` ReLU units, as an arithmetic stores them."""

    def __init__(self, arithmetic: str, width: int, depth: int, seed: int) -> None:
        self.how = ARITHMETICS[arithmetic]
        network = fresh(Setting("float64" if self.how.work == "float64" else "float32", width, depth), [seed])
        self.W = [self.how.store(W[0]) for W in network.W]
        self.b = [self.how.store(b[0]) for b in network.b]

    def pre_activation(self, layer: int, a: Array) -> Array:
        """W a + b for a (n, n_in), as stored, (n, n_out)."""
        W, b, how = self.W[layer], self.b[layer], self.how
        if not how.last:
            columns = np.column_stack([a, np.ones(len(a), a.dtype)])
            return how.store(columns @ np.column_stack([W, b]).T)
        sums = a @ W.T
        return how.store((how.store(sums) if how.early else sums) + b)

    def forward(self, X: Array) -> list[Array]:
        """The pre-activations of all layers, (n, units) each; the last ones are the outputs."""
        a, found = self.how.store(X.astype(self.how.work)), []
        for layer in range(len(self.W)):
            found.append(self.pre_activation(layer, a))
            a = np.maximum(found[-1], 0)
        return found

    def first_gradient(self, X: Array, y: Array, slope: float) -> Array:
        """∂ mean cross-entropy/∂W of the first layer, (width, 784), with `slope` at 0; every step is stored."""
        z, store = self.forward(X), self.how.store
        shifted = np.exp(z[-1] - z[-1].max(1, keepdims=True))
        delta = shifted / shifted.sum(1, keepdims=True)
        delta[np.arange(len(y)), y] -= 1
        delta = store(delta / delta.dtype.type(len(y)))
        for layer in reversed(range(len(z) - 1)):
            upstream = store(delta @ self.W[layer + 1])
            delta = upstream * np.where(z[layer] == 0, delta.dtype.type(slope), z[layer] > 0)
        return store(delta.T @ store(X.astype(self.how.work)))


@np.errstate(under="ignore")
def run_one(cell: Cell) -> Result:
    """Zeros by layer and networks in the zone, of fresh networks of one shape in one arithmetic.

    `cell` holds `arithmetic` (of `ARITHMETICS`), `width`, `depth`, `batch` and `seeds` (first, end). All batches of
    4096 digits are looked through; a network counts as in the zone with the first batch whose gradient differs.
    """
    X, y = hunting_ground()
    zeros, zones = np.zeros(cell["depth"], int), 0
    for seed in range(*cell["seeds"]):
        layers = Layers(cell["arithmetic"], cell["width"], cell["depth"], seed)
        hit = []
        for start in range(0, SAMPLES, cell["batch"]):
            part = slice(start, start + cell["batch"])
            counts = [np.count_nonzero(z == 0) for z in layers.forward(X[part])[:-1]]
            zeros += counts
            hit += [part] * any(counts)
        zones += any(
            (layers.first_gradient(X[part], y[part], 0.0) != layers.first_gradient(X[part], y[part], 1.0)).any()
            for part in hit
        )
    return {"zeros": zeros.tolist(), "zones": zones}


SHAPES = tuple(dict.fromkeys(PUBLISHED_SHAPES))
FIRST_SEED = 4 * 10**9  # far from the seeds of the other hunts
# How many blocks of each shape, in quick and in full runs. Where every network is in the zone, few tell all.
BLOCKS = {
    "float32, bias inside": (1, 24), "float32, bias last": (1, 24), "float16, rounded once": (1, 3), "float64": (1, 4),
    "float16, rounded twice": (1, 1), "bfloat16, rounded once": (1, 4), "bfloat16, rounded twice": (1, 1),
}  # fmt: skip
BATCHES = (16, 64, 1024)


def cells(full: bool) -> list[Cell]:
    """Blocks of fresh networks: all published shapes in single precision and half, some shapes in the others."""
    found: list[Cell] = []
    for arithmetic, blocks in BLOCKS.items():
        everywhere = arithmetic.startswith("float32") or arithmetic == "float16, rounded once"
        for shape in SHAPES if everywhere else [(256, 1), (256, 3)]:
            batches = [256, *(BATCHES if full and everywhere and shape == (256, 3) else ())]
            found += [_block(arithmetic, *shape, batch, n) for batch in batches for n in range(blocks[full])]
    return found


def _block(arithmetic: str, width: int, depth: int, batch: int, number: int) -> Cell:
    """Some seconds of work. Batches share their networks; shapes and arithmetics have networks of their own."""
    size = int(np.clip(2**23 // Setting("float32", width, depth).parameters, 2, 256))
    if "twice" in arithmetic:
        size = size // 8 + 1
    place = len(SHAPES) * list(ARITHMETICS).index(arithmetic) + SHAPES.index((width, depth))
    start = FIRST_SEED + 10**6 * place + number * size
    shape = {"arithmetic": arithmetic, "width": width, "depth": depth, "batch": batch}
    return {**shape, "seeds": [start, start + size]}


def rows(cells: list[Cell], results: list[Result]) -> list[Row]:
    """One for each arithmetic, shape and batch: networks, those in the zone, and zeros, first to last hidden layer."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    names = ("arithmetic", "width", "depth", "batch")
    for cell, result in zip(cells, results, strict=True):
        row = found.setdefault(tuple(cell[name] for name in names), [0, 0, np.zeros(cell["depth"], int)])
        row[0] += cell["seeds"][1] - cell["seeds"][0]
        row[1] += result["zones"]
        row[2] += result["zeros"]
    return [
        dict(zip(names, key, strict=True)) | {"networks": m, "zones": k, "zeros": " ".join(map(str, zeros))}
        for key, (m, k, zeros) in found.items()
    ]


def counts(rows: list[Row], arithmetic: str) -> list[ZoneCount]:
    """The rows of one arithmetic, in batches of 256, as the law of rare zeros takes them."""
    return [
        ZoneCount(
            Setting(arithmetic, row["width"], row["depth"]), row["networks"], row["zones"], SAMPLES,
            tuple(int(n) for n in str(row["zeros"]).split()),
        )
        for row in where(rows, arithmetic=arithmetic, batch=256)
    ]  # fmt: skip


def p0(counts: list[ZoneCount]) -> float:
    """Zeros per pre-activation, over all networks and layers."""
    return sum(sum(count.zeros) for count in counts) / sum(count.networks * count.exposure for count in counts)


def zeros_of_a_digit(counts: list[ZoneCount], width: int, depth: int) -> Interval:
    """λ = n (p₁ + … + p_L), the zeros that a network of this shape meets for each digit, as counted, layer by layer.

    Layer l is counted in all networks of this width that have one. The interval of 95 % is that of a Poisson count with
    the mean λ²/Var λ. Source: Michael P. Fay and Eric J. Feuer, *Confidence intervals for directly standardized
    rates*, 1997. ValueError where no zero was counted.
    """
    of_width = [count for count in counts if count.setting.width == width]
    rate = variance = 0.0
    for layer in range(depth):
        deep = [count for count in of_width if count.setting.depth > layer]
        digits = SAMPLES * sum(count.networks for count in deep)
        zeros = sum(count.zeros[layer] for count in deep)
        rate, variance = rate + zeros / digits, variance + zeros / digits**2
    if not rate:
        raise ValueError(f"counts: got no zero in {width} × {depth}; accepted are counts with some")
    zeros_alike = rate**2 / variance
    return Interval(*(rate * end / zeros_alike for end in poisson_interval(zeros_alike)))


def published(dtype: str) -> list[ZoneCount]:
    """The counts of the paper in one precision, 1000 networks of each shape on 60,000 digits."""
    return [row for row in PUBLISHED if row.setting.dtype == dtype]


def derived_p0(width: int, depth: int) -> float:
    """The mean p₀ over the hidden layers, in single precision with the bias added last; see `bias_last_p0`.

    >>> f"{derived_p0(256, 1):.1e}"
    '3.3e-09'
    """
    return float(np.mean(bias_last_p0(width, depth)))


class Laws(NamedTuple):
    """Two Poisson laws fitted to the same counts: one p₀ for all, and `derived_p0` of each shape times one factor."""

    one: Fit
    by_layer: Fit


def laws(counts: list[ZoneCount]) -> Laws:
    """Both fits; ValueError where no network, or every one, is in the zone."""
    return Laws(fit_p0(counts), fit_p0(counts, [derived_p0(*count.setting[1:3]) for count in counts]))


def power(counts: list[ZoneCount], chances: Sequence[float]) -> tuple[float, float]:
    """How likely each of the two `laws` would have been rejected at 5 %, if each row had the p₀ of `chances` in truth.

    The deviance then follows a non-central χ², whose parameter is the deviance of the expected counts.

    >>> rows = [ZoneCount(Setting("float32", 100, depth), 1000, 100, 5000) for depth in (1, 2)]
    >>> round(power(rows, [1e-6, 1e-6])[0], 3), round(power(rows, [1e-6, 4e-6])[0], 3)
    (0.05, 1.0)
    """
    from scipy.stats import chi2, ncx2

    many = 10**6  # so many times the networks, to have whole numbers of them
    shares = zone_probability([row.exposure * p for row, p in zip(counts, chances, strict=True)], 1.0)
    expected = [
        replace(row, networks=many * row.networks, zones=round(many * row.networks * float(share)))
        for row, share in zip(counts, shares, strict=True)
    ]
    one, by_layer = (
        float(ncx2.sf(chi2.ppf(0.95, fit.freedom), fit.freedom, fit.deviance / many)) for fit in laws(expected)
    )
    return one, by_layer


def judge(rows: list[Row]) -> Verdict:
    """Each published count in 32 bits within a factor of 2 of what is derived here; 16 bits above, 64 bits none."""
    theirs = published("float32")
    ratios = [own_p0(row) / derived_p0(*row.setting[1:3]) for row in theirs]
    half, single, double = (counts(rows, name) for name in ("float16, rounded once", "float32, bias last", "float64"))
    expected = sum(count.networks * count.exposure * derived_p0(*count.setting[1:3]) for count in single)
    measured = sum(sum(count.zeros) for count in single) / expected
    order = p0(half) > 3 * p0(single) and sum(count.zones for count in double) == 0
    near = max(*ratios, 1 / min(ratios))
    why = (
        f"p₀ from the published counts is {min(ratios):.2f} to {max(ratios):.2f} times the derived one, in "
        f"{len(theirs)} shapes; measured here {measured:.2f} times; p₀ in 16 bits {p0(half):.1e}, in 32 bits "
        f"{p0(single):.1e}, in 64 bits none in {sum(count.networks for count in double)} networks"
    )
    return verdict(near < 2 and order, near > 10 or not order, why)
