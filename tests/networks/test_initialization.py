"""Initial weights against the distributions that the papers state."""

import math

import numpy as np
import pytest

from course_lib.networks.initialization import (
    INITIALIZATIONS,
    constant,
    glorot,
    he,
    initial_weights,
    uniform_fan_in,
    zero,
)

SHAPES = [(400, 300), (30, 2000), (2000, 30)]


def drawn(initialization, shape, seed=0):
    return initial_weights(initialization, shape, np.random.default_rng(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_he_has_variance_2_over_fan_in(shape) -> None:
    W, b = drawn("he", shape)
    n, sigma = W.size, math.sqrt(2 / shape[1])
    # The standard error of a normal sample's deviation is σ/√(2n), that of its mean σ/√n.
    assert abs(W.std() - sigma) < 4 * sigma / math.sqrt(2 * n)
    assert abs(W.mean()) < 4 * sigma / math.sqrt(n)
    # Normal, not uniform: the share beyond 2σ is 4.55 %; of a uniform distribution it is 0.
    tail = math.erfc(math.sqrt(2))
    assert abs((np.abs(W) > 2 * sigma).mean() - tail) < 4 * math.sqrt(tail * (1 - tail) / n)
    assert not b.any()


def test_he_keeps_the_mean_square_of_relu_layers_over_depth() -> None:
    rng = np.random.default_rng(3)
    activation = rng.standard_normal((500, 200))
    z = drawn("he", (500, 500), 1)[0] @ activation
    first = np.mean(z**2)
    for seed in range(2, 12):
        z = drawn("he", (500, 500), seed)[0] @ np.maximum(z, 0)
    # 10 layers; the paper's argument is about the mean over networks, one network scatters about it.
    assert 1 / 3 < np.mean(z**2) / first < 3


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("glorot", lambda n_out, n_in: math.sqrt(6 / (n_in + n_out))),
        ("uniform_fan_in", lambda n_out, n_in: 1 / math.sqrt(n_in)),
    ],
)
def test_uniform_distributions_fill_their_bounds(name, bound, shape) -> None:
    W, _ = drawn(name, shape)
    r, n = bound(*shape), W.size
    assert np.abs(W).max() <= r
    # The largest of n uniform numbers is below r(1 − 20/n) with probability e⁻²⁰.
    assert np.abs(W).max() > r * (1 - 20 / n)
    # Uniform on (−r, r): variance r²/3, and Var(W²) = r⁴(1/5 − 1/9).
    assert abs(np.mean(W**2) - r * r / 3) < 4 * r * r * math.sqrt((1 / 5 - 1 / 9) / n)
    assert abs(W.mean()) < 4 * r / math.sqrt(3 * n)


def test_glorot_has_variance_2_over_both_fans() -> None:
    W, b = drawn("glorot", (400, 100))
    assert W.var() == pytest.approx(2 / 500, rel=0.02)
    assert not b.any()


def test_uniform_fan_in_draws_its_biases_too() -> None:
    _, b = drawn("uniform_fan_in", (20_000, 25))
    assert np.abs(b).max() <= 0.2
    assert abs(np.mean(b**2) - 0.04 / 3) < 4 * 0.04 * math.sqrt((1 / 5 - 1 / 9) / b.size)


def test_zero_and_constants_draw_nothing() -> None:
    rng, untouched = np.random.default_rng(5), np.random.default_rng(5)
    for initialization, value in (("zero", 0.0), (0.25, 0.25), (constant(-3), -3.0), (np.float32(0.5), 0.5), (2, 2.0)):
        W, b = initial_weights(initialization, (2, 3), rng)
        assert np.array_equal(W, np.full((2, 3), value))
        assert not b.any()
        assert (W.shape, b.shape, W.dtype, b.dtype) == ((2, 3), (2,), np.float64, np.float64)
    assert rng.random() == untouched.random()


# The generators' streams are part of what the course promises: a seed gives the same run on every supported Python. If
# a version of NumPy changes a stream, this test says so, and the stored numbers of the lessons change with it. The
# first normal number of seed 0 is 0.12573022; its first uniform ones are 0.63696169, 0.26978671 and 0.04097352.
FIRST_DRAWS = {
    "he": (0.12573022 * math.sqrt(2 / 2), 0.0),
    "glorot": ((2 * 0.63696169 - 1) * math.sqrt(6 / 3), 0.0),
    "uniform_fan_in": ((2 * 0.63696169 - 1) / math.sqrt(2), (2 * 0.04097352 - 1) / math.sqrt(2)),
}


