"""The libraries that are asked, and the programs that each of them is asked to differentiate.

To add a library, add a `Library` with its pinned version here and `adapters/in_<id>.py` beside it: what does the
arithmetic, how to differentiate, and the programs below in the library's own words. An adapter imports nothing of the
course. Run `make frameworks ARGS=<id>`, read the table, then `ARGS="<id> --write-snapshot"`, which adds this library
alone with today's date, and rebuild the lesson. Its claims are computed from the snapshot: one that the library refutes
fails there, and has to be reworded.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from course_lib.checks import one_of, refusal

ADAPTERS = Path(__file__).resolve().parent / "adapters"
ENVIRONMENTS = Path(__file__).resolve().parents[3] / ".frameworks"
RELU = "Max(x, 0)"
TIED = (1.0, 1.0, 0.0)
ONE_OF_THE_TIED = "{(a, 1 − a, 0) : 0 ≤ a ≤ 1}"


@dataclass(frozen=True)
class Library:
    """A library, and all that is needed to run it.

    `id` is the module to import, and the name of its adapter and of its environment; `title` is its name as its
    authors write it. `requirements` is what `make frameworks` installs, pinned; nothing if it comes with the course.
    The first of `distributions` that is installed tells the version. Each of the `kernels` is measured: variables of
    the environment, (name, value), that choose what does the arithmetic. `variables` are set for all of them; {folder}
    in a value stands for a folder that is deleted afterwards.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    distributions: tuple[str, ...]
    kernels: tuple[tuple[tuple[str, str], ...], ...] = ((),)
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def adapter(self) -> Path:
        """The file that states the programs in this library's own words."""
        return ADAPTERS / f"in_{self.id}.py"


@dataclass(frozen=True)
class Program:
    """One way to write a function, and the point at which it is differentiated.

    `id` is its key in `PROGRAMS` and in the adapters, `title` says in words what it is, `formula` is what is typed. The
    `point` has one number for each variable, all exact in binary, so that what comes back is no matter of rounding.
    `function` is what the program computes, as SymPy reads it, in x, or in x1, x2, … for several variables; its Clarke
    subdifferential at the point judges the value. `set_text` is that set for several variables; for one it is derived.
    """

    id: str
    title: str
    formula: str
    point: tuple[float, ...]
    function: str
    set_text: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables in `function`."""
        return ("x",) if len(self.point) == 1 else tuple(f"x{i + 1}" for i in range(len(self.point)))

    @property
    def label(self) -> str:
        """Formula and point: "relu6(x) at 6"."""
        numbers = ", ".join(f"{number:g}" for number in self.point).replace("-", "−")
        return f"{self.formula} at {numbers if len(self.point) == 1 else f'({numbers})'}"


def python_of(environment: Path) -> Path:
    """The Python inside an environment that `venv` made."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_python(library: Library) -> Path | None:
    """The Python that has the library: this one, else that of the library's environment, else `None`."""
    spec = PathFinder.find_spec(library.id)
    if spec is not None and spec.origin is not None:  # A folder of this name without modules has no origin.
        return Path(sys.executable)
    own = python_of(ENVIRONMENTS / library.id)
    return own if own.exists() else None


def chosen(argument: str, names: Iterable[str] | None, accepted: Mapping[str, Any]) -> tuple[str, ...]:
    """These names, or all that are accepted; ValueError for one that is not, and for one text in a list's place."""
    if isinstance(names, str):
        raise ValueError(refusal(argument, names, f"a list such as [{names!r}]"))
    return tuple(accepted if names is None else [one_of(argument, name, accepted) for name in names])


_LIBRARIES = (
    Library("torch", "PyTorch", ("torch==2.13.0",), ("torch",)),
    Library(
        "tensorflow", "TensorFlow", ("tensorflow-cpu==2.21.0",), ("tensorflow", "tensorflow-cpu"),
        variables=(("TF_CPP_MIN_LOG_LEVEL", "3"), ("KERAS_HOME", "{folder}")),
    ),
    Library(
        "jax", "JAX", ("jax==0.10.2", "jaxlib==0.10.2"), ("jax",),
        variables=(("JAX_PLATFORMS", "cpu"),),
    ),
    Library("autograd", "autograd", ("autograd==1.9.1",), ("autograd",)),
    Library(
        "tinygrad", "tinygrad", ("tinygrad==0.14.0",), ("tinygrad",),
        kernels=((("DEV", "CPU"),), (("DEV", "PYTHON"),)),  # The first needs the compiler clang, the second nothing.
        variables=(("CACHEDB", "{folder}/cache.db"),),
    ),
    Library(
        "pytensor", "PyTensor", ("pytensor==3.0.7",), ("pytensor",),
        variables=(("PYTENSOR_FLAGS", "base_compiledir={folder},linker=py,cxx="),),
    ),
    Library("mygrad", "MyGrad", ("mygrad==2.5.0",), ("mygrad",)),
    Library("micrograd", "micrograd", ("micrograd==0.1.0",), ("micrograd",)),
    Library("sympy", "SymPy", (), ("sympy",)),
)  # fmt: skip

