# ---
# jupyter:
#   course:
#     title: Padding and stride
#     promise: You take control of the size of a layer's output, of its borders, and of how far each unit sees.
#     minutes: 160
#     needs: [03_convolution_2d]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 04 · Padding and stride
#
# *You take control of the size of a layer's output, of its borders, and of how far each unit sees.*
#
# **Time** about two hours and forty minutes; a good place for a break is after section 5. **You need** notebook 03: kernels on images, filters over several channels.
#
# Afterwards you can
#
# 1. say how large the output of any layer is, or that it can't exist (`output_size`);
# 2. put a frame around an image and share it out between the sides as a stride demands (`pad2d`, `same_padding`);
# 3. write the convolution layer as networks use it: batch, channels, bias, stride, padding, dilation (`conv2d`);
# 4. say how much of the image one unit deep in a network sees, and why the corners count for so little (`receptive_field`, `choosing_a_border`);
# 5. say what a layer costs in memory and in multiplications (`layer_cost`).

# %%
import math

import numpy as np

from helpers import check, datasets, draw, explore, predict, yours
from helpers.lectures import padding_and_stride as lecture

# %% [markdown]
# ## 1 · How many windows fit?
#
# The lecture asks for the size of an output three times, for $N = 7$ pixels and a window of $F = 3$. With stride 1 it is 5, with stride 2 it is 3. With stride 3 the lecture leaves three dots. What belongs there?
#
# Count the steps from the first window to the last. Stride 1: the window starts at 0 and can go up to $7 - 3 = 4$; four steps, **five** windows. Stride 2: starts at 0, 2, 4; two steps, **three** windows.

# %% show="windows_at_stride_two"
draw.windows_in_a_row(
    lecture.seven,
    kernel_size=3,
    stride=2,
    caption="Seven pixels, a window of three, stride 2. Dashed: the first place that does not fit.",
)

# %% show="predict_windows_at_stride_three"
predict("windows_at_stride_three")

# %% show="windows_at_stride_three"
draw.windows_in_a_row(
    lecture.seven, kernel_size=3, stride=3, caption="Stride 3: the last pixel is faint, because no window reads it."
)

# %% [markdown]
# $(7 - 3)/3$ is $1\tfrac13$. A third of a step can't be made, so it is dropped: one step, **two** windows. The general rule, with $p$ zeros on each side, is the one you know from notebook 02:
#
# > $$N' \;=\; \left\lfloor \frac{N + 2p - K}{s} \right\rfloor + 1 \qquad \text{if } K \le N + 2p$$
# >
# > $N'$: outputs along one side · $N$: pixels along that side · $K$: size of the kernel (the lecture's $F$) · $s$: stride · $p$: padding, zeros on **each** side. All are whole numbers; $\lfloor\cdot\rfloor$ rounds down.
#
# An image has two sides, and the rule holds for each by itself. Their sizes, strides and paddings may differ. And if the kernel is larger than the padded image, there is no output at all: $N'$ is then not 0 or $-1$, it does not exist.

# %% [markdown]
# **Holes in the kernel.** One more number decides how many windows fit. Suppose that a kernel of three weights should look further, but you don't want to pay for more weights. Pull the weights apart and leave holes between them:

# %% show="dilated_kernels"
draw.dilated_kernels(
    lecture.kernel[:3, :3],
    caption="The same nine weights with dilation 1, 2 and 3. Dashed cells are holes: the pixels under them are not read.",
)

# %% show="predict_reach_of_a_dilated_kernel"
predict("reach_of_a_dilated_kernel")

# %% [markdown]
# The distance $d$ between neighbouring weights is called **dilation**; $d = 1$ is the kernel without holes. Between $K$ weights there are $K - 1$ gaps, so the kernel covers
#
# > $$R \;=\; d\,(K - 1) + 1$$
# >
# > $R$: **reach**, the pixels from the first weight to the last, both included · $d$: dilation · $K$: number of weights along this side.
#
# In the rule above, $R$ takes the place of $K$. Nothing else changes.
#
# Play with all four numbers. With stride 2 some pixels turn faint: no window reads them.

# %% show="explore_convolution_places"
explore.convolution_places(lecture.image, lecture.kernel)

# %% [markdown]
# **Exercise — `output_size`** · easy · about 10 minutes · 3 points
#
# Return the number of windows along one side, for any length, kernel, stride, padding and dilation. Where not even one window fits, raise a `ValueError`.
#
# *By hand first.* $n = 6$, kernel 2, stride 2, padding 2, dilation 2. The reach is $2 \cdot (2 - 1) + 1 = 3$, the padded side $6 + 4 = 10$. From the first window to the last there is room for $(10 - 3)/2 = 3.5$, so 3 steps: **4** windows.

