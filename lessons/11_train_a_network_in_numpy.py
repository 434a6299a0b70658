# %% [markdown]
# # Train a network in NumPy
#
# **The question.** A network learns by following the slope of its loss, and with ReLU that loss is full of kinks. How
# is the slope computed, how is it computed fast, and how much of it is left after many layers?
#
# **You will learn**
# - to write the forward and the backward pass of a network, and to have the slopes checked,
# - to turn loops into one matrix product, and many trainings into one,
# - to read off, layer by layer, how much of the gradient arrives, and to choose initialisation and data scale by it,
# - where gradient descent ends when it starts from many places.
#
# **Before you start.** [[Start]] to [[proof]]. You need the chain rule, matrix products, and NumPy's `@`.
#
# **Minutes:** 90.

# %%
import numpy as np
import sympy as sp

from course_lib.data import moons_as_numbers, two_moons
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.intervals import mean_interval, wilson_interval
from course_lib.networks import ACTIVATIONS, SGD, Network, check_gradient, train
from course_lib.networks.one_hidden_layer import (check_backward, descend, gradient_by_hand, mean_squared_error,
    starting_parameters)
from course_lib.topics.subgradients.experiment import trained
from course_lib.topics.training import experiment, figures

x = sp.Symbol("x", real=True)

# %% [markdown]
# ## The words
#
# A *unit* multiplies its inputs by *weights*, adds them up and adds a *bias*. That sum is its *pre-activation* $z$.
# Then it applies an *activation* $\sigma(z)$:
#
# | | $\sigma(z)$ |
# |---|---|
# | ReLU | $\max(0, z)$ |
# | softplus | $\log(1 + e^z)$, a ReLU without a corner |
# | sigmoid | $1/(1 + e^{-z})$, from 0 to 1 |
# | tanh | from −1 to 1, steep at 0 |
#
# Units side by side are a *layer*. Layers between the inputs and the outputs are *hidden*. The *loss* is one number
# that says how far the outputs are off. *Gradient descent* goes down its slope, step by step.
#
# The weights start at random. How large they are at the start has the name of who proposed it: *He* or *Glorot*; the
# lesson comes to that.

# %% [markdown]
# ## Predict
#
# Two questions, settled further down. Commit to a guess in each before you go on.

# %%
predict("training.p1")

# %%
predict("training.p2")

# %% [markdown]
# ## Explore
#
# ### Watch a network learn
#
# The points are two moons: discs above, rings below. A network with two hidden layers of 16 units gives every place of
# the plane a probability of belonging to the lower moon. The darker (in the dark theme: the lighter) the blue, the more
# certain it is. Along the line the probability is ½: that is the *decision boundary*.
#
# Press play, or move the slider, and run through the training. For each activation all trainings start from the
# same weights. Only the *learning rate* differs: the length of a step down the slope.

# %%
explore(
    figures.decision_boundary,
    activation=Radio(list(experiment.MOONS_ACTIVATIONS)),
    learning_rate=Select(list(experiment.LEARNING_RATES), value=0.3, label="learning rate"),
    epoch=Range(0, experiment.MOONS_EPOCHS, experiment.EVERY, value=30, play=True, label="epoch"),
)

# %% [markdown]
# What to look for:
# - **Epoch 0.** The boundary lies anywhere. The weights are random.
# - **Learning rate 0.01.** The same way, but so slowly that 60 epochs do not reach the end of it.
# - **Learning rate 3.** The steps are too long. With tanh the boundary jumps about. ReLU does not arrive.
# - **ReLU** bends the boundary in corners, **tanh** in curves, and the **sigmoid** hardly bends it in 60 epochs.
#
# An *epoch* is one round through all samples. Each step of it uses a *batch* of 20.

# %%
relu = experiment.moons_training("ReLU")
start, good = relu.at(0.3, 0), relu.at(0.3, 60)
slow, wild = relu.at(0.01, 60), relu.at(3.0, 60)
assert relu.accuracy[start] < 0.5 < 0.95 < relu.accuracy[good]
assert relu.loss[slow] > 4 * relu.loss[good] and relu.accuracy[wild] < 0.9
sigmoid = experiment.moons_training("sigmoid")
assert sigmoid.accuracy[sigmoid.at(0.3, 60)] < 0.92
print("ReLU, learning rate 0.3: less than half right at the start, more than 95 % after 60 epochs")

# %% [markdown]
# ### What it walks through
#
# Take the smallest network there is: one weight $w$, one unit $\sigma(w x + \tfrac12)$, three samples. Then the loss
# is a curve, and you can see its slope.

