# %% [markdown]
# # Revive dead units
#
# **The question.** What kills units while a network learns, and what brings them back?
#
# **Why it matters.** Your network has stopped learning, you count, and 40 of its 64 units are dead. The web is full of
# cures: leaky ReLU, dropout, a smaller learning rate, higher biases, standardised inputs. To choose, you have to know
# what killed the units, and you need one yardstick for all cures.
#
# **You will learn**
# - how a single step can kill many units at once
# - to read a map of learning rates and biases
# - what can move a dead unit at all, and how far
# - to compare cures in pairs, with an interval, and to say what counts as one trial
# - what a leak costs
#
# **Before you start.** [[Finding]]: what *dead* means. [[Training]]: backpropagation. [[Depth]]: He's and Glorot's
# weights.
#
# **Minutes:** 56.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import digits, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.figures.matplotlib_renderer import show
from course_lib.intervals import mean_interval, wilson_interval
from course_lib.networks import SGD, Adam, Network, train
from course_lib.topics.dead_units import cures, experiment, figures

# %% [markdown]
# ## Predict
#
# Make a guess; it is settled when the library counts.

# %%
predict("dead_units.p3")

# %% [markdown]
# ## Explore
#
# ### One step too long
#
# A network 64-32-10 is to learn the digits. Its outputs become probabilities, and the loss is minus the logarithm of
# that of the right digit. The slope of this loss along the outputs is, by the chain rule, the probabilities, minus 1
# at the right digit; take it on trust. The rest is the backward pass of [[training]]. (`alpha` is the slope left of 0;
# it stays 0 for now. Subtracting the largest output keeps `exp` from overflowing and changes no probability.
# `np.eye(10)[y]` has a row for each sample, with a 1 at its digit.)


# %% tags=["program"]
def start(seed, bias=0.0):
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(0, np.sqrt(2 / 64), (32, 64)), rng.normal(0, np.sqrt(2 / 32), (10, 32))
    return W1, np.full(32, bias), W2, np.zeros(10)


def step(network, X, y, rate, alpha=0.0):
    W1, b1, W2, b2 = network
    Z = X @ W1.T + b1
    A = np.where(Z > 0, Z, alpha * Z)  # outputs of the hidden units
    outputs = A @ W2.T + b2
    P = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)  # probabilities: a row is a sample, a column a digit
    D = (P - np.eye(10)[y]) / len(X)  # slope of the loss along the outputs
    H = (D @ W2) * np.where(Z > 0, 1, alpha)  # and along Z: a column is a unit
    return W1 - rate * H.T @ X, b1 - rate * H.sum(0), W2 - rate * D.T @ A, b2 - rate * D.sum(0)


def never_on(network, X):  # with alpha = 0 these are the dead units
    return (X @ network[0].T + network[1] <= 0).all(axis=0)


# %% [markdown]
# Now take *one* step, on the first 32 digits. At the start none of the 32 units is dead on the data. How many will be,
# if the step is long?

# %% tags=["nbval-ignore-output"]
X, y = digits().X.astype(float), digits().y
fresh = start(seed=3)
print("dead before:", never_on(fresh, X).sum())
for rate in (0.1, 1, 3, 10):
    print(f"dead after one step at learning rate {rate}:", never_on(step(fresh, X[:32], y[:32], rate), X).sum())

# %% tags=["assertion"]
died = [int(never_on(step(fresh, X[:32], y[:32], rate), X).sum()) for rate in (0.1, 1, 3, 10)]
others = [never_on(step(start(seed), X[:32], y[:32], 3), X).sum() for seed in range(10) if seed != 3]
assert abs(min(others) - 3) <= 1 and abs(max(others) - 14) <= 1
assert never_on(fresh, X).sum() == 0 == died[0] and died[1] <= 1 and 12 <= died[2] <= 18 and 16 <= died[3] <= 22

