"""Figures of lesson 05: how many fresh networks meet an exact zero that changes their gradient."""

from functools import lru_cache

import numpy as np

from course_lib.experiments.exact_zeros import SAMPLES, Setting
from course_lib.experiments.intervals import wilson_interval
from course_lib.experiments.zero_law import Fit, fit_p0, rounded_once_p0, zone_probability
from course_lib.experiments.zero_results import PUBLISHED, Row, rows_of
from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

BITS = {"16 bits": "float16", "32 bits": "float32"}
VARIED = ("depth", "width")
SHAPES = {f"{width} wide, {depth} deep": (width, depth) for width, depth in ((256, 3), (256, 1), (64, 3), (16, 3))}
EXPOSURES = (1e5, 4e8)
LOWEST = 3e-4


@lru_cache(maxsize=2)
def shipped_fit(dtype: str) -> Fit:
    """One p₀ for all shipped rows of a precision, in batches of 256."""
    return fit_p0(rows_of(dtype))


def zone_over_exposure(bits: str = "32 bits", varied: str = "width") -> Scene:
    """Share of fresh networks in the zone against E = units · layers · digits, beside 1 − exp(−E·p₀).

    `varied` says which of the shipped networks are shown: "depth", all 256 wide, or "width", all 3 deep. The law is
    fitted to the shipped ones of this precision, also those that are not shown. Hollow points are published counts,
    which no fit has seen. `bits` is one of `BITS`; others raise ValueError.
    """
    dtype = BITS[validation.one_of("zone_over_exposure", "bits", bits, tuple(BITS))]
    validation.one_of("zone_over_exposure", "varied", varied, VARIED)
    fit = shipped_fit(dtype)
    x = np.geomspace(*EXPOSURES, 121)
    low, law, high = (np.clip(zone_probability(x, p0), LOWEST, 1) for p0 in (fit.p0.low, fit.p0.estimate, fit.p0.high))
    shown = x * fit.p0.estimate > LOWEST
    layers: list[Layer] = [
        Band(x[shown], low[shown], high[shown], "interval of 95 %"),
        Curve(x[shown], law[shown], "1 − exp(−E·p₀)", "ink", "dashed"),
    ]
    own = _varied(rows_of(dtype), varied)
    theirs = _varied([row for row in PUBLISHED if row.setting.dtype == dtype], varied)
    for rows, name, colour, marker in (
        (theirs, "Bertoin and others, 60 000 digits", "vermilion", "hollow"),
        (own, f"ours, {SAMPLES} digits", "blue", "filled"),
    ):
        layers += [_interval(row, colour) for row in rows]
        place, share = np.array([(row.exposure, max(row.share, LOWEST)) for row in rows]).T
        layers.append(Points(place, share, name, colour, marker, 9))
    values = [getattr(row.setting, varied) for row in own]
    return Scene(
        f"{bits}: p₀ = {number(fit.p0.estimate, 2)} for each pre-activation",
        Axis("E = width × depth × digits", EXPOSURES, "log"), Axis("share of networks", (LOWEST, 1.3), "log"),
        tuple(layers),
        f"{bits}, {varied} from {values[0]} to {values[-1]}: our shares rise from {_percent(own[0])} to "
        f"{_percent(own[-1])}, the published ones from {_percent(theirs[0])} to {_percent(theirs[-1])}. The common p₀ "
        f"is {number(fit.p0.estimate, 2)}, from {number(fit.p0.low, 2)} to {number(fit.p0.high, 2)}.",
    )  # fmt: skip


def zone_over_digits(bits: str = "16 bits", shape: str = "256 wide, 3 deep") -> Scene:
    """Share of the shipped networks that are in the zone after 1, 2, … 16 batches of 256 digits.

    Beside it 1 − exp(−E·p₀) with the common p₀ of the precision and, for 16 bits, with p₀ = f(0)·2⁻²⁴ from the density
    f of this network's pre-activations, to which nothing is fitted. `shape` is one of `SHAPES`; others raise
    ValueError.
    """
    dtype = BITS[validation.one_of("zone_over_digits", "bits", bits, tuple(BITS))]
    width, depth = SHAPES[validation.one_of("zone_over_digits", "shape", shape, tuple(SHAPES))]
    row = next(r for r in rows_of(dtype) if (r.setting.width, r.setting.depth) == (width, depth))
    assert row.first is not None
    digits = row.setting.batch * np.arange(1.0, len(row.first) + 1)
    counts = np.cumsum(row.first)
    ends = [wilson_interval(int(count), row.networks) for count in counts]
    x = np.linspace(0, digits[-1], 65)
    common = shipped_fit(dtype).p0.estimate
    laws = [("common p₀", common, "ink", "dashed")]
    if dtype == "float16":
        laws.append(("p₀ = f(0)·2⁻²⁴", _density_p0(width, depth), "green", "solid"))
    layers: list[Layer] = [
        Curve(x, zone_probability(row.setting.units * x, p0), name, colour, dash) for name, p0, colour, dash in laws
    ]
    layers += [Segment((at, end.low), (at, end.high), "", "blue") for at, end in zip(digits, ends, strict=True)]
    layers.append(Points(digits, counts / row.networks, f"share of {row.networks} networks", "blue"))
    top = min(1.02, 1.25 * max(ends[-1].high, *(float(layer.y[-1]) for layer in layers if isinstance(layer, Curve))))
    return Scene(
        f"{bits}, {shape}: {_percent(row)} after {round(digits[-1])} digits",
        Axis("digits shown", (0, digits[-1] + 100)), Axis("share of networks", (0, top)), tuple(layers),
        f"{bits}, {shape}: of {row.networks} fresh networks {counts[0]} are in the zone after {round(digits[0])} "
        f"digits and {counts[-1]} after {round(digits[-1])}.",
    )  # fmt: skip


@lru_cache(maxsize=len(SHAPES))
def _density_p0(width: int, depth: int) -> float:
    return rounded_once_p0(Setting("float16", width, depth), networks=max(4, 512 // width))


def _varied(rows: list[Row], varied: str) -> list[Row]:
    fixed, value = ("width", 256) if varied == "depth" else ("depth", 3)
    return sorted((row for row in rows if getattr(row.setting, fixed) == value), key=lambda row: row.exposure)


def _interval(row: Row, colour: str) -> Segment:
    end = wilson_interval(row.zones, row.networks)
    return Segment((row.exposure, max(end.low, LOWEST)), (row.exposure, max(end.high, LOWEST)), "", colour)


def _percent(row: Row) -> str:
    share = 100 * row.share
    return f"{share:.1f} %" if share < 99.95 else "100 %"
