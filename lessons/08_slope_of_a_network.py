# %% [markdown]
# # Find the slope of a whole network
#
# **The question.** Every number from 0 to 1 is a right slope for *one* ReLU at its kink. Backprop multiplies and adds
# such numbers through a whole network. When is what comes out a right slope of the *loss*?
#
# **Why it matters.** If it is not, nothing warns you. You will see networks at points where the loss is perfectly
# smooth and backprop returns a gradient that belongs to no point nearby. And networks do stand on kinks: biases that
# start at 0, pruned weights and black pixels put them there. Some of the layers that you use are safe even so, and some
# are not.
#
# **You will learn**
# - to collect all slopes that a loss has around a point, in ten lines of NumPy
# - why right slopes can add up to a wrong one
# - a theorem on when backprop is right, and what each of its conditions is for
# - to search for networks where it fails, and to recheck one yourself
#
# **Before you start.** [[Frameworks]]: the Clarke set. [[Programs]]: the identity $\mathrm{relu}(x) -
# \mathrm{relu}(-x)$. *Backprop* is the chain rule, applied from the output back to the weights; what arrives at a unit
# from the layers above is its *upstream gradient*.
#
# **Minutes:** 57.

# %%
from fractions import Fraction

import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import clarke_subdifferential, differentiability, equal, is_subgradient
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.networks import check_gradient
from course_lib.topics.frameworks.measurements import snapshot
from course_lib.topics.subgradients import clarke, exact_networks, experiment, figures

half = Fraction(1, 2)

# %% [markdown]
# ## Predict

# %%
predict("subgradients.p3")

# %% [markdown]
# ## Explore
#
# ### Add two slopes
#
# Derivatives add up. Do Clarke sets? Take the identity $x = \max(0, x) - \max(0, -x)$. Each of its two parts has a kink
# at 0:

# %%
x = sp.Symbol("x", real=True)
for part in (sp.Max(0, x), -sp.Max(0, -x)):
    print(f"{part!s:<12} Clarke set at 0: {clarke_subdifferential(part, 0)}")

# %% tags=["assertion"]
assert equal(sp.Max(0, x) - sp.Max(0, -x), x)
assert all(clarke_subdifferential(part, 0) == sp.Interval(0, 1) for part in (sp.Max(0, x), -sp.Max(0, -x)))

# %% [markdown]
# **Exercise subgradients.3.** Let $f(x) = \max(0, x)$ and $g(x) = -\max(0, x)$. Give two sets in a list: the Clarke
# set of $f + g$ at 0, and all sums of one number from the Clarke set of $f$ and one from that of $g$. (`{1}` is the set
# of one number.)

# %% tags=["exercise"]
# begin solution: sums = ...
sums = [{0}, (-1, 1)]
# end solution
check("subgradients.3", sums)

# %% [markdown]
# "Each part is right, so the sum is right" is the commonest way to go wrong here. The set of the sum lies *inside* the
# sum of the sets, and can be much smaller. (They are equal if one of the parts has a continuous derivative.) Backprop
# uses this inclusion as if it were an equation. With the slope $s$ at both kinks it returns $2s$ for the identity, and
# only $2 \cdot \tfrac12$ is right.
#
# ### Walk around the kink
#
# Is a network like this? Here is the identity as one: a weight $w$, two hidden units, and an output that subtracts
# them. The sample is $x = 1$, its target $-1$, the loss $\tfrac12 (o + 1)^2$. The biases $b_1$ and $b_2$ are 0 at
# first.


# %%
def gradient(w, b1, b2, s):
    z = np.array([w + b1, -w + b2])
    o = np.maximum(0, z[0]) - np.maximum(0, z[1])
    upstream = (o + 1) * np.array([1, -1])
    slope = np.where(z > 0, 1, np.where(z < 0, 0, s))
    at_z = upstream * slope
    return np.array([at_z[0] - at_z[1], at_z[0], at_z[1]])  # in w, in b1, in b2


