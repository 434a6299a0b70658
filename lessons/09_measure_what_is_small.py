# %% [markdown]
# # Measure what is small
#
# **The question.** ReLU has no derivative only where its input is exactly 0. Suppose the chance of such a 0 is tiny.
# How would you find out how tiny?
#
# **Why it matters.** Rare events are a part of training: a loss that overflows in one batch of a million, a test that
# fails once a month. "We ran it, and nothing happened" says little about them. Exact zeros can be derived and counted,
# so they are a good place to learn to say more.
#
# **You will learn**
# - why "probability 0" and "never" are different things
# - where an exact 0 in a computer comes from
# - to find a tiny chance by counting where it is larger
# - what a count tells you, and what you may say when you counted none
# - to ask whether one number explains several counts
#
# **Before you start.** [[Frameworks]]: the slope at the kink is a convention. You need logarithms and the density of
# the normal distribution.
#
# **Minutes:** 56.

# %%
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import sympy as sp
from scipy.special import xlogy
from scipy.stats import chi2, poisson
from IPython.display import display

from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.figures.matplotlib_renderer import show
from course_lib.intervals import poisson_interval
from course_lib.topics.zeros import experiment, figures, law, structure, sums

# %% [markdown]
# ## Predict
#
# Commit to a guess before you read on.

# %%
predict("small.p1")

# %% [markdown]
# ## Where the kinks lie
#
# Start on paper. A unit computes its *pre-activation* $z = w \cdot x + b$ and passes on $\max(0, z)$. As a function of
# $z$, the kink is one point. What is it as a function of the input $x$?
#
# The figure shows the kinks of a network 2-8-8-2, which learns to tell two interleaved crescents of points apart (the
# data set *two moons*). Look at each layer alone. The dotted walk from A to B counts the kinks that it crosses; drag B.
# In training the kinks move as well: the next cell follows all 16 units past all training points for 24 epochs.

# %%
explore(
    figures.kink_lines, layer=Radio(["first layer", "second layer", "both layers"], value="first layer"),
    height=Range(-1.5, 1.5, 0.5, value=-1.0, label="height of B"),
)

# %%
passed, exactly = structure.swept_samples()
print(f"a kink moved past a sample from one epoch to the next: {passed} times")
print(f"a sample exactly on a kink at the end of an epoch:    {exactly} times")

# %% tags=["assertion", "C25"]
assert structure.crossings(epoch=0) == [5, 7] and passed > 3000 and exactly == 0
on_the_kink = [[0.5, 2.0], [0.0, 1.0]]  # two of the many points with 0.5·x₁ − 0.25·x₂ + 0.25 = 0
assert [structure.exact_pre_activation([0.5, -0.25], 0.25, at) for at in on_the_kink] == [0, 0]

# %% [markdown]
# In the first layer each kink is a straight line: all $x$ with $w_1 x_1 + w_2 x_2 + b = 0$. With $n$ inputs it is a
# *hyperplane*, a flat set of dimension $n - 1$. A kink of the second layer bends where it meets one of the first,
# because a unit below switches on or off there. Two texts say that such units have no derivative "at only a small
# number of points" (C25). That is right for one number $z$, and leaves out how large the kink of a network is.
#
# Crossed thousands of times, hit never: how do these go together? A piece of a line has no area: it can be covered by
# squares of as little total area as you like. (Halve their side: twice as many will do, each a quarter as large, and
# their total area is halved.) Such a set has **measure zero**, and an input drawn from a *density* falls into it with
# probability 0. That is not "never". Spin a pointer: it stops somewhere, and that very place had the probability 0,
# too.

# %% [markdown]
# ## Two ways around "probability 0"
#
# The argument rests on two conditions, a density and real numbers. In training the first can fail, and the second
# always does.
#
# **No density.** Many pixels of a real digit are exactly 0. Here a unit without a bias sees only the upper left corner
# of 1024 digits of MNIST, 7 by 7 pixels.

