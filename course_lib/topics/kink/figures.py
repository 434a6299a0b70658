"""Figures of the proof: secants at a kink, the quotient and its limits, continuity."""

from typing import Any

import numpy as np

from course_lib.calculus import difference_quotient
from course_lib.figures.examples import EXAMPLES, REACH, TOO_FAST, Example, derivative, finite, graph, offsets, tends
from course_lib.figures.layers import Band, Curve, Label, Layer, Points, Segment
from course_lib.figures.marks import rise_and_run
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number

SECANT = ("ReLU", "|x|", "x²")
QUOTIENT = (*SECANT, "√|x|", "x·sin(1/x)")
CONTINUITY = ("ReLU", "|x|", "leaky ReLU", "jump")
SIDES = {"-": "left", "+": "right"}
COLORS = {"-": "purple", "+": "orange"}
# A secant's window is filled although a unit is as long on both axes.
WIDE = 1.6
SECANT_AXES = Axis("x", (-WIDE, WIDE)), Axis("f(x)", (-0.5, 1.2))
# The quotient of √|x| has no bound: it leaves the frame.
QUOTIENTS = (-2.2, 2.2)
# Holds ±1 around f(0), which is 0 or, for the jump, 1.
VALUES = (-1.15, 2.15)
OUTSIDE = 9.0


def secants(function: str = "ReLU", h: float = 0.8) -> Scene:
    """(f(h) − f(0))/h: the slope of the secant through (0, f(0)) and (h, f(h)), h positive or negative.

    `function` is a name in `SECANT`; h from −1 to 1, not 0.

    >>> secants("ReLU", -0.5).description
    'ReLU, h = −0.5: the secant through (0, 0) and (−0.5, 0) has slope 0. As h → 0 from the left, the slope tends to 0.'
    """
    this = EXAMPLES[function]
    slope = _quotient(this, 0.0, h)
    start, end = this(np.array([0.0, h]))
    layers = (
        *graph(function, reach=WIDE),
        _line(0.0, start, slope, "secant", WIDE),
        *rise_and_run((0.0, start), (h, end), *SECANT_AXES),
        Points(np.zeros(1), np.array([start]), "(0, f(0))", "ink", size=9),
        Points(np.array([h]), np.array([end]), "(h, f(h))", "vermilion", size=11, control="h"),
    )
    side = "-" if h < 0 else "+"
    description = (
        f"{function}, h = {number(h)}: the secant through (0, {number(start)}) and ({number(h)}, {number(end)}) has "
        f"slope {number(slope)}. As h → 0 from the {SIDES[side]}, the slope {tends(derivative(function, side))}."
    )
    title = f"To the {SIDES[side]} of 0 the secant has slope {number(slope)}"
    return Scene(title, *SECANT_AXES, layers, description, equal_units=True)


