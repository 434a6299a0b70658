# %% [markdown]
# # Ask your framework
#
# **The question.** ReLU has no derivative at 0, and yet every framework returns a number there. Which number, and is it
# a right one?
#
# **Why it matters.** Sooner or later a unit of yours gets exactly 0: biases and whole layers start at 0, and pictures
# have black patches. The number that comes back then goes into your weight update, and nothing warns you. It depends
# on your library, and on how you happened to write the function.
#
# **You will learn**
# - which numbers are right at a kink, and how to judge one
# - what libraries return, and where the number comes from
# - what is right where several entries tie
# - why usual tests miss bugs at a kink, and how to find them
#
# **Before you start.** [[Proof]]: one-sided derivatives. A little NumPy.
#
# **Minutes:** 53.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import clarke_subdifferential
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.topics.frameworks import figures, measuring
from course_lib.topics.frameworks.dual_numbers import OLD_PLAYGROUND, PLAYGROUND, THEANO, emulations_of
from course_lib.topics.frameworks.experiment import returned, run_tests
from course_lib.topics.frameworks.libraries import PROGRAMS
from course_lib.topics.frameworks.measurements import judge, news

# %% [markdown]
# ## Which numbers are right?
#
# At a kink there is no derivative, but not every number is equally wrong. Look at the slopes a little to the left and a
# little to the right.
#
# Beside ReLU and $|x|$, take **leaky ReLU**, with a small slope on the left, here $\tfrac18$, and **ELU**, which is $x$
# on the right and $\alpha(e^x - 1)$ on the left.

# %%
functions = {
    "relu": lambda x: max(0.0, x),
    "abs": abs,
    "leaky relu": lambda x: x if x > 0 else x / 8,
    "elu, α = 1": lambda x: x if x > 0 else np.exp(x) - 1,
    "elu, α = 2": lambda x: x if x > 0 else 2 * (np.exp(x) - 1),
}
h = 1e-6
print("slope            left of 0   right of 0")
for name, f in functions.items():
    left, right = [(f(x + h) - f(x - h)) / (2 * h) for x in (-1e-4, 1e-4)]
    print(f"{name:<16} {left:>9.3f}   {right:>10.3f}")

# %% tags=["assertion"]
real_x = sp.Symbol("x", real=True)
beside = {"relu": (0, 1), "abs": (-1, 1), "leaky_relu": (sp.Rational(1, 8), 1), "elu_1": (1, 1), "elu_2": (1, 2)}
for name, (low, high) in beside.items():
    found = clarke_subdifferential(sp.sympify(PROGRAMS[name].function, locals={"x": real_x}), 0)
    assert found == (sp.Interval(low, high) if low < high else {low})

# %% [markdown]
# Suppose that a library nudged $x$ off the kink before it took the slope. It would return the left or the right number,
# and averaged over many nudges anything in between, depending on how often it lands on each side. So we call a number
# right if it is the limit of the slopes on one side, or lies between the limits of both sides. If both limits are
# finite, and the function of one variable is continuous and made of smooth pieces, the right numbers form the **Clarke
# subdifferential** at that point (from Frank Clarke's book of 1983), *Clarke set* for short. Each of them is a **Clarke
# subgradient**. A number outside is wrong: close enough to the point it is neither a slope nor a mean of slopes.
#
# Where a function is smooth both limits agree, and the set holds one number, the derivative. (Another kind of
# subgradient comes in [[subgradients]].)
#
# Drag the line. The band holds all lines whose slope is a Clarke subgradient. Which of the five functions leaves you no
# choice at all?

# %%
explore(
    figures.line_at_kink,
    function=Radio(list(figures.AT_0), label="function"),
    slope=Range(-1.5, 2.5, 0.25, value=0.5, label="slope"),
)

# %% [markdown]
# Now be the judge. In a course, students write a function `slope(x)` for ReLU, and a program grades it. At 0 it
# accepted 1 alone. (`test_tasks_ex5.py` of *trusthlt/nlp-with-deep-learning-lectures*, repaired by pull request 4.)
# Each of our 16 tests gives a small copy of that program one such function, and compares its `True` or `False` with the
# right verdict.


