# ---
# jupyter:
#   course:
#     title: Optimizers
#     promise: You write the rules by which networks learn, race them against each other, and train a network with them.
#     minutes: 150
#     needs: [06_convolution_gradients]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 08 · Optimizers
#
# *You write the rules by which networks learn, race them against each other, and train a network with them.*
#
# **Time** about an hour and a half for sections 1 to 5, and another hour for the deeper sections 6 to 9, in any order. **You need** what a gradient is and how it is checked (notebook 06); matrix products; a little PyTorch for section 5.
#
# Afterwards you can
#
# 1. say from which learning rate on a step does harm, and why (`sgd_step`);
# 2. write momentum and Adam as functions of weights, gradient and state (`momentum_step`, `adam_step`);
# 3. work out loss and gradients of a two-layer network by hand and in code (`two_layer_backward`);
# 4. write the training loop and the evaluation, and say what each line is for (`train_one_epoch`, `evaluate`);
# 5. read the other rules that papers name: Nesterov, AdaGrad, RMSProp, AlexNet's decay, schedules (sections 6 to 9).
#
# Run the next cell first.

# %%
import numpy as np
import torch
from torch import nn

from helpers import check, draw, explore, predict, yours
from helpers.lectures import optimizers as lecture

# %% [markdown]
# ## 1 · How long a step?
#
# Notebook 06 ended with a gradient for every weight. The gradient points to where the loss rises fastest, so a step goes the other way. That leaves one question: how far?
#
# Take the smallest loss there is, a bowl with one weight: $\mathcal{L} = \tfrac12 \kappa w^2$ with **curvature** $\kappa = 4$. Its gradient is $\kappa w = 4w$. You stand at $w = 1$, and the step is the **learning rate** $\eta$ times the gradient:
#
# > $$w \;\leftarrow\; w - \eta\, \frac{\partial\mathcal{L}}{\partial w}$$
# >
# > $w$: the weights, an array of any shape · $\partial\mathcal{L}/\partial w$: the gradient, of the same shape · $\eta$: the learning rate, one positive number. The arrow means: take the right side and call it $w$ from now on.
#
# With $\eta = 0.1$ the weight goes from 1 to $1 - 0.1 \cdot 4 = 0.6$, then to $0.6 - 0.1 \cdot 2.4 = 0.36$. Down it goes:

# %% show="bowl_at_a_small_rate"
draw.bowl_walk(lr=0.1, caption="Left: the steps on the bowl, from the ring to the disc. Right: w after each of them.")

# %% [markdown]
# Would a larger rate be faster?

# %% show="predict_rate_on_a_bowl"
predict("rate_on_a_bowl", then=lambda: draw.bowl_walk(lr=0.6))

# %% [markdown]
# On the bowl each step multiplies $w$ by the same number:
#
# $$w - \eta\, \kappa\, w = (1 - \eta \kappa)\, w$$
#
# It shrinks as long as $|1 - \eta \kappa| < 1$, that is for $\eta < 2/\kappa$. At $\eta = 1/\kappa$ one step is enough. Between $1/\kappa$ and $2/\kappa$ the weight jumps from side to side and still comes down; beyond $2/\kappa$ every step makes it worse. So it is not the rate that is small or large, but **the rate times the curvature**.
#
# All methods of this notebook have one form, so that they can be exchanged for each other:
#
#     w, state = step(w, dw, state, lr=0.1)
#
# It takes the weights, the gradient `dw`, and a `state`: a dictionary with what the method remembers, `{}` before the first step. It returns new weights and the new state. It changes nothing that it was given.
#
# **Exercise — `sgd_step`** · easy · about 5 minutes · 1 point
#
# Plain gradient descent. It remembers nothing, so its state stays as it is. *By hand first.* $w = [1, -2]$, gradient $[0.5, 4]$, $\eta = 0.1$: the result is $[0.95, -2.4]$.
#
# (The name comes from *stochastic* gradient descent: the gradient is that of a few samples, a **mini-batch**, drawn anew for every step.) Off limits in all steps of this notebook is `torch.optim`, which has them all.

