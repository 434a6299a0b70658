# %% [markdown]
# # Read a proof critically
#
# **The question.** A proof on the web ends with the right result: ReLU has no derivative at 0. Is it a proof?
#
# **Why it matters.** Many of the derivations you meet will be in blog posts, documentation and papers, and perhaps
# nobody has checked them for you. If you reuse one for your own layer, you inherit its slips, and there you may
# not be so lucky with the result. In this lesson you read one text statement by statement, and run what it says. To its
# credit it writes every line out, so you can check it.
#
# **You will learn**
# - which limits decide whether there is a derivative, and which do not
# - what a graph cannot show, and how a game with two distances settles it
# - to test each line of a derivation on its own, with numbers, and what such a test is worth
# - what a right result says about the way to it
#
# **Before you start.** [[Proof]]: the definition of a derivative, and the proof line by line.
#
# **Minutes:** 47.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.calculus import PiecewiseFunction, differentiability, equal, one_sided_derivative, one_sided_limit
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
predict("proof.p1")

# %% [markdown]
# ## Which limits?
#
# > **C12 · refined.** A web article lists four criteria for a derivative at a point: the function is continuous there,
# > its left limit exists, its right limit exists, and the two agree. (Shahad Mahmud, *Why ReLU is not differentiable
# > at x=0 (zero)?*, 2022)
#
# The list does not say limits *of what*. Read it literally first: apply it to the function itself. (*Continuous* means,
# roughly, without a jump: both limits exist and equal $f(0)$. The next section says it exactly.)

# %%
left, right, value = one_sided_limit(relu, 0, "-"), one_sided_limit(relu, 0, "+"), relu.value(0)
print("1. continuous:          ", left == value == right)
print("2. left limit exists:   ", left.is_finite)
print("3. right limit exists:  ", right.is_finite)
print("4. left and right agree:", left == right)

# %% tags=["assertion", "C12"]
assert left == value == right and left.is_finite
for f, smooth in ((x**2, True), (sp.Max(0, x), False), (sp.Abs(x), False)):
    slopes = [one_sided_limit((f.subs(x, h) - f.subs(x, 0)) / h, 0, side) for side in "-+"]
    assert slopes == [one_sided_derivative(PiecewiseFunction.from_expr(f, x), 0, side) for side in "-+"]
    assert equal(*slopes) == differentiability(f, 0).differentiable == smooth

# %% [markdown]
# ReLU passes all four, and so does every continuous function: $|x|$, $\sqrt{|x|}$, all of them. Applied to $f$ itself
# the list can rule a derivative out: where $f$ jumps, the rise $f(h) - f(0)$ does not shrink to 0, so the quotient
# cannot settle on a number. But it says nothing about slopes.
#
# What the article leaves out is the phrase *of the difference quotient*. ReLU's quotient has the limits 0 and 1, as you
# know from [[proof]], and fails the last criterion. So the list should read:
# 1. `"continuous"`: $f$ is continuous at 0.
# 2. `"left limit exists"`: the difference quotient has a finite limit from the left.
# 3. `"right limit exists"`: it has one from the right.
# 4. `"left and right agree"`: the two limits are equal.
#
# **Exercise proof.5.** Which is the *first* that fails at 0?
# - for the jump that is 1 for $x \ge 0$ and 0 elsewhere
# - for $|x|$
# - for the function that is $x \sin(1/x)$ for $x > 0$ and 0 elsewhere, so that it swings on the right alone
#
# Give a list of three, each one of the four names in quotes.

# %% tags=["exercise"]
# begin solution: failed_first = ...
failed_first = ["continuous", "left and right agree", "right limit exists"]
# end solution
check("proof.5", failed_first)

# %% [markdown]
# Could the slopes *beside* 0 decide instead? No: those of the jump are 0 on both sides, and yet it has no derivative
# at 0. That is why you take the limit of $(f(h) - f(0))/h$, not that of $f(h)$, and not that of $f'(h)$.

