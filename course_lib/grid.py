"""Run many cells of an experiment, a configuration and its seeds each: kept one by one, resumed at any time.

A cell is a dict of plain values. What it gives is written to a file of its own as soon as it is done, so that Ctrl-C,
a killed process, a lost machine or a full disk costs the cells that were being worked on, and nothing else.
Cells run in processes on this machine, or on a Dask cluster, with the same results to the last bit.
"""

import argparse
import ast
import hashlib
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
import platformdirs
from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from course_lib.atomic_file import move_to_free_name, replaced_file
from course_lib.checks import whole_number

Cell = Mapping[str, Any]
Result = dict[str, Any]
Task = Callable[[Cell], Result]
SECONDS_TO_CONNECT = 20


def results_folder(name: str) -> Path:
    """Where the results of an experiment are kept on this machine, until somebody deletes the folder.

    >>> results_folder("comparison").name
    'comparison'
    """
    return Path(platformdirs.user_cache_dir("at-the-kink", appauthor=False)) / name


def run_grid(task: Task, cells: Sequence[Cell], folder: Path) -> list[Result]:
    """[task(c) for c in cells], in their order, each computed once and kept in `folder` as JSON.

    `task` is a function of a module, so that other processes find it, and gives a dict that JSON can hold. A result is
    known by the cell, the program and the version of NumPy: after a change of any, it is computed anew. The program is
    the task's module and what it imports of this package, without comments and docstrings. A file that is not whole is
    put aside under another name. Every cell computes with one thread.

    It runs where `workers` or `joblib.parallel_config` says: in processes, by default one for each processor, or on a
    Dask cluster, whose workers need this package but none of its files; the results are kept on this machine.

    Raises ValueError for two equal cells, and ConnectionError where the cluster gave up a cell or was lost; what was
    done before is kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run_grid(_square, [{"x": 3}, {"x": 4}], Path(folder))
    [{'square': 9}, {'square': 16}]
    """
    task = _of_a_module(task)
    paths = [folder / f"{_key(task, cell)}.json" for cell in cells]
    if len(set(paths)) < len(paths):
        raise ValueError("cells: got two that are equal; accepted are different ones")
    folder.mkdir(parents=True, exist_ok=True)
    kept = [_kept(path, cell) for path, cell in zip(paths, cells, strict=True)]
    missing = {i: (cells[i], paths[i]) for i, result in enumerate(kept) if result is None}
    with tqdm(total=len(cells), initial=len(cells) - len(missing), unit="cell", disable=None) as bar:
        for i, result in _done(task, missing):
            kept[i] = result
            bar.update()
    return [result for result in kept if result is not None]


def add_worker_options(parser: argparse.ArgumentParser) -> None:
    """The options of a command that `workers` takes."""
    parser.add_argument("--processes", type=int, default=cpu_count(), help="on this machine (default: all it has)")
    parser.add_argument("--dask", metavar="ADDRESS", help="run on a Dask cluster instead, such as tcp://host:8786")