for s in (0, 0.5, 1):
    print(f"s = {s:<4} backprop at w = 0: {gradient(0, 0, 0, s)[0]:.0f}")

# %% [markdown]
# Which is right? Ask the neighbours: take 1000 tiny random steps away from $w = 0$, and collect every slope that you
# meet. How many different ones do you expect?

# %%
rng = np.random.default_rng(0)
met = set()
for step in 1e-9 * rng.standard_normal(1000):
    met.add(gradient(step, 0, 0, s=0)[0].round(6))
print("∂L/∂w nearby:", *met)

# %% tags=["assertion"]
without = experiment.identity_program("none")
assert met == {1.0} == {cell.gradient[0] for cell in clarke.cells_around(without.network, without.X, without.T)}
for s in [Fraction(k, 8) for k in range(9)]:
    found = clarke.membership(without, [s])
    assert found.backprop[0] == 2 * s == gradient(0, 0, 0, float(s))[0] and found.inside == (s == half)

# %% [markdown]
# One. Whichever way $w$ moves, one unit switches on and the other off, and the slope is 1. The Clarke set is $\{1\}$,
# and backprop leaves it for every $s$ but ½.
#
# Now change one thing: let the biases move as well. How many gradients will you meet? (Adding 0 turns $-0$ into 0.)

# %%
met = set()
for step in 1e-9 * rng.standard_normal((1000, 3)):
    met.add(tuple(gradient(*step, s=0).round(6) + 0))
print("∂L/∂w  ∂L/∂b₁  ∂L/∂b₂")
for w_slope, b1_slope, b2_slope in sorted(met):
    print(f"{w_slope:5.0f} {b1_slope:7.0f} {b2_slope:7.0f}")

# %% tags=["assertion"]
own = experiment.identity_program("own")
shown = (experiment.IDENTITY_W, *experiment.IDENTITY_BIASES)
cells = clarke.cells_around(own.network, own.X, own.T)
assert {tuple(cell.gradient[i] for i in shown) for cell in cells} == met and len(cells) == 4
for s in [Fraction(k, 8) for k in range(9)]:
    found = clarke.membership(own, [s])
    assert tuple(found.backprop[i] for i in shown) == (2 * s, s, -s) and found.inside
    assert (gradient(0, 0, 0, float(s)) == [2 * s, s, -s]).all()

# %% [markdown]
# Four, one for each way to switch two units. All parameters nearby that switch the units alike, for every sample, make
# up a **cell**. In a cell the loss is smooth, and the Clarke set holds the gradients of the cells with all their
# mixtures. The biases have made it larger. Is $(2s, s, -s)$, which backprop returns, a mixture of the four?
#
# ## Derive
#
# **Exercise subgradients.10.** Prove it for $s = \tfrac14$, where backprop returns $(\tfrac12, \tfrac14, -\tfrac14)$.
# Mix $(0, 0, 0)$, $(1, 0, -1)$, $(1, 1, 0)$ and $(2, 1, -1)$, in this order, so that it comes out: give a list of four
# weights from 0 to 1 that add up to 1.

# %% tags=["exercise"]
# begin solution: weights = ...
weights = [0.75, 0, 0, 0.25]
# end solution
check("subgradients.10", weights)

# %% [markdown]
# Now for every $s$. The figure shows two of the three slopes, and the band is the Clarke set. Move $s$ and watch the
# ring. Then let both units share one bias, as the positions of a convolution do. Can you get the ring out of the band?

# %%
explore(
    figures.clarke_of_identity,
    biases=Radio({"one for each unit": "own", "one for both": "shared"}, value="own"),
    slope=Range(0, 1, 0.125, value=0.25, label="s"),
)

