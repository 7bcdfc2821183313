# ---
# jupyter:
#   course:
#     title: Gradients of a convolution
#     promise: You send gradients back through a convolution, prove that they are right, and make the whole layer fast.
#     minutes: 200
#     needs: [02_convolution_1d, 04_padding_and_stride, 05_pooling]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 06 · Gradients of a convolution
#
# *You send gradients back through a convolution, prove that they are right, and make the whole layer fast.*
#
# **Time** about three hours and a half; a good place for a break is after section 5. **You need** the convolution layer (notebooks 02 and 04), the box about losses at the top of notebook 05, and partial derivatives.
#
# Afterwards you can
#
# 1. measure any gradient with nothing but function calls, and say how far two gradients are apart (`numerical_gradient`, `relative_error`);
# 2. say which pixels and which upstream gradients make one entry of ∂L/∂w and one entry of ∂L/∂x, and why the kernel turns round in only one of them (`what_a_check_cannot_see`);
# 3. write the backward pass of a convolution layer for every stride and padding (`conv1d_backward`, `conv2d_backward`);
# 4. write windows as columns, and add columns back into an image (`im2col`, `col2im`);
# 5. turn a layer into one matrix product and measure what that gains (`conv2d_im2col`).
#
# Run the next cell first.

# %%
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import check, draw, explore, predict, yours
from helpers.lectures import convolution_gradients as lecture

# %% [markdown]
# ## 1 · Which way should a weight move?
#
# In notebook 02 you chose the weights of a kernel. A network has to find them. It knows what its kernel answers and what the answer should have been. Which way should each weight move, and which one matters most?
#
# A small case. The signal $x = [1, 5, 3, 7, 5]$ meets the kernel $w = [1, 2, -1]$; the cross-correlation is $y = [8, 4, 12]$. Wanted is $t = [7, 6, 8]$. How bad is that? Take half the sum of the squared differences as the loss:
#
# $$L = \tfrac12 \sum_i (y_i - t_i)^2 = \tfrac12\,(1^2 + (-2)^2 + 4^2) = 10.5$$

# %% show="predict_loss_with_a_larger_weight"
predict("loss_with_a_larger_weight")

# %% [markdown]
# You need no theory to find out. Nudge one weight and look:

# %% show="nudged_weight"
draw.nudged_weight(
    lecture.x, lecture.w, lecture.target, at=0, step=0.1,
    caption="w[0] raised by 0.1. The outputs change by 0.1 times the samples that stood under w[0].",
)

# %% [markdown]
# Raised by 0.1, $w_0$ gives the loss 10.975; lowered by 0.1, it gives 10.375. The two points are 0.2 apart, so the slope between them is $(10.975 - 10.375)/0.2 = 3$. (The quotient in the picture, 4.75, looks to one side only. The loss is curved, so the two sides differ; a step to both sides cancels that.) Try the other weights:

# %% show="explore_weight_nudger"
explore.weight_nudger(lecture.x, lecture.w, lecture.target)

# %% [markdown]
# The two steps of 0.1 that gave 3, one up and one down, make the **central difference**. (Picture and explorer show a step to one side.) For a function $f$ of an array $x$ and one of its entries $x_p$:
#
# > $$\frac{\partial f}{\partial x_p} \;\approx\; \frac{f(x + h\,e_p) - f(x - h\,e_p)}{2h}$$
# >
# > $f$: takes an array, returns one number · $x$: an array of any shape · $p$: a position in it · $e_p$: an array like $x$ with a 1 at $p$ and 0 elsewhere · $h$: the **step**, a small positive number, in the unit of $x$.
#
# One entry moves, all others hold still. An array of $n$ entries takes $2n$ calls of $f$: fine for a test, far too slow for training.
#
# **Exercise — `numerical_gradient`** · easy · about 15 minutes · 3 points
#
# Compute the central difference for every entry of `x`. The result has the shape of `x`.
#
# *By hand first.* $f(x) = \sum_p x_p^3$ at $x = [1, 2]$ with the large step $h = 0.1$. First entry: $(1.1^3 - 0.9^3)/0.2 = (1.331 - 0.729)/0.2 = 3.01$. Second: $(2.1^3 - 1.9^3)/0.2 = (9.261 - 6.859)/0.2 = 12.01$. The true derivatives are $3x^2 = 3$ and 12: the error is $h^2 = 0.01$ in both.
#
# The caller's array must be the same afterwards, to the last digit. And it may be a view of another array, such as a transposed one: its entries then don't lie one after the other in memory. (The check uses small functions; `from helpers.fixtures import sum_of_cubes, product, wave, neighbours` brings the makers of some: `sum_of_cubes()` is the function.) Off limits are SciPy's `approx_fprime` and `scipy.differentiate`, which do it all.

# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """Central difference of f by every entry of x.

    f        function: takes an array shaped like x, returns one number
    x        float64 array of any shape, contiguous in memory or not
    h        step, above 0
    returns  float array of the shape of x: (f(x + h at p) - f(x - h at p)) / (2 h) for every position p

    x is left unchanged, exactly.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    moved = x.copy()
    for position in np.ndindex(*x.shape):
        moved[position] = x[position] + h
        above = f(moved)
        moved[position] = x[position] - h
        below = f(moved)
        moved[position] = x[position]
        gradient[position] = (above - below) / (2 * h)
    return gradient
    ### END SOLUTION

# %% check="numerical_gradient"
check("numerical_gradient")

