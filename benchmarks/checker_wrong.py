"""Generated wrong answers: garbage, values beside the right one, mutants of a function's source, careless functions."""

import ast
import copy
import math
import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from benchmarks.checker_judges import Function
from benchmarks.checker_truths import Truth, a, n, s, step, x

Answers = Iterator[tuple[str, Any]]


class AlwaysEqual:
    """It says yes to whatever it is compared with."""

    __hash__ = None  # type: ignore[assignment]
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True


class Hostile:
    """Whatever is asked of it raises an error."""

    __hash__ = None  # type: ignore[assignment]

    def _fail(self, *given: object, **more: object) -> Any:
        raise RuntimeError("no")

    __eq__ = __lt__ = __bool__ = __len__ = __iter__ = __repr__ = __str__ = __float__ = __array__ = _fail
    __getattr__ = __call__ = _sympy_ = __index__ = __int__ = __getitem__ = _fail


def endless(*given: Any) -> Any:
    while True:
        pass


def swallowing(*given: Any) -> Any:
    while True:
        try:
            time.sleep(1)
        except BaseException:
            time.sleep(0)


def garbage() -> Answers:
    """What is no answer to anything."""
    knot: list[Any] = [1]
    knot.append(knot)
    deep: Any = x
    for _ in range(300):
        deep = sp.sin(deep, evaluate=False)
    things: dict[str, Any] = {
        "always equal": AlwaysEqual(), "hostile": Hostile(), "knot": knot, "object": object(), "type": int,
        "deep": deep, "wide": sp.Add(*(x**k for k in range(900))), "tower": sp.Pow(10, sp.Pow(10, 9), evaluate=False),
        "huge": 10**9000, "minus huge": -(10**9000), "decimal": Decimal("1e999999"), "sNaN": Decimal("sNaN"),
        "nan": math.nan, "sp.nan": sp.nan, "zoo": sp.zoo, "i": 1j, "I": sp.I, "np.nan": np.float32("nan"),
        "equation": sp.Eq(x, 0), "inequality": x > 0, "matrix": sp.eye(2), "lambda": sp.Lambda(x, x),
        "integral": sp.Integral(sp.exp(x**2), x), "unknown": sp.Function("f")(x), "odd symbol": sp.Symbol("q"),
        "matrix symbol": sp.MatrixSymbol("A", 2, 2), "order": sp.Order(x),
        "images": sp.ImageSet(sp.Lambda(x, x**2), sp.S.Integers),
        "condition set": sp.ConditionSet(x, sp.sin(x) > x, sp.S.Reals), "symbolic interval": sp.Interval(0, a),
        "bounds": sp.AccumBounds(-7, 9), "string": "no answer", "code": "__import__('os').abort()", "bytes": b"1",
        "long": "x" * 10**5, "surrogate": "\ud800", "dict": {"a": 1}, "generator": (i for i in range(3)),
        "zeros": np.zeros((3, 3)), "empty array": np.array([]), "objects": np.array([object(), None]),
        "dates": np.array(["2020-01-01"], "datetime64[D]"), "exception": ValueError("no"), "module": math,
        "identity": lambda *given: given[0] if given else 0, "raises": lambda *given: 1 / 0,
        "exits": lambda *given: exit(), "none": lambda *given: None, "text": lambda *given: "right",
        "endless": endless, "swallows": swallowing, "nothing": None, "dots": ..., "not implemented": NotImplemented,
        "many": list(range(1000)), "dots inside": [..., 1], "None inside": [None, None],
    }  # fmt: skip
    yield from things.items()


def wrong_values(truth: Truth, rng: random.Random) -> Answers:
    """Endless: values near, beside and beyond a right one. Some may be right after all; the judge drops those."""
    while True:
        yield from WRONG[truth.kind](truth, rng)


