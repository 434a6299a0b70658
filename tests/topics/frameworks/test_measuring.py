"""Asking libraries: planted ones that hang, crash, raise or return rubbish, and those that are installed for real.

What is pinned of them, where each is found, and that adapters state the programs by themselves.
"""

import ast
import math
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent
from typing import NoReturn

import pytest
from packaging.requirements import Requirement

from course_lib.topics.frameworks import libraries
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Library, Program, find_python, python_of
from course_lib.topics.frameworks.measurements import Measurement, judge, news, snapshot
from course_lib.topics.frameworks.measuring import ask, measure
from tools.measure_frameworks import is_current

ADAPTER = """
import ctypes, os, sys, time

{before}

def adapter():
    def absolute(x):
{absolute}

    def root(x):
        return x**0.5, [0.5 / x**0.5 if x else float("inf")]

    programs = {{"relu": lambda x: (max(x, 0.0), [float(x > 0)]), "abs": absolute, "sqrt": root}}
    return "planted, float64", lambda program, point: program(*point), programs
"""
RELU, ABS, SQRT = ("relu", "measured", (0.0,)), ("abs", "measured", (0.0,)), ("sqrt", "measured", (math.inf,))


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Measurement]]:
    """Measure relu, abs, sqrt of a planted library: `before` runs at its import, `absolute` is the body of abs."""
    monkeypatch.setattr(libraries, "ADAPTERS", tmp_path)
    monkeypatch.setitem(LIBRARIES, "toy", Library("toy", "Toy", ("toy==1.0",), ("toy",)))

    def planted(absolute: str = "return abs(x), [0.0]", before: str = "", **options: object) -> list[Measurement]:
        source = ADAPTER.format(before=dedent(before), absolute=indent(dedent(absolute), " " * 8))
        (tmp_path / "in_toy.py").write_text(source, encoding="utf-8")
        given = {"time_limit": 30.0, "interpreters": {"toy": Path(sys.executable)}, **options}
        return measure(["toy"], ["relu", "abs", "sqrt"], **given)

    return planted


def shown(rows: list[Measurement]) -> list[tuple]:
    return [(row.program, row.status, row.value) for row in rows]


def test_a_library_that_prints_and_leaves_files_is_measured(plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    forged = '{"status": "measured", "value": [9]}'
    before = "open('left over', 'w').write('x'); assert not any('adapters' in entry for entry in sys.path)"
    rows = plant(f"print({forged!r}); os.system('echo {{}}')\nreturn abs(x), [0.0]", before)
    assert shown(rows) == [RELU, ABS, SQRT]
    assert {(row.library, row.kernel, row.message) for row in rows} == {("toy", "planted, float64", "")}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["in_toy.py"]
    row = plant("return abs(x) + 5e-6, [float('nan')]")[1]  # Rounding is forgiven, and NaN is a value.
    assert row.status == "measured" and math.isnan(row.value[0])
    assert judge("abs", row.value).verdict == "outside"


def test_a_library_that_hangs_is_rows_that_say_so(plant):
    rows = plant("time.sleep(600)", time_limit=2.0)
    assert shown(rows) == [RELU, ("abs", "timed out", None), ("sqrt", "timed out", None)]
    assert rows[1].message == rows[2].message == "at abs, its time was over"
    rows = [replace(row, library="torch") for row in plant(before="time.sleep(600)", time_limit=0.5)]
    assert news(rows) == ["PyTorch: no program has a value (timed out: while it was imported, its time was over)."]


@pytest.mark.parametrize(("body", "message"), [
    ("ctypes.string_at(0)", "at abs, its process ended with SIGSEGV"),
    ("print('so'); print('bad', flush=True); os._exit(0)", "at abs, its process ended with code 0; it said: bad"),
])  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="a crash is no signal on Windows")
def test_a_library_that_crashes_is_rows_that_say_so(plant, body: str, message: str):
    rows = plant(body)
    assert shown(rows) == [RELU, ("abs", "crashed", None), ("sqrt", "crashed", None)]
    assert {row.message for row in rows[1:]} == {message}
    assert {row.message for row in plant(before=body)} == {message.replace("at abs", "while it was imported")}


@pytest.mark.parametrize(("body", "message"), [
    ("raise ValueError('no slope\\nhere')", "ValueError: no slope here"),
    ("raise ZeroDivisionError", "ZeroDivisionError"),
    ("return abs(x), None", "TypeError: 'NoneType' object is not iterable"),
    ("return abs(x), [0.0, 0.0]", "2 numbers came back, expected 1"),
    ("return abs(x) - 2e-5, [0.0]", "it computes another function: 0.68748 at -0.6875, expected 0.6875"),
    ("return abs(x) + (x > 0), [0.0]", "it computes another function: 1.6875 at 0.6875, expected 0.6875"),
])  # fmt: skip
def test_what_is_no_answer_is_an_error_and_the_other_programs_are_measured(plant, body: str, message: str):
    rows = plant(body)
    assert shown(rows) == [RELU, ("abs", "error", None), SQRT]
    assert rows[1].message == message


