# %% [markdown]
# # Train a network in NumPy
#
# **The question.** What happens, line by line, when a ReLU network learns, and what do the kinks do to it?
#
# **Why it matters.** `model.fit` hides four steps: forward, loss, backward, update. Whoever has taken all four by hand
# knows where to look when training goes wrong. And you meet an ordinary start in which the number returned at the kink
# decides, for one network in ten, whether it learns.
#
# **You will learn**
# - to write a layer, the backward pass, the update and the loop
# - to test a gradient, also where the loss has a kink
# - to train thousands of networks at once
# - when the slope at the kink decides, and why
#
# **Before you start.** [[Proof]]: the one-sided derivatives of ReLU. You need the chain rule and NumPy's `@`.
#
# **Minutes:** 59.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import moons_as_numbers, two_moons
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.intervals import wilson_interval
from course_lib.networks import SGD, Network, one_hidden_layer, train
from course_lib.networks.one_hidden_layer import (Parameters, check_backward, forward, mean_squared_error,
    starting_parameters)
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
# Now change one thing. With the learning rate 2, will $w$ come to rest at the lowest loss sooner, later or never?

# %%
descend_one_weight(-1.2, learning_rate=2, steps=8)

# %% tags=["assertion"]
for w, on in ((-1.2, [1, 0, 0]), (-0.9, [1, 1, 0]), (-0.287, [1, 1, 1])):
    assert (w * x + 0.5 > 0).astype(int).tolist() == on
visited = {}
for rate in (0.3, 2):
    w, visited[rate] = -1.2, []
    for _ in range(300):
        visited[rate].append(w)
        w = w - rate * (2 * (np.maximum(0, w * x + 0.5) - t) * (w * x + 0.5 > 0) * x).mean()
assert abs(visited[0.3][-1] - 0.4429) < 1e-3 and np.ptp(visited[2][-100:]) > 1
assert (0.4429 * x + 0.5 > 0).all() and round(2 / (2 * x**2).mean(), 2) == 0.86

# %% [markdown]
# The steps are too long: $w$ jumps to and fro over the valley. Around its floor $w^*$ the slope of the loss is $c\,(w -
# w^*)$, where $c$ is the mean of $2x^2$, so a step with the rate $\eta$ turns the distance $d = w - w^*$ into $(1 -
# \eta c)\,d$. Above $\eta = 2/c$, here 0.86, it grows.
#
# Here is the loss over all $w$. Take softplus, $\log(1 + e^z)$, a ReLU without a corner: what becomes of the kinks?

# %%
explore(figures.loss_along_a_weight, activation=Radio(["ReLU", "softplus", "tanh"]))

# %% [markdown]
# ## Forward
#
# In a real network many units stand side by side in a *layer*. Each has a weight for every input, and a bias:
#
# $$z = W_1 x + b_1, \qquad a = \max(0, z), \qquad o = W_2 a + b_2.$$
#
# For many samples that would be three nested loops: over samples, units and inputs. With the samples in the rows of $X$
# and the units in the rows of $W_1$, one matrix product does them all.
#
# **Exercise training.1.** Write the layer without a loop. It must take no more steps in Python for larger arrays.


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
# loss back to the input, and use at each step what you have already.
#
# | slope of the loss | |
# |---|---|
# | by $o$ | $L_o = 2(o - t)$ |
# | by $w_2$ and by $b_2$ | $L_o\,a$ and $L_o$ |
# | by $a$ | $L_a = L_o\,w_2$ |
# | by $z$, over the kink | $L_z = L_a \cdot \text{slope of ReLU at } z$; 0 for a unit that is off |
# | by $w_1$ and by $b_1$ | $L_z\,x$ and $L_z$ |
#
# ($L_o$ is short for $\partial L/\partial o$. What arrives from above at a step, such as $L_a$ at the kink, is its
# *upstream gradient*.)
#
# This walk is **backpropagation** (Rumelhart, Hinton and Williams, 1986). For many samples and units the products
# become matrix products, and the shapes lead you: a gradient has the shape of its parameter and is a sum over the
# samples. `D` holds the slopes by $o$ and is $(n, 1)$, `A` is $(n, 16)$, so the gradient of `W2`, which is $(1, 16)$,
# must be `D.T @ A`. In the same way `H` is to hold the slopes by $z$, $(n, 16)$.
#
# **Exercise training.2.** Write the backward pass for the mean over the $n$ samples of $(o - t)^2$. Return the
# gradients of `W1`, `b1`, `W2`, `b2`, in this order. Where $z = 0$, any slope of ReLU from 0 to 1 will do.


