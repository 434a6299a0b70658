"""Every exercise and prediction of every lesson: keys, misconceptions, hints, solutions; and how one is found."""

import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

from course_lib import topics
from course_lib.exercises import check, hint, predict, solution
from course_lib.exercises import exercise as entries
from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import LESSONS, Exercise, Lazy, Lesson, Prediction, WrongAnswer, plain
from course_lib.exercises.progress import VARIABLE
from course_lib.marked import plain as plain_text

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in entries.exercises_of(lesson.key).values()]
IDS = [exercise.id for _, exercise in EXERCISES]
PREDICTIONS = [prediction for lesson in LESSONS for prediction in entries.predictions_of(lesson.key).values()]


@pytest.fixture(autouse=True)
def in_memory(progress_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is written a thousand times."""
    monkeypatch.setenv(VARIABLE, "off")


@cache
def solved_cells(lesson: Lesson) -> list[nbformat.NotebookNode]:
    path = ROOT / "notebooks" / "solutions" / f"{lesson.stem}.ipynb"
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
def test_stub_wrong_answers_right_answer_and_solution(lesson: Lesson, exercise: Exercise) -> None:
    assert check(exercise.id, ...).status == "not attempted"
    for wrong in exercise.wrong_answers:
        verdict = check(exercise.id, plain(wrong.value))
        assert verdict.status == "not yet", f"planted as wrong, and right: {wrong.value!r}"
        assert verdict.message.startswith(plain_text(wrong.feedback)), f"{wrong.value!r} got: {verdict.message}"
    verdict = check(exercise.id, exercise.reference())
    assert verdict.passed and verdict.message == plain_text(exercise.explanation)
    # The solution shows what the lesson's own solution has, which the executed notebook shows to pass.
    shown = solution(exercise.id)
    assert shown.paragraphs == (exercise.explanation,)
    (cell,) = (cell for cell in solved_cells(lesson) if f'check("{exercise.id}"' in cell.source)
    assert any("passed" in str(output) for output in cell.outputs)
    lines = [line.strip() for line in shown.code.splitlines() if line.strip()]
    compile(shown.code, exercise.id, "exec")  # A line of a function alone, such as "return x", would not compile.
    assert lines and [line for line in map(str.strip, cell.source.splitlines()) if line in lines] == lines


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
def test_texts_are_there_and_differ_and_hints_come_in_order(lesson: Lesson, exercise: Exercise) -> None:
    feedback, total = [wrong.feedback for wrong in exercise.wrong_answers], len(exercise.hints)
    assert len(set(feedback)) == len(feedback) >= 3
    assert isinstance(exercise.hints, tuple) and len(set(exercise.hints)) == total >= 2
    assert all(text.strip() for text in (exercise.explanation, *exercise.hints, *feedback))
    shown = [repr(hint(exercise.id)) for _ in range(total + 1)]
    texts = map(plain_text, exercise.hints)
    expected = [f"Hint {number} of {total} for {exercise.id}\n{text}" for number, text in enumerate(texts, 1)]
    assert shown == [*expected, expected[-1]]


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=lambda prediction: prediction.id)
def test_every_option_can_be_committed_and_one_is_right(prediction: Prediction) -> None:
    right = [option for option in prediction.options if "was right" in prediction.outcome(option)[0]]
    assert right == [prediction.right_option]
    assert plain_text(prediction.reveal) in repr(predict(prediction.id, 1, confidence="certain"))
    assert len(prediction.options) >= 2 and not any(option.strip().isdecimal() for option in prediction.options)
    texts = (prediction.question, prediction.reveal, *prediction.options, *prediction.options.values())
    assert all(text.strip() for text in texts)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_asks_for_each_entry_under_an_id_of_its_own(lesson: Lesson) -> None:
    exercises, predictions = entries.exercises_of(lesson.key), entries.predictions_of(lesson.key)
    assert len(exercises) >= 5 and len(predictions) >= 1
    source = (ROOT / "lessons" / f"{lesson.stem}.py").read_text(encoding="utf-8")
    assert set(re.findall(r'\bcheck\("([^"]+)"', source)) == set(exercises)
    assert set(re.findall(r'\bpredict\("([^"]+)"', source)) == set(predictions)


def test_no_two_entries_share_an_id() -> None:
    """An entry that moved to another lesson has kept its id, so lessons that came from one share its key."""
    rooms = [importlib.import_module(f"course_lib.topics.{room}") for room in topics.EXERCISES.values()]
    ids = [entry.id for room in rooms for entry in (*room.EXERCISES, *room.PREDICTIONS)]
    assert len(set(ids)) == len(ids)
    assert {id.partition(".")[0] for id in ids} <= {lesson.key for lesson in LESSONS}


def test_numbers_of_lessons_are_written_by_the_build_alone() -> None:
    """They change when a lesson comes in between; [[proof]] is the link to the one with that key."""
    assert [lesson.number for lesson in LESSONS] == list(range(len(LESSONS)))
    for path in [*(ROOT / "lessons").glob("*.*"), *(ROOT / "course_lib").rglob("*.py")]:
        numbers = re.findall(r"[Ll]essons? \d\d\b", path.read_text(encoding="utf-8"))
        assert set(numbers) <= {"lesson 00"}, path.name


def test_an_id_leads_to_its_lesson_alone() -> None:
    code = "import sys; from course_lib.exercises import check; check('0.1', 0); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    rooms = re.findall(r"course_lib\.topics\.\w+\.(?:\w+_)?(?:exercises|start_here)", ran.stdout)
    assert rooms == ["course_lib.topics.kink.start_here"]


@pytest.mark.parametrize(
    ("id", "message"),
    [
        *(("start.11", '"start.1"'), ("0.99", 'Under "start" there are'), ("limit.1", 'Did you mean "limits"?')),
        *((" start.p1", 'There is no exercise "start.p1". Under "start" there are "start.1"'), ("7.", "begins with")),
        *(("77.1", "the words are start, limits"), ("relu", "An id begins with a lesson's word")),
        *((id, "There is no exercise") for id in ("", "²", "start." + "1" * 10_000, "1" * 10_000)),
        *((id, 'written in quotes, such as "proof.3"') for id in (0.1, None, [])),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_unknown_id_gets_help_and_no_error(id: object, message: str) -> None:
    verdict = check(id, 1)
    assert verdict.status == "not attempted" and message in verdict.message and len(verdict.message) < 400
    assert message in repr(hint(id)) and message in repr(solution(id))


def test_entries_are_found_by_id(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert entries.find_exercise(" start.1 ") is entries.exercises_of("start")["start.1"]
    assert '"start.p1"' in entries.find_prediction("start.p2") and 'such as "proof.p1"' in entries.find_prediction(1)
    # Ids of the first form, which stand in notebooks that learners keep.
    assert entries.find_exercise("2.3") is entries.find_exercise("02.3") is entries.find_exercise("proof.3")
    moved = Exercise("proof.99", Number(), lambda: 1, (), (), "")
    monkeypatch.setitem(entries.exercises_of("dead_units"), moved.id, moved)
    assert entries.find_exercise("proof.99") is moved, "in whatever lesson it stands"
    # Without the lessons there is no written solution.
    monkeypatch.setattr("course_lib.exercises.exercise.SOURCES", tmp_path)
    (tmp_path / "01_take_one_sided_limits.py").write_text("# %%\nprint(1)\n", encoding="utf-8")
    assert entries.written_solution("limits.1") == entries.written_solution("proof.1") == ""


def test_answers_are_computed_when_asked_for_and_once() -> None:
    calls: list[str] = []
    lazy = Lazy(lambda: calls.append("wrong") or 7)
    wrong = (WrongAnswer(1, "one"), WrongAnswer(lazy, "seven"))
    exercise = Exercise("9.1", Number(), lambda: calls.append("key") or 5, wrong, ("a",), "because")
    assert calls == []
    assert (exercise.key, exercise.key) == (5, 5)
    assert exercise.wrong_values == exercise.wrong_values == (1, 7)
    assert calls == ["key", "wrong"]
    with pytest.raises(ValueError, match="computed 'two', which is none of"):
        _ = Prediction("9.p1", "Which?", {"zero": "Left.", "one": "Right."}, lambda: "two", "Seen.").right_option
