"""scikit-learn's `MLPClassifier`: one network, on the NumPy and the BLAS that it brings along or shares."""

from copy import deepcopy

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.peer_problem import BETA1, BETA2, EPSILON, LEARNING_RATE, Fresh, Outcome, Problem, Run, Unavailable

# Two classes have one logistic output: another network. With more the network is ours, but Adam's ε is added before the
# bias correction of v, which makes it up to 30 times as large at first: some small gradients move a weight less.
ONE_OUTPUT = ("one logistic output for two classes", None)
OTHER_EPSILON = ("ε before Adam's bias correction", 5e-3)


def classifier(problem: Problem, threads: int) -> Fresh:
    """One epoch is one `partial_fit` of the samples in the order of that epoch, which it cuts into batches itself."""
    if problem.replicas > 1:
        raise Unavailable("trains one network at a time")
    if problem.pieces > 1:
        raise Unavailable("has no maxout")
    model = MLPClassifier(
        problem.sizes[1:-1],
        activation="relu",
        solver="adam",
        alpha=0.0,  # no weight decay
        batch_size=problem.batch_size,
        learning_rate_init=LEARNING_RATE,
        beta_1=BETA1,
        beta_2=BETA2,
        epsilon=EPSILON,
        shuffle=False,  # the order comes from the benchmark
    )
    # Its weights exist only after a first call; the state of Adam that this call left behind goes again.
    few = slice(problem.batch_size)
    model.partial_fit(problem.X[few], problem.y[few], classes=np.arange(problem.sizes[-1]))
    del model._optimizer
    W, b = ([values[0].T for values in parameters] for parameters in (problem.W, problem.b))
    if problem.sizes[-1] == 2:  # It has one output where we have two: their difference gives the same probabilities.
        W[-1], b[-1] = W[-1][:, 1:] - W[-1][:, :1], b[-1][1:] - b[-1][:1]
    model.coefs_ = [np.ascontiguousarray(values) for values in W]
    model.intercepts_ = [np.array(values) for values in b]
    epochs = problem.order.reshape(problem.epochs, -1)

    def fresh() -> Run:
        copy = deepcopy(model)

        def run() -> Outcome:
            for order in epochs:
                copy.partial_fit(problem.X[order], problem.y[order])
            return Outcome(float(copy.loss_), *(ONE_OUTPUT if problem.sizes[-1] == 2 else OTHER_EPSILON))

        return run

    return fresh
