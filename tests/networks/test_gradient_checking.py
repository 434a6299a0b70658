"""Wrong claims are caught and their cause is named, right ones pass, kinks are reported, and doubt is said so."""

import math
import re
from typing import NamedTuple

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.networks.gradient_checking import check_gradient


class Pair(NamedTuple):
    weights: np.ndarray
    bias: np.ndarray


# F, F' and the arguments at which no slope drowns in the rounding noise of the other entries.
SMOOTH = {
    "sin": (np.sin, np.cos, 3.0),
    "tanh": (np.tanh, lambda u: 1 / np.cosh(u) ** 2, 6.0),
    "cube": (lambda u: u**3, lambda u: 3 * u**2, 3.0),
    "exp": (np.exp, np.exp, 3.0),
}


def smooth_function(seed: int):
    """f(x) = Σ aᵢ·F(bᵢ·xᵢ): values and lengths from 1e-6 to 1e6, entries that differ by factors of up to 100."""
    rng = np.random.default_rng(seed)
    F, slope, reach = SMOOTH[str(rng.choice(sorted(SMOOTH)))]
    size = int(rng.integers(1, 7))
    a = 10 ** rng.uniform(-6, 6) * rng.choice([-1, 1], size) * 10 ** rng.uniform(-1, 1, size)
    b = 10 ** rng.uniform(-6, 6) * 10 ** rng.uniform(-1, 1, size)
    x = rng.uniform(-reach, reach, size) / b
    return lambda v: np.sum(a * F(b * v)), lambda v: a * b * slope(b * v), x


def verdicts(function, gradient, x):
    return [entry.verdict for entry in check_gradient(function, gradient, x).entries]


def test_at_any_scale_right_gradients_pass_and_one_wrong_entry_is_caught() -> None:
    rng, passed = np.random.default_rng(1), []
    for seed in range(300):
        f, gradient, x = smooth_function(seed)
        report = check_gradient(f, gradient, x)
        # Now and then the slopes of some entries drown in the noise of the others, and the checker says so.
        assert report.wrong == report.kinks == (), (seed, report)
        passed.append(report.passed)
        claimed = np.array(gradient(x))
        position = rng.choice(np.flatnonzero(np.abs(claimed) >= 0.1 * np.abs(claimed).max()))
        claimed[position] *= rng.choice([1.0005, 0.9, 2.0, 0.0, -1.0, 1 / 64])
        report = check_gradient(f, claimed, x)
        wrong, undecided = ({entry.name for entry in part} for part in (report.wrong, report.undecided))
        assert wrong <= {f"x[{position}]"} <= wrong | undecided, (seed, report)
        passed.append(bool(wrong))
    assert np.mean(passed) > 0.99


@pytest.mark.parametrize("x", [1e-6, 1e-3, 1.0, 1e6])
def test_constants_and_the_edge_of_a_domain_pass(x) -> None:
    assert check_gradient(lambda v: x, np.zeros(3), [0.0, 1.0, 1e4]).passed
    assert check_gradient(lambda v: math.log(v[0]), [1 / x], [x]).passed
    assert check_gradient(lambda v: np.sum(np.sqrt(v)), [0.5 / math.sqrt(x)], [x]).passed


def test_a_claim_in_float32_may_be_off_by_its_rounding() -> None:
    x, weights = np.linspace(0.1, 1, 5), np.array([1, 1e-3, 1, 1, 1])
    # The second entry is about 1e-3: 5e-8 is 420 of its units, 3e-5 is 250 of f's, and a gradient may be a sum of such.
    cases = [(5e-8, "f4", "agrees"), (3e-5, "f4", "undecided"), (1e-3, "f4", "wrong"), (1e-5, "f8", "wrong")]
    for error, dtype, verdict in cases:
        claimed = (weights * np.cos(x) + [0, error, 0, 0, 0]).astype(dtype)
        assert verdicts(lambda v: weights @ np.sin(v), claimed, x)[1] == verdict


def test_where_a_side_has_no_slope_none_is_shown() -> None:
    report = check_gradient(lambda v: v[0] * math.log(v[0]) if v[0] else 0.0, [0.25], [0.0])
    assert report.undecided and math.isnan(report.entries[0].measured) and re.search(r"0.25 +\?  ", repr(report))


