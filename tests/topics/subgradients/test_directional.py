"""Derivatives that are right at ties, against exact slopes beside them, exact Clarke sets, and small cases by hand."""

from fractions import Fraction
from itertools import islice, product

import numpy as np
import pytest

from benchmarks.right_autodiff import Usual, cost, lessons_gradient, outside_by_convention
from course_lib.networks import Network
from course_lib.topics.frameworks.experiment import SLOPE_PROGRAMS, clarke_set
from course_lib.topics.subgradients import autodiff_figures as figures
from course_lib.topics.subgradients import directional
from course_lib.topics.subgradients.directional import maximum, relu, right_gradient
from course_lib.topics.subgradients.exact_networks import configurations, gradient
from course_lib.topics.subgradients.random_programs import RandomProgram, agrees, random_programs, slopes_beside, wrong

PLANE = {
    "|x| + 2|y|": lambda x, y: np.abs(x) + 2 * np.abs(y),
    "max(x, y)": np.maximum,
    "max(|x|, y)": lambda x, y: np.maximum(np.abs(x), y),
    "relu(x) − relu(−x) + y": lambda x, y: x + y,
}


@pytest.mark.parametrize("variables", [1, 2, 3])
def test_the_forward_mode_agrees_with_the_slopes_beside(variables):
    assert wrong(right_gradient, variables, 300, seed=7) == 0
    assert wrong(lessons_gradient(), variables, 300, seed=8) == 0


class Turned:
    """A program of two variables that takes them in the other order."""

    def __init__(self, program):
        self.program, self.point = program, program.point[::-1]

    def __call__(self, y, x):
        return self.program(x, y)


def test_every_order_and_sign_of_the_directions_agrees():
    for program in islice(random_programs(2, seed=5), 60):
        for turned, signs in product((False, True), product((-1, 1), repeat=2)):
            first, second = signs
            D = [[0, first], [second, 0]] if turned else [[first, 0], [0, second]]
            found = right_gradient(program, program.point, D)
            beside = slopes_beside(Turned(program) if turned else program, signs)
            assert agrees(found, beside[::-1] if turned else beside)


def test_the_slopes_beside_know_kinks_by_hand():
    square = RandomProgram(("max", ("multiply", ("x", 0), ("x", 0)), ("x", 1)), (0, 0))
    assert agrees(slopes_beside(square), [0, 1])  # y = ε₂ is far above x² = ε₁²
    assert agrees(slopes_beside(square, [1, -1]), [0, 0])
    assert right_gradient(square, (0, 0)) == [0, 1]
    assert square.ties == 1
    assert right_gradient(lambda x, y: relu(x * x - y), [0, 0]) == [0, 0]  # ε₁² counts as smaller than ε₂
    assert not agrees([0], slopes_beside(RandomProgram(("abs", ("x", 0)), (0,))))


def test_a_convention_leaves_the_clarke_set():
    assert all(outside_by_convention(right, 400) > 5 for right in (False, True))
    assert relu(Usual(0, 1, True)).slope == 1 and relu(Usual(0, 1, False)).slope == 0


def test_the_programs_of_lesson_03_are_right():
    for program, wanted in ((lambda t: relu(-t) + t, 1), (lambda t: relu(-t) + t - relu(t), 0)):
        assert right_gradient(program, [0]) == [wanted]
    nested = right_gradient(lambda t: relu(relu(relu(t))) - relu(relu(relu(-t))), [0])
    assert nested == [1]
    assert all(clarke_set(program) is not None for program in SLOPE_PROGRAMS.values())
    assert right_gradient(lambda x, y: 7, [0, 0]) == [0, 0]
    assert right_gradient(lambda x: (relu(x) + 1) * (2 - relu(-x)), [Fraction(0)]) == [2]
    assert right_gradient(lambda x: maximum(1, x), [1]) == [1]


@pytest.mark.parametrize("directions", [[[1, 1], [0, 1]], [[1, 0], [1, 0]], [[1, 0]], [[2, 0], [0, 1]], [1, 0]])
def test_directions_that_are_none_are_refused(directions):
    with pytest.raises(ValueError, match="directions: got"):
        right_gradient(maximum, [0, 0], directions)


@pytest.mark.parametrize(("activation", "trained"), directional.SETTINGS)
def test_the_core_stays_in_the_clarke_set(activation, trained):
    found = directional.search_networks(activation, trained, 25, seed=77)
    assert (found.decided, found.directional) == (25, 0)
    assert sum(found.by_batch.values()) == 25


