"""autograd's own words for the programs: NumPy's, one number at a time as a Python float."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import autograd.numpy as np
    from autograd import value_and_grad

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        y, gradient = value_and_grad(program)(np.array(point) if len(point) > 1 else point[0])
        return y, np.ravel(gradient).tolist()

    return "NumPy, float64", differentiate, {
        "maximum_x_0": lambda x: np.maximum(x, 0.0),
        "maximum_0_x": lambda x: np.maximum(0.0, x),
        "clamp_min": lambda x: np.clip(x, 0.0, None),
        "where_ge": lambda x: np.where(x >= 0, x, 0.0),
        "where_gt": lambda x: np.where(x > 0, x, 0.0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + np.abs(x)) / 2,
        "identity_max": lambda x: np.maximum(x, 0.0) - np.maximum(-x, 0.0),
        "maximum_x_x": lambda x: np.maximum(x, x),
        "sqrt_square": lambda x: np.sqrt(x**2),
        "abs": np.abs,
        "clip_low": lambda x: np.clip(x, -1.0, 1.0),
        "clip_high": lambda x: np.clip(x, -1.0, 1.0),
        "sqrt": np.sqrt,
        "tied_max_reduce": np.max,
        "tied_max_axis": lambda x: np.max(x, axis=0),
        "norm": np.linalg.norm,
    }  # fmt: skip
