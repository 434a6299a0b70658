"""Cells of a grid are computed once, kept at once, and computed again only where they are missing or not whole."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from course_lib.grid import run_grid

TASK = '''
import json, sys, time
from pathlib import Path
from course_lib.grid import run_grid

def task(cell):
    time.sleep(cell["seconds"])
    with open(cell["log"], "a", encoding="utf-8") as log:
        log.write(f"{cell['x']}\\n")
    return {"square": cell["x"] ** 2, "third": cell["x"] / 3}

if __name__ == "__main__":
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    cells = [{"x": x, "seconds": seconds, "log": str(folder / "log")} for x in range(8)]
    print(json.dumps(run_grid(task, cells, folder / "results")))
'''


class Experiment:
    """A program that runs eight cells, and the log of the cells that it computed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.results = folder, folder / "log", folder / "results"
        (folder / "experiment.py").write_text(TASK, encoding="utf-8")

    def start(self, seconds: float = 0.0) -> subprocess.Popen[str]:
        command = [sys.executable, str(self.folder / "experiment.py"), str(self.folder), str(seconds)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", start_new_session=True)

    def finish(self, seconds: float = 0.0) -> list[dict[str, float]]:
        output, errors = (process := self.start(seconds)).communicate(timeout=120)
        assert process.returncode == 0, errors
        return json.loads(output.splitlines()[-1])

    def computed(self) -> list[int]:
        return [int(line) for line in self.log.read_text(encoding="utf-8").split()] if self.log.exists() else []


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    return Experiment(tmp_path)


EXPECTED = [{"square": x**2, "third": x / 3} for x in range(8)]


def test_each_cell_is_computed_once_and_its_result_is_the_same_to_the_last_bit(experiment):
    assert experiment.finish() == EXPECTED
    assert sorted(experiment.computed()) == list(range(8))
    assert experiment.finish() == EXPECTED
    assert len(experiment.computed()) == 8


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_after_an_interruption_only_what_is_missing_is_computed(experiment, how):
    process = experiment.start(0.5)
    deadline = time.monotonic() + 60
    while len(experiment.computed()) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    # Interrupted, it ends its processes itself; a machine that stops takes them all at once.
    process.send_signal(how) if how == signal.SIGINT else os.killpg(process.pid, how)
    assert process.wait(timeout=60) != 0
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    done = set(experiment.computed())
    assert 3 <= len(done) < 8
    kept = len(list(experiment.results.glob("*.json")))
    assert kept >= len(done) - 2  # at most what was in flight
    assert experiment.finish(0.5) == EXPECTED
    assert len(experiment.computed()) <= 8 + 2


@pytest.mark.parametrize("content", ["", '{"cell": {"x"', '{"cell": {"x": 0}}', '{"cell": 7, "result": {}}', "[]"])
def test_a_file_that_is_not_whole_is_put_aside(experiment, content):
    experiment.finish()
    broken = sorted(experiment.results.glob("*.json"))[0]
    broken.write_text(content, encoding="utf-8")
    output, _ = experiment.start().communicate(timeout=120)
    assert f"{broken.name} is not whole; it is kept as {broken.stem}.not-whole-0 and computed anew" in output
    assert json.loads(output.splitlines()[-1]) == EXPECTED
    assert (experiment.results / f"{broken.stem}.not-whole-0").read_text(encoding="utf-8") == content
    assert len(experiment.computed()) == 9


def test_a_changed_program_is_run_anew(experiment):
    experiment.finish()
    program = experiment.folder / "experiment.py"
    program.write_text(TASK.replace("** 2", "** 3"), encoding="utf-8")
    assert [result["square"] for result in experiment.finish()] == [x**3 for x in range(8)]


def double(cell):
    return {"double": 2 * cell["x"]}


def test_bad_input_is_named(tmp_path):
    with pytest.raises(ValueError, match="processes: got 0; accepted is a whole number of at least 1"):
        run_grid(double, [{"x": 1}], tmp_path, processes=0)
    with pytest.raises(ValueError, match="cells: got two that are equal; accepted are different ones"):
        run_grid(double, [{"x": 1}, {"x": 1}], tmp_path)


def test_an_error_of_a_cell_is_raised_and_the_others_stay(tmp_path):
    with pytest.raises(TypeError):
        run_grid(double, [{"x": 1}, {"x": None}], tmp_path, processes=1)
    assert run_grid(double, [{"x": 1}], tmp_path, processes=1) == [{"double": 2}]
    assert len(list(tmp_path.glob("*.json"))) == 1
