"""A file that is not whole is refused, and a write that fails leaves the old file alone."""

import hashlib
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_lib.networks import saving
from course_lib.networks.saving import DamagedFile, load_arrays, save_arrays

ARRAYS = {f"W[{layer}]": np.random.default_rng(layer).standard_normal((2, 6, 5)) for layer in range(3)}
DESCRIPTION = {"layers": [{"kind": "Dense", "slope_at_kink": 0.5}], "epochs": 3}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "network.npz"


@pytest.fixture
def saved(path: Path) -> bytes:
    save_arrays(path, ARRAYS, DESCRIPTION)
    return path.read_bytes()


def test_every_truncation_is_refused(path, saved) -> None:
    lengths = {*range(0, len(saved), 97), *range(len(saved) - 150, len(saved))}
    assert len(lengths) > 150
    for length in lengths:
        path.write_bytes(saved[:length])
        with pytest.raises(DamagedFile, match=f"{path.name}: "):
            load_arrays(path)


def test_every_flipped_bit_is_refused(path, saved) -> None:
    for position in range(0, len(saved), 7):
        changed = bytearray(saved)
        changed[position] ^= 1 << (position % 8)
        path.write_bytes(changed)
        with pytest.raises(DamagedFile, match=f"{path.name}: "):
            load_arrays(path)


def test_bytes_put_in_or_added_are_refused(path, saved) -> None:
    for changed in (saved + b"\0", b"\0" + saved, saved[:500] + b"\0" + saved[500:], saved + saved):
        path.write_bytes(changed)
        with pytest.raises(DamagedFile):
            load_arrays(path)


def test_the_message_says_what_is_wrong(path, saved) -> None:
    for content, message in (
        (b"", "network.npz: the file is empty"),
        (saved[:-1], "the end of the file is missing or changed"),
        (saved[: len(saved) // 2], "the end of the file is missing or changed"),
        (saved[:900] + b"?" + saved[901:], "the content does not fit its checksum"),
        (b"a text of mine", "the file was not written by save_arrays"),
    ):
        path.write_bytes(content)
        with pytest.raises(DamagedFile, match=message):
            load_arrays(path)


def sealed(content: bytes, version: int = 1) -> bytes:
    digest = hashlib.sha256(content).hexdigest()
    return content + f"[at-the-kink arrays, version {version:04d}, sha256 {digest}]".encode()


def test_a_foreign_npz_is_refused(path) -> None:
    np.savez(path, W=np.eye(2))
    with pytest.raises(DamagedFile, match="network.npz: the file was not written by save_arrays"):
        load_arrays(path)


def test_another_version_is_refused_by_its_number(path, saved) -> None:
    path.write_bytes(sealed(saved[: -saving.SEAL_LENGTH], version=2))
    with pytest.raises(DamagedFile, match="the file has format version 2; this course reads version 1"):
        load_arrays(path)


def test_pickled_objects_are_refused_even_under_a_seal(path) -> None:
    file = io.BytesIO()
    np.savez(file, a=np.array([{"run": "me"}], dtype=object))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = bytes(saving.SEAL_LENGTH)
    path.write_bytes(sealed(file.getvalue()[: -saving.SEAL_LENGTH]))
    with pytest.raises(DamagedFile, match="its content cannot be read .*allow_pickle"):
        load_arrays(path)


@pytest.mark.parametrize("failing", ["replace", "fsync"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_alone(path, saved, monkeypatch, failing, error) -> None:
    def interrupted(*arguments):
        raise error

    monkeypatch.setattr(os, failing, interrupted)
    with pytest.raises(type(error)) as caught:
        save_arrays(path, {"W": np.ones(9)}, {})
    if isinstance(error, OSError):
        assert caught.value.filename == str(path)
        assert caught.value.errno == 28
    monkeypatch.undo()
    assert path.read_bytes() == saved
    assert os.listdir(path.parent) == [path.name]


def test_a_failing_first_write_leaves_nothing(path, monkeypatch) -> None:
    def interrupted(source, target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(OSError, match="Input/output error: '.*network.npz'"):
        save_arrays(path, ARRAYS, DESCRIPTION)
    assert os.listdir(path.parent) == []


def test_a_folder_without_permission_is_named(path, monkeypatch) -> None:
    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied", "another name")

    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(PermissionError, match="Permission denied: '.*network.npz'"):
        save_arrays(path, ARRAYS, DESCRIPTION)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_keeps_its_file(path, saved) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="network.npz"):
            save_arrays(path, {"W": np.ones(2)}, {})
    finally:
        path.parent.chmod(0o700)
    assert path.read_bytes() == saved
