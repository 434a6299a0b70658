"""predict: the learner commits to a guess, then reads the answer."""

from typing import Any

from course_lib.exercises.note import Note
from course_lib.exercises.prediction import CONFIDENCES, Prediction
from course_lib.exercises.progress import current_progress
from course_lib.exercises.records import PredictionRecord
from course_lib.exercises.registry import find_prediction


class PredictionCell:
    """What a notebook shows of a prediction: the live question where widgets run, else its text and how to answer.

    The text is the same whatever the learner has committed to, so a stored notebook does not change with its reader.
    """

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction

    def __repr__(self) -> str:
        call = f'predict("{self.prediction.id}", 2, confidence="{CONFIDENCES[1]}")'
        return f"{self.prediction.text}\nWithout the buttons, commit to an option by its number: {call}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = _widget(self.prediction)._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self)}, metadata


def predict(id: str, option: str | int | None = None, confidence: str | None = None) -> PredictionCell | Note:
    """Ask prediction ``id``, such as "2.p1"; with an option (its number or its text) and a confidence, commit at once.

    ``confidence`` is "guessing", "fairly sure" or "certain". The first guess stays: whoever asks again reads it,
    with the reveal. Whatever is passed in, a note comes back that says what is accepted, never an error.

    >>> predict("9.p1")  # doctest: +ELLIPSIS
    No prediction
    There is no prediction "9.p1". An id begins with the lesson's number; the lessons are 0, 1, ...
    """
    prediction = find_prediction(id)
    if isinstance(prediction, str):
        return Note("No prediction", (prediction,))
    if option is None:
        return PredictionCell(prediction)
    chosen = prediction.number_or_text(option)
    if chosen is None:
        return Note(
            "Which option?", (f"Write its number, from 1 to {len(prediction.options)}, or its text.",), prediction.text
        )
    words = ", ".join(f'"{word}"' for word in CONFIDENCES)
    sure = confidence.casefold().strip() if isinstance(confidence, str) else confidence
    if sure not in CONFIDENCES:
        return Note("How sure are you?", (f"Add confidence=...; accepted are {words}.",))
    kept = _commit(prediction, chosen, str(sure))
    heading = f"You predicted: {kept.option} ({kept.confidence})"
    paragraphs = [prediction.outcome(kept.option)]
    if (kept.option, kept.confidence) != (chosen, sure):
        paragraphs.insert(0, "Your first prediction stays.")
    note = current_progress().take_note()
    return Note(heading, (*paragraphs, note) if note else tuple(paragraphs))


def _commit(prediction: Prediction, option: str, confidence: str) -> PredictionRecord:
    record = PredictionRecord(option, confidence, option == prediction.right_option)
    kept = current_progress().commit(prediction.id, record)
    # A guess from before an option was reworded cannot be shown; it stays in the file, the new one is shown.
    return kept if kept.option in prediction.options and kept.confidence in CONFIDENCES else record


def _widget(prediction: Prediction) -> Any:
    # Widgets load only when one is shown, so that plain scripts need none.
    from course_lib.explorer.choice import ChoiceWidget

    options = list(prediction.options)

    def on_commit(option: int, confidence: int) -> str:
        return prediction.outcome(_commit(prediction, options[option], CONFIDENCES[confidence]).option)

    kept = current_progress().prediction(prediction.id)
    if kept is None or kept.option not in options or kept.confidence not in CONFIDENCES:
        return ChoiceWidget(prediction.question, options, list(CONFIDENCES), on_commit)
    committed = options.index(kept.option), CONFIDENCES.index(kept.confidence)
    reveal = prediction.outcome(kept.option)
    return ChoiceWidget(prediction.question, options, list(CONFIDENCES), on_commit, committed, reveal)
