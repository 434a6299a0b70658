"""The check of the machine names what is missing, broken or too old, and the one command that heals it."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import course_lib
from course_lib import machine
from course_lib.exercises.progress import VARIABLE
from course_lib.machine import machine_check

PACKAGES = [re.match(r"[\w.-]+", line)[0] for line in machine.declared()[1]]


def state_of(name: str) -> str:
    return next((row.fix for row in machine_check().rows if row.name == name), "")


def test_this_machine_is_ready_and_its_text_names_nothing_of_its_own() -> None:
    result = machine_check()
    assert result.ok and repr(result).startswith("Your machine is ready.")
    assert not re.search(r"\d+\.\d+|/", repr(result))
    assert all(row.name in repr(result) and row.name in result._repr_html_() for row in result.rows)
    assert {"Python", *PACKAGES, "progress file"} <= {row.name for row in result.rows}


def test_a_clone_and_an_installation_declare_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, packages = machine.declared()
    installed = [*packages, 'pytest>=9; extra == "test"']
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: installed)
    python = importlib.metadata.metadata("at-the-kink")["Requires-Python"]
    assert machine.declared() == (python, packages)
    assert set(python.split(",")) == {">=3.11", "<3.14"}


@pytest.mark.parametrize(
    ("name", "version", "message"),
    [
        ("mpmath", "", "it is missing. Close JupyterLab, then run"),
        ("sympy", "1.0.1", "this is 1.0.1, the course needs >=1.14,<1.15. Close JupyterLab, then run"),
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
        assert repr(machine_check()).startswith("Your machine needs fixing.")
        assert f"fix: {message}" in repr(machine_check()) and "fix: " in machine_check()._repr_html_()
        assert machine_check()._repr_html_().count('<th scope="row"') == len(machine_check().rows)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_is_imported_for_real(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be listed as installed while its files are gone."""
    monkeypatch.setitem(sys.modules, machine.MODULES.get(name, (name,))[-1], None)
    assert state_of(name).startswith("it does not load (ModuleNotFoundError: ")
    assert machine.fixing_command() in state_of(name) and not machine_check().ok


def test_what_the_course_imports_of_a_package_is_what_is_tried() -> None:
    used = set()
    for path in Path(course_lib.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                used.add(node.module)
    tried = {module for name in PACKAGES for module in machine.MODULES.get(name, (name,))}
    tops = {module.partition(".")[0] for module in tried}
    for module in used:
        if module.partition(".")[0] in {"scipy", "sklearn", "mlxtend"}:  # Their parts load one by one.
            assert module in tried, module
    assert {"numpy", "matplotlib", "sklearn", "scipy", "mlxtend", "tqdm", "threadpoolctl", "contourpy"} <= tops


def test_where_nothing_is_installed_the_check_still_says_so() -> None:
    root = Path(course_lib.__file__).parents[1]
    code = f"import sys; sys.path.append({str(root)!r}); from course_lib.machine import *; print(machine_check())"
    said = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert said.returncode == 0, said.stderr
    heading, *rows = said.stdout.splitlines()
    assert heading == "Your machine needs fixing."
    missing = [row for row in rows if "fix: it is missing. Close JupyterLab, then run, in the folder of the" in row]
    assert [row.split()[0] for row in missing] == PACKAGES


def test_the_command_is_that_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert machine.fixing_command().endswith("-r requirements.txt")
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    assert machine.fixing_command() == "conda env update --file environment.yml"
    (tmp_path / ".course").touch()
    assert machine.fixing_command() == "make clean course"


@pytest.mark.parametrize(("version", "fits"), [((3, 11, 0), True), ((3, 14, 0), False), ((3, 9, 1), False)])
def test_a_wrong_python_is_named(version: tuple[int, ...], fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, "final", 0))
    said = f"this is {'.'.join(map(str, version))}, the course needs >=3.11,<3.14. Close JupyterLab, then run"
    assert state_of("Python") == "" if fits else state_of("Python").startswith(said)


def test_other_trouble_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        real = importlib.metadata.version
        gone = importlib.metadata.PackageNotFoundError("jupyterlab_widgets")
        without.setattr(importlib.metadata, "version", lambda name: _raise(gone) if "lab_w" in name else real(name))
        assert state_of("live figures").startswith("JupyterLab's part of the widgets is missing. ")
    monkeypatch.setattr(np, "array", lambda values: np.zeros(len(values)))
    assert state_of("floating point").startswith("the smallest numbers are flushed to 0")
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "progress.json"))
    assert VARIABLE in state_of("progress file")
    monkeypatch.setenv(VARIABLE, "off")
    assert state_of("progress file") == ""


def _raise(error: Exception) -> str:
    raise error
