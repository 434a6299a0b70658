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
# **Before you start.** [[Limits]]: one-sided limits. You need $f''$, Taylor's theorem, and a little NumPy.
#
# **Minutes:** 51.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import difference_quotient, equal
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Checkbox, Radio, Range, explore
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
# A program that can only call $f$, and knows no formula of it, has to try a step. The *forward quotient* is the slope
# of the line through $(x, f(x))$ and $(x + h, f(x + h))$:
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
# The derivative of $x^2$ at 1 is 2. Take ever smaller steps. Python computes in float64, with 64 bits for a number. In
# the last column, where does the error stop shrinking?

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
# in the first decimal. Two habits of thought fail here:
#
# - *"The derivative is a limit as $h$ goes to 0, so the smallest step is the best."* In exact arithmetic it
#   usually is.
# - *"Shrink the step until the numbers stop changing."* They stop at 2.000000165, three lines in a row. The best line
#   comes before.
#
# ## Two errors
#
# **Truncation** is the error that exact arithmetic leaves, because the step is not 0. For $x^2$ at 1,
#
# $$\frac{(1 + h)^2 - 1}{h} = \frac{2h + h^2}{h} = 2 + h,$$
#
# so it is $h$. Look at the table again: down to $10^{-7}$ the error is about $h$, and so almost all of it is
# truncation. At $10^{-9}$ it is more than a hundred times $h$. What is added there must come from rounding. (At
# $10^{-8}$ the two have opposite signs, and a part of them cancels: that line was lucky.)
#
# **Round-off** is what floating point adds. Just above 1 the floats lie $\varepsilon = 2.2 \times 10^{-16}$ apart (just
# below 1, half of that), and $1 + h$ is rounded to the nearest of them. Subtracting 1 brings this error to light, and
# dividing by a small $h$ magnifies it.

# %%
eps = np.finfo(np.float64).eps
asked = 1e-15
taken = (1 + asked) - 1
print(f"ε     {eps:.2e}")
print(f"asked {asked:.2e}   {asked / eps:.3f} ε")
print(f"taken {taken:.2e}   {taken / eps:.3f} ε")

# %% tags=["assertion"]
assert eps == np.nextafter(1.0, 2.0) - 1.0 == 2 * (1.0 - np.nextafter(1.0, 0.0))
assert taken == 5 * eps and round(taken / asked, 2) == 1.11 and round((square(1 + asked) - 1) / asked, 2) == 2.22
assert 1 + eps / 2 == 1 and 1 + 3 * eps / 2 == 1 + 2 * eps

# %% [markdown]
# We asked for a step of 4.504 gaps between floats, just past half-way, and took one of 5. Eleven per cent too much:
# that is the 2.22 in the last line of the table.
#
# A web article calls the increment of the quotient "infinitely small" (C19). It never is, neither in a computer nor in
# exact arithmetic: each step is a finite number, and the derivative is what the quotients tend to as these steps
# shrink.

# %% tags=["assertion", "C19"]
round_off = (square(1 + steps) - 1) / steps - (2 + steps)
assert np.all(np.abs(round_off[:7]) < steps[:7] / 50) and errors[8] > 100 * steps[8]
assert -3 < round_off[7] / steps[7] < -2 < 1 < errors[7] / steps[7] < 1.5
smallest = np.nextafter(0.0, 1.0)
assert smallest == 5e-324 and smallest / 2 == 0
assert square(1 + 1e-16) - square(1) == 0 and errors[7] < errors[14]

# %% [markdown]
# **Exercise limits.4.** Just above 1 the numbers of float16, with 16 bits each, lie $2^{-10}$ apart, so $1 + 2^{-11}$
# is half-way between two of them. In binary these are 1.0000000000 and 1.0000000001. Such a tie goes to the one whose
# last digit is 0. What does the forward quotient of $x^2$ at 1 return in float16 for $h = 2^{-11}$?

# %% tags=["exercise"]
# begin solution: half_precision_quotient = ...
half_precision_quotient = 0
# end solution
check("limits.4", half_precision_quotient)

