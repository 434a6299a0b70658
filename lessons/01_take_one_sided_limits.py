# %% [markdown]
# # Take one-sided limits
#
# **The question.** What do the values of a function head for as you come close to a point from one side? And can a
# computer find out by trying smaller and smaller steps?
#
# **You will learn**
# - to read a one-sided limit off a figure, off a table and off a formula,
# - to write a difference quotient in NumPy and to choose its step,
# - which part of its error comes from the step and which from rounding,
# - to see through a table of numbers that deceives.
#
# **Before you start.** [[Start]]. You need the slope of a line, and a little NumPy.
#
# **Minutes:** 60.

# %%
import numpy as np
import sympy as sp

from course_lib.calculus import (PiecewiseFunction, UndecidedLimit, difference_quotient, equal, limit_table,
    one_sided_derivative, one_sided_limit)
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Checkbox, Radio, Range, Select, explore
from course_lib.topics.limits import figures

x = sp.Symbol("x", real=True)

# %% [markdown]
# ## Predict
#
# Two questions, settled further down. Commit to a guess in each before you go on.

# %%
predict("limits.p1")

# %%
predict("limits.p2")

# %% [markdown]
# ## Explore
#
# ### Come closer
#
# The *step* is 0 to the left of 0, and 1 at 0 and to the right of it. Come from the left: the values are 0, 0, 0, …
# Come from the right: they are 1, 1, 1, … These are its two *one-sided limits* at 0:
#
# $$\lim_{x \to 0^-} f(x) = 0, \qquad \lim_{x \to 0^+} f(x) = 1.$$
#
# (From the next figure on, *step* also means the distance $h$ that you go from a point. Both uses are common.)
#
# The large point sits at distance $h$ from the point of interest. Follow the dotted lines from it: down to $x$, across
# to $f(x)$. Move the slider to the left, so that $h$ shrinks, and watch the value. Tick *zoom*, and the window shrinks
# with $h$: so you see what the point hides. Change the side and do it again. Then try the other functions.

# %%
explore(
    figures.approach,
    function=Select(["step", "ReLU", "(x²−1)/(x−1)", "√|x|", "x·sin(1/x)", "sin(1/x)"]),
    side=Radio({"left": "-", "right": "+"}),
    h_exponent=Range(-4, 0, value=0, label="h = 10 to the power"),
    zoom=Checkbox(False),
)

# %% [markdown]
# What to look for:
# - **ReLU**: 0 from both sides. A kink is no obstacle to a limit of $f$.
# - **(x²−1)/(x−1)** has no value at 1, the hollow point. It has a limit there all the same: 2. What $f$ does *at* the
#   point plays no part.
# - **√|x|** tends to 0, but slowly.
# - **x·sin(1/x)** never stops swinging, but its swings die away.
# - **sin(1/x)** never stops swinging between −1 and 1. It heads for nothing.

# %% [markdown]
# ### The same in numbers
#
# `limit_table` lists $f(x_0 \pm h)$ for shrinking $h$. Its last column is the distance to the exact limit. The estimate
# below the table is read off the values alone. Here is $(x^2-1)/(x-1)$ from the left of 1.

# %%
hole = (x**2 - 1) / (x - 1)
table = limit_table(hole, 1, "-", h=[0.1, 0.01, 0.001, 0.0001])
assert np.allclose(table.error, table.h)
table

# %% [markdown]
# A step ten times shorter brings the value ten times closer. That is not always so. For $\sqrt{|x|}$ a step a hundred
# times shorter is needed for the same gain.

# %%
table = limit_table(sp.sqrt(sp.Abs(x)), 0, "+", h=[0.01, 0.0001, 0.000001])
assert np.allclose(table.error, np.sqrt(table.h))
table

# %% [markdown]
# ### The same, exactly
#
# `one_sided_limit` takes the limit of the formula. `"-"` is the left side, `"+"` the right. SymPy's name for the step
# is `Heaviside`, and the 1 in it is its value at 0.

