# ---
# jupyter:
#   course:
#     title: Pooling
#     promise: You shrink maps, send gradients back through the shrinking, and measure what it is good for.
#     minutes: 130
#     needs: [04_padding_and_stride]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 05 · Pooling
#
# You shrink maps, send gradients back through the shrinking, and measure what it is good for.
#
# **Time:** about two hours; the exercises with code take 80 minutes of them.
# **You need:** windows, stride and output sizes (notebook 04), and slicing of NumPy arrays.
#
# When you are done, you can
#
# 1. pool a batch of images, with the maximum or the mean, for any window and stride (`max_pool2d`, `avg_pool2d`);
# 2. turn a stack of maps of any size into one number per channel (`global_avg_pool`);
# 3. say how much pooling really forgives when a picture moves, with numbers (`how_invariant`);
# 4. remember where each maximum stood and send its gradient back there, overlaps included (`max_pool2d_switches`,
#    `max_pool2d_backward`, `avg_pool2d_backward`);
# 5. follow the shape of an image through a whole network, and see before anything runs whether it breaks (`trace_shapes`).

# %%
import numpy as np

from helpers import check, datasets, draw, explore, predict, yours
from helpers.lectures import pooling as lecture

# %% [markdown]
# > **Before you start: three facts about a loss.** You need them from section 5 on; losses themselves come in notebook 07 (coming).
# >
# > - The **loss** $L$ is *one number* that says how badly a network does. Training makes it smaller.
# > - $\partial L/\partial y$ says how $L$ moves when $y$ does: with $\partial L/\partial y = 2$, raising $y$ by 0.01 raises $L$ by
# >   about 0.02. For an array $y$ it is an array of the same shape, one number per entry, called the **gradient**.
# > - The **chain rule** in one line: if $L$ depends on $y$ and $y$ depends on $x$, then
# >   $\dfrac{\partial L}{\partial x} = \dfrac{\partial L}{\partial y} \cdot \dfrac{\partial y}{\partial x}$. If $x$ reaches $L$ along several
# >   paths, one such product per path is added up.

# %% [markdown]
# ## 1 · What survives?
#
# The first layer of AlexNet turns one picture into 96 maps of 55 × 55 numbers: 290 400 of them. Each number answers one
# question, "is my pattern *here*?", and most answers are "hardly". The next layer would like to know *that* there was an edge
# in this region. It can do without knowing on which of four neighbouring pixels.
#
# So: of each small window, keep one number. Which one?
#
# Here is the lecture's map. Four windows of 2 × 2 pixels cover it. From each, the *largest* number is kept (ringed):

# %% show="four_windows"
x = lecture.max_pool_input  # (4, 4)
draw.pooling(x, kernel_size=2, caption="Each 2 × 2 window hands on its largest number; the ring shows where it stood.")

# %% [markdown]
# Check two of them by hand. The upper left window holds 0, 0, 0, 2: **2** survives. The upper right one holds 5, 1, 4, 0: **5**
# survives. Sixteen numbers became four.
#
# This is **max pooling**. In general, with an input $x$ of shape $(N, C, H, W)$ (sample, channel, row, column):
#
# $$y_{n,c,i,j} \;=\; \max_{0 \le a < k_h,\; 0 \le b < k_w} \; x_{n,\,c,\;i\,s_h + a,\;j\,s_w + b}$$
#
# - $n, c$: sample and channel; $i, j$: row and column of the output; $a, b$: row and column inside the window;
# - $k_h, k_w$: height and width of the window, the **kernel size**, in pixels;
# - $s_h, s_w$: the **stride**, how many pixels the window moves down or across; if nobody says otherwise, it equals the kernel size;
# - $y$: the output, of shape $(N, C, H', W')$ with $H' = \lfloor (H - k_h)/s_h \rfloor + 1$, and $W'$ likewise. That is notebook
#   04's rule without padding: only windows that lie inside the map count.
#
# Three things differ from a convolution. There are no weights, so there is nothing to learn. Every channel is pooled by
# itself, so $C$ stays as it is. And the windows usually touch without overlapping.

# %% show="predict_windows_in_five"
predict("windows_in_five")

# %% [markdown]
# Step through the windows yourself. You can click an input number and type another.

# %% show="stepper"
explore.pooling_stepper(x)

