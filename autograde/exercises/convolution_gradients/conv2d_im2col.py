"""Exercise `conv2d_im2col`: the layer, right and at least 20 times as fast as four nested loops. Any right way counts.

The oracle is PyTorch's convolution; the loops stand in helpers.checking.references and in the notebook's statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise, fixture
from autograde.exercises.convolution_gradients.common import CONVOLUTIONS_OF_IMAGES
from helpers.checking.compare import close


@exercise(points=3, difficulty="medium", minutes=20, compare=close(check_dtype=False))
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    """The convolution layer as one matrix product, right and fast."""
    import torch

    if w.shape[2] > x.shape[2] + 2 * padding or w.shape[3] > x.shape[3] + 2 * padding:
        raise ValueError(f"kernel {w.shape[2:]} does not fit image {x.shape[2:]} with padding {padding}")
    kind = np.float32 if x.dtype == w.dtype == np.float32 else np.float64
    arrays = [None if a is None else torch.from_numpy(np.array(a, dtype=kind, order="C")) for a in (x, w, b)]
    return torch.nn.functional.conv2d(*arrays, stride=stride, padding=padding).numpy()


NINE = np.arange(1.0, 10).reshape(1, 1, 3, 3)
DISTINCT = np.array([[[[1.0, 2], [3, 5]]]])
SIXTEEN = np.array([[[[3.0, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8], [9, 7, 9, 3]]]])
TWELVE = np.array([[[[2.0, 7, 1, 8], [2, 8, 1, 8], [2, 8, 4, 5]]]])
EIGHT = np.arange(1.0, 9).reshape(1, 1, 2, 4)
TWO_IMAGES = np.array([[[[1.0, 4, 2], [0, 3, 5]]], [[[6, 1, 0], [2, 7, 3]]]])
TWO_CHANNELS = np.array([[[[1.0, 4, 2], [0, 3, 5]], [[6, 1, 0], [2, 7, 3]]]])
TWO_FILTERS = np.array([[[[1.0, 2], [3, 5]]], [[[-1, 0], [4, 2]]]])
FILTER_OF_TWO_CHANNELS = np.array([[[[1.0, 2], [3, 5]], [[2, -1], [0, 4]]]])
A_BATCH = np.random.default_rng(4).integers(-2, 5, size=(2, 2, 4, 5)).astype(float)
THREE_FILTERS = np.random.default_rng(5).integers(-2, 4, size=(3, 2, 2, 3)).astype(float)

conv2d_im2col.example("nine pixels, one filter", NINE, DISTINCT)
conv2d_im2col.example("a bias", NINE, DISTINCT, np.array([0.5]))
conv2d_im2col.example(
    "fractions and negative numbers", NINE / 4 - 1, np.array([[[[0.5, -1], [-0.25, 2]]]]), np.array([-0.125])
)
conv2d_im2col.example("two images", TWO_IMAGES, DISTINCT)
conv2d_im2col.example("two channels", TWO_CHANNELS, FILTER_OF_TWO_CHANNELS)
conv2d_im2col.example("two filters", NINE, TWO_FILTERS)
conv2d_im2col.example("a bias for each of two filters", NINE, TWO_FILTERS, np.array([10.0, -20]))
conv2d_im2col.example("an image that is not square", TWELVE, DISTINCT)
conv2d_im2col.example("a kernel that is not square", SIXTEEN, np.array([[[[1.0, -2, 4], [3, 0, 5]]]]))
conv2d_im2col.example("stride 2", SIXTEEN, DISTINCT, stride=2)
conv2d_im2col.example("stride 2, a row and a column left over", NINE, DISTINCT, stride=2)
conv2d_im2col.example("padding 1", NINE, DISTINCT, padding=1)
conv2d_im2col.example(
    "a kernel that fits only with padding",
    np.array([[[[1.0], [4], [2]]]]),
    np.arange(1.0, 9).reshape(1, 1, 4, 2),
    padding=1,
)
conv2d_im2col.example("a kernel as large as the image", NINE, np.arange(9.0, 0, -1).reshape(1, 1, 3, 3))
conv2d_im2col.example("a kernel of one", NINE, np.array([[[[3.0]]]]))
conv2d_im2col.example(
    "three channels and four filters, a kernel of one",
    np.arange(1.0, 13).reshape(1, 3, 2, 2),
    np.array([[1.0, 2, 4], [-1, 0, 3], [5, -2, 1], [0, 1, -1]]).reshape(4, 3, 1, 1),
)
conv2d_im2col.example("an image of integers", NINE.astype(int), DISTINCT / 4)
conv2d_im2col.example("an image of bytes", (NINE * 28).astype(np.uint8), DISTINCT / 2, np.array([0.25]))
conv2d_im2col.example(
    "single precision", (NINE / 8).astype(np.float32), DISTINCT.astype(np.float32), np.array([1], np.float32)
)
conv2d_im2col.example("a view, read backwards", SIXTEEN[:, :, ::-1, ::-1], DISTINCT[:, :, :, ::-1])
conv2d_im2col.example(
    "two images, two channels, three filters, three biases", A_BATCH, THREE_FILTERS, np.array([1.0, -2, 0.5])
)
conv2d_im2col.example(
    "two images, two channels, three filters, stride 2, padding 1",
    A_BATCH,
    THREE_FILTERS,
    stride=2,
    padding=1,
)
conv2d_im2col.example(
    "a kernel that needs the padding of both sides",
    np.array([[[[2.0, -1]]]]),
    np.arange(1.0, 57).reshape(1, 1, 7, 8),
    padding=3,
)
conv2d_im2col.example_error("a kernel too high", ValueError, NINE, np.ones((1, 1, 4, 2)))
conv2d_im2col.example_error("a kernel too wide", ValueError, NINE, np.ones((1, 1, 2, 4)))
conv2d_im2col.example_error("a kernel too high and too wide", ValueError, NINE, np.ones((1, 1, 4, 4)))
conv2d_im2col.example_error(
    "a kernel too high in spite of padding", ValueError, EIGHT, np.ones((1, 1, 5, 2)), None, 1, 1
)
conv2d_im2col.example_error(
    "a kernel too wide in spite of padding",
    ValueError,
    EIGHT.transpose(0, 1, 3, 2),
    np.ones((1, 1, 2, 5)),
    None,
    1,
    1,
)


@conv2d_im2col.cases(weight=2)
def batches_channels_filters(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(3, 2, 5, 6)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4))
    yield call(rng.normal(size=(1, 1, 4, 4)), rng.normal(size=(1, 1, 4, 4)), rng.normal(size=1))
    yield call(rng.normal(size=(2, 3, 4, 7)), rng.normal(size=(2, 3, 2, 3)), rng.normal(size=2))
    yield call(rng.normal(size=(2, 4, 3, 3)), rng.normal(size=(5, 4, 1, 1)), rng.normal(size=5))


@conv2d_im2col.cases
def strides_and_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 7, 6)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3), 2, 0)
    yield call(rng.normal(size=(1, 2, 5, 5)), rng.normal(size=(2, 2, 3, 3)), rng.normal(size=2), 1, 1)
    yield call(rng.normal(size=(2, 1, 6, 8)), rng.normal(size=(2, 1, 2, 3)), rng.normal(size=2), 3, 2)


@conv2d_im2col.cases(weight=0.5)
def kernels_that_fit_with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 3, 4)), rng.normal(size=(2, 2, 5, 3)), rng.normal(size=2), 1, 1)
    yield call(rng.normal(size=(1, 2, 4, 2)), rng.normal(size=(3, 2, 2, 5)), None, 1, 2)
    yield call(rng.normal(size=(1, 2, 3, 4)), rng.normal(size=(2, 2, 4, 3)), None, 1, 1)
    yield call(rng.normal(size=(2, 1, 3, 1)), rng.normal(size=(2, 1, 5, 2)), rng.normal(size=2), 1, 1)
    yield call(rng.normal(size=(1, 2, 1, 2)), rng.normal(size=(2, 2, 7, 8)), None, 1, 3)


@conv2d_im2col.cases
def without_bias(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 4, 5)), rng.normal(size=(3, 2, 2, 2)))
    yield call(rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(3, 3, 3, 3)), None, stride=2, padding=1)


@conv2d_im2col.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(
        rng.normal(size=(2, 2, 5, 5)).astype(np.float32),
        rng.normal(size=(3, 2, 3, 3)).astype(np.float32),
        rng.normal(size=3).astype(np.float32),
    )
    yield call(rng.integers(-5, 6, size=(2, 2, 4, 4)), rng.integers(-3, 4, size=(2, 2, 2, 2)))
    yield call(rng.integers(-5, 6, size=(2, 2, 4, 4)), rng.normal(size=(2, 2, 2, 2)))
    yield call(
        rng.integers(0, 256, size=(2, 2, 4, 5), dtype=np.uint8),
        rng.normal(size=(2, 2, 3, 2)),
        rng.normal(size=2),
    )
    yield call(
        rng.normal(size=(5, 4, 2, 2)).T,
        rng.normal(size=(3, 2, 2, 3)).transpose(0, 1, 3, 2),
        rng.normal(size=6)[::2],
    )


@conv2d_im2col.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 5)), rng.normal(size=(1, 1, 4, 2)))
    yield call_error(ValueError, rng.normal(size=(1, 1, 5, 3)), rng.normal(size=(1, 1, 2, 4)), None, 2)
    yield call_error(ValueError, rng.normal(size=(1, 1, 2, 3)), rng.normal(size=(1, 1, 3, 4)))
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 2, 6)), None, 1, 1)
    yield call_error(ValueError, rng.normal(size=(1, 1, 2, 5)), rng.normal(size=(1, 1, 5, 2)), None, 1, 1)
    yield call_error(ValueError, rng.normal(size=(1, 1, 5, 2)), rng.normal(size=(1, 1, 2, 5)), None, 1, 1)


@conv2d_im2col.alternative
def one_product_for_each_image(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    N, _, H, W = x.shape
    if KH > H + 2 * padding or KW > W + 2 * padding:
        raise ValueError("the kernel does not fit the padded image")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    views = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    rows, columns = views.shape[2:4]
    cols = views.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)
    y = w.reshape(F, -1) @ cols
    y = y.reshape(N, F, rows, columns)
    return y if b is None else y + b[:, None, None]


conv2d_im2col.edit(
    "needs_a_bias",
    of=one_product_for_each_image,
    replace="y if b is None else y + b[:, None, None]",
    by="y + b[:, None, None]",
    look="What is `b` in this call?",
    wrong="Without a bias your layer fails. b may be None: nothing is added then.",
)
conv2d_im2col.edit(
    "forgets_the_bias",
    of=one_product_for_each_image,
    replace=" if b is None else y + b[:, None, None]",
    by="",
    look="By how much does your output differ from the expected one, filter by filter?",
    wrong="The bias is missing from your output. b[f] is added to every output of filter f.",
)
conv2d_im2col.edit(
    "adds_the_bias_to_columns",
    of=one_product_for_each_image,
    replace="b[:, None, None]",
    by="b",
    look="By how much does each column of your output differ from the expected one?",
    wrong="The biases are added to the columns of the output here, one for each column. b[f] belongs to all outputs of filter f: "
    "b has to line up with the axis of the filters, which is the third from the right.",
    shown="a bias for each of two filters",
)
conv2d_im2col.edit(
    "adds_the_bias_to_rows",
    of=one_product_for_each_image,
    replace="b[:, None, None]",
    by="b[:, None]",
    look="By how much does each row of your output differ from the expected one?",
    wrong="The biases are added to the rows of the output here, one for each row. b[f] belongs to all outputs of filter f: "
    "b has to line up with the axis of the filters, which is the third from the right.",
    shown="a bias for each of two filters",
)
conv2d_im2col.edit(
    "adds_the_first_bias_to_all",
    of=one_product_for_each_image,
    replace="b[:, None, None]",
    by="b[0]",
    look="By how much does your output differ from the expected one, filter by filter?",
    wrong="Every filter gets the bias of filter 0 in your output. Filter f has a bias of its own, b[f].",
)
conv2d_im2col.edit(
    "reshapes_weights_the_wrong_way",
    of=one_product_for_each_image,
    replace="w.reshape(F, -1) @",
    by="w.reshape(-1, F).T @",
    look="Which weights make the first number of your output? Are they those of one filter?",
    wrong="In your output the weights of different filters are mixed. The weights of filter f lie one after the other in w, and fill row f "
    "of the matrix.",
    if_source_has={
        "reshape(-1, F)": "`reshape(-1, F)` cuts w into pieces of F numbers; `reshape(F, -1)` makes a row of each filter."
    },
)
conv2d_im2col.edit(
    "mixes_images_and_filters",
    of=one_product_for_each_image,
    replace="    y = y.reshape(",
    by="    y = y.transpose(1, 0, 2).reshape(",
    look="Which of the expected numbers stand in the first map of your second image?",
    wrong="The numbers of your output are right, but maps of different images and filters have changed places. A product over the windows of "
    "all images comes as (F, N, …): `reshape` doesn't move a number; transpose to (N, F, …).",
)
conv2d_im2col.edit(
    "reshapes_positions_into_filters",
    of=one_product_for_each_image,
    replace="    y = y.reshape(",
    by="    y = y.transpose(0, 2, 1).reshape(",
    look="Which of the expected numbers stand in your first map?",
    wrong="The numbers of your output are right, but the maps of the filters are shuffled into each other: positions come before filters. "
    "`reshape` doesn't move a number; transpose from (N, H'·W', F) to (N, F, H'·W').",
)
conv2d_im2col.edit(
    "reshapes_without_transposing",
    of=one_product_for_each_image,
    replace="views.transpose(0, 1, 4, 5, 2, 3).reshape",
    by="views.reshape",
    look="Which pixels are multiplied for your first output? Do they form a window?",
    wrong="Your columns hold pixels of several windows each: the numbers of the windows stand in another order than a column needs. "
    "`reshape` doesn't move a number; bring the axes into the order (C, KH, KW, H', W') first.",
)
conv2d_im2col.edit(
    "channels_innermost",
    of=one_product_for_each_image,
    replace="views.transpose(0, 1, 4, 5, 2, 3)",
    by="views.transpose(0, 4, 5, 1, 2, 3)",
    look="One channel is right. Which pixel does the second weight of a filter meet in your output, one of channel 0 or one of channel 1?",
    wrong="In your columns the channels alternate from number to number. The weights of a filter lie channel by channel, so a column must hold "
    "channel 0's whole window first, then channel 1's.",
)
conv2d_im2col.edit(
    "windows_down_their_columns",
    of=one_product_for_each_image,
    replace="views.transpose(0, 1, 4, 5, 2, 3)",
    by="views.transpose(0, 1, 5, 4, 2, 3)",
    look="Which pixel does weight (0, 1) meet in your first output, the one to the right or the one below?",
    wrong="Rows and columns of the window are exchanged in your output. Weight (a, b) meets the pixel a rows down and b columns across.",
)
conv2d_im2col.edit(
    "positions_down_the_image",
    of=one_product_for_each_image,
    replace="views.transpose(0, 1, 4, 5, 2, 3)",
    by="views.transpose(0, 1, 4, 5, 3, 2)",
    look="Which of the expected numbers stands at (0, 1) in your output?",
    wrong="The numbers of your output are right, but they run down the columns of the image. The second output belongs to the window one step "
    "to the right.",
)
conv2d_im2col.edit(
    "flips_the_kernels",
    of=one_product_for_each_image,
    replace="w.reshape(F, -1) @",
    by="w[:, :, ::-1, ::-1].reshape(F, -1) @",
    look="Which pixel does weight (0, 0) meet in your first output?",
    wrong="Your output is the one of kernels turned by 180°. A layer computes the cross-correlation, without a turn; the turn belongs to dx.",
)
conv2d_im2col.edit(
    "first_channel_only",
    of=one_product_for_each_image,
    replace="w.reshape(F, -1) @ cols",
    by="w[:, 0].reshape(F, -1) @ cols[:, : KH * KW]",
    look="Does your output change when the second channel does?",
    wrong="Your output is that of channel 0 alone. A filter sums over all channels.",
)
conv2d_im2col.edit(
    "first_kernel_for_all_channels",
    of=one_product_for_each_image,
    replace="w.reshape(F, -1) @",
    by="np.repeat(w[:, :1], C, axis=1).reshape(F, -1) @",
    look="Which weights does the second channel meet in your output?",
    wrong="In your output every channel meets the weights of channel 0. A filter has weights of its own for each channel.",
)
conv2d_im2col.edit(
    "first_filter_for_all",
    of=one_product_for_each_image,
    replace="y = w.reshape(F, -1) @",
    by="y = np.repeat(w[:1], F, axis=0).reshape(F, -1) @",
    look="Do the maps of your two filters differ?",
    wrong="All maps of your output are those of filter 0. Each filter makes a map of its own.",
    shown="two filters",
)
conv2d_im2col.edit(
    "first_image_for_all",
    of=one_product_for_each_image,
    replace="@ cols",
    by="@ np.repeat(cols[:1], N, axis=0)",
    look="Do the outputs of your two images differ?",
    wrong="Every image of your output is the first image's. Each image of the batch has its own.",
)
conv2d_im2col.edit(
    "fills_the_first_image_only",
    of=one_product_for_each_image,
    replace="    y = y.reshape(",
    by="    y[1:] = 0\n    y = y.reshape(",
    look="What does your output hold for the second image?",
    wrong="Your output is right for the first image and 0 for the others. x holds a whole batch.",
)
conv2d_im2col.edit(
    "ignores_the_stride",
    of=one_product_for_each_image,
    replace="[:, :, ::stride, ::stride]",
    by="",
    look="How many rows and columns does your output have?",
    wrong="Your output has a number for every place of the window. With a stride of s only every s-th place counts, down and across.",
)
conv2d_im2col.edit(
    "strides_down_only",
    of=one_product_for_each_image,
    replace="[:, :, ::stride, ::stride]",
    by="[:, :, ::stride]",
    look="How many columns does your output have?",
    wrong="Your windows move by the stride down, but by 1 across. The stride counts in both directions.",
)
conv2d_im2col.edit(
    "ignores_the_padding",
    of=one_product_for_each_image,
    replace="np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))",
    by="x",
    look="How many rows and columns does your output have?",
    wrong="Your output is the one without padding. Zeros are put round the image first.",
)
conv2d_im2col.edit(
    "pads_by_repeating_the_border",
    of=one_product_for_each_image,
    replace="(padding, padding)))",
    by='(padding, padding)), mode="edge")',
    look="What stands in the padding when you compute output (0, 0)?",
    wrong="Your padding repeats the pixels at the border. The layer pads with zeros.",
)
conv2d_im2col.edit(
    "pads_below_and_to_the_right",
    of=one_product_for_each_image,
    replace="(padding, padding), (padding, padding)))",
    by="(0, 2 * padding), (0, 2 * padding)))",
    look="Which pixels lie in the window of your output (0, 0)?",
    wrong="Your output has the right shape, but all the zeros lie below and to the right. Half of them belong above and to the left.",
)
conv2d_im2col.edit(
    "takes_over_the_dtype",
    of=one_product_for_each_image,
    replace="    y = y.reshape(",
    by="    y = y.astype(x.dtype).reshape(",
    look="Which numbers behind the decimal point does your output hold?",
    wrong="Your output has the dtype of the image: the fractions are cut off where the image holds whole numbers. Weights may have fractions, "
    "and so may outputs.",
)
conv2d_im2col.edit(
    "cuts_fractions",
    of=one_product_for_each_image,
    replace="    y = y.reshape(",
    by="    y = y.astype(int).reshape(",
    look="Which numbers behind the decimal point does your output hold?",
    wrong="Your output holds whole numbers, with the fractions cut off. Images and weights may have fractions.",
    if_source_has={"dtype=int": "`dtype=int` makes an array that can hold nothing else."},
)
conv2d_im2col.edit(
    "refuses_before_padding",
    of=one_product_for_each_image,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KH > H or KW > W",
    look="How large is the image with its padding?",
    wrong="A kernel that is larger than the image, but not than the padded image, is refused. With the padding it fits.",
)
conv2d_im2col.edit(
    "refuses_with_padding_once",
    of=one_product_for_each_image,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KH > H + padding or KW > W + padding",
    look="How large is the image with its padding?",
    wrong="A kernel that fits only with the padding on both sides is refused. The padding counts twice, once on each side.",
)
conv2d_im2col.edit(
    "refuses_a_kernel_as_large_as_the_image",
    of=one_product_for_each_image,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KH >= H + 2 * padding or KW >= W + 2 * padding",
    look="How many places are there for a kernel as large as the image?",
    wrong="A kernel that is as high or as wide as the padded image is refused. It fits, in one place.",
)


@conv2d_im2col.timed(
    "On 8 images of 3 × 8 × 8 with 16 filters of 3 × 3",
    fixture("normal_numbers", 1, 8, 3, 8, 8),
    fixture("normal_numbers", 2, 16, 3, 3, 3),
    fixture("normal_numbers", 3, 16),
    1,
    1,
    reference="conv2d_four_loops",
    at_least=20,
    share=1 / 3,
    look="Your result is right. How many rounds of a Python loop does it take at this size: 8 192, 64, 9 or none?",
    wrong="Your layer takes about as long as a loop in Python over single numbers or windows. A round of such a loop costs microseconds, however "
    "little it computes. Let one array operation do the work of many rounds: for all images and filters at once, or as one matrix product over "
    "the columns of im2col.",
)
def as_slow_as_four_loops(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    if KH > H + 2 * padding or KW > W + 2 * padding:
        raise ValueError("the kernel does not fit the padded image")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1))
    for n, f, i, j in np.ndindex(*y.shape):
        window = padded[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
        y[n, f, i, j] = (window * w[f]).sum() + (0 if b is None else b[f])
    return y


@conv2d_im2col.alternative
def loops_over_positions(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    if KH > H + 2 * padding or KW > W + 2 * padding:
        raise ValueError("the kernel does not fit")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho, Wo = (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
    y = np.zeros((N, F, Ho, Wo))
    rows = w.reshape(F, -1).T
    for i in range(Ho):
        for j in range(Wo):
            window = padded[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, :, i, j] = window.reshape(N, -1) @ rows
    return y if b is None else y + b[:, None, None]


conv2d_im2col.edit(
    "returns_something_where_nothing_fits",
    of=loops_over_positions,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="False",
    look="What does your function return for a kernel that doesn't fit?",
    wrong="Where the kernel doesn't fit your function returns something. The docstring promises a ValueError.",
)
conv2d_im2col.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=loops_over_positions,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KH > H + 2 * padding and KW > W + 2 * padding",
    look="What does your function do with a kernel that is too large in one direction only?",
    wrong="A kernel is refused only where it is too high and too wide at once. One of the two is enough: it doesn't fit either.",
)
conv2d_im2col.edit(
    "refuses_by_the_height_only",
    of=loops_over_positions,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KH > H + 2 * padding",
    look="What does your function do with a kernel that is too wide?",
    wrong="A kernel that is too high is refused, one that is too wide is not. It doesn't fit either: raise a ValueError.",
)
conv2d_im2col.edit(
    "refuses_by_the_width_only",
    of=loops_over_positions,
    replace="KH > H + 2 * padding or KW > W + 2 * padding",
    by="KW > W + 2 * padding",
    look="What does your function do with a kernel that is too high?",
    wrong="A kernel that is too wide is refused, one that is too high is not. It doesn't fit either: raise a ValueError.",
)


@conv2d_im2col.alternative
def loops_over_kernel_offsets(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    Ho, Wo = (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
    if H + 2 * padding < KH or W + 2 * padding < KW:
        raise ValueError(f"kernel {KH} × {KW} does not fit")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, Ho, Wo))
    for a in range(KH):
        for c in range(KW):
            part = padded[
                :, :, a : a + stride * (Ho - 1) + 1 : stride, c : c + stride * (Wo - 1) + 1 : stride
            ]
            y += np.einsum("nchw,fc->nfhw", part, w[:, :, a, c], optimize=True)
    if b is not None:
        y += b.reshape(1, F, 1, 1)
    return y


@conv2d_im2col.alternative
def windows_and_tensordot(x, w, b=None, stride=1, padding=0):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if w.shape[2] > padded.shape[2] or w.shape[3] > padded.shape[3]:
        raise ValueError("the kernel does not fit")
    views = sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.tensordot(views, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return y if b is None else y + b[None, :, None, None]


@conv2d_im2col.alternative
def one_matrix_for_the_whole_batch(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if KH > padded.shape[2] or KW > padded.shape[3]:
        raise ValueError("the kernel does not fit the padded image")
    views = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    rows, columns = views.shape[2:4]
    side_by_side = views.transpose(1, 4, 5, 0, 2, 3).reshape(C * KH * KW, -1)
    y = (w.reshape(F, -1) @ side_by_side).reshape(F, len(x), rows, columns).transpose(1, 0, 2, 3)
    return y if b is None else y + b[:, None, None]


conv2d_im2col.off_limits(*CONVOLUTIONS_OF_IMAGES, "helpers.checking.references")