# %% [markdown]
# *What just happened.* You can now measure the gradient of any function that you can call, without a derivative on paper. From here on it is your witness: whatever formula we find, it must agree with this.

# %% [markdown]
# ## 2 · How close is close?
#
# Your witness says 3.01, the formula says 3. Is the formula wrong? And is a difference of 0.01 large? For a gradient of 3 perhaps not; for a gradient of 0.02 it would be half of it. What counts is the difference *in proportion*:
#
# > $$\text{rel}(a, b) \;=\; \max_p\; \frac{|a_p - b_p|}{\max(\varepsilon,\; |a_p| + |b_p|)}$$
# >
# > $a, b$: two arrays of one shape · $p$: a position · $\varepsilon$: a floor, $10^{-8}$ unless said otherwise, so that 0 against 0 counts as 0. No unit; from 0 (equal) to 1 (opposite signs, or one of them 0).
#
# The *largest* over all entries: one wrong entry in a thousand must not hide behind the right ones.
#
# **Exercise — `relative_error`** · easy · about 5 minutes · 1 point
#
# *By hand first.* $a = [3.01, 12.01]$, $b = [3, 12]$: $0.01/6.01 = 0.00166$ and $0.01/24.01 = 0.00042$. The answer is 0.00166.

# %% exercise="relative_error"
def relative_error(a, b, eps=1e-8):
    """Largest relative error between two arrays.

    a, b     float arrays of one shape, not empty
    eps      smallest denominator
    returns  float: the largest |a - b| / max(eps, |a| + |b|) of all entries

    Raises ValueError when the shapes differ.
    """
    ### BEGIN SOLUTION
    if a.shape != b.shape:
        raise ValueError(f"the shapes {a.shape} and {b.shape} differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))
    ### END SOLUTION

# %% check="relative_error"
check("relative_error")

# %% [markdown]
# How small should the step be? The central difference of a smooth function errs by about $h^2$ times a constant: in Taylor's formula $f(x \pm h) = f(x) \pm h f'(x) + \tfrac12 h^2 f''(x) \pm \tfrac16 h^3 f'''(x) + \dots$ the even terms are the same on both sides and cancel. The cubes showed it. So take $h$ as small as you can?

# %% show="predict_best_step_size"
predict("best_step_size")

# %% show="step_sizes"
steps = np.logspace(-13, 0, 53)
slope = np.cos(1.0)  # the derivative of sin at 1
central = (np.sin(1 + steps) - np.sin(1 - steps)) / (2 * steps)
one_sided = (np.sin(1 + steps) - np.sin(1)) / steps
draw.step_size_errors(
    steps,
    {
        "central": np.abs(central - slope) / (2 * slope),
        "one-sided": np.abs(one_sided - slope) / (2 * slope),
    },
    caption="Derivative of sin at 1. From the right, the formula's error shrinks: by h² for the central "
    "difference, by h for the one-sided. From the left, rounding takes over.",
)

# %% [markdown]
# *What just happened.* A computer keeps about 16 digits. If $f(x+h)$ and $f(x-h)$ agree in 13 of them, three are left. Between the two errors lies a valley, around $h = 10^{-5}$ for the central difference. There it is right to ten digits and more; the one-sided difference never gets beyond nine.
# So use central differences, $h = 10^{-5}$ and double precision, and expect a relative error below $10^{-7}$ for a convolution. Above $10^{-4}$ something is wrong with the formula. In between, look closer: try another $h$; rounding changes with it, a wrong formula stays wrong.

# %% [markdown]
# ## 3 · One weight
#
# Now on paper. Why did the outputs change by 0.1 times the ringed samples, when $w_0$ rose by 0.1? Write the three outputs out:
#
# $$\begin{aligned} y_0 &= x_0 w_0 + x_1 w_1 + x_2 w_2 \\ y_1 &= x_1 w_0 + x_2 w_1 + x_3 w_2 \\ y_2 &= x_2 w_0 + x_3 w_1 + x_4 w_2 \end{aligned}$$

# %% show="predict_one_output_one_weight"
predict("one_output_one_weight")

# %% [markdown]
# Each weight is multiplied by one sample in each output, so the derivative is that sample:
#
# > $$\frac{\partial y_i}{\partial w_k} = x_{i+k}$$
# >
# > $i$: an output, $0 \le i < L'$ with $L'$ outputs · $k$: a weight, $0 \le k < K$. In words: **the derivative of one output by one weight is the sample under it.**
#
# But $w_0$ is in *all* the outputs; that is weight sharing. It reaches the loss along three paths, and the chain rule adds one product for each. Let $g_i = \partial L/\partial y_i$ be the **upstream gradient**, what arrives from above. Here it is $g_i = y_i - t_i$, so $g = [1, -2, 4]$. Then
#
# > $$\frac{\partial L}{\partial w_k} \;=\; \sum_{i=0}^{L'-1} g_i\; x_{i+k}$$
# >
# > $g$: shape $(L',)$ · $x$: shape $(L,)$ · $\partial L/\partial w$: shape $(K,)$, as $w$.
#
# For $w_0$: $1 \cdot 1 - 2 \cdot 5 + 4 \cdot 3 = 3$, as measured. For $w_1$ the upstream gradient moves on by one sample:

# %% show="weight_on_a_strip"
draw.weight_on_a_strip(
    lecture.x, lecture.upstream, at=1,
    caption="Weight 1 met the samples 5, 3, 7. Each product belongs to one output.",
)

# %% show="predict_gradient_of_the_last_weight"
predict("gradient_of_the_last_weight")

# %% [markdown]
# So $\partial L/\partial w = [3, 27, 9]$. Look at the formula again: a short list slides over the signal, with products and a sum at each place. **The gradient of the weights is itself a cross-correlation, of the signal with the upstream gradient.** No flip.
#
# In two dimensions nothing changes but the number of indices. Click the weights:

# %% show="explore_weight_pairs"
explore.weight_pairs(lecture.image, lecture.kernel, lecture.gradient_table)

# %% [markdown]
# **Audit: a sum that is one term too long.** The lecture writes the output of a 3 × 3 filter as
#
# $$\text{out}(i, j) = \sum_{x=0}^{3} \sum_{y=0}^{3} \text{image}(i + x,\, j + y)\;\text{filter}(x, y)$$
#
# Count the terms. From 0 to 3 are *four* numbers, so the double sum has 16 terms, but the filter has 9 weights; filter(3, 0) doesn't exist. The sums must end at 2: for a filter of width $K$ at $K - 1$, not at $K$. Its conclusion, that $\partial\,\text{out}(i,j)/\partial\,\text{filter}(x,y) = \text{image}(i+x,\, j+y)$, is right.
# And the name: the lecture says "convolve", but both indices grow together. It is a cross-correlation, as in every deep-learning library (notebook 02).

# %%
filter_3x3 = np.arange(9).reshape(3, 3)
terms = [(x, y) for x in range(3 + 1) for y in range(3 + 1)]
existing = [(x, y) for x, y in terms if x < 3 and y < 3]
print(len(terms), "terms in the lecture's sum")
print(filter_3x3.size, "weights, so", len(terms) - len(existing), "terms too many")

# %% [markdown]
# *What just happened.* You know the gradient of every weight: the pixels that it met, weighted by what arrived for the outputs they went into. Weights that met large pixels where the error was large move most.

# %% [markdown]
# ## 4 · One sample
#
# In a deep network $x$ is the output of the layer below, and that layer wants to know *its* upstream gradient: $\partial L/\partial x$. So turn the question round. You raise one sample instead of one weight. Which outputs hear of it, and how loudly?

# %% show="predict_weights_on_the_paths"
predict("weights_on_the_paths")

# %% [markdown]
# Find $x_2$ in the three lines of section 3: it stands beside $w_2$ in $y_0$, beside $w_1$ in $y_1$, and beside $w_0$ in $y_2$. So
#
# $$\frac{\partial L}{\partial x_2} = g_0 w_2 + g_1 w_1 + g_2 w_0 = 1 \cdot (-1) - 2 \cdot 2 + 4 \cdot 1 = -1$$
#
# One index grows, the other shrinks. You know this pattern from notebook 02: it is the *flip*.
#
# > $$\frac{\partial L}{\partial x_j} \;=\; \sum_{i} g_i\; w_{j-i}$$
# >
# > $j$: a sample, $0 \le j < L$ · the sum runs over the outputs $i$ for which the weight $w_{j-i}$ exists. $\partial L/\partial x$: shape $(L,)$, as $x$.
#
# That is the *full convolution* of the upstream gradient with the kernel, of length $L' + K - 1 = L$. In all: $\partial L/\partial x = [1, 0, -1, 10, -4]$.
#
# Drawn as a window that slides: put $K - 1$ zeros at each end of the upstream gradient, turn the kernel round, slide.

# %% show="full_with_flip"
draw.spread_upstream(
    lecture.upstream, lecture.w,
    caption="The first window holds 0, 0, 1 and gives 1; the next 0, 1, −2 and gives 0. "
    "The ends of the signal feed fewer outputs, hence the zeros.",
)

# %% [markdown]
# Now in two dimensions. Click a pixel. The weights on the paths to its outputs are laid out as the outputs lie: what do you see?

# %% show="explore_pixel_paths"
explore.pixel_paths(lecture.image, lecture.kernel, lecture.gradient_table)

# %% [markdown]
# There the kernel stands, turned by 180°. Nobody decided to flip it. The next output to the right has its window one pixel further right, so your pixel sits one place further *left* in that window.
#
# > Forward the layer *correlates*, backward it *convolves*: $\partial L/\partial x$ is the full convolution of $\partial L/\partial y$ with $w$.
#
# There is a quick test for all this, which needs no small steps. The layer without bias is linear in $x$: with the matrix $T$ of notebook 02, $y = T x$ and $\partial L/\partial x = T^{\mathsf T} g$. So $\sum g \cdot (T x) = \sum (T^{\mathsf T} g) \cdot x$, and as it is linear in $w$ too, the three sums
#
# $$\sum_i g_i\, y_i \;=\; \sum_j x_j\, \frac{\partial L}{\partial x_j} \;=\; \sum_k w_k\, \frac{\partial L}{\partial w_k}$$
#
# must be equal. ($\partial L/\partial x$ and $\partial L/\partial w$ are made from $g$ by the rules above.) It is called the **adjoint identity**. Here:

# %%
y, g = lecture.y, lecture.upstream
dx, dw = np.array([1, 0, -1, 10, -4]), np.array([3, 27, 9])
print(np.sum(g * y), np.sum(lecture.x * dx), np.sum(lecture.w * dw))

# %% [markdown]
# *What just happened.* Three times 48. The rule for samples is the rule for weights with the kernel's index running backwards, and you have seen why: a window that moves on leaves the pixel behind.

# %% [markdown]
# ## 5 · Stride, padding, channels, batch
#
# A real layer skips positions, pads, has channels and filters, and sees many signals at once. What does each of these do to the gradients? Nothing new, if you keep asking one question: **which products was this number part of?**
#
# **Stride.** With stride $s$, output $i$ read the samples from $i s$ on. Only the place changes: sample $i s + k$ met weight $k$. In the picture of section 4 the outputs that were skipped are missing, so put zeros in their places, $s - 1$ between neighbours: **stride in the forward pass is dilation of the upstream gradient in the backward pass.**
#
# By hand, $g = [1, -2]$, $w = [1, 2, -1]$, stride 2, six samples. Output 0 sends $1 \cdot [1, 2, -1]$ to samples 0 to 2; output 1 sends $-2 \cdot [1, 2, -1]$ to samples 2 to 4. Sum: $[1, 2, -3, -4, 2, 0]$. Sample 5 was read by no output; its gradient is 0.

# %% show="stride_two"
draw.spread_upstream(
    [1, -2], lecture.w, stride=2, left_over=1,
    caption="Stride 2 leaves one sample over: it needs a zero more at the right end, and gets gradient 0.",
)

# %% [markdown]
# **Padding.** The layer works on the padded signal $\tilde x$. Compute the gradient of $\tilde x$, then cut off the part that belongs to the zeros: nobody wants to change them.
#
# **Channels and filters.** Filter $f$ made output channel $f$ from *all* input channels. So $w_{f,c,k}$ was part of products with channel $c$ and output channel $f$ only; and a sample of channel $c$ went into *all* output channels, so its gradient is a sum over the filters.
#
# **Batch.** All signals use the same weights, so the weights collect from all of them. The signals themselves stay apart.
#
# **Bias.** $b_f$ is added to every output of filter $f$, with derivative 1. Its gradient is the sum of all upstream gradients of that filter.

# %% show="predict_bias_gradient_of_a_batch"
predict("bias_gradient_of_a_batch")

# %% [markdown]
# All together, for $y_{n,f,i} = b_f + \sum_{c,k} \tilde x_{n,c,\,is+k}\; w_{f,c,k}$:
#
# > $$\frac{\partial L}{\partial w_{f,c,k}} = \sum_{n,i} g_{n,f,i}\; \tilde x_{n,c,\,is+k} \qquad \frac{\partial L}{\partial \tilde x_{n,c,j}} = \sum_{f}\; \sum_{(i,k)\,:\,is+k=j} g_{n,f,i}\; w_{f,c,k} \qquad \frac{\partial L}{\partial b_f} = \sum_{n,i} g_{n,f,i}$$
# >
# > $g$: shape $(N, F, L')$ · $\tilde x$: shape $(N, C, L + 2p)$ · $w$: shape $(F, C, K)$ · $b$: shape $(F,)$ · $n, f, c$: signal, filter, channel · $i, j, k$: output, padded sample, weight.
#
# Each of the three has the shape of the thing it belongs to.
#
# **Exercise — `conv1d_backward`** · medium · about 25 minutes · 3 points, one for each gradient
#
# *By hand first*: the example of sections 3 and 4, $g = [1, -2, 4]$. You should get $\partial L/\partial x = [1, 0, -1, 10, -4]$, $\partial L/\partial w = [3, 27, 9]$, $\partial L/\partial b = [3]$.
#
# A way that works: go through the outputs $i$ one after the other. Each *adds* something to the window of $\tilde x$ that it read, and to $w$. Off limits is what does the whole layer or its gradients: PyTorch's convolutions and automatic differentiation. `np.correlate` and `np.convolve` of single signals may be used.
#
# **Gradients measured by differences don't count here**: they take two forward passes for each number, and never show that you know the paths. So check and grading also use numbers of about $10^{200}$, for which the outputs overflow while the three gradients do not: they need dout, x and w, never y. Work in double precision.

# %% exercise="conv1d_backward"
def conv1d_backward(dout, x, w, stride=1, padding=0):
    """Gradients of the one-dimensional convolution layer, in double precision.

    dout     (N, F, L') float   gradient of the loss by every output
    x        (N, C, L) float    the signals that went in
    w        (F, C, K) float    the filters
    stride   int, at least 1
    padding  int, at least 0    zeros before and behind each channel
    returns  dx (N, C, L), dw (F, C, K), db (F,)   a tuple of float arrays

    L' = (L + 2 * padding - K) // stride + 1. Samples that no output read get gradient 0.
    dout, x and w are left unchanged.
    """
    ### BEGIN SOLUTION
    N, C, L = x.shape
    K = w.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        window = slice(i * stride, i * stride + K)
        g = dout[:, :, i]  # (N, F)
        dpadded[:, :, window] += np.tensordot(g, w, axes=(1, 0))  # sums over filters
        dw += np.tensordot(g, padded[:, :, window], axes=(0, 0))  # sums over signals
    return dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))
    ### END SOLUTION

