# %% [markdown]
# # Audit a paper
#
# **The question.** Code runs, and what it trains learns. It may still compute something other than what the paper says.
# How do you find out?
#
# **Why it matters.** A crash tells you that something is wrong. A number that is merely wrong warns no one, and soon
# you build on it, in your own code as often as in that of others. A few tests find such slips without knowing a single
# right answer.
#
# **You will learn**
# - how a backward pass must depend on the gradient that comes in
# - why the usual checks pass over a slip, and which test finds it
# - what measured differences show, and what they do not
# - a checklist of tests for numerical code, tried on three programs
#
# **Before you start.** [[Frameworks]]: the bug museum. [[Programs]]: upstream gradients. [[Paper]]: the paper.
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import mnist_5k
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, Select, explore
from course_lib.table import Table
from course_lib.topics.paper import audit, figures, programs
from course_lib.topics.paper.runs import in_points, shipped, where

# %% [markdown]
# ## Predict
#
# Bertoin, Bolte, Gerchinovitz and Pauwels asked in 2021 whether the slope at the kink, a single number at a single
# point, changes what networks learn. The question is excellent, and they published their code with the answer: without
# that there would be nothing to learn from here.
#
# A line of it stands in the bug museum, in [[programs]], where you repaired it. Here you see what it can do in a
# program that learns, and how you find it without a museum.

# %%
predict("audit.p1")

# %% [markdown]
# ## A program that learns
#
# This program is our own, written for the lesson. It reads digits with 128 hidden units. `slope` is the slope at the
# kink. Pre-activations are rounded to multiples of $2^{-\text{bits}}$, as low precision does (half precision has steps
# of $2^{-13}$ between ⅛ and ¼); with 60 bits, this is double precision. In the backward pass, `to_o` is the gradient at
# the outputs, `to_a` that at the hidden units, `to_z` that at their pre-activations.


# %%
def forward(parameters, X, bits):
    W1, b1, W2, b2 = parameters
    z = np.rint((X @ W1.T + b1) * 2.0**bits) / 2.0**bits
    a = np.maximum(z, 0)
    return z, a, a @ W2.T + b2


def backward(X, z, a, W2, to_o, slope):
    to_a = to_o @ W2
    to_z = np.where(z > 0, to_a, 0)
    to_z[z == 0] = slope
    return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]


# %% [markdown]
# Around it: the gradient of the mean cross-entropy at the outputs, and gradient descent in batches of 100.


# %% tags=["program"]
def gradient_at_outputs(o, y):
    p = np.exp(o - o.max(1, keepdims=True))
    return (p / p.sum(1, keepdims=True) - np.eye(10)[y]) / len(y)


def start(seed=0):
    rng, shapes = np.random.default_rng(seed), {(128, 784): 784, (128,): 784, (10, 128): 128, (10,): 128}
    return [rng.uniform(-1, 1, shape) / n_in**0.5 for shape, n_in in shapes.items()]


def learn(backward, slope, bits, epochs=3):
    parameters, rng = start(), np.random.default_rng(1)
    for _ in range(epochs):
        for batch in rng.permutation(len(X)).reshape(-1, 100):
            z, a, o = forward(parameters, X[batch], bits)
            changes = backward(X[batch], z, a, parameters[2], gradient_at_outputs(o, y[batch]), slope)
            for values, change in zip(parameters, changes, strict=True):
                values -= 0.1 * change
    return parameters


data = mnist_5k()
X, y = data.X.astype("float64"), data.y

# %% [markdown]
# Train it with slope 1: in double precision, on a fine grid, and on a coarse one.


# %% tags=["nbval-ignore-output"]
def report(name, parameters, bits):
    right = (forward(parameters, data.X_test, bits)[2].argmax(1) == data.y_test).mean()
    off = (forward(parameters, X, bits)[0] <= 0).all(0).sum()
    print(f"{name}: {right:.1%} of the test digits right, {off} of 128 units off for every digit")


trained = {bits: learn(backward, 1, bits) for bits in (60, 13, 8)}
for bits, parameters in trained.items():
    report(f"{bits:>2} bits", parameters, bits)

