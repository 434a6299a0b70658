"""The histogram of final losses: bars that add up, labels that count."""

import numpy as np
import pytest

from course_lib.figures import Band, Label
from course_lib.topics.training.experiment import XOR_STARTS, final_losses
from course_lib.topics.training.figures import BIN, WIDTHS, losses_of_starts


@pytest.mark.parametrize("width", WIDTHS)
def test_each_start_is_in_one_bar(width) -> None:
    scene = losses_of_starts(width)
    bars = [layer for layer in scene.layers if isinstance(layer, Band)]
    assert sum(bar.high[0] for bar in bars) == XOR_STARTS
    losses = final_losses(width)
    for bar in bars:
        assert np.ptp(bar.x) == pytest.approx(BIN) and (bar.low == 0).all()
        assert bar.high[0] == ((losses >= bar.x[0]) & (losses < bar.x[1])).sum()


def test_labels_and_words_count_the_same() -> None:
    scene = losses_of_starts(3)
    losses = final_losses(3)
    for name, value in {"0": 0, "1/8": 1 / 8, "1/6": 1 / 6, "1/4": 1 / 4}.items():
        count = int((np.abs(losses - value) < 0.005).sum())
        assert any(layer.text == f"loss {name}: {count}" for layer in scene.layers if isinstance(layer, Label))
        assert f"{count} at loss {name}" in scene.description


def test_another_width_is_named() -> None:
    with pytest.raises(ValueError, match="width must be one of 2, 3, 4, 8; got 5"):
        losses_of_starts(5)
