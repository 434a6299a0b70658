"""Tell whether the stored notebooks are what the lessons say, without executing anything."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.errors import BuildError
from tools.lesson_source import VARIANTS, Lesson, lay_out, notebook_path
from tools.notebook_rules import check_outputs, check_sources

REBUILD = "run `make notebooks`"


def stale(lesson: Lesson, root: Path) -> Iterator[str]:
    """One line for each notebook of a lesson that is missing or differs from what the lesson would give now.

    Sources, ids, metadata and tags are compared exactly. Outputs are not: nbval runs the notebooks and compares
    those. What can be seen without running is that the outputs keep to the rules, and that no execution count is
    stored.
    """
    for variant in VARIANTS:
        path = notebook_path(root, lesson.name, variant)
        shown = path.relative_to(root).as_posix()
        expected = lay_out(lesson, variant)
        check_sources(lesson, expected)
        if not path.exists():
            yield f"{shown}: missing; {REBUILD}"
            continue
        try:
            stored = nbformat.read(path, as_version=4)
        except Exception as error:
            yield f"{shown}: not readable as a notebook ({type(error).__name__}); {REBUILD}"
            continue
        if difference := _difference(lesson, expected, stored) or _counted(stored):
            yield f"{shown}: {difference}; {REBUILD}"
            continue
        try:
            check_outputs(lesson, stored, root)
        except BuildError as error:
            yield f"{shown}: {error}"


def orphans(root: Path, lesson_names: set[str]) -> list[Path]:
    """Notebooks that no lesson generates."""
    stored = itertools.chain((root / "notebooks").glob("*.ipynb"), (root / "notebooks" / "solutions").glob("*.ipynb"))
    return sorted(path for path in stored if path.stem not in lesson_names)


def _difference(lesson: Lesson, expected: NotebookNode, stored: NotebookNode) -> str | None:
    generated = f"lessons/{lesson.path.name}"
    if expected.metadata != stored.metadata or expected.nbformat_minor != stored.nbformat_minor:
        return f"its metadata differs from what {generated} gives"
    for number, (new, old) in enumerate(zip(expected.cells, stored.cells, strict=False), start=1):
        for part in ("cell_type", "source", "id", "metadata"):
            if new[part] != old.get(part):
                return f"the {part} of cell {number} differs from {generated}"
    if len(expected.cells) != len(stored.cells):
        return f"has {len(stored.cells)} cells where {generated} gives {len(expected.cells)}"
    return None


def _counted(stored: NotebookNode) -> str | None:
    for number, cell in enumerate(stored.cells, start=1):
        counts = [part.get("execution_count") for part in (cell, *cell.get("outputs", []))]
        if counted := [count for count in counts if count is not None]:
            return f"cell {number} has the execution count {counted[0]} where the build stores none"
    return None
