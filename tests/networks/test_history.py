"""The shapes of what is recorded, what is left out, and how a history prints."""

import numpy as np
import pytest

from course_lib.networks import SGD, Dense, History, Maxout, Network, train

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((40, 3)), RNG.integers(0, 2, 40)
LAYERS = [Dense(3, 5, "relu"), Maxout(5, 4, 2), Dense(4, 2)]
SHAPES = {
    "loss": (),
    "accuracy": (),
    "validation_loss": (),
    "validation_accuracy": (),
    "gradient_norms": (3,),
    "zeros": (2,),
    "dead_units": (2,),
}


def run(layers=LAYERS, replicas=2, **options):
    network = Network(layers, replicas=replicas)
    return train(network, X, Y, **{"epochs": 3, "batch_size": 16, "progress": False, **options})


@pytest.mark.parametrize("epochs", [0, 1, 3])
@pytest.mark.parametrize("replicas", [1, 2])
def test_replicas_come_first_then_epochs_then_layers(epochs, replicas):
    history = run(epochs=epochs, replicas=replicas, validation=(X[:9], Y[:9]))
    assert history.epochs == epochs
    for name, layers in SHAPES.items():
        values = getattr(history, name)
        assert values.shape == (replicas, epochs, *layers)
        assert values.dtype == np.float64
        assert np.isfinite(values).all()


def test_an_empty_history_of_a_network_without_hidden_layers():
    history = run([Dense(3, 2)], epochs=0)
    assert history.gradient_norms.shape == (2, 0, 1)
    assert history.zeros.shape == history.dead_units.shape == (2, 0, 0)
    assert run([Dense(3, 2)]).zeros.shape == (2, 3, 0)


@pytest.mark.parametrize("record", [(), "zeros", ["zeros"], ("accuracy", "dead_units"), {"gradient_norms"}])
def test_only_what_is_named_is_recorded(record):
    named = {record} if isinstance(record, str) else set(record)
    history = run(record=record)
    assert history.loss.shape == (2, 3)
    for name in ("accuracy", "gradient_norms", "zeros", "dead_units"):
        assert getattr(history, name).shape[1] == (3 if name in named else 0)
    everything = run()
    for name in ["loss", *named]:
        assert (getattr(history, name) == getattr(everything, name)).all()


def test_a_name_that_comes_twice_is_recorded_once():
    assert run(record=("zeros", "zeros")).zeros.shape == (2, 3, 2)


def test_without_validation_there_are_no_columns_of_it():
    history = run()
    assert history.validation_loss.shape == history.validation_accuracy.shape == (2, 0)


def test_validation_is_recorded_without_anything_else_too():
    history = run(record=(), validation=[X[:9].tolist(), Y[:9].tolist()])
    assert history.validation_loss.shape == (2, 3)
    assert history.accuracy.shape == (2, 0)


@pytest.mark.parametrize(("probe", "samples"), [(7, 7), (40, 40), (10**6, 40), (None, 40), (np.int64(7), 7)])
def test_probe_is_the_number_of_training_samples_that_are_looked_at(probe, samples):
    network = Network(LAYERS, replicas=2)
    history = train(network, X, Y, SGD(0.1), epochs=1, probe=probe, progress=False)
    assert (history.accuracy[:, 0] == network.accuracy(X[:samples], Y[:samples])).all()


def test_the_probe_does_not_change_the_training():
    runs = [run(probe=probe, record=record) for probe, record in [(5, ("zeros",)), (None, ()), (40, ("accuracy",))]]
    assert len({history.loss.tobytes() for history in runs}) == 1


def test_the_loss_is_the_mean_over_samples_and_not_over_batches():
    """Two batches of 16 and one of 8, at a learning rate of 0: the mean of all samples."""
    network = Network.mlp([3, 2], dtype="float64")
    history = train(network, X, Y, SGD(0.0), batch_size=16, epochs=1, progress=False)
    z = network.predict(X)[0]
    losses = np.log(np.exp(z).sum(1)) - z[np.arange(40), Y]
    assert history.loss[0, 0] == pytest.approx(losses.mean(), rel=1e-14)


def test_losses_without_labels_have_no_accuracy():
    network = Network.mlp([3, 2, 1])
    history = train(network, X, Y, loss="mse", epochs=2, progress=False, validation=(X, Y))
    assert np.isnan(history.accuracy).all()
    assert np.isnan(history.validation_accuracy).all()
    assert np.isfinite(history.validation_loss).all()


def test_histories_are_compared_by_identity():
    history = run(epochs=1)
    assert history == history
    assert history != run(epochs=1)


def test_the_time_is_measured():
    histories = [run(epochs=epochs) for epochs in (0, 1)]
    assert histories[0].seconds == 0
    assert 0 < histories[1].seconds < 60


def test_a_history_prints_its_last_numbers():
    assert repr(History(2, layers=3)) == "History(replicas=2, epochs=0)"
    history = run(validation=(X[:9], Y[:9]), callbacks=[lambda epoch, *_: epoch == 2])
    means = [f"{name} {getattr(history, name)[:, -1].mean():.4g}" for name in list(SHAPES)[:4]]
    stopped = "stopped by a callback after epoch 2"
    assert repr(history) == f"History(replicas=2, epochs=2, {', '.join(means)}, {stopped})"