# %% [markdown]
# (At rate 3 this start is the worst of ten; the others end with 3 to 14 dead units.) The batch has 32 digits, and yet
# units fall silent on all 1347. Why does a step reach samples that it never saw?
#
# ## Derive
#
# ### One step moves $z$ everywhere
#
# Take one hidden unit. Let $H_i$ be the slope of the loss along its $z$ on sample $x_i$ of the batch, 0 where the unit
# is off: its column of `H`. The step changes $w$ by $-\eta \sum_i H_i x_i$ and $b$ by $-\eta \sum_i H_i$, with the
# learning rate $\eta$. So on *any* input $x'$
#
# $$z_\text{new}(x') = z(x') - \eta \sum_i H_i\,(x_i \cdot x' + 1),$$
#
# where the 1 is the bias's share. In words: each sample of the batch pushes $z(x')$ up or down, $x_i \cdot x' + 1$
# times as hard as its own $H_i$ says. Pixels are never negative, so this factor is above 0: where a sample pushes down,
# it pushes down on every digit there is. And digits are alike, so the factors are of similar size: nine of ten lie
# between 8 and 15. So on nearly all digits the sum has the sign of $\sum_i H_i$, unless the $H_i$ nearly cancel. If it
# is above 0, $z$ falls on nearly every digit, the further, the longer the step, until it is below 0 on all of them.
#
# Why in many units at once? All units share the slopes along the outputs; $H_i$ adds them up, each times the weight
# with which the unit feeds that output. In our step $\sum_i H_i$ is above 0 in 22 of the 32 units. Over 200 starts, it
# is above 0 in three of four units that feed, with a positive weight, the output with most probability in excess.
#
# With standardised pixels the products have both signs: what pushes $z$ down on some digits lifts it on others. Predict
# what the same step does there.

# %% tags=["nbval-ignore-output"]
even = standardised(digits()).X.astype(float)
print("pixels        x·x′ + 1 below 0   z falls on all digits    dead")
for name, pixels in {"from 0 to 1": X, "standardised": even}.items():
    after = step(fresh, pixels[:32], y[:32], rate=3)
    change = pixels @ (after[0] - fresh[0]).T + after[1] - fresh[1]  # of z: a row is a digit, a column a unit
    below, falls = (pixels @ pixels.T + 1 < 0).mean(), (change < 0).all(axis=0).sum()
    print(f"{name:<13} {below:>16.0%} {falls:>14} of 32 units {never_on(after, pixels).sum():>7}")

# %% tags=["assertion"]
between = np.quantile(X @ X[:32].T + 1, (0.05, 0.95))
assert np.allclose(between, (8, 15), atol=0.5) and not (change < 0).all(axis=0).any()
assert (X @ X.T).min() > 2 and 0.5 < (even @ even.T + 1 < 0).mean() < 0.53
assert all(never_on(step(fresh, even[:32], y[:32], rate), even).sum() == 0 for rate in (3, 20))
W1, b1, W2, b2 = fresh
moved, slopes = step(fresh, X[:32], y[:32], 3), (fresh[0] - step(fresh, X[:32], y[:32], 1)[0])
scores = np.exp(np.maximum(0, X[:32] @ W1.T + b1) @ W2.T + b2)
H = ((scores / scores.sum(1, keepdims=True) - np.eye(10)[y[:32]]) / 32 @ W2) * (X[:32] @ W1.T + b1 > 0)
assert np.allclose(slopes, H.T @ X[:32])
lift = -3 * (X @ X[:32].T + 1) @ H
assert np.allclose(X @ moved[0].T + moved[1], X @ W1.T + b1 + lift)
assert (np.sign(lift) == -np.sign(H.sum(0)))[:, H.any(0)].mean() > 0.95 and 18 <= (lift < 0).all(0).sum() <= 22
assert abs((H.sum(0) > 0).sum() - 22) <= 1
pushed_down = []
for seed in range(200):
    W1, _, W2, _ = start(seed)
    Z = X[:32] @ W1.T
    scores = np.exp(np.maximum(0, Z) @ W2.T)
    along_outputs = scores / scores.sum(1, keepdims=True) - np.eye(10)[y[:32]]
    H_of_start = along_outputs @ W2 * (Z > 0)
    feeders = H_of_start.any(0) & (W2[along_outputs.sum(0).argmax()] > 0)
    pushed_down.extend(H_of_start.sum(0)[feeders] > 0)
assert abs(np.mean(pushed_down) - 0.74) < 0.02
killed_now = never_on(moved, X)
assert (H.sum(0) > 0)[killed_now].all() and (H < 0).any(0)[killed_now].sum() > killed_now.sum() / 2

# %% [markdown]
# **Exercise dead_units.10.** A ReLU unit with one input has $w = 1$ and $b = 0$. The batch is all the data:
# $x = 1, 2, 3$, with the slope of the loss along $z$ equal to 1 on each. So a step at learning rate $\eta$ leads to
# $w = 1 - 6\eta$ and $b = -3\eta$. What is the smallest $\eta$ that leaves the unit dead on the data? The answer counts
# within 0.0005.

