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
    """Below `notebooks/`, nbval runs what the lessons generate; whatever else is there is somebody's own."""
    folders = [config.rootpath / "notebooks", config.rootpath / "notebooks" / "solutions"]
    if collection_path in folders or not collection_path.is_relative_to(folders[0]):
        return None
    lesson = config.rootpath / "lessons" / f"{collection_path.stem}.py"
    generated = collection_path.suffix == ".ipynb" and collection_path.parent in folders and lesson.is_file()
    return None if generated else True
