"""Training that reaches NaN or infinity: the error, the weights and history that stay, and the replicas beside it."""

import pickle

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Diverged, Network, train

RNG = np.random.default_rng(8)
X, T = RNG.standard_normal((40, 3)), RNG.standard_normal((40, 1))
SIZES = [3, 5, 4, 1]


def arrays(network, r=slice(None)):
    return [array[r].copy() for layer in network.parameters for array in layer.arrays()]


def same(some, others):
    return all(a.tobytes() == b.tobytes() for a, b in zip(some, others, strict=True))


def run(network, learning_rate, **options):
    options = {"loss": "mse", "batch_size": 8, "epochs": 6, "progress": False, **options}
    return train(network, X, T, SGD(learning_rate), **options)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_error_names_replica_epoch_and_cause_and_keeps_what_was(dtype, threads):
    network, twin = Network.mlp(SIZES, replicas=3, dtype=dtype), Network.mlp(SIZES, replicas=3, dtype=dtype)
    optimizer = SGD(0.01, schedule=lambda epoch: 1.0 if epoch < 3 else 1e30)
    with pytest.raises(Diverged) as caught:
        train(network, X, T, optimizer, "mse", 8, 6, progress=False, threads=threads, snapshots=True)
    error = caught.value
    kept = train(twin, X, T, SGD(0.01), "mse", 8, 2, progress=False)
    assert isinstance(error, ArithmeticError)
    assert (error.replica, error.epoch) == (0, 3)
    assert error.layer in (None, 0, 1, 2)
    assert error.history.epochs == 2
    assert error.history.loss.tobytes() == kept.loss.tobytes()
    assert [epoch for epoch, _ in error.history.snapshots] == [0, 1, 2]
    assert same(arrays(network), arrays(twin))
    for part in (
        "diverged in epoch 3",
        "replica 0",
        "a learning rate of 0.01 is too large",
        "keeps the weights after epoch 2",
        "`.history` holds the epochs before 3",
    ):
        assert part in str(error)
    assert ("float16 ends at 65504" in str(error)) == (dtype == "float16")


@pytest.mark.parametrize("where", [0, 1, 2])
def test_the_layer_whose_values_overflow_is_named(where):
    network = Network.mlp([3, 5, 5, 1], "absolute", replicas=3, bias=0.1)
    network.W[where][1] = 3e38
    before = arrays(network)
    with pytest.raises(Diverged, match=f"layer {where}, in its forward pass, of replica 1") as caught:
        run(network, 0.01, epochs=1)
    assert (caught.value.layer, caught.value.replica) == (where, 1)
    assert "even before this epoch its outputs were not finite" in str(caught.value)
    assert same(arrays(network), before)


def test_the_first_replica_that_diverges_is_named():
    network = Network.mlp(SIZES, replicas=5)
    with pytest.raises(Diverged, match="replica 2.*learning rate of 1e\\+20 is too large") as caught:
        run(network, [0.01, 0.01, 1e20, 0.01, 1e30])
    assert caught.value.replica == 2


def test_large_inputs_are_named_as_a_cause():
    network = Network.mlp(SIZES, "absolute")
    with pytest.raises(Diverged, match=r"X has values up to 1e\+04, so standardise it"):
        train(network, np.where(X > 1, 1e4, X), T, SGD(1.0), "mse", progress=False)


def test_an_overflow_of_the_loss_alone_is_divergence():
    """Outputs of 1e25 are finite in float32, their squares are not; with a learning rate of 0 the weights stay."""
    network = Network.mlp([3, 1], initialization="zero")
    network.b[0][...] = 1e25
    with pytest.raises(Diverged, match="in the loss or the weights of replica 0") as caught:
        run(network, 0.0)
    assert caught.value.layer is None
    assert network.b[0] == np.float32(1e25)


def test_the_error_goes_whole_to_another_process():
    network = Network.mlp(SIZES, replicas=2)
    with pytest.raises(Diverged) as caught:
        run(network, [0.01, 1e20])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is Diverged
    assert str(copy) == str(caught.value)
    assert (copy.replica, copy.layer, copy.epoch) == (1, caught.value.layer, 1)
    assert copy.history.loss.shape == (2, 0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("threads", [1, 3])
def test_kept_replicas_have_the_same_bits_as_without_the_lost_one(dtype, threads):
    options = {"replicas": 5, "seed": 2, "dtype": dtype}
    network, calm = Network.mlp(SIZES, **options), Network.mlp(SIZES, **options)
    rates = [0.01, 0.02, 1e20, 0.03, 0.04]
    others = [0, 1, 3, 4]
    options = {"on_divergence": "keep", "validation": (X[:9], T[:9]), "threads": threads, "batch_size": 7}
    history = run(network, rates, **options)
    expected = run(calm, [0.01, 0.02, 0.01, 0.03, 0.04], **options)
    assert history.diverged == {2: 1}
    assert expected.diverged == {}
    assert history.stopped == ""
    assert same(arrays(network, others), arrays(calm, others))
    assert same(arrays(network, [2]), arrays(Network.mlp(SIZES, replicas=1, seed=4, dtype=dtype)))
    for name in ("loss", "gradient_norms", "zeros", "dead_units", "validation_loss"):
        values = getattr(history, name)
        assert np.array_equal(values[others], getattr(expected, name)[others])
        assert np.isnan(values[2]).all()


def test_a_kept_replica_has_its_last_finite_weights():
    """It diverges in epoch 3: then it has the weights that it started epoch 3 with, and NaN from epoch 3 on."""
    network, twin = Network.mlp(SIZES, replicas=3), Network.mlp(SIZES, replicas=3)

    def blow_up(epoch, trained, history):
        if epoch == 2:
            trained.W[0][1] = 1e30  # still finite; the next loss is not

    history = run(network, 0.01, on_divergence="keep", callbacks=[blow_up])
    run(twin, 0.01)
    assert history.diverged == {1: 3}
    assert np.isnan(history.loss[1]).tolist() == [False, False, True, True, True, True]
    assert np.isfinite(history.loss[[0, 2]]).all()
    assert (network.W[0][1] == np.float32(1e30)).all()
    assert all(np.isfinite(values).all() for values in arrays(network))
    assert same(arrays(network, [0, 2]), arrays(twin, [0, 2]))


def test_training_ends_where_no_replica_is_left():
    network = Network.mlp(SIZES, replicas=2)
    before = arrays(network)
    history = run(network, [1e20, 1e25], on_divergence="keep")
    assert history.stopped == "all replicas had diverged by epoch 1"
    assert history.diverged == {0: 1, 1: 1}
    assert history.epochs == 1
    assert np.isnan(history.loss).all()
    assert same(arrays(network), before)
    assert "none" not in repr(history)


def test_adam_and_an_alpha_may_diverge_too():
    layers = [Dense(3, 4, "prelu", alpha_sharing="layer"), Dense(4, 1)]
    network = Network(layers, replicas=2)
    with pytest.raises(Diverged, match="a learning rate of 1e\\+30 is too large"):
        train(network, X, T, Adam(1e30), "mse", progress=False)
    assert np.isfinite(np.concatenate([array.ravel() for array in arrays(network)])).all()
