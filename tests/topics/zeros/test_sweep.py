"""The long hunt: nothing is lost when it is stopped, nothing is counted twice when it goes on."""

import os
import signal
import subprocess
import sys
import time
from itertools import count, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_lib.topics.zeros import sweep
from course_lib.topics.zeros.experiment import Setting, hunt
from course_lib.topics.zeros.law import shipped

TINY = [(Setting("float16", 8, 2), 0.5), (Setting("float32", 4, 1), 0.5)]
PATCH = """
import sys
from pathlib import Path
from course_lib.topics.zeros import sweep
from course_lib.topics.zeros.experiment import Setting
sweep.settings = lambda: [(Setting("float16", 8, 2), 0.5), (Setting("float32", 4, 1), 0.5)]
sweep.block_size = lambda setting: 2
sweep.sweep(Path(sys.argv[1]), minutes=5)
"""


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small settings, two networks a block, and a clock that goes on by a minute with each look."""
    minutes = count(step=60)
    monkeypatch.setattr(sweep, "settings", lambda: TINY)
    monkeypatch.setattr(sweep, "block_size", lambda setting: 2)
    clock = SimpleNamespace(monotonic=lambda: next(minutes), perf_counter=time.perf_counter)
    monkeypatch.setattr(sweep, "time", clock)


def check_rows(folder: Path) -> int:
    """Hold all that is kept against one uninterrupted hunt over the same networks; return how many there are."""
    rows = sweep.collected(folder)["settings"]
    for row, (setting, _) in zip(rows, TINY, strict=True):
        start = sweep.SEEDS_OF_A_SHAPE * [known for known, _ in TINY].index(setting)
        catch = hunt(setting, range(start, start + row["networks"]))
        assert (row["zeros"], row["first"]) == (list(catch.zeros), list(catch.first))
    return sum(row["networks"] for row in rows)


def test_a_sweep_that_is_interrupted_and_goes_on_is_one_sweep(tiny: None, tmp_path: Path, monkeypatch) -> None:
    calls = []

    def stopped_in_the_third(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return hunt(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "hunt", stopped_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(tmp_path, minutes=9)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 2  # The third has left nothing.
    assert sweep.sweep(tmp_path, minutes=4) == 3
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(after) == 5 and {name: after[name] for name in before} == before
    assert check_rows(tmp_path) == 2 * len(after)


def test_the_setting_that_is_furthest_behind_its_share_comes_next(tiny: None, tmp_path: Path, monkeypatch) -> None:
    done = []

    def do_block(folder: Path, setting: Setting, number: int) -> float:
        done.append((setting.dtype, number))
        return 3.0 if setting.dtype == "float16" else 1.0

    monkeypatch.setattr(sweep, "do_block", do_block)
    monkeypatch.setattr(sweep, "settings", lambda: [(TINY[0][0], 0.6), (TINY[1][0], 0.4)])
    sweep.sweep(tmp_path, minutes=7)
    # Seconds over share, before each block: (0, 0), (5, 0), (5, 2.5), (5, 5), (10, 5), (10, 7.5).
    single = [("float32", 0), ("float32", 1), ("float32", 2), ("float32", 3)]
    assert done == [("float16", 0), *single[:2], ("float16", 1), *single[2:]]


def test_settings_share_the_time_and_no_network_is_in_two_shapes() -> None:
    """A fit takes all rows as independent. Only the sizes of batches may share networks."""
    chosen = [setting for setting, _ in sweep.settings()]
    assert sum(share for _, share in sweep.settings()) == pytest.approx(1) and len(set(chosen)) == len(chosen)
    assert {setting.dtype for setting in chosen} == {"float16", "float32", "float64"}
    starts = {setting[:3]: sweep.seeds_of(setting, 0).start for setting in chosen}
    assert all(sweep.seeds_of(setting, 0).start == starts[setting[:3]] for setting in chosen)
    most = max(row.networks for row in shipped().rows)
    assert all(after - before > most for before, after in pairwise(sorted(starts.values())))
    first, second = (sweep.seeds_of(Setting("float32", 256, 3), number) for number in (0, 1))
    assert first.stop == second.start and len(first) == len(second) == 50


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL; an interrupted sweep shows the rest")
def test_a_killed_process_loses_no_block_and_leaves_no_half_one(tiny: None, tmp_path: Path) -> None:
    folder = tmp_path / "blocks"
    process = subprocess.Popen([sys.executable, "-c", PATCH, str(folder)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("*.json")) if folder.exists() else []) < 3:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    networks = check_rows(folder)
    assert networks == 2 * len(list(folder.glob("[!.]*.json"))) >= 6
    sweep.sweep(folder, minutes=2)
    assert check_rows(folder) == networks + 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"networks": 2, "first_seed": 1000002}', "others"])
def test_a_block_that_is_damaged_or_of_other_networks_is_done_again(tiny, tmp_path, monkeypatch, damage) -> None:
    """If the size of a block changes, old and new ones would overlap or leave gaps."""
    setting = TINY[1][0]
    for number in (0, 1):
        sweep.do_block(tmp_path, setting, number)
    whole = sweep.blocks_of(tmp_path, setting)
    path = sweep.block_path(tmp_path, setting, 1)
    other = path.read_bytes().replace(b'"first_seed": 1000002', b'"first_seed": 1000004')
    assert other != path.read_bytes()
    path.write_bytes(damage if isinstance(damage, bytes) else other)
    assert sweep.blocks_of(tmp_path, setting) == whole[:1]
    sweep.do_block(tmp_path, setting, 1)
    again = sweep.blocks_of(tmp_path, setting)
    assert [{**block, "seconds": 0} for block in again] == [{**block, "seconds": 0} for block in whole]
    monkeypatch.setattr(sweep, "block_size", lambda setting: 3)
    assert sweep.blocks_of(tmp_path, setting) == []


def test_the_command_ships_what_is_read_and_names_bad_minutes(tiny: None, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sweep, "SHIPPED", tmp_path / "shipped.json")
    sweep.main(["--minutes", "3", "--folder", str(tmp_path / "blocks"), "--ship"])
    printed = capsys.readouterr()
    assert "2 blocks done now; 4 networks in all" in printed.out and "minutes" in printed.err
    rows = shipped(tmp_path / "shipped.json").rows
    assert [row.setting for row in rows] == [setting for setting, _ in TINY]
    assert [row.networks for row in rows] == [2, 2]
    for minutes in ("-1", "nan", "long"):
        with pytest.raises(SystemExit):
            sweep.main(["--minutes", minutes])
        assert "--minutes" in capsys.readouterr().err
