"""Packs scenes for the browser: positions as one block of float32 numbers, all the rest as a small JSON structure."""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures import Axis, Band, Curve, Field, Label, Layer, Points, Scene, Segment
from course_lib.figures.palette import DASHES

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
