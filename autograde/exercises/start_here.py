"""The exercise of notebook 00: one function, on which students learn how a check works."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise, prediction


@exercise(points=1, difficulty="easy", minutes=3)
def count_values(height, width, channels):
    """How many numbers a picture of height × width pixels with so many channels holds."""
    if min(height, width, channels) < 1:
        raise ValueError("height, width and channels are at least 1")
    return int(np.zeros((height, width, channels), dtype=np.uint8).size)


count_values.example("a small colour picture", 2, 3, 3)
count_values.example("a grey picture", 4, 5, 1)
count_values.example("a colour photograph", 480, 640, 3)
count_values.example_error("a picture without rows", ValueError, 0, 4, 3)
count_values.example_error("−1 channels", ValueError, 4, 5, -1)


@count_values.cases(weight=3)
def pictures_of_every_shape(rng):
    yield call(1, 1, 1)
    for _ in range(8):
        height, width, channels = rng.integers(1, 300, 3).tolist()
        yield call(height, width, channels)


@count_values.cases
def impossible_sizes(rng):
    for place in range(3):
        sizes = rng.integers(1, 50, 3).tolist()
        sizes[place] = -place
        yield call_error(ValueError, *sizes)
    yield call_error(ValueError, -2, int(rng.integers(1, 50)), -3)  # their product is positive


@count_values.misconception(
    look="Compare your answers for the grey and for the colour picture.",
    wrong="You counted pixels. A colour pixel holds three numbers, one per channel, so the channels multiply too.",
)
def forgets_channels(height, width, channels):
    if min(height, width, channels) < 1:
        raise ValueError("sizes must be at least 1")
    return height * width


@count_values.misconception(
    look="How many numbers does a second row add?",
    wrong="You added the three sizes. Each row holds `width` pixels and each pixel `channels` numbers: sizes multiply.",
)
def adds_the_sizes(height, width, channels):
    if min(height, width, channels) < 1:
        raise ValueError("sizes must be at least 1")
    return height + width + channels


@count_values.misconception(
    look="What does your function do with the picture that has no rows?",
    wrong="The count is right, but a size below 1 must raise ValueError instead of giving a number.",
)
def accepts_any_size(height, width, channels):
    return height * width * channels


@count_values.misconception(
    look="A size of exactly 1 is fine; which sizes does your test refuse?",
    wrong="Your test refuses a size of 1. A grey picture has one channel, and it is a picture.",
)
def refuses_one(height, width, channels):
    if min(height, width, channels) <= 1:
        raise ValueError("sizes must be at least 1")
    return height * width * channels


@count_values.misconception(
    look="Which example comes out wrong: is every picture coloured?",
    wrong="You multiplied by 3 whatever `channels` says. A grey picture has a single channel.",
)
def always_three_channels(height, width, channels):
    if min(height, width, channels) < 1:
        raise ValueError("sizes must be at least 1")
    return height * width * 3


@count_values.misconception(
    look="A picture without rows is refused. What about −1 channels?",
    wrong="Your test looks for 0. Negative sizes are just as impossible: refuse everything below 1.",
)
def refuses_zero_only(height, width, channels):
    if height == 0 or width == 0 or channels == 0:
        raise ValueError("sizes must not be 0")
    return height * width * channels


@count_values.misconception(
    look="How does your function tell the caller that something is wrong?",
    wrong="You return the error as if it were a count. Write `raise ValueError(...)`: it ends the function and reaches whoever "
    "called it.",
)
def returns_the_error(height, width, channels):
    if min(height, width, channels) < 1:
        return "ValueError"
    return height * width * channels


@count_values.alternative
def by_counting_rows(height, width, channels):
    if height <= 0 or width <= 0 or channels <= 0:
        raise ValueError("a picture has at least one row, column and channel")
    total = 0
    for _ in range(height):
        total += width * channels
    return total


@count_values.alternative
def by_products(height, width, channels):
    sizes = (height, width, channels)
    if any(size < 1 for size in sizes):
        raise ValueError(f"sizes must be at least 1, got {sizes}")
    return int(np.prod(sizes))


prediction(
    "photo_numbers",
    question="A colour photograph is 256 pixels high and 384 wide. How many numbers does the computer store for it?",
    answer=256 * 384 * 3,
    reason="256 rows × 384 columns = 98 304 pixels, and each pixel holds three numbers: red, green and blue.",
)
