# %% [markdown]
# # Hunt for exact zeros
#
# **The question.** ReLU has no derivative only where its input is exactly 0. How often does that happen in a real
# network, where do such zeros come from, and does it matter which slope is returned there?
#
# **You will learn**
# - where the kinks of a network lie, and why "almost everywhere" does not mean "but for countably many points"
# - why a computed number can be exactly 0, and how often that is: a law with one number in it
# - to tell rounding zeros from structural zeros
# - what may be said about something that was never seen
# - when the slope at the kink changes nothing, and when it decides everything
#
# **Before you start.** [[Frameworks]]: the slope at the kink is a convention. You need logarithms and the normal
# distribution.
#
# **Minutes:** 75.

# %%
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import sympy as sp
from scipy.stats import chi2_contingency

from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.intervals import mean_interval, wilson_interval
from course_lib.topics.zeros import experiment, figures, law, structure, sums

# %% [markdown]
# ## Predict
#
# Three questions, settled further down. Commit to a guess in each before you go on.

# %%
predict("zeros.p1")

# %%
predict("zeros.p2")

# %%
predict("zeros.p3")

# %% [markdown]
# ## Explore
#
# ### Where the kinks lie
#
# A unit computes $z = w \cdot x + b$ and hands on $\max(0, z)$. Its kink is where $z = 0$. As a function of $z$ that
# is one point. As a function of the input $x$ it is a line, if $x$ has two entries.
#
# The figure shows all kinks of a network 2-8-8-2 in the plane of its inputs. Look at the first layer, then at the
# second: where do its kinks bend? Then scrub through the training and watch the lines move across the samples.
# The dotted walk from A to B counts what it crosses: move B.

# %%
explore(
    figures.kink_lines,
    layer=Radio(["first layer", "second layer", "both layers"], value="both layers"),
    epoch=Range(0, 24, value=0, label="epoch", play=True),
    height=Range(-1.5, 1.5, 0.5, value=-1.0, label="height of B"),
)

# %% [markdown]
# A kink of the second layer bends exactly where it meets a line of the first: there the slope of its inputs changes.

# %% [markdown]
# > **C25 · refined.** Two texts say that units like ReLU are non-differentiable at only a small number of points.
# > (Cross Validated, 2017; Sarkar, 2018; links at the end)
#
# For the function $\max(0, z)$ of one number that is so: it is one point. For the network it is not. You cannot walk
# from A to B without crossing kinks, and training pushes kinks across the samples all the time.

# %%
first, second = structure.crossings(epoch=0)
passed, exactly = structure.swept_samples()
assert (first, second) == (5, 7) and passed > 3000 and exactly == 0
print(f"the walk from A to B crosses {first} kinks of the first layer and {second} of the second")
print("training: more than 3000 times a kink passes a sample; on one at the end of an epoch: never")

# %% [markdown]
# Crossed thousands of times, hit never. That is what *measure zero* means for a line in the plane: it has no area. But
# it has as many points as there are numbers: for each $x_1$ there is an $x_2$ with $w_1 x_1 + w_2 x_2 + b = 0$.
#
# With $n$ inputs the kink of a unit of the first layer is a *hyperplane*, of dimension $n - 1$; above it the kinks
# bend, as you saw. In the unit's own weights it is straight in every layer: whatever comes in as $x$, the $(w, b)$ with
# $w \cdot x + b = 0$ form a hyperplane. Small, but not a handful of points.
#
# **Exercise zeros.1.** Three units have $z_1 = x_1$, $z_2 = x_2$ and $z_3 = x_1 + x_2 + 1$. A straight walk leads from
# $(-1, 2)$ to $(2, -1)$. How many kinks does it cross?

# %% tags=["exercise"]
# begin solution: kinks_crossed = ...
kinks_crossed = 2
# end solution
check("zeros.1", kinks_crossed)

# %% [markdown]
# `hint("zeros.1")` gives a hint. `solution("zeros.1")` opens after a right answer or three different tries.

# %% [markdown]
# ### Small is not countable
#
# > **C26 · refuted.** An answer on the web explains "almost everywhere" as: with the exception of a finite or
# > countably infinite set of points. (Cross Validated, 2017)
#
# The exception may be any set of *measure zero*: one that fits into intervals (or squares) of as little total length
# (or area) as you like. A line in the plane is such a set, and nobody can count its points. Here is a set on the line
# itself.
#
# Take $[0, 1]$ and remove the open middle third. Remove the middle thirds of what is left, and so on. Look at the
# total length. Then choose an address, L for the left part and R for the right one, and follow it down.

# %%
explore(
    figures.cantor_stages,
    stage=Range(0, 6, value=1, label="stage"),
    address=Radio(list(figures.POINTS)),
)

