"""Where a slider's value becomes a picture: one is computed for each combination of control values, and packed.

`Pictures` numbers the combinations, with the last control fastest, calls the scene function for each and keeps what
failed. `Packer` turns scenes into what the browser draws: positions as one block of float32 numbers, all the rest as a
small JSON structure. There, `explorer.js` makes a number of the controls' places again, and `store.js` finds the
picture with this number, or asks `Explorer` for it.
"""

import inspect
import json
import math
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.checks import one_of, refusal
from course_lib.explorer.controls import Control
from course_lib.figures import Axis, Band, Field, Label, Layer, Points, Scene
from course_lib.figures.palette import DASHES, OPACITY
from course_lib.figures.scene import unbroken

SceneFunction = Callable[..., Scene]

# Beyond either bound, pictures are computed when asked for: building and sending them all would take too long.
MAX_PICTURES = 2_000
MAX_BYTES = 8_000_000
# A point further out than this many axis lengths is drawn there: nobody can see the difference.
FAR = 1e4


class Failure(NamedTuple):
    """A picture that could not be computed: the control values in words, and the cause."""

    values: str
    cause: str

    @property
    def message(self) -> str:
        """One sentence with both."""
        return f"With {self.values}: {self.cause}"


class Pictures:
    """The pictures of `scene_function` over the grid of all control values, numbered with the last control fastest.

    Raises TypeError or ValueError unless `scene_function` takes exactly these controls, and at most one of them plays.
    """

    def __init__(self, scene_function: SceneFunction, controls: Mapping[str, Control]) -> None:
        _check_parameters(scene_function, controls)
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
        """The index of each control's value in picture `number`."""
        indices = []
        for control in reversed(self.controls.values()):
            number, index = divmod(number, len(control.values))
            indices.append(index)
        return indices[::-1]

    def values_in_words(self, number: int) -> str:
        """For example "slope = 0.5, rule = left"."""
        pairs = zip(self.controls.items(), self.indices(number), strict=True)
        return ", ".join(f"{control.label_of(name)} = {control.texts[i]}" for (name, control), i in pairs)

    def compute(self, number: int) -> Scene | Failure:
        """The scene of picture `number`, or the failure; warnings are noted, not raised."""
        indices = self.indices(number)
        values = {name: control.values[i] for (name, control), i in zip(self.controls.items(), indices, strict=True)}
        # NumPy's own way with overflow and the like, whatever a notebook has told it.
        as_usual = np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")
        with warnings.catch_warnings(record=True) as caught, as_usual:
            warnings.simplefilter("always")
            try:
                scene = self.scene_function(**values)
                if not isinstance(scene, Scene):
                    raise TypeError(refusal("the scene function's result", scene, "a Scene"))
                for layer in scene.layers:
                    for name in getattr(layer, "control", ()):
                        one_of(f"{layer.name}, control", name, self.controls)
            except Exception as error:
                return self._fail(number, error)
        if caught:
            self.warnings[number] = f"{caught[0].category.__name__}: {caught[0].message}"
        return scene

    def pack_all(self) -> "Packer | None":
        """All pictures packed, or None if they are beyond the bounds."""
        if self.count > MAX_PICTURES:
            return None
        packer = self._packer()
        results: list[Scene | Failure] = []
        for number in range(self.count):
            results.append(self.compute(number))
            packer.add(results[-1])
            if packer.size > MAX_BYTES:
                self.failures.clear()
                self.warnings.clear()
                return None
        shared = on_shared_axes(results)
        if any(scene is not result for scene, result in zip(shared, results, strict=True)):
            packer = self._packer()
            for scene in shared:
                packer.add(scene)
        self.first = shared[self.initial]
        return packer

    def pack_one(self, number: int) -> "Packer":
        """A single picture, packed."""
        packer = self._packer()
        result = self.compute(number)
        if number == self.initial:
            self.first = result
        packer.add(result)
        return packer

    def _packer(self) -> "Packer":
        return Packer(list(self.controls))

    def _fail(self, number: int, error: Exception) -> Failure:
        name = getattr(self.scene_function, "__name__", "the scene function")
        lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.name == name]
        place = f"{name}, line {lines[-1]}" if lines else name
        failure = Failure(self.values_in_words(number), f"{place}: {type(error).__name__}: {error}")
        self.failures[number] = failure
        return failure


def on_shared_axes(results: list[Scene | Failure]) -> list[Scene | Failure]:
    """The scenes on axes that hold them all, so that a place means the same numbers whatever the setting.

    Axes are shared where they differ in their limits only; a scene whose axes follow a control keeps its own.
    """
    limits: dict[Any, tuple[float, float]] = {}

    def kind(name: str, axis: Axis) -> Any:
        return name, axis.label, axis.scale, axis.ticks, axis.whole

    shared = [(i, scene) for i, scene in enumerate(results) if isinstance(scene, Scene) and not scene.axes_follow]
    for _, scene in shared:
        for name in ("x_axis", "y_axis"):
            axis = getattr(scene, name)
            low, high = limits.get(kind(name, axis), axis.limits)
            limits[kind(name, axis)] = min(low, axis.limits[0]), max(high, axis.limits[1])
    scenes = list(results)
    for i, scene in shared:
        wider = {
            name: replace(axis, limits=limits[kind(name, axis)])
            for name in ("x_axis", "y_axis")
            if limits[kind(name, axis := getattr(scene, name))] != axis.limits
        }
        scenes[i] = replace(scene, **wider) if wider else scene
    return scenes


