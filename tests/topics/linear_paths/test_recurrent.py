"""The recurrent nets against differences, plain loops and theory."""

import numpy as np
import pytest

from course_lib.networks import check_gradient
from course_lib.topics.linear_paths.recurrent import (
    KINDS,
    MATRICES,
    RecurrentNet,
    recurrent_matrix,
    spread_of_products,
)


def drawn(kind, steps=4, replicas=2, inputs=2, hidden=3, batch=3):
    net = RecurrentNet(kind, inputs, hidden, replicas, seed=5)
    rng = np.random.default_rng(1)
    net.flat += rng.normal(0, 0.3, net.flat.shape)  # biases too, and an input matrix that is not tiny
    return net, rng.normal(size=(steps, replicas, inputs, batch)), rng.normal(size=(replicas, batch))


@pytest.mark.parametrize("kind", KINDS)
def test_backpropagation_through_time_gives_the_slopes_of_the_loss(kind):
    net, x, target = drawn(kind)

    def loss(flat):
        net.flat[...] = flat
        return float(net.loss_and_gradient(x, target)[0].sum())

    start = net.flat.copy()
    gradient = net.loss_and_gradient(x, target)[1]
    report = check_gradient(loss, gradient, start)
    assert report.passed and np.count_nonzero(gradient) > 0.9 * len(gradient)


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_are_those_of_plain_loops(kind):
    net, x, _ = drawn(kind)
    H = net.hidden
    for r in range(2):
        W, U, b = np.split(net.weights.step[r], [H, H + 2], axis=1)
        V, c_out = np.split(net.weights.output[r], [H], axis=1)
        for k in range(3):
            h, c = np.zeros((H, 1)), np.zeros((H, 1))
            for t in range(len(x)):
                z = W @ h + U @ x[t, r, :, k : k + 1] + b
                if kind == "LSTM":
                    i, f, o = (1 / (1 + np.exp(-z[j * H : (j + 1) * H])) for j in range(3))
                    c = f * c + i * np.tanh(z[3 * H :])
                    h = o * np.tanh(c)
                else:
                    h = np.tanh(z) if kind == "tanh" else np.maximum(0, z)
            assert net.outputs(x)[r, k] == pytest.approx((V @ h + c_out).item(), abs=1e-12)


def test_forget_gates_are_those_of_the_run():
    net, x, _ = drawn("LSTM")
    net.weights.step[:, 3:6, :-1] = 0  # then a gate is σ(b)
    wanted = 1 / (1 + np.exp(-net.weights.step[:, 3:6, -1]))
    assert net.forget_gates(x).shape == (4, 2, 3, 3)
    assert net.forget_gates(x) == pytest.approx(np.broadcast_to(wanted[None, :, :, None], (4, 2, 3, 3)))
    with pytest.raises(ValueError, match="kind of a net with a forget gate: got 'tanh'; accepted are 'LSTM'"):
        drawn("tanh")[0].forget_gates(x)


def test_replicas_do_not_mix_and_are_known_by_their_seeds():
    net, x, target = drawn("LSTM")
    loss, gradient = net.loss_and_gradient(x, target)
    for r in range(2):
        alone = RecurrentNet("LSTM", 2, 3)
        for own, all_of_them in zip(alone.weights, net.weights, strict=True):
            own[0] = all_of_them[r]
        own_loss, own_gradient = alone.loss_and_gradient(x[:, r : r + 1], target[r : r + 1])
        assert own_loss == pytest.approx(loss[r : r + 1])
        for own, part in zip(alone.views(own_gradient), net.views(gradient), strict=True):
            assert own[0] == pytest.approx(part[r], abs=1e-13)
    both, second = RecurrentNet("tanh", 2, 3, 2, seed=7), RecurrentNet("tanh", 2, 3, seed=8)
    assert np.array_equal(both.weights.step[1], second.weights.step[0])


def test_starts_are_as_described():
    irnn, lstm = RecurrentNet("identity ReLU", 2, 40, seed=1), RecurrentNet("LSTM", 2, 40, seed=1)
    W, U, b = np.split(irnn.weights.step[0], [40, 42], axis=1)
    assert np.array_equal(W, np.eye(40)) and 0.0007 < U.std() < 0.0013 and not b.any()
    biases = lstm.weights.step[0, :, -1]
    assert np.array_equal(biases, np.repeat([0, 1, 0, 0], 40))
    assert 0.14 < lstm.weights.step[0, :, :40].std() < 0.18


@pytest.mark.parametrize(
    ("shape", "target", "said"),
    [
        ((0, 2, 2, 3), (2, 3), r"shape of x: got \(0, 2, 2, 3\); accepted is \(steps, 2, 2, batch\), at least"),
        ((4, 2, 2, 0), (2, 0), "at least one step and one sequence"),
        ((4, 1, 2, 3), (1, 3), r"got \(4, 1, 2, 3\)"),
        ((4, 2, 3, 3), (2, 3), r"got \(4, 2, 3, 3\)"),
        ((2, 2, 3), (2, 3), r"got \(2, 2, 3\)"),
        ((4, 2, 2, 3), (3, 2), r"shape of target: got \(3, 2\); accepted is \(2, 3\), \(R, batch\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(shape, target, said):
    net, _, _ = drawn("tanh")
    with pytest.raises(ValueError, match=said):
        net.loss_and_gradient(np.zeros(shape), np.zeros(target))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: RecurrentNet("GRU", 2, 3), "kind: got 'GRU'; accepted are 'tanh', 'identity ReLU', 'LSTM'"),
        (lambda: RecurrentNet("tanh", 2, 0), "hidden: got 0"),
        (lambda: recurrent_matrix("zero", 1.0), "matrix: got 'zero'"),
        (lambda: spread_of_products(np.eye(3), "ReLU", 0), "steps: got 0"),
        (lambda: spread_of_products(np.ones((2, 3)), "ReLU"), r"shape of W: got \(2, 3\); accepted is \(n, n\)"),
        (lambda: spread_of_products(np.eye(3), "elu"), "activation: got 'elu'"),
    ],
)
def test_other_bad_input_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
def test_products_of_known_matrices(scale):
    powers = scale ** np.arange(1, 101)[:, None] * np.ones(3)
    assert spread_of_products(recurrent_matrix("identity", scale), "ReLU") == pytest.approx(powers)
    assert spread_of_products(recurrent_matrix("orthogonal", scale), "none") == pytest.approx(powers)


def test_products_are_derivatives_of_the_run():
    """The greatest singular value is that of the Jacobian of h_0 → h_5, by differences."""
    W, h0 = recurrent_matrix("Gaussian", 1.2, 6), np.random.default_rng(14).uniform(size=6)

    def run(h):
        for _ in range(5):
            h = np.tanh(W @ h)
        return h

    moves = 1e-5 * np.eye(6)
    jacobian = np.column_stack([(run(h0 + move) - run(h0 - move)) / 2e-5 for move in moves])
    s = np.linalg.svd(jacobian, compute_uv=False)
    assert spread_of_products(W, "tanh", 5)[-1] == pytest.approx([s[0], np.median(s), s[-1]], rel=1e-5)


@pytest.mark.parametrize("matrix", MATRICES)
def test_what_rounding_hides_is_given_as_0(matrix):
    found = spread_of_products(recurrent_matrix(matrix, 1.0), "ReLU")
    assert (found[:, 0] > 0).all() and (np.diff(found, axis=1) <= 0).all()
    least = found[:, 2]
    assert ((least == 0) | (least >= 1e-13 * found[:, 0])).all()
