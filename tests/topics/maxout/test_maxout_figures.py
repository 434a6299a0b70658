"""The figures' data against theory: who is where, by how much the pieces miss, and that axes stay."""

import numpy as np
import pytest

from course_lib.figures import Curve, Field, Label
from course_lib.topics.maxout.experiment import planes
from course_lib.topics.maxout.figures import RAISED, VIEWS, pieces_of_square, plane_map


def layers(scene, kind, start="") -> list:
    chosen = (layer for layer in scene.layers if isinstance(layer, kind))
    return [layer for layer in chosen if getattr(layer, "label", "").startswith(start)]


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize(("lines", "share", "low", "high"), [
    ("tangents", 1, 1, 0), ("least greatest error", 1 / 2, 1 / 2, 1 / 2), ("least squared error", 2 / 3, 2 / 3, 1 / 3),
])  # fmt: skip
def test_errors_are_those_of_theory(count, lines, share, low, high):
    graph, error = (pieces_of_square(count, lines, view) for view in VIEWS)
    (curve,) = layers(error, Curve, "k²")
    assert (-curve.y.min(), max(curve.y.max(), 0)) == pytest.approx((low, high), abs=1e-9)
    (top,) = layers(graph, Curve, "the greatest")
    assert abs(top.y - top.x**2).max() == pytest.approx(share / count**2, rel=1e-9)
    assert graph.description.endswith(f"which is {share:.3g}/k².")
    assert error.description.endswith(f"from −{low:.3g} to {high:.3g}.")
    pieces = [layer for layer in layers(graph, Curve) if layer.color == "grey"]
    assert len(pieces) == count
    slopes = [np.diff(piece.y)[0] / 2 for piece in pieces]
    assert slopes == pytest.approx([2 * (-1 + (2 * i + 1) / count) for i in range(count)], abs=1e-12)


def test_axes_stay_and_hold_what_is_shown():
    for view in VIEWS:
        scenes = [pieces_of_square(count, lines, view) for count in range(1, 9) for lines in RAISED]
        assert len({(scene.x_axis.limits, scene.y_axis.limits) for scene in scenes}) == 1
        for scene in scenes:
            low, high = scene.y_axis.limits
            for curve in layers(scene, Curve):
                if curve.color != "grey":
                    assert low <= curve.y.min() and curve.y.max() <= high


@pytest.mark.parametrize("pieces", [2, 4, 6])
@pytest.mark.parametrize("draw", [0, 5, 9])
def test_the_map_shows_the_winner_of_each_cell(pieces, draw):
    scene = plane_map(pieces, draw)
    (field,) = layers(scene, Field)
    made, cells = planes(pieces, draw), field.values.shape[0]
    for row, column in np.random.default_rng(0).integers(0, cells, (60, 2)):
        at = np.array([-3 + 6 * (column + 0.5) / cells, -3 + 6 * (row + 0.5) / cells, 1])
        assert field.values[row, column] == (made @ at).argmax()
    letters = {label.text: label for label in layers(scene, Label)}
    for piece, name in enumerate("ABCDEF"[:pieces]):
        share = (field.values == piece).mean()
        assert (name in letters) == (share >= 0.01)
        if name in letters:  # the letter stands in its region
            at = np.array([letters[name].x, letters[name].y, 1])
            assert (made @ at).argmax() == piece
    win = len(np.unique(field.values))
    assert scene.title == f"{win} of {pieces} pieces win somewhere here"


def test_borders_are_where_two_pieces_tie():
    made = planes(4, 2)
    for curve in layers(plane_map(4, 2), Curve):
        at = np.stack([curve.x, curve.y, np.ones(len(curve.x))])
        first, second = np.sort(made @ at, 0)[-1:-3:-1]
        # Linear between the centres of cells: exact on a straight border, off by less than a cell at a corner.
        assert np.median(first - second) < 1e-9 and (first - second).max() < 0.1


def test_the_value_of_a_unit_is_the_greatest_plane():
    (field,) = layers(plane_map(3, 1, "value of the unit"), Field)
    made = planes(3, 1)
    corner = np.array([-3 + 3 / len(field.values), -3 + 3 / len(field.values), 1])
    assert field.values[0, 0] == pytest.approx((made @ corner).max())
    everything = [plane_map(k, d, "value of the unit").layers[0].values.max() for k in (2, 6) for d in range(10)]
    assert max(everything) <= field.range[1]
