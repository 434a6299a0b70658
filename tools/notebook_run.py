"""Execute a notebook and keep of its outputs only what is the same on every run."""

import os
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
        reason = _reason(error)
        origin = lesson.cell(notebook.cells[position].id)
        raise BuildError(f"{lesson.where(origin)}: {reason}") from error
    notebook.metadata = metadata  # The kernel adds its own version.
    clean(notebook)


def _reason(error: Exception) -> str:
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"runs longer than {CELL_TIMEOUT} s"
    return "its kernel died"


def clean(notebook: NotebookNode) -> None:
    """Drop widget views, widget state, tracebacks and whatever else differs from run to run, in place."""
    drop_widget_views(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            for output in cell.outputs:
                _clean_output(output)
            cell.outputs = [output for output in cell.outputs if output.get("data") != {}]


def _clean_output(output: NotebookNode) -> None:
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