# %%
X, _ = experiment.hunting_ground()
corner = X[:1024].reshape(-1, 28, 28)[:, :7, :7].reshape(-1, 49)
w = np.random.default_rng(0).uniform(-1, 1, 49)
for dtype in (np.float16, np.float32, np.float64):
    z = corner.astype(dtype) @ w.astype(dtype)
    print(f"{dtype.__name__}: z is exactly 0 for {np.mean(z == 0):.1%} of the digits")
print(f"the corner is black in {np.mean((corner == 0).all(axis=1)):.1%}")

# %% tags=["assertion"]
assert np.mean(z == 0) == np.mean((corner == 0).all(axis=1)) > 0.9
for kind in ("black patches", "edges"):
    assert set(structure.zero_shares(kind).values()) == {structure.zero_shares_in_the_pixels(kind)}
assert set(structure.zero_shares("dead layer").values()) == {1.0}

# %% [markdown]
# These are **structural zeros**: exact arithmetic gives 0 as well, and more bits change nothing. Units whose inputs are
# all off make them, if the bias is 0; so do equal pixels under weights 1 and −1, and weights and biases that start from
# 0.
#
# **No real numbers.** What a computer stores lies on a grid, and the *gap* between neighbours grows with their size. A
# **rounding zero** is a number that the grid turned into 0, or a sum that cancels on it though its exact value is
# not 0. Half precision, the 16 bits of `np.float16`, keeps 11 binary digits, a 1 and ten more: from $2^e$ to $2^{e+1}$
# its numbers are $2^{e-10}$ apart. But $e$ stops at −14: from there down to 0 the gap stays $2^{-24}$.

# %%
for dtype in (np.float16, np.float32, np.float64):
    for place in (0, 1 / 16):
        gap = float(np.spacing(dtype(place)))
        print(f"{dtype.__name__}, next to {place:<6}: gap 2^{np.log2(gap):.0f}")

# %% tags=["assertion"]
assert np.spacing(np.float16(0)) == 2.0**-24 and np.spacing(np.float32(1 / 16)) == 2.0**-27

# %% [markdown] tags=["optional"]
# ### To the last digit
#
# This section is optional.
#
# **Exercise zeros.4.** Which is the largest number that half precision rounds to 0? Give it exactly.

# %% tags=["exercise"]
# begin solution: largest_lost = ...
largest_lost = 2**-25
# end solution
check("zeros.4", largest_lost)

# %% [markdown]
# ### Look at the grid
#
# See it around 0. Then look around $\tfrac1{16}$, a typical size for a pre-activation.

# %%
explore(figures.half_precision_steps, place=Radio(["around 0", "around 1/16"]))

# %% [markdown]
# ## Count where it is not rare
#
# How likely is a rounding zero? The digits are fixed; what is random is the weights and biases, drawn uniformly from
# $\pm 1/\sqrt{784}$, and they give $z$ its density. We could wait a long time for a zero. So make the gap wide, count,
# and watch what happens as it gets finer. Here are four first layers of 256 units, on 4096 digits, with $z$ rounded to
# multiples of the gap, on a made-up grid. (Next to 0 half precision *is* such an even grid, with the gap $2^{-24}$.)
# What will a grid four times as fine do to the count?

# %%
def first_layer(seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1 / 28, 1 / 28, (256, 784)), rng.uniform(-1 / 28, 1 / 28, 256)


z = np.concatenate([X.astype(float) @ W.T + b for W, b in map(first_layer, range(4))])
print("gap   zeros of 4 million     share   share/gap")
for power in (8, 10, 12, 14, 18, 24):
    zeros = np.count_nonzero(np.round(z * 2.0**power) == 0)
    print(f"2^-{power:<3} {zeros:>17} {zeros / z.size:>9.1e} {zeros / z.size * 2**power:>11.2f}")

# %% tags=["assertion"]
ratios = [np.count_nonzero(np.abs(z) <= 2.0 ** -(power + 1)) / z.size * 2**power for power in (8, 10, 12, 14)]
assert all(2.0 < ratio < 2.3 for ratio in ratios)
assert abs(ratios[0] / law.density_at_zero(experiment.Setting("float64", 256, 1))[0] - 1) < 0.05

