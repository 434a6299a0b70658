"""From a new process to a trained network, imports and compilation included: 2-16-16-2, 2000 steps, batch 64, Adam.

Every program reads the data, the first weights and the order of the batches from a file, trains, and says its loss; the
clock runs from the start of the interpreter to that line. No process is bound to a CPU or a number of threads: that is
how a learner starts it, and a compiler may use what there is. `torch.compile` takes longer than all others together
and is left out.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peer_problem import Outcome, save
from benchmarks.peer_process import ROOT
from benchmarks.peer_report import CORE, NOT_INSTALLED, Row, print_work
from benchmarks.peer_works import WORKS, problem

WORK = WORKS[-1]
OURS = """
import json, sys
import numpy as np
from course_lib.networks import Adam, Network, train
given = np.load(sys.argv[1])
network = Network.mlp([2, 16, 16, 2])
options = dict(optimizer=Adam(1e-3), batch_size=64, epochs=20, progress=False, record=())
history = train(network, given["X"], given["y"], **options)
print(json.dumps([history.loss[0, -1]]), flush=True)
"""
THEIRS = """
import json, sys
from benchmarks.{module} import {function}
from benchmarks.peer_problem import load
print(json.dumps({function}(load(sys.argv[1]), 1)()()), flush=True)
"""
PROGRAMS = {
    CORE: ("numpy", OURS),
    "PyTorch eager": ("torch", THEIRS.format(module="peer_torch", function="eager")),
    "JAX step, W x": ("jax", THEIRS.format(module="peer_jax", function="step_features_first")),
    "JAX scan, W x": ("jax", THEIRS.format(module="peer_jax", function="scan_features_first")),
    "scikit-learn": ("sklearn", THEIRS.format(module="peer_sklearn", function="classifier")),
}


def _once(program: str, given: Path) -> tuple[float, Outcome]:
    """Seconds until a new interpreter has printed its outcome, and the outcome."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, str(given)],
        env={**os.environ, "PYTHONPATH": path, "JAX_PLATFORMS": "cpu"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"a program of the cold start ended with {process.returncode}")
    return seconds, Outcome(*json.loads(line))


def cold_start(rounds: int) -> list[Row]:
    """Print the table and return its rows; `seconds` of a run are those of the whole process."""
    found: dict[str, list[tuple[float, Outcome]]] = {
        name: [] for name, (module, _) in PROGRAMS.items() if importlib.util.find_spec(module)
    }
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "problem.npz")
        save(given, problem(WORK))
        for round_ in range(rounds + 1):
            for name, runs in found.items():
                run = _once(PROGRAMS[name][1], given)
                if round_:  # The first run writes bytecode and brings the files into memory.
                    runs.append(run)
    rows: list[Row] = []
    for name in PROGRAMS:
        row: Row = {"name": name, "kind": "core" if name == CORE else "step", "us": None, "loss": None, "note": ""}
        if name in found:
            seconds, (_, outcome) = [run[0] for run in found[name]], found[name][-1]
            row |= {"seconds": seconds, "us": statistics.median(seconds) * 1e6, **outcome._asdict()}
        else:
            row["note"] = NOT_INSTALLED
        rows.append(row)
    print_work(f"cold start: new process to a trained {WORK.description}", rows, "ms altogether", 1e-3)
    return rows