# %%
explore(figures.loss_along_a_weight, activation=Radio(["ReLU", "softplus", "tanh"]))

# %% [markdown]
# With ReLU the slope of the loss jumps at three weights. There the pre-activation $w x + \tfrac12$ of a sample is 0: at
# $w = -\tfrac12/x$. With thousands of weights and hundreds of samples there are kinks everywhere.
#
# > **C01 · refuted.** Someone asks how ReLU can work with gradient descent, and starts from this: gradient descent
# > needs a smooth function. (Cross Validated, 2016; links at the end)
#
# Count the kinks that the trainings of the figure went over. A hidden unit's pre-activation on a sample that has
# changed its sign from one snapshot to the next crossed 0 on the way.

# %%
crossed = experiment.kinks_crossed(relu)
for rate, count in zip(experiment.LEARNING_RATES, crossed, strict=True):
    if rate <= 1:
        before, after = relu.loss[relu.at(rate, 0)], relu.loss[relu.at(rate, 60)]
        assert after < before / 3
        print(f"rate {rate:<4}: more than {count // 100 * 100} kinks crossed, loss from {before:.1f} to {after:.2f}")

# %% [markdown]
# Descent needs a slope where it stands, and a step short enough that the slope still means something. It does not need
# a slope that changes smoothly. What a *theorem* needs is another question: [[subgradients]] answers it.

# %% [markdown]
# ## Derive
#
# ### Forward
#
# A network with one hidden layer, for a sample $x$:
#
# $$z = W_1 x + b_1, \qquad a = \max(0, z), \qquad o = W_2 a + b_2.$$
#
# Written as Python is taught, it takes three loops: over the samples, over the units, over the inputs. Read it once.


# %%
def layer_with_loops(W, b, X):
    Z = np.empty((len(X), len(W)))
    for i, sample in enumerate(X):
        for unit, weights in enumerate(W):
            total = b[unit]
            for weight, value in zip(weights, sample, strict=True):
                total += weight * value
            Z[i, unit] = total
    return Z


# %% [markdown]
# The inner loop is a scalar product. All of them together are a product of two matrices: the samples in the rows of
# $X$, the units in the rows of $W$.
#
# **Exercise training.1.** Write the layer without a loop: it shall take no more steps in Python for larger arrays.


# %% tags=["exercise"]
def layer(W, b, X):
    # begin solution: return ...
    return X @ W.T + b
    # end solution


check("training.1", layer)

# %% [markdown]
# The same numbers, and a faster way to them.

# %%
rng = np.random.default_rng(0)
W, b, images = rng.standard_normal((32, 64)), rng.standard_normal(32), rng.standard_normal((100, 64))
assert np.allclose(layer_with_loops(W, b, images), images @ W.T + b, rtol=1e-12)
ratio = experiment.times_as_fast(lambda: layer_with_loops(W, b, images), lambda: images @ W.T + b)
assert ratio > 50
print("one matrix product: more than 50 times as fast as the loops")

# %% [markdown]
# With that, the forward pass is three lines. `parameters` holds `W1` $(16, 2)$, `b1` $(16,)$, `W2` $(1, 16)$ and `b2`
# $(1,)$. The pass returns what the way back will need.


# %%
def forward(parameters, X):
    Z = X @ parameters.W1.T + parameters.b1
    A = np.maximum(0, Z)
    return Z, A, A @ parameters.W2.T + parameters.b2


X, T = moons_as_numbers()
start = starting_parameters(2, 16, 1, seed=1)
Z, A, predicted = forward(start, X)
print("X", X.shape, " Z", Z.shape, " predicted", predicted.shape)

# %% [markdown]
# ### Backward
#
# Here the moons are numbers: $t = -1$ above, $t = 1$ below. The loss is the mean over the $n$ samples of
# $(o - t)^2$. We want its slope along every weight.
#
# First with a single weight in each layer and one sample with $z > 0$. Go from the loss back to the weights, and use at
# each step what you have already:
#
# | | |
# |---|---|
# | the loss by its output | $\dfrac{\partial L}{\partial o} = 2(o - t)$ |
# | the output by $w_2$ | $\dfrac{\partial L}{\partial w_2} = \dfrac{\partial L}{\partial o}\,a$ |
# | the output by $a$ | $\dfrac{\partial L}{\partial a} = \dfrac{\partial L}{\partial o}\,w_2$ |
# | the kink | $\dfrac{\partial L}{\partial z} = \dfrac{\partial L}{\partial a}\,\sigma'(z)$ |
# | the pre-activation by $w_1$ | $\dfrac{\partial L}{\partial w_1} = \dfrac{\partial L}{\partial z}\,x$ |
#
# SymPy differentiates the whole formula at once and agrees.