# %% exercise="output_size"
def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """Number of windows of a kernel along one side of an image.

    n            int, at least 1   pixels along this side
    kernel_size  int, at least 1   weights along this side
    stride       int, at least 1   pixels from one window to the next
    padding      int, at least 0   zeros on each of the two ends
    dilation     int, at least 1   pixels from one weight to the next
    returns      int               at least 1

    Raises ValueError when not even one window fits.
    """
    ### BEGIN SOLUTION
    reach = dilation * (kernel_size - 1) + 1
    room = n + 2 * padding - reach
    if room < 0:
        raise ValueError(f"a reach of {reach} does not fit {n} pixels with padding {padding}")
    return room // stride + 1
    ### END SOLUTION

# %% check="output_size"
check("output_size")

# %% [markdown]
# *What just happened.* You have one function for every layer of every network in this course: it told you the size, or it told you that there is none. Stride divides a side by about $s$; dilation takes more of the border away; padding gives it back. That is the next question: what do you give back?

# %% [markdown]
# ## 2 · A frame of zeros
#
# Every 3 × 3 layer takes one pixel off each side. A small image is used up after a few layers. How can a layer keep the size?
#
# The lecture draws an 8 × 8 image inside a 10 × 10 one. The ring between them holds zeros: that is **padding**, here $p = 1$.

# %% show="padded_plane"
draw.padded_plane(
    lecture.image,
    padding=1,
    caption="8 × 8 pixels and a ring of zeros. Solid: the first 3 × 3 window; dashed: the last.",
)

# %% show="predict_size_inside_the_ring"
predict("size_inside_the_ring")

# %% [markdown]
# Two settings have names of their own. **Valid**: no padding, every window lies on real pixels, the image shrinks. **Same**: just as much padding as keeps the size at stride 1. For an odd kernel that is $p = d(K - 1)/2$ on each side: 1 for 3 × 3, 2 for 5 × 5. (An even kernel comes in section 3.)
#
# The frame needn't hold zeros. Where a layer looks for the *largest* number of a window (notebook 05), libraries fill it with $-\infty$, which never wins. And its four sides needn't be equally wide.
#
# **Exercise — `pad2d`** · easy · about 10 minutes · 2 points
#
# Put a frame around the *last two axes* of `x`, which may be one plane $(H, W)$, an image $(C, H, W)$ or a batch $(N, C, H, W)$. `padding` is one whole number for all sides, or four: (top, bottom, left, right).
#
# *By hand first.* $\begin{bmatrix}1&2&3\\4&5&6\end{bmatrix}$ with padding (1, 0, 2, 0) becomes $\begin{bmatrix}0&0&0&0&0\\0&0&1&2&3\\0&0&4&5&6\end{bmatrix}$: one row on top, two columns at the left.
#
# Two traps on the way: an array of whole numbers can't hold a frame of 0.5, and single precision can't hold every number of double precision. The result must hold `x` and `value` exactly as they are.
# `np.pad` is allowed here: you still have to tell it which axes grow. PyTorch's padding functions (`torch.nn.functional.pad`, `ZeroPad2d`, `ConstantPad2d`) know that by themselves and do the whole exercise, so they are off limits.

# %% exercise="pad2d"
def pad2d(x, padding, value=0.0):
    """A frame around the last two axes of an array.

    x        (..., H, W) array   whole numbers or floats, any view; any number of axes before the last two
    padding  int, or (top, bottom, left, right); each at least 0
    value    float               what the frame holds
    returns  (..., top + H + bottom, left + W + right) NumPy array whose dtype holds x exactly, and value, too

    x is left unchanged.
    """
    ### BEGIN SOLUTION
    top, bottom, left, right = (padding,) * 4 if isinstance(padding, int) else padding
    height, width = x.shape[-2:]
    kind = np.result_type(x.dtype, np.float32)  # a float type that can hold what x holds
    out = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value, dtype=kind)
    out[..., top : top + height, left : left + width] = x
    return out
    ### END SOLUTION

# %% check="pad2d"
check("pad2d")

# %% [markdown]
# A frame is a claim about what lies beyond the edge of the picture. Here are three claims about the same cat: it is black out there; it is grey; the world is mirrored.

