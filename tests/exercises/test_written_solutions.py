"""What ``solution`` shows is what the lesson's own solution has, which the executed solutions show to pass."""

from pathlib import Path

import nbformat
import pytest

from course_lib.exercises import check, solution
from course_lib.exercises.exercise import LESSONS, Exercise, Lesson, exercises_of, written_solution

SOLUTIONS = Path(__file__).resolve().parents[2] / "notebooks" / "solutions"
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in exercises_of(lesson.number).values()]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=lambda value: getattr(value, "id", ""))
def test_it_shows_lines_of_the_cell_that_passes(lesson: Lesson, exercise: Exercise) -> None:
    check(exercise.id, exercise.reference())
    shown = solution(exercise.id)
    assert shown.paragraphs == (exercise.explanation,)
    cells = nbformat.read(next(SOLUTIONS.glob(f"{lesson.stem}*.ipynb")), as_version=4).cells
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and f'check("{exercise.id}"' in cell.source)
    assert any("passed" in str(output) for output in cell.outputs)
    lines = [line.strip() for line in shown.code.splitlines()]
    assert lines and [line for line in map(str.strip, cell.source.splitlines()) if line in lines] == lines


def test_without_the_lessons_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("course_lib.exercises.exercise.SOURCES", tmp_path)
    assert written_solution("1.1") == ""
    (tmp_path / "01_take_one_sided_limits.py").write_text("# %%\nprint(1)\n", encoding="utf-8")
    assert written_solution("1.1") == ""