# %% tags=["exercise"]
# begin solution: deadly_rate = ...
deadly_rate = 1 / 7
# end solution
check("dead_units.10", deadly_rate)

# %% [markdown]
# ### A whole training
#
# Do units die all along? Train for five epochs, and count after each. One of the four runs starts with biases of −1.
# Which will end with the most dead units?

# %% tags=["nbval-ignore-output"]
def learn(network, X, rate, epochs=5, alpha=0.0):
    rng, counts = np.random.default_rng(0), [int(never_on(network, X).sum())]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), 32):
            batch = order[first : first + 32]
            network = step(network, X[batch], y[batch], rate, alpha)
        counts.append(int(never_on(network, X).sum()))
    return network, counts


print("rate  initial bias  dead at the start and after each epoch")
for rate, bias in ((0.1, 0), (0.8, 0), (1.6, 0), (0.1, -1)):
    print(f"{rate:<5} {bias:<13}", learn(start(3, bias), X, rate)[1])

# %% tags=["assertion"]
runs = {setting: learn(start(3, setting[1]), X, setting[0])[1] for setting in ((0.1, 0), (0.8, 0), (1.6, 0), (0.1, -1))}
assert runs[0.1, 0] == [0] * 6 and 2 <= runs[0.8, 0][-1] <= 12 and runs[1.6, 0][1] >= 20 and runs[1.6, 0][-1] >= 28
assert runs[0.1, -1][0] >= 10 and abs(runs[0.1, -1][-1] - runs[0.1, -1][0]) <= 3

# %% [markdown]
# Two causes stand out. Steps that are *too long* kill while the network learns, mostly early on. Biases that are *too
# low* leave units dead from the start.
#
# Where does one end and the other begin? The library trains 64-32-32-10 at nine rates and nine initial biases (the same
# in both hidden layers), from three starts each. Press play: before training only the bias counts, and then the dark
# area grows down from the top. The discs mark three settings that you will meet again. Which corner is darkest in the
# first layer? And what is different in the second at low biases?

# %%
epoch = Range(0, experiment.EPOCHS, value=experiment.EPOCHS, label="epoch", play=True)
explore(figures.dead_map, layer=Radio({"first layer": "first", "second layer": "second"}), epoch=epoch)

# %% [markdown]
# Read a map by its borders. At an upright one the bias alone decides, as here at low rates; at a level one the rate
# alone. A slanted one would mean that a higher bias buys a longer step. Here it buys little: at rate 0.8 most units die
# at bias 1, too. A unit with a high bias is on for more digits, and each of them pushes. The darkest corner of the
# first layer is top right. At low biases and the longest steps the second layer dies at once, and then no gradient
# comes down that could kill.
#
# At initial bias 0, between the rates 0.4 and 0.8, the share of dead units in the first layer jumps from a fifth to two
# thirds. That is a cliff, and where it stands depends on start and data. So choose a rate well below it: one that
# worked once may be a hair from the edge. And each field is the mean of only three starts (at rate 0.4: 47, 9 and 6 %
# dead). Trust a border that runs through several fields, not a few points between two neighbours; for those you would
# need an interval over many networks, as below.
#
# In the second layer low biases kill more units, but gentle training wakes some: at bias −0.5 and rate 0.1 the share of
# dead ones falls from 68 to 25 %, because what comes in changes as the first layer learns. The first layer itself stays
# near 17 %.

# %% tags=["assertion"]
gentle = experiment.dead_grid()[experiment.LEARNING_RATES.index(0.1), 2].mean(0)
after_training = experiment.dead_grid()[:, :, :, -1, 0].mean(2)  # first layer: rates, biases
assert np.ptp(after_training[:4], axis=0).max() < 0.05 and after_training[6, 4:].min() > 0.55
pushes = [np.mean([np.abs(step(start(seed, bias), X[:32], y[:32], 1)[1] - bias).mean() for seed in range(20)])
    for bias in (0, 1)]