# %% [markdown]
# You cannot, and here is the reason. Push all biases of the layer *up* a little: every unit that stood on its kink goes
# on. Push them *down*: all go off. Both are cells, and backprop with the slope $s$ is the mixture of these two, with
# the weights $s$ and $1 - s$. It does not matter how many samples put how many units on kinks. In a deep network push
# each layer up or down on its own, and higher layers so much further that what comes from below does not disturb them.
#
# A shared bias has to push all its units the same way. In $\mathrm{relu}(x + b) - \mathrm{relu}(-x - b)$ one bias
# enters as $b$ and as $-b$: one unit goes on, the other off. At $x = b = 0$ the slope in $b$ is 1, and backprop returns
# $2s$.

# %% [markdown] tags=["optional"]
# ### And without biases?
#
# This section is optional. Without biases no step switches both units of the identity on. There another pair of cells
# helps, but only for $s = \tfrac12$: a step and the opposite step. In one hidden layer these switch every unit that
# leaves its kink to opposite sides, and backprop with ½ is the mean of the two. Two layers are enough to spoil that.
# $\mathrm{relu}(-\mathrm{relu}(w))$ is 0 for every $w$, and at $w = 0$ backprop returns $s \cdot (-1) \cdot s = -s^2$.
# Here only $s = 0$ is right.

# %% [markdown]
# ## The theorem
#
# Sejun Park, Sanghyuk Chun and Wonyeol Lee (2024) made this a theorem. **Backprop returns a Clarke subgradient of the
# loss**, in all trained parameters and at every batch size, if
#
# 1. every unit that has a kink has a trained *bias of its own*,
# 2. the activations are continuous and piecewise analytic, and the loss is analytic,
# 3. the number that is returned at a kink lies in the Clarke set of *that activation*,
# 4. in each layer, all kinks take the same mixture of their left and their right slope.
#
# A function is *analytic* if near each point it is the sum of its Taylor series, as polynomials and exp are. So
# $\tfrac12 \sum (o - t)^2$ is an analytic loss, and $\sum |o - t|$ is not. ReLU has a single kink, so one $s$ in each
# layer fulfils the fourth condition. At batch size 1 it is not needed; that case was known before (Lee, Park and Aiken,
# 2023).
#
# - **Also covered:** biases that are shared, as in convolutions, and dense layers without biases if their inputs, over
#   the batch, are *linearly independent* whenever a kink is touched: none is a sum of multiples of the others. $(1, 0)$
#   and $(1, 1)$ are, $(1, 2)$ and $(2, 4)$ are not.
# - **Not covered:** other layers without biases, different mixtures at the kinks of an activation, and max pooling. A
#   bias that is common to a window moves all tied entries alike and breaks no tie.

# %% [markdown]
# ### What the third condition is for
#
# In [[frameworks]], MyGrad returned 0 as the slope of leaky ReLU at 0, outside its Clarke set. Does it matter? Take
# $o = \mathrm{leaky}(b)$ with the left slope $\tfrac18$, at $b = 0$, and the loss $\tfrac12 (o - 1)^2$.
#
# **Exercise network_slope.1.** Give a list of three numbers: the slope of the loss from the left, the slope from the
# right, and what backprop returns with the slope 0 at the kink.

# %% tags=["exercise"]
# begin solution: leaky_slopes = ...
leaky_slopes = [-1 / 8, -1, 0]
# end solution
check("network_slope.1", leaky_slopes)

# %% [markdown]
# Now train it by 100 steps of gradient descent, with the number that three libraries return for this very leaky ReLU:

# %%
print("library   slope at the kink   b after 100 steps")
for library in ("mygrad", "torch", "jax"):
    at_kink = float(snapshot().row(library, "leaky_relu").value[0])
    b = 0.0
    for _ in range(100):
        slope = 1 if b > 0 else at_kink if b == 0 else 1 / 8
        b = b - 0.1 * (max(b, b / 8) - 1) * slope
    print(f"{library:<9} {at_kink:17.3f}   {b:17.2f}")