def test_slopes_at_the_end_of_the_range_are_measured() -> None:
    slopes = np.array([1e308, -3e307, 2e307, 5e306])
    assert check_gradient(lambda v: slopes @ v, slopes, [0.2, 0.1, 0.3, 0.1]).passed
    assert check_gradient(lambda v: slopes @ v, 1e-320 * slopes, [0.2, 0.1, 0.3, 0.1]).causes
    large = check_gradient(lambda v: 1e-200 * np.sum(v), np.full(3, 1e100), [0.2, 0.1, 0.3])
    assert large.causes == ("claimed = 1e+300 × measured: a missing factor of 1e-300",)


def in_float32(x):
    return float(np.sin(np.float32(x)))


@pytest.mark.parametrize(
    ("f", "x", "claimed", "verdict"),
    [
        (in_float32, 0.7, math.cos(0.7) + 1e-4, "agrees"),
        (in_float32, 0.7, math.cos(0.7) + 5e-4, "undecided: "),
        (
            lambda x: np.sin(x) + 1e8,
            0.7,
            math.cos(0.7) + 0.1,
            "undecided: the steps that contradict the claim are large",
        ),
        (in_float32, 0.7, math.cos(0.7) + 0.1, "wrong"),
        (lambda x: float(x) ** 5, 0.0, 0.0, "agrees"),  # flat
        (lambda x: abs(x) ** 1.5, 0.0, 1e-3, "wrong"),  # infinite curvature, but a slope
        (lambda x: abs(x) ** 1.1, 0.0, 5.0, "undecided: the differences do not settle"),
        (lambda x: abs(x) + abs(x) ** 1.1, 0.0, 0.0, "undecided: the differences do not settle"),
        (lambda x: abs(x) + abs(x) ** 1.5, 0.0, 0.0, "kink"),
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


def test_several_arrays_are_checked_together_and_the_function_gets_them_as_they_came() -> None:
    W, b = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([0.3, -0.7])
    point = np.array([0.4, -1.1])

    def loss(parameters):
        return float(np.sum(np.sin(parameters[0] @ point + parameters[1])))

    def gradient(parameters):
        slopes = np.cos(parameters[0] @ point + parameters[1])
        return [np.outer(slopes, point), slopes]

    given = {"list": [W, b], "tuple": (W, b), "named": Pair(W, b)}
    for name, x in given.items():
        seen: set[type] = set()
        report = check_gradient(lambda p, seen=seen: (seen.add(type(p)), loss(p))[1], gradient, x)
        assert report.passed and report.size == 6 and seen == {type(x)}
        expected = ["weights[0, 0]", "bias[1]"] if name == "named" else ["x[0][0, 0]", "x[1][1]"]
        assert [report.entries[0].name, report.entries[-1].name] == expected
    assert check_gradient(loss, gradient, [W, b], names=["W", "b"]).entries[4].name == "b[0]"
    wrong = check_gradient(loss, [gradient([W, b])[0].T, gradient([W, b])[1]], [W, b])
    assert not wrong.passed and wrong.causes == ("a transposed matrix: claimed.T agrees",)
    assert check_gradient(lambda x: np.sum(x**2), [2.0, 4.0], [1.0, 2.0]).entries[1].name == "x[1]"  # a list of numbers


def test_the_weights_of_a_network_are_several_arrays() -> None:
    network = Network.mlp([2, 3, 2], activation="tanh", dtype="float64")
    _, gradient = network.loss_and_gradient([[0.5, -1.0], [1.0, 2.0]], [0, 1])

    def loss(weights):
        network.W[:] = weights
        return network.loss_and_gradient([[0.5, -1.0], [1.0, 2.0]], [0, 1])[0][0]

    report = check_gradient(loss, gradient.W, network.W)
    assert report.passed and (report.size, report.entries[-1].name) == (12, "x[1][0, 1, 2]")


@pytest.mark.parametrize(
    ("gradient", "names", "message"),
    [
        ([np.ones(2)], None, r"gradient: got \[array.*accepted is a list of 2 arrays, one for each of x"),
        (np.ones(5), None, "gradient: got array.*accepted is a list of 2 arrays"),
        ([np.ones(2), np.ones(2)], None, r"gradient\[1\]: got shape \(2,\); accepted is the shape of x\[1\], \(3,\)$"),
        ([np.ones(2), np.ones(3)], ["a"], r"names: got \['a'\]; accepted is one name for each of the 2 arrays in x"),
    ],
)
def test_a_bad_list_of_arrays_is_named(gradient, names, message) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        check_gradient(lambda p: 0.0, gradient, [np.ones(2), np.ones(3)], names)


def test_an_entry_is_judged_by_itself() -> None:
    """Whatever is claimed of the others, and however large their slopes are."""

    def f(v):
        return np.sum(np.maximum(v, 0) ** 2) + 3 * v[1] + 1e6 * abs(v[2])

    x = [0.0, -1.0, 0.0]
    first = check_gradient(f, [0.0, 3.0, 0.0], x).entries
    assert [entry.verdict for entry in first] == ["agrees", "agrees", "kink"]
    for others in (1e12, -5.0, math.inf):
        for dtype in (np.float32, np.float64):
            for position in range(3):
                claimed = np.full(3, others, dtype)
                claimed[position] = first[position].claimed
                assert check_gradient(f, claimed, x).entries[position] == first[position]
    assert check_gradient(f, [1e9, 3.5, 0.0], x).entries[1].verdict == "wrong"


# Smooth, and C¹: no kink.


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda z: np.maximum(0, z) ** 2, lambda z: 2 * np.maximum(0, z)),
        (lambda z: np.maximum(0, z) ** 3, lambda z: 3 * np.maximum(0, z) ** 2),
        (lambda z: np.maximum(0, z) ** 4, lambda z: 4 * np.maximum(0, z) ** 3),
        (lambda z: z * np.abs(z), lambda z: 2 * np.abs(z)),
    ],
)
@pytest.mark.parametrize(
    "z", [[0.0], [0.0, 10.0], [-1.0, 0.0], [-1e-9], [1e-9], [0.0, 3.0], [0.0, 1.0], [0.0, 2.0], [-1.0, 0.0, 2.0]]
)
def test_a_right_gradient_of_a_function_that_bends_passes(f, slope, z) -> None:
    z = np.array(z)
    report = check_gradient(lambda v: np.sum(f(v)), slope(z), z)
    assert {entry.verdict for entry in report.entries} == {"agrees"} and report.kinks == ()
    wrong = check_gradient(lambda v: np.sum(f(v)), 1.01 * slope(z) + 0.01, z)
    assert {entry.verdict for entry in wrong.entries} == {"wrong"}


