"""Cures: what theory says must come out exactly, and what helps against which cause."""

import numpy as np
import pytest

from course_lib.intervals import mean_interval
from course_lib.topics.dead_units.cures import CAUSES, CURE_SEEDS, CURES, MEASURES, outcome

STEPS, LOW = "steps too long", "biases too low"


@pytest.mark.parametrize("cause", CAUSES)
def test_outcomes_are_shares_and_leaky_units_are_never_dead(cause) -> None:
    for cure in CURES:
        found = outcome(cause, cure)
        for measure in MEASURES:
            values = found.of(measure)
            assert values.shape == (CURE_SEEDS,) and (values >= 0).all() and (values <= 1).all()
        if cure.startswith("leaky"):
            assert not found.dead.any()
        else:
            assert np.array_equal(found.dead, found.never_on)


def test_each_cure_meets_its_cause() -> None:
    dead = {(cause, cure): mean_interval(outcome(cause, cure).dead) for cause in CAUSES for cure in CURES}
    assert dead[STEPS, "a tenth of the step"].high < dead[STEPS, "no cure"].low / 2
    assert dead[LOW, "a tenth of the step"].high > 0.9 * dead[LOW, "no cure"].low
    assert dead[LOW, "bias 0.1"].high < dead[LOW, "no cure"].low / 2
    assert dead[STEPS, "bias 0.1"].high > 0.8 * dead[STEPS, "no cure"].low
    for cause in CAUSES:
        assert dead[cause, "standardised inputs"].high < dead[cause, "no cure"].low / 2


@pytest.mark.parametrize(("arguments", "name"), [(("bad luck", "no cure"), "cause"), ((STEPS, "prayer"), "cure")])
def test_an_unknown_cause_or_cure_is_named(arguments, name) -> None:
    with pytest.raises(ValueError, match=f"{name}: got"):
        outcome(*arguments)
    with pytest.raises(ValueError, match="measure: got 'beauty'"):
        outcome(STEPS, "no cure").of("beauty")
