"""How a sum ends: orders against plain loops, counts near 0 against the law, against waiting, and against the grid."""

import math
from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.zeros import law, sums
from course_lib.topics.zeros.experiment import Setting, bfloat16, fresh, hunting_ground, rounded_sum


def by_hand(terms, order):
    """The sum of a list of float32 numbers, one addition at a time."""
    terms = [np.float32(term) for term in terms]
    if order == "backwards":
        terms = terms[::-1]
    if order == "in 16 parts":
        parts = [terms[k::16] for k in range(16)]
        terms = [by_hand(part, "one by one") if part else np.float32(0) for part in parts]
    if order in ("in pairs", "in 16 parts"):
        while len(terms) > 1:
            odd = terms[len(terms) // 2 * 2 :]
            terms = [x + y for x, y in zip(terms[::2], terms[1::2], strict=False)] + odd
        return terms[0]
    total = np.float32(0)
    for term in terms:
        total = np.float32(total + term)
    return total


@pytest.mark.parametrize("order", [order for order in sums.ORDERS if order != "matrix product"])
@pytest.mark.parametrize("n", [5, 16, 37, 785])
def test_orders_add_in_the_order_of_their_name(order, n):
    rng = np.random.default_rng(n)
    a, w = (rng.standard_normal((n, 6)).astype(np.float32) for _ in range(2))
    assert sums.ORDERS[order](a, w).tolist() == [by_hand(column, order) for column in (a * w).T]
    # However the array lies in memory.
    assert np.array_equal(sums.ORDERS[order](np.asfortranarray(a), np.asfortranarray(w)), sums.ORDERS[order](a, w))


def test_the_bias_is_one_more_term_or_comes_last():
    rng = np.random.default_rng(0)
    a, w, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((40, 5), (40, 5), 5))
    trial = sums.Trials(a, w, b, 1.0)
    for order in sums.ORDERS:
        assert np.array_equal(sums.added_up(trial, order, "last"), sums.ORDERS[order](a, w) + b)
        exact = (a.astype(np.float64) * w).sum(0) + b
        for place in sums.PLACES:
            assert np.abs(sums.added_up(trial, order, place) - exact).max() < 1e-5
    # One by one, the term at the end is the last; backwards it is the first.
    assert np.array_equal(sums.added_up(trial, "one by one", "inside"), sums.added_up(trial, "one by one", "last"))
    assert sums.added_up(trial, "backwards", "inside").tolist() == [
        by_hand([*column, bias], "backwards") for column, bias in zip((a * w).T, b, strict=True)
    ]


@pytest.mark.parametrize(("width", "layer"), [(64, 1), (64, 2), (256, 3)])
def test_trials_are_near_0_and_their_sums_are_rounded_by_less(width, layer):
    trial = sums.trials(width, layer, seed=11, count=300)
    exact = (trial.a.astype(np.float64) * trial.w).sum(0) + trial.b
    assert np.abs(exact).max() < 1.02 * sums.NEAR and np.abs(exact).mean() == pytest.approx(sums.NEAR / 2, rel=0.15)
    assert (np.abs(trial.b) <= len(trial.a) ** -0.5 + sums.NEAR).all() and trial.a.flags.c_contiguous
    for order in sums.ORDERS:
        for place in sums.PLACES:
            assert np.abs(sums.added_up(trial, order, place) - exact).max() < sums.NEAR
    assert trial.density == pytest.approx(law.density_at_zero(Setting("float32", width, layer))[-1], rel=0.3)


def test_bias_last_is_the_density_times_the_mean_gap_of_the_bias():
    """The mean gap of b ~ U(±1/28) in single precision, by adding up over the binades, times the normal density."""
    r = 1 / 28
    gap, high = 0.0, r
    while high > 2.0**-60:
        low = 2.0 ** (math.ceil(math.log2(high)) - 1)
        gap += (high - low) / r * low * 2.0**-23
        high = low
    (p0,) = sums.bias_last_p0(256, 1)
    assert p0 == pytest.approx(law.density_at_zero(Setting("float32", 256, 1))[0] * gap, rel=0.1)
    assert p0 == pytest.approx(3.4e-9, rel=0.1)
    first, second, third = sums.bias_last_p0(256, 3)
    assert (first, second, third) == pytest.approx((3.4e-9, 1.15e-8, 1.43e-8), rel=0.1)


def test_counting_near_0_finds_what_waiting_finds():
    """Exact zeros of X Wᵀ + b, counted one by one over whole layers 2, with no trick."""
    X, _ = hunting_ground()
    zeros = computed = 0
    for seed in range(7 * 10**8, 7 * 10**8 + 150):
        network = fresh(Setting("float32", 64, 2), [seed])
        h = np.maximum(X @ network.W[0][0].T + network.b[0][0], 0)
        z = h @ network.W[1][0].T + network.b[1][0]
        zeros, computed = zeros + int(np.count_nonzero(z == 0)), computed + z.size
    expected = sums.bias_last_p0(64, 2)[1] * computed
    assert expected - 3.5 * expected**0.5 < zeros < expected + 3.5 * expected**0.5 + 3


