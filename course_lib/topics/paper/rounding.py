"""Where rounding happens in 16 bits: before the bias and after it, or once, after it; in half precision and bfloat16.

The hunts are those of `zone`, in first layers 256 wide.
"""

import numpy as np

from course_lib.grid import Cell
from course_lib.intervals import Interval, poisson_interval
from course_lib.topics.paper import zone
from course_lib.topics.paper.runs import Row, Verdict, verdict
from course_lib.topics.zeros.experiment import Setting
from course_lib.topics.zeros.law import density_at_zero, own_p0

FIRST_SEED = 5 * 10**9
# Networks in a block, quick and full: how many it takes to see some zeros.
NETWORKS = {
    "float16, rounded once": (60, 400), "float16, rounded twice": (2, 8), "bfloat16, rounded once": (120, 800),
    "bfloat16, rounded twice": (1, 4),
}  # fmt: skip
IN_A_CELL = 40
run_one = zone.run_one
rows = zone.rows


def cells(full: bool) -> list[Cell]:
    """256 × 1 in each format, rounded once and twice."""
    found: list[Cell] = []
    for at, (arithmetic, networks) in enumerate(NETWORKS.items()):
        for start in range(0, networks[full], IN_A_CELL):
            first = FIRST_SEED + 10**6 * at
            seeds = [first + start, first + min(start + IN_A_CELL, networks[full])]
            found.append({"arithmetic": arithmetic, "width": 256, "depth": 1, "batch": 256, "seeds": seeds})
    return found


def measured_p0(rows: list[Row], arithmetic: str) -> Interval:
    """Zeros per pre-activation, with the interval of 95 % of their count."""
    (count,) = zone.counts(rows, arithmetic)
    exposure = count.networks * count.exposure
    return Interval(*(zeros / exposure for zeros in poisson_interval(sum(count.zeros))))


def derived_p0() -> dict[str, float]:
    """f(0) times the length of what becomes 0: rounded once, half a step at 0 to both sides; twice, the gap at b."""
    f0 = density_at_zero(Setting("float64", 256, 1))[0]
    b = np.random.default_rng(0).uniform(-1 / 28, 1 / 28, 100_000)
    gap = {
        "float16": np.spacing(b.astype(np.float16)).astype(np.float64),
        "bfloat16": np.spacing(b.astype(np.float32)).astype(np.float64) * 2.0**16,
    }
    twice = {f"{name}, rounded twice": f0 * float(np.abs(gaps).mean()) for name, gaps in gap.items()}
    return {"float16, rounded once": f0 * 2.0**-24, **twice}


def judge(rows: list[Row]) -> Verdict:
    """p₀ from the published counts in 16 bits within a factor of 2 of rounding once, and 50 times below twice."""
    once, twice = (measured_p0(rows, f"float16, rounded {times}") for times in ("once", "twice"))
    brain = measured_p0(rows, "bfloat16, rounded once")
    (theirs,) = (own_p0(row) for row in zone.published("float16") if row.setting[1:3] == (256, 1))
    ratio = theirs / once.estimate
    why = (
        f"p₀ from the published count of 256 × 1 is {theirs:.1e}; rounded once {once.estimate:.1e} "
        f"[{once.low:.1e}, {once.high:.1e}], rounded twice {twice.estimate:.1e}, {twice.estimate / once.estimate:.0f} "
        f"times as much; bfloat16 rounded once {brain.estimate:.1e}"
    )
    return verdict(0.5 < ratio < 2 and theirs < twice.estimate / 50, theirs > twice.estimate / 2, why)
