"""The form of a lesson: what is shown is worth reading, checks are folded, an hour is enough, and each claim is run."""

import ast
import re
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_lib.exercises.exercise import LESSONS
from tools.lesson_source import ASSERTION, CLAIMS, OPTIONAL, Lesson, lay_out, lesson_paths, read_lesson
from tools.minutes import work
from tools.notebook_check import BuildError

ROOT = Path(__file__).parents[2]
MINUTES_OF = {lesson.stem: lesson.minutes for lesson in LESSONS}
PATHS = lesson_paths(ROOT)
MOST_LINES, MOST_MINUTES, MOST_BOXES = 15, 60, 2
PROGRAM = "program"  # on a cell with the program that the lesson is about


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def assigned(source: str) -> set[str]:
    """Names that a cell defines at its top level and below, comprehensions apart."""
    tree = ast.parse(source)
    inside = {name for node in ast.walk(tree) if isinstance(node, ast.comprehension) for name in ast.walk(node.target)}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
              and node not in inside}
    return stored | {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def used(source: str) -> set[str]:
    nodes = ast.walk(ast.parse(source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def faults(lesson: Lesson) -> list[str]:
    """What a lesson has against the form, a line each."""
    found: list[str] = []
    notebook = lay_out(lesson, "solution")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    hidden: set[str] = set()
    shown: set[str] = set()
    for before, cell in zip([None, *code], code, strict=False):
        line = cell.source.splitlines()[0]
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))
        if ASSERTION in tags(cell):
            found += [] if asserts else [f"checks nothing: {line}"]
            found += [f"has an output: {line}"] if "print(" in cell.source else []
            hidden |= assigned(cell.source) - shown
            continue
        shown |= assigned(cell.source)
        needed = used(cell.source) & hidden - assigned(cell.source)
        found += [f"needs {name} of a folded cell: {line}" for name in sorted(needed)]
        found += [f"asserts in the open: {line}"] if asserts else []
        lines = [one for one in cell.source.splitlines() if one.strip()]
        too_long = before is not None and len(lines) > MOST_LINES and PROGRAM not in tags(cell)
        found += [f"{len(lines)} lines: {line}"] if too_long else []
    for cell, after in zip(code, [*code[1:], None], strict=True):
        # What speaks of the reader's machine is not stored, so there is nothing to compare.
        compared = "nbval-ignore-output" not in tags(cell) or "not-stored" in tags(cell)
        if not compared and (after is None or ASSERTION not in tags(after)):
            found.append(f"an output that is not compared has no check after it: {cell.source.splitlines()[0]}")
    boxes = len(re.findall(r"^> \*\*C\d\d\b", text, re.M))
    found += [f"{boxes} boxes for claims"] if boxes > MOST_BOXES else []
    minutes = work(lay_out(lesson, "learner")).minutes
    said = re.search(r"^\*\*Minutes:\*\* (\d+)\.?$", text, re.M)
    if not said or int(said[1]) != minutes or MINUTES_OF.get(lesson.name, minutes) != minutes:
        found.append(f"takes {minutes} minutes and says otherwise, at its start or in the list of lessons")
    found += [f"{minutes} minutes are too many"] if minutes > MOST_MINUTES else []
    found += closing_faults(lesson, text)
    return found + figure_faults(notebook)


def closing_faults(lesson: Lesson, text: str) -> list[str]:
    headings = re.findall(r"^## (.+)$", text, re.M)
    if not lesson.claims:
        return [] if headings[-1:] == ["Recap"] else ["does not end with its recap"]
    raw = "\n".join(cell.source for cell in lesson.cells)
    sources = raw.partition("**Sources.**")[2]
    return [
        *([] if headings[-2:] == ["What the texts say", "Recap"] else ["does not end with what the texts say and recap"]),
        *([] if raw.count(CLAIMS) == 1 else ["has no table of its claims"]),
        *(f"{id} has no source" for id in lesson.claims if id not in sources),
    ]


def figure_faults(notebook: NotebookNode) -> list[str]:
    """A lesson has at least four checked exercises and a live figure on its main path; more may be optional."""
    done = work(notebook)
    too_few = done.exercises < 4 or done.figures < 1
    return [f"{done.exercises} exercises and {done.figures} figures"] if too_few else []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_lesson_keeps_to_the_form(path):
    assert faults(read_lesson(path)) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_verdicts_are_those_of_the_list(path):
    """A box in the text says the same of a claim as the table at the end."""
    lesson = read_lesson(path)
    text = "\n".join(cell.source for cell in lesson.cells)
    verdicts = {id: entry["verdict"] for id, entry in lesson.claims.items()}
    assert set(verdicts.values()) <= {"holds", "refined", "refuted"}
    for id, verdict in re.findall(r"^(?:# )?> \*\*(C\d\d) · (\w+)\.\*\*", text, re.M):
        assert verdicts[id] == verdict


GOOD = """\
# %% [markdown]
# # Add
#
# **Minutes:** 0.

# %%
import math

# %%
total = 1 + 1
print(total)

# %% tags=["assertion"]
assert total == 2
"""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("print(total)", "assert total"), "asserts in the open: total = 1 + 1"),
        (("assert total == 2", "total == 2"), "checks nothing: total == 2"),
        (("assert total == 2", "twice = 4\nassert total == 2\n\n# %%\nprint(twice)"), "needs twice of a folded cell: print(twice)"),
        (("print(total)", "\n".join(["print(total)"] * 15)), "16 lines: total = 1 + 1"),
        (("Minutes:** 0", "Minutes:** 7"), "takes 0 minutes and says otherwise, at its start or in the list of lessons"),
        (("# # Add", "# > **C01 · holds.** A\n#\n# > **C02 · holds.** B\n#\n# > **C03 · holds.** C"), "3 boxes for claims"),
        (("# # Add", "# " + "word " * 6100), "61 minutes are too many"),
        (("# %%\ntotal", '# %% tags=["nbval-ignore-output"]\ntotal'), None),
        (('# %% tags=["assertion"]\nassert total == 2', '# %% tags=["nbval-ignore-output"]\nprint(total)'),
         "an output that is not compared has no check after it: print(total)"),
    ],
)
def test_what_is_against_the_form_is_noticed(tmp_path, change, fault):
    lesson = tmp_path / "01_planted.py"
    lesson.write_text(GOOD, encoding="utf-8")
    usual = faults(read_lesson(lesson))
    assert usual == ["does not end with its recap", "0 exercises and 0 figures"]
    assert change[0] in GOOD
    lesson.write_text(GOOD.replace(*change), encoding="utf-8")
    planted = set(faults(read_lesson(lesson))) - set(usual)
    assert planted == set() if fault is None else fault in planted


