# %% [markdown]
# # Build an autodiff that is right
#
# **The question.** Everybody tells you which number a framework returns at a kink. Can a framework always return a
# *right* one, and what would that cost?
#
# **Why it matters.** You have seen two silent errors. In [[programs]] libraries got the derivative of a program wrong
# that computes just $x$. In [[network_slope]] backprop left the Clarke set of whole networks: without biases, or with
# ReLU6 and only the biases trained. Nothing warns you, and layers that start at zero, or rounded numbers, put
# networks on such points all the time. Here you build a derivative that you can trust there.
#
# **You will learn**
# - why one number cannot be right for all ties, and what a tie has to know instead
# - to extend dual numbers so that they never meet a tie that matters
# - how one random direction makes backpropagation right, and why the first order is enough
# - what it costs, what rounding does to it, and whether networks train better with it
#
# **Before you start.** [[Programs]]: dual numbers. [[Network_slope]]: Clarke sets of networks. [[Training]]: the
# NumPy core.
#
# **Minutes:** 60.

# %%
from fractions import Fraction
from time import process_time

import numpy as np
from IPython.display import display

from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.networks import SGD, Network, train
from course_lib.table import Table
from course_lib.topics.frameworks.experiment import returned
from course_lib.topics.frameworks.measurements import judge
from course_lib.topics.subgradients import autodiff_figures as figures
from course_lib.topics.subgradients import directional, random_programs

# %% [markdown]
# ## Predict

# %%
predict("autodiff.p1")

# %%
predict("autodiff.p2")

# %% [markdown]
# ## Ask where the step lands
#
# The program $\mathrm{relu}(x) - \mathrm{relu}(-x)$ computes $x$. At $x = 0$ both ReLUs stand on their kink, and a
# framework gives both the same slope $s$: together $2s$. That is right for $s = \tfrac12$ alone, and if every ReLU is
# applied twice, $2s^2$ is not. But the two are not in the same situation: whichever way $x$ moves, one of them switches
# on and the other off. Let $x$ take a tiny step and see.

# %%
for x in (2.0**-30, -(2.0**-30)):
    first_on, second_on = x > 0, -x > 0
    slope = first_on * 1 - second_on * -1
    print(f"x = {x:+.0e}: first relu on {first_on!s:<5}  second on {second_on!s:<5}  slope {slope}")

# %% tags=["assertion"]
assert slope == 1

# %% [markdown]
# Both steps find the right slope, because each uses a combination of branches that really occurs. So the rule is:
# **at a tie, take the branch on which a small step lands**, the same step for all ties of the program.
#
# **Exercise autodiff.1.** The program $|x| - 3\,\mathrm{relu}(x)$ is differentiated at 0. Which slope do you find with
# the branches of a step to the right, and which with those of a step to the left? Give a list of two, right first.

# %% tags=["exercise"]
# begin solution: slopes = ...
slopes = [-2, -1]
# end solution
check("autodiff.1", slopes)

# %% [markdown]
# How small is small? The function $\mathrm{relu}(x) - 2\,\mathrm{relu}(x - d)$ has kinks at 0 and, close by, at $d$.
# Find a step that is good for all three $d$.

# %%
explore(
    figures.finite_step,
    h_exponent=Range(-12, 0, 1, value=-4, label="power of ten of the step"),
    kink_exponent=Select({"10⁻³": -3, "10⁻⁶": -6, "10⁻⁹": -9}, value=-6, label="second kink at"),
)

# %% [markdown]
# No number is small enough for every program. We need a step smaller than every positive number, an *infinitesimal*,
# and you have one already: the $\varepsilon$ of a dual number $a + b\,\varepsilon$. It is where the value $a$ stands
# after a step of length $\varepsilon$, and $b$ says which way it moves. The dual numbers of [[programs]] carried $b$
# along and, at a tie, did not look at it.

