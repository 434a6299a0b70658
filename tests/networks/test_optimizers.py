"""SGD, Adam and schedules by their published rules, over the borders of the pieces that they work in."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Network, step_schedule, train
from course_lib.networks.layers import views
from course_lib.networks.optimizers import LARGE, PIECE

# A linear network with more parameters than one piece holds; the border lies inside a replica.
N_IN, REPLICAS = PIECE // 2 + 100, 3
RNG = np.random.default_rng(10)
X, T = RNG.standard_normal((4, N_IN)) / 100, RNG.standard_normal((4, 1))
LEARNING_RATES = np.array([0.5, 0.1, 0.02])


def trained(optimizer, dtype, epochs):
    network = Network.mlp([N_IN, 1], replicas=REPLICAS, dtype=dtype)
    start = [np.concatenate([network.W[0][r, 0], network.b[0][r]]).astype(float) for r in range(REPLICAS)]
    train(network, X, T, optimizer, "mse", batch_size=4, epochs=epochs, progress=False, record=())
    return start, [np.concatenate([network.W[0][r, 0], network.b[0][r]]) for r in range(REPLICAS)]


def gradient(theta, dtype):
    """Of the mean square error, in double precision."""
    extended = np.hstack([X.astype(dtype).astype(float), np.ones((4, 1))])
    return 2 * extended.T @ (extended @ theta - T.astype(dtype)[:, 0]) / 4


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-12)])
@pytest.mark.parametrize("momentum", [0.0, 0.9, [0.0, 0.5, 0.9]])
def test_sgd_takes_steps_along_the_velocity(momentum, dtype, tolerance):
    schedule = step_schedule(3, 0.5)
    start, ends = trained(SGD(LEARNING_RATES, momentum, schedule), dtype, 8)
    for r, (theta, end) in enumerate(zip(start, ends, strict=True)):
        velocity = np.zeros_like(theta)
        for epoch in range(1, 9):
            velocity = np.broadcast_to(momentum, REPLICAS)[r] * velocity + gradient(theta, dtype)
            theta = theta - LEARNING_RATES[r] * 0.5 ** ((epoch - 1) // 3) * velocity
        np.testing.assert_allclose(end, theta, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-11)])
@pytest.mark.parametrize(
    ("beta1", "beta2", "epsilon"),
    [(0.9, 0.999, 1e-8), (0.0, 0.5, 1e-3), ([0.0, 0.9, 0.99], [0.3, 0.9, 0.999], [1e-8, 1e-2, 1.0])],
)
def test_adam_takes_steps_along_the_corrected_means(beta1, beta2, epsilon, dtype, tolerance):
    start, ends = trained(Adam(LEARNING_RATES / 100, beta1, beta2, epsilon), dtype, 12)
    for r, (theta, end) in enumerate(zip(start, ends, strict=True)):
        first, second, small = (np.broadcast_to(value, REPLICAS)[r] for value in (beta1, beta2, epsilon))
        mean, square = np.zeros_like(theta), np.zeros_like(theta)
        for t in range(1, 13):
            g = gradient(theta, dtype)
            mean, square = first * mean + (1 - first) * g, second * square + (1 - second) * g**2
            step = (mean / (1 - first**t)) / (np.sqrt(square / (1 - second**t)) + small)
            theta = theta - LEARNING_RATES[r] / 100 * step
        np.testing.assert_allclose(end, theta, rtol=tolerance, atol=tolerance)


def test_the_schedule_multiplies_adams_rate():
    """Without a start-up to correct, the step is the rate's: 0.02 in the first two epochs, then 0.01."""
    network = Network.mlp([1, 1], initialization="zero", bias=0.0, dtype="float64")
    seen = []
    train(
        network,
        [[1.0]],
        [1e6],
        Adam(0.02, 0.0, 0.5, schedule=step_schedule(2, 0.5)),
        "mse",
        epochs=4,
        progress=False,
        callbacks=[lambda *_: seen.append(float(network.W[0][0, 0, 0]))],
    )
    np.testing.assert_allclose(np.diff([0.0, *seen]), [0.02, 0.02, 0.01, 0.01], rtol=1e-4)


def test_adams_factor_on_the_gradient_is_each_replicas_own():
    """It starts anew for a replica by itself: the same numbers as where that replica is alone."""
    beta2 = [0.2, 0.5, 0.9, 0.999]

    def bound(values):
        layers = [Dense(1, 1)]
        flat = [np.zeros(2 * len(values)) for _ in range(4)]
        rows = slice(0, len(values))
        return Adam(0.1, beta2=values).bind(flat, len(values), rows, lambda a: views(a, layers, len(values)))

    together, alone = bound(beta2), [bound([value]) for value in beta2]
    found = np.array([together.begin(1.0) for _ in range(200)])
    expected = np.array([[update.begin(1.0) for update in alone] for _ in range(200)])
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert found.max() <= LARGE
    assert (np.diff(found, axis=0) < 0).sum(0).tolist() == [(np.diff(expected[:, r]) < 0).sum() for r in range(4)]
    assert len(set((np.diff(found, axis=0) < 0).sum(0))) == 4


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_adams_inner_factor_starts_anew_without_a_trace(dtype):
    """β₂^(−t/2) passes its bound after 14 steps here, many times in 400: each step is still the rule's."""
    beta2 = 0.37
    assert beta2 ** (-14 / 2) > LARGE
    network = Network.mlp([1, 1], initialization="zero", bias=0.0, dtype=dtype)
    history = train(
        network, [[1.0]], [3.0], Adam(0.02, 0.9, beta2), "mse", epochs=400, progress=False, record=()
    )  # fmt: skip
    w = b = 0.0
    mean = square = np.zeros(2)
    for t in range(1, 401):
        g = np.full(2, 2 * (w + b - 3))
        mean, square = 0.9 * mean + 0.1 * g, beta2 * square + (1 - beta2) * g**2
        w, b = (w, b) - 0.02 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - beta2**t)) + 1e-8)
        if t == 100:
            near = (w + b - 3) ** 2
    assert history.loss[0, 100] == pytest.approx(near, rel=1e-3 if dtype == "float32" else 1e-9)
    assert float(network.W[0][0, 0, 0]) == pytest.approx(w, abs=1e-3 if dtype == "float32" else 1e-9)