assert pushes[1] > 2 * pushes[0]
starts_of_a_field = experiment.dead_grid()[experiment.LEARNING_RATES.index(0.4), 4, :, -1, 0]
assert np.allclose(np.sort(starts_of_a_field), (0.06, 0.09, 0.47), atol=0.005)
assert after_training.argmax() == after_training.size - 1 and after_training[-1, 0] < 0.6
assert experiment.dead_grid()[-1, :3, :, 1, 1].min() == 1
edge = [experiment.dead_grid()[experiment.LEARNING_RATES.index(rate), 4, :, -1, 0].mean() for rate in (0.4, 0.8)]
assert experiment.BIASES[4] == 0 and np.allclose(edge, (0.21, 0.67), atol=0.03)
assert experiment.BIASES[2] == -0.5 and np.allclose(gentle[[0, -1], 1], (0.68, 0.25), atol=0.06)
assert np.ptp(gentle[:, 0]) < 0.05

# %% [markdown] tags=["optional"]
# ### Deep and narrow
#
# If you like: deep and narrow networks are likely to be born dead. What does training make of them? Let 200 networks
# with nine hidden layers of two units learn $|x|$ on $[-\sqrt3, \sqrt3]$, an example of Lu and others (2019), with 600
# steps of Adam. One counts as constant if its outputs vary by less than 1 % of what $|x|$ varies by.

# %% tags=["nbval-ignore-output"]
x, target = experiment.target()
narrow = Network.mlp([1] + 9 * [2] + [1], replicas=200)
at_start = np.ptp(narrow.predict(x)[:, :, 0], axis=1)
train(narrow, x, target, Adam(1e-3), loss="mse", batch_size=16, epochs=150, record=(), progress=False)
at_end = np.ptp(narrow.predict(x)[:, :, 0], axis=1)
constant = at_end < 0.01 * np.ptp(target)
print(f"constant at the start: {(at_start == 0).sum()} of 200, after training: {constant.sum()}")
print(f"started constant and got away: {((at_start == 0) & ~constant).sum()}")

# %% tags=["assertion"]
assert 150 <= (at_start == 0).sum() <= 190 and not at_end[at_start == 0].any()
assert (at_start == 0).sum() < constant.sum() <= 195

# %% [markdown]
# A network that starts constant gets a gradient of 0 in everything but its last bias, so it stays constant. Of those
# that start alive, training makes 40 % constant as well. At widths 3, 5 and 10 it is 30, 16 and 5 %:

# %%
show(figures.collapse_over_width())

# %% tags=["assertion"]
found, ten = experiment.collapse(2, 1000), experiment.collapse(10, 60)
assert 0.88 <= found.constant / found.networks <= 0.94 and found.born <= found.half_way <= found.constant
assert ten.born == 0 and ten.constant / ten.networks < 0.1
for width, percent in ((2, 40), (3, 30), (5, 16), (10, 5)):
    counts = experiment.collapse(width, figures.NETWORKS[width])
    assert abs((counts.constant - counts.born) / (counts.networks - counts.born) - percent / 100) < 0.04

# %% [markdown] tags=["optional"]
# #### The same with a leak
#
# With a slope of 0.01 on the left nothing is ever exactly constant. But after nine such layers little is left of a
# signal, so these networks need more time: 3000 steps.

# %% tags=["nbval-ignore-output"]
leaky = experiment.collapse(2, 60, "leaky_relu", steps=3000)
print(f"leaky, width 2: constant after 1500 steps {leaky.half_way} of 60, after 3000 steps {leaky.constant}")

# %% tags=["assertion"]
assert leaky.constant / leaky.networks < 0.2 and leaky.constant <= leaky.half_way

# %% [markdown]
# ## Measure
#
# ### Bring them back
#
# You have a network with dead units, and do not want to start again. Think before you try. *Dropout* sets random
# outputs of hidden units to 0 in each step of training and scales the others up to make up for it; afterwards it is
# switched off. *Pixel dropout* does the same with the inputs of the network.
#
# **Exercise dead_units.12.** A ReLU unit of the *first* hidden layer is dead on the data. You train on by plain
# gradient descent. Which of these changes can make its weights move?
#
# 1. a learning rate ten times smaller
# 2. the same digits in batches of another order
# 3. dropout in the hidden layers
# 4. pixel dropout
# 5. leaky ReLU with α = 0.01 in the place of ReLU
#
# Give a list of five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: can_move = ...
can_move = [False, False, False, True, True]
# end solution
check("dead_units.12", can_move)

