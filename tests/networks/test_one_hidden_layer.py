"""Backpropagation by hand: against the library, and with planted mistakes."""

import numpy as np
import pytest

from course_lib.data import moons_as_numbers
from course_lib.networks import Network
from course_lib.networks.one_hidden_layer import (
    Parameters,
    check_backward,
    descend,
    gradient_by_hand,
    mean_squared_error,
    outputs,
    shape_problem,
    starting_parameters,
)


@pytest.fixture
def problem():
    rng = np.random.default_rng(3)
    start = starting_parameters(3, 4, 2, seed=5)
    start = start._replace(b1=rng.standard_normal(4), b2=rng.standard_normal(2))
    return start, rng.standard_normal((6, 3)), rng.standard_normal((6, 2))


def test_gradient_is_that_of_the_library(problem) -> None:
    start, X, T = problem
    network = Network.mlp([3, 4, 2], dtype="float64")
    network.W[0][0], network.b[0][0], network.W[1][0], network.b[1][0] = start
    assert outputs(start, X) == pytest.approx(network.predict(X)[0], rel=1e-12)
    losses, gradient = network.loss_and_gradient(X, T, loss="mse")
    # The library divides by the number of outputs as well.
    assert mean_squared_error(start, X, T) == pytest.approx(2 * losses[0], rel=1e-12)
    found = gradient_by_hand(start, X, T)
    expected = (gradient.W[0][0], gradient.b[0][0], gradient.W[1][0], gradient.b[1][0])
    for array, other in zip(found, expected, strict=True):
        assert array == pytest.approx(2 * other, rel=1e-10, abs=1e-12)


def test_the_right_backward_pass_passes(problem) -> None:
    report = check_backward(gradient_by_hand, *problem)
    assert report.passed and report.size == 4 * 3 + 4 + 2 * 4 + 2
    assert [entry.name for entry in report.entries[:2]] == ["W1[0, 0]", "W1[0, 1]"]


@pytest.mark.parametrize("name", Parameters._fields)
def test_a_factor_on_one_array_is_caught_there(problem, name) -> None:
    def planted(*arguments):
        found = gradient_by_hand(*arguments)
        return found._replace(**{name: getattr(found, name) * 1.001})

    report = check_backward(planted, *problem)
    assert not report.passed
    assert {entry.name.partition("[")[0] for entry in report.wrong} == {name}


def test_a_transposed_or_missing_array_is_named(problem) -> None:
    start, X, T = problem
    found = gradient_by_hand(start, X, T)
    with pytest.raises(ValueError, match=r"gradient of W1 came with shape \(3, 4\), its transpose"):
        check_backward(lambda *arguments: found._replace(W1=found.W1.T), start, X, T)
    with pytest.raises(ValueError, match="3 arrays came; accepted is one each for W1, b1, W2, b2"):
        check_backward(lambda *arguments: found[:3], start, X, T)
    assert shape_problem(found, start) == ""


def test_descent_takes_the_stated_steps(problem) -> None:
    start, X, T = problem
    kept = [array.copy() for array in start]
    end = descend(gradient_by_hand, start, X, T, learning_rate=0.01, steps=1)
    for array, before, slope in zip(end, start, gradient_by_hand(start, X, T), strict=True):
        assert array == pytest.approx(before - 0.01 * slope)
    assert all(np.array_equal(array, before) for array, before in zip(start, kept, strict=True))


def test_start_has_he_s_variance() -> None:
    start = starting_parameters(50, 400, 300)
    assert start.W1.var() == pytest.approx(2 / 50, rel=0.05) and start.W2.var() == pytest.approx(2 / 400, rel=0.05)
    assert not start.b1.any() and not start.b2.any()


def test_moons_are_standardised_and_labelled_with_signs() -> None:
    X, T = moons_as_numbers()
    assert X.mean(0) == pytest.approx([0, 0], abs=1e-6) and X.std(0) == pytest.approx([1, 1], abs=1e-6)
    assert set(T.ravel()) == {-1.0, 1.0} and T.sum() == 0
    assert X[T[:, 0] < 0, 1].mean() > X[T[:, 0] > 0, 1].mean()  # t = −1 is the upper moon
    with pytest.raises(ValueError, match="read-only"):
        X[0, 0] = 1
