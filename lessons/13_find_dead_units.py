# %% [markdown]
# # Find dead units
#
# **The question.** When is a unit of a network dead, and how do you find out how many are?
#
# **Why it matters.** A dead unit costs memory and time and learns nothing, and nobody tells you: the loss goes on
# falling, because the other units learn. So you have to count. But people mean different things by *dead*, and a
# counter written for one meaning can miss every dead unit in another.
#
# **You will learn**
# - what *dead* means, and to count dead units for any activation
# - what a dead unit can no longer do, and what can still happen to it
# - with what probability a network is dead before its first step
# - what a bias does for a unit, and on which data
#
# **Before you start.** [[Training]]: units, layers and backpropagation. [[Depth]]: He's weights. You need the normal
# distribution.
#
# **Minutes:** 58.

# %%
from statistics import NormalDist

import numpy as np
from IPython.display import display

from course_lib.data import digits, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.networks import ACTIVATIONS, Network
from course_lib.topics.dead_units import experiment, figures

# %% [markdown]
# ## Predict
#
# Make a guess for each. Both are settled further down.

# %%
predict("dead_units.p1")

# %%
predict("dead_units.p2")

# %% [markdown]
# ## Explore
#
# ### Where is a unit on?
#
# A ReLU unit computes $z = w \cdot x + b$ and passes on $\max(0, z)$. It is **on** (the figure says *active*) where
# $z > 0$, on one side of the line $z = 0$.
#
# The figure shows such a unit, 40 samples and a batch of 8 of them. Turn $w$ by its tip, and move the line. Find a unit
# that is off on the whole batch but on for some other sample, then one that is off on all the data. Can you find
# one that no point of the plane turns on? (In the figure $w$ always has length 1.)

# %%
direction, bias = Range(0, 345, 15, value=60, label="direction of w in degrees"), Range(-1.0, 1.0, 0.2, value=0)
explore(figures.active_inputs, angle=direction, bias=bias)

# %% [markdown]
# Now three such units in NumPy. Is each of them ever on: on the batch, on the data, or far out in the plane, at
# $(0, -1000)$, which lies in the direction of *A*'s and *B*'s weights?

# %%
samples = figures.unit_inputs("first layer")  # those of the figure; the first 8 are the batch
units = {"A": ([0, -1], -0.4), "B": ([0, -1], -0.8), "C": ([0, 0], -0.8)}
print("unit   largest z: on the batch   on the data   at (0, −1000)")
for name, (w, b) in units.items():
    z = samples @ np.array(w) + b
    far = np.dot(w, [0, -1000]) + b
    print(f"{name} {z[:8].max():>24.1f} {z.max():>13.1f} {far:>15.1f}")

# %% tags=["assertion", "C08"]
verdicts = {}
for name, (w, b) in units.items():
    z = samples @ np.array(w) + b
    verdicts[name] = bool((z[:8] <= 0).all()), bool((z <= 0).all()), experiment.dead_on_all_inputs(w, b)
assert verdicts == {"A": (True, False, False), "B": (True, True, False), "C": (True, True, True)}

# %% [markdown]
# *A* is off on the batch, and another sample turns it on. *B* is off on all the data, yet points of the plane turn it
# on. Only *C*, with weights 0 and a bias not above 0, is off wherever you go. Where any point may come in, that is the
# only way: with $w \ne 0$, walk far enough in the direction of $w$, and $z$ passes 0.
#
# > A unit with the activation $g$ is **dead on** a set of inputs if its slope $g'(z)$ is 0 on every input of the set:
# > dead **on a batch**, dead **on the data** (on all training samples), or dead **on all inputs** (on whatever could
# > ever come into the unit). It is **never on** in a set if $z \le 0$ on every input of the set.
#
# From here on, *dead* alone means dead on the data.
#
# > **C08 · refined.** An answer on the web asks you to keep an eye on dead units, and means by that units that never
# > activate. (Cross Validated, 2016; links at the end)
#
# *Never* needs a set of inputs. And *activate* is about outputs, while learning is about slopes. For ReLU, with slope 0
# at the kink as everywhere in this lesson, the two come to the same. For other activations they do not.

# %%
cases = {"relu": [-3, -2, -1.5], "leaky_relu": [-3, -2, -1.5], "hard_tanh": [3, 2, 1.5], "sigmoid": [-9.0, -8, -7]}
print("activation  never on  dead   z, outputs, slopes")
for name, z in cases.items():
    g, z = ACTIVATIONS[name], np.array(z)
    slopes = g.derivative(z)
    print(f"{name:<11} {all(z <= 0)!s:<9} {all(slopes == 0)!s:<6}", z, g(z).round(3), slopes.round(4))

