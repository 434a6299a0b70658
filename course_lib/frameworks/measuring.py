"""Ask libraries what they return at the kink."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from course_lib.frameworks.answers import as_request, moved_to, points_beside, rows_of
from course_lib.frameworks.libraries import LIBRARIES, Library, find_python
from course_lib.frameworks.library_process import run_worker
from course_lib.frameworks.measurements import Measurement, shortened
from course_lib.frameworks.programs import PROGRAMS, Program

LONGEST = 86_400.0  # Seconds of a time limit.
MOST_TIMEOUTS = 2  # A library that hangs everywhere costs so many time limits, not one for each program.


def measure(
    libraries: Iterable[str] | None = None,
    programs: Iterable[str | Program] | None = None,
    time_limit: float = 60.0,
    progress: bool = False,
    interpreters: Mapping[str, Path | None] | None = None,
) -> list[Measurement]:
    """The derivative of every program at its point, as each library returns it.

    Each library runs in a process of its own with a time limit. One that is missing, crashes, hangs, raises or returns
    something else than numbers is a row that says so, never an exception; the remaining programs are then measured in a
    new process. That a program computes the right function is checked by its values beside the point.

    Parameters
    ----------
    libraries : iterable of str, optional
        Keys of ``LIBRARIES``; all if it is not given.
    programs : iterable of str or Program, optional
        Keys of ``PROGRAMS``, or records, for instance one with another point; all if it is not given.
    time_limit : float
        Seconds for one process, up to a day.
    progress : bool
        Show a progress bar.
    interpreters : mapping of str to Path, optional
        The Python that has a library; ``None`` if none has. By default it is this one, if it has the library, else that
        of the library's own environment, which ``make frameworks`` makes.

    Returns
    -------
    list of Measurement
        For each library, each of its kernels and each program one row, in this order.

    Examples
    --------
    >>> for row in measure(["sympy"], ["abs", "where_ge", "relu6_0"]):
    ...     print(row.library, row.program, row.shown)
    sympy abs 0
    sympy where_ge 1
    sympy relu6_0 not offered
    """
    chosen = [LIBRARIES[name] for name in _known("libraries", libraries, LIBRARIES)]
    asked = [entry if isinstance(entry, Program) else PROGRAMS[entry] for entry in _asked_programs(programs)]
    if not (isinstance(time_limit, int | float) and 0 < time_limit <= LONGEST):
        raise ValueError(
            f"time_limit: got {shortened(time_limit)}; accepted is a positive number of seconds, up to a day"
        )
    _known("interpreters", interpreters or {}, LIBRARIES)
    found = []
    for library in _with_progress(chosen, progress):
        python = interpreters[library.id] if interpreters and library.id in interpreters else find_python(library)
        for kernel in library.kernels:
            found += _measured(library, kernel, asked, python, time_limit)
    return found


def _known(argument: str, names: Iterable[Any] | None, accepted: Mapping[str, Any]) -> list[Any]:
    if names is None:
        return list(accepted)
    if isinstance(names, str):
        raise ValueError(f"{argument}: got the text {names!r}; accepted is a list such as [{names!r}]")
    names = list(names)
    for name in names:
        if name not in accepted:
            raise ValueError(f"{argument}: got {name!r}; accepted are {', '.join(map(repr, accepted))}")
    return names


def _asked_programs(programs: Iterable[str | Program] | None) -> list[str | Program]:
    if programs is None or isinstance(programs, str):
        return _known("programs", programs, PROGRAMS)
    entries = list(programs)
    _known("programs", [entry for entry in entries if not isinstance(entry, Program)], PROGRAMS)
    for entry in entries:
        if isinstance(entry, Program):
            _check_point(entry)
    return entries


def _check_point(program: Program) -> None:
    accepted = "finite numbers, at which or beside which the function has a finite value"
    finite = isinstance(program.point, tuple) and all(
        isinstance(number, int | float) and abs(number) <= sys.float_info.max for number in program.point
    )
    if not (program.point and finite and points_beside(program)):
        raise ValueError(f"programs: got {program.id} at the point {shortened(program.point)}; accepted are {accepted}")


def _with_progress(libraries: list[Library], progress: bool) -> Iterator[Library]:
    if not progress:
        yield from libraries
        return
    from tqdm.auto import tqdm

    with tqdm(libraries, unit="library") as bar:
        for library in bar:
            bar.set_description(library.title)
            yield library


def _measured(
    library: Library, kernel: tuple[tuple[str, str], ...], programs: list[Program], python: Path | None, limit: float
) -> list[Measurement]:
    """One row for each program, from as many processes as it takes."""
    named = ", ".join(value for _, value in kernel)
    if python is None:
        message = f"not installed here; make frameworks ARGS={library.id} makes an environment for it"
        return [
            Measurement(library.id, "", named, program.id, "missing", None, message, moved_to(program))
            for program in programs
        ]
    rows: list[Measurement] = []
    timeouts = 0
    while len(rows) < len(programs):
        left = programs[len(rows) :]
        ended = run_worker(library, kernel, python, [as_request(program) for program in left], limit)
        rows += rows_of(library.id, named, left, ended)
        timeouts += ended.code is None
        if timeouts == MOST_TIMEOUTS:
            message = f"not tried: {MOST_TIMEOUTS} processes had run out of time"
            version, kernel_name = rows[-1].version, rows[-1].kernel
            rows += [
                Measurement(library.id, version, kernel_name, program.id, "timed out", None, message, moved_to(program))
                for program in programs[len(rows) :]
            ]
    return rows
