"""The recurrent nets and their gradients against PyTorch's: `python -m benchmarks.recurrent_torch`.

PyTorch computes with its own layers (`torch.nn.RNN`, `torch.nn.LSTM`) in float64.
"""

import sys

import numpy as np

from benchmarks.in_torch import in_torch
from course_lib.topics.linear_paths.recurrent import KINDS, RecurrentNet

HIDDEN, INPUTS, BATCH = 5, 2, 3
MOST = 1e-10
PROGRAM = """
import json, sys, torch
torch.set_default_dtype(torch.float64)
given = json.load(sys.stdin)
H, I = given["hidden"], given["inputs"]
step, output = (torch.tensor(given[name], requires_grad=True) for name in ("step", "output"))
x, target = torch.tensor(given["x"]), torch.tensor(given["target"])
if given["kind"] == "LSTM":
    layer = torch.nn.LSTM(I, H)
    # PyTorch's order is i, f, g, o.
    rows = torch.cat([torch.arange(2 * H), torch.arange(3 * H, 4 * H), torch.arange(2 * H, 3 * H)])
else:
    layer = torch.nn.RNN(I, H, nonlinearity="tanh" if given["kind"] == "tanh" else "relu")
    rows = torch.arange(H)
W, U, b = step[rows, :H], step[rows, H:-1], step[rows, -1]
own = {"weight_hh_l0": W, "weight_ih_l0": U, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
states, _ = torch.func.functional_call(layer, own, (x.transpose(1, 2),))
o = states[-1] @ output[0, :H] + output[0, H]
loss = ((o - target) ** 2).mean()
loss.backward()
print(json.dumps({"loss": loss.item(), "step": step.grad.tolist(), "output": output.grad.tolist()}))
"""


def greatest_difference(kind: str, steps: int) -> float:
    """The greatest |ours − PyTorch's| of the loss and all entries of the gradient, over the greatest of these or 1."""
    net = RecurrentNet(kind, INPUTS, HIDDEN, seed=steps)
    rng = np.random.default_rng(steps)
    net.flat += rng.normal(0, 0.2, net.flat.shape)
    x, target = rng.normal(size=(steps, 1, INPUTS, BATCH)), rng.normal(size=(1, BATCH))
    loss, gradient = net.loss_and_gradient(x, target)
    given = {
        "kind": kind, "hidden": HIDDEN, "inputs": INPUTS, "x": x[:, 0].tolist(), "target": target[0].tolist(),
        "step": net.weights.step[0].tolist(), "output": net.weights.output[0].tolist(),
    }  # fmt: skip
    theirs = in_torch(PROGRAM, given)
    ours = net.views(gradient)
    gaps = [abs(theirs["loss"] - float(loss[0]))]
    gaps += [float(np.abs(np.array(theirs[name]) - getattr(ours, name)[0]).max()) for name in ("step", "output")]
    return max(gaps) / max(1.0, float(loss[0]), float(np.abs(gradient).max()))


def main() -> None:
    differences = {(kind, steps): greatest_difference(kind, steps) for kind in KINDS for steps in (1, 7, 40)}
    for (kind, steps), difference in differences.items():
        print(f"{kind:<14} {steps:>3} steps  greatest difference {difference:.1e}")
    sys.exit(0 if max(differences.values()) <= MOST else f"more than {MOST}")


if __name__ == "__main__":
    main()