def command(main: Callable[[], None]) -> None:
    """Run `main` where the options on the command line say, those of `add_worker_options`."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(main))
    add_worker_options(parser)
    with workers(parser.parse_args()):
        main()


@contextmanager
def workers(options: argparse.Namespace) -> Iterator[None]:
    """Inside, `run_grid` runs in `options.processes` processes, or on the Dask cluster at `options.dask`.

    Raises ValueError for a number of processes below 1, and ConnectionError where no scheduler answers.
    """
    if options.dask is None:
        with parallel_config("loky", n_jobs=whole_number("processes", options.processes, 1)):
            yield
        return
    try:
        from distributed import Client
    except ImportError:
        raise ImportError("--dask needs Dask: pip install distributed") from None
    try:
        client = Client(options.dask, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"--dask: got {options.dask}, where no scheduler answers ({error})") from error
    with client, parallel_config("dask", client=client):
        yield


def _of_a_module(task: Task) -> Task:
    """The same function as others can import it, where it is one of a module that was started with `python -m`."""
    main = sys.modules["__main__"]
    if task.__module__ == "__main__" and main.__spec__ is not None:
        return cast(Task, getattr(importlib.import_module(main.__spec__.name), task.__qualname__))
    return task


def _done(task: Task, cells: Mapping[int, tuple[Cell, Path]]) -> Iterator[tuple[int, Result]]:
    """The number and the result of each cell, as they come, after it was kept under its path."""
    backend, n_jobs = get_active_backend()
    if hasattr(backend, "client"):
        # joblib's own way waits for ever for a cell that Dask has given up.
        yield from _done_by_dask(backend.client, task, cells)
        return
    with parallel_config("loky", n_jobs=n_jobs or cpu_count(), inner_max_num_threads=1):
        jobs = (delayed(_do_and_keep)(task, cell, path, i) for i, (cell, path) in cells.items())
        yield from Parallel(return_as="generator_unordered", batch_size=1)(jobs)


def _done_by_dask(client: Any, task: Task, cells: Mapping[int, tuple[Cell, Path]]) -> Iterator[tuple[int, Result]]:
    """Results come here to be kept; so few cells are under way at a time that none of them waits for that."""
    from distributed import CancelledError, KilledWorker, as_completed

    waiting = iter(cells.items())
    under_way = as_completed(loop=client.loop)
    numbers: dict[Any, int] = {}

    def submit() -> None:
        free = max(1, 2 * sum(client.nthreads().values()) - len(numbers))
        for i, (cell, _) in islice(waiting, free):
            future = client.submit(_do, task, cell, pure=False)
            numbers[future] = i
            under_way.add(future)

    submit()
    try:
        for future in under_way:
            i = numbers.pop(future)
            with _lost_if(CancelledError, KilledWorker):
                result = future.result()
            yield i, _keep(*cells[i], result)
            with _lost_if(OSError):  # The scheduler went away between two cells.
                submit()
    finally:
        with suppress(OSError):
            client.cancel(list(numbers))


@contextmanager
def _lost_if(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise ConnectionError(f"the cluster has lost a cell; what was done is kept ({error})") from error


def _do(task: Task, cell: Cell) -> Result:
    # A product of matrices rounds in another way where more threads share it.
    with threadpool_limits(1, user_api="blas"):
        return task(cell)


def _do_and_keep(task: Task, cell: Cell, path: Path, i: int) -> tuple[int, Result]:
    return i, _keep(cell, path, _do(task, cell))


def _keep(cell: Cell, path: Path, result: Result) -> Result:
    """The result as a later run will read it: floats are the same, tuples have become lists."""
    record = json.dumps({"cell": cell, "result": result})
    with replaced_file(path) as file:
        file.write(record.encode())
    return dict(json.loads(record)["result"])


def _key(task: Task, cell: Cell) -> str:
    module = inspect.getmodule(task)
    program = "" if module is None else _program(module)
    known = json.dumps([task.__qualname__, program, np.__version__, cell], sort_keys=True)
    return hashlib.sha256(known.encode()).hexdigest()[:32]


@cache
def _program(module: ModuleType) -> str:
    """What a module and the modules of this package that it imports do: their sources without comments and texts."""
    sources: dict[str, str] = {}
    following = [module]
    while following:
        current = following.pop()
        if current.__name__ in sources:
            continue
        tree = ast.parse(inspect.getsource(current))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                following += _imported(node)
            elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        sources[current.__name__] = ast.unparse(tree)
    return hashlib.sha256("\n".join(sorted(sources.values())).encode()).hexdigest()


def _imported(node: ast.Import | ast.ImportFrom) -> list[ModuleType]:
    """The modules of this package that an import names; what it takes from a module may be a module, too."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [str(node.module), *(f"{node.module}.{name}" for name in names)]
    modules = []
    for name in names:
        if name.partition(".")[0] == __package__:
            with suppress(ModuleNotFoundError):
                modules.append(importlib.import_module(name))
    return modules


def _kept(path: Path, cell: Cell) -> Result | None:
    """What an earlier run found, or None."""
    try:
        record = json.loads(path.read_bytes())
        if record["cell"] == json.loads(json.dumps(cell)):
            return dict(record["result"])
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        pass
    aside = next(name for n in range(10**6) if not (name := path.with_suffix(f".not-whole-{n}")).exists())
    move_to_free_name(path, aside)
    print(f"{path.name} is not whole; it is kept as {aside.name} and computed anew")
    return None


def _square(cell: Cell) -> Result:
    return {"square": cell["x"] ** 2}