# %% tags=["assertion"]
share, off = {}, {}
for bits, parameters in trained.items():
    share[bits] = (forward(parameters, data.X_test, bits)[2].argmax(1) == data.y_test).mean()
    off[bits] = (forward(parameters, X, bits)[0] <= 0).all(0).sum()
assert share[60] > 0.83 and off[60] == 0
assert share[60] - 0.03 < share[13] < share[60] + 0.01 and 50 < off[13] < 90
assert share[8] < 0.3 and off[8] > 100

# %% [markdown]
# Look at the middle row alone. It learns, and it reads nearly as many digits as the one above. Whoever saw only this
# accuracy would not have asked, and neither would we. But half of its units are dead, and the last row has learnt
# nothing.
#
# ## Explore
#
# Is it the rounding? Here are larger networks, 784-256-256-10, each trained from eight starts. *Chained* follows the
# chain rule, *injected* has the slip of the program above; nothing else differs. Try all grids: when do the curves
# part?

# %%
explore(
    figures.accuracy_by_rule,
    setting=Select(list(figures.SETTINGS), value="2⁻¹³, SGD", label="steps of z, optimiser"),
    slope=Radio([0.5, 1.0], value=1.0),
)

# %% [markdown]
# It is not the rounding: the blue curve is the same on all grids.

# %% tags=["assertion"]
for rule, means in {"chained": (91.5, 91.5, 91.5), "injected": (88.5, 10, 10)}.items():
    for bits, mean in zip((13, 8, 5), means, strict=True):
        right = audit.accuracy(shipped("audit"), bits=bits, optimizer="SGD", rule=rule, slope=1.0)
        assert len(right) == 8 and abs(right.mean() - mean) < 0.2

# %% [markdown]
# ## Derive
#
# A unit computes $a = \sigma(z)$. Backpropagation brings $u = \partial\,\text{loss}/\partial a$, the **upstream
# gradient**, and the chain rule asks for
#
# $$\frac{\partial\,\text{loss}}{\partial z} = u \cdot \sigma'(z).$$
#
# Whatever number we choose for $\sigma'(0)$, it is a *factor*. So a backward pass $B$ is linear in what comes in:
#
# $$B(c\,u) = c\,B(u) \quad\text{for every } c.$$
#
# (Linear also means $B(u + v) = B(u) + B(v)$; for our slip the factor is enough.) An assignment passes on a constant
# instead. It does not know whether the loss wants $z$ to go up or down, or at all.
# Drag the disc. For which upstream gradients would you notice?

# %%
explore(
    figures.returned_by_upstream,
    upstream=Range(-3, 3, 0.25, value=1, label="upstream gradient"),
    side=Radio(list(figures.SIDES), value="z = 0", label="where"),
    slope=Radio([0.5, 1.0], value=0.5),
)

# %% [markdown]
# At upstream gradient 1 the lines meet, for every slope. Unfortunately 1 is what one tries first.
#
# In training, upstream gradients are far from 1: the loss is a mean, so each sample's part is divided by the size of
# the batch. This is their median size in the first layer of a fresh network:

# %%
network, digits = audit.Hand(0), data.X
for n in (10, 100, 1000):
    _, hidden, o = network.forward(digits[:n], 13)
    to_second = gradient_at_outputs(o, y[:n]) @ network.parameters[4]  # the weights of the third layer
    to_first = audit.chained(to_second, hidden[1], 0.0) @ network.parameters[2]  # and of the second
    print(f"batch of {n:>4}: median |u| = {np.median(np.abs(to_first)):.0e}")

# %% tags=["assertion"]
assert 2e-6 < np.median(np.abs(to_first)) < 2e-5

# %% [markdown]
# In a batch of 100 an assigned 1 is some ten thousand times as large as the numbers around it, and it always has the
# same sign.
#
# **Exercise audit.1.** A unit is on its kink for one sample of the batch and off for the others. The upstream gradient
# there is $-0.0004$, the slope ½, the learning rate 0.1. By how much, with its sign, does one step of gradient descent
# change its bias, with the chain rule, and with the assignment? Give a list of two.

