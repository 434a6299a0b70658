# %% [markdown]
# # Choose a subgradient
#
# **The question.** At a kink there is no slope. Which numbers may stand in for it, and does a step against one of them
# still lead downhill?
#
# **Why it matters.** Your library returns a number at every kink of every network that you train. What such a number
# promises is not what a gradient promises. And yet, with some losses, a kink is just where training wants to go.
#
# **You will learn**
# - to find all slopes of lines that support a graph
# - to write the subgradient method, and to choose its steps
# - what a step against a subgradient promises, and what it does not
# - why some losses have their minimum exactly on a kink
#
# **Before you start.** [[Proof]]: one-sided derivatives. [[Frameworks]]: the Clarke set. You need scalar products.
#
# **Minutes:** 56.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import (PiecewiseFunction, clarke_subdifferential, convex_subdifferential, differentiability,
    equal, is_subgradient)
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.topics.subgradients import clarke, experiment, figures

# %% [markdown]
# ## Predict
#
# Make a guess at both questions before you read on.

# %%
predict("subgradients.p2")

# %%
predict("subgradients.p1")

# %% [markdown]
# ## Explore
#
# [[Frameworks]] took the slopes *near* a point, and filled in between. But a minimum may be far away. So a second idea
# looks at the whole graph. Draw a line through one of its points. If the graph is nowhere below the line, the line
# **supports** the graph, and its slope $g$ is called a **subgradient** of $f$ at $x_0$:
#
# $$f(x) \ge f(x_0) + g \cdot (x - x_0) \quad \text{for all } x.$$
#
# Turn the line. Which slopes support ReLU at 0, and which at ½? Then look for a supporting line of $-|x|$ at 0.

# %%
explore(
    figures.supporting_lines,
    function=Radio(list(figures.FUNCTIONS)),
    x0=Radio({"−½": -0.5, "0": 0.0, "½": 0.5}, value=0.0, label="x₀"),
    slope=Range(-1.5, 2.5, 0.25, value=1.5, label="slope g"),
)

# %% [markdown]
# ReLU has many at 0, and one at ½, the derivative. $-|x|$ has none: it bends down at 0, and every line through the bend
# is above the graph on one side at least.

# %% [markdown]
# ## Derive
#
# Which slopes exactly? Take $f(x) = \max(0, x)$ and $x_0 = 0$, so that the line is $g \cdot x$.
#
# - For $x > 0$ we need $x \ge g x$. Divide by $x$: $g \le 1$.
# - For $x < 0$ we need $0 \ge g x$. Divide by $x$, which is negative and so reverses the inequality: $g \ge 0$.
#
# So all $g$ from 0 to 1 are right, and no others.

# %% tags=["assertion", "C21"]
relu, points = figures.FUNCTIONS["ReLU"], np.linspace(-3, 3, 601)
assert convex_subdifferential(relu, 0) == sp.Interval(0, 1)
for g in (0, sp.Rational(1, 2), 1, sp.Rational(1, 7)):
    assert is_subgradient(relu, 0, g) and (np.maximum(0, points) - float(g) * points).min() == 0
for g in (sp.Rational(-1, 100), sp.Rational(101, 100)):
    assert not is_subgradient(relu, 0, g) and (np.maximum(0, points) - float(g) * points).min() < 0

# %% [markdown]
# A web article names three of them, 0, 1 and ½ (C21). Every other number from 0 to 1 is just as right.
#
# All subgradients at a point make up the **subdifferential** there. A function is **convex** if the straight line
# between any two points of its graph is nowhere below the graph. For such an $f$ the subdifferential is the interval
# from the left to the right derivative (Rockafellar, 1970). As above, the right derivative bounds $g$ from above, the
# left one from below. And convexity keeps the graph on or above both one-sided tangents, so all in between will do.
#
# **Exercise subgradients.1.** Let $f(x) = \max(-x, 2x)$. Which slopes $g$ give a line through $(0, 0)$
# that supports its graph? Answer with a set. (`(a, b)` is the interval with both ends.)

# %% tags=["exercise"]
# begin solution: supporting_slopes = ...
supporting_slopes = (-1, 2)
# end solution
check("subgradients.1", supporting_slopes)