# %% tags=["assertion"]
b_symbol = sp.Symbol("b", real=True)
leaky_loss = (sp.Piecewise((b_symbol, b_symbol > 0), (b_symbol / 8, True)) - 1) ** 2 / 2
at_0 = differentiability(leaky_loss, 0)
assert (at_0.left, at_0.right) == (sp.Rational(-1, 8), -1)
assert clarke_subdifferential(leaky_loss, 0) == sp.Interval(-1, sp.Rational(-1, 8))
assert not is_subgradient(leaky_loss, 0, 0, kind="clarke")
returned = [snapshot().row(library, "leaky_relu").value[0] for library in ("mygrad", "torch", "jax")]
assert returned == [0, 1 / 8, 1] and abs(b - 1) < 0.01

# %% [markdown]
# With 0 it never leaves, although its loss falls to the right. The others return an end of the Clarke set, and arrive.
#
# ## Measure
#
# ### Hunt for failures
#
# You have collected the gradients around one network. Now let the library do it for many: ReLU networks with one or two
# hidden layers, small whole numbers as weights, and batches of 1 to 4 samples. Up to six pre-activations (the $z$ of a
# unit and a sample) are exactly on the kink. A network counts only if two or more of them can leave it; with a single
# one, $s$ mixes its two sides, and nothing can fail. Here the cells are found exactly, by linear inequalities in
# fractions, which takes 10 to 20 seconds. How many networks of each kind will fail?

# %%
with_biases = experiment.search("relu", "weights and biases", 60)
without_biases = experiment.search("relu", "weights", 400)
print("trained             s    outside the Clarke set")
for name, found in {"weights and biases": with_biases, "weights, no biases": without_biases}.items():
    for slopes in experiment.CONVENTIONS["relu"]:
        networks = sum(found.decided.values())
        print(f"{name:<19} {slopes[0]!s:<4} {found.outside_of(slopes):>3} of {networks} networks")

# %% tags=["assertion"]
assert all(with_biases.outside_of(slopes) == 0 for slopes in experiment.CONVENTIONS["relu"])
assert all(without_biases.outside_of(slopes) >= 30 for slopes in experiment.CONVENTIONS["relu"])
assert with_biases.undecided == 0 and without_biases.undecided < 40
assert all(len(tried.network.W) == 3 for tried, _ in without_biases.failures[(half,)])
assert without_biases.independent >= 30 and without_biases.outside_independent == 0

# %% [markdown]
# With biases none fails. Without them each $s$ fails, ½ less often than the others, and only with two hidden layers, as
# it turns out. And the networks whose inputs are independent, as the theorem asks where biases are missing?

# %%
independent, outside = without_biases.independent, without_biases.outside_independent
print(f"no biases, but independent inputs: {outside} of {independent} outside")
print(f"left out, because the inequalities do not decide which cells there are: {without_biases.undecided}")

# %% [markdown]
# ### Recheck one
#
# Do not take the library's word for it. Here is one of the failures with $s = \tfrac12$, with all its numbers. At this
# point its loss is differentiable: all cells have the same gradient. For the first weight of the first layer backprop
# returns 25.5.

# %%
X, targets_of_X = np.array([[3, 3], [-2, -1], [3, 2]]), np.array([[-2], [0], [3]])
W1 = np.array([[-1.0, 1.0], [-2.0, -3.0]])
W2 = np.array([[-2.0, -1.0], [-3.0, 1.0]])
W3 = np.array([[-2.0, 1.0]])


def loss(W1):
    A1 = np.maximum(0, X @ W1.T)
    A2 = np.maximum(0, A1 @ W2.T)
    return ((A2 @ W3.T - targets_of_X) ** 2).sum() / 2


print("loss:", loss(W1))

