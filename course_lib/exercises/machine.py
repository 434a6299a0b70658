"""A one-minute check of the machine: what the course needs, and how to mend what is missing."""

import importlib
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from course_lib.exercises.progress import VARIABLE, current_progress
from course_lib.table import LEFT, Cell, html_table

DISTRIBUTION = "at-the-kink"


@dataclass(frozen=True)
class Row:
    """One thing that was checked. ``mend`` says how to repair it; "" means that all is well."""

    name: str
    mend: str = ""


@dataclass(frozen=True)
class MachineCheck:
    """The rows, as text and as a table. Where all is well no version and no path shows: it reads alike everywhere."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        return not any(row.mend for row in self.rows)

    def __repr__(self) -> str:
        width = max(len(row.name) for row in self.rows) + 2
        lines = [f"  {row.name:<{width}}{_state(row)}" for row in self.rows]
        return "\n".join([self._heading, *lines])

    def _repr_html_(self) -> str:
        rows = [[Cell(escape(row.name), LEFT), Cell(escape(_state(row)), LEFT)] for row in self.rows]
        return html_table(self._heading, [[Cell("Part", LEFT), Cell("State", LEFT)]], rows)

    @property
    def _heading(self) -> str:
        return "Your machine is ready." if self.ok else "Your machine needs mending."


def machine_check() -> MachineCheck:
    """Python, packages, widgets, floating point and the progress file, each "ok" or with the way to mend it."""
    python, requirements = declared()
    rows = [_python(python), *(_package(name, bounds) for name, bounds in requirements)]
    return MachineCheck((*rows, _widgets(), _floats(), _progress()))


def declared() -> tuple[str, list[tuple[str, str]]]:
    """The Python bounds and each needed package with its bounds, as the project declares them."""
    source = Path(__file__).parents[2] / "pyproject.toml"
    if source.is_file():  # In a clone this is newer than what was written at the time of the installation.
        project = tomllib.loads(source.read_text(encoding="utf-8"))["project"]
        return project["requires-python"], [_split(line) for line in project["dependencies"]]
    metadata = importlib.metadata.metadata(DISTRIBUTION)
    lines = importlib.metadata.requires(DISTRIBUTION) or []
    return metadata["Requires-Python"], [_split(line) for line in lines if "extra ==" not in line]


def within(version: str, bounds: str) -> bool:
    """Whether a version satisfies bounds such as ">=2.4,<3".

    >>> within("2.10.1", ">=2.4,<3"), within("3.0", ">=2.4,<3")
    (True, False)
    """
    return all(_holds(_release(version), part.strip()) for part in bounds.split(",") if part.strip())


def _holds(version: tuple[int, ...], bound: str) -> bool:
    match = re.fullmatch(r"(>=|<=|==|<|>)\s*([\d.]+)", bound)
    if match is None:
        raise ValueError(f"bounds: got {bound!r}; accepted are >=, <=, ==, <, > with a version")
    limit = _release(match[2])
    length = max(len(version), len(limit))
    a, b = (parts + (0,) * (length - len(parts)) for parts in (version, limit))
    return {">=": a >= b, "<=": a <= b, "==": a == b, "<": a < b, ">": a > b}[match[1]]


def _release(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _split(line: str) -> tuple[str, str]:
    match = re.match(r"([A-Za-z0-9._-]+)\s*([^;]*)", line)
    if match is None:
        raise ValueError(f"dependencies: cannot read {line!r}")
    return match[1], match[2].strip()


def _python(bounds: str) -> Row:
    version = ".".join(map(str, sys.version_info[:3]))
    if within(version, bounds):
        return Row("Python")
    return Row("Python", f"this is {version}, the course needs {bounds}: run make course again with such a Python.")


def _package(name: str, bounds: str) -> Row:
    again = "run make course again, then open the lesson from there."
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Row(name, f"it is missing: {again}")
    return Row(name) if within(version, bounds) else Row(name, f"this is {version}, the course needs {bounds}: {again}")


def _widgets() -> Row:
    try:
        importlib.import_module("anywidget")
        importlib.metadata.version("jupyterlab_widgets")
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        return Row("live figures", f"widgets do not load ({error}): run make course again.")
    return Row("live figures")


def _floats() -> Row:
    broken = [sentence for sentence, holds in _float_facts() if not holds]
    return Row(
        "floating point", f"{broken[0]}: the numbers of lesson 01 will differ on this machine." if broken else ""
    )


def _float_facts() -> Iterator[tuple[str, bool]]:
    import numpy as np

    yield "float64 does not have 53 bits", bool(np.finfo(np.float64).eps == 2.0**-52)
    yield "float16 does not have 11 bits", bool(np.finfo(np.float16).eps == 2.0**-10)
    yield "float16 does not round to even", bool(np.float16(2049) == np.float16(2048))
    # Some compiled libraries switch the processor to a mode in which the smallest numbers become 0.
    tiny = np.array([2.0**-1074])
    yield "the smallest numbers are flushed to 0", bool((tiny * 1.0 > 0).all())


def _progress() -> Row:
    writable = current_progress().writable()
    mend = f"make its folder writable, or name another file in the environment variable {VARIABLE}."
    return Row("progress file", "" if writable else mend)


def _state(row: Row) -> str:
    return f"mend: {row.mend}" if row.mend else "ok"