# %% [markdown]
# Two things follow from the definition at once. Put $g = 0$ into it: $f(x) \ge f(x_0)$ for all $x$. So **0 is a
# subgradient exactly where $f$ has its minimum**. And add the inequalities of two functions: subgradients of the one
# and the other *do* add up to a subgradient of the sum. (Clarke subgradients did not.)

# %% tags=["assertion"]
absolute = figures.FUNCTIONS["|x|"]
assert is_subgradient(absolute, 0, 0) and not is_subgradient(absolute, sp.Rational(1, 2), 0)
for name in ("ReLU", "|x|", "x²"):
    record, found = differentiability(figures.FUNCTIONS[name], 0), convex_subdifferential(figures.FUNCTIONS[name], 0)
    assert (found.inf, found.sup) == (record.left, record.right)

# %% [markdown]
# ### When the graph bends down
#
# It is tempting to say that a subgradient is a number between the left and the right derivative. For leaky ReLU with
# slope 2 left of 0 these are 2 and 1. But a supporting line needs $g \le 1$ because of the right side and $g \ge 2$
# because of the left, so there is none. The line with the slope 1.5 lies *above* the graph on both sides.
#
# "Between both derivatives" is the recipe for the *Clarke* set. Compare the two sets at 0:

# %%
print("function         supporting lines   Clarke set")
for name, f in figures.FUNCTIONS.items():
    print(f"{name:<16} {convex_subdifferential(f, 0)!s:<18} {clarke_subdifferential(f, 0)}")

# %% tags=["assertion"]
for name, f in figures.FUNCTIONS.items():
    convex, wider = convex_subdifferential(f, 0), clarke_subdifferential(f, 0)
    assert wider is not sp.S.EmptySet and convex.is_subset(wider)
    assert (convex == wider) == (name in ("ReLU", "|x|", "x²"))
minus_absolute, tenth = figures.FUNCTIONS["−|x|"], sp.Rational(1, 10)
assert is_subgradient(minus_absolute, 0, 0, kind="clarke")
assert minus_absolute.value(0) > minus_absolute.value(-tenth) == minus_absolute.value(tenth)

# %% [markdown]
# For the first three, which are convex, both are the same. For the others the Clarke set is larger: it fills in between
# the slopes nearby, and never asks whether the line stays below the graph elsewhere. The losses of networks can bend
# down, and this is why the Clarke set is used for them. You can see the price in the row of $-|x|$: 0 is a Clarke
# subgradient at 0, the *maximum*.

# %% [markdown] tags=["optional"]
# ### Find both sets yourself
#
# This section is optional.
#
# **Exercise subgradients.2.** Let $f(x) = \min(3x, -x)$. Give a list of two sets at 0: the slopes of supporting lines,
# and the Clarke set. (`set()` is the empty set.)

# %% tags=["exercise"]
# begin solution: both_sets = ...
both_sets = [set(), (-1, 3)]
# end solution
check("subgradients.2", both_sets)

# %% [markdown]
# ## Measure
#
# ### Walk with subgradients
#
# What if we just step against such a number? The **subgradient method** is gradient descent with any subgradient:
# $x \leftarrow x - t_k\, g$. The steps $t_1, t_2, \dots$ are fixed beforehand. Here it is for $|x|$. (`np.sign` is 0 at
# 0, and 0 is a subgradient there.)


# %%
def walk(x, steps):
    path = [x]
    for t in steps:
        g = np.sign(x)
        x = x - t * g
        path.append(x)
    return np.array(path)


# %% [markdown]
# Start at 1.03 and take 200 steps by three rules: always 0.1, then $0.1/\sqrt k$, then $0.1/k$. Which comes closest to
# the minimum, and which stays far away? Guess, then run it.

# %%
k = np.arange(1, 201)
rules = {"0.1": np.full(200, 0.1), "0.1/√k": 0.1 / np.sqrt(k), "0.1/k": 0.1 / k}
print("steps    the last two points   largest |x| of the last 20")
for name, steps in rules.items():
    path = walk(1.03, steps)
    print(f"{name:<8} {path[-2]:7.3f} {path[-1]:9.3f} {np.abs(path[-20:]).max():28.3f}")

