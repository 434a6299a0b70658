"""One thread for matrix products, for as long as the function runs."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from course_lib.experiments.one_thread import on_one_thread


def blas_threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_the_limit_holds_inside_and_ends_with_the_function() -> None:
    with threadpool_limits(2, "blas"):
        before = blas_threads()
        assert before and set(on_one_thread(blas_threads)()) == {1}
        assert blas_threads() == before


def test_the_limit_ends_with_an_error_too() -> None:
    def fail(message: str) -> None:
        raise RuntimeError(message)

    before = blas_threads()
    with pytest.raises(RuntimeError, match="stopped"):
        on_one_thread(fail)("stopped")
    assert blas_threads() == before
