"""Figures of lesson 04: losses whose minimum is on a kink."""

from fractions import Fraction

import numpy as np

from course_lib.experiments.median_regression import (
    OUTLIER,
    X,
    data,
    least_absolute,
    least_squares,
    penalised_minimum,
)
from course_lib.figures import validation
from course_lib.figures.layers import Curve, Points
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

LARGEST_SHIFT = 8
W_LIMITS = (-1.0, 2.0)


def median_line(shift: int = 4) -> Scene:
    r"""The lines of least Σ|residual| and of least Σ residual² through nine points, one of them moved up by `shift`.

    `shift` is a whole number from 0 to 8; ValueError for others.

    >>> print(median_line(4).description.replace("; ", ";\n"))
    Outlier moved up by 4: the line of least |residuals| has slope 0.54, residual 0 at 2 of 9 points;
    that of least squares has slope 0.705.
    """
    shift = int(validation.number_between("median_line", "shift", shift, 0, LARGEST_SHIFT))
    x, y = (np.array([float(value) for value in values]) for values in (X, data(shift)))
    absolute, squares = least_absolute(shift), least_squares(shift)
    zero = np.array([residual == 0 for residual in absolute.residuals(data(shift))])
    ends = np.array([0.5, 9.5])
    layers = (
        Curve(ends, float(squares.slope) * ends + float(squares.intercept), "least squares", "orange", "dashed", 2.5),
        Curve(ends, float(absolute.slope) * ends + float(absolute.intercept), "least |residuals|", "blue", width=3),
        Points(x[~zero], y[~zero], "residual not 0", "ink", "hollow", 9),
        Points(x[zero], y[zero], "residual exactly 0", "vermilion", "filled", 11),
    )
    return Scene(
        f"The point at x = {OUTLIER + 1} moved up by {shift}", Axis("x", (0, 10)), Axis("y", (0, 14)), layers,
        f"Outlier moved up by {shift}: the line of least |residuals| has slope {number(float(absolute.slope), 2)}, "
        f"residual 0 at {zero.sum()} of {len(x)} points; that of least squares has slope "
        f"{number(float(squares.slope))}.",
    )  # fmt: skip


def penalised_loss(weight: float = 0.5) -> Scene:
    """½(w − 1)² + λ|w| against w, with its minimum: at the kink w = 0 for λ ≥ 1.

    `weight` is λ from 0 to 2; ValueError for others.

    >>> penalised_loss(1.5).description
    'λ = 1.5: the minimum is at w = 0, on the kink, where the slope jumps from −2.5 to 0.5.'
    """
    weight = validation.number_between("penalised_loss", "weight", weight, 0, 2)
    minimum = float(penalised_minimum(Fraction(1), Fraction(weight)))
    w = np.union1d(np.linspace(*W_LIMITS, 121), [0.0])
    at = 0.5 * (minimum - 1) ** 2 + weight * abs(minimum)
    layers = (
        Curve(w, 0.5 * (w - 1) ** 2, "½(w − 1)²", "grey", "dotted"),
        Curve(w, 0.5 * (w - 1) ** 2 + weight * np.abs(w), "½(w − 1)² + λ|w|", "blue", width=3),
        Points(np.array([minimum]), np.array([at]), "minimum", "vermilion", size=12),
    )
    jump = f"the slope jumps from {number(-1 - weight)} to {number(weight - 1)}"
    place = f"w = 0, on the kink, where {jump}" if minimum == 0 else f"w = {number(minimum)}, beside the kink"
    return Scene(
        f"λ = {number(weight)}", Axis("w", W_LIMITS), Axis("loss", (0, 4)), layers,
        f"λ = {number(weight)}: the minimum is at {place}.",
    )  # fmt: skip