# %% [markdown]
# ## Explore
#
# So the two errors pull in opposite directions. Here they are for all steps at once, at $x = 1$. Both axes are
# logarithmic, so that a power $h^p$ is a straight line of slope $p$. Read the thick blue curve from right to left, as
# $h$ shrinks. The two straight lines are theory: truncation falls in proportion to $h$, round-off is at most in
# proportion to $1/h$. The large point is the least error that was measured. (Each error is the worst of nine steps
# close together, so that luck does not count.)
#
# Switch to float32: where does the lowest point go? Back in float64, try the *central* quotient,
# $(f(x + h) - f(x - h))/(2h)$. (The *backward* one is $(f(x) - f(x - h))/h$.) Which arm does it change?

# %%
explore(
    figures.error_v_curve,
    function=Radio(["exp", "x²"]),
    dtype=Radio(["float64", "float32", "float16"], label="precision"),
    scheme=Radio(["forward", "backward", "central"], label="quotient"),
)

# %% [markdown]
# The lowest point moves to longer steps in float32, since rounding is coarser there. The central quotient's right arm
# is steeper, in proportion to $h^2$, and so its lowest point is lower. The reason: by Taylor's theorem $f(x + h)$ and
# $f(x - h)$ both hold the term $\tfrac12 f''(x)\,h^2$, their difference loses it, and the next term has one more $h$.
# For $x^2$ there is no next term: $(1+h)^2 - (1-h)^2 = 4h$ leaves no truncation error and no right arm.

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
# It is least where one part shrinks as fast as the other grows: where $E'(h) = c - r/h^2$ is 0, at $h = \sqrt{r/c}$.
# There both parts are $\sqrt{rc}$, and the error is $2\sqrt{rc}$.
#
# **What $c$ is.** By Taylor's theorem, $f(x + h)$ is $f(x) + f'(x)\,h + \tfrac12 f''(x)\,h^2$ and smaller terms, so the
# quotient is off by about $\tfrac12 f''(x)\,h$. Hence $c = \tfrac12 |f''(x)|$: the more the graph bends, the shorter
# the step has to be. If $f''$ is 0, as for a straight line, there is nothing to balance: take a long step.
#
# **What $r$ is.** Three numbers are rounded. The point $x + h$ is off by up to $\tfrac12 \varepsilon |x|$, and $f$
# turns that into up to $\tfrac12 \varepsilon |x f'(x)|$. Each of the two values of $f$, computed as exactly as floats
# allow, is off by up to $\tfrac12 \varepsilon |f(x)|$. The quotient divides all of it by $h$:
#
# $$r = \tfrac12 \varepsilon\,\bigl(|x f'(x)| + 2 |f(x)|\bigr), \qquad h_{\text{best}} = \sqrt{r/c}.$$
#
# If $x$, $f$, $f'$ and $f''$ are roughly 1 there, then $c$ is as well, $r$ is roughly $\varepsilon$, and the best step
# is about $\sqrt\varepsilon$. That is the usual rule: $1.5 \cdot 10^{-8}$ in float64, and $3.5 \cdot 10^{-4}$ in
# float32, where $\varepsilon = 1.2 \cdot 10^{-7}$. The error there is about $\sqrt\varepsilon$ too: half of the digits
# are lost. (If $f$ itself is known less exactly, its relative accuracy takes the place of $\varepsilon$, $10^{-6}$ for
# six digits.) For the central quotient $h^2$ and $\varepsilon/h$ balance, at about $\varepsilon^{1/3}$.

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

# %% [markdown] tags=["optional"]
# ### The central quotient's best step
#
# This section is optional. In the central quotient the terms with $f''$ cancel, and $f'''$ is what is left: its
# truncation is about $c\,h^2$, now with $c = \tfrac16 |f'''(x)|$. Both points are rounded, and both values, and the sum
# is divided by $2h$. So there it is
#
# $$r = \tfrac12 \varepsilon\,\bigl(|x f'(x)| + |f(x)|\bigr), \qquad E(h) = c\,h^2 + \frac{r}{h}.$$
#
# Divide $E(h)$ by $c$, which does not move its lowest point, and write $a$ for $r/c$. Where is that point?
#
# **Exercise limits.3.** Let $E(h) = h^2 + a/h$ with $a > 0$. For which $h > 0$ is $E(h)$ least? Answer with a formula
# in `a` (not with the list that `sp.solve` gives).