# %%
lengths = {stage: sum(b - a for a, b in structure.intervals(stage)) for stage in (1, 2, 5, 10)}
assert all(length == Fraction(2, 3) ** stage for stage, length in lengths.items())
n = sp.Symbol("n", positive=True, integer=True)
assert sp.limit(sp.Rational(2, 3) ** n, n, sp.oo) == 0
for stage, length in lengths.items():
    print(f"stage {stage:>2}: {2**stage:>4} intervals, total length {float(length):.3f}")

# %% [markdown]
# The lengths tend to 0, so what is left in the end, the *Cantor set*, has measure zero. Yet every endless word of L
# and R leads to a point of it. The ends of the intervals are those that go on with L or R for ever. There are many
# more: $p = \tfrac14$ has the address LRLRLR…, since LR leads to $[\tfrac29, \tfrac13]$, a copy of $[0, 1]$ of a ninth
# of its length, and $p = \tfrac29 + \tfrac p9$.

# %%
p = sp.Symbol("p")
assert structure.interval_at("LR") == (Fraction(2, 9), Fraction(1, 3))
(quarter,) = sp.solve(sp.Eq(p, sp.Rational(2, 9) + p / 9), p)
ends = {end for stage in range(11) for pair in structure.intervals(stage) for end in pair}
assert structure.point_at("LR") == quarter and Fraction(1, 4) not in ends
print(f"p = {quarter}, and it is none of the {len(ends)} ends of the first 10 stages")

# %% [markdown]
# **Exercise zeros.2.** Which point of the Cantor set has the address RLRLRL…? (`Fraction(1, 4)` is an exact fraction.)

# %% tags=["exercise"]
# begin solution: point_of_turns = ...
point_of_turns = Fraction(3, 4)
# end solution
check("zeros.2", point_of_turns)

# %% [markdown]
# Why can they not be counted? Suppose somebody lists them: address 1, address 2, and so on. Build a new address that
# differs from address $k$ in letter $k$. It is in no place of the list. This is Cantor's *diagonal*. And a new address
# is a new point: two words part at some stage, and the left and the right part do not touch.

# %%
rng = np.random.default_rng(5)
listed = ["".join(rng.choice(["L", "R"], 40)) for _ in range(40)]
new = structure.missing(listed)
assert all(new[k] != address[k] for k, address in enumerate(listed)) and new not in listed
print("not in the list of 40:", new)

# %% [markdown]
# **Exercise zeros.3.** A list of addresses begins with LRLRL, RRRRR, LLRLL, RLRLR, LRRLR. Which five letters does the
# diagonal give? Write a list such as `["L", "R", "L", "R", "L"]`.

# %% tags=["exercise"]
# begin solution: not_listed = ...
not_listed = ["R", "L", "L", "R", "L"]
# end solution
check("zeros.3", not_listed)

# %% [markdown]
# A function may lack its derivative at just so many points. Take $f(x)$ = the distance from $x$ to the Cantor set: its
# difference quotients at $\tfrac14$ have no limit. Ends of the set come as near to $\tfrac14$ as you like, and gaps
# too.

# %%
start = Fraction(1, 4)
for turns in (1, 4, 8):
    low, high = structure.interval_at("LR" * turns)
    quotients = [structure.distance(x) / abs(x - start) for x in (low, (low + high) / 2)]
    assert quotients == [0, Fraction(2, 3)] and structure.distance(start) == 0
    print(f"within {float(high - low):.0e} of ¼: quotients {quotients[0]} and {quotients[1]}")

# %% [markdown]
# ## Derive
#
# ### How a computed number becomes 0
#
# A line has no area, so an input that is drawn from a *density* hits a kink with probability 0. Real digits have no
# density: many of their pixels are exactly 0, and that is a story of its own, further down. And real numbers are not
# what a computer has. Its numbers lie on a grid, and the *gap* between two neighbours grows with their size.

# %%
precisions = {16: np.float16, 32: np.float32, 64: np.float64}
for bits, dtype in precisions.items():
    at_0, at_16th = (int(np.log2(np.spacing(dtype(place)).astype(np.float64))) for place in (0, 1 / 16))
    print(f"{bits} bits: next to 0 the numbers are 2^{at_0} apart, next to 1/16 they are 2^{at_16th} apart")
assert np.spacing(np.float16(0)) == 2.0**-24 and np.spacing(np.float32(1 / 16)) == 2.0**-27

# %% [markdown]
# **Exercise zeros.4.** Which is the largest number that half precision rounds to 0? Give it exactly.

# %% tags=["exercise"]
# begin solution: largest_lost = ...
largest_lost = 2**-25
# end solution
check("zeros.4", largest_lost)

# %% [markdown]
# See it around 0. Then look around $\tfrac1{16}$, a typical size for the terms of a sum.

