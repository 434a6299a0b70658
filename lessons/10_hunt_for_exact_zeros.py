# %% [markdown]
# # Hunt for exact zeros
#
# **The question.** How often does a real network stand exactly on its kink, and does it matter which slope is returned
# there?
#
# **Why it matters.** "It practically never happens" is the usual answer, and it is hardly ever checked. Here you count,
# and then train with different slopes at 0 to see what difference it makes.
#
# **You will learn**
# - to hunt for exact zeros, and to predict the catch
# - how the place of the bias in a sum changes the number of zeros
# - to put other people's counts and your own to the same test
# - for which zeros the slope at the kink can matter
#
# **Before you start.** [[Small]]: rounding zeros and structural zeros, $p_0 \approx f(0) \cdot \text{gap}$, the Poisson
# law, the deviance and its p-value.
#
# **Minutes:** 55.

# %%
import numpy as np
from scipy.stats import chi2_contingency
from IPython.display import display

from course_lib.data import digits
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, explore
from course_lib.intervals import mean_interval, wilson_interval
from course_lib.networks import SGD, Network, train
from course_lib.topics.zeros import experiment, figures, law, structure, sums

# %% [markdown]
# ## Predict
#
# Commit to a guess for each question.

# %%
predict("zeros.p1")

# %%
predict("zeros.p2")

# %% [markdown]
# ## The hunt
#
# Take a fresh network 784-256-256-256-10, weights and biases uniform in $\pm 1/\sqrt{n_{\text{in}}}$, show it 4096 real
# digits, and compare every hidden $z$ with 0.

# %% tags=["nbval-ignore-output"]
X, _ = experiment.hunting_ground()


def zeros_of_a_network(seed, dtype):
    rng, a, zeros = np.random.default_rng(seed), X, 0
    for n_in in (784, 256, 256):
        r = n_in**-0.5
        W = rng.uniform(-r, r, (256, n_in)).astype(dtype).astype(np.float32)
        b = rng.uniform(-r, r, 256).astype(dtype).astype(np.float32)
        z = (a @ W.T + b).astype(dtype)
        zeros += np.count_nonzero(z == 0)
        a = np.maximum(0, z).astype(np.float32)
    return zeros


caught = {dtype.__name__: [zeros_of_a_network(seed, dtype) for seed in range(12)] for dtype in (np.float16, np.float32)}
for name, zeros in caught.items():
    print(f"{name}: zeros in 12 networks:", *zeros)

# %% tags=["assertion"]
assert 2 <= sum(caught["float16"]) <= 25 and sum(caught["float32"]) <= 5
assert 0.8 < 3 * 256 * 4096 * law.rounded_once_p0(experiment.Setting("float64", 256, 3)) < 1.0

# %% [markdown]
# Is that what the law predicts? A network computes $E = 3 \cdot 256 \cdot 4096$ pre-activations, some three million. In
# half precision $p_0 = f(0) \cdot 2^{-24}$, and $f(0)$ is 2.1, 4.7 and 7.3 in the three layers, 4.7 on average. That
# makes $\lambda = E\,p_0 = 0.88$ zeros in a network, and at least one in a share of $1 - e^{-\lambda} = 59\,\%$ of the
# networks. Compare with your twelve. In single precision, twelve networks tell next to nothing.
#
# **Exercise zeros.6.** With $p_0 = 10^{-8}$, three hidden layers of 256 units and 60 000 digits: with which probability
# does a network meet at least one zero? The answer counts within 0.001.

# %% tags=["exercise"]
# begin solution: p_zero = ...
p_zero = 1 - np.exp(-3 * 256 * 60_000 * 1e-8)
# end solution
check("zeros.6", p_zero)

# %% [markdown]
# ### From a zero to a gradient
#
# A zero matters only if the slope there reaches a gradient. A network is **in the zone** if, on some batch, the
# gradient of its first layer with slope 1 at the kink differs from that with slope 0 (Bertoin, Bolte, Gerchinovitz and
# Pauwels, 2021). A long hunt looked for both, in networks of nine shapes, and its counts come with the course.
# (`python -m course_lib.topics.zeros.sweep --rounds 9` repeats it on your machine.)

