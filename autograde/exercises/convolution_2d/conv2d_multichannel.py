"""Filters over an image with channels: all channels summed, one map for each filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import (
    FRACTIONS,
    HIGH_IMAGE,
    HIGH_KERNEL,
    LIBRARY_CONVOLUTIONS,
    LOPSIDED,
    NINE_PIXELS,
    SIX_BYTES,
    SIX_FRACTIONS,
    SIX_WHOLE_NUMBERS,
    SMALL_IMAGE,
    THREE_IN_A_ROW,
    WIDE_IMAGE,
    WIDE_KERNEL,
    different_whole_numbers,
    one_float_type,
    view_with_steps,
)
from helpers.checking.compare import close

TWO_PLANES = np.array([[[1.0, 2, 0], [0, 1, 3]], [[2.0, 0, 1], [4, 1, 0]]])  # (C, H, W) = (2, 2, 3)
ONE_FILTER = np.array([[[[1.0, 0], [2, -1]], [[0.5, 1], [0, 3]]]])  # (F, C, KH, KW) = (1, 2, 2, 2)
THREE_FILTERS = np.array(
    [
        [[[1.0, 0], [2, -1]], [[0.5, 1], [0, 3]]],
        [[[0.0, 1], [-2, 4]], [[1, -1], [5, 2]]],
        [[[3.0, 1], [1, 0]], [[0, 2], [-1, -3]]],
    ]
)
THREE_BIASES = np.array([10.0, 20, -30])
TWO_FILTERS = THREE_FILTERS[:2]
THREE_KERNELS = THREE_FILTERS[:, :1].copy()  # for one channel: (3, 1, 2, 2)
RGB_PIXELS = np.array([[[1.0, 0.5]], [[0.25, 0.75]], [[0, 1]]])  # two pixels: (3, 1, 2)
LUMA = np.array([[[[0.299]], [[0.587]], [[0.114]]]])  # (1, 3, 1, 1)


@exercise(points=4, difficulty="medium", minutes=20, compare=close(check_dtype=False))
def conv2d_multichannel(image, weight, bias=None):
    """Filters over an image with channels, summed over the channels."""
    import torch
    import torch.nn.functional as F

    if image.shape[0] != weight.shape[1]:
        raise ValueError(f"the image has {image.shape[0]} channels, the filters {weight.shape[1]}")
    if weight.shape[2] > image.shape[1] or weight.shape[3] > image.shape[2]:
        raise ValueError(f"filters of {weight.shape[2:]} do not fit an image of {image.shape[1:]}")
    arrays = one_float_type(*(a for a in (image, weight, bias) if a is not None))
    x, w, *b = (torch.from_numpy(np.ascontiguousarray(a)) for a in arrays)
    return F.conv2d(x[None], w, *b)[0].numpy()


conv2d_multichannel.off_limits(*LIBRARY_CONVOLUTIONS)
conv2d_multichannel.example("one channel, one filter", NINE_PIXELS[None], LOPSIDED[None, None])
conv2d_multichannel.example("two channels", TWO_PLANES, ONE_FILTER, None)
conv2d_multichannel.example("two filters", NINE_PIXELS[None], THREE_KERNELS[:2])
conv2d_multichannel.example("a bias", NINE_PIXELS[None], LOPSIDED[None, None], np.array([4.0]))
conv2d_multichannel.example(
    "two filters, each with its bias", NINE_PIXELS[None, :2], THREE_KERNELS[:2], np.array([10.0, 20])
)
conv2d_multichannel.example(
    "three filters, maps of three columns", SMALL_IMAGE[None], THREE_KERNELS, THREE_BIASES
)
conv2d_multichannel.example(
    "two filters, maps of two rows", SMALL_IMAGE[None], THREE_KERNELS[:2], THREE_BIASES[:2]
)
conv2d_multichannel.example("two channels, a bias", TWO_PLANES, ONE_FILTER, np.array([10.0]))
conv2d_multichannel.example("two channels, two filters", TWO_PLANES, TWO_FILTERS)
conv2d_multichannel.example("two channels, three filters, biases", TWO_PLANES, THREE_FILTERS, THREE_BIASES)
conv2d_multichannel.example("a wide filter", SMALL_IMAGE[None], WIDE_KERNEL[None, None])
conv2d_multichannel.example("a high filter", SMALL_IMAGE[None], HIGH_KERNEL[None, None])
conv2d_multichannel.example("a wide image", WIDE_IMAGE[None], THREE_IN_A_ROW[None, None])
conv2d_multichannel.example("a high image", HIGH_IMAGE[None], THREE_IN_A_ROW.T[None, None].copy())
conv2d_multichannel.example("more filters than columns", HIGH_IMAGE[None], THREE_KERNELS)
conv2d_multichannel.example("filters of one pixel", RGB_PIXELS, LUMA)
conv2d_multichannel.example(
    "a filter as large as the image", NINE_PIXELS[None, :2, :2].copy(), LOPSIDED[None, None]
)
conv2d_multichannel.example(
    "whole numbers, weights of fractions", SIX_WHOLE_NUMBERS[None], FRACTIONS[None, None]
)
conv2d_multichannel.example("whole numbers", SIX_WHOLE_NUMBERS[None], np.array([[[[1, -2]]]]), np.array([3]))
conv2d_multichannel.example("bytes", SIX_BYTES[None], np.array([[[[1, -1]]]]))
conv2d_multichannel.example(
    "single precision", SIX_FRACTIONS[None].astype(np.float32), np.array([[[[2, 0.5]]]], dtype=np.float32)
)
conv2d_multichannel.example("a view, upside down", NINE_PIXELS[None, ::-1], LOPSIDED[None, None])
conv2d_multichannel.example_error("two channels, filters for three", ValueError, TWO_PLANES, LUMA)
conv2d_multichannel.example_error(
    "three channels, filters for one", ValueError, RGB_PIXELS, LUMA[:, :1].copy()
)
conv2d_multichannel.example_error(
    "one channel, filters for three", ValueError, RGB_PIXELS[:1], np.repeat(LUMA, 3, axis=0)
)
conv2d_multichannel.example_error(
    "filters too wide", ValueError, HIGH_IMAGE[None], THREE_IN_A_ROW[None, None]
)
conv2d_multichannel.example_error(
    "filters too high", ValueError, WIDE_IMAGE[None], THREE_IN_A_ROW.T[None, None].copy()
)
conv2d_multichannel.example_error(
    "filters too high and too wide", ValueError, LOPSIDED[None], NINE_PIXELS[None, None]
)


@conv2d_multichannel.feature(
    present="filters as high or as wide as the image", absent="filters lower and narrower than the image"
)
def just_fits(image, weight, bias=None):
    return image.shape[1] == weight.shape[2] or image.shape[2] == weight.shape[3]


@conv2d_multichannel.feature(
    present="as many filters as channels", absent="another number of filters than of channels"
)
def as_many_filters_as_channels(image, weight, bias=None):
    return image.shape[0] == weight.shape[0]


@conv2d_multichannel.cases(weight=2)
def images_and_filters_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for (channels, height, width), (filters, kh, kw) in [
        ((3, 7, 6), (4, 3, 3)),
        ((2, 5, 8), (3, 2, 4)),
        ((4, 6, 5), (2, 1, 3)),
        ((3, 4, 4), (3, 2, 2)),
        ((5, 3, 4), (6, 3, 1)),
        ((2, 2, 6), (3, 1, 4)),
        ((3, 6, 2), (2, 4, 1)),
    ]:
        yield call(
            rng.normal(size=(channels, height, width)),
            rng.normal(size=(filters, channels, kh, kw)),
            rng.normal(size=filters),
        )


@conv2d_multichannel.cases
def no_bias(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(3, 5, 6)), rng.normal(size=(2, 3, 2, 3)), None)
    yield call(rng.normal(size=(2, 4, 5)), rng.normal(size=(4, 2, 3, 2)))


@conv2d_multichannel.cases
def a_single_channel_filter_or_pixel(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(1, 5, 6)), rng.normal(size=(4, 1, 3, 2)), rng.normal(size=4))
    yield call(rng.normal(size=(3, 5, 6)), rng.normal(size=(1, 3, 2, 2)), rng.normal(size=1))
    yield call(rng.normal(size=(4, 3, 5)), rng.normal(size=(3, 4, 1, 1)), rng.normal(size=3))
    yield call(rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2, 3, 4)), rng.normal(size=2))


@conv2d_multichannel.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(0, 256, size=(3, 4, 5)), rng.normal(size=(2, 3, 2, 2)), rng.normal(size=2))
    yield call(
        different_whole_numbers(rng, 2, 3, 4), different_whole_numbers(rng, 3, 2, 2, 2), np.array([1, 2, 3])
    )
    yield call(
        rng.integers(0, 256, size=(2, 4, 3)).astype(np.uint8), different_whole_numbers(rng, 2, 2, 2, 2)
    )
    single = [rng.normal(size=s).astype(np.float32) for s in [(2, 5, 4), (3, 2, 2, 3), (3,)]]
    yield call(*single)
    yield call(
        rng.normal(size=(5, 6, 3)).transpose(2, 0, 1), view_with_steps(rng, 2, 3, 2, 2), rng.normal(size=2)
    )


@conv2d_multichannel.cases(weight=0.5)
def what_does_not_go_together(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(
        ValueError, rng.normal(size=(3, 5, 5)), rng.normal(size=(2, 4, 2, 2)), rng.normal(size=2)
    )
    yield call_error(ValueError, rng.normal(size=(3, 5, 5)), rng.normal(size=(2, 1, 2, 2)), None)
    yield call_error(ValueError, rng.normal(size=(1, 5, 5)), rng.normal(size=(3, 3, 2, 2)), None)
    yield call_error(ValueError, rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2, 4, 5)), None)
    yield call_error(ValueError, rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 2, 4, 2)), None)
    yield call_error(ValueError, rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 2, 2, 4)), None)


@conv2d_multichannel.alternative
def window_by_window(image, weight, bias=None):
    (C, H, W), (F, channels, KH, KW) = image.shape, weight.shape
    if C != channels:
        raise ValueError("image and filters differ in channels")
    if KH > H or KW > W:
        raise ValueError("the filters do not fit the image")
    y = np.zeros((F, H - KH + 1, W - KW + 1))
    for f in range(F):
        for i in range(H - KH + 1):
            for j in range(W - KW + 1):
                y[f, i, j] = np.sum(image[:, i : i + KH, j : j + KW] * weight[f])
    if bias is not None:
        y += bias[:, np.newaxis, np.newaxis]
    return y


conv2d_multichannel.edit(
    "one_kernel_for_all_channels",
    of=window_by_window,
    replace="* weight[f])",
    by="* weight[f, 0])",
    look="Which weights does each channel meet in yours?",
    wrong="Your output is the one of filters that use their first kernel for all channels. A filter has a kernel of its own for each channel: weight[f, c].",
)
conv2d_multichannel.edit(
    "the_first_channel_only",
    of=window_by_window,
    replace="np.sum(image[:, i : i + KH, j : j + KW] * weight[f])",
    by="np.sum(image[0, i : i + KH, j : j + KW] * weight[f, 0])",
    look="What of the second channel is in your numbers?",
    wrong="Your output is the one of channel 0 alone. A filter adds up what it finds in all channels.",
    shown="two channels",
)
conv2d_multichannel.edit(
    "the_last_channel_wins",
    of=window_by_window,
    replace="np.sum(image[:, i : i + KH, j : j + KW] * weight[f])",
    by="np.sum(image[-1, i : i + KH, j : j + KW] * weight[f, -1])",
    look="What of the first channel is in your numbers?",
    wrong="Your output is the one of the last channel alone. A filter adds up what it finds in all channels.",
    shown="two channels",
    if_source_has={"] = ": "An = inside a loop over channels forgets the sum so far; += adds to it."},
)
conv2d_multichannel.edit(
    "averages_the_channels",
    of=window_by_window,
    replace="np.sum(image[:, i : i + KH, j : j + KW] * weight[f])",
    by="np.sum(image[:, i : i + KH, j : j + KW] * weight[f]) / C",
    look="By what factor do your numbers differ from ours? How many channels are there?",
    wrong="Your output is ours divided by the number of channels: the mean over them. A filter adds them up.",
    shown="two channels",
)
conv2d_multichannel.edit(
    "averages_the_products",
    of=window_by_window,
    replace="np.sum(image[:, i : i + KH, j : j + KW] * weight[f])",
    by="np.mean(image[:, i : i + KH, j : j + KW] * weight[f])",
    look="By what factor do your numbers differ from ours?",
    wrong="Your output holds the mean of the products of a window. A filter adds them up.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "swaps_filters_and_channels",
    of=window_by_window,
    replace="* weight[f])",
    by="* weight[:, f])",
    look="Which kernels of `weight` do your maps belong to: those of one filter, or one kernel out of each?",
    wrong="Your output is the one of weights whose first two axes are swapped. weight has shape (F, C, KH, KW): the filter comes first, weight[f, c].",
    shown="two channels, two filters",
)
conv2d_multichannel.edit(
    "flips_the_kernels",
    of=window_by_window,
    replace="* weight[f])",
    by="* weight[f, :, ::-1, ::-1])",
    look="Work the first number out by hand. Do you get yours when you turn the kernel round?",
    wrong="Your output is the one of kernels turned round: convolution. Layers of a network compute cross-correlation, no flip.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "transposes_the_kernels",
    of=window_by_window,
    replace="* weight[f])",
    by="* weight[f].swapaxes(1, 2))",
    look="Work the first number out by hand. Where does the second weight of a kernel go: one to the right, or one down?",
    wrong="Your output is the one of kernels whose rows and columns are swapped.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "the_first_filter_for_all",
    of=window_by_window,
    replace="* weight[f])",
    by="* weight[0])",
    look="Which filter made your second map?",
    wrong="All your maps are those of filter 0. Map f belongs to filter f.",
    shown="two filters",
)
conv2d_multichannel.edit(
    "the_last_filter_for_all",
    of=window_by_window,
    replace="return y",
    by="return np.stack([y[-1]] * F)",
    look="Which filter made your first map?",
    wrong="All your maps are those of the last filter. Map f belongs to filter f.",
    shown="two filters",
    if_source_has={
        ".append(": "A list that gets the same array again and again holds one array; each map needs an array of its own."
    },
)
conv2d_multichannel.edit(
    "the_first_filter_only",
    of=window_by_window,
    replace="return y",
    by="return y[:1]",
    look="How many filters are there, and how many maps do you return?",
    wrong="Your output has one map. There is one for each of the F filters.",
    shown="two filters",
)
conv2d_multichannel.edit(
    "forgets_the_bias",
    of=window_by_window,
    replace="    if bias is not None:\n        y += bias[:, np.newaxis, np.newaxis]\n    return y",
    by="    return y",
    look="How far is each of your numbers from ours? Is the distance the same all over the map?",
    wrong="Your output is the one without a bias. Each filter adds its own number to its whole map.",
    shown="a bias",
)
conv2d_multichannel.edit(
    "subtracts_the_bias",
    of=window_by_window,
    replace="y += ",
    by="y -= ",
    look="How far is each of your numbers from ours, and what is the bias?",
    wrong="Your numbers differ from ours by twice the bias: it is subtracted. It must be added.",
    shown="a bias",
)
conv2d_multichannel.edit(
    "the_first_bias_for_all",
    of=window_by_window,
    replace="bias[:, np.newaxis, np.newaxis]",
    by="bias[0]",
    look="Which bias does each of your maps get?",
    wrong="Every map of yours gets the first bias. Filter f has bias[f], and adds it to its whole map.",
    shown="two filters, each with its bias",
)
conv2d_multichannel.edit(
    "bias_along_the_columns",
    of=window_by_window,
    replace="bias[:, np.newaxis, np.newaxis]",
    by="bias",
    look="To which axis of the maps is the bias added?",
    wrong="The biases run along the columns, or do not go together with them. bias has shape (F,), and NumPy lays it along the last axis; with two more axes, (F, 1, 1), each goes to its map.",
    shown="three filters, maps of three columns",
)
conv2d_multichannel.edit(
    "bias_along_the_rows",
    of=window_by_window,
    replace="bias[:, np.newaxis, np.newaxis]",
    by="bias[:, np.newaxis]",
    look="To which axis of the maps is the bias added?",
    wrong="The biases run along the rows, or do not go together with them. With two more axes, shape (F, 1, 1), each goes to its map.",
    shown="two filters, maps of two rows",
)
conv2d_multichannel.edit(
    "a_bias_for_every_channel",
    of=window_by_window,
    replace="bias[:, np.newaxis, np.newaxis]",
    by="C * bias[:, np.newaxis, np.newaxis]",
    look="By how much does the bias raise your output?",
    wrong="Your output holds the bias once for every channel. It belongs to the filter: it is added once, after the sum over channels.",
    shown="two channels, a bias",
)
conv2d_multichannel.edit(
    "a_bias_for_every_product",
    of=window_by_window,
    replace="bias[:, np.newaxis, np.newaxis]",
    by="C * KH * KW * bias[:, np.newaxis, np.newaxis]",
    look="By how much does the bias raise your output?",
    wrong="Your output holds the bias once for every product of the window. It belongs to the filter: it is added once.",
    shown="a bias",
)
conv2d_multichannel.edit(
    "cannot_do_without_a_bias",
    of=window_by_window,
    replace="    if bias is not None:\n        y +=",
    by="    y +=",
    look="bias=None means: there is no bias. Does your code run then?",
    wrong="Without a bias your code stops with an error. The bias is to be added only where it is not None.",
)
conv2d_multichannel.edit(
    "asks_whether_the_bias_is_true",
    of=window_by_window,
    replace="if bias is not None:",
    by="if bias:",
    look="What does NumPy say to the question whether several numbers are true?",
    wrong="With several biases your code stops: whether an array of several numbers is true has no answer. The question is whether bias is None.",
    shown="two filters, each with its bias",
    if_source_has={
        "if bias:": "`if bias:` asks that question; `if bias is not None:` does not.",
        "if not bias": "`if not bias` asks that question; `if bias is None` does not.",
    },
)
conv2d_multichannel.edit(
    "never_compares_the_channels",
    of=window_by_window,
    replace='    if C != channels:\n        raise ValueError("image and filters differ in channels")\n',
    by="",
    look="How many channels has the image, and for how many are the filters made?",
    wrong="Image and filters that differ in channels must raise a ValueError. Yours returns a result where NumPy can stretch one channel to several.",
    shown="three channels, filters for one",
)
conv2d_multichannel.edit(
    "compares_channels_with_filters",
    of=window_by_window,
    replace="C != channels",
    by="C != F",
    look="Which of the four numbers in weight.shape must be the image's number of channels?",
    wrong="Your code refuses what has another number of filters than of channels. weight has shape (F, C, KH, KW): its second number must be the image's channels.",
    shown="two channels",
)
conv2d_multichannel.edit(
    "never_checks_the_fit",
    of=window_by_window,
    replace='    if KH > H or KW > W:\n        raise ValueError("the filters do not fit the image")\n',
    by="",
    look="What does the docstring promise for filters that do not fit the image?",
    wrong="Filters that are higher or wider than the image must raise a ValueError. Yours returns a result.",
    shown="filters too wide",
)
conv2d_multichannel.edit(
    "checks_the_height_only",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH > H",
    look="These filters are wider than the image. What does the docstring promise?",
    wrong="Filters that are too high are refused, as they should be; those that are too wide are not.",
    shown="filters too wide",
)
conv2d_multichannel.edit(
    "checks_the_width_only",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KW > W",
    look="These filters are higher than the image. What does the docstring promise?",
    wrong="Filters that are too wide are refused, as they should be; those that are too high are not.",
    shown="filters too high",
)
conv2d_multichannel.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH > H and KW > W",
    look="These filters are too large in one direction. Is that enough for an error?",
    wrong="Filters that are too high and too wide are refused, as they should be. One of the two is enough.",
    shown="filters too wide",
)
conv2d_multichannel.edit(
    "refuses_filters_that_just_fit",
    of=window_by_window,
    replace="KH > H or KW > W",
    by="KH >= H or KW >= W",
    look="Here the filter has as many rows or columns as the image. Does it fit?",
    wrong="Filters that are exactly as high or as wide as the image fit: there is one place for them. Yours are refused.",
)
conv2d_multichannel.edit(
    "leaves_out_the_last_row",
    of=window_by_window,
    replace="range(H - KH + 1)",
    by="range(H - KH)",
    look="Do the last rows of your maps hold what the lowest windows give?",
    wrong="The last row of each of your maps is 0, or the bias. The lowest window starts at row H − KH, so there are H − KH + 1 places.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "leaves_out_the_last_column",
    of=window_by_window,
    replace="range(W - KW + 1)",
    by="range(W - KW)",
    look="Do the last columns of your maps hold what the windows at the right border give?",
    wrong="The last column of each of your maps is 0, or the bias. The rightmost window starts at column W − KW, so there are W − KW + 1 places.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "writes_columns_as_rows",
    of=window_by_window,
    replace="return y",
    by="return y.transpose(0, 2, 1)",
    look="Is the second number of your first row the window to the right of the first, or the one below it?",
    wrong="Your maps are transposed: their rows run down the image. Rows of a map belong to rows of the image.",
    shown="one channel, one filter",
)
conv2d_multichannel.edit(
    "maps_in_the_last_axis",
    of=window_by_window,
    replace="return y",
    by="return y.transpose(1, 2, 0)",
    look="In which place of your result's shape does the number of filters stand?",
    wrong="Your maps lie along the last axis. The docstring asks for (F, H − KH + 1, W − KW + 1): filters first.",
    shown="two filters",
)
conv2d_multichannel.edit(
    "drops_axes_of_length_one",
    of=window_by_window,
    replace="return y",
    by="return np.squeeze(y)",
    look="How many axes has your result?",
    wrong="Axes of length 1 are missing from your result. It keeps all three, also for a single filter or a single row: (F, H − KH + 1, W − KW + 1).",
    shown="one channel, one filter",
    if_source_has={"squeeze": "np.squeeze drops every axis of length 1."},
)
conv2d_multichannel.edit(
    "cuts_sums_to_whole_numbers",
    of=window_by_window,
    replace="W - KW + 1))\n",
    by="W - KW + 1), dtype=int)\n",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums are whole numbers: everything behind the decimal point is cut off. The docstring asks for floats.",
    shown="filters of one pixel",
)
conv2d_multichannel.edit(
    "stores_sums_in_the_images_type",
    of=window_by_window,
    replace="W - KW + 1))\n",
    by="W - KW + 1), dtype=image.dtype)\n",
    look="What stands behind the decimal point in our numbers, and what in yours?",
    wrong="Your sums have the type of the image: where it holds integers, everything behind the decimal point is cut off, and bytes know no negative numbers. The docstring asks for floats.",
    shown="whole numbers, weights of fractions",
)


@conv2d_multichannel.misconception(
    look="What is the shape of your result, and how many maps should one filter make?",
    wrong="Your result has a map for every channel of every filter. A filter adds up what it finds in all channels: one map each, shape (F, H − KH + 1, W − KW + 1).",
)
def a_map_for_every_channel(image, weight, bias=None):
    (C, H, W), (F, channels, KH, KW) = image.shape, weight.shape
    if C != channels or KH > H or KW > W:
        raise ValueError("image and filters do not go together")
    y = np.zeros((F, C, H - KH + 1, W - KW + 1))
    for f, c, i, j in np.ndindex(*y.shape):
        y[f, c, i, j] = np.sum(image[c, i : i + KH, j : j + KW] * weight[f, c])
    return y if bias is None else y + bias[:, None, None, None]


@conv2d_multichannel.misconception(
    look="How many maps do you return, and how many should one filter make?",
    wrong="Your result has a map for every channel of every filter, one after the other. A filter adds up what it finds in all channels: one map each.",
    shown="two channels",
)
def a_map_for_every_channel_in_a_row(image, weight, bias=None):
    (C, H, W), (F, channels, KH, KW) = image.shape, weight.shape
    if C != channels or KH > H or KW > W:
        raise ValueError("image and filters do not go together")
    maps = []
    for f in range(F):
        for c in range(C):
            y = np.zeros((H - KH + 1, W - KW + 1))
            for i, j in np.ndindex(*y.shape):
                y[i, j] = np.sum(image[c, i : i + KH, j : j + KW] * weight[f, c])
            maps.append(y if bias is None else y + bias[f])
    return np.array(maps)


@conv2d_multichannel.misconception(
    look="What is summed in your maps: the channels of one filter, or the filters of one channel?",
    wrong="Your result has a map for each channel, summed over the filters. A map belongs to one filter and is summed over the channels.",
    shown="two channels",
)
def sums_over_the_filters(image, weight, bias=None):
    (C, H, W), (F, channels, KH, KW) = image.shape, weight.shape
    if C != channels or KH > H or KW > W:
        raise ValueError("image and filters do not go together")
    y = np.zeros((C, H - KH + 1, W - KW + 1))
    for c, i, j in np.ndindex(*y.shape):
        y[c, i, j] = sum(np.sum(image[c, i : i + KH, j : j + KW] * weight[f, c]) for f in range(F))
    return y if bias is None else y + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="How do your second number and your first belong together?",
    wrong="Each of your numbers holds all the sums before it as well: the sum never starts again at 0. Every place begins with an empty sum.",
    shown="one channel, one filter",
)
def the_sum_never_starts_again(image, weight, bias=None):
    (C, H, W), (F, channels, KH, KW) = image.shape, weight.shape
    if C != channels or KH > H or KW > W:
        raise ValueError("image and filters do not go together")
    y = np.zeros((F, H - KH + 1, W - KW + 1))
    total = 0.0
    for f, i, j in np.ndindex(*y.shape):
        total += np.sum(image[:, i : i + KH, j : j + KW] * weight[f])
        y[f, i, j] = total
    return y if bias is None else y + bias[:, None, None]


@conv2d_multichannel.alternative
def six_plain_loops(image, weight, bias=None):
    (channels, height, width), (filters, depth, kh, kw) = image.shape, weight.shape
    if depth != channels or kh > height or kw > width:
        raise ValueError(f"filters {weight.shape} do not go with an image {image.shape}")
    out = np.zeros((filters, height - kh + 1, width - kw + 1))
    for f in range(filters):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                total = 0.0 if bias is None else bias[f]
                for c in range(channels):
                    for a in range(kh):
                        for b in range(kw):
                            total += image[c, i + a, j + b] * weight[f, c, a, b]
                out[f, i, j] = total
    return out


@conv2d_multichannel.alternative
def windows_and_tensordot(image, weight, bias=None):
    if weight.shape[1] != image.shape[0]:
        raise ValueError("channels differ")
    if weight.shape[2] > image.shape[1] or weight.shape[3] > image.shape[2]:
        raise ValueError("the filters do not fit")
    windows = np.lib.stride_tricks.sliding_window_view(image, weight.shape[2:], axis=(1, 2))
    maps = np.tensordot(weight.astype(float), windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps if bias is None else maps + np.reshape(bias, (-1, 1, 1))


@conv2d_multichannel.alternative
def columns_and_one_matrix_product(image, weight, bias=None):
    (channels, height, width), (filters, depth, kh, kw) = image.shape, weight.shape
    if depth != channels:
        raise ValueError(f"{channels} channels meet filters for {depth}")
    if kh > height or kw > width:
        raise ValueError("the filters do not fit")
    rows, columns = height - kh + 1, width - kw + 1
    cols = np.stack(
        [
            image[c, a : a + rows, b : b + columns].ravel()
            for c in range(channels)
            for a in range(kh)
            for b in range(kw)
        ]
    )
    maps = (weight.reshape(filters, -1).astype(float) @ cols).reshape(filters, rows, columns)
    return maps if bias is None else maps + bias[:, np.newaxis, np.newaxis]


@conv2d_multichannel.alternative
def windows_in_torch(image, weight, bias=None):
    import torch

    if image.shape[0] != weight.shape[1] or any(
        k > n for k, n in zip(weight.shape[2:], image.shape[1:], strict=True)
    ):
        raise ValueError("image and filters do not go together")
    x = torch.tensor(image.tolist(), dtype=torch.float64)
    w = torch.tensor(weight.tolist(), dtype=torch.float64)
    windows = x.unfold(1, w.shape[2], 1).unfold(2, w.shape[3], 1)
    maps = torch.einsum("cijab,fcab->fij", windows, w).numpy()
    return maps if bias is None else maps + bias[:, None, None]
