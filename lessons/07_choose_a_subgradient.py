# %% [markdown]
# # Choose a subgradient
#
# **The question.** At a kink there is no slope. Which number may stand in for it, and does it still lead downhill?
#
# **You will learn**
# - to find all slopes of lines that support a graph, and to say when there is none
# - what the subgradient method guarantees, with which steps, and why a step may climb
# - why good minima lie on kinks
# - when backprop's choice at the kinks is a Clarke subgradient of the whole loss, and to find a network where it is not
#
# **Before you start.** [[Proof]] and [[frameworks]]. You need vectors and their scalar product.
#
# **Minutes:** 90.

# %%
from fractions import Fraction
from functools import partial

import numpy as np
import sympy as sp

from course_lib.calculus import (PiecewiseFunction, clarke_subdifferential, convex_subdifferential, differentiability,
    equal, is_subgradient)
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.networks import check_gradient
from course_lib.topics.frameworks.measurements import snapshot
from course_lib.topics.subgradients import clarke, exact_networks, experiment, figures

x = sp.Symbol("x", real=True)
half = Fraction(1, 2)
relu = figures.FUNCTIONS["ReLU"]

# %% [markdown]
# ## Predict
#
# Two questions, settled further down.

# %%
predict("subgradients.p1")

# %%
predict("subgradients.p2")

# %% [markdown]
# ## Explore
#
# Draw a line through a point of a graph. If the graph is nowhere below the line, then the line *supports* the graph,
# and its slope $g$ is called a *subgradient* of $f$ at that point. ([[Frameworks]] used the word for the Clarke set.
# From here on that is a *Clarke subgradient*. For convex functions the two are the same.)
#
# $$f(x) \ge f(x_0) + g \cdot (x - x_0) \quad \text{for all } x.$$
#
# Turn the line. First ReLU at $x_0 = 0$: which slopes support it? Then at ½. Then the other functions.

# %%
explore(
    figures.supporting_lines,
    function=Radio(list(figures.FUNCTIONS)),
    x0=Radio({"−½": -0.5, "0": 0.0, "½": 0.5}, value=0.0, label="x₀"),
    slope=Range(-1.5, 2.5, 0.25, value=1.5, label="slope g"),
)

# %% [markdown]
# - **ReLU and |x| at 0**: many slopes. At ½ only one, the derivative.
# - **Leaky with slope 2, and −|x|**: no slope at 0. The graph bends down.
# - **min(|x|, ½)**: near 0 it looks like |x|. But a supporting line looks at the whole graph.
#
# > **C21 · refined.** A web article says that at 0 the derivative of ReLU is set to 0, to 1 or to ½. (Shahad Mahmud,
# > *Why ReLU is not differentiable at x=0 (zero)?*, 2022)
#
# These three are subgradients, and so is every number between 0 and 1. No other number is.

# %%
found = convex_subdifferential(relu, 0)
assert found == sp.Interval(0, 1)
for g in (0, sp.Rational(1, 2), 1, sp.Rational(1, 7)):
    assert is_subgradient(relu, 0, g)
for g in (sp.Rational(-1, 100), sp.Rational(101, 100)):
    assert not is_subgradient(relu, 0, g)
print("all subgradients of ReLU at 0:", found)

# %% [markdown]
# ## Derive
#
# Why these? Take $f(x) = \max(0, x)$ and $x_0 = 0$. The line is $g \cdot x$.
#
# - For $x > 0$ we need $x \ge g x$. Divide by $x$: $g \le 1$.
# - For $x < 0$ we need $0 \ge g x$. Divide by $x$, which turns the sign: $g \ge 0$.
#
# The set of all subgradients at a point is the *subdifferential*, $\partial f(x_0)$. For a convex $f$ it is the
# interval between the left and the right derivative (Rockafellar, 1970).

# %%
for name in ("ReLU", "|x|", "x²"):
    record = differentiability(figures.FUNCTIONS[name], 0)
    found = convex_subdifferential(figures.FUNCTIONS[name], 0)
    assert (found.inf, found.sup) == (record.left, record.right)
    print(f"{name:<5} from {record.left} to {record.right}")

# %% [markdown]
# **Exercise subgradients.1.** Let $f(x) = \max(-x, 2x)$. Which slopes $g$ give a line through $(0, 0)$ that supports
# its graph? Answer with a set. (`(a, b)` is the interval with both ends.)

# %% tags=["exercise"]
# begin solution: supporting_slopes = ...
supporting_slopes = (-1, 2)
# end solution
check("subgradients.1", supporting_slopes)

# %% [markdown]
# ### Why a minimum is easy to recognise
#
# Put $g = 0$ into the definition: $f(x) \ge f(x_0)$ for all $x$. So $0$ is a subgradient exactly where $f$ has its
# minimum. No derivative is needed.

# %%
absolute = figures.FUNCTIONS["|x|"]
assert is_subgradient(absolute, 0, 0) and not is_subgradient(absolute, sp.Rational(1, 2), 0)
print("|x|: 0 is a subgradient at 0, and not at ½")

