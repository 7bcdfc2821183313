"""How many parameters a fully connected layer on an image has."""

from __future__ import annotations

import torch

from autograde.course.definition import call, exercise


@exercise(points=2, difficulty="easy", minutes=5)
def dense_parameters(height, width, channels, units):
    """Weights and biases of a fully connected layer on an image."""
    layer = torch.nn.Linear(height * width * channels, units, device="meta")  # counted, never allocated
    return sum(parameter.numel() for parameter in layer.parameters())


dense_parameters.example("a grey 2 × 2 image, two units", 2, 2, 1, 2)
dense_parameters.example("the lecture's photograph", 480, 640, 3, 1000)
dense_parameters.example("colour, wider than high", 3, 5, 3, 4)
dense_parameters.example("a single unit", 4, 6, 2, 1)


@dense_parameters.cases(weight=3)
def images_of_every_shape(rng):
    for _ in range(6):
        height, width, channels, units = (int(n) for n in rng.integers(2, 60, 4))
        yield call(height, width, channels, units)


@dense_parameters.cases
def one_of_a_kind(rng):
    height, width, channels, units = (int(n) for n in rng.integers(3, 40, 4))
    yield call(1, 1, 1, 1)
    yield call(1, 1, channels, units)
    yield call(height, width, 1, units)
    yield call(height, width, channels, 1)


@dense_parameters.cases
def more_than_fits_into_32_bits(rng):
    yield call(1080, 1920, 3, int(rng.integers(1000, 4097)))


@dense_parameters.cases(weight=0.5)
def sizes_by_name(rng):
    height, width, channels, units = (int(n) for n in rng.integers(2, 30, 4))
    yield call(units=units, channels=channels, width=width, height=height)


@dense_parameters.misconception(
    look="Count by hand for the 2 × 2 image. How many numbers does one unit add up before it answers?",
    wrong="You counted the weights. Each unit also has a bias, so there are as many biases as units.",
)
def forgets_the_biases(height, width, channels, units):
    return height * width * channels * units


@dense_parameters.misconception(
    look="Compare a grey and a colour image: which of your factors changes?",
    wrong="You left the channels out. A pixel of a colour image is three numbers, and every number has a weight.",
)
def forgets_the_channels(height, width, channels, units):
    return height * width * units + units


@dense_parameters.misconception(
    look="What is a bias added to: to an input number or to the answer of a unit?",
    wrong="You gave each input number a bias. The bias is added to a unit's sum: one for each unit.",
)
def a_bias_for_every_input(height, width, channels, units):
    inputs = height * width * channels
    return inputs * units + inputs


@dense_parameters.misconception(
    look="Two units answer. Do they share one bias?",
    wrong="You added a single bias for the layer. Each unit has its own.",
)
def one_bias_in_all(height, width, channels, units):
    return height * width * channels * units + 1


@dense_parameters.misconception(
    look="Look at the biases in your count for the 2 × 2 image: how many did you add?",
    wrong="You gave every weight a bias of its own. A unit multiplies, adds everything up, and adds one bias at the end.",
)
def a_bias_for_every_weight(height, width, channels, units):
    return 2 * height * width * channels * units


@dense_parameters.misconception(
    look="How many weights does the second unit add?",
    wrong="You added the units to one set of weights. Units do not share weights: each has one for every input number.",
)
def one_set_of_weights(height, width, channels, units):
    return height * width * channels + units


@dense_parameters.misconception(
    look="To what is a bias added: how many sums does the layer make?",
    wrong="You added a bias for each channel. The layer makes one sum for each unit, and each sum gets one bias.",
)
def a_bias_for_every_channel(height, width, channels, units):
    return height * width * channels * units + channels


@dense_parameters.alternative
def unit_by_unit(height, width, channels, units):
    total = 0
    for _ in range(units):
        total += height * width * channels  # its weights
        total += 1  # its bias
    return total


@dense_parameters.alternative
def inputs_and_one_times_units(height, width, channels, units):
    return (height * width * channels + 1) * units


@dense_parameters.alternative
def sizes_of_two_arrays(height, width, channels, units):
    import math

    weight, bias = (height, width, channels, units), (units,)
    return math.prod(weight) + math.prod(bias)


dense_parameters.off_limits("torch.nn.Linear", "torch.nn.LazyLinear")
