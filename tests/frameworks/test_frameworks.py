"""The part as a whole: what it exports, and that importing it loads nothing heavy."""

import subprocess
import sys

from course_lib import frameworks


def test_everything_it_names_is_there():
    for name in frameworks.__all__:
        assert getattr(frameworks, name) is not None
    assert not hasattr(frameworks, "no_such_name")


def test_importing_it_loads_neither_sympy_nor_any_library():
    program = "import sys, course_lib.frameworks; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "course_lib" in loaded
    assert {"sympy", "numpy", "tqdm", *frameworks.LIBRARIES}.isdisjoint(loaded)
