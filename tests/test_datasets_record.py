"""What a Dataset accepts and refuses, and standardising against a second computation."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from course_lib.data import Dataset, digits, standardised

GOOD = {
    "name": "small", "X": [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], "y": [0, 1, 1], "X_test": [[6.0, 7.0]], "y_test": [0],
    "classes": ("no", "yes"), "source": "made up",
}  # fmt: skip


def test_other_numbers_are_converted_and_the_given_array_stays_as_it_is() -> None:
    X, y = np.array([[1, 2], [3, 4]]), np.array([0, 1], np.int8)
    own = np.ones((2, 2), np.float32)
    dataset = Dataset("small", X, y, own, [1, 0], ["a", "b"], "made up")
    assert (dataset.X.dtype, dataset.y.dtype, dataset.X_test.dtype) == (np.float32, np.int64, np.float32)
    assert dataset.X.tolist() == [[1, 2], [3, 4]]
    assert dataset.classes == ("a", "b")
    own[0, 0] = 5  # Still the caller's to write.
    with pytest.raises(ValueError, match="read-only"):
        dataset.X_test[0, 0] = 5


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X": [1.0, 2.0]}, ValueError, r"X: got shape \(2,\); accepted is \(n_samples, n_features\)"),
        ({"X": np.empty((0, 2))}, ValueError, r"X: got shape \(0, 2\); accepted is"),
        ({"X": [["a", "b"]] * 3}, TypeError, "X: got an array of <U1; accepted are real numbers"),
        ({"X": [[1j, 2]] * 3}, TypeError, "X: got an array of complex128; accepted are real numbers"),
        ({"X": [[0, 1], [2, float("nan")], [4, 5]]}, ValueError, r"X: got nan at \[1, 1\]; accepted are finite"),
        ({"X": [[0, 1], [2, 3], [1e300, 5]]}, ValueError, r"X: got 1e\+300 at \[2, 0\]; accepted are finite float32"),
        ({"y": [0, 1]}, ValueError, r"y: got shape \(2,\); accepted is \(3,\), a label for each sample"),
        ({"y": [0, 1, 2]}, ValueError, r"y: got 2 at \[2\]; accepted are 0 to 1"),
        ({"y": [0, -1, 1]}, ValueError, r"y: got -1 at \[1\]; accepted are 0 to 1"),
        ({"y": [0.0, 1.0, 1.0]}, TypeError, "y: got an array of float64; accepted are integers"),
        ({"X_test": [[1.0, 2.0, 3.0]]}, ValueError, "X_test: got 3 features; accepted are 2, as in X"),
        ({"y_test": [[0]]}, ValueError, r"y_test: got shape \(1, 1\); accepted is \(1,\)"),
        ({"classes": ("only",)}, ValueError, "classes: got .*; accepted are the names of at least two classes"),
    ],
)
def test_what_does_not_fit_is_named(change, error, message) -> None:
    assert repr(Dataset(**GOOD)) == "<small: 3 training and 1 test samples, 2 features, 2 classes>"
    with pytest.raises(error, match=message):
        Dataset(**GOOD | change)


def test_standardised_agrees_with_scikit_learn() -> None:
    before = digits()
    after = standardised(before)
    scaler = StandardScaler().fit(before.X.astype(np.float64))
    varies = np.ptp(before.X, axis=0) > 0
    assert np.allclose(after.X, scaler.transform(before.X.astype(np.float64)), atol=1e-5)
    assert np.allclose(
        after.X_test[:, varies], scaler.transform(before.X_test.astype(np.float64))[:, varies], atol=1e-5
    )
    assert np.array_equal(after.y, before.y)
    assert repr(after).startswith("<digits, standardised: 1347 training")
    assert not after.X.flags.writeable


def test_statistics_come_from_the_training_samples_alone() -> None:
    changed = Dataset(**GOOD | {"X_test": [[600.0, -700.0]]})
    assert np.array_equal(standardised(changed).X, standardised(Dataset(**GOOD)).X)
    # Mean 2 and variance 8/3 of 0, 2, 4.
    assert standardised(changed).X_test[0, 0] == pytest.approx((600 - 2) / np.sqrt(8 / 3))


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e-30, 1e30])
def test_a_constant_feature_becomes_0_in_both_parts(constant) -> None:
    # 0.1 in float32 is not the mean of a thousand of it: the computed deviation is not 0.
    X = np.column_stack([np.full(1001, constant), np.arange(1001)])
    dataset = standardised(
        Dataset("flat", X, (X[:, 1] > 500).astype(int), [[constant + 1, 3]], [0], ("low", "high"), "made up")
    )
    assert np.all(dataset.X[:, 0] == 0)
    assert dataset.X_test[0, 0] == 0
    assert np.std(dataset.X[:, 1]) == pytest.approx(1, abs=1e-6)


def test_only_a_dataset_is_standardised() -> None:
    with pytest.raises(TypeError, match="dataset: got ndarray; accepted is a Dataset"):
        standardised(np.ones((2, 2)))
