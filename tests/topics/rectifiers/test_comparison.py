"""The runs: equal terms for every activation, and what is shipped against plain training."""

import numpy as np
import pytest

from course_lib.atomic_file import shipped
from course_lib.data import digits
from course_lib.networks import Adam, Network, train
from course_lib.topics.rectifiers import comparison
from course_lib.topics.rectifiers.comparison import (
    ACTIVATIONS_COMPARED,
    RATES,
    SETTINGS,
    SHIPPED,
    STARTS,
    compare_one,
    untrained,
)
from course_lib.topics.rectifiers.paired import SIZES, accuracy_of_runs, chosen_rates


@pytest.mark.parametrize(("n_in", "width"), [(64, 64), (784, 128)])
def test_budgets_are_equal_within_2_per_cent_and_pairs_start_alike(n_in, width):
    plain = untrained("relu", n_in, width, [5])
    for name in ACTIVATIONS_COMPARED:
        other = untrained(name, n_in, width, [5])
        assert other.n_parameters == pytest.approx(plain.n_parameters, rel=0.02)
        if name != "maxout":
            assert all(np.array_equal(a, b) for a, b in zip(plain.W, other.W, strict=True))


def test_the_file_is_small_and_whole():
    assert SHIPPED.stat().st_size < 100_000
    for data, setting in SETTINGS.items():
        n_train, n_test = SIZES[data]
        part = setting.load(0)
        assert (len(part.X), len(part.X_test)) == (n_train, n_test)
        for name in ACTIVATIONS_COMPARED:
            runs = shipped(SHIPPED)[data][name]
            test, validation = np.array(runs["test"]), np.array(runs["validation"])
            assert test.shape == (setting.splits, STARTS) and validation.shape == (setting.splits, len(RATES), 2)
            assert (test > 0).all() and (test <= n_test).all() and (validation <= n_train // 4).all()
            assert runs["rate"] == [int(np.argmax(counts.sum(1))) for counts in validation]


def test_every_activation_meets_the_same_draws_and_the_search_has_starts_of_its_own(monkeypatch):
    drawn = []
    real = comparison.untrained
    monkeypatch.setattr(comparison, "untrained", lambda name, *a: drawn.append((name, a)) or real(name, *a))
    monkeypatch.setitem(comparison.SETTINGS, "digits", SETTINGS["digits"]._replace(epochs=1))
    for name in ("relu", "maxout"):
        compare_one({"data": "digits", "activation": name, "split": 4})
    (_, tuning), (_, final), (_, other_tuning), (_, other_final) = drawn
    assert tuning == other_tuning and final == other_final
    assert not set(tuning[-1]) & {
        seed for split in range(20) for seed in range(STARTS * split, STARTS * split + STARTS)
    }
    assert len(final[-1]) == STARTS == len(set(final[-1]))


@pytest.mark.parametrize("name", ["relu", "gelu", "squared_relu"])
def test_what_is_shipped_is_what_plain_training_leaves(name):
    split, data = 3, digits(seed=3)
    network = Network.mlp([64, 64, 10], name, replicas=10, seed=30)
    rate = Adam(float(chosen_rates("digits", name)[split]))
    train(network, data.X, data.y, rate, batch_size=32, epochs=20, seed=split, record=(), progress=False)
    fresh = 100 * network.accuracy(data.X_test, data.y_test)
    # Another processor rounds otherwise, and a few digits turn.
    assert fresh.mean() == pytest.approx(accuracy_of_runs("digits", name)[split].mean(), abs=0.6)
