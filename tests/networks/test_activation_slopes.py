"""What a caller may give as the slope at a kink, and what it becomes."""

import numpy as np
import pytest

from course_lib.networks.activations import ACTIVATIONS, slopes


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("relu", None, [0.0]),
        ("relu", 0.5, [0.5]),
        ("relu", 1, [1.0]),
        ("relu", np.float32(0.5), [0.5]),
        ("relu", (0.5,), [0.5]),
        ("relu", [1, 0, 0.5], [[1.0, 0.0, 0.5]]),
        ("relu", np.array([1, 0, 0.5]), [[1.0, 0.0, 0.5]]),
        ("relu", [0.5, 0.5, 0.5], [0.5]),
        ("relu6", None, [0.0, 0.0]),
        ("relu6", 1.0, [1.0, 1.0]),
        ("relu6", (0.0, 1.0), [0.0, 1.0]),
        ("relu6", (None, 1.0), [0.0, 1.0]),
        ("hard_tanh", (0.25, [1, 0, 0.5]), [0.25, [1.0, 0.0, 0.5]]),
        ("hard_tanh", [1, 0, 0.5], [[1.0, 0.0, 0.5], [1.0, 0.0, 0.5]]),
        ("absolute", None, [0.0]),
        ("leaky_relu", None, [None]),
        ("leaky_relu", (None,), [None]),
        ("leaky_relu", 0.0, [0.0]),
        ("prelu", None, [None]),
        ("elu", None, [None]),
        ("identity", None, []),
        ("tanh", None, []),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_entry_per_kink(name, given, expected, dtype) -> None:
    found = slopes(ACTIVATIONS[name], given, replicas=3, dtype=dtype)
    assert [None if slope is None else slope.squeeze().tolist() for slope in found] == expected
    for slope in found:
        assert slope is None or (slope.dtype == dtype and slope.shape in ((), (3, 1, 1)))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (
            "relu",
            (0.0, 1.0),
            "must be a tuple of 1 for relu, which has its kinks at 0, not of 2; one number per replica",
        ),
        ("relu6", (0.0,), "must be a tuple of 2 for relu6, which has its kinks at 0 and 6, not of 1"),
        ("tanh", 0.0, "must be None for tanh, which is differentiable everywhere, not 0.0"),
        ("identity", (), "must be None for identity"),
        ("relu", [0.0, 1.0], "one number for each of the 3 replicas, not an array of shape \\(2,\\)"),
        ("relu", [[0.0], [1.0], [2.0]], "one number for each of the 3 replicas"),
        ("relu", np.nan, "must be finite, not nan"),
        ("relu", [0.0, np.inf, 0.0], "must be finite"),
        ("relu", True, "must be a number or one number per replica, not True"),
        ("relu", "0.5", "must be a number or one number per replica, not '0.5'"),
        ("relu", "alpha", "must be a number or one number per replica, not 'alpha'"),
        ("leaky_relu", "alpha", "must be a number or one number per replica, not 'alpha'"),
        ("relu", 1j, "must be a number or one number per replica, not 1j"),
        ("relu", [[0.0], [1.0, 2.0]], "must be a number or one number per replica"),
    ],
)
def test_other_slopes_are_refused(name, given, message) -> None:
    with pytest.raises(ValueError, match=f"^slope_at_kink .*{message}"):
        slopes(ACTIVATIONS[name], given, replicas=3)


@pytest.mark.parametrize(("name", "alpha"), [("elu", None), ("elu", 1), ("elu", np.float32(1)), ("leaky_relu", 1.0)])
@pytest.mark.parametrize("slope", [0.0, (0.5,), [1.0, 0.0, 1.0]])
def test_without_a_kink_only_the_derivative_is_a_slope(name, alpha, slope) -> None:
    with pytest.raises(ValueError, match=f"must be None or 1 for {name} with alpha = 1, which is differentiable at 0"):
        slopes(ACTIVATIONS[name], slope, alpha, replicas=3)
    assert slopes(ACTIVATIONS[name], 1.0, alpha, replicas=3)[0] == 1
    assert slopes(ACTIVATIONS[name], None, alpha, replicas=3) == (None,)


def test_an_alpha_that_training_moves_or_that_differs_between_replicas_has_a_kink() -> None:
    assert slopes(ACTIVATIONS["prelu"], 0.0, 1.0)[0] == 0
    assert slopes(ACTIVATIONS["elu"], 0.0, [1.0, 2.0, 0.5], replicas=3)[0] == 0
    assert slopes(ACTIVATIONS["elu"], 0.0, 2.0)[0] == 0
