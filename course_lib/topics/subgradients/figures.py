"""Figures of this topic: slopes that support a graph, the subgradient method, minima on kinks, and Clarke sets."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, convex_subdifferential
from course_lib.figures.layers import Band, Curve, Label, Layer, Points, Segment
from course_lib.figures.marks import rise_and_run
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.networks import ACTIVATIONS
from course_lib.topics.subgradients.clarke import Membership, membership
from course_lib.topics.subgradients.experiment import (
    IDENTITY_BIASES,
    IDENTITY_W,
    OBJECTIVES,
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
KINDS = {"convex": (convex_subdifferential, 2.0, "green"), "Clarke": (clarke_subdifferential, 1.0, "sky")}
# The subgradient method.
PLANE = OBJECTIVES["|x| + 2|y|"]
LEVELS = (0.25, 0.5, 1.0, 1.5, 2.0)
SHOWN = 60  # steps of the path in the plane
ROUNDING = 1e-9  # a value that rises by less than this has not risen
T_LIMITS = (0.0, 1.0)
GAP_LIMITS = (1e-3, 5.0)
W_LIMITS = (-1.0, 2.0)
# Clarke sets.
NEAR = 1e-9
BESIDE = 0.06  # how far the word stands from the ring


def supporting_lines(function: str = "ReLU", x0: float = 0.0, slope: float = 0.5) -> Scene:
    """y = f(x0) + g·(x − x0): a supporting line if the graph of f is nowhere below it; the part below is marked.

    `function` is a name in `FUNCTIONS`, x0 from −1 to 1 and the slope g from −3 to 3, both multiples of 1/16.

    >>> supporting_lines("ReLU", 0, 0.25).description
    'ReLU, line through (0, 0) with slope 0.25: nowhere above the graph, so 0.25 is a subgradient at x = 0.'
    """
    f = FUNCTIONS[function]
    supports = sp.Rational(Fraction(slope)) in _subdifferential(function, "convex", Fraction(x0))
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


def two_subdifferentials(function: str = "ReLU") -> Scene:
    """The convex subdifferential of f at 0, of all supporting slopes, above the Clarke one, the hull of nearby slopes.

    `function` is a name in `FUNCTIONS`.

    >>> two_subdifferentials("−|x|").description
    'Subdifferentials of −|x| at 0. Convex: empty. Clarke: from −1 to 1.'
    """
    layers: list[Layer] = []
    words = []
    for kind, (_, row, color) in KINDS.items():
        slopes = _subdifferential(function, kind, Fraction(0))
        if slopes is sp.S.EmptySet:
            layers.append(Label(0.0, row, "empty: no line supports the graph", "above", "vermilion"))
            words.append(f"{kind[0].upper()}{kind[1:]}: empty.")
            continue
        low, high = float(slopes.inf), float(slopes.sup)
        text = f"only {number(low)}" if low == high else f"from {number(low)} to {number(high)}"
        if low < high:
            layers.append(Segment((low, row), (high, row), color=color, width=6))
        layers.append(Points(np.array(sorted({low, high})), np.full(len({low, high}), row), color=color, size=12))
        layers.append(Label((low + high) / 2, row + 0.12, text, "above", "ink"))
        words.append(f"{kind[0].upper()}{kind[1:]}: {text}.")
    ticks = tuple((row, kind) for kind, (_, row, _) in KINDS.items())
    convex, wider = (_subdifferential(function, kind, Fraction(0)) for kind in KINDS)
    agree = "agree" if convex == wider else "differ"
    return Scene(
        f"At 0 the two sets {agree}", Axis("slope g", (-1.5, 2.5)), Axis("", (0.5, 2.7), ticks=ticks), tuple(layers),
        f"Subdifferentials of {function} at 0. {' '.join(words)}",
    )  # fmt: skip


@lru_cache(maxsize=256)
def _subdifferential(function: str, kind: str, x0: Fraction) -> sp.Set:
    derive, *_ = KINDS[kind]
    return derive(FUNCTIONS[function], sp.Rational(x0))


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


def step_against_a_subgradient(gamma: float = 2.0) -> Scene:
    """f(a − t·g) for f = |x| + 2|y|, a = (1, 0), g = (1, γ), and the distance of a − t·g to the minimum, 0 ≤ t ≤ 1.

    Every γ from −2 to 2 makes g a subgradient at a. f starts with the slope 2|γ| − 1, and the
    squared distance with −2.

    >>> print(step_against_a_subgradient(2).description.replace(". ", ".\\n"))
    From (1, 0) against g = (1, 2): for small t the value is 1 + 3t.
    The distance to the minimum falls until t = 0.2.
    """
    t = np.linspace(*T_LIMITS, 201)
    points = np.array([1.0, 0.0]) - t[:, None] * np.array([1.0, gamma])
    value, distance = PLANE.value(points), np.linalg.norm(points, axis=1)
    slope = (value[1] - value[0]) / t[1]
    layers = (
        Segment((0, 1), (1, 1), "where it started", "grey", "dotted"),
        Curve(t, value, "value f", "blue", width=3),
        Curve(t, distance, "distance to the minimum", "vermilion", "dashed", 3),
        Points(t[distance.argmin()][None], distance.min()[None], "nearest to the minimum", "vermilion", size=9),
    )
    rounded = round(float(slope), 9)
    growth = f"1 {'+' if rounded > 0 else '−'} {number(abs(rounded))}t".replace(" 1t", " t")
    said = growth if rounded else "1, whatever t is"
    return Scene(
        f"At first f {'climbs' if rounded > 0 else 'falls' if rounded else 'stays'}, and the distance falls",
        Axis("step size t; the step has length t‖g‖", T_LIMITS),
        Axis("value, distance", (0, 4.2)), layers,
        f"From (1, 0) against g = (1, {number(gamma)}): for small t the value is {said}. The distance to the minimum "
        f"falls until t = {number(1 / (1 + gamma**2), 2)}.",
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


def penalised_loss(weight: float = 0.5) -> Scene:
    """½(w − 1)² + λ|w| against w, with its minimum: at the kink w = 0 for λ ≥ 1.

    `weight` is λ from 0 to 2. The minimum is at 1 moved towards 0 by λ, and at most to 0. Source: Robert Tibshirani,
    *Regression shrinkage and selection via the lasso*, 1996.

    >>> penalised_loss(1.5).description
    'λ = 1.5: the minimum is at w = 0, on the kink, where the slope jumps from −2.5 to 0.5.'
    """
    minimum = max(1.0 - weight, 0.0)
    w = np.union1d(np.linspace(*W_LIMITS, 121), [0.0])
    at = 0.5 * (minimum - 1) ** 2 + weight * abs(minimum)
    layers = (
        Curve(w, 0.5 * (w - 1) ** 2, "½(w − 1)²", "grey", "dotted"),
        Curve(w, 0.5 * (w - 1) ** 2 + weight * np.abs(w), "½(w − 1)² + λ|w|", "blue", width=3, control="weight"),
        Points(np.array([minimum]), np.array([at]), "minimum", "vermilion", size=9),
    )
    jump = f"the slope jumps from {number(-1 - weight)} to {number(weight - 1)}"
    place = f"w = 0, on the kink, where {jump}" if minimum == 0 else f"w = {number(minimum)}, beside the kink"
    return Scene(
        f"The minimum is {'on' if minimum == 0 else 'beside'} the kink", Axis("w", W_LIMITS),
        Axis("loss", (-0.15, 4)), layers,
        f"λ = {number(weight)}: the minimum is at {place}.",
    )  # fmt: skip


def clarke_of_identity(biases: str = "none", slope: float = 0.0) -> Scene:
    """The Clarke set of the loss of relu(u) − relu(−u), u = w·x, at w = 0, and backprop's result with `slope` at 0.

    Two of the parameters are shown: the bias of a hidden unit (0 where there is none) and w. `biases` is "none" or
    "own", `slope` from 0 to 1.

    >>> clarke_of_identity("none", 0.25).description
    'No biases, s = 0.25: the Clarke set has 1 corner, ∂L/∂w = 1. Backprop says ∂L/∂w = 0.5, outside the set.'
    """
    verdict = membership(identity_program(biases), [Fraction(slope)])

    def shown(gradient: tuple[Fraction, ...]) -> Pair:
        return float(gradient[IDENTITY_BIASES[0]]) if biases == "own" else 0.0, float(gradient[IDENTITY_W])

    name = {"none": "No biases", "own": "Own biases"}[biases]
    ends = [extreme(shown(vertex)[1] for vertex in verdict.vertices) for extreme in (min, max)]
    span = f"∂L/∂w {f'= {number(ends[0])}' if ends[0] == ends[1] else f'from {number(ends[0])} to {number(ends[1])}'}"
    said = _said(verdict, f", {span}", f"∂L/∂w = {number(shown(verdict.backprop)[1])}")
    layers = _layers([shown(vertex) for vertex in verdict.vertices], shown(verdict.backprop), verdict.inside, "slope")
    return Scene(
        f"What backprop says is {'in' if verdict.inside else 'outside'} the Clarke set",
        Axis("∂L/∂b₁ (0 without biases)", (-2.2, 3.2)), Axis("∂L/∂w", (-0.4, 2.6)), layers,
        f"{name}, s = {number(slope)}: {said}", equal_units=True,
    )  # fmt: skip


def clarke_of_relu6(trained: str = "bias only", slopes: tuple[float, float] = (0.0, 0.0)) -> Scene:
    """The Clarke set of the loss of relu6(w·x + b) with one sample on each kink, and backprop's result.

    `trained` is "weight and bias" or "bias only", `slopes` the slopes at 0 and at 6, each from 0 to 1.
    """
    low, high = slopes
    verdict = membership(relu6_on_both_kinks(trained), [Fraction(low), Fraction(high)])

    def shown(gradient: tuple[Fraction, ...]) -> Pair:
        # With both trained a gradient begins (∂w, ∂b); with the bias alone it begins (∂b).
        return (float(gradient[1]), float(gradient[0])) if trained == "weight and bias" else (float(gradient[0]), 0.0)

    points = [shown(vertex) for vertex in verdict.vertices]
    x, y = shown(verdict.backprop)
    slope = f"∂L/∂b = {number(x)}" + (f", ∂L/∂w = {number(y)}" if trained == "weight and bias" else "")
    slopes_used = f"slopes {number(low)} at 0 and {number(high)} at 6"
    return Scene(
        f"What backprop says is {'in' if verdict.inside else 'outside'} the Clarke set", Axis("∂L/∂b", (-0.6, 2.6)),
        Axis("∂L/∂w (0 where w is not trained)", (-1.5, 8)), _layers(points, (x, y), verdict.inside, "slopes"),
        f"Trained: {trained}; {slopes_used}: {_said(verdict, '', slope)}",
    )  # fmt: skip


def _layers(vertices: list[Pair], backprop: Pair, inside: bool, control: str) -> tuple[Layer, ...]:
    """The hull of the corners as a band between its lower and its upper edge, the corners, and backprop's result."""
    points = np.array(sorted(set(vertices)))
    layers: list[Layer] = []
    if len(points) > 1 and np.ptp(points[:, 0]) > 0:
        x = np.unique(points[:, 0])
        low, high = (_edge(points, x, sign) for sign in (1, -1))
        layers.append(Band(x, low, high, "Clarke set", "sky"))
    distance = np.abs(points - np.array(backprop)).max(1)
    color = "green" if inside else "vermilion"
    if not inside:
        x, y = points[distance.argmin()].tolist()
        layers.append(Segment((x, y), backprop, color="vermilion", dash="dotted", width=2))
    # Under the dots: a ring may lie around one of them.
    layers.append(Points(np.array([backprop[0]]), np.array([backprop[1]]), "backprop", color, "hollow", 17, control))
    layers.append(Points(points[:, 0], points[:, 1], "gradients of the cells", "blue", size=9))
    layers.append(Label(backprop[0] + BESIDE, backprop[1], "inside" if inside else "outside", "above right", "ink"))
    return tuple(layers)


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


def _said(verdict: Membership, span: str, backprop: str) -> str:
    corners = "1 corner" if len(verdict.vertices) == 1 else f"{len(verdict.vertices)} corners"
    where = "inside" if verdict.inside else "outside"
    return f"the Clarke set has {corners}{span}. Backprop says {backprop}, {where} the set."
