"""One test over the exercises and predictions of every lesson: keys, misconceptions, stubs, hints."""

import re
from pathlib import Path

import pytest

from course_lib.exercises import check, hint, predict
from course_lib.exercises.exercise import LESSONS, Exercise, Lesson, Prediction, exercises_of, plain, predictions_of

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [exercise for lesson in LESSONS for exercise in exercises_of(lesson.number).values()]
PREDICTIONS = [prediction for lesson in LESSONS for prediction in predictions_of(lesson.number).values()]


def by_id(entry: Exercise | Prediction) -> str:
    return entry.id


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_right_wrong_and_stub(exercise: Exercise) -> None:
    assert check(exercise.id, ...).status == "not attempted"
    for wrong in exercise.wrong_answers:
        verdict = check(exercise.id, plain(wrong.value))
        assert verdict.status == "not yet"
        assert verdict.message.startswith(wrong.feedback), f"{wrong.value!r} got: {verdict.message}"
    verdict = check(exercise.id, exercise.reference())
    assert verdict.passed and verdict.message == exercise.explanation
    assert len(exercise.wrong_answers) >= 3


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_id)
def test_hints_come_in_order_and_do_not_give_the_answer_first(exercise: Exercise) -> None:
    total = len(exercise.hints)
    assert total >= 2
    for number, text in enumerate(exercise.hints, 1):
        assert repr(hint(exercise.id)) == f"Hint {number} of {total} for {exercise.id}\n{text}"
    assert exercise.hints[-1] in repr(hint(exercise.id))


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=by_id)
def test_every_option_can_be_committed_and_one_is_right(
    prediction: Prediction, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = [option for option in prediction.options if "was right" in prediction.outcome(option)]
    assert right == [prediction.right_option]
    assert prediction.reveal in repr(predict(prediction.id, 1, confidence="certain"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_has_enough_and_ids_of_its_own(lesson: Lesson) -> None:
    exercises, predictions = exercises_of(lesson.number), predictions_of(lesson.number)
    assert len(exercises) >= 5 and len(predictions) >= 1
    assert all(entry.lesson == lesson.number for entry in (*exercises.values(), *predictions.values()))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_the_lesson_asks_each_of_them(lesson: Lesson) -> None:
    source = (ROOT / "lessons" / f"{lesson.stem}.py").read_text(encoding="utf-8")
    assert set(re.findall(r'\bcheck\("([^"]+)"', source)) == set(exercises_of(lesson.number))
    assert set(re.findall(r'\bpredict\("([^"]+)"', source)) == set(predictions_of(lesson.number))
