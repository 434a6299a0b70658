"""Ask libraries what they return at the kink."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from course_lib.topics.frameworks.libraries import ADAPTERS, LIBRARIES, PROGRAMS, Library, Program, find_python
from course_lib.topics.frameworks.measurements import Measurement, decode, encodable, shortened

# The lines of a worker's answer: which of them are whole, and say what a line of their kind has to say.


STATUSES = ("measured", "not offered", "error")
TEXTS = {  # What is a text, for each event.
    "version": ("version",),
    "absent": ("message",),
    "failed": ("message",),
    "ready": ("kernel",),
    "result": ("program", "status"),
}


def events_of(answer: bytes) -> tuple[dict[str, Any], ...]:
    """The lines that can be used: a process that is killed leaves a part of one, and a library may write others."""
    found = []
    for line in answer.decode("utf-8", errors="replace").splitlines():
        with suppress(ValueError, RecursionError):
            event = json.loads(line)
            if _is_whole(event):
                found.append(event)
    return tuple(found)


def _is_whole(event: Any) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("event"), str) or event["event"] not in TEXTS:
        return False
    if not all(isinstance(event.get(name), str) for name in TEXTS[event["event"]]):
        return False
    if not isinstance(event.get("message", ""), str) or not isinstance(event.get("printed", 0), int):
        return False
    if event["event"] != "result":
        return True
    lists = [event.get(name) for name in ("value", "beside")] if event["status"] == "measured" else []
    return event["status"] in STATUSES and all(isinstance(entry, list) for entry in lists)


# A process of its own for a library: it may crash, hang or print, and only it is affected.


WORKER = ADAPTERS / "worker.py"
MOST_PRINTED = 2**20  # Bytes; a library that prints for ever does not fill this process's memory too.


@dataclass(frozen=True)
class Ended:
    """What is left of a process: the lines of its answer, what it printed, and how it ended.

    ``code`` is its exit code, negative for a signal; ``None`` if it ran out of time and was killed.
    """

    events: tuple[dict[str, Any], ...]
    printed: bytes
    code: int | None

    @property
    def reason(self) -> str:
        """How it ended, for people."""
        if self.code is None:
            return "it was still running when its time was over"
        if self.code < 0:
            with suppress(ValueError):
                return f"its process was ended by {signal.Signals(-self.code).name}"
        return f"its process ended with code {self.code}"


def run_worker(
    library: Library,
    kernel: tuple[tuple[str, str], ...],
    python: Path,
    programs: list[dict[str, Any]],
    time_limit: float,
) -> Ended:
    """Ask the library for these programs in a fresh process; never raises because of what the library does."""
    with tempfile.TemporaryDirectory(prefix="at-the-kink-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        asked = {"adapter": str(library.adapter), "distributions": library.distributions, "programs": programs}
        (folder / "request.json").write_text(json.dumps(asked), encoding="utf-8")
        answer, output = folder / "answer.jsonl", folder / "output.txt"
        scratch = folder / "scratch"
        scratch.mkdir()
        command = [str(python), str(WORKER), str(folder / "request.json"), str(answer)]
        # Both stay open: the library may delete the folder, and what it wrote can still be read.
        with output.open("a+b") as printed, answer.open("a+b") as answered:
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=printed,
                    cwd=scratch,
                    env=_variables(library, kernel, python, scratch),
                    start_new_session=True,
                )
            except OSError as error:
                return Ended((), str(error).encode(), 127)
            try:
                code: int | None = process.wait(time_limit)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
            return Ended(events_of(_read(answered)), _read(printed, MOST_PRINTED), code)


def _variables(library: Library, kernel: tuple[tuple[str, str], ...], python: Path, scratch: Path) -> dict[str, str]:
    own = dict(os.environ)
    if python != Path(sys.executable):
        own.pop("PYTHONPATH", None)  # It names modules for this Python.
        own.pop("PYTHONHOME", None)
    elif "PYTHONPATH" in own:  # Its folders are meant from here; the folder of the reader's own files is none of them.
        entries = [os.path.abspath(entry) for entry in own["PYTHONPATH"].split(os.pathsep) if entry]
        own["PYTHONPATH"] = os.pathsep.join(entry for entry in entries if entry != os.getcwd())
    chosen = {name: value.format(folder=scratch) for name, value in (*library.variables, *kernel)}
    return {**own, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore", "CUDA_VISIBLE_DEVICES": "-1", **chosen}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    if hasattr(os, "killpg"):
        with suppress(OSError):  # It has ended, and nothing of it is left.
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()


def _read(file: BinaryIO, most: int = -1) -> bytes:
    with suppress(OSError):
        file.seek(0)
        return file.read(most)
    return b""


# From what a library's process left behind to measurements.


STEP = 11 / 16  # From the point to those beside it: far from other kinks, exact in binary, and rarely on a kink.
ROUNDING = 1e-5  # Of a value of the function; float32 has seven digits.


def as_request(program: Program) -> dict[str, Any]:
    """What the worker has to know of a program: its id, its point and two points beside it."""
    return {"id": program.id, "point": program.point, "beside": points_beside(program)}


def moved_to(program: Program) -> tuple[float, ...]:
    """The point of a record whose point is not that of ``PROGRAMS``; else nothing."""
    return () if PROGRAMS.get(program.id, program).point == program.point else program.point


def points_beside(program: Program) -> list[tuple[float, ...]]:
    """Points at which the function's value tells whether it is the right one."""
    # A step of another length in each variable, so that no two of them are tied.
    steps = [STEP * (i + 1) for i in range(len(program.point))]
    points = [tuple(a + sign * step for a, step in zip(program.point, steps, strict=True)) for sign in (-1, 1)]
    return [point for point in points if math.isfinite(_function_at(program, point))]  # The root has one side only.


