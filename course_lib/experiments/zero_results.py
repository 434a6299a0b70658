"""What the long hunt of `zero_sweep` found, as shipped with the course, and figures that others have published."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from course_lib.experiments.exact_zeros import PRECISIONS, RoundingZero, Setting

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
