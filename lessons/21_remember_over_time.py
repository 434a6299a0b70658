# %% [markdown]
# # Remember over time
#
# **The question.** A recurrent network uses the same weights at every step. What becomes of a gradient that has to go
# back through a hundred steps, and how can a network keep it?
#
# A word may depend on one from three sentences ago, a fault on a reading from an hour ago. A network can learn such a
# link only from a gradient that comes back that far. If next to none arrives, another cell may help.
#
# **You will learn**
# - what a hundred steps back do to a gradient, for several matrices and activations
# - what the sum in an LSTM is good for, and what its forget gate takes away again
# - to train a recurrent network in NumPy, and to measure how far back it can learn
#
# **Before you start.** [[Training]]: backpropagation by hand. [[Linear_paths]]: products of Jacobians and their
# singular values.
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.networks import check_gradient
from course_lib.topics.linear_paths import adding, recurrent, recurrent_figures
from course_lib.topics.linear_paths.recurrent import KINDS, MATRICES, recurrent_matrix, spread_of_products

# %% [markdown]
# ## Predict
#
# Commit to a guess before you read on.

# %%
predict("recurrent.p1")

# %%
predict("recurrent.p2")

# %% [markdown]
# ## Explore
#
# A **recurrent network** reads a sequence $x_1, \dots, x_T$ and keeps a vector $h_t$, its *state*. Each step makes a
# new state from the old one and the input:
#
# $$h_t = \varphi(W h_{t-1} + U x_t + b), \qquad h_0 = 0.$$
#
# Write the steps one below the other, and you have a network with $T$ layers that all share one $W$. [[Linear_paths]]
# found what becomes of a gradient in a deep network, and here a hundred layers are nothing unusual. By the chain rule
#
# $$\frac{\partial h_T}{\partial h_0} = \prod_{t=1}^{T} \operatorname{diag}\bigl(\varphi'(z_t)\bigr)\, W,$$
#
# where $z_t$ is what $\varphi$ is applied to, and later steps stand on the left. Multiply it out. To see $W$ alone at
# work, there is no input here, but a start $h_0$ with entries between 0 and 1, and ReLU. Begin with $W = c\,I$. Guess
# first: what is left after 100 steps with $c = 0.9$, and with $c = 1.1$?


# %%
def stretches(W, phi, slope, steps=100):
    h = np.random.default_rng(14).uniform(size=len(W))
    product = np.eye(len(W))
    for _ in range(steps):
        z = W @ h
        h = phi(z)
        product = slope(z)[:, None] * W @ product
    s = np.linalg.svd(product, compute_uv=False)
    return f"greatest {s[0]:.3g}, median {np.median(s):.3g}"


for c in (0.9, 1, 1.1):
    print(f"c = {c:<4}", stretches(c * np.eye(32), lambda z: np.maximum(0, z), lambda z: z > 0))

# %% tags=["assertion"]
for c, said in ((0.9, "2.66e-05"), (1, "1"), (1.1, "1.38e+04")):
    assert f"{c**100:.3g}" == said
    assert stretches(c * np.eye(32), lambda z: np.maximum(0, z), lambda z: z > 0) == f"greatest {said}, median {said}"
    assert np.allclose(spread_of_products(c * np.eye(32), "ReLU")[-1], c**100)

# %% [markdown]
# These are $c^{100}$: a tenth below 1 leaves 0.003 % of the gradient, which *vanishes*; a tenth above makes it 13,780
# times as large, and it *explodes*. Now change one thing, the activation.

# %%
for c in (0.9, 1, 1.1):
    print(f"c = {c:<4}", stretches(c * np.eye(32), np.tanh, lambda z: 1 - np.tanh(z) ** 2))

# %% tags=["assertion"]
with_tanh = {c: spread_of_products(c * np.eye(32), "tanh")[-1] for c in (0.9, 1, 1.1)}
assert all(row[0] < 1 for row in with_tanh.values()) and with_tanh[1.1][0] < 1e-4 < 0.9 < with_tanh[1][0]
h = 0.5
for _ in range(1000):
    h = np.tanh(1.1 * h)
assert 0.4 < h < 0.6 and 1.1 * (1 - h**2) < 0.9

