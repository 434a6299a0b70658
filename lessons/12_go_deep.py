# %% [markdown]
# # Go deep
#
# **The question.** What changes when a network gets deep: how much of the gradient arrives at the first layer, and what
# decides about it?
#
# **Why it matters.** You stack ten layers, press *train*, and the loss does not move. No error, no warning. The first
# layers may be getting next to none of the gradient, for reasons that you can read off before training begins: the
# slopes, the size of the weights, the scale of the data.
#
# **You will learn**
# - to measure what a layer does to the gradient, and to work it out
# - to choose the size of the weights by it
# - what the scale of the data has to do with saturated units
# - to say what a difference between two activations is worth
#
# **Before you start.** [[Training]]: the backward pass, replicas.
#
# **Minutes:** 60.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.data import digits, mnist_5k, moons_as_numbers, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.intervals import mean_interval
from course_lib.networks import ACTIVATIONS, Adam, Network, train
from course_lib.networks.one_hidden_layer import descend, forward, gradient_by_hand, starting_parameters
from course_lib.topics.training import experiment, figures

# %% [markdown]
# ## Predict

# %%
predict("training.p1")

# %% [markdown]
# ## One factor for each layer
#
# For a long time units were *sigmoids*, $\sigma(z) = 1/(1 + e^{-z})$: smooth, and always between 0 and 1. On its way
# back a gradient is multiplied by the slope of each unit that it passes.
#
# **Exercise training.4.** What is the greatest slope of the sigmoid?

# %% tags=["exercise"]
# begin solution: greatest_slope = ...
greatest_slope = 1 / 4
# end solution
check("training.4", greatest_slope)

# %% [markdown]
# Now build ten layers of 256 units and send a gradient back through them: random numbers will do, as only the ratios
# count. Nothing is trained: the weights are drawn with mean 0 and variance `scale`/256.

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sizes_on_the_way_back(activation, slope, scale, n=256):
    rng = np.random.default_rng(0)
    layers = rng.standard_normal((10, n, n)) * np.sqrt(scale / n)
    a, z = rng.standard_normal((200, n)), []
    for W in layers:
        z.append(a @ W.T)
        a = activation(z[-1])
    gradient, sizes = rng.standard_normal((200, n)), []
    for W, pre_activation in zip(reversed(layers), reversed(z), strict=True):
        gradient = gradient * slope(pre_activation)  # back past the units of a layer
        sizes.append(np.sqrt((gradient**2).mean()))
        gradient = gradient @ W  # and past its weights
    return np.array(sizes) / sizes[0]  # in proportion to layer 10


# %%
def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


sizes = sizes_on_the_way_back(sigmoid, sigmoid_slope, scale=1)
for layer in (10, 9, 8, 4, 1):
    print(f"layer {layer:2}: {sizes[10 - layer]:.2g}")
print(f"factor for each of nine layers passed: {sizes[-1] ** (1 / 9):.2f}")

# %% tags=["assertion"]
assert 1e-6 < sizes[-1] < 4e-6 and abs(sizes[-1] ** (1 / 9) - 0.234) < 0.01
z = np.linspace(-9, 9, 1801)
assert np.allclose(sigmoid_slope(z), np.gradient(sigmoid(z), z), atol=1e-3)
assert sigmoid_slope(z).max() == sigmoid_slope(0.0) == 1 / 4

# %% [markdown]
# Each layer takes about three quarters of what is left. After nine of them two millionths arrive. This is the
# **vanishing gradient**.
#
# "So no sigmoid layer lets more through than that greatest slope." It sounds like a proof, and many people fall for it.
# The last line of the loop shows the gap: the gradient is also multiplied by $W$. Take weights of variance 1, so
# `scale=256`. What will the factor be?

# %%
large = sizes_on_the_way_back(sigmoid, sigmoid_slope, scale=256)
print(f"layer 1: {large[-1]:.2g}, factor for each layer: {large[-1] ** (1 / 9):.2f}")

# %% tags=["assertion"]
assert 1.1 < large[-1] ** (1 / 9) < 1.3 and large[-1] > 2
rng = np.random.default_rng(0)
signal, flat = rng.standard_normal((200, 256)), []
for weights in rng.standard_normal((10, 256, 256)):
    flat.append((sigmoid_slope(signal @ weights.T) < 0.01).mean())
    signal = sigmoid(signal @ weights.T)