# %% tags=["assertion"]
constant, root, harmonic = (np.abs(walk(1.03, steps)) for steps in rules.values())
assert np.isclose(constant[-20:].min(), 0.03) and np.isclose(constant[-20:].max(), 0.07)
assert root[-20:].max() < 0.0075 and harmonic.min() > 0.4
assert np.allclose(experiment.run("|x|", "1/√k", 0.1).value, root[:-1], rtol=0, atol=1e-12)
lengths = np.cumsum(0.1 / np.arange(1, 20_001))
assert lengths[199].round(2) == 0.59 and np.argmax(lengths >= 1.03) + 1 == 16_694

# %% [markdown]
# Three fates. Constant steps end up bouncing back and forth between 0.03 and $-0.07$. Steps of $0.1/\sqrt k$ swing
# about the minimum in smaller and smaller swings. Steps of $0.1/k$ get short before they arrive: all 200 of them
# together are 0.59 long. (They would arrive, in step 16,694.) So a good rule has two parts. First, the steps must tend
# to 0; otherwise the walk usually never settles. Second, their sum must grow without bound; otherwise it may never
# arrive. By this rule $1/k$ is allowed, but slow; $1/k^2$, with a finite sum, is not.
#
# **Exercise subgradients.4.** Where does the 0.03 come from? Only the start and the step decide it, so work out another
# case before you run it. On $|x|$ from 2.6 with constant steps of 0.25: between which two values of $|x|$ does it end
# up going back and forth? Give a list, the smaller one first.

# %% tags=["exercise"]
# begin solution: two_values = ...
two_values = [0.1, 0.15]
# end solution
check("subgradients.4", two_values)

# %% [markdown]
# A question on the web takes it for granted that gradient descent needs a smooth function (C01). It does not: $|x|$ has
# its kink exactly at the minimum, just where the method has to work, and the last 20 steps of $0.1/\sqrt k$ stay within
# 0.0075 of it. But the steps have to get shorter by a rule: the slope has the size 1 until the very end, and does not
# tell when to slow down.

# %% tags=["assertion", "C01"]
for objective, f in experiment.OBJECTIVES.items():
    path = experiment.run(objective, "1/√k", 0.1)
    crossings = int((np.diff(np.sign(path.x), axis=0) != 0).any(axis=1).sum())
    assert crossings > 50 and path.best[-1] < path.value[0] / 50
    for rule in experiment.RULES:
        for t in (0.03, 0.1, 0.3):
            path = experiment.run(objective, rule, t)
            change = -2 * path.step * path.value + path.step**2 * f.lipschitz**2
            assert (np.diff((path.x**2).sum(1)) <= change[:-1] + 1e-12).all()
            assert (path.best <= experiment.bound(objective, path.step) + 1e-12).all()

# %% [markdown]
# ### One step in the plane
#
# On a line, for a convex $f$, a step from any point but the minimum goes the right way or jumps over it. But networks
# have more than one weight, and with two of them something new happens. There $x$, $x_0$ and $g$ in the definition are
# vectors, and the product is a scalar product. From here $x$ and $y$ are coordinates: let $f(x, y) = |x| + 2|y|$. At
# $(1, 0)$ the vector $(1, 2)$ is a subgradient: $|x| + 2|y| \ge 1 + 1 \cdot (x - 1) + 2 \cdot y$ for all $x$ and $y$,
# since the right side is $x + 2y$. Step against it, and make $t$ short:

# %%
start, against = np.array([1.0, 0.0]), np.array([1.0, 2.0])
print("    t      f   distance to the minimum")
for t in (0, 0.001, 0.1, 0.2, 0.3):
    x_now, y_now = start - t * against
    print(f"{t:5.3f}  {abs(x_now) + 2 * abs(y_now):5.3f}   {np.hypot(x_now, y_now):.4f}")

# %% tags=["assertion"]
size = sp.Symbol("t", real=True)
along = sp.Abs(1 - size) + 2 * sp.Abs(2 * size)
assert equal(PiecewiseFunction.from_expr(along, size).branch(0, "+"), 1 + 3 * size)
assert sp.expand((1 - size) ** 2 + (2 * size) ** 2 - (1 - 2 * size + 5 * size**2)) == 0