# %% [markdown]
# With $c = 1.1$ each unit goes to where $\tanh(1.1\,h) = h$, at about $h = 0.5$. The slope there is $1 - h^2$, and 1.1
# times it is below 0.9. So $\tanh$ tames the states, and pays with the gradient. With $c = 1$ the greatest value looks
# fine, the median does not: only small states find $\tanh$ nearly linear.
#
# **Exercise recurrent.1.** With $W = c\,I$ and ReLU, how large does $c > 0$ have to be so that one hundredth of the
# gradient is left after 100 steps? The answer counts within 0.0002.

# %% tags=["exercise"]
# begin solution: c_for_a_hundredth = ...
c_for_a_hundredth = 0.01 ** (1 / 100)
# end solution
check("recurrent.1", c_for_a_hundredth)

# %% [markdown]
# Two usual starts are random: *Gaussian* entries with variance $1/n$, which keep the length of a vector on average, and
# *orthogonal* matrices, rotations with or without a reflection, which keep all lengths exactly. Try them, first without
# an activation, then with. (Below $10^{-13}$ of the greatest value, rounding hides a value; it counts as 0.)

# %%
explore(
    recurrent_figures.products,
    c=Range(0.8, 1.2, 0.05, value=0.9, label="c"),
    matrix=Radio(list(MATRICES), label="matrix"),
    activation=Radio(["ReLU", "tanh", "none"], label="activation"),
)

# %% tags=["assertion"]
Q, G, v = recurrent_matrix("orthogonal", 1.0), recurrent_matrix("Gaussian", 1.0, 400), np.ones(400) / 20
assert np.allclose(Q.T @ Q, np.eye(32)) and abs(np.linalg.norm(G @ v) - 1) < 0.1
assert spread_of_products(Q, "ReLU")[-1, 0] < 1e-9 and (spread_of_products(Q, "ReLU")[:, 1] == 0).all()

# %% [markdown]
# **Exercise recurrent.2.** From the same $h_0$ and without input: what becomes of the greatest singular value over 100
# steps?
#
# 1. $W = 1.2\,I$, ReLU
# 2. $W = 1.2\,I$, $\tanh$
# 3. $W$ orthogonal, no activation
# 4. $W$ orthogonal, drawn at random, ReLU
#
# Give a list of four of the words `"grows"`, `"stays"` (within 1 %), `"shrinks"`.

# %% tags=["exercise"]
# begin solution: fates = ...
fates = ["grows", "shrinks", "stays", "shrinks"]
# end solution
check("recurrent.2", fates)

# %% [markdown]
# So ReLU is nearly linear only for units that are on. The identity leaves a unit that is on where it is; a rotation
# throws it to the other side, and ReLU cuts it off. That is why Le, Jaitly and Hinton (2015) start a recurrent ReLU
# network with $W = I$: the **identity ReLU net**, or IRNN, of this lesson.
#
# ## Derive
#
# > **C47 · refined.** What is nearly linear is easier to train; recurrent networks want derivatives near 1, and the
# > LSTM gets them by summing through time. (Kanchan Sarkar, 2018)
#
# What the first half means for the gradient you have just seen; whether training follows is to be measured. The second
# half needs a look at the formula. The **LSTM**, for *long short-term memory*, keeps a second vector beside $h_t$, the
# *cell*
#
# $$c_t = f_t\, c_{t-1} + i_t\, g_t, \qquad h_t = o_t \tanh(c_t).$$
#
# All products go entry by entry. What is new, $g_t$, is made from $h_{t-1}$ and $x_t$ by $\tanh$. So are the three
# *gates*, but by $\sigma(z) = 1/(1 + e^{-z})$, so between 0 and 1: $i_t$ lets something in, $o_t$ out, and the **forget
# gate** $f_t$ decides what stays.
#
# The LSTM of Hochreiter and Schmidhuber (1997) has no $f_t$: the cell is a plain sum, $c_t = c_{t-1} + i_t g_t$. Along
# the cell, and the gates held fixed, its derivative is 1 at every step, with no matrix and no activation on the way:
# a skip of [[linear_paths]], laid through time.
# But then the cell never forgets, and in a long sequence it fills up. So Gers, Schmidhuber and Cummins (2000) put in
# the forget gate, and the derivative along the cell became
#
# $$\frac{\partial c_T}{\partial c_0} = \prod_{t=1}^{T} f_t.$$
#
# Where does the gate stand before it has learned anything? At $\sigma(b)$, with $b$ its bias.

