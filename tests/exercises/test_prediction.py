import pytest

from course_lib.exercises.exercise import Prediction

OPTIONS = {"zero": "Left.", "one": "Right."}


def make(**changes: object) -> Prediction:
    fields = {"id": "9.p1", "question": "Which?", "options": OPTIONS, "answer": lambda: "one", "reveal": "Seen."}
    return Prediction(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"id": "9.1"}, "id: got '9.1'"),
        ({"options": {"zero": "Left."}}, "options of 9.p1: got 1"),
        ({"options": {"0": "Left.", "one": "Right."}}, "options of 9.p1: got '0'"),
        ({"options": {"zero": " ", "one": "Right."}}, "texts of 9.p1"),
        ({"answer": "one"}, "answer of 9.p1"),
        ({"reveal": ""}, "texts of 9.p1"),
    ],
)
def test_a_careless_prediction_is_refused_with_its_field_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError) as problem:
        make(**changes)
    assert named in str(problem.value)


def test_a_computed_answer_that_is_no_option_is_refused() -> None:
    with pytest.raises(ValueError, match="computed 'two', which is none of"):
        _ = make(answer=lambda: "two").right_option


def test_the_outcome_speaks_to_the_choice() -> None:
    assert make().outcome("one") == "Your prediction was right. Right. Seen."
    assert make().outcome("zero") == "The answer is: one. Left. Seen."


@pytest.mark.parametrize(
    ("choice", "option"),
    [
        (1, "zero"),
        (2, "one"),
        ("2", "one"),
        (" ZERO ", "zero"),
        (0, None),
        (3, None),
        (True, None),
        (1.0, None),
        ("two", None),
        ([], None),
    ],
)
def test_options_are_meant_by_place_or_text(choice: object, option: str | None) -> None:
    assert make().number_or_text(choice) == option
