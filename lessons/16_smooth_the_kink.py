# %% [markdown]
# # Smooth the kink
#
# **The question.** If we smooth the kink of ReLU away, what changes, and what does not?
#
# **Why it matters.** Many language models of today use GELU, SiLU or a relative of theirs in place of ReLU. All of
# these are smooth, so nobody has to choose a slope at 0. But other things went with the kink, and new ones came. If you
# choose an activation, or move a network from one library to another, you want to know which.
#
# **You will learn**
# - for which $\alpha$ ELU is smooth, and how smooth
# - where a slope that is never 0 on paper is exactly 0 in your network
# - what GELU, SiLU and squared ReLU change besides the kink
# - when a narrow bend passes for a kink
#
# **Before you start.** [[Proof]]: one-sided derivatives. [[Subgradients]]: the Clarke set. [[Zeros]]: floating point.
# [[Finding]]: dead units.
#
# **Minutes:** 60.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import one_sided_derivative
from course_lib.data import digits
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.intervals import mean_interval
from course_lib.networks import ACTIVATIONS, SGD, Network, train
from course_lib.topics.rectifiers import smooth, smooth_figures as figures

# %% [markdown]
# ## Predict
#
# Commit to a guess first.

# %%
predict("smooth.p1")

# %%
predict("smooth.p2")

# %% [markdown]
# ## Explore
#
# The *exponential linear unit* by Clevert, Unterthiner and Hochreiter bends the left half of ReLU into an exponential:
#
# $$\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0. \end{cases}$$
#
# Move $\alpha$ and watch the slope, the dashed line. When do its two ends meet? Does the slope itself then have a
# corner?

# %%
explore(figures.elu_bend, alpha=Range(0.25, 2, 0.25, value=0.5, label="α"))

# %% [markdown]
# ## Derive
#
# The calculus of this course settles what the picture suggests, for every $\alpha$ at once.

# %%
elu = ACTIVATIONS["elu"].piecewise()
print("branches:", *elu.branches, sep="   ")
print("from the left: ", one_sided_derivative(elu, 0, "-"))
print("from the right:", one_sided_derivative(elu, 0, "+"))

# %% tags=["assertion"]
assert str(one_sided_derivative(elu, 0, "-")) == "alpha" and one_sided_derivative(elu, 0, "+") == 1

# %% [markdown]
# A function is called **C¹** if it has a derivative everywhere and this derivative is continuous, and **C²** if the
# same holds for its derivative in turn.
#
# **Exercise smooth.1.** For which real $\alpha$ does ELU have a derivative at 0? And by how much does its *second*
# derivative jump there, with this $\alpha$, from left to right? Give a list of two: $\alpha$, and the limit from the
# right minus the limit from the left.

# %% tags=["exercise"]
# begin solution: alpha_and_jump = ...
alpha_and_jump = [1, -1]
# end solution
check("smooth.1", alpha_and_jump)

# %% [markdown]
# So smoothness comes in degrees: ELU moved its break from the slope to the slope of the slope.

# %% [markdown]
# ## Measure
#
# ### How far does a slope reach?
#
# People like ELU because a unit that is off still learns: its slope is not 0.
#
# > **C31 · refined.** An answer on the web says of leaky ReLU and ELU that they have a nonzero gradient almost
# > everywhere. (Cross Validated, 2017)
#
# On paper it is right: $\alpha e^z > 0$ for every $z$. But networks are not run on paper. Find the place where the
# slope is 0 on this machine, by bisection: keep one point where it is not 0, another where it is, and try the middle,
# until there is no number between them.


# %%
def first_zero(slope, number):
    """The z next to 0, left of it, where the computed slope is 0."""
    near, far = number(-1), number(-1000)
    while True:
        middle = number((float(near) + float(far)) / 2)
        if middle in (near, far):
            return float(far)
        near, far = (near, middle) if slope(middle) == 0 else (middle, far)


