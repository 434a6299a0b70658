"""Adapters are scripts of their own: they need the standard library and their library, and nothing of the course."""

import ast
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import ADAPTERS, LIBRARIES, PROGRAMS

SCRIPTS = sorted(ADAPTERS.glob("*.py"))
RELATED = {"tensorflow": {"tensorflow"}, "sympy": {"sympy"}}


def test_every_library_has_an_adapter_and_every_adapter_a_library():
    assert {path.stem for path in SCRIPTS} == {f"in_{name}" for name in LIBRARIES} | {"worker"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_imports_only_the_standard_library_and_its_own(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    roots = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    roots |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {path.stem.removeprefix("in_")} - {"worker"}


def programs_of(path: Path) -> list[str]:
    """The ids in the dictionary that an adapter returns, in their order."""
    (found,) = [
        [key.value for key in node.keys]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict) and len(node.keys) > 3
    ]
    return found


@pytest.mark.parametrize("name", LIBRARIES)
def test_it_states_programs_of_the_list_in_its_order(name: str):
    stated = programs_of(LIBRARIES[name].adapter)
    assert stated == [program for program in PROGRAMS if program in stated]
    assert len(stated) >= 9


def test_the_worker_runs_in_a_python_that_has_nothing_of_the_course(tmp_path: Path):
    adapter = tmp_path / "in_toy.py"
    adapter.write_text(
        "def adapter():\n"
        "    import sys\n"
        "    assert not any('adapters' in entry for entry in sys.path), sys.path\n"
        "    return 'toy', lambda program, point: (program(*point), point), {'relu': abs}\n"
    )
    asked = [{"id": "relu", "point": [2.0], "beside": [[3.0]]}, {"id": "abs", "point": [0.0], "beside": []}]
    request = {"adapter": str(adapter), "distributions": ["no-such-thing", "pip"], "programs": asked}
    (tmp_path / "request.json").write_text(json.dumps(request))
    answer = tmp_path / "answer.jsonl"
    command = [sys.executable, "-I", str(ADAPTERS / "worker.py"), str(tmp_path / "request.json"), str(answer)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (ended.stdout, ended.stderr) == ("", "")
    events = [json.loads(line) for line in answer.read_text().splitlines()]
    assert [event["event"] for event in events] == ["version", "ready", "result", "result"]
    assert events[0]["version"] == importlib.metadata.version("pip")
    assert (events[2]["value"], events[2]["beside"]) == ([2.0], [3.0])
    assert events[3]["status"] == "not offered"
