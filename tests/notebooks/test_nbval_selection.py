"""nbval runs the lessons' notebooks and nothing that somebody has put beside them."""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

ROOT = Path(__file__).parents[2]
# The selection of the project's own conftest, in another folder.
SELECTION = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("project", {str(ROOT / "conftest.py")!r})
project = importlib.util.module_from_spec(spec)
spec.loader.exec_module(project)
pytest_ignore_collect = project.pytest_ignore_collect
"""


def test_nbval_is_given_the_lessons_notebooks_and_nobodys_own(tmp_path: Path):
    (tmp_path / "conftest.py").write_text(SELECTION, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_tiny.py").touch()
    lessons = ["01_tiny.ipynb", "solutions/01_tiny.ipynb"]
    own = ["my 01.ipynb", "01_tiny-Copy1.ipynb", "02_gone.ipynb", "solutions/mine.ipynb", "mine/01_tiny.ipynb"]
    for name in (*lessons, *own):
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1")]), path)
    (tmp_path / "notebooks" / "mine" / "test_mine.py").write_text("def test_a():\n    pass\n", encoding="utf-8")
    (tmp_path / "notebooks" / "own.py").write_text("raise ImportError\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--collect-only", "--doctest-modules"]
    command += ["notebooks"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert said.returncode == 0, said.stdout
    collected = [line.partition("::")[0] for line in said.stdout.splitlines() if "::" in line]
    assert sorted(collected) == [f"notebooks/{name}" for name in lessons], said.stdout