PRECISIONS = (np.float16, np.float32, np.float64)
for number in PRECISIONS:
    print(f"{number.__name__}: e^z is 0 left of z = {first_zero(np.exp, number):.1f}")

# %% tags=["assertion"]
for number, exponent in zip(PRECISIONS, (-24, -149, -1074), strict=True):
    assert abs(first_zero(np.exp, number) - smooth.underflow(exponent)) < 0.02

# %% [markdown]
# Now the other way. On the left the slope is output + $\alpha$: with $\alpha = 1$, the output $e^z - 1$ plus 1. A
# program that has kept the output saves an exponential. One thing changes in your experiment:

# %%
for number in PRECISIONS:
    zero = first_zero(lambda z: np.expm1(z) + 1, number)
    print(f"{number.__name__}: output + 1 is 0 left of z = {zero:.1f}")

# %% tags=["assertion"]
for number, exponent in zip(PRECISIONS, (-10, -23, -52), strict=True):
    zero = first_zero(lambda z: np.expm1(z) + 1, number)
    assert abs(zero - smooth.absorption(exponent)) < 0.02

# %% [markdown]
# The formulas are equal, the programs are not. Both sets of numbers follow from the format of the floats.
#
# **The slope as $e^z$.** The smallest positive number is $2^m$, with $m = -24$, $-149$ and $-1074$ in half, single and
# double precision. Below half of it everything is rounded to 0, and $e^z < 2^{m-1}$ means $z < (m - 1) \log 2$.
#
# **The slope as output + 1.** The gap just above 1 is $2^p$, with $p = -10$, $-23$ and $-52$. Just above $-1$ it is
# half as large. So $e^z - 1$ is rounded to $-1$ as soon as $e^z < 2^{p-2}$, that is for $z < (p - 2) \log 2$.

# %%
for number, m, p in zip(PRECISIONS, (-24, -149, -1074), (-10, -23, -52), strict=True):
    print(f"{number.__name__}: {(m - 1) * np.log(2):.1f} and {(p - 2) * np.log(2):.1f}")

# %% tags=["assertion"]
assert np.isclose((m - 1) * np.log(2), smooth.underflow(m)) and np.isclose((p - 2) * np.log(2), smooth.absorption(p))

# %% [markdown]
# **Exercise smooth.2.** Large networks are often trained in *bfloat16*. It has $p = -7$ and $m = -133$. Left of which
# $z$ is ELU's slope 0, computed as $e^z$, and computed as output + 1? Give a list of two, each within 0.05.

# %% tags=["exercise"]
# begin solution: bfloat_zeros = ...
bfloat_zeros = [-134 * np.log(2), -9 * np.log(2)]
# end solution
check("smooth.2", bfloat_zeros)

# %% [markdown]
# ### Which way do frameworks go?
#
# The same bisection was run through the automatic derivatives of PyTorch and JAX, on one machine: left of which $z$ are
# they 0, in half, single and double precision? *In place* is ELU that overwrites its input, so that only the output is
# left for the way back.

# %%
for row in smooth.in_frameworks():
    if row.activation in ("ELU", "ELU in place", "leaky ReLU"):
        zeros = ["never" if zero is None else f"{zero:.1f}" for zero in row.first_zero.values()]
        print(f"{row.library:8}{row.version:14}{row.activation:14}", *(f"{zero:>8}" for zero in zeros))
core = [first_zero(ACTIVATIONS["elu"].derivative, number) for number in PRECISIONS]
print(f"{'our core':22}{'ELU':14}", *(f"{zero:>8.1f}" for zero in core))

# %% tags=["assertion", "C31"]
reached = {(row.library, row.activation): list(row.first_zero.values()) for row in smooth.in_frameworks()}
by_exp = [smooth.underflow(m) for m in (-24, -149, -1074)]
by_output = [smooth.absorption(p) for p in (-10, -23, -52)]
assert np.allclose(reached["PyTorch", "ELU"], by_exp, atol=0.02)
for in_one_way in (("PyTorch", "ELU in place"), ("JAX", "ELU")):
    assert np.allclose(reached[in_one_way], by_output, atol=0.02)
