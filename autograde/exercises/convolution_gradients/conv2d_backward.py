"""Exercise `conv2d_backward`: gradients of the two-dimensional layer over its whole contract.

The oracle is PyTorch's automatic differentiation. dx, dw and db earn their shares of the points apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import CONVOLUTIONS, GRADIENTS, layer_gradients
from helpers.checking.compare import parts


@exercise(points=6, difficulty="hard", minutes=40, compare=parts(names=("dx", "dw", "db"), shares=(3, 2, 1)))
def conv2d_backward(dout, x, w, stride=1, padding=0):
    """Gradients of the convolution layer by its input, its weights and its bias."""
    return layer_gradients(dout, x, w, stride, padding)


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def layer_case(
    rng: np.random.Generator,
    shape: tuple[int, int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: Any = 1,
    padding: Any = 0,
    whole: bool = False,
) -> Any:
    """A call with images of the given shape (N, C, H, W); `whole` numbers are easier to read in a hint."""
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = (shape[2] + 2 * ph - kernel[0]) // sh + 1
    columns = (shape[3] + 2 * pw - kernel[1]) // sw + 1
    shapes = ((shape[0], filters, rows, columns), shape, (filters, shape[1], *kernel))
    if whole:
        arrays = [rng.integers(-3, 6, size=s).astype(float) for s in shapes]
    else:
        arrays = [rng.normal(size=s) for s in shapes]
    return call(*arrays, stride=stride, padding=padding)


def shown(title: str, seed: int, shape: Any, filters: int, kernel: Any, **settings: Any) -> None:
    """A visible example with small whole numbers."""
    made = layer_case(np.random.default_rng(seed), shape, filters, kernel, whole=True, **settings)
    conv2d_backward.example(title, *made.args, **made.kwargs)


IMAGE = np.array([[1.0, 0, 2, 1], [0, 3, 0, 1], [2, 0, 1, 0], [1, 1, 0, 2]])

conv2d_backward.example(
    "one channel, one filter, padding 1",
    np.array([[[[1.0, 0, -1, 2, 0], [0, 2, 1, 0, 1], [3, 0, 0, 1, -1], [1, -2, 1, 0, 2], [0, 1, 0, 3, 1]]]]),
    IMAGE[None, None],
    np.array([[[[1.0, 2], [3, 5]]]]),
    padding=1,
)
conv2d_backward.example(
    "the same image, no padding",
    np.array([[[[1.0, 0, -1], [0, 2, 1], [3, 0, 4]]]]),
    IMAGE[None, None],
    np.array([[[[1.0, 2], [3, 5]]]]),
)
shown("two channels, two filters", 1, (1, 2, 3, 4), 2, (2, 2))
shown("6 × 6, kernel 3, stride 2, padding 1, three filters", 2, (2, 2, 6, 6), 3, (3, 3), stride=2, padding=1)
shown("a rectangle with pairs", 3, (1, 1, 5, 6), 2, (2, 3), stride=(3, 2), padding=(1, 0))


@conv2d_backward.cases(weight=2)
def without_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 3, 6, 6), 4, (3, 3))
    yield layer_case(rng, (1, 1, 4, 4), 1, (4, 4))
    yield layer_case(rng, (3, 2, 5, 5), 1, (1, 1))
    yield layer_case(rng, (2, 2, 7, 7), 3, (3, 3), stride=2)


@conv2d_backward.cases
def with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 3, 5, 5), 2, (3, 3), padding=1)
    yield layer_case(rng, (1, 2, 4, 5), 3, (3, 3), padding=2)
    yield layer_case(rng, (2, 1, 3, 3), 1, (5, 5), padding=1)


@conv2d_backward.cases
def strides_that_divide_or_do_not(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 7, 7), 3, (3, 3), stride=2, padding=1)
    yield layer_case(rng, (1, 3, 8, 8), 2, (3, 3), stride=3)
    yield layer_case(rng, (2, 1, 8, 9), 2, (2, 2), stride=3, padding=2)
    yield layer_case(rng, (1, 2, 9, 9), 1, (2, 2), stride=4)


@conv2d_backward.cases
def rectangles(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 5, 8), 3, (3, 2))
    yield layer_case(rng, (1, 3, 7, 4), 2, (1, 4), padding=1)
    yield layer_case(rng, (2, 1, 4, 9), 2, (4, 1), stride=2)


@conv2d_backward.cases
def pairs(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 6, 7), 3, (2, 3), stride=(2, 1), padding=(0, 1))
    yield layer_case(rng, (1, 2, 8, 5), 2, (3, 2), stride=(3, 2), padding=(2, 0))
    yield layer_case(rng, (2, 3, 5, 6), 1, (3, 3), stride=(1, 3), padding=(1, 2))


@conv2d_backward.cases
def one_of_each(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (1, 1, 6, 5), 1, (3, 2), stride=2, padding=1)
    yield layer_case(rng, (1, 1, 1, 1), 1, (1, 1))
    yield layer_case(rng, (4, 1, 3, 3), 2, (2, 2))
    yield layer_case(rng, (1, 4, 3, 3), 1, (2, 2), padding=1)


@conv2d_backward.cases
def single_precision_and_views(rng: np.random.Generator) -> Iterator[Any]:
    single = layer_case(rng, (2, 2, 5, 6), 3, (3, 2), stride=2, padding=1)
    yield call(*(a.astype(np.float32) for a in single.args), stride=2, padding=1)
    yield call(
        rng.normal(size=(4, 4, 3, 2)).T,
        rng.normal(size=(2, 2, 6, 12))[:, :, :, ::2],
        rng.normal(size=(3, 2, 3, 3))[:, ::-1, :, ::-1],
    )
    yield call(
        rng.normal(size=(2, 3, 3, 3))[::-1],
        rng.normal(size=(6, 5, 2, 2)).T,
        rng.normal(size=(2, 3, 3, 3)).transpose(1, 0, 3, 2),
        2,
        1,
    )


def gradients_of_padded(dout, x, w, stride, padding):
    """Gradient of the padded images, window by window, and of the weights."""
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    KH, KW = w.shape[2:]
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, columns = slice(i * sh, i * sh + KH), slice(j * sw, j * sw + KW)
            dx[:, :, rows, columns] += np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
            dw += np.einsum("nf,ncab->fcab", dout[:, :, i, j], padded[:, :, rows, columns])
    return dx, dw


def cropped(dx, x, padding):
    """The padded gradient without its padding."""
    ph, pw = pair(padding)
    return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


@conv2d_backward.misconception(
    look="Look at dx. Which weight lies on the path from pixel (0, 0) to output (0, 0)? And from pixel (1, 1)?",
    wrong="Your dx uses the kernel as it stands. From one pixel to its outputs the weights run backwards, so the kernel must be turned by 180°, both axes.",
)
def dx_without_flip(dout, x, w, stride=1, padding=0):
    dx, _ = gradients_of_padded(dout, x, w[:, :, ::-1, ::-1], stride, padding)
    _, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="dw and db are right. Transpose your kernel and compare dx again.",
    wrong="Your dx uses the transposed kernel. A turn by 180° reverses rows and columns; it doesn't swap them.",
)
def dx_with_transposed_kernel(dout, x, w, stride=1, padding=0):
    _, dw = gradients_of_padded(dout, x, w, stride, padding)
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    dx = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw))
    turned = w.transpose(0, 1, 3, 2)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            top, left = i * sh, j * sw
            window = dx[:, :, top : top + turned.shape[2], left : left + turned.shape[3]]
            window += np.einsum("nf,fcab->ncab", dout[:, :, i, j], turned)[
                :, :, : window.shape[2], : window.shape[3]
            ]
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Which examples fail, those with padding or those without? What does NumPy make of `a[0:-0]`?",
    wrong="You cut the padding off with `[p:-p]`. With p = 0 that is `[0:0]`: an empty slice, and a dx without a single pixel. "
    "Cut with `[p : p + H]`, which is right for every p.",
)
def crops_with_minus_p(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    ph, pw = pair(padding)
    return dx[:, :, ph:-ph, pw:-pw], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Compare the shape of dx with that of x where there is padding.",
    wrong="Your dx still holds the gradients of the padding. Those zeros aren't part of x: cut them off on all four sides.",
)
def forgets_to_crop(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx, dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="dx and db are right. Which pixel stood under weight (0, 0) when output (0, 0) was computed? Is it in your sum for dw[0, 0]?",
    wrong="Your dw is turned by 180°. Forward, weight (a, b) met pixel (i + a, j + b); so dw[a, b] collects just these pixels. Only dx needs the flip.",
)
def flips_dw(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw[:, :, ::-1, ::-1], dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="With two channels and two filters: which weights lie between filter 0 and channel 1?",
    wrong="In dx you take w[c, f] where w[f, c] is needed: filters and channels changed places. Where their numbers differ this even fails.",
)
def swaps_filters_and_channels(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    dx = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            for f in range(F):
                for c in range(C):
                    dx[:, c, i * sh : i * sh + KH, j * sw : j * sw + KW] += (
                        dout[:, f, i, j, None, None] * w[c, f]
                    )
    _, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Compare the shape of dw with that of w where filters and channels differ in number.",
    wrong="Your dw has channels first. A gradient has the shape of what it belongs to: (F, C, KH, KW), as w.",
)
def dw_with_channels_first(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw.transpose(1, 0, 2, 3), dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Raise a bias by 1. How many outputs rise by 1, and what does each contribute to the loss?",
    wrong="You averaged for db. A bias is added to every output of its filter, and all of them contribute: sum over batch, rows and columns.",
)
def db_averaged(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw, dout.mean(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What is the shape of your db? How many biases has the layer?",
    wrong="You summed dout over the batch only and kept the positions. One bias serves all positions, so sum over them too: db has shape (F,).",
)
def db_for_every_position(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw, dout.sum(axis=0)


@conv2d_backward.misconception(
    look="Only strides above 1 fail. Where does the window of output (0, 1) start?",
    wrong="Your windows move by 1. Output (i, j) read the pixels from (i · stride, j · stride) on; its gradient goes back to just those.",
)
def ignores_the_stride(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, 1, padding)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Which of the two numbers of a pair moves the window down?",
    wrong="You swapped the members of the pair. The first belongs to the rows (down), the second to the columns (across), as in an array's shape.",
)
def swaps_the_pair(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    KH, KW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pw, pw), (ph, ph)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = np.s_[:, :, i * sw : i * sw + KH, j * sh : j * sh + KW]
            dx[window] += np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
            dw += np.einsum("nf,ncab->fcab", dout[:, :, i, j], padded[window])
    return cropped(dx, x, (pw, ph)), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="How many outputs does a pixel in the middle feed? How many of them does your dx hear from?",
    wrong="You assign to dx where windows overlap, so only the last output counts. Contributions add up: `+=`.",
)
def assigns_in_overlaps(dout, x, w, stride=1, padding=0):
    sh, sw = pair(stride)
    KH, KW = w.shape[2:]
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    dx[...] = 0
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            back = np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
            dx[:, :, i * sh : i * sh + KH, j * sw : j * sw + KW] = back
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What is the shape of your dx where the stride leaves rows or columns over?",
    wrong="You worked the size of dx out backwards from dout, and lost the rows and columns that no window reached. Take the shape of x; "
    "what no output read gets gradient 0.",
)
def size_from_the_output(dout, x, w, stride=1, padding=0):
    sh, sw = pair(stride)
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    height = (dout.shape[2] - 1) * sh + w.shape[2]
    width = (dout.shape[3] - 1) * sw + w.shape[3]
    return cropped(dx[:, :, :height, :width], x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What is the shape of your dw where the stride leaves rows or columns over?",
    wrong="You slide the spread-out dout over all of the padded image, and get places for weights that don't exist. dw has the shape of w: "
    "keep its first KH rows and KW columns.",
)
def dw_larger_than_w(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    dx, _ = gradients_of_padded(dout, x, w, stride, padding)
    N, F, Ho, Wo = dout.shape
    spread = np.zeros((N, F, (Ho - 1) * sh + 1, (Wo - 1) * sw + 1))
    spread[:, :, ::sh, ::sw] = dout
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = sliding_window_view(padded, spread.shape[2:], axis=(2, 3))
    dw = np.einsum("nfij,ncabij->fcab", spread, windows)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Does dw change when you leave the second image out?",
    wrong="You average over the batch. The loss adds up over the images of a batch; whoever wants a mean puts the 1/N into dout.",
)
def averages_over_the_batch(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw / len(x), dout.sum(axis=(0, 2, 3)) / len(x)


@conv2d_backward.misconception(
    look="Which image does your dw come from?",
    wrong="Your dw and db hold the last image's share only: each image overwrites the one before. Add them up over the batch.",
)
def last_image_only(dout, x, w, stride=1, padding=0):
    dx, _ = gradients_of_padded(dout, x, w, stride, padding)
    for n in range(len(x)):
        _, dw = gradients_of_padded(dout[n : n + 1], x[n : n + 1], w, stride, padding)
        db = dout[n].sum(axis=(1, 2))
    return cropped(dx, x, padding), dw, db


@conv2d_backward.misconception(
    look="dw and db are right, and dx looks like one channel repeated. Which channels can tell from the weights what each of them contributed?",
    wrong="You summed over the channels in dx, so that all channels get the same gradient. Each channel has weights of its own: dx[n, c] sums over filters only.",
)
def one_gradient_for_all_channels(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    dx[...] = dx.sum(axis=1, keepdims=True)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What does your function do with a pair?",
    wrong="You use stride and padding as single numbers. Each may be a pair (down, across): make pairs of both in the first lines, `sh, sw = …`.",
)
def takes_single_numbers_only(dout, x, w, stride=1, padding=0):
    np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return cropped(dx, x, padding), dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Examples without padding fail, and the one with pairs. What does NumPy make of `a[0:-0]`?",
    wrong="You cut the padding off with `[p:-p]`. With p = 0 that is `[0:0]`: an empty slice, and a dx without a single pixel. "
    "Cut with `[p : p + H]`, which is right for every p. And stride and padding may be pairs (down, across).",
)
def crops_with_minus_p_and_takes_single_numbers(dout, x, w, stride=1, padding=0):
    np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx[:, :, padding:-padding, padding:-padding], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.alternative
def seven_plain_loops(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(F)
    for n, f, i, j in np.ndindex(*dout.shape):
        g = dout[n, f, i, j]
        db[f] += g
        for a in range(KH):
            for b in range(KW):
                p, q = i * sh + a - ph, j * sw + b - pw
                if 0 <= p < H and 0 <= q < W:
                    for c in range(C):
                        dx[n, c, p, q] += g * w[f, c, a, b]
                        dw[f, c, a, b] += g * x[n, c, p, q]
    return dx, dw, db


@conv2d_backward.alternative
def image_by_image_and_filter_by_filter(dout, x, w, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="constant")
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(w.shape[0])
    KH, KW = w.shape[2], w.shape[3]
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            db[f] += dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    top, left = i * sh, j * sw
                    dw[f] += dout[n, f, i, j] * padded[n, :, top : top + KH, left : left + KW]
                    dpadded[n, :, top : top + KH, left : left + KW] += dout[n, f, i, j] * w[f]
    return dpadded[:, :, ph : padded.shape[2] - ph, pw : padded.shape[3] - pw], dw, db


@conv2d_backward.alternative
def by_kernel_offset(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape, w.dtype)
    Ho, Wo = dout.shape[2:]
    for a in range(w.shape[2]):
        for b in range(w.shape[3]):
            under = np.s_[:, :, a : a + (Ho - 1) * sh + 1 : sh, b : b + (Wo - 1) * sw + 1 : sw]
            dw[:, :, a, b] = np.tensordot(dout, padded[under], axes=([0, 2, 3], [0, 2, 3]))
            dx[under] += np.einsum("nfij,fc->ncij", dout, w[:, :, a, b])
    return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum((0, 2, 3))


@conv2d_backward.alternative
def dilated_dout_and_turned_kernel(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, F, Ho, Wo = dout.shape
    H, W = x.shape[2:]
    KH, KW = w.shape[2:]
    spread = np.zeros((N, F, H + 2 * ph + KH - 1, W + 2 * pw + KW - 1))
    spread[:, :, KH - 1 : KH + (Ho - 1) * sh : sh, KW - 1 : KW + (Wo - 1) * sw : sw] = dout
    windows = sliding_window_view(spread, (KH, KW), axis=(2, 3))
    dx = np.einsum("nfijab,fcab->ncij", windows, w[:, :, ::-1, ::-1])
    seen = sliding_window_view(np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))), (KH, KW), axis=(2, 3))
    dw = np.einsum("nfij,ncijab->fcab", dout, seen[:, :, ::sh, ::sw][:, :, :Ho, :Wo])
    return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.alternative
def through_columns_and_add_at(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    Ho, Wo = dout.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows = np.arange(KH)[:, None, None, None] + sh * np.arange(Ho)[None, None, :, None]
    columns = np.arange(KW)[None, :, None, None] + sw * np.arange(Wo)[None, None, None, :]
    flat = dout.reshape(N, F, -1)
    cols = padded[:, :, rows, columns].reshape(N, C * KH * KW, -1)
    dw = np.einsum("nfl,nkl->fk", flat, cols).reshape(w.shape)
    back = np.einsum("fk,nfl->nkl", w.reshape(F, -1), flat).reshape(N, C, KH, KW, Ho, Wo)
    dx = np.zeros_like(padded)
    np.add.at(dx, (slice(None), slice(None), rows, columns), back)
    return dx[:, :, ph : ph + H, pw : pw + W], dw, flat.sum(axis=(0, 2))


conv2d_backward.off_limits(*CONVOLUTIONS, *GRADIENTS)
