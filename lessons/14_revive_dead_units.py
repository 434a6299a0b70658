# %% [markdown]
# # Revive dead units
#
# **The question.** A ReLU unit that is off gets no gradient. When is it off for good, how does it get there, and what
# brings it back?
#
# **You will learn**
# - to say which of three things *dead* means, and to count each
# - why a dead unit does not learn, and how it can come back all the same
# - the probability that a network is born dead, and how well counting agrees
# - which cure helps against which cause, with intervals over seeds
#
# **Before you start.** [[Training]]: networks as replicas, backpropagation. You need the normal distribution.
#
# **Minutes:** 75.

# %%
from statistics import NormalDist

import numpy as np
import sympy as sp

from course_lib.calculus import equal
from course_lib.data import digits, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.figures.matplotlib_renderer import show
from course_lib.networks import ACTIVATIONS, SGD, Adam, Dense, Network, train
from course_lib.topics.dead_units import cures, experiment, figures

# %% [markdown]
# ## Predict
#
# Three questions, settled further down. Commit to a guess in each before you go on.

# %%
predict("dead_units.p1")

# %%
predict("dead_units.p2")

# %%
predict("dead_units.p3")

# %% [markdown]
# ## Explore
#
# ### Three ways to be dead
#
# A ReLU unit computes $z = w \cdot x + b$ and hands on $\max(0, z)$. It is *active*, or on, where $z > 0$. On one side
# of the line $z = 0$ it is on, on the other side off.
#
# A unit is **dead on a batch** if its slope $\sigma'(z)$ is 0 on every sample of the batch, **dead on the data** if it
# is 0 on every training sample, and **dead on all inputs** if it is 0 whatever comes in. For ReLU with slope 0 at the
# kink that is the same as $z \le 0$, and as an output of 0. For other activations it is not, and then the slope counts:
# a leaky unit may be *never on* ($z \le 0$ on all samples) and is not dead.
#
# The figure shows a unit with two inputs, a batch of 8 samples, and all 40 samples of the data. Turn $w$ by its tip and
# move its line: that is the bias. Look for a unit that is off on the whole batch but not on the data. Then for one that
# is off on all the data. Can you find one that no point of the plane turns on?

# %%
explore(
    figures.active_inputs,
    layer=Radio(["first layer", "second layer"]),
    angle=Range(0, 345, 15, value=255, label="direction of w in degrees"),
    bias=Range(-1.0, 1.0, 0.2, value=-0.2, label="bias"),
)

# %% [markdown]
# Now switch to the second layer. Its inputs are outputs of a ReLU layer, so they are never negative. Point $w$ to the
# lower left, at 225 degrees, and make the bias negative.

# %% [markdown]
# > **C08 · refined.** An answer on the web tells you to watch for dead units, and explains: a dead unit is one that
# > never activates. (Cross Validated, 2016; links at the end)
#
# Never, on what? Here is one unit after the other, with three answers each: dead on the batch, on the data, on all
# inputs.

# %%
inputs = figures.unit_inputs("first layer")
units = {"A": ([0.0, -1.0], -0.4), "B": ([0.0, -1.0], -0.8), "C": ([0.0, 0.0], -0.8)}
verdicts = {}
for name, (w, b) in units.items():
    z = inputs @ np.array(w) + b
    verdicts[name] = bool((z[:8] <= 0).all()), bool((z <= 0).all()), experiment.dead_on_all_inputs(w, b)
    print(f"{name}: batch {verdicts[name][0]!s:<5}  data {verdicts[name][1]!s:<5}  all inputs {verdicts[name][2]}")
assert verdicts == {"A": (True, False, False), "B": (True, True, False), "C": (True, True, True)}

# %% [markdown]
# *A* is dead on the batch, and another sample turns it on. *B* is dead on the data; the point $(0, -2)$ turns it on.
# Only *C* is dead on all inputs, because its weights are 0 and its bias is not above 0. In a first layer that is the
# only way: if $w \ne 0$, walk far enough in the direction of $w$.

# %%
w, b = np.array(units["B"][0]), units["B"][1]
assert w @ [0, -2] + b > 0
far = 1000 * w
print(f"z of B at (0, −2): {w @ [0, -2] + b:.1f}, far out: {w @ far + b:.1f}")

# %% [markdown]
# ### Behind a ReLU layer
#
# In the second layer you cannot walk in every direction. If no entry of $w$ is above 0, then $w \cdot h \le 0$ for all
# $h \ge 0$, and $z$ is largest at $h = 0$, where it is $b$. So with $w \le 0$ and $b \le 0$ a unit is dead on all
# inputs, with weights that are not 0 at all.

