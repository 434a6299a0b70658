"""Where a framework's slopes of smooth activations are 0, on this machine: `PYTHON smooth_in_frameworks.py NAME FILE`.

Each framework has a Python of its own (see `make frameworks`), which needs neither the course nor NumPy. The rows go
into FILE in place of the older ones of that framework. `smooth.in_frameworks` reads the file that is shipped.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FAR = {"float16": -30.0, "float32": -1e4, "float64": -1e5}  # z³ of half precision overflows soon after


def torch_slopes() -> tuple[str, dict[str, Callable[[float, str], tuple[float, float]]]]:
    """The version, and for each activation (z, precision) → (z as rounded, slope)."""
    import torch  # type: ignore[import-not-found, unused-ignore]

    F = torch.nn.functional

    def slope(f: Any) -> Callable[[float, str], tuple[float, float]]:
        def at(z: float, precision: str) -> tuple[float, float]:
            t = torch.tensor([z], dtype=getattr(torch, precision), requires_grad=True)
            f(t).sum().backward()
            return float(t.detach()[0]), float(t.grad[0])

        return at

    functions = {
        "ELU": F.elu,
        "ELU in place": lambda t: F.elu(1 * t, inplace=True),
        "leaky ReLU": F.leaky_relu,
        "softplus": F.softplus,
        "GELU": F.gelu,
        "GELU by tanh": lambda t: F.gelu(t, approximate="tanh"),
        "SiLU": F.silu,
        "squared ReLU": lambda t: F.relu(t) ** 2,
    }
    return torch.__version__, {name: slope(f) for name, f in functions.items()}


def jax_slopes() -> tuple[str, dict[str, Callable[[float, str], tuple[float, float]]]]:
    """The same for JAX, with float64 switched on."""
    import jax  # type: ignore[import-not-found, unused-ignore]
    import jax.numpy as jnp  # type: ignore[import-not-found, unused-ignore]

    jax.config.update("jax_enable_x64", True)

    def slope(f: Any) -> Callable[[float, str], tuple[float, float]]:
        gradient = jax.grad(f)

        def at(z: float, precision: str) -> tuple[float, float]:
            t = jnp.array(z, getattr(jnp, precision))
            return float(t), float(gradient(t))

        return at

    functions = {
        "ELU": jax.nn.elu,
        "leaky ReLU": jax.nn.leaky_relu,
        "softplus": jax.nn.softplus,
        "GELU": lambda t: jax.nn.gelu(t, approximate=False),
        "GELU by tanh": lambda t: jax.nn.gelu(t, approximate=True),
        "SiLU": jax.nn.silu,
        "squared ReLU": lambda t: jax.nn.relu(t) ** 2,
    }
    return jax.__version__, {name: slope(f) for name, f in functions.items()}


def first_zero(slope: Callable[[float, str], tuple[float, float]], precision: str) -> float | None:
    """By bisection from −2: the z nearest to 0 with a slope of 0; None where it is not 0 far out either."""
    near, far = -2.0, FAR[precision]
    if slope(far, precision)[1] != 0:
        return None
    if slope(near, precision)[1] == 0:
        return 0.0  # ReLU and its like: 0 on the whole left
    while True:
        middle, found = slope((near + far) / 2, precision)
        if middle in (near, far):
            return far
        near, far = (near, middle) if found == 0 else (middle, far)


def main(name: str, file: str) -> None:
    version, slopes = {"PyTorch": torch_slopes, "JAX": jax_slopes}[name]()
    path = Path(file)
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = [row for row in rows if row["library"] != name]
    for activation, slope in slopes.items():
        rows.append(
            {
                "library": name,
                "version": version,
                "date": datetime.now(UTC).date().isoformat(),
                "activation": activation,
                "slope_at_0": slope(0.0, "float32")[1],
                "first_zero": {precision: first_zero(slope, precision) for precision in FAR},
            }
        )
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
