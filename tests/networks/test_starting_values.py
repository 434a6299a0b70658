"""Precisions, seeds and hyperparameters of a new network: what is taken, and what is refused before it is made."""

import numpy as np
import pytest

from course_lib.networks import Dense, Dropout, Maxout, Network


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", np.float64, np.dtype("float32"), "f2", "half", float]
)
def test_three_precisions(dtype):
    network = Network.mlp([2, 3], dtype=dtype)
    assert network.dtype == np.dtype(dtype)
    assert network.W[0].dtype == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [None, "foo", "int8", int, "complex64", np.longdouble, ">f4", bool, 3])
def test_other_precisions_are_refused(dtype):
    message = "^dtype must be one of float16, float32, float64, not "
    with pytest.raises(ValueError, match=message):
        Network.mlp([2, 3], dtype=dtype)
    if dtype is not None:
        with pytest.raises(ValueError, match=message):
            Network.mlp([2, 3]).copy(dtype=dtype)


@pytest.mark.parametrize("replicas", [0, -1, 2.0, True, None, "3", [2]], ids=repr)
def test_replicas_are_a_whole_number_of_at_least_1(replicas):
    with pytest.raises(ValueError, match="^replicas must be a whole number of at least 1, not "):
        Network.mlp([2, 3], replicas=replicas)


@pytest.mark.parametrize(
    "seed", [5, np.int64(5), [5, 6], (5, 6), np.array([5, 6]), np.array([5, 6], np.uint8)], ids=repr
)
def test_one_seed_or_one_per_replica(seed):
    assert Network.mlp([2, 3], replicas=2, seed=seed).seeds == [5, 6]


@pytest.mark.parametrize(
    "seed",
    [-1, None, True, 1.5, "a", [1], [1, 2, 3], [1, -2], [1, 2.0], [True, False], [[1], [2, 3]], [[1, 2]]],
    ids=repr,
)
def test_other_seeds_are_refused(seed):
    message = "^seed must be a whole number of at least 0, or one for each of the 2 replicas, not "
    with pytest.raises(ValueError, match=message):
        Network.mlp([2, 3], replicas=2, seed=seed)


def test_large_seeds_are_seeds():
    assert Network.mlp([2, 3], replicas=2, seed=2**70).seeds == [2**70, 2**70 + 1]


@pytest.mark.parametrize("sizes", [[2], [], 5, "ab", None, iter([2, 3])], ids=lambda sizes: type(sizes).__name__)
def test_mlp_needs_inputs_and_outputs(sizes):
    with pytest.raises(ValueError, match="^sizes must name at least the inputs and the outputs, not "):
        Network.mlp(sizes)


BAD = {
    "bias": ([np.nan, "a", [1, 2, 3], True], lambda value: [Dense(2, 3, bias=value)]),
    "alpha": ([np.inf, "a", [1, 2, 3], [[1, 2]]], lambda value: [Dense(2, 3, "elu", alpha=value)]),
    "slope_at_kink": ([np.nan, "a", [1, 2, 3], [np.inf, 0]], lambda value: [Dense(2, 3, "relu", value)]),
    "rate": ([1.0, -0.1, np.nan, "a", None, [0, 0.5, 0.1]], lambda value: [Dropout(value), Dense(2, 3)]),
    "initialization": (
        ["xavier", None, np.nan, [0.1, 0.2, 0.3], ["he", "xavier"]],
        lambda value: [Maxout(2, 3, initialization=value)],
    ),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name][0]], ids=repr)
def test_hyperparameters_are_checked_when_a_network_is_made(name, value):
    with pytest.raises((ValueError, TypeError), match=f"^{name}") as error:
        Network(BAD[name][1](value), replicas=2)
    assert error.type is ValueError or name == "initialization"


@pytest.mark.parametrize("activation", ["identity", "softplus", "sigmoid", "tanh"])
def test_without_a_kink_there_is_no_slope_to_give(activation):
    with pytest.raises(ValueError, match=f"slope_at_kink must be None for {activation}, which is differentiable"):
        Network([Dense(2, 3, activation, slope_at_kink=0.0)])


@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_a_tuple_has_one_entry_for_each_kink(activation):
    with pytest.raises(ValueError, match="slope_at_kink must be a tuple of . for relu"):
        Network([Dense(2, 3, activation, (0.0, 0.0, 0.0))])


@pytest.mark.parametrize(("dtype", "large"), [("float16", 7e4), ("float32", 1e39)])
def test_starting_values_must_fit_the_precision(dtype, large):
    for layer in (
        Dense(2, 3, bias=large),
        Dense(2, 3, initialization=large),
        Dense(2, 3, "elu", alpha=large),
        Maxout(2, 3, initialization=lambda rng, n_out, n_in: (np.full((n_out, n_in), large), np.zeros(n_out))),
    ):
        with pytest.raises(ValueError, match=f"starts from weights, biases or alpha that {dtype} cannot hold"):
            Network([layer], dtype=dtype)


def test_initializations_may_be_one_per_replica():
    network = Network([Dense(2, 3, initialization=["zero", 0.5, "he"])], replicas=3, dtype="float64")
    assert not network.W[0][0].any()
    assert (network.W[0][1] == 0.5).all()
    assert (network.W[0][2] == Network.mlp([2, 3], seed=2, dtype="float64").W[0][0]).all()


def test_layers_are_drawn_one_after_the_other_from_the_seed():
    network = Network([Dense(2, 3), Dropout(0.5), Maxout(3, 2, pieces=2)], seed=4, dtype="float64")
    rng = np.random.default_rng(4)
    assert (network.W[0][0] == rng.standard_normal((3, 2)) * np.sqrt(2 / 2)).all()
    assert (network.W[1][0] == rng.standard_normal((4, 3)) * np.sqrt(2 / 3)).all()
    assert not any(b.any() for b in network.b)
