"""Figure of lesson 05: the first stages of the Cantor set, with the way to one of its points."""

from fractions import Fraction

import numpy as np

from course_lib.experiments.cantor import intervals, point_at
from course_lib.figures import validation
from course_lib.figures.layers import Label, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

DEEPEST = 6
# What is repeated in the address of the point, after what it begins with.
POINTS = {"none": None, "LRLRLR…": ("LR", ""), "LRRRRR…": ("R", "L"), "RLLRLL…": ("RLL", "")}


def cantor_stages(stage: int = 1, address: str = "none") -> Scene:
    """2ⁿ intervals of length 3⁻ⁿ in row n, for n = 0 to `stage`, and the point at the end of an address.

    `stage` is from 0 to 6, `address` one of `POINTS`: an endless word of left and right turns. Others raise ValueError.

    >>> cantor_stages(2, "LRRRRR…").description
    'Stage 2: 4 intervals of total length 4/9 = 0.444. The point LRRRRR… is 1/3, in an interval of every row.'
    """
    validation.one_of("cantor_stages", "address", address, tuple(POINTS))
    depth = int(validation.number_between("cantor_stages", "stage", stage, 0, DEEPEST))
    layers: list[Layer] = []
    for row in range(depth + 1):
        layers += [
            Segment((float(a), -row), (float(b), -row), color="blue", width=8.0 - row) for a, b in intervals(row)
        ]
    length = sum((b - a for a, b in intervals(depth)), Fraction(0))
    found, word = "", POINTS[address]
    if word is not None:
        point = point_at(*word)
        inside = all(any(a <= point <= b for a, b in intervals(row)) for row in range(depth + 1))
        layers += [
            Segment((float(point), 0.6), (float(point), -DEEPEST - 0.4), "", "vermilion", "dotted", 2),
            Points(np.full(depth + 1, float(point)), -np.arange(depth + 1.0), "", "vermilion", "hollow", 6),
            Label(float(point), 0.6, f"{address} = {point}", "right" if point < 0.5 else "left", "vermilion"),
        ]
        found = f" The point {address} is {point}, {'in an interval of every row' if inside else 'outside'}."
    count = f"{2**depth} intervals" if depth else "1 interval"
    return Scene(
        f"Stage {depth}: {count}, total length {number(float(length))}", Axis("x", (-0.02, 1.02)),
        Axis("stage", (-DEEPEST - 0.5, 1.0), ticks=tuple((-row, str(row)) for row in range(DEEPEST + 1))),
        tuple(layers),
        f"Stage {depth}: {count} of total length {length} = {number(float(length))}.{found}",
    )  # fmt: skip
