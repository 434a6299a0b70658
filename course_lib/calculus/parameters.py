"""Sample values for symbols, consistent with their assumptions."""

from collections.abc import Iterable

import sympy as sp

from course_lib.calculus.errors import Undecided

_POOL = tuple(
    map(
        sp.Rational,
        (
            "7/5",
            "-3/4",
            "2/7",
            "-13/6",
            "5/2",
            "-1/9",
            "1/2",
            "-1/2",
            "11/3",
            "-8/3",
            "0",
            "1",
            "-1",
            "2",
            "-2",
            "3",
            "-3",
            "4",
        ),
    )
)


def sample_values(symbol: sp.Symbol, count: int) -> list[sp.Rational]:
    """Up to ``count`` numbers v for which every stated assumption on the symbol holds.

    >>> sample_values(sp.Symbol("a", negative=True), 3)
    [-3/4, -13/6, -1/9]
    """
    stated = {name: value for name, value in symbol.assumptions0.items() if name not in ("commutative", "complex")}
    fitting = [v for v in _POOL if all(getattr(v, f"is_{name}", value) == value for name, value in stated.items())]
    if not fitting:
        raise Undecided(f"no sample value fits the assumptions on {symbol}: {stated}")
    return fitting[:count]


def assignments(symbols: Iterable[sp.Symbol], count: int = 3) -> list[dict[sp.Symbol, sp.Rational]]:
    """``count`` joint assignments of sample values; [{}] where there is no symbol."""
    ordered = sorted(symbols, key=str)
    if not ordered:
        return [{}]
    columns = [sample_values(symbol, count + i) for i, symbol in enumerate(ordered)]
    # Different offsets keep two symbols from always taking the same value.
    return [
        {s: column[(i + j) % len(column)] for j, (s, column) in enumerate(zip(ordered, columns, strict=True))}
        for i in range(count)
    ]
