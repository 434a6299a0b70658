# %% [markdown]
# # Choose a step
#
# **The question.** A program estimates a slope from two values of a function, a step $h$ apart. How small should $h$
# be?
#
# **Why it matters.** Sooner or later you write a layer of your own, and its gradient has to be checked. The usual check
# sets it beside such an estimate. With a bad step a right gradient looks wrong, and you hunt for a bug that is not
# there. And in a ReLU network the check may land on a kink.
#
# **You will learn**
# - to write a difference quotient in NumPy
# - which part of its error comes from the step, and which from rounding
# - to find the best step, and to say when the usual rule for it holds
# - what difference quotients say at a kink
#
# **Before you start.** [[Limits]]: one-sided limits. You need $f''$ and $f'''$, Taylor's theorem, and a little NumPy.
#
# **Minutes:** 55.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import difference_quotient, equal
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Checkbox, Radio, Range, Select, explore
from course_lib.topics.limits import figures

x = sp.Symbol("x", real=True)

# %% [markdown]
# ## Predict
#
# Commit to a guess.

# %%
predict("limits.p2")

# %% [markdown]
# ## Write a difference quotient
#
# A computer without algebra can only try a step. The *forward quotient* is the slope of the line through
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

# %% tags=["solution-only", "assertion"]
own = slope(np.exp, 1.0, np.array([0.1, 0.01]))
assert np.allclose(own, difference_quotient(sp.exp(x), 1, [0.1, 0.01]), rtol=1e-12)

# %% [markdown]
# ## Measure
#
# The derivative of $x^2$ at 1 is 2. Take ever smaller steps, in float64, which is Python's usual precision with 64 bits
# for a number. In the last column, where does the error stop shrinking?

# %%
def square(x):
    return x * x


print("h       quotient         error")
for k in range(1, 16):
    h = 10.0**-k
    quotient = (square(1 + h) - square(1)) / h
    print(f"1e-{k:02d}   {quotient:.12f}   {abs(quotient - 2):.1e}")

# %% tags=["assertion"]
steps = 10.0 ** -np.arange(1, 16)
errors = np.abs((square(1 + steps) - 1) / steps - 2)
assert np.all(errors[1:8] < errors[:7] / 5) and errors.argmin() == 7 and errors[-1] > 0.2

# %% [markdown]
# Down to $10^{-8}$ each line gains about a digit. Then the error grows again, and at $10^{-15}$ the quotient is wrong
# in its first digit after the point. Two habits of thought fail here:
#
# - *"The derivative is a limit as $h$ goes to 0, so the smallest step is the best."* In exact arithmetic it is.
# - *"Shrink the step until the numbers stop changing."* They stop at 2.000000165, three lines in a row. The best line
#   comes before.
#
# Now change the function. For the quotient put your own `slope(np.sqrt, 1, h)`, and for the 2 in the last line the
# derivative of $\sqrt x$ at 1, which is ½. Before you run it: at which step will the error be least?
#
# ## Two errors
#
# **Truncation** is the error that exact arithmetic leaves, because the step is not 0. For $x^2$ at 1,
#
# $$\frac{(1 + h)^2 - 1}{h} = \frac{2h + h^2}{h} = 2 + h,$$
#
# so it is $h$.
#
# **Round-off** is what floating point adds. Just above 1 the floats lie $\varepsilon = 2.2 \times 10^{-16}$ apart (just
# below 1, half of that). So $1 + h$ is rounded to the nearest of them, and half-way to the one whose last binary digit
# is 0. Subtracting 1 brings this error to light, and dividing by a small $h$ magnifies it.

# %%
eps = np.finfo(np.float64).eps
asked = 1e-15
taken = (1 + asked) - 1
print(f"ε     {eps:.2e}")
print(f"asked {asked:.2e}   {asked / eps:.2f} ε")
print(f"taken {taken:.2e}   {taken / eps:.2f} ε")

# %% tags=["assertion"]
assert eps == np.nextafter(1.0, 2.0) - 1.0 == 2 * (1.0 - np.nextafter(1.0, 0.0))
assert taken == 5 * eps and round(taken / asked, 2) == 1.11 and round((square(1 + asked) - 1) / asked, 2) == 2.22
assert 1 + eps / 2 == 1 and 1 + 3 * eps / 2 == 1 + 2 * eps

