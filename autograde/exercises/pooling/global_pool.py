"""Global average pooling: one number per channel."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import LECTURE_AVERAGE, LIBRARY_POOLING
from helpers.checking.compare import close


@exercise(points=1, difficulty="easy", minutes=3, compare=close(check_dtype=False))
def global_avg_pool(x):
    """One mean per channel of each sample: (N, C)."""
    return (
        np.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]) if x.dtype.kind == "f" else x.mean(axis=(-2, -1))
    )


global_avg_pool.off_limits(*LIBRARY_POOLING)
global_avg_pool.example("the lecture's 4 x 4 grid", LECTURE_AVERAGE)
global_avg_pool.example("two samples, two channels, 2 x 3", np.arange(24.0).reshape(2, 2, 2, 3) ** 2)


@global_avg_pool.cases
def batches_of_maps(rng):
    yield call(rng.normal(size=(3, 4, 5, 7)))
    yield call(rng.normal(size=(2, 5, 7, 7)))
    yield call(rng.normal(size=(1, 1, 6, 2)))


@global_avg_pool.cases
def single_pixels_rows_and_columns(rng):
    yield call(rng.normal(size=(2, 3, 1, 1)))
    yield call(rng.normal(size=(2, 3, 1, 5)))
    yield call(rng.normal(size=(1, 2, 4, 1)))


@global_avg_pool.cases
def other_number_types_and_views(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)).astype(np.float32))
    yield call(rng.integers(0, 256, size=(2, 3, 4, 5)))
    yield call(rng.normal(size=(4, 5, 2, 3)).transpose(2, 3, 1, 0))
    yield call(rng.normal(size=(2, 6, 7, 8))[:, ::2, ::-1, ::3])


@global_avg_pool.misconception(
    look="How many axes does your result have? How many should it have?",
    wrong="Your result still has the axes H and W, with length 1. The result is (N, C): two axes.",
)
def keeps_height_and_width(x):
    return x.mean(axis=(2, 3), keepdims=True)


@global_avg_pool.misconception(
    look="Which axes disappeared? The result should say something about every channel.",
    wrong="You averaged over the channels. Average over height and width; samples and channels stay apart.",
)
def averages_over_channels(x):
    return x.mean(axis=1)


@global_avg_pool.misconception(
    look="How many numbers should come out for one sample with two channels?",
    wrong="You averaged channels, height and width together. Every channel keeps a number of its own.",
)
def one_number_per_sample(x):
    return x.reshape(len(x), -1).mean(axis=1)


@global_avg_pool.misconception(
    look="How many axes does your result have?",
    wrong="You averaged over one axis only. Each channel should become one number: both height and width go.",
)
def averages_over_one_axis(x):
    return x.mean(axis=-1)


@global_avg_pool.misconception(
    look="Are your numbers means, or the largest numbers?",
    wrong="You took the largest value of each channel. That is global max pooling.",
)
def global_maximum(x):
    return x.max(axis=(2, 3)).astype(float)


@global_avg_pool.misconception(
    look="By what factor are your numbers too large?",
    wrong="You summed over height and width. Divide by the number of pixels in a plane, H times W.",
)
def global_sum(x):
    return x.sum(axis=(2, 3)).astype(float)


@global_avg_pool.alternative
def mean_over_two_axes(x):
    return x.mean(axis=(2, 3))


@global_avg_pool.alternative
def flattened_planes(x):
    n, c, height, width = x.shape
    return x.reshape(n, c, height * width).mean(axis=2)


@global_avg_pool.alternative
def global_average_with_loops(x):
    n, c, height, width = x.shape
    out = np.zeros((n, c), dtype=np.float32 if x.dtype == np.float32 else np.float64)
    for sample in range(n):
        for channel in range(c):
            out[sample, channel] = sum(float(v) for v in x[sample, channel].ravel()) / (height * width)
    return out
