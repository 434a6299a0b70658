"""Functions of arrays as answers, planted mistakes, and the keys of this topic against independent computations."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.networks.one_hidden_layer import gradient_by_hand
from course_lib.topics.training.answers import (
    BACKWARD,
    LAYER,
    PARAMETERS,
    T,
    X,
    backward_of_the_library,
    backward_with,
    layer_of_the_library,
    what_the_bug_does,
    where_starts_end,
)
from course_lib.topics.training.depth_exercises import EXERCISES, L, n, share_that_arrives

LAYER_KEY = LAYER.read(layer_of_the_library)
BACKWARD_KEY = BACKWARD.read(backward_of_the_library)


@pytest.mark.parametrize(
    "answer",
    [
        lambda W, b, X: X @ W.T + b,
        lambda W, b, X: (W @ X.T).T + b,
        lambda W, b, X: np.einsum("ui,si->su", W, X) + b[None],
        lambda W, b, X: np.tensordot(X, W, (1, 1)) + b,
        lambda W, b, X: (X[:, None, :] * W).sum(-1) + b,
        lambda W, b, X: np.column_stack([X, np.ones(len(X))]) @ np.column_stack([W, b]).T,
    ],
)
def test_a_layer_in_any_spelling_is_right(answer):
    assert LAYER.same(LAYER.read(answer), LAYER_KEY)


def by_rows(W, b, X):
    Z = []
    for sample in X:
        Z.append(W @ sample + b)
    return np.array(Z)


def by_units(W, b, X):
    Z = np.empty((len(X), len(W)))
    u = 0
    while u < len(W):
        Z[:, u] = X @ W[u] + b[u]
        u += 1
    return Z


def recursive(W, b, X):
    return np.vstack([X[:1] @ W.T + b, recursive(W, b, X[1:])]) if len(X) > 1 else X @ W.T + b


@pytest.mark.parametrize(
    "answer",
    [
        by_rows,
        by_units,
        recursive,
        lambda W, b, X: np.array([[sum(w * x for w, x in zip(u, s)) + c for u, c in zip(W, b)] for s in X]),  # noqa: B905
        lambda W, b, X: np.array([W @ sample for sample in X]) + b,
        lambda W, b, X: np.array(list(map(lambda sample: W @ sample + b, X))),  # noqa: C417
        lambda W, b, X: np.apply_along_axis(lambda sample: W @ sample + b, 1, X),
        lambda W, b, X: sum(np.outer(X[:, i], W[:, i]) for i in range(X.shape[1])) + b,
        np.vectorize(lambda W, b, X: W @ X + b, signature="(u,i),(u),(i)->(u)"),
    ],
)
def test_a_loop_over_samples_units_or_inputs_is_a_loop(answer):
    value = LAYER.read(answer)
    assert not LAYER.same(value, LAYER_KEY)
    assert LAYER.remark(value, LAYER_KEY).startswith("The numbers are right, but there is a loop in it")
    verdict = check("training.1", answer)
    assert verdict.status == "not yet" and "loop" in verdict.message


def test_a_backward_pass_by_hand_is_that_of_the_library():
    for answer in (lambda *a: gradient_by_hand(*a), lambda *a: list(gradient_by_hand(*a)), backward_with("")):
        assert BACKWARD.same(BACKWARD.read(answer), BACKWARD_KEY)
        assert BACKWARD.remark(BACKWARD.read(answer), BACKWARD_KEY) == ""


def test_no_pre_activation_of_the_exercise_is_near_the_kink():
    for parameters, samples, _ in ((PARAMETERS, X, T), *BACKWARD.others[:1]):
        Z = samples @ parameters.W1.T + parameters.b1
        assert np.abs(Z).min() > 0.01 and (Z > 0).any() and (Z < 0).any()
    assert (X @ PARAMETERS.W1.T + PARAMETERS.b1 > 0).any(0).all()


def with_slope(slope):
    def backward(parameters, X, T):
        Z = X @ parameters.W1.T + parameters.b1
        D = 2 * (np.maximum(0, Z) @ parameters.W2.T + parameters.b2 - T) / len(X)
        H = D @ parameters.W2 * slope(Z)
        return H.T @ X, H.sum(0), D.T @ np.maximum(0, Z), D.sum(0)

    return backward


@pytest.mark.parametrize("id", ["training.2", "training.5"])
def test_on_the_kink_any_slope_from_0_to_1_is_right_and_no_other(id):
    parameters, samples, _ = BACKWARD.on_kink
    assert not (samples @ parameters.W1.T + parameters.b1)[0].any()
    for s in (0, 0.3, 0.5, 1):
        assert check(id, with_slope(lambda z, s=s: np.where(z == 0, s, z > 0))).passed
    for s in (-0.1, 1.1, 2, 7):
        verdict = check(id, with_slope(lambda z, s=s: np.where(z == 0, s, z > 0)))
        assert verdict.status == "not yet" and "Where z is exactly 0" in verdict.message
    for wrong in (lambda z: z > 0.1, lambda z: z > 1e-3, lambda z: z > -1e-3):
        assert check(id, with_slope(wrong)).status == "not yet"
    own = check(id, gradient_by_hand)
    assert not own.passed and "the function that you wrote" in own.message


def test_unlisted_mistakes_are_found_by_the_gradient_check():
    def planted(parameters, X, T):
        gradient = gradient_by_hand(parameters, X, T)
        return gradient._replace(b1=gradient.b1 * 3)

    value = BACKWARD.read(planted)
    assert not BACKWARD.same(value, BACKWARD_KEY)
    remark = BACKWARD.remark(value, BACKWARD_KEY)
    assert remark.startswith("check_gradient finds 3 of 13 entries wrong, in b1. For b1[0] your function says ")

    def for_one_output(parameters, X, T):
        gradient = gradient_by_hand(parameters, X, T)
        return gradient if len(X) == 5 else gradient._replace(W2=gradient.W2[:, ::-1])

    remark = BACKWARD.remark(BACKWARD.read(for_one_output), BACKWARD_KEY)
    assert remark.startswith(
        "For a network with 4 hidden units your function returned something that is not right. 3 of"
    )


def test_a_wrong_shape_or_entry_is_named():
    value = BACKWARD.read(backward_with("transposed"))
    assert BACKWARD.remark(value, BACKWARD_KEY).startswith(
        "Look at the shapes, and at the order W1, b1, W2, b2: the gradient of W1 came with shape (2, 3)"
    )
    flat = LAYER.read(lambda W, b, X: (X @ W.T + b).ravel())
    assert "Your Z has shape (15,); it has to be (5, 3)." in LAYER.remark(flat, LAYER_KEY)
    turned = LAYER.read(lambda W, b, X: (X @ W.T + b).T)
    assert "Your Z is the transpose of what it has to be." in LAYER.remark(turned, LAYER_KEY)
    single = LAYER.read(lambda W, b, X: (X @ W.T + b).astype(np.float32))
    assert "Your Z is right to single precision only; compute in float64." in LAYER.remark(single, LAYER_KEY)

    def one_entry_wrong(W, b, X):
        Z = X @ W.T + b
        Z[-1, -1] += 10
        return Z

    assert "but Z[4, 2] is not right" in LAYER.remark(LAYER.read(one_entry_wrong), LAYER_KEY)


def test_the_arguments_are_copies():
    before = PARAMETERS.W1.copy()

    def careless(parameters, X, T):
        gradient = gradient_by_hand(parameters, X, T)
        parameters.W1[...] = 0
        X[...] = 0
        return gradient

    with pytest.raises(Unreadable, match="changed an array or a list that it was given; work on a copy"):
        BACKWARD.read(careless)
    assert np.array_equal(PARAMETERS.W1, before) and X.any() and T.any()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "You gave a number; hand in the function itself"),
        (np.zeros(3), "hand in the function itself"),
        (np.ndarray, "hand in the function itself"),
        (lambda: 0, "your function raised TypeError: it is called with 3 arguments"),
        (lambda *a: a[5], "your function raised IndexError: tuple index out of range"),
        (lambda *a: exit(), "your function raised SystemExit"),
        (
            lambda *a: a[1] @ a[1],
            "your function raised ValueError: the inner sizes of a matrix product differ, 5 and 2",
        ),
        (lambda *a: a[1] + a[2].T, "your function raised ValueError: the shapes (5,2) and (1,5) do not fit together"),
        (lambda *a: "W1", "your function returned the string 'W1'; return a list of 4 answers"),
        (lambda *a: (1.0, 2.0), "your function returned 2 answers; the exercise asks for 4"),
        (lambda *a: ("a",) * 4, "Answer 1 of your list: You gave the string 'a'"),
        (lambda *a: (np.nan,) * 4, "NaN or infinity in it"),
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


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("training.8", 2 ** (L / 2), "That is 1 divided by the answer: it is upside down."),
        ("training.7", 4 / n, "Your answer is right up to a constant factor."),
        ("training.12", 0.125, "The three points are not independent"),
    ],
)
def test_feedback_names_what_happened(id, answer, words):
    verdict = check(id, answer)
    assert verdict.status == "not yet" and words in verdict.message, verdict.message


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("training.4", sp.Rational(1, 4)),
        ("training.7", 2 / n),
        ("training.8", 2 ** (-L / 2)),
        ("training.9", [True, True, False, False]),
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


def test_a_quarter_of_the_units_is_off_at_the_three_other_points():
    w = np.random.default_rng(0).standard_normal((100_000, 2))
    off = (w[:, 0] < 0) & (w[:, 1] < 0) & (w.sum(1) < 0)
    assert off.mean() == pytest.approx(1 / 4, abs=0.005) and check("training.12", off.mean().round(2)).passed


def test_gradient_descent_in_any_spelling_is_right():
    def array_by_array(parameters, X, T, learning_rate, steps):
        W1, b1, W2, b2 = parameters
        for _ in range(steps):
            Z = X @ W1.T + b1
            D = 2 * (np.maximum(Z, 0) @ W2.T + b2 - T) / len(X)
            H = D @ W2 * (Z > 0)
            W1, b1, W2, b2 = (
                W1 - learning_rate * H.T @ X, b1 - learning_rate * H.sum(0),
                W2 - learning_rate * D.T @ np.maximum(Z, 0), b2 - learning_rate * D.sum(0),
            )  # fmt: skip
        return W1, b1, W2, b2

    assert check("training.11", array_by_array).passed
    assert check("training.11", lambda *a: None).status == "not attempted"


def test_standardised_pixels_in_any_spelling_are_right():
    def pixel_by_pixel(X, X_test):
        for k in range(X.shape[1]):
            mean, deviation = X[:, k].mean(), X[:, k].std() or 1.0
            X[:, k], X_test[:, k] = (X[:, k] - mean) / deviation, (X_test[:, k] - mean) / deviation
        return X, X_test

    assert check("depth.1", lambda X, X_test: pixel_by_pixel(X.copy(), X_test.copy())).passed
    blank = check("depth.1", lambda X, X_test: ((X - X.mean(0)) / X.std(0), (X_test - X.mean(0)) / X.std(0)))
    assert "blank in every picture" in blank.message and "NaN" in blank.message
