# %% [markdown]
# # Train a network in NumPy
#
# **The question.** What happens, line by line, when a ReLU network learns, and what do the kinks do to it?
#
# **Why it matters.** `model.fit` hides four steps: forward, loss, backward, update. Once you have taken all four by
# hand, you know where to look when training goes wrong. And you meet an ordinary start in which the number returned at
# the kink decides, for one network in fifteen, whether it gets stuck.
#
# **You will learn**
# - to write a layer, the backward pass, the update and the loop
# - to test a gradient, also where the loss has a kink
# - to train thousands of networks at once
# - when the slope at the kink decides, and why
#
# **Before you start.** [[Proof]]: the one-sided derivatives of ReLU. You need the chain rule and NumPy's `@`.
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import moons_as_numbers, two_moons
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.intervals import wilson_interval
from course_lib.networks import SGD, Network, one_hidden_layer, train
from course_lib.networks.one_hidden_layer import (Parameters, check_backward, forward, gradient_by_hand,
    mean_squared_error, starting_parameters)
from course_lib.topics.training import experiment, figures

# %% [markdown]
# ## Predict

# %%
predict("training.p2")

# %% [markdown]
# ## One weight
#
# The smallest network with a kink has one *unit* with one *weight* $w$: it computes the *pre-activation* $z = wx +
# \tfrac12$ of an input $x$ and puts out $o = \max(0, z)$. For three points $o$ should hit a target $t$. The *loss*, the
# mean of $(o - t)^2$, says how far it is off, and by the chain rule its slope is the mean of $2(o - t) \cdot
# \text{slope of ReLU at } z \cdot x$.
#
# *Gradient descent* steps against the slope, and the *learning rate* scales the step: the last line of the loop.

# %%
x, t = np.array([-1.0, 0.5, 1.5]), np.array([0.2, 0.3, 1.4])


def descend_one_weight(w, learning_rate, steps):
    print("     w  on at       loss  slope")
    for _ in range(steps):
        z = w * x + 0.5
        o = np.maximum(0, z)
        loss = ((o - t) ** 2).mean()
        slope = (2 * (o - t) * (z > 0) * x).mean()
        print(f"{w:6.2f}  {(z > 0).astype(int)}  {loss:7.2f}  {slope:5.2f}")
        w = w - learning_rate * slope


descend_one_weight(-1.2, learning_rate=0.3, steps=8)

# %% [markdown]
# The second column says at which points the unit is on. Each time a 0 turns into a 1, the weight has stepped over a
# kink: $z$ was 0 on the way. At one of them the slope goes from −0.50 to −1.70, and the loss falls all the same.
#
# Here is the loss over all $w$, with its slope. Take softplus, $\log(1 + e^z)$, a ReLU without a corner: what becomes
# of the kinks?

# %%
explore(figures.loss_along_a_weight, activation=Radio(["ReLU", "softplus"]))

# %% tags=["assertion"]
for w, on in ((-1.2, [1, 0, 0]), (-0.9, [1, 1, 0]), (-0.287, [1, 1, 1])):
    assert (w * x + 0.5 > 0).astype(int).tolist() == on

# %% [markdown]
# They have gone: where the activation has no corner, the slope of the loss has no jump.

# %% [markdown] tags=["optional"]
# ### Steps that are too long
#
# You may leave this section out. Change one thing: with the learning rate 2, will $w$ come to rest at the lowest loss
# sooner, later or never?

# %%
descend_one_weight(-1.2, learning_rate=2, steps=8)

# %% tags=["assertion"]
visited = {}
for rate in (0.3, 2):
    w, visited[rate] = -1.2, []
    for _ in range(3000):
        visited[rate].append(w)
        w = w - rate * (2 * (np.maximum(0, w * x + 0.5) - t) * (w * x + 0.5 > 0) * x).mean()
assert abs(visited[0.3][-1] - 0.4429) < 1e-3 and 1 < np.ptp(visited[2][-100:]) <= np.ptp(visited[2]) < 20
assert (0.4429 * x + 0.5 > 0).all() and round(2 / (2 * x**2).mean(), 2) == 0.86
assert 2 * (2 * x[:2] ** 2).sum() / 3 < 2 < 2 * (2 * x[1:] ** 2).sum() / 3

