# %% [markdown]
# # Prove that ReLU has no derivative at 0
#
# **The question.** ReLU is said to have no derivative at 0. What exactly has to be shown, and where do published proofs
# go wrong?
#
# **You will learn**
# - which limits decide about a derivative, and which do not
# - to derive both one-sided derivatives step by step, with a check after each step
# - to find the slips in a proof whose result is right
# - what a computer algebra system makes of the same limits
#
# **Before you start.** Lesson 01: one-sided limits and the difference quotient.
#
# **Minutes:** 75.

# %%
import sympy as sp
from IPython.display import Math

from course_lib.calculus import (PiecewiseFunction, check_step, derivation_latex, derive, differentiability, equal,
    one_sided_derivative, one_sided_limit)
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.topics.kink import figures

x, h = sp.symbols("x h", real=True)
relu = PiecewiseFunction.from_expr(sp.Max(0, x), x)
relu

# %% [markdown]
# ## The definition
#
# > The **derivative** of $f$ at $x_0$ is
# > $$f'(x_0) = \lim_{h \to 0} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > if this limit exists as a finite number. From one side it is the *left* and the *right derivative*:
# > $$f'_-(x_0) = \lim_{h \to 0^-} \frac{f(x_0 + h) - f(x_0)}{h},$$
# > $$f'_+(x_0) = \lim_{h \to 0^+} \frac{f(x_0 + h) - f(x_0)}{h}.$$
# > So $f$ is *differentiable* at $x_0$ exactly if both exist, are finite, and agree.
#
# Take ReLU away from 0. At $x_0 = 2$ a step with $|h| < 2$ stays on the branch $x$, and the quotient is
# $(2 + h - 2)/h = 1$. At $x_0 = -1$ one with $|h| < 1$ stays on the branch 0: $(0 - 0)/h = 0$. Now a case where a side
# fails. For $\sqrt{|x|}$ at 0 the quotient on the right is $\sqrt{h}/h = 1/\sqrt{h}$, which grows without bound. (SymPy
# writes infinity as `oo`.)

# %%
worked = {("ReLU", 2): relu, ("ReLU", -1): relu, ("√|x|", 0): sp.sqrt(sp.Abs(x))}
records = {at: differentiability(function, at[1]) for at, function in worked.items()}
for (name, x0), record in records.items():
    print(f"{name} at {x0}: left {record.left}, right {record.right}, differentiable: {record.differentiable}")
assert [(r.left, r.right) for r in records.values()] == [(1, 1), (0, 0), (-sp.oo, sp.oo)]

# %% [markdown]
# ## Predict
#
# Commit to a guess before you read on.

# %%
predict("proof.p1")

# %%
predict("proof.p2")

# %% [markdown]
# ## Explore
#
# A secant joins $(0, f(0))$ with $(h, f(h))$. Its slope is the *difference quotient* $\dfrac{f(h) - f(0)}{h}$.
#
# Move $h$ through both signs. Does the slope settle on one number as $h$ comes close to 0?

# %%
explore(
    figures.secants,
    function=Radio(list(figures.SECANT), label="function"),
    h=Range(-0.95, 0.95, 0.1, value=0.55),
)

# %% [markdown]
# Now all increments at once. The curve is the quotient as a function of $h$. It has no value at $h = 0$.
#
# Look at the hollow points: they mark the limit from each side.

# %%
explore(figures.quotient_against_limit, function=Radio(list(figures.QUOTIENT), label="function"))

# %% [markdown]
# ## Four criteria
#
# > **C12 · refined.** A web article lists four criteria for a derivative at a point: the function is continuous
# > there, its left limit exists, its right limit exists, and the two agree. (Shahad Mahmud, *Why ReLU is not
# > differentiable at x=0 (zero)?*, 2022)
#
# The list leaves out *which* limits. Read it of the function itself.

