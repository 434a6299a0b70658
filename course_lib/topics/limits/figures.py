"""Figures of this topic: approaching a point, steps on a swing, the error of a difference quotient, three at a kink."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from course_lib.calculus import difference_quotient, one_sided_derivative
from course_lib.figures.examples import EXAMPLES, REACH, TOO_FAST, X, finite, graph, limit, tends, y_limits
from course_lib.figures.layers import Band, Curve, FloatArray, Label, Layer, Points, Segment
from course_lib.figures.scene import SUPERSCRIPT, Axis, Scene
from course_lib.figures.scene import format_number as number

SIDES = {"-": "left", "+": "right"}
# Functions that swing between −1 and 1 all the way to 0, down to which x a curve of them can be drawn, and the window.
SWINGS = {
    "sin(π/x)": (lambda x: np.sin(np.pi / x), 0.02),
    "sin(2π log₂ x)": (lambda x: np.sin(2 * np.pi * np.log2(x)), 0.0),
}
SWING_WINDOW = (4e-4, 1.25)
# The V-curve: the error at X0 in three precisions, and the ranges of its axes.
X0 = 1
DASHES = {"float64": "solid", "float32": "dashed", "float16": "dotted"}
STEPS = (1e-17, 1.0)
ERRORS = (1e-17, 1e2)
PER_DECADE = 4
# With units as long on both axes, the window of three secants is filled at this width.
WIDE = 1.65
# A single error may be small by luck; the worst of several steps close together shows the trend.
NEARBY = 9
ROUNDS_TO_X0 = {
    "forward": f"{X0} + h rounds to {X0}",
    "backward": f"{X0} − h rounds to {X0}",
    "central": f"{X0} + h and {X0} − h round to {X0}",
}


def approach(function: str = "jump", h_exponent: float = -1.0, side: str = "+", zoom: bool = False) -> Scene:
    """x = x₀ ± h with h = 10^h_exponent: the point (x, f(x)) on the graph, and its value.

    `function` is a name in `EXAMPLES`; x₀ is 0, except 1 for (x²−1)/(x−1). `side` is "-" or "+", `h_exponent` from −8
    to 0. With `zoom` the window shrinks with h.

    >>> approach("jump", -1, "-").description
    'jump at x = −0.1, a distance of 0.1 left of 0: f(−0.1) = 0. From the left, f(x) tends to 0.'
    """
    this = EXAMPLES[function]
    h = 10.0**h_exponent
    x = this.x0 + h if side == "+" else this.x0 - h
    value = float(this(x))
    reach = REACH * h if zoom else REACH
    curve = graph(function, reach=reach)
    low, high = y_limits(curve)
    left, right = this.x0 - reach, this.x0 + reach
    tends_to = limit(function, side)
    near = _near(this.x0, h, side)
    shown = f"f({near}) = {number(value, _digits(value, tends_to))}"
    layers = [
        *curve,
        Segment((x, low), (x, value), color="grey", dash="dotted"),
        Segment((x, value), (left, value), color="grey", dash="dotted"),
        # The window that shrinks with h would run away from a point that is dragged.
        Points(
            np.array([x]), np.array([value]), "(x, f(x))", "vermilion", size=11, control=() if zoom else "h_exponent"
        ),
        Label(x, value, shown, "above right" if side == "-" else "above left"),
    ]
    description = (
        f"{function} at x = {near}, a distance of {number(h)} {SIDES[side]} of {number(this.x0)}: {shown}. "
        f"From the {SIDES[side]}, f(x) {tends(tends_to)}."
    )
    if zoom:
        description += f" The window is magnified and reaches {number(reach)} to both sides of {number(this.x0)}."
    return Scene(
        f"From the {SIDES[side]}, f(x) {tends(tends_to)}", Axis("x", (left, right)), Axis("f(x)", (low, high)),
        tuple(layers), description, axes_follow="h_exponent" if zoom else "function",
    )  # fmt: skip


def _near(x0: float, h: float, side: str) -> str:
    if x0 == 0:
        return number(h if side == "+" else -h)
    return f"{number(x0)} {'+' if side == '+' else '−'} {number(h)}"


def _digits(value: float, tends_to: sp.Expr) -> int:
    """How many significant digits tell the value from its limit: 1.9999 must not be printed as 2."""
    end = finite(tends_to)
    if end is None or value in (0, end):
        return 4
    return max(4, math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(value - end))) + 2)


def steps_on_a_swing(function: str = "sin(π/x)", start: float = 1.0, ratio: int = 10) -> Scene:
    """f(h) at h = start, start/ratio, start/ratio², …, on the graph of an f in `SWINGS` over a logarithmic axis.

    >>> steps_on_a_swing("sin(π/x)", 0.75, 10).description
    'sin(π/x) at h = 0.75, then at a step divided by 10 each time: all 4 values are −0.866.'
    """
    f, finest = SWINGS[function]
    low, high = SWING_WINDOW
    h = start * np.float64(ratio) ** -np.arange(math.floor(math.log(start / low, ratio)) + 1)
    seen = f(h).round(9) + 0.0
    # Evenly in 1/x where the swings crowd, else evenly on the axis.
    x = 1 / np.linspace(1 / high, 1 / finest, 2000)[::-1] if finest else np.geomspace(low, high, 1000)
    layers: list[Layer] = [Curve(x, f(x), f"f(x) = {function}")]
    if finest:
        layers.insert(0, Band(np.array([low, finest]), -np.ones(2), np.ones(2), TOO_FAST, "blue", dense=True))
    layers += [
        Points(h[1:], seen[1:], "the next steps", "ink", size=9),
        Points(h[:1], seen[:1], "the first step", "vermilion", size=11, control="start"),
    ]
    ends = number(seen.min(), 3), number(seen.max(), 3)
    values = (
        f"all {len(h)} values are {ends[0]}"
        if ends[0] == ends[1]
        else f"the {len(h)} values lie from {ends[0]} to {ends[1]}"
    )
    return Scene(
        f"Divide the step by {ratio} each time: {values}", Axis("x", SWING_WINDOW, "log"), Axis("f(x)", (-1.25, 1.25)),
        tuple(layers), f"{function} at h = {number(start)}, then at a step divided by {ratio} each time: {values}.",
    )  # fmt: skip


@dataclass(frozen=True)
class Theory:
    """The error c·hᵖ + r/h at x₀: truncation (c = 0: none) and round-off, at most; up to `lost`, h changes nothing."""

    c: float
    p: int
    r: float
    lost: float

    @property
    def best_step(self) -> float:
        """The h > 0 where c·hᵖ + r/h is least, (r/(p·c))^(1/(p+1)); c must be above 0."""
        return float((self.r / (self.p * self.c)) ** (1 / (self.p + 1)))

    def error(self, h: float) -> float:
        """c·hᵖ + r/h."""
        return self.c * h**self.p + self.r / h


def error_v_curve(function: str = "exp", dtype: str = "float64", scheme: str = "forward") -> Scene:
    """|quotient(h) − f′(x₀)| against h at x₀ = 1, log-log: truncation c·hᵖ falls with h, round-off r/h grows.

    c·hᵖ is the first Taylor term that the scheme leaves over: |f″|h/2 forward and backward, |f‴|h²/6 central.
    r = u(|x₀f′| + 2|f|), for the central scheme u(|x₀f′| + |f|), with u the unit round-off of `dtype`. That is the
    theory, two straight lines. The curves are measured: each point is the worst of 9 nearby steps. `function` is a
    name in `EXAMPLES`, `dtype` float16, float32 or float64, `scheme` forward, backward or central. Source: Press,
    Teukolsky, Vetterling and Flannery, *Numerical Recipes*, 3rd edition, 2007, section 5.7.

    >>> print(error_v_curve("x²", "float64", "backward").description.replace(". ", ".\\n"))
    Backward quotient of x² at 1 in float64.
    In theory the error falls like h down to about h = 2.1×10⁻⁸, where it is at most about 4×10⁻⁸.
    For smaller h round-off makes it grow like 1/h.
    Measured, it is least at h = 10⁻⁸: 1.4×10⁻⁸.
    Below about h = 5.6×10⁻¹⁷, 1 − h rounds to 1 and the quotient is 0.
    """
    layers: list[Layer] = []
    for kind, dash in DASHES.items():
        color, width = ("blue", 3.0) if kind == dtype else ("grey", 1.5)
        layers.append(Curve(*errors(function, kind, scheme), kind, color, dash, width))
    expected = theory(function, dtype, scheme)
    h, error = errors(function, dtype, scheme)
    best = int(error.argmin())
    layers += _regimes(expected)
    layers.append(Points(h[best : best + 1], error[best : best + 1], "least error, measured", "vermilion", size=11))
    return Scene(
        "Smaller steps are not always better", Axis("step h", STEPS, "log"),
        Axis(f"error, worst of {NEARBY} nearby steps", ERRORS, "log"), tuple(layers),
        f"{scheme.capitalize()} quotient of {function} at {X0} in {dtype}. {_in_theory(expected)} Measured, it is "
        f"least at h = {number(h[best], 2)}: {number(error[best], 2)}. Below about h = "
        f"{number(expected.lost, 2)}, {ROUNDS_TO_X0[scheme]} and the quotient is 0.",
    )  # fmt: skip


@lru_cache(maxsize=256)
def errors(function: str, dtype: str, scheme: str) -> tuple[FloatArray, FloatArray]:
    """Steps h, four a decade, and the worst error of the quotient at x₀ in `dtype` over 9 steps near each.

    Steps whose errors are all 0 or not finite are left out: a log axis has no place for them.
    """
    smallest = max(STEPS[0], 2 * float(np.finfo(dtype).smallest_subnormal))
    low, high = (round(PER_DECADE * math.log10(end)) for end in STEPS)
    h = 10.0 ** (np.arange(low, high + 1) / PER_DECADE)
    near = 10.0 ** ((np.arange(NEARBY) - (NEARBY - 1) / 2) / (PER_DECADE * NEARBY))
    f = EXAMPLES[function].f
    # A step across a breakpoint measures the other branch, not the error at x0.
    reach = min((abs(float(point) - X0) for point in f.breakpoints), default=np.inf)
    h = h[(h >= smallest) & (h * near.max() < reach)]
    quotients = difference_quotient(f, X0, h[:, None] * near, scheme, dtype).astype(np.float64)
    error = np.abs(quotients - float(one_sided_derivative(f, X0, "+"))).max(axis=1)
    shown = np.isfinite(error) & (error > 0)
    return h[shown], error[shown]


def theory(function: str, dtype: str, scheme: str) -> Theory:
    """What Taylor's theorem and rounding to nearest say about the error at x₀."""
    branch, order = EXAMPLES[function].f.branch(X0, "+"), 3 if scheme == "central" else 2
    value, slope, term = (abs(float(branch.diff(X, k).subs(X, X0))) for k in (0, 1, order))
    u = float(np.finfo(dtype).eps) / 2
    r = u * (X0 * slope + (1 if scheme == "central" else 2) * value)
    # The neighbours of a float need not be equally far: just below a power of two they are half as far apart.
    x0 = np.dtype(dtype).type(X0)
    gaps = {"forward": np.nextafter(x0, x0 + 1) - x0, "backward": x0 - np.nextafter(x0, x0 - 1)}
    gap = gaps[scheme] if scheme in gaps else min(gaps.values())
    return Theory(term / math.factorial(order), order - 1, r, lost=float(gap) / 2)