# %% [markdown]
# The steps are too long: $w$ jumps to and fro over the valley. Between $-\tfrac13$ and $\tfrac12$, where all three
# points are on, the slope is $c\,(w - w^*)$: $w^*$ is the lowest place and $c$ the mean of $2x^2$. So a step with the
# rate $\eta$ turns the distance $d = w - w^*$ into $(1 - \eta c)\,d$. Above $\eta = 2/c$, here 0.86, the distance grows
# until $w$ leaves that stretch. Further left fewer points are on and the slope is gentler, so $w$ comes back, and
# wanders for good.

# %% [markdown]
# ## Forward
#
# In a real network many units stand side by side in a *layer*. Each has a weight for every input, and a bias:
#
# $$z = W_1 x + b_1, \qquad a = \max(0, z), \qquad o = W_2 a + b_2.$$
#
# With the samples in the rows of $X$ and the units in the rows of $W_1$, one matrix product does them all.
#
# **Exercise training.1.** Write the layer without a loop in Python: no comprehension and no `np.vectorize` either.


# %% tags=["exercise"]
def layer(W, b, X):
    # begin solution: return ...
    return X @ W.T + b
    # end solution


check("training.1", layer)

# %% [markdown]
# Two such layers, with ReLU between them, are the forward pass: `forward(parameters, X)` returns `Z`, `A` and the
# outputs for all samples. `parameters` holds `W1`, `b1`, `W2` and `b2`, here for 16 *hidden* units, those between
# inputs and output. The data are two moons: 300 points, with target −1 in the upper moon and 1 in the lower one.

# %%
X, T = moons_as_numbers()
start = starting_parameters(2, 16, 1, seed=1)
print("X", X.shape, " W1", start.W1.shape, " Z", forward(start, X)[0].shape, " W2", start.W2.shape)

# %% tags=["assertion"]
rng = np.random.default_rng(0)
W, b, inputs = rng.standard_normal((7, 5)), rng.standard_normal(7), rng.standard_normal((9, 5))
by_loops = [[sum(W[u, i] * sample[i] for i in range(5)) + b[u] for u in range(7)] for sample in inputs]
assert np.allclose(by_loops, inputs @ W.T + b, rtol=1e-12)
assert (T[X[:, 1] > 1.5] == -1).all() and (T[X[:, 1] < -1.5] == 1).all() and len(X) == 300

# %% [markdown]
# ## Backward
#
# We want the slope of the loss along every weight. First with one weight in each layer and one sample: walk from the
# loss back to the input, and at each step use what you have.
#
# | slope of the loss with respect to | |
# |---|---|
# | $o$ | $L_o = 2(o - t)$ |
# | $w_2$ and $b_2$ | $L_o\,a$ and $L_o$ |
# | $a$ | $L_a = L_o\,w_2$ |
# | $z$, over the kink | $L_z = L_a \cdot \text{slope of ReLU at } z$; 0 for a unit that is off |
# | $w_1$ and $b_1$ | $L_z\,x$ and $L_z$ |
#
# ($L_o$ is short for $\partial L/\partial o$. What arrives from above at a step, such as $L_a$ at the kink, is its
# *upstream gradient*.)
#
# This walk is **backpropagation** (Rumelhart, Hinton and Williams, 1986). For many samples and units the products
# become matrix products, and the shapes guide you: a gradient has the shape of its parameter, and it is a sum over the
# samples, since each of them uses the same weights and their effects add up. `D` holds the slopes with respect to $o$
# and is $(n, 1)$, `A` is $(n, 16)$, so the gradient of `W2`, which is $(1, 16)$, must be `D.T @ A`. In the same way `H`
# is to hold the slopes with respect to $z$, $(n, 16)$.
#
# **Exercise training.2.** The loss is the mean over the $n$ samples of $(o - t)^2$, and `D` is there. Write the rest of
# the backward pass, and return the gradients of `W1`, `b1`, `W2`, `b2`, in this order. Where $z = 0$, any slope of ReLU
# from 0 to 1 will do.


# %% tags=["exercise"]
def backward(parameters, X, T):
    Z, A, outputs = forward(parameters, X)
    D = 2 * (outputs - T) / len(X)
    # begin solution: return ...
    H = (D @ parameters.W2) * (Z > 0)
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)
    # end solution


