"""Every test, doctest and notebook of the project runs apart from the learner's own progress."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["AT_THE_KINK_PROGRESS"] = "off"
# A machine that is busy makes a test slow, not wrong.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Below `notebooks/`, nbval runs what the lessons generate; copies and other notebooks there are somebody's own."""
    folder = config.rootpath / "notebooks"
    if collection_path.suffix != ".ipynb" or not collection_path.is_relative_to(folder):
        return None
    generated = collection_path.parent in (folder, folder / "solutions")
    return None if generated and (config.rootpath / "lessons" / f"{collection_path.stem}.py").is_file() else True