def test_plain_backprop_leaves_it_and_the_core_agrees_with_exact_arithmetic():
    assert directional.search_networks("relu6", "biases", 40, seed=77).plain > 2
    for tried in islice(configurations("relu", "weights", 3), 30):
        assert list(directional.found_by_the_core(tried, 0.0)) == gradient(tried.network, tried.X, tried.T, (0,))


def test_a_search_of_nothing_is_refused():
    with pytest.raises(ValueError, match="tries"):
        directional.search_networks("relu", "weights", 0)
    with pytest.raises(ValueError, match="rule: got 's = 2'"):
        directional.trained_xor("s = 2")
    with pytest.raises(ValueError, match="variables"):
        next(random_programs(0))


def test_the_rules_differ_in_how_many_units_learn_from_the_tie():
    X, T = [[0.0, 0.0]], [-1.0]
    learning = {}
    for rule, slope in directional.RULES.items():
        network = Network.mlp([2, 3, 1], slope_at_kink=slope, bias=0.0, replicas=400, dtype="float64")
        _, found = network.loss_and_gradient(X, T, "mse")
        learning[rule] = float((found.b[0] != 0).mean())
    assert learning["s = 0"] == 0 and learning["s = 1"] == learning["s = ½"] == 1
    assert 0.45 < learning["directional"] < 0.55


def test_training_is_compared_start_by_start():
    share, difference = directional.compared("s = 0", 8, 2)
    assert 0 <= share <= 1 and tuple(difference) == (0, 0, 0)
    forth, back = (directional.compared(a, 16, 2, b).difference for a, b in (("s = 1", "s = 0"), ("s = 0", "s = 1")))
    assert tuple(forth) == pytest.approx(tuple(-end for end in back)[::-1])
    losses = directional.trained_xor("s = 1", 8, 2)
    assert losses.shape == (2, 8) and np.isfinite(losses).all()


def test_the_cost_is_measured():
    assert 0.2 < cost([8, 16, 2], 8, zero=True, repeats=3) < 20


@pytest.mark.parametrize("program", figures.PROGRAMS)
def test_where_the_step_lands_is_the_slope_beside(program):
    f = PLANE[program]
    for angle in range(0, 360, figures.STEP_ANGLE):
        scene = figures.where_the_step_lands(program, angle)
        x, y = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        h = 1e-6
        slopes = [(f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)]
        if "runs along" not in scene.description:
            shown = f"({', '.join(f'{slope:.0f}' for slope in slopes)})".replace("-", "−").replace("−0", "0")
            assert f"the gradient is {shown}" in scene.description
        assert scene.x_axis.limits == (-figures.FAR[0], figures.FAR[0]) and scene.equal_units
        (handle,) = (layer for layer in scene.layers if getattr(layer, "control", ()))
        assert handle.control == ("angle",) and (handle.x.item(), handle.y.item()) == pytest.approx((x, y))


@pytest.mark.parametrize(("program", "kinks"), list(zip(figures.PROGRAMS, (4, 2, 3, 0), strict=True)))
def test_the_plane_has_as_many_pieces_as_kinks(program, kinks):
    scene = figures.where_the_step_lands(program, 30)
    assert sum(type(layer).__name__ == "Label" for layer in scene.layers) == max(kinks, 1)
    on_kinks = [a for a in range(0, 360, 15) if "runs along" in figures.where_the_step_lands(program, a).description]
    assert len(on_kinks) == kinks


def test_a_finite_step_is_right_up_to_the_second_kink():
    for kink in figures.CLOSE_KINKS:
        for h in range(-12, 1):
            scene = figures.finite_step(h, kink)
            short = h < kink
            assert ("short enough" in scene.title) == short
            assert f"finds the slope {'1' if short else '−1'}." in scene.description
            line, point = (layer for layer in scene.layers if getattr(layer, "control", ()))
            assert line.control == ("kink_exponent",) and line.start[0] == line.end[0] == 10.0**kink
            assert point.control == ("h_exponent",)
            assert (point.x.item(), point.y.item()) == (10.0**h, 1 if short else -1)


def test_figures_refuse_other_settings():
    with pytest.raises(ValueError, match="program: got"):
        figures.where_the_step_lands("x", 30)
    with pytest.raises(ValueError, match="angle: got 7"):
        figures.where_the_step_lands("max(x, y)", 7)
    with pytest.raises(ValueError, match="kink_exponent: got -2"):
        figures.finite_step(-4, -2)
