"""The count of exact zeros against zeros that were put there, and the zone against gradients by hand."""

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.zeros import experiment
from course_lib.topics.zeros.experiment import SAMPLES, Setting, fresh, gradient_differs, hunt, hunting_ground

SMALL = Setting("float64", 4, 2)


def with_a_planted_unit(monkeypatch: pytest.MonkeyPatch, outgoing: float | None = None) -> None:
    """Unit 1 of the first layer is 0 on every sample; `outgoing` are its weights to the layer above."""

    def planted(setting: Setting, seeds: list[int], slope_at_kink: object = 0.0) -> Network:
        network = fresh(setting, seeds, slope_at_kink)
        network.W[0][:, 1], network.b[0][:, 1] = 0, 0
        network.b[1][...] = 1  # so that the second layer is on and hands gradients down
        if outgoing is not None:
            network.W[1][:, :, 1] = outgoing
        return network

    monkeypatch.setattr(experiment, "fresh", planted)


def test_parameters_and_units_of_a_setting() -> None:
    setting = Setting("float32", 5, 2)
    assert setting.parameters == fresh(setting, [0]).n_parameters == 785 * 5 + 6 * 5 + 6 * 10
    assert setting.units == 10


def test_the_digits_are_those_of_the_package_and_each_comes_once() -> None:
    X, y = hunting_ground()
    assert X.shape == (SAMPLES, 784) and np.bincount(y).min() > 350
    assert len(np.unique(np.column_stack([X, y]), axis=0)) >= SAMPLES - 2


def test_the_start_is_uniform_within_one_over_the_root_of_the_inputs() -> None:
    network = fresh(Setting("float64", 64, 2), [5])
    for W, b, n_in in zip(network.W, network.b, (784, 64, 64), strict=True):
        assert np.abs(W).max() <= n_in**-0.5 and np.abs(b).max() <= n_in**-0.5
        assert W.std() == pytest.approx((3 * n_in) ** -0.5, rel=0.05) and b.any()


def test_planted_zeros_are_all_counted_and_change_the_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_planted_unit(monkeypatch)
    caught = hunt(SMALL, range(3), batches=2)
    assert caught.zeros == (3 * 2 * 256, 0) and caught.networks == 3
    assert caught.first == (3, 0) and caught.in_the_zone == 3 and caught.unreached == 0
    assert {(zero.layer, zero.unit) for zero in caught.found} == {(0, 1)}
    assert all(zero.in_float64 == 0 for zero in caught.found)
    assert sorted({zero.sample for zero in caught.found}) == list(range(512))


def test_a_zero_that_no_gradient_reaches_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_planted_unit(monkeypatch, outgoing=0.0)
    caught = hunt(SMALL, range(2), batches=1)
    assert sum(caught.zeros) == 2 * 256
    assert caught.in_the_zone == 0 and caught.unreached == 2


def test_networks_together_are_networks_alone() -> None:
    setting = Setting("float16", 32, 2)
    one, many = (hunt(setting, range(20), batches=8, together=n) for n in (1, 7))
    assert sorted(one.found) == sorted(many.found) and one.first == many.first


def test_rounding_zeros_are_small_numbers() -> None:
    """The half-precision number next to 0 is 2⁻²⁴, and the first layer adds up in single precision."""
    setting = Setting("float16", 256, 1)
    caught = hunt(setting, range(40), together=2)
    assert sum(caught.zeros) >= 1  # 5 or 6 are expected
    for zero in caught.found:
        network = fresh(setting, [zero.seed])
        X, _ = hunting_ground()
        stored = X[zero.sample].astype(np.float16).astype(np.float64)
        z = stored @ network.W[0][0, zero.unit].astype(np.float64) + float(network.b[0][0, zero.unit])
        assert 0 < abs(z) < 2.0**-25 + 1e-6


def test_a_gradient_differs_only_with_a_zero() -> None:
    assert not gradient_differs(SMALL, 0, 0)


@pytest.mark.parametrize(("batches", "message"), [(0, "batches: got 0"), (17, "accepted are 1 to 16")])
def test_bad_batches_are_named(batches: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hunt(Setting("float32", 2, 1), range(1), batches=batches)


def test_a_bad_precision_is_named() -> None:
    with pytest.raises(ValueError, match="dtype: got 'float8'; accepted are float16, float32, float64"):
        fresh(Setting("float8", 2, 1), [0])
