"""What the command measures and concludes. The times themselves are not measured here."""

import json

import pytest

from benchmarks import peers


@pytest.fixture
def measured(row):
    """Makes the numbers of a whole run."""
    return lambda speedup, copies, cold: _measured(row, speedup, copies, cold)


def _measured(row, speedup: float, copies: float, cold: float) -> dict:
    alone = [row("this core", "core", 6.0), row("p", "scan", 12.0)]
    both = [row("this core", "core", 6.0 / speedup), row("this core, 1 thread", "core", 6.0)]
    return {
        "works": {"1": {"64x2-16-16-2": alone}, "2": {"8x784-256-256-10": both}},
        "memory": {"w": {"ratio": copies}},
        "cold start": [row("this core", "core", cold), row("p", "step", 1.0)],
    }


@pytest.mark.parametrize(
    ("speedup", "copies", "cold", "met"),
    [
        (1.7, 2.9, 0.2, [True, True, True, True, True]),
        (1.5, 2.9, 0.2, [True, False, True, True, True]),
        (1.7, 3.1, 0.2, [True, True, False, True, True]),
        (1.7, 2.9, 0.3, [True, True, True, False, True]),
    ],
)
def test_every_part_is_judged(speedup, copies, cold, met, measured):
    assert [verdict.met for verdict in peers.verdicts(measured(speedup, copies, cold))] == met


def test_losses_of_every_table_are_held_together(measured):
    found = measured(1.7, 2.9, 0.2)
    found["cold start"][1]["loss"] = 0.6
    assert [verdict.met for verdict in peers.verdicts(found)] == [True, True, True, True, False]


def test_where_nothing_was_trained_beside_a_peer_no_losses_agree():
    assert peers.verdicts({"works": {}, "growth": {}}) == []


@pytest.mark.parametrize(("cold", "code"), [(0.2, 0), (0.3, 1)])
def test_the_command_fails_when_a_target_is_missed(cold, code, measured, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(peers, "run", lambda threads, rounds, only: measured(1.7, 2.9, cold))
    assert peers.main(["--json", str(tmp_path / "found.json")]) == code
    printed = capsys.readouterr().out
    assert ("missed" in printed) == bool(code)
    stored = json.loads((tmp_path / "found.json").read_text())
    assert stored["memory"] == {"w": {"ratio": 2.9}} and len(stored["verdicts"]) == 5


def test_only_what_is_asked_for_is_measured(monkeypatch):
    calls = []
    monkeypatch.setattr(peers, "measured", lambda function, threads, **options: calls.append((function, threads)))
    monkeypatch.setattr(peers, "cold_start", lambda rounds: calls.append(("cold", rounds)))
    expected = {
        (): ["peer_rounds.works", "peer_rounds.works", "peer_scaling.scaling", "peer_memory.memory", "cold"],
        ("cold-start",): ["cold"],
        ("growth", "memory"): ["peer_scaling.scaling", "peer_memory.memory"],
        ("1x2-16-16-2",): ["peer_rounds.works", "peer_rounds.works", "peer_memory.memory"],
    }
    for only, functions in expected.items():
        calls.clear()
        peers.run([1, 2], 7, list(only))
        assert [call[0] for call in calls] == functions
    calls.clear()
    peers.run([2], 7, [])
    assert calls == [("peer_rounds.works", 2)]