# %% tags=["exercise"]
a = sp.Symbol("a", positive=True)
# begin solution: best_step = ...
best_step = (a / 2) ** sp.Rational(1, 3)
# end solution
check("limits.3", best_step)

# %% [markdown]
# ### Does the rule hold?
#
# A gradient check that uses $\sqrt\varepsilon$ everywhere will now and then call a right gradient wrong. To see where,
# set the rule beside $\sqrt{r/c}$. For $1/x$ at 1 all the sizes are about 1. Then break the condition: $x^2$ at 1000,
# where $x$ and $f(x)$ are large, and $\frac{1}{100x - 99}$ at 1, which bends sharply ($f' = -100$, $f'' = 20{,}000$).
# Will their best steps be longer than $\sqrt\varepsilon$, or shorter?


# %%
def worst_error(f, x, derivative, h):
    """The worst of nine steps near h, as in the figure."""
    nearby = h * np.linspace(0.7, 1.3, 9)
    return np.abs((f(x + nearby) - f(x)) / nearby - derivative).max()


cases = (  # a function, the point, and the first two derivatives there
    ("1/x at 1", lambda x: 1 / x, 1, -1, 2),
    ("x² at 1000", square, 1000, 2000, 2),
    ("1/(100x−99) at 1", lambda x: 1 / (100 * x - 99), 1, -100, 20_000),
)
print("                   √(r/c)    error there   error at √ε")
for name, f, x0, first, second in cases:
    r = eps / 2 * (abs(x0 * first) + 2 * abs(f(x0)))
    best = np.sqrt(r / (second / 2))
    there, by_rule = worst_error(f, x0, first, best), worst_error(f, x0, first, np.sqrt(eps))
    print(f"{name:<16}   {best:.1e}   {there:.1e}       {by_rule:.1e}")

# %% tags=["assertion"]
for name, f, x0, first, second in cases:
    theory = np.sqrt(eps * (abs(x0 * first) + 2 * abs(f(x0))) / second)
    least, best = min((worst_error(f, x0, first, 2.0**-k), 2.0**-k) for k in range(2, 50))
    assert worst_error(f, x0, first, theory) < 2 * least
    assert theory / 4 < best < 4 * theory and (name == "1/x at 1") == (np.sqrt(eps) / 8 < best < 8 * np.sqrt(eps))
    assert name == "1/x at 1" or least < worst_error(f, x0, first, np.sqrt(eps)) / 5
    assert name != "x² at 1000" or 500 < best / np.sqrt(eps) < 2000
r_over_c = {name: (abs(x0 * first) + 2 * abs(f(x0))) / second for name, f, x0, first, second in cases}
assert 10 < np.sqrt(r_over_c["1/x at 1"] / r_over_c["1/(100x−99) at 1"]) < 100  # √k to k times shorter, k = 100
assert [sp.diff(1 / (100 * x - 99), x, order).subs(x, 1) for order in (1, 2)] == [-100, 20_000]
for kind, rule in ((np.float32, 3.5e-4), (np.float64, 1.5e-8)):
    assert abs(np.sqrt(float(np.finfo(kind).eps)) / rule - 1) < 0.03
for scheme, power in (("forward", 1 / 2), ("central", 1 / 3)):
    trials = 2.0 ** -np.arange(2, 50)
    quotients = difference_quotient(1 / x, 1, trials[:, None] * np.linspace(0.7, 1.3, 9), scheme)
    assert 1 / 4 < trials[np.abs(quotients + 1).max(axis=1).argmin()] / eps**power < 4

# %% [markdown]
# For $1/x$ the rule $\sqrt\varepsilon = 1.5 \cdot 10^{-8}$ is just as good. For $x^2$ at 1000 the step is more than a
# thousand times longer, since larger numbers are rounded more coarsely, and the rule's error is hundreds of times
# larger. For the last one it is shorter, since the graph bends noticeably over a distance of 0.01. (The folded cell
# tries all powers of ½: the best lies within a factor of 4 of $\sqrt{r/c}$.)
#
# No step is long or short by itself. For rounding, compare it with $x$: floats near $x$ lie about $\varepsilon |x|$
# apart. For truncation, ask how sharply $f$ bends. Squeeze a graph $k$ times towards the point, as the last one is
# $1/x$ squeezed 100 times, and $c$ grows $k^2$ times. But $r$ grows too, up to $k$ times, since the slope magnifies the
# rounding of $x$: the best step is $\sqrt k$ to $k$ times shorter.
#
# ## At a kink
#
# So far a good step gives a good answer. But the rule needs an $f''$, and at a kink there is none.

