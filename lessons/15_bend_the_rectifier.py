# %% [markdown]
# # Bend the rectifier
#
# **The question.** ReLU passes on nothing on the left of 0. What changes if the left half gets a slope of its own, and
# does every unit then get a gradient everywhere?
#
# Sooner or later somebody looks at your silent units and says: use leaky ReLU, or let the network learn the slope. In
# code that is one word. Here you find out what you get for it.
#
# **You will learn**
# - one formula for four rectifiers, and what happens at its kink
# - the gradient of a learned slope, and where it takes the slope
# - when an absolute value cannot tell a picture from its negative
#
# **Before you start.** [[Subgradients]]: the Clarke set and the convex subdifferential. [[Training]]: backpropagation
# by hand.
#
# **Minutes:** 59.

# %%
import numpy as np
import sympy as sp
from IPython.display import Math, display

from course_lib.calculus import (clarke_subdifferential, convex_subdifferential, derivation_latex, derive,
    differentiability, equal)
from course_lib.data import digits, moons_as_numbers
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.figures.matplotlib_renderer import show
from course_lib.networks import ACTIVATIONS, Dense, Network
from course_lib.networks.one_hidden_layer import starting_parameters
from course_lib.topics.rectifiers import experiment, figures

# %% [markdown]
# ## Predict
#
# Commit to a guess before you read on.

# %%
predict("rectifiers.p1")

# %%
predict("rectifiers.p2")

# %% [markdown]
# ## Explore
#
# Keep the right half of ReLU and give the left half a slope:
#
# $$g(z) = \max(0, z) + \alpha \min(0, z).$$
#
# For $z > 0$ the second term is 0, for $z < 0$ the first. So $\alpha$ acts on the left alone.

# %%
z = np.array([-2.0, -1.0, 0.0, 3.0])
for alpha in (-1, 0, 0.01, 1):
    print(f"α = {alpha:<4}  g(z) =", np.maximum(0, z) + alpha * np.minimum(0, z))

# %% tags=["assertion", "C35"]
x = sp.Symbol("x", real=True)
family = {slope: sp.Max(0, x) + slope * sp.Min(0, x) for slope in (-1, 0, 1)}
assert equal(family[-1], sp.Abs(x)) and equal(family[0], sp.Max(0, x)) and equal(family[1], x)
assert equal(ACTIVATIONS["absolute"].piecewise().as_expr().subs("x", x), family[-1])
for slope in (0.01, 0.25, 1.5):
    assert np.allclose(ACTIVATIONS["prelu"](z, slope), np.maximum(0, z) + slope * np.minimum(0, z))

# %% [markdown]
# With $\alpha = -1$ this is $|z|$, absolute value rectification (Jarrett and others, 2009). With $\alpha = 0$ it is
# ReLU, with a small fixed $\alpha$ such as 0.01 leaky ReLU (Maas and others, 2013). If $\alpha$ is learned like a
# weight, it is a **parametric ReLU**, or PReLU (He and others, 2015).
#
# Move $\alpha$. The hollow points are the one-sided derivatives at 0. Where do they meet? And what happens to the two
# sets of slopes beyond 1?

# %%
explore(figures.bent_at_0, alpha=Range(-1, 2, 0.25, value=0.25, label="α"))

# %% [markdown]
# ## Derive
#
# One derivation serves the whole family: $\alpha$ stays a letter. This is the left side; on the right the derivative
# is 1, as for ReLU.

# %%
bent = ACTIVATIONS["prelu"].piecewise()
Math(derivation_latex(derive(bent, 0, "-")))

# %% tags=["assertion"]
from_the_left, from_the_right = derive(bent, 0, "-"), derive(bent, 0, "+")
assert from_the_left.verified and from_the_left.value == sp.Symbol("alpha", real=True)
assert from_the_right.verified and from_the_right.value == 1

# %% [markdown]
# So the Clarke set holds all numbers between $\alpha$ and 1. The convex subdifferential is the same set while $\alpha
# \le 1$. A line through 0 that is nowhere above the graph needs a slope of at least $\alpha$, for the left, and of at
# most 1, for the right. For $\alpha > 1$ no number is both: the function bends down, it is *concave*, and the set is
# empty.