def test_the_table_of_claims_is_made_from_the_list(tmp_path):
    (tmp_path / "claims.toml").write_text('[01_tiny.C01]\nclaim = "|1| is 1"\nverdict = "holds"\nreason = "it is"\n', encoding="utf-8")
    lesson = tmp_path / "01_tiny.py"
    text = f'# %% [markdown]\n# ## Count to one\n\n# %% tags=["C01"]\nassert 1\n\n# %% [markdown]\n# ## What\n# {CLAIMS}\n'
    lesson.write_text(text, encoding="utf-8")
    row = r"| C01 | \|1\| is 1 | **holds** | it is | [Count to one](#Count-to-one) |"
    assert row in lay_out(read_lesson(lesson), "learner").cells[-1].source
    lesson.write_text(text.replace('tags=["C01"]', ""), encoding="utf-8")
    with pytest.raises(BuildError, match=r"tagged as checks of \[\], but for '01_tiny' claims.toml lists \['C01'\]"):
        lay_out(read_lesson(lesson), "learner")


def test_checks_and_optional_sections_are_folded(tmp_path):
    lesson = tmp_path / "01_tiny.py"
    lesson.write_text(f'# %% [markdown] tags=["{OPTIONAL}"]\n# ## More\n\n# %% tags=["{ASSERTION}"]\nassert 1\n', encoding="utf-8")
    heading, check = lay_out(read_lesson(lesson), "learner").cells
    assert heading.metadata["jp-MarkdownHeadingCollapsed"] is True
    assert check.metadata["jupyter"] == {"source_hidden": True}
