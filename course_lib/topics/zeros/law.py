"""The Poisson law of rare zeros and its fit, and the counts that it is fitted to.

`fit_p0` fits one probability p₀ of an exact zero for each pre-activation to all networks at once; `zone_probability` is
the law. `shipped` reads what the long hunt of `sweep` found, and `PUBLISHED` is what others have counted.
`density_at_zero` derives p₀ of half precision without any fit.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.intervals import Interval
from course_lib.topics.zeros.experiment import (
    PRECISIONS,
    RoundingZero,
    Setting,
    ZoneCount,
    fresh,
    hunting_ground,
)

SHIPPED = Path(__file__).with_name("zero_sweep.json")
# (width, depth) of the networks that were published and swept, first by depth, then by width.
PUBLISHED_SHAPES = (*((256, depth) for depth in (1, 2, 3, 5, 6)), *((width, 3) for width in (16, 64, 256, 512, 1024)))
# Far from the seeds of the sweep, which start at 0.
SEED_OF_DENSITIES = 10**9
REACH = 0.005  # the density at 0 is counted so far to both sides


class Shipped(NamedTuple):
    """The counts, the day of the hunt and its version of NumPy."""

    rows: tuple[ZoneCount, ...]
    date: str
    numpy: str


class DamagedResults(ValueError):
    """The shipped file is not what `sweep` writes."""


@lru_cache(maxsize=4)
def shipped(path: Path = SHIPPED) -> Shipped:
    """The results of the long hunt. Raises DamagedResults where the file is not what `sweep` writes.

    >>> rows_of("float64")[0].zones
    0
    """
    try:
        record = json.loads(path.read_bytes())
        rows = tuple(_row(entry, record["samples"]) for entry in record["settings"])
        return Shipped(rows, record["date"], record["numpy"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DamagedResults(f"{path.name}: not the results of the long hunt ({error})") from error


def _row(entry: dict[str, Any], samples: int) -> ZoneCount:
    """The count of one setting, held against itself."""
    setting = Setting(entry["dtype"], entry["width"], entry["depth"], entry["batch"])
    zeros, first = tuple(entry["zeros"]), tuple(entry["first"])
    rounding_zeros = tuple(RoundingZero(*zero) for zero in entry["found"])
    row = ZoneCount(setting, entry["networks"], sum(first), samples, zeros, first, entry["unreached"], rounding_zeros)
    fits = (
        setting.dtype in PRECISIONS
        and len(zeros) == setting.depth
        and len(first) == samples // setting.batch
        and row.zones + row.unreached <= row.networks
        and min(*zeros, *first, row.unreached) >= 0
        and len(rounding_zeros) == (sum(zeros) if setting.dtype == "float32" else 0)
    )
    if not fits:
        raise ValueError(f"the row of {setting} contradicts itself")
    return row


def rows_of(dtype: str) -> list[ZoneCount]:
    """The shipped rows of a precision, in batches of 256."""
    return [row for row in shipped().rows if row.setting.dtype == dtype and row.setting.batch == 256]


def row_of(setting: Setting) -> ZoneCount:
    """The shipped row of one setting; KeyError where it was not swept.

    >>> row_of(Setting("float64", 256, 3)).samples
    4096
    """
    return {row.setting: row for row in shipped().rows}[setting]


def _published(dtype: str, zones: Sequence[int]) -> list[ZoneCount]:
    return [
        ZoneCount(Setting(dtype, *shape), 1000, k, 60_000) for shape, k in zip(PUBLISHED_SHAPES, zones, strict=True)
    ]


# Counts of 1000 fresh networks on the 60,000 digits of MNIST, on their machines, as in the files
# volume_estimation_by_number_of_{layers,neurons}_MNIST.csv of deel-ai/relu-prime, commit a6eea34. David Bertoin, Jérôme
# Bolte, Sébastien Gerchinovitz and Edouard Pauwels, *Numerical influence of ReLU'(0) on backpropagation*, 2021.
PUBLISHED = (
    *_published("float16", (871, 999, 1000, 1000, 1000, 333, 1000, 1000, 1000, 1000)),
    *_published("float32", (54, 258, 463, 647, 697, 21, 163, 478, 582, 873)),
)
# The same for 32 bits, 256 wide and 3 deep, by the size of the batches: volume_estimation_by_batch_size_MNIST.csv.
PUBLISHED_BY_BATCH = {16: 439, 64: 453, 256: 488, 512: 351, 1024: 384}


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


def _log_likelihood(rows: Sequence[ZoneCount], exposures: NDArray[np.float64], p0: float) -> float:
    total = 0.0
    for row, exposure in zip(rows, exposures, strict=True):
        if row.zones:
            total += row.zones * float(np.log(-np.expm1(-exposure * p0)))
        total -= (row.networks - row.zones) * float(exposure) * p0
    return total


def fit_p0(rows: Sequence[ZoneCount], relative: ArrayLike = 1.0) -> Fit:
    """The p₀ that maximises Σ k·log(1 − e^(−E·p₀)) − (m − k)·E·p₀ over rows with k of m networks in the zone.

    With `relative`, a number for each row, the rows have different p₀, in these proportions: E·relative stands for E.
    The interval holds every p₀ whose log-likelihood is at most 1.92 below the maximum. The deviance compares with a
    p₀ for each row; if one p₀ holds for all, it follows χ² with (rows − 1) degrees, and the p-value is the chance of a
    deviance as large. Raises ValueError unless some network is in the zone and some is not.
    Source: Samuel S. Wilks, *The large-sample distribution of the likelihood ratio*, 1938.

    >>> counts = {1: 393, 2: 632}
    >>> rows = [ZoneCount(Setting("float32", 100, depth), 1000, zones, 5000) for depth, zones in counts.items()]
    >>> round(fit_p0(rows).p0.estimate * 1e6, 2), round(fit_p0(rows, [2, 2]).p0.estimate * 1e6, 2)
    (1.0, 0.5)
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.stats import chi2

    zones, networks = sum(row.zones for row in rows), sum(row.networks for row in rows)
    if not 0 < zones < networks:
        raise ValueError(f"rows: got {zones} of {networks} networks in the zone; accepted are some, and not all")
    factors = np.broadcast_to(np.asarray(relative, np.float64), len(rows))
    exposures = np.array([row.exposure for row in rows], np.float64) * factors
    middle = np.log(zones / (exposures @ [row.networks for row in rows]))

    def height(log_p0: float) -> float:
        return _log_likelihood(rows, exposures, float(np.exp(log_p0)))

    # Where many networks have several zeros the first guess is too low, never too high.
    best = minimize_scalar(lambda at: -height(at), bounds=(middle - 1, middle + 7), method="bounded").x
    top = height(best)
    drop = chi2.ppf(0.95, 1)  # Twice the drop of the log-likelihood at the ends of the interval.
    low, high = (
        float(np.exp(brentq(lambda at: 2 * (top - height(at)) - drop, best, best + side * 8))) for side in (-1, 1)
    )
    p0 = float(np.exp(best))
    deviance, freedom = 2 * (sum(_best(row) for row in rows) - top), len(rows) - 1
    p_value = float(chi2.sf(deviance, freedom)) if freedom else 1.0
    own = [
        own_p0(row) / (p0 * factor) for row, factor in zip(rows, factors, strict=True) if 0 < row.zones < row.networks
    ]
    worst = max((max(ratio, 1 / ratio) for ratio in own), default=1.0)
    return Fit(Interval(low, p0, high), float(deviance), freedom, p_value, float(worst))


