"""Evaluation of activations on what callers pass in: types, parameters, errors."""

import subprocess
import sys

import numpy as np
import pytest
import sympy as sp

from course_lib.networks.activations import ACTIVATIONS

NAMES = [
    "identity", "relu", "leaky_relu", "prelu", "absolute", "elu", "softplus", "relu6", "hard_tanh", "sigmoid", "tanh",
]  # fmt: skip


def test_every_activation_of_the_course_is_there_under_its_own_name() -> None:
    assert sorted(ACTIVATIONS) == sorted(NAMES)
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())
    assert [name for name, activation in ACTIVATIONS.items() if activation.trainable] == ["prelu"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_precision_and_the_shape_are_kept(name, dtype) -> None:
    z = np.linspace(-7, 7, 30).astype(dtype).reshape(2, 3, 5)[:, ::2]
    before = z.copy()
    for found in (ACTIVATIONS[name](z), ACTIVATIONS[name].derivative(z)):
        assert (found.dtype, found.shape) == (z.dtype, z.shape)
    assert (z == before).all()


@pytest.mark.parametrize("name", NAMES)
def test_half_precision_is_rounded_once(name) -> None:
    z = np.linspace(-9, 9, 301).astype(np.float16)
    wide = z.astype(np.float64)
    alpha = None if ACTIVATIONS[name].alpha is None else 0.25
    exact = ACTIVATIONS[name](wide, alpha)
    # A single rounding is off by half a unit at most; float32 in between adds next to nothing.
    unit = np.spacing(np.abs(exact).astype(np.float16)).astype(np.float64)
    assert (np.abs(ACTIVATIONS[name](z, alpha).astype(np.float64) - exact) <= 0.501 * unit).all()


@pytest.mark.parametrize("z", [3, True, [1, 2], np.arange(3, dtype=np.uint8)])
def test_whole_numbers_become_float64(z) -> None:
    found = ACTIVATIONS["sigmoid"](z)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-np.asarray(z, float))), rtol=1e-15)


def test_alpha_broadcasts_with_z() -> None:
    z = np.array([[-2.0], [3.0]])
    alpha = np.array([0.0, 0.5, -1.0])
    assert ACTIVATIONS["prelu"](z, alpha).tolist() == [[0, -1, 2], [3, 3, 3]]
    assert ACTIVATIONS["prelu"].derivative(z, alpha=alpha).tolist() == [[0, 0.5, -1], [1, 1, 1]]
    assert ACTIVATIONS["prelu"].derivative(0.0, alpha=alpha).tolist() == [0, 0.5, -1]


def test_the_branches_may_keep_alpha() -> None:
    alpha = sp.Symbol("alpha", real=True)
    for name in ("leaky_relu", "prelu", "elu"):
        assert ACTIVATIONS[name].piecewise().parameters == {alpha}
    assert ACTIVATIONS["leaky_relu"].piecewise(sp.Symbol("beta", positive=True)).branch(0, "-").has(sp.Symbol)
    assert ACTIVATIONS["leaky_relu"].piecewise(0.01).branch(0, "-") == sp.Symbol("x") / 100


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("z", [[0.5, 1j], ["1"], [None], np.zeros(2, np.longdouble)])
def test_z_that_is_no_number_is_refused(name, z) -> None:
    with pytest.raises(TypeError, match="^z must be numbers in float16, float32 or float64"):
        ACTIVATIONS[name](z)


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_alpha_is_refused_where_there_is_none(name) -> None:
    activation = ACTIVATIONS[name]
    for use in (
        activation.piecewise,
        lambda alpha: activation(1.0, alpha),
        lambda a: activation.derivative(1.0, alpha=a),
    ):
        with pytest.raises(ValueError, match=f"^alpha must be None for {name}, which has no parameter, not 0.1"):
            use(0.1)


def test_activations_load_neither_sympy_nor_the_calculus() -> None:
    program = (
        "import sys, course_lib.networks.activations as a; a.ACTIVATIONS['elu'].derivative(1.0);"
        "print([m for m in sys.modules if m.split('.')[0] in ('sympy', 'mpmath') or m == 'course_lib.calculus'])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
