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


receptive_field.example("two layers of kernel 3, stride 1", [(3, 1, 1), (3, 1, 1)])
receptive_field.example("stride 2 twice, then dilation 3", [(3, 2, 1), (3, 2, 1), (3, 1, 3)])
receptive_field.example("AlexNet as far as its second convolution", [(11, 4, 1), (3, 2, 1), (5, 1, 1)])
receptive_field.example("a dilated layer with a stride comes first", [(3, 2, 2), (2, 3, 1), (2, 1, 2)])


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
    yield call([(int(rng.integers(2, 12)), int(rng.integers(2, 5)), int(rng.integers(2, 4)))])
    yield call([(1, 1, 1)])
    yield call([(1, 3, 4), (2, 1, 1)])


@receptive_field.cases
def whole_networks(rng):
    yield call([(3, 1, 1), (3, 1, 1), (2, 2, 1)] * 2 + [(3, 1, 1), (3, 1, 1), (3, 1, 1), (2, 2, 1)] * 3)
    yield call([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1), (5, 1, 1)])


@receptive_field.misconception(
    look="Two layers of kernel 3: do their windows overlap on the input?",
    wrong="You add the kernel sizes. A layer on top widens the view by its steps, (K − 1), not by K: the first of its "
    "inputs is counted already.",
)
def adds_the_kernels(layers):
    found, size, jump = [], 0, 1
    for kernel, stride, dilation in layers:
        size += kernel * dilation * jump
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="stride 2 twice: how many pixels apart do the units stand that layer 2 reads?",
    wrong="You widen the view by (K − 1) · d inputs, whatever lies below. One step of this layer is `jump` inputs: multiply.",
)
def forgets_the_jump(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="A first layer of kernel 3 and stride 2: how many inputs does one of its units see?",
    wrong="You multiply the jump by the layer's own stride before you use it. A layer's own stride moves its units apart; "
    "what one unit sees depends on the jump below.",
)
def uses_its_own_stride_too_early(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        size += (kernel - 1) * dilation * jump
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="kernel 3 with dilation 3: over how many inputs does it reach?",
    wrong="You leave out the dilation. Weights stand d apart, so a layer widens the view by (K − 1) · d steps.",
)
def ignores_the_dilation(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, _ in layers:
        size += (kernel - 1) * jump
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="kernel 3 with dilation 3: are there three gaps between its weights, or two?",
    wrong="You took d · K − 1 steps for a dilated kernel. Between K weights there are K − 1 gaps: (K − 1) · d.",
)
def counts_a_gap_too_many(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel * dilation - 1) * jump
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="stride 2 twice: how far apart on the input are two neighbours at the top?",
    wrong="Your jump is the stride of the last layer alone. Jumps multiply: two strides of 2 make 4.",
)
def forgets_earlier_strides(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump = stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="Two strides of 2: is the jump 2 + 2 or 2 · 2? And a stride of 3 on top?",
    wrong="You add strides. One step above is `stride` steps below, each of them `jump` inputs: multiply.",
)
def adds_the_strides(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump += stride - 1
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="Does dilation move the outputs of a layer further apart?",
    wrong="You multiply the jump by the dilation. Dilation spreads the weights of one unit; neighbouring units still stand "
    "`stride` steps apart.",
)
def lets_dilation_jump(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump *= stride * dilation
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="How many pairs should the list hold?",
    wrong="You return what holds at the very end. The list wants a (size, jump) after each layer.",
)
def returns_the_last_layer_only(layers):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return [(size, jump)]


@receptive_field.misconception(
    look="In which order does your pair hold its two numbers?",
    wrong="Your pairs are (jump, size). The docstring asks for (size, jump).",
)
def puts_the_jump_first(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump *= stride
        found.append((jump, size))
    return found


@receptive_field.misconception(
    look="After a first layer of stride 2: how many pixels apart do its units stand?",
    wrong="Your jump is the one below the layer. The pair describes the layer's own units: multiply by its stride before you "
    "write the pair down.",
)
def writes_down_the_jump_below(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        found.append((size, jump))
        jump *= stride
    return found


@receptive_field.misconception(
    look="Which layer stands first in the list, the lowest or the highest?",
    wrong="You go through the layers from the last to the first. The first one reads the pixels: begin there.",
)
def begins_with_the_last_layer(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in reversed(layers):
        size += (kernel - 1) * dilation * jump
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.misconception(
    look="A layer of stride 2 on top of another: does one of its units see twice as much because of the stride?",
    wrong="You multiply the size by the stride on the way up. What a layer adds is (K − 1) · d steps of the jump below it; "
    "nothing that was seen before grows.",
)
def stretches_what_was_seen(layers):
    found, size, jump = [], 1, 1
    for kernel, stride, dilation in layers:
        size = size * stride + (kernel - 1) * dilation
        jump *= stride
        found.append((size, jump))
    return found


@receptive_field.alternative
def field_by_the_recurrence(layers):
    size, jump, found = 1, 1, []
    for kernel, stride, dilation in layers:
        size = size + dilation * (kernel - 1) * jump
        jump = jump * stride
        found.append((size, jump))
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