LIBRARIES: dict[str, Library] = {library.id: library for library in _LIBRARIES}

_PROGRAMS = (
    # Spellings of ReLU.
    Program("relu", "ReLU by its own name", "relu(x)", (0.0,), RELU),
    Program("maximum_x_0", "maximum, x first", "maximum(x, 0)", (0.0,), RELU),
    Program("maximum_0_x", "maximum, 0 first", "maximum(0, x)", (0.0,), RELU),
    Program("clamp_min", "clamped from below", "clamp(x, min=0)", (0.0,), RELU),
    Program("where_ge", "a choice that keeps 0", "where(x ≥ 0, x, 0)", (0.0,), RELU),
    Program("where_gt", "a choice that drops 0", "where(x > 0, x, 0)", (0.0,), RELU),
    Program("x_times_step", "x times a step", "x·(x > 0)", (0.0,), RELU),
    Program("half_x_plus_abs", "by the absolute value", "(x + |x|)/2", (0.0,), RELU),
    Program("relu2", "ReLU from the other side", "relu(−x) + x", (0.0,), RELU),
    Program("relu3", "mean of two spellings", "(relu(x) + relu(−x) + x)/2", (0.0,), RELU),
    # The same function, x, 0 or |x|, written with kinks.
    Program("identity_relu", "x by two ReLUs", "relu(x) − relu(−x)", (0.0,), "x"),
    Program("identity_max", "x by two maxima", "maximum(x, 0) − maximum(−x, 0)", (0.0,), "x"),
    Program("identity_nested_2", "the same, applied twice", "i(i(x)) for i(x) = relu(x) − relu(−x)", (0.0,), "x"),
    Program("identity_relu_twice", "x by ReLUs of ReLUs", "relu(relu(x)) − relu(relu(−x))", (0.0,), "x"),
    Program("maximum_x_x", "x as the maximum of itself", "maximum(x, x)", (0.0,), "x"),
    Program("zero_program", "0 as a difference of two spellings", "(relu(−x) + x) − relu(x)", (0.0,), "0"),
    Program("sqrt_square", "|x| as a root", "√(x²)", (0.0,), "Abs(x)"),
    # Other functions with a kink.
    Program("abs", "absolute value", "|x|", (0.0,), "Abs(x)"),
    Program("clip_low", "clip at its lower end", "clip(x, −1, 1)", (-1.0,), "Max(-1, Min(x, 1))"),
    Program("clip_high", "clip at its upper end", "clip(x, −1, 1)", (1.0,), "Max(-1, Min(x, 1))"),
    Program("relu6_0", "ReLU6 at its lower end", "relu6(x)", (0.0,), "Max(0, Min(x, 6))"),
    Program("relu6_6", "ReLU6 at its upper end", "relu6(x)", (6.0,), "Max(0, Min(x, 6))"),
    Program("leaky_relu", "leaky ReLU, slope 1/8 on the left", "leaky_relu(x, 1/8)", (0.0,), "Max(x, x/8)"),
    Program("elu_2", "ELU with α = 2", "elu(x, 2)", (0.0,), "Piecewise((2*exp(x) - 2, x < 0), (x, True))"),
    # Smooth at the point.
    Program("elu_1", "ELU with α = 1: smooth at 0", "elu(x, 1)", (0.0,), "Piecewise((exp(x) - 1, x < 0), (x, True))"),
    # An infinite slope, and several variables.
    Program("sqrt", "square root", "√x", (0.0,), "sqrt(x)"),
    Program("tied_max_reduce", "largest entry, two tied", "max(x)", TIED, "Max(x1, x2, x3)", ONE_OF_THE_TIED),
    Program("tied_max_axis", "the same along an axis", "max(x, axis=0)", TIED, "Max(x1, x2, x3)", ONE_OF_THE_TIED),
    Program("norm", "length of a zero vector", "norm(x)", (0.0, 0.0), "sqrt(x1**2 + x2**2)", "{g : |g| ≤ 1}"),
)

PROGRAMS: dict[str, Program] = {program.id: program for program in _PROGRAMS}