# %% [markdown]
# ### When the graph bends down
#
# A network's loss is not convex, and then a supporting line may not exist. Frank Clarke (1983) works with a set that
# looks only at the neighbourhood: take the derivatives at points nearby, let the points come closer, and fill in
# between. The *hull* of the limits, all weighted means of them, is the *Clarke subdifferential*.
#
# Look for the functions where both sets agree, and where they do not.

# %%
explore(figures.two_subdifferentials, function=Radio(list(figures.FUNCTIONS)))

# %%
for name, f in figures.FUNCTIONS.items():
    convex, wider = convex_subdifferential(f, 0), clarke_subdifferential(f, 0)
    assert wider is not sp.S.EmptySet and convex.is_subset(wider)
    print(f"{name:<15} convex {convex!s:<16} Clarke {wider}")

# %% [markdown]
# **Exercise subgradients.2.** Let $f(x) = \min(x, x/2)$. Give the list of its convex and its Clarke subdifferential
# at 0. (`set()` is the empty set.)

# %% tags=["exercise"]
# begin solution: both_sets = ...
both_sets = [set(), (0.5, 1)]
# end solution
check("subgradients.2", both_sets)

# %% [markdown]
# ### What the Clarke set does not tell
#
# In $-|x|$ the number 0 is a Clarke subgradient at 0: the slopes nearby are 1 and −1, and 0 lies between them. Such a
# point is called *Clarke-stationary*. It is the maximum.

# %%
minus_absolute = figures.FUNCTIONS["−|x|"]
assert is_subgradient(minus_absolute, 0, 0, kind="clarke")
tenth = sp.Rational(1, 10)
assert minus_absolute.value(0) > minus_absolute.value(-tenth) == minus_absolute.value(tenth)
print("−|x| at 0: Clarke-stationary, and higher than its neighbours")

# %% [markdown]
# Keep this in mind when you read a theorem. Davis, Drusvyatskiy, Kakade and Lee (2020) follow steps against Clarke
# subgradients, also of networks. Under conditions, where the path accumulates it is Clarke-stationary. They do not say
# that these points are minima, and cannot.

# %% [markdown]
# ### Sums
#
# Derivatives add up. Do the sets? Take $x = \max(0, x) - \max(0, -x)$, the identity that you met in [[frameworks]].

# %%
right_part, left_part = sp.Max(0, x), -sp.Max(0, -x)
assert equal(right_part + left_part, x)
for name, part in (("max(0, x)", right_part), ("−max(0, −x)", left_part)):
    print(f"{name:<12} {clarke_subdifferential(part, 0)}")
    assert clarke_subdifferential(part, 0) == sp.Interval(0, 1)

# %% [markdown]
# **Exercise subgradients.3.** Let $f(x) = \max(0, x)$ and $g(x) = -\max(0, -x)$. Give two Clarke sets in a list:
# $\partial(f + g)(0)$, and $\partial f(0) + \partial g(0)$, that is, all sums of one number from each. (`{1}` is the
# set of one number.)

# %% tags=["exercise"]
# begin solution: sums = ...
sums = [{1}, (0, 2)]
# end solution
check("subgradients.3", sums)

# %% [markdown]
# The set of the sum is inside the sum of the sets. In general nothing more can be said: the sum rule is an *inclusion*.
# Automatic differentiation adds up numbers from the single sets, as if the rule were an equation. That explains lesson
# 03's wrong numbers for the zero program and the identity, but not all. Nested ReLUs need the chain rule, which is an
# inclusion too. And (1, 1, 0) for a tied maximum comes from a rule that is wrong by itself.

# %% [markdown]
# ## Measure
#
# ### Walk with subgradients
#
# The *subgradient method* is gradient descent with any subgradient: $x \leftarrow x - t_k\, g$. The step sizes $t_k$
# are fixed beforehand. Here it walks on $f = |x| + 2|y|$, from $(1.03, 0.61)$. The dotted lines are level curves.
#
# Press play. Then choose the other rules for the steps.

# %%
explore(
    figures.path_in_the_plane,
    rule=Radio(list(experiment.RULES), value="1/√k", label="steps"),
    t=Radio({"0.05": 0.05, "0.1": 0.1, "0.3": 0.3}, value=0.3),
    step=Range(1, figures.SHOWN, 1, value=12, play=True, label="after step"),
)

# %% [markdown]
# > **C01 · refuted.** Someone asks on the web how ReLU can work with gradient descent, and starts from this: gradient
# > descent needs a smooth function.
#
# Neither function here is smooth. With steps of $0.1/\sqrt k$ both paths cross kinks again and again, and the best gap
# keeps shrinking.

# %%
for objective in experiment.OBJECTIVES:
    path = experiment.run(objective, "1/√k", 0.1)
    crossings = int((np.diff(np.sign(path.x), axis=0) != 0).any(axis=1).sum())
    assert crossings > 50 and path.best[-1] < path.value[0] / 50
    print(f"{objective:<10} {crossings} steps across a kink, best gap {path.value[0]:.2f} → {path.best[-1]:.0e}")