check("training.2", backward)

# %% [markdown]
# Leave out `/ len(X)`, and every entry is $n$ times too large: the same direction, a step $n$ times as long. And why is
# `W2` not transposed here? Back, each input collects from all units that it feeds, so the sum goes over the units.
#
# ### Test it, also on the kink
#
# A wrong gradient runs as smoothly as a right one, so test it: move one parameter a little and see how the loss
# responds. Take one bias in a network of three units, with biases 0 and one sample at the origin: there $z = 0$
# exactly. The claim comes from the course's own backward pass, and $h = 10^{-6}$ is near the best step ([[step]]).
# (`_replace` copies the parameters with one array exchanged.)

# %%
small = starting_parameters(2, 3, 1, seed=2)
with_origin = np.vstack([np.zeros(2), X[:4]])


def loss_at(bias):
    return mean_squared_error(small._replace(b1=np.array([bias, 0, 0])), with_origin, T[:5])


h = 1e-6
claimed = gradient_by_hand(small, with_origin, T[:5]).b1[0]
central = (loss_at(h) - loss_at(-h)) / (2 * h)
print(f"claimed {claimed:.3f}, central difference {central:.3f}")
print(f"relative error: {abs(central - claimed) / abs(claimed):.0%}")

# %% tags=["assertion"]
report = check_backward(gradient_by_hand, small, with_origin, T[:5])
assert report.passed and [entry.name for entry in report.kinks] == ["b1[0]", "b1[1]", "b1[2]"]
assert abs(central - (report.kinks[0].left + report.kinks[0].right) / 2) < 1e-6
assert check_backward(gradient_by_hand, small, X[:5], T[:5]).passed

# %% [markdown]
# A **relative error** (the difference in proportion to what is compared) of 24 % looks like a bug, but it is none: on a
# kink the central difference is the mean of two slopes. *Near* a kink, if $z$ changes its sign between $-h$ and $h$, it
# mixes both slopes as well. If one entry disagrees, print $z$, or take a smaller $h$. The course's `check_backward`
# compares every entry, and on a kink asks for both slopes.

# %%
check_backward(gradient_by_hand, small, with_origin, T[:5])

# %% [markdown]
# Ten entries agree. Here a central difference is right to seven digits or more, so the tolerance $10^{-5}$ is well
# above its error and far below that of a bug. Three entries sit on a kink, where all between the two slopes passes and
# nothing else.
#
# ## The loop
#
# **Exercise training.11.** Now train: take `steps` steps of gradient descent on all samples at once, and return the
# parameters at the end. `gradient_by_hand(parameters, X, T)` gives the four gradients, `Parameters(W1, b1, W2, b2)`
# puts four arrays together. Leave the given arrays as they are.


# %% tags=["exercise"]
def descend(parameters, X, T, learning_rate, steps):
    # begin solution: ...
    for _ in range(steps):
        W1, b1, W2, b2 = parameters
        slopes = gradient_by_hand(parameters, X, T)
        W1, b1 = W1 - learning_rate * slopes.W1, b1 - learning_rate * slopes.b1
        W2, b2 = W2 - learning_rate * slopes.W2, b2 - learning_rate * slopes.b2
        parameters = Parameters(W1, b1, W2, b2)
    return parameters
    # end solution


check("training.11", descend)

# %% [markdown]
# All four gradients belong to *one* point, the parameters with which the forward pass computed `Z`. If some arrays
# moved first, the four would mix the slopes of two points, and be the gradient at neither.
#
# Print the first losses. A short enough step against the slope brings the loss down. If it rises, shorten the step; if
# it still rises, look for a wrong sign.
#
# Here the library's `descend` takes one step at a time, and we count; `theta` is all four arrays. Where a
# pre-activation changes its sign in a step, it went over a kink. With 16 units, 300 points and 300 steps, how often
# does that happen, and how often is it exactly 0?

# %% tags=["nbval-ignore-output"]
theta, on, crossed, hit = start, forward(start, X)[0] > 0, 0, 0
print("step   loss  kinks crossed  exactly on one")
for step in range(301):
    Z, A, outputs = forward(theta, X)
    crossed += ((Z > 0) != on).sum()
    hit += (Z == 0).sum()
    on = Z > 0
    if step in (0, 10, 100, 300):
        print(f"{step:4}  {mean_squared_error(theta, X, T):5.3f}  {crossed:13}  {hit:14}")
    theta = one_hidden_layer.descend(gradient_by_hand, theta, X, T, learning_rate=0.1, steps=1)