# %%
def wants_1(slope):
    return slope(-2) == 0 and slope(0) == 1 and slope(2) == 1


run_tests("grader", wants_1)

# %% tags=["assertion"]
assert len(run_tests("grader", wants_1).failures) == 4

# %% [markdown]
# **Exercise frameworks.8.** Repair the grader: accept what is right, and nothing else. (`check` has one more test.)


# %% tags=["exercise"]
def accepts(slope):
    # begin solution: return slope(-2) == 0 and slope(0) == 1 and slope(2) == 1
    return slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1
    # end solution


check("frameworks.8", accepts)

# %% [markdown]
# ## Measure: ask nine libraries
#
# To get an answer from a library takes four lines. In PyTorch:
#
#     x = torch.tensor(0.0, requires_grad=True)
#     y = torch.relu(x)
#     y.backward()
#     print(x.grad)
#
# We asked nine libraries, much as here, on a CPU. The values are a *snapshot*: they belong to these versions and this
# day. Here are the five functions from above, as libraries offer them by name. A cross marks what is outside the Clarke
# set, a dash that the library does not offer it. tinygrad appears twice, for two ways to run it. Scroll to the right
# for all libraries; by keyboard, press Tab until the table has the focus, then use the arrow keys. One cross is in the
# row of a function with no kink at all. Which one?

# %%
own_names = ["relu", "abs", "leaky_relu", "elu_1", "elu_2"]
figures.value_table(programs=own_names)

# %% tags=["assertion"]
assert set(returned("relu").values()) == {(0,)} and len(returned("relu")) == 6
assert set(returned("abs").values()) == {(0,), (1,)} and returned("elu_1")["tinygrad"] == (0,)
crosses = [
    (name, library, *value)
    for name in own_names
    for library, value in returned(name).items()
    if judge(name, value).verdict == "outside"
]
assert crosses == [("leaky_relu", "mygrad", 0), ("elu_1", "tinygrad", 0), ("elu_2", "tinygrad", 0)]

# %% [markdown]
# All six libraries with a `relu` return 0 there. For $|x|$ JAX returns 1 and the others 0, and both are Clarke
# subgradients. MyGrad's 0 for leaky ReLU is not: every slope nearby is $\tfrac18$ or 1.
#
# The strangest cross is tinygrad's 0 for ELU with $\alpha = 1$. That function has a derivative at 0, which is 1: there
# was nothing to choose. [[Programs]] shows how a library can miss a plain derivative.
#
# An answer on the web says that ReLU has gradient 0 for $x \le 0$ (C27). For $x < 0$ it does. At 0 there is no
# gradient, and 0 is a *convention*: a choice that somebody made. Do all ways to write ReLU lead to the same choice?

# %% tags=["assertion", "C27"]
left_of_0, at_0 = (clarke_subdifferential(sp.Max(0, real_x), place) for place in (sp.Rational(-1, 1000), 0))
assert left_of_0 == {0} and at_0 == sp.Interval(0, 1)

# %%
predict("frameworks.p1")

# %% [markdown]
# ## Ten spellings of one function
#
# Where does the number come from? None of these libraries looks for ReLU in what you write. Each goes through the
# parts, and each part has a rule, which somebody wrote once, for every program:
#
# - A choice, `where(condition, a, b)`, has the slope of the branch that is taken.
# - A comparison such as `x > 0` is 1 or 0. Between its jumps it is constant, so it has slope 0.
# - Sums and products follow the rules of calculus.
# - For $|x|$ somebody had to choose a slope at 0. Most chose 0.
# - A maximum has slope 1 in its larger argument and 0 in the other. At a tie a library takes 1 and 0, or ½ and ½.
#   (MyGrad takes 0 and 0.) Then comes the chain rule, times the argument's own slope, which is 0 for a constant. With
#   ½ and ½, `maximum(x, 0)` gets $\tfrac12 \cdot 1 + \tfrac12 \cdot 0$, which is ½.
#
# **Exercise frameworks.10.** By these rules, what comes back at $x = 0$ for `where(x >= 0, x, 0)`,
# `where(x > 0, x, 0)`, `x * (x > 0)` and `(x + abs(x)) / 2`, if $|x|$ has slope 0 there? Give a list of four.

