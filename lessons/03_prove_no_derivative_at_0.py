# %% [markdown]
# # Prove that ReLU has no derivative at 0
#
# **The question.** Everybody says that ReLU has no derivative at 0. What exactly has to be shown, and what does the
# proof look like when no line is left out?
#
# **Why it matters.** When you train a network, a library hands you a number for the slope at 0. Whether that number is
# a right one, a harmless one or a bug comes down to two other numbers, which you derive here. And a definition that is
# used loosely proves anything: at the end of this lesson a computer algebra system "proves" that ReLU *has* a
# derivative at 0, with two different values.
#
# **You will learn**
# - what a derivative at a point is, and three ways not to have one
# - to derive both one-sided derivatives of ReLU, line by line
# - what a kink does to the second derivative
# - why a formula by cases can mislead a computer algebra system, and how to stop it
#
# **Before you start.** [[Limits]]: one-sided limits, branches and the difference quotient.
#
# **Minutes:** 59.

# %%
import numpy as np
import sympy as sp
from IPython.display import Math

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
# > The **derivative** of $f$ at $x_0$ is the limit of the difference quotient,
# > $$f'(x_0) = \lim_{h \to 0} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > if that limit exists as a finite number. From one side only it is the **left** and the **right derivative**:
# > $$f'_-(x_0) = \lim_{h \to 0^-} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > $$f'_+(x_0) = \lim_{h \to 0^+} \frac{f(x_0 + h) - f(x_0)}{h}.$$
# > So $f$ is **differentiable** at $x_0$ exactly if both exist, both are finite, and they agree.
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


cases = {"x² at 3": (np.square, 3), "√|x| at 0": (lambda x: np.sqrt(abs(x)), 0), "|x| at 0": (abs, 0),
    "x·sin(1/x) at 0": (wave, 0)}
for name, (f, x0) in cases.items():
    for side, sign in (("left ", -1), ("right", 1)):
        slopes = [quotient(f, x0, sign * step) for step in (1e-1, 1e-3, 1e-5)]
        print(f"{name:<16} {side}", *(f"{slope:>9.3f}" for slope in slopes))

# %% tags=["assertion"]
assert equal(sp.expand(((3 + h) ** 2 - 9) / h), 6 + h)
at_0 = {name: differentiability(f, 0) for name, f in {"√": sp.sqrt(sp.Abs(x)), "|x|": sp.Abs(x)}.items()}
assert (at_0["√"].left, at_0["√"].right) == (-sp.oo, sp.oo) and (at_0["|x|"].left, at_0["|x|"].right) == (-1, 1)
swinging = differentiability(sp.Piecewise((0, sp.Eq(x, 0)), (x * sp.sin(1 / x), True)), 0)
assert swinging.left == swinging.right == sp.AccumBounds(-1, 1) and swinging.differentiable is False

# %% [markdown]
# Read the last three as three ways to have no derivative at a point. $\sqrt{|x|}$ is too steep: on the right its
# quotient is $\sqrt h/h = 1/\sqrt h$, which has no finite limit. $|x|$ has two finite limits, $-1$ and $1$, that
# disagree. And $\sin(1/h)$, the quotient of the last one, never settles.
#
# > **C32 · holds.** A web text says that a function is differentiable where the left and the right derivative exist
# > and agree, and that for ReLU they are 0 and 1. (Kanchan Sarkar, 2018)
#
# *Exist* means here: as finite numbers. Why insist on that? Take the cube root. On both sides its quotient is
# $h^{1/3}/h = h^{-2/3}$, so that both sides agree, on $\infty$.

# %%
print(differentiability(sp.real_root(x, 3), 0).reason)

# %% tags=["assertion", "C32"]
cube_root, at_kink = differentiability(sp.real_root(x, 3), 0), differentiability(relu, 0)
assert (cube_root.left, cube_root.right, cube_root.differentiable) == (sp.oo, sp.oo, False)
assert (at_kink.left, at_kink.right, at_kink.differentiable) == (0, 1, False)