# %%
w, b = [-1.0, -2.0], -0.5
assert experiment.dead_on_all_inputs(w, b, non_negative=True) and not experiment.dead_on_all_inputs(w, b)
hidden = figures.unit_inputs("second layer")
assert (hidden >= 0).all() and (hidden @ w + b < 0).all()
print(f"behind a ReLU layer: dead on all inputs. In a first layer: not, since z(−1, −1) = {np.dot(w, [-1, -1]) + b}")

# %% [markdown]
# **Exercise dead_units.1.** Four units get inputs $h$ with $h_1 \ge 0$ and $h_2 \ge 0$. Their $(w, b)$ are
#
# 1. $((-1, -2),\ 0)$
# 2. $((-1, \tfrac12),\ -3)$
# 3. $((-1, -2),\ 0.1)$
# 4. $((0, 0),\ -1)$
#
# Which are dead on all these inputs? Give a list of four, `True` or `False`.

# %% tags=["exercise"]
# begin solution: dead_on_all_h = ...
dead_on_all_h = [True, False, False, True]
# end solution
check("dead_units.1", dead_on_all_h)

# %% [markdown]
# `hint("dead_units.1")` gives a hint. `solution("dead_units.1")` opens after a right answer or three different tries.

# %% [markdown]
# ### The same on real digits
#
# Here is a fresh network with 64 hidden units and biases of −0.5. Count its dead units on the first 32 digits, on the
# first 320, and on all 1347.

# %%
data = digits()
fresh = Network.mlp([64, 64, 10], bias=-0.5, seed=1, dtype="float64")
dead_count = {n: int(experiment.units_dead_on(fresh, data.X[:n])[0].sum()) for n in (32, 320, len(data.X))}
assert dead_count[32] > dead_count[320] >= dead_count[1347] > 0
for n, count in dead_count.items():
    print(f"{n:>5} digits: {count} of 64 units dead")

# %% [markdown]
# More samples, fewer dead units: one sample that turns a unit on makes it alive. From here on, *dead* means dead on the
# training data.

# %% [markdown]
# ## Derive
#
# ### No slope, no learning
#
# Backpropagation multiplies. For one sample, the gradient of the loss with respect to the weights of a unit is
#
# $$\frac{\partial L}{\partial w} = \delta \cdot \sigma'(z) \cdot x,$$
#
# with the upstream gradient $\delta$. Where ReLU is off, $\sigma'(z) = 0$, and so is the product, whatever $\delta$ and
# $x$ are.

# %% [markdown]
# > **C43 · holds.** An article names a drawback of rectified linear units: by gradient methods they cannot learn from
# > examples on which their activation is zero. (Sarkar, 2018)
#
# We take each hidden unit of a network, give it exactly the digits on which its activation is 0, and ask for its
# gradient. Not nearly 0: exactly. (The digits are standardised here, so that no unit is off on all of them.)

# %%
network, even = Network.mlp([64, 32, 10], seed=1), standardised(data)
activation = network.forward(even.X).activations[0][0]
for unit in range(32):
    silent = activation[:, unit] == 0
    assert 0 < silent.sum() < len(silent)
    _, gradient = network.loss_and_gradient(even.X[silent], even.y[silent])
    assert (gradient.W[0][0, unit] == 0).all() and gradient.b[0][0, unit] == 0
    _, gradient = network.loss_and_gradient(even.X[~silent], even.y[~silent])
    assert (gradient.W[0][0, unit] != 0).any()
print("32 units: gradient exactly 0 on the digits that leave them off, and not 0 on the others")

# %% [markdown]
# One condition hides in it. An activation of 0 may also come from $z = 0$ exactly, on the kink, and there the slope is
# a convention. With slope 0, which all of this lesson uses, the claim holds. With slope 1 it would not: here every $z$
# is exactly 0.

# %%
norms = {}
for slope in (0.0, 1.0):
    on_the_kink = Network([Dense(64, 8, "relu", slope, initialization="zero"), Dense(8, 10)])
    assert (on_the_kink.forward(data.X).activations[0] == 0).all()
    _, gradient = on_the_kink.loss_and_gradient(data.X, data.y)
    norms[slope] = float(np.abs(gradient.W[0]).max())
    print(f"slope {slope:g} at the kink: the gradient is {'0' if norms[slope] == 0 else 'not 0'}")
assert norms[0.0] == 0 < norms[1.0]

# %% [markdown]
# **Exercise dead_units.2.** A ReLU unit has $z = x_1 - x_2$, with slope 0 at the kink. For the samples $(2, 1)$, $(1,
# 2)$ and $(1, 1)$ the upstream gradients are 3, 5 and 7. What is the gradient of the summed loss with respect to
# $(w_1, w_2)$? Give a list of two.

