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


locally_connected_parameters.example(
    "the lecture's layer: 32 × 32 × 3, thirty 5 × 5 filters", 32, 32, 3, 30, 5
)
locally_connected_parameters.example("a 3 × 4 image, a 2 × 2 window, with biases", 3, 4, 1, 1, 2, bias=True)
locally_connected_parameters.example("wider than high, two filters, biases", 5, 9, 2, 2, 3, bias=True)
locally_connected_parameters.example("a window of 2 × 5", 6, 8, 3, 4, (2, 5))
locally_connected_parameters.example("a window as large as the image", 3, 4, 2, 5, (3, 4), bias=True)
locally_connected_parameters.example_error("a window too large", ValueError, 4, 9, 1, 1, 5)


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


@locally_connected_parameters.cases
def windows_that_do_not_fit(rng):
    yield call_error(ValueError, 9, 4, 1, 2, 5)
    yield call_error(ValueError, 3, 3, 2, 2, 7, bias=True)
    yield call_error(ValueError, 6, 6, 1, 1, (2, 7))


def counted(height, width, in_channels, out_channels, kernel_size, positions=None, biases=None):
    """The right count, with the number of positions or of biases replaced by the caller's idea."""
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if kh > height or kw > width:
        raise ValueError(f"a {kh} x {kw} window does not fit into {height} x {width}")
    places = (height - kh + 1) * (width - kw + 1) if positions is None else positions(height, width, kh, kw)
    return places * out_channels * in_channels * kh * kw + (biases(places) if biases else 0)


@locally_connected_parameters.misconception(
    look="At how many places does a 2 × 2 window fit into a 3 × 4 image? Count them on paper.",
    wrong="You put a window on every pixel. It must lie wholly on the image: height − kh + 1 rows of places, "
    "width − kw + 1 columns.",
)
def a_window_on_every_pixel(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: h * w,
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="What happens to your count when the image grows?",
    wrong="You counted one set of weights for all positions: that is a convolution. Here every position has a set of "
    "its own.",
)
def shares_the_weights(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: 1,
        (lambda places: out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="In the 3 × 4 example there are six places. How many biases did you add?",
    wrong="You added one bias for each filter, as if positions shared it. Nothing is shared here: one bias for each "
    "filter at each position.",
)
def shares_the_biases(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        None,
        (lambda places: out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="Look at an example with bias=True.",
    wrong="Your count holds the weights alone. With bias=True each filter has one number more at each position.",
)
def never_adds_the_biases(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(height, width, in_channels, out_channels, kernel_size)


@locally_connected_parameters.misconception(
    look="A window of 2 in a row of 3 pixels: it can start at pixel 0, and where else?",
    wrong="You left out the + 1. From the first to the last place there are height − kh steps, and one place more than "
    "steps.",
)
def one_place_too_few(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: (h - kh) * (w - kw),
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="Square images come out right. What happens to one that is wider than high?",
    wrong="You counted the places along the height and used that number for the width too.",
)
def square_images_only(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: (h - kh + 1) ** 2,
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="The window of 2 × 5: which side goes down and which across?",
    wrong="You swapped the sides of the window. kernel_size is (height, width), like the image: kh goes with height.",
)
def swaps_the_sides(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: (h - kw + 1) * (w - kh + 1),
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="How many numbers lie under a window when the image has three channels?",
    wrong="You left the input channels out. A window covers its pixels on every channel.",
)
def forgets_the_input_channels(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        1,
        out_channels,
        kernel_size,
        None,
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="What does the docstring promise for a window that is larger than the image?",
    wrong="Your count is right where the window fits. Where it does not fit, raise a ValueError.",
)
def counts_windows_that_do_not_fit(height, width, in_channels, out_channels, kernel_size, bias=False):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    weights = in_channels * kh * kw + (1 if bias else 0)
    return (height - kh + 1) * (width - kw + 1) * out_channels * weights


@locally_connected_parameters.misconception(
    look="Two filters look at each place. How many biases are there at one place?",
    wrong="You added one bias for each place. Every filter has a unit at every place, and each unit its own bias.",
)
def one_bias_for_each_place(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        None,
        (lambda places: places) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="Six units, and how many biases in your count?",
    wrong="You added a single bias for the whole layer. Each of its units has one.",
)
def one_bias_in_all(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height, width, in_channels, out_channels, kernel_size, None, (lambda places: 1) if bias else None
    )


@locally_connected_parameters.misconception(
    look="What changes in your count when there are thirty filters instead of one?",
    wrong="You counted one filter. There are out_channels of them, each with weights of its own at every place.",
)
def forgets_the_filters(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        1,
        kernel_size,
        None,
        (lambda places: places) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="Look at an example that does not ask for biases.",
    wrong="Your function adds the biases whether they are wanted or not. Look at the argument `bias`.",
)
def always_adds_the_biases(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        None,
        lambda places: places * out_channels,
    )


@locally_connected_parameters.misconception(
    look="Two channels, one unit: how many biases does it add to its sum?",
    wrong="You gave a unit one bias for each input channel. It adds up all channels first, then one bias.",
)
def a_bias_for_every_input_channel(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        None,
        (lambda places: places * out_channels * in_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="By how many pixels does your window move from one place to the next?",
    wrong="You laid the windows side by side. A window moves one pixel at a time, so the places overlap.",
)
def windows_side_by_side(height, width, in_channels, out_channels, kernel_size, bias=False):
    return counted(
        height,
        width,
        in_channels,
        out_channels,
        kernel_size,
        lambda h, w, kh, kw: (h // kh) * (w // kw),
        (lambda places: places * out_channels) if bias else None,
    )


@locally_connected_parameters.misconception(
    look="What does your function do when kernel_size is the pair (2, 5)?",
    wrong="Your function computes with one number. A pair (rows, columns) is a window of kh · kw pixels.",
)
def square_windows_only(height, width, in_channels, out_channels, kernel_size, bias=False):
    if kernel_size > min(height, width):
        raise ValueError("the window does not fit")
    places = (height - kernel_size + 1) * (width - kernel_size + 1)
    return places * out_channels * (in_channels * kernel_size**2 + bool(bias))


@locally_connected_parameters.misconception(
    look="Does a window fit that is just as large as the image?",
    wrong="You refuse a window as large as the image. It fits, at one place.",
)
def refuses_the_largest_window(height, width, in_channels, out_channels, kernel_size, bias=False):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if kh >= height or kw >= width:
        raise ValueError("the window does not fit")
    places = (height - kh + 1) * (width - kw + 1)
    return places * out_channels * (in_channels * kh * kw + bool(bias))


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
