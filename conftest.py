"""Every test, doctest and notebook of the project runs apart from the learner's own progress."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["AT_THE_KINK_PROGRESS"] = "off"
# A machine that is busy makes a test slow, not wrong.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_configure(config: pytest.Config) -> None:
    """nbval compares all of an output's HTML but the bytes of its pictures, which depend on the machine."""
    if config.getoption("nbval", False) and not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "notebooks" / "nbval.cfg")
