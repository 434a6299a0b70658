import importlib.metadata
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib.exercises import machine, machine_check
from course_lib.exercises.progress import VARIABLE


def state_of(name: str) -> str:
    return next(row.mend for row in machine_check().rows if row.name == name)


def test_this_machine_is_ready_and_its_text_names_nothing_of_its_own() -> None:
    result = machine_check()
    assert result.ok and repr(result).startswith("Your machine is ready.")
    assert not re.search(r"\d+\.\d+|/", repr(result))
    assert all(line.endswith("  ok") for line in repr(result).splitlines()[1:])
    assert result._repr_html_().count('<th scope="row"') == len(result.rows)


def test_a_clone_and_an_installation_declare_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python, packages = machine.declared()
    monkeypatch.setattr(machine, "__file__", str(tmp_path / "a" / "b" / "machine.py"))
    installed_python, installed = machine.declared()
    order = lambda text: sorted(text.split(","))  # noqa: E731
    assert order(installed_python) == order(python)
    assert {name: order(bounds) for name, bounds in installed} == {name: order(bounds) for name, bounds in packages}
    assert "numpy" in dict(packages) and "pytest" not in dict(packages)


def test_a_missing_or_old_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "sympy":
            return "1.0.1"
        if name == "mpmath":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert state_of("sympy").startswith("this is 1.0.1, the course needs")
    assert state_of("mpmath").startswith("it is missing: run make course again")
    assert repr(machine_check()).startswith("Your machine needs mending.")
    assert "mend: it is missing" in machine_check()._repr_html_()


def test_a_wrong_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    assert state_of("Python").startswith("this is 3.9.1, the course needs")


def test_widgets_that_do_not_load_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert state_of("live figures").startswith("widgets do not load")


def test_a_processor_that_flushes_small_numbers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_of("floating point") == ""
    monkeypatch.setattr(np, "array", lambda values: np.zeros(len(values)))
    assert state_of("floating point").startswith("the smallest numbers are flushed to 0")


def test_a_progress_file_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "progress.json"))
    assert VARIABLE in state_of("progress file")
    monkeypatch.setenv(VARIABLE, "off")
    assert state_of("progress file") == ""


@pytest.mark.parametrize(
    ("version", "bounds", "expected"),
    [
        ("3.11.0", ">=3.11,<3.14", True),
        ("3.14.0", ">=3.11,<3.14", False),
        ("3.10.9", ">=3.11,<3.14", False),
        ("1.14", ">=1.14,<1.15", True),
        ("1.14.0rc1", ">=1.14,<1.15", True),
        ("4.10", ">=4.6,<5", True),
        ("2.0", "==2", True),
        ("2.0.1", "<=2", False),
        ("1", "", True),
    ],
)
def test_bounds(version: str, bounds: str, expected: bool) -> None:
    assert machine.within(version, bounds) is expected


def test_a_bound_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"bounds: got '~=2.0'"):
        machine.within("2.1", "~=2.0")
