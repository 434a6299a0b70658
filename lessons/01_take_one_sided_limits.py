# %% [markdown]
# # Take one-sided limits
#
# **The question.** What do the values of a function head for as you come close to a point from one side? And what can
# you trust to tell you: a figure, a table or a formula?
#
# **Why it matters.** The slope of a network's loss at a kink is such a limit, one from each side. And whoever trains
# networks takes limits by eye: you watch numbers settle and decide what they head for. In this lesson a routine decides
# in the same way, and for one function every number that it looks at is misleading.
#
# **You will learn**
# - to read a one-sided limit off a figure, off a table and off a formula
# - why a second method is worth having, and when it is not
# - to let the side pick the branch of a function by cases, also in floating point
# - to look at numbers that seem to settle, and doubt them
#
# **Before you start.** [[Start]]. You need a little NumPy.
#
# **Minutes:** 52.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import PiecewiseFunction, UndecidedLimit, equal, limit_table, one_sided_limit
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Checkbox, Radio, Range, Select, explore
from course_lib.topics.limits import figures

x = sp.Symbol("x", real=True)

# %% [markdown]
# ## Predict
#
# Commit to a guess.

# %%
predict("limits.p1")

# %% [markdown]
# ## Explore
#
# ### Come closer
#
# The *jump function* is 0 to the left of 0, and 1 at 0 and to the right of it. Come from the left, and its values are
# all 0; from the right, they are all 1. In symbols, where $x \to 0^-$ says that $x$ comes to 0 from the left,
#
# $$\lim_{x \to 0^-} f(x) = 0, \qquad \lim_{x \to 0^+} f(x) = 1.$$
#
# These are **one-sided limits**. A number $L$ is the limit from the right if $f(x)$ gets as close to $L$ as you like,
# and stays that close, for *all* $x$ to the right of the point that are close enough to it. (Choose 0.001: from some
# point on, every value is within 0.001 of $L$.) From the left it is the same with the other side.
#
# The large point below is a *step* $h$ away from the point of interest, 1 for the first function and 0 for the others.
# Follow the dotted lines from it: down to $x$, across to $f(x)$. Make $h$ small, and watch the value. Then choose
# *jump*, with both sides. For the last two functions, take $h = 0.01$ (10 to the power −2) and tick *zoom*: the window
# shrinks with $h$.

# %%
explore(
    figures.approach,
    function=Select(["(x²−1)/(x−1)", "jump", "x·sin(1/x)", "sin(1/x)"]),
    side=Radio({"right": "+", "left": "-"}),
    h_exponent=Range(-4, 0, value=0, label="h = 10 to the power"),
    zoom=Checkbox(False),
)

# %% [markdown]
# What to look for:
# - **(x²−1)/(x−1)** has no value at 1, the hollow point. It heads for 2 all the same.
# - **jump** heads for 1 from the right, and for 0 from the left. The filled point is its value at 0.
# - **x·sin(1/x)** never stops swinging, but its swings die away. **sin(1/x)** keeps swinging between −1 and 1, and
#   heads for nothing. (Near 0 the figure fills the strip that the swings sweep over.)
#
# Here is another way to have no limit: $1/x$ grows without bound as $x \to 0^+$. One writes $\infty$ for its limit, in
# SymPy `oo`, but that is not a number that the values come close to.

# %% tags=["assertion"]
assert one_sided_limit(x * sp.sin(1 / x), 0, "+") == 0
assert one_sided_limit(sp.sin(1 / x), 0, "+") == sp.AccumBounds(-1, 1)
assert one_sided_limit(1 / x, 0, "+") == sp.oo

# %% [markdown]
# ### Do not put in the point
#
# The usual way to a limit is to put in the point: for $x^2$ at 3, $3^2 = 9$. That works where the graph runs through
# without a gap. See what it gives for two functions of the figure.

# %%
def jump(x):
    return np.where(x >= 0, 1, 0)


def hole(x):
    return (x * x - 1) / (x - 1)


