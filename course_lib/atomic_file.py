"""Replace a file as a whole: whoever reads it finds the old one or the new one, never a part."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


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
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    mode = 0o600 if private else 0o666
    try:
        with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
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
