"""Figure of lesson 01: the error of a difference quotient against the step, in three precisions."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from course_lib.calculus import difference_quotient, differentiability
from course_lib.figures import validation
from course_lib.figures.examples import EXAMPLES, X
from course_lib.figures.layers import Curve, Layer, Points, Segment
from course_lib.figures.numbers import SUPERSCRIPT
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray

MEASURED = ("exp", "sin", "x²", "ReLU")
SCHEMES = ("forward", "backward", "central")
DASHES = {"float16": "dotted", "float32": "dashed", "float64": "solid"}
DTYPES = tuple(DASHES)
STEPS = (1e-17, 1.0)
ERRORS = (1e-13, 1e2)
PER_DECADE = 4
# A single error may be small by luck; the worst of several steps close together shows the trend.
NEARBY = 9


@dataclass(frozen=True)
class Theory:
    """The error c·hᵖ + r/h: truncation (c = 0: none) and round-off (r = 0: none); below `lost`, x₀ + h is x₀."""

    c: float
    p: int
    r: float
    lost: float

    @property
    def best_step(self) -> float:
        """The h > 0 where c·hᵖ + r/h is least, (r/(p·c))^(1/(p+1)); c and r must be above 0."""
        return float((self.r / (self.p * self.c)) ** (1 / (self.p + 1)))

    def error(self, h: float) -> float:
        """Return c·hᵖ + r/h."""
        return self.c * h**self.p + self.r / h


def error_v_curve(function: str = "exp", x0: float = 1.0, dtype: str = "float64", scheme: str = "forward") -> Scene:
    """|quotient(h) − f′(x₀)| against h, log-log: truncation c·hᵖ falls with h, round-off r/h grows.

    c·hᵖ is the first Taylor term that the scheme leaves over: |f″|h/2 forward and backward, |f‴|h²/6 central, or the
    next one if that is 0. r = u(|x₀f′| + 2|f|), for the central scheme u(|x₀f′| + |f|), with u the unit round-off of
    `dtype`. Each point is the worst of 9 nearby steps. `function` is a name in `MEASURED`, `dtype` float16, float32 or
    float64, `scheme` forward, backward or central. Raises ValueError for other names and where f has no derivative.
    Source: Press, Teukolsky, Vetterling and Flannery, *Numerical Recipes*, 3rd edition, 2007, section 5.7.

    >>> print(error_v_curve("exp", 1, "float64", "forward").description.replace(". ", ".\\n"))
    Forward quotient of exp at 1 in float64: as h shrinks, the error falls like h down to about h = 2.6×10⁻⁸.
    There it is at most about 7×10⁻⁸; for smaller h round-off makes it grow like 1/h.
    Below about h = 1.1×10⁻¹⁶ x + h rounds to x, and the quotient is 0.
    """
    x0 = validation.finite_number("error_v_curve", "x0", x0)
    validation.one_of("error_v_curve", "dtype", dtype, DTYPES)
    validation.one_of("error_v_curve", "scheme", scheme, SCHEMES)
    validation.one_of("error_v_curve", "function", function, MEASURED)
    layers: list[Layer] = []
    for kind, dash in DASHES.items():
        h, error = errors(function, x0, kind, scheme)
        if len(h):
            color, width = ("blue", 3.0) if kind == dtype else ("grey", 1.5)
            layers.append(Curve(h, error, kind, color, dash, width))
    expected = theory(function, x0, dtype, scheme)
    h, error = errors(function, x0, dtype, scheme)
    if len(h):
        layers += _regimes(expected)
        best = int(error.argmin())
        layers.append(Points(h[best : best + 1], error[best : best + 1], "least error", "vermilion", size=11))
    name = f"{scheme.capitalize()} quotient of {function} at {number(x0)} in {dtype}"
    return Scene(
        "Smaller steps are not always better", Axis("step h", STEPS, "log"),
        Axis(f"error, worst of {NEARBY} nearby steps", ERRORS, "log"), tuple(layers),
        f"{name}: {_describe(expected, bool(len(h)))}",
    )  # fmt: skip


@lru_cache(maxsize=256)
def errors(function: str, x0: float, dtype: str, scheme: str) -> tuple[FloatArray, FloatArray]:
    """Return steps h, four a decade, and the worst error of the quotient in `dtype` over 9 steps near each.

    Steps whose errors are all 0 or not finite are left out: a log axis has no place for them.
    """
    smallest = max(STEPS[0], 2 * float(np.finfo(dtype).smallest_subnormal))
    low, high = (round(PER_DECADE * math.log10(end)) for end in STEPS)
    h = 10.0 ** (np.arange(low, high + 1) / PER_DECADE)
    near = 10.0 ** ((np.arange(NEARBY) - (NEARBY - 1) / 2) / (PER_DECADE * NEARBY))
    f = EXAMPLES[function].f
    # A step across a breakpoint measures the other branch, not the error at x0.
    reach = min((abs(float(point) - x0) for point in f.breakpoints), default=np.inf)
    h = h[(h >= smallest) & (h * near.max() < reach)]
    quotients = difference_quotient(f, x0, h[:, None] * near, scheme, dtype).astype(np.float64)
    error = np.abs(quotients - _derivative(function, x0)).max(axis=1)
    shown = np.isfinite(error) & (error > 0)
    return h[shown], error[shown]


@lru_cache(maxsize=256)
def _derivative(function: str, x0: float) -> float:
    at = differentiability(EXAMPLES[function].f, x0)
    if at.differentiable is not True:
        raise ValueError(f"error_v_curve: {function} has no derivative at x0 = {number(x0)}; choose another x0.")
    return float(sp.N(at.right))


@lru_cache(maxsize=256)
def theory(function: str, x0: float, dtype: str, scheme: str) -> Theory:
    """Return what Taylor's theorem and rounding to nearest say about the error at x0."""
    branch, at = EXAMPLES[function].f.branch(x0, "+"), sp.Rational(x0)
    orders = range(3, 8, 2) if scheme == "central" else range(2, 8)
    terms = ((k, float(branch.diff(X, k).subs(X, at))) for k in orders)
    k, term = next(((k, term) for k, term in terms if term), (2, 0.0))
    value, slope = float(branch.subs(X, at)), float(branch.diff(X).subs(X, at))
    u = float(np.finfo(dtype).eps) / 2
    r = u * (abs(x0 * slope) + (1 if scheme == "central" else 2) * abs(value))
    lost = float(np.spacing(np.dtype(dtype).type(abs(x0)))) / 2 if x0 else 0.0
    return Theory(abs(term) / math.factorial(k), k - 1, r, lost)


