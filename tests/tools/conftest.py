"""A course of one small lesson, to build and to break, and a learner's folder beside a course that is built."""

import json
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from tools.as_built import UNKNOWN, sources_fingerprint, with_fingerprint
from tools.working_folder import Update

LESSON = dedent(
    """\
    # %% [markdown]
    # # Double a number
    # The slope of $2x$ is 2.

    # %%
    import math

    # %%
    # begin solution: slope = ...
    slope = 2
    # end solution
    print(f"pi is {math.pi:.2f}")

    # %% tags=["solution-only"]
    slope
    """
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with lessons/01_tiny.py."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_tiny.py").write_text(LESSON, encoding="utf-8")
    return tmp_path


class Learner:
    """A learner's folder, and the notebooks of the course beside it."""

    def __init__(self, root: Path) -> None:
        self.notebooks, self.folder = root / "notebooks", root / "my-course"
        self.folder.mkdir()
        for place in ("01_limits.ipynb", "02_proof.ipynb", "solutions/01_limits.ipynb"):
            self.publish(place, "first")

    @staticmethod
    def lesson(place: str, text: str) -> bytes:
        """A notebook as it is built for this place, with an output of the build."""
        built = {"data": {"text/plain": ["built"]}, "metadata": {}, "output_type": "display_data"}
        cell = {"cell_type": "code", "execution_count": None, "id": "1", "metadata": {}, "outputs": [built]}
        metadata = {"at_the_kink": {"fingerprint": UNKNOWN}}
        notebook = {"cells": [{**cell, "source": [text]}], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        metadata["at_the_kink"]["sources"] = sources_fingerprint(notebook, place)
        return with_fingerprint(json.dumps(notebook, indent=1).encode(), place)

    def publish(self, place: str, text: str) -> bytes:
        path = self.notebooks / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.lesson(place, text))
        return path.read_bytes()

    def update(self, day: date = date(2026, 11, 29)) -> list[str]:
        return [said.replace(str(self.folder), "FOLDER") for said in Update(self.notebooks, self.folder, day).run()]

    def files(self) -> dict[str, bytes]:
        """All that a learner sees in the folder."""
        found = ((path.relative_to(self.folder).as_posix(), path) for path in self.folder.rglob("*"))
        return {name: path.read_bytes() for name, path in found if path.is_file() and not path.name.startswith(".")}


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


@pytest.fixture
def begun(learner: Learner) -> Learner:
    """The same after the first start."""
    learner.update()
    return learner