# %%
for alpha in (-1, 0, sp.Rational(1, 4), 1, 2):
    g = ACTIVATIONS["prelu"].piecewise(alpha)
    print(f"α = {alpha!s:<4} Clarke {clarke_subdifferential(g, 0)}, convex {convex_subdifferential(g, 0)}")

# %% tags=["assertion"]
for alpha in (-1, 0, sp.Rational(1, 4), 1, 2):
    g = ACTIVATIONS["prelu"].piecewise(alpha)
    between = sp.Interval(min(alpha, 1), max(alpha, 1))
    assert clarke_subdifferential(g, 0) == between
    assert convex_subdifferential(g, 0) == (sp.S.EmptySet if alpha > 1 else between)

# %% [markdown]
# May a library return 0 at the kink? Only if 0 is in the Clarke set.
#
# **Exercise rectifiers.1.** For which real $\alpha$ does the Clarke set of $g$ at 0 contain 0? Answer with a set.
# (`sp.Interval(a, b)` holds its ends, and `sp.oo` is infinity.)

# %% tags=["exercise"]
# begin solution: alphas_that_allow_0 = ...
alphas_that_allow_0 = sp.Interval(-sp.oo, 0)
# end solution
check("rectifiers.1", alphas_that_allow_0)

# %% [markdown]
# ## A gradient everywhere?
#
# > **C34 · refuted.** A web article says of the generalisations of ReLU that they guarantee the units a gradient
# > everywhere. (Kanchan Sarkar, 2018)
#
# That is the usual reason to choose one. Put it to the test three times. First, is the kink gone?

# %%
print(differentiability(bent, 0).reason)

# %% tags=["assertion"]
alpha = sp.Symbol("alpha", real=True)
assert differentiability(bent, 0).differentiable == sp.Eq(alpha, 1)

# %% [markdown]
# Only for $\alpha = 1$. For every other $\alpha$ a slope has to be chosen at 0, as for ReLU. So second, which is it?
# This course takes $\alpha$ for leaky units and, as most libraries of [[frameworks]] do, 0 for $|z|$. Here a first
# layer starts with weights and biases 0, so that every $z$ is exactly 0, and we look for the largest entry of its
# gradient.

# %%
data = digits()
largest = {}
for name in ("relu", "leaky_relu", "absolute"):
    network = Network([Dense(64, 8, name, initialization="zero"), Dense(8, 10)])
    _, gradient = network.loss_and_gradient(data.X, data.y)
    largest[name] = float(np.abs(gradient.W[0]).max())
    print(f"{name:<11} slope at 0: {ACTIVATIONS[name].derivative(0.0):<5}largest gradient: {largest[name]:.2g}")

# %% tags=["assertion"]
assert largest["relu"] == largest["absolute"] == 0 < largest["leaky_relu"] < 0.01
of_libraries = experiment.abs_at_0()
assert sum(slope == 0 for slope in of_libraries.values()) > 0.7 * len(of_libraries) > 5

# %% [markdown]
# The absolute value is bent furthest of the three, and gets no gradient at $z = 0$. The leaky unit gets a small one.
# Third, can a slope that is *learned* become 0? For that we need its gradient.
#
# ## Measure
#
# ### The gradient of a slope
#
# How does the loss change with $\alpha$? Of the two terms of $g$ only the last contains it. The upstream gradient
# $\partial L/\partial g$ comes from the layer above, one for each sample. One $\alpha$ serves all samples of its unit.
#
# **Exercise rectifiers.2.** Write one step of gradient descent for the slopes of a layer, one for each unit: `alpha`
# has shape `(units,)`, `upstream` and `z` have shape `(samples, units)`. Return the new slopes.


# %% tags=["exercise"]
def alpha_step(alpha, upstream, z, learning_rate):
    # begin solution: return ...
    gradient = (upstream * np.minimum(0, z)).sum(0)
    return alpha - learning_rate * gradient
    # end solution


check("rectifiers.2", alpha_step)