def own_p0(row: ZoneCount) -> float:
    """−log(1 − k/m)/E: the p₀ of a single row; infinite where all its networks are in the zone.

    >>> own_p0(ZoneCount(Setting("float32", 100, 1), 1000, 0, 5000))
    0.0
    """
    if row.zones == row.networks:
        return float("inf")
    return 0.0 - float(np.log1p(-row.share)) / row.exposure


def _best(row: ZoneCount) -> float:
    """The log-likelihood of a row under its own p₀."""
    return sum(count * np.log(count / row.networks) for count in (row.zones, row.networks - row.zones) if count)


def density_at_zero(setting: Setting, networks: int = 4, samples: int = 1024) -> list[float]:
    """f(0) ≈ P(|z| ≤ r)/(2r), for r = 0.005, of the pre-activations z of each hidden layer, computed in float64.

    The average over fresh networks of the setting's shape, with seeds that no sweep uses, and over the first `samples`
    digits.

    >>> first, second = density_at_zero(Setting("float64", 64, 2), networks=2, samples=256)
    >>> 1.5 < first < 2.8 < second < 5
    True
    """
    X, _ = hunting_ground()
    double = setting._replace(dtype="float64")
    counts = np.zeros(setting.depth)
    for seed in range(SEED_OF_DENSITIES, SEED_OF_DENSITIES + networks):
        z_of = fresh(double, [seed]).forward(X[:samples]).pre_activations[:-1]
        counts += [np.count_nonzero(np.abs(z) <= REACH) for z in z_of]
    return [float(share) for share in counts / (networks * samples * setting.width * 2 * REACH)]


def rounded_once_p0(setting: Setting, networks: int = 4) -> float:
    """f(0)·2⁻²⁴, averaged over the layers: the p₀ of half precision, where z is rounded once and last.

    Half precision rounds z to 0 where |z| ≤ 2⁻²⁵, half of its smallest positive number: an interval of length 2⁻²⁴.
    """
    return float(np.mean(density_at_zero(setting, networks))) * 2.0**-24