assert min(flat) > 0.6

# %% [markdown]
# Now the gradient *grows* on its way back. Only the slope is bounded, not what the layer does. (The price: most units
# sit where the sigmoid is flat; more of that below.) Where it grows much, that is the **exploding gradient**: the steps
# become too long, and the loss jumps or turns into `nan`, unless the learning rate is tiny.
#
# ### Work it out for ReLU
#
# With ReLU a slope is 0 or 1. Will ten layers with `scale=1` keep the gradient? Decide first.

# %%
def relu_slope(z):
    return z > 0


relu_sizes = sizes_on_the_way_back(lambda z: np.maximum(0, z), relu_slope, scale=1)
print(f"layer 1: {relu_sizes[-1]:.2g}")

# %% tags=["assertion"]
assert 0.03 < relu_sizes[-1] < 0.06

# %% [markdown]
# It shrinks too, though much more slowly. Here is why. Each entry of a gradient that comes back through a layer is a
# sum of $n$ terms, one for each unit that it feeds: weight times gradient times slope. The weights are independent with
# mean 0, so the products of two different terms average to 0, and the mean squares add up. If slope and gradient
# are taken as independent, the mean square of the gradient is multiplied in each layer, on average, by
#
# $$n \cdot \operatorname{Var}(W) \cdot \operatorname{E}[\varphi'(z)^2],$$
#
# where $\varphi$ is the activation and $\operatorname{E}$ the mean over units and samples. On the way forward it is the
# same: $z$ is a sum of $n$ products, one for each input, weight times input. If the weights have the variance $v$ and
# the inputs the mean square $q$, the mean square of $z$ is $n\,v\,q$. Then comes ReLU.
#
# **Exercise training.7.** For which $v$ do the outputs of ReLU have the mean square $q$ again? There is no bias, and
# $z$ is distributed symmetrically about 0. Answer with a formula in `n`.

# %% tags=["exercise"]
n = sp.Symbol("n", positive=True)
# begin solution: variance = ...
variance = 2 / n
# end solution
check("training.7", variance)

# %% [markdown]
# With that variance, called **He's initialisation** (He and others, 2015), the gradient of a layer with as many inputs
# as outputs keeps its size as well: half of the slopes are 1, the others 0, so $\operatorname{E}[\varphi'(z)^2] =
# \tfrac12$. In other layers $n$ is the number of inputs on the way forward and of outputs on the way back, and no
# variance keeps both. **Glorot's** (Glorot and Bengio, 2010), made for tanh, is a compromise: 2/(inputs + outputs).
#
# **Exercise training.8.** ReLU layers with as many inputs as outputs start with Glorot's variance. By which factor does
# the root mean square of the gradient change, on average, on its way back through $L$ of them? Answer with an exact
# formula in `L`.

# %% tags=["exercise"]
L = sp.Symbol("L", positive=True)
# begin solution: share_left = ...
share_left = 2 ** (-L / 2)
# end solution
check("training.8", share_left)

# %% [markdown]
# Do the measurements agree? (*uniform*, the default of PyTorch's `nn.Linear`, has the variance $1/(3n)$.)

# %%
for name, scale in (("He", 2), ("Glorot", 1), ("uniform", 1 / 3)):
    measured = sizes_on_the_way_back(lambda z: np.maximum(0, z), relu_slope, scale)[-1]
    expected = (scale / 2) ** 4.5  # the root of scale / 2, nine times
    print(f"{name:<7}  layer 1 measured {measured:.2g}, expected {expected:.2g}")

# %% tags=["assertion", "C40"]
for scale in (2, 1, 1 / 3):
    measured = sizes_on_the_way_back(lambda z: np.maximum(0, z), relu_slope, scale)[-1]
    assert abs(measured / (scale / 2) ** 4.5 - 1) < 0.25
for start in ("he", "glorot", "uniform_fan_in"):
    found = experiment.gradient_by_layer("ReLU", start).factor_per_layer
    assert abs(found / experiment.expected_factor("ReLU", start) - 1) < 0.05
slopes = ACTIVATIONS["relu"].derivative(np.random.default_rng(0).standard_normal(1000))
assert set(slopes.tolist()) == {0.0, 1.0}

