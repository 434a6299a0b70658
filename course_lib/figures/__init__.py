"""Scenes: what a figure shows, as data. A topic's `figures.py` builds them, `course_lib.explorer` shows them live.

What draws one with matplotlib stands apart, since matplotlib takes longer to load than all the rest together:
`from course_lib.figures.matplotlib_renderer import draw, png, show`.
"""

from course_lib.figures.layers import Band, Curve, Field, Label, Layer, Points, Segment
from course_lib.figures.marks import rise_and_run
from course_lib.figures.scene import Axis, Scene, format_number

__all__ = [
    "Axis", "Band", "Curve", "Field", "Label", "Layer", "Points", "Scene", "Segment", "format_number", "rise_and_run",
]  # fmt: skip
