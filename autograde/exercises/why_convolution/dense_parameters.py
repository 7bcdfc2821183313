"""How many parameters a fully connected layer on an image has."""

from __future__ import annotations

import torch

from autograde.course.definition import call, exercise


@exercise(points=2, difficulty="easy", minutes=5)
def dense_parameters(height, width, channels, units):
    """Weights and biases of a fully connected layer on an image."""
    layer = torch.nn.Linear(height * width * channels, units, device="meta")  # counted, never allocated
    return sum(parameter.numel() for parameter in layer.parameters())


@dense_parameters.feature(present="several channels", absent="one channel")
def colour(height, width, channels, units):
    return channels > 1


@dense_parameters.feature(present="several units", absent="one unit")
def several_units(height, width, channels, units):
    return units > 1


@dense_parameters.feature(present="an image that is not square", absent="a square image")
def not_square(height, width, channels, units):
    return height != width


@dense_parameters.feature(
    present="more parameters than 32 bits can count", absent="a count that fits into 32 bits"
)
def large(height, width, channels, units):
    return height * width * channels * units >= 2**31


dense_parameters.example("one unit on a grey image", 2, 2, 1, 1)
dense_parameters.example("two units", 2, 2, 1, 2)
dense_parameters.example("three channels", 2, 2, 3, 1)
dense_parameters.example("wider than high", 2, 5, 1, 1)
dense_parameters.example("higher than wide", 5, 2, 1, 1)
dense_parameters.example("a single pixel", 1, 1, 4, 3)
dense_parameters.example("arguments by name", units=4, channels=3, width=5, height=3)
dense_parameters.example("a photograph", 480, 640, 3, 1000)
dense_parameters.example("more than 32 bits hold", 1080, 1920, 3, 1000)


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


@dense_parameters.alternative
def weights_and_biases(height, width, channels, units):
    inputs = height * width * channels
    weights = inputs * units
    biases = units
    return weights + biases


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


dense_parameters.edit(
    "forgets_the_biases",
    of=weights_and_biases,
    replace="return weights + biases",
    by="return weights",
    look="How many numbers does one unit add up before it answers? How many does your count give it?",
    wrong="Your result holds no biases. Each unit has one, so there are as many biases as units.",
)

dense_parameters.edit(
    "forgets_the_channels",
    of=weights_and_biases,
    replace="width * channels",
    by="width",
    look="How many numbers does this image hold?",
    wrong="Your result is that of an image with one channel. A pixel is one number for each channel, and every number has a weight.",
)

dense_parameters.edit(
    "adds_the_channels",
    of=weights_and_biases,
    replace="width * channels",
    by="width + channels",
    look="How many numbers does this image hold?",
    wrong="Your result is that of an image with one number more for each channel. A channel has a number for every pixel: channels multiply.",
)

dense_parameters.edit(
    "adds_the_units",
    of=weights_and_biases,
    replace="weights = inputs * units\n    biases = units",
    by="weights = inputs + 1\n    biases = units",
    look="How many parameters does the second unit bring?",
    wrong="Your result grows by one for each unit. A unit brings a weight for every input number and a bias.",
)

dense_parameters.edit(
    "one_unit_too_few",
    of=weights_and_biases,
    replace="weights = inputs * units\n    biases = units",
    by="weights = inputs * (units - 1)\n    biases = units - 1",
    look="How many units does your count hold?",
    wrong="Your result is that of a layer with one unit fewer.",
)

dense_parameters.edit(
    "always_three_channels",
    of=weights_and_biases,
    replace="width * channels",
    by="width * 3",
    look="How many channels does this image have, and how many does your count give it?",
    wrong="Your result is that of an image with three channels, whatever `channels` says.",
)

dense_parameters.edit(
    "square_images_only",
    of=weights_and_biases,
    replace="height * width",
    by="height * height",
    look="How many pixels does a row of this image hold?",
    wrong="Your result is that of a square image, as wide as it is high. A row holds `width` pixels.",
)

dense_parameters.edit(
    "a_bias_for_every_input",
    of=weights_and_biases,
    replace="biases = units",
    by="biases = inputs",
    look="To what is a bias added: to an input number, or to the answer of a unit?",
    wrong="Your result holds as many biases as the image has numbers. A bias is added to a unit's sum: one for each unit.",
)

dense_parameters.edit(
    "one_bias_in_all",
    of=weights_and_biases,
    replace="biases = units",
    by="biases = 1",
    look="Several units answer. Do they share one bias?",
    wrong="Your result holds a single bias for the whole layer. Each unit has its own.",
)

dense_parameters.edit(
    "a_bias_for_every_weight",
    of=weights_and_biases,
    replace="biases = units",
    by="biases = weights",
    look="How many biases does your count hold, and how many sums does the layer make?",
    wrong="Your result holds as many biases as weights. A unit multiplies, adds everything up, and "
    "adds one bias at the end.",
)

dense_parameters.edit(
    "one_set_of_weights",
    of=weights_and_biases,
    replace="weights = inputs * units",
    by="weights = inputs",
    look="How many weights does the second unit bring?",
    wrong="Your result holds the weights of a single unit. Units do not share weights: each has one for every input number.",
)

dense_parameters.edit(
    "a_bias_for_every_channel",
    of=weights_and_biases,
    replace="biases = units",
    by="biases = channels",
    look="To what is a bias added: how many sums does the layer make?",
    wrong="Your result holds as many biases as the image has channels. The layer makes one sum for each unit, and each sum gets one "
    "bias.",
)


dense_parameters.off_limits("torch.nn.Linear", "torch.nn.LazyLinear")
