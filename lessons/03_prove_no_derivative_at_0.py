# %% [markdown]
# # Prove that ReLU has no derivative at 0
#
# **The question.** Everybody says that ReLU has no derivative at 0. What exactly has to be shown, and what does the
# proof look like when no line is left out?
#
# **Why it matters.** When you train a network, a library hands you a number for the slope at 0. Which numbers can be
# defended there, and which are bugs, depends on the slopes on its two sides, and you derive those here. You will also
# see how little it takes to go wrong: at the end of this lesson a computer algebra system gets one line of the proof
# wrong.
#
# **You will learn**
# - what a derivative at a point is, and three typical ways not to have one
# - to derive both one-sided derivatives of ReLU, line by line, and what shortcuts leave out
# - what a kink does to the second derivative
# - why a formula by cases can mislead a computer algebra system, and what to do about it
#
# **Before you start.** [[Limits]]: one-sided limits and branches. [[Step]]: the difference quotient.
#
# **Minutes:** 54.

# %%
import numpy as np
import sympy as sp
from IPython.display import Math, display

from course_lib.calculus import PiecewiseFunction, check_step, derivation_latex, derive, differentiability, equal
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.topics.kink import figures

x, h = sp.symbols("x h", real=True)
relu = PiecewiseFunction.from_expr(sp.Max(0, x), x)

# %% [markdown]
# ## Predict
#
# Commit to a guess first.

# %%
predict("proof.p4")

# %% [markdown]
# ## The definition
#
# To show that something does not exist, say first what it would have to be.
#
# > The **derivative** of $f$ at $x_0$ is the limit of the difference quotient,
# > $$f'(x_0) = \lim_{h \to 0} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > if that is a finite number. With $h$ on one side only, the limit is the **left** or the **right derivative**:
# > $$f'_-(x_0) = \lim_{h \to 0^-} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > $$f'_+(x_0) = \lim_{h \to 0^+} \frac{f(x_0 + h) - f(x_0)}{h}.$$
# > A limit from both sides exists exactly if the two one-sided limits exist and are equal. So $f$ is **differentiable**
# > at $x_0$ exactly if $f'_-(x_0)$ and $f'_+(x_0)$ exist, are finite, and agree.
#
# The point $x_0$ stays where it is. Only $h$ moves, and it is never 0.
#
# Try the definition where nothing goes wrong: $f(x) = x^2$ at $x_0 = 3$. The quotient is
#
# $$\frac{(3 + h)^2 - 3^2}{h} = \frac{6h + h^2}{h} = 6 + h,$$
#
# and it tends to 6 from either side. So $f'(3) = 6$. Now the same in numbers, and beside it three functions at 0.

# %%
def quotient(f, x0, h):
    return (f(x0 + h) - f(x0)) / h


def wave(x):
    return 0.0 if x == 0 else x * np.sin(1 / x)


def root(x):
    return np.sqrt(abs(x))


cases = [("x² at 3", np.square, 3), ("√|x| at 0", root, 0), ("|x| at 0", abs, 0), ("x·sin(1/x) at 0", wave, 0)]
steps = (-1e-3, -1e-5, -1e-7, 1e-7, 1e-5, 1e-3)
print("                 h:", *(f"{step:>9}" for step in steps))
for name, f, x0 in cases:
    row = [quotient(f, x0, step) for step in steps]
    print(f"{name:<19}", *(f"{q:>9.3f}" for q in row))

# %% tags=["assertion"]
assert equal(sp.expand(((3 + h) ** 2 - 9) / h), 6 + h)
beside = {name: differentiability(f, 0) for name, f in {"√": sp.sqrt(sp.Abs(x)), "|x|": sp.Abs(x)}.items()}
assert [(f.left, f.right) for f in beside.values()] == [(-sp.oo, sp.oo), (-1, 1)]
swinging = differentiability(sp.Piecewise((0, sp.Eq(x, 0)), (x * sp.sin(1 / x), True)), 0)
assert swinging.left == swinging.right == sp.AccumBounds(-1, 1) and swinging.differentiable is False

# %% [markdown]
# Read each row from its ends to the middle. The last three are three typical ways to have no derivative at a point.
# $\sqrt{|x|}$ is too steep: on the right its quotient is $\sqrt h/h = 1/\sqrt h$, which has no finite limit. $|x|$
# has two finite limits, $-1$ and $1$, that disagree. And $\sin(1/h)$, the quotient of the last one, swings between
# $-1$ and 1 as $h$ shrinks, and never settles. All three are continuous at 0: being continuous is not enough for a
# derivative.

