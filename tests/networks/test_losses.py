"""Losses by their definitions, at kinks and at the edge of numbers, and the data that they take or refuse."""

import numpy as np
import pytest
from textbook import loss_of_sample

from course_lib.networks import LOSSES, SGD, Network, measure, train
from course_lib.networks.losses import checked_inputs, checked_targets

DTYPES = [np.float32, np.float64]
CASES = [(name, n_out) for name in LOSSES for n_out in (1, 2, 5) if n_out > 1 or name != "cross_entropy"]


def targets_of(name, samples, n_out, rng):
    """Targets (n, C) as `bind` and `value` take them."""
    if LOSSES[name].targets == "numbers":
        return rng.standard_normal((samples, n_out))
    return np.eye(n_out)[rng.integers(0, n_out, samples)]


def run(name, outputs, targets, scale=1.0, runs=1):
    """Losses (R, n) and gradients (R, n, C) of the bound calls, for outputs (R, n, C) and targets (n, C)."""
    dtype = outputs.dtype
    total = np.zeros(outputs.shape[:2], dtype)
    P = np.empty(outputs.swapaxes(1, 2).shape, dtype)
    calls = LOSSES[name].bind(P, targets.astype(dtype).T, total, np.asarray(scale, dtype))
    for _ in range(runs):
        P[...] = outputs.swapaxes(1, 2)
        for call in calls:
            call()
    return total, P.swapaxes(1, 2)


