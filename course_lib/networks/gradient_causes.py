"""What the pattern of the wrong entries says about the mistake behind them."""

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from course_lib.networks.gradient_report import Entry, Part

LARGEST_WHOLE = 10_000  # a factor is looked for among the whole numbers up to this, and their reciprocals


def likely_causes(
    parts: Sequence[Part], claimed: NDArray[np.float64], entries: Sequence[Entry], tolerance: float
) -> tuple[str, ...]:
    """claimed = c·measured, claimed = measuredᵀ, NaN, or a kink's slope put in place of a product: one text per part.

    ``claimed`` is the flat vector of all entries, of which ``entries`` were measured. A factor or a sign is stated
    only if every wrong entry of the part shows it, a transposition only if every measured entry does.
    """
    found = []
    for part in parts:
        own = [entry for entry in entries if part.start <= entry.position < part.start + part.size]
        wrong = [entry for entry in own if entry.verdict == "wrong"]
        finite = [entry for entry in wrong if math.isfinite(entry.claimed)]
        texts = []
        if len(finite) < len(wrong):
            count = len(wrong) - len(finite)
            texts.append(f"{count} {'entries are' if count > 1 else 'entry is'} NaN or infinite")
        if any(entry.at_kink for entry in finite):
            texts.append(
                "the slope at a kink has to multiply the upstream gradient, not replace it (or several kinks meet at x)"
            )
        smooth = [entry for entry in finite if not entry.at_kink]
        if smooth:
            pattern = _transposed(part, claimed, own, tolerance) or _factor(own, smooth, tolerance)
            texts += [pattern] if pattern else []
        found += [f"{part.name}: {text}" if len(parts) > 1 else text for text in texts]
    return tuple(found)


def _matches(claimed: float, expected: float, error: float, tolerance: float) -> bool:
    return abs(claimed - expected) <= 3 * error + 2 * tolerance * max(abs(claimed), abs(expected))


def _transposed(part: Part, claimed: NDArray[np.float64], own: Sequence[Entry], tolerance: float) -> str:
    if len(part.shape) != 2 or part.shape[0] != part.shape[1]:
        return ""
    turned = claimed[part.start : part.start + part.size].reshape(part.shape).T.ravel()
    smooth = [entry for entry in own if not entry.at_kink]
    fits = all(_matches(turned[e.position - part.start], e.measured, e.error, tolerance) for e in smooth)
    return "a transposed matrix: claimed.T agrees" if fits else ""


def _factor(own: Sequence[Entry], wrong: Sequence[Entry], tolerance: float) -> str:
    known = [entry for entry in wrong if abs(entry.measured) > 10 * entry.error]
    if not known:
        return ""
    c = median(entry.claimed / entry.measured for entry in known)
    whole = _whole(c, tolerance)
    if not whole and len(known) < 3:
        return ""  # one or two entries have some factor by chance
    c = whole or c
    if not all(_matches(e.claimed, c * e.measured, abs(c) * e.error, tolerance) for e in wrong):
        return ""
    right = [e for e in own if e.verdict == "agrees" and abs(e.measured) > 10 * e.error]
    where = f"in the {len(wrong)} wrong entries " if right and len(wrong) > 1 else ""
    return where + _described(c)


def _whole(c: float, tolerance: float) -> float:
    """c as ±k or ±1/k for a whole number k up to ``LARGEST_WHOLE``; 0.0 if it is none."""
    if c == 0 or not math.isfinite(c):
        return 0.0
    k = round(abs(c) if abs(c) >= 1 else 1 / abs(c))
    rounded = math.copysign(k if abs(c) >= 1 else 1 / k, c)
    return rounded if k <= LARGEST_WHOLE and abs(c - rounded) <= 2 * tolerance * abs(c) else 0.0


def _described(c: float) -> str:
    if c == 0:
        return "claimed is 0 where the function changes"
    sign = "−" if c < 0 else ""
    size, inverse = abs(c), 1 / abs(c)
    if size == 1:
        return "the sign: claimed = −measured"
    if size.is_integer():
        return f"claimed = {sign}{size:.0f} × measured: a missing factor of {sign}1/{size:.0f}"
    if abs(inverse - round(inverse)) < 1e-9 * inverse:
        return f"claimed = {sign}measured/{inverse:.0f}: a missing factor of {sign}{inverse:.0f}"
    return f"claimed = {sign}{size:.6g} × measured: a missing factor of {sign}{inverse:.6g}"