# %% tags=["assertion", "C01"]
assert 700 < crossed < 1100 and hit == 0 and mean_squared_error(theta, X, T) < 0.2 * mean_squared_error(start, X, T)

# %% [markdown]
# > **C01 · refuted.** Someone asks how ReLU can work with gradient descent, and starts from this: gradient descent
# > needs a smooth function. (Cross Validated, 2016; links at the end)
#
# About 900 kinks were crossed while the loss fell to less than a fifth, and no step ended on one. Gradient descent only
# needs a slope at the point where it stands, and steps short enough for that slope to mean something.

# %% [markdown] tags=["optional"]
# ### Watch the boundary move
#
# Two moons again, other points, and a network with two hidden layers that gives each place a probability of belonging
# to the lower moon. Press play. Then compare the learning rates 0.01 and 3, and the corners of ReLU with the curves of
# tanh.

# %%
explore(
    figures.decision_boundary,
    activation=Radio(list(experiment.MOONS_ACTIVATIONS)),
    learning_rate=Select(list(experiment.LEARNING_RATES), value=0.3, label="learning rate"),
    epoch=Range(0, experiment.MOONS_EPOCHS, experiment.EVERY, value=30, play=True, label="epoch"),
)

# %% tags=["assertion"]
relu = experiment.moons_training("ReLU")
assert relu.accuracy[relu.at(0.3, 0)] < 0.5 and relu.accuracy[relu.at(0.3, 60)] > 0.95
assert relu.loss[relu.at(0.01, 60)] > 4 * relu.loss[relu.at(0.3, 60)] and relu.accuracy[relu.at(3.0, 60)] < 0.9

# %% [markdown] tags=["optional"]
# ### Which learning rate?
#
# You may leave this section out. The library's `Network` holds many networks at once, its **replicas**, and a setting
# may be one number for each: here 64 learning rates from 0.001 to 1. One start says little, so every rate gets eight.
# (Two moons again, other points. An *epoch* is one round through all samples, in portions called *batches*.)

# %% tags=["nbval-ignore-output"]
moons, losses = two_moons(200, noise=0.15), []
for seed in range(8):
    network = Network.mlp([2, 16, 2], replicas=64, seed=[seed] * 64)
    history = train(network, moons.X, moons.y, SGD(np.logspace(-3, 0, 64)), epochs=20, progress=False)
    losses.append(history.loss[:, -1])
print("losses by replica and epoch", history.loss.shape)
print(" rate   loss: mean  least   most")
for k in range(0, 64, 9):
    of_rate = np.array(losses)[:, k]
    print(f"{np.logspace(-3, 0, 64)[k]:5.3f}  {of_rate.mean():11.3f}  {of_rate.min():5.3f}  {of_rate.max():5.3f}")

alone = Network.mlp([2, 16, 2], seed=7)
train(alone, moons.X, moons.y, SGD(np.logspace(-3, 0, 64)[40]), epochs=20, progress=False)
print("replica 40 is the network trained alone, bit for bit:", np.array_equal(network.W[0][40], alone.W[0][0]))

# %% [markdown]
# At a small rate the start decides where 20 epochs lead; from about 0.1 on it hardly matters, until the largest rates
# throw the starts apart again.

# %% tags=["assertion"]
assert history.loss.shape == (64, 20) and np.array_equal(network.W[1][40], alone.W[1][0])
spread = np.ptp(losses, axis=0)
assert spread[0] > 5 * spread[45] and spread[63] > 2 * spread[45] and np.mean(losses, 0)[63] < np.mean(losses, 0)[45]