# %% [markdown]
# The share is proportional to the gap: on logarithmic axes all points but the last lie on a line of slope 1. The reason
# is that $z$ becomes 0 where $|z| \le \text{gap}/2$, an interval as long as the gap next to 0. If $z$ has the density
# $f$, and $f$ is nearly level over so short an interval, its probability is
#
# $$p_0 \approx f(0) \cdot \text{gap}.$$
#
# So the last column estimates $f(0)$: about 2.1 (2.13 in the code). Another slope would refute the law.
#
# Half precision has the gap $2^{-24}$ next to 0. (The gap at the usual size of $z$ does not matter here: only a $z$
# close to 0 can be rounded to 0.) We predict $p_0 = 2.1 \cdot 2^{-24} = 1.3 \cdot 10^{-7}$, or one in eight million. Of
# the answers at the start, that is "ten million". We have followed the line to where there are hardly any counts. The
# density belongs to the weights and the digits, whatever the number format; but we assume that it is level all the way
# to 0, and that nothing else makes zeros there. So it has to be tested. (The last row seems to disagree; we come back
# to it.)
#
# **Exercise zeros.5.** A pre-activation $z$ is normal with mean 0 and standard deviation 0.15. With which probability
# does half precision round it to 0? The answer counts within 1 % of its size. (`NormalDist(0, 0.15).pdf(0)` is the
# density at 0.)

# %% tags=["exercise"]
# begin solution: p_lost = ...
p_lost = NormalDist(0, 0.15).pdf(0) * 2**-24
# end solution
check("zeros.5", p_lost)

# %% [markdown]
# Now the test: fifty layers, 52 million pre-activations, added up in single precision and rounded to half precision
# once, at the end.

# %% tags=["nbval-ignore-output"]
lost, single = [], 0
for W, b in map(first_layer, range(50)):
    z32 = X @ W.astype(np.float32).T + b.astype(np.float32)
    lost += z32[z32.astype(np.float16) == 0].tolist()
    single += np.count_nonzero(z32 == 0)
print(f"half precision: {len(lost)} zeros, predicted {2.13 * 2**-24 * 50 * z32.size:.1f}")
print("in single precision they were:", *(f"{value:.1e}" for value in lost))
print(f"single precision: {single} zeros")

# %% tags=["assertion", "C24"]
assert 1 <= len(lost) <= 20 and single <= 4 and np.abs(lost).max() < 2**-24.9
found = [zero.in_float64 for row in law.rows_of("float32") for zero in row.found]
assert len(found) > 300 and min(map(abs, found)) > 0 and max(map(abs, found)) < 1e-6
edges = structure.zero_shares("edges")
assert edges["float16"] == edges["float64"] > 0.5

# %% [markdown]
# > **C24 · refined.** Two texts see no problem in the kink: a computed 0, they say, was probably some small number that
# > was rounded to 0. (Cross Validated, 2017; Sarkar, 2018)
#
# Of the zeros that you have just counted in half precision it is true. Of the black corner it is false, and that kind
# of zero, which the texts leave out, is by far the more frequent one where it occurs.
#
# ## How far to trust a count
#
# The count is close to the prediction. How close should it come? And why does the last row of the table, with its two
# zeros, seem to say that $f(0)$ is 8? To see how counts of about two scatter, repeat one: 100 fresh networks with three
# hidden layers, 512 digits, and the gap $2^{-17}$, which makes about two zeros in a first layer.

# %%
def zeros_by_layer(seed, digits, gap=2.0**-17):
    rng, a, counts = np.random.default_rng(seed), digits, []
    for n_in in (784, 256, 256):
        r = n_in**-0.5
        z = a @ rng.uniform(-r, r, (256, n_in)).T + rng.uniform(-r, r, 256)
        counts.append(np.count_nonzero(np.round(z / gap) == 0))
        a = np.maximum(0, z)
    return counts


