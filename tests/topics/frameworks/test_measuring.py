"""Libraries that hang, crash, print, raise or return rubbish: each is a row that says so; the others are measured."""

import math
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import judge
from course_lib.topics.frameworks.measuring import measure

RELU, SQRT = ("relu", "measured", (0.0,)), ("sqrt", "measured", (math.inf,))


def shown(rows):
    return [(row.program, row.status, row.value) for row in rows]


def test_a_good_library_is_measured(plant):
    rows = plant()
    assert shown(rows) == [RELU, ("abs", "measured", (0.0,)), SQRT]
    assert {row.kernel for row in rows} == {"planted, float64"}
    assert {row.message for row in rows} == {""}
    assert {row.library for row in rows} == {"toy"}


def test_sympy_is_always_there_and_says_its_version():
    import sympy

    (row,) = measure(["sympy"], ["maximum_x_0"])
    assert (row.status, row.value, row.version, row.kernel) == ("measured", (0.5,), sympy.__version__, "exact")


def test_a_hang_in_one_program_costs_one_time_limit_and_that_program_alone(plant):
    started = time.perf_counter()
    rows = plant("while True: time.sleep(0.01)", time_limit=5.0)
    assert time.perf_counter() - started < 60
    assert shown(rows) == [RELU, ("abs", "timed out", None), SQRT]
    assert rows[1].message == "it was still running when its time was over"


def test_a_library_that_hangs_while_it_is_imported_is_asked_once(plant):
    started = time.perf_counter()
    rows = plant(before="time.sleep(600)", time_limit=1.0)
    assert time.perf_counter() - started < 30
    assert [row.status for row in rows] == ["timed out"] * 3
    assert all(row.message.startswith("while it was imported") for row in rows)


def test_a_library_that_hangs_everywhere_costs_two_time_limits(plant, tmp_path: Path):
    counter = tmp_path / "starts"
    before = f"open({str(counter)!r}, 'a').write('x')\nmax = lambda *numbers: time.sleep(600)"
    rows = plant("time.sleep(600)", before, time_limit=4.0)
    assert [row.status for row in rows] == ["timed out"] * 3
    assert rows[2].message == "not tried: 2 processes had run out of time"
    assert counter.read_text() == "xx"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("ctypes.string_at(0)", "its process was ended by SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "its process was ended by SIGKILL"),
        ("os.abort()", "its process was ended by SIGABRT"),
        ("os._exit(0)", "its process ended with code 0"),
        ("print('bad'); sys.stdout.flush(); os._exit(3)", "its process ended with code 3; it printed: bad"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="a crash is no signal on Windows")
def test_a_crash_is_told_and_the_remaining_programs_are_measured(plant, body: str, reason: str):
    rows = plant(body)
    assert shown(rows) == [RELU, ("abs", "crashed", None), SQRT]
    assert rows[1].message == reason


def test_a_crash_while_it_is_imported(plant):
    rows = plant(before="os._exit(7)")
    assert [row.status for row in rows] == ["crashed"] * 3
    assert rows[0].message == "while it was imported, its process ended with code 7"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('no slope\\nhere')", "ValueError: no slope here"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("sys.exit('enough')", "SystemExit: enough"),
        ("return abs(x), None", "TypeError: 'NoneType' object is not iterable"),
        ("return abs(x), []", "ValueError: 0 numbers came back, expected 1"),
        ("return abs(x), [0.0, 0.0]", "ValueError: 2 numbers or more came back, expected 1"),
        ("return abs(x), ['1']", "TypeError: a text came back, '1', expected a number"),
        ("return abs(x), [10**400]", "OverflowError: int too large to convert to float"),
        ("return None", "TypeError: cannot unpack non-iterable NoneType object"),
        ("class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute", "Mute"),
    ],
)
def test_what_is_no_number_is_an_error_that_says_what_came(plant, body: str, message: str):
    rows = plant(body)
    assert shown(rows) == [RELU, ("abs", "error", None), SQRT]
    assert rows[1].message == message


def test_a_program_that_computes_another_function_does_not_enter_the_table(plant):
    rows = plant("return 2 * abs(x), [0.0]")
    assert shown(rows)[1] == ("abs", "error", None)
    assert rows[1].message == "it computes another function: 1.375 at -0.6875, expected 0.6875"


def test_nan_and_infinity_are_values_and_are_judged_outside(plant):
    row = plant("return abs(x), [float('nan')]")[1]
    assert row.status == "measured"
    assert math.isnan(row.value[0])
    assert judge("abs", row.value).verdict == "outside"