# %% tags=["exercise"]
# begin solution: slopes_at_0 = ...
slopes_at_0 = [1, 0, 0, 1 / 2]
# end solution
check("frameworks.10", slopes_at_0)

# %% [markdown]
# Do the libraries keep to the rules? Each program in this list computes ReLU. The band is the Clarke set, a point is
# the answer of one library. (*Emulated* rows follow rules that we read in a library's source. Theano is an older
# library.) Begin with `maximum(x, 0)`, then find your four programs. JAX differs from your answer in one program, and
# SymPy in another. Which of JAX's rules must be different?

# %%
spellings = [name for name, program in PROGRAMS.items() if program.function == PROGRAMS["relu"].function]
explore(
    figures.values_of_frameworks,
    program=Select([PROGRAMS[name].label for name in spellings], value="maximum(x, 0) at 0"),
)

# %% tags=["assertion"]
yours = dict(zip(["where_ge", "where_gt", "x_times_step", "half_x_plus_abs"], [1, 0, 0, 0.5], strict=True))
others = [(name, key, *value) for name in yours for key, value in returned(name).items() if value != (yours[name],)]
assert others == [("x_times_step", "sympy", 0.5), ("half_x_plus_abs", "jax", 1)]
assert [library for library, (value,) in returned("maximum_x_x").items() if value != 1] == ["mygrad"]

# %% [markdown]
# Three values came back for `maximum(x, 0)`: 0, ½ and 1. That settles your prediction. JAX gives $|x|$ the slope 1, as
# the table says, and SymPy writes `x·(x > 0)` with a step function that is ½ at 0. All that came back is in $[0, 1]$.
# So for ReLU nothing is wrong here, but the same network, written in another way or run by another library, may train
# on other numbers.

# %% [markdown] tags=["optional"]
# ### An old quarrel
#
# This section is optional. With these rules you can settle a quarrel about Theano. It had no rule for ReLU itself, and
# these for its parts:
#
# - $|x|$ has slope 0 at 0, and `nnet.relu` is $(x + |x|)/2$ (issue 3210).
# - `switch` is its `where`.
# - At a tie a maximum has slope 1 in its first argument. (That is version 1.0 of 2017. Before, it had slope 1 in both,
#   and both orders gave 1: issue 6470.)
#
# This follows:

# %%
for emulation in emulations_of(THEANO):
    print(f"{emulation.spelling:<20} {emulation.value}")

# %% tags=["assertion", "C05"]
found = {emulation.spelling: emulation.value for emulation in emulations_of(THEANO)}
assert found["switch(x > 0, x, 0)"] == 0 and found["nnet.relu(x)"] == sp.Rational(1, 2)
assert found["maximum(x, 0)"] == 1 and found["maximum(0, x)"] == 0

# %% [markdown]
# > **C05 · refined.** An answer on the web says that Theano takes 0 as the gradient of ReLU at 0. A comment below it
# > says ½ for the built-in function. (*RELUs and gradient descent for deep neural nets*, 2016)
#
# Both are right; they speak of different spellings. What is missing is that the spelling decides, and that there is one
# that gives 1.
#
# The same answer quotes the code of *TensorFlow Playground*, with derivative 0 at 0 (C06). It has been that way since
# May 2016. Before that it was 1, until somebody reported it as incorrect. It was not: 1 is a Clarke subgradient, too.
# All the change did was to make the playground agree with TensorFlow.

# %% tags=["assertion", "C06"]
(old,), (new,) = emulations_of(OLD_PLAYGROUND), emulations_of(PLAYGROUND)
assert (old.value, new.value) == (1, 0) and returned("relu")["tensorflow"] == (0,)
assert {judge("relu", float(emulation.value)).verdict for emulation in (old, new)} == {"subgradient"}