def quotient_against_limit(function: str = "ReLU") -> Scene:
    """q(h) = (f(h) − f(0))/h against h < 0 and h > 0; hollow points at h = 0 mark the two limits, f'₋(0) and f'₊(0).

    `function` is a name in `QUOTIENT`.

    >>> print(quotient_against_limit("|x|").description.replace(". ", ".\\n"))
    The difference quotient of |x| at 0: from the left it tends to −1, from the right it tends to 1.
    The two limits differ, so |x| has no derivative at 0.
    """
    this = EXAMPLES[function]
    steps = offsets(this.amplitude is not None)
    limits = {side: derivative(function, side) for side in SIDES}
    ends = {side: finite(value) for side, value in limits.items()}
    layers: list[Layer] = []
    if this.amplitude is not None:
        inner = np.linspace(-steps[0], steps[0], 22)
        reach = this.amplitude(inner) / np.abs(inner)
        layers.append(Band(inner, -reach, reach, TOO_FAST, "blue", dense=True))
    for side, sign, scheme in (("-", -1, "backward"), ("+", 1, "forward")):
        h, q = sign * steps, difference_quotient(this.f, 0, steps, scheme)
        end = ends[side]
        if end is not None:
            h, q = np.append(0.0, h), np.append(end, q)
        label = "q(h) = (f(h) − f(0)) / h" if side == "+" else ""
        layers.append(Curve(h[::sign], q[::sign], label, width=3 if this.amplitude is None else 1.5))
    marks = {side: f"limit from the {SIDES[side]}" for side in SIDES}
    if ends["-"] == ends["+"]:
        marks = {"+": "limit from both sides"}
    for side, words in marks.items():
        end = ends[side]
        if end is not None:
            layers.append(
                Points(np.zeros(1), np.array([end]), words, COLORS[side] if len(marks) > 1 else "green", "hollow", 11)
            )
            # Beside the curve, which leaves to this side.
            text, anchor = number(end), f"{'below' if side == '-' else 'above'} {SIDES[side]}"
            layers.append(Label(0.0, end, text, anchor, "ink"))
    return Scene(
        _in_short(ends), Axis("h", (-REACH, REACH)), Axis("q(h)", QUOTIENTS), tuple(layers),
        f"The difference quotient of {function} at 0: {_both_sides(limits)}. {_verdict(function, ends)}",
    )  # fmt: skip


def _both_sides(limits: dict[str, Any]) -> str:
    if limits["-"] == limits["+"]:
        return f"from both sides it {tends(limits['+'])}"
    return ", ".join(f"from the {SIDES[side]} it {tends(limits[side])}" for side in SIDES)


def _in_short(ends: dict[str, float | None]) -> str:
    if None in ends.values():
        return "The difference quotient at 0 has no two finite limits"
    left, right = (number(end) for end in ends.values() if end is not None)
    if left == right:
        return f"The difference quotient at 0 has one limit: {left}"
    return f"The difference quotient at 0 has two limits: {left} and {right}"


def _verdict(function: str, ends: dict[str, float | None]) -> str:
    left, right = ends["-"], ends["+"]
    if left is None or right is None:
        return f"There are no two finite limits, so {function} has no derivative at 0."
    if left != right:
        return f"The two limits differ, so {function} has no derivative at 0."
    return f"The two limits agree: the derivative at 0 is {number(left)}."


def epsilon_delta(function: str = "ReLU", epsilon: float = 0.5, delta: float = 0.5) -> Scene:
    """|x| < δ ⟹ |f(x) − f(0)| < ε: the band of height ±ε around f(0), and the part of f within ±δ of 0.

    `function` is a name in `CONTINUITY`; ε and δ from 0.01 to 1.

    >>> epsilon_delta("ReLU", 0.25, 0.25).description
    'ReLU with ε = 0.25 and δ = 0.25: every x with |x| < δ has |f(x) − f(0)| < ε, so this δ works.'
    """
    this = EXAMPLES[function]
    center = float(this(0.0))
    # The farthest points of the open interval: these functions are monotone on each side, so no other x is worse.
    x = np.array([-np.nextafter(delta, 0), -np.nextafter(0, 1), np.nextafter(0, 1), np.nextafter(delta, 0)])
    gaps = np.abs(this(x) - center)
    worst = int(gaps.argmax())
    works = bool(gaps[worst] < epsilon)
    curve = graph(function)
    inside = delta * offsets(False) / REACH
    (left, right), (low, high) = (-REACH, REACH), VALUES
    # Both edges are one line, joined outside of the frame: either can be dragged.
    edges = (
        Curve(
            np.array([right, left - OUTSIDE, left - OUTSIDE, right]),
            center + epsilon * np.array([1.0, 1.0, -1.0, -1.0]), color="sky", control="epsilon",
        ),
        Curve(
            delta * np.array([-1.0, -1.0, 1.0, 1.0]), np.array([low, high + OUTSIDE, high + OUTSIDE, low]),
            "x = ±δ", "grey", "dashed", control="delta",
        ),
    )  # fmt: skip
    color = "green" if works else "vermilion"
    layers: tuple[Layer, ...] = (
        Band(np.array([left, right]), np.full(2, center - epsilon), np.full(2, center + epsilon), "within ε of f(0)"),
        *edges,
        *(layer for layer in curve if isinstance(layer, Curve)),
        Curve(-inside[::-1], this(-inside[::-1]), color=color, width=6),
        Curve(inside, this(inside), "f within δ of 0", color, width=6),
        *(layer for layer in curve if isinstance(layer, Points)),
        Points(np.zeros(1), np.array([center]), "(0, f(0))", "ink"),
    )
    name = f"{function} with ε = {number(epsilon)} and δ = {number(delta)}"
    if works:
        verdict = "every x with |x| < δ has |f(x) − f(0)| < ε, so this δ works."
    else:
        side = "left" if x[worst] < 0 else "right"
        verdict = (
            f"to the {side} of 0, |f(x) − f(0)| comes up to {number(gaps[worst])} within δ, which is not below ε, so "
            "this δ fails."
        )
    title = f"This δ {'works: f stays' if works else 'fails: f does not stay'} within ε of f(0)"
    return Scene(title, Axis("x", (left, right)), Axis("f(x)", VALUES), layers, f"{name}: {verdict}")


