"""The shapes along a network, and a clear error where a window does not fit."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise

LENET = [
    ("conv", 6, 5, 1, 0),
    ("pool", 2, 2),
    ("conv", 16, 5, 1, 0),
    ("pool", 2, 2),
    ("conv", 120, 5, 1, 0),
    ("flatten",),
    ("linear", 84),
    ("linear", 10),
]


@exercise(points=4, difficulty="medium", minutes=15)
def trace_shapes(input_shape, layers):
    """The shape after each layer, one tuple per layer; counts the places where a window may stand."""
    shapes, shape = [], tuple(input_shape)
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs (C, H, W), got {shape}")
            channels, kernel, stride, padding = numbers if kind == "conv" else (shape[0], *numbers, 0)
            sizes = [len(range(0, n + 2 * padding - kernel + 1, stride)) for n in shape[1:]]
            if 0 in sizes:
                raise ValueError(f"{kind} with kernel {kernel} does not fit into {shape}")
            shape = (channels, *sizes)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "linear":
            if len(shape) != 1:
                raise ValueError(f"linear needs (features,), got {shape}")
            shape = (numbers[0],)
        else:
            raise ValueError(f"unknown layer {kind!r}")
        shapes.append(shape)
    return shapes


trace_shapes.example("the one worked by hand", (1, 6, 7), [("pool", 2, 2), ("flatten",)])
trace_shapes.example("LeNet-5", (1, 32, 32), LENET)
trace_shapes.example(
    "an oblong picture, padding, and strides that do not divide",
    (3, 20, 31),
    [("conv", 8, 3, 2, 1), ("pool", 3, 2), ("conv", 5, 4, 1, 2), ("pool", 2, 2), ("flatten",), ("linear", 7)],
)
trace_shapes.example_error("a 3 x 3 window on a 2 x 2 map, stride 2", ValueError, (4, 2, 2), [("pool", 3, 2)])
trace_shapes.example_error("a linear layer before flatten", ValueError, (4, 2, 2), [("linear", 10)])


@trace_shapes.cases
def single_convolutions(rng):
    for kernel, stride, padding in [(3, 1, 1), (5, 2, 0), (7, 3, 3), (1, 2, 0)]:
        height, width = (int(n) for n in rng.integers(9, 40, size=2))
        yield call((3, height, width), [("conv", int(rng.integers(4, 64)), kernel, stride, padding)])


@trace_shapes.cases
def single_pools(rng):
    for kernel, stride in [(2, 2), (3, 2), (2, 1), (2, 3)]:
        height, width = (int(n) for n in rng.integers(5, 40, size=2))
        yield call((int(rng.integers(2, 64)), height, width), [("pool", kernel, stride)])


@trace_shapes.cases
def heads(rng):
    yield call((5, 3, 4), [("flatten",), ("linear", 11), ("linear", 2)])
    yield call((6, 5, 7), [("flatten",)])
    yield call((12,), [("flatten",), ("linear", 3)])
    yield call((2, 3, 4), [])


@trace_shapes.cases(weight=2)
def whole_networks(rng):
    alexnet = [
        *[("conv", 96, 11, 4, 0), ("pool", 3, 2), ("conv", 256, 5, 1, 2), ("pool", 3, 2)],
        *[("conv", 384, 3, 1, 1), ("conv", 384, 3, 1, 1), ("conv", 256, 3, 1, 1), ("pool", 3, 2)],
        *[("flatten",), ("linear", 4096), ("linear", 4096), ("linear", 1000)],
    ]
    yield call((3, 227, 227), alexnet)
    yield call(
        (3, 240, 320), [layer for f in (8, 16, 32) for layer in (("conv", f, 3, 1, 1), ("pool", 2, 2))]
    )
    yield call((1, 32, 32), LENET)


@trace_shapes.cases
def windows_that_just_fit(rng):
    yield call((2, 3, 5), [("pool", 3, 2)])
    yield call((2, 1, 3), [("conv", 4, 3, 1, 1), ("pool", 1, 1)])
    yield call((1, 5, 5), [("conv", 120, 5, 1, 0), ("flatten",)])


@trace_shapes.cases(weight=2)
def layers_that_do_not_fit(rng):
    yield call_error(ValueError, (4, 2, 2), [("pool", 3, 2)])
    yield call_error(ValueError, (4, 8, 2), [("conv", 4, 3, 1, 0)])
    yield call_error(ValueError, (1, 28, 28), LENET)
    yield call_error(ValueError, (2, 2, 9), [("conv", 4, 7, 2, 1)])


@trace_shapes.cases
def layers_in_the_wrong_order(rng):
    yield call_error(ValueError, (4, 2, 2), [("linear", 10)])
    yield call_error(ValueError, (4, 4, 4), [("flatten",), ("pool", 2, 2)])


def traced(
    input_shape, layers, size, convolved=None, pooled=None, flattened=None, linear=None, allow_empty=False
):
    """A tracer with exchangeable rules, so that each wrong answer below shows its one mistake."""
    shapes, shape = [], tuple(input_shape)
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError("needs a picture")
            channels, kernel, stride, padding = numbers if kind == "conv" else (shape[0], *numbers, 0)
            rows, columns = (size(n, kernel, stride, padding) for n in shape[1:])
            if not allow_empty and (rows < 1 or columns < 1):
                raise ValueError("the window does not fit")
            rule = convolved if kind == "conv" else pooled
            shape = (
                (channels, rows, columns) if rule is None else rule(shape, channels, rows, columns, kernel)
            )
        elif kind == "flatten":
            shape = (int(np.prod(shape)),) if flattened is None else flattened(shape)
        elif kind == "linear":
            if len(shape) != 1 and linear is None:
                raise ValueError("flatten first")
            shape = (numbers[0],) if linear is None else linear(shape, numbers[0])
        shapes.append(shape)
    return shapes


def fitting_size(n, kernel, stride, padding):
    """How many windows fit along a side."""
    return (n + 2 * padding - kernel) // stride + 1


@trace_shapes.misconception(
    look="What does your function return for a 3 x 3 window on a 2 x 2 map?",
    wrong=(
        "Your rule gives a size of 0 or less where the window does not fit, and nothing stops it. A "
        "network with an empty layer cannot run: raise a ValueError."
    ),
)
def floors_a_negative(input_shape, layers):
    return traced(input_shape, layers, fitting_size, allow_empty=True)


@trace_shapes.misconception(
    look="What does your function return for a 3 x 3 window on a 2 x 2 map, with stride 2?",
    wrong=(
        "(2 - 3) / 2 is -0.5. int() cuts towards zero and makes it 0, plus 1 is 1: a window that does not"
        " exist. Floor division (//) makes it -1."
    ),
)
def truncates_a_negative(input_shape, layers):
    return traced(input_shape, layers, lambda n, k, s, p: int((n + 2 * p - k) / s) + 1)


@trace_shapes.misconception(
    look="How many channels come out of a convolution with 6 filters?",
    wrong=(
        "Your convolution keeps the number of channels of its input. Each filter makes one map: the "
        "output has as many channels as there are filters."
    ),
)
def convolution_keeps_channels(input_shape, layers):
    return traced(input_shape, layers, fitting_size, convolved=lambda shape, c, h, w, k: (shape[0], h, w))


@trace_shapes.misconception(
    look="How many channels go into a pooling layer, and how many come out?",
    wrong=(
        "Your pooling layer shrinks the channels too. Pooling works inside each channel; their number stays."
    ),
)
def pools_channels(input_shape, layers):
    return traced(input_shape, layers, fitting_size, pooled=lambda shape, c, h, w, k: (max(1, c // k), h, w))


@trace_shapes.misconception(
    look="Look at the layer where stride does not divide. Is your size one too large?",
    wrong="You rounded up. A window that hangs over the border does not count: round down.",
)
def rounds_up(input_shape, layers):
    return traced(input_shape, layers, lambda n, k, s, p: 0 if n + 2 * p < k else -((k - n - 2 * p) // s) + 1)


@trace_shapes.misconception(
    look="Look at the first layer with padding. By how much does the picture grow?",
    wrong="You counted the padding once. It is added on both sides: n + 2 times padding.",
)
def pads_one_side(input_shape, layers):
    return traced(input_shape, layers, lambda n, k, s, p: (n + p - k) // s + 1)


@trace_shapes.misconception(
    look="How many 5-wide windows fit into 32 pixels? Count the first one too.",
    wrong="You forgot the + 1. (n - k) / s counts the steps; the window also stands at the start.",
)
def forgets_the_first_window(input_shape, layers):
    return traced(
        input_shape,
        layers,
        lambda n, k, s, p: (n + 2 * p - k) // s if n + 2 * p >= k else 0,
        allow_empty=False,
    )


@trace_shapes.misconception(
    look="How many numbers go into flatten, and how many come out?",
    wrong="Flatten keeps every number: C times H times W. Yours leaves the channels out.",
)
def flatten_forgets_channels(input_shape, layers):
    return traced(input_shape, layers, fitting_size, flattened=lambda shape: (int(np.prod(shape[-2:])),))


@trace_shapes.misconception(
    look="Square pictures come out right. What happens to one that is wider than high?",
    wrong=(
        "You computed one size and used it for both sides. Height and width each follow the rule by "
        "themselves."
    ),
)
def one_size_for_both_sides(input_shape, layers):
    return traced(
        input_shape,
        layers,
        fitting_size,
        convolved=lambda shape, c, h, w, k: (c, h, h),
        pooled=lambda shape, c, h, w, k: (c, h, h),
    )


@trace_shapes.misconception(
    look="How many shapes did you return for how many layers?",
    wrong="Your list begins with the input shape. It should hold one shape per layer: what comes out of it.",
)
def lists_the_input_too(input_shape, layers):
    return [tuple(input_shape), *traced(input_shape, layers, fitting_size)]


@trace_shapes.misconception(
    look="What goes into a linear layer: a picture or a list of features?",
    wrong=(
        "Your linear layer accepts a picture. It needs a flat shape (features,); without flatten before "
        "it, raise a ValueError."
    ),
)
def linear_takes_pictures(input_shape, layers):
    return traced(input_shape, layers, fitting_size, linear=lambda shape, features: (features,))


@trace_shapes.alternative
def traces_with_ifs(input_shape, layers):
    def side(n, kernel, stride, padding):
        if n + 2 * padding < kernel:
            raise ValueError(f"a window of {kernel} does not fit into {n} with padding {padding}")
        return (n + 2 * padding - kernel) // stride + 1

    shape = input_shape
    shapes = []
    for layer in layers:
        if layer[0] == "conv":
            if len(shape) != 3:
                raise ValueError("conv needs a picture (C, H, W)")
            _, filters, kernel, stride, padding = layer
            shape = (
                filters,
                side(shape[1], kernel, stride, padding),
                side(shape[2], kernel, stride, padding),
            )
        elif layer[0] == "pool":
            if len(shape) != 3:
                raise ValueError("pool needs a picture (C, H, W)")
            _, kernel, stride = layer
            shape = (shape[0], side(shape[1], kernel, stride, 0), side(shape[2], kernel, stride, 0))
        elif layer[0] == "flatten":
            count = 1
            for n in shape:
                count *= n
            shape = (count,)
        else:
            if len(shape) != 1:
                raise ValueError("linear needs (features,)")
            shape = (layer[1],)
        shapes.append(shape)
    return shapes


@trace_shapes.alternative
def traces_by_matching(input_shape, layers):
    shapes = []
    for layer in layers:
        before = shapes[-1] if shapes else tuple(input_shape)
        match layer, before:
            case ("conv", filters, k, s, p), (_, height, width):
                after = (filters, (height + 2 * p - k) // s + 1, (width + 2 * p - k) // s + 1)
            case ("pool", k, s), (channels, height, width):
                after = (channels, (height - k) // s + 1, (width - k) // s + 1)
            case ("flatten",), _:
                after = (int(np.prod(before)),)
            case ("linear", features), (_,):
                after = (features,)
            case _:
                raise ValueError(f"{layer} cannot follow shape {before}")
        if min(after) < 1:
            raise ValueError(f"{layer} does not fit into {before}")
        shapes.append(after)
    return shapes


@trace_shapes.alternative
def traces_recursively(input_shape, layers):
    def after(shape, layer):
        kind, *rest = layer
        if kind == "flatten":
            return (int(np.prod(shape)),)
        if kind == "linear":
            (_,) = shape
            return (rest[0],)
        channels, height, width = shape
        if kind == "conv":
            channels, kernel, stride, padding = rest
        else:
            kernel, stride = rest
            padding = 0
        if min(height, width) + 2 * padding < kernel:
            raise ValueError("too small")
        return tuple([channels] + [(n + 2 * padding - kernel) // stride + 1 for n in (height, width)])

    def trace(shape, left):
        if not left:
            return []
        first = after(shape, left[0])
        return [first, *trace(first, left[1:])]

    return trace(tuple(input_shape), layers)
