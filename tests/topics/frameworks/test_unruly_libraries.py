"""Libraries that fork, delete, print without end or write answers themselves, and points that cannot be measured."""

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measuring import Ended, events_of, measure, rows_of
from course_lib.topics.frameworks.snapshots import news
from course_lib.topics.frameworks.tables import value_table

GOOD = [("relu", "measured", (0.0,)), ("abs", "measured", (0.0,)), ("sqrt", "measured", (math.inf,))]
READY = {"event": "ready", "kernel": "planted", "printed": 0}


def shown(rows):
    return [(row.program, row.status, row.value) for row in rows]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_library_that_forks_answers_once(plant):
    # The copy is faster, and would answer first.
    body = "child = x == 0 and os.fork() == 0\nif x == 0 and not child: time.sleep(1)\nreturn abs(x), [child / 4]"
    assert shown(plant(body)) == GOOD


def test_results_belong_to_the_program_that_they_name():
    events = tuple(
        {"event": "result", "program": name, "status": "measured", "value": [0.0], "beside": [11 / 16, 11 / 16]}
        for name in ("abs", "sqrt")
    )
    programs = [PROGRAMS["abs"], PROGRAMS["relu"], PROGRAMS["sqrt"]]
    assert shown(rows_of("toy", "", programs, Ended((READY, *events), b"", 0))) == [("abs", "measured", (0.0,))]
    (row,) = rows_of("toy", "", programs[1:], Ended((READY, *events), b"", 0))
    assert (row.program, row.status) == ("relu", "error")
    assert row.message == "the result of another program came in its place"


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "result"}',
        '{"event": "ready"}',
        '{"event": ["result"]}',
        '{"event": "result", "program": "relu", "status": "fine"}',
        '{"event": "result", "program": "relu", "status": "measured", "value": 0, "beside": []}',
        "[" * 100_000,
    ],
)
def test_a_line_that_says_too_little_is_no_answer(plant, line: str):
    whole = {"event": "version", "version": "1.0"}
    assert events_of(f"{line}\n{json.dumps(whole)}\n".encode()) == (whole,)
    assert shown(plant(before=f"open(sys.argv[2], 'a').write({line + chr(10)!r})")) == GOOD


@pytest.mark.parametrize("lists", [([], []), ([0.0, 0.0], [11 / 16, 11 / 16]), ([0.0], [1.0]), ([10**400], [0, 0])])
def test_an_answer_of_the_wrong_size_is_an_error(lists):
    result = {"event": "result", "program": "abs", "status": "measured", "value": lists[0], "beside": lists[1]}
    (row,) = rows_of("toy", "", [PROGRAMS["abs"]], Ended((READY, result), b"", 0))
    assert row.status == "error"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("numpy.complex128(0.5 + 7j)", "a complex number came back, "),
        ("numpy.complex64(0.5 + 7j)", "a complex number came back, "),
        ("numpy.array(0.5 + 7j)", "a complex number came back, "),
        ("numpy.array('0.5')", "a text came back, "),
        ("b'0.5'", "a text came back, b'0.5', expected a number"),
        ("bytearray(b'0.5')", "a text came back, "),
    ],
)
def test_an_imaginary_part_or_a_text_is_no_number(plant, entry: str, message: str):
    row = plant(f"import numpy\nreturn abs(x), [{entry}]")[1]
    assert row.status == "error"
    assert row.message.startswith(f"TypeError: {message}")


def test_an_endless_gradient_is_an_error(plant):
    row = plant("import itertools\nreturn abs(x), itertools.repeat(0.0)", time_limit=10.0)[1]
    assert (row.status, row.message) == ("error", "ValueError: 2 numbers or more came back, expected 1")


def test_a_message_of_lone_surrogates_can_be_printed(plant):
    row = plant("raise ValueError('\\ud800')")[1]
    assert row.message == "ValueError: ?"
    repr(value_table([replace(row, library="torch")])).encode()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not delete a folder that is in use")
