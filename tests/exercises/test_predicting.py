import importlib
from pathlib import Path

import pytest

from course_lib.exercises import predict
from course_lib.exercises.exercise import CONFIDENCES, Prediction
from course_lib.exercises.learner import _widget, calibration
from course_lib.exercises.progress import PredictionRecord, Progress, current_progress

TEXT = """Which slope?
  1. zero
  2. one half
  3. one
Without the buttons, commit to an option by its number: predict("9.p1", 2, confidence="fairly sure")"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def test_the_text_is_the_same_before_and_after_a_guess(prediction: Prediction) -> None:
    before = predict("9.p1")._repr_mimebundle_()[0]
    predict("9.p1", 1, confidence="certain")
    after = predict("9.p1")._repr_mimebundle_()[0]
    assert before["text/plain"] == after["text/plain"] == repr(predict("9.p1")) == TEXT
    assert WIDGET in before and WIDGET in after


def test_the_answer_is_in_no_text_and_no_widget_before_the_guess(prediction: Prediction) -> None:
    widget = _widget(prediction)
    state = str(widget.get_state(["question", "options", "confidences", "committed", "reveal", "error"]))
    assert prediction.reveal not in state and "In the middle." not in state
    assert widget.committed == [] and widget.reveal == ""


def test_a_guess_by_widget_is_kept_and_reopens(prediction: Prediction, progress_file: Path) -> None:
    widget = _widget(prediction)
    widget._receive(widget, {"kind": "commit", "option": 0, "confidence": 2}, [])
    assert widget.error == ""
    assert widget.reveal == "The answer is: one half. Left of the kink. The central difference is even."
    assert Progress(progress_file).prediction("9.p1") == PredictionRecord("zero", "certain", False)
    again = _widget(prediction)
    assert again.committed == [0, 2] and again.reveal == widget.reveal


def test_two_open_widgets_show_the_first_guess(prediction: Prediction) -> None:
    one, two = _widget(prediction), _widget(prediction)
    one._receive(one, {"kind": "commit", "option": 0, "confidence": 0}, [])
    two._receive(two, {"kind": "commit", "option": 1, "confidence": 0}, [])
    assert "Left of the kink." in two.reveal and "Left of the kink." in one.reveal


def test_a_plain_call_commits_and_reveals(prediction: Prediction) -> None:
    note = predict("9.p1", "One Half", confidence="Guessing")
    assert repr(note) == (
        "You predicted: one half (guessing)\nYour prediction was right. In the middle. The central difference is even."
    )
    assert "Your first prediction stays." in repr(predict("9.p1", 3, confidence="certain"))
    assert "You predicted: one half (guessing)" in repr(predict("9.p1", 3, confidence="certain"))
    assert current_progress().prediction("9.p1") == PredictionRecord("one half", "guessing", True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("9.p1", 4, "certain"), "Write its number, from 1 to 3, or its text."),
        (("9.p1", "two", "certain"), "Write its number, from 1 to 3"),
        (("9.p1", [1], "certain"), "Write its number"),
        (("9.p1", 1), '"guessing", "fairly sure", "certain"'),
        (("9.p1", 1, "very"), '"guessing", "fairly sure", "certain"'),
        (("9.p1", 1, 0.9), '"guessing", "fairly sure", "certain"'),
        (("9.p1", 1, []), '"guessing", "fairly sure", "certain"'),
        (("9.p7",), "no such prediction"),
    ],
)
def test_odd_arguments_get_help_and_commit_nothing(
    arguments: tuple[object, ...], message: str, prediction: Prediction, progress_file: Path
) -> None:
    assert message in repr(predict(*arguments))
    assert not progress_file.exists()


def test_a_guess_at_options_that_were_reworded_does_not_break_the_question(prediction: Prediction) -> None:
    current_progress().commit("9.p1", PredictionRecord("an option of last year", "certain", False))
    assert _widget(prediction).committed == []
    assert "You predicted: one (certain)" in repr(predict("9.p1", 3, confidence="certain"))


def test_calibration_counts_by_confidence(monkeypatch: pytest.MonkeyPatch, prediction: Prediction) -> None:
    module = importlib.import_module("course_lib.exercises.learner")
    monkeypatch.setattr(
        module, "predictions_of", lambda lesson: {f"{lesson}.p1": prediction, f"{lesson}.p2": prediction}
    )
    guesses = {
        "0.p1": ("certain", True),
        "0.p2": ("certain", False),
        "1.p1": ("guessing", True),
        "99.p9": ("certain", True),
    }
    for id, (confidence, right) in guesses.items():
        current_progress().commit(id, PredictionRecord("zero", confidence, right))
    rows = calibration(current_progress().state())
    assert [row.confidence for row in rows] == list(CONFIDENCES)
    assert [(row.right, row.made) for row in rows] == [(1, 1), (0, 0), (1, 2)]
