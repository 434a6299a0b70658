import importlib.metadata
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib.exercises import machine, machine_check
from course_lib.exercises.progress import VARIABLE


def state_of(name: str) -> str:
    return next((row.mend for row in machine_check().rows if row.name == name), "")


def test_this_machine_is_ready_and_its_text_names_nothing_of_its_own() -> None:
    result = machine_check()
    assert result.ok and repr(result).startswith("Your machine is ready.")
    assert not re.search(r"\d+\.\d+|/", repr(result))
    assert all(line.endswith("  ok") for line in repr(result).splitlines()[1:])
    assert result._repr_html_().count('<th scope="row"') == len(result.rows)
    assert {"Python", "numpy", "progress file"} <= {row.name for row in result.rows} - {"pytest"}


def test_a_clone_and_an_installation_declare_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python, packages = machine.declared()
    installed = [*map(str, packages), 'pytest>=9; extra == "test"', 'colorama; sys_platform == "nowhere"']
    monkeypatch.setattr(machine, "__file__", str(tmp_path / "a" / "b" / "machine.py"))
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: installed)
    assert machine.declared() == (python, packages)


@pytest.mark.parametrize(
    ("name", "version", "message"),
    [
        ("mpmath", "", "it is missing: run make course again"),
        ("sympy", "1.0.1", "this is 1.0.1, the course needs >=1.14,<1.15: run make course again"),
        ("sympy", "1.15", "this is 1.15, the course needs"),
        ("sympy", "1.14", ""),
        ("numpy", "2.10.1", ""),
        ("numpy", "2.9.0rc1", ""),
        ("numpy", "no version", "this is no version, the course needs"),
    ],
)
def test_a_package_that_does_not_fit(name: str, version: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def pretended(asked: str) -> str:
        if asked == name and not version:
            raise importlib.metadata.PackageNotFoundError(name)
        return version if asked == name else real(asked)

    monkeypatch.setattr(importlib.metadata, "version", pretended)
    assert state_of(name).startswith(message) and bool(state_of(name)) == bool(message) != machine_check().ok
    if message:
        assert repr(machine_check()).startswith("Your machine needs mending.")
        assert f"mend: {message}" in repr(machine_check()) and "mend: " in machine_check()._repr_html_()


@pytest.mark.parametrize(("version", "fits"), [((3, 11, 0), True), ((3, 14, 0), False), ((3, 9, 1), False)])
def test_a_wrong_python_is_named(version: tuple[int, ...], fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, "final", 0))
    said = f"this is {'.'.join(map(str, version))}, the course needs >=3.11,<3.14: run make course again"
    assert state_of("Python") == "" if fits else state_of("Python").startswith(said)


def test_other_trouble_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert state_of("live figures").startswith("widgets do not load")
    monkeypatch.setattr(np, "array", lambda values: np.zeros(len(values)))
    assert state_of("floating point").startswith("the smallest numbers are flushed to 0")
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "progress.json"))
    assert VARIABLE in state_of("progress file")
    monkeypatch.setenv(VARIABLE, "off")
    assert state_of("progress file") == ""
