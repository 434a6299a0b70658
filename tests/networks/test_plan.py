"""A training step as bound calls: products, repeated runs, dropout, memory, and NumPy's settings around it."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from course_lib.networks import ACTIVATIONS, LOSSES, Dense, Dropout, Maxout, Network, measure, passes
from course_lib.networks import plan as plans
from course_lib.networks.layers import parameters_per_replica, views
from course_lib.networks.plan import NARROW, Plan, plan_arithmetic

RNG = np.random.default_rng(8)


def planned(network, batch_size, loss="mse", half=False, seed=0, inspect=None):
    """A plan for all replicas of a network, and its gradient."""
    length = network.replicas * parameters_per_replica(network.weighted_layers)
    gradient = views(np.full(length, 99.0, network.dtype), network.weighted_layers, network.replicas)
    generators = [np.random.default_rng([seed, own]) for own in network.seeds]
    plan = Plan(
        network.layers, network.parameters, gradient, LOSSES[loss],
        batch_size, network.replicas, slice(0, network.replicas), generators, half, inspect,
    )  # fmt: skip
    return plan, gradient


def filled(plan):
    X, T = RNG.standard_normal((plan.batch_size, plan.x.shape[1] - 1)), RNG.standard_normal(plan.targets.shape)
    plan.x[:, :-1], plan.targets[...] = X, T
    plan.factor[...] = 1 / plan.batch_size
    return X, T


def run(plan):
    with plan_arithmetic():
        plan.run()


@pytest.mark.parametrize("n_in", [1, NARROW - 1, NARROW, NARROW + 1])
@pytest.mark.parametrize("first", [Dense, Maxout])
def test_a_narrow_and_a_wide_input_give_the_same_products(n_in, first):
    network = Network([first(n_in, 4), Dense(4, 2)], replicas=3, dtype="float64")
    plan, gradient = planned(network, 5)
    X, T = filled(plan)
    run(plan)
    z = X @ network.W[0].swapaxes(1, 2) + network.b[0][:, None]
    a = z.reshape(3, 5, -1, 4).max(2)
    outputs = a @ network.W[1].swapaxes(1, 2) + network.b[1][:, None]
    np.testing.assert_allclose(plan.total, ((outputs - T) ** 2).mean(2), rtol=1e-12)
    delta = (outputs - T) / 5
    np.testing.assert_allclose(gradient[1].W, delta.swapaxes(1, 2) @ a, rtol=1e-10, atol=1e-12)
    back = ((delta @ network.W[1])[:, :, None] * (z.reshape(3, 5, -1, 4) == a[:, :, None])).reshape(3, 5, -1)
    np.testing.assert_allclose(gradient[0].W, back.swapaxes(1, 2) @ X, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_plan_can_be_run_again_and_each_replica_has_its_factor(activation):
    network = Network([Dense(3, 4, activation), Maxout(4, 4, 2, "split"), Dense(4, 2, activation)], 3, dtype="float64")
    plan, gradient = planned(network, 6)
    filled(plan)
    runs = []
    for factor in (1.0, 1.0, [2.0, -1.0, 0.5]):
        plan.total[...], plan.factor[...] = 0, factor
        run(plan)
        written = [array for layer in gradient for array in layer.arrays()] if activation == "prelu" else []
        runs.append([plan.total.copy(), *(array.copy() for array in written or [layer.weights for layer in gradient])])
    for first, again, scaled in zip(*runs, strict=True):
        assert (first == again).all()
        if first.ndim == 3:
            np.testing.assert_allclose(scaled, first * np.reshape([2.0, -1.0, 0.5], (3, 1, 1)), rtol=1e-10, atol=1e-12)
    assert all((layer.weights != 99).all() for layer in gradient)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", [(2, 16, 16, 2), (784, 30, 20, 10)])
def test_looking_at_a_network_shows_the_bits_of_training(sizes, dtype):
    """A pre-activation that is exactly 0 in one is so in the other: the products are the same, bias included."""
    network = Network.mlp(sizes, bias=0.1, dtype=dtype)
    seen = []
    plan, _ = planned(network, 100, inspect=lambda rows, at, z: seen.append((rows, at, z.copy())))
    X, _ = filled(plan)
    with plan_arithmetic(), plans.blas_threads():
        for operation in plan.forward:
            operation()
    activity = network.forward(X)
    assert [(rows, at) for rows, at, _ in seen] == [(slice(0, 1), 0), (slice(0, 1), 1)]
    for _, at, z in seen:
        assert (z.swapaxes(1, 2) == activity.pre_activations[at]).all()
    for at, layer in enumerate(plan.hidden):
        assert (layer.values.swapaxes(1, 2) == activity.activations[at]).all()
    assert (plan.outputs.swapaxes(1, 2) == activity.activations[-1]).all()


@pytest.mark.parametrize(("loss", "half"), [(loss, False) for loss in LOSSES] + [("mse", True)])
def test_a_step_makes_no_array_of_the_size_of_the_activations_and_a_plan_is_freed_at_once(loss, half):
    layers = [Dense(20, 200, "relu"), Dense(200, 200, "prelu"), Dropout(0.5), Maxout(200, 150), Dense(150, 200, "elu")]
    network = Network([*layers, Dense(200, 3)], replicas=2)
    gc.disable()  # a plan that is made anew in each epoch must not wait for the garbage collector
    try:
        plan, _ = planned(network, 64, loss, half)
        filled(plan)
        with plan_arithmetic():
            plan.run()
            tracemalloc.start()
            plan.run()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 2 * 200 * 64 * 4 / 2
        alive = weakref.ref(plan)
        del plan
        assert alive() is None
    finally:
        gc.enable()


def test_plan_arithmetic_is_silent_and_leaves_the_settings_as_they_were():
    before = np.geterr(), np.getbufsize()
    with plan_arithmetic():
        assert np.getbufsize() == 1024
        assert np.isnan(np.float32(np.inf) - np.float32(np.inf))
    assert (np.geterr(), np.getbufsize()) == before


@pytest.mark.parametrize("way", ["measure", "predict", "forward", "loss_and_gradient"])
def test_looking_at_a_network_takes_one_blas_thread(way, monkeypatch, blas_threads):
    seen = []

    def noted(original):
        def call(*arguments, **options):
            seen.append(blas_threads())
            return original(*arguments, **options)

        return call

    monkeypatch.setattr(passes, "bind", noted(passes.bind))
    monkeypatch.setattr(plans.Plan, "run", noted(plans.Plan.run))
    monkeypatch.setattr(plans.Plan, "__init__", noted(plans.Plan.__init__))
    network, X, y = Network.mlp([2, 3, 2]), np.zeros((4, 2)), np.zeros(4, int)
    with threadpool_limits(2, "blas"):
        if way == "measure":
            measure(network, X, y)
        else:
            getattr(network, way)(*((X, y) if way == "loss_and_gradient" else (X,)))
        assert seen and all(threads == {1} for threads in seen)
        assert blas_threads() == {2}
