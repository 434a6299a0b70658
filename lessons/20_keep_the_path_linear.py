# %% [markdown]
# # Keep the path linear
#
# **The question.** A ReLU unit that is on hands its gradient on unchanged. Why do fifty such layers lose it all the
# same, and what brings it back?
#
# You meet this when you first stack many layers: the loss stands still at $\log 10$, without an error, at any
# learning rate. It is no bug but a product of matrices, and you can look at it before you train.
#
# **You will learn**
# - why the gradient of a deep network is a product of matrices, and what its singular values say
# - what He's initialisation keeps over depth, and what it does not keep
# - how a skip, $x + \sigma(Wx + b)$, keeps a straight way open, and how large its branches may start
# - how to compare starts fairly: in pairs, with a rate tuned for each
#
# **Before you start.** [[Depth]] and [[finding]]: He's initialisation, dead units.
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import digits, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Select, explore
from course_lib.networks import SGD, train
from course_lib.table import Table
from course_lib.topics.linear_paths import deep, experiment, figures

# %% [markdown]
# ## Predict
#
# Commit to a guess first.

# %%
predict("linear_paths.p1")

# %% [markdown]
# ## One unit, and fifty layers
#
# > **C40 · refined.** An article on rectifiers says that their gradients stay large while a unit is active. (Sarkar,
# > 2018)
#
# For one unit there is nothing to add: where it is on, its slope is exactly 1. But a network is not one unit.
#
# A layer computes $z = Wx$ and passes on $\sigma(z)$ (biases are 0 here). Change its input a little, by $v$, and its
# output changes by $J v$ with
#
# $$J = \operatorname{diag}(\sigma'(z))\, W.$$
#
# $J$ is the layer's **Jacobian**: the matrix of all derivatives of its outputs with respect to its inputs. By the chain
# rule the Jacobians of layers multiply, $J_L \cdots J_2 J_1$, and backpropagation sends a gradient through the same
# product from the other end, transposed.
#
# How much does a matrix stretch? It turns a ball of radius 1 into an ellipsoid, and the half-axes of this ellipsoid are
# the **singular values** of the matrix: the greatest is the most by which any direction is stretched. A direction with
# singular value $10^{-9}$ is as good as closed: no change gets through, and no gradient comes back.
#
# Here is the whole experiment: fifty layers of 64 ReLU units, with He's weights, of variance $2/n$.

# %%
rng, n = np.random.default_rng(0), 64
x, J = rng.standard_normal(n), np.eye(n)
found = {}
for layer in range(1, 51):
    W = rng.standard_normal((n, n)) * np.sqrt(2 / n)
    z = W @ x
    slope = (z > 0).astype(float)
    x, J = np.maximum(z, 0), slope[:, None] * W @ J
    found[layer] = np.linalg.svd(J, compute_uv=False)  # the greatest first
for layer in (1, 5, 20, 50):
    greatest, quarter, median = found[layer][[0, 15, 31]]
    print(f"{layer:>2} layers: greatest {greatest:5.2f}, 16th of 64 {quarter:7.2g}, median below 1e-9: {median < 1e-9}")

# %% tags=["assertion", "C40"]
assert np.allclose(list(found.values()), experiment.spectra("He", "ReLU"), atol=1e-9)
assert set(slope) == {0.0, 1.0}  # each unit by itself passes on all or nothing
assert 2 < found[50][0] < 40 and 1e-9 < found[50][15] < 1e-6 and found[50][31] < 1e-9
assert experiment.open_directions(found[50]) < 8 < 20 < experiment.open_directions(found[1])

# %% [markdown]
# Every slope in this product is 0 or 1, and still it closes nearly all directions. The median falls away with the
# first layer: more than half of the units are off, and each of these is a row of zeros. The 16th of 64 is still about 1
# there, and then loses a factor of about 1.4 a layer, while the greatest does not fall here.
#
# We call a direction *open* if its singular value is at least a hundredth of the greatest. How many are there?

# %%
for layer in (1, 5, 20, 50):
    print(f"{layer:>2} layers: {(found[layer] >= found[layer][0] / 100).sum()} of {n} directions open")

# %% tags=["assertion"]
assert [experiment.open_directions(found[layer]) for layer in (1, 50)] == [26, 3]
others = [experiment.open_directions(experiment.spectra("He", "ReLU", seed=seed)[-1]) for seed in range(1, 10)]
assert (min(others), max(others)) == (3, 6)

