"""What a dead unit is and how units die: against the gradient, enumeration, quadrature and training in full."""

from itertools import pairwise, product

import numpy as np
import pytest

from course_lib.data import digits
from course_lib.intervals import wilson_interval
from course_lib.networks import Adam, Dense, Maxout, Network, train
from course_lib.topics.dead_units import experiment
from course_lib.topics.dead_units.experiment import BIASES, collapse, output_range, units_dead_on, units_never_on


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "hard_tanh", "relu6", "tanh"])
def test_dead_units_are_those_whose_weights_get_no_gradient(activation):
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


@pytest.mark.parametrize(
    ("activation", "slope_at_kink", "weights", "dead", "never_on"),
    [
        ("relu", 0.0, [2, -1], True, True),
        ("relu", 0.5, [2, -1], False, True),
        ("leaky_relu", None, [-1, -1], False, True),
        ("leaky_relu", None, [1, 0], False, False),
    ],
)
def test_the_slope_decides_whether_a_unit_that_is_never_on_is_dead(activation, slope_at_kink, weights, dead, never_on):
    network = Network([Dense(2, 1, activation, slope_at_kink), Dense(1, 2)], dtype="float64")
    network.W[0][...] = weights
    masks = units_dead_on(network, [[1.0, 2.0]]), units_never_on(network, [[1.0, 2.0]])
    assert [mask[0].item() for mask in masks] == [dead, never_on]


@pytest.mark.parametrize("b", [-1.0, 0.0, 0.1])
@pytest.mark.parametrize("w", [*product((-2.0, 0.0, 0.5), repeat=2)])
def test_dead_on_all_inputs_is_dead_on_very_many(w, b):
    far = np.concatenate([[np.zeros(2)], np.random.default_rng(0).standard_normal((200, 2)) * 1e6])
    assert experiment.dead_on_all_inputs(w, b) is bool((far @ w + b <= 0).all())
    assert experiment.dead_on_all_inputs(w, b, non_negative=True) is bool((np.abs(far) @ w + b <= 0).all())


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("units_dead_on", (Network([Maxout(2, 3), Dense(3, 2)]), [[1.0, 2.0]]), "network: got Maxout"),
        ("dead_on_all_inputs", ([[1.0]], 0), "w: got"),
        ("dead_on_all_inputs", ([1.0], np.inf), "b: got inf; accepted is a finite number"),
        ("active_probability", (0.1, 0), "sigma: got 0; accepted is a number above 0"),
        ("born_dead_probability", ([2, 0],), "widths: got 0; accepted is a whole number of at least 1"),
    ],
)
def test_bad_arguments_are_named(name, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        getattr(experiment, name)(*arguments)


@pytest.mark.parametrize("data", experiment.DATA)
def test_the_mean_unit_follows_the_formula_and_a_single_one_only_where_the_inputs_have_mean_0(data):
    z = experiment.pre_activations(data)
    assert z.shape[1] == 1000 and np.sqrt(np.mean(z.astype(float) ** 2)) == pytest.approx(1, abs=1e-5)
    for bias, sigma in ((0.1, 0.1), (0.1, 0.3), (0.1, 1), (-0.5, 1)):
        share = experiment.active_shares(data, bias, sigma).mean()
        assert share == pytest.approx(experiment.active_probability(bias, sigma), abs=0.05)
    spread = experiment.active_shares(data, 0.1, 1).std()
    if data.endswith("standardised"):
        assert np.abs(z.mean(0)).max() < 1e-5 and spread < 0.05
    else:
        assert np.abs(z.mean(0)).mean() > 0.3 and spread > 0.2


@pytest.mark.parametrize("widths", [[1], [2], [2, 2], [1, 3], [3, 1, 2], [2, 2, 2, 2]])
def test_the_formula_counts_the_sign_patterns(widths):
    # On or off are equally likely as long as the layer below lives; a pattern with an empty layer is dead.
    patterns = list(product(*(product((0, 1), repeat=width) for width in widths)))
    dead = sum(not all(any(layer) for layer in pattern) for pattern in patterns)
    assert experiment.born_dead_probability(widths) == pytest.approx(dead / len(patterns))


def test_the_range_is_that_of_the_output():
    network = experiment.narrow_network(2, 2, "relu", 1, 0)
    network.W[0][...], network.W[1][...] = [[1], [-1]], [[1, 1]]  # relu(x) + relu(−x) = |x|
    _, y = experiment.target()
    assert output_range(network) == pytest.approx(1, abs=1e-6) and y.max() == pytest.approx(3**0.5)
    network.W[1][...] = [[1, 0]]
    assert output_range(network) == pytest.approx(1 + y.min() / np.ptp(y), abs=1e-6)


def test_a_network_that_starts_constant_does_not_move_so_skipping_it_changes_no_count():
    network, (x, y) = experiment.narrow_network(3, 6, "relu", 40, 0), experiment.target()
    before, constant = network.copy(), output_range(network) == 0
    assert 0 < constant.sum() < 40
    history = train(
        network, x, y, Adam(1e-3), loss="mse", batch_size=16, epochs=40, record=(), snapshots=True, progress=False
    )
    for layer in range(6):
        assert np.array_equal(network.W[layer][constant], before.W[layer][constant])
        assert np.array_equal(network.b[layer][constant], before.b[layer][constant]) is (layer < 5)
    shortcut = collapse(3, 40, layers=6, steps=160)
    assert (shortcut.networks, shortcut.born) == (40, constant.sum())
    counts = [(output_range(then) < 0.01).sum() for _, then in history.snapshots]
    assert (shortcut.half_way, shortcut.constant) == (counts[20], counts[40])


def test_most_networks_of_width_2_collapse_wider_ones_less_often_and_a_leak_helps():
    results = [collapse(width, networks) for width, networks in ((2, 1000), (3, 200), (5, 100), (10, 60))]
    assert 0.88 <= results[0].constant / 1000 <= 0.94
    # Constant needs death on both sides of 0, which is rarer than death at one input.
    assert results[0].born < 1000 * experiment.born_dead_probability([2] * 9)
    intervals = [wilson_interval(result.constant, result.networks) for result in results]
    assert all(narrow.low > wide.high for narrow, wide in pairwise(intervals))
    leaky = collapse(2, 40, "leaky_relu")
    assert leaky.born == 0 and leaky.constant < 0.88 * 40


def test_the_grid_starts_from_the_bias_and_ends_by_the_steps():
    dead = experiment.dead_grid()
    assert dead.shape == (len(experiment.LEARNING_RATES), len(BIASES), 3, 6, 2)
    start = dead[:, :, :, 0]
    assert (start == start[:1]).all()
    assert (np.diff(start[0].mean(1)[:, 0]) <= 0).all()  # A higher bias leaves fewer units off.
    assert np.array_equal(dead * 32, np.round(dead * 32))
    # Steps that are far too long kill the second layer whatever the bias; shorter ones kill few units of either.
    assert dead[-1, :, :, -1, 1].min() > 0.9 > 0.2 > dead[3, BIASES.index(0.0), :, -1].max()
    data, network = digits(), Network.mlp([64, 32, 32, 10], bias=-0.5, seed=2)
    assert dead[0, BIASES.index(-0.5), 2, 0].tolist() == [m.mean() for m in units_dead_on(network, data.X)]
