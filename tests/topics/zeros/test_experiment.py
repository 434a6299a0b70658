"""Exact zeros against zeros that were put there, roundings against exact sums, and runs that may differ in no bit."""

from fractions import Fraction

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.zeros import experiment
from course_lib.topics.zeros.law import row_of

SMALL = experiment.Setting("float64", 4, 2)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch):
    """Unit 1 of the first layer is 0 on every sample, of two batches; its weights to the layer above may be set."""
    experiment.hunting_ground()  # kept, with all of its digits
    monkeypatch.setattr(experiment, "SAMPLES", 512)
    real = experiment.fresh

    def plant(outgoing: float | None = None) -> None:
        def planted_fresh(setting: experiment.Setting, seeds: list[int], slope_at_kink: object = 0.0) -> Network:
            network = real(setting, seeds, slope_at_kink)
            network.W[0][:, 1], network.b[0][:, 1] = 0, 0
            network.b[1][...] = 1  # so that the second layer is on and hands gradients down
            if outgoing is not None:
                network.W[1][:, :, 1] = outgoing
            return network

        monkeypatch.setattr(experiment, "fresh", planted_fresh)

    return plant


def test_units_and_parameters_are_counted_and_each_digit_comes_once() -> None:
    setting = experiment.Setting("float32", 5, 2)
    assert setting.parameters == experiment.fresh(setting, [0]).n_parameters == 785 * 5 + 6 * 5 + 6 * 10
    assert setting.units == 10
    X, y = experiment.hunting_ground()
    assert X.shape == (experiment.SAMPLES, 784) and np.bincount(y).min() > 350
    assert len({(row.tobytes(), digit) for row, digit in zip(X, y, strict=True)}) >= experiment.SAMPLES - 2


def test_planted_zeros_are_all_counted_and_change_the_gradient(planted) -> None:
    planted()
    catch = experiment.hunt(SMALL, range(7, 10))
    assert catch.zeros == (3 * 512, 0) and catch.networks == 3
    assert catch.first == (3, 0) and catch.zones == 3 and catch.unreached == 0
    assert {(zero.width, zero.depth, zero.layer, zero.unit) for zero in catch.found} == {(4, 2, 0, 1)}
    assert all(zero.in_float64 == 0 for zero in catch.found)
    assert sorted((zero.seed, zero.sample) for zero in catch.found) == [(s, i) for s in (7, 8, 9) for i in range(512)]
    # Networks that go through together are the same ones.
    together = experiment.hunt(SMALL, range(7, 10), together=2)
    assert sorted(together.found) == sorted(catch.found) and together.first == catch.first


def test_a_zero_that_no_gradient_reaches_does_not_count(planted) -> None:
    assert not experiment.gradient_differs(SMALL, 0, 0)
    without = experiment.hunt(SMALL, range(2))
    assert (without.zones, without.unreached, without.found) == (0, 0, ())
    planted(outgoing=0.0)
    catch = experiment.hunt(SMALL, range(2))
    assert sum(catch.zeros) == 2 * 512 and catch.zones == 0 and catch.unreached == 2


def test_a_fresh_hunt_finds_small_numbers_as_often_as_the_shipped_one() -> None:
    """Other seeds than the shipped ones; on another processor other single zeros are found, but as many.

    The half-precision number next to 0 is 2⁻²⁴, and the first layer adds up in single precision.
    """
    setting = experiment.Setting("float16", 256, 1)
    row, catch = row_of(setting), experiment.hunt(setting, range(5 * 10**8, 5 * 10**8 + 24), together=2)
    expected = 24 * sum(row.zeros) / row.networks
    assert 1 <= sum(catch.zeros) < expected + 5 * expected**0.5
    X, _ = experiment.hunting_ground()
    for zero in catch.found:
        network = experiment.fresh(setting, [zero.seed])
        stored = X[zero.sample].astype(np.float16).astype(np.float64)
        z = stored @ network.W[0][0, zero.unit].astype(np.float64) + float(network.b[0][0, zero.unit])
        assert 0 < abs(z) < 2.0**-25 + 1e-6


def test_each_rounding_goes_to_the_nearest_number() -> None:
    """Few short terms: the sum in single precision is exact, so that nothing else is rounded."""
    rng = np.random.default_rng(0)
    W = (rng.integers(-1023, 1024, (5, 3)) / 1024).astype(np.float16)
    X = (rng.integers(0, 256, (4, 3)) / 256).astype(np.float16)
    b = (rng.integers(-1023, 1024, 5) / 1024).astype(np.float16)
    once, twice = experiment.rounded_once(W, b, X), experiment.rounded_twice(W, b, X)

    def half(value: Fraction) -> float:
        assert Fraction(float(value)) == value
        return float(np.float16(float(value)))

    for i, x in enumerate(X):
        for j, w in enumerate(W):
            terms = (Fraction(float(v)) * Fraction(float(u)) for v, u in zip(w, x, strict=True))
            sums, bias = sum(terms, Fraction(0)), Fraction(float(b[j]))
            assert once[i, j] == half(sums + bias)
            assert twice[i, j] == half(Fraction(half(sums)) + bias)
    assert (once != twice).any() and once.dtype == twice.dtype == np.float16


def test_rounding_early_loses_a_sum_that_rounding_once_keeps() -> None:
    # By hand: 2⁻¹², ½ and 0 are exact; 1 + 2⁻¹² lies nearer to 1 than to 1 + 2⁻¹⁰.
    assert [experiment.rounded_once(*case).item() for case in experiment.half_cases()] == [2.0**-12, 0.5, 0.0, 1.0]
    assert experiment.rounded_twice(*experiment.half_cases()[0]).item() == 0


def test_without_a_zero_the_slope_changes_no_bit() -> None:
    pairs = experiment.paired_runs("float64", runs=2, epochs=1)
    assert pairs.same.shape == pairs.accuracy.shape == (len(experiment.SLOPES), 2)
    assert pairs.same.all() and (pairs.difference == 0).all()
    assert 0.1 < pairs.accuracy.mean() < 0.9 and pairs.accuracy[0, 0] != pairs.accuracy[0, 1]


def test_a_planted_zero_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start whose first units are all exactly on the kink: then the slope changes the weights."""
    real = Network.mlp

    def planted(*args: object, **named: object) -> Network:
        network = real(*args, **named)  # type: ignore[arg-type]
        network.W[0][...], network.b[0][...] = 0, 0
        return network

    monkeypatch.setattr(experiment.Network, "mlp", planted)
    pairs = experiment.paired_runs("float64", runs=1, epochs=2)
    experiment.paired_runs.cache_clear()
    assert pairs.same[0].all() and not pairs.same[1:].any()
    assert pairs.difference == pytest.approx(100 * (pairs.accuracy[2] - pairs.accuracy[0])) and pairs.difference > 0


def test_a_layer_of_zeros_moves_only_with_a_slope() -> None:
    start = experiment.from_zero()
    assert (start.at_kink[:, 0] == 1).all() and (start.accuracy[:, 0] == 0.1).all()
    stuck, *free = range(len(experiment.ZERO_SLOPES))
    # Nothing but the last biases learns, so every digit gets the same class: 100 of 1000.
    assert (start.accuracy[stuck] == 0.1).all() and (start.at_kink[stuck] == 1).all()
    assert (start.accuracy[free, -1] > 0.85).all() and (start.at_kink[free, 1] < 0.01).all()
    assert np.ptp(start.accuracy[free, -1]) < 0.05
