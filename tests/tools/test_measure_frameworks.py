"""`make frameworks` with toy libraries: installed from a wheel beside the test, so that no network is needed."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Library
from course_lib.topics.frameworks.measurements import (
    Measurement,
    Origin,
    Snapshot,
    read_snapshot,
    snapshot,
    write_snapshot,
)  # fmt: skip
from tools.measure_frameworks import STAMP, main, measure_pinned, not_lasting

ADAPTER = """
def adapter():
    import toy
    return "toy", lambda program, point: (program(*point), toy.SLOPES), {"relu": lambda x: max(x, 0.0)}
"""


def wheel(folder: Path, version: str, slope: float) -> str:
    """A library of one line, as a wheel; returns the requirement that installs it."""
    path = folder / f"toy-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("toy.py", f"SLOPES = [{slope}]\n")
        for name, text in {
            "METADATA": f"Metadata-Version: 2.1\nName: toy\nVersion: {version}\n",
            "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }.items():
            file.writestr(f"toy-{version}.dist-info/{name}", text)
    return str(path)


@pytest.fixture
def own_table() -> Iterator[None]:
    """The table of libraries may be changed; it is put back in its order, which the columns of tables have."""
    table = dict(LIBRARIES)
    yield
    LIBRARIES.clear()
    LIBRARIES.update(table)


@pytest.fixture
def toy(own_table: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that is in the table as the only one."""
    (tmp_path / "in_toy.py").write_text(ADAPTER, encoding="utf-8")
    snapshot()  # It is read once, and only with the real table it is valid.
    library = Library("toy", "Toy", (wheel(tmp_path, "1.0", 0.25),), ("toy",))
    monkeypatch.setattr("course_lib.topics.frameworks.libraries.ADAPTERS", tmp_path)
    LIBRARIES.clear()
    LIBRARIES["toy"] = library
    return library


def test_it_installs_measures_tells_the_news_and_writes_the_snapshot(toy, tmp_path: Path, capsys, monkeypatch):
    environments, target = tmp_path / "environments", tmp_path / "snapshot.json"
    assert main(["--write-snapshot"], environments, target) == 0
    said = capsys.readouterr()
    assert said.err == "" and "Toy: installing" in said.out
    assert "snapshot.json is written, with new values of Toy." in said.out
    assert "Toy 1.0: relu is ¼; the snapshot does not have it." in said.out
    first, second = read_snapshot(target).measurements[:2]
    assert (first.program, first.value, second.status) == ("relu", (0.25,), "not offered")
    assert main(["toy"], environments) == 0 and "installing" not in capsys.readouterr().out
    # An installation that was interrupted, or of another version, is made anew.
    (environments / "toy" / STAMP).unlink()
    monkeypatch.setitem(LIBRARIES, "toy", replace(toy, requirements=(wheel(tmp_path, "1.1", 0.75),)))
    rows = measure_pinned(["toy"], environments, 30.0)
    assert ({row.version for row in rows}, rows[0].value) == ({"1.1"}, (0.75,))


def test_what_cannot_be_installed_is_a_row_that_says_so(toy, tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setitem(LIBRARIES, "toy", replace(toy, requirements=(str(tmp_path / "none-1.0-py3-none-any.whl"),)))
    assert main(["--write-snapshot"], tmp_path / "environments", tmp_path / "snapshot.json") == 1
    said = capsys.readouterr()
    assert "Toy: missing here. could not be installed: " in said.out and "none-1.0-py3-none-any.whl" in said.out
    assert "No snapshot was written: Toy is missing" in said.err and not (tmp_path / "snapshot.json").exists()
    (tmp_path / "a file").touch()
    rows = measure_pinned(["toy"], tmp_path / "a file", 30.0)
    assert [row.program for row in rows] == list(PROGRAMS)
    assert all(row.message.startswith("could not be installed: no environment could be made") for row in rows)


def test_what_keeps_a_measurement_from_being_the_snapshot_and_an_unknown_library_is_named(tmp_path: Path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["caffe"], tmp_path)
    assert "no library caffe; there are torch, tensorflow, jax" in capsys.readouterr().err
    whole = list(snapshot().measurements)
    everything = list(LIBRARIES)
    others = [row for row in whole if row.library != "jax"]
    assert not_lasting(others, everything) == ["JAX is missing"]
    assert not_lasting(others, [name for name in everything if name != "jax"]) == []
    assert not_lasting([*others, Measurement("jax", "", "", "abs", "missing")], everything) == ["JAX is missing"]
    assert not_lasting([*whole, Measurement("jax", "", "", "abs", "timed out")], everything) == ["JAX, abs: timed out"]
    # A kernel that this machine cannot run is no reason: the library has another one.
    assert not_lasting([*whole, Measurement("tinygrad", "0.14.0", "CPU", "abs", "missing")], everything) == []


def test_one_library_is_added_and_the_others_need_not_be_there(toy, tmp_path: Path, capsys, monkeypatch):
    target = tmp_path / "snapshot.json"
    monkeypatch.setitem(LIBRARIES, "other", replace(toy, id="other", title="Other"))
    before = Origin(date(2026, 1, 2), {"python": "3.11"})
    kept = Measurement("other", "0.1", "CPU", "relu", "measured", (0.5,))
    write_snapshot(target, Snapshot({"other": before}, (kept,)))
    assert main(["toy", "--write-snapshot"], tmp_path / "environments", target) == 0
    after = read_snapshot(target)
    assert list(after.origins) == ["toy", "other"] and after.origins["other"] == before
    assert after.measurements[-1] == kept and after.measurements[0].value == (0.25,)
    target.write_text("{", encoding="utf-8")
    assert main(["toy", "--write-snapshot"], tmp_path / "environments", target) == 1
    assert "No snapshot was written: snapshot.json is damaged" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "{"
