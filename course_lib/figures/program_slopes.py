"""Figures of lesson 03: the line that a program's automatic derivative draws, and 2sᵏ against s."""

from functools import lru_cache

import numpy as np
import sympy as sp

from course_lib.experiments.programs import (
    PROGRAMS,
    S,
    clarke_set,
    derivative_in_s,
    function_of,
    nested_identity,
    right_slopes,
)
from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Layer, Points, Segment
from course_lib.figures.numbers import SUPERSCRIPT
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

REACH = 1.1
SAMPLES = 81
MOST_NESTED = 8


def program_and_line(program: str = "relu(t)", s: float = 0.0) -> Scene:
    """The graph of a program's function f, and the line y = g·t with its automatic derivative g at 0, for relu'(0) = s.

    The band holds the lines whose slopes are in the Clarke subdifferential of f at 0; where f has a derivative it is
    one line. `program` is a name in `PROGRAMS`, s a number from 0 to 1; ValueError for others.

    >>> print(program_and_line("relu(t) − relu(−t)", 0.25).description.replace(". ", ".\\n"))
    The program relu(t) − relu(−t) with s = 0.25: its automatic derivative at 0 is 0.5.
    Its function has the derivative 1 there: 0.5 is not right.
    """
    validation.one_of("program_and_line", "program", program, tuple(PROGRAMS))
    s = validation.number_between("program_and_line", "s", s, 0, 1)
    slope = _derivative(program, s)
    low, high = _ends(program)
    right = low - 1e-9 <= slope <= high + 1e-9
    ends = np.array([-REACH, 0.0, REACH])
    layers: list[Layer] = []
    if low < high:
        fan = np.sort(np.outer([low, high], ends), axis=0)
        layers.append(Band(ends, fan[0], fan[1], f"slopes from {number(low)} to {number(high)}"))
    else:
        line = f"slope {number(low)}, its derivative"
        layers.append(Segment((-REACH, -low * REACH), (REACH, low * REACH), line, "green", "solid", 8))
    layers.append(_graph(program))
    place = ("in the band" if right else "outside") if low < high else ("right" if right else "not right")
    label = f"automatic derivative {number(slope)}: {place}"
    dash, color = ("dashed", "orange") if right else ("dotted", "vermilion")
    layers.append(Segment((-REACH, -slope * REACH), (REACH, slope * REACH), label, color, dash, 3))
    layers.append(Points(np.zeros(1), np.zeros(1), color="ink"))
    if low < high:
        verdict = f"It is in the Clarke subdifferential, from {number(low)} to {number(high)}."
        if not right:
            verdict = f"It is outside the Clarke subdifferential, from {number(low)} to {number(high)}."
    else:
        verdict = (
            f"Its function has the derivative {number(low)} there: {number(slope)} is {'' if right else 'not '}right."
        )
    return Scene(
        "A program and its automatic derivative at 0", Axis("t", (-REACH, REACH)), Axis("", (-1.3, 1.3)),
        tuple(layers),
        f"The program {program} with s = {number(s)}: its automatic derivative at 0 is {number(slope)}. {verdict}",
    )  # fmt: skip


def _derivative(program: str, s: float) -> float:
    return float(derivative_in_s(PROGRAMS[program]).subs(S, s))


@lru_cache
def _graph(program: str) -> Curve:
    t = np.linspace(-REACH, REACH, SAMPLES)
    return Curve(t, function_of(PROGRAMS[program])(t), "what the program computes", "blue", width=3)


@lru_cache
def _ends(program: str) -> tuple[float, float]:
    right = clarke_set(PROGRAMS[program])
    return float(right.inf), float(right.sup)


def nested_slopes(k: int = 1) -> Scene:
    """2sᵏ against s: the automatic derivative at 0 of relu(…relu(t)…) − relu(…relu(−t)…) = t, k ReLUs in each part.

    Only s = 2^(−1/k) gives 1, which is right. Dotted lines are the smaller k. k is a whole number from 1 to 8;
    ValueError for others.

    >>> nested_slopes(2).description
    '2 ReLUs in each part: the automatic derivative of t is 2s². It is 1 at s = 0.707 only; for k = 1 at s = 0.5.'
    """
    if not isinstance(k, int) or not 1 <= k <= MOST_NESTED:
        raise ValueError(f"nested_slopes: k must be a whole number from 1 to {MOST_NESTED}; got {k!r}.")
    s = np.linspace(0, 1, SAMPLES)
    layers: list[Layer] = [Segment((0, 1), (1, 1), "1, the derivative of t", "green", width=3)]
    places = []
    for depth in range(1, k + 1):
        program = nested_identity(depth)
        y = sp.lambdify(S, derivative_in_s(program), "numpy")(s)
        (place,) = right_slopes(program)
        places.append(float(place))
        if depth < k:
            layers.append(Curve(s, y, "smaller k" if depth == 1 else "", "grey", "dotted"))
        else:
            layers.append(Curve(s, y, f"2{_power(k)}", "blue", width=3))
    if k > 1:
        layers.append(Points(np.array(places[:-1]), np.ones(k - 1), "right for smaller k", "grey", "hollow"))
    layers.append(Points(np.array(places[-1:]), np.ones(1), f"right: s = {number(places[-1])}", "green", size=11))
    parts = "1 ReLU in each part" if k == 1 else f"{k} ReLUs in each part"
    first = "" if k == 1 else f"; for k = 1 at s = {number(places[0])}"
    return Scene(
        "The derivative of t, by ReLUs", Axis("s, the slope of ReLU at 0", (0, 1)),
        Axis("automatic derivative", (0, 2.1)), tuple(layers),
        f"{parts}: the automatic derivative of t is 2{_power(k)}. It is 1 at s = {number(places[-1])} only{first}.",
    )  # fmt: skip


def _power(k: int) -> str:
    return "s" if k == 1 else "s" + str(k).translate(SUPERSCRIPT)