# %% show="three_frames"
cat = datasets.photo("chelsea", gray=True, size=96)  # (96, 96), from 0 (black) to 1 (white)
yours(
    "pad2d",
    lambda pad2d: draw.photos(
        [pad2d(cat, 16, 0.0), pad2d(cat, 16, 0.5), np.pad(cat, 16, mode="reflect")],
        ["your frame of 0", "your frame of 0.5", "mirrored (np.pad)"],
        alt="A cat's photograph in three frames of 16 pixels: black, grey, and a mirror image "
        "of what lies inside.",
        caption="Whatever stands in the frame takes part in every window that touches the border.",
    ),
)

# %% [markdown]
# *What just happened.* Zeros are the usual choice because they add nothing to a sum. But "nothing" is black here, and a filter that looks for edges finds a strong one all around the picture. Section 5 measures how much a frame of zeros changes.

# %% [markdown]
# ## 3 · Who gets the odd zero?
#
# Two libraries load the same trained network, and one of them recognises a little less. Both pad, and all their maps have the same sizes. What can differ?
#
# Take $n = 8$ pixels, kernel 3, stride 2. "Same" can't mean 8 outputs any more; with a stride it means
#
# > $$m \;=\; \lceil n / s \rceil$$
# >
# > $m$: number of outputs · $n$: pixels · $s$: stride · $\lceil\cdot\rceil$ rounds up.
#
# Here $m = 4$. Four windows in steps of 2: if the first starts at 0, the last starts at 6 and needs pixels 6, 7 and 8. Pixel 8 doesn't exist. **One** zero is missing. Where would you put it?

# %% show="predict_where_the_odd_zero_goes"
predict("where_the_odd_zero_goes")

# %% show="one_zero_after"
draw.windows_in_a_row(
    lecture.image[0],
    kernel_size=3,
    stride=2,
    padding=(0, 1),
    title="zeros (0, 1): TensorFlow's “same”",
    caption="Four windows, starting at 0, 2, 4, 6.",
)

# %% show="one_zero_each_side"
draw.windows_in_a_row(
    lecture.image[0],
    kernel_size=3,
    stride=2,
    padding=(1, 1),
    title="zeros (1, 1): PyTorch with padding=1",
    caption="Also four windows, but each starts one pixel earlier, and the zero after the end is never read.",
)

# %% [markdown]
# Same size, other windows. PyTorch and TensorFlow are the two deep-learning libraries that you will meet most. PyTorch's layers put as many zeros as `padding` says on *both* sides; TensorFlow's "same" adds as few as possible and gives the odd one to the end. (PyTorch's word `padding='same'` follows TensorFlow's rule, but it is refused where there is a stride.) A network trained with one and run with the other reads each such layer shifted by one unit of the layer's input. That is one pixel of the picture in the first layer, two in the second, and $1 + 2 + 4 + 8 + 16 = 31$ pixels after five layers of stride 2.
#
# **TensorFlow's rule** in words. Let $t$ be the number of zeros that are missing when the first window starts at 0 and the last of $m$ windows starts at $(m - 1)\,s$ and reaches over $R$ pixels; none are missing if it ends on the image. Then
#
# > $$\text{before} = \lfloor t/2 \rfloor \qquad \text{after} = t - \text{before}$$
#
# Set the stride to 2, and hunt for the zeros yourself:

# %% show="explore_zeros_to_share"
explore.zeros_to_share()

# %% [markdown]
# **Exercise — `same_padding`** · medium · about 10 minutes · 3 points
#
# Return (before, after) for one side of an image, with TensorFlow's rule.
#
# *By hand first.* $n = 5$, kernel 3, stride 3, dilation 2. $m = \lceil 5/3 \rceil = 2$. The reach is 5. The second window starts at 3 and ends at pixel 7; the image ends at pixel 4. So $t = 3$: **(1, 2)**.
# And $n = 6$, kernel 2, stride 3: two windows, the second on pixels 3 and 4. Nothing is missing: **(0, 0)**.

# %% exercise="same_padding"
def same_padding(n, kernel_size, stride=1, dilation=1):
    """Zeros before and after one side of an image, so that ceil(n / stride) windows fit.

    n, kernel_size, stride, dilation   int, at least 1
    returns                            (before, after), two int: as few zeros as possible,
                                       the odd one after the end (TensorFlow's rule)
    """
    ### BEGIN SOLUTION
    windows = (n + stride - 1) // stride
    end = (windows - 1) * stride + dilation * (kernel_size - 1) + 1  # the first pixel after the last window
    missing = max(end - n, 0)
    return missing // 2, missing - missing // 2
    ### END SOLUTION

# %% check="same_padding"
check("same_padding")

# %% [markdown]
# *What just happened.* At stride 1 an odd kernel needs an even number of zeros and nobody notices the rule. At stride 2 an even side and a kernel of 3 always miss exactly one, and the two conventions part. A photograph of 224 × 224 pixels is such a case, with $t = 1$. NumPy has a third convention: *same* of notebook 02 gives the odd zero to the front.

