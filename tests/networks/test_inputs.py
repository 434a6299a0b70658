"""What users hand over: what is taken, and errors that name the argument, what came and what is accepted."""

import numpy as np
import pytest

from course_lib.networks import LOSSES, Network, measure, train
from course_lib.networks.losses import checked_inputs, checked_targets, chosen_loss, correct

X = np.random.default_rng(2).standard_normal((6, 2))
LABELS = np.array([0, 2, 1, 1, 0, 2])
SINGLE = np.dtype("float32")


class Table:
    """Stands for a data frame: something that becomes an array when asked."""

    def __array__(self, dtype=None, copy=None):
        return X


def one_entry(array, value):
    changed = np.array(array, dtype=np.result_type(array, value))
    changed.flat[3] = value
    return changed


def read_only(array):
    copy = array.copy()
    copy.flags.writeable = False
    return copy


TAKEN = {
    "an array": X,
    "a list": X.tolist(),
    "a table": Table(),
    "float16": X.astype(np.float16),
    "extended precision": X.astype(np.longdouble),
    "Fortran order": np.asfortranarray(X),
    "a view": np.repeat(X, 2, axis=0)[::2],
    "reversed twice": X[::-1][::-1],
    "read-only": read_only(X),
    "whole numbers": (10 * X).astype(int),
    "unsigned": np.abs(10 * X).astype(np.uint8),
    "bool": X > 0,
    "complete, though masked": np.ma.masked_array(X, False),
    "tiny numbers": X * 1e-300,
}


@pytest.mark.parametrize("what", TAKEN)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_arrays_of_real_numbers_are_taken_and_get_a_column_of_ones(what, dtype):
    came = np.asarray(TAKEN[what]).copy()
    found = checked_inputs(TAKEN[what], 2, np.dtype(dtype))
    assert found.dtype == dtype
    assert found.shape == (6, 3)
    assert (found[:, :-1] == came.astype(dtype)).all()
    assert (found[:, -1] == 1).all()
    assert not np.shares_memory(found, np.asarray(TAKEN[what]))
    assert (np.asarray(TAKEN[what]) == came).all()


BAD_X = {
    "one sample only": (X[0], r"X must have shape \(n_samples, 2\), not \(2,\)"),
    "three features": (np.zeros((6, 3)), r"X must have shape \(n_samples, 2\), not \(6, 3\)"),
    "features first": (X.T, r"X must have shape \(n_samples, 2\), not \(2, 6\)"),
    "three axes": (X[None], r"X must have shape \(n_samples, 2\), not \(1, 6, 2\)"),
    "nothing": (X[:0], r"X must hold at least one sample, but its shape is \(0, 2\)"),
    "NaN": (one_entry(X, np.nan), r"X must be finite, but X\[1, 1\] is nan"),
    "infinity": (one_entry(X, -np.inf), r"X must be finite, but X\[1, 1\] is -inf"),
    "too large": (one_entry(X, 1e39), r"X must be finite, but X\[1, 1\] is 1e\+39, which float32 cannot hold"),
    "objects": (X.astype(object), "X must be an array of real numbers, not of dtype object"),
    "complex": (X + 0j, "X must be an array of real numbers, not of dtype complex128"),
    "text": (X.astype(str), "X must be an array of real numbers, not of dtype <U"),
    "dates": (X.astype("M8[s]"), "X must be an array of real numbers, not of dtype datetime64"),
    "None": (None, "X must be an array of real numbers, not of dtype object"),
    "ragged": ([[1.0, 2.0], [3.0]], "X must be an array of numbers: .*inhomogeneous"),
    "masked entries": (np.ma.masked_array(X, X > 0), "X must be complete, but it is a masked array"),
}
BAD_LABELS = {
    "a fraction": (one_entry(LABELS, 1.5), r"y must hold labels from 0 to 2, but y\[3\] is 1.5"),
    "negative": (one_entry(LABELS, -1), r"y must hold labels from 0 to 2, but y\[3\] is -1"),
    "the number of classes": (one_entry(LABELS, 3), r"y must hold labels from 0 to 2, but y\[3\] is 3"),
    "NaN": (one_entry(LABELS, np.nan), r"y must hold labels from 0 to 2, but y\[3\] is nan"),
    "infinity": (one_entry(LABELS, np.inf), r"y must hold labels from 0 to 2, but y\[3\] is inf"),
    "one-hot": (np.eye(3)[LABELS], r"y must be labels of shape \(6,\) for the loss .*, not of shape \(6, 3\)"),
    "a column": (LABELS[:, None], r"y must be labels of shape \(6,\) for the loss .*, not of shape \(6, 1\)"),
    "too few": (LABELS[:5], r"y must have one entry for each of the 6 samples of X, not shape \(5,\)"),
    "too many": (np.append(LABELS, 0), r"y must have one entry for each of the 6 samples of X, not shape \(7,\)"),
    "one number": (1, r"y must have one entry for each of the 6 samples of X, not shape \(\)"),
    "None": (None, "y must be an array of real numbers, not of dtype object"),
    "text": (LABELS.astype(str), "y must be an array of real numbers, not of dtype <U"),
    "complex": (LABELS + 0j, "y must be an array of real numbers, not of dtype complex128"),
    "masked entries": (np.ma.masked_array(LABELS, LABELS > 1), "y must be complete, but it is a masked array"),
}
NUMBERS = np.random.default_rng(3).standard_normal((6, 3))
BAD_NUMBERS = {
    "labels": (LABELS, r"y must have shape \(6, 3\) for the loss mse, not \(6,\)"),
    "two outputs": (NUMBERS[:, :2], r"y must have shape \(6, 3\) for the loss mse, not \(6, 2\)"),
    "outputs first": (NUMBERS.T, r"y must have one entry for each of the 6 samples of X, not shape \(3, 6\)"),
    "NaN": (one_entry(NUMBERS, np.nan), "y must be finite, but the entry of sample 1 is nan"),
    "infinity": (one_entry(NUMBERS, np.inf), "y must be finite, but the entry of sample 1 is inf"),
    "too large": (one_entry(NUMBERS, 1e39), r"y must be finite, .* sample 1 is 1e\+39, which float32 cannot hold"),
}


