"""Read a lesson (py:percent) and lay out its two notebooks, not yet executed."""

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jupytext
import nbformat
from nbformat import NotebookNode, v4

from course_lib.exercises.exercise import LESSONS
from tools.as_built import UNKNOWN, sources_fingerprint
from tools.errors import BuildError
from tools.solution_blocks import SolutionBlockError, split_solution

Variant = Literal["learner", "solution"]
VARIANTS: tuple[Variant, ...] = ("learner", "solution")
SOLUTION_ONLY = "solution-only"
ASSERTION = "assertion"  # on a cell that checks what the cell before it showed: it is folded
OPTIONAL = "optional"  # on a heading whose section a reader may leave out: it is folded
CLAIMS = "<!-- claims -->"  # the place of the table of claims
ESCAPED = r"\|"  # a bar inside a cell of a table, which would end the cell otherwise
# [[proof]] is a link to the lesson with that key, "lesson 03"; [[Proof]] begins a sentence.
LINK = re.compile(r"\[\[([A-Za-z]\w*)\]\]")
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

    @property
    def key(self) -> str:
        """The word that its exercises' ids begin with; the file's name where the course does not list it."""
        return next((lesson.key for lesson in LESSONS if lesson.stem == self.name), self.name)

    @property
    def claims(self) -> dict[str, dict[str, str]]:
        """What the lesson judges, by id: `claim`, `verdict` and `reason`, as `lessons/claims.toml` has them."""
        listed = self.path.with_name("claims.toml")
        by_lesson = tomllib.loads(listed.read_text(encoding="utf-8")) if listed.exists() else {}
        return dict(sorted(by_lesson.get(self.key, {}).items()))

    @property
    def claims_table(self) -> str:
        """The claims as a table in Markdown, each with a link to the section that holds its check."""
        section, checked = "", dict[str, str]()
        for cell in self.cells:
            if headings := re.findall(r"^#+ (.+)$", cell.source, re.M) if cell.kind == "markdown" else []:
                section = headings[-1]
            checked |= {tag: section for tag in cell.metadata.get("tags", []) if re.fullmatch(r"C\d\d", tag)}
        if checked.keys() != (claims := self.claims).keys():
            raise BuildError(
                f"lessons/{self.path.name}: cells are tagged as checks of {sorted(checked)}, but for {self.key!r} "
                f"claims.toml lists {sorted(claims)}"
            )
        rows = ["| claim | what it says | verdict | why | checked in |", "|---|---|---|---|---|"]
        for id, entry in claims.items():
            link = f"[{checked[id]}](#{checked[id].replace(' ', '-')})"
            cells = (id, entry["claim"], f"**{entry['verdict']}**", entry["reason"], link)
            rows.append(f"| {' | '.join(cell.replace('|', ESCAPED) for cell in cells)} |")
        return "\n".join(rows)

    def linked(self, source: str) -> str:
        """The text with its links to other lessons."""

        def link(found: re.Match[str]) -> str:
            other = next((other for other in LESSONS if other.key == found[1].lower()), None)
            if other is None:
                raise BuildError(f"lessons/{self.path.name}: {found[0]} is the key of no lesson")
            word = "Lesson" if found[1][0].isupper() else "lesson"
            return f"[{word} {other.number:02d}]({other.stem}.ipynb)"

        return LINK.sub(link, source)

    @property
    def neighbours(self) -> str:
        """Links to the next and to the previous lesson; "" where the course does not list this one."""
        keys = [other.key for other in LESSONS]
        if self.key not in keys:
            return ""
        place = keys.index(self.key)
        links = [
            f"**{word}:** [*{LESSONS[at].title}*]({LESSONS[at].stem}.ipynb)"
            for word, at in (("Next", place + 1), ("Previous", place - 1))
            if 0 <= at < len(LESSONS)
        ]
        return f"\n\n{' · '.join(links)}"


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
    if ASSERTION in tags:
        metadata["jupyter"] = {"source_hidden": True}
    if OPTIONAL in tags:
        metadata["jp-MarkdownHeadingCollapsed"] = True
    if cell.kind != "code":
        source = cell.source.replace(CLAIMS, lesson.claims_table) if CLAIMS in cell.source else cell.source
        source = lesson.linked(source) + (lesson.neighbours if cell is lesson.cells[-1] else "")
        return v4.new_markdown_cell(source, id=cell.id, metadata=metadata)
    try:
        versions = split_solution(cell.source)
    except SolutionBlockError as error:
        raise BuildError(f"{lesson.where(cell, error.line)}: {error}") from error
    source = versions.learner if variant == "learner" else versions.solution
    return v4.new_code_cell(source, id=cell.id, metadata=metadata)