# %% tags=["assertion"]
never_on_and_dead = {"relu": (True, True), "leaky_relu": (True, False), "hard_tanh": (False, True)}
for name, expected in {**never_on_and_dead, "sigmoid": (True, False)}.items():
    z = np.array(cases[name])
    assert (bool((z <= 0).all()), bool((ACTIVATIONS[name].derivative(z) == 0).all())) == expected

# %% [markdown]
# A leaky unit that is never on still has a slope. *Hard tanh*, $\max(-1, \min(1, z))$, is stuck at 1 here, where its
# slope is 0. A sigmoid far out has a tiny slope, but not 0: the unit is *saturated* ([[depth]]), and learns slowly.
#
# ### Behind a ReLU layer
#
# In a later layer there is another way to be dead for good. The inputs $h$ of a second layer come out of a ReLU layer,
# so they are never negative. Point $w$ to the lower left, at 225 degrees, with a negative bias. How far would you have
# to walk now to turn the unit on?

# %%
explore(figures.active_inputs, layer=Radio(["second layer", "first layer"]), angle=direction, bias=bias)

# %% [markdown]
# **Exercise dead_units.1.** Four ReLU units get inputs $h$ with $h_1 \ge 0$ and $h_2 \ge 0$. Their $(w, b)$ are
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
# (At 225 degrees no walk helps: as $h_1$ or $h_2$ grows, $z$ falls.)
#
# ### Count them
#
# Now a whole layer on real data: 64 fresh ReLU units with He's weights look at 1347 digits. Their biases are −0.5, low
# enough that there is something to count. In `Z` a row is a digit and a column a unit.

# %%
X = digits().X
W = np.random.default_rng(1).normal(0, np.sqrt(2 / 64), (64, 64))
Z = X @ W.T - 0.5
for n in (32, 320, 1347):
    dead = (Z[:n] <= 0).all(axis=0)
    print(f"on the first {n:>4} digits: {dead.sum()} of 64 units are dead")

# %% tags=["assertion"]
dead_counts = [int((Z[:n] <= 0).all(axis=0).sum()) for n in (32, 320, 1347)]
assert dead_counts == sorted(dead_counts, reverse=True) and dead_counts[0] > dead_counts[-1] > 0

# %% [markdown]
# One sample that turns a unit on is enough to wake it.
#
# **Exercise finding.1.** Which of these hold for every network and all data, as long as no weight changes?
#
# 1. A unit that is dead on one batch is dead on the next.
# 2. A unit that is dead on each batch of an epoch is dead on the data.
# 3. A unit that is dead on the data is dead on each batch.
# 4. A unit that is dead on the data is dead on the test samples.
# 5. A unit that is dead on the data gives the same output on all the data, whatever its activation.
#
# Give a list of five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: always = ...
always = [False, True, True, False, False]
# end solution
check("finding.1", always)

# %% [markdown]
# ## Derive
#
# ### No slope, no learning
#
# Why call it death? Backpropagation multiplies. On one sample, the gradient of the loss $L$ with respect to the weights
# of a unit is
#
# $$\frac{\partial L}{\partial w} = \delta \cdot g'(z) \cdot x,$$
#
# with the upstream gradient $\delta$. If $g'(z)$ is 0, so is the product, whatever $\delta$ and $x$ are: not nearly 0,
# but exactly. So is the gradient of the bias, $\delta \cdot g'(z)$. Rectified units cannot learn, by gradient methods,
# from examples on which their activation is 0, as an article says (C43).
#
# A dead ReLU unit also passes on 0, so the weights that lead out of it get no gradient either, and it sends none down.
# The rest of the network learns as if it were not there, and its other units can take over its part. What is lost is
# room: a layer of 64 units with 12 dead ones is a layer of 52.

# %% tags=["assertion", "C43"]
trained, even = Network.mlp([64, 32, 10], seed=1), standardised(digits())
activation = trained.forward(even.X).activations[0][0]
for unit in range(32):
    silent = activation[:, unit] == 0
    assert 0 < silent.sum() < len(silent)
    _, from_silent = trained.loss_and_gradient(even.X[silent], even.y[silent])
    assert (from_silent.W[0][0, unit] == 0).all() and from_silent.b[0][0, unit] == 0
    assert (from_silent.W[1][0, :, unit] == 0).all()
    _, from_others = trained.loss_and_gradient(even.X[~silent], even.y[~silent])
    assert (from_others.W[0][0, unit] != 0).any()