@lru_cache(maxsize=1024)
def _function_at(program: Program, point: tuple[float, ...]) -> float:
    import sympy as sp

    names = sp.symbols(program.variables, real=True)
    texts = dict(zip(program.variables, names, strict=True))
    value = sp.sympify(program.function, locals=texts).subs(dict(zip(names, point, strict=True)))
    try:
        return float(value) if value.is_number and value.is_real else math.nan
    except OverflowError:
        return math.inf


def rows_of(library: str, kernel: str, programs: Sequence[Program], ended: Ended) -> list[Measurement]:
    """Rows for the first of these programs, at least one: up to the program at which the process ended, if it did.

    ``kernel`` is its name until the library has said a better one.
    """
    events = {name: [event for event in ended.events if event["event"] == name] for name in TEXTS}
    version = encodable(events["version"][0]["version"]) if events["version"] else ""
    if events["ready"]:
        kernel = encodable(events["ready"][0]["kernel"])
    lost = "timed out" if ended.code is None else "crashed"

    def row(program: Program, status: str, value: tuple[float, ...] | None = None, message: str = "") -> Measurement:
        return Measurement(library, version, kernel, program.id, status, value, encodable(message), moved_to(program))

    for name, status in (("absent", "missing"), ("failed", "error")):
        if events[name]:
            return [row(program, status, message=events[name][0]["message"]) for program in programs]
    if not events["ready"]:
        message = _with_print(f"while it was imported, {ended.reason}", ended.printed)
        return [row(program, lost, message=message) for program in programs]
    rows = []
    before = events["ready"][0].get("printed", 0)
    for program, result in zip(programs, events["result"], strict=False):
        if result["program"] != program.id:
            break
        after = result.get("printed", before)
        rows.append(row(program, *_judged(program, result, ended.printed[before:after])))
        before = after
    if len(rows) < min(len(programs), len(events["result"])):
        if not rows:  # What follows the rows that match is asked anew.
            rows.append(row(programs[0], "error", message="the result of another program came in its place"))
    elif len(rows) < len(programs):
        rows.append(row(programs[len(rows)], lost, message=_with_print(ended.reason, ended.printed[before:])))
    at_import = ended.printed[: events["ready"][0].get("printed", 0)]
    if at_import.strip():
        said = _with_print("", at_import, "it printed while it was imported")
        rows[0] = replace(rows[0], message="; ".join(filter(None, (said, rows[0].message))))
    return rows


def _judged(program: Program, result: dict[str, Any], printed: bytes) -> tuple[str, tuple[float, ...] | None, str]:
    """Status, value and message; a program with other values than its function has no business in the table."""
    if result["status"] != "measured":
        return result["status"], None, _with_print(result.get("message", ""), printed)
    beside = points_beside(program)
    try:
        value, values = decode(result["value"]), decode(result["beside"])
    except ValueError as error:
        return "error", None, str(error)
    if len(value) != len(program.point) or len(values) != len(beside):
        return "error", None, f"{len(value)} numbers came back, expected {len(program.point)}"
    for point, number in zip(beside, values, strict=True):
        expected = _function_at(program, point)
        if not abs(number - expected) <= ROUNDING * max(1.0, abs(expected)):
            where = ", ".join(f"{number:g}" for number in point)
            return "error", None, f"it computes another function: {number:g} at {where}, expected {expected:g}"
    return "measured", value, _with_print("", printed)


def _with_print(message: str, printed: bytes, how: str = "it printed") -> str:
    text = " ".join(printed[:2000].decode("utf-8", errors="replace").split())
    if not text:
        return message
    said = f"{how}: {text[:200]}{'…' if len(text) > 200 else ''}"
    return f"{message}; {said}" if message else said


# Ask libraries what they return at the kink.


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
