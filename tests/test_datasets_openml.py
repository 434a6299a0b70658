"""The full MNIST: scikit-learn's real fetch_openml reads the answers of a stand-in for openml.org; no network."""

import hashlib
import io
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from email.message import Message
from urllib.error import URLError
from urllib.response import addinfourl

import numpy as np
import pytest

from course_lib import data
from course_lib.data import DatasetUnavailable, mnist

N_TRAIN, N_TEST, N_PIXELS = 30, 11, 784
DIGITS = [str(digit) for digit in range(10)]


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
        features[-1]["nominal_value"] = DIGITS
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

    def default_open(self, request: urllib.request.Request) -> addinfourl:
        self.asked += 1
        if self.offline:
            raise URLError("no network")
        answer = next(
            (json.dumps(a).encode() for path, a in self.answers.items() if path in request.full_url), self.served
        )
        response = addinfourl(io.BytesIO(answer), Message(), request.full_url, 200)
        response.msg = "OK"
        return response


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(data, "TRAINING_SAMPLES", N_TRAIN)
    monkeypatch.setattr(data, "TEST_SAMPLES", N_TEST)
    yield
    assert socket.getdefaulttimeout() is None
    urllib.request.install_opener(None)


def serve(stand_in: StandIn) -> StandIn:
    urllib.request.install_opener(urllib.request.build_opener(stand_in))
    return stand_in


def test_the_published_order_is_kept_and_pixels_are_scaled() -> None:
    pixels, labels = table()
    serve(StandIn(arff(pixels, labels)))
    dataset = mnist()
    assert repr(dataset) == "<mnist: 30 training and 11 test samples, 784 features, 10 classes>"
    assert np.allclose(dataset.X, pixels[:N_TRAIN] / 255, atol=1e-7)
    assert np.allclose(dataset.X_test, pixels[N_TRAIN:] / 255, atol=1e-7)
    assert dataset.y.tolist() == labels[:N_TRAIN].tolist()
    assert dataset.y_test.tolist() == labels[N_TRAIN:].tolist()
    assert (dataset.X.dtype, dataset.y.dtype) == (np.float32, np.int64)
    assert not dataset.X.flags.writeable
    assert "MNIST" in dataset.source


def test_once_fetched_it_needs_no_network() -> None:
    stand_in = serve(StandIn(arff(*table())))
    first, asked = mnist(), stand_in.asked
    stand_in.offline = True
    assert np.array_equal(mnist().X, first.X)
    assert stand_in.asked == asked > 0


def test_the_division_is_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (data.TRAINING_SAMPLES, data.TEST_SAMPLES) == (60_000, 10_000)


def test_without_a_network_the_message_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DatasetUnavailable) as caught:
        mnist()
    message = str(caught.value)
    assert "full MNIST could not be fetched from openml.org" in message
    assert "URLError" in message
    assert "Name or service not known" in message
    assert "use mnist_5k()" in message
    assert isinstance(caught.value.__cause__, URLError)


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", server.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address])
        # Without a time limit the test would hang; then the server's end makes it fail, for another reason.
        end = threading.Timer(20, server.close)
        end.start()
        with pytest.raises(DatasetUnavailable, match="timed out"):
            mnist(timeout=0.2)
        end.cancel()


@pytest.mark.parametrize(
    ("served", "message"),
    [
        (b"<html>Please log in to this network.</html>", "md5"),
        (arff(*table())[:-2000], "md5"),
    ],
    ids=["another page", "cut short"],
)
def test_a_file_that_is_not_the_data_is_refused(served, message) -> None:
    serve(StandIn(arff(*table()), served))
    with pytest.raises(DatasetUnavailable, match=message):
        mnist()


def test_a_login_page_in_place_of_every_answer_is_refused() -> None:
    stand_in = serve(StandIn(b"", b"<html>Please log in to this network.</html>"))
    stand_in.answers = {}
    with pytest.raises(DatasetUnavailable, match="JSONDecodeError"):
        mnist()


def test_after_a_failure_the_next_try_is_not_spoilt_by_it() -> None:
    stand_in = serve(StandIn(arff(*table()), served=arff(*table())[:-2000]))
    with pytest.raises(DatasetUnavailable):
        mnist()
    stand_in.served = arff(*table())
    assert mnist().X.shape == (N_TRAIN, N_PIXELS)


def test_data_of_another_shape_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "TRAINING_SAMPLES", N_TRAIN + 1)
    serve(StandIn(arff(*table())))
    with pytest.raises(DatasetUnavailable, match=r"shape \(41, 784\) instead of \(42, 784\)"):
        mnist()


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_timeout_out_of_range_is_named(timeout) -> None:
    with pytest.raises(ValueError, match=r"timeout: got .*; accepted is a number of seconds above 0"):
        mnist(timeout=timeout)


@pytest.mark.parametrize("timeout", [None, "30", True])
def test_a_timeout_that_is_no_number_is_named(timeout) -> None:
    with pytest.raises(TypeError, match=r"timeout: got .*; accepted is a number of seconds above 0"):
        mnist(timeout=timeout)


def test_a_time_limit_that_was_set_before_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        "sklearn.datasets.fetch_openml", lambda *_, **__: seen.append(socket.getdefaulttimeout()) or table()
    )
    socket.setdefaulttimeout(77)
    try:
        mnist(timeout=5)
        assert (seen, socket.getdefaulttimeout()) == ([5], 77)
    finally:
        socket.setdefaulttimeout(None)


def test_ctrl_c_is_not_taken_for_a_missing_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sklearn.datasets.fetch_openml", interrupt)
    with pytest.raises(KeyboardInterrupt):
        mnist()