# %% [markdown] tags=["optional"]
# ### A derivative without a limit of the slopes
#
# This section is optional. It shows the opposite: slopes beside 0 that never settle, and a derivative at 0. Let
# $f(x) = x^2 \sin(1/x)$, and $f(0) = 0$. Its quotient at 0 is $h \sin(1/h)$, which lies between $-|h|$ and $|h|$ and
# tends to 0: so $f'(0) = 0$. But beside 0 the slope is $f'(x) = 2x \sin(1/x) - \cos(1/x)$, which keeps swinging
# between values near $-1$ and near 1.

# %% tags=["assertion"]
swinging = x**2 * sp.sin(1 / x)
assert sp.limit(swinging / x, x, 0, "+") == sp.limit(swinging / x, x, 0, "-") == 0
assert equal(sp.diff(swinging, x).subs(x, 1 / h), 2 * sp.sin(h) / h - sp.cos(h))
assert [sp.diff(swinging, x).subs(x, 1 / (k * sp.pi)) for k in (1000, 1001)] == [-1, 1]

# %% [markdown]
# ## What a graph cannot show
#
# How does the article know that ReLU is continuous? It reads it off the graph (C11). Now lift ReLU by one millionth to
# the right of 0. In a plot that is 700 pixels high and shows 2 units, the jump is 0.00035 pixels high. Nor could you
# see whether there is a kink at all: $\sqrt{x^2 + 10^{-12}}$ has a derivative everywhere, and is never further than a
# millionth from $|x|$. However far you zoom in, something may still be smaller than a pixel.

# %% tags=["assertion", "C11"]
lift = sp.Rational(1, 10**6)
almost_relu = PiecewiseFunction.from_expr(sp.Piecewise((x + lift, x > 0), (0, True)), x)
assert float(lift) * 700 / 2 == 0.00035
rounded = PiecewiseFunction.from_expr(sp.sqrt(x**2 + lift**2), x)
assert differentiability(rounded, 0).differentiable is True and rounded.value(0) == lift
assert all(0 < rounded.value(place) - abs(place) <= lift for place in (-1, sp.Rational(-1, 10**5), lift, 3))
assert differentiability(almost_relu, 0).continuous is False and differentiability(relu, 0).continuous is True

# %% [markdown]
# So what would be a proof? It has to say what no picture can. Think of continuity as a game for two players. You name a
# distance $\varepsilon > 0$. I answer with a distance $\delta > 0$, and I have to be right about every $x$ closer to 0
# than $\delta$: there, $f(x)$ must be closer to $f(0)$ than $\varepsilon$. If I can answer *every* $\varepsilon$ of
# yours, then $f$ is **continuous** at 0.
#
# Now play my part. The band reaches $\varepsilon$ above and below $f(0)$, the dashed lines stand at $\pm\delta$. Drag
# either. Find a $\delta$ that works for ReLU, then make $\varepsilon$ smaller and find another. Can you do it for the
# jump?

# %%
explore(
    figures.epsilon_delta,
    function=Radio(list(figures.CONTINUITY), label="function"),
    epsilon=Range(0.1, 1, 0.1, value=0.5, label="ε"),
    delta=Range(0.1, 1, 0.1, value=0.8, label="δ"),
)

# %% [markdown]
# For ReLU the answer $\delta = \varepsilon$ wins every round:
# $|f(x) - f(0)| = \max(0, x) \le |x| < \delta = \varepsilon$. That one line proves what the picture suggests. (Any
# smaller $\delta$ wins as well.) A steeper function needs a shorter $\delta$: for $3x$ answer $\varepsilon/3$, since
# $|3x| < \varepsilon$ exactly if $|x| < \varepsilon/3$. And for the jump no $\delta$ answers $\varepsilon = \tfrac12$:
# left of 0, and as near as you like, $f(x)$ is 0.
#
# The same game decides about limits. Back to the first roles: I claim that $L$ is the limit of a quotient $q(h)$ at 0.
# You name $\varepsilon$, I answer $\delta$, and then $q(h)$ must be closer to $L$ than $\varepsilon$ for all $h \ne 0$
# closer to 0 than $\delta$.
#
# For the quotient of ReLU name $\varepsilon = \tfrac12$, and you win. Whatever $L$ and $\delta$ I choose, $q$ is 0 at
# some such $h$ and 1 at others, and no $L$ is closer than $\tfrac12$ to both, since they are 1 apart. So there is no
# limit. That is the proof of [[proof]] once more, as a game.

