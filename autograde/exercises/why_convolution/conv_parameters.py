"""How many parameters a convolutional layer has."""

from __future__ import annotations

import torch

from autograde.course.definition import call, exercise


@exercise(points=2, difficulty="easy", minutes=8)
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Weights and biases of a convolutional layer."""
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())


@conv_parameters.feature(present="several input channels", absent="one input channel")
def several_channels(in_channels, out_channels, kernel_size, bias=True):
    return in_channels > 1


@conv_parameters.feature(present="several filters", absent="one filter")
def several_filters(in_channels, out_channels, kernel_size, bias=True):
    return out_channels > 1


conv_parameters.example("a kernel of one", 1, 1, 1)
conv_parameters.example("a square kernel", 1, 1, 3)
conv_parameters.example("three input channels", 3, 1, 3)
conv_parameters.example("four filters", 1, 4, 3)
conv_parameters.example("a kernel of 2 × 3", 1, 1, (2, 3))
conv_parameters.example("a kernel of 3 × 1", 1, 1, (3, 1))
conv_parameters.example("no bias", 1, 1, 3, bias=False)
conv_parameters.example("a bias asked for", 1, 1, 3, bias=True)
conv_parameters.example("five channels to two, no biases", 5, 2, 2, False)
conv_parameters.example("four channels to six, a kernel of 2 × 3", 4, 6, (2, 3))
conv_parameters.example("thirty filters on a colour image", 3, 30, 5)


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


@conv_parameters.alternative
def weights_and_biases(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    weights = out_channels * in_channels * kh * kw
    biases = out_channels
    return weights + (biases if bias else 0)


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


conv_parameters.edit(
    "counts_every_position",
    of=weights_and_biases,
    replace="return weights + (biases if bias else 0)",
    by="return 28 * 28 * (weights + (biases if bias else 0))",
    look="The function is not told how large the image is. Which number of yours knows it?",
    wrong="Your result holds every parameter 784 = 28 · 28 times, as if each place of a map had its own. They are the same everywhere: "
    "count them once.",
)

conv_parameters.edit(
    "one_bias_for_the_layer",
    of=weights_and_biases,
    replace="biases = out_channels",
    by="biases = 1",
    look="How many filters are there, and how many biases does your count hold?",
    wrong="Your result holds one bias for the whole layer. Each filter has its own: out_channels of them.",
)

conv_parameters.edit(
    "forgets_the_input_channels",
    of=weights_and_biases,
    replace="out_channels * in_channels * kh",
    by="out_channels * kh",
    look="How many numbers lie under the window, on all channels of the input?",
    wrong="Your result is that of a single input channel. A filter has a weight for each number under its window, on every channel.",
)

conv_parameters.edit(
    "adds_the_input_channels",
    of=weights_and_biases,
    replace="in_channels * kh * kw",
    by="(in_channels + kh * kw)",
    look="How many numbers lie under the window, on all channels of the input?",
    wrong="Your result gives a filter one weight more for each input channel. A channel has a whole window of weights: channels multiply.",
)

conv_parameters.edit(
    "adds_the_filters",
    of=weights_and_biases,
    replace="weights = out_channels * in_channels * kh * kw\n    biases = out_channels\n    return weights",
    by="weights = in_channels * kh * kw\n    biases = 1\n    return out_channels + weights",
    look="How many parameters does the second filter bring?",
    wrong="Your result grows by one for each filter. A filter brings weights and a bias of its own.",
)

conv_parameters.edit(
    "one_filter_too_few",
    of=weights_and_biases,
    replace="weights = out_channels * in_channels * kh * kw\n    biases = out_channels",
    by="weights = (out_channels - 1) * in_channels * kh * kw\n    biases = out_channels - 1",
    look="How many filters does your count hold?",
    wrong="Your result is that of a layer with one filter fewer.",
)

conv_parameters.edit(
    "forgets_the_filters",
    of=weights_and_biases,
    replace="weights = out_channels * in_channels * kh * kw\n    biases = out_channels",
    by="weights = in_channels * kh * kw\n    biases = 1",
    look="What changes in your count when a second filter comes?",
    wrong="Your result is that of a single filter. There are out_channels of them, each with weights and a bias of its own.",
)

conv_parameters.edit(
    "a_bias_for_every_input_channel",
    of=weights_and_biases,
    replace="biases = out_channels",
    by="biases = out_channels * in_channels",
    look="How many biases does one filter add to its sum, when it reads several channels?",
    wrong="Your result holds, for each filter, one bias per input channel. A filter adds up all channels first and then adds a single "
    "bias.",
)

conv_parameters.edit(
    "one_side_only",
    of=weights_and_biases,
    replace="kh * kw",
    by="kh",
    look="Draw the kernel. How many squares does it have?",
    wrong="Your result counts one side of the kernel. A kernel has rows times columns weights on each channel.",
)

conv_parameters.edit(
    "adds_the_sides",
    of=weights_and_biases,
    replace="* kh * kw",
    by="* (kh + kw)",
    look="Draw the kernel. How many squares does it have?",
    wrong="Your result holds the sum of the kernel's two sides. A kernel has rows times columns weights on each channel.",
)

conv_parameters.edit(
    "always_adds_the_biases",
    of=weights_and_biases,
    replace="(biases if bias else 0)",
    by="biases",
    look="What does this call say about biases?",
    wrong="Your result holds biases although `bias` is False.",
)

conv_parameters.edit(
    "never_adds_the_biases",
    of=weights_and_biases,
    replace="(biases if bias else 0)",
    by="0",
    look="How many biases does your count hold?",
    wrong="Your result holds no biases. Unless `bias` is False, each filter has one number more.",
)

conv_parameters.edit(
    "no_biases_unless_asked_for",
    of=weights_and_biases,
    replace="bias=True",
    by="bias=False",
    look="What holds when the call does not mention `bias`?",
    wrong="Without a word on `bias` your result holds no biases. The default in the statement is True.",
)


@conv_parameters.misconception(
    look="What does your function do when kernel_size is a pair?",
    wrong="Your function computes with one number. A pair (rows, columns) stands for rows times columns weights on each channel.",
)
def square_kernels_only(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * in_channels * kernel_size**2 + (out_channels if bias else 0)


conv_parameters.edit(
    "squares_the_first_side",
    of=weights_and_biases,
    replace="kh * kw",
    by="kh * kh",
    look="What does your function do with the second number of the pair?",
    wrong="Your result is that of a square kernel with the pair's first number as its side. A pair (rows, columns) stands for rows "
    "times columns weights on each channel.",
)

conv_parameters.edit(
    "as_many_biases_as_inputs",
    of=weights_and_biases,
    replace="biases = out_channels",
    by="biases = in_channels",
    look="Which of the two channel numbers says how many filters, and so how many biases, there are?",
    wrong="Your result holds as many biases as there are input channels. Biases belong to the filters: there are out_channels of them.",
)


conv_parameters.off_limits("torch.nn.Conv2d", "torch.nn.LazyConv2d")
