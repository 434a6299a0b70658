"""Run one adapter in a process of its own: ``python worker.py request.json answer.jsonl``.

It needs the standard library only, because the environment that it runs in has nothing of the course. Every result is a
line of the answer file as soon as it is known; stdout and stderr are left to the library.
"""

import importlib.metadata
import json
import math
import os
import runpy
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import Any

MOST_BYTES = 2**26  # Of one file: a library that prints for ever does not fill the disk.


def main(request_path: str, answer_path: str) -> None:
    """Answer with one line for each event: version, ready, and the result of every program."""
    _limit_files()
    own = os.getpid()
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    with open(answer_path, "a", encoding="utf-8") as answer:

        def say(**line: Any) -> None:
            if os.getpid() != own:  # The library has forked: one process answers.
                return
            answer.write(json.dumps(line) + "\n")
            answer.flush()

        # A library must not find this folder's files in the place of its own modules.
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
        say(event="version", version=_version(request["distributions"]))
        try:
            kernel, differentiate, programs = runpy.run_path(request["adapter"])["adapter"]()
        except ImportError as error:
            say(event="absent", message=_one_line(error))
            return
        except BaseException as error:
            say(event="failed", message=_one_line(error))
            return
        say(event="ready", kernel=kernel, printed=_printed())
        for asked in request["programs"]:
            say(event="result", program=asked["id"], **_result(differentiate, programs.get(asked["id"]), asked))


def _limit_files() -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits, and a lower one may hold.
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        lower = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_FSIZE, (lower, hard))


def _version(distributions: list[str]) -> str:
    for name in distributions:
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name).split("+")[0]  # "+cpu" is said by the kernel.
    return ""


def _result(differentiate: Callable[..., Any], program: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The derivative at the point, and values beside it, which tell the course that the program is the right one."""
    if program is None:
        return {"status": "not offered"}
    try:
        _, gradient = differentiate(program, asked["point"])
        size = len(asked["point"])
        value = [_number(entry) for entry in islice(gradient, size + 1)]  # It may be an iterator without end.
        if len(value) != size:
            more = " or more" if len(value) > size else ""
            raise ValueError(f"{len(value)} numbers{more} came back, expected {size}")
        beside = [_number(differentiate(program, point)[0]) for point in asked["beside"]]
    except BaseException as error:
        return {"status": "error", "message": _one_line(error), "printed": _printed()}
    return {"status": "measured", "value": value, "beside": beside, "printed": _printed()}


def _number(entry: Any) -> float | str:
    """JSON has no NaN and no infinity."""
    kind = getattr(getattr(entry, "dtype", None), "kind", "")
    # float() reads texts, and drops the imaginary part of NumPy's numbers.
    if isinstance(entry, (str, bytes, bytearray, memoryview)) or kind in ("S", "U"):
        raise TypeError(f"a text came back, {entry!r:.40}, expected a number")
    if isinstance(entry, complex) or kind == "c":
        raise TypeError(f"a complex number came back, {entry!r:.60}, expected a real number")
    number = float(entry)
    return number if math.isfinite(number) else str(number)


def _printed() -> int:
    """How many bytes stdout and stderr, which are one file, hold by now."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # The library may have closed or replaced it.
            stream.flush()
    with suppress(OSError):
        return os.fstat(1).st_size
    return 0


def _one_line(error: BaseException) -> str:
    try:
        text = " ".join(str(error).encode("utf-8", "replace").decode().split())
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


if __name__ == "__main__":
    main(*sys.argv[1:])
