"""Functions as answers: any way to write one counts, nearly right does not, and what goes wrong inside is said."""

import builtins
import math
import random
import sys
import warnings
from unittest.mock import Mock

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises.compare import Number, Sequence
from course_lib.exercises.functions import Case, FunctionOf, Numbers, call_learners_function
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable
from course_lib.topics.kink.answers import PythonFunction
from course_lib.topics.kink.start_here import relu

CHECKER = PythonFunction((-2.0, -0.5, 0.0, 0.5, 3.0))
KEY = CHECKER.read(relu())


def same(answer: object) -> bool:
    return CHECKER.same(CHECKER.read(answer), KEY)


def branch(x: float) -> float:
    return x if x > 0 else 0


def test_any_way_to_write_a_function_counts() -> None:
    for answer in (
        lambda x: np.where(np.asarray(x) > 0, x, 0.0),
        lambda x: x * (x > 0),
        lambda x: np.maximum(0, x).astype(np.float32),
        np.vectorize(lambda x: float(max(x, 0))),
        np.vectorize(branch, otypes=[float]),
    ):
        assert same(answer)
    infinite = CHECKER.read(lambda x: np.exp(x) * np.inf)
    assert CHECKER.same(
        infinite, CHECKER.read(lambda x: np.full_like(x, np.inf, dtype=float) if np.ndim(x) else math.inf)
    )
    assert not CHECKER.same(infinite, CHECKER.read(lambda x: -np.exp(x) * np.inf))


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (lambda x: np.abs(x), "At x = -2 your function returns 2, which is not right."),
        (lambda x: np.maximum(0, x) * (1 + 1e-6), "At x = 0.5"),
        (lambda x: np.maximum(0, x) * (1 + 1e-7), "At x = 0.5 your function is right to single precision only"),
        (lambda x: np.where(np.asarray(x) >= 3, 4.0, np.maximum(0, x)), "At x = 3 your function returns 4"),
        (branch, "For an array your function raised ValueError in the line 'return x if x > 0 else 0': if, and, or"),
        (lambda x: float(np.sum(np.maximum(0, x))), "For an array, of shape (5,), it returned a number"),
        (lambda x: np.maximum(0, x) * (1 + 1e-5 * (np.ndim(x) > 0)), "But an array gets other values"),
        (lambda x: np.maximum(0, x) if np.ndim(x) < 2 else x[0], "For an array with rows and columns, of shape (2, 5)"),
        # Its first result, of Python's max, is the whole number 0: so all results become whole numbers.
        (np.vectorize(lambda x: max(0, x)), "For an array it returned whole numbers, and what follows the"),
        (lambda x: np.maximum(0, x, dtype=getattr(x, "dtype", float)) if np.asarray(x).dtype == float else x,
         "But an array of whole numbers gets other values"),
    ],
)  # fmt: skip
def test_a_function_that_is_nearly_right_is_told_where(answer: object, remark: str) -> None:
    assert not same(answer) and remark in CHECKER.remark(CHECKER.read(answer), KEY)


class Unspeakable(Exception):
    __str__ = None


def forever(x: float) -> float:
    return forever(x)


def product(x: float) -> np.ndarray:
    return np.ones((2, 3)) @ np.ones((2, 3))


def in_a_library(x: float) -> object:
    return sp.Poly(sp.exp(1), 3)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: 1 / x, "At x = 0 your function raised ZeroDivisionError: "),
        (forever, "At x = -2 your function raised RecursionError in the line 'return forever(x)': it calls itself"),
        (product, "At x = -2 your function raised ValueError in the line 'return np.ones((2, 3)) @ np.ones((2, 3))': "
                  "the inner sizes of a matrix product differ, 2 and 3."),
        (lambda x: np.ones(2) + np.ones(3), "At x = -2 your function raised ValueError: the shapes (2,) and (3,) do"),
        (lambda x: np.max(0, x), "At x = -2 your function raised TypeError: np.max(a, b) takes b for an axis; np."),
        (lambda x, y, z: x, "At x = -2 your function raised TypeError: it is called with 1 argument."),
        # What the insides of a library say is not for a learner.
        (in_a_library, "At x = -2 your function raised AttributeError in the line 'return sp.Poly(sp.exp(1), 3)'."),
        (Mock(side_effect=SystemExit(3)), "At x = -2 your function raised SystemExit: 3."),
        (Mock(side_effect=Unspeakable()), "At x = -2 your function raised Unspeakable."),
        (Mock(side_effect=ValueError("one.\ntwo")), "At x = -2 your function raised ValueError: one."),
        (Mock(side_effect=ValueError("a" * 10_000)), f"At x = -2 your function raised ValueError: {'a' * 120}."),
        (lambda x: "fail", "At x = -2 your function returned the string 'fail'; return a number."),
        (lambda x: math.nan, "At x = -2 your function returned NaN; look for 0/0."),
    ],
)  # fmt: skip
def test_what_goes_wrong_inside_a_function_becomes_feedback(answer: object, message: str) -> None:
    with pytest.raises(Faulty) as problem:
        CHECKER.read(answer)
    said = str(problem.value)
    assert said.startswith(message) and "\n" not in said and len(said) < 300
    assert "gufunc" not in said and "operand" not in said


