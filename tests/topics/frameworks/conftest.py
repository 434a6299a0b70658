"""Libraries that are planted to behave badly, and the environments in which the real ones may be installed."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from course_lib.topics.frameworks import libraries
from course_lib.topics.frameworks.libraries import LIBRARIES, Library
from course_lib.topics.frameworks.measurements import Measurement
from course_lib.topics.frameworks.measuring import measure
from tools.measure_frameworks import is_current

ADAPTER = """
import ctypes, json, os, signal, subprocess, sys, time

{before}

def adapter():
    def differentiate(program, point):
        return program(*point)

    def relu(x):
        return max(x, 0.0), [float(x > 0)]

    def absolute(x):
{absolute}

    def root(x):
        return x**0.5, [0.5 / x**0.5 if x else float("inf")]

    return "planted, float64", differentiate, {{"relu": relu, "abs": absolute, "sqrt": root}}
"""
GOOD = "return abs(x), [float(x > 0) - float(x < 0)]"


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Measurement]]:
    """Measure relu, abs, sqrt of a planted library: ``before`` runs at its import, ``absolute`` is the body of abs."""
    monkeypatch.setattr(libraries, "ADAPTERS", tmp_path)
    monkeypatch.setitem(LIBRARIES, "toy", Library("toy", "Toy", ("toy==1.0",), ("toy",)))

    def planted(absolute: str = GOOD, before: str = "", **options: object) -> list[Measurement]:
        source = ADAPTER.format(before=dedent(before), absolute=indent(dedent(absolute), " " * 8))
        (tmp_path / "in_toy.py").write_text(source)
        given = {"time_limit": 30.0, "interpreters": {"toy": Path(sys.executable)}, **options}
        return measure(["toy"], ["relu", "abs", "sqrt"], **given)

    return planted


IN_CI = ("autograd", "micrograd", "tinygrad", "jax", "torch")  # What .ci/run installs.


@pytest.fixture
def installed(request: pytest.FixtureRequest) -> tuple[str, Path]:
    """A library and the Python of its own environment; skipped, or in CI failed, where it is not installed."""
    library = LIBRARIES[request.param]
    if not library.requirements:
        return library.id, Path(sys.executable)
    if not is_current(library, libraries.ENVIRONMENTS):
        reason = f"{' '.join(library.requirements)} is not in .frameworks: run make frameworks ARGS={library.id}"
        if os.environ.get("CI") == "true" and library.id in IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return library.id, libraries.python_of(libraries.ENVIRONMENTS / library.id)