# %% [markdown]
# ## 4 · Who sees the corner?
#
# The lecture prefers "same" for a second reason: without padding, information at the border "washes away", since the values there are used only once. Is that so? Count.
#
# A 3 × 3 kernel moves over the lecture's 9 × 9 image, without padding:

# %% show="predict_how_often_a_corner_is_used"
predict("how_often_a_corner_is_used")

# %% show="times_used"
draw.times_used(
    9,
    kernel_size=3,
    caption="In how many windows each pixel lies. Solid: the only window with the upper left pixel. "
    "Dashed: one of the nine with the middle pixel.",
)

# %% [markdown]
# Once is true for the **four corner pixels**. The other 28 pixels of the border ring lie in two windows (8 of them) or three (20). In the middle it is nine. So the lecture's sentence is right in its direction and too strong in its number, for one layer.
#
# Networks have more than one layer. Let's call one number of a map a **unit**: it *reads* the pixels, or the units of the layer below, that lie in its window. A **path** goes from a pixel to a unit that reads it, from there to a unit of the next layer that reads that one, and so on to the last layer.
# Here are two layers in one dimension, 9 → 7 → 5. The numbers count the paths from the pixel with the dot:

# %% show="paths_from_the_middle"
draw.layer_stack(
    9,
    lecture.two_layers,
    picked=(0, 4),  # level 0 is the input
    caption="From the middle pixel nine paths lead to the five units on top: 1 + 2 + 3 + 2 + 1.",
)

# %% [markdown]
# In two dimensions rows and columns each bring their factor: $9 \cdot 9 = 81$ paths from the middle pixel.

# %% show="predict_corner_after_two_layers"
predict("corner_after_two_layers")

# %% show="explore_border_paths"
explore.border_paths()

# %% [markdown]
# After two *valid* layers a corner pixel has 1 path and the middle one 81. After four layers on an 11 × 11 image it is 1 to 2601: 0.038 %. With *same* padding, the corner of that image keeps 19 %. Not 100 %: its windows are partly filled with zeros, and zeros tell nothing.
#
# *Do.* With two layers of 3 × 3, make the image 5 pixels wide, and let it grow until some pixel of the *valid* one has all of its 81 paths. At which size does that happen, and why there?
#
# *What just happened.* You checked a claim by counting, and made it sharper. A pixel's influence is not the same as its number of paths, since trained weights differ. But with no path there is no influence, and with one path everything hangs on a single product of weights.

# %% [markdown]
# ## 5 · The layer, whole
#
# You have written a one-dimensional layer with stride and padding, and in notebook 03 a two-dimensional one without. A network's layer has everything at once, for a batch of images. Where do the indices go?
#
# *By hand*: one image, one channel, one filter, padding 1, stride 2.

# %% show="layer_by_hand"
draw.layer_places(
    lecture.by_hand_image[0, 0],
    lecture.by_hand_kernel[0, 0],
    stride=2,
    padding=1,
    at=(1, 1),
    caption="The window of y[1, 1] starts 1 · 2 = 2 rows and 2 columns into the padded image. The image itself is counted from 0, its frame "
    "is row and column −1; so the window starts in row 1 and column 1.",
)

# %% [markdown]
# The upper left window holds three zeros and the 1: $5 \cdot 1 = 5$. Next to it stand 0, 0 and 2, 0: $3 \cdot 2 + 5 \cdot 0 = 6$. Below: $5 \cdot 2 = 10$. And the last one: $1 \cdot 1 + 2 \cdot 3 + 3 \cdot 0 + 5 \cdot 1 = 12$. In general:
#
# > $$y[n, f, i, j] \;=\; b[f] \;+\; \sum_{c=0}^{C-1}\; \sum_{k=0}^{K_h-1}\; \sum_{l=0}^{K_w-1} \tilde x[\,n,\; c,\;\; i\,s_h + k\,d_h,\;\; j\,s_w + l\,d_w\,]\;\; w[f, c, k, l]$$
# >
# > $\tilde x$: the images $x$, shape $(N, C, H, W)$, with $p_h$ rows of zeros above and below and $p_w$ columns left and right; it is counted from the corner of the frame, so that $\tilde x[n, c, p_h, p_w] = x[n, c, 0, 0]$ · $w$: shape $(F, C, K_h, K_w)$, the filters · $b$: shape $(F,)$, one bias for each filter · $y$: shape $(N, F, H', W')$, with $H', W'$ from section 1.
# > $s_h, d_h$: stride and dilation from row to row; $s_w, d_w$: from column to column. $n$ counts images, $f$ filters, $c$ channels, $(i, j)$ the place of the window, $(k, l)$ the place in the kernel.
#
# Read the index of $\tilde x$ aloud: *start of the window, plus steps inside it*. Stride belongs to the first, dilation to the second. No flip: it is cross-correlation, as in every deep-learning library.

