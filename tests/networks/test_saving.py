"""What is saved comes back as it was, and what cannot be saved is named."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from course_lib.networks.saving import load_arrays, save_arrays

ARRAYS = {
    "W[0]": np.arange(12, dtype=np.float32).reshape(2, 2, 3) / 7,
    "b[0]": np.array([[0.1, np.nan], [np.inf, -0.0]]),
    "half": np.array([0.1, 6e-8], np.float16),
    "seeds": np.array([3, 2**40]),
    "empty": np.zeros((0, 4)),
    "one": np.array(5.0),
    "alive": np.array([True, False]),
    "loss name": np.array("cross entropy, ½"),
}
DESCRIPTION = {"layers": [{"kind": "Dense", "slope_at_kink": 0.5, "alpha": None}], "note": "Δ", "epochs": 3, "ok": True}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "network.npz"


@pytest.fixture
def saved(path: Path) -> bytes:
    save_arrays(path, ARRAYS, DESCRIPTION)
    return path.read_bytes()


def same(found, expected) -> bool:
    return found.keys() == expected.keys() and all(
        found[name].dtype == np.asarray(array).dtype
        and found[name].shape == np.shape(array)
        and found[name].tobytes() == np.asarray(array).tobytes()
        for name, array in expected.items()
    )


def test_what_is_saved_comes_back(path, saved) -> None:
    arrays, description = load_arrays(path)
    assert same(arrays, ARRAYS)
    assert description == DESCRIPTION
    arrays["W[0]"][...] = 0  # a copy that can be written to


@settings(deadline=None, max_examples=40)  # the disk decides how long a file takes
@given(
    st.dictionaries(
        st.text("abcWb[]0123456789_ .-", min_size=1, max_size=8),
        arrays_of.arrays(
            st.sampled_from(
                [np.float16, np.float32, np.float64, np.int64, np.uint8, np.bool_, np.complex128, "<U3", ">f8"]
            ),
            arrays_of.array_shapes(min_dims=0, min_side=0, max_side=3),
        ),
        max_size=4,
    ),
    st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)),
)
def test_anything_of_these_kinds_comes_back(tmp_path_factory, arrays, description) -> None:
    path = tmp_path_factory.mktemp("saved") / "any.npz"
    save_arrays(path, arrays, description)
    found, told = load_arrays(path)
    assert same(found, arrays)
    assert told == description


def test_numpy_can_read_it_too(path, saved) -> None:
    with np.load(path, allow_pickle=False) as archive:
        assert np.array_equal(archive["W[0]"], ARRAYS["W[0]"])


def test_the_same_content_is_the_same_bytes(path, saved, tmp_path) -> None:
    save_arrays(tmp_path / "again.npz", ARRAYS, DESCRIPTION)
    assert (tmp_path / "again.npz").read_bytes() == saved


def test_a_fortran_ordered_array_keeps_its_numbers(path) -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    save_arrays(path, {"a": array[:, ::2]}, {})
    assert np.array_equal(load_arrays(path)[0]["a"], [[0, 2], [3, 5]])


def test_a_new_file_replaces_the_old_one(path, saved) -> None:
    save_arrays(path, {"W": np.ones(2)}, {"epochs": 4})
    arrays, description = load_arrays(path)
    assert list(arrays) == ["W"]
    assert description == {"epochs": 4}
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="the file's mode is set by the system's own rules here")
def test_the_file_has_the_mode_of_a_file_written_in_the_ordinary_way(path, saved) -> None:
    ordinary = path.with_name("ordinary")
    ordinary.write_bytes(b"")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need a privilege here")
def test_a_link_stays_a_link(path, tmp_path) -> None:
    link = tmp_path / "latest.npz"
    link.symlink_to(path)
    save_arrays(link, ARRAYS, DESCRIPTION)
    assert link.is_symlink()
    assert same(load_arrays(path)[0], ARRAYS)


def test_a_missing_folder_is_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="path: got '.*nowhere.*net.npz'; accepted is a name in a folder that"):
        save_arrays(tmp_path / "nowhere" / "net.npz", ARRAYS, DESCRIPTION)


def test_a_missing_file_is_named(path) -> None:
    with pytest.raises(FileNotFoundError, match="network.npz"):
        load_arrays(path)


def test_a_folder_in_the_way_is_named(path) -> None:
    path.mkdir()
    with pytest.raises(OSError, match="network.npz"):
        save_arrays(path, ARRAYS, DESCRIPTION)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("name", ["network", "network.npy", "network.npz.gz", "network.NPZ"])
def test_another_suffix_is_refused(tmp_path, name) -> None:
    with pytest.raises(ValueError, match=f"path: got '.*{name}'; accepted is a name that ends in .npz"):
        save_arrays(tmp_path / name, ARRAYS, DESCRIPTION)
    assert os.listdir(tmp_path) == []


def test_a_renamed_file_is_read(path, saved) -> None:
    renamed = path.rename(path.with_name("network.backup"))
    assert same(load_arrays(renamed)[0], ARRAYS)


@pytest.mark.parametrize(
    ("arrays", "description", "error", "message"),
    [
        ({"a/b": np.ones(1)}, {}, ValueError, "arrays: got the name 'a/b'; accepted are letters, digits"),
        ({"": np.ones(1)}, {}, ValueError, "arrays: got the name ''"),
        ({1: np.ones(1)}, {}, ValueError, "arrays: got the name 1"),
        (
            {"a": np.array([None])},
            {},
            TypeError,
            "arrays: got 'a' of dtype object; accepted are numbers, bools and text",
        ),
        ({"a": np.zeros(1, "M8[s]")}, {}, TypeError, r"arrays: got 'a' of dtype datetime64\[s\]"),
        ({}, {"sizes": (2, 3)}, TypeError, r"description: got {'sizes': \(2, 3\)}; accepted is a dict that JSON holds"),
        ({}, {1: "one"}, TypeError, "description: got {1: 'one'}; accepted is a dict"),
        ({}, {"loss": float("nan")}, TypeError, "description: .*; accepted is a dict that JSON holds without loss"),
        ({}, {"W": np.ones(2)}, TypeError, "description: .*ndarray.*; accepted is a dict"),
        ({}, ["a"], TypeError, r"description: got \['a'\]; accepted is a dict"),
    ],
)
def test_what_cannot_be_saved_is_named_and_leaves_the_old_file(
    path, saved, arrays, description, error, message
) -> None:
    with pytest.raises(error, match=message):
        save_arrays(path, arrays, description)
    assert path.read_bytes() == saved