# %% [markdown] tags=["optional"]
# ## Is continuity a criterion?
#
# This section is optional. The article lists continuity as a criterion of its own (C13). If it follows from the others,
# that is one thing less to check. Suppose that $f$ has two finite one-sided derivatives at 0. The quotient $q(h)$ is
# made so that $f(h) = f(0) + h \cdot q(h)$. As $h \to 0$ from one side, $q(h)$ tends to a finite number, so the product
# $h \cdot q(h)$ tends to 0, and $f(h)$ tends to $f(0)$. Watch where the word *finite* is needed.

# %%
def jump(x):
    return np.heaviside(x, 1)  # 0 left of 0, then 1


print("        h       q(h)   h·q(h)")
for name, f in {"|x|": np.abs, "jump": jump}.items():
    for step in (0.001, -0.001, -0.1):
        q = (f(step) - f(0)) / step
        print(f"{name:<5} {step:>6} {q + 0:>8.0f} {step * q + 0:>8.3f}")

# %% tags=["assertion", "C13"]
for expr in (sp.Abs(x), x * sp.Abs(x), sp.exp(sp.Abs(x))):
    function = PiecewiseFunction.from_expr(expr, x)
    assert all(one_sided_derivative(function, 0, side).is_finite for side in "-+")
    assert [one_sided_limit(function, 0, side) for side in "-+"] == [function.value(0)] * 2
corner = differentiability(sp.Abs(x), 0)
assert corner.continuous is True and corner.differentiable is False

# %% [markdown]
# Where the quotient stays bounded, $h \cdot q(h)$ dies away. On the left of the jump the quotient grows as fast as $h$
# shrinks, and the product stays $-1$. So continuity follows from two finite one-sided derivatives, and need not be
# checked. The converse fails: $|x|$ is continuous at 0 and has no derivative there.

# %% [markdown]
# ## A published proof
#
# Now the proof itself. Here are five of the article's statements, in our words.
#
# 1. $f'(x) = \lim_{x \to 0} \dfrac{f(x + \Delta x) - f(x)}{\Delta x}$, with $\Delta x$ a tiny number.
# 2. Fix this $\Delta x$ once and for all. Then the quotient is $0$ for every $x < 0$ and $1$ for every $x > 0$.
# 3. In the right derivative, for $x \ge 0$, the numerator of the quotient is $x - \Delta x + x$.
# 4. At $x = 0$, $\dfrac{0 - \Delta x + 0}{\Delta x} = 1$.
# 5. The right derivative of ReLU at $0$ is $1$.
#
# **Exercise proof.1.** Judge each one on its own. Which are right as they stand? Give a list of five, `True` or
# `False`.

# %% tags=["exercise"]
# begin solution: right_as_they_stand = ...
right_as_they_stand = [False, False, False, False, True]
# end solution
check("proof.1", right_as_they_stand)

# %% [markdown]
# Take your time. Once you have committed to an answer, run them one by one.
#
# ### Statement 1
#
# > **C14 · refuted.** In the article's definition the limit goes over $x$, while $\Delta x$ stays a fixed tiny number.
# > (Mahmud, 2022)
#
# Which letter moves? Do what it says: fix $\Delta x = 10^{-3}$, and let $x$ go to 0 from both sides.

# %%
fixed = 1e-3
print("      x  quotient")
for place in (-1e-4, -1e-6, 1e-6, 1e-4):
    quotient = (max(0, place + fixed) - max(0, place)) / fixed
    print(f"{place:>7} {quotient:>9.3f}")

# %% tags=["assertion", "C14", "C15"]
increment = sp.Symbol("Δx", positive=True)
for dx, both in ((increment, [1, 1]), (-increment, [0, 0])):
    literal = PiecewiseFunction.from_expr((sp.Max(0, x + dx) - sp.Max(0, x)) / dx, x)
    assert [one_sided_limit(literal, 0, side) for side in "-+"] == both