# %% exercise="sgd_step"
def sgd_step(w, dw, state, lr):
    """One step of gradient descent.

    w        float array of any shape   the weights
    dw       float array, as w          gradient of the loss by the weights
    state    dict                       {}: this method remembers nothing
    lr       float, above 0             learning rate
    returns  (w, state)                 new weights, shaped like w, and {}

    w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    return w - lr * dw, state
    ### END SOLUTION

# %% check="sgd_step"
check("sgd_step")

# %% show="explore_bowl"
yours("sgd_step", lambda sgd: explore.bowl(sgd))

# %% [markdown]
# *What just happened.* Half a line of code, and everything hangs on one number. Far below $1/\kappa$ the way down is slow and sure, above $2/\kappa$ there is none. In a network you don't know $\kappa$. You find its trace: a loss that falls slowly (rate too small), one that falls and trembles, one that goes up or becomes NaN (rate too large).

# %% [markdown]
# ## 2 · A ravine, and a memory
#
# With two weights there are two curvatures. Let $\mathcal{L} = \tfrac12 (w_0^2 + 30\, w_1^2)$: across, the walls are thirty times as steep as the bottom is along. Such a valley is called a **ravine**.
#
# The steep direction sets the limit: $\eta < 2/30 \approx 0.067$. You take $\eta = 0.06$, just below.

# %% show="predict_steps_along_the_ravine"
predict("steps_along_the_ravine", then=lambda: draw.ravine_walk(lr=0.06))

# %% [markdown]
# Along the bottom each step takes 6 % off what is left; across, $w_1$ is multiplied by $1 - 0.06 \cdot 30 = -0.8$ and jumps from wall to wall. Too long one way, too short the other, with one and the same rate.
#
# But look at the gradients one after the other. Across they point left, right, left, right. Along they all point the same way. A method with a *memory* could tell: what points the same way adds up, what changes sign cancels. That is **momentum** (Polyak 1964):
#
# > $$m \;\leftarrow\; \mu\, m + \frac{\partial\mathcal{L}}{\partial w} \qquad\qquad w \;\leftarrow\; w - \eta\, m$$
# >
# > $m$: what is remembered of the gradients, shaped like $w$, at first 0 (often called *velocity*) · $\mu$: the **momentum**, from 0 (no memory) to below 1, usually 0.9.

# %% show="predict_memory_of_a_steady_gradient"
predict("memory_of_a_steady_gradient")

# %% [markdown]
# So a rate of 0.1 with $\mu = 0.9$ moves along a steady slope like a rate of 1 without. With noise, or a bend ahead, that can be too long. (It is not the limit on a bowl that shrinks: that one grows, to $2(1 + \mu)/\kappa$; see section 6.)
#
# **Exercise — `momentum_step`** · easy · about 10 minutes · 2 points
#
# *By hand first.* The bowl with $\kappa = 1$, where the gradient is $w$ itself. From $w = 4$ with $\eta = 0.1$ and $\mu = 0.9$: $m = 4$ and $w = 3.6$. Then $m = 0.9 \cdot 4 + 3.6 = 7.2$ and $w = 3.6 - 0.72 = 2.88$.
#
# The state is `{}` before the first step and `{"m": …}` afterwards, with an array shaped like `w`. In every example the weights earn two thirds of the marks and the state one third.

# %% exercise="momentum_step"
def momentum_step(w, dw, state, lr, momentum=0.9):
    """One step of gradient descent with momentum.

    w         float array of any shape   the weights
    dw        float array, as w          gradient of the loss by the weights
    state     dict                       {} before the first step, then {"m": array as w}
    lr        float, above 0             learning rate
    momentum  float, from 0 to below 1   share of the memory that is kept
    returns   (w, state)                 new weights and {"m": new memory}

    The memory takes the gradient in first; then the weights follow it. w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    m = momentum * state.get("m", 0) + dw
    return w - lr * m, {"m": m}
    ### END SOLUTION

# %% check="momentum_step"
check("momentum_step")

# %% show="explore_race_of_two"
yours(
    "sgd_step",
    "momentum_step",
    lambda sgd, momentum: explore.race(
        {"gradient descent": (sgd, {"lr": 1.0}), "momentum": (momentum, {"lr": 0.3})},
        try_this=[
            "Lower the rates step by step. From where on does momentum win on the ravine, and why?",
            "Choose “two weights of a network”: a real loss, real digits. Who is faster here?",
            "Back on the ravine, add noise. What does it do near the minimum, and what do smaller rates do to it?",
        ],
    ),
)

# %% [markdown]
# *What just happened.* Both are your functions. Near its limit plain descent is not slow on this ravine: the rate is tuned to it. Lower the rates and its way along the bottom becomes very slow, while momentum still adds up. It pays with swings: a memory that is large drives past the minimum and comes back.

# %% [markdown]
# ## 3 · A rate for every weight
#
# Momentum has one rate for all weights. But gradients differ in size from layer to layer, sometimes by factors of a thousand. A weight with tiny gradients hardly moves; should it have to wait?
#
# The idea of RMSProp (Tieleman & Hinton 2012): keep an average $v$ of the *squared* gradient of each weight, and divide by its root. A weight whose gradients are always about 0.001 and one whose gradients are about 1 then take steps of the same length. **Adam** (Kingma & Ba 2015) joins both memories:
#
# > $$m \leftarrow \beta_1 m + (1 - \beta_1)\, \frac{\partial\mathcal{L}}{\partial w} \qquad v \leftarrow \beta_2 v + (1 - \beta_2) \Big(\frac{\partial\mathcal{L}}{\partial w}\Big)^{2}$$
# >
# > $m$, $v$: averages of the gradient and of its square, entry by entry, shaped like $w$, at first 0 · $\beta_1$, $\beta_2$: the shares that are kept, usually 0.9 and 0.999.
#
# These are averages, in which the new value gets the small share. (Momentum's $m$ took the gradient in full: a sum that forgets.) And they start at 0. Does that matter?

# %% show="predict_first_average"
predict("first_average")

# %% [markdown]
# After one step $m$ is a tenth of the gradient, and $v$ a thousandth of its square. Used as they are, the first step would be $0.1 / \sqrt{0.001} \approx 3.2$ times too long. So Adam makes up for the start. After $t$ steps of a steady gradient an average holds the share $1 - \beta^t$ of it; divide by that:
#
# > $$\hat m = \frac{m}{1 - \beta_1^t} \qquad \hat v = \frac{v}{1 - \beta_2^t} \qquad w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
# >
# > $t$: the number of this step, 1 for the first · $\hat m$, $\hat v$: the **corrected** averages; $m$ and $v$ themselves go on uncorrected · $\varepsilon$: $10^{-8}$, so that a weight that never had a gradient divides 0 by $\varepsilon$, not by 0.
#
# Now the first step has a length that you can say without knowing the gradient: $\hat m / \sqrt{\hat v}$ is $\pm 1$, so every weight whose gradient is not 0 (or as small as $\varepsilon$) moves by $\eta$.
#
# **Exercise — `adam_step`** · medium · about 15 minutes · 4 points
#
# *By hand first.* $w = 4$, gradient 4, $\eta = 0.5$: $m = 0.4$, $v = 0.016$, $\hat m = 4$, $\hat v = 16$, and $w = 4 - 0.5 \cdot 4/4 = 3.5$. A second weight at 4 with the gradient 0.01 goes to 3.5 as well.
#
# The state is `{}` before the first step and `{"t": …, "m": …, "v": …}` afterwards; `t` counts the steps taken.

