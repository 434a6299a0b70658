"""A Poisson law for rare zeros: one probability for each pre-activation, fitted to all networks at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.intervals import Interval
from course_lib.topics.zeros.experiment import PRECISIONS, RoundingZero, Setting, fresh, hunting_ground

# What the long hunt of `zero_sweep` found, as shipped with the course, and figures that others have published.


SHIPPED = Path(__file__).with_name("zero_sweep.json")


class DamagedResults(ValueError):
    """The shipped file is not what `zero_sweep` writes."""


@dataclass(frozen=True)
class Row:
    """`zones` of `networks` fresh networks had a batch whose gradient hangs on the slope at the kink.

    `samples` is how many digits each network saw. What was not published is None: `zeros`, exact zeros in each hidden
    layer, and `first`, the number of networks whose first such batch is batch 0, 1, …. `found` are the zeros of
    float32 one by one.
    """

    setting: Setting
    networks: int
    zones: int
    samples: int
    zeros: tuple[int, ...] | None = None
    first: tuple[int, ...] | None = None
    unreached: int = 0
    found: tuple[RoundingZero, ...] = ()

    @property
    def exposure(self) -> int:
        """Pre-activations that one network computes: width · depth · samples."""
        return self.setting.units * self.samples

    @property
    def share(self) -> float:
        return self.zones / self.networks


class Shipped(NamedTuple):
    """The rows, the day of the hunt and its version of NumPy."""

    rows: tuple[Row, ...]
    date: str
    numpy: str


@lru_cache(maxsize=4)
def shipped(path: Path = SHIPPED) -> Shipped:
    """The results of the long hunt. Raises DamagedResults where the file is not what `zero_sweep` writes.

    >>> rows_of("float64")[0].zones
    0
    """
    try:
        record = json.loads(path.read_bytes())
        rows = []
        for entry in record["settings"]:
            setting = Setting(entry["dtype"], entry["width"], entry["depth"], entry["batch"])
            first, counts = tuple(entry["first"]), tuple(entry["zeros"])
            found = tuple(RoundingZero(*zero) for zero in entry["found"])
            row = Row(
                setting, entry["networks"], sum(first), record["samples"], counts, first, entry["unreached"], found
            )
            _check(row)
            rows.append(row)
        return Shipped(tuple(rows), record["date"], record["numpy"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DamagedResults(f"{path.name}: not the results of zero_sweep ({error})") from error


def _check(row: Row) -> None:
    setting = row.setting
    fits = (
        setting.dtype in PRECISIONS
        and row.zeros is not None
        and row.first is not None
        and len(row.zeros) == setting.depth
        and len(row.first) == row.samples // setting.batch
        and row.zones + row.unreached <= row.networks
        and min(*row.zeros, *row.first, row.unreached) >= 0
        and len(row.found) == (sum(row.zeros) if setting.dtype == "float32" else 0)
    )
    if not fits:
        raise ValueError(f"the row of {setting} contradicts itself")


def rows_of(dtype: str, batch: int | None = 256) -> list[Row]:
    """The shipped rows of a precision, for one size of batches or for all."""
    return [row for row in shipped().rows if row.setting.dtype == dtype and batch in (None, row.setting.batch)]


def row_of(setting: Setting) -> Row:
    """The shipped row of one setting; ValueError where it was not swept.

    >>> row_of(Setting("float64", 256, 3)).samples
    4096
    """
    for row in shipped().rows:
        if row.setting == setting:
            return row
    raise ValueError(f"setting: got {setting}; accepted are those of zero_sweep.settings()")


def _published() -> tuple[Row, ...]:
    by_depth = {"float16": (871, 999, 1000, 1000, 1000), "float32": (54, 258, 463, 647, 697)}
    by_width = {"float16": (333, 1000, 1000, 1000, 1000), "float32": (21, 163, 478, 582, 873)}
    rows = []
    for dtype in ("float16", "float32"):
        for depth, count in zip((1, 2, 3, 5, 6), by_depth[dtype], strict=True):
            rows.append(Row(Setting(dtype, 256, depth), 1000, count, 60_000))
        for width, count in zip((16, 64, 256, 512, 1024), by_width[dtype], strict=True):
            rows.append(Row(Setting(dtype, width, 3), 1000, count, 60_000))
    return tuple(rows)


# Counts of 1000 fresh networks on the 60,000 digits of MNIST, on their machines, as in the files
# volume_estimation_by_number_of_{layers,neurons}_MNIST.csv of deel-ai/relu-prime, commit a6eea34. David Bertoin, Jérôme
# Bolte, Sébastien Gerchinovitz and Edouard Pauwels, *Numerical influence of ReLU'(0) on backpropagation*, 2021.
PUBLISHED = _published()
# The same for 32 bits, 256 wide and 3 deep, by the size of the batches: volume_estimation_by_batch_size_MNIST.csv.
PUBLISHED_BY_BATCH = {16: 439, 64: 453, 256: 488, 512: 351, 1024: 384}


# A Poisson law for rare zeros: one probability for each pre-activation, fitted to all networks at once.


# Far from the seeds of the sweep, which start at 0.
SEED_OF_DENSITIES = 10**9


class Fit(NamedTuple):
    """p₀ with its interval of 95 %, and how well one p₀ fits: deviance, degrees of freedom, p-value, worst factor.

    `worst` is the largest factor between a row's own estimate of p₀ and the common one, over rows in which neither
    none nor all of the networks are in the zone.
    """

    p0: Interval
    deviance: float
    freedom: int
    p_value: float
    worst: float


def zone_probability(exposure: ArrayLike, p0: float) -> NDArray[np.float64]:
    """P(zone) = 1 − exp(−E·p₀) for E = units · layers · samples pre-activations, each exactly 0 with probability p₀.

    Source: Siméon Denis Poisson, *Recherches sur la probabilité des jugements*, 1837, for rare events.

    >>> zone_probability([0, 10**8], 1e-8).round(3).tolist()
    [0.0, 0.632]
    """
    return np.asarray(-np.expm1(-np.asarray(exposure, np.float64) * p0))


def _log_likelihood(rows: Sequence[Row], p0: float) -> float:
    total = 0.0
    for row in rows:
        mean = row.exposure * p0
        if row.zones:
            total += row.zones * float(np.log(-np.expm1(-mean)))
        total -= (row.networks - row.zones) * mean
    return total


def fit_p0(rows: Sequence[Row]) -> Fit:
    """The p₀ that maximises Σ k·log(1 − e^(−E·p₀)) − (m − k)·E·p₀ over rows with k of m networks in the zone.

    The interval holds every p₀ whose log-likelihood is at most 1.92 below the maximum. The deviance compares with a
    p₀ for each row; if one p₀ holds for all, it follows χ² with (rows − 1) degrees, and the p-value is the chance of a
    deviance as large. Raises ValueError unless some network is in the zone and some is not.
    Source: Samuel S. Wilks, *The large-sample distribution of the likelihood ratio*, 1938.

    >>> rows = [Row(Setting("float32", 100, 1), 1000, 393, 5000), Row(Setting("float32", 100, 2), 1000, 632, 5000)]
    >>> round(fit_p0(rows).p0.estimate * 1e6, 2)
    1.0
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.stats import chi2

    zones, networks = sum(row.zones for row in rows), sum(row.networks for row in rows)
    if not 0 < zones < networks:
        raise ValueError(f"rows: got {zones} of {networks} networks in the zone; accepted are some, and not all")
    exposures = np.array([row.exposure for row in rows], np.float64)
    middle = np.log(zones / (exposures @ [row.networks for row in rows]))

    def height(log_p0: float) -> float:
        return _log_likelihood(rows, float(np.exp(log_p0)))

    # Where many networks have several zeros the first guess is too low, never too high.
    found = minimize_scalar(lambda at: -height(at), bounds=(middle - 1, middle + 7), method="bounded")
    top = height(found.x)
    drop = chi2.ppf(0.95, 1)  # Twice the drop of the log-likelihood at the ends of the interval.
    low, high = (
        float(np.exp(brentq(lambda at: 2 * (top - height(at)) - drop, found.x, found.x + side * 8))) for side in (-1, 1)
    )
    p0 = float(np.exp(found.x))
    deviance, freedom = 2 * (sum(_best(row) for row in rows) - top), len(rows) - 1
    p_value = float(chi2.sf(deviance, freedom)) if freedom else 1.0
    own = [own_p0(row) / p0 for row in rows if 0 < row.zones < row.networks]
    worst = max((max(ratio, 1 / ratio) for ratio in own), default=1.0)
    return Fit(Interval(low, p0, high), float(deviance), freedom, p_value, float(worst))