# %%
left, right = one_sided_limit(relu, 0, "-"), one_sided_limit(relu, 0, "+")
value = relu.value(0)
criteria_of_f = {
    "continuous": equal(left, value) and equal(right, value),
    "left limit exists": bool(left.is_finite),
    "right limit exists": bool(right.is_finite),
    "left and right limit agree": equal(left, right),
}
assert all(criteria_of_f.values())
for criterion, passed in criteria_of_f.items():
    print(f"{criterion:<28} {passed}")

# %% [markdown]
# ReLU passes all four, and so would every continuous function. The criteria become right when the limits are those of
# the *difference quotient*, as in the definition. Then they tell $x^2$ from $|x|$.

# %%
absolute = PiecewiseFunction.from_expr(sp.Abs(x), x)
for name, function in {"x²": x**2, "|x|": absolute}.items():
    slopes = [one_sided_derivative(function, 0, side) for side in "-+"]
    print(f"{name:<3} limits of the quotient {slopes}, agree: {equal(*slopes)}")
    assert equal(*slopes) == differentiability(function, 0).differentiable == (name == "x²")

# %% [markdown]
# > **C11 · refined.** The same article reads continuity off the graph. ReLU is continuous at 0; a graph cannot show
# > it.
#
# Here is a function with a jump of one millionth. In a plot 700 pixels and 2 units high it is far less than a pixel.

# %%
jump = sp.Rational(1, 10**6)
almost_relu = PiecewiseFunction.from_expr(sp.Piecewise((x + jump, x > 0), (0, True)), x)
height_in_pixels = float(700 * jump / 2)
assert height_in_pixels < 0.01
assert differentiability(almost_relu, 0).continuous is False
print(f"the jump is {height_in_pixels:.5f} pixels high")

# %% [markdown]
# Continuity is a game of two. You name a distance $\varepsilon$, and I answer with a distance $\delta$: for all $x$
# closer to 0 than $\delta$, the value $f(x)$ is closer to $f(0)$ than $\varepsilon$. If I have an answer to every
# $\varepsilon > 0$, then $f$ is continuous at 0. (In lesson 01, $\varepsilon$ was the gap between floats. Both uses are
# common.)
#
# The band has the height $\pm\varepsilon$, the dashed lines stand at $\pm\delta$; drag either. Look for a $\delta$ that
# works for ReLU. Then try to find one for the step.

# %%
explore(
    figures.epsilon_delta,
    function=Radio(list(figures.CONTINUITY), label="function"),
    epsilon=Range(0.1, 1, 0.1, value=0.5, label="ε"),
    delta=Range(0.1, 1, 0.1, value=0.8, label="δ"),
)

# %% [markdown]
# For ReLU, $\delta = \varepsilon$ always works, because $|f(x) - f(0)| = \max(0, x) \le |x| < \delta$. The difference
# $|x| - \max(0, x)$ is $\max(0, -x)$, which is never negative.

# %%
the_same = equal(sp.Abs(x) - sp.Max(0, x), sp.Max(0, -x))
assert the_same
the_same

# %% [markdown]
# > **C13 · refined.** Continuity appears in the list as a criterion of its own. It is needed, but it need not be
# > checked: two finite one-sided derivatives imply it.
#
# Write $f(h) = f(0) + h \cdot q(h)$ with the quotient $q$. The limit of a product is the product of the limits, if both
# are finite. So $f(h)$ tends to $f(0) + 0 \cdot L = f(0)$.
#
# Three functions with finite one-sided derivatives at 0, and the limits of each function itself:

# %%
for expr in (sp.Abs(x), x * sp.Abs(x), sp.exp(sp.Abs(x))):
    function = PiecewiseFunction.from_expr(expr, x)
    slopes = [one_sided_derivative(function, 0, side) for side in "-+"]
    limits = [one_sided_limit(function, 0, side) for side in "-+"]
    assert all(slope.is_finite for slope in slopes) and limits == [function.value(0)] * 2
    print(f"{expr!s:<12} slopes {slopes},  limits {limits},  value {function.value(0)}")

# %% [markdown]
# The other direction fails. $|x|$ is continuous at 0, and that is not enough.

# %%
record = differentiability(absolute, 0)
assert record.continuous is True and record.differentiable is False
print(record.reason)

