"""Where along a line a slope jumps."""

from itertools import pairwise
from statistics import median
from typing import Protocol

import numpy as np

EPSILON = float(np.finfo(np.float64).eps)
ROUNDS, LAST = 12, 4  # of quartering the interval that holds a kink; over the last ones the change of slope must stay


class Sampled(Protocol):
    """A function of one increment t, with a bound on its noise; ``point`` gives t as it is in floating point, and φ."""

    noise: float

    def point(self, t: float) -> tuple[float, float]: ...


def kink_between(line: Sampled, near: float, far: float, smallest_jump: float = 0.0) -> float | None:
    """Where φ' jumps between two increments: a change of slope that stands out, and stays while its interval shrinks.

    Nine points give seven changes of slope from one secant to the next. Where φ is smooth they are alike, and what one
    of them stands out by is 1/16 in a quarter of the interval. A kink keeps between half of its jump and all of it.
    ``None`` where there is no kink, or none above ``smallest_jump`` or above the noise.

    >>> from course_lib.networks.slope_measurement import Line
    >>> kink_between(Line(lambda v: max(v - 0.375, 0.0), 0.0, 0.0, 0.0), 0.1, 0.9)
    0.375
    >>> kink_between(Line(np.sin, 0.0, 0.0, 0.0), 0.1, 0.9) is None
    True
    """
    points = [line.point(near + (far - near) * eighth / 8) for eighth in range(9)]
    found: list[float] = []
    for _ in range(ROUNDS):
        if len({t for t, _ in points}) < 9:
            break
        secants = [(v - u) / (t - s) for (s, u), (t, v) in pairwise(points)]
        changes = [b - a for a, b in pairwise(secants)]
        usual = median(changes)
        jump, at = max((abs(change - usual), j) for j, change in enumerate(changes))
        noise = max(line.noise, EPSILON * max(abs(value) for _, value in points))
        if not jump > 64 * noise / abs(points[-1][0] - points[0][0]):
            break
        found.append(jump)
        points = _quartered(line, points[at : at + 3])
    last = found[-LAST:]
    # Noise that is larger than it is taken for grows fourfold from one round to the next.
    if len(found) < LAST or min(last) < 0.4 * max(last) or last[-1] <= smallest_jump:
        return None
    return points[4][0]


def _quartered(line: Sampled, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with three more between each two of them."""
    finer = points[:1]
    for (a, _), end in pairwise(points):
        finer += [*(line.point(a + (end[0] - a) * quarter / 4) for quarter in (1, 2, 3)), end]
    return finer