# %% [markdown] tags=["optional"]
# ### Usually a one-sided derivative?
#
# This section is optional. The answer depends on the spelling and on the library. Is there a rule of thumb? Perhaps it
# is usually one of the one-sided derivatives, which for ReLU are 0 and 1. Guess their share among all answers for the
# ten spellings, and count.

# %%
counts = {0: 0, 0.5: 0, 1: 0}
for spelling in spellings:
    for (value,) in returned(spelling).values():  # one of each library
        counts[value] += 1
for value, times in counts.items():
    print(f"{value:<4} came back {times} times")
print(f"one-sided: {counts[0] + counts[1]} of {sum(counts.values())}")

# %% tags=["assertion", "C23"]
assert counts == {0: 27, 0.5: 25, 1: 20}
assert {judge("relu", value).verdict for value in counts} == {"subgradient"}

# %% [markdown]
# > **C23 · refined.** Two texts on the web say that software usually returns one of the one-sided derivatives. (*Are
# > all neural network activation functions differentiable?*, 2017, and Kanchan Sarkar, 2018)
#
# 47 of 72: "usually" is generous. (The share depends on the ten spellings that we chose. For `relu` alone it is six
# of six.) The claim leaves out two things: a third of the answers are ½, which is no one-sided derivative and still a
# Clarke subgradient, and the values with a cross in the table above are neither.

# %% [markdown] tags=["optional"]
# ### All that was measured
#
# This section is optional. The whole snapshot has rows with an infinite slope as well. $\sqrt{x^2}$ is $|x|$. At 0 its
# rules multiply ∞ by 0, so NaN comes back from most libraries, which is not in the set. The length of a vector,
# `norm(x)`, has the same trouble at $(0, 0)$ in all that offer it but PyTorch. And $\sqrt x$ has no Clarke set at 0 (a
# circle), because its slopes grow without bound.
#
# A choice can return NaN as well. With arrays both branches are computed, and the slope of the one that is not taken is
# multiplied by 0. If that slope is ∞, the product is NaN. So `where(x > 0, sqrt(x), 0)` has the gradient NaN at 0. With
# `where(x > 0, sqrt(where(x > 0, x, 1)), 0)` it is 0.

# %%
figures.value_table()

# %% [markdown]
# ## When entries tie
#
# So far one number went in. A maximum of many entries, as in max pooling (the largest number of each patch of a
# picture), has its kinks where entries tie, and in an even area of a picture they do. What is right at $x = (1, 1, 0)$,
# where two entries tie? As before, look nearby, now at the gradient: one slope for each entry.

# %%
rng, h = np.random.default_rng(0), 1e-6
print("point nearby               gradient of the maximum")
for _ in range(5):
    near = np.array([1.0, 1.0, 0.0]) + 0.01 * rng.uniform(-1, 1, 3)
    gradient = [(np.max(near + h * axis) - np.max(near)) / h for axis in np.eye(3)]
    print(*(f"{entry:7.4f}" for entry in near), "    ", *(f"{slope:.0f}" for slope in gradient))

# %% tags=["assertion"]
rng = np.random.default_rng(1)
for _ in range(200):
    near = np.array([1.0, 1.0, 0.0]) + 0.01 * rng.uniform(-1, 1, 3)
    assert near.argmax() in (0, 1) and abs(near[0] - near[1]) > 1e-9

# %% [markdown]
# Nearby one of the two entries is the largest, and it alone moves the maximum. In several variables the Clarke set
# holds the limits of gradients nearby and all their weighted means, for the same reason: averaged over many nudges,
# each gradient weighs in by how often it turns up. (The weights are not negative and sum to 1.)
#
# **Exercise frameworks.11.** Which of $(1, 0, 0)$, $(\tfrac12, \tfrac12, 0)$, $(1, 1, 0)$, $(\tfrac14, \tfrac34, 0)$
# and $(\tfrac12, \tfrac14, \tfrac14)$ are in the Clarke set of $\max(x_1, x_2, x_3)$ at $(1, 1, 0)$? Give a list of
# five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: in_the_set = ...
in_the_set = [True, True, False, True, False]
# end solution
check("frameworks.11", in_the_set)