# %%
functions = {
    "step": sp.Heaviside(x, 1),
    "ReLU": sp.Max(0, x),
    "(x²−1)/(x−1)": hole,
    "√|x|": sp.sqrt(sp.Abs(x)),
    "x·sin(1/x)": x * sp.sin(1 / x),
    "sin(1/x)": sp.sin(1 / x),
}
limits = {}
for name, f in functions.items():
    x0 = 1 if f == hole else 0
    limits[name] = one_sided_limit(f, x0, "-"), one_sided_limit(f, x0, "+")
    print(f"{name:<14} left {limits[name][0]},  right {limits[name][1]}")

# %% [markdown]
# `AccumBounds(-1, 1)` gives bounds for the values near 0: they swing between −1 and 1 and never settle. There is no
# limit.

# %%
swing = sp.AccumBounds(-1, 1)
assert list(limits.values()) == [(0, 1), (0, 0), (2, 2), (0, 0), (0, 0), (swing, swing)]

# %% [markdown]
# ### Two methods must agree
#
# Formulas can be handled wrongly, and tables can deceive. So `one_sided_limit` uses both: SymPy works on the formula,
# and values with hundreds of digits must confirm it. If they do not, you get an error with both findings.

# %%
sum_of_swings, slow = sp.sin(1 / x) + sp.cos(1 / x), sp.log(-sp.log(x))
print(f"{sum_of_swings}\n    SymPy alone: {sp.limit(sum_of_swings, x, 0, '+')}")
print(f"    both:        {one_sided_limit(sum_of_swings, 0, '+')}")
try:
    one_sided_limit(slow, 0, "+")
except UndecidedLimit as error:
    print(f"{slow}\n    symbolic:  {error.symbolic}\n    numerical: {error.numerical}")

# %% [markdown]
# In the first, SymPy alone adds the two ranges, as if sine and cosine peaked together. But the sum is
# $\sqrt2 \sin(1/x + \pi/4)$, and it stays between $-\sqrt2$ and $\sqrt2$.
#
# In the second, SymPy is right: $-\log x$ grows without bound, and so does its logarithm. But the value is only 5.7 at
# $10^{-128}$, and 1000 at $e^{-e^{1000}}$. The course tries no step that short.

# %%
root_2 = sp.sqrt(2)
assert equal(sum_of_swings, root_2 * sp.sin(1 / x + sp.pi / 4)) and one_sided_limit(-sp.log(x), 0, "+") == sp.oo
assert one_sided_limit(sum_of_swings, 0, "+") == sp.AccumBounds(-root_2, root_2) != sp.limit(sum_of_swings, x, 0)
print(f"at 10^-128: {slow.subs(x, sp.Rational(1, 10**128)).evalf(2)}")
print(f"at exp(-exp(1000)): {slow.subs(x, sp.exp(-sp.exp(1000)))}")

# %% [markdown]
# ## Derive
#
# ### One function, two formulas
#
# ReLU is usually written $\max(0, x)$. Limits are easier on a formula by cases: the branches from left to right, and
# the breakpoints between them.

# %%
relu = PiecewiseFunction([0, x], [0], x)
relu

# %% [markdown]
# > **C10 · holds.** A web article gives both formulas and says that they are the same function. (Shahad Mahmud, *Why
# > ReLU is not differentiable at x=0 (zero)?*, 2022)
#
# A proof first. Every real number is negative, 0 or positive. In each case both formulas give the same.

# %%
negative, positive = sp.Symbol("n", negative=True), sp.Symbol("p", positive=True)
for number in (negative, sp.Integer(0), positive):
    print(f"x = {number}: by cases {relu.value(number)}, by maximum {sp.Max(0, number)}")
    assert relu.value(number) == sp.Max(0, number)

# %% [markdown]
# Then a test in floating point. Every pattern of 64 bits is a float. A million random ones would hardly meet those that
# matter most, so these are put in: both zeros, the smallest numbers, the infinities.

