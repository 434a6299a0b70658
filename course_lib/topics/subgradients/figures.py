"""Figures of this topic: slopes that support a graph, the subgradient method, minima on kinks, and Clarke sets."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.calculus import PiecewiseFunction, convex_subdifferential
from course_lib.figures.layers import Band, Curve, Layer, Points, Segment
from course_lib.figures.marks import rise_and_run
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.networks import ACTIVATIONS
from course_lib.topics.subgradients.clarke import membership
from course_lib.topics.subgradients.experiment import (
    IDENTITY_BIAS,
    IDENTITY_W,
    OUTLIER,
    POINTS_X,
    STEPS,
    bound,
    data,
    identity_program,
    least_absolute,
    relu6_on_both_kinks,
    run,
)

FloatArray = NDArray[np.float64]
Pair = tuple[float, float]
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
# Supporting lines.
X_LIMITS, Y_LIMITS = (-3.2, 3.2), (-1.4, 2.0)
AXES = Axis("x", X_LIMITS), Axis("y", Y_LIMITS)
SAMPLES = 641
SEEN = 0.5  # how far from x₀ an example of a point below the line is looked for
# The subgradient method.
LEVELS = (0.25, 0.5, 1.0, 1.5, 2.0)
SHOWN = 60  # steps of the path in the plane
ROUNDING = 1e-9  # a value that rises by less than this has not risen
GAP_LIMITS = (1e-3, 5.0)
# Clarke sets.
NEAR = 1e-9
B_LIMITS = (-1.2, 1.2)


def supporting_lines(function: str = "ReLU", x0: float = 0.0, slope: float = 0.5) -> Scene:
    """y = f(x0) + g·(x − x0): a supporting line if the graph of f is nowhere below it; the part below is marked.

    `function` is a name in `FUNCTIONS`, x0 from −1 to 1 and the slope g from −3 to 3, both multiples of 1/16.

    >>> supporting_lines("ReLU", 0, 0.25).description
    'ReLU, line through (0, 0) with slope 0.25: nowhere above the graph, so 0.25 is a subgradient at x = 0.'
    """
    f = FUNCTIONS[function]
    supports = sp.Rational(Fraction(slope)) in _subdifferential(function, Fraction(x0))
    x = np.linspace(*X_LIMITS, SAMPLES)
    y = np.asarray(f(x), np.float64)
    start = float(f.value(sp.Rational(Fraction(x0))))
    below = y < start + slope * (x - x0) - 1e-12
    color = "green" if supports else "vermilion"
    layers: list[Layer] = [Curve(x, y, f"f(x) = {function}", "blue", width=3)]
    for i, part in enumerate(_runs(below)):
        layers.append(Curve(x[part], y[part], "graph below the line" if i == 0 else "", "vermilion", width=6))
    layers.append(_line(x0, start, slope, "line", color))
    run = 1.0 if abs(slope) <= 1 else 0.6
    layers += rise_and_run((x0, start), (x0 + run, start + run * slope), *AXES)
    layers.append(Points(np.array([x0]), np.array([start]), "(x₀, f(x₀))", "ink", size=11, control="x0"))
    said = f"{function}, line through ({number(x0)}, {number(start)}) with slope {number(slope)}: "
    if supports:
        said += f"nowhere above the graph, so {number(slope)} is a subgradient at x = {number(x0)}."
    else:
        where = x[below]
        at = where[np.abs(np.abs(where - x0) - SEEN).argmin()] if below.any() else None
        seen = "further out" if at is None else f"for example at x = {number(at, 2)}"
        said += f"the graph is below it, {seen}, so {number(slope)} is no subgradient at x = {number(x0)}."
    title = f"{number(slope)} is {'a' if supports else 'no'} subgradient at x₀ = {number(x0)}"
    return Scene(title, *AXES, tuple(layers), said, equal_units=True)


def _runs(mask: NDArray[np.bool_]) -> list[slice]:
    """The stretches of at least two neighbouring True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _line(x0: float, y0: float, slope: float, label: str, color: str) -> Segment:
    """The line through (x0, y0) as far as the frame shows it."""
    ends = []
    for x in X_LIMITS:
        y = min(max(y0 + slope * (x - x0), Y_LIMITS[0]), Y_LIMITS[1])
        ends.append((x0 + (y - y0) / slope if slope else x, y))
    return Segment(ends[0], ends[1], label, color, "dashed", 4.0, control="slope")


@lru_cache(maxsize=64)
def _subdifferential(function: str, x0: Fraction) -> sp.Set:
    return convex_subdifferential(FUNCTIONS[function], sp.Rational(x0))