# %%
w1, b1, w2, b2, t = sp.symbols("w_1 b_1 w_2 b_2 t", real=True)
for side, hidden, slope in (("z > 0", w1 * x + b1, 1), ("z < 0", sp.Integer(0), 0)):
    o = w2 * hidden + b2
    by_output = 2 * (o - t)
    by_pre_activation = by_output * w2 * slope
    loss = (o - t) ** 2
    assert sp.expand(sp.diff(loss, w2) - by_output * hidden) == 0
    assert sp.expand(sp.diff(loss, w1) - by_pre_activation * x) == 0
    assert sp.expand(sp.diff(loss, b1) - by_pre_activation) == 0
    print(f"{side}: the chain rule and SymPy agree")

# %% [markdown]
# This way back is called *backpropagation* (Rumelhart, Hinton and Williams, 1986). Each layer receives its *upstream
# gradient*, and multiplies: by the slope of the activation, then by its weights.
#
# The output by $b_2$ and the pre-activation by $b_1$ have slope 1: their gradients are $\partial L/\partial o$ and
# $\partial L/\partial z$.
#
# With matrices the products become matrix products. The shapes lead you: a gradient has the shape of its parameter, and
# it is a sum over the samples. An example: `D`, the gradient at the output, is $(n, 1)$, `A` is $(n, 16)$ and `W2` is
# $(1, 16)$. So the gradient of `W2` is `D.T @ A`, and the gradient of `b2` is `D.sum(0)`.
#
# **Exercise training.2.** Write the backward pass. Return the gradients of `W1`, `b1`, `W2`, `b2`, in this order.
# `check` lets
# `check_gradient` look at it, which measures every slope by differences.


# %% tags=["exercise"]
def backward(parameters, X, T):
    Z, A, predicted = forward(parameters, X)
    # begin solution: return ...
    D = 2 * (predicted - T) / len(X)
    H = (D @ parameters.W2) * (Z > 0)
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)
    # end solution


check("training.2", backward)

# %% [markdown]
# ### Have it checked
#
# `check_gradient` compares each claimed slope with differences of the loss, from the left, from the right and from both
# sides ([[limits]]). Here it judges the course's own backward pass.

# %%
small = starting_parameters(2, 3, 1, seed=2)
report = check_backward(gradient_by_hand, small, X[:5], T[:5])
assert report.passed and not report.kinks
report

# %% tags=["solution-only"]
assert check_backward(backward, small, X[:5], T[:5]).passed

# %% [markdown]
# Now put a sample at the origin. All biases are 0, so all its pre-activations are exactly 0: on the kink.

# %%
with_origin = np.vstack([np.zeros(2), X[:4]])
report = check_backward(gradient_by_hand, small, with_origin, T[:5])
assert report.passed and len(report.kinks) == 3
for entry in report.kinks:
    print(f"{entry.name}: slope {entry.left:.2f} from the left, {entry.right:.2f} from the right")

# %% [markdown]
# The report lists these three entries as kinks, with both slopes. Any value between the two passes. A check that takes
# the central difference alone sees their mean, and no kink at all.

# %%
entry = report.kinks[0]


def loss_at(bias):
    moved = small._replace(b1=np.array([bias, 0.0, 0.0]))
    return mean_squared_error(moved, with_origin, T[:5])


h = 1e-6
central = (loss_at(h) - loss_at(-h)) / (2 * h)
assert abs(entry.left - entry.right) > 0.01
assert abs(central - (entry.left + entry.right) / 2) < 1e-4
print("the central difference is the mean of the two slopes")

# %% [markdown]
# ## Measure
#
# ### Many networks at once
#
# One start says little. 64 starts say more, and take 64 times as long if they are trained one after the other. With
# matrices as small as these, most of that time goes into calling NumPy, not into multiplying. So the library gives
# every array one more axis, in front: the *replica*. All replicas take each step together.

# %%
network = Network.mlp([2, 16, 2], replicas=64)
print("W of the first layer:", network.W[0].shape)
print("predictions for 100 samples:", network.predict(np.zeros((100, 2))).shape)

# %% [markdown]
# **Exercise training.3.** What is the shape of the predictions of 64 replicas of a 2-16-3 network for 100 samples?

# %% tags=["exercise"]
# begin solution: shape = ...
shape = [64, 100, 3]
# end solution
check("training.3", shape)

# %% [markdown]
# A replica among 64 learns what it would have learned alone, to the last bit. Only the time differs.

