"""The shapes along a network, and a clear error where a window does not fit."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise
from helpers.checking.compare import close

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
LENET_WITHOUT_FLATTEN = [layer for layer in LENET if layer != ("flatten",)]


@exercise(points=4, difficulty="medium", minutes=15, compare=close(errors_speak=True))
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


def windows_met(input_shape, layers):
    """(side of the map, kernel, stride, padding) wherever a window meets a map, as far as the first flat shape."""
    sides = input_shape[1:]
    for layer in layers:
        if layer[0] not in ("conv", "pool"):
            return
        kernel, stride, padding = (*layer[1:], 0) if layer[0] == "pool" else layer[2:]
        yield from ((n, kernel, stride, padding) for n in sides)
        sides = [(n + 2 * padding - kernel) // stride + 1 for n in sides]


@trace_shapes.feature(present="a convolution", absent="no convolution")
def has_convolution(input_shape, layers):
    return any(layer[0] == "conv" for layer in layers)


@trace_shapes.feature(present="a pooling layer", absent="no pooling layer")
def has_pooling(input_shape, layers):
    return any(layer[0] == "pool" for layer in layers)


@trace_shapes.feature(present="flatten", absent="no flatten")
def has_flatten(input_shape, layers):
    return any(layer[0] == "flatten" for layer in layers)


@trace_shapes.feature(present="a linear layer", absent="no linear layer")
def has_linear(input_shape, layers):
    return any(layer[0] == "linear" for layer in layers)


@trace_shapes.feature(present="several layers", absent="one layer at most")
def has_several_layers(input_shape, layers):
    return len(layers) > 1


@trace_shapes.feature(present="a flat input", absent="a picture as input")
def has_flat_input(input_shape, layers):
    return len(input_shape) == 1


@trace_shapes.feature(present="an input of several channels", absent="an input of one channel")
def has_several_channels(input_shape, layers):
    return len(input_shape) == 3 and input_shape[0] > 1


@trace_shapes.feature(present="padding", absent="no padding")
def has_padding(input_shape, layers):
    return any(padding for _, _, _, padding in windows_met(input_shape, layers))


@trace_shapes.feature(present="a stride that is not the kernel's size", absent="strides as large as kernels")
def has_own_stride(input_shape, layers):
    return any(1 < stride != kernel for _, kernel, stride, _ in windows_met(input_shape, layers))


@trace_shapes.feature(present="a stride that leaves something over", absent="strides that leave nothing over")
def has_a_rest(input_shape, layers):
    return any((n + 2 * p - k) % s for n, k, s, p in windows_met(input_shape, layers) if n + 2 * p >= k)


@trace_shapes.feature(present="a window as large as the map", absent="windows smaller than the map")
def has_a_window_that_fills(input_shape, layers):
    return any(n + 2 * p == k for n, k, _, p in windows_met(input_shape, layers))


@trace_shapes.feature(
    present="a window that fits only with padding", absent="windows that fit without padding"
)
def has_a_window_that_needs_padding(input_shape, layers):
    return any(n < k <= n + 2 * p for n, k, _, p in windows_met(input_shape, layers))


@trace_shapes.feature(
    present="a window that needs the padding on both sides", absent="windows that fit with less padding"
)
def has_a_window_that_needs_both_paddings(input_shape, layers):
    return any(n + p < k <= n + 2 * p for n, k, _, p in windows_met(input_shape, layers))


trace_shapes.example("a convolution", (1, 5, 5), [("conv", 6, 3, 1, 0)])
trace_shapes.example("several channels", (3, 5, 5), [("conv", 2, 3, 1, 0)])
trace_shapes.example("padding", (1, 5, 5), [("conv", 2, 3, 1, 1)])
trace_shapes.example("a stride that leaves something over", (1, 6, 6), [("conv", 2, 3, 2, 0)])
trace_shapes.example("a map that is not square", (1, 5, 8), [("conv", 2, 3, 1, 0)])
trace_shapes.example("a window as large as the map", (1, 5, 5), [("conv", 120, 5, 1, 0)])
trace_shapes.example("a window that fits only with padding", (1, 3, 3), [("conv", 2, 4, 1, 1)])
trace_shapes.example("a window that needs the padding on both sides", (1, 3, 3), [("conv", 2, 5, 1, 1)])
trace_shapes.example("pooling", (3, 6, 6), [("pool", 2, 2)])
trace_shapes.example("overlapping pooling", (3, 7, 7), [("pool", 3, 2)])
trace_shapes.example("flatten", (2, 3, 4), [("flatten",)])
trace_shapes.example("flatten of a flat shape", (12,), [("flatten",)])
trace_shapes.example("flatten twice", (1, 2, 3), [("flatten",), ("flatten",)])
trace_shapes.example("a linear layer", (12,), [("linear", 3)])
trace_shapes.example("no layers", (2, 3, 4), [])
trace_shapes.example("pooling, then flatten", (1, 6, 7), [("pool", 2, 2), ("flatten",)])
trace_shapes.example("LeNet-5", (1, 32, 32), LENET)
trace_shapes.example(
    "a whole network on a map that is not square",
    (3, 20, 31),
    [("conv", 8, 3, 2, 1), ("pool", 3, 2), ("conv", 5, 4, 1, 2), ("pool", 2, 2), ("flatten",), ("linear", 7)],
)
trace_shapes.example_error("a window that is too large, stride 2", ValueError, (4, 2, 2), [("pool", 3, 2)])
trace_shapes.example_error("a window that is too high", ValueError, (4, 2, 8), [("pool", 3, 1)])
trace_shapes.example_error("a window that is too wide", ValueError, (4, 8, 2), [("conv", 2, 3, 1, 0)])
trace_shapes.example_error(
    "a window too high in spite of padding", ValueError, (4, 2, 8), [("conv", 2, 5, 1, 1)]
)
trace_shapes.example_error(
    "a window too wide in spite of padding", ValueError, (4, 8, 2), [("conv", 2, 5, 1, 1)]
)
trace_shapes.example_error("a linear layer before flatten", ValueError, (4, 2, 2), [("linear", 10)])
trace_shapes.example_error("LeNet-5 without flatten", ValueError, (1, 32, 32), LENET_WITHOUT_FLATTEN)
trace_shapes.example_error("pooling after flatten", ValueError, (4, 4, 4), [("flatten",), ("pool", 2, 2)])
trace_shapes.example_error(
    "a convolution after flatten", ValueError, (4, 4, 4), [("flatten",), ("conv", 2, 1, 1, 0)]
)


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
    yield call((2, 3, 4), [("flatten",), ("linear", 6), ("flatten",)])


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
    yield call((2, 2, 3), [("conv", 3, 5, 1, 2), ("pool", 2, 1)])
    yield call((2, 3, 2), [("conv", 3, 5, 1, 2), ("pool", 2, 1)])


@trace_shapes.cases(weight=0.4)
def layers_that_do_not_fit(rng):
    yield call_error(ValueError, (4, 2, 2), [("pool", 3, 2)])
    yield call_error(ValueError, (4, 8, 2), [("conv", 4, 3, 1, 0)])
    yield call_error(ValueError, (4, 2, 9), [("pool", 3, 3)])
    yield call_error(ValueError, (1, 28, 28), LENET)
    yield call_error(ValueError, (2, 2, 9), [("conv", 4, 5, 2, 1)])
    yield call_error(ValueError, (2, 9, 2), [("conv", 4, 5, 2, 1)])


@trace_shapes.cases(weight=0.4)
def layers_in_the_wrong_order(rng):
    yield call_error(ValueError, (4, 2, 2), [("linear", 10)])
    yield call_error(ValueError, (4, 4, 4), [("flatten",), ("pool", 2, 2)])
    yield call_error(ValueError, (3, 5, 5), [("flatten",), ("conv", 4, 3, 1, 1)])
    yield call_error(ValueError, (1, 32, 32), LENET_WITHOUT_FLATTEN)


@trace_shapes.alternative
def traces_layer_by_layer(input_shape, layers):
    shapes = []
    shape = tuple(input_shape)
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs (C, H, W), got {shape}")
            channels, height, width = shape
            if kind == "conv":
                channels, kernel, stride, padding = numbers
            else:
                kernel, stride = numbers
                padding = 0
            if kernel > height + 2 * padding or kernel > width + 2 * padding:
                raise ValueError(f"{kind} with a window of {kernel} does not fit into {shape}")
            rows = (height + 2 * padding - kernel) // stride + 1
            columns = (width + 2 * padding - kernel) // stride + 1
            shape = (channels, rows, columns)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        else:
            if len(shape) != 1:
                raise ValueError(f"linear needs (features,), got {shape}")
            shape = (numbers[0],)
        shapes.append(shape)
    return shapes


trace_shapes.edit(
    "floors_a_negative",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="False",
    look="What does your function return for a window that does not fit?",
    wrong="Where the window does not fit, your list holds a size of 0 or less. A network with an empty layer cannot run: raise a ValueError.",
)
trace_shapes.edit(
    "fits_without_padding",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel > height or kernel > width",
    look="How large is the map when its padding is counted?",
    wrong="You refuse a window that fits only because of the padding. Compare it with the padded map: n + 2 times padding.",
)
trace_shapes.edit(
    "fits_with_padding_once",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel > height + padding or kernel > width + padding",
    look="How large is the map when its padding is counted on both sides?",
    wrong="You refuse a window that fits into the map padded on both sides. Compare it with n + 2 times padding.",
)
trace_shapes.edit(
    "fits_by_the_height_only",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel > height + 2 * padding",
    look="What does your function do with a window that is wider than the map?",
    wrong="A window that is too high is refused, one that is too wide is not. It does not fit either: raise a ValueError.",
)
trace_shapes.edit(
    "fits_by_the_width_only",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel > width + 2 * padding",
    look="What does your function do with a window that is higher than the map?",
    wrong="A window that is too wide is refused, one that is too high is not. It does not fit either: raise a ValueError.",
)
trace_shapes.edit(
    "fits_if_one_side_does",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel > height + 2 * padding and kernel > width + 2 * padding",
    look="What does your function do with a window that is too large in one direction only?",
    wrong="You refuse windows that are too high and too wide at once. One of the two is enough: such a window does not fit either.",
)
trace_shapes.edit(
    "refuses_a_window_as_large_as_the_map",
    of=traces_layer_by_layer,
    replace="kernel > height + 2 * padding or kernel > width + 2 * padding",
    by="kernel >= height + 2 * padding or kernel >= width + 2 * padding",
    look="Does a window fit that is as large as the map?",
    wrong="You refuse a window that is as high or as wide as the map. It fits, once: only a larger one must be refused.",
)
trace_shapes.edit(
    "rounds_up",
    of=traces_layer_by_layer,
    replace="rows = (height + 2 * padding - kernel) // stride + 1\n            columns = (width + 2 * padding - kernel) // stride + 1",
    by="rows = -((kernel - height - 2 * padding) // stride) + 1\n            columns = -((kernel - width - 2 * padding) // stride) + 1",
    look="Is your size one too large?",
    wrong="Your size is rounded up. A window that hangs over the border does not count: round down.",
    shown="a stride that leaves something over",
)
trace_shapes.edit(
    "pads_one_side",
    of=traces_layer_by_layer,
    replace="rows = (height + 2 * padding - kernel) // stride + 1\n            columns = (width + 2 * padding - kernel) // stride + 1",
    by="rows = (height + padding - kernel) // stride + 1\n            columns = (width + padding - kernel) // stride + 1",
    look="By how much does the padding make the picture larger?",
    wrong="Your sizes are those of padding on one side only. It is added on both sides: n + 2 times padding.",
)
trace_shapes.edit(
    "leaves_out_the_padding",
    of=traces_layer_by_layer,
    replace="rows = (height + 2 * padding - kernel) // stride + 1\n            columns = (width + 2 * padding - kernel) // stride + 1",
    by="rows = (height - kernel) // stride + 1\n            columns = (width - kernel) // stride + 1",
    look="By how much does the padding make the picture larger?",
    wrong="Your sizes are those without padding. It is added on both sides: n + 2 times padding.",
)
trace_shapes.edit(
    "leaves_out_the_stride",
    of=traces_layer_by_layer,
    replace="rows = (height + 2 * padding - kernel) // stride + 1\n            columns = (width + 2 * padding - kernel) // stride + 1",
    by="rows = height + 2 * padding - kernel + 1\n            columns = width + 2 * padding - kernel + 1",
    look="By how much does the window move?",
    wrong="Your sizes are those of windows that move by 1. Divide by the stride, and round down.",
    shown="a stride that leaves something over",
)
trace_shapes.edit(
    "forgets_the_first_window",
    of=traces_layer_by_layer,
    replace="rows = (height + 2 * padding - kernel) // stride + 1\n            columns = (width + 2 * padding - kernel) // stride + 1",
    by="rows = (height + 2 * padding - kernel) // stride\n            columns = (width + 2 * padding - kernel) // stride",
    look="How many windows fit along one side? Count the first one too.",
    wrong="Your sizes are one too small. (n + 2p − k) // s counts the steps; the window also stands at the start: + 1.",
    shown="a convolution",
)
trace_shapes.edit(
    "one_size_for_both_sides",
    of=traces_layer_by_layer,
    replace="(width + 2 * padding - kernel) // stride + 1",
    by="(height + 2 * padding - kernel) // stride + 1",
    look="How high and how wide is the map that goes in?",
    wrong="Your width is the height again. Height and width each follow the rule by themselves.",
)
trace_shapes.edit(
    "swaps_rows_and_columns",
    of=traces_layer_by_layer,
    replace="(channels, rows, columns)",
    by="(channels, columns, rows)",
    look="How high and how wide is the map that goes in?",
    wrong="Height and width are exchanged in your shapes. The order is (C, H, W).",
)
trace_shapes.edit(
    "convolution_keeps_channels",
    of=traces_layer_by_layer,
    replace="channels, kernel, stride, padding = numbers",
    by="_, kernel, stride, padding = numbers",
    look="How many channels come out of a convolution? How many filters has it?",
    wrong="Your convolution keeps the number of channels of its input. Each filter makes one map: the output has as many channels as there are filters.",
)
trace_shapes.edit(
    "convolution_multiplies_channels",
    of=traces_layer_by_layer,
    replace="channels, kernel, stride, padding = numbers",
    by="filters, kernel, stride, padding = numbers\n                channels = channels * filters",
    look="How many channels come out of a convolution? How many filters has it?",
    wrong="Your convolution has filters times channels maps. Each filter adds up all channels to one map: as many come out as there are filters.",
)
trace_shapes.edit(
    "pools_channels",
    of=traces_layer_by_layer,
    replace="    kernel, stride = numbers",
    by="    kernel, stride = numbers\n                channels = max(1, channels // kernel)",
    look="How many channels go into a pooling layer, and how many come out?",
    wrong="Your pooling layer shrinks the channels too. Pooling works inside each channel; their number stays.",
    shown="pooling",
)
trace_shapes.edit(
    "pools_by_the_kernel",
    of=traces_layer_by_layer,
    replace="    kernel, stride = numbers",
    by="    kernel = stride = numbers[0]",
    look="By how much does this pooling window move?",
    wrong="Your pooling windows move by their own size. The layer names a stride of its own.",
)
trace_shapes.edit(
    "flatten_forgets_channels",
    of=traces_layer_by_layer,
    replace="(int(np.prod(shape)),)",
    by="(int(np.prod(shape[-2:])),)",
    look="How many numbers go into flatten, and how many come out?",
    wrong="Flatten keeps every number: C times H times W. In your shape the channels are left out.",
    shown="flatten",
)
trace_shapes.edit(
    "lists_the_input_too",
    of=traces_layer_by_layer,
    replace="shapes = []\n    shape = tuple(input_shape)",
    by="shape = tuple(input_shape)\n    shapes = [shape]",
    look="How many shapes did you return for how many layers?",
    wrong="Your list begins with the input shape. It should hold one shape per layer: what comes out of it.",
    shown="a convolution",
)
trace_shapes.edit(
    "returns_the_last_shape_only",
    of=traces_layer_by_layer,
    replace="return shapes",
    by="return shape",
    look="How many shapes did you return for how many layers?",
    wrong="Only the last shape comes back. Return a list with the shape after each layer.",
    shown="pooling, then flatten",
)
trace_shapes.edit(
    "linear_takes_pictures",
    of=traces_layer_by_layer,
    replace="len(shape) != 1",
    by="False",
    look="What goes into a linear layer: a picture or a list of features?",
    wrong="Your linear layer accepts a picture. It needs a flat shape (features,); without flatten before it, raise a ValueError.",
)
trace_shapes.edit(
    "linear_takes_single_pixels",
    of=traces_layer_by_layer,
    replace="len(shape) != 1",
    by="len(shape) == 3 and (shape[1] > 1 or shape[2] > 1)",
    look="Is (120, 1, 1) a flat shape?",
    wrong="Your linear layer accepts maps of one pixel. (F, 1, 1) is still a picture: only flatten makes it (F,); without it, raise a ValueError.",
)


@trace_shapes.misconception(
    look="What does your function do with a 3 x 3 window on a 2 x 2 map, with stride 2?",
    wrong=(
        "A window that does not fit gets a size of 1, because (2 - 3) / 2 = -0.5 was cut to 0. Floor division (//) makes "
        "it -1, plus 1 is 0: no window fits."
    ),
    shown="a window that is too large, stride 2",
    if_source_has={"int(": "`int()` cuts towards zero."},
)
def truncates_a_negative(input_shape, layers):
    shapes, shape = [], tuple(input_shape)
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            channels, height, width = shape
            channels, kernel, stride, padding = numbers if kind == "conv" else (channels, *numbers, 0)
            rows = int((height + 2 * padding - kernel) / stride) + 1
            columns = int((width + 2 * padding - kernel) / stride) + 1
            if rows < 1 or columns < 1:
                raise ValueError(f"{kind} does not fit into {shape}")
            shape = (channels, rows, columns)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        else:
            if len(shape) != 1:
                raise ValueError(f"linear needs (features,), got {shape}")
            shape = (numbers[0],)
        shapes.append(shape)
    return shapes


@trace_shapes.misconception(
    look="Can flatten follow flatten?",
    wrong="Your flatten refuses a flat shape. All numbers in one row stay in one row: (F,) goes in, (F,) comes out.",
    shown="flatten of a flat shape",
)
def flatten_needs_a_picture(input_shape, layers):
    shapes, shape = [], tuple(input_shape)
    for kind, *numbers in layers:
        if kind == "linear":
            if len(shape) != 1:
                raise ValueError(f"linear needs (features,), got {shape}")
            shape = (numbers[0],)
        else:
            channels, height, width = shape
            if kind == "flatten":
                shape = (channels * height * width,)
            else:
                channels, kernel, stride, padding = numbers if kind == "conv" else (channels, *numbers, 0)
                if kernel > min(height, width) + 2 * padding:
                    raise ValueError(f"{kind} does not fit into {shape}")
                sizes = [(n + 2 * padding - kernel) // stride + 1 for n in (height, width)]
                shape = (channels, *sizes)
        shapes.append(shape)
    return shapes


@trace_shapes.misconception(
    look="What can a reader learn from your error?",
    wrong="Your ValueError comes without a message. Say which layer meets which shape, so that a reader sees where the network breaks.",
)
def refuses_without_a_word(input_shape, layers):
    shapes, shape = [], tuple(input_shape)
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError
            channels, height, width = shape
            channels, kernel, stride, padding = numbers if kind == "conv" else (channels, *numbers, 0)
            if kernel > min(height, width) + 2 * padding:
                raise ValueError
            shape = (channels, *[(n + 2 * padding - kernel) // stride + 1 for n in (height, width)])
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        else:
            if len(shape) != 1:
                raise ValueError
            shape = (numbers[0],)
        shapes.append(shape)
    return shapes


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
            if len(shape) > 1:
                raise ValueError(f"linear needs (features,), got {shape}")
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