digits = X[:512].astype(float)
counts = np.array([zeros_by_layer(seed, digits) for seed in range(100)])
print("first layers of the first 20 networks:", *counts[:20, 0])

# %% [markdown]
# Is there a rule for the scatter? Let each of $E$ pre-activations be 0 with the small probability $p_0$, independently.
# (Ours are nearly so: units share digits and digits share weights, but two zeros hardly ever come together.) Then
# $\lambda = E p_0$ zeros are expected, and the probability that none comes at all is
#
# $$(1 - p_0)^E = \Big(1 - \frac{\lambda}{E}\Big)^E \approx e^{-\lambda}.$$
#
# And $k$ zeros? Which $k$ of the $E$ they are can be chosen in about $E^k/k!$ ways. Each of them is 0 with probability
# $p_0$, and none of the others is, with about $e^{-\lambda}$. Together that makes $e^{-\lambda} \lambda^k / k!$. This
# is the **Poisson law**: whatever the width, the number of samples or the precision, only $\lambda$ matters.

# %%
mean = counts[:, 0].mean()
print(f"mean {mean:.2f}, variance {counts[:, 0].var():.2f}\n k  networks  Poisson law")
for k in range(7):
    print(f"{k:>2} {np.sum(counts[:, 0] == k):>9} {100 * poisson.pmf(k, mean):>12.1f}")

# %% tags=["assertion"]
assert 0.7 < counts[:, 0].var() / mean < 1.4
for tally in sums.shipped().tallies.values():
    k, m = np.arange(len(tally)), sum(tally)
    rate = np.dot(tally, k) / m
    assert 0.9 < np.dot(tally, (k - rate) ** 2) / m / rate < 1.15 and abs(tally[0] / m - np.exp(-rate)) < 0.03

# %% [markdown]
# Its variance equals its mean (each trial adds $p_0(1 - p_0) \approx p_0$, together $\lambda$). Hence a rule of thumb:
# a count of $k$ is uncertain by about $\sqrt k$, or $2\sqrt k$ to be right 95 times in 100. Variances of independent
# counts add, so the difference of two counts $a$ and $b$ is uncertain by $\sqrt{a + b}$: 31 and 55, from two equally
# long runs, differ by 24, more than twice $\sqrt{86} = 9.3$, and that is hardly chance. For small counts the rule
# fails, and $0 \pm 0$ is nonsense. Use the **95 % interval** instead: keep every $\lambda$ that does not make our count
# a surprise. Neither a count as high as ours nor one as low may have a chance below 2.5 %.

# %%
for k in (0, 2, 6, 100):
    low, _, high = poisson_interval(k)
    print(f"counted {k:>3}: λ lies between {low:.2f} and {high:.2f}")

# %% tags=["assertion"]
for k in (2, 6):
    low, _, high = poisson_interval(k)
    below = sum(np.exp(-high) * high**j / sp.factorial(j) for j in range(k + 1))
    above = 1 - sum(np.exp(-low) * low**j / sp.factorial(j) for j in range(k))
    assert abs(below - 0.025) < 1e-6 and abs(above - 0.025) < 1e-6
assert poisson_interval(2).low < 0.53 < poisson_interval(2).high

# %% [markdown]
# Two zeros agree with any $\lambda$ from 0.24 to 7.2, and the last row should have
# $2.1 \cdot 2^{-24} \cdot 4.2 \cdot 10^6 = 0.53$ of them. No contradiction: two zeros tell us very little.
#
# **Exercise small.1.** Somebody counts 9 zeros in 40 million pre-activations. Give the 95 % interval of $p_0$, a list
# of its two ends, each within 1 % of its size. (`poisson_interval` returns low, estimate and high: leave out the
# estimate.)

# %% tags=["exercise"]
# begin solution: p0_interval = ...
p0_interval = [poisson_interval(9).low / 40e6, poisson_interval(9).high / 40e6]
# end solution
check("small.1", p0_interval)

