"""What a gradient check accepts, and how it names what it does not."""

import numpy as np
import pytest

from course_lib.networks import Dense, Dropout, Maxout, Network
from course_lib.networks.gradient_checking import check_gradient, network_problem


def test_samples_are_stated_and_repeatable() -> None:
    x = np.linspace(-1, 1, 1000)
    first, again, other = (
        check_gradient(lambda v: np.sum(v**2), 2 * x, x, samples=20, seed=seed) for seed in (3, 3, 4)
    )
    positions = [entry.position for entry in first.entries]
    assert positions == [entry.position for entry in again.entries] == sorted(positions)
    assert positions != [entry.position for entry in other.entries]
    assert (len(set(positions)), first.size) == (20, 1000)
    assert repr(first) == "passed: 20 agree (20 of 1000 entries, drawn with seed 3; relative tolerance 1e-05)"
    assert len(check_gradient(lambda v: np.sum(v**2), 2 * x[:5], x[:5], samples=20).entries) == 5


def test_names_are_shown() -> None:
    report = check_gradient(lambda v: np.sum(v**2), [2.0, 5.0], [1.0, 2.0], names=["left", "right"])
    assert "right" in repr(report).splitlines()[2]


def test_a_given_step_is_the_first_one() -> None:
    seen = []

    def f(x):
        seen.append(abs(float(x) - 1.0))
        return float(x**2)

    check_gradient(f, 2.0, 1.0, step=1e-4)
    assert max(seen) == pytest.approx(1e-4)


def test_the_array_and_the_claim_are_not_changed() -> None:
    x, claimed = np.ones(3), np.full(3, 2.0)

    def spoil(v):
        total = np.sum(v**2)
        v[...] = 99
        return total

    assert check_gradient(spoil, claimed, x).passed
    assert (x == 1).all()
    assert (claimed == 2).all()


def test_dropout_is_found_out() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(
        ValueError, match="function: returned .* at the same x; accepted is a function that returns one"
    ):
        check_gradient(lambda x: np.sum(x * rng.integers(0, 2, 50)), np.ones(50), np.ones(50))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"function": 3}, TypeError, "function: got 3; accepted is a function of x, or a network"),
        (
            {"function": lambda x: x},
            TypeError,
            r"function: returned shape \(2,\) of dtype float64; accepted is one real",
        ),
        ({"function": lambda x: np.sum(x) + 0j}, TypeError, "function: returned shape .* complex128; accepted is one"),
        ({"function": lambda x: float("nan")}, ValueError, "function: returned nan at x; accepted is a finite number"),
        ({"gradient": [1.0]}, ValueError, r"gradient: got shape \(1,\); accepted is the shape of x, \(2,\)"),
        ({"gradient": ["a", "b"]}, TypeError, "gradient: got <U1 data; accepted are real numbers"),
        ({"gradient": [1j, 2]}, TypeError, "gradient: got complex128 data"),
        ({"x": [np.nan, 1.0]}, ValueError, "x: got NaN or infinity; accepted are finite numbers"),
        ({"x": []}, ValueError, r"x: got shape \(0,\); accepted is an array with at least one entry"),
        ({"x": [None, 1]}, TypeError, "x: got object data"),
        ({"step": 0}, ValueError, "step: got 0; accepted is a number above 0"),
        ({"step": "a"}, TypeError, "step: got 'a'; accepted is a number above 0"),
        ({"step": 1e-18}, ValueError, r"step: got 1e-18; accepted is at least 1.4e-14, which moves x\[0\] = 1.0"),
        ({"tolerance": 2}, ValueError, "tolerance: got 2; accepted is a number above 0 and below 1"),
        ({"names": ["a"]}, ValueError, r"names: got \['a'\]; accepted is one name for each of the 2 entries"),
        ({"samples": 0}, ValueError, "samples: got 0; accepted is an integer of at least 1, or None"),
        ({"samples": True}, ValueError, "samples: got True; accepted is"),
    ],
)
def test_a_bad_argument_is_named(arguments, error, message) -> None:
    good = {"function": lambda x: np.sum(x**2), "gradient": [2.0, 4.0], "x": [1.0, 2.0]}
    with pytest.raises(error, match=message):
        check_gradient(**{**good, **arguments})


