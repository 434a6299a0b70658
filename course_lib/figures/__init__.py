"""Scenes (what to show, as data) and the renderer that draws them with matplotlib.

Scene functions live beside this, one file per topic: ``from course_lib.figures.limits import approach``.
"""

from typing import TYPE_CHECKING, Any

from course_lib.figures.layers import Band, Curve, Field, Label, Layer, Points, Segment
from course_lib.figures.scene import Axis, Scene, format_number

if TYPE_CHECKING:
    from course_lib.figures.matplotlib_renderer import draw, png, show

__all__ = [
    "Axis", "Band", "Curve", "Field", "Label", "Layer", "Points", "Scene", "Segment",
    "draw", "format_number", "png", "show",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # matplotlib takes longer to import than all the rest together; whoever only builds scenes does not wait for it.
    if name in ("draw", "png", "show"):
        from course_lib.figures import matplotlib_renderer

        return getattr(matplotlib_renderer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