assert {*reached["PyTorch", "leaky ReLU"], *reached["JAX", "leaky ReLU"]} == {None}
assert np.allclose(core, by_exp, atol=0.02)
z = -np.geomspace(1e-30, 1e30, 1000, dtype=np.float32)
assert (ACTIVATIONS["leaky_relu"].derivative(z) == np.float32(0.01)).all()

# %% [markdown]
# So moving a network to another library, or adding `inplace=True`, moves the place where ELU dies. Leaky ReLU's slope
# is a constant, and reaches as far as the numbers do.
#
# But at $z = -17$ the slope is $4 \times 10^{-8}$ at best, and a unit that far out hardly learns either way. Below
# $z = \log 0.01 = -4.6$ ELU's slope is smaller than that of leaky ReLU, 0.01. *Not zero* is a weak promise: ask how
# large.

# %% tags=["assertion"]
assert 4e-8 < np.exp(-17) < 4.5e-8 and round(np.log(0.01), 1) == -4.6

# %% [markdown]
# ### A bend as sharp as you like
#
# *Softplus*, by Dugas and colleagues, with a sharpness $\beta$, is
#
# $$\mathrm{softplus}_\beta(z) = \frac{\log(1 + e^{\beta z})}{\beta}, \qquad \text{with the slope}\quad
# \frac{1}{1 + e^{-\beta z}}.$$
#
# Raise $\beta$. Then choose the magnified view, which enlarges both axes by $\beta$. What is left to see there?

# %%
explore(
    figures.softplus_sharpens,
    beta=Select([1.0, 2.0, 5.0, 10.0, 50.0, 1000.0], label="β"),
    zoom=Radio({"as it is": False, "magnified by β": True}, label="view"),
)

# %% [markdown]
# In the magnified view nothing moves: all these functions are one function on different scales. At 0 the slope is
# $1/(1 + e^0) = \tfrac12$, whatever $\beta$ is. So if ReLU is for you the limit of softplus, its natural slope at the
# kink is $s = \tfrac12$, a member of the Clarke set $[0, 1]$.

# %%
beta, z = sp.Symbol("beta", positive=True), sp.Symbol("z", real=True)
softplus = sp.log(1 + sp.exp(beta * z)) / beta
print("slope at 0:", sp.diff(softplus, z).subs(z, 0))
print("second derivative at 0:", sp.diff(softplus, z, 2).subs(z, 0))

# %% tags=["assertion"]
assert sp.diff(softplus, z).subs(z, 0) == sp.Rational(1, 2) and sp.diff(softplus, z, 2).subs(z, 0) == beta / 4

# %% [markdown]
# The second derivative says where the kink went: into a curvature of $\beta/4$ over a width of about $1/\beta$.
#
# **Exercise smooth.3.** What is the greatest distance between $\mathrm{softplus}_\beta$ and ReLU, as an expression in
# `beta`?

# %% tags=["exercise"]
# begin solution: greatest_distance = ...
greatest_distance = sp.log(2) / beta
# end solution
check("smooth.3", greatest_distance)

# %% [markdown]
# For real numbers the slope takes all values between 0 and 1, for every $\beta$. Now single precision, on a grid of
# points $1/64$ apart: how many different slopes are left?

# %%
grid = np.arange(-64, 65, dtype=np.float32) / 64
for beta_now in (1, 100, 1000, 10000):
    slopes = np.unique(smooth.softplus_slope(grid, beta_now))
    print(f"β = {beta_now:>5}: {len(slopes):>3} different slopes, from {slopes[0]:.1e} to {slopes[-1]:.2f}")
print("the last ones:", slopes)

