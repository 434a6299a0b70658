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
# **Minutes:** 59.

# %%
import numpy as np
import sympy as sp
from IPython.display import display

from course_lib.data import digits, mnist_5k, moons_as_numbers, standardised
from course_lib.exercises import check, hint, predict, solution
from course_lib.explorer import Radio, Range, explore
from course_lib.intervals import mean_interval
from course_lib.networks import ACTIVATIONS, Adam, Network, train
from course_lib.networks.one_hidden_layer import starting_parameters
from course_lib.topics.training import experiment, figures

# %% [markdown]
# ## Predict

# %%
predict("training.p1")

# %% [markdown]
# ## One factor for each layer
#
# For a long time units were *sigmoids*, $\sigma(z) = 1/(1 + e^{-z})$: smooth, and always between 0 and 1. On its way
# back a gradient is multiplied by the slope of each unit that it passes. How large can that slope be?
#
# **Exercise training.4.** What is the greatest slope of the sigmoid?

# %% tags=["exercise"]
# begin solution: greatest_slope = ...
greatest_slope = 1 / 4
# end solution
check("training.4", greatest_slope)

# %% [markdown]
# Now build ten layers of 256 units and send a gradient back through them. Nothing is trained: the weights are drawn
# with mean 0 and variance `scale`/256. (At random, because units that start with equal weights get equal gradients and
# stay equal.) In the second loop the gradient passes first the units of a layer, then its weights.

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
        gradient = gradient * slope(pre_activation)
        sizes.append(np.sqrt((gradient**2).mean()))
        gradient = gradient @ W
    return np.array(sizes) / sizes[0]


# %%
def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


sizes = sizes_on_the_way_back(sigmoid, sigmoid_slope, scale=1)
for layer in (10, 9, 8, 4, 1):
    print(f"layer {layer:2}: {sizes[10 - layer]:.2g}")
print(f"factor for each layer: {sizes[-1] ** (1 / 9):.2f}")

# %% tags=["assertion"]
assert 1e-6 < sizes[-1] < 4e-6 and abs(sizes[-1] ** (1 / 9) - 0.234) < 0.01
z = np.linspace(-9, 9, 1801)
assert np.allclose(sigmoid_slope(z), np.gradient(sigmoid(z), z), atol=1e-3)
assert sigmoid_slope(z).max() == sigmoid_slope(0.0) == 1 / 4

# %% [markdown]
# Each layer takes about three quarters of what is left. After nine of them two millionths arrive. This is the
# **vanishing gradient**.
#
# "So no sigmoid layer lets more through than that greatest slope." It sounds like a proof, and it is the usual slip.
# The last line of the loop shows the gap in it: the gradient is also multiplied by $W$. Change one thing. Take weights
# of variance 1, so `scale=256`. What will the factor be?

# %%
large = sizes_on_the_way_back(sigmoid, sigmoid_slope, scale=256)
print(f"layer 1: {large[-1]:.2g}, factor for each layer: {large[-1] ** (1 / 9):.2f}")

# %% tags=["assertion"]
assert 1.1 < large[-1] ** (1 / 9) < 1.3 and large[-1] > 2
rng = np.random.default_rng(0)
forward, flat = rng.standard_normal((200, 256)), []
for weights in rng.standard_normal((10, 256, 256)):
    flat.append((sigmoid_slope(forward @ weights.T) < 0.01).mean())
    forward = sigmoid(forward @ weights.T)
assert min(flat) > 0.6

# %% [markdown]
# Now the gradient *grows* on its way back. Only the slope is bounded, not what the layer does. (The price is that most
# units sit where the sigmoid is flat; more of that below.)
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
# It shrinks as well, if much more slowly. Here is why. Each entry of a gradient that comes back through a layer is a
# sum of $n$ terms, weight times gradient times slope. The weights are independent with mean 0, so the products of two
# different terms average to 0, and the mean squares add up. On average, the mean square of the gradient is multiplied
# in each layer by
#
# $$n \cdot \operatorname{Var}(W) \cdot \operatorname{E} \varphi'(z)^2,$$
#
# where $\varphi$ is the activation and $\operatorname{E}$ the mean over units and samples. On the way forward the mean
# squares of $n$ terms add up as well, weight times input; then comes ReLU.
#
# **Exercise training.7.** A ReLU layer has $n$ inputs with mean square $q$, weights with mean 0 and variance $v$, and
# no bias. For which $v$ do its outputs have the mean square $q$ again? Assume that pre-activations are distributed
# symmetrically about 0. Answer with a formula in `n`.

