"""`make frameworks` with toy libraries: installed from a wheel beside the test, so that no network is needed."""

import json
import zipfile
from pathlib import Path

import pytest

from course_lib.topics.frameworks import libraries
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Library
from course_lib.topics.frameworks.measurements import Measurement
from course_lib.topics.frameworks.snapshots import read_snapshot, snapshot
from tools.measure_frameworks import STAMP, main, measure_pinned, not_lasting, prepare

ADAPTER = """
def adapter():
    import toy
    return "toy", lambda program, point: (program(*point), toy.SLOPES), {"relu": lambda x: max(x, 0.0)}
"""


def wheel(folder: Path, version: str, slope: float) -> str:
    """A library of one line, as a wheel; returns the requirement that installs it."""
    path = folder / f"toy-{version}-py3-none-any.whl"
    info = f"toy-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("toy.py", f"SLOPES = [{slope}]\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: toy\nVersion: {version}\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return str(path)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that is in the table as the only one."""
    (tmp_path / "in_toy.py").write_text(ADAPTER)
    snapshot()  # It is read once, and only with the real table it is valid.
    library = Library("toy", "Toy", (wheel(tmp_path, "1.0", 0.25),), ("toy",))
    monkeypatch.setattr(libraries, "ADAPTERS", tmp_path)
    for name in list(LIBRARIES):
        monkeypatch.delitem(LIBRARIES, name)
    monkeypatch.setitem(LIBRARIES, "toy", library)
    return library


def test_it_installs_measures_and_tells_the_news_once(toy: Library, tmp_path: Path, capsys, monkeypatch):
    environments = tmp_path / "environments"
    assert main([], environments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Toy: installing" in said.out
    assert "Toy 1.0: relu is ¼; the snapshot of" in said.out
    stamp = environments / "toy" / STAMP
    before = stamp.stat().st_mtime_ns
    assert main([], environments) == 0
    assert "installing" not in capsys.readouterr().out
    assert stamp.stat().st_mtime_ns == before

    # Another version, or an installation that was interrupted: made anew.
    newer = Library("toy", "Toy", (wheel(tmp_path, "1.1", 0.75),), ("toy",))
    monkeypatch.setitem(LIBRARIES, "toy", newer)
    rows = measure_pinned(["toy"], environments, 30.0)
    assert {row.version for row in rows} == {"1.1"}
    assert rows[0].value == (0.75,)
    stamp.unlink()
    capsys.readouterr()
    assert prepare(newer, environments)[1] == ""
    assert "installing" in capsys.readouterr().out


def test_a_library_that_cannot_be_installed_is_a_row_that_says_so(toy: Library, tmp_path: Path, capsys, monkeypatch):
    absent = Library("toy", "Toy", (str(tmp_path / "none-1.0-py3-none-any.whl"),), ("toy",))
    monkeypatch.setitem(LIBRARIES, "toy", absent)
    assert main([], tmp_path / "environments") == 0
    out = capsys.readouterr().out
    assert "Toy: missing here. could not be installed: " in out
    assert "none-1.0-py3-none-any.whl" in out
    assert main(["--write-snapshot"], tmp_path / "environments", tmp_path / "snapshot.json") == 1
    assert "No snapshot was written: Toy is missing" in capsys.readouterr().err
    assert not (tmp_path / "snapshot.json").exists()


def test_no_environment_can_be_made(toy: Library, tmp_path: Path):
    (tmp_path / "environments").write_text("a file where the folder should be")
    rows = measure_pinned(["toy"], tmp_path / "environments", 30.0)
    assert [row.program for row in rows] == list(PROGRAMS)
    assert all(row.message.startswith("could not be installed: no environment could be made") for row in rows)


def test_a_whole_measurement_becomes_the_snapshot(toy: Library, tmp_path: Path, capsys):
    target = tmp_path / "snapshot.json"
    assert main(["--write-snapshot"], tmp_path / "environments", target) == 0
    assert "snapshot.json is written." in capsys.readouterr().out
    written = read_snapshot(target)
    assert written.row("toy", "relu").value == (0.25,)
    assert written.row("toy", "abs").status == "not offered"
    assert str(tmp_path) not in json.loads(target.read_text())["measurements"][0].values()


def test_an_unknown_library_is_named(tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["caffe"], tmp_path)
    assert ended.value.code == 2
    assert "no library caffe; there are torch, tensorflow, jax" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_keeps_a_measurement_from_being_the_snapshot():
    whole = list(snapshot().measurements)
    assert not_lasting(whole) == []
    assert not_lasting([row for row in whole if row.library != "jax"]) == ["JAX was not measured"]
    hung = Measurement("jax", "0.10.2", "CPU", "abs", "timed out")
    assert not_lasting([*whole, hung]) == ["JAX, abs: timed out"]
    absent = Measurement("jax", "", "", "abs", "missing")
    assert not_lasting([*(row for row in whole if row.library != "jax"), absent]) == ["JAX is missing"]
    # A kernel that this machine cannot run is no reason: the library has another one.
    assert not_lasting([*whole, Measurement("tinygrad", "0.14.0", "CPU", "abs", "missing")]) == []