# %%
explore(figures.half_precision_steps, place=Radio(["around 0", "around 1/16"]))

# %% [markdown]
# **Half precision.** Let a pre-activation $z$ be added up in single precision and *rounded once, at the end*. It
# becomes 0 where $|z| \le 2^{-25}$, an interval as long as the gap at 0. If $z$ has the density $f$:
#
# $$p_0 = P(|z| \le 2^{-25}) \approx f(0) \cdot 2^{-24}.$$
#
# **Single precision.** Next to 0 the grid is so fine that $z$ is never rounded to 0. But let the bias be added last, to
# the sum $s$ of all the rest. Then $z$ is 0 where $s = -b$ exactly: where $s$ hits one number of a grid. The chance is
# again $f(0)$ times a gap, now the gap at $b$:
#
# $$p_0 \approx f(0) \cdot \text{mean gap at } b.$$
#
# Both are one rule: **density at 0 times the gap at which the last step works.** For a first layer of digits:

# %%
r = 1 / np.sqrt(784)
b = np.random.default_rng(0).uniform(-r, r, 100_000)
f0 = law.density_at_zero(experiment.Setting("float64", 256, 1))[0]
mean_gap = {bits: float(np.abs(np.spacing(b.astype(dtype))).mean()) for bits, dtype in precisions.items()}
print(f"f(0) is about {f0:.1f}")
print(f"16 bits, rounded once: p₀ of about {f0 * 2**-24:.1e}")
for bits in (32, 64):
    print(f"{bits} bits, bias last:    p₀ of about {f0 * mean_gap[bits]:.1e}")
assert 2**28 < mean_gap[32] / mean_gap[64] < 2**30

# %% [markdown]
# **Exercise zeros.5.** A pre-activation $z$ is normal with mean 0 and standard deviation 0.15. With which probability
# does half precision round it to 0? The answer counts within 1 % of its size. (`NormalDist(0, 0.15).pdf(0)` is the
# density at 0.)

# %% tags=["exercise"]
# begin solution: p_lost = ...
p_lost = NormalDist(0, 0.15).pdf(0) * 2**-24
# end solution
check("zeros.5", p_lost)

# %% [markdown]
# ### A law for rare events
#
# A network with $L$ hidden layers of $n$ units computes $E = n \cdot L \cdot N$ pre-activations for $N$ samples. Let
# each be 0 with the same small probability $p_0$, independently. Then none is 0 with probability
#
# $$(1 - p_0)^E = \Big(1 - \frac{\lambda}{E}\Big)^E \approx e^{-\lambda}, \qquad \lambda = E\, p_0.$$

# %% [markdown]
# So the probability of at least one zero is $P = 1 - e^{-n L N p_0}$. It is the *Poisson law*: width, depth and the
# number of samples enter only through their product.
#
# One refinement. The law counts zeros, and a zero that no gradient reaches changes nothing. We say a network is *in the
# zone* if, on some batch, the gradient of its first layer with slope 1 at the kink differs from that with slope 0. In
# the hunt below nearly every network with a zero is in the zone.
#
# **Exercise zeros.6.** With $p_0 = 10^{-8}$, three hidden layers of 256 units and 60 000 digits: with which
# probability is a network in the zone? The answer counts within 0.001.

# %% tags=["exercise"]
# begin solution: p_zone = ...
p_zone = 1 - np.exp(-3 * 256 * 60_000 * 1e-8)
# end solution
check("zeros.6", p_zone)

# %% [markdown]
# ## Measure
#
# ### A short hunt
#
# We draw 12 fresh networks 784-256-256-256-10, weights and biases uniform in $\pm 1/\sqrt{n_{\text{in}}}$, show each
# 4096 real digits of MNIST in batches of 256, and count pre-activations with $z = 0$ in the hidden layers.
#
# The exact counts depend on the processor: it decides in which order a sum is added up. So only ranges are printed
# here.

# %%
catch = {dtype: experiment.hunt(experiment.Setting(dtype, 256, 3), range(12)) for dtype in ("float16", "float32")}
zeros = {dtype: sum(caught.zeros) for dtype, caught in catch.items()}
computed = 12 * 3 * 256 * 4096
assert 2 <= zeros["float16"] <= 30 and zeros["float32"] <= 5
assert catch["float16"].zones >= 2 and catch["float32"].zones <= 5
print(f"{computed:,} pre-activations in each precision".replace(",", " "))
print("16 bits: between 2 and 30 are exactly 0.  32 bits: at most 5")

# %% [markdown]
# A handful in 38 million. One network has no chance to show a law. So a longer hunt was run before, and its counts
# come with the course. (`python -m course_lib.topics.zeros.sweep --rounds 9` runs it on your machine.)

