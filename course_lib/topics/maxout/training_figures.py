"""The scenes of *Train maxout*: one function learnt in two forms, and the gap between training and test digits."""

import numpy as np

from course_lib.checks import whole_number
from course_lib.figures import Axis, Curve, Layer, Points, Scene, Segment
from course_lib.figures import format_number as number
from course_lib.topics.maxout.gaps import RELU, gap, gap_difference
from course_lib.topics.maxout.training import FORMS, PAIRS, TARGETS, X, trajectory

STEPS = 200
FINE = np.linspace(-1, 1, 201)
CURVES = {  # the targets of `TARGETS` on a fine grid
    "sin πx": np.sin(np.pi * FINE), "−|x|": -np.abs(FINE), "x²": FINE**2,
}  # fmt: skip
OUTPUT_LIMITS = (-1.3, 1.2)
ENDS = ((-1.0, "−1"), (-0.5, "−½"), (0.0, "0"), (0.5, "½"), (1.0, "1"))
STYLES = {"ReLU": ("blue", "solid", 4.0), "maxout": ("vermilion", "dashed", 2.5)}
GAP_LIMITS = (-7.0, 10.0)
GAP_TICKS = ((-5.0, "−5"), (0.0, "0"), (5.0, "5"), (10.0, "10"))
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
    layers: list[Layer] = [Curve(FINE, CURVES[name], f"target {name}", "ink", "dotted", 3.0)]
    for form, state in states.items():
        layers.append(Curve(FINE, state.outputs(FINE), f"{form}, loss {losses[form]:.2f}", *STYLES[form]))
    apart = np.abs(states["ReLU"].outputs(X) - states["maxout"].outputs(X)).max()
    far = number(round(float(apart), 2))
    point = "At the start both forms are one function" if step == 0 else f"The two are apart by up to {far} now"
    return Scene(
        point, Axis("x", (-1, 1), ticks=ENDS), Axis("output", OUTPUT_LIMITS, ticks=ENDS), tuple(layers),
        f"{pair}, step {step}: the loss is {losses['ReLU']:.3f} as ReLU and {losses['maxout']:.3f} as maxout. At the "
        f"samples the outputs differ by up to {apart:.3f}.",
    )  # fmt: skip


def gap_over_pieces(comparison: str = "as many units", data: str = "100 digits", dropout: float = 0.0) -> Scene:
    """The gap of maxout with 1 to 5 pieces − the gap of ReLU, with paired intervals of 95 % over the divisions.

    The arguments are those of `gap`; the line at 0 stands for ReLU.
    """
    relu = gap(comparison, RELU, data, dropout).estimate
    found = [gap_difference(comparison, pieces, data, dropout) for pieces in PIECES]
    ends = (PIECES[0] - 0.5, PIECES[-1] + 0.5)
    layers: list[Layer] = [
        Segment(
            (ends[0], 0), (ends[1], 0), f"ReLU, whose gap is {_signed(relu).removeprefix('+')}", "blue", "dashed", 2.5
        ),
        *(Segment((k, d.low), (k, d.high), "", "vermilion", width=3) for k, d in zip(PIECES, found, strict=True)),
        Points(np.array(PIECES), np.array([d.estimate for d in found]), "maxout", "vermilion", size=7),
    ]
    low, middle, high = found[-1]
    if low <= 0 <= high:
        point = "With 5 pieces the gap is not clearly another than ReLU's"
    else:
        point = f"With 5 pieces the gap is {abs(middle):.1f} points {'larger' if low > 0 else 'smaller'} than ReLU's"
    return Scene(
        point, Axis("pieces k", ends, whole=True),
        Axis("gap − ReLU's gap (points)", GAP_LIMITS, ticks=GAP_TICKS), tuple(layers),
        f"{comparison}, {data}, {f'dropout {number(dropout)}' if dropout else 'no dropout'}: the gap of ReLU is "
        f"{_signed(relu).removeprefix('+')} points. For 1 to 5 pieces, maxout − ReLU is "
        f"{', '.join(_signed(d.estimate) for d in found)}. The interval for 5 pieces is from {_signed(low)} to "
        f"{_signed(high)}.",
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