# %% tags=["exercise"]
def backward(parameters, X, T):
    Z, A, outputs = forward(parameters, X)
    # begin solution: return ...
    D = 2 * (outputs - T) / len(X)
    H = (D @ parameters.W2) * (Z > 0)
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)
    # end solution


check("training.2", backward)

# %% [markdown]
# ### Test it, also on the kink
#
# How would you test it? Move one parameter a little, and see how the loss responds. Take one bias in a network of three
# units, with biases 0 and one sample at the origin: there $z = 0$ exactly. The claim comes from `gradient_by_hand`, the
# course's own backward pass, and $h = 10^{-6}$ is near the best step for a central difference ([[step]]).

# %%
gradient_by_hand = one_hidden_layer.gradient_by_hand
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
# The **relative error** is the difference in proportion to what is compared. 24 % looks like a bug, and is none: on a
# kink the central difference is the mean of two slopes. `check_backward` asks for both, in every entry.

# %%
check_backward(gradient_by_hand, small, with_origin, T[:5])

# %% [markdown]
# Ten entries agree. Three sit on a kink, where any number between the slopes from both sides passes, and none outside.
#
# ## The loop
#
# **Exercise training.11.** Now train: take `steps` steps of gradient descent on all samples at once, and return the
# parameters at the end. `gradient_by_hand(parameters, X, T)` gives the four gradients, `Parameters(W1, b1, W2, b2)`
# puts four arrays together.


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
# Here is that loop with two counters. A pre-activation whose sign changes from one step to the next went over a kink.
# With 16 units, 300 points and 300 steps, how many crossings do you expect, and how many exact zeros?

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
# About 900 kinks were crossed while the loss fell to less than a fifth, and no step ended on one. Descent needs a slope
# where it stands, and steps short enough for that slope to mean something. What a *theorem* needs is the subject of
# [[subgradients]].

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
# The *exclusive or* has four points, with the target 1 where the two inputs differ, else 0. Two hidden units can do it:
# $\max(0, x_1 - x_2) + \max(0, x_2 - x_1) = |x_1 - x_2|$. So the loss 0 can be reached.
#
# "The number at the kink cannot matter, since nothing ever lands there." The loop above seems to say so. But look at
# the point $(0, 0)$: it multiplies every weight by 0, so $z = b$, and biases often start at 0, as in Keras. **For this
# point every hidden unit starts exactly on its kink**, whatever its weights are. Now it matters which slope is returned
# there. Call it $s$.
#
# One start says little; we take 2000 at once. Every array gets one more axis in front, and `@` multiplies network by
# network. Each of them is a **replica**.

# %% tags=["program"]
X4, T4 = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), np.array([[0], [1], [1], [0]], float)


def random_start(replicas, bias=0.0):
    rng = np.random.default_rng(0)
    W1 = rng.standard_normal((replicas, 3, 2))
    W2 = rng.standard_normal((replicas, 1, 3)) * np.sqrt(2 / 3)
    return [W1, np.full((replicas, 1, 3), bias), W2, np.zeros((replicas, 1, 1))]


def errors_and_gradients(theta, s):
    W1, b1, W2, b2 = theta
    Z = X4 @ W1.mT + b1
    slope = np.where(Z == 0, s, Z > 0)
    A = np.maximum(0, Z)
    error = A @ W2.mT + b2 - T4
    D = 2 * error / 4
    H = (D @ W2) * slope
    return error, [H.mT @ X4, H.sum(1, keepdims=True), D.mT @ A, D.sum(1, keepdims=True)]


starts = random_start(2000)
on_kink = (X4 @ starts[0].mT + starts[1])[:, 0] == 0
print(f"z at (0, 0) is exactly 0 in {on_kink.mean():.0%} of the hidden units")

# %%
predict("training.p4")