# %% [markdown]
# Other rules do move it. *Momentum* (each step adds, say, 0.9 of the last one) keeps rolling: after the last step $v$
# the weights still move by $0.9v, 0.81v, \dots$, together $9v$, and no more. *Weight decay* (each step also multiplies
# $w$ by a number just below 1) shrinks $w$ whatever the gradient. Then $z$ moves towards $b$, and where $b \le 0$ the
# unit stays off. If the bias decays as well, $z$ is only multiplied by a number above 0 and keeps its sign.
#
# And a leak? Many people reason: a leaky unit has a gradient, so it comes back. But its gradient is α times the usual
# one, and the way back may be long.
#
# **Exercise dead_units.9.** A leaky unit with $\alpha = 0.01$ has $z = b = -2$ on every sample. Its upstream gradient
# stays $-1$, and each step is $b \leftarrow b + 0.1 \cdot g'(z) \cdot 1$, where $g'(z)$ is the slope of the activation
# at $z$. After how many steps, counted without rounding, does $b$ reach 0?

# %% tags=["exercise"]
# begin solution: leaky_steps = ...
leaky_steps = 2 / (0.1 * 0.01)
# end solution
check("dead_units.9", leaky_steps)

# %% [markdown] tags=["optional"]
# #### Try it on your own network
#
# This section is optional. Try the first change of exercise dead_units.12 and the last on your own network. One epoch
# at rate 1.6 kills most of its units; then it trains on at 0.04, with ReLU and with a large leak.

# %% tags=["nbval-ignore-output"]
killed, _ = learn(fresh, X, rate=1.6, epochs=1)
gone = never_on(killed, X)
print(f"{gone.sum()} of 32 units are dead")
for alpha in (0, 0.1):
    treated, _ = learn(killed, X, rate=0.04, alpha=alpha)
    moved, on_again = (treated[0] != killed[0]).any(axis=1), ~never_on(treated, X)
    print(f"five epochs with α = {alpha:<5} moved {moved[gone].sum():>2}, on again {on_again[gone].sum()}")

# %% tags=["assertion"]
assert gone.sum() >= 20
for alpha in (0, 0.01, 0.1):
    treated = learn(killed, X, rate=0.04, alpha=alpha)[0]
    assert (treated[0] != killed[0]).any(axis=1)[gone].all() == (alpha > 0)
    assert (~never_on(treated, X))[gone].sum() <= (0, 3, 12)[(0, 0.01, 0.1).index(alpha)]

# %% [markdown]
# ### What is one trial?
#
# How often does a cure work? One network is no evidence, so the library takes 64 networks 64-32-32-10. Each has its own
# start, its own training digits and its own batches, and learns for five epochs at learning rate 0.4 with initial bias
# 0 (the green disc on the map). Then it goes on for five epochs at 0.04, in seven ways: with these shorter steps alone,
# with two sizes of dropout, pixel dropout, two leaks, and fresh weights for the dead units (drawn as at the start, with
# bias 0; the weights that lead out of them stay).
#
# How sure is a share? An **interval of 95 %** comes from a rule that catches the true value in about 95 of 100 such
# experiments. To use such a rule you must say what counts as one trial. Take the second layer under dropout:

# %%
way = cures.revive("dropout 0.2")
dead, back = way.dead[:, 1], way.on_again[:, 1]  # a row for each network, a column for each hidden layer
print(f"{dead.sum()} dead units in {(dead > 0).sum()} networks, up to {dead.max()} in one; {back.sum()} are on again")
low, share, high = wilson_interval(int(back.sum()), int(dead.sum()))
print(f"each unit a trial:    {share:.0%}, from {low:.0%} to {high:.0%}")
low, share, high = way.share(1)
print(f"each network a trial: {share:.0%}, from {low:.0%} to {high:.0%}")

# %% tags=["assertion"]
assert dead.sum() == 79 and back.sum() == 53 and low < wilson_interval(53, 79).low < wilson_interval(53, 79).high < high

# %% [markdown]
# Units of one network share its batches, its layers and its luck: asking one person six times is no poll of six. So the
# trial is the network, and the second interval, from the scatter between the networks, is the honest one.
# Here it is a quarter wider; the more alike the units of a network fare, the wider it gets. *On again* means on for
# some sample, with dropout switched off, and not that the unit is of use.

# %%
show(figures.came_back())

# %% tags=["assertion", "C29"]
plain = cures.revive("shorter steps")
assert plain.moved[:, 0].sum() == 0 and 0 < plain.share(1).low < plain.share(1).high < 0.5
for rate in ("dropout 0.2", "dropout 0.5"):
    helped = cures.revive(rate)
    assert helped.moved[:, 0].sum() == 0 and helped.share(1).low > max(0.5, plain.share(1).high)
