"""Computes the picture for each combination of control values; where that fails, says which values and why."""

import inspect
import math
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.explorer.controls import Control, label_of
from course_lib.explorer.packing import Packer
from course_lib.figures import Scene

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
