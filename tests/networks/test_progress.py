"""The progress bar goes to stderr and counts steps; without it nothing is printed."""

import re
import subprocess
import sys

import numpy as np
import pytest

from course_lib.networks import SGD, Network, train
from course_lib.networks.training import Progress

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((50, 3)), RNG.integers(0, 2, 50)


def run(**options):
    return train(Network.mlp([3, 5, 2], replicas=5), X, Y, **{"batch_size": 16, "epochs": 3, **options})


def test_nothing_is_printed_without_progress(capfd):
    run(progress=False)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("threads", [1, 2])
def test_the_bar_shows_the_rate_the_epoch_and_the_loss_on_stderr(capfd, threads):
    history = run(threads=threads)
    out, err = capfd.readouterr()
    assert out == ""
    last = err.rstrip().split("\r")[-1]
    loss = f"{history.loss[:, -1].mean():.4g}"
    assert re.fullmatch(rf"100%\|.*\| *[\d.]+step/s, epoch 3, loss {re.escape(loss)}", last)
    assert err.endswith("\n")


def test_progress_is_on_where_nothing_is_said(capfd):
    train(Network.mlp([3, 2]), X, Y, epochs=1)
    assert "step/s" in capfd.readouterr().err


def test_without_epochs_the_bar_is_no_error(capfd):
    run(epochs=0)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("threads", [1, 3])
def test_steps_of_all_blocks_add_up(threads, monkeypatch):
    counted = []
    monkeypatch.setattr(Progress, "advance", lambda self, steps: counted.append(steps))
    run(progress=False, epochs=2, batch_size=2, threads=threads)
    assert sum(counted) == pytest.approx(2 * 25)


def test_a_loss_that_is_nowhere_finite_is_said_so(capfd):
    with Progress(2, shown=True) as bar:
        bar.advance(1)
        bar.describe(1, np.array([np.nan, 2.0, np.inf]))
        bar.describe(2, np.array([np.nan, np.inf]))
    err = capfd.readouterr().err
    assert "epoch 1, loss 2" in err
    assert "epoch 2, loss none finite" in err


def test_the_bar_is_closed_where_training_ends_early(capfd):
    run(callbacks=[lambda *_: True])
    err = capfd.readouterr().err
    assert "33%" in err
    assert err.endswith("\n")


def test_leaving_the_context_ends_the_line(capfd):
    with Progress(2, shown=True) as bar:
        bar.advance(1)
        assert not capfd.readouterr().err.endswith("\n")
    assert capfd.readouterr().err.endswith("\n")
    assert bar is not None  # still alive: the line did not end because the bar was thrown away


def test_tqdm_is_imported_only_where_it_is_shown():
    program = (
        "import sys, numpy as np\n"
        "from course_lib.networks import Network, train\n"
        "train(Network.mlp([1, 2]), np.zeros((2, 1)), [0, 1], epochs=1, progress=False)\n"
        "assert 'tqdm' not in sys.modules\n"
        "Network.mlp([1, 2]); train(Network.mlp([1, 2]), np.zeros((2, 1)), [0, 1], epochs=1)\n"
        "assert 'tqdm' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_zero_learning_rate_shows_the_same_loss_in_each_epoch(capfd):
    run(optimizer=SGD(0.0))
    shown = set(re.findall(r"loss ([\d.]+)", capfd.readouterr().err))
    assert len(shown) == 1