# %% tags=["exercise"]
# begin solution: moves = ...
moves = [-0.1 * 0.5 * -0.0004, -0.1 * 0.5]
# end solution
check("audit.1", moves)

# %% [markdown]
# A positive number in the place of the gradient always pushes $z$ down, and not for one digit alone: the weights move
# by $-0.1 \cdot x$, and pixels are never negative. What does a single assigned 1 do to all digits?

# %%
x = X[0]
lower = 0.1 * (1 + X @ x)  # how far z falls, for each digit: by the bias, and by the weights
z = forward(start(), X, 60)[0]
print(f"median fall of z: {np.median(lower):.1f}, median of |z| before: {np.median(np.abs(z)):.2f}")

# %% tags=["assertion"]
assert np.median(lower) > 8 * np.median(np.abs(z)) and (z > lower[:, None]).mean() < 0.01

# %% [markdown]
# One hit, and the unit is off for nearly all digits. Where it is off it gets no gradient, and so most such units stay
# off. That is where the dead units come from.
#
# ## Find it
#
# In real life nobody tells you where to look. Which test would?

# %%
predict("audit.p2")

# %% [markdown]
# First the usual two. A gradient check compares `backward` with central differences of the loss: here for all 128
# biases, in double precision, at random weights. And a unit test puts one unit on its kink, with upstream gradient 1.


# %%
def loss_with(b1):
    o = forward([parameters[0], b1, *parameters[2:]], X[:100], 60)[2]
    return np.mean(np.log(np.exp(o).sum(1)) - o[np.arange(100), y[:100]])


parameters = start()
z, a, o = forward(parameters, X[:100], 60)
_, to_b1, _, _ = backward(X[:100], z, a, parameters[2], gradient_at_outputs(o, y[:100]), 1)
steps = 1e-5 * np.eye(128)
slopes = [(loss_with(parameters[1] + s) - loss_with(parameters[1] - s)) / 2e-5 for s in steps]
print("central differences agree:", np.allclose(to_b1, slopes, atol=1e-7))
one, kink = np.ones((1, 1)), np.zeros((1, 1))
print("one unit at its kink, u = 1, slope 1:", backward(one, kink, kink, one, one, 1)[1])

# %% tags=["assertion"]
assert np.allclose(to_b1, slopes, atol=1e-7) and not (z == 0).any()
assert backward(one, kink, kink, one, one, 1)[1] == 1

# %% [markdown]
# Both pass. At random weights in double precision no $z$ is exactly 0: the line in question runs, and touches no entry.
# In the unit test it does, at $u = 1$, where any assigned slope looks right.
#
# Now a test that follows from the derivation. It needs no right answer: it compares the backward pass with itself. A
# test of this kind is called **metamorphic**: you change the question in a way for which you know how the answer has to
# change.
#
# **Exercise audit.2.** Write `linear(backward, upstream, z)`, where `backward` is now any function of `(upstream, z)`.
# Return True if `backward(c * upstream, z)` is `c * backward(upstream, z)` for $c = -1$, 0 and 1000, up to rounding,
# and else False.


# %% tags=["exercise"]
# begin solution: linear = ...
def linear(backward, upstream, z):
    once = backward(upstream, z)
    return all(np.allclose(backward(c * upstream, z), c * once) for c in (-1, 0, 1000))


# end solution
check("audit.2", linear)

# %% [markdown]
# Three factors, because each finds something that the others miss: $-1$ a lost sign, 0 a number that comes out when
# nothing goes in, 1000 a clip. For the whole program `to_o` is what comes in. The grid has to be coarse: without a zero
# the slip does nothing, and every test passes.

# %%
z, a, o = forward(parameters, X[:100], 5)
to_o = gradient_at_outputs(o, y[:100])
once = backward(X[:100], z, a, parameters[2], to_o, 1)
for c in (-1, 0, 1000):
    scaled = backward(X[:100], z, a, parameters[2], c * to_o, 1)
    passes = [np.allclose(changed, c * before) for changed, before in zip(scaled, once, strict=True)]
    print(f"c = {c:>4}:", dict(zip(("W1", "b1", "W2", "b2"), passes, strict=True)))