@pytest.mark.parametrize("name", FIRST_DRAWS)
def test_a_seed_gives_the_same_numbers_for_ever(name) -> None:
    W, b = drawn(name, (1, 2))
    assert (W[0, 0], b[0]) == pytest.approx(FIRST_DRAWS[name], rel=1e-7)


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_one_seed_one_result(name) -> None:
    first, again, other = drawn(name, (4, 5), 1), drawn(name, (4, 5), 1), drawn(name, (4, 5), 2)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert np.array_equal(first[0], other[0]) == (name == "zero")


def test_a_replica_draws_the_same_alone_and_among_others() -> None:
    shapes = [(16, 2), (16, 16), (2, 16)]
    alone = np.random.default_rng(13)
    expected = [initial_weights("uniform_fan_in", shape, alone) for shape in shapes]
    among = [np.random.default_rng(10 + r) for r in range(64)]
    for shape, (W, b) in zip(shapes, expected, strict=True):
        drawn_by_all = [initial_weights("uniform_fan_in", shape, rng) for rng in among]
        assert np.array_equal(drawn_by_all[3][0], W)
        assert np.array_equal(drawn_by_all[3][1], b)


def test_the_table_names_the_functions() -> None:
    table = {"he": he, "glorot": glorot, "uniform_fan_in": uniform_fan_in, "zero": zero}
    assert table == INITIALIZATIONS


def test_a_function_of_ones_own() -> None:
    W, b = drawn(lambda rng, n_out, n_in: (np.eye(n_out, n_in, dtype=np.float32), range(n_out)), (2, 3))
    assert np.array_equal(W, [[1, 0, 0], [0, 1, 0]])
    assert np.array_equal(b, [0, 1])
    assert W.dtype == b.dtype == np.float64


def test_what_is_returned_can_be_written_to_and_is_shared_with_nobody() -> None:
    kept = np.ones((2, 3))
    W, _ = drawn(lambda rng, n_out, n_in: (kept, np.zeros(n_out)), (2, 3))
    W[...] = 7
    assert (kept == 1).all()


ACCEPTED = "accepted are 'he', 'glorot', 'uniform_fan_in', 'zero', a finite number, or a function"


@pytest.mark.parametrize(
    ("initialization", "error", "message"),
    [
        ("xavier", ValueError, f"initialization: got 'xavier'; {ACCEPTED}"),
        (None, TypeError, f"initialization: got None; {ACCEPTED}"),
        (True, TypeError, f"initialization: got True; {ACCEPTED}"),
        (float("nan"), ValueError, f"initialization: got nan; {ACCEPTED}"),
        (1j, TypeError, f"initialization: got 1j; {ACCEPTED}"),
        ([0.1, 0.2], TypeError, r"initialization: got \[0.1, 0.2\]; " + ACCEPTED),
        (lambda rng, n_out, n_in: (np.ones((n_in, n_out)), np.ones(n_out)), ValueError, r"W of shape \(3, 2\)"),
        (lambda rng, n_out, n_in: (np.ones((n_out, n_in)), np.ones(n_in)), ValueError, r"b of shape \(3,\)"),
        (
            lambda rng, n_out, n_in: (np.full((n_out, n_in), np.nan), np.ones(n_out)),
            ValueError,
            "returned W with NaN or infinity; accepted are finite numbers",
        ),
        (lambda rng, n_out, n_in: (np.full((n_out, n_in), "a"), np.ones(n_out)), ValueError, "returned W .* dtype <U1"),
    ],
)
def test_a_bad_initialization_is_named(initialization, error, message) -> None:
    with pytest.raises(error, match=message):
        drawn(initialization, (2, 3))


@pytest.mark.parametrize("shape", [(2,), (2, 3, 4), (0, 2), (2.0, 3), (True, 2), 6, None])
def test_a_bad_shape_is_named(shape) -> None:
    with pytest.raises(ValueError, match="shape: got .*; accepted is \\(n_out, n_in\\), two integers of at least 1"):
        drawn("he", shape)


def test_a_bad_generator_is_named() -> None:
    with pytest.raises(TypeError, match="rng: got 0; accepted is a numpy.random.Generator"):
        initial_weights("he", (2, 3), 0)


@pytest.mark.parametrize(("value", "error"), [("a", TypeError), (True, TypeError), (float("inf"), ValueError)])
def test_a_bad_constant_is_named(value, error) -> None:
    with pytest.raises(error, match="value: got .*; accepted is a finite number"):
        constant(value)
