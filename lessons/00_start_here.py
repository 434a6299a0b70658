# %% [markdown]
# # Start here
#
# **The question.** Networks are trained by following derivatives. One of the commonest units of a network is ReLU,
# $f(x) = \max(0, x)$. Its graph has a corner at 0, a *kink*, so $f$ has no derivative there. How can that work?
#
# Look at the kink first. **Shift+Enter** runs the cell that you are in and moves to the next. Run the two below, then
# read on: the text under the figure says what to do with it.

# %%
from course_lib.explorer import Range, explore
from course_lib.topics.kink import figures

# %%
explore(figures.secants, function=["ReLU", "|x|", "x²"], h=Range(-0.95, 0.95, 0.1, value=0.75))

# %% [markdown]
# The blue graph is ReLU. The dashed line, a *secant*, goes through two of its points, one at 0 and one at $h$. Drag the
# point at $h$ past 0, or move the slider, and read the slope. Does it change smoothly, or does it jump? Then choose
# $|x|$, and $x^2$.
#
# For ReLU the slope jumps from 0 to 1 as $h$ changes sign, and for $|x|$ from −1 to 1. It stays that way however small
# $h$ is, as *Derive* will show for ReLU. For $x^2$ the slope is $h$ itself, so it changes sign without a jump. A
# *derivative* at 0 needs one slope: the number that these slopes come close to as $h$ shrinks, the same from both
# sides.
#
# You can see it without a secant, too. ReLU is two straight half-lines, so it keeps its corner however far you zoom in,
# while $x^2$ looks more and more like a level line (at 1, like a line of slope 2): one line, one slope.
#
# **Why it matters.** Training improves a number $w$ of the network step by step: from $w$ to $w$ − (learning rate) ·
# (slope at $w$). If a step lands on a kink, there is no one slope there, and some line of code has to choose one. By
# the end of the course you will know what that line does, and when it matters.
#
# **You will learn**
# - what a kink does to the slope
# - how to check that your machine is ready
# - how to predict, move a figure, and have an answer checked
#
# **Before you start.** All you need is school mathematics, a little Python and a little NumPy.
#
# **Minutes:** 37.
#
# ## Check the machine
#
# Do this first, so that an error in a later lesson is about the lesson and not about the installation. The next cell
# says that your machine is ready, or what is wrong and how to mend it. If it names a command, close JupyterLab, run the
# command in a terminal, in the folder of the course, and start again from the top. And if the figure shows but does not
# move, it is a stored picture: run its cell.

# %% tags=["nbval-ignore-output", "not-stored"]
from course_lib.machine import machine_check

machine_check()

# %% [markdown]
# Now load what the rest of this lesson uses. Every other lesson begins with such a cell.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import differentiability, equal
from course_lib.exercises import check, course_map, hint, predict, solution
from course_lib.exercises.progress import default_path

x = sp.Symbol("x", real=True)

# %% tags=["assertion"]
sides = {f: differentiability(f, 0) for f in (sp.Max(0, x), sp.Abs(x), x**2)}
assert [(side.left, side.right) for side in sides.values()] == [(0, 1), (-1, 1), (0, 0)]
assert [differentiability(sp.Max(0, x), point).differentiable for point in (-1, 0, 1)] == [True, False, True]

# %% [markdown] tags=["optional"]
# ### Figures by keyboard
#
# After Shift+Enter you are in the next cell; Shift+Tab takes you back, into the figure. From the cell of the figure,
# Tab takes you there. If you are still writing in it, press Esc first, since Tab then indents the code. In the figure,
# Tab and Shift+Tab take you from control to control. On the slider, the arrow keys move by one notch, Page Up and Page
# Down by more, Home and End to the ends. To leave a figure, press Esc: you are back in its cell. Tab from the last
# control goes on to the next cell, and Shift+Enter or Ctrl+S work from any control.
#
# The sentence below the picture says in words what it shows, and a screen reader reads it out when it changes. In the
# picture itself the arrow keys read out one point after the other, as the pointer does when it rests on one. The
# buttons below set the figure back, fill the screen with it for a class, save it, or copy the line of Python that draws
# it.