# %% [markdown]
# ### What was never seen
#
# In single precision you counted few zeros, or none. "It does not happen", one says then. Put a number on it instead.
# If $p$ is the chance in each of $m$ trials, none comes with probability $(1 - p)^m$. For which $p$ is that 5 %? Take
# logarithms: $m \log(1 - p) = \log 0.05 \approx -3$, and $\log(1 - p) \approx -p$ for a small $p$. So $p \approx 3/m$,
# the **rule of three**. A larger $p$ would have shown us something in more than 95 of 100 tries; so we say, with 95 %
# confidence, that $p$ is no larger. No zero in 52 million still allows a $p$ of up to $6 \cdot 10^{-8}$. (The interval
# above ends at 3.69 because it leaves only 2.5 % on this side.)

# %% tags=["assertion"]
assert all(1 - 0.05 ** (1 / m) < 3 / m < 1.17 * (1 - 0.05 ** (1 / m)) for m in (10, 1000, 52_428_800))
assert 5.5e-8 < 1 - 0.05 ** (1 / 52_428_800) < 6e-8

# %% [markdown]
# **Exercise zeros.8.** None of 500 networks met a zero. Up to which probability $p$ does that still happen with a
# chance of at least 5 %? The answer counts within 1 % of its size.

# %% tags=["exercise"]
# begin solution: upper_limit = ...
upper_limit = 1 - 0.05 ** (1 / 500)
# end solution
check("zeros.8", upper_limit)

# %% [markdown]
# ## One number for several counts?
#
# You have used one $f(0)$ for all first layers. Was that allowed, and would one do for deeper layers, too? Does one
# $p_0$ explain the counts of 20 first layers, or the sums over each of the three layers? Twenty counts make 190 pairs,
# and some pair always looks odd. So take one measure for all of them, the **deviance**: twice the logarithm of how much
# more probable the counts are if each has a rate of its own than if all share one. For counts $k_i$ with mean $\bar k$
# it is
#
# $$D = 2 \sum_i k_i \log \frac{k_i}{\bar k},$$
#
# 0 for equal counts, and the larger the more they scatter. If they come from unequally many trials $E_i$, the expected
# counts $E_i \hat p$ with $\hat p = \sum k_i / \sum E_i$ take the place of $\bar k$. How much scatter is too much? See
# what chance alone does: draw sets of counts that obey one Poisson law, 10 000 times, and compute $D$ of each.
# (`xlogy(k, q)` is $k \log q$, and 0 where $k = 0$.)

# %%
def deviance(k):
    return 2 * xlogy(k, k / k.mean(axis=-1, keepdims=True)).sum(axis=-1)


def by_chance(seen):
    return deviance(np.random.default_rng(0).poisson(seen.mean(), (10_000, len(seen))))


for name, seen in {"20 networks": counts[:20, 0], "3 layers": counts[:20].sum(axis=0)}.items():
    D, drawn = deviance(seen), by_chance(seen)
    print(f"{name:<11} D = {D:.1f}; by chance {drawn.mean():.1f} on average, as large {np.sum(drawn >= D)} times")

# %% tags=["assertion"]
assert 0.3 < np.mean(by_chance(counts[:20, 0]) >= deviance(counts[:20, 0])) < 0.6 and np.sum(drawn >= D) == 0
densities = law.density_at_zero(experiment.Setting("float64", 256, 3))
assert densities[2] > 1.4 * densities[1] > 2.5 * densities[0]