# %% show="predict_cost_at_stride_two"
predict("cost_at_stride_two")

# %% [markdown]
# **Exercise — `conv2d`** · hard · about 30 minutes · 6 points
#
# Write the layer. `stride`, `padding` and `dilation` are one whole number or a pair (rows, columns), as in `torch.nn.Conv2d`. (Its `padding` may also be a word, `'same'` or `'valid'`; yours needn't know these.)
#
# A good order of work: turn every number into a pair; pad; make an array of zeros for the output; loop over the places (i, j), cut out the window of *all* images and channels (a slice with a step is a dilated window), multiply and sum. Add the bias at the end. Run the check after each step and see more examples turn right.
#
# Off limits is what slides a kernel over images in one call, since that is the layer: PyTorch's `conv2d`, `conv3d` and `conv_transpose2d` and the layers made of them, the correlations and convolutions of `scipy.signal` and `scipy.ndimage`.
# All smaller tools are allowed: `np.tensordot`, `np.einsum`, `sliding_window_view`, `Tensor.unfold`, `np.correlate` along a row, Fourier transforms. Single precision is exact enough.

# %% exercise="conv2d"
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Convolution layer on a batch of images with channels (cross-correlation, no flip).

    x         (N, C, H, W) array     whole numbers (bytes, too) or floats; any view, also one read backwards
    w         (F, C, KH, KW) array   F filters
    b         (F,) array             one bias for each filter, or None for no bias
    stride    int or (int, int)      at least 1; steps down and across
    padding   int or (int, int)      at least 0; rows of zeros above and below, columns left and right
    dilation  int or (int, int)      at least 1; pixels between weights, down and across
    returns   (N, F, H', W') NumPy array of floats; H' windows fit along the rows, W' along the columns

    Raises ValueError when x and w differ in channels, or when the kernel does not fit.
    x, w and b are left unchanged.
    """
    ### BEGIN SOLUTION
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    dh, dw = dilation if isinstance(dilation, tuple) else (dilation, dilation)
    N, C, H, W = x.shape
    F, channels, KH, KW = w.shape
    if channels != C:
        raise ValueError(f"the images have {C} channels, the filters are made for {channels}")
    reach_h, reach_w = dh * (KH - 1) + 1, dw * (KW - 1) + 1
    if reach_h > H + 2 * ph or reach_w > W + 2 * pw:
        raise ValueError(f"a reach of {reach_h} x {reach_w} does not fit {H + 2 * ph} x {W + 2 * pw}")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    y = np.zeros((N, F, (H + 2 * ph - reach_h) // sh + 1, (W + 2 * pw - reach_w) // sw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            top, left = i * sh, j * sw
            window = padded[:, :, top : top + reach_h : dh, left : left + reach_w : dw]  # (N, C, KH, KW)
            y[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3]))  # sums over channels and window
    if b is not None:
        y += b[:, np.newaxis, np.newaxis]  # (F, 1, 1): the same bias at every place
    return y
    ### END SOLUTION

# %% check="conv2d"
check("conv2d")

# %% [markdown]
# Here is the explorer of section 1 once more, with **your** layer inside. Where your numbers differ from the built-in ones, a sign says so.

# %% show="yours_in_the_explorer"
yours("conv2d", lambda conv2d: explore.convolution_places(lecture.image, lecture.kernel, conv2d))

# %% [markdown]
# Your layer at work: the Sobel kernel of notebook 03 with strides 1, 2 and 4. Each map is drawn at the same size; look at its number of pixels.

# %% show="yours_with_strides"
cat = datasets.photo("chelsea", gray=True, size=96)  # (96, 96)
yours(
    "conv2d",
    lambda conv2d: draw.photos(
        [cat]
        + [np.abs(conv2d(cat[None, None], lecture.sobel_x, stride=s)[0, 0]) / 2 for s in (1, 2, 4)],  # 2 is white
        ["the cat, 96 × 96", "stride 1: 94 × 94", "stride 2: 47 × 47", "stride 4: 24 × 24"],
        alt="A cat and the strength of its vertical edges at strides 1, 2 and 4: coarser and coarser, "
        "with 94, 47 and 24 pixels along a side.",
        caption="Strength of vertical edges, found by your conv2d; white is a strength of 2. "
        "Stride 4 keeps 576 of 8836 numbers.",
    ),
)

# %% [markdown]
# And the price of a frame of zeros. A 9 × 9 box blur with padding 4 keeps the size. In the corner of the picture only $5 \cdot 5 = 25$ of its 81 weights meet real pixels: even a white picture would come out at $25/81 = 0.31$ there.

# %% show="yours_blurred_to_the_border"
yours(
    "conv2d",
    lambda conv2d: draw.photos(
        [cat]
        + [conv2d(x[None, None], lecture.box_blur, padding=4)[0, 0] for x in (cat, np.ones((96, 96)))],
        ["the cat", "9 × 9 blur, padding 4", "the same for a white picture"],
        alt="The cat, the blurred cat with a dark border, and a white picture that turns dark "
        "towards its border.",
        caption="Same size, darker border: the zeros take part in every average there.",
    ),
)

# %% [markdown]
# *What just happened.* You wrote the operation that takes most of the time in every convolutional network. The photograph's outermost ring of pixels has a mean of 0.51; after the blur with zeros it has 0.28. A network can learn to live with such a frame, and even to use it: it tells a unit that the border is near. But it is information that nobody photographed.

# %% [markdown]
# ## 6 · How far does a unit see?
#
# A unit of the first layer reads 3 × 3 pixels. To recognise a cat, some unit must see the whole cat. How do networks get there with 3 × 3 kernels?
#
# By stacking: a unit of the second layer reads 3 × 3 = 9 units of the first, and each of these has read pixels of its own.

# %% show="predict_field_of_three_layers"
predict("field_of_three_layers")

# %% [markdown]
# Count in the stack, which shows one dimension. Click around: a unit opens the cone of everything it depends on below, and the cone of everything it influences above.

# %% show="explore_receptive_stack"
explore.receptive_stack()

# %% [markdown]
# The pixels from the first to the last that a unit depends on are its **receptive field**. (It is counted without an edge: as if the image went on beyond its borders.) How large is it? You need a second number on the way.
#
# *By hand*: three layers $(K, s, d)$: first (3, 2, 1), then again (3, 2, 1), then (3, 1, 3).
#
# - *Input.* A pixel sees itself: size 1. Neighbours stand 1 pixel apart: **jump** 1.
# - *Layer 1.* Three weights, two gaps of one jump: size $1 + 2 \cdot 1 = 3$. Stride 2: its neighbours stand 2 pixels apart, jump $1 \cdot 2 = 2$.
# - *Layer 2.* Its three weights lie on units that stand 2 pixels apart: size $3 + 2 \cdot 2 = 7$. Jump $2 \cdot 2 = 4$.
# - *Layer 3.* Weights 3 units apart, each 4 pixels: size $7 + 2 \cdot 3 \cdot 4 = 31$. Stride 1: the jump stays 4.

# %% [markdown]
# > $$r_l \;=\; r_{l-1} + (K_l - 1)\; d_l\; j_{l-1} \qquad\qquad j_l \;=\; j_{l-1}\; s_l \qquad\qquad r_0 = j_0 = 1$$
# >
# > $l = 1, 2, \dots$ counts layers · $r_l$: receptive field of a unit of layer $l$, in pixels along one side · $j_l$: jump, the distance of two neighbouring units of layer $l$, in pixels of the input · $K_l, s_l, d_l$: kernel size, stride and dilation of layer $l$.
#
# Note the index of $j_{l-1}$: what a layer adds depends on the jump *below* it. Its own stride works for the layers above.
#
# **Exercise — `receptive_field`** · medium · about 20 minutes · 4 points
#
# `layers` is a list of `(kernel_size, stride, dilation)`, first layer first. Return a list with one pair `(size, jump)` after each layer. For the stack above: `[(3, 2), (7, 4), (31, 4)]`. An empty list of layers gives an empty list.

# %% exercise="receptive_field"
def receptive_field(layers):
    """Receptive field and jump after each layer of a stack.

    layers   list of (kernel_size, stride, dilation), three int each, first layer first; may be empty
    returns  list of (size, jump), two int for each layer, in pixels of the input

    Padding plays no part: fields are counted as if the input had no edge. layers is left unchanged.
    """
    ### BEGIN SOLUTION
    size, jump = 1, 1
    found = []
    for kernel_size, stride, dilation in layers:
        size += (kernel_size - 1) * dilation * jump
        jump *= stride
        found.append((size, jump))
    return found
    ### END SOLUTION

# %% check="receptive_field"
check("receptive_field")

# %% [markdown]
# AlexNet slides windows in eight of its layers, five convolutions and three poolings. As (kernel, stride): 11, 4; then a pooling window 3, 2 (notebook 05; windows are windows); 5, 1; pooling 3, 2; three times 3, 1; pooling 3, 2.

# %% show="yours_on_alexnet"
def fields_of_alexnet(receptive_field):
    """Sizes and jumps along AlexNet, a line for each layer."""
    fields = zip(lecture.alexnet_names, receptive_field(lecture.alexnet), strict=False)
    return draw.note(
        "\n".join(f"{name}: sees {size} pixels, neighbours {jump} apart" for name, (size, jump) in fields)
    )


yours("receptive_field", fields_of_alexnet)

# %% [markdown]
# *What just happened.* The field grows to 195 of 227 pixels, and neighbours on top stand 32 pixels apart. Three 3 × 3 layers without stride see 7 pixels; doubling the dilation (1, 2, 4) they see 15, for the same number of weights; with stride 2 they see 15 as well, but on an eighth of the units per side. Depth adds, stride multiplies.

# %% [markdown]
# ## 7 · What does a layer cost?
#
# The first layers of VGG-16 (Simonyan and Zisserman 2015) look harmless: 64 filters of 3 × 3 on a photograph of 224 × 224 pixels, stride 1, padding 1. Three quite different bills come with it: for parameters, for memory, for arithmetic. Which are large?
#
# | quantity | rule | first layer, 3 channels in | second layer, 64 channels in |
# |---|---|---|---|
# | numbers in the output | $F \cdot H' \cdot W'$ | $64 \cdot 224 \cdot 224 = 3\,211\,264$ | 3 211 264 |
# | memory of the output | 4 bytes for each | 12.8 MB | 12.8 MB |
# | parameters | $F\,(C \cdot K_h \cdot K_w + 1)$ | $64 \cdot (27 + 1) = 1\,792$ | 36 928 |
# | multiply-adds | $F \cdot H' \cdot W' \cdot C \cdot K_h \cdot K_w$ | 86 704 128 | 1 849 688 064 |
#
# > $F$: filters · $C$: channels of the input · $K_h, K_w$: sides of the kernel · $H', W'$: sides of the output. A **multiply-add** is one product and its addition to a sum. A number in single precision (`float32`) takes 4 bytes; one MB is a million bytes. All for one image.
#
# The explorer opens on the first layer. Its scale is logarithmic: from one mark to the next everything is ten times as much.

# %% show="explore_cost_of_a_layer"
explore.cost_of_a_layer()

# %% [markdown]
# Few parameters, much memory, very much arithmetic: weights are shared, so each of them is used 50 176 times per image. (The lecture's table says "memory: 3.2M" for this layer. That counts numbers; in bytes it is four times as many.) While a network is trained, the outputs of all layers are kept for the way back (notebook 06), for every image of the batch. That is why photographs are made small early, by stride.
#
# **Exercise — `layer_cost`** · easy · about 10 minutes · 2 points
#
# Your turn, on paper or with Python as a calculator: AlexNet's first layer, 96 filters of 11 × 11 with biases, on one image of 3 × 227 × 227 in single precision, stride 4, no padding. Memory in bytes; a multiply-add counts once.
#
# *A smaller one by hand:* 2 filters of 3 × 3 on a grey image of 5 × 5, stride 1, no padding. Side 3; $2 \cdot 3 \cdot 3 = 18$ numbers; 72 bytes; $2 \cdot (9 + 1) = 20$ parameters; $18 \cdot 9 = 162$ multiply-adds.

# %% exercise="layer_cost"
### BEGIN SOLUTION
map_side = (227 - 11) // 4 + 1
output_numbers = 96 * map_side * map_side
output_bytes = 4 * output_numbers
parameters = 96 * (3 * 11 * 11 + 1)
multiply_adds = output_numbers * 3 * 11 * 11
### END SOLUTION

# %% check="layer_cost"
check("layer_cost")

# %% [markdown]
# *What just happened.* More than a hundred million multiply-adds from about 35 thousand parameters. With stride 1 in place of 4 they would be 15.6 times as many: nearly 4 · 4.

# %% [markdown]
# ## 8 · Audit: the picture that does not fit
#
# AlexNet's paper (Krizhevsky, Sutskever and Hinton 2012) says that the input is 224 × 224 and that the first layer has kernels of 11 × 11 with stride 4; its figure shows maps of 55 × 55. The lecture says 227. Who is right? Ask your function.

# %% show="yours_audits_alexnet"
def audit_alexnet(output_size):
    """Four ways to read AlexNet's first layer."""
    lines = []
    for n, p in [(224, 0), (227, 0), (224, 2)]:
        exact = (n + 2 * p - 11) / 4 + 1
        size = output_size(n, 11, 4, p)
        lines.append(f"{n} pixels, padding {p}: ({n} + 2·{p} − 11)/4 + 1 = {exact:g}, so {size}")
    windows = 1 + math.ceil((224 - 11) / 4)
    beyond = (windows - 1) * 4 + 11 - 224  # pixels from the border to the end of the last window
    assert (windows, beyond) == (55, 3)
    lines.append(f"224 pixels, rounded up: 1 + ⌈(224 − 11)/4⌉ = {windows}; the last window reaches {beyond} pixels past the border")
    return draw.note("\n".join(lines))


