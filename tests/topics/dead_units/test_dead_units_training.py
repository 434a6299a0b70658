"""Dead units over training: the layers hold the grid's numbers, and the words do not hang on the last bits."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Field, Points
from course_lib.topics.dead_units.experiment import BIASES, EPOCHS, LEARNING_RATES, dead_grid
from course_lib.topics.dead_units.figures import about, dead_map, dead_over_epochs


@pytest.mark.parametrize(("rate", "bias"), [(0.1, 0.0), (1.0, -0.5), (3.0, 1.0)])
def test_curves_are_means_inside_their_bands(rate, bias) -> None:
    scene = dead_over_epochs(rate, bias)
    shares = dead_grid().dead[LEARNING_RATES.index(rate), BIASES.index(bias)]
    curves = [layer for layer in scene.layers if isinstance(layer, Curve)]
    bands = [layer for layer in scene.layers if isinstance(layer, Band)]
    for index, (curve, band) in enumerate(zip(curves, bands, strict=True)):
        assert curve.y == pytest.approx(shares[:, :, index].mean(0))
        assert (band.low <= curve.y + 1e-12).all() and (curve.y <= band.high + 1e-12).all()
        assert curve.x.tolist() == list(range(EPOCHS + 1))
    assert curves[0].dash != curves[1].dash


def test_the_first_picture_of_the_lesson_has_words_with_a_margin() -> None:
    shares = dead_grid().dead[LEARNING_RATES.index(0.1), BIASES.index(0.0)].mean(0)
    assert (shares[[0, -1]] < 0.08).all() and (shares[[0, -1]] > 0.02).all()
    accuracy = dead_grid().accuracy[LEARNING_RATES.index(0.1), BIASES.index(0.0), :, -1].mean()
    assert 0.86 < accuracy < 0.9
    description = dead_over_epochs(0.1, 0.0).description
    assert description.count("fewer than 1 in 10") == 4 and "about 9 in 10 test digits" in description


def test_long_steps_kill() -> None:
    assert "Of the second: fewer than 1 in 10, then all" in dead_over_epochs(3.0, 1.0).description


@pytest.mark.parametrize("layer", ["first", "second"])
@pytest.mark.parametrize("epoch", [0, 3, EPOCHS])
def test_the_map_is_the_grid(layer, epoch) -> None:
    scene = dead_map(layer, epoch)
    (field,) = (layer for layer in scene.layers if isinstance(layer, Field))
    expected = dead_grid().dead[:, :, :, epoch, ("first", "second").index(layer)].mean(2)
    assert np.array_equal(field.values, expected) and field.range == (0, 1)
    marked = {(x, y) for m in scene.layers if isinstance(m, Points) for x, y in zip(m.x, m.y, strict=True)}
    assert marked == {(BIASES[c], LEARNING_RATES[r]) for r, c in np.argwhere(expected > 0.5)}
    # The cell of a value of the grid is centred on it.
    width = (field.x_limits[1] - field.x_limits[0]) / len(BIASES)
    assert field.x_limits[0] + width / 2 == pytest.approx(BIASES[0])
    height = (field.y_limits[1] / field.y_limits[0]) ** (1 / len(LEARNING_RATES))
    assert field.y_limits[0] * height**0.5 == pytest.approx(LEARNING_RATES[0], rel=0.05)
    assert field.y_limits[1] / height**0.5 == pytest.approx(LEARNING_RATES[-1], rel=0.05)


def test_the_rates_lie_evenly_on_the_log_axis() -> None:
    steps = np.diff(np.log10(LEARNING_RATES))
    assert steps == pytest.approx(steps.mean(), abs=0.03)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "none"), (0.001, "fewer than 1 in 10"), (0.12, "about 1 in 10"), (0.47, "about 5 in 10"), (1, "all")],
)
def test_about(share, words) -> None:
    assert about(share) == words


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"learning_rate must be one of 0.01, .*; got 0.2"):
        dead_over_epochs(0.2, 0.0)
    with pytest.raises(ValueError, match=r"bias must be one of −1, .*; got 2"):
        dead_over_epochs(0.1, 2)
    with pytest.raises(ValueError, match="layer must be one of 'first', 'second'; got 'third'"):
        dead_map("third", 0)
    with pytest.raises(ValueError, match=f"epoch must be a whole number from 0 to {EPOCHS}; got 99"):
        dead_map("first", 99)