# %% [markdown]
# > **C32 · holds.** Another text says that a function is differentiable where the left and the right derivative exist
# > and agree, and that ReLU's are 0 and 1. (Kanchan Sarkar, *ReLU: Not a Differentiable Function*, 2018)
#
# This is the usual criterion, and *exist* means in it: exist as finite numbers. The cube root shows why that matters.
# Its one-sided derivatives at 0 agree, and they are infinite.

# %%
cube_root = differentiability(sp.real_root(x, 3), 0)
assert (cube_root.left, cube_root.right, cube_root.differentiable) == (sp.oo, sp.oo, False)
print(cube_root.reason)

# %% [markdown]
# ## Derive
#
# This is the derivation from the left. Read it line by line: each line names the rule that leads to it, and each has
# been checked.
#
# Look at line 2. Since $h < 0$, the point $0 + h$ lies left of 0, and the branch there is 0.

# %%
from_the_left = derive(relu, 0, "-")
assert from_the_left.verified
Math(derivation_latex(from_the_left))

# %% [markdown]
# Now from the right. You write lines 2, 4 and 5, and `check_step` judges them. Write only what stands behind $\lim$.
#
# **Line 2.** Replace $f(0 + h)$ by the branch that holds for $h > 0$. Leave $f(0)$ as it is: write it as `f(0)`.

# %% tags=["exercise"]
f = sp.Function("f")
from_the_right = derive(relu, 0, "+")
# begin solution: line_2 = ...
line_2 = (h - f(0)) / h
# end solution
check_step(line_2, from_the_right.steps[1])

# %% [markdown]
# **Line 3** puts in $f(0) = 0$ and gives $\dfrac{h - 0}{h}$. **Line 4.** Simplify it. (SymPy cancels as soon as you
# type it.)

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
# Both limits exist. They are 0 and 1. That is the whole reason.
#
# > **C20 · refined.** The article concludes that the *derivation* does not exist at 0. A slip of the pen: it is the
# > *derivative* that does not. The derivation you have here, from both sides.

# %%
record = differentiability(relu, 0)
assert from_the_left.verified and from_the_right.verified
assert (record.left, record.right) == (from_the_left.value, from_the_right.value) == (0, 1)
print(record.reason)

# %% [markdown]
# ## Measure
#
# ### |x| beside ReLU
#
# ReLU is half of a smooth function plus half of $|x|$: $\max(0, x) = \tfrac12 x + \tfrac12 |x|$. So its slope jumps
# by half as much.

# %%
assert equal(x / 2 + sp.Abs(x) / 2, sp.Max(0, x))
jumps = {}
for name, function in {"ReLU": relu, "|x|": absolute}.items():
    record = differentiability(function, 0)
    jumps[name] = record.right - record.left
    print(f"{name:<5} slope jumps by {jumps[name]}")
assert jumps == {"ReLU": 1, "|x|": 2}

# %% [markdown]
# > **C48 · refined.** "Not a differentiable function" leaves out that ReLU has a derivative at every point but one. The
# > text below that title says so.

# %%
assert relu.breakpoints == (0,)
points = [-3, sp.Rational(-1, 1000), sp.Rational(1, 1000), 7]
for point in points:
    record = differentiability(relu, point)
    assert record.differentiable is True
    print(f"at {point!s:>7} the derivative is {record.right}")

# %% [markdown]
# ### The second derivative
#
# > **C41 · refined.** The second derivative of ReLU is said to be 0 almost everywhere, that is, at all points but
# > a set of length 0, here one point. That is so. What it leaves out is that the exception carries all the weight.
#
# The second difference compares three points, $(f(h) - 2f(0) + f(-h))/h^2$. Make $h$ smaller and look at the number.

# %%
explore(
    figures.second_difference,
    function=Radio(list(figures.SECOND), label="function"),
    h_exponent=Range(-3, 0, 0.5, value=-1, label="h = 10 to the power"),
)

# %% [markdown]
# For ReLU it is exactly $1/h$. Ten times closer, ten times larger.