# %% tags=["exercise"]
n = sp.Symbol("n", positive=True)
# begin solution: variance = ...
variance = 2 / n
# end solution
check("training.7", variance)

# %% [markdown]
# With that variance, called **He's initialisation** (He and others, 2015), the gradient neither grows nor shrinks
# either, since half of the slopes are 1, the others 0. **Glorot's** (Glorot and Bengio, 2010), made for tanh, is
# 2/(inputs + outputs) of the layer.
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
# Do the measurements agree? From layer 10 to layer 1 there are nine layers to pass. (`uniform_fan_in` is a third of
# Glorot's variance.)

# %%
for name, scale in (("he", 2), ("glorot", 1), ("uniform_fan_in", 1 / 3)):
    measured = sizes_on_the_way_back(lambda z: np.maximum(0, z), relu_slope, scale)[-1]
    expected = experiment.expected_factor("ReLU", name) ** 9
    print(f"{name:<14}  layer 1 measured {measured:.2g}, expected {expected:.2g}")

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
# The library has measured the same on real digits, with 16 starts each. (*uniform*, the default of PyTorch's
# `nn.Linear`, has the variance $1/(3n)$. *tanh* goes from −1 to 1 and has slope 1 at 0.) Read the figure from right to
# left, from the output back to the input. Which of the nine combinations keep the gradient to within a factor of ten?
# The recap names them.

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
# ## The scale of the data
#
# Far from 0 a sigmoid is flat: it is *saturated*. We call it so where the slope is below 0.01. An answer on the web
# calls this a key reason to normalise the data (C30). Whether it happens in the first layer depends on the pixels. They
# come as whole numbers from 0 to 255; *standardised* ones have mean 0 and standard deviation 1.

# %%
images = mnist_5k()
scales = {"0 to 255": 255 * images.X, "0 to 1": images.X, "standardised": standardised(images).X}
W = np.random.default_rng(0).standard_normal((64, 784)) / np.sqrt(784)
print("pixels        st.dev. of z  saturated")
for name, pixels in scales.items():
    z = pixels[:500] @ W.T
    print(f"{name:<12}  {z.std():12.2f}  {(sigmoid_slope(z) < 0.01).mean():9.1%}")

# %% [markdown]
# With pixels from 0 to 255 most units are stuck where the slope is almost 0, before any training. Does training recover
# from it? Here are networks with 784 inputs, 32 sigmoid units and 10 outputs after 4 epochs on 2000 digits, four starts
# for each of eight learning rates. A fair comparison gives each scale the rate that suits it, so look whether the best
# rate lies inside the list.

# %% tags=["nbval-ignore-output"]
print("test accuracy in %, mean of 4 starts")
print("learning rate", *(f"{rate:6g}" for rate in experiment.DEPTH_RATES))
for name in experiment.SCALES:
    accuracy = 100 * experiment.accuracy_by_learning_rate(name).mean(1)
    print(f"{name:<13}", *(f"{value:6.1f}" for value in accuracy))

# %% tags=["assertion", "C30"]
saturated = {name: (sigmoid_slope(pixels[:500] @ W.T) < 0.01).mean() for name, pixels in scales.items()}
assert saturated["0 to 255"] > 0.9 and saturated["0 to 1"] == 0 and saturated["standardised"] < 0.01
best = {name: experiment.accuracy_by_learning_rate(name).mean(1) for name in experiment.SCALES}
assert all(0 < accuracy.argmax() < len(accuracy) - 1 for accuracy in best.values())
assert experiment.accuracy_by_learning_rate("0 to 255").max() < 0.8 and best["0 to 255"].max() < 0.75
assert min(best["0 to 1"].max(), best["standardised"].max()) > 0.85

