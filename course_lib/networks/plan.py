"""One training step of some replicas as a flat list of NumPy calls, bound to their arrays once and then only called."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.directional import Ahead
from course_lib.networks.kernels import bind, bind_maxout, needs_scratch
from course_lib.networks.layers import Dense, Dropout, Layer, Maxout
from course_lib.networks.losses import Loss
from course_lib.networks.normalization import bind_normalization
from course_lib.networks.parameters import LayerParameters

Array = np.ndarray[Any, Any]
Operation = Callable[[], object]
# Numbers that NumPy copies at a time where it cannot work on an array directly. With its default of 8192 a layer of
# 64 replicas × 16 units × 64 samples is copied first, which takes two to three times as long.
BUFFER = 1024
# A batch this narrow is copied feature by feature: the first products are then faster by more than the copy costs.
NARROW = 256


@contextmanager
def plan_arithmetic() -> Iterator[None]:
    """Overflow and NaN pass silently (training looks for them itself), and small strided arrays are not copied.

    Holds for the thread it is entered in.
    """
    with np.errstate(all="ignore"):  # which also restores the size of the buffer
        np.setbufsize(BUFFER)
        yield


@contextmanager
def blas_threads(limit: int = 1) -> Iterator[None]:
    """At most so many threads for the matrix products of NumPy, in the whole process.

    Left to itself BLAS divides small products among all processors, whose threads then wait for each other longer than
    they work, above all on a machine that has other work.
    """
    with _blas().limit(limits=limit, user_api="blas"):
        yield


@cache
def _blas() -> Any:
    """What limits the threads of BLAS; looking for the libraries takes a millisecond, so it is done once."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class Signal(NamedTuple):
    """What flows between two layers: `full` (R, n + 1, B) with a last row of ones, `values` without it, `delta`.

    `delta` (R, n, B) is the gradient of the loss with respect to `values`; None where nobody asks for it.
    """

    full: Array
    values: Array
    delta: Array | None


def rounded_to_half(values: Array, room: Array | None = None) -> list[Operation]:
    """Round `values`, kept in single precision, to half precision, by way of `room` for that many half numbers."""
    half = (np.empty(values.size, np.float16) if room is None else room[: values.size]).reshape(values.shape)
    return [partial(np.copyto, half, values, casting="same_kind"), partial(np.copyto, values, half)]


@dataclass(frozen=True)
class HiddenLayer:
    """The activations of a hidden layer and how its slopes are found: `upstream` times the slope is left in `delta`."""

    values: Array
    upstream: Array
    delta: Array
    back: list[Operation]