# %% tags=["exercise"]
# begin solution: unit_gradient = ...
unit_gradient = [3 * 2, 3 * 1]
# end solution
check("dead_units.2", unit_gradient)

# %% [markdown]
# ### Off is not for ever
#
# > **C28 · refined.** Another answer says that no learning takes place while the input lies where the gradient is zero.
# > (Cross Validated, 2017)
#
# That is so for *this unit* on *this input*. Its $z$ may change all the same, because a layer below it learns. Here is
# the smallest example: one input, one unit below, two units above. The second of these has $z = 0.5 - h$, and $h$
# starts at 1. So it is off. Its neighbour learns, and that pulls $h$ down.

# %%
chain = Network([Dense(1, 1, "relu"), Dense(1, 2, "relu"), Dense(2, 1)], dtype="float64")
start = [([[1]], [0]), ([[1], [-1]], [0, 0.5]), ([[1, 1]], [0])]
for layer, (weights, biases) in enumerate(start):
    chain.W[layer][...], chain.b[layer][...] = weights, biases
history = train(chain, [[1.0]], [-1.0], SGD(0.05), loss="mse", epochs=4, record=(), snapshots=True, progress=False)
z_of_the_unit = []
for step, then in history.snapshots:
    z_of_the_unit.append(then.forward([[1.0]]).pre_activations[1][0, 0, 1])
    print(f"step {step}: z = {z_of_the_unit[-1]:5.2f}, own weight {then.W[1][0, 1, 0]:.2f}")

# %% [markdown]
# The unit's own weight does not move as long as the unit is off. Then $z$ crosses 0, and it moves. (The step
# is so long that it pushes the unit off again.)

# %%
own_weight = [then.W[1][0, 1, 0] for _, then in history.snapshots]
revived_at = next(step for step, z in enumerate(z_of_the_unit) if z > 0)
assert 0 < revived_at < 4
assert all(weight == -1 for weight in own_weight[: revived_at + 1]) and own_weight[revived_at + 1] != -1
print(f"on again after step {revived_at}")

# %% [markdown]
# The other way back is another input. The same unit that is dead on one batch of digits gets a gradient from the next.

# %%
first, second = data.X[:32], data.X[32:64]
dead_first, dead_second = (experiment.units_dead_on(fresh, batch)[0][0] for batch in (first, second))
woken = np.flatnonzero(dead_first & ~dead_second)
_, on_first = fresh.loss_and_gradient(first, data.y[:32])
_, on_second = fresh.loss_and_gradient(second, data.y[32:64])
assert len(woken) > 0
assert (on_first.W[0][0, woken] == 0).all() and (on_second.W[0][0, woken] != 0).any(axis=1).all()
print(f"{len(woken)} units are dead on the first batch and learn from the second")

# %% [markdown]
# What remains: a unit of the *first* layer that is dead on the *whole training set*. Nothing below it moves, and no
# sample turns it on. Plain gradient descent never brings it back.
#
# **Exercise dead_units.3.** A unit of the second layer has $z = 0.5 - h$. On its one sample, $h$ is 1 at the start,
# and each step multiplies $h$ by 0.8; the unit's own weights do not move. After how many steps is it active for the
# first time?

# %% tags=["exercise"]
# begin solution: steps_to_life = ...
steps_to_life = 4
# end solution
check("dead_units.3", steps_to_life)

# %% [markdown]
# ### Born dead
#
# A network can be dead before the first step. Take hidden layers of $N$ ReLU units, biases 0, and weights drawn
# independently from a density that is symmetric about 0, such as the normal: $w$ and $-w$ are equally likely. Show it
# one input $x \ne 0$.
#
# **One unit.** Given what comes in, $z = w \cdot a$ is symmetric about 0 as long as $a$ is not all zeros. So
# $P(z > 0) = \tfrac12$. (With a density, that $z$ is exactly 0 has probability 0.)
#
# **One layer.** The $N$ units are independent. All of them are off with probability $2^{-N}$, so the layer lives with
# probability $1 - 2^{-N}$.
#
# **All layers.** A layer of zeros hands on zeros: with biases 0, the next $z$ are 0, and so on to the end. The network
# lives at $x$ if each of its layers does, and the layers' chances multiply:
#
# $$P(\text{dead at } x) = 1 - \prod_{l=1}^{L} \left(1 - 2^{-N_l}\right).$$