# %% [markdown]
# ## A start that stands on the kink
#
# "The number at the kink cannot matter, since nothing ever lands there." The loop above seems to say so. But a start
# can stand on a kink. Take the *exclusive or*: four points, with the target 1 where the two inputs differ, else 0. Two
# hidden units can do it, since $\max(0, x_1 - x_2) + \max(0, x_2 - x_1) = |x_1 - x_2|$. So the loss 0 can be reached.
#
# Look at the point $(0, 0)$: it multiplies every weight by 0, so $z = b$, and biases often start at 0, as in Keras.
# **For this point every hidden unit starts exactly on its kink**, whatever its weights are. Now the slope $s$ that is
# returned there matters.
#
# One start says little; we take 2000 at once. Every array gets one more axis in front, and `@` multiplies network by
# network: each is a **replica**. (`.mT` swaps the last two axes only.)

# %% tags=["program"]
X4, T4 = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), np.array([[0], [1], [1], [0]], float)


def random_start(replicas, bias=0.0):
    rng = np.random.default_rng(0)
    W1 = rng.standard_normal((replicas, 3, 2))
    W2 = rng.standard_normal((replicas, 1, 3)) * np.sqrt(2 / 3)
    return [W1, np.full((replicas, 1, 3), bias), W2, np.zeros((replicas, 1, 1))]


def errors_and_gradients(theta, s):
    W1, b1, W2, b2 = theta
    Z = X4 @ W1.mT + b1  # (2000, 4, 3): network, point, unit
    slope = np.where(Z == 0, s, Z > 0)  # s on the kink, else 0 or 1
    A = np.maximum(0, Z)
    error = A @ W2.mT + b2 - T4  # (2000, 4, 1)
    D = 2 * error / 4
    g_W2, g_b2 = D.mT @ A, D.sum(1, keepdims=True)
    H = (D @ W2) * slope
    g_W1, g_b1 = H.mT @ X4, H.sum(1, keepdims=True)
    return error, [g_W1, g_b1, g_W2, g_b2]


starts = random_start(2000)

# %% [markdown]
# In the first step $s$ does not matter yet: at $(0, 0)$ the output is $b_2 = 0$, as is the target, and an error of 0
# passes nothing back. After it $b_2$ has moved. So has the bias of each unit that another point switches on: it has
# left the kink. Units that are off at the other three points still sit on it.
#
# **Exercise training.12.** How likely is that? The two weights of a unit are drawn independently, each as likely above
# 0 as below, and the bias is 0. With which probability is the unit off at $(0, 1)$, $(1, 0)$ *and* $(1, 1)$, where $z$
# is $w_2$, $w_1$ and $w_1 + w_2$?

# %% tags=["exercise"]
# begin solution: probability = ...
probability = 1 / 4
# end solution
check("training.12", probability)

# %% tags=["assertion"]
_, first = errors_and_gradients(starts, 0)
second = [p - 0.1 * g for p, g in zip(starts, first, strict=True)]
second_0, second_1 = (errors_and_gradients(second, s)[1] for s in (0, 1))
assert (X4 @ starts[0].mT + starts[1] == 0)[:, 0].all()
assert all(np.array_equal(g0, g1) for g0, g1 in zip(first, errors_and_gradients(starts, 1)[1], strict=True))
silent = ~((X4 @ starts[0].mT) > 0).any(1)
assert np.array_equal((second_0[1] != second_1[1])[:, 0], silent) and abs(silent.mean() - 1 / 4) < 0.02
assert all(np.array_equal(second_0[k], second_1[k]) for k in (0, 2, 3))
third_bias = (second[1] - 0.1 * second_1[1])[:, 0]
assert abs((third_bias[silent] > 0).mean() - 0.49) < 0.01 and abs((third_bias[silent] < 0).mean() - 0.51) < 0.01
assert ((third_bias < 0) & silent).all(1).sum() == 7

# %% [markdown]
# In the second step these units feel $s$, and in their biases alone: at $(0, 0)$ the input is 0, so $W_1$ feels nothing
# of it, and $a = 0$, so $W_2$ feels nothing either. With $s = 0$ such a unit gets no gradient from any point, now or
# later. With $s > 0$ the second step moves its bias against $L_z = L_o\,w_2\,s$: up where that is negative, down where
# it is positive. About half of them go up: they come on at $(0, 0)$ and can learn. The other half go down and are off
# at all four points, for good.
#
# Now train the 2000 starts with each $s$. How many will be *stuck* at the loss ¼, where the answer is ½ to everything?