pixels, leak, anew = (cures.revive(name) for name in ("pixel dropout 0.2", "leaky ReLU, α = 0.01", "fresh weights"))
assert pixels.moved[:, 0].sum() > pixels.dead[:, 0].sum() / 2 and 0 < pixels.share(0).low < pixels.share(0).high < 0.2
assert (leak.moved == leak.dead).all() and leak.share(0).high < 0.05 and anew.share(0).low > 0.8
assert [leak.dead[:, 0].sum(), leak.on_again[:, 0].sum(), anew.on_again[:, 0].sum()] == [320, 4, 308]
assert round(100 * plain.share(1).estimate) == 24

# %% [markdown]
# > **C29 · refined.** An answer about activation functions adds that dropout can sometimes help with units that no
# > input of the training set wakes. (Cross Validated, 2017; links at the end)
#
# *Sometimes* depends on the layer. Hidden dropout changes what comes into the second layer: where an input with a
# negative weight falls silent, $z$ rises, perhaps above 0. The first layer sees the same pixels as before, and its dead
# units do not move at all. (None can come back, so this 0 % needs no interval.) A leak of 0.01 moved all 320 of them,
# and 4 came back; with fresh weights it was 308. With shorter steps alone a quarter of the second layer came back, too,
# as on the map: the layer below learns.

# %% [markdown] tags=["optional"]
# #### One that comes back
#
# This exercise is optional.
#
# **Exercise dead_units.3.** A unit of the second layer has $z = 0.5 - h$. On its one sample, $h$ is 1 at the start, and
# each step multiplies $h$ by 0.8; the unit's own weights do not move. After how many steps is it active for the first
# time?

# %% tags=["exercise"]
# begin solution: steps_to_life = ...
steps_to_life = 4
# end solution
check("dead_units.3", steps_to_life)

# %% [markdown]
# ### Keep them alive
#
# It is easier not to kill them. The library tried nine cures against two causes, the other discs on the map: *steps too
# long*, learning rate 0.8 with initial bias 0, and *biases too low*, learning rate 0.1 with initial bias −1. Each of
# 120 starts has its own weights, training digits and batches, and meets all cures with them. So compare in **pairs**:
# accuracy with the cure minus accuracy without. Whatever start and batches do to both alike cancels. Here is a leak of
# 0.1 against long steps.

# %%
without = cures.outcome("steps too long", "no cure").accuracy
with_leak = cures.outcome("steps too long", "leaky ReLU, α = 0.1").accuracy
differences = 100 * (with_leak - without)
print("test accuracy, difference in points, first five starts:", differences[:5].round())
error = differences.std(ddof=1) / np.sqrt(len(differences))  # ddof=1 divides by n − 1
print(f"mean {differences.mean():.1f}, standard error {error:.1f}")
print(f"interval from {differences.mean() - 1.98 * error:.1f} to {differences.mean() + 1.98 * error:.1f}")

# %% tags=["assertion"]
low, middle, high = mean_interval(differences)
assert np.allclose((low, high), (middle - 1.98 * error, middle + 1.98 * error), atol=0.05)
paired = cures.paired_difference("steps too long", "leaky ReLU, α = 0.1", "test accuracy")
assert np.allclose((low, middle, high), 100 * np.array(paired))
for cause, cure, in_pairs, apart in (("steps too long", "leaky ReLU, α = 0.1", 3.2, 3.4),
    ("biases too low", "leaky ReLU, α = 0.01", 0.12, 0.59)):
    both = [100 * cures.outcome(cause, name).accuracy for name in (cure, "no cure")]
    assert abs((both[0] - both[1]).std(ddof=1) / np.sqrt(120) - in_pairs) < 0.05
    assert abs(np.sqrt((both[0].var(ddof=1) + both[1].var(ddof=1)) / 120) - apart) < 0.05
small = cures.outcome("steps too long", "leaky ReLU, α = 0.01").accuracy
assert (small - without).var(ddof=1) > small.var(ddof=1) + without.var(ddof=1)