# %% [markdown]
# ### How long the steps should be
#
# Now the gap to the minimum against the number of steps, on logarithmic scales. The dashed line is a bound that the
# best gap never exceeds.
#
# Take $t = 0.1$ and look for three fates: constant steps stop short of the minimum, $1/\sqrt k$ steps come near, and
# $1/k$ steps are still far off after 200. (In the long run their gap tends to 0 as well, very slowly.) Then try other
# $t$.

# %%
explore(
    figures.gap_against_bound,
    objective=Radio(list(experiment.OBJECTIVES), label="function"),
    rule=Radio(list(experiment.RULES), label="steps"),
    t=Radio({"0.03": 0.03, "0.1": 0.1, "0.3": 0.3}, value=0.1),
)

# %% [markdown]
# With constant steps of 0.1 on $|x|$ from 1.03 the method goes to and fro between 0.03 and −0.07, for ever.

# %%
path = experiment.run("|x|", "constant", 0.1)
assert np.allclose(path.value[-2:], [0.03, 0.07]) and np.allclose(path.value[20:-2], path.value[22:])
print("|x| at the end:", " ".join(f"{value:.2f}" for value in path.value[-6:]))

# %% [markdown]
# **Exercise subgradients.4.** On $|x|$ from 2.6 with constant steps of 0.25: between which two values of $|x|$ does
# it go for ever? A list, the smaller one first.

# %% tags=["exercise"]
# begin solution: two_values = ...
two_values = [0.1, 0.15]
# end solution
check("subgradients.4", two_values)

# %% [markdown]
# ### The bound
#
# Look at the distance to a minimum $x^*$, not at the value. One step changes its square by
#
# $$\|x_{k+1} - x^*\|^2 - \|x_k - x^*\|^2 = -2 t_k\, g_k \cdot (x_k - x^*) + t_k^2 \|g_k\|^2 .$$
#
# The definition of a subgradient says $g_k \cdot (x_k - x^*) \ge f(x_k) - f(x^*)$: that is the gap. No subgradient is
# longer than $G$. So every step pays for its gap with distance. Add up all steps, and use that the distance cannot fall
# below 0: with the first distance $R$,
#
# $$\text{best gap} \le \frac{R^2 + G^2 \sum t_k^2}{2 \sum t_k}, \qquad
# \text{with constant steps } \frac{R^2}{2tT} + \frac{G^2 t}{2} .$$

# %%
for objective, f in experiment.OBJECTIVES.items():
    for rule in experiment.RULES:
        for t in (0.03, 0.1, 0.3):
            path = experiment.run(objective, rule, t)
            squares = (path.x**2).sum(1)
            change = -2 * path.step * path.value + path.step**2 * f.lipschitz**2
            assert (np.diff(squares) <= change[:-1] + 1e-12).all()
            assert (path.best <= experiment.bound(objective, path.step) + 1e-12).all()
print("2 functions, 3 rules, 3 sizes: every step obeys the inequality, every best gap the bound")

# %% [markdown]
# **Exercise subgradients.5.** Which constant step $t$ makes the bound after $T$ steps least? Answer with a formula in
# `R`, `G`, `T`.

# %% tags=["exercise"]
R, G, T = sp.symbols("R G T", positive=True)
# begin solution: best_step = ...
best_step = R / (G * sp.sqrt(T))
# end solution
check("subgradients.5", best_step)

# %% [markdown]
# ### A step that climbs
#
# You predicted what a step from $(1, 0)$ against the subgradient $(1, 2)$ does. At $(1, 0)$ the vector $(1, \gamma)$ is
# a subgradient of $|x| + 2|y|$ for every $\gamma$ from −2 to 2. Move $\gamma$ and watch both curves.

# %%
explore(figures.step_against_a_subgradient, gamma=Range(-2, 2, 0.25, value=2, label="γ"))

# %% [markdown]
# With $\gamma = 2$ the value is $1 + 3t$: a step against a subgradient, and $f$ climbs, however short the step is. What
# falls is the *distance to the minimum*, as the inequality above has it: for every $t$ below twice the gap divided by
# $\|g\|^2$.

# %%
t = sp.Symbol("t", real=True)
value_after = sp.Abs(1 - t) + 2 * sp.Abs(0 - 2 * t)
short = PiecewiseFunction.from_expr(value_after, t).branch(0, "+")
assert equal(short, 1 + 3 * t)
squared_distance = sp.expand((1 - t) ** 2 + (2 * t) ** 2)
assert sp.diff(squared_distance, t).subs(t, 0) == -2
print("value", short, "  squared distance", squared_distance)

# %% [markdown]
# **Exercise subgradients.6.** For which $\gamma$ does a short step from $(1, 0)$ against $(1, \gamma)$ lower $f$?
# Answer with a set. (`sp.Interval.open(a, b)` has neither end.)

# %% tags=["exercise"]
# begin solution: descending = ...
descending = sp.Interval.open(-sp.Rational(1, 2), sp.Rational(1, 2))
# end solution
check("subgradients.6", descending)

# %% [markdown]
# ### Minima on kinks
#
# > **C33 · refined.** A text says that training does not usually arrive at a local minimum, and that it is *hence*
# > acceptable if minima lie at points without a gradient. (Kanchan Sarkar, *ReLU: Not a Differentiable Function*, 2018)
#
# It is acceptable, but for another reason. Often the kink is exactly where one wants to be, and subgradient steps come
# near it. Here is a line through nine points that makes the sum of the $|\text{residuals}|$ least. Move the outlier.