# %% [markdown]
# Whatever the loss asks for, the gradient that arrives at the input lies, give or take, in three dimensions out of 64
# (in nine other draws three to six), and in others for the next input: David Balduzzi and his co-authors found in 2017
# that the gradients of deep plain networks come to resemble white noise, and called them *shattered*.
#
# Now change one thing at a time in the cell above, and guess first: `W = 0.9 * np.eye(n)`, then
# `slope = np.ones(n)` as well (and `x = z`), which makes the layers linear.
#
# **Exercise linear_paths.1.** Fifty linear layers have the weights $W = 0.9 \cdot I$, with the identity $I$. What are
# the singular values of their product? (They are all the same.) The answer counts within 0.0001.

# %% tags=["exercise"]
# begin solution: singular_value = ...
singular_value = 0.9**50
# end solution
check("linear_paths.1", singular_value)

# %% [markdown]
# **Exercise linear_paths.2.** Write the product as a function. `weights` is a list of matrices, which need not be
# square, `x` is an input. Return $J_L \cdots J_1$ of ReLU layers without biases, with slope 0 at the kink.


# %% tags=["exercise"]
def jacobian(weights, x):
    # begin solution: return ...
    J = np.eye(len(x))
    for W in weights:
        z = W @ x
        x = np.maximum(z, 0)
        J = (z > 0)[:, None] * W @ J
    return J
    # end solution


check("linear_paths.2", jacobian)

# %% [markdown]
# ## Explore
#
# Which part is to blame, the weights or the activation? Here are four of the 64 singular values over depth. A curve
# ends below $10^{-10}$, and where only rounding is left.
#
# Orthogonal weights are matrices with $Q^T Q = I$: they turn, and stretch nothing. Begin with these and linear layers.
# Then switch on ReLU, then tanh. Which pair keeps the most directions open?

# %%
explore(
    figures.singular_values,
    weights=Select(list(experiment.WEIGHTS), value="orthogonal", label="weights"),
    activation=Radio(list(experiment.ACTIVATIONS), value="linear"),
    factor=Radio([0.9, 1.0, 1.1], value=1.0, label="times"),
)

# %% tags=["assertion"]
last = {name: experiment.spectra(*name)[-1] for name in [("orthogonal", a) for a in experiment.ACTIVATIONS]}
assert np.allclose(last["orthogonal", "linear"], 1)
assert experiment.open_directions(last["orthogonal", "tanh"]) == 62 and 0.05 < last["orthogonal", "tanh"][31] < 0.3
assert last["orthogonal", "ReLU"][0] < 1e-6 and experiment.open_directions(last["orthogonal", "ReLU"]) < 10

# %% [markdown]
# Orthogonal and linear keeps all 64 at 1, over any depth. Andrew Saxe and his co-authors showed in 2014 that such
# networks learn in a time that does not grow with depth. With tanh much of that is left, because its slope is near 1
# around 0. With ReLU it is gone: in wide layers, as Jeffrey Pennington and his co-authors showed in 2017, the usual
# random weights, normal or orthogonal, cannot keep it. The rows of zeros are in the way.
#
# ## Derive
#
# ### What He keeps
#
# He's weights are made to keep something. What? Send a direction $v$ through one ReLU layer. Turning the sign of a row
# of $W$ turns its unit on or off and changes nothing in $(w \cdot v)^2$. So each unit is on with probability
# $\tfrac12$, whatever $(w \cdot v)^2$ is, and the mean of $\|Jv\|^2$ is half the mean of $\|Wv\|^2$. With variance
# $2/n$ that is $\tfrac12 \cdot 2\,\|v\|^2 = \|v\|^2$: He keeps the mean square. With an orthogonal $W$ it is
# $\tfrac12\|v\|^2$, layer after layer, until the weights are multiplied by $\sqrt2$. A gradient goes through $J^T$,
# with the same singular values. Their mean square is what an average direction gets, both ways.
#
# A mean can hide a lot. Here is $\|Jv\|^2$ for 400 products of ten layers and $\|v\| = 1$.

# %%
squares = []
for seed in range(400):
    rng = np.random.default_rng(seed)
    x, v = rng.standard_normal(n), np.eye(n)[0]
    for _ in range(10):
        W = rng.standard_normal((n, n)) * np.sqrt(2 / n)
        z = W @ x
        x, v = np.maximum(z, 0), (z > 0) * (W @ v)
    squares.append(v @ v)
