"""The triangle under a line whose slope is spoken of."""

import pytest

from course_lib.figures import Axis, Label, Segment, rise_and_run

AXIS = Axis("x", (-2, 2))


@pytest.mark.parametrize(
    ("start", "end", "texts"),
    [
        ((0, 0), (1, 0.5), [("slope 0.5", "above left"), ("run 1", "below"), ("rise 0.5", "right")]),
        ((0, 0), (-1, 1), [("slope −1", "above right"), ("run −1", "below"), ("rise 1", "left")]),
        ((0, 1), (1, -1), [("slope −2", "above right"), ("run 1", "above"), ("rise −2", "right")]),
        ((0, 0), (0.1, 0.3), [("slope 3", "above left")]),  # Too short for the others.
        ((0, 1), (2, 1), [("slope 0", "above left"), ("run 2", "below")]),
    ],
)
def test_the_sides_of_the_triangle_and_their_numbers(start, end, texts):
    layers = rise_and_run(start, end, AXIS, AXIS)
    sides = [(layer.start, layer.end) for layer in layers if isinstance(layer, Segment)]
    assert sides == [(start, (end[0], start[1])), ((end[0], start[1]), end)]
    assert [(layer.text, layer.anchor) for layer in layers if isinstance(layer, Label)] == texts