# %% tags=["nbval-ignore-output"]
def is_stuck(theta, s):
    for _ in range(1000):
        _, gradient = errors_and_gradients(theta, s)
        theta = [p - 0.1 * g for p, g in zip(theta, gradient, strict=True)]
    error, _ = errors_and_gradients(theta, s)
    return abs((error**2).mean((1, 2)) - 1 / 4) < 0.005


stuck = {s: is_stuck(starts, s) for s in (0, 0.5, 1)}
print("  s   stuck  95 % interval")
for s in stuck:
    low, share, high = wilson_interval(int(stuck[s].sum()), 2000)
    print(f"{s:3}  {share:6.1%}  {low:.1%} to {high:.1%}")

# %% tags=["assertion"]
assert 0.11 < stuck[0].mean() < 0.135 and 0.05 < stuck[1].mean() < 0.065
assert abs(stuck[0.5].mean() - stuck[1].mean()) < 0.003 and abs((stuck[0] != stuck[1]).mean() - 1 / 15) < 0.005

# %% [markdown]
# With $s = 0$ twice as many get stuck: for one start in fifteen the number at the kink decides. ½ does what 1 does,
# since the first move takes a unit off its kink, where $s$ no longer counts.

# %% [markdown]
# Is it really $s$? Move the biases a hair off 0, so that $s$ plays no part. To the right of 0 each unit is on at
# $(0, 0)$, so its slope is 1, and to the left it is off.

# %% tags=["nbval-ignore-output"]
for hair in (-1e-9, 1e-9):
    beside = is_stuck(random_start(2000, bias=hair), 0)
    differ = {s: int((beside != stuck[s]).sum()) for s in (0, 1)}
    print(f"biases {hair}: stuck {beside.mean():.1%}; starts that end otherwise than with s = 0, s = 1: {differ}")

# %% tags=["assertion"]
for s, hair in ((0, -1e-9), (1, 1e-9)):
    assert (stuck[s] != is_stuck(random_start(2000, bias=hair), 0)).sum() <= 4

# %% [markdown] tags=["optional"]
# ### Start by start
#
# This section is optional. First the second step: in which of the four arrays does $s$ change the gradient?

# %%
_, first = errors_and_gradients(starts, 0)
second = [p - 0.1 * g for p, g in zip(starts, first, strict=True)]
second_0, second_1 = (errors_and_gradients(second, s)[1] for s in (0, 1))
for name, g0, g1 in zip(("W1", "b1", "W2", "b2"), second_0, second_1, strict=True):
    print(f"{name}: in the second step s changes {(g0 != g1).mean():.0%} of the gradient's entries")

# %% [markdown]
# In one bias of four, as you have worked out. Now compare start by start how training ends, and by the number of units
# that are on at some point.

# %% tags=["nbval-ignore-output"]
with_0, with_1 = stuck[0], stuck[1]
print("stuck with s = 0 only:", (with_0 & ~with_1).sum(), "  with s = 1 only:", (with_1 & ~with_0).sum())
units_on = ((X4 @ starts[0].mT) > 0).any(1).sum(1)
print("units on  starts  stuck, s = 0  stuck, s = 1")
for k in range(4):
    among = units_on == k
    print(f"{k:8}  {among.sum():6}  {with_0[among].mean():12.0%}  {with_1[among].mean():12.0%}")

# %% tags=["assertion"]
assert (with_0 & ~with_1).sum() > 100 and (with_1 & ~with_0).sum() < 5
assert np.array_equal(with_1 & (units_on == 0), ((third_bias < 0) & silent).all(1))
assert with_0[units_on == 0].all() and not (with_0 ^ with_1)[units_on == 3].any()
assert all(with_0[units_on == k].mean() > with_1[units_on == k].mean() + 0.03 for k in (0, 1, 2))

# %% [markdown]
# With all three units on, $s$ changes nothing. The fewer are on, the more it does. The 23 % in the first row are the 7
# of 30 starts in which all three units went down in the second step.

# %% [markdown]
# ### Where the others end
#
# Even with the better $s$ one start in twenty is stuck at ¼. Do all the others come down to the loss 0? Look (at 1000
# other starts), then give them 8 units.

# %%
slopes = Radio({"0": 0.0, "½": 0.5, "1": 1.0}, label="slope at the kink")
explore(figures.losses_of_starts, width=Radio({"3": 3, "8": 8}, label="hidden units"), slope_at_kink=slopes)

