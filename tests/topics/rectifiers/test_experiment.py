"""Learned slopes and polarity against other ways to compute them."""

import numpy as np
import pytest

from course_lib.data import digits
from course_lib.networks import Network
from course_lib.topics.rectifiers import experiment
from course_lib.topics.rectifiers.experiment import alpha_step, centred_digits, edge_filter, learned_alphas, share_equal


def test_a_step_is_that_of_a_difference_quotient():
    """For L = Σ c·g(z, α) the upstream gradients are c, and ∂L/∂α is a quotient of two values of L."""
    rng = np.random.default_rng(3)
    z, c, alpha = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)), rng.normal(size=4)

    def loss(slopes):
        return float((c * np.where(z > 0, z, slopes * z)).sum())

    quotients = [(loss(alpha + e) - loss(alpha - e)) / 2e-3 for e in 1e-3 * np.eye(4)]
    assert alpha_step(alpha, c, z, 0.1) == pytest.approx(alpha - 0.1 * np.array(quotients))


def test_slopes_are_learned_as_by_hand():
    """The first epoch of one network in plain NumPy: softmax, cross entropy, one step for each batch of 32."""
    data, network = digits(), Network.mlp([64, 32, 10], "prelu", seed=3, dtype="float64")
    (W1, W2), (b1, b2) = ([array[0].copy() for array in arrays] for arrays in (network.W, network.b))
    alpha, rng = np.full(32, 0.25), np.random.default_rng(0)
    order = rng.permutation(len(data.X))
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        X, y = data.X[rows].astype(float), data.y[rows]
        Z = X @ W1.T + b1
        A = np.where(Z > 0, Z, alpha * Z)
        scores = A @ W2.T + b2
        D = np.exp(scores - scores.max(1, keepdims=True))
        D /= D.sum(1, keepdims=True)
        D[np.arange(len(rows)), y] -= 1
        D /= len(rows)
        upstream = D @ W2
        H = upstream * np.where(Z > 0, 1, alpha)
        alpha = alpha_step(alpha, upstream, Z, 0.5)
        W1, b1, W2, b2 = W1 - 0.5 * H.T @ X, b1 - 0.5 * H.sum(0), W2 - 0.5 * D.T @ A, b2 - 0.5 * D.sum(0)
    assert learned_alphas(0.5)[3, 1] == pytest.approx(alpha, abs=1e-9)
    assert (learned_alphas(0.5)[:, 0] == 0.25).all() and len(np.unique(learned_alphas(0.5)[:, -1])) == 320


def test_a_picture_on_mid_grey_has_its_negative_on_the_other_side():
    assert centred_digits() == pytest.approx((2 * digits().X.astype(float) - 1) / 2)
    w = edge_filter()
    assert w.sum() == 0 and w.reshape(8, 8)[:, 4:].sum() == 0.5 and (w.reshape(8, 8) == -w.reshape(8, 8)[:, ::-1]).all()


@pytest.mark.parametrize("b", [0.0, 1e-6, 0.5, -3.0])
def test_equal_where_the_filter_answers_0(b):
    rng = np.random.default_rng(4)
    w, X = np.array([1.0, 2.0, -1.0]), rng.integers(-3, 4, (50, 3)) / 2
    zero = sum(1 for row in X if row[0] + 2 * row[1] == row[2])
    assert 0 < zero < 50 and share_equal(w, b, X) == (1 if b == 0 else zero / 50)


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"learning_rate: got 0.3; accepted are 0.1, 0.5"):
        learned_alphas(0.3)
    with pytest.raises(ValueError, match=r"shapes of w and X: got \(\(3,\), \(2, 2\)\); accepted are \(features,\)"):
        share_equal(np.ones(3), 0.0, np.ones((2, 2)))


def test_most_libraries_say_0_for_the_absolute_value():
    assert {"torch", "tensorflow", "jax"} <= set(experiment.abs_at_0()) and experiment.abs_at_0()["torch"] == 0