# %%
moons = two_moons(200, noise=0.15)


def train_together():
    together = Network.mlp([2, 16, 16, 2], replicas=64)
    train(together, moons.X, moons.y, epochs=3, record=(), progress=False)
    return together


def train_one_by_one():
    networks = [Network.mlp([2, 16, 16, 2], seed=seed) for seed in range(64)]
    for alone in networks:
        train(alone, moons.X, moons.y, epochs=3, record=(), progress=False)
    return networks


together, one_by_one = train_together(), train_one_by_one()
same = sum(np.array_equal(together.W[1][r], alone.W[1][0]) for r, alone in enumerate(one_by_one))
print(f"{same} of 64 replicas have the same weights as the network that was trained alone, in every bit")
assert same == 64
assert experiment.times_as_fast(train_one_by_one, train_together, rounds=2) > 2
print("64 replicas together: more than twice as fast as one after the other")

# %% [markdown]
# And replicas need not be alike. Any hyperparameter may be one number for each: here eight learning rates.

# %%
rates = [0.001, 0.01, 0.1, 0.3, 1, 3, 10, 30]
network = Network.mlp([2, 16, 16, 2], replicas=8, seed=[0] * 8)
train(network, moons.X, moons.y, SGD(rates), epochs=20, record=(), on_divergence="keep", progress=False)
print("best of these learning rates:", rates[int(network.accuracy(moons.X_test, moons.y_test).argmax())])

# %% [markdown]
# ### Deeper
#
# Now ten hidden layers of 64 units, and handwritten digits as data. Nothing is trained yet. We only send one gradient
# back. Which part of it arrives at the first layer?

# %%
for activation, initialization in (("sigmoid", "glorot"), ("ReLU", "he")):
    norms = experiment.gradient_by_layer(activation, initialization).weights
    shares = norms[:, 0] / norms[:, -1]
    print(f"{activation:<8} first layer / last layer: about 10^{np.median(np.log10(shares)):.0f}")
    if activation == "sigmoid":
        assert (shares < 1e-5).all()
    else:
        assert ((shares > 1 / 10) & (shares < 10)).all()

# %% [markdown]
# Here is the whole way: at each layer the norm of $\partial L/\partial z$, the gradient that arrives there. The scale
# is logarithmic. Read it from right to left, from the output back to the input. (The first run takes some seconds.)
#
# Choose ReLU, then go through the three initialisations. They differ in the variance of the weights: **he** has the
# largest, **uniform_fan_in** the smallest.

# %%
explore(
    figures.gradient_over_depth,
    activation=Radio(["sigmoid", "tanh", "softplus", "ReLU"]),
    initialization=Radio(["glorot", "he", "uniform_fan_in"], label="initialisation"),
    data=Radio({"standardised": "standardised", "0 to 255": "0 to 255"}, label="pixels"),
)

# %% [markdown]
# For ReLU the lines are nearly straight, on a logarithmic scale: every layer multiplies by about the same factor. It
# can be worked out. A gradient that comes back through a layer is multiplied by $W^\mathsf{T}$ and by the slope
# $\sigma'(z)$. So each of its entries is a sum of $n$ terms. Their weights are independent with mean 0, so the mean
# squares add up. On the average the square changes by
#
# $$n \cdot \operatorname{Var}(W) \cdot \operatorname{E} \sigma'(z)^2 .$$
#
# where $\operatorname{E}$ is the mean over units and samples. For ReLU the last factor is ½: half of the units are
# active, with slope 1. One choice of $\operatorname{Var}(W)$ makes the product 1, and then the gradient neither grows
# nor shrinks. That is **he** (He et al., 2015); exercise training.7 asks which one it is.
#
# > **C40 · refined.** A text says that the derivatives through a rectified linear unit stay large whenever the unit is
# > active. (Sarkar, 2018)
#
# The *unit's* slope is 1, always. The *network's* gradient is a product over its layers, and that can shrink all the
# same.

# %%
for initialization in ("he", "glorot", "uniform_fan_in"):
    found = experiment.gradient_by_layer("ReLU", initialization)
    expected = experiment.expected_factor("ReLU", initialization)
    assert abs(found.factor_per_layer / expected - 1) < 0.05
    print(f"ReLU, {initialization:<15} factor per layer {found.factor_per_layer:.1f}, expected {expected:.2f}")
slopes = set(ACTIVATIONS["relu"].derivative(rng.standard_normal(1000)).tolist())
assert slopes == {0.0, 1.0}

# %% [markdown]
# None of the three helps the sigmoid, since its slope is small everywhere.
#
# **Exercise training.4.** What is the greatest slope of the sigmoid $1/(1 + e^{-z})$?

