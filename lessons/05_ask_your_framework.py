# %% [markdown]
# # Ask your framework
#
# **The question.** ReLU has no derivative at 0, and yet your framework returns one. Which number, is it a right one,
# and what does a framework differentiate at all?
#
# **You will learn**
# - which values are right at a kink, and how to judge one
# - to differentiate as a framework does, with dual numbers
# - why a smooth function can get a wrong derivative, and why no choice of slope at the kink prevents it
# - to find and mend five bugs that real projects had at a kink.
#
# **Before you start.** [[Start]] to [[proof]]: one-sided derivatives. You need the chain rule and a little NumPy.
#
# **Minutes:** 75.

# %%
import numpy as np
import sympy as sp

from course_lib.calculus import clarke_subdifferential, differentiability, is_subgradient
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Range, Select, explore
from course_lib.topics.frameworks import experiment, figures, measuring
from course_lib.topics.frameworks.dual_numbers import (OLD_PLAYGROUND, PLAYGROUND, THEANO, Conventions, Dual,
    derivative, emulations_of, exp, function_of, maximum, relu, where)
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import judge, news, snapshot

x, s = sp.symbols("x s", real=True)

# %% [markdown]
# ## Predict
#
# Two questions, settled further down. Commit to a guess in each before you go on.

# %%
predict("frameworks.p1")

# %%
predict("frameworks.p2")

# %% [markdown]
# ## Explore
#
# ### What would be right?
#
# At a kink there is no derivative, but not every number is equally wrong. Near 0 the slopes of ReLU are 0 and 1. Take
# these limits, and all numbers between: that is the *Clarke subdifferential* of ReLU at 0 (Clarke, 1983).
#
# Where a function is smooth, the set holds one number: the derivative.

# %%
relu_set = clarke_subdifferential(sp.Max(0, x), 0)
smooth_set = clarke_subdifferential(sp.exp(x), 0)
assert relu_set == sp.Interval(0, 1) and smooth_set == {1}
print(f"ReLU at 0: {relu_set}.  exp at 0: {smooth_set}")

# %% [markdown]
# We call a value in the set a *subgradient*, and right. A value *outside* is neither a slope nearby nor a mean of such
# slopes. ([[Subgradients]] looks closer at such sets, and shows another kind.)

# %%
for value in (0, sp.Rational(1, 2), 1, 2):
    inside = is_subgradient(sp.Max(0, x), 0, value, "clarke")
    print(f"{value!s:>3}: {'a subgradient' if inside else 'outside'}")
assert not is_subgradient(sp.Max(0, x), 0, 2, "clarke")

# %% [markdown]
# ### What came back
#
# We asked libraries for the derivatives of small programs at their kinks. Each program was written in the library's
# own words and run on a CPU. The values are a *snapshot*: they belong to these versions and this day, and they do
# change.

# %%
since = snapshot()
rows = experiment.measured_rows()
assert {row.library for row in rows} == set(LIBRARIES)
print(f"{since.date}: {len(LIBRARIES)} libraries, {len(PROGRAMS)} programs, {len(rows)} values")

# %% [markdown]
# Choose a program. The band is the Clarke subdifferential, each point one library's answer. Rows marked *emulated* are
# libraries that we did not run: there we follow rules that we read in their source.
#
# Look first at `relu(x)`, then go through the other spellings of ReLU. They are the same function. Then look for hollow
# points.

# %%
explore(figures.values_of_frameworks, program=Select(list(figures.CHOICES)))

# %% [markdown]
# > **C23 · refined.** Two texts on the web say that software usually returns one of the one-sided derivatives. (*Are
# > all neural network activation functions differentiable?*, 2017, and Kanchan Sarkar, *ReLU: Not a Differentiable
# > Function*, 2018)
#
# For `relu(x)` the libraries that we ran all did. Over all spellings of ReLU two answers in three are 0 or 1. The third
# is ½, which is neither.

# %%
spellings = experiment.spellings_of_relu()
of_relu = [value[0] for spelling in spellings for value in experiment.returned(spelling).values()]
assert set(experiment.returned("relu").values()) == {(0,)}
one_sided = of_relu.count(0) + of_relu.count(1)
assert set(of_relu) == {0, 0.5, 1} and 0.6 < one_sided / len(of_relu) < 0.7
for value in (0, 0.5, 1):
    print(f"ReLU in any spelling: {value:g} came back {of_relu.count(value)} times")