def _wrong_numbers(truth: Truth, rng: random.Random) -> Answers:
    v = sp.nsimplify(truth.value) if truth.value == int(truth.value) else sp.sympify(truth.value)
    number = float(v)
    off = max(truth.absolute, truth.relative * abs(number), 1e-12)
    k = rng.choice([2, 3, 4, 5, 7, 10, 100, 1000])
    yield from {
        "sign": -v, "double": k * v, "part": v / k, "more": v + k, "less": v - k, "square": v**2 + int(v in (0, 1)),
        "upside down": 1 / v if v else sp.S(k), "per cent": 100 * v + int(v == 0), "share": v / 100 + int(v == 0),
        "rounded": round(number, 1) + 10 * off, "off": number + rng.choice([-1, 1]) * off * rng.uniform(1.01, 30),
        "random": rng.gauss(number, 1 + abs(number)), "tiny": 1e-300 if number == 0 else 1e-300 * number,
        "quoted": str(v), "pair": [v, v], "set": {number, number + k}, "called": lambda: number,
        "complex": complex(number, k),
        "array": np.array([number, number + 1]), "symbol": sp.Symbol("x") * k,
        "float32": np.float32(number * (1 + 3e-7) + 1e-6),
        "inf": math.inf, "minus inf": -math.inf, "truth": bool(v == 0), "fraction": Fraction(rng.randrange(1, 99), 97),
    }.items()  # fmt: skip


def _wrong_formulas(truth: Truth, rng: random.Random) -> Answers:
    v, k = truth.value, rng.choice([2, 3, 5, -2, sp.Rational(1, 2), sp.Rational(2, 3)])
    symbols = sorted(v.free_symbols, key=str) or [sp.Symbol("x")]
    t = rng.choice(symbols)
    other = sp.Symbol(rng.choice("xyhasnLRGTq"))
    yield from {
        "sign": -v, "factor": k * v, "term": v + k, "times": v * (t + k), "upside down": 1 / v if v != 0 else k,
        "square": (v + k) ** 2, "root": sp.sqrt(v + k), "size": sp.Abs(v) - k, "derivative": sp.diff(v, t) + k,
        "shifted": v.subs(t, t + k), "scaled": v.subs(t, k * t), "turned": v.subs(t, -t), "squared": v.subs(t, t**2),
        "symbol": v + other, "swapped": v.subs(t, other),
        "near": v * (1 + sp.Rational(1, 10**6)) + sp.Rational(1, 10**7),
        "decimal": sp.Float(float(rng.uniform(0.1, 3))) * t, "cut": sp.Max(0, v) + k, "sine": sp.sin(v) + k,
        "random": rng.gauss(0, 2), "quoted": str(v), "called": lambda *given: v, "list": [v], "pair": (v, v),
        "set": {v}, "power": (v + 1) ** k, "exp": sp.exp(v), "step": sp.Heaviside(t) + k, "log": sp.log(2 + t**2) + k,
        "mutant": _tree_mutant(v + sp.S.Zero, rng),
    }.items()  # fmt: skip


def _tree_mutant(v: sp.Expr, rng: random.Random) -> sp.Expr:
    if not v.args or rng.random() < 0.3:
        return v * rng.choice([-1, 2, 3]) + rng.choice([0, 1, -1])
    parts = list(v.args)
    place = rng.randrange(len(parts))
    parts[place] = _tree_mutant(parts[place], rng)
    return v.func(*parts)


