"""The libraries that are asked, the versions that the course pins, and where each of them is looked for."""

import os
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

ADAPTERS = Path(__file__).resolve().parent / "adapters"
ENVIRONMENTS = Path(__file__).resolve().parents[2] / ".frameworks"


@dataclass(frozen=True)
class Library:
    """A library, and all that is needed to run it.

    Attributes
    ----------
    id : str
        The module to import; also the name of its adapter, ``adapters/in_<id>.py``, and of its environment.
    title : str
        Its name as its authors write it.
    requirements : tuple of str
        What ``make frameworks`` installs, pinned; empty if the library comes with the course.
    distributions : tuple of str
        Names under which it may be installed; the first one that is found tells the version.
    kernels : tuple of tuples
        One measurement for each: variables of the environment, (name, value), that choose what does the arithmetic.
    variables : tuple of tuples
        Variables for all of them; ``{folder}`` stands for a folder that is deleted afterwards.
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


_LIBRARIES = (
    Library("torch", "PyTorch", ("torch==2.13.0",), ("torch",)),
    Library(
        "tensorflow",
        "TensorFlow",
        ("tensorflow-cpu==2.21.0",),
        ("tensorflow", "tensorflow-cpu"),
        variables=(("TF_CPP_MIN_LOG_LEVEL", "3"), ("KERAS_HOME", "{folder}")),
    ),
    Library(
        "jax",
        "JAX",
        ("jax==0.10.2", "jaxlib==0.10.2"),
        ("jax",),
        variables=(("JAX_PLATFORMS", "cpu"),),
    ),
    Library("autograd", "autograd", ("autograd==1.9.1",), ("autograd",)),
    Library(
        "tinygrad",
        "tinygrad",
        ("tinygrad==0.14.0",),
        ("tinygrad",),
        # The first needs the compiler clang, the second nothing.
        kernels=((("DEV", "CPU"),), (("DEV", "PYTHON"),)),
        variables=(("CACHEDB", "{folder}/cache.db"),),
    ),
    Library(
        "pytensor",
        "PyTensor",
        ("pytensor==3.0.7",),
        ("pytensor",),
        variables=(("PYTENSOR_FLAGS", "base_compiledir={folder},linker=py,cxx="),),
    ),
    Library("mygrad", "MyGrad", ("mygrad==2.5.0",), ("mygrad",)),
    Library("micrograd", "micrograd", ("micrograd==0.1.0",), ("micrograd",)),
    Library("sympy", "SymPy", (), ("sympy",)),
)

LIBRARIES: dict[str, Library] = {library.id: library for library in _LIBRARIES}


def python_of(environment: Path) -> Path:
    """The Python inside an environment that ``venv`` made."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_python(library: Library) -> Path | None:
    """The Python that has the library: this one, else that of the library's environment, else ``None``."""
    # Not in the working directory: the worker does not look there, and a reader's own file may have a library's name.
    searched = [entry for entry in sys.path if entry and os.path.abspath(entry) != os.getcwd()]
    spec = PathFinder.find_spec(library.id, searched)
    if spec is not None and spec.origin is not None:  # A folder of this name without modules has no origin.
        return Path(sys.executable)
    own = python_of(ENVIRONMENTS / library.id)
    return own if own.exists() else None
