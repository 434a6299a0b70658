"""Time that `import course_lib` adds to a bare interpreter, and what each of its parts adds.

Run with `python -m benchmarks.imports`. Bare and loaded interpreters take turns, so that a slow moment of the
machine meets both; the median of the differences is printed. Target: `import course_lib` under 0.25 s.
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 11
TARGET = 0.25  # seconds
MODULES = (
    "course_lib",
    "course_lib.calculus",
    "course_lib.networks",
    "course_lib.data",
    "course_lib.figures",
    "course_lib.explorer",
    "course_lib.exercises",
)


def seconds(program: str) -> float:
    """Wall-clock time of one fresh interpreter that runs `program`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


def measure(module: str, rounds: int = ROUNDS) -> tuple[float, float]:
    """Median of (loaded - bare) in seconds, and the ratio of the medians loaded / bare."""
    seconds(f"import {module}")  # Compiles the files and fills the disk's cache.
    pairs = [(seconds("pass"), seconds(f"import {module}")) for _ in range(rounds)]
    added = statistics.median(loaded - bare for bare, loaded in pairs)
    bare, loaded = (statistics.median(times) for times in zip(*pairs, strict=True))
    return added, loaded / bare


def main() -> int:
    """Print the table; 1 when the package misses its target."""
    print(f"Python {sys.version.split()[0]}, median of {ROUNDS} rounds")
    print(f"{'import':<24}{'added':>10}{'/ bare':>10}")
    results = {module: measure(module) for module in MODULES}
    for module, (added, ratio) in results.items():
        print(f"{module:<24}{added * 1000:>7.0f} ms{ratio:>10.1f}")
    added = results["course_lib"][0]
    met = added < TARGET
    print(f"target: import course_lib under {TARGET * 1000:.0f} ms: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
