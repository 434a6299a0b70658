"""The layers of a scene: curves, points, bands, heat-map fields, segments and labels, as plain data; and level curves.

Every class checks its arguments on construction and keeps read-only float64 copies. A renderer can therefore trust any
layer that exists, and a bad number is reported where it was made, with the name of its layer: without that a NaN would
only leave a gap that nobody notices.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from course_lib import checks
from course_lib.checks import refusal
from course_lib.figures.palette import DASHES, PALETTE, TEXT_COLORS

FloatArray = NDArray[np.float64]


def finite_array(owner: str, name: str, value: Any, ndim: int = 1) -> FloatArray:
    """`value` as a read-only float64 copy with `ndim` dimensions; its first entry that is not finite is named.

    Raises TypeError for what are no real numbers, ValueError for another number of dimensions, no entry, NaN and ±∞.

    >>> finite_array("Curve 'ReLU'", "y", [0, float("nan")])
    Traceback (most recent call last):
    ValueError: Curve 'ReLU', y[1]: got nan; accepted is a finite number
    """
    accepted = f"a {ndim}-dimensional array of finite numbers, not empty" if ndim else "a finite number"
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biufO":
            raise TypeError
        array = np.array(given, np.float64)
    except (TypeError, ValueError):
        raise TypeError(refusal(f"{owner}, {name}", value, accepted)) from None
    if array.ndim != ndim or array.size == 0:
        raise ValueError(refusal(f"{owner}, {name}", value, accepted))
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        entry = f"{name}[{', '.join(map(str, bad[0]))}]" if ndim else name
        raise ValueError(refusal(f"{owner}, {entry}", float(array[tuple(bad[0])]), "a finite number"))
    array.setflags(write=False)
    return array


def finite_number(owner: str, name: str, value: Any) -> float:
    """`value` as a finite float."""
    return float(finite_array(owner, name, value, ndim=0))


def pair(owner: str, name: str, value: Any) -> tuple[float, float]:
    """`value` as a pair of finite floats."""
    array = finite_array(owner, name, value)
    if len(array) != 2:
        raise ValueError(refusal(f"{owner}, {name}", value, "a pair of finite numbers"))
    return float(array[0]), float(array[1])


def interval(owner: str, name: str, value: Any) -> tuple[float, float]:
    """`value` as a pair of finite floats, (low, high) with low < high."""
    low, high = pair(owner, name, value)
    if not low < high:
        raise ValueError(refusal(f"{owner}, {name}", value, "(low, high) with low < high"))
    return low, high


def positive_number(owner: str, name: str, value: Any) -> float:
    """`value` as a finite float above 0."""
    number = finite_number(owner, name, value)
    if number <= 0:
        raise ValueError(refusal(f"{owner}, {name}", value, "a number above 0"))
    return number


def number_between(owner: str, name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float from `low` to `high`."""
    number = finite_number(owner, name, value)
    if not low <= number <= high:
        raise ValueError(refusal(f"{owner}, {name}", value, f"a number from {low:g} to {high:g}"))
    return number


def one_of(owner: str, name: str, value: Any, accepted: Collection[str]) -> str:
    """`value`, if it is one of the accepted names."""
    return checks.one_of(f"{owner}, {name}", value, accepted)


def text(owner: str, name: str, value: Any) -> str:
    """`value`, if it is a string that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(refusal(f"{owner}, {name}", value, "a string that is not blank"))
    return value


def same_length(owner: str, **arrays: FloatArray) -> None:
    """Raise ValueError unless all arrays have one length."""
    lengths = [len(array) for array in arrays.values()]
    if len(set(lengths)) > 1:
        raise ValueError(refusal(f"{owner}, lengths of {', '.join(arrays)}", lengths, "one length"))


def names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """One name, or several, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


class Checked:
    """Sets checked values on a frozen dataclass and names the object in messages."""

    @property
    def name(self) -> str:
        """How messages name this object: its class, and its label if it has one."""
        label = getattr(self, "label", "") or getattr(self, "text", "")
        return f"{type(self).__name__} {label!r}" if label else type(self).__name__

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)


