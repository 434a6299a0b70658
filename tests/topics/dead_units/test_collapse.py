"""Collapse on |x|: what is counted without training is what training would find, and the published shares."""

import numpy as np
import pytest

from course_lib.intervals import wilson_interval
from course_lib.networks import Adam, train
from course_lib.topics.dead_units.experiment import (
    POINTS,
    born_dead_probability,
    collapse,
    narrow_network,
    output_range,
    target,
)


def test_a_network_that_starts_constant_does_not_move() -> None:
    x, y = target()
    network = narrow_network(2, 10, "relu", 30, 0)
    before, constant = network.copy(), output_range(network) == 0
    train(network, x, y, Adam(1e-3), loss="mse", batch_size=16, epochs=10, record=(), progress=False)
    assert 0 < constant.sum() < 30
    for layer in range(10):
        assert np.array_equal(network.W[layer][constant], before.W[layer][constant])
        if layer < 9:
            assert np.array_equal(network.b[layer][constant], before.b[layer][constant])
    assert (network.b[9][constant] != 0).all()


def test_skipping_the_constant_networks_changes_no_count() -> None:
    x, y = target()
    network = narrow_network(3, 6, "relu", 40, 0)
    train(network, x, y, Adam(1e-3), loss="mse", batch_size=16, epochs=40, record=(), progress=False)
    assert collapse(3, 40, layers=6, steps=160).constant == (output_range(network) < 0.01).sum()


def test_most_networks_of_width_2_collapse() -> None:
    found = collapse(2, 1000)
    assert 0.88 <= found.constant / found.networks <= 0.94
    # Constant needs death on both sides of 0, which is rarer than death at one input.
    assert found.born < 1000 * born_dead_probability([2] * 9)
    assert found.born <= found.half_way


def test_wider_networks_collapse_less_often() -> None:
    counts = {width: collapse(width, n) for width, n in ((2, 1000), (3, 200), (5, 100), (10, 60))}
    for narrow, wide in ((2, 3), (3, 5), (5, 10)):
        first, second = (wilson_interval(counts[w].constant, counts[w].networks) for w in (narrow, wide))
        assert first.low > second.high


def test_a_leak_helps() -> None:
    found = collapse(2, 120, "leaky_relu", steps=3000)
    assert found.constant / found.networks < 0.2
    assert found.born == 0


def test_the_range_is_that_of_the_output() -> None:
    network = narrow_network(2, 2, "relu", 1, 0)
    network.W[0][...], network.W[1][...] = [[1], [-1]], [[1, 1]]  # relu(x) + relu(−x) = |x|
    assert output_range(network) == pytest.approx(1, abs=1e-6)
    x, y = target()
    assert network.predict(x)[0, :, 0] == pytest.approx(y, abs=1e-6) and len(x) == POINTS
