"""`explore(scene_function, **controls)`: a live figure whose pictures are all computed before it is shown.

`pictures.py` computes them, `store.js` holds them in the browser; here they are sent there, and the cell is told what
its reader must know.
"""

import json
import sys
from functools import lru_cache
from typing import Any

import anywidget
import traitlets
from IPython import get_ipython
from IPython.display import display

from course_lib.explorer.assets import javascript, palette_css, stylesheet
from course_lib.explorer.controls import as_control
from course_lib.explorer.pictures import MAX_BYTES, MAX_PICTURES, Pictures, SceneFunction
from course_lib.figures import Scene
from course_lib.stored import card, display_with_card, paragraphs

CACHED = 64
RUN = "Run this cell to move it."


class Explorer(anywidget.AnyWidget):
    """The widget behind `explore`: holds all pictures, or computes one at a time when the browser asks for it."""

    _esm = javascript(
        "dom.js", "ticks.js", "axes.js", "layers.js", "drag.js", "readout.js", "picture.js", "store.js", "controls.js",
        "export.js", "actions.js", "explorer.js",
    )  # fmt: skip
    _css = stylesheet("theme.css", "explorer.css", "controls.css", "picture.css") + palette_css()

    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    structure = traitlets.Unicode().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    # The picture that is shown. Views of one explorer share it in the browser; it is never sent back.
    number = traitlets.Int().tag(sync=True)
    # The picture to begin with and to come back to, and the module and name of what draws it, as far as it has one.
    initial = traitlets.Int().tag(sync=True)
    source = traitlets.Dict().tag(sync=True)
    # The number of the only picture in `numbers` if the others are computed on demand, else −1: all are there.
    only = traitlets.Int(-1).tag(sync=True)

    def __init__(self, scene_function: SceneFunction, **controls: Any) -> None:
        made = {name: as_control(name, given) for name, given in controls.items()}
        self.pictures = Pictures(scene_function, made)
        complete = self.pictures.pack_all()
        self.on_demand = complete is None
        packed = complete or self.pictures.pack_one(self.pictures.initial)
        specifications = [control.specification(name) for name, control in made.items()]
        self._packed = lru_cache(maxsize=CACHED)(self.pictures.pack_one)  # Several views ask for the same pictures.
        super().__init__(
            controls=specifications,
            structure=packed.structure(),
            numbers=packed.numbers(),
            number=self.pictures.initial,
            initial=self.pictures.initial,
            source=_source(scene_function) if all(one["codes"] for one in specifications) else {},
            only=self.pictures.initial if self.on_demand else -1,
        )
        self.on_msg(self._receive)

    @property
    def payload_bytes(self) -> int:
        """How many bytes go to the browser: the pictures, and the controls with the texts of all their values."""
        controls = json.dumps(self.controls, ensure_ascii=False)
        return len(controls.encode()) + len(self.structure.encode()) + len(self.numbers)

    @property
    def text(self) -> str:
        """The description of the first picture, or why there is none."""
        first = self.pictures.first
        return first.description if isinstance(first, Scene) else getattr(first, "message", "")

    def notices(self) -> list[str]:
        """What the reader of the cell must know: pictures that failed, warnings, pictures not yet computed."""
        pictures, lines = self.pictures, []
        if self.on_demand:
            sizes = " × ".join(f"{name} ({len(control.values)})" for name, control in pictures.controls.items())
            bound = f"{MAX_PICTURES} pictures" if pictures.count > MAX_PICTURES else f"{MAX_BYTES // 10**6} MB"
            lines.append(
                f"{sizes}: {pictures.count} combinations, more than {bound} together. "
                "Each picture is computed when you ask for it; that needs a running kernel."
            )
        if pictures.failures:
            first = pictures.failures[min(pictures.failures)]
            some = f"{len(pictures.failures)} of {pictures.count} pictures failed, the first one"
            what = "The first picture failed" if self.on_demand else some
            lines.append(f"{what} with {first.values}: {first.cause}")
        if pictures.warnings:
            first_number = min(pictures.warnings)
            lines.append(
                f"{len(pictures.warnings)} of {pictures.count} pictures gave a warning, the first one "
                f"with {pictures.values_in_words(first_number)}: {pictures.warnings[first_number]}"
            )
        return lines

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view and, for wherever no widget can run, the first picture and its description."""
        # matplotlib takes long to import, and predictions, which share this package, do not need it.
        from course_lib.figures.matplotlib_renderer import stored_picture

        data, metadata = super()._repr_mimebundle_(**kwargs)
        if isinstance(self.pictures.first, Scene):
            picture, about = stored_picture(self.pictures.first, RUN)
            return data | picture, metadata | about
        html = card(paragraphs(f"{self.text}\n\n*{RUN}*"), stands_in=True)
        return data | {"text/plain": self.text, "text/html": html}, metadata

    def _ipython_display_(self) -> None:
        display_with_card(self._repr_mimebundle_())

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        number = content.get("number")
        if content.get("kind") != "picture" or not isinstance(number, int) or not 0 <= number < self.pictures.count:
            return
        packed = self._packed(number)
        message = {"kind": "picture", "number": number, "structure": packed.structure()}
        self.send(message, buffers=[packed.numbers()])


def _source(function: SceneFunction) -> dict[str, str]:
    """Where a line of Python finds the function: its module and its name; {} if no import leads there."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__name__", "")
    found = getattr(sys.modules.get(module), name, None) is function
    return {"module": module, "name": name} if found else {}


def explore(scene_function: SceneFunction, **controls: Any) -> None:
    """Show scene_function(**values) live: one control for each keyword, one picture for each combination of values.

    `scene_function` takes the control values as keyword arguments and returns a Scene. Each control is a Range, Number,
    Select, Checkbox or Radio, or short for one, as in ipywidgets' `interact`: (lo, hi), (lo, hi, step), a number, a
    bool, a list, or a dict text → value. All pictures are computed now and looked up in the browser; beyond 2 000
    pictures or 8 MB the cell says so, and each is computed when asked for. Where `scene_function` raises, or makes a
    number that is not finite, the picture's place is taken by a message with the control values and the cause, and the
    cell says how many pictures failed. Outside a notebook the description of the first picture is printed.
    Raises TypeError or ValueError if a control or `scene_function` itself is of the wrong kind.

    >>> from course_lib.figures import Axis, Curve, Scene
    >>> def line(slope):
    ...     curve = Curve([-1, 1], [-slope, slope], label="slope · x")
    ...     return Scene("A line", Axis("x", (-1, 1)), Axis("y", (-2, 2)), [curve], f"A line of slope {slope}.")
    >>> explore(line, slope=(0, 2))
    A line of slope 1.
    """
    explorer = Explorer(scene_function, **controls)
    for notice in explorer.notices():
        print(notice)
    if get_ipython() is None:
        print(explorer.text)
    else:
        display(explorer)