# %%
explore(figures.median_line, shift=Range(0, 8, 1, value=4, label="outlier up by"))

# %% [markdown]
# The line passes through two of the points. Their residuals are exactly 0: the loss has its minimum on two kinks at
# once. And the outlier does not move the line at all.

# %%
for shift in (0, 4, 8):
    line, y = experiment.least_absolute(shift), experiment.data(shift)
    assert line == experiment.least_absolute(0) and line.residuals(y).count(0) == 2
    assert isinstance(experiment.zero_is_a_subgradient(line, y), clarke.Combination)
slope, intercept, least = experiment.by_subgradient_method(4)
exact_loss = float(experiment.absolute_loss(line, experiment.data(4)))
assert exact_loss <= least < exact_loss + 0.01 and abs(slope - float(line.slope)) < 0.01
print(f"the minimum: y = {line.slope}·x + {line.intercept}, exact; 0 is a subgradient there")
y = experiment.data(4)
left = [float(y[i]) - slope * (i + 1) - intercept for i, r in enumerate(line.residuals(y)) if r == 0]
print(f"the subgradient method: {least - exact_loss:.0e} above it, residuals {left[0]:.0e} and {left[1]:.0e} there")
assert 0 not in left

# %% [markdown]
# The method comes near both kinks and lands on neither. That 0 is a subgradient was shown in fractions: it is a mixture
# of the slopes of the four pieces that meet at the minimum.
#
# **Exercise subgradients.7.** With a constant in place of a line this is the *median*. For which $m$ is
# $|m - 1| + |m - 2| + |m - 6| + |m - 9|$ least? Answer with a set.

# %% tags=["exercise"]
# begin solution: medians = ...
medians = (2, 6)
# end solution
check("subgradients.7", medians)

# %% [markdown]
# The second example is why the *lasso* (Tibshirani, 1996) sets weights to exactly 0. A penalty $\lambda|w|$ puts a kink
# at $w = 0$. Move $\lambda$: where does the minimum go, and where does it stay?

# %%
explore(figures.penalised_loss, weight=Range(0, 2, 0.25, value=0.5, label="λ"))

# %% [markdown]
# **Exercise subgradients.8.** For which $\lambda \ge 0$ does $\tfrac12 (w - 1)^2 + \lambda|w|$ have its minimum at $w
# = 0$? Answer with a set. (`sp.oo` is infinity.)

# %% tags=["exercise"]
# begin solution: sparse = ...
sparse = sp.Interval(1, sp.oo)
# end solution
check("subgradients.8", sparse)

# %% [markdown]
# ### What is not enough
#
# > **C22 · refined.** Must an activation be differentiable? No, says an answer on the web.
#
# No. But do not take it for the other extreme, that a derivative at almost every point is enough. The function
# $\operatorname{sign}(x)$ has a derivative everywhere but at 0. It is 0. And at 0 there is not even a Clarke set: the
# function jumps.

# %%
for point in (-2, sp.Rational(-1, 1000), sp.Rational(1, 1000), 2):
    assert differentiability(sp.sign(x), point).right == 0
assert differentiability(sp.sign(x), 0).continuous is False
print("20 networks with 8 hidden units, 500 steps on two moons")
for name in ("sign", "ReLU"):
    trained = experiment.trained(name)
    changes = ", ".join(f"{change.max():.2g}" for change in (trained.change_of_W1, trained.change_of_W2))
    print(f"{name:<4} largest change of a weight in layer 1 and 2: {changes};  accuracy {trained.accuracy.mean():.0%}")
    assert (trained.change_of_W1 == 0).all() == (name == "sign") and (trained.change_of_W2 > 0).all()

# %% [markdown]
# The layer below the signs never moves. Only the output layer learns, from features that stay random.

# %% [markdown]
# ## Break it
#
# A careful programmer does not like steps that climb. This version of the method takes a step only if $f$ falls. Its
# subgradient takes the slope from the right at a kink, as a framework might.


# %%
def careful(f, subgradient, x, steps):
    for t in steps:
        new = x - t * subgradient(x)
        if f(new) < f(x):
            x = new
    return x


plane = experiment.OBJECTIVES["|x| + 2|y|"]
from_the_right = partial(plane.subgradient, at_kink=1.0)
steps = 0.3 / np.sqrt(np.arange(1, 1001))
end = careful(plane.value, from_the_right, np.array([1.0, 0.0]), steps)
assert (end == [1, 0]).all()
print("after 1000 steps from (1, 0):", end, " f =", plane.value(end))

# %% [markdown]
# It has not moved. Every step along this subgradient climbs, however short it is, and $(1, 0)$ is no minimum.
#
# **Exercise subgradients.9.** Mend it. Take every step, and return the best point on the way.


# %% tags=["exercise"]
def mended(f, subgradient, x, steps):
    # begin solution: return ...
    best = x
    for t in steps:
        x = x - t * subgradient(x)
        if f(x) < f(best):
            best = x
    return best
    # end solution


