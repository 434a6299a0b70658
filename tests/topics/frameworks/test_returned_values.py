"""Questions to the snapshot, against a second way through its rows, and values that are known by hand."""

import pytest

from course_lib.topics.frameworks.experiment import (
    OFFERED_BY_NAME,
    measured_rows,
    outside_by_name,
    returned,
    spellings_of_relu,
)
from course_lib.topics.frameworks.libraries import PROGRAMS
from course_lib.topics.frameworks.snapshots import snapshot


def test_each_library_and_program_stands_there_once() -> None:
    pairs = [(row.library, row.program) for row in measured_rows()]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(row.library, row.program) for row in snapshot().measurements if row.value is not None}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_was_returned_is_what_the_snapshot_has(program) -> None:
    for library, value in returned(program).items():
        assert value == snapshot().row(library, program).value


def test_the_spellings_compute_relu() -> None:
    assert set(spellings_of_relu()) == {
        "relu", "maximum_x_0", "maximum_0_x", "clamp_min", "where_ge", "where_gt", "x_times_step", "half_x_plus_abs",
        "relu2", "relu3",
    }  # fmt: skip


def test_outside_by_hand() -> None:
    """No slope below 1/8 for leaky ReLU, only 1 for ELU with α = 1 and for max(x, x); the shares of a tie sum to 1."""
    wrong = {
        "leaky_relu": lambda v: not 0.125 <= v[0] <= 1,
        "elu_1": lambda v: v[0] != 1,
        "elu_2": lambda v: not 1 <= v[0] <= 2,
        "maximum_x_x": lambda v: v[0] != 1,
        "abs": lambda v: not -1 <= v[0] <= 1,
        "tied_max_reduce": lambda v: sum(v) != 1 or v[2] != 0,
        "tied_max_axis": lambda v: sum(v) != 1 or v[2] != 0,
    }
    for name in OFFERED_BY_NAME:
        wrong.setdefault(name, lambda v: not 0 <= v[0] <= 1)
    expected = {(row.library, row.program) for row in measured_rows() if wrong.get(row.program, lambda v: 0)(row.value)}
    assert {(row.library, row.program) for row in outside_by_name()} == expected != set()


def test_an_unknown_program_is_named() -> None:
    with pytest.raises(ValueError, match="program: got 'gelu'; accepted are 'relu', "):
        returned("gelu")
