"""A scene says what one figure shows, as plain data: layers, two axes, a title and a description.

Titles, descriptions and ticks print numbers with few digits, a proper minus sign and powers of ten as superscripts.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from course_lib.checks import refusal
from course_lib.figures import layers
from course_lib.figures.layers import Checked, FloatArray, Layer

SCALES = ("linear", "log")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False)
class Axis(Checked):
    """One axis: its label, the limits (low, high) and a "linear" or "log" scale.

    A log axis accepts limits above 0 only. `ticks` are pairs (position, text), for rows that have names, or for π and
    ½; without them the ticks are round numbers. On an axis of `whole` numbers none lies between two of them, and the
    first and the last that it holds have one.

    >>> Axis("step h", (1e-8, 1), scale="log").limits
    (1e-08, 1.0)
    >>> Axis("", (0.5, 2.5), ticks=[(2, "no cure"), (1, "leaky ReLU")]).ticks
    ((2.0, 'no cure'), (1.0, 'leaky ReLU'))
    """

    label: str
    limits: tuple[float, float]
    scale: str = "linear"
    ticks: tuple[tuple[float, str], ...] = ()
    whole: bool = False

    def __post_init__(self) -> None:
        layers.one_of(self.name, "scale", self.scale, SCALES)
        limits = layers.interval(self.name, "limits", self.limits)
        if self.scale == "log" and limits[0] <= 0:
            raise ValueError(refusal(f"{self.name}, limits", limits, "above 0, on a log axis"))
        if self.whole and not whole_numbers(*limits, 2):
            raise ValueError(refusal(f"{self.name}, limits", limits, "a whole number between them, on a whole axis"))
        ticks = tuple(
            (layers.number_between(self.name, f"ticks[{i}][0]", position, *limits), text)
            for i, (position, text) in enumerate(self.ticks)
        )
        self._set(limits=limits, ticks=ticks)


@dataclass(frozen=True, eq=False)
class Scene(Checked):
    """What one figure shows: title, two axes, layers from back to front, and a description in words.

    The description is the alternative text; compute it from the numbers in the layers. With `equal_units` a unit is as
    long on one axis as on the other. All settings of an explorer share axes that hold them all, unless `axes_follow`
    names the control that their limits go with. Raises ValueError for a blank title or description, and for a number
    that a log axis cannot show, naming the layer.

    >>> from course_lib.figures import Curve
    >>> line = Curve([0, 1, 2], [0, 1, 4], label="x²")
    >>> Scene("A square", Axis("x", (0, 2)), Axis("y", (0, 4)), [line], "x² rises from 0 to 4.")
    Scene('A square': Curve 'x²')
    """

    title: str
    x_axis: Axis
    y_axis: Axis
    layers: tuple[Layer, ...]
    description: str
    equal_units: bool = False
    axes_follow: str = ""

    def __post_init__(self) -> None:
        layers.text("Scene", "title", self.title)
        layers.text(f"Scene {self.title!r}", "description", self.description)
        self._set(layers=tuple(self.layers))
        for layer in self.layers:
            for axis, coordinates in zip((self.x_axis, self.y_axis), layer.coordinates(), strict=True):
                if axis.scale == "log":
                    _refuse_nonpositive(layer.name, axis, coordinates)

    def __repr__(self) -> str:
        return f"Scene({self.title!r}: {', '.join(layer.name for layer in self.layers)})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # matplotlib takes long to import, and a scene is more often looked at in an explorer.
        from course_lib.figures.matplotlib_renderer import stored_picture

        return stored_picture(self)


def _refuse_nonpositive(owner: str, axis: Axis, coordinates: dict[str, FloatArray]) -> None:
    for name, numbers in coordinates.items():
        if (numbers <= 0).any():
            i = int((numbers <= 0).argmax())
            raise ValueError(refusal(f"{owner}, {name}[{i}]", float(numbers[i]), f"above 0, on the log {axis.name}"))


def whole_numbers(low: float, high: float, count: int) -> list[int]:
    """At most about `count` whole numbers from `low` to `high`, the first and the last among them, evenly if possible.

    >>> whole_numbers(1, 11, 7), whole_numbers(0.5, 6.5, 9), whole_numbers(0, 101, 7)
    ([1, 3, 5, 7, 9, 11], [1, 2, 3, 4, 5, 6], [0, 20, 40, 60, 80, 101])
    """
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    span = last - first
    least = max(math.ceil(span / max(count - 1, 1)), 1)
    power = 10 ** (len(str(least)) - 1)
    rounded = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    # A step that ends on the last number is worth a few ticks more or less.
    step = next((size for size in range(least, 2 * least) if span % size == 0), rounded)
    found = list(range(first, last + 1, step))
    if found and found[-1] != last:
        # The last number needs room beside the one before.
        found[(-1 if last - found[-1] < 0.6 * step else len(found)) :] = [last]
    return found


def unbroken(text: str) -> str:
    """`text` with no-break spaces where a line must not end: before a percent sign, and in s = 0.5 and the like.

    Scenes are written with plain spaces, and whoever shows one asks for these.

    >>> unbroken("s = 0.5: 87.1 % of |x| < 1").split(" ")
    ['s\\xa0=\\xa00.5:', '87.1\\xa0%', 'of', '|x|\\xa0<\\xa01']
    """
    return re.sub(r"(?<=\d) (?=%)", "\xa0", re.sub(r" ([=<>≤≥≈±]) ", "\xa0\\1\xa0", text))


def format_number(value: float, digits: int = 3) -> str:
    """`value` with `digits` significant digits: 0.3333 becomes "0.333", −2.5·10⁻⁸ becomes "−2.5×10⁻⁸".

    Numbers from 0.001 up to 100 000 are written out. Zeros at the end are dropped, and −0 is "0".

    >>> format_number(-0.5), format_number(1e-8), format_number(123456789), format_number(float("-inf"))
    ('−0.5', '10⁻⁸', '1.23×10⁸', '−∞')
    """
    value = float(value)
    if math.isnan(value):
        return "undefined"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return sign + "∞"
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{abs(value):.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -3 <= power < 5:
        shown = f"{float(f'{mantissa}e{power}'):.{max(digits - 1 - power, 0)}f}"
        return sign + (shown.rstrip("0").rstrip(".") if "." in shown else shown)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = "10" + str(power).translate(SUPERSCRIPT)
    return sign + (ten if mantissa == "1" else f"{mantissa}×{ten}")


def format_power_of_ten(value: float) -> str:
    """A tick of a log axis, 10ⁿ: "10⁻²", "10⁰", "10¹"; another number is printed by `format_number`.

    >>> format_power_of_ten(0.01), format_power_of_ten(1), format_power_of_ten(0.02)
    ('10⁻²', '10⁰', '0.02')
    """
    power = round(math.log10(value))
    if not math.isclose(value, 10.0**power):
        return format_number(value)
    return "10" + str(power).translate(SUPERSCRIPT)
