"""How many parameters a convolutional layer has."""

from __future__ import annotations

import torch

from autograde.course.definition import call, exercise


@exercise(points=2, difficulty="easy", minutes=8)
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Weights and biases of a convolutional layer."""
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())


conv_parameters.example("the lecture's layer: 3 channels, 30 filters, 5 × 5", 3, 30, 5)
conv_parameters.example("the same without biases", 3, 30, 5, bias=False)
conv_parameters.example("a kernel of 2 × 3", 4, 6, (2, 3))
conv_parameters.example("1 × 1, five channels to two", 5, 2, 1)


@conv_parameters.cases(weight=2)
def square_kernels(rng):
    for _ in range(6):
        yield call(*(int(n) for n in rng.integers(2, 64, 2)), int(rng.integers(1, 8)))


@conv_parameters.cases(weight=2)
def kernels_of_two_sides(rng):
    for sides in [(1, 7), (7, 1), (2, 5), (3, 3)]:
        yield call(*(int(n) for n in rng.integers(2, 64, 2)), sides)
    yield call(int(rng.integers(2, 9)), int(rng.integers(2, 9)), (4, 3), bias=False)


@conv_parameters.cases(weight=2)
def without_biases(rng):
    for size in [1, 3, 5]:
        yield call(*(int(n) for n in rng.integers(2, 64, 2)), size, bias=False)
    yield call(*(int(n) for n in rng.integers(2, 64, 2)), 3, False)


@conv_parameters.cases
def one_of_a_kind(rng):
    yield call(1, 1, 1)
    yield call(1, int(rng.integers(2, 20)), 3)
    yield call(int(rng.integers(2, 20)), 1, 3, bias=True)


def sides_of(kernel_size):
    """(height, width) of a kernel given as one number or as a pair."""
    return (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)


@conv_parameters.misconception(
    look="The function is not told how large the image is. Which number of yours knows it?",
    wrong="You counted the weights again at each of the 28 × 28 positions. They are the same weights everywhere: "
    "count them once.",
)
def counts_every_position(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return 28 * 28 * out_channels * (in_channels * kh * kw + bool(bias))


@conv_parameters.misconception(
    look="Compare the examples with and without biases: how far apart are your two answers?",
    wrong="You added one bias for the layer. Each filter has its own: out_channels of them.",
)
def one_bias_for_the_layer(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * in_channels * kh * kw + (1 if bias else 0)


@conv_parameters.misconception(
    look="A 5 × 5 window on a colour image: how many numbers lie under it?",
    wrong="You left the input channels out. A filter has a weight for each number under its window, on every channel.",
)
def forgets_the_input_channels(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * kh * kw + (out_channels if bias else 0)


@conv_parameters.misconception(
    look="How many biases does one filter add to its sum, when it reads three channels?",
    wrong="You gave a filter one bias for each input channel. It adds up all channels first and then adds a single bias.",
)
def a_bias_for_every_input_channel(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * in_channels * (kh * kw + (1 if bias else 0))


@conv_parameters.misconception(
    look="Draw a 5 × 5 kernel. How many squares does it have?",
    wrong="You multiplied by one side of the kernel. A k × k kernel has k · k weights on each channel.",
)
def one_side_only(in_channels, out_channels, kernel_size, bias=True):
    kh, _ = sides_of(kernel_size)
    return out_channels * in_channels * kh + (out_channels if bias else 0)


@conv_parameters.misconception(
    look="Look at the example that asks for no biases.",
    wrong="Your function adds the biases whether they are wanted or not. Look at the argument `bias`.",
)
def always_adds_the_biases(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * (in_channels * kh * kw + 1)


@conv_parameters.misconception(
    look="Look at the example with biases.",
    wrong="Your count holds the weights alone. With bias=True each filter has one number more.",
)
def never_adds_the_biases(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * in_channels * kh * kw


@conv_parameters.misconception(
    look="What does your function do when kernel_size is the pair (2, 3)?",
    wrong="Your function squares the kernel size, which works for one number. A pair (kh, kw) stands for kh · kw weights.",
)
def square_kernels_only(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * in_channels * kernel_size**2 + (out_channels if bias else 0)


@conv_parameters.misconception(
    look="What does your function do with the second number of the pair (2, 3)?",
    wrong="You squared the first number of the pair. A (kh, kw) kernel has kh · kw weights on each channel.",
)
def squares_the_first_side(in_channels, out_channels, kernel_size, bias=True):
    side = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
    return out_channels * in_channels * side * side + (out_channels if bias else 0)


@conv_parameters.misconception(
    look="Which of the two channel numbers says how many filters, and so how many biases, there are?",
    wrong="You added a bias for each input channel. Biases belong to the filters: there are out_channels of them.",
)
def as_many_biases_as_inputs(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = sides_of(kernel_size)
    return out_channels * in_channels * kh * kw + (in_channels if bias else 0)


@conv_parameters.alternative
def filter_by_filter(in_channels, out_channels, kernel_size, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    count = 0
    for _ in range(out_channels):
        count += in_channels * kernel_size[0] * kernel_size[1]
        if bias:
            count += 1
    return count


@conv_parameters.alternative
def from_the_shape_of_the_weights(in_channels, out_channels, kernel_size, bias=True):
    import math

    try:
        kh, kw = kernel_size
    except TypeError:
        kh = kw = kernel_size
    return math.prod((out_channels, in_channels, kh, kw)) + out_channels * int(bias)


@conv_parameters.alternative
def as_a_small_dense_layer(in_channels, out_channels, kernel_size, bias=True):
    import numpy as np

    window = np.broadcast_to(kernel_size, 2).prod() * in_channels
    return int((window + int(bool(bias))) * out_channels)


conv_parameters.off_limits("torch.nn.Conv2d", "torch.nn.LazyConv2d")