# %%
positive_h = sp.Symbol("h", positive=True)
numerator = relu.value(positive_h) - 2 * relu.value(0) + relu.value(-positive_h)
second_difference = numerator / positive_h**2
assert equal(second_difference, 1 / positive_h)
second_difference

# %% [markdown]
# No function is 0 everywhere but at one point and still has an integral that is not 0. A *distribution* can: the *Dirac
# delta*, which SymPy knows. Its integral is the jump of the slope.

# %%
second_derivative = sp.diff(sp.Max(0, x), x, 2)
weight = sp.integrate(second_derivative, (x, -1, 1))
assert second_derivative == sp.DiracDelta(x) and weight == jumps["ReLU"]
print(f"second derivative {second_derivative}, integral {weight}")

# %% [markdown]
# ## A published proof
#
# The article's proof ends with the right result. Here are five of its statements in our words. Judge them before you
# read on.
#
# 1. $f'(x) = \lim_{x \to 0} \dfrac{f(x + \Delta x) - f(x)}{\Delta x}$, with $\Delta x$ a tiny number.
# 2. For every $x < 0$, the quotient is $0$; for every $x > 0$, it is $1$.
# 3. For $x \ge 0$, the numerator is $x - \Delta x + x$.
# 4. At $x = 0$, $\dfrac{0 - \Delta x + 0}{\Delta x} = 1$.
# 5. So the right derivative of ReLU at $0$ is $1$.
#
# **Exercise proof.1.** Which are right as they stand? Give a list of five, `True` or `False`.

# %% tags=["exercise"]
# begin solution: right_as_they_stand = ...
right_as_they_stand = [False, False, False, False, True]
# end solution
check("proof.1", right_as_they_stand)

# %% [markdown]
# Now compute, statement by statement.

# %% [markdown]
# > **C14 · refuted.** The limit is written over $x$. The point $x$ has to stay; the increment has to move.
#
# Take statement 1 literally. For *every* $\Delta x > 0$, however tiny, the limit over $x$ is 1 from both sides. For
# every $\Delta x < 0$ it is 0 from both sides. Nothing about the kink is left.

# %%
dx = sp.Symbol("Δx", positive=True)
for name, increment in (("Δx > 0", dx), ("Δx < 0", -dx)):
    literal = PiecewiseFunction.from_expr((sp.Max(0, x + increment) - sp.Max(0, x)) / increment, x)
    literal_limits = [one_sided_limit(literal, 0, side) for side in "-+"]
    assert literal_limits == ([1, 1] if increment == dx else [0, 0])
    print(f"{name}: from the left {literal_limits[0]}, from the right {literal_limits[1]}")

# %% [markdown]
# > **C15 · refined.** The article calls both one-sided limits $f'(x)$. A slip of notation: they are two numbers and
# > need two names, $f'_-(0)$ and $f'_+(0)$, and it is $\Delta x$ that tends to $0^-$ or $0^+$.

# %%
names = {"f'_-(0)": one_sided_derivative(relu, 0, "-"), "f'_+(0)": one_sided_derivative(relu, 0, "+")}
assert names["f'_-(0)"] != names["f'_+(0)"]
for name, slope in names.items():
    print(name, "=", slope)

# %% [markdown]
# > **C16 · refined.** Statement 2 needs a step that does not cross the kink. $|\Delta x| < |x|$ makes sure of that, on
# > either side.
#
# Start at $x = -0.5$ with the long step, and shorten it. Look for the moment when it no longer crosses the kink.

# %%
explore(
    figures.quotient_away_from_kink,
    x=Range(-0.9, 0.9, 0.2, value=-0.5, label="x"),
    increment=Range(-1, 1, 0.4, value=1.0, label="Δx"),
)

# %%
start, increment = sp.Rational(-1, 2), 1
quotient_across_the_kink = (relu.value(start + increment) - relu.value(start)) / increment
assert quotient_across_the_kink == sp.Rational(1, 2)
step = sp.Symbol("step", real=True)
from_the_start = PiecewiseFunction.from_expr(sp.Max(0, start + step), step)
assert from_the_start.breakpoints == (-start,) and from_the_start.branch(0, "-") == from_the_start.branch(0, "+") == 0
quotient_across_the_kink

