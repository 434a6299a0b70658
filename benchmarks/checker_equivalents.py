"""Generated right answers: numbers, formulas, sets and lists in other clothes, and functions rewritten."""

import ast
import copy
import functools
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from benchmarks.checker_judges import Function
from benchmarks.checker_truths import Truth

Answers = Iterator[tuple[str, Any]]


def same_numbers(value: Any, rng: random.Random) -> Answers:
    """Endless: a number in other clothes."""
    exact = (
        sp.nsimplify(value, rational=True)
        if isinstance(value, (int, sp.Rational)) or float(value).is_integer()
        else None
    )
    v = sp.sympify(value)
    while True:
        if exact is not None:
            r = sp.Rational(exact)
            yield from {
                "fraction": Fraction(int(r.p), int(r.q)), "decimal": Decimal(int(r.p)) / Decimal(int(r.q)),
                "rational": r,
            }.items()  # fmt: skip
        k = sp.Rational(rng.randrange(1, 40), rng.randrange(1, 9))
        yield from {
            "float": float(v), "np": np.float64(float(v)), "mpmath": mpmath.mpf(float(v)), "array": np.array(float(v)),
            "Float": sp.Float(float(v), 17), "difference": sp.Add(v + k, -k, evaluate=False),
            "quotient": sp.Mul(v * k, 1 / k, evaluate=False),
            "root": sp.sign(v) * sp.sqrt(v**2), "trig": v * (sp.sin(k) ** 2 + sp.cos(k) ** 2),
            "log": v + sp.log(sp.exp(k)) - k,
        }.items()  # fmt: skip


def same_formulas(v: sp.Expr, rng: random.Random) -> Answers:
    """Endless: a formula rewritten."""
    ways: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
        sp.expand, sp.factor, sp.together, sp.simplify, sp.powsimp, sp.powdenest, sp.radsimp, sp.nsimplify,
        lambda e: e.subs({t: sp.Symbol(t.name) for t in e.free_symbols}),
        lambda e: e.subs({t: sp.Symbol(t.name, real=True) for t in e.free_symbols}),
        lambda e: e.rewrite(sp.exp), lambda e: sp.expand(e * 3) / 3,
    )  # fmt: skip
    while True:
        k = sp.Rational(rng.randrange(1, 40), rng.choice([1, 2, 4, 8]))
        t = rng.choice(sorted(v.free_symbols, key=str) or [sp.Symbol("x")])
        yield "way", rng.choice(ways)(v)
        yield "trig", v + k * (sp.sin(t) ** 2 + sp.cos(t) ** 2) - k
        yield "difference", sp.Add(v + k * t, -k * t, evaluate=False)
        yield "quotient", sp.Mul(k * v, 1 / k, evaluate=False)
        yield "decimals", v + sp.Float(float(k)) - k if not v.is_number else v
        yield "split", sp.Add(v * k / (1 + k), v / (1 + k), evaluate=False)
        yield "plain symbols", rng.choice(ways)(v).subs({u: sp.Symbol(u.name) for u in v.free_symbols})
        if v.is_number and v.is_Rational:
            yield from ((name, number) for (name, number), _ in zip(same_numbers(v, rng), range(8), strict=False))


def same_sets(v: sp.Set, rng: random.Random) -> Answers:
    """Endless: a set written in other ways."""
    while True:
        k = sp.Rational(rng.randrange(1, 60), 7)
        yield "itself", v
        yield "with nothing", sp.Union(v, sp.S.EmptySet)
        yield "cut and put together", sp.Union(v.intersect(sp.Interval(-sp.oo, k)), v.intersect(sp.Interval(k, sp.oo)))
        yield "twice turned", sp.Complement(sp.S.Reals, sp.Complement(sp.S.Reals, v))
        if v == sp.S.EmptySet:
            yield from {"set()": set(), "frozenset": frozenset(), "()": (), "[]": []}.items()
        elif isinstance(v, sp.FiniteSet):
            points = [float(point) for point in v]
            yield from {
                "points": set(points),
                "exact": set(v),
                "fractions": {Fraction(point) for point in points},
            }.items()
            yield from (
                {"number": points[0], "list": points, "array": np.array(points)}.items() if len(points) == 1 else ()
            )
        elif v.start.is_finite and v.end.is_finite and not (v.left_open or v.right_open):
            ends = float(v.start), float(v.end)
            yield from {"pair": ends, "list": list(ends), "array": np.array(ends), "floats": sp.Interval(*ends)}.items()
            yield "mpmath", tuple(map(mpmath.mpf, ends))
        else:
            yield "floats", sp.Interval(*(sp.Float(float(e)) if e.is_finite else e for e in v.args[:2]), *v.args[2:])


