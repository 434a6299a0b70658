"""The shipped snapshot is whole and of the pinned versions; a damaged one says what is wrong with it."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement
from course_lib.topics.frameworks.snapshots import SHIPPED, DamagedSnapshot, read_snapshot, snapshot, write_snapshot

PROJECT = Path(__file__).resolve().parents[3]


def test_the_shipped_snapshot_has_every_library_and_program():
    for library in LIBRARIES:
        kernels = {row.kernel for row in snapshot().measurements if row.library == library}
        assert kernels, library
        for kernel in kernels:
            assert all(snapshot().row(library, program, kernel) is not None for program in PROGRAMS)
    assert all(row.kernel and row.version for row in snapshot().measurements)


def test_its_versions_are_the_pinned_ones():
    for row in snapshot().measurements:
        requirements = LIBRARIES[row.library].requirements
        if requirements:
            assert requirements[0].split("==")[1] == row.version
        else:
            assert row.library == "sympy"
            assert f"\nsympy=={row.version} " in (PROJECT / "requirements.txt").read_text()


def test_it_has_a_day_and_tells_on_what_it_was_measured():
    assert snapshot().date >= date(2026, 11, 22)
    assert set(snapshot().environment) == {"python", "system", "machine"}


def test_it_names_no_place_on_the_machine():
    text = SHIPPED.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|work|usr)/|\\\\|it printed", text)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_a_row_that_is_not_there():
    assert snapshot().row("torch", "relu").value == (0.0,)
    assert snapshot().row("torch", "relu", "abacus") is None
    assert snapshot().row("caffe", "relu") is None


ROWS = (
    Measurement("torch", "2.13.0", "CPU", "abs", "measured", (float("inf"),), "it printed: hello"),
    Measurement("torch", "2.13.0", "CPU", "relu", "not offered"),
    Measurement("torch", "2.13.0", "CPU", "sqrt", "error", None, "ZeroDivisionError"),
    Measurement("torch", "2.13.0", "CPU", "norm", "timed out"),
    Measurement("jax", "", "", "relu", "missing"),
    Measurement("torch", "2.13.0", "CPU", "abs", "measured", (1.0,), "", (2.0,)),
)


def test_what_lasts_is_written_and_read_back(tmp_path: Path):
    path = tmp_path / "snapshot.json"
    written = write_snapshot(path, date(2026, 1, 2), {"python": "3.11"}, ROWS)
    assert written == read_snapshot(path)
    assert written.date == date(2026, 1, 2)
    assert [(row.program, row.message) for row in written.measurements] == [
        ("abs", ""), ("relu", ""), ("sqrt", "ZeroDivisionError"),
    ]  # fmt: skip


GOOD = {
    "date": "2026-01-02",
    "environment": {"python": "3.11"},
    "measurements": [{"library": "torch", "kernel": "CPU", "program": "abs", "status": "measured", "value": [0.0]}],
}
ROW = GOOD["measurements"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "yesterday"}, "snapshot.json: Invalid isoformat string: 'yesterday'"),
        ({"date": 7}, "snapshot.json: "),
        ({"environment": {"python": 3}}, "environment: got"),
        ({"measurements": 7}, "snapshot.json: "),
        ({"measurements": [{**ROW, "library": "caffe"}]}, "caffe, CPU, abs: unknown library or program"),
        ({"measurements": [{**ROW, "program": "sin"}]}, "torch, CPU, sin: unknown library or program"),
        ({"measurements": [{**ROW, "value": [0.0, 1.0]}]}, "torch, CPU, abs: got 2 numbers; accepted are 1"),
        ({"measurements": [{**ROW, "value": ["zero"]}]}, "value: got"),
        ({"measurements": [ROW, ROW]}, "torch, CPU, abs: stands there twice"),
        ({"measurements": [{**ROW, "status": "timed out", "value": None}]}, "got the status 'timed out'; accepted are"),
        ({"measurements": [{**ROW, "value": [10**400]}]}, "value: got"),
        ({"measurements": [{**ROW, "point": [2.0]}]}, "torch, CPU, abs: got the point"),
        ({"author": "me"}, "accepted is an object with date, environment and measurements"),
    ],
)
def test_a_damaged_snapshot_says_what_is_wrong(tmp_path: Path, change: dict, message: str):
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(GOOD))
    assert len(read_snapshot(path).measurements) == 1
    path.write_text(json.dumps({**GOOD, **change}))
    with pytest.raises(DamagedSnapshot, match=message):
        read_snapshot(path)


@pytest.mark.parametrize("text", ["", "[1, 2", "[" * 100_000, "[]", '{"date": "2026-01-02"}'])
def test_a_file_that_is_cut_off(tmp_path: Path, text: str):
    path = tmp_path / "snapshot.json"
    path.write_text(text)
    with pytest.raises(DamagedSnapshot, match="snapshot.json: "):
        read_snapshot(path)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(DamagedSnapshot, match="nothing.json"):
        read_snapshot(tmp_path / "nothing.json")
