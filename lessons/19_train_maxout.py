# %% [markdown]
# # Train maxout
#
# **The question.** If two networks compute the same function, does it matter how the function is written down? And
# does maxout, with its $k$ times as many weights, need more regularisation?
#
# Suppose that you replace ReLU by maxout and keep the learning rate, the batches and the dropout. Are your old
# settings still good ones? That depends on what a step of gradient descent does to the *outputs*, and one small matrix
# tells you.
#
# **You will learn**
# - to predict from a matrix $K$ how far each output moves in the first step
# - why maxout starts faster than the same function made of ReLUs, and why it may end slower
# - what exactly becomes $k$ times smaller, and when the train-test gap grows
#
# **Before you start.** [[Training]] (backpropagation), [[finding]] and [[dead_units]] (dead units, dropout) and
# [[maxout]].
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.data import digits
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.networks import Adam, Dense, Dropout, Maxout, Network, train
from course_lib.table import Table
from course_lib.topics.maxout import gaps, training, training_figures
from course_lib.topics.maxout.regularisation import DATA

# %% [markdown]
# ## Predict
#
# Two guesses.

# %%
predict("maxout_training.p1")

# %%
predict("maxout_training.p2")

# %% [markdown]
# ## Explore
#
# Start with a fair pair. A ReLU unit computes $\max(wx + b, 0)$. A maxout unit with two pieces computes
# $\max(wx + b, vx + c)$, and with $v = c = 0$ that is the same. So here are six hidden units with random numbers, an
# output $f(x) = \sum_j a_j h_j(x) + d$, and 20 samples of $\sin \pi x$ to learn.

# %%
x = np.linspace(-1, 1, 20)
t = np.sin(np.pi * x)


def start():
    w, b, a = np.random.default_rng(4).standard_normal((3, 6))
    return w, b / 2, np.zeros(6), np.zeros(6), a / 2, 0.0


w, b, v, c, a, d = start()
relu = np.maximum(np.outer(x, w) + b, 0) @ a + d
maxout = np.maximum(np.outer(x, w) + b, np.outer(x, v) + c) @ a + d
print("largest difference of the outputs:", np.abs(relu - maxout).max())

# %% tags=["assertion"]
assert np.array_equal(relu, maxout)
assert np.allclose(training.six_units("ReLU").outputs(x), relu, rtol=0, atol=1e-12)

# %% [markdown]
# Equal to the last bit. Now let both learn by gradient descent on $L = \tfrac12 \sum_s r_s^2$, with the **residuals**
# $r_s = f(x_s) - t_s$. The two programs differ in one line: maxout also moves $v$ and $c$, on the samples where the
# second piece wins.


# %% tags=["program"]
def learn(form, steps, rate=0.01):
    w, b, v, c, a, d = start()
    outputs = []
    for _ in range(steps + 1):
        first, second = np.outer(x, w) + b, np.outer(x, v) + c
        wins, h = first > second, np.maximum(first, second)
        outputs.append(h @ a + d)
        r = outputs[-1] - t
        upstream = np.outer(r, a)
        w, b = w - rate * x @ (upstream * wins), b - rate * (upstream * wins).sum(0)
        if form == "maxout":
            v, c = v - rate * x @ (upstream * ~wins), c - rate * (upstream * ~wins).sum(0)
        a, d = a - rate * r @ h, d - rate * r.sum()
    return np.array(outputs)


for form in ("ReLU", "maxout"):
    losses = ((learn(form, 200) - t) ** 2).sum(1) / 2
    print(f"{form:<7}", "  ".join(f"step {s}: {losses[s]:.3f}" for s in (0, 1, 10, 100, 200)))

# %% tags=["assertion", "C45"]
for form in ("ReLU", "maxout"):
    states = training.trajectory("six units, to sin πx", form, 200)
    assert np.allclose(learn(form, 200), [state.outputs(x) for state in states], atol=1e-9)
race = training.race(5, 200)  # the course's own layers, Dense and Maxout
for form in ("ReLU", "maxout"):
    assert np.allclose(race[form][4, :201], ((learn(form, 200) - t) ** 2).sum(1) / 2, rtol=1e-8)

