"""What the comparison with other libraries gives its peers, and what it concludes. No time is measured here."""

import json

import numpy as np
import pytest

from benchmarks import peer_rounds, peers
from benchmarks.peer_problem import Outcome, Problem, Unavailable, batches, load, save
from benchmarks.peer_report import disagreements, lines
from benchmarks.peer_targets import TARGETS, Target, at_least, at_most, judge
from benchmarks.peer_works import WORKS
from course_lib.networks import SGD, Dense, Network, train


def row(name: str, kind: str, us: float | None, loss: float | None = 0.5, note: str = "", tolerance=1e-3) -> dict:
    return {"name": name, "kind": kind, "us": us, "loss": loss, "note": note, "tolerance": tolerance}


ROWS = [
    row("this core", "core", 6.0),
    row("slow", "step", 12.0),
    row("quick", "step", 8.0),
    row("whole", "scan", 5.0),
    row("absent", "step", None, None, "not installed"),
    row("floor, one", "floor", 4.0, None),
    row("floor, two", "floor", 3.0, None),
]


@pytest.fixture
def small() -> Problem:
    """Two networks 3-2, eight samples, two batches of four, three epochs."""
    random = np.random.default_rng(5)
    X, y = random.standard_normal((8, 3), np.float32), random.integers(0, 2, 8)
    W, b = [random.standard_normal((2, 2, 3), np.float32)], [random.standard_normal((2, 2), np.float32)]
    return Problem((3, 2), 2, 4, 3, X, y, batches(8, 4, 3), W, b)


def test_a_problem_reaches_another_process_unchanged(tmp_path, small):
    save(tmp_path / "problem.npz", small)
    reached = load(str(tmp_path / "problem.npz"))
    assert reached[:4] == small[:4] and reached.steps == 2
    for sent, received in zip((small.X, small.y, small.order), (reached.X, reached.y, reached.order), strict=True):
        np.testing.assert_array_equal(sent, received)
    np.testing.assert_array_equal(reached.one_hot.argmax(1), small.y)


