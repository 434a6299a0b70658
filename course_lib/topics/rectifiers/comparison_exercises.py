"""The exercises and predictions of the lesson *Compare fairly*, with keys computed from its runs and formulas."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.intervals import standard_error
from course_lib.networks import Dense, Maxout, Network
from course_lib.topics.rectifiers.paired import OVERLAP, holm, runs_needed, same_winner

HOLM_EXAMPLE = {"a": 0.001, "b": 0.03, "c": 0.015, "d": 0.2, "e": 0.012}
TRIES = 5


def maxout_units() -> int:
    """The number of maxout units with two pieces whose 64-h-10 comes nearest to the parameters of 64-64-10."""
    wanted = Network.mlp([64, 64, 10]).n_parameters
    of = {h: Network([Maxout(64, h), Dense(h, 10)]).n_parameters for h in range(1, 65)}
    return min(of, key=lambda h: abs(of[h] - wanted))


def best_of_five_wins() -> Fraction:
    """P(max of five ≥ a sixth), all six alike: the best of six is one of the five."""
    return Fraction(TRIES, TRIES + 1)


def error_cases() -> list[Case]:
    """Differences of a few splits, with the sizes of the two parts."""
    rng = np.random.default_rng(10)
    sizes = ((900, 100), (1347, 450), (4000, 1000), (50, 50))
    return [
        Case(
            f"{splits} differences, n_train = {n_train} and n_test = {n_test}",
            (rng.normal(0.3, 0.8, splits).round(2), n_train, n_test),
        )
        for splits, (n_train, n_test) in zip((5, 20, 2, 7), sizes, strict=True)
    ]


def error_with(inside: Callable[[int, int, int], float], ddof: int = 1) -> Callable[[np.ndarray, int, int], float]:
    """s · √inside(J, n_train, n_test)."""
    return lambda d, n_train, n_test: float(np.std(d, ddof=ddof) * math.sqrt(inside(len(d), n_train, n_test)))


def run_cases() -> list[Case]:
    return [Case(f"sigma = {s} and delta = {d}", (s, d)) for s, d in ((0.6, 0.5), (0.6, 0.25), (0.9, 0.5), (0.4, 1.0))]


def needed_with(factor: float, z: float, power: int = 2) -> Callable[[float, float], int]:
    """⌈factor · z² · (σ/δ)^power⌉."""
    return lambda sigma, delta: math.ceil(factor * z**2 * (sigma / delta) ** power)


def one_run_right() -> str:
    """The option of prediction comparison.p1, counted."""
    share = same_winner("digits", "silu")[0]
    return min(SHARES_OF_P1, key=lambda option: abs(SHARES_OF_P1[option] - share))


SHARES_OF_P1 = {"about half of them": 0.5, "about three of four": 0.75, "nearly all of them": 0.97}


def times_as_wide() -> str:
    """The option of prediction comparison.p2: √(1 + J · n_test/n_train) for the 20 splits of the digits."""
    times = math.sqrt(1 + 20 * OVERLAP["digits"])
    return min(TIMES_OF_P2, key=lambda option: abs(math.log(TIMES_OF_P2[option] / times)))


TIMES_OF_P2 = {"about 1.2 times": 1.2, "about 2.8 times": 2.8, "about 20 times": 20.0}

EXERCISES = [
    Exercise(
        id="comparison.1",
        comparator=Number(absolute=0.002),
        reference=best_of_five_wins,
        wrong_answers=(
            WrongAnswer(0.5, "That is one run against one run. The best of five is no longer a typical run."),
            WrongAnswer(1, "Likely, but not certain: the single run of the other may be the best of all six."),
            WrongAnswer(
                Fraction(31, 32),
                r"$1 - \left(\frac{1}{2}\right)^5$ needs five independent duels. But the five tries all meet one "
                "and the same rival.",
            ),
            WrongAnswer(Fraction(4, 5), "Count all the runs: five and one make six."),
            WrongAnswer(
                Fraction(1, 6), "With that probability B's run is the best of all six. The report speaks of A."
            ),
        ),
        hints=(
            "Six runs of the same thing. Which of them is the best of all?",
            "Each of the six is the best with equal probability. In how many of these cases is it among the five?",
        ),
        explanation=(
            r"By symmetry each of the six runs is the best with probability $\frac{1}{6}$; in five "
            "cases it is A's."
        ),
    ),
    Exercise(
        id="comparison.2",
        comparator=Number(),
        reference=maxout_units,
        wrong_answers=(
            WrongAnswer(64, "As many units means almost twice as many parameters: each maxout unit has two rows."),
            WrongAnswer(32, "Half the units halves the last layer too, although its units have one row each."),
            WrongAnswer(35, "35 is more than 2 % too many; one unit fewer comes nearer."),
            WrongAnswer(33, "You come within 4 %, and a neighbour comes nearer. Do all biases count?"),
            WrongAnswer(37, "130 parameters enter a unit, and 10 weights leave it: the last layer counts too."),
        ),
        hints=(
            "Count for h maxout units: two rows of 64 weights and a bias each, then ten rows of h weights and a bias.",
            "2 · 65 · h + 10 · (h + 1) = 140 h + 10, and ReLU has 65 · 64 + 10 · 65. Which h comes nearest?",
        ),
        explanation="140 h + 10 = 4810 at h = 34.3; 34 units have 4770 parameters, 0.8 % fewer.",
    ),
    Exercise(
        id="comparison.3",
        comparator=FunctionOf(error_cases, Number(relative=1e-6)),
        reference=lambda: lambda d, n_train, n_test: standard_error(d, n_test / n_train),
        wrong_answers=(
            WrongAnswer(
                error_with(lambda J, n_train, n_test: 1 / J),
                "That is the naive one: it takes the splits for independent.",
            ),
            WrongAnswer(
                error_with(lambda J, n_train, n_test: 1 / J + n_train / n_test),
                "The ratio is upside down. Small test parts have few samples in common, and then the correction is "
                "small.",
            ),
            WrongAnswer(
                error_with(lambda J, n_train, n_test: 1 / J + n_test / n_train, ddof=0),
                "NumPy's std divides by J. The standard deviation of a sample divides by J − 1: ddof=1.",
            ),
            WrongAnswer(
                error_with(lambda J, n_train, n_test: 1 / J + n_test / (n_train + n_test)),
                r"That is ρ itself. The correction is $\frac{\rho}{1 - \rho}$, because s has been made smaller "
                "by the overlap too.",
            ),
            WrongAnswer(
                error_with(lambda J, n_train, n_test: (1 / J + n_test / n_train) ** 2),
                "The bracket adds variances; an error is the root of a variance.",
            ),
            WrongAnswer(
                lambda d, n_train, n_test: float(np.var(d, ddof=1) * (1 / len(d) + n_test / n_train)),
                "That is the variance of the mean. The standard error is its root.",
            ),
            WrongAnswer(
                lambda d, n_train, n_test: float(np.std(d, ddof=1) * (len(d) ** -0.5 + math.sqrt(n_test / n_train))),
                "Variances add up, not their roots: one root, over the sum.",
            ),
        ),
        hints=(
            "Take s with np.std(d, ddof=1) and J with len(d).",
            "return np.std(d, ddof=1) * np.sqrt(1 / len(d) + …), with the ratio of the two parts.",
        ),
        explanation=(
            r"$s \sqrt{\frac{1}{J} + \frac{n_{\text{test}}}{n_{\text{train}}}}$: the first term falls with the "
            "number of splits, the second does not."
        ),
    ),
    Exercise(
        id="comparison.4",
        comparator=Number(),
        reference=lambda: len(holm(HOLM_EXAMPLE)),
        wrong_answers=(
            WrongAnswer(4, "That is every p below 0.05, without a thought for how many were tried."),
            WrongAnswer(
                1,
                r"That is Bonferroni, $\frac{0.05}{5}$ for all. Holm loosens the bound after each one that has "
                "passed.",
            ),
            WrongAnswer(2, r"The third bound is $\frac{0.05}{3} = 0.0167$, and the third smallest p is 0.015."),
            WrongAnswer(5, "0.2 is above every bound."),
            WrongAnswer(0, r"The bounds start at $\frac{0.05}{5} = 0.01$, and the smallest p is below that."),
        ),
        hints=(
            r"Sort them: 0.001, 0.012, 0.015, 0.03, 0.2. The bounds are $\frac{0.05}{5}$, $\frac{0.05}{4}$, "
            r"$\frac{0.05}{3}$, $\frac{0.05}{2}$, 0.05.",
            "Compare place by place and stop at the first that is above its bound.",
        ),
        explanation="0.001 ≤ 0.01, 0.012 ≤ 0.0125, 0.015 ≤ 0.0167, but 0.03 > 0.025: three remain.",
    ),
    Exercise(
        id="comparison.5",
        comparator=FunctionOf(run_cases, Number()),
        reference=lambda: runs_needed,
        wrong_answers=(
            WrongAnswer(
                needed_with(1, 2.801585), "A factor of 2 is missing: both means are uncertain, so variances add up."
            ),
            WrongAnswer(
                needed_with(2, 1.959964),
                "Without the second z the study finds the difference only every other time: add z for 80 %.",
            ),
            WrongAnswer(
                needed_with(2, 2.801585, 1),
                r"$\frac{\sigma}{\delta}$ comes squared: half the difference takes four times the runs.",
            ),
            WrongAnswer(
                lambda sigma, delta: 2 * 2.801585**2 * sigma**2 / delta**2,
                "Runs come whole: round up with math.ceil.",
            ),
            WrongAnswer(
                lambda sigma, delta: math.floor(2 * 2.801585**2 * sigma**2 / delta**2),
                "One run too few: the least whole n that is not smaller than the right-hand side. Round up.",
            ),
            WrongAnswer(
                lambda sigma, delta: math.ceil(2 * 2.801585**2 * sigma**2 / delta),
                "δ comes squared too: half the difference takes four times the runs, not twice.",
            ),
            WrongAnswer(
                lambda sigma, delta: math.ceil(2 * 2.801585**2 * sigma / delta**2),
                "σ comes squared too: what adds up is variances.",
            ),
            WrongAnswer(
                needed_with(2, 2.486475),
                "That is z for 0.95. False alarms of 5 % lie on both sides, 2.5 % on each: z for 0.975.",
            ),
            WrongAnswer(
                lambda sigma, delta: 2 * runs_needed(sigma, delta),
                "That is twice too many: n counts the runs of one of the two, not of both.",
            ),
            WrongAnswer(
                lambda sigma, delta: math.ceil(2 * (1.959964**2 + 0.841621**2) * sigma**2 / delta**2),
                "Add the two z first, and square their sum.",
            ),
        ),
        hints=(
            "$z_{0.975}$ is 1.96 and $z_{0.8}$ is 0.8416; NormalDist().inv_cdf(0.8) gives more digits.",
            r"$n \ge \frac{2 (z_{0.975} + z_{0.8})^2 \sigma^2}{\delta^2}$, rounded up with math.ceil.",
        ),
        explanation="With σ = 0.6 and δ = 0.5 that is 23 runs of each.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="comparison.p1",
        question=(
            "ReLU and SiLU have been trained 200 times each on the digits, with equal starts, data and batch orders. "
            "In how many of the 200 pairs does the one win that is better on the mean of all?"
        ),
        options={
            "about half of them": "A coin would do as well.",
            "about three of four": "That would already be a strong signal for a single run.",
            "nearly all of them": "Then one run would be enough, and papers would need no tables of means.",
        },
        answer=one_run_right,
        reveal="The runs of one activation differ from each other by more than the activations differ.",
    ),
    Prediction(
        id="comparison.p2",
        question=(
            "The 20 splits of the digits share their samples: each takes 1347 to learn from and 450 to be judged by, "
            "of the same 1797. How much wider is an honest interval than one that takes the splits for independent?"
        ),
        options={
            "about 1.2 times": "The overlap is large: two training parts share three quarters of their samples.",
            "about 2.8 times": r"$\sqrt{1 + 20 \cdot \frac{450}{1347}}$.",
            "about 20 times": "Then 20 splits would tell less than one; they do tell something new.",
        },
        answer=times_as_wide,
        reveal="The section 'Splits that overlap' derives it.",
    ),
]