# %% exercise="adam_step"
def adam_step(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam (Kingma & Ba 2015, algorithm 1).

    w        float array of any shape   the weights
    dw       float array, as w          gradient of the loss by the weights
    state    dict                       {} before the first step, then {"t": int, "m": array as w, "v": array as w}
    lr       float, above 0             learning rate
    beta1    float, from 0 to below 1   share that the average of the gradients keeps
    beta2    float, from 0 to below 1   share that the average of their squares keeps
    eps      float, above 0             added to the root
    returns  (w, state)                 new weights and {"t": steps taken, "m": ..., "v": ...}, both averages uncorrected

    The first step has t = 1. w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}
    ### END SOLUTION

# %% check="adam_step"
check("adam_step")

# %% [markdown]
# Two weights, one with gradients about 1, the other with smaller ones. How far does each move for one unit of its gradient? That is its *effective* learning rate:

# %% show="explore_effective_rates_of_two"
yours(
    "momentum_step",
    "adam_step",
    lambda momentum, adam: explore.effective_rates(
        {"momentum": (momentum, {"lr": 0.01}), "Adam": (adam, {"lr": 0.01})}
    ),
)

# %% show="explore_race_of_three"
yours(
    "sgd_step",
    "momentum_step",
    "adam_step",
    lambda sgd, momentum, adam: explore.race(
        {
            "gradient descent": (sgd, {"lr": 1.0}),
            "momentum": (momentum, {"lr": 0.3}),
            "Adam": (adam, {"reach": 1.0}),
        },
        on="saddle",
        try_this=[
            "The start lies almost on the ridge of a saddle. Who leaves it first, and why that one?",
            "Choose Rosenbrock's bent valley, then Beale's. Can you find rates at which all three arrive?",
            "Choose the network and raise the noise. Who still comes close?",
        ],
    ),
)

# %% [markdown]
# *What just happened.* On the saddle the gradient along the ridge is tiny. Plain descent multiplies it by the rate and waits; Adam divides by its size and walks. The same trait has a price: near a minimum, where gradients are tiny too, Adam's steps stay about $\eta$ long until the averages have noticed. No method wins everywhere.

# %% [markdown]
# ## 4 · Gradients of a whole network
#
# The steps need gradients. For a network with two layers you can write them all down. It takes $N$ samples with $C$ numbers each and gives one **logit** for each of $M$ classes:
#
# $$z_1 = x\, w_1^{\mathsf T} + b_1 \qquad a = \max(z_1, 0) \qquad z_2 = a\, w_2^{\mathsf T} + b_2$$
#
# > $x$: $(N, C)$ · $w_1$: $(F, C)$, $b_1$: $(F,)$, the first layer with $F$ units · $z_1$, $a$: $(N, F)$, before and after the ReLU · $w_2$: $(M, F)$, $b_2$: $(M,)$ · $z_2$: $(N, M)$, the logits.
#
# The **softmax** makes probabilities of them, and the loss is the mean of minus the logarithm of what the right class got:
#
# $$\hat y_{nk} = \frac{e^{z_{2,nk}}}{\sum_{k'} e^{z_{2,nk'}}} \qquad \mathcal{L} = -\frac1N \sum_n \log \hat y_{n, y^\star_n}$$
#
# > $\hat y$: $(N, M)$, each row adds up to 1 · $y^\star$: $(N,)$, the labels, whole numbers from 0 to $M - 1$.
#
# One fact about this pair makes everything easy: the gradient by a logit is *what you said minus what is true*,
#
# > $$\frac{\partial\mathcal{L}}{\partial z_{2,nk}} = \frac1N \big(\hat y_{nk} - [k = y^\star_n]\big)$$
# >
# > $[k = y^\star_n]$: 1 where class $k$ is the label, else 0.
#
# Why? For one sample the loss is $\mathcal{L} = \log \sum_{k'} e^{z_{2,k'}} - z_{2,y^\star}$. The first term has the derivative $e^{z_{2,k}} / \sum_{k'} e^{z_{2,k'}} = \hat y_k$, the second 1 if $k$ is the label, else 0; the mean over the samples brings $1/N$. This loss is called **cross-entropy**.
#
# From there it goes down as in notebook 06: each layer takes its upstream gradient and hands on the gradient by its own input.

# %% show="predict_gradient_of_a_sure_network"
predict("gradient_of_a_sure_network")

