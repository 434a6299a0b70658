"""What `run_grid` costs beside the work of its cells, and from measured times what many workers would take.

Run with `python -m benchmarks.grid`, in a quarter of an hour. Targets: two processes at least 1.8 × as fast as one; at
most 10 ms for each cell beside its work, and 20 MB for 10,000 cells; a simulation that is at most 10 % wrong.

The simulation knows how long the cells of a real experiment take, and what a cell costs that does nothing. Real runs
judge it: their cells sleep, so that this machine can run more of them than it has processors. What it says of many
workers holds while those costs stay. Processes keep their results themselves, and the parent hands out cells; on a
Dask cluster the parent keeps them, on the disk where `run_grid` does.
"""

import heapq
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from itertools import cycle, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor

from benchmarks.peer_targets import Verdict, at_least, at_most
from course_lib.grid import Cell, Result, Task, results_folder, run_grid
from course_lib.topics.zeros.sweep import BLOCKS_IN_A_ROUND, Setting, block, hunt_in, settings

SPEED_UP, OVERHEAD, MEMORY, ERROR = 1.8, 10.0, 20.0, 0.1  # ratio, ms, MB, share
ROUNDS = 5
EMPTY_CELLS, MEMORY_CELLS, SIMULATED_CELLS = 1_000, 10_000, 10_000
WORKERS, REAL_WORKERS = (1, 2, 4, 64, 1_000), (1, 2, 4)
SLEEPS = ((0.05, 168), (0.004, 1_008))  # seconds in the mean, cells; with the second the parent is the limit
Where = Callable[[int], AbstractContextManager[object]]


class Costs(NamedTuple):
    """Seconds for each cell beside its work; `alone` where the parent is the only worker, None where it never is."""

    parent: float  # until it can serve the next one
    worker: float  # until it can begin the next one
    alone: float | None


class Losses(NamedTuple):
    """Seconds of a makespan: Σt/W, and what comes on top."""

    workers: float
    too_few_cells: float
    tail: float
    parent: float

    @property
    def limit(self) -> str:
        """`workers` while they work for 90 % of the time, else the largest loss."""
        if self.workers >= 0.9 * sum(self):
            return "workers"
        return max(self._fields[1:], key=lambda name: float(getattr(self, name))).replace("_", " ")


def makespan(seconds: Sequence[float], workers: int, parent: float = 0.0, ahead: int = 0) -> float:
    """The time at which the last of N cells is stored: ⌈N/W⌉·t for equal cells and a parent that needs no time.

    Cells begin in their order, each with the first worker that is free; `seconds` says how long they take. The parent
    hands out W + `ahead` of them at once, then one for each that has come back and that it has served, one after
    another, `parent` seconds each. So it never ends before max(Σt/W, N·parent, max t).

    >>> makespan([3.0] * 10, workers=4)
    9.0
    >>> makespan([3.0] * 10, workers=10, parent=1.0)
    13.0
    >>> makespan([1.0, 1.0, 4.0], workers=2), makespan([4.0, 1.0, 1.0], workers=2)
    (5.0, 4.0)
    """
    events: list[tuple[float, bool]] = []  # when; True: a cell has come back, False: the parent has served one
    begun, handed_out, idle, now, served = 0, workers + ahead, workers, 0.0, 0.0
    while begun < len(seconds) or events:
        while idle and begun < min(handed_out, len(seconds)):
            heapq.heappush(events, (now + seconds[begun], True))
            begun, idle = begun + 1, idle - 1
        now, back = heapq.heappop(events)
        if back:
            idle += 1
            served = max(served, now) + parent
            heapq.heappush(events, (served, False))
        else:
            handed_out += 1
    return served


def losses(seconds: Sequence[float], workers: int, costs: Costs) -> Losses:
    """Σt/W, and what the longest cells add in the best order (longest first), this order, and the parent, in turn.

    >>> losses([1.0, 1.0, 4.0], 2, Costs(0.5, 0.0, None))
    Losses(workers=3.0, too_few_cells=1.0, tail=1.0, parent=0.5)
    """
    if workers == 1 and costs.alone is not None:
        return Losses(sum(seconds), 0.0, 0.0, len(seconds) * costs.alone)
    whole = [t + costs.worker for t in seconds]
    shared = sum(whole) / workers
    best_order, this_order = makespan(sorted(whole, reverse=True), workers), makespan(whole, workers)
    # joblib hands out two cells for each worker; Dask all of them, which changes nothing while workers have the next.
    served = makespan(whole, workers, costs.parent, ahead=workers)
    return Losses(shared, best_order - shared, this_order - best_order, served - this_order)