# %%
N, L = sp.symbols("N L", positive=True, integer=True)
layer_lives = 1 - sp.Rational(1, 2) ** N
network_dead = 1 - layer_lives**L
print(network_dead)
for depth in (1, 5, 9, 19):
    exact = network_dead.subs({N: 2, L: depth})
    assert abs(float(exact) - experiment.born_dead_probability([2] * depth)) < 1e-12
    print(f"width 2, L = {depth:>2}: {float(exact):.3f}")
one_more = layer_lives**L * layer_lives
assert equal(1 - one_more, network_dead.subs(L, L + 1))

# %% [markdown]
# Lu, Shin, Su and Karniadakis derived it in 2019, and they show what it means: the deeper the network, the surer its
# death, unless it is wide enough. Now count. We draw 2000 networks and look at each layer. Choose a width.

# %%
explore(figures.born_dead_over_depth, width=Radio([2, 3, 5], label="units in each hidden layer"))

# %% [markdown]
# A share of $n$ networks lies within three *standard errors*, $3\sqrt{p(1-p)/n}$, of its probability in about 99.7 of
# 100 cases.

# %%
shares = experiment.born_dead_shares(2, 19, 2000)
for depth in (1, 5, 9, 19):
    p = experiment.born_dead_probability([2] * depth)
    errors = abs(shares[depth - 1] - p) / experiment.standard_error(p, 2000)
    assert errors <= 3
    print(f"L = {depth:>2}: formula {p:.3f}, counted {shares[depth - 1]:.3f}")

# %% [markdown]
# The formula speaks of one input. Dead *on all inputs* is rarer, since another $x$ may find another way through.
#
# ### Bias 0.1
#
# > **C42 · refined.** The article advises to start all biases at a small positive value such as 0.1: that would make it
# > very likely that the units are active at first, for most inputs of the training set. (Sarkar, 2018, after
# > Goodfellow, Bengio and Courville, 2016)
#
# How likely? If $z$ is normal with mean $b$ and standard deviation $\sigma$, then $P(z > 0) = \Phi(b/\sigma)$, with
# $\Phi$ the distribution function of the standard normal. It depends on $\sigma$. (From here on
# $\sigma$ is this standard deviation.)

# %%
for sigma, percent in ((1, 54), (0.1, 84)):
    p = NormalDist().cdf(0.1 / sigma)
    assert round(100 * p) == percent and p == experiment.active_probability(0.1, sigma)
    print(f"σ = {sigma}: active with probability {p:.2f}")

# %% [markdown]
# **Exercise dead_units.4.** A pre-activation is normal with mean 0.1 and standard deviation 0.5. With what
# probability is the unit active? The answer counts within 0.002.

# %% tags=["exercise"]
# begin solution: p_active = ...
p_active = NormalDist().cdf(0.1 / 0.5)
# end solution
check("dead_units.4", p_active)

# %% [markdown]
# ## Measure
#
# ### Bias 0.1 on real data
#
# Each of 1000 fresh units sees all digits. The points are the share of digits on which a unit is on, averaged over the
# units. The band holds 9 of 10 units. Start with standardised pixels; then take them as they are, between 0 and 1.

# %%
explore(
    figures.active_share_over_sigma,
    data=Select(["digits", "digits, standardised", "MNIST", "MNIST, standardised"], value="digits, standardised"),
    bias=Range(-0.2, 0.4, 0.1, value=0.1, label="bias"),
)

# %% [markdown]
# The mean unit follows the formula, on all four sets of data. The single unit does so only where the inputs have mean
# 0.

# %%
width_of_band = {}
for name in ("digits", "MNIST", "digits, standardised", "MNIST, standardised"):
    for sigma in (1, 0.1):
        share = experiment.active_shares(name, 0.1, sigma)
        low, high = np.quantile(share, (0.05, 0.95))
        width_of_band[name, sigma] = high - low
        assert abs(share.mean() - experiment.active_probability(0.1, sigma)) < 0.04
        print(f"{name:<21} σ = {sigma:<4} mean {share.mean():.2f}, 9 of 10 units from {low:.2f} to {high:.2f}")
for name in ("digits", "MNIST"):
    assert width_of_band[name, 1] > 0.8 and width_of_band[f"{name}, standardised", 1] < 0.15

# %% [markdown]
# Why? Pixels are never negative. A unit has its own mean $w \cdot \bar x$ over the data, far from 0 for many units, so
# many are on for most digits and many for few. Over the units these means cancel. Standardised inputs have mean
# 0, so each $z$ has mean $b$, and Φ fits each unit, up to some points: sums of pixels are not quite normal.

# %%
one_sided = {}
for name in ("digits", "MNIST", "digits, standardised", "MNIST, standardised"):
    share = experiment.active_shares(name, 0.1, 1)
    one_sided[name] = ((share > 0.95) | (share < 0.05)).mean()
    print(f"{name:<21} on for more than 95 % of the digits, or for fewer than 5 %: {one_sided[name]:.0%} of the units")
