"""Figures of lesson 07: ways to bring dead units back, and cures against their death, with intervals."""

import numpy as np

from course_lib.experiments.cures import CAUSES, CURES, MEASURES, SEEDS, outcome
from course_lib.experiments.intervals import Interval, mean_interval
from course_lib.experiments.revival import TREATMENTS, revive
from course_lib.figures import validation
from course_lib.figures.layers import Layer, Points, Segment
from course_lib.figures.scene import Axis, Scene

# A little room, so that an interval that ends at 0 or 1 is seen whole.
SHARES = (-0.02, 1.02)
HIDDEN = ("first hidden layer", "second hidden layer")


def cures(cause: str = "steps too long", measure: str = "dead units") -> Scene:
    """Mean over 40 seeds of a measure for each cure, with its t-interval of 95 %; one row for each cure.

    `cause` is a name in `CAUSES`, `measure` one in `MEASURES` of `course_lib.experiments.cures`; others raise
    ValueError. The description says which cures at least halve the number that no cure leaves (for the test accuracy:
    the errors), which holds whatever the last bits of the arithmetic.
    """
    validation.one_of("cures", "cause", cause, tuple(CAUSES))
    validation.one_of("cures", "measure", measure, MEASURES)
    rows = {cure: mean_interval(outcome(cause, cure).of(measure)) for cure in CURES}
    plain = rows["no cure"].estimate
    layers = [Segment((plain, 0.4), (plain, len(rows) + 0.6), "mean without a cure", "grey", "dotted"), *_rows(rows)]
    return Scene(
        f"{measure.capitalize()}, where {cause.replace(' too', ' are too')}",
        Axis(f"{_share_of(measure)} (0 to 1)", SHARES), _names(rows), tuple(layers),
        _describe(cause, measure, rows),
    )  # fmt: skip


def came_back(layer: str = "first hidden layer") -> Scene:
    """on again / dead for each way of training on, with Wilson intervals of 95 %: the dead units of a hidden layer.

    `layer` is "first hidden layer" or "second hidden layer"; others raise ValueError. The description says where none
    came back, and where the whole interval lies above or below one half.
    """
    validation.one_of("came_back", "layer", layer, HIDDEN)
    rows = {treatment: revive(treatment).share(HIDDEN.index(layer)) for treatment in TREATMENTS}
    none = [name for name, interval in rows.items() if interval.estimate == 0]
    groups = {
        "none come back": none,
        "fewer than half": [name for name, interval in rows.items() if interval.high < 0.5 and name not in none],
        "more than half": [name for name, interval in rows.items() if interval.low > 0.5],
    }
    placed = [name for names in groups.values() for name in names]
    groups["not settled"] = [name for name in rows if name not in placed]
    words = ". ".join(f"{group.capitalize()}: {', '.join(names)}" for group, names in groups.items() if names)
    return Scene(
        f"Dead units of the {layer} that are on again", Axis("share of the dead units (0 to 1)", SHARES),
        _names(rows), tuple(_rows(rows)), f"Dead units of the {layer}. {words}.",
    )  # fmt: skip


def _share_of(measure: str) -> str:
    return measure if measure == "test accuracy" else f"share of {measure}"


def _names(rows: dict[str, Interval]) -> Axis:
    return Axis("", (0.4, len(rows) + 0.6), ticks=tuple((len(rows) - row, name) for row, name in enumerate(rows)))


def _rows(rows: dict[str, Interval]) -> list[Layer]:
    """One interval below the other."""
    layers: list[Layer] = []
    for row, interval in enumerate(rows.values()):
        y, color = len(rows) - row, "ink" if row == 0 else "blue"
        low, high = np.clip((interval.low, interval.high), 0, 1)
        layers.append(Segment((low, y), (high, y), "", color, width=3))
        layers.append(Points(np.array([interval.estimate]), np.array([y]), "", color, size=9))
    return layers


def _describe(cause: str, measure: str, rows: dict[str, Interval]) -> str:
    bad = {cure: (1 - r.estimate if measure == "test accuracy" else r.estimate) for cure, r in rows.items()}
    better = [cure for cure in rows if bad[cure] <= bad["no cure"] / 2]
    others = [cure for cure in rows if cure not in better and cure != "no cure"]
    what = "test errors" if measure == "test accuracy" else measure
    return (
        f"{cause.capitalize()}, {SEEDS} seeds. Half the {what} or fewer: {', '.join(better) or 'no cure does it'}. "
        f"More than half: {', '.join(others) or 'none'}."
    )
