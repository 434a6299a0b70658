"""Born dead and collapse: the drawn numbers against the formula and the counts."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points, Segment
from course_lib.topics.dead_units.experiment import collapse
from course_lib.topics.dead_units.figures import (
    BORN_DEAD_WIDTHS,
    DEPTH,
    NETWORKS,
    WIDTHS,
    born_dead_over_depth,
    collapse_over_width,
)


@pytest.mark.parametrize("width", BORN_DEAD_WIDTHS)
def test_born_dead(width) -> None:
    band, formula, points = born_dead_over_depth(width).layers
    assert isinstance(band, Band) and isinstance(formula, Curve) and isinstance(points, Points)
    assert formula.y == pytest.approx([1 - (1 - 2.0**-width) ** depth for depth in range(1, DEPTH + 1)])
    inside = (band.low <= points.y) & (points.y <= band.high)
    assert inside.all()
    assert f"All {DEPTH} measured shares lie" in born_dead_over_depth(width).description


def test_collapse_is_drawn_with_its_intervals() -> None:
    scene = collapse_over_width()
    born, after = (layer for layer in scene.layers if isinstance(layer, Points))
    assert born.y == pytest.approx([collapse(w, NETWORKS[w]).born / NETWORKS[w] for w in WIDTHS])
    assert after.y == pytest.approx([collapse(w, NETWORKS[w]).constant / NETWORKS[w] for w in WIDTHS])
    assert (after.y >= born.y).all() and (np.diff(after.y) < 0).all()
    segments = [layer for layer in scene.layers if isinstance(layer, Segment)]
    for segment, x, y in zip(segments, [*born.x, *after.x], [*born.y, *after.y], strict=True):
        assert segment.start[0] == segment.end[0] == pytest.approx(x)
        assert segment.start[1] <= y <= segment.end[1] and segment.start[1] < segment.end[1]
    assert scene.description.startswith("Constant at the start: 87 % at width 2,")


def test_a_bad_width_is_named() -> None:
    with pytest.raises(ValueError, match="width must be one of 2, 3, 5; got 4"):
        born_dead_over_depth(4)