def test_peers_get_the_batches_that_train_takes():
    """A straight line fitted by hand, batch after batch."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((12, 1)), random.standard_normal(12)
    network = Network(layers=[Dense(1, 1)], dtype="float64")
    w, b = float(network.W[0][0, 0, 0]), float(network.b[0][0, 0])
    train(network, X, y, SGD(0.1), "mse", batch_size=4, epochs=2, seed=3, progress=False, record=())
    for batch in batches(12, 4, 2, seed=3):
        error = w * X[batch, 0] + b - y[batch]
        w, b = w - 0.1 * 2 * float(np.mean(error * X[batch, 0])), b - 0.1 * 2 * float(np.mean(error))
    assert [network.W[0].item(), network.b[0].item()] == pytest.approx([w, b], rel=1e-12)


def test_contestants_take_turns_and_start_from_a_fresh_copy_that_is_not_timed():
    calls = []

    def contestant(name):
        def fresh():
            calls.append(f"copy {name}")
            return lambda: calls.append(name) or Outcome(float(len(calls)))

        return fresh

    timed = peer_rounds.in_turns({name: contestant(name) for name in "abc"}, 2)
    runs = [call for call in calls if "copy" not in call]
    assert runs == list("abc" + "abc" + "bca")  # the first round is not counted
    assert [calls[i] for i in range(0, 18, 2)] == [f"copy {name}" for name in runs]
    assert {name: len(entry.seconds) for name, entry in timed.items()} == dict.fromkeys("abc", 2)


def test_a_peer_that_is_missing_is_a_row_that_says_so(monkeypatch, small):
    missing = peer_rounds.Peer("ghost", "peer_of_no_library.build", "step")
    with pytest.raises(Unavailable, match="not installed"):
        peer_rounds.build(missing, small, 1)

    def build(peer, given, threads):
        if peer.name != "this core":
            raise Unavailable("not installed")
        return lambda: lambda: Outcome(0.25)

    monkeypatch.setattr(peer_rounds, "build", build)
    made = peer_rounds.rows(peer_rounds.PEERS, small, 1, 3)
    assert [entry["note"] for entry in made] == ["", *["not installed"] * (len(made) - 1)]
    assert made[0]["loss"] == 0.25 and made[0]["us"] > 0 and made[1]["us"] is None


@pytest.mark.parametrize(("loss", "agrees"), [(0.50049, True), (0.5006, False), (0.4, False), (np.nan, False)])
def test_losses_have_to_agree_to_the_tolerance_of_the_row(loss, agrees):
    differing = disagreements([*ROWS, row("other", "step", 7.0, loss)])
    assert differing == ([] if agrees else [f"other: loss {loss:.6f}, this core 0.500000"])
    assert disagreements([*ROWS, row("other", "step", 7.0, 0.4, "one output", None)]) == []


def test_the_table_shows_time_share_loss_and_why_a_row_is_empty():
    _, core, slow, *_, absent, _, floor = lines(ROWS)
    assert core.split() == ["this", "core", "6.00", "1.000", "0.500000"]
    assert slow.split() == ["slow", "12.00", "0.500", "0.500000"]
    assert absent.split() == ["absent", "not", "installed"]
    assert floor.split() == ["floor,", "two", "3.00", "2.000"]


@pytest.mark.parametrize(
    ("against", "value", "best"),
    [
        ("the best peer", 1.2, "whole, of those installed"),
        ("every step-by-step peer", 0.75, "quick, of those installed"),
        ("scan", 1.2, "whole"),
        ("the floor", 2.0, "floor, two"),
    ],
)
def test_a_target_is_judged_by_the_fastest_row_of_its_kind(against, value, best):
    met = judge(Target("work", against, value), ROWS)
    assert met.met and f"({best}) ≤ {value:g}: met ({value:.3f}, 0% above the bound)" in met.line
    missed = judge(Target("work", against, value / 1.25), ROWS)
    assert missed.met is False and missed.line.endswith(f": missed ({value:.3f}, 25% above the bound)")


def test_a_target_without_a_bound_or_without_a_peer_is_not_met_by_chance():
    assert judge(Target("work", "scan", None), ROWS).met is None
    assert judge(Target("work", "the best peer", 1.0), [ROWS[0], *ROWS[4:]]).met is False
    assert at_most("x", 3.0, 3.0).met and not at_most("x", 3.001, 3.0).met
    assert at_least("x", 1.6, 1.6).met and not at_least("x", 1.599, 1.6).met
    assert {target.work for target in TARGETS} == {work.name for work in WORKS}


def measured(speedup: float, copies: float, cold: float) -> dict:
    """The numbers of a whole run."""
    alone = [row("this core", "core", 6.0), row("p", "scan", 12.0)]
    both = [row("this core", "core", 6.0 / speedup), row("this core, 1 thread", "core", 6.0)]
    return {
        "works": {"1": {"64x2-16-16-2": alone}, "2": {"8x784-256-256-10": both}},
        "memory": {"w": {"ratio": copies}},
        "cold start": [row("this core", "core", cold), row("p", "step", 1.0)],
    }


@pytest.mark.parametrize(
    ("numbers", "missed"),
    [((1.7, 2.9, 0.2), []), ((1.5, 2.9, 0.2), [1]), ((1.7, 3.1, 0.2), [2]), ((1.7, 2.9, 0.3), [3])],
)
def test_every_part_is_judged_and_the_command_fails_where_one_misses(numbers, missed, monkeypatch, tmp_path, capsys):
    judged = [verdict.met for verdict in peers.verdicts(measured(*numbers))]
    assert [i for i, met in enumerate(judged) if not met] == missed and len(judged) == 5
    monkeypatch.setattr(peers, "run", lambda threads, rounds, only: measured(*numbers))
    assert peers.main(["--json", str(tmp_path / "measured.json")]) == bool(missed)
    assert ("missed" in capsys.readouterr().out) == bool(missed)
    assert len(json.loads((tmp_path / "measured.json").read_text(encoding="utf-8"))["verdicts"]) == 5


def test_only_what_is_asked_for_is_measured(monkeypatch):
    calls = []
    monkeypatch.setattr(peers, "measured", lambda function, threads, **options: calls.append((function, threads)))
    monkeypatch.setattr(peers, "cold_start", lambda rounds: calls.append(("cold", rounds)))
    peers.run([1, 2], 7, ["growth", "cold-start"])
    assert [call[0] for call in calls] == ["peer_scaling.scaling", "cold"]
    calls.clear()
    peers.run([2], 7, [])
    assert calls == [("peer_rounds.works", 2)]