# %% [markdown]
# However short the step is, $f$ climbs: for $t \le 1$ it is $(1 - t) + 2 \cdot 2t = 1 + 3t$. Leaving the kink $y = 0$
# costs more than $x$ gains.
#
# A gradient promises more. Against a gradient that is not 0 every short enough step goes down, because near the point
# the graph *is* its tangent plane, up to an error that is small compared with the step. A subgradient only says that
# the graph is nowhere *below* its plane. Such a floor cannot say that $f$ falls.
#
# Still, some subgradients at this point do lead downhill. The vector $(1, \gamma)$ is a subgradient for every $\gamma$
# from −2 to 2, and the step ends at $(1 - t, -\gamma t)$.
#
# **Exercise subgradients.6.** For which of these $\gamma$ does a short step from $(1, 0)$ against $(1, \gamma)$ lower
# $f$? Answer with a set. (`sp.Interval.open(a, b)` has neither end.)

# %% tags=["exercise"]
# begin solution: descending = ...
descending = sp.Interval.open(-sp.Rational(1, 2), sp.Rational(1, 2))
# end solution
check("subgradients.6", descending)

# %% [markdown]
# What is it, then, that every subgradient promises? Look at the last column of the table: the *distance to the minimum*
# $x^*$ falls. Multiply out its square after one step ($x$ is the vector again):
#
# $$\|x - t g - x^*\|^2 = \|x - x^*\|^2 - 2t\, g \cdot (x - x^*) + t^2 \|g\|^2 .$$
#
# Only the middle term can bring it nearer. How large is it? The inequality of a subgradient holds for every point, so
# put in $x^*$: $f(x^*) \ge f(x) + g \cdot (x^* - x)$. Reordered, $g \cdot (x - x^*) \ge f(x) - f(x^*)$, and this is the
# *gap* that is left. So the square changes by at most $-2t \cdot \text{gap} + t^2 \|g\|^2$, and that is below 0 for
# every $t < 2 \cdot \text{gap}/\|g\|^2$. Here the gap is 1 and $\|g\|^2$ is 5, so steps below $\tfrac25$ come nearer.
#
# It also says *why* steps must shrink: near the minimum the gap is small, and only short steps are sure to come nearer.

# %% [markdown] tags=["optional"]
# ### Walk in the plane
#
# This section is optional. Here the method walks on $|x| + 2|y|$; the dotted lines are level curves. Press play, and
# watch how often the value rises. Then try the other rules.

# %%
explore(
    figures.path_in_the_plane,
    rule=Radio(list(experiment.RULES), value="1/√k", label="steps"),
    t=Radio({"0.05": 0.05, "0.1": 0.1, "0.3": 0.3}, value=0.3),
    step=Range(1, figures.SHOWN, 1, value=12, play=True, label="after step"),
)

# %% [markdown] tags=["optional"]
# ### A bound for the best gap
#
# This section is optional. If no subgradient is longer than $G$, the equation above says of each step
#
# $$\text{old distance}^2 - \text{new distance}^2 \ge 2t \cdot \text{gap} - t^2 G^2 .$$
#
# Add this up over $T$ steps. On the left all distances cancel but the first, $R$, and the last, whose square is not
# below 0. On the right no gap is below the best one. So
#
# $$\text{best gap} \le \frac{R^2 + G^2 \sum t_k^2}{2 \sum t_k}, \qquad
# \text{with constant steps } \frac{R^2}{2tT} + \frac{G^2 t}{2} .$$
#
# The bound tends to 0 if $t_k$ does and $\sum t_k$ grows without bound. With $t_k = c/\sqrt k$, for example,
# $\sum t_k^2$ grows like $\ln T$, and $\sum t_k$ like $\sqrt T$.
#
# The dashed line is this bound. Find a setting where the best gap comes close to it, and one where it is far below.

# %%
explore(
    figures.gap_against_bound,
    objective=Radio(list(experiment.OBJECTIVES), label="function"),
    rule=Radio(list(experiment.RULES), label="steps"),
    t=Radio({"0.03": 0.03, "0.1": 0.1, "0.3": 0.3}, value=0.1),
)

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
# ## Break it
#
# Since $f$ may climb, a careful programmer takes a step only if $f$ falls. The subgradient here takes, for each
# coordinate, the slope from the right at a kink.


