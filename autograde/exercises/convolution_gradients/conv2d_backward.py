"""Exercise `conv2d_backward`: gradients of the two-dimensional layer over its whole contract.

The oracle is PyTorch's automatic differentiation. dx, dw and db earn their shares of the points apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import (
    CONVOLUTIONS_OF_IMAGES,
    GRADIENTS,
    layer_gradients,
    overflowing,
)
from helpers.checking.compare import parts


@exercise(points=6, difficulty="hard", minutes=40, compare=parts(names=("dx", "dw", "db"), shares=(3, 2, 1)))
def conv2d_backward(dout, x, w, stride=1, padding=0):
    """Gradients of the convolution layer by its input, its weights and its bias."""
    return layer_gradients(dout, x, w, stride, padding)


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def plain_case(
    numbers: Any,
    shape: tuple[int, int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: Any = 1,
    padding: Any = 0,
) -> Any:
    """A call with images of the given shape (N, C, H, W), filled by `numbers(size=…)`."""
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = (shape[2] + 2 * ph - kernel[0]) // sh + 1
    columns = (shape[3] + 2 * pw - kernel[1]) // sw + 1
    shapes = ((shape[0], filters, rows, columns), shape, (filters, shape[1], *kernel))
    return call(*(numbers(size=s) for s in shapes), stride=stride, padding=padding)


def layer_case(rng: np.random.Generator, *sizes: Any, **settings: Any) -> Any:
    """A call with numbers so large that y overflows: a gradient measured by differences is none."""
    return overflowing(plain_case(rng.normal, *sizes, **settings))


def shown(title: str, seed: int, shape: Any, filters: int, kernel: Any, **settings: Any) -> None:
    """A visible example with small whole numbers, none of them 0."""

    def digits(size: Any) -> np.ndarray:
        found = np.random.default_rng([seed, len(size), *size]).integers(-4, 6, size=size)
        return np.where(found > 0, found, found - 1).astype(float)

    made = plain_case(digits, shape, filters, kernel, **settings)
    conv2d_backward.example(title, *made.args, **made.kwargs)


IMAGE = np.array([[[[1.0, 4, 2], [5, 3, 0], [2, 6, 1]]]])
KERNEL = np.array([[[[1.0, 2], [3, 5]]]])

conv2d_backward.example(
    "one image, one channel, one filter", np.array([[[[1.0, -2], [4, 3]]]]), IMAGE, KERNEL
)
conv2d_backward.example(
    "fractions",
    np.array([[[[0.5, -0.25], [1.5, 0.1]]]]),
    IMAGE / 8 - 0.3,
    np.array([[[[0.3, -0.7], [1.2, 0.9]]]]),
)
shown("two images", 1, (2, 1, 2, 3), 1, (2, 2))
shown("two channels", 2, (1, 2, 2, 3), 1, (2, 2))
shown("two filters", 3, (1, 1, 2, 3), 2, (2, 2))
shown("two channels and two filters", 4, (1, 2, 2, 3), 2, (2, 2))
shown("two channels and three filters", 5, (1, 2, 2, 3), 3, (2, 2))
shown("an image that is not square", 6, (1, 1, 4, 3), 1, (2, 2))
shown("a kernel that is not square", 7, (1, 1, 3, 4), 1, (2, 3))
shown("stride 2", 8, (1, 1, 5, 5), 1, (3, 3), stride=2)
shown("stride 2, a row and a column left over", 9, (1, 1, 7, 7), 1, (4, 4), stride=2)
shown("stride 3, gaps between windows", 10, (1, 1, 5, 5), 1, (2, 2), stride=3)
shown("strides 1 down and 2 across", 11, (1, 1, 3, 5), 1, (2, 3), stride=(1, 2))
shown("padding 1", 12, (1, 1, 2, 2), 1, (2, 2), padding=1)
shown("padding 3 for rows, 0 for columns", 13, (1, 1, 2, 2), 1, (1, 2), padding=(3, 0))
shown("padding 0 for rows, 3 for columns", 19, (1, 1, 2, 2), 1, (2, 1), padding=(0, 3))
shown("pairs for stride and padding", 14, (1, 1, 4, 5), 1, (2, 3), stride=(2, 1), padding=(1, 0))
shown("a kernel that fits only with padding", 15, (1, 1, 2, 2), 1, (3, 3), padding=1)
shown("a kernel as large as the image", 16, (1, 1, 2, 2), 1, (2, 2))
shown("two images of two channels, one output each", 20, (2, 2, 2, 2), 1, (2, 2))
shown("a kernel of one", 17, (1, 1, 2, 3), 1, (1, 1))
conv2d_backward.example(
    "single precision", *(a.astype(np.float32) for a in (KERNEL / 4, IMAGE / 2, KERNEL[:, :, ::-1]))
)
conv2d_backward.example(
    "views, read backwards",
    KERNEL[:, :, ::-1, ::-1],
    IMAGE[:, :, ::-1],
    np.array([[[[4.0, -1], [2, 7]]]])[..., ::-1],
)
conv2d_backward.example(
    "numbers so large that y overflows",
    np.array([[[[1.0, -2], [4, 3]]]]),
    np.array([[[[1e200, 4e200, 2e200], [5e200, 3e200, 6e200], [2e200, 6e200, 1e200]]]]),
    np.array([[[[1e200, 2e200], [3e200, 5e200]]]]),
)
conv2d_backward.example(
    "numbers so large that y overflows, two filters",
    np.array([[[[1.0, -2]], [[4, 3]]]]),
    np.array([[[[1e200, 4e200, 2e200]]]]),
    np.array([[[[1e200, 2e200]]], [[[3e200, 5e200]]]]),
)
shown(
    "two images, two channels, three filters, stride 2, padding 1",
    18,
    (2, 2, 4, 4),
    3,
    (3, 3),
    stride=2,
    padding=1,
)


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
    yield layer_case(rng, (1, 2, 4, 2), 2, (2, 5), padding=(0, 2))


@conv2d_backward.cases
def strides_that_divide_or_do_not(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 7, 7), 3, (3, 3), stride=2, padding=1)
    yield layer_case(rng, (1, 3, 8, 8), 2, (3, 3), stride=3)
    yield layer_case(rng, (2, 1, 8, 9), 2, (2, 2), stride=3, padding=2)
    yield layer_case(rng, (1, 2, 9, 9), 1, (2, 2), stride=4)
    yield layer_case(rng, (1, 2, 9, 7), 2, (4, 4), stride=2)


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
    yield layer_case(rng, (1, 2, 2, 3), 2, (1, 2), padding=(3, 0))
    yield layer_case(rng, (2, 1, 3, 2), 1, (2, 1), padding=(0, 3))


@conv2d_backward.cases
def one_of_each(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (1, 1, 6, 5), 1, (3, 2), stride=2, padding=1)
    yield layer_case(rng, (1, 1, 1, 1), 1, (1, 1))
    yield layer_case(rng, (4, 1, 3, 3), 2, (2, 2))
    yield layer_case(rng, (1, 4, 3, 3), 1, (2, 2), padding=1)


@conv2d_backward.cases
def single_precision_and_views(rng: np.random.Generator) -> Iterator[Any]:
    single = plain_case(rng.normal, (2, 2, 5, 6), 3, (3, 2), stride=2, padding=1)
    yield call(*(a.astype(np.float32) for a in single.args), stride=2, padding=1)
    yield call(
        rng.normal(size=(4, 4, 3, 2)).T,
        1e200 * rng.uniform(1, 2, size=(2, 2, 6, 12))[:, :, :, ::2],
        1e200 * rng.uniform(1, 2, size=(3, 2, 3, 3))[:, ::-1, :, ::-1],
    )
    yield call(
        rng.normal(size=(2, 3, 3, 3))[::-1],
        1e200 * rng.uniform(1, 2, size=(6, 5, 2, 2)).T,
        1e200 * rng.uniform(1, 2, size=(2, 3, 3, 3)).transpose(1, 0, 3, 2),
        2,
        1,
    )


@conv2d_backward.alternative
def output_by_output(dout, x, w, stride=1, padding=0):
    sh, sw = pair(stride)
    ph, pw = pair(padding)
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(*dout.shape):
        g, top, left = dout[n, f, i, j], i * sh, j * sw
        dw[f] += g * padded[n, :, top : top + KH, left : left + KW]
        dpadded[n, :, top : top + KH, left : left + KW] += g * w[f]
    return dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))


conv2d_backward.edit(
    "dx_without_flip",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[f, :, ::-1, ::-1]",
    look="Which weight lies on the path from pixel (0, 0) to output (0, 0)? Which one stands in your dx[0, 0]?",
    wrong="Your dx is the one of a kernel turned the wrong way. Pixel (0, 0) met weight (0, 0) in output (0, 0); from a pixel to its "
    "outputs the weights run backwards. Slid over dout, the kernel is turned by 180°, along both axes.",
)
conv2d_backward.edit(
    "flips_rows_only",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[f, :, :, ::-1]",
    look="Which weight lies on the path from pixel (0, 0) to output (0, 0)? Which one stands in your dx[0, 0]?",
    wrong="In your dx the weights run the wrong way across. A turn by 180° reverses the rows of the kernel and its columns; yours "
    "reverses one of them.",
)
conv2d_backward.edit(
    "flips_columns_only",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[f, :, ::-1]",
    look="Which weight lies on the path from pixel (0, 0) to output (0, 0)? Which one stands in your dx[0, 0]?",
    wrong="In your dx the weights run the wrong way down. A turn by 180° reverses the rows of the kernel and its columns; yours reverses "
    "one of them.",
)
conv2d_backward.edit(
    "flips_all_axes",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[F - 1 - f, ::-1]",
    look="With one filter and one channel your dx is right. Which filter's weights stand in your dx?",
    wrong="In your dx filters and channels are in reverse order too. The kernel alone is turned: the last two axes of w.",
)
conv2d_backward.edit(
    "turns_filters_not_kernels",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[F - 1 - f, ::-1, ::-1, ::-1]",
    look="Which weight lies on the path from pixel (0, 0) to output (0, 0)? Which one stands in your dx[0, 0]?",
    wrong="In your dx filters and channels are in reverse order, and the kernels are not turned. It is the other way round: each kernel "
    "is turned by itself, and filters and channels stay where they are.",
    shown="two channels and two filters",
)
conv2d_backward.edit(
    "dx_with_transposed_kernel",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[f].transpose(0, 2, 1)",
    look="Which weight lies on the path from pixel (0, 1) to output (0, 0)? Which one stands in your dx[0, 1]?",
    wrong="Rows and columns of the kernel are exchanged in your dx. A turn by 180° reverses rows and columns; it doesn't swap them.",
)
conv2d_backward.edit(
    "crops_with_minus_p",
    of=output_by_output,
    replace="ph : ph + H, pw : pw + W",
    by="ph:-ph, pw:-pw",
    look="What is the shape of your dx?",
    wrong="Your dx is empty where there is no padding. `[p:-p]` is an empty slice for p = 0; `[p : p + H]` is right for every p.",
)
conv2d_backward.edit(
    "forgets_to_crop",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W]",
    by="dpadded",
    look="Compare the shape of your dx with that of x.",
    wrong="Your dx still holds the gradients of the padding. The zeros aren't part of x: cut them off on all four sides.",
)
conv2d_backward.edit(
    "one_padding_for_both_ways",
    of=output_by_output,
    replace="pw : pw + W",
    by="ph : ph + W",
    look="How many columns of zeros lie to the left of the image?",
    wrong="Your dx is cut to the left by the padding that is meant for rows. The pair is (rows, columns).",
)
conv2d_backward.edit(
    "flips_dw",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw[:, :, ::-1, ::-1]\n    return ",
    look="Which pixel stood under weight (0, 0) when output (0, 0) was computed? Is it in your dw[0, 0]?",
    wrong="Your dw is turned by 180°. Forward, weight (a, b) met pixel (i + a, j + b); so dw[a, b] collects just these pixels. Only dx has the turn.",
)
conv2d_backward.edit(
    "dw_with_channels_first",
    of=output_by_output,
    replace="dw, dout",
    by="dw.transpose(1, 0, 2, 3), dout",
    look="Compare the shape of your dw with that of w.",
    wrong="Your dw has channels first. A gradient has the shape of what it belongs to: (F, C, KH, KW), as w.",
)
conv2d_backward.edit(
    "ignores_the_padding_in_dw",
    of=output_by_output,
    replace="dw[f] += g * padded[n, :, top : top + KH, left : left + KW]",
    by="dw[f] += g * np.pad(x[n], ((0, 0), (0, 2 * ph), (0, 2 * pw)))[:, top : top + KH, left : left + KW]",
    look="Which pixel stood under weight (0, 0) when output (0, 0) was computed?",
    wrong="Your dw is the one of an image whose zeros all lie below and to the right. Half of them lie above and to the left: pixel (p, "
    "q) of x is pixel (p + ph, q + pw) of the padded image.",
)
conv2d_backward.edit(
    "db_averaged",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2, 3))",
    by="dout.mean(axis=(0, 2, 3))",
    look="Raise a bias by 1. How many outputs rise by 1, and what does each bring to the loss?",
    wrong="Your db is a mean. A bias is added to every output of its filter, and what they bring adds up: a sum over batch, rows and columns.",
)
conv2d_backward.edit(
    "db_for_every_position",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2, 3))",
    by="dout.sum(axis=0)",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db has a number for every position. One bias serves them all: their gradients add up, and db has shape (F,).",
)
conv2d_backward.edit(
    "db_for_every_image",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2, 3))",
    by="dout.sum(axis=(2, 3))",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db has a row for each image of the batch. One bias serves them all: their gradients add up, and db has shape (F,).",
)
conv2d_backward.edit(
    "db_one_number",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2, 3))",
    by="dout.sum()",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db is one number for all filters. Each filter has a bias of its own: db has shape (F,).",
)
conv2d_backward.edit(
    "ignores_the_stride",
    of=output_by_output,
    replace="i * sh, j * sw",
    by="i, j",
    look="Where does the window of output (0, 1) start?",
    wrong="Your windows move by 1. Output (i, j) read the pixels from (i · stride, j · stride) on; its gradient goes back to just those.",
)
conv2d_backward.edit(
    "one_stride_for_both_ways",
    of=output_by_output,
    replace="j * sw",
    by="j * sh",
    look="By how much do your windows move down, and by how much across?",
    wrong="Your windows move across by the stride that is meant for down. The pair is (down, across).",
)
conv2d_backward.edit(
    "swaps_the_strides_only",
    of=output_by_output,
    replace="i * sh, j * sw",
    by="i * sw, j * sh",
    look="By how much do your windows move down, and by how much across?",
    wrong="The two strides are swapped. The pair is (down, across): the first number goes with rows.",
)
conv2d_backward.edit(
    "swaps_the_paddings_only",
    of=output_by_output,
    replace="ph, pw = pair(padding)",
    by="pw, ph = pair(padding)",
    look="How many rows of zeros lie above the image, and how many columns of zeros to its left?",
    wrong="The two paddings are swapped. The pair is (rows, columns): the first number is for above and below.",
)
conv2d_backward.edit(
    "swaps_the_pairs",
    of=output_by_output,
    replace="sh, sw = pair(stride)\n    ph, pw = pair(padding)",
    by="sw, sh = pair(stride)\n    pw, ph = pair(padding)",
    look="How many rows of zeros lie above the image? By how much do the windows move down?",
    wrong="Both pairs are read as (across, down). They mean (down, across): the first number goes with rows.",
    shown="pairs for stride and padding",
)
conv2d_backward.edit(
    "needs_one_number_for_the_stride",
    of=output_by_output,
    replace="sh, sw = pair(stride)",
    by="sh = sw = stride",
    look="What is `stride` in this call?",
    wrong="Your function fails where the stride is a pair. It may be one number or a pair (down, across).",
)
conv2d_backward.edit(
    "needs_one_number_for_the_padding",
    of=output_by_output,
    replace="ph, pw = pair(padding)",
    by="ph = pw = padding",
    look="What is `padding` in this call?",
    wrong="Your function fails where the padding is a pair. It may be one number or a pair (rows, columns).",
)
conv2d_backward.edit(
    "needs_one_number_for_both_ways",
    of=output_by_output,
    replace="sh, sw = pair(stride)\n    ph, pw = pair(padding)",
    by="sh = sw = stride\n    ph = pw = padding",
    look="What are `stride` and `padding` in this call?",
    wrong="Your function fails where stride or padding is a pair. Each may be one number or a pair (down, across).",
)
conv2d_backward.edit(
    "size_from_the_output",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W]",
    by="dpadded[:, :, : (dout.shape[2] - 1) * sh + KH, : (dout.shape[3] - 1) * sw + KW][:, :, ph : ph + H, pw : pw + W]",
    look="What is the shape of your dx? What is the shape of x?",
    wrong="Your dx lacks the rows and columns at the end that no window reached. It has the shape of x; what no output read gets gradient 0.",
)
conv2d_backward.edit(
    "averages_over_the_batch",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw / N\n    return ",
    look="By what factor does your dw differ from the expected one?",
    wrong="Your dw is a mean over the batch. The loss adds up over the images of a batch, and so do the gradients; whoever wants a mean "
    "puts the 1/N into dout.",
)
conv2d_backward.edit(
    "averages_over_the_positions",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw / dout[0, 0].size\n    return ",
    look="By what factor does your dw differ from the expected one?",
    wrong="Your dw is a mean over the outputs. What a weight brings to the loss along its paths adds up.",
)
conv2d_backward.edit(
    "first_image_only",
    of=output_by_output,
    replace="np.ndindex(*dout.shape)",
    by="np.ndindex(1, *dout.shape[1:])",
    look="What does your dx hold for the second image?",
    wrong="Only the first image is in your dx and dw. dout and x hold a whole batch.",
)
conv2d_backward.edit(
    "last_image_only",
    of=output_by_output,
    replace="    return ",
    by="    dw[...] = 0\n    for f, i, j in np.ndindex(*dout.shape[1:]):\n        dw[f] += dout[-1, f, i, j] * padded[-1, :, i * sh : i * sh + KH, j * sw : j * sw + KW]\n    return ",
    look="Does your dw change when you leave the second image out? And the first?",
    wrong="Your dw holds the last image's share alone. All images use the same weights, and what they bring adds up.",
)
conv2d_backward.edit(
    "sums_dx_over_the_batch",
    of=output_by_output,
    replace="dpadded[n, :",
    by="dpadded[:, :",
    look="Do the two images of your dx differ?",
    wrong="Every image of your dx collects the gradients of all images. Each has its own; only weights and biases are shared by the batch.",
)
conv2d_backward.edit(
    "one_gradient_for_all_channels",
    of=output_by_output,
    replace="    return ",
    by="    dpadded[...] = dpadded.sum(axis=1, keepdims=True)\n    return ",
    look="Do the two channels of your dx differ?",
    wrong="Every channel of your dx collects what belongs to all channels. Each channel has weights of its own: dx sums over filters only.",
)
conv2d_backward.edit(
    "last_filter_only",
    of=output_by_output,
    replace="    return ",
    by="    dpadded[...] = 0\n    for n, i, j in np.ndindex(N, *dout.shape[2:]):\n        dpadded[n, :, i * sh : i * sh + KH, j * sw : j * sw + KW] += dout[n, -1, i, j] * w[-1]\n    return ",
    look="How many filters does a pixel feed? How many of them are in your dx?",
    wrong="Your dx holds what the last filter sends back, alone. A pixel goes into the outputs of all filters, and their gradients add up.",
)
conv2d_backward.edit(
    "keeps_the_last_of_all",
    of=output_by_output,
    replace="left + KW] += g * w[f]",
    by="left + KW] = g * w[f]",
    look="How many outputs does a pixel in the middle feed? How many of them are in your dx?",
    wrong="Your dx holds what the last output brought that a pixel fed, the last filter's last window. All that it fed counts, and adds up.",
)
conv2d_backward.edit(
    "returns_dw_first",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw",
    by="dw, dpadded[:, :, ph : ph + H, pw : pw + W]",
    look="Which shapes have your first and your second result?",
    wrong="Your first result is the gradient of w, and the second that of x. The order is (dx, dw, db).",
)
conv2d_backward.edit(
    "returns_db_first",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))",
    by="dout.sum(axis=(0, 2, 3)), dw, dpadded[:, :, ph : ph + H, pw : pw + W]",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (db, dw, dx). The order is (dx, dw, db).",
)
conv2d_backward.edit(
    "dx_measured_by_differences",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W]",
    by="np.where(np.isfinite(abs(x).max() * abs(w).max()), dpadded[:, :, ph : ph + H, pw : pw + W], np.nan)",
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="Your dx is NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer, and ∞ − ∞ "
    "is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
conv2d_backward.edit(
    "dx_and_dw_measured_by_differences",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw",
    by="np.where(np.isfinite(abs(x).max() * abs(w).max()), dpadded[:, :, ph : ph + H, pw : pw + W], np.nan), np.where(np.isfinite(abs(x).max() * abs(w).max()), dw, np.nan)",
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="Your dx and dw are NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer, and"
    " ∞ − ∞ is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
conv2d_backward.edit(
    "returns_db_before_dw",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))",
    by="dpadded[:, :, ph : ph + H, pw : pw + W], dout.sum(axis=(0, 2, 3)), dw",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (dx, db, dw). The order is (dx, dw, db).",
)
conv2d_backward.edit(
    "returns_dx_last",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))",
    by="dw, dout.sum(axis=(0, 2, 3)), dpadded[:, :, ph : ph + H, pw : pw + W]",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (dw, db, dx). The order is (dx, dw, db).",
)
conv2d_backward.edit(
    "returns_db_first_and_dw_last",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))",
    by="dout.sum(axis=(0, 2, 3)), dpadded[:, :, ph : ph + H, pw : pw + W], dw",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (db, dx, dw). The order is (dx, dw, db).",
)
conv2d_backward.edit(
    "size_from_the_output_without_padding",
    of=output_by_output,
    replace="dpadded[:, :, ph : ph + H, pw : pw + W]",
    by="dpadded[:, :, ph : (dout.shape[2] - 1) * sh + KH - ph, pw : (dout.shape[3] - 1) * sw + KW - pw]",
    look="What is the shape of your dx? What is the shape of x?",
    wrong="Your dx is as large as the outputs need it, (H' − 1) · stride + KH − 2 · padding. Where the stride leaves rows or columns "
    "over, x is larger: they have a place in dx too.",
)
conv2d_backward.edit(
    "cuts_fractions",
    of=output_by_output,
    replace="    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)\n    for n, f, i, j in np.ndindex(*dout.shape):\n        g, top, left = dout[n, f, i, j], i * sh, j * sw\n        dw[f] += g * padded[n, :, top : top + KH, left : left + KW]\n        dpadded[n, :, top : top + KH, left : left + KW] += g * w[f]\n",
    by="    dpadded, dw = np.zeros(padded.shape, int), np.zeros(w.shape, int)\n    for n, f, i, j in np.ndindex(*dout.shape):\n        g, top, left = dout[n, f, i, j], i * sh, j * sw\n        dw[f] += (g * padded[n, :, top : top + KH, left : left + KW]).astype(int)\n        dpadded[n, :, top : top + KH, left : left + KW] += (g * w[f]).astype(int)\n",
    look="Which numbers behind the decimal point do your gradients hold?",
    wrong="Your dx and dw are made of whole numbers, with the fractions cut off. Gradients may have fractions.",
    shown="fractions",
)


@conv2d_backward.misconception(
    look="How many outputs does a pixel in the middle feed? How many of them are in your dx?",
    wrong="Where windows overlap, your dx holds what the last of them brought. All outputs that a pixel fed count, and add up.",
)
def assigns_in_overlaps(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    KH, KW = w.shape[2:]
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = np.s_[:, :, i * sh : i * sh + KH, j * sw : j * sw + KW]
            dx[window] = np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
            dw += np.einsum("nf,ncab->fcab", dout[:, :, i, j], padded[window])
    return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="How far apart do the windows of two neighbouring outputs start? How many zeros belong between them?",
    wrong="Your dx is the one of outputs that lie stride + 1 pixels apart. Between neighbours of the upstream gradient belong stride − 1 zeros.",
)
def spreads_too_far(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = x.shape
    Ho, Wo = dout.shape[2:]
    KH, KW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx = np.zeros((N, C, H + 2 * ph + Ho + KH, W + 2 * pw + Wo + KW))
    dw = np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            top, left = i * (sh + 1), j * (sw + 1)
            dx[:, :, top : top + KH, left : left + KW] += np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
            window = padded[:, :, i * sh : i * sh + KH, j * sw : j * sw + KW]
            dw += np.einsum("nf,ncab->fcab", dout[:, :, i, j], window)
    return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="Which weights lie between filter 0 and channel 1?",
    wrong="Filters and channels have changed places in your dx: w[c, f] stands where w[f, c] belongs. Where their numbers differ this even fails.",
)
def swaps_filters_and_channels(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(*dout.shape):
        rows, columns = slice(i * sh, i * sh + KH), slice(j * sw, j * sw + KW)
        for c in range(C):
            dx[n, c, rows, columns] += dout[n, f, i, j] * w[c, f]
        dw[f] += dout[n, f, i, j] * padded[n, :, rows, columns]
    return dx[:, :, ph : ph + H, pw : pw + W], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What is the shape of your dw? How many weights has a kernel?",
    wrong="Your dw is larger than w: it has places for weights that don't exist, where the stride leaves rows or columns over. It has the shape "
    "of w: its first KH rows and KW columns.",
)
def dw_larger_than_w(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, F, Ho, Wo = dout.shape
    KH, KW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx = np.zeros(padded.shape)
    for i in range(Ho):
        for j in range(Wo):
            window = np.s_[:, :, i * sh : i * sh + KH, j * sw : j * sw + KW]
            dx[window] += np.einsum("nf,fcab->ncab", dout[:, :, i, j], w)
    spread = np.zeros((N, F, (Ho - 1) * sh + 1, (Wo - 1) * sw + 1))
    spread[:, :, ::sh, ::sw] = dout
    dw = np.einsum("nfij,ncabij->fcab", spread, sliding_window_view(padded, spread.shape[2:], axis=(2, 3)))
    return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))


@conv2d_backward.misconception(
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="All your gradients are NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer,"
    " and ∞ − ∞ is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
def measured_by_differences(dout, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)

    def layer(x, w, b):
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        windows = sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
        return np.einsum("ncijab,fcab->nfij", windows, w) + b[:, None, None]

    def slopes(loss, a):
        measured = np.zeros(a.shape)
        for at in np.ndindex(*a.shape):
            step = np.zeros(a.shape)
            step[at] = 1
            measured[at] = (loss(a + step) - loss(a - step)) / 2
        return measured

    b = np.zeros(len(w))
    with np.errstate(all="ignore"):
        return (
            slopes(lambda a: np.sum(dout * layer(a, w, b)), x),
            slopes(lambda a: np.sum(dout * layer(x, a, b)), w),
            slopes(lambda a: np.sum(dout * layer(x, w, a)), b),
        )


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


conv2d_backward.off_limits(*CONVOLUTIONS_OF_IMAGES, *GRADIENTS)