check("subgradients.9", mended)

# %% tags=["solution-only"]
end = mended(plane.value, from_the_right, np.array([1.0, 0.0]), steps)
assert plane.value(end) < 0.01
print("mended: f is below 0.01")

# %% [markdown]
# A line search is no help: the best step may have length 0, as here. So the step sizes are fixed beforehand.

# %% [markdown]
# ## The slope of a network
#
# Any number in $[0, 1]$ is a subgradient of *ReLU*. Is what backprop makes of it a Clarke subgradient of the *loss*, in
# all parameters at once? You saw in [[frameworks]] that it need not be. Predict when it is.

# %%
predict("subgradients.p3")

# %% [markdown]
# ### Cells
#
# Take the identity as a network. A first layer makes $u = w x$. Two hidden units have the pre-activations $u$ and $-u$,
# and the output is $o = \max(0, u) - \max(0, -u)$. We stand at $w = 0$, on both kinks. The sample is $x = 1$, and the
# loss $\tfrac12 (o - t)^2$ has $t = -1$, so that the upstream gradient $o - t$ is 1.
#
# Move the parameters a little, and each hidden unit gets on one side of its kink. All parameters with the same sides
# make up a *cell*. In a cell the loss is smooth, and its gradient has a limit at our point. The Clarke set is the hull
# of these limits.

# %%
without = experiment.identity_program("none")
cells = clarke.cells_around(without.network, without.X, without.T)
for cell in cells:
    sides = " and ".join("on" if side > 0 else "off" for side in cell.sides.values())
    print(f"hidden units {sides:<10} ∂L/∂w = {cell.gradient[experiment.IDENTITY_W]}")
assert {tuple(cell.sides.values()) for cell in cells} == {(1, -1), (-1, 1)}
assert {cell.gradient[experiment.IDENTITY_W] for cell in cells} == {1}

# %% [markdown]
# Two units, but two cells only. However you move the weights a little, one unit goes on and the other off. In both
# cells the slope is 1. Now give each unit a bias of its own.

# %%
with_biases = experiment.identity_program("own")
cells = clarke.cells_around(with_biases.network, with_biases.X, with_biases.T)
shown = (experiment.IDENTITY_W, *experiment.IDENTITY_BIASES)
for cell in cells:
    sides = " and ".join("on" if side > 0 else "off" for side in cell.sides.values())
    slopes = ", ".join(str(cell.gradient[i]) for i in shown)
    print(f"hidden units {sides:<12} (∂L/∂w, ∂L/∂b₁, ∂L/∂b₂) = ({slopes})")
assert len(cells) == 4

# %% [markdown]
# Now there are all four. The network computes the same numbers as before, but it has got new neighbours.
#
# A sign pattern is a cell if some direction in the parameter space gives all signs at once. That is a system of linear
# inequalities. It is decided in fractions: there is either a direction, or a proof that there is none.
#
# Backprop with the slope $s$ at the kink returns $(2s, s, -s)$. Move $s$, with and without biases.

# %%
explore(
    figures.clarke_of_identity,
    biases=Radio({"none": "none", "one for each unit": "own"}, value="own"),
    slope=Range(0, 1, 0.125, value=0.25, label="s"),
)

# %%
for s in [Fraction(k, 8) for k in range(9)]:
    found = clarke.membership(without, [s])
    assert found.backprop[experiment.IDENTITY_W] == 2 * s and found.inside == (s == half)
    found = clarke.membership(with_biases, [s])
    assert tuple(found.backprop[i] for i in shown) == (2 * s, s, -s) and found.inside
print("s = 0, 1/8, …, 1: without biases inside only for s = 1/2, with biases for every s")

# %% [markdown]
# **Exercise subgradients.10.** Prove it for $s = \tfrac14$. Backprop returns $(\tfrac12, \tfrac14, -\tfrac14)$. Mix
# the gradients of the four cells, $(0, 0, 0)$, $(1, 0, -1)$, $(1, 1, 0)$ and $(2, 1, -1)$, so that this comes out.
# Give a list of four weights from 0 to 1 that add up to 1.

# %% tags=["exercise"]
# begin solution: weights = ...
weights = [0.75, 0, 0, 0.25]
# end solution
check("subgradients.10", weights)

