"""The networks on which lesson 04 shows Clarke sets: the identity with and without biases, and ReLU6 on both kinks."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from course_lib.experiments.clarke_membership import Membership, judge
from course_lib.experiments.clarke_search import Configuration
from course_lib.experiments.exact_networks import ExactNetwork, dense, exact

BIASES = ("none", "own")
# Where a gradient of the identity program, with biases, holds w and the biases of its two hidden units.
IDENTITY_W, IDENTITY_BIASES = 0, (4, 5)
LONGER = 10**6
RELU6_TRAINED = {"weight and bias": "weights and biases", "bias only": "biases"}


def identity_program(biases: str = "none") -> Configuration:
    """o = relu(u) − relu(−u) with u = w·x, at w = 0 and x = 1, where both hidden units are on their kink.

    The loss is ½(o − t)² with t = −1, so that its upstream gradient is o − t = 1. With "own" biases, every unit has a
    trained bias, which is 0 here; with "none" there are none.
    """
    if biases not in BIASES:
        raise ValueError(f"biases must be one of {', '.join(BIASES)}; got {biases!r}")
    W = tuple(exact(layer) for layer in ([[0]], [[1], [-1]], [[1, -1]]))
    b = tuple(exact([0] * len(layer)) for layer in W)
    trained = "weights and biases" if biases == "own" else "weights"
    network = ExactNetwork(W, b, ("identity", "relu", "identity"), trained)
    return Configuration(network, exact([[1]]), exact([[-1]]))


def relu6_on_both_kinks(trained: str = "bias only") -> Configuration:
    """o = relu6(w·x + b) at w = 1, b = 0 for the batch x = 0 and x = 6: one sample on each kink.

    The targets make both upstream gradients o − t = 1. `trained` is a name in `RELU6_TRAINED`; the output's own weight
    and bias are 1 and 0.
    """
    if trained not in RELU6_TRAINED:
        raise ValueError(f"trained must be one of {', '.join(RELU6_TRAINED)}; got {trained!r}")
    network = dense([[[1]], [[1]]], activation="relu6", trained=RELU6_TRAINED[trained])
    return Configuration(network, exact([[0], [6]]), exact([[-1], [5]]))


def outward(network: ExactNetwork) -> list[Any]:
    """The direction (W_l, b_l − 3)·10⁶ˡ in every hidden layer l: z ↦ z + ε(z − 3), so 0 goes down and 6 goes up.

    The layers above take so much longer steps that what comes from below does not disturb them. Weights and biases
    must be trained; the output layer stays where it is.

    >>> outward(relu6_on_both_kinks("weight and bias").network)
    [1, -3, 0, 0]
    """
    last = len(network.W) - 1
    direction: list[Any] = []
    for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True)):
        scale = 0 if layer == last else LONGER**layer
        direction += [scale * value for value in W.ravel()] + [scale * (value - 3) for value in b]
    return direction


def one_hidden_layer(
    hidden: Sequence[Sequence[Any]], output: Sequence[Any], X: Sequence[Any], T: Sequence[Any]
) -> Configuration:
    """o = Σ output[j]·relu(hidden[j]·x) without biases, on a batch X (samples, inputs) with targets T (samples,).

    All are whole numbers or fractions.

    >>> len(one_hidden_layer([[0]], [1], [[1], [-1]], [1, 2]).X)
    2
    """
    network = dense([hidden, [output]], trained="weights")
    return Configuration(network, exact(X), exact([[t] for t in T]))


def membership(configuration: Configuration, slope_at_kink: Sequence[Any]) -> Membership:
    """Is backprop's result with these slopes at the kinks, whole numbers or fractions, in the Clarke set of the loss?

    >>> found = membership(identity_program("none"), [0])
    >>> found.inside, found.backprop[IDENTITY_W], [vertex[IDENTITY_W] for vertex in found.vertices]
    (False, 0, [1])
    """
    return judge(configuration.network, configuration.X, configuration.T, slope_at_kink)


@lru_cache(maxsize=256)
def identity_membership(biases: str, slope: Fraction) -> Membership:
    """`membership` of the identity program."""
    return membership(identity_program(biases), [slope])


@lru_cache(maxsize=64)
def relu6_membership(trained: str, slopes: tuple[Fraction, Fraction]) -> Membership:
    """`membership` of ReLU6 on both kinks, with the slopes at 0 and at 6."""
    return membership(relu6_on_both_kinks(trained), slopes)
