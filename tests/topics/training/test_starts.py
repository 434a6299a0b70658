"""Where gradient descent ends on the exclusive or."""

import numpy as np
import pytest

from course_lib.topics.training.experiment import (
    ENDS,
    XOR_STARTS,
    T,
    X,
    final_losses,
    loss_of_outputs,
    starts_by_end,
    trained_starts,
)


def test_the_task_is_the_exclusive_or() -> None:
    assert {(int(a), int(b)): int(t) for (a, b), t in zip(X, T, strict=True)} == {
        (a, b): a ^ b for a in (0, 1) for b in (0, 1)
    }


@pytest.mark.parametrize(("name", "loss"), [("0", 0), ("1/8", 1 / 8), ("1/6", 1 / 6), ("1/4", 1 / 4)])
def test_each_end_has_the_loss_of_its_name(name, loss) -> None:
    assert loss_of_outputs(ENDS[name]) == pytest.approx(loss)


@pytest.mark.parametrize("width", [2, 3, 8])
def test_every_start_is_counted_once(width) -> None:
    found = starts_by_end(width)
    assert sum(found.values()) == XOR_STARTS
    assert (final_losses(width) > -1e-12).all() and (final_losses(width) < 0.26).all()


def test_starts_end_at_several_losses_and_wide_networks_more_often_at_0() -> None:
    found = starts_by_end(3)
    assert min(found["0"], found["1/6"], found["1/4"]) >= 8
    assert starts_by_end(2)["0"] < found["0"] < starts_by_end(8)["0"]


def test_descent_has_come_to_rest() -> None:
    network, _ = trained_starts(3)
    _, gradient = network.loss_and_gradient(X, T, loss="mse")
    assert max(float(np.abs(array).max()) for array in (*gradient.W, *gradient.b)) < 0.02
