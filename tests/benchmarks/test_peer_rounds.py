"""How peers take turns, and what becomes of those that cannot."""

import pytest

from benchmarks import peer_rounds
from benchmarks.peer_problem import Outcome, Unavailable


def test_contestants_take_turns_and_start_from_a_fresh_copy_that_is_not_timed():
    calls = []

    def contestant(name):
        def fresh():
            calls.append(f"copy {name}")
            return lambda: calls.append(name) or Outcome(float(len(calls)))

        return fresh

    found = peer_rounds.in_turns({name: contestant(name) for name in "abc"}, 2)
    runs = [call for call in calls if "copy" not in call]
    assert runs == list("abc" + "abc" + "bca")  # the first round is not counted
    assert [calls[i] for i in range(0, 18, 2)] == [f"copy {name}" for name in runs]
    assert {name: len(timed.seconds) for name, timed in found.items()} == dict.fromkeys("abc", 2)
    assert found["a"].outcome == Outcome(18.0)


def test_a_peer_that_is_missing_or_cannot_is_a_row_that_says_so(monkeypatch, small):
    def build(peer, given, threads):
        if peer.name != "this core":
            raise Unavailable("not installed")
        return lambda: lambda: Outcome(0.25)

    monkeypatch.setattr(peer_rounds, "build", build)
    made = peer_rounds.rows(peer_rounds.PEERS, small, 1, 3)
    assert [entry["note"] for entry in made] == ["", *["not installed"] * (len(made) - 1)]
    assert made[0]["loss"] == 0.25 and made[0]["us"] > 0 and len(made[0]["seconds"]) == 3
    assert made[1]["us"] is None


def test_a_module_that_is_not_there_is_not_installed(small):
    missing = peer_rounds.Peer("ghost", "peer_of_no_library.build", "step")
    with pytest.raises(Unavailable, match="not installed"):
        peer_rounds.build(missing, small, 1)