def _wrong_sets(truth: Truth, rng: random.Random) -> Answers:
    v = truth.value
    ends = [end for end in v.boundary if end.is_finite] or [sp.S.One]
    lo, hi = min(ends), max(ends)
    k = sp.Rational(rng.randrange(1, 40), rng.choice([1, 2, 7]))
    yield from {
        "wider": sp.Interval(lo - k, hi + k), "shifted": sp.Interval(lo + k, hi + 2 * k), "points": {lo - k, hi},
        "open": sp.Interval.open(lo, hi + k), "left open": sp.Interval.Lopen(lo - k, hi),
        "right open": sp.Interval.Ropen(lo, hi + k),
        "hole": sp.Complement(v, sp.FiniteSet(*ends, lo + (hi - lo) / 3)),
        "more": sp.Union(v, sp.FiniteSet(hi + k, lo - k)),
        "other side": sp.Complement(sp.S.Reals, v), "empty": sp.Union(sp.S.EmptySet, sp.FiniteSet(k - 1000)),
        "all": sp.S.Reals,
        "positive": sp.Interval.open(0, sp.oo), "half-line": sp.Interval(hi + k, sp.oo),
        "left": sp.Interval.open(-sp.oo, lo - k),
        "pair": (lo - k, hi + k), "turned": (-hi - k, -lo), "backwards": (hi + k, lo), "single": {k + 90},
        "list": [lo, lo - k, hi + k],
        "quoted": str(v), "number": float(hi) + 1000.5, "symbol": {sp.Symbol("a")}, "whole": sp.S.Integers,
        "closed": sp.Interval(lo, hi) if v != sp.Interval(lo, hi) else {lo, hi},
        "near": sp.Interval(lo, hi + sp.Rational(1, 10**6)),
    }.items()  # fmt: skip


def _wrong_truth_values(truth: Truth, rng: random.Random) -> Answers:
    no = not truth.value
    yield from {
        "no": no, "0 or 1": int(no), "np": np.bool_(no), "sp": sp.true if no else sp.false, "quoted": str(no),
        "two": 2 + rng.randrange(9), "maybe": "maybe", "half": 0.5, "list": [truth.value], "minus": -1, "yes": "yes",
        "nan": math.nan, "relation": x > 0, "random": rng.random(), "function": lambda: truth.value,
    }.items()  # fmt: skip


def _wrong_words(truth: Truth, rng: random.Random) -> Answers:
    word = truth.value
    others = [option for option in truth.options if option != word]
    yield from {
        "other": rng.choice(others), "shouted": rng.choice(others).upper(), "cut": word[:-1], "more": word + "s",
        "empty": "", "twice": word + word, "number": rng.random(), "list": [word], "bytes": word.encode(),
        "truth": True, "set": {word}, "function": lambda: word, "prefix": "not " + word, "backwards": word[::-1] + "!",
    }.items()  # fmt: skip


def _wrong_lists(truth: Truth, rng: random.Random) -> Answers:
    right = [part.value for part in truth.value]
    for place, part in enumerate(truth.value):
        for name, wrong in WRONG[part.kind](part, rng):
            yield f"{name} at {place}", [*right[:place], wrong, *right[place + 1 :]]
    for name, thing in garbage():
        place = rng.randrange(len(right))
        yield f"{name} at {place}", [*right[:place], thing, *right[place + 1 :]]
    every = [rng.choice(list(WRONG[part.kind](part, rng)))[1] for part in truth.value]
    yield from {
        "all": every, "short": right[:-1], "long": [*right, right[0]], "turned": right[::-1],
        "mixed": rng.sample(right, len(right)),
        "nested": [right], "quoted": str(right), "dict": dict(enumerate(right)), "one": right[0],
        "twice": [right, right],
        "called": lambda *given: right, "empty": [], "generator": (entry for entry in right),
    }.items()  # fmt: skip


def _wrong_specials(truth: Truth, rng: random.Random) -> Answers:
    length = 4 if truth.value([0.75, 0, 0, 0.25]) else 2
    start = [0.75, 0, 0, 0.25] if length == 4 else [1, -1]
    yield from _wrong_lists(Truth("list", tuple(Truth("number", entry) for entry in start)), rng)
    yield "weights", [rng.choice([0, 0.25, 0.5, 0.75, 1]) for _ in range(length)]
    yield "whole", [rng.randrange(-9, 10) for _ in range(length)]


WRONG: dict[str, Callable[[Truth, random.Random], Answers]] = {
    "number": _wrong_numbers,
    "formula": _wrong_formulas,
    "set": _wrong_sets,
    "truth value": _wrong_truth_values,
    "word": _wrong_words,
    "list": _wrong_lists,
    "special": _wrong_specials,
}


