"""Every test, doctest and notebook of the project runs apart from the learner's own progress.

`AT_THE_KINK_REQUIRE` names what must be there, such as "browser,torch": a test that needs it fails without it, instead
of being skipped.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import nbval.kernel
import pytest
from hypothesis import settings
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode

from course_lib.topics.frameworks.libraries import LIBRARIES

REQUIRED = {name for name in os.environ.get("AT_THE_KINK_REQUIRE", "").replace(",", " ").split() if name}
os.environ["AT_THE_KINK_PROGRESS"] = "off"
# A machine that is busy makes a test slow, not wrong.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


class KernelWithSockets(KernelManager):
    """Talks to its kernel by sockets in a folder of its own.

    A free TCP port is found some time before the kernel takes it. With two workers another program may be quicker, and
    the kernel dies before a lesson has begun.
    """

    def __init__(self, **options: Any) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="nbval-", ignore_cleanup_errors=True)
        super().__init__(transport="ipc", ip=str(Path(self.folder.name) / "kernel"), **options)


if sys.platform != "win32":  # where ZeroMQ has no such sockets
    nbval.kernel.KernelManager = KernelWithSockets


def pytest_configure(config: pytest.Config) -> None:
    """nbval compares all of an output's HTML but the bytes of its pictures, which depend on the machine."""
    if config.getoption("nbval", False) and not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "notebooks" / "nbval.cfg")


def pytest_sessionstart(session: Any) -> None:
    if unknown := sorted(REQUIRED - {"browser", "node", *LIBRARIES}):
        accepted = ", ".join(["browser", "node", *LIBRARIES])
        raise pytest.UsageError(f"AT_THE_KINK_REQUIRE: got {', '.join(unknown)}; accepted are {accepted}")


def pytest_itemcollected(item: Any) -> None:
    """nbval compares no outputs of a cell without an execution count, and the course's notebooks store none."""
    if isinstance(cell := getattr(item, "cell", None), NotebookNode):
        cell.execution_count = cell.execution_count or 1


@pytest.fixture(scope="session")
def absent() -> Callable[[str, str], NoReturn]:
    """Call it with the name and a reason where something that a test needs is not there."""

    def absent(name: str, reason: str) -> NoReturn:
        (pytest.fail if name in REQUIRED else pytest.skip)(reason)

    return absent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Below `notebooks/`, nbval runs what the lessons generate; whatever else is there is somebody's own."""
    folders = [config.rootpath / "notebooks", config.rootpath / "notebooks" / "solutions"]
    if collection_path in folders or not collection_path.is_relative_to(folders[0]):
        return None
    lesson = config.rootpath / "lessons" / f"{collection_path.stem}.py"
    generated = collection_path.suffix == ".ipynb" and collection_path.parent in folders and lesson.is_file()
    return None if generated else True