print("jump:  at 0:", jump(0), "  just left of 0:", jump(-1e-9))
print("hole:  just left of 1:", round(hole(1 - 1e-9), 6))
try:
    hole(1)
except ZeroDivisionError:
    print("hole:  at 1: 0/0, there is no value")

# %% tags=["assertion"]
assert jump(0) == 1 and jump(-1e-9) == 0 and abs(hole(1 - 1e-9) - 2) < 1e-6
assert one_sided_limit(sp.Heaviside(x, 1), 0, "-") == 0 and one_sided_limit((x**2 - 1) / (x - 1), 1, "-") == 2

# %% [markdown]
# At the jump the value is the limit of one side only, and at the hole there is no value at all. A limit asks what
# happens *beside* the point. The value at the point plays no part.
#
# If both sides head for the same number, that number is *the* limit, whatever the value at the point. If they head for
# two numbers, or one side for none, there is no limit.
#
# **Exercise limits.9.** Let $f(x) = 3 - x$ for $x < 1$, $f(1) = 5$, and $f(x) = x^2$ for $x > 1$. What are its limits
# at 1, from the left and from the right? Give a list of two. (Exercise numbers are only names; they do not come in
# order.)

# %% tags=["exercise"]
# begin solution: limits_at_1 = ...
limits_at_1 = [2, 1]
# end solution
check("limits.9", limits_at_1)

# %% [markdown]
# ### The same in numbers
#
# A figure shows two or three digits, and a table as many as you like. Take ever shorter steps $h$, and write down how
# far the values of two functions still are from their limits: the hole left of 1, and $\sqrt x$ right of 0. Before you
# run it: how short must $h$ be until each is no more than 0.001 away?

# %%
print("h         hole: distance to 2   √x: distance to 0")
for h in (0.1, 0.01, 0.001, 0.0001, 0.000001):
    print(f"{h:<9g} {abs(hole(1 - h) - 2):<21.6f} {np.sqrt(h):.6f}")

# %% tags=["assertion"]
assert all(abs(2 - hole(1 - h) - h) < 1e-9 for h in (0.1, 0.01, 0.001, 0.0001, 0.000001))

# %% [markdown]
# A thousandth for the first, a millionth for the second: each further digit of $\sqrt x$ costs a step a hundred times
# shorter. So a table shows where values are, and not how far they still have to go. A routine that waits until the
# numbers change by less than 0.01 stops early, and reports its last value, here 0.001, as the limit.

# %% [markdown] tags=["optional"]
# ### A table of any formula
#
# This section is optional. `limit_table` writes such a table for any formula. In its last line, the *estimate* is read
# off the values alone.

# %%
limit_table(sp.sqrt(sp.Abs(x)), 0, "+", h=[0.01, 0.0001, 0.000001])

# %% tags=["assertion"]
table = limit_table(sp.sqrt(sp.Abs(x)), 0, "+", h=[0.01, 0.0001, 0.000001])
assert np.allclose(table.error, [0.1, 0.01, 0.001])

# %% [markdown]
# ### The same, exactly
#
# With a formula there is often no need to come closer and closer: its rules give the limit, and they speak of *all* $x$
# near the point. `one_sided_limit` applies them; `"-"` is the left side, `"+"` the right.

# %%
for f in (sp.Max(0, x), sp.sqrt(sp.Abs(x)), x * sp.sin(1 / x), sp.sin(1 / x)):
    print(f"{f!s:<14} left {one_sided_limit(f, 0, '-')}, right {one_sided_limit(f, 0, '+')}")

# %% tags=["assertion"]
swing = sp.AccumBounds(-1, 1)
found = {f: [one_sided_limit(f, 0, side) for side in "-+"] for f in (sp.Max(0, x), sp.sqrt(sp.Abs(x)), sp.sin(1 / x))}
assert list(found.values()) == [[0, 0], [0, 0], [swing, swing]]

