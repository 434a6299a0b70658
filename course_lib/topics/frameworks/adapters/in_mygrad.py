"""MyGrad's own words for the programs."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import mygrad as mg
    from mygrad.nnet.activations import elu, leaky_relu, relu

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        x = mg.tensor(point if len(point) > 1 else point[0])
        y = program(x)
        value = y.item()
        y.backward()
        return value, x.grad.reshape(-1).tolist()

    def identity(x: Any) -> Any:
        return relu(x) - relu(-x)

    return "NumPy, float64", differentiate, {
        "relu": relu,
        "maximum_x_0": lambda x: mg.maximum(x, 0.0),
        "maximum_0_x": lambda x: mg.maximum(0.0, x),
        "clamp_min": lambda x: mg.clip(x, 0.0, None),
        "where_ge": lambda x: mg.where(x >= 0, x, 0.0),
        "where_gt": lambda x: mg.where(x > 0, x, 0.0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + mg.abs(x)) / 2,
        "relu2": lambda x: relu(-x) + x,
        "relu3": lambda x: (relu(x) + relu(-x) + x) / 2,
        "identity_relu": identity,
        "identity_max": lambda x: mg.maximum(x, 0.0) - mg.maximum(-x, 0.0),
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: relu(relu(x)) - relu(relu(-x)),
        "maximum_x_x": lambda x: mg.maximum(x, x),
        "zero_program": lambda x: (relu(-x) + x) - relu(x),
        "sqrt_square": lambda x: mg.sqrt(x**2),
        "abs": mg.abs,
        "clip_low": lambda x: mg.clip(x, -1.0, 1.0),
        "clip_high": lambda x: mg.clip(x, -1.0, 1.0),
        "leaky_relu": lambda x: leaky_relu(x, 0.125),
        "elu_2": lambda x: elu(x, 2.0),
        "elu_1": lambda x: elu(x, 1.0),
        "sqrt": mg.sqrt,
        "tied_max_reduce": mg.max,
        "tied_max_axis": lambda x: mg.max(x, axis=0),
        "norm": mg.linalg.norm,
    }  # fmt: skip