# %% [markdown]
# Can a step make the slope 0? Take a unit with $\alpha = \tfrac14$, three samples, and learning rate 0.05.

# %%
z, upstream = np.array([-2.0, 1.0, -1.0]), np.array([-1.0, 2.0, -3.0])
print("α after one step:", 0.25 - 0.05 * (upstream * np.minimum(0, z)).sum())

# %% tags=["assertion"]
assert 0.25 - 0.05 * (upstream * np.minimum(0, z)).sum() == 0

# %% [markdown]
# So a slope can be exactly 0. What gets a gradient then?
#
# **Exercise rectifiers.3.** In each case the upstream gradient is 1 and the input of the unit is not 0. Is the gradient
# different from 0?
#
# 1. of the weights of a leaky unit with $\alpha = 0.01$, at $z = -3$
# 2. of the weights of a PReLU unit whose slope is $\alpha = 0$ now, at $z = -3$
# 3. of that $\alpha$, at $z = -3$
# 4. of that $\alpha$, at $z = 2$
# 5. of that $\alpha$, at $z = 0$
#
# Give a list of five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: not_zero = ...
not_zero = [True, False, True, False, False]
# end solution
check("rectifiers.3", not_zero)

# %% [markdown]
# ### Let it learn
#
# Now a real training: the two moons and the network of [[training]], with eight hidden units. New are the slopes, which
# start at $\tfrac14$, and the two lines that move them. (`np.clip` does nothing yet.)


# %% tags=["program"]
def learn(low=-np.inf, high=np.inf, learning_rate=0.1):
    X, T = moons_as_numbers()
    W1, b1, W2, b2 = starting_parameters(2, 8, 1, seed=2)
    alpha = np.full(8, 0.25)
    for _ in range(1000):
        Z = X @ W1.T + b1
        A = np.maximum(0, Z) + alpha * np.minimum(0, Z)
        D = 2 * (A @ W2.T + b2 - T) / len(X)
        upstream = D @ W2
        H = upstream * np.where(Z > 0, 1, alpha)
        alpha = alpha - learning_rate * (upstream * np.minimum(0, Z)).sum(0)
        alpha = np.clip(alpha, low, high)
        W1, b1 = W1 - learning_rate * H.T @ X, b1 - learning_rate * H.sum(0)
        W2, b2 = W2 - learning_rate * D.T @ A, b2 - learning_rate * D.sum(0)
    return alpha, Z, upstream


free, _, _ = learn()
print("slopes:", *(f"{a:.2f}" for a in free))

# %% tags=["assertion"]
assert (free < 0).sum() == 4 and free.min() < -0.6 and not (free == 0).any()

# %% [markdown]
# Half of the slopes went through 0 and came out below. With such a slope, $g$ is positive on both sides of 0: the
# network has made itself something like an absolute value. None ended at 0 itself.
#
# Now change one thing. To keep every unit between ReLU and a straight line, clip the slopes to $[0, 1]$ after each
# step. How many of the eight will be exactly 0?

# %%
clipped, Z, upstream = learn(0, 1)
print("slopes:", *(f"{a:.2f}" for a in clipped))
for unit in np.flatnonzero(clipped == 0):
    off = Z[:, unit] < 0
    to_z, to_alpha = upstream[off, unit] * clipped[unit], upstream[off, unit] @ Z[off, unit]
    print(f"unit {unit}: off on {off.sum()} of {len(Z)}, gradient of z {np.abs(to_z).max():g}, of α {to_alpha:.4f}")

# %% tags=["assertion", "C34"]
assert np.flatnonzero(clipped == 0).tolist() == [3, 5, 7] and np.flatnonzero(free < 0).tolist() == [2, 3, 5, 7]
assert ACTIVATIONS["prelu"].derivative(-3.0, alpha=0.0) == largest["absolute"] == 0
assert differentiability(bent, 0).differentiable == sp.Eq(sp.Symbol("alpha", real=True), 1)

# %% [markdown]
# Three, not four: beside clipped units the others learn differently, and the slope of unit 2 now stays above 0. The
# three are ReLU units again, exactly, and from the samples that leave them off their weights get nothing. So a learned
# slope guarantees no gradient, though $\alpha$ itself would move on if nobody clipped it.
#
# ### On digits
#
# Now without bounds: ten networks 64-32-10 learn the digits in batches of 32. Each line is the slope of one hidden
# unit. Look for slopes that pass 0 or 1.

