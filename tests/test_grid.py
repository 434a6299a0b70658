"""Cells of a grid are computed once, kept at once, and computed again only where they are missing or not whole."""

import argparse
import errno
import inspect
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import joblib
import pytest

from course_lib import grid
from course_lib.grid import add_worker_options, run_grid, workers

TASK = """
import argparse, json, time
from pathlib import Path
from course_lib.data import digits
from course_lib.grid import add_worker_options, run_grid, workers
from course_lib.networks import Network, train

def task(cell):
    time.sleep(cell["seconds"])
    with open(cell["log"], "a", encoding="utf-8") as log:
        log.write(f"{cell['x']}\\n")
    data, network = digits(), Network.mlp([64, 8, 10], seed=cell["x"])
    history = train(network, data.X, data.y, epochs=1, record=(), progress=False)
    return {"square": cell["x"] ** 2, "loss": history.loss.tolist()}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=0)
    add_worker_options(parser)
    options = parser.parse_args()
    cells = [{"x": x, "seconds": options.seconds, "log": str(options.folder / "log")} for x in range(8)]
    with workers(options):
        print(json.dumps(run_grid(task, cells, options.folder / "results")))
"""


class Experiment:
    """A program that runs eight cells, and the log of the cells that it computed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.results = folder, folder / "log", folder / "results"
        (folder / "experiment.py").write_text(TASK, encoding="utf-8")

    def start(self, *options: str) -> subprocess.Popen[str]:
        where = options or ("--processes", "1")
        return started(sys.executable, str(self.folder / "experiment.py"), str(self.folder), *where)

    def finish(self, *options: str) -> list[dict[str, float]]:
        output, errors = (process := self.start(*options)).communicate(timeout=120)
        assert process.returncode == 0, errors
        return json.loads(output.splitlines()[-1])

    def computed(self) -> list[int]:
        return [int(line) for line in self.log.read_text(encoding="utf-8").split()] if self.log.exists() else []

    def wait_for_cells(self, number: int) -> None:
        wait_until(lambda: len(self.computed()) >= number)


def started(*command: str, **variables: str) -> subprocess.Popen[str]:
    pipe, environment = subprocess.PIPE, os.environ | variables
    return subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", start_new_session=True, env=environment
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    return Experiment(tmp_path)


def test_each_cell_is_computed_once_and_its_result_is_the_same_to_the_last_bit(experiment):
    first = experiment.finish()
    assert [result["square"] for result in first] == [x**2 for x in range(8)]
    assert len({str(result["loss"]) for result in first}) == 8
    assert sorted(experiment.computed()) == list(range(8))
    assert experiment.finish() == first
    assert len(experiment.computed()) == 8


def test_one_process_and_three_give_the_same_to_the_last_bit(tmp_path):
    results = []
    for processes in ("1", "3"):
        (folder := tmp_path / processes).mkdir()
        results.append(Experiment(folder).finish("--processes", processes))
    assert results[0] == results[1]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_after_an_interruption_only_what_is_missing_is_computed(experiment, how):
    slowly = ("--seconds", "0.5", "--processes", "2")
    process = experiment.start(*slowly)
    experiment.wait_for_cells(5)
    # Interrupted, it ends its processes itself; a machine that stops takes them all at once.
    process.send_signal(how) if how == signal.SIGINT else os.killpg(process.pid, how)
    assert process.wait(timeout=60) != 0
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    begun = len(experiment.computed())
    assert 5 <= begun < 8
    kept = len(list(experiment.results.glob("*.json")))
    assert kept >= begun - 3  # what was in flight, and one that had just been logged
    assert [result["square"] for result in experiment.finish(*slowly)] == [x**2 for x in range(8)]
    assert len(experiment.computed()) == begun + 8 - kept


@pytest.mark.parametrize("content", ["", '{"cell": {"x"', '{"cell": {"x": 0}}', '{"cell": 7, "result": {}}', "[]"])
def test_a_file_that_is_not_whole_is_put_aside(experiment, content):
    first = experiment.finish()
    broken = sorted(experiment.results.glob("*.json"))[0]
    broken.write_text(content, encoding="utf-8")
    output, _ = experiment.start().communicate(timeout=120)
    assert f"{broken.name} is not whole; it is kept as {broken.stem}.not-whole-0 and computed anew" in output
    assert json.loads(output.splitlines()[-1]) == first
    assert (experiment.results / f"{broken.stem}.not-whole-0").read_text(encoding="utf-8") == content
    assert len(experiment.computed()) == 9


def test_a_changed_program_is_run_anew(experiment):
    experiment.finish()
    program = experiment.folder / "experiment.py"
    program.write_text(TASK.replace("** 2", "** 3"), encoding="utf-8")
    assert [result["square"] for result in experiment.finish()] == [x**3 for x in range(8)]


CALLS: list[int] = []


def double(cell):
    CALLS.append(cell["x"])
    return {"double": 2 * cell["x"]}


@pytest.fixture
def here():
    """Cells run in this process."""
    CALLS.clear()
    with joblib.parallel_config(n_jobs=1):
        yield


@pytest.mark.parametrize(
    ("old", "new", "anew"),
    [
        ("import math", "import math  # more", False),
        ('"""', '"""More. ', False),
        ("\nimport ", "\nmore = 1\nimport ", True),
    ],
)
def test_a_change_in_what_the_program_imports_counts_where_it_is_no_comment(
    tmp_path, monkeypatch, here, old, new, anew
):
    run_grid(double, [{"x": 1}], tmp_path)
    original, imported = inspect.getsource, sys.modules["course_lib.checks"]
    changed = original(imported).replace(old, new, 1)
    assert changed != original(imported)
    monkeypatch.setattr(inspect, "getsource", lambda thing: changed if thing is imported else original(thing))
    grid._program.cache_clear()
    assert run_grid(double, [{"x": 1}], tmp_path) == [{"double": 2}]
    assert len(CALLS) == 1 + anew
    grid._program.cache_clear()


def test_bad_input_is_named(tmp_path):
    with pytest.raises(ValueError, match="cells: got two that are equal; accepted are different ones"):
        run_grid(double, [{"x": 1}, {"x": 1}], tmp_path)
    with (
        pytest.raises(ValueError, match="processes: got 0; accepted is a whole number of at least 1"),
        workers(options_of("--processes", "0")),
    ):
        pass
    with (
        pytest.raises(ConnectionError, match="--dask: got nowhere, where no scheduler answers"),
        workers(options_of("--dask", "nowhere")),
    ):
        pass


def options_of(*arguments: str) -> argparse.Namespace:
    add_worker_options(parser := argparse.ArgumentParser())
    return parser.parse_args(arguments)


def test_an_error_of_a_cell_is_raised_and_the_others_stay(tmp_path, here):
    with pytest.raises(TypeError):
        run_grid(double, [{"x": 1}, {"x": None}], tmp_path)
    assert run_grid(double, [{"x": 1}], tmp_path) == [{"double": 2}]
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_full_disk_loses_only_what_was_not_written(tmp_path, monkeypatch, here):
    cells = [{"x": x} for x in range(6)]
    original = grid.replaced_file

    def full_after_three(path):
        if len(list(tmp_path.glob("*.json"))) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(path)

    monkeypatch.setattr(grid, "replaced_file", full_after_three)
    with pytest.raises(OSError, match="No space left on device"):
        run_grid(double, cells, tmp_path)
    monkeypatch.setattr(grid, "replaced_file", original)
    assert [result["double"] for result in run_grid(double, cells, tmp_path)] == [0, 2, 4, 6, 8, 10]
    assert CALLS == [0, 1, 2, 3, 3, 4, 5]


class Cluster:
    """A scheduler and two workers on this machine, each a process of its own.

    A cell is given up when more than `failures` workers have died of it.
    """

    def __init__(self, folder: Path, failures: int) -> None:
        described = folder / "scheduler.json"
        here = ["--interface", "lo", "--scheduler-file", str(described)]
        dask = [sys.executable, "-m", "dask"]
        self.scheduler = started(
            *dask,
            "scheduler",
            "--port",
            "0",
            "--no-dashboard",
            *here,
            DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=str(failures),
        )
        wait_until(described.exists)
        wait_until(lambda: bool(described.read_text(encoding="utf-8")))
        self.address = json.loads(described.read_text(encoding="utf-8"))["address"]
        alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
        self.workers = [started(*dask, "worker", *alone, *here) for _ in range(2)]

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.communicate()


@pytest.fixture
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="Dask is an extra: pip install distributed")
    cluster = Cluster(tmp_path, getattr(request, "param", 3))
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_a_cluster_gives_the_same_to_the_last_bit(experiment, cluster, tmp_path):
    on_cluster = experiment.finish("--dask", cluster.address)
    (other := tmp_path / "other").mkdir()
    assert Experiment(other).finish() == on_cluster
    assert sorted(experiment.computed()) == list(range(8))


@pytest.mark.slow
def test_joblib_may_name_the_cluster(cluster, tmp_path):
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client, joblib.parallel_config("dask", client=client):
        assert run_grid(grid._square, [{"x": x} for x in range(3)], tmp_path / "results") == [
            {"square": x**2} for x in range(3)
        ]
        ran = client.run_on_scheduler(lambda dask_scheduler: sorted(dask_scheduler.task_prefixes))
    assert ran == ["do"]


@pytest.mark.slow
def test_the_cells_of_a_killed_worker_are_done_by_the_others(experiment, cluster):
    process = experiment.start("--dask", cluster.address, "--seconds", "0.5")
    experiment.wait_for_cells(3)
    cluster.workers[0].kill()
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert [result["square"] for result in json.loads(output.splitlines()[-1])] == [x**2 for x in range(8)]
    # Its own cell is done again, and the result that it had not yet handed over.
    assert len(experiment.computed()) <= 8 + 2


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [0], indirect=True)
def test_a_cell_that_kills_its_worker_ends_the_run(experiment, cluster):
    deadly = TASK.replace("    data, network", '    import os; cell["x"] == 3 and os._exit(1)\n    data, network')
    (experiment.folder / "experiment.py").write_text(deadly, encoding="utf-8")
    _, errors = experiment.start("--dask", cluster.address).communicate(timeout=120)
    assert "ConnectionError: the cluster has lost a cell; what was done is kept" in errors


@pytest.mark.slow
def test_without_its_scheduler_a_run_ends_and_the_next_one_goes_on(experiment, cluster):
    process = experiment.start("--dask", cluster.address, "--seconds", "0.5")
    experiment.wait_for_cells(4)
    cluster.scheduler.kill()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "ConnectionError: the cluster has lost a cell; what was done is kept" in errors
    kept, begun = len(list(experiment.results.glob("*.json"))), len(experiment.computed())
    assert kept >= 1
    assert [result["square"] for result in experiment.finish("--seconds", "0.5")] == [x**2 for x in range(8)]
    assert len(experiment.computed()) >= begun + 8 - kept - 2