def refused(message, X, y, loss):
    """Training, measuring and the gradient say the same, and the network stays as it was."""
    network = Network.mlp([2, 4, 3], replicas=2)
    before = [values.copy() for values in [*network.W, *network.b]]
    for ask in (
        lambda: train(network, X, y, loss=loss, epochs=1, progress=False),
        lambda: measure(network, X, y, loss),
        lambda: network.loss_and_gradient(X, y, loss),
        lambda: train(network, X_GOOD, Y_GOOD[loss], loss=loss, epochs=1, progress=False, validation=(X, y)),
    ):
        with pytest.raises(ValueError, match=message):
            ask()
    for values, kept in zip([*network.W, *network.b], before, strict=True):
        assert (values == kept).all()


X_GOOD, Y_GOOD = X, {"cross_entropy": LABELS, "hinge": LABELS, "mse": NUMBERS}


@pytest.mark.parametrize("what", BAD_X)
def test_other_inputs_are_refused_and_nothing_changes(what):
    refused(BAD_X[what][1], BAD_X[what][0], LABELS, "cross_entropy")
    for ask in (Network.mlp([2, 3]).predict, Network.mlp([2, 3]).forward):
        with pytest.raises(ValueError, match=BAD_X[what][1]):
            ask(BAD_X[what][0])


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
@pytest.mark.parametrize("what", BAD_LABELS)
def test_other_labels_are_refused_and_nothing_changes(what, loss):
    refused(BAD_LABELS[what][1], X, BAD_LABELS[what][0], loss)
    with pytest.raises(ValueError, match="^y must"):
        Network.mlp([2, 3]).accuracy(X, BAD_LABELS[what][0])


@pytest.mark.parametrize("what", BAD_NUMBERS)
def test_other_targets_are_refused_and_nothing_changes(what):
    refused(BAD_NUMBERS[what][1], X, BAD_NUMBERS[what][0], "mse")


def test_what_float16_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="X.* is 70000.0, which float16 cannot hold"):
        checked_inputs([[70000.0]], 1, np.dtype("float16"))
    with pytest.raises(ValueError, match="sample 0 is 70000.0, which float16 cannot hold"):
        checked_targets([70000.0], 1, 1, LOSSES["mse"], np.dtype("float16"))


@pytest.mark.parametrize("loss", [None, "crossentropy", ["mse"], LOSSES["mse"]])
def test_a_loss_is_a_name(loss):
    with pytest.raises(ValueError, match="loss must be one of mse, mean_absolute_error, cross_entropy, hinge, not"):
        chosen_loss(loss)


def test_cross_entropy_needs_two_outputs():
    with pytest.raises(ValueError, match="cross_entropy needs at least two outputs, .* has one"):
        checked_targets([0, 1], 2, 1, LOSSES["cross_entropy"], SINGLE)


@pytest.mark.parametrize("labels", [[0, 2, 1], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint8), np.float16([0, 2, 1])])
def test_labels_become_one_hot(labels):
    for loss in ("cross_entropy", "hinge"):
        found = checked_targets(labels, 3, 3, LOSSES[loss], SINGLE)
        assert found.dtype == SINGLE
        assert found.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize("labels", [[True, False], [1, 0], [1.0, 0.0]])
def test_two_classes_may_be_bool_and_have_one_output_for_hinge(labels):
    assert checked_targets(labels, 2, 1, LOSSES["hinge"], SINGLE).tolist() == [[1.0], [-1.0]]
    assert checked_targets(labels, 2, 2, LOSSES["cross_entropy"], SINGLE).tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize("labels", [[-1, 1], [2, 0]])
def test_labels_for_one_output_are_0_and_1(labels):
    with pytest.raises(ValueError, match=r"y must hold labels from 0 to 1, but y\[0\] is (-1|2)"):
        checked_targets(labels, 2, 1, LOSSES["hinge"], SINGLE)


def test_numbers_for_one_output_may_be_flat():
    for targets in ([1.5, -2.0], [[1.5], [-2.0]], np.array([1.5, -2.0])):
        assert checked_targets(targets, 2, 1, LOSSES["mse"], SINGLE).tolist() == [[1.5], [-2.0]]
    found = checked_targets(NUMBERS, 6, 3, LOSSES["mean_absolute_error"], np.dtype("float64"))
    assert (found == NUMBERS).all()
    assert not np.shares_memory(found, NUMBERS)


def test_samples_are_correct_by_the_largest_output_or_by_the_sign():
    outputs = np.array([[[0.1, 0.3, 0.2], [5.0, 5.0, 1.0], [0.0, 0.0, 1.0]]])
    assert correct(outputs, np.eye(3)[[1, 0, 0]]).tolist() == [[True, True, False]]  # the first of equals is chosen
    assert correct(np.array([[[2.0], [-1.0], [0.0]]]), np.array([[1.0], [1.0], [-1.0]])).tolist() == [
        [True, False, True]
    ]
