"""Filters over an image with channels: all channels summed, one map for each filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_2d.common import (
    LIBRARY_CONVOLUTIONS,
    LOPSIDED,
    SMALL_IMAGE,
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
conv2d_multichannel.example("two channels, one filter, no bias", TWO_PLANES, ONE_FILTER, None)
conv2d_multichannel.example(
    "one channel, one filter, a bias", SMALL_IMAGE[None], LOPSIDED[None, None], np.array([4.0])
)
conv2d_multichannel.example("two channels, three filters, biases", TWO_PLANES, THREE_FILTERS, THREE_BIASES)
conv2d_multichannel.example(
    "three filters, maps of three columns", SMALL_IMAGE[None], THREE_FILTERS[:, :1], THREE_BIASES
)
conv2d_multichannel.example("two colour pixels to grey: 1 x 1", RGB_PIXELS, LUMA)
conv2d_multichannel.example(
    "whole numbers, weights of fractions",
    np.array([[[2, 4, 1]], [[7, 0, 3]]]),
    np.array([[[[0.5, -0.25]], [[0.25, 1]]]]),
    None,
)
conv2d_multichannel.example_error("filters for another number of channels", ValueError, TWO_PLANES, LUMA)
conv2d_multichannel.example_error(
    "filters larger than the image", ValueError, SMALL_IMAGE[None, :, :1], LOPSIDED[None, None], None
)


@conv2d_multichannel.cases(weight=2)
def images_and_filters_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for (channels, height, width), (filters, kh, kw) in [
        ((3, 7, 6), (4, 3, 3)),
        ((2, 5, 8), (3, 2, 4)),
        ((4, 6, 5), (2, 1, 3)),
        ((3, 4, 4), (3, 2, 2)),
        ((5, 3, 4), (6, 3, 1)),
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
    yield call_error(ValueError, rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 2, 4, 2)), None)
    yield call_error(ValueError, rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 2, 2, 4)), None)


def check_shapes(image, weight):
    """ValueError where channels differ or the filters do not fit."""
    if image.shape[0] != weight.shape[1]:
        raise ValueError("image and filters differ in channels")
    if weight.shape[2] > image.shape[1] or weight.shape[3] > image.shape[2]:
        raise ValueError("the filters do not fit the image")


def slide(plane, kernel):
    """Cross-correlation of one plane with one kernel."""
    height, width = kernel.shape
    out = np.zeros((plane.shape[0] - height + 1, plane.shape[1] - width + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(plane[i : i + height, j : j + width] * kernel)
    return out


def maps_of(image, weight, bias):
    """The right maps."""
    check_shapes(image, weight)
    maps = np.stack([sum(slide(p, k) for p, k in zip(image, kernels, strict=True)) for kernels in weight])
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="What is the shape of your result, and how many maps should one filter make?",
    wrong="You keep one map for every channel of every filter. A filter adds what it finds in all channels: one map each, "
    "shape (F, H', W').",
)
def a_map_for_every_channel(image, weight, bias=None):
    check_shapes(image, weight)
    maps = np.stack(
        [np.stack([slide(p, k) for p, k in zip(image, kernels, strict=True)]) for kernels in weight]
    )
    return maps if bias is None else maps + bias[:, None, None, None]


@conv2d_multichannel.misconception(
    look="Which weights does the second channel meet?",
    wrong="You use the kernel of channel 0 for all channels. A filter has a kernel of its own for each channel: weight[f, c].",
)
def one_kernel_for_all_channels(image, weight, bias=None):
    check_shapes(image, weight)
    maps = np.stack([sum(slide(plane, kernels[0]) for plane in image) for kernels in weight])
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="Two channels, bias 10: by how much does the bias raise your output?",
    wrong="You add the bias once for every channel. It belongs to the filter: add it once, after the sum over channels.",
)
def a_bias_for_every_channel(image, weight, bias=None):
    maps = maps_of(image, weight, bias)
    return maps if bias is None else maps + (image.shape[0] - 1) * bias[:, None, None]


@conv2d_multichannel.misconception(
    look="What is left of channel 0 in your output once channel 1 has been read?",
    wrong="Only the last channel is left: = in the loop over channels forgets the sum so far. Add with +=.",
)
def the_last_channel_wins(image, weight, bias=None):
    check_shapes(image, weight)
    maps = np.stack([slide(image[-1], kernels[-1]) for kernels in weight])
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="By what factor do your numbers differ from ours? How many channels are there?",
    wrong="You average over the channels. A filter adds them up.",
)
def averages_the_channels(image, weight, bias=None):
    maps = maps_of(image, weight, None) / image.shape[0]
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="Does the first weight of a channel meet the first number of the window in yours?",
    wrong="You turned the kernels round. Layers of a network compute cross-correlation: no flip.",
)
def flips_the_kernels(image, weight, bias=None):
    return maps_of(image, weight[:, :, ::-1, ::-1], bias)


@conv2d_multichannel.misconception(
    look="How far is each of your numbers from ours? Is the distance the same all over the map?",
    wrong="You forgot the bias. Each filter adds its own number to its whole map.",
)
def forgets_the_bias(image, weight, bias=None):
    return maps_of(image, weight, None)


@conv2d_multichannel.misconception(
    look="Three filters, three biases: which bias does each of your maps get?",
    wrong="Every map gets the first bias. Filter f has bias[f]; to add it to a whole map, give it two more axes: "
    "bias[:, None, None].",
)
def the_first_bias_for_all(image, weight, bias=None):
    maps = maps_of(image, weight, None)
    return maps if bias is None else maps + bias[0]


@conv2d_multichannel.misconception(
    look="bias=None means: there is no bias. Does your code run then?",
    wrong="Your code needs a bias. Add it only where bias is not None.",
)
def cannot_do_without_a_bias(image, weight, bias=None):
    return maps_of(image, weight, None) + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="How many maps do three filters make, and how many do you return?",
    wrong="You use the first filter only. Make one map for each of the F filters.",
)
def the_first_filter_only(image, weight, bias=None):
    return maps_of(image, weight[:1], None if bias is None else bias[:1])


@conv2d_multichannel.misconception(
    look="The weights are fractions. What happens to −0.25 in an array of integers?",
    wrong="Your output array took its type from the image: an integer array cuts off everything behind the decimal point.",
)
def stores_sums_as_integers(image, weight, bias=None):
    return maps_of(image, weight, bias).astype(image.dtype)


@conv2d_multichannel.misconception(
    look="An image of two channels, filters for three: what does the docstring promise?",
    wrong="Your maps are right, but you never compare the channels of image and filters; a mismatch must raise a "
    "ValueError.",
)
def never_compares_the_channels(image, weight, bias=None):
    if weight.shape[2] > image.shape[1] or weight.shape[3] > image.shape[2]:
        raise ValueError("the filters do not fit the image")
    maps = np.stack([sum(slide(p, k) for p, k in zip(image, kernels)) for kernels in weight])  # noqa: B905
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="Filters larger than the image: what does the docstring promise?",
    wrong="Your maps are right, but filters that do not fit the image must raise a ValueError.",
)
def never_checks_the_fit(image, weight, bias=None):
    if image.shape[0] != weight.shape[1]:
        raise ValueError("image and filters differ in channels")
    (filters, _, kh, kw), (_, height, width) = weight.shape, image.shape
    rows, columns = range(height - kh + 1), range(width - kw + 1)
    maps = [
        [[np.sum(image[:, i : i + kh, j : j + kw] * weight[f]) for j in columns] for i in rows]
        for f in range(filters)
    ]
    return np.array(maps, dtype=float) + (0 if bias is None else bias[:, None, None])


@conv2d_multichannel.misconception(
    look="Three biases: to which axis of your output are they added?",
    wrong="bias has shape (F,), and NumPy adds it along the LAST axis, the columns. Give it two more axes: bias[:, None, None].",
)
def bias_along_the_columns(image, weight, bias=None):
    maps = maps_of(image, weight, None)
    return maps if bias is None else maps + bias


@conv2d_multichannel.misconception(
    look="What does Python say to `if bias:` when bias is an array of three numbers?",
    wrong="`if bias:` asks a whole array whether it is true: NumPy refuses when there are several biases. Ask `if bias is not None:`.",
)
def asks_an_array_whether_it_is_true(image, weight, bias=None):
    maps = maps_of(image, weight, None)
    if bias:
        maps = maps + bias[:, None, None]
    return maps


@conv2d_multichannel.misconception(
    look="Three filters: are your three maps different?",
    wrong="You add up over the filters as well. Filters make maps of their own: sum over channels and window only.",
)
def adds_up_the_filters(image, weight, bias=None):
    maps = maps_of(image, weight, None)
    maps[:] = maps.sum(axis=0)
    return maps if bias is None else maps + bias[:, None, None]


@conv2d_multichannel.misconception(
    look="How far are your numbers from ours? Is the distance the same at every place?",
    wrong="You add the bias to the whole map inside the loop over places, so it is added again for every place that follows.",
)
def a_bias_for_every_place(image, weight, bias=None):
    maps = maps_of(image, weight, None)
    count = maps.shape[1] * maps.shape[2]
    if bias is not None:
        left = np.arange(count - 1, -1, -1).reshape(maps.shape[1:])  # places that come after this one
        maps = maps + bias[:, None, None] * left
    return maps


@conv2d_multichannel.misconception(
    look="Where do zeros stand in your maps, and what stands there in ours?",
    wrong="You cut off the negative answers. This layer returns all of them; max(0, z) is a step of its own.",
)
def rectifies_the_maps(image, weight, bias=None):
    return np.maximum(0, maps_of(image, weight, bias))


@conv2d_multichannel.misconception(
    look="What is the shape of your result where there is one filter?",
    wrong="np.squeeze drops every axis of length 1. The result keeps all three, also for a single filter or a single row: "
    "(F, H − KH + 1, W − KW + 1).",
)
def drops_axes_of_length_one(image, weight, bias=None):
    return np.squeeze(maps_of(image, weight, bias))


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