def first_limit(seconds: Sequence[float], costs: Costs) -> tuple[int, str]:
    """The first of 2, 4, 8, … workers that are not the limit themselves, and what is.

    >>> first_limit([1.0] * 100, Costs(0.1, 0.0, None))
    (16, 'parent')
    """
    workers = 2
    while (limit := losses(seconds, workers, costs).limit) == "workers":
        workers *= 2
    return workers, limit


def nothing(cell: Cell) -> Result:
    return {}


def sleep(cell: Cell) -> Result:
    begun = time.perf_counter()
    time.sleep(cell["seconds"])
    return {"begun": begun, "process": os.getpid()}


def look_at_parent(cell: Cell) -> Result:
    """The resident memory in MB, and the number of open files, of the process that started this one."""
    parent = Path("/proc") / str(os.getppid())
    pages = int((parent / "statm").read_text(encoding="utf-8").split()[1])
    return {"MB": pages * os.sysconf("SC_PAGE_SIZE") / 1e6, "files": len(list((parent / "fd").iterdir()))}


def timed_hunt(cell: Cell) -> Result:
    started = time.perf_counter()
    hunt_in(cell)
    return {"seconds": time.perf_counter() - started}


def in_new_folder(task: Task, cells: Sequence[Cell]) -> tuple[list[Result], float]:
    """`run_grid` on the disk where results are kept, and its wall-clock seconds; nothing of it stays."""
    root = results_folder("grid-benchmark")
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=root) as folder:
        started = time.perf_counter()
        return run_grid(task, cells, Path(folder)), time.perf_counter() - started


def processes(number: int) -> AbstractContextManager[object]:
    return parallel_config("loky", n_jobs=number)


