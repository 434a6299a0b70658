"""Figure of lesson 05: half precision as a staircase, around 0 and around a number like those that are added up."""

import numpy as np

from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Layer
from course_lib.figures.numbers import SUPERSCRIPT
from course_lib.figures.scene import Axis, Scene

# Where the picture's middle is, how far it reaches, and the unit in which it counts, as powers of two.
PLACES = {"around 0": (0.0, -24), "around 1/16": (0.0625, -14)}
STEPS = 4


def half_precision_steps(place: str = "around 0") -> Scene:
    """half(z), the nearest half-precision number, against z, in units of the gap between such numbers.

    `place` is one of `PLACES`. Around 0 the gap is 2⁻²⁴; left and right of 1/16 it is 2⁻¹⁵ and 2⁻¹⁴. Others raise
    ValueError.

    >>> half_precision_steps().description
    'Half precision around 0: the numbers are 2⁻²⁴ apart. All z from −2⁻²⁵ to 2⁻²⁵ become exactly 0.'
    """
    middle, power = PLACES[validation.one_of("half_precision_steps", "place", place, tuple(PLACES))]
    unit = 2.0**power
    z = np.linspace(-STEPS, STEPS, 1281)
    half = (((z * unit + middle).astype(np.float16).astype(np.float64)) - middle) / unit
    levels = np.unique(half)
    gap_below, *_, gap_above = unit * np.diff(levels)
    layers: list[Layer] = []
    if middle == 0:
        zero = np.array([z[half == 0].min(), z[half == 0].max()])
        layers.append(Band(zero, np.full(2, -STEPS), np.full(2, STEPS), "becomes exactly 0", "orange"))
    layers.append(Curve(z[[0, -1]], z[[0, -1]], "z itself", "grey", "dotted"))
    for i, level in enumerate(levels):
        x = z[half == level][[0, -1]]
        layers.append(Curve(x, np.full(2, level), "half(z)" if i == 0 else "", "blue", width=3.0))
    if middle == 0:
        ends = _power_of_two(unit * zero[1])
        sentence = f"the numbers are {_power_of_two(gap_above)} apart. All z from −{ends} to {ends} become exactly 0."
        axes = f"z in units of {_power_of_two(unit)}", f"half(z) in units of {_power_of_two(unit)}"
    else:
        sentence = (
            f"the numbers are {_power_of_two(gap_below)} apart below 1/16 and {_power_of_two(gap_above)} above it. "
            "None of these z becomes 0."
        )
        axes = f"(z − 1/16) in units of {_power_of_two(unit)}", f"(half(z) − 1/16) in units of {_power_of_two(unit)}"
    return Scene(
        f"Half precision {place}", Axis(axes[0], (-STEPS, STEPS)), Axis(axes[1], (-STEPS - 0.2, STEPS + 0.2)),
        tuple(layers), f"Half precision {place}: {sentence}",
    )  # fmt: skip


def _power_of_two(value: float) -> str:
    """2ⁿ in words for a power of two."""
    return "2" + str(int(np.log2(value))).translate(SUPERSCRIPT)
