# %% [markdown]
# # Find the slope of a whole network
#
# **The question.** Every number from 0 to 1 is a right slope for *one* ReLU at its kink. Backprop multiplies and adds
# such numbers through a whole network. When is what comes out a right slope of the *loss*?
#
# **Why it matters.** If it is not, nothing warns you. You will see networks whose loss is perfectly smooth, and
# backprop returns a gradient that belongs to no point nearby. And networks do stand on kinks. If a picture is black and
# the biases start at 0, then every $z$ is exactly 0, in one layer after the other. So is every $z$ of a unit whose
# weights and bias were all set to 0, as pruning does.
#
# **You will learn**
# - to collect all slopes that a loss has around a point, in ten lines of NumPy
# - why right slopes can add up to a wrong one
# - a theorem on when backprop is right, and why each of its conditions is there
# - to search for networks where it fails, and to recheck one yourself
#
# **Before you start.** [[Frameworks]]: the Clarke set. [[Programs]]: the identity $\mathrm{relu}(x) -
# \mathrm{relu}(-x)$. *Backprop* is the chain rule, applied from the output back to the weights; what arrives at a unit
# from the layers above is its *upstream gradient*.
#
# **Minutes:** 53.

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
# Derivatives add up. Clarke sets do not, as you saw in [[programs]]. In the identity $x = \max(0, x) - \max(0, -x)$
# each part has the Clarke set $[0, 1]$ at 0, so the sums fill $[0, 2]$ ($1 + 1 = 2$ is one). But the sum is $x$, with
# the Clarke set $\{1\}$. The set of a sum lies *inside* the sum of the sets, and can be much smaller. Backprop uses
# this inclusion as if it were an equation: "each part is right, so the sum is right". With the slope $s$ at both kinks
# it returns $2s$ for the identity.

# %% tags=["assertion"]
x = sp.Symbol("x", real=True)
assert equal(sp.Max(0, x) - sp.Max(0, -x), x)
assert all(clarke_subdifferential(part, 0) == sp.Interval(0, 1) for part in (sp.Max(0, x), -sp.Max(0, -x)))

# %% [markdown] tags=["optional"]
# ### Add two slopes yourself
#
# This section is optional.
#
# **Exercise subgradients.3.** Let $f(x) = \max(0, x)$ and $g(x) = -\max(0, x)$. Give two sets in a list: the Clarke
# set of $f + g$ at 0, and all sums of one number from the Clarke set of $f$ and one from that of $g$. (`{1}` is the set
# of one number.)

# %% tags=["exercise"]
# begin solution: sums = ...
sums = [{0}, (-1, 1)]
# end solution
check("subgradients.3", sums)

# %% [markdown]
# ### Walk around the kink
#
# Are networks like this? Here is the identity as one: a weight $w$, two hidden units, and an output that subtracts
# them. The sample is $x = 1$, its target $-1$, the loss $\tfrac12 (o + 1)^2$. The biases $b_1$ and $b_2$ are 0 at
# first.


# %%
def relu_slope(z, s):
    return 1 if z > 0 else 0 if z < 0 else s


def gradient(w, b1, b2, s):
    z1, z2 = w + b1, -w + b2
    o = max(0, z1) - max(0, z2)
    at_z1 = (o + 1) * relu_slope(z1, s)
    at_z2 = -(o + 1) * relu_slope(z2, s)  # o falls as the second unit grows
    return np.array([at_z1 - at_z2, at_z1, at_z2])  # along w (z2 holds -w), b1 and b2


# %% [markdown]
# At $w = 0$ backprop returns $2s$ along $w$. Which $s$ is right? At the kink itself there is no gradient to compare
# with, so ask the neighbours: take 1000 random steps away from $w = 0$, and collect every slope that you meet. The
# steps are tiny, so that you meet only pieces of the loss that reach the point. And the slopes are rounded, since
# inside a piece a slope differs from its limit at the point only in the ninth digit. How many different ones do you
# expect?

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
# Just one. Whichever way $w$ moves, one unit switches on and the other off, and the slope is 1. So the Clarke set is
# $\{1\}$, and backprop leaves it for every $s$ but ½.
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
# up a **cell**. In a cell the loss is smooth. The Clarke set holds the gradients of the cells (their limits at the
# point) with all their mixtures. The biases have made it larger. Is $(2s, s, -s)$, which backprop returns, a mixture of
# the four?
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
# Now for every $s$. The figure shows two of the three slopes, and the shaded area is the Clarke set. (The third is not
# lost: in all four gradients, and in backprop's, $\partial w$ is $\partial b_1 - \partial b_2$.) Move $s$ and watch the
# ring. Then let both units share one bias, as the positions of a convolution do. Can you get the ring out of the set?

