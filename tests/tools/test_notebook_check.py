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
    (course / "lessons" / "01_tiny.py").rename(course / "lessons" / "02_new.py")
    (course / "notebooks" / "solutions" / "02_new.ipynb").write_text("{", encoding="utf-8")
    missing, unreadable, *left_over = check_all(course, [])
    assert missing == "notebooks/02_new.ipynb: missing; run `make notebooks`"
    assert unreadable.startswith("notebooks/solutions/02_new.ipynb: not readable as a notebook")
    assert left_over == [
        "notebooks/01_tiny.ipynb: its lesson is gone; run `make notebooks`",
        "notebooks/solutions/01_tiny.ipynb: its lesson is gone; run `make notebooks`",
    ]


def copies(course: Path) -> list[Path]:
    """What a person may have made of a lesson's notebook, each under a name that no lesson has."""
    folder = course / "notebooks"
    names = ["my 01.ipynb", "01_tiny-Copy1.ipynb", "02_tiny.ipynb", "solutions/mine.ipynb", "mine/01_tiny.ipynb"]
    made = []
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        made.append(Path(shutil.copy(folder / "01_tiny.ipynb", folder / name)))
        edited = made[-1].with_name(f"{made[-1].stem} edited.ipynb")
        made.append(Path(shutil.copy(folder / "01_tiny.ipynb", edited)))
        edit(edited, lambda notebook: notebook.cells[2].update(source="x = 7"))
        nbformat.read(edited, as_version=4)
    (folder / "notes.ipynb").write_text("{", encoding="utf-8")
    (folder / "Untitled.ipynb").mkdir()
    return [*made, folder / "notes.ipynb", folder / "Untitled.ipynb"]


def test_a_persons_own_notebooks_are_neither_stale_nor_removed(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    own = {path: path.read_bytes() if path.is_file() else None for path in copies(course)}
    assert main(["--check"], course) == 0
    (course / "lessons" / "01_tiny.py").rename(course / "lessons" / "03_new.py")
    monkeypatch.setattr("tools.build_notebooks.VARIANTS", ())  # Nothing is run; what is left over goes all the same.
    assert main([], course) == 0
    assert "notebooks/01_tiny.ipynb: removed, its lesson is gone" in capsys.readouterr().out
    assert {path: path.read_bytes() if path.is_file() else None for path in own} == own
    assert not (course / "notebooks" / "01_tiny.ipynb").exists()
    assert [problem.partition(":")[0] for problem in check_all(course, [])] == [
        "notebooks/03_new.ipynb",
        "notebooks/solutions/03_new.ipynb",
    ]


def test_a_changed_lessons_notebook_is_called_changed_and_not_old(course: Path):
    edit(course / "notebooks" / "01_tiny.ipynb", lambda notebook: notebook.cells[2].update(source="x = 7"))
    edit(course / "notebooks" / "solutions" / "01_tiny.ipynb", lambda notebook: notebook.cells[1].outputs.clear())
    kept = "somebody has changed it; `make notebooks` keeps that under another name"
    assert check_all(course, []) == [
        f"notebooks/01_tiny.ipynb: the source of cell 3 differs from lessons/01_tiny.py; {kept}",
        f"notebooks/solutions/01_tiny.ipynb: {kept}",
    ]
