"""What ``solution`` shows can be pasted into the lesson's own exercise cell, and passes."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course_lib.calculus import Verdict
from course_lib.exercises import check, solution
from course_lib.exercises.exercise import Exercise
from course_lib.exercises.registry import LESSONS, Lesson, exercises_of
from tools.lesson_source import LessonCell, lesson_paths, read_lesson
from tools.solution_blocks import BEGIN, split_solution

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in exercises_of(lesson.number).values()]


def pasted(source: str, written: str) -> str:
    """The learner's cell with a written solution where a learner puts it.

    A function takes the place of the cell's function of that name, or else of the line of the stub. Other statements
    take the place of that line, and an expression of its "...".
    """
    stub = next(begin for line in source.split("\n") if (begin := BEGIN.match(line)))
    line = stub["indent"] + stub["stub"]
    lines = split_solution(source).learner.split("\n")
    first = last = lines.index(line)
    statements = ast.parse(written).body
    if isinstance(statements[0], ast.FunctionDef):
        for node in ast.parse("\n".join(lines)).body:
            if isinstance(node, ast.FunctionDef) and node.name == statements[0].name:
                first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        new = written.split("\n")
    elif len(statements) == 1 and isinstance(statements[0], ast.Expr):
        new = [line.replace("...", written)]
    else:
        new = [stub["indent"] + text for text in written.split("\n")]
    return "\n".join([*lines[:first], *new, *lines[last + 1 :]])


def exercise_of(cell: LessonCell, lesson: Lesson) -> Exercise | None:
    return next((e for e in exercises_of(lesson.number).values() if f'check("{e.id}"' in cell.source), None)


@cache
def verdicts(lesson: Lesson) -> dict[str, Verdict]:
    """Run the lesson's solutions from the top; on the way, run each exercise cell with its written solution."""
    path = next(path for path in lesson_paths(ROOT) if path.stem == lesson.stem)
    found: dict[str, Verdict] = {}

    def recorded(id: str, answer: object = ...) -> Verdict:
        found[id] = check(id, answer)
        return found[id]

    # No figure is drawn: none is part of an answer.
    stand_ins = {"check": recorded, "explore": lambda *scene, **controls: None}
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in read_lesson(path).cells:
        if cell.kind != "code":
            continue
        exercise = exercise_of(cell, lesson)
        if exercise is not None:
            run(pasted(cell.source, exercise.written), dict(names), f"{exercise.id} as written")
            shown = found[exercise.id]
        run(split_solution(cell.source).solution, names, f"{lesson.stem}, cell {cell.number}")
        names.update({name: stand_in for name, stand_in in stand_ins.items() if name in names})
        if exercise is not None:
            found[exercise.id] = shown  # The lesson's own solution came after it.
    return found


def run(source: str, names: dict[str, Any], name: str) -> None:
    exec(compile(source, name, "exec"), names)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=lambda value: getattr(value, "id", ""))
def test_what_the_solution_shows_passes_in_the_lessons_own_cell(lesson: Lesson, exercise: Exercise) -> None:
    verdict = verdicts(lesson)[exercise.id]
    assert verdict.passed, f"{exercise.written!r}: {verdict}"


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=lambda value: getattr(value, "id", ""))
def test_the_solution_shows_what_is_written(lesson: Lesson, exercise: Exercise) -> None:
    check(exercise.id, exercise.reference())
    shown = solution(exercise.id)
    assert (shown.question, shown.code) == (exercise.question, exercise.written)
    assert shown.paragraphs == (exercise.explanation,)


@pytest.mark.parametrize(
    ("cell", "written", "expected"),
    [
        ("# begin solution: a = ...\na = 2\n# end solution\nb = a", "3", "a = 3\nb = a"),
        ("# begin solution: f = ...\ng = 1\n# end solution", "def f(x):\n    return x", "def f(x):\n    return x"),
        (
            "def f(x):\n    # begin solution: ...\n    return x\n    # end solution\n\n\nf(1)",
            "y = x\nreturn y",
            "def f(x):\n    y = x\n    return y\n\n\nf(1)",
        ),
        (
            "def f(x):\n    # begin solution: ...\n    return x\n    # end solution\n\n\nf(1)",
            "def f(x):\n    return 2 * x",
            "def f(x):\n    return 2 * x\n\n\nf(1)",
        ),
    ],
)
def test_where_a_learner_pastes(cell: str, written: str, expected: str) -> None:
    assert pasted(cell, written) == expected
