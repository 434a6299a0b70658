"""Arrays that do not fit together are refused before training starts."""

import gc
import weakref

import numpy as np
import pytest

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.kernels import KernelArrays, bind

SHAPE = (2, 3, 5)
FITTING = {
    "A": np.ones(SHAPE),
    "delta": np.ones(SHAPE),
    "slopes": (np.array(0.5),),
    "alpha": np.ones((2, 3, 1)),
    "d_alpha": np.ones((2, 3, 1)),
    "scratch": np.ones(60),
}


def test_fitting_arrays_are_accepted() -> None:
    forward, backward = bind(ACTIVATIONS["prelu"], **FITTING)
    assert forward and backward


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"A": np.ones((3, 5))}, r"^A must be \(replicas, units, samples\).*not float64 of shape \(3, 5\)"),
        ({"A": np.ones(SHAPE, np.float16)}, "^A must be .* in float32 or float64, not float16"),
        ({"A": np.ones(SHAPE, int)}, "^A must be .* not int64"),
        ({"A": np.ones(SHAPE, np.float32)}, "^delta must be contiguous and like A, which is float32"),
        ({"delta": np.ones((2, 3, 4))}, r"^delta must be .* not float64 of shape \(2, 3, 4\)"),
        ({"delta": np.ones((2, 4, 5))[:, :3]}, "^delta must be .* not contiguous"),
        ({"slopes": ()}, "^slopes must have 1 entries for prelu, one per breakpoint, not 0"),
        ({"slopes": (np.ones(2),)}, r"^slopes must be float64 of shape \(\) or \(1, 1, 1\) or \(2, 1, 1\), not"),
        ({"slopes": (np.float32(0.5),)}, "^slopes must be float64"),
        ({"alpha": None}, "^alpha must be an array for prelu"),
        ({"alpha": np.ones(3)}, "^alpha must be float64 of shape"),
        ({"alpha": np.ones((2, 1, 1))}, "^d_alpha must be None without delta and a trainable alpha of its shape"),
        ({"alpha": np.ones(SHAPE), "d_alpha": np.ones(SHAPE)}, "^d_alpha must be float64 of shape"),
        ({"delta": None}, "^d_alpha must be None without delta"),
        ({"scratch": np.ones(59)}, "^scratch must be flat, float64, with at least 60 numbers, not"),
        ({"scratch": np.ones(60, np.float32)}, "^scratch must be flat, float64"),
        ({"activation": ACTIVATIONS["elu"]}, "^d_alpha must be None"),
        ({"activation": ACTIVATIONS["relu"]}, "^alpha must be None for relu"),
        (
            {"activation": ACTIVATIONS["relu"], "alpha": None, "slopes": (None,)},
            "^slopes must be arrays for relu: without alpha there is no left slope alpha",
        ),
    ],
)
def test_an_array_that_does_not_fit_is_named(change, message) -> None:
    with pytest.raises(ValueError, match=message):
        bind(**({"activation": ACTIVATIONS["prelu"]} | FITTING | change))


def test_zeros_are_shared_while_somebody_uses_them() -> None:
    A = np.ones((2, 31, 37))
    one, other = (KernelArrays(A, None, (), None, None, None).zeros() for _ in range(2))
    assert one is other and one.shape == (31, 37) and not one.any() and not one.flags.writeable
    assert KernelArrays(A.astype(np.float32), None, (), None, None, None).zeros().dtype == np.float32
    kept = weakref.ref(one)
    del one, other
    gc.collect()
    assert kept() is None
