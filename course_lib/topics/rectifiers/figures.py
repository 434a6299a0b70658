"""The scenes of *Bend the rectifier*: a rectifier bent at 0, slopes that are learned, and a unit before a negative."""

from functools import lru_cache

import numpy as np
import sympy as sp

from course_lib.calculus import clarke_subdifferential, convex_subdifferential, one_sided_derivative
from course_lib.data import digits
from course_lib.figures import Axis, Curve, Field, Label, Layer, Points, Scene, Segment
from course_lib.figures import format_number as number
from course_lib.networks import ACTIVATIONS
from course_lib.topics.rectifiers.experiment import EPOCHS, SIDE, centred_digits, edge_filter, learned_alphas

NAMES = {-1.0: "Absolute value", 0.0: "ReLU"}
Z_LIMITS, SLOPE_LIMITS = (-1.5, 1.5), (-3.2, 2.4)
BESIDE = 0.035  # how far a set stands from z = 0
HANDLE = -1.0  # where the left branch is taken hold of
ALPHA_LIMITS = (-0.5, 1.9)
ALPHA_TICKS = ((-0.5, "−0.5"), (0.0, "ReLU 0"), (0.5, "0.5"), (1.0, "no kink 1"), (1.5, "1.5"))
# Name, colour, dash and width of an α that ends there.
ENDS = (
    ("ends below 0", "vermilion", "dashed", 2.0),
    ("ends between 0 and 1", "grey", "dotted", 1.2),
    ("ends above 1", "blue", "solid", 2.0),
)
SEEN = {"absolute value": -1.0, "ReLU": 0.0, "leaky, α\u00a0=\u00a00.25": 0.25}
SEEN_LIMITS = (-0.12, 0.44)
DIGIT = 462  # a seven, most of it right of the middle
GAP, CORNER = 1, (1.0, 4.0)  # columns between pictures; where the first one begins


def bent_at_0(alpha: float = 0.0) -> Scene:
    """g(z) = max(0, z) + α·min(0, z) with g', both one-sided derivatives, the Clarke and the convex set at 0.

    The sets stand beside z = 0, where the slope jumps. α from −1 to 2, a multiple of 1/4.

    >>> print(bent_at_0(1.5).description.replace(". ", ".\\n").replace("\\u00a0", " "))
    α = 1.5: g(−1) = −1.5, g(1) = 1.
    At 0 the left derivative is 1.5 and the right derivative 1: a kink.
    Clarke set: from 1 to 1.5.
    Convex subdifferential: empty.
    """
    left, right, clarke, convex = _at_0(alpha)
    prelu = ACTIVATIONS["prelu"]
    z = np.array([Z_LIMITS[0], 0.0, Z_LIMITS[1]])
    layers: list[Layer] = [
        Segment((Z_LIMITS[0], 0), (Z_LIMITS[1], 0)),
        Curve(z, prelu(z, alpha), "g(z)", "blue", width=3),
        Curve(z[:2], np.full(2, left), "slope g′(z)", "orange", "dashed"),
        Curve(z[1:], np.full(2, right), "", "orange", "dashed"),
    ]
    low, high = float(clarke.inf), float(clarke.sup)
    said = f"from {number(low)} to {number(high)}" if low < high else f"only {number(low)}"
    layers.append(_bar(-BESIDE, low, high, f"Clarke set: {said}", "sky"))
    if convex is sp.S.EmptySet:
        layers.append(Label(3 * BESIDE, (low + high) / 2, "convex: empty", "right", "vermilion"))
    else:
        layers.append(_bar(BESIDE, float(convex.inf), float(convex.sup), "convex set: the same", "green"))
    held = float(prelu(HANDLE, alpha))
    layers += [
        Points(np.zeros(1), np.array([left]), f"left derivative {number(left)}", "purple", "hollow", 11),
        Points(np.zeros(1), np.array([right]), f"right derivative {number(right)}", "orange", "hollow", 15),
        Points(np.array([HANDLE]), np.array([held]), "", "vermilion", size=12, control="alpha"),
        Label(HANDLE, held, f"slope {number(left)}", "below right" if alpha >= 0 else "below left"),
    ]
    kink = "a kink" if left != right else "no kink"
    supported = "empty" if convex is sp.S.EmptySet else "the same"
    if left == right:
        title = "A straight line: 1 is the only slope at 0"
    elif alpha > 1:
        title = "Bent down: no line through the kink lies below the graph"
    else:
        title = f"{NAMES.get(alpha, 'Bent up')}: lines of slope {said.removeprefix('from ')} support the kink"
    return Scene(
        title, Axis("z", Z_LIMITS), Axis("value, slope", SLOPE_LIMITS), tuple(layers),
        f"α\u00a0=\u00a0{number(alpha)}: g(−1)\u00a0=\u00a0{number(prelu(-1.0, alpha).item())}, "
        f"g(1)\u00a0=\u00a0{number(prelu(1.0, alpha).item())}. "
        f"At 0 the left derivative is {number(left)} and the right derivative {number(right)}: {kink}. "
        f"Clarke set: {said}. Convex subdifferential: {supported}.",
    )  # fmt: skip


