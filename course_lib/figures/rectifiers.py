"""Figure of lesson 06: test accuracies of rectifier, tanh and softplus, split by split."""

import numpy as np

from course_lib.experiments.rectifiers import NETWORKS, SEEDS, SPLITS, STARTS, paired_difference, trial
from course_lib.figures import validation
from course_lib.figures.layers import Layer, Points
from course_lib.figures.scene import Axis, Scene

ACCURACY_LIMITS = (95.0, 100.0)
# Colour, how far beside the split's number, and marker.
LOOKS = {
    "ReLU": ("blue", -0.12, "filled"),
    "tanh": ("vermilion", 0.0, "hollow"),
    "softplus": ("orange", 0.12, "filled"),
}


def rectifier_accuracy(network: str = "64-64-64-10") -> Scene:
    """Test accuracy on the digits against the split, each point the mean of 4 starts, for three activations.

    `network` is a name in `NETWORKS`; ValueError for another.
    """
    validation.one_of("rectifier_accuracy", "network", network, tuple(NETWORKS))
    split = np.arange(1.0, SPLITS + 1)
    layers: list[Layer] = []
    for activation in STARTS:
        color, aside, marker = LOOKS[activation]
        by_split = trial(activation, network).accuracy.mean(1)
        layers.append(Points(split + aside, by_split, activation, color, marker, 10))
    low, _, high = paired_difference("ReLU", "tanh", network)
    # Whole points, rounded outwards: what another machine rounds otherwise must not change the words.
    bounds = f"between {_signed(np.floor(low))} and {_signed(np.ceil(high))} points"
    return Scene(
        f"Test accuracy of {network}, mean of {SEEDS} starts", Axis("split of the digits", (0.5, SPLITS + 0.5)),
        Axis("test accuracy in %", ACCURACY_LIMITS), tuple(layers),
        f"{network} on {SPLITS} splits of the digits: the 95 % interval of the accuracy of ReLU minus that of tanh "
        f"lies {bounds}.",
    )  # fmt: skip


def _signed(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−") if points else "0"
