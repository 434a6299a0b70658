"""Backpropagation by hand: against the library, and with planted mistakes, each of which has to be called wrong."""

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.networks.one_hidden_layer import (
    Parameters,
    check_backward,
    descend,
    gradient_by_hand,
    mean_squared_error,
    outputs,
    starting_parameters,
)


def random_problem(seed, n_in=3, n_hidden=4, n_out=2, samples=6):
    rng = np.random.default_rng(seed)
    start = starting_parameters(n_in, n_hidden, n_out, seed)
    start = start._replace(b1=rng.standard_normal(n_hidden), b2=rng.standard_normal(n_out))
    return start, rng.standard_normal((samples, n_in)), rng.standard_normal((samples, n_out))


def test_gradient_is_that_of_the_library() -> None:
    start, X, T = random_problem(3)
    network = Network.mlp([3, 4, 2], dtype="float64")
    network.W[0][0], network.b[0][0], network.W[1][0], network.b[1][0] = start
    assert outputs(start, X) == pytest.approx(network.predict(X)[0], rel=1e-12)
    losses, gradient = network.loss_and_gradient(X, T, loss="mse")
    # The library divides by the number of outputs as well.
    assert mean_squared_error(start, X, T) == pytest.approx(2 * losses[0], rel=1e-12)
    expected = (gradient.W[0][0], gradient.b[0][0], gradient.W[1][0], gradient.b[1][0])
    for array, other in zip(gradient_by_hand(start, X, T), expected, strict=True):
        assert array == pytest.approx(2 * other, rel=1e-10, abs=1e-12)


def test_with_signs_the_first_layer_has_slope_0_and_the_last_that_of_the_differences() -> None:
    start, X, T = random_problem(4)
    slopes = gradient_by_hand(start, X, T, "sign")
    assert not slopes.W1.any() and not slopes.b1.any()

    def loss(W2):
        return np.sum((outputs(start._replace(W2=W2), X, "sign") - T) ** 2) / len(X)

    for index in np.ndindex(start.W2.shape):
        step = np.zeros_like(start.W2)
        step[index] = 1e-3  # the loss is a square in W2, so a central difference is exact
        difference = (loss(start.W2 + step) - loss(start.W2 - step)) / 2e-3
        assert slopes.W2[index] == pytest.approx(difference, rel=1e-9)


PLANTED = {
    "sign": lambda g: -g,
    "factor": lambda g: 2 * g,
    "relative error of 5e-4": lambda g: g * (1 + 5e-4),
    "one entry off by 5e-4": lambda g: np.where(np.abs(g) == np.abs(g).max(), g * (1 - 5e-4), g),
    "nothing": lambda g: 0 * g,
    "not a number": lambda g: np.where(g == g.flat[0], np.nan, g),
    "transposed": lambda g: g.T if g.ndim == 2 else g[::-1],
    "shifted": lambda g: np.roll(g, 1),
}


@pytest.mark.parametrize("name", Parameters._fields)
@pytest.mark.parametrize("mistake", PLANTED)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_planted_mistake_is_caught_in_every_entry_it_changes(mistake, name, seed) -> None:
    start, X, T = random_problem(seed, 4, 4, 4, samples=8)
    right = gradient_by_hand(start, X, T)
    planted = right._replace(**{name: PLANTED[mistake](getattr(right, name))})
    report = check_backward(lambda *_: planted, start, X, T)
    assert [entry.name for entry in report.entries[15:21]] == ["W1[3, 3]", *(f"b1[{j}]" for j in range(4)), "W2[0, 0]"]
    changed = np.concatenate([np.ravel(array != other) for array, other in zip(planted, right, strict=True)])
    assert changed.any()
    assert [entry.verdict for entry in report.entries] == ["wrong" if new else "agrees" for new in changed], report


def without_the_slope_of_relu(parameters, X, T):
    H = 2 * (outputs(parameters, X) - T) / len(X) @ parameters.W2
    return gradient_by_hand(parameters, X, T)._replace(W1=H.T @ X, b1=H.sum(0))


@pytest.mark.parametrize(
    ("backward", "arrays"),
    [
        (lambda parameters, X, T: gradient_by_hand(parameters, X[1:], T[1:]), Parameters._fields),
        (lambda parameters, X, T: gradient_by_hand(parameters._replace(b1=np.zeros(4)), X, T), Parameters._fields),
        (lambda parameters, X, T: gradient_by_hand(parameters._replace(b2=np.zeros(2)), X, T), Parameters._fields),
        (without_the_slope_of_relu, ("W1", "b1")),
        (gradient_by_hand, ()),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_dropped_term_is_caught_and_only_that(backward, arrays, seed) -> None:
    report = check_backward(backward, *random_problem(seed))
    assert report.undecided == () and report.kinks == () and report.passed == (not arrays)
    assert {entry.name.partition("[")[0] for entry in report.wrong} == set(arrays)


def test_a_slope_at_the_kink_has_to_multiply_what_comes_from_above() -> None:
    # The only sample is 0, and so are the biases: every pre-activation is on the kink.
    start = starting_parameters(2, 8, 1, seed=5)
    X, T = np.zeros((1, 2)), np.ones((1, 1))
    above = (2 * (outputs(start, X) - T) @ start.W2)[0]
    right = gradient_by_hand(start, X, T)
    assert not right.b1.any()
    for slope in (0, 0.5, 1):
        report = check_backward(lambda *_, s=slope: right._replace(b1=s * above), start, X, T)
        assert report.passed and [entry.name for entry in report.kinks] == [f"b1[{j}]" for j in range(8)]
    report = check_backward(lambda *_: right._replace(b1=np.full(8, 0.5)), start, X, T)
    outside = [f"b1[{j}]" for j, u in enumerate(above) if not min(u, 0) <= 0.5 <= max(u, 0)]
    assert [entry.name for entry in report.wrong] == outside and len(outside) >= 3


def test_a_transposed_or_missing_array_is_named() -> None:
    start, X, T = random_problem(3)
    right = gradient_by_hand(start, X, T)
    with pytest.raises(ValueError, match=r"gradient of W1 came with shape \(3, 4\), its transpose"):
        check_backward(lambda *_: right._replace(W1=right.W1.T), start, X, T)
    with pytest.raises(ValueError, match=r"gradient of W1 came with shape \(2, 3\); W1 has shape \(4, 3\)"):
        check_backward(lambda *_: right._replace(W1=right.W1[:2]), start, X, T)
    with pytest.raises(ValueError, match="3 arrays came; accepted is one each for W1, b1, W2, b2"):
        check_backward(lambda *_: right[:3], start, X, T)


def test_descent_takes_the_stated_steps() -> None:
    start, X, T = random_problem(3)
    end = descend(gradient_by_hand, start, X, T, learning_rate=0.01, steps=1)
    for array, before, slope in zip(end, start, gradient_by_hand(start, X, T), strict=True):
        assert array == pytest.approx(before - 0.01 * slope)
    for _ in range(299):
        end = descend(gradient_by_hand, end, X, T, learning_rate=0.01, steps=1)
    assert all(map(np.array_equal, end, descend(gradient_by_hand, start, X, T, learning_rate=0.01)))
    usual = descend(gradient_by_hand, start, X, T, steps=1)
    assert all(map(np.array_equal, usual, descend(gradient_by_hand, start, X, T, 0.1, 1)))


def test_start_has_he_s_variance() -> None:
    start = starting_parameters(50, 400, 300)
    assert start.W1.var() == pytest.approx(2 / 50, rel=0.05) and start.W2.var() == pytest.approx(2 / 400, rel=0.05)
    assert not start.b1.any() and not start.b2.any()