# %%
print("no forget gate  ", 1.0**100)
for b in (0, 1, 5):
    f = 1 / (1 + np.exp(-b))
    print(f"b = {b}: f = {f:.3f}, left after 100 steps: {f**100:.3g}")

# %% tags=["assertion", "C47"]
gates = {b: 1 / (1 + np.exp(-b)) for b in (0, 1, 5)}
assert [f"{f**100:.3g}" for f in gates.values()] == ["7.89e-31", "2.48e-14", "0.511"]
c = np.array([0.0, 1.0])  # two cells without a forget gate that differ at the start alone
for new in np.random.default_rng(0).integers(-4, 5, 100) / 4:
    c = c + 0.5 * new
assert c[1] - c[0] == 1
tiny = recurrent.RecurrentNet("LSTM", inputs=2, hidden=3, seed=1)
x, target = np.random.default_rng(2).normal(size=(6, 1, 2, 4)), np.ones((1, 4))


def loss_at(flat):
    tiny.flat[...] = flat
    return float(tiny.loss_and_gradient(x, target)[0][0])


assert check_gradient(loss_at, tiny.loss_and_gradient(x, target)[1], tiny.flat.copy()).passed

# %% [markdown]
# With bias 0 the cell forgets faster than $W = 0.9\,I$ did. "It sums through time" is true of the first LSTM, and of
# today's while the gate is open.

# %%
explore(recurrent_figures.forget_gate, b=Range(0, 8, 0.5, value=1, label="bias b"))

# %% [markdown]
# **Exercise recurrent.3.** Write a function that gives the bias with which exactly one half is left after `steps`
# steps.


# %% tags=["exercise"]
def bias_for(steps):
    # begin solution: return ...
    f = 0.5 ** (1 / steps)
    return np.log(f / (1 - f))
    # end solution


check("recurrent.3", bias_for)

# %% [markdown]
# ## Measure
#
# ### A task that needs memory
#
# Does any of this decide what a network learns? Take a task that is all memory, the **adding problem** of Hochreiter
# and Schmidhuber. Each step brings a number, uniform between 0 and 1, and a mark: two steps are marked with 1, one in
# each half, all others with 0. After the last step the network has to say the sum of the two marked numbers.

# %%
x, target = adding.sequences(10, 1, np.random.default_rng(3))
print("numbers:", *(f"{u:.2f}" for u in x[:, 0, 0]))
print("marks:  ", *(f"{m:4.0f}" for m in x[:, 1, 0]))
print("target: ", f"{target[0]:.2f}")

# %% tags=["assertion"]
assert np.isclose((x[:, 0, 0] * x[:, 1, 0]).sum(), target[0]) and x[:5, 1].sum() == x[5:, 1].sum() == 1

# %% [markdown]
# A network that remembers nothing can still say a constant.
#
# **Exercise recurrent.4.** What is the mean square error of the best constant? (The answer counts within 0.0005.)

# %% tags=["exercise"]
# begin solution: best_constant_error = ...
best_constant_error = 2 * (1 / 3 - 1 / 4)
# end solution
check("recurrent.4", best_constant_error)

# %% tags=["assertion"]
_, many = adding.sequences(20, 200_000, np.random.default_rng(4))
assert abs(many.var() - adding.BEST_CONSTANT) < 0.002 and abs(many.mean() - 1) < 0.005

# %% [markdown]
# We say that a network *clearly* beats this if its error comes below 0.1.
#
# ### Backpropagation through time
#
# The gradient goes back step by step, as through layers. But every step uses $W$, so its gradient is a sum over the
# steps. This is **backpropagation through time**.
#
# **Exercise recurrent.5.** Given `W`, the state `h` at step $t$ and `to_h` $= \partial L/\partial h_t$, both of shape
# `(units, batch)`, return $\partial L/\partial h_{t-1}$. The activation is $\tanh$.


# %% tags=["exercise"]
def one_step_back(W, h, to_h):
    # begin solution: return ...
    return W.T @ (to_h * (1 - h**2))
    # end solution


check("recurrent.5", one_step_back)

# %% [markdown]
# Here is the whole training. In its last line a gradient longer than `limit` is cut to this length, so that one that
# explodes does not throw the weights away. That is **gradient clipping**.


