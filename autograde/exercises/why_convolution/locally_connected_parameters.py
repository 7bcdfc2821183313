"""How many parameters a layer has that looks locally and shares nothing."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise


@exercise(points=2, difficulty="medium", minutes=10)
def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
    """Weights and biases of a layer with windows but without sharing."""
    kh, kw = np.broadcast_to(kernel_size, 2).tolist()
    if kh > height or kw > width:
        raise ValueError("the kernel does not fit")
    windows = sliding_window_view(np.zeros((in_channels, height, width), np.uint8), (in_channels, kh, kw))
    positions = windows.shape[1] * windows.shape[2]
    return int(out_channels * (windows.size + (positions if bias else 0)))


@locally_connected_parameters.feature(present="several input channels", absent="one input channel")
def several_channels(height, width, in_channels, out_channels, kernel_size, bias=False):
    return in_channels > 1


@locally_connected_parameters.feature(present="several filters", absent="one filter")
def several_filters(height, width, in_channels, out_channels, kernel_size, bias=False):
    return out_channels > 1


@locally_connected_parameters.feature(present="an image that is not square", absent="a square image")
def not_square(height, width, in_channels, out_channels, kernel_size, bias=False):
    return height != width


locally_connected_parameters.example("a square image", 3, 3, 1, 1, 2)
locally_connected_parameters.example("wider than high", 3, 4, 1, 1, 2)
locally_connected_parameters.example("higher than wide", 5, 3, 1, 1, 2)
locally_connected_parameters.example("a window of one", 2, 3, 1, 1, 1)
locally_connected_parameters.example("two input channels", 3, 3, 2, 1, 2)
locally_connected_parameters.example("three filters", 3, 3, 1, 3, 2)
locally_connected_parameters.example("biases", 3, 3, 1, 1, 2, bias=True)
locally_connected_parameters.example("two input channels and biases", 3, 3, 2, 1, 2, bias=True)
locally_connected_parameters.example("three filters and biases", 3, 3, 1, 3, 2, bias=True)
locally_connected_parameters.example("a window of 2 × 3", 4, 4, 1, 1, (2, 3))
locally_connected_parameters.example("a window of 3 × 1", 4, 4, 1, 1, (3, 1))
locally_connected_parameters.example("a window as large as the image", 3, 4, 1, 1, (3, 4))
locally_connected_parameters.example("a window as high as the image", 3, 5, 1, 1, 3)
locally_connected_parameters.example("everything at once", 5, 9, 2, 3, (2, 4), True)
locally_connected_parameters.example("thirty filters on a colour image", 32, 32, 3, 30, 5)
locally_connected_parameters.example_error("a window too high", ValueError, 2, 3, 1, 1, 3)
locally_connected_parameters.example_error("a window too wide", ValueError, 3, 2, 1, 1, 3)
locally_connected_parameters.example_error("a flat window too wide", ValueError, 6, 6, 1, 1, (2, 7))
locally_connected_parameters.example_error("a window too large both ways", ValueError, 3, 3, 1, 1, 5)


@locally_connected_parameters.cases(weight=2)
def images_of_every_shape(rng):
    for _ in range(6):
        height, width = (int(n) for n in rng.integers(7, 40, 2))
        channels, filters = (int(n) for n in rng.integers(2, 20, 2))
        yield call(height, width, channels, filters, int(rng.integers(2, 7)))


@locally_connected_parameters.cases(weight=2)
def with_biases(rng):
    for size in [1, 3, 4]:
        height, width = (int(n) for n in rng.integers(5, 30, 2))
        yield call(height, width + 30, *(int(n) for n in rng.integers(2, 9, 2)), size, bias=True)
    yield call(6, 5, 2, 3, 2, False)


@locally_connected_parameters.cases
def windows_of_two_sides(rng):
    for sides in [(1, 6), (6, 1), (2, 3)]:
        height, width = (int(n) for n in rng.integers(6, 30, 2))
        yield call(height, width, int(rng.integers(1, 5)), int(rng.integers(1, 9)), sides, bias=True)


@locally_connected_parameters.cases
def the_tightest(rng):
    height, width = (int(n) for n in rng.integers(3, 12, 2))
    yield call(height, width, 3, 4, (height, width), bias=True)
    yield call(height, width, 1, 1, 1)
    yield call(1, 1, 1, 1, 1, bias=True)
    yield call(5, 20, 2, 3, 5)
    yield call(20, 5, 2, 3, 5)


@locally_connected_parameters.cases
def windows_that_do_not_fit(rng):
    yield call_error(ValueError, 9, 4, 1, 2, 5)
    yield call_error(ValueError, 4, 9, 2, 1, 5)
    yield call_error(ValueError, 3, 3, 2, 2, 7, bias=True)
    yield call_error(ValueError, 6, 6, 1, 1, (2, 7))
    yield call_error(ValueError, 6, 6, 1, 1, (7, 1))
    yield call_error(ValueError, int(rng.integers(2, 6)), 12, 2, 2, (6, 2))


@locally_connected_parameters.alternative
def weights_and_biases(height, width, in_channels, out_channels, kernel_size, bias=False):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if kh > height or kw > width:
        raise ValueError(f"a window of {kh} x {kw} does not fit into {height} x {width}")
    down, across = height - kh + 1, width - kw + 1
    places = down * across
    weights = places * out_channels * in_channels * kh * kw
    biases = places * out_channels
    return weights + (biases if bias else 0)


@locally_connected_parameters.alternative
def window_by_window(height, width, in_channels, out_channels, kernel_size, bias=False):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if height < kh or width < kw:
        raise ValueError(f"window {kh} x {kw} is larger than the image {height} x {width}")
    total = 0
    for _top in range(height - kh + 1):
        for _left in range(width - kw + 1):
            total += out_channels * (in_channels * kh * kw + int(bias))
    return total


@locally_connected_parameters.alternative
def positions_times_dense_layers(height, width, in_channels, out_channels, kernel_size, bias=False):
    def dense(inputs, units):
        return inputs * units + (units if bias else 0)

    kh, kw = np.broadcast_to(kernel_size, 2)
    down, across = height - kh + 1, width - kw + 1
    if min(down, across) < 1:
        raise ValueError("the window does not fit")
    return int(down * across * dense(kh * kw * in_channels, out_channels))


@locally_connected_parameters.alternative
def from_the_shape_of_the_weights(height, width, in_channels, out_channels, kernel_size, bias=False):
    import math

    try:
        kh, kw = kernel_size
    except TypeError:
        kh, kw = kernel_size, kernel_size
    shape = (out_channels, height - kh + 1, width - kw + 1, in_channels, kh, kw)
    if any(n <= 0 for n in shape):
        raise ValueError(f"no window fits: {shape}")
    count = math.prod(shape)
    if bias:
        count += math.prod(shape[:3])
    return count


locally_connected_parameters.edit(
    "a_window_on_every_pixel",
    of=weights_and_biases,
    replace="height - kh + 1, width - kw + 1",
    by="height, width",
    look="At how many places does the window fit into the image? Count them on paper.",
    wrong="Your result has a place for every pixel. The window must lie wholly on the image: height − kh + 1 rows of places, "
    "width − kw + 1 columns.",
)

locally_connected_parameters.edit(
    "one_place_too_few",
    of=weights_and_biases,
    replace="height - kh + 1, width - kw + 1",
    by="height - kh, width - kw",
    look="The window can start at pixel 0 of a row, and where else? Count the places.",
    wrong="Your result has one place too few in each direction. From the first to the last place there are height − kh steps, and one "
    "place more than steps.",
)

locally_connected_parameters.edit(
    "one_row_of_places_too_few",
    of=weights_and_biases,
    replace="height - kh + 1, width",
    by="height - kh, width",
    look="How many places lie below each other? And how many side by side?",
    wrong="Your result has one row of places too few. There is one place more than steps, downwards too.",
)

locally_connected_parameters.edit(
    "one_column_of_places_too_few",
    of=weights_and_biases,
    replace="width - kw + 1",
    by="width - kw",
    look="How many places lie side by side? And how many below each other?",
    wrong="Your result has one column of places too few. There is one place more than steps, across too.",
)

locally_connected_parameters.edit(
    "square_images_only",
    of=weights_and_biases,
    replace="height - kh + 1, width - kw + 1",
    by="height - kh + 1, height - kh + 1",
    look="How many places lie side by side in this image, and how many below each other?",
    wrong="Your result has as many columns of places as rows. Across, the width counts.",
)

locally_connected_parameters.edit(
    "swaps_the_sides",
    of=weights_and_biases,
    replace="height - kh + 1, width - kw + 1",
    by="height - kw + 1, width - kh + 1",
    look="Which side of the window goes down, and which across?",
    wrong="Your result is that of a window lying on its side. kernel_size is (rows, columns), like the image: kh goes with height.",
    shown="everything at once",
)

locally_connected_parameters.edit(
    "windows_side_by_side",
    of=weights_and_biases,
    replace="height - kh + 1, width - kw + 1",
    by="height // kh, width // kw",
    look="By how many pixels does the window move from one place to the next?",
    wrong="Your result has as many places as windows fit side by side. A window moves one pixel at a time, so places overlap.",
)

locally_connected_parameters.edit(
    "shares_the_weights",
    of=weights_and_biases,
    replace="places = down * across",
    by="places = 1",
    look="What happens to your count when the image grows?",
    wrong="Your result holds one set of weights for all places: that is a convolution. Here every place has a set of its own.",
)

locally_connected_parameters.edit(
    "forgets_the_input_channels",
    of=weights_and_biases,
    replace="out_channels * in_channels",
    by="out_channels",
    look="How many numbers lie under a window, on all channels?",
    wrong="Your result is that of a single input channel. A window covers its pixels on every channel.",
)

locally_connected_parameters.edit(
    "forgets_the_filters",
    of=weights_and_biases,
    replace="weights = places * out_channels * in_channels * kh * kw\n    biases = places * out_channels",
    by="weights = places * in_channels * kh * kw\n    biases = places",
    look="What changes in your count when a second filter comes?",
    wrong="Your result is that of a single filter. There are out_channels of them, each with weights of its own at every place.",
)

locally_connected_parameters.edit(
    "one_side_only",
    of=weights_and_biases,
    replace="in_channels * kh * kw",
    by="in_channels * kh",
    look="Draw the window. How many pixels does it have?",
    wrong="Your result counts one side of the window. It covers rows times columns pixels on each channel.",
)

locally_connected_parameters.edit(
    "shares_the_biases",
    of=weights_and_biases,
    replace="biases = places * out_channels",
    by="biases = out_channels",
    look="At how many places does a filter sit, and how many biases does your count give it?",
    wrong="Your result holds one bias for each filter, as if places shared it. Nothing is shared here: one bias for each filter at each "
    "place.",
)

locally_connected_parameters.edit(
    "one_bias_for_each_place",
    of=weights_and_biases,
    replace="biases = places * out_channels",
    by="biases = places",
    look="Several filters look at each place. How many biases are there at one place?",
    wrong="Your result holds one bias for each place. Every filter has a unit at every place, and each unit its own bias.",
)

locally_connected_parameters.edit(
    "one_bias_in_all",
    of=weights_and_biases,
    replace="biases = places * out_channels",
    by="biases = 1",
    look="How many units are there, and how many biases does your count hold?",
    wrong="Your result holds a single bias for the whole layer. Each of its units has one.",
    shown="three filters and biases",
)

locally_connected_parameters.edit(
    "a_bias_for_every_input_channel",
    of=weights_and_biases,
    replace="biases = places * out_channels",
    by="biases = places * out_channels * in_channels",
    look="Several channels, one unit: how many biases does it add to its sum?",
    wrong="Your result holds, for each unit, one bias per input channel. A unit adds up all channels first, then one bias.",
)

locally_connected_parameters.edit(
    "never_adds_the_biases",
    of=weights_and_biases,
    replace="(biases if bias else 0)",
    by="0",
    look="What does this call say about biases?",
    wrong="Your result is the number of the weights alone. With bias=True each filter has one number more at each place.",
)

locally_connected_parameters.edit(
    "always_adds_the_biases",
    of=weights_and_biases,
    replace="(biases if bias else 0)",
    by="biases",
    look="What holds when the call does not ask for biases?",
    wrong="Your result holds biases although nobody asked for them: the default of `bias` is False.",
)

locally_connected_parameters.edit(
    "counts_windows_that_do_not_fit",
    of=weights_and_biases,
    replace="kh > height or kw > width",
    by="False",
    look="What comes out of your function for a window that is larger than the image?",
    wrong="For a window that does not fit your function gives something back instead of a ValueError.",
)

locally_connected_parameters.edit(
    "refuses_windows_too_large_both_ways_only",
    of=weights_and_biases,
    replace="kh > height or kw > width",
    by="kh > height and kw > width",
    look="Does a window fit that is too large in one direction only?",
    wrong="A window that is too large in one direction only is let through. One direction is enough for it not to fit.",
)

locally_connected_parameters.edit(
    "refuses_windows_too_high_only",
    of=weights_and_biases,
    replace="kh > height or kw > width",
    by="kh > height",
    look="What comes out of your function for a window that is wider than the image?",
    wrong="A window that is too wide is let through; a ValueError is asked for.",
)

locally_connected_parameters.edit(
    "refuses_windows_too_wide_only",
    of=weights_and_biases,
    replace="kh > height or kw > width",
    by="kw > width",
    look="What comes out of your function for a window that is higher than the image?",
    wrong="A window that is too high is let through; a ValueError is asked for.",
)

locally_connected_parameters.edit(
    "compares_areas",
    of=weights_and_biases,
    replace="kh > height or kw > width",
    by="kh * kw > height * width",
    look="What has to hold in each direction for the window to fit?",
    wrong="A window that covers fewer pixels than the image has, and still is too high or too wide, is let through.",
)


@locally_connected_parameters.misconception(
    look="What does your function do when kernel_size is a pair?",
    wrong="Your function computes with one number. A pair (rows, columns) is a window of kh · kw pixels.",
)
def square_windows_only(height, width, in_channels, out_channels, kernel_size, bias=False):
    if kernel_size > min(height, width):
        raise ValueError("the window does not fit")
    places = (height - kernel_size + 1) * (width - kernel_size + 1)
    return places * out_channels * (in_channels * kernel_size**2 + bool(bias))


@locally_connected_parameters.misconception(
    look="Does a window fit that is just as large as the image?",
    wrong="A window that reaches from edge to edge ends in an error. It fits, at one place in that direction.",
    shown="a window as high as the image",
)
def refuses_the_largest_window(height, width, in_channels, out_channels, kernel_size, bias=False):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if kh >= height or kw >= width:
        raise ValueError("the window does not fit")
    places = (height - kh + 1) * (width - kw + 1)
    return places * out_channels * (in_channels * kh * kw + bool(bias))
