"""How many minutes a lesson takes: words/100 + lines of code/10 + 4 for each exercise + 4 for each live figure.

`python -m tools.minutes` prints them for all lessons. It is the measure of six lessons that were read and done from end
to end. Cells that only check are not counted, nor are imports, nor sections that a reader may leave out.
"""

import re
from typing import NamedTuple

from nbformat import NotebookNode

from tools.build_notebooks import ROOT
from tools.lesson_source import ASSERTION, OPTIONAL, lay_out, lesson_paths, read_lesson


class Work(NamedTuple):
    """What there is to do in a notebook."""

    words: int
    lines: int
    exercises: int
    figures: int

    @property
    def minutes(self) -> int:
        """words/100 + lines/10 + 4 · exercises + 4 · figures, to a whole number.

        >>> Work(words=2000, lines=80, exercises=5, figures=2).minutes
        56
        """
        return round(self.words / 100 + self.lines / 10 + 4 * self.exercises + 4 * self.figures)


def work(notebook: NotebookNode) -> Work:
    """Count a learner's notebook; a formula is one word."""
    words = lines = exercises = figures = 0
    optional: int | None = None  # the level of the heading whose section is not counted
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        heading = re.match(r"(#+) ", cell.source) if cell.cell_type == "markdown" else None
        if heading and (optional is None or len(heading[1]) <= optional):
            optional = len(heading[1]) if OPTIONAL in tags else None
        if optional is not None or ASSERTION in tags:
            continue
        if cell.cell_type == "markdown":
            words += len(re.sub(r"\$[^$]*\$", " f ", cell.source).split())
        else:
            code = [line for line in map(str.strip, cell.source.splitlines()) if line]
            lines += sum(not line.startswith(("import ", "from ")) for line in code)
            exercises += len(re.findall(r"\bcheck\(", cell.source))
            figures += len(re.findall(r"\bexplore\(", cell.source))
    return Work(words, lines, exercises, figures)


def main() -> None:
    """Print a line for each lesson."""
    for path in lesson_paths(ROOT):
        done = work(lay_out(read_lesson(path), "learner"))
        counts = ", ".join(f"{count} {name}" for name, count in done._asdict().items())
        print(f"{path.stem:<32}{done.minutes:>4} minutes  ({counts})")


if __name__ == "__main__":
    main()