# %%
special = np.array([0.0, -0.0, 5e-324, -5e-324, np.inf, -np.inf])
floats = np.random.default_rng(1).integers(0, 2**64, 1_000_000, dtype=np.uint64).view(np.float64)
numbers = np.append(special, floats[~np.isnan(floats)])
by_cases, by_maximum = np.where(numbers > 0, numbers, 0.0), np.maximum(0.0, numbers)
print(f"equal for {numbers.size} floats: {np.array_equal(by_cases, by_maximum)}")
print(f"would a 7 at 0 have passed? {np.array_equal(np.where(numbers == 0, 7.0, by_cases), by_maximum)}")

# %%
assert equal(relu.as_expr(), sp.Max(0, x)) and np.array_equal(by_cases, by_maximum)
assert not any(np.array_equal(np.where(numbers == number, 7.0, by_cases), by_maximum) for number in special)

# %% [markdown]
# We left out the patterns that mean NaN, *not a number*. On those the formulas differ: the comparison with 0 is false,
# so the cases say 0, and the maximum hands the NaN on. If your network produces a NaN, one formula hides it.
#
# A float has two zeros, 0.0 and −0.0. They count as equal; which of them the maximum of 0.0 and −0.0 returns is left
# open.

# %%
nan = np.array([np.nan])
print("by cases", np.where(nan > 0, nan, 0.0), " by maximum", np.maximum(0.0, nan))
assert np.where(nan > 0, nan, 0.0)[0] == 0 and np.isnan(np.maximum(0.0, nan))[0]
assert np.maximum(0.0, -0.0) == 0.0 == -0.0

# %% [markdown]
# ### The side picks the branch
#
# To take a one-sided limit of a function by cases:
# 1. Take the branch that holds just beside the point, on that side. Forget the other.
# 2. The branch is one formula, without cases. Take its limit.
#
# Try it on the difference quotient of ReLU at 0. With $f(0) = 0$ it is $f(h)/h = \max(0, h)/h$.

# %%
h = sp.Symbol("h", real=True)
quotient = PiecewiseFunction.from_expr(sp.Max(0, h) / h, h)
for side in "-+":
    print(f"side {side}   branch {quotient.branch(0, side)}   limit {one_sided_limit(quotient, 0, side)}")

# %% [markdown]
# On the left the branch is $0/h = 0$, on the right $h/h = 1$. Constants: there is nothing left to do. These two limits
# are the one-sided derivatives of ReLU at 0. They differ, and [[proof]] is about what follows.

# %%
assert (quotient.branch(0, "-"), quotient.branch(0, "+")) == (0, 1)
for side in "-+":
    assert one_sided_limit(quotient, 0, side) == one_sided_derivative(relu, 0, side)

# %% [markdown]
# **Exercise limits.1.** Let $f(x) = \dfrac{x^2 - 1}{|x - 1|}$. What is the limit of $f(x)$ as $x \to 1$ from the left?
# (For infinity write `sp.oo`.)

# %% tags=["exercise"]
# begin solution: left_limit = ...
left_limit = -2
# end solution
check("limits.1", left_limit)

# %% [markdown]
# `hint("limits.1")` gives a hint. `solution("limits.1")` opens after a right answer or three different tries.

# %% [markdown]
# ## Measure
#
# ### Write a difference quotient
#
# A computer without algebra can only try steps. The *forward quotient* is the slope of the line through
# $(x, f(x))$ and $(x + h, f(x + h))$:
#
# $$\frac{f(x + h) - f(x)}{h}.$$
#
# **Exercise limits.2.** Write it in Python. `f` is a function such as `np.exp`; `x` is a number or an array.


# %% tags=["exercise"]
def slope(f, x, h):
    # begin solution: return ...
    return (f(x + h) - f(x)) / h
    # end solution


check("limits.2", slope)

# %% [markdown]
# `check` compares your function with the library's. That one is called `difference_quotient`, and it takes a formula,
# an array of steps, and the precision to compute in.

