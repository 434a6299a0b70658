"""What every file of the project keeps to."""

import ast
import re
from pathlib import Path

import pytest

from tools.sizes import fragments

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("course_lib", "lessons", "tools", "benchmarks", "tests", ".ci")
CODE = {".py", ".js", ".css"}
TEXT = {*CODE, ".md", ".toml", ".txt", ".yml"}
UNSUFFIXED = {"Makefile", "LICENSE", "run", ".gitignore"}
LONGEST = 400  # lines; a longer file holds more than one concept


def files_of_the_project() -> list[Path]:
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found = [path for path in [*inside, *ROOT.iterdir()] if path.suffix in TEXT or path.name in UNSUFFIXED]
    return sorted(path for path in found if path.is_file())


FILES = files_of_the_project()
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}


def test_the_files_are_found():
    assert {"README.md", "Makefile", ".ci/run", "course_lib/__init__.py", "tests/test_hygiene.py"} <= set(TEXTS)


def test_no_file_of_code_is_long():
    long = {
        name: text.count("\n")
        for name, text in TEXTS.items()
        if Path(name).suffix in CODE and not name.startswith("lessons/") and text.count("\n") > LONGEST
    }
    assert long == {}


# A short module that one other imports is half of a concept. At most five stand here, each with its reason.
ALLOWED_FRAGMENTS: dict[str, str] = {}


def test_no_module_of_the_core_is_a_fragment(tmp_path: Path):
    assert len(ALLOWED_FRAGMENTS) <= 5
    assert set(fragments(ROOT)) == set(ALLOWED_FRAGMENTS)
    package = tmp_path / "course_lib" / "calculus"
    package.mkdir(parents=True)
    for name, text in {"__init__": "from course_lib.calculus.part import f", "part": "f = 1", "whole": ""}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    assert fragments(tmp_path) == []
    (package / "whole.py").write_text("from course_lib.calculus.part import f", encoding="utf-8")
    assert fragments(tmp_path) == ["course_lib.calculus.part"]


def test_no_module_is_a_grab_bag():
    assert [name for name in TEXTS if Path(name).stem in ("utils", "util", "helpers", "misc", "common")] == []


def test_no_star_imports():
    star = [
        f"{name}:{node.lineno}"
        for name, text in TEXTS.items()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert star == []


def names_that_hide_a_module(package: str, source: str, modules: set[str]) -> list[str]:
    """What a package exports under the name of one of its modules: whichever is imported last would win."""
    exported = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").count(".") == 2  # from a module of the package
        for alias in node.names
    }
    return sorted(f"{package}.{name}" for name in exported & modules)


def test_no_function_has_the_name_of_its_module():
    hidden = [
        name
        for path in (ROOT / "course_lib").glob("*/__init__.py")
        for name in names_that_hide_a_module(
            path.parent.name, path.read_text(encoding="utf-8"), {module.stem for module in path.parent.glob("*.py")}
        )
    ]
    assert hidden == []
    planted = "from course_lib.calculus.limit_table import limit_table"
    assert names_that_hide_a_module("calculus", planted, {"limit_table"}) == ["calculus.limit_table"]


# Written apart, so that this file does not find itself.
FORBIDDEN = {
    "a registry's address": r"pypi\.(org|python)|python" + r"hosted\.org|registry\.npm" + r"js|conda\.anac" + r"onda",
    "something left undone": r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bX" + r"XX\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str):
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_inside_the_project_lead_somewhere(name: str):
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", TEXTS[name]) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_contributing_stays_short():
    assert TEXTS["CONTRIBUTING.md"].count("\n") < 100
