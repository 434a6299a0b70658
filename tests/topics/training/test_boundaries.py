"""The decision boundary: its field, its curve and its words against the network itself."""

import numpy as np
import pytest

from course_lib.figures import Curve, Field, Points
from course_lib.topics.training.experiment import LEARNING_RATES, MOONS_STARTS, moons_training
from course_lib.topics.training.figures import COLUMNS, ROWS, decision_boundary


def layers(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


def probability(training, learning_rate, epoch, points):
    rate, at = training.at(learning_rate, epoch)
    scores = np.exp(training.networks[at].predict(points)[rate])
    return scores[:, 1] / scores.sum(1)


@pytest.mark.parametrize(("activation", "epoch"), [("ReLU", 30), ("tanh", 60), ("sigmoid", 0)])
def test_the_field_is_the_softmax_of_the_network(activation, epoch) -> None:
    scene = decision_boundary(activation, 0.3, epoch)
    (field,) = layers(scene, Field)
    assert field.values.shape == (ROWS, COLUMNS) and field.range == (0, 1)
    row, column = 10, 50
    point = [
        low + (at + 0.5) / count * (high - low)
        for (low, high), at, count in ((field.x_limits, column, COLUMNS), (field.y_limits, row, ROWS))
    ]
    expected = probability(moons_training(activation), 0.3, epoch, [point])
    assert field.values[row, column] == pytest.approx(expected.item())


def test_the_boundary_is_where_the_probability_is_a_half() -> None:
    (curve,) = layers(decision_boundary("tanh", 0.1, 40), Curve)
    found = probability(moons_training("tanh"), 0.1, 40, np.column_stack([curve.x, curve.y]))
    assert found == pytest.approx(0.5, abs=0.02)


def test_the_points_are_the_classes_with_marks_of_their_own() -> None:
    training = moons_training("ReLU")
    upper, lower = layers(decision_boundary(), Points)
    assert (upper.label, upper.marker, lower.label, lower.marker) == ("upper moon", "filled", "lower moon", "hollow")
    assert upper.color != lower.color
    assert np.allclose(np.column_stack([upper.x, upper.y]), training.X[training.y == 0])
    assert len(upper.x) + len(lower.x) == len(training.y)


def test_words_count_the_points_on_the_wrong_side() -> None:
    training = moons_training("ReLU")
    wrong = (probability(training, 0.3, 30, training.X) > 0.5) != (training.y == 1)
    scene = decision_boundary("ReLU", 0.3, 30)
    assert f"{wrong.sum()} of {len(training.y)} training points lie on the wrong side" in scene.description
    assert scene.title.startswith("Epoch 30: loss ") and "learning rate 0.3, after 30 of 60 epochs" in scene.description


@pytest.mark.parametrize("activation", MOONS_STARTS)
def test_every_choice_draws(activation) -> None:
    for rate in LEARNING_RATES:
        for epoch in (0, 2, 60):
            assert layers(decision_boundary(activation, rate, epoch), Field)


def test_a_bad_argument_is_named() -> None:
    with pytest.raises(ValueError, match="activation must be one of 'ReLU', 'tanh', 'sigmoid'; got 'step'"):
        decision_boundary("step")
    with pytest.raises(ValueError, match="epoch must be one of"):
        decision_boundary("ReLU", 0.3, 31)