# %% [markdown]
# ### The theorem
#
# Sejun Park, Sanghyuk Chun and Wonyeol Lee (*What does automatic differentiation compute for neural networks?*, ICLR
# 2024) say when. Activations are continuous and piecewise analytic, and the number returned at a kink lies in the
# Clarke set of *that activation*. The loss is analytic, as $\tfrac12 \sum (o - t)^2$ is and $\sum |o - t|$ is not.
#
# - **Own biases.** If every unit with a kink has a trained bias of its own, backprop returns a Clarke subgradient of
#   the loss in the parameters at batch size 1 (before them: Lee, Park and Aiken, 2023). For ReLU with one slope $s$
#   from 0 to 1 in each layer it does so at every batch size (Theorem 4). Shared biases, as in convolutions, are
#   covered as well (Theorem 6).
# - **No biases.** In a fully-connected network it is enough that the layer's inputs, over the batch, are linearly
#   independent whenever a kink is touched (Theorem 5). Else it can fail (Lemma 2), as in the identity above.
# - **Two kinks.** With an activation such as ReLU6 it can fail from batch size 2 on (Lemma 3), unless both kinks take
#   the same mixture of their left and their right slope (Theorem 4).
# - **Max pooling** is not covered: it can fail (Lemma 7), and needs a condition of its own (Theorem 8).
#
# The idea of the first point is exercise subgradients.10. Push all biases of a layer up, and all its units on kinks
# go on. Push them down, and all go off. Backprop's result is the mixture of the two, with weights $s$ and $1 - s$.
#
# The conditions are needed. In [[frameworks]] MyGrad returned 0 for leaky ReLU at 0, outside the activation's set. Take
# slope ⅛ left of 0, $o = \mathrm{leaky}(b)$ at $b = 0$, and the loss $\tfrac12 (o - 1)^2$.

# %%
b = sp.Symbol("b", real=True)
loss = (sp.Piecewise((b, b > 0), (b / 8, True)) - 1) ** 2 / 2
at_0, returned = differentiability(loss, 0), snapshot().row("mygrad", "leaky_relu")
backprop = (0 - 1) * Fraction(returned.value[0])
print(f"slopes of the loss {at_0.left} and {at_0.right}, backprop with MyGrad's slope {backprop}")
assert (at_0.left, at_0.right, backprop) == (sp.Rational(-1, 8), -1, 0)
assert clarke_subdifferential(loss, 0) == sp.Interval(-1, sp.Rational(-1, 8))
assert not is_subgradient(loss, 0, backprop, kind="clarke")

# %% [markdown]
# ### Test it
#
# We do not have to believe it. We draw 100 small networks with biases and 400 without: whole numbers, two or three
# hidden units a layer, one or two hidden layers, batches of 1 to 4, up to six pre-activations exactly on a kink. Two or
# more of them can leave it, since with one nothing can fail. For each we compute all cells, and ask whether backprop's
# result is in the hull. Everything is exact.

# %%
relu_with = experiment.search("relu", "weights and biases", 100)
relu_without = experiment.search("relu", "weights", 400)
for name, found in {"weights and biases": relu_with, "weights, no biases": relu_without}.items():
    for slopes in experiment.CONVENTIONS["relu"]:
        outside = found.outside_of(slopes)
        print(f"{name:<19} s = {slopes[0]!s:<4} {outside:>3} of {sum(found.decided.values())} outside")
assert all(relu_with.outside_of(slopes) == 0 for slopes in experiment.CONVENTIONS["relu"])
assert all(relu_without.outside_of(slopes) >= 30 for slopes in experiment.CONVENTIONS["relu"])
print("not decided:", relu_with.undecided + relu_without.undecided)

# %% [markdown]
# With biases none is outside. Without biases each of the three fails many times, $s = \tfrac12$ too. (*Not decided*:
# the first-order change of a pre-activation says too little.)
#
# And where the inputs of every layer with a kink are linearly independent over the batch, none fails: the condition of
# Theorem 5.

# %%
count, outside = relu_without.independent, relu_without.outside_independent
assert count >= 30 and outside == 0
print(f"no biases, independent inputs: {outside} of {count} outside")

# %% [markdown]
# Here is a failure with $s = \tfrac12$ where the loss is even differentiable: all cells have one gradient, and backprop
# returns another.

# %%
failure, found = next(pair for pair in relu_without.failures[(half,)] if len(pair[1].vertices) == 1)
print("inputs ", *failure.X.tolist(), " targets", *failure.T.tolist())
for layer, W in enumerate(failure.network.W, 1):
    print(f"W{layer}     ", *W.tolist())
pairs = [(a, b) for a, b in zip(found.vertices[0], found.backprop, strict=True) if a != b]
assert pairs
print("backprop returns", ", ".join(f"{b} in place of {a}" for a, b in pairs))

# %% [markdown]
# Are the cells right? A second method takes small random steps, looks which units are on, and collects the gradients.
# It shares the exact forward and backward pass with the first, not the inequalities that say which cells there are. It
# must never find a gradient that the first does not have. And a step into each cell must give the signs that it claims.

# %%
for configuration in (without, with_biases, failure):
    cells = clarke.cells_around(configuration.network, configuration.X, configuration.T)
    gradients = {cell.gradient for cell in cells}
    by_chance = clarke.sampled_gradients(configuration.network, configuration.X, configuration.T, 150)
    assert by_chance <= gradients
    assert all(clarke.sides_hold(configuration.network, configuration.X, cell) for cell in cells)
    print(f"cells {len(cells)}, gradients {len(gradients)}; 150 random steps find no other")

# %% [markdown]
# **Exercise subgradients.11.** Now you search. One hidden unit has weight 0 and no bias, its output weight is 1. The
# batch is $x = 1$ and $x = -1$, the loss ½ Σ (o − t)², the slope at the kink 0. Find two whole targets with which
# backprop leaves the Clarke set. Give a list of two.
#
# `clarke.membership(experiment.one_hidden_layer([[0]], [1], [[1], [-1]], [3, 4]), [0]).inside` tells you of one pair.

