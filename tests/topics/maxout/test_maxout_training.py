"""One function in two forms: Jacobians against quotients, steps against theory, the race against plain NumPy."""

import numpy as np
import pytest

from course_lib.topics.maxout import training
from course_lib.topics.maxout.training import FORMS, PAIRS, RATE, TARGETS, Units, X, absolute_value, six_units

GRID = np.linspace(-3, 3, 25) + 0.01


def moved(units, place, step):
    """The units with one number of the trained pieces, a or d changed: in the order of the Jacobian's columns."""
    w, b, a = units.w.copy(), units.b.copy(), units.a.copy()
    trained, d = w[: len(w) - units.fixed].size, units.d
    for array, size in ((w, trained), (b, trained), (a, len(a))):
        if 0 <= place < size:
            array.ravel()[place] += step
        place -= size
    return Units(w, b, a, d + step * (place == 0), units.fixed)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [six_units, absolute_value])
def test_the_jacobian_is_that_of_difference_quotients(form, make):
    units = make(form)
    J = units.jacobian(GRID)
    quotients = [
        (moved(units, i, 1e-6).outputs(GRID) - moved(units, i, -1e-6).outputs(GRID)) / 2e-6 for i in range(J.shape[1])
    ]
    assert pytest.approx(np.array(quotients).T, abs=1e-8) == J


@pytest.mark.parametrize("seed", range(8))
def test_matched_networks_agree_and_the_kernel_of_maxout_is_larger(seed):
    relu, maxout = (six_units(form, seed) for form in FORMS)
    assert np.array_equal(relu.outputs(GRID), maxout.outputs(GRID))
    difference = maxout.jacobian(X) @ maxout.jacobian(X).T - relu.jacobian(X) @ relu.jacobian(X).T
    assert np.linalg.eigvalsh(difference).min() > -1e-9 and np.abs(difference).max() > 0.1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_step_moves_outputs_by_the_kernel_up_to_second_order(form, pair):
    start, target = training.trajectory(pair, form, 0)[0], TARGETS[PAIRS[pair]]
    K, r = start.jacobian(X) @ start.jacobian(X).T, start.outputs(X) - target
    missed = [np.abs(start.after_step(X, target, rate).outputs(X) - start.outputs(X) + rate * K @ r).max()
              for rate in (1e-4, 1e-5)]  # fmt: skip
    assert missed[0] < 1e-4 and 95 < missed[0] / missed[1] < 105


def test_fixed_pieces_stay():
    end = training.trajectory("six units, to sin πx", "ReLU", 50)[-1]
    assert not end.w[1].any() and not end.b[1].any() and not np.array_equal(end.w[0], six_units("ReLU").w[0])


def test_the_two_forms_of_the_absolute_value():
    for form in FORMS:
        assert np.array_equal(absolute_value(form).outputs(GRID), np.abs(GRID))


def test_dead_relus_stay_and_maxout_turns_over():
    relu, maxout = (training.trajectory("|x|, to −|x|", form, 300)[-1] for form in FORMS)
    assert (relu.pieces(X).max(1) == 0).all()
    assert relu.outputs(X) == pytest.approx(TARGETS["−|x|"].mean(), abs=0.02)
    assert np.abs(maxout.outputs(X) - TARGETS["−|x|"]).max() < 0.02


def test_the_kernel_of_a_unit_against_loops():
    rng = np.random.default_rng(1)
    w, b, x = rng.normal(size=4), rng.normal(size=4), rng.normal(size=9) * 3
    winners = [max(range(4), key=lambda i, s=s: w[i] * s + b[i]) for s in x]
    wanted = [
        [(1 + s * q) * (i == j) for q, j in zip(x, winners, strict=True)] for s, i in zip(x, winners, strict=True)
    ]
    assert training.unit_kernel(w, b, x) == pytest.approx(np.array(wanted))


def test_the_race_of_the_library_is_that_of_plain_numpy():
    race = training.race(3, 40)
    for form in FORMS:
        for seed in range(3):
            units = six_units(form, seed)
            for step in range(41):
                r = units.outputs(X) - TARGETS["sin πx"]
                assert race[form][seed, step] == pytest.approx(r @ r / 2, rel=1e-9)
                units = units.after_step(X, TARGETS["sin πx"], RATE)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="form: got 'relu'; accepted are 'ReLU', 'maxout'"):
        six_units("relu")
    with pytest.raises(ValueError, match="pair: got 'x'"):
        training.trajectory("x", "ReLU", 3)
    with pytest.raises(ValueError, match="seeds: got 0"):
        training.race(0, 3)
