"""The named functions that the figures of *Take one-sided limits* and the proof show, and how to draw their graphs."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, one_sided_derivative, one_sided_limit
from course_lib.figures.layers import Band, Curve, FloatArray, Layer, Points
from course_lib.figures.scene import format_number
from course_lib.networks import ACTIVATIONS

X = sp.Symbol("x")
SAMPLES = 161
# Graphs reach this far from x0 to both sides.
REACH = 1.1
# In a window of half-width REACH, 1/|x − x₀| beyond this many radians oscillates within less than a pixel and is drawn
# as the band that it fills.
FINEST = 60.0
TOO_FAST = "too fast to draw"


@dataclass(frozen=True)
class Example:
    """A function with the point x0 that matters; `amplitude` is A in f = A·sin(1/x) for one that oscillates."""

    name: str
    f: PiecewiseFunction
    x0: float = 0.0
    amplitude: Callable[[FloatArray], FloatArray] | None = None

    def __call__(self, x: FloatArray | float) -> FloatArray:
        return np.asarray(self.f(np.asarray(x, np.float64)))


def _reciprocal_sine(power: int) -> PiecewiseFunction:
    formula = X**power * sp.sin(1 / X)
    return PiecewiseFunction([formula, formula], [0], X, owners=[sp.Integer(0) if power else None])


EXAMPLES: dict[str, Example] = {
    example.name: example
    for example in (
        Example("ReLU", ACTIVATIONS["relu"].piecewise()),
        Example("|x|", ACTIVATIONS["absolute"].piecewise()),
        Example("leaky ReLU", ACTIVATIONS["leaky_relu"].piecewise(sp.Rational(1, 10))),
        Example("x²", PiecewiseFunction([X**2], [], X)),
        Example("√|x|", PiecewiseFunction([sp.sqrt(-X), sp.sqrt(X)], [0], X)),
        Example("jump", PiecewiseFunction([0, 1], [0], X, owners=["+"])),
        Example("sin(1/x)", _reciprocal_sine(0), amplitude=np.ones_like),
        Example("x·sin(1/x)", _reciprocal_sine(1), amplitude=np.abs),
        # Reduced: x² − 1 would be all rounding error in a window that is small enough.
        Example("(x²−1)/(x−1)", PiecewiseFunction([X + 1, X + 1], [1], X, owners=[None]), x0=1.0),
        Example("exp", PiecewiseFunction([sp.exp(X)], [], X)),
        Example("sin", PiecewiseFunction([sp.sin(X)], [], X)),
    )
}


@lru_cache
def limit(name: str, side: str) -> sp.Expr:
    """lim f(x) as x → x0 from a side, of an example by name."""
    return one_sided_limit(EXAMPLES[name].f, sp.Rational(EXAMPLES[name].x0), side)


@lru_cache
def derivative(name: str, side: str) -> sp.Expr:
    """f'±(x0) of an example by name."""
    return one_sided_derivative(EXAMPLES[name].f, sp.Rational(EXAMPLES[name].x0), side)


def finite(value: sp.Expr) -> float | None:
    """A limit as a float, or None where it is infinite or does not exist."""
    return None if isinstance(value, AccumulationBounds) or not value.is_finite else float(value)


def tends(value: sp.Expr) -> str:
    """In words what a quantity with this limit does."""
    if isinstance(value, AccumulationBounds):
        low, high = (format_number(float(end)) for end in (value.min, value.max))
        return f"keeps oscillating between {low} and {high}, without a limit"
    return f"tends to {format_number(float(value))}"


def offsets(oscillates: bool, reach: float = REACH) -> FloatArray:
    """Distances from x0 at which to sample a graph, ascending to `reach`: dense near 0, and in phase for sin(1/x)."""
    if oscillates:
        scale, slowest = reach / REACH, 1 / reach
        # A period at x is 2πx² long; it is a pixel of the window at an x that goes as the root of the window's width.
        finest = max(FINEST / math.sqrt(scale), slowest + 4 * math.pi)
        phases = 1 / np.linspace(finest, slowest, 24 * math.ceil((finest - slowest) / math.pi))
        return np.union1d(phases, np.linspace(max(0.2 * scale, 1 / finest), reach, 60))
    return reach * np.linspace(0, 1, SAMPLES)[1:] ** 2


@lru_cache
def graph(name: str, reach: float = REACH) -> tuple[Layer, ...]:
    """The layers of the graph within `reach` of x0: two branches, and the ends of a jump or a hole.

    A hollow point marks a one-sided limit that f does not take there, a filled one the value of a jump.
    """
    this = EXAMPLES[name]
    steps = offsets(this.amplitude is not None, reach)
    layers: list[Layer] = []
    if this.amplitude is not None:
        x = np.linspace(-steps[0], steps[0], 21)
        layers.append(Band(this.x0 + x, -this.amplitude(x), this.amplitude(x), TOO_FAST, "blue", dense=True))
    ends = {side: finite(limit(name, side)) for side in "-+"}
    for side, sign in (("-", -1), ("+", 1)):
        x, y = this.x0 + sign * steps, this(this.x0 + sign * steps)
        end = ends[side]
        if end is not None and this.amplitude is None:
            x, y = np.append(this.x0, x), np.append(end, y)
        label, width = "" if side == "-" else f"f(x) = {name}", 3 if this.amplitude is None else 1.5
        layers.append(Curve(x[::sign], y[::sign], label, width=width))
    value = this.f.value_or_none(sp.Rational(this.x0))
    missing = {end for end in ends.values() if end is not None and (value is None or end != float(value))}
    if missing:
        hollow = np.array(sorted(missing))
        layers.append(Points(np.full(len(hollow), this.x0), hollow, marker="hollow"))
        if value is not None:
            layers.append(Points(np.array([this.x0]), np.array([float(value)])))
    return tuple(layers)


def y_limits(layers: tuple[Layer, ...]) -> tuple[float, float]:
    """Limits that hold all layers, with a margin of 12 % of the height above and below."""
    values = np.concatenate([array for layer in layers for array in layer.coordinates()[1].values()])
    low, high = float(values.min()), float(values.max())
    return low - 0.12 * (high - low), high + 0.12 * (high - low)
