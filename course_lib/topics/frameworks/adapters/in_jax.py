"""JAX's own words for the programs."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    import jax
    import jax.numpy as jnp
    from jax.nn import elu, leaky_relu, relu, relu6

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        x = jnp.asarray(point if len(point) > 1 else point[0], dtype=jnp.float32)
        y, gradient = jax.value_and_grad(program)(x)
        return y, gradient.reshape(-1).tolist()

    def identity(x: Any) -> Any:
        return relu(x) - relu(-x)

    return f"{jax.default_backend().upper()}, float32", differentiate, {
        "relu": relu,
        "maximum_x_0": lambda x: jnp.maximum(x, 0),
        "maximum_0_x": lambda x: jnp.maximum(0, x),
        "clamp_min": lambda x: jnp.clip(x, min=0),
        "where_ge": lambda x: jnp.where(x >= 0, x, 0),
        "where_gt": lambda x: jnp.where(x > 0, x, 0),
        "x_times_step": lambda x: x * (x > 0),
        "half_x_plus_abs": lambda x: (x + jnp.abs(x)) / 2,
        "relu2": lambda x: relu(-x) + x,
        "relu3": lambda x: (relu(x) + relu(-x) + x) / 2,
        "identity_relu": identity,
        "identity_max": lambda x: jnp.maximum(x, 0) - jnp.maximum(-x, 0),
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: relu(relu(x)) - relu(relu(-x)),
        "maximum_x_x": lambda x: jnp.maximum(x, x),
        "zero_program": lambda x: (relu(-x) + x) - relu(x),
        "sqrt_square": lambda x: jnp.sqrt(x**2),
        "abs": jnp.abs,
        "clip_low": lambda x: jnp.clip(x, -1, 1),
        "clip_high": lambda x: jnp.clip(x, -1, 1),
        "relu6_0": relu6,
        "relu6_6": relu6,
        "leaky_relu": lambda x: leaky_relu(x, 0.125),
        "elu_2": lambda x: elu(x, alpha=2.0),
        "elu_1": elu,
        "sqrt": jnp.sqrt,
        "tied_max_reduce": jnp.max,
        "tied_max_axis": lambda x: jnp.max(x, axis=0),
        "norm": jnp.linalg.norm,
    }  # fmt: skip
