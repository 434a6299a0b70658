"""The adding problem against its definition, and the shipped file against a run of its own program."""

import numpy as np
import pytest

from course_lib.topics.linear_paths import adding
from course_lib.topics.linear_paths.adding import BEST_CONSTANT, LENGTHS, RATES, curves, learn, sequences
from course_lib.topics.linear_paths.recurrent import KINDS, RecurrentNet


@pytest.mark.parametrize("length", [2, 3, 10, 101])
def test_one_mark_stands_in_each_half(length):
    x, target = sequences(length, 500, np.random.default_rng(1))
    assert x.shape == (length, 2, 500) and set(np.unique(x[:, 1])) <= {0, 1}
    half = length // 2
    assert (x[:half, 1].sum(0) == 1).all() and (x[half:, 1].sum(0) == 1).all()
    for k in range(20):
        first, second = np.flatnonzero(x[:, 1, k])
        assert target[k] == pytest.approx(x[first, 0, k] + x[second, 0, k])
    assert all(len(np.unique(np.flatnonzero(x[:, 1, k]) // half)) == 2 for k in range(20)) or length % 2


def test_every_place_is_marked_and_a_constant_misses_by_a_sixth():
    x, target = sequences(6, 60_000, np.random.default_rng(2))
    assert x[:, 1].mean(1) == pytest.approx(np.full(6, 1 / 3), abs=0.01)
    assert target.mean() == pytest.approx(1, abs=0.01) and target.var() == pytest.approx(BEST_CONSTANT, abs=0.003)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sequences(0, 3, np.random.default_rng(0)), "length: got 0; accepted is a whole number of at least 2"),
        (lambda: sequences(5, 0, np.random.default_rng(0)), "batch: got 0"),
        (lambda: learn("tanh", 1, 0.01), "length: got 1"),
        (lambda: learn("tanh", 5, 0.01, starts=0), "starts: got 0"),
        (lambda: curves("tanh", 30, 0.01), "length: got 30; accepted are 20, 50, 100"),
        (lambda: curves("GRU", 20, 0.01), "kind: got 'GRU'"),
        (lambda: curves("tanh", 20, 1.0), "learning_rate: got 1.0"),
    ],
)
def test_bad_input_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_clipping_cuts_each_replica_to_length_1_and_leaves_short_gradients():
    net = RecurrentNet("LSTM", 2, 3, replicas=3)
    gradient = np.random.default_rng(3).normal(size=net.flat.shape)
    parts = net.views(gradient)
    for part in parts:
        part[1] *= 1e-4
    before = gradient.copy()
    adding.clip(net, gradient)
    lengths = [np.sqrt(sum((part[r] ** 2).sum() for part in parts)) for r in range(3)]
    assert lengths[0] == pytest.approx(1) and lengths[2] == pytest.approx(1) and lengths[1] < 0.01
    for now, then in zip(parts, net.views(before), strict=True):
        assert np.array_equal(now[1], then[1]) and (now[0] / then[0]).std() < 1e-12


def test_nets_meet_the_same_sequences_and_a_start_does_not_depend_on_the_others():
    few, more = (learn("tanh", 4, 0.01, starts=starts, steps=3, every=1) for starts in (1, 3))
    assert few[0] == pytest.approx(more[0], rel=1e-4) and len(set(more[:, 0])) == 3


def test_the_file_has_every_net_at_every_length_and_rate():
    for kind in KINDS:
        for length in LENGTHS:
            for rate in RATES:
                found = curves(kind, length, rate)
                assert found.shape == (adding.STARTS, 1 + adding.STEPS // adding.EVERY)
                assert (found > 0).all() and np.isfinite(found).all()
            starts = [curves(kind, length, rate)[:, 0] for rate in RATES]
            assert starts[0] == pytest.approx(starts[-1])  # the same weights, whatever the rate
    assert adding.SHIPPED.stat().st_size < 100_000


@pytest.mark.slow
def test_the_file_is_what_the_program_computes():
    again = learn("LSTM", 20, 0.01, starts=2, steps=200)
    assert curves("LSTM", 20, 0.01)[:2, :3] == pytest.approx(again, rel=0.05)