# %% [markdown] tags=["optional"]
# #### By hand
#
# This exercise is optional.
#
# **Exercise dead_units.2.** A ReLU unit has $z = x_1 - x_2$, with slope 0 at the kink. For the samples $(2, 1)$,
# $(1, 2)$ and $(1, 1)$ the upstream gradients are 3, 5 and 7. What is the gradient of the summed loss with respect to
# $(w_1, w_2)$? Give a list of two.

# %% tags=["exercise"]
# begin solution: unit_gradient = ...
unit_gradient = [3 * 2, 3 * 1]
# end solution
check("dead_units.2", unit_gradient)

# %% [markdown]
# ### Off is not for ever
#
# Another answer says that no learning takes place where the gradient is 0 (C28), and many conclude: once dead, always
# dead. Here is the smallest counterexample: one input $x = 1$, a unit below with output $h = v x$, and two units above
# it. At the start $h = 1$. The first unit has $z = h$, so it is on; the second has $z = \tfrac12 - h$, so it is off.
# The output is their sum, the target is −1, and so the loss is (output + 1)². (In the code $z = (u_1 h, u_2 h + b)$.)

# %%
v, u, own_bias, rate = 1.0, np.array([1.0, -1.0]), 0.5, 0.07
for step in range(5):
    h = max(0.0, v)  # v times the input 1
    z = u * h + [0, own_bias]
    print(f"step {step}: z of the second unit {z[1]:5.2f}, its own weight {u[1]:.2f}")
    delta = 2 * (np.maximum(0, z).sum() + 1) * (z > 0)  # slope of the loss along each z
    slope_of_v = (delta @ u) * (h > 0)  # h feeds both units, so what comes back from them is added
    u, own_bias = u - rate * delta * h, own_bias - rate * delta[1]
    v = v - rate * slope_of_v

# %% tags=["assertion"]
chain_v, chain_u, chain_bias, seen = 1.0, np.array([1.0, -1.0]), 0.5, []
for _ in range(5):
    z_below = chain_u * chain_v + [0, chain_bias]
    seen.append((z_below[1], chain_u[1]))
    slope_of_z = 2 * (np.maximum(0, z_below).sum() + 1) * (z_below > 0)
    chain_v, chain_u, chain_bias = (chain_v - 0.07 * slope_of_z @ chain_u, chain_u - 0.07 * slope_of_z * chain_v,
        chain_bias - 0.07 * slope_of_z[1])
first_on = next(step for step, (z_now, _) in enumerate(seen) if z_now > 0)
assert first_on == 3 and all(weight == -1 for _, weight in seen[: first_on + 1]) and seen[first_on + 1][1] < -1.05

# %% [markdown]
# While it is off, its own weight does not move. But the layer below learns from the neighbour, $h$ falls, and $z$
# passes 0. Once it is on, its weight and its bias move too, $h$ rises again, and by the next step it is off once more.
#
# And a unit that is off on one batch may simply be on for the next: of our 24 units that are dead on the first batch,
# the second turns 3 on, and from it they learn. So C28 is right if it speaks of one unit and one input.
#
# Two kinds of unit certainly cannot come back under plain gradient descent: in the *first* layer those that are dead on
# the *data*, since no layer below them moves, and further up those that are dead on *all inputs* that the layer below
# could ever pass on, such as two in exercise dead_units.1. (Weight decay on $w$ alone moves every $z$ towards $b$;
# where $b \le 0$, the unit stays off. For this and for momentum see [[dead_units]].)

# %% tags=["assertion", "C28"]
fresh, y = Network.mlp([64, 64, 10], bias=-0.5, seed=1, dtype="float64"), digits().y
masks = [experiment.units_dead_on(fresh, X[start : start + 32])[0][0] for start in (0, 32)]
learning = np.flatnonzero(masks[0] & ~masks[1])
_, on_first = fresh.loss_and_gradient(X[:32], y[:32])
_, on_second = fresh.loss_and_gradient(X[32:64], y[32:64])
assert len(learning) and not on_first.W[0][0, learning].any() and on_second.W[0][0, learning].any(axis=1).all()
dead_on_first, dead_on_second = (Z[:32] <= 0).all(axis=0), (Z[32:64] <= 0).all(axis=0)
assert (dead_on_first.sum(), (dead_on_first & ~dead_on_second).sum()) == (24, 3)

