"""Figure of lesson 06: where many starts of one network end."""

import numpy as np

from course_lib.experiments.starts import ENDS, STARTS, final_losses, loss_of_outputs, starts_by_end
from course_lib.figures import validation
from course_lib.figures.layers import Band, Label, Layer
from course_lib.figures.scene import Axis, Scene

WIDTHS = (2, 3, 4, 8)
BIN = 1 / 96  # The four losses of `ENDS` lie in the middle of a bar.
LOSS_LIMITS = (-0.05, 0.3)


def losses_of_starts(width: int = 3) -> Scene:
    """A histogram of the losses at which 64 starts of a 2-`width`-1 ReLU network end on the exclusive or.

    Each bar is 1/96 wide. `width` is one of `WIDTHS`; ValueError for another.
    """
    if width not in WIDTHS:
        raise ValueError(f"losses_of_starts: width must be one of {', '.join(map(str, WIDTHS))}; got {width!r}.")
    losses = validation.finite_array("losses_of_starts", "losses", final_losses(width))
    centres = np.round(losses / BIN).astype(int)
    layers: list[Layer] = []
    for i, centre in enumerate(np.unique(centres)):
        x = np.array([centre - 0.5, centre + 0.5]) * BIN
        count = float((centres == centre).sum())
        layers.append(Band(x, np.zeros(2), np.full(2, count), "starts" if i == 0 else "", "blue"))
    ends = starts_by_end(width)
    for name, outputs in ENDS.items():
        place = loss_of_outputs(outputs)
        height = float((centres == round(place / BIN)).sum())
        layers.append(Label(place, height, f"loss {name}: {ends[name]}", "above", "ink"))
    listed = ", ".join(f"{ends[name]} at loss {name}" for name in ENDS)
    elsewhere = f", {ends['elsewhere']} elsewhere" if ends["elsewhere"] else ""
    return Scene(
        f"Where {STARTS} starts of 2-{width}-1 end", Axis("loss at the end", LOSS_LIMITS),
        Axis("number of starts", (0, STARTS)), tuple(layers),
        f"Of {STARTS} starts of a network with {width} hidden units, {listed}{elsewhere}.",
    )  # fmt: skip