def path_in_the_plane(rule: str = "constant", t: float = 0.1, step: int = 12) -> Scene:
    """x ← x − t_k g on f = |x| + 2|y|: the first points of the path on the level curves of f, which are rhombi.

    `rule` is one of `RULES`, t from 0.01 to 1, `step` from 1 to 60.
    """
    path = run("|x| + 2|y|", rule, t)
    x, y = path.x[: step + 1].T
    value, best = path.value[step], path.best[step]
    after = f"after {step} step{'s' if step > 1 else ''}"
    layers: list[Layer] = []
    for i, level in enumerate(LEVELS):
        corners = level * np.array([[1, 0], [0, 0.5], [-1, 0], [0, -0.5], [1, 0]])
        label = "f = ¼, ½, 1, 1½, 2" if i == 0 else ""
        layers.append(Curve(corners[:, 0], corners[:, 1], label, "grey", "dotted", 1.5))
    layers += [
        Curve(x, y, "path", "blue", width=1.5),
        Points(x[:-1], y[:-1], color="blue", marker="hollow", size=6),
        Points(x[-1:], y[-1:], after, "vermilion", size=11, control="step"),
        Points(np.zeros(1), np.zeros(1), "minimum", "ink", size=8),
    ]
    rises = int((np.diff(path.value[: step + 1]) > ROUNDING).sum())
    return Scene(
        f"{after.capitalize()} f is {number(value, 2)}, the best so far {number(best, 2)}",
        Axis("x", (-1.3, 2.1)), Axis("y", (-0.75, 1.05)), tuple(layers),
        f"|x| + 2|y|, steps {rule} with t = {number(t)}: {after} the value is {number(value, 2)}, the "
        f"best so far {number(best, 2)}; the value rose in {rises} of the steps.", equal_units=True,
    )  # fmt: skip


def gap_against_bound(objective: str = "|x|", rule: str = "constant", t: float = 0.1) -> Scene:
    """f(x_k) − min f, the best so far, and (R² + G²·Σt²)/(2·Σt), against k = 1 … 200, on logarithmic axes.

    `objective` is one of `OBJECTIVES`, `rule` one of `RULES`, t from 0.01 to 1.
    """
    path, k = run(objective, rule, t), np.arange(1.0, STEPS + 1)
    limit = bound(objective, path.step)
    low, high = GAP_LIMITS
    layers = (
        Curve(k, np.clip(limit, low, high), "bound", "ink", "dashed", 3),
        Curve(k, np.clip(path.value, low, high), "gap of this step", "grey", "solid", 1),
        Curve(k, np.clip(path.best, low, high), "best gap so far", "blue", width=3),
    )
    best = path.best[-1]
    shown = f"below {number(low)}" if best < low else number(best, 2)
    return Scene(
        f"After {STEPS} steps the best gap is {shown}", Axis("step k", (1, STEPS), "log"),
        Axis("gap to the minimum", GAP_LIMITS, "log"), layers,
        f"{objective}, steps {rule} with t = {number(t)}: after {STEPS} steps the best gap is {shown}, the bound "
        f"{number(limit[-1], 2)}.",
    )  # fmt: skip


def median_line(shift: int = 4) -> Scene:
    r"""The lines of least Σ|residual| and of least Σ residual² through nine points, one of them moved up by `shift`.

    `shift` is a whole number from 0 to 8.

    >>> print(median_line(4).description.replace("; ", ";\n"))
    Outlier moved up by 4: the line of least |residuals| has slope 0.54, residual 0 at 2 of 9 points;
    that of least squares has slope 0.705.
    """
    x, y = (np.array([float(value) for value in values]) for values in (POINTS_X, data(shift)))
    absolute, squares = least_absolute(shift), np.polyfit(x, y, 1)
    zero = np.array([residual == 0 for residual in absolute.residuals(data(shift))])
    others, ends = np.arange(len(x)) != OUTLIER, np.array([0.5, 9.5])
    stays = (absolute.slope, absolute.intercept) == (least_absolute(0).slope, least_absolute(0).intercept)
    layers = (
        Curve(ends, squares[0] * ends + squares[1], "least squares", "vermilion", "dashed", 2.5),
        Curve(ends, float(absolute.slope) * ends + float(absolute.intercept), "least |residuals|", "blue", width=3),
        Points(x[~zero & others], y[~zero & others], "residual not 0", "ink", "hollow", 9),
        Points(x[zero & others], y[zero & others], "residual exactly 0", "ink", "filled", 9),
        Points(x[~others], y[~others], "outlier", "vermilion", "filled" if zero[OUTLIER] else "hollow", 12, "shift"),
    )
    return Scene(
        f"The line of least |residuals| {'stays' if stays else 'moves'}: slope {number(float(absolute.slope), 2)}",
        Axis("x", (0, 10)), Axis("y", (0, 14)), layers,
        f"Outlier moved up by {shift}: the line of least |residuals| has slope {number(float(absolute.slope), 2)}, "
        f"residual 0 at {zero.sum()} of {len(x)} points; that of least squares has slope {number(squares[0])}.",
    )  # fmt: skip