assert one_sided_derivative(relu, 0, "-") != one_sided_derivative(relu, 0, "+")

# %% [markdown]
# As $x$ comes to 0, the quotient tends to 1 from both sides, and so it does for every $\Delta x > 0$, however tiny.
# (For a negative one it tends to 0 from both sides.) Read literally, statement 1 makes ReLU differentiable at 0. In the
# definition the point stays, and the increment moves.
#
# ### Statement 2
#
# Is the quotient 0 for *every* $x < 0$ (C16)? Start at $x = -0.3$ with the step $\Delta x = 1$. It ends at 0.7, and
# the quotient is 0.7. Now shorten the step: when does it no longer cross the kink?

# %% tags=["assertion", "C16"]
start = sp.Rational(-1, 2)
assert relu.value(start + 1) - relu.value(start) == sp.Rational(1, 2)
step = sp.Symbol("step", real=True)
assert relu.value(sp.Rational(-3, 10) + 1) - relu.value(sp.Rational(-3, 10)) == sp.Rational(7, 10)
from_the_start = PiecewiseFunction.from_expr(sp.Max(0, start + step), step)
assert from_the_start.breakpoints == (-start,) and from_the_start.branch(0, "+") == 0

# %% [markdown]
# The quotient is the slope of a branch only while the whole step stays on it.
#
# **Exercise proof.7.** At $x = -\tfrac14$, for which increments $\Delta x > 0$ is the
# difference quotient of ReLU equal to 0? Answer with a set. (An interval from $a$ to $b$ is `sp.Interval(a, b)` with
# both ends, `sp.Interval.open(a, b)` with neither, and with `Lopen` or `Ropen` it lacks the left or the right one.)

# %% tags=["exercise"]
# begin solution: short_steps = ...
short_steps = sp.Interval.Lopen(0, sp.Rational(1, 4))
# end solution
check("proof.7", short_steps)

# %% [markdown]
# A step that ends exactly at 0 has not crossed the kink: $f(0)$ is still 0. Nearer to the kink the steps must be
# shorter; $|\Delta x| < |x|$ is always enough. So the order of choices matters: first $x$, then a $\Delta x$ that is
# short enough *for this x*. The article chooses $\Delta x$ first, "infinitely small". Then there is always a
# counterexample: for $\Delta x = 0.1$ take $x = -0.02$, and the step ends at 0.08, where the quotient is
# $0.08/0.1 = 0.8$. So statement 2, which fixes $\Delta x$, is false; with the condition $|\Delta x| < |x|$ it is true.
#
# **Exercise reading.1.** Somebody fixes a $\Delta x > 0$, as small as you like. At which $x < 0$ is the difference
# quotient of ReLU exactly $\tfrac12$? Answer with a formula in `dx`.

# %% tags=["exercise"]
dx = sp.Symbol("dx", positive=True)
# begin solution: where_it_is_half = ...
where_it_is_half = -dx / 2
# end solution
check("reading.1", where_it_is_half)

# %% [markdown] tags=["optional"]
# ### Steps beside the kink
#
# This section is optional. Start at $x = -0.5$ with the step $\Delta x = 1$, and shorten it. From which step on is the
# quotient 0, and from which if you move $x$ closer to the kink?

# %%
explore(
    figures.quotient_away_from_kink,
    x=Range(-0.9, 0.9, 0.2, value=-0.5, label="x"),
    increment=Range(-1, 1, 0.08, value=1.0, label="Δx"),
)

# %% [markdown]
# ### Statements 3 and 4
#
# Put in numbers and compute both sides: that is the quickest test there is. For statement 3 subtract $f(x) = x$ from
# $f(x + \Delta x) = x + \Delta x$ (C17), and for statement 4 compute the quotient (C18).

# %%
for place, step in ((1, 1), (5, 2)):
    printed, computed = place - step + place, (place + step) - place
    print(f"statement 3 at x = {place}, Δx = {step}: printed {printed}, computed {computed}")