def _bar(z: float, low: float, high: float, label: str, color: str) -> Layer:
    """A set of slopes as an upright bar; a single slope as a point."""
    if low < high:
        return Segment((z, low), (z, high), label, color, width=8)
    return Points(np.array([z]), np.array([low]), label, color, size=8)


@lru_cache(maxsize=32)
def _at_0(alpha: float) -> tuple[float, float, sp.Set, sp.Set]:
    """Both one-sided derivatives and both sets at 0, by the calculus."""
    g = ACTIVATIONS["prelu"].piecewise(sp.Rational(alpha))
    left, right = (float(one_sided_derivative(g, 0, side)) for side in "-+")
    return left, right, clarke_subdifferential(g, 0), convex_subdifferential(g, 0)


def alphas_over_epochs(learning_rate: float = 0.5, network: int = 1) -> Scene:
    """α of each of the 32 hidden units after each epoch, in one of the ten networks of `learned_alphas`.

    `learning_rate` is one of `LEARNING_RATES`, `network` from 1 to 10.
    """
    alphas = learned_alphas(learning_rate)[network - 1]
    end = alphas[-1]
    groups = (end < 0, (end >= 0) & (end <= 1), end > 1)
    layers: list[Layer] = [Segment((0, level), (EPOCHS, level), color="ink", width=1.0) for level in (0.0, 1.0)]
    for members, (name, color, dash, width) in zip(groups, ENDS, strict=True):
        for i, unit in enumerate(np.flatnonzero(members)):
            label = f"{name} ({members.sum()})" if i == 0 else ""
            layers.append(Curve(np.arange(EPOCHS + 1.0), alphas[:, unit], label, color, dash, width))
    below, between, above = (int(members.sum()) for members in groups)
    return Scene(
        f"Of {len(end)} slopes, {below} end below 0 and {above} above 1", Axis("epoch", (0, EPOCHS), whole=True),
        Axis("α", ALPHA_LIMITS, ticks=ALPHA_TICKS), tuple(layers),
        f"Learning rate {number(learning_rate)}, network {network}: all α start at {number(alphas[0, 0])}. After "
        f"{EPOCHS} epochs {below} of {len(end)} are below 0, {between} from 0 to 1 and {above} above 1. They range "
        f"from {number(round(end.min(), 1))} to {number(round(end.max(), 1))}.",
    )  # fmt: skip


