"""A scene says what to show, as plain data: layers, two axes, a title and a description."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from course_lib.figures import validation
from course_lib.figures.layers import Layer
from course_lib.figures.validation import Checked, FloatArray

# How figures print a number: few digits, a proper minus sign, powers of ten with superscripts.


SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float, digits: int = 3) -> str:
    """Return `value` rounded to `digits` significant digits: 0.3333 becomes "0.333", −2.5·10⁻⁸ becomes "−2.5×10⁻⁸".

    Numbers from 0.001 up to 100 000 are written out. Zeros at the end are dropped, and −0 is "0".

    >>> format_number(-0.5), format_number(1e-8), format_number(123456789), format_number(float("-inf"))
    ('−0.5', '10⁻⁸', '1.23×10⁸', '−∞')
    """
    if not isinstance(digits, int) or digits < 1:
        raise ValueError(f"digits must be an integer of at least 1; got {digits!r}.")
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
    """Return a tick of a log axis, 10ⁿ: "10⁻²", "10⁰", "10¹"; another number is printed by `format_number`.

    >>> format_power_of_ten(0.01), format_power_of_ten(1), format_power_of_ten(0.02)
    ('10⁻²', '10⁰', '0.02')
    """
    power = round(math.log10(value))
    if not math.isclose(value, 10.0**power):
        return format_number(value)
    return "10" + str(power).translate(SUPERSCRIPT)


# A scene says what to show, as plain data: layers, two axes, a title and a description.


SCALES = ("linear", "log")


@dataclass(frozen=True, eq=False)
class Axis(Checked):
    """One axis: its label, the limits (low, high) and a "linear" or "log" scale.

    A log axis accepts limits above 0 only. `ticks` are pairs (position, text), for rows that have names; without them
    the ticks are round numbers.

    >>> Axis("step h", (1e-8, 1), scale="log").limits
    (1e-08, 1.0)
    >>> Axis("", (0.5, 2.5), ticks=[(2, "no cure"), (1, "leaky ReLU")]).ticks
    ((2.0, 'no cure'), (1.0, 'leaky ReLU'))
    """

    label: str
    limits: tuple[float, float]
    scale: str = "linear"
    ticks: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        validation.text(self.name, "label", self.label)
        validation.one_of(self.name, "scale", self.scale, SCALES)
        limits = validation.interval(self.name, "limits", self.limits)
        if self.scale == "log" and limits[0] <= 0:
            raise ValueError(f"{self.name}: limits of a log axis must be above 0; got ({limits[0]:g}, {limits[1]:g}).")
        self._set(limits=limits, ticks=self._named_ticks(limits))

    def _named_ticks(self, limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
        ticks = []
        for i, tick in enumerate(validation.items(self.name, "ticks", self.ticks)):
            position, text = validation.items(self.name, f"ticks[{i}]", tick, length=2)
            place = validation.number_between(self.name, f"ticks[{i}][0]", position, *limits)
            ticks.append((place, validation.text(self.name, f"ticks[{i}][1]", text, empty=False)))
        return tuple(ticks)


@dataclass(frozen=True, eq=False)
class Scene(Checked):
    """What one figure shows: title, two axes, layers from back to front, and a description in words.

    The description is the alternative text; compute it from the numbers in the layers. Raises TypeError or ValueError,
    naming the layer, if anything in it cannot be drawn on these axes.

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

    def __post_init__(self) -> None:
        validation.text("Scene", "title", self.title, empty=False)
        name = f"Scene {self.title!r}"
        for field in ("x_axis", "y_axis"):
            if not isinstance(getattr(self, field), Axis):
                raise TypeError(f"{name}: {field} must be an Axis; got {type(getattr(self, field)).__name__}.")
        if not isinstance(self.layers, Iterable):
            raise TypeError(f"{name}: layers must be a sequence of layers; got {type(self.layers).__name__}.")
        layers = tuple(self.layers)
        for i, layer in enumerate(layers):
            if not isinstance(layer, get_args(Layer)):
                kinds = ", ".join(kind.__name__ for kind in get_args(Layer))
                raise TypeError(f"{name}: layers[{i}] must be one of {kinds}; got {type(layer).__name__}.")
            for axis, numbers in zip((self.x_axis, self.y_axis), layer.coordinates(), strict=True):
                _reject_nonpositive_on_log(layer.name, axis, numbers)
        validation.text(name, "description", self.description, empty=False)
        self._set(layers=layers)

    def __repr__(self) -> str:
        return f"Scene({self.title!r}: {', '.join(layer.name for layer in self.layers)})"


def _reject_nonpositive_on_log(owner: str, axis: Axis, numbers: dict[str, FloatArray]) -> None:
    if axis.scale != "log":
        return
    for name, array in numbers.items():
        if (array <= 0).any():
            i = int((array <= 0).argmax())
            raise ValueError(f"{owner}: {name}[{i}] = {array[i]:g}, but {axis.name} is a log axis: above 0 only.")