print(f"one of the one-sided derivatives: {one_sided} of {len(of_relu)}")

# %% [markdown]
# And some values are outside of the subdifferential, also for functions that a library offers by name.

# %%
outside = experiment.outside_by_name()
assert {row.library for row in outside} == {"tinygrad", "pytensor", "mygrad"}
for row in outside:
    library, program = LIBRARIES[row.library], PROGRAMS[row.program]
    print(f"{library.title} {row.version}: {program.label} gives {row.shown}")

# %% [markdown]
# > **C27 · refined.** The first of them adds that ReLU has gradient 0 for $x \le 0$.
#
# For $x < 0$ it has. At 0 it has no gradient, and what is returned is a *convention*: a choice that somebody made.

# %%
left_of_0 = differentiability(sp.Max(0, x), sp.Rational(-1, 1000))
at_0 = differentiability(sp.Max(0, x), 0)
assert left_of_0.differentiable is True and left_of_0.right == 0
assert at_0.differentiable is False and len(set(of_relu)) == 3
print(f"at −1/1000: the derivative is {left_of_0.right}.  At 0: {at_0.reason}")

# %% [markdown]
# > **C06 · holds.** An answer on the web shows the code of *TensorFlow Playground*, with derivative 0 at 0.
#
# So it is since May 2016. Before, its code returned 1 there, until somebody reported it as incorrect (issue 19 of the
# playground's repository). Neither is: both are subgradients. What the change brought is agreement with TensorFlow.

# %%
(old,), (new,) = emulations_of(OLD_PLAYGROUND), emulations_of(PLAYGROUND)
assert (old.value, new.value) == (1, 0)
for emulation in (old, new):
    assert judge("relu", float(emulation.value)).verdict == "subgradient"
    print(f"{emulation.label:<25} {emulation.spelling:<14}  at 0: {emulation.value}")

# %% [markdown]
# > **C05 · refined.** The same answer says that Theano takes 0 as the gradient at 0. A comment below it says ½ for the
# > built-in function.
#
# Both are right: the spelling decides. Theano had no rule for ReLU. It had rules for a choice, a product, a maximum and
# an absolute value, and each spelling of ReLU gets what its rules give.

# %%
for emulation in emulations_of(THEANO):
    print(f"{emulation.spelling:<20} {emulation.value}")
found = {emulation.spelling: emulation.value for emulation in emulations_of(THEANO)}
assert found["switch(x > 0, x, 0)"] == 0 and found["nnet.relu(x)"] == sp.Rational(1, 2)
assert found["maximum(x, 0)"] == 1 and found["maximum(0, x)"] == 0

# %% [markdown]
# ## Derive
#
# ### As a framework does it
#
# A framework does not see a function. It sees a *program*: a chain of steps, each with a rule of its own. You can do
# the same by hand with *dual numbers*: carry a pair along, value and slope.
#
# Write the pair $(a, a')$ as $a + a'\varepsilon$ with $\varepsilon^2 = 0$. Then sums are
# $(a + b) + (a' + b')\varepsilon$.
#
# **Exercise frameworks.1.** Write the product of two pairs. `a` and `b` are tuples (value, slope); return a tuple.


# %% tags=["exercise"]
def product(a, b):
    # begin solution: return ...
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]
    # end solution


check("frameworks.1", product)

# %% [markdown]
# The library's `Dual` does this. Start at $3$ with slope 1, run any program, and read its derivative off at the end:
# for $x^2 + 2x$ that is $2 \cdot 3 + 2$.

# %%
start = Dual(3, 1)
end = start * start + 2 * start
assert (end.value, end.slope) == (15, 8)
end

# %% [markdown]
# What about ReLU? Right of 0 its rule passes the slope on, left of 0 it returns 0. At 0 itself a *convention* is
# needed: multiply the slope that comes in by $s$. Leave $s$ open: it may stay a symbol.

# %%
convention = Conventions(relu=s)
for value in (2, -2, 0):
    print(f"relu of {Dual(value, 1)} is {relu(Dual(value, 1, convention))}")
assert relu(Dual(0, 5, convention)).slope == 5 * s

# %% [markdown]
# (Most frameworks go through the chain backwards, which is faster if there are many inputs. At each step they use the
# same rules, so the same number comes out.)
#
# ### Program, not function
#
# Here are three programs. They compute the same function.


# %%
def relu2(t):
    return relu(-t) + t