# %% [markdown]
# > **C45 · holds.** A web article says that the same function, parametrised by maxout, learns differently. (Kanchan
# > Sarkar, 2018)
#
# From the same function on, with the same data and the same rate, the paths part at the first step. Gradient descent
# does not see the function. It sees the parameters.

# %% [markdown]
# ## Derive
#
# ### What a step does to the outputs
#
# To understand this, follow one step from the parameters to the outputs. Put the derivatives of the outputs into a
# matrix $J$, the **Jacobian**: a row for each sample, a column for each parameter. For one unit with $w = 1$, $b = 0$,
# $a = 1$ and the samples $-1$ and $2$, the columns are $w, b, v, c$:

# %%
J_relu = np.array([[0, 0], [2, 1]])
J_maxout = np.array([[0, 0, -1, 1], [2, 1, 0, 0]])
print("ReLU:", *(J_relu @ J_relu.T), " maxout:", *(J_maxout @ J_maxout.T))

# %% tags=["assertion"]
assert np.array_equal(J_maxout @ J_maxout.T, training.unit_kernel([1, 0], [0, 0], [-1, 2]))
unit = training.Units(np.array([[1.0], [0.0]]), np.zeros((2, 1)), np.ones(1), 0.0, fixed=0)
assert unit.jacobian([-1, 2])[:, [0, 2, 1, 3]].tolist() == J_maxout.tolist()

# %% [markdown]
# At $x = -1$ the first piece loses. In the ReLU nothing else can learn there, so the row is 0. In the maxout unit
# the second piece wins, and its parameters have the derivatives $x$ and 1.
#
# The gradient of $L$ is $J^\top r$. A step changes the parameters by $-\eta J^\top r$, and small changes $\Delta$ of
# the parameters change the outputs by $J \Delta$. Together:
#
# $$\text{change of the outputs} \approx -\eta\, J J^\top r = -\eta K r, \qquad K = J J^\top.$$
#
# $K$ is square, with a row and a column for each sample: all dot products of the rows of $J$, or their *Gram matrix*.
# It is called the **neural tangent kernel** of the network at its present parameters (Jacot and others, 2018). Read
# $K_{sq}$ as: how strongly the residual at sample $q$ moves the output at sample $s$. For the ReLU, the printed $K$
# has a row of zeros, and the output at $-1$ stays. For maxout there is a 2.
#
# **Exercise maxout_training.1.** Take this maxout unit, $\max(x, 0)$ with four trained parameters, at the samples
# $-2$, $-1$ and $2$. The residuals are $-1$, $1$ and $2$, and $\eta = 0.1$. By how much do the three outputs change,
# to first order? Give a list of three.

# %% tags=["exercise"]
# begin solution: change = ...
change = [0.2, 0.1, -1.0]
# end solution
check("maxout_training.1", change)

# %% [markdown]
# The result is worth a second look: is every output moving the way its own residual wants?
#
# **Exercise maxout_training.2.** Write $K$ for one unit with any number of pieces, $\max_i (w_i x + b_i)$, all of them
# trained. `w` and `b` hold the pieces, `x` the samples. (No two pieces tie.)


# %% tags=["exercise"]
def unit_kernel(w, b, x):
    # begin solution: return ...
    winner = (np.outer(x, w) + b).argmax(1)
    return (winner[:, None] == winner) * (1 + np.outer(x, x))
    # end solution


check("maxout_training.2", unit_kernel)

# %% [markdown]
# ### Six units
#
# Back to the fair pair. Each of the six units adds such columns, times its $a$; then come $a$ itself, with the
# derivative $h$, and $d$ with 1.


# %%
def jacobian(form):
    w, b, v, c, a, _ = start()
    first, second = np.outer(x, w) + b, np.outer(x, v) + c
    wins, column = first > second, x[:, None]
    blocks = [column * a * wins, a * wins, np.maximum(first, second), np.ones_like(column)]
    if form == "maxout":
        blocks += [column * a * ~wins, a * ~wins]
    return np.hstack(blocks)


