"""Measure what other libraries return at the kink: `python -m tools.measure_frameworks [library ...]`.

Each library gets an environment of its own in `.frameworks/`, with the version that the course pins, and is
measured there. The values are printed beside the shipped snapshot, and what has changed since is named.
`--write-snapshot` puts the values in the place of those that the snapshot has of these libraries, with their own date.
SymPy comes with the course and needs no environment.
"""

import argparse
import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from course_lib.topics.frameworks.figures import value_table
from course_lib.topics.frameworks.libraries import ENVIRONMENTS, LIBRARIES, PROGRAMS, Library, python_of
from course_lib.topics.frameworks.measurements import (
    LASTING,
    SHIPPED,
    DamagedSnapshot,
    Measurement,
    Origin,
    Snapshot,
    merged,
    news,
    read_snapshot,
    write_snapshot,
)
from course_lib.topics.frameworks.measuring import measure

STAMP = "installed.json"  # Written last: an installation that was interrupted is made anew.


def prepare(library: Library, environments: Path) -> tuple[Path | None, str]:
    """The Python that has the library's pinned version, and why there is none if there is none."""
    if not library.requirements:
        return Path(sys.executable), ""
    folder = environments / library.id
    if not is_current(library, environments):
        print(f"{library.title}: installing {' '.join(library.requirements)}", flush=True)
        started = time.perf_counter()
        problem = _install(library, folder)
        if problem:
            return None, f"could not be installed: {problem}"
        (folder / STAMP).write_text(json.dumps(_stamp(library, folder)), encoding="utf-8")
        print(f"{library.title}: installed in {time.perf_counter() - started:.0f} s", flush=True)
    return python_of(folder), ""


def is_current(library: Library, environments: Path) -> bool:
    """Is the pinned version installed, whole, in this place and for this Python?"""
    folder = environments / library.id
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8")) == _stamp(library, folder))
    except (OSError, ValueError):
        return False


def _stamp(library: Library, folder: Path) -> dict[str, object]:
    return {"python": platform.python_version(), "requirements": list(library.requirements), "folder": str(folder)}


def _install(library: Library, folder: Path) -> str:
    """Make the environment anew; returns what went wrong, or nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    here = importlib.util.find_spec("pip") is not None  # An environment that uv made has none.
    try:
        venv.EnvBuilder(with_pip=not here).create(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no environment could be made: {error}"
    python = str(python_of(folder))
    pip = [sys.executable, "-m", "pip", "--python", python] if here else [python, "-m", "pip"]
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:")
    command = [*pip, "install", *options, *library.requirements]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL)
    if ended.returncode == 0:
        return ""
    said = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")] or ended.stderr.splitlines()
    return " ".join(said[-1:]) or f"pip ended with code {ended.returncode}"


def measure_pinned(libraries: Sequence[str], environments: Path, time_limit: float) -> list[Measurement]:
    """Rows of these libraries; one that cannot be installed is a row that says so."""
    rows = []
    for name in libraries:
        library = LIBRARIES[name]
        python, problem = prepare(library, environments)
        if python is None:
            rows += [Measurement(name, "", "", program, "missing", None, problem) for program in PROGRAMS]
            continue
        print(f"{library.title}: measuring", flush=True)
        rows += measure([name], time_limit=time_limit, interpreters={name: python})
    return rows


def not_lasting(rows: Sequence[Measurement], libraries: Iterable[str]) -> list[str]:
    """Why these rows of these libraries cannot become the snapshot: something is missing, crashed or hung."""
    problems = [
        f"{LIBRARIES[row.library].title}, {row.program}: {row.status}"
        for row in rows
        if row.status not in LASTING and row.status != "missing"
    ]
    lasting = {row.library for row in rows if row.status in LASTING}
    return problems + [f"{LIBRARIES[name].title} is missing" for name in libraries if name not in lasting]


def main(arguments: Sequence[str] | None = None, environments: Path = ENVIRONMENTS, target: Path = SHIPPED) -> int:
    """Run the command; 1 only when a snapshot was asked for and the measurement is not whole."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.measure_frameworks", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "libraries", nargs="*", metavar="library", help=f"of {', '.join(LIBRARIES)}; all if none is given"
    )
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds for one library's process")
    parser.add_argument("--write-snapshot", action="store_true", help="put these values into the snapshot")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.libraries) - set(LIBRARIES)):
        parser.error(f"no library {', '.join(unknown)}; there are {', '.join(LIBRARIES)}")
    chosen = [name for name in LIBRARIES if not options.libraries or name in options.libraries]
    rows = measure_pinned(chosen, environments, options.time_limit)
    print(f"\n{value_table(rows, libraries=chosen)}\n")
    changes = news(rows)
    print("\n".join(changes) if changes else "No news: every value is that of the snapshot.")
    if not options.write_snapshot:
        return 0
    if problems := not_lasting(rows, chosen):
        print("No snapshot was written: " + "; ".join(problems), file=sys.stderr)
        return 1
    facts = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}
    try:
        since = read_snapshot(target) if target.exists() else Snapshot({}, ())
    except DamagedSnapshot as error:
        print(f"No snapshot was written: {error}", file=sys.stderr)
        return 1
    write_snapshot(target, merged(since, Origin(datetime.now(UTC).date(), facts), rows))
    print(f"{target.name} is written, with new values of {', '.join(LIBRARIES[name].title for name in chosen)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
