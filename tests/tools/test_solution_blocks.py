"""One cell, two versions."""

import pytest

from tools.solution_blocks import CellVersions, SolutionBlockError, split_solution


def test_two_blocks_in_one_cell_are_independent():
    source = (
        "# begin solution: a = ...\na = 1\n# end solution\nmiddle = 0\n# begin solution: b = ...\nb = 2\n# end solution"
    )
    assert split_solution(source) == CellVersions("a = ...\nmiddle = 0\nb = ...", "a = 1\nmiddle = 0\nb = 2")


def test_a_block_inside_a_function_keeps_its_indentation():
    source = "def f(x):\n    # begin solution: return ...\n    return 2 * x\n    # end solution"
    assert split_solution(source) == CellVersions("def f(x):\n    return ...", "def f(x):\n    return 2 * x")


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a = 1\n# begin solution: b = ...\nb = 2", 2, "never closed"),
        ("a = 1\n# end solution", 2, "never opened"),
        ("# begin solution: a = ...\n# begin solution: b = ...\nb = 2\n# end solution", 2, "inside the one opened on"),
        ("# begin solution: a = ...\n\n# end solution", 3, "opened on line 1 is empty"),
        ("# begin solution\na = 1\n# end solution", 1, "malformed solution marker '# begin solution'"),
        ("# begin solution:\na = 1\n# end solution", 1, "malformed"),
        ("# Begin Solution: a = ...\na = 1\n# end solution", 1, "malformed"),
        ("#begin solution: a = ...\na = 1\n# end solution", 1, "malformed"),
        ("# begin solution: a = ...\na = 1\n# end of solution", 3, "malformed"),
        ("# begin solution: a = ...\na = 1\n# end solution 1", 3, "malformed"),
        ("# start of the solution\na = 1", 1, "malformed"),
    ],
)
def test_a_bad_marker_is_an_error_that_names_its_line(source: str, line: int, message: str):
    with pytest.raises(SolutionBlockError, match=message) as caught:
        split_solution(source)
    assert caught.value.line == line
