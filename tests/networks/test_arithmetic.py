import numpy as np
import pytest
from blas_pools import blas_threads
from threadpoolctl import threadpool_limits

from course_lib.networks import Network, measure, passes
from course_lib.networks import plan as plans
from course_lib.networks.plan import plan_arithmetic


def test_plan_arithmetic_is_silent_and_leaves_the_settings_as_they_were():
    before = np.geterr(), np.getbufsize()
    with plan_arithmetic():
        assert np.getbufsize() == 1024
        assert np.isnan(np.float32(np.inf) - np.float32(np.inf))
    assert (np.geterr(), np.getbufsize()) == before


@pytest.mark.parametrize("way", ["measure", "predict", "forward", "loss_and_gradient"])
def test_looking_at_a_network_takes_one_blas_thread(way, monkeypatch):
    seen = []

    def noted(original):
        def call(*arguments, **options):
            seen.append(blas_threads())
            return original(*arguments, **options)

        return call

    monkeypatch.setattr(passes, "_step", noted(passes._step))
    monkeypatch.setattr(plans.Plan, "run", noted(plans.Plan.run))
    monkeypatch.setattr(plans.Plan, "__init__", noted(plans.Plan.__init__))
    network, X, y = Network.mlp([2, 3, 2]), np.zeros((4, 2)), np.zeros(4, int)
    with threadpool_limits(2, "blas"):
        if way == "measure":
            measure(network, X, y)
        else:
            getattr(network, way)(*((X, y) if way == "loss_and_gradient" else (X,)))
        assert seen and all(threads == {1} for threads in seen)
        assert blas_threads() == {2}
