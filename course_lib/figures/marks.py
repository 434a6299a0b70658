"""What several figures draw beside their data: the rise and the run of a line whose slope the text speaks of."""

from course_lib.figures.layers import Label, Layer, Segment
from course_lib.figures.scene import Axis, format_number

# A side shorter than this share of its axis has no room for its own text.
LEAST = 0.12


def rise_and_run(
    start: tuple[float, float], end: tuple[float, float], x_axis: Axis, y_axis: Axis, digits: int = 3
) -> tuple[Layer, ...]:
    """Slope = rise / run: the dotted sides of the triangle below the line from `start` to `end`, with their numbers.

    `start` and `end` differ in x. The slope stands on the line, its sides' lengths beside them where there is room.

    >>> layers = rise_and_run((0, 0), (1, 0.5), Axis("x", (-1, 1)), Axis("y", (-1, 1)))
    >>> [layer.text for layer in layers if isinstance(layer, Label)]
    ['slope 0.5', 'run 1', 'rise 0.5']
    """
    (x0, y0), (x1, y1) = start, end
    run, rise = x1 - x0, y1 - y0
    corner = (x1, y0)
    sides: list[Layer] = [Segment(start, corner, dash="dotted"), Segment(corner, end, dash="dotted")]
    upwards = "left" if rise * run >= 0 else "right"
    texts: list[Layer] = [
        Label(x0 + run / 2, y0 + rise / 2, f"slope {format_number(rise / run, digits)}", f"above {upwards}")
    ]
    if abs(run) >= LEAST * (x_axis.limits[1] - x_axis.limits[0]):
        texts.append(
            Label(x0 + run / 2, y0, f"run {format_number(run, digits)}", "below" if rise >= 0 else "above", "grey")
        )
    if abs(rise) >= LEAST * (y_axis.limits[1] - y_axis.limits[0]):
        texts.append(
            Label(x1, y0 + rise / 2, f"rise {format_number(rise, digits)}", "right" if run > 0 else "left", "grey")
        )
    return (*sides, *texts)
