"""The tests of networks can `import textbook`, the slow implementation that they compare with."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def threads_of_blas() -> Callable[[], set[int]]:
    """How many threads NumPy's own BLAS may use; other libraries, such as SciPy, bring another BLAS."""
    return lambda: {
        pool["num_threads"]
        for pool in threadpool_info()
        if pool["user_api"] == "blas" and "scipy.libs" not in pool["filepath"]
    }