# %% [markdown]
# We asked for a step of 1.00 · 10⁻¹⁵ and took one of 1.11 · 10⁻¹⁵, five gaps between floats. Eleven per cent too much:
# that is the 2.22 in the last line of the table.
#
# Where does round-off become the larger part? Take the exact quotient, $2 + h$, from each value.

# %%
print("h       truncation   round-off")
for k in (6, 7, 8, 9):
    h = 10.0**-k
    quotient = (square(1 + h) - square(1)) / h
    print(f"1e-{k:02d}   {h:<10.1e}   {quotient - (2 + h):+.1e}")

# %% tags=["assertion"]
round_off = np.abs((square(1 + steps) - 1) / steps - (2 + steps))
assert (round_off > steps).argmax() == 7 and 2 < round_off[7] / steps[7] < 3
of_root = np.abs((np.sqrt(1 + steps) - 1) / steps - 0.5)
assert of_root.argmin() == 7 and round(of_root[7] * 1e9) == 3

# %% [markdown]
# At $10^{-8}$ already. There the two have opposite signs, and a part of them cancels: the best line of the table was
# lucky. (For $\sqrt x$ the best line is $10^{-8}$ as well, with an error of $3 \cdot 10^{-9}$.)
#
# **Exercise limits.4.** Just above 1 the numbers of float16, with 16 bits each, lie $2^{-10}$ apart. What does the
# forward quotient of $x^2$ at 1 return in float16 for $h = 2^{-11}$?

# %% tags=["exercise"]
# begin solution: half_precision_quotient = ...
half_precision_quotient = 0
# end solution
check("limits.4", half_precision_quotient)

# %% [markdown]
# ## Explore
#
# Here are all steps at once. Both axes are logarithmic, so that a power $h^p$ is a straight line of slope $p$. Read the
# thick blue curve from right to left, as $h$ shrinks.
# The two straight lines are theory: truncation falls in proportion to $h$, round-off is at most in proportion to $1/h$.
# The large point is the least error that was measured; each error is the worst of nine steps close together, so that
# luck does not count.
#
# Switch to float32 and float16. Try the *backward* quotient $(f(x) - f(x - h))/h$, and the *central* one,
# $(f(x + h) - f(x - h))/(2h)$: which arm does it change? Then choose ReLU, at $x = 1$. Why has the right arm gone?

# %%
explore(
    figures.error_v_curve,
    function=Select(["exp", "sin", "x²", "ReLU"]),
    dtype=Radio(["float64", "float32", "float16"], label="precision"),
    scheme=Radio(["forward", "backward", "central"], label="quotient"),
)

# %% [markdown]
# The central quotient's right arm is steeper, in proportion to $h^2$, and so its lowest point is lower. At 1, ReLU is
# the straight line $x$, and a line has no truncation error. (The central quotient of $x^2$ has none either, since
# $(1+h)^2 - (1-h)^2 = 4h$.)

# %% tags=["assertion"]
letter = sp.Symbol("h", positive=True)
assert sp.expand((1 + letter) ** 2 - (1 - letter) ** 2) == 4 * letter
for scheme, power in (("forward", 1), ("backward", 1), ("central", 2)):
    assert figures.theory("exp", "float64", scheme).p == power
least = {scheme: figures.errors("exp", "float64", scheme)[1].min() for scheme in ("forward", "central")}
assert least["central"] < least["forward"] / 10

# %% [markdown]
# ## Derive
#
# Where is the lowest point? The error of the forward quotient is about $E(h) = c\,h + r/h$, truncation plus round-off.
# It is least where $E'(h) = c - r/h^2$ is 0: at $h = \sqrt{r/c}$. There both parts are $\sqrt{rc}$, and the error is
# $2\sqrt{rc}$.
#
# Put in sizes. By Taylor's theorem, $f(x + h)$ is $f(x) + f'(x)\,h + \tfrac12 f''(x)\,h^2$ and smaller terms, so the
# quotient is off by about $\tfrac12 f''(x)\,h$, and $c = \tfrac12 |f''(x)|$. For $r$: rounding moves $x + h$ by up to
# $\tfrac12 \varepsilon |x|$, which changes $f$ by up to $\tfrac12 \varepsilon |x f'(x)|$, and each of the two values of
# $f$ by up to $\tfrac12 \varepsilon |f(x)|$. Together
#
# $$r = \tfrac12 \varepsilon\,\bigl(|x f'(x)| + 2 |f(x)|\bigr), \qquad h_{\text{best}} = \sqrt{r/c}.$$
#
# If $x$, $f$, $f'$ and $f''$ are of the size of 1 there, then $c$ is as well, $r$ is of the size of $\varepsilon$, and
# the best step is about $\sqrt\varepsilon$. That is the usual rule, $1.5 \cdot 10^{-8}$ in float64. The error there is
# of the size of $\sqrt\varepsilon$ too: half of the digits are lost.
#
# The central quotient has a truncation error of about $c\,h^2$, now with $c = \tfrac16 |f'''(x)|$. Its round-off has an
# $r$ of its own: both points are rounded, both values as well, and the sum is divided by $2h$, so $r = \tfrac12
# \varepsilon\,(|x f'(x)| + |f(x)|)$. Divide its $E(h) = c\,h^2 + r/h$ by $c$, which moves no minimum, and write $a$ for
# $r/c$.