# %%
def value(x):
    return abs(x[0]) + 2 * abs(x[1])


def from_the_right(x):
    return np.where(x >= 0, 1, -1) * [1, 2]


def careful(f, subgradient, x, steps):
    for t in steps:
        new = x - t * subgradient(x)
        if f(new) < f(x):
            x = new
    return x


many_steps = 0.3 / np.sqrt(np.arange(1, 1001))
end = careful(value, from_the_right, np.array([1.0, 0.0]), many_steps)
print("after 1000 steps from (1, 0):", end, " f =", value(end))

# %% tags=["assertion"]
assert (end == [1, 0]).all() and value(end) == 1 == experiment.OBJECTIVES["|x| + 2|y|"].value(end)
assert (from_the_right(np.array([1.0, 0.0])) == [1, 2]).all()

# %% [markdown]
# It has not moved: at $(1, 0)$ every step against this subgradient climbs, and $(1, 0)$ is no minimum.
#
# **Exercise subgradients.9.** Repair it: take *every* step, and return the best point on the way, the start included.


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

# %% tags=["solution-only", "assertion"]
assert value(mended(value, from_the_right, np.array([1.0, 0.0]), many_steps)) < 0.01

# %% [markdown]
# ## Minima on kinks
#
# Is the minimum ever *on* a kink? For two losses from everyday work it is, and that is no accident.
#
# ### A line that this outlier does not move
#
# Least squares fits a line by the sum of squared residuals, so that a single outlier can pull it far. Take the sum of
# $|\text{residuals}|$ in its place. Move the outlier, watch both lines, and count the points on the blue one.

# %%
explore(figures.median_line, shift=Range(0, 8, 1, value=4, label="outlier up by"))

# %% [markdown]
# Two points lie exactly on the blue line, and the outlier does not move it. A residual enters the slope of this loss
# only by its *sign*, and as long as the point stays above the line, its sign stays. (A point that crosses the line may
# move it.)
#
# Two residuals are 0, so this loss has its minimum on two kinks at once. Why? Take a simpler case first: fit one number
# $m$ by the least $\sum |m - y_i|$. Between two of the $y_i$ every residual keeps its sign, so the slope of the sum
# does not change there. It changes only at kinks: where $m$ passes a $y_i$, the slope of $|m - y_i|$ goes from −1 to 1,
# and the slope of the sum grows by 2. So it passes from below 0 to above 0 *on a kink*. (Or it is 0 all the way from
# one kink to the next.) A line has two parameters, and it takes two kinks to hold both.
#
# So a minimum can be a point without a gradient, and with steps like $1/\sqrt k$ the subgradient method does get as
# near to it as you like: the next section, which is optional, takes 20,000 steps. There you also find what a text says
# of such minima (C33).

# %% [markdown] tags=["optional"]
# ### Walk to this line
#
# This section is optional. Each $|r|$ with $r = y - \text{slope} \cdot x - \text{intercept}$ has the derivative
# $-\operatorname{sign}(r) \cdot x$ along the slope and $-\operatorname{sign}(r)$ along the intercept, and subgradients
# add up. The steps do not know where the kinks are. How near do they get?

# %%
X, Y = np.arange(1, 10), np.array(experiment.data(4), float)
slope, intercept = 0.0, 0.0
best = (np.inf, slope, intercept)
for t in 0.02 / np.sqrt(np.arange(1, 20_001)):
    residuals = Y - slope * X - intercept
    best = min(best, (np.abs(residuals).sum(), slope, intercept))
    signs = np.sign(residuals)
    slope, intercept = slope + t * (signs @ X), intercept + t * signs.sum()  # minus t times a subgradient
exact = experiment.least_absolute(4)
print(f"exact minimum   y = {float(exact.slope):.3f}·x + {float(exact.intercept):.3f}")
print(f"found by steps  y = {best[1]:.3f}·x + {best[2]:.3f}")
at_exact = np.sign(np.array(exact.residuals(experiment.data(4)), float))
on_line = np.flatnonzero(at_exact == 0)
print("residuals that should be 0:", *(f"{Y[i] - best[1] * X[i] - best[2]:.0e}" for i in on_line))

