"""Dead units over learning rates and biases: the start follows from the bias, the end from the steps."""

import numpy as np

from course_lib.topics.dead_units.experiment import BIASES, EPOCHS, LEARNING_RATES, SEEDS, WIDTH, dead_grid


def test_the_grid_starts_from_the_bias_alone() -> None:
    grid = dead_grid()
    assert grid.dead.shape == (len(LEARNING_RATES), len(BIASES), SEEDS, EPOCHS + 1, 2)
    assert grid.accuracy.shape == grid.dead.shape[:-1]
    start = grid.dead[:, :, :, 0]
    assert np.array_equal(start, np.broadcast_to(start[:1], start.shape))
    assert (np.diff(start[0].mean(1)[:, 0]) <= 0).all()  # A higher bias leaves fewer units off.
    assert np.array_equal(grid.dead * WIDTH, np.round(grid.dead * WIDTH))
    # Steps that are far too long kill the second layer whatever the bias.
    assert grid.dead[-1, :, :, -1, 1].min() > 0.9