print(f"mean {np.mean(squares):.1f}, median {np.median(squares):.1f}, from {min(squares):.2f} to {max(squares):.0f}")

# %% tags=["assertion"]
assert abs(np.mean(squares) - 1) < 4 * np.std(squares) / 20 and np.median(squares) < 0.9
assert min(squares) < 0.1 and max(squares) > 4

# %% [markdown]
# The mean is 1, as derived. But factors multiply from layer to layer, and a few large values keep up the mean while
# most lie below. Between the directions of one network the same happens: singular values drift apart.
#
# **Exercise linear_paths.3.** A leaky ReLU has slope 1 on the right and $\tfrac12$ on the left. Its weights are $c\,Q$
# with orthogonal $Q$, every $Q$ as likely as any other. For which $c > 0$ does a layer keep the mean square? The answer
# counts within 0.001.

# %% tags=["exercise"]
# begin solution: leaky_factor = ...
leaky_factor = (2 / (1 + 0.5**2)) ** 0.5
# end solution
check("linear_paths.3", leaky_factor)

# %% [markdown]
# ### A straight way
#
# If linear layers keep directions open, let us put one beside every ReLU layer, the simplest one: the identity. A layer
# with a **skip connection** gives its input plus its own output,
#
# $$a = x + \sigma(Wx + b), \qquad\text{with the Jacobian } I + J,$$
#
# and $\sigma(Wx + b)$ is then called its *branch*. Kaiming He and his co-authors trained networks of more than a
# hundred layers in this way (2016). Multiply two such layers out:
#
# $$(I + J_2)(I + J_1) = I + J_1 + J_2 + J_2 J_1.$$
#
# The first term is a path on which nothing is lost. The others may undo it ($J = -I$ closes a layer, skip and all), or
# make the product explode. Switch between plain and skip, and make the weights smaller.

# %%
explore(
    figures.with_skip,
    path=Radio(["plain", "skip"]),
    factor={"1": 1.0, "1/√50": 50**-0.5, "1/50": 1 / 50},
)

# %% tags=["assertion"]
full, root, small = (experiment.spectra("He", "ReLU", factor, skip=True) for factor in (1.0, 50**-0.5, 0.02))
assert full[-1, 0] > 1e11 and 1.6 < (full[-1, 0] / full[9, 0]) ** (1 / 40) < 1.8
rng, cosines = np.random.default_rng(0), []
x = rng.standard_normal(n)
for _ in range(50):
    branch = np.maximum(rng.standard_normal((n, n)) * np.sqrt(2 / n) @ x, 0)
    cosines.append(branch @ x / np.linalg.norm(branch) / np.linalg.norm(x))
    x = x + branch
assert 0.3 < np.mean(cosines[10:]) < 0.6
assert 50 < experiment.open_directions(root[-1]) < 64 and 0.7 < small[-1].min() < small[-1].max() < 1.6
x = -np.abs(x)  # with W = −I every unit is on, J = −I, and x + ReLU(−x) = 0
assert not (np.eye(n) + (-x > 0)[:, None] * -np.eye(n)).any()

# %% [markdown]
# With He's weights as they are, every layer adds a branch as large as its input, and since ReLU never gives anything
# below 0, the branches pull partly the same way. The greatest singular value grows by a factor of about 1.7 a layer, to
# more than $10^{11}$. Smaller branches hold it back: with $1/\sqrt{50}$ most directions are open, with $1/50$ all.
#
# **Exercise linear_paths.4.** In the most unlucky case all branches pull the same way. Let each of 50 have the
# Jacobian $J = \tfrac1{50} I$. By which factor does the whole network with skips stretch a vector? The answer counts
# within 0.001.

# %% tags=["exercise"]
# begin solution: stretch = ...
stretch = (1 + 1 / 50) ** 50
# end solution
check("linear_paths.4", stretch)

# %% [markdown]
# That is how bad it can get: if no branch stretches by more than $s < 1$, then $L$ layers multiply by $(1-s)^L$ to
# $(1+s)^L$, and for $s = 1/L$ the greatest stays below $e$ at any depth. If the branches pull in unrelated directions,
# their squares add up: the mean square grows to $(1 + s^2)^L$, and $s = 1/\sqrt L$ is small enough.
#
# Then branches of 0 would be the safest start of all: the product is the identity.