# %% tags=["assertion"]
assert slopes.tolist() == [0, 0.5, 1]
assert round(float(smooth.softplus_slope(np.float32(-1e-5), 1e5)), 2) == round(1 / (1 + np.e), 2) == 0.27
scaled = 1e5 * Network.mlp([64, 64, 10], "relu", seed=1).forward(digits().X).pre_activations[0]
assert 0 < ((smooth.underflow(-149) < scaled) & (scaled < 25 * np.log(2))).mean() < 0.001
assert len(np.unique(smooth.softplus_slope(grid, 1))) > 100

# %% [markdown]
# On this grid nothing tells the function from a ReLU with slope ½ at its kink. Between the points the bend lives on:
# floats lie dense around 0, and for $\beta = 10^5$ the slope at $z = -10^{-5}$ is $1/(1 + e) = 0.27$. But hardly a
# value in a network falls there: in the fresh layer further down, fewer than one in a thousand.
#
# **Exercise smooth.4.** Take the grid points $-1, -0.99, \dots, 1$, which are 0.01 apart. From which $\beta$ on are
# all slopes 0, ½ or 1 in single precision? The answer counts within 1 %. (Left of 0 the slope is computed as
# $e^{\beta z}/(1 + e^{\beta z})$.)

# %% tags=["exercise"]
# begin solution: sharp_beta = ...
sharp_beta = 150 * np.log(2) / 0.01
# end solution
check("smooth.4", sharp_beta)

# %% [markdown]
# ### What else changed?
#
# Three more relatives, all in use today:
#
# - **GELU** by Hendrycks and Gimpel: $z\,\Phi(z)$, with the distribution function $\Phi$ of the standard normal.
# - **SiLU**, also called Swish: $z/(1 + e^{-z})$, found by Elfwing, Uchibe and Doya, and again by the automatic search
#   of Ramachandran, Zoph and Le.
# - **Squared ReLU**: $\max(0, z)^2$, which an automatic search by So and colleagues chose for language models.
#
# Look at each as a value, a slope and a second derivative. Which of them goes down before it goes up? Which still has
# a jump somewhere?

# %%
explore(
    figures.relative,
    activation=Select({name: key for key, name in smooth.NAMES.items()}, value="gelu"),
    quantity=Radio(list(smooth.ORDERS)),
)

# %% [markdown]
# Squared ReLU has the slope $2\max(0, z)$. It is 0 at 0 from both sides, so no choice is left; the second
# derivative jumps by 2. GELU is not monotone. Here is its lowest point, left of which raising $z$ lowers the output.

# %%
z_fine = np.linspace(-3, 0, 300_001)
a = ACTIVATIONS["gelu"](z_fine)
print(f"GELU is lowest at z = {z_fine[np.argmin(a)]:.2f}, where it is {a.min():.2f}")

# %% tags=["assertion"]
assert np.allclose([z_fine[np.argmin(a)], a.min()], smooth.minimum("gelu"), atol=2e-5)
for quantity, jump in (("slope", 0), ("second derivative", 2)):
    (_, on_left), (_, on_right) = smooth.sides("squared_relu", quantity, z_fine)
    assert on_left[-1] == 0 and on_right[0] == jump

# %% [markdown]
# **Exercise smooth.5.** Where is SiLU lowest, and how low? Give a list of two, $z$ and the value, each within 0.001.

# %% tags=["exercise"]
# begin solution: lowest_silu = ...
lowest_silu = [-1.2785, -0.2785]
# end solution
check("smooth.5", lowest_silu)

# %% [markdown]
# A ReLU unit that is off passes on exactly 0, and hardware may skip it. How many exact zeros does a fresh layer give
# for the digits?

# %%
data = digits()
for name in ("relu", *smooth.RELATIVES):
    a = Network.mlp([64, 64, 10], name, seed=1).forward(data.X).activations[0]
    shares = f"{(a == 0).mean():>5.0%} exactly 0, {(np.abs(a) < 0.001).mean():>4.0%} within 0.001 of it"
    print(f"{name:14}{shares}, {(a < 0).mean():>4.0%} below 0")

