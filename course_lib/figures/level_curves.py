"""The curves along which a field has one value."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from course_lib.figures import validation
from course_lib.figures.validation import FloatArray

Edge = tuple[int, int, int]  # (0, row, column): from a cell's centre to the next column; (1, …): to the next row
Limits = tuple[float, float]


def level_curves(
    values: NDArray[np.float64], x_limits: Limits, y_limits: Limits, level: float
) -> list[tuple[FloatArray, FloatArray]]:
    """The points with f = level, f linear between the centres of a field's cells: a pair (x, y) for each curve.

    `values` is (rows, columns) as in `Field`, row 0 at the bottom. A closed curve ends where it begins. Raises
    ValueError for fewer than two rows or columns.
    Source: William E. Lorensen and Harvey E. Cline, *Marching cubes*, 1987, in two dimensions.

    >>> ((x, y),) = level_curves(np.array([[0.0, 1.0], [0.0, 1.0]]), (0, 2), (0, 2), 0.25)
    >>> x.tolist(), sorted(y.tolist())
    ([0.75, 0.75], [0.5, 1.5])
    """
    values = validation.finite_array("level_curves", "values", values, ndim=2)
    if min(values.shape) < 2:
        raise ValueError(f"level_curves: values must have at least two rows and columns; got shape {values.shape}.")
    (x0, x1), (y0, y1) = (
        validation.interval("level_curves", name, limits)
        for name, limits in (("x_limits", x_limits), ("y_limits", y_limits))
    )
    rows, columns = values.shape

    def point(edge: Edge) -> tuple[float, float]:
        upward, row, column = edge
        here, there = values[row, column], values[row + upward, column + 1 - upward]
        share = (level - here) / (there - here)
        across, up = column + (1 - upward) * share, row + upward * share
        return x0 + (across + 0.5) / columns * (x1 - x0), y0 + (up + 0.5) / rows * (y1 - y0)

    found = []
    for chain in _chains(values >= level, values, level):
        x, y = zip(*(point(edge) for edge in chain), strict=True)
        found.append((np.array(x), np.array(y)))
    return found


def _chains(above: NDArray[np.bool_], values: FloatArray, level: float) -> Iterator[list[Edge]]:
    """The crossed edges in the order in which the curves pass them: open curves first, then closed ones."""
    next_to: dict[Edge, list[Edge]] = {}
    for first, second in _segments(above, values, level):
        next_to.setdefault(first, []).append(second)
        next_to.setdefault(second, []).append(first)
    open_ends = [edge for edge, neighbours in next_to.items() if len(neighbours) == 1]
    for start in [*open_ends, *list(next_to)]:
        if not next_to[start]:
            continue
        chain = [start]
        while next_to[chain[-1]]:
            following = next_to[chain[-1]].pop()
            next_to[following].remove(chain[-1])
            chain.append(following)
        yield chain


def _segments(above: NDArray[np.bool_], values: FloatArray, level: float) -> Iterator[tuple[Edge, Edge]]:
    """Pairs of crossed edges that the curve joins within the square of four neighbouring centres."""
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    for row, column in np.argwhere((corners > 0) & (corners < 4)).tolist():
        bottom, top = (0, row, column), (0, row + 1, column)
        left, right = (1, row, column), (1, row, column + 1)
        square = above[row : row + 2, column : column + 2]
        crossed = [
            edge
            for edge, differs in (
                (bottom, square[0, 0] != square[0, 1]),
                (right, square[0, 1] != square[1, 1]),
                (top, square[1, 0] != square[1, 1]),
                (left, square[0, 0] != square[1, 0]),
            )
            if differs
        ]
        if len(crossed) == 2:
            yield crossed[0], crossed[1]
        else:
            # A saddle: the mean of the corners says which of them are joined through the middle.
            joined = (values[row : row + 2, column : column + 2].mean() >= level) == square[0, 0]
            yield (bottom, right) if joined else (bottom, left)
            yield (top, left) if joined else (top, right)