# %% tags=["assertion"]
for s, kind in ((0.1, "bounded"), (50**-0.5, "unrelated")):
    rng, product = np.random.default_rng(0), np.eye(n)
    for _ in range(50):
        J = rng.standard_normal((n, n)) / np.sqrt(n)  # stretches by 1 in the mean square
        product = product + s * (J / np.linalg.norm(J, 2) if kind == "bounded" else J) @ product
    values = np.linalg.svd(product, compute_uv=False)
    assert kind == "unrelated" or (1 - s) ** 50 < values.min() < values.max() < (1 + s) ** 50
    assert kind == "bounded" or 0.7 < (values**2).mean() / (1 + s**2) ** 50 < 1.4
assert all((1 + 1 / layers) ** layers < np.e for layers in (1, 10, 50, 1000, 10**6))

# %%
predict("linear_paths.p2")

# %% [markdown]
# ## Measure
#
# A good product at the start is not yet a network that learns. Train two on the digits for three epochs, plain and with
# skips. They begin with the same random numbers; `deep_network` builds them from 50 layers `Dense(64, 64, "relu",
# skip=True)`, or without the skip, and ten outputs.

# %% tags=["nbval-ignore-output"]
data = standardised(digits())
right = {}
for variant, rate in (("plain, He", 0.01), ("skip, He/50", 0.1)):
    network = deep.deep_network(variant)
    history = train(network, data.X, data.y, SGD(rate), epochs=3, record=(), progress=False)
    right[variant] = float(network.accuracy(data.X_test, data.y_test)[0])
    print(f"{variant:<12} {right[variant]:.0%} of the test digits right after 3 epochs")

# %% tags=["assertion"]
assert right["plain, He"] < 0.35 and right["skip, He/50"] > 0.92

# %% [markdown]
# One start proves little, and a rate that I chose proves less: here are eight variants, trained for 15 epochs with
# seven rates from four starts; the best rate was kept. Eight *other* starts judge it. Each draws a split of the digits,
# weights and batches, shared by all variants, which are compared in pairs. (Half of He: weights times ½; orthogonal:
# times √2.) Is any rate good for the plain network?

# %%
explore(figures.accuracy_over_rates, variant=Select(list(deep.VARIANTS), value="plain, He"))

# %%
rows = []
for variant in deep.VARIANTS:
    share = 100 * deep.accuracies(variant)
    low, gain, high = (100 * end for end in deep.paired_difference(variant, "plain, He"))
    points = f"{gain:+.1f} [{low:+.1f}, {high:+.1f}]"
    rows.append([variant, f"{deep.best_rate(variant):g}", f"{share.mean():.1f} %", f"{share.min():.1f} %", points])
Table("Eight other starts", ["", "rate", "right, mean", "lowest", "points more than plain, He [95 %]"], rows)

# %% tags=["assertion"]
share = {variant: deep.accuracies(variant) for variant in deep.VARIANTS}
gain = {variant: deep.paired_difference(variant, "plain, He") for variant in deep.VARIANTS}
assert max(share[variant].mean() for variant in share if variant.startswith("plain")) < 0.2
assert gain["plain, orthogonal"].low < 0 < gain["plain, orthogonal"].high and share["skip, He"].max() < 0.11
assert min(share[variant].min() for variant in ("skip, He/√50", "skip, 0", "skip, 0, slope 1")) > 0.93
assert ((share["skip, He/50"] < 0.5).sum(), (share["skip, He/50"] > 0.95).sum()) == (2, 6)
on_four = deep.tuning("skip, He/50").mean(0)
assert deep.best_rate("skip, He/50") == 0.1 and 0 < on_four[4] - on_four[3] < 0.002 and on_four[5] < 0.1
slope_1 = deep.paired_difference("skip, 0, slope 1", "skip, 0")
assert 0 < slope_1.low < slope_1.high < 0.011

