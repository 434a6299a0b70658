"""The libraries: what is pinned, where each is found, and that adapters state the programs by themselves."""

import ast
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_lib.topics.frameworks import libraries
from course_lib.topics.frameworks.libraries import ADAPTERS, LIBRARIES, PROGRAMS, Library, find_python, python_of


def test_every_version_is_pinned_and_some_are_those_of_the_benchmarks():
    for library in LIBRARIES.values():
        pins = [pin for text in library.requirements for pin in Requirement(text).specifier]
        assert all(pin.operator == "==" and not pin.version.endswith("*") for pin in pins)
        assert pins or library.id == "sympy"
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
    assert {path.stem for path in ADAPTERS.glob("*.py")} == {f"in_{name}" for name in LIBRARIES} | {"worker"}
    path = ADAPTERS / "worker.py" if name == "worker" else LIBRARIES[name].adapter
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    roots = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {name} - {"worker"}
    if name != "worker":
        (stated,) = [
            [key.value for key in node.keys] for node in nodes if isinstance(node, ast.Dict) and len(node.keys) > 3
        ]
        assert stated == [program for program in PROGRAMS if program in stated]
        assert len(stated) >= 9