# %% tags=["assertion", "C33"]
least = float(experiment.absolute_loss(exact, experiment.data(4)))
assert least <= best[0] < least + 0.01 and abs(best[1] - float(exact.slope)) < 0.01
assert all(0 < abs(Y[i] - best[1] * X[i] - best[2]) < 1e-3 for i in on_line) and len(on_line) == 2
for shift in (0, 4, 8):
    line, moved = experiment.least_absolute(shift), experiment.data(shift)
    assert line == exact and line.residuals(moved).count(0) == 2
    assert isinstance(experiment.zero_is_a_subgradient(line, moved), clarke.Combination)

# %% [markdown]
# The steps come near both kinks and land on neither.
#
# > **C33 · refined.** A web text says that training does not usually arrive at a local minimum, and that it is *hence*
# > acceptable if minima lie at points without a gradient. (Kanchan Sarkar, 2018)
#
# Such minima are acceptable, but not for that reason: it would do no harm if training did arrive. This minimum is a
# point without a gradient, and steps like $1/\sqrt k$ get as near to it as you like.

# %% [markdown] tags=["optional"]
# ### Why this line is the minimum
#
# This section is optional, and goes on with the line of the last one. At the exact line four smooth pieces of the loss
# meet, one for each choice of two signs. If 0 is a mixture of their gradients, it is a subgradient. Here are the
# gradients, along the slope and along the intercept, and weights found in fractions. Multiply and add, column by
# column:

# %%
mixture = experiment.zero_is_a_subgradient(exact, experiment.data(4)).weights
print("weight   along the slope   along the intercept")
for weight, choice in zip(mixture, [(-1, -1), (-1, 1), (1, -1), (1, 1)], strict=True):
    at_exact[on_line] = choice
    print(f"{weight!s:<6} {-at_exact @ X:17.0f} {-at_exact.sum():21.0f}")

# %% tags=["assertion"]
gradients = []
for choice in [(-1, -1), (-1, 1), (1, -1), (1, 1)]:
    at_exact[on_line] = choice
    gradients.append((-int(at_exact @ X), -int(at_exact.sum())))
assert [sum(w * g for w, g in zip(mixture, column, strict=True)) for column in zip(*gradients, strict=True)] == [0, 0]
assert sum(mixture) == 1 and min(mixture) >= 0

# %% [markdown] tags=["optional"]
# ### The same with a constant
#
# This section is optional.
#
# **Exercise subgradients.7.** With a constant in place of a line, the best fit is a *median*. For which $m$ is
# $|m - 1| + |m - 2| + |m - 6| + |m - 9|$ least? Answer with a set.

# %% tags=["exercise"]
# begin solution: medians = ...
medians = (2, 6)
# end solution
check("subgradients.7", medians)

# %% [markdown]
# ### A penalty that makes weights exactly 0
#
# Small models are cheap, so one would like useless weights to be *exactly* 0. The *lasso* (Tibshirani, 1996) pushes
# them to 0 with a penalty $\lambda|w|$. Why one with a kink? A penalty $\lambda w^2$ has the slope 0 at $w = 0$, and
# any slope of the loss moves the weight away. $\lambda|w|$ has all subgradients from $-\lambda$ to $\lambda$ there, and
# one of them may cancel the slope of the loss. How large does $\lambda$ have to be? Take the loss $\tfrac12(w - 1)^2$,
# with its minimum at $w = 1$.
#
# **Exercise subgradients.8.** For which $\lambda \ge 0$ does $\tfrac12 (w - 1)^2 + \lambda|w|$ have its minimum at
# *exactly* $w = 0$? Answer with a set. (`sp.oo` is infinity. The sum is convex. When is 0 a subgradient of it at 0?)

# %% tags=["exercise"]
# begin solution: sparse = ...
sparse = sp.Interval(1, sp.oo)
# end solution
check("subgradients.8", sparse)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "subgradients.4"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ## What is promised for losses that are not convex
#
# This section is optional. The losses of networks are not convex, and less is known of them. A point where 0 is a
# Clarke subgradient is called **Clarke-stationary**. If subgradient steps come back near a point again and again, then
# it is Clarke-stationary, for losses built of the usual layers and steps like $1/k$, among other conditions (Damek
# Davis and others, 2020). That may be a minimum. But $-|x|$ at 0, the maximum, is Clarke-stationary as well.

