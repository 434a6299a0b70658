"""micrograd's own words for the programs: it knows +, ·, powers and relu."""

# mypy: disable-error-code="import-not-found"
from collections.abc import Callable
from typing import Any


def adapter() -> tuple[str, Callable[..., Any], dict[str, Callable[[Any], Any]]]:
    from micrograd.engine import Value

    def differentiate(program: Callable[[Any], Any], point: list[float]) -> tuple[Any, Any]:
        (number,) = point  # No program here has several variables.
        x = Value(number)
        y = program(x)
        y.backward()
        return y.data, [x.grad]

    relu = Value.relu

    def identity(x: Any) -> Any:
        return relu(x) - relu(-x)

    return "Python, float64", differentiate, {
        "relu": relu,
        "relu2": lambda x: relu(-x) + x,
        "relu3": lambda x: (relu(x) + relu(-x) + x) / 2,
        "identity_relu": identity,
        "identity_nested_2": lambda x: identity(identity(x)),
        "identity_relu_twice": lambda x: relu(relu(x)) - relu(relu(-x)),
        "zero_program": lambda x: (relu(-x) + x) - relu(x),
        "sqrt_square": lambda x: (x**2) ** 0.5,
        "sqrt": lambda x: x**0.5,
    }  # fmt: skip
