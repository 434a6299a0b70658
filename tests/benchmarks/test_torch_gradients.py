"""Skips and batch normalisation beside PyTorch, and that the comparison would notice a wrong constant."""

import pytest

from benchmarks import torch_gradients
from benchmarks.in_torch import TORCH
from course_lib.networks import normalization


@pytest.mark.slow
def test_skips_and_batch_normalization_agree_with_pytorch(absent, monkeypatch):
    if not TORCH.exists():
        absent("torch", "PyTorch is not in .frameworks")
    assert torch_gradients.main() == 0
    monkeypatch.setattr(normalization, "EPSILON", 1.1e-5)
    assert all(max(found.values()) > 1e-7 for found in torch_gradients.compare(batch_norm=True).values())
