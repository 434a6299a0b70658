"""Solution blocks: one code cell holds the exercise and its solution.

A block in a lesson looks like this::

    # begin solution: slope = ...
    slope = 2
    # end solution

The learner's cell has `slope = ...` in its place, the solution's cell only the body.
"""

import re
from dataclasses import dataclass

BEGIN = re.compile(r"^(?P<indent>[ \t]*)# begin solution: (?P<stub>\S.*)$")
END = re.compile(r"^[ \t]*# end solution[ \t]*$")
LOOKS_LIKE_A_MARKER = re.compile(r"^[ \t]*#+[ \t]*(begin|end|start|stop)\b.{0,8}\bsolution\b", re.IGNORECASE)
ACCEPTED = "accepted are '# begin solution: <the learner's line>' and '# end solution'"


class SolutionBlockError(ValueError):
    """A solution marker is malformed or has no partner; `line` is its line in the cell, counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class CellVersions:
    """The two versions of one code cell."""

    learner: str
    solution: str


def split_solution(source: str) -> CellVersions:
    """Split a code cell into the learner's version (stubs) and the solution's version (bodies), without the markers.

    Raises SolutionBlockError where a marker is misspelt, has no stub, has no partner, or opens inside another block,
    and where a block has no body.

    >>> cell = "x = 3\\n# begin solution: slope = ...\\nslope = 2 * x\\n# end solution\\nprint(x)"
    >>> print(split_solution(cell).learner)
    x = 3
    slope = ...
    print(x)
    >>> print(split_solution(cell).solution)
    x = 3
    slope = 2 * x
    print(x)
    """
    learner: list[str] = []
    solution: list[str] = []
    opened: int | None = None
    body = 0
    for number, line in enumerate(source.split("\n"), start=1):
        if begin := BEGIN.match(line):
            if opened is not None:
                raise SolutionBlockError(number, f"a solution block opens inside the one opened on line {opened}")
            opened, body = number, 0
            learner.append(begin["indent"] + begin["stub"].rstrip())
        elif END.match(line):
            if opened is None:
                raise SolutionBlockError(number, "'# end solution' closes a block that was never opened")
            if body == 0:
                raise SolutionBlockError(number, f"the solution block opened on line {opened} is empty")
            opened = None
        elif LOOKS_LIKE_A_MARKER.match(line):
            raise SolutionBlockError(number, f"malformed solution marker {line.strip()!r}; {ACCEPTED}")
        else:
            solution.append(line)
            if opened is None:
                learner.append(line)
            elif line.strip():
                body += 1
    if opened is not None:
        raise SolutionBlockError(opened, "the solution block is never closed with '# end solution'")
    return CellVersions("\n".join(learner), "\n".join(solution))