# %%
explore(
    figures.alphas_over_epochs,
    learning_rate=Radio([0.1, 0.5], value=0.5, label="learning rate"),
    network=Range(1, 10, 1, value=4, label="network"),
)

# %%
end = experiment.learned_alphas(0.5)[:, -1]
print(f"learning rate 0.5: of {end.size} slopes {(end < 0).sum()} end below 0 and {(end > 1).sum()} above 1")
print(f"they range from {end.min():.2f} to {end.max():.2f}")

# %% tags=["assertion"]
assert (end < 0).sum() > 20 and 10 < (end > 1).sum() < 25 and not (end == 0).any()
assert (experiment.learned_alphas(0.5)[:, 0] == 0.25).all()

# %% [markdown]
# Most stay between 0 and 1, but nothing holds them there. About one unit in twenty is no longer convex.
#
# The guarantee has two more gaps: the left side of `elu` ([[smooth]]) and `Maxout` pieces that lose ([[maxout]]).

# %% [markdown]
# ### A picture and its negative
#
# Why would anybody want $\alpha = -1$? An edge in a picture may go from dark to light or from light to dark: that is
# its *polarity*. A filter $w$ answers with $w \cdot x > 0$ to the one and with $w \cdot x < 0$ to the other, and the
# absolute value drops the sign.
#
# Subtract $\tfrac12$ from pixels between 0 and 1, so that mid-grey is 0. Then the negative of a picture $x$ is $-x$.

# %%
X = data.X.astype(float) - 0.5
w = np.tile(np.sign(np.arange(8) - 3.5), 8) / 64
show(figures.filter_digit_negative())

# %% tags=["assertion"]
assert np.array_equal(w, experiment.edge_filter()) and np.array_equal(X, experiment.centred_digits())
assert np.allclose((1 - data.X.astype(float)) - 0.5, -X) and w.sum() == 0

# %% [markdown]
# > **C39 · refined.** The article recommends the absolute value for recognising objects, because such features do not
# > change when the polarity is reversed. (Sarkar, 2018)
#
# But a unit has a bias, too.
#
# **Exercise rectifiers.4.** A unit computes $|w \cdot x + b|$. Write a function that measures on which share of the
# rows $x$ of `X` the unit gives the same for $x$ and for $-x$. (Up to rounding: `np.isclose`.) Return a number from 0
# to 1.


# %% tags=["exercise"]
def share_equal(w, b, X):
    # begin solution: return ...
    on_picture = np.abs(X @ w + b)
    on_negative = np.abs(-X @ w + b)
    return np.isclose(on_picture, on_negative).mean()
    # end solution


check("rectifiers.4", share_equal)

# %% [markdown]
# Now move $b$ away from 0, on all 1347 digits. (Pixels are multiples of $\tfrac1{16}$, so that these sums have
# no rounding error.)

# %%
for b in (0, 1 / 256, 1 / 16, 1 / 4, 1):
    on_digit, on_negative = np.abs(X @ w + b), np.abs(-X @ w + b)
    difference = np.abs(on_digit - on_negative)
    print(f"b = {b:<10} equal on {(difference == 0).sum():>4} digits, mean difference {difference.mean():.4f}")

# %% tags=["assertion", "C39"]
s = X @ w
assert (np.abs(s) == np.abs(-s)).all() and 0 < (s == 0).sum() < 20
for b in (1 / 256, 1 / 16, 1 / 4, 1, -1 / 4):
    gap = np.abs(np.abs(s + b) - np.abs(-s + b))
    assert np.array_equal(gap == 0, s == 0) and np.allclose(gap, 2 * np.minimum(np.abs(s), abs(b)))
assert np.abs(s).max() < 1 / 4
s, b = sp.symbols("s b", real=True)
assert sp.expand((s + b) ** 2 - (-s + b) ** 2) == 4 * s * b