# %% tags=["program"]
def learn(W, phi, slope, length, limit=1.0, steps=2000):
    rng, units = np.random.default_rng(0), len(W)
    W, U, b = W.copy(), rng.normal(0, 0.7, (units, 2)), np.zeros((units, 1))
    V, c = rng.normal(0, units**-0.5, (1, units)), np.zeros((1, 1))
    errors = []
    for _ in range(steps):
        x, target = adding.sequences(length, 32, rng)
        h = [np.zeros((units, 32))]
        for t in range(length):
            h.append(phi(W @ h[t] + U @ x[t] + b))
        error = V @ h[-1] + c - target
        errors.append((error**2).mean())
        d = 2 * error / 32
        to_h, dW, dU, db = V.T @ d, 0 * W, 0 * U, 0 * b
        for t in reversed(range(length)):
            delta = to_h * slope(h[t + 1])
            dW += delta @ h[t].T
            dU += delta @ x[t].T
            db += delta.sum(1, keepdims=True)
            to_h = W.T @ delta
        gradients = dW, dU, db, d @ h[-1].T, d.sum(1, keepdims=True)
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        for parameter, gradient in zip((W, U, b, V, c), gradients, strict=True):
            parameter -= 0.2 * gradient * min(1, limit / norm)
    return np.array(errors)


# %% tags=["nbval-ignore-output"]
G = recurrent_matrix("Gaussian", 1.0, size=16)
last = {}
for length in (5, 10, 20, 40):
    last[length] = learn(G, np.tanh, lambda h: 1 - h**2, length)[-100:].mean()
    print(f"length {length:>2}: error {last[length]:.2f}")

# %% tags=["assertion"]
assert last[5] < 0.03 and last[10] < 0.06 and 0.03 < last[20] < 0.15 < last[40] < 0.25

# %% [markdown]
# The same network and the same number of steps: at length 40 it does no better than a constant. But this is plain
# gradient descent from one start.
#
# ### Three networks, eight starts
#
# Three networks have 24 units each: $\tanh$ with Gaussian $W$, the identity ReLU net, and an LSTM with forget bias 1.
# Adam trains each for 2000 steps on fresh batches of 32, clipped at 1, at the best of the rates 0.001, 0.003, 0.01.
# In each of eight starts all meet the same sequences. Which of the three clearly beats the constant at length 100?

# %%
for length in adding.LENGTHS:
    for kind in KINDS:
        rate = adding.best_rate(kind, length)
        error = adding.curves(kind, length, rate)[:, -1]
        print(f"length {length:>3} {kind:<14}below 0.1: {(error < 0.1).sum()} of 8, median {np.median(error):.4f}")

# %% tags=["assertion", "C47"]
ends = {(kind, n): adding.curves(kind, n, adding.best_rate(kind, n))[:, -1] for kind in KINDS for n in adding.LENGTHS}
below = {key: int((errors < 0.1).sum()) for key, errors in ends.items()}
assert below["tanh", 20] == 8 > below["tanh", 50] > below["tanh", 100] == 2 >= below["identity ReLU", 100]
assert adding.best_rate("tanh", 100) == adding.best_rate("identity ReLU", 100) == min(adding.RATES)
irnn, (x, target) = recurrent.RecurrentNet("identity ReLU", 2, 24), adding.sequences(100, 32, np.random.default_rng(0))
assert irnn.views(irnn.loss_and_gradient(x[:, None], target[None])[1]).step[0, :, :24].any()
U = np.stack([recurrent.RecurrentNet("identity ReLU", 2, 24, seed=s).weights.step[0, :, 24:-1] for s in range(8)])
assert 0.4 < (U @ x[0] > 0).mean() < 0.6  # after h = 0 and without a bias
assert all(below["LSTM", n] == 8 and (ends["LSTM", n] < ends["tanh", n]).all() for n in adding.LENGTHS)

# %% [markdown]
# $\tanh$ falls from eight starts to two as the sequence grows. The identity ReLU net does no better at length 100,
# although $W$ starts at $I$. But about half of its units are off at the start, and already the first update moves
# $W$. And 2000 steps are few, and at this length both took the lowest rate on offer: this is what the budget gives and
# no more. The LSTM learns every length in every start.
#
# Now look at the way there.

# %%
explore(recurrent_figures.learning_curves, length=Radio(list(adding.LENGTHS), label="length"))

# %% [markdown]
# At length 100 most starts of the plain nets stay at the constant. (Each net chose its rate by the errors that you see,
# which flatters all three.)
#
# ### How could the LSTM learn that?
#
# Its forget bias was 1, and that leaves $10^{-14}$ over 100 steps. Yet it learned. Look inside: train one on length 100
# by Adam, and multiply for each unit the forget gates over all 100 steps. How much does the most open unit keep?

