"""Figures of lesson 04: the subgradient method step by step, a step that climbs, and the gap against its bound."""

import numpy as np

from course_lib.experiments.subgradient_method import OBJECTIVES, RULES, STEPS, bound, run
from course_lib.figures import validation
from course_lib.figures.layers import Curve, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

PLANE = OBJECTIVES["|x| + 2|y|"]
LEVELS = (0.25, 0.5, 1.0, 1.5, 2.0)
SHOWN = 60  # steps of the path in the plane
ROUNDING = 1e-9  # a value that rises by less than this has not risen
T_LIMITS = (0.0, 1.0)
GAP_LIMITS = (1e-3, 5.0)


def path_in_the_plane(rule: str = "constant", t: float = 0.1, step: int = 12) -> Scene:
    """x ← x − t_k g on f = |x| + 2|y|: the first points of the path on the level curves of f, which are rhombi.

    `rule` is one of `RULES`, t from 0.01 to 1, `step` from 1 to 60. Raises ValueError for others.
    """
    name = "path_in_the_plane"
    validation.one_of(name, "rule", rule, tuple(RULES))
    t = validation.number_between(name, "t", t, 0.01, 1)
    step = int(validation.number_between(name, "step", step, 1, SHOWN))
    path = run("|x| + 2|y|", rule, t, STEPS)
    x, y = path.x[: step + 1].T
    value, best = path.value[step], path.best[step]
    layers: list[Layer] = []
    for i, level in enumerate(LEVELS):
        corners = level * np.array([[1, 0], [0, 0.5], [-1, 0], [0, -0.5], [1, 0]])
        label = "f = ¼, ½, 1, 1½, 2" if i == 0 else ""
        layers.append(Curve(corners[:, 0], corners[:, 1], label, "grey", "dotted", 1.5))
    layers += [
        Curve(x, y, "path", "blue", width=1.5),
        Points(x[:-1], y[:-1], color="blue", marker="hollow", size=6),
        Points(x[-1:], y[-1:], f"after {step} step{'s' if step > 1 else ''}", "vermilion", size=11),
        Points(np.zeros(1), np.zeros(1), "minimum", "ink", size=8),
    ]
    rises = int((np.diff(path.value[: step + 1]) > ROUNDING).sum())
    return Scene(
        f"Steps {rule}, t = {number(t)}", Axis("x", (-1.3, 2.1)), Axis("y", (-0.75, 1.05)), tuple(layers),
        f"|x| + 2|y|, steps {rule} with t = {number(t)}: after {step} step{'s' if step > 1 else ''} the value is "
        f"{number(value, 2)}, the best so far {number(best, 2)}; the value rose in {rises} of the steps.",
    )  # fmt: skip


def step_against_a_subgradient(gamma: float = 2.0) -> Scene:
    """f(a − t·g) for f = |x| + 2|y|, a = (1, 0), g = (1, γ), and the distance of a − t·g to the minimum, 0 ≤ t ≤ 1.

    Every γ from −2 to 2 makes g a subgradient at a; ValueError for others. f starts with the slope 2|γ| − 1, and the
    squared distance with −2.

    >>> print(step_against_a_subgradient(2).description.replace(". ", ".\\n"))
    From (1, 0) against g = (1, 2): for small t the value is 1 + 3t.
    The distance to the minimum falls until t = 0.2.
    """
    gamma = validation.number_between("step_against_a_subgradient", "gamma", gamma, -2, 2)
    t = np.linspace(*T_LIMITS, 201)
    points = np.array([1.0, 0.0]) - t[:, None] * np.array([1.0, gamma])
    value, distance = PLANE.value(points), np.linalg.norm(points, axis=1)
    slope = (value[1] - value[0]) / t[1]
    layers = (
        Segment((0, 1), (1, 1), "where it started", "grey", "dotted"),
        Curve(t, value, "value f", "vermilion", width=3),
        Curve(t, distance, "distance to the minimum", "blue", "dashed", 3),
        Points(t[distance.argmin()][None], distance.min()[None], "nearest to the minimum", "blue", size=10),
    )
    rounded = round(float(slope), 9)
    growth = f"1 {'+' if rounded > 0 else '−'} {number(abs(rounded))}t".replace(" 1t", " t")
    said = growth if rounded else "1, whatever t is"
    return Scene(
        f"A step against (1, {number(gamma)})", Axis("length t of the step", T_LIMITS),
        Axis("value, distance", (0, 4.2)), layers,
        f"From (1, 0) against g = (1, {number(gamma)}): for small t the value is {said}. The distance to the minimum "
        f"falls until t = {number(1 / (1 + gamma**2), 2)}.",
    )  # fmt: skip


def gap_against_bound(objective: str = "|x|", rule: str = "constant", t: float = 0.1) -> Scene:
    """f(x_k) − min f, the best so far, and (R² + G²·Σt²)/(2·Σt), against k = 1 … 200, on logarithmic axes.

    `objective` is one of `OBJECTIVES`, `rule` one of `RULES`, t from 0.01 to 1. Raises ValueError for others.
    """
    name = "gap_against_bound"
    validation.one_of(name, "objective", objective, tuple(OBJECTIVES))
    validation.one_of(name, "rule", rule, tuple(RULES))
    t = validation.number_between(name, "t", t, 0.01, 1)
    path, k = run(objective, rule, t, STEPS), np.arange(1.0, STEPS + 1)
    limit = bound(objective, path.step)
    low, high = GAP_LIMITS
    layers = (
        Curve(k, np.clip(limit, low, high), "bound", "orange", "dashed", 3),
        Curve(k, np.clip(path.value, low, high), "gap of this step", "grey", "solid", 1),
        Curve(k, np.clip(path.best, low, high), "best gap so far", "blue", width=3),
    )
    best = path.best[-1]
    shown = f"below {number(low)}" if best < low else number(best, 2)
    return Scene(
        f"{objective}, steps {rule}, t = {number(t)}", Axis("step k", (1, STEPS), "log"),
        Axis("gap to the minimum", GAP_LIMITS, "log"), layers,
        f"{objective}, steps {rule} with t = {number(t)}: after {STEPS} steps the best gap is {shown}, the bound "
        f"{number(limit[-1], 2)}.",
    )  # fmt: skip
