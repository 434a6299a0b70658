"""Which versions are pinned, and where a library is looked for."""

import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_lib.topics.frameworks import libraries
from course_lib.topics.frameworks.libraries import LIBRARIES, Library, find_python, python_of


def test_every_version_is_pinned():
    for library in LIBRARIES.values():
        for text in library.requirements:
            (pin,) = Requirement(text).specifier
            assert pin.operator == "=="
            assert not pin.version.endswith(".*")
        assert library.requirements or library.id == "sympy"


def test_pytorch_and_jax_are_those_of_the_benchmarks():
    text = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text()
    assert f'"{LIBRARIES["torch"].requirements[0]}"' in text
    assert '"jax>=0.10,<0.11"' in text
    assert all("==0.10." in requirement for requirement in LIBRARIES["jax"].requirements)


def test_a_library_is_looked_for_here_then_in_its_own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libraries, "ENVIRONMENTS", tmp_path)
    absent = Library("no_such_library", "None", ("none==1",), ("none",))
    assert find_python(LIBRARIES["sympy"]) == Path(sys.executable)
    assert find_python(absent) is None
    own = python_of(tmp_path / "no_such_library")
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_python(absent) == own


def test_something_odd_in_the_place_of_a_module_does_not_stop_the_search(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "odd", object())  # Without a spec: find_spec raises ValueError.
    assert find_python(Library("odd", "Odd", (), ())) is None