# %% tags=["solution-only"]
own = slope(np.exp, 1.0, np.array([0.1, 0.01]))
assert np.allclose(own, difference_quotient(sp.exp(x), 1, [0.1, 0.01]), rtol=1e-12)

# %% [markdown]
# ### Take ever smaller steps
#
# The derivative of $x^2$ at 1 is 2. Here is the forward quotient in float64, the usual precision. Go down the last
# column: where does the error stop shrinking?

# %%
table = limit_table(x**2, 1, "+", of="difference quotient")
table

# %% [markdown]
# Down to $h = 10^{-8}$ every line gains a digit. Then the error grows again, and at $10^{-15}$ the quotient is wrong in
# its first digit after the point. The estimate takes the value that changed least from the line before. It is fooled by
# the repeated 2.00000017.

# %%
falling, growing = table.error[:8], table.error[7:]
assert np.all(falling[1:] < falling[:-1] / 5)
assert np.all(growing[1:] >= growing[:-1]) and growing[1] > growing[0]
assert table.round_off_from == 1e-8 and table.error[-1] > 0.1
assert table.estimate in table.values[8:11] and abs(table.estimate - 2) > 10 * table.error.min()

# %% [markdown]
# ### Two errors
#
# **Truncation.** Even in exact arithmetic the quotient is not the derivative, because the step is not 0. For $x^2$ at
# 1 it is $2 + h$, so the error is $h$.

# %%
exact_quotient = sp.expand(((1 + h) ** 2 - 1) / h)
assert equal(exact_quotient, 2 + h)
exact_quotient

# %% [markdown]
# **Round-off.** Just above 1 the floats lie $\varepsilon = 2.2 \times 10^{-16}$ apart (just below 1, half of that). So
# $1 + h$ is rounded to the nearest float. Half-way between two floats it goes to the one whose last binary digit is 0:
# $1 + \varepsilon/2$ becomes 1, and $1 + 3\varepsilon/2$ becomes $1 + 2\varepsilon$. Subtracting 1 brings the rounding
# error to light, and dividing by a small $h$ magnifies it.

# %%
eps = np.finfo(np.float64).eps
assert eps == np.nextafter(1.0, 2.0) - 1.0 == 2 * (1.0 - np.nextafter(1.0, 0.0))
assert 1 + eps / 2 == 1 and 1 + 3 * eps / 2 == 1 + 2 * eps
print(f"ε = {eps:.1e}")
print(f"(1 + 1e-15) − 1 = {(1 + 1e-15) - 1:.2e}")

# %% [markdown]
# We asked for a step of 1.00 × 10⁻¹⁵ and took one of 1.11 × 10⁻¹⁵, a multiple of $\varepsilon$. Eleven per cent too
# much: that is the 2.22 in the last line of the table.
#
# Where does round-off become the larger part? Take the exact quotient, $2 + h$, from each value.

# %%
for h_used, value in zip(table.h[6:9], table.values[6:9], strict=True):
    print(f"h = {h_used:.0e}   truncation {h_used:+.1e}   round-off {value - (2 + h_used):+.1e}")
step_taken = (1 + 1e-15) - 1
assert step_taken == 5 * eps
assert round(step_taken / 1e-15, 2) == 1.11 and round(table.values[-1], 2) == 2.22
larger = np.abs(table.values - (2 + table.h)) > table.h
assert table.h[larger][0] == table.round_off_from

# %% [markdown]
# At $10^{-8}$, the best step of the table, round-off is twice as large already. Part of it cancels.

# %% [markdown]
# ### The V-curve
#
# Both axes are logarithmic. Read the blue curve from right to left, as $h$ shrinks.
# - The right arm is truncation. It falls along the straight line *theory: truncation, like h*.
# - The left arm is round-off. It rises, zigzag, below or about the line *theory: round-off, at most, like 1/h*.
# - The large point is the least error measured. The sentence below the picture gives the theory's beside it.
#
# Switch to float32 and float16: the V moves up and to the right. Switch to the central quotient
# $(f(x+h) - f(x-h))/(2h)$: its right arm is steeper, and its lowest point lower. Then choose ReLU. Where has the
# right arm gone?

