"""The curves along which a field has one value, for a `Field` layer and the `Curve` layers on top of it."""

from typing import Any

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from course_lib.figures.validation import FloatArray

Limits = tuple[float, float]


def level_curves(
    values: NDArray[np.float64], x_limits: Limits, y_limits: Limits, level: float
) -> list[tuple[FloatArray, FloatArray]]:
    """The points with f = level, f linear between the centres of a field's cells: a pair (x, y) for each curve.

    `values` is (rows, columns) as in `Field`, row 0 at the bottom, with at least two of both. A closed curve ends where
    it begins. At a saddle the mean of the four cells says which of them are joined through the middle.
    Source: William E. Lorensen and Harvey E. Cline, *Marching cubes*, 1987, in two dimensions, as contourpy has it.

    >>> ((x, y),) = level_curves(np.array([[0.0, 1.0], [0.0, 1.0]]), (0, 2), (0, 2), 0.25)
    >>> x.tolist(), sorted(y.tolist())
    ([0.75, 0.75], [0.5, 1.5])
    """
    y, x = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for count, (low, high) in zip(values.shape, (y_limits, x_limits), strict=True)
    )
    lines: Any = contour_generator(x, y, values, name="serial", line_type=LineType.Separate).lines(level)
    return [(line[:, 0], line[:, 1]) for line in lines]
