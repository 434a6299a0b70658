from pathlib import Path
from xml.etree import ElementTree

import pytest

from course_lib.exercises import check, course_map, predict
from course_lib.exercises.exercise import LESSONS, Prediction, exercises_of, find_prediction, predictions_of
from course_lib.exercises.learner import _widget
from course_lib.exercises.progress import VARIABLE, PredictionRecord, Progress, current_progress, progress_for

TEXT = """Which slope?
  1. zero
  2. one half
  3. one
Without the buttons, commit to an option by its number: predict("9.p1", 2, confidence="fairly sure")"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def test_the_text_is_the_same_before_and_after_a_guess(prediction: Prediction) -> None:
    for _ in range(2):
        shown, _ = predict("9.p1")._repr_mimebundle_()
        assert shown["text/plain"] == repr(predict("9.p1")) == TEXT
        assert "<ol><li>zero</li><li>one half</li><li>one</li></ol>" in shown["text/html"]
        assert "predict(&quot;9.p1&quot;, 2, confidence=&quot;fairly sure&quot;)" in shown["text/html"]
        assert WIDGET in shown
        predict("9.p1", 1, confidence="certain")


def test_a_guess_by_widget_is_kept_and_reopens(prediction: Prediction, progress_file: Path) -> None:
    widget, also_open = _widget(prediction), _widget(prediction)
    state = str(widget.get_state(["question", "options", "confidences", "committed", "right", "reveal", "error"]))
    assert prediction.reveal not in state and "In the middle." not in state, "no answer before the guess"
    widget._receive(widget, {"kind": "commit", "option": 0, "confidence": 2}, [])
    told = "Not this time. The answer is: one half.\n\nLeft of the kink. The central difference is even."
    assert (widget.right, widget.reveal) == (1, told)
    assert Progress(progress_file).prediction("9.p1") == PredictionRecord("zero", "certain", False)
    again = _widget(prediction)
    also_open._receive(also_open, {"kind": "commit", "option": 1, "confidence": 0}, [])
    assert again.committed == [0, 2] and again.reveal == widget.reveal == also_open.reveal


def test_a_plain_call_commits_and_reveals(prediction: Prediction) -> None:
    assert [prediction.option_meant(choice) for choice in (1, "3", 0)] == ["zero", "one", None]
    outcome = "Your prediction was right.\nIn the middle. The central difference is even."
    heading = "You predicted: one half (guessing)"
    assert repr(predict("9.p1", " ONE  half ", confidence=" Guessing")) == f"{heading}\n{outcome}"
    again = f"{heading}\nYour first prediction stays.\n{outcome}"
    assert repr(predict("9.p1", 3, confidence="certain")) == again
    assert current_progress().prediction("9.p1") == PredictionRecord("one half", "guessing", True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *((("9.p1", option, "certain"), "Write its number, from 1 to 3, or its text.") for option in (0, 4, "two")),
        *((("9.p1", option, "certain"), "Write its number, from 1") for option in (True, 1.0, [1], "1" * 5000)),
        (("9.p1", 1), '"guessing", "fairly sure", "certain"'),
        *((("9.p1", 1, confidence), '"guessing", "fairly sure", "certain"') for confidence in ("very", 0.9, [])),
        (("9.p7",), "no such prediction"),
    ],
)
def test_odd_arguments_get_help(arguments: tuple, message: str, prediction: Prediction, progress_file: Path) -> None:
    assert message in repr(predict(*arguments))
    assert not progress_file.exists()


def test_a_guess_at_options_that_were_reworded_does_not_break_the_question(prediction: Prediction) -> None:
    current_progress().commit("9.p1", PredictionRecord("an option of last year", "certain", False))
    assert _widget(prediction).committed == []
    assert "You predicted: one (certain)" in repr(predict("9.p1", 3, confidence="certain"))


def test_the_map_counts_predictions_by_confidence() -> None:
    known = [id for lesson in LESSONS for id in predictions_of(lesson.key)][:3]
    for id, confidence, right in zip(known, ("certain", "certain", "guessing"), (True, False, True), strict=True):
        current_progress().commit(id, PredictionRecord("zero", confidence, right))
    current_progress().commit("99.p9", PredictionRecord("zero", "certain", True))
    rows = course_map().calibration
    assert [(row.right, row.made) for row in rows] == [(1, 1), (0, 0), (1, 2)]
    assert "How often your predictions were right: guessing 1 of 1, certain 1 of 2." in repr(course_map())


def test_a_fresh_map_counts_every_lesson_and_is_the_same_for_everyone(progress_file: Path) -> None:
    fresh = repr(course_map()), course_map()._repr_html_()
    for lesson, row in zip(LESSONS, course_map().rows, strict=True):
        assert (row.lesson, row.passed, row.committed) == (lesson, 0, 0)
        assert row.exercises == len(exercises_of(lesson.key))
        assert row.predictions == len(predictions_of(lesson.key))
    assert fresh[0].endswith("No prediction made yet.")
    assert len({len(line) for line in fresh[0].splitlines()[1 : 2 + len(LESSONS)]}) == 1, "columns line up"
    check("start.1", 0)
    check("start.2", 17)
    predict("start.p1", find_prediction("start.p1").right_option, confidence="certain")
    row, total = course_map().rows[0], len(exercises_of("start"))
    assert (row.passed, row.committed) == (1, 1)
    assert f"1 of {total}" in repr(course_map()) and f"1 of {total}" in course_map()._repr_html_()
    progress_file.unlink()
    progress_for.cache_clear()
    assert (repr(course_map()), course_map()._repr_html_()) == fresh


def test_the_map_of_the_stored_notebooks_does_not_depend_on_what_there_is_in_other_lessons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    check("0.1", 0)
    shown = course_map()
    assert "it shows what you have done in each lesson" in repr(shown) and "Your map" in repr(shown)
    monkeypatch.setattr("course_lib.exercises.learner.LESSONS", LESSONS[:1])
    monkeypatch.setattr("course_lib.exercises.learner.exercises_of", lambda number: {})
    assert (repr(course_map()), course_map()._repr_html_()) == (repr(shown), shown._repr_html_())
    assert ElementTree.fromstring(f"<div>{shown._repr_html_()}</div>").find("p/strong").text == "Your map"


def test_the_table_has_a_caption_and_scoped_headings() -> None:
    table = ElementTree.fromstring(f"<div>{course_map()._repr_html_()}</div>")
    assert [caption.text for caption in table.iter("caption")] == ["Your map"]
    heads = [[head for head in table.iter("th") if head.get("scope") == scope] for scope in ("col", "row")]
    assert [head.text for head in heads[0]] == ["Lesson", "Minutes", "Exercises passed", "Predictions made"]
    links = [(link.get("href"), link.text) for head in heads[1] for link in head.iter("a")]
    assert links == [(f"{lesson.stem}.ipynb", f"{lesson.number:02d} {lesson.title}") for lesson in LESSONS]


def test_trouble_with_the_file_shows_below_the_map(progress_file: Path) -> None:
    progress_file.parent.mkdir()
    progress_file.write_text("not json", encoding="utf-8")
    shown = course_map()
    assert "progress.damaged-1.json" in repr(shown) and "progress.damaged-1.json" in shown._repr_html_()
    assert "damaged" not in repr(course_map())
