"""The figures' data against theory: who is where, by how much the pieces miss, and that axes stay."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Field, Label
from course_lib.topics.maxout.experiment import planes
from course_lib.topics.maxout.figures import NAMES, RAISED, VIEWS, pieces_of_square, plane_map


def layers(scene, kind, start="") -> list:
    chosen = (layer for layer in scene.layers if isinstance(layer, kind))
    return [layer for layer in chosen if getattr(layer, "label", "").startswith(start)]


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize(("lines", "share", "low", "high"), [
    ("tangents", 1, 1, 0), ("raised by d²/8", 1 / 2, 1 / 2, 1 / 2), ("raised by d²/12", 2 / 3, 2 / 3, 1 / 3),
    ("raised by d²/6", 2 / 3, 1 / 3, 2 / 3),
])  # fmt: skip
def test_errors_are_those_of_theory(count, lines, share, low, high):
    graph, error = (pieces_of_square(count, lines, view) for view in VIEWS)
    (curve,) = layers(error, Curve, "k²")
    assert (-curve.y.min(), max(curve.y.max(), 0)) == pytest.approx((low, high), abs=1e-9)
    (top,) = layers(graph, Curve, "the greatest")
    assert abs(top.y - top.x**2).max() == pytest.approx(share / count**2, rel=1e-9)
    assert graph.description.endswith(f"which is {share:.3g}/k².")
    assert error.description.endswith(f"from −{low:.3g} to {high:.3g}.")
    assert ("better" in graph.title) == ("better" in error.title) == (lines == "raised by d²/8")
    assert curve.control == top.control == ("lines",)
    pieces = [layer for layer in layers(graph, Curve) if layer.color == "grey"]
    assert len(pieces) == count
    slopes = [np.diff(piece.y)[0] / 2 for piece in pieces]
    assert slopes == pytest.approx([2 * (-1 + (2 * i + 1) / count) for i in range(count)], abs=1e-12)


def test_axes_stay_and_hold_what_is_shown():
    for view in VIEWS:
        scenes = [pieces_of_square(count, lines, view) for count in (1, 2, 5, 8) for lines in RAISED]
        assert len({(scene.x_axis.limits, scene.y_axis.limits) for scene in scenes}) == 1
        for scene in scenes:
            low, high = scene.y_axis.limits
            for curve in layers(scene, Curve):
                if curve.color != "grey":
                    assert low <= curve.y.min() and curve.y.max() <= high


@pytest.mark.parametrize("pieces", [2, 4, 6])
@pytest.mark.parametrize("draw", [0, 2, 9])
def test_the_map_shows_the_winner_at_each_point(pieces, draw):
    scene, made = plane_map(pieces, draw), planes(pieces, draw)
    at = np.random.default_rng(0).uniform(-3, 3, (4000, 2))
    best = (np.column_stack([at, np.ones(len(at))]) @ made.T).argmax(1)
    letters = {label.text: label for label in layers(scene, Label)}
    lost: list[str] = []
    regions = {band.color: band for band in layers(scene, Band)}
    assert scene.title == f"{len(regions)} of {pieces} pieces win somewhere here" and scene.equal_units
    for piece, (name, color) in zip(range(pieces), NAMES.items(), strict=False):
        won = best == piece
        if color not in regions:
            assert not won.any()
            lost.append(name)
            continue
        band = regions[color]
        low, high = (np.interp(at[:, 0], band.x, end, np.inf, np.inf) for end in (band.low, band.high))
        assert np.array_equal((low <= at[:, 1]) & (at[:, 1] <= high), won)
        assert (name in letters) or won.mean() < 0.02
        if name in letters:  # the letter stands in its region
            assert (made @ [letters[name].x, letters[name].y, 1]).argmax() == piece
    assert scene.description.partition("Nowhere: ")[2].rstrip(".") == ", ".join(lost)


def test_borders_are_where_two_pieces_tie():
    made = planes(4, 2)
    for curve in layers(plane_map(4, 2), Curve):
        first, second = np.sort(made @ np.stack([curve.x, curve.y, np.ones(len(curve.x))]), 0)[-1:-3:-1]
        on_the_frame = np.maximum(abs(curve.x), abs(curve.y)) == 3
        assert (on_the_frame | (first - second < 1e-9)).all()


def test_the_value_of_a_unit_is_the_greatest_plane():
    (field,) = layers(plane_map(3, 1, "value of the unit"), Field)
    made = planes(3, 1)
    corner = np.array([-3 + 3 / len(field.values), -3 + 3 / len(field.values), 1])
    assert field.values[0, 0] == pytest.approx((made @ corner).max())
    everything = [plane_map(k, d, "value of the unit").layers[0].values.max() for k in (2, 6) for d in range(10)]
    assert max(everything) <= field.range[1]
