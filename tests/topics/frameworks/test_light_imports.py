"""Measuring loads neither SymPy nor any of the libraries that are measured."""

import subprocess
import sys

from course_lib.topics.frameworks.libraries import LIBRARIES


def test_importing_what_measures_loads_neither_sympy_nor_any_library():
    program = "import sys, course_lib.topics.frameworks.libraries; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "course_lib" in loaded
    assert {"sympy", "numpy", "tqdm", *LIBRARIES}.isdisjoint(loaded)