# %% tags=["exercise"]
# begin solution: greatest_slope = ...
greatest_slope = 1 / 4
# end solution
check("training.4", greatest_slope)

# %%
for times in (1, 113):
    found = experiment.gradient_by_layer("sigmoid", "glorot", times=times)
    print(f"sigmoid, n · Var(W) = {times:>3}: factor per layer {found.factor_per_layer:.2f}")
    assert (found.factor_per_layer < 1 / 4) == (times == 1)
assert experiment.expected_factor("sigmoid", "glorot") == 1 / 4 and found.factor_per_layer > 1

# %% [markdown]
# Only the slope is bounded by the exercise's answer. The layer multiplies by its weights, too: with **glorot**
# $n \cdot \operatorname{Var}(W)$ is 1, and the bound is that of the slope. With a variance 113 times as large the
# gradient even grows on its way back. The price is that half of the units are *saturated*, which comes next.

# %% [markdown]
# ### Normalise the data
#
# The slope of the sigmoid is ¼ at 0 and falls off fast on both sides. Far out it is *saturated*: flat. Where do the
# pre-activations of the first layer lie? That depends on the data. A pixel is stored as a number from 0 to 255.

# %%
explore(figures.pre_activations_on_the_sigmoid, data=Radio(list(experiment.SCALES), label="pixels"))

# %% [markdown]
# > **C30 · holds.** An answer says that the sigmoid's gradient is close to 0 for high and for low inputs, and that this
# > is a key reason to normalise the data. (Cross Validated, 2017)
#
# With pixels from 0 to 255 nearly all first-layer units are saturated before training begins. *Standardised* pixels
# have mean 0 and standard deviation 1; then almost none is.

# %%
raw, standardised = (
    experiment.saturated_share(experiment.first_pre_activations(data)) for data in ("0 to 255", "standardised")
)
assert raw > 0.9 and standardised < 0.02
print("slope below 0.01: more than 90 % with pixels from 0 to 255, less than 2 % standardised")

# %% [markdown]
# Does training mind? A network 784-32-10 with sigmoid units, eight learning rates from 0.003 to 10, and for each scale
# of the data the rate that suits it best. (All rates and starts are replicas of one network.)

# %%
best = {}
for data in experiment.SCALES:
    by_rate = experiment.accuracy_by_learning_rate(data).mean(1)
    best[data], at = by_rate.max(), int(by_rate.argmax())
    print(f"{data:<12} test accuracy with the best rate: about {best[data]:.0%}")
    assert 0 < at < len(by_rate) - 1  # the best one lies inside the grid
assert best["0 to 255"] < 0.75 and min(best["0 to 1"], best["standardised"]) > 0.85

# %% [markdown]
# ### Many starts
#
# The *exclusive or* has four points: 0 for equal inputs, 1 for different ones. A network with two ReLU units can do it
# exactly: $\max(0, x_1 - x_2) + \max(0, x_2 - x_1) = |x_1 - x_2|$. The global minimum of the loss is 0.

# %%
exact = Network.mlp([2, 2, 1], dtype="float64")
exact.W[0][0], exact.W[1][0] = [[1, -1], [-1, 1]], [[1, 1]]
exact.b[0][0], exact.b[1][0] = 0, 0
assert np.array_equal(exact.predict(experiment.XOR_X)[0, :, 0], experiment.XOR_T)
print(exact.predict(experiment.XOR_X)[0, :, 0])

# %% [markdown]
# > **C02 · refuted.** The question on ReLUs takes it that gradient descent finds the global minimum. (Cross Validated,
# > 2016)
#
# 64 starts, each with all four points in every step (learning rate 0.1, momentum 0.9, 600 steps); wait some seconds for
# them. Look where they end. Then give the network more hidden units. Then change the slope at the kink, from which
# nothing should follow: or should it?

# %%
explore(
    figures.losses_of_starts,
    width=Radio({"2": 2, "3": 3, "4": 4, "8": 8}, value=3, label="hidden units"),
    slope_at_kink=Radio({"0": 0.0, "½": 0.5, "1": 1.0}, value=0.0, label="slope at the kink"),
)

# %%
ends = experiment.starts_by_end(3)
assert ends["0"] >= 8 and ends["1/6"] >= 8 and ends["1/4"] >= 8
assert sum(ends.values()) - ends["0"] > experiment.XOR_STARTS / 2
assert np.ptp(experiment.final_losses(3)) > 0.2
print("three hidden units: more than half of the starts do not end at the global minimum")

