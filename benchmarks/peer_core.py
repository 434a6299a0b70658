"""This core, timed through the public `train`: its checks of the input, one-hot labels and history included."""

from benchmarks.peer_problem import LEARNING_RATE, SEED, SGD_RATE, Fresh, Outcome, Problem, Run
from benchmarks.peer_works import initial_network
from course_lib.networks import SGD, Adam, Network, train


def trained(network: Network, problem: Problem, threads: int) -> Outcome:
    """Train `network` in place."""
    history = train(
        network,
        problem.X,
        problem.y,
        optimizer=Adam(LEARNING_RATE) if problem.pieces == 1 else SGD(SGD_RATE),
        loss="cross_entropy",
        batch_size=problem.batch_size,
        epochs=problem.epochs,
        seed=SEED,
        progress=False,
        record=(),
        threads=threads,
    )
    return Outcome(float(history.loss[:, -1].mean()))


def all_threads(problem: Problem, threads: int) -> Fresh:
    """Blocks of replicas side by side; a single network has its matrix products divided."""
    network = initial_network(problem.sizes, problem.replicas, problem.pieces)

    def fresh() -> Run:
        copy = network.copy()
        return lambda: trained(copy, problem, threads)

    return fresh


def one_thread(problem: Problem, threads: int) -> Fresh:
    """One thread only, in a process that may use more: what `all_threads` is compared with."""
    network = initial_network(problem.sizes, problem.replicas, problem.pieces)

    def fresh() -> Run:
        copy = network.copy()
        return lambda: trained(copy, problem, 1)

    return fresh
