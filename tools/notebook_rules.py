"""What every notebook of the course must keep to, in its code and in its stored outputs."""

import ast
import io
import re
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from tools.errors import BuildError
from tools.lesson_source import Lesson

MACHINE_CHECK = "from course_lib.machine import machine_check\n\nmachine_check()"
# An address in memory is as much the machine's own as a folder: neither is the same twice.
MACHINE = re.compile(r"(?<![\w.])(/home/|/Users/|/root/|/tmp/)|[A-Za-z]:\\Users\\|\b0x[0-9a-f]{8,}")


def check_sources(lesson: Lesson, notebook: NotebookNode) -> None:
    """Imports stand in the first code cell and nowhere else; no line of code ends in `;`; every cell is Python.

    The check of the machine, which names what imports would fail for, has one of its own, and so may the cell after it.
    A trailing `;` hides a result in Jupyter, but not from a comparison of outputs.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checked = [cell.source == MACHINE_CHECK for cell in code]
    for position, cell in enumerate(code):
        origin = lesson.cell(cell.id)
        try:
            statements = ast.parse(cell.source).body
        except SyntaxError as error:
            # The line in a version without markers is not the line in the lesson: quote it.
            shown = (error.text or "").strip()
            raise BuildError(f"{lesson.where(origin)}: not valid Python: {error.msg}: {shown!r}") from error
        imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
        if position == 0 and not imports:
            raise BuildError(f"{lesson.where(origin)}: the first code cell must hold the lesson's imports")
        if position > 0 and imports and not any(checked[position - 1 : position + 1]):
            raise BuildError(f"{lesson.where(origin)}: move {ast.unparse(imports[0])!r} to the first code cell")
        for line in _lines_ending_in_semicolon(cell.source):
            raise BuildError(f"{lesson.where(origin)}: a line ends in ';': {line.strip()!r}")


def _lines_ending_in_semicolon(source: str) -> Iterator[str]:
    previous: tokenize.TokenInfo | None = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        at_the_end = token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)
        if previous is not None and previous.string == ";" and previous.type == tokenize.OP and at_the_end:
            yield previous.line
        previous = token


def check_outputs(lesson: Lesson, notebook: NotebookNode, root: Path) -> None:
    """No stored output comes from stderr or names a folder or a memory address of the machine that built it."""
    own = [str(root.resolve()), str(Path.home()), sys.prefix, tempfile.gettempdir()]
    folders = [folder for folder in own if len(folder) > len("/opt")]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            where = lesson.where(lesson.cell(cell.id))
            if output.output_type == "stream" and output.name == "stderr":
                raise BuildError(f"{where}: prints to stderr: {output.text.strip()!r}")
            for text in _texts(output):
                found = MACHINE.search(text)
                name = found[0] if found else next((folder for folder in folders if folder in text), None)
                if name is not None:
                    line = next(line for line in text.splitlines() if name in line)
                    raise BuildError(f"{where}: its output names this machine ({name!r}): {line.strip()!r}")


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield output.evalue
    else:
        yield from (value for mime, value in output.data.items() if isinstance(value, str) and _is_text(mime))


def _is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime.endswith(("+xml", "javascript"))
