"""Answers of this topic with many right forms: right ones in any spelling, planted mistakes, and what is no answer."""

from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.subgradients.answers import METHOD, PLANE, method_with


def recursive(f, subgradient, x, steps):
    if not steps:
        return x
    later = recursive(f, subgradient, x - steps[0] * subgradient(x), steps[1:])
    return x if f(x) <= f(later) else later


def all_points(f, subgradient, x, steps):
    points = [x]
    for t in steps:
        points.append(points[-1] - t * subgradient(points[-1]))
    return min(points, key=f)


def test_a_method_in_any_spelling_is_right() -> None:
    for method in (recursive, all_points, method_with("")):
        assert check("subgradients.9", method).passed


PLANE_FROM_THE_RIGHT = partial(PLANE.subgradient, at_kink=1.0)
FIRST = "The best point on the way has 0.25. Here f is |x| + 2|y|, the start is (1, 0), and the steps are 0.2, 0.15, "


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (lambda f, g, x, steps: x, ""),
        (lambda f, g, x, steps: np.zeros(2), "is not on the way"),  # It knows the minimum but did not walk there.
        (lambda f, g, x, steps: all_points(f, g, x, steps[:-4]), FIRST),
        (lambda f, g, x, steps: all_points(f, lambda p: g(p) / np.linalg.norm(g(p)), x, steps), "is not on the way"),
        # The subgradient of |x| + 2|y| in every run: right in all but one.
        (lambda f, g, x, steps: all_points(f, PLANE_FROM_THE_RIGHT, x, steps), "Here f is 3|x| + |y|"),
        (lambda f, g, x, steps: all_points(f, PLANE_FROM_THE_RIGHT, x, steps), "is not on the way"),
        # Right in some of the runs.
        (lambda f, g, x, steps: all_points(f, g, x, steps[:-1]), "the start is (0.5, 1)"),
        (lambda f, g, x, steps: all_points(f, g, x - steps[0] * g(x), steps[1:]), "the start is (0.1, 0.2)"),
        (lambda f, g, x, steps: all_points(lambda p: abs(p[0]) + 2 * abs(p[1]), g, x, steps), "the start is (0, 1)"),
        (lambda f, g, x, steps: all_points(np.linalg.norm, g, x, steps), "the start is "),
        (lambda f, g, x, steps: all_points(lambda p: np.abs(p).max(), g, x, steps), "the start is "),
    ],
)
def test_unlisted_mistakes_get_both_values_and_the_run(method, words) -> None:
    verdict = check("subgradients.9", method)
    assert verdict.status == "not yet" and words in verdict.message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "You gave a number; hand in the function itself"),
        (lambda: 0, "Your function raised TypeError"),
        (lambda f, g, x, steps: f(x), "return a point, an array like x"),
        (lambda f, g, x, steps: np.zeros(3), "return one finite point"),
        (lambda *a: exit(), "Your function raised SystemExit"),
    ],
)
def test_what_is_no_method_gets_a_sentence(answer, message) -> None:
    with pytest.raises(Unreadable, match=message):
        METHOD.read(answer)


def test_what_is_unfinished_is_no_attempt() -> None:
    for returned in (..., None):
        with pytest.raises(NotFilledIn):
            METHOD.read(lambda *a, returned=returned: returned)
    assert check("subgradients.10", [..., 0, 0, 0]).status == "not attempted"
    assert check("subgradients.11", [1, ...]).status == "not attempted"


def test_every_right_mixture_passes() -> None:
    eighths = [Fraction(count, 8) for count in (5, 1, 1, 1)]
    for weights in ([0.75, 0, 0, 0.25], [0.75, -1e-17, 1e-17, 0.25], [0.5, 0.25, 0.25, 0], eighths):
        assert check("subgradients.10", weights).passed, weights


def test_targets_fail_exactly_when_their_signs_are_opposite() -> None:
    """The cells have the slopes −a and b; backprop returns 0."""
    for a, b in product(range(-2, 3), repeat=2):
        assert check("subgradients.11", [a, b]).passed == (a * b < 0), (a, b)


@pytest.mark.parametrize(
    ("id", "answer", "message"),
    [
        ("subgradients.10", [1, 0, 0, 0], "The weighted sum of the four gradients is (0, 0, 0)."),
        ("subgradients.10", [0.5, 0.25, 0.25, 0.1], "The weights add up to 1.1, not to 1."),
        ("subgradients.10", [0.5, 0.25, 0, 0], "The weights add up to 0.75, not to 1."),
        ("subgradients.10", [0.75, 0, 0, 0.2500001], "The weights add up to 1 only within 1e-07; give them exactly."),
        ("subgradients.10", [0.7500001, 0, 0, 0.2499999], "the weighted sum is right only within 2e-07"),
        ("subgradients.10", [0.75, -1e-6, 1e-6, 0.25], "A weight is below 0."),
        ("subgradients.10", [1, 0, 0], "You gave 3 weights; 4 are asked."),
        ("subgradients.10", [1, 0, 0, float("inf")], "One of your numbers is infinite."),
        ("subgradients.11", [2, 2], "The slopes of the cells are -2, 2, and backprop's 0 is among them or between."),
        ("subgradients.11", [0.5, -1], "Write a list of two whole numbers"),
        ("subgradients.11", [1, 2, 3], "Write a list of two whole numbers"),
        ("subgradients.11", 7, "Write a list of two whole numbers"),
    ],
)
def test_wrong_mixtures_and_targets_are_told_why(id, answer, message) -> None:
    verdict = check(id, answer)
    assert verdict.status == "not yet" and message in verdict.message


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("network_slope.1", [0.125, 1, 0], "upstream gradient"),
        ("network_slope.1", [-0.125, -1, 0.0], None),
        ("network_slope.2", 24.0000018, None),
        ("network_slope.2", 25.5, "That is what backprop returns"),
        ("network_slope.3", 1, "That fits s = 0 alone"),
    ],
)
def test_slopes_of_small_networks(id, answer, words) -> None:
    verdict = check(id, answer)
    assert verdict.passed if words is None else words in verdict.message
