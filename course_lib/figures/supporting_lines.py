"""Figures of lesson 04: lines that support a graph, and the convex beside the Clarke subdifferential."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, convex_subdifferential
from course_lib.figures import validation
from course_lib.figures.layers import Curve, Label, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.networks import ACTIVATIONS

X = sp.Symbol("x", real=True)
HALF = sp.Rational(1, 2)
FUNCTIONS: dict[str, PiecewiseFunction] = {
    "ReLU": ACTIVATIONS["relu"].piecewise(),
    "|x|": ACTIVATIONS["absolute"].piecewise(),
    "x²": PiecewiseFunction([X**2], [], X),
    "leaky, slope 2": ACTIVATIONS["leaky_relu"].piecewise(2),
    "−|x|": PiecewiseFunction([X, -X], [0], X),
    "min(|x|, ½)": PiecewiseFunction([HALF, -X, X, HALF], [-HALF, 0, HALF], X),
}
X_LIMITS, Y_LIMITS = (-2.2, 2.2), (-1.8, 2.4)
SAMPLES = 441
SEEN = 0.5  # how far from x₀ an example of a point below the line is looked for
ROWS = {"convex": 2.0, "Clarke": 1.0}


def supporting_lines(function: str = "ReLU", x0: float = 0.0, slope: float = 0.5) -> Scene:
    """y = f(x0) + g·(x − x0): a supporting line if the graph of f is nowhere below it; the part below is marked.

    `function` is a name in `FUNCTIONS`, x0 from −1 to 1 and the slope g from −3 to 3, both multiples of 1/16; raises
    ValueError for others.

    >>> supporting_lines("ReLU", 0, 0.25).description
    'ReLU, line through (0, 0) with slope 0.25: nowhere above the graph, so 0.25 is a subgradient at x = 0.'
    """
    name = "supporting_lines"
    f = FUNCTIONS[validation.one_of(name, "function", function, tuple(FUNCTIONS))]
    x0 = validation.number_between(name, "x0", x0, -1, 1)
    slope = validation.number_between(name, "slope", slope, -3, 3)
    supports = sp.Rational(Fraction(slope)) in _subdifferential(function, "convex", Fraction(x0))
    x = np.linspace(*X_LIMITS, SAMPLES)
    y = np.asarray(f(x), np.float64)
    start = float(f.value(sp.Rational(Fraction(x0))))
    below = y < start + slope * (x - x0) - 1e-12
    color = "green" if supports else "vermilion"
    layers: list[Layer] = [Curve(x, y, f"f(x) = {function}", "blue", width=3)]
    for i, part in enumerate(_runs(below)):
        layers.append(Curve(x[part], y[part], "graph below the line" if i == 0 else "", "vermilion", width=6))
    layers.append(_line(x0, start, slope, f"line with slope {number(slope)}", color))
    layers.append(Points(np.array([x0]), np.array([start]), "(x₀, f(x₀))", "ink", size=10))
    said = f"{function}, line through ({number(x0)}, {number(start)}) with slope {number(slope)}: "
    if supports:
        said += f"nowhere above the graph, so {number(slope)} is a subgradient at x = {number(x0)}."
    else:
        where = x[below]
        at = where[np.abs(np.abs(where - x0) - SEEN).argmin()] if below.any() else None
        seen = "further out" if at is None else f"for example at x = {number(at, 2)}"
        said += f"the graph is below it, {seen}, so {number(slope)} is no subgradient at x = {number(x0)}."
    return Scene(f"Does the line support {function}?", Axis("x", X_LIMITS), Axis("y", Y_LIMITS), tuple(layers), said)


def _runs(mask: NDArray[np.bool_]) -> list[slice]:
    """The stretches of at least two neighbouring True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _line(x0: float, y0: float, slope: float, label: str, color: str) -> Segment:
    """The line through (x0, y0) as far as the frame shows it."""
    ends = [y0 + slope * (x - x0) for x in X_LIMITS]
    if slope:
        inside = [min(max(end, Y_LIMITS[0]), Y_LIMITS[1]) for end in ends]
        xs = [x0 + (y - y0) / slope for y in inside]
        return Segment((xs[0], inside[0]), (xs[1], inside[1]), label, color, "dashed", 2.5)
    return Segment((X_LIMITS[0], y0), (X_LIMITS[1], y0), label, color, "dashed", 2.5)


def two_subdifferentials(function: str = "ReLU") -> Scene:
    """The convex subdifferential of f at 0, of all supporting slopes, above the Clarke one, the hull of nearby slopes.

    `function` is a name in `FUNCTIONS`; ValueError for another.

    >>> two_subdifferentials("−|x|").description
    'Subdifferentials of −|x| at 0. Convex: empty. Clarke: from −1 to 1.'
    """
    validation.one_of("two_subdifferentials", "function", function, tuple(FUNCTIONS))
    layers: list[Layer] = []
    words = []
    for (kind, row), color in zip(ROWS.items(), ("green", "blue"), strict=True):
        ends = _ends(function, kind)
        if ends is None:
            layers.append(Label(0.0, row, "empty: no line supports the graph", "above", "vermilion"))
            words.append(f"{kind[0].upper()}{kind[1:]}: empty.")
            continue
        low, high = ends
        text = f"only {number(low)}" if low == high else f"from {number(low)} to {number(high)}"
        if low < high:
            layers.append(Segment((low, row), (high, row), color=color, width=6))
        layers.append(Points(np.array(sorted({low, high})), np.full(len({low, high}), row), color=color, size=12))
        layers.append(Label((low + high) / 2, row + 0.12, text, "above", "ink"))
        words.append(f"{kind[0].upper()}{kind[1:]}: {text}.")
    ticks = tuple((row, kind) for kind, row in ROWS.items())
    return Scene(
        f"Slopes for {function} at 0", Axis("slope g", (-1.5, 2.5)), Axis("", (0.5, 2.7), ticks=ticks), tuple(layers),
        f"Subdifferentials of {function} at 0. {' '.join(words)}",
    )  # fmt: skip


def _ends(function: str, kind: str) -> tuple[float, float] | None:
    found = _subdifferential(function, kind, Fraction(0))
    return None if found is sp.S.EmptySet else (float(found.inf), float(found.sup))


@lru_cache(maxsize=256)
def _subdifferential(function: str, kind: str, x0: Fraction) -> sp.Set:
    derive = {"convex": convex_subdifferential, "Clarke": clarke_subdifferential}[kind]
    return derive(FUNCTIONS[function], sp.Rational(x0))
