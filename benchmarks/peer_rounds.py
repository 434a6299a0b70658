"""Time all peers in turns, in one process, and gather their rows."""

import importlib
import statistics
import time
from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.peer_problem import Fresh, Outcome, Problem, Unavailable
from benchmarks.peer_report import NOT_INSTALLED, Row, print_work
from benchmarks.peer_works import WORKS, problem

DISTURBED = 0.05


class Peer(NamedTuple):
    """Which function builds it; `kind` says which targets it counts for."""

    name: str
    function: str
    kind: str  # "core", "step", "scan" or "floor"


CORE = Peer("this core", "peer_core.all_threads", "core")
PEERS = (
    CORE,
    Peer("PyTorch eager", "peer_torch.eager", "step"),
    Peer("PyTorch compile", "peer_torch.compiled", "step"),
    Peer("JAX step, x W", "peer_jax.step_samples_first", "step"),
    Peer("JAX step, W x", "peer_jax.step_features_first", "step"),
    Peer("JAX scan, x W", "peer_jax.scan_samples_first", "scan"),
    Peer("JAX scan, W x", "peer_jax.scan_features_first", "scan"),
    Peer("scikit-learn", "peer_sklearn.classifier", "step"),
    Peer("floor: products, x W", "peer_floor.samples_first", "floor"),
    Peer("floor: products, W x", "peer_floor.features_first", "floor"),
)
ONE_THREAD = Peer("this core, 1 thread", "peer_core.one_thread", "core")


def build(peer: Peer, given: Problem, threads: int) -> Fresh:
    """Prepare a peer for a problem, or raise Unavailable."""
    module, function = peer.function.split(".")
    try:
        loaded = importlib.import_module(f"benchmarks.{module}")
    except ModuleNotFoundError as missing:
        raise Unavailable(NOT_INSTALLED) from missing
    made: Fresh = getattr(loaded, function)(given, threads)
    return made


class Timed(NamedTuple):
    """Seconds of each run by the clock and on the CPU, and what the last run found."""

    seconds: list[float]
    cpu_seconds: list[float]
    outcome: Outcome


def in_turns(contestants: Mapping[str, Fresh], rounds: int) -> dict[str, Timed]:
    """Time every contestant `rounds` times; each round lets all run once and starts with another one.

    One run before them is not counted: it compiles and fills the caches.
    """
    found = {name: Timed([], [], fresh()()) for name, fresh in contestants.items()}
    names = list(contestants)
    for round_ in range(rounds):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            run = contestants[name]()
            started, cpu_started = time.perf_counter(), time.process_time()
            outcome = run()
            seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
            timed = found[name]
            found[name] = Timed([*timed.seconds, seconds], [*timed.cpu_seconds, cpu_seconds], outcome)
    return found


def rows(peers: tuple[Peer, ...], given: Problem, threads: int, rounds: int) -> list[Row]:
    """One row for each peer: `us` per network and step, all times, the `loss`, and a `note` where there is one.

    With one thread `us` is time on the CPU: by the clock it is the same where nothing else runs, and where something
    does it stays nearly right. A peer that waited for something would gain by that; none does.
    """
    ready: dict[str, Fresh] = {}
    missing: dict[str, str] = {}
    for peer in peers:
        try:
            ready[peer.name] = build(peer, given, threads)
        except Unavailable as reason:
            missing[peer.name] = str(reason)
    timed = in_turns(ready, rounds)
    made = []
    for peer in peers:
        row: Row = {"name": peer.name, "kind": peer.kind, "us": None, "loss": None, "note": ""}
        if peer.name in missing:
            row["note"] = missing[peer.name]
        else:
            seconds, cpu_seconds, outcome = timed[peer.name]
            row |= {"seconds": seconds, "cpu_seconds": cpu_seconds, **outcome._asdict()}
            median = statistics.median(cpu_seconds if threads == 1 else seconds)
            row["us"] = median / len(given.order) / given.replicas * 1e6
        made.append(row)
    return made


def share_elsewhere(made: list[Row]) -> float:
    """Share of the time by the clock in which this process was not on the CPU."""
    clock, cpu = (sum(sum(row.get(key, ())) for row in made) for key in ("seconds", "cpu_seconds"))
    return 1 - cpu / clock


def works(threads: int, rounds: int, only: list[str]) -> dict[str, list[Row]]:
    """Print a table for each work and return the rows."""
    peers = PEERS if threads == 1 else (CORE, ONE_THREAD, *PEERS[1:])
    found = {}
    for work in WORKS:
        if only and work.name not in only:
            continue
        found[work.name] = rows(peers, problem(work), threads, rounds)
        print_work(work.description, found[work.name])
        # With one thread a run that is left alone is on the CPU all the time.
        elsewhere = share_elsewhere(found[work.name]) if threads == 1 else 0.0
        if elsewhere > DISTURBED:
            print(f"disturbed: other processes had the CPU for {elsewhere:.0%} of the time", flush=True)
    return found
