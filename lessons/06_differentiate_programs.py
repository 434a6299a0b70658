# %% [markdown]
# # Differentiate programs, not functions
#
# **The question.** A framework never sees the function that you have in mind, only the program that you wrote. What
# does it differentiate, and can it always be made right?
#
# **Why it matters.** In [[frameworks]] tinygrad got the derivative of a smooth function wrong, although every single
# rule was followed. The same can happen to a layer that you put together from ReLUs, maxima or absolute values. To know
# when to trust a gradient, you have to know how it is made. So let us build one.
#
# **You will learn**
# - to differentiate a program forward, with dual numbers, and backward, along a record of its steps
# - what comes back when the parts of a program have kinks
# - whether a cleverly chosen slope at the kink would help
# - what a framework can promise
#
# **Before you start.** [[Frameworks]]: the Clarke set. The chain rule.
#
# **Minutes:** 53.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Range, Select, explore
from course_lib.table import Table
from course_lib.topics.frameworks import figures
from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, exp, maximum, relu
from course_lib.topics.frameworks.experiment import SLOPE_PROGRAMS, nested_identity, returned, right_slopes, run_tests
from course_lib.topics.frameworks.measurements import judge

s = sp.Symbol("s", real=True)

# %% [markdown]
# ## Predict
#
# Before you build a framework of your own, guess what a real one does.

# %%
predict("frameworks.p2")

# %% [markdown]
# ## Go forward
#
# A program is a sequence of steps: $+$, $-$, $\cdot$, $\mathrm{relu}$. Each has a rule for its slope. To differentiate
# the whole, carry a pair along from step to step: the value $a$, and its slope $a'$ with respect to the input. Write
# the pair as $a + a'\varepsilon$, as if the input had moved by $\varepsilon$, and calculate with it as usual, but with
# $\varepsilon^2 = 0$, since a slope needs the first-order part only. (This $\varepsilon$ never gets a value; it only
# marks the slope.) Such a pair is called a **dual number**. In a sum the values add up, and so do the slopes:
# $(a + b) + (a' + b')\varepsilon$.
#
# **Exercise frameworks.1.** Multiply two pairs in the same way. `a` and `b` are tuples (value, slope); return a tuple.


# %% tags=["exercise"]
def product(a, b):
    # begin solution: return ...
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]
    # end solution


check("frameworks.1", product)

# %% [markdown]
# With a few such rules any program that is made of these steps can be differentiated. ReLU passes the slope on if its
# input is above 0, and stops it below. At exactly 0 somebody has to decide: there it multiplies the slope by a number
# $s$, called `s_at_0` here.


