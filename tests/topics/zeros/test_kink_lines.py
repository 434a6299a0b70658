"""The drawn kinks against the network's own numbers."""

import numpy as np
import pytest

from course_lib.figures import Curve, Points
from course_lib.topics.zeros.figures import LAYERS, kink_lines
from course_lib.topics.zeros.structure import EPOCHS, pre_activations, trained_networks


def curves(layer: str, epoch: int, dash: str) -> list[Curve]:
    return [c for c in kink_lines(layer, epoch).layers if isinstance(c, Curve) and c.dash == dash]


@pytest.mark.parametrize("epoch", [0, EPOCHS])
def test_kinks_of_the_first_layer_are_straight_and_where_z_is_0(epoch: int) -> None:
    W, b = (values[0][0] for values in (trained_networks()[epoch].W, trained_networks()[epoch].b))
    drawn = curves("first layer", epoch, "solid")
    assert 4 <= len(drawn) <= 8
    for curve in drawn:
        z = np.column_stack([curve.x, curve.y]) @ W.T + b
        assert np.abs(z).max(0).min() < 1e-9


def test_kinks_of_the_second_layer_are_near_z_0() -> None:
    for curve in curves("second layer", 0, "dashed"):
        z = pre_activations(0, np.column_stack([curve.x, curve.y]))[1]
        # The picture takes z as linear inside a cell, and it bends there at most once.
        assert np.abs(z).max(0).min() < 0.02


def test_both_layers_are_both() -> None:
    alone = [len(curves(layer, 3, dash)) for layer, dash in zip(LAYERS[:2], ("solid", "dashed"), strict=True)]
    assert [len(curves("both layers", 3, dash)) for dash in ("solid", "dashed")] == alone
    assert curves("first layer", 3, "dashed") == [] == curves("second layer", 3, "solid")


def test_the_description_counts() -> None:
    scene = kink_lines("both layers", 5)
    first, second = (int(part.split(" kinks")[0].split()[-1]) for part in scene.description.split(" and ")[-2:])
    assert f"crosses {first + second} kinks" in scene.title
    assert sum(len(layer.x) for layer in scene.layers if isinstance(layer, Points)) == 80


@pytest.mark.parametrize(("layer", "epoch"), [("third layer", 0), ("first layer", 25)])
def test_bad_arguments_are_named(layer: str, epoch: int) -> None:
    with pytest.raises(ValueError, match="layer must be one of|epoch: got 25"):
        kink_lines(layer, epoch)