# %% [markdown]
# ### Born dead
#
# A network can be dead before the first step. Take hidden layers of $N$ ReLU units with biases 0, and weights drawn
# independently from a density that is symmetric about 0, such as the normal. Show it one input $x \ne 0$.
#
# **One unit.** It has $z = w \cdot a$, where $a$ is what the layer below passes on (in the first layer the input $x$).
# If $a$ is not all zeros, then $z$ is as likely to be below 0 as above, since $-w$ is as likely as $w$, and (with a
# density) it is not exactly 0. So $P(z > 0) = \tfrac12$.
#
# **One layer.** The $N$ units are independent. All of them are off with probability $2^{-N}$, so the layer lives with
# probability $1 - 2^{-N}$.
#
# **All layers.** A layer of zeros passes on zeros, and with biases 0 so do all that follow. The network lives at $x$ if
# each of its $L$ layers does. The chance of a layer holds *given* that the one below it lives, so they multiply:
#
# $$P(\text{dead at } x) = 1 - \left(1 - 2^{-N}\right)^{L}.$$
#
# Lu and others (2019) derived it. Now draw 10 000 networks with layers of two units, and count. By chance such a share
# is off by half a point or so.

# %%
N, networks, rng = 2, 10_000, np.random.default_rng(0)
dead_at = np.zeros(20)  # dead_at[L]: networks that are dead after L layers
for _ in range(networks):
    h = np.array([1.0, 0.5])  # the one input, as wide as the layers
    for L in range(1, 20):
        h = np.maximum(0, rng.normal(0, np.sqrt(2 / N), (N, N)) @ h)
        dead_at[L] += (h == 0).all()
print("layers  formula  counted")
for L in (1, 5, 9, 19):
    print(f"{L:>6} {1 - (1 - 2.0**-N) ** L:>8.3f} {dead_at[L] / networks:>8.3f}")

# %% tags=["assertion"]
assert all(abs(dead_at[L] / networks - (1 - (1 - 2.0**-N) ** L)) < 0.02 for L in range(1, 20))
for width in (2, 3, 5):
    alive, a = np.ones(2000, bool), np.tile([1.0, 0.5], (2000, 1))
    for depth in range(1, 20):
        drawn = np.random.default_rng([width, depth]).normal(size=(2000, width, a.shape[1]))
        a = np.maximum(0, np.einsum("rij,rj->ri", drawn, a))
        alive &= a.any(axis=1)
        formula = experiment.born_dead_probability([width] * depth)
        assert abs(1 - alive.mean() - formula) <= 3.5 * np.sqrt(formula * (1 - formula) / 2000)

# %% [markdown]
# And if a whole ReLU layer is dead on the data? The weights right above it get $\delta \cdot 0$, and no gradient comes
# down. From the biases right above on, the rest can only learn which constant to answer.
#
# **Exercise dead_units.8.** What is the least width $N$ for which 20 hidden layers of $N$ units are born dead at a
# given input with a probability below 1 %?

# %% tags=["exercise"]
# begin solution: safe_width = ...
safe_width = next(N for N in range(1, 100) if 1 - (1 - 2**-N) ** 20 < 0.01)
# end solution
check("dead_units.8", safe_width)

# %% [markdown]
# ## Measure
#
# ### Does a bias of 0.1 switch units on?
#
# A bias of −0.5 left 12 of 64 units dead. Should all units start with a positive one? An article advises a small value
# such as 0.1: it would make it very likely that the units are active at first, for most inputs of the training set
# (C42; Sarkar, 2018, after Goodfellow, Bengio and Courville, 2016).
#
# Suppose that over all units and all digits together $z$ is normal, with mean $b$ and standard deviation $\sigma$. Then
# $P(z > 0) = \Phi(b/\sigma)$, with the distribution function $\Phi$ of the standard normal. For $b = 0.1$ that is 54 %
# at $\sigma = 1$, but 84 % at $\sigma = 0.1$.
#
# Does a *single* unit follow it? Draw 1000 units, bring their $\sigma$ to 1, and ask for each on which share of the
# digits it is on. Take the pixels as they are, from 0 to 1, and then *standardised*: each with mean 0 and standard
# deviation 1 over the data.

# %%
many = np.random.default_rng(1).normal(0, np.sqrt(2 / 64), (1000, 64))
print("pixels         σ at first   share on: average unit   9 of 10 units")
for name, pixels in {"raw, 0 to 1": X, "standardised": standardised(digits()).X}.items():
    sums = pixels @ many.T
    sigma = np.sqrt((sums**2).mean())
    on = (sums / sigma + 0.1 > 0).mean(axis=0)
    low, high = np.quantile(on, (0.05, 0.95))
    print(f"{name:<12} {sigma:>12.2f} {on.mean():>24.0%} {low:>11.0%} to {high:.0%}")