@pytest.mark.parametrize("optimizer", [SGD(0.0), SGD(0.0, 0.9), Adam(0.0), SGD(1.0, schedule=lambda epoch: 0)])
def test_a_rate_of_0_changes_nothing(optimizer):
    start, ends = trained(optimizer, "float64", 2)
    assert all((a == b).all() for a, b in zip(start, ends, strict=True))


def test_adams_first_step_has_the_length_of_the_rate():
    start, ends = trained(Adam(0.01, epsilon=1e-30), "float64", 1)
    for theta, end in zip(start, ends, strict=True):
        np.testing.assert_allclose(np.abs(end - theta), 0.01, rtol=1e-9)


def test_the_step_schedule_counts_epochs_from_1():
    schedule = step_schedule(every=2, factor=0.1)
    assert [schedule(epoch) for epoch in range(1, 6)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert [step_schedule(1, 2)(epoch) for epoch in (1, 2, 3)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("every", bad) for bad in (0, 1.5, True, "2", None)),
        *(("factor", bad) for bad in (0, -1, np.nan, "0.5", None)),
    ],
)
def test_schedules_that_do_not_fit_are_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be .*, not {value!r}$"):
        step_schedule(**{"every": 2, "factor": 0.5, name: value})


BAD = [
    (SGD(-0.1), "learning_rate must be finite and in \\[0, inf\\], not -0.1"),
    (SGD(np.nan), "learning_rate must be finite .* not nan"),
    (SGD([0.1, 0.2]), r"learning_rate must be a number or one number for each of the 3 replicas, .* \(2,\)"),
    (SGD([0.1, 0.2, -1]), "learning_rate must be finite and in"),
    (SGD("0.1"), "learning_rate must be a number .* not '0.1'"),
    (SGD(None), "learning_rate must be a number .* not None"),
    (SGD(0.1, momentum=1.0), r"momentum must be finite and in \[0, 1\), not 1.0"),
    (SGD(0.1, momentum=-0.5), r"momentum must be finite and in \[0, 1\), not -0.5"),
    (SGD(0.1, momentum="high"), "momentum must be a number"),
    (SGD(0.1, schedule=0.5), "schedule must be None or a function of the epoch, not 0.5"),
    (Adam(-1), "learning_rate must be finite and in"),
    (Adam(beta1=1), r"beta1 must be finite and in \[0, 1\), not 1"),
    (Adam(beta2=1.0), r"beta2 must be finite and in \(0, 1\), not 1.0"),
    (Adam(beta2=0), r"beta2 must be finite and in \(0, 1\), not 0"),
    (Adam(beta2=[0.9, 0.99]), "beta2 must be a number or one number for each of the 3 replicas"),
    (Adam(epsilon=0), r"epsilon must be finite and in \(0, inf\], not 0"),
    (Adam(schedule=[1, 2]), r"schedule must be None or a function of the epoch, not \[1, 2\]"),
]


@pytest.mark.parametrize(("optimizer", "message"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_numbers_out_of_range_are_refused_before_anything_changes(optimizer, message):
    network = Network.mlp([2, 1], replicas=3)
    before = network.W[0].copy()
    with pytest.raises(ValueError, match=message):
        train(network, [[1.0, 2.0]], [1.0], optimizer, "mse", progress=False)
    assert (network.W[0] == before).all()


@pytest.mark.parametrize("factor", [np.nan, np.inf, -1.0, None, "1", True, [1.0]])
def test_a_schedule_gives_a_number_of_at_least_0(factor):
    with pytest.raises(ValueError, match=r"^schedule\(1\) must be a finite factor of at least 0, not "):
        train(Network.mlp([2, 1]), [[1.0, 2.0]], [1.0], SGD(0.1, schedule=lambda epoch: factor), "mse", progress=False)


def test_numbers_of_numpy_are_numbers():
    for factor in (np.float32(0.5), np.int64(1), 1):
        train(Network.mlp([2, 1]), [[1.0, 2.0]], [1.0], SGD(0.1, schedule=lambda _, f=factor: f), "mse", progress=False)
    assert step_schedule(np.int64(2), np.float32(0.5))(3) == 0.5


def test_they_print_as_they_are_written():
    assert repr(SGD(0.1)) == "SGD(learning_rate=0.1, momentum=0.0, schedule=None)"
    assert repr(Adam()) == "Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08, schedule=None)"
