"""nbval accepts what the build stores, pictures and live widgets included, and finds a changed number."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.build_notebooks import ROOT, build

pytestmark = pytest.mark.slow

# A live widget shows a view, a PNG and a text at once, as the course's explorers do; one shows a view and no more.
LESSON = """\
# %%
import base64

import anywidget
from IPython.display import display

# %%
class Picture(anywidget.AnyWidget):
    _esm = "export default {}"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        png = base64.b64encode(repr(id(self)).encode()).decode()
        return {**data, "image/png": png, "text/plain": "a V with its kink at 0"}, metadata

# %%
Picture()

# %%
display(Picture())
print("the slope is 2")

# %%
view = Picture()._repr_mimebundle_()[0]
key = "application/vnd.jupyter.widget-view+json"
display({key: view[key]}, raw=True)

# %% tags=["raises-exception"]
1 / 0
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    (root / "lessons").mkdir()
    (root / "lessons" / "01_tiny.py").write_text(LESSON, encoding="utf-8")
    build(root, root / "lessons" / "01_tiny.py", "learner")
    return root / "notebooks" / "01_tiny.ipynb"


def nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--nbval"]
    command += ["--nbval-current-env", "--nbval-cell-timeout=60", "-p", "conftest", notebook.name]
    own = {**os.environ, "PYTHONPATH": str(ROOT)}  # Where the course's conftest is.
    return subprocess.run(command, cwd=notebook.parent, env=own, capture_output=True, encoding="utf-8", timeout=120)


def test_a_stored_notebook_passes_and_has_no_widget_views(notebook: Path):
    stored = nbformat.read(notebook, as_version=4)
    mimes = [sorted(output.data) for cell in stored.cells for output in cell.outputs if "data" in output]
    assert mimes == [["image/png", "text/plain"], ["image/png", "text/plain"]]
    said = nbval(notebook)
    assert said.returncode == 0, said.stdout
    assert "6 passed" in said.stdout


def test_an_output_where_there_was_none_fails(notebook: Path, tmp_path: Path):
    stored = nbformat.read(notebook, as_version=4)
    assert all(cell.execution_count is None for cell in stored.cells)
    stored.cells[3].outputs = []
    nbformat.write(stored, tmp_path / notebook.name)
    assert "1 failed, 5 passed" in nbval(tmp_path / notebook.name).stdout


def test_every_changed_output_fails(notebook: Path, tmp_path: Path):
    stored = nbformat.read(notebook, as_version=4)
    stored.cells[2].outputs[0].data["text/plain"] = "a V with its kink at 1"
    stored.cells[3].outputs[1].text = "the slope is 3\n"
    stored.cells[5].outputs[0].evalue = "division by one"
    changed = tmp_path / notebook.name
    nbformat.write(stored, changed)
    said = nbval(changed)
    assert said.returncode == 1, said.stdout
    assert "3 failed, 3 passed" in said.stdout
    assert all(f"::Cell {number}" in said.stdout for number in (2, 3, 5))
