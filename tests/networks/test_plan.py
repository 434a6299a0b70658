"""A plan as a list of calls: what it writes, that it can be run again, and that it makes no large arrays."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, LOSSES, Dense, Dropout, Maxout, Network
from course_lib.networks.layers import parameters_per_replica, views
from course_lib.networks.plan import NARROW, Plan, blas_threads, plan_arithmetic

RNG = np.random.default_rng(8)


def planned(network, batch_size, loss="mse", half=False, seed=0, inspect=None):
    """A plan for all replicas of a network, its gradient, and the generators that its dropout draws from."""
    length = network.replicas * parameters_per_replica(network.weighted_layers)
    gradient = views(np.full(length, 99.0, network.dtype), network.weighted_layers, network.replicas)
    generators = [np.random.default_rng([seed, own]) for own in network.seeds]
    rows = slice(0, network.replicas)
    plan = Plan(
        network.layers,
        network.parameters,
        batch_size,
        network.replicas,
        rows,
        gradient,
        LOSSES[loss],
        generators,
        half,
        inspect,
    )
    return plan, gradient


def filled(plan, scale=1.0):
    X, T = RNG.standard_normal((plan.batch_size, plan.x.shape[1] - 1)), RNG.standard_normal(plan.targets.shape)
    plan.x[:, :-1], plan.targets[...] = X, T
    plan.factor[...] = scale / plan.batch_size
    return X, T


@pytest.mark.parametrize("n_in", [1, NARROW - 1, NARROW, NARROW + 1])
@pytest.mark.parametrize("first", [Dense, Maxout])
def test_a_narrow_and_a_wide_input_give_the_same_products(n_in, first):
    network = Network([first(n_in, 4), Dense(4, 2)], replicas=3, dtype="float64")
    plan, gradient = planned(network, 5)
    X, T = filled(plan)
    with plan_arithmetic():
        plan.run()
    z = X @ network.W[0].swapaxes(1, 2) + network.b[0][:, None]
    a = z.reshape(3, 5, -1, 4).max(2)
    outputs = a @ network.W[1].swapaxes(1, 2) + network.b[1][:, None]
    np.testing.assert_allclose(plan.total, ((outputs - T) ** 2).mean(2), rtol=1e-12)
    delta = (outputs - T) / 5
    np.testing.assert_allclose(gradient[1].W, delta.swapaxes(1, 2) @ a, rtol=1e-10, atol=1e-12)
    back = (delta @ network.W[1])[:, :, None] * (z.reshape(3, 5, -1, 4) == a[:, :, None])
    np.testing.assert_allclose(
        gradient[0].W, back.reshape(3, 5, -1).swapaxes(1, 2) @ X, rtol=1e-10, atol=1e-12
    )  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_plan_can_be_run_again(activation):
    network = Network([Dense(3, 4, activation), Maxout(4, 4, 2, "split"), Dense(4, 2, activation)], replicas=2)
    plan, gradient = planned(network, 6)
    filled(plan)
    found = []
    for _ in range(3):
        plan.total[...] = 0
        with plan_arithmetic():
            plan.run()
        found.append([plan.total.copy(), *(array.copy() for layer in gradient for array in layer.arrays())])
    for arrays in found[1:]:
        assert all((a == b).all() for a, b in zip(arrays, found[0], strict=True))
    assert all((layer.weights != 99).all() for layer in gradient)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", [(2, 16, 16, 2), (784, 30, 20, 10)])
def test_looking_at_a_network_shows_the_bits_of_training(sizes, dtype):
    """A pre-activation that is exactly 0 in one is so in the other: the products are the same, bias included."""
    network = Network.mlp(sizes, bias=0.1, dtype=dtype)
    seen = []
    plan, _ = planned(network, 100, inspect=lambda rows, at, z: seen.append((rows, at, z.copy())))
    X, _ = filled(plan)
    with plan_arithmetic(), blas_threads():
        for operation in plan.forward:
            operation()
    activity = network.forward(X)
    assert [(rows, at) for rows, at, _ in seen] == [(slice(0, 1), 0), (slice(0, 1), 1)]
    for _, at, z in seen:
        assert (z.swapaxes(1, 2) == activity.pre_activations[at]).all()
    for at, layer in enumerate(plan.hidden):
        assert (layer.values.swapaxes(1, 2) == activity.activations[at]).all()
    assert (plan.outputs.swapaxes(1, 2) == activity.activations[-1]).all()


def test_the_factor_of_each_replica_multiplies_its_gradient():
    network = Network([Dense(3, 4, "tanh"), Dense(4, 2)], replicas=3, dtype="float64")
    plan, gradient = planned(network, 6)
    filled(plan)
    found = {}
    for name, factor in [("one", 1.0), ("each", [2.0, -1.0, 0.5])]:
        plan.factor[...] = factor
        with plan_arithmetic():
            plan.run()
        found[name] = [layer.weights.copy() for layer in gradient]
    for one, each in zip(found["one"], found["each"], strict=True):
        np.testing.assert_allclose(each, one * np.reshape([2.0, -1.0, 0.5], (3, 1, 1)), rtol=1e-12)


def test_dropout_draws_anew_in_each_run_and_scales_what_it_keeps():
    rates = [0.0, 0.25, 0.9]
    network = Network([Dropout(rates), Dense(50, 1, initialization=1.0)], replicas=3, dtype="float64")
    plan, _ = planned(network, 40, seed=7)
    plan.x[:, :-1] = 1.0
    generators = [np.random.default_rng([7, own]) for own in network.seeds]
    for _ in range(3):
        for operation in plan.forward:
            operation()
        for r, (rate, generator) in enumerate(zip(rates, generators, strict=True)):
            kept = (generator.random((50, 40), np.float32) >= rate).sum(0)
            np.testing.assert_allclose(plan.outputs[r, 0], kept / (1 - rate), rtol=1e-12)
    assert abs(plan.outputs[1].mean() - 50) < 4 * np.sqrt(50 * 0.25 / 0.75 / 40)  # its mean stays that of the inputs


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("half", [False, True])
def test_a_step_makes_no_array_of_the_size_of_the_activations(loss, half):
    layers = [Dense(20, 200, "relu"), Dense(200, 200, "prelu"), Dropout(0.5), Maxout(200, 150), Dense(150, 200, "elu")]
    network = Network([*layers, Dense(200, 3)], replicas=2)
    plan, _ = planned(network, 64, loss, half)
    plan.x[:, :-1] = RNG.standard_normal((64, 20))
    plan.targets[:, 0] = 1
    with plan_arithmetic():
        plan.run()
        tracemalloc.start()
        plan.run()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    activations = 2 * 200 * 64 * 4
    assert peak < activations / 2


def test_a_plan_is_freed_at_once():
    """Without a reference cycle: a plan that is made anew in each epoch must not wait for the garbage collector."""
    layers = [Dropout(0.5), Dense(3, 4, "prelu"), Maxout(4, 4, 2, "split"), Dropout(0.5), Dense(4, 2, "elu")]
    gc.disable()
    try:
        for loss in LOSSES:
            plan, _ = planned(Network(layers, replicas=2), 6, loss)
            alive = weakref.ref(plan)
            del plan
            assert alive() is None
    finally:
        gc.enable()