# %% [markdown]
# And what do the libraries return, for the largest of all entries and for the largest along an axis? Neither is the
# maximum of two numbers from above: each is a part of its own, with its own rule.

# %%
figures.value_table(programs=["tied_max_reduce", "tied_max_axis"])

# %% tags=["assertion"]
for value in (*returned("tied_max_reduce").values(), *returned("tied_max_axis").values()):
    assert (judge("tied_max_reduce", value).verdict == "outside") == (sum(value) != 1)

# %% [markdown] tags=["optional"]
# ### Your own libraries
#
# This section is optional. The next cell asks the libraries that are installed *here*, and names what has changed since
# the snapshot. SymPy is always there, `make frameworks` installs others. If you have a minute, add `"jax"`,
# `"tensorflow"`, `"tinygrad"` or `"pytensor"`.

# %% tags=["nbval-ignore-output"]
asked = ["torch", "autograd", "mygrad", "micrograd", "sympy"]
here = measuring.measure(asked, programs=own_names, time_limit=30)
for sentence in news(here) or ["Nothing new since the snapshot."]:
    print(sentence)
figures.value_table(here, programs=own_names, libraries=asked)

# %% tags=["assertion"]
assert {row.library for row in here} == set(asked) and any(row.value == (0,) for row in here if row.library == "sympy")

# %% [markdown]
# ## Break it: the bug museum
#
# Good projects test their code. How does a bug at a kink survive that? The grader was a first exhibit. Here are more,
# each found in a real and useful project, as a small copy with tests that fail.
#
# ### The check that averages the kink
#
# The tests of the library autograd compare its derivative of $3|x|$ at 0 with a central quotient. (`test_abs` in
# `tests/test_scalar_ops.py` of *HIPS/autograd*, commit cbf5c42, with `check_grads` in `autograd/util.py`, commit
# fb029b5) What does such a check say of $|x|$ at 0 with the claim 0? (Our tests want a third verdict, `'kink'`, for a
# Clarke subgradient at a kink.)


# %%
def by_central_quotient(f, x, claimed, h=1e-6):
    measured = (f(x + h) - f(x - h)) / (2 * h)
    return "right" if abs(claimed - measured) < 1e-4 else "wrong"


run_tests("average", by_central_quotient)

# %% tags=["assertion"]
assert returned("abs")["autograd"] == (0,) and by_central_quotient(abs, 0.0, 0.0) == "right"
assert len(run_tests("average", by_central_quotient).failures) == 5

# %% [markdown]
# The central quotient is the mean of both slopes. So at the kink of $|x|$ this check accepts 0, a Clarke subgradient by
# luck, and calls all the others wrong. In 2014 somebody asked for a better one in another project: compute both slopes,
# and see whether the claim lies between. (*BVLC/caffe*, issue 1334)
#
# **Exercise frameworks.7.** Finish that check. Return `"wrong"` if the claim is not between both slopes, ends included.
# If it is, return `"right"` where they agree, and `"kink"` where they differ. Rounding and curvature change measured
# slopes by about $10^{-5}$ at most, so take $10^{-4}$ as tolerance in every comparison. (In the tests the slopes differ
# by 0.01 or more or not at all, and a wrong claim is off by 0.01 or more.)


# %% tags=["exercise"]
def verdict(f, x, claimed, h=1e-6):
    left = (f(x) - f(x - h)) / h
    right = (f(x + h) - f(x)) / h
    # begin solution: return ...
    if not min(left, right) - 1e-4 <= claimed <= max(left, right) + 1e-4:
        return "wrong"
    return "right" if abs(left - right) < 1e-4 else "kink"
    # end solution


check("frameworks.7", verdict)

# %% [markdown]
# ### The tie that counts twice
#
# The next function goes backward through a maximum. It gets `upstream`, the slope of the loss with respect to the
# maximum, and returns the slopes with respect to the entries. (*Theano/Theano*, issue 4568, 2016. PyTensor, Theano's
# successor, still did so in our snapshot.)