# %%
print("bits  networks  with a zero  in the zone")
for bits in (16, 32, 64):
    rows = law.rows_of(f"float{bits}")
    networks, in_zone = sum(row.networks for row in rows), sum(row.zones for row in rows)
    without_effect = sum(row.unreached for row in rows)  # with a zero that changes no gradient
    print(f"{bits:>4} {networks:>9} {in_zone + without_effect:>12} {in_zone:>12}")

# %% tags=["assertion"]
assert [networks, in_zone, without_effect] == [12445, 0, 0] and sum(sum(row.zeros) for row in rows) == 0
widest = law.row_of(experiment.Setting("float16", 256, 3))
assert (widest.zones, widest.networks) == (180, 300)
rows = [row for bits in (16, 32) for row in law.rows_of(f"float{bits}")]
assert sum(row.networks for row in rows if row.setting.dtype == "float16" and row.setting.width < 256) > 12_512 / 2
assert sum(row.unreached for row in rows) < 0.05 * sum(row.zones for row in rows)

# %% [markdown]
# Nearly every network with a zero is in the zone. So the answer to the first prediction is "more than 40 of 100": for
# that shape, in 16 bits, it was 60 (180 of 300; most networks of the hunt were narrower). In 64 bits there was no zero,
# and the rule of three turns that into a statement: of this mixture of shapes, with 95 % confidence, at most 3 networks
# in 12 445, or one in four thousand.
#
# ## One law, one standard
#
# Others have counted, too, and it is easy to test their counts more strictly than one's own. Bertoin and others
# published counts of 1000 networks for each shape, with 60 000 digits, from their machines. If one $p_0$ held for all,
# a network would be in the zone with probability $1 - e^{-E p_0}$, and all shapes would lie on one curve over $E$. Here
# the curve is fitted to our nine shapes; the filled points are the five of them that have three layers. Do the points
# of each precision lie on one curve?

# %%
explore(figures.zone_over_exposure, bits=Radio(["32 bits", "16 bits"]))

# %% [markdown]
# On two logarithmic axes almost everything looks like a good fit. Ask the deviance instead, with one test for
# everybody: how far are the counts from the best curve, and how often would chance alone take them as far? Of $n$
# networks of a shape, $n(1 - e^{-E p_0})$ are *expected* in the zone, and the others outside. The deviance adds up
# $2k \log(k/\text{expected})$ over both numbers $k$ of each shape, in the zone and outside. (The second follows from
# the first, so each shape counts once: our nine, less one fitted $p_0$, leave 8 degrees of freedom; their ten counts,
# one shape twice, leave 9.) The p-value comes from a curve, $\chi^2$, which replaces the draws where counts are large.
# So it can be far smaller than 10 000 draws could show.

# %%
published = [row for row in law.PUBLISHED if row.setting.dtype == "float32"]
counts = {f"ours, {bits} bits": law.rows_of(f"float{bits}") for bits in (32, 16)} | {"theirs, 32 bits": published}
print("counts           in the zone  best p₀  deviance  degrees of freedom  p-value")
for name, rows in counts.items():
    fit, zones = law.fit_p0(rows), sum(row.zones for row in rows)
    print(f"{name:<16} {zones:>11} {fit.p0.estimate:>8.2g} {fit.deviance:>9.0f} {fit.freedom:>19} {fit.p_value:>8.1g}")

# %% tags=["assertion", "C03"]
fits = {name: law.fit_p0(rows) for name, rows in counts.items()}
assert fits["ours, 32 bits"].p_value > 0.05 and 1e-8 < fits["ours, 32 bits"].p0.estimate < 1.5e-8
assert fits["ours, 16 bits"].p_value < 1e-6 and fits["theirs, 32 bits"].deviance > 200
assert max(row.share for row in published) == 0.873
narrow, wide = (law.density_at_zero(experiment.Setting("float64", width, 3)) for width in (16, 256))
assert narrow[0] > narrow[1] > narrow[2] > 1.3 and wide[2] > 1.4 * wide[1] > 2.5 * wide[0]