# %%
long_hunt = {bits: law.rows_of(f"float{bits}") for bits in (16, 32, 64)}
networks = {bits: sum(row.networks for row in rows) for bits, rows in long_hunt.items()}
print(f"shipped results: {law.shipped().date}, NumPy {law.shipped().numpy}")
for bits, rows in long_hunt.items():
    counted = sum(sum(row.zeros) for row in rows)
    print(f"{bits} bits: {networks[bits]:>6} networks, {counted:>4} exact zeros")

# %% [markdown]
# Each point is one shape of network. To the right the networks are wider or deeper, or see more digits. The hollow
# points are counts that Bertoin, Bolte, Gerchinovitz and Pauwels published in 2021, on their machines, with 60 000
# digits. The line was fitted to ours alone. Compare width with depth, and 32 bits with 16.

# %%
explore(figures.zone_over_exposure, bits=Radio(["32 bits", "16 bits"]), varied=Radio(["width", "depth"]))

# %% [markdown]
# The fit takes all shapes of one precision together and looks for the one $p_0$ that makes the counts most likely. If
# that $p_0$ held for all, a *deviance* as large would come up with the probability "p-value". Below, the same test for
# the published counts of 32 bits.

# %%
published = sorted((row for row in law.PUBLISHED if row.setting.dtype == "float32"), key=lambda row: row.exposure)
fits = {bits: law.fit_p0(long_hunt[bits]) for bits in (32, 16)} | {"published": law.fit_p0(published)}
for name, fit in fits.items():
    print(f"{name!s:<9} p₀ = {fit.p0.estimate:.2e}, worst shape a factor of {fit.worst:.1f} away;", end=" ")
    print(f"deviance {fit.deviance:.1f}, degrees of freedom {fit.freedom}, p-value {fit.p_value:.1g}")
low, _, high = fits[32].p0
print(f"32 bits: p₀ lies between {low:.2e} and {high:.2e}, with 95 % confidence")
assert fits["published"].deviance > 200
assert 0.7e-8 < fits[32].p0.estimate < 1.5e-8 and fits[32].p_value > 0.05 and fits[32].worst < 1.5
assert fits[16].p_value < 0.001 and fits[16].worst < 2.6

# %% [markdown]
# Our 32 bits pass: one number fits 64-fold width and six-fold depth, and only there is its interval worth printing. Our
# 16 bits fail, and so do the published counts. Why, in a moment.
#
# > **C03 · refined.** Two texts say that a pre-activation of exactly 0 is rare. (Cross Validated, 2016; Mahmud, 2022)
#
# One pre-activation, yes: about 1 in 80 million in our 32 bits. A network that sees all of MNIST once is another
# matter: among the published ones 1024 wide, 87 % met such a zero.
#
# Does the number of zeros have the shape of Poisson's law, and does a zero change a gradient? Look at an event that
# is not so rare, $|z| \le 2^{-20}$, in 2000 networks for each width:

# %%
widest = max(row.share for row in published)
for width, tally in sums.shipped().tallies.items():
    k, m = np.arange(len(tally)), sum(tally)
    mean = np.dot(tally, k) / m
    variance = np.dot(tally, (k - mean) ** 2) / m
    print(f"{width:>3} wide: {tally[0] / m:.1%} have none, Poisson says {np.exp(-mean):.1%};", end=" ")
    print(f"variance / mean = {variance / mean:.2f}, Poisson says 1")
    assert 0.9 < variance / mean < 1.15 and abs(tally[0] / m - np.exp(-mean)) < 0.03
with_zero = sum(row.zones + row.unreached for row in law.shipped().rows)
print(
    f"{with_zero} networks of the long hunt have a zero; in {with_zero - sum(r.zones for r in law.shipped().rows)} "
    "of them it changes no gradient"
)
assert 0.85 < widest < 0.9

# %% [markdown]
# ### When one number is not enough
#
# In 16 bits the derivation tells why one $p_0$ fails: $p_0 = f(0) \cdot 2^{-24}$, and each layer has a density of its
# own. We estimate $f(0)$ in double precision, on other networks, and fit nothing.