def test_a_library_or_a_python_that_is_not_there(plant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    absent = ("missing", "ModuleNotFoundError: No module named 'no_such_module'")
    assert {(row.status, row.message) for row in plant(before="import no_such_module")} == {absent}
    failed = ("error", "RuntimeError: wrong driver")
    assert {(row.status, row.message) for row in plant(before="raise RuntimeError('wrong driver')")} == {failed}
    monkeypatch.setattr(libraries, "ENVIRONMENTS", tmp_path)
    rows = plant(interpreters=None)
    assert {row.status for row in rows} == {"missing"} and "make frameworks ARGS=toy" in rows[0].message
    rows = plant(interpreters={"toy": tmp_path / "nothing here"})
    assert {row.status for row in rows} == {"crashed"} and "nothing here" in rows[0].message


def test_rows_come_for_each_library_kernel_and_program_in_their_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("course_lib.topics.frameworks.measuring.find_python", lambda library: None)
    kernels = [(name, kernel) for name, library in LIBRARIES.items() for kernel in library.kernels]
    rows = measure()
    assert [(row.library, row.program) for row in rows] == [(name, p) for name, _ in kernels for p in PROGRAMS]
    assert {row.kernel for row in rows if row.library == "tinygrad"} == {"CPU", "PYTHON"}


@pytest.mark.parametrize(("options", "message"), [
    ({"libraries": ["caffe"]}, "libraries: got 'caffe'; accepted are 'torch'"),
    ({"libraries": "torch"}, r"libraries: got 'torch'; accepted is a list such as \['torch'\]"),
    ({"programs": ["relu7"]}, "programs: got 'relu7'; accepted are 'relu'"),
    ({"time_limit": 0}, "time_limit: got 0; accepted is a number of seconds above 0"),
    ({"time_limit": math.nan}, "time_limit: got nan"),
])  # fmt: skip
def test_bad_input_is_named(options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        measure(**options)


# Wrong also where the function is smooth: both arguments tie everywhere, and MyGrad gives neither of them a share.
WRONG_BESIDE = {("mygrad", "maximum_x_x")}


def python_with(name: str, absent: Callable[[str, str], NoReturn]) -> Path:
    """The Python of the library's own environment, if it is installed there."""
    library = LIBRARIES[name]
    if not library.requirements:
        return Path(sys.executable)
    if not is_current(library, libraries.ENVIRONMENTS):
        absent(name, f"{' '.join(library.requirements)} is not in .frameworks: run make frameworks ARGS={name}")
    return python_of(libraries.ENVIRONMENTS / name)


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_value_is_that_of_the_snapshot_and_the_derivative_beside_the_kink(name: str, absent):
    python = python_with(name, absent)
    rows = [row for row in measure([name], interpreters={name: python}) if row.status != "missing"]
    assert {row.program for row in rows} == set(PROGRAMS), "no kernel of it is available"
    for row in rows:
        # A kernel that the snapshot's machine did not have is held to the same values.
        expected = snapshot().row(name, row.program, row.kernel) or snapshot().row(name, row.program)
        assert (row.version, row.status, row.shown) == (expected.version, expected.status, expected.shown), row
    assert news(rows) == []
    beside: list[Program] = []
    for program in PROGRAMS.values():
        points = [tuple(a + sign * 1.5 * (i + 1) for i, a in enumerate(program.point)) for sign in (-1, 1)]
        beside += [replace(program, point=point) for point in points if program.id != "sqrt" or min(point) > 0]
    requests = [{"id": program.id, "point": program.point, "beside": []} for program in beside]
    ended = ask(LIBRARIES[name], LIBRARIES[name].kernels[-1], python, requests, 120.0)
    results = list(zip(beside, ended.lines[1:], strict=True))
    assert {result["status"] for _, result in results} <= {"measured", "not offered"}
    measured = [(program, result["value"]) for program, result in results if result["status"] == "measured"]
    assert len(measured) >= 2 * len({program.id for program, _ in measured}) - 1
    wrong = {(name, program.id) for program, value in measured if judge(program, value).verdict != "derivative"}
    assert wrong == {entry for entry in WRONG_BESIDE if entry[0] == name}


def test_every_version_is_pinned_and_some_are_those_of_the_benchmarks():
    requirements = (Path(__file__).resolve().parents[3] / "requirements.txt").read_text(encoding="utf-8")
    for library in LIBRARIES.values():
        pins = [pin for text in library.requirements for pin in Requirement(text).specifier]
        assert all(pin.operator == "==" and not pin.version.endswith("*") for pin in pins)
        assert pins or f"\n{library.distributions[0]}==" in requirements, "it comes with the course, or is pinned"
    text = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"{LIBRARIES["torch"].requirements[0]}"' in text and '"jax>=0.10,<0.11"' in text
    assert all("==0.10." in requirement for requirement in LIBRARIES["jax"].requirements)


def test_a_library_is_looked_for_here_then_in_its_own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libraries, "ENVIRONMENTS", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    absent = Library("no_such_library", "None", ("none==1",), ("none",))
    assert find_python(LIBRARIES["sympy"]) == Path(sys.executable)
    (tmp_path / "no_such_library").mkdir()  # A folder without modules is no library.
    assert find_python(absent) is None
    own = python_of(tmp_path / "no_such_library")
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_python(absent) == own


@pytest.mark.parametrize("name", ["worker", *LIBRARIES])
def test_an_adapter_needs_its_library_alone_and_states_programs_of_the_list_in_its_order(name: str):
    assert {path.stem for path in libraries.ADAPTERS.glob("*.py")} == {f"in_{name}" for name in LIBRARIES} | {"worker"}
    path = libraries.ADAPTERS / "worker.py" if name == "worker" else LIBRARIES[name].adapter
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    roots = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {name} - {"worker"}
    if name != "worker":
        (stated,) = [
            [key.value for key in node.keys] for node in nodes if isinstance(node, ast.Dict) and len(node.keys) > 3
        ]
        assert stated == [program for program in PROGRAMS if program in stated]
