"""Running a notebook, and what of its outputs is kept."""

import re
from pathlib import Path

import pytest
from nbformat import NotebookNode, v4

from course_lib.stored_outputs import WIDGET_VIEW
from tools import notebook_run
from tools.errors import BuildError
from tools.lesson_source import LANGUAGE, lay_out, read_lesson
from tools.notebook_run import clean, execute

pytestmark = pytest.mark.slow


def run(folder: Path, *cells: str) -> NotebookNode:
    path = folder / "01_tiny.py"
    path.write_text("\n\n".join(f"# %%\n{cell}" for cell in cells) + "\n", encoding="utf-8")
    lesson = read_lesson(path)
    notebook = lay_out(lesson, "solution")
    execute(lesson, notebook, folder)
    return notebook


def test_outputs_are_stored_and_nothing_of_the_machine_is_added(tmp_path: Path):
    notebook = run(
        tmp_path, "import os", "print(1)\nprint(2, flush=True)\nprint(3)", "os.environ['AT_THE_KINK_PROGRESS']"
    )
    counted = [cell.execution_count for cell in notebook.cells] + [notebook.cells[2].outputs[0].execution_count]
    assert counted == [None] * 4
    assert [output.text for output in notebook.cells[1].outputs] == ["1\n2\n3\n"]
    assert notebook.cells[2].outputs[0].data == {"text/plain": "'off'"}
    assert notebook.metadata["language_info"] == LANGUAGE, "the version of Python is the machine's own"
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def test_an_exception_is_named_with_lesson_and_cell(tmp_path: Path):
    said = r"^lessons/01_tiny.py, cell 2, line 5: ZeroDivisionError: division by zero, in '1 / 0'$"
    with pytest.raises(BuildError, match=said):
        run(tmp_path, "import math", "1 / 0", "math.pi")


@pytest.mark.parametrize(("cell", "line", "statement"), [
    ("x = 1\n\nfor y in (1, 0):\n    x / y\nx", 8, "x / y"),
    ("# begin solution: x = ...\nx = 0\n# end solution\n1 / x", 8, "1 / x"),  # The markers are lines of the lesson.
    ("def f(x):\n    return 1 / x\n\nf(0)", 8, "f(0)"),  # In the cell, not in what it calls.
    ("x = 0\nx += 1 / x\nx += 1 / x", 5, "x += 1 / x"),  # Twice the same: the cell, and what it says.
])  # fmt: skip
def test_the_line_of_the_lesson_that_fails_is_named(tmp_path: Path, cell: str, line: int, statement: str):
    said = f"lessons/01_tiny.py, cell 2, line {line}: ZeroDivisionError: division by zero, in {statement!r}"
    with pytest.raises(BuildError, match=f"^{re.escape(said)}$"):
        run(tmp_path, "import math", cell)


def test_a_cell_that_hangs_or_kills_its_kernel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notebook_run, "CELL_TIMEOUT", 2)
    with pytest.raises(BuildError, match=r"cell 1, line 2: runs longer than 2 s"):
        run(tmp_path, "import time\ntime.sleep(60)")
    with pytest.raises(BuildError, match=r"cell 1, line 2: its kernel died"):
        run(tmp_path, "import os\nos._exit(1)")


def test_an_expected_exception_is_kept_without_its_traceback():
    cell = v4.new_code_cell("1 / 0", metadata={"execution": {"iopub.execute_input": "2026-01-01"}})
    cell.outputs = [v4.new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=["File x"])]
    clean(v4.new_notebook(cells=[cell]))
    assert cell.outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert cell.metadata == {}


def test_widget_views_and_widget_state_go_and_what_stands_beside_them_stays():
    view = {"version_major": 2, "version_minor": 0, "model_id": "random"}
    beside = v4.new_output("display_data", data={WIDGET_VIEW: view, "image/png": "iVBO", "text/plain": "a V"})
    alone = v4.new_output("execute_result", data={WIDGET_VIEW: view}, execution_count=1)
    text = v4.new_output("stream", name="stdout", text="done\n")
    notebook = v4.new_notebook(cells=[v4.new_code_cell("show()", outputs=[beside, alone, text])])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    clean(notebook)
    assert notebook.metadata == {}
    assert notebook.cells[0].outputs == [beside, text]
    assert beside.data == {"image/png": "iVBO", "text/plain": "a V"}


def test_what_a_cell_says_of_the_machine_is_not_stored():
    said = [v4.new_output("execute_result", data={"text/plain": "ready"}, execution_count=1)]
    tags = [["not-stored"], []]
    cells = [v4.new_code_cell("machine_check()", outputs=said, metadata={"tags": some}) for some in tags]
    clean(v4.new_notebook(cells=cells))
    assert [len(cell.outputs) for cell in cells] == [0, 1]
