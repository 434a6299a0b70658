"""A fresh Python process with a fixed number of threads, for one part of the benchmark.

BLAS, OpenMP, XLA and PyTorch choose their threads when they are imported, so a process keeps to one setting. It is
also bound to as many CPUs as it has threads: XLA has no setting that keeps it to one thread everywhere.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def environment(threads: int) -> dict[str, str]:
    """The variables that have to be set before NumPy, JAX and PyTorch are imported."""
    count = str(threads)
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    changed = {
        **dict.fromkeys(names, count),
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": path,
        # Else idle processes that compile for PyTorch stand beside the measurement.
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
    }
    if threads == 1:
        changed["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return {**os.environ, **changed}


def measured(function: str, threads: int, **options: Any) -> Any:
    """What `module.function(threads=threads, **options)` returns in a fresh process; what it prints is shown."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        given = [str(answer), function, json.dumps({"threads": threads, **options})]
        subprocess.run([sys.executable, "-m", "benchmarks.peer_process", *given], env=environment(threads), check=True)
        return json.loads(answer.read_text(encoding="utf-8"))


def bind(threads: int) -> str:
    """Keep this process to as many CPUs as threads, where the system can do that; say which."""
    if not hasattr(os, "sched_setaffinity"):
        return "CPUs not bound"
    # The last ones: the first CPU is the one that answers most interrupts.
    cpus = sorted(os.sched_getaffinity(0))[-threads:]
    os.sched_setaffinity(0, cpus)
    return f"CPU {', '.join(map(str, cpus))}"


def main() -> None:
    """The child's side of `measured`."""
    answer, function, options = sys.argv[1:]
    chosen = json.loads(options)
    bind(chosen["threads"])
    module, name = function.split(".")
    found = getattr(importlib.import_module(f"benchmarks.{module}"), name)(**chosen)
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
