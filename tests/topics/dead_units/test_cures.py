"""Cures and revivals: what theory says must come out exactly, and what helps against which cause."""

import numpy as np
import pytest

from course_lib.data import digits
from course_lib.intervals import mean_interval
from course_lib.networks import SGD, Network, train
from course_lib.topics.dead_units.cures import CURES, MEASURES, SEEDS, TREATMENTS, outcome, patient, revive
from course_lib.topics.dead_units.experiment import units_dead_on, units_never_on

STEPS, LOW, SHORTER = "steps too long", "biases too low", "a tenth of the step"


@pytest.mark.parametrize(("cause", "cure"), [*((LOW, cure) for cure in CURES), (STEPS, "no cure"), (STEPS, SHORTER)])
def test_outcomes_are_shares_and_leaky_units_are_never_dead(cause, cure):
    result = outcome(cause, cure)
    for measure, values in zip(MEASURES, (result.dead, result.never_on, result.accuracy), strict=True):
        assert result.of(measure) is values
        assert values.shape == (SEEDS,) and (values >= 0).all() and (values <= 1).all()
    if cure.startswith("leaky"):
        assert not result.dead.any() and result.never_on.any()
    else:
        assert np.array_equal(result.dead, result.never_on)


@pytest.mark.parametrize(("cause", "rate", "bias"), [(LOW, 0.01, -1.0), (STEPS, 0.08, 0.0)])
def test_an_outcome_is_what_plain_training_leaves(cause, rate, bias):
    data, network = digits(), Network.mlp([64, 32, 32, 10], bias=bias, seed=7)
    train(network, data.X, data.y, SGD(rate), batch_size=32, epochs=5, record=(), progress=False)
    result, dead = outcome(cause, SHORTER), np.concatenate(units_dead_on(network, data.X), axis=1)
    assert result.dead[7] == pytest.approx(dead.mean(), abs=1 / 64)
    assert result.accuracy[7] == pytest.approx(network.accuracy(data.X_test, data.y_test)[0], abs=0.01)


def test_each_cure_meets_its_cause():
    cures = ("no cure", SHORTER, "bias 0.1", "standardised inputs")
    dead = {(cause, cure): mean_interval(outcome(cause, cure).dead) for cause in (STEPS, LOW) for cure in cures}
    assert dead[STEPS, SHORTER].high < dead[STEPS, "no cure"].low / 2
    assert dead[LOW, SHORTER].high > 0.9 * dead[LOW, "no cure"].low
    assert dead[LOW, "bias 0.1"].high < dead[LOW, "no cure"].low / 2
    assert dead[STEPS, "bias 0.1"].high > 0.8 * dead[STEPS, "no cure"].low
    for cause in (STEPS, LOW):
        assert dead[cause, "standardised inputs"].high < dead[cause, "no cure"].low / 2


def test_a_dead_unit_of_the_first_layer_moves_only_with_other_inputs_or_another_slope():
    before = patient().copy()
    dead = tuple(int(mask.sum()) for mask in units_never_on(before, digits().X))
    for treatment in TREATMENTS:
        result = revive(treatment)
        assert result.dead == dead and min(dead) > 0
        assert result.on_again[0] <= result.moved[0] and all(m <= d for m, d in zip(result.moved, dead, strict=True))
        assert (result.moved[0] == 0) is (treatment in ("shorter steps", "dropout 0.2", "dropout 0.5"))
        if treatment.startswith("leaky") or treatment == "fresh weights":
            assert result.moved == dead
    assert revive.__wrapped__("fresh weights") == revive("fresh weights")
    assert all(np.array_equal(old, new) for old, new in zip(before.W, patient().W, strict=True))


def test_who_comes_back():
    for rate in ("dropout 0.2", "dropout 0.5"):
        assert revive(rate).share(1).low > revive("shorter steps").share(1).high
    assert revive("fresh weights").share(0).low > 0.8
    assert revive("leaky ReLU, α = 0.01").share(0).high < revive("leaky ReLU, α = 0.1").share(0).high
