"""The progress file: where it is, how it is read, locked and replaced as a whole."""

import io
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib.atomic_file import replaced_file
from course_lib.exercises.records import NewerVersion, State, from_json

LOCK_SECONDS = 5.0


class Damaged(ValueError):
    """The file is there and readable, but it is not a progress file any more."""


def default_path() -> Path:
    """progress.json in the user's data folder: the place depends on the platform's custom."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        named = os.environ.get("XDG_DATA_HOME", "")
        # The XDG rules say that a relative path is to be ignored.
        base = Path(named) if os.path.isabs(named) else home / ".local" / "share"
    return base / "at-the-kink" / "progress.json"


def read(path: Path) -> State:
    """The state in the file; an empty one where there is no file. ``Damaged``, ``NewerVersion`` or ``OSError``."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return State()
    try:
        return from_json(json.loads(raw))
    except NewerVersion:
        raise
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error


def set_aside(path: Path) -> Path:
    """Rename a damaged file, so that nothing is thrown away; the new name is returned."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    os.replace(path, kept)
    return kept


def write(path: Path, state: State) -> None:
    """Replace the file as a whole: at every moment a reader finds either the old state or the new one."""
    with replaced_file(Path(os.path.realpath(path)), private=True) as file:
        text = io.TextIOWrapper(file, encoding="utf-8")
        json.dump(state.to_json(), text, indent=1, ensure_ascii=False)
        text.detach()  # flushes it, and leaves closing to the file


@contextmanager
def locked(path: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock beside the file; the system frees it when a process dies. ``OSError`` where it cannot be had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "a+b") as file:
        deadline = time.monotonic() + seconds
        while not _try_lock(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError("another program has kept the progress file locked")
            time.sleep(0.01)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
