"""Run one adapter in a process of its own: a request as JSON on stdin, an answer in lines of JSON on stdout.

It needs the standard library only, because the environment that it runs in has nothing of the course. The first line
says the version and what does the arithmetic, or why the library cannot be asked; then the result of each program
follows as soon as it is known.
"""

import importlib.metadata
import json
import os
import runpy
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def main() -> None:
    """Answer with a line for the library and one for each program."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # What the library prints goes to stderr, so that nothing stands between the lines of the answer.

    def say(**line: Any) -> None:
        print(json.dumps(line), file=answer, flush=True)

    request = json.load(sys.stdin)
    version = _version(request["distributions"])
    try:
        kernel, differentiate, programs = runpy.run_path(request["adapter"])["adapter"]()
    except Exception as error:
        say(version=version, status="missing" if isinstance(error, ImportError) else "error", message=_one_line(error))
        return
    say(version=version, kernel=kernel)
    for asked in request["programs"]:
        say(**_result(differentiate, programs.get(asked["id"]), asked))


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
        beside = [float(differentiate(program, point)[0]) for point in asked["beside"]]
        return {"status": "measured", "value": [float(entry) for entry in gradient], "beside": beside}
    except Exception as error:
        return {"status": "error", "message": _one_line(error)}


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


if __name__ == "__main__":
    main()