# %% [markdown]
# After 4 epochs the best rate on raw pixels is about 20 points behind the best on the others. Is saturation to blame
# for all of it? Train longer, and take ReLU, which cannot saturate above 0.

# %% tags=["nbval-ignore-output"]
pixels_and_rates = (("0 to 255", (1e-5, 1e-4, 3e-4, 0.01, 0.03, 0.1)), ("0 to 1", (0.1, 0.3, 1.0, 3.0)))
longer = {}
print("best mean accuracy in %  sigmoid, 20 epochs  ReLU, 4 epochs")
for name, rates in pixels_and_rates:
    for activation, epochs in (("sigmoid", 20), ("ReLU", 4)):
        accuracy = experiment.accuracy_by_learning_rate(name, activation, epochs, rates).mean(1)
        longer[name, activation] = 100 * accuracy.max()
    print(f"{name:<23}  {longer[name, 'sigmoid']:18.1f}  {longer[name, 'ReLU']:14.1f}")

# %% tags=["assertion"]
assert 79 < longer["0 to 255", "sigmoid"] < 85 and 89 < longer["0 to 1", "sigmoid"] < 93
assert 30 < longer["0 to 255", "ReLU"] < 50 and longer["0 to 1", "ReLU"] > 87
found = [experiment.accuracy_by_learning_rate(name, "ReLU", 4, rates).mean(1) for name, rates in pixels_and_rates]
assert pixels_and_rates[0][1][found[0].argmax()] == 1e-4 and pixels_and_rates[1][1][found[1].argmax()] == 0.3

# %% [markdown]
# More epochs win back more than half, and ReLU loses even more than the sigmoid. Its best rate on raw pixels is 0.0001,
# on scaled ones 0.3: the gradient of $W_1$ is multiplied by the pixels, and a rate small enough for it is too small for
# all the rest. So (C30) holds here, and saturation is one reason to normalise of two. On these pixels, dividing by 255
# does as well as standardising. (The best rate is picked by the test part, which flatters all alike.)
#
# **Exercise depth.1.** Write a function that standardises. `X` holds the training part, `X_test` the test part, a row
# for each picture. Every pixel is to have mean 0 and standard deviation 1 over the *training* part; the test part is
# shifted and scaled by the same numbers. Some pixels are blank in every picture: let them become 0. Return both parts.


# %% tags=["exercise"]
def standardise(X, X_test):
    # begin solution: return ...
    mean, deviation = X.mean(0), X.std(0)
    deviation = np.where(deviation == 0, 1, deviation)
    return (X - mean) / deviation, (X_test - mean) / deviation
    # end solution


check("depth.1", standardise)

# %% [markdown]
# ## Is ReLU better?
#
# Glorot, Bordes and Bengio (2011) compared rectifiers with tanh, and rectifiers did well. Do it yourself. Divide 1797
# real digits into a training and a test part, and train both. Then do it again: another division, another start,
# another order of the batches. (*Adam* is gradient descent that gives each weight a step length of its own.)

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
# Both saw the same split, so what makes a split hard cancels in the difference. Tanh seems to be ahead. But the
# differences lie as far apart as they are large, so we need more splits, and an interval for the mean. `mean_interval`
# takes it from how far the differences lie apart. Ten splits of the *same* digits have many pictures in common and tell
# less than ten sets of new digits would; `overlap` widens the interval for that ([[comparison]] shows by how much). Add
# splits one by one, two starts in each. Does the interval ever leave 0 out?

# %%
explore(figures.difference_over_splits, splits=Range(3, experiment.SPLITS, value=experiment.SPLITS))

# %% tags=["nbval-ignore-output"]
low, mean, high = mean_interval(experiment.differences(), overlap=experiment.OVERLAP)
print(f"ReLU − tanh: {mean:.1f} points, 95 % interval from {low:.1f} to {high:.1f}")
for activation in ("ReLU", "tanh"):
    print(f"hidden activations that are exactly 0, {activation}: {experiment.trial(activation).zeros:.0%}")