def relu3(t):
    return (relu(t) + relu2(t)) / 2


for program in (relu, relu2, relu3):
    assert function_of(program).branches == (0, function_of(program).variable)
    assert [program(t) for t in (-1.5, 0, 2.5)] == [0, 0, 2.5]
    slope = derivative(program, 0, convention)
    print(f"{program.__name__:<6} automatic derivative at 0: {slope}")

# %% [markdown]
# Three answers: $s$, $1 - s$, and ½ whatever $s$ is. All of them are subgradients, so no harm is done yet. Now subtract
# two of the programs. The result is 0 for every $t$, as smooth as a function can be.


# %%
def zero(t):
    return relu2(t) - relu(t)


assert [zero(t) for t in (-1.5, 0, 2.5)] == [0, 0, 0]
assert derivative(zero, 0, convention) == 1 - 2 * s
print(f"zero   automatic derivative at 0: {derivative(zero, 0, convention)}")

# %% [markdown]
# With $s = 0$, as in all six libraries that have `relu`, the derivative of 0 is 1. These programs are from Bolte and
# Pauwels (2020). Their point: automatic differentiation acts on *programs*, not on functions.
#
# In the figure, choose a program and scrub through $s$. The dashed line has the automatic derivative as its slope.
# Where it becomes dotted, the derivative is wrong.

# %%
explore(
    figures.program_and_line,
    program=Select(list(experiment.SLOPE_PROGRAMS), value="relu(t) − relu(−t)"),
    s=Range(0, 1, 0.05, value=0.0, label="s", play=True),
)

# %% [markdown]
# The last program in the list is of a special kind. It computes $t$ right of 0 and $e^t - 1$ left of it. That is the
# activation ELU with $\alpha = 1$, and it is smooth: its slope is 1 from both sides.


# %%
def elu(t):
    return relu(t) - relu(1 - exp(t))


record = differentiability(function_of(elu), 0)
assert record.differentiable is True and record.left == record.right == 1
automatic = derivative(elu, 0, convention)
assert automatic == 2 * s
print(f"elu: its derivative at 0 is {record.right}, its automatic derivative {automatic}")

# %% [markdown]
# tinygrad spells ELU this way, and has $s = 0$. So a smooth function gets the derivative 0 instead of 1. The snapshot
# shows the same.

# %%
row = since.row("tinygrad", "elu_1")
assert row.value == (0.0,) and float(derivative(elu, 0, Conventions(relu=0))) == 0
judgement = judge("elu_1", row.value)
print(f"tinygrad {row.version}: {PROGRAMS['elu_1'].label} gives {row.shown}, {judgement.verdict}")

# %% [markdown]
# **Exercise frameworks.2.** ReLU6 clips to $[0, 6]$. It can be written as
# $\operatorname{relu}(t) - \operatorname{relu}(t - 6)$. What is the automatic derivative of this program at 0, and at
# 6? Answer with a list of two formulas in `s`.

# %% tags=["exercise"]
# begin solution: relu6_slopes = ...
relu6_slopes = [s, 1 - s]
# end solution
check("frameworks.2", relu6_slopes)

# %% [markdown]
# **Exercise frameworks.3.** Now you can have any derivative you like. Write ReLU so that its automatic derivative at
# 0 is $c$, for $s = 0$. The check compares your program with ReLU, and differentiates it for several $c$. Use `relu`,
# `+`, `-` and `*` alone: a program that asks where $t$ lies is refused.


# %% tags=["exercise"]
def spelled(t, c):
    # begin solution: return ...
    return relu(t) + c * (relu(-t) + t - relu(t))
    # end solution


check("frameworks.3", spelled)

# %% [markdown]
# ### No slope is right for every program
#
# Could we choose $s$ so well that this never happens? The zero program asks for $s = \tfrac12$, and so does
# $t = \operatorname{relu}(t) - \operatorname{relu}(-t)$.

# %%
identity = experiment.nested_identity(1)
assert experiment.derivative_in_s(identity) == 2 * s and experiment.right_slopes(identity) == {sp.Rational(1, 2)}
print(f"derivative {experiment.derivative_in_s(identity)}, right for s in {experiment.right_slopes(identity)}")

# %% [markdown]
# Now nest the ReLUs: $\operatorname{relu}(\operatorname{relu}(t)) - \operatorname{relu}(\operatorname{relu}(-t))$ is
# still $t$. At 0 each ReLU multiplies by $s$. With $k$ of them the derivative is $2s^k$. Increase $k$ and watch where
# the curve crosses 1.

