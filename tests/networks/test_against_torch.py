"""Training in float64 agrees with PyTorch step by step, to 1e-10 over 100 steps."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Network, train

torch = pytest.importorskip("torch", reason="PyTorch is in the extra 'benchmarks', which is not installed")
torch.set_num_threads(1)  # The products are tiny; more threads only wait for each other.

ACTIVATIONS = {
    "identity": lambda z, a: z,
    "relu": lambda z, a: torch.relu(z),
    "leaky_relu": lambda z, a: torch.nn.functional.leaky_relu(z, 0.01),
    "prelu": lambda z, a: torch.nn.functional.prelu(z, a),
    "absolute": lambda z, a: z.abs(),
    "elu": lambda z, a: torch.nn.functional.elu(z, 1.0),
    "softplus": lambda z, a: torch.nn.functional.softplus(z, threshold=100),
    "relu6": lambda z, a: torch.nn.functional.relu6(z),
    "hard_tanh": lambda z, a: torch.nn.functional.hardtanh(z),
    "sigmoid": lambda z, a: torch.sigmoid(z),
    "tanh": lambda z, a: torch.tanh(z),
}
LOSSES = {
    "cross_entropy": torch.nn.functional.cross_entropy,
    "hinge": torch.nn.functional.multi_margin_loss,
    "mse": torch.nn.functional.mse_loss,
    "mean_absolute_error": torch.nn.functional.l1_loss,
}
OPTIMIZERS = {
    "SGD": (SGD(0.05), lambda p: torch.optim.SGD(p, 0.05)),
    "momentum": (SGD(0.02, momentum=0.9), lambda p: torch.optim.SGD(p, 0.02, momentum=0.9)),
    "Adam": (Adam(1e-2), lambda p: torch.optim.Adam(p, 1e-2)),
    # With this β₂ the factor on the gradient starts anew several times within 100 steps.
    "Adam, other numbers": (
        Adam(3e-3, beta1=0.5, beta2=0.7, epsilon=1e-3),
        lambda p: torch.optim.Adam(p, 3e-3, (0.5, 0.7), 1e-3),
    ),
}


def torch_run(network, X, y, loss, make_optimizer, order, batch_size):
    """The losses of every step, and the weights after the last."""
    weights = [torch.tensor(W[0].copy(), requires_grad=True) for W in network.W]
    biases = [torch.tensor(b[0].copy(), requires_grad=True) for b in network.b]
    alphas = [None if a is None else torch.tensor(a[0].copy(), requires_grad=True) for a in network.alpha]
    trained = [*weights, *biases]
    for layer, alpha in zip(network.layers, alphas, strict=True):
        if layer.activation == "prelu":
            trained.append(alpha)
    optimizer = make_optimizer(trained)
    losses = []
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        a = torch.tensor(X[rows])
        for W, b, alpha, layer in zip(weights, biases, alphas, network.layers, strict=True):
            a = ACTIVATIONS[layer.activation](a @ W.T + b, alpha)
        value = LOSSES[loss](a, torch.tensor(y[rows]))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses, weights, biases, alphas


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_hundred_steps_agree(activation, optimizer):
    compare(activation, optimizer, "cross_entropy")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_every_loss_agrees(loss, optimizer):
    compare("tanh", optimizer, loss)


def compare(activation, optimizer, loss):
    rng = np.random.default_rng(5)
    samples, batch_size = 66, 33
    X = rng.standard_normal((samples, 4))
    y = rng.integers(0, 3, samples) if loss in ("cross_entropy", "hinge") else rng.standard_normal((samples, 3))
    layers = [Dense(4, 7, activation), Dense(7, 6, activation), Dense(6, 3)]
    network = Network(layers, replicas=3, seed=2, dtype="float64")
    for b in network.b:
        b[...] = rng.standard_normal(b.shape) * 0.1
    ours, theirs = OPTIMIZERS[optimizer]
    start = network.replica(1)
    history = train(network, X, y, ours, loss, batch_size, epochs=50, seed=9, progress=False, record=())
    shuffle = np.random.default_rng(9)
    order = np.concatenate([shuffle.permutation(samples) for _ in range(50)])
    losses, weights, biases, alphas = torch_run(start, X, y, loss, theirs, order, batch_size)
    assert len(losses) == 100
    np.testing.assert_allclose(history.loss[1], np.reshape(losses, (50, 2)).mean(1), rtol=1e-10)
    for mine, reference in zip([*network.W, *network.b], [*weights, *biases], strict=True):
        np.testing.assert_allclose(mine[1], reference.detach().numpy(), rtol=1e-10, atol=1e-10)
    if activation == "prelu":
        assert np.ptp(network.alpha[0][1]) > 0
        np.testing.assert_allclose(network.alpha[0][1], alphas[0].detach().numpy(), rtol=1e-10, atol=1e-10)
