"""The libraries that are installed in .frameworks/, measured for real and compared with the snapshot."""

import math
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Program
from course_lib.topics.frameworks.measurements import Measurement, judge
from course_lib.topics.frameworks.measuring import measure
from course_lib.topics.frameworks.snapshots import news, snapshot

EVERY = pytest.mark.parametrize("installed", LIBRARIES, indirect=True)
# Wrong also where the function is smooth: both arguments tie everywhere, and MyGrad gives neither of them a share.
WRONG_BESIDE = {("mygrad", "maximum_x_x")}


def beside(program: Program) -> list[Program]:
    """The program away from its kinks: a step to the left and to the right, of another length in each variable."""
    points = [tuple(a + sign * 1.5 * (i + 1) for i, a in enumerate(program.point)) for sign in (-1, 1)]
    return [replace(program, point=point) for point in points if program.id != "sqrt" or min(point) > 0]


ASKED = [shifted for program in PROGRAMS.values() for shifted in (program, *beside(program))]


@cache
def measured(name: str, python: Path) -> list[tuple[Program, Measurement]]:
    """Every program at its kink and beside it, in one process for each kernel that is available."""
    rows = measure([name], ASKED, interpreters={name: python})
    found = [(program, row) for program, row in zip(cycle(ASKED), rows) if row.status != "missing"]
    assert {row.program for _, row in found} == set(PROGRAMS), "no kernel of it is available"
    return found


@EVERY
def test_every_value_is_that_of_the_snapshot(installed: tuple[str, Path]):
    name, python = installed
    rows = [row for program, row in measured(name, python) if program is PROGRAMS[program.id]]
    assert len(rows) in (len(PROGRAMS), len(PROGRAMS) * len(LIBRARIES[name].kernels))
    for row in rows:
        # A kernel that the snapshot's machine did not have is held to the same values.
        expected = snapshot().row(name, row.program, row.kernel) or snapshot().row(name, row.program)
        assert (row.version, row.status, row.shown) == (expected.version, expected.status, expected.shown), row
    assert news(rows) == []


@EVERY
def test_beside_the_kink_it_returns_the_derivative(installed: tuple[str, Path]):
    name, python = installed
    rows = [(program, row) for program, row in measured(name, python) if program is not PROGRAMS[program.id]]
    assert {row.status for _, row in rows} <= {"measured", "not offered"}
    found = [(program, row.value) for program, row in rows if row.value is not None]
    assert len(found) >= 2 * len({program.id for program, _ in found}) - 1
    wrong = {(name, program.id) for program, value in found if judge(program, value).verdict != "derivative"}
    assert wrong == {entry for entry in WRONG_BESIDE if entry[0] == name}


def test_what_the_lesson_relies_on_is_in_the_snapshot():
    """Values that documentation and papers speak of, by hand."""
    expected = {
        ("torch", "relu"): 0.0,
        ("torch", "maximum_x_0"): 0.5,
        ("torch", "clamp_min"): 1.0,
        ("tensorflow", "maximum_x_0"): 1.0,
        ("tensorflow", "maximum_0_x"): 0.0,
        ("tensorflow", "identity_max"): 2.0,
        ("jax", "abs"): 1.0,
        ("jax", "leaky_relu"): 1.0,
        ("tinygrad", "relu6_6"): 1.0,
        ("tinygrad", "elu_1"): 0.0,
        ("mygrad", "maximum_x_0"): 0.0,
        ("micrograd", "relu"): 0.0,
        ("sympy", "maximum_x_0"): 0.5,
    }
    for (library, program), value in expected.items():
        assert snapshot().row(library, program).value == (value,)
    assert math.isnan(snapshot().row("torch", "sqrt_square").value[0])