# %% [markdown]
# The share of draws in which chance makes at least as much scatter as was observed is the **p-value**. For the 20
# networks it is 0.44, nothing unusual. For the three layers it is 0 of 10 000, below 0.0003 by the rule of three: one
# $p_0$ for all layers is *rejected*. The pre-activations shrink from layer to layer, so that $f(0)$ grows. It is usual
# to reject below 0.05. Then 1 test in 20 rejects where there is nothing: whoever makes many tests will find something.
# And small counts scatter so much that they reject little, even where there is something.
#
# By chance $D$ is about the number of counts minus the number of things fitted to them, here one: $\bar k$ follows the
# counts a little. That makes 19 and 2, the **degrees of freedom**. (Counts as small as ours, near 2, make it 21.6
# instead of 19.)
#
# **Exercise small.2.** Suppose the p-value of some 20 networks is 0.15. True or false?
#
# 1. If one $p_0$ held for all of them, about 15 of 100 such experiments would scatter at least as much.
# 2. The probability that one $p_0$ holds for all of them is 15 %.
# 3. Since 0.15 is above 0.05, it is shown that one $p_0$ holds.
# 4. If their $p_0$ did differ, fewer digits would make it harder to notice.
#
# Give a list of four.

# %% tags=["exercise"]
# begin solution: about_the_p_value = ...
about_the_p_value = [True, False, False, True]
# end solution
check("small.2", about_the_p_value)

# %% [markdown] tags=["optional"]
# ### A curve instead of draws
#
# This section is optional. The dashed curve $\chi^2$ ("chi squared") with the same degrees of freedom replaces the
# draws where counts are not small. For counts near 2 it lies too far left, and would turn our 0.44 into 0.27. Trust the
# draws there.

# %%
seen = counts[:20, 0]
show(figures.deviance_by_chance(by_chance(seen), deviance(seen), 20, "20 networks"))

# %% tags=["assertion"]
assert 0.25 < chi2.sf(deviance(counts[:20, 0]), 19) < 0.29

# %% [markdown]
# ## Break it: sixteen bits are not one thing
#
# Our law was for half precision that is rounded *once*. Some programs round the sum, add the bias, and round again. The
# rounded sum can take only values that are one gap apart. As $b$ has the same 16 bits, one of them is $-b$, and it
# alone makes 0. So its share is the density of $z$ at 0 times *that* gap: the gap at $b$ counts, and not the one at 0.
# One such layer had 31 zeros, far more than one of your fifty. Another format of 16 bits is common in training:
# **bfloat16** has the exponents of single precision, and keeps only 8 binary digits where half precision keeps 11. Its
# gap at $b$ is eight times as wide, and one layer had 214 zeros.
#
# All of it is "16 bits": ask in which arithmetic a number was measured. And single precision? Next to 0 its gap is
# $2^{-149}$, so the law for that place says "never". Its zeros come in this second way as well: with the bias added
# last, put the gap at $b$, about $2^{-29}$, into the same law. How often a whole network meets a zero is the question
# of [[zeros]].
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "zeros.5"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### Count them
#
# This section is optional: the two layers of which you have just read, and what the law says of them.

# %% tags=["nbval-ignore-output"]
def bfloat16(values):
    fraction, exponent = np.frexp(values)
    return np.ldexp(np.round(fraction * 2**8) / 2**8, exponent)


def half(values):
    return values.astype(np.float16).astype(np.float32)


W32, b32 = (values.astype(np.float32) for values in first_layer(0))
gap_at_b = {"half": np.spacing(abs(b32).astype(np.float16)), "bfloat16": np.spacing(abs(b32)) * 2**16}
for name, to in {"half": half, "bfloat16": bfloat16}.items():
    total = to(X) @ to(W32).T
    once, twice = to(total + to(b32)), to(to(total) + to(b32))
    by_law = 2.1 * gap_at_b[name].mean(dtype=float) * twice.size
    print(f"{name:<8} zeros rounded once {np.sum(once == 0)}, twice {np.sum(twice == 0)}, by the gap at b {by_law:.0f}")