K = {form: jacobian(form) @ jacobian(form).T for form in ("ReLU", "maxout")}
print("sample  residual  predicted: ReLU, maxout  measured: ReLU, maxout")
for s in (0, 7, 16):
    predicted = [-0.001 * (K[form] @ (relu - t))[s] for form in K]
    moved = [(learn(form, 1, 0.001)[1] - relu)[s] for form in K]
    print(f"{x[s]:>6.2f}  {(relu - t)[s]:>8.2f}", *(f"{number:>11.5f}" for number in predicted + moved))

# %% tags=["assertion"]
for form in K:
    assert np.allclose(K[form], (J := training.six_units(form).jacobian(x)) @ J.T)
    off = [np.abs(learn(form, 1, rate)[1] - relu + rate * K[form] @ (relu - t)).max() for rate in (1e-3, 1e-4)]
    assert off[0] < 2e-5 and 90 < off[0] / off[1] < 110

# %% [markdown]
# You have predicted the first step of 20 outputs without making it. What the prediction misses is of the order
# $\eta^2$: with a tenth of the rate, a hundredth of the error.
#
# ### Why maxout starts faster
#
# The Jacobian of maxout holds all columns of the ReLU's, and $E$, the columns of $v$ and $c$. So
# $K_{\text{maxout}} = K_{\text{ReLU}} + E E^\top$. Now look at the loss. To first order a step changes it by
#
# $$r^\top (-\eta K r) = -\eta\, r^\top K r, \qquad r^\top E E^\top r = |E^\top r|^2 \ge 0.$$
#
# So to first order the loss of maxout falls at least as fast, whatever the data. This says nothing about longer steps,
# nor about later ones, when the two are no longer the same function.
#
# ReLU is not the only shape with two spellings. As two ReLUs, $|x|$ is $a_1 \max(0, x) + a_2 \max(0, -x)$ with
# $a_1 = a_2 = 1$; as one maxout unit it is $a \max(x, -x)$ with $a = 1$.
#
# **Exercise maxout_training.3.** Is the output at $-2$ moved by the residual at $1$? Give the entry of $K$ for these
# two samples, first for the pair of ReLUs, then for the maxout unit. All slopes, intercepts and output weights are
# trained. Leave $d$ out. A list of two.

# %% tags=["exercise"]
# begin solution: across = ...
across = [0, 2]
# end solution
check("maxout_training.3", across)

# %% [markdown]
# ## Measure
#
# ### Who is ahead, and when?
#
# One start proves little. The library repeats the race for 100 seeds.

# %% tags=["nbval-ignore-output"]
race = training.race(100, 2000)
for s in (1, 10, 100, 1000, 2000):
    ahead = (race["maxout"][:, s] < race["ReLU"][:, s]).sum()
    medians = [np.median(race[form][:, s]) for form in ("ReLU", "maxout")]
    print(f"step {s:>4}: maxout is ahead in {ahead} of 100, median losses {medians[0]:.2f} and {medians[1]:.2f}")

# %% tags=["assertion"]
ahead = (race["maxout"] < race["ReLU"]).sum(0)
largest = [np.linalg.norm(training.six_units("maxout", s).jacobian(x), 2) for s in range(100)]
behind = np.flatnonzero(race["maxout"][:, 1] >= race["ReLU"][:, 1])
assert set(behind) <= set(np.argsort(largest)[-10:])
assert ahead[1] >= 95 and ahead[10] >= 97 and 85 <= ahead[100] <= 98 and 45 <= ahead[2000] <= 65

# %% [markdown]
# At the start maxout leads almost always, as derived. (The two exceptions are among the ten with the largest $K$,
# whose outputs move most: for them a rate of 0.01 is a long step.) In the end it is a matter of luck. Starting faster
# and learning better are two things.
#
# Move through the steps yourself. Then choose $|x|$ as the common start. One of the two networks can get stuck on the
# way to $-|x|$, and the other falls behind on the way to $x^2$. Why?

# %%
explore(
    training_figures.matched_pair,
    pair=Radio(list(training.PAIRS), label="from, to"),
    step=Range(0, training_figures.STEPS, 1, value=0, label="step", play=True),
)

