"""How this core's time grows with replicas and with samples: a straight line through the times, and a power of them."""

import statistics
import time
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peer_core import trained
from benchmarks.peer_problem import Problem, batches
from benchmarks.peer_works import initial_network, samples

REPLICAS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SAMPLES = (512, 1024, 2048, 4096, 8000)
SIZES, BATCH_SIZE = (2, 16, 16, 2), 64


class Fit(NamedTuple):
    """t ≈ slope · n + intercept with its R², and t ∝ n^exponent."""

    slope: float
    intercept: float
    r_squared: float
    exponent: float


def fit(counts: list[float], seconds: list[float]) -> Fit:
    """Least squares, of t against n and of log t against log n."""
    n, t = np.asarray(counts, float), np.asarray(seconds, float)
    slope, intercept = np.polyfit(n, t, 1)
    residual = t - (slope * n + intercept)
    exponent = np.polyfit(np.log(n), np.log(t), 1)[0]
    return Fit(slope, intercept, 1 - float(residual @ residual) / float(np.var(t) * len(t)), exponent)


def _problem(replicas: int, n_samples: int, epochs: int) -> Problem:
    X, y = samples("two moons")
    order = batches(n_samples - n_samples % BATCH_SIZE, BATCH_SIZE, epochs)
    return Problem(SIZES, replicas, BATCH_SIZE, epochs, X[:n_samples], y[:n_samples], order, [], [])


def _times(problems: list[Problem], rounds: int) -> list[float]:
    """Median CPU seconds of one epoch of each problem, one thread, all in turns."""
    seconds: list[list[float]] = [[] for _ in problems]
    for round_ in range(rounds + 1):
        for problem, own in zip(problems, seconds, strict=True):
            network = initial_network(problem.sizes, problem.replicas)
            started = time.process_time()
            trained(network, problem, 1)
            if round_:  # The first run fills the caches.
                own.append((time.process_time() - started) / problem.epochs)
    return [statistics.median(own) for own in seconds]


def _series(name: str, counts: tuple[int, ...], problems: list[Problem], rounds: int) -> dict[str, Any]:
    seconds = _times(problems, rounds)
    found = fit(list(counts), seconds)
    print(f"{name}: " + ", ".join(f"{n}: {t * 1e3:.2f} ms" for n, t in zip(counts, seconds, strict=True)))
    print(
        f"    {found.slope * 1e6:.3f} µs · n + {found.intercept * 1e3:.3f} ms, R² = {found.r_squared:.5f}; "
        f"time ∝ n^{found.exponent:.3f}",
        flush=True,
    )
    return {"counts": counts, "seconds": seconds, **found._asdict()}


def scaling(threads: int, rounds: int) -> dict[str, Any]:
    """Print both series with their fits: one epoch of 2-16-16-2, batch 64."""
    print(f"\ngrowth: seconds of an epoch of {'-'.join(map(str, SIZES))}, batch {BATCH_SIZE}")
    by_replicas = [_problem(count, 4096, 2) for count in REPLICAS]
    by_samples = [_problem(16, count, 4) for count in SAMPLES]
    return {
        "replicas": _series("replicas (4096 samples)", REPLICAS, by_replicas, rounds),
        "samples": _series("samples (16 replicas)", SAMPLES, by_samples, rounds),
    }