assert 0.2 < one_sided["digits"] < 0.4 and one_sided["MNIST"] < 0.1 and one_sided["MNIST, standardised"] == 0

# %% [markdown]
# So a bias of 0.1 does little at $\sigma = 1$. Where is $\sigma$ in a real network?

# %%
means = {}
for name, inputs in (("digits", data.X), ("digits, standardised", even.X)):
    z = Network.mlp([64, 500, 10]).forward(inputs).pre_activations[0][0]
    means[name] = float(np.sqrt((z**2).mean())), float(np.abs(z.mean(0)).mean()), float(np.median(z.std(0)))
    print(f"{name:<21} all units together: σ about {means[name][0]:.1f}")
    print(f"{'':<21} one unit: σ about {means[name][2]:.1f}, around a mean that is about {means[name][1]:.1f} from 0")
assert means["digits"][0] > 0.5 and means["digits, standardised"][0] > 1
assert means["digits"][1] > 0.4 and means["digits, standardised"][1] < 0.01

# %% [markdown]
# **Exercise dead_units.5.** Which bias makes a unit active with probability 0.9, if $w \cdot x$ is normal with mean 0
# and standard deviation 1? The answer counts within 0.01.

# %% tags=["exercise"]
# begin solution: strong_bias = ...
strong_bias = NormalDist().inv_cdf(0.9)
# end solution
check("dead_units.5", strong_bias)

# %% [markdown]
# ### Learning rate and bias
#
# Now train. A network 64-32-32-10 learns the digits for six epochs. The pixels are not standardised. Six learning
# rates, from 0.01 to 3, meet nine first biases, from −1 to 1, with four seeds each: 216 replicas, trained in one go.
#
# The lines are means over the seeds, the bands reach from the least to the greatest. Where both layers' bands lie, they
# overlap. Start at learning rate 0.1 and bias 0. Make the steps longer: when do units die, early or late? Then go back
# and lower the bias.

# %%
explore(
    figures.dead_over_epochs,
    learning_rate=Radio({"0.01": 0.01, "0.03": 0.03, "0.1": 0.1, "0.3": 0.3, "1": 1.0, "3": 3.0}, value=0.1),
    bias=Range(-1.0, 1.0, 0.25, value=0.0, label="first bias"),
)

# %% [markdown]
# The same runs as a map. Scrub through the epochs. Before training, only the bias counts. Then death comes in from
# above, where the steps are long: one step too long, and no sample turns the unit on.

# %%
explore(
    figures.dead_map,
    layer=Radio({"first hidden layer": "first", "second hidden layer": "second"}),
    epoch=Range(0, 6, value=0, label="epoch", play=True),
)

# %% [markdown]
# Two causes, then: biases that are too low, and steps that are too long. Keep them apart.

# %% [markdown]
# ### Deep and narrow: collapse
#
# Born dead was about a fresh network. What does training make of it? The task is $|x|$ on $[-\sqrt3, \sqrt3]$, an
# example of Lu and others. The network has ten layers of weights, nine of them hidden.
#
# A network that is constant at the start has gradient 0 in everything but its last bias. So it stays constant. Here are
# 40 networks of width 2 with biases 0, trained for 100 steps of *Adam* with learning rate 0.001. (Adam gives each
# weight a step length of its own. `train` takes it unless you name another optimiser, as in [[training]].)

# %%
x, y = experiment.target()
narrow = experiment.narrow_network(2, layers=10, activation="relu", replicas=40, seed=0)
before = narrow.copy()
constant = experiment.output_range(before) == 0
train(narrow, x, y, Adam(1e-3), loss="mse", batch_size=16, epochs=25, record=(), progress=False)
for layer in range(10):
    assert np.array_equal(narrow.W[layer][constant], before.W[layer][constant])
assert not np.array_equal(narrow.W[0][~constant], before.W[0][~constant])
print(f"{constant.sum()} of 40 start constant, and none of their weights moved")

# %% [markdown]
# Knowing that, we train only the others, 600 such steps each, and count how many end as a constant: their outputs vary
# by less than 1 % of what $|x|$ varies by. The intervals are Wilson's, of 95 %: where the true share plausibly lies.

# %%
show(figures.collapse_over_width())

# %%
found = experiment.collapse(2, 1000)
assert 0.88 <= found.constant / found.networks <= 0.94
assert found.born <= found.half_way and abs(found.constant - found.half_way) <= 10
assert experiment.born_dead_probability([2] * 9) > found.born / found.networks
print(f"width 2: {found.born / 10:.0f} % are born constant; after training, between 88 and 94 %")

