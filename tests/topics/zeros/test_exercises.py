"""The keys of this topic against independent computations."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.exercises.exercise import exercises_of
from course_lib.topics.zeros import exercises, small_exercises


def test_keys_of_small_by_walking_by_hand_and_by_other_sums() -> None:
    key = {id: exercise.reference() for id, exercise in exercises_of("small").items()}
    share = np.linspace(0, 1, 1000)[:, None]
    points = (1 - share) * np.array(small_exercises.WALK[0]) + share * np.array(small_exercises.WALK[1])
    crossed = sum(len(set(np.sign(points @ np.array(w) + b))) - 1 for w, b in small_exercises.UNITS)
    assert key["zeros.1"] == crossed == 2
    # z₁ = x₁, z₂ = x₂ and z₃ = x₁ + x₂ + 1 at the ends of the walk, as the lesson writes them.
    ends = [[float(np.dot(w, end) + b) for w, b in small_exercises.UNITS] for end in small_exercises.WALK]
    assert ends == [[-1, 2, 2], [2, -1, 2]]
    # Digits 2, 0, 2, 0, … to base 3: 2/3 · (1 + 1/9 + 1/81 + …).
    assert key["zeros.2"] == Fraction(2, 3) / (1 - Fraction(1, 9))
    assert all(letter != small_exercises.ADDRESSES[k][k] for k, letter in enumerate(key["zeros.3"]))
    assert len(key["zeros.3"]) == 5
    # Half precision has 10 bits after the point and the smallest exponent −14.
    assert key["zeros.4"] == 2.0 ** (-14 - 10) / 2
    with mpmath.workdps(30):
        tail = mpmath.erf(mpmath.mpf(2) ** -25 / (mpmath.mpf("0.15") * mpmath.sqrt(2)))
    assert key["zeros.5"] == pytest.approx(float(tail), rel=1e-6)
    assert (1 - key["zeros.8"]) ** 500 == pytest.approx(0.05)
    # At the ends, 9 or fewer and 9 or more zeros have a chance of 2.5 %.
    low, high = (40e6 * end for end in key["small.1"])
    assert mpmath.gammainc(10, high, regularized=True) == pytest.approx(0.025)
    assert 1 - mpmath.gammainc(9, low, regularized=True) == pytest.approx(0.025)
    assert key["small.2"] == [True, False, False, True]


def test_keys_of_the_hunt_by_other_sums() -> None:
    key = {id: exercise.reference() for id, exercise in exercises_of("zeros").items()}
    assert key["zeros.6"] == pytest.approx(1 - (1 - 1e-8) ** (3 * 256 * 60_000), rel=1e-6)
    assert key["zeros.7"] == ["rounding", "structural", "structural", "structural", "rounding"]
    four = [float(key["zeros.9"](*case.arguments)[0, 0]) for case in exercises.layer_cases()[:4]]
    assert four == [2.0**-12, 0.5, 0.0, 1.0]
    none = [(1 - p0) ** (256 * 60_000) for p0 in (3.3e-9, 1.4e-8)]
    assert key["zeros.12"] == pytest.approx([1000 - 1000 * share for share in none], rel=1e-6)
    assert key["zeros.13"] == [True, False, True, False]


def test_predictions_change_with_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exercises.networks_in_the_zone() == "more than 40 of 100"
    row_of = exercises.row_of
    monkeypatch.setattr(exercises, "row_of", lambda setting: row_of(setting._replace(dtype="float32")))
    assert exercises.networks_in_the_zone() == "fewer than 5 of 100"
    assert exercises.slope_that_matters() == "slope 0 stays at chance"
    assert small_exercises.what_is_left() == "more points than can be counted"
    monkeypatch.setattr(small_exercises, "point_at", lambda address: Fraction(1, 2))
    assert small_exercises.what_is_left() == "nothing"
    assert small_exercises.until_the_first_zero() == "ten million"
    monkeypatch.setattr(small_exercises, "density_at_zero", lambda setting: [2000.0])
    assert small_exercises.until_the_first_zero() == "ten thousand"


def exact_layer(W: np.ndarray, b: np.ndarray, X: np.ndarray) -> list[list[np.float16]]:
    """half(X Wᵀ + b) by fractions, rounded once. Python rounds a fraction to double, which holds these sums exactly."""
    fractions = [[Fraction(float(w)) for w in row] for row in W], [[Fraction(float(v)) for v in row] for row in X]
    sums = [[sum(w * v for w, v in zip(u, row, strict=True)) for u in fractions[0]] for row in fractions[1]]
    return [[np.float16(float(z + Fraction(float(c)))) for z, c in zip(row, b, strict=True)] for row in sums]


RIGHT_LAYERS = [
    exact_layer,
    lambda W, b, X: (X.astype(np.float64) @ W.T + b).astype(np.float16),
    lambda W, b, X: (np.einsum("su,du->sd", X.astype(np.float32), W) + b).astype(np.float16).tolist(),
    lambda W, b, X: (b + (X[:, None, ::-1].astype(np.float32) * W[:, ::-1]).sum(-1)).astype(np.float16),
]
WRONG_LAYERS = {
    "half precision throughout": lambda W, b, X: X @ W.T + b,
    "products rounded": lambda W, b, X: ((X[:, None] * W).astype(np.float32).sum(-1) + b).astype(np.float16),
    "sums rounded": lambda W, b, X: (X.astype(np.float32) @ W.T.astype(np.float32)).astype(np.float16) + b,
    "transposed": lambda W, b, X: (X.astype(np.float32) @ W.T + b).astype(np.float16).T,
    "bias on the wrong axis": lambda W, b, X: (
        X.astype(np.float32) @ W.T + np.resize(b, len(X)).astype(np.float32)[:, None]
    ).astype(np.float16),
    "never rounded": lambda W, b, X: X.astype(np.float32) @ W.T + b.astype(np.float32),
    "no bias": lambda W, b, X: (X.astype(np.float32) @ W.T).astype(np.float16),
    "the first unit only": lambda W, b, X: (X.astype(np.float32) @ W.T + b).astype(np.float16)[:, :1],
}


@pytest.mark.parametrize("layer", RIGHT_LAYERS)
def test_a_layer_that_rounds_once_is_right_in_any_order(layer) -> None:
    verdict = check("zeros.9", layer)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize("mistake", WRONG_LAYERS)
def test_a_layer_that_is_wrong_in_any_way_is_refused(mistake) -> None:
    verdict = check("zeros.9", WRONG_LAYERS[mistake])
    assert verdict.status == "not yet" and len(verdict.message) > 20


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("zeros.4", np.float16(2**-25), "np.float16(2**-25) is 0 already"),
        ("zeros.6", 36.9, "That looks like per cent. Write the share itself"),
        ("zeros.7", ["rounding"] * 2 + ["structural"] * 3, "3 of your 5 answers are right. Of the fifth: Case 5: 10⁻⁸"),
        ("zeros.9", lambda W, b, X: W @ X, "ValueError: the inner sizes of a matrix product differ"),
        ("zeros.9", [2.0**-12, 0.5, 0.0, 1.0], "hand in the function itself"),
    ],
)
def test_feedback_names_what_happened(exercise, answer, words) -> None:
    verdict = check(exercise, answer)
    assert verdict.status == "not yet" and words in verdict.message, verdict.message


def test_a_word_of_letters_counts_as_their_list() -> None:
    assert check("zeros.3", "RLLRL").passed and check("zeros.3", "r l l r l").passed
    assert not check("zeros.3", "LRRLR").passed and not check("zeros.3", "RLLR").passed
