"""Figures of lesson 03: the line that a program's automatic derivative draws, and 2sᵏ against s."""

import math
from functools import lru_cache

import numpy as np
import sympy as sp

from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Label, Layer, Points, Segment
from course_lib.figures.scene import SUPERSCRIPT, Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.topics.frameworks.dual_numbers import EMULATIONS
from course_lib.topics.frameworks.experiment import (
    SLOPE_PROGRAMS,
    S,
    clarke_set,
    derivative_in_s,
    function_of,
    nested_identity,
    right_slopes,
)
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import clarke_bounds, judge
from course_lib.topics.frameworks.snapshots import snapshot

# Figure of lesson 03: what each library of the snapshot returned for a program, beside the Clarke subdifferential.


X_LIMITS = (-1.3, 2.9)
WORDS = 2.4  # Where NaN, ∞ and what is no number stand.
# Programs of one variable that have a Clarke subdifferential, by what is typed.
CHOICES: dict[str, str] = {
    program.label: program.id for program in PROGRAMS.values() if len(program.point) == 1 and program.id != "sqrt"
}


def values_of_frameworks(program: str = "relu(x) at 0") -> Scene:
    """The derivative that each library returned; the band is the Clarke subdifferential of the program's function.

    Hollow points are outside of it. Rows marked *emulated* follow rules read in the library's source. `program` is a
    key of `CHOICES`; ValueError for another.

    >>> values_of_frameworks("relu6(x) at 6").description
    'relu6(x) at 6 may be anything in [0, 1]: PyTorch 0, TensorFlow 0, JAX 0, tinygrad 1; none is outside.'
    """
    id = CHOICES[validation.one_of("values_of_frameworks", "program", program, tuple(CHOICES))]
    rows = _rows(id)
    bounds = clarke_bounds(PROGRAMS[id], (1.0,))
    if bounds is None:
        raise ValueError(f"values_of_frameworks: {program} has no Clarke subdifferential; choose another program")
    low, high = map(float, bounds)
    height = (0.5, len(rows) + 0.5)
    layers: list[Layer] = []
    if low < high:
        band = f"Clarke subdifferential, {number(low)} to {number(high)}"
        layers.append(Band(np.array([low, high]), np.full(2, height[0]), np.full(2, height[1]), band))
    else:
        layers.append(Segment((low, height[0]), (low, height[1]), f"the derivative, {number(low)}", "sky", width=4))
    inside: list[tuple[float, int]] = []
    outside: list[tuple[float, int]] = []
    ticks: list[tuple[float, str]] = []
    for position, (name, value) in zip(range(len(rows), 0, -1), rows, strict=True):
        ticks.append((float(position), name))
        if isinstance(value, str):
            layers.append(Label(WORDS, position, value, "center", "grey"))
        elif not math.isfinite(value):
            layers.append(Label(WORDS, position, "NaN" if math.isnan(value) else "∞", "center", "vermilion"))
        else:
            (outside if _is_outside(id, value) else inside).append((value, position))
    for found, label, color, marker in (
        (inside, "returned, in the set", "blue", "filled"),
        (outside, "returned, outside", "vermilion", "hollow"),
    ):
        if found:
            x, y = np.array(found, dtype=float).T
            layers.append(Points(x, y, label, color, marker, 11))
    return Scene(
        f"What came back for {program}", Axis("derivative", X_LIMITS), Axis("", height, ticks=tuple(ticks)),
        tuple(layers), _describe(program, id, rows, low, high),
    )  # fmt: skip


@lru_cache
def _rows(id: str) -> tuple[tuple[str, float | str], ...]:
    """Name and value of each library, then of what is emulated; why there is none where there is none."""
    rows: list[tuple[str, float | str]] = []
    for key, library in LIBRARIES.items():
        measured = snapshot().row(key, id)
        if measured is not None:
            name = f"{library.title} {measured.version}"
            why = measured.status if measured.status == "not offered" else "an error"
            rows.append((name, why if measured.value is None else measured.value[0]))
    rows += [(emulation.label, float(emulation.value)) for emulation in EMULATIONS if emulation.program_id == id]
    return tuple(rows)


@lru_cache(maxsize=512)
def _is_outside(id: str, value: float) -> bool:
    return judge(id, value).verdict == "outside"


def _describe(program: str, id: str, rows: tuple[tuple[str, float | str], ...], low: float, high: float) -> str:
    found = [(name, value) for name, value in rows if not isinstance(value, str)]
    said = ", ".join(f"{_short(name)} {'NaN' if math.isnan(value) else number(value)}" for name, value in found)
    outside = [_short(name) for name, value in found if _is_outside(id, value)]
    set_ = f"may be anything in [{number(low)}, {number(high)}]" if low < high else f"has the derivative {number(low)}"
    verdict = f"outside: {', '.join(outside)}" if outside else "none is outside"
    return f"{program} {set_}: {said}; {verdict}."


def _short(name: str) -> str:
    """The name without the version of a library that was run."""
    return name if name.endswith("(emulated)") else name.rsplit(" ", 1)[0]


# Figures of lesson 03: the line that a program's automatic derivative draws, and 2sᵏ against s.


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
    validation.one_of("program_and_line", "program", program, tuple(SLOPE_PROGRAMS))
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
    return float(derivative_in_s(SLOPE_PROGRAMS[program]).subs(S, s))


@lru_cache
def _graph(program: str) -> Curve:
    t = np.linspace(-REACH, REACH, SAMPLES)
    return Curve(t, function_of(SLOPE_PROGRAMS[program])(t), "what the program computes", "blue", width=3)


@lru_cache
def _ends(program: str) -> tuple[float, float]:
    right = clarke_set(SLOPE_PROGRAMS[program])
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
