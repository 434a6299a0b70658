"""Figures of the lesson on a right autodiff: where a step lands in the plane, and a finite step that goes too far."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from course_lib.checks import one_of, refusal
from course_lib.figures.layers import Curve, Label, Layer, Points, Segment
from course_lib.figures.scene import Axis, Scene, format_power_of_ten
from course_lib.figures.scene import format_number as number
from course_lib.topics.subgradients.directional import maximum, relu, right_gradient

# Programs whose value at 2·(x, y) is twice that at (x, y): so the gradient close to (0, 0) depends on the angle alone.
PROGRAMS: dict[str, Callable[[Any, Any], Any]] = {
    "|x| + 2|y|": lambda x, y: abs(x) + 2 * abs(y),
    "max(x, y)": maximum,
    "max(|x|, y)": lambda x, y: maximum(abs(x), y),
    "relu(x) − relu(−x) + y": lambda x, y: relu(x) - relu(-x) + y,
}
STEP_ANGLE = 15  # degrees between two settings
RADIUS, FAR = 1.0, (3.4, 1.6)  # the frame in x and y
ASIDE = 12  # degrees by which a label stands aside of the middle of its piece, where the axes are
CLOSE_KINKS = (-3, -6, -9)  # powers of ten
POWERS = tuple((10.0**power, format_power_of_ten(10.0**power)) for power in range(-12, 1, 3))


@lru_cache(maxsize=512)
def _gradient_at(program: str, half_degrees: int) -> tuple[int, ...]:
    """The gradient close to (0, 0) in this direction, by whole numbers; in quarters of the circle it is exact."""
    angle = np.deg2rad(half_degrees / 2)
    place = [round(float(10**9 * part)) for part in (np.cos(angle), np.sin(angle))]
    return tuple(right_gradient(PROGRAMS[program], place))


def where_the_step_lands(program: str = "|x| + 2|y|", angle: int = 30) -> Scene:
    """The pieces of the plane around (0, 0) with their gradients, and the one that a step at this angle lands on.

    `program` is a name in `PROGRAMS`, `angle` a multiple of 15 in degrees.

    >>> where_the_step_lands("max(x, y)", 60).description.replace("\\u00a0", " ")
    'max(x, y), a step from (0, 0) at 60 degrees: it lands where the gradient is (0, 1). The plane has 2 pieces.'
    """
    one_of("program", program, PROGRAMS)
    if angle % STEP_ANGLE:
        raise ValueError(refusal("angle", angle, f"a multiple of {STEP_ANGLE}"))
    around = [_gradient_at(program, half) for half in range(1, 720, 2)]  # between the degrees
    edges = [degree for degree in range(360) if around[degree - 1] != around[degree]]
    along_a_kink = angle % 360 in edges
    found = _gradient_at(program, 2 * angle)
    layers: list[Layer] = []
    for i, degree in enumerate(edges):
        label = "kinks of the function" if i == 0 else ""
        layers.append(Segment((0, 0), _at(degree, 5.0), label, "ink", "dashed", 2))
    starts = edges or [0]
    for start, end in zip(starts, [*starts[1:], starts[0] + 360], strict=True):
        gradient = around[start]
        layers.append(Label(*_at((start + end) / 2 + ASIDE, 1.35), _pair(gradient), "center", "ink"))
    end_x, end_y = _at(angle, RADIUS)
    color = "vermilion" if along_a_kink else "blue"
    layers += [
        Segment((0, 0), (end_x, end_y), "step", color, width=4),
        Points(np.array([end_x]), np.array([end_y]), "where it lands", color, size=12, control="angle"),
        Points(np.zeros(1), np.zeros(1), "the tie", "ink", size=9),
    ]
    lands = f"it lands where the gradient is {_pair(found)}"
    if along_a_kink:
        lands = f"it runs along a kink, and a second step decides; x first, then y gives {_pair(found)}"
    pieces = f"The plane has {len(edges)} pieces." if edges else "All around the gradient is the same."
    return Scene(
        "A step along a kink decides nothing" if along_a_kink else f"A step decides the tie: {_pair(found)}",
        Axis("x", (-FAR[0], FAR[0]), whole=True), Axis("y", (-FAR[1], FAR[1]), whole=True), tuple(layers),
        f"{program}, a step from (0, 0) at {angle}\u00a0degrees: {lands}. {pieces}",
        equal_units=True,
    )  # fmt: skip


def _at(degrees: float, radius: float) -> tuple[float, float]:
    """The point at this angle, inside of the frame."""
    x, y = radius * np.cos(np.deg2rad(degrees)), radius * np.sin(np.deg2rad(degrees))
    scale = min(1.0, *(limit / max(abs(part), 1e-9) for part, limit in zip((x, y), FAR, strict=True)))
    return float(x * scale), float(y * scale)


def _pair(gradient: tuple[int, ...]) -> str:
    return f"({', '.join(number(value) for value in gradient)})"


def finite_step(h_exponent: int = -4, kink_exponent: int = -6) -> Scene:
    """The slope of relu(x) − 2 relu(x − d) right of 0, and the one that a step of length h from 0 finds; d = 10ᵏ.

    `h_exponent` is from −12 to 0, k = `kink_exponent` one of −3, −6, −9.

    >>> finite_step(-4, -6).description
    'A step of 10⁻⁴ goes over the kink at 10⁻⁶ and finds the slope −1. A step that is small enough finds 1.'
    """
    if kink_exponent not in CLOSE_KINKS:
        raise ValueError(refusal("kink_exponent", kink_exponent, ", ".join(map(str, CLOSE_KINKS)), "are"))
    h, d = 10.0**h_exponent, 10.0**kink_exponent

    def program(x: Any) -> Any:
        return relu(x) - 2 * relu(x - d)

    (right,), (found,) = right_gradient(program, [0]), right_gradient(program, [h])
    color = "green" if found == right else "vermilion"
    low, high = 1e-13, 10.0
    layers = (
        Curve(np.array([low, d]), np.array([1.0, 1.0]), "slope of the function", "blue", width=3),
        Curve(np.array([d, high]), np.array([-1.0, -1.0]), "", "blue", width=3),
        Segment((d, -1.5), (d, 1.5), "the other kink", "ink", "dashed", 2, control="kink_exponent"),
        Segment((low, 0), (h, 0), f"a step of {format_power_of_ten(h)}", "ink", width=4),
        Segment((h, 0), (h, float(found)), "", "grey", "dotted"),
        Points(np.array([h]), np.array([float(found)]), "the slope it finds", color, size=12, control="h_exponent"),
    )
    goes = "goes over the kink at" if h > d else "ends on the kink at" if h == d else "stays left of the kink at"
    length, kink = format_power_of_ten(h), format_power_of_ten(d)
    lands = "short enough" if found == right else "too long"
    return Scene(
        f"The step is {lands}: it finds the slope {number(float(found))}",
        Axis("x", (low, high), "log", ticks=POWERS), Axis("slope at x", (-1.5, 1.5), whole=True), layers,
        f"A step of {length} {goes} {kink} and finds the slope {number(float(found))}. A step that is small enough "
        f"finds {number(float(right))}.",
    )  # fmt: skip