# %%
def where_they_differ(theta):
    gradient_0, gradient_1 = (errors_and_gradients(theta, s)[1] for s in (0, 1))
    for name, g0, g1 in zip(("W1", "b1", "W2", "b2"), gradient_0, gradient_1, strict=True):
        print(f"{name}: with s = 0 and s = 1 the gradients {'differ' if (g0 != g1).any() else 'are the same'}")


where_they_differ(starts)

# %% [markdown]
# Not yet. At $(0, 0)$ the output is $b_2 = 0$, as is the target, and an error of 0 passes nothing back. After one step
# $b_2$ has moved, and units that another point switches on have moved off the kink. Those that are off at the three
# other points still sit on it.
#
# **Exercise training.12.** How likely is that? The two weights of a unit are drawn independently, each as likely above
# 0 as below, and the bias is 0. With which probability is the unit off at $(0, 1)$, $(1, 0)$ *and* $(1, 1)$?

# %% tags=["exercise"]
# begin solution: probability = ...
probability = 1 / 4
# end solution
check("training.12", probability)

# %%
_, gradient = errors_and_gradients(starts, 0)
where_they_differ([p - 0.1 * g for p, g in zip(starts, gradient, strict=True)])

# %% tags=["assertion"]
first_0, first_1 = (errors_and_gradients(starts, s)[1] for s in (0, 1))
assert all(np.array_equal(g0, g1) for g0, g1 in zip(first_0, first_1, strict=True))
second = [p - 0.1 * g for p, g in zip(starts, first_0, strict=True)]
second_0, second_1 = (errors_and_gradients(second, s)[1] for s in (0, 1))
silent = ~((X4 @ starts[0].mT) > 0).any(1)
assert np.array_equal((second_0[1] != second_1[1])[:, 0], silent) and abs(silent.mean() - 1 / 4) < 0.02
assert all(np.array_equal(second_0[k], second_1[k]) for k in (0, 2, 3))
third_bias = (second[1] - 0.1 * second_1[1])[:, 0]
assert abs((third_bias[silent] > 0).mean() - 0.49) < 0.01 and abs((third_bias[silent] < 0).mean() - 0.51) < 0.01
assert ((third_bias < 0) & silent).all(1).sum() == 7

# %% [markdown]
# For these units $s$ decides, and for their biases alone: $W_1$ feels nothing of $(0, 0)$ in any unit, as the input is
# 0 there. With $s = 0$ such a unit gets no gradient from any point, now or later. With $s > 0$ the second step moves
# its bias, up or down by the signs of its $w_2$ and of the error at $(0, 0)$. About half of them go up: they come on at
# $(0, 0)$ and learn. The other half go down and are off at all four points, for good.
#
# Train 2000 starts with each $s$, and with biases a hair beside 0, so that no $z$ is 0 and $s$ plays no part. How many
# will be *stuck* at the loss ¼, where the answer is ½ to everything? The line with `velocity` is **momentum**: each
# step keeps nine tenths of the step before, as a heavy ball would, and so gains speed.


# %% tags=["nbval-ignore-output"]
def is_stuck(s, bias=0.0):
    theta = random_start(2000, bias=bias)
    velocity = [0 * p for p in theta]
    for _ in range(600):
        _, gradient = errors_and_gradients(theta, s)
        velocity = [0.9 * v - 0.1 * g for v, g in zip(velocity, gradient, strict=True)]
        theta = [p + v for p, v in zip(theta, velocity, strict=True)]
    error, _ = errors_and_gradients(theta, s)
    return abs((error**2).mean((1, 2)) - 1 / 4) < 0.005


settings = [(0, 0), (0.5, 0), (1, 0), (0, -1e-9), (0, 1e-9)]
stuck = {setting: is_stuck(*setting) for setting in settings}
print("  s     bias   stuck  95 % interval")
for s, bias in settings:
    low, share, high = wilson_interval(int(stuck[s, bias].sum()), 2000)
    print(f"{s:3}  {bias:7}  {share:6.1%}  {low:.1%} to {high:.1%}")

# %% tags=["assertion"]
share = {setting: ends.mean() for setting, ends in stuck.items()}
assert 0.29 < share[0, 0] < 0.35 and 0.19 < share[1, 0] < 0.24 and abs(share[0.5, 0] - share[1, 0]) < 0.01
for s, hair in ((0, -1e-9), (1, 1e-9)):
    assert (stuck[s, 0] != stuck[0, hair]).sum() <= 4