# %%
explore(
    figures.error_v_curve,
    function=Select(["exp", "sin", "x²", "ReLU"]),
    dtype=Radio(["float64", "float32", "float16"], label="precision"),
    scheme=Radio(["forward", "backward", "central"], label="quotient"),
)

# %% [markdown]
# At $x = 1$ ReLU is the straight line $x$, so its quotient has no truncation error. The central quotient of $x^2$ has
# none either: $(1+h)^2 - (1-h)^2 = 4h$ exactly.

# %%
assert relu.branch(1, "-") == relu.branch(1, "+") == x
print(sp.expand((1 + h) ** 2 - (1 - h) ** 2))
assert sp.expand((1 + h) ** 2 - (1 - h) ** 2) == 4 * h

# %% [markdown]
# Back to the prediction: which of the three steps was best for $e^x$ at 1?

# %%
error = {step: abs(float(difference_quotient(sp.exp(x), 1, step)) - np.e) for step in (1e-2, 1e-8, 1e-15)}
assert error[1e-8] < 1e-6 < error[1e-2] < error[1e-15]
print(f"h = {min(error, key=error.get):.0e}")

# %% [markdown]
# ### The best step
#
# The error of the forward quotient is about $E(h) = c\,h + r/h$: truncation plus round-off. Where is $E$ least? Where
# $E'(h) = 0$, for $E''(h) = 2r/h^3$ is above 0.

# %%
step, c, r = sp.symbols("h c r", positive=True)
total = c * step + r / step
best = sp.solve(sp.diff(total, step), step)
assert len(best) == 1 and equal(best[0], sp.sqrt(r / c))
assert equal(sp.diff(total, step, 2), 2 * r / step**3) and sp.diff(total, step, 2).is_positive
best[0]

# %% [markdown]
# Now put in sizes. Taylor's theorem writes $f(x + h)$ as $f(x) + f'(x)\,h + \tfrac12 f''(x)\,h^2$ and terms that are
# smaller still. So the quotient is off by about $\tfrac12 f''(x)\,h$, and $c$ is $|f''(x)|/2$: for $e^x$ at 1 that is
# $e/2$. For $r$, take steps so small that round-off is all there is, and multiply each error by its $h$.

# %%
forward = (sp.exp(1 + step) - sp.E) / step
truncation = sp.series(forward, step, 0, 2).removeO() - sp.E
assert equal(truncation, sp.E / 2 * step)
tiny = np.geomspace(1e-14, 1e-10, 200)
round_off = np.abs(difference_quotient(sp.exp(x), 1, tiny) - np.e) * tiny
assert eps < round_off.max() < 5 * eps
print(f"c = {sp.N(sp.E / 2, 2)}, r is less than 5 ε, √ε = {np.sqrt(eps):.1e}")

# %% [markdown]
# Here all factors but $\varepsilon$ are of the size of 1, so the best step is of the size of $\sqrt\varepsilon$.
#
# The central quotient has a truncation error of the form $c\,h^2$, for $e^x$ at 1 with $c = e/6$.

# %%
central = (sp.exp(1 + step) - sp.exp(1 - step)) / (2 * step)
truncation = sp.series(central, step, 0, 3).removeO() - sp.E
assert equal(truncation, sp.E / 6 * step**2)
sp.expand(truncation)

# %% [markdown]
# So its error is about $c\,h^2 + r/h$. Divide by $c$, which moves no minimum, and write $a$ for $r/c$.
#
# **Exercise limits.3.** Let $E(h) = h^2 + a/h$ with $a > 0$. For which $h > 0$ is $E(h)$ least? Answer with a formula
# in `a`.