# %% [markdown]
# ## Explore
#
# Which of the three ways is ReLU's? You know this figure from [[start]]: the slope of the secant is the difference
# quotient. Move $h$ through both signs. Does the slope settle on one number as $h$ comes close to 0?

# %%
explore(
    figures.secants,
    function=Radio(list(figures.SECANT), label="function"),
    h=Range(-0.95, 0.95, 0.1, value=0.55),
)

# %% [markdown]
# Now the quotient as a function of $h$. At $h = 0$ it has no value. The hollow points mark its limits from each side.
# Find the function with a single hollow point, and the two with none.

# %%
explore(figures.quotient_against_limit, function=Radio(list(figures.QUOTIENT), label="function"))

# %% [markdown]
# ## Derive
#
# A picture shows some $h$. The definition speaks of all of them, so a proof has to do the same. You know both
# slopes already. Now no line is left out, so that you can tell later which one a program breaks. Let $f$ be ReLU.
#
# **Exercise proof.3.** What is $f(0 + h)$, first for $h > 0$, then for $h < 0$? Give a list of two, in `h`.

# %% tags=["exercise"]
# begin solution: values_beside_0 = ...
values_beside_0 = [h, 0]
# end solution
check("proof.3", values_beside_0)

# %% [markdown]
# Here is the derivation from the left. Read it line by line: each line names the rule that leads to it. Line 2 is the
# one that matters. Since $h < 0$, the point $0 + h$ lies left of 0, and there the branch is 0.

# %%
from_the_left = derive(relu, 0, "-")
Math(derivation_latex(from_the_left))

# %% tags=["assertion"]
assert from_the_left.verified and from_the_left.value == 0

# %% [markdown]
# Now the right side is yours. You write lines 2 and 5, and `check_step` judges each. Write only what comes after
# $\lim$.
#
# **Line 2.** Replace $f(0 + h)$, which is $f(h)$, by the branch that holds for $h > 0$. Leave $f(0)$ as it is, and
# write it as `f(0)`. (In the cell `f` is a name without a formula, so that `f(0)` can stay as it is.)

# %% tags=["exercise"]
f = sp.Function("f")
from_the_right = derive(relu, 0, "+")
# begin solution: line_2 = ...
line_2 = (h - f(0)) / h
# end solution
check_step(line_2, from_the_right.steps[1])  # line 2, since Python counts from 0

# %% [markdown]
# Line 3 puts in $f(0) = 0$ and gives $\dfrac{h - 0}{h}$. Line 4 cancels $h$, which it may, since $h$ is never 0, and
# gives 1.
#
# **Line 5.** Take the limit.

# %% tags=["exercise"]
# begin solution: line_5 = ...
line_5 = 1
# end solution
check_step(line_5, from_the_right.steps[4])

# %% [markdown]
# The limit of a constant is that constant.
#
# So $f'_-(0) = 0$ and $f'_+(0) = 1$. Both exist, both are finite, and they disagree. By the definition ReLU is not
# differentiable at 0, and the proof is complete.

# %% tags=["assertion"]
record = differentiability(relu, 0)
assert from_the_left.verified and from_the_right.verified
assert (record.left, record.right) == (from_the_left.value, from_the_right.value) == (0, 1)

# %% [markdown]
# > **C32 · holds.** A web text says that a function is differentiable where the left and the right derivative exist
# > and agree, and that for ReLU they are 0 and 1. (Kanchan Sarkar, 2018)
#
# That is the definition, and what you found for ReLU, as long as *exist* means *exist as a finite number*. For the cube
# root, $\sqrt[3]{x}$, the quotient $\sqrt[3]{h}/h = 1/(\sqrt[3]{h})^2$ grows without bound on both sides: they agree,
# on $\infty$, and no number says how steep it is.

# %% tags=["assertion", "C32"]
cube_root, at_kink = differentiability(sp.real_root(x, 3), 0), differentiability(relu, 0)
assert (cube_root.left, cube_root.right, cube_root.differentiable) == (sp.oo, sp.oo, False)
assert (at_kink.left, at_kink.right, at_kink.differentiable) == (0, 1, False)