# %% [markdown]
# The second layer is linear in $a$, $w_2$ and $b_2$. Write $\partial\mathcal{L}/\partial z_2$ as an $(N, M)$ matrix; then
#
# $$\frac{\partial\mathcal{L}}{\partial w_2} = \Big(\frac{\partial\mathcal{L}}{\partial z_2}\Big)^{\!\mathsf T} a \qquad \frac{\partial\mathcal{L}}{\partial b_2} = \sum_n \Big(\frac{\partial\mathcal{L}}{\partial z_2}\Big)_{\!n} \qquad \frac{\partial\mathcal{L}}{\partial a} = \frac{\partial\mathcal{L}}{\partial z_2}\, w_2$$
#
# The shapes leave no other choice: $(M, N)(N, F)$ is the only product of the two that is $(M, F)$. The ReLU lets gradient through where $z_1 > 0$ and stops it elsewhere. The first layer repeats the pattern with $x$ in place of $a$.
#
# **Exercise — `two_layer_backward`** · hard · about 20 minutes · 4 points
#
# Loss and all four gradients in one function. *By hand first*: one sample $x = [1, 2]$ with label 0, through $w_1 = [[1, -1], [0.5, 1], [-2, 0.5]]$, $b_1 = [0, 0.5, 1]$, $w_2 = [[1, 0.5, -1], [-0.5, 1, 2]]$, $b_2 = [0.1, -0.1]$. $z_1 = [-1, 3, 0]$, so $a = [0, 3, 0]$ and the logits are $[1.6, 2.9]$. The probabilities are $[0.214, 0.786]$ and the loss is $1.541$. The gradient by the logits is $[-0.786, 0.786]$: say less for class 1.
#
# `exp` of a large number overflows. Subtracting the largest logit of each sample from all its logits changes no probability and keeps `exp` at 1 or below. Off limits is PyTorch's automatic differentiation: the point is to do its work once.

# %% exercise="two_layer_backward"
def two_layer_backward(x, labels, w1, b1, w2, b2):
    """Loss of a two-layer network with softmax, and its gradients.

    x        (N, C) float               samples
    labels   (N,) int, 0 to M - 1       the class of each sample
    w1, b1   (F, C), (F,) float         first layer
    w2, b2   (M, F), (M,) float         second layer, one output per class
    returns  (loss, dw1, db1, dw2, db2) mean cross-entropy as a float, and its gradients, shaped like the weights

    z = x w1ᵀ + b1, a = max(z, 0), logits = a w2ᵀ + b2. Where z is 0 no gradient passes.
    Logits may be as large as 1e4. The arguments are left unchanged.
    """
    ### BEGIN SOLUTION
    N = len(x)
    z = x @ w1.T + b1
    a = np.maximum(z, 0)
    logits = a @ w2.T + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_probs[np.arange(N), labels].mean()
    dlogits = np.exp(log_probs)  # the probabilities
    dlogits[np.arange(N), labels] -= 1
    dlogits /= N
    dz = (dlogits @ w2) * (z > 0)
    return loss, dz.T @ x, dz.sum(axis=0), dlogits.T @ a, dlogits.sum(axis=0)
    ### END SOLUTION

# %% check="two_layer_backward"
check("two_layer_backward")

# %% [markdown]
# Now all of it together: your gradients, your steps, 4 000 real digits (averaged to 7 × 7 pixels, so that it goes fast), three epochs. An **epoch** is one pass over all samples, in mini-batches of 100.

# %% show="yours_train_digits"
x, labels, x_test, labels_test = lecture.digits()


def train(backward, step, epochs=3, **settings):
    """Losses of every step, and the share of unseen digits that is right."""
    weights, states = lecture.first_weights(), [{}, {}, {}, {}]
    rng, losses = np.random.default_rng(0), []
    for _ in range(epochs):
        for batch in lecture.batches(len(x), 100, rng):
            loss, *gradients = backward(x[batch], labels[batch], *weights)
            for i, dw in enumerate(gradients):
                weights[i], states[i] = step(weights[i], dw, states[i], **settings)
            losses.append(loss)
    hidden = np.maximum(x_test @ weights[0].T + weights[1], 0)
    right = np.argmax(hidden @ weights[2].T + weights[3], axis=1) == labels_test
    return losses, right.mean()


def compare(backward, sgd, momentum, adam):
    runs = {
        "gradient descent": train(backward, sgd, lr=0.3),
        "momentum": train(backward, momentum, lr=0.1),
        "Adam": train(backward, adam, lr=0.01),
    }
    shares = "; ".join(f"{name} {share:.1%}" for name, (_, share) in runs.items())
    return draw.training_curves(
        {name: losses for name, (losses, _) in runs.items()},
        caption=f"Loss of each mini-batch. Right on 1 000 digits never seen: {shares}.",
    )


yours(
    "two_layer_backward",
    "sgd_step",
    "momentum_step",
    "adam_step",
    lambda backward, sgd, momentum, adam: compare(backward, sgd, momentum, adam),
)

# %% [markdown]
# *What just happened.* A network learned to read, and every line that taught it is yours: no library computed a gradient or took a step. The curves tremble because each mini-batch is another sample of the whole; that is the *stochastic* in SGD. It is no ranking: the three rates were chosen by hand, and momentum's 0.1 acts like 1 on a steady slope. Change each by a factor of 3 and run the cell again.

# %% [markdown]
# ## 5 · The same in PyTorch
#
# From here on PyTorch computes the gradients and takes the steps; you have done both and know what happens inside. A network is a class: its layers are made in `__init__`, and `forward` says how data flow through them.

# %%
class TwoLayers(nn.Module):
    """The network of section 4."""

    def __init__(self, inputs=49, hidden=32, classes=10):
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, classes)

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))  # logits; the loss does the softmax


model = TwoLayers()
print(model)
print([tuple(p.shape) for p in model.parameters()])

# %% [markdown]
# Four lines make a training step:
#
#     loss = loss_fn(model(x), labels)    # forward
#     optimizer.zero_grad()               # forget the gradients of the last step
#     loss.backward()                     # gradients of all parameters, into p.grad
#     optimizer.step()                    # one step of your section 1, 2 or 3
#
# `loss.backward()` *adds* to what is in `p.grad`, as several paths add up in the chain rule. What becomes of a training that never calls `zero_grad`?