# %% tags=["assertion"]
assert np.array_equal(bfloat16(W32), experiment.bfloat16(W32)) and np.array_equal(bfloat16(X), experiment.bfloat16(X))
assert np.array_equal(once == 0, total + bfloat16(b32) == 0) and 150 < np.sum(twice == 0) < 320
half_twice = experiment.rounded_sum(W32, b32, X, "half", early=True)
assert 10 < np.sum(half_twice == 0) < 60
counted = {how: zeros / computed for how, (zeros, computed) in sums.shipped().formats.items()}
b_many = np.abs(np.random.default_rng(1).uniform(-1 / 28, 1 / 28, 100_000))
assert abs(counted["half", "twice"] / (2.13 * np.spacing(b_many.astype(np.float16)).mean(dtype=float)) - 1) < 0.1
gap_of_bfloat16 = 2**16 * np.spacing(b_many.astype(np.float32)).mean(dtype=float)
assert abs(counted["bfloat16", "twice"] / (2.13 * gap_of_bfloat16) - 1) < 0.1

# %% [markdown]
# The counts agree with the gap at $b$: 214 and 241 differ by 27, and $2\sqrt{214} = 29$. For zeros that are rounded
# once we need longer counts, which come with the course:

# %%
for (name, times), (zeros, computed) in sums.shipped().formats.items():
    low, p0, high = np.array(poisson_interval(zeros)) / computed
    print(f"{name:<8} rounded {times:<5}: p₀ = {p0:.1e}, from {low:.1e} to {high:.1e}")

# %% tags=["assertion"]
assert counted["half", "once"] > 4 * counted["bfloat16", "once"] > 4e-8
low, _, high = poisson_interval(sums.shipped().formats["half", "once"][0])
assert low < 2.13 * 2**-24 * sums.shipped().formats["half", "once"][1] < high

# %% [markdown]
# In bfloat16 rounded once, the gap at 0 is $2^{-133}$: its zeros arise earlier, where the sum, rounded to single
# precision, is exactly $-b$. (Now and then it is so in exact arithmetic, too.)

# %% [markdown] tags=["optional"]
# ## More: what "almost everywhere" leaves out
#
# This section is optional.
#
# **Exercise zeros.1.** Three units have $z_1 = x_1$, $z_2 = x_2$ and $z_3 = x_1 + x_2 + 1$. A straight walk leads from
# $(-1, 2)$ to $(2, -1)$. How many kinks does it cross?

# %% tags=["exercise"]
# begin solution: kinks_crossed = ...
kinks_crossed = 2
# end solution
check("zeros.1", kinks_crossed)

# %% [markdown]
# "Almost everywhere" is sometimes explained as: but for a finite or countable set of points. *Countable* means that the
# points fit into a list: first, second, third, and so on. A line has a point for each real number $x_1$, namely
# $x_2 = -(w_1 x_1 + b)/w_2$ if $w_2 \ne 0$, and the real numbers fit into no list. So the exception may be any set of
# measure zero, countable or not: "almost everywhere" speaks of size, not of number.
#
# > **C26 · refuted.** An answer explains "almost everywhere" as: with the exception of a finite or countably infinite
# > set of points. (Cross Validated, 2017)
#
# Is that because a line lies in a plane? Stay on the line: take $[0, 1]$ and remove the open middle third. Remove the
# middle thirds of what is left, and so on.

# %%
predict("zeros.p3")

# %% [markdown]
# Look at the total length. Then choose an address, L for the left part and R for the right one, and follow it down.

# %%
explore(
    figures.cantor_stages,
    stage=Range(0, 6, value=1, label="stage"),
    address=Radio(list(figures.POINTS)),
)

# %%
for stage in (1, 2, 5, 10):
    parts = structure.intervals(stage)
    print(f"stage {stage:>2}: {len(parts):>4} intervals, total length {float(sum(b - a for a, b in parts)):.3f}")

# %% tags=["assertion"]
assert all(sum(b - a for a, b in structure.intervals(stage)) == Fraction(2, 3) ** stage for stage in (1, 2, 5, 10))

# %% [markdown]
# The lengths tend to 0, so what is left in the end, the *Cantor set*, has measure zero. Yet every endless word of L
# and R leads to a point of it. The ends of the intervals are those that go on with L or R for ever, and there are many
# more: $p = \tfrac14$ has the address LRLRLR…, since LR leads to $[\tfrac29, \tfrac13]$, a copy of $[0, 1]$ of a ninth
# of its length, and $p = \tfrac29 + \tfrac p9$.