# %% [markdown]
# ## Explore
#
# Which of the three ways is ReLU's? A secant joins $(0, f(0))$ with $(h, f(h))$, and its slope is the difference
# quotient. Move $h$ through both signs. Does the slope settle on one number as $h$ comes close to 0?

# %%
explore(
    figures.secants,
    function=Radio(list(figures.SECANT), label="function"),
    h=Range(-0.95, 0.95, 0.1, value=0.55),
)

# %% [markdown]
# Now all $h$ at once. The curve is the quotient as a function of $h$; at $h = 0$ it has no value. The hollow points
# mark the limits from each side. Find a function with one hollow point, and the one with none.

# %%
explore(figures.quotient_against_limit, function=Radio(list(figures.QUOTIENT), label="function"))

# %% [markdown]
# ## Derive
#
# A picture shows a few $h$. The proof speaks of all of them. Let $f$ be ReLU.
#
# **Exercise proof.3.** What is $f(0 + h)$, first for $h > 0$, then for $h < 0$? Give a list of two.

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
# From the right it is yours: you write lines 2, 4 and 5, and `check_step` judges each. Write only what stands behind
# $\lim$.
#
# **Line 2.** Replace $f(0 + h)$ by the branch that holds for $h > 0$. Leave $f(0)$ as it is, and write it as `f(0)`.

# %% tags=["exercise"]
f = sp.Function("f")
from_the_right = derive(relu, 0, "+")
# begin solution: line_2 = ...
line_2 = (h - f(0)) / h
# end solution
check_step(line_2, from_the_right.steps[1])

# %% [markdown]
# Line 3 puts in $f(0) = 0$ and gives $\dfrac{h - 0}{h}$. **Line 4.** Simplify it. (SymPy cancels as soon as you type
# it.)

# %% tags=["exercise"]
# begin solution: line_4 = ...
line_4 = (h - 0) / h
# end solution
check_step(line_4, from_the_right.steps[3])

# %% [markdown]
# **Line 5.** Take the limit.

# %% tags=["exercise"]
# begin solution: line_5 = ...
line_5 = 1
# end solution
check_step(line_5, from_the_right.steps[4])

# %% [markdown]
# So $f'_-(0) = 0$ and $f'_+(0) = 1$. Both exist, both are finite, and they disagree. By the definition ReLU is not
# differentiable at 0, and the proof is complete.

# %%
print(differentiability(relu, 0).reason)

# %% tags=["assertion"]
record = differentiability(relu, 0)
assert from_the_left.verified and from_the_right.verified
assert (record.left, record.right) == (from_the_left.value, from_the_right.value) == (0, 1)

# %% [markdown]
# The same few lines settle other functions. Do two by hand.
#
# **Exercise proof.4.** Let $f(x) = \max(0, x) + \tfrac{1}{10}\min(0, x)$. What are its left and its right derivative
# at 0? Give a list of two.

# %% tags=["exercise"]
# begin solution: leaky_derivatives = ...
leaky_derivatives = [sp.Rational(1, 10), 1]
# end solution
check("proof.4", leaky_derivatives)

# %% [markdown]
# **Exercise proof.6.** Let $f(x) = x$ for $x > 0$ and $a\,(e^x - 1)$ for $x \le 0$. For which real $a$ has $f$ a
# derivative at 0? Answer with a set. (Near 0, $e^x$ is about $1 + x$.)

# %% tags=["exercise"]
# begin solution: smooth_scales = ...
smooth_scales = {1}
# end solution
check("proof.6", smooth_scales)

# %% [markdown]
# ## Measure
#
# ### How much of ReLU is not differentiable?
#
# The title of Sarkar's text calls ReLU "not a differentiable function". Ask at a few points, some of them close to 0,
# with steps shorter than the way to the kink.

# %%
def relu_in_floats(x):
    return np.maximum(0, x)


for x0 in (-3, -0.001, 0, 0.001, 7):
    left, right = quotient(relu_in_floats, x0, -(2.0**-12)), quotient(relu_in_floats, x0, 2.0**-12)
    print(f"x₀ = {x0:>6}  left {left + 0:.0f}  right {right + 0:.0f}")

