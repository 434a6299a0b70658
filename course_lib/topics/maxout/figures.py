"""Figures of the lesson on maxout: k pieces over x², and the map of which piece wins in a plane."""

import numpy as np

from course_lib.figures.layers import Curve, Field, Label, Layer, Segment, level_curves
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.topics.maxout.experiment import Array, balanced_pieces, envelope, greatest_error, planes, winners

# By how much tangents are raised, as a part of the square of an interval's width.
RAISED = {"tangents": 0.0, "least greatest error": 1 / 8, "least squared error": 1 / 12}
VIEWS = ("graph", "error")
REACH, CELLS = 3.0, 240
NAMES = "ABCDEF"
# A region smaller than this share of the window gets no letter: it would not fit into it.
SMALLEST = 0.01


def pieces_of_square(pieces: int = 3, lines: str = "tangents", view: str = "graph") -> Scene:
    """k lines for x² on [−1, 1], each for an interval of width d = 2/k: its tangents, raised by 0, d²/8 or d²/12.

    `lines` is a name in `RAISED`. `view` is "graph", or "error" for k² · (envelope − x²), which lies on fixed axes.

    >>> pieces_of_square(2, "least greatest error").description
    '2 pieces, least greatest error: off by 0.125 at most, which is 0.5/k².'
    """
    width = 2 / pieces
    made = [(w, b + RAISED[lines] * width**2) for w, b in balanced_pieces(pieces, raised=False)]
    found = envelope(made)
    # Breakpoints and middles are on the grid: no extreme value is cut off.
    at = np.linspace(-1, 1, 40 * pieces + 1)
    values = found.function(at)
    error = np.round(values - at**2, 12)  # a tangent touches: what is left of it is rounding
    worst = greatest_error(made)
    if view == "graph":
        layers: list[Layer] = [Curve(at, at**2, "x²", "ink", "dashed")]
        ends = np.array([-1.0, 1.0])
        layers += [
            Curve(ends, w * ends + b, "the pieces" if i == 0 else "", "grey", width=1) for i, (w, b) in enumerate(made)
        ]
        layers.append(Curve(at, values, "the greatest of them", "blue", width=3))
        y_axis = Axis("y", (-1.1, 1.3))
    else:
        layers = [
            Curve(at, pieces**2 * error, "k² · (maxout − x²)", "blue", width=3),
            Segment((-1, 0.5), (1, 0.5), "±½", "vermilion", "dashed"),
            Segment((-1, -0.5), (1, -0.5), "", "vermilion", "dashed"),
            Segment((-1, 0), (1, 0), "", "grey"),
        ]
        y_axis = Axis("k² · error", (-1.1, 1.1))
    off = f"off by {number(worst)} at most"
    low, high = (number(pieces**2 * end) for end in (float(error.min()), float(error.max())))
    words = f"{off}, which is {number(worst * pieces**2)}/k²" if view == "graph" else f"k² · error from {low} to {high}"
    count = f"{pieces} piece{'s' * (pieces > 1)}"
    return Scene(
        f"{count}, {lines}: {off}", Axis("x", (-1, 1)), y_axis, tuple(layers),
        f"{count}, {lines}: {words}.",
    )  # fmt: skip


def plane_map(pieces: int = 4, draw: int = 0, view: str = "which piece wins") -> Scene:
    """Which of k random planes wins over the square [−3, 3]², with the border of every region; or the unit's value.

    `draw` is the seed of the planes, `view` "which piece wins" or "value of the unit".

    >>> plane_map(3, 1).description
    'Draw 1: of 3 pieces 3 win somewhere in the square. Shares: A 45 %, B 47 %, C 8 %.'
    """
    made = planes(pieces, draw)
    centres = -REACH + 2 * REACH * (np.arange(CELLS) + 0.5) / CELLS
    first, second = np.meshgrid(centres, centres)
    best = winners(made, first, second)
    limits = (-REACH, REACH)
    if view == "which piece wins":
        field = Field(limits, limits, best.astype(np.float64), "piece (A is 0)", (0.0, len(NAMES) - 1.0))
    else:
        value = (made[:, :2] @ np.stack([first.ravel(), second.ravel()]) + made[:, 2:]).max(0).reshape(best.shape)
        field = Field(limits, limits, value, "greatest plane", (-3.0, 15.0))
    layers: list[Layer] = [field]
    shares = [float((best == piece).mean()) for piece in range(pieces)]
    for piece, share in enumerate(shares):
        if 0 < share < 1:
            layers += [Curve(*line, "", "vermilion", width=2) for line in _border(made, piece, first, second)]
        if share >= SMALLEST:
            layers += _letter(piece, best == piece, centres)
    win = [piece for piece, share in enumerate(shares) if share > 0]
    words = ", ".join(f"{NAMES[piece]} {_percent(shares[piece])}" for piece in win)
    lost = [NAMES[piece] for piece in range(pieces) if piece not in win]
    never = f" Nowhere: {', '.join(lost)}." if lost else ""
    if view != "which piece wins":
        never += f" The unit's value goes from {number(field.values.min())} to {number(field.values.max())}."
    return Scene(
        f"{len(win)} of {pieces} pieces win somewhere here", Axis("x₁", limits), Axis("x₂", limits), tuple(layers),
        f"Draw {draw}: of {pieces} pieces {len(win)} win somewhere in the square. Shares: {words}.{never}",
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.005 else "below 1 %"


def _border(made: Array, piece: int, first: Array, second: Array) -> list[tuple[Array, Array]]:
    """Where the piece is as great as the greatest of the others."""
    z = made[:, 0, None, None] * first + made[:, 1, None, None] * second + made[:, 2, None, None]
    lead = z[piece] - np.delete(z, piece, 0).max(0)
    return level_curves(lead, (-REACH, REACH), (-REACH, REACH), 0.0)


def _letter(piece: int, inside: np.ndarray, centres: Array) -> list[Layer]:
    """The name of a piece at the mean of its region, which lies in it, since the region is convex, on a pale spot."""
    rows, columns = np.nonzero(inside)
    at, up = float(centres[columns].mean()), float(centres[rows].mean())
    return [Label(at, up, NAMES[piece], "center", "ink")]
