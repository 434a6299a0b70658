"""Wrong claims are caught and their cause is named, right ones pass, kinks are reported, and doubt is said so."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.networks.gradient_checking import Entry, GradientReport, check_gradient
from course_lib.networks.slope_measurement import EPSILON, Section, evaluation_noise, measure_slopes, slopes_at

# F, F' and the arguments at which no slope drowns in the rounding noise of the other entries.
SMOOTH = {
    "sin": (np.sin, np.cos, 3.0),
    "tanh": (np.tanh, lambda u: 1 / np.cosh(u) ** 2, 6.0),
    "cube": (lambda u: u**3, lambda u: 3 * u**2, 3.0),
    "exp": (np.exp, np.exp, 3.0),
}
scales = st.floats(-6, 6).map(lambda exponent: 10.0**exponent)


@st.composite
def smooth_functions(draw):
    """f(x) = Σ aᵢ·F(bᵢ·xᵢ): values and lengths from 1e-6 to 1e6, entries that differ by factors of up to 100."""
    F, slope, reach = SMOOTH[draw(st.sampled_from(sorted(SMOOTH)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.integers(1, 6))
    a = draw(scales) * rng.choice([-1, 1], size) * 10 ** rng.uniform(-1, 1, size)
    b = draw(scales) * 10 ** rng.uniform(-1, 1, size)
    x = rng.uniform(-reach, reach, size) / b
    return lambda v: np.sum(a * F(b * v)), lambda v: a * b * slope(b * v), x


def verdicts(function, gradient, x):
    return [entry.verdict for entry in check_gradient(function, gradient, x).entries]


# The same examples each time: among thousands of slopes a few drown in noise and stay undecided, by chance.
@settings(deadline=None, max_examples=200, derandomize=True)
@given(smooth_functions(), st.sampled_from([1.0005, 0.9, 2.0, 0.0, -1.0, 1 / 64]), st.data())
def test_at_any_scale_right_gradients_pass_and_one_wrong_entry_is_caught(problem, factor, data) -> None:
    f, gradient, x = problem
    report = check_gradient(f, gradient, x)
    assert report.passed and report.kinks == (), report
    claimed = np.array(gradient(x))
    position = data.draw(st.sampled_from(np.flatnonzero(np.abs(claimed) >= 0.1 * np.abs(claimed).max()).tolist()))
    claimed[position] *= factor
    report = check_gradient(f, claimed, x)
    # In the tails of exp(−u²) slopes drown in rounding noise, and the checker says that it cannot decide.
    wrong, undecided = ({entry.name for entry in part} for part in (report.wrong, report.undecided))
    assert wrong <= {f"x[{position}]"} <= wrong | undecided, report


@pytest.mark.parametrize("x", [1e-6, 1e-3, 1.0, 1e6])
def test_constants_and_the_edge_of_a_domain_pass(x) -> None:
    assert check_gradient(lambda v: x, np.zeros(3), [0.0, 1.0, 1e4]).passed
    assert check_gradient(lambda v: math.log(v[0]), [1 / x], [x]).passed
    assert check_gradient(lambda v: np.sum(np.sqrt(v)), [0.5 / math.sqrt(x)], [x]).passed


def test_a_claim_in_float32_may_be_off_by_its_rounding() -> None:
    x, weights = np.linspace(0.1, 1, 5), np.array([1, 1e-3, 1, 1, 1])
    for error, dtype, verdict in ((3e-5, "f4", "agrees"), (3e-4, "f4", "wrong"), (3e-5, "f8", "wrong")):
        claimed = (weights * np.cos(x) + [0, error, 0, 0, 0]).astype(dtype)  # 3e-5 is 250 units of the largest entry
        assert verdicts(lambda v: weights @ np.sin(v), claimed, x)[1] == verdict


def in_float32(x):
    return float(np.sin(np.float32(x)))


@pytest.mark.parametrize(
    ("f", "x", "claimed", "verdict"),
    [
        (in_float32, 0.7, math.cos(0.7) + 1e-4, "agrees"),
        (in_float32, 0.7, math.cos(0.7) + 3e-4, "undecided: the claim is at the edge of the error"),
        (in_float32, 0.7, math.cos(0.7) + 0.1, "undecided: the steps that contradict the claim are large, smaller"),
        (in_float32, 0.7, math.cos(0.7) + 1, "wrong"),
        (lambda x: float(x) ** 5, 0.0, 0.0, "agrees"),  # flat
        (lambda x: abs(x) ** 1.5, 0.0, 1e-3, "wrong"),  # infinite curvature, but a slope
        (lambda x: abs(x) ** 1.1, 0.0, 5.0, "undecided: the differences do not settle"),
        (lambda x: abs(x) + abs(x) ** 1.1, 0.0, 0.0, "undecided: the differences do not settle"),
        (lambda x: abs(x) + abs(x) ** 1.1 / 10, 0.0, 0.0, "kink"),  # settled well enough to show it
        (lambda x: math.sqrt(abs(x)), 0.0, 0.0, "undecided: the differences do not settle"),  # infinite slopes
        (lambda x: float(x >= 0), 0.0, 0.0, "undecided"),  # a jump
        (lambda x: math.sqrt(x), 0.0, 0.0, "undecided"),  # no values on the left
        (lambda x: float(x) * math.sin(1 / x) if x else 0.0, 0.0, 0.0, "undecided"),  # no limit of the quotients
        (lambda x: float(1e-3 * np.sin(1e15 * x) + x), 1.0, 1.2, "undecided"),  # as good as random
    ],
)
def test_the_error_of_a_measurement_decides_with(f, x, claimed, verdict) -> None:
    report = check_gradient(f, claimed, x)
    (entry,) = report.entries
    assert f"{entry.verdict}: {entry.note}".startswith(verdict)
    assert report.passed == (entry.verdict in ("agrees", "kink"))


@pytest.mark.parametrize(("shape", "last"), [((), "x"), ((3,), "x[2]"), ((2, 1, 2), "x[1, 0, 1]")])
def test_any_shape_and_integers_pass_and_what_came_in_is_not_changed(shape, last) -> None:
    x, claimed = np.full(shape, 2), np.full(shape, 4)

    def spoil(v):
        total = np.sum(v**2)
        v[...] = 99
        return total

    report = check_gradient(spoil, claimed, x)
    assert report.passed and report.entries[-1].name == last
    assert (x == 2).all() and (claimed == 4).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"function": 3}, TypeError, "function: got 3; accepted is a function of x"),
        ({"function": lambda x: x}, TypeError, r"function: got a value of shape \(2,\) and dtype float64; accepted is"),
        ({"function": lambda x: math.nan}, ValueError, "function: got the value nan at x; accepted is a finite number"),
        ({"function": lambda x: np.random.random()}, ValueError, "function: got .* at the same x; accepted is"),
        ({"gradient": [1.0]}, ValueError, r"gradient: got shape \(1,\); accepted is the shape of x, \(2,\)$"),
        ({"x": np.ones((2, 1)), "gradient": np.ones((1, 2))}, ValueError, r"x, \(2, 1\); it may be transposed"),
        ({"x": [np.nan, 1.0]}, ValueError, "x: got NaN or infinity; accepted are finite numbers"),
        ({"x": []}, ValueError, r"x: got shape \(0,\); accepted is an array with at least one entry"),
        ({"names": ["a"]}, ValueError, r"names: got \['a'\]; accepted is one name for each of the 2 entries"),
    ],
)
def test_a_bad_argument_is_named(arguments, error, message) -> None:
    good = {"function": lambda x: np.sum(x**2), "gradient": [2.0, 4.0], "x": [1.0, 2.0]}
    with pytest.raises(error, match=message):
        check_gradient(**{**good, **arguments})


# Kinks at x and beside x.


@pytest.mark.parametrize("claimed", [-5.0, -1.01, -1.0, -0.3, 0.0, 0.5, 1.0, 1.001, 1.01])
def test_at_a_kink_the_claim_has_to_be_between_the_slopes(claimed) -> None:
    (entry,) = check_gradient(lambda x: abs(float(x)), claimed, 0.0).kinks
    assert (entry.left, entry.right) == (pytest.approx(-1), pytest.approx(1))
    assert (entry.verdict, entry.note) == (("kink", "") if abs(claimed) <= 1 else ("wrong", "at a kink"))
    assert entry.gap == pytest.approx(max(abs(claimed) - 1, 0))
    assert entry.measured == pytest.approx(min(max(claimed, -1), 1))


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-5, 1e-7, 1e-8])
@pytest.mark.parametrize("x", [0.0, 1.0])
def test_a_kink_beside_x_is_told_from_one_at_x(x, sign, distance) -> None:
    def f(v):
        return np.sum(np.abs(v - x - sign * distance)) + np.sum(v) / 4

    assert verdicts(f, [0.25 - sign], [x]) == ["agrees"]
    for wrong in (0.25, 0.25 + sign):  # the average of both sides, and the slope beyond the kink
        assert verdicts(f, [wrong], [x]) == ["wrong"]


def test_where_several_kinks_meet() -> None:
    # Seen from afar both sides have slope 0; between the kinks it is 2.
    assert verdicts(lambda x: abs(float(x) + 1e-9) - abs(float(x) - 1e-9), 2.0, 0.0) == ["agrees"]
    assert verdicts(lambda x: abs(float(x) + 1e-9) - abs(float(x) - 1e-9), 0.0, 0.0) == ["wrong"]
    # 0.5 is a subgradient of 3·ReLU at 0, although the chain rule gives 3·0.5.
    assert verdicts(lambda x: 3 * max(float(x), 0.0), 0.5, 0.0) == ["kink"]
    assert verdicts(lambda x: np.max(x), [1.0, 1.0], [2.0, 2.0]) == ["kink", "kink"]  # each entry is judged alone
    # |x + y| − |x − y| has gradient (2, 0) in one of the four sectors around 0, and slope 0 along both axes.
    assert verdicts(lambda v: abs(v[0] + v[1]) - abs(v[0] - v[1]), [2.0, 0.0], [0.0, 0.0])[0] == "wrong"
    assert verdicts(lambda v: np.sum(np.abs(v - 1 - 1e-12)), [-1.0], [1.0]) == ["kink"]  # too near to be told


# Causes. The function is linear, so that its slopes are known.

SLOPES = np.array([0.3, -2.0, 1.7, 0.01])
SQUARE = np.arange(9.0).reshape(3, 3)


@pytest.mark.parametrize(
    ("claimed", "slopes", "causes"),
    [
        (64 * SLOPES, SLOPES, ["claimed = 64 × measured: a missing factor of 1/64"]),
        (SLOPES / 64, SLOPES, ["claimed = measured/64: a missing factor of 64"]),
        (-SLOPES, SLOPES, ["the sign: claimed = −measured"]),
        (-2 * SLOPES, SLOPES, ["claimed = −2 × measured: a missing factor of −1/2"]),
        (1.0005 * SLOPES, SLOPES, ["claimed = 1.0005 × measured: a missing factor of 0.9995"]),
        (math.pi * SLOPES, SLOPES, ["claimed = 3.14159 × measured: a missing factor of 0.31831"]),
        (0 * SLOPES, SLOPES, ["claimed is 0 where the function changes"]),
        (SLOPES * [2, 2, 1, 1], SLOPES, ["in the 2 wrong entries claimed = 2 × measured: a missing factor of 1/2"]),
        (2 * SQUARE[0], SQUARE[0], ["claimed = 2 × measured: a missing factor of 1/2"]),  # 0 shows no factor
        # No factor is named that chance could give, or that only some show; an entry of 0 has none.
        (SLOPES * [2, 3, 1, 1], SLOPES, []),
        (SLOPES * [1.37, 1.37, 1, 1], SLOPES, []),
        (SLOPES * [2, 2, 2, 5], SLOPES, []),
        (np.full(2, 0.5), np.zeros(2), []),
        (SLOPES, SLOPES, []),
        (np.array([math.nan, math.inf, 1.7, 0.01]), SLOPES, ["2 entries are NaN or infinite"]),
        (SQUARE.T, SQUARE, ["a transposed matrix: claimed.T agrees"]),
        (SQUARE.T + 70 * np.eye(3)[::-1], SQUARE, []),
        ((SQUARE + SQUARE.T) / 2, SQUARE, []),
    ],
)
def test_a_pattern_is_named_where_all_wrong_entries_show_it(claimed, slopes, causes) -> None:
    report = check_gradient(lambda v: np.sum(slopes * v), claimed, np.ones(slopes.shape))
    assert [entry.verdict == "wrong" for entry in report.entries] == (claimed != slopes).ravel().tolist()
    assert list(report.causes) == causes


def test_a_wrong_entry_at_a_kink_is_not_part_of_a_factor() -> None:
    claimed = [7.0, 4.0, 6.0, math.nan]
    report = check_gradient(lambda v: abs(v[0]) + v[1:] @ [2, 3, 4], claimed, [0.0, 1.0, 1.0, 1.0])
    number, kink, factor = report.causes
    assert number == "1 entry is NaN or infinite" and report.wrong[-1].gap == math.inf
    assert kink.startswith("the slope at a kink has to multiply the upstream gradient")
    assert factor == "claimed = 2 × measured: a missing factor of 1/2"


# What a report says, to the letter.

WRONG = Entry("x[1]", 2.001, 2.0 + 1e-12, 1e-11, 0.001 - 1e-12, 2.0, 2.0, "wrong")


def test_what_is_worse_stands_first_and_noise_is_not_shown() -> None:
    fine = Entry("x[0]", 1.0, 1.0, 1e-12, 1e-13, 1.0, 1.0, "agrees")
    kink = Entry("x[2]", 0.3, 0.3, 1e-13, 0.0, -1e-15, 1.0 - 1e-14, "kink", at_kink=True)
    undecided = Entry("x[3]", 0.0, math.nan, math.inf, math.nan, math.nan, math.nan, "undecided", note="no slope")
    other = replace(WRONG, name="x[4]", verdict="undecided")
    report = GradientReport((fine, kink, other, undecided, WRONG), ("a reason",))
    assert repr(report).splitlines() == [
        "FAILED: 1 agree, 1 at a kink, between its slopes, 1 wrong, 2 undecided "
        "(all 5 entries; relative tolerance 1e-05)",
        "entry  claimed  measured  off by  verdict",
        "x[1]     2.001         2   0.001  wrong",
        "x[4]     2.001         2       –  undecided",
        "x[3]         0         ?       –  undecided: no slope",
        "x[2]       0.3    [0, 1]       –  kink",
        "likely cause: a reason",
    ]
    assert (report.wrong, report.undecided, report.kinks) == ((WRONG,), (other, undecided), (kink,))
    assert repr(GradientReport((fine,))) == "passed: 1 agree (the only entry; relative tolerance 1e-05)"
    assert not GradientReport((fine, undecided)).passed and GradientReport((fine, kink)).passed


def test_the_order_does_not_hang_on_noise_and_a_long_list_is_cut() -> None:
    gaps = [0.001 * (1 + (-1) ** p * 1e-9) for p in range(30)] + [0.5]
    entries = [replace(WRONG, name=f"x[{p}]", gap=gap) for p, gap in enumerate(gaps)]
    lines = repr(GradientReport(tuple(entries))).splitlines()
    assert [line.split()[0] for line in lines[2:-1]] == ["x[30]", *(f"x[{p}]" for p in range(7))]
    assert lines[-1] == "... and 23 more"
    for error, shown in ((0.01, "1.2"), (2.0, "0")):  # no digit below the error
        report = GradientReport((replace(WRONG, measured=1.23456789, error=error),))
        assert repr(report).splitlines()[2].split()[2] == shown


# Slopes and noise: each error has to be a bound, and as small as is possible.


def section(f, x=0.0):
    return Section(f, x, f(x), 8 * EPSILON * max(abs(f(x)), 1.0))


@given(st.sampled_from(sorted(SMOOTH)), st.floats(-2, 2), st.floats(-9, -1))
def test_every_error_is_a_bound(name, x, exponent) -> None:
    f, derivative, _ = SMOOTH[name]
    slopes = slopes_at(section(f, x), 10**exponent)
    assert abs(slopes.left - derivative(x)) <= slopes.left_error
    assert abs(slopes.right - derivative(x)) <= slopes.right_error
    assert abs(slopes.central - derivative(x)) <= slopes.central_error


def test_errors_fall_as_taylor_says() -> None:
    # D(h) = 1 + h/2 + h²/6 + h³/24 + … for exp at 0. Without h and h² the next term is 1/8 of h³/24.
    slopes, half = slopes_at(section(math.exp), 0.1), slopes_at(section(math.exp), 0.05)
    assert abs(slopes.right - 1) == pytest.approx(0.1**3 / 8 / 24, rel=0.1)
    assert slopes.right_error / half.right_error == pytest.approx(4, rel=0.1)
    assert slopes.central_error / half.central_error == pytest.approx(16, rel=0.1)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_correction_that_cancels_on_one_side_does_not_pass_for_an_error_of_0(side) -> None:
    slopes = slopes_at(section(lambda v: v - side * 0.175 * v**3 + v**4), 0.1)
    errors = {-1: slopes.left_error, 1: slopes.right_error}
    assert 1.2e-4 < abs((slopes.left, slopes.right)[side > 0] - 1) < errors[side]


def test_the_worst_noise_stays_within_the_error_and_fills_a_third_of_it() -> None:
    noise = {0.0: -1e-6, 0.1: 1e-6, 0.05: -1e-6, 0.025: 1e-6, -0.1: -1e-6, -0.05: 1e-6, -0.025: -1e-6}
    slopes = slopes_at(Section(lambda v: v + noise[v], 0.0, noise[0.0], 1e-6), 0.1)
    assert slopes.right_error / 3 < abs(slopes.right - 1) <= slopes.right_error
    assert slopes.central_error / 3 < abs(slopes.central - 1) <= slopes.central_error
    assert slopes.rounding == pytest.approx(3e-4)


def test_the_gap_to_a_claim_is_0_at_a_slope_and_between_the_slopes_of_a_kink() -> None:
    kink = slopes_at(section(lambda v: 2 * max(v, 0.0) - max(-v, 0.0)), 0.5)
    assert (kink.left, kink.right, kink.jump, kink.scale, kink.chord) == (1.0, 2.0, 1.0, 2.0, 2.0)
    assert kink.has_kink
    assert [kink.gap(claim) for claim in (0.5, 1.0, 1.7, 2.0, 2.25)] == [0.5, 0.0, 0.0, 0.0, 0.25]
    smooth = slopes_at(section(lambda v: 3 * v), 0.5)
    assert not smooth.has_kink
    assert (smooth.gap(3.0), smooth.gap(5.0)) == (0.0, 2.0)
    small = slopes_at(section(lambda v: v + 1e-6 * abs(v)), 0.5)
    assert not small.has_kink and small.error == pytest.approx(1e-6, rel=0.1)
    assert not slopes_at(section(lambda v: math.sqrt(abs(v))), 0.01).has_kink  # its slopes grow for ever


def test_a_claim_is_doubted_down_to_small_steps_unless_it_fits() -> None:
    for claimed, allowance, doubted in ((2.0, 0.0, True), (1.0, 0.0, False), (1.001, 0.0011, False)):
        assert measure_slopes(section(math.sin), claimed, allowance).doubted == doubted


@pytest.mark.parametrize("x", [0.0, 1e-300, 1.0, -3e7])
def test_points_are_evaluated_once_and_apart_from_x(x) -> None:
    seen: list[float] = []

    def f(v):
        seen.append(v)
        return abs(v - x)

    slopes = measure_slopes(Section(f, x, 0.0, 0.0), 0.0, 0.0).slopes
    assert slopes.has_kink and (slopes.left, slopes.right) == (pytest.approx(-1), pytest.approx(1))
    assert len(seen) == len(set(seen)) < 100
    assert min(abs(v - x) for v in seen) >= 16 * math.ulp(x)
    assert 0.01 < max(abs(v - x) for v in seen) / max(abs(x), 1) < 0.013


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-4])
def test_noise_that_was_put_in_is_bounded_and_not_by_far(size) -> None:
    def noisy(x):
        return math.sin(x[0]) + size * random.Random(float(x[0])).uniform(-1, 1)

    assert size < evaluation_noise(noisy, np.array([0.9]), noisy([0.9])) < 30 * size


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("f", [np.sin, np.exp, np.square, lambda x: x**5])
def test_a_smooth_function_has_no_more_than_some_units_in_the_last_place(f, scale) -> None:
    x = np.array([0.7, -1.3])
    noise = evaluation_noise(lambda v: scale * np.sum(f(v)), x, scale * np.sum(f(x)))
    assert EPSILON * abs(scale * np.sum(f(x))) <= noise < 40 * EPSILON * scale * np.sum(np.abs(f(x)))


@pytest.mark.parametrize(
    ("f", "x", "least", "most"),
    [
        (lambda x: (np.sum(x) + 1e8) - 1e8, [0.3, 0.7], 1e-8, 1e-6),  # cancellation: 1e8 is rounded to 1.5e-8
        (lambda x: float(np.float32(np.sum(x))), [0.3, 0.7], 2.0**-25, 2.0**-19),
        (lambda x: math.sin(1e8 * x[0]), [0.3], EPSILON, 1e-8),  # fast, but exact
        (lambda x: np.sum(np.abs(x)), [0.0, 0.0], 0, 1e-22),  # a kink at x is no noise
        (lambda x: np.sum(np.maximum(x, 0)) + 1, [0.0, 0.0], EPSILON, 40 * EPSILON),
        (lambda x: 5.0, [1.0], 5 * EPSILON, 5 * EPSILON),  # the result itself is rounded
        (lambda x: 0.0, [1.0], 0, 0),
        (lambda x: 2.0 if x[0] == 1.0 else math.nan, [1.0], 16 * EPSILON, 16 * EPSILON),  # the edge of a domain
    ],
)
def test_noise_is_seen_where_it_is(f, x, least, most) -> None:
    assert least <= evaluation_noise(f, np.array(x), f(np.array(x))) <= most