@pytest.mark.parametrize(("name", "n_out"), CASES)
def test_the_loss_and_its_gradient_follow_the_definition(name, n_out):
    rng = np.random.default_rng(3)
    outputs, targets = 2 * rng.standard_normal((3, 7, n_out)), targets_of(name, 7, n_out, rng)
    losses, gradients = run(name, outputs, targets)
    for r, i in np.ndindex(3, 7):
        target = targets[i].argmax() if LOSSES[name].targets == "labels" else targets[i]
        loss, slopes = loss_of_sample(name, outputs[r, i], target)
        assert losses[r, i] == pytest.approx(loss, rel=1e-13)
        np.testing.assert_allclose(gradients[r, i], slopes, atol=1e-13)
    np.testing.assert_allclose(LOSSES[name].value(outputs, targets), losses.mean(1), rtol=1e-13)
    # Losses are added up, gradients are scaled per replica.
    thrice, scaled = run(name, outputs, targets, [[[2.0]], [[-0.5]], [[1.0]]], runs=3)
    np.testing.assert_allclose(thrice, 3 * losses, rtol=1e-14)
    np.testing.assert_allclose(scaled, gradients * [[[2.0]], [[-0.5]], [[1.0]]], rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_slope_at_the_kink_is_0_and_nothing_overflows(dtype):
    on_kink = np.array([[[0.5, -1.0]]], dtype)
    losses, gradient = run("mean_absolute_error", on_kink, on_kink[0])
    assert losses.tolist() == [[0.0]] and gradient.tolist() == [[[0.0, 0.0]]]
    far, targets = np.array([[[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]]], dtype), np.eye(3)[[0, 0]]
    losses, gradient = run("cross_entropy", far, targets)
    assert losses.tolist() == [[0.0, 2e4]]
    assert gradient.tolist() == [[[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]]
    assert LOSSES["cross_entropy"].value(far, targets).tolist() == [1e4]


@pytest.mark.parametrize(("name", "n_out"), CASES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_shows_in_the_loss_or_in_the_gradient(name, n_out, bad):
    rng = np.random.default_rng(5)
    outputs, targets = rng.standard_normal((2, 3, n_out)), targets_of(name, 3, n_out, rng)
    outputs[1, 1] = bad
    with np.errstate(all="ignore"):
        losses, gradient = run(name, outputs, targets)
    assert np.isfinite(losses[0]).all() and np.isfinite(losses[1, [0, 2]]).all()
    assert not (np.isfinite(losses[1, 1]) and np.isfinite(gradient[1, 1]).all())
    if np.isnan(bad):
        assert np.isnan(losses[1, 1]) and np.isnan(gradient[1, 1]).all()


X = np.random.default_rng(2).standard_normal((6, 2))
LABELS = np.array([0, 2, 1, 1, 0, 2])
NUMBERS = np.random.default_rng(3).standard_normal((6, 3))


def one_entry(array, value):
    changed = np.array(array, dtype=np.result_type(array, value))
    changed.flat[3] = value
    return changed


@pytest.mark.parametrize(
    "taken",
    [
        *(X, X.tolist(), X.astype(np.float16), np.asfortranarray(X), (10 * X).astype(int), X > 0, X * 1e-300),
        *(np.repeat(X, 2, axis=0)[::2], X.astype(np.longdouble), np.ma.masked_array(X, False)),
    ],
)
def test_arrays_of_real_numbers_are_taken_and_get_a_column_of_ones(taken):
    came = np.asarray(taken).copy()
    for dtype in ("float16", "float32", "float64"):
        inputs = checked_inputs(taken, 2, np.dtype(dtype))
        assert inputs.dtype == dtype and inputs.shape == (6, 3)
        assert (inputs[:, :-1] == came.astype(dtype)).all() and (inputs[:, -1] == 1).all()
        assert not np.shares_memory(inputs, np.asarray(taken))
    assert (np.asarray(taken) == came).all()


GOOD = {"cross_entropy": LABELS, "mse": NUMBERS}
BAD_X = [
    *((X[0], r"X: got shape \(2,\); accepted is \(n_samples, 2\)"), (X.T, r"X: got shape \(2, 6\)")),
    *((X[:0], r"X: got shape \(0, 2\); .* at least one sample"), (X[None], "X: got shape")),
    (one_entry(X, np.nan), r"X\[1, 1\]: got nan; accepted is a finite float32"),
    (one_entry(X, 1e39), r"X\[1, 1\]: got 1e\+39; accepted is a finite float32"),
    *((bad, "X: got dtype .*; accepted is an array of real numbers") for bad in (X + 0j, X.astype(str), None)),
    ([[1.0, 2.0], [3.0]], r"X: got \[\[1.0, 2.0\], \[3.0\]\]; accepted is an array of real numbers"),
    (np.ma.masked_array(X, X > 0), "X: got a masked array with masked entries"),
]
BAD_LABELS = [
    *((one_entry(LABELS, bad), r"y\[3\]: got .*; accepted are labels from 0 to 2") for bad in (1.5, -1, 3, np.nan)),
    (np.eye(3)[LABELS], r"y: got shape \(6, 3\); accepted is \(6,\) for the loss cross_entropy.* y.argmax\(1\) gives"),
    *(
        (bad, r"y: got shape \(.*1.*\); accepted is \(6,\) for the loss cross_entropy.*; y.ravel\(\) makes it so")
        for bad in (LABELS[:, None], LABELS[None])
    ),
    *((bad, r"y: got shape .* accepted is \(6,\)") for bad in (LABELS[:5], np.append(LABELS, 0), 1)),
    *((bad, "y: got dtype") for bad in (None, LABELS.astype(str), LABELS + 0j)),
    (np.ma.masked_array(LABELS, LABELS > 1), "y: got a masked array"),
]
BAD_NUMBERS = [
    *((bad, r"y: got .*; accepted is \(6, 3\)") for bad in (LABELS, NUMBERS[:, :2], NUMBERS.T, NUMBERS[:5])),
    *((one_entry(NUMBERS, bad), r"y\[1, 0\]: got .* a finite float32") for bad in (np.inf, 1e39)),
]


@pytest.mark.parametrize(
    ("loss", "inputs", "y", "message"),
    [
        *(("cross_entropy", bad, LABELS, message) for bad, message in BAD_X),
        *(("cross_entropy", X, bad, message) for bad, message in BAD_LABELS),
        *(("mse", X, bad, message) for bad, message in BAD_NUMBERS),
    ],
)
def test_other_data_are_refused_and_nothing_changes(loss, inputs, y, message):
    """Training, measuring and the gradient say the same, and the network stays as it was."""
    network = Network.mlp([2, 4, 3], replicas=2)
    before = [values.copy() for values in [*network.W, *network.b]]
    for ask in (
        lambda: train(network, inputs, y, loss=loss, epochs=1, progress=False),
        lambda: measure(network, inputs, y, loss),
        lambda: network.loss_and_gradient(inputs, y, loss),
        lambda: train(network, X, GOOD[loss], loss=loss, epochs=1, progress=False, validation=(inputs, y)),
        *([lambda: network.predict(inputs), lambda: network.forward(inputs)] if message[0] == "X" else []),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            ask()
    assert all((values == kept).all() for values, kept in zip([*network.W, *network.b], before, strict=True))


def test_labels_become_one_hot_and_numbers_for_one_output_may_be_flat():
    single, cross_entropy = np.dtype("float32"), LOSSES["cross_entropy"]
    for labels in ([0, 2, 1], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint8), np.float16([0, 2, 1])):
        one_hot = checked_targets(labels, 3, 3, cross_entropy, single)
        assert one_hot.dtype == single and one_hot.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert checked_targets([True, False], 2, 2, cross_entropy, single).tolist() == [[0.0, 1.0], [1.0, 0.0]]
    for targets in ([1.5, -2.0], [[1.5], [-2.0]], np.array([1.5, -2.0])):
        assert checked_targets(targets, 2, 1, LOSSES["mse"], single).tolist() == [[1.5], [-2.0]]
    with pytest.raises(ValueError, match="loss: got 'cross_entropy'; accepted is one for numbers"):
        checked_targets([0, 1], 2, 1, cross_entropy, single)


def test_one_rule_counts_what_is_right_everywhere():
    """The largest of several outputs; of one output whether it is above ½, for 0 and 1 learned as numbers."""
    network = Network.mlp([1, 1], replicas=2, dtype="float64")
    network.W[0], network.b[0] = [[[1.0]], [[-1.0]]], [[0.0], [1.0]]  # x and 1 − x
    X, y = np.array([[0.0], [0.3], [0.5], [0.7], [1.0]]), np.array([0, 0, 1, 1, 1])
    assert network.accuracy(X, y).tolist() == [0.8, 0.0]  # exactly ½ counts as 0
    assert measure(network, X, y, "mse").accuracy.tolist() == [0.8, 0.0]
    history = train(network, X, y, SGD(0.0), "mse", epochs=1, validation=(X, y), progress=False)
    assert history.accuracy[:, 0].tolist() == history.validation_accuracy[:, 0].tolist() == [0.8, 0.0]
    assert np.isnan(measure(network, X, 2 * y - 1, "mse").accuracy).all()
    with pytest.raises(ValueError, match=r"y\[0\]: got -1; accepted are labels from 0 to 1"):
        network.accuracy(X, 2 * y - 1)
    several, classes = Network.mlp([1, 2], replicas=2), np.eye(2)[y]
    expected = several.accuracy(X, y).tolist()
    assert measure(several, X, classes, "mse").accuracy.tolist() == measure(several, X, y).accuracy.tolist() == expected
    with pytest.raises(ValueError, match=r"y: got shape \(5, 2\); accepted is \(5,\), a label .* y.argmax\(1\) gives"):
        several.accuracy(X, classes)
    with pytest.raises(ValueError, match=r"y: got shape \(5, 1\); .*; y.ravel\(\) makes it so"):
        several.accuracy(X, y[:, None])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_outputs_that_are_not_finite_have_no_accuracy(bad):
    network = Network.mlp([2, 3], replicas=2)
    network.W[0][1] = bad
    for accuracy in (network.accuracy(X, LABELS), measure(network, X, LABELS).accuracy):
        assert np.isfinite(accuracy[0]) and np.isnan(accuracy[1])
