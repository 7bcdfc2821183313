"""What AlexNet's first layer costs: sizes, memory, parameters, multiply-adds."""

from __future__ import annotations

import math

import torch

from autograde.course.definition import values


@values(points=2, difficulty="easy", minutes=10)
def layer_cost():
    """The cost of AlexNet's first layer, counted on a PyTorch layer without weights in memory."""
    layer = torch.nn.Conv2d(3, 96, 11, stride=4, device="meta")
    out = layer(torch.empty(1, 3, 227, 227, device="meta"))[0]
    return {
        "map_side": out.shape[1],
        "output_numbers": out.numel(),
        "output_bytes": out.numel() * out.element_size(),
        "parameters": sum(p.numel() for p in layer.parameters()),
        "multiply_adds": out.numel() * math.prod(layer.weight.shape[1:]),
    }


def cost(
    side=55,
    maps=96,
    channels=3,
    filters=96,
    biases=96,
    bytes_each=4,
    outputs_counted=True,
    operations=1,
):
    """An answer in which some of the quantities may be wrong."""
    outputs = side * side * maps
    per_filter = 11 * 11 * channels
    return {
        "map_side": side,
        "output_numbers": outputs,
        "output_bytes": outputs * bytes_each,
        "parameters": filters * per_filter + biases,
        "multiply_adds": operations * (outputs if outputs_counted else 96) * per_filter,
    }


@layer_cost.misconception(
    look="The side of the map: draw the first window and the last. How many steps of 4 lie between their starts?",
    wrong="Your side is 54, one too small. From the first window to the last of 227 pixels there are 54 steps, and one window "
    "more than steps. What is counted from the side is too small, too.",
)
def counts_one_place_too_few():
    return cost(side=54)


@layer_cost.misconception(
    look="The side of the map: draw the first window and the last. How many steps of 4 lie between their starts?",
    wrong="Your side is 56, one too large. From the first window to the last there are 54 steps, and one window more than steps.",
)
def counts_one_place_too_many():
    return cost(side=56)


@layer_cost.misconception(
    look="The side of the map: where does the second window start?",
    wrong="Your side is the one for stride 1. The second window starts at 4, the third at 8.",
)
def forgets_the_stride():
    return cost(side=217)


@layer_cost.misconception(
    look="The side of the map: is there any padding?",
    wrong="Your side is the one with zeros around the image, 227 / 4 rounded up. This layer has no padding.",
)
def pads_to_same():
    return cost(side=57)


@layer_cost.misconception(
    look="How many filters are there, and what does each of them give?",
    wrong="Your numbers are those of a single map. Each of the 96 filters gives one.",
)
def counts_one_map():
    return cost(maps=1)


@layer_cost.misconception(
    look="How many weights does one filter have?",
    wrong="Your number is the one of 11 · 11 weights for each filter. It has that many for each of the three channels.",
)
def forgets_the_channels():
    return cost(channels=1)


@layer_cost.misconception(
    look="How many filters have parameters of their own?",
    wrong="Your parameters are those of a single filter. There are 96.",
)
def counts_one_filter():
    return cost(filters=1, biases=1)


@layer_cost.misconception(
    look="Parameters are more than weights. What else does each filter bring?",
    wrong="Your parameters are the weights alone. Each of the 96 filters has a bias as well.",
)
def forgets_the_biases():
    return cost(biases=0)


@layer_cost.misconception(
    look="How many biases does the layer have?",
    wrong="Your parameters are the weights and 1. There is a bias for each of the 96 filters.",
)
def counts_one_bias():
    return cost(biases=1)


@layer_cost.misconception(
    look="How many biases does one filter have?",
    wrong="Your parameters are the weights and three biases for each filter. A filter has one, whatever the number of channels.",
)
def counts_a_bias_for_every_channel():
    return cost(biases=3 * 96)


@layer_cost.misconception(
    look="How many bytes does one number in single precision take?",
    wrong="Your memory is that of 8 bytes for a number. Single precision (float32) takes 4.",
)
def counts_double_precision():
    return cost(bytes_each=8)


@layer_cost.misconception(
    look="In which unit is your memory?",
    wrong="Your memory is in bits. A byte has 8 bits; a number in single precision takes 4 bytes.",
)
def counts_bits():
    return cost(bytes_each=32)


@layer_cost.misconception(
    look="In which unit is your memory?",
    wrong="Your memory is in megabytes. Here it is asked for in bytes.",
)
def counts_in_megabytes():
    return cost(bytes_each=4 / 1e6)


@layer_cost.misconception(
    look="How often is each weight used while one image is processed?",
    wrong="Your multiply-adds are as many as there are weights. Each weight is used at every place of the map: multiply by the "
    "number of places.",
)
def counts_each_weight_once():
    return cost(outputs_counted=False)


@layer_cost.misconception(
    look="A product and its addition to a sum: is that one multiply-add, or two?",
    wrong="Your number is twice as large. A multiply-add is one product together with its addition.",
)
def counts_two_operations():
    return cost(operations=2)