# %% [markdown]
# At width 2 most of it is birth. The wider the network, the larger the part of training. From step 300 to step 600 next
# to nothing changes, so more steps are not needed. (The share born constant is below the formula's 92.5 %: to be
# constant, a network must be dead at every $x$ of the interval.)
#
# Ten units a layer are enough here. And a leak? A leaky unit with $\alpha = 0.01$ hands on a hundredth, so nothing is
# ever exactly 0. But after nine such layers little is left, and these networks need more time: 3000 steps.

# %%
ten, leaky = experiment.collapse(10, 60), experiment.collapse(2, 120, "leaky_relu", steps=3000)
assert ten.constant / ten.networks < 0.1
assert leaky.constant / leaky.networks < 0.2
assert leaky.half_way > leaky.constant
print("width 10: fewer than 10 % end constant. Leaky, width 2: fewer than 20 %, and still falling")

# %% [markdown]
# ### Bring them back
#
# 64 networks 64-32-32-10 with first bias 0 learned the digits for five epochs at learning rate 0.4, and units died (on
# the map: a little above 0.3). Now we train on at 0.04, in seven ways. A unit counts as back if some training sample
# turns it on. The intervals are over the networks, since units of one network share their fate. *Dropout* sets random
# outputs of hidden units to 0 in each step, *pixel dropout* random inputs of the network. *Fresh weights* draws the
# dead units anew.

# %%
explore(figures.came_back, layer=Radio(["first hidden layer", "second hidden layer"]))

# %% [markdown]
# > **C29 · refined.** The answer on activation functions adds that dropout can sometimes help with units that no input
# > of the training set wakes. (Cross Validated, 2017)
#
# Sometimes: it depends on where the unit sits. Dropout changes the inputs of
# the *second* layer: where a negative weight falls silent, $z$ rises, perhaps above 0. The *first* layer sees the same
# pixels as before. Its dead units do not move at all.

# %%
plain = cures.revive("shorter steps")
for rate in ("dropout 0.2", "dropout 0.5"):
    helped = cures.revive(rate)
    (low, back, high), (_, without, _) = helped.share(1), plain.share(1)
    print(f"{rate}: of the first layer {helped.on_again[:, 0].sum()} of {helped.dead[:, 0].sum()} units are back;")
    print(f"  of the second {back:.0%} [{low:.0%}, {high:.0%}], without dropout {without:.0%}")
    assert helped.moved[:, 0].sum() == 0 and low > 0.5 > plain.share(1).high > plain.share(1).low > 0
pixels = cures.revive("pixel dropout 0.2")
assert 0 < pixels.share(0).low < pixels.share(0).high < 0.2
assert pixels.moved[:, 0].sum() > pixels.dead[:, 0].sum() / 2

# %% [markdown]
# Without dropout fewer than half of the second layer came back, because the layer below moved. To reach the first
# layer, drop pixels: most of its dead units then move, and a few come back.
#
# And the leak? It moves every dead unit. But slowly.

# %%
leak, anew = cures.revive("leaky ReLU, α = 0.01"), cures.revive("fresh weights")
for name, way in (("leak of 0.01", leak), ("fresh weights", anew)):
    moved = way.moved[:, 0].sum() / way.dead[:, 0].sum()
    print(f"{name:<13} first layer: {moved:.0%} of the dead units moved, {way.share(0).estimate:.0%} are back")
assert (leak.moved == leak.dead).all() and leak.share(0).high < 0.05 and anew.share(0).low > 0.8
assert plain.moved[:, 0].sum() == 0

# %% [markdown]
# ### Keep them alive
#
# Prevention is easier. The two causes: *steps too long* is learning rate 0.8 with first bias 0, *biases too low* is
# learning rate 0.1 with first bias −1. Nine cures, five epochs on the digits, 120 starts. Each start has its own
# weights, its own division of the digits and its own order of batches, and meets every cure with them. The intervals
# are t-intervals of 95 % for the mean over the starts.

# %%
explore(
    figures.cures,
    cause=Radio(["steps too long", "biases too low"]),
    measure=Radio(["dead units", "units never on", "test accuracy"]),
)

# %% [markdown]
# > **C09 · refined.** The first answer suggests: if too many units die as you train, consider leaky ReLU. (Cross
# > Validated, 2016)
#
# No leaky unit is dead, by definition. So count units that are never on, and test accuracy, and hold every cure to one
# standard: the difference from no cure, start by start. A cure *helps* if the whole interval says so, and its size
# counts.

