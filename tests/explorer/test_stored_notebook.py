"""What a notebook with a live figure stores, and that nbval finds the same when it runs it again."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])}
VIEW = "application/vnd.jupyter.widget-view+json"
SOURCE = """from course_lib.explorer import explore
from course_lib.figures import Axis, Curve, Scene
def line(slope, power=1):
    curve = Curve([0, 1, 2], [0, slope, slope * 2**power])
    return Scene("A line", Axis("x", (0, 2)), Axis("y", (-4, 4)), [curve], f"Slope {slope}, power {1 / power}.")
explore(line, slope=(0, 2), power=[1, 0])
"""


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE, id="cell-1")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=120).execute(env=ENVIRONMENT)
    return notebook


def test_a_cell_shows_one_bundle_after_its_notices(executed):
    stream, shown = executed.cells[0].outputs
    assert stream.output_type == "stream"
    assert stream.text == (
        "3 of 6 pictures failed, the first one with slope = 0, power = 0: "
        "line, line 5: ZeroDivisionError: division by zero\n"
    )
    assert shown.output_type == "display_data"
    assert set(shown.data) == {VIEW, "image/png", "text/plain"}
    assert shown.data["text/plain"] == "Slope 1, power 1.0."
    assert shown.metadata["image/png"]["alt"] == "Slope 1, power 1.0."


def test_nbval_compares_the_description_and_only_that(executed, tmp_path):
    stored = nbformat.from_dict(executed)
    stored.metadata.pop("widgets", None)
    del stored.cells[0].outputs[1].data[VIEW]
    other = nbformat.from_dict(stored.cells[0]) | {"id": "cell-2"}
    stored.cells.append(nbformat.from_dict(other))
    stored.cells[1].outputs[1].data["text/plain"] = "Slope 2, power 1.0."
    nbformat.write(stored, tmp_path / "stored.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-cell-timeout=120", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, "stored.ipynb"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert "1 failed, 1 passed" in result.stdout, result.stdout + result.stderr
    assert "Slope 2, power 1.0." in result.stdout