# %%
explore(
    figures.clarke_of_identity,
    biases=Radio({"one for each unit": "own", "one for both": "shared"}, value="own"),
    slope=Range(0, 1, 0.125, value=0.25, label="s"),
)

# %% [markdown]
# You cannot. Push both biases *up* a little: both units go on, and the gradient is $(2, 1, -1)$. Push both *down*: both
# go off, and it is $(0, 0, 0)$. Backprop returns $(2s, s, -s)$, which is $1 - s$ times the lower gradient plus $s$
# times the upper one: a mixture of two cells.
#
# The same holds for any layer whose units have biases. Up: all units that stood on their kinks go on, for every sample.
# Down: all go off. What backprop returns is a sum of products, one for each *path* from the output through the units
# down to a weight. Without loops a path passes each layer at most once, so a product holds at most one slope of this
# layer. As $s$ goes from 0 to 1, the result therefore moves on a straight line, from the gradient of the lower cell to
# that of the upper one. A shared bias is enough as long as it pushes all its units the same way. In deep networks each
# higher layer is pushed much further.

# %% [markdown] tags=["optional"]
# ### And if a bias pushes its units apart?
#
# This section is optional. In $\mathrm{relu}(x + b) - \mathrm{relu}(-x - b)$ the bias enters as $b$ and as $-b$: one
# unit goes on, the other off. At $x = b = 0$ the slope in $b$ is 1, and backprop returns $2s$.

# %% [markdown] tags=["optional"]
# ### And in deep networks?
#
# This section is optional. In a deep network push each layer up or down on its own, and each layer much further than
# the one below, for example $b_1$ by $\varepsilon^2$ and $b_2$ by $\varepsilon$. Then what comes from below is too
# little to switch a unit back. With two layers there are four such cells, and their weights are the products of $s$ and
# $1 - s$.

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
# When is backprop right? For your own network, ask four things:
#
# 1. Does every unit that has a kink have a trained *bias of its own*?
# 2. Are the activations continuous and piecewise analytic, and is the loss analytic?
# 3. Is the number that is returned at a kink in the Clarke set of *that activation*?
# 4. In each layer, do all kinks take the same mixture of their left and their right slope (for example ¾ of the left
#    and ¼ of the right)?
#
# If all answers are yes, backprop **returns a Clarke subgradient of the loss**, in all trained parameters and at every
# batch size. Sejun Park, Sanghyuk Chun and Wonyeol Lee (2024) proved it.
#
# Take the black picture, with $s = 0$. Every hidden output is 0, so the weights that it enters get 0; the slope 0 stops
# what goes further down. Only the output bias gets a gradient, and by the theorem that is right.
#
# A function is *analytic* if near each point it is the sum of its Taylor series, as polynomials and exp are, and
# piecewise analytic if it is made of such pieces. So $\tfrac12 \sum (o - t)^2$ is an analytic loss, and $\sum |o - t|$
# is not. ReLU has a single kink, so one $s$ for each layer is enough for the fourth; layers may differ. At batch size 1
# with a bias for each unit the fourth is not needed; that was known before (Lee, Park and Aiken, 2023). And if not all
# answers are yes?
#
# - **Also covered:** biases that are shared, as in convolutions, if the other three answers are yes.
# - **Covered even without biases:** dense layers, if the vectors that the samples send into a layer are *linearly
#   independent* whenever one of its kinks is touched: none is a sum of multiples of the others. Then some change of a
#   unit's weights raises its $z$ for all these samples at once, which is what a bias does. $(1, 0)$ and $(1, 1)$ are
#   independent, $(1, 2)$ and $(2, 4)$ are not.
# - **Not covered:** other layers without biases; max pooling, unless one more condition is met; and different mixtures
#   at the kinks of a layer, but for that case at batch size 1.

