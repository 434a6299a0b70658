"""SymPy's own words for the programs: a formula is differentiated as a whole, then the point is put in."""

from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import sympy as sp

    def differentiate(program: Callable[..., Any], point: list[float]) -> tuple[Any, Any]:
        names = sp.symbols(f"x1:{len(point) + 1}", real=True)
        y = program(*names)
        at = dict(zip(names, map(sp.nsimplify, point), strict=True))
        return _number(y.subs(at)), [_number(sp.diff(y, name).subs(at)) for name in names]

    def _number(value: Any) -> float:
        return float("inf") if value is sp.zoo else float(value)  # zoo is 1/0: infinite, of no sign.

    return "exact", differentiate, {
        "maximum_x_0": lambda x: sp.Max(x, 0),
        "maximum_0_x": lambda x: sp.Max(0, x),
        "where_ge": lambda x: sp.Piecewise((x, x >= 0), (0, True)),
        "where_gt": lambda x: sp.Piecewise((x, x > 0), (0, True)),
        "x_times_step": lambda x: x * sp.Heaviside(x),
        "half_x_plus_abs": lambda x: (x + sp.Abs(x)) / 2,
        "identity_max": lambda x: sp.Max(x, 0) - sp.Max(-x, 0),
        "maximum_x_x": lambda x: sp.Max(x, x),
        "sqrt_square": lambda x: sp.sqrt(x**2),
        "abs": sp.Abs,
        "clip_low": lambda x: sp.Max(-1, sp.Min(x, 1)),
        "clip_high": lambda x: sp.Max(-1, sp.Min(x, 1)),
        "sqrt": sp.sqrt,
        "tied_max_reduce": sp.Max,
        "norm": lambda *x: sp.Matrix(x).norm(),
    }  # fmt: skip
