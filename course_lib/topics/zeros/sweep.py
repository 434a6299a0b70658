"""A long hunt for exact zeros, in small blocks that are kept as soon as they are done.

Run it with `python -m course_lib.topics.zeros.sweep --minutes 30`. Stop it at any time: the next run goes on
where this one was. `--ship` writes what all runs have found to the file that the course reads.
"""

import argparse
import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from course_lib.atomic_file import replaced_file, ship
from course_lib.topics.zeros.experiment import SAMPLES, Setting, hunt
from course_lib.topics.zeros.law import PUBLISHED_SHAPES, SHIPPED

# More than a shape will ever have networks.
SEEDS_OF_A_SHAPE = 10**6
# How much of the time each precision gets. Zeros are rarer in single precision, so it needs more networks.
TIME_SHARES = {"float32": 0.65, "float16": 0.2, "float64": 0.15}


def settings() -> list[tuple[Setting, float]]:
    """What is swept, and the share of the time it gets.

    >>> len(settings()), round(sum(share for _, share in settings()), 6)
    (24, 1.0)
    """
    chosen = [Setting(dtype, *shape) for dtype in ("float32", "float16") for shape in dict.fromkeys(PUBLISHED_SHAPES)]
    chosen += [Setting("float32", 256, 3, batch) for batch in (16, 64, 1024)]
    chosen += [Setting("float64", 64, 3), Setting("float64", 256, 3), Setting("float64", 256, 6)]
    each = {dtype: sum(setting.dtype == dtype for setting in chosen) for dtype in TIME_SHARES}
    return [(setting, TIME_SHARES[setting.dtype] / each[setting.dtype]) for setting in chosen]


def block_size(setting: Setting) -> int:
    """Networks in one block: some seconds of work.

    >>> block_size(Setting("float32", 256, 3)), block_size(Setting("float32", 1024, 3))
    (50, 8)
    """
    return int(np.clip(2**24 // setting.parameters, 8, 512))


def seeds_of(setting: Setting, number: int) -> range:
    """The seeds of the networks in block `number`.

    Each precision and shape has seeds of its own: with one seed a deep network would have the lower layers of a shallow
    one, and a fit to both would count their zeros twice. Sizes of batches share them, to be compared zero by zero.

    >>> seeds_of(Setting("float32", 256, 3, batch=16), 1) == seeds_of(Setting("float32", 256, 3), 1)
    True
    """
    shapes = list(dict.fromkeys(chosen._replace(batch=0) for chosen, _ in settings()))
    size = block_size(setting)
    start = SEEDS_OF_A_SHAPE * shapes.index(setting._replace(batch=0)) + number * size
    return range(start, start + size)


def block_path(folder: Path, setting: Setting, number: int) -> Path:
    """The file of a block; its name says which one it is, so that no block can be counted twice."""
    return folder / f"{setting.dtype}-{setting.width}-{setting.depth}-{setting.batch}-{number:05d}.json"


def read_block(folder: Path, setting: Setting, number: int) -> dict[str, Any] | None:
    """What a block found; None where it was not done, was done with other networks, or where the file is not whole."""
    try:
        block = json.loads(block_path(folder, setting, number).read_bytes())
        seeds = seeds_of(setting, number)
        whole = {"zeros", "first", "unreached", "found", "seconds"} <= set(block)
        same = (block["networks"], block["first_seed"]) == (len(seeds), seeds.start)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return block if whole and same else None


def blocks_of(folder: Path, setting: Setting) -> list[dict[str, Any]]:
    """What was found in the blocks that are done, from number 0 up to the first that is missing."""
    blocks: list[dict[str, Any]] = []
    while (block := read_block(folder, setting, len(blocks))) is not None:
        blocks.append(block)
    return blocks


def do_block(folder: Path, setting: Setting, number: int) -> float:
    """Hunt in one block of fresh networks and keep what was found; return the seconds it took."""
    seeds, start = seeds_of(setting, number), time.perf_counter()
    # As many networks go through at once as fit the cache.
    together = int(np.clip(2 ** (19 if setting.dtype == "float16" else 21) // setting.parameters, 1, 64))
    count = hunt(setting, seeds, together)
    seconds = time.perf_counter() - start
    folder.mkdir(parents=True, exist_ok=True)
    with replaced_file(block_path(folder, setting, number)) as file:
        known = {"first_seed": seeds.start, "seconds": round(seconds, 3)}
        file.write(json.dumps(asdict(count) | known).encode())
    return seconds


def sweep(folder: Path, minutes: float) -> int:
    """Do blocks until `minutes` have passed; the setting that is furthest behind its share comes next.

    Returns the number of blocks done. Blocks in `folder` from earlier runs are not done again.
    """
    chosen = settings()
    spent, following = {}, {}
    for setting, _ in chosen:
        blocks = blocks_of(folder, setting)
        spent[setting], following[setting] = sum(block["seconds"] for block in blocks), len(blocks)
    start, done = time.monotonic(), 0
    with tqdm(total=minutes, bar_format="{l_bar}{bar}| {n:.1f} of {total:g} minutes") as bar:
        while (passed := (time.monotonic() - start) / 60) < minutes:
            bar.n = passed
            bar.set_description(f"{done} blocks")
            setting, _ = min(chosen, key=lambda entry: spent[entry[0]] / entry[1])
            spent[setting] += do_block(folder, setting, following[setting])
            following[setting] += 1
            done += 1
        bar.n = minutes
        bar.set_description(f"{done} blocks")
    return done


def collected(folder: Path) -> dict[str, Any]:
    """All blocks of a folder in one record, with the date and the version of NumPy."""
    rows = []
    for setting, _ in settings():
        blocks = blocks_of(folder, setting)
        if not blocks:
            continue
        rows.append(
            {
                **setting._asdict(),
                "networks": sum(block["networks"] for block in blocks),
                "zeros": np.sum([block["zeros"] for block in blocks], axis=0).tolist(),
                "first": np.sum([block["first"] for block in blocks], axis=0).tolist(),
                "unreached": sum(block["unreached"] for block in blocks),
                "found": [zero for block in blocks for zero in block["found"]] if setting.dtype == "float32" else [],
            }
        )
    return {"date": date.today().isoformat(), "numpy": np.__version__, "samples": SAMPLES, "settings": rows}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m course_lib.topics.zeros.sweep", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to hunt (default: 30)")
    # One folder for each version of NumPy, whose matrix products may round differently.
    cache = Path.home() / ".cache" / "at-the-kink" / f"zero-sweep-numpy-{np.__version__}"
    parser.add_argument("--folder", type=Path, default=cache, help="where blocks are kept")
    parser.add_argument("--ship", action="store_true", help="write the results to the file that the course reads")
    chosen = parser.parse_args(arguments)
    if not chosen.minutes >= 0:
        parser.error(f"--minutes: got {chosen.minutes}; accepted are numbers of at least 0")
    done = sweep(chosen.folder, chosen.minutes)
    record = collected(chosen.folder)
    networks = sum(row["networks"] for row in record["settings"])
    print(f"{done} blocks done now; {networks} networks in all, kept in {chosen.folder}")
    if chosen.ship:
        ship(record, SHIPPED)


if __name__ == "__main__":
    main()
