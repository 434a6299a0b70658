"""Imports point one way: each part of the library uses only what stands before it, a topic only earlier topics."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import course_lib

PACKAGE = Path(course_lib.__file__).parent
SHARED = (
    "checks",
    "atomic_file",
    "stored_outputs",
    "intervals",
    "marked",
    "stored",
    "table",
    "machine",
    "data",
    "grid",
)
CORE = (*SHARED, "calculus", "networks", "figures", "explorer", "exercises")
TOPICS = (
    *("limits", "kink", "frameworks", "subgradients", "zeros", "training", "dead_units"),
    *("rectifiers", "maxout", "linear_paths", "paper"),
)
ORDER = (*CORE, *(f"topics.{topic}" for topic in TOPICS))
MAY_USE = {part: {*ORDER[:position], part} for position, part in enumerate(ORDER)}
ONLY_IN = {"matplotlib": "figures", "anywidget": "explorer", "ipywidgets": "explorer"}


def part_of(names: tuple[str, ...]) -> str:
    """The part that a dotted name inside the package belongs to: "calculus", "topics.zeros", or "" for the top."""
    if names and names[0] == "topics":
        return ".".join(names[:2])
    return names[0] if names else ""


def imported_modules(path: Path, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a module imports, at any depth; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*parents, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def violations(package: Path) -> list[str]:
    """One line for each import that points the wrong way."""
    found = []
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        part = part_of(inside.with_suffix("").parts) if inside.parts != ("__init__.py",) else ""
        for line, module in imported_modules(path, (package.name, *inside.parts[:-1])):
            top, *rest = module.split(".")
            if top == package.name:
                target = part_of(tuple(rest))
                if target in ORDER and target not in MAY_USE.get(part, set()):
                    found.append(f"{inside.as_posix()}:{line}: {part or 'the package itself'} must not import {target}")
            elif ONLY_IN.get(top, part) != part:
                found.append(f"{inside.as_posix()}:{line}: only {ONLY_IN[top]} may import {top}")
    return found


def test_the_library_keeps_the_order():
    assert violations(PACKAGE) == []


def test_every_part_has_its_place_in_the_order():
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__", "topics"} == set(CORE)
    rooms = {path.name for path in (PACKAGE / "topics").iterdir() if (path / "__init__.py").exists()}
    assert rooms == set(TOPICS)


@pytest.mark.parametrize(
    ("module", "source", "message"),
    [
        ("calculus/limits.py", "from course_lib.figures import Scene", "calculus must not import figures"),
        ("calculus/limits.py", "import course_lib.exercises.checking", "calculus must not import exercises"),
        ("calculus/limits.py", "from course_lib import networks", "calculus must not import networks"),
        ("calculus/limits.py", "from ..explorer import explore", "calculus must not import explorer"),
        ("calculus/limits.py", "from .. import explorer", "calculus must not import explorer"),
        ("calculus/limits.py", "def f():\n    import matplotlib.pyplot as plt", "only figures may import matplotlib"),
        ("exercises/check.py", "import course_lib.topics.kink", "exercises must not import topics.kink"),
        ("topics/kink/a.py", "from course_lib.topics.zeros import law", "topics.kink must not import topics.zeros"),
        ("data.py", "from course_lib.networks import Network", "data must not import networks"),
        ("__init__.py", "from course_lib.calculus import derive", "the package itself must not import calculus"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, module: str, source: str, message: str):
    path = tmp_path / "course_lib" / module
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    (problem,) = violations(tmp_path / "course_lib")
    assert problem.endswith(message)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("figures/relu.py", "import matplotlib\nfrom course_lib.calculus import derive\nfrom . import scene"),
        ("explorer/explorer.py", "import anywidget\nfrom ..figures.scene import Scene"),
        ("topics/zeros/law.py", "from course_lib.topics.kink import figures\nfrom course_lib.data import digits"),
        ("calculus/limits.py", "from course_lib import __version__\nfrom course_lib.calculus.verdict import Verdict"),
    ],
)
def test_an_import_that_points_back_passes(tmp_path: Path, module: str, source: str):
    path = tmp_path / "course_lib" / module
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert violations(tmp_path / "course_lib") == []


def test_importing_the_package_loads_none_of_its_parts_and_nothing_heavy():
    program = "import sys; before = set(sys.modules); import course_lib; print(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert loaded == ["course_lib"]
