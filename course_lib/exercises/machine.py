"""A one-minute check of the machine: what the course needs, and how to mend what is missing."""

import importlib
import importlib.metadata
import sys
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_lib.exercises.progress import VARIABLE, current_progress
from course_lib.table import LEFT, Cell, html_table

DISTRIBUTION = "at-the-kink"


@dataclass(frozen=True)
class Row:
    """One thing that was checked. `mend` says how to repair it; "" means that all is well."""

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
    packages = map(_package, requirements)
    return MachineCheck((_python(python), *packages, _widgets(), _floats(), _progress()))


def declared() -> tuple[SpecifierSet, list[Requirement]]:
    """The Python bounds and the needed packages, as the project declares them."""
    source = Path(__file__).parents[2] / "pyproject.toml"
    if source.is_file():  # In a clone this is newer than what was written at the time of the installation.
        project = tomllib.loads(source.read_text(encoding="utf-8"))["project"]
        python, lines = project["requires-python"], project["dependencies"]
    else:
        python = importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"]
        lines = importlib.metadata.requires(DISTRIBUTION) or []
    requirements = map(Requirement, lines)  # Those of an extra, such as the tests, have a marker that does not hold.
    return SpecifierSet(python), [r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]


def _misfit(version: str, bounds: SpecifierSet) -> str:
    """What is wrong with a version, the lower bound first; "" where it is within the bounds."""
    if bounds.contains(version, prereleases=True):
        return ""
    return f"this is {version}, the course needs {','.join(sorted(map(str, bounds), reverse=True))}"


def _python(bounds: SpecifierSet) -> Row:
    misfit = _misfit(".".join(map(str, sys.version_info[:3])), bounds)
    return Row("Python", f"{misfit}: run make course again with such a Python." if misfit else "")


def _package(requirement: Requirement) -> Row:
    try:
        trouble = _misfit(importlib.metadata.version(requirement.name), requirement.specifier)
    except importlib.metadata.PackageNotFoundError:
        trouble = "it is missing"
    again = "run make course again, then open the lesson from there."
    return Row(requirement.name, f"{trouble}: {again}" if trouble else "")


def _widgets() -> Row:
    try:
        importlib.import_module("anywidget")
        importlib.metadata.version("jupyterlab_widgets")
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        return Row("live figures", f"widgets do not load ({error}): run make course again.")
    return Row("live figures")


def _floats() -> Row:
    # Some compiled libraries switch the processor to a mode in which the smallest numbers become 0.
    smallest = np.array([2.0**-1074]) * 1.0
    facts = {
        "float64 does not have 53 bits": np.finfo(np.float64).eps == 2.0**-52,
        "float16 does not have 11 bits": np.finfo(np.float16).eps == 2.0**-10,
        "float16 does not round to even": np.float16(2049) == np.float16(2048),
        "the smallest numbers are flushed to 0": (smallest > 0).all(),
    }
    broken = next((sentence for sentence, holds in facts.items() if not holds), "")
    return Row("floating point", f"{broken}: the numbers of lesson 01 will differ on this machine." if broken else "")


def _progress() -> Row:
    writable = current_progress().writable()
    mend = f"make its folder writable, or name another file in the environment variable {VARIABLE}."
    return Row("progress file", "" if writable else mend)


def _state(row: Row) -> str:
    return f"mend: {row.mend}" if row.mend else "ok"