# %% [markdown]
# > **C40 · refined.** A text says that the derivatives through a rectified linear unit stay large whenever the unit is
# > active. (Kanchan Sarkar, 2018)
#
# The slope of the *unit* is 1 then. The gradient of the *network* is a product over its layers, with weights in it, and
# that can shrink all the same.
#
# The library has measured it on real digits, with 16 starts each. (*tanh* goes from −1 to 1 and has slope 1 at 0.) Read
# the figure from right to left, from the output (layer 11) back. The dashed line is the formula. For sigmoid and tanh
# it takes the greatest slope, so it is an upper bound. Which of the nine combinations keep the gradient of $z$ to
# within a factor of ten from layer 10 to layer 1?

# %%
explore(
    figures.gradient_over_depth,
    activation=Radio(["sigmoid", "tanh", "ReLU"]),
    initialization=Radio({"Glorot": "glorot", "He": "he", "uniform": "uniform_fan_in"}, label="initialisation"),
)

# %% tags=["assertion"]
keep = set()
for function in ("sigmoid", "tanh", "ReLU"):
    for start in ("glorot", "he", "uniform_fan_in"):
        arriving = experiment.gradient_by_layer(function, start).arriving
        if 0.1 < np.median(arriving[:, 0] / arriving[:, 9]) < 10:
            keep.add((function, start))
assert keep == {("tanh", "glorot"), ("tanh", "he"), ("ReLU", "he")}

# %% [markdown]
# Three do: tanh with Glorot's and with He's, and ReLU with He's.

# %% [markdown] tags=["optional"]
# ### What the weights get
#
# You may leave this section out. The figure shows the gradients of $z$. That of a layer's *weights* is the gradient of
# $z$ times the layer's inputs. With ReLU and Glorot's these inputs shrink on the way forward, as the gradients of $z$
# do on the way back, so the weights of all layers get gradients of about the same size, and all of them are small.

# %% tags=["assertion"]
weights = {start: np.median(experiment.gradient_by_layer("ReLU", start).weights, 0) for start in ("glorot", "he")}
assert np.ptp(np.log(weights["glorot"][:10])) < np.log(3) and weights["glorot"].max() < 0.1 < 1 < weights["he"].min()

# %% [markdown]
# ## The scale of the data
#
# Pre-activations are made of weights *and* data. Far from 0 a sigmoid or tanh is flat: it is *saturated*. We say so
# where the slope is below 0.01. An answer on the web calls this a key reason to normalise the data (C30). Pixels come
# as whole numbers from 0 to 255; *standardised* ones have mean 0 and standard deviation 1 (but a pixel that is always
# blank is 0).

# %%
images = mnist_5k()
scales = {"0 to 255": 255 * images.X, "0 to 1": images.X, "standardised": standardised(images).X}
W = np.random.default_rng(0).standard_normal((64, 784)) / np.sqrt(784)
print("pixels        st.dev. of z  saturated")
for name, pixels in scales.items():
    z = pixels[:500] @ W.T
    print(f"{name:<12}  {z.std():12.2f}  {(sigmoid_slope(z) < 0.01).mean():9.1%}")

# %% [markdown]
# With pixels from 0 to 255 most units sit where the slope is almost 0, before any training. ReLU might not mind: a
# factor above 0 changes no sign of $z$, so no slope. Will it lose less on raw pixels than the sigmoid? Decide first.
#
# Here are networks with 784 inputs, 32 units and 10 outputs after 4 epochs (rounds through all samples) on 2000 digits,
# four starts each. To be fair, each gets the best of 15 learning rates. In the last row the pixels are raw, but the
# first weights start divided by 255.

# %% tags=["nbval-ignore-output"]
rates, best = experiment.DEPTH_RATES, {}
print("best mean accuracy in %, and its learning rate")
print("pixels        first weights     sigmoid             ReLU")
for name, divisor in (("0 to 255", 1), ("0 to 1", 1), ("standardised", 1), ("0 to 255", 255)):
    row = f"{name:<12}  {'as usual' if divisor == 1 else '/ 255':<13}"
    for activation in ("sigmoid", "ReLU"):
        accuracy = 100 * experiment.accuracy_by_learning_rate(name, activation, divisor).mean(1)
        best[name, divisor, activation] = accuracy.max()
        row += f"{accuracy.max():7.1f}  {rates[accuracy.argmax()]:<8g}"
    print(row)

