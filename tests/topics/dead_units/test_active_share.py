"""How many units a bias makes active: the formula against quadrature, the data against the formula."""

import mpmath
import numpy as np
import pytest

from course_lib.topics.dead_units.experiment import DATA, active_probability, active_shares, pre_activations


@pytest.mark.parametrize(("bias", "sigma"), [(0.1, 1), (0.1, 0.1), (-0.3, 0.5), (0, 2)])
def test_the_formula_is_the_integral_of_the_density(bias, sigma) -> None:
    integral = mpmath.quad(lambda z: mpmath.npdf(z, bias, sigma), [0, 1, 5, 50])
    assert active_probability(bias, sigma) == pytest.approx(float(integral), abs=1e-9)


@pytest.mark.parametrize("data", DATA)
def test_the_mean_unit_follows_the_formula(data) -> None:
    assert np.sqrt(np.mean(pre_activations(data).astype(float) ** 2)) == pytest.approx(1, abs=1e-5)
    for sigma in (0.1, 0.3, 1, 3):
        assert active_shares(data, 0.1, sigma).mean() == pytest.approx(active_probability(0.1, sigma), abs=0.05)


def test_a_single_unit_follows_it_only_where_the_inputs_have_mean_0() -> None:
    for raw, even in (("digits", "digits, standardised"), ("MNIST", "MNIST, standardised")):
        assert np.abs(pre_activations(even).mean(0)).max() < 1e-5
        assert np.abs(pre_activations(raw).mean(0)).mean() > 0.3
        assert active_shares(raw, 0.1, 1).std() > 5 * active_shares(even, 0.1, 1).std()


def test_a_higher_bias_makes_more_active() -> None:
    shares = [active_shares("digits", bias, 1) for bias in (-0.5, 0, 0.5)]
    assert (shares[0] <= shares[1]).all() and (shares[1] <= shares[2]).all()


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="sigma: got 0"):
        active_probability(0.1, 0)
    with pytest.raises(ValueError, match="sigma: got -1"):
        active_shares("digits", 0.1, -1)
    with pytest.raises(ValueError, match="data: got 'letters'; accepted are digits, "):
        active_shares("letters", 0.1, 1)