# %% [markdown]
# The plain networks read one digit in five, or guess. He's or orthogonal weights: not settled, the interval holds 0.
# Skips with He's weights as they are learn nothing, not even with seven more rates, down to $10^{-17}$. With branches
# of $1/\sqrt{50}$ the same fifty layers read 95 % of the digits.
#
# With 1/50, six of eight starts do. Look at the lowest. On the four starts for tuning, rate 0.1 was ahead of 0.03 by a
# fraction of a point. Choose He/50 in the figure: this rate is the last before a cliff, and two starts fell over it.
# Leave room above the rate, and look at more than a mean.
#
# ## Break it
#
# Now the row "skip, 0". At the start all singular values are 1, and 96 % looks like success, half a point or so behind
# the last row. What happened in there? Train three epochs, once as usual and once with slope 1 at the kink, and count
# the layers whose weights have moved.

# %% tags=["nbval-ignore-output"]
for variant, rate in (("skip, 0", 0.3), ("skip, 0, slope 1", 0.01)):
    network = deep.deep_network(variant)
    train(network, data.X, data.y, SGD(rate), epochs=3, record=(), progress=False)
    moved = sum(bool(W.any()) for W in network.W[:-1])
    share = float(network.accuracy(data.X_test, data.y_test)[0])
    print(f"{variant:<17} {moved:>2} of 50 layers have moved, {share:.0%} of the test digits right")

# %% tags=["assertion"]
stuck, free = (deep.deep_network(variant) for variant in ("skip, 0", "skip, 0, slope 1"))
for network in (stuck, free):
    assert all((z == 0).all() for z in network.forward(data.X).pre_activations[:-1])
    _, gradient = network.loss_and_gradient(data.X, data.y)
    assert [bool(W.any()) for W in gradient.W] == [network is free] * 50 + [True]
assert moved == 50 and share > 0.85

# %% [markdown]
# With $W = 0$ and $b = 0$ every $z$ is exactly 0, for every unit and digit. Slope 0 at the kink means that no gradient
# reaches $W$, so $W$ stays 0, so $z$ stays on the kink forever. What learns is the last layer alone: a linear
# classifier. The digits are so easy that its accuracy raises no suspicion. With slope 1 the same start trains all fifty
# layers. The slope at a single point decides here whether they exist.
#
# **Exercise linear_paths.5.** One layer with a skip, two inputs and two outputs, has $W = 0$, $b = 0$ and the slope
# $\tfrac12$ at the kink. The input is $(2, -1)$; the upstream gradient is 3 at the first output and 0 at the second.
# What is the gradient with respect to $w_{11}$ and $w_{12}$, the first row of $W$, and what arrives at the first
# input? Give a list of three.

# %% tags=["exercise"]
# begin solution: on_the_kink = ...
on_the_kink = [3 * 0.5 * 2, 3 * 0.5 * -1, 3]
# end solution
check("linear_paths.5", on_the_kink)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "linear_paths.3"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A slope of 1 does not keep a gradient: the network multiplies Jacobians $\operatorname{diag}(\sigma'(z))\,W$, and
#   their product closes nearly all directions.
# - He's weights keep the mean square of a direction over depth, not the single directions: after fifty layers three of
#   64 were open.
# - A skip makes each Jacobian $I + J$, and keeps a way open unless a branch undoes it. Branches of full size explode,
#   small ones keep most or all directions open.
# - Fifty plain layers read one digit in five on average, at best; with skips and small branches 95 %. A rate next to a
#   cliff is no good rate, whatever its mean.
# - Branches of exactly 0 sit on the kink. With slope 0 there they never learn, and accuracy hardly tells.
#
# **Sources.**
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Deep residual learning for image
#   recognition*](https://arxiv.org/abs/1512.03385), 2016, and [*Identity mappings in deep residual
#   networks*](https://arxiv.org/abs/1603.05027), 2016 (skips); [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015 (initialisation)
# - Andrew M. Saxe, James L. McClelland and Surya Ganguli, [*Exact solutions to the nonlinear dynamics of learning in
#   deep linear neural networks*](https://arxiv.org/abs/1312.6120), 2014 (orthogonal weights)
# - Jeffrey Pennington, Samuel S. Schoenholz and Surya Ganguli, [*Resurrecting the sigmoid in deep learning through
#   dynamical isometry: theory and practice*](https://arxiv.org/abs/1711.04735), 2017
# - David Balduzzi, Marcus Frean, Lennox Leary, J. P. Lewis, Kurt Wan-Duo Ma and Brian McWilliams, [*The shattered
#   gradients problem: if resnets are the answer, then what is the question?*](https://arxiv.org/abs/1702.08591), 2017
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C40)