# %% [markdown]
# ## Derive
#
# You can also calculate what you saw, for every $h > 0$ at once. To the right, from 0 to $h$, ReLU rises from 0 to $h$;
# to the left, from $-h$ to 0, it is 0 all the way:
#
# $$\frac{f(h) - f(0)}{h} = \frac{h - 0}{h} = 1, \qquad \frac{f(0) - f(-h)}{h} = \frac{0 - 0}{h} = 0.$$
#
# The $h$ cancels: however short the step, the two slopes stay two. [[Proof]] turns this into a proof.
#
# Two kinks at one point need not make a kink: $|x| - 2\max(0, x)$ is the straight line $-x$. One slope jumps from −1 to
# 1, the other from 0 to 2, and subtracting takes the one jump from the other.

# %% tags=["assertion"]
h = sp.Symbol("h", positive=True)
assert (sp.Max(0, h) - 0) / h == 1 and (0 - sp.Max(0, -h)) / h == 0
assert equal(sp.Abs(x) - 2 * sp.Max(0, x), -x)

# %% [markdown]
# ## Measure
#
# The same in numbers:

# %%
def relu(x):
    return np.maximum(0, x)


f = relu
print("h       left   right")
for h in (1, 0.1, 0.001):
    left, right = (f(0) - f(-h)) / h, (f(h) - f(0)) / h
    print(f"{h:<7} {left:<6.3g} {right:.3g}")

# %% tags=["assertion"]
for g, slopes in ((relu, (0, 1)), (np.abs, (-1, 1))):
    assert all(((g(0) - g(-h)) / h, (g(h) - g(0)) / h) == slopes for h in (1, 0.1, 0.001))

# %% [markdown]
# Change `f = relu` into `f = np.abs`, then into `f = np.square`. Before you run it, say what both columns will be, for
# each $h$.
#
# ## Predict
#
# In each lesson you guess before you look, because we remember what surprised us, and forget what we only read. Choose
# an answer, say how sure you are, and commit. Your first guess stays in your map at the end. A wrong one is the more
# useful: it shows where your picture is off, before you build on it.
#
# This one is about SymPy, a library that calculates with formulas. Where it has no answer, it may return `nan`: *not a
# number*.

# %%
predict("start.p1")

# %% [markdown]
# Here are the three spellings. A `Piecewise` lists pairs of a formula and a condition, and the first pair whose
# condition is true counts. `diff` takes the derivative, and `subs(x, 0)` then puts in 0.

# %%
spellings = [
    sp.Piecewise((x, x > 0), (0, True)),
    (x + sp.Abs(x)) / 2,
    sp.Piecewise((x, x >= 0), (0, True)),
]
for spelling in spellings:
    print(sp.diff(spelling, x).subs(x, 0), "  from ", spelling)

# %% tags=["assertion"]
assert all(equal(spelling, sp.Max(0, x)) for spelling in spellings)
assert [sp.diff(spelling, x).subs(x, 0) for spelling in spellings] == [0, sp.Rational(1, 2), 1]

# %% [markdown]
# One function, one point, three numbers. No error, no warning: SymPy applies its rules to the formula as it is written,
# and at the kink the results do not agree. Which number should a training program use, and does it matter? That is
# what the course is about.
#
# ## How an exercise works
#
# Put your answer in place of `...` and run the cell. Any exact form of a right number counts: `0.5`, `1/2` and
# `sp.Rational(1, 2)` are one number, and `1/3` will do for a third. Where an exact answer is asked, 0.3333 is only
# close, and you are told so. If an answer is wrong, read the feedback and try again. *Hint* under your answer helps.
# *Solution* opens once you have passed, or after three different tries; a solution that you only read is soon
# forgotten.
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
# ## Break it
#
# Every lesson contains something broken. This function should return the slope of ReLU: 1 for a positive input and 0
# otherwise. It runs without an error. Look at what it returns.


# %%
def broken_slope(x):
    """1 for a positive input and 0 otherwise."""
    output = np.maximum(0, x)
    return np.where(output >= 0, 1.0, 0.0)


print(broken_slope(np.array([-2.0, 0.0, 3.0])))

# %% tags=["assertion"]
assert (broken_slope(np.array([-2.0, 0.0, 3.0])) == 1).all()

# %% [markdown]
# The docstring says one thing and the code does another. Nothing complained, because nothing compared the two. *Running
# is not checking.* So in this course folded cells check the results above them. To open one, click on its dots.
#
# **Exercise start.3.** Repair it: 1 for a positive input and 0 otherwise, for a number and, entry by entry, for a NumPy
# array.


# %% tags=["exercise"]
def repaired_slope(x):
    """1 for a positive input and 0 otherwise."""
    output = np.maximum(0, x)
    # begin solution: return ...
    return np.where(output > 0, 1.0, 0.0)
    # end solution


