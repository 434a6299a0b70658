"""The Cantor set in exact fractions: length 0, and more points than can be counted."""

from collections.abc import Sequence
from fractions import Fraction

DEEPEST = 12
Interval = tuple[Fraction, Fraction]


def intervals(stage: int) -> list[Interval]:
    """The 2ˢᵗᵃᵍᵉ closed intervals, of length 3⁻ˢᵗᵃᵍᵉ each, that are left of [0, 1] after so many removals.

    At each stage the open middle third of every interval is removed. Raises ValueError unless 0 ≤ stage ≤ 12.
    Source: Georg Cantor, *Über unendliche, lineare Punktmannichfaltigkeiten*, part 5, 1883.

    >>> [f"{a}–{b}" for a, b in intervals(1)], sum(b - a for a, b in intervals(2))
    (['0–1/3', '2/3–1'], Fraction(4, 9))
    """
    if isinstance(stage, bool) or not isinstance(stage, int) or not 0 <= stage <= DEEPEST:
        raise ValueError(f"stage: got {stage!r}; accepted are whole numbers from 0 to {DEEPEST}")
    found = [(Fraction(0), Fraction(1))]
    for _ in range(stage):
        found = [part for a, b in found for part in ((a, a + (b - a) / 3), (b - (b - a) / 3, b))]
    return found


def interval_at(address: str) -> Interval:
    """The interval that an address of letters L and R leads to, one letter a stage.

    >>> interval_at("LR")
    (Fraction(2, 9), Fraction(1, 3))
    """
    if set(address) - set("LR"):
        raise ValueError(f"address: got {address!r}; accepted are words of the letters L and R")
    a, b = Fraction(0), Fraction(1)
    for letter in address:
        third = (b - a) / 3
        a, b = (a, a + third) if letter == "L" else (b - third, b)
    return a, b


def point_at(repeated: str, start: str = "") -> Fraction:
    """The only point in all intervals of the address start + repeated + repeated + …, without end.

    The address is a fraction to base 3 with the digits 0 for L and 2 for R.

    >>> point_at("R"), point_at("L", start="R"), point_at("LLR")
    (Fraction(1, 1), Fraction(2, 3), Fraction(1, 13))
    """
    if not repeated:
        raise ValueError("repeated: got no letter; accepted are words of the letters L and R")
    left, right = interval_at(start)
    low, _ = interval_at(repeated)
    # p = low + p/3ᵏ for a period of k letters.
    return left + (right - left) * low / (1 - Fraction(1, 3 ** len(repeated)))


def distance(x: Fraction) -> Fraction:
    """min |x − c| over the points c of the Cantor set, for a fraction x in [0, 1].

    It is 0 on the set. Off it, x lies in a gap, whose ends belong to the set. A fraction is followed through at most as
    many stages as its denominator has remainders: then its address repeats, and it lies in the set.

    >>> distance(Fraction(1, 2)), distance(Fraction(1, 4)), distance(Fraction(7, 18))
    (Fraction(1, 6), Fraction(0, 1), Fraction(1, 18))
    """
    if not 0 <= x <= 1:
        raise ValueError(f"x: got {x}; accepted are fractions from 0 to 1")
    seen, scale = set(), Fraction(1)
    while x not in seen:
        seen.add(x)
        if Fraction(1, 3) < x < Fraction(2, 3):
            return scale * min(x - Fraction(1, 3), Fraction(2, 3) - x)
        x, scale = (3 * x if x <= Fraction(1, 3) else 3 * x - 2), scale / 3
    return Fraction(0)


def missing(addresses: Sequence[str]) -> str:
    """An address that is in no list: letter k is not letter k of address k. Cantor's diagonal.

    Source: Georg Cantor, *Ueber eine elementare Frage der Mannigfaltigkeitslehre*, 1891.

    >>> missing(["LLL", "RRR", "LRL"])
    'RLR'
    """
    for k, address in enumerate(addresses):
        if len(address) <= k or set(address) - set("LR"):
            raise ValueError(f"addresses[{k}]: got {address!r}; accepted are {len(addresses)} or more letters L and R")
    return "".join("L" if address[k] == "R" else "R" for k, address in enumerate(addresses))