# Kinks at x and beside x.


@pytest.mark.parametrize("exponent", range(2, 11))
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("claimed", [0.0, 0.5, 1.0])
def test_a_kink_beside_x_is_not_at_x_however_flat_the_function_is(exponent, side, scale, claimed) -> None:
    """max(±x − d, 0) at 0 is 0 all around: its slope is 0, and no other claim passes."""
    d = 10.0**-exponent
    report = check_gradient(lambda x: scale * max(side * float(x) - d, 0.0), side * scale * claimed, 0.0)
    assert [entry.verdict for entry in report.entries] == (["wrong"] if claimed else ["agrees"])
    assert report.kinks == ()


@pytest.mark.parametrize("constant", [1e4, 1e6, 1e9])
def test_where_a_constant_hides_short_steps_nothing_is_said_of_a_kink(constant) -> None:
    for d in (0.0, 1e-8, 1e-6):
        for claimed in (0.0, 0.5, 1.0):
            (entry,) = check_gradient(lambda x, d=d: constant + max(float(x) - d, 0.0), claimed, 0.0).entries
            right = claimed == 0 or d == 0
            assert entry.verdict in (("agrees", "kink", "undecided") if right else ("wrong", "undecided"))
            assert not (d and entry.at_kink)


def test_a_clarke_subgradient_is_not_called_wrong() -> None:
    """Several samples on one kink: what backprop returns for any slope there, of units with a bias of their own."""
    X, T = np.array([[0.0, 0.0], [1.0, -2.0], [-1.5, 0.5]]), np.array([[1.0], [-2.0], [0.5]])
    W2, b2 = np.array([[1.0, -0.7]]), np.array([0.2])

    def loss(p):
        hidden = np.maximum(0, X @ p[0].T + p[1])
        return float(((hidden @ W2.T + b2 - T) ** 2).mean())

    W1, b1 = np.zeros((2, 2)), np.zeros(2)  # all samples on the kinks of both units
    upstream = 2 * (b2 - T) / len(X) @ W2
    for slope in (0.0, 0.3, 0.5, 1.0):
        report = check_gradient(loss, [(slope * upstream).T @ X, (slope * upstream).sum(0)], [W1, b1])
        assert not report.wrong and len(report.kinks) == 6, report
    assert check_gradient(loss, [(3 * upstream).T @ X, (3 * upstream).sum(0)], [W1, b1]).wrong
    # |x + y| − |x − y| has the gradient (2, 0) in one of the four sectors around 0, and slope 0 along both axes.
    for claimed, verdict in ((2.0, "undecided"), (-1.0, "undecided"), (0.0, "agrees"), (2.1, "wrong")):
        entries = check_gradient(lambda v: abs(v[0] + v[1]) - abs(v[0] - v[1]), [claimed, 0.0], [0.0, 0.0]).entries
        assert [entry.verdict for entry in entries] == [verdict, "agrees"]
    assert entries[0].left == entries[0].right == 0
    for steep in (3, 10, 30):  # the sector is narrow: |y| > steep · |x|
        for claimed, verdict in ((steep, "undecided"), (-steep / 2, "undecided"), (1.1 * steep, "wrong")):
            narrow = lambda v, s=steep: max(0, s * v[0] + v[1]) - max(0, s * v[0] - v[1])  # noqa: E731
            assert verdicts(narrow, [claimed, 1.0], [0.0, 0.0]) == [verdict, "agrees"]


