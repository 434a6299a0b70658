import pytest

from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import Exercise, Lazy, WrongAnswer, plain

WRONG = tuple(WrongAnswer(value, f"feedback {value}") for value in (1, 2, 3))


def make(**changes: object) -> Exercise:
    fields = {
        "id": "9.1",
        "comparator": Number(),
        "reference": lambda: 0,
        "wrong_answers": WRONG,
        "hints": ("a", "b"),
        "explanation": "because",
    }
    return Exercise(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"id": "9"}, "id: got '9'"),
        ({"id": "9.p1"}, "id: got '9.p1'"),
        ({"reference": 0}, "reference of 9.1: got 0"),
        ({"wrong_answers": WRONG[:2]}, "wrong_answers of 9.1: got 2"),
        ({"hints": ()}, "hints of 9.1"),
        ({"hints": "look left"}, "hints of 9.1"),
        ({"hints": ("a", "a")}, "hints of 9.1: a text is repeated"),
        ({"wrong_answers": (*WRONG, WrongAnswer(4, "feedback 1"))}, "feedback of 9.1: a text is repeated"),
        ({"explanation": ""}, "texts of 9.1"),
    ],
)
def test_a_careless_exercise_is_refused_with_its_field_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError) as problem:
        make(**changes)
    assert named in str(problem.value)


def test_the_key_is_computed_when_asked_for_and_once() -> None:
    calls = []
    exercise = make(reference=lambda: calls.append("key") or 5)
    assert calls == []
    assert (exercise.key, exercise.key) == (5, 5)
    assert calls == ["key"]


def test_a_lazy_wrong_answer_is_computed_when_asked_for() -> None:
    calls = []
    lazy = Lazy(lambda: calls.append("wrong") or 7)
    exercise = make(wrong_answers=(*WRONG, WrongAnswer(lazy, "seven")))
    assert calls == []
    assert exercise.wrong_values == (1, 2, 3, 7)
    assert plain(lazy) == 7 and plain(4) == 4


def test_an_exercise_knows_its_lesson() -> None:
    assert make(id="12.3").lesson == 12