# %% [markdown]
# The smallest bias leaves 11 digits. Why? Write $s = w \cdot x$. Two absolute values are equal exactly if their squares
# are, and
#
# $$(s + b)^2 - (-s + b)^2 = 4\,s\,b.$$
#
# So the outputs are equal exactly where $s = 0$ or $b = 0$. If $w \ne 0$ and it is to hold for all $x$, then also for
# $x = w$, where $s = w \cdot w > 0$: so $b = 0$. And $b = 0$ is enough. On the 11 digits, $s = 0$.
#
# The outputs differ by $2\min(|s|, |b|)$. Turn up the bias and watch the cloud leave the diagonal. Once $|b|$ is larger
# than every $|s|$, no $z$ crosses the kink, and the unit is linear on this data. Then put $b$ back to 0 and change the
# unit: which of the three still takes a digit for its negative?

# %%
explore(
    figures.digit_against_negative,
    unit=Radio(list(figures.SEEN), label="unit"),
    b=Range(0, 0.2, 0.02, value=0, label="b"),
)

# %% [markdown]
# Only the absolute value does. If you want that invariance, leave the bias out, and centre the pictures on mid-grey.
# But ask first whether the sign means something. In $|w \cdot x|$ a price that fell by 3 is a price that rose by 3, and
# no later layer can tell them apart from this unit.
#
# ## Break it
#
# Under the heading *Leaky ReLU* the article prints this:
#
# $$g(z)_i = \max_{j \in G(i)} z_j, \qquad G(i) = \{(i-1)k + 1, \dots, ik\}.$$
#
# There is no $\alpha$ in it, and what comes out is one of the numbers that went in. It is the formula of `Maxout`
# ([[maxout]]), a unit that passes on the largest of $k$ numbers. Code it as it stands:

# %%
z, k = np.array([-1.0, 2.0, -3.0, 0.5]), 2
leaky = np.maximum(0, z) + 0.01 * np.minimum(0, z)
print("leaky ReLU:", leaky, " is it an entry of z?", np.isin(leaky, z))
for i in range(2):
    group = list(range((i - 1) * k + 1, i * k + 1))
    print(f"unit {i}: entries {group} of z, largest {z[group].max()}")

# %% tags=["assertion", "C38"]
assert not np.isin(leaky[z < 0], z).any()
printed = [list(range((i - 1) * 2 + 1, i * 2 + 1)) for i in range(2)]
assert printed == [[-1, 0], [1, 2]] and [z[group].max() for group in printed] != [z[:2].max(), z[2:].max()]

# %% [markdown]
# No error, and two wrong groups. The formula counts from 1, Python from 0, and `z[-1]` is the *last* entry.
#
# **Exercise rectifiers.5.** Repair it, with units and entries that both count from 0: return the list of the $k$
# indices that belong to unit `i`, the smallest first.


# %% tags=["exercise"]
def group_of(i, k):
    # begin solution: return ...
    return list(range(i * k, (i + 1) * k))
    # end solution


check("rectifiers.5", group_of)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "rectifiers.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - One formula with a slope $\alpha$: the kink stays for every $\alpha \ne 1$, and its Clarke set holds all numbers
#   between $\alpha$ and 1.
# - The gradient of $\alpha$ is $\sum \text{upstream} \cdot \min(z, 0)$. It moves slopes past 0, and past 1, where the
#   function is concave.
# - No guarantee of a gradient everywhere: ask what is returned at $z = 0$, and what $\alpha$ is now.
# - $|w \cdot x + b|$ is invariant to polarity for $b = 0$ alone.
#
# **Sources.**
# - Kevin Jarrett, Koray Kavukcuoglu, Marc'Aurelio Ranzato and Yann LeCun, [*What is the best multi-stage architecture
#   for object recognition?*](https://doi.org/10.1109/ICCV.2009.5459469), 2009 (absolute value rectification)
# - Andrew L. Maas, Awni Y. Hannun and Andrew Y. Ng, [*Rectifier nonlinearities improve neural network acoustic
#   models*](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf), 2013 (leaky ReLU)
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015 (PReLU, and the gradient of its slope)
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C34, C35, C38, C39)