# %% tags=["assertion"]
assert passes == [False, False, True, True] and (z == 0).mean() > 0.01

# %% [markdown]
# The test even says where. The gradients of $W_2$ and $b_2$ are linear, those of $W_1$ and $b_1$ are not: between them
# stands the ReLU.
#
# **Exercise audit.3.** Find the line and fix it.


# %% tags=["exercise"]
def repaired(X, z, a, W2, to_o, slope):
    to_a = to_o @ W2
    to_z = np.where(z > 0, to_a, 0)
    # begin solution: to_z[z == 0] = slope
    to_z[z == 0] = slope * to_a[z == 0]
    # end solution
    return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]


verdict = check("audit.3", repaired)
verdict

# %% tags=["nbval-ignore-output"]
if verdict.passed:
    for bits in (13, 8):
        report(f"{bits:>2} bits", learn(repaired, 1, bits), bits)

# %% tags=["assertion"]
# With slope 0 the program above has no slip: it passes on 0 where 0 times the upstream gradient belongs.
for bits in (13, 8):
    right = (forward(learn(backward, 0, bits), data.X_test, bits)[2].argmax(1) == data.y_test).mean()
    assert abs(right - share[60]) < 0.02

# %% tags=["solution-only", "assertion"]
assert (forward(learn(repaired, 1, 8), data.X_test, 8)[2].argmax(1) == data.y_test).mean() > 0.83

# %% [markdown]
# ## Measure
#
# How much does it matter? Eight starts of the larger networks, 15 epochs; runs with one start share weights, digits and
# batches. Each entry is accuracy minus that of slope 0, in points: the mean of the pairs and its interval of 95 %,
# corrected as in [[comparison]].

# %%
rows = []
for setting, (bits, optimizer) in figures.SETTINGS.items():
    place = {"bits": bits, "optimizer": optimizer}
    zeros = np.mean([row["zeros"] for row in where(shipped("audit"), rule="chained", slope=0.0, **place)])
    row = [setting, f"{100 * zeros:.2g} %"]
    for rule, slope in (("chained", 1.0), ("chained", 100.0), ("injected", 0.1), ("injected", 1.0)):
        row.append(in_points(audit.difference(shipped("audit"), bits, rule, slope, optimizer)))
    rows.append(row)
Table("Points", ["steps of z", "zeros", "chained 1", "chained 100", "injected 0.1", "injected 1"], rows)

# %% tags=["assertion"]
for bits, optimizer in figures.SETTINGS.values():
    for slope in (0.5, 1.0):
        low, _, high = audit.difference(shipped("audit"), bits, "chained", slope, optimizer)
        assert -1 < low < high < 1
fine, middle = (audit.difference(shipped("audit"), bits, "injected", 1.0) for bits in (13, 8))
assert fine.high < -1 and -4 < fine.estimate < -2.5 and -83 < middle.estimate < -80
small = audit.difference(shipped("audit"), 13, "injected", 0.1, "Adam")
assert small.low < 0 < small.estimate < small.high
large = [audit.difference(shipped("audit"), bits, "chained", 100.0) for bits in (13, 8, 5)]
assert large[0].low > -1 and large[1].high < 0 and large[2].high < -50
zeros = [np.mean([row["zeros"] for row in where(shipped("audit"), bits=b, rule="chained", slope=0.0)]) for b in (13, 5)]
assert 5e-5 < zeros[0] < 2e-4 and 0.025 < zeros[1] < 0.035