# %% tags=["assertion"]
c, r = sp.symbols("c r", positive=True)
assert sp.solve(sp.diff(c * letter + r / letter, letter), letter) == [sp.sqrt(r / c)]
assert equal((c * letter + r / letter).subs(letter, sp.sqrt(r / c)), 2 * sp.sqrt(r * c))
at_1 = {scheme: figures.theory("exp", "float64", scheme).r for scheme in ("forward", "central")}
assert np.allclose([at_1["forward"], at_1["central"]], [eps / 2 * 3 * np.e, eps / 2 * 2 * np.e])
for quotient_of_exp, power, factor in (
    ((sp.exp(1 + letter) - sp.E) / letter, 1, sp.E / 2),
    ((sp.exp(1 + letter) - sp.exp(1 - letter)) / (2 * letter), 2, sp.E / 6),
):
    assert equal(sp.series(quotient_of_exp, letter, 0, power + 1).removeO() - sp.E, factor * letter**power)

# %% [markdown]
# **Exercise limits.3.** Let $E(h) = h^2 + a/h$ with $a > 0$. For which $h > 0$ is $E(h)$ least? Answer with a formula
# in `a` (not with the list that `sp.solve` gives).

# %% tags=["exercise"]
a = sp.Symbol("a", positive=True)
# begin solution: best_step = ...
best_step = (a / 2) ** sp.Rational(1, 3)
# end solution
check("limits.3", best_step)

# %% [markdown]
# Put $\varepsilon$ for $a$ and leave out the factor: that is the central quotient's rule, under the same condition.
#
# ### Do the rules hold?
#
# Measure it on $1/x$ at 1, where all the sizes are about 1. Halve the step again and again, and look where the error is
# least, again the worst of nine steps close together.


# %%
def error(f, x, derivative, h):
    nearby = (h * np.linspace(0.7, 1.3, 9)).astype(x.dtype)
    return np.abs((f(x + nearby) - f(x)) / nearby - derivative).max()


def best_step_of(f, x, derivative):
    halved = 2.0 ** -np.arange(2, np.finfo(x.dtype).nmant)
    return min(halved, key=lambda h: error(f, x, derivative, h))


print("           √ε        best step")
for kind in (np.float16, np.float32, np.float64):
    rule = np.sqrt(float(np.finfo(kind).eps))
    measured = best_step_of(lambda x: 1 / x, kind(1), -1)
    print(f"{kind.__name__:<8}   {rule:.1e}   {measured:.1e}")

# %% tags=["assertion"]
for kind in (np.float16, np.float32, np.float64):
    rule = np.sqrt(float(np.finfo(kind).eps))
    assert rule / 4 < best_step_of(lambda x: 1 / x, kind(1), -1) < 4 * rule
for scheme, power in (("forward", 1 / 2), ("central", 1 / 3)):
    trials = 2.0 ** -np.arange(2, 50)
    quotients = difference_quotient(1 / x, 1, trials[:, None] * np.linspace(0.7, 1.3, 9), scheme)
    assert 1 / 4 < trials[np.abs(quotients + 1).max(axis=1).argmin()] / eps**power < 4

# %% [markdown]
# The rule gives the size of the best step, within a factor of 4 here, and not its digits. Now leave its condition:
# $x^2$ at 1000, where $x$ and $f(x)$ are large, and $\frac{1}{100x - 99}$ at 1, which bends sharply ($f' = -100$,
# $f'' = 20{,}000$). Will the best step be longer than $\sqrt\varepsilon$, or shorter?