# %% [markdown]
# `Max(0, x)` is ReLU: 0 from both sides, so a kink is no obstacle to a limit of $f$ itself. From `one_sided_limit`,
# `AccumBounds(-1, 1)` says that the values near 0 keep swinging between −1 and 1: there is no limit.
#
# ### Two methods must agree
#
# Soon a routine will be fooled by its numbers. Would you rather trust a formula? Ask SymPy's own `limit` for
# $\sin^2(1/x) + \cos^2(1/x)$, which is 1 for every $x \ne 0$, and set a few values beside its answer.

# %%
print("SymPy:     ", sp.limit(sp.sin(1 / x) ** 2 + sp.cos(1 / x) ** 2, x, 0, "+"))
steps = np.array([1e-3, 1e-6, 1e-9])
print("the values:", (np.sin(1 / steps) ** 2 + np.cos(1 / steps) ** 2).round(9))

# %% tags=["assertion"]
one = sp.sin(1 / x) ** 2 + sp.cos(1 / x) ** 2
assert sp.limit(one, x, 0, "+") == sp.AccumBounds(0, 2) and one_sided_limit(one, 0, "+") == 1 == sp.simplify(one)

# %% [markdown]
# Each square runs over the numbers from 0 to 1, and SymPy adds the two ranges, as if both squares were large, or small,
# at the same $x$. But where the one is large, the other is small. The numbers have caught the formula. And a formula
# can catch numbers, as *Break it* will show.
#
# A second method is worth something if it fails for *other reasons* than the first. A formula fails where a rule is
# misapplied, a table where the steps are too few or unlucky. So `one_sided_limit` uses both: the formula gives a
# candidate, and values, computed to many digits, have to confirm it. A second table with the same steps would confirm
# nothing, and neither would a figure drawn from it: what fools the one fools the other.

# %% [markdown] tags=["optional"]
# ### Where the values are too slow
#
# This section is optional. What does $\log\log(-\log x)$ head for, from the right of 0?

# %%
slow = sp.log(sp.log(-sp.log(x)))
for step in (1e-3, 1e-30, 1e-300):
    print(f"at {step:<7}", round(np.log(np.log(-np.log(step))), 2))
print("SymPy:", sp.limit(slow, x, 0, "+"))
try:
    one_sided_limit(slow, 0, "+")
except UndecidedLimit as error:
    said = str(error)
    print("one_sided_limit:", said)

# %% tags=["assertion"]
assert one_sided_limit(sp.log(-sp.log(x)), 0, "+") == sp.oo  # so its logarithm grows without bound, too
assert 1.8 < np.log(np.log(-np.log(1e-300))) < 2 and np.log(np.log(-np.log(5e-324))) < 2
assert slow.subs(x, sp.exp(-sp.exp(sp.exp(1000)))) == 1000
assert "is not decided. Symbolic: oo. Numerical: slow" in said

# %% [markdown]
# Here SymPy is right. The values grow without bound, but so slowly that no float brings them to 2. To reach 1000, $x$
# has to be $\exp(-\exp(\exp(1000)))$.

# %% [markdown]
# ## Derive
#
# ### The side picks the branch
#
# ReLU is usually written $\max(0, x)$. Limits are easier on a formula by cases, since beside the point only one case is
# left. It has *branches*, here 0 for $x \le 0$ and $x$ for $x > 0$, and *breakpoints* between them. A web article gives
# both formulas and says that they are the same function. So they are (C10): for $x \le 0$ the larger of 0 and $x$ is 0,
# and for $x > 0$ it is $x$.
#
# To take a one-sided limit of a function by cases:
# 1. Take the branch that holds just beside the point, on that side. Forget the other.
# 2. The branch is one formula, without cases. Take its limit. (The branches of $|x|$ are $-x$ and $x$.)
#
# Here it is for the quotient that this course keeps coming back to: the slope of ReLU from 0 to $h$, the **difference
# quotient** $(f(h) - f(0))/h = \max(0, h)/h$. (`from_expr` finds the branches of a formula.)