@pytest.mark.parametrize("folder", ["os.getcwd()", "os.path.dirname(os.getcwd())"])
def test_a_library_that_deletes_its_folder_is_still_measured(plant, folder: str):
    rows = plant(before=f"import shutil\nprint('gone')\nshutil.rmtree({folder})")
    assert shown(rows) == GOOD
    assert rows[0].message == "it printed while it was imported: gone"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of a file's size")
def test_a_library_that_prints_without_end_does_not_fill_the_disk(plant):
    rows = plant("line = 'word ' * 200_000\nwhile True: print(line)")
    assert shown(rows) == [GOOD[0], ("abs", "error", None), GOOD[2]]
    assert rows[1].message.startswith("OSError: ")
    rows = plant("signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\nline = 'word ' * 200_000\nwhile True: print(line)")
    assert shown(rows) == [GOOD[0], ("abs", "crashed", None), GOOD[2]]
    assert rows[1].message.startswith("its process was ended by SIGXFSZ")


@pytest.mark.parametrize("at", ["folder", "file"])
def test_the_working_directory_is_not_searched(tmp_path: Path, at: str):
    if at == "folder":
        (tmp_path / "no_such_library").mkdir()
    else:
        (tmp_path / "no_such_library.py").touch()
    code = (
        "from course_lib.topics.frameworks.libraries import Library, find_python\n"
        "print(find_python(Library('no_such_library', '', (), ())), find_python(Library('sympy', '', (), ())))"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).resolve().parents[3])])
    for own in (paths, paths.split(os.pathsep)[1]):
        command = [sys.executable, "-c", code]
        environment = {**os.environ, "PYTHONPATH": own}
        said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert said.stdout.split() == ["None", sys.executable]


def test_the_worker_does_not_search_the_working_directory_either(plant, tmp_path: Path, monkeypatch):
    (tmp_path / "planted_here.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert {row.status for row in plant(before="import planted_here")} == {"missing"}


def test_a_row_at_another_point_is_not_compared_with_the_programs_own():
    (row,) = measure(["sympy"], [replace(PROGRAMS["abs"], point=(-2.0,))])
    assert (row.value, row.point) == ((-1.0,), (-2.0,))
    assert news([row]) == []
    assert repr(value_table([row])) == repr(value_table())
    (row,) = measure(["sympy"], [replace(PROGRAMS["abs"], title="the same point")])
    assert row.point == ()
    (row,) = measure(["sympy"], [replace(PROGRAMS["abs"], point=(-2.0,))], interpreters={"sympy": None})
    assert (row.status, row.point) == ("missing", (-2.0,))


@pytest.mark.parametrize(
    ("program", "point"),
    [
        ("sqrt", (-1.0,)), ("relu", (math.nan,)), ("relu", (math.inf,)), ("relu", (10**400,)), ("relu", ()),
        ("relu", ("1",)), ("relu", (0.0, 1.0)), ("norm", (0.0,)),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_measured_is_refused(program: str, point: tuple):
    moved = replace(PROGRAMS[program], point=point)
    with pytest.raises(ValueError, match=f"programs: got {program} at the point .*; accepted are finite numbers"):
        measure(["sympy"], [moved], interpreters={"sympy": None})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time_limit": 10**400}, "time_limit: got 1000.*; accepted is a positive number of seconds"),
        ({"time_limit": 10**5000}, "time_limit: got .*; accepted is a positive number of seconds"),
        ({"interpreters": {"tensorfow": None}}, "interpreters: got 'tensorfow'; accepted are 'torch'"),
    ],
)
def test_bad_input_is_named(options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        measure(["sympy"], ["abs"], **options)


def test_a_library_that_hangs_everywhere_is_one_sentence(plant):
    rows = [
        replace(row, library="torch")
        for row in plant("time.sleep(60)", "max = lambda *n: time.sleep(60)", time_limit=1.0)
    ]
    assert len({row.message for row in rows}) == 2
    (said,) = news(rows)
    assert said.startswith(f"{LIBRARIES['torch'].title}: no program has a value (timed out: ")
