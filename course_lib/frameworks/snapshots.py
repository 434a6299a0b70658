"""The values as they were measured on a known day, shipped with the course."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from course_lib.atomic_file import replaced_file
from course_lib.frameworks.libraries import LIBRARIES
from course_lib.frameworks.measurements import Measurement, from_json, to_json
from course_lib.frameworks.programs import PROGRAMS

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
