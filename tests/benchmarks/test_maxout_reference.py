"""Maxout beside PyTorch, and that the comparison would notice a wrong rule for ties."""

import numpy as np
import pytest

from benchmarks import maxout_reference
from benchmarks.in_torch import TORCH
from benchmarks.maxout_reference import BOUNDS, greatest_difference, network


def test_the_networks_have_ties_only_where_they_shall():
    X = np.round(4 * np.random.default_rng(5).standard_normal((64, 12))) / 4
    for tied in (False, True):
        own = network("float64", "first", tied)
        z = own.forward(X).pre_activations[0].reshape(64, 5, 9)
        second, largest = np.sort(z, 1)[:, -2:].transpose(1, 0, 2)
        assert (largest == second).all() if tied else (largest - second).min() > 1e-6


@pytest.mark.slow
def test_maxout_agrees_with_pytorch(absent, monkeypatch):
    if not TORCH.exists():
        absent("torch", "PyTorch is not in .frameworks")
    assert maxout_reference.main() == 0
    # A core that shares where PyTorch takes the first is noticed.
    own = maxout_reference.network
    monkeypatch.setattr(maxout_reference, "network", lambda dtype, tie, tied: own(dtype, "split", tied))
    assert greatest_difference("float64", "first", tied=True) > 1e6 * BOUNDS["float64"]
