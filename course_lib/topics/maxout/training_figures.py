"""The scenes of lesson 12: one function learnt in two forms, and the gap between training and test digits."""

import numpy as np

from course_lib.checks import whole_number
from course_lib.figures import Axis, Band, Curve, Layer, Points, Scene, Segment
from course_lib.figures import format_number as number
from course_lib.topics.maxout.gaps import RELU, gap, gap_difference
from course_lib.topics.maxout.training import FORMS, PAIRS, TARGETS, X, trajectory

STEPS = 200
FINE = np.linspace(-1, 1, 201)
CURVES = {  # the targets of `TARGETS` on a fine grid
    "sin πx": np.sin(np.pi * FINE), "−|x|": -np.abs(FINE), "x²": FINE**2,
}  # fmt: skip
OUTPUT_LIMITS = (-1.8, 1.8)
STYLES = {"ReLU": ("blue", "solid", 4.0), "maxout": ("vermilion", "dashed", 2.5)}
GAP_LIMITS = (-16.0, 16.0)
PIECES = (1, 2, 3, 4, 5)


def matched_pair(pair: str = "six units, to sin πx", step: int = 0) -> Scene:
    """The output of both networks of one of `PAIRS` after 0 to 200 steps, with the target.

    >>> matched_pair("|x|, to −|x|", 0).description
    '|x|, to −|x|, step 0: the loss is 14.737 as ReLU and 14.737 as maxout. At the samples the outputs differ by up to \
0.000.'
    """
    whole_number("step", step, 0, STEPS)
    states = {form: trajectory(pair, form, STEPS)[step] for form in FORMS}
    name = PAIRS[pair]
    losses = {form: ((state.outputs(X) - TARGETS[name]) ** 2).sum() / 2 for form, state in states.items()}
    layers: list[Layer] = [Curve(FINE, CURVES[name], f"target {name}", "grey", "dotted", 3.0)]
    for form, state in states.items():
        layers.append(Curve(FINE, state.outputs(FINE), f"{form}, loss {losses[form]:.2f}", *STYLES[form]))
    apart = np.abs(states["ReLU"].outputs(X) - states["maxout"].outputs(X)).max()
    verb = "one function" if step == 0 else "apart by up to " + number(round(float(apart), 2))
    return Scene(
        f"Step {step}: {verb}", Axis("x", (-1, 1)), Axis("output", OUTPUT_LIMITS), tuple(layers),
        f"{pair}, step {step}: the loss is {losses['ReLU']:.3f} as ReLU and {losses['maxout']:.3f} as maxout. At the "
        f"samples the outputs differ by up to {apart:.3f}.",
    )  # fmt: skip


def gap_over_pieces(comparison: str = "as many units", data: str = "100 digits", dropout: float = 0.0) -> Scene:
    """The mean gap of maxout with 1 to 5 pieces, with intervals of 95 % over the divisions, and that of ReLU.

    The arguments are those of `gap`.
    """
    found = {pieces: gap(comparison, pieces, data, dropout) for pieces in (RELU, *PIECES)}
    ends = np.array([0.5, 5.5])
    low, middle, high = (np.full(2, end) for end in found[RELU])
    layers: list[Layer] = [
        Band(ends, low, high, "ReLU, interval", "sky"),
        Curve(ends, middle, f"ReLU: {found[RELU].estimate:.1f}", "blue", "dashed"),
        *(Segment((k, found[k].low), (k, found[k].high), "", "vermilion", width=3) for k in PIECES),
        Points(np.array(PIECES), np.array([found[k].estimate for k in PIECES]), "maxout", "vermilion", size=10),
    ]
    difference = gap_difference(comparison, PIECES[-1], data, dropout)
    size = f"{abs(difference.estimate):.1f} points"
    if difference.low <= 0 <= difference.high:
        point = "With 5 pieces the gap is not clearly another than ReLU's"
    else:
        point = f"With 5 pieces the gap is {size} {'larger' if difference.low > 0 else 'smaller'} than ReLU's"
    listed = ", ".join(f"{found[k].estimate:.1f}" for k in PIECES)
    return Scene(
        point, Axis("pieces k", (0.5, 5.5), ticks=tuple((float(k), str(k)) for k in PIECES)),
        Axis("training − test accuracy (points)", GAP_LIMITS), tuple(layers),
        f"{comparison}, {data}, {f'dropout {number(dropout)}' if dropout else 'no dropout'}: the gap is "
        f"{listed} points for 1 to 5 pieces and {found[RELU].estimate:.1f} for ReLU. On the same divisions, 5 pieces "
        f"− ReLU is {difference.estimate:+.1f}, interval {difference.low:+.1f} to {difference.high:+.1f}.",
    )  # fmt: skip
