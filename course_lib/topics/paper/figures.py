"""What the two lessons on the paper show: shares in the zone, zeros by rounding, accuracy by slope and by rule.

Each scene reads the full runs that the course has, or the rows that it is given.
"""

from collections.abc import Callable

import numpy as np

from course_lib.figures import Axis, Band, Curve, Layer, Points, Scene, Segment, format_number
from course_lib.topics.paper import accuracy, audit, from_zero, rounding, zone
from course_lib.topics.paper.runs import Row, in_points, shipped, where
from course_lib.topics.zeros.law import own_p0, zone_probability

NORMS = {"without": False, "with": True}
THEIR_DIGITS = 60_000
SHOWN = 1.5  # points of accuracy to either side
RULES = {"chained": ("blue", "solid"), "injected": ("vermilion", "dashed")}
# The settings of the audit's full run: bits of the grid, and optimiser.
SETTINGS = {
    "2⁻¹³, SGD": (audit.FINE, "SGD"),
    "2⁻¹³, Adam": (audit.FINE, "Adam"),
    "2⁻⁸, SGD": (audit.MIDDLE, "SGD"),
    "2⁻⁵, SGD": (audit.COARSE, "SGD"),
}
SIDES = {"z < 0": -1.0, "z = 0": 0.0, "z > 0": 1.0}


def zone_by_shape(
    arithmetic: str = "float32, bias last", varied: str = "depth", rows: list[Row] | None = None
) -> Scene:
    """1 − exp(−60,000 · λ), with the zeros of a digit λ as counted in one arithmetic, beside the published shares.

    `varied` is "depth", all 256 wide, or "width", all 3 deep.
    """
    counts = zone.counts(shipped("zone") if rows is None else rows, arithmetic)
    theirs = [row for row in zone.published(arithmetic[:7]) if row.setting.width == 256 or varied == "width"]
    theirs = [row for row in theirs if row.setting.depth == 3 or varied == "depth"]
    shapes = sorted({row.setting[1:3] for row in theirs})
    sizes = np.array([shape[varied == "depth"] for shape in shapes], float)
    expected = 100 * zone_probability([zone.zeros_of_a_digit(counts, *shape) for shape in shapes], THEIR_DIGITS)
    low, middle, high = expected.T
    layers: list[Layer] = [
        Band(sizes, low, high, "interval of 95 %"),
        Curve(sizes, middle, "as counted here, for 60,000 digits", "blue"),
    ]
    if arithmetic == "float32, bias last":
        zeros = [shape[0] * shape[1] * zone.derived_p0(*shape) for shape in shapes]
        layers.append(Curve(sizes, 100 * zone_probability(zeros, THEIR_DIGITS), "derived", "ink", "dashed"))
    x = np.array([getattr(row.setting, varied) for row in theirs], float)
    y = np.array([100 * row.share for row in theirs])
    layers.append(Points(x, y, "published", "vermilion", "hollow", 9))
    at = np.searchsorted(sizes, x)
    inside = int(((low[at] - 0.05 <= y) & (y <= high[at] + 0.05)).sum())  # a network is 0.1 %
    words = ", ".join(f"{size:g}: {share:.0f}\u00a0%" for size, share in zip(sizes, middle, strict=True))
    return Scene(
        f"{arithmetic}: {inside} of {len(theirs)} published shares lie in the band",
        Axis("hidden layers, 256 wide" if varied == "depth" else "width, 3 hidden layers",
             (0.8, 6.2) if varied == "depth" else (14, 1200), "linear" if varied == "depth" else "log",
             ticks=tuple((size, f"{size:g}") for size in sizes)),
        Axis("networks in the zone (%)", (-3, 103)), tuple(layers),
        f"{arithmetic}. Expected for 60,000 digits by {varied}: {words}. Published: "
        f"{', '.join(f'{share:.0f} %' for share in y)}.", axes_follow="varied",
    )  # fmt: skip


