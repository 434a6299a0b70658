"""What has changed since the snapshot, as sentences."""

import math
from collections.abc import Iterable
from itertools import groupby

from course_lib.frameworks.libraries import LIBRARIES
from course_lib.frameworks.measurements import Measurement
from course_lib.frameworks.snapshots import Snapshot, snapshot

ROUNDING = 1e-6
FAILED = ("error", "crashed", "timed out")


def news(live: Iterable[Measurement], since: Snapshot | None = None) -> list[str]:
    """One sentence for each value that is not that of the snapshot; libraries that are missing here are no news.

    ``since`` is the shipped snapshot if it is not given. A difference is what happens when a library changes: it is
    reported, never raised. Rows at another point than the program's own have nothing to be compared with: left out.

    >>> news([Measurement("torch", "2.14.1", "CPU, float32", "clamp_min", "measured", (0.0,))])  # doctest: +ELLIPSIS
    ['PyTorch 2.14.1: clamp_min is 0; the snapshot of ... has 1 for 2.13.0.']
    """
    since = since or snapshot()
    found = []
    for _, group in groupby(live, key=lambda row: (row.library, row.kernel)):
        rows = [row for row in group if row.status != "missing" and not row.point]
        # Another kernel of the same library is expected to return the same.
        known = [since.row(row.library, row.program, row.kernel) or since.row(row.library, row.program) for row in rows]
        changed = [(row, old) for row, old in zip(rows, known, strict=True) if old is None or not same(row, old)]
        # Time that is over says nothing but that, in several words.
        reasons = {(row.status, row.message if row.status != "timed out" else "") for row in rows}
        if len(changed) > 1 and rows[0].status in FAILED and len(reasons) == 1:
            found.append(f"{_name(rows[0])}: no program has a value ({rows[0].status}: {rows[0].message}).")
        else:
            found += [_sentence(row, old, since) for row, old in changed]
    return found


def same(one: Measurement, other: Measurement) -> bool:
    """Is it the same status and, up to rounding, the same value? NaN is the same as NaN here."""
    if one.value is None or other.value is None:
        return one.status == other.status
    return len(one.value) == len(other.value) and all(map(_same_number, one.value, other.value))


def _same_number(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=ROUNDING, abs_tol=ROUNDING)


def _name(row: Measurement) -> str:
    library = LIBRARIES.get(row.library)
    name = " ".join(filter(None, (library.title if library else row.library, row.version)))
    return f"{name} ({row.kernel})" if library and len(library.kernels) > 1 else name


def _sentence(row: Measurement, before: Measurement | None, since: Snapshot) -> str:
    name = _name(row)
    said = f"is {row.shown}" if row.value is not None else f"has no value ({row.status})"
    day = since.date.isoformat()
    if before is None:
        return f"{name}: {row.program} {said}; the snapshot of {day} does not have it."
    return f"{name}: {row.program} {said}; the snapshot of {day} has {before.shown} for {before.version}."