# %% tags=["assertion", "C30"]
saturated = {name: (sigmoid_slope(pixels[:500] @ W.T) < 0.01).mean() for name, pixels in scales.items()}
assert saturated["0 to 255"] > 0.9 and saturated["0 to 1"] == 0 and saturated["standardised"] < 0.01
for name, divisor, activation in best:
    found = experiment.accuracy_by_learning_rate(name, activation, divisor).mean(1)
    assert 0 < found.argmax() < len(rates) - 1
raw = {activation: best["0 to 255", 1, activation] for activation in ("sigmoid", "ReLU")}
assert 60 < raw["sigmoid"] < 75 and 30 < raw["ReLU"] < 50
starts = experiment.accuracy_by_learning_rate("0 to 255", "ReLU", 1)
of_best = 100 * starts[starts.mean(1).argmax()]
assert abs(of_best.min() - 26) < 1 and abs(of_best.max() - 58) < 1
assert min(best[name, 1, activation] for name in ("0 to 1", "standardised") for activation in raw) > 87
assert 83 < best["0 to 255", 255, "sigmoid"] < 88 and best["0 to 255", 255, "ReLU"] > 87
first_losses = {}
for name in ("0 to 255", "0 to 1"):
    network, data = Network.mlp([784, 32, 10], replicas=4), experiment.scaled_images(name)
    first_losses[name] = network.loss_and_gradient(data.X[:2000], data.y[:2000])[0]
assert first_losses["0 to 255"].min() > 100 and abs(first_losses["0 to 1"] - 2.4).max() < 0.2
raw_pixels, small_pixels = (experiment.scaled_images(name) for name in ("0 to 255", "0 to 1"))
suited = Network.mlp([784, 32, 10], replicas=4, dtype="float64")
of_small = suited.loss_and_gradient(small_pixels.X[:2000], small_pixels.y[:2000])
suited.W[0][...] /= 255
of_raw = suited.loss_and_gradient(raw_pixels.X[:2000], raw_pixels.y[:2000])
assert np.allclose(of_raw[0], of_small[0]) and np.allclose(of_raw[1].W[0], 255 * of_small[1].W[0], atol=1e-6)

# %% [markdown]
# Raw pixels cost the sigmoid 20 points and ReLU about 50 (its four starts lie between 26 and 58 %). In the last row the
# network starts as the same function as on pixels from 0 to 1, and most is won back. So most of the harm is in the
# *start*, where every $z$ of the first layer is 255 times too large. Sigmoids saturate. ReLU keeps its slopes and
# passes the factor on to the *scores* (the ten outputs, which the *softmax* turns into probabilities), and its loss
# (the *cross entropy*, minus the logarithm of the probability given to the right digit) starts above 100, not at 2.4.
# What the sigmoid still lacks is in the *steps*: to take the same ones, the first layer would need a rate 255² times
# smaller than the second.
#
# So saturation is a key reason to normalise (C30 holds), though not the only one. On these pixels, dividing by 255 does
# as well as standardising. (The rates were chosen by the test part, which flatters all these numbers a little.)
#
# **Exercise depth.1.** Standardise. `X` holds the training part, `X_test` the test part, a row for each picture. Every
# pixel is to have mean 0 and standard deviation 1 over the *training* part; the test part is shifted and scaled by the
# same numbers. Pixels that are blank in every picture become 0. Return both parts as new arrays.


# %% tags=["exercise"]
def standardise(X, X_test):
    # begin solution: return ...
    mean, deviation = X.mean(0), X.std(0)
    deviation = np.where(deviation == 0, 1, deviation)
    return (X - mean) / deviation, (X_test - mean) / deviation
    # end solution


check("depth.1", standardise)

# %% [markdown]
# Each input gets its own two numbers. That matters most where scales differ: if one input is a length in millimetres
# and another one in metres, $z$ hears hardly more than the first, as its numbers are a thousand times as large.
#
# ## Is ReLU better?
#
# You can choose the weights and the scale. Does it matter which activation you choose? Glorot, Bordes and Bengio (2011)
# compared rectifiers with tanh, and rectifiers did well. Let us do it: divide 1797 real digits into a training and a
# test part, and train both. Then again, with another division, another start, another order of the *batches*, the
# portions of the data that the steps are taken on. Each has the weights that are made for it, He's or Glorot's; with
# the same for both you would compare starts. For the same reason one learning rate is not enough, and two more are
# tried below. (*Adam* is gradient descent that averages the latest gradients and gives each weight a step length of its
# own.)

