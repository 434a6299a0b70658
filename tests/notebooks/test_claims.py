"""Every claim of the source texts is judged in a lesson, with the verdict that the course holds to."""

import tomllib
from pathlib import Path

import pytest

from course_lib.exercises.exercise import LESSONS
from tools.lesson_source import lesson_paths, read_lesson

ROOT = Path(__file__).parents[2]
BY_LESSON = tomllib.loads((ROOT / "lessons" / "claims.toml").read_text(encoding="utf-8"))
HOLDS = {6, 7, 10, 30, 32, 35, 43, 45}
REFUTED = {1, 2, 14, 17, 18, 26, 34, 38}


def test_all_48_claims_are_judged_by_lessons_that_are_there():
    assert BY_LESSON.keys() <= {lesson.key for lesson in LESSONS}
    judged = {id for claims in BY_LESSON.values() for id in claims}
    assert judged == {f"C{number:02}" for number in range(1, 49)}


@pytest.mark.parametrize("key", BY_LESSON)
def test_a_claim_has_one_verdict_wherever_it_is_judged(key):
    for id, entry in BY_LESSON[key].items():
        number = int(id[1:])
        expected = "holds" if number in HOLDS else "refuted" if number in REFUTED else "refined"
        assert (id, entry["verdict"]) == (id, expected)
        assert entry["claim"] and entry["reason"]


def _opens_or_closes(line):
    return line.count("$") % 2 or line.count("$$") % 2


@pytest.mark.parametrize("path", lesson_paths(ROOT), ids=lambda p: p.stem)
def test_no_formula_is_broken_over_two_lines_of_a_quotation(path):
    """The mark > of the second line would end up inside the formula."""
    for cell in read_lesson(path).cells:
        lines = cell.source.splitlines() if cell.kind == "markdown" else []
        assert [line for line in lines if line.startswith("> ") and _opens_or_closes(line)] == []