def test_what_is_no_function_is_told_so() -> None:
    for answer in (3, "relu", float, sp.Max(0, sp.Symbol("x"))):
        with pytest.raises(Unreadable, match=r"You gave .*hand in the function itself.*f, not f") as problem:
            CHECKER.read(answer)
        assert not isinstance(problem.value, Faulty), "that is no try"


def test_a_function_is_called_without_warnings_and_under_its_name() -> None:
    with pytest.raises(NotFilledIn, match=r"^Your program returned None"):
        call_learners_function(lambda *arguments: None, 1, 2, what="program")
    assert call_learners_function(lambda x, y: np.float64(x) / y, 1, 0.0) == math.inf


@pytest.mark.parametrize(
    "careless",
    [
        lambda x: x.fill(0) or 1,
        lambda x: x.__setitem__(0, 9.0) or 1,
        lambda x: setattr(x, "shape", (2, 1)) or 1,
    ],
)
def test_arguments_are_copies_and_have_to_stay_as_they_are(careless: object) -> None:
    given = np.array([1.0, 2.0])
    with pytest.raises(Faulty, match="changed an array or a list that it was given; work on a copy"):
        call_learners_function(careless, given)
    assert given.tolist() == [1, 2]
    with pytest.raises(Faulty, match="changed an array or a list"):
        call_learners_function(lambda steps: steps.pop(), [1, 2])


def test_what_a_function_does_to_the_process_is_undone(capsys: pytest.CaptureFixture[str]) -> None:
    def rude() -> int:
        print("hello")
        print("hello", file=sys.stderr)
        warnings.simplefilter("error")
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        np.random.seed(0)
        random.seed(0)
        np.allclose = lambda *arguments, **options: True
        np.linalg.norm = math.sin = builtins.abs = sp.limit = lambda *arguments: 0
        sys.setrecursionlimit(5000)
        sys.stdout = None
        return 1

    kept = (np.allclose, np.linalg.norm, math.sin, builtins.abs, sp.limit, sys.stdout, sys.getrecursionlimit())
    state = (
        warnings.filters[:],
        np.geterr(),
        np.get_printoptions(),
        random.getstate(),
        np.random.get_state()[1].tolist(),
    )
    assert call_learners_function(rude) == 1
    now = (np.allclose, np.linalg.norm, math.sin, builtins.abs, sp.limit, sys.stdout, sys.getrecursionlimit())
    assert now == kept
    after = (
        warnings.filters[:],
        np.geterr(),
        np.get_printoptions(),
        random.getstate(),
        np.random.get_state()[1].tolist(),
    )
    assert after == state
    assert capsys.readouterr() == ("", "")


TWICE = FunctionOf(lambda: [Case(f"x = {x}", (x,)) for x in (1, 2)], Number())


def test_a_function_of_stated_arguments() -> None:
    key = TWICE.read(lambda x: 2 * x)
    assert TWICE.same(TWICE.read(lambda x: x + x), key) and not TWICE.same(TWICE.read(lambda x: x + 1), key)
    assert TWICE.remark(TWICE.read(lambda x: x + 1), key) == "For x = 2 your function returned 3, which is not right."
    for answer in (lambda x: ..., lambda x: None):
        with pytest.raises(NotFilledIn):
            TWICE.read(answer)
    with pytest.raises(Faulty, match="For x = 2 your function returned None"):
        TWICE.read(lambda x: 2 if x == 1 else None)
    with pytest.raises(Faulty, match="^For x = 1 your function returned the string '2'; return a number such as"):
        TWICE.read(lambda x: str(2 * x))
    pair = FunctionOf(lambda: [Case("x = 1", (1,))], Sequence(Number(), Number()))
    with pytest.raises(Faulty, match="^For x = 1 your function returned a number; return a list of 2 answers"):
        pair.read(lambda x: x)
    with pytest.raises(NotFilledIn):
        pair.read(lambda x: (x, ...))


Z = Numbers("Z")
MATRIX = Z.read([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ([[1, 3], [2, 4]], "Your Z is the transpose of what it has to be."),
        ([1, 2, 3, 4], "Your Z has shape (4,); it has to be (2, 2)."),
        ([[-1, -2], [-3, -4]], "All but the sign of your Z is right."),
        ([[1, 2], [3, 5]], "Your Z has the right shape, but Z[1, 1] is not right."),
        ([[1, 2], [3, 4 + 4e-7]], "Your Z is right to single precision only; compute in float64."),
    ],
)
def test_what_is_wrong_with_an_array(answer: object, remark: str) -> None:
    assert not Z.same(Z.read(answer), MATRIX) and Z.remark(Z.read(answer), MATRIX) == remark


def test_a_mask_counts_as_numbers_where_it_may() -> None:
    mask, key = np.array([True, False]), np.array([1.0, 0.0])
    masks = Numbers("slopes", truth_values=True)
    assert masks.same(masks.read(mask), key)
    with pytest.raises(Unreadable, match="array of True and False; write an array of numbers"):
        Numbers("slopes").read(mask)


def test_arrays_are_compared_relative_to_their_largest_entry() -> None:
    key = Z.read([1e6, 0.0])
    assert Z.same(Z.read(np.array([1e6, 1e-5])), key) and not Z.same(Z.read(np.array([1e6, 1e-2])), key)
    for answer in ("1", [["a"]], [True], [1j], [1, [2]], [math.nan], [math.inf], object(), None):
        with pytest.raises(Unreadable):
            Z.read(answer)
