"""Functions as answers to the lessons beyond ReLU, judged as in `checker_judges`."""

import math
from typing import Any

import numpy as np

from benchmarks.checker_judges import JUDGES as OF_THE_LESSONS_BEFORE
from benchmarks.checker_judges import RNG, Function, close, passes_in_any_case

LINE = np.concatenate([RNG.normal(size=9) * 3, [0.0, -0.0, 1.0, -1.0, 2.5, -2.5]])


def bent_slopes(f: Function) -> bool:
    for samples, units in ((7, 3), (4, 4), (1, 2), (9, 1)):
        upstream, z = RNG.normal(size=(2, samples, units))
        alpha, rate = RNG.normal(size=units), float(RNG.uniform(0.01, 0.5))
        off = [[(i, j) for i in range(samples) if z[i, j] < 0] for j in range(units)]
        wanted = [alpha[j] - rate * sum(upstream[at] * z[at] for at in off[j]) for j in range(units)]
        if not close(f(alpha.copy(), upstream, z, rate), wanted):
            return False
    return True


def indifferent(f: Function) -> bool:
    for b in (0.0, 0.5, -2.0):
        w, X = RNG.integers(-2, 3, 4) + 0.5, RNG.integers(-2, 3, (60, 4)) / 1.0
        X[:7] = 0
        wanted = 1.0 if b == 0 else sum(1 for row in X if sum(row * w) == 0) / 60
        if not close(f(w, b, X), wanted):
            return False
    return True


def groups(f: Function) -> bool:
    for k in (1, 2, 3, 5):
        entries = iter(range(4 * k))
        if any([int(j) for j in f(i, k)] != [next(entries) for _ in range(k)] for i in range(4)):
            return False
    return True


def jacobian(f: Function) -> bool:
    """Against quotients: without biases a network of ReLU layers is linear around an input."""
    for widths in ((3, 4, 2), (5, 5), (2, 6, 6, 3)):
        weights = [RNG.normal(size=shape) for shape in zip(widths[1:], widths[:-1], strict=True)]
        x = RNG.normal(size=widths[0])

        def after(at: Any, weights: list[Any] = weights) -> Any:
            for W in weights:
                at = np.maximum(W @ at, 0)
            return at

        steps = 1e-6 * np.eye(widths[0])
        wanted = np.array([(after(x + step) - after(x - step)) / 2e-6 for step in steps]).T
        if not close(f([W.copy() for W in weights], x.copy()), wanted, 1e-7):
            return False
    return True


def first_sign(f: Function) -> bool:
    """Against decimals in which each part counts a millionth of the one before."""
    for _ in range(60):
        parts = RNG.integers(-9, 10, RNG.integers(1, 6)) * RNG.integers(0, 2)
        parts[: RNG.integers(0, len(parts) + 1)] = 0
        total = sum(int(part) * 10 ** (6 * (9 - place)) for place, part in enumerate(parts))
        if f(parts.tolist()) != (total > 0) - (total < 0):
            return False
    return True


def slopes_ahead(f: Function) -> bool:
    """Against whole numbers: z is scaled up until no step of the direction can turn it."""
    for units, inputs, samples in ((3, 2, 5), (4, 3, 2), (1, 1, 6)):
        W, X = RNG.integers(-2, 3, (units, inputs)), RNG.integers(-2, 3, (samples, inputs))
        V = RNG.integers(-1000, 1001, (units, inputs)) * 2 + 1
        after = X @ (10**9 * W + V).T
        for scale in (1.0, 1e-290):
            if not close(f(scale * W, V * 1.0, X * 1.0), after > 0):
                return False
    return True


def bent_by_two(f: Function) -> bool:
    for slope in (0.3, -2.0, 0.0, 1.0, -0.7):
        (w1, b1), (w2, b2) = f(slope)
        if not close(np.maximum(w1 * LINE + b1, w2 * LINE + b2), np.where(LINE > 0, LINE, slope * LINE)):
            return False
    return True


