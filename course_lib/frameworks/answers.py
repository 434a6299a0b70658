"""From what a library's process left behind to measurements."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from course_lib.frameworks.answer_lines import TEXTS
from course_lib.frameworks.library_process import Ended
from course_lib.frameworks.measurements import Measurement, decode, encodable
from course_lib.frameworks.programs import PROGRAMS, Program

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
