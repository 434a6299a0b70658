"""Questions to the snapshot of what libraries returned at the kink."""

from functools import lru_cache

from course_lib.frameworks import LIBRARIES, PROGRAMS, Measurement, judge, snapshot

# What libraries offer under one name; the other programs are written with other functions.
OFFERED_BY_NAME = (
    "relu", "abs", "relu6_0", "relu6_6", "leaky_relu", "elu_1", "elu_2", "clip_low", "clip_high", "maximum_x_x",
    "tied_max_reduce", "tied_max_axis",
)  # fmt: skip


@lru_cache
def measured_rows() -> tuple[Measurement, ...]:
    """One row for each library and program that has a value; of several kernels the first."""
    rows = (snapshot().row(library, program) for library in LIBRARIES for program in PROGRAMS)
    return tuple(row for row in rows if row is not None and row.status == "measured")


def returned(program: str) -> dict[str, tuple[float, ...]]:
    """{library: derivative} for a program; ValueError names the programs if there is none of that id.

    >>> returned("elu_1")["tinygrad"]
    (0.0,)
    """
    if program not in PROGRAMS:
        raise ValueError(f"program: got {program!r}; accepted are {', '.join(map(repr, PROGRAMS))}")
    return {row.library: row.value for row in measured_rows() if row.program == program and row.value is not None}


def spellings_of_relu() -> tuple[str, ...]:
    """Ids of all programs whose function is ReLU."""
    return tuple(program.id for program in PROGRAMS.values() if program.function == PROGRAMS["relu"].function)


def outside_by_name() -> tuple[Measurement, ...]:
    """Rows outside the Clarke subdifferential among the functions that libraries offer by name."""
    offered = (row for row in measured_rows() if row.program in OFFERED_BY_NAME and row.value is not None)
    return tuple(row for row in offered if row.value and judge(row.program, row.value).verdict == "outside")