# %%
p = sp.Symbol("p")
print("LR leads to", *structure.interval_at("LR"), "and p is", *sp.solve(sp.Eq(p, sp.Rational(2, 9) + p / 9), p))

# %% tags=["assertion"]
assert structure.interval_at("LR") == (Fraction(2, 9), Fraction(1, 3)) and structure.point_at("LR") == Fraction(1, 4)
assert Fraction(1, 4) not in {end for stage in range(11) for pair in structure.intervals(stage) for end in pair}

# %% [markdown]
# **Exercise zeros.2.** Which point of the Cantor set has the address RLRLRL…? (`Fraction(1, 4)` is an exact fraction.)

# %% tags=["exercise"]
# begin solution: point_of_turns = ...
point_of_turns = Fraction(3, 4)
# end solution
check("zeros.2", point_of_turns)

# %% [markdown]
# These points cannot be listed either. Suppose that somebody did: address 1, address 2, and so on. Build a new address
# that differs from address $k$ in letter $k$. It stands nowhere in the list. This is Cantor's *diagonal*. And a new
# address is a new point: two words part at some stage, and the left and the right part do not touch. (Georg Cantor
# published the set in [1883](https://doi.org/10.1007/BF01446819) and the diagonal in
# [1891](https://www.jamesrmeyer.com/infinite/cantors-original-1891-proof).)

# %%
rng = np.random.default_rng(5)
listed = ["".join(rng.choice(["L", "R"], 40)) for _ in range(40)]
print("not in the list of 40:", structure.missing(listed))

# %% tags=["assertion", "C26"]
x1, x2, w1, w2, b0 = sp.symbols("x1 x2 w1 w2 b", real=True)
assert sp.solve(w1 * x1 + w2 * x2 + b0, x2) == [(-b0 - w1 * x1) / w2]
assert all(structure.missing(listed)[k] != address[k] for k, address in enumerate(listed))

# %% [markdown]
# **Exercise zeros.3.** A list of addresses begins with LRLRL, RRRRR, LLRLL, RLRLR, LRRLR. Which five letters does the
# diagonal give? Write a list such as `["L", "R", "L", "R", "L"]`.

# %% tags=["exercise"]
# begin solution: not_listed = ...
not_listed = ["R", "L", "L", "R", "L"]
# end solution
check("zeros.3", not_listed)

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# This table is optional: it collects the verdicts.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A kink is a hyperplane in a first layer's inputs, crossed all the time. It has measure zero: that speaks of size.
# - A *structural zero* is 0 in exact arithmetic as well; a *rounding zero* was made by the computer's grid.
# - $p_0 \approx f(0) \cdot \text{gap}$. Count where the gap is wide, find the law, test it where it is fine.
# - A count of $k$ is uncertain by about $2\sqrt k$. None of $m$ leaves room up to about $3/m$.
# - A p-value is the share of draws in which chance alone scatters as much. A small one rejects; a large one proves
#   nothing.
#
# **Sources.**
# - Siméon Denis Poisson, [*Recherches sur la probabilité des
#   jugements*](https://fr.wikisource.org/wiki/Page:Poisson_-_Recherches_sur_la_probabilit%C3%A9_des_jugements_en_mati%C3%A8re_criminelle_et_en_mati%C3%A8re_civile,_1837.djvu/14),
#   1837
# - Samuel S. Wilks, [*The large-sample distribution of the likelihood ratio for testing composite
#   hypotheses*](https://doi.org/10.1214/aoms/1177732360), 1938 (deviance and degrees of freedom)
# - James A. Hanley and Abby Lippman-Hand, [*If nothing goes wrong, is everything all
#   right?*](https://doi.org/10.1001/jama.1983.03330370053031), 1983 (rule of three)
# - On the web: [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), a question with answers on Cross Validated,
#   2017 (C24, C25, C26); Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based
#   Optimization? and Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C24, C25)
