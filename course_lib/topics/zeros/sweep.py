"""A long hunt for exact zeros, in rounds of small blocks that are kept as soon as they are done.

`python -m course_lib.topics.zeros.sweep --rounds 9` makes the file that the course reads, with `--ship`. Stop it at any
time: the next run goes on where this one was.
"""

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from course_lib.atomic_file import ship
from course_lib.checks import whole_number
from course_lib.grid import Cell, Result, add_worker_options, results_folder, run_grid, workers
from course_lib.topics.zeros.experiment import SAMPLES, Setting, hunt
from course_lib.topics.zeros.law import PUBLISHED_SHAPES, SHIPPED

# More than a shape will ever have networks.
SEEDS_OF_A_SHAPE = 10**6
# Blocks of each setting in a round. Zeros are rarer in single precision, so it needs more networks.
BLOCKS_IN_A_ROUND = {"float32": 4, "float16": 1, "float64": 4}


def settings() -> list[Setting]:
    """What is swept.

    >>> len(settings())
    24
    """
    chosen = [Setting(dtype, *shape) for dtype in ("float32", "float16") for shape in dict.fromkeys(PUBLISHED_SHAPES)]
    chosen += [Setting("float32", 256, 3, batch) for batch in (16, 64, 1024)]
    return [*chosen, Setting("float64", 64, 3), Setting("float64", 256, 3), Setting("float64", 256, 6)]


def block_size(setting: Setting) -> int:
    """Networks in one block: some seconds of work.

    >>> block_size(Setting("float32", 256, 3)), block_size(Setting("float32", 1024, 3))
    (50, 8)
    """
    return int(np.clip(2**24 // setting.parameters, 8, 512))


def block(setting: Setting, number: int) -> Cell:
    """The cell of block `number`, with the seeds of its networks.

    Each precision and shape has seeds of its own: with one seed a deep network would have the lower layers of a shallow
    one, and a fit to both would count their zeros twice. Sizes of batches share them, to be compared zero by zero.

    >>> block(Setting("float32", 256, 3, batch=16), 1)["seeds"] == block(Setting("float32", 256, 3), 1)["seeds"]
    True
    """
    shapes = list(dict.fromkeys(chosen._replace(batch=0) for chosen in settings()))
    size = block_size(setting)
    start = SEEDS_OF_A_SHAPE * shapes.index(setting._replace(batch=0)) + number * size
    return {**setting._asdict(), "seeds": [start, start + size]}


def hunt_in(cell: Cell) -> Result:
    """Hunt in the networks of one block."""
    setting = Setting(cell["dtype"], cell["width"], cell["depth"], cell["batch"])
    # As many networks go through at once as fit the cache.
    together = int(np.clip(2 ** (19 if setting.dtype == "float16" else 21) // setting.parameters, 1, 64))
    return asdict(hunt(setting, range(*cell["seeds"]), together))


def collected(rounds: int) -> dict[str, Any]:
    """What so many rounds find, in one record, with the date and the version of NumPy."""
    cells = [
        block(setting, BLOCKS_IN_A_ROUND[setting.dtype] * done + number)
        for done in range(rounds)
        for setting in settings()
        for number in range(BLOCKS_IN_A_ROUND[setting.dtype])
    ]
    results = run_grid(hunt_in, cells, results_folder("zero-sweep"))
    rows = []
    for setting in settings():
        of_setting = setting._asdict().items()
        blocks = [result for cell, result in zip(cells, results, strict=True) if of_setting <= cell.items()]
        rows.append(
            {
                **setting._asdict(),
                "networks": sum(found["networks"] for found in blocks),
                "zeros": np.sum([found["zeros"] for found in blocks], axis=0).tolist(),
                "first": np.sum([found["first"] for found in blocks], axis=0).tolist(),
                "unreached": sum(found["unreached"] for found in blocks),
                "found": [zero for found in blocks for zero in found["found"]] if setting.dtype == "float32" else [],
            }
        )
    return {"date": date.today().isoformat(), "numpy": np.__version__, "samples": SAMPLES, "settings": rows}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m course_lib.topics.zeros.sweep", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how long to hunt (default: 1; the course shows 9)")
    parser.add_argument("--ship", action="store_true", help="write the results to the file that the course reads")
    add_worker_options(parser)
    chosen = parser.parse_args(arguments)
    with workers(chosen):
        record = collected(whole_number("rounds", chosen.rounds, 1))
    print(f"{sum(row['networks'] for row in record['settings'])} networks, kept in {results_folder('zero-sweep')}")
    if chosen.ship:
        ship(record, SHIPPED)


if __name__ == "__main__":
    main()
