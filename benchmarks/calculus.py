"""How long one `differentiability` call takes, and which share of it is SymPy's limit and which the numerical check.

Run with `python -m benchmarks.calculus`. Each call is timed 9 times with SymPy's cache cleared before it, so that no
call profits from the one before; medians are printed beside `sympy.limit` alone of the same quotient in the same run.
Target: the median of the cases, which stands for a typical call, under 0.3 s.
"""

import statistics
import sys
import time
from collections.abc import Callable

import sympy as sp
from sympy.core.cache import clear_cache

from course_lib.calculus import PiecewiseFunction, differentiability
from course_lib.calculus.derivatives import quotient
from course_lib.calculus.limits import INCREMENT

TARGET = 0.3  # seconds
x = sp.Symbol("x")
alpha = sp.Symbol("alpha", positive=True)
CASES: dict[str, tuple[sp.Expr, object]] = {
    "ReLU": (sp.Max(0, x), 0),
    "|x|": (sp.Abs(x), 0),
    "PReLU, symbolic slope": (sp.Max(0, x) + alpha * sp.Min(0, x), 0),
    "ELU, symbolic scale": (sp.Piecewise((x, x > 0), (alpha * (sp.exp(x) - 1), True)), 0),
    "ReLU6 at 6": (sp.Min(6, sp.Max(0, x)), 6),
    "|max(x, 0) − 1| at 1": (sp.Abs(sp.Max(x, 0) - 1), 1),
    "softplus": (sp.log(1 + sp.exp(x)), 0),
    "x·sin(1/x), filled": (sp.Piecewise((x * sp.sin(1 / x), sp.Ne(x, 0)), (0, True)), 0),
    "√|x|": (sp.sqrt(sp.Abs(x)), 0),
}


def seconds(work: Callable[[], object], repeats: int = 9) -> float:
    """Median time of `work` with an empty cache."""
    times = []
    for _ in range(repeats):
        clear_cache()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def judge(medians: list[float]) -> bool:
    """Print the typical and the slowest case, and whether the typical one meets the target; return whether it does."""
    typical = statistics.median(medians)
    met = typical < TARGET
    print(f"median of the cases {typical * 1e3:.0f} ms, slowest {max(medians) * 1e3:.0f} ms")
    print(f"target: median of the cases under {TARGET * 1e3:.0f} ms: {'met' if met else 'missed'}")
    return met


def main() -> int:
    """Print the table; 1 when the typical call misses the target."""
    print(f"{'function':<24}{'from_expr + verdict':>20}{'sympy.limit ×2':>16}{'ratio':>8}")
    medians = []
    for name, (expr, x0) in CASES.items():
        whole = seconds(lambda e=expr, p=x0: differentiability(PiecewiseFunction.from_expr(e, x), p))  # type: ignore[misc]
        f = PiecewiseFunction.from_expr(expr, x)
        quotients = [quotient(f, sp.sympify(x0), side) for side in "-+"]
        plain = seconds(lambda qs=quotients: [sp.limit(q, INCREMENT, 0, "+") for q in qs])  # type: ignore[misc]
        medians.append(whole)
        print(f"{name:<24}{whole * 1e3:>17.0f} ms{plain * 1e3:>13.1f} ms{whole / plain:>8.1f}")
    return 0 if judge(medians) else 1


if __name__ == "__main__":
    sys.exit(main())
