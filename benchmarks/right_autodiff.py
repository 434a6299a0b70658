"""Derivatives that are right at ties: forward on random programs, backward on exact networks, and what they cost.

    python -m benchmarks.right_autodiff             all of it, in some minutes
    python -m benchmarks.right_autodiff cost        one part: forward, backward, cost or training

`forward` runs the program that the lesson builds, cell by cell, and the library's. The judge is the exact slope beside
the tie (`random_programs.slopes_beside`); next to them what one-sided conventions get wrong in one variable, where the
Clarke set is the interval between the slopes of both sides. `backward` holds the core against exact Clarke sets.

Targets: none wrong, none outside, and at most 2.5 times the cost of plain backprop where everything is on a kink.
"""

import io
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from course_lib.networks import Network
from course_lib.topics.subgradients.directional import RULES, SETTINGS, compared, right_gradient, search_networks
from course_lib.topics.subgradients.random_programs import random_programs, slopes_beside, wrong
from tools.lesson_source import read_lesson

(LESSON,) = (Path(__file__).parents[1] / "lessons").glob("*_build_a_right_autodiff.py")
COUNT, NETWORKS, REPEATS = 4000, 500, 41
SHAPES = (([64, 256, 256, 10], 512), ([784, 256, 10], 256), ([32, 64, 64, 64, 10], 128))


def lessons_gradient() -> Any:
    """The function `gradient` that the cells of the lesson define which are tagged as its program."""
    names: dict[str, Any] = {}
    with redirect_stdout(io.StringIO()):
        for cell in read_lesson(LESSON).cells:
            if cell.kind == "code" and "program" in cell.metadata.get("tags", []):
                exec(cell.source, names)
    return names["gradient"]


@dataclass(frozen=True)
class Usual:
    """A dual number that takes at every tie the branch of one side: slope 0 or 1 for ReLU, −1 or 1 for |x|."""

    value: Any
    slope: Any
    right: bool

    def lift(self, other: Any) -> "Usual":
        return other if isinstance(other, Usual) else Usual(other, 0, self.right)

    def __add__(self, other: Any) -> "Usual":
        other = self.lift(other)
        return Usual(self.value + other.value, self.slope + other.slope, self.right)

    def __mul__(self, other: Any) -> "Usual":
        other = self.lift(other)
        slope = self.slope * other.value + self.value * other.slope
        return Usual(self.value * other.value, slope, self.right)

    def __neg__(self) -> "Usual":
        return self * -1

    def __sub__(self, other: Any) -> "Usual":
        return self + self.lift(other) * -1

    def __rsub__(self, other: Any) -> "Usual":
        return self.lift(other) - self

    __radd__, __rmul__ = __add__, __mul__

    def __gt__(self, other: Any) -> bool:
        difference = (self - other).value
        return bool(difference > 0 or (self.right and difference == 0))

    def __abs__(self) -> "Usual":
        return self if self > 0 else -self


def outside_by_convention(right: bool, count: int, seed: int = 0) -> int:
    """For how many programs of one variable the slope of a one-sided convention lies outside the Clarke set."""
    outside = 0
    for program in islice(random_programs(1, seed), count):
        found = program(Usual(program.point[0], 1, right))
        slope = found.slope if isinstance(found, Usual) else 0
        ends = [slopes_beside(program, [sign])[0] for sign in (-1, 1)]
        outside += not min(ends) - Fraction(1, 2**30) < slope < max(ends) + Fraction(1, 2**30)
    return outside


def cost(sizes: list[int], batch: int, zero: bool, repeats: int = REPEATS) -> float:
    """The median over pairs of (time of directional)/(time of slope 0), of process time, for one gradient each."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((batch, sizes[0])), rng.integers(0, sizes[-1], batch)
    networks = [Network.mlp(sizes, slope_at_kink=rule, bias=0.0) for rule in ("directional", 0.0)]
    ratios = []
    for network in networks if zero else ():
        network.W[0] = 0
    for _ in range(repeats):
        times = []
        for network in networks:
            start = process_time()
            network.loss_and_gradient(X, y)
            times.append(process_time() - start)
        ratios.append(times[0] / times[1])
    return float(np.median(ratios))


def main(parts: list[str]) -> None:
    """Print the tables."""
    if "forward" in parts:
        for variables in (1, 2, 3):
            for name, gradient in (("lesson", lessons_gradient()), ("library", right_gradient)):
                found = wrong(gradient, variables, COUNT, seed=variables)
                print(f"forward, {variables} variables, {name:8}{found:>6} of {COUNT} wrong", flush=True)
        for right in (False, True):
            side = "right, s = 1" if right else "left, s = 0"
            print(f"forward, 1 variable, always {side}: {outside_by_convention(right, COUNT, 1)} of {COUNT} outside")
    if "backward" in parts:
        for setting in SETTINGS:
            searched = search_networks(*setting, tries=NETWORKS)
            counts = f"slope 0 {searched.plain:>4}, directional {searched.directional}"
            batches = ", ".join(f"{count} of batch {batch}" for batch, count in sorted(searched.by_batch.items()))
            name = ", ".join(setting)
            print(f"backward, {name:<27} outside of {searched.decided}: {counts}  ({batches})", flush=True)
    if "cost" in parts:
        print("cost: process time on this machine, which others may share; median of pairs")
        for sizes, batch in SHAPES:
            ratios = [cost(sizes, batch, zero) for zero in (True, False)]
            shape = "-".join(map(str, sizes))
            print(f"cost, {shape}, batch {batch}: all on the kink {ratios[0]:.2f}, no tie {ratios[1]:.2f}", flush=True)
    if "training" in parts:
        for rule in RULES:
            share, (low, middle, high) = compared(rule)
            print(f"training, {rule:<12}{share:6.3f} solved, to s = 0 {middle:+.3f} ({low:+.3f} to {high:+.3f})")


if __name__ == "__main__":
    main(sys.argv[1:] or ["forward", "backward", "cost", "training"])