# %% [markdown]
# The losses come in steps, and each step is a way to get stuck. Here is what the network puts out at each of them.
# (Exchange equal and different, and 0 and 1: the task is the same. So 1 minus these outputs is possible as well.)

# %%
network, losses = experiment.trained_starts(3)
for name, outputs in experiment.ENDS.items():
    at = np.flatnonzero(abs(losses - experiment.loss_of_outputs(outputs)) < experiment.NEAR)
    mirrored = [np.sort(1 - np.array(outputs)), np.sort(outputs)]
    for found in np.sort(network.predict(experiment.XOR_X)[at, :, 0], axis=1):
        assert min(np.abs(found - pattern).max() for pattern in mirrored) < 0.02
    print(f"loss {name:<4} outputs, sorted: {', '.join(f'{value:.2f}' for value in np.sort(outputs))}")

# %% [markdown]
# At 1/4 the network answers ½ to everything. In most of these starts no hidden unit is active on any of the four
# points, and without activity there is no slope: [[dead_units]] is about such units. More units are more chances. With
# eight, most starts end at 0.

# %%
stuck = abs(losses - 1 / 4) < experiment.NEAR
active = (network.forward(experiment.XOR_X).activations[0][stuck] > 0).any(axis=(1, 2))
assert active.mean() < 0.4
assert experiment.starts_by_end(8)["0"] > max(experiment.XOR_STARTS / 2, 2 * experiment.starts_by_end(3)["0"])
assert experiment.starts_by_end(2)["0"] < experiment.starts_by_end(3)["0"]
print("8 hidden units: more than twice as many starts end at 0 as with 3")

# %% [markdown]
# ### A start that stands on the kink
#
# Why does the slope at the kink matter here? Look at the point $(0, 0)$. It multiplies every weight by 0, so $z = b$,
# and the biases start at 0. For this point **every hidden unit starts exactly on its kink**, in 64 bits as in 16: these
# zeros are structural ([[zeros]]). What is returned there is no footnote any more. 1000 starts, and the same with
# biases a hair beside 0:

# %%
for slope, bias in ((0, 0), (0.5, 0), (1, 0), (0, -1e-9), (0, 1e-9)):
    stuck = experiment.stuck_starts(3, slope, bias)
    low, share, high = wilson_interval(int(stuck.sum()), len(stuck))
    print(f"slope {slope:<3}  biases {bias:<6}  stuck at 1/4: {share:.0%}, from {low:.0%} to {high:.0%}")

# %%
for width in (2, 3, 4, 8):
    at_0, at_1 = (experiment.stuck_starts(width, slope) for slope in (0, 1))
    low, middle, high = mean_interval(100.0 * at_0 - 100.0 * at_1)
    print(f"{width} hidden units: slope 1 frees {middle:.0f} starts in 100, from {low:.0f} to {high:.0f}")
    assert low > (10 if width == 3 else 0) and not (at_1 & ~at_0).any()
for slope, hair in ((0, -1e-9), (1, 1e-9)):
    assert np.array_equal(experiment.stuck_starts(3, slope), experiment.stuck_starts(3, 0, hair))

# %% [markdown]
# With three hidden units slope 1 frees more than one start in ten, and of these 1000 none gets stuck that slope 0 sets
# free. There is no magic in the number 1: to return 1 at the kink is to stand a hair to its right, to return 0 a hair
# to its left. Start by start, biases of $10^{-9}$ end as slope 1 does, and $-10^{-9}$ as slope 0. A unit that is off on
# the three other points learns from $(0, 0)$ or from nothing.

# %% [markdown]
# ### True zeros
#
# > **C07 · holds.** A paper is quoted as saying that rectifying units do as well as tanh or better, although they are
# > not differentiable at 0, and that they create true zeros. (Glorot, Bordes and Bengio, *Deep sparse rectifier neural
# > networks*, 2011)
#
# Two small networks on 1797 real digits. The digits are divided into training and test in six ways, with four starts
# each; the first time, that takes some seconds. The split matters more than the activation.

# %%
explore(figures.rectifier_accuracy, network=Radio(list(experiment.NETWORKS)))

# %%
for network in experiment.NETWORKS:
    low, _, high = experiment.paired_difference("ReLU", "tanh", network)
    assert -1 < low < high < 1
    trials = (experiment.trial(activation, network) for activation in experiment.DIGITS_ACTIVATIONS)
    accuracy = np.stack([trial.accuracy.mean(1) for trial in trials])
    assert np.ptp(accuracy.mean(0)) > 2 * np.ptp(accuracy.mean(1))
    print(f"{network}: ReLU − tanh, 95 % interval from above −1 to below 1 point")

