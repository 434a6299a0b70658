"""Figure of lesson 07: how many units a bias makes active, by the formula and on real data."""

import numpy as np

from course_lib.experiments.active_share import DATA, active_probability, active_shares
from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Points
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

SIGMAS = tuple(float(sigma) for sigma in 10.0 ** np.arange(-1.5, 1.01, 0.25))
MARKED = 0.1


def active_share_over_sigma(data: str = "digits", bias: float = 0.1) -> Scene:
    """Φ(b/σ) against σ, beside the share of samples on which 1000 fresh units of a first layer are active.

    The points are the mean over the units, the band holds 9 of 10 units. `data` is a name in
    `course_lib.experiments.active_share.DATA`; `bias` is from −2 to 2. Others raise ValueError.

    >>> active_share_over_sigma("digits, standardised", 0.1).description
    'digits, standardised, bias 0.1. At σ = 1 the formula says 54 %; the mean unit is active on 54 % of the samples, 9 \
of 10 units on 50 % to 59 %. At σ = 0.1 it says 84 %; 87 %, 79 % to 93 %.'
    """
    validation.one_of("active_share_over_sigma", "data", data, tuple(DATA))
    b = validation.number_between("active_share_over_sigma", "bias", bias, -2, 2)
    fine = np.geomspace(SIGMAS[0], SIGMAS[-1], 200)
    shares = [active_shares(data, b, sigma) for sigma in SIGMAS]
    middle = np.array([share.mean() for share in shares])
    low, high = np.array([np.quantile(share, (0.05, 0.95)) for share in shares]).T
    layers = (
        Band(np.array(SIGMAS), low, high, label="9 of 10 units"),
        Curve(fine, np.array([active_probability(b, sigma) for sigma in fine]), "formula Φ(b/σ)", "ink", "dashed"),
        Points(np.array(SIGMAS), middle, label="mean unit, measured", color="vermilion"),
    )
    return Scene(
        f"{data[0].upper()}{data[1:]}: active with bias {number(b)}",
        Axis("standard deviation σ of the pre-activation", (SIGMAS[0], SIGMAS[-1]), "log"),
        Axis("share of samples with z > 0", (-0.02, 1.02)), layers, _describe(data, b),
    )  # fmt: skip


def _describe(data: str, b: float) -> str:
    words = []
    for sigma in (1.0, MARKED):
        share = active_shares(data, b, sigma)
        low, high = np.quantile(share, (0.05, 0.95))
        words.append(
            (number(sigma), f"{active_probability(b, sigma):.0%}", f"{share.mean():.0%}", f"{low:.0%} to {high:.0%}")
        )
    (s1, f1, m1, r1), (s2, f2, m2, r2) = words
    text = (
        f"{data}, bias {number(b)}. At σ = {s1} the formula says {f1}; the mean unit is active on {m1} of the samples, "
        f"9 of 10 units on {r1}. At σ = {s2} it says {f2}; {m2}, {r2}."
    )
    return text.replace("%", " %")
