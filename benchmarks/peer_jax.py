"""JAX, compiled: one call for each step, or one call for a whole epoch and all epochs.

Written for speed: data on the device before timing, the batch gathered inside the compiled function (as the core
gathers inside its step), the state donated so that XLA updates it in place, and one wait at the very end. Replicas are
a `vmap`; a single network goes without. Both layouts are timed, because neither is always faster: a sample in each
row (x W), as most code has it, and in each column (W x), as this core has it.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.peer_problem import BETA1, BETA2, EPSILON, LEARNING_RATE, Fresh, Outcome, Problem, Run, Unavailable

Tree = Any  # of JAX arrays


def _loss_samples_first(parameters: Tree, x: Tree, targets: Tree) -> Tree:
    a = x
    for layer, (W, b) in enumerate(parameters):
        a = a @ W + b
        if layer < len(parameters) - 1:
            a = jax.nn.relu(a)
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(a) * targets, -1))


def _loss_features_first(parameters: Tree, x: Tree, targets: Tree) -> Tree:
    a = x.T
    for layer, (W, b) in enumerate(parameters):
        a = W @ a + b[:, None]
        if layer < len(parameters) - 1:
            a = jax.nn.relu(a)
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(a, 0) * targets.T, 0))


def _update(loss: Callable[..., Tree], parameters: Tree, m: Tree, v: Tree, t: Tree, x: Tree, targets: Tree) -> Tree:
    """One step of Adam; `t` counts the steps before it."""
    value, gradient = jax.value_and_grad(loss)(parameters, x, targets)
    m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, gradient)
    # 1 − β^(t + 1): the power itself is near 1, and in float32 the difference would keep four digits at first.
    mean, root = -jnp.expm1((t + 1) * math.log(BETA1)), jnp.sqrt(-jnp.expm1((t + 1) * math.log(BETA2)))
    parameters = jax.tree.map(
        lambda p, m, v: p - LEARNING_RATE * (m / mean) / (jnp.sqrt(v) / root + EPSILON), parameters, m, v
    )
    return parameters, m, v, value


def _build(problem: Problem, threads: int, whole: bool, features_first: bool) -> Fresh:
    if problem.pieces > 1:
        raise Unavailable("maxout is not written")
    # On one CPU a second thread that runs what the first one calls only takes turns with it.
    jax.config.update("jax_cpu_enable_async_dispatch", threads > 1)
    alone = problem.replicas == 1
    W = problem.W if features_first else [values.swapaxes(1, 2) for values in problem.W]
    start = [(w[0], b[0]) if alone else (w, b) for w, b in zip(W, problem.b, strict=True)]
    X, targets = jnp.asarray(problem.X), jnp.asarray(problem.one_hot)
    order = jnp.asarray(problem.order, jnp.int32)
    update = partial(_update, _loss_features_first if features_first else _loss_samples_first)
    if not alone:
        update = jax.vmap(update, (0, 0, 0, None, None, None))

    # XLA would take the data for constants of the program if they were not arguments.
    def step(state: Tree, X: Tree, targets: Tree, order: Tree) -> tuple[Tree, Tree]:
        parameters, m, v, t = state
        batch = order[t]
        parameters, m, v, loss = update(parameters, m, v, t, X[batch], targets[batch])
        return (parameters, m, v, t + 1), loss

    def scan(state: Tree, X: Tree, targets: Tree, order: Tree) -> tuple[Tree, Tree]:
        return jax.lax.scan(lambda state, _: step(state, X, targets, order), state, length=len(problem.order))

    compiled = jax.jit(scan if whole else step, donate_argnums=0)

    def fresh() -> Run:
        parameters = jax.tree.map(jnp.array, start)
        m, v = (jax.tree.map(jnp.zeros_like, parameters) for _ in range(2))
        initial = jax.block_until_ready((parameters, m, v, jnp.zeros((), jnp.int32)))

        def run(state: Tree = initial) -> Outcome:
            if whole:
                state, losses = compiled(state, X, targets, order)
            else:
                losses = []
                for _ in range(len(problem.order)):
                    state, loss = compiled(state, X, targets, order)
                    losses.append(loss)
            jax.block_until_ready((state, losses))
            last = losses[-problem.steps :]
            return Outcome(float(np.mean(jax.device_get(last))))

        return run

    return fresh


step_samples_first = partial(_build, whole=False, features_first=False)
step_features_first = partial(_build, whole=False, features_first=True)
scan_samples_first = partial(_build, whole=True, features_first=False)
scan_features_first = partial(_build, whole=True, features_first=True)