def test_a_turned_gradient_of_a_matrix_is_suspected() -> None:
    with pytest.raises(ValueError, match=r"accepted is the shape of x, \(2, 3\); it may be transposed"):
        check_gradient(lambda W: np.sum(W), np.ones((3, 2)), np.ones((2, 3)))


# Networks.

X = np.random.default_rng(0).standard_normal((20, 3))
LABELS = np.random.default_rng(1).integers(0, 2, 20)


class Planted:
    """A network whose gradient is spoilt after it was computed."""

    def __init__(self, network, spoil):
        self.network, self.spoil = network, spoil

    def __getattr__(self, name):
        return getattr(self.network, name)

    def replica(self, r):
        return Planted(self.network.replica(r), self.spoil)

    def copy(self, dtype=None):
        return Planted(self.network.copy(dtype), self.spoil)

    def loss_and_gradient(self, X, y, loss):
        losses, gradient = self.network.loss_and_gradient(X, y, loss)
        self.spoil(gradient)
        return losses, gradient


def network(**options):
    layers = [Dense(3, 4, activation="prelu"), Dropout(0.3), Maxout(4, 4), Dense(4, 2)]
    return Network(layers, replicas=3, seed=2, **options)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_is_checked_in_float64_and_not_changed(dtype) -> None:
    checked = network(dtype=dtype)
    before = [W.copy() for W in (*checked.W, *checked.b)]
    report = check_gradient(checked, X, LABELS, replica=1)
    assert report.passed, report
    assert report.size == checked.n_parameters == 4 * 4 + 4 + 8 * 5 + 2 * 5
    assert all((old == new).all() for old, new in zip(before, (*checked.W, *checked.b), strict=True))


def test_parameters_have_their_names() -> None:
    names = [entry.name for entry in check_gradient(network(), X, LABELS).entries]
    assert names[:3] == ["W[0][0, 0]", "W[0][0, 1]", "W[0][0, 2]"]
    assert names[12:20] == [*(f"b[0][{j}]" for j in range(4)), *(f"alpha[0][{j}]" for j in range(4))]
    assert names[-1] == "b[2][1]"


def test_a_parameter_that_is_not_trained_is_left_out() -> None:
    leaky = Network.mlp([3, 4, 2], activation="leaky_relu")
    assert [part.name for part in network_problem(leaky, X, LABELS, "cross_entropy", 0).parts] == [
        "W[0]",
        "b[0]",
        "W[1]",
        "b[1]",
    ]


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda g: g.b[1].__imul__(20), "b[1]: claimed = 20 × measured: a missing factor of 1/20"),
        (lambda g: g.W[0].__imul__(-1), "W[0]: the sign: claimed = −measured"),
        (lambda g: g.W[1].__setitem__(..., g.W[1].swapaxes(1, 2).copy()), "W[1]: a transposed matrix"),
    ],
)
def test_a_planted_mistake_in_a_network_is_named(spoil, cause) -> None:
    square = Network.mlp([3, 4, 4, 2], activation="tanh", replicas=2)
    report = check_gradient(Planted(square, spoil), X, LABELS, replica=1)
    assert not report.passed
    (found,) = report.causes
    assert found.startswith(cause)


def test_the_loss_is_handed_on() -> None:
    targets = np.random.default_rng(2).standard_normal((20, 2))
    for loss in ("mse", "mean_absolute_error"):
        assert check_gradient(network(), X, targets, loss=loss).passed
    with pytest.raises(ValueError, match="loss"):
        check_gradient(network(), X, targets, loss="mean")


def test_the_replicas_hyperparameters_are_used() -> None:
    # At X = 0 and b = 0 each unit of the first layer is exactly at its kink.
    for_each = Network.mlp([3, 4, 2], slope_at_kink=[0.0, 0.5, 1.0], bias=0.0, replicas=3)
    for replica, slope in enumerate((0.0, 0.5, 1.0)):
        report = check_gradient(for_each, np.zeros((1, 3)), [0], replica=replica)
        assert report.passed, report
        assert [entry.name for entry in report.kinks] == [f"b[0][{j}]" for j in range(4)]
        for entry in report.kinks:
            assert entry.claimed == pytest.approx(slope * (entry.left + entry.right))  # one of the two is 0


def test_names_of_a_network_are_its_own() -> None:
    with pytest.raises(ValueError, match="names: a network's parameters have names already; accepted is None"):
        check_gradient(network(), X, LABELS, names=["a"])
