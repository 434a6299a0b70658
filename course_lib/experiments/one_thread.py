"""Matrix products on one thread."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
T = TypeVar("T")


def on_one_thread(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, with NumPy's matrix products on one thread while it runs.

    The products of small networks are too short to be shared out: threads that wait for each other cost more than they
    save, above all on a machine that has other work.

    >>> on_one_thread(sum)([1, 2])
    3
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> T:
        with threadpool_limits(1, "blas"):
            return function(*args, **kwargs)

    return limited