# %% [markdown]
# ### Are all conditions needed?
#
# To show that a condition is needed, keep the others, break this one, and find a case in which the conclusion fails.
# For the first you have seen one: the identity without biases. For the second take $|\mathrm{relu}(b)|$ at $b = 0$: the
# loss $|\cdot|$ is not analytic. The slopes $-1$ for $|\cdot|$ and 1 for ReLU are each allowed, and their product is
# $-1$. The right numbers are those from 0 to 1.
#
# Now the third. In [[frameworks]], MyGrad returned 0 as the slope of leaky ReLU at 0, outside its Clarke set. Take
# $o = \mathrm{leaky}(b)$ with the left slope $\tfrac18$, at $b = 0$, and the loss $\tfrac12 (o - 1)^2$. Its slope is
# $o - 1$, which is $-1$ here, times the slope of leaky ReLU. (With one sample the fourth is not needed, so this tests
# the third.)
#
# **Exercise network_slope.1.** Give a list of three exact numbers: the slope of the loss from the left, the slope from
# the right, and what backprop returns with the slope 0 at the kink.

# %% tags=["exercise"]
# begin solution: leaky_slopes = ...
leaky_slopes = [-1 / 8, -1, 0]
# end solution
check("network_slope.1", leaky_slopes)

# %% tags=["assertion"]
b_symbol = sp.Symbol("b", real=True)
leaky_loss = (sp.Piecewise((b_symbol, b_symbol > 0), (b_symbol / 8, True)) - 1) ** 2 / 2
at_0 = differentiability(leaky_loss, 0)
assert (at_0.left, at_0.right) == (sp.Rational(-1, 8), -1)
assert clarke_subdifferential(leaky_loss, 0) == sp.Interval(-1, sp.Rational(-1, 8))
assert not is_subgradient(leaky_loss, 0, 0, kind="clarke")
returned = [snapshot().row(library, "leaky_relu").value[0] for library in ("mygrad", "torch", "jax")]
assert returned == [0, 1 / 8, 1]
for at_kink in returned:
    bias = 0.0
    for _ in range(100):
        slope = 1 if bias > 0 else float(at_kink) if bias == 0 else 1 / 8
        bias = bias - 0.1 * (max(bias, bias / 8) - 1) * slope
    assert bias == 0 if at_kink == 0 else abs(bias - 1) < 0.01
absolute_of_relu = sp.Abs(sp.Max(0, b_symbol))
assert clarke_subdifferential(absolute_of_relu, 0) == sp.Interval(0, 1)

# %% [markdown]
# It matters: with 0, gradient descent from $b = 0$ never moves, although the loss falls to the right. With $\tfrac18$
# or 1, as PyTorch and JAX have it, $b$ is within 0.01 of the best value after 100 steps of rate 0.1.
#
# ## Measure
#
# ### Hunt for failures
#
# Does the theorem hold, and how often does backprop fail where it says nothing? Let the library draw ReLU networks with
# one or two hidden layers, small whole numbers as weights, batches of 1 to 4 samples, and at least two pre-activations
# (the $z$ of a unit and a sample) that can leave their kinks. With a single one nothing can fail: its two sides are two
# cells, and $s$ mixes them, on a straight line as above.
#
# Random steps can miss a thin cell. So here the cells are found exactly, by linear inequalities in fractions. How many
# networks of each kind will fail?

# %%
with_biases = experiment.search("relu", "weights and biases", 60)
without_biases = experiment.search("relu", "weights", 400)
print("outside the Clarke set        s = 0   s = ½   s = 1")
numbers = experiment.CONVENTIONS["relu"]
print("of 60 with biases          ", *(f"{with_biases.outside_of(number):7}" for number in numbers))
print("of 400 without biases      ", *(f"{without_biases.outside_of(number):7}" for number in numbers))
independent, outside = without_biases.independent, without_biases.outside_independent
print(f"of the 400, {independent} have independent inputs; outside with any of these s: {outside}")

# %% tags=["assertion"]
assert all(with_biases.outside_of(slopes) == 0 for slopes in experiment.CONVENTIONS["relu"])
assert all(without_biases.outside_of(slopes) >= 30 for slopes in experiment.CONVENTIONS["relu"])
assert with_biases.undecided == 0 and without_biases.undecided < 40
assert all(len(tried.network.W) == 3 for tried, _ in without_biases.failures[(half,)])
assert without_biases.independent >= 30 and without_biases.outside_independent == 0

