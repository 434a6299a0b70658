"""Tell whether the stored notebooks are what the lessons say, without executing anything."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.as_built import UNKNOWN, is_as_built
from tools.errors import BuildError
from tools.lesson_source import VARIANTS, Lesson, lay_out, notebook_path, notebook_place
from tools.notebook_rules import check_outputs, check_sources

REBUILD = "run `make notebooks`"
CHANGED = "somebody has changed it; `make notebooks` keeps that under another name"


def stale(lesson: Lesson, root: Path) -> Iterator[str]:
    """One line for each notebook of a lesson that is missing or differs from what the lesson would give now.

    Sources, ids, metadata and tags are compared exactly. Outputs are not: nbval runs the notebooks and compares
    those. What can be seen without running is that the outputs keep to the rules, that no execution count is stored,
    and that the file is as it was built. What a person has changed is named as that.
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
        as_built = is_as_built(path, notebook_place(lesson.name, variant))
        if difference := _difference(lesson, expected, stored) or _counted(stored):
            yield f"{shown}: {difference}; {REBUILD if as_built else CHANGED}"
            continue
        try:
            check_outputs(lesson, stored, root)
        except BuildError as error:
            yield f"{shown}: {error}"
            continue
        if not as_built:
            yield f"{shown}: {CHANGED}"


def left_over(root: Path, lesson_names: set[str]) -> list[Path]:
    """Notebooks that are as they were built from a lesson that is gone. Any other file is a person's own."""
    folder = root / "notebooks"
    stored = itertools.chain(folder.glob("*.ipynb"), folder.glob("solutions/*.ipynb"))
    gone = (path for path in stored if path.stem not in lesson_names)
    return sorted(path for path in gone if is_as_built(path, path.relative_to(folder).as_posix()))


def _difference(lesson: Lesson, expected: NotebookNode, stored: NotebookNode) -> str | None:
    generated = f"lessons/{lesson.path.name}"
    made_by = stored.metadata.get("at_the_kink")
    if isinstance(made_by, dict) and "fingerprint" in made_by:  # It covers the outputs too, which are not known here.
        made_by["fingerprint"] = UNKNOWN
    for number, (new, old) in enumerate(zip(expected.cells, stored.cells, strict=False), start=1):
        for part in ("cell_type", "source", "id", "metadata"):
            if new[part] != old.get(part):
                return f"the {part} of cell {number} differs from {generated}"
    if len(expected.cells) != len(stored.cells):
        return f"has {len(stored.cells)} cells where {generated} gives {len(expected.cells)}"
    if expected.metadata != stored.metadata or expected.nbformat_minor != stored.nbformat_minor:
        return f"its metadata differs from what {generated} gives"
    return None


def _counted(stored: NotebookNode) -> str | None:
    for number, cell in enumerate(stored.cells, start=1):
        counts = [part.get("execution_count") for part in (cell, *cell.get("outputs", []))]
        if counted := [count for count in counts if count is not None]:
            return f"cell {number} has the execution count {counted[0]} where the build stores none"
    return None
