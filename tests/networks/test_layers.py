"""Descriptions of layers: what fits, what is said of what does not, and how they print."""

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, Dense, Dropout, Maxout, Network

SIZES = [0, -1, 2.0, "3", None, True, np.float64(3)]


@pytest.mark.parametrize("size", SIZES, ids=repr)
def test_sizes_are_whole_numbers_of_at_least_1(size):
    for name, make in {
        "Dense: n_in": lambda: Dense(size, 2),
        "Dense: n_out": lambda: Dense(2, size),
        "Maxout: n_in": lambda: Maxout(size, 2),
        "Maxout: n_out": lambda: Maxout(2, size),
        "Maxout: pieces": lambda: Maxout(2, 2, pieces=size),
    }.items():
        with pytest.raises(ValueError, match=f"^{name} must be a whole number of at least 1, not "):
            make()


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert Network([Dense(np.int64(2), np.uint8(3)), Maxout(3, np.int32(2))]).sizes == [2, 3, 2]


@pytest.mark.parametrize("activation", ["ReLU", None, 3, ["relu"], ACTIVATIONS["relu"]])
def test_an_activation_is_a_name(activation):
    with pytest.raises(ValueError, match="^Dense: activation must be one of identity, relu, .*, tanh, not "):
        Dense(2, 3, activation)


def test_only_activations_with_a_parameter_take_alpha():
    for name, activation in ACTIVATIONS.items():
        if activation.alpha is None:
            with pytest.raises(ValueError, match=f"^Dense: {name} has no alpha, but alpha=0.1 came"):
                Dense(2, 3, name, alpha=0.1)
        else:
            assert Dense(2, 3, name, alpha=0.1).alpha == 0.1


@pytest.mark.parametrize("value", ["all", None, 3])
def test_options_are_names(value):
    with pytest.raises(ValueError, match="^Dense: alpha_sharing must be 'unit' or 'layer', not "):
        Dense(2, 3, "prelu", alpha_sharing=value)
    with pytest.raises(ValueError, match="^Maxout: tie must be 'first' or 'split', not "):
        Maxout(2, 3, tie=value)


def test_rows_and_alphas_are_counted():
    assert (Dense(2, 3).rows, Maxout(2, 3, pieces=4).rows) == (3, 12)
    assert [Dense(2, 3, name).alphas for name in ("relu", "elu", "leaky_relu", "prelu")] == [0, 1, 1, 3]
    assert Dense(2, 3, "prelu", alpha_sharing="layer").alphas == 1
    assert Maxout(2, 3).alphas == 0


def test_layers_print_as_they_are_written():
    assert repr(Dense(2, 3, "elu", 0.5, 1.5)) == "Dense(2, 3, activation='elu', slope_at_kink=0.5, alpha=1.5)"
    assert repr(Maxout(2, 3, pieces=4)) == "Maxout(2, 3, pieces=4)"
    assert repr(Dropout(0.25)) == "Dropout(0.25)"


def test_layers_are_not_changed():
    for layer in (Dense(2, 3), Maxout(2, 3), Dropout(0.5)):
        with pytest.raises(AttributeError):
            layer.n_in = 5


CHAINS = {
    "none": ([], "layers must be a list of Dense, Maxout and Dropout with at least one Dense, not \\[\\]"),
    "None": (None, "layers must be a list .* not None"),
    "one layer": (Dense(2, 3), "layers must be a list .* not Dense"),
    "text": ("Dense", "layers must be a list .* not 'Dense'"),
    "a class": ([Dense], "layers must hold Dense, Maxout and Dropout only, not <class"),
    "an activation": ([Dense(2, 3), "relu"], "layers must hold Dense, Maxout and Dropout only, not 'relu'"),
    "dropout alone": ([Dropout(0.5)], "at least one Dense or Maxout, not Dropout alone"),
    "dropout last": ([Dense(2, 3), Dropout(0.5)], "the last layer must be Dense or Maxout"),
    "a gap": ([Dense(2, 3), Dense(4, 2)], "layer 0 gives 3 outputs, but layer 1 takes 4 inputs"),
    "a gap after dropout": (
        [Dense(2, 3), Dropout(0.5), Dense(3, 4), Maxout(2, 2)],
        "layer 1 gives 4 outputs, but layer 2 takes 2 inputs",
    ),
    "the pieces of maxout": ([Maxout(2, 3, pieces=2), Dense(6, 2)], "layer 0 gives 3 outputs, but layer 1 takes 6"),
}


@pytest.mark.parametrize("what", CHAINS)
def test_layers_that_do_not_fit_are_refused(what):
    layers, message = CHAINS[what]
    with pytest.raises(ValueError, match=message):
        Network(layers)


@pytest.mark.parametrize(
    "layers",
    [
        [Dropout(0.5), Dense(2, 2)],
        [Dropout(0.0), Dropout(0.5), Maxout(2, 2), Dropout(0.5), Dropout(0.5), Dense(2, 2)],
        (Maxout(2, 2, 1),),
    ],
)
def test_dropout_may_stand_first_and_twice_and_a_tuple_is_a_list(layers):
    assert Network(layers).sizes[0] == 2