# %% [markdown]
# ### Two shortcuts, and what they leave out
#
# Shorter arguments are common. Here are two that never look at $f(0)$.
#
# *Slopes beside the point:* "Left of 0 the slope is 0, right of 0 it is 1, so there is no derivative at 0." True, but
# a step is missing, because those are not quotients *at* 0. The mean value theorem supplies it where $f$ is continuous
# at 0 and has a slope everywhere beside it: the slope of a secant from 0 is the slope of $f$ somewhere between. That
# place moves to 0 with $h$, so the quotient tends to whatever the slopes beside 0 tend to. (Where $f$ is not continuous
# at 0 there is no derivative anyway: the rise $f(h) - f(0)$ does not shrink to 0 with $h$.) Where the slopes settle on
# nothing, the shortcut says nothing: so it is for $x^2 \sin(1/x)$, with $f(0) = 0$, and yet its quotient at 0,
# $h \sin(1/h)$, tends to 0. And without the missing step you would also believe this: "The slope is 0 on both sides, so
# $f'(0) = 0$." The next cell tries it on a function that jumps from 0 to 1.
#
# *A step over the point:* "The quotient from $-h$ to $h$ is ½ for every step, so $f'(0) = \tfrac12$." But that
# quotient, $(f(h) - f(-h))/(2h)$, is the mean of the quotients on both sides, and a mean does not show whether
# they agree.

# %%
def jump(x):
    return 1.0 if x >= 0 else 0.0


def relu_in_floats(x):
    return np.maximum(0, x)


print("h        jump, at -1   jump, at 0   ReLU, over 0")
for step in (-0.1, -0.001):
    at_minus_1, at_0 = quotient(jump, -1, step) + 0, quotient(jump, 0, step)  # + 0 turns -0 into 0
    over_0 = (relu_in_floats(step) - relu_in_floats(-step)) / (2 * step)
    print(f"{step:<8} {at_minus_1:>11.0f} {at_0:>12.0f} {over_0:>14}")

# %% tags=["assertion"]
assert [quotient(jump, 0, step) for step in (-0.1, -0.001)] == [10, 1000]
assert quotient(jump, -1, -0.1) == quotient(jump, 1, 0.1) == quotient(jump, 0, 0.1) == 0
assert (relu_in_floats(0.1) - relu_in_floats(-0.1)) / 0.2 == 0.5
restless = x**2 * sp.sin(1 / x)
assert [sp.limit(restless / x, x, 0, side) for side in "-+"] == [0, 0]
assert [sp.diff(restless, x).subs(x, 1 / (k * sp.pi)) for k in (1000, 1001)] == [-1, 1]

# %% [markdown]
# The slope of the jump is 0 at $-1$, as at every point beside 0. But at 0, where $f(0) = 1$, a step to the left leads
# down to 0, and the quotient grows without bound. And for ReLU the mean is ½ at every step, though there is no
# derivative that it could be.
#
# The same few lines settle other functions, such as a *leaky ReLU*.
#
# **Exercise proof.4.** Let $f(x) = \max(0, x) + \tfrac{1}{10}\min(0, x)$. What are its left and its right derivative
# at 0? Give a list of two.

# %% tags=["exercise"]
# begin solution: leaky_derivatives = ...
leaky_derivatives = [sp.Rational(1, 10), 1]
# end solution
check("proof.4", leaky_derivatives)

# %% [markdown]
# ### Every other point
#
# At any $x_0 \ne 0$ a step shorter than $|x_0|$ stays on one branch, so the quotient is that
# branch's slope, from both sides: ReLU has a derivative at every point but one. Sarkar's title, "Not a Differentiable
# Function", leaves that out (C48).

# %% tags=["assertion", "C48"]
assert relu.breakpoints == (0,)
for x0 in (-3, sp.Rational(-1, 1000), sp.Rational(1, 1000), 7):
    assert differentiability(relu, x0).differentiable is True
assert differentiability(relu, 0).differentiable is False

# %% [markdown]
# ## Measure
#
# On both branches of ReLU $f''$, the derivative of $f'$, is 0. A function with $f'' = 0$ everywhere is a straight line,
# and straight lines put into one another make another straight line. Networks of ReLUs do bend. Can it be that all of
# the bending happens at one point, where there is not even an $f'$ to differentiate?
#
# Measure it: take the secant's slope on the right minus that on the left, and divide by $h$. That is the *second
# difference* at 0,
#
# $$\frac1h\left(\frac{f(h) - f(0)}{h} - \frac{f(0) - f(-h)}{h}\right) = \frac{f(h) - 2f(0) + f(-h)}{h^2}.$$
#
# For $x^2$ it is 2. What will it be for ReLU, as $h$ shrinks?