def clarke_of_identity(biases: str = "own", slope: float = 0.0) -> Scene:
    """The Clarke set of the loss of relu(u) − relu(−u), u = w·x, at w = 0, and backprop's result with `slope` at 0.

    Two of the parameters are shown: the bias of the first hidden unit, and w. `biases` is "own" or "shared", `slope`
    from 0 to 1.

    >>> clarke_of_identity("shared", 0.25).description
    'One bias for both, s = 0.25: the Clarke set has 4 corners; backprop returns (0, 0.5), inside the set.'
    """
    verdict, place = membership(identity_program(biases), [Fraction(slope)]), IDENTITY_BIAS[biases]
    corners = np.array([(float(vertex[place]), float(vertex[IDENTITY_W])) for vertex in verdict.vertices])
    bias, w = float(verdict.backprop[place]), float(verdict.backprop[IDENTITY_W])
    x = np.unique(corners[:, 0])
    low, high = (_edge(corners, x, sign) for sign in (1, -1))
    word, color = ("inside", "green") if verdict.inside else ("outside", "vermilion")
    layers = (
        Band(x, low, high, "Clarke set", "sky"),
        # Under the dots: the ring may lie around one of them.
        Points(np.array([bias]), np.array([w]), "backprop", color, "hollow", 17, "slope"),
        Points(corners[:, 0], corners[:, 1], "gradients of the cells", "blue", size=9),
    )
    name, axis = {"own": ("Own biases", "∂L/∂b₁"), "shared": ("One bias for both", "∂L/∂b")}[biases]
    return Scene(
        f"With s = {number(slope)} backprop's result is {word} the Clarke set", Axis(axis, (-1.5, 1.5)),
        Axis("∂L/∂w", (-0.3, 2.3)), layers,
        f"{name}, s = {number(slope)}: the Clarke set has {len(corners)} corners; backprop returns "
        f"({number(bias)}, {number(w)}), {word} the set.", equal_units=True,
    )  # fmt: skip


def _edge(points: FloatArray, x: FloatArray, sign: int) -> FloatArray:
    """The lower (sign 1) or upper (−1) edge of the hull above each x: the extreme over all chords that span x."""
    edge = []
    for place in x:
        heights = [sign * y for px, y in points if abs(px - place) < NEAR]
        for ax, ay in points:
            for bx, by in points:
                if ax < place < bx:
                    heights.append(sign * (ay + (by - ay) * (place - ax) / (bx - ax)))
        edge.append(sign * min(heights))
    return np.array(edge)


def relu6_along_b(slopes: Pair = (0.0, 0.0)) -> Scene:
    """½ Σ (relu6(x + b) − t)² for x = 0 and 6 with t = −1 and 5, against b, and a line with backprop's slope at b = 0.

    The loss is smooth there, with slope 1. `slopes` are those that backprop takes at the kinks 0 and 6.

    >>> relu6_along_b((0, 1)).description
    'Slopes 0 at 0 and 1 at 6: backprop returns 1, and the loss has slope 1 at b = 0.'
    """
    b = np.linspace(*B_LIMITS, 121)
    loss = sum((np.clip(x + b, 0, 6) - t) ** 2 / 2 for x, t in ((0, -1), (6, 5)))
    verdict = membership(relu6_on_both_kinks(), [Fraction(slope) for slope in slopes])
    ((true, *_),) = verdict.vertices
    returned, ends = float(verdict.backprop[0]), np.array(B_LIMITS)
    color = "green" if verdict.inside else "vermilion"
    layers = (
        Curve(b, np.asarray(loss), "loss", "blue", width=3),
        Curve(ends, 1 + returned * ends, "line with the slope of backprop", color, "dashed", 3),
        Points(np.zeros(1), np.ones(1), color="ink", size=9),
    )
    low, high = slopes
    return Scene(
        f"Backprop returns {number(returned)} for a slope of {number(float(true))}", Axis("b", B_LIMITS),
        Axis("loss", (-1.5, 3.5)), layers,
        f"Slopes {number(low)} at 0 and {number(high)} at 6: backprop returns {number(returned)}, and the loss has "
        f"slope {number(float(true))} at b = 0.",
    )  # fmt: skip
