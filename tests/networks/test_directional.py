"""The directional gradient is the limit of gradients beside the point, along the direction: whatever has kinks."""

import numpy as np
import pytest

from course_lib.networks import SGD, Dense, Dropout, Maxout, Network, train
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.directional import looks_ahead, random_direction
from course_lib.networks.losses import LOSSES
from course_lib.networks.parameters import zeros
from course_lib.networks.plan import Plan

# The slopes of squared ReLU meet at its breakpoint: there is nothing to decide.
BENT = [name for name, activation in ACTIVATIONS.items() if activation.breakpoints and name != "squared_relu"]
STEP = 1e-8


def on_kinks(layers, seed, replicas=2):
    """A network of small whole numbers, with samples that put many of its pre-activations exactly on kinks."""
    rng = np.random.default_rng(seed)
    network = Network(layers, replicas, dtype="float64")
    for weights, bias in zip(network.W, network.b, strict=True):
        weights[...] = rng.integers(-1, 2, weights.shape)
        bias[...] = rng.integers(-1, 2, bias.shape) * rng.integers(2)
    X = rng.integers(-1, 2, (4, network.sizes[0])).astype(float)
    X[0] = 0
    return network, X, rng.integers(-1, 2, (4, network.sizes[-1])).astype(float)


def direction_for(network, seed, biases=True):
    rng, along = np.random.default_rng([9, seed]), network.copy()
    for views in (along.W, along.b, along.alpha):
        for view in views:
            if view is not None:
                view[...] = rng.standard_normal(view.shape) if biases or views._name != "b" else 0
    return along


def moved(network, along):
    """The network at θ + STEP · along."""
    beside = network.copy()
    for views, by in ((beside.W, along.W), (beside.b, along.b), (beside.alpha, along.alpha)):
        for view, step, layer in zip(views, by, network.weighted_layers, strict=True):
            if view is not None and (views._name != "alpha" or ACTIVATIONS[layer.activation].trainable):
                view += STEP * step
    return beside


def assert_is_the_limit(network, X, T, loss, along):
    """In the parameters that move; the others are not trained."""
    losses, gradient = network.loss_and_gradient(X, T, loss, along=along)
    beside, there = moved(network, along).loss_and_gradient(X, T, loss)
    assert losses == pytest.approx(beside, abs=1e-5)
    for name in ("W", "b", "alpha"):
        for found, limit, step in zip(*(getattr(of, name) for of in (gradient, there, along)), strict=True):
            if step is not None and step.any():
                np.testing.assert_allclose(found, limit, atol=1e-5)


@pytest.mark.parametrize("loss", ["mse", "mean_absolute_error"])
@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("activation", BENT)
def test_it_is_the_limit_along_the_direction(activation, biases, loss):
    for seed in range(12):
        alpha = {"alpha": 2.0} if activation in ("elu", "leaky_relu") else {}
        hidden = [Dense(a, b, activation, "directional", **alpha) for a, b in ((2, 3), (3, 3))]
        network, X, T = on_kinks([*hidden, Dense(3, 2, activation, "directional", **alpha)], seed)
        assert_is_the_limit(network, X, T, loss, direction_for(network, seed, biases))


@pytest.mark.parametrize("biases", [True, False])
def test_maxout_smooth_layers_and_a_loss_with_a_kink(biases):
    for seed in range(20):
        layers = [Maxout(2, 3, 3, "directional"), Dense(3, 3, "tanh"), Dropout(0.5), Maxout(3, 2, 2, "directional")]
        network, X, T = on_kinks([*layers, Dense(2, 2)], seed)
        for loss in ("mse", "mean_absolute_error"):
            assert_is_the_limit(network, X, T, loss, direction_for(network, seed, biases))


@pytest.mark.parametrize("activation", BENT)
def test_what_a_skip_carries_past_a_layer_moves_too(activation):
    for seed in range(12):
        layers = [Dense(2, 3, activation, "directional"), *[Dense(3, 3, activation, "directional", skip=True)] * 2]
        network, X, T = on_kinks([*layers, Dense(3, 2)], seed)
        assert_is_the_limit(network, X, T, "mse", direction_for(network, seed))


def test_a_mask_of_dropout_moves_what_it_lets_through():
    """In training, where masks are drawn: the plan's gradient beside the point, with the same masks."""
    layers = [Dense(2, 3, "relu", "directional"), Dropout(0.5), Dense(3, 3, "relu6", "directional", skip=True)]
    for seed in range(20):
        network, X, T = on_kinks([*layers, Dropout(0.5), Maxout(3, 2, 2, "directional"), Dense(2, 1)], seed)
        along = direction_for(network, seed)
        found, beside = (gradient_in_training(each, X, T, along) for each in (network, moved(network, along)))
        for one, other in zip(found, beside, strict=True):
            np.testing.assert_allclose(one.weights, other.weights, atol=1e-5)