# %%
h = sp.Symbol("h", real=True)
quotient = PiecewiseFunction.from_expr(sp.Max(0, h) / h, h)
for side in "-+":
    print(f"side {side}   branch {quotient.branch(0, side)}   limit {one_sided_limit(quotient, 0, side)}")

# %% tags=["assertion"]
relu = PiecewiseFunction([0, x], [0], x)
for number in (sp.Symbol("n", negative=True), sp.Integer(0), sp.Symbol("p", positive=True)):
    assert relu.value(number) == sp.Max(0, number)
assert equal(relu.as_expr(), sp.Max(0, x))
assert [quotient.branch(0, side) for side in "-+"] == [one_sided_limit(quotient, 0, side) for side in "-+"] == [0, 1]

# %% [markdown]
# On the left the branch is $0/h = 0$, on the right $h/h = 1$. Both are constant, so nothing is left to do. These two
# limits are the **one-sided derivatives** of ReLU at 0. They differ, and [[proof]] is about what follows.
#
# **Exercise limits.1.** Let $f(x) = \dfrac{x^2 - 1}{|x - 1|}$. What is the limit of $f(x)$ as $x \to 1$ from the left?
# (For infinity write `sp.oo`.)

# %% tags=["exercise"]
# begin solution: left_limit = ...
left_limit = -2
# end solution
check("limits.1", left_limit)

# %% [markdown]
# ## Measure
#
# A program picks the branch by a comparison, such as `x < 1`, and computes with floats. Can you come as close to the
# point as you like there, too? Take the function from exercise limits.9, leaving out its value at 1, and come from the
# left, where the limit is that of $3 - x$. What will the line for $10^{-20}$ say?

# %%
def by_cases(x):
    return 3 - x if x < 1 else x * x


print("h       f(1 − h)")
for h in (1e-3, 1e-6, 1e-20):
    print(f"{h:<7} {by_cases(1 - h):.6f}")
print("0.1 + 0.2 <= 0.3 is", 0.1 + 0.2 <= 0.3)

# %% tags=["assertion"]
assert 1 - 1e-20 == 1 and by_cases(1 - 1e-20) == 1 and abs(by_cases(1 - 1e-6) - 2) < 1e-5 and 0.1 + 0.2 > 0.3
assert np.nextafter(1.0, 0.0) == 1 - 2.0**-53 and 1 - 5e-17 == 1 != 1 - 6e-17 and -1e-20 < 0
assert (1 - np.cos(1e-9)) / 1e-9**2 == 0 and abs((1 - np.cos(1e-3)) / 1e-3**2 - 0.5) < 1e-6

# %% [markdown]
# The values head for 2, and then there is a 1. A float has about 16 digits, so `1 - 1e-20` is rounded to 1 itself. The
# comparison `x < 1` is then false, and the program takes the branch of the *other* side. Come close, but not so close
# that rounding puts you on the point itself. Decimals such as 0.1 are rounded, too, so near a breakpoint a comparison
# may go the wrong way, as the last line shows. Rounding can also swallow a value on the way: near 0, $(1 - \cos x)/x^2$
# heads for ½, but at $10^{-9}$ the cosine is rounded to 1, and a program finds 0. A smaller $x$ does not help.

# %% [markdown] tags=["optional"]
# ### Two formulas of ReLU in floats
#
# This section is optional. Are $\max(0, x)$ and the cases one function in floats, too? Every pattern of 64 bits is a
# float, so try a million of them at random, and those that matter most: both zeros (floats have a 0.0 and a −0.0), the
# smallest numbers, and infinity. Patterns that mean NaN (*not a number*, from $0/0$ and the like) come last.

# %%
special = np.array([0.0, -0.0, 5e-324, -5e-324, np.inf, -np.inf])
patterns = np.random.default_rng(1).integers(0, 2**64, 1_000_000, dtype=np.uint64)
floats = patterns.view(np.float64)
numbers = np.append(special, floats[~np.isnan(floats)])
by_branches, by_maximum = np.where(numbers > 0, numbers, 0.0), np.maximum(0.0, numbers)
print("floats tried:", numbers.size, "  different:", np.sum(by_branches != by_maximum))
nan = np.nan
print("at NaN, maximum:            ", np.maximum(0.0, nan))
print("at NaN, x if x > 0 else 0:  ", np.where(nan > 0, nan, 0.0))
print("at NaN, 0 if x <= 0 else x: ", np.where(nan <= 0, 0.0, nan))