# %%
def counts_twice(x, upstream):
    return (x == x.max()) * upstream


run_tests("tie", counts_twice)

# %% tags=["assertion"]
assert len(run_tests("tie", counts_twice).failures) == 5 and returned("tied_max_reduce")["pytensor"] == (1, 1, 0)

# %% [markdown]
# Move all entries up by $h$. The maximum moves up by $h$ as well. What does that say about the sum of the slopes?
#
# **Exercise frameworks.9.** Repair it: the largest entries share `upstream` among them. Leave `x` as it is.


# %% tags=["exercise"]
def max_gradient(x, upstream):
    # begin solution: return (x == x.max()) * upstream
    largest = x == x.max()
    return largest * upstream / largest.sum()
    # end solution


check("frameworks.9", max_gradient)

# %% [markdown] tags=["optional"]
# ### The mask after the ReLU
#
# This exhibit is optional: you have met its like in [[start]]. A tutorial trains a network in NumPy and takes the
# slope of ReLU from its *output*. (`relu2deriv` in the tutorial on MNIST of *numpy/numpy-tutorials*, commit 09a8945.
# Its comment says what was meant: 1 for positive numbers, else 0.)


# %%
def slope_from_output(output):
    return output >= 0


run_tests("mask", slope_from_output)

# %% tags=["assertion"]
assert len(run_tests("mask", slope_from_output).failures) == 1

# %% [markdown]
# **Exercise frameworks.6.** Repair it.


# %% tags=["exercise"]
def relu_slope(output):
    # begin solution: return output >= 0
    return output > 0
    # end solution


check("frameworks.6", relu_slope)

# %% [markdown]
# Such a network still learns, only less well: [[training]] measures it.

# %% tags=["solution-only"]
repaired = {"mask": relu_slope, "grader": accepts, "average": verdict, "tie": max_gradient}
print(all(run_tests(exhibit, function).passed for exhibit, function in repaired.items()))

# %% [markdown]
# ## What they have in common
#
# Random inputs miss a bug at a kink: they are practically never exactly 0 and never tie, and beside the kink the same
# code is right. And a test that does look at the kink can ask for one number where a whole set is right, as the grader
# and the check by a central quotient do. So test at exactly 0, at ties and on both sides, and accept the whole Clarke
# set there and nothing else. [[Programs]] has one more exhibit.
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "frameworks.10"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# You can leave this table for later. It repeats the verdicts, also those of the optional sections.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - Right at a kink are the limits of the slopes nearby and what lies between them: the Clarke subgradients. For ReLU at
#   0 these are the numbers from 0 to 1.
# - `relu` returned 0 in all six libraries that have it. Written in other ways, ReLU returned 0, ½ or 1: a library
#   follows the rules of the parts.
# - Some values are outside the Clarke set, also for functions that a library offers by name.
# - At a tie the shares belong to the tied entries alone, are not negative, and sum to 1.
#
# **Sources.**
# - Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983
# - On the web: [*RELUs and gradient descent for deep neural
#   nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question
#   and answer on Cross Validated, 2016 (C05, C06)
# - [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
#   the same, 2017 (C23, C27)
# - Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and Other
#   Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C23)
# - Code: [Theano](https://github.com/Theano/Theano) 1.0.5, [issue
#   3210](https://github.com/Theano/Theano/issues/3210), 2015, [issue
#   4568](https://github.com/Theano/Theano/issues/4568), 2016, and [issue
#   6470](https://github.com/Theano/Theano/issues/6470), 2017;
#   [playground](https://github.com/tensorflow/playground), [issue
#   19](https://github.com/tensorflow/playground/issues/19), 2016;
#   [numpy-tutorials](https://github.com/numpy/numpy-tutorials),
#   [nlp-with-deep-learning-lectures](https://github.com/trusthlt/nlp-with-deep-learning-lectures) at 9aed2b5,
#   [autograd](https://github.com/HIPS/autograd); Caffe's [issue 1334](https://github.com/BVLC/caffe/issues/1334), 2014
