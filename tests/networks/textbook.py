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
    """One replica as nested lists of numbers; what batch normalisation does needs all samples of a batch."""

    def __init__(self, network, r):
        self.layers = network.replica(r).layers
        self.weighted = [layer for layer in self.layers if not isinstance(layer, Dropout)]
        self.W = [W[r].tolist() for W in network.W]
        self.b = [b[r].tolist() for b in network.b]
        self.alpha, self.gamma, self.running = [], [], []
        for layer, given, gamma in zip(self.weighted, network.alpha, network.gamma, strict=True):
            own = getattr(layer, "alpha", None)
            start = ALPHA.get(getattr(layer, "activation", "")) if own is None else own
            self.alpha.append(None if start is None else [start] * given.shape[1])
            self.gamma.append(None if gamma is None else gamma[r].tolist())
            self.running.append(None if gamma is None else [(0.0, 1.0)] * layer.n_out)
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

    def forward(self, X, factors=(), training=False):
        """For each layer with weights, and each sample: z, what goes into the layer, and (W x − m)/√(v + ε).

        Dropout layer i multiplies its inputs by `factors[i]`, (units, samples), if there are any. The outputs stand at
        the end of what goes in. In training m and v are those of the batch.
        """
        a, inputs, z, normalized, waiting = [list(x) for x in X], [], [], [], list(factors)
        for layer in self.layers:
            if isinstance(layer, Dropout):
                a = dropped(a, waiting.pop(0)) if factors else a
                continue
            at = len(z)
            inputs.append(a)
            Wx = [[dot(row, x) for row in self.W[at]] for x in a]
            if layer.batch_norm:
                pairs = [mean_and_variance(unit) for unit in zip(*Wx, strict=True)] if training else self.running[at]
                Wx = [
                    [(v - mean) / math.sqrt(variance + 1e-5) for v, (mean, variance) in zip(row, pairs, strict=True)]
                    for row in Wx
                ]
            normalized.append(Wx)
            gamma = self.gamma[at] or [1.0] * len(self.b[at])
            z.append([[g * v + b for g, v, b in zip(gamma, row, self.b[at], strict=True)] for row in Wx])
            if isinstance(layer, Maxout):
                a = [[max(row[u :: layer.n_out]) for u in range(layer.n_out)] for row in z[at]]
            else:
                sigma = TEXTBOOK[layer.activation][0]
                a = [[sigma(v, self.alpha_of(at, u)) for u, v in enumerate(row)] for row in z[at]]
                if layer.skip:
                    a = [
                        [own + came for own, came in zip(*rows, strict=True)]
                        for rows in zip(a, inputs[at], strict=True)
                    ]
        return z, [*inputs, a], normalized

    def values(self, X):
        """z and a of each layer with weights, (samples, units)."""
        z, inputs, _ = self.forward(X)
        return list(map(np.array, z)), list(map(np.array, inputs[1:]))

    def gradient(self, x, target, loss):
        """Loss and gradient of one sample."""
        ((value, gradient),) = self.gradients([x], [target], loss, (), False)
        return value, gradient

    def gradients(self, X, targets, loss, factors=(), training=True):
        """For each sample its loss and its part of the gradient of their sum; see `forward` for `factors`."""
        z, inputs, normalized = self.forward(X, factors, training)
        losses, delta = zip(
            *(loss_of_sample(loss, out, target) for out, target in zip(inputs[-1], targets, strict=True)), strict=True
        )
        samples = [([], [], [], []) for _ in X]
        waiting, at = list(factors), len(z)
        for layer in reversed(self.layers):
            if isinstance(layer, Dropout):
                delta = dropped(delta, waiting.pop()) if factors else delta
                continue
            at -= 1
            arrived, delta = delta, [list(row) for row in delta]
            for i, (_, db, dalpha, dgamma) in enumerate(samples):
                dalpha.insert(0, [0.0] * len(self.alpha[at] or ()))
                if isinstance(layer, Maxout):
                    delta[i] = maxout_delta(layer, z[at][i], delta[i])
                else:
                    for u, v in enumerate(z[at][i]):
                        if layer.activation == "prelu":
                            dalpha[0][u % len(dalpha[0])] += delta[i][u] * min(v, 0)
                        delta[i][u] *= self.slope(layer, v, self.alpha_of(at, u))
                db.insert(0, list(delta[i]))
                dgamma.insert(0, [d * v for d, v in zip(delta[i], normalized[at][i], strict=True)])
            if layer.batch_norm:
                units = [
                    through_normalization(
                        [gamma * row[u] for row in delta], [dot(self.W[at][u], x) for x in inputs[at]]
                    )
                    for u, gamma in enumerate(self.gamma[at])
                ]
                delta = list(zip(*units, strict=True))
            for i, (dW, *_) in enumerate(samples):
                dW.insert(0, [[d * v for v in inputs[at][i]] for d in delta[i]])
            delta = [[dot(row, column) for column in zip(*self.W[at], strict=True)] for row in delta]
            if layer.skip:
                delta = [
                    [own + past for own, past in zip(*rows, strict=True)] for rows in zip(delta, arrived, strict=True)
                ]
        return [(value, self.flat(*lists)) for value, lists in zip(losses, samples, strict=True)]

    def lists(self, W, b, alpha, gamma):
        """All lists of trained numbers: W and b of each layer, α where it is trained, γ where there is one."""
        layers = list(zip(self.weighted, alpha, gamma, strict=True))
        trained = [own for layer, own, _ in layers if getattr(layer, "activation", "") == "prelu"]
        return [*W, *b, *trained, *(own for layer, _, own in layers if layer.batch_norm)]

    def flat(self, W, b, alpha, gamma):
        return np.concatenate([np.ravel(values) for values in self.lists(W, b, alpha, gamma)])

    def trained(self, parameters, r):
        """Replica r of the `W`, `b`, `alpha` and `gamma` of a network or a gradient, in the order of `theta`."""
        alpha, gamma = (
            [None if values is None else values[r] for values in of] for of in (parameters.alpha, parameters.gamma)
        )
        return self.flat([W[r] for W in parameters.W], [b[r] for b in parameters.b], alpha, gamma)

    @property
    def theta(self):
        """All trained numbers."""
        return self.flat(self.W, self.b, self.alpha, self.gamma)

    @theta.setter
    def theta(self, numbers):
        start = 0
        for values in self.lists(self.W, self.b, self.alpha, self.gamma):
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
                each = self.gradients(X[batch], y[batch], loss, factors)
                self.track(X[batch], factors)
                losses += [value for value, _ in each]
                t += 1
                self.theta = self.theta + step(t, sum(gradient for _, gradient in each) / len(batch))
            means.append(sum(losses) / len(losses))
        return means

    def track(self, X, factors):
        """Take a tenth of the batch's mean and unbiased variance into the running ones."""
        _, inputs, _ = self.forward(X, factors, training=True)
        for at, running in enumerate(self.running):
            for u in range(len(running or ())):
                mean, variance = mean_and_variance([dot(self.W[at][u], x) for x in inputs[at]])
                unbiased = variance * len(X) / (len(X) - 1)
                running[u] = 0.9 * running[u][0] + 0.1 * mean, 0.9 * running[u][1] + 0.1 * unbiased

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


def dropped(rows, factors):
    """Each number of each sample times its factor; `factors` is (units, samples)."""
    return [[v * f for v, f in zip(*pair, strict=True)] for pair in zip(rows, factors.T, strict=True)]


def mean_and_variance(values):
    mean = sum(values) / len(values)
    return mean, sum((v - mean) ** 2 for v in values) / len(values)


def through_normalization(upstream, values):
    """Σ_i upstream_i ∂n_i/∂v_j for each j: n_i = (v_i − m)/√(q + ε), ∂m/∂v_j = 1/B, and ∂q/∂v_j = 2 (v_j − m)/B."""
    mean, variance = mean_and_variance(values)
    root, B = math.sqrt(variance + 1e-5), len(values)
    return [
        sum(
            d * (((i == j) - 1 / B) / root - (v - mean) / (2 * root**3) * 2 * (w - mean) / B)
            for i, (d, v) in enumerate(zip(upstream, values, strict=True))
        )
        for j, w in enumerate(values)
    ]


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
