"""What the experiments of this room have in common: rows of plain values, kept as CSV, and what they add up to."""

import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from course_lib.atomic_file import replaced_file

Row = Mapping[str, Any]
Word = Literal["reproduced", "not reproduced", "differs"]


class Verdict(NamedTuple):
    """Whether a published result was reproduced, and the numbers that say so."""

    word: Word
    why: str


def verdict(reproduced: bool, contrary: bool, why: str) -> Verdict:
    """ "reproduced" where the criterion holds, "not reproduced" where its contrary does, else "differs".

    >>> verdict(False, False, "").word
    'differs'
    """
    return Verdict("reproduced" if reproduced else "not reproduced" if contrary else "differs", why)


def write(rows: list[Row], path: Path) -> None:
    """The rows as CSV, with the names of the first as head."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced_file(path) as file:
        file.write(text.getvalue().encode())


def read(path: Path) -> list[Row]:
    """What `write` has written: numbers and truth values are what they were."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: _value(text) for name, text in row.items()} for row in csv.DictReader(file)]


@cache
def shipped(name: str) -> list[Row]:
    """The rows of the full run of an experiment, as the course has them.

    >>> sorted(shipped("audit")[0])
    ['bits', 'by_epoch', 'epochs', 'optimizer', 'right', 'rule', 'seed', 'slope', 'zeros']
    """
    return read(Path(__file__).with_name(f"{name}.csv"))


def where(rows: Iterable[Row], **values: Any) -> list[Row]:
    """The rows that have these values.

    >>> where([{"bits": 5, "right": 3}, {"bits": 8, "right": 4}], bits=8)
    [{'bits': 8, 'right': 4}]
    """
    return [row for row in rows if all(row[name] == value for name, value in values.items())]


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