def _check_parameters(scene_function: Any, controls: Mapping[str, Control]) -> None:
    if not callable(scene_function):
        raise TypeError(refusal("scene_function", scene_function, "a function that returns a Scene"))
    if not controls:
        raise TypeError("controls: got none; accepted is at least one, for example slope=(0, 1)")
    signature = inspect.signature(scene_function)
    try:
        signature.bind(**dict.fromkeys(controls))
    except TypeError as error:
        name = getattr(scene_function, "__name__", "scene_function")
        got = ", ".join(controls)
        raise TypeError(f"controls: got {got}; accepted are those of {name}{signature}: {error}") from None
    playing = [name for name, control in controls.items() if getattr(control, "play", False)]
    if len(playing) > 1:
        raise ValueError(f"play=True: got it for {', '.join(playing)}; accepted is one Range only")


class Packer:
    """Collects pictures. What several of them share (an array, an axis, a style, a text) is kept once.

    Numbers are stored as fractions of their axis, 0 at its low end and 1 at its high end, on a log axis of the
    logarithm. So single precision is enough for every axis, and the browser needs no logarithm to draw.
    """

    def __init__(self, controls: Sequence[str] = ()) -> None:
        self.size = 0
        self._controls = list(controls)
        self._chunks: list[bytes] = []
        self._array_ids: dict[bytes, int] = {}
        self._lengths: list[int] = []
        self._tables: dict[str, dict[str, int]] = {"texts": {}, "axes": {}, "styles": {}}
        self._pictures: list[dict[str, Any]] = []

    def add(self, result: Scene | Failure) -> None:
        """Append a picture, or the message that stands in place of one."""
        if isinstance(result, Failure):
            self._pictures.append({"error": result.message})
            return
        axes = (result.x_axis, result.y_axis)
        picture = {
            "title": self._keep("texts", unbroken(result.title)),
            "description": self._keep("texts", unbroken(result.description)),
            "axes": [self._keep("axes", _axis(axis)) for axis in axes],
            "layers": [self._layer(layer, axes) for layer in result.layers],
        }
        if result.equal_units:
            picture["equal"] = True
        if result.axes_follow:
            picture["follow"] = result.axes_follow
        self._pictures.append(picture)

    def structure(self) -> str:
        """The structure as JSON: tables, the length of each array, and for each picture where to look."""
        tables = {name: [json.loads(key) for key in table] for name, table in self._tables.items()}
        return _compact({**tables, "lengths": self._lengths, "pictures": self._pictures})

    def numbers(self) -> bytes:
        """The arrays, one after the other, as little-endian float32."""
        return b"".join(self._chunks)

    def _keep(self, table: str, value: Any) -> int:
        entries = self._tables[table]
        return entries.setdefault(_compact(value), len(entries))

    def _array(self, values: NDArray[np.float64]) -> int:
        chunk = np.ascontiguousarray(values, dtype="<f4").tobytes()
        if chunk not in self._array_ids:
            self._array_ids[chunk] = len(self._lengths)
            self._lengths.append(len(chunk) // 4)
            self._chunks.append(chunk)
            self.size += len(chunk)
        return self._array_ids[chunk]

    def _layer(self, layer: Layer, axes: tuple[Axis, Axis]) -> list[int]:
        """The layer as [style, array, array, …]: its numbers along x, those along y, the values of a field."""
        style = _style(layer)
        if names := getattr(layer, "control", ()):
            style["moves"] = [self._controls.index(name) for name in names]
        arrays = [
            self._array(fractions(numbers, axis))
            for axis, coordinates in zip(axes, layer.coordinates(), strict=True)
            for numbers in coordinates.values()
        ]
        if isinstance(layer, Field):
            low, high = style["range"]
            arrays.append(self._array(np.clip((layer.values.ravel() - low) / (high - low), 0, 1)))
        return [self._keep("styles", style), *arrays]


def fractions(values: ArrayLike, axis: Axis) -> NDArray[np.float64]:
    """(v − low) / (high − low) for each value, of the logarithms on a log axis.

    >>> fractions([1, 10, 100], Axis("h", (1, 100), "log")).tolist()
    [0.0, 0.5, 1.0]
    """
    numbers, (low, high) = np.asarray(values, np.float64), axis.limits
    if axis.scale == "log":
        numbers, low, high = np.log10(numbers), math.log10(low), math.log10(high)
    # Halves, so that limits near the end of the number range do not overflow; the clip catches the rest.
    with np.errstate(over="ignore", under="ignore"):
        return np.clip((numbers / 2 - low / 2) / (high / 2 - low / 2), -FAR, FAR)


def _axis(axis: Axis) -> dict[str, Any]:
    packed = {"label": axis.label, "limits": axis.limits, "log": axis.scale == "log"}
    if axis.whole:
        packed["whole"] = True
    if axis.ticks:
        places = fractions([place for place, _ in axis.ticks], axis).tolist()
        packed["ticks"] = [{"at": at, "text": text} for at, (_, text) in zip(places, axis.ticks, strict=True)]
    return packed


def _style(layer: Layer) -> dict[str, Any]:
    """What the browser must know of a layer beside its numbers."""
    if isinstance(layer, Label):
        return {"kind": "label", "color": layer.color, "text": layer.text, "anchor": layer.anchor}
    if isinstance(layer, Field):
        rows, columns = layer.values.shape
        return {"kind": "field", "label": layer.label, "rows": rows, "columns": columns, "range": layer.range}
    named = {"color": layer.color, "label": layer.label}
    if isinstance(layer, Points):
        return {"kind": "points", **named, "marker": layer.marker, "size": layer.size}
    if isinstance(layer, Band):
        return {"kind": "band", **named, "opacity": OPACITY[layer.dense]}
    dash = [round(length * layer.width / 2, 2) for length in DASHES[layer.dash]]
    return {"kind": "curve", **named, "width": layer.width, "dash": dash}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
