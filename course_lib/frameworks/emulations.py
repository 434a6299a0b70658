"""What two libraries that are not run here return at 0, worked out by dual numbers from rules read in their source.

- *TensorFlow Playground* (tensorflow/playground on GitHub). Its derivative of ReLU was ``x < 0 ? 0 : 1`` in ``nn.ts``
  (read at commit 0f3037c). Issue 19, "Incorrect Rectified Linear Unit derivative", was opened on 5 May 2016 and closed
  on 15 May 2016 with commit 718a6c8; since then it is ``x <= 0 ? 0 : 1`` (``src/nn.ts``, read at commit 2c87f3d).
- *Theano*, its last release, 1.0.5. In ``theano/scalar/basic.py`` ``Maximum.L_op`` gives the whole upstream gradient
  to the first argument if both are equal, ``Switch`` follows the branch taken, ``Mul`` has the product rule. In
  ``theano/tensor/nnet/nnet.py`` ``relu`` is (x + |x|)/2, and issue 3210 of Theano/Theano (26 July 2015) shows that it
  returns ½ at 0: so |x| has slope 0 there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from course_lib.frameworks.dual_numbers import Conventions, derivative, maximum, relu, where


@dataclass(frozen=True)
class Emulation:
    """One spelling in one library: ``program_id`` is its key in ``PROGRAMS``, ``source`` says where the rule stands."""

    library: str
    program_id: str
    spelling: str
    program: Callable[[Any], Any]
    conventions: Conventions
    source: str

    @property
    def label(self) -> str:
        """The library's name, marked as not run."""
        return f"{self.library} (emulated)"

    @property
    def value(self) -> sp.Expr:
        """The derivative at 0 by these rules, exact."""
        return derivative(self.program, 0, self.conventions)


OLD_PLAYGROUND, PLAYGROUND, THEANO = "old Playground", "Playground", "Theano"
_ISSUE = "tensorflow/playground, issue 19, May 2016"
_THEANO = "Theano 1.0.5, theano/scalar/basic.py"
_NNET = "Theano 1.0.5, theano/tensor/nnet/nnet.py; issue 3210, 2015"
_RULES = Conventions(abs=0, maximum=(1, 0))

EMULATIONS: tuple[Emulation, ...] = (
    Emulation(OLD_PLAYGROUND, "relu", "x < 0 ? 0 : 1", relu, Conventions(relu=1), _ISSUE),
    Emulation(PLAYGROUND, "relu", "x <= 0 ? 0 : 1", relu, Conventions(relu=0), _ISSUE),
    Emulation(THEANO, "where_gt", "switch(x > 0, x, 0)", lambda x: where(x > 0, x, 0), _RULES, _THEANO),
    Emulation(THEANO, "x_times_step", "x * (x > 0)", lambda x: x * where(x > 0, 1, 0), _RULES, _THEANO),
    Emulation(THEANO, "maximum_x_0", "maximum(x, 0)", lambda x: maximum(x, 0), _RULES, _THEANO),
    Emulation(THEANO, "maximum_0_x", "maximum(0, x)", lambda x: maximum(0, x), _RULES, _THEANO),
    Emulation(THEANO, "relu", "nnet.relu(x)", lambda x: (x + abs(x)) / 2, _RULES, _NNET),
)


def emulations_of(library: str) -> tuple[Emulation, ...]:
    """The emulated spellings of a library, in their order; ValueError names the libraries if there are none.

    >>> [f"{e.spelling}: {e.value}" for e in emulations_of("Theano")]
    ['switch(x > 0, x, 0): 0', 'x * (x > 0): 0', 'maximum(x, 0): 1', 'maximum(0, x): 0', 'nnet.relu(x): 1/2']
    """
    found = tuple(emulation for emulation in EMULATIONS if emulation.library == library)
    if not found:
        names = ", ".join(repr(name) for name in dict.fromkeys(emulation.library for emulation in EMULATIONS))
        raise ValueError(f"library: got {library!r}; accepted are {names}")
    return found
