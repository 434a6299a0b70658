# %% [markdown]
# # Learn the activation
#
# **The question.** So far you chose the activation before training, and it stayed. Can a unit learn its own shape, and
# which shapes are within its reach?
#
# Why care? Choosing an activation costs experiments. A *maxout* unit turns the choice into weights that are trained
# with the rest. That has a price, $k$ times as many weights, and two limits: there are shapes that it can never take,
# and weights that never get a gradient. If you know both, you can judge when the price is worth paying.
#
# **You will learn**
# - to build ReLU, $|x|$ and leaky ReLU from two lines, and to prove which bends cannot be built
# - how fast the error falls with the number of pieces, and what training aims at instead
# - which pieces get a gradient, at ties too
# - how the difference of two units comes close to any shape
#
# **Before you start.** [[Subgradients]] (convex functions, subgradients) and [[finding]] (dead units).
#
# **Minutes:** 60.

# %%
import numpy as np
from IPython.display import display

from course_lib.calculus import one_sided_derivative
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.networks import Adam, Dense, Maxout, Network, train
from course_lib.topics.frameworks.experiment import returned
from course_lib.topics.maxout import figures
from course_lib.topics.maxout.experiment import balanced_pieces, closest_convex, envelope, minimax_error, train_units

# %% [markdown]
# ## Predict
#
# Two guesses before you start. Both are settled by measurements further down.

# %%
predict("maxout.p1")

# %%
predict("maxout.p2")

# %% [markdown]
# ## Explore
#
# ### The greatest of some lines
#
# A function $w x + b$, whose graph is a line, is called *affine*: $w$ is its slope, $b$ its intercept. A maxout unit
# with one input has $k$ such *pieces* and passes on the greatest of them:
#
# $$f(x) = \max_{i = 1, \dots, k} (w_i x + b_i).$$
#
# Try the pieces $0$ and $x$. Then replace them so that the output becomes $|x|$.

# %%
w, b = np.array([0.0, 1.0]), np.array([0.0, 0.0])
x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
z = np.outer(x, w) + b  # a row for each x, a column for each piece
print(z.max(1))

# %% tags=["assertion"]
assert z.max(1).tolist() == np.maximum(0, x).tolist()

# %% [markdown]
# The graph of the maximum runs along the top of all lines and is called their *upper envelope*. The library's
# `envelope` computes it exactly, and also tells you which piece owns each part; two neighbours change over where they
# are equal. Pieces are pairs (slope, intercept), counted from 0.

# %%
for name, pieces in {"ReLU": [(0, 0), (1, 0)], "|x|": [(-1, 0), (1, 0)], "three": [(-1, 0), (0, -1), (1, 0)]}.items():
    function, owners = envelope(pieces)
    print(f"{name:<6} {function.as_expr()}, owned by {owners}")

# %% tags=["assertion"]
assert envelope([(0, 0), (1, 0)]).function([-2.0, 3.0]).tolist() == [0, 3]
assert owners == (0, 2) and function([-2.0, 0.0, 3.0]).tolist() == [2, 0, 3]

# %% [markdown]
# The middle one of the three pieces lies below the others everywhere. So a unit with $k$ pieces shows *up to* $k$ of
# them. Keep that piece in mind; it will matter when we train.
#
# **Exercise maxout.1.** Write the two pieces of the rectifier with slope $\alpha$ left of 0 and slope 1 right of it.
# Return a list of two pairs (slope, intercept), in either order. It is tried with values $\alpha \le 1$.


# %% tags=["exercise"]
def build(alpha):
    # begin solution: return ...
    return [(alpha, 0), (1, 0)]
    # end solution


check("maxout.1", build)

# %% [markdown]
# ### Two inputs
#
# With two inputs each piece is a tilted plane, and the unit divides its inputs among the pieces. The map shows who wins
# where. Increase the number of pieces and go through some draws. Are there pieces that win nowhere? Do you ever see a
# region with a dent in its border?