# %%
def second_difference(f, h):
    return (f(h) - 2 * f(0) + f(-h)) / h**2


print("h       x²     ReLU")
for step in (0.1, 0.01, 0.001):
    print(f"{step:<7} {second_difference(np.square, step):.0f} {second_difference(relu_in_floats, step):>8.0f}")

# %% tags=["assertion"]
positive = sp.Symbol("h", positive=True)
numerator = relu.value(positive) - 2 * relu.value(0) + relu.value(-positive)
assert equal(numerator / positive**2, 1 / positive)

# %% [markdown]
# It does not settle: it is exactly $1/h$. However short the step, the slope on the right is 1 more than that on the
# left. This difference does not shrink, and it is divided by $h$.
#
# **Exercise proof.8.** What is the second difference at 0 of $f(x) = |x|$? Answer with a formula in `h`, for $h > 0$.

# %% tags=["exercise"]
# begin solution: second_difference_of_abs = ...
second_difference_of_abs = 2 / h
# end solution
check("proof.8", second_difference_of_abs)

# %% [markdown]
# > **C41 · refined.** The second derivative of ReLU is said to be 0 *almost everywhere*, that is, everywhere but on a
# > set of length 0. (Sarkar, 2018)
#
# That is so, but it leaves out the part that matters. All of the change of the slope, from 0 to 1, happens on that set
# of length 0. A method that looks only at $f''$ would mistake ReLU for a straight line.

# %% tags=["assertion", "C41"]
assert [sp.diff(relu.branch(0, side), x, 2) for side in "-+"] == [0, 0]
second_derivative = sp.diff(sp.Max(0, x), x, 2)
assert second_derivative == sp.DiracDelta(x) and sp.integrate(second_derivative, (x, -1, 1)) == 1

# %% [markdown] tags=["optional"]
# ### Where the 1 is
#
# This section is optional. If $f''$ is continuous, its integral is the change of the slope $f'$. For ReLU the slope
# changes by 1, and yet $f''$, where it exists, is 0 and has the integral 0. Where is the 1?
#
# Let the middle point move: at $x$ the second difference is $(f(x + h) - 2f(x) + f(x - h))/h^2$. For ReLU it is 0 where
# all three points lie on one branch, and $1/h$ at $x = 0$. Between them it is a straight line: at $x = -\tfrac h2$, for
# instance, only $f(x + h) = \tfrac h2$ is not 0, and it is $\tfrac h2 / h^2 = \tfrac{1}{2h}$. So it is a triangle of
# height $1/h$ over the interval from $-h$ to $h$, with the area $\tfrac12 \cdot 2h \cdot \tfrac1h = 1$. As $h$ shrinks
# the triangle gets narrower and higher, and the 1 stays.
#
# What these triangles tend to is no longer a function. It is called the *Dirac delta*, a *distribution*: something that
# is known by its integrals. SymPy knows it.

# %%
second_derivative = sp.diff(sp.Max(0, x), x, 2)
print("second derivative:", second_derivative)
print("integral:", sp.integrate(second_derivative, (x, -1, 1)))

# %% tags=["assertion"]
spike = (sp.Max(0, x + positive) - 2 * sp.Max(0, x) + sp.Max(0, x - positive)) / positive**2
assert spike.subs({x: 0}) == 1 / positive and spike.subs({x: positive}) == spike.subs({x: -2 * positive}) == 0
assert spike.subs({x: -positive / 2}) == 1 / (2 * positive)
assert sp.integrate(spike.subs(positive, sp.Rational(1, 7)).rewrite(sp.Piecewise), (x, -1, 1)) == 1

# %% [markdown]
# ## Break it
#
# The proof takes two limits. A computer algebra system can take limits, too, so let it do the work. Predict first.

# %%
predict("proof.p3")

# %% [markdown]
# Here is ReLU by its cases, in two spellings that differ only in where they put $x = 0$, and the quotient of the
# definition.

# %%
def quotient_at_0(rule):  # (f(h) − f(0))/h for a formula in x; rule.subs(x, h) puts in h for x
    return (rule.subs(x, h) - rule.subs(x, 0)) / h


for relu_cases in (sp.Piecewise((x, x > 0), (0, True)), sp.Piecewise((x, x >= 0), (0, True))):
    q = quotient_at_0(relu_cases)
    limit_left, limit_right = sp.limit(q, h, 0, "-"), sp.limit(q, h, 0, "+")
    print(f"{relu_cases}: left {limit_left}, right {limit_right}")
