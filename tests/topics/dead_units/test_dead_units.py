"""Three definitions of a dead unit, against units whose answer is known by hand or from the gradient."""

import numpy as np
import pytest

from course_lib.data import digits, standardised
from course_lib.networks import Dense, Maxout, Network, measure
from course_lib.topics.dead_units.experiment import dead_on_all_inputs, units_dead_on, units_never_on


def one_layer(activation, W, b, **options):
    """Units of one hidden layer with given weights, behind them any output layer."""
    network = Network([Dense(len(W[0]), len(W), activation, **options), Dense(len(W), 2)], dtype="float64")
    network.W[0][...], network.b[0][...] = W, b
    return network


def test_a_unit_is_dead_on_one_set_and_alive_on_another() -> None:
    network = one_layer("relu", [[1, 0], [-1, 0], [0, 0]], [-1, 0, -1])
    assert units_dead_on(network, [[0.5, 9.0]])[0].tolist() == [[True, True, True]]
    assert units_dead_on(network, [[0.5, 9.0], [2.0, 0.0]])[0].tolist() == [[False, True, True]]
    assert units_dead_on(network, [[0.5, 9.0], [2.0, 0.0], [-1.0, 0.0]])[0].tolist() == [[False, False, True]]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "hard_tanh", "relu6", "tanh"])
def test_dead_units_are_those_whose_weights_get_no_gradient(activation) -> None:
    data = digits()
    network = Network.mlp([64, 24, 24, 10], activation=activation, bias=-0.4, replicas=3, dtype="float64")
    for W in network.W[:2]:
        W *= 6
    _, gradient = network.loss_and_gradient(data.X, data.y)
    for layer, dead in enumerate(units_dead_on(network, data.X)):
        no_gradient = (gradient.W[layer] == 0).all(-1) & (gradient.b[layer] == 0)
        # A living unit may still miss a gradient, where nothing above it is on.
        assert (no_gradient[dead]).all()
        if layer == 1:
            assert np.array_equal(dead, no_gradient)


def test_the_counts_are_those_of_the_core() -> None:
    data = standardised(digits())
    network = Network.mlp([64, 32, 16, 10], bias=-2.0, replicas=5)
    counts = np.stack([dead.sum(1) for dead in units_dead_on(network, data.X)], axis=1)
    assert counts.any() and np.array_equal(counts, measure(network, data.X, data.y).dead_units)


def test_the_slope_on_the_kink_decides_for_a_unit_that_is_always_on_it() -> None:
    for slope, dead in ((0.0, True), (0.5, False)):
        network = one_layer("relu", [[0, 0]], [0], slope_at_kink=slope)
        assert units_dead_on(network, [[1.0, 2.0]])[0].tolist() == [[dead]]
        assert units_never_on(network, [[1.0, 2.0]])[0].tolist() == [[True]]


def test_a_leaky_unit_is_never_dead_but_may_be_never_on() -> None:
    network = one_layer("leaky_relu", [[-1, -1], [1, 0]], [0, 0])
    X = [[1.0, 1.0], [2.0, 0.5]]
    assert units_dead_on(network, X)[0].tolist() == [[False, False]]
    assert units_never_on(network, X)[0].tolist() == [[True, False]]


def test_a_maxout_layer_is_named() -> None:
    network = Network([Maxout(2, 3), Dense(3, 2)])
    with pytest.raises(TypeError, match="network: got a hidden layer Maxout"):
        units_dead_on(network, [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("w", "b", "anywhere", "behind_relu"),
    [
        ([0, 0], -1, True, True),
        ([0, 0], 0, True, True),
        ([0, 0], 0.1, False, False),
        ([-1, -2], 0, False, True),
        ([-1, -2], 0.1, False, False),
        ([-1, 0.5], -3, False, False),
        ([1e-9, 0], -1e9, False, False),
    ],
)
def test_dead_on_all_inputs(w, b, anywhere, behind_relu) -> None:
    assert dead_on_all_inputs(w, b) is anywhere
    assert dead_on_all_inputs(w, b, non_negative=True) is behind_relu


def test_dead_on_all_inputs_agrees_with_many_inputs() -> None:
    rng = np.random.default_rng(0)
    directions = rng.standard_normal((2000, 3))
    far = np.concatenate([[np.zeros(3)], directions * 1e6])
    for w, b in zip(rng.integers(-2, 2, (40, 3)).astype(float), rng.choice([-1.0, 0.0, 0.5], 40), strict=True):
        assert dead_on_all_inputs(w, b) == bool((far @ w + b <= 0).all())
        assert dead_on_all_inputs(w, b, non_negative=True) == bool((np.abs(far) @ w + b <= 0).all())


@pytest.mark.parametrize(
    ("arguments", "message"), [(([[1.0]], 0), "w: got"), (([1.0], np.inf), "b: got inf"), (([np.nan], 0), "w: got")]
)
def test_bad_weights_are_named(arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        dead_on_all_inputs(*arguments)
