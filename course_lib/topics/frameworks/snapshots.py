"""What has changed since the snapshot, as sentences."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from course_lib.atomic_file import replaced_file
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement, from_json, to_json

# The values as they were measured on a known day, shipped with the course.


SHIPPED = Path(__file__).resolve().parent / "snapshot.json"
LASTING = ("measured", "not offered", "error")  # The others tell of one machine and one run.


class DamagedSnapshot(ValueError):
    """A snapshot cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Snapshot:
    """Measurements of one day.

    Attributes
    ----------
    date : datetime.date
        When they were made.
    environment : dict of str to str
        On what: Python's version, the system and the processor.
    measurements : tuple of Measurement
        One for each library, kernel and program.
    """

    date: date
    environment: dict[str, str]
    measurements: tuple[Measurement, ...]

    def row(self, library: str, program: str, kernel: str | None = None) -> Measurement | None:
        """The row of this library and program, of the kernel or, without one, of the first; ``None`` if there is none.

        >>> snapshot().row("tinygrad", "elu_1").shown
        '0'
        """
        for row in self.measurements:
            if (row.library, row.program) == (library, program) and kernel in (None, row.kernel):
                return row
        return None


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The snapshot that comes with the course.

    >>> snapshot().row("jax", "abs").shown
    '1'
    """
    return read_snapshot(SHIPPED)


def read_snapshot(path: Path) -> Snapshot:
    """A snapshot from a file; ``DamagedSnapshot`` says what is wrong with it."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict) or set(record) != {"date", "environment", "measurements"}:
            raise ValueError("accepted is an object with date, environment and measurements")
        rows = tuple(from_json(row) for row in record["measurements"])
        _check_rows(rows)
        return Snapshot(date.fromisoformat(record["date"]), _texts(record["environment"]), rows)
    except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedSnapshot(f"{path.name}: {error}") from error


def _texts(environment: Any) -> dict[str, str]:
    if not isinstance(environment, dict) or not all(isinstance(text, str) for text in environment.values()):
        raise ValueError(f"environment: got {environment!r}; accepted is an object of texts")
    return environment


def _check_rows(rows: tuple[Measurement, ...]) -> None:
    seen = set()
    for row in rows:
        where = f"{row.library}, {row.kernel}, {row.program}"
        if row.library not in LIBRARIES or row.program not in PROGRAMS:
            raise ValueError(f"{where}: unknown library or program")
        if row.status not in LASTING:
            raise ValueError(f"{where}: got the status {row.status!r}; accepted are {', '.join(map(repr, LASTING))}")
        if row.point:
            raise ValueError(f"{where}: got the point {row.point}; accepted is the program's own")
        if row.value is not None and len(row.value) != len(PROGRAMS[row.program].point):
            raise ValueError(f"{where}: got {len(row.value)} numbers; accepted are {len(PROGRAMS[row.program].point)}")
        if (row.library, row.kernel, row.program) in seen:
            raise ValueError(f"{where}: stands there twice")
        seen.add((row.library, row.kernel, row.program))


def write_snapshot(path: Path, day: date, environment: dict[str, str], measurements: Iterable[Measurement]) -> Snapshot:
    """Write what lasts of these measurements, one row a line, and return it as it is read back."""
    lines = [json.dumps(_lasting(row), ensure_ascii=False) for row in measurements if _lasts(row)]
    head = json.dumps({"date": day.isoformat(), "environment": environment})
    text = f'{head[:-1]}, "measurements": [\n' + ",\n".join(lines) + "\n]}\n"
    with replaced_file(path) as file:
        file.write(text.encode())
    return read_snapshot(path)


def _lasts(row: Measurement) -> bool:
    return row.status in LASTING and not row.point


def _lasting(row: Measurement) -> dict[str, Any]:
    record = to_json(row)
    if row.status == "measured":
        record.pop("message", None)  # What a library printed has to do with the machine.
    return record


# What has changed since the snapshot, as sentences.


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
