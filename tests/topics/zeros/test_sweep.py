"""The long hunt: its rounds are one hunt over the same networks, and nothing is counted twice when it goes on."""

from itertools import pairwise
from pathlib import Path

import joblib
import pytest

from course_lib.topics.zeros import sweep
from course_lib.topics.zeros.experiment import Setting, hunt
from course_lib.topics.zeros.law import shipped

TINY = [Setting("float16", 8, 2), Setting("float32", 4, 1)]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Two small settings, two networks a block, in this process."""
    monkeypatch.setattr(sweep, "settings", lambda: TINY)
    monkeypatch.setattr(sweep, "block_size", lambda setting: 2)
    monkeypatch.setattr(sweep, "results_folder", lambda name: tmp_path / name)
    with joblib.parallel_config(n_jobs=1):
        yield


@pytest.mark.parametrize("rounds", [1, 2])
def test_rounds_are_one_uninterrupted_hunt(tiny, rounds):
    for row, setting in zip(sweep.collected(rounds)["settings"], TINY, strict=True):
        start = sweep.SEEDS_OF_A_SHAPE * TINY.index(setting)
        networks = 2 * rounds * sweep.BLOCKS_IN_A_ROUND[setting.dtype]
        catch = hunt(setting, range(start, start + networks))
        assert (row["networks"], row["zeros"], row["first"]) == (networks, list(catch.zeros), list(catch.first))


def test_a_sweep_that_is_interrupted_goes_on(tiny, monkeypatch):
    calls: list[object] = []

    def counted(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return hunt(*args)

    monkeypatch.setattr(sweep, "hunt", counted)
    with pytest.raises(KeyboardInterrupt):
        sweep.collected(1)
    assert sum(row["networks"] for row in sweep.collected(2)["settings"]) == 20
    assert len(calls) == 1 + 10


def test_no_network_is_in_two_shapes():
    """A fit takes all rows as independent. Only the sizes of batches may share networks."""
    chosen = sweep.settings()
    assert len(set(chosen)) == len(chosen) and {setting.dtype for setting in chosen} == set(sweep.BLOCKS_IN_A_ROUND)
    starts = {setting[:3]: sweep.block(setting, 0)["seeds"][0] for setting in chosen}
    assert all(sweep.block(setting, 0)["seeds"][0] == starts[setting[:3]] for setting in chosen)
    most = max(row.networks for row in shipped().rows)
    assert all(after - before > most for before, after in pairwise(sorted(starts.values())))
    first, second = (sweep.block(Setting("float32", 256, 3), number)["seeds"] for number in (0, 1))
    assert first[1] == second[0] == first[0] + 50


def test_the_command_ships_what_is_read_and_names_bad_rounds(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sweep, "SHIPPED", tmp_path / "shipped.json")
    sweep.main(["--rounds", "1", "--processes", "1", "--ship"])
    assert "10 networks, kept in" in capsys.readouterr().out
    rows = shipped(tmp_path / "shipped.json").rows
    assert [(row.setting, row.networks) for row in rows] == list(zip(TINY, (2, 8), strict=True))
    with pytest.raises(ValueError, match="rounds: got 0; accepted is a whole number of at least 1"):
        sweep.main(["--rounds", "0"])
