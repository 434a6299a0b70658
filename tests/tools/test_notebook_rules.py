"""Every rule is shown to find what it forbids and to leave alone what it allows."""

import base64
from pathlib import Path

import pytest
from nbformat import NotebookNode, v4

from tools.errors import BuildError
from tools.lesson_source import Lesson, lay_out, read_lesson
from tools.notebook_rules import MACHINE_CHECK, check_outputs, check_sources


def lesson_with(folder: Path, *cells: str) -> Lesson:
    path = folder / "01_tiny.py"
    path.write_text("\n\n".join(f"# %%\n{cell}" for cell in ("import math", *cells)) + "\n", encoding="utf-8")
    return read_lesson(path)


def judge_source(folder: Path, *cells: str) -> None:
    lesson = lesson_with(folder, *cells)
    check_sources(lesson, lay_out(lesson, "learner"))


@pytest.mark.parametrize("cell", ["x = 1;", "x = 1;  # hidden", "if True:\n    x = 1;\ny = 2", "x = 1; y = 2;"])
def test_a_line_that_ends_in_a_semicolon_is_refused(tmp_path: Path, cell: str):
    with pytest.raises(BuildError, match=r"lessons/01_tiny.py, cell 2, line 5: a line ends in ';'"):
        judge_source(tmp_path, cell)


@pytest.mark.parametrize("cell", ["x = 1; y = 2", "x = 'a;'", 's = """\nfirst;\n"""', "# a comment;"])
def test_other_semicolons_are_left_alone(tmp_path: Path, cell: str):
    judge_source(tmp_path, cell)


def test_imports_stand_in_the_first_code_cell_only(tmp_path: Path):
    with pytest.raises(BuildError, match=r"cell 3, line 8: move 'from math import pi' to the first code cell"):
        judge_source(tmp_path, "x = 1", "from math import pi")
    path = tmp_path / "02_none.py"
    path.write_text("# %% [markdown]\n# Text.\n\n# %%\nx = 1\n", encoding="utf-8")
    lesson = read_lesson(path)
    with pytest.raises(BuildError, match=r"lessons/02_none.py, cell 2, line 5: the first code cell must hold"):
        check_sources(lesson, lay_out(lesson, "learner"))


def test_the_check_of_the_machine_may_come_before_the_imports_and_nothing_else(tmp_path: Path):
    path = tmp_path / "00_start.py"
    for first, message in ((MACHINE_CHECK, ""), ("import os", "move 'import math'"), ("x = 1", "must hold")):
        path.write_text(f"# %%\n{first}\n\n# %%\nimport math\n", encoding="utf-8")
        lesson = read_lesson(path)
        if not message:
            check_sources(lesson, lay_out(lesson, "learner"))
            continue
        with pytest.raises(BuildError, match=message):
            check_sources(lesson, lay_out(lesson, "learner"))


def test_the_cell_after_the_check_of_the_machine_may_import_and_the_next_one_not(tmp_path: Path):
    path = tmp_path / "00_start.py"
    path.write_text(f"# %%\nimport os\n\n# %%\n{MACHINE_CHECK}\n\n# %%\nimport math\n", encoding="utf-8")
    lesson = read_lesson(path)
    check_sources(lesson, lay_out(lesson, "learner"))
    path.write_text(path.read_text(encoding="utf-8") + "\n# %%\nimport re\n", encoding="utf-8")
    lesson = read_lesson(path)
    with pytest.raises(BuildError, match="move 'import re'"):
        check_sources(lesson, lay_out(lesson, "learner"))


def test_an_import_inside_a_try_or_a_function_may_stand_anywhere(tmp_path: Path):
    judge_source(tmp_path, "try:\n    import absent\nexcept ImportError:\n    absent = None")


def test_a_cell_that_is_not_python_is_refused(tmp_path: Path):
    with pytest.raises(BuildError, match=r"cell 2, line 5: not valid Python: .*'x = = 2'"):
        judge_source(tmp_path, "x = = 2")


def judge_output(folder: Path, output: NotebookNode) -> None:
    lesson = lesson_with(folder, "x = 1")
    notebook = lay_out(lesson, "learner")
    notebook.cells[1].outputs = [output]
    check_outputs(lesson, notebook, folder / "home-of-the-course")


def shown(mime: str, value: str) -> NotebookNode:
    return v4.new_output("display_data", data={mime: value})


@pytest.mark.parametrize(
    "output",
    [
        v4.new_output("stream", name="stdout", text="saved in /home/ada/progress.json\n"),
        v4.new_output("error", ename="OSError", evalue="no file /Users/ada/x", traceback=[]),
        shown("text/plain", "C:\\Users\\ada\\x.png"),
        shown("text/html", "<b>/tmp/figure.png</b>"),
        shown("image/svg+xml", "<svg>/root/x</svg>"),
        shown("text/plain", "<object object at 0x7f33c0d2a1b0>"),
    ],
)
def test_an_output_that_names_the_machine_is_refused(tmp_path: Path, output: NotebookNode):
    with pytest.raises(BuildError, match=r"lessons/01_tiny.py, cell 2, line 5: its output names this machine"):
        judge_output(tmp_path, output)


def test_the_courses_own_folder_is_refused_wherever_it_lies(tmp_path: Path):
    text = f"read {tmp_path / 'home-of-the-course' / 'data.csv'}"
    with pytest.raises(BuildError, match="names this machine"):
        judge_output(tmp_path, v4.new_output("stream", name="stdout", text=text))


def test_stderr_is_refused(tmp_path: Path):
    with pytest.raises(BuildError, match="cell 2, line 5: prints to stderr: 'careful'"):
        judge_output(tmp_path, v4.new_output("stream", name="stderr", text="careful\n"))


@pytest.mark.parametrize(
    "output",
    [
        v4.new_output("stream", name="stdout", text="the slope is 0.5 = 0x1.0p-1\n"),
        shown("text/html", "<a href='https://example.org/home/x'>home</a>"),
        shown("image/png", base64.b64encode(b"x").decode() + "/tmp/"),
    ],
)
def test_harmless_outputs_pass(tmp_path: Path, output: NotebookNode):
    judge_output(tmp_path, output)
