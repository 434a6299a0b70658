"""Figures of lesson 07: networks that are born dead, and deep narrow networks that collapse to a constant."""

import numpy as np

from course_lib.experiments.born_dead import born_dead_probability, born_dead_shares, standard_error
from course_lib.experiments.collapse import collapse
from course_lib.experiments.intervals import wilson_interval
from course_lib.figures.layers import Band, Curve, Label, Layer, Points, Segment
from course_lib.figures.scene import Axis, Scene

DEPTH = 19
REPLICAS = 2000
BORN_DEAD_WIDTHS = (2, 3, 5)
WIDTHS = (2, 3, 5, 10)
# Networks counted at each width: more where the result is to be compared with a published one.
NETWORKS = {2: 1000, 3: 200, 5: 100, 10: 60}


def born_dead_over_depth(width: int = 2) -> Scene:
    """1 − (1 − 2^−N)^L against the number L of hidden layers, beside the share of 2000 fresh networks, N = `width`.

    The band reaches three standard errors to each side of the formula. `width` is one of `BORN_DEAD_WIDTHS`; others
    raise ValueError.

    >>> born_dead_over_depth(2).description
    'Width 2: the formula rises from 0.250 with 1 hidden layer to 0.996 with 19. All 19 measured shares lie within \
three standard errors of it.'
    """
    if width not in BORN_DEAD_WIDTHS:
        accepted = ", ".join(map(str, BORN_DEAD_WIDTHS))
        raise ValueError(f"born_dead_over_depth: width must be one of {accepted}; got {width!r}.")
    depths = np.arange(1.0, DEPTH + 1)
    formula = np.array([born_dead_probability([width] * int(depth)) for depth in depths])
    reach = 3 * np.array([standard_error(p, REPLICAS) for p in formula])
    shares = born_dead_shares(width, DEPTH, REPLICAS)
    inside = int((np.abs(shares - formula) <= reach).sum())
    layers: list[Layer] = [
        Band(depths, np.clip(formula - reach, 0, 1), np.clip(formula + reach, 0, 1), "three standard errors"),
        Curve(depths, formula, "formula", "ink", "dashed"),
        Points(depths, shares, f"share of {REPLICAS} networks", "vermilion"),
    ]
    counted = f"All {DEPTH} measured shares lie" if inside == DEPTH else f"{inside} of {DEPTH} measured shares lie"
    return Scene(
        f"Networks of width {width} that are dead at an input before training", Axis("hidden layers", (1, DEPTH)),
        Axis("share of networks", (-0.02, 1.02)), tuple(layers),
        f"Width {width}: the formula rises from {formula[0]:.3f} with 1 hidden layer to {formula[-1]:.3f} with "
        f"{DEPTH}. {counted} within three standard errors of it.",
    )  # fmt: skip


def collapse_over_width() -> Scene:
    """Share of ten-layer ReLU networks that are constant before and after training on |x|, with 95 % Wilson intervals.

    Widths 2, 3, 5 and 10. The description gives the shares before training, which no rounding error changes.
    """
    found = {width: collapse(width, NETWORKS[width]) for width in WIDTHS}
    layers: list[Layer] = []
    for name, color, marker, shift, counts in (
        ("constant at the start", "blue", "hollow", -0.12, [c.born for c in found.values()]),
        ("constant after training", "vermilion", "filled", 0.12, [c.constant for c in found.values()]),
    ):
        ends = [wilson_interval(count, NETWORKS[width]) for count, width in zip(counts, WIDTHS, strict=True)]
        x = np.array(WIDTHS) + shift
        layers += [Segment((place, end.low), (place, end.high), "", color) for place, end in zip(x, ends, strict=True)]
        layers.append(Points(x, np.array([end.estimate for end in ends]), name, color, marker))
    layers += [Label(w, -0.03, f"n = {NETWORKS[w]}", "below", "grey") for w in WIDTHS]
    born = ", ".join(f"{found[width].born / NETWORKS[width]:.0%} at width {width}" for width in WIDTHS)
    more = all(c.constant >= c.born for c in found.values())
    return Scene(
        "Ten layers that learn |x|: how many networks end as a constant", Axis("width", (1, 11)),
        Axis("share of networks", (-0.14, 1.02)), tuple(layers),
        f"Constant at the start: {born.replace('%', ' %')}. After training: {'at least as many' if more else 'fewer'} "
        f"at {'every' if more else 'some'} width.",
    )  # fmt: skip
