"""What JupyterLab changes in a lesson by itself is not taken for the learner's work."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import REPOSITORY, LabServer, Notebook

from tools.as_built import version_at
from tools.lesson_source import lay_out, read_lesson

NAME = "00_start_here.ipynb"


@pytest.fixture
def lesson(open_notebook: Callable[..., Notebook], tmp_path: Path) -> Notebook:
    """Lesson 00 as a learner gets it, just opened."""
    nbformat.write(lay_out(read_lesson(REPOSITORY / "lessons" / "00_start_here.py"), "learner"), tmp_path / NAME)
    return open_notebook(tmp_path / NAME)


def save(lesson: Notebook) -> None:
    lesson.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    lesson.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


def test_a_lesson_that_was_opened_run_and_saved_is_still_the_one_that_was_laid(lesson: Notebook, lab_server: LabServer):
    path = lab_server.notebooks / NAME
    laid = version_at(path, NAME)
    # As soon as the kernel has said its version, which this server does not put into the file that it sends.
    lesson.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.context.model.dirty")
    save(lesson)
    assert laid is not None and version_at(path, NAME) == laid
    lesson.run_all()
    lesson.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    save(lesson)
    saved = nbformat.read(path, as_version=4)
    assert saved.cells[-1].source == "" and any(cell.get("outputs") for cell in saved.cells)
    assert version_at(path, NAME) == laid
    lesson.set_source(next(index for index, source in enumerate(lesson.sources()) if "..." in source), "answer = 7")
    save(lesson)
    assert version_at(path, NAME) is None