# %% [markdown]
# (A *95 % interval* is a range of shares that fit what was counted, made so that 95 of 100 such ranges hold the true
# share.) The number at the kink decides the fate of about one start in ten. To return 1 is to stand a hair to the right
# of 0, to return 0 a hair to the left. ½ does what 1 does: two steps, and the unit is off the kink.

# %% tags=["assertion", "C02"]
assert stuck[1, 0].mean() > 0.15
exact = Parameters(np.array([[1, -1], [-1, 1]]), np.zeros(2), np.ones((1, 2)), np.zeros(1))
assert mean_squared_error(exact, X4, T4) == 0

# %% [markdown] tags=["optional"]
# ### Start by start
#
# If you have the time: compare start by start, and by the number of units that are on at some point.

# %% tags=["nbval-ignore-output"]
with_0, with_1 = stuck[0, 0], stuck[1, 0]
print("stuck with s = 0 only:", (with_0 & ~with_1).sum(), "  with s = 1 only:", (with_1 & ~with_0).sum())
units_on = ((X4 @ starts[0].mT) > 0).any(1).sum(1)
print("units on  starts  stuck, s = 0  stuck, s = 1")
for k in range(4):
    among = units_on == k
    print(f"{k:8}  {among.sum():6}  {with_0[among].mean():12.0%}  {with_1[among].mean():12.0%}")

# %% tags=["assertion"]
assert (with_0 & ~with_1).sum() > 150 and (with_1 & ~with_0).sum() < 5
assert with_0[units_on == 0].all() and not (with_0 ^ with_1)[units_on == 3].any()
assert all(with_0[units_on == k].mean() > with_1[units_on == k].mean() + 0.05 for k in (0, 1, 2))

# %% [markdown]
# With all three units on, $s$ changes nothing. The fewer are on, the more it does. The 27 % in the first row are 8 of
# 30 starts; in 7 of them all three units went down in the second step.

# %% [markdown]
# ### Where the others end
#
# > **C02 · refuted.** The same question takes it for granted that gradient descent finds the global minimum. (Cross
# > Validated, 2016)
#
# Even with the better $s$ one start in five is stuck at ¼, though 0 can be reached. Where do the others end? Look
# (these are 1000 other starts), then give them more hidden units.

# %%
explore(
    figures.losses_of_starts,
    width=Radio({"3": 3, "8": 8}, value=3, label="hidden units"),
    slope_at_kink=Radio({"0": 0.0, "½": 0.5, "1": 1.0}, value=0.0, label="slope at the kink"),
)

# %% tags=["assertion"]
ends = {width: experiment.starts_by_end(width) for width in (3, 8)}
assert all(ends[3][name] > 100 for name in ("0", "1/6", "1/4")) and ends[8]["0"] > 2 * ends[3]["0"]

# %% [markdown]
# More units are more chances, and in a wide network the effect of $s$ is harder to see.
#
# ## Break it

# %%
predict("training.p3")

# %% [markdown]
# This backward pass runs, and all its shapes are right. One character is wrong.


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

# %% [markdown]
# The loss falls, though not to 0.147 as above: short steps along a wrong gradient still descend, as long as it makes an
# angle below 90° with the right one. Whoever sees only the loss says: a weak network, let us take a larger one. Ask the
# gradient check.

# %%
check_backward(with_a_bug, small, X[:5], T[:5])

# %% tags=["assertion"]
assert {entry.name[:2] for entry in check_backward(with_a_bug, small, X[:5], T[:5]).wrong} == {"W1", "b1"}

# %% [markdown]
# `W2` and `b2` agree, `W1` and `b1` do not: the fault lies between the two layers.
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
#   is one line.
# - Descent steps over kinks all the time and hardly ever onto one.
# - A falling loss does not show that a gradient is right. A gradient check does, at the point where you ask, if it
#   takes both slopes at a kink.
# - Where a start puts a point exactly on the kink, the slope returned there is a choice of side. It decides about units
#   that nothing else moves.
#
# **Sources.**
# - David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams, [*Learning representations by back-propagating
#   errors*](https://doi.org/10.1038/323533a0), 1986
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), 2016,
#   chapters 6 and 8 (backpropagation, momentum)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016, with answers on Cross Validated (C01, C02)
