# %% [markdown]
# # Start here
#
# **The question of the course.** Networks are trained by following derivatives. A common unit of a network is
# ReLU, $f(x) = \max(0, x)$. Its graph has a corner at 0, a *kink*, and no derivative there. How can that work?
#
# **You will learn** in this lesson
# - whether your machine is ready,
# - how to make a prediction, move a figure, and have an answer checked,
# - what the course keeps about you, and where.
#
# **Before you start.** Nothing but school mathematics and a little Python.
#
# **Minutes:** 20.
#
# A notebook is a page of cells. Press **Shift+Enter** to run the cell you are in and move to the next.
#
# ## Check the machine
#
# Run the cell below first. Each row says *ok*, or how to mend what is wrong.

# %% tags=["nbval-ignore-output", "not-stored"]
from course_lib.machine import machine_check

machine_check()

# %% [markdown]
# All well? Then load what this lesson uses. Every lesson has such a cell at its start, and it must be run first.

# %%
import numpy as np
import sympy as sp

from course_lib.calculus import difference_quotient, differentiability, equal
from course_lib.exercises import check, course_map, hint, predict, solution
from course_lib.exercises.progress import default_path
from course_lib.explorer import Range, explore
from course_lib.topics.kink import figures

x = sp.Symbol("x", real=True)

# %% [markdown]
# ## Predict
#
# Each lesson begins with a guess. Choose an answer, say how sure you are, and commit. Only then does the cell tell
# you more. A wrong guess costs nothing, and your first guess stays.

# %%
predict("start.p1")

# %% [markdown]
# Now ask SymPy, a library for symbolic mathematics. The `assert` line makes sure that the three spellings really are
# the same function.

# %%
spellings = [
    sp.Piecewise((x, x > 0), (0, True)),
    (x + sp.Abs(x)) / 2,
    sp.Piecewise((x, x >= 0), (0, True)),
]
answers = [sp.diff(spelling, x).subs(x, 0) for spelling in spellings]
for spelling, answer in zip(spellings, answers, strict=True):
    assert equal(spelling, sp.Max(0, x))
    print(f"{answer!s:>4}  from  {spelling}")

# %% [markdown]
# One function, one point, and a different number from each spelling. No error, no warning. SymPy applies rules to the
# formula as it is written, and at the kink the results do not agree. Which number should a training program use, and
# does it matter? That is what the course is about.

# %%
assert len(set(answers)) == len(answers)

# %% [markdown]
# ## Explore
#
# The dashed line goes through two points of the graph: one at 0, one at $h$. Such a line is a *secant*. Move $h$
# through both sides, or drag the point at $h$, and read the slope.
#
# **By keyboard:** after Shift+Enter you are in the next cell; Shift+Tab takes you back, into the figure. From the cell
# of the figure, Tab takes you there. If you are still writing in it, press Esc first, since Tab then indents the code.
# In the figure, Tab and Shift+Tab take you from control to control. On the slider, the arrow keys move by one notch,
# Page Up and Page Down by more, Home and End to the ends. To leave a figure, press Esc: you are back in its cell. Tab
# from the last control goes on to the next cell, and Shift+Enter or Ctrl+S work from any control. The sentence below
# the picture says in words what it shows, and a screen reader reads it out when it changes. In the picture itself the
# arrow keys read the numbers of one point after the other, as the pointer does that rests on it. The buttons below set
# the figure back, fill the screen with it for a class, save it, or copy the line of Python that draws it.

# %%
explore(figures.secants, function=["ReLU", "|x|", "x²"], h=Range(-0.95, 0.95, 0.1, value=0.75))

# %% [markdown]
# For ReLU the slope jumps from 0 to 1 as $h$ changes sign, however short the secant is. Does it jump for $|x|$? For
# $x^2$? Choose them and look. The answer is in the next section.

# %% [markdown]
# ## Derive
#
# What you saw can be calculated. Let $h$ be any positive number, and step from 0 to the right, then to the left.

# %%
h = sp.Symbol("h", positive=True)
rise_right = sp.Max(0, h) - sp.Max(0, 0)
rise_left = sp.Max(0, -h) - sp.Max(0, 0)
slope_right, slope_left = rise_right / h, rise_left / (-h)
print(f"to the right: {slope_right}")
print(f"to the left:  {slope_left}")

# %% [markdown]
# The slope is 1 for *every* step to the right and 0 for *every* step to the left. There is no single slope at 0.
# [[Proof]] turns this into a proof.

