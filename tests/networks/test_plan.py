"""A training step as bound calls: the bits that it shares with a look at the network, its memory, and its threads."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from course_lib.networks import LOSSES, Dense, Dropout, Maxout, Network, measure, passes
from course_lib.networks.parameters import parameters_per_replica, views
from course_lib.networks.plan import Plan, blas_threads, plan_arithmetic

RNG = np.random.default_rng(8)


def planned(network, batch_size, loss="mse", half=False, inspect=None):
    """A plan for all replicas of a network, with random data in it."""
    length = network.replicas * parameters_per_replica(network.weighted_layers)
    gradient = views(np.empty(length, network.dtype), network.weighted_layers, network.replicas)
    generators = [np.random.default_rng([0, own]) for own in network.seeds]
    plan = Plan(
        network.layers, network.parameters, gradient, LOSSES[loss],
        batch_size, network.replicas, slice(0, network.replicas), generators, half, inspect,
    )  # fmt: skip
    plan.x[:, :-1] = RNG.standard_normal((batch_size, network.sizes[0]))
    plan.targets[...] = RNG.standard_normal(plan.targets.shape)
    plan.factor[...] = 1 / batch_size
    return plan


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", [(2, 16, 16, 2), (784, 30, 20, 10)])
def test_looking_at_a_network_shows_the_bits_of_training(sizes, dtype):
    """A pre-activation that is exactly 0 in one is so in the other: the products are the same, bias included."""
    network = Network.mlp(sizes, bias=0.1, dtype=dtype)
    seen = []
    plan = planned(network, 100, inspect=lambda rows, at, z: seen.append((rows, at, z.copy())))
    with plan_arithmetic(), blas_threads():
        for operation in plan.forward:
            operation()
    activity = network.forward(plan.x[:, :-1])
    assert [(rows, at) for rows, at, _ in seen] == [(slice(0, 1), 0), (slice(0, 1), 1)]
    for _, at, z in seen:
        assert (z.swapaxes(1, 2) == activity.pre_activations[at]).all()
    for at, layer in enumerate(plan.hidden):
        assert (layer.values.swapaxes(1, 2) == activity.activations[at]).all()
    assert (plan.outputs.swapaxes(1, 2) == activity.activations[-1]).all()


@pytest.mark.parametrize(("loss", "half"), [(loss, False) for loss in LOSSES] + [("mse", True)])
def test_a_step_makes_no_array_of_the_size_of_the_activations_and_a_plan_is_freed_at_once(loss, half):
    layers = [Dense(20, 200, "relu"), Dense(200, 200, "prelu"), Dropout(0.5), Maxout(200, 150), Dense(150, 200, "elu")]
    layers += [Dense(200, 200, "relu", skip=True, batch_norm=True)]
    network = Network([*layers, Dense(200, 3)], replicas=2)
    gc.disable()  # a plan that is made anew in each epoch must not wait for the garbage collector
    try:
        plan = planned(network, 64, loss, half)
        with plan_arithmetic():
            plan.run()
            tracemalloc.start()
            try:
                plan.run()
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert peak < 2 * 200 * 64 * 4 / 2
        alive = weakref.ref(plan)
        del plan
        assert alive() is None
    finally:
        gc.enable()


def test_looking_at_a_network_takes_one_blas_thread(monkeypatch, threads_of_blas):
    seen = []

    def noted(original):
        def call(*arguments, **options):
            seen.append(threads_of_blas())
            return original(*arguments, **options)

        return call

    monkeypatch.setattr(passes, "bind", noted(passes.bind))
    monkeypatch.setattr(Plan, "run", noted(Plan.run))
    monkeypatch.setattr(Plan, "__init__", noted(Plan.__init__))
    network, X, y = Network.mlp([2, 3, 2]), np.zeros((4, 2)), np.zeros(4, int)
    with threadpool_limits(2, "blas"):
        for look in (
            lambda: measure(network, X, y),
            lambda: network.predict(X),
            lambda: network.forward(X),
            lambda: network.loss_and_gradient(X, y),
        ):
            seen.clear()
            look()
            assert seen and all(threads == {1} for threads in seen)
            assert threads_of_blas() == {2}