# %%
explore(
    figures.plane_map,
    pieces=Range(2, 6, value=4),
    draw=Range(0, 9, value=2, label="draw"),
    view=Radio(["which piece wins", "value of the unit"]),
)

# %% [markdown]
# No dents: piece $i$ wins where it beats each rival, and each of these conditions cuts off a half-plane along a
# straight line.
#
# ## Derive
#
# ### The bend that cannot be built
#
# > **C36 · refined.** An article says that two pieces let maxout implement ReLU, $|z|$, leaky and parametric ReLU.
# > (Sarkar, 2018)
#
# *Parametric* ReLU trains its slope $\alpha$, and nothing keeps a trained number below 1. What do the two pieces of
# your exercise give when $\alpha = 2$?

# %%
for alpha in (0.1, 1, 2):
    wanted = np.where(x > 0, x, alpha * x)
    built = np.maximum(alpha * x, x)
    print(f"α = {alpha:<3}  wanted {wanted}, built {built}")

# %% tags=["C36", "assertion"]
for alpha in (-1, 0, 0.1, 1):
    assert (np.maximum(alpha * x, x) == np.where(x > 0, x, alpha * x)).all()
for alpha in (1.01, 2, 5):
    assert (np.maximum(alpha * x, x) != np.where(x > 0, x, alpha * x)).any()
    prelu_at = {-1: -alpha, 0: 0, 1: 1}
    assert (prelu_at[-1] + prelu_at[1]) / 2 < prelu_at[0]  # the chord runs below the graph: not convex

# %% [markdown]
# For $\alpha = 2$ the maximum takes the wrong line on both sides. Would other pieces, or more of them, do better? No. A
# function is convex if no chord of its graph runs below it: for $0 \le \lambda \le 1$ and any $u$, $v$
#
# $$f(\lambda u + (1 - \lambda) v) \le \lambda f(u) + (1 - \lambda) f(v).$$
#
# Every maximum $f$ of affine pieces $p_i$ is convex:
#
# 1. A piece is affine, so $p_i(\lambda u + (1 - \lambda) v) = \lambda p_i(u) + (1 - \lambda) p_i(v)$.
# 2. No piece exceeds the maximum: $p_i(u) \le f(u)$ and $p_i(v) \le f(v)$. So the right side is at most
#    $\lambda f(u) + (1 - \lambda) f(v)$, the same bound for every $i$.
# 3. The greatest of the left sides is $f(\lambda u + (1 - \lambda) v)$, and it obeys the bound too.
#
# For $\alpha > 1$ take the chord from $u = -1$ to $v = 1$. At its middle it has the height $(1 - \alpha)/2 < 0$, but
# the function is 0 there. It is not convex, so no maxout unit computes it, however many pieces it has. In one dimension
# you can see it at once: in a convex function the slope never falls from left to right.
#
# **Exercise maxout.2.** Which of these can a single maxout unit be, with as many pieces as you like?
#
# 1. $\max(0, x) - 1$
# 2. ReLU6, which is $\min(\max(0, x), 6)$
# 3. $\big||x| - 1\big|$
# 4. $\max(|x|, 1)$
# 5. $\min(x, 2x)$
# 6. $\max(x, 2x, 3x)$
#
# Give a list of six, `True` or `False`.

# %% tags=["exercise"]
# begin solution: can_be_maxout = ...
can_be_maxout = [True, False, False, True, False, True]
# end solution
check("maxout.2", can_be_maxout)

