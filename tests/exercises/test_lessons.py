"""Every exercise and prediction of every lesson: keys, misconceptions, hints, solutions; and how one is found."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

from course_lib.exercises import check, hint, predict, solution
from course_lib.exercises import exercise as entries
from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import LESSONS, Exercise, Lazy, Lesson, Prediction, WrongAnswer, plain
from course_lib.exercises.progress import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in entries.exercises_of(lesson.number).values()]
PREDICTIONS = [prediction for lesson in LESSONS for prediction in entries.predictions_of(lesson.number).values()]


@pytest.fixture(autouse=True)
def in_memory(progress_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is written a thousand times."""
    monkeypatch.setenv(VARIABLE, "off")


def names(value: object) -> str:
    return getattr(value, "id", "")


@cache
def solved_cells(lesson: Lesson) -> list[nbformat.NotebookNode]:
    (path,) = (ROOT / "notebooks" / "solutions").glob(f"{lesson.stem}*.ipynb")
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=names)
def test_stub_wrong_answers_right_answer_and_solution(lesson: Lesson, exercise: Exercise) -> None:
    assert check(exercise.id, ...).status == "not attempted"
    for wrong in exercise.wrong_answers:
        verdict = check(exercise.id, plain(wrong.value))
        assert verdict.status == "not yet"
        assert verdict.message.startswith(wrong.feedback), f"{wrong.value!r} got: {verdict.message}"
    verdict = check(exercise.id, exercise.reference())
    assert verdict.passed and verdict.message == exercise.explanation
    # The solution shows what the lesson's own solution has, which the executed notebook shows to pass.
    shown = solution(exercise.id)
    assert shown.paragraphs == (exercise.explanation,)
    (cell,) = (cell for cell in solved_cells(lesson) if f'check("{exercise.id}"' in cell.source)
    assert any("passed" in str(output) for output in cell.outputs)
    lines = [line.strip() for line in shown.code.splitlines()]
    assert lines and [line for line in map(str.strip, cell.source.splitlines()) if line in lines] == lines


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=names)
def test_texts_are_there_and_differ_and_hints_come_in_order(lesson: Lesson, exercise: Exercise) -> None:
    feedback, total = [wrong.feedback for wrong in exercise.wrong_answers], len(exercise.hints)
    assert len(set(feedback)) == len(feedback) >= 3
    assert isinstance(exercise.hints, tuple) and len(set(exercise.hints)) == total >= 2
    assert all(text.strip() for text in (exercise.explanation, *exercise.hints, *feedback))
    shown = [repr(hint(exercise.id)) for _ in range(total + 1)]
    expected = [f"Hint {number} of {total} for {exercise.id}\n{text}" for number, text in enumerate(exercise.hints, 1)]
    assert shown == [*expected, expected[-1]]


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=names)
def test_every_option_can_be_committed_and_one_is_right(prediction: Prediction) -> None:
    right = [option for option in prediction.options if "was right" in prediction.outcome(option)]
    assert right == [prediction.right_option]
    assert prediction.reveal in repr(predict(prediction.id, 1, confidence="certain"))
    assert len(prediction.options) >= 2 and not any(option.strip().isdecimal() for option in prediction.options)
    texts = (prediction.question, prediction.reveal, *prediction.options, *prediction.options.values())
    assert all(text.strip() for text in texts)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_asks_for_each_entry_under_an_id_of_its_own(lesson: Lesson) -> None:
    assert lesson.number == LESSONS.index(lesson)
    exercises, predictions = entries.exercises_of(lesson.number), entries.predictions_of(lesson.number)
    assert len(exercises) >= 5 and len(predictions) >= 1
    # Numbered from 1 without a gap: two entries that share an id would leave one.
    assert list(exercises) == [f"{lesson.number}.{i}" for i in range(1, len(exercises) + 1)]
    assert list(predictions) == [f"{lesson.number}.p{i}" for i in range(1, len(predictions) + 1)]
    source = (ROOT / "lessons" / f"{lesson.stem}.py").read_text(encoding="utf-8")
    assert set(re.findall(r'\bcheck\("([^"]+)"', source)) == set(exercises)
    assert set(re.findall(r'\bpredict\("([^"]+)"', source)) == set(predictions)


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


@pytest.mark.parametrize(
    ("id", "message"),
    [
        *(("0.11", '"0.1"'), ("0.99", "Lesson 0 has"), ("01.1", 'There is no exercise "01.1". Lesson 1 has "1.1"')),
        (" 0.p1", 'There is no exercise "0.p1". Lesson 0 has "0.1".'),
        *(("77.1", "the lessons are 0, 1"), ("relu", "An id begins with the lesson's number")),
        *((id, "There is no exercise") for id in ("", "²", "0." + "1" * 10_000, "1" * 10_000)),
        *((id, 'written in quotes, such as "2.3"') for id in (0.1, None, [])),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_unknown_id_gets_help_and_no_error(id: object, message: str) -> None:
    verdict = check(id, 1)
    assert verdict.status == "not attempted" and message in verdict.message and len(verdict.message) < 300
    assert message in repr(hint(id)) and message in repr(solution(id))


def test_entries_are_found_by_id() -> None:
    assert entries.find_exercise(" 0.1 ") is entries.find_exercise("0.1") is entries.exercises_of(0)["0.1"]
    assert entries.find_prediction("0.p1") is entries.predictions_of(0)["0.p1"]
    assert '"0.p1"' in entries.find_prediction("0.p2") and 'such as "2.p1"' in entries.find_prediction(1)


def test_without_the_lessons_there_is_no_written_solution(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("course_lib.exercises.exercise.SOURCES", tmp_path)
    assert entries.written_solution("1.1") == ""
    (tmp_path / "01_take_one_sided_limits.py").write_text("# %%\nprint(1)\n", encoding="utf-8")
    assert entries.written_solution("1.1") == ""


def test_keys_and_lazy_wrong_answers_are_computed_when_asked_for_and_once() -> None:
    calls: list[str] = []
    lazy = Lazy(lambda: calls.append("wrong") or 7)
    wrong = (WrongAnswer(1, "one"), WrongAnswer(lazy, "seven"))
    exercise = Exercise("9.1", Number(), lambda: calls.append("key") or 5, wrong, ("a",), "because")
    assert calls == []
    assert (exercise.key, exercise.key) == (5, 5)
    assert exercise.wrong_values == exercise.wrong_values == (1, 7)
    assert calls == ["key", "wrong"]


def test_a_computed_answer_that_is_no_option_is_refused() -> None:
    with pytest.raises(ValueError, match="computed 'two', which is none of"):
        _ = Prediction("9.p1", "Which?", {"zero": "Left.", "one": "Right."}, lambda: "two", "Seen.").right_option