def same_truth_values(v: bool, rng: random.Random) -> Answers:
    while True:
        yield from {
            "plain": v,
            "np": np.bool_(v),
            "sp": sp.true if v else sp.false,
            "0 or 1": int(v),
            "quoted": str(v),
        }.items()
        yield from {"relation": sp.Integer(1) < (2 if v else 0), "np 1": np.int8(v), "small": str(v).lower()}.items()


def same_words(v: str, rng: random.Random) -> Answers:
    while True:
        spaced = "  ".join(v.split(" "))
        yield from {
            "plain": v,
            "shouted": v.upper(),
            "spaced": f" {spaced} ",
            "np": np.str_(v),
            "title": v.title(),
        }.items()


def same_lists(truth: Truth, rng: random.Random) -> Answers:
    """Endless: each place in its own other clothes, in a list, tuple or array."""
    sources = [equivalents(part, rng) for part in truth.value]
    while True:
        parts = [value for (_, value) in (next(source) for source in sources)]
        objects = np.empty(len(parts), dtype=object)
        objects[:] = parts
        yield rng.choice([("list", parts), ("tuple", tuple(parts)), ("array", objects)])


def same_specials(truth: Truth, rng: random.Random) -> Answers:
    """Endless: other right answers, as numbers of all kinds."""
    while True:
        if truth.value([1.0, -1.0]):
            first, second = rng.choice([1, -1]) * rng.randrange(1, 50), rng.randrange(1, 50)
            parts: list[Any] = [first, -second if first > 0 else second]
        else:
            u = Fraction(rng.randrange(0, 5), 16)
            parts = [Fraction(3, 4) - u, u, u, Fraction(1, 4) - u]
        kind = rng.choice(
            [float, Fraction, sp.Rational, lambda p: np.float64(float(p)), lambda p: mpmath.mpf(float(p))]
        )
        entries = [kind(part) for part in parts]
        yield rng.choice([("list", entries), ("tuple", tuple(entries))])


def equivalents(truth: Truth, rng: random.Random) -> Answers:
    """Endless: other ways to write a right answer."""
    whole = {"list": same_lists, "special": same_specials}
    if truth.kind in whole:
        yield from whole[truth.kind](truth, rng)
    by_kind: dict[str, Callable[[Any, random.Random], Answers]] = {
        "number": same_numbers, "formula": same_formulas, "set": same_sets, "truth value": same_truth_values,
        "word": same_words,
    }  # fmt: skip
    yield from by_kind[truth.kind](truth.value, rng)


TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.LtE,
    ast.LtE: ast.GtE,
    ast.Eq: ast.Eq,
}


class Rewriting(ast.NodeTransformer):
    """Writes one node of a function in another way that means the same for numbers and arrays."""

    def __init__(self, place: int, rng: random.Random) -> None:
        self.place, self.rng, self.seen = place, rng, -1

    def _here(self) -> bool:
        self.seen += 1
        return self.seen == self.place

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not self._here():
            return self.generic_visit(node)
        if isinstance(node.op, (ast.Add, ast.Mult)) and self.rng.random() < 0.5:
            return ast.BinOp(node.right, node.op, node.left)
        if isinstance(node.op, ast.Sub):
            return ast.BinOp(node.left, ast.Add(), ast.UnaryOp(ast.USub(), node.right))
        return self._around(node)

    def _around(self, node: ast.expr) -> ast.AST:
        ways = (
            lambda e: ast.BinOp(e, ast.Add(), ast.Constant(0)),
            lambda e: ast.BinOp(ast.Constant(1), ast.Mult(), e),
            lambda e: ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), e)),
            lambda e: ast.UnaryOp(ast.UAdd(), e),
            lambda e: ast.IfExp(ast.Constant(True), e, ast.Constant(0)),
        )
        return self.rng.choice(ways)(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) == 1 and type(node.ops[0]) in TURNED and self._here():
            return ast.Compare(node.comparators[0], [TURNED[type(node.ops[0])]()], [node.left])
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return self._around(node) if self._here() else self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self._here() and node.value is not None:
            name = ast.Name("result", ast.Store())
            return [ast.Assign([name], node.value), ast.Return(ast.Name("result", ast.Load()))]  # type: ignore[return-value]
        return self.generic_visit(node)


def rewritings(source: str, rng: random.Random) -> Iterator[str]:
    """Endless: the source with a few nodes written in another way."""
    while True:
        tree: ast.AST = copy.deepcopy(ast.parse(source))
        for _ in range(rng.randrange(5)):
            tree = Rewriting(rng.randrange(15), rng).visit(tree)
        yield ast.unparse(ast.fix_missing_locations(tree))


def clothes(function: Function) -> list[Function]:
    """A function in the forms in which it may be handed in."""

    class Callable_:
        def __call__(self, *given: Any) -> Any:
            return function(*given)

    return [
        function,
        function,
        lambda *given: function(*given),
        functools.partial(function),
        Callable_().__call__,
        Callable_(),
    ]