def quotient_away_from_kink(x: float = -0.5, increment: float = 1.0) -> Scene:
    """(f(x + Δx) − f(x))/Δx for ReLU at any x: it is 0 or 1 as soon as |Δx| < |x|, and may lie between otherwise.

    x from −1 to 1; `increment` Δx from −1 to 1, not 0.

    >>> print(quotient_away_from_kink(-0.5, 1).description.replace(". ", ".\\n"))
    ReLU at x = −0.5 with Δx = 1: the quotient is 0.5.
    The step from −0.5 to 0.5 crosses the kink; once |Δx| < 0.5 the quotient is 0.
    """
    this = EXAMPLES["ReLU"]
    end = x + increment
    slope = _quotient(this, x, increment)
    axes = Axis("x", (-2.6, 2.6)), Axis("f(x)", (-0.6, 2.1))
    places = np.array([x, end])
    values = this(places)
    layers = (
        *graph("ReLU", reach=2.6),
        _line(x, float(values[0]), slope, "secant", 2.6),
        *rise_and_run((x, float(values[0])), (end, float(values[1])), *axes),
        Points(places[:1], values[:1], "(x, f(x))", "ink", size=11, control="x"),
        Points(places[1:], values[1:], "(x + Δx, f(x + Δx))", "vermilion", size=11, control="increment"),
    )
    if x == 0:
        rest = "Here x is the kink itself: the sign of Δx decides, however small Δx is."
    else:
        limit = number(1.0 if x > 0 else 0.0)
        if x * end < 0:
            rest = (
                f"The step from {number(x)} to {number(end)} crosses the kink; once |Δx| < {number(abs(x))} the "
                f"quotient is {limit}."
            )
        else:
            rest = f"The step from {number(x)} to {number(end)} does not cross the kink, so this is f′(x)."
    crosses = "starts on" if x == 0 else "crosses" if x * end < 0 else "does not cross"
    return Scene(
        f"The step {crosses} the kink: the quotient is {number(slope)}", *axes, layers,
        f"ReLU at x = {number(x)} with Δx = {number(increment)}: the quotient is {number(slope)}. {rest}",
        equal_units=True,
    )  # fmt: skip


def _quotient(this: Example, x: float, increment: float) -> float:
    """(f(x + Δx) − f(x))/Δx; a negative increment is the backward quotient."""
    return float(difference_quotient(this.f, x, abs(increment), "forward" if increment > 0 else "backward"))


def _line(x: float, y: float, slope: float, label: str, reach: float = REACH) -> Segment:
    """The line through (x, y) from one side of the window to the other."""
    return Segment((-reach, y - slope * (reach + x)), (reach, y + slope * (reach - x)), label, "orange", "dashed", 4.0)