# %%
steps, biases = cures.CAUSES
helps = {}
for cause in (steps, biases):
    print(f"{cause}: difference from no cure in points, with its interval of 95 %")
    for cure in list(cures.CURES)[1:]:
        never_on, right = (cures.paired_difference(cause, cure, of) for of in ("units never on", "test accuracy"))
        columns = [f"{100 * m:+6.1f} [{100 * low:+6.1f}, {100 * high:+6.1f}]" for low, m, high in (never_on, right)]
        print(f"  {cure:<21} units never on {columns[0]}   test accuracy {columns[1]}")
        helps[cause, cure] = right
small_leak, large_leak, shorter = "leaky ReLU, α = 0.01", "leaky ReLU, α = 0.1", "a tenth of the step"
assert helps[steps, small_leak].low > 0 and helps[steps, "dropout 0.2"].low > 0 > helps[steps, "bias 1"].high
assert helps[steps, "dropout 0.2"].high < helps[steps, large_leak].low < helps[steps, large_leak].high
assert helps[steps, large_leak].high < helps[steps, shorter].low and helps[biases, shorter].high < 0
assert helps[biases, small_leak].high < 0.01 < 0.1 < helps[biases, large_leak].low < 0.3 < helps[biases, "bias 0.1"].low

# %% [markdown]
# Against long steps, shorter steps gain most, more than 50 points. A leak of 0.1 gains 30, dropout of 0.2 gains 13 and
# a leak of 0.01 gains 8; dropout of 0.5 and a bias of 0.1 settle nothing, and a bias of 1 does harm. Against low biases
# a better bias gains more than 70 points, a leak of 0.1 gains 18, and a leak of 0.01 less than 1. Standardised inputs
# help against both. So a leak helps in fact, and the larger of two more, but it was not the best here: ask for the
# cause. This is one small network on one set of data: take the method with you, and measure again on yours.
#
# A leak has its price, too. Where the steps are far too long, a ReLU network dies, and then it stands still. A leaky
# one may run off to infinity, and more often the larger its leak. Two epochs at learning rate 1.5 with first bias 0 (0,
# 3, 15 and 38 of 40 networks when this was written):

# %%
run_off = {}
for alpha in (0, 0.01, 0.03, 0.1):
    network = Network.mlp([64, 32, 32, 10], "leaky_relu" if alpha else "relu", alpha=alpha or None, replicas=40)
    history = train(
        network, data.X, data.y, SGD(1.5), batch_size=32, epochs=2, record=(), on_divergence="keep", progress=False
    )
    run_off[alpha] = len(history.diverged)
    how_many = "hardly any" if run_off[alpha] < 8 else "some" if run_off[alpha] < 28 else "nearly all"
    print(f"α = {alpha:<4}  {how_many} of 40 networks run off")
assert run_off[0] <= run_off[0.01] < run_off[0.03] < run_off[0.1]

# %% [markdown]
# ## Break it
#
# This routine counts the dead units of a first hidden layer. It seems to work.


# %%
def count_dead(network, X):
    """How many units of the first hidden layer are dead on X?"""
    activation = network.forward(X[:32]).activations[0]
    return int((activation == 0).all(axis=(0, 1)).sum())


print(count_dead(fresh, data.X), "dead")

# %% [markdown]
# Show it the same digits in another order.

# %%
counts = [count_dead(fresh, data.X[np.random.default_rng(seed).permutation(len(data.X))]) for seed in range(4)]
assert len(set(counts)) > 1 and min(counts) > dead_count[1347]
print("the same network, the same digits:", counts)

# %% [markdown]
# The number of dead units cannot depend on the order. Now a hard tanh, $\max(-1, \min(1, z))$, with weights so large
# that units stick at 1 or −1. There the slope is 0.

# %%
stuck = Network.mlp([64, 64, 10], "hard_tanh", bias=-0.5, seed=1)
stuck.W[0][...] *= 12
_, gradient = stuck.loss_and_gradient(data.X, data.y)
without_gradient = int((gradient.W[0][0] == 0).all(axis=1).sum())
assert without_gradient > 0 == count_dead(stuck, data.X)
print(f"counted {count_dead(stuck, data.X)} dead, but {without_gradient} units get a gradient of exactly 0")

# %% [markdown]
# **Exercise dead_units.6.** Mend `count_dead`: it shall count the units whose slope is 0 on every sample of `X`, for
# any elementwise activation. It is tried on networks with every activation of `ACTIVATIONS`.
# (`ACTIVATIONS[name].derivative(z)` gives slopes, and `network.layers[0].activation` is the name.)


# %% tags=["exercise"]
def count_dead(network, X):
    """How many units of the first hidden layer are dead on X?"""
    # begin solution: return ...
    z = network.forward(X).pre_activations[0]
    slope = ACTIVATIONS[network.layers[0].activation].derivative(z)
    return int((slope == 0).all(axis=(0, 1)).sum())
    # end solution


