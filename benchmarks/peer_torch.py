"""PyTorch, eager and compiled.

The fastest of the forms that were tried, with the data prepared before timing and the loss read once at the end:

- One network: `linear`, samples first. Replicas: `baddbmm`, features first, which was 1.1 to 1.4 times as fast as
  samples first, or as one large product for the first layer.
- Eager: `autograd.grad` and the fused kernel of Adam, called directly. `torch.optim.Adam(fused=True)` calls the
  same kernel, and its bookkeeping takes a third of the time of the small networks; `foreach=True` is slower still.
- Compiled: loss, gradient (`torch.func`) and Adam in one graph, started from C++ (`cpp_wrapper`). The forward pass
  compiled alone is no faster for large networks, and much slower for small ones, whose time stays in Python.
"""

import math
from typing import Any

import torch
from torch.nn import functional

from benchmarks.peer_problem import (
    BETA1,
    BETA2,
    EPSILON,
    LEARNING_RATE,
    SGD_RATE,
    Fresh,
    Outcome,
    Problem,
    Run,
    Unavailable,
)

Tensor = Any
ADAM = {
    "lr": LEARNING_RATE,
    "beta1": BETA1,
    "beta2": BETA2,
    "eps": EPSILON,
    "weight_decay": 0.0,
    "amsgrad": False,
    "maximize": False,
}


def _parameters(problem: Problem) -> list[Tensor]:
    """W and b of each layer, one after another."""
    made = []
    for W, b in zip(problem.W, problem.b, strict=True):
        made += [W[0], b[0]] if problem.replicas == 1 else [W, b[:, :, None]]
    return [torch.tensor(values) for values in made]


def _loss(parameters: list[Tensor], x: Tensor, y: Tensor, replicas: int, pieces: int) -> Tensor:
    """The sum of all replicas' mean losses, so that each gets the gradient of its own."""
    layers = list(zip(parameters[::2], parameters[1::2], strict=True))
    a = x if replicas == 1 else x.T.expand(replicas, -1, -1)
    for layer, (W, b) in enumerate(layers):
        a = functional.linear(a, W, b) if replicas == 1 else torch.baddbmm(b, W, a)
        if layer < len(layers) - 1:
            a = functional.relu(a) if pieces == 1 else a.unflatten(1, (pieces, -1)).amax(1)
    labels = y if replicas == 1 else y.expand(replicas, -1)
    return functional.cross_entropy(a, labels, reduction="sum") / len(y)


def _outcome(problem: Problem, losses: list[Tensor]) -> Outcome:
    return Outcome(float(torch.stack(losses[-problem.steps :]).mean()) / problem.replicas)


def eager(problem: Problem, threads: int) -> Fresh:
    """Operation after operation, as PyTorch runs by default."""
    torch.set_num_threads(threads)
    X, y, order = torch.tensor(problem.X), torch.tensor(problem.y), torch.tensor(problem.order).unbind(0)
    form = problem.replicas, problem.pieces

    def fresh() -> Run:
        parameters = [values.requires_grad_() for values in _parameters(problem)]
        m, v = ([torch.zeros_like(values) for values in parameters] for _ in range(2))
        t = [torch.zeros(()) for _ in parameters]

        def run() -> Outcome:
            losses = []
            for batch in order:
                loss = _loss(parameters, X.index_select(0, batch), y.index_select(0, batch), *form)
                gradient = torch.autograd.grad(loss, parameters)
                with torch.no_grad():
                    if problem.pieces > 1:
                        torch._foreach_add_(parameters, gradient, alpha=-SGD_RATE)
                    else:
                        torch._foreach_add_(t, 1)
                        torch._fused_adam_(parameters, gradient, m, v, [], t, **ADAM)
                losses.append(loss.detach())
            return _outcome(problem, losses)

        return run

    return fresh


def compiled(problem: Problem, threads: int) -> Fresh:
    """The whole step through `torch.compile`, which needs a C++ compiler."""
    torch.set_num_threads(threads)
    torch._dynamo.reset()  # Else the sizes of the work before count as one more variant of the same function.
    X, y, order = torch.tensor(problem.X), torch.tensor(problem.y), torch.tensor(problem.order).unbind(0)

    def step(parameters: list[Tensor], m: list[Tensor], v: list[Tensor], t: Tensor, batch: Tensor) -> Tensor:
        x, labels = X[batch], y[batch]
        gradient, loss = torch.func.grad_and_value(lambda p: _loss(p, x, labels, problem.replicas, problem.pieces))(
            parameters
        )
        if problem.pieces > 1:
            for own, slope in zip(parameters, gradient, strict=True):
                own.sub_(SGD_RATE * slope)
            return loss
        t.add_(1)
        # 1 − β^t: the power itself is near 1, and in float32 the difference would keep four digits at first.
        mean, root = -torch.expm1(t * math.log(BETA1)), torch.sqrt(-torch.expm1(t * math.log(BETA2)))
        for own, slope, first, second in zip(parameters, gradient, m, v, strict=True):
            first.mul_(BETA1).add_(slope, alpha=1 - BETA1)
            second.mul_(BETA2).addcmul_(slope, slope, value=1 - BETA2)
            own.sub_(LEARNING_RATE * (first / mean) / (second.sqrt() / root + EPSILON))
        return loss

    compiled_step = torch.compile(step, fullgraph=True, dynamic=False, options={"cpp_wrapper": True})

    def fresh() -> Run:
        parameters = _parameters(problem)
        m, v = ([torch.zeros_like(values) for values in parameters] for _ in range(2))
        t = torch.zeros(())

        def run() -> Outcome:
            losses = []
            with torch.no_grad():
                for batch in order:
                    losses.append(compiled_step(parameters, m, v, t, batch))
            return _outcome(problem, losses)

        return run

    try:  # The first steps compile; what can go wrong here is the compiler's, and no fault of this benchmark.
        fresh()()
    except Exception as error:
        raise Unavailable(f"did not compile: {type(error).__name__}: {error}".splitlines()[0]) from error
    return fresh
