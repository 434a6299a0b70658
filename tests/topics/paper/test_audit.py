"""The network by hand: by the chain rule it is the core's; with a number put in, it is linear in nothing."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Network, train
from course_lib.topics.paper import audit
from course_lib.topics.paper.runs import shipped


def core(hand: audit.Hand, slope: float) -> Network:
    network = Network.mlp(list(audit.SIZES), slope_at_kink=slope, dtype="float32")
    for at in range(3):
        network.W[at], network.b[at] = hand.parameters[2 * at][None], hand.parameters[2 * at + 1][None]
    return network


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_the_chained_gradient_is_that_of_the_core(slope):
    rng = np.random.default_rng(1)
    hand = audit.Hand(0)
    X, y = rng.uniform(0, 1, (30, 784)).astype(np.float32), rng.integers(0, 10, 30)
    hand.parameters[0][:5], hand.parameters[1][:5] = 0, 0  # five units on the kink
    gradient, zeros = hand.gradient(X, y, 40, "chained", slope)  # a grid finer than any float32 number here
    _, expected = core(hand, slope).loss_and_gradient(X, y)
    assert zeros == pytest.approx(5 / 512)
    for at in range(3):
        assert np.allclose(gradient[2 * at], expected.W[at][0], atol=1e-6)
        assert np.allclose(gradient[2 * at + 1], expected.b[at][0], atol=1e-6)


def test_only_the_chained_rule_is_linear_in_the_upstream_gradient():
    rng = np.random.default_rng(0)
    upstream, z = rng.standard_normal((4, 5)), rng.integers(-1, 2, (4, 5)).astype(float)
    assert (z == 0).any()
    assert np.array_equal(audit.chained(2 * upstream, z, 0.5), 2 * audit.chained(upstream, z, 0.5))
    twice, doubled = audit.injected(2 * upstream, z, 0.5), 2 * audit.injected(upstream, z, 0.5)
    assert np.array_equal(twice != doubled, z == 0)
    assert np.array_equal(audit.injected(upstream, z, 0.0), audit.chained(upstream, z, 0.0))


def test_pre_activations_lie_on_the_grid():
    hidden = audit.Hand(0).forward(np.random.default_rng(0).uniform(0, 1, (7, 784)).astype(np.float32), 5)[1]
    assert all(np.array_equal(z * 32, np.rint(z * 32)) for z in hidden)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_training_by_hand_goes_the_way_of_the_core(optimizer):
    """One epoch on a grid too fine to matter, the same batches, and the same accuracy within a digit or two."""
    cell = {"rule": "chained", "slope": 0.0, "bits": 20, "optimizer": optimizer, "epochs": 1, "seed": 3}
    found = audit.run_one(cell)
    data, network = audit.mnist_5k(3), core(audit.Hand(3), 0.0)
    order = np.random.default_rng([3, 1]).permutation(len(data.X)).reshape(-1, audit.BATCH)
    for batch in order if optimizer == "SGD" else []:
        train(network, data.X[batch], data.y[batch], SGD(0.1), batch_size=100, epochs=1, record=(), progress=False)
    if optimizer == "Adam":  # its memory must last over the epoch, and the order within it is the core's own
        train(network, data.X, data.y, Adam(1e-3), batch_size=100, epochs=1, record=(), progress=False)
    right = 1000 * float(network.accuracy(data.X_test, data.y_test)[0])
    assert found["right"][0] == pytest.approx(right, abs=3 if optimizer == "SGD" else 40)


def test_cells_pair_all_rules_and_quick_ones_are_some_of_them():
    cells = audit.cells(full=True)
    by_place = {}
    for cell in cells:
        by_place.setdefault((cell["bits"], cell["optimizer"], cell["seed"]), []).append((cell["rule"], cell["slope"]))
    assert len({tuple(rules) for rules in by_place.values()}) == 1
    assert all(len(set(rules)) == len(rules) for rules in by_place.values())


def test_what_is_shipped_meets_the_criterion_and_other_runs_do_not():
    rows = shipped("audit")
    assert audit.judge(rows).word == "reproduced"
    harmless = [{**row, "right": 900} for row in rows]
    assert audit.judge(harmless).word == "not reproduced"
    harmful = [{**row, "right": row["right"] - 50 * (row["slope"] == 1 and row["rule"] == "chained")} for row in rows]
    assert audit.judge(harmful).word == "differs"
    for bits, zeros in ((audit.FINE, 1e-3), (audit.COARSE, 0.05)):
        assert 0 < np.mean([row["zeros"] for row in rows if row["bits"] == bits]) < zeros