# %% [markdown]
# ### How good are $k$ pieces?
#
# A convex shape with a curve in it, such as $x^2$, can only be approximated. How well? First take one piece on an
# interval of width $d$ with middle $m$. The tangent at $m$ is $2mx - m^2$, and it is too low by
#
# $$x^2 - (2mx - m^2) = (x - m)^2,$$
#
# which is 0 at the middle and $d^2/4$ at both ends. Raise the tangent by half of that. Now it is too high by $d^2/8$ in
# the middle and too low by $d^2/8$ at the ends: balanced. No line does better, for a line that is lower in the middle
# and higher at both ends would have to bend.
#
# With $k$ pieces on $[-1, 1]$, each wins on one interval, and some interval is at least $d = 2/k$ wide. So no choice of
# pieces has a greatest error below
#
# $$\frac{d^2}{8} = \frac{1}{2k^2},$$
#
# and $k$ equal intervals reach it: at each border both neighbours are too low by $d^2/8$, so they change over there.
# Measure it: on a fine grid, and against a search that knows nothing of tangents. (`minimax_error` encloses the least
# error between two bounds, and halves their distance by asking whether $k$ lines can stay within the middle.)

# %%
x = np.linspace(-1, 1, 100_001)
for k in (1, 2, 4, 8, 16):
    middle = -1 + (2 * np.arange(k) + 1) / k
    z = np.outer(x, 2 * middle) - middle**2 + 1 / (2 * k**2)
    error = np.abs(z.max(1) - x**2).max()
    print(f"k = {k:>2}: built {error:.5f}, searched {minimax_error('x²', k):.5f}, formula {1 / (2 * k**2):.5f}")

# %% tags=["assertion"]
for k in (1, 2, 4, 8, 16):
    assert abs(minimax_error("x²", k) - 1 / (2 * k**2)) < 2e-5
    assert abs(np.abs(envelope(balanced_pieces(k)).function(x) - x**2).max() - 1 / (2 * k**2)) < 1e-12

# %% [markdown]
# Twice the pieces, a quarter of the error. Look at the error, drawn as a multiple of $1/k^2$, and raise the tangents.
# When is the worst point best? Lines raised by $d^2/12$ come back in *Train one unit*.

# %%
explore(
    figures.pieces_of_square,
    pieces=Range(1, 8, value=3),
    lines=Radio(list(figures.RAISED)),
    view=Radio(list(figures.VIEWS)),
)

# %% [markdown]
# **Exercise maxout.3.** Six pieces are to approximate $x^2$ on $[-3, 3]$. What is the least possible greatest error?

# %% tags=["exercise"]
# begin solution: best_error = ...
best_error = 1 / 8
# end solution
check("maxout.3", best_error)

# %% [markdown]
# ### On the whole line
#
# > **C37 · refined.** The same article calls a maxout unit a convex function with up to $k$ pieces, which can
# > approximate any convex function. (Sarkar, 2018)
#
# Convex, up to $k$ pieces: yes. *Any* convex function needs a condition. Take the best eight pieces for $[-1, 1]$ and
# look farther out.

# %%
eight = envelope(balanced_pieces(8)).function
for at in (1, 10, 100):
    print(f"x = {at:>3}: off from x² by {abs(eight(float(at)) - at**2):.4g}")

# %% tags=["C37", "assertion"]
gaps = [abs(eight(float(at)) - at**2) for at in (1, 10, 100)]
assert abs(gaps[0] - 1 / 128) < 1e-12 and gaps[1] > 80 and gaps[2] > 9_800
for name in ("x²", "e^x"):  # on a compact interval the error falls as 1/k²
    errors = [minimax_error(name, k) for k in (4, 8, 16)]
    assert 3.8 < errors[0] / errors[1] < 4.2 and 3.8 < errors[1] / errors[2] < 4.2

# %% [markdown]
# The last piece keeps its slope for ever, while the slope of $x^2$ grows. With finitely many pieces the error is
# unbounded on the whole line, and for $e^x$ too. On a bounded closed interval, as any data set has one, every
# continuous convex function is within reach, for short enough chords lie close to it. The claim holds there.
#
# ## Measure
#
# ### Train one unit
#
# Nobody places pieces by hand. So let gradient descent do it: four pieces, 201 points of $x^2$, half the mean squared
# error. The rule for the maximum is short: the gradient of a point goes to the piece that wins there.

