"""Bringing dead units back: what cannot move does not move, and who comes back."""

import numpy as np
import pytest

from course_lib.topics.dead_units.cures import TREATMENTS, patient, revive


def test_a_dead_unit_of_the_first_layer_moves_only_with_other_inputs_or_another_slope() -> None:
    for treatment in TREATMENTS:
        found = revive(treatment)
        assert found.dead == revive("shorter steps").dead and min(found.dead) > 0
        assert all(
            on <= moved <= dead for on, moved, dead in zip(found.on_again[:1], found.moved, found.dead, strict=False)
        )
        still = treatment in ("shorter steps", "dropout 0.2", "dropout 0.5")
        assert (found.moved[0] == 0) is still
        if treatment.startswith("leaky") or treatment == "fresh weights":
            assert found.moved == found.dead


def test_hidden_dropout_wakes_the_second_layer() -> None:
    for rate in ("dropout 0.2", "dropout 0.5"):
        assert revive(rate).share(1).low > revive("shorter steps").share(1).high
    assert revive("fresh weights").share(0).low > 0.8


def test_reviving_leaves_the_patient_as_it_was() -> None:
    before = patient().copy()
    revive.__wrapped__("fresh weights")
    assert np.array_equal(before.W[0], patient().W[0])
    with pytest.raises(ValueError, match="treatment: got 'rest'"):
        revive("rest")