# %%
explore(
    figures.nested_slopes,
    k=Range(1, figures.MOST_NESTED, value=2, label="k, ReLUs in each part", play=True),
)

# %% [markdown]
# It crosses at $s = 2^{-1/k}$, somewhere else for each $k$. So no $s$ is right for every program.

# %%
places = []
for k in (1, 2, 3):
    assert experiment.derivative_in_s(experiment.nested_identity(k)) == 2 * s**k
    (place,) = experiment.right_slopes(experiment.nested_identity(k))
    assert sp.simplify(place - 2 ** sp.Rational(-1, k)) == 0
    places.append(place)
    print(f"k = {k}: right for s = {float(place):.3f} only")
assert len(set(places)) == 3

# %% [markdown]
# (To nest the *whole* identity in itself is not enough: its derivative is $(2s)^k$, which is 1 for $s = \tfrac12$ every
# time. Exercise frameworks.12 asks for a single program that is wrong for every $s$.)
#
# **Exercise frameworks.4.** $\operatorname{relu}(\operatorname{relu}(t)) - \operatorname{relu}(-t)$ is $t$ as well.
# For which $s$ in $[0, 1]$ is its automatic derivative at 0 right? The answer counts within 0.001.

# %% tags=["exercise"]
# begin solution: right_slope = ...
right_slope = (5**0.5 - 1) / 2
# end solution
check("frameworks.4", right_slope)

# %% [markdown]
# How bad is that? At almost every point the automatic derivative is the derivative: with ReLU it can go wrong only
# where a ReLU gets exactly 0 (Bolte and Pauwels, 2020). How often that happens is the question of [[zeros]]. And for
# networks in which each unit has a bias of its own, [[subgradients]] has good news.

# %% [markdown]
# ## Measure
#
# ### Rules against libraries
#
# Dual numbers with $s = 0$ are a model of a framework. Does the model predict what the libraries return? Six of them
# have `relu`. These programs are made of it, with sums, differences and halves.

# %%
made_of_relu = {
    "relu": relu,
    "relu2": relu2,
    "relu3": relu3,
    "zero_program": zero,
    "identity_relu": identity,
    "identity_relu_twice": experiment.nested_identity(2),
}
for name, program in made_of_relu.items():
    model = derivative(program, 0, Conventions(relu=0))
    values = experiment.returned(name).values()
    assert len(values) == 6 and set(values) == {(float(model),)}
    judged = f"{len(values)} libraries the same, {judge(name, float(model)).verdict}"
    print(f"{PROGRAMS[name].formula:<31} model {model!s:<4} {judged}")

# %% [markdown]
# What becomes of two arguments that tie is another convention. Give all to the first, or all to both, and the
# derivative of $\max(t, 0) - \max(-t, 0) = t$ comes out as 2. (The value alone does not tell which of the two rules it
# was.) With equal shares it comes out right.


# %%
def identity_by_maximum(t):
    return maximum(t, 0) - maximum(-t, 0)


half = sp.Rational(1, 2)
for shares in ((half, half), (1, 0), (1, 1), (0, 0)):
    model = derivative(identity_by_maximum, 0, Conventions(maximum=shares))
    values = experiment.returned("identity_max").items()
    fits = [LIBRARIES[name].title for name, value in values if value == (float(model),)]
    print(f"shares {shares!s:<11} derivative {model}: {', '.join(fits)}")
assert derivative(identity_by_maximum, 0, Conventions(maximum=(half, half))) == 1

# %% [markdown]
# ### The table
#
# Here is a part of the snapshot as a table. Scroll to the right for all libraries; by keyboard, press Tab until the
# table has the focus, then use the arrow keys. A cross marks what is outside the Clarke subdifferential.

# %%
shown = ["relu", "maximum_x_0", "clamp_min", "abs", "leaky_relu", "elu_1"]
shown += ["identity_relu", "zero_program", "sqrt_square"]
assert {"relu", "identity_relu"} <= set(shown) <= set(PROGRAMS)
figures.value_table(programs=shown)

# %% [markdown]
# The row √(x²) is $|x|$. At 0 its rules multiply ∞ by 0, which is NaN: no number, so not in the set.
#
# A tie among several entries has a set of its own. Near $(1, 1, 0)$ the largest entry is the first or the second, so
# the gradient of the maximum is $(1, 0, 0)$ or $(0, 1, 0)$. The set holds these two and everything on the line between
# them. Its entries sum to 1.