# %% tags=["assertion", "C10"]
assert np.array_equal(by_branches, by_maximum)
assert not any(np.array_equal(np.where(numbers == number, 7.0, by_branches), by_maximum) for number in special)
assert np.isnan(np.maximum(0.0, nan)) and np.where(nan > 0, nan, 0.0) == 0 and np.isnan(np.where(nan <= 0, 0.0, nan))
assert np.maximum(0.0, -0.0) == 0.0 == -0.0 and not np.signbit(by_branches[:2]).any()

# %% [markdown]
# They agree on every one, says `!=`. At NaN it depends on how the cases are written: every comparison with NaN is
# false, so the *else* decides. If your network has produced a NaN, the one spelling hides it and the other passes it
# on. And `!=` takes 0.0 and −0.0 for equal. Which of the two zeros you get may depend on the spelling, too. You see it
# only if you divide, since 1/x is ∞ at 0.0 and −∞ at −0.0.

# %% [markdown]
# ## Break it
#
# This routine decides whether $f(h)$ settles as $h \to 0$ from the right. It looks at the steps $10^{-3}$, $10^{-4}$,
# …, $10^{-9}$ and asks whether the values lie within 0.1 of each other. (`np.ptp` is the largest minus the
# smallest; `sp.lambdify` makes a NumPy function of a formula.)


# %%
def settles_in_tens(f):
    """Does f(h) have a limit as h → 0 from the right?"""
    h = 10.0 ** -np.arange(3, 10)  # 0.001, 0.0001, …, 0.000000001
    return np.ptp(f(h)) < 0.1


candidates = {
    "sin(π/x)": sp.sin(sp.pi / x),
    "sin(2π log₂ x)": sp.sin(2 * sp.pi * sp.log(x, 2)),
    "x·sin(1/x)": x * sp.sin(1 / x),
    "√x": sp.sqrt(x),
}
for name, formula in candidates.items():
    f = sp.lambdify(x, formula)
    print(f"{name:<15}", "settles" if settles_in_tens(f) else "swings")

# %%
predict("limits.p4")

# %%
for name, formula in candidates.items():
    print(f"{name:<15}", one_sided_limit(formula, 0, "+"))

# %% tags=["assertion"]
for name, formula in candidates.items():
    right = isinstance(one_sided_limit(formula, 0, "+"), sp.AccumBounds) != settles_in_tens(sp.lambdify(x, formula))
    assert right == (name != "sin(π/x)")

# %% [markdown]
# $\sin(\pi/x)$ swings, and each of the seven numbers is 0, apart from a rounding error below $10^{-6}$: at
# $h = 10^{-k}$, $1/h$ is a whole number, and the sine of a whole multiple of $\pi$ is 0. All seven steps share a
# pattern with the function.
#
# So change the steps. In the figure, set the first step to 0.9: does the routine see the swings now? Then set it back
# to 1, and divide by 2 instead of 10.

# %%
explore(
    figures.steps_on_a_swing,
    function=Radio(list(figures.SWINGS), label="function"),
    start=Range(0.5, 1, 0.05, value=1, label="first step"),
    ratio=Radio([10, 2], label="divided by"),
)

# %% [markdown]
# Fooled again. The halved steps find the same zeros. With 0.9 all values are −0.342: $1/h$ is an odd whole number and a
# ninth each time (1 + 1/9, 11 + 1/9, 111 + 1/9, …), and there the sine of $\pi/h$ is $-\sin(\pi/9)$. Two ways of coming
# closer stay at two numbers, 0 and −0.342, and not only at the steps that we tried but, by this reason, at all that
# follow. A limit has to be the same for *every* way, so there is none.
#
# Halving fools you with the other function as well, $\sin(2\pi \log_2 x)$, whatever the first step: $\log_2 x$ falls by
# 1 each time, one full turn of the sine.