def own_p0(row: Row) -> float:
    """−log(1 − k/m)/E: the p₀ of a single row; infinite where all its networks are in the zone.

    >>> own_p0(Row(Setting("float32", 100, 1), 1000, 0, 5000))
    0.0
    """
    if row.zones == row.networks:
        return float("inf")
    return 0.0 - float(np.log1p(-row.share)) / row.exposure


def _best(row: Row) -> float:
    """The log-likelihood of a row under its own p₀."""
    return sum(count * np.log(count / row.networks) for count in (row.zones, row.networks - row.zones) if count)


def density_at_zero(setting: Setting, networks: int = 4, samples: int = 1024, reach: float = 0.005) -> list[float]:
    """f(0) ≈ P(|z| ≤ reach)/(2·reach) of the pre-activations z of each hidden layer, computed in float64.

    The average over fresh networks of the setting's shape, with seeds that no sweep uses, and over the first `samples`
    digits.

    >>> first, second = density_at_zero(Setting("float64", 64, 2), networks=2, samples=256)
    >>> 1.5 < first < 2.8 < second < 5
    True
    """
    X, _ = hunting_ground()
    double = setting._replace(dtype="float64")
    counts = np.zeros(setting.depth)
    for number in range(networks):
        z_of = fresh(double, [SEED_OF_DENSITIES + number]).forward(X[:samples]).pre_activations[:-1]
        counts += [np.count_nonzero(np.abs(z) <= reach) for z in z_of]
    return [float(share) for share in counts / (networks * samples * setting.width * 2 * reach)]


def rounded_once_p0(setting: Setting, **sizes: int) -> float:
    """f(0)·2⁻²⁴, averaged over the layers: the p₀ of half precision, where z is rounded once and last.

    Half precision rounds z to 0 where |z| ≤ 2⁻²⁵, half of its smallest positive number: an interval of length 2⁻²⁴.
    """
    return float(np.mean(density_at_zero(setting, **sizes))) * 2.0**-24
