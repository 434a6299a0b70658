"""Ask libraries what they return at the kink, each in a process of its own, so that one may crash or hang."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import sympy as sp

from course_lib.checks import refusal
from course_lib.topics.frameworks.libraries import ADAPTERS, LIBRARIES, PROGRAMS, Library, Program, chosen, find_python
from course_lib.topics.frameworks.measurements import Measurement

WORKER = ADAPTERS / "worker.py"
STEP = 11 / 16  # From the point to those beside it: far from other kinks, exact in binary, and rarely on a kink.
ROUNDING = 1e-5  # Of a value of the function; float32 has seven digits.


def measure(
    libraries: Iterable[str] | None = None,
    programs: Iterable[str] | None = None,
    time_limit: float = 60.0,
    interpreters: Mapping[str, Path] | None = None,
) -> list[Measurement]:
    """The derivative of each program at its point, as each library returns it.

    `libraries` and `programs` are keys of `LIBRARIES` and `PROGRAMS`; all are asked if none are named. A row for each
    library, each of its kernels and each program comes back, in this order. A library that is missing, raises, crashes
    or takes more than `time_limit` seconds is rows that say so, never an exception. That a program computes the right
    function is checked by its values beside the point. `interpreters` names the Python that has a library; where it
    does not, that is this one, or that of the library's own environment, which `make frameworks` makes. ValueError for
    a name that is not known, or a limit that is not above 0.

    >>> for row in measure(["sympy"], ["abs", "where_ge", "relu6_0"]):
    ...     print(row.library, row.program, row.shown)
    sympy abs 0
    sympy where_ge 1
    sympy relu6_0 not offered
    """
    names = chosen("libraries", libraries, LIBRARIES)
    asked = [PROGRAMS[name] for name in chosen("programs", programs, PROGRAMS)]
    if not time_limit > 0:
        raise ValueError(refusal("time_limit", time_limit, "a number of seconds above 0"))
    rows = []
    for library in [LIBRARIES[name] for name in names]:
        python = (interpreters or {}).get(library.id) or find_python(library)
        for kernel in library.kernels:
            rows += _rows(library, kernel, python, asked, time_limit)
    return rows


class Ended(NamedTuple):
    """What is left of a process: the lines of its answer, the last line of what it printed, its exit code.

    The code is negative for a signal, and `None` if the process ran out of time and was killed.
    """

    lines: list[dict[str, Any]]
    printed: str
    code: int | None


def ask(
    library: Library,
    kernel: tuple[tuple[str, str], ...],
    python: Path,
    requests: Sequence[dict[str, Any]],
    time_limit: float,
) -> Ended:
    """Run the library's adapter with these programs; never raises because of what the library does.

    A request is the `id` of a program, the `point` for its derivative and a list of points for its value, `beside`.
    """
    asked = {"adapter": str(library.adapter), "distributions": library.distributions, "programs": requests}
    # -P: a library does not find the adapters' folder in the place of its own modules. -E: variables such as PYTHONPATH
    # name modules for this Python, not for another.
    options = ["-P", "-W", "ignore", *([] if python == Path(sys.executable) else ["-E"])]
    with tempfile.TemporaryDirectory(prefix="at-the-kink-", ignore_cleanup_errors=True) as folder:
        variables = {name: value.format(folder=folder) for name, value in (*library.variables, *kernel)}
        code: int | None = None
        try:
            process = subprocess.run(
                [str(python), *options, str(WORKER)],
                input=json.dumps(asked).encode(),
                capture_output=True,
                timeout=time_limit,
                cwd=folder,
                env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", **variables},
            )
            code, answer, printed = process.returncode, process.stdout, process.stderr
        except subprocess.TimeoutExpired as ended:
            answer, printed = ended.stdout or b"", ended.stderr or b""
        except OSError as error:
            code, answer, printed = 127, b"", str(error).encode()
    whole = answer[: answer.rfind(b"\n") + 1]  # A process that is killed may leave a part of a line.
    last = printed.decode("utf-8", errors="replace").strip().rpartition("\n")[2][-200:]
    return Ended([json.loads(line) for line in whole.splitlines()], last, code)


def _rows(
    library: Library, kernel: tuple[tuple[str, str], ...], python: Path | None, programs: list[Program], limit: float
) -> list[Measurement]:
    """One row for each program, with the kernel by its name as soon as the library has said it."""
    version, named = "", ", ".join(value for _, value in kernel)

    def row(program: Program, status: str, value: tuple[float, ...] | None = None, message: str = "") -> Measurement:
        return Measurement(library.id, version, named, program.id, status, value, message)

    if python is None:
        message = f"not installed here; make frameworks ARGS={library.id} makes an environment for it"
        return [row(program, "missing", None, message) for program in programs]
    requests = [{"id": p.id, "point": p.point, "beside": list(values_beside(p))} for p in programs]
    ended = ask(library, kernel, python, requests, limit)
    head, *results = ended.lines or [{}]
    version, named = head.get("version", ""), head.get("kernel", named)
    if "status" in head:
        return [row(program, head["status"], None, head["message"]) for program in programs]
    rows = [row(program, *_judged(program, result)) for program, result in zip(programs, results, strict=False)]
    if left := programs[len(rows) :]:
        where = f"at {left[0].id}" if head else "while it was imported"
        said = f"; it said: {ended.printed}" if ended.printed else ""
        status = "timed out" if ended.code is None else "crashed"
        rows += [row(program, status, None, f"{where}, {_end_in_words(ended.code)}{said}") for program in left]
    return rows


def _end_in_words(code: int | None) -> str:
    if code is None:
        return "its time was over"
    return f"its process ended with {f'code {code}' if code >= 0 else signal.Signals(-code).name}"


def _judged(program: Program, result: dict[str, Any]) -> tuple[str, tuple[float, ...] | None, str]:
    """Status, value and message; a program with other values than its function has no business in the table."""
    if result["status"] != "measured":
        return result["status"], None, result.get("message", "")
    value = tuple(result["value"])
    if len(value) != len(program.point):
        return "error", None, f"{len(value)} numbers came back, expected {len(program.point)}"
    for (point, expected), number in zip(values_beside(program).items(), result["beside"], strict=True):
        if not abs(number - expected) <= ROUNDING * max(1.0, abs(expected)):
            where = ", ".join(f"{number:g}" for number in point)
            return "error", None, f"it computes another function: {number:g} at {where}, expected {expected:g}"
    return "measured", value, ""


@lru_cache
def values_beside(program: Program) -> dict[tuple[float, ...], float]:
    """{point: value} of the program's function on both sides of its point; a root has one side only."""
    names = sp.symbols(program.variables, real=True)
    f = sp.sympify(program.function, locals=dict(zip(program.variables, names, strict=True)))
    values = {}
    for sign in (-1, 1):
        # A step of another length in each variable, so that no two of them are tied.
        point = tuple(a + sign * STEP * (i + 1) for i, a in enumerate(program.point))
        value = f.subs(dict(zip(names, point, strict=True)))
        if value.is_real:
            values[point] = float(value)
    return values
