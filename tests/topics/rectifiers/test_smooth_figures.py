"""ELU's bend, softplus as it sharpens, and the relatives, by their layers' data against theory."""

import itertools
import math

import numpy as np
import pytest

from course_lib.figures import Curve, Points
from course_lib.topics.rectifiers import smooth
from course_lib.topics.rectifiers.smooth_figures import elu_bend, relative, softplus_sharpens


def layers(scene, kind, start="") -> list:
    return [layer for layer in scene.layers if isinstance(layer, kind) and layer.label.startswith(start)]


@pytest.mark.parametrize("alpha", [0.25, 1, 1.75])
def test_elu_bends_at_0_unless_alpha_is_1(alpha):
    scene = elu_bend(alpha)
    (curve,) = layers(scene, Curve, "ELU")
    np.testing.assert_allclose(curve.y, np.where(curve.x > 0, curve.x, alpha * (np.exp(curve.x) - 1)), atol=1e-12)
    handle, *right = layers(scene, Points)
    assert handle.control == ("alpha",) and (handle.x.item(), handle.y.item()) == (0, alpha)
    assert [(point.x.item(), point.y.item()) for point in right] == [(0, 1)] * (alpha != 1)
    assert ("no kink" in scene.description) == ("from both sides" in scene.title) == (alpha == 1)


def test_softplus_looks_the_same_at_every_sharpness_when_magnified():
    magnified = [layers(softplus_sharpens(beta, zoom=True), Curve)[1:] for beta in (1.0, 10.0, 1000.0)]
    for value, slope in magnified:
        np.testing.assert_allclose(value.y, np.logaddexp(0, value.x), atol=1e-12)
        np.testing.assert_allclose(slope.y, 1 / (1 + np.exp(-slope.x)), atol=1e-12)
    value, slope = layers(softplus_sharpens(10.0), Curve)[1:]
    np.testing.assert_allclose(value.y, np.logaddexp(0, 10 * value.x) / 10, atol=1e-12)
    assert softplus_sharpens(5.0).description.endswith(f"over a width of {2 * math.log(9) / 5:.3f}.")
    magnified_width = f"over a width of {2 * math.log(9):.2f} on the axis β·z."
    assert softplus_sharpens(5.0, zoom=True).description.endswith(magnified_width)
    for zoom, height in ((False, math.log(2) / 50), (True, math.log(2))):
        half, handle = layers(softplus_sharpens(50.0, zoom), Points)
        assert (half.x.item(), half.y.item()) == (0, 0.5) and (0.5, "½") in softplus_sharpens(50.0).y_axis.ticks
        assert handle.control == ("beta",) and (handle.x.item(), handle.y.item()) == (0, pytest.approx(height))


@pytest.mark.parametrize(("activation", "quantity"), list(itertools.product(smooth.RELATIVES, smooth.ORDERS)))
def test_relatives_and_their_jumps(activation, quantity):
    scene = relative(activation, quantity)
    jumps = {("elu", "second derivative"), ("squared_relu", "second derivative")}
    assert bool(layers(scene, Points, "jump")) == ((activation, quantity) in jumps) == ("jumps" in scene.description)
    left, right = [curve for curve in layers(scene, Curve) if curve.color == "blue"]
    lowest = layers(scene, Points, "lowest")
    assert bool(lowest) == ("goes down before" in scene.title)
    for point in lowest:
        assert (point.x.item(), point.y.item()) == pytest.approx(smooth.minimum(activation), abs=0.01)
    if quantity == "value":
        assert ("goes down before" in scene.description) == (np.diff(left.y).min() < -1e-9)
    assert left.x[-1] == right.x[0] == 0
    if (activation, quantity) not in jumps:
        assert left.y[-1] == pytest.approx(right.y[0])


def test_axes_are_the_same_for_all_settings():
    for scenes in (
        [elu_bend(alpha) for alpha in (0.25, 1, 2)],
        [softplus_sharpens(beta) for beta in (1.0, 1000.0)],
        [relative(*pair) for pair in itertools.product(smooth.RELATIVES, smooth.ORDERS)],
    ):
        assert len({(scene.x_axis.limits, scene.y_axis.limits) for scene in scenes}) == 1
        for scene in scenes:
            for curve in layers(scene, Curve):
                low, high = scene.y_axis.limits
                assert low <= curve.y.min() and curve.y.max() <= high
