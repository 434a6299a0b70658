"""The learner's folder gets the lessons and their newer versions, and loses nothing, whatever happens to it."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tools import working_folder
from tools.as_built import UNKNOWN, with_fingerprint
from tools.working_folder import NOTES

ONE, TWO = "01_limits.ipynb", "02_proof.ipynb"
SOLUTION = "solutions/01_limits.ipynb"
MINE = b'{"cells": ["my answer"]}'


def test_the_first_start_lays_the_lessons_and_the_second_does_nothing(learner):
    assert learner.update() == ["Your lessons are in FOLDER."]
    first = learner.files()
    assert first == {place: learner.lesson(place, "first") for place in (ONE, TWO, SOLUTION)}
    assert learner.update() == []
    assert learner.files() == first


def test_what_is_unchanged_gives_way_and_what_is_changed_stays_with_the_newer_one_beside(begun):
    (begun.folder / ONE).write_bytes(MINE)
    newer = {place: begun.publish(place, "second") for place in (ONE, TWO, SOLUTION)}
    assert begun.update() == [
        f"Newer versions of lessons that you had not changed: {TWO}, {SOLUTION}.",
        f"{ONE} stays as you left it; the course's present version is beside it: 01_limits.new-2026-11-29.ipynb.",
    ]
    expected = {**newer, ONE: MINE, "01_limits.new-2026-11-29.ipynb": newer[ONE]}
    assert begun.files() == expected
    assert begun.update(date(2026, 12, 1)) == []
    assert begun.files() == expected


def run(path: Path) -> bytes:
    """Run a notebook and save it, as who only reads it does; returns its content."""
    notebook = json.loads(path.read_bytes())
    notebook["cells"][0].update(execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": "run"}])
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path.read_bytes()


def test_a_lesson_that_was_only_run_stays_as_it_is_until_there_is_a_newer_version(begun):
    ran = {place: run(begun.folder / place) for place in (ONE, SOLUTION)}
    assert begun.update() == []
    assert begun.files() == {**ran, TWO: begun.lesson(TWO, "first")}
    newer = {place: begun.publish(place, "second") for place in (ONE, SOLUTION)}
    assert begun.update() == [f"Newer versions of lessons that you had not changed: {ONE}, {SOLUTION}."]
    assert begun.files() == {**newer, TWO: begun.lesson(TWO, "first")}


def test_a_newer_version_that_was_only_run_stays_until_there_is_a_still_newer_one(begun):
    (begun.folder / ONE).write_bytes(MINE)
    begun.publish(ONE, "second")
    begun.update()
    newer = begun.folder / "01_limits.new-2026-11-29.ipynb"
    ran = run(newer)
    assert begun.update(date(2026, 12, 1)) == []
    assert newer.read_bytes() == ran
    (begun.folder / NOTES).unlink()
    assert begun.update(date(2026, 12, 1)) == []
    third = begun.publish(ONE, "third")
    begun.update(date(2026, 12, 1))
    names = {name: content for name, content in begun.files().items() if name.startswith("01")}
    assert names == {ONE: MINE, "01_limits.new-2026-12-01.ipynb": third}


def test_other_outputs_of_the_same_version_come_to_a_lesson_that_was_not_run(begun):
    ran = run(begun.folder / TWO)
    (begun.folder / SOLUTION).write_bytes(MINE)
    newer = {}
    for place in (ONE, TWO, SOLUTION):
        content = begun.lesson(place, "first").replace(b'"built"', b'"built anew"')
        old = json.loads(content)["metadata"]["at_the_kink"]["fingerprint"].encode()
        newer[place] = with_fingerprint(content.replace(old, UNKNOWN.encode()), place)
        (begun.notebooks / place).write_bytes(newer[place])
    assert begun.update() == [f"Newer versions of lessons that you had not changed: {ONE}."]
    assert begun.files() == {ONE: newer[ONE], TWO: ran, SOLUTION: MINE}


def test_a_lesson_that_was_only_run_among_the_courses_own_is_no_earlier_work(learner):
    ran = run(learner.notebooks / ONE)
    assert learner.update() == ["Your lessons are in FOLDER."]
    assert learner.files()[ONE] == ran
    learner.publish(ONE, "first")
    assert learner.update() == []
    assert learner.files()[ONE] == ran


def test_the_next_version_takes_the_place_of_the_one_that_was_laid_beside(begun):
    (begun.folder / ONE).write_bytes(MINE)
    begun.publish(ONE, "second")
    begun.update()
    third = begun.publish(ONE, "third")
    begun.update(date(2026, 12, 1))
    names = {name: content for name, content in begun.files().items() if name.startswith("01")}
    assert names == {ONE: MINE, "01_limits.new-2026-12-01.ipynb": third}


def test_a_version_that_the_course_goes_back_to_is_laid_again(begun):
    """Who checks out an earlier state, and then the newest again, has the newest one beside, as before."""
    (begun.folder / ONE).write_bytes(MINE)
    for text, beside in (("second", True), ("first", False), ("second", True), ("third", True), ("second", True)):
        version = begun.publish(ONE, text)
        begun.update()
        ours = [content for name, content in begun.files().items() if name.startswith("01_limits.")]
        assert sorted(ours) == sorted([MINE, version] if beside else [MINE]), text


def test_who_gives_up_the_changed_lesson_has_the_newer_one_in_its_place(begun):
    (begun.folder / ONE).write_bytes(MINE)
    second = begun.publish(ONE, "second")
    begun.update()
    (begun.folder / ONE).unlink()
    begun.update()
    assert begun.files() == {ONE: second, TWO: begun.lesson(TWO, "first"), SOLUTION: begun.lesson(SOLUTION, "first")}


def test_a_newer_version_that_the_learner_works_in_or_throws_away_is_not_laid_again(begun):
    (begun.folder / ONE).write_bytes(MINE)
    begun.publish(ONE, "second")
    begun.update()
    newer = begun.folder / "01_limits.new-2026-11-29.ipynb"
    newer.write_bytes(b"my second answer")
    assert begun.update() == []
    newer.unlink()
    assert begun.update() == []
    newer.write_bytes(b"my second answer")
    third = begun.publish(ONE, "third")
    begun.update()
    names = {name: content for name, content in begun.files().items() if name.startswith("01")}
    assert names == {ONE: MINE, newer.name: b"my second answer", "01_limits.new-2026-11-29-2.ipynb": third}


def test_a_lesson_that_was_deleted_or_renamed_comes_back_and_its_other_copies_stay(begun):
    begun.publish("03_zeros.ipynb", "first")
    begun.update()
    (begun.folder / ONE).rename(begun.folder / "01_limits mine.ipynb")
    (begun.folder / TWO).unlink()
    shutil.rmtree(begun.folder / "solutions")
    assert begun.update() == [f"New in FOLDER: {ONE}, {TWO}, {SOLUTION}."]
    copies = {"01_limits mine.ipynb", "02_proof-Copy1.ipynb", "deep/02_proof.ipynb", "03_own.ipynb", "notes.txt"}
    (begun.folder / "deep").mkdir()
    for name in copies - {"01_limits mine.ipynb"}:
        (begun.folder / name).write_bytes(begun.lesson(TWO, "first"))
    before = begun.files()
    for place in (ONE, TWO, SOLUTION):
        begun.publish(place, "second")
    begun.update()
    after = begun.files()
    assert {name: after[name] for name in copies} == {name: before[name] for name in copies}
    assert set(after) == copies | {ONE, TWO, SOLUTION, "03_zeros.ipynb"}


def test_a_lesson_that_is_gone_stays_and_one_with_a_new_number_moves_if_it_is_unchanged(begun):
    begun.publish("03_zeros.ipynb", "first")
    begun.publish("04_train.ipynb", "first")
    begun.update()
    (begun.folder / "03_zeros.ipynb").write_bytes(MINE)
    for place in (TWO, "03_zeros.ipynb", "04_train.ipynb"):
        (begun.notebooks / place).unlink()
    begun.publish("03_proof.ipynb", "second")
    begun.publish("05_zeros.ipynb", "second")
    assert begun.update() == [
        "New in FOLDER: 03_proof.ipynb, 05_zeros.ipynb.",
        "03_zeros.ipynb stays as you left it; the course's present version is beside it: 05_zeros.ipynb.",
    ]
    assert begun.update() == []
    assert set(begun.files()) == {ONE, SOLUTION, "03_proof.ipynb", "03_zeros.ipynb", "04_train.ipynb", "05_zeros.ipynb"}
    assert begun.files()["03_zeros.ipynb"] == MINE


DAMAGE: dict[str, Callable[[Path], object]] = {
    "lost": Path.unlink,
    "half written": lambda notes: notes.write_bytes(notes.read_bytes()[:50]),
    "empty": lambda notes: notes.write_bytes(b""),
    "no text": lambda notes: notes.write_bytes(b"\xff\xfe"),
    "of another kind": lambda notes: notes.write_bytes(b'{"1": [2]}'),
    "a number": lambda notes: notes.write_bytes(b"7"),
    "deep": lambda notes: notes.write_bytes(b"[" * 100_000),
    "a folder": lambda notes: (notes.unlink(), notes.mkdir()),
    "edited": lambda notes: notes.write_bytes(json.dumps([working_folder._digest(MINE)]).encode()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_its_notes_or_with_wrong_ones_nothing_is_lost(damage: str, begun):
    (begun.folder / ONE).write_bytes(MINE)
    begun.publish(ONE, "second")
    begun.update()
    (begun.folder / "01_limits.new-2026-11-29.ipynb").write_bytes(b"my second answer")
    DAMAGE[damage](begun.folder / NOTES)
    begun.update()
    third = begun.publish(ONE, "third")
    begun.update()
    files = begun.files()
    assert files[ONE] == MINE and files["01_limits.new-2026-11-29.ipynb"] == b"my second answer"
    assert third in files.values() and files[TWO] == begun.lesson(TWO, "first")


def test_earlier_work_among_the_courses_own_notebooks_is_copied_once(learner):
    (learner.notebooks / ONE).write_bytes(MINE)
    (learner.notebooks / "my 02.ipynb").write_bytes(learner.lesson(TWO, "first"))
    (learner.notebooks / "own" / ".ipynb_checkpoints").mkdir(parents=True)
    (learner.notebooks / "own" / ".ipynb_checkpoints" / "a.ipynb").write_bytes(b"a checkpoint")
    (learner.notebooks / "own" / "names \udcff é.py").write_bytes(b"x = 1")
    (said, _) = learner.update()
    assert said.startswith("Your work in notebooks/ was copied to FOLDER: 01_limits.ipynb, my 02.ipynb, own/names ")
    expected = {ONE: MINE, "my 02.ipynb": learner.lesson(TWO, "first"), "own/names \udcff é.py": b"x = 1"}
    expected |= {TWO: learner.lesson(TWO, "first"), SOLUTION: learner.lesson(SOLUTION, "first")}
    assert learner.files() == expected
    newer = learner.publish(ONE, "second")
    (learner.folder / "my 02.ipynb").unlink()
    assert learner.update() == [
        f"{ONE} stays as you left it; the course's present version is beside it: 01_limits.new-2026-11-29.ipynb."
    ]
    del expected["my 02.ipynb"]
    assert learner.files() == {**expected, "01_limits.new-2026-11-29.ipynb": newer}


def test_earlier_work_that_appears_later_is_copied_beside(begun):
    (begun.folder / ONE).write_bytes(MINE)
    (begun.notebooks / ONE).write_bytes(b"<<<<<<< my other answer")
    (begun.notebooks / TWO).write_bytes(b"answer to 02")
    begun.update()
    files = begun.files()
    assert files[ONE] == MINE and files["01_limits.earlier-2026-11-29.ipynb"] == b"<<<<<<< my other answer"
    assert files[TWO] == begun.lesson(TWO, "first") and files["02_proof.earlier-2026-11-29.ipynb"] == b"answer to 02"