def _regimes(expected: Theory) -> list[Layer]:
    """The two straight lines of the theory; each runs a decade past their crossing, or to the frame."""
    c, p, r = expected.c, expected.p, expected.r
    layers: list[Layer] = []
    end = STEPS[1]
    if c > 0:
        layers.append(
            _power_law(
                expected.best_step / 10, STEPS[1], c, p, f"theory: truncation, like {_law(p)}", "orange", "dashed"
            )
        )
        end = min(end, 10 * expected.best_step)
    layers.append(_power_law(expected.lost, end, r, -1, "theory: round-off, at most, like 1/h", "purple", "dotted"))
    return layers


def _power_law(start: float, end: float, c: float, p: int, label: str, color: str, dash: str) -> Segment:
    return Segment((start, c * start**p), (end, c * end**p), label, color, dash, 2.5)


def _law(p: int) -> str:
    return "h" if p == 1 else "h" + str(p).translate(SUPERSCRIPT)


def _in_theory(expected: Theory) -> str:
    if expected.c:
        h = expected.best_step
        return (
            f"In theory the error falls like {_law(expected.p)} down to about h = {number(h, 2)}, where it is at most "
            f"about {number(expected.error(h), 1)}. For smaller h round-off makes it grow like 1/h."
        )
    return "In theory there is no truncation error: the error is all round-off and grows like 1/h as h shrinks."