# %%
def compare(name, f, x0, first, second):
    r, c = eps / 2 * (abs(x0 * first) + 2 * abs(f(x0))), second / 2
    theory = np.sqrt(r / c)
    measured = best_step_of(f, np.float64(x0), first)
    there, at_rule = (error(f, np.float64(x0), first, h) for h in (measured, np.sqrt(eps)))
    print(f"{name:<19}  {theory:.1e}   {measured:.1e}     {there:.1e}       {at_rule:.1e}")


print("                     √(r/c)    best step   error there   error at √ε")
compare("x² at 1000", square, 1000, 2000, 2)
compare("1/(100x−99) at 1", lambda x: 1 / (100 * x - 99), 1, -100, 20_000)

# %% tags=["assertion"]
for function, x0, first, second in ((square, 1000, 2000, 2), (lambda x: 1 / (100 * x - 99), 1, -100, 20_000)):
    theory = np.sqrt(eps * (abs(x0 * first) + 2 * abs(function(x0))) / second)
    measured = best_step_of(function, np.float64(x0), first)
    assert theory / 4 < measured < 4 * theory and not np.sqrt(eps) / 8 < measured < 8 * np.sqrt(eps)
    assert error(function, np.float64(x0), first, measured) < error(function, np.float64(x0), first, np.sqrt(eps)) / 5
assert [sp.diff(1 / (100 * x - 99), x, order).subs(x, 1) for order in (1, 2)] == [-100, 20_000]

# %% [markdown]
# Longer for the first, by a factor of a thousand, and shorter for the second. The rule is only as good as its
# condition; $\sqrt{r/c}$ holds up in both cases.
#
# ## At a kink
#
# So far a good step gives a good answer. Now go to the kink.

# %%
predict("limits.p3")

# %% [markdown]
# Three lines with the slopes of the three quotients, all for the same $h$. Make $h$ small. Tick *zoom*, and the window
# shrinks with $h$: what changes? (The third function has the slope $\tfrac{1}{10}$ left of 0.)

# %%
explore(
    figures.quotients_at_kink,
    function=Select(["ReLU", "|x|", "leaky ReLU"]),
    h_exponent=Range(-6, 0, value=0, label="h = 10 to the power"),
    zoom=Checkbox(False),
)

# %%
def relu(x):
    return np.maximum(0, x)


print("h        backward  central  forward")
for h in (1e-1, 1e-5, 1e-15):
    backward, forward = (relu(0) - relu(-h)) / h, (relu(h) - relu(0)) / h
    central = (relu(h) - relu(-h)) / (2 * h)
    print(f"{h:<8} {backward:<9.1f} {central:<8.1f} {forward:.1f}")

# %% tags=["assertion"]
for scheme, value in (("forward", 1), ("backward", 0), ("central", 0.5)):
    assert np.all(difference_quotient(sp.Max(0, x), 0, steps, scheme) == value)
    for kinked in (sp.Abs(x), sp.Max(0, x) + sp.Min(0, x) / 10):
        assert np.ptp(difference_quotient(kinked, 0, steps, scheme)) < 1e-9
assert np.all(difference_quotient(sp.Abs(x), 0, steps, "central") == 0)

# %% [markdown]
# The picture stays the same at every scale, because $h$ cancels: the three are $0/h$, $h/(2h)$ and $h/h$. There is no
# truncation and no round-off, and there are three answers. None of them is wrong by a small error: ReLU has no
# derivative at 0, so there is nothing to come close to. For $|x|$ the
# central quotient is 0, and a program that relies on it takes the kink for a flat spot.
#
# > **C19 · refined.** A web article calls the increment of the difference quotient "infinitely small". (Shahad Mahmud,
# > 2022)
#
# What is missing is the limit. Every step is a finite number, and so is every increment in a computer; the smallest
# positive one in float64 is $5 \cdot 10^{-324}$. The derivative is what the quotients tend to as these finite steps
# shrink. In floating point they come closer to it only down to the best step, and at a kink they do not at all.

# %% tags=["assertion", "C19"]
smallest = np.nextafter(0.0, 1.0)
assert smallest == 5e-324 and smallest / 2 == 0
assert square(1 + 1e-16) - square(1) == 0 and errors[7] < errors[14]

