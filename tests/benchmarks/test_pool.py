"""A call that never comes back, or takes its process with it, is counted and does not stop the others."""

from functools import partial

from benchmarks.pool import OVER_LIMIT, run

FOR_EVER = "sum(iter(int, 1))"


def test_every_task_ends():
    tasks = (("1 + 1", "3"), ("5", FOR_EVER, "7"), ("__import__('os')._exit(3)",), ("4",), ("8",))
    found = dict(run(partial(map, eval), tasks, limit=1))
    assert found == dict(zip(tasks, ([2, 3], [5, OVER_LIMIT], ["the process died"], [4], [8]), strict=True))