# %% [markdown]
# ## Build it
#
# With several variables one step may not settle everything: a step along $x$ leaves $|y|$ on its kink. So take a
# second step along $y$, so small that it cannot undo the first, and so on:
#
# $$v + s_1 \varepsilon_1 + s_2 \varepsilon_2 + \dots, \qquad 1 \gg \varepsilon_1 \gg \varepsilon_2 \gg \dots > 0.$$
#
# Two such numbers are compared like words in a dictionary: the first place where they differ decides. That order is
# called **lexicographic**.
#
# **Exercise autodiff.2.** Write `first_sign(parts)`: the sign of $v + s_1\varepsilon_1 + s_2\varepsilon_2 + \dots$, as
# −1, 0 or 1, from the list of its parts $[v, s_1, s_2, \dots]$.


# %% tags=["exercise"]
# begin solution: first_sign = ...
def first_sign(parts):
    for part in parts:
        if part != 0:
            return 1 if part > 0 else -1
    return 0


# end solution
check("autodiff.2", first_sign)

# %% [markdown]
# Now the numbers themselves. Addition and multiplication are those of dual numbers, with several slopes. Products
# such as $\varepsilon_1^2$ or $\varepsilon_1 \varepsilon_2$ are dropped: they count as smaller than *every*
# $\varepsilon_k$.


# %% tags=["program"]
class Ordered:
    def __init__(self, value, slopes):
        self.value, self.slopes = value, slopes

    def lift(self, other):  # a constant does not move
        return other if isinstance(other, Ordered) else Ordered(other, [0] * len(self.slopes))

    def __add__(self, other):
        other = self.lift(other)
        return Ordered(self.value + other.value, [s + t for s, t in zip(self.slopes, other.slopes, strict=True)])

    def __mul__(self, other):
        other = self.lift(other)
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Ordered(self.value * other.value, [s * other.value + self.value * t for s, t in pairs])

    __radd__, __rmul__ = __add__, __mul__


# %% [markdown]
# Then the order, which is where this differs from [[programs]]. Python compares lists lexicographically, so one line
# will do. ReLU asks whether its argument is above 0, and never sees a tie unless value and all slopes are 0. Then
# the slopes that come out are 0 on either branch.


# %% tags=["program"]
def relu(x):
    return x if x > 0 else 0 * x


def maximum(x, y):
    return y + relu(x - y)


Ordered.__gt__ = lambda x, y: [x.value, *x.slopes] > [x.lift(y).value, *x.lift(y).slopes]
Ordered.__neg__ = lambda x: x * -1
Ordered.__sub__ = lambda x, y: x + x.lift(y) * -1
Ordered.__rsub__ = lambda x, y: x.lift(y) - x
Ordered.__abs__ = lambda x: relu(x) + relu(-x)

# %% [markdown]
# Last, the gradient. The first variable moves along $\varepsilon_1$, the second along $\varepsilon_2$, and so on. So
# the slopes at the end are the partial derivatives.


# %% tags=["program"]
def gradient(program, point):
    n = len(point)
    variables = [Ordered(value, [int(k == i) for k in range(n)]) for i, value in enumerate(point)]
    result = program(*variables)
    return result.slopes if isinstance(result, Ordered) else [0] * n


print("|x| + 2|y| at (0, 0):", gradient(lambda x, y: abs(x) + 2 * abs(y), [0, 0]))

# %% tags=["assertion"]
assert gradient(lambda x, y: abs(x) + 2 * abs(y), [0, 0]) == [1, 2]
assert gradient(lambda x, y: 3 * x * y - x, [2, 5]) == [14, 6]
assert gradient(lambda x, y: relu(x * x - y), [0, 0]) == [0, 0]  # ε₁² counts as smaller than ε₂

# %% [markdown]
# Here are your numbers beside all libraries of [[frameworks]] that have a ReLU. A star marks what lies outside the
# Clarke set.

