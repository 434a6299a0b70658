"""Functions of arrays as answers, planted mistakes, and the keys of lesson 06 against independent computations."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.networks.one_hidden_layer import gradient_by_hand
from course_lib.topics.training.answers import (
    BACKWARD,
    LAYER,
    PARAMETERS,
    ArrayFunction,
    L,
    T,
    X,
    backward_of_the_library,
    backward_with,
    layer_of_the_library,
    n,
    share_that_arrives,
    what_the_bug_does,
    where_starts_end,
)
from course_lib.topics.training.exercises import EXERCISES

LAYER_KEY = LAYER.read(layer_of_the_library)
BACKWARD_KEY = BACKWARD.read(backward_of_the_library)


@pytest.mark.parametrize(
    "answer",
    [
        lambda W, b, X: X @ W.T + b,
        lambda W, b, X: (W @ X.T).T + b,
        lambda W, b, X: np.einsum("ui,si->su", W, X) + b[None],
        lambda W, b, X: np.array([[sum(w * x for w, x in zip(u, s)) + c for u, c in zip(W, b)] for s in X]),  # noqa: B905
    ],
)
def test_a_layer_in_any_spelling_is_right(answer):
    assert LAYER.same(LAYER.read(answer), LAYER_KEY)


def test_a_backward_pass_by_hand_is_that_of_the_library():
    for answer in (gradient_by_hand, lambda *a: list(gradient_by_hand(*a)), backward_with("")):
        assert BACKWARD.same(BACKWARD.read(answer), BACKWARD_KEY)
        assert BACKWARD.remark(BACKWARD.read(answer), BACKWARD_KEY) == ""


def test_no_pre_activation_of_the_exercise_is_near_the_kink():
    Z = X @ PARAMETERS.W1.T + PARAMETERS.b1
    assert np.abs(Z).min() > 0.01 and (Z > 0).any(0).all() and (Z < 0).any()


def test_unlisted_mistakes_are_found_by_the_gradient_check():
    def planted(parameters, X, T):
        gradient = gradient_by_hand(parameters, X, T)
        return gradient._replace(b1=gradient.b1 * 3)

    value = BACKWARD.read(planted)
    assert not BACKWARD.same(value, BACKWARD_KEY)
    remark = BACKWARD.remark(value, BACKWARD_KEY)
    assert remark.startswith("check_gradient finds 3 of 13 entries wrong, in b1. For b1[0] your function says ")


def test_a_wrong_shape_or_entry_is_named():
    value = BACKWARD.read(backward_with("transposed"))
    assert BACKWARD.remark(value, BACKWARD_KEY).startswith(
        "Look at the shapes, and at the order W1, b1, W2, b2: the gradient of W1 came with shape (2, 3)"
    )
    assert "has shape (3, 5); it has to be (5, 3)" in LAYER.remark(LAYER.read(lambda W, b, X: W @ X.T), LAYER_KEY)

    def one_entry_wrong(W, b, X):
        Z = X @ W.T + b
        Z[4, 1] += 1
        return Z

    assert "but Z[4, 1] is not right" in LAYER.remark(LAYER.read(one_entry_wrong), LAYER_KEY)


def test_the_arguments_are_copies():
    before = PARAMETERS.W1.copy()

    def careless(parameters, X, T):
        parameters.W1[...] = 0
        X[...] = 0
        return gradient_by_hand(parameters, X, T)

    BACKWARD.read(careless)
    assert np.array_equal(PARAMETERS.W1, before) and X.any() and T.any()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "You gave a number; hand in the function itself"),
        (np.zeros(3), "hand in the function itself"),
        (np.ndarray, "hand in the function itself"),
        (lambda: 0, "Your function raised TypeError"),
        (lambda *a: a[5], "Your function raised IndexError"),
        (lambda *a: exit(), "Your function raised SystemExit"),
        (lambda *a: "W1", "Your function returned the string 'W1'; return a tuple of gradient of W1"),
        (lambda *a: (1.0, 2.0), "return a tuple of"),
        (lambda *a: ("a",) * 4, "Your gradient of W1 is the string 'a'"),
        (lambda *a: (np.nan,) * 4, "Your gradient of W1 holds NaN"),
    ],
)
def test_what_is_no_backward_pass_gets_a_sentence(answer, message):
    with pytest.raises(Unreadable) as caught:
        BACKWARD.read(answer)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("returned", [..., None, (1, ..., 2, 3)])
def test_a_stub_is_not_filled_in(returned):
    with pytest.raises(NotFilledIn):
        BACKWARD.read(lambda *a: returned)


def test_one_array_is_compared_relative_to_its_largest_entry():
    comparator = ArrayFunction((), ("Z",))
    key = comparator.read(lambda: np.array([1e6, 0.0]))
    assert comparator.same(comparator.read(lambda: np.array([1e6, 1e-5])), key)
    assert not comparator.same(comparator.read(lambda: np.array([1e6, 1e-2])), key)


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("training.3", [64, 100, 3]),
        ("training.4", sp.Rational(1, 4)),
        ("training.6", (2 + 1) * 16 + (16 + 1) * 16 + (16 + 1) * 2),
        ("training.7", 2 / n),
        ("training.8", 2 ** (-L / 2)),
        ("training.9", [True, True, False, False]),
        ("training.10", 4),
    ],
)
def test_the_keys_are_those_of_pen_and_paper(id, key):
    (exercise,) = (exercise for exercise in EXERCISES if exercise.id == id)
    reference = exercise.reference()
    assert sp.simplify(reference - key) == 0 if isinstance(key, sp.Expr) else reference == key


def test_the_predictions_are_measured():
    assert share_that_arrives() == "about a millionth"
    assert where_starts_end() == "at three losses or more"
    assert what_the_bug_does() == "the loss falls, but less far"
