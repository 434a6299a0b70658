"""Keys of *Choose a step* against answers worked out by hand; what is said of a step that does not fit its point."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of

a = sp.Symbol("a", positive=True)
KEYS = {
    "limits.2": lambda f, x, h: (f(x + h) - f(x)) / h,
    "limits.3": sp.cbrt(a / 2),
    "limits.4": 0,
    "limits.8": (1 + sp.Symbol("a", real=True)) / 2,
    "step.1": lambda f, x: (f(x + 1e-8 * x) - f(x)) / (1e-8 * x),
}


def test_keys_and_predictions() -> None:
    assert [exercise for exercise, answer in KEYS.items() if not check(exercise, answer).passed] == []
    right = [prediction.right_option for prediction in predictions_of("step").values()]
    assert right == ["h = 10⁻⁸", "½ for every h"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        # Each is right for one f, one h, or one x.
        (lambda f, x, h: (np.exp(x + h) - np.exp(x)) / h, "That is right for exp alone."),
        (lambda f, x, h: (f(x + 0.5) - f(x)) / 0.5, "Your step is always 0.5."),
        (lambda f, x, h: np.exp(x) * np.expm1(h) / h, "That is right for exp alone."),
        (lambda f, x, h: (f(x + h) - f(x)) / (1 - h), "is not right."),
        (lambda f, x, h: (f(x + h) - f(x)) / (x + h), "your function returned 1.1756, which is not right. For a hint"),
        (lambda f, x, h: (f(1 + h) - f(1)) / h, "is not right."),
        (lambda f, x, h: float(np.mean((f(x + h) - f(x)) / h)), "has shape (); it has to be (3,)"),
        (lambda point: 1, "it is called with 3 arguments"),
        (lambda f, x, h: float((f(x + h) - f(x)) / h), "take one number, not an array"),
    ],
)
def test_a_quotient_is_tried_on_several_functions_points_and_steps(answer: object, words: str) -> None:
    verdict = check("limits.2", answer)
    assert verdict.status == "not yet" and words in verdict.message


@pytest.mark.parametrize("share", [1e-9, 1e-8, 1e-6])
@pytest.mark.parametrize("central", [False, True])
def test_a_step_that_is_a_share_of_x_passes(share: float, central: bool) -> None:
    """Forward or central, and also divided by the step that was really taken."""
    sides = 1 + central
    assert check("step.1", lambda f, x: (f(x + share * x) - f(x - central * share * x)) / (sides * share * x)).passed
    assert check("step.1", lambda f, x: (f(x * (1 + share)) - f(x)) / (x * (1 + share) - x)).passed


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda x: 1e-8 * max(x, 1), "Large x are right now."),
        (lambda x: 1e-3, "For f = x² and x = 1 your function returned 2.001"),
        (lambda x: 1.5e-8, "At 1 it is right. Elsewhere, compare your step with x."),
        (lambda x: 1e-10 * x, "round-off reaches the fifth digit"),
        (lambda x: 1e-4 * x, "if longer ones help, it is round-off; if shorter ones do, truncation"),
        (lambda x: 1e-18 * x, "shorter than half a gap between floats"),
        (lambda x: 1e-8 + 1e-8 * x, "Large x are right now."),
    ],
)
def test_a_step_of_a_fixed_length_does_not_fit_all_sizes(step, words) -> None:
    verdict = check("step.1", lambda f, x: (f(x + step(x)) - f(x)) / step(x))
    assert verdict.status == "not yet" and words in verdict.message, verdict.message
