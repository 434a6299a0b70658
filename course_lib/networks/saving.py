"""Arrays and a description in one file, written as a whole and refused unless it is whole."""

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from course_lib.atomic_file import replaced_file

FORMAT, VERSION = "at-the-kink arrays", 1
SUFFIX = ".npz"
DESCRIPTION = "description.json"
# The end of the file, as the comment of the zip archive: SHA-256 of every byte before it.
SEAL = re.compile(rb"\[at-the-kink arrays, version (\d{4}), sha256 ([0-9a-f]{64})\]\Z")
SEAL_LENGTH = len("[at-the-kink arrays, version 0001, sha256 ]") + 64
KINDS = "biufcU"  # what .npy holds without pickle: bool, integers, floats, complex numbers, text


class DamagedFile(ValueError):
    """The file is not one that ``save_arrays`` wrote, or not all of it; the message names the file and the fault."""


def save_arrays(path: str | os.PathLike[str], arrays: Mapping[str, Any], description: Mapping[str, Any]) -> None:
    """Write ``arrays`` and ``description`` to one file, which replaces an older one as a whole or not at all.

    The name has to end in .npz. The file is an uncompressed archive that ``numpy.load`` can read too, sealed with
    SHA-256. It is written beside the target, flushed to the disk and renamed, so that at every moment there is the old
    file or the new one; after a failure the old one is untouched and nothing is left beside it.

    Arrays are of any shape, of numbers, bools or text; names are letters, digits, blanks and ``_ - . [ ]``.
    ``description`` comes back as it was: a dict that JSON holds without loss (no tuples, no NaN). TypeError and
    ValueError name what else came, OSError the file that cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_arrays(Path(folder) / "lesson.npz", {"W[0]": np.eye(2)}, {"epochs": 3})
    ...     arrays, description = load_arrays(Path(folder) / "lesson.npz")
    >>> arrays["W[0]"].shape, description
    ((2, 2), {'epochs': 3})
    """
    target = Path(os.path.realpath(path))
    if target.suffix != SUFFIX:
        raise ValueError(f"path: got {str(path)!r}; accepted is a name that ends in {SUFFIX}")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"path: got {str(path)!r}; accepted is a name in a folder that exists")
    _replace(target, _sealed(_packed(_checked_arrays(arrays), _checked_description(description))))


def load_arrays(path: str | os.PathLike[str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the description of a file that ``save_arrays`` wrote, whatever its name is now.

    ``DamagedFile`` if a byte is missing, added or changed, and for a file from elsewhere or of another version; OSError
    if it cannot be read. Nothing in the file is run: there is no pickle.
    """
    content = Path(path).read_bytes()
    _check_seal(path, content)
    arrays: dict[str, NDArray[Any]] = {}
    description: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    if name == DESCRIPTION:
                        description = json.load(member)
                    else:
                        arrays[name.removesuffix(".npy")] = npy.read_array(member, allow_pickle=False)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:  # sealed, yet not by save_arrays
        raise DamagedFile(f"{path}: its content cannot be read ({error})") from error
    return arrays, description


def _check_seal(path: str | os.PathLike[str], content: bytes) -> None:
    seal = SEAL.search(content[-SEAL_LENGTH:])
    if seal is None:
        if not content:
            raise DamagedFile(f"{path}: the file is empty")
        if f"{FORMAT}, version".encode() in content or DESCRIPTION.encode() in content:
            raise DamagedFile(f"{path}: the end of the file is missing or changed; it was not written completely")
        raise DamagedFile(f"{path}: the file was not written by save_arrays")
    if int(seal[1]) != VERSION:
        raise DamagedFile(f"{path}: the file has format version {int(seal[1])}; this course reads version {VERSION}")
    if hashlib.sha256(content[:-SEAL_LENGTH]).hexdigest().encode() != seal[2]:
        raise DamagedFile(f"{path}: the content does not fit its checksum; bytes were changed, lost or added")


def _checked_arrays(arrays: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    checked = {}
    for name, values in arrays.items():
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_\-.\[\] ]+", name):
            raise ValueError(f"arrays: got the name {name!r}; accepted are letters, digits, blanks and _ - . [ ]")
        array = np.asarray(values)
        if array.dtype.kind not in KINDS:
            raise TypeError(f"arrays: got {name!r} of dtype {array.dtype}; accepted are numbers, bools and text")
        checked[name] = array
    return checked


def _checked_description(description: Mapping[str, Any]) -> bytes:
    accepted = "accepted is a dict that JSON holds without loss: str keys; dict, list, str, bool, None, finite numbers"
    try:
        text = json.dumps(description, allow_nan=False)
        same = isinstance(description, dict) and json.loads(text) == description
    except (TypeError, ValueError) as error:
        raise TypeError(f"description: {error}; {accepted}") from None
    if not same:
        raise TypeError(f"description: got {description!r}; {accepted}")
    return text.encode()


def _packed(arrays: Mapping[str, NDArray[Any]], description: bytes) -> bytes:
    """The zip archive, with a comment of the seal's length. It holds no time: the same content is the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = bytes(SEAL_LENGTH)
        with archive.open(DESCRIPTION, "w") as member:
            member.write(description)
        for name, array in arrays.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as member:
                npy.write_array(member, array, allow_pickle=False)
    return file.getvalue()


def _sealed(packed: bytes) -> bytes:
    content = packed[:-SEAL_LENGTH]
    return content + f"[{FORMAT}, version {VERSION:04d}, sha256 {hashlib.sha256(content).hexdigest()}]".encode()


def _replace(target: Path, content: bytes) -> None:
    try:
        with replaced_file(target) as file:
            file.write(content)
    except OSError as error:  # name the file that was asked for, not the one beside it
        raise type(error)(error.errno, error.strerror or str(error), str(target)) from error
