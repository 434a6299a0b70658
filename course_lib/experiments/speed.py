"""How many times as fast one function is as another."""

import time
from collections.abc import Callable


def times_as_fast(slow: Callable[[], object], fast: Callable[[], object], rounds: int = 3) -> float:
    """min seconds(slow) / min seconds(fast), each the least of `rounds` rounds, one after the other in turn.

    The least time is the one that other programs disturbed least. A `fast` function that takes under a millisecond is
    called many times in a round, so that the clock's own step does not count.

    >>> times_as_fast(lambda: sum(range(200_000)), lambda: sum(range(2_000))) > 5
    True
    """
    if not isinstance(rounds, int) or rounds < 1:
        raise ValueError(f"rounds must be a whole number of at least 1, not {rounds!r}")
    calls = {function: _calls(function) for function in (slow, fast)}
    least = {function: float("inf") for function in (slow, fast)}
    for _ in range(rounds):
        for function, count in calls.items():
            least[function] = min(least[function], _seconds(function, count) / count)
    return least[slow] / least[fast]


def _calls(function: Callable[[], object]) -> int:
    """How many calls take about five milliseconds; the first call also warms up caches."""
    return max(1, int(5e-3 / max(_seconds(function, 1), 1e-6)))


def _seconds(function: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        function()
    return time.perf_counter() - start