# %% tags=["nbval-ignore-output"]
net, rng, kept = recurrent.RecurrentNet("LSTM", inputs=2, hidden=24), np.random.default_rng(0), {}
seen, _ = adding.sequences(100, 200, np.random.default_rng(9))
mean, square = 0 * net.flat, 0 * net.flat
for step in range(1, 401):
    x, target = adding.sequences(100, 32, rng)
    error, g = net.loss_and_gradient(x[:, None], target[None])
    if step in (1, 400):
        kept[step] = net.forget_gates(seen[:, None]).prod(axis=0).mean(axis=-1).max()
        print(f"step {step:>3}: error {error[0]:.3f}, kept over 100 steps: {kept[step]:.1g}")
    g *= min(1, 1 / np.linalg.norm(g))
    mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
    net.flat -= 0.01 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)

# %% tags=["assertion"]
assert 1e-8 < kept[1] < 1e-5 and 0.1 < kept[400] < 1 and error[0] < 0.1

# %% [markdown]
# (At step 1 this unit's random weights already add to the bias.) It opened the gate itself, led perhaps by sequences
# whose second mark stands near the end. So derivatives need not be near 1 at the start, if the network can learn to
# bring them there.
#
# ## Break it
#
# Is gradient clipping needed? Start the identity ReLU net a little too large, with $W = 1.3\,I$, on sequences of length
# 10, and leave the clipping out.

# %% tags=["nbval-ignore-output"]
for limit in (np.inf, 1.0):
    error = learn(1.3 * np.eye(16), lambda z: np.maximum(0, z), lambda h: h > 0, 10, limit)
    print(f"limit {limit}: first error {error[0]:.0f}, second {error[1]:.0e}, last hundred {error[-100:].mean():.2f}")

# %% tags=["assertion"]
assert error[0] > 100 and error[-100:].mean() < 0.1
without = [learn(c * np.eye(16), lambda z: np.maximum(0, z), lambda h: h > 0, 10, np.inf) for c in (1.2, 1.3)]
assert np.allclose(without[0][-100:], without[1][-100:], rtol=0.02) and without[1][1] > 1e9
assert 0.15 < without[1][-100:].mean() < 0.19

# %% [markdown]
# Without the limit the first updates throw the weights so far that hardly a ReLU unit is ever on again. The last errors
# look harmless: they are those of the best constant, which is all that the output's bias can learn alone. So clipping
# helps against explosion. It only shortens, and brings no vanished gradient back.
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "recurrent.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A recurrent network is a deep network with one matrix. Its gradient over $T$ steps is a product of $T$ Jacobians.
# - The factors have to be near 1: $0.9^{100}$ is 0.00003 and $1.1^{100}$ is 13,780. A matrix that keeps lengths is not
#   enough, the slopes of the activation count as well.
# - The cell of an LSTM is a sum. Its derivative over time is 1 without a forget gate, and about $\sigma(b)^T$ with a
#   new one: open it by its bias.
# - On the adding problem $\tanh$ and identity ReLU nets learn length 20 in all starts and, in 2000 steps, length 100 in
#   few. The LSTM learns both in all: it opens its forget gates in training.
#
# **Sources.**
# - Yoshua Bengio, Patrice Simard and Paolo Frasconi, [*Learning long-term dependencies with gradient descent is
#   difficult*](https://doi.org/10.1109/72.279181), 1994
# - Sepp Hochreiter and Jürgen Schmidhuber, [*Long short-term memory*](https://doi.org/10.1162/neco.1997.9.8.1735), 1997
#   (the sum, and the adding problem)
# - Felix A. Gers, Jürgen Schmidhuber and Fred Cummins, [*Learning to forget: continual prediction with
#   LSTM*](https://doi.org/10.1162/089976600300015015), 2000 (the forget gate)
# - Razvan Pascanu, Tomas Mikolov and Yoshua Bengio, [*On the difficulty of training recurrent neural
#   networks*](https://arxiv.org/abs/1211.5063), 2013 (the product of Jacobians, and clipping)
# - Quoc V. Le, Navdeep Jaitly and Geoffrey E. Hinton, [*A simple way to initialize recurrent networks of rectified
#   linear units*](https://arxiv.org/abs/1504.00941), 2015 (the identity ReLU net)
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C47)