# %%
predict("limits.p3")

# %% [markdown]
# The figure draws lines with the slopes of the three quotients, all for the same $h$. Tick *zoom* and make $h$ small:
# what changes?

# %%
explore(
    figures.quotients_at_kink,
    function=Radio(["ReLU", "|x|"]),
    h_exponent=Range(-6, 0, value=0, label="h = 10 to the power"),
    zoom=Checkbox(False),
)

# %% [markdown]
# Nothing changes, because $h$ cancels: for ReLU the backward, central and forward quotients are $0/h$, $h/(2h)$ and
# $h/h$, that is 0, ½ and 1. There is no truncation and no round-off, and there are three answers. Two of them are
# exactly the one-sided derivatives. None is a derivative with a small error: ReLU has no derivative at 0, so there is
# nothing to come close to. For $|x|$ the central quotient is 0, and a program that relies on it takes the kink for a
# flat spot.

# %% tags=["assertion"]
for scheme, value in (("forward", 1), ("backward", 0), ("central", 0.5)):
    assert np.all(difference_quotient(sp.Max(0, x), 0, steps, scheme) == value)
    for kinked in (sp.Abs(x), sp.Max(0, x) + sp.Min(0, x) / 10):
        assert np.ptp(difference_quotient(kinked, 0, steps, scheme)) < 1e-9
assert np.all(difference_quotient(sp.Abs(x), 0, steps, "central") == 0)

# %% [markdown]
# Being *near* a kink is enough, and that happens far more often than landing exactly on it. From $x = -10^{-6}$, with a
# step of $10^{-5}$, the forward quotient crosses it:

# %%
def relu(x):
    return np.maximum(0, x)


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
# (The central quotient reaches to both sides, so a kink on either side gives it a mixture of both slopes.) To tell a
# kink from a bug, shrink $h$, as long as rounding does not take over, and look at the gap between the forward and the
# backward quotient (the folded cell does):
# - *The gap stays*: the point is at a kink.
# - *The gap is large, then drops*: there is a kink nearby, and the step no longer reaches it.
# - *The gap shrinks in proportion to $h$*, as $f''(x)\,h$ does: there is no kink. If your gradient still disagrees with
#   the quotients, it has a bug.
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
# A gradient check has to choose its step before it knows the function. Somebody has read that $10^{-8}$ is a good one,
# and has put it into every routine.


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
# At 1 it is right. At $10^{-10}$ it gives less than a fifth of the derivative, and at $10^{10}$ it gives 0: there
# `1e10 + 1e-8` is rounded to `1e10`. And at $10^{-10}$ the step is a hundred times as long as $x$.
#
# **Exercise step.1.** Write a better one. Only the step has to change, and it may depend on $x$. It is tried on $x^2$,
# $\sqrt x$, $1/x$ and $\log x$ at points from $10^{-10}$ to $10^{10}$, and the slope has to be right within a relative
# error of $10^{-5}$. (You may take it that these functions bend over distances about as long as $x$.)


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
# - The error of a **difference quotient** has two parts. Truncation shrinks with $h$, if there is any; round-off
#   grows like $1/h$.
# - A forward quotient's best step is about $\sqrt{r/c}$. Where $x$, $f$ and the derivatives are roughly 1, that is
#   $\varepsilon^{1/2}$. A central one's is $\varepsilon^{1/3}$ there, and its error is smaller.
# - Where they are not, scale the step: longer where $x$ is large, because of rounding, and shorter where $f$ bends
#   sharply, because of truncation.
# - At the kink of ReLU the backward, central and forward quotients are 0, ½ and 1 for every step.
#
# **Sources.**
# - David Goldberg, [*What every computer scientist should know about floating-point
#   arithmetic*](https://doi.org/10.1145/103162.103163), 1991 (rounding)
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapter 4 (Taylor's theorem)
# - On the web: Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C19)
