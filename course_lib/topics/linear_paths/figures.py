"""The figures of the lesson *Keep the path linear*: singular values over depth, and accuracy over the learning rate."""

import numpy as np

from course_lib.figures import Axis, Curve, Label, Points, Scene, Segment
from course_lib.figures.layers import Band, FloatArray, Layer
from course_lib.figures.scene import format_number, format_power_of_ten
from course_lib.topics.linear_paths.deep import EPOCHS, RATES, best_rate, tuning
from course_lib.topics.linear_paths.experiment import DEPTH, RELIABLE, WIDTH, open_directions, spectra

# Place among the singular values, name, colour, dash, and a width with which those on top leave the others in sight.
SHOWN = (
    (0, "greatest", "vermilion", "solid", 7.0),
    (WIDTH // 4 - 1, f"{WIDTH // 4}th of {WIDTH}", "sky", "solid", 5.0),
    (WIDTH // 2 - 1, f"{WIDTH // 2}nd of {WIDTH}: median", "blue", "dashed", 3.0),
    (WIDTH - 1, "least", "ink", "dotted", 2.0),
)
FLOOR, CEILING = RELIABLE, 1e12
POWERS = tuple((10.0**power, format_power_of_ten(10.0**power)) for power in range(-10, 11, 5))
RATE_LIMITS = (RATES[0] / 1.5, RATES[-1] * 1.5)


def singular_values(weights: str = "He", activation: str = "ReLU", factor: float = 1.0) -> Scene:
    """Four singular values of the product of the first l Jacobians against l, for weights times `factor`.

    A curve ends where its value falls below 10⁻¹⁰, or below 10⁻¹⁰ times the greatest, where rounding begins.

    >>> singular_values("orthogonal", "linear", 1.0).description
    'Orthogonal weights, linear. After 50 layers: greatest 1, median 1, least 1. Open directions: 64 of 64.'
    """
    times = "" if factor == 1 else f" × {format_number(factor)}"
    return _over_depth(f"{weights} weights{times}, {activation}", spectra(weights, activation, factor))


def with_skip(path: str = "skip", factor: float = 1.0) -> Scene:
    """`singular_values` for ReLU and weights of He times `factor`, where `path` is "skip" or "plain".

    >>> with_skip("skip", 0.02).description
    'He weights × 0.02, skip. After 50 layers: greatest 1.5, median 1, least 0.78. Open directions: 64 of 64.'
    """
    name = f"He weights{'' if factor == 1 else f' × {format_number(factor)}'}, {path}"
    return _over_depth(name, spectra("He", "ReLU", factor, path == "skip"))


def _over_depth(setting: str, values: FloatArray) -> Scene:
    """The scene for singular values (depth, width); depth 0 is the empty product, all of whose values are 1."""
    values = np.vstack([np.ones(values.shape[1]), values])
    floor = np.maximum(FLOOR, RELIABLE * values[:, 0])
    layers: list[Layer] = [Segment((0, 1), (DEPTH, 1), "", "grey", "dotted")]
    for place, name, color, dash, width in SHOWN:
        own = values[:, place]
        gone = np.flatnonzero(own < floor)
        stop = int(gone[0]) + 1 if len(gone) else len(own)
        layers.append(Curve(np.arange(float(stop)), np.maximum(own[:stop], FLOOR), name, color, dash, width))
    still_open = open_directions(values[-1])
    setting = f"{setting[0].upper()}{setting[1:]}"
    numbers = ", ".join(
        f"{name} {_rounded(values[-1, place], floor[-1])}"
        for name, place in (("greatest", 0), ("median", WIDTH // 2 - 1), ("least", WIDTH - 1))
    )
    return Scene(
        f"{still_open} of {WIDTH} directions are open after {DEPTH} layers", Axis("layers", (0, DEPTH), whole=True),
        Axis("singular value of the product", (FLOOR, CEILING), "log", ticks=POWERS), tuple(layers),
        f"{setting}. After {DEPTH} layers: {numbers}. Open directions: {still_open} of {WIDTH}.",
    )  # fmt: skip


def _rounded(value: float, floor: float) -> str:
    return format_number(value, 2) if value >= floor else f"below {format_number(floor, 1)}"


def accuracy_over_rates(variant: str = "plain, He") -> Scene:
    """Test accuracy after training against the learning rate, four starts: mean, and from the lowest to the highest.

    `variant` is one of `deep.VARIANTS`; the dashed curve is the mean of a plain network with He's weights. Rates that
    only one variant was tried with are not shown.
    """
    shares, rates = tuning(variant)[:, -len(RATES) :], np.array(RATES)
    best, means = best_rate(variant), shares.mean(0)
    beside = "" if variant == "plain, He" else "mean of plain, He"  # its own mean is named by the points
    layers: list[Layer] = [
        Band(rates, shares.min(0), shares.max(0), f"range of {len(shares)} starts", "vermilion"),
        Segment((RATE_LIMITS[0], 0.1), (RATE_LIMITS[1], 0.1), "one of ten, guessed", "grey", "dotted"),
        Curve(rates, tuning("plain, He").mean(0), beside, "blue", "dashed"),
        Points(rates, means, f"mean of {variant}", "vermilion"),
    ]
    if best in RATES:
        anchor = "above right" if best < 0.1 else "above left"
        layers += [
            Segment((best, 0), (best, 1), "", "grey", "dotted"),
            Label(best, 0.01, "rate chosen", anchor, "grey"),
        ]
    told = (tuning(variant).mean(0).max(), means[0], means[-1])
    highest, start_at, end_at = (f"{100 * share:.0f}\u00a0%" for share in told)
    return Scene(
        f"At its best rate it reads {highest} of the digits", Axis("learning rate", RATE_LIMITS, "log"),
        Axis("share of test digits that are right", (0, 1)), tuple(layers),
        f"{variant}: {DEPTH} layers, {EPOCHS} epochs, mean of {len(shares)} starts. Right with the best rate, "
        f"{format_number(best)}: {highest}. With rate {format_number(RATES[0])}: {start_at}; with rate "
        f"{format_number(RATES[-1])}: {end_at}.",
    )  # fmt: skip
