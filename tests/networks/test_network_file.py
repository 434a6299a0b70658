import os

import numpy as np
import pytest

from course_lib.networks import DamagedFile, Dense, Dropout, Maxout, Network
from course_lib.networks.saving import save_arrays


def ones(rng, n_out, n_in):
    return np.ones((n_out, n_in)), np.zeros(n_out)


LAYERS = [
    Dense(3, 4, "relu6", slope_at_kink=(0.0, np.array([0.0, 1.0])), bias=[0.1, 0.2]),
    Dropout(np.array([0.0, 0.5])),
    Dense(4, 4, "prelu", alpha=[0.1, 0.3], alpha_sharing="layer"),
    Maxout(4, 3, pieces=2, tie="split", initialization=ones),
    Dense(3, 2, "elu", alpha=0.5, initialization=0.25),
]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_is_loaded_is_what_was_saved(tmp_path, dtype):
    network = Network(LAYERS, replicas=2, seed=[7, 3], dtype=dtype)
    network.W[0][...] += 1
    network.save(tmp_path / "network.npz")
    again = Network.load(tmp_path / "network.npz")
    assert repr(again) == repr(network) and again.seeds == [7, 3] and again.dtype == network.dtype
    for mine, other in zip(network.parameters, again.parameters, strict=True):
        for values, loaded in zip(mine.arrays(), other.arrays(), strict=True):
            np.testing.assert_array_equal(values, loaded)
    X = np.random.default_rng(0).standard_normal((5, 3))
    np.testing.assert_array_equal(network.predict(X), again.predict(X))
    y = np.zeros(5, int)
    (loss, gradient), (loaded_loss, loaded_gradient) = network.loss_and_gradient(X, y), again.loss_and_gradient(X, y)
    np.testing.assert_array_equal(loss, loaded_loss)
    for mine, other in zip(gradient.W, loaded_gradient.W, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_truncated_file_is_refused_and_says_so(tmp_path):
    path = tmp_path / "network.npz"
    Network.mlp([2, 3, 2]).save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 101):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFile, match=r"network\.npz"):
            Network.load(path)


def test_arrays_that_are_no_network_are_refused(tmp_path):
    save_arrays(tmp_path / "other.npz", {"W": np.eye(2)}, {"kind": "something else"})
    with pytest.raises(DamagedFile, match="no network in this file"):
        Network.load(tmp_path / "other.npz")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "network.npz"
    Network.mlp([2, 3, 2], seed=1).save(path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError):
        Network.mlp([2, 3, 2], seed=2).save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["network.npz"]
