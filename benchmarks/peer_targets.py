"""What this core has to reach, and whether it does."""

from typing import NamedTuple

from benchmarks.peer_report import NOT_INSTALLED, Row, core_row

AGAINST = {
    "the best peer": ("step", "scan"),
    "every step-by-step peer": ("step",),
    "scan": ("scan",),
    "the floor": ("floor",),
}


class Target(NamedTuple):
    """(time of this core) / (time of the fastest row of some kind) ≤ bound; no bound: printed only."""

    work: str
    against: str
    bound: float | None


class Verdict(NamedTuple):
    """`met` is None where nothing is asked for."""

    line: str
    met: bool | None


TARGETS = (
    Target("64x2-16-16-2", "the best peer", 0.65),
    Target("64x64-64-64-10", "the best peer", 1.0),
    Target("8x784-256-256-10", "the best peer", 1.05),
    Target("1x784-256-256-10", "every step-by-step peer", 0.9),
    Target("1x784-256-256-10", "scan", 1.15),
    Target("1x784-256-256-10", "the floor", 1.25),
    Target("1x784-1024-1024-10", "the best peer", 1.0),
    Target("1x784-1024-1024-10", "the floor", 1.08),
    Target("1x784-240*5-240*5-10", "the floor", 1.3),
    Target("1x784-240*5-240*5-10", "every step-by-step peer", None),
    Target("1x2-16-16-2", "every step-by-step peer", 0.7),
    Target("1x2-16-16-2", "scan", None),
)
COLD_START = 0.25  # time of this core / time of the fastest peer
TWO_THREADS = ("8x784-256-256-10", 1.6)  # work, time with one thread / time with two
MEMORY = 3.0  # peak beyond data and parameters / activations of one batch


def at_most(what: str, value: float, bound: float | None) -> Verdict:
    """Whether value ≤ bound, and by how much it is below or above."""
    if bound is None:
        return Verdict(f"{what}: {value:.3f}", None)
    return _verdict(f"{what} ≤ {bound:g}", value, bound, value <= bound)


def at_least(what: str, value: float, bound: float | None) -> Verdict:
    """Whether value ≥ bound, and by how much it is above or below."""
    if bound is None:
        return Verdict(f"{what}: {value:.3f}", None)
    return _verdict(f"{what} ≥ {bound:g}", value, bound, value >= bound)


def _verdict(what: str, value: float, bound: float, met: bool) -> Verdict:
    distance = f"{abs(value / bound - 1):.0%} {'below' if value < bound else 'above'} the bound"
    return Verdict(f"target: {what}: {'met' if met else 'missed'} ({value:.3f}, {distance})", met)


def ratio(rows: list[Row], against: str) -> tuple[float, str] | None:
    """(time of this core) / (time of the fastest row), and that row's name; None where no such row was timed."""
    timed = [row for row in rows if row["kind"] in AGAINST[against] and row["us"] is not None]
    if not timed:
        return None
    best = min(timed, key=lambda row: float(row["us"]))
    return core_row(rows)["us"] / best["us"], best["name"]


def judge(target: Target, rows: list[Row]) -> Verdict:
    """The verdict on one target; a target that cannot be judged is not met."""
    found = ratio(rows, target.against)
    what = f"{target.work}, this core / {target.against}"
    if found is None:
        missing = f"{what}: not judged, no such peer is installed"
        return Verdict(missing, None) if target.bound is None else Verdict(f"target: {missing}", False)
    absent = [row for row in rows if row["kind"] in AGAINST[target.against] and row["note"] == NOT_INSTALLED]
    return at_most(f"{what} ({found[1]}{', of those installed' if absent else ''})", found[0], target.bound)