# %%
at_0 = differentiability(sp.Max(0, x), 0)
assert (at_0.left, at_0.right) == (slope_left, slope_right)
print(at_0.reason)

# %% [markdown]
# Now the other two functions of the figure.

# %%
for name, f in (("|x|", sp.Abs(x)), ("x²", x**2)):
    slope_left, slope_right = (f.subs(x, -h) - f.subs(x, 0)) / (-h), (f.subs(x, h) - f.subs(x, 0)) / h
    print(f"{name:<3}  to the left: {slope_left!s:<2}  to the right: {slope_right}")

# %% [markdown]
# $|x|$ jumps from −1 to 1. For $x^2$ the slope of the secant is −$h$ on one side and $h$ on the other. Both shrink to
# 0 with $h$: no jump, and the derivative at 0 is 0.

# %%
assert (differentiability(sp.Abs(x), 0).left, differentiability(sp.Abs(x), 0).right) == (-1, 1)
assert differentiability(x**2, 0).differentiable and differentiability(x**2, 0).left == 0

# %% [markdown]
# ## Measure
#
# A computer that knows no algebra can only try numbers: $(f(0 + h) - f(0)) / h$ to the right, $(f(0) - f(0 - h)) / h$
# to the left.

# %%
steps = np.array([1.0, 0.1, 0.01])
right = difference_quotient(sp.Max(0, x), 0, steps, "forward")
left = difference_quotient(sp.Max(0, x), 0, steps, "backward")
for step, slope_left, slope_right in zip(steps, left, right, strict=True):
    print(f"h = {step:<5g} left {slope_left:g}   right {slope_right:g}")
assert (left == 0).all() and (right == 1).all()

# %% [markdown]
# ## How an exercise works
#
# An exercise is a cell that ends in `check`. Put your answer in place of `...` and run the cell. There are three
# verdicts:
#
# - *not attempted*: the `...` is still there;
# - *not yet*: with a sentence on what went wrong, if the mistake is a known one;
# - *passed*: with the reason why.
#
# Any form of a right answer counts: `0.5`, `1/2` and `sp.Rational(1, 2)` are one number. Text in quotes is not read
# as a number.
#
# **Exercise start.1.** Let $f(x) = \max(0, x)$. What is $f(-3)$?

# %% tags=["exercise"]
# begin solution: value = ...
value = 0
# end solution
check("start.1", value)

# %% [markdown]
# **Exercise start.2.** Let $f(x) = \max(0, x)$. What exactly is the slope of the line through $(-1, f(-1))$ and
# $(2, f(2))$?

# %% tags=["exercise"]
# begin solution: slope_of_line = ...
slope_of_line = sp.Rational(2, 3)
# end solution
check("start.2", slope_of_line)

# %% [markdown]
# Stuck? Press *Hint* under your answer, and again for the next one. `hint` does the same where there are no buttons.
# Here is one for the exercise before.

# %%
hint("start.1")

# %% [markdown]
# *Solution*, or `solution`, shows the answer and the reason. It opens when you have passed, or after three different
# tries. The same wrong answer run again does not count as another try.

# %%
solution("start.2")

# %% [markdown]
# ## Break it
#
# Every lesson contains something broken. This function should return the slope of ReLU, 1 for a positive input and 0
# otherwise. It runs without an error. Run it and look.


# %%
def broken_slope(x):
    """1 for a positive input and 0 otherwise."""
    output = np.maximum(0, x)
    return np.where(output >= 0, 1.0, 0.0)


print(broken_slope(np.array([-2.0, 0.0, 3.0])))

# %% [markdown]
# The docstring says one thing and the code does another. Nothing complained, because nothing compared the two.
# *Running is not checking.* In this course a statement that can be computed stands beside a cell that asserts it.
#
# **Exercise start.3.** Mend the function, and call it `mended_slope`: 1 for a positive input and 0 otherwise, for a
# number and, element by element, for a NumPy array.


# %% tags=["exercise"]
def mended_slope(x):
    """1 for a positive input and 0 otherwise."""
    output = np.maximum(0, x)
    # begin solution: return ...
    return np.where(output > 0, 1.0, 0.0)
    # end solution


check("start.3", mended_slope)

# %% [markdown]
# ## Exercises
#
# **Exercise start.4.** Let $f(x) = \max(0, x)$ for real $x$. What is $f(x) - f(-x)$?
#
# Answer with an expression in `x`, such as `x**2` or `sp.Max(0, x)`. The symbol `x` is defined above. Python's own
# `max` does not work on symbols. Any form of the expression counts.