# %% tags=["exercise"]
# begin solution: targets = ...
targets = next(
    [a, b]
    for a in range(-2, 3)
    for b in range(-2, 3)
    if not clarke.membership(experiment.one_hidden_layer([[0]], [1], [[1], [-1]], [a, b]), [0]).inside
)
# end solution
check("subgradients.11", targets)

# %% [markdown]
# ### ReLU6 has two kinks
#
# `relu6` is $\min(\max(0, z), 6)$. What do libraries return at its two kinks? From the snapshot of [[frameworks]]:

# %%
slopes_of = {}
for library in ("torch", "tensorflow", "jax", "tinygrad"):
    rows = [snapshot().row(library, program) for program in ("relu6_0", "relu6_6")]
    slopes_of[library] = tuple(Fraction(row.value[0]) for row in rows)
    low, high = slopes_of[library]
    print(f"{library:<11} {rows[0].version:<8} slope {low} at 0, slope {high} at 6")
assert len(slopes_of) == 4

# %% [markdown]
# From the left, the slope is 0 at the kink 0 and 1 at the kink 6. So (0, 1) takes the left slope twice: the same
# mixture. (0, 0) takes the left slope at 0 and the right one at 6, and the theorem does not cover it.
#
# *Not covered* is not yet *wrong*. Here is a unit $\mathrm{relu6}(w x + b)$ with one sample on each kink. ($w =
# 1$, $b = 0$, samples $x = 0$ and $x = 6$, targets −1 and 5, so both upstream gradients are 1.) Train both $w$ and $b$,
# then train $b$ alone, as in *BitFit* (Ben-Zaken, Goldberg and Ravfogel, 2022), and try all slopes.

# %%
pairs = {"0, 0": (0, 0), "0, 1": (0, 1), "1, 0": (1, 0), "½, ½": (0.5, 0.5), "1, 1": (1, 1)}
explore(
    figures.clarke_of_relu6,
    trained=Radio(list(experiment.RELU6_TRAINED)),
    slopes=Select(pairs, label="slopes at 0, at 6"),
)

# %% [markdown]
# With $b$ alone the loss is *smooth* here: one sample enters the sloped part when the other leaves it, and both have
# the same upstream gradient. Its derivative is 1, and slopes (0, 0) return 0.

# %%
bias_only = experiment.relu6_on_both_kinks("bias only")
for library, slopes in slopes_of.items():
    found = clarke.membership(bias_only, slopes)
    verdict = "inside" if found.inside else "outside"
    print(f"{library:<11} backprop {found.backprop[0]}, Clarke set {{{found.vertices[0][0]}}}: {verdict}")
    assert len({vertex[0] for vertex in found.vertices}) == 1 and found.inside == (sum(slopes) == 1)

# %% [markdown]
# With $w$ and $b$ both trained it does not fail, for a reason. Move $(w, b)$ a little in the direction $(w, b-3)$. Then
# $z$ becomes $z + \varepsilon(z - 3)$: what is on 0 goes below 0, and what is on 6 goes above 6. So one cell has the
# slope 0 at both ends, whatever the batch. In a deep network take longer steps in higher layers. This argument for
# dense layers is ours, not the paper's. We try it on 30 random networks.

# %%
source = exact_networks.configurations("relu6", "weights and biases", seed=1)
for tried in (next(source) for _ in range(30)):
    outward = experiment.outward(tried.network)
    in_the_cell = clarke.at_direction(tried.network, tried.X, tried.T, outward)
    assert list(in_the_cell) == exact_networks.gradient(tried.network, tried.X, tried.T, (0, 0))
print("30 networks: slopes (0, 0) return the gradient of the cell that lies outward")

# %% [markdown]
# And the search, with five pairs of slopes:

# %%
relu6_with = experiment.search("relu6", "weights and biases", 50)
relu6_bias = experiment.search("relu6", "biases", 200)
for name, found in {"weights and biases": relu6_with, "biases only": relu6_bias}.items():
    for slopes in experiment.CONVENTIONS["relu6"]:
        outside = [found.outside[slopes, batch] for batch in exact_networks.BATCHES]
        pair = ", ".join(map(str, slopes))
        print(f"{name:<19} slopes {pair:<9} outside at batch size 1 to 4: {outside}")
assert all(relu6_with.outside_of(slopes) == 0 for slopes in experiment.CONVENTIONS["relu6"])
for slopes in experiment.CONVENTIONS["relu6"]:
    assert relu6_bias.outside[slopes, 1] == 0
    assert relu6_bias.outside_of(slopes) >= 30 if sum(slopes) != 1 else relu6_bias.outside_of(slopes) == 0

# %% [markdown]
# It is as the theorem says: no failure at batch size 1, and none where both kinks take the same mixture. Slopes (0, 0)
# fail where only biases are trained.
#
# ### What the theorem does not say
#
# A Clarke subgradient of the loss need not be its slope along any one parameter. Take the identity with biases,
# $s = 0$, and the output as the loss: backprop returns $(0, 0, 0)$, which is in the Clarke set. Along $w$ alone the
# loss has slope 1 on both sides. `check_gradient` looks along one parameter at a time. It finds other slopes close by,
# so it does not call the claim wrong. But along $w$ it finds no reason for it either.