def gradient_in_training(network, X, T, along):
    gradient = zeros(network.weighted_layers, network.replicas, np.float64)
    generators = [np.random.default_rng(r) for r in range(network.replicas)]
    rows, direction = slice(0, network.replicas), along.parameters
    plan = Plan(
        network.layers, network.parameters, gradient, LOSSES["mse"], len(X), network.replicas, rows, generators,
        along=direction,
    )  # fmt: skip
    plan.x[:, :-1], plan.targets[...], plan.factor[...] = X, T, 1 / len(X)
    plan.run()
    return gradient


@pytest.mark.parametrize("at_zero", [(0, 1), (0, 1, 2), (1, 2), (1,)])
def test_the_first_order_is_enough_where_several_layers_start_at_zero(at_zero):
    """There ż is 0 for whole layers along every direction without biases, and no slope there changes the gradient."""
    for seed in range(10):
        widths = ((2, 3), (3, 3), (3, 3))
        network, X, T = on_kinks([*(Dense(a, b, "relu", "directional") for a, b in widths), Dense(3, 1)], seed)
        for layer in at_zero:
            network.W[layer], network.b[layer] = 0, 0
        assert_is_the_limit(network, X, T, "mse", direction_for(network, seed, biases=False))


def test_replicas_and_parts_of_a_batch_do_not_matter():
    network, X, T = on_kinks([Dense(2, 3, "relu6", "directional"), Dense(3, 1)], 3, replicas=3)
    whole = network.loss_and_gradient(X, T, "mse")[1]
    alone = network.replica(1).loss_and_gradient(X, T, "mse")[1]
    np.testing.assert_allclose(whole.W[0][1], alone.W[0][0])
    many = network.loss_and_gradient(np.tile(X, (100, 1)), np.tile(T, (100, 1)), "mse")[1]  # several plans
    np.testing.assert_allclose(many.W[0], whole.W[0], atol=1e-12)


def test_without_ties_it_is_plain_backprop_and_training_takes_it():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 2)), rng.integers(0, 2, 40)
    plain, ahead = (Network.mlp([2, 8, 8, 2], slope_at_kink=s, bias=0.1, dropout=0.2) for s in (None, "directional"))
    for network in (plain, ahead):
        train(network, X, y, SGD(0.1), epochs=5, batch_size=16, progress=False)
    for one, other in zip(plain.parameters, ahead.parameters, strict=True):
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-5, atol=1e-6)


def test_training_leaves_a_start_on_the_kink():
    """Of a first layer of zeros no unit learns with slope 0; a step in a random direction turns half of them on."""
    X, y = np.random.default_rng(1).standard_normal((64, 5)), np.arange(64) % 2
    for dropout in ([], [Dropout(0.1)]):
        first = Dense(5, 64, "relu", "directional", initialization="zero")
        network = Network([first, *dropout, Dense(64, 2)], replicas=2)
        train(network, X, y, SGD(0.1), epochs=1, batch_size=64, progress=False)
        assert np.isfinite(network.W[0]).all()
        assert 0.9 < (network.W[0] != 0).any(-1).mean() <= 1


def test_half_precision():
    network, X, T = on_kinks([Dense(2, 3, "relu6", "directional"), Dense(3, 1)], 5)
    half = network.copy(dtype="float16")
    along = direction_for(network, 5)
    wanted, found = (each.loss_and_gradient(X, T, "mse", along=along)[1] for each in (network, half))
    np.testing.assert_allclose(found.W[0], wanted.W[0], rtol=1e-2, atol=1e-2)


def test_directions_are_drawn_for_what_is_trained():
    network = Network([Dense(2, 3, "prelu", "directional"), Dense(3, 3, "leaky_relu", "directional"), Dense(3, 1)], 2)
    first, second, _ = random_direction(network)
    assert (first.weights != 0).all() and (first.alpha != 0).all() and (second.alpha == 0).all()
    assert (random_direction(network, slice(1, 2))[0].weights == first.weights[1:]).all()
    assert not (first.weights[0] == first.weights[1]).any()


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(2, 3, "relu", "directional"), Dense(3, 3, "relu"), Dense(3, 1)],
        [Dense(2, 3, "relu"), Maxout(3, 2, 2, "directional"), Dense(2, 1)],
        [Dense(2, 3, "tanh", "directional"), Dense(3, 1)],
    ],
)
def test_half_a_mode_is_refused(layers):
    with pytest.raises(ValueError, match="directional"):
        Network(layers)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="slope_at_kink: got 'left'"):
        Dense(2, 3, "relu", "left")
    plain, ahead = (Network.mlp([2, 3, 1], slope_at_kink=s) for s in (None, "directional"))
    X, T = [[0.0, 0.0]], [[1.0]]
    with pytest.raises(ValueError, match="along: .*no layer has slope_at_kink"):
        plain.loss_and_gradient(X, T, "mse", along=plain)
    for along in (np.ones(3), Network.mlp([2, 4, 1]), Network.mlp([2, 3, 1], replicas=2)):
        with pytest.raises(ValueError, match="along: got"):
            ahead.loss_and_gradient(X, T, "mse", along=along)
    assert looks_ahead(ahead.layers) and not looks_ahead(plain.layers)
