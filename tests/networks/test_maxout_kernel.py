"""Maxout's calls against loops over units and samples, with ties."""

import numpy as np
import pytest

from course_lib.networks.kernels import bind_maxout

SHAPES = [(2, 3, 4, 5), (1, 1, 1, 1), (3, 2, 1, 7), (2, 5, 3, 1)]  # replicas, pieces, units, samples


def run(z, upstream, pieces, tie):
    """The maxima, and the gradient with respect to z."""
    replicas, rows, samples = z.shape
    out, delta = np.full((replicas, rows // pieces, samples), 7.0, z.dtype), np.full_like(z, 7.0)
    forward, backward = bind_maxout(z, out, upstream, delta, pieces, tie)
    for call in forward + backward:
        call()
    return out, delta


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tie", ["first", "split"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_upstream_gradient_goes_to_the_largest_piece(shape, tie, dtype):
    rng = np.random.default_rng(6)
    replicas, pieces, units, samples = shape
    z = rng.integers(0, 3, (replicas, pieces * units, samples)).astype(dtype)  # three values: many ties
    upstream = rng.integers(1, 9, (replicas, units, samples)).astype(dtype)
    out, delta = run(z, upstream, pieces, tie)
    ties = 0
    for r, u, i in np.ndindex(replicas, units, samples):
        values = [z[r, piece * units + u, i] for piece in range(pieces)]
        largest = [piece for piece in range(pieces) if values[piece] == max(values)]
        ties += len(largest) > 1
        assert out[r, u, i] == max(values)
        for piece in range(pieces):
            share = piece == largest[0] if tie == "first" else (piece in largest) / len(largest)
            assert delta[r, piece * units + u, i] == pytest.approx(share * upstream[r, u, i], rel=1e-6)
    assert ties > 0 or pieces == 1 or z.size < 10
    np.testing.assert_allclose(delta.reshape(shape).sum(1), upstream, rtol=1e-6)  # nothing is lost, nothing added


@pytest.mark.parametrize("tie", ["first", "split"])
def test_a_signed_zero_ties_with_zero(tie):
    z, upstream = np.array([[[-0.0], [0.0], [-1.0]]]), np.array([[[4.0]]])
    assert run(z, upstream, 3, tie)[1].ravel().tolist() == ([4, 0, 0] if tie == "first" else [2, 2, 0])


def test_without_an_upstream_gradient_there_are_only_maxima():
    z = np.array([[[1.0, 5.0], [3.0, 2.0]]])
    out = np.empty((1, 1, 2))
    forward, backward = bind_maxout(z, out, None, None, 2, "first")
    for call in forward:
        call()
    assert backward == []
    assert out.tolist() == [[[3.0, 5.0]]]


@pytest.mark.parametrize("tie", ["first", "split"])
def test_nan_stays_nan(tie):
    z, upstream = np.array([[[1.0, np.nan], [3.0, 2.0]]]), np.full((1, 1, 2), 2.0)
    with np.errstate(all="ignore"):
        out, delta = run(z, upstream, 2, tie)
    assert out[0, 0, 0] == 3
    assert np.isnan(out[0, 0, 1])
    assert delta[0, :, 0].tolist() == [0, 2]
    assert not (delta[0, :, 1] == [0, 2]).all()  # the NaN is not taken for a loser of the comparison
    # A NaN from upstream reaches the winner.
    _, delta = run(np.array([[[1.0], [3.0]]]), np.full((1, 1, 1), np.nan), 2, tie)
    assert np.isnan(delta[0, 1, 0])


def test_the_output_may_be_a_part_of_a_larger_array():
    z = np.arange(12.0).reshape(1, 4, 3)
    full = np.full((1, 3, 3), -1.0)
    for call in bind_maxout(z, full[:, :2], None, None, 2, "first")[0]:
        call()
    assert full[0].tolist() == [[6, 7, 8], [9, 10, 11], [-1, -1, -1]]
