"""tinygrad's own words for the programs, on the device that the variable DEV names."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    from tinygrad import Device, Tensor, dtypes

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        # A list has a device; a single number would be a constant, which tinygrad folds on its CPU device alone.
        x = Tensor(point, dtype=dtypes.float32, device=Device.DEFAULT)
        y = program(x).sum()  # One number, or already a scalar.
        (gradient,) = y.gradient(x)
        return y.clone(Device.DEFAULT).item(), gradient.clone(Device.DEFAULT).tolist()

    def identity(x: Any) -> Any:
        return x.relu() - (-x).relu()

    try:
        compiler = type(Device[Device.DEFAULT].renderer).__name__.removesuffix("Renderer")
        kernel = "Python" if Device.DEFAULT == "PYTHON" else f"{Device.DEFAULT} ({compiler})"
        (Tensor([1.0], device=Device.DEFAULT) + 1).tolist()
    except Exception as error:
        raise ImportError(f"no compiler for the device {Device.DEFAULT}: {error}") from error
    return f"{kernel}, float32", differentiate, {
        "relu": Tensor.relu,
        "maximum_x_0": lambda x: x.maximum(0),
        "maximum_0_x": lambda x: Tensor(0.0).maximum(x),
        "clamp_min": lambda x: x.clamp(min_=0),
        "where_ge": lambda x: (x >= 0).where(x, 0),
        "where_gt": lambda x: (x > 0).where(x, 0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + x.abs()) / 2,
        "relu2": lambda x: (-x).relu() + x,
        "relu3": lambda x: (x.relu() + (-x).relu() + x) / 2,
        "identity_relu": identity,
        "identity_max": lambda x: x.maximum(0) - (-x).maximum(0),
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: x.relu().relu() - (-x).relu().relu(),
        "maximum_x_x": lambda x: x.maximum(x),
        "zero_program": lambda x: ((-x).relu() + x) - x.relu(),
        "sqrt_square": lambda x: (x**2).sqrt(),
        "abs": Tensor.abs,
        "clip_low": lambda x: x.clip(-1, 1),
        "clip_high": lambda x: x.clip(-1, 1),
        "relu6_0": Tensor.relu6,
        "relu6_6": Tensor.relu6,
        "leaky_relu": lambda x: x.leaky_relu(0.125),
        "elu_2": lambda x: x.elu(alpha=2.0),
        "elu_1": Tensor.elu,
        "sqrt": Tensor.sqrt,
        "tied_max_reduce": Tensor.max,
        "tied_max_axis": lambda x: x.max(axis=0),
    }  # fmt: skip
