"""The full MNIST, from openml.org."""

import socket
import warnings
import zlib
from http.client import HTTPException
from typing import Any

import numpy as np

from course_lib.experiments.datasets_arguments import check_real
from course_lib.experiments.datasets_record import Dataset

DIGITS = tuple(str(digit) for digit in range(10))
MNIST_SOURCE = "Yann LeCun, Corinna Cortes and Christopher J. C. Burges, The MNIST database of handwritten digits"
TRAINING_SAMPLES, TEST_SAMPLES, PIXELS = 60_000, 10_000, 784
# No network or no answer (OSError holds them), an answer cut short, an answer that is not the data.
FETCH_FAILED = (OSError, HTTPException, EOFError, zlib.error, ValueError, KeyError)


class DatasetUnavailable(RuntimeError):
    """A dataset could not be fetched; the message says why, and what to use without a network."""


def mnist(timeout: float = 30.0) -> Dataset:
    """60,000 handwritten digits to train on and 10,000 to test on, 28 × 28 = 784 pixels, 0 ≤ pixel ≤ 1.

    The order is the published one: the first 60,000 are the training set. scikit-learn fetches the data once, from
    openml.org, and keeps it in its data folder; then no network is needed. In memory it takes 220 MB. ``timeout`` are
    the seconds that the server may stay silent before it is given up, a few times in a row at most; meanwhile it holds
    for every new connection of the process. Raises DatasetUnavailable without a network.
    Source: Yann LeCun, Corinna Cortes and Christopher J. C. Burges, *The MNIST database of handwritten digits*;
    Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, *Gradient-based learning applied to document
    recognition*, 1998.

    >>> mnist(timeout=0)
    Traceback (most recent call last):
    ValueError: timeout: got 0; accepted is a number of seconds above 0, at most 3600
    """
    seconds = check_real("timeout", timeout, "a number of seconds above 0, at most 3600", lambda s: 0 < s <= 3600)
    try:
        pixels, y = _fetch(seconds)
        expected = (TRAINING_SAMPLES + TEST_SAMPLES, PIXELS)
        if pixels.shape != expected:
            raise ValueError(f"the data came with shape {pixels.shape} instead of {expected}")
    except FETCH_FAILED as error:
        raise DatasetUnavailable(
            f"The full MNIST could not be fetched from openml.org ({type(error).__name__}: {error}). Without a "
            "network use mnist_5k(): 5000 of its digits, already installed."
        ) from error
    X, labels = pixels.astype(np.float32), y.astype(np.int64)
    X /= 255
    train, test = slice(TRAINING_SAMPLES), slice(TRAINING_SAMPLES, None)
    return Dataset("mnist", X[train], labels[train], X[test], labels[test], DIGITS, f"{MNIST_SOURCE} (openml.org)")


def _fetch(seconds: float) -> tuple[Any, Any]:
    from sklearn.datasets import fetch_openml

    before = socket.getdefaulttimeout()
    # fetch_openml has no time limit of its own: without this one a silent server would hold it for ever.
    socket.setdefaulttimeout(seconds)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="A network error occurred|Invalid cache")
            # Every number fits a byte. Left to itself, fetch_openml takes eight for each and turns the labels into a
            # category, which scikit-learn 1.9 cannot read with pandas 3.1.
            return fetch_openml(
                "mnist_784", version=1, as_frame=False, return_X_y=True, parser="pandas", n_retries=1,
                read_csv_kwargs={"dtype": np.uint8},
            )  # fmt: skip
    finally:
        socket.setdefaulttimeout(before)
