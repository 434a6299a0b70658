import subprocess
import sys

import pytest

from course_lib.exercises.exercise import (
    LESSONS,
    Exercise,
    Prediction,
    _by_id,
    exercises_of,
    find_exercise,
    find_prediction,
)


def test_an_id_leads_to_its_lesson_alone() -> None:
    code = (
        "import sys\n"
        "from course_lib.exercises import check\n"
        "check('0.1', 0)\n"
        "rooms = [name for name in sys.modules if name.startswith('course_lib.topics.')]\n"
        "print(sorted(name for name in rooms if name.endswith(('.exercises', '.start_here'))))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "['course_lib.topics.kink.start_here']"


def test_entries_are_found_by_id() -> None:
    assert isinstance(find_exercise("0.1"), Exercise) and find_exercise(" 0.1 ") is find_exercise("0.1")
    assert isinstance(find_prediction("0.p1"), Prediction)


def test_a_near_id_is_named() -> None:
    assert find_exercise("0.p1") == 'There is no exercise "0.p1". Lesson 0 has "0.1".'
    assert '"0.p1"' in find_prediction("0.p2")
    assert 'such as "2.p1"' in find_prediction(1)


def test_two_entries_cannot_share_an_id() -> None:
    exercise = exercises_of(0)["0.1"]
    with pytest.raises(ValueError, match="two entries share one"):
        _by_id([exercise, exercise])


def test_lessons_are_numbered_in_order_and_named_once() -> None:
    numbers = [lesson.number for lesson in LESSONS]
    assert numbers == sorted(set(numbers))
    assert len({lesson.slug for lesson in LESSONS}) == len(LESSONS)
    assert LESSONS[0].stem == "00_start_here"