# %%
for value in sorted(set(experiment.returned("tied_max_reduce").values())):
    judgement = judge("tied_max_reduce", value)
    assert (judgement.verdict == "outside") == (sum(value) != 1)
    print(f"{value}: {judgement.verdict}")

# %% [markdown]
# ### Your own libraries
#
# The next cell asks the libraries that are installed *here*. One that is missing is named below the table. SymPy is
# always there: it comes with the course. If a value is not that of the snapshot, that is news: a library has changed.
#
# `make frameworks` installs them all, each in an environment of its own. Add `"jax"`, `"tensorflow"`, `"tinygrad"` or
# `"pytensor"` to the list if you have a minute.

# %% tags=["nbval-ignore-output"]
asked = ["torch", "autograd", "mygrad", "micrograd", "sympy"]
here = measuring.measure(asked, programs=shown, time_limit=30)
for sentence in news(here) or ["Nothing new since the snapshot."]:
    print(sentence)
figures.value_table(here, programs=shown, libraries=asked)

# %% [markdown]
# ## Break it
#
# ### The bug museum
#
# Five bugs at a kink. Each was found in a real and useful project, and each can happen to anyone. We rebuilt them
# small, in our own words. For each you get tests that fail. Mend the function.
#
# #### 1. Assign instead of multiply
#
# The code of a paper lets one choose the slope $s$ at 0. Its backward pass sets the gradient to $s$ where the input is
# 0. (`ReLUAlphaFunction` in `relu.py` of *deel-ai/relu-prime*, commit aa20457. The leaky ReLU in the same file, which
# has a small slope left of 0, multiplies.)


