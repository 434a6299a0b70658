"""The floor: the matrix products of a training step alone, through NumPy. No core on NumPy can be faster.

Two layouts, each with the products that training in it needs: forward through every layer, then the gradient of every
weight matrix, and the gradient of every layer's input but the first. Which one is faster depends on the sizes.
"""

from functools import partial

import numpy as np

from benchmarks.peer_problem import Array, Fresh, Outcome, Problem, Run


def _filled(*shape: int) -> Array:
    # Not zeros: memory that was never written to is not really there, and reading it costs nothing.
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def samples_first(problem: Problem, threads: int) -> Fresh:
    """Z = A W with a sample in each row, as textbooks write it; no biases."""
    R, B = problem.replicas, problem.batch_size
    W = [_filled(R, n_in, rows) for n_in, rows in zip(problem.sizes, problem.rows, strict=False)]
    A = [_filled(B, problem.sizes[0]), *(_filled(R, B, size) for size in problem.sizes[1:])]
    Z, delta = ([_filled(R, B, rows) for rows in problem.rows] for _ in range(2))
    upstream = [_filled(R, B, size) for size in problem.sizes]
    dW = [np.empty_like(matrix) for matrix in W]
    products = [partial(np.matmul, A[i], W[i], Z[i]) for i in range(len(W))]
    for i in reversed(range(len(W))):
        products.append(partial(np.matmul, A[i].swapaxes(-1, -2), delta[i], dW[i]))
        if i > 0:
            products.append(partial(np.matmul, delta[i], W[i].swapaxes(1, 2), upstream[i]))
    return _repeated(products, problem)


def features_first(problem: Problem, threads: int) -> Fresh:
    """Z = W A with a sample in each column and a row of ones for the biases, as the core keeps them."""
    R, B = problem.replicas, problem.batch_size
    W = [_filled(R, rows, n_in + 1) for n_in, rows in zip(problem.sizes, problem.rows, strict=False)]
    A = [_filled(B, problem.sizes[0] + 1).T, *(_filled(R, size + 1, B) for size in problem.sizes[1:])]
    Z, delta = ([_filled(R, rows, B) for rows in problem.rows] for _ in range(2))
    if problem.pieces == 1:  # as the core does it: the values go where the next layer reads them
        Z = [values[:, :-1] for values in A[1:]]
    upstream = [_filled(R, size, B) for size in problem.sizes]
    dW = [np.empty_like(matrix) for matrix in W]
    products = [partial(np.matmul, W[i], A[i], Z[i]) for i in range(len(W))]
    for i in reversed(range(len(W))):
        products.append(partial(np.matmul, delta[i], A[i].swapaxes(-1, -2), dW[i]))
        if i > 0:
            products.append(partial(np.matmul, W[i][:, :, :-1].swapaxes(1, 2), delta[i], upstream[i]))
    return _repeated(products, problem)


def _repeated(products: list[partial[Array]], problem: Problem) -> Fresh:
    steps = len(problem.order)

    def run() -> Outcome:
        for _ in range(steps):
            for product in products:
                product()
        return Outcome(None)

    def fresh() -> Run:
        return run

    return fresh
