"""What other libraries return at the kink: measured where they are installed, beside a dated snapshot.

Importing this loads neither SymPy nor any of the libraries; they are loaded when they are used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from course_lib.frameworks.judging import Judgement, judge
from course_lib.frameworks.libraries import LIBRARIES, Library
from course_lib.frameworks.measurements import Measurement, format_value
from course_lib.frameworks.measuring import measure
from course_lib.frameworks.news_sentences import news
from course_lib.frameworks.programs import PROGRAMS, Program
from course_lib.frameworks.snapshots import DamagedSnapshot, Snapshot, snapshot
from course_lib.frameworks.tables import ValueTable, value_table

if TYPE_CHECKING:
    from course_lib.frameworks.dual_numbers import Conventions, Dual, derivative, function_of
    from course_lib.frameworks.emulations import EMULATIONS, Emulation, emulations_of

__all__ = [
    "EMULATIONS", "LIBRARIES", "PROGRAMS", "Conventions", "DamagedSnapshot", "Dual", "Emulation", "Judgement",
    "Library", "Measurement", "Program", "Snapshot", "ValueTable", "derivative", "emulations_of", "format_value",
    "function_of", "judge", "measure", "news", "snapshot", "value_table",
]  # fmt: skip

_MODULES = {
    **dict.fromkeys(("Conventions", "Dual", "derivative", "function_of"), "dual_numbers"),
    **dict.fromkeys(("EMULATIONS", "Emulation", "emulations_of"), "emulations"),
}


def __getattr__(name: str) -> Any:
    # Both compute with SymPy, which takes longer to import than all the rest together.
    if name in _MODULES:
        return getattr(import_module(f"course_lib.frameworks.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
