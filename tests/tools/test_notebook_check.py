"""Each way in which a stored notebook can be stale is planted once and found."""

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tools.build_notebooks import build, check_all, main
from tools.lesson_source import VARIANTS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose notebooks are built."""
    root = tmp_path_factory.mktemp("course")
    (root / "lessons").mkdir()
    lesson = root / "lessons" / "01_tiny.py"
    lesson.write_text(
        '# %%\nimport math\n\n# %% tags=["keep"]\nmath.floor(2.5)\n\n'
        "# %%\n# begin solution: x = ...\nx = 1\n# end solution\n"
    , encoding="utf-8")
    for variant in VARIANTS:
        build(root, lesson, variant)
    return root


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to break."""
    return Path(shutil.copytree(built, tmp_path / "course"))


def edit(path: Path, change: Callable[[NotebookNode], object]) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


STDERR = nbformat.v4.new_output("stream", name="stderr", text="careful")


def test_a_fresh_build_is_not_stale(course: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--check"], course) == 0
    assert main(["--check", "01"], course) == 0
    assert capsys.readouterr() == ("", "")


def test_an_edited_lesson_makes_both_notebooks_stale(course: Path, capsys: pytest.CaptureFixture[str]):
    lesson = course / "lessons" / "01_tiny.py"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("2.5", "3.5"), encoding="utf-8")
    assert main(["--check"], course) == 1
    assert capsys.readouterr().err.splitlines() == [
        "notebooks/01_tiny.ipynb: the source of cell 2 differs from lessons/01_tiny.py; run `make notebooks`",
        "notebooks/solutions/01_tiny.ipynb: the source of cell 2 differs from lessons/01_tiny.py; run `make notebooks`",
    ]


def test_an_edited_solution_makes_only_the_ids_of_the_learners_notebook_stale(course: Path):
    lesson = course / "lessons" / "01_tiny.py"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("x = 1\n", "x = 2\n"), encoding="utf-8")
    learner, solution = check_all(course, [])
    assert learner.startswith("notebooks/01_tiny.ipynb: the id of cell 3 differs")
    assert solution.startswith("notebooks/solutions/01_tiny.ipynb: the source of cell 3 differs")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda notebook: notebook.cells[1].update(source="math.floor(9.5)"), "the source of cell 2 differs"),
        (lambda notebook: notebook.cells[1].update(id="other"), "the id of cell 2 differs"),
        (lambda notebook: notebook.cells[1].metadata.update(tags=[]), "the metadata of cell 2 differs"),
        (lambda notebook: notebook.cells[1].metadata.update(execution={}), "the metadata of cell 2 differs"),
        (lambda notebook: notebook.cells.pop(), "has 2 cells where lessons/01_tiny.py gives 3"),
        (lambda notebook: notebook.metadata.update(widgets={}), "its metadata differs"),
        (lambda notebook: notebook.cells[2].update(execution_count=7), "cell 3 has the execution count 7"),
        (lambda notebook: notebook.cells[1].outputs[0].update(execution_count=7), "cell 2 has the execution count 7"),
        (lambda notebook: notebook.cells[1].outputs.append(STDERR), "cell 2, line 5: prints to stderr"),
    ],
)
def test_an_edited_notebook_is_stale(course: Path, change: Callable[[NotebookNode], object], message: str):
    edit(course / "notebooks" / "01_tiny.ipynb", change)
    (problem,) = check_all(course, [])
    assert problem.startswith("notebooks/01_tiny.ipynb: ")
    assert message in problem


def test_missing_left_over_and_unreadable_notebooks_are_named(course: Path):
    (course / "notebooks" / "01_tiny.ipynb").rename(course / "notebooks" / "02_gone.ipynb")
    (course / "notebooks" / "solutions" / "01_tiny.ipynb").write_text("{", encoding="utf-8")
    missing, unreadable, left_over = check_all(course, [])
    assert missing == "notebooks/01_tiny.ipynb: missing; run `make notebooks`"
    assert unreadable.startswith("notebooks/solutions/01_tiny.ipynb: not readable as a notebook")
    assert left_over == "notebooks/02_gone.ipynb: no lesson generates it"
