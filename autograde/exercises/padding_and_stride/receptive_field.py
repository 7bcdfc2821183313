"""How many inputs a unit sees, layer by layer, and how far apart neighbours stand."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from autograde.course.definition import call, exercise


def reach_of(layers, unit):
    """First and last input that output `unit` of a stack depends on, followed from the top down."""
    first = last = unit
    for kernel, stride, dilation in reversed(layers):
        first, last = first * stride, last * stride + (kernel - 1) * dilation
    return first, last


@exercise(points=4, difficulty="medium", minutes=20)
def receptive_field(layers):
    """Size and jump after each layer, by following two neighbours down to the input."""
    found = []
    for depth in range(1, len(layers) + 1):
        (first, last), (neighbour, _) = reach_of(layers[:depth], 0), reach_of(layers[:depth], 1)
        found.append((last - first + 1, neighbour - first))
    return found


@receptive_field.feature(present="a layer", absent="no layer")
def any_layer(layers):
    return len(layers) > 0


@receptive_field.feature(present="a stride below another layer", absent="strides on top only, or none")
def stride_below(layers):
    return any(stride > 1 for _, stride, _ in layers[:-1])


@receptive_field.feature(present="a stride", absent="stride 1 everywhere")
def some_stride(layers):
    return any(stride > 1 for _, stride, _ in layers)


@receptive_field.feature(present="two strides", absent="one stride at most")
def two_strides(layers):
    return sum(stride > 1 for _, stride, _ in layers) > 1


@receptive_field.feature(present="dilated layers", absent="dilation 1 everywhere")
def some_dilation(layers):
    return any(dilation > 1 for _, _, dilation in layers)


@receptive_field.feature(present="several layers", absent="one layer at most")
def several_layers(layers):
    return len(layers) > 1


receptive_field.example("one layer", [(3, 1, 1)])
receptive_field.example("two layers", [(3, 1, 1), (3, 1, 1)])
receptive_field.example("two different kernels", [(5, 1, 1), (2, 1, 1)])
receptive_field.example("a kernel of one", [(1, 1, 1), (4, 1, 1)])
receptive_field.example("a stride in the last layer", [(3, 1, 1), (3, 2, 1)])
receptive_field.example("a stride in the first layer", [(3, 2, 1), (3, 1, 1)])
receptive_field.example("two strides", [(3, 2, 1), (3, 3, 1), (2, 1, 1)])
receptive_field.example("dilation in the last layer", [(3, 1, 1), (4, 1, 2)])
receptive_field.example("dilation in the first layer", [(3, 1, 3), (2, 1, 1)])
receptive_field.example("strides and dilation", [(3, 2, 1), (3, 2, 1), (3, 1, 3)])
receptive_field.example("stride and dilation in one layer", [(3, 2, 2), (2, 3, 1), (2, 1, 2)])
receptive_field.example("a kernel of one with stride and dilation", [(1, 3, 4), (2, 1, 1)])
receptive_field.example("eleven pixels, stride 4", [(11, 4, 1), (3, 2, 1), (5, 1, 1)])
receptive_field.example("no layer", [])


@receptive_field.cases
def stacks_of_equal_layers(rng):
    for kernel, depth in [(3, 3), (5, 2), (2, 6)]:
        yield call([(kernel, 1, 1)] * depth)
    yield call([(3, 2, 1)] * int(rng.integers(3, 6)))


@receptive_field.cases(weight=2)
def mixed_kernels_and_strides(rng):
    for depth in (2, 4, 6):
        yield call([(int(rng.integers(1, 8)), int(rng.integers(1, 4)), 1) for _ in range(depth)])
    yield call([(7, 2, 1), (3, 2, 1), (1, 1, 1), (3, 1, 1), (1, 1, 1)])


@receptive_field.cases(weight=2)
def dilated_stacks(rng):
    yield call([(3, 1, 2**i) for i in range(5)])
    for depth in (2, 3, 5):
        layers = [tuple(int(n) for n in rng.integers(2, 5, size=3)) for _ in range(depth)]
        yield call(layers)
    yield call([(3, 2, 3), (3, 3, 2), (3, 1, 4)])


@receptive_field.cases
def one_layer_or_none(rng):
    yield call([])
    yield call([(2, 1, 1)])
    yield call([(int(rng.integers(2, 12)), int(rng.integers(2, 5)), int(rng.integers(2, 4)))])
    yield call([(1, 1, 1)])
    yield call([(1, 3, 4), (2, 1, 1)])


@receptive_field.cases
def whole_networks(rng):
    yield call([(3, 1, 1), (3, 1, 1), (2, 2, 1)] * 2 + [(3, 1, 1), (3, 1, 1), (3, 1, 1), (2, 2, 1)] * 3)
    yield call([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1), (5, 1, 1)])


@receptive_field.alternative
def field_by_the_recurrence(layers):
    size, jump, found = 1, 1, []
    for kernel, stride, dilation in layers:
        size = size + dilation * (kernel - 1) * jump
        jump = jump * stride
        found.append((size, jump))
    return found


receptive_field.edit(
    "widens_by_every_weight",
    of=field_by_the_recurrence,
    replace="(kernel - 1)",
    by="kernel",
    look="One layer of three weights: over how many pixels does one of its units reach?",
    wrong="Your sizes grow by K steps a layer. Between K weights there are K − 1 steps, and a layer widens the view by these: "
    "where it starts was counted before.",
    shown="one layer",
)
receptive_field.edit(
    "starts_without_the_pixel_itself",
    of=field_by_the_recurrence,
    replace="1, 1, []",
    by="0, 1, []",
    look="One layer of three weights: over how many pixels does one of its units reach?",
    wrong="Your sizes are one too small. A pixel sees itself: the size before the first layer is 1.",
    shown="one layer",
)
receptive_field.edit(
    "forgets_the_jump",
    of=field_by_the_recurrence,
    replace="(kernel - 1) * jump",
    by="(kernel - 1)",
    look="How many pixels apart do the units stand that the last layer reads?",
    wrong="Your sizes grow by (K − 1) · d, whatever lies below. One step of a layer is `jump` pixels of the input: multiply.",
)
receptive_field.edit(
    "uses_its_own_stride_too_early",
    of=field_by_the_recurrence,
    replace="size = size + dilation * (kernel - 1) * jump\n        jump = jump * stride",
    by="jump = jump * stride\n        size = size + dilation * (kernel - 1) * jump",
    look="A layer of three weights and stride 2: do its three weights stand two units apart?",
    wrong="Your sizes grow with each layer's own stride. A layer's own stride moves its units apart; what one unit sees depends on "
    "the jump below.",
    shown="a stride in the last layer",
)
receptive_field.edit(
    "ignores_the_dilation",
    of=field_by_the_recurrence,
    replace="dilation * (kernel - 1)",
    by="(kernel - 1)",
    look="Are your sizes the ones for dilation 1?",
    wrong="Your sizes are the same whatever the dilation is. Weights stand d apart, so a layer widens the view by (K − 1) · d steps.",
)
receptive_field.edit(
    "counts_a_gap_too_many",
    of=field_by_the_recurrence,
    replace="dilation * (kernel - 1)",
    by="(dilation * kernel - 1)",
    look="Draw the dilated kernel. How many steps is it from its first weight to its last?",
    wrong="Your sizes grow by d · K − 1 steps for a dilated kernel. Between K weights there are K − 1 gaps of d steps: (K − 1) · d.",
)
receptive_field.edit(
    "forgets_earlier_strides",
    of=field_by_the_recurrence,
    replace="jump = jump * stride",
    by="jump = stride",
    look="How far apart on the input are two neighbours at the top?",
    wrong="Your jump is the stride of one layer alone. Jumps multiply: two strides of 2 make 4.",
)
receptive_field.edit(
    "adds_the_strides",
    of=field_by_the_recurrence,
    replace="jump = jump * stride",
    by="jump = jump + stride - 1",
    look="Two strides, one above the other: how far apart on the input are two neighbours at the top?",
    wrong="Your jumps grow as if strides were added. One step above is `stride` steps below, each of them `jump` pixels: multiply.",
    shown="two strides",
)
receptive_field.edit(
    "adds_the_whole_stride",
    of=field_by_the_recurrence,
    replace="jump = jump * stride",
    by="jump = jump + stride",
    look="A layer of stride 1: do its units stand further apart than the pixels?",
    wrong="Your jumps are 1 plus all strides. One step above is `stride` steps below, each of them `jump` pixels: multiply.",
    shown="one layer",
)
receptive_field.edit(
    "lets_dilation_jump",
    of=field_by_the_recurrence,
    replace="jump = jump * stride",
    by="jump = jump * stride * dilation",
    look="A dilated layer of stride 1: how far apart do its units stand?",
    wrong="Your jumps grow with the dilation. Dilation spreads the weights of one unit; neighbouring units still stand `stride` "
    "steps apart.",
    shown="dilation in the last layer",
)
receptive_field.edit(
    "stretches_what_was_seen",
    of=field_by_the_recurrence,
    replace="size = size + dilation * (kernel - 1) * jump",
    by="size = size * stride + dilation * (kernel - 1)",
    look="A layer of stride 2 on top: does one of its units see twice as much because of the stride?",
    wrong="Your sizes are multiplied by the stride on the way up. What a layer adds is (K − 1) · d steps of the jump below it; "
    "nothing that was seen before grows.",
    shown="a stride in the last layer",
)
receptive_field.edit(
    "runs_the_way_down_upwards",
    of=field_by_the_recurrence,
    replace="size = size + dilation * (kernel - 1) * jump",
    by="size = (size - 1) * stride + dilation * (kernel - 1) + 1",
    look="A layer of stride 2 on top: how many pixels does one of its units see?",
    wrong="Your sizes come of (r − 1) · s + (K − 1) · d + 1. That is right for going down from a unit on top, last layer first. "
    "On the way up a layer adds (K − 1) · d · j, with the jump j below it.",
    shown="a stride in the last layer",
)
receptive_field.edit(
    "multiplies_the_kernels",
    of=field_by_the_recurrence,
    replace="size = size + dilation * (kernel - 1) * jump",
    by="size = size * (dilation * (kernel - 1) + 1)",
    look="Three neighbours read three pixels each. How many different pixels are these?",
    wrong="Your sizes are products. Neighbours share most of what they see: a layer adds (K − 1) · d steps of the jump below.",
    shown="two layers",
)
receptive_field.edit(
    "returns_the_last_layer_only",
    of=field_by_the_recurrence,
    replace="        found.append((size, jump))\n    return found",
    by="    return [(size, jump)]",
    look="How many pairs should the list hold?",
    wrong="Your list holds what is true at the very end. It wants a pair (size, jump) after each layer.",
)
receptive_field.edit(
    "puts_the_jump_first",
    of=field_by_the_recurrence,
    replace="found.append((size, jump))",
    by="found.append((jump, size))",
    look="In which order does your pair hold its two numbers?",
    wrong="Your pairs are (jump, size). The docstring asks for (size, jump).",
)
receptive_field.edit(
    "writes_down_the_jump_below",
    of=field_by_the_recurrence,
    replace="        jump = jump * stride\n        found.append((size, jump))",
    by="        found.append((size, jump))\n        jump = jump * stride",
    look="After a layer with a stride: how many pixels apart do its own units stand?",
    wrong="Your jump is the one below the layer. The pair describes the layer's own units, which stand `stride` times as far apart.",
)
receptive_field.edit(
    "writes_down_what_holds_below",
    of=field_by_the_recurrence,
    replace="        size = size + dilation * (kernel - 1) * jump\n        jump = jump * stride\n        found.append((size, jump))",
    by="        found.append((size, jump))\n        size = size + dilation * (kernel - 1) * jump\n        jump = jump * stride",
    look="Is your first pair the one after the first layer?",
    wrong="Your list begins with the pair of the input, (1, 1), and the last layer is missing. It wants a pair after each layer.",
    shown="one layer",
)
receptive_field.edit(
    "lists_the_input_too",
    of=field_by_the_recurrence,
    replace="1, 1, []",
    by="1, 1, [(1, 1)]",
    look="How many layers are there, and how many pairs have you?",
    wrong="Your list begins with the pair of the input, (1, 1). It wants a pair after each layer, and none before.",
)
receptive_field.edit(
    "begins_with_the_last_layer",
    of=field_by_the_recurrence,
    replace="in layers",
    by="in reversed(layers)",
    look="Which layer stands first in the list, the lowest or the highest?",
    wrong="Your pairs are the ones of a stack that stands on its head. The first layer of the list reads the pixels: begin there.",
)
receptive_field.edit(
    "reads_kernel_dilation_stride",
    of=field_by_the_recurrence,
    replace="for kernel, stride, dilation in",
    by="for kernel, dilation, stride in",
    look="Which of the three numbers of a layer is its stride?",
    wrong="Your pairs are the ones of layers (kernel_size, dilation, stride). Here the stride comes before the dilation.",
    shown="dilation in the last layer",
)


@receptive_field.misconception(
    look="How many pixels does a kernel of three weights reach over when its units stand one pixel apart?",
    wrong="Your sizes are sums of whole kernels. A layer on top widens the view by its steps, K − 1: the first of its inputs "
    "was counted before.",
    shown="two layers",
)
def adds_the_kernels(layers):
    found, size, jump = [], 0, 1
    for kernel, stride, dilation in layers:
        size += kernel * dilation * jump
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="Two strides lie below the last layer: how many pixels apart do the units stand that it reads?",
    wrong="Your sizes grow by steps of the last stride alone. All strides below multiply: that is the jump.",
    shown="two strides",
)
def steps_by_the_stride_right_below(layers):
    found, size, jump, below = [], 1, 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * below
        jump, below = jump * stride, stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="What does your function do with an empty list?",
    wrong="Your function fails where there is no layer. Then there is no pair: an empty list gives an empty list.",
)
def needs_a_layer(layers):
    kernel, stride, dilation = layers[0]
    found = [((kernel - 1) * dilation + 1, stride)]
    for kernel, stride, dilation in layers[1:]:
        size, jump = found[-1]
        found.append((size + (kernel - 1) * dilation * jump, jump * stride))
    return found


@receptive_field.alternative
def field_with_cumulative_products(layers):
    if not layers:
        return []
    kernels, strides, dilations = np.array(layers).T
    jumps = np.cumprod(strides)
    below = np.concatenate([[1], jumps[:-1]])
    sizes = 1 + np.cumsum((kernels - 1) * dilations * below)
    return [(int(size), int(jump)) for size, jump in zip(sizes, jumps, strict=True)]


@receptive_field.alternative
def field_by_accumulating(layers):
    def grow(seen, layer):
        size, jump = seen
        kernel, stride, dilation = layer
        return size + (kernel - 1) * dilation * jump, jump * stride

    return list(accumulate(layers, grow, initial=(1, 1)))[1:]
