"""Networks as a textbook writes them: loops over samples and units, with derivatives stated anew."""

import math

import numpy as np

from course_lib.networks import Dropout, Maxout


def normal(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# σ(z), its kinks, and σ'(z) everywhere else. α is the parameter.
TEXTBOOK = {
    "identity": (lambda z, α: z, (), lambda z, α: 1.0),
    "relu": (lambda z, α: max(z, 0.0), (0.0,), lambda z, α: float(z > 0)),
    "leaky_relu": (lambda z, α: z if z > 0 else α * z, (0.0,), lambda z, α: 1.0 if z > 0 else α),
    "prelu": (lambda z, α: z if z > 0 else α * z, (0.0,), lambda z, α: 1.0 if z > 0 else α),
    "absolute": (lambda z, α: abs(z), (0.0,), lambda z, α: 1.0 if z > 0 else -1.0),
    "elu": (lambda z, α: z if z > 0 else α * math.expm1(z), (0.0,), lambda z, α: 1.0 if z > 0 else α * math.exp(z)),
    "softplus": (lambda z, α: math.log1p(math.exp(z)), (), lambda z, α: 1 / (1 + math.exp(-z))),
    "relu6": (lambda z, α: min(max(z, 0.0), 6.0), (0.0, 6.0), lambda z, α: float(0 < z < 6)),
    "hard_tanh": (lambda z, α: min(max(z, -1.0), 1.0), (-1.0, 1.0), lambda z, α: float(-1 < z < 1)),
    "sigmoid": (lambda z, α: 1 / (1 + math.exp(-z)), (), lambda z, α: math.exp(-z) / (1 + math.exp(-z)) ** 2),
    "tanh": (lambda z, α: math.tanh(z), (), lambda z, α: 1 / math.cosh(z) ** 2),
    "squared_relu": (lambda z, α: max(z, 0.0) ** 2, (), lambda z, α: 2 * max(z, 0.0)),
    "gelu": (lambda z, α: z * normal(z), (), lambda z, α: normal(z) + z * math.exp(-z * z / 2) / math.sqrt(math.tau)),
    "silu": (lambda z, α: z * sigmoid(z), (), lambda z, α: sigmoid(z) + z * sigmoid(z) * sigmoid(-z)),
}
ALPHA = {"leaky_relu": 0.01, "prelu": 0.25, "elu": 1.0}


def loss_of_sample(name, z, target):
    """The loss of one sample and its gradient with respect to the outputs z."""
    C = len(z)
    if name == "mse":
        return sum((p - t) ** 2 for p, t in zip(z, target, strict=True)) / C, [
            2 * (p - t) / C for p, t in zip(z, target, strict=True)
        ]
    if name == "mean_absolute_error":
        signs = [float(p > t) - float(p < t) for p, t in zip(z, target, strict=True)]
        return sum(abs(p - t) for p, t in zip(z, target, strict=True)) / C, [sign / C for sign in signs]
    total = sum(math.exp(p) for p in z)
    return math.log(total) - z[target], [math.exp(p) / total - (c == target) for c, p in enumerate(z)]


class Textbook:
    """One replica as nested lists of numbers; one sample at a time."""

    def __init__(self, network, r):
        self.layers = network.replica(r).layers
        self.weighted = [layer for layer in self.layers if not isinstance(layer, Dropout)]
        self.W = [W[r].tolist() for W in network.W]
        self.b = [b[r].tolist() for b in network.b]
        self.alpha = []
        for layer, given in zip(self.weighted, network.alpha, strict=True):
            own = getattr(layer, "alpha", None)
            start = ALPHA.get(getattr(layer, "activation", "")) if own is None else own
            self.alpha.append(None if start is None else [start] * given.shape[1])
        self.on_kinks = [0, 0]

    def alpha_of(self, at, unit):
        return None if self.alpha[at] is None else self.alpha[at][unit % len(self.alpha[at])]

    def slope(self, layer, z, alpha):
        for position, kink in enumerate(TEXTBOOK[layer.activation][1]):
            if z == kink:
                self.on_kinks[position] += 1
                s = layer.slope_at_kink
                s = s[position] if isinstance(s, tuple) else s
                return (alpha if layer.activation in ALPHA else 0.0) if s is None else s
        return TEXTBOOK[layer.activation][2](z, alpha)

    def forward(self, x, factors=()):
        """z of each layer with weights and what goes into it, with the outputs at the end; see `gradient`."""
        a, inputs, z, waiting = list(x), [], [], list(factors)
        for layer in self.layers:
            if isinstance(layer, Dropout):
                a = [v * f for v, f in zip(a, waiting.pop(0), strict=True)] if factors else a
                continue
            at = len(z)
            inputs.append(a)
            z.append([dot(row, a) + b for row, b in zip(self.W[at], self.b[at], strict=True)])
            if isinstance(layer, Maxout):
                a = [max(z[at][u :: layer.n_out]) for u in range(layer.n_out)]
            else:
                a = [TEXTBOOK[layer.activation][0](v, self.alpha_of(at, u)) for u, v in enumerate(z[at])]
        return z, [*inputs, a]

    def values(self, X):
        """z and a of each layer with weights, (samples, units)."""
        z, inputs = zip(*(self.forward(x) for x in X), strict=True)
        z, a = (list(map(np.array, zip(*rows, strict=True))) for rows in (z, inputs))
        return z, a[1:]

    def gradient(self, x, target, loss, factors=()):
        """Loss and gradient of one sample; dropout layer i multiplies its inputs by `factors[i]`, if there are any."""
        z, inputs = self.forward(x, factors)
        value, delta = loss_of_sample(loss, inputs[-1], target)
        dW, db, dalpha = [], [], []
        waiting, at = list(factors), len(z)
        for layer in reversed(self.layers):
            if isinstance(layer, Dropout):
                delta = [d * f for d, f in zip(delta, waiting.pop(), strict=True)] if factors else delta
                continue
            at -= 1
            dalpha.insert(0, [0.0] * len(self.alpha[at] or ()))
            if isinstance(layer, Maxout):
                delta = maxout_delta(layer, z[at], delta)
            else:
                for u, v in enumerate(z[at]):
                    if layer.activation == "prelu":
                        dalpha[0][u % len(dalpha[0])] += delta[u] * min(v, 0)
                    delta[u] *= self.slope(layer, v, self.alpha_of(at, u))
            dW.insert(0, [[d * v for v in inputs[at]] for d in delta])
            db.insert(0, delta)
            delta = [dot(delta, column) for column in zip(*self.W[at], strict=True)]
        return value, self.flat(dW, db, dalpha)

    def lists(self, W, b, alpha):
        """All lists of trained numbers: W and b of each layer, and α where it is trained."""
        layers = zip(self.weighted, alpha, strict=True)
        return [*W, *b, *(own for layer, own in layers if getattr(layer, "activation", "") == "prelu")]

    def flat(self, W, b, alpha):
        return np.concatenate([np.ravel(values) for values in self.lists(W, b, alpha)])

    def trained(self, parameters, r):
        """Replica r of the `W`, `b` and `alpha` of a network or a gradient, in the order of `theta`."""
        alpha = [None if values is None else values[r] for values in parameters.alpha]
        return self.flat([W[r] for W in parameters.W], [b[r] for b in parameters.b], alpha)

    @property
    def theta(self):
        """All trained numbers."""
        return self.flat(self.W, self.b, self.alpha)

    @theta.setter
    def theta(self, numbers):
        start = 0
        for values in self.lists(self.W, self.b, self.alpha):
            stop = start + np.size(values)
            values[:] = numbers[start:stop].reshape(np.shape(values)).tolist()
            start = stop

    def train(self, X, y, step, loss, batch_size, epochs, seed, own_seed):
        """Mean loss of each epoch; `step(t, gradient)` is the change of `theta` in step t, counted from 1."""
        order, masks = np.random.default_rng(seed), np.random.default_rng([seed, own_seed])
        means, t = [], 0
        for _ in range(epochs):
            permutation, losses = order.permutation(len(X)), []
            for start in range(0, len(X), batch_size):
                batch = permutation[start : start + batch_size]
                factors = self.drawn(masks, len(batch))
                each = [
                    self.gradient(X[i], y[i], loss, [f[:, column] for f in factors]) for column, i in enumerate(batch)
                ]
                losses += [value for value, _ in each]
                t += 1
                self.theta = self.theta + step(t, sum(gradient for _, gradient in each) / len(batch))
            means.append(sum(losses) / len(losses))
        return means

    def drawn(self, generator, batch):
        """For each dropout layer the factors (units, batch): 0 where a draw lies below the rate, else 1/(1 − rate)."""
        drawn, width = [], len(self.W[0][0])
        for layer in self.layers:
            if isinstance(layer, Dropout):
                kept = generator.random((width, batch), np.float32) >= np.float32(layer.rate)
                drawn.append(kept / (1 - layer.rate))
            else:
                width = layer.n_out
        return drawn


def dot(u, v):
    return sum(p * q for p, q in zip(u, v, strict=True))


def maxout_delta(layer, z, upstream):
    delta = [0.0] * len(z)
    for u, d in enumerate(upstream):
        rows = range(u, len(z), layer.n_out)
        winners = [row for row in rows if z[row] == max(z[row] for row in rows)]
        for row in winners if layer.tie == "split" else winners[:1]:
            delta[row] = d / len(winners) if layer.tie == "split" else d
    return delta


def sgd(rate, momentum=0.0):
    velocity = 0.0

    def step(t, gradient):
        nonlocal velocity
        velocity = momentum * velocity + gradient
        return -rate * velocity

    return step


def adam(rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    mean, square = 0.0, 0.0

    def step(t, gradient):
        nonlocal mean, square
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        return -rate * (mean / (1 - beta1**t)) / (np.sqrt(square / (1 - beta2**t)) + epsilon)

    return step
