"""Figures of lesson 01: approaching a point from one side, and difference quotients at a kink."""

import math

import numpy as np
import sympy as sp

from course_lib.calculus import difference_quotient
from course_lib.figures import validation
from course_lib.figures.examples import REACH, example, finite, graph, limit, tends, y_limits
from course_lib.figures.layers import Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.v_curve import error_v_curve as error_v_curve

APPROACHABLE = ("ReLU", "step", "(x²−1)/(x−1)", "√|x|", "x·sin(1/x)", "sin(1/x)")
KINKED = ("ReLU", "|x|", "leaky ReLU")
SIDES = {"-": "left", "+": "right"}


def approach(function: str = "step", h_exponent: float = -1.0, side: str = "+", zoom: bool = False) -> Scene:
    """x = x₀ ± h with h = 10^h_exponent: the point (x, f(x)) on the graph, and its value.

    `function` is a name in `APPROACHABLE`; x₀ is 0, except 1 for (x²−1)/(x−1). `side` is "-" or "+", `h_exponent` from
    −8 to 0. With `zoom` the window shrinks with h. Other arguments raise ValueError, for `zoom`
    TypeError.

    >>> approach("step", -1, "-").description
    'step at x = −0.1, a distance of 0.1 left of 0: f(−0.1) = 0. From the left, f(x) tends to 0.'
    """
    this = example("approach", function, APPROACHABLE)
    validation.one_of("approach", "side", side, tuple(SIDES))
    h = 10.0 ** validation.number_between("approach", "h_exponent", h_exponent, -8, 0)
    x = this.x0 + h if side == "+" else this.x0 - h
    value = float(this(x))
    reach = _reach("approach", zoom, h)
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
        Points(np.array([x]), np.array([value]), label=shown, color="vermilion", size=10),
    ]
    description = (
        f"{function} at x = {near}, a distance of {number(h)} {SIDES[side]} of {number(this.x0)}: {shown}. "
        f"From the {SIDES[side]}, f(x) {tends(tends_to)}."
    )
    if zoom:
        description += f" The window is magnified and reaches {number(reach)} to both sides of {number(this.x0)}."
    title = f"Approaching {number(this.x0)} from the {SIDES[side]}: h = {number(h)}"
    return Scene(title, Axis("x", (left, right)), Axis("f(x)", (low, high)), tuple(layers), description)


def _near(x0: float, h: float, side: str) -> str:
    sign = "+" if side == "+" else "−"
    if x0 == 0:
        return number(h if side == "+" else -h)
    return f"{number(x0)} {sign} {number(h)}"


def _digits(value: float, tends_to: sp.Expr) -> int:
    """How many significant digits tell the value from its limit: 1.9999 must not be printed as 2."""
    end = finite(tends_to)
    if end is None or value in (0, end):
        return 4
    return max(4, math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(value - end))) + 2)


def _reach(owner: str, zoom: bool, h: float) -> float:
    """Half the width of the window."""
    if not isinstance(zoom, bool):
        raise TypeError(f"{owner}: zoom must be True or False; got {zoom!r}.")
    return REACH * h if zoom else REACH


def quotients_at_kink(function: str = "ReLU", h_exponent: float = -0.3, zoom: bool = False) -> Scene:
    """(f(h) − f(0))/h, (f(0) − f(−h))/h and (f(h) − f(−h))/(2h): three secants at the kink 0, h = 10^h_exponent.

    `function` is a name in `KINKED`; `h_exponent` from −6 to 0. With `zoom` the window shrinks with h. Other arguments
    raise ValueError.

    >>> quotients_at_kink("ReLU", -1).description
    'ReLU at 0 with h = 0.1: forward quotient 1, backward 0, central 0.5. No smaller h changes them.'
    """
    this = example("quotients_at_kink", function, KINKED)
    h = 10.0 ** validation.number_between("quotients_at_kink", "h_exponent", h_exponent, -6, 0)
    reach = _reach("quotients_at_kink", zoom, h)
    scale = reach / REACH
    steps = np.array([h, h / 10, h / 1000])
    slopes = {s: difference_quotient(this.f, 0, steps, s) for s in ("forward", "backward", "central")}
    left, right = -reach, reach
    ends = np.array([-h, 0.0, h])
    values = this(ends)
    # A secant is the line through a point of the graph with the quotient as its slope.
    anchors = {"forward": (0.0, values[1]), "backward": (0.0, values[1]), "central": (h, values[2])}
    styles = {"forward": ("orange", "dashed"), "backward": ("green", "dotted"), "central": ("vermilion", "solid")}
    layers = list(graph(function))
    for scheme, (color, dash) in styles.items():
        slope, (x, y) = float(slopes[scheme][0]), anchors[scheme]
        layers.append(
            Segment(
                (left, y + slope * (left - x)), (right, y + slope * (right - x)),
                f"{scheme}: slope {number(slope)}", color, dash, 2.0,
            )
        )  # fmt: skip
    layers.append(Points(ends, values, label="−h, 0, h", color="ink"))
    same = all(np.allclose(q, q[0], rtol=0, atol=1e-9) for q in slopes.values())
    description = (
        f"{function} at 0 with h = {number(h)}: forward quotient {number(slopes['forward'][0])}, "
        f"backward {number(slopes['backward'][0])}, central {number(slopes['central'][0])}. "
        f"{'No smaller h changes them.' if same else 'They change with h.'}"
    )
    if zoom:
        description += f" The window is magnified and shows {number(left)} ≤ x ≤ {number(right)}."
    return Scene(
        f"Three difference quotients at a kink: h = {number(h)}",
        Axis("x", (left, right)), Axis("f(x)", (-0.5 * scale, 1.15 * scale)), tuple(layers), description,
    )  # fmt: skip