# %% tags=["assertion"]
same = [
    verdict for tried, verdict in without_biases.failures[(half,)]
    if all(np.array_equal(mine, W) for mine, W in zip((W1, W2, W3), tried.network.W, strict=False))
    and np.array_equal(tried.X, X) and np.array_equal(tried.T, targets_of_X)
]
assert len(same) == 1 and len(same[0].vertices) == 1 and same[0].backprop[0] == Fraction(51, 2)
for place, true in enumerate(same[0].vertices[0][:4]):
    for move in (1e-6, -1e-6):
        moved = W1.copy()
        moved.flat[place] += move
        assert abs((loss(moved) - loss(W1)) / move - true) < 1e-3

# %% [markdown]
# **Exercise network_slope.2.** Measure the slope of this loss along the first weight, `W1[0, 0]`: move it by a tiny
# step to either side, and compute the difference quotients. Which number do both give? (One number; two decimals will
# do.)

# %% tags=["exercise"]
# begin solution: measured_slope = ...
moved = W1.copy()
moved[0, 0] += 1e-6
measured_slope = (loss(moved) - loss(W1)) / 1e-6
# end solution
check("network_slope.2", measured_slope)

# %% [markdown]
# Your check shares the weights with the search, and nothing else: no cells, no inequalities, no backward pass, and the
# forward pass is the one on this page. Where does the difference come from? For the first sample the first hidden unit
# stands on its kink, and so do both units above it. Backprop sends half of a half through each of them. But the weights
# to both are negative: whatever the unit below does, they stay off.

# %% tags=["assertion"]
for tried in (without, own, without_biases.failures[(half,)][0][0]):
    around = clarke.cells_around(tried.network, tried.X, tried.T)
    assert clarke.sampled_gradients(tried.network, tried.X, tried.T, 150) <= {cell.gradient for cell in around}
    assert all(clarke.sides_hold(tried.network, tried.X, cell) for cell in around)

# %% [markdown] tags=["optional"]
# ### Hunt by hand
#
# This section is optional. You can find a failure yourself. One hidden unit without bias has the weight $w = 0$, its
# output is $o = \mathrm{relu}(w x)$, and the batch is $x = 1$ and $x = -1$: both samples stand on the kink. Backprop
# with $s = 0$ returns 0. Is that between the slopes of the loss from both sides?


# %%
def loss_of_pair(w, targets):
    outputs = np.maximum(0, w * np.array([1, -1]))
    return ((outputs - targets) ** 2).sum() / 2


def slopes_of_pair(targets, h=1e-6):
    at_kink = loss_of_pair(0, targets)
    return (at_kink - loss_of_pair(-h, targets)) / h, (loss_of_pair(h, targets) - at_kink) / h


left, right = slopes_of_pair(np.array([3, 4]))
print(f"targets 3 and 4: slope {left:.3f} from the left, {right:.3f} from the right")

# %% [markdown]
# **Exercise subgradients.11.** Find two whole targets with which 0 is *not* between the two slopes, so that backprop
# with $s = 0$ leaves the Clarke set. Give a list of two. (A loop over a few pairs will do.)

# %% tags=["exercise"]
# begin solution: targets = ...
pairs = [(a, b) for a in range(-2, 3) for b in range(-2, 3)]
targets = next(list(pair) for pair in pairs if min(slopes_of_pair(pair)) > 0.5 or max(slopes_of_pair(pair)) < -0.5)
# end solution
check("subgradients.11", targets)

# %% [markdown]
# ## Break it
#
# ### Two kinks
#
# `relu6` is $\min(\max(0, z), 6)$. From the left the slope is 0 at the kink 0, and 1 at the kink 6; from the right it
# is 1 and 0.
#
# **Exercise network_slope.3.** A library returns the slope $s$ at the kink 0. Which slope must it return at the kink 6,
# so that both take the same mixture of left and right, as the fourth condition asks? Answer with a formula in `s`.

# %% tags=["exercise"]
s = sp.Symbol("s", real=True)
# begin solution: slope_at_6 = ...
slope_at_6 = 1 - s
# end solution
check("network_slope.3", slope_at_6)

