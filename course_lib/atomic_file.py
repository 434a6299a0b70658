"""Write a file as a whole: whoever reads it finds the old one or the new one, never a part; and take turns doing so."""

import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

LOCK_SECONDS = 5.0


@contextmanager
def replaced_file(target: Path, private: bool = False) -> Iterator[BinaryIO]:
    """A new file to write to, which takes the place of `target` when the block ends without an error.

    It is written beside the target, flushed to the disk and renamed; after an error the old file is untouched and the
    new one is gone. A `private` file can be read by its owner only. `target` is no symbolic link: resolve it first.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replaced_file(Path(folder) / "note.txt") as file:
    ...         _ = file.write(b"whole")
    ...     print([path.name for path in Path(folder).iterdir()])
    ['note.txt']
    """
    with _written_beside(target, 0o600 if private else 0o666, os.replace) as file:
        yield file


def ship(record: object, path: Path) -> None:
    """Write what a long run has found, as JSON, to the file that the course reads, and say so."""
    with replaced_file(path) as file:
        file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    print(f"written: {path}")


@cache
def shipped(path: Path) -> Any:
    """What `ship` has written there, read once."""
    return json.loads(path.read_bytes())


@contextmanager
def created_file(target: Path) -> Iterator[BinaryIO]:
    """As `replaced_file`, for a name that is free: whatever is there at the end stays, and FileExistsError is raised.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "note.txt"
    ...     _ = target.write_bytes(b"mine")
    ...     with suppress(FileExistsError), created_file(target) as file:
    ...         _ = file.write(b"another")
    ...     print(target.read_bytes())
    b'mine'
    """
    with _written_beside(target, 0o666, move_to_free_name) as file:
        yield file


def move_to_free_name(source: Path, target: Path) -> None:
    """Rename a file, never over another: FileExistsError if there is anything under the new name, a broken link too."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # A file system without hard links.
        if os.path.lexists(target):
            raise FileExistsError(f"[Errno 17] File exists: {str(target)!r}") from None
        os.rename(source, target)
    else:
        os.unlink(source)


@contextmanager
def _written_beside(target: Path, mode: int, take_place: Callable[[Path, Path], object]) -> Iterator[BinaryIO]:
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        take_place(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the platform can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the file; the system frees it when a process dies. `OSError` where it cannot be had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "a+b") as file:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_lock(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError("another program has kept it locked")
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