# %% [markdown]
# > **C17 · refuted.** The numerator $x - \Delta x + x$ has two signs the wrong way round. Subtracting $f(x) = x$ from
# > $f(x + \Delta x) = x + \Delta x$ leaves $x + \Delta x - x$.

# %%
assert not equal(x - dx + x, (x + dx) - x)
(x + dx) - x

# %% [markdown]
# > **C18 · refuted.** $(0 - \Delta x + 0)/\Delta x$ is $-1$, not 1. The second slip undoes the first, and the result
# > comes out right.

# %%
assert (0 - dx + 0) / dx == -1
assert one_sided_derivative(relu, 0, "+") == 1
(0 - dx + 0) / dx

# %% [markdown]
# A right result does not vouch for the way to it. That is why this course checks every line.

# %% [markdown]
# ## Break it
#
# Now we let SymPy take the limits. Predict first.

# %%
predict("proof.p3")

# %% [markdown]
# Here is ReLU by its cases, in two spellings, and the quotient of the definition.

# %%
from_sympy = []
for relu_cases in (sp.Piecewise((x, x > 0), (0, True)), sp.Piecewise((x, x >= 0), (0, True))):
    quotient = (relu_cases.subs(x, h) - relu_cases.subs(x, 0)) / h
    from_sympy.append([sp.limit(quotient, h, 0, side) for side in "-+"])
    print(f"{relu_cases}: left and right {from_sympy[-1]}, for h > 0 the quotient is {quotient.subs(h, positive_h)}")
assert from_sympy == [[0, 0], [1, 1]] and quotient.subs(h, positive_h) == 1

# %% [markdown]
# Two equal limits: this "proves" that ReLU is differentiable at 0, with derivative 0, and also with derivative 1. In a
# `Piecewise` SymPy 1.14 does not ask on which side $h$ lies. It takes the branch that holds *at* the point: for `x > 0`
# the branch 0, for `x >= 0` the branch $x$. Each is right on its own side only.

# %% [markdown]
# **Exercise proof.2.** Mend it: choose the branch yourself, then let SymPy take the limit of the smooth quotient.
# `left` and `right` are two expressions in `x` with the same value at 0, the branches of a function on both sides of
# it. Return a list of two: its left and its right derivative at 0.


# %% tags=["exercise"]
def derivatives_at_0(left, right):
    # begin solution: return ...
    from_left = sp.limit((left.subs(x, h) - left.subs(x, 0)) / h, h, 0, "-")
    from_right = sp.limit((right.subs(x, h) - right.subs(x, 0)) / h, h, 0, "+")
    return [from_left, from_right]
    # end solution


check("proof.2", derivatives_at_0)

# %% [markdown]
# This is what `course_lib` does: the side picks the branch, and SymPy sees only smooth expressions.

# %% [markdown]
# ## Exercises
#
# `hint("proof.3")` gives a hint. `solution("proof.3")` opens after a right answer or three different tries.
#
# **Exercise proof.3.** Let $f$ be ReLU. What is $f(0 + h)$, first for $h > 0$, then for $h < 0$? Give a list of two.

# %% tags=["exercise"]
# begin solution: values_beside_0 = ...
values_beside_0 = [h, 0]
# end solution
check("proof.3", values_beside_0)

# %% [markdown]
# **Exercise proof.4.** Let $f(x) = \max(0, x) + \tfrac{1}{10}\min(0, x)$. What are its left and its right derivative at
# 0? Give a list of two.

# %% tags=["exercise"]
# begin solution: leaky_derivatives = ...
leaky_derivatives = [sp.Rational(1, 10), 1]
# end solution
check("proof.4", leaky_derivatives)

# %% [markdown]
# **Exercise proof.5.** Read the four criteria with the limits of the difference quotient. Which is the *first* that
# fails at 0, for the function that is 1 for $x > 0$ and 0 elsewhere, for $|x|$, and for the function that is
# $x \sin(1/x)$ for $x > 0$ and 0 elsewhere? Give a list of three, each one of `"continuous"`, `"left limit exists"`,
# `"right limit exists"`, `"left and right limit agree"`.