# %% [markdown]
# Then count the hidden activations that are exactly 0. `tanh` has none. Softplus has hardly any, and those are rounded
# numbers: left of about $z = -104$ its value is too small for float32. ReLU's zeros are true.

# %%
trials = {activation: experiment.trial(activation) for activation in experiment.DIGITS_ACTIVATIONS}
assert trials["ReLU"].true_zeros > 0.3 and trials["ReLU"].rounded == 0
assert trials["tanh"].zeros == 0
softplus = ACTIVATIONS["softplus"](np.array([-100, -105], np.float32))
assert softplus[0] > 0 == softplus[1]
assert trials["softplus"].true_zeros == 0 and trials["softplus"].zeros < 1e-4 * trials["softplus"].activations
print("exact zeros: ReLU more than 30 %; tanh none; softplus fewer than 1 in 10 000, all of them rounded")

# %% [markdown]
# ### A layer that cannot be trained
#
# > **C22 · refined.** Must an activation be differentiable? No, says an answer. (Cross Validated, 2017)
#
# So far so good: ReLU is not, at 0. But another function is differentiable everywhere except at 0, and no layer below
# it can be trained: the sign. Its slope is 0 on both sides. In the backward pass that 0 multiplies the upstream
# gradient.

# %%
slopes = gradient_by_hand(start, X, T, "sign")
assert not slopes.W1.any() and slopes.W2.any() and slopes.b2.any()
print("gradient of W1: 0 in every entry. Gradient of W2: not 0")

# %% [markdown]
# That is no fault of the backward pass. The gradient *is* 0: the loss as a function of $W_1$ is made of steps, and
# between two steps it is flat. `check_gradient` agrees.


# %%
def loss_with_sign(W1):
    outputs = np.sign(X[:5] @ W1.T) @ start.W2.T
    return float(((outputs - T[:5]) ** 2).mean())


report = check_gradient(loss_with_sign, np.zeros_like(start.W1), start.W1)
assert report.passed
print("0 is right:", report.passed)

# %% [markdown]
# So descent moves the last layer only. The first stays at its random weights, to the last bit. Even so, random features
# and a trained last layer get most points right. 20 starts each:

# %%
sign, rectifier = trained("sign"), trained("ReLU")
assert (sign.change_of_W1 == 0).all() and (sign.change_of_W2 > 0).all()
assert (rectifier.change_of_W1 > 0.1).all()
assert sign.accuracy.mean() < 0.92 < 0.94 < rectifier.accuracy.mean()
print(f"largest change of W1: sign {sign.change_of_W1.max():.0f}, ReLU more than 0.1 in every start")
print(f"mean accuracy: sign {sign.accuracy.mean():.2%}, ReLU about {rectifier.accuracy.mean():.0%}")

# %% [markdown]
# What training a *layer* needs is not a derivative at every point. It needs slopes that are not 0 on large parts of the
# line.

# %% [markdown]
# ## Break it
#
# Predict first.

# %%
predict("training.p3")

# %% [markdown]
# This backward pass runs, and all its shapes are right. One character is wrong.


# %%
def with_a_bug(parameters, X, T):
    _, A, predicted = forward(parameters, X)
    D = 2 * (predicted - T) / len(X)
    slope = A >= 0
    H = (D @ parameters.W2) * slope
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)


before = mean_squared_error(start, X, T)
after_bug = mean_squared_error(descend(with_a_bug, start, X, T), X, T)
after_right = mean_squared_error(descend(gradient_by_hand, start, X, T), X, T)
assert after_right < 0.6 * after_bug and after_bug < before / 2
print(f"loss with the bug: {after_bug:.1f}, with the right slope: {after_right:.1f}; both started above {before:.0f}")

# %% [markdown]
# The loss falls. Whoever sees only the loss will say: a weak network, let us take a larger one. Nothing crashes, and
# that is the trouble with wrong gradients. Ask `check_gradient`.

# %%
report = check_backward(with_a_bug, small, X[:5], T[:5])
assert not report.passed and {entry.name[:2] for entry in report.wrong} == {"W1", "b1"}
report

# %% [markdown]
# `W2` and `b2` agree. `W1` and `b1` do not. So the fault lies between the two layers.
#
# **Exercise training.5.** Mend it.


# %% tags=["exercise"]
def mended(parameters, X, T):
    Z, A, predicted = forward(parameters, X)
    D = 2 * (predicted - T) / len(X)
    # begin solution: slope = A >= 0
    slope = Z > 0
    # end solution
    H = (D @ parameters.W2) * slope
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)