# %% tags=["assertion"]
zeros = {
    name: (Network.mlp([64, 64, 10], name, seed=1).forward(data.X).activations[0] == 0).mean()
    for name in ("relu", *smooth.RELATIVES)
}
assert zeros["relu"] == zeros["squared_relu"] and 0.4 < zeros["relu"] < 0.6
assert zeros["elu"] == zeros["softplus"] == zeros["gelu"] == zeros["silu"] == 0
far_out = np.float32(-150)
assert ACTIVATIONS["gelu"](far_out) == ACTIVATIONS["silu"](far_out) == 0

# %% [markdown]
# GELU and SiLU have no zeros to skip here: a unit that is off still whispers, unless it is far out. Squared ReLU keeps
# them all. In many models SiLU does not stand alone: *SwiGLU*, by Noam Shazeer, computes two linear maps of the input,
# sends one through SiLU, and multiplies the two entry by entry. The one is a gate for the other, and that changes far
# more than a kink.
#
# Two things stay. First, a smooth activation does not make a smooth network: max pooling, clipping and absolute errors
# have kinks of their own. Second, slopes still end. Here is what both frameworks return at 0, and left of which $z$
# they return 0. *By tanh* is a faster formula that comes close to GELU.

# %%
for row in smooth.in_frameworks():
    if row.activation in ("softplus", "GELU", "GELU by tanh", "SiLU"):
        zeros = [f"{zero:.1f}" for zero in row.first_zero.values()]
        at_0 = f"{row.slope_at_0:g} at 0"
        print(f"{row.library:9}{row.activation:14}{at_0:10}", *(f"{zero:>8}" for zero in zeros))

# %% tags=["assertion"]
for row in smooth.in_frameworks():
    if row.activation in ("softplus", "GELU", "GELU by tanh", "SiLU"):
        assert row.slope_at_0 == 0.5 and all(zero is not None for zero in row.first_zero.values())
    if row.library == "JAX" and row.activation in ("softplus", "SiLU"):
        assert np.isclose(row.first_zero["float32"], -126 * np.log(2)) and -1022 < row.first_zero["float64"] < -708
    if row.library == "PyTorch" and row.activation == "SiLU":
        assert np.allclose([row.first_zero["float32"], row.first_zero["float64"]], np.log(2) * np.array([-128, -1024]))
    if row.activation == "GELU by tanh":
        assert -5.5 < row.first_zero["float32"] < -4.5 and -8 < row.first_zero["float64"] < -7

# %% [markdown]
# At 0 nobody has a choice any more: ½ in every row. Far out, each program ends where its formula does. JAX's $-87.3$ is
# $-126 \log 2$: here it took numbers below $2^{-126}$ for 0. PyTorch's $-88.7$ is $-128 \log 2$, where $e^{-z}$ gets
# infinite. The tanh ends first: left of about $-5$, in single precision, such a unit is as dead as one of ReLU.
#
# ### Does it matter for training?
#
# A first look: the digits, a network 64-64-64-10, and eight starts that all activations share. The interval of 95 % is
# for the mean difference from ReLU in test accuracy, start by start, in points.

# %% tags=["nbval-ignore-output"]
accuracy = {}
for name in ("relu", "elu", "softplus", "gelu", "silu"):
    network = Network.mlp([64, 64, 64, 10], name, replicas=8, seed=1)
    train(network, data.X, data.y, SGD(0.1), batch_size=32, epochs=15, record=(), progress=False)
    accuracy[name] = 100 * network.accuracy(data.X_test, data.y_test)
    low, middle, high = mean_interval(accuracy[name] - accuracy["relu"])
    print(f"{name:9}{accuracy[name].mean():6.1f} %   difference {middle:+.1f}  [{low:+.1f}, {high:+.1f}]")