# %% tags=["assertion", "C42"]
assert (sums / sigma + 10 > 0).all(axis=0).mean() > 0.85 and np.allclose((sums / sigma).mean(axis=0), 0, atol=1e-3)
assert np.allclose(np.quantile((sums / sigma).std(axis=0), (0.05, 0.95)), (0.77, 1.26), atol=0.01)
width_of_band = {}
for name in experiment.DATA:
    for sigma, percent in ((1, 54), (0.1, 84)):
        on = experiment.active_shares(name, 0.1, sigma)
        p = experiment.active_probability(0.1, sigma)
        low, high = np.quantile(on, (0.05, 0.95))
        width_of_band[name, sigma] = high - low
        assert round(100 * p) == percent and abs(on.mean() - p) < 0.04
for name in ("digits", "MNIST"):
    assert width_of_band[name, 1] > 0.8 and width_of_band[f"{name}, standardised", 1] < 0.15

# %% [markdown]
# The average unit follows the formula either way. A single one does not: with raw pixels one unit is on for nearly all
# digits, another for hardly any. Pixels are never negative, so each unit has its own mean $w \cdot \bar x$, with the
# average digit $\bar x$, and in size it is often far above 0.1. Standardised inputs have mean 0, so each unit's $z$ has
# mean $b$, and only its spread still differs, by about a quarter either way.
#
# So C42 is **refined**: the advice leaves $\sigma$ out. With He's weights as they come $\sigma$ is 0.65 or 1.37, and
# $\Phi(0.1/\sigma)$ is 56 or 53 %, hardly better than a coin. Nor is more always better: at $b/\sigma = 10$ most units
# are on for all standardised digits (checked above), and where $\max(0, z)$ is $z$ throughout, a unit is linear: it has
# lost its kink.
#
# Now you can see how a low bias kills. At $b = -0.5$ and $\sigma = 0.71$ (that of our 64 units; of the thousand it was
# 0.65) $\Phi(b/\sigma)$ is 24 %, and the average unit is on for 23 % of the digits; but 12 units are on for none: their
# own means lie far below 0. With standardised digits the means do not scatter, and none is dead, even at the same
# $b/\sigma$. So a higher bias is worth most where all inputs are on one side of 0: there some units start far below 0.
# With mean 0 hardly one needs it.

# %% tags=["assertion"]
assert [round(100 * NormalDist().cdf(0.1 / s)) for s in (0.65, 1.37)] == [56, 53]
for pixels, expected in ((X, 0.65), (standardised(digits()).X, 1.37)):
    assert abs(np.sqrt(((pixels @ many.T) ** 2).mean()) - expected) < 0.005
own = X @ W.T
depth = -(Z.mean(axis=0) / Z.std(axis=0))[(Z <= 0).all(axis=0)]  # of the mean below 0, in standard deviations
assert np.allclose((depth.min(), depth.max()), (2.8, 5.2), atol=0.05)
assert round(NormalDist().inv_cdf(1 / 1347), 1) == -3.2
assert round(100 * NormalDist().cdf(-0.5 / 0.71)) == 24 and abs(np.sqrt((own**2).mean()) - 0.71) < 0.005
assert (own <= 0.5).all(axis=0).sum() == 12 and abs((own > 0.5).mean() - 0.23) < 0.005
of_even = standardised(digits()).X @ W.T
assert not any((of_even <= low).all(axis=0).any() for low in (0.5, 0.5 / 0.71 * of_even.std()))

# %% [markdown] tags=["optional"]
# ### For every σ
#
# This section is optional. Here is the same for all $\sigma$, and for MNIST as well. The band holds 9 of 10 units. What
# is the least bias that keeps all of the band above 90 % at $\sigma = 0.1$, for raw digits and for standardised ones?

# %%
explore(figures.active_share_over_sigma, bias=Range(-0.2, 0.4, 0.1, value=0.1, label="bias"),
    data=Select(["digits", "digits, standardised", "MNIST", "MNIST, standardised"]))