# %%
x = np.linspace(-1, 1, 201)
w, b = 0.5 * np.random.default_rng(6).standard_normal((2, 4))
for _ in range(4000):
    z = np.outer(x, w) + b
    winner, error = z.argmax(1), z.max(1) - x**2
    w -= 0.5 * np.bincount(winner, error * x, 4) / len(x)  # for each piece the sum over the points it wins
    b -= 0.5 * np.bincount(winner, error, 4) / len(x)
error = (np.outer(x, w) + b).max(1) - x**2
print(f"{len(set(winner))} pieces win, mean square {np.mean(error**2):.5f}, greatest error {np.abs(error).max():.3f}")

# %% tags=["assertion"]
assert len(set(winner)) == 4 and 0.00034 < np.mean(error**2) < 0.0004 and 0.04 < np.abs(error).max() < 0.05

# %% [markdown]
# The greatest error is about 0.047, although four pieces could have 1/32, about 0.031. Did training fail? No, it was
# asked for something else. For the mean *square*, a tangent keeps its slope, by symmetry, and is best raised by the
# mean of $(x - m)^2$, which is $d^2/12$ instead of $d^2/8$. Then the ends are off by $d^2/4 - d^2/12 = d^2/6$, which is
# $2/(3k^2)$, or 0.042 for $k = 4$. The mean square of such a fit is $d^4/180$, or 0.00035, and training came close. The
# loss decides what *best* means.
#
# Now change the seed to 7 and run the cell again. How many pieces win?

# %% [markdown]
# ### Pieces without a gradient
#
# With seed 7 a single piece wins at all points, and the unit ends as one line. The others lie below it at each step, so
# no point ever sends them a gradient. It is a dead unit's fate again, only that the unit itself is alive. How common is
# it? The library runs the same loop for 100 seeds.

# %% tags=["nbval-ignore-output"]
units = train_units("x²", count=4, seeds=100)
for pieces in (1, 2, 3, 4):
    chosen = units.winning == pieces
    print(f"{pieces} of 4 pieces win: {chosen.sum():>2} units, the best off by {units.error[chosen].min():.2f} at most")
losers = 400 - train_units("x²", count=4, seeds=100, steps=0).winning.sum()
print(f"{losers} of 400 pieces win nowhere at first, and {units.still.sum()} of them never move")
print(f"units with a piece that never moves: {units.still.any(1).sum()}")

# %% tags=["assertion"]
assert units.winning[6] == 4 and units.winning[7] == 1
assert 180 < losers < 210 and 0.5 < units.still.sum() / losers < 0.7
assert 15 <= (units.winning == 4).sum() <= 30 and 70 <= units.still.any(1).sum() <= 85
assert all(units.error[units.winning == k].min() > 2 / (3 * k**2) - 1e-2 for k in (1, 2, 3, 4))

# %% [markdown]
# Only about a quarter of the units use what they paid for. Generalisations of ReLU are sometimes said to guarantee a
# gradient everywhere; [[rectifiers]] has judged that claim, and here is maxout's part of the answer. A loser cannot
# move by itself, but it can be rescued: here where winners sink below it, as happened to about two in five, and in a
# deep network also because the layer below moves its inputs.
#
# **Exercise maxout.4.** A unit has the pieces $-x$, $x$ and $-1$. At the samples $-2$, $1$ and $3$ the upstream
# gradients are 3, 5 and 7. What is the gradient of the summed loss with respect to the three slopes? Give a list of
# three.

# %% tags=["exercise"]
# begin solution: slope_gradient = ...
slope_gradient = [3 * -2, 5 * 1 + 7 * 3, 0]
# end solution
check("maxout.4", slope_gradient)

# %% [markdown]
# ### Ties
#
# Where two pieces are equal and greatest, the unit has a kink, and its gradient is a choice, as at ReLU's 0. `argmax`
# takes the first of them. What do libraries send back from a maximum over the entries $(1, 1, 0)$? The
# snapshot of [[frameworks]] has the answers, for a maximum along an axis and over the whole array.

