"""A network as arrays and a description, the form in which it is written to a file."""

from dataclasses import fields
from typing import Any

import numpy as np

from course_lib.networks.layers import Dense, Dropout, Layer, Maxout

Array = np.ndarray[Any, Any]
KINDS: dict[str, type[Layer]] = {"Dense": Dense, "Maxout": Maxout, "Dropout": Dropout}
KIND = "a network of At the Kink"


def described(layers: tuple[Layer, ...], seeds: list[int], dtype: np.dtype[Any]) -> dict[str, Any]:
    """The description of a network that JSON can hold. Of a function as initialisation only the fact is kept."""
    return {
        "kind": KIND,
        "dtype": dtype.name,
        "seeds": seeds,
        "layers": [
            {
                "kind": type(layer).__name__,
                **{field.name: _plain(getattr(layer, field.name)) for field in fields(layer)},
            }
            for layer in layers
        ],
    }


def layers_from(description: dict[str, Any]) -> list[Layer]:
    """The layers that `described` wrote."""
    if description.get("kind") != KIND:
        raise ValueError("the file holds arrays, but not those of a network")
    return [
        KINDS[layer["kind"]](**{name: _original(value) for name, value in layer.items() if name != "kind"})
        for layer in description["layers"]
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"one for each kink": [_plain(entry) for entry in value]}
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return "zero" if callable(value) else value


def _original(value: Any) -> Any:
    return tuple(value["one for each kink"]) if isinstance(value, dict) else value
