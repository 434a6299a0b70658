"""Paired runs: what must agree bit for bit does, and a layer of zeros moves only with a slope."""

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.zeros import experiment
from course_lib.topics.zeros.experiment import SLOPES, ZERO_SLOPES, from_zero, paired_runs


def test_without_a_zero_the_slope_changes_no_bit() -> None:
    pairs = paired_runs("float64", runs=3, epochs=1)
    assert pairs.same.shape == pairs.accuracy.shape == (len(SLOPES), 3)
    assert pairs.same.all() and (pairs.difference == 0).all()
    assert 0.1 < pairs.accuracy.mean() < 0.9


def test_a_planted_zero_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start whose first units are all exactly on the kink: then the slope changes the weights."""
    real = Network.mlp

    def planted(*args: object, **named: object) -> Network:
        network = real(*args, **named)  # type: ignore[arg-type]
        network.W[0][...], network.b[0][...] = 0, 0
        return network

    monkeypatch.setattr(experiment.Network, "mlp", planted)
    pairs = paired_runs("float64", runs=2, epochs=2)
    paired_runs.cache_clear()
    assert pairs.same[0].all() and not pairs.same[1:].any()


def test_from_zero() -> None:
    found = from_zero()
    assert (found.at_kink[:, 0] == 1).all() and (found.accuracy[:, 0] == 0.1).all()
    stuck, *free = range(len(ZERO_SLOPES))
    # Nothing but the last biases learns, so every digit gets the same class: 100 of 1000.
    assert (found.accuracy[stuck] == 0.1).all() and (found.at_kink[stuck] == 1).all()
    assert (found.accuracy[free, -1] > 0.85).all() and (found.at_kink[free, 1] < 0.01).all()
    assert np.ptp(found.accuracy[free, -1]) < 0.05


def test_a_bad_precision_is_named() -> None:
    with pytest.raises(ValueError, match="dtype: got 'half'; accepted are float16, float32, float64"):
        paired_runs("half")
