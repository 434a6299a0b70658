"""The subgradient method against its bound, minima on kinks against a linear programme, and a layer of signs."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from scipy.optimize import linprog

from course_lib.data import moons_as_numbers
from course_lib.networks.one_hidden_layer import descend, gradient_by_hand, outputs, starting_parameters
from course_lib.topics.subgradients import experiment
from course_lib.topics.subgradients.clarke import Combination, Separation

SHIFTS = (0, 1, 4, 8)


@pytest.mark.parametrize("objective", experiment.OBJECTIVES)
@pytest.mark.parametrize("at_kink", [-1, 0, 0.5, 1])
def test_subgradients_support_the_graph(objective, at_kink) -> None:
    f, rng = experiment.OBJECTIVES[objective], np.random.default_rng(0)
    size = len(f.weights)
    others = rng.normal(size=(200, size))
    assert f.subgradient(np.zeros(size), at_kink).tolist() == [at_kink * weight for weight in f.weights]
    for point in (np.zeros(size), np.eye(size)[0], *rng.normal(size=(5, size))):
        g = f.subgradient(point, at_kink)
        assert (f.value(others) >= f.value(point) + (others - point) @ g - 1e-12).all()
        assert np.linalg.norm(g) <= f.lipschitz + 1e-12


def test_the_cycle_of_constant_steps_and_the_other_rules() -> None:
    path = experiment.run("|x|", "constant", 0.1)
    assert path.value[-4:] == pytest.approx([0.03, 0.07, 0.03, 0.07])
    assert path.best[-1] == pytest.approx(0.03) and len(path.x) == len(path.step) == 200
    assert experiment.step_lengths("1/k", 2, 4) == pytest.approx([2, 1, 2 / 3, 0.5])
    assert experiment.step_lengths("1/√k", 2, 4)[[0, 3]] == pytest.approx([2, 1])
    # The sum of 1/k grows so slowly that steps of 0.1/k do not get from 1.03 to 0.
    assert experiment.run("|x|", "1/k", 0.1).value[-1] > 0.4
    assert experiment.run("|x|", "1/√k", 0.1).best[-1] < 1e-3


@pytest.mark.parametrize("objective", experiment.OBJECTIVES)
@pytest.mark.parametrize("rule", experiment.RULES)
@pytest.mark.parametrize("t", [0.03, 0.3, 1])
def test_never_above_the_bound(objective, rule, t) -> None:
    path = experiment.run(objective, rule, t)
    assert (path.best <= experiment.bound(objective, path.step) + 1e-12).all()


def test_the_bound_for_constant_steps_is_the_one_of_the_text() -> None:
    R, G = np.linalg.norm(experiment.STARTS["|x| + 2|y|"]), np.sqrt(5)
    for T in (1, 10, 200):
        expected = R**2 / (2 * 0.1 * T) + G**2 * 0.1 / 2
        assert experiment.bound("|x| + 2|y|", experiment.step_lengths("constant", 0.1, T))[-1] == pytest.approx(
            expected
        )


@pytest.mark.parametrize("shift", SHIFTS)
def test_least_absolute_is_the_optimum_of_the_linear_programme(shift) -> None:
    y, n = np.array([float(v) for v in experiment.data(shift)]), len(experiment.POINTS_X)
    x = np.array([float(value) for value in experiment.POINTS_X])
    cost = np.concatenate([np.zeros(2), np.ones(2 * n)])
    optimum = linprog(
        cost, A_eq=np.column_stack([x, np.ones(n), np.eye(n), -np.eye(n)]), b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
    )  # fmt: skip
    assert [moved - y for moved, y in zip(experiment.data(shift), experiment.data(), strict=True)] == [0] * 7 + [
        shift,
        0,
    ]
    line = experiment.least_absolute(shift)
    assert float(experiment.absolute_loss(line, experiment.data(shift))) == pytest.approx(optimum.fun)
    assert optimum.x[:2] == pytest.approx([float(line.slope), float(line.intercept)])
    assert line.residuals(experiment.data(shift)).count(0) == 2


@pytest.mark.parametrize("shift", SHIFTS)
def test_zero_is_a_subgradient_at_the_minimum_only(shift) -> None:
    line, y = experiment.least_absolute(shift), experiment.data(shift)
    assert isinstance(experiment.zero_is_a_subgradient(line, y), Combination)
    for other in (
        experiment.Line(line.slope + Fraction(1, 10**6), line.intercept),
        experiment.Line(line.slope, line.intercept - 1),
    ):
        assert isinstance(experiment.zero_is_a_subgradient(other, y), Separation)
        assert experiment.absolute_loss(other, y) > experiment.absolute_loss(line, y)


def test_the_subgradient_method_arrives() -> None:
    slope, intercept, least = experiment.by_subgradient_method(4)
    line = experiment.least_absolute(4)
    assert [slope, intercept] == pytest.approx([float(line.slope), float(line.intercept)], abs=0.02)
    assert least == pytest.approx(float(experiment.absolute_loss(line, experiment.data(4))), abs=0.01)


def test_descent_leaves_the_layer_below_the_sign_as_it_was() -> None:
    sign, relu = experiment.trained("sign"), experiment.trained("ReLU")
    assert len(sign.accuracy) == 20
    start, (X, T) = starting_parameters(2, 8, 1, 3), moons_as_numbers()
    end = descend(partial(gradient_by_hand, activation="ReLU"), start, X, T, 0.1, 500)
    assert relu.change_of_W1[3] == np.abs(end.W1 - start.W1).max()
    assert relu.change_of_W2[3] == np.abs(end.W2 - start.W2).max()
    assert relu.accuracy[3] == ((outputs(end, X, "ReLU") > 0) == (T > 0)).mean()
    assert (sign.change_of_W1 == 0).all() and (sign.change_of_W2 > 0.1).all() and (relu.change_of_W1 > 0.1).all()
    assert relu.accuracy.mean() > sign.accuracy.mean() + 0.03 > 0.8
