"""A course of one small lesson, to build and to break."""

from pathlib import Path
from textwrap import dedent

import pytest

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
