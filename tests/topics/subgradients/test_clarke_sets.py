"""Clarke sets as drawn: corners, hull and backprop's place, against what is worked out by hand."""

import numpy as np
import pytest

from course_lib.figures import Band, Points
from course_lib.topics.subgradients.figures import clarke_of_identity, clarke_of_relu6


def layer(scene, kind, label):
    (found,) = (one for one in scene.layers if isinstance(one, kind) and one.label.startswith(label))
    return found


def corners(scene) -> set:
    points = layer(scene, Points, "gradients")
    return set(zip(points.x.tolist(), points.y.tolist(), strict=True))


@pytest.mark.parametrize("s", [0, 0.125, 0.5, 1])
@pytest.mark.parametrize("biases", ["none", "own"])
def test_the_identity(biases, s) -> None:
    scene = clarke_of_identity(biases, s)
    backprop = layer(scene, Points, "backprop")
    assert (backprop.x[0], backprop.y[0]) == (s if biases == "own" else 0, 2 * s)
    assert corners(scene) == ({(0, 0), (0, 1), (1, 1), (1, 2)} if biases == "own" else {(0, 1)})
    inside = biases == "own" or s == 0.5
    assert ("inside the set" in scene.description) == inside and (backprop.color == "green") == inside


def test_the_hull_of_the_identity_is_the_parallelogram() -> None:
    band = layer(clarke_of_identity("own", 0.5), Band, "Clarke set")
    assert np.interp([0, 0.5, 1], band.x, band.low) == pytest.approx([0, 0.5, 1])
    assert np.interp([0, 0.5, 1], band.x, band.high) == pytest.approx([1, 1.5, 2])


@pytest.mark.parametrize("slopes", [(0, 0), (0, 1), (1, 0), (0.5, 0.5), (1, 1)])
def test_relu6(slopes) -> None:
    low, high = slopes
    both, alone = clarke_of_relu6("weight and bias", slopes), clarke_of_relu6("bias only", slopes)
    assert corners(both) == {(0, 0), (1, 0), (1, 6), (2, 6)} and corners(alone) == {(1, 0)}
    backprop = layer(both, Points, "backprop")
    assert (backprop.x[0], backprop.y[0]) == (low + high, 6 * high)
    assert layer(alone, Points, "backprop").x[0] == low + high
    assert "inside the set" in both.description
    assert ("inside the set" in alone.description) == (low + high == 1)


def test_the_hull_of_relu6() -> None:
    band = layer(clarke_of_relu6("weight and bias", (0, 0)), Band, "Clarke set")
    assert np.interp([0, 0.5, 1, 1.5, 2], band.x, band.low) == pytest.approx([0, 0, 0, 3, 6])
    assert np.interp([0, 0.5, 1, 1.5, 2], band.x, band.high) == pytest.approx([0, 3, 6, 6, 6])


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="clarke_of_identity: biases must be one of 'none', 'own'; got 'two'"):
        clarke_of_identity("two")
    with pytest.raises(ValueError, match="clarke_of_identity: slope must be from 0 to 1; got 2"):
        clarke_of_identity("own", 2)
    with pytest.raises(ValueError, match="clarke_of_relu6: trained must be one of"):
        clarke_of_relu6("all")
