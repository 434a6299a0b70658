"""Names for a file that is to lie beside another one: "01_limits.new-2026-11-29.ipynb"."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from course_lib.atomic_file import move_to_free_name


def names_beside(path: Path, word: str, today: date) -> Iterator[Path]:
    """Names with a word and the day between a file's name and its ending; from the second on they are numbered."""
    for number in itertools.count(1):
        yield path.with_name(f"{path.stem}.{word}-{today:%Y-%m-%d}{f'-{number}' if number > 1 else ''}{path.suffix}")


def move_beside(source: Path, target: Path, word: str, today: date) -> Path:
    """Rename a file, or whatever it is, to the first such name beside `target` that is free, and return it."""
    for free in names_beside(target, word, today):
        with suppress(FileExistsError):
            move_to_free_name(source, free)
            return free
    raise AssertionError("there are as many names as numbers")