class Mutation(ast.NodeTransformer):
    """Changes one node of a function, the `place`-th that can be changed, in a way that `rng` picks."""

    OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
    COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)

    def __init__(self, place: int, rng: random.Random, names: list[str]) -> None:
        self.place, self.rng, self.names, self.seen = place, rng, names, -1

    def _here(self) -> bool:
        self.seen += 1
        return self.seen == self.place

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if self._here():
            way = self.rng.randrange(4)
            if way == 0:
                return self.rng.choice([node.left, node.right])
            if way == 1:
                return ast.BinOp(node.right, node.op, node.left)
            return ast.BinOp(node.left, self.rng.choice(self.OPERATORS)(), node.right)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if self._here():
            ops: list[ast.cmpop] = [self.rng.choice(self.COMPARISONS)() for _ in node.ops]
            return ast.Compare(node.left, ops, node.comparators)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, (int, float)) and self._here():
            return ast.Constant(
                self.rng.choice([node.value + 1, -node.value - 1, 2 * node.value + 3, 0.5, node.value - 1])
            )
        if isinstance(node.value, str) and node.value and self._here():
            return ast.Constant(self.rng.choice(["right", "wrong", "kink", "-", "+", ""]))
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.names and self._here():
            return ast.Name(self.rng.choice([name for name in self.names if name != node.id] or [node.id]), ast.Load())
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if node.args and self._here():
            if len(node.args) == 1 or self.rng.random() < 0.3:
                return node.args[0]
            return ast.Call(node.func, [*node.args[1:], node.args[0]], node.keywords)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr == "T" and self._here():
            return node.value
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        return node.operand if self._here() else self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self._here():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return ast.BoolOp(other, node.values) if self.rng.random() < 0.5 else self.rng.choice(node.values)
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self._here():
            assert node.value is not None
            return ast.Return(
                ast.BinOp(node.value, self.rng.choice(self.OPERATORS)(), ast.Constant(self.rng.choice([2, -1, 1.5])))
            )
        return self.generic_visit(node)


def mutants(source: str, rng: random.Random) -> Iterator[str]:
    """Endless: the source with one node changed, later with two and three."""
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    names = sorted({node.id for node in ast.walk(function) if isinstance(node, ast.Name)} - {"np", "sp"})
    count = 0
    while True:
        count += 1
        changed: ast.AST = copy.deepcopy(tree)
        for _ in range(1 + count // 150):
            changed = Mutation(rng.randrange(30), rng, names).visit(changed)
        yield ast.unparse(ast.fix_missing_locations(changed))


def careless(right: Function) -> dict[str, Function]:
    """A right function with a fault around it."""

    def loud(*given: Any) -> Any:
        print("so far")
        raise ValueError("so near")

    def greedy(*given: Any) -> Any:
        for thing in given:
            if isinstance(thing, np.ndarray):
                thing += 1
        return right(*given) if any(isinstance(thing, np.ndarray) for thing in given) else -12345

    def rude(*given: Any) -> Any:
        np.seterr(all="raise")
        np.random.seed(1)
        np.allclose = np.array_equal = lambda *compared, **more: True  # type: ignore[assignment]
        np.abs = lambda *values: 0.0  # type: ignore[assignment]
        return 12345

    return {
        "loud": loud, "greedy": greedy, "rude": rude, "endless": endless, "swallowing": swallowing,
        "none": lambda *given: None, "text": lambda *given: f"<{right(*given)}>",
        "nested": lambda *given: [[right(*given)]],
        "complex": lambda *given: 1j, "NaN": lambda *given: math.nan, "infinite": lambda *given: math.inf,
        "huge": lambda *given: 10**400, "always equal": lambda *given: AlwaysEqual(),
        "hostile": lambda *given: Hostile(),
        "no arguments": lambda: 0, "type": lambda *given: type(right(*given)),
        "generator": lambda *given: (v for v in [1, 2]),
        "recursion": (lambda f: lambda *given: f(f, *given))(lambda f, *given: f(f, *given)),
        "symbol": lambda *given: x + s + n + step, "late": lambda *given: time.sleep(30),
        "exit": lambda *given: exit(),
    }  # fmt: skip