# %% check="conv1d_backward"
check("conv1d_backward")

# %% [markdown]
# Now call your witness. The loss is $L = \sum g\,y$ with fixed random $g$, so that the upstream gradient is just $g$. The cell compares your three gradients with numerical ones in five settings.

# %% show="yours_gradient_check"
def layer1d(x, w, b, stride, padding):
    """The forward pass, for the comparison."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    # (N, C, L', K): every window of the padded signals, without copying a number
    windows = sliding_window_view(padded, w.shape[2], axis=2)[:, :, ::stride]
    return np.einsum("ncik,fck->nfi", windows, w) + b[:, None]  # sums over channels and window


def errors_at(stride, padding, backward, numerical, error):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 8)), rng.normal(size=(4, 3, 3)), rng.normal(size=4)
    g = rng.normal(size=layer1d(x, w, b, stride, padding).shape)
    dx, dw, db = backward(g, x, w, stride, padding)
    return {
        "dx": error(dx, numerical(lambda a: np.sum(g * layer1d(a, w, b, stride, padding)), x)),
        "dw": error(dw, numerical(lambda a: np.sum(g * layer1d(x, a, b, stride, padding)), w)),
        "db": error(db, numerical(lambda a: np.sum(g * layer1d(x, w, a, stride, padding)), b)),
    }


def compare_gradients(*yours):
    settings = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 2)]
    rows = {f"stride {s}, padding {p}": errors_at(s, p, *yours) for s, p in settings}
    caption = "Your gradients against your numerical ones. Ringed: above 1e-6."
    return draw.gradient_errors(rows, caption=caption)


yours(
    "conv1d_backward",
    "numerical_gradient",
    "relative_error",
    lambda backward, numerical, error: compare_gradients(backward, numerical, error),
)

# %% [markdown]
# *What just happened.* You wrote a backward pass and checked it without trusting anybody. Two places deserve a second look in every such function. The cut at the ends: `[p:-p]` looks right and is *empty* for $p = 0$; `[p : p + L]` is right for every $p$. And the overlaps: windows share samples, so `+=`, never `=`.
#
# *Do.* Break your function on purpose: take the stride out, or turn the kernel round. Which rows and columns of the table notice?

# %% [markdown]
# ## 6 · Two dimensions
#
# An image has rows and columns; stride, padding and kernel size may differ between them. What changes in the three rules?
#
# Every index along the signal becomes two. With $\tilde x$ the padded images, output $(i, j)$ read the window whose corner is $(i s_h, j s_w)$:
#
# > $$\frac{\partial L}{\partial w_{f,c,a,b}} = \sum_{n,i,j} g_{n,f,i,j}\; \tilde x_{n,c,\;i s_h + a,\;j s_w + b} \qquad \frac{\partial L}{\partial b_f} = \sum_{n,i,j} g_{n,f,i,j}$$
# >
# > $$\frac{\partial L}{\partial \tilde x_{n,c,p,q}} = \sum_f\; \sum_{\substack{(i,a)\,:\, i s_h + a = p \\ (j,b)\,:\, j s_w + b = q}} g_{n,f,i,j}\; w_{f,c,a,b}$$
# >
# > $g$: shape $(N, F, H', W')$ · $\tilde x$: shape $(N, C, H + 2p_h, W + 2p_w)$ · $w$: shape $(F, C, K_h, K_w)$ · $(i,j)$: an output, $(p,q)$: a padded pixel, $(a,b)$: a weight · $s_h, s_w$ and $p_h, p_w$: stride and padding down and across.
#
# One pixel by hand. Set the explorer of section 4 back to stride 1 and padding 0 and click pixel (1, 2). It feeds six outputs. Going through them row by row:
#
# $$-1 \cdot 1 + 5 \cdot (-2) + 3 \cdot 3 + 4 \cdot 2 + 2 \cdot 1 + 1 \cdot 0 = 8$$
#
# **Exercise — `conv2d_backward`** · hard · about 40 minutes · 6 points: 3 for dx, 2 for dw, 1 for db
#
# The layer of notebook 04, backward. `stride` and `padding` are one whole number or a pair (down, across).
# It pays to begin with db, then dw, then dx, and to run the check after each: a gradient that is right earns its points even while another is wrong. (Return zeros in its place until then.) Off limits is what does the whole job, PyTorch's and SciPy's convolutions of images and PyTorch's automatic differentiation. As before, gradients measured by differences don't count, and numbers of about $10^{200}$ see to it: work in double precision.

# %% exercise="conv2d_backward"
def conv2d_backward(dout, x, w, stride=1, padding=0):
    """Gradients of the convolution layer by its input, its weights and its bias.

    dout     (N, F, H', W') float   gradient of the loss by every output
    x        (N, C, H, W) float     the images that went in
    w        (F, C, KH, KW) float   the filters
    stride   int or (int, int)      down and across, at least 1
    padding  int or (int, int)      zeros on each side: rows, columns; at least 0
    returns  dx (N, C, H, W), dw (F, C, KH, KW), db (F,)   a tuple of float arrays

    H' = (H + 2 * padding down - KH) // stride down + 1, W' likewise.
    Pixels that no output read get gradient 0. dout, x and w are left unchanged.
    """
    ### BEGIN SOLUTION
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, columns = slice(i * sh, i * sh + KH), slice(j * sw, j * sw + KW)
            g = dout[:, :, i, j]  # (N, F)
            dpadded[:, :, rows, columns] += np.tensordot(g, w, axes=(1, 0))
            dw += np.tensordot(g, padded[:, :, rows, columns], axes=(0, 0))
    return dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION

# %% check="conv2d_backward"
check("conv2d_backward")

# %% [markdown]
# What is it good for? Give it a job. Somebody took a photograph and kept two things: the picture, and its map of vertical edges, made with a Sobel kernel (notebook 03). The kernel itself is lost. Can your gradients find it again?
#
# Start with nine zeros. Compute the map, compare, go a little way *against* the gradient of the weights, repeat. (How far to go, and why that works, is notebook 08's subject.)

# %% show="yours_learns_a_kernel"
def learn_a_kernel(backward, steps=100, step_length=0.2):
    photo, edges = lecture.edge_lesson()  # (1, 1, 32, 32) and (1, 1, 30, 30)
    windows = sliding_window_view(photo, (3, 3), axis=(2, 3))
    kernel, kernels, losses = np.zeros((1, 1, 3, 3)), {}, {}
    for step in range(steps + 1):
        y = np.einsum("ncijab,fcab->nfij", windows, kernel)
        if step in (0, 10, steps):
            kernels[step], losses[step] = kernel.copy(), np.mean((y - edges) ** 2) / 2
        dx, dw, db = backward((y - edges) / y.size, photo, kernel)
        kernel = kernel - step_length * dw
    caption = "A kernel found by following your gradient; the loss is half the mean squared error."
    return draw.kernel_learned(kernels, losses, lecture.sobel_x, caption=caption)


yours("conv2d_backward", learn_a_kernel)

# %% [markdown]
# *What just happened.* Nobody told the kernel about edges. It saw one photograph, the answers, and your dw a hundred times. Every weight is within 0.3 of the Sobel kernel, and more steps bring it closer (try 1000). A convolutional network is trained by the same kind of step, with several layers, a loss that is no longer a simple valley, and a few million weights at a time.

# %% [markdown]
# ## 7 · Windows as columns
#
# Your layers have loops in Python. The loops do the same thing at every window: multiply, add. A computer is fastest at one particular way of multiplying and adding, the matrix product. Can a whole layer be *one* matrix product?
#
# A matrix product takes rows on the left and columns on the right, and makes all their dot products. A filter is a row of weights. So every window should be a column. Nine pixels, kernel 2 × 2:
#
# $$\begin{matrix} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 9 \end{matrix} \qquad\longrightarrow\qquad \text{cols} = \begin{pmatrix} 1 & 2 & 4 & 5 \\ 2 & 3 & 5 & 6 \\ 4 & 5 & 7 & 8 \\ 5 & 6 & 8 & 9 \end{pmatrix}$$
#
# The first column is the first window, 1, 2, 4, 5, read along its rows. The filter $[[1, 2], [3, 5]]$ as a row, $(1, 2, 3, 5)$, times the first column: $1 + 4 + 12 + 25 = 42$. That is output (0, 0). The whole product is $(42, 53, 75, 86)$: all four outputs.
#
# This rearrangement is called **im2col**, image to columns. With channels, a column holds the window of channel 0 first, then that of channel 1, and so on, just as a filter's weights lie in memory.

# %% show="predict_numbers_in_the_columns"
predict("numbers_in_the_columns")

# %% show="explore_im2col"
explore.im2col_unroller(lecture.two_channels, lecture.two_filters)

# %% [markdown]
# > $$\text{cols}_{n,\;(c K_h + a) K_w + b,\;\; i W' + j} \;=\; \tilde x_{n,\,c,\; i s_h + a,\; j s_w + b}$$
# >
# > cols: shape $(N,\; C K_h K_w,\; H' W')$ · row: channel $c$ and place $(a, b)$ in the window, $b$ changing fastest · column: output $(i, j)$, $j$ changing fastest. It is the order of PyTorch's `unfold`.
#
# **Exercise — `im2col`** · medium · about 20 minutes · 4 points
#
# *By hand first*: the first row of pixels above and the second, 1 2 3 / 4 5 6, give two columns, (1, 2, 4, 5) and (2, 3, 5, 6). Here rows and columns of the matrix can't be mixed up; the matrix of the nine pixels is symmetric.
#
# You may loop over windows, loop over the places in the window, use index arrays, or `sliding_window_view`, which is imported above: it shows all windows of an array without copying a number. PyTorch's `Tensor.unfold` does the same and is allowed. Where the kernel doesn't fit the padded image, in one direction or in both, raise a ValueError; a kernel larger than the image may fit with its padding. Fractions stay fractions; integers may come back as integers or floats. Off limits: `torch.nn.functional.unfold` and `torch.nn.Unfold`, which do it all.

# %% exercise="im2col"
def im2col(x, kernel_size, stride=1, padding=0):
    """Every window of a batch of images as a column.

    x            (N, C, H, W) array     floats or whole numbers
    kernel_size  int or (int, int)      height and width of the window
    stride       int or (int, int)      down and across, at least 1
    padding      int or (int, int)      zeros on each side: rows, columns; at least 0
    returns      (N, C * KH * KW, H' * W') array

    Rows are ordered by channel, then row, then column in the window; columns by row and column of the output.
    Raises ValueError when the window is larger than the padded image. x is left unchanged.
    """
    ### BEGIN SOLUTION
    KH, KW = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C, H, W = padded.shape
    if KH > H or KW > W:
        raise ValueError(f"a {KH} x {KW} window does not fit a padded image of {H} x {W}")
    windows = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::sh, ::sw]  # (N, C, H', W', KH, KW)
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)
    ### END SOLUTION

# %% check="im2col"
check("im2col")

# %% [markdown]
# *What just happened.* You traded memory for order. With a 3 × 3 kernel and stride 1 every pixel is copied up to nine times: an image of 3 × 224 × 224 is 150 528 numbers, its columns (padding 1) are 1 354 752. In double precision that is 10.8 MB instead of 1.2 MB, for one image.

# %% [markdown]
# ## 8 · Columns back into an image
#
# If the layer is $Y = W \cdot \text{cols}$, with $W$ the filters as rows, shape $(F, C K_h K_w)$, then the gradients of a matrix product do the rest: $\partial L/\partial W = G\,\text{cols}^{\mathsf T}$ and $\partial L/\partial\,\text{cols} = W^{\mathsf T} G$, with $G = \partial L/\partial Y$. (Section 3 once more: the weight $W_{f,k}$ met row $k$ of cols and went into row $f$ of $Y$, so its gradient is the dot product of row $f$ of $G$ with row $k$ of cols. The other rule is read off in the same way.) But cols holds *copies* of pixels. What is the gradient of the pixel itself?
#
# A pixel reaches the loss through every copy. So what comes back to its copies adds up.

# %% show="predict_back_and_forth"
predict("back_and_forth")

# %% [markdown]
# All ones for nine pixels and a 2 × 2 kernel: add the columns back, and each pixel gets as many ones as there are windows that hold it.
#
# $$\text{cols} = \begin{pmatrix} 1 & 1 & 1 & 1 \\ 1 & 1 & 1 & 1 \\ 1 & 1 & 1 & 1 \\ 1 & 1 & 1 & 1 \end{pmatrix} \qquad\longrightarrow\qquad \begin{matrix} 1 & 2 & 1 \\ 2 & 4 & 2 \\ 1 & 2 & 1 \end{matrix}$$
#
# This is **col2im**. It doesn't undo im2col; it is its *adjoint*: $\sum \text{cols} \cdot \text{im2col}(x) = \sum \text{col2im}(\text{cols}) \cdot x$ for every cols and $x$, the identity of section 4 once more.
#
# **Exercise — `col2im`** · medium · about 15 minutes · 2 points
#
# Add every entry of `cols` to the pixel from which `im2col` would have copied it. Give back the image without its padding, in floats. Off limits: PyTorch's `fold` and its automatic differentiation, which do it all.

# %% exercise="col2im"
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    """Columns added back to the pixels they belong to: the backward pass of im2col.

    cols         (N, C * KH * KW, H' * W') float   in the order of im2col
    input_shape  (N, C, H, W)                      of the images, without padding
    kernel_size, stride, padding                   as in im2col: int or (int, int)
    returns      (N, C, H, W) array of floats      every pixel the sum of its copies; 0 where there is none

    cols is left unchanged.
    """
    ### BEGIN SOLUTION
    KH, KW = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = input_shape
    rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1
    windows = cols.reshape(N, C, KH, KW, rows, columns)
    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    for a in range(KH):
        for b in range(KW):
            # For one place in the window all targets differ, so a slice can be added at once.
            padded[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw] += windows[:, :, a, b]
    return padded[:, :, ph : ph + H, pw : pw + W]
    ### END SOLUTION

# %% check="col2im"
check("col2im")

# %% [markdown]
# *What just happened.* You have every piece of the layer that ran on graphics cards for years: forward `W @ im2col(x)`, backward `col2im(W.T @ G)`, and the flip of section 4 has vanished from sight: it is inside $W^{\mathsf T}$ and the order of the copies.

# %% [markdown]
# ## 9 · The same layer, many times as fast
#
# Here is a convolution layer as plainly as it can be written, one output number at a time:
#
# ```python
# def conv2d_four_loops(x, w, b, stride, padding):
#     """A convolution layer, one output number at a time: x (N, C, H, W), w (F, C, KH, KW), b (F,)."""
#     N, C, H, W = x.shape
#     F, C, KH, KW = w.shape
#     padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
#     rows = (H + 2 * padding - KH) // stride + 1
#     columns = (W + 2 * padding - KW) // stride + 1
#     y = np.zeros((N, F, rows, columns))
#     for n in range(N):
#         for f in range(F):
#             for i in range(rows):
#                 for j in range(columns):
#                     top, left = i * stride, j * stride
#                     window = padded[n, :, top : top + KH, left : left + KW]
#                     y[n, f, i, j] = np.sum(window * w[f]) + b[f]
#     return y
# ```
#
# For 8 images of 3 × 8 × 8, 16 filters of 3 × 3 and padding 1 the innermost line runs 8 192 times.

# %% show="predict_why_loops_are_slow"
predict("why_loops_are_slow")

# %% [markdown]
# **Exercise — `conv2d_im2col`** · medium · about 20 minutes · 3 points: 2 for right results, 1 for speed
#
# Write the layer so that it is **right**, and **at least 20 times as fast** as the four loops at the size above. The check measures both in turn and takes the shortest time of each, so a busy computer does no harm. A plain im2col is far beyond 20, and so are other ways: any that is right counts, in single precision too, whatever the dtype of x: whole numbers, bytes, floats. Each measured call gets new numbers. Off limits are routines that convolve images (PyTorch's, SciPy's): they do it all.
#
# *By hand first*: the nine pixels of section 7 with the filter $[[1, 2], [3, 5]]$ and bias 0.5: $[[42.5, 53.5], [75.5, 86.5]]$.
#
# Exercises don't lean on each other: write out what you need from `im2col` here, or call yours if it is right; both count. `b` may be `None`. Stride and padding are whole numbers here.

# %% exercise="conv2d_im2col"
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    """Convolution layer (cross-correlation), right and fast.

    x        (N, C, H, W) array     floats or whole numbers
    w        (F, C, KH, KW) array
    b        (F,) array or None
    stride   int, at least 1
    padding  int, at least 0
    returns  (N, F, H', W') array of numbers, H' = (H + 2 * padding - KH) // stride + 1, W' likewise

    Raises ValueError when the kernel is larger than the padded image. x, w and b are left unchanged.
    """
    ### BEGIN SOLUTION
    F, C, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if KH > padded.shape[2] or KW > padded.shape[3]:
        raise ValueError(f"kernel {KH} x {KW} does not fit padded image {padded.shape[2]} x {padded.shape[3]}")
    windows = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    N, C, rows, columns = windows.shape[:4]
    cols = windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, rows * columns)
    y = (w.reshape(F, -1) @ cols).reshape(N, F, rows, columns)
    return y if b is None else y + b[:, np.newaxis, np.newaxis]
    ### END SOLUTION

# %% check="conv2d_im2col"
check("conv2d_im2col")

# %% [markdown]
# Where does the time go? Here is your layer beside the four loops and PyTorch's own, on your computer. (On a layer this small PyTorch may even lose: it shares the work among processor cores, and that costs time too.)

# %% show="yours_in_a_race"
def race(conv2d_im2col):
    import torch

    from helpers.checking.references import conv2d_four_loops

    def pytorch(x, w, b, stride, padding):
        arrays = [torch.from_numpy(a) for a in (x, w, b)]
        return torch.nn.functional.conv2d(*arrays, stride=stride, padding=padding).numpy()

    runners = {"four loops": conv2d_four_loops, "yours": conv2d_im2col, "PyTorch": pytorch}
    return draw.run_times(
        lecture.shortest_times(runners), caption="The shortest of five runs each, on this computer."
    )


yours("conv2d_im2col", race)

# %% [markdown]
# *What just happened.* All of them do the same 221 184 multiplications. What differs is how many rounds Python has to go. Measured on another computer:
#
# | one round for each | rounds | time |
# |---|---|---|
# | output number | 8 192 | 23 ms |
# | position, all images and filters at once | 64 | 0.27 ms |
# | weight, all positions at once | 9 | 0.27 ms |
# | nothing: one matrix product over the columns | 0 | 0.06 ms |
#
# Sixty-four rounds or nine took the same time there: by then the array operations cost as much as the rounds. How the two compare depends on the computer and on how each round is written. Libraries go further still: they don't even store the columns but form them piece by piece in fast memory (Chetlur et al. 2014), and for 3 × 3 kernels they use tricks that save multiplications (Lavin and Gray 2016).

# %% [markdown]
# ## Recap
#
# | you can now | because of |
# |---|---|
# | measure any gradient, and say how close is close | `numerical_gradient`, `relative_error`: central difference, $h = 10^{-5}$ |
# | give one entry of ∂L/∂w | the pixels it met times their upstream gradients: a cross-correlation |
# | give one entry of ∂L/∂x | the weights on its paths times their upstream gradients: a convolution |
# | write the backward pass of a layer | `conv1d_backward`, `conv2d_backward` |
# | turn a layer into a matrix product, and its gradient back | `im2col`, `col2im`, `conv2d_im2col` |
#
# **Where it goes wrong most often**
#
# - `[p:-p]` to cut the padding off: empty for $p = 0$.
# - `=` where windows overlap, or `+=` with repeated indices: only one contribution survives.
# - dx sized from dout: rows that no window reached are lost. Take the shape of x.
# - Filters and channels swapped, unseen as long as both are 1. Test with two numbers that differ.
# - A mean where a sum belongs: db, or dw over the batch.
# - A gradient check on one friendly example. It proves that example only.
#
# Now in your own words.

# %% [markdown] written="what_a_check_cannot_see"
# (a) 1. It may cut the padding with `[p:-p]`: with padding 1 that is right; with padding 0 dx is empty. Any example with padding 0 shows it. 2. It may swap filters and channels: with one of each, w[0, 0] is the same either way. An example with 2 channels and 3 filters shows it. (Also: an image of 8 × 8, where the stride leaves a row over; a batch of two; rectangular kernels.)
#
# (b) In one dimension with stride 1: sample 2 meets weight 2 in output 0 and weight 1 in output 1. When the output moves one to the right, its window does too, and the sample sits one place further left in it. So on the way back the weights are met in falling order: the kernel turned round. Weight 0 meets sample 0 in output 0 and sample 1 in output 1: both rise together, no flip.
#
# (c) Memory, and the time to copy: with 3 × 3 and stride 1 each number is stored about nine times. I would not use it for large images, large kernels or large batches when memory is short; one can unroll image by image, or loop over the nine weights instead.

# %% [markdown]
# **To discuss** (not graded). Your `numerical_gradient` needs two forward passes for each number, your `conv2d_backward` about as much work as two forward passes for *all* of them. LeNet has some 60 000 weights. How long would training take with numerical gradients only, if it takes an hour with yours?
#
# **Further reading**
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998). Gradient-based learning applied to document recognition. *Proceedings of the IEEE* 86(11), 2278–2324.
# - V. Dumoulin and F. Visin (2016). *A guide to convolution arithmetic for deep learning.* arXiv:1603.07285. Chapter 4: the backward pass as a convolution of its own.
# - K. Chellapilla, S. Puri and P. Simard (2006). High performance convolutional neural networks for document processing. *Tenth International Workshop on Frontiers in Handwriting Recognition.* Where unrolling comes from.
# - S. Chetlur et al. (2014). *cuDNN: Efficient primitives for deep learning.* arXiv:1410.0759.
# - A. Lavin and S. Gray (2016). Fast algorithms for convolutional neural networks. *CVPR*, 4013–4021.