# %% [markdown]
# As a factor, slope 1 changes nothing that eight pairs can show: every interval lies within one point, with up to 3 %
# zeros. Assigned, it costs three points even where one pre-activation in ten thousand is 0, and on the coarser grids
# everything. An assigned 0.1 with Adam could pass for a gain, if one looked at the mean alone; at $2^{-8}$ it cost each
# of the eight runs 8 points or more, so unevenly that the interval reaches 0. A slope of 100, which is no subgradient,
# does harm as a factor, too, once zeros are frequent.
#
# ### What this says about the paper, and what it does not
#
# **What we read.** In `relu.py` of *deel-ai/relu-prime*, at commit aa20457, the backward pass of `ReLUAlphaFunction`
# assigns the constant $\alpha$ to the gradient where the input is 0 (line 20 of the text that we read). The chain rule
# asks for $\alpha$ times the upstream gradient. The leaky ReLU in the same file has the factor, and so has the ReLU of
# *ryanboustany/MaxPool-numerical*, a later repository on a related question. Version 4 of the paper on arXiv, of 3
# November 2023, comes with an erratum, which we have not read.
#
# **What our runs show.** In small networks on 4000 digits, with grids that make zeros frequent, an assigned number can
# cost everything, while the slope itself, as a factor of ½ or 1, costs less than a point. With the assignment,
# $\alpha = 0$ is the chain rule with slope 0, and every other $\alpha$ brings the slip along: whoever compares values
# of $\alpha$ measures both at once.
#
# **What they do not show.** Nothing about ImageNet, large networks, or half precision on an accelerator. Nor do we
# know with which version of the code the published figures were computed. And the paper's counts of networks whose
# gradient hangs on the slope, the zone of [[paper]], do not depend on the slip: in every batch that we tried, slope 1
# in place of 0 changed the gradient with both lines or with neither.
#
# If you find such a line in somebody's code, write to them first, with the commit, the test that fails, and what you
# have *not* shown.

# %% tags=["assertion"]
# Whether slope 1 in place of 0 changes the first layer's gradient: batch by batch the same with both rules.
hand, changed = audit.Hand(0), {rule: [] for rule in audit.RULES}
for at in range(0, 400, 4):
    for rule, found in changed.items():
        batch = slice(at, at + 4)
        one, zero = (hand.gradient(data.X[batch], y[batch], 13, rule, slope)[0][0] for slope in (1.0, 0.0))
        found.append((one != zero).any())
assert changed["chained"] == changed["injected"] and 0.2 < np.mean(changed["chained"]) < 0.9

# %% [markdown]
# ## Break it
#
# A test that finds one slip is an anecdote, a checklist is a method. Try one on three programs of another kind. Each
# takes weights, samples, targets and an upstream gradient $u$, one number, and returns a gradient in $w$. Their
# docstrings promise:
#
# - `hinge`: of $u \cdot \operatorname{mean} \max(0, 1 - y \cdot Xw)$, with slope ½ at the kink
# - `absolute`: of $u \cdot \operatorname{mean} |Xw - y|$, with slope 0 at the kink
# - `huber`: of $u \cdot \operatorname{mean} h(Xw - y)$, where $h(r)$ is $\frac12 r^2$ up to $|r| = 1$ and
#   $|r| - \frac12$ beyond
#
# Two of them do something else. Do not read, call them: `programs.PROGRAMS` holds each with its loss, written
# anew from the text. Start with the strongest test that one usually has, an independent implementation: central
# differences of that loss.

# %%
square = programs.data(n=6, features=6)
for name, (program, loss) in programs.PROGRAMS.items():
    print(f"{name:<9} agrees with its text:", programs.independent(program, loss, *square))

# %% tags=["assertion"]
assert all(programs.independent(*pair, *square) for pair in programs.PROGRAMS.values())

# %% [markdown]
# All three agree. So two slips are left that even this test does not see, on these data.
#
# **Exercise audit.4.** All three promise a *mean*. Write `keeps_the_mean(program, w, X, y)`: True if
# `program(w, X, y, 1.0)` stays the same, up to rounding, when every sample appears twice in the batch, and else False.


# %% tags=["exercise"]
# begin solution: keeps_the_mean = ...
def keeps_the_mean(program, w, X, y):
    twice = program(w, np.concatenate([X, X]), np.concatenate([y, y]), 1.0)
    return bool(np.allclose(program(w, X, y, 1.0), twice))


# end solution
check("audit.4", keeps_the_mean)

# %% [markdown]
# Here is the whole checklist, in its order: `upstream`, `batch`, `twice`, `precision`, `kink`, `independent`.
# `upstream` and `kink` put a sample on its kink; `kink` then checks that the answer lies between the slopes of the loss
# on both sides. `twice` calls a program two times with the same arrays. `precision` makes the samples larger by a
# factor of $1 + 10^{-10}$ and asks that the answer moves, and by as little.