# %% tags=["nbval-ignore-output"]
print("pictures right, of 450")
print("split  ReLU  tanh  difference  in points")
for split in range(3):
    data, right = standardised(digits(seed=split)), []
    for activation, initialization in (("relu", "he"), ("tanh", "glorot")):
        network = Network.mlp([64, 64, 64, 10], activation, initialization=initialization, seed=split)
        train(network, data.X, data.y, Adam(0.003), epochs=15, seed=split, progress=False)
        right.append(round(450 * network.accuracy(data.X_test, data.y_test)[0]))
    difference = right[0] - right[1]
    print(f"{split:5}  {right[0]:4}  {right[1]:4}  {difference:10}  {difference / 4.5:9.1f}")

# %% tags=["assertion"]
assert min(right) > 420 and max(right) < 450 == len(data.X_test) and 450 / len(data.X) == experiment.OVERLAP

# %% [markdown]
# What makes a split hard cancels in the difference. Tanh seems to be ahead. But the three differences scatter about as
# much as they are large, so we need more splits, and an interval for the mean. `mean_interval` takes it from that
# scatter: on each side about two standard deviations (more for a few splits), divided by the root of their number.
# Splits of the *same* digits have many pictures in common and tell less than new digits would; `overlap`, the test
# pictures over the training pictures, makes ten splits' interval twice as long for that ([[comparison]] shows how). Add
# splits one by one, two starts in each. Does the interval ever leave 0 out?

# %%
explore(figures.difference_over_splits, splits=Range(3, experiment.SPLITS, value=experiment.SPLITS))

# %% [markdown]
# The numbers for all ten, and something that only one of the two puts out: exact zeros.

# %% tags=["nbval-ignore-output"]
low, mean, high = mean_interval(experiment.differences(), overlap=experiment.OVERLAP)
print(f"ReLU − tanh: {mean:.1f} points, 95 % interval from {low:.1f} to {high:.1f}")
for activation in ("ReLU", "tanh"):
    print(f"hidden activations that are exactly 0, {activation}: {experiment.trial(activation).zeros:.0%}")

# %% tags=["assertion", "C07"]
assert -1.6 < low < -0.5 < 0.5 < high < 1.1
for rate in (0.001, 0.01):
    other = mean_interval(experiment.differences(rate), overlap=experiment.OVERLAP)
    assert -1.8 < other.low < 0 < other.high < 1
plain = mean_interval(experiment.differences())
assert 1.9 < (high - low) / (plain.high - plain.low) < 2.2
assert 0.3 < experiment.trial("ReLU").zeros < 0.6 and experiment.trial("tanh").zeros == 0

# %% [markdown]
# > **C07 · holds.** That paper is quoted as saying that rectifiers do as well as tanh or better, although they are not
# > differentiable at 0, and that they create true zeros.
#
# Ten splits do not tell the two apart, nor do they with the learning rates 0.001 and 0.01. That does not show that they
# are equal, or ReLU no worse: with 0.003 a difference of half a point, either way, would fit as well. The first half of
# the claim holds in this sense only: a loss of more than about a point and a half fits with none of these rates. The
# zeros are true ones: $\max(0, z)$ is 0 for every $z \le 0$, and nothing was rounded.
#
# ## Break it
#
# Does the choice of activation matter at all, then? Another answer on the web says that an activation need not be
# differentiable (C22). ReLU is not, at 0. So take another function with a derivative everywhere but at 0: the sign. Its
# slope is 0 on both sides.
#
# **Exercise training.9.** With sign in the hidden layer, is the gradient of $W_1$, $b_1$, $W_2$, $b_2$ zero in every
# entry? Give a list of four, `True` or `False`.

# %% tags=["exercise"]
# begin solution: all_zero = ...
all_zero = [True, True, False, False]
# end solution
check("training.9", all_zero)