def zeros_by_rounding(rows: list[Row] | None = None) -> Scene:
    """p₀ in first layers of 256 units: two formats, rounded once and twice, counted and derived; and as published."""
    found = shipped("rounding") if rows is None else rows
    (theirs,) = (own_p0(row) for row in zone.published("float16") if row.setting[1:3] == (256, 1))
    derived, names = rounding.derived_p0(), list(rounding.NETWORKS)
    layers: list[Layer] = []
    words = []
    for place, name in enumerate(names, 1):
        low, p0, high = rounding.measured_p0(found, name)
        layers.append(Segment((place, low), (place, high), "interval of 95 %" if place == 1 else "", "blue", width=3))
        layers.append(
            Points(np.array([float(place)]), np.array([p0]), "counted" if place == 1 else "", "blue", "filled", 9)
        )
        if name in derived:
            ends = ((place - 0.3, derived[name]), (place + 0.3, derived[name]))
            layers.append(Segment(*ends, "derived" if place == 1 else "", "ink", "dashed"))
        words.append(f"{name}: {format_number(p0, 2)}")
    layers.append(Segment((0.5, theirs), (len(names) + 0.5, theirs), "from the published count", "vermilion", "dashed"))
    return Scene(
        "The published count in 16 bits fits rounding once",
        Axis("", (0.5, len(names) + 0.5), ticks=tuple(enumerate((n.replace(", rounded", "") for n in names), 1))),
        Axis("p₀ of one pre-activation", (1e-9, 1e-3), "log"), tuple(layers),
        f"{'; '.join(words)}. From the published count: {format_number(theirs, 2)}.",
    )  # fmt: skip


def accuracy_by_slope(
    optimizer: str = "SGD", batch_norm: str = "without", dtype: str = "float16", rows: list[Row] | None = None
) -> Scene:
    """Accuracy with slope s minus accuracy with slope 0, in points, for each division, with the mean and its interval.

    `batch_norm` is one of `NORMS`.
    """
    found = shipped("accuracy") if rows is None else rows
    settings = {"optimizer": optimizer, "batch_norm": NORMS[batch_norm], "dtype": dtype}
    layers: list[Layer] = [
        Band(np.array([0.5, 5.5]), np.full(2, -1.0), np.full(2, 1.0), "±1 point", "green"),
        Segment((0.5, 0), (5.5, 0), "", "grey", "dotted"),
    ]
    words = []
    slopes = accuracy.SLOPES[1:]
    for place, slope in enumerate(slopes, 1):
        each = np.clip(accuracy.differences(found, slope, **settings), -SHOWN, SHOWN)
        low, mean, high = difference = accuracy.difference(found, slope, **settings)
        spread = place + np.linspace(-0.2, 0.2, len(each))
        layers.append(Points(spread, each, "a division" if place == 1 else "", "grey", "filled", 5))
        ends = ((place, max(low, -SHOWN)), (place, min(high, SHOWN)))
        layers.append(Segment(*ends, "interval of 95 %" if place == 1 else "", "blue", width=3))
        layers.append(
            Points(
                np.array([float(place)]),
                np.clip([mean], -SHOWN, SHOWN),
                "mean" if place == 1 else "",
                "blue",
                "filled",
                9,
            )
        )
        words.append(f"{slope:g}: {in_points(difference, 2)}")
    inside = sum(low > -1 and high < 1 for low, _, high in (accuracy.difference(found, s, **settings) for s in slopes))
    return Scene(
        f"{inside} of {len(slopes)} slopes are within ±1 point of slope 0",
        Axis("slope at 0", (0.5, 5.5), ticks=tuple((n, f"{slope:g}") for n, slope in enumerate(slopes, 1))),
        Axis("accuracy − accuracy with slope 0 (points)", (-SHOWN, SHOWN)), tuple(layers),
        f"{optimizer}, {batch_norm} batch normalisation, {dtype}. Points by slope: {'; '.join(words)}.",
    )  # fmt: skip