check("start.3", repaired_slope)

# %% [markdown]
# ## Exercises

# %% [markdown] tags=["optional"]
# ### An answer that is a formula
#
# **Exercise start.4.** Let $f(x) = \max(0, x)$ for real $x$. What is $f(x) - f(-x)$? Answer with a formula in `x`, such
# as `x**2` or `sp.Max(0, x)`: the symbol `x` is defined above. Python's own `max` does not work on symbols.

# %% tags=["exercise"]
# begin solution: difference = ...
difference = x
# end solution
check("start.4", difference)

# %% [markdown]
# ### True or false
#
# **Exercise start.5.** True or False, in this order? Answer with a list such as `[True, True, True]`.
# 1. $\max(0, x)$ is continuous at 0. (Roughly: its graph has no gap there.)
# 2. $\max(0, x)$ has a derivative at 2.
# 3. $|x|$ has a derivative at 0.

# %% tags=["exercise"]
# begin solution: statements = ...
statements = [True, True, False]
# end solution
check("start.5", statements)

# %% [markdown]
# Stuck? If the *Hint* and *Solution* buttons do not show, put the name of an exercise, in quotes, in place of the dots.

# %%
stuck_at = ...  # for example "start.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### An answer that is a set
#
# **Exercise start.6.** Let $f(x) = \max(0, x)$. For which real $x$ is $f(x) = 0$? Answer with a set, written in one of
# these ways; `sp.oo` is infinity.
#
# | write | for |
# |:---|:---|
# | `{a, b}` | the two points $a$ and $b$ |
# | `(a, b)` | the interval from $a$ to $b$, *with* both ends |
# | `sp.Interval.open(a, b)` | the interval without its ends |
# | `sp.Interval.Lopen(a, b)` | the interval without its left end |
# | `sp.Interval.Ropen(a, b)` | the interval without its right end |
#
# At school, $(a, b)$ often stands for the interval *without* its ends. Here it has them.

# %% tags=["exercise"]
# begin solution: zeros = ...
zeros = (-sp.oo, 0)
# end solution
check("start.6", zeros)

# %% [markdown]
# ## How the course judges its sources
#
# Some claims about ReLU that you will read elsewhere are wrong. Four short texts on the web answer this course's
# question. Their claims are numbered C01 to C48 and turn up where a lesson tests them, in code or by a proof. The
# verdict: a claim **holds**, is **refined** (true, but a condition, a name, or something else that matters is missing,
# or it contains a small slip), or **refuted** by a counterexample.
#
# Take C48, the title of one of them: "ReLU: Not a Differentiable Function" (Kanchan Sarkar, 2018). One point without a
# derivative is enough, so it is right in the strict sense. What it leaves out is that ReLU has a derivative at every
# other point. *Refined*; [[proof]] gives the reasons. Is a single point worth a course? It is as soon as a program
# lands on it, and [[zeros]] finds programs that land on exactly 0.

# %% [markdown] tags=["optional"]
# ## What is kept about you
#
# Your guesses, the exercises you passed, how many hints you opened, and fingerprints of your wrong answers, so that
# repeats can be told apart. All of it is in one file on this machine. Nothing leaves the machine: no account, no
# network.
#
# The file lies in your user's data folder. Take `.name` out of the cell below to see where. Delete the file and you
# start afresh. The environment variable `AT_THE_KINK_PROGRESS` names another file; when it is `off`, nothing is kept
# when the kernel stops.

# %%
print(default_path().name)

# %% [markdown]
# ## Your map
#
# What you have done so far, and how often you were right when you felt sure:

# %%
course_map()

# %% [markdown]
# ## Recap
#
# - ReLU has a slope on each side of 0 and none at 0. SymPy returned a number all the same, and the number depended on
#   the spelling.
# - Predict first, then look. Running is not checking.
#
# **Sources.**
# - Ian Goodfellow, Yoshua Bengio, Aaron Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press,
#   2016, chapter 6
# - The four texts: [*RELUs and gradient descent for deep neural
#   nets*](https://stats.stackexchange.com/questions/222534/relus-and-gradient-descent-for-deep-neural-nets), question
#   and answer on Cross Validated, 2016
# - [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803/are-all-neural-network-activation-functions-differentiable),
#   the same, 2017
# - Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and Other
#   Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C48)
# - Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022
