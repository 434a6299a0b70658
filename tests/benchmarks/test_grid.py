"""The simulation of a grid says what theory says where theory says something. No time is measured here."""

import doctest
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import grid
from benchmarks.grid import Costs, Losses, first_limit, losses, makespan

TIMES = st.lists(st.floats(0, 10), min_size=1, max_size=40)
NUMBERS = st.integers(1, 12)


def test_the_examples():
    assert doctest.testmod(grid).failed == 0


@given(st.integers(1, 200), NUMBERS)
def test_equal_cells_of_a_free_parent_take_as_many_rounds_as_it_needs(cells, workers):
    assert makespan([2.0] * cells, workers) == ceil(cells / workers) * 2


@given(st.integers(1, 50), st.integers(0, 3))
def test_with_a_worker_for_each_cell_they_queue_at_the_parent(cells, ahead):
    assert makespan([3.0] * cells, cells, parent=0.5, ahead=ahead) == 3 + cells * 0.5


def test_a_worker_waits_for_its_parent_where_nothing_was_handed_out_ahead():
    """One worker: t, c, t, c, …; with one cell ahead the parent works beside it."""
    assert makespan([2.0] * 10, 1, parent=1.0) == 10 * (2 + 1)
    assert makespan([2.0] * 10, 1, parent=1.0, ahead=1) == 10 * 2 + 1


@given(TIMES, NUMBERS)
def test_a_free_parent_gives_each_cell_to_the_first_free_worker(seconds, workers):
    free = [0.0] * workers
    for t in seconds:
        free[free.index(min(free))] += t
    assert makespan(seconds, workers) == pytest.approx(max(free))


@given(TIMES, NUMBERS, st.floats(0, 5), NUMBERS)
def test_it_is_never_faster_than_workers_parent_and_longest_cell(seconds, workers, parent, ahead):
    bound = max(sum(seconds) / workers, len(seconds) * parent, max(seconds))
    assert makespan(seconds, workers, parent, ahead) >= bound * (1 - 1e-12)


@given(TIMES, NUMBERS)
def test_longest_first_is_within_a_third_of_any_order(seconds, workers):
    """Ronald Graham, *Bounds on multiprocessing timing anomalies*, 1969: at most 4/3 − 1/(3W) of the best."""
    best_first = makespan(sorted(seconds, reverse=True), workers)
    assert best_first <= (4 / 3 - 1 / (3 * workers)) * makespan(seconds, workers) * (1 + 1e-12)


@given(TIMES, NUMBERS, st.floats(0, 5), st.floats(0, 5))
def test_the_losses_add_up_to_the_makespan(seconds, workers, parent, worker):
    found = losses(seconds, workers, Costs(parent, worker, None))
    whole = [t + worker for t in seconds]
    assert sum(found) == pytest.approx(makespan(whole, workers, parent, ahead=workers))
    assert found.workers == pytest.approx(sum(whole) / workers)


def test_one_process_does_everything_itself():
    assert losses([1.0, 2.0], 1, Costs(0.25, 0.125, 0.5)) == Losses(3.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("seconds", "parent", "limit"),
    [
        ([1.0] * 4096, 0.05, (32, "parent")),  # it can feed 1/0.05 = 20 workers
        ([1.0] * 96, 0.0, (64, "too few cells")),  # 3, 1.5 and then 2 rounds instead of 1.5
        ([1.0] * 200 + [20.0], 0.0, (4, "tail")),  # begun last, the long cell ends at 50 + 20 s; first, all at 55
    ],
)
def test_what_keeps_workers_waiting_first(seconds, parent, limit):
    assert first_limit(seconds, Costs(parent, 0.0, None)) == limit