# %% tags=["assertion"]
end = {form: training.trajectory("|x|, to −|x|", form, 200)[-1] for form in ("ReLU", "maxout")}
assert (end["ReLU"].pieces(x)[:, 0] <= 0).all()  # both units are dead
assert np.ptp(end["ReLU"].outputs(x)) == 0 and np.abs(end["maxout"].outputs(x) + np.abs(x)).max() < 0.1

# %% [markdown]
# To turn $|x|$ upside down, both ReLUs are pushed below 0 on every sample: they die ([[finding]]), and a constant is
# left. In a maxout unit some piece always wins, so some piece always learns. For $x^2$ the pair has the advantage: two
# kinks, where the maxout unit has one.
#
# ### What grows with $k$
#
# Two pieces were cheap. What does a whole network cost, and what becomes smaller?
#
# **Exercise maxout_training.4.** In a ReLU network 64-120-120-10, both hidden layers become maxout with
# $k = 3$ pieces. How many parameters, weights and biases, has the network
#
# 1. with as many *units*: 120 and 120
# 2. with as many *pieces*: 40 and 40 units, so 120 pieces in each layer
#
# Give a list of two.

# %% tags=["exercise"]
# begin solution: parameters = ...
parameters = [360 * 65 + 360 * 121 + 10 * 121, 120 * 65 + 120 * 41 + 10 * 41]
# end solution
check("maxout_training.4", parameters)

# %% [markdown]
# As many *pieces*, and every next layer has $k$ times fewer inputs, so $k$ times fewer weights. As many *units*, and
# nothing gets smaller: each maxout layer has $k$ times the weights.
#
# ### Do more weights need more regularisation?
#
# More weights can store more, also what should not be stored. Whatever keeps a network from learning its training
# samples by heart is called **regularisation**; dropout is one kind (Srivastava and others, 2014). You see the need
# for it in the **gap**: accuracy on the training samples minus accuracy on others.
#
# Make data in which some things should not be learnt: 300 digits, and a fifth of the labels drawn at random. Each line
# is the mean of five networks.

# %% tags=["nbval-ignore-output"]
data, rng = digits(), np.random.default_rng(0)
X, y = data.X[:300], data.y[:300].copy()
noisy = rng.random(300) < 0.2
y[noisy] = rng.integers(0, 10, noisy.sum())
live = {}
for name, hidden in {"ReLU": Dense(64, 48, "relu"), "maxout": Maxout(64, 48, pieces=5)}.items():
    for rate in (0, 0.5):
        network = Network([hidden, Dropout(rate), Dense(48, 10)], replicas=5)
        train(network, X, y, Adam(0.003), batch_size=25, epochs=66, record=(), progress=False)
        parts = (X, y), (X[noisy], y[noisy]), (data.X_test, data.y_test)
        fit, drawn, test = live[name, rate] = [100 * network.accuracy(*part).mean() for part in parts]
        print(f"{name:<6} dropout {rate:<3}  training {fit:.0f} %, drawn labels {drawn:.0f} %, test {test:.0f} %")

# %% tags=["assertion"]
assert live["maxout", 0][1] > 90 and 45 < live["ReLU", 0][1] < 70
assert live["maxout", 0.5][1] > 65 and live["ReLU", 0.5][1] < 25
assert all(85 < row[2] < 94 for row in live.values())

# %% [markdown]
# With the same settings, maxout has learnt nearly all of the labels that mean nothing, and dropout 0.5, which cures
# the ReLU network, is too weak for it. Yet the settings may suit one better. So the library gives each network its own
# learning rate, found by the same search, and varies the data, the pieces and the dropout: ten starts on each of eight
# divisions of the digits, all networks on the same ones. A division counts once.
#
# The figure shows by how much the gap differs from ReLU's. Compare right and noisy labels, then as many units
# (48) and as many parameters (90 ReLUs against 48 maxout units with two pieces, down to 20 with five). With one piece
# there is no maximum, and the network is linear.