class Plan:
    """z = W a + b, a = σ(z), layer by layer, and back, for a block of replicas and one batch size.

    `x` (B, n_in + 1) and `targets` (B, n_out) are filled by the caller; `x`'s last column is 1. `forward` leaves the
    outputs in `outputs` (R, n_out, B). `loss` adds each sample's loss to `total` (R, B) and turns the outputs into the
    gradient times `factor` (R,); `backward` then writes the gradient of the parameters into `gradient`. With batch
    normalisation `tracking`, after these, brings the running numbers up to date.

    `hidden` lists the hidden layers for those who look inside; `inspect` is called in the forward pass with `rows`, the
    number of each hidden layer and its pre-activations. `half` rounds every pre-activation, activation and gradient to
    half precision after it was computed in single. `along` is the direction of directional layers.
    Source of the layout (features first, the bias as a row of ones): measured, see `benchmarks/peers.py`.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        parameters: list[LayerParameters],
        gradient: list[LayerParameters],
        loss: Loss,
        batch_size: int,
        replicas: int,
        rows: slice,
        generators: Sequence[np.random.Generator] = (),
        half: bool = False,
        inspect: Callable[[slice, int, Array], None] | None = None,
        along: list[LayerParameters] | None = None,
    ) -> None:
        first = parameters[0].weights
        self.dtype = first.dtype
        self.block = len(first)
        self.batch_size = batch_size
        self.replicas = replicas
        self.rows = rows
        self.half = half
        self.generators = generators
        self.inspect = inspect
        self.hidden: list[HiddenLayer] = []
        self._ahead = None if along is None else Ahead(along)
        n_in = first.shape[2] - 1
        self.x = np.ones((batch_size, n_in + 1), self.dtype)
        self._scratch = np.empty(0, self.dtype)  # shared by all activations
        largest = max(self.block * layer.weights[0].size for layer in parameters) if half else 0
        widest = max(self.block * batch_size * max(layer.weights.shape[1:]) for layer in parameters) if half else 0
        self._room = np.empty(max(largest, widest), np.float16)  # shared by all that is rounded
        self.forward: list[Operation] = []
        self.tracking: list[Operation] = []
        self._backward: list[list[Operation]] = []
        signal = self._input(n_in)
        at = 0
        for layer in layers:
            if isinstance(layer, Dropout):
                signal = self._dropout(layer, signal)
            else:
                signal = self._weighted(layer, parameters[at], gradient[at], signal, at == len(parameters) - 1)
                at += 1
        self.outputs = signal.values
        self.backward = [operation for stage in reversed(self._backward) for operation in stage]
        scale = np.zeros((self.block, 1, 1), self.dtype)
        self.factor = scale[:, 0, 0]
        self.targets = np.zeros((batch_size, self.outputs.shape[1]), self.dtype)
        self.total = np.zeros((self.block, batch_size), self.dtype)
        self.loss = loss.bind(self.outputs, self.targets.T, self.total, scale)
        if self._ahead is not None:
            if loss.kinked:
                mark, mend = self._ahead.loss(self.outputs, self.targets.T, scale)
                self.forward += mark
                self.loss += mend
            self.forward.append(self._ahead.decide)
        self.loss += self._stored(self.outputs)

    def run(self) -> None:
        """Forward, loss and backward for the batch that stands in `x` and `targets`."""
        for operation in self.forward:
            operation()
        for operation in self.loss:
            operation()
        for operation in self.backward:
            operation()

    def _input(self, n_in: int) -> Signal:
        full = self.x.T
        if n_in < NARROW:
            full = np.empty((n_in + 1, self.batch_size), self.dtype)
            self.forward.append(partial(np.copyto, full, self.x.T))
        return Signal(full, full[:-1], None)

    def _empty(self, rows: int) -> Array:
        return np.empty((self.block, rows, self.batch_size), self.dtype)

    def _signal(self, width: int, ones: bool, delta: Array) -> Signal:
        full = np.ones((self.block, width + ones, self.batch_size), self.dtype)
        return Signal(full, full[:, :width], delta)

    def _stored(self, values: Array) -> list[Operation]:
        return rounded_to_half(values, self._room) if self.half else []

    def _weighted(
        self, layer: Dense | Maxout, own: LayerParameters, gradient: LayerParameters, before: Signal, last: bool
    ) -> Signal:
        """z = W a + b with the activation; backwards ∂W = δ aᵀ and ∂a = Wᵀ δ. A skip adds a, and upstream to ∂a."""
        upstream = self._empty(layer.n_out)
        if last and isinstance(layer, Dense) and layer.activation == "identity" and not layer.skip:
            after = Signal(upstream, upstream, upstream)
        else:
            after = self._signal(layer.n_out, not last, upstream)
        # With a skip the slopes are still found in σ(z), and upstream is still needed when it was multiplied by them.
        z = after.values if isinstance(layer, Dense) and not layer.skip else self._empty(layer.rows)
        delta = upstream if isinstance(layer, Dense) and not layer.skip else self._empty(layer.rows)
        through: list[Operation] = []  # backwards from z to W a
        if own.normalization is None or gradient.normalization is None:
            self.forward.append(partial(np.matmul, own.weights, before.full, z))
        else:
            bias, d_bias = (of.weights[:, :, -1:] for of in (own, gradient))
            normalize, through, tracking = bind_normalization(
                z, delta, own.normalization, bias, gradient.normalization, d_bias
            )
            self.forward += [partial(np.matmul, own.W, before.values, z), *normalize]
            self.tracking += tracking
            through += self._stored(gradient.normalization.gamma)
        self.forward += self._stored(z)
        if self.inspect is not None and not last:
            self.forward.append(partial(self.inspect, self.rows, len(self.hidden), z))
        if isinstance(layer, Dense):
            ahead = None if self._ahead is None else self._ahead.dense(layer, own, before.full, z)
            if ahead is not None:
                self.forward += ahead.mark
            to, back = self._activation(layer, own, gradient, z, delta, None if ahead is None else ahead.slopes)
            if ahead is not None:
                ahead.use(delta, back)
            if layer.skip:
                to = [*to, partial(np.add, z, before.values, after.values)]
                back = [partial(np.copyto, delta, upstream), *back]
        else:
            pieces, largest = layer.pieces, None
            if self._ahead is not None:
                largest = np.empty((self.block, pieces, layer.n_out, self.batch_size), bool)
            to, back = bind_maxout(z, after.values, upstream, delta, pieces, layer.tie, largest)
            if self._ahead is not None and largest is not None:
                to += self._ahead.maxout(layer, own, before.full, largest)
        if to:
            self.forward += [*to, *self._stored(after.values)]
        if not last:
            self.hidden.append(HiddenLayer(after.values, upstream, delta, back))
        transposed = self.x if before.full.ndim == 2 else before.full.swapaxes(1, 2)
        backward = [*back, *(self._stored(delta) if back else []), *through]
        if through:
            backward.append(partial(np.matmul, delta, transposed[..., :-1], gradient.W))
        else:
            backward.append(partial(np.matmul, delta, transposed, gradient.weights))
        backward += self._stored(gradient.weights)
        if before.delta is not None:
            backward.append(partial(np.matmul, own.W.swapaxes(1, 2), delta, before.delta))
            backward += [partial(np.add, before.delta, upstream, before.delta)] if layer.skip else []
            backward += self._stored(before.delta)
        self._backward.append(backward)
        if last:
            if to:  # The activation may need its values again; otherwise the gradient may take their place.
                self.forward.append(partial(np.copyto, upstream, after.values))
            return Signal(after.full, upstream, None)
        return after

    def _activation(
        self,
        layer: Dense,
        own: LayerParameters,
        gradient: LayerParameters,
        z: Array,
        upstream: Array,
        at_kink: tuple[Array | None, ...] | None,
    ) -> tuple[list[Operation], list[Operation]]:
        activation = ACTIVATIONS[layer.activation]
        if at_kink is None:
            at_kink = tuple(
                slope if slope is None or slope.ndim == 0 else slope[self.rows]
                for slope in layer.slopes(self.replicas, self.dtype)
            )
        d_alpha = gradient.alpha if activation.trainable else None
        scratch = self._scratch if needs_scratch(activation, at_kink) else None
        if scratch is not None and scratch.size < 2 * z.size:
            scratch = self._scratch = np.empty(2 * z.size, self.dtype)
        to, back = bind(activation, z, upstream, at_kink, own.alpha, d_alpha, scratch)
        if d_alpha is not None:
            back += self._stored(d_alpha)
        return to, back

    def _dropout(self, layer: Dropout, before: Signal) -> Signal:
        """a = m x / (1 − p) with a mask m that each run draws anew."""
        rates = layer.rates(self.replicas)[self.rows]
        width = before.values.shape[-2]
        upstream = self._empty(width)
        after = self._signal(width, True, upstream)
        mask, draws = np.empty_like(after.values), np.empty((width, self.batch_size), np.float32)
        kept = [self.dtype.type(1 / (1 - rate)) for rate in rates]
        generators = self.generators  # not `self` in the function, or the plan would hold itself alive

        def draw() -> None:
            for row, (generator, rate, factor) in enumerate(zip(generators, rates, kept, strict=True)):
                generator.random(dtype=np.float32, out=draws)
                np.copyto(mask[row], draws >= np.float32(rate))
                mask[row] *= factor

        if self._ahead is not None:
            self._ahead.dropout(mask)
        self.forward += [draw, partial(np.multiply, before.values, mask, after.values), *self._stored(after.values)]
        backward: list[Operation] = []
        if before.delta is not None:
            backward = [partial(np.multiply, upstream, mask, before.delta), *self._stored(before.delta)]
        self._backward.append(backward)
        return after