# %%
def loss_of_identity(parameters):
    w, b1, b2 = parameters
    return np.maximum(0, w + b1) - np.maximum(0, -w + b2)


report = check_gradient(loss_of_identity, np.zeros(3), np.zeros(3), names=["w", "b1", "b2"])
assert not report.wrong and [entry.name for entry in report.undecided] == ["w"]
assert [entry.name for entry in report.kinks] == ["b1", "b2"]
for entry in report.entries:
    slopes = f"slopes {entry.left:.0f} and {entry.right:.0f}"
    print(f"{entry.name:<3} claimed {entry.claimed:.0f}, {slopes}: {entry.verdict}")

# %% [markdown]
# The other way round as well. $\max(0, p + q)$ has at $(0, 0)$ the Clarke subgradients $(g, g)$. The vector $(1, 0)$ is
# none of them, but each of its entries lies between the slopes along its own parameter.

# %%
report = check_gradient(lambda p: np.maximum(0, p.sum()), np.array([1.0, 0.0]), np.zeros(2))
assert report.passed and len(report.kinks) == 2
print("passed, one entry at a time:", report.passed)

# %% [markdown]
# A check of single entries and a statement on the Clarke set are two things. Where no pre-activation is on a kink they
# agree. How often a network really stands on a kink is the question of [[zeros]].

# %% [markdown]
# ## Exercises
#
# The exercises stand above, each where it belongs. `hint("subgradients.5")` gives a hint.
# `solution("subgradients.5")` opens after a right answer or three different tries.

# %% [markdown]
# ## Recap
#
# - A subgradient is the slope of a supporting line. At a kink that bends up there are many, at one that bends down
#   none. The Clarke set is local, and never empty where slopes stay bounded nearby (*locally Lipschitz*).
# - The subgradient method needs no smoothness. A step may climb; if it is short, it comes nearer to the minimum all the
#   same. Constant steps stop short; with $1/\sqrt k$ steps the best gap tends to 0.
# - Good minima lie on kinks: medians, sparse weights.
# - Backprop with one $s$ from 0 to 1 in each layer returns a Clarke subgradient of a ReLU network's loss, if that is
#   analytic and every unit has its own trained bias. Without biases it can fail: the identity for every $s$ but ½,
#   other networks for $s = \tfrac12$. ReLU6 with slopes (0, 0), as in PyTorch, TensorFlow and JAX, is not covered: it
#   can fail from batch size 2 on, and does where biases alone are trained.
#
# | claim | verdict | why |
# |---|---|---|
# | C21 | refined | every number in $[0, 1]$ is a subgradient of ReLU at 0, not three of them |
# | C01 | refuted | the subgradient method comes down over kinks, with a bound |
# | C33 | refined | the reason is another: good minima lie on kinks, and subgradient steps come near them |
# | C22 | refined | the sign has a derivative at every point but one, and the layer below it never moves |
#
# **Sources.** R. Tyrrell Rockafellar, *Convex Analysis*, 1970. Frank H. Clarke, [*Optimization and Nonsmooth
# Analysis*](https://doi.org/10.1137/1.9781611971309), 1983. Naum Z. Shor, *Minimization Methods for Non-Differentiable
# Functions*, 1985 (steps that climb). Stephen Boyd, Lin Xiao and Almir Mutapcic, [*Subgradient
# Methods*](https://web.stanford.edu/class/ee392o/subgrad_method.pdf), lecture notes, 2003 (the bound). Peter Bloomfield
# and William L. Steiger, *Least Absolute Deviations*, 1983. Robert Tibshirani, [*Regression shrinkage and selection via
# the lasso*](https://doi.org/10.1111/j.2517-6161.1996.tb02080.x), 1996. Damek Davis, Dmitriy Drusvyatskiy, Sham Kakade
# and Jason D. Lee, [*Stochastic subgradient method converges on tame
# functions*](https://doi.org/10.1007/s10208-018-09409-5), 2020. Sejun Park, Sanghyuk Chun and Wonyeol Lee, [*What does
# automatic differentiation compute for neural networks?*](https://openreview.net/forum?id=8vKknbgXxf), 2024. Wonyeol
# Lee, Sejun Park and Alex Aiken, [*On the correctness of automatic differentiation for neural networks with
# machine-representable parameters*](https://arxiv.org/abs/2301.13370), 2023. Elad Ben-Zaken, Yoav Goldberg and Shauli
# Ravfogel, [*BitFit*](https://aclanthology.org/2022.acl-short.1/), 2022.
#
# Texts: Shahad Mahmud, [*Why ReLU is not differentiable at x=0 (zero)?*](https://blog.shahadmahmud.com/2022/03/), 12
# March 2022 (C21). Kanchan Sarkar, *ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
# Other Generalizations of ReLU*, 31 May 2018, on Medium (C33). [*RELUs and gradient descent for deep neural
# nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question and
# answer on Cross Validated, 2016 (C01). [*Are all neural network activation functions
# differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
# the same, 2017 (C22).