# %% [markdown]
# And what do libraries return? From the snapshot of [[frameworks]]:

# %%
print("library      slope at 0   slope at 6")
for library in ("torch", "tensorflow", "jax", "tinygrad"):
    low, high = (snapshot().row(library, program).value[0] for program in ("relu6_0", "relu6_6"))
    print(f"{library:<12} {float(low):10.0f}   {float(high):10.0f}")

# %% tags=["assertion"]
rows = {name: [float(snapshot().row(name, program).value[0]) for program in ("relu6_0", "relu6_6")]
    for name in ("torch", "tensorflow", "jax", "tinygrad")}
assert rows == {"torch": [0, 0], "tensorflow": [0, 0], "jax": [0, 0], "tinygrad": [0, 1]}

# %% [markdown]
# tinygrad takes the left slope twice, and the theorem covers it. The other three take the left slope at 0 and the right
# one at 6. Not covered is not yet wrong, so look for a failure. Take one unit $\mathrm{relu6}(x + b)$ at $b = 0$, the
# samples 0 and 6, one on each kink, and the loss $\tfrac12 \sum (o - t)^2$ with the targets $-1$ and 5, so that both
# upstream gradients are 1. Only the bias is trained, much as in *BitFit* (Ben-Zaken, Goldberg and Ravfogel, 2022). Here
# is this loss along $b$. Which slopes are right?

# %%
slopes_at_0_and_6 = {"0 and 0": (0, 0), "0 and 1": (0, 1), "½ and ½": (0.5, 0.5), "1 and 0": (1, 0), "1 and 1": (1, 1)}
explore(figures.relu6_along_b, slopes=Radio(slopes_at_0_and_6, label="slopes at 0 and at 6"))

# %% tags=["assertion"]
bias_only = experiment.relu6_on_both_kinks()
for pair in slopes_at_0_and_6.values():
    found = clarke.membership(bias_only, [Fraction(slope) for slope in pair])
    assert found.vertices[0][0] == 1 and found.backprop[0] == sum(pair) and found.inside == (sum(pair) == 1)

# %% [markdown]
# The loss has no kink here: as $b$ grows, one sample enters the sloped part just when the other leaves it. Its slope is
# 1, and with 0 and 0 backprop says that there is none. Does the search agree?

# %%
relu6_bias = experiment.search("relu6", "biases", 200)
relu6_both = experiment.search("relu6", "weights and biases", 30)
print("                     outside the Clarke set")
print("slopes at 0, at 6    biases trained   weights and biases trained")
for slopes in experiment.CONVENTIONS["relu6"]:
    pair = ", ".join(map(str, slopes))
    print(f"{pair:<20} {relu6_bias.outside_of(slopes):>3} of 200 {relu6_both.outside_of(slopes):>12} of 30")

# %% tags=["assertion"]
for slopes in experiment.CONVENTIONS["relu6"]:
    assert relu6_bias.outside[slopes, 1] == 0 == relu6_both.outside_of(slopes)
    assert relu6_bias.outside_of(slopes) >= 30 if sum(slopes) != 1 else relu6_bias.outside_of(slopes) == 0

# %% [markdown]
# Only the pairs that are not the same mixture fail, and only at batch sizes from 2 on. With weights and biases both
# trained we found no failure.
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "network_slope.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### Why did nothing fail with weights and biases trained?
#
# This section is optional. There is a reason, for dense layers, and it is our own, not the paper's. Take the unit
# $\mathrm{relu6}(wx + b)$ and move $(w, b)$ a little in the direction $(w, b - 3)$. Then $z = wx + b$ becomes $z +
# \varepsilon(z - 3)$, and so moves away from the middle, 3. What is on 0 goes below 0, and what is on 6 goes above 6,
# whatever the sample is. So one cell has the slope 0 at both ends, and backprop with 0 and 0 returns its gradient. In a
# deep network take longer steps in higher layers. We compared the two gradients in 30 random networks, and they agree
# in all.