# %%
name, test, n, features = "hinge", "upstream", 6, 6  # change them
print(test, programs.CHECKLIST[test](*programs.PROGRAMS[name], *programs.data(n, features)))

# %% tags=["assertion"]
assert programs.CHECKLIST[test](*programs.PROGRAMS[name], *programs.data(n, features))

# %% [markdown]
# **Exercise audit.5.** For `hinge`, `absolute` and `huber`, in this order: which is the first test of the list that the
# program fails, on 12 samples with 5 features? Write "right" for one that passes all. Give a list of three words.

# %% tags=["exercise"]
# begin solution: verdicts = ...
verdicts = ["right", "batch", "twice"]
# end solution
check("audit.5", verdicts)

# %% [markdown]
# A test that has never failed proves little: perhaps it cannot fail. So plant the slip that each test is for. They are
# in `programs.PLANTED`; for `upstream` it is the one of this lesson, ½ assigned at the kink.

# %%
rows = []
for test, passes in programs.CHECKLIST.items():
    tried = [*programs.PROGRAMS.values(), (programs.PLANTED[test], programs.hinge_loss)]
    found = ["passes" if passes(*pair, *programs.data(12, 5)) else "fails" for pair in tried]
    rows.append([test, programs.FINDS[test], *found])
Table("The checklist, on 12 samples with 5 features", ["test", "finds", *programs.PROGRAMS, "planted slip"], rows)

# %% tags=["assertion"]
assert [row[-1] for row in rows] == ["fails"] * 6 and [row[2] for row in rows] == ["passes"] * 6
assert [row[0] for row in rows if row[3] == "fails"] == ["batch", "kink", "independent"]
assert [row[0] for row in rows if row[4] == "fails"] == ["twice"]

# %% [markdown]
# No list proves a program right, and a test that fails does not name the slip: `absolute` divides by the number of
# features, so `kink` and `independent` fail as well. And with as many samples as features, or a single call,
# `independent` saw nothing. Vary shapes, sizes and the number of calls.
#
# Stuck? Put the name of an exercise in the place of the dots: a hint comes, and the solution as soon as it is open.

# %%
stuck_at = ...  # for example "audit.3"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## Recap
#
# - The slope at a kink is a factor of the upstream gradient. A backward pass is linear in it, an assignment is not.
# - Upstream gradients shrink with the batch, an assigned number does not. A positive one is huge beside them, pushes
#   one way only, and switches units off.
# - A gradient check at random weights and a unit test with upstream 1 both passed.
# - Metamorphic tests need no right answer: scale the upstream gradient, double the batch, call twice. Plant a slip for
#   each, to see that it can fail.
# - An audit says what was read, with the commit, what was run, and what was not.
#
# **Sources.**
# - David Bertoin, Jérôme Bolte, Sébastien Gerchinovitz and Edouard Pauwels, [*Numerical influence of ReLU'(0) on
#   backpropagation*](https://arxiv.org/abs/2106.12915), NeurIPS 2021; code:
#   [deel-ai/relu-prime](https://github.com/deel-ai/relu-prime), `relu.py` read at commit aa20457
# - Ryan Boustany, [*On the numerical reliability of nonsmooth autodiff: a MaxPool case
#   study*](https://arxiv.org/abs/2401.02736), 2024; code:
#   [ryanboustany/MaxPool-numerical](https://github.com/ryanboustany/MaxPool-numerical), `relu.py` read at 56f1e33
# - Sergio Segura, Gordon Fraser, Ana B. Sanchez and Antonio Ruiz-Cortés, [*A survey on metamorphic
#   testing*](https://doi.org/10.1109/TSE.2016.2532875), 2016 (the idea is Tsong Yueh Chen's and others', 1998)
# - Richard A. DeMillo, Richard J. Lipton and Frederick G. Sayward, [*Hints on test data selection: help for the
#   practicing programmer*](https://doi.org/10.1109/C-M.1978.218136), 1978 (planted slips)