# %% tags=["assertion"]
differences = {name: mean_interval(values - accuracy["relu"]) for name, values in accuracy.items()}
assert all(abs(differences[name].estimate) < 1.5 for name in ("elu", "gelu", "silu"))
assert differences["softplus"].high < 0 and (accuracy["relu"] > 93).all()

# %% [markdown]
# ELU, GELU and SiLU are within about a point of ReLU; softplus falls behind. Do not make a ranking of it: all had the
# learning rate and the initial weights of ReLU, and the test is small. [[Comparison]] makes the comparison fair.

# %% [markdown]
# ## Break it
#
# Squared ReLU is missing in that table. It is smoother than ReLU, so is it more harmless, too? Train it with the same
# recipe, then with smaller steps.

# %% tags=["nbval-ignore-output"]
run_off = {}
for rate in (0.1, 0.01):
    network = Network.mlp([64, 64, 64, 10], "squared_relu", replicas=8, seed=1)
    history = train(network, data.X, data.y, SGD(rate), batch_size=32, epochs=15, record=(),
                    on_divergence="keep", progress=False)  # fmt: skip
    run_off[rate] = len(history.diverged)
    print(f"learning rate {rate}: {run_off[rate]} of 8 networks run off to infinity")

# %% tags=["assertion"]
assert run_off[0.1] >= 4 and run_off[0.01] == 0

# %% [markdown]
# Its slope is $2z$, without a bound. A unit that is far on gets a large gradient, which may take it further. ReLU has a
# kink and a slope of 1 at most; squared ReLU has neither. Here the *size* of slopes counts for more than a jump at a
# single point.

# %% [markdown]
# ## Exercises
#
# They stand above, each where it belongs. Stuck? Put the name of an exercise in place of the dots to get a hint, and
# the solution once it is open.

# %%
stuck_at = ...  # for example "smooth.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# The claim is true of real numbers, and it is the floats that refine it.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - ELU is C¹ at 0 for $\alpha = 1$ only, and never C².
# - Its slope is never 0 on paper. In single precision it is 0 below $-104$, or already below $-17$ if it is computed as
#   output + 1. Ask a library which.
# - Softplus is ReLU with a bend of width $1/\beta$, the slope ½ at 0, and a distance of $\log 2/\beta$. On a grid of
#   points a narrow enough bend is a kink again.
# - Smoothing changes more than the kink: GELU and SiLU are not monotone and have hardly any exact zeros; squared ReLU
#   keeps the zeros and has no bound on its slope.
#
# **Sources.**
# - Djork-Arné Clevert, Thomas Unterthiner and Sepp Hochreiter, [*Fast and accurate deep network learning by exponential
#   linear units (ELUs)*](https://arxiv.org/abs/1511.07289), 2016
# - Charles Dugas, Yoshua Bengio, François Bélisle, Claude Nadeau and René Garcia, [*Incorporating second-order
#   functional knowledge for better option
#   pricing*](https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html), 2001
#   (softplus)
# - Dan Hendrycks and Kevin Gimpel, [*Gaussian error linear units (GELUs)*](https://arxiv.org/abs/1606.08415), 2016
# - Stefan Elfwing, Eiji Uchibe and Kenji Doya, [*Sigmoid-weighted linear units for neural network function
#   approximation in reinforcement learning*](https://arxiv.org/abs/1702.03118), 2018, and Prajit Ramachandran, Barret
#   Zoph and Quoc V. Le, [*Searching for activation functions*](https://arxiv.org/abs/1710.05941), 2017 (SiLU, Swish)
# - David R. So and others, [*Primer: searching for efficient transformers for language
#   modeling*](https://arxiv.org/abs/2109.08668), 2021 (squared ReLU)
# - Noam Shazeer, [*GLU variants improve transformer*](https://arxiv.org/abs/2002.05202), 2020 (SwiGLU)
# - On the web: [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
#   2017, a question with answers on Cross Validated (C31)