# %% [markdown]
# (Raw digits need a bias of 0.3, standardised ones 0.2.)
#
# And how far below 0 do the means of dead units lie? A unit that is on with probability $p$ is on for about $np$ of $n$
# samples, and likely to be dead once $np$ is well below 1. For 1347 digits and a normal $z$, $np$ is 1 where the unit's
# own mean lies 3.2 of its own standard deviations below 0. In our 12 it lies 2.8 to 5.2 of them below. (A single unit's
# $z$ is not quite normal, so 3.2 is no border.)
#
# **Exercise dead_units.5.** (Optional, like the section.) Which bias makes a unit active with probability 0.9, if
# $w \cdot x$ is normal with mean 0 and standard deviation 1? The answer counts within 0.01. (`NormalDist().inv_cdf(p)`
# is the number that a standard normal stays below with probability $p$.)

# %% tags=["exercise"]
# begin solution: strong_bias = ...
strong_bias = NormalDist().inv_cdf(0.9)
# end solution
check("dead_units.5", strong_bias)

# %% [markdown]
# ## Break it
#
# This routine is meant to count the dead units of a first hidden layer. `network.forward(X).activations` has for each
# layer an array (networks, samples, units), here with one network, so `.all(axis=(0, 1))` asks all samples.


# %%
def count_dead(network, X):
    """How many units of the first hidden layer are dead on X?"""
    activation = network.forward(X[:32]).activations[0]
    return int((activation == 0).all(axis=(0, 1)).sum())


relu_network = Network.mlp([64, 64, 10], bias=-0.5, seed=1)
shuffled = [X[np.random.default_rng(seed).permutation(len(X))] for seed in range(4)]
print("one network, the same digits in four orders:", [count_dead(relu_network, order) for order in shuffled])

# %% [markdown]
# The number of dead units cannot depend on the order. Now hard tanh, with weights so large that some units are stuck at
# 1 or −1. How many units get a gradient of exactly 0 from all the digits?

# %%
stuck = Network.mlp([64, 64, 10], "hard_tanh", bias=-0.5, seed=1)
stuck.W[0][...] *= 12  # the weights of the first layer
_, gradient = stuck.loss_and_gradient(X, digits().y)
no_gradient = (gradient.W[0][0] == 0).all(axis=1)  # a row for each unit of the one network
print("counted", count_dead(stuck, X), " without a gradient", no_gradient.sum())

# %% tags=["assertion"]
assert len({count_dead(relu_network, order) for order in shuffled}) > 1
assert no_gradient.any()

# %% [markdown]
# **Exercise dead_units.6.** Repair `count_dead`, so that it counts the units whose slope is 0 on every sample of `X`,
# for any elementwise activation. It is tried on networks with every activation of `ACTIVATIONS`. As `activations` holds
# the outputs, `network.forward(X).pre_activations` holds the $z$, one array for each layer, and `slope(z)` gives the
# slope at each entry of `z`.


# %% tags=["exercise"]
def count_dead(network, X):
    """How many units of the first hidden layer are dead on X?"""
    slope = ACTIVATIONS[network.layers[0].activation].derivative
    # begin solution: return ...
    z = network.forward(X).pre_activations[0]
    return int((slope(z) == 0).all(axis=(0, 1)).sum())
    # end solution


check("dead_units.6", count_dead)

# %% [markdown]
# For a sigmoid or tanh the repaired counter says 0, unless rounding makes a slope 0. What slows such units down is
# saturation. Count those whose slope stays below a threshold on every sample, and say which threshold you chose.

# %% [markdown]
# ## Stuck?
#
# Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "dead_units.8"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A unit is dead on a set of inputs if its slope is 0 on all of them. To find dead units, look at slopes, and at all
#   the samples of that set. Where slopes are small but not 0, units are saturated.
# - From a sample on which its slope is 0 a unit learns nothing. A layer below can bring it back, or another sample
#   find it on. But a unit of the first layer that is dead on the data stays so under plain gradient descent, and so
#   does one that is dead on all that the layer below could ever pass on.
# - With $L$ hidden layers of $N$ units, biases 0 and symmetric weights, a network is born dead at a given input
#   $x \ne 0$ with probability $1 - (1 - 2^{-N})^L$.
# - With a bias $b$ the average unit is on with probability $\Phi(b/\sigma)$, and each single one roughly so if the
#   inputs have mean 0.
#
# **Sources.**
# - Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, [*Dying ReLU and initialization: theory and numerical
#   examples*](https://arxiv.org/abs/1903.06733), 2019 (born dead)
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015 (initialisation)
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), 2016,
#   chapter 6 (bias 0.1)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C08), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C28), both questions with answers on
#   Cross Validated; Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C42, C43)
