import numpy as np
import pytest
from blas_pools import blas_threads

from course_lib.networks import Network, train


@pytest.mark.parametrize(("replicas", "threads", "expected"), [(1, 1, 1), (1, 2, 2), (4, 1, 1), (4, 2, 1)])
def test_training_uses_as_many_threads_as_it_may(replicas, threads, expected, monkeypatch):
    """With one block BLAS gets the threads; with several each has one. Afterwards all is as before."""
    from course_lib.networks import block

    seen = set()
    original = block.Block.epoch

    def noted(self, *arguments):
        seen.update(blas_threads())
        return original(self, *arguments)

    monkeypatch.setattr(block.Block, "epoch", noted)
    before = blas_threads()
    X = np.zeros((8, 2))
    train(Network.mlp([2, 3, 2], replicas=replicas), X, np.zeros(8, int), epochs=2, threads=threads, progress=False)
    assert seen == {expected}
    assert blas_threads() == before