# %%
along, whole = returned("tied_max_axis"), returned("tied_max_reduce")
for library in ("torch", "jax", "tensorflow", "mygrad", "pytensor"):
    print(f"{library:<11} along an axis {along[library]}, whole array {whole[library]}")

# %% tags=["assertion"]
assert along["torch"] == (1, 0, 0) and whole["torch"] == along["jax"] == along["tensorflow"] == (0.5, 0.5, 0)
assert [library for library in along if sum(along[library]) != 1] == ["pytensor"]

# %% [markdown]
# The subgradients here are all $(s, 1 - s, 0)$ with $0 \le s \le 1$. The first takes all, or equal parts: both are
# among them. (PyTensor counts the tie twice: no subgradient.) PyTorch does either, depending on how you ask. Each piece
# of a unit then gets its share of the upstream gradient. Random pieces tie at single points, and there it does not
# matter. It matters for *copies*: start two pieces with the same weights, and train with each rule.

# %%
for rule in ("first", "split"):
    w, b = np.array([0.3, 0.3]), np.array([0.5, 0.5])
    for _ in range(4000):
        z = np.outer(x, w) + b
        tied = z == z.max(1, keepdims=True)
        share = np.eye(2)[z.argmax(1)] if rule == "first" else tied / tied.sum(1, keepdims=True)
        error = z.max(1) - x**2
        w -= 0.5 * (error * x) @ share / len(x)
        b -= 0.5 * error @ share / len(x)
    print(f"{rule}: slopes {w.round(2) + 0.0}")  # + 0.0 makes 0 of −0

# %% tags=["assertion"]
assert w[0] == w[1] and abs(w[0]) < 1e-9  # equal parts: copies for ever
core = Network([Maxout(1, 1, pieces=2, tie="split")], dtype="float64")
core.W[0][...], core.b[0][...] = 0.3, 0.5
_, gradient = core.loss_and_gradient(x[:, None], (x**2)[:, None], "mse")
assert gradient.W[0][0, 0, 0] == gradient.W[0][0, 1, 0] != 0

# %% [markdown]
# If the first takes all, the copies part at the first step and end as a V. Equal parts keep them together for ever: two
# pieces, one line. So never start pieces as copies. The course's own `Maxout` layer takes the first unless you ask for
# `tie="split"`.
#
# ## Break it
#
# ### Ask for a roof
#
# In the cell of *Train one unit*, replace both `x**2` by `-np.abs(x)`, the roof of your prediction, and run it. Here is
# the same from the library, for ten seeds:

# %%
roof = train_units("−|x|", seeds=10)
at_ends = np.maximum.reduce(roof.slopes[..., None] * [-1.0, 0.0, 1.0] + roof.intercepts[..., None], axis=1)
print("value at −1, 0 and 1:", at_ends.mean(0).round(1))

# %% tags=["assertion"]
assert (np.abs(at_ends + 0.5) < 0.1).all()
assert np.allclose(closest_convex(-np.abs(x)), np.mean(-np.abs(x)))

# %% [markdown]
# A line, nearly level, at the mean of the roof, $-\tfrac12$. The best fit is as symmetric as the roof, and a symmetric
# convex function never falls outwards, as the roof does: level is the best that it can do. A ReLU network can build the
# roof from two hidden units, because its output may *subtract*: $-\max(0, x) - \max(0, -x)$. So let us subtract here
# too.
#
# ### Subtract one unit from another
#
# Parametric ReLU with $\alpha = 2$ is $2x - \max(0, x)$: a maxout with one piece minus one with two. This is no
# accident. Every continuous function made of finitely many linear parts is a difference of two maxima of affine
# functions (Wang, 2004). Since such functions come as close as you like to any continuous one on a bounded closed set,
# two maxout units and one subtraction can approximate them all as the number of pieces grows (Goodfellow and others,
# 2013).
#
# Fit $\sin \pi x$, which is neither convex nor concave: with one unit, and with a difference of two.

