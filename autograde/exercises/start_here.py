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


@count_values.feature(present="several channels", absent="a single channel")
def colour(height, width, channels):
    return channels > 1


@count_values.feature(present="a single row", absent="several rows")
def one_row(height, width, channels):
    return height == 1


@count_values.feature(present="a single column", absent="several columns")
def one_column(height, width, channels):
    return width == 1


count_values.example("a grey picture", 4, 5, 1)
count_values.example("a small colour picture", 2, 3, 3)
count_values.example("four channels", 2, 3, 4)
count_values.example("a single row", 1, 5, 3)
count_values.example("a single column", 5, 1, 2)
count_values.example("one grey pixel", 1, 1, 1)
count_values.example("a colour photograph", 480, 640, 3)
count_values.example_error("no rows", ValueError, 0, 4, 3)
count_values.example_error("no columns", ValueError, 4, 0, 3)
count_values.example_error("no channels", ValueError, 4, 5, 0)
count_values.example_error("−1 rows", ValueError, -1, 5, 3)
count_values.example_error("−1 columns", ValueError, 4, -1, 3)
count_values.example_error("−1 channels", ValueError, 4, 5, -1)
count_values.example_error("two sizes below 0", ValueError, -2, 4, -3)


@count_values.cases(weight=3)
def pictures_of_every_shape(rng):
    yield call(1, 1, 1)
    yield call(1, int(rng.integers(2, 50)), 3)
    yield call(int(rng.integers(2, 50)), 1, 4)
    for _ in range(8):
        height, width, channels = rng.integers(1, 300, 3).tolist()
        yield call(height, width, channels)


@count_values.cases
def impossible_sizes(rng):
    for place in range(3):
        sizes = rng.integers(1, 50, 3).tolist()
        for impossible in (0, -1 - place):
            sizes[place] = impossible
            yield call_error(ValueError, *sizes)
    yield call_error(ValueError, -2, int(rng.integers(1, 50)), -3)  # their product is positive
    yield call_error(ValueError, int(rng.integers(1, 50)), -4, -1)


@count_values.alternative
def one_after_the_other(height, width, channels):
    if height < 1 or width < 1 or channels < 1:
        raise ValueError("sizes must be at least 1")
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


count_values.edit(
    "forgets_channels",
    of=one_after_the_other,
    replace="return height * width * channels",
    by="return height * width",
    look="How many numbers does one pixel hold, and how many does your count give it?",
    wrong="Your result counts one number for each pixel. A pixel holds one number per channel, so the channels multiply too.",
)

count_values.edit(
    "adds_the_sizes",
    of=one_after_the_other,
    replace="return height * width * channels",
    by="return height + width + channels",
    look="How many numbers does one row more bring?",
    wrong="Your result is the sum of the three sizes. Each row holds `width` pixels and each pixel `channels` numbers: sizes multiply.",
)

count_values.edit(
    "adds_the_channels",
    of=one_after_the_other,
    replace="return height * width * channels",
    by="return height * width + channels",
    look="How many numbers does a second channel bring?",
    wrong="Your result grows by one for each channel. A channel has a number for every pixel: channels multiply.",
)

count_values.edit(
    "square_pictures_only",
    of=one_after_the_other,
    replace="return height * width * channels",
    by="return height * height * channels",
    look="How many pixels does a row hold?",
    wrong="Your result is that of a square picture, as wide as it is high. A row holds `width` pixels.",
)

count_values.edit(
    "always_three_channels",
    of=one_after_the_other,
    replace="return height * width * channels",
    by="return height * width * 3",
    look="How many channels does this picture have, and how many does your count give it?",
    wrong="Your result is that of three channels, whatever `channels` says.",
)

count_values.edit(
    "accepts_any_size",
    of=one_after_the_other,
    replace="height < 1 or width < 1 or channels < 1",
    by="False",
    look="What comes out of your function when a size is below 1?",
    wrong="A size below 1 must end in a ValueError. Your function comes to its end there and gives something back.",
    if_source_has={
        "return ValueError": "`return` hands the error over like any result; `raise ValueError(…)` ends the function and reaches whoever called it.",
        "return 'ValueError": "A text is a result like any other; `raise ValueError(…)` ends the function and reaches whoever called it.",
        'return "ValueError': "A text is a result like any other; `raise ValueError(…)` ends the function and reaches whoever called it.",
    },
)

count_values.edit(
    "refuses_one",
    of=one_after_the_other,
    replace="height < 1 or width < 1 or channels < 1",
    by="height <= 1 or width <= 1 or channels <= 1",
    look="Which sizes are impossible: is 1 among them?",
    wrong="Sizes of 1 are refused. A picture may have a single row, a single column or a single channel.",
)

count_values.edit(
    "refuses_zero_only",
    of=one_after_the_other,
    replace="height < 1 or width < 1 or channels < 1",
    by="height == 0 or width == 0 or channels == 0",
    look="Which sizes are impossible besides 0?",
    wrong="A negative size does not end in a ValueError. Everything below 1 is to be refused.",
)

count_values.edit(
    "refuses_negative_sizes_only",
    of=one_after_the_other,
    replace="height < 1 or width < 1 or channels < 1",
    by="height < 0 or width < 0 or channels < 0",
    look="Is 0 a possible size?",
    wrong="A size of 0 does not end in a ValueError. Everything below 1 is to be refused.",
)

count_values.edit(
    "looks_at_the_product_alone",
    of=one_after_the_other,
    replace="height < 1 or width < 1 or channels < 1",
    by="height * width * channels < 1",
    look="What are two negative numbers, multiplied?",
    wrong="Two sizes below 0 at once are let through: their product is positive, like that of a real picture. Each size must be at "
    "least 1 by itself.",
)

count_values.edit(
    "raises_another_error",
    of=one_after_the_other,
    replace="raise ValueError(",
    by="raise AssertionError(",
    look="Which kind of error does the statement ask for, and which one comes?",
    wrong="Impossible sizes are noticed, but the error that comes is an AssertionError. A ValueError is asked for.",
)


prediction(
    "photo_numbers",
    question="A colour photograph is 256 pixels high and 384 wide. How many numbers does the computer store for it?",
    answer=256 * 384 * 3,
    reason="256 rows × 384 columns = 98 304 pixels, and each pixel holds three numbers: red, green and blue.",
)

# Slips in right answers that change nothing a call could show, each with the reason.
SURVIVORS = {
    "count_values": {
        "a product has no order": (
            "sizes = (width, height, channels)",
            "sizes = (channels, width, height)",
            "sizes = (height, channels, width)",
        ),
    },
}