# %% [markdown]
# With biases none fails. Without them each $s$ fails. ½ does so less often than the others, and only in networks with
# two hidden layers. And where the inputs are independent, as the theorem asks if biases are missing, none fails.

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
# **Exercise network_slope.2.** Measure the slope of this loss along the first weight, `W1[0, 0]`: the code below moves
# it by a tiny step $h$, and you write the difference quotient. Try both signs of $h$. Which number comes out? (Two
# decimals will do.)

# %% tags=["exercise"]
h = 1e-6
moved = W1.copy()
moved[0, 0] += h
# begin solution: measured_slope = ...
measured_slope = (loss(moved) - loss(W1)) / h
# end solution
check("network_slope.2", measured_slope)

# %% [markdown]
# Your check shares the weights with the search, and nothing else. So backprop is wrong here, at a point where the loss
# has an ordinary gradient. (The next, optional section finds the surplus terms.)

# %% tags=["assertion"]
for tried in (without, own, without_biases.failures[(half,)][0][0]):
    around = clarke.cells_around(tried.network, tried.X, tried.T)
    assert clarke.sampled_gradients(tried.network, tried.X, tried.T, 150) <= {cell.gradient for cell in around}
    assert all(clarke.sides_hold(tried.network, tried.X, cell) for cell in around)

# %% [markdown] tags=["optional"]
# ### Find where it goes wrong
#
# This section is optional. For the first sample, $(3, 3)$, the first hidden unit stands on its kink, and so do both
# units above it. Backprop takes ½ for each. With the upstream gradient 2 it adds up both paths:
#
# $$2 \cdot \bigl((-2) \cdot \tfrac12 \cdot (-2) + 1 \cdot \tfrac12 \cdot (-3)\bigr) \cdot \tfrac12 \cdot 3 = 1.5 .$$
#
# But the weights from the lower unit, $-2$ and $-3$, are both negative: whatever it does near this point, the output of
# the units above stays 0.

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
# The fourth condition looks harmless, and three of the four libraries that we asked break it. `relu6` is
# $\min(\max(0, z), 6)$. From the left the slope is 0 at the kink 0, and 1 at the kink 6; from the right it is 1 and 0.
#
# **Exercise network_slope.3.** A library returns the slope $s$ at the kink 0. Which slope must it return at the kink 6,
# so that both take the same mixture of left and right, as the fourth condition asks? Answer with a formula in `s`.

# %% tags=["exercise"]
s = sp.Symbol("s", real=True)
# begin solution: slope_at_6 = ...
slope_at_6 = 1 - s
# end solution
check("network_slope.3", slope_at_6)

# %% tags=["assertion"]
rows = {name: [float(snapshot().row(name, program).value[0]) for program in ("relu6_0", "relu6_6")]
    for name in ("torch", "tensorflow", "jax", "tinygrad")}
assert rows == {"torch": [0, 0], "tensorflow": [0, 0], "jax": [0, 0], "tinygrad": [0, 1]}

# %% [markdown]
# By the snapshot of [[frameworks]], tinygrad returns 0 and 1. It takes the left slope twice, and the theorem covers it.
# PyTorch, TensorFlow and JAX return 0 and 0: the left slope at 0 and the right one at 6. The theorem does not cover
# them. Are they wrong? Take one unit $\mathrm{relu6}(x + b)$ at $b = 0$, the samples 0 and 6, one on each kink, and the
# loss $\tfrac12 \sum (o - t)^2$ with the targets $-1$ and 5, so that both upstream gradients are 1. Only the bias is
# trained, much as in *BitFit* (Ben-Zaken, Goldberg and Ravfogel, 2022). Here is this loss along $b$. Which slopes are
# right?

# %%
slopes_at_0_and_6 = {"0 and 0": (0, 0), "0 and 1": (0, 1), "½ and ½": (0.5, 0.5), "1 and 0": (1, 0), "1 and 1": (1, 1)}
explore(figures.relu6_along_b, slopes=Radio(slopes_at_0_and_6, label="slopes at 0 and at 6"))

# %% tags=["assertion"]
bias_only = experiment.relu6_on_both_kinks()
for pair in slopes_at_0_and_6.values():
    found = clarke.membership(bias_only, [Fraction(slope) for slope in pair])
    assert found.vertices[0][0] == 1 and found.backprop[0] == sum(pair) and found.inside == (sum(pair) == 1)