check("training.5", mended)

# %% tags=["solution-only"]
assert check_backward(mended, small, X[:5], T[:5]).passed
assert mean_squared_error(descend(mended, start, X, T), X, T) == after_right

# %% [markdown]
# ## Exercises
#
# `hint("training.6")` gives a hint. `solution("training.6")` opens after a right answer or three different tries.
#
# **Exercise training.6.** How many trained numbers, weights and biases, has a 2-16-16-2 network?

# %% tags=["exercise"]
# begin solution: trained_numbers = ...
trained_numbers = 2 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2
# end solution
check("training.6", trained_numbers)

# %% [markdown]
# **Exercise training.7.** A ReLU layer has $n$ inputs with mean square $q$, weights with mean 0 and variance $v$, and
# no bias. For which $v$ do its outputs have mean square $q$ again? Take it that pre-activations are as often above 0
# as below. Answer with a formula in `n`.

# %% tags=["exercise"]
n = sp.Symbol("n", positive=True)
# begin solution: variance = ...
variance = 2 / n
# end solution
check("training.7", variance)

# %% [markdown]
# **Exercise training.8.** ReLU layers with as many inputs as outputs start with Glorot's variance $1/n$. By which
# factor does the norm of the gradient change, on the average, on its way back through $L$ of them? Answer exactly,
# with a formula in `L`.

# %% tags=["exercise"]
L = sp.Symbol("L", positive=True)
# begin solution: share_left = ...
share_left = 2 ** (-L / 2)
# end solution
check("training.8", share_left)

# %% [markdown]
# **Exercise training.9.** With sign as the hidden activation, is the gradient of $W_1$, $b_1$, $W_2$, $b_2$ zero in
# every entry? Give a list of four, `True` or `False`.

# %% tags=["exercise"]
# begin solution: all_zero = ...
all_zero = [True, True, False, False]
# end solution
check("training.9", all_zero)

# %% [markdown]
# **Exercise training.10.** ReLU is applied to $\begin{pmatrix} -1.5 & 0 & 2 \\ 0.5 & -0.25 & -3 \end{pmatrix}$. How
# many of the six results are exactly 0?

# %% tags=["exercise"]
# begin solution: exact_zeros = ...
exact_zeros = 4
# end solution
check("training.10", exact_zeros)

# %% [markdown]
# Stuck? Put the name of the exercise in the place of the dots: a hint comes, and the solution as soon as it is open.

# %%
stuck_at = ...  # for example "training.8"
if stuck_at is not ...:
    hint(stuck_at)
    solution(stuck_at)

# %% [markdown]
# ## Recap
#
# - Backpropagation is the chain rule, from the loss back to the input. Each layer multiplies its upstream gradient.
# - A falling loss does not show that the gradient is right. A gradient check does, and it should report kinks.
# - The gradient of a deep network is a product over its layers. The slope of the activation, the variance of the
#   weights and the scale of the data decide whether it arrives.
# - Training needs slopes that are not 0 on large parts of the line, more than it needs a slope at every point.
# - Where a start puts a sample exactly on the kink, the slope returned there is a choice of side, and may decide the
#   end.
#
# | claim | verdict | why |
# |---|---|---|
# | C01 | refuted | the loss fell while the weights crossed hundreds of kinks |
# | C40 | refined | the unit's slope is 1; the network's gradient is a product over depth |
# | C30 | holds | with pixels from 0 to 255 more than 90 % of the first slopes are below 0.01 |
# | C02 | refuted | 64 starts on the exclusive or end at losses from 0 to 1/4 |
# | C07 | holds | no clear winner on the digits; more than 30 % of the activations are true zeros |
# | C22 | refined | the sign has a derivative everywhere but at 0, and it is 0: nothing below it learns |
#
# **Sources.**
# - David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams, [*Learning representations by back-propagating
#   errors*](https://doi.org/10.1038/323533a0), 1986
# - Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, [*Efficient
#   BackProp*](https://doi.org/10.1007/3-540-49430-8_2), 1998 (standardised data)
# - Xavier Glorot and Yoshua Bengio, [*Understanding the difficulty of training deep feedforward neural
#   networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010
# - Xavier Glorot, Antoine Bordes and Yoshua Bengio, [*Deep sparse rectifier neural
#   networks*](https://proceedings.mlr.press/v15/glorot11a.html), 2011 (C07; it compares rectifier, tanh and softplus)
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), 2016,
#   chapter 6 and chapter 8
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C01, C02, C07), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C22, C30), both questions with answers on
#   Cross Validated; Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C40)