# %%
class Pair:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Pair(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Pair(self.value * other.value, self.slope * other.value + self.value * other.slope)


def relu_of_pair(t, s_at_0):
    if t.value == 0:
        return Pair(0, s_at_0 * t.slope)
    return t if t.value > 0 else Pair(0, 0)


# %% [markdown]
# The input has slope 1 with respect to itself, and a constant has slope 0. (With several inputs, the one that you ask
# about starts with 1. The others do not move with it, so they start with 0 like constants.) Start with that, run the
# program, and read the slope off at the end. It is called the **automatic derivative**. Try $t^2 + t$ at 3, where it
# should be $2 \cdot 3 + 1$. Then run the program of your prediction, $\mathrm{relu}(t) - \mathrm{relu}(-t)$, at 0. (Our
# class has no minus, so we write $(-1) \cdot t$.)

# %%
t = Pair(3, 1)
end = t * t + t
print("t² + t at 3: value", end.value, "slope", end.slope)

t, minus_1 = Pair(0, 1), Pair(-1, 0)
for s_at_0 in (0, 0.5, 1):
    end = relu_of_pair(t, s_at_0) + minus_1 * relu_of_pair(minus_1 * t, s_at_0)
    print(f"relu(t) − relu(−t) at 0, with slope {s_at_0:<3} at the kink: value {end.value} slope {end.slope}")

# %% tags=["assertion"]
assert end.slope == 2 and relu_of_pair(Pair(0, 5), 0.5).slope == 2.5
square = Pair(3, 1) * Pair(3, 1) + Pair(3, 1)
assert (square.value, square.slope) == (12, 7)

# %% [markdown]
# The function is $t$ and its derivative is 1. The program gets $2s$: the first ReLU gives $s$, and the second gives
# $s$ as well, since the minus inside and the minus in front cancel.
#
# ## Go backward
#
# Forward, with one slope in each pair, every input needs a run of its own. A network has thousands of weights and one
# loss, so the frameworks that train it go the other way, where one run serves all weights. While the program runs, they
# keep a **record**: each step, its parts, and its own slope with respect to each part. (For a product, the slope with
# respect to one part is the value of the other.) The price is memory: the record is kept until the way back. Then they
# go through the record in reverse. By the chain rule each step multiplies its **upstream gradient**, the slope of the
# end result with respect to what the step returned, by its own slopes, and passes the products on to its parts. Here it
# is written out for $ab + a^2$, where `to_p` is the upstream gradient of `p`.

# %%
a, b = 2, 5
p = a * b
q = a * a
result = p + q

to_result = 1
to_p, to_q = to_result * 1, to_result * 1  # a sum has slope 1 in both of its parts
to_b = to_p * a
to_a = to_p * b + to_q * a + to_q * a
print("slope in a:", to_a, "  slope in b:", to_b)

# %% tags=["assertion"]
assert (to_a, to_b) == (5 + 2 * 2, 2)

# %% [markdown]
# Why are three products added up in `to_a`? The number $a$ is used three times. Nudge it, and the result moves through
# each use: the effects add up. (In calculus this is the chain rule for several variables.) Overwriting would keep only
# the last one, a classic bug. And why in reverse? A step must have all that arrives from its uses before it can pass
# anything on, and whatever uses it stands later in the record.
#
# Now make it $ab + b^2$: predict both slopes, then change `q` and what depends on it.

# %% [markdown] tags=["optional"]
# ### Backward for any program
#
# This section is optional. In a framework the steps write the record themselves:


# %%
class Step:
    def __init__(self, value, parts=()):  # parts: each with the step's own slope with respect to it
        self.value, self.parts, self.upstream = value, parts, 0
        record.append(self)

    def __add__(self, other):
        return Step(self.value + other.value, [(self, 1), (other, 1)])

    def __mul__(self, other):
        return Step(self.value * other.value, [(self, other.value), (other, self.value)])


record = []
two, five = Step(2), Step(5)
(two * five + two * two).upstream = 1

# %% [markdown]
# Then the framework goes through it in reverse:

# %%
for step in reversed(record):
    for part, own_slope in step.parts:
        part.upstream += step.upstream * own_slope
print("slope in a:", two.upstream, "  slope in b:", five.upstream)

# %% tags=["assertion"]
assert (two.upstream, five.upstream) == (9, 2) and len(record) == 5

# %% [markdown]
# ## Program, not function
#
# Forward or backward, the rules are the same and are asked at the same places, so the same number comes out, rounding
# apart. What matters is which rules a program asks, and at a kink that depends on how you write it.
#
# From here on the course's `relu` and `derivative(program, at, …)` do what your pairs did. (They know minus, division
# and `exp` as well.) $s$ may stay a letter, a symbol of SymPy: `Conventions(relu=s)` says what is done at the kink.
# Three of these four programs compute the same function. What does the fourth compute?


# %%
def relu2(t):
    return relu(-t) + t


def relu3(t):
    return (relu(t) + relu2(t)) / 2


def zero(t):
    return relu2(t) - relu(t)


for program in (relu, relu2, relu3, zero):
    values = [float(program(number)) for number in (-1.5, 0, 2.5)]
    automatic = derivative(program, 0, Conventions(relu=s))
    print(f"{program.__name__:<6} at −1.5, 0, 2.5: {values}   automatic derivative at 0: {automatic}")

# %% tags=["assertion"]
stated = {relu: s, relu2: 1 - s, relu3: sp.Rational(1, 2), zero: 1 - 2 * s}
for program, in_s in stated.items():
    assert sp.expand(derivative(program, 0, Conventions(relu=s)) - in_s) == 0
    wanted = [0, 0, 0] if program is zero else [0, 0, 2.5]
    assert [program(number) for number in (-1.5, 0, 2.5)] == wanted

# %% [markdown]
# Three spellings of ReLU, three answers: $s$, $1 - s$, and ½ whatever $s$ is. For $s$ from 0 to 1 all are Clarke
# subgradients, so no harm is done yet. The fourth computes 0 for every $t$, as smooth as a function can be. If $s = 0$,
# as in all six libraries that have a `relu`, its automatic derivative is 1.
#
# The programs come from a paper by Jérôme Bolte and Edouard Pauwels, 2020. Their point: automatic differentiation
# acts on *programs*, not on functions.
#
# In the figure, choose a program and move $s$. The line has the automatic derivative as its slope, and turns dotted
# when that is wrong. Which programs are right for every $s$?

# %%
explore(
    figures.program_and_line,
    program=Select(list(SLOPE_PROGRAMS), value="relu(t) − relu(−t)"),
    s=Range(0, 1, 0.05, value=0.0, label="s", play=True),
)

# %% [markdown]
# The first three compute ReLU and are right for every $s$ from 0 to 1. The others compute smooth functions, and are
# right for $s = \tfrac12$ alone.
#
# ### An argument that sounds right
#
# *Each rule returns a Clarke subgradient of its step. The chain rule joins them. So a Clarke subgradient of the whole
# comes out.* Where is the gap? Take $\mathrm{relu}(t) - \mathrm{relu}(-t)$. At 0 both parts, $\mathrm{relu}(t)$ and
# $-\mathrm{relu}(-t)$, have the Clarke set $[0, 1]$. A number from each, added up, can be anything in $[0, 2]$, but 1
# alone is right. The two belong together: whichever way $t$ moves, one switches on and the other stays off. The rules
# look at one part at a time and do not know. (Of the sum rule of calculus only one direction survives: every Clarke
# subgradient of a sum is a sum of Clarke subgradients of its parts, but not the other way round.)
#
# ### The mystery of ELU
#
# tinygrad writes ELU with $\alpha = 1$ as $\mathrm{relu}(t) - \mathrm{relu}(1 - e^t)$. Is that ELU? For $t > 0$ the
# second ReLU gets a number below 0, so $t$ is left. For $t \le 0$ the first is 0, and $-(1 - e^t) = e^t - 1$ is left.
# So it is.
#
# And its automatic derivative at 0? There both ReLUs get 0. The first passes on $s$. In the second, $1 - e^t$ has the
# slope $-e^0 = -1$, and the ReLU passes on $-s$. The minus in front makes it $+s$. What is the sum?


# %%
def elu(t):
    return relu(t) - relu(1 - exp(t))


print("automatic derivative at 0:", derivative(elu, 0, Conventions(relu=s)))

# %% tags=["assertion"]
for t in (-2.0, -0.5, 0.0, 1.5):
    assert abs(float(elu(t)) - (t if t > 0 else np.exp(t) - 1)) < 1e-15
assert derivative(elu, 0, Conventions(relu=s)) == 2 * s and returned("elu_1")["tinygrad"] == (0,)

# %% [markdown]
# With $s = 0$ the derivative, which is 1, comes out as 0. That was the strange cross in the table of [[frameworks]].
#
# **Exercise frameworks.2.** ReLU6 clips to $[0, 6]$. It can be written as
# $\operatorname{relu}(t) - \operatorname{relu}(t - 6)$. What is the automatic derivative of this program at 0, and at
# 6? Answer with a list of two formulas in `s`. (Ask of each ReLU: is its input below 0, above, or 0?)

# %% tags=["exercise"]
# begin solution: relu6_slopes = ...
relu6_slopes = [s, 1 - s]
# end solution
check("frameworks.2", relu6_slopes)

# %% [markdown]
# **Exercise frameworks.3.** Now you can have any derivative you like. Write ReLU so that its automatic derivative at 0
# is $c$, for $s = 0$. The check tries several $c$. Use `relu`, `+`, `-`, `*` and programs made of them: a program that
# asks where $t$ lies is refused.


# %% tags=["exercise"]
def spelled(t, c):
    # begin solution: return ...
    return relu(t) + c * (relu(-t) + t - relu(t))
    # end solution


check("frameworks.3", spelled)

# %% [markdown]
# ## Derive: can one number be right for all programs?
#
# Suppose that you write the next framework. Which $s$ would you take? So far everything speaks for ½. Before you ship
# it, apply every ReLU of $\mathrm{relu}(t) - \mathrm{relu}(-t)$ twice. The function is still $t$. What will the
# automatic derivative be for $s = \tfrac12$?


# %%
def identity(t):
    return relu(t) - relu(-t)


def identity_of_two(t):
    return relu(relu(t)) - relu(relu(-t))


for program in (identity, identity_of_two):
    print(f"{program.__name__:<15} automatic derivative at 0: {derivative(program, 0, Conventions(relu=s))}")

# %% tags=["assertion"]
for program, in_s in ((identity, 2 * s), (identity_of_two, 2 * s**2)):
    assert sp.expand(derivative(program, 0, Conventions(relu=s)) - in_s) == 0
    assert [program(number) for number in (-1.5, 0, 2.5)] == [-1.5, 0, 2.5]

# %% [markdown]
# At 0 each ReLU multiplies by $s$. With two of them in each part the automatic derivative is $2s^2$, and for
# $s = \tfrac12$ that is ½.
#
# > **Whichever number $s$ a framework takes, there is a program that computes $t$ for which it is wrong.** Proof: the
# > automatic derivatives at 0 of the two programs are $2s$ and $2s^2$. If both were 1, then $s$ would be ½ from the
# > first, and $2s^2 = \tfrac12$, not 1.
#
# In the figure each part has $k$ ReLUs. For $k = 3$ the program is
# `relu(relu(relu(t))) - relu(relu(relu(-t)))`. Where does the curve cross 1 as $k$ grows?

# %%
explore(
    figures.nested_slopes,
    k=Range(1, figures.MOST_NESTED, value=2, label="k, ReLUs in each part", play=True),
)

# %% tags=["assertion"]
for k in (1, 2, 3, 8):
    (place,) = right_slopes(nested_identity(k))
    assert sp.expand(derivative(nested_identity(k), 0, Conventions(relu=s)) - 2 * s**k) == 0
    assert sp.simplify(place - 2 ** sp.Rational(-1, k)) == 0

# %% [markdown]
# It crosses at $s = 2^{-1/k}$, closer and closer to 1. Yet $s = 1$ works for no $k$: there it gives 2.

# %% [markdown] tags=["optional"]
# ### One more program
#
# **Exercise frameworks.4.** $\operatorname{relu}(\operatorname{relu}(t)) - \operatorname{relu}(-t)$ is $t$ as well.
# For which $s$ in $[0, 1]$ is its automatic derivative at 0 right? The answer counts within 0.001.

# %% tags=["exercise"]
# begin solution: right_slope = ...
right_slope = (5**0.5 - 1) / 2
# end solution
check("frameworks.4", right_slope)

# %% [markdown]
# ## Measure: what can a framework promise?
#
# So a gradient may be wrong. How often? Compare the automatic derivative for $s = 0$ with a difference quotient, first
# at 0, then at 200 random points. (These three functions have no kink, so here a central quotient can be trusted.)


# %%
def is_wrong(program, t, h=1e-6):
    measured = (program(t + h) - program(t - h)) / (2 * h)
    return abs(float(derivative(program, t, Conventions(relu=0))) - measured) > 1e-4


points = np.random.default_rng(0).uniform(-3, 3, 200)
for program in (zero, identity, elu):
    times = sum(is_wrong(program, t) for t in points)
    print(f"{program.__name__:<8} wrong at 0: {is_wrong(program, 0)}   wrong at {times} of 200 random points")

# %% tags=["assertion"]
for program in (zero, identity, elu):
    assert is_wrong(program, 0.0) and not any(is_wrong(program, t) for t in points[:20])

# %% [markdown]
# That is no accident. If no ReLU gets exactly 0 on the way, every step has a derivative where it is taken, and then the
# chain rule is a theorem. So, rounding apart, a program of smooth steps and ReLUs can have a wrong derivative only
# where a ReLU gets exactly 0. This much can be promised. What cannot be promised is the same answer for every spelling
# of a function: where ReLUs get 0, the spelling may decide.
#
# And a choice is neither a smooth step nor a ReLU. This program computes $t^2$, with a shortcut for one number. What is
# its automatic derivative at 2, and at 3?


# %%
def square_with_shortcut(t):
    return 9 if t == 3 else t * t


for t in (2, 3):
    print(f"automatic derivative at {t}: {derivative(square_with_shortcut, t)}   derivative: {2 * t}")

# %% tags=["assertion"]
assert derivative(square_with_shortcut, 3) == 0 and derivative(square_with_shortcut, 2) == 4

# %% [markdown]
# At 3 the constant 9 comes back, and a constant has slope 0. At 2, and everywhere else but at 3, the same branch is
# taken nearby, and the promise holds again.
#
# How often do ReLUs get exactly 0? [[Zeros]] counts. For networks in which each unit has a bias of its own,
# [[network_slope]] has good news. And [[autodiff]] builds a derivative that does remember which way $t$ moves.

# %% [markdown] tags=["optional"]
# ### Rules against libraries
#
# This section is optional. Pairs with $s = 0$ are a model of a framework. Does this model predict what the six
# libraries with a `relu` return?

# %%
programs = {"relu2": relu2, "relu3": relu3, "zero_program": zero}
programs |= {"identity_relu": identity, "identity_relu_twice": identity_of_two}
rows = []
for name, program in programs.items():
    model = float(derivative(program, 0, Conventions(relu=0)))
    different = {value for (value,) in returned(name).values()}
    answers = ", ".join(f"{value:g}" for value in different)
    rows.append([program.__name__, f"{model:g}", answers, judge(name, model).verdict])
Table("Automatic derivative at 0", ["program", "model", "six libraries", "verdict"], rows)

# %% tags=["assertion"]
for name, program in programs.items():
    values = returned(name).values()
    assert len(values) == 6 and set(values) == {(float(derivative(program, 0, Conventions(relu=0))),)}

# %% [markdown]
# Yes: all five agree.

# %% [markdown] tags=["optional"]
# ### Other kinks: the maximum
#
# This section is optional. A maximum of two equal numbers shares the slope between its arguments. In
# $\max(t, 0) - \max(-t, 0) = t$ the shares decide what comes out. (SymPy differentiates formulas and not programs, but
# its rule for a maximum gives half to each as well.)


# %%
def identity_by_maximum(t):
    return maximum(t, 0) - maximum(-t, 0)


for shares in ((0.5, 0.5), (1, 0), (0, 0)):
    model = derivative(identity_by_maximum, 0, Conventions(maximum=shares))
    fits = [library for library, value in returned("identity_max").items() if value == (float(model),)]
    print(f"shares {shares!s:<10} derivative {model}: {', '.join(fits)}")

# %% tags=["assertion"]
assert [value for (value,) in returned("identity_max").values()].count(1) == 5 and len(returned("identity_max")) == 8
twice = derivative(lambda t: maximum(maximum(t, 0), 0) - maximum(maximum(-t, 0), 0))
assert derivative(identity_by_maximum) == 1 and twice == sp.Rational(1, 2)

# %% [markdown]
# With equal shares it comes out right, but the proof above carries over: apply every maximum twice, and equal shares
# give ½.

# %% [markdown]
# ## Break it: one more for the museum
#
# At 0 a rule is free to choose $s$, but not to forget the chain rule. Here is one that does, the rule of ReLU for
# arrays from the code of a paper. Where the input `z` is 0, it *assigns* $s$ to the gradient. (`ReLUAlphaFunction` in
# `relu.py` of *deel-ai/relu-prime*, commit aa20457. The leaky ReLU in the same file multiplies.)


# %%
def assigns(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


run_tests("assign", assigns)

# %% tags=["assertion"]
assert len(run_tests("assign", assigns).failures) == 2

# %% [markdown]
# With upstream gradient 1, the first number you would try, the test passes. With 3 the result is too small, and with 0
# a gradient comes from nowhere. [[Audit]] shows what that does to training.
#
# **Exercise frameworks.5.** Repair it by the chain rule. Leave `upstream` as it is.


# %% tags=["exercise"]
def backward(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    # begin solution: gradient[z == 0] = s
    gradient[z == 0] = s * upstream[z == 0]
    # end solution
    return gradient


check("frameworks.5", backward)

# %% tags=["solution-only"]
print(run_tests("assign", backward))

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "frameworks.3"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown] tags=["optional"]
# ### A program that catches every s
#
# This section is optional, and its exercise is hard. Could a framework that chooses $s$ well enough escape? Not from
# the program that you are going to write.
#
# **Exercise frameworks.12.** Write a program that computes 0 and has the automatic derivative 1 at 0, *whatever* $s$
# is. Use `relu`, `+`, `-` and `*` alone, as in exercise frameworks.3. The hints help.


# %% tags=["exercise"]
def ghost(t):
    # begin solution: return ...
    return 4 * (relu(t) - relu(relu(t))) + zero(zero(t))
    # end solution


check("frameworks.12", ghost)

# %% tags=["solution-only"]
print("automatic derivative of the ghost:", derivative(ghost, 0, Conventions(relu=s)))

# %% [markdown]
# ## Recap
#
# - Forward, a program carries value and slope along. Backward, each step multiplies its upstream gradient by its own
#   slope. Both give the automatic derivative of the *program*.
# - At a kink each rule may be right and the result wrong: sums of Clarke subgradients need not be Clarke subgradients.
# - No number $s$ is right for every program.
# - In a program of smooth steps and ReLUs, where no ReLU gets exactly 0, the automatic derivative is the derivative.
#
# **Sources.**
# - Jérôme Bolte and Edouard Pauwels, [*A mathematical model for automatic differentiation in machine
#   learning*](https://arxiv.org/abs/2006.02080), 2020
# - Sejun Park, Sanghyuk Chun and Wonyeol Lee, [*What does automatic differentiation compute for neural
#   networks?*](https://openreview.net/forum?id=8vKknbgXxf), 2024
# - Andreas Griewank and Andrea Walther, [*Evaluating Derivatives*](https://doi.org/10.1137/1.9780898717761), 2nd
#   edition, 2008 (dual numbers, forward and backward)
# - Frank H. Clarke, [*Optimization and Nonsmooth Analysis*](https://doi.org/10.1137/1.9781611971309), 1983 (the sum
#   rule)
# - [tinygrad](https://github.com/tinygrad/tinygrad) 0.14.0, `tinygrad/mixin/elementwise.py` (ELU), measured in 2026
# - [relu-prime](https://github.com/deel-ai/relu-prime) at aa20457, code for David Bertoin, Jérôme Bolte, Sébastien
#   Gerchinovitz and Edouard Pauwels, [*Numerical influence of ReLU'(0) on
#   backpropagation*](https://arxiv.org/abs/2106.12915), 2021