# %% tags=["exercise"]
a = sp.Symbol("a", positive=True)
# begin solution: best_step = ...
best_step = (a / 2) ** sp.Rational(1, 3)
# end solution
check("limits.3", best_step)

# %% [markdown]
# Now measure, on $1/x$ at 1. There, too, all factors but $\varepsilon$ are of the size of 1, and every computer divides
# alike, so your numbers are the ones below. For each precision we halve the step again and again and look where the
# error is least. A single error may be small by luck, so we take the worst of nine steps close together. The rules are
# $\varepsilon^{1/2}$ for the forward and $\varepsilon^{1/3}$ for the central quotient.

# %%
near = np.arange(12, 21) / 17
least_error = {}
for dtype in ("float16", "float32", "float64"):
    float_type = np.finfo(dtype)
    for scheme, power in (("forward", 1 / 2), ("central", 1 / 3)):
        steps = np.ldexp(1.0, -np.arange(2, float_type.nmant))
        quotients = difference_quotient(1 / x, 1, steps[:, None] * near, scheme, dtype).astype(np.float64)
        error = np.abs(quotients + 1).max(axis=1)
        rule, measured = float(float_type.eps) ** power, steps[error.argmin()]
        assert rule / 4 < measured < 4 * rule
        least_error[dtype, scheme] = error.min()
        print(f"{dtype} {scheme:<7}  rule {rule:.1e}   best step {measured:.1e}   its error {error.min():.0e}")

# %% [markdown]
# The rules give the size of the best step, not its digits: they are right within a factor of 4. The central quotient
# reaches a smaller error in each precision, and each step up in precision pays.
#
# They have a condition: $x$, $f(x)$ and the derivatives are of the size of 1. In general the best forward step is
# about $\sqrt{r/c}$ with $r = \tfrac12 \varepsilon\,(|x f'(x)| + 2|f(x)|)$. In these two cases $\sqrt\varepsilon$
# is far off:

# %%
for f, point in ((x**2, 1000), (1 / (100 * x - 99), 1)):
    value, slope_there, bend = (float(sp.diff(f, x, order).subs(x, point)) for order in range(3))
    theory = np.sqrt(eps * (abs(point * slope_there) + 2 * abs(value)) / abs(bend))
    steps = 2.0 ** -np.arange(5, 45)
    quotients = difference_quotient(f, point, steps[:, None] * near)
    measured = steps[np.abs(quotients - slope_there).max(axis=1).argmin()]
    assert theory / 4 < measured < 4 * theory and not np.sqrt(eps) / 8 < measured < 8 * np.sqrt(eps)
    print(f"{f} at {point}: theory {theory:.1e}, best step {measured:.1e}")

# %%
for dtype in ("float16", "float32", "float64"):
    assert least_error[dtype, "central"] < least_error[dtype, "forward"]
for scheme in ("forward", "central"):
    assert least_error["float64", scheme] < least_error["float32", scheme] < least_error["float16", scheme]

# %% [markdown]
# **Exercise limits.4.** Just above 1 the float16 numbers lie $2^{-10}$ apart. What does the forward quotient of $x^2$
# at 1 return in float16 for $h = 2^{-11}$?

# %% tags=["exercise"]
# begin solution: half_precision_quotient = ...
half_precision_quotient = 0
# end solution
check("limits.4", half_precision_quotient)

# %% [markdown]
# ### At a kink no step helps
#
# So far a good step gives a good answer. Now go to the kink.

# %%
predict("limits.p3")

# %% [markdown]
# Three lines with the slopes of the three quotients, all for the same $h$. Make $h$ small: the points close in on the
# kink and no line turns. Tick *zoom* and the window shrinks with $h$: the picture stays as it is. A kink looks the same
# at every scale.

# %%
explore(
    figures.quotients_at_kink,
    function=Select(["ReLU", "|x|", "leaky ReLU"]),
    h_exponent=Range(-6, 0, value=0, label="h = 10 to the power", play=True),
    zoom=Checkbox(False),
)