def quotients_at_kink(function: str = "ReLU", h_exponent: float = -0.3, zoom: bool = False) -> Scene:
    """(f(h) − f(0))/h, (f(0) − f(−h))/h and (f(h) − f(−h))/(2h): three secants at the kink 0, h = 10^h_exponent.

    `function` is a name in `EXAMPLES`; `h_exponent` from −6 to 0. With `zoom` the window shrinks with h.

    >>> quotients_at_kink("ReLU", -1).description
    'ReLU at 0 with h = 0.1: forward quotient 1, backward 0, central 0.5. No smaller h changes them.'
    """
    this = EXAMPLES[function]
    h = 10.0**h_exponent
    scale = h if zoom else 1.0
    reach = WIDE * scale
    steps = np.array([h, h / 10, h / 1000])
    slopes = {s: difference_quotient(this.f, 0, steps, s) for s in ("forward", "backward", "central")}
    left, right = -reach, reach
    ends = np.array([-h, 0.0, h])
    values = this(ends)
    # A secant is the line through a point of the graph with the quotient as its slope, written where no other line is.
    places = {
        "forward": (0.0, values[1], 0.75, "right"),
        "backward": (0.0, values[1], *((-1.3, "above") if slopes["backward"][0] >= 0 else (-0.75, "below left"))),
        "central": (h, values[2], -0.3, "above left"),
    }
    styles = {"forward": ("orange", "dashed"), "backward": ("purple", "dotted"), "central": ("vermilion", "solid")}
    layers, texts = list(graph(function, reach=reach)), []
    for scheme, (color, dash) in styles.items():
        slope, (x, y, at, anchor) = float(slopes[scheme][0]), places[scheme]
        line = [(end, y + slope * (end - x)) for end in (left, right, at * scale)]
        layers.append(Segment(line[0], line[1], scheme, color, dash, 2.5 if scheme == "central" else 4.0))
        texts.append(Label(*line[2], f"slope {number(slope)}", anchor))
    layers += [
        *texts,
        Points(ends[:2], values[:2], "−h, 0", "ink", size=9),
        Points(ends[2:], values[2:], "h", "vermilion", size=11, control=() if zoom else "h_exponent"),
    ]
    same = all(np.allclose(q, q[0], rtol=0, atol=1e-9) for q in slopes.values())
    description = (
        f"{function} at 0 with h = {number(h)}: forward quotient {number(slopes['forward'][0])}, "
        f"backward {number(slopes['backward'][0])}, central {number(slopes['central'][0])}. "
        f"{'No smaller h changes them.' if same else 'They change with h.'}"
    )
    if zoom:
        description += f" The window is magnified and shows {number(left)} ≤ x ≤ {number(right)}."
    said = ", ".join(number(slopes[scheme][0]) for scheme in ("backward", "central", "forward"))
    return Scene(
        f"One kink, three quotients: {said}", Axis("x", (left, right)), Axis("f(x)", (-0.6 * scale, 1.15 * scale)),
        tuple(layers), description, equal_units=True, axes_follow="h_exponent" if zoom else "",
    )  # fmt: skip
