"""Execute a notebook and keep of its outputs only what is the same on every run."""

import os
import re
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_lib.stored_outputs import drop_widget_views
from tools.errors import BuildError
from tools.lesson_source import Lesson

CELL_TIMEOUT = 120  # seconds


def execute(lesson: Lesson, notebook: NotebookNode, folder: Path) -> None:
    """Run all cells in place, in this environment's kernel, from `folder`; then clean their outputs.

    Raises BuildError where a cell raises, hangs or kills its kernel.
    """
    position = 0

    def remember(cell: NotebookNode, cell_index: int) -> None:
        nonlocal position
        position = cell_index

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        on_cell_start=remember,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    environment = {**os.environ, "AT_THE_KINK_PROGRESS": "off"}
    metadata = notebook.metadata.copy()
    try:
        client.execute(cwd=str(folder), env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        cell = notebook.cells[position]
        origin, statement = lesson.cell(cell.id), _failing_line(error, cell.source)
        # The line in a version without markers is not the line in the lesson: find it by what it says.
        alike = [number for number, line in enumerate(origin.source.split("\n"), start=1) if line == statement]
        where = lesson.where(origin, alike[0] if len(alike) == 1 else 1)
        quoted = f", in {statement.strip()!r}" if statement else ""
        raise BuildError(f"{where}: {_reason(error)}{quoted}") from error
    notebook.metadata = metadata  # The kernel adds its own version.
    clean(notebook)


def _failing_line(error: Exception, source: str) -> str:
    """The line of the cell at which it failed, as IPython's traceback tells; empty if that does not tell."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", getattr(error, "traceback", ""))
    found = re.search(r"Cell In\[\d+\], line (\d+)", plain)
    lines = source.split("\n")
    return lines[int(found[1]) - 1] if found and int(found[1]) <= len(lines) else ""


def _reason(error: Exception) -> str:
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}" if error.evalue else str(error.ename)
    if isinstance(error, CellTimeoutError):
        return f"runs longer than {CELL_TIMEOUT} s"
    return "its kernel died"


def clean(notebook: NotebookNode) -> None:
    """Drop widget views, widget state, tracebacks and whatever else differs from run to run, in place.

    Execution counts go too: one new cell would change those of all that follow.
    A cell with the tag `not-stored` speaks of the machine it runs on: nobody shall read what it said of another.
    """
    drop_widget_views(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "not-stored" in cell.metadata.get("tags", []):
            cell.outputs = []
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                _clean_output(output)


def _clean_output(output: NotebookNode) -> None:
    if output.output_type == "execute_result":
        output.execution_count = None
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