# %%
mine = {
    "relu2": lambda t: relu(-t) + t,
    "relu3": lambda t: (relu(t) + relu(-t) + t) * Fraction(1, 2),
    "zero_program": lambda t: relu(-t) + t - relu(t),
    "identity_relu": lambda t: relu(t) - relu(-t),
    "identity_relu_twice": lambda t: relu(relu(t)) - relu(relu(-t)),
}
table = {name: {**returned(name), "yours": gradient(mine[name], [0])} for name in mine}


def shown(name, library):
    slope = float(table[name][library][0])
    return f"{slope:g}*" if judge(name, slope).verdict == "outside" else f"{slope:g}"


rows = [[library, *(shown(name, library) for name in mine)] for library in table["relu2"]]
Table("The slope at 0", ["", *mine], rows)

# %% tags=["assertion"]
verdicts = {
    library: [judge(name, float(table[name][library][0])).verdict for name in mine] for library in table["relu2"]
}
assert len(verdicts) == 7
assert all(("outside" in found) == (library != "yours") for library, found in verdicts.items())

# %% [markdown]
# Every library fails on some of them, your forty lines on none. These *lexicographic derivatives* are Yurii
# Nesterov's, 2005, and Kamil Khan and Paul Barton brought them into the forward mode in 2015. Why are they right?
# Choose the $\varepsilon_k$ as real numbers, far enough apart, and shrink them all by one factor, until their products
# are negligible. Then the branches that you took are the true ones at the point beside, wherever it matters, and your
# slopes are the gradient there, but for something small. A limit of gradients is a Clarke subgradient by definition.
#
# The test uses no rule of differentiation. Random programs of + − × relu max |·| are evaluated in exact fractions at
# two points very close to each other, beside the tie. Their difference quotient must be your slope.

# %%
for variables in (1, 2, 3):
    found = random_programs.wrong(gradient, variables, 300)
    print(f"{variables} variables: {found} of 300 random programs wrong")

# %% tags=["assertion"]
assert all(random_programs.wrong(gradient, variables, 40, seed=1) == 0 for variables in (1, 2, 3))
assert random_programs.wrong(lambda program, point: [0] * len(point), 2, 40) > 10

# %% [markdown]
# In the next figure the first step may go in any direction. Most programs have several right answers at $(0, 0)$, one
# for each piece. Turn the step. When does it decide nothing?

# %%
explore(
    figures.where_the_step_lands,
    program=Radio(list(figures.PROGRAMS)),
    angle=Range(0, 345, 15, value=30, label="direction of the step in degrees"),
)

# %% [markdown]
# The last program has a kink as it is written, and none as a function: every direction gives the same gradient. And a
# direction drawn at random runs along a kink with probability 0.
#
# **Exercise autodiff.3.** The program is $|x| + \max(x, 2y)$, at $(0, 0)$. Now $y$ moves first, along $\varepsilon_1$,
# and $x$ second, along $\varepsilon_2$. Which gradient comes out? Give a list, the slope in $x$ first.

# %% tags=["exercise"]
# begin solution: y_first = ...
y_first = [1, 2]
# end solution
check("autodiff.3", y_first)

# %% [markdown]
# ## Go backward
#
# A forward mode carries as many slopes as there are variables, and a network has thousands. Backpropagation gets all
# of them in one run. Sham Kakade and Jason Lee showed in 2018 how to keep both: go forward with *one* random
# direction $v$ of all parameters, note at every tie on which side it lands, then go backward along these branches. What
# comes out is the limit of the gradients at $w + \varepsilon v$. We call it **directional** backpropagation.
#
# Here it is for $o = \mathrm{relu}(wx) - \mathrm{relu}(-wx)$, which computes $wx$. At $w = 0$ the derivative in $w$ is
# $x$. Write $\dot z$ for the slope of $z$ along $v$.