# %% tags=["nbval-ignore-output"]
X, wave = x[:, None], np.sin(np.pi * x)[:, None]
off = {}
for k in (1, 2, 4, 8):
    for name, layers in {"one": [Maxout(1, 1, k)], "two": [Maxout(1, 2, k), Dense(2, 1)]}.items():
        network = Network(layers, replicas=20, seed=0)
        train(network, X, wave, Adam(0.01), "mse", batch_size=201, epochs=1500, record=(), progress=False)
        off[name, k] = np.sqrt(((network.forward(X).activations[-1] - wave) ** 2).mean((1, 2)))
    one, two = (off[name, k].min() for name in ("one", "two"))
    print(f"k = {k}: root mean square of the error, best of 20: one unit {one:.3f}, two {two:.3f}")
bound = np.sqrt(((closest_convex(wave[:, 0]) - wave[:, 0]) ** 2).mean())
print(f"closest convex function: {bound:.3f}")

# %% tags=["assertion"]
best = {which: errors.min() for which, errors in off.items()}
assert all(abs(best[name, 1] - 0.447) < 0.01 for name in ("one", "two"))  # a line, whatever is subtracted
assert 0.37 < bound < 0.38 and all(bound - 1e-4 < best["one", k] < 1.02 * bound for k in (2, 4, 8))
assert best["two", 2] < 0.09 and best["two", 8] < 0.05 < best["one", 8] / 5
assert network.W[1][off["two", 8].argmin()].prod() < 0  # one is subtracted
start = Network([Maxout(1, 2, 8), Dense(2, 1)], replicas=20, seed=0)
assert (network.W[0] == start.W[0]).all(2).any(1).sum() >= 10  # networks with a piece that never moved
f = envelope([(2, 0)]).function.as_expr() - envelope([(0, 0), (1, 0)]).function.as_expr()
assert [one_sided_derivative(f, 0, side) for side in "-+"] == [2, 1]

# %% [markdown]
# From two pieces on, one unit gets stuck where the closest convex function is. The difference keeps improving. (The
# last layer has free weights; in the best networks one is positive and one negative.) What it does not cure are losers:
# most of the networks with eight pieces have one that never moved.

# %% [markdown]
# ## Exercises
#
# **Exercise maxout.5.** ReLU6, which is $\min(\max(0, x), 6)$, is $\max(0, x) - h(x)$ with a maxout $h$ of two pieces.
# Give them as $[w_1, b_1, w_2, b_2]$ or as two pairs, the piece that wins on the left first.

# %% tags=["exercise"]
# begin solution: pieces_of_h = ...
pieces_of_h = [0, 0, 1, -6]
# end solution
check("maxout.5", pieces_of_h)

# %% [markdown]
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "maxout.5"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# Both claims are nearly right, and both need a condition.
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - A maxout unit is the greatest of $k$ affine pieces: always convex, with up to $k$ of them showing. Two make ReLU,
#   $|x|$, and every leaky ReLU with $\alpha \le 1$; no number makes a bend that falls.
# - The best $k$ pieces for $x^2$ on $[-1, 1]$ are off by $1/(2k^2)$. Squared-error training aims at another fit, off by
#   $2/(3k^2)$ at the ends.
# - The gradient reaches the winner only. A piece that never wins never learns, and most small units here had one.
# - At ties the first takes all, or all share. Both are right, but copies that share stay copies.
# - The difference of two maxouts can be any continuous function made of finitely many linear parts. Its pieces can lose
#   all the same.
#
# **Sources.**
# - Ian Goodfellow, David Warde-Farley, Mehdi Mirza, Aaron Courville and Yoshua Bengio, [*Maxout
#   networks*](https://proceedings.mlr.press/v28/goodfellow13.html), ICML 2013
# - Shuning Wang, [*General constructive representations for continuous piecewise-linear
#   functions*](https://doi.org/10.1109/TCSI.2004.834521), IEEE Transactions on Circuits and Systems I, 2004
# - On the web: Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and
#   Other Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C36, C37)