def test_the_place_of_the_bias_changes_the_law():
    first = {order: sums.shipped().p0[256, 1, order, "inside"] for order in sums.ORDERS}
    assert first["matrix product"].low > 2.5 * sums.bias_last_p0(256, 1)[0] > 2.5 * first["backwards"].high
    # Found elsewhere, by layer: 1.24e-8 (1.35e-8 in a second count), 1.11e-8 and 1.50e-8 inside the product.
    for layer, (least, most) in {1: (1.2e-8, 1.5e-8), 2: (1.0e-8, 1.25e-8), 3: (1.35e-8, 1.65e-8)}.items():
        assert least < sums.shipped().p0[256, layer, "matrix product", "inside"].estimate < most
    # The long hunt, whose bias stands inside the product, counts the same.
    row = law.row_of(Setting("float32", 256, 1))
    share = row.zeros[0] / (row.networks * row.exposure)
    assert share == pytest.approx(sums.shipped().p0[256, 1, "matrix product", "inside"].estimate, rel=0.4)


@pytest.mark.parametrize("width", sums.WIDTHS)
def test_with_the_bias_last_no_order_matters(width):
    for layer, derived in zip(sums.HIDDEN_LAYERS, sums.bias_last_p0(width, 3), strict=True):
        for order in sums.ORDERS:
            low, middle, high = sums.shipped().p0[width, layer, order, "last"]
            assert 0.8 * low < derived < 1.25 * high and middle == pytest.approx(derived, rel=0.2)


def test_what_is_shipped_is_what_is_counted():
    trial = [sums.trials(64, 2, sums.FIRST_SEED + k) for k in range(12)]
    for place in sums.PLACES:
        found = [t.density * 2 * sums.NEAR * np.mean(sums.added_up(t, "in pairs", place) == 0) for t in trial]
        reach = 4 * np.std(found) / len(found) ** 0.5
        assert abs(np.mean(found) - sums.shipped().p0[64, 2, "in pairs", place].estimate) < reach
    tally = sums.near_zero_counts(64, 60)
    shipped = np.array(sums.shipped().tallies[64])
    mean = np.arange(len(shipped)) @ shipped / shipped.sum()
    assert abs(np.arange(len(tally)) @ tally / 60 - mean) < 4 * (mean / 60) ** 0.5


@pytest.mark.parametrize("width", sums.POISSON_WIDTHS)
def test_counts_have_the_shape_of_poisson(width):
    """χ² of the tally against Poisson with its own mean, and the variance beside the mean."""
    tally = np.array(sums.shipped().tallies[width])
    k, m = np.arange(len(tally)), tally.sum()
    mean = k @ tally / m
    expected = m * np.exp(-mean) * mean**k / np.array([math.factorial(i) for i in k])
    assert m == 2000 and (k - mean) ** 2 @ tally / m / mean == pytest.approx(1, abs=0.12)
    common = expected > 20
    chi2 = ((tally - expected)[common] ** 2 / expected[common]).sum()
    assert chi2 < 2.5 * common.sum() + 10


def test_bfloat16_goes_to_the_nearest_of_its_numbers_and_ties_to_even():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.standard_normal(200) * 10.0 ** rng.integers(-20, 20, 200), [1 + 2**-8, 1 + 3 * 2**-8]])
    for value in values.astype(np.float32):
        exact, found = Fraction(float(value)), Fraction(float(bfloat16([value])[0]))
        exponent = math.floor(math.log2(abs(float(value))))
        scaled = exact / Fraction(2) ** (exponent - 7)  # bfloat16 has 8 digits
        assert found == round(scaled) * Fraction(2) ** (exponent - 7)


def test_each_format_follows_the_law_of_its_last_step():
    """Once: density × gap at 0. Twice: density × mean gap of the bias. bfloat16 once has no gap at 0."""
    (f0,) = law.density_at_zero(Setting("float64", 256, 1))
    b = np.random.default_rng(0).uniform(-1 / 28, 1 / 28, 100_000)
    half_gap = np.abs(np.spacing(b.astype(np.float16))).astype(np.float64).mean()
    bfloat16_gap = np.abs(np.spacing(b.astype(np.float32))).astype(np.float64).mean() * 2**16
    share = {how: zeros / computed for how, (zeros, computed) in sums.shipped().formats.items()}
    assert share["half", "once"] == pytest.approx(f0 * 2**-24, rel=0.5)
    assert share["half", "twice"] == pytest.approx(f0 * half_gap, rel=0.15)
    assert share["bfloat16", "twice"] == pytest.approx(f0 * bfloat16_gap, rel=0.1)
    # Found elsewhere on 2.8·10⁸ each: 1.4e-7, 2.6e-5 and 2.5e-8.
    for how, expected in (("half", "once"), 1.4e-7), (("half", "twice"), 2.6e-5), (("bfloat16", "once"), 2.5e-8):
        assert share[how] == pytest.approx(expected, rel=0.45)
    zeros, computed = sums.zeros_of_a_format("bfloat16", "twice", 2)
    assert zeros / computed == pytest.approx(share["bfloat16", "twice"], rel=0.25)
    X, _ = hunting_ground()
    network = fresh(Setting("float32", 8, 1), [3])
    z = rounded_sum(network.W[0][0], network.b[0][0], X[:50], "bfloat16", early=False)
    assert np.array_equal(z, bfloat16(z)) and z.dtype == np.float32
