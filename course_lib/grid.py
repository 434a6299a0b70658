"""Run many cells of an experiment, a configuration and a seed each: in processes, kept one by one, resumed at any time.

A cell is a dict of plain values. What it gives is written to a file of its own as soon as it is done, so that Ctrl-C or
a killed process costs the cells that were being worked on, and nothing else.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

from course_lib.atomic_file import move_to_free_name, replaced_file
from course_lib.checks import whole_number

Cell = Mapping[str, Any]
Result = dict[str, Any]


def results_folder(name: str) -> Path:
    """Where the results of an experiment are kept on this machine, until somebody deletes the folder.

    >>> results_folder("comparison").name
    'comparison'
    """
    return Path(platformdirs.user_cache_dir("at-the-kink", appauthor=False)) / name


def run_grid(task: Callable[[Cell], Result], cells: Sequence[Cell], folder: Path, processes: int = 2) -> list[Result]:
    """[task(c) for c in cells], in their order, each computed once and kept in `folder` as JSON.

    `task` is a function of a module, so that other processes find it, and gives a dict that JSON can hold. A result is
    known by the cell, the source of the task's module and the version of NumPy: after a change of any, it is computed
    anew. A file that is not whole is put aside under another name. Each process computes with one thread.

    Raises ValueError for a number of processes below 1 and for two equal cells.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run_grid(_square, [{"x": 3}, {"x": 4}], Path(folder), processes=1)
    [{'square': 9}, {'square': 16}]
    """
    whole_number("processes", processes, 1)
    paths = [folder / f"{_key(task, cell)}.json" for cell in cells]
    if len(set(paths)) < len(paths):
        raise ValueError("cells: got two that are equal; accepted are different ones")
    folder.mkdir(parents=True, exist_ok=True)
    kept = [_kept(path, cell) for path, cell in zip(paths, cells, strict=True)]
    missing = [i for i, result in enumerate(kept) if result is None]
    jobs = (delayed(_do)(task, cells[i], paths[i], i) for i in missing)
    with parallel_config("loky", n_jobs=processes, inner_max_num_threads=1):
        done = Parallel(return_as="generator_unordered", batch_size=1)(jobs)
        for i, result in tqdm(done, total=len(cells), initial=len(cells) - len(missing), unit="cell", disable=None):
            kept[i] = result
    return [result for result in kept if result is not None]


def _key(task: Callable[[Cell], Result], cell: Cell) -> str:
    source = inspect.getsource(inspect.getmodule(task) or task)
    known = json.dumps([task.__qualname__, source, np.__version__, cell], sort_keys=True)
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def _do(task: Callable[[Cell], Result], cell: Cell, path: Path, i: int) -> tuple[int, Result]:
    record = json.dumps({"cell": cell, "result": task(cell)})
    with replaced_file(path) as file:
        file.write(record.encode())
    # As a later run will read it: floats are the same, tuples have become lists.
    return i, json.loads(record)["result"]


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