# %%
for width, depth in ((16, 3), (64, 3), (256, 1), (256, 3), (256, 6)):
    row = law.row_of(experiment.Setting("float16", width, depth))
    counted = sum(row.zeros) / (row.networks * row.exposure)
    derived = law.rounded_once_p0(row.setting, networks=2048 // width)
    assert abs(np.log2(counted / derived)) < 0.35
    print(f"{width:>3} wide, {depth} deep: counted {counted:.1e}, derived {derived:.1e}")

# %% [markdown]
# The counts follow the density. It grows with depth, since with these weights the pre-activations shrink from layer to
# layer, until the biases keep them up.

# %%
densities = law.density_at_zero(experiment.Setting("float64", 256, 5), networks=24, samples=256)
assert 2 * densities[0] < densities[1] < densities[2] < min(densities[3:])
print("f(0) by layer:", ", ".join(f"{density:.0f}" for density in densities))

# %% [markdown]
# ### Move the bias
#
# In 32 bits $p_0$ depends on how the sum *ends*. Our networks multiply $(W\; b)$ by the inputs with a 1 below them: the
# bias is one term of the product. Others compute `X @ W.T + b`. In real numbers that is the same.
#
# We need not wait for zeros. The library picks digits and units at random and draws a bias within $2^{-21}$ of the one
# that cancels the sum; the share of exact zeros there, times $f(0) \cdot 2 \cdot 2^{-21}$, is $p_0$. You say how to add
# up: `terms` has one row for each pixel, and `.sum(axis=0)` adds row after row. Move `b`, turn the rows round
# (`terms[::-1]`), and run the cell again.


# %%
def bias_last(terms, b):
    return terms.sum(axis=0) + b


def bias_first(terms, b):
    return np.vstack([b, terms]).sum(axis=0)


moved = {add_up.__name__: sums.counted_p0(add_up) for add_up in (bias_last, bias_first)}
for name, (low, p0, high) in moved.items():
    print(f"{name:<10} p₀ = {p0:.1e}, from {low:.1e} to {high:.1e}")
(derived,) = sums.bias_last_p0(256, depth=1)
print(f"derived, bias last: {derived:.1e}")
assert moved["bias_last"].low < derived < moved["bias_last"].high and moved["bias_first"].high < derived / 2

# %% [markdown]
# Now all of it: five orders, three widths, three layers. Where does the order matter, and where does it not?

# %%
explore(
    figures.place_of_bias,
    order=Radio(list(sums.ORDERS), value="matrix product"),
    width=Radio({str(width): width for width in sums.WIDTHS}, value=256),
)

# %%
for width in sums.WIDTHS:
    for layer, derived in zip(sums.HIDDEN_LAYERS, sums.bias_last_p0(width, depth=3), strict=True):
        for order in sums.ORDERS:
            low, _, high = sums.shipped().p0[width, layer, order, "last"]
            assert 0.8 * low < derived < 1.25 * high
first_layer = [sums.shipped().p0[256, 1, order, "inside"] for order in sums.ORDERS]
assert min(p0.high for p0 in first_layer) < 1e-9 and max(p0.low for p0 in first_layer) > 1.5e-8

# %% [markdown]
# With the bias last, every order obeys the same law. Inside, the order decides: in the first layer $p_0$ goes from
# $8 \cdot 10^{-10}$, where the bias comes first, to $1.7 \cdot 10^{-8}$. Our matrix product adds the 785 terms of a
# first layer in blocks, and two large sums meet last. That one $p_0$ fitted all our shapes was partly luck. What do the
# published counts say? Nothing is fitted to them here:

# %%
for row in published:
    width, depth = row.setting[1:3]
    last = float(law.zone_probability(row.exposure, np.mean(sums.bias_last_p0(width, depth))))
    ours = float(law.zone_probability(row.exposure, fits[32].p0.estimate))
    print(f"{width:>4} wide, {depth} deep: published {row.share:5.1%}, bias last {last:5.1%}, our law {ours:5.1%}")
    if depth == 1:
        assert abs(row.share - last) < 0.01 < ours - row.share

# %% [markdown]
# The single hidden layer, where our own law is off by a factor of three, is explained if they add the bias last. Two of
# the deeper networks agree as well. The others meet more zeros than derived, with a $p_0$ up to 1.6 times as large. We
# do not know why.
#
# In 16 bits the last step weighs even more. Half precision has the gap $2^{-24}$ at 0. *bfloat16*, today's usual 16
# bits, keeps the range of single precision and only 8 binary digits. And if the sum is rounded *before* the bias is
# added, it meets the bias on the coarse grid of 16 bits:

# %%
for (name, times), (zeros_seen, n_seen) in sums.shipped().formats.items():
    low, share, high = wilson_interval(zeros_seen, n_seen)
    print(f"{name:<8} rounded {times:<5}: p₀ = {share:.1e}, from {low:.1e} to {high:.1e} ({zeros_seen} zeros)")
gap_16 = {"half": np.spacing(b.astype(np.float16)), "bfloat16": np.spacing(b.astype(np.float32)) * 2.0**16}
for name, gap in gap_16.items():
    print(f"{name:<8} rounded twice, derived: p₀ = {f0 * np.abs(gap.astype(np.float64)).mean():.1e}")

# %% [markdown]
# ### The size of the batches
#
# The size of the batches should not matter. In the published counts it does, by more than chance. We do not know why.
# It may be that a product of another size is added up in another order.

# %%
for batch, count in law.PUBLISHED_BY_BATCH.items():
    print(f"batches of {batch:>4}: {count} of 1000 networks in the zone")
counts = np.array(list(law.PUBLISHED_BY_BATCH.values()))
assert chi2_contingency([counts, 1000 - counts]).pvalue < 1e-6

# %% [markdown]
# ### Rounding zeros and structural zeros
#
# > **C24 · refined.** Two texts give a reason to shrug: a computed 0 was probably some small number that was rounded
# > to 0. (Cross Validated, 2017; Sarkar, 2018)
#
# For the zeros that we hunted in 32 bits it is true. Here are those of the first layer, computed again from the same
# weights in exact fractions.

# %%
X, _ = experiment.hunting_ground()
setting = experiment.Setting("float32", 256, 3)
exact = []
for zero in law.row_of(setting).found:
    if zero.layer > 0:
        continue
    network = experiment.fresh(setting, [zero.seed])
    w, b = network.W[0][0, zero.unit], network.b[0][0, zero.unit]
    exact.append(structure.exact_pre_activation(w, b, X[zero.sample]))
    assert exact[-1] != 0 and abs(float(exact[-1]) - zero.in_float64) < 1e-14
print(f"{len(exact)} zeros of the first layer, in exact arithmetic:")
print(", ".join(f"{float(z):.1e}" for z in exact[:6]), "…")

# %%
in_float64 = [abs(zero.in_float64) for row in long_hunt[32] for zero in row.found]
assert min(in_float64) > 0 and max(in_float64) < 1e-6
print(f"all {len(in_float64)} zeros of 32 bits, computed in 64 bits: none is 0, all below 10⁻⁶")

# %% [markdown]
# Those are *rounding zeros*. Others are 0 in exact arithmetic. Three ways to get them:
#
# - a unit without bias that sees only black pixels: 16 units that see a patch of 7 × 7 pixels each
# - an edge detector: the difference of two pixels side by side, which are often equal
# - a layer of which all inputs are off, with bias 0
#
# More bits do not help against these *structural zeros*.

# %%
kinds = ("black patches", "edges", "dead layer", "own biases")
zero_share = {kind: structure.zero_shares(kind) for kind in kinds}
for kind, share in zero_share.items():
    columns = [f"{dtype[5:]} bits: {100 * value:5.1f} %" for dtype, value in share.items()]
    print(f"{kind:<14}", "   ".join(columns))
for kind in ("black patches", "edges"):
    assert set(zero_share[kind].values()) == {structure.zero_shares_in_the_pixels(kind)}
assert set(zero_share["dead layer"].values()) == {1.0}
assert zero_share["own biases"]["float64"] == 0

# %% [markdown]
# The shares agree with what is in the pixels, to the last digit. (A unit without bias
# stays at 0 on a black patch, whatever its weights are. With a trained bias of its own it can leave: that is what the
# theorem of [[subgradients]] asks for.)
#
# They differ in what the slope can change. The gradient of a weight is $\delta \cdot \sigma'(z) \cdot x$. On a black
# patch and behind a dead layer the inputs $x$ are 0 as well, and the slope at the kink reaches the bias only.

# %%
for kind in kinds[:3]:
    weights, biases = structure.slope_changes(kind)
    changed = {True: "changed", False: "the same"}
    print(f"{kind:<14} slope 1 for slope 0: gradient of the weights {changed[weights]}, of the bias {changed[biases]}")
    assert weights == (kind == "edges") and biases

# %% [markdown]
# **Exercise zeros.7.** Rounding or structural?
#
# 1. A unit is 0 in half precision; in exact arithmetic it is not.
# 2. A unit without bias sees only black pixels.
# 3. All units below are off, and the bias is 0.
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
# ### What was never seen
#
# In 64 bits the hunt found nothing. That does not prove that there is nothing. How large may the probability $p$ of
# the zone still be? If it were $p$, none of $m$ networks would be in it with probability $(1 - p)^m$. That is 5 % for
# $p = 1 - 0.05^{1/m}$, and larger $p$ would have shown themselves even more likely. Since $\log 0.05 \approx -3$, this
# is about $3/m$: the *rule of three*.

# %%
m = networks[64]
assert sum(row.zones for row in long_hunt[64]) == 0
limit, rule = 1 - 0.05 ** (1 / m), 3 / m
assert limit < rule < 1.01 * limit
print(f"0 of {m} networks: p at most {limit:.2%} with 95 % confidence; the rule of three says {rule:.2%}")

# %% [markdown]
# (The networks are of three shapes, so $p$ is the mean over these. The published counts in 64 bits, for five widths,
# are 0 of 1000 each: that allows up to 0.3 % for each.) To see a zero in 64 bits you would have to compute some
# $10^{17}$ pre-activations, since its grid is $2^{29}$ times as fine as that of 32 bits.
#
# **Exercise zeros.8.** None of 500 networks was in the zone. Up to which probability $p$ does that still happen with a
# chance of at least 5 %? The answer counts within 1 % of its size.

# %% tags=["exercise"]
# begin solution: upper_limit = ...
upper_limit = 1 - 0.05 ** (1 / 500)
# end solution
check("zeros.8", upper_limit)

# %% [markdown]
# ### Does it matter?
#
# > **C04 · refined.** An answer says that it does not matter much whether the slope 0 or 1 is taken at 0. (Cross
# > Validated, 2016; Sarkar, 2018, says that it can safely be disregarded)
#
# Train the same network three times, with slope 0, ½ and 1 at the kink, from the same start, with the same batches. Do
# that for 20 starts in each precision, on the small digits. If no zero is hit, the weights agree bit for bit.

# %%
pairs = {bits: experiment.paired_runs(f"float{bits}") for bits in (16, 32, 64)}
same = {bits: int(pair.same.all(0).sum()) for bits, pair in pairs.items()}
assert same[64] == 20 and same[32] >= 18 and same[16] >= 8
for pair in pairs.values():
    low, _, high = mean_interval(pair.difference)
    assert pair.accuracy.mean() > 0.88 and -1 < low <= high < 1
    assert np.abs(pair.difference).mean() < 1 and np.abs(pair.difference).max() < 4
print("64 bits: all 20 runs agree bit for bit.  32 bits: at least 18.  16 bits: more than a third")
print("test accuracy, slope 1 − slope 0: in each precision the 95 % interval of the mean lies within ±1 point;")
print("a single run differs by less than 1 point on average, and by less than 4 at most")

# %% [markdown]
# In these small networks it does not matter. In 64 and 32 bits the slope was never asked for, or hardly ever. In 16
# bits it is asked for now and then, and such a run goes a slightly different way. With so few of them we cannot say
# more.
#
# Large networks are another matter. Bertoin and others report more than 10 points of test accuracy between slope 0 and
# slope 1 on ImageNet, in two runs. We cannot repeat that here.

# %% [markdown]
# ### Where the slope decides everything
#
# Now a start that puts *every* sample on the kink: a first layer of zeros. Choose the slope at the kink.

# %%
explore(
    figures.accuracy_from_zero,
    slope=Radio({"0": 0.0, "0.1": 0.1, "0.5": 0.5, "1": 1.0}, label="slope at the kink"),
)

# %%
start_from_zero = experiment.from_zero()
final = dict(zip(experiment.ZERO_SLOPES, start_from_zero.accuracy[:, -1], strict=True))
assert (start_from_zero.at_kink[:, 0] == 1).all() and start_from_zero.at_kink[0, -1] == 1
assert final[0.0] == 0.1 and all(final[slope] > 0.85 for slope in (0.1, 0.5, 1.0))
assert (start_from_zero.at_kink[1:, 1] == 0).all()
print("slope 0: 10 % right, as by chance, and all first pre-activations are still exactly 0")
print("slopes 0.1, 0.5 and 1: more than 85 % right, and no zero is left after one epoch")

# %% [markdown]
# With slope 0 the first layer gets the gradient $\delta \cdot 0 \cdot x = 0$ and never moves. Any other slope frees
# it with the first step, and then it hardly matters which one it was: after one epoch no zero is left. Nobody starts
# like that? In [[training]] an ordinary start has every unit on its kink for one sample of four. Its input is 0, so
# the slope reaches the biases alone. Even so it decides the fate of more than one network in ten.
#
# So the slope can decide where zeros are structural. Where they are rounding zeros it changed nothing that we could
# measure in small networks. In large ones it may.

# %% [markdown]
# ## Break it
#
# This layer computes in half precision. It multiplies, rounds, adds the bias, and rounds again.


# %%
def half_layer(W, b, X):
    """half(X Wᵀ + b)"""
    products = (X.astype(np.float32) @ W.T.astype(np.float32)).astype(np.float16)
    return (products + b).astype(np.float16)


W, b, X_small = experiment.half_cases()[0]
exact = structure.exact_pre_activation(W[0], b[0], X_small[0])
assert half_layer(W, b, X_small)[0, 0] == 0 != exact
print(f"exact {exact}, computed {half_layer(W, b, X_small)[0, 0]}")

# %% [markdown]
# The early rounding puts the sum on the coarse grid of the bias, and there they meet far more often.
#
# **Exercise zeros.9.** Mend `half_layer`: add sum and bias in single precision, and round to half precision once, at
# the end. It is tried on layers of many shapes, whose sums are exact in single precision.


# %% tags=["exercise"]
def half_layer(W, b, X):
    """half(X Wᵀ + b)"""
    # begin solution: return ...
    z = X.astype(np.float32) @ W.T.astype(np.float32) + b.astype(np.float32)
    return z.astype(np.float16)
    # end solution


check("zeros.9", half_layer)

# %% [markdown]
# ## Exercises
#
# `hint("zeros.10")` gives a hint. `solution("zeros.10")` opens after a right answer or three different tries.
#
# **Exercise zeros.10.** With $p_0 = 10^{-8}$ and six hidden layers of 1024 units: after how many digits is the chance
# of the zone one half? The answer counts within 1 % of its size.

# %% tags=["exercise"]
# begin solution: digits_needed = ...
digits_needed = np.log(2) / (6 * 1024 * 1e-8)
# end solution
check("zeros.10", digits_needed)

# %% [markdown]
# **Exercise zeros.11.** Of many networks of one shape, 20 % are in the zone after 4096 digits. How many per cent are
# after three times as many, by the Poisson law? The answer counts within 0.1.

# %% tags=["exercise"]
# begin solution: per_cent = ...
per_cent = 100 * (1 - 0.8**3)
# end solution
check("zeros.11", per_cent)

# %% [markdown]
# Stuck? Put the name of the exercise in the place of the dots: a hint comes, and the solution as soon as it is open.

# %%
stuck_at = ...  # for example "zeros.11"
if stuck_at is not ...:
    hint(stuck_at)
    solution(stuck_at)

# %% [markdown]
# ## Recap
#
# - The kinks of a first layer are lines and hyperplanes, those above it bend. They have measure zero, and they cannot
#   be counted.
# - A computed 0 is a *rounding zero*, which more bits remove, or a *structural zero*, which they do not.
# - The chance of a rounding zero follows $1 - e^{-n L N p_0}$, with $p_0$ = density at 0 × the gap at which the last
#   step works: about $10^{-8}$ in 32 bits, where the place of the bias and the order of the sum decide;
#   $f(0) \cdot 2^{-24}$ in IEEE half precision that is rounded once, and some hundred times as much if it is rounded
#   before the bias, too.
# - None of $m$ seen: with 95 % confidence the probability is at most about $3/m$. It need not be 0.
# - In our small networks the slope at the kink hardly matters for rounding zeros. For a layer that starts
#   from zeros it decides everything.
#
# | claim | verdict | why |
# |---|---|---|
# | C03 | refined | about 1 in 80 million pre-activations in our 32 bits; 87 % of wide networks meet one on MNIST |
# | C04 | refined | small paired runs agree, mostly bit for bit; from a first layer of zeros slope 0 stays at 10 % |
# | C24 | refined | true for rounding zeros; black patches, dead layers and equal pixels give true zeros |
# | C25 | refined | one point for one number; hyperplanes in a first layer's inputs and in a unit's own weights |
# | C26 | refuted | lines and the Cantor set have measure zero and cannot be counted |
#
# **Sources.**
# - David Bertoin, Jérôme Bolte, Sébastien Gerchinovitz and Edouard Pauwels, [*Numerical influence of ReLU'(0) on
#   backpropagation*](https://arxiv.org/abs/2106.12915), 2021 (the zone; counts from the files of their repository
#   [deel-ai/relu-prime](https://github.com/deel-ai/relu-prime), commit a6eea34)
# - Siméon Denis Poisson, [*Recherches sur la probabilité des
#   jugements*](https://fr.wikisource.org/wiki/Page:Poisson_-_Recherches_sur_la_probabilit%C3%A9_des_jugements_en_mati%C3%A8re_criminelle_et_en_mati%C3%A8re_civile,_1837.djvu/14),
#   1837
# - Samuel S. Wilks, [*The large-sample distribution of the likelihood ratio for testing composite
#   hypotheses*](https://doi.org/10.1214/aoms/1177732360), 1938 (intervals and deviance)
# - James A. Hanley and Abby Lippman-Hand, [*If nothing goes wrong, is everything all
#   right?*](https://doi.org/10.1001/jama.1983.03330370053031), 1983 (rule of three)
# - Georg Cantor, [*Über unendliche, lineare Punktmannichfaltigkeiten*, part 5](https://doi.org/10.1007/BF01446819),
#   1883, and [*Ueber eine elementare Frage der
#   Mannigfaltigkeitslehre*](https://www.jamesrmeyer.com/infinite/cantors-original-1891-proof), 1891
# - Nicholas J. Higham, [*Accuracy and Stability of Numerical Algorithms*](https://doi.org/10.1137/1.9780898718027), 2nd
#   edition, 2002 (rounding)
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C03, C04), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C24, C25, C26), both questions with
#   answers on Cross Validated; Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C03); Kanchan Sarkar, [*ReLU: Not a Differentiable
#   Function: Why used in Gradient Based Optimization? and Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C04, C24, C25)