# %%
w, x, v = 0.0, 3.0, np.random.default_rng(0).standard_normal()
z, z_ahead = np.array([w, -w]) * x, np.array([v, -v]) * x
on = np.where(z == 0, z_ahead > 0, z > 0)
out, inside = np.array([1.0, -1.0]), np.array([x, -x])  # ∂o/∂a and ∂z/∂w
print("along the branches of one step:", out @ (on * inside))
for s in (0, 0.5, 1):
    print(f"s = {s:g} at both ties:", out @ (s * inside))

# %% tags=["assertion"]
assert out @ (on * inside) == x
assert [out @ (s * inside) for s in (0, 0.5, 1)] == [0, 3, 6]

# %% [markdown]
# **Exercise autodiff.4.** Two hidden units share the input $x = 2$ and have no biases. Their weights are $w = (0, 0)$,
# and $o = \mathrm{relu}(w_1 x) - \mathrm{relu}(w_2 x)$. The random direction is $v = (3, -1)$. What does directional
# backpropagation return for $\partial o/\partial w$? Give a list of two.

# %% tags=["exercise"]
# begin solution: two_units = ...
two_units = [2, 0]
# end solution
check("autodiff.4", two_units)

# %% [markdown]
# In a layer $z = Wa$ the product rule gives $\dot z = V a + W \dot a$, with $V$ the part of $v$ that belongs to $W$. In
# the first layer $\dot a = 0$, because the data do not move.
#
# **Exercise autodiff.5.** Write `slopes_ahead(W, V, X)` for a first ReLU layer without biases: an array with the
# slope, 0 or 1, of each unit (column) on each sample (row). `W` and `V` have a row for each unit, `X` one for each
# sample.


# %% tags=["exercise"]
# begin solution: slopes_ahead = ...
def slopes_ahead(W, V, X):
    z = X @ W.T
    return np.where(z == 0, X @ V.T > 0, z > 0) * 1.0


# end solution
check("autodiff.5", slopes_ahead)

# %% [markdown]
# ### Is the first order enough?
#
# If two layers start at zero, without biases, then $\dot z = Va + W\dot a = 0$ in the second, whatever $v$ is. Only
# the second order says which way $z$ goes. Do we need it?
#
# No. Along the branches chosen so far, $\dot z$ is $\nabla z \cdot v$, and for $\nabla z \ne 0$ a random $v$ makes this
# 0 with probability 0. (The branches depend on $v$ too, but there are finitely many.) So where $\dot z = 0$, almost
# surely $\nabla z = 0$. All that backprop sends through the unit is (upstream) · (slope) · $\nabla z$: it is 0 for
# either slope. Where we cannot choose, the choice does not matter. Here the whole first layer is zero, and the first
# unit of the second. Beside the tie the largest entries of the gradient are the same:

# %%
deep = Network.mlp([2, 3, 3, 1], slope_at_kink="directional", bias=0.0, seed=2, dtype="float64")
deep.W[0], deep.W[1][0, 0] = 0, 0  # [0, 0]: of replica 0, unit 0
along, beside = deep.copy(), deep.copy()
for layer in range(3):
    along.W[layer] = np.random.default_rng(layer).standard_normal(along.W[layer].shape)
    beside.W[layer] += 1e-9 * along.W[layer]
for name, network in {"at the tie": deep, "a step beside": beside}.items():
    _, found = network.loss_and_gradient([[1.0, 2.0]], [1.0], "mse", along=along)
    print(f"{name:14}", [f"{abs(W).max():.3f}" for W in found.W])

# %% tags=["assertion"]
_, at_the_tie = deep.loss_and_gradient([[1.0, 2.0]], [1.0], "mse", along=along)
assert all(np.allclose(one, other, atol=1e-6) for one, other in zip(at_the_tie.W, found.W, strict=True))
assert at_the_tie.W[0].any()

# %% [markdown]
# ### Hold it against the Clarke sets
#
# With `slope_at_kink="directional"` the core does this for all of its activations, ties of maxout, and the kink of
# the absolute error. One $v$ serves the whole batch, so that the branches of all its samples belong to one point.
# Another $v$ may return another gradient, and both are right. For parameters that are not trained $v$ has to be 0.
# Now the test of [[network_slope]]: random networks with units exactly on kinks, batches of 1 to 4, and the exact
# Clarke set of each.