# %%
steps = 10.0 ** -np.arange(1, 16)
for scheme, value in (("forward", 1), ("backward", 0), ("central", 0.5)):
    quotients = difference_quotient(relu, 0, steps, scheme)
    assert np.all(quotients == value)
    for kinked in (sp.Abs(x), sp.Max(0, x) + sp.Min(0, x) / 10):
        slopes = difference_quotient(kinked, 0, steps, scheme)
        assert np.allclose(slopes, slopes[0])
    print(f"{scheme:<9} {value} for all {steps.size} steps")

# %% [markdown]
# No truncation, no round-off, and three different answers. ReLU has no derivative at 0, so none of them is wrong by a
# small error: there is nothing for them to come close to. For $|x|$ the central quotient is 0, and a program that
# relies on it takes the kink for a flat spot.

# %%
assert np.all(difference_quotient(sp.Abs(x), 0, steps, "central") == 0)
assert one_sided_derivative(sp.Abs(x), 0, "-") == -1 and one_sided_derivative(sp.Abs(x), 0, "+") == 1
print(f"central {np.unique(difference_quotient(sp.Abs(x), 0, steps, 'central'))}")

# %% [markdown]
# > **C19 · refined.** The article of C10 calls $\Delta x$ an "infinitely small" change.
#
# In a computer every step is a finite number. The smallest positive one in float64 is $5 \times 10^{-324}$, and its
# half is 0. Long before that, $1 + h$ is 1 and the quotient is 0. What holds instead: the derivative is a *limit* over
# finite steps. In floating point, smaller steps are better only down to the best one. And at a kink no step helps.

# %%
smallest = np.nextafter(0.0, 1.0)
assert smallest > 0 and smallest / 2 == 0
assert 1 + 1e-16 == 1 and float(difference_quotient(x**2, 1, 1e-16)) == 0
print(f"{smallest:.0e}")

# %% [markdown]
# ## Break it
#
# This routine decides whether $f(h)$ settles as $h \to 0$ from the right. It looks at $h = 10^{-3}, \dots, 10^{-9}$ and
# asks whether the values lie close together. On $\sqrt x$ and $\sin(1/x)$ it does its work.


# %%
def settles_in_tens(f):
    """Does f(h) have a limit as h → 0 from the right?"""
    h = 10.0 ** -np.arange(3, 10)
    return bool(np.ptp(f(h)) < 0.1)


assert settles_in_tens(np.sqrt)
assert not settles_in_tens(lambda x: np.sin(1 / x))
print("right on both")

# %% [markdown]
# Here are four more functions. What it says stands beside the exact limit. One line is wrong. Which, and why?

# %%
candidates = {
    "sin(π/x)": sp.sin(sp.pi / x),
    "sin(2π log₂ x)": sp.sin(2 * sp.pi * sp.log(x, 2)),
    "x·sin(1/x)": x * sp.sin(1 / x),
    "√x": sp.sqrt(x),
}
for name, f in candidates.items():
    said = "settles" if settles_in_tens(sp.lambdify(x, f)) else "swings"
    exact = one_sided_limit(f, 0, "+")
    assert (said == "settles") == (exact == 0) or name == "sin(π/x)"
    print(f"{name:<15} {said:<8} exact limit: {exact}")

# %% [markdown]
# $\sin(\pi/x)$ has no limit, yet at every step of the routine it is 0: $1/h$ is a whole number, and the sine of a
# whole multiple of $\pi$ is 0. The table of the course takes powers of ten too, and its estimate is just as wrong. Only
# the exact limit beside it shows that.

# %%
table = limit_table(candidates["sin(π/x)"], 0, "+", h=[0.1, 0.01, 0.001, 0.0001])
assert settles_in_tens(sp.lambdify(x, candidates["sin(π/x)"]))
assert np.all(np.abs(table.values) < 1e-9) and abs(table.estimate) < 1e-9 and table.exact == swing
print(f"estimate {abs(table.estimate):.3f}, exact {table.exact}")

