"""The layers of a scene: curves, points, bands, heat-map fields, segments and labels, as plain data.

Every class checks its arguments on construction and keeps read-only float64 copies. A renderer can therefore trust
any layer that exists, and a bad number is reported where it was made, with the name of its layer.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.checks import refusal
from course_lib.figures import validation
from course_lib.figures.palette import DASHES, PALETTE, TEXT_COLORS
from course_lib.figures.validation import Checked, FloatArray

MARKERS = ("filled", "hollow")
# Where the text of a Label sits, seen from its point.
ANCHORS = (
    "center", "above", "below", "left", "right", "above left", "above right", "below left", "below right",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Curve(Checked):
    """A line through the points (x[i], y[i]); `width` is in pixels, `dash` is "solid", "dashed" or "dotted".

    A jump is two curves: one curve never bridges a gap.
    """

    x: FloatArray
    y: FloatArray
    label: str = ""
    color: str = "blue"
    dash: str = "solid"
    width: float = 2.0

    def __post_init__(self) -> None:
        x = validation.finite_array(self.name, "x", self.x)
        y = validation.finite_array(self.name, "y", self.y)
        validation.same_length(self.name, x=x, y=y)
        validation.one_of(self.name, "color", self.color, PALETTE)
        validation.one_of(self.name, "dash", self.dash, DASHES)
        self._set(x=x, y=y, width=validation.positive_number(self.name, "width", self.width))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": self.x}, {"y": self.y}


@dataclass(frozen=True, eq=False)
class Points(Checked):
    """Markers at (x[i], y[i]); `marker` is "filled" or "hollow" (a value left out); `size` is a diameter in pixels."""

    x: FloatArray
    y: FloatArray
    label: str = ""
    color: str = "blue"
    marker: str = "filled"
    size: float = 8.0

    def __post_init__(self) -> None:
        x = validation.finite_array(self.name, "x", self.x)
        y = validation.finite_array(self.name, "y", self.y)
        validation.same_length(self.name, x=x, y=y)
        validation.one_of(self.name, "color", self.color, PALETTE)
        validation.one_of(self.name, "marker", self.marker, MARKERS)
        self._set(x=x, y=y, size=validation.positive_number(self.name, "size", self.size))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": self.x}, {"y": self.y}


@dataclass(frozen=True, eq=False)
class Band(Checked):
    """The area low[i] ≤ y ≤ high[i] over x[i], drawn as a pale fill."""

    x: FloatArray
    low: FloatArray
    high: FloatArray
    label: str = ""
    color: str = "sky"

    def __post_init__(self) -> None:
        x = validation.finite_array(self.name, "x", self.x)
        low = validation.finite_array(self.name, "low", self.low)
        high = validation.finite_array(self.name, "high", self.high)
        validation.same_length(self.name, x=x, low=low, high=high)
        if (low > high).any():
            i = int((low > high).argmax())
            raise ValueError(refusal(f"{self.name}, low[{i}]", float(low[i]), f"at most high[{i}] = {high[i]:g}"))
        validation.one_of(self.name, "color", self.color, PALETTE)
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
        x_limits = validation.interval(self.name, "x_limits", self.x_limits)
        y_limits = validation.interval(self.name, "y_limits", self.y_limits)
        values = validation.finite_array(self.name, "values", self.values, ndim=2)
        if self.range is None:
            low, high = float(values.min()), float(values.max())
            # A constant field still needs a ramp of some length.
            ends = (low, high) if low < high else (low - 0.5, high + 0.5)
        else:
            ends = validation.interval(self.name, "range", self.range)
        self._set(x_limits=x_limits, y_limits=y_limits, values=values, range=ends)

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x_limits": np.array(self.x_limits)}, {"y_limits": np.array(self.y_limits)}


@dataclass(frozen=True, eq=False)
class Segment(Checked):
    """A straight line from `start` = (x, y) to `end` = (x, y); on a log axis it is straight as drawn."""

    start: tuple[float, float]
    end: tuple[float, float]
    label: str = ""
    color: str = "grey"
    dash: str = "solid"
    width: float = 1.5

    def __post_init__(self) -> None:
        start = validation.pair(self.name, "start", self.start)
        end = validation.pair(self.name, "end", self.end)
        validation.one_of(self.name, "color", self.color, PALETTE)
        validation.one_of(self.name, "dash", self.dash, DASHES)
        self._set(start=start, end=end, width=validation.positive_number(self.name, "width", self.width))

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
        validation.text(self.name, "text", self.text)
        validation.one_of(self.name, "anchor", self.anchor, ANCHORS)
        validation.one_of(self.name, "color", self.color, TEXT_COLORS)
        x = validation.finite_number(self.name, "x", self.x)
        self._set(x=x, y=validation.finite_number(self.name, "y", self.y))

    def coordinates(self) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The numbers on the x axis and those on the y axis, by argument name."""
        return {"x": np.array([self.x])}, {"y": np.array([self.y])}


Layer = Curve | Points | Band | Field | Segment | Label
