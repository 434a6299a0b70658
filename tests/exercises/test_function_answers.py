import math

import numpy as np
import pytest

from course_lib.calculus import PiecewiseFunction
from course_lib.exercises.compare import PythonFunction
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.kink.start_here import relu

POINTS = (-2.0, -0.5, 0.0, 0.5, 3.0)
relu_checker = PythonFunction(points=POINTS)


def same(answer: object) -> bool:
    return relu_checker.same(relu_checker.read(answer), relu_checker.read(relu()))


def no_arrays(x: float) -> float:
    return x if x > 0 else 0


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: np.maximum(0, x),
        lambda x: (x + np.abs(x)) / 2,
        lambda x: np.where(np.asarray(x) > 0, x, 0.0),
        lambda x: x * (x > 0),
        np.vectorize(lambda x: float(max(x, 0))),
    ],
)
def test_any_way_to_write_it_counts(answer: object) -> None:
    assert same(answer)


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (lambda x: np.abs(x), "At x = -2 your function returns 2, which is not right."),
        (lambda x: np.maximum(0, x) + 1e-6, "At x = -2"),
        (lambda x: np.maximum(0, x) * (1 + 1e-6), "At x = 0.5"),
        (lambda x: np.where(np.asarray(x) >= 3, 4.0, np.maximum(0, x)), "At x = 3 your function returns 4"),
        (no_arrays, "For an array your function raised ValueError: The truth value of an array"),
        (lambda x: float(np.sum(np.maximum(0, x))), "for an array of shape (5,) it returned a number"),
        (lambda x: np.maximum(0, x) if np.ndim(x) == 0 else np.asarray(x), "gets other values"),
    ],
)
def test_what_is_nearly_right_is_not(answer: object, remark: str) -> None:
    assert not same(answer)
    assert remark in relu_checker.remark(relu_checker.read(answer), relu_checker.read(relu()))


def test_a_function_for_single_numbers_counts_where_arrays_are_not_asked() -> None:
    scalar = PythonFunction(points=POINTS, arrays=False)
    assert scalar.same(scalar.read(no_arrays), scalar.read(relu()))


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def fail(error: BaseException) -> object:
    def function(x: float) -> float:
        raise error

    return function


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: 1 / x, "At x = 0 your function raised ZeroDivisionError"),
        (lambda: 0, "At x = -2 your function raised TypeError"),
        (fail(SystemExit(3)), "raised SystemExit"),
        (fail(Unspeakable()), "raised Unspeakable"),
        (fail(ValueError("a" * 10_000)), "raised ValueError: aaa"),
        (lambda x: fail.__name__, "returned the string 'fail'; return a number"),
        (lambda x: x > 0, "returned the truth value False"),
        (lambda x: math.nan, "returned NaN"),
        (lambda x: [x], "returned a list"),
        (3, "You gave a number; hand in the function itself, without brackets: f, not f"),
        ("relu", "You gave the string"),
        (float, "You gave a type"),
    ],
)
def test_what_goes_wrong_inside_becomes_feedback(answer: object, message: str) -> None:
    with pytest.raises(Unreadable) as problem:
        relu_checker.read(answer)
    assert message in str(problem.value) and len(str(problem.value)) < 250


def test_endless_recursion_inside_becomes_feedback() -> None:
    def forever(x: float) -> float:
        return forever(x)

    with pytest.raises(Unreadable, match="RecursionError"):
        relu_checker.read(forever)


@pytest.mark.parametrize(
    ("answer", "message"),
    [(lambda x: None, r'^At x = -2 your function returned None. Is a "return" missing\?$'), (lambda x: ..., "^$")],
)
def test_a_function_without_a_result_is_not_an_attempt(answer: object, message: str) -> None:
    with pytest.raises(NotFilledIn, match=message):
        relu_checker.read(answer)


def test_infinite_values_compare() -> None:
    checker = PythonFunction(points=(1.0, 2.0))
    infinite = checker.read(lambda x: x * np.inf)
    assert checker.same(infinite, checker.read(lambda x: np.full_like(x, np.inf) if np.ndim(x) else math.inf))
    assert not checker.same(infinite, checker.read(lambda x: -x * np.inf))


def test_the_key_may_be_a_piecewise_function() -> None:
    assert isinstance(relu(), PiecewiseFunction) and relu_checker.read(relu()).array == ""