def accuracy_by_rule(setting: str = "2⁻⁸, SGD", slope: float = 1.0, rows: list[Row] | None = None) -> Scene:
    """Test accuracy after each epoch, chained and injected with the same number at 0: mean and range of the starts.

    `setting` is one of `SETTINGS`.
    """
    found = shipped("audit") if rows is None else rows
    bits, optimizer = SETTINGS[setting]
    layers: list[Layer] = []
    words = []
    for rule, (color, dash) in RULES.items():
        settings = {"bits": bits, "optimizer": optimizer, "rule": rule, "slope": slope}
        curves = audit.curve(found, **settings)
        epochs = np.arange(1.0, curves.shape[1] + 1)
        layers.append(Band(epochs, curves.min(0), curves.max(0), "", color))
        layers.append(Curve(epochs, curves.mean(0), f"{rule}, mean", color, dash))
        zeros = np.mean([row["zeros"] for row in where(found, **settings)])
        words.append(f"{rule}: {curves[:, -1].mean():.1f}\u00a0% right at the end, {100 * zeros:.2g}\u00a0% zeros")
    layers.insert(0, Segment((0, 10), (float(epochs[-1]), 10), "one of ten, guessed", "grey", "dotted"))
    difference = audit.difference(found, bits, "injected", slope, optimizer)
    points = difference.estimate
    return Scene(
        f"{abs(points):.1f} points {'lost' if points < 0 else 'gained'} with {slope:g} injected",
        Axis("epoch", (0, float(epochs[-1])), whole=True), Axis("right (%)", (0, 100)), tuple(layers),
        f"Pre-activations in steps of {setting}, {len(curves)} starts. {'; '.join(words)}. Injected {slope:g} minus "
        f"chained 0: {in_points(difference)} points.",
    )  # fmt: skip


def returned_by_upstream(upstream: float = 1.0, side: str = "z = 0", slope: float = 0.5) -> Scene:
    """What two backward passes of a ReLU return for an upstream gradient: `audit.chained` and `audit.injected`.

    `side` is one of `SIDES`.

    >>> returned_by_upstream(-2.0, "z = 0", 0.5).description
    'z = 0, slope 0.5. For an upstream gradient of -2 the chain rule returns -1, the assignment 0.5.'
    """
    u = np.array([-3, upstream, 3], np.float32)
    chained, injected = (
        rule(u, np.full(3, SIDES[side], np.float32), slope).astype(np.float64) for rule in audit.RULES.values()
    )
    at, ends = np.array([upstream]), np.array([-3.0, 3.0])
    off = float(injected[1] - chained[1])
    way = "high" if off > 0 else "low"
    return Scene(
        f"The assignment is {abs(off):g} too {way}" if off else "Here nobody can tell them apart",
        Axis("upstream gradient", (-3.2, 3.2)), Axis("what the layer passes back", (-3.2, 3.2)),
        (
            Segment((upstream, float(chained[1])), (upstream, float(injected[1])), "", "grey", "dotted"),
            Curve(ends, chained[::2], "chain rule", "blue"),
            Curve(ends, injected[::2], "assignment", "vermilion", "dashed", 3.0),
            Points(at, injected[1:2], "", "vermilion", "hollow", 13),
            Points(at, chained[1:2], "", "vermilion", "filled", 11, "upstream"),
        ),
        f"{side}, slope {slope:g}. For an upstream gradient of {upstream:g} the chain rule returns "
        f"{chained[1] + 0:g}, the assignment {injected[1] + 0:g}.",
    )  # fmt: skip


def accuracy_from_zero(rows: list[Row] | None = None) -> Scene:
    """Test accuracy after a start with a first layer of zeros, by the slope at 0, one point for each start."""
    found = shipped("from_zero") if rows is None else rows
    layers: list[Layer] = [Segment((0.5, 10), (4.5, 10), "chance", "grey", "dotted")]
    words = []
    for place, slope in enumerate(from_zero.SLOPES, 1):
        right = np.array([100 * row["count"] / row["of"] for row in where(found, task="zeros", slope=slope)])
        x = place + np.linspace(-0.2, 0.2, len(right))
        layers.append(Points(x, right, "a start" if place == 1 else "", "blue", "filled", 7))
        words.append(f"slope {slope:g}: {right.min():.1f} to {right.max():.1f}\u00a0%")
    return Scene(
        "From a first layer of zeros, the slope decides",
        Axis("slope at 0", (0.5, 4.5), ticks=tuple((n, f"{slope:g}") for n, slope in enumerate(from_zero.SLOPES, 1))),
        Axis("right (%)", (0, 100)), tuple(layers), f"Right after training: {'; '.join(words)}.",
    )  # fmt: skip


# What the command draws of each experiment.
OF: dict[str, Callable[[list[Row]], Scene]] = {
    "zone": lambda rows: zone_by_shape(rows=rows),
    "rounding": lambda rows: zeros_by_rounding(rows),
    "accuracy": lambda rows: accuracy_by_slope(rows=rows),
    "audit": lambda rows: accuracy_by_rule(rows=rows),
    "from_zero": lambda rows: accuracy_from_zero(rows),
}
