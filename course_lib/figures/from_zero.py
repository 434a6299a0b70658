"""Figure of lesson 05: training from a first layer of zeros, where the slope at the kink decides everything."""

import numpy as np

from course_lib.experiments.paired_slopes import ZERO_EPOCHS, ZERO_SLOPES, from_zero
from course_lib.figures.layers import Curve, Layer, Points
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene


def accuracy_from_zero(slope: float = 0.0) -> Scene:
    """Test accuracy after each epoch of a 784-64-10 network whose first layer starts from zeros, with this slope at 0.

    The dotted line is slope 0, for comparison. `slope` is one of `ZERO_SLOPES`; others raise ValueError.
    """
    if slope not in ZERO_SLOPES:
        accepted = ", ".join(map(number, ZERO_SLOPES))
        raise ValueError(f"accuracy_from_zero: slope must be one of {accepted}; got {slope!r}.")
    found, epochs = from_zero(), np.arange(ZERO_EPOCHS + 1.0)
    at = ZERO_SLOPES.index(slope)
    own = 100 * found.accuracy[at]
    layers: list[Layer] = []
    if slope:
        layers.append(Curve(epochs, 100 * found.accuracy[0], "slope 0", "grey", "dotted"))
    layers += [Curve(epochs, own, "", "blue"), Points(epochs, own, f"slope {number(slope)}", "blue")]
    moves = "It never moves" if np.ptp(own) == 0 else "It rises"
    return Scene(
        f"Slope {number(slope)} at the kink: {own[-1]:.0f} % after {ZERO_EPOCHS} epochs",
        Axis("epoch", (0, ZERO_EPOCHS)), Axis("test accuracy in %", (0, 100)), tuple(layers),
        f"Slope {number(slope)} at the kink: the accuracy is {own[0]:.0f} % before training and {own[-1]:.0f} % after "
        f"{ZERO_EPOCHS} epochs. {moves}.",
    )  # fmt: skip