def test_what_is_printed_is_reported_with_its_program_and_disturbs_nothing(plant):
    forged = '{"event": "result", "program": "abs", "status": "measured", "value": [9]}'
    body = f"if x == 0: print({forged!r}); sys.stderr.write('careful')\n{'return abs(x), [0.0]'}"
    rows = plant(body, before="print('welcome')")
    assert shown(rows) == [RELU, ("abs", "measured", (0.0,)), SQRT]
    assert rows[0].message == "it printed while it was imported: welcome"
    assert rows[1].message == f"it printed: {forged} careful"
    assert rows[2].message == ""


def test_a_library_that_prints_much_is_still_measured(plant):
    rows = plant("print('word ' * 2_000_000)\nreturn abs(x), [0.0]")
    assert shown(rows)[:2] == [RELU, ("abs", "measured", (0.0,))]
    assert len(rows[1].message) < 300


@pytest.mark.parametrize("before", ["sys.stdout = None", "sys.stdout.close()", "os.close(1)"])
def test_a_library_that_closes_its_output_is_still_measured(plant, before: str):
    assert shown(plant(before=before)) == [RELU, ("abs", "measured", (0.0,)), SQRT]


@pytest.mark.parametrize(
    ("before", "status", "message"),
    [
        ("import no_such_module", "missing", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise ImportError('its compiler is not here')", "missing", "ImportError: its compiler is not here"),
        ("raise RuntimeError('wrong driver')", "error", "RuntimeError: wrong driver"),
        ("def broken(:", "error", "SyntaxError"),
    ],
)
def test_a_library_that_cannot_be_imported(plant, before: str, status: str, message: str):
    rows = plant(before=before)
    assert [row.status for row in rows] == [status] * 3
    assert all(row.message.startswith(message) for row in rows)


def test_a_library_that_is_not_installed_names_the_command(plant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("course_lib.topics.frameworks.libraries.ENVIRONMENTS", tmp_path)
    rows = plant(interpreters=None)
    assert [row.status for row in rows] == ["missing"] * 3
    assert "make frameworks ARGS=toy" in rows[0].message


def test_a_python_that_cannot_be_started_is_a_row(plant, tmp_path: Path):
    rows = plant(interpreters={"toy": tmp_path / "nothing here"})
    assert [row.status for row in rows] == ["crashed"] * 3
    assert "nothing here" in rows[0].message


@pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")
def test_what_a_library_has_started_ends_with_it(plant, tmp_path: Path):
    note = tmp_path / "pid"
    child = "import time; time.sleep(600)"
    start = f"open({str(note)!r}, 'w').write(str(subprocess.Popen([sys.executable, '-c', {child!r}]).pid))"
    assert shown(plant(before=start))[0] == RELU
    pid = int(note.read_text())
    for _ in range(100):  # Killed; whoever inherits it takes a moment to notice.
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    pytest.fail("the library's own process is still running")


def test_nothing_of_a_library_is_left_in_the_course_or_its_folder(plant, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plant(before="open('left over', 'w').write('x')")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["in_toy.py"]


def test_a_program_can_be_measured_at_another_point():
    (row,) = measure(["sympy"], [replace(PROGRAMS["abs"], point=(-2.0,))])
    assert row.value == (-1.0,)


def test_rows_come_for_each_library_and_program_in_their_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    nowhere = dict.fromkeys(LIBRARIES)
    rows = measure(interpreters=nowhere)
    kernels = [(name, kernel) for name, library in LIBRARIES.items() for kernel in library.kernels]
    assert [(row.library, row.program) for row in rows] == [
        (name, program) for name, _ in kernels for program in PROGRAMS
    ]
    assert {row.status for row in rows} == {"missing"}


def test_progress_is_shown_only_if_asked_for(capfd: pytest.CaptureFixture[str]):
    measure(["sympy"], ["abs"], interpreters={"sympy": None})
    assert capfd.readouterr() == ("", "")
    measure(["sympy"], ["abs"], interpreters={"sympy": None}, progress=True)
    assert "SymPy" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"libraries": ["caffe"]}, "libraries: got 'caffe'; accepted are 'torch'"),
        ({"libraries": "torch"}, r"libraries: got the text 'torch'; accepted is a list such as \['torch'\]"),
        ({"programs": ["relu7"]}, "programs: got 'relu7'; accepted are 'relu'"),
        ({"programs": "relu"}, "programs: got the text 'relu'"),
        ({"time_limit": 0}, "time_limit: got 0; accepted is a positive number of seconds"),
        ({"time_limit": math.nan}, "time_limit: got nan"),
        ({"time_limit": "60"}, "time_limit: got '60'"),
    ],
)
def test_bad_input_is_named(options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        measure(**options)
