"""Run an experiment of this room, or all, and say whether the published result was reproduced.

`python -m course_lib.topics.paper zone --quick` takes a minute or less, `--full` some minutes. The rows are written as
CSV and drawn. Stop it at any time: the next run goes on where this one was.
"""

import argparse
import time
from pathlib import Path
from types import ModuleType

from course_lib.figures.matplotlib_renderer import png
from course_lib.grid import add_worker_options, results_folder, run_grid, workers
from course_lib.topics.paper import accuracy, audit, figures, from_zero, rounding, runs, zone

EXPERIMENTS: dict[str, ModuleType] = {
    "zone": zone, "rounding": rounding, "accuracy": accuracy, "audit": audit, "from_zero": from_zero,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m course_lib.topics.paper", description=__doc__)
    parser.add_argument("name", choices=[*EXPERIMENTS, "all"], help="what to run")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--quick", action="store_true", help="a small sample, all in 4 minutes on two processors")
    size.add_argument("--full", action="store_true", help="what the lessons show, all in 30 minutes")
    parser.add_argument("--ship", action="store_true", help="with --full: write the files that the lessons read")
    add_worker_options(parser)
    chosen = parser.parse_args(arguments)
    if chosen.ship and not chosen.full:
        parser.error("--ship: got it with --quick; accepted is it with --full")
    kept = results_folder("paper")
    folder = Path(__file__).parent if chosen.ship else kept / ("full" if chosen.full else "quick")
    with workers(chosen):
        for name in EXPERIMENTS if chosen.name == "all" else [chosen.name]:
            start, experiment = time.perf_counter(), EXPERIMENTS[name]
            cells = experiment.cells(chosen.full)
            rows = experiment.rows(cells, run_grid(experiment.run_one, cells, kept))
            runs.write(rows, folder / f"{name}.csv")
            (kept / f"{name}.png").write_bytes(png(figures.OF[name](rows)))
            word, why = experiment.judge(rows)
            seconds = time.perf_counter() - start
            print(
                f"{name}: {word}. {why}. ({len(cells)} cells, {seconds:.0f} s; {folder / name}.csv, {kept / name}.png)"
            )


if __name__ == "__main__":
    main()
