"""From a py:percent file to the two notebooks, not yet executed."""

import platform
import re
from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from nbconvert.exporters import ScriptExporter

from course_lib.exercises.exercise import LESSONS
from tools.as_built import UNKNOWN, sources_fingerprint
from tools.errors import BuildError
from tools.lesson_source import Lesson, lay_out, lesson_paths, read_lesson


def lesson_from(folder: Path, text: str) -> Lesson:
    path = folder / "01_tiny.py"
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


def test_the_learners_notebook_has_stubs_and_no_cells_that_only_solutions_have(course: Path):
    lesson = read_lesson(course / "lessons" / "01_tiny.py")
    learner, solution = lay_out(lesson, "learner"), lay_out(lesson, "solution")
    assert [cell.source for cell in learner.cells] == [
        "# Double a number\nThe slope of $2x$ is 2.",
        "import math",
        'slope = ...\nprint(f"pi is {math.pi:.2f}")',
    ]
    assert [cell.source for cell in solution.cells[2:]] == ['slope = 2\nprint(f"pi is {math.pi:.2f}")', "slope"]
    assert [cell.id for cell in learner.cells] == [cell.id for cell in solution.cells[:3]]


def test_metadata_says_where_the_notebook_comes_from_and_nothing_of_the_build(course: Path):
    notebook = lay_out(read_lesson(course / "lessons" / "01_tiny.py"), "solution")
    nbformat.validate(notebook)
    sources = sources_fingerprint(notebook, "solutions/01_tiny.ipynb")
    expected = {"fingerprint": UNKNOWN, "generated_from": "lessons/01_tiny.py", "sources": sources}
    assert notebook.metadata["at_the_kink"] == expected
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert all(cell.metadata == {} for cell in notebook.cells)


def test_the_language_is_described_as_the_kernel_does_but_for_its_version(course: Path):
    """nbconvert and editors take the ending, the exporter and the colours of a script from there."""
    notebook = lay_out(read_lesson(course / "lessons" / "01_tiny.py"), "learner")
    assert {**notebook.metadata["language_info"], "version": platform.python_version()} == IPythonKernel.language_info
    script, resources = ScriptExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".py"
    assert "import math\n" in script


def test_tags_and_slides_are_kept(tmp_path: Path):
    marker = '# %% tags=["raises-exception", "solution-only"] slideshow={"slide_type": "slide"}'
    lesson = lesson_from(tmp_path, f"{marker}\n1 / 0\n")
    (cell,) = lay_out(lesson, "solution").cells
    assert cell.metadata == {"tags": ["raises-exception"], "slideshow": {"slide_type": "slide"}}
    assert lay_out(lesson, "learner").cells == []


def test_other_lessons_are_links_by_their_keys(tmp_path: Path):
    lesson = lesson_from(tmp_path, "# %% [markdown]\n# [[Limits]] comes before [[dead_units]]. A row: `[[0], [1]]`.\n")
    by_key = {other.key: other for other in LESSONS}
    first, second = by_key["limits"], by_key["dead_units"]
    assert lay_out(lesson, "learner").cells[0].source == (
        f"[Lesson {first.number:02d}]({first.stem}.ipynb) comes before "
        f"[lesson {second.number:02d}]({second.stem}.ipynb). A row: `[[0], [1]]`."
    )
    with pytest.raises(BuildError, match=r"lessons/01_tiny.py: \[\[limit\]\] is the key of no lesson"):
        lay_out(lesson_from(tmp_path, "# %% [markdown]\n# See [[limit]].\n"), "learner")


@pytest.mark.parametrize("place", [0, 1, len(LESSONS) - 1])
def test_a_lesson_ends_with_links_to_its_neighbours(tmp_path: Path, place: int):
    path = tmp_path / f"{LESSONS[place].stem}.py"
    path.write_text("# %% [markdown]\n# One.\n\n# %% [markdown]\n# Two.\n", encoding="utf-8")
    one, two = (cell.source for cell in lay_out(read_lesson(path), "solution").cells)
    stems = [other.stem for other in LESSONS]
    assert one == "One." and re.findall(r"\((\w+)\.ipynb\)", two) == [
        *stems[place + 1 : place + 2],
        *stems[max(place - 1, 0) : place],
    ]


def test_an_id_depends_on_the_cells_own_content(tmp_path: Path):
    before = lesson_from(tmp_path, "# %%\nimport math\n\n# %%\nmath.pi\n\n# %%\nmath.e\n")
    after = lesson_from(tmp_path, "# %%\nimport math\n\n# %% [markdown]\n# New.\n\n# %%\nmath.pi\n\n# %%\nmath.e + 1\n")
    assert after.cells[0].id == before.cells[0].id
    assert after.cells[2].id == before.cells[1].id
    assert after.cells[3].id != before.cells[2].id


def test_equal_cells_have_different_ids(tmp_path: Path):
    lesson = lesson_from(tmp_path, "# %%\nx = 1\n\n# %%\nx = 1\n\n# %%\nx = 1\n")
    assert len({cell.id for cell in lesson.cells}) == 3


def test_a_cell_knows_its_place_in_the_file(tmp_path: Path):
    header = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n\n"
    lesson = lesson_from(tmp_path, f"{header}# %% [markdown]\n# Text.\n\n# %%\na = 1\nb = 2\n")
    assert lesson.where(lesson.cells[1]) == "lessons/01_tiny.py, cell 2, line 11"
    assert lesson.where(lesson.cells[1], 2) == "lessons/01_tiny.py, cell 2, line 12"


def test_a_bad_marker_is_named_with_lesson_cell_and_line(tmp_path: Path):
    lesson = lesson_from(tmp_path, "# %%\nimport math\n\n# %%\nx = 1\n# begin solution: y = ...\ny = 2\n")
    with pytest.raises(BuildError, match=r"^lessons/01_tiny.py, cell 2, line 6: the solution block is never closed"):
        lay_out(lesson, "learner")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "0 cells"),
        ("x = 1\n\n# %%\ny = 2\n", "1 lines start with '# %%' but 2 cells"),
        ("# %%\nx = 1\n\n# %% [raw]\n# y\n", "cell 2: a cell is code or"),
    ],
)
def test_a_file_that_is_no_lesson_is_an_error(tmp_path: Path, text: str, message: str):
    with pytest.raises(BuildError, match=message):
        lesson_from(tmp_path, text)


def test_lessons_are_listed_in_order_and_misnamed_ones_refused(course: Path):
    (course / "lessons" / "00_start.py").write_text("# %%\nimport math\n", encoding="utf-8")
    assert [path.stem for path in lesson_paths(course)] == ["00_start", "01_tiny"]
    (course / "lessons" / "Draft.py").write_text("", encoding="utf-8")
    with pytest.raises(BuildError, match=r"lessons/Draft\.py: a lesson is named NN_slug.py"):
        lesson_paths(course)