# %%
searched = {setting: directional.search_networks(*setting, tries=60) for setting in directional.SETTINGS}
for (activation, trained), found in searched.items():
    setting = f"{activation}, {trained}"
    print(f"{setting:<27} outside of {found.decided}: slope 0 {found.plain:>2}, directional {found.directional}")

# %% tags=["assertion"]
assert all(found.directional == 0 for found in searched.values())
assert searched["relu6", "biases"].plain > 0 and searched["relu", "weights"].plain > 0

# %% [markdown]
# With 500 networks of each kind slope 0 fails for *relu6, weights* too, 21 times, and directional never (`python -m
# benchmarks.right_autodiff`). Why nothing fails where weights and biases are trained, [[network_slope]] says.

# %% [markdown]
# ## Break it
#
# ### What it costs
#
# Count matrix products. Plain backprop in 3 layers takes 3 forward, 3 for the weights' gradients and 2 for those of
# the layers' inputs: 8. For $\dot z$ come 3 with $V$ and 2 with $W$: 13, or 1.6 times as many. The core skips them in
# batches without a tie. The clock adds what is no product: drawing $v$, and a slope for each unit and sample. Here
# every unit is on its kink:

# %% tags=["nbval-ignore-output"]
X, y = np.random.default_rng(0).standard_normal((512, 64)), np.arange(512) % 10
seconds = {0.0: [], "directional": []}
for rule in [*seconds] * 9:
    network = Network.mlp([64, 256, 256, 10], slope_at_kink=rule, bias=0.0)
    network.W[0] = 0
    start = process_time()
    network.loss_and_gradient(X, y)
    seconds[rule].append(process_time() - start)
ratio = np.median(seconds["directional"]) / np.median(seconds[0.0])
print(f"all on the kink: {ratio:.1f} times the cost of plain backprop")

# %% tags=["assertion"]
assert 0.8 < ratio < 4

# %% [markdown]
# ### What rounding does
#
# *With probability 1* is said of real numbers. In floating point three things are weaker.
#
# - **A tie** is a computed $z$ of exactly 0. In real numbers $0.1 + 0.2 - 0.3$ is one, on your machine it is not. Then
#   rounding chose the branch, and the branches of several units need not belong to one point: no promise holds.
# - **A direction close to a boundary.** If $\dot z$ is smaller than its rounding error, its sign may be wrong.
# - **A $\dot z$ that should be 0** comes out tiny, with a sign that means nothing. No tolerance is needed: there
#   $\nabla z = 0$, and either branch gives the same gradient, but for rounding.
#
# How often does the second happen, for units with 64 inputs in single precision?

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
V, a = (rng.standard_normal(shape).astype("float32") for shape in ((2000, 64), (64, 1000)))
single, double = V @ a, V.astype("float64") @ a.astype("float64")
flipped = int(((single > 0) != (double > 0)).sum())
print(f"0.1 + 0.2 − 0.3 = {0.1 + 0.2 - 0.3:.1e}")
print(f"sign of ż wrong in single precision: {flipped} of {single.size:,} ties")

# %% tags=["assertion"]
assert 0.1 + 0.2 - 0.3 != 0
assert flipped < 20

# %% [markdown]
# ## Does it train better?
#
# Four rules compete where it could matter: the exclusive or, three hidden units, biases 0, so that at the start the
# point $(0, 0)$ puts every hidden unit on its kink. One point a step, 64 starts:

# %%
points, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1.0, 1.0, 0.0])
for name, rule in directional.RULES.items():
    network = Network.mlp([2, 3, 1], slope_at_kink=rule, bias=0.0, replicas=64, dtype="float64")
    train(network, points, targets, SGD(0.1), "mse", batch_size=1, epochs=300, record=(), progress=False)
    losses, _ = network.loss_and_gradient(points, targets, "mse")
    print(f"{name:<12} {(losses < 0.01).sum():>2} of 64 starts succeed")