# %% [markdown]
# **Exercise — `max_pool2d`** · medium · about 15 minutes · 3 points
#
# Write max pooling for a whole batch. `x` has shape (N, C, H, W); `kernel_size` and `stride` are one whole number or a pair
# (down, across). Windows that would hang over the lower or right border don't count.
#
# By hand first. This 5 × 5 map, pooled with kernel 2, gives a 2 × 2 output:
#
#     -3 -1 |  4  0 |  2
#     -2 -5 |  1 -6 |  9          -1   4
#     ------+-------+---    →
#      7  3 | -4 -2 | -8           7  -1
#      0  6 | -1 -3 | -7
#     ------+-------+---
#      5  8 |  2  1 | -9
#
# Look at the upper left window: all four numbers are negative, and the largest is -1. The last row and the last column are
# in no window; the 9 and the 8 are lost. A window may be too large in one direction only; it does not fit then either.
#
# Return an array that holds the numbers of `x` as they are, fractions included. Off limits is what does the whole exercise: ready-made
# max pooling (PyTorch's, SciPy's `maximum_filter`, scikit-image's `block_reduce`). Window views and maxima are welcome.

# %% exercise="max_pool2d"
def max_pool2d(x, kernel_size, stride=None):
    """Largest value of each window.

    x            (N, C, H, W) array, float or int (bytes too), finite
    kernel_size  int or (int, int)   height and width of the window, in pixels
    stride       int or (int, int)   steps down and across; None means kernel_size
    returns      (N, C, H', W') array of numbers of x; H' = (H - kernel height) // stride down + 1, W' likewise

    Raises ValueError when the window is higher or wider than the image. x is left unchanged.
    """
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    out = np.empty((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out
    ### END SOLUTION

# %% check="max_pool2d"
check("max_pool2d")

# %% [markdown]
# Your function on a photograph: windows of 8 × 8 pixels.

# %% show="your_pooled_photo"
cat = datasets.photo("chelsea", gray=True, size=160)  # (160, 160), from 0 (black) to 1 (white)
yours(
    "max_pool2d",
    lambda max_pool2d: draw.photos(
        [cat, max_pool2d(cat[None, None], 8)[0, 0]],
        ["input, 160 × 160", "yours, kernel 8"],
        alt="A photograph of a cat, and the same after your max_pool2d with kernel 8: coarse and brighter.",
        caption="One number of 64 is left, always the brightest. Thin dark lines vanish first.",
    ),
)

# %% [markdown]
# *What just happened.* You wrote a layer without a single weight. It keeps the largest number of each neighbourhood, drops
# the rest, and with 2 × 2 windows hands on a quarter of the numbers. A convolution behind it has a quarter of the places to visit.

# %% [markdown]
# ## 2 · What if nobody wins?
#
# The maximum listens to one pixel and ignores its neighbours, however close they came. The fairer choice is the mean:
# **average pooling**. The lecture's second map:

# %% show="four_means"
draw.pooling(lecture.average_pool_input, kernel_size=2, kind="average", caption="Each window hands on the mean of its four numbers.")

# %% [markdown]
# Upper left: (1 + 3 + 2 + 9) / 4 = 15 / 4 = **3.75**. Upper right: (2 + 1 + 1 + 1) / 4 = **1.25**. The rule, with the symbols
# of section 1:
#
# $$y_{n,c,i,j} \;=\; \frac{1}{k_h\,k_w} \sum_{a=0}^{k_h-1} \sum_{b=0}^{k_w-1} x_{n,\,c,\;i\,s_h + a,\;j\,s_w + b}$$
#
# You divide by how many numbers the *window* holds, $k_h k_w$. The stride plays no part in that.

# %% show="predict_mean_of_a_spot"
predict("mean_of_a_spot")

# %% [markdown]
# **Exercise — `avg_pool2d`** · easy · about 5 minutes · 2 points
#
# Average pooling, with the same arguments and the same treatment of the border as `max_pool2d`. Means of whole numbers need
# not be whole: the window 1, 2, 4, 6 gives 3.25. And `x` may hold bytes (0 to 255), whose sum may not fit into a byte: the window
# 200, 250, 100, 70 gives 155. Single precision is enough.
#
# Off limits is what does the whole exercise: ready-made average pooling (PyTorch's, SciPy's `uniform_filter`, scikit-image's
# `block_reduce`). Means, sums and convolutions are welcome.

# %% exercise="avg_pool2d"
def avg_pool2d(x, kernel_size, stride=None):
    """Mean of each window.

    x            (N, C, H, W) array, float or int (bytes too), finite
    kernel_size  int or (int, int)   height and width of the window, in pixels
    stride       int or (int, int)   steps down and across; None means kernel_size
    returns      (N, C, H', W') array of floats, H' and W' as in max_pool2d

    Raises ValueError when the window is higher or wider than the image. x is left unchanged.
    """
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    out = np.empty((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out
    ### END SOLUTION

# %% check="avg_pool2d"
check("avg_pool2d")

# %% [markdown]
# *What just happened.* Both layers shrink; they differ in what they lose. The maximum keeps a lonely strong answer at full
# strength, so it suits maps that say "my pattern is here". The mean keeps the overall level and dilutes what is rare. Average
# pooling is also an old acquaintance: each channel by itself, convolved with a kernel of equal weights $1/(k_h k_w)$ and a stride.

# %% [markdown]
# ## 3 · How large may a window be?
#
# Two other choices are common: windows a little larger than the stride, and windows as large as the map.
#
# With kernel 3 and stride 2, neighbouring windows share a row or a column: **overlapping pooling**. Some pixels then lie in
# more than one window.

# %% show="predict_windows_over_a_pixel"
predict("windows_over_a_pixel")

# %% show="windows_per_pixel"
draw.window_counts((7, 7), kernel_size=3, stride=2, caption="How many of the nine 3 × 3 windows each pixel lies in. Framed: the first window, and dashed the second.")

# %% [markdown]
# AlexNet pools in this way. Its authors report error rates 0.4 and 0.3 percentage points lower than with 2 × 2 windows and stride 2
# (top-1 error: the first guess is wrong; top-5 error: none of the first five is right; Krizhevsky et al. 2012, section 3.4). Remember the pixels with a 4: in section 5 they will
# receive from four windows at once.
#
# The other choice, **global average pooling**, takes one window as large as the map. What is left is one number per channel,
# whatever the size of the picture was:

# %% show="one_number_per_channel"
draw.global_average(lecture.two_maps, caption="(1 + 3 + 5 + 7 + 9 + 11) / 6 = 6, and 6 / 6 = 1.")

# %% [markdown]
# $$y_{n,c} \;=\; \frac{1}{H\,W} \sum_{i=0}^{H-1} \sum_{j=0}^{W-1} x_{n,c,i,j} \qquad x: (N, C, H, W) \;\to\; y: (N, C)$$
#
# Since Lin et al. (2014) proposed it, it has ended many networks: it has no weights, so nothing in it can overfit, and it ties each
# map to one thing to be recognised. GoogLeNet, a network of 2014 (notebook 15, coming), ends in 1024 maps of 7 × 7.
# Flattened, they feed 1000 output units through 7 · 7 · 1024 · 1000 = 50 176 000 weights. After global average pooling
# 1024 · 1000 = 1 024 000 weights do.
#
# **Exercise — `global_avg_pool`** · easy · about 3 minutes · 1 point
#
# One mean per channel and sample. The axes H and W disappear: the result has two axes. `x` may hold bytes, whose sum may not fit into a
# byte. Off limits is what does the whole exercise: ready-made average pooling. Means and sums are welcome.

# %% exercise="global_avg_pool"
def global_avg_pool(x):
    """Mean of each map.

    x        (N, C, H, W) array, float or int (bytes too)
    returns  (N, C) array of floats
    """
    ### BEGIN SOLUTION
    return x.mean(axis=(2, 3))
    ### END SOLUTION

# %% check="global_avg_pool"
check("global_avg_pool")

# %% [markdown]
# *What just happened.* A window may overlap its neighbour or swallow the whole map; the rule stays the same. Global pooling is
# the reason why many networks accept pictures of any size.

# %% [markdown]
# ## 4 · How invariant, really?
#
# Lectures say that max pooling makes a network "invariant to small translations". Two words from notebook 01: an answer is
# **invariant** to a shift if it does not change at all when the input moves. It is **equivariant** if it moves along.
# Convolution is equivariant. Is pooling invariant?
#
# One bright pixel in a row of eight, windows of two:

# %% show="moving_spot"
draw.moving_spot([2, 3, 4], caption="From position 2 to 3 nothing changes behind the pooling. From 3 to 4 it does.")

# %% [markdown]
# Both moves are one pixel long. The first stays inside a window, and the output is the same. The second crosses a border of
# windows, and the output moves. So the answer is "sometimes", and how often can be measured.

# %% show="predict_cells_that_stay"
predict("cells_that_stay")

# %% [markdown]
# Below, you look at 128 × 128 pixels of a photograph of 160 × 160. The photograph moves to the left behind this frame, and each pooled
# cell is compared with what it held before the move. Black: it changed.

# %% show="shifted_photo"
explore.shifted_photo(cat)

# %% [markdown]
# What you can read off, in percent of cells that stay the same:
#
# | counts as unchanged if | shift | no pooling | max 2 × 2 | max 4 × 4 | average 4 × 4 |
# |---|---|---|---|---|---|
# | exactly equal | 1 | 6 | 23 | 42 | 0 |
# | exactly equal | 2 | 3 | 4 | 25 | 0 |
# | exactly equal | 4 | 2 | 2 | 3 | 0 |
# | at most 0.05 apart | 1 | 80 | 85 | 92 | 93 |
# | at most 0.05 apart | 2 | 61 | 69 | 80 | 80 |
# | at most 0.05 apart | 4 | 45 | 50 | 61 | 55 |
#
# - **Counted exactly, the maximum is better than nothing, and far from invariant.** One pixel changes three of four 2 × 2 cells.
#   Larger windows forgive more, up to their own width.
# - **Counted with tolerance, most of the invariance was in the photograph.** Neighbouring pixels of a photograph are alike: 80 %
#   stay within 0.05 without any pooling. And whether maximum or mean forgives more depends on the tolerance: at 0.05 the 4 × 4 means do as well
#   as the maxima after one or two pixels; at 0.02 they do not (71 % against 75 %, and 45 % against 57 %).
# - **A shift by exactly one stride is a different matter.** Show max 4 × 4 and shift by 4: nearly every cell changed, and yet
#   only the column of cells that left the frame is lost. The pooled map is the old one, one cell further. It is equivariant to shifts by whole strides.
#
# Where does the 23 % come from? Suppose the pixels were random numbers. A $k \times k$ window and its copy one pixel
# further cover $k(k+1)$ pixels together and share $k(k-1)$. The maximum stays if the largest of them all stands in the shared part:
#
# $$P(\text{same}) = \frac{k(k-1)}{k(k+1)} = \frac{k-1}{k+1}\,, \qquad \tfrac13 \text{ for } k = 2, \quad \tfrac35 \text{ for } k = 4.$$
#
# The photograph stays below that, with 23 % and 42 %. A cell changes in one of two ways. The column that leaves takes the maximum with it: so in
# 44 % of the 2 × 2 cells and 31 % of the 4 × 4 ones (random numbers: 50 % and 25 %). Or the column that enters holds something larger: in another
# 33 % and 27 % (random numbers: 17 % and 15 %). The second way makes the difference. Pixels of a photograph are no lottery: where it gets brighter towards
# the right, every step brings a new largest number.

# %% [markdown] written="how_invariant"
# It matters less, but it matters. On the cat's photograph, after one pixel only 23 % of the 2 × 2 maxima and 42 % of the 4 × 4
# maxima were exactly what they had been. Many of the others changed by little: within 0.05, 85 % of the 2 × 2 cells stayed the same.
# But 80 % of the raw pixels did so too, so that most of this tolerance comes from smooth photographs, not from pooling. After a shift
# by exactly one stride the pooled map is the old one, moved by one cell: pooling is equivariant there, not invariant, and the next
# layer sees the object elsewhere. Some invariance builds up over many layers, and a global pool at the end adds more.
# For segmentation I would want less pooling: each pixel needs a label, and pooling forgets where in its window the maximum stood.

# %% [markdown]
# *What just happened.* A claim from the lecture was measured, and the answer became "partly, and it depends on what
# you call the same". Zhang (2019) shows how far this goes in trained networks, and repairs part of it by blurring
# before the stride.

# %% [markdown]
# ## 5 · Where does the gradient go?
#
# Max pooling threw three of every four numbers away. During training the network asks a question about exactly those numbers:
# *if this pixel had been a little larger, would the loss have changed?*
#
# Here is a map from the lecture, and the gradient $\partial L/\partial y$ that arrives from the layer above, the **upstream
# gradient**: one number per window. In code it is called `dout`, and `dx` is what we look for, $\partial L/\partial x$: one number per pixel.

# %% show="upstream_arrives"
x = lecture.max_pool_gradient_input  # (4, 4)
upstream = lecture.upstream  # (2, 2): ∂L/∂y
draw.pooling(x, kernel_size=2, upstream=upstream, caption="Left the input with its winners, in the middle the output, right ∂L/∂y.")

# %% show="predict_gradient_of_a_loser"
predict("gradient_of_a_loser")

# %% [markdown]
# Raise the 0 at (0, 0) to 1. The largest value in its window is still 55, so nothing behind the pooling moves. Its gradient is **0**.
#
# Raise the 55 by a small ε. The window's output rises by the same ε, and the loss by 2ε. Its gradient is **2**: the upstream value,
# unchanged.
#
# So there is no formula to remember, only a rule:
#
# > **The winner takes it all.** Each upstream gradient goes to the pixel that won its window. Every other pixel gets 0 from it.

# %% show="winners_receive"
draw.pooling_gradient(upstream, kernel_size=2, x=x, caption="Each upstream gradient lands where the maximum stood.")

# %% [markdown]
# On the way back, the layer sees gradients, not pixels. So the forward pass must write down *where* each winner stood. These notes
# are called **switches** (Zeiler & Fergus 2014). They have the shape of the output, $(N, C, H', W')$, and hold one **flat index** per
# window: the pixels of an $(H, W)$ plane counted row by row,
#
# $$\text{switch} \;=\; \text{row} \cdot W + \text{column}, \qquad \text{starting again at 0 for every sample and channel.}$$
#
# By hand: the 41 stands in row 1, column 2 of a plane 4 wide, so its switch is 1 · 4 + 2 = **6**.

# %% show="switch_stepper"
explore.switch_stepper(x)

# %% [markdown]
# **Exercise — `max_pool2d_switches`** · medium · about 15 minutes · 3 points
#
# Return two arrays, the largest values (the numbers of `x` as they are, fractions included) and their switches (integers). Of equal values, the
# first wins, reading row by row. Off limits is what does the whole exercise: ready-made max pooling, as in section 1. `argmax` is welcome.
#
# By hand, on a 4 × 5 map with a 2 × 3 window and stride 2:
#
#     1 4 4 0 2
#     4 0 3 5 5        values  4 5        switches  1  8
#     2 2 5 1 0                5 5                 12 12
#     0 2 1 5 3
#
# The upper left window is 1 4 4 / 4 0 3. Three 4s tie; the first stands at row 0, column 1: switch 0 · 5 + 1 = 1. Both lower windows
# contain the 5 at row 2, column 2: switch 2 · 5 + 2 = 12, twice.

# %% exercise="max_pool2d_switches"
def max_pool2d_switches(x, kernel_size, stride):
    """Largest value of each window, and where it stands.

    x            (N, C, H, W) array of floats, finite
    kernel_size  int or (int, int)   height and width of the window, in pixels
    stride       int or (int, int)   steps down and across
    returns      values   (N, C, H', W') array of floats
                 switches (N, C, H', W') array of int, flat index within the (H, W) plane: row * W + column;
                 of equal values the first, row by row

    Raises ValueError when the window is higher or wider than the image. x is left unchanged.
    """
    ### BEGIN SOLUTION
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    values = np.empty((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    switches = np.empty(values.shape, dtype=int)
    for i in range(values.shape[2]):
        for j in range(values.shape[3]):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(n, c, kh * kw)
            row, column = divmod(window.argmax(axis=2), kw)  # place inside the window
            values[:, :, i, j] = window.max(axis=2)
            switches[:, :, i, j] = (i * sh + row) * width + j * sw + column
    return values, switches
    ### END SOLUTION

# %% check="max_pool2d_switches"
check("max_pool2d_switches")

# %% [markdown]
# In the exercise one pixel won two windows. What does it receive? Try it: edit the input or the upstream gradient, and watch
# where the numbers land.

# %% show="gradient_router"
explore.gradient_router(x, upstream)

# %% [markdown]
# With overlapping windows a pixel can win more than once. With window 3 × 3 and stride 1, the 90 at (2, 1) wins three of the
# four windows. It feeds three outputs, and the chain rule *adds* what comes back along each path: 2 − 1 + 0.5 = **1.5**.
#
# $$\frac{\partial L}{\partial x_p} \;=\; \sum_{q\,:\;\text{switch}(q)\,=\,p} \frac{\partial L}{\partial y_q}$$
#
# ($p$: a position in the input plane; $q$: a position in the output plane.) A pixel that won nothing has an empty sum: 0.
#
# This sum is easily got wrong, in two ways. Let `g` be the gradients and `idx` their positions. `dx[i] = g` keeps the last contribution only. And so
# does `dx[idx] += g` when `idx` is an array in which a position occurs twice: NumPy reads all the old values, adds to each, and writes all the
# results; of those for one position the last one stays. See for yourself:

# %%
dx, idx, g = np.zeros(4), np.array([1, 1, 3]), np.array([2.0, -1.0, 5.0])
dx[idx] += g
print("dx[idx] += g        ", dx)
dx = np.zeros(4)
np.add.at(dx, idx, g)
print("np.add.at(dx, idx, g)", dx)

# %% [markdown]
# Position 1 should hold 2 − 1 = 1; the first way leaves −1 there. `np.add.at` exists for exactly this; a plain loop with `+=`, one position at a time, is right as well.
#
# **Exercise — `max_pool2d_backward`** · medium · about 15 minutes · 4 points
#
# Send each upstream gradient to its switch. You don't need the pixels for it, only the switches. Off limits is what does the whole exercise:
# automatic differentiation, and PyTorch's `max_unpool2d`. Single precision is enough.
#
# By hand first: two channels of 2 × 3 pixels, one row of two 2 × 2 windows each (stride 1).
#
#     dout      channel 0:  2  -1     channel 1:  0.5  3
#     switches  channel 0:  1   1     channel 1:  0    2
#
# In channel 0 pixel 1 won both windows: it gets 2 − 1 = 1. In channel 1 pixel 0 gets 0.5 and pixel 2 gets 3. So `dx` is
# 0 1 0 / 0 0 0 in channel 0 and 0.5 0 3 / 0 0 0 in channel 1.

# %% exercise="max_pool2d_backward"
def max_pool2d_backward(dout, switches, input_shape):
    """Gradient of the loss with respect to the input of max pooling.

    dout         (N, C, H', W') array of floats   gradient of the loss with respect to each output
    switches     (N, C, H', W') array of int      flat index, within the (H, W) plane, of each window's winner
    input_shape  (N, C, H, W)                     a tuple
    returns dx   (N, C, H, W) array of floats     zero where a pixel won nothing

    Windows may overlap: contributions add up. dout and switches are left unchanged.
    """
    ### BEGIN SOLUTION
    n, c, height, width = input_shape
    dx = np.zeros((n * c, height * width), dtype=dout.dtype)
    plane = np.arange(n * c)[:, None]
    np.add.at(dx, (plane, switches.reshape(n * c, -1)), dout.reshape(n * c, -1))
    return dx.reshape(input_shape)
    ### END SOLUTION

# %% check="max_pool2d_backward"
check("max_pool2d_backward")

# %% [markdown]
# The router again, now with *your* function behind it. A cell that differs from the rule is ringed, and the sentence below the
# picture says by how much.

# %% show="your_gradient_router"
yours("max_pool2d_backward", lambda max_pool2d_backward: explore.your_gradient_router(max_pool2d_backward, x, upstream))

# %% [markdown]
# *What just happened.* You wrote the backward pass of max pooling. Two consequences to keep. With a 2 × 2 window and stride 2,
# three quarters of the pixels get no gradient in this step. And where pixels tie, one of them takes the gradient, as here, or they share it (PyTorch's
# `amax` gives each of two winners a half); what is wrong is to give each of them the whole: it would count several times. Ties are common: after a ReLU
# (notebook 07, coming) many numbers are 0. In notebook 13 (coming) the same switches come back, to *draw* what a unit deep inside a network looks for.

# %% [markdown]
# ## 6 · And when everybody shares?
#
# In average pooling nobody wins. How much does the output move when *one* of $k_h k_w$ pixels rises by ε? By
# $\varepsilon/(k_h k_w)$. So each pixel of the window gets that part of the upstream gradient:

# %% show="shares_received"
draw.pooling_gradient(lecture.shared_upstream, kernel_size=2, shape=(4, 4), caption="Each upstream gradient is shared by the four pixels of its window.")

# %% [markdown]
# Upper left: 8 / 4 = **2** for each of four pixels. Where windows overlap, a pixel collects one share from each window that it lies in:
#
# $$\frac{\partial L}{\partial x_p} \;=\; \frac{1}{k_h\,k_w} \sum_{q\,:\;p\,\in\,\text{window}(q)} \frac{\partial L}{\partial y_q}$$
#
# ($p$: a position in the input; $q$: one in the output.) Pixels in no window get 0. Go back to the gradient router and
# choose "keep the average" to see both cases.

# %% show="predict_share_of_nine"
predict("share_of_nine")

# %% [markdown]
# **Exercise — `avg_pool2d_backward`** · medium · about 10 minutes · 3 points
#
# Share each upstream gradient out over its window. No switches this time: the shape of the input, the kernel size and the stride tell
# where each window lay. Off limits is what does the whole exercise: automatic differentiation. Single precision is enough.
#
# By hand: a 4 × 4 input, 3 × 3 windows, stride 1, upstream 9, −18 / 27, 36. Pixel (0, 0) lies in the first window only: 9/9 = 1. Pixel
# (1, 1) lies in all four: (9 − 18 + 27 + 36)/9 = 6.

# %% exercise="avg_pool2d_backward"
def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
    """Gradient of the loss with respect to the input of average pooling.

    dout         (N, C, H', W') array of floats   gradient of the loss with respect to each output
    input_shape  (N, C, H, W)                     a tuple
    kernel_size  int or (int, int)                height and width of the window, in pixels
    stride       int or (int, int)                steps down and across
    returns dx   (N, C, H, W) array of floats     zero where a pixel lay in no window

    Windows may overlap: shares add up. dout is left unchanged.
    """
    ### BEGIN SOLUTION
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    dx = np.zeros(input_shape, dtype=dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i, j] / (kh * kw)
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += share[:, :, None, None]
    return dx
    ### END SOLUTION

# %% check="avg_pool2d_backward"
check("avg_pool2d_backward")

# %% [markdown]
# A way to doubt your own backward pass: *nothing gets lost*. Both kinds of pooling only redistribute, so the sum over `dx`
# must equal the sum over `dout`, however windows overlap. (This cannot see a share that lands on the wrong pixel; the numerical gradient
# check of notebook 06 can.)

# %%
def total_change(avg_pool2d_backward):
    dout = np.random.default_rng(5).normal(size=(2, 3, 4, 5))
    dx = avg_pool2d_backward(dout, (2, 3, 9, 11), 3, 2)
    return draw.note(f"sum over dout: {dout.sum():.6f}\nsum over dx: {dx.sum():.6f}")


yours("avg_pool2d_backward", total_change)

# %% [markdown]
# *What just happened.* The mean treats all pixels alike, forward and backward. Every pixel of a window receives a
# little gradient in every step. With the maximum, one pixel receives all of it.

# %% [markdown]
# ## 7 · What comes out of a whole network?
#
# You now know two kinds of layers that change shapes, convolution and pooling. Together with two plain ones they make a complete network:
#
# | layer, as a tuple | takes | gives |
# |---|---|---|
# | `("conv", filters, kernel, stride, padding)` | $(C, H, W)$ | $(\text{filters}, H', W')$ |
# | `("pool", kernel, stride)` | $(C, H, W)$ | $(C, H', W')$ |
# | `("flatten",)`: all numbers in one row | $(C, H, W)$ or $(F,)$ | $(C \cdot H \cdot W,)$ or $(F,)$ |
# | `("linear", features)`: every output sees every input | $(F,)$ | $(\text{features},)$ |
#
# For conv and pool, $n' = \lfloor (n + 2p - k)/s \rfloor + 1$ holds for height and width $n$, with kernel $k$, stride $s$ and padding $p$
# on each side (0 for pool). All sizes here are whole numbers, windows are square, and the batch axis is left out.
#
# As far as shapes go, LeNet-5 (LeCun et al. 1998), which read the digits on cheques, is eight such layers:

# %% show="lenet_shapes"
draw.shapes(
    ["input", "conv", "pool", "conv", "pool", "conv", "flatten", "linear", "linear"],
    [lecture.lenet_input, (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (120,), (84,), (10,)],
    caption="LeNet-5: convolutions make more maps, pooling makes them smaller, until nothing but a list of features is left. "
    "Maps are to scale; how many there are is hinted at only (3, 5 and 7 sheets for 6, 16 and 120), and so is the length of a list.",
)

# %% [markdown]
# Check the first two by hand: (32 − 5)/1 + 1 = 28, and the six filters make six maps. Then (28 − 2)/2 + 1 = 14, and six maps
# stay six maps.

# %% show="predict_flatten_without_pools"
predict("flatten_without_pools")

# %% [markdown]
# Shapes are a common place for networks to break. Give LeNet-5 a 28 × 28 picture, and its maps are 24, 12, 8 and 4 wide; then a 5 × 5 kernel
# meets a 4 × 4 map. The formula gives $\lfloor (4-5)/1 \rfloor + 1 = 0$: a map without pixels. With a stride of 2 it can be worse. For a
# 3 × 3 window on a 2 × 2 map, `int()` *cuts off* the fraction of −0.5, makes it 0 and reports size 1, as if all were well; `//` rounds down to −1.
#
# **Exercise — `trace_shapes`** · medium · about 15 minutes · 4 points
#
# Follow a shape through a list of layer tuples from the table above. Return a list with the shape *after* each layer.
# Raise a `ValueError` where a window is larger than its map, padding included, in one direction or both; where `conv` or `pool` meets a
# flat shape; and where `linear` meets a shape that is not flat. (120, 1, 1) is not flat: only `flatten` makes it (120,). Give the error a message that
# names the layer and the shape that it met; the check only looks whether there is a message, a reader of the error needs what it says.
#
# By hand: `trace_shapes((1, 6, 7), [("pool", 2, 2), ("flatten",)])` is `[(1, 3, 3), (9,)]`.

# %% exercise="trace_shapes"
def trace_shapes(input_shape, layers):
    """Shape after each layer of a network.

    input_shape  (C, H, W), or (F,) for a flat list of features
    layers       list of tuples: ("conv", filters, kernel, stride, padding), ("pool", kernel, stride),
                 ("flatten",), ("linear", features); all sizes int
    returns      list of tuples, one per layer: (C, H, W) or (F,)

    Raises ValueError, with a message, when a window does not fit, when conv or pool gets a flat shape, or linear one
    that isn't.
    """
    ### BEGIN SOLUTION
    def windows_along(n, kernel, stride, padding):
        if kernel > n + 2 * padding:
            raise ValueError(f"a window of {kernel} does not fit into {n} pixels with padding {padding}")
        return (n + 2 * padding - kernel) // stride + 1

    shapes = []
    shape = tuple(input_shape)
    for layer in layers:
        kind = layer[0]
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs a shape (C, H, W), got {shape}")
            channels, height, width = shape
            if kind == "conv":
                _, channels, kernel, stride, padding = layer
            else:
                _, kernel, stride = layer
                padding = 0
            shape = (
                channels,
                windows_along(height, kernel, stride, padding),
                windows_along(width, kernel, stride, padding),
            )
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "linear":
            if len(shape) != 1:
                raise ValueError(f"linear needs a flat shape (F,), got {shape}; put flatten before it")
            shape = (layer[1],)
        else:
            raise ValueError(f"unknown layer {kind!r}")
        shapes.append(shape)
    return shapes
    ### END SOLUTION

# %% check="trace_shapes"
check("trace_shapes")

# %% [markdown]
# Now look at *your* trace of LeNet-5. Then change a layer in the list, or the input shape to (1, 28, 28), and run the cell again.

# %% show="your_trace"
input_shape = (1, 32, 32)
layers = list(lecture.lenet)
yours(
    "trace_shapes",
    lambda trace_shapes: draw.shapes(
        ["input", *(layer[0] for layer in layers)],
        [input_shape, *trace_shapes(input_shape, layers)],
        caption="The shapes that your trace_shapes returns.",
    ),
)

# %% [markdown]
# *What just happened.* You can read the anatomy of a network from a list of tuples, and know that it breaks before
# anything is trained; if your message names the layer, also where. LeNet-5 itself is built and trained in notebook 11 (coming).

# %% [markdown]
# ## Recap
#
# You can now
#
# 1. pool a batch with the maximum or the mean, for any window and stride;
# 2. turn maps of any size into one number per channel;
# 3. say how much pooling forgives: exactly equal after one pixel were 23 % of the 2 × 2 maxima, not all of them;
# 4. keep switches, and send gradients to winners or in equal shares, adding where windows overlap;
# 5. trace shapes through a network, and reject the ones that cannot run.
#
# **Common mistakes.** A maximum that starts at 0 and loses negative windows. A stride that is 1 by default. Windows that hang over the
# border. A switch counted inside the window, or over the whole batch. `dx[idx] += g` with repeated positions, of which the last one stays. A size
# of 0 that nobody noticed.
#
# **To discuss.** A convolution with stride 2 shrinks maps as well, and it has weights to learn. Springenberg et al. (2015) replace all
# pooling by it and report no loss on CIFAR-10. What does pooling have that such a convolution has not? When would you keep it?
#
# **Further reading**
#
# - A. Krizhevsky, I. Sutskever, G. E. Hinton: *ImageNet Classification with Deep Convolutional Neural Networks*. NIPS 2012.
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: *Gradient-Based Learning Applied to Document Recognition*. Proceedings of the IEEE 86 (11), 1998.
# - M. Lin, Q. Chen, S. Yan: *Network In Network*. ICLR 2014.
# - D. Scherer, A. Müller, S. Behnke: *Evaluation of Pooling Operations in Convolutional Architectures for Object Recognition*. ICANN 2010.
# - J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller: *Striving for Simplicity: The All Convolutional Net*. ICLR 2015 (workshop).
# - M. D. Zeiler, R. Fergus: *Visualizing and Understanding Convolutional Networks*. ECCV 2014.
# - R. Zhang: *Making Convolutional Networks Shift-Invariant Again*. ICML 2019.
