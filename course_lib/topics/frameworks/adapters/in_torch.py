"""PyTorch's own words for the programs."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import torch
    from torch.nn.functional import elu, leaky_relu, relu, relu6

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        x = torch.tensor(point if len(point) > 1 else point[0], dtype=torch.float32, requires_grad=True)
        y = program(x)
        (gradient,) = torch.autograd.grad(y, x)
        return y, gradient.reshape(-1).tolist()

    def identity(x: Any) -> Any:
        return relu(x) - relu(-x)

    zero = torch.tensor(0.0)
    return "CPU, float32", differentiate, {
        "relu": relu,
        "maximum_x_0": lambda x: torch.maximum(x, zero),
        "maximum_0_x": lambda x: torch.maximum(zero, x),
        "clamp_min": lambda x: torch.clamp(x, min=0),
        "where_ge": lambda x: torch.where(x >= 0, x, 0.0),
        "where_gt": lambda x: torch.where(x > 0, x, 0.0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + torch.abs(x)) / 2,
        "relu2": lambda x: relu(-x) + x,
        "relu3": lambda x: (relu(x) + relu(-x) + x) / 2,
        "identity_relu": identity,
        "identity_max": lambda x: torch.maximum(x, zero) - torch.maximum(-x, zero),
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: relu(relu(x)) - relu(relu(-x)),
        "maximum_x_x": lambda x: torch.maximum(x, x),
        "zero_program": lambda x: (relu(-x) + x) - relu(x),
        "sqrt_square": lambda x: torch.sqrt(x**2),
        "abs": torch.abs,
        "clip_low": lambda x: torch.clip(x, -1, 1),
        "clip_high": lambda x: torch.clip(x, -1, 1),
        "relu6_0": relu6,
        "relu6_6": relu6,
        "leaky_relu": lambda x: leaky_relu(x, 0.125),
        "elu_2": lambda x: elu(x, alpha=2.0),
        "elu_1": elu,
        "sqrt": torch.sqrt,
        "tied_max_reduce": torch.max,
        "tied_max_axis": lambda x: torch.max(x, dim=0).values,
        "norm": torch.linalg.vector_norm,
    }  # fmt: skip
