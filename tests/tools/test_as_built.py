"""A notebook is as it was built until anybody changes, renames or copies it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.as_built import UNKNOWN, is_as_built, version_at, with_fingerprint
from tools.build_notebooks import build

PLACE = "solutions/01_tiny.ipynb"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the build wrote for PLACE."""
    root = tmp_path_factory.mktemp("course")
    (root / "lessons").mkdir()
    (root / "lessons" / "01_tiny.py").write_text("# %%\nimport math\n\n# %%\nprint(math.pi)\n", encoding="utf-8")
    build(root, root / "lessons" / "01_tiny.py", "solution")
    return (root / "notebooks" / PLACE).read_bytes()


CELL = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": []}
# What is left by who opens, runs, looks at or saves a notebook, here or with another program ...
RUNS: dict[str, Callable[[dict[str, Any]], object]] = {
    "an output": lambda notebook: notebook["cells"][1]["outputs"][0].update(text=["3.14\n"]),
    "no outputs": lambda notebook: notebook["cells"][1].update(outputs=[], execution_count=None),
    "a count": lambda notebook: notebook["cells"][1].update(execution_count=7),
    "opened by JupyterLab": lambda notebook: notebook["metadata"]["language_info"].update(version="3.12.1"),
    "opened by VS Code": lambda notebook: (
        notebook["metadata"].update(kernelspec={"display_name": ".venv", "name": "python3"}, orig_nbformat=4),
        notebook["cells"][0]["metadata"].update(vscode={"languageId": "python"}),
    ),
    "folded": lambda notebook: notebook["cells"][1]["metadata"].update(collapsed=True, jupyter={"source_hidden": True}),
    "unfolded": lambda notebook: notebook["cells"][0]["metadata"].update({"jp-MarkdownHeadingCollapsed": False}),
    "states of widgets": lambda notebook: notebook["metadata"].update(widgets={"state": {}}),
    "times": lambda notebook: notebook["cells"][0]["metadata"].update(execution={"iopub.execute_input": "now"}),
    "an older format": lambda notebook: (notebook["cells"][0].pop("id"), notebook.update(nbformat_minor=4)),
    "other ids": lambda notebook: notebook["cells"][0].update(id="abcd"),
    "an empty cell at the end": lambda notebook: notebook["cells"].append({**CELL, "id": "new"}),
    "whole sources": lambda notebook: notebook["cells"][1].update(source="print(math.pi)"),
}
# ... and by who works in it.
WORK: dict[str, Callable[[dict[str, Any]], object]] = {
    "an answer": lambda notebook: notebook["cells"][1].update(source=["print(math.e)"]),
    "a blank": lambda notebook: notebook["cells"][1].update(source=["print(math.pi) "]),
    "an emptied cell": lambda notebook: notebook["cells"][1].update(source=[]),
    "a cell of my own": lambda notebook: notebook["cells"].append({**CELL, "id": "new", "source": "x"}),
    "a picture": lambda notebook: notebook["cells"].append({**CELL, "id": "new", "attachments": {"a.png": {}}}),
    "a cell less": lambda notebook: notebook["cells"].pop(0),
    "another order": lambda notebook: notebook["cells"].reverse(),
    "another kind": lambda notebook: notebook["cells"][0].update(cell_type="raw"),
    "a tag": lambda notebook: notebook["cells"][0]["metadata"].update(tags=["mine"]),
    "slides": lambda notebook: notebook["cells"][0]["metadata"].update(slideshow={"slide_type": "slide"}),
    "a title": lambda notebook: notebook["metadata"].update(title="mine"),
    "a note of what is unknown": lambda notebook: notebook.update(comment="mine"),
    "another's fingerprints": lambda notebook: (
        notebook["cells"][1].update(source=["print(math.e)"]),
        notebook["metadata"]["at_the_kink"].update(fingerprint="0" * 64, sources="0" * 64),
    ),
    "no fingerprints": lambda notebook: notebook["metadata"].update(at_the_kink={}),
    "no metadata": lambda notebook: notebook.pop("metadata"),
    "no cells": lambda notebook: notebook.update(cells=None),
}


def changed(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The notebook as it is after this change."""
    notebook = json.loads(content)
    change(notebook)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def test_what_the_build_wrote_is_as_built(built: bytes, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    for content in (built, built.replace(b"\n", b"\r\n"), changed(built, lambda notebook: None)):
        path.write_bytes(content)
        assert is_as_built(path, PLACE)
        assert version_at(path, PLACE) == json.loads(built)["metadata"]["at_the_kink"]["sources"]


@pytest.mark.parametrize("run", RUNS)
def test_what_was_only_run_is_of_its_version_and_not_as_built(built: bytes, run: str, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(changed(built, RUNS[run]))
    assert not is_as_built(path, PLACE)
    assert version_at(path, PLACE) == json.loads(built)["metadata"]["at_the_kink"]["sources"]


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("run", RUNS)
def test_what_a_person_has_changed_is_neither_be_it_run_or_not(built: bytes, work: str, run: str, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    for content in (changed(built, WORK[work]), changed(changed(built, RUNS[run]), WORK[work])):
        path.write_bytes(content)
        assert not is_as_built(path, PLACE)
        assert version_at(path, PLACE) is None


def test_one_of_an_earlier_edition_is_of_its_version_until_its_first_change(built: bytes, tmp_path: Path):
    def forget(notebook: dict[str, Any]) -> None:
        notebook["metadata"]["at_the_kink"] = {"fingerprint": UNKNOWN}

    path = tmp_path / "x.ipynb"
    earlier = with_fingerprint(changed(built, forget), PLACE)
    path.write_bytes(earlier)
    assert version_at(path, PLACE) == json.loads(earlier)["metadata"]["at_the_kink"]["fingerprint"]
    for change in (*RUNS.values(), *WORK.values()):
        path.write_bytes(changed(earlier, change))
        assert is_as_built(path, PLACE) == (path.read_bytes() == earlier) == (version_at(path, PLACE) is not None)


def test_neither_is_a_copy_elsewhere_a_part_a_link_a_folder_or_nothing(built: bytes, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(built)
    assert not is_as_built(path, "01_tiny.ipynb")
    assert not is_as_built(path, "solutions/01_tiny copy.ipynb")
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    assert is_as_built(path, PLACE) and not is_as_built(link, PLACE)
    for content in (built[:-1], built[:-100], built[: len(built) // 2], built + b"\n", b"", b"<<<<<<< HEAD\n" + built):
        path.write_bytes(content)
        assert not is_as_built(path, PLACE)
        assert version_at(path, PLACE) is None or content in (built[:-1], built + b"\n")
    for nothing in (tmp_path, tmp_path / "absent", link):
        assert not is_as_built(nothing, PLACE) and version_at(nothing, PLACE) is None
    for content in (b"7", b"null", b"[" * 100_000, b"\xff", b'{"metadata": {"at_the_kink": [1]}}'):
        path.write_bytes(content)
        assert version_at(path, PLACE) is None


def test_a_fingerprint_in_the_text_of_a_cell_is_not_taken_for_the_notebooks(tmp_path: Path):
    quoted = json.dumps({"cells": ['"fingerprint": "' + "1" * 64 + '"'], "fingerprint": "0" * 64}).encode()
    path = tmp_path / "x.ipynb"
    path.write_bytes(with_fingerprint(quoted, PLACE))
    assert is_as_built(path, PLACE)
    path.write_bytes(path.read_bytes().replace(b"1" * 64, b"2" * 64))
    assert not is_as_built(path, PLACE)