def corrected_error(f: Function) -> bool:
    for splits, n_train, n_test in ((2, 60, 40), (9, 1347, 450), (31, 900, 100), (6, 10, 90)):
        d = RNG.normal(size=splits)
        variance = sum((v - sum(d) / splits) ** 2 for v in d) / (splits - 1)
        if not close(f(d, n_train, n_test), math.sqrt(variance / splits + variance * n_test / n_train), 1e-6):
            return False
    return True


def runs_of_each(f: Function) -> bool:
    # (1.959964 + 0.841621)² = 7.848880; no case is within 0.1 of a whole number.
    cases = [(s, d) for s in (0.3, 0.6, 1.1, 2.0) for d in (0.2, 0.45, 1.5)]
    cases = [(s, d) for s, d in cases if 0.1 < (15.69776 * s * s / d / d) % 1 < 0.9]
    return all(f(s, d) == int(15.69776 * s * s / d / d) + 1 for s, d in cases)


def forget_bias(f: Function) -> bool:
    return all(close((1 + math.exp(-float(f(n)))) ** -n, 0.5, 1e-7) for n in (1, 2, 3, 10, 40, 100, 500))


def back_through_tanh(f: Function) -> bool:
    """Against central differences of Σ to_h · tanh(W h)."""
    for units, batch in ((1, 2), (3, 2), (2, 2), (4, 5)):
        W, before, to_h = RNG.normal(size=(units, units)), *RNG.normal(size=(2, units, batch))
        wanted = np.empty_like(before)
        for place in np.ndindex(before.shape):
            move = np.zeros_like(before)
            move[place] = 1e-6
            wanted[place] = (to_h * (np.tanh(W @ (before + move)) - np.tanh(W @ (before - move)))).sum() / 2e-6
        if not close(f(W.copy(), np.tanh(W @ before), to_h.copy()), wanted, 1e-6):
            return False
    return True


def kernel_of_maxout(f: Function) -> bool:
    for pieces, samples in ((1, 4), (2, 7), (3, 9), (5, 6)):
        w, b, x = RNG.normal(size=pieces), RNG.normal(size=pieces), RNG.normal(size=samples) * 3
        rows = np.zeros((samples, 2 * pieces))
        for s in range(samples):
            z = [w[i] * x[s] + b[i] for i in range(pieces)]
            i = z.index(max(z))
            rows[s, 2 * i : 2 * i + 2] = x[s], 1
        if not close(f(w.copy(), b.copy(), x.copy()), rows @ rows.T):
            return False
    return True


def benefit_beyond(f: Function) -> bool:
    for divisions, starts in ((2, 3), (6, 4), (9, 1)):
        errors = RNG.normal(size=(2, 2, divisions, starts)) * 3 + 10
        d = []
        for i in range(divisions):
            (relu, relu_dropout), (maxout, maxout_dropout) = (
                [sum(errors[net, with_dropout, i]) / starts for with_dropout in (0, 1)] for net in (0, 1)
            )
            d.append(maxout - maxout_dropout - relu + relu_dropout)
        mean = sum(d) / divisions
        deviation = math.sqrt(sum((v - mean) ** 2 for v in d) / (divisions - 1))
        if not close(f(errors.copy()), [mean, deviation / math.sqrt(divisions)]):
            return False
    return True


def share_of_networks(f: Function) -> bool:
    """Against a product: the chance that no pre-activation is 0, layer by layer and digit by digit."""
    for layers, digits in ((1, 1000), (2, 1), (4, 30_000), (3, 0)):
        units = [int(n) for n in RNG.integers(1, 500, layers)]
        chances = [float(p) for p in RNG.uniform(1e-12, 3e-11, layers) * 10 ** RNG.uniform(0, 3)]
        none = math.prod((1 - p) ** (n * digits) for n, p in zip(units, chances, strict=True))
        if not close(f(list(units), list(chances), digits), 1 - none, 1e-4):
            return False
    return True


def told(answer: Any, wanted: bool) -> bool:
    return isinstance(answer, (bool, np.bool_, int)) and answer == wanted


