"""What every file of the project keeps to."""

import ast
import re
from pathlib import Path

import pytest

from tools.sizes import fragments

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("course_lib", "lessons", "tools", "benchmarks", "tests", ".ci")
CODE = {".py", ".js", ".ts", ".css"}
TEXT = {*CODE, ".json", ".md", ".toml", ".txt", ".yml"}
UNSUFFIXED = {"Makefile", "LICENSE", "run", ".gitignore", ".npmrc"}
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


def test_no_line_for_the_browser_is_over_120_columns():
    browser = [text for name, text in TEXTS.items() if Path(name).suffix in CODE - {".py"}]  # Ruff checks Python.
    assert [line for text in browser for line in text.splitlines() if len(line) > 120] == []


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


def calls_without_an_encoding(source: str) -> list[str]:
    """Calls that read or write text as the machine's locale says, which may have no letter for it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        options = {option.arg: option.value for option in node.keywords}
        if name == "open" and owner not in ("os", "sp.Interval", "DIRECT", "Image"):
            modes = [options.get("mode"), *node.args[0 if owner else 1 :][:1]]
            as_text = not any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)
        elif name in ("run", "Popen", "check_output"):
            as_text = "text" in options or "universal_newlines" in options
        else:
            as_text = name in ("read_text", "write_text")
        if as_text and "encoding" not in options:
            found.append(ast.unparse(node))
    return found


def test_text_is_read_and_written_in_a_named_encoding():
    python = {name: text for name, text in TEXTS.items() if name.endswith(".py")}
    assert {name: calls for name, text in python.items() if (calls := calls_without_an_encoding(text))} == {}
    right = "open(p, 'rb'); p.open('xb'); p.open(encoding='utf-8'); subprocess.run(c, encoding='utf-8'); os.open(p, 0)"
    assert calls_without_an_encoding(right) == []
    wrong = ["open(p)", "open('b')", "p.open('w')", "p.read_text()", "p.write_text('b')", "run(c, text=True)"]
    assert [calls_without_an_encoding(call) for call in wrong] == [[call] for call in wrong]


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
    assert TEXTS["CONTRIBUTING.md"].count("\n") < 120
