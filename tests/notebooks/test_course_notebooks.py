"""The stored notebooks of the course: what can be said without running them. nbval runs them."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from course_lib.exercises.exercise import LESSONS as REGISTERED
from tools.build_notebooks import ROOT, check_all
from tools.lesson_source import VARIANTS, lesson_paths, notebook_place, read_lesson
from tools.notebook_rules import MACHINE_CHECK
from tools.solution_blocks import BEGIN

LESSONS = [path.stem for path in lesson_paths(ROOT)]
NOTEBOOKS = [f"notebooks/{notebook_place(name, variant)}" for name in LESSONS for variant in VARIANTS]


def test_there_are_two_notebooks_for_each_lesson_and_none_is_stale():
    assert len(NOTEBOOKS) == 2 * len(LESSONS) > 0
    assert check_all(ROOT, []) == []


def test_the_registry_and_the_readme_list_these_lessons():
    assert [lesson.stem for lesson in REGISTERED] == LESSONS
    rows = [f"| {x.number:02d} | [{x.title}](notebooks/{x.stem}.ipynb) | {x.minutes} |" for x in REGISTERED]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \d\d \|.*$", readme, flags=re.MULTILINE) == rows


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_output_is_kept_out_of_the_comparison(name: str):
    """A cell marked for nbval to skip or to ignore would weaken the comparison unseen.

    One may be, since it speaks of the machine where it runs: its check in lesson 00, of which nothing is stored. Where a
    number depends on the processor, or on what is installed, a folded check follows.
    """
    ignored = []
    cells = [cell for cell in nbformat.read(ROOT / name, as_version=4).cells if cell.cell_type == "code"]
    for cell, after in zip(cells, [*cells[1:], {}], strict=True):
        assert not re.search(r"NBVAL_(IGNORE|SKIP)", cell.source)
        tags = cell.metadata.get("tags", [])
        assert "nbval-skip" not in tags
        checked = "assertion" in after.get("metadata", {}).get("tags", [])
        ignored += [cell.source] if "nbval-ignore-output" in tags and ("not-stored" in tags or not checked) else []
        assert ("not-stored" in tags) == (cell.source == MACHINE_CHECK)
        assert "not-stored" not in tags or cell.outputs == []
    expected = {"start_here": ["machine_check()"]}.get(Path(name).stem[3:], [])
    assert len(ignored) == len(expected)
    assert all(part in source for part, source in zip(expected, ignored, strict=True))


@pytest.mark.parametrize("lesson_name", LESSONS)
def test_the_import_cell_is_short_and_reads_no_answer_key(lesson_name: str):
    tree = ast.parse((ROOT / "lessons" / f"{lesson_name}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in imports) <= 12
    names = [f"{getattr(node, 'module', '')}.{alias.name}" for node in imports for alias in node.names]
    assert not [name for name in names if {"answers", "exercises"} & set(name.split(".")[2:])]


@pytest.mark.parametrize("lesson_name", LESSONS)
def test_the_learners_notebook_asks_and_does_not_tell(lesson_name: str):
    """Every stub of the lesson is there, and no line that only the solution has."""
    lesson = read_lesson(ROOT / "lessons" / f"{lesson_name}.py")
    stubs = [begin["stub"] for cell in lesson.cells for line in cell.source.split("\n") if (begin := BEGIN.match(line))]
    learner = nbformat.read(ROOT / "notebooks" / f"{lesson_name}.ipynb", as_version=4)
    lines = [line.strip() for cell in learner.cells for line in cell.source.split("\n")]
    assert all(stub in lines for stub in stubs)
    assert not any("begin solution" in line or "end solution" in line for line in lines)
