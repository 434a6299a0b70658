"""A notebook is as it was built until anybody changes, renames or copies it."""

import json
from pathlib import Path

import pytest

from tools.as_built import is_as_built, with_fingerprint
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


def changed(content: bytes, change: str) -> bytes:
    """The notebook as a person leaves it who has changed it in this way."""
    notebook = json.loads(content)
    cell, metadata = notebook["cells"][1], notebook["metadata"]
    if change == "an answer":
        cell["source"] = ["print(math.e)"]
    elif change == "an output":
        cell["outputs"][0]["text"] = ["3.14\n"]
    elif change == "no outputs":
        cell.update(outputs=[], execution_count=None)
    elif change == "other metadata":
        metadata["language_info"]["version"] = "3.12.1"
    elif change == "another's fingerprint":
        cell["source"] = ["print(math.e)"]
        metadata["at_the_kink"]["fingerprint"] = "0" * 64
    elif change == "no fingerprint":
        del metadata["at_the_kink"]["fingerprint"]
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def test_what_the_build_wrote_is_as_built(built: bytes, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    for content in (built, built.replace(b"\n", b"\r\n"), changed(built, "nothing")):
        path.write_bytes(content)
        assert is_as_built(path, PLACE)


@pytest.mark.parametrize(
    "change",
    ["an answer", "an output", "no outputs", "other metadata", "another's fingerprint", "no fingerprint"],
)
def test_what_a_person_has_changed_is_not(built: bytes, change: str, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(changed(built, change))
    assert not is_as_built(path, PLACE)


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
    assert not is_as_built(tmp_path, PLACE)
    assert not is_as_built(tmp_path / "absent", PLACE)


def test_a_fingerprint_in_the_text_of_a_cell_is_not_taken_for_the_notebooks(tmp_path: Path):
    quoted = json.dumps({"cells": ['"fingerprint": "' + "1" * 64 + '"'], "fingerprint": "0" * 64}).encode()
    path = tmp_path / "x.ipynb"
    path.write_bytes(with_fingerprint(quoted, PLACE))
    assert is_as_built(path, PLACE)
    path.write_bytes(path.read_bytes().replace(b"1" * 64, b"2" * 64))
    assert not is_as_built(path, PLACE)