# %% [markdown]
# Would halving the step be better? It is fooled by $\sin(2\pi \log_2 x)$ as well.

# %%
halves = 2.0 ** -np.arange(10, 31)
for name in ("sin(π/x)", "sin(2π log₂ x)"):
    values = sp.lambdify(x, candidates[name])(halves)
    assert np.abs(values).max() < 1e-6
    print(f"{name}: {values.size} values, the largest {np.abs(values).max():.3f}")

# %% [markdown]
# **Exercise limits.5.** Mend the routine. Start from a copy of its two lines and change its steps, so that it is
# right on all four candidates. It is tried on them, and on 200 others that swing or settle as they do.


# %% tags=["exercise"]
def settles(f):
    """Does f(h) have a limit as h → 0 from the right?"""
    # begin solution: return ...
    h = 10.0 ** -np.random.default_rng(0).uniform(3, 9, 200)
    return bool(np.ptp(f(h)) < 0.1)
    # end solution


check("limits.5", settles)

# %% [markdown]
# ## Exercises
#
# **Exercise limits.6.** Let $f(x) = \dfrac{1}{1 + e^{1/x}}$. What is the limit of $f(x)$ as $x \to 0$ from the left?

# %% tags=["exercise"]
# begin solution: limit_from_the_left = ...
limit_from_the_left = 1
# end solution
check("limits.6", limit_from_the_left)

# %% [markdown]
# **Exercise limits.7.** Let $f(x) = \dfrac{|x^2 - x|}{x}$. At which real points do the two one-sided limits differ?
# Answer with a set, such as `{2, 3}`.

# %% tags=["exercise"]
# begin solution: jumps = ...
jumps = {0}
# end solution
check("limits.7", jumps)

# %% [markdown]
# **Exercise limits.8.** Let $f(x) = x$ for $x \ge 0$ and $f(x) = a x$ for $x < 0$, with any real slope $a$. What is the
# central quotient $\dfrac{f(h) - f(-h)}{2h}$ at 0, for $h > 0$? The symbol `h` is defined above, and `a` here anew: it
# may now be negative.

# %% tags=["exercise"]
a = sp.Symbol("a", real=True)
# begin solution: central_quotient = ...
central_quotient = (1 + a) / 2
# end solution
check("limits.8", central_quotient)

# %% [markdown]
# ## Recap
#
# - A one-sided limit asks what $f(x)$ heads for from one side. The value at the point plays no part.
# - For a function by cases, the side picks the branch: one formula, without cases.
# - The error of a difference quotient has two parts. Truncation shrinks with $h$, round-off grows like $1/h$. The best
#   step is near $\varepsilon^{1/2}$ for forward and $\varepsilon^{1/3}$ for central quotients, where $x$, $f(x)$ and
#   the derivatives are of the size of 1.
# - At the kink of ReLU the forward, central and backward quotients are 1, ½ and 0 for every step.
# - A table shows what happens at its steps. Choose steps that share no pattern with the function, and do not take the
#   table for a proof.
#
# | claim | verdict | why |
# |---|---|---|
# | C10 | holds | proved case by case; in floats equal except on NaN (for −0.0 only the sign of the zero may differ) |
# | C19 | refined | every step is a finite number, and below the best one round-off grows; at the kink no step helps |
#
# **Sources**
# - Michael Spivak, *Calculus*, 4th edition, 2008, chapter 5: limits.
# - William H. Press, Saul A. Teukolsky, William T. Vetterling, Brian P. Flannery, *Numerical Recipes*, 3rd edition,
#   2007, section 5.7: the step of a difference quotient.
# - David Goldberg, [*What every computer scientist should know about floating-point
#   arithmetic*](https://doi.org/10.1145/103162.103163), 1991: rounding.
# - Shahad Mahmud, [*Why ReLU is not differentiable at x=0 (zero)?*](https://blog.shahadmahmud.com/2022/03/), 12 March
#   2022, web article: claims C10 and C19.
