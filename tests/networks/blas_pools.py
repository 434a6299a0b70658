"""How many threads NumPy's own BLAS may use; other libraries, such as SciPy, bring another BLAS."""

from threadpoolctl import threadpool_info


def blas_threads() -> set[int]:
    return {
        pool["num_threads"]
        for pool in threadpool_info()
        if pool["user_api"] == "blas" and "scipy.libs" not in pool["filepath"]
    }
