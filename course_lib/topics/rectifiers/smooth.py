"""ELU and the smooth relatives of ReLU: where their slopes leave the floats, their distance from ReLU, their minima."""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from scipy.optimize import brentq

from course_lib.checks import one_of, refusal, whole_number
from course_lib.networks import ACTIVATIONS

Array = np.ndarray[Any, Any]
RELATIVES = ("elu", "softplus", "gelu", "silu", "squared_relu")
NAMES = {"elu": "ELU", "softplus": "softplus", "gelu": "GELU", "silu": "SiLU", "squared_relu": "squared ReLU"}
ORDERS = ("value", "slope", "second derivative")
TABLE = Path(__file__).with_name("smooth_in_frameworks.json")


def underflow(least_exponent: int) -> float:
    """(m − 1)·log 2: left of it eᶻ rounds to 0 in floats whose smallest positive number is 2ᵐ, for it is below half.

    >>> round(underflow(-149), 2)
    -103.97
    """
    return (-whole_number("-least_exponent", -least_exponent, 1) - 1) * math.log(2)


def absorption(precision_exponent: int) -> float:
    """(p − 2)·log 2: left of it eᶻ − 1 rounds to −1, where 2ᵖ is the gap above 1: above −1 the gap is half of that.

    >>> round(absorption(-23), 2)
    -17.33
    """
    return (-whole_number("-precision_exponent", -precision_exponent, 1) - 2) * math.log(2)


def softplus(z: Any, beta: float) -> Array:
    """log(1 + exp(βz))/β, which tends to max(0, z) for β → ∞.

    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, *Incorporating second-order functional knowledge for better
    option pricing*, 2001, for β = 1.

    >>> softplus([0.0, 2.0], 50).round(4).tolist()
    [0.0139, 2.0]
    """
    return ACTIVATIONS["softplus"](_positive(beta) * np.asarray(z)) / beta


def softplus_slope(z: Any, beta: float) -> Array:
    """1/(1 + exp(−βz)), in the precision of z; ½ at 0.

    >>> softplus_slope(np.array([-1, 0, 1], np.float32), 200).tolist()
    [0.0, 0.5, 1.0]
    """
    z = np.asarray(z)
    return ACTIVATIONS["sigmoid"](np.asarray(_positive(beta), z.dtype) * z)


def _positive(beta: float) -> float:
    if not (np.ndim(beta) == 0 and 0 < beta < math.inf):
        raise ValueError(refusal("beta", beta, "a finite number above 0"))
    return beta


def sharp_from(gap: float, least_exponent: int = -149) -> float:
    """β = (1 − m)·log 2 / gap: from it on the slope of softplus-β is 0, ½ or 1 on every multiple of `gap`.

    Nearest to 0 the slope is about exp(−β·gap), and rounds to 0 where that is below half of the smallest number 2ᵐ.
    To the right it rounds to 1 sooner. For the default, single precision:

    >>> round(sharp_from(1 / 64))
    6654
    """
    return underflow(least_exponent) / -_positive(gap)


@cache
def minimum(activation: str) -> tuple[float, float]:
    """(z, σ(z)) with σ'(z) = 0 between −3 and −0.1, for "gelu" and "silu".

    >>> [round(number, 4) for number in minimum("gelu")]
    [-0.7518, -0.17]
    """
    σ = ACTIVATIONS[one_of("activation", activation, ("gelu", "silu"))]
    z = brentq(lambda z: float(σ.derivative(z)), -3, -0.1, xtol=1e-14)
    return z, float(σ(z))


@cache
def _branches(activation: str, order: int) -> list[Any]:
    """The branches of that derivative as functions of an array."""
    σ = ACTIVATIONS[activation]
    f = σ.piecewise(None if σ.alpha is None else sp.Integer(1))
    return [sp.lambdify(f.variable, sp.diff(branch, f.variable, order), ["scipy", "numpy"]) for branch in f.branches]


def sides(activation: str, quantity: str, z: Array) -> list[tuple[Array, Array]]:
    """(z, y) on both sides of 0, each with the end at 0: y is σ, σ' or σ'' of one of `RELATIVES`; ELU has α = 1.

    >>> [y.tolist() for _, y in sides("squared_relu", "second derivative", np.array([-1.0, 0, 1]))]
    [[0.0, 0.0], [2.0, 2.0]]
    """
    order = ORDERS.index(one_of("quantity", quantity, ORDERS))
    branches = _branches(one_of("activation", activation, RELATIVES), order)
    halves = (z[z <= 0], branches[0]), (z[z >= 0], branches[-1])
    return [(half, np.broadcast_to(branch(half), half.shape).astype(np.float64)) for half, branch in halves]


class Row(NamedTuple):
    """What a framework's slope of an activation is: at 0, and the z at which it first is 0, by precision."""

    library: str
    version: str
    date: str
    activation: str
    slope_at_0: float
    first_zero: dict[str, float | None]


@cache
def in_frameworks() -> tuple[Row, ...]:
    """The rows that `smooth_in_frameworks.py` measured.

    >>> sorted({row.library for row in in_frameworks()})
    ['JAX', 'PyTorch']
    """
    return tuple(Row(**row) for row in json.loads(TABLE.read_text(encoding="utf-8")))
