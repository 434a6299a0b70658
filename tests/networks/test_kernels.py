"""The steps that training runs: parameters and their gradients, what is not finite, shared memory, and maxout."""

import numpy as np
import pytest
import sympy as sp

from course_lib.networks import ACTIVATIONS, Dense
from course_lib.networks.kernels import bind, bind_maxout

DTYPES = [np.float32, np.float64]


def run(*lists):
    for steps in lists:
        for step in steps:
            step()


def slopes(name, slope_at_kink=None, replicas=1, dtype=float):
    return Dense(1, 1, name, slope_at_kink).slopes(replicas, dtype)


def parameter(name, shape, dtype=float):
    alpha = ACTIVATIONS[name].alpha
    return None if alpha is None else np.full(shape, alpha, dtype)


def random(shape, dtype=float, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_not_a_number_stays_and_infinity_goes_to_the_limit(name):
    activation = ACTIVATIONS[name]
    f = activation.piecewise(activation.alpha)
    ends = [(f.branches[0], -sp.oo), (f.branches[-1], sp.oo)]
    values = [float(sp.limit(branch, f.variable, end)) for branch, end in ends]
    limits = [float(sp.limit(sp.diff(branch, f.variable), f.variable, end)) for branch, end in ends]
    for dtype in DTYPES:
        for slope_at_kink in [None, 1.0] if activation.breakpoints else [None]:
            A = np.array([[[np.nan, -np.nan, -np.inf, np.inf]]], dtype)
            used, delta = A.copy(), np.full((1, 1, 4), -2.5, dtype)
            at_kink, alpha = slopes(name, slope_at_kink, dtype=dtype), parameter(name, (1, 1, 1), dtype)
            run(*bind(activation, A, delta, at_kink, alpha))
            assert np.isnan(A[0, 0, :2]).all()
            assert A[0, 0, 2:].tolist() == [dtype(value) for value in values]
            assert delta[0, 0, 2:].tolist() == [dtype(-2.5) * dtype(slope) for slope in limits]
            forward, backward = bind(activation, used, None, at_kink, alpha)
            run(forward)  # without an upstream gradient: the same values, and no backward steps
            assert backward == [] and np.array_equal(used, A, equal_nan=True)
        A, delta = np.array([[[-2.0, 0.0, 0.5, 9.0]]], dtype), np.full((1, 1, 4), np.nan, dtype)
        run(*bind(activation, A, delta, slopes(name, dtype=dtype), parameter(name, (1, 1, 1), dtype)))
        assert np.isnan(delta).all()


def test_layers_may_share_their_scratch():
    scratch = np.empty(2 * 2 * 3 * 40)
    results = {}
    for shared in (None, scratch):
        layers = []
        results[shared is None] = arrays = []
        for i, name in enumerate(["prelu", "sigmoid", "relu6", "elu", "absolute", "softplus"]):
            A, delta = 3 * random((2, 3, 40), seed=i), random((2, 3, 40), seed=10 + i)
            at_kink = slopes(name, 0.5 if ACTIVATIONS[name].breakpoints else None)
            d_alpha = np.zeros((2, 3, 1)) if name == "prelu" else None
            arrays += [A, delta, np.zeros(1) if d_alpha is None else d_alpha]
            layers.append(bind(ACTIVATIONS[name], A, delta, at_kink, parameter(name, (2, 3, 1)), d_alpha, shared))
        for forward, _ in layers:
            run(forward)
        scratch[...] = np.nan
        for _, backward in reversed(layers):
            run(backward)
    assert all((one == other).all() for one, other in zip(results[True], results[False], strict=True))


def maxout(z, upstream, pieces, tie):
    """The maxima, in a part of a larger array, and the gradient with respect to z."""
    replicas, rows, samples = z.shape
    full, delta = np.full((replicas, rows // pieces + 1, samples), 7.0, z.dtype), np.full_like(z, 7.0)
    run(*bind_maxout(z, full[:, :-1], upstream, delta, pieces, tie))
    assert (full[:, -1] == 7).all()
    return full[:, :-1], delta


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("tie", ["first", "split"])
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 1, 1, 1), (3, 2, 1, 7), (2, 5, 3, 1)])
def test_the_upstream_gradient_goes_to_the_largest_piece(shape, tie, dtype):
    rng = np.random.default_rng(6)
    replicas, pieces, units, samples = shape
    z = rng.integers(0, 3, (replicas, pieces * units, samples)).astype(dtype)  # three values: many ties
    upstream = rng.integers(1, 9, (replicas, units, samples)).astype(dtype)
    out, delta = maxout(z, upstream, pieces, tie)
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
def test_signed_zeros_tie_and_nan_stays_nan_in_maxout(tie):
    z, upstream = np.array([[[-0.0], [0.0], [-1.0]]]), np.array([[[4.0]]])
    assert maxout(z, upstream, 3, tie)[1].ravel().tolist() == ([4, 0, 0] if tie == "first" else [2, 2, 0])
    with np.errstate(all="ignore"):
        out, delta = maxout(np.array([[[1.0, np.nan], [3.0, 2.0]]]), np.full((1, 1, 2), 2.0), 2, tie)
    assert out[0, 0, 0] == 3 and np.isnan(out[0, 0, 1])
    assert delta[0, :, 0].tolist() == [0, 2]
    assert not (delta[0, :, 1] == [0, 2]).all()  # the NaN is not taken for a loser of the comparison
    # A NaN from upstream reaches the winner.
    assert np.isnan(maxout(np.array([[[1.0], [3.0]]]), np.full((1, 1, 1), np.nan), 2, tie)[1][0, 1, 0])
