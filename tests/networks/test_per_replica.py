"""One number for all replicas or one for each: the check, and that each replica trains as it would by itself."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Dropout, Maxout, Network, step_schedule, train
from course_lib.networks.per_replica import per_replica


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array(2), [2, 2, 2], (2.0,) * 3, np.full(3, 2)])
def test_one_number_or_one_per_replica(value):
    found = per_replica("rate", value, 3)
    assert found.dtype == np.float64
    assert found.tolist() == [2.0, 2.0, 2.0]


def test_the_result_is_a_copy():
    given = np.array([1.0, 2.0])
    per_replica("rate", given, 2)[0] = 9
    assert given.tolist() == [1.0, 2.0]


BAD = {
    "too many": ([1.0, 2.0, 3.0], r"one number for each of the 2 replicas, not an array of shape \(3,\)"),
    "one in a list": ([1.0], r"one number for each of the 2 replicas, not an array of shape \(1,\)"),
    "nothing": ([], "each of the 2 replicas|one number per replica"),
    "a matrix": ([[1.0], [2.0]], r"one number for each of the 2 replicas, not an array of shape \(2, 1\)"),
    "text": ("0.1", "must be a number or one number per replica, not '0.1'"),
    "None": (None, "must be a number or one number per replica, not None"),
    "bool": (True, "must be a number or one number per replica, not True"),
    "complex": (1j, "must be a number or one number per replica, not 1j"),
    "ragged": ([[1.0], [1.0, 2.0]], "must be a number or one number per replica, not"),
    "objects": ([1.0, None], "must be a number or one number per replica, not"),
    "NaN": (np.nan, "must be finite, not nan"),
    "one infinity": ([1.0, np.inf], "must be finite, not .*inf"),
}


@pytest.mark.parametrize("what", BAD)
def test_anything_else_is_refused_with_the_name(what):
    value, message = BAD[what]
    with pytest.raises(ValueError, match=f"^beta .*{message}"):
        per_replica("beta", value, 2)


def test_bounds_may_be_open_or_closed():
    assert per_replica("rate", [0.0, 1.0], 2, low=0, high=1).tolist() == [0.0, 1.0]
    for bad, options, accepted in [
        (-0.1, {"low": 0}, r"\[0, inf\]"),
        (0.0, {"low": 0, "open_low": True}, r"\(0, inf\]"),
        ([0.5, 1.0], {"low": 0, "high": 1, "open_high": True}, r"\[0, 1\)"),
        (1.5, {"high": 1}, r"\[-inf, 1\]"),
    ]:
        with pytest.raises(ValueError, match=f"^rate must be finite and in {accepted}, not "):
            per_replica("rate", bad, 2, **options)


# Each hyperparameter with one value per replica, as a list and as an array.
R = 3
SEEDS = [7, 3, 11]


def mlp(**options):
    return lambda pick, **rest: Network.mlp([2, 5, 4, 3], **{k: pick(v) for k, v in options.items()}, **rest)


def chain(*layers):
    return lambda pick, **rest: Network([layer(pick) for layer in layers], **rest)


def fixed(optimizer):
    return lambda pick: optimizer


def on_a_kink(rng, n_out, n_in):
    """Weights with which hard_tanh starts on a kink: on the left one in the first unit, on the right one elsewhere."""
    return np.zeros((n_out, n_in)), np.where(np.arange(n_out) == 0, -1.0, 1.0)


RELU = mlp(activation="relu")
HYPERPARAMETERS = {
    "slope_at_kink": (
        chain(
            lambda pick: Dense(2, 5, "relu", pick([0.0, 0.5, 1.0]), initialization="zero"),
            lambda pick: Dense(5, 3),
        ),
        fixed(SGD(0.3)),
    ),
    "a slope for each kink": (
        chain(
            lambda pick: Dense(2, 5, "hard_tanh", (pick([0.0, 0.5, 1.0]), 0.25), initialization=on_a_kink),
            lambda pick: Dense(5, 3),
        ),
        fixed(SGD(0.3)),
    ),
    "alpha, leaky_relu": (mlp(alpha=[-0.5, 0.0, 2.0], activation="leaky_relu"), fixed(SGD(0.3))),
    "alpha, elu": (mlp(alpha=np.array([-0.5, 0.0, 2.0]), activation="elu"), fixed(SGD(0.3))),
    "alpha, prelu": (mlp(alpha=[-0.5, 0.0, 2.0], activation="prelu"), fixed(Adam(0.03))),
    "alpha, prelu by layer": (
        chain(
            lambda pick: Dense(2, 5, "prelu", alpha=pick([-0.5, 0.0, 2.0]), alpha_sharing="layer"),
            lambda pick: Dense(5, 3),
        ),
        fixed(Adam(0.03)),
    ),
    "bias": (mlp(bias=[-1.0, 0.0, 0.1]), fixed(SGD(0.3))),
    "bias of maxout": (
        chain(lambda pick: Maxout(2, 3, bias=pick(np.array([-1.0, 0.0, 0.1])))),
        fixed(SGD(0.3)),
    ),
    "initialization": (mlp(initialization=[0.5, -0.25, 1.0]), fixed(SGD(0.3))),
    "dropout": (mlp(dropout=[0.0, 0.5, 0.9]), fixed(SGD(0.3))),
    "rate of the inputs": (
        chain(lambda pick: Dropout(pick(np.array([0.5, 0.0, 0.1]))), lambda pick: Dense(2, 3)),
        fixed(SGD(0.3)),
    ),
    "learning_rate of SGD": (RELU, lambda pick: SGD(pick([0.0, 0.5, 0.1]))),
    "learning_rate and a schedule": (RELU, lambda pick: SGD(pick([0.3, 0.5, 0.1]), 0.0, step_schedule(2, 0.1))),
    "momentum": (RELU, lambda pick: SGD(0.1, pick([0.0, 0.9, 0.5]))),
    "learning_rate of Adam": (RELU, lambda pick: Adam(pick(np.array([0.01, 0.1, 0.001])))),
    "beta1": (RELU, lambda pick: Adam(0.03, beta1=pick([0.0, 0.9, 0.99]))),
    # The factor on Adam's gradients starts anew in 6 to 3000 steps; each replica's by itself.
    "beta2": (RELU, lambda pick: Adam(0.03, beta2=pick([0.1, 0.5, 0.999]))),
    "epsilon": (RELU, lambda pick: Adam(0.03, epsilon=pick([1e-8, 1e-3, 1.0]))),
}


def run(make, optimizer, pick, seeds, dtype):
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((30, 2)), rng.integers(0, 3, 30)
    network = make(pick, replicas=len(seeds), seed=seeds, dtype=dtype)
    history = train(network, X, y, optimizer(pick), batch_size=8, epochs=6, seed=1, progress=False)
    return network, history


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-12)])
@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_a_value_per_replica_is_as_many_separate_runs(name, dtype, tolerance):
    make, optimizer = HYPERPARAMETERS[name]
    together, history = run(make, optimizer, lambda value: value, SEEDS, dtype)
    for r in range(R):
        alone, own = run(make, optimizer, lambda value, r=r: one(value, r), SEEDS[r : r + 1], dtype)
        for mine, among in zip(alone.parameters, together.parameters, strict=True):
            for values, all_values in zip(mine.arrays(), among.arrays(), strict=True):
                np.testing.assert_allclose(values[0], all_values[r], rtol=tolerance, atol=tolerance)
        for quantity in ("loss", "accuracy", "gradient_norms", "zeros", "dead_units"):
            expected = getattr(own, quantity)[0]
            np.testing.assert_allclose(getattr(history, quantity)[r], expected, rtol=tolerance, atol=tolerance)
    # The values matter: with that of the first replica for all, the others end elsewhere.
    of_the_first, _ = run(make, optimizer, lambda value: one(value, 0), SEEDS, dtype)
    for r in range(1, R):
        assert (of_the_first.b[-1][r] != together.b[-1][r]).any()


def one(value, r):
    return value[r] if isinstance(value, (list, np.ndarray)) else value
