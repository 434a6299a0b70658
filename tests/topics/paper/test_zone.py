"""The zone in each arithmetic, against the hunt of the zeros' room, against the core's gradient, and against theory."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.paper import rounding, zone
from course_lib.topics.paper.runs import shipped
from course_lib.topics.zeros.experiment import Setting, fresh, hunt, hunting_ground
from course_lib.topics.zeros.law import own_p0


@pytest.mark.parametrize(("arithmetic", "dtype"), [("float64", "float64"), ("float32, bias inside", "float32")])
def test_with_the_bias_inside_it_is_the_hunt_of_the_zeros(arithmetic, dtype):
    cell = {"arithmetic": arithmetic, "width": 16, "depth": 3, "batch": 256, "seeds": [0, 40]}
    expected = hunt(Setting(dtype, 16, 3), range(40))
    assert zone.run_one(cell) == {"zeros": list(expected.zeros), "zones": expected.zones}


def test_networks_in_the_zone_are_found_and_a_zero_that_reaches_nothing_is_not_counted(monkeypatch):
    """Planted zeros: a bias that cancels the sum of one digit exactly, and the same with outgoing weights of 0."""
    X, _ = hunting_ground()
    original = zone.fresh

    def planted(setting, seeds, outgoing=1.0):
        network = original(setting, seeds)
        network.b[0][0, 0] = -(X[:1024] @ network.W[0][0].T)[7, 0]
        network.W[1][0, :, 0] *= outgoing
        return network

    cell = {"arithmetic": "float32, bias last", "width": 16, "depth": 1, "batch": 1024, "seeds": [0, 1]}
    monkeypatch.setattr(zone, "fresh", planted)
    found = zone.run_one(cell)
    assert found["zeros"][0] >= 1 and found["zones"] == 1
    monkeypatch.setattr(zone, "fresh", lambda setting, seeds: planted(setting, seeds, outgoing=0.0))
    found = zone.run_one(cell)
    assert found["zeros"][0] >= 1 and found["zones"] == 0


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_the_first_gradient_is_that_of_the_core(slope):
    X, y = hunting_ground()
    layers = zone.Layers("float64", 8, 2, seed=3)
    layers.b[0][0] = 0.0
    layers.W[0][0] = 0.0  # a unit on the kink for every digit
    network = Network.mlp([784, 8, 8, 10], slope_at_kink=slope, dtype="float64")
    for at in range(3):
        network.W[at], network.b[at] = layers.W[at][None], layers.b[at][None]
    _, gradient = network.loss_and_gradient(X[:50], y[:50])
    assert np.allclose(layers.first_gradient(X[:50], y[:50], slope), gradient.W[0][0], rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("name", zone.ARITHMETICS)
def test_a_pre_activation_is_rounded_as_its_name_says(name):
    """One unit, exact by fractions: 0.4 · (1 + 2⁻⁷) − 0.4, whose products and sums are known to the last bit."""
    layers = zone.Layers(name, 1, 1, seed=0)
    work = np.float64 if name == "float64" else np.float32
    layers.W[0], layers.b[0] = layers.how.store(np.array([[0.4]], work)), layers.how.store(np.array([-0.4], work))
    a = layers.how.store(np.array([[1 + 2.0**-7]], work))
    found = layers.pre_activation(0, a).item()
    w, b, x = (Fraction(float(v.item())) for v in (layers.W[0], layers.b[0], a))
    exact = float(w * x + b)
    stored = float(layers.how.store(np.array([exact], work)).item())
    if name.endswith("twice"):
        product = Fraction(float(layers.how.store(np.array([float(w * x)], work)).item()))
        assert found == float(layers.how.store(np.array([float(product + b)], work)).item())
    elif name == "float64" or "float32" in name:
        assert found == pytest.approx(exact, abs=2.0**-25)
    else:
        assert found == pytest.approx(stored, rel=2.0**-8) and found != 0


def test_shapes_and_arithmetics_share_no_network_and_batches_share_all():
    cells = zone.cells(full=True)
    spans = sorted({tuple(cell["seeds"]) for cell in cells})
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    by_shape = {}
    for cell in cells:
        key = (cell["arithmetic"], cell["width"], cell["depth"])
        by_shape.setdefault(key, {}).setdefault(cell["batch"], []).append(cell["seeds"])
    assert all(len({str(seeds) for seeds in of_batch.values()}) == 1 for of_batch in by_shape.values())
    quick = [str(cell) for cell in zone.cells(full=False)]
    assert set(quick) <= {str(cell) for cell in cells}


def test_rows_add_up_blocks():
    cells = [cell for cell in zone.cells(full=True) if cell["arithmetic"] == "float64" and cell["depth"] == 3]
    (row,) = zone.rows(cells, [{"zeros": [1, 0, 2], "zones": 1} for _ in cells])
    assert row["zones"] == len(cells) and row["zeros"] == f"{len(cells)} 0 {2 * len(cells)}"
    assert row["networks"] == sum(cell["seeds"][1] - cell["seeds"][0] for cell in cells)


def test_the_power_of_the_test_is_what_a_simulation_finds():
    counts = [zone.ZoneCount(Setting("float32", 100, depth), 300, 1, 5000) for depth in (1, 2, 3)]
    chances = [1e-6, 1.4e-6, 1.2e-6]
    rng = np.random.default_rng(0)
    rejected = np.zeros(2)
    for _ in range(400):
        drawn = [
            zone.replace(count, zones=int(rng.binomial(count.networks, -np.expm1(-count.exposure * p))))
            for count, p in zip(counts, chances, strict=True)
        ]
        rejected += [fit.p_value < 0.05 for fit in zone.laws(drawn)]
    assert zone.power(counts, chances) == pytest.approx(rejected / 400, abs=0.08)


def test_what_is_shipped_says_what_the_lesson_says():
    rows = shipped("zone")
    assert zone.judge(rows).word == "reproduced"
    inside, last = (zone.counts(rows, f"float32, bias {place}") for place in ("inside", "last"))
    assert len(inside) == len(last) == 9
    first = {row.setting[1:3]: row for row in last}[256, 1]
    assert own_p0(first) < 1.5e-8
    assert all(row.zones == 0 for row in zone.counts(rows, "float64"))


@pytest.mark.parametrize("change", [{"p0": 30.0}, {"double": 1}])
def test_other_counts_are_not_reproduced(monkeypatch, change):
    rows = [dict(row) for row in shipped("zone")]
    if "p0" in change:
        monkeypatch.setattr(zone, "derived_p0", lambda width, depth: 3e-7)
    else:
        for row in rows:
            row["zones"] = 1 if row["arithmetic"] == "float64" else row["zones"]
    assert zone.judge(rows).word == "not reproduced"


def test_rounding_twice_and_once_are_as_derived():
    rows, derived = shipped("rounding"), rounding.derived_p0()
    for name, p0 in derived.items():
        low, _, high = rounding.measured_p0(rows, name)
        assert low * 0.8 < p0 < high * 1.2
    assert rounding.judge(rows).word == "reproduced"
    other = {f"float16, rounded {a}": f"float16, rounded {b}" for a, b in (("once", "twice"), ("twice", "once"))}
    swapped = [{**row, "arithmetic": other.get(row["arithmetic"], row["arithmetic"])} for row in rows]
    assert rounding.judge(swapped).word != "reproduced"


def test_fresh_networks_are_those_of_the_zeros_room():
    layers, network = zone.Layers("float32, bias last", 8, 2, 5), fresh(Setting("float32", 8, 2), [5])
    assert all(np.array_equal(a, b[0]) for a, b in zip(layers.W, network.W, strict=True))