print("sp.diff of Max(0, x), at 0:", sp.diff(sp.Max(0, x), x).subs(x, 0))

# %% tags=["assertion"]
for relu_cases, value in ((sp.Piecewise((x, x > 0), (0, True)), 0), (sp.Piecewise((x, x >= 0), (0, True)), 1)):
    q = quotient_at_0(relu_cases)
    assert equal(relu_cases, sp.Max(0, x)) and [sp.limit(q, h, 0, side) for side in "-+"] == [value, value]
assert [sp.limit(sp.Max(0, h) / h, h, 0, side) for side in "-+"] == [0, 1]
slope_of_max = sp.diff(sp.Max(0, x), x)
assert slope_of_max == sp.Heaviside(x) and slope_of_max.subs(x, 0) == sp.Rational(1, 2)

# %% [markdown]
# Each time two equal limits. This "proves" that ReLU is differentiable at 0, with derivative 0, and also with
# derivative 1. Which line of the proof has SymPy broken? Line 2, *branch*. SymPy 1.14 picks the branch that holds *at*
# the point, and uses it on both sides: for `x > 0` the branch 0, for `x >= 0` the branch $x$. Each is right on its own
# side only. (Written with `sp.Max`, without cases, both limits come out right.) And `sp.diff` takes no limit at all, so
# line 1, the definition, is never written. Its rule for `Max` gives a step function, `Heaviside(x)`, to which SymPy
# gives the value ½ at 0.
#
# **Exercise proof.2.** Fix it: choose the branch yourself, and hand SymPy only the quotient of that branch. `left` and
# `right` are formulas in `x`, the branches of a function $f$ left and right of 0, with the same value there, $f(0)$.
# Return a list of two: the left and the right derivative of $f$ at 0. (Use `quotient_at_0`, and
# `sp.limit(q, h, 0, side)` as above.)


# %% tags=["exercise"]
def derivatives_at_0(left, right):
    # begin solution: return ...
    return [sp.limit(quotient_at_0(left), h, 0, "-"), sp.limit(quotient_at_0(right), h, 0, "+")]
    # end solution


check("proof.2", derivatives_at_0)

# %% [markdown]
# ## Exercises
#
# **Exercise proof.9.** Does squaring smooth out the kink? Let $f(x) = \max(0, x)^2$. Give a list of three: its left
# derivative at 0, its right derivative at 0, and `True` or `False` for "differentiable at 0".

# %% tags=["exercise"]
# begin solution: squared_relu = ...
squared_relu = [0, 0, True]
# end solution
check("proof.9", squared_relu)

# %% [markdown]
# One derivative further on, the kink is back: $f'(x) = 2\max(0, x)$ has the slopes 0 and 2 at 0, so $f$ has no second
# derivative there.

# %% tags=["assertion"]
for name, rule in {"f": sp.Max(0, x) ** 2, "f'": 2 * sp.Max(0, x)}.items():
    assert differentiability(rule, 0).differentiable is (name == "f")

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "proof.9"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### A branch that is curved
#
# This exercise is optional. ELU is a relative of ReLU with a curved branch on the left.
#
# **Exercise proof.6.** Let $f(x) = x$ for $x > 0$ and $a\,(e^x - 1)$ for $x \le 0$. For which real $a$ has $f$ a
# derivative at 0? Answer with a set. (Use that $(e^h - 1)/h$ tends to 1.)

# %% tags=["exercise"]
# begin solution: smooth_scales = ...
smooth_scales = {1}
# end solution
check("proof.6", smooth_scales)

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# You can leave this table for later: it repeats what you have found.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A derivative at a point is one finite number that both one-sided limits of the **difference quotient** share.
# - Three typical ways to have none: the quotient grows, it swings, or two finite limits disagree. ReLU at 0 is of the
#   last kind: 0 and 1.
# - Slopes beside the point, and quotients that step over it, leave $f(0)$ out. Equal slopes beside a point are not
#   enough for a derivative there.
# - ReLU has a derivative everywhere else. Its second derivative is 0 there; at the kink the second difference is $1/h$,
#   because the change of slope does not shrink with the step.
# - The side picks the branch before a limit is taken. SymPy's limit of a `Piecewise` may pick the wrong one.
#
# **Sources.**
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapter 4 (the derivative)
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C32, C41, C48)
