"""This core beside PyTorch, JAX, scikit-learn and the matrix products alone: speed, growth, memory, cold start.

Run with `python -m benchmarks.peers` where `pip install -e '.[benchmarks]'` was run, on a machine that is otherwise
idle. Each number of threads gets a fresh process, in which all peers train the same networks from the same weights on
the same batches, in turns; medians are printed, and the losses have to agree. Adam, for maxout SGD; float32, cross
entropy. The targets stand in `peer_targets.py` and are judged with one thread; 1 is returned when one is missed or a
loss disagrees.

`--only NAME` (a work such as 64x2-16-16-2, or cold-start, growth, memory; may be repeated), `--threads 1` or `2`,
`--rounds N`, `--json FILE` for all numbers.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from benchmarks.peer_cold_start import cold_start
from benchmarks.peer_process import measured
from benchmarks.peer_report import CORE, Row, disagreements
from benchmarks.peer_targets import COLD_START, MEMORY, TARGETS, TWO_THREADS, Verdict, at_least, at_most, judge, ratio
from benchmarks.peer_works import WORKS

ROUNDS, COLD_ROUNDS = 7, 5
BUSY = 0.5
PARTS = ("cold-start", "growth", "memory")
PACKAGES = ("numpy", "torch", "jax", "jaxlib", "scikit-learn")
Found = dict[str, Any]


def versions() -> str:
    """Python, the machine and the packages that are compared."""
    made = [f"Python {platform.python_version()}", platform.machine()]
    for package in PACKAGES:
        try:
            made.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            made.append(f"{package} not installed")
    return ", ".join(made)


def run(threads: list[int], rounds: int, only: list[str]) -> Found:
    """Measure and print; the numbers come back by part."""

    def wanted(part: str) -> bool:
        return part in only or not only

    works = [name for name in only if name not in PARTS]
    found: Found = {"works": {}}
    for count in threads if works or not only else []:
        title = "One thread, time on the CPU" if count == 1 else f"{count} threads, time by the clock"
        print(f"\n{title}, median of {rounds} rounds", flush=True)
        found["works"][str(count)] = measured("peer_rounds.works", count, rounds=rounds, only=works)
    if 1 in threads and wanted("growth"):
        found["growth"] = measured("peer_scaling.scaling", 1, rounds=rounds)
    if 1 in threads and (wanted("memory") or works):
        found["memory"] = measured("peer_memory.memory", 1, only=works if "memory" not in only else [])
    if 1 in threads and wanted("cold-start"):
        found["cold start"] = cold_start(COLD_ROUNDS)
    return found


def two_threads(name: str, rows: list[Row]) -> Verdict:
    """How many times as fast two threads are as one."""
    times = {row["name"]: row["us"] for row in rows}
    bound = TWO_THREADS[1] if name == TWO_THREADS[0] else None
    return at_least(f"{name}, one thread / two threads", times[f"{CORE}, 1 thread"] / times[CORE], bound)


def verdicts(found: Found) -> list[Verdict]:
    """What is said about each target that was measured."""
    by_threads = found["works"]
    alone, both = (by_threads.get(count, {}) for count in "12")
    made = [judge(target, alone[target.work]) for target in TARGETS if target.work in alone]
    made += [two_threads(name, rows) for name, rows in both.items()]
    for name, counted in found.get("memory", {}).items():
        made.append(at_most(f"{name}, memory beyond data and parameters / activations", counted["ratio"], MEMORY))
    if rows := found.get("cold start"):
        best = ratio(rows, "the best peer")
        what = "cold start, this core / the best peer"
        if best is None:
            made.append(Verdict(f"target: {what}: not judged, no peer is installed", False))
        else:
            made.append(at_most(f"{what} ({best[1]})", best[0], COLD_START))
    tables = [rows for works in by_threads.values() for rows in works.values()]
    if "cold start" in found:
        tables.append(found["cold start"])
    if tables:
        wrong = [line for rows in tables for line in disagreements(rows)]
        made.append(Verdict(f"target: all losses agree: {'missed' if wrong else 'met'}", not wrong))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Print the tables and the verdicts; 1 when a target is missed."""
    names = [*(work.name for work in WORKS), *PARTS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", default=[], choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--threads", type=int, choices=(1, 2), help="one setting only (default: 1, then 2)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"runs of each peer (default {ROUNDS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to a file")
    chosen = parser.parse_args(arguments)
    print(versions(), flush=True)
    if hasattr(os, "getloadavg") and (load := os.getloadavg()[0]) > BUSY:
        print(f"disturbed: the load average of this machine is {load:.1f} before the start", flush=True)
    found = run([chosen.threads] if chosen.threads else [1, 2], chosen.rounds, chosen.only)
    said = verdicts(found)
    print()
    for verdict in said:
        print(verdict.line)
    if chosen.json:
        found["verdicts"] = [verdict._asdict() for verdict in said]
        chosen.json.write_text(json.dumps({"versions": versions(), **found}, indent=1), encoding="utf-8")
    return 0 if all(verdict.met is not False for verdict in said) else 1


if __name__ == "__main__":
    sys.exit(main())
