"""Digests of all that a lesson shows: every picture of every live figure, every verdict, every printed text.

    python -m tools.golden > before.jsonl       one line of JSON a lesson; `python -m tools.golden 03 05`: only these

Taken before and after a change on one machine, equal lines mean that nothing was lost. nbval compares the first picture
of a live figure; this computes all of them, and tries each exercise's reference, its solution as written, and every
planted wrong answer. Pictures of measured figures depend on the processor, so digests are compared, never stored.
"""

import ast
import contextlib
import hashlib
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import course_lib.exercises as exercises
from course_lib.exercises.exercise import exercises_of, plain, predictions_of
from course_lib.explorer import Explorer
from tools.lesson_source import lesson_paths, read_lesson
from tools.solution_blocks import split_solution

ROOT = Path(__file__).resolve().parent.parent


def digest(*parts: str | bytes) -> str:
    """The first 12 digits of SHA-256 over the parts."""
    joined = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()[:12]


def explorer_digest(explorer: Explorer) -> str:
    """Of all pictures of a live figure, also of those that the notebook computes on demand."""
    if not explorer.on_demand:
        return digest(explorer.structure, explorer.numbers)
    packed = [explorer.pictures.pack_one(number) for number in range(explorer.pictures.count)]
    return digest(*(part for one in packed for part in (one.structure(), one.numbers())))


def shown(value: Any) -> str:
    """What a notebook would show of a cell's last value, in each textual form."""
    forms = [repr(value)]
    for name in ("_repr_html_", "_repr_latex_"):
        form = getattr(value, name, None)
        forms.append(str(form()) if callable(form) and not isinstance(value, type) else "")
    return "\n".join(forms)


def run_cell(source: str, where: str, names: dict[str, Any]) -> None:
    """Run a cell; what its last expression gives is printed in all forms."""
    tree = ast.parse(source, where)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), where, "eval"), names)
        if value is not None:
            print(shown(value))


def planted_verdicts(lesson: str) -> dict[str, list[str]]:
    """Status and digest of the message for the reference and each planted wrong answer; predictions' texts too."""
    found: dict[str, list[str]] = {}
    for id, exercise in exercises_of(lesson).items():
        answers = [exercise.reference(), *(plain(wrong.value) for wrong in exercise.wrong_answers)]
        verdicts = [exercises.check(id, answer) for answer in answers]
        texts = digest(*exercise.hints, exercise.explanation)
        found[id] = [texts, *(f"{verdict.status} {digest(verdict.message)}" for verdict in verdicts)]
    for id, prediction in predictions_of(lesson).items():
        found[id] = [digest(prediction.text), *(digest(*prediction.outcome(option)) for option in prediction.options)]
    return found


def golden(path: Path) -> dict[str, Any]:
    """The digests of one lesson, run as its solutions are."""
    explorers: list[tuple[str, int, int, str]] = []
    verdicts: list[tuple[str, str, str]] = []
    start = time.time()

    def explore(scene_function: Any, /, **controls: Any) -> None:
        explorer = Explorer(scene_function, **controls)
        pictures = explorer.pictures
        name = getattr(scene_function, "__name__", "scene")
        explorers.append((name, pictures.count, len(pictures.failures), explorer_digest(explorer)))
        print(explorer.text, *explorer.notices(), sep="\n")

    def check(id: str, answer: object = ...) -> Any:
        verdict = exercises.check(id, answer)
        verdicts.append((id, verdict.status, digest(verdict.message)))
        return verdict

    names: dict[str, Any] = {"__name__": "lesson"}
    printed: list[str] = []
    for cell in read_lesson(path).cells:
        if cell.kind != "code":
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                run_cell(split_solution(cell.source).solution, f"{path.name}:{cell.number}", names)
            except Exception as error:
                if "raises-exception" not in cell.metadata.get("tags", []):
                    raise
                print(f"{type(error).__name__}: {error}")
        names.update({name: value for name, value in (("explore", explore), ("check", check)) if name in names})
        printed.append(f"{cell.number} {digest(out.getvalue())}")
    return {
        "lesson": path.stem,
        "pictures": sum(count for _, count, _, _ in explorers),
        "explorers": explorers,
        "verdicts": verdicts,
        "planted": planted_verdicts(read_lesson(path).key),
        "printed": printed,
        "seconds": round(time.time() - start),
    }


def main(numbers: list[str]) -> None:
    """Print the digests of the lessons with these numbers, or of all."""
    os.environ["AT_THE_KINK_PROGRESS"] = "off"
    for path in lesson_paths(ROOT):
        if not numbers or path.stem[:2] in numbers:
            print(json.dumps(golden(path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
