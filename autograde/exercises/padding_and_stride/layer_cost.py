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


def cost(side=55, channels=3, bias=96, element=4, counted_over_outputs=True):
    """An answer in which some of the quantities may be wrong."""
    outputs = side * side * 96
    per_filter = 11 * 11 * channels
    return {
        "map_side": side,
        "output_numbers": outputs,
        "output_bytes": outputs * element,
        "parameters": 96 * per_filter + bias,
        "multiply_adds": outputs * per_filter if counted_over_outputs else 96 * per_filter,
    }


@layer_cost.misconception(
    look="The side of the map: how many windows of 11 fit on 227 at stride 4?",
    wrong="You left out the + 1 of the first window, and everything after it is too small.",
)
def forgets_the_first_window():
    return cost(side=54)


@layer_cost.misconception(
    look="How many weights does one filter have?",
    wrong="You counted 11 · 11 weights per filter. It has that many for each of the three channels.",
)
def forgets_the_channels():
    return cost(channels=1)


@layer_cost.misconception(
    look="Parameters are more than weights. What else does each filter bring?",
    wrong="You left out the biases, one for each of the 96 filters.",
)
def forgets_the_biases():
    return cost(bias=0)


@layer_cost.misconception(
    look="How many bytes does one number in single precision take?",
    wrong="You counted 8 bytes for a number. Single precision (float32) takes 4.",
)
def counts_double_precision():
    return cost(element=8)


@layer_cost.misconception(
    look="How often is each weight used while one image is processed?",
    wrong="You counted each weight once. It is used at every position of the map: multiply by the number of outputs.",
)
def counts_each_weight_once():
    return cost(counted_over_outputs=False)