@contextmanager
def dask_workers(number: int) -> Iterator[None]:
    """A Dask scheduler and so many workers on this machine, each a process of its own."""
    from distributed import Client
    from distributed.deploy.subprocess import SubprocessCluster

    with (
        SubprocessCluster(n_workers=number, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        parallel_config("dask", client=client),
    ):
        client.wait_for_workers(number)
        yield


def empty_cells(number: int) -> list[Cell]:
    return [{"number": i} for i in range(number)]


def scaling() -> Verdict:
    """Two processes against one, in turns."""
    cells = [{**Setting("float32", 256, 3)._asdict(), "seeds": [13 * i, 13 * (i + 1)]} for i in range(16)]
    times = []
    for _ in range(ROUNDS):
        get_reusable_executor().shutdown(wait=True)
        with processes(2):
            starting, two = (in_new_folder(hunt_in, cells)[1] for _ in range(2))
        with processes(1):
            times.append((in_new_folder(hunt_in, cells)[1], two, starting))
    one, two, starting = (statistics.median(column) for column in zip(*times, strict=True))
    warm, cold = (statistics.median(time[0] / time[k] for time in times) for k in (1, 2))
    print(f"one process {one:.2f} s, two {two:.2f} s; two that have to start {starting:.2f} s, {cold:.3f} × as fast")
    return at_least("one process / two", warm, SPEED_UP)


def memory() -> list[Verdict]:
    """The memory of the parent before and while it runs many cells, as its workers see it."""
    if not Path("/proc/self/statm").exists():  # Linux only.
        return []
    with processes(2):
        seen = in_new_folder(look_at_parent, empty_cells(50))[0][-1:]
        seen += in_new_folder(look_at_parent, empty_cells(MEMORY_CELLS))[0]
    for n in (0, MEMORY_CELLS // 10, MEMORY_CELLS):
        print(f"after {n:>6} cells: {seen[n]['MB']:.1f} MB, {seen[n]['files']} open files")
    growth = max(look["MB"] for look in seen) - seen[0]["MB"]
    return [at_most(f"MB for {MEMORY_CELLS} cells, {growth / MEMORY_CELLS * 1e3:.2f} kB each", growth, MEMORY)]


def queue() -> float:
    """Seconds for each call of nothing by two processes: what the parent does for a cell that its workers keep."""
    with processes(2):
        started = time.perf_counter()
        list(Parallel(return_as="generator_unordered", batch_size=1)(delayed(abs)(0) for _ in range(EMPTY_CELLS)))
        seconds = (time.perf_counter() - started) / EMPTY_CELLS
    with processes(1), patch("os.fsync"):
        unsynced = in_new_folder(nothing, empty_cells(EMPTY_CELLS))[1] / EMPTY_CELLS
    print(f"nothing: the queue takes {seconds * 1e3:.2f} ms a cell; one process without fsync {unsynced * 1e3:.2f} ms")
    return seconds


def measured_cells() -> list[float]:
    """Seconds of the cells of `course_lib.topics.zeros.sweep`, in its order; one block of each setting is measured."""
    with processes(1):
        found, _ = in_new_folder(timed_hunt, [block(setting, 0) for setting in settings()])
    blocks = zip(found, settings(), strict=True)
    of_round = [result["seconds"] for result, setting in blocks for _ in range(BLOCKS_IN_A_ROUND[setting.dtype])]
    return list(islice(cycle(of_round), SIMULATED_CELLS))


def scaled(seconds: Sequence[float], mean: float) -> list[Cell]:
    return [{"number": i, "seconds": t * mean / statistics.mean(seconds)} for i, t in enumerate(seconds)]


def between_cells() -> float:
    """Mean seconds on a worker from the end of one cell to the start of the next one."""
    found, _ = in_new_folder(sleep, scaled([1.0] * 200, 0.02))
    begun = [sorted(r["begun"] for r in found if r["process"] == p) for p in {r["process"] for r in found}]
    return statistics.mean(later - earlier - 0.02 for times in begun for earlier, later in pairwise(times))


def compared(
    name: str, where: Where, grids: Sequence[Sequence[Cell]], parent: float | None
) -> tuple[Costs, list[Verdict]]:
    """What cells cost there, and real makespans beside simulated ones.

    `parent` is what a cell costs the parent; None where it is what a cell of nothing takes with as many workers.
    """
    runs = [(nothing, empty_cells(EMPTY_CELLS)), *((sleep, cells) for cells in grids)]
    measured, worker = {}, 0.0
    for workers in REAL_WORKERS:
        with where(workers):
            in_new_folder(sleep, scaled([1.0] * 20 * workers, 0.1))  # until all have started
            # In turns, so that a slow moment of the disk meets all.
            times = [[in_new_folder(*run)[1] for run in runs] for _ in range(ROUNDS)]
            measured[workers] = [statistics.median(column) for column in zip(*times, strict=True)]
            worker = between_cells() if workers == 2 else worker
    empty = {workers: found[0] / EMPTY_CELLS for workers, found in measured.items()}
    costs = Costs(empty[2] if parent is None else parent, worker, empty[1] if where is processes else None)
    each = ", ".join(f"{workers}: {cost * 1e3:.2f} ms" for workers, cost in empty.items())
    print(f"\n{name}, an empty cell, by workers: {each}; between two cells on a worker {worker * 1e3:.2f} ms")
    print(f"{'cells':>8}{'mean':>10}{'workers':>9}{'measured':>12}{'simulated':>12}{'error':>8}  limit")
    errors = []
    for place, cells in enumerate(grids, 1):
        seconds = [cell["seconds"] for cell in cells]
        for workers, found in measured.items():
            # Workers share the processors of the parent that keeps their results, and make it slower.
            own = costs if parent is not None else costs._replace(parent=empty[workers])
            parts = losses(seconds, workers, own)
            errors.append(sum(parts) / found[place] - 1)
            row = f"{len(seconds):>8}{statistics.mean(seconds) * 1e3:>7.0f} ms{workers:>9}{found[place]:>10.2f} s"
            print(f"{row}{sum(parts):>10.2f} s{errors[-1]:>8.1%}  {parts.limit}")
    return costs, [
        at_most(f"{name}, ms for each cell beside its work", empty[2] * 1e3, OVERHEAD),
        at_most(f"{name}, largest error of the simulation", max(map(abs, errors)), ERROR),
    ]


def simulate(name: str, seconds: Sequence[float], costs: Costs) -> None:
    """Print what many workers would take, and what they would wait for."""
    print(f"\n{name}, {len(seconds)} cells of {statistics.mean(seconds):.2f} s, the longest {max(seconds):.1f} s")
    print(f"{'workers':>8}{'makespan':>12}{'speed-up':>10}{'efficiency':>12}  limit")
    one = sum(losses(seconds, 1, costs))
    for workers in WORKERS:
        parts = losses(seconds, workers, costs)
        speed_up = one / sum(parts)
        print(f"{workers:>8}{sum(parts):>10.0f} s{speed_up:>10.1f}{speed_up / workers:>12.0%}  {parts.limit}")
    (workers, limit), fed = first_limit(seconds, costs), statistics.mean(seconds) / costs.parent
    print(f"first to keep 2, 4, 8, … workers waiting: {limit}, with {workers}; the parent can feed {fed:.0f}")


def main() -> int:
    """Print what was measured and simulated, and each target; 1 when one is missed."""
    verdicts = [scaling(), *memory()]
    in_queue = queue()
    seconds = measured_cells()
    grids = [scaled(seconds[:number], mean) for mean, number in SLEEPS]
    ways: dict[str, Where] = {"processes": processes}
    if find_spec("distributed") is not None:
        ways["Dask"] = dask_workers
    for name, where in ways.items():
        costs, judged = compared(name, where, grids, in_queue if name == "processes" else None)
        verdicts += judged
        simulate(name, seconds, costs)
    print("", *(verdict.line for verdict in verdicts), sep="\n")
    return 0 if all(verdict.met for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