# %% [markdown]
# Our counts in 32 bits pass. Those in 16 bits are rejected, and so are theirs. Are our 32 bits the better counts, then?
# Not so fast: 556 of our networks were in the zone, and 4236 of theirs, which saw 60 000 digits each and not 4096. A
# test that sees little rejects little. ([[Paper]] asks how little.)
#
# > **C03 · refined.** Two texts say that a pre-activation of exactly 0 is rare. (Cross Validated, 2016; Mahmud, 2022)
#
# One pre-activation, yes: about 1 in 80 million in our 32 bits. But a network computes many. Of the published ones with
# three layers of 1024 units, 87 % were in the zone after a single pass over MNIST. What the texts leave out is how
# often one looks, and in which arithmetic.
#
# And why do our 16 bits fail? Because $f(0)$ differs from layer to layer and from width to width. At width 256 it grows
# from 2 to 7 over three layers, at width 16 it falls to 1.5. No single $p_0$ can be right for both.

# %% [markdown] tags=["optional"]
# ### Sixteen bits without a fit
#
# This section is optional. Derive a $p_0$ for each shape, from its densities in double precision, on other networks: as
# many as make 2048 units in a layer. Nothing is fitted:

# %%
print("width  depth  p₀ counted  derived")
for width, depth in ((16, 3), (64, 3), (256, 1), (256, 3), (256, 6)):
    row = law.row_of(experiment.Setting("float16", width, depth))
    counted, derived = sum(row.zeros) / (row.networks * row.exposure), law.rounded_once_p0(row.setting, 2048 // width)
    print(f"{width:>5} {depth:>6} {counted:>11.1e} {derived:>8.1e}")

# %% tags=["assertion"]
for width, depth in ((16, 3), (256, 1)):
    row = law.row_of(experiment.Setting("float16", width, depth))
    counted, derived = sum(row.zeros) / (row.networks * row.exposure), law.rounded_once_p0(row.setting, 2048 // width)
    assert abs(np.log2(counted / derived)) < 0.35

# %% [markdown]
# ## Move the bias
#
# Their counts fit no single $p_0$ either. Can a count tell how their programs add up, say where they add the bias? In
# single precision the gap next to 0 is $2^{-149}$, and no $z$ of ours is rounded to 0. A zero appears where the last
# two numbers to be added cancel exactly. Your hunt added $b$ last. The networks of the long hunt make $b$ one more term
# of the product: they append $b$ to $W$ as a last column, and a 1 to each input. In real numbers that is the same.
#
# Such zeros are too rare to wait for. But they can only arise where $z$ is tiny. So make only tiny $z$, count the zeros
# among them, and multiply their share by the chance that $z$ is tiny. `sums.trials` does the first: it takes digits `a`
# and units `w` of a fresh first layer. One bias would make $z$ exactly 0; it draws `b` within $2^{-21}$ of that one
# (`sums.NEAR`), so every $z$ is tiny. In an ordinary layer $z$ lands in this interval, $2 \cdot 2^{-21}$ long, with the
# probability $f(0) \cdot 2 \cdot 2^{-21}$, and `density` is $f(0)$. In `terms` a row stands for a pixel, and
# `.sum(axis=0)` adds row after row. Guess first: does the place of $b$ matter?

# %% tags=["nbval-ignore-output"]
def p0_close_by(seed):
    near = sums.trials(256, 1, seed)
    terms = near.a * near.w
    b_last = terms.sum(axis=0) + near.b
    b_first = np.vstack([near.b, terms]).sum(axis=0)
    return [near.density * 2 * sums.NEAR * np.mean(z == 0) for z in (b_last, b_first)]


p0 = np.array([p0_close_by(seed) for seed in range(64)])
moved = {"last": mean_interval(p0[:, 0]), "first": mean_interval(p0[:, 1])}
for place, (low, estimate, high) in moved.items():
    print(f"b {place:<5}: p₀ = {estimate:.1e}, from {low:.1e} to {high:.1e}")

# %% tags=["assertion"]
(derived,) = sums.bias_last_p0(256, 1)
b_many = np.abs(np.random.default_rng(0).uniform(-1 / 28, 1 / 28, 100_000)).astype(np.float32)
assert abs(np.spacing(b_many).mean(dtype=float) / 1.55e-9 - 1) < 0.01
assert abs(derived / (2.13 * 1.55e-9) - 1) < 0.1 and 3.1e-9 < derived < 3.5e-9
assert moved["last"].low < 1.1 * derived and moved["last"].high > 0.9 * derived
assert moved["first"].high < moved["last"].low
products = np.hstack([near.a * near.w for near in (sums.trials(256, 1, seed) for seed in range(4))])
last = 783 - np.argmax(products[::-1] != 0, axis=0)  # where each sum has its last term that is not 0
gap = np.spacing(np.abs(np.take_along_axis(products, last[None], axis=0))).mean(dtype=float)
assert abs(gap / 3.45e-10 - 1) < 0.05 and moved["first"].low < 7.3e-10 < moved["first"].high
in_product = sums.shipped().p0[256, 1, "matrix product", "inside"]
assert 1.2e-8 < in_product.low < in_product.high < 1.6e-8

# %% [markdown]
# (`mean_interval` is the 95 % interval of a mean, as `poisson_interval` is that of a count.)
#
# The order of 784 additions changes the number of zeros severalfold. The last one decides. If the last two numbers
# cancel, they are equal in size. Large numbers lie on a coarse grid, and two that nearly cancel often do so exactly;
# small ones lie on a fine grid. With $b$ last, the rounded sum has to hit $-b$, as in [[small]], and $p_0$ needs no
# count: $f(0)$ times the mean gap at $b$ is $2.13 \cdot 1.55 \cdot 10^{-9} = 3.3 \cdot 10^{-9}$. With $b$ first, the
# last to be added is a weight times the last pixel of the stroke, mostly a faint one, so it is small. The mean gap
# there makes $2.13 \cdot 3.45 \cdot 10^{-10} = 7.3 \cdot 10^{-10}$.
#
# In our matrix product no single term comes last: two large partial sums meet, and $p_0$ is $1.4 \cdot 10^{-8}$.
#
# **Exercise zeros.12.** Bertoin and others found 54 of 1000 networks with a single hidden layer of 256 units in the
# zone, after 60 000 digits. How many of 1000 are expected with $p_0 = 3.3 \cdot 10^{-9}$, the bias last, and how many
# with $p_0 = 1.4 \cdot 10^{-8}$, the bias in the product? Give a list of two numbers, each within 2.

# %% tags=["exercise"]
# begin solution: expected_of_1000 = ...
expected_of_1000 = [1000 * (1 - np.exp(-256 * 60_000 * p0)) for p0 in (3.3e-9, 1.4e-8)]
# end solution
check("zeros.12", expected_of_1000)

# %% [markdown]
# So a count can tell: this one speaks for a bias that is added last, and against one in the product as we compute it.

# %% [markdown] tags=["optional"]
# ### Other shapes, other batches
#
# This section and the next are optional. Look at the other shapes in the same way, with a $p_0$ derived for each layer.
# (256 × 3 stands in both of their series, and was counted in each.)

# %%
print("width  depth  zones of 1000: published  derived")
derived_p0 = np.array([np.mean(sums.bias_last_p0(*row.setting[1:3])) for row in published])
for row, p0 in zip(published, derived_p0, strict=True):
    expected = 1000 * float(law.zone_probability(row.exposure, p0))
    print(f"{row.setting.width:>5} {row.setting.depth:>6} {row.zones:>25} {expected:>8.0f}")
by_layer = law.fit_p0(published, derived_p0)
print(f"with one common factor fitted: deviance {by_layer.deviance:.0f}, p-value {by_layer.p_value:.0g}")

# %% tags=["assertion"]
ratios = [law.own_p0(row) / p0 for row, p0 in zip(published, derived_p0, strict=True)]
assert 0.9 < min(ratios) < max(ratios) < 1.65 and 50 < by_layer.deviance < 100 and by_layer.p_value < 1e-6

# %% [markdown]
# The derivation comes within a factor of 1.6 of each $p_0$ that they imply, and explains two thirds of the deviance.
# The test rejects it all the same: something is left. Their files hold one more surprise. The size of the batches
# should not matter, and it does, by more than chance. `wilson_interval` is the 95 % interval of a share, as
# `poisson_interval` is that of a count.

# %%
for batch, zones in law.PUBLISHED_BY_BATCH.items():
    low, _, high = wilson_interval(zones, 1000)
    print(f"batches of {batch:>4}: {zones} of 1000 in the zone, interval from {1000 * low:.0f} to {1000 * high:.0f}")

# %% tags=["assertion"]
of_batches = np.array(list(law.PUBLISHED_BY_BATCH.values()))
assert chi2_contingency([of_batches, 1000 - of_batches]).pvalue < 1e-6

# %% [markdown]
# We do not know why. It may be that a product of another size is added up in another order.

# %% [markdown] tags=["optional"]
# ### All orders
#
# Five orders, three widths, three layers, each with the bias last and inside. Where does its place matter, and where
# not?

# %%
explore(
    figures.place_of_bias,
    order=Radio(list(sums.ORDERS), value="matrix product"),
    width=Radio({str(width): width for width in sums.WIDTHS}, value=256),
)

# %% tags=["assertion"]
for width in sums.WIDTHS:
    for layer, expected in zip(sums.HIDDEN_LAYERS, sums.bias_last_p0(width, 3), strict=True):
        for order in sums.ORDERS:
            low, _, high = sums.shipped().p0[width, layer, order, "last"]
            assert 0.8 * low < expected < 1.25 * high
first_layer = [sums.shipped().p0[256, 1, order, "inside"] for order in sums.ORDERS]
assert min(p0.high for p0 in first_layer) < 1e-9 and max(p0.low for p0 in first_layer) > 1.5e-8

# %% [markdown]
# With the bias last, every order obeys the same law. Inside, the order decides. In our matrix product, at width 256,
# the deeper layers have about the same $p_0$ with either place, and the first layer has nearly that with the bias
# inside. So it was partly luck that one $p_0$ fitted all our shapes.
#
# With the bias last the law compares precisions as well: half precision rounded twice has $2^{13}$ times as many zeros
# as single precision, for its $24 - 11 = 13$ binary digits fewer. In both a gap away from 0 decides. Next to 0, where
# single precision has hardly any gap, that factor says nothing.

# %% [markdown]
# ## Break it: round twice
#
# In 16 bits the end of the sum weighs even more. This layer keeps every result in 16 bits: it rounds the product, adds
# the bias, and rounds again.


# %% tags=["nbval-ignore-output"]
def half_layer(W, b, X):
    """half(half(X Wᵀ) + b)"""
    products = (X.astype(np.float32) @ W.T.astype(np.float32)).astype(np.float16)
    return (products + b).astype(np.float16)


rng = np.random.default_rng(0)
W = rng.uniform(-1 / 28, 1 / 28, (256, 784)).astype(np.float16)
b = rng.uniform(-1 / 28, 1 / 28, 256).astype(np.float16)
print("zeros of one layer:", np.count_nonzero(half_layer(W, b, X.astype(np.float16)) == 0))

# %% tags=["assertion"]
assert 10 < np.count_nonzero(half_layer(W, b, X.astype(np.float16)) == 0) < 60

# %% [markdown]
# Dozens in a single layer, where three layers had about one: the gap at $b$ counts now ([[small]]).
#
# **Exercise zeros.9.** Repair `half_layer`, so that only its result is rounded to half precision. It is tried on layers
# of many shapes, whose sums are exact in single precision. `W`, `b` and `X` all arrive in half precision, and NumPy
# computes `X @ W.T` in the precision of `X` and `W`.


# %% tags=["exercise"]
def half_layer(W, b, X):
    """half(X Wᵀ + b)"""
    # begin solution: return ...
    z = X.astype(np.float32) @ W.T.astype(np.float32) + b.astype(np.float32)
    return z.astype(np.float16)
    # end solution


check("zeros.9", half_layer)

# %% [markdown]
# ## Does it matter?
#
# Zeros do occur, then, and the slope reaches a gradient. What difference does it make? On the small digits of
# scikit-learn, 8 by 8 pixels, train a network three times in half precision, from the same start, with the same
# batches: with slope 0 at the kink, with slope 0 once more, and with slope 1. The second run is a *control*: only if it
# agrees with the first bit for bit do we know that a difference of the third comes from the slope.

# %% tags=["nbval-ignore-output"]
data, ends = digits(), []
for slope in (0, 0, 1):
    network = Network.mlp(
        [64, 32, 32, 10], slope_at_kink=slope, initialization="uniform_fan_in", seed=0, dtype="float16"
    )
    train(network, data.X, data.y, SGD(0.1), batch_size=16, epochs=6, record=(), progress=False)
    ends.append(network.W[0].copy())
    right, changed = network.accuracy(data.X_test, data.y_test).item(), np.sum(ends[-1] != ends[0])
    print(f"slope {slope}: {right:.1%} right; {changed} of 2048 first weights differ from the first run")

# %% tags=["assertion"]
assert np.array_equal(ends[0], ends[1]) and right > 0.85

# %% [markdown]
# The control agrees, and slope 1 changed nearly half of the weights. But one start is an anecdote, and we picked this
# one because its runs differ. How often do they? Twenty starts in each precision, this one among them, each trained
# with the slopes 0, ½ and 1:

# %% tags=["nbval-ignore-output"]
print("bits  starts that agree bit for bit  largest difference in accuracy, slope 1 − slope 0, in points")
for bits in (16, 32, 64):
    pairs = experiment.paired_runs(f"float{bits}")
    largest = np.abs(pairs.difference).max()
    print(f"{bits:>4} {pairs.same.all(axis=0).sum():>23} of 20 {largest:>21.2f}")

# %% tags=["assertion"]
for bits, at_least in ((16, 8), (32, 18), (64, 20)):
    pairs = experiment.paired_runs(f"float{bits}")
    low, _, high = mean_interval(pairs.difference)
    assert pairs.same.all(axis=0).sum() >= at_least and pairs.accuracy.mean() > 0.88 and -1 < low <= high < 1
    assert np.abs(pairs.difference).max() < 4

# %% [markdown]
# In these small networks the slope hardly ever changes anything. Two of our twenty starts in half precision differed.
# The one above ended with the same accuracy, the other less than a point apart. So few tell us that a difference is
# rare, and next to nothing about its size. Where two runs agree bit for bit, the slope has changed no stored weight.
# Where they differ, a tiny nudge has sent training along another path, and which one ends better may be luck: only many
# starts can say that one slope *is* better. Large networks may be another matter: Bertoin and others report more than
# 10 points of test accuracy between slope 0 and slope 1 on ImageNet, in two runs. We cannot repeat that here.
#
# ### Zeros by structure
#
# Structural zeros, where a network has any, are far more frequent. Can the slope do anything there? The gradient of a
# weight is $\delta \cdot \sigma'(z) \cdot x$, with $\delta$ from the layers above and the slope $\sigma'(z)$, and the
# gradient of the bias lacks the $x$. Three small networks, whose biases start from 0 where the zeros arise: units that
# see patches of 7 × 7 pixels; units that subtract one pixel from its neighbour; and a layer above a first layer that is
# off.

# %%
print("kind           zeros   slope 1 instead of 0 changes the gradient of")
for kind in ("black patches", "edges", "dead layer"):
    weights, biases = structure.slope_changes(kind)
    changed = [name for name, is_changed in (("weights", weights), ("biases", biases)) if is_changed]
    print(f"{kind:<13} {structure.zero_shares(kind)['float64']:>6.1%}  ", " and ".join(changed))

# %% tags=["assertion"]
assert [structure.slope_changes(kind) for kind in ("black patches", "edges", "dead layer")] == [
    (False, True), (True, True), (False, True),
]  # fmt: skip
assert structure.zero_shares("own biases")["float64"] == 0

# %% [markdown]
# On a black patch and behind a dead layer $x$ is 0 as well, so the slope reaches the biases only. Equal pixels need not
# be black, and where $x$ is not 0 the slope reaches the weights, too.

# %% [markdown] tags=["optional"]
# ### Rounding or structural?
#
# This section is optional: it repeats what [[small]] said of the two kinds, and adds a source of structural zeros. If
# weights, biases and inputs are small whole numbers (weights and biases ±1 and inputs 0 or 1, say), every sum is exact,
# and $z$ moves in whole steps. The step of the *values*, 1, then takes the place of the machine's gap: $p_0$ is
# about $f(0) \cdot 1$, in every precision.
#
# **Exercise zeros.7.** Rounding or structural?
#
# 1. Half precision rounds the sum $\tfrac12 + 2^{-12}$ to $\tfrac12$, and the bias is $-\tfrac12$.
# 2. A unit without bias sees only black pixels.
# 3. $w = (\tfrac12, -\tfrac14)$, $b = \tfrac14$, and the input is $(\tfrac12, 2)$.
# 4. Weights and bias start from 0.
# 5. $z$ is $10^{-8}$ and half precision stores 0.
#
# Give a list of five words, `"rounding"` or `"structural"`.

# %% tags=["exercise"]
# begin solution: kinds_of_zeros = ...
kinds_of_zeros = ["rounding", "structural", "structural", "structural", "rounding"]
# end solution
check("zeros.7", kinds_of_zeros)

# %% [markdown]
# ### Where the slope decides whether a network learns
#
# Now a start that puts *every* sample on the kink: a first layer of zeros, weights and biases. Choose the slope at the
# kink.

# %%
explore(
    figures.accuracy_from_zero,
    slope=Radio({"0": 0.0, "0.1": 0.1, "0.5": 0.5, "1": 1.0}, label="slope at the kink"),
)

# %% tags=["assertion", "C04"]
start_from_zero = experiment.from_zero()
final = dict(zip(experiment.ZERO_SLOPES, start_from_zero.accuracy[:, -1], strict=True))
assert (start_from_zero.at_kink[:, 0] == 1).all() and start_from_zero.at_kink[0, -1] == 1
assert final[0.0] == 0.1 and all(final[slope] > 0.85 for slope in (0.1, 0.5, 1.0))
assert (start_from_zero.at_kink[1:, 1] == 0).all()

# %% [markdown]
# With slope 0 the first layer gets the gradient $\delta \cdot 0 \cdot x = 0$: it never moves, and every sample stays on
# the kink. That answers the second prediction. Any other slope takes all of them off it within an epoch, and of the
# three that we tried it hardly matters which one it was. Nobody starts like that? In [[training]] an ordinary start has
# every unit on its kink for one sample of four. Its input is 0, so the slope reaches the biases alone. Even so it
# decides the fate of about one network in fifteen.
#
# > **C04 · refined.** An answer says that it does not matter much whether the slope 0 or 1 is taken at 0. (Cross
# > Validated, 2016; Sarkar, 2018, says that it can safely be disregarded)
#
# The usual argument, "an exact 0 is rare, so the slope there is harmless", fails at its first step where zeros are
# structural. Where they are rounding zeros it holds as far as we looked, in small networks.
#
# **Exercise zeros.13.** Can the slope at the kink, 1 instead of 0, change the gradient of the unit's weights *for this
# sample*? The upstream gradient is not 0.
#
# 1. $w = (2, -1)$ and $b = 1$; the input is $(0, 1)$.
# 2. On paper $z = 0.1 + 0.2 - 0.3 = 0$; double precision computes $5.6 \cdot 10^{-17}$. The input is $(1, 1)$.
# 3. In half precision $z$ was $10^{-8}$ and is stored as 0; the input is a digit.
# 4. In half precision the bias is 0 and all inputs were $10^{-8}$, stored as 0; the weights are 1.
#
# Give a list of four, `True` or `False`.

# %% tags=["exercise"]
# begin solution: can_change = ...
can_change = [True, False, True, False]
# end solution
check("zeros.13", can_change)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "zeros.12"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# This table is optional: it collects the verdicts.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A network computes $E$ pre-activations and meets a zero with probability $1 - e^{-E p_0}$. Give a rare event
#   enough chances, and it is no longer rare.
# - The number $p_0$ belongs to an arithmetic: precision, place of the bias, order of the sum, number of roundings.
# - One standard for all counts. Our 32 bits pass a test that the published ones fail, but they see less. Our 16 bits
#   fail it as well.
# - For rounding zeros, in small networks, the slope at the kink made hardly any difference. For structural zeros it
#   can, and from a first layer of zeros it decides whether the network learns at all.
#
# **Sources.**
# - David Bertoin, Jérôme Bolte, Sébastien Gerchinovitz and Edouard Pauwels, [*Numerical influence of ReLU'(0) on
#   backpropagation*](https://arxiv.org/abs/2106.12915), 2021 (the zone; counts from the files of their repository
#   [deel-ai/relu-prime](https://github.com/deel-ai/relu-prime), commit a6eea34)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534), a
#   question with answers on Cross Validated, 2016 (C03, C04); Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C03); Kanchan Sarkar, [*ReLU: Not a Differentiable
#   Function: Why used in Gradient Based Optimization? and Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C04)
