"""Read a lesson (py:percent) and lay out its two notebooks, not yet executed."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jupytext
import nbformat
from nbformat import NotebookNode, v4

from tools.as_built import UNKNOWN, sources_fingerprint
from tools.errors import BuildError
from tools.solution_blocks import SolutionBlockError, split_solution

Variant = Literal["learner", "solution"]
VARIANTS: tuple[Variant, ...] = ("learner", "solution")
SOLUTION_ONLY = "solution-only"
LESSON_NAME = re.compile(r"\d\d_[a-z0-9_]+")
# What a kernel says of Python, but for its version.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
CELL_MARKER = re.compile(r"^# %%(\s|$)")


@dataclass(frozen=True)
class LessonCell:
    """One cell of a lesson: where it stands, what it holds."""

    number: int  # from 1
    line: int  # of its first source line, in the lesson's file, from 1
    id: str
    kind: Literal["code", "markdown"]
    source: str
    metadata: dict[str, Any]


@dataclass(frozen=True)
class Lesson:
    """A lesson: `lessons/NN_slug.py` as cells, solutions included."""

    path: Path
    cells: tuple[LessonCell, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def where(self, cell: LessonCell, line_in_cell: int = 1) -> str:
        """The place of a line, for a message: `lessons/01_x.py, cell 3, line 27`."""
        return f"lessons/{self.path.name}, cell {cell.number}, line {cell.line + line_in_cell - 1}"

    def cell(self, cell_id: str) -> LessonCell:
        return next(cell for cell in self.cells if cell.id == cell_id)


def lesson_paths(root: Path) -> list[Path]:
    """All lessons of a course, in order; a file with another kind of name is an error."""
    paths = sorted((root / "lessons").glob("*.py"))
    for path in paths:
        if not LESSON_NAME.fullmatch(path.stem):
            raise BuildError(f"lessons/{path.name}: a lesson is named NN_slug.py, in lower case, such as 01_limits.py")
    return paths


def notebook_place(lesson_name: str, variant: Variant) -> str:
    """Where a lesson's notebook is stored, below `notebooks/`."""
    return f"{lesson_name}.ipynb" if variant == "learner" else f"solutions/{lesson_name}.ipynb"


def notebook_path(root: Path, lesson_name: str, variant: Variant) -> Path:
    """Where a lesson's notebook is stored."""
    return root / "notebooks" / notebook_place(lesson_name, variant)


def read_lesson(path: Path) -> Lesson:
    """Read a py:percent file into cells whose ids depend on the lesson's name and their own content only."""
    text = path.read_text(encoding="utf-8")
    try:
        cells = jupytext.reads(text, fmt="py:percent").cells
    except Exception as error:
        raise BuildError(f"lessons/{path.name}: not readable as py:percent: {error}") from error
    markers = [number for number, line in enumerate(text.splitlines(), start=1) if CELL_MARKER.match(line)]
    if not cells or len(markers) != len(cells):
        raise BuildError(
            f"lessons/{path.name}: {len(markers)} lines start with '# %%' but {len(cells)} cells were read; "
            "a lesson has at least one cell, starts with '# %%' and uses it for nothing else"
        )
    if raw := [number for number, cell in enumerate(cells, start=1) if cell.cell_type not in ("code", "markdown")]:
        raise BuildError(f"lessons/{path.name}, cell {raw[0]}: a cell is code or [markdown]")
    seen: Counter[str] = Counter()
    return Lesson(
        path,
        tuple(
            LessonCell(number, marker + 1, _cell_id(path.stem, cell, seen), cell.cell_type, cell.source, cell.metadata)
            for number, (marker, cell) in enumerate(zip(markers, cells, strict=True), start=1)
        ),
    )


def _cell_id(lesson_name: str, cell: NotebookNode, seen: Counter[str]) -> str:
    """An id that stays when other cells come and go; equal cells are numbered."""
    content = f"{lesson_name}\0{cell.cell_type}\0{cell.source}"
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    seen[digest] += 1
    again = f"-{seen[digest]}" if seen[digest] > 1 else ""
    return f"{lesson_name[:2]}-{digest}{again}"


def lay_out(lesson: Lesson, variant: Variant) -> NotebookNode:
    """The notebook of a lesson for its learner or with its solutions, not yet executed."""
    notebook = v4.new_notebook()
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(
        {
            "at_the_kink": {"fingerprint": UNKNOWN, "generated_from": f"lessons/{lesson.path.name}"},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": LANGUAGE,
        }
    )
    notebook.cells = [_cell(lesson, cell, variant) for cell in lesson.cells if _belongs(cell, variant)]
    place = notebook_place(lesson.name, variant)
    notebook.metadata["at_the_kink"]["sources"] = sources_fingerprint(notebook, place)
    return notebook


def _belongs(cell: LessonCell, variant: Variant) -> bool:
    return variant == "solution" or SOLUTION_ONLY not in cell.metadata.get("tags", [])


def _cell(lesson: Lesson, cell: LessonCell, variant: Variant) -> NotebookNode:
    metadata = {key: value for key, value in cell.metadata.items() if key == "slideshow"}
    if tags := [tag for tag in cell.metadata.get("tags", []) if tag != SOLUTION_ONLY]:
        metadata["tags"] = tags
    if cell.kind != "code":
        return v4.new_markdown_cell(cell.source, id=cell.id, metadata=metadata)
    try:
        versions = split_solution(cell.source)
    except SolutionBlockError as error:
        raise BuildError(f"{lesson.where(cell, error.line)}: {error}") from error
    source = versions.learner if variant == "learner" else versions.solution
    return v4.new_code_cell(source, id=cell.id, metadata=metadata)
