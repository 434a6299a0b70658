"""PyTensor's own words for the programs, run by Python's own linker: the derivative is built before any kernel runs."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from functools import cache
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import pytensor
    import pytensor.tensor as pt

    @cache
    def compiled(program: Callable[[Any], Any], dimensions: int) -> Any:
        x = pt.vector("x", dtype="float64") if dimensions else pt.scalar("x", dtype="float64")
        y = program(x)
        return pytensor.function([x], [y, pytensor.grad(y, x)])

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        y, gradient = compiled(program, int(len(point) > 1))(point if len(point) > 1 else point[0])
        return y, gradient.reshape(-1).tolist()

    linker = {"py": "Python"}.get(pytensor.config.linker, pytensor.config.linker)
    return f"{linker}, float64", differentiate, {
        "maximum_x_0": lambda x: pt.maximum(x, 0.0),
        "maximum_0_x": lambda x: pt.maximum(0.0, x),
        "clamp_min": lambda x: pt.clip(x, 0.0, float("inf")),
        "where_ge": lambda x: pt.switch(x >= 0, x, 0.0),
        "where_gt": lambda x: pt.switch(x > 0, x, 0.0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + pt.abs(x)) / 2,
        "identity_max": lambda x: pt.maximum(x, 0.0) - pt.maximum(-x, 0.0),
        "maximum_x_x": lambda x: pt.maximum(x, x),
        "sqrt_square": lambda x: pt.sqrt(x**2),
        "abs": pt.abs,
        "clip_low": lambda x: pt.clip(x, -1.0, 1.0),
        "clip_high": lambda x: pt.clip(x, -1.0, 1.0),
        "sqrt": pt.sqrt,
        "tied_max_reduce": pt.max,
        "tied_max_axis": lambda x: pt.max(x, axis=0),
        "norm": pt.linalg.norm,
    }  # fmt: skip
