"""How long one ``differentiability`` call takes, and which share of it is SymPy's limit and which the numerical check.

Run: ``python -m benchmarks.calculus``. Each call is timed 9 times with SymPy's cache cleared before it, so that no call
profits from the one before; medians are printed beside the plain ``sympy.limit`` of the same quotient in the same run.
"""

import statistics
import time
from collections.abc import Callable

import sympy as sp
from sympy.core.cache import clear_cache

from course_lib.calculus import PiecewiseFunction, differentiability
from course_lib.calculus.derivatives import quotient
from course_lib.calculus.limits import INCREMENT

TARGET = 0.3
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
    times = []
    for _ in range(repeats):
        clear_cache()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    print(f"{'function':<24}{'from_expr + verdict':>20}{'sympy.limit ×2':>16}{'ratio':>8}")
    medians = []
    for name, (expr, x0) in CASES.items():
        whole = seconds(lambda e=expr, p=x0: differentiability(PiecewiseFunction.from_expr(e, x), p))  # type: ignore[misc]
        f = PiecewiseFunction.from_expr(expr, x)
        quotients = [quotient(f, sp.sympify(x0), side) for side in "-+"]
        plain = seconds(lambda qs=quotients: [sp.limit(q, INCREMENT, 0, "+") for q in qs])  # type: ignore[misc]
        medians.append(whole)
        print(f"{name:<24}{whole * 1e3:>17.0f} ms{plain * 1e3:>13.1f} ms{whole / plain:>8.1f}")
    print(
        f"median {statistics.median(medians):.3f} s, slowest {max(medians):.3f} s, target {TARGET} s for a typical call"
    )


if __name__ == "__main__":
    main()