# %% [markdown] tags=["optional"]
# ## What is not enough
#
# This section is optional. Must an activation be differentiable, then? No, says an answer on the web (C22). Right, but
# do not conclude that a derivative at almost every point will do. $\operatorname{sign}(x)$ has one everywhere but at 0,
# and it is 0. Watch a unit $a = \operatorname{sign}(w x)$ with output $o = v a$ learn the target 1 from the input $x =
# 2$:

# %%
w, v = 0.5, 0.3
for _ in range(100):
    a = np.sign(w * 2)
    upstream = v * a - 1
    slope_of_sign = 0
    w, v = w - 0.1 * upstream * v * slope_of_sign * 2, v - 0.1 * upstream * a
print(f"w = {w:.2f}, v = {v:.2f}")

# %% tags=["assertion", "C22"]
assert w == 0.5 and abs(v - 1) < 1e-3
for point in (-2, sp.Rational(-1, 1000), sp.Rational(1, 1000), 2):
    assert differentiability(sp.sign(sp.Symbol("x", real=True)), point).right == 0
assert differentiability(sp.sign(sp.Symbol("x", real=True)), 0).continuous is False
for name in ("sign", "ReLU"):
    trained = experiment.trained(name)
    assert (trained.change_of_W1 == 0).all() == (name == "sign") and (trained.change_of_W2 > 0).all()

# %% [markdown]
# The output weight $v$ has learned, and $w$ has not moved. (Nor does any weight below a sign in 20 networks with eight
# such units.) ReLU has one bad point as well. But its slopes *add up to its values*: from $-1$ to 1, slope 0 on half of
# the way and 1 on the other half make the rise of 1. The slopes of the sign add up to 0, while the function rises by 2,
# all of it in the jump, where no slope sees it. (Jérôme Bolte and Edouard Pauwels, 2021, rest their theory of what
# backprop returns on this: along every path the slopes add up to the values.)

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# You can leave this table for later: it repeats verdicts that stand above.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A subgradient is the slope of a line that supports the whole graph. At a point where it bends down there is none.
#   The Clarke set fills in between the slopes nearby; for convex functions the two are the same.
# - The subgradient method needs no smoothness, but a rule for its steps. If $f$ is convex and its subgradients are
#   bounded, steps that shrink like $1/\sqrt k$ bring the best gap to 0 (an optional section proves it); constant steps
#   usually keep bouncing at a distance.
# - A subgradient is a floor, not a tangent: a short step may climb, and comes nearer to the minimum all the same. So
#   take every step, and remember the best point.
# - Minima on kinks are no accident: a sum of $|\text{residuals}|$ changes its slope only there, and a kink can cancel
#   the slope of the loss.
#
# What happens to right slopes in a whole network is the question of [[network_slope]].
#
# **Sources.**
# - R. Tyrrell Rockafellar, [*Convex Analysis*](https://doi.org/10.1515/9781400873173), 1970 (subgradients)
# - Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983
# - Naum Z. Shor, [*Minimization Methods for Non-Differentiable
#   Functions*](https://doi.org/10.1007/978-3-642-82118-9), 1985 (steps that climb)
# - Stephen Boyd, Lin Xiao and Almir Mutapcic, [*Subgradient
#   Methods*](https://web.stanford.edu/class/ee392o/subgrad_method.pdf), lecture notes, 2003 (the bound)
# - Robert Tibshirani, [*Regression shrinkage and selection via the
#   lasso*](https://doi.org/10.1111/j.2517-6161.1996.tb02080.x), 1996
# - Damek Davis, Dmitriy Drusvyatskiy, Sham Kakade and Jason D. Lee, [*Stochastic subgradient method converges on tame
#   functions*](https://doi.org/10.1007/s10208-018-09409-5), 2020
# - Jérôme Bolte and Edouard Pauwels, [*Conservative set valued fields, automatic differentiation, stochastic gradient
#   methods and deep learning*](https://doi.org/10.1007/s10107-020-01501-5), 2021
# - On the web: [*RELUs and gradient descent for deep neural
#   nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question
#   and answer on Cross Validated, 2016 (C01)
# - On the web: Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C21)
# - On the web: [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
#   question and answer on Cross Validated, 2017 (C22)
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C33)
