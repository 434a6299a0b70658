"""Figures of the lesson on maxout: k pieces over x², and the map of which piece wins in a plane."""

import numpy as np

from course_lib.figures.layers import Band, Curve, Field, Label, Layer, Segment
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.topics.maxout.experiment import Array, balanced_pieces, envelope, greatest_error, planes

# By how much tangents are raised, as a part of the square of an interval's width.
RAISED = {
    "tangents": 0.0, "raised by d²/24": 1 / 24, "raised by d²/12": 1 / 12, "raised by d²/8": 1 / 8,
    "raised by d²/6": 1 / 6,
}  # fmt: skip
VIEWS = ("graph", "error")
ENDS = ((-1.0, "−1"), (-0.5, "−½"), (0.0, "0"), (0.5, "½"), (1.0, "1"))
# A unit's value is shown in so many cells along each side: more would make the pictures too many bytes.
REACH, CELLS = 3.0, 72
NAMES = {"A": "blue", "B": "orange", "C": "green", "D": "vermilion", "E": "purple", "F": "sky"}
# A region smaller than this share of the window gets no letter: it would not fit into it.
SMALLEST = 0.01


def pieces_of_square(pieces: int = 3, lines: str = "tangents", view: str = "graph") -> Scene:
    """k lines for x² on [−1, 1], each for an interval of width d = 2/k: its tangents, or raised by a part of d².

    `lines` is a name in `RAISED`. `view` is "graph", or "error" for k² · (envelope − x²), which lies on fixed axes.

    >>> pieces_of_square(2, "raised by d²/8").description
    '2 pieces, raised by d²/8: off by 0.125 at most, which is 0.5/k².'
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
            Curve(ends, w * ends + b, "the pieces" if i == 0 else "", "grey", "dotted", 1.5)
            for i, (w, b) in enumerate(made)
        ]
        layers.append(Curve(at, values, "the greatest of them", "blue", width=3, control="lines"))
        y_axis = Axis("y", (-1.1, 1.3), ticks=ENDS)
    else:
        layers = [
            Curve(at, pieces**2 * error, "k² · (maxout − x²)", "blue", width=3, control="lines"),
            Segment((-1, 0.5), (1, 0.5), "±½", "ink", "dashed"),
            Segment((-1, -0.5), (1, -0.5), "", "ink", "dashed"),
        ]
        y_axis = Axis("k² · error", (-1.1, 1.1), ticks=ENDS)
    off = f"off by {number(worst)} at most"
    low, high = (number(pieces**2 * end) for end in (float(error.min()), float(error.max())))
    words = f"{off}, which is {number(worst * pieces**2)}/k²" if view == "graph" else f"k² · error from {low} to {high}"
    count = f"{pieces} piece{'s' * (pieces > 1)}"
    least = 1 / (2 * pieces**2)
    best = "no line does better" if pieces == 1 else "no lines do better"
    point = best if np.isclose(worst, least) else f"the best lines only {number(least)}"
    return Scene(
        f"Off by at most {number(worst)}, {point}", Axis("x", (-1, 1), ticks=ENDS), y_axis, tuple(layers),
        f"{count}, {lines}: {words}.",
    )  # fmt: skip


def plane_map(pieces: int = 4, draw: int = 0, view: str = "which piece wins") -> Scene:
    """Which of k random planes wins over the square [−3, 3]², with the border of every region; or the unit's value.

    `draw` is the seed of the planes, `view` "which piece wins" or "value of the unit".

    >>> plane_map(3, 1).description.replace("\\u00a0", " ")
    'Draw 1: of 3 pieces 3 win somewhere in the square. Shares: A 45 %, B 47 %, C 8 %.'
    """
    made, limits = planes(pieces, draw), (-REACH, REACH)
    layers: list[Layer] = []
    told = ""
    if view != "which piece wins":
        centres = -REACH + 2 * REACH * (np.arange(CELLS) + 0.5) / CELLS
        value = sum(w * at for w, at in zip(made.T[:2, :, None, None], np.meshgrid(centres, centres), strict=True))
        field = Field(limits, limits, (value + made[:, 2, None, None]).max(0), "greatest plane", (-3.0, 15.0))
        layers.append(field)
        told = f" The unit's value goes from {number(field.values.min())} to {number(field.values.max())}."
    shares: dict[str, float] = {}
    letters: list[Layer] = []
    for piece, (name, color) in zip(range(pieces), NAMES.items(), strict=False):
        x, low, high = _region(made, piece)
        if not len(x):
            continue
        shares[name] = float(np.diff(x) @ ((high - low)[1:] + (high - low)[:-1])) / 2 / (2 * REACH) ** 2
        if view == "which piece wins":
            layers.append(Band(x, low, high, "", color))
        layers.append(Curve(np.append(x, x[::-1]), np.append(low, high[::-1]), "", "ink", width=2))
        if shares[name] >= SMALLEST:
            letters.append(Label(x.mean(), (low + high).mean() / 2, name, "center", "ink"))
    words = ", ".join(f"{name}\u00a0{_percent(share)}" for name, share in shares.items())
    lost = [name for name in list(NAMES)[:pieces] if name not in shares]
    never = f" Nowhere: {', '.join(lost)}." if lost else ""
    return Scene(
        f"{len(shares)} of {pieces} pieces win somewhere here",
        Axis("x₁", limits, whole=True), Axis("x₂", limits, whole=True), (*layers, *letters),
        f"Draw {draw}: of {pieces} pieces {len(shares)} win somewhere in the square. Shares: {words}.{never}{told}",
        equal_units=True,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%") if share >= 0.005 else "below\u00a01\u00a0%"


def _region(made: Array, piece: int) -> tuple[Array, Array, Array]:
    """The convex region of the square where the piece wins: at each of its corners' x₁, the least and greatest x₂.

    The piece beats a rival on one side of a straight line, which bounds x₂ from below or from above.
    """
    lead = made[piece] - np.delete(made, piece, 0)
    slopes, heights = -lead[:, 0] / lead[:, 1], -lead[:, 2] / lead[:, 1]
    slopes, heights = np.append(slopes, [0, 0]), np.append(heights, [-REACH, REACH])
    below = np.append(lead[:, 1] > 0, [True, False])
    first, second = np.triu_indices(len(slopes), 1)
    apart = slopes[first] != slopes[second]
    first, second = first[apart], second[apart]
    crossings = (heights[second] - heights[first]) / (slopes[first] - slopes[second])
    x = np.unique(np.append(crossings[abs(crossings) < REACH], [-REACH, REACH]))
    lines = slopes * x[:, None] + heights
    low, high = lines[:, below].max(1), lines[:, ~below].min(1)
    inside = low <= high + 1e-9
    return x[inside], low[inside], np.maximum(low, high)[inside]