check("dead_units.6", count_dead)

# %% [markdown]
# ## Exercises
#
# `hint("dead_units.7")` gives a hint. `solution("dead_units.7")` opens after a right answer or three different tries.
#
# **Exercise dead_units.7.** A ReLU network has 10 hidden layers of 3 units, biases 0 and symmetric weights. With what
# probability is it born dead at a given input $x \ne 0$? The answer counts within 0.001.

# %% tags=["exercise"]
# begin solution: p_born_dead = ...
p_born_dead = 1 - (1 - 2**-3) ** 10
# end solution
check("dead_units.7", p_born_dead)

# %% [markdown]
# **Exercise dead_units.8.** What is the least width $N$ for which 20 hidden layers of $N$ units are born dead at a
# given input with a probability below 1 %?

# %% tags=["exercise"]
# begin solution: safe_width = ...
safe_width = next(N for N in range(1, 100) if 1 - (1 - 2**-N) ** 20 < 0.01)
# end solution
check("dead_units.8", safe_width)

# %% [markdown]
# **Exercise dead_units.9.** A leaky unit with $\alpha = 0.01$ has $z = b = -2$ on every sample. Its upstream gradient
# stays $-1$, and each step is $b \leftarrow b + 0.1 \cdot \sigma'(z) \cdot 1$, where $\sigma'(z)$ is the slope of the
# activation at $z$. After how many steps does $b$ reach 0?

# %% tags=["exercise"]
# begin solution: leaky_steps = ...
leaky_steps = 2 / (0.1 * 0.01)
# end solution
check("dead_units.9", leaky_steps)

# %% [markdown]
# Stuck? Put the name of the exercise in the place of the dots: a hint comes, and the solution as soon as it is open.

# %%
stuck_at = ...  # for example "dead_units.8"
if stuck_at is not ...:
    hint(stuck_at)
    solution(stuck_at)

# %% [markdown]
# ## Recap
#
# - *Dead* needs a set: a batch, the data, or all inputs. Count slopes, not outputs, and count on all the samples you
#   name.
# - A unit without slope learns nothing from that sample. It can come back if a layer below moves, or by another sample.
#   In the first layer, dead on the data is for good under plain gradient descent.
# - Narrow and deep networks are born dead with probability $1 - \prod (1 - 2^{-N_l})$ at a given input.
# - Ask for the cause first, and compare start by start. Long steps want shorter steps; low biases want higher ones;
#   standardised inputs help against both. A leak moves every dead unit, slowly.
#
# | claim | verdict | why |
# |---|---|---|
# | C08 | refined | on a batch, on the data or on all inputs: one unit can be dead by one and alive by the next |
# | C09 | refined | a leak helps, a large one more; shorter steps did more against long ones, a better bias, low ones |
# | C28 | refined | for that unit on that input; a layer below or another batch can turn it on |
# | C29 | refined | hidden dropout woke units of the second layer, none of the first; 0.2 of it kept some alive |
# | C42 | refined | $\Phi(0.1/\sigma)$: 54 % at $\sigma = 1$, 84 % at 0.1; for a single unit if the inputs have mean 0 |
# | C43 | holds | the unit's weight gradient is exactly 0, with slope 0 at the kink |
#
# **Sources.**
# - Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, [*Dying ReLU and initialization: theory and numerical
#   examples*](https://arxiv.org/abs/1903.06733), 2019 (born dead, collapse)
# - Andrew L. Maas, Awni Y. Hannun and Andrew Y. Ng, [*Rectifier nonlinearities improve neural network acoustic
#   models*](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf), 2013 (leaky ReLU)
# - Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever and Ruslan Salakhutdinov, [*Dropout: a simple
#   way to prevent neural networks from overfitting*](https://jmlr.org/papers/v15/srivastava14a.html), 2014
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015, and Xavier Glorot and Yoshua Bengio, [*Understanding the
#   difficulty of training deep feedforward neural networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010
#   (initialisation)
# - Diederik P. Kingma and Jimmy Ba, [*Adam: a method for stochastic optimization*](https://arxiv.org/abs/1412.6980),
#   2015
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), 2016,
#   chapter 6 (bias 0.1)
# - Edwin B. Wilson, [*Probable inference, the law of succession, and statistical
#   inference*](https://doi.org/10.1080/01621459.1927.10502953), 1927, and Student, [*The probable error of a
#   mean*](https://doi.org/10.1093/biomet/6.1.1), 1908 (intervals)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C08, C09), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C28, C29), both questions with answers on
#   Cross Validated; Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C42, C43)