# %% tags=["assertion", "C02"]
exact = Parameters(np.array([[1, -1], [-1, 1]]), np.zeros(2), np.ones((1, 2)), np.zeros(1))
assert mean_squared_error(exact, X4, T4) == 0
ends = {width: experiment.starts_by_end(width) for width in (3, 8)}
assert all(ends[3][name] > 100 for name in experiment.ENDS) and ends[8]["0"] > 950
assert 480 < ends[3]["0"] < 520 and 570 < experiment.starts_by_end(3, 1.0)["0"] < 620
network, losses = experiment.trained_starts(3, 1.0)
answers = np.sort(np.asarray(network.predict(experiment.XOR_X))[..., 0])
for end, shared in ((1 / 8, [[0, 0.5, 0.5, 1]]), (1 / 6, [[1 / 3] * 3 + [1], [0] + [2 / 3] * 3]), (1 / 4, [[0.5] * 4])):
    of_end = answers[abs(losses - end) < 1e-4]
    assert len(of_end) > 40 and np.min([abs(of_end - one).max(1) for one in shared], axis=0).max() < 0.05

# %% [markdown]
# > **C02 · refuted.** The asker of C01 also takes it for granted that gradient descent finds the global minimum.
#
# With three units four starts in ten miss it, and with $s = 0$ five. Some points have become alike to such a network,
# and it gives them the mean of their targets, as at ¼, where all four share ½. With more units there are more chances,
# and in a wide network the effect of $s$ is harder to see.
#
# ## Break it

# %%
predict("training.p3")

# %% [markdown]
# This backward pass runs, and all its shapes are right. One line of it is wrong.


# %%
def with_a_bug(parameters, X, T):
    _, A, outputs = forward(parameters, X)
    D = 2 * (outputs - T) / len(X)
    slope = A >= 0
    H = (D @ parameters.W2) * slope
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)


theta = one_hidden_layer.descend(with_a_bug, start, X, T, learning_rate=0.1, steps=300)
print(f"loss with the bug: from {mean_squared_error(start, X, T):.3f} to {mean_squared_error(theta, X, T):.3f}")

# %% tags=["assertion"]
assert 0.3 < mean_squared_error(theta, X, T) < 0.45 < 0.8 < mean_squared_error(start, X, T)
early = one_hidden_layer.descend(with_a_bug, start, X, T, learning_rate=0.1, steps=30)
assert abs(mean_squared_error(early, X, T) - mean_squared_error(theta, X, T)) < 0.02

# %% [markdown]
# The loss falls, then stalls, far above the 0.147 of the right gradient: short steps along a wrong gradient still
# descend, as long as it makes an angle below 90° with the right one. Without a right one to compare with, the loss
# would not tell you. The gradient check does:

# %%
check_backward(with_a_bug, small, X[:5], T[:5])

# %% tags=["assertion"]
assert {entry.name[:2] for entry in check_backward(with_a_bug, small, X[:5], T[:5]).wrong} == {"W1", "b1"}

# %% [markdown]
# `W2` and `b2` agree, `W1` and `b1` do not: the fault lies between the layers.
#
# **Exercise training.5.** Repair it.


# %% tags=["exercise"]
def repaired(parameters, X, T):
    Z, A, outputs = forward(parameters, X)
    D = 2 * (outputs - T) / len(X)
    # begin solution: slope = A >= 0
    slope = Z > 0
    # end solution
    H = (D @ parameters.W2) * slope
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)


check("training.5", repaired)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "training.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - Forward, loss, backward, update: backpropagation is the chain rule from the loss back to the input, and the update
#   moves all parameters along one gradient.
# - Descent steps over kinks all the time and hardly ever onto one.
# - A falling loss does not show that a gradient is right. A gradient check finds a wrong one, if it takes both slopes
#   at a kink.
# - Where a start puts a point exactly on the kink, the slope returned there is a choice of side. It decides about units
#   that are off at all other points, so that nothing else moves them.
#
# **Sources.**
# - David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams, [*Learning representations by back-propagating
#   errors*](https://doi.org/10.1038/323533a0), 1986
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), 2016,
#   chapters 6 and 8 (backpropagation, gradient descent)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016, with answers on Cross Validated (C01, C02)