# %%
explore(
    training_figures.gap_over_pieces,
    data=Radio(list(DATA), label="training data"),
    comparison=Radio(["as many units", "as many parameters"], label="compare"),
    dropout=Radio([0.0, 0.5], label="dropout"),
)

# %%
found = {
    f"{comparison}, {name}": gaps.gap_difference(comparison, 5, name, 0.0)
    for comparison in ("as many units", "as many parameters") for name in DATA
}  # fmt: skip
rows = [[name, f"{d.estimate:+.1f}", f"[{d.low:+.1f}, {d.high:+.1f}]"] for name, d in found.items()]
Table("Gap with 5 pieces − gap with ReLU, no dropout", ["", "points", "interval of 95 %"], rows)

# %% tags=["assertion", "C46"]
for name in DATA:
    low, middle, high = gaps.gap_difference("as many units", 5, name, 0.0)
    assert low > 0 if "noisy" in name else high < 0
    equal = [gaps.gap_difference("as many parameters", pieces, name, 0.0) for pieces in (2, 3, 4, 5)]
    assert all(d.low > 0 if "noisy" in name else d.estimate < 0 and d.high < 0.5 for d in equal)
equal_units, equal_pieces = (Network([Maxout(64, n, 3), Maxout(n, n, 3), Dense(n, 10)]) for n in (120, 40))
plain = Network.mlp([64, 120, 120, 10])
assert plain.W[1].size == 3 * equal_pieces.W[1].size == equal_units.W[1].size / 3
assert equal_units.W[2].size == plain.W[2].size == 3 * equal_pieces.W[2].size

# %% [markdown]
# > **C46 · refined.** The same article says that maxout needs more regularisation than ReLU, and that the next layer
# > needs $k$ times fewer weights. (Sarkar, 2018)
#
# With right labels the gap is *smaller* with five pieces and as many units, at all three sizes, though there are
# four and a half times as many weights. With noisy labels the sign turns, and the gap is between three and six points
# larger. (Gaps below 0 are no mistake: a network that ignores the noise gets the drawn labels wrong.) It is larger with
# as many parameters, too, for two to five pieces. So more weights alone did not widen the gap, nor did it take more
# weights. It took something that should not be learnt.
#
# Is a larger gap harmful? Regularisation is worth its price if it lowers the test error.
#
# **Exercise maxout_training.5.** Does dropout help maxout *more* than it helps ReLU? `errors` holds test errors in
# percent, with the axes network (ReLU, maxout), dropout (without, with), division, start. The *benefit* is the error
# without dropout minus the error with it. Return a list of two numbers: the mean over the divisions of (benefit for
# maxout − benefit for ReLU), and its standard error $s/\sqrt n$. ($s$ with `ddof=1`; think about what $n$ is.)


# %% tags=["exercise"]
def extra_benefit(errors):
    # begin solution: return ...
    e = errors.mean(-1)
    benefit = e[:, 0] - e[:, 1]
    d = benefit[1] - benefit[0]
    return [d.mean(), d.std(ddof=1) / np.sqrt(len(d))]
    # end solution


check("maxout_training.5", extra_benefit)

# %% [markdown]
# The shipped runs say this, first with 48 units each:

# %%
for name in DATA:
    low, middle, high = gaps.extra_benefit("as many units", 5, name)
    print(f"{name:<25} dropout 0.5 helps maxout more by {middle:>4.1f} points ({low:.1f} to {high:.1f})")
print("test error with noisy labels")
for comparison in ("as many units", "as many parameters"):
    for rate in (0.0, 0.5, 0.75):
        errors = [gaps.errors(comparison, k, "300 digits, noisy labels", rate).mean() for k in (0, 5)]
        print(f"{comparison:<18}, dropout {rate:<4}: ReLU {errors[0]:>4.1f} %, maxout {errors[1]:.1f} %")

# %% tags=["assertion"]
more_errors = {
    comparison: [gaps.error_difference(comparison, 5, "300 digits, noisy labels", rate) for rate in (0.0, 0.5, 0.75)]
    for comparison in ("as many units", "as many parameters")
}
for name in DATA:
    low, _, high = gaps.extra_benefit("as many units", 5, name)
    assert low < 0 < high