def linear_backward(f: Function) -> bool:
    for samples, units in ((3, 4), (6, 2)):
        u, z = RNG.uniform(0.2, 0.9, (2, samples, units))
        u[::2], z[0, :2], z[1] = -u[::2], 0, -z[1]
        mixed = RNG.normal(size=(units, units))
        right = (lambda u, z: 0.3 * u * (z >= 0), lambda u, z: np.where(z > 0, u, -2 * u), lambda u, z, m=mixed: u @ m)
        wrong = (
            lambda u, z: np.where(z == 0, 0.7, u), lambda u, z: np.where(z > 0, np.abs(u), 0.0),
            lambda u, z: np.minimum(u, 1.5), lambda u, z: np.where(u == 0, 3.0, u), lambda u, z: u - z,
        )  # fmt: skip
        if not all(told(f(b, u.copy(), z.copy()), b in right) for b in (*right, *wrong)):
            return False
    return True


def back_through_relu(f: Function) -> bool:
    """Sample by sample and unit by unit."""
    for n, inputs, units, outputs, slope in ((3, 2, 4, 10, 0.5), (1, 5, 3, 10, 1.0), (6, 3, 3, 10, -2.0)):
        X, W2, to_o = RNG.normal(size=(n, inputs)), RNG.normal(size=(outputs, units)), RNG.normal(size=(n, outputs))
        z = RNG.integers(-1, 2, (n, units)) * RNG.uniform(0.5, 2, (n, units))
        z[0, :2] = 0, 1.25
        a = np.where(z > 0, z, 0.0)
        W1, b1 = np.zeros((units, inputs)), np.zeros(units)
        for i, j in np.ndindex(n, units):
            factor = 1.0 if z[i, j] > 0 else slope if z[i, j] == 0 else 0.0
            to_z = factor * sum(to_o[i, k] * W2[k, j] for k in range(outputs))
            W1[j] += to_z * X[i]
            b1[j] += to_z
        wanted = (W1, b1, np.einsum("no,nu->ou", to_o, a), np.einsum("no->o", to_o))
        came = f(X.copy(), z.copy(), a.copy(), W2.copy(), to_o.copy(), slope)
        if len(came) != 4 or not all(map(close, came, wanted)):
            return False
    return True


def mean_over_batch(f: Function) -> bool:
    for n, features in ((4, 4), (7, 2), (2, 5)):
        w, X, y = RNG.normal(size=features), RNG.normal(size=(n, features)), RNG.normal(size=n) + 3
        means = (
            lambda w, X, y, u: u * np.mean(X * y[:, None], axis=0), lambda w, X, y, u: u * (w + X.mean(0) * y.mean()),
        )  # fmt: skip
        others = (
            lambda w, X, y, u: u * X.T @ y, lambda w, X, y, u: u * X.T @ y / len(w),
            lambda w, X, y, u: u * (X.mean(0) + w / len(y)), lambda w, X, y, u: u * X.T @ y / len(y) ** 2,
            lambda w, X, y, u: u * X.T @ y / (len(y) + 1),
        )  # fmt: skip
        if not all(told(f(p, w.copy(), X.copy(), y.copy()), p in means) for p in (*means, *others)):
            return False
    return True


_BEYOND = {
    "paper.2": share_of_networks,
    "audit.2": linear_backward,
    "audit.3": back_through_relu,
    "audit.4": mean_over_batch,
    "maxout_training.2": kernel_of_maxout,
    "maxout_training.5": benefit_beyond,
    "recurrent.3": forget_bias,
    "recurrent.5": back_through_tanh,
    "rectifiers.2": bent_slopes,
    "rectifiers.4": indifferent,
    "rectifiers.5": groups,
    "linear_paths.2": jacobian,
    "autodiff.2": first_sign,
    "autodiff.5": slopes_ahead,
    "maxout.1": bent_by_two,
    "comparison.3": corrected_error,
    "comparison.5": runs_of_each,
}
JUDGES = OF_THE_LESSONS_BEFORE | {id: passes_in_any_case(judge) for id, judge in _BEYOND.items()}