# %% [markdown]
# The backward pass is right: as a function of $W_1$ the loss is made of flat steps, and its gradient *is* 0. So the
# first layer stays at its random weights, to the last bit.

# %% [markdown] tags=["optional"]
# ### Train with the sign
#
# You may leave this section out. Train on the two moons of [[training]], with eight hidden units. Twenty starts each.


# %%
X, T = moons_as_numbers()


def train_on_moons(activation, seed):
    start = starting_parameters(2, 8, 1, seed)
    end = descend(lambda *given: gradient_by_hand(*given, activation), start, X, T, learning_rate=0.1, steps=500)
    right = (forward(end, X, activation)[2] > 0) == (T > 0)
    return 100 * right.mean(), abs(end.W1 - start.W1).max()


# %% tags=["nbval-ignore-output"]
runs = {}
print("        right %: mean, least, most   largest change of W1")
for name in ("sign", "ReLU"):
    runs[name] = np.array([train_on_moons(name, seed) for seed in range(20)]).T
    right, change = runs[name]
    print(f"{name}    {right.mean():13.2f}  {right.min():5.1f}  {right.max():5.1f}   {change.max():20.2f}")

# %% tags=["assertion", "C22"]
assert (runs["sign"][1] == 0).all() and (runs["ReLU"][1] > 0.1).all()
assert 86 < runs["sign"][0].mean() < 89 and 95 < runs["ReLU"][0].mean() < 98
W1, _, W2, _ = starting_parameters(2, 8, 1, 0)
losses = [((np.sign(X @ (W1 + move).T) @ W2.T - T) ** 2).mean() for move in (-1e-9, 0, 1e-9)]
assert losses[0] == losses[1] == losses[2]

# %% [markdown]
# A random first layer and a trained last one still get most points right, so the accuracy alone would not tell you.

# %% [markdown]
# ### What training needs
#
# So training does not need a derivative at every point, but it does need slopes that are not 0 on large parts of the
# line. (Nor is that enough: $f(z) = z$ has them, and ten such layers can do no more than one.)
#
# Stuck? Put the name of an exercise in place of the dots to get a hint, and the solution once it is open.

# %%
stuck_at = ...  # for example "training.8"
if stuck_at is not ...:
    display(hint(stuck_at), solution(stuck_at))

# %% [markdown]
# ## What the texts say
#
# <!-- claims -->

# %% [markdown]
# ## Recap
#
# - On its way back, the mean square of a gradient is multiplied in each layer, on average, by
#   $n \cdot \operatorname{Var}(W) \cdot \operatorname{E}[\varphi'(z)^2]$.
# - For ReLU the variance $2/n$ makes that factor 1. Of the figure's nine combinations three keep the gradient of $z$:
#   tanh with Glorot's and with He's, ReLU with He's. With sigmoids and these starts next to nothing arrives.
# - Raw pixels saturate sigmoids before training begins. They change no slope of a ReLU, but make its scores too large.
#   Scale the data, and the test part by the same numbers.
# - One run is no comparison. Vary split, start and order together, and state an interval.
# - Training needs slopes that are not 0 on large parts of the line, more than a slope at every point.
#
# **Sources.**
# - Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, [*Efficient
#   BackProp*](https://doi.org/10.1007/3-540-49430-8_2), 1998 (standardised data)
# - Xavier Glorot and Yoshua Bengio, [*Understanding the difficulty of training deep feedforward neural
#   networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010
# - Xavier Glorot, Antoine Bordes and Yoshua Bengio, [*Deep sparse rectifier neural
#   networks*](https://proceedings.mlr.press/v15/glorot11a.html), 2011 (C07)
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, [*Delving deep into
#   rectifiers*](https://arxiv.org/abs/1502.01852), 2015
# - On the web: [*ReLUs and Gradient Descent for Deep Neural Nets*](https://stats.stackexchange.com/questions/222534),
#   2016 (C07), and [*Are all neural network activation functions
#   differentiable?*](https://stats.stackexchange.com/questions/267803), 2017 (C22, C30), both with answers on Cross
#   Validated; Kanchan Sarkar, [*ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and Other
#   Generalizations of
#   ReLU*](https://medium.com/@kanchansarkar/relu-not-a-differentiable-function-why-used-in-gradient-based-optimization-7fef3a4cecec),
#   2018 (C40)
