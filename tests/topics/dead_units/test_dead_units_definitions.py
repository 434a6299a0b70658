"""Where one unit is active: the shaded half-plane, the samples and the verdict against plain arithmetic."""

import math

import numpy as np
import pytest

from course_lib.figures import Band, Points, Segment
from course_lib.topics.dead_units.figures import BATCH, LAYERS, LIMITS, active_inputs, unit_inputs


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


def z_at(angle, bias, x, y):
    return math.cos(math.radians(angle)) * x + math.sin(math.radians(angle)) * y + bias


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("angle", [0, 30, 90, 135, 180, 225, 255, 270, 345])
@pytest.mark.parametrize("bias", [-1.0, -0.2, 0.0, 0.6])
def test_the_shade_is_where_the_unit_is_active(layer, angle, bias) -> None:
    scene = active_inputs(layer, angle, bias)
    for band in layers_of(scene, Band):
        middle = (band.low + band.high) / 2
        assert (z_at(angle, bias, band.x, middle) > -1e-6).all()
        if layer == "second layer":
            assert band.x.min() >= 0 and band.low.min() >= 0
    (left, right), (bottom, top) = LIMITS[layer]
    points = np.random.default_rng(0).uniform((left, bottom), (right, top), (400, 2))
    possible = points[(points >= 0).all(1)] if layer == "second layer" else points
    active = z_at(angle, bias, possible[:, 0], possible[:, 1]) > 0.05
    shaded = np.zeros(len(possible), bool)
    for band in layers_of(scene, Band):
        low, high = (np.interp(possible[:, 0], band.x, edge) for edge in (band.low, band.high))
        reach = (band.x[0] <= possible[:, 0]) & (possible[:, 0] <= band.x[-1])
        shaded |= reach & (low - 0.05 <= possible[:, 1]) & (possible[:, 1] <= high + 0.05)
    # A column of the shade is 1 % of the window wide; points that near a vertical border may fall beside it.
    near = np.abs(z_at(angle, bias, possible[:, 0], possible[:, 1])) < 0.1
    assert (shaded | ~active | near).all()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("angle", [0, 45, 90, 225, 255, 300])
def test_the_border_lies_on_the_line_and_in_the_window(layer, angle) -> None:
    for line in layers_of(active_inputs(layer, angle, -0.4), Segment):
        if line.label == "w·x + b = 0":
            for x, y in (line.start, line.end):
                assert z_at(angle, -0.4, x, y) == pytest.approx(0, abs=1e-9)
                (left, right), (bottom, top) = LIMITS[layer]
                assert left - 1e-6 <= x <= right + 1e-6 and bottom - 1e-6 <= y <= top + 1e-6


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("angle", range(0, 360, 45))
def test_the_counts_are_those_of_the_samples(layer, angle) -> None:
    samples = unit_inputs(layer)
    on = z_at(angle, -0.2, samples[:, 0], samples[:, 1]) > 1e-9
    scene = active_inputs(layer, angle, -0.2)
    assert scene.title == f"Active on {on[:BATCH].sum()} of {BATCH} in the batch, on {on.sum()} of 40 in the data"
    data, batch = layers_of(scene, Points)
    assert np.array_equal(np.column_stack([batch.x, batch.y]), samples[:BATCH]) and len(data.x) == 40 - BATCH


def test_the_second_layer_sees_no_negative_input() -> None:
    assert unit_inputs("second layer").min() == 0 and unit_inputs("first layer").min() < 0


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        (("first layer", 255, -0.2), "Dead on the batch, but alive on the data."),
        (("first layer", 270, -0.8), "Dead on the batch and dead on the data, but other inputs turn it on."),
        (("first layer", 0, 0.0), "Alive on the batch, so alive on the data too."),
        (("second layer", 225, 0.0), "No input turns the unit on: it is dead on all inputs."),
        (("second layer", 180, -0.2), "No input turns the unit on: it is dead on all inputs."),
        (("second layer", 270, 0.0), "No input turns the unit on: it is dead on all inputs."),
    ],
)
def test_each_verdict_can_be_found(arguments, verdict) -> None:
    assert active_inputs(*arguments).description.endswith(verdict)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("third layer",), "layer must be one of 'first layer', 'second layer'; got 'third layer'"),
        (("first layer", 400), "angle must be from -360 to 360; got 400"),
        (("first layer", 0, 5), "bias must be from -4 to 4; got 5"),
    ],
)
def test_a_bad_argument_is_named(arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        active_inputs(*arguments)
