"""The digests see a change in any picture, verdict or printed text."""

from course_lib.explorer import Explorer
from course_lib.figures import Axis, Curve, Scene
from tools.golden import explorer_digest, planted_verdicts, run_cell


def scenes(last: float, pictures: int = 3) -> Explorer:
    """A live figure whose last picture ends at `last`."""

    def line(k: int) -> Scene:
        end = last if k == pictures - 1 else 1.0
        return Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 2)), [Curve([0, 1], [0, end])], "A line.")

    return Explorer(line, k=(0, pictures - 1))


def test_a_change_in_one_picture_that_is_not_shown_first_is_seen():
    assert explorer_digest(scenes(1.0)) == explorer_digest(scenes(1.0)) != explorer_digest(scenes(1.5))


def test_pictures_that_are_computed_on_demand_count_too():
    many = scenes(1.0, 2001)
    assert many.on_demand and explorer_digest(many) != explorer_digest(scenes(1.5, 2001))


def test_the_value_of_a_cells_last_expression_is_printed(capsys):
    names = {"x": 2}
    run_cell("y = x + 1\ny", "cell", names)
    run_cell("None", "cell", names)
    assert names["y"] == 3 and capsys.readouterr().out.strip() == "3"


def test_the_reference_passes_and_planted_answers_do_not():
    for id, entries in planted_verdicts("start").items():
        if "p" not in id:
            assert entries[1].startswith("passed") and len(entries) >= 5
            assert all(entry.startswith("not yet") for entry in entries[2:])