# Low precision.


def network_loss(dtype):
    """The loss of a small network as a function of all its numbers, these numbers, and its gradient."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((8, 2)), rng.integers(0, 2, 8)
    network = Network.mlp([2, 3, 2], seed=1, bias=0.1, dtype=dtype)
    arrays = [array for layer in network.parameters for array in layer.arrays()]
    numbers = [array.astype(float) for array in arrays]

    def loss(parameters):
        for array, values in zip(arrays, parameters, strict=True):
            array[...] = values
        return network.loss_and_gradient(X, y)[0][0]

    _, gradient = network.loss_and_gradient(X, y)
    return loss, numbers, [array.copy() for layer in gradient.parameters for array in layer.arrays()]


def test_low_precision_is_undecided_at_worst_and_the_report_says_what_to_do() -> None:
    loss, numbers, gradient = network_loss("float64")
    assert repr(check_gradient(loss, gradient, numbers)).startswith("passed: 17 agree (all 17")
    for dtype, digits, least in (("float32", "[67]", 8), ("float16", "[2-4]", 0)):
        loss, numbers, gradient = network_loss(dtype)
        report = check_gradient(loss, gradient, numbers)
        assert not report.wrong and report.undecided and report.size - len(report.undecided) >= least
        assert repr(report).startswith("UNDECIDED: ") and not report.passed
        advice = f"advice: f is exact to about {digits} digits; compute it in float64, which has 16"
        assert re.fullmatch(advice, repr(report).splitlines()[-1])
    loss, numbers, gradient = network_loss("float32")
    doubled = check_gradient(loss, [2 * array for array in gradient], numbers)
    assert repr(doubled).startswith("FAILED: ") and len(doubled.wrong) > 8


def test_errors_that_numpy_is_told_to_raise_do_not_stop_a_check() -> None:
    with np.errstate(all="raise"):
        assert check_gradient(lambda x: np.sum(np.exp(x)), np.exp, [700.0, 0.0]).entries[0].verdict == "agrees"
        assert check_gradient(lambda x: float(x) ** 30, 0.0, 0.0).passed


# The ends of a kink.


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
    assert verdicts(lambda v: np.sum(np.abs(v - 1 - 5e-15)), [0.0], [1.0]) != ["agrees"]  # too near to be told