def filter_digit_negative() -> Scene:
    """The edge filter w, scaled to ±1/2, a digit x, and its negative −x side by side, with w·x and w·(−x) below.

    >>> filter_digit_negative().description.replace("\\u00a0", " ")
    'The filter w is negative on its left half and positive on its right half. On the digit, a 7, w·x = 0.146; on its \
negative −0.146.'
    """
    x, w = centred_digits()[DIGIT], edge_filter()
    pictures = [picture.reshape(SIDE, SIDE)[::-1] for picture in (w * SIDE**2 / 2, x, -x)]
    gap = np.full((SIDE, GAP), -0.5)
    values = np.hstack([pictures[0], gap, pictures[1], gap, pictures[2]])
    (start, bottom), top = CORNER, CORNER[1] + SIDE
    end = start + values.shape[1]
    layers: list[Layer] = [Field((start, end), (bottom, top), values, "ink, from mid-grey", (-0.5, 0.5))]
    below = ("", f"w·x\u00a0=\u00a0{number(x @ w)}", f"w·(−x)\u00a0=\u00a0{number(-x @ w)}")
    for i, (name, text) in enumerate(zip(("filter w", "digit x", "negative −x"), below, strict=True)):
        left = start + i * (SIDE + GAP)
        frame = left + SIDE * np.array([0.0, 1, 1, 0, 0]), bottom + SIDE * np.array([0.0, 0, 1, 1, 0])
        layers.append(Curve(*frame, "", "grey", width=1.5))
        layers.append(Label(left + SIDE / 2, top, name, "above"))
        if text:
            layers.append(Label(left + SIDE / 2, bottom, text, "below"))
    return Scene(
        "The filter asks: is the right half darker than the left?",
        Axis("", (start - 0.5, end + 0.5), ticks=((start, ""),)),
        Axis("", (bottom - 3.5, top + 3.5), ticks=((bottom, ""),)), tuple(layers),
        "The filter w is negative on its left half and positive on its right half. On the digit, a "
        f"{digits().y[DIGIT]}, w·x\u00a0=\u00a0{number(x @ w)}; on its negative {number(-x @ w)}.",
        equal_units=True,
    )  # fmt: skip


def digit_against_negative(unit: str = "absolute value", b: float = 0.0) -> Scene:
    """(g(w·x + b), g(−w·x + b)) for each digit x, with the edge filter w: on the diagonal the two are equal.

    `unit` is a name in `SEEN`, b from 0 to 0.2.

    >>> digit_against_negative("absolute value", 0).description.replace("\\u00a0", " ")
    'absolute value, b = 0: the unit gives the same for a digit and its negative on 1347 of 1347 digits. The largest \
difference is 0.'
    """
    s = centred_digits() @ edge_filter()
    prelu, alpha = ACTIVATIONS["prelu"], SEEN[unit]
    on_digit, on_negative = prelu(s + b, alpha), prelu(-s + b, alpha)
    difference = np.abs(on_digit - on_negative)
    equal = difference <= 1e-9
    layers: list[Layer] = [Segment((SEEN_LIMITS[0],) * 2, (SEEN_LIMITS[1],) * 2, "the same for both", "grey", "dotted")]
    for chosen, name, color, marker, size in (
        (~equal, "differ", "vermilion", "hollow", 6), (equal, "equal", "blue", "filled", 7),
    ):  # fmt: skip
        if chosen.any():
            layers.append(
                Points(on_digit[chosen], on_negative[chosen], f"{name} ({chosen.sum()})", color, marker, size)
            )
    # A grey picture: the kink of the cloud.
    layers.append(Points(np.array([b]), np.array([b]), "where w·x is 0", "vermilion", size=12, control="b"))
    return Scene(
        f"A digit gives what its negative gives: {equal.sum()} of {len(s)} times",
        Axis("output on the digit", SEEN_LIMITS), Axis("output on its negative", SEEN_LIMITS), tuple(layers),
        f"{unit}, b\u00a0=\u00a0{number(b)}: the unit gives the same for a digit and its negative on {equal.sum()} of "
        f"{len(s)} digits. The largest difference is {number(difference.max(), 2)}.",
        equal_units=True,
    )  # fmt: skip