# %% tags=["assertion"]
assert losses.shape == (64,) and 0 < (losses < 0.01).sum() < 64

# %% [markdown]
# Now 256 starts, each with 4 orders of the points, paired with directional start by start, with 95 % intervals over the
# starts.

# %%
results = {rule: directional.compared(rule, to="directional") for rule in directional.RULES}
for rule, (share, difference) in results.items():
    low, middle, high = (100 * end for end in difference)
    percent = f"{100 * share:.0f} % succeed"
    print(f"{rule:<12} {percent}, difference to directional: {middle:+.0f} ({low:+.0f} to {high:+.0f}) points")

# %% tags=["assertion"]
assert results["s = 1"].difference.low > 0 and results["s = ½"].difference.low > 0
assert results["s = 0"].difference.high < 0
learning = []
for rule in directional.RULES.values():
    network = Network.mlp([2, 3, 1], slope_at_kink=rule, bias=0.0, replicas=256, dtype="float64")
    _, at_the_start = network.loss_and_gradient([[0.0, 0.0]], [-1.0], "mse")
    learning.append((at_the_start.b[0] != 0).mean())
assert learning[:3] == [0, 1, 1] and 0.4 < learning[3] < 0.6

# %% [markdown]
# Being right does not win. All four rules are right here: every unit has its own trained bias, so [[network_slope]]
# promises a Clarke subgradient for each of them. They differ in how many units learn from $(0, 0)$ at the start: none
# with $s = 0$, all with ½ and 1, on average half of them with a random direction. A right derivative is for trust,
# not for speed.

# %% [markdown]
# ## Exercises
#
# They stand above, each where it belongs. Stuck? Put the name of an exercise in place of the dots to get a hint, and
# the solution once it is open.

# %%
stuck_at = ...  # for example "autodiff.3"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## Recap
#
# - One number for all ties is not right for every program. The branches of one step are.
# - Numbers $v + s_1\varepsilon_1 + s_2\varepsilon_2 + \dots$ in lexicographic order are dual numbers that look where
#   they go. Forward, they give a Clarke subgradient of every program of + − × relu max |·|.
# - Backward, one random direction decides every tie that matters, with probability 1. The first order is enough: where
#   it vanishes, nothing flows.
# - It takes 1.6 times the matrix products and about twice the time, and only where there is a tie. Rounding hides
#   ties, and rarely turns one.
# - A right derivative need not train better. On the exclusive or $s = 1$, also right there, succeeded more often.
#
# **Sources.**
# - Yurii Nesterov, [*Lexicographic differentiation of nonsmooth
#   functions*](https://doi.org/10.1007/s10107-005-0633-0), Mathematical Programming 104, 2005.
# - Kamil A. Khan and Paul I. Barton, [*A vector forward mode of automatic differentiation for generalized derivative
#   evaluation*](https://doi.org/10.1080/10556788.2015.1025400), Optimization Methods and Software 30, 2015.
# - Sham Kakade and Jason D. Lee, [*Provably correct automatic subdifferentiation for qualified
#   programs*](https://arxiv.org/abs/1809.08530), NeurIPS 2018.
# - Sejun Park, [*Efficient automatic subdifferentiation for programs with linear
#   branches*](https://doi.org/10.3390/math11234858), Mathematics 11(23), 4858, 2023.
# - Andreas Griewank, [*On stable piecewise linearization and generalized algorithmic
#   differentiation*](https://doi.org/10.1080/10556788.2013.796683), Optimization Methods and Software 28, 2013 (all
#   pieces around a point at once).
# - Jérôme Bolte and Edouard Pauwels, [*A mathematical model for automatic differentiation in machine
#   learning*](https://arxiv.org/abs/2006.02080), NeurIPS 2020 (autodiff differentiates programs, not functions).