for step in (1, 2):
    printed, computed = 1, (0 - step + 0) // step  # whole numbers without a remainder: exact
    print(f"statement 4 at Δx = {step}: printed {printed}, computed {computed}")

# %% tags=["assertion", "C17", "C18"]
assert (0.1 + 0.2) - 0.1 == 0.20000000000000004
assert not equal(x - dx + x, (x + dx) - x) and equal((x + dx) - x, dx)
assert (0 - dx + 0) / dx == -1 and one_sided_derivative(relu, 0, "+") == 1

# %% [markdown]
# The plainest numbers, 1 and 1, let statement 3 pass, because $x = \Delta x$. So take two unequal numbers, and more
# than one pair. What is such a test worth? Agreement is a good sign and no proof: other numbers may disagree. But a
# single disagreement refutes, if it is larger than rounding. In floats even a right line can miss: `(0.1 + 0.2) - 0.1`
# is 0.20000000000000004. Take whole numbers, or fractions as `sp.Rational(1, 3)`, and the test is exact. And take
# negative ones as well: $|h| = h$ agrees at every $h > 0$.
#
# In statement 3 two signs are swapped; it should read $x + \Delta x - x$. As it is printed, the quotient
# $(x - \Delta x + x)/\Delta x$ is $-1$ at $x = 0$. In statement 4 the minus is dropped, and out comes 1. The second
# slip undoes the first, and so the article arrives at statement 5. That is true, since the quotient is
# $\Delta x/\Delta x$, but it does not follow from what stands before it. In your own layer there may be no second slip
# to undo the first.

# %% tags=["assertion", "C20"]
record = differentiability(relu, 0)
assert (record.left, record.right) == (0, 1) and record.left != record.right and record.differentiable is False

# %% [markdown]
# ## Break it
#
# Here is a short proof for you to mark. It claims that $f(x) = x\,|x|$ has no derivative at 0.
#
# 1. $f(0) = 0$.
# 2. For $h > 0$ the quotient $\dfrac{f(h) - f(0)}{h}$ is $\dfrac{h \cdot h}{h} = h$.
# 3. For $h < 0$ it is $\dfrac{h \cdot (-h)}{h} = -h$.
# 4. $h$ and $-h$ are different, so the left and the right derivative are different.
# 5. So $f$ has no derivative at 0.
#
# **Exercise reading.2.** Which is the first statement that is false? Give its number.

# %% tags=["exercise"]
# begin solution: first_false = ...
first_false = 4
# end solution
check("reading.2", first_false)

# %% [markdown]
# Each of these questions would have caught a slip that you met in this lesson. Keep them for the next text:
# - Limits *of what*, and which letter moves?
# - What is chosen first: the point, or the step?
# - Do both sides of a line agree for two or three unequal choices of numbers, some of them negative?
# - Does a line follow from the one before, or is it just true?
# - What was taken from a picture?
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "proof.5"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ## What the texts say
#
# You can leave this table for later: it repeats what you have found, and adds two slips of the pen (C15, C20).
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - Limits of the function itself can rule a derivative out; they never show one. Slopes beside the point need not
#   tell you anything. The limits of the difference quotient decide.
# - A graph suggests continuity. A $\delta$ for every $\varepsilon$ proves it: for ReLU $\delta = \varepsilon$.
# - In a difference quotient the point is chosen first, and the step must be short enough for it.
# - Numbers that disagree by more than rounding refute a line; numbers that agree do not prove it.
# - Two slips can cancel. A right result does not vouch for the argument behind it: check lines, not results.
#
# **Sources.**
# - On the web: Shahad Mahmud, [*Why ReLU is not differentiable at x=0
#   (zero)?*](https://blog.shahadmahmud.com/2022/03/), 2022 (C11, C12, C13, C14, C15, C16, C17, C18, C20)
# - Jiří Lebl, [*Basic Analysis I*](https://www.jirka.org/ra/), version 6, 2023, chapters 3 and 4 (continuity and the
#   derivative)