# %% tags=["assertion", "C48"]
assert relu.breakpoints == (0,)
for x0 in (-3, sp.Rational(-1, 1000), sp.Rational(1, 1000), 7):
    assert differentiability(relu, x0).differentiable is True
assert differentiability(relu, 0).differentiable is False

# %% [markdown]
# One point fails, and only one: at any other $x_0$ a step shorter than $|x_0|$ stays on one branch, and the quotient
# is that branch's slope, from both sides.
#
# How bad is the kink? $|x|$ has one as well, and ReLU is half of it, plus a straight line:
# $\max(0, x) = \tfrac12 x + \tfrac12 |x|$. A straight line has no kink, so the slope of ReLU must jump by half as much
# as that of $|x|$: by 1, and not by 2.

# %% tags=["assertion"]
assert equal(x / 2 + sp.Abs(x) / 2, sp.Max(0, x))
jumps = {f: differentiability(f, 0).right - differentiability(f, 0).left for f in (sp.Max(0, x), sp.Abs(x))}
assert list(jumps.values()) == [1, 2]

# %% [markdown]
# ### Differentiate twice
#
# Methods that use curvature ask for a second derivative. On both branches of ReLU it is 0. So is it 0 everywhere, but
# for one point that nobody will ever hit?
#
# Measure it as the slope was measured, now with three points: $(f(h) - 2f(0) + f(-h))/h^2$. For $x^2$ this is 2. What
# will it be for ReLU, as $h$ shrinks?

# %%
def second_difference(f, h):
    return (f(h) - 2 * f(0) + f(-h)) / h**2


for step in (0.1, 0.01, 0.001):
    smooth, kinked = second_difference(np.square, step), second_difference(relu_in_floats, step)
    print(f"h = {step:<6} x²: {smooth:.0f}   ReLU: {kinked:.0f}")

# %% tags=["assertion"]
positive = sp.Symbol("h", positive=True)
numerator = relu.value(positive) - 2 * relu.value(0) + relu.value(-positive)
assert equal(numerator / positive**2, 1 / positive)

# %% [markdown]
# It does not settle: it is exactly $1/h$. Follow it down in the figure. On logarithmic axes $1/h$ is a straight line,
# and every kink has one.

# %%
explore(
    figures.second_difference,
    function=Radio(list(figures.SECOND), label="function"),
    h_exponent=Range(-3, 0, 0.5, value=-1, label="h = 10 to the power"),
)

# %% [markdown]
# **Exercise proof.8.** What is the second difference $(f(h) - 2f(0) + f(-h))/h^2$ of $f(x) = |x|$, as a function of
# $h > 0$?

# %% tags=["exercise"]
# begin solution: second_difference_of_abs = ...
second_difference_of_abs = 2 / h
# end solution
check("proof.8", second_difference_of_abs)

# %% [markdown]
# > **C41 · refined.** The second derivative of ReLU is said to be 0 *almost everywhere*, that is, everywhere but on a
# > set of length 0. (Sarkar, 2018)
#
# That is so, and what it leaves out is all there is. A function that is 0 but for one point has the integral 0. The
# second derivative has to add up to the jump of the slope, which is 1. Picture the second difference as a spike of
# height $1/h$ over a stretch of length about $h$: it gets narrower and higher, and its area stays 1.

# %% tags=["assertion", "C41"]
second_derivative = sp.diff(sp.Max(0, x), x, 2)
assert second_derivative == sp.DiracDelta(x) and sp.integrate(second_derivative, (x, -1, 1)) == 1
spike = (sp.Max(0, x + positive) - 2 * sp.Max(0, x) + sp.Max(0, x - positive)) / positive**2
assert spike.subs({x: 0}) == 1 / positive and spike.subs({x: positive}) == spike.subs({x: -2 * positive}) == 0
assert sp.integrate(spike.subs(positive, sp.Rational(1, 7)).rewrite(sp.Piecewise), (x, -1, 1)) == 1

