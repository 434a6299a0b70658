"""Computes the picture for each combination of control values; where that fails, says which values and why."""

import inspect
import json
import math
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.explorer.controls import Control, label_of
from course_lib.figures import Axis, Band, Curve, Field, Label, Layer, Points, Scene, Segment
from course_lib.figures.palette import DASHES

# Packs scenes for the browser: positions as one block of float32 numbers, all the rest as a small JSON structure.


# A point further out than this many axis lengths is drawn there: nobody can see the difference.
FAR = 1e4


class Packer:
    """Collects pictures. What several of them share (an array, an axis, a style, a text) is kept once.

    Numbers are stored as fractions of their axis, 0 at its low end and 1 at its high end, on a log axis of the
    logarithm. So single precision is enough for every axis, and the browser needs no logarithm to draw.
    """

    def __init__(self) -> None:
        self.size = 0
        self._chunks: list[bytes] = []
        self._array_ids: dict[bytes, int] = {}
        self._lengths: list[int] = []
        self._tables: dict[str, dict[str, int]] = {"texts": {}, "axes": {}, "styles": {}}
        self._pictures: list[dict[str, Any]] = []

    def add_scene(self, scene: Scene) -> None:
        """Append a picture."""
        x, y = scene.x_axis, scene.y_axis
        self._pictures.append(
            {
                "title": self._keep("texts", scene.title),
                "description": self._keep("texts", scene.description),
                "axes": [self._keep("axes", _axis(x)), self._keep("axes", _axis(y))],
                "layers": [self._layer(layer, x, y) for layer in scene.layers],
            }
        )

    def add_error(self, message: str) -> None:
        """Append a message that stands in place of a picture."""
        self._pictures.append({"error": message})

    def structure(self) -> str:
        """Return the structure as JSON: tables, the length of each array, and for each picture where to look."""
        tables = {name: [json.loads(key) for key in table] for name, table in self._tables.items()}
        return _compact({**tables, "lengths": self._lengths, "pictures": self._pictures})

    def numbers(self) -> bytes:
        """Return the arrays, one after the other, as little-endian float32."""
        return b"".join(self._chunks)

    def _keep(self, table: str, value: Any) -> int:
        entries = self._tables[table]
        return entries.setdefault(_compact(value), len(entries))

    def _array(self, values: NDArray[np.float64]) -> int:
        chunk = np.ascontiguousarray(values, dtype="<f4").tobytes()
        known = self._array_ids.get(chunk)
        if known is not None:
            return known
        self._array_ids[chunk] = len(self._lengths)
        self._lengths.append(len(chunk) // 4)
        self._chunks.append(chunk)
        self.size += len(chunk)
        return len(self._lengths) - 1

    def _layer(self, layer: Layer, x_axis: Axis, y_axis: Axis) -> list[int]:
        """Return the layer as [style, array, array, …]."""
        style, xs, ys = _describe(layer)
        arrays = [self._array(fractions(values, x_axis)) for values in xs]
        arrays += [self._array(fractions(values, y_axis)) for values in ys]
        if isinstance(layer, Field):
            low, high = style["range"]
            arrays.append(self._array(np.clip((layer.values.ravel() - low) / (high - low), 0, 1)))
        return [self._keep("styles", style), *arrays]


def fractions(values: Any, axis: Axis) -> NDArray[np.float64]:
    """Return (v − low) / (high − low) for each value, of the logarithms on a log axis.

    >>> fractions([1, 10, 100], Axis("h", (1, 100), "log")).tolist()
    [0.0, 0.5, 1.0]
    """
    values = np.asarray(values, dtype=np.float64)
    low, high = axis.limits
    if axis.scale == "log":
        values, low, high = np.log10(values), math.log10(low), math.log10(high)
    # Halves, so that limits near the end of the number range do not overflow; the clip catches the rest.
    with np.errstate(over="ignore"):
        return np.clip((values / 2 - low / 2) / (high / 2 - low / 2), -FAR, FAR)


def _axis(axis: Axis) -> dict[str, Any]:
    packed = {"label": axis.label, "limits": axis.limits, "log": axis.scale == "log"}
    if axis.ticks:
        places = fractions([place for place, _ in axis.ticks], axis).tolist()
        packed["ticks"] = [{"at": at, "text": text} for at, (_, text) in zip(places, axis.ticks, strict=True)]
    return packed


def _describe(layer: Layer) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Return the style of a layer, its arrays along x, and those along y."""
    match layer:
        case Curve():
            style = {"kind": "curve", "color": layer.color, "label": layer.label, **_line(layer)}
            return style, [layer.x], [layer.y]
        case Segment():
            style = {"kind": "curve", "color": layer.color, "label": layer.label, **_line(layer)}
            return style, [[layer.start[0], layer.end[0]]], [[layer.start[1], layer.end[1]]]
        case Points():
            style = {"kind": "points", "color": layer.color, "label": layer.label}
            return style | {"marker": layer.marker, "size": layer.size}, [layer.x], [layer.y]
        case Band():
            style = {"kind": "band", "color": layer.color, "label": layer.label}
            return style, [layer.x], [layer.low, layer.high]
        case Label():
            style = {"kind": "label", "color": layer.color, "text": layer.text, "anchor": layer.anchor}
            return style, [[layer.x]], [[layer.y]]
        case Field():
            rows, columns = layer.values.shape
            style = {"kind": "field", "label": layer.label, "rows": rows, "columns": columns, "range": layer.range}
            return style, [layer.x_limits], [layer.y_limits]


def _line(layer: Curve | Segment) -> dict[str, Any]:
    return {"width": layer.width, "dash": [round(length * layer.width / 2, 2) for length in DASHES[layer.dash]]}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


# Computes the picture for each combination of control values; where that fails, says which values and why.


SceneFunction = Callable[..., Scene]

# Beyond either bound, pictures are computed when asked for: building and sending them all would take too long.
MAX_PICTURES = 2_000
MAX_BYTES = 8_000_000


@dataclass(frozen=True)
class Failure:
    """A picture that could not be computed: the control values in words, and the cause."""

    values: str
    cause: str

    @property
    def message(self) -> str:
        """One sentence with both."""
        return f"With {self.values}: {self.cause}"


class Pictures:
    """The pictures of `scene_function` over the grid of all control values, numbered with the last control fastest."""

    def __init__(self, scene_function: SceneFunction, controls: Mapping[str, Control]) -> None:
        self.scene_function = scene_function
        self.controls = dict(controls)
        self.count = math.prod(len(control.values) for control in self.controls.values())
        self.failures: dict[int, Failure] = {}
        self.warnings: dict[int, str] = {}
        self.initial = 0
        self.first: Scene | Failure | None = None
        for control in self.controls.values():
            self.initial = self.initial * len(control.values) + control.initial

    def indices(self, number: int) -> list[int]:
        """Return the index of each control's value in picture `number`."""
        found = []
        for control in reversed(self.controls.values()):
            number, index = divmod(number, len(control.values))
            found.append(index)
        return found[::-1]

    def values_in_words(self, number: int) -> str:
        """Return for example "slope = 0.5, rule = left"."""
        pairs = zip(self.controls.items(), self.indices(number), strict=True)
        return ", ".join(f"{label_of(name, control)} = {control.texts[i]}" for (name, control), i in pairs)

    def compute(self, number: int) -> Scene | Failure:
        """Return the scene of picture `number`, or the failure; warnings are noted, not raised."""
        indices = self.indices(number)
        values = {name: control.values[i] for (name, control), i in zip(self.controls.items(), indices, strict=True)}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                scene = self.scene_function(**values)
                if not isinstance(scene, Scene):
                    raise TypeError(f"a scene function must return a Scene; got {scene!r}.")
            except Exception as error:
                return self._fail(number, error)
        if caught:
            self.warnings[number] = f"{caught[0].category.__name__}: {caught[0].message}"
        return scene

    def pack_all(self) -> Packer | None:
        """Return all pictures packed, or None if they are beyond the bounds."""
        if self.count > MAX_PICTURES:
            return None
        packer = Packer()
        for number in range(self.count):
            self._pack(packer, number)
            if packer.size > MAX_BYTES:
                self.failures.clear()
                self.warnings.clear()
                return None
        return packer

    def pack_one(self, number: int) -> Packer:
        """Return a single picture, packed."""
        packer = Packer()
        self._pack(packer, number)
        return packer

    def _pack(self, packer: Packer, number: int) -> None:
        result = self.compute(number)
        if number == self.initial:
            self.first = result
        if isinstance(result, Scene):
            packer.add_scene(result)
        else:
            packer.add_error(result.message)

    def _fail(self, number: int, error: Exception) -> Failure:
        name = getattr(self.scene_function, "__name__", "the scene function")
        place = ""
        for step in traceback.extract_tb(error.__traceback__):
            if step.name == name:
                place = f", line {step.lineno}"
        failure = Failure(self.values_in_words(number), f"{name}{place}: {type(error).__name__}: {error}")
        self.failures[number] = failure
        return failure


def check_parameters(scene_function: Any, controls: Mapping[str, Control]) -> None:
    """Raise TypeError unless `scene_function` can be called with exactly these controls as keyword arguments."""
    if not callable(scene_function):
        raise TypeError(f"scene_function must be a function that returns a Scene; got {scene_function!r}.")
    if not controls:
        raise TypeError("explore needs at least one control, for example slope=(0, 1); got none.")
    try:
        inspect.signature(scene_function).bind(**dict.fromkeys(controls))
    except TypeError as error:
        name = getattr(scene_function, "__name__", "scene_function")
        raise TypeError(
            f"the controls {', '.join(controls)} do not fit {name}{inspect.signature(scene_function)}: {error}."
        ) from None
    playing = [name for name, control in controls.items() if getattr(control, "play", False)]
    if len(playing) > 1:
        raise ValueError(f"play=True is for one Range only; got it for {', '.join(playing)}.")
