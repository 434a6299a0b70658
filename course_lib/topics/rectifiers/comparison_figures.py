"""The scenes of *Compare fairly*: errors over learning rates, two intervals over the splits, a ranking that settles."""

import numpy as np

from course_lib.checks import one_of, whole_number
from course_lib.figures import Axis, Band, Curve, Layer, Points, Scene, Segment, format_number
from course_lib.intervals import mean_interval
from course_lib.topics.rectifiers.comparison import ACTIVATIONS_COMPARED, RATES, SETTINGS
from course_lib.topics.rectifiers.paired import (
    OVERLAP,
    differences,
    standard_error,
    validation_accuracy,
)

NAMES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "prelu": "PReLU", "absolute": "absolute value", "elu": "ELU",
    "maxout": "maxout", "gelu": "GELU", "silu": "SiLU", "squared_relu": "squared ReLU", "tanh": "tanh",
}  # fmt: skip
OTHERS = {name: activation for activation, name in NAMES.items() if activation != "relu"}
DATA = {"digits": "Digits", "mnist_5k": "MNIST"}
ERRORS = (2, 3, 5, 10, 20, 50)  # ticks, per cent
POINTS = (-3.0, 3.0)  # what the axis of the ranking shows
DIFFERENCES = (-5.0, 3.0)
SPLITS = (3, 5, 10, 15, 20)  # ticks


def error_over_rates(activation: str = "maxout", data: str = "digits") -> Scene:
    """100 − accuracy on held-out samples, against the learning rate: ReLU and one other, the best rate of each marked.

    >>> error_over_rates("relu", "digits").title
    'ReLU against itself'
    """
    pairs = [(name, 100 - validation_accuracy(data, name)) for name in dict.fromkeys(("relu", activation))]
    styles = (("blue", "solid"), ("vermilion", "dashed"))
    rates = np.array(RATES)
    layers: list[Layer] = []
    words = []
    for (name, errors), (color, dash) in zip(pairs, styles, strict=False):
        best = int(errors.argmin())
        layers.append(Curve(rates, errors, NAMES[name], color, dash))
        layers.append(Points(rates[best : best + 1], errors[best : best + 1], f"{NAMES[name]}, best", color, size=10))
        words.append(f"{NAMES[name]} is best at {format_number(rates[best])} with {errors[best]:.2f}\u00a0% errors")
    ahead = [format_number(rate) for rate, a, b in zip(rates, pairs[-1][1], pairs[0][1], strict=True) if a < b]
    title = f"Fewer errors than ReLU at {len(ahead)} of {len(rates)} rates" if len(pairs) > 1 else "ReLU against itself"
    return Scene(
        title,
        Axis("learning rate", (0.0004, 0.06), "log", ticks=tuple((rate, f"{rate:g}") for rate in RATES)),
        Axis("held-out errors (%)", (2, 50), "log", ticks=tuple((error, f"{error}") for error in ERRORS)),
        tuple(layers),
        f"{DATA[data]}: {'; '.join(words)}. Fewer errors than ReLU: at {', '.join(ahead) or 'no rate'}.",
    )


def interval_over_splits(activation: str = "elu", data: str = "digits") -> Scene:
    """d̄ ± t·s·√(1/J) inside d̄ ± t·s·√(1/J + n_test/n_train), against J: the splits 1 to J, ten starts in each."""
    d = differences(data, activation)
    J = np.arange(3.0, len(d) + 1)
    naive, corrected = (np.array([mean_interval(d[: int(j)], overlap) for j in J]) for overlap in (0.0, OVERLAP[data]))
    layers: list[Layer] = [
        Band(J, corrected[:, 0], corrected[:, 2], "", "blue"),
        *(Curve(J, corrected[:, end], "corrected interval" if end else "", "blue") for end in (0, 2)),
        Band(J, naive[:, 0], naive[:, 2], "", "vermilion"),
        *(Curve(J, naive[:, end], "naive interval" if end else "", "vermilion", "dashed") for end in (0, 2)),
        Curve(J, naive[:, 1], "mean", "ink"),
        Segment((J[0], 0), (J[-1], 0), "no difference", "grey", "dotted"),
    ]
    times = standard_error(d, OVERLAP[data]) / standard_error(d)
    ends = [
        f"the {kind} interval is [{format_number(low, 2)}, {format_number(high, 2)}]"
        for kind, (low, _, high) in (
            ("naive", mean_interval(d)),
            ("corrected", mean_interval(d, OVERLAP[data])),
        )
    ]
    return Scene(
        f"The corrected interval is {times:.1f} times as wide as the naive one",
        Axis("number of splits", (3, len(d)), ticks=tuple((j, str(j)) for j in SPLITS if j <= len(d))),
        Axis("difference to ReLU (points)", DIFFERENCES),
        tuple(layers), f"{DATA[data]}, {NAMES[activation]} minus ReLU. After {len(d)} splits {' and '.join(ends)}.",
        axes_follow="data",
    )  # fmt: skip


def ranking(splits: int = 20, starts: int = 10, data: str = "digits") -> Scene:
    """The mean difference to ReLU of each activation with its corrected interval, best first, from the first runs.

    `splits` and `starts` say how many of each are looked at; of MNIST there are five splits at most. Red and filled:
    the interval does not hold 0.

    >>> ranking(2, 1).title.startswith("2 runs each")
    True
    """
    there = SETTINGS[one_of("data", data, tuple(SETTINGS))].splits
    splits = min(there, whole_number("splits", splits, 2, SETTINGS["digits"].splits))
    rows = {
        name: mean_interval(differences(data, name, starts=starts)[:splits], OVERLAP[data])
        for name in ACTIVATIONS_COMPARED
        if name != "relu"
    }
    order = sorted(rows, key=lambda name: -rows[name].estimate)
    layers: list[Layer] = [Segment((0, 0.4), (0, len(rows) + 0.6), "ReLU", "ink", "dotted", 2)]
    settled = []
    labels = {True: "interval without 0", False: "interval with 0"}
    for place, name in enumerate(order):
        y, (low, mean, high) = len(rows) - place, rows[name]
        clear = low > 0 or high < 0
        settled += [name] * clear
        color, marker = ("vermilion", "filled") if clear else ("blue", "hollow")
        low, mean, high = np.clip((low, mean, high), *POINTS)
        layers.append(Segment((low, y), (high, y), "", color, width=3))
        layers.append(Points(np.array([mean]), np.array([float(y)]), labels.pop(clear, ""), color, marker, 9))
    ticks = tuple((len(rows) - place, NAMES[name]) for place, name in enumerate(order))
    return Scene(
        f"{splits * starts} runs each: {len(settled)} of {len(rows)} differ clearly from ReLU",
        Axis("difference to ReLU (points)", POINTS), Axis("", (0.4, len(rows) + 0.6), ticks=ticks), tuple(layers),
        f"{DATA[data]}, {splits} splits with {starts} start{'s' * (starts > 1)} in each. From best to worst: "
        f"{', '.join(NAMES[name] for name in order)}. "
        f"Interval without 0: {', '.join(NAMES[name] for name in settled) or 'none'}.",
    )  # fmt: skip