assert gaps.extra_benefit("as many parameters", 5, "300 digits, noisy labels").high < 0
assert all(d.estimate < -1 and d.high < 0.2 for d in more_errors["as many units"])
without, half, most = more_errors["as many parameters"]
assert without.high < 0 < half.low and most.low < 0 < most.high

# %% [markdown]
# With as many units there is no clear difference: all intervals hold 0. On noisy labels with as many parameters,
# dropout 0.5 helps maxout *less*, and leaves ReLU with the lower error. Nor did the larger gap do harm: without
# dropout, maxout errs no more than ReLU in both comparisons. And the noise learnt by heart in the live run? There
# both networks had one learning rate. For these 48 maxout units the search mostly chose 0.001, at which training ends
# before the noise is learnt. To stop early is regularisation, too. Bear in mind how little this is: small networks,
# small pictures, one kind of noise.
#
# ## Break it
#
# ### Keep the learning rate
#
# Now turn the rate up, for a pair that computes the same. While $K$ stays about the same, each step multiplies the
# residuals by $I - \eta K$. Along an eigenvector of $K$ with **eigenvalue** $\lambda$ (a direction that $K$ only
# stretches, by $\lambda$) that is the factor $1 - \eta\lambda$. It shrinks the residual while $\eta\lambda < 2$;
# beyond, each step overshoots by more than it repairs. So the largest eigenvalue sets a limit, $2/\lambda$.
#
# The largest eigenvalue is the largest $u^\top K u$ with $|u| = 1$, and $u^\top E E^\top u \ge 0$. So $E E^\top$ never
# lowers it, and the limit of maxout is at most that of the ReLU. Take the fair pair, and a rate between the two limits:

# %%
for form in ("ReLU", "maxout"):
    limit = 2 / np.linalg.eigvalsh(K[form])[-1]
    losses = ((learn(form, 8, rate=0.028) - t) ** 2).sum(1) / 2
    print(f"{form:<6} limit {limit:.4f}, losses at 0.028:", *(f"{loss:.2f}" for loss in losses[[0, 2, 4, 6, 8]]))

# %% tags=["assertion"]
limits = [2 / np.linalg.eigvalsh(K[form])[-1] for form in ("ReLU", "maxout")]
assert limits[1] < 0.028 < limits[0]
losses = {form: ((learn(form, 8, rate=0.028) - t) ** 2).sum(1) / 2 for form in K}
assert (np.diff(losses["ReLU"]) < 0).all() and losses["maxout"][8] > losses["maxout"][0]

# %% [markdown]
# The same function, data and rate: one descends and the other climbs. A learning rate tuned for ReLU is not a neutral
# choice for maxout. Tune it anew.

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "maxout_training.2"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# The second claim is two claims, and each needs its conditions.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A step changes the outputs by about $-\eta K r$, with the neural tangent kernel $K = J J^\top$: the parameters
#   decide how a function learns.
# - Maxout adds $E E^\top$ to the ReLU's $K$. To first order its loss falls at least as fast, and its largest stable
#   learning rate is no larger. Where both end is another matter.
# - With as many units a maxout layer has $k$ times the weights. With as many pieces the *next* layer has $k$ times
#   fewer.
# - At one learning rate five pieces learnt noisy labels by heart more than ReLU did. With right labels the gap was
#   smaller, not larger.
#
# **Sources.**
# - Ian Goodfellow, David Warde-Farley, Mehdi Mirza, Aaron Courville and Yoshua Bengio, [*Maxout
#   networks*](https://proceedings.mlr.press/v28/goodfellow13.html), ICML 2013 (maxout, made for dropout)
# - Arthur Jacot, Franck Gabriel and Clément Hongler, [*Neural tangent kernel: convergence and generalization in neural
#   networks*](https://arxiv.org/abs/1806.07572), NeurIPS 2018
# - Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever and Ruslan Salakhutdinov, [*Dropout: a simple
#   way to prevent neural networks from overfitting*](https://jmlr.org/papers/v15/srivastava14a.html), 2014
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C45, C46)
