"""Kinks in the plane against lines solved by hand."""

import numpy as np
import pytest

from course_lib.topics.zeros.structure import (
    END,
    EPOCHS,
    START,
    WINDOW,
    cells_with_a_kink,
    crossings,
    pre_activations,
    swept_samples,
    trained_networks,
)


@pytest.mark.parametrize("epoch", [0, EPOCHS])
def test_crossings_of_the_first_layer_are_solved_for(epoch: int) -> None:
    network = trained_networks()[epoch]
    W, b = network.W[0][0], network.b[0][0]
    start, end = np.array(START), np.array(END)
    share = -(W @ start + b) / (W @ (end - start))
    assert crossings(epoch)[0] == np.count_nonzero((share > 0) & (share < 1))


def test_crossings_of_the_second_layer_between_those_of_the_first() -> None:
    """Between two kinks of the first layer the second is linear, so it crosses 0 at most once there."""
    network = trained_networks()[0]
    (W0, W1), (b0, b1) = ([values[0] for values in of[:2]] for of in (network.W, network.b))
    start, end = np.array(START), np.array(END)
    share = -(W0 @ start + b0) / (W0 @ (end - start))
    edges = np.sort(np.concatenate([[0, 1], share[(share > 0) & (share < 1)]]))
    z = np.maximum((start + edges[:, None] * (end - start)) @ W0.T + b0, 0) @ W1.T + b1
    assert crossings(0)[1] == np.count_nonzero(z[:-1] * z[1:] < 0)


def test_cells_are_counted_one_by_one() -> None:
    network, cells = trained_networks()[0], 12
    W, b = network.W[0][0], network.b[0][0]
    x, y = (np.linspace(*limits, cells + 1) for limits in WINDOW)
    held = 0
    for i in range(cells):
        for j in range(cells):
            corners = np.array([(x[i + di], y[j + dj]) for di in (0, 1) for dj in (0, 1)])
            positive = corners @ W.T + b > 0
            held += any(0 < positive[:, unit].sum() < 4 for unit in range(8))
    assert cells_with_a_kink(cells) == pytest.approx(held / cells**2)


def test_kinks_sweep_over_samples_and_hit_none() -> None:
    passed, exactly = swept_samples()
    assert passed > 3000 and exactly == 0


def test_training_learns() -> None:
    assert len(trained_networks()) == EPOCHS + 1
    assert [z.shape for z in pre_activations(0, np.zeros((3, 2)))] == [(3, 8), (3, 8)]


@pytest.mark.parametrize("epoch", [-1, EPOCHS + 1, True, 1.5])
def test_a_bad_epoch_is_named(epoch: object) -> None:
    with pytest.raises(ValueError, match="epoch: got"):
        crossings(epoch)  # type: ignore[arg-type]