# %% [markdown] tags=["optional"]
# ### A name for the spike
#
# What these spikes tend to is no function any more. It is called the *Dirac delta*, a *distribution*: something that is
# known by its integrals. SymPy knows it.

# %%
print(sp.diff(sp.Max(0, x), x, 2), "  integral:", sp.integrate(sp.diff(sp.Max(0, x), x, 2), (x, -1, 1)))

# %% [markdown]
# ## Break it
#
# The proof took two limits. A computer algebra system can take limits, too, so let it do the work. Predict first.

# %%
predict("proof.p3")

# %% [markdown]
# Here is ReLU by its cases, in two spellings that differ only in where they put $x = 0$, and the quotient of the
# definition.

# %%
for relu_cases in (sp.Piecewise((x, x > 0), (0, True)), sp.Piecewise((x, x >= 0), (0, True))):
    at_kink = (relu_cases.subs(x, h) - relu_cases.subs(x, 0)) / h
    print(f"{relu_cases}: left {sp.limit(at_kink, h, 0, '-')}, right {sp.limit(at_kink, h, 0, '+')}")

# %% tags=["assertion"]
for relu_cases, value in ((sp.Piecewise((x, x > 0), (0, True)), 0), (sp.Piecewise((x, x >= 0), (0, True)), 1)):
    at_kink = (relu_cases.subs(x, h) - relu_cases.subs(x, 0)) / h
    assert equal(relu_cases, sp.Max(0, x)) and [sp.limit(at_kink, h, 0, side) for side in "-+"] == [value, value]

# %% [markdown]
# Each time two equal limits. This "proves" that ReLU is differentiable at 0, with derivative 0, and also with
# derivative 1. Which line of the proof has SymPy broken? Line 2: in a `Piecewise`, SymPy 1.14 does not ask on which
# side $h$ lies. It takes the branch that holds *at* the point, for `x > 0` the branch 0, for `x >= 0` the branch $x$.
# Each is right on its own side only.
#
# **Exercise proof.2.** Mend it: choose the branch yourself, then let SymPy take the limit of the smooth quotient.
# `left` and `right` are two expressions in `x` with the same value at 0, the branches of a function on both sides of
# it. Return a list of two: its left and its right derivative at 0. (`expr.subs(x, h)` puts in $h$ for $x$.)


# %% tags=["exercise"]
def derivatives_at_0(left, right):
    # begin solution: return ...
    from_left = sp.limit((left.subs(x, h) - left.subs(x, 0)) / h, h, 0, "-")
    from_right = sp.limit((right.subs(x, h) - right.subs(x, 0)) / h, h, 0, "+")
    return [from_left, from_right]
    # end solution


check("proof.2", derivatives_at_0)

# %% [markdown]
# This is what `course_lib` does: the side picks the branch, and SymPy sees nothing but smooth expressions.
#
# ## Exercises
#
# **Exercise proof.9.** Can a kink be mended by squaring? Let $f(x) = \max(0, x)^2$. Give a list of three: its left
# derivative at 0, its right derivative at 0, and `True` or `False` for "differentiable at 0".

# %% tags=["exercise"]
# begin solution: squared_relu = ...
squared_relu = [0, 0, True]
# end solution
check("proof.9", squared_relu)

# %% [markdown]
# Stuck? Put the name of the exercise in the place of the dots: a hint comes, and the solution as soon as it is open.

# %%
stuck_at = ...  # for example "proof.6"
if stuck_at is not ...:
    hint(stuck_at)
    solution(stuck_at)

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A derivative at a point is one finite number that both one-sided limits of the **difference quotient** share.
# - It can fail in three ways: a side has no finite limit because the quotient grows or because it swings, or two finite
#   limits disagree. ReLU at 0 is of the last kind: 0 and 1.
# - ReLU has a derivative everywhere else. Its second derivative is 0 there, and at the kink a spike of area 1.
# - The side picks the branch before a limit is taken. SymPy's limit of a `Piecewise` skips that line.
#
# **Sources.**
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapter 4 (the derivative)
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C32, C41, C48)