MARKERS = ("filled", "hollow")
# Where the text of a Label sits, seen from its point.
ANCHORS = (
    "center", "above", "below", "left", "right", "above left", "above right", "below left", "below right",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Curve(Checked):
    """A line through the points (x[i], y[i]); `width` is in pixels, `dash` is "solid", "dashed" or "dotted".

    A jump is two curves: one curve never bridges a gap. `control` names the control of `explore` that this layer stands
    for, or several: it can then be dragged to where it lies for another of their values.
    """

    x: FloatArray
    y: FloatArray
    label: str = ""
    color: str = "blue"
    dash: str = "solid"
    width: float = 2.0
    control: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        x = finite_array(self.name, "x", self.x)
        y = finite_array(self.name, "y", self.y)
        same_length(self.name, x=x, y=y)
        one_of(self.name, "color", self.color, PALETTE)
        one_of(self.name, "dash", self.dash, DASHES)
        width = positive_number(self.name, "width", self.width)
        self._set(x=x, y=y, width=width, control=names(self.control))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": self.x}, {"y": self.y}


@dataclass(frozen=True, eq=False)
class Points(Checked):
    """Markers at (x[i], y[i]); `marker` is "filled" or "hollow" (a value left out); `size` is a diameter in pixels.

    `control` is that of `Curve`.
    """

    x: FloatArray
    y: FloatArray
    label: str = ""
    color: str = "blue"
    marker: str = "filled"
    size: float = 8.0
    control: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        x = finite_array(self.name, "x", self.x)
        y = finite_array(self.name, "y", self.y)
        same_length(self.name, x=x, y=y)
        one_of(self.name, "color", self.color, PALETTE)
        one_of(self.name, "marker", self.marker, MARKERS)
        size = positive_number(self.name, "size", self.size)
        self._set(x=x, y=y, size=size, control=names(self.control))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": self.x}, {"y": self.y}


@dataclass(frozen=True, eq=False)
class Band(Checked):
    """The area low[i] ≤ y ≤ high[i] over x[i], drawn as a pale fill.

    A `dense` one is the envelope of a curve that swings too fast to be drawn: it is filled nearly as dark as the curve.
    """

    x: FloatArray
    low: FloatArray
    high: FloatArray
    label: str = ""
    color: str = "sky"
    dense: bool = False

    def __post_init__(self) -> None:
        x = finite_array(self.name, "x", self.x)
        low = finite_array(self.name, "low", self.low)
        high = finite_array(self.name, "high", self.high)
        same_length(self.name, x=x, low=low, high=high)
        if (low > high).any():
            i = int((low > high).argmax())
            raise ValueError(refusal(f"{self.name}, low[{i}]", float(low[i]), f"at most high[{i}] = {high[i]:g}"))
        one_of(self.name, "color", self.color, PALETTE)
        self._set(x=x, low=low, high=high)

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": self.x}, {"low": self.low, "high": self.high}


@dataclass(frozen=True, eq=False)
class Field(Checked):
    """A heat map: values[row, column] fills equal cells of the rectangle x_limits × y_limits.

    Row 0 is at the bottom (low y), column 0 on the left. Cells are equal as drawn, also on a log axis. `range` is the
    pair of values at the ends of the colour ramp; without it the least and the greatest value are used. `label` names
    the quantity beside the colour bar.
    """

    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    values: FloatArray
    label: str = ""
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        x_limits = interval(self.name, "x_limits", self.x_limits)
        y_limits = interval(self.name, "y_limits", self.y_limits)
        values = finite_array(self.name, "values", self.values, ndim=2)
        if self.range is None:
            low, high = float(values.min()), float(values.max())
            # A constant field still needs a ramp of some length.
            ends = (low, high) if low < high else (low - 0.5, high + 0.5)
        else:
            ends = interval(self.name, "range", self.range)
        self._set(x_limits=x_limits, y_limits=y_limits, values=values, range=ends)

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x_limits": np.array(self.x_limits)}, {"y_limits": np.array(self.y_limits)}


@dataclass(frozen=True, eq=False)
class Segment(Checked):
    """A straight line from `start` = (x, y) to `end` = (x, y); on a log axis it is straight as drawn.

    `control` is that of `Curve`.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    label: str = ""
    color: str = "grey"
    dash: str = "solid"
    width: float = 1.5
    control: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        start = pair(self.name, "start", self.start)
        end = pair(self.name, "end", self.end)
        one_of(self.name, "color", self.color, PALETTE)
        one_of(self.name, "dash", self.dash, DASHES)
        width = positive_number(self.name, "width", self.width)
        self._set(start=start, end=end, width=width, control=names(self.control))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        x, y = np.transpose([self.start, self.end])
        return {"start and end": x}, {"start and end": y}


@dataclass(frozen=True, eq=False)
class Label(Checked):
    """A short plain text at (x, y); `anchor` says where the text sits, seen from the point, such as "above left"."""

    x: float
    y: float
    text: str
    anchor: str = "above right"
    color: str = "ink"

    def __post_init__(self) -> None:
        text(self.name, "text", self.text)
        one_of(self.name, "anchor", self.anchor, ANCHORS)
        one_of(self.name, "color", self.color, TEXT_COLORS)
        x = finite_number(self.name, "x", self.x)
        self._set(x=x, y=finite_number(self.name, "y", self.y))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": np.array([self.x])}, {"y": np.array([self.y])}


Layer = Curve | Points | Band | Field | Segment | Label


Limits = tuple[float, float]


def level_curves(
    values: NDArray[np.float64], x_limits: Limits, y_limits: Limits, level: float
) -> list[tuple[FloatArray, FloatArray]]:
    """The points with f = level, f linear between the centres of a field's cells: a pair (x, y) for each curve.

    `values` is (rows, columns) as in `Field`, row 0 at the bottom, with at least two of both. A closed curve ends where
    it begins. At a saddle the mean of the four cells says which of them are joined through the middle.
    Source: William E. Lorensen and Harvey E. Cline, *Marching cubes*, 1987, in two dimensions, as contourpy has it.

    >>> ((x, y),) = level_curves(np.array([[0.0, 1.0], [0.0, 1.0]]), (0, 2), (0, 2), 0.25)
    >>> x.tolist(), sorted(y.tolist())
    ([0.75, 0.75], [0.5, 1.5])
    """
    y, x = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for count, (low, high) in zip(values.shape, (y_limits, x_limits), strict=True)
    )
    lines: Any = contour_generator(x, y, values, name="serial", line_type=LineType.Separate).lines(level)
    return [(line[:, 0], line[:, 1]) for line in lines]