def _regimes(expected: Theory) -> list[Layer]:
    """The two straight lines of the theory; each runs a decade past their crossing, or to the frame."""
    layers: list[Layer] = []
    both = expected.c > 0 and expected.r > 0
    if expected.c > 0:
        start = expected.best_step / 10 if both else (ERRORS[0] / expected.c) ** (1 / expected.p)
        label = f"truncation, like {_law(expected.p)}"
        layers.append(_power_law(start, STEPS[1], expected.c, expected.p, label, "orange"))
    if expected.r > 0:
        end = 10 * expected.best_step if both else min(STEPS[1], expected.r / ERRORS[0])
        start = expected.lost or STEPS[0]
        layers.append(_power_law(start, end, expected.r, -1, "round-off, like 1/h", "purple"))
    return layers


def _power_law(start: float, end: float, c: float, p: int, label: str, color: str) -> Segment:
    return Segment((start, c * start**p), (end, c * end**p), label, color)


def _law(p: int) -> str:
    return "h" if p == 1 else "h" + str(p).translate(SUPERSCRIPT)


def _describe(expected: Theory, drawn: bool) -> str:
    if not drawn:
        return "no step has a finite error above 0, so nothing is drawn."
    if expected.c and expected.r:
        h = expected.best_step
        words = (
            f"as h shrinks, the error falls like {_law(expected.p)} down to about h = {number(h, 2)}. There it is at "
            f"most about {number(expected.error(h), 1)}; for smaller h round-off makes it grow like 1/h."
        )
    elif expected.r:
        words = "there is no truncation error, so the error is all round-off and grows like 1/h as h shrinks."
    elif expected.c:
        words = f"as h shrinks, the error falls like {_law(expected.p)}, and no round-off is magnified by 1/h."
    else:
        words = "there is neither truncation error nor round-off that grows."
    lost = expected.lost
    return words + (f" Below about h = {number(lost, 2)} x + h rounds to x, and the quotient is 0." if lost else "")