# %% tags=["exercise"]
# begin solution: difference = ...
difference = x
# end solution
check("start.4", difference)

# %% [markdown]
# **Exercise start.5.** True or False, in this order?
# 1. $\max(0, x)$ is continuous at 0. (Roughly: its graph has no gap there. [[Proof]] says it exactly.)
# 2. $\max(0, x)$ has a derivative at 2.
# 3. $|x|$ has a derivative at 0.
#
# Answer with a list such as `[True, True, True]`.

# %% tags=["exercise"]
# begin solution: statements = ...
statements = [True, True, False]
# end solution
check("start.5", statements)

# %% [markdown]
# **Exercise start.6.** Let $f(x) = \max(0, x)$. For which real $x$ is $f(x) = 0$?
#
# Answer with a set, written in one of these ways; `sp.oo` is infinity.
#
# | write | for |
# |:---|:---|
# | `{a, b}` | the two points $a$ and $b$ |
# | `(a, b)` | the interval from $a$ to $b$, *with* both ends |
# | `sp.Interval.open(a, b)` | the interval without its ends |
# | `sp.Interval.Lopen(a, b)` | the interval without its left end |
# | `sp.Interval.Ropen(a, b)` | the interval without its right end |
#
# Mind the pair: at school, $(a, b)$ often stands for the interval *without* its ends.

# %% tags=["exercise"]
# begin solution: zeros = ...
zeros = (-sp.oo, 0)
# end solution
check("start.6", zeros)

# %% [markdown]
# **Exercise start.7.** Write a function that returns $\max(0, x)$ for a number and, element by element, for a NumPy
# array of floats or of integers.


# %% tags=["exercise"]
def relu(x):
    # begin solution: return ...
    return np.maximum(0, x)
    # end solution


check("start.7", relu)

# %% [markdown]
# ## How the course treats its sources
#
# The course starts from four short texts on the web that answer its question; the sources at the end list them. It
# takes their claims one by one, runs each, and gives a verdict. We number the claims C01, C02, …; the lessons take them
# up in another order.
#
# - **holds**: true as it is said;
# - **refined**: true under a condition that the text leaves out;
# - **refuted**: false, with a counterexample that runs.
#
# Here is one, C48. The title of a text calls ReLU "not a differentiable function" (Kanchan Sarkar, 2018).

# %%
for point in (-1, 0, 1):
    print(f"differentiable at {point:>2}: {differentiability(sp.Max(0, x), point).differentiable}")

# %% [markdown]
# *Refined.* In the strict sense one point without a derivative is enough. The title leaves out that ReLU has one at the
# others, as tried here; the text below it says so.

# %%
assert [differentiability(sp.Max(0, x), point).differentiable for point in (-1, 0, 1)] == [True, False, True]

# %% [markdown]
# ## What is kept about you
#
# Your guesses, the exercises you passed, how many hints you opened, and fingerprints of your wrong answers, so that
# repeats can be told apart. All of it is in one file on this machine. Nothing leaves the machine: no account, no
# network.
#
# The file lies in your user's data folder. Take `.name` out of the cell below to see where. Delete the file and you
# start afresh. The environment variable `AT_THE_KINK_PROGRESS` names another file; when it is `off`, nothing outlasts
# the notebook's kernel.

# %%
print(default_path().name)

# %% [markdown]
# ## Your map
#
# What is done so far, and how often you were right when you felt sure. Come back and run the cell again whenever you
# like.

# %%
course_map()

# %% [markdown]
# ## Recap
#
# - ReLU has a slope on each side of 0 and none at 0. Software returns a number all the same, and the number depends
#   on the spelling.
# - `predict`, `explore`, `check`, `hint` and `solution` are all you need to know about the course's own tools.
# - Running is not checking.
#
# **Sources.** Ian Goodfellow, Yoshua Bengio, Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT
# Press, 2016, chapter 6.
#
# The four texts: [*RELUs and gradient descent for deep neural
# nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question and
# answer on Cross Validated, 2016. [*Are all neural network activation functions
# differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
# the same, 2017. Kanchan Sarkar, *ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
# Other Generalizations of ReLU*, 31 May 2018, on Medium. Shahad Mahmud, [*Why ReLU is not differentiable at x=0
# (zero)?*](https://blog.shahadmahmud.com/2022/03/), 12 March 2022.