# %% tags=["assertion", "C07"]
assert -1.6 < low < -0.5 < 0.5 < high < 1.1
assert 0.3 < experiment.trial("ReLU").zeros < 0.6 and experiment.trial("tanh").zeros == 0

# %% [markdown]
# > **C07 · holds.** That paper is quoted as saying that rectifiers do as well as tanh or better, although they are not
# > differentiable at 0, and that they create true zeros.
#
# Ten splits do not tell the two apart. That is not to say that they are equal, or ReLU no worse: half a point either
# way would still fit. What this experiment shows is that on these digits ReLU loses no more than about a point. And the
# zeros are true ones: $\max(0, z)$ is 0 for every $z \le 0$, and nothing was rounded.
#
# ## Break it
#
# Another answer on the web says that an activation need not be differentiable (C22). ReLU is not, at 0. So take another
# function that has a derivative everywhere but at 0: the sign. Its slope is 0 on both sides. What will descent do with
# it?
#
# **Exercise training.9.** With sign in the hidden layer, is the gradient of $W_1$, $b_1$, $W_2$, $b_2$ zero in every
# entry? Give a list of four, `True` or `False`.

# %% tags=["exercise"]
# begin solution: all_zero = ...
all_zero = [True, True, False, False]
# end solution
check("training.9", all_zero)

# %% [markdown]
# Train on the two moons of [[training]], with eight hidden units. Twenty starts each.


# %%
def train_on_moons(activation, slope, seed):
    X, T = moons_as_numbers()
    W1, b1, W2, b2 = starting_parameters(2, 8, 1, seed)
    first = W1
    for _ in range(500):
        Z = X @ W1.T + b1
        A = activation(Z)
        D = 2 * (A @ W2.T + b2 - T) / len(X)
        H = (D @ W2) * slope(Z)
        W1, b1 = W1 - 0.1 * H.T @ X, b1 - 0.1 * H.sum(0)
        W2, b2 = W2 - 0.1 * D.T @ A, b2 - 0.1 * D.sum(0)
    outputs = activation(X @ W1.T + b1) @ W2.T + b2
    return 100 * ((outputs > 0) == (T > 0)).mean(), abs(W1 - first).max()


# %% tags=["nbval-ignore-output"]
runs = {}
print("        right %: mean, least, most   largest change of W1")
for name, activation, slope in (("sign", np.sign, np.zeros_like), ("ReLU", lambda z: np.maximum(0, z), relu_slope)):
    right, change = runs[name] = np.array([train_on_moons(activation, slope, seed) for seed in range(20)]).T
    print(f"{name}    {right.mean():13.2f}  {right.min():5.1f}  {right.max():5.1f}   {change.max():20.2f}")

# %% tags=["assertion", "C22"]
assert (runs["sign"][1] == 0).all() and (runs["ReLU"][1] > 0.1).all()
assert 86 < runs["sign"][0].mean() < 89 and 95 < runs["ReLU"][0].mean() < 98
X, T = moons_as_numbers()
W1, _, W2, _ = starting_parameters(2, 8, 1, 0)
losses = [((np.sign(X @ (W1 + move).T) @ W2.T - T) ** 2).mean() for move in (-1e-9, 0, 1e-9)]
assert losses[0] == losses[1] == losses[2]

# %% [markdown]
# The first layer stays at its random weights, to the last bit. That is no fault of the backward pass: as a function of
# $W_1$ the loss is made of flat steps, and its gradient *is* 0. Random features and a trained last layer still get most
# points right, so the accuracy alone would not tell you.
#
# So what must an activation have? Not a derivative at every point: slopes that are not 0 on large parts of the line.
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
# - On its way back, a gradient is multiplied in each layer by slopes and weights: on average its mean square by
#   $n \cdot \operatorname{Var}(W) \cdot \operatorname{E} \varphi'(z)^2$.
# - For ReLU the variance $2/n$ makes that factor 1. Of the nine combinations in the figure three keep the gradient:
#   tanh with Glorot's and with He's, ReLU with He's. With sigmoids next to nothing arrives.
# - Raw pixels saturate sigmoids before training begins, and their scale alone slows ReLU as well. Scale the data, and
#   the test part by the same numbers.
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