# %%
def assigns(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


report = experiment.run_tests("assign", assigns)
assert len(report.failures) == 2
report

# %% [markdown]
# With upstream gradient 1 nothing shows. With 3 the gradient is too small, and with 0 it comes from nowhere.
#
# **Exercise frameworks.5.** Mend it: where `z` is 0, the slope `s` multiplies the upstream gradient. Leave `upstream`
# as it is.


# %% tags=["exercise"]
def backward(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    # begin solution: gradient[z == 0] = s
    gradient[z == 0] = s * upstream[z == 0]
    # end solution
    return gradient


check("frameworks.5", backward)

# %% [markdown]
# #### 2. The mask after the ReLU
#
# A tutorial trains a network in NumPy. It takes the slope of ReLU from its *output*, with `>=`. Its comment
# says what was meant: 1 for positive numbers, 0 for others. (`relu2deriv` in the tutorial on MNIST of
# *numpy/numpy-tutorials*, commit 09a8945)


# %%
def slope_from_output(output):
    return output >= 0


report = experiment.run_tests("mask", slope_from_output)
assert len(report.failures) == 1
report

# %% [markdown]
# After ReLU no output is below 0, so the mask is always 1. Such a network still learns, only less well: [[training]]
# measures it.
#
# **Exercise frameworks.6.** Mend it.


# %% tags=["exercise"]
def relu_slope(output):
    # begin solution: return output >= 0
    return output > 0
    # end solution


check("frameworks.6", relu_slope)

# %% [markdown]
# #### 3. The check that averages the kink
#
# Predict first.

# %%
predict("frameworks.p3")

# %% [markdown]
# A library for automatic differentiation tests $3|x|$ at 0 against a central difference. (`test_abs` in
# `tests/test_scalar_ops.py` of *HIPS/autograd*, commit cbf5c42, with `check_grads` in `autograd/util.py`, commit
# fb029b5.) The library returns 0 there, and the central difference is 0, too.


# %%
def by_central_difference(f, x, claimed, h=1e-6):
    measured = (f(x + h) - f(x - h)) / (2 * h)
    return "right" if abs(claimed - measured) < 1e-4 else "wrong"


assert experiment.returned("abs")["autograd"] == (0,)
assert by_central_difference(abs, 0.0, 0.0) == "right"
report = experiment.run_tests("average", by_central_difference)
assert len(report.failures) == 5
report

# %% [markdown]
# It calls claims right that are no derivatives, and it calls subgradients wrong. In 2014 somebody asked for a better
# check in another project: compute both slopes, and see whether the claim lies between. (*BVLC/caffe*, issue 1334)
#
# **Exercise frameworks.7.** Mend it. Where the slopes on both sides agree, return `"right"` or `"wrong"`. Where they
# differ, return `"kink"` if the claim is between them, and `"wrong"` if not. In the tests the slopes differ by 0.01 or
# more or not at all, a wrong claim is off by 0.01 or more, and no other kink is nearer than 0.001.


# %% tags=["exercise"]
def verdict(f, x, claimed, h=1e-6):
    # begin solution: return by_central_difference(f, x, claimed, h)
    left = (f(x) - f(x - h)) / h
    right = (f(x + h) - f(x)) / h
    if abs(left - right) < 1e-4:
        return "right" if abs(claimed - left) < 1e-4 else "wrong"
    return "kink" if min(left, right) <= claimed <= max(left, right) else "wrong"
    # end solution


check("frameworks.7", verdict)

# %% [markdown]
# #### 4. The grader that knows one answer
#
# In a course students write a ReLU with its derivative, and tests grade it. At 0 the test wanted 1. A merged pull
# request now allows every value from 0 to 1, and the old line stands beside it as a comment.
# (`test_tasks_ex5.py` of *trusthlt/nlp-with-deep-learning-lectures*, commit 9aed2b5; pull request 4)


# %%
def wants_1(slope):
    return slope(-2) == 0 and slope(0) == 1 and slope(2) == 1


report = experiment.run_tests("grader", wants_1)
assert len(report.failures) == 4
report

# %% [markdown]
# **Exercise frameworks.8.** Mend it: accept what is right, and nothing else.


# %% tags=["exercise"]
def accepts(slope):
    # begin solution: return slope(-2) == 0 and slope(0) == 1 and slope(2) == 1
    return slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1
    # end solution


check("frameworks.8", accepts)

# %% [markdown]
# #### 5. The tie that counts twice
#
# The gradient of a maximum goes to the largest entry. If two are the largest, this one gives the whole to each.
# (*Theano/Theano*, issue 4568, 2016. In the snapshot PyTensor, which goes back to Theano, still does so.)


# %%
def counts_twice(x, upstream):
    return (x == x.max()) * upstream


report = experiment.run_tests("tie", counts_twice)
assert len(report.failures) == 5 and experiment.returned("tied_max_reduce")["pytensor"] == (1, 1, 0)
report

# %% [markdown]
# Move all entries up by $h$. The maximum moves by $h$, so the entries of its gradient have to sum to 1.
#
# **Exercise frameworks.9.** Mend it: the largest entries share `upstream` among them. Leave `x` as it is.


# %% tags=["exercise"]
def max_gradient(x, upstream):
    # begin solution: return (x == x.max()) * upstream
    largest = x == x.max()
    return largest * upstream / largest.sum()
    # end solution


check("frameworks.9", max_gradient)

# %% tags=["solution-only"]
mended = {"assign": backward, "mask": relu_slope, "average": verdict, "grader": accepts}
mended["tie"] = max_gradient
assert all(experiment.run_tests(exhibit, function).passed for exhibit, function in mended.items())

# %% [markdown]
# What the five have in common: each looks right at the values that one tries first. At a kink, at a tie, where an
# output is 0, or with another upstream gradient it is not.

# %% [markdown]
# ## Exercises
#
# `hint("frameworks.10")` gives a hint. `solution("frameworks.10")` opens after a right answer or three different tries.
#
# **Exercise frameworks.10.** A choice, `where(condition, a, b)`, has the slope of the branch that is taken. What are
# the automatic derivatives at 0 of `where(t >= 0, t, 0)`, `where(t > 0, t, 0)`, `t * where(t > 0, 1, 0)` and
# `(t + abs(t)) / 2`, if $|t|$ has slope 0 there? Give a list of four.

# %% tags=["exercise"]
# begin solution: slopes_at_0 = ...
slopes_at_0 = [1, 0, 0, 1 / 2]
# end solution
check("frameworks.10", slopes_at_0)

# %% tags=["solution-only"]
assert derivative(lambda t: where(t >= 0, t, 0)) == slopes_at_0[0]
assert derivative(lambda t: where(t > 0, t, 0)) == slopes_at_0[1]

# %% [markdown]
# **Exercise frameworks.11.** Which of $(1, 0, 0)$, $(\tfrac12, \tfrac12, 0)$, $(1, 1, 0)$, $(\tfrac14, \tfrac34, 0)$
# and $(\tfrac12, \tfrac14, \tfrac14)$ are in the Clarke subdifferential of $\max(x_1, x_2, x_3)$ at $(1, 1, 0)$? Give
# a list of five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: in_the_set = ...
in_the_set = [True, True, False, True, False]
# end solution
check("frameworks.11", in_the_set)

# %% [markdown]
# **Exercise frameworks.12** (hard). Write a program that computes 0 and has the automatic derivative 1 at 0,
# *whatever* $s$ is. Use `relu`, `+`, `-` and `*` alone, as in exercise frameworks.3. The hints help.


# %% tags=["exercise"]
def ghost(t):
    # begin solution: return ...
    return 4 * (relu(t) - relu(relu(t))) + zero(zero(t))
    # end solution


check("frameworks.12", ghost)

# %% tags=["solution-only"]
assert derivative(ghost, 0, convention) == 1
assert experiment.clarke_set(ghost) == {0} and experiment.right_slopes(ghost) == sp.S.EmptySet

# %% [markdown]
# ## Recap
#
# - At a kink, what is in the Clarke subdifferential is right. For ReLU at 0 that is $[0, 1]$.
# - A framework differentiates programs. The spelling of a function decides what comes back at its kinks.
# - A smooth function can get a wrong derivative if its program has a kink where the function has none. No slope at the
#   kink prevents that for every program.
# - Test gradients with an upstream gradient that is not 1, on both sides of a kink, at ties, and at exactly 0.
#
# | claim | verdict | why |
# |---|---|---|
# | C23 | refined | two answers in three; the third is ½, neither, and some are outside the subdifferential |
# | C27 | refined | 0 for $x < 0$; at 0 it is a convention, and the spelling decides |
# | C06 | holds | since May 2016; before that it was 1 |
# | C05 | refined | 0, ½ or 1: Theano's rules see the spelling |
#
# **Sources.** Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983.
# Jérôme Bolte and Edouard Pauwels, [*A mathematical model for automatic differentiation in machine
# learning*](https://arxiv.org/abs/2006.02080), 2020. Sejun Park, Sanghyuk Chun and Wonyeol Lee, [*What does automatic
# differentiation compute for neural networks?*](https://openreview.net/forum?id=8vKknbgXxf), 2024. Andreas Griewank and
# Andrea Walther, [*Evaluating Derivatives*](https://doi.org/10.1137/1.9780898717761), 2nd edition, 2008 (dual numbers,
# forward and backward).
#
# Repositories, as read: [*tensorflow/playground*](https://github.com/tensorflow/playground), `nn.ts` at 0f3037c, and
# [issue 19](https://github.com/tensorflow/playground/issues/19), 2016 (C06).
# [*Theano/Theano*](https://github.com/Theano/Theano), version 1.0.5, `theano/scalar/basic.py` and
# `theano/tensor/nnet/nnet.py`, [issue 3210](https://github.com/Theano/Theano/issues/3210), 2015 (C05), and [issue
# 4568](https://github.com/Theano/Theano/issues/4568), *Incorrect subgradient of theano.tensor.max*, 2016.
# [*tinygrad/tinygrad*](https://github.com/tinygrad/tinygrad), `tinygrad/tensor.py` at 1806a43 (ELU).
# [*deel-ai/relu-prime*](https://github.com/deel-ai/relu-prime) at aa20457, code for David Bertoin, Jérôme Bolte,
# Sébastien Gerchinovitz and Edouard Pauwels, [*Numerical influence of ReLU'(0) on
# backpropagation*](https://arxiv.org/abs/2106.12915), 2021.
# [*numpy/numpy-tutorials*](https://github.com/numpy/numpy-tutorials) at 09a8945.
# [*HIPS/autograd*](https://github.com/HIPS/autograd) at cbf5c42 and fb029b5. *BVLC/caffe*, [issue
# 1334](https://github.com/BVLC/caffe/issues/1334), 2014.
# [*trusthlt/nlp-with-deep-learning-lectures*](https://github.com/trusthlt/nlp-with-deep-learning-lectures) at 9aed2b5.
#
# Texts: [*RELUs and gradient descent for deep neural
# nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question and
# answer on Cross Validated, 2016 (C05, C06). [*Are all neural network activation functions
# differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
# the same, 2017 (C23, C27). Kanchan Sarkar, *ReLU: Not a Differentiable Function: Why used in Gradient Based
# Optimization? and Other Generalizations of ReLU*, 31 May 2018, on Medium (C23).
