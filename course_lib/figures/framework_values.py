"""Figure of lesson 03: what each library of the snapshot returned for a program, beside the Clarke subdifferential."""

import math
from functools import lru_cache

import numpy as np

from course_lib.figures import validation
from course_lib.figures.layers import Band, Label, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.frameworks import LIBRARIES, PROGRAMS, judge, snapshot
from course_lib.frameworks.emulations import EMULATIONS
from course_lib.frameworks.judging import clarke_bounds

X_LIMITS = (-1.3, 2.9)
WORDS = 2.4  # Where NaN, ∞ and what is no number stand.
# Programs of one variable that have a Clarke subdifferential, by what is typed.
CHOICES: dict[str, str] = {
    program.label: program.id for program in PROGRAMS.values() if len(program.point) == 1 and program.id != "sqrt"
}


def values_of_frameworks(program: str = "relu(x) at 0") -> Scene:
    """The derivative that each library returned; the band is the Clarke subdifferential of the program's function.

    Hollow points are outside of it. Rows marked *emulated* follow rules read in the library's source. `program` is a
    key of `CHOICES`; ValueError for another.

    >>> values_of_frameworks("relu6(x) at 6").description
    'relu6(x) at 6 may be anything in [0, 1]: PyTorch 0, TensorFlow 0, JAX 0, tinygrad 1; none is outside.'
    """
    id = CHOICES[validation.one_of("values_of_frameworks", "program", program, tuple(CHOICES))]
    rows = _rows(id)
    bounds = clarke_bounds(PROGRAMS[id], (1.0,))
    if bounds is None:
        raise ValueError(f"values_of_frameworks: {program} has no Clarke subdifferential; choose another program")
    low, high = map(float, bounds)
    height = (0.5, len(rows) + 0.5)
    layers: list[Layer] = []
    if low < high:
        band = f"Clarke subdifferential, {number(low)} to {number(high)}"
        layers.append(Band(np.array([low, high]), np.full(2, height[0]), np.full(2, height[1]), band))
    else:
        layers.append(Segment((low, height[0]), (low, height[1]), f"the derivative, {number(low)}", "sky", width=4))
    inside: list[tuple[float, int]] = []
    outside: list[tuple[float, int]] = []
    ticks: list[tuple[float, str]] = []
    for position, (name, value) in zip(range(len(rows), 0, -1), rows, strict=True):
        ticks.append((float(position), name))
        if isinstance(value, str):
            layers.append(Label(WORDS, position, value, "center", "grey"))
        elif not math.isfinite(value):
            layers.append(Label(WORDS, position, "NaN" if math.isnan(value) else "∞", "center", "vermilion"))
        else:
            (outside if _is_outside(id, value) else inside).append((value, position))
    for found, label, color, marker in (
        (inside, "returned, in the set", "blue", "filled"),
        (outside, "returned, outside", "vermilion", "hollow"),
    ):
        if found:
            x, y = np.array(found, dtype=float).T
            layers.append(Points(x, y, label, color, marker, 11))
    return Scene(
        f"What came back for {program}", Axis("derivative", X_LIMITS), Axis("", height, ticks=tuple(ticks)),
        tuple(layers), _describe(program, id, rows, low, high),
    )  # fmt: skip


@lru_cache
def _rows(id: str) -> tuple[tuple[str, float | str], ...]:
    """Name and value of each library, then of what is emulated; why there is none where there is none."""
    rows: list[tuple[str, float | str]] = []
    for key, library in LIBRARIES.items():
        measured = snapshot().row(key, id)
        if measured is not None:
            name = f"{library.title} {measured.version}"
            why = measured.status if measured.status == "not offered" else "an error"
            rows.append((name, why if measured.value is None else measured.value[0]))
    rows += [(emulation.label, float(emulation.value)) for emulation in EMULATIONS if emulation.program_id == id]
    return tuple(rows)


@lru_cache(maxsize=512)
def _is_outside(id: str, value: float) -> bool:
    return judge(id, value).verdict == "outside"


def _describe(program: str, id: str, rows: tuple[tuple[str, float | str], ...], low: float, high: float) -> str:
    found = [(name, value) for name, value in rows if not isinstance(value, str)]
    said = ", ".join(f"{_short(name)} {'NaN' if math.isnan(value) else number(value)}" for name, value in found)
    outside = [_short(name) for name, value in found if _is_outside(id, value)]
    set_ = f"may be anything in [{number(low)}, {number(high)}]" if low < high else f"has the derivative {number(low)}"
    verdict = f"outside: {', '.join(outside)}" if outside else "none is outside"
    return f"{program} {set_}: {said}; {verdict}."


def _short(name: str) -> str:
    """The name without the version of a library that was run."""
    return name if name.endswith("(emulated)") else name.rsplit(" ", 1)[0]