yours("output_size", audit_alexnet)

# %% [markdown]
# With the paper's 224 and no padding, $(224 - 11)/4 + 1 = 54.25$: rounded down 54, not 55. So the paper's numbers don't fit together by the rule of section 1, and the paper does not say what else was done. The source code that its authors published does: it rounds the number of windows *up*, $1 + \lceil (224 - 11)/4 \rceil = 55$, and the last window reaches 3 pixels past the border. With 227 pixels the rule gives 55 exactly, and that is what the lecture uses: the same windows, with the 3 pixels counted in. With 224 and padding 2 it gives 55 after rounding down; several later implementations do that.
# The point is not the three pixels. One line of arithmetic found a step that a very famous paper does not mention, and on which everyone who rebuilds the network has to decide. Do that line for every network you read about.

# %% [markdown]
# ## Recap
#
# | you can now | because of |
# |---|---|
# | give the size of any output, or say that there is none | `output_size`: $\lfloor (N + 2p - R)/s \rfloor + 1$ with the reach $R = d(K - 1) + 1$ |
# | frame an image, and share the zeros out | `pad2d`, `same_padding`: the odd zero goes after |
# | write the layer that networks use | `conv2d`: start of the window plus steps inside it |
# | say how far a unit sees | `receptive_field`: depth adds, stride multiplies |
# | say what a layer costs | `layer_cost`: parameters don't grow with the image, memory and arithmetic do |
#
# **Where it goes wrong most often**
#
# - Rounding up, or forgetting the + 1. From the first window to the last there are steps, and one window more than steps.
# - A size of 0 or −1 that nobody noticed, because `int(-0.5)` is 0.
# - `x[p:-p]` at $p = 0$: an empty slice.
# - Pairs read as (across, down). They are (rows, columns), like $(H, W)$.
# - An output array that takes its type from a whole-number image.
# - The jump of a layer used for its own receptive field: it belongs to the layers above.
#
# Now in your own words.

