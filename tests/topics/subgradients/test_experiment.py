"""The subgradient method against its bound, minima on kinks against a linear programme, a layer of signs.

What the search finds among small networks, and that the failures it finds are real.
"""

from collections import Counter
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from scipy.optimize import linprog

from course_lib.data import moons_as_numbers
from course_lib.networks.one_hidden_layer import descend, gradient_by_hand, outputs, starting_parameters
from course_lib.topics.subgradients import experiment
from course_lib.topics.subgradients.clarke import Combination, Separation, at_direction, membership
from course_lib.topics.subgradients.exact_networks import BATCHES, configurations, forward, gradient, ties


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
    assert path.best[-1] == pytest.approx(0.03) and len(path.x) == len(path.step) == 200
    assert path.value[-4:] == pytest.approx([0.03, 0.07, 0.03, 0.07])
    assert experiment.step_sizes("1/k", 2, 4) == pytest.approx([2, 1, 2 / 3, 0.5])
    assert experiment.step_sizes("1/√k", 2, 4)[[0, 3]] == pytest.approx([2, 1])
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
        claimed = experiment.bound("|x| + 2|y|", experiment.step_sizes("constant", 0.1, T))[-1]
        assert claimed == pytest.approx(R**2 / (2 * 0.1 * T) + G**2 * 0.1 / 2)


@pytest.mark.parametrize("shift", [0, 1, 4, 8])
def test_least_absolute_is_the_optimum_of_the_linear_programme_and_has_the_subgradient_0(shift) -> None:
    data, n = experiment.data(shift), len(experiment.POINTS_X)
    x, y = (np.array([float(value) for value in values]) for values in (experiment.POINTS_X, data))
    cost = np.concatenate([np.zeros(2), np.ones(2 * n)])
    optimum = linprog(
        cost, A_eq=np.column_stack([x, np.ones(n), np.eye(n), -np.eye(n)]), b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
    )  # fmt: skip
    assert [moved - at for moved, at in zip(data, experiment.data(), strict=True)] == [*[0] * 7, shift, 0]
    line = experiment.least_absolute(shift)
    assert float(experiment.absolute_loss(line, data)) == pytest.approx(optimum.fun)
    assert optimum.x[:2] == pytest.approx([float(line.slope), float(line.intercept)])
    assert line.residuals(data).count(0) == 2
    assert isinstance(experiment.zero_is_a_subgradient(line, data), Combination)  # There, and only there.
    for up, left in ((Fraction(1, 10**6), 0), (0, 1)):
        other = experiment.Line(line.slope + up, line.intercept - left)
        assert isinstance(experiment.zero_is_a_subgradient(other, data), Separation)
        assert experiment.absolute_loss(other, data) > experiment.absolute_loss(line, data)


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


@pytest.fixture(scope="module")
def without_biases() -> experiment.Findings:
    return experiment.search("relu", "weights", 120)


def test_the_identity_without_biases_fails_for_every_s_but_a_half_and_with_them_for_none() -> None:
    for s in [Fraction(k, 8) for k in range(9)]:
        verdicts = {
            biases: membership(experiment.identity_program(biases), [s]) for biases in ("none", "own", "shared")
        }
        assert all(verdict.backprop[experiment.IDENTITY_W] == 2 * s for verdict in verdicts.values())
        assert verdicts["none"].inside == (2 * s == 1) and verdicts["own"].inside and verdicts["shared"].inside


def test_bad_targets_are_named() -> None:
    for T, message in (([1], r"T: got \[1\]; accepted are 2 targets"), ([0.5, 1], "accepted are whole numbers and ")):
        with pytest.raises(ValueError, match=message):
            experiment.one_hidden_layer([[0]], [1], [[1], [-1]], T)


def test_the_way_outward_leads_below_0_and_above_6_in_every_layer() -> None:
    """Slopes (0, 0) are those of one cell, by our argument for dense layers with trained weights and biases."""
    source = configurations("relu6", "weights and biases", seed=9)
    kinks = Counter()
    for _ in range(25):
        tried = next(source)
        direction, (zs, _) = experiment.outward(tried.network), forward(tried.network, tried.X)
        moved, _ = forward(tried.network.moved(direction, Fraction(1, 10**15)), tried.X)
        for layer, sample, unit in ties(tried.network, tried.X):
            before, after = zs[layer][sample, unit], moved[layer][sample, unit]
            kinks[before] += 1
            assert after < 0 if before == 0 else after > 6
        in_the_cell = at_direction(tried.network, tried.X, tried.T, direction)
        assert list(in_the_cell) == gradient(tried.network, tried.X, tried.T, (0, 0))
    assert min(kinks[0], kinks[6]) > 10