# %% show="predict_without_zero_grad"
predict("without_zero_grad")

# %% [markdown]
# Two switches more. Some layers behave differently in training: dropout and batch normalisation, for example, which you will build in a later notebook. `model.train()` and `model.eval()` tell all layers which it is. And `with torch.no_grad():` says that no gradient will be asked for, which saves time and memory.
#
# One trap is arithmetic. The last mini-batch is often smaller. The mean of the batches' means then gives its samples too much weight: add up `loss · number of samples`, and divide by the number of all samples at the end.
#
# **Exercise — `train_one_epoch`** · medium · about 12 minutes · 4 points
#
# Put the model into training mode, go through the loader once, take a step for every mini-batch, return the mean loss over all samples. The check calls it with small made-up networks, some of them with batch normalisation; `from helpers.drivers import one_epoch` brings the function that does so.

# %% exercise="train_one_epoch"
def train_one_epoch(model, loader, loss_fn, optimizer):
    """Train a network for one epoch.

    model      nn.Module                     takes x, returns logits
    loader     iterable of (x, labels)       mini-batches, not all of one size
    loss_fn    (logits, labels) -> tensor    mean loss of a mini-batch
    optimizer  torch.optim.Optimizer         holds the model's parameters
    returns    float                         mean loss over all samples, each as it was met

    The model is in training mode afterwards, whatever its mode was before.
    """
    ### BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for x, labels in loader:
        loss = loss_fn(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
    ### END SOLUTION

# %% check="train_one_epoch"
check("train_one_epoch")

# %% [markdown]
# **Exercise — `evaluate`** · easy · about 8 minutes · 2 points
#
# The share of samples whose largest logit is the label's. Nothing is trained: the model is in evaluation mode while it answers, and no gradient is computed.

# %% exercise="evaluate"
def evaluate(model, loader):
    """Share of samples that a network gets right.

    model    nn.Module                takes x, returns logits (N, M)
    loader   iterable of (x, labels)  mini-batches, not all of one size
    returns  float from 0 to 1        right answers by all answers

    The model is in evaluation mode afterwards. No gradients are computed; the parameters stay as they are.
    """
    ### BEGIN SOLUTION
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, labels in loader:
            right += (model(x).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count
    ### END SOLUTION

# %% check="evaluate"
check("evaluate")

# %% show="yours_train_in_pytorch"
def tensors(x, labels, size=100):
    """Mini-batches as tensors."""
    return [
        (torch.tensor(x[i : i + size], dtype=torch.float32), torch.tensor(labels[i : i + size]))
        for i in range(0, len(x), size)
    ]


def train_in_pytorch(train_one_epoch, evaluate, epochs=5):
    torch.manual_seed(0)
    model = TwoLayers()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    shares = {"digits it trains on": [], "digits never seen": []}
    for _ in range(epochs):
        train_one_epoch(model, tensors(x, labels), nn.functional.cross_entropy, optimizer)
        shares["digits it trains on"].append(evaluate(model, tensors(x, labels)))
        shares["digits never seen"].append(evaluate(model, tensors(x_test, labels_test)))
    last = shares["digits never seen"][-1]
    return draw.training_curves(
        shares,
        "epoch",
        "share right",
        caption=f"After {epochs} epochs {last:.1%} of the digits never seen are right.",
    )


yours(
    "train_one_epoch",
    "evaluate",
    lambda train_one_epoch, evaluate: train_in_pytorch(train_one_epoch, evaluate),
)

# %% [markdown]
# *What just happened.* The same network and rule as in section 4, with other first weights, the samples in a fixed order, in single precision. Two functions, twenty lines: that is what a training loop is, whatever the network.

# %% [markdown]
# ## 6 · The map of momentum (deeper)
#
# When does momentum swing, and when does it run away? On a bowl of curvature $\kappa$ one step is linear in $w$ and $m$, so its behaviour hangs on two numbers alone, $\eta\kappa$ and $\mu$. The map below is made by *your* function, run 150 steps from each of 1 600 places.

# %% show="explore_momentum_styles"
yours("momentum_step", lambda momentum: explore.momentum_styles(momentum))

# %% [markdown]
# Where it swings, how fast does it come to rest? Two steps in a row depend on each other through a quadratic equation, $\sigma^2 - (1 + \mu - \eta\kappa)\,\sigma + \mu = 0$; each step multiplies the distance by $|\sigma|$. Between the curves $\eta\kappa = (1 - \sqrt\mu)^2$ and $(1 + \sqrt\mu)^2$ the roots are complex: they come as a pair of equal size, and the product of the two roots is $\mu$.

# %% show="predict_rate_of_the_swings"
predict("rate_of_the_swings")

# %% [markdown]
# **Audit: a factor of two too many.** A widely read article on momentum says that in the region of complex roots the distance shrinks by $2\sqrt{\mu}$ each step. (It writes β for μ.) For $\mu = 0.81$ that would be 1.8: the walk would run away. Measure it with your own function, at several places of the region:

# %% show="yours_rate_of_the_swings"
def rates_of_swings(step):
    """Factor by which the distance changes each step, over 60 steps, the swings evened out."""
    rows = []
    for mu in (0.25, 0.64, 0.81):
        path = lecture.walk(step, lambda w: 1.0 * w, [1.0], 140, lr=1.0, momentum=mu)[:, 0]
        early, late = (np.abs(path[end - 60 : end]).max() for end in (80, 140))
        rows.append(
            f"μ = {mu}: measured {(late / early) ** (1 / 60):.3f},  √μ = {mu**0.5:.3f},  2√μ = {2 * mu**0.5:.3f}"
        )
    return draw.note("\n".join(rows))


yours("momentum_step", rates_of_swings)

# %% [markdown]
# *What just happened.* It is $\sqrt\mu$: with 0.9 the swings shrink by 5 % a step, whatever the curvature. That is what makes momentum robust: every direction of a ravine whose $\eta\kappa$ lies *between the two curves* comes to rest at one and the same speed. From $(1 + \sqrt\mu)^2$ to $2(1 + \mu)$ the roots are real and negative: $w$ changes its side at every step and comes to rest more slowly. Beyond that it runs away.

# %% [markdown]
# ## 7 · Three relatives (deeper)
#
# **Nesterov's momentum** (Nesterov 1983; Sutskever et al. 2013) looks ahead. The memory will carry the weights on by $\mu m$ anyway; so move as if it had already:
#
# > $$m \leftarrow \mu\, m + \frac{\partial\mathcal{L}}{\partial w} \qquad\qquad w \leftarrow w - \eta \Big(\frac{\partial\mathcal{L}}{\partial w} + \mu\, m\Big)$$
#
# where the $m$ at the right is the new one. This is PyTorch's form; in it the weights that you see are those *after* the look ahead.
#
# **Exercise — `nesterov_step`** · easy · about 8 minutes · 2 points
#
# *By hand first.* The bowl with $\kappa = 1$, from $w = 4$ with $\eta = 0.1$, $\mu = 0.9$: $m = 4$, $w = 4 - 0.1\,(4 + 3.6) = 3.24$.

# %% exercise="nesterov_step"
def nesterov_step(w, dw, state, lr, momentum=0.9):
    """One step of Nesterov's momentum, in PyTorch's form.

    w         float array of any shape   the weights
    dw        float array, as w          gradient of the loss by the weights
    state     dict                       {} before the first step, then {"m": array as w}
    lr        float, above 0             learning rate
    momentum  float, above 0, below 1    share of the memory that is kept
    returns   (w, state)                 new weights and {"m": new memory}

    w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    m = momentum * state.get("m", 0) + dw
    return w - lr * (dw + momentum * m), {"m": m}
    ### END SOLUTION

# %% check="nesterov_step"
check("nesterov_step")

# %% [markdown]
# **AdaGrad** (Duchi, Hazan & Singer 2011) was the first to give every weight its own rate. Its $v$ is the *sum* of all squared gradients so far:
#
# > $$v \leftarrow v + \Big(\frac{\partial\mathcal{L}}{\partial w}\Big)^{2} \qquad\qquad w \leftarrow w - \eta\, \frac{\partial\mathcal{L}/\partial w}{\sqrt v + \varepsilon}$$

# %% show="predict_adagrad_after_many_steps"
predict("adagrad_after_many_steps")

# %% [markdown]
# **Exercise — `adagrad_step`** · easy · about 8 minutes · 2 points
#
# *By hand first.* $w = 1$, gradient 3, $v = 16$ so far, $\eta = 0.5$: $v = 25$ and $w = 1 - 0.5 \cdot 3/5 = 0.7$.

# %% exercise="adagrad_step"
def adagrad_step(w, dw, state, lr, eps=1e-10):
    """One step of AdaGrad.

    w        float array of any shape   the weights
    dw       float array, as w          gradient of the loss by the weights
    state    dict                       {} before the first step, then {"v": array as w}
    lr       float, above 0             learning rate
    eps      float, above 0             added to the root
    returns  (w, state)                 new weights and {"v": sum of the squared gradients, this one included}

    w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    v = state.get("v", 0) + dw**2
    return w - lr * dw / (np.sqrt(v) + eps), {"v": v}
    ### END SOLUTION

# %% check="adagrad_step"
check("adagrad_step")

# %% [markdown]
# **RMSProp** mends what you predicted: an average forgets, so the rates can come up again. It is Adam's $v$ without the first memory and without the correction.
#
# > $$v \leftarrow \beta_2 v + (1 - \beta_2) \Big(\frac{\partial\mathcal{L}}{\partial w}\Big)^{2} \qquad\qquad w \leftarrow w - \eta\, \frac{\partial\mathcal{L}/\partial w}{\sqrt v + \varepsilon}$$
#
# **Exercise — `rmsprop_step`** · easy · about 8 minutes · 3 points
#
# *By hand first.* $w = 1$, gradient 3, $v = 16$, $\beta_2 = 0.75$, $\eta = 0.5$: $v = 12 + 2.25 = 14.25$ and $w = 1 - 0.5 \cdot 3/3.775 = 0.603$. (PyTorch calls this $\beta_2$ alpha.)

# %% exercise="rmsprop_step"
def rmsprop_step(w, dw, state, lr, beta2=0.99, eps=1e-8):
    """One step of RMSProp.

    w        float array of any shape   the weights
    dw       float array, as w          gradient of the loss by the weights
    state    dict                       {} before the first step, then {"v": array as w}
    lr       float, above 0             learning rate
    beta2    float, from 0 to below 1   share that the average keeps
    eps      float, above 0             added to the root
    returns  (w, state)                 new weights and {"v": average of the squared gradients, this one included}

    The average starts at 0. w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    return w - lr * dw / (np.sqrt(v) + eps), {"v": v}
    ### END SOLUTION

# %% check="rmsprop_step"
check("rmsprop_step")

# %% show="explore_effective_rates_of_three"
yours(
    "adagrad_step",
    "rmsprop_step",
    "adam_step",
    lambda adagrad, rmsprop, adam: explore.effective_rates(
        {
            "AdaGrad": (adagrad, {"lr": 0.1}),
            "RMSProp": (rmsprop, {"lr": 0.01}),
            "Adam": (adam, {"lr": 0.01}),
        }
    ),
)

# %% [markdown]
# *What just happened.* One denominator, three memories: a sum that only grows, an average that starts too small, an average that makes up for its start.

# %% [markdown]
# ## 8 · Weights that shrink (deeper)
#
# Large weights let a network fit accidents of its training data. **Weight decay** draws all weights a little towards 0 at every step. AlexNet's paper (Krizhevsky, Sutskever & Hinton 2012, section 5) writes momentum and decay as one rule:
#
# > $$m \leftarrow \mu\, m - \lambda\, \eta\, w - \eta\, \frac{\partial\mathcal{L}}{\partial w} \qquad\qquad w \leftarrow w + m$$
# >
# > $\lambda$: the weight decay, 0.0005 there · $\mu = 0.9$ · the paper calls $m$ $v$ and the rate $\varepsilon$.
#
# Read it closely: here $m$ holds *steps*. The rate and the minus are inside.
#
# **Exercise — `alexnet_step`** · easy · about 8 minutes · 2 points
#
# *By hand first.* $w = 4$, gradient 4, $\eta = 0.1$, $\lambda = 0.5$, no memory yet: $m = -0.5 \cdot 0.1 \cdot 4 - 0.4 = -0.6$ and $w = 3.4$.

# %% exercise="alexnet_step"
def alexnet_step(w, dw, state, lr, momentum=0.9, weight_decay=0.0005):
    """One step of AlexNet's rule (Krizhevsky, Sutskever & Hinton 2012, section 5).

    w             float array of any shape   the weights
    dw            float array, as w          gradient of the loss by the weights
    state         dict                       {} before the first step, then {"m": array as w}
    lr            float, above 0             learning rate
    momentum      float, from 0 to below 1   share of the last step that is kept
    weight_decay  float, 0 or above          strength of the pull towards 0
    returns       (w, state)                 new weights and {"m": this step}

    w, dw and state are left unchanged.
    """
    ### BEGIN SOLUTION
    m = momentum * state.get("m", 0) - weight_decay * lr * w - lr * dw
    return w + m, {"m": m}
    ### END SOLUTION

# %% check="alexnet_step"
check("alexnet_step")

# %% [markdown]
# While the rate stays the same, this walks exactly as section 2's form does with $\partial\mathcal{L}/\partial w + \lambda w$ as its gradient: its $m$ is $-\eta$ times the other one. What if the rate drops to a tenth?

# %% show="predict_when_the_rate_drops"
predict("when_the_rate_drops")

# %% show="yours_two_forms"
def two_forms(momentum, alexnet):
    """Both forms on a bowl; the rate drops to a tenth after 10 steps."""
    walks = {}
    for name, step, settings in [
        ("section 2's form", momentum, {}),
        ("AlexNet's form", alexnet, {"weight_decay": 0.0}),
    ]:
        w, state, walks[name] = np.array([4.0]), {}, [4.0]
        for i in range(30):
            w, state = step(w, 0.2 * w, state, lr=0.1 if i < 10 else 0.01, **settings)
            walks[name].append(w[0])
    return draw.training_curves(
        walks, ylabel="w", first=0, caption="Alike for ten steps; then the rate drops to a tenth."
    )


yours("momentum_step", "alexnet_step", lambda momentum, alexnet: two_forms(momentum, alexnet))

# %% [markdown]
# With Adam the decay can go two ways, and they differ. Put $\lambda w$ into the gradient (**L2**), and Adam divides it by $\sqrt{\hat v}$ like everything else: a weight with large gradients hardly shrinks. Or shrink the weights by themselves, $w \leftarrow w - \eta\lambda w$, beside the step: **AdamW** (Loshchilov & Hutter 2019). Here are two weights whose gradients go up and down in turn, so that there is no slope on average. One has gradients of size 3, the other of size 0.03:

# %% show="yours_decay_in_two_ways"
def decay_in_two_ways(adam):
    sizes, lr, decay = np.array([3.0, 0.03]), 0.01, 0.5
    l2, decoupled, states = np.ones(2), np.ones(2), [{}, {}]
    names = ("L2, gradients of ± 3", "L2, gradients of ± 0.03", "AdamW, ± 3", "AdamW, ± 0.03")
    rows = {name: [1.0] for name in names}
    for i in range(200):
        g = sizes * (-1) ** i  # up and down in turn: no slope on average
        l2, states[0] = adam(l2, g + decay * l2, states[0], lr=lr)
        pull = lr * decay * decoupled
        decoupled, states[1] = adam(decoupled, g, states[1], lr=lr)
        decoupled = decoupled - pull
        for name, value in zip(rows, [*l2, *decoupled], strict=True):
            rows[name].append(value)
    return draw.training_curves(
        rows,
        ylabel="weight",
        first=0,
        caption="Without a slope only the decay should pull. In the L2 form its pull depends on the "
        "size of the gradients; in AdamW both weights shrink alike.",
    )


yours("adam_step", decay_in_two_ways)

# %% [markdown]
# *What just happened.* Decay is a pull towards 0 whose strength you choose. In AdamW you get what you chose. In PyTorch `torch.optim.Adam(weight_decay=…)` is the first form and `torch.optim.AdamW` the second; and *parameter groups* let you leave biases out of it: `AdamW([{"params": weights, "weight_decay": 0.01}, {"params": biases, "weight_decay": 0}])`.

# %% [markdown]
# ## 9 · A rate that changes (deeper)
#
# Large steps at the start, small ones at the end: near a minimum noise keeps the weights trembling at a distance that grows with $\eta$. The oldest **schedule** drops the rate by a factor every few epochs; by hand, when the curve lies flat (*plateau*), or by plan:
#
# > $$\eta_e = \eta \cdot \text{factor}^{\lfloor e / \text{every} \rfloor}$$
# >
# > $e$: the epoch, from 0 · every: epochs between two drops · factor: usually 0.1 · $\lfloor\cdot\rfloor$: rounded down.
#
# **Exercise — `step_decay`** · easy · about 4 minutes · 1 point
#
# *By hand first.* $\eta = 0.8$, a drop every 30 epochs, factor 0.1: epochs 0 to 29 have 0.8, epochs 30 to 59 have 0.08.

# %% exercise="step_decay"
def step_decay(epoch, lr, every, factor=0.1):
    """Learning rate in an epoch.

    epoch    int, 0 or above   counted from 0
    lr       float, above 0    rate at the start
    every    int, 1 or above   epochs between two drops
    factor   float, above 0    what each drop multiplies the rate by
    returns  float
    """
    ### BEGIN SOLUTION
    return lr * factor ** (epoch // every)
    ### END SOLUTION

# %% check="step_decay"
check("step_decay")

# %% [markdown]
# Today's usual schedule has two parts. A **warm-up** climbs in a straight line while Adam's averages are still poor and the first gradients wild; then half a **cosine** comes down, slowly, faster, slowly (Loshchilov & Hutter 2017):
#
# > $$\eta_t = \eta_{\min} + \tfrac12 (\eta - \eta_{\min}) \Big(1 + \cos \pi\, \frac{t - t_0}{t_1 - t_0}\Big) \qquad \text{for } t \ge t_0, \qquad \eta_t = \eta\, \frac{t + 1}{t_0} \quad \text{before}$$
# >
# > $t$: the step, here counted from 0 · $t_0$: steps of the warm-up · $t_1$: all steps, those of the warm-up included · $\eta_{\min}$: the floor.
#
# **Exercise — `cosine_schedule`** · medium · about 8 minutes · 2 points
#
# *By hand first.* 12 steps, 4 of them warm-up, $\eta = 0.8$, no floor: 0.2, 0.4, 0.6, 0.8, then 0.8 again at step 4, where the cosine starts, and 0.4 at step 8, half way down.

# %% exercise="cosine_schedule"
def cosine_schedule(step, steps, lr, warmup=0, lr_min=0.0):
    """Learning rate at a step: a warm-up in a straight line, then half a cosine.

    step     int, from 0 to steps - 1    counted from 0
    steps    int, above warmup           all steps, those of the warm-up included
    lr       float, above 0              highest rate
    warmup   int, 0 or above             steps of the warm-up; step 0 has lr / warmup, step warmup - 1 has lr
    lr_min   float, 0 or above           where the cosine ends, one step after the last
    returns  float
    """
    ### BEGIN SOLUTION
    if step < warmup:
        return lr * (step + 1) / warmup
    share = (step - warmup) / (steps - warmup)
    return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * share))
    ### END SOLUTION

# %% check="cosine_schedule"
check("cosine_schedule")

# %% show="yours_schedules"
yours(
    "step_decay",
    "cosine_schedule",
    lambda step_decay, cosine: draw.rates_over_time(
        {
            "a tenth every 30 epochs": lambda epoch: step_decay(epoch, 0.8, 30),
            "warm-up and cosine": lambda epoch: cosine(epoch, 90, 0.8, warmup=5),
        },
        steps=90,
    ),
)

# %% [markdown]
# *What just happened.* Two schedules that you will meet in many papers are yours. A third, waiting for a plateau, needs somebody who watches: AlexNet's authors divided the rate by 10 by hand, three times.

# %% [markdown]
# ## Recap
#
# - A step's danger is the rate *times the curvature*: beyond 2 it runs away.
# - Momentum adds up what agrees and cancels what does not; with 0.9 a steady slope counts ten times.
# - Adam divides by the size of the gradients and makes up for averages that start at 0: the first step is $\eta$ long.
# - The gradient of softmax and cross-entropy is what you said minus what is true, divided by the number of samples.
# - `zero_grad`, `backward`, `step`; `train()` for training, `eval()` and `no_grad()` for measuring; weigh batches by their size.
#
# **Common mistakes.** Changing arrays in place that somebody else still holds · the state of one weight used for another · averages corrected twice · the mean of batch means · gradients that pile up.
#
# **To talk about.** Two students train the same network, one with SGD and a well-tuned rate, the other with Adam at its default. Adam wins after one epoch, SGD after fifty. Which of the two methods is better, and what would you have to do before you say so?
#
# **Further reading.** Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964 · Nesterov, *A method for solving the convex programming problem with convergence rate O(1/k²)*, 1983 · Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986 · Duchi, Hazan & Singer, *Adaptive subgradient methods*, JMLR 12, 2011 · Krizhevsky, Sutskever & Hinton, *ImageNet classification with deep convolutional neural networks*, NIPS 2012 · Tieleman & Hinton, *Lecture 6.5, RMSProp*, 2012 · Sutskever, Martens, Dahl & Hinton, *On the importance of initialization and momentum in deep learning*, ICML 2013 · Kingma & Ba, *Adam*, ICLR 2015 · Goh, *Why momentum really works*, Distill 2017 · Loshchilov & Hutter, *SGDR*, ICLR 2017, and *Decoupled weight decay regularization*, ICLR 2019.
