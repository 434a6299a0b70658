"""The long hunt: nothing is lost when it is stopped, nothing is counted twice when it goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from course_lib.topics.zeros import law, sweep
from course_lib.topics.zeros.experiment import Setting, hunt
from course_lib.topics.zeros.law import DamagedResults, shipped

TINY = [(Setting("float16", 8, 2), 0.5), (Setting("float32", 4, 1), 0.5)]
PATCH = """
import sys
from itertools import pairwise
from pathlib import Path
from course_lib.topics.zeros import sweep
from course_lib.topics.zeros.experiment import Setting
sweep.settings = lambda: [(Setting("float16", 8, 2), 0.5), (Setting("float32", 4, 1), 0.5)]
sweep.block_size = lambda setting: 2
sweep.sweep(Path(sys.argv[1]), minutes=5, progress=False)
"""


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "settings", lambda: TINY)
    monkeypatch.setattr(sweep, "block_size", lambda setting: 2)


def expected_row(setting: Setting, networks: int) -> dict[str, object]:
    """One uninterrupted hunt over the same networks."""
    start = sweep.SEEDS_OF_A_SHAPE * [known for known, _ in TINY].index(setting)
    caught = hunt(setting, range(start, start + networks))
    return {"networks": networks, "zeros": list(caught.zeros), "first": list(caught.first)}


def check_rows(folder: Path) -> int:
    rows = sweep.collected(folder)["settings"]
    for row, (setting, _) in zip(rows, TINY, strict=True):
        found = {key: row[key] for key in ("networks", "zeros", "first")}
        assert found == expected_row(setting, row["networks"])
    return sum(row["networks"] for row in rows)


def test_settings_share_the_time() -> None:
    shares = sweep.settings()
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert len({setting for setting, _ in shares}) == len(shares)
    assert {setting.dtype for setting, _ in shares} == {"float16", "float32", "float64"}


def test_a_sweep_in_two_parts_is_one_sweep(tiny: None, tmp_path: Path) -> None:
    for setting, _ in TINY:
        sweep.do_block(tmp_path, setting, 0)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = sweep.sweep(tmp_path, minutes=0.05, progress=False)
    assert done >= 2
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(after) == len(before) + done
    assert {name: after[name] for name in before} == before
    assert check_rows(tmp_path) == 2 * len(after)


def test_blocks_of_other_networks_do_not_count(tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the size of a block changes, old and new ones would overlap or leave gaps."""
    setting = TINY[1][0]
    sweep.do_block(tmp_path, setting, 0)
    monkeypatch.setattr(sweep, "block_size", lambda setting: 3)
    assert list(sweep.blocks_of(tmp_path, setting)) == []


def test_no_network_is_in_two_shapes() -> None:
    """A fit takes all rows as independent. Only the sizes of batches may share networks."""
    seeds = {setting: sweep.seeds_of(setting, 0).start for setting, _ in sweep.settings()}
    by_seed: dict[int, set[tuple[str, int, int]]] = {}
    for setting, start in seeds.items():
        by_seed.setdefault(start, set()).add(setting[:3])
    assert all(len(shapes) == 1 for shapes in by_seed.values())
    assert len(by_seed) == len({setting[:3] for setting in seeds})
    most = max(row.networks for row in shipped().rows)
    starts = sorted(by_seed)
    assert all(after - before > most for before, after in pairwise(starts))


def test_no_shipped_zero_is_counted_twice_in_a_fit() -> None:
    found = [zero for row in law.rows_of("float32") for zero in row.found]
    assert len({(zero.seed, zero.layer, zero.unit, zero.sample) for zero in found}) == len(found) > 100


def test_an_interrupted_block_leaves_nothing(tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def stopped_in_the_third(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return hunt(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "hunt", stopped_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(tmp_path, minutes=1, progress=False)
    assert len(list(tmp_path.iterdir())) == 2
    sweep.sweep(tmp_path, minutes=0.02, progress=False)
    assert check_rows(tmp_path) >= 6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL; test_an_interrupted_block covers the rest")
def test_a_killed_process_loses_no_block_and_leaves_no_half_one(tiny: None, tmp_path: Path) -> None:
    folder = tmp_path / "blocks"
    process = subprocess.Popen([sys.executable, "-c", PATCH, str(folder)])
    deadline = time.monotonic() + 60
    while len(list(folder.glob("*.json")) if folder.exists() else []) < 3:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    whole = len(list(folder.glob("[!.]*.json")))
    networks = check_rows(folder)
    assert networks == 2 * whole >= 6
    sweep.sweep(folder, minutes=0.02, progress=False)
    assert check_rows(folder) > networks


@pytest.mark.parametrize("damage", [b"", b'{"networks": 2', b"[]", b'{"networks": 2}'])
def test_a_damaged_block_is_done_again(tiny: None, tmp_path: Path, damage: bytes) -> None:
    setting = TINY[0][0]
    for number in (0, 1):
        sweep.do_block(tmp_path, setting, number)
    path = sweep.block_path(tmp_path, setting, 1)
    path.write_bytes(damage)
    assert [number for number, _ in sweep.blocks_of(tmp_path, setting)] == [0]
    sweep.do_block(tmp_path, setting, 1)
    assert [number for number, _ in sweep.blocks_of(tmp_path, setting)] == [0, 1]


def test_the_command_ships_what_the_course_reads(
    tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweep, "SHIPPED", tmp_path / "shipped.json")
    sweep.main(["--minutes", "0.02", "--folder", str(tmp_path / "blocks"), "--ship"])
    printed = capsys.readouterr()
    assert "blocks done now" in printed.out and "s" in printed.err
    found = shipped(tmp_path / "shipped.json")
    blocks = len(list((tmp_path / "blocks").iterdir()))
    assert sum(row.networks for row in found.rows) == 2 * blocks
    assert {row.setting for row in found.rows} <= {setting for setting, _ in TINY}


@pytest.mark.parametrize("minutes", ["-1", "nan", "long"])
def test_bad_minutes_are_named(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        sweep.main(["--minutes", minutes])
    assert "--minutes" in capsys.readouterr().err


def test_the_shipped_results_hold_all_settings() -> None:
    rows = {row.setting: row for row in shipped().rows}
    assert set(rows) == {setting for setting, _ in sweep.settings()}
    assert all(row.networks % sweep.block_size(row.setting) == 0 for row in rows.values())
    assert law.SHIPPED.stat().st_size < 200_000


def spoiled(change: str) -> bytes:
    record = json.loads(law.SHIPPED.read_bytes())
    row = record["settings"][0]
    if change == "a count below 0":
        row["first"][0] = -1
    elif change == "a layer too many":
        row["zeros"].append(0)
    elif change == "more in the zone than there are":
        row["networks"] = sum(row["first"]) - 1
    elif change == "a zero too few":
        row["found"] = row["found"][1:]
    elif change == "another precision":
        row["dtype"] = "float8"
    elif change == "no settings":
        del record["settings"]
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    "change",
    [
        "a count below 0", "a layer too many", "more in the zone than there are", "a zero too few",
        "another precision", "no settings",
    ],
)  # fmt: skip
def test_results_that_contradict_themselves_are_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(spoiled(change))
    with pytest.raises(DamagedResults, match="results.json: not the results of zero_sweep"):
        shipped(path)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]"])
def test_a_file_that_is_no_result_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "results.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedResults, match="not the results"):
        shipped(path)