# %% [markdown]
# One pair tells you little: the fifth start lost 64 points. The mean of $n = 120$ tells more. Its **standard error** is
# $s/\sqrt n$, with the standard deviation $s$ of the differences, and the **t-interval** reaches $t$ standard errors to
# each side. The factor $t$ makes up for an $s$ that is itself estimated: it is 1.98 for 120 pairs, and larger for
# fewer. (The interval speaks of new starts on these digits; for other digits see [[comparison]].)
#
# Pairing gains little here: without it the standard error would be 3.4. But a small leak against low biases hardly
# changes what a start does, and there it is 0.12 in pairs and 0.59 without. (Where a cure changes much, pairs can even
# make it a little larger.)
#
# **Exercise dead_units.11.** Five starts reach a test accuracy of 70, 44, 63, 52 and 81 per cent with a cure, and of
# 60, 46, 50, 40 and 77 without, in the same order. Where does the t-interval for the mean difference begin and end, in
# points? For five pairs $t = 2.776$. Give a list of two; each counts within 0.05.

# %% tags=["exercise"]
with_cure, without_it = np.array([70, 44, 63, 52, 81]), np.array([60, 46, 50, 40, 77])
# begin solution: interval = ...
pairs = with_cure - without_it
reach = 2.776 * pairs.std(ddof=1) / np.sqrt(5)
interval = [pairs.mean() - reach, pairs.mean() + reach]
# end solution
check("dead_units.11", interval)

# %% [markdown]
# Judge every cure the same way: it helps if its whole interval lies above 0, and then its size counts. Which cure would
# you choose against each cause?

# %%
for cause in cures.CAUSES:
    print(f"{cause}, {cures.outcome(cause, 'no cure').accuracy.mean():.1%} right without a cure; points gained by")
    for cure in list(cures.CURES)[1:]:
        low, mean, high = 100 * np.array(cures.paired_difference(cause, cure, "test accuracy"))
        print(f"  {cure:<21} {mean:5.1f} ({low:5.1f} to {high:5.1f})")

# %% tags=["assertion", "C09"]
steps, biases = cures.CAUSES
gain = {(cause, cure): cures.paired_difference(cause, cure, "test accuracy") for cause in cures.CAUSES
    for cure in cures.CURES}
small_leak, large_leak, shorter = "leaky ReLU, α = 0.01", "leaky ReLU, α = 0.1", "a tenth of the step"
assert gain[steps, small_leak].low > 0 and gain[steps, "dropout 0.2"].low > 0 > gain[steps, "bias 1"].high
assert gain[steps, "dropout 0.2"].high < gain[steps, large_leak].low
assert gain[steps, large_leak].high < gain[steps, shorter].low
assert gain[biases, shorter].high < 0 and gain[biases, small_leak].high < 0.01 < gain[biases, large_leak].low
assert gain[biases, large_leak].high < 0.3 < 0.7 < gain[biases, "bias 0.1"].low
quiet = cures.paired_difference(steps, "dropout 0.5", "units never on")
assert np.allclose(100 * np.array(quiet), (-8.0, -4.2, -0.4), atol=0.05)
assert np.allclose(100 * np.array(gain[steps, "dropout 0.5"]), (-6.3, -2.3, 1.7), atol=0.05)
reached = {(steps, "no cure"): 30.2, (steps, shorter): 82.7, (biases, "no cure"): 11.1, (biases, "bias 0.1"): 83.9}
assert all(round(100 * cures.outcome(*setting).accuracy.mean(), 1) == right for setting, right in reached.items())
assert np.allclose(100 * np.array(gain[biases, small_leak]), (0.1, 0.3, 0.6), atol=0.05)
stated = {(steps, small_leak): 8.5, (steps, "dropout 0.2"): 13.3, (steps, large_leak): 30.1, (steps, shorter): 52.5,
    (biases, small_leak): 0.3, (biases, "bias 0.1"): 72.8}
assert all(round(100 * gain[setting].estimate, 1) == points for setting, points in stated.items())
assert all(gain[cause, "standardised inputs"].low > 0.4 for cause in cures.CAUSES)

# %% [markdown]
# > **C09 · refined.** An answer on the web suggests: if too many units die as you train, consider leaky ReLU. (Cross
# > Validated, 2016)
#
# A leak does help against long steps, and so does dropout of 0.2. The large leak gains 30.1 points, but steps a tenth
# as long gain 52.5, from 30.2 to 82.7 % right. Against low biases the small leak gains 0.3 points, a bias of 0.1 gains
# 72.8, from 11.1 to 83.9 %. So what the advice leaves out is what kills the units. Standardised inputs help against
# both.
#
# A warning: of eighteen intervals of 95 % expect one to miss the true value, and do not lean on one that barely leaves
# out 0. And all this is one small network on one set of digits: measure again on yours.

