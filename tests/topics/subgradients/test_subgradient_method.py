"""The subgradient method: subgradients that support, the cycle, the bound and its inequality."""

import numpy as np
import pytest

from course_lib.topics.subgradients.experiment import OBJECTIVES, RULES, STARTS, bound, run, step_lengths


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("at_kink", [-1, 0, 0.5, 1])
def test_subgradients_support_the_graph(objective, at_kink) -> None:
    f, rng = OBJECTIVES[objective], np.random.default_rng(0)
    size = len(f.weights)
    others = rng.normal(size=(200, size))
    for point in (np.zeros(size), np.eye(size)[0], *rng.normal(size=(5, size))):
        g = f.subgradient(point, at_kink)
        assert (f.value(others) >= f.value(point) + (others - point) @ g - 1e-12).all()
        assert np.linalg.norm(g) <= f.lipschitz + 1e-12


def test_the_cycle_of_constant_steps() -> None:
    path = run("|x|", "constant", 0.1)
    assert path.value[-4:] == pytest.approx([0.03, 0.07, 0.03, 0.07])
    assert path.best[-1] == pytest.approx(0.03)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("t", [0.03, 0.1, 0.3, 1])
def test_never_above_the_bound(objective, rule, t) -> None:
    path = run(objective, rule, t)
    assert (path.best <= bound(objective, path.step) + 1e-12).all()


def test_the_bound_for_constant_steps_is_the_one_of_the_text() -> None:
    R, G = np.linalg.norm(STARTS["|x| + 2|y|"]), np.sqrt(5)
    for T in (1, 10, 200):
        expected = R**2 / (2 * 0.1 * T) + G**2 * 0.1 / 2
        assert bound("|x| + 2|y|", step_lengths("constant", 0.1, T))[-1] == pytest.approx(expected)


def test_the_rules() -> None:
    assert step_lengths("1/k", 2, 4) == pytest.approx([2, 1, 2 / 3, 0.5])
    assert step_lengths("1/√k", 2, 4)[[0, 3]] == pytest.approx([2, 1])
    # The sum of 1/k grows so slowly that steps of 0.1/k do not get from 1.03 to 0.
    assert run("|x|", "1/k", 0.1).value[-1] > 0.4
    assert run("|x|", "1/√k", 0.1).best[-1] < 1e-3


def test_other_names_are_refused() -> None:
    with pytest.raises(ValueError, match="rule must be one of constant, 1/√k, 1/k; got 'halving'"):
        step_lengths("halving", 1)
    with pytest.raises(ValueError, match=r"objective must be one of \|x\|, \|x\| \+ 2\|y\|; got 'x'"):
        run("x")