@pytest.mark.parametrize("network", ["relu: weights and biases", "relu6: weights and biases", "relu: biases"])
def test_own_biases_never_fail_with_one_kink_or_with_trained_weights(network) -> None:
    findings = experiment.search(*network.split(": "), 25)
    assert sum(findings.decided.values()) == 25 and not findings.outside


def test_without_biases_each_slope_fails_and_never_with_independent_inputs(without_biases) -> None:
    assert all(without_biases.outside_of(slopes) > 0 for slopes in experiment.CONVENTIONS["relu"])
    assert 0 < without_biases.independent < sum(without_biases.decided.values())
    assert without_biases.outside_independent == 0


def leaving(tried) -> set:
    """The ties whose pre-activation changes along one of a few random directions, in exact arithmetic."""
    rng, (zs, _) = np.random.default_rng(0), forward(tried.network, tried.X)
    found = set()
    for _ in range(12):
        direction = rng.integers(-(10**6), 10**6, tried.network.size).tolist()
        moved, _ = forward(tried.network.moved(direction, Fraction(1, 10**15)), tried.X)
        found |= {at for at in ties(tried.network, tried.X) if moved[at[0]][at[1:]] != zs[at[0]][at[1:]]}
    return found


@pytest.mark.parametrize("trained", ["weights", "weights and biases"])
def test_only_networks_with_two_ties_that_leave_their_kinks_are_counted(trained) -> None:
    """With one, any slope from 0 to 1 mixes the gradients of its two sides: it cannot fail."""
    source, sizes, passed_over = configurations("relu", trained), [], 0
    while len(sizes) < 12:
        tried = next(source)
        if len(leaving(tried)) >= 2:
            sizes.append(len(tried.X))
        else:
            passed_over += 1
    findings = experiment.search("relu", trained, 12)
    assert findings.undecided == 0 and findings.decided == Counter(sizes)
    assert passed_over > 0 or trained != "weights"


def test_a_failure_that_is_found_is_one(without_biases) -> None:
    """The certificate holds for exact gradients at random points nearby, which the search never computed."""
    rng = np.random.default_rng(0)
    for slopes, tried, verdict in ((s, *pair) for s, pairs in without_biases.failures.items() for pair in pairs[:3]):
        assert isinstance(verdict.certificate, Separation)
        d = verdict.certificate.direction
        returned = gradient(tried.network, tried.X, tried.T, slopes)
        assert returned == list(verdict.backprop)
        for _ in range(10):
            step = rng.integers(-(10**6), 10**6, len(returned)).tolist()
            near = tried.network.moved(step, Fraction(1, 10**15))
            # A unit that stays on its kink here, behind dead ones, adds 0 whatever its slope.
            there = gradient(near, tried.X, tried.T, slopes)
            assert sum(a * (b - c) for a, b, c in zip(d, there, returned, strict=True)) > Fraction(1, 10**3)


@pytest.mark.parametrize("trained", ["weights and biases", "weights", "biases"])
def test_configurations_are_as_described(trained) -> None:
    source = configurations("relu6", trained, seed=3)
    batches = set()
    for _ in range(30):
        tried = next(source)
        batches.add(len(tried.X))
        assert 2 <= len(ties(tried.network, tried.X)) <= 6
        assert all((W != 0).all() and (abs(W) <= 3).all() for W in tried.network.W)
        assert (abs(tried.X) <= 3).all() and (abs(tried.T) <= 4).all()
        assert trained != "weights" or not any(b.any() for b in tried.network.b)
    assert batches == set(BATCHES)


def test_independent_inputs() -> None:
    for x, independent in (([1, 0], True), ([2, 2], False)):
        tried = experiment.one_hidden_layer([[1, -1]], [1], [[1, 1], x], [0, 0])
        assert experiment.independent_inputs(tried) == independent