# %% [markdown] tags=["optional"]
# ### Alive, and right?
#
# This section is optional. Here are the same intervals as a figure, and those of the share of units that are never on
# (there, further left is better). Are the cures that wake most units those that gain most?

# %%
explore(figures.cures, cause=Radio(list(cures.CAUSES)), measure=Radio(["test accuracy", "units never on"]))

# %% [markdown]
# More units on need not mean more digits right: against long steps, dropout of 0.5 left 4.2 points fewer units never on
# (0.4 to 8.0), and accuracy changed by −2.3 (−6.3 to 1.7).

# %% [markdown]
# ## Break it
#
# No leaky unit is dead, so why not always have a leak, and a large one? Turn the steps up to 1.5, with initial bias 0,
# for two epochs. A network **diverges** if its weights run off to infinity. How many of 40 will?

# %% tags=["nbval-ignore-output"]
data, diverged = digits(), {}
for alpha in (0, 0.01, 0.1):
    name = "leaky_relu" if alpha else "relu"
    networks = Network.mlp([64, 32, 32, 10], name, alpha=alpha or None, replicas=40)
    history = train(networks, data.X, data.y, SGD(1.5), batch_size=32, epochs=2, record=(), on_divergence="keep",
        progress=False)
    diverged[alpha], right = len(history.diverged), networks.accuracy(data.X_test, data.y_test)
    print(f"α = {alpha:<5} {diverged[alpha]:>2} of 40 networks diverge, test accuracy {right.mean():.0%}")

# %% tags=["assertion"]
burnt = Network.mlp([64, 32, 32, 10], replicas=40)
train(burnt, data.X, data.y, SGD(1.5), batch_size=32, epochs=2, record=(), progress=False)
assert np.allclose([dead.sum(1).mean() for dead in experiment.units_dead_on(burnt, data.X)], (22, 30), atol=2)
assert abs(burnt.accuracy(data.X_test, data.y_test).mean() - 0.1) < 0.02
assert diverged[0] == 0 and diverged[0.01] <= 10 and diverged[0.1] >= 30

# %% [markdown]
# Death is also a fuse. A ReLU unit that is thrown far to the left falls silent. A leaky one out there passes on
# $\alpha z$, which is large if $z$ is, and so are the next gradients and the next step. But a blown fuse leaves you in
# the dark: with ReLU, 22 and 30 of the 32 units of the two layers are dead on average, and the networks guess. With a
# leak they hardly do better. And the larger the leak, the less is left of the kink, which lets a network bend: at
# $\alpha = 1$ each unit is the identity, and the whole network one linear map.
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "dead_units.10"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A step moves $z$ on all inputs. Where these are never negative and alike, it can push a unit below 0 on all of them
#   at once, and many units together.
# - Look for the cause first: steps too long, or biases too low. Stay well below the cliff of the learning rate.
# - Under plain gradient descent a dead unit of the first layer moves only if its inputs or its slope change. A leak
#   moves it slowly; hidden dropout reaches the layers above.
# - Compare in pairs, start by start, with an interval. A network is a trial; a unit is not.
# - Where steps were far too long, death kept networks from diverging, and a large leak did not; but in neither case did
#   the networks learn much.
#
# **Sources.**
# - Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, [*Dying ReLU and initialization: theory and numerical
#   examples*](https://arxiv.org/abs/1903.06733), 2019 (collapse)
# - Andrew L. Maas, Awni Y. Hannun and Andrew Y. Ng, [*Rectifier nonlinearities improve neural network acoustic
#   models*](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf), 2013 (leaky ReLU)
# - Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever and Ruslan Salakhutdinov, [*Dropout: a simple
#   way to prevent neural networks from overfitting*](https://jmlr.org/papers/v15/srivastava14a.html), 2014
# - Xavier Glorot and Yoshua Bengio, [*Understanding the difficulty of training deep feedforward neural
#   networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010 (Glorot's weights)
# - Diederik P. Kingma and Jimmy Ba, [*Adam: a method for stochastic optimization*](https://arxiv.org/abs/1412.6980),
#   2015
# - Edwin B. Wilson, [*Probable inference, the law of succession, and statistical
#   inference*](https://doi.org/10.1080/01621459.1927.10502953), 1927, and Student, [*The probable error of a
#   mean*](https://doi.org/10.1093/biomet/6.1.1), 1908 (intervals)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C09), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C29), both questions with answers on
#   Cross Validated
