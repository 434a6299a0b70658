"""Every test has its own progress file, and a test may use an exercise or prediction that no lesson has."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.progress import VARIABLE, forget_memory


@pytest.fixture(autouse=True)
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "own" / "progress.json"
    monkeypatch.setenv(VARIABLE, str(path))
    forget_memory()
    yield path
    forget_memory()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exercise]:
    """Make an exercise known to check, hint and solution; everything but comparator and reference has a default."""

    def register(comparator: object, reference: Callable[[], object], **changes: object) -> Exercise:
        wrong = tuple(WrongAnswer(value, f"feedback {value}") for value in changes.pop("wrong", ()))
        fields = {
            "id": "9.1",
            "hints": ("first hint", "second hint", "third hint"),
            "explanation": "the explanation",
            "wrong_answers": wrong,
        }
        monkeypatch.setattr("course_lib.exercises.exercise.FEWEST_WRONG_ANSWERS", 0)
        exercise = Exercise(comparator=comparator, reference=reference, **{**fields, **changes})
        # The package's attribute "check" is the function; the module must be asked for by name.
        module = importlib.import_module("course_lib.exercises.checking")
        monkeypatch.setattr(module, "written_solution", lambda id: "as typed")
        monkeypatch.setattr(module, "find_exercise", lambda id: exercise if id == exercise.id else "no such exercise")
        return exercise

    return register


@pytest.fixture
def prediction(monkeypatch: pytest.MonkeyPatch) -> Prediction:
    made = Prediction(
        id="9.p1",
        question="Which slope?",
        options={"zero": "Left of the kink.", "one half": "In the middle.", "one": "Right of the kink."},
        answer=lambda: "one half",
        reveal="The central difference is even.",
    )
    module = importlib.import_module("course_lib.exercises.learner")
    monkeypatch.setattr(module, "find_prediction", lambda id: made if id == made.id else "no such prediction")
    return made