# %% tags=["assertion"]
source = exact_networks.configurations("relu6", "weights and biases", seed=1)
for tried in (next(source) for _ in range(30)):
    direction = experiment.outward(tried.network)
    in_the_cell = clarke.at_direction(tried.network, tried.X, tried.T, direction)
    assert list(in_the_cell) == exact_networks.gradient(tried.network, tried.X, tried.T, (0, 0))

# %% [markdown] tags=["optional"]
# ### What the theorem does not say
#
# This section is optional. A Clarke subgradient of the loss need not be its slope along any one parameter. Take the
# identity with biases, $s = 0$, and its output in place of the loss: backprop returns $(0, 0, 0)$, which is in the
# Clarke set. Along $w$ alone the slope is 1 on both sides. A gradient check looks along one parameter at a time. It
# says *undecided* where the slopes along it contradict the claim, but slopes at points close by reach it:


# %%
def output_of_identity(parameters):
    w, b1, b2 = parameters
    return np.maximum(0, w + b1) - np.maximum(0, -w + b2)


report = check_gradient(output_of_identity, np.zeros(3), np.zeros(3), names=["w", "b1", "b2"])
for entry in report.entries:
    slopes = f"slopes {entry.left:.0f} and {entry.right:.0f}"
    print(f"{entry.name:<3} claimed {entry.claimed:.0f}, {slopes}: {entry.verdict}")

# %% tags=["assertion"]
assert not report.wrong and [entry.name for entry in report.undecided] == ["w"]
assert [entry.name for entry in report.kinks] == ["b1", "b2"]
assert check_gradient(lambda p: np.maximum(0, p.sum()), np.array([1.0, 0.0]), np.zeros(2)).passed

# %% [markdown]
# It fails the other way round as well. $\max(0, p + q)$ has at $(0, 0)$ the Clarke subgradients $(g, g)$. The vector
# $(1, 0)$ is none of them, but each of its entries lies between the slopes along its own parameter, and the check
# passes. A check of single entries and a statement on the Clarke set are two things. Where no $z$ is on a kink they
# agree.

# %% [markdown]
# ## Recap
#
# - The Clarke set of a loss holds the gradients of the cells around a point, and their mixtures. Random steps find most
#   cells, and miss those that are too thin.
# - Sum and chain rule are inclusions for Clarke sets. Backprop uses them as equations, so right slopes can add up to a
#   wrong one.
# - A ReLU network is safe with any $s$ from 0 to 1 if every unit has a trained bias, of its own or shared in a
#   convolution, and the loss is analytic. Pushing the biases up and down gives the two cells that backprop mixes.
# - Without biases it can fail, for every $s$. Independent inputs prevent it.
# - ReLU6 with slopes 0 and 0 is not covered. From batch size 2 on it can fail where biases alone are trained. In dense
#   layers with weights and biases trained it does not.
# - A number outside the activation's own Clarke set is wrong even in the smallest network.
#
# How often networks stand on kinks is the question of [[zeros]], and how to build a backprop that never leaves the
# Clarke set that of [[autodiff]].
#
# **Sources.**
# - Sejun Park, Sanghyuk Chun and Wonyeol Lee, [*What does automatic differentiation compute for neural
#   networks?*](https://openreview.net/forum?id=8vKknbgXxf), ICLR 2024 (the theorem)
# - Wonyeol Lee, Sejun Park and Alex Aiken, [*On the correctness of automatic differentiation for neural networks with
#   machine-representable parameters*](https://arxiv.org/abs/2301.13370), ICML 2023 (batch size 1)
# - Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983 (the set as
#   mixtures of limits of gradients, the sum rule)
# - Elad Ben-Zaken, Yoav Goldberg and Shauli Ravfogel, [*BitFit*](https://aclanthology.org/2022.acl-short.1/), 2022