# %% tags=["assertion"]
assert np.ptp(np.sin(np.pi / (0.9 * 10.0 ** -np.arange(3, 10)))) < 1e-6
assert np.abs(np.sin(np.pi / 2.0 ** -np.arange(3, 10))).max() < 1e-9
assert np.abs(np.sin(np.pi / 10.0 ** -np.arange(3, 10))).max() < 1e-6
firsts, tens, halves = np.arange(50, 101, 5) / 100, 10.0 ** -np.arange(3), 2.0 ** -np.arange(10)
assert round(np.sin(np.pi / 0.9e-3), 3) == round(-np.sin(np.pi / 9), 3) == -0.342
assert np.ptp(np.sin(np.pi / (0.9 * tens))) < 1e-6
assert all(np.ptp(np.sin(2 * np.pi * np.log2(first * halves))) < 1e-6 for first in firsts)

# %% [markdown]
# **Exercise limits.5.** Write a better routine: the two lines of `settles_in_tens`, with other steps. It is tried on
# the four candidates, and on more than 200 others that swing or settle as they do. Dividing by 3 is fooled by
# $\sin(\pi/x)$ in the same way, and whatever fixed number you divide by, some function is in step with it. No function
# can be in step with steps that are drawn at random, though one may still swing only where you do not look.
# `rng.uniform(a, b, 200)` draws 200 numbers between `a` and `b`. Draw the exponents, so that steps of every size occur:
# of numbers drawn from 0 to 0.001, only one in a hundred is below $10^{-5}$.


# %% tags=["exercise"]
rng = np.random.default_rng()


def settles(f):
    """Does f(h) have a limit as h → 0 from the right?"""
    # begin solution: return ...
    h = 10.0 ** -rng.uniform(3, 9, 200)
    return np.ptp(f(h)) < 0.1
    # end solution


check("limits.5", settles)

# %% [markdown]
# ## Exercises
#
# One more, to practise letting the side pick the branch.
#
# **Exercise limits.7.** Let $f(x) = \dfrac{|x^2 - x|}{x}$. By cases, it is $x - 1$ for $x < 0$, $1 - x$ for
# $0 < x \le 1$, and $x - 1$ for $x > 1$. At which real points do the two one-sided limits differ? Answer with a set,
# such as `{2, 3}`.

# %% tags=["exercise"]
# begin solution: jumps = ...
jumps = {0}
# end solution
check("limits.7", jumps)

# %% tags=["assertion"]
for number in (-2, sp.Rational(1, 2), 1, 3):
    by_hand = 1 - number if 0 < number <= 1 else number - 1
    assert (sp.Abs(x**2 - x) / x).subs(x, number) == by_hand

# %% [markdown] tags=["optional"]
# ### One more exercise
#
# This one is optional.
#
# **Exercise limits.6.** Let $f(x) = \dfrac{1}{1 + e^{1/x}}$. What is the limit of $f(x)$ as $x \to 0$ from the left?

# %% tags=["exercise"]
# begin solution: limit_from_the_left = ...
limit_from_the_left = 1
# end solution
check("limits.6", limit_from_the_left)

# %% [markdown]
# ### Stuck?
#
# Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "limits.7"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A **one-sided limit** asks what $f(x)$ heads for beside a point. The value at the point plays no part.
# - A figure, a table and a formula can each deceive. Two of them together are worth more if they fail for different
#   reasons. In floats, rounding deceives as well: too close to the point is the point.
# - For a function by cases, the side picks the branch, and the branch is one formula.
# - A table shows what happens at its steps. Take steps that share no pattern with the function. Numbers that agree are
#   evidence for a limit, not a proof; two ways of coming closer that head for two numbers rule a limit out.
#
# **Sources.**
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapter 3 (limits of functions)
# - On the web: Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C10)