# %% tags=["exercise"]
# begin solution: failed_first = ...
failed_first = ["continuous", "left and right limit agree", "right limit exists"]
# end solution
check("proof.5", failed_first)

# %% [markdown]
# **Exercise proof.6.** Let $f(x) = x$ for $x > 0$ and $a\,(e^x - 1)$ for $x \le 0$. For which real $a$ has $f$ a
# derivative at 0? Answer with a set.

# %% tags=["exercise"]
# begin solution: smooth_scales = ...
smooth_scales = {1}
# end solution
check("proof.6", smooth_scales)

# %% [markdown]
# **Exercise proof.7.** At $x = -\tfrac14$, for which increments $\Delta x > 0$ is the difference quotient of ReLU equal
# to 0? Answer with a set. (`sp.Interval.Lopen(a, b)` is the interval from $a$ to $b$ without $a$.)

# %% tags=["exercise"]
# begin solution: short_steps = ...
short_steps = sp.Interval.Lopen(0, sp.Rational(1, 4))
# end solution
check("proof.7", short_steps)

# %% [markdown]
# **Exercise proof.8.** What is the second difference $(f(h) - 2f(0) + f(-h))/h^2$ of $f(x) = |x|$, as a function of
# $h > 0$?

# %% tags=["exercise"]
# begin solution: second_difference_of_abs = ...
second_difference_of_abs = 2 / h
# end solution
check("proof.8", second_difference_of_abs)

# %% [markdown]
# **Exercise proof.9.** Let $f(x) = \max(0, x)^2$. Give a list of three: its left derivative at 0, its right
# derivative at 0, and `True` or `False` for "differentiable at 0".

# %% tags=["exercise"]
# begin solution: squared_relu = ...
squared_relu = [0, 0, True]
# end solution
check("proof.9", squared_relu)

# %% [markdown]
# ## Recap
#
# - A derivative at a point is one number that both one-sided limits of the **difference quotient** share, and it is
#   finite.
# - For ReLU at 0 they are 0 and 1. Limits of the function itself can rule a derivative out, never show one.
# - Two slips in a proof can cancel, and a computer algebra system can skip the side. Check lines, not results.
#
# | claim | verdict | why |
# |---|---|---|
# | C11 | refined | a jump of $10^{-6}$ does not show in a graph; $\delta = \varepsilon$ is the proof |
# | C12 | refined | right for the limits of the difference quotient; read of $f$ itself, ReLU passes all four |
# | C13 | refined | finite one-sided derivatives imply continuity; $\lvert x\rvert$ shows that it is not enough |
# | C14 | refuted | the increment goes to 0, not $x$; taken literally both limits are 1 for every $\Delta x > 0$ |
# | C15 | refined | a slip of notation: $f'_-(0)$ and $f'_+(0)$ are two numbers |
# | C16 | refined | at $x = -\tfrac12$ with $\Delta x = 1$ the quotient is $\tfrac12$ |
# | C17 | refuted | $x + \Delta x - x$, not $x - \Delta x + x$ |
# | C18 | refuted | $-\Delta x/\Delta x = -1$: two slips cancel |
# | C20 | refined | a slip of the pen: the derivative does not exist |
# | C32 | holds | *exist* means as finite numbers; the cube root shows why |
# | C41 | refined | a Dirac delta at 0; the second difference is $1/h$ |
# | C48 | refined | not differentiable at one point |
#
# **Sources.** Tom M. Apostol, *Mathematical Analysis*, 2nd edition, 1974 (one-sided derivatives). Shahad Mahmud, [*Why
# ReLU is not differentiable at x=0 (zero)?*](https://blog.shahadmahmud.com/2022/03/), 12 March 2022, web article
# (C11–C18, C20). Kanchan Sarkar, *ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
# Other Generalizations of ReLU*, 31 May 2018, on Medium (C32, C41, C48).
#
# **Next:** lesson 03, *Ask your framework*.
