"""What the experiments of this room have in common: rows of plain values, kept as CSV, and what they add up to."""

import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from course_lib.atomic_file import replaced_file
from course_lib.intervals import Interval

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


def in_points(difference: Interval, digits: int = 1) -> str:
    """A difference of accuracies with its interval.

    >>> in_points(Interval(-1.26, -0.001, 0.5)), in_points(Interval(0.011, 0.02, 0.031), 2)
    ('+0.0 [−1.3,\xa0+0.5]', '+0.02 [+0.01,\xa0+0.03]')
    """
    low, middle, high = (f"{round(end, digits) + 0.0:+.{digits}f}".replace("-", "−") for end in difference)
    return f"{middle} [{low},\u00a0{high}]"


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