# %% [markdown] written="choosing_a_border"
# (a) Each valid 3 × 3 layer takes 2 off a side: 64 − 6 · 2 = 52, so the output is 52 × 52. The corner pixel lies in one window of the first layer, whose unit again is a corner: one path in all, against 9 per layer, 9^6 = 531 441, for a pixel in the middle. Everything the network could learn from the corner hangs on a single product of weights.
#
# (b) With same padding the output stays 64 × 64, so cells at the border get outputs of their own, and a corner pixel lies in 4 windows of each layer instead of 1. But the zeros claim that it is black beyond the edge, and that there is an edge all around the picture. Mirroring claims that the tissue goes on as its own mirror image: more likely for texture, but it shows half a cell as a whole one.
#
# (c) When no output may rest on invented pixels, as in a measurement; or when a large picture is cut into overlapping tiles, so that the missing neighbours are there in the next tile.

# %% [markdown]
# **To discuss** (not graded). A network with same padding is trained on pictures with a frame of zeros. Could a unit deep inside find out how far it is from the border? Should we want it to?
#
# **Further reading**
#
# - V. Dumoulin and F. Visin (2016). *A guide to convolution arithmetic for deep learning.* arXiv:1603.07285. Every combination of padding and stride as a picture.
# - F. Yu and V. Koltun (2016). Multi-scale context aggregation by dilated convolutions. *ICLR*. Dilation that doubles from layer to layer.
# - W. Luo, Y. Li, R. Urtasun and R. Zemel (2016). Understanding the effective receptive field in deep convolutional neural networks. *NIPS*. Why the middle of a field counts most; your paths are its first model.
# - M. A. Islam, S. Jia and N. D. B. Bruce (2020). How much position information do convolutional neural networks encode? *ICLR*. What zero padding tells a network.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton (2012). ImageNet classification with deep convolutional neural networks. *NIPS*.
# - K. Simonyan and A. Zisserman (2015). Very deep convolutional networks for large-scale image recognition. *ICLR*.