# %% [markdown]
# Being *near* a kink is enough. From $x = -10^{-6}$, with a step of $10^{-5}$, the forward quotient crosses it:

# %%
print("h       forward quotient at −1e-6")
for h in (1e-5, 1e-6, 1e-7):
    quotient = (relu(-1e-6 + h) - relu(-1e-6)) / h
    print(f"{h:<7} {quotient:.2f}")

# %% tags=["assertion"]
assert [round((relu(-1e-6 + h) - relu(-1e-6)) / h, 2) for h in (1e-5, 1e-6, 1e-7)] == [0.9, 0, 0]
shrinking = np.array([1e-5, 1e-6, 1e-7])
for of, point, gaps in ((relu, 0, [1, 1, 1]), (relu, -1e-6, [0.9, 0, 0]), (np.exp, 0, [1e-5, 1e-6, 1e-7])):
    found = (of(point + shrinking) - 2 * of(point) + of(point - shrinking)) / shrinking
    assert np.allclose(found, gaps, rtol=0.1, atol=1e-8)

# %% [markdown]
# The derivative there is 0. A gradient check that meets 0.9 need not have found a bug: there is a kink within its step.
# To tell, shrink $h$ and look at the gap between the forward and the backward quotient. Where $f$ is smooth, it shrinks
# in proportion to $h$. At a kink of ReLU it stays; near one it drops to 0 once the step no longer reaches the kink.
#
# **Exercise limits.8.** Let $f(x) = x$ for $x \ge 0$ and $f(x) = a x$ for $x < 0$, with any real slope $a$. What is the
# central quotient $\dfrac{f(h) - f(-h)}{2h}$ at 0, for $h > 0$? Answer with a formula in `a`, and in `h` if it is
# needed.

# %% tags=["exercise"]
a, h = sp.Symbol("a", real=True), sp.Symbol("h", positive=True)
# begin solution: central_quotient = ...
central_quotient = (1 + a) / 2
# end solution
check("limits.8", central_quotient)

# %% [markdown]
# ## Break it
#
# Somebody has read that $10^{-8}$ is a good step, and has put it into every routine.


# %%
def broken_slope_at(f, x):
    h = 1e-8
    return (f(x + h) - f(x)) / h


print("x        estimate   derivative")
for point in (1e-10, 1.0, 1e10):
    estimate, derivative = broken_slope_at(np.sqrt, point), 0.5 / np.sqrt(point)
    print(f"{point:<8g} {estimate:<10.3g} {derivative:.3g}")

# %% tags=["assertion"]
estimates = [broken_slope_at(np.sqrt, point) for point in (1e-10, 1.0, 1e10)]
assert abs(estimates[1] - 0.5) < 1e-7 and estimates[2] == 0 and 5 < 0.5e5 / estimates[0] < 6

# %% [markdown]
# Right at 1, a fifth of the derivative at $10^{-10}$, and 0 at $10^{10}$. What becomes of `1e10 + 1e-8`, and how does
# the step compare with $10^{-10}$?
#
# **Exercise step.1.** Write a better one. It is tried on $x^2$, $\sqrt x$, $1/x$ and $\log x$, each at $10^{-10}$,
# $10^{-5}$, 1, $10^5$ and $10^{10}$, and the slope has to be right within a relative error of $10^{-5}$. `f` works on
# numbers, and you do not get to know its derivative.


# %% tags=["exercise"]
def slope_at(f, x):
    # begin solution: return ...
    h = 1e-8 * x
    return (f(x + h) - f(x)) / h
    # end solution


check("step.1", slope_at)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "limits.4"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - The error of a **difference quotient** has two parts. Truncation shrinks with $h$; round-off grows like $1/h$.
# - The best step is about $\sqrt{r/c}$. Where $x$, $f$ and the derivatives are of the size of 1, that is
#   $\varepsilon^{1/2}$ for forward quotients, and $\varepsilon^{1/3}$ for central ones.
# - Where they are not, the step has to be scaled: a step is long or short beside $x$, and beside the bend of $f$.
# - At the kink of ReLU the backward, central and forward quotients are 0, ½ and 1 for every step.
#
# **Sources.**
# - David Goldberg, [*What every computer scientist should know about floating-point
#   arithmetic*](https://doi.org/10.1145/103162.103163), 1991 (rounding)
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapter 4 (Taylor's theorem)
# - On the web: Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C19)