def one_sample_shared_bias(b):
    return (np.clip(b, 0, 6) + np.clip(6 + b, 0, 6) - 5) ** 2 / 2


for move in (1e-6, -1e-6):
    assert abs((one_sample_shared_bias(move) - one_sample_shared_bias(0)) / move - 1) < 1e-5

# %% [markdown]
# The loss has no kink here: as $b$ grows, one sample enters the sloped part just when the other leaves it. Its slope is
# 1, and with 0 and 0 backprop returns 0: descent stays put, although the loss falls to the left.
#
# A search (in the next, optional section) finds the same in many networks of which biases alone are trained. Only the
# pairs that are not the same mixture fail, and only at batch sizes from 2 on: one sample puts a unit on one kink at
# most, and each unit has its own bias. With weights and biases both trained we found no failure; an optional section
# argues why, for dense layers.
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "network_slope.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### Search networks with ReLU6
#
# This section is optional. Here is that search, with the pairs of the figure.

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
# ### Break it with max pooling
#
# This section is optional. The paper covers max pooling only under one more condition (Theorem 8), and shows that
# without it there are failures (Lemma 7). Where tied entries share one bias, as after a convolution, the bias moves
# them alike and breaks no tie.
#
# The example is our own. Take a filter with the weight $w = 0$ and the bias $b = 0$, and two samples whose windows hold
# $(1, 0)$ and $(0, 1)$. The entries $w x + b$ of each window tie. Both outputs are $o = b + \max(w, 0)$, so with the
# targets $-1$ and 1 the loss is $\tfrac12 (o + 1)^2 + \tfrac12 (o - 1)^2 = o^2 + 1$, and its gradient at $o = 0$ is 0.
# Backprop that gives all to the first of tied entries, as PyTorch does, returns $1 \cdot 1 - 1 \cdot 0 = 1$ along $w$.
# If every entry had a trained bias of its own, pushing up that of the first would give a cell with just this gradient.

# %% tags=["assertion"]
windows, wanted = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([-1.0, 1.0])


def pooled_loss(w, b):
    return (((w * windows + b).max(1) - wanted) ** 2).sum() / 2


for dw, db in [(1e-6, 0), (-1e-6, 0), (0, 1e-6), (0, -1e-6), (1e-6, -1e-6)]:
    assert abs(pooled_loss(dw, db) - pooled_loss(0, 0)) / 1e-6 < 1e-5
first = (0 * windows).argmax(1)
assert ((0 - wanted) * windows[[0, 1], first]).sum() == 1

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
# - The Clarke set of a loss holds the gradients of the cells around a point, and their mixtures.
# - Sum and chain rule are inclusions for Clarke sets. Backprop uses them as equations, so right slopes can add up to a
#   wrong one.
# - A ReLU network is safe with any $s$ from 0 to 1 if every unit has a trained bias, of its own or shared in a
#   convolution, and the loss is analytic. Pushing the biases up and down gives the cells that backprop mixes. Max
#   pooling needs one more condition.
# - Without biases it can fail, with $s = 0$, ½ and 1. Independent inputs prevent it: weights can then do what a bias
#   does.
# - ReLU6 with slopes 0 and 0 is not covered. It can fail where biases alone are trained, from batch size 2 on (or, if
#   units share a bias, even with one sample).
#
# How often do networks stand on kinks? That is the question of [[zeros]]. And [[autodiff]] builds a backprop that never
# leaves the Clarke set.
#
# **Sources.**
# - Sejun Park, Sanghyuk Chun and Wonyeol Lee, [*What does automatic differentiation compute for neural
#   networks?*](https://openreview.net/forum?id=8vKknbgXxf), ICLR 2024 (the theorem)
# - Wonyeol Lee, Sejun Park and Alex Aiken, [*On the correctness of automatic differentiation for neural networks with
#   machine-representable parameters*](https://arxiv.org/abs/2301.13370), ICML 2023 (batch size 1)
# - Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983 (the set as
#   mixtures of limits of gradients, the sum rule)
# - Elad Ben-Zaken, Yoav Goldberg and Shauli Ravfogel, [*BitFit*](https://aclanthology.org/2022.acl-short.1/), 2022
