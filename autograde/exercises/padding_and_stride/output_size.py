"""How many windows fit: the length of a layer's output."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise


@exercise(points=3, difficulty="easy", minutes=10)
def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """How many places there are for a kernel; counts them one by one."""
    reach = [tap * dilation for tap in range(kernel_size)]
    last = n + 2 * padding - 1
    starts = [start for start in range(0, last + 1, stride) if all(start + r <= last for r in reach)]
    if not starts:
        raise ValueError("not even one window fits")
    return len(starts)


@output_size.feature(
    present="a kernel that reaches over more than the image", absent="a kernel no longer than the image"
)
def reaches_beyond_the_image(n, kernel_size, stride=1, padding=0, dilation=1):
    return dilation * (kernel_size - 1) + 1 > n


@output_size.feature(
    present="a kernel that just fits", absent="a kernel shorter than image and padding together"
)
def just_fits(n, kernel_size, stride=1, padding=0, dilation=1):
    return dilation * (kernel_size - 1) + 1 == n + 2 * padding


@output_size.feature(present="a stride that leaves pixels over", absent="a stride that leaves no pixel over")
def leaves_pixels_over(n, kernel_size, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (kernel_size - 1) - 1) % stride > 0


output_size.example("seven pixels, three weights", 7, 3)
output_size.example("stride 2", 7, 3, 2)
output_size.example("a stride that does not divide", 7, 3, 3)
output_size.example("half a step left over", 8, 3, 2)
output_size.example("a kernel of one", 5, 1)
output_size.example("a kernel as long as the side", 4, 4)
output_size.example("one pixel, one weight", 1, 1)
output_size.example("a stride longer than what is left", 4, 3, 2)
output_size.example("padding", 7, 3, 1, 1)
output_size.example("padding with a stride", 6, 3, 2, 1)
output_size.example("a kernel that fits only with padding", 3, 7, 1, 2)
output_size.example("dilation", 7, 3, 1, 0, 2)
output_size.example("dilation with a stride", 9, 3, 3, 0, 2)
output_size.example("dilation with padding", 7, 3, 1, 1, 2)
output_size.example("a kernel of one, dilated", 5, 1, 1, 0, 3)
output_size.example("padding, stride and dilation", 6, 2, 2, 2, 2)
output_size.example("four weights, five pixels apart", 40, 4, 3, 1, 5)
output_size.example_error("a kernel one too long", ValueError, 4, 5)
output_size.example_error("a kernel one too long, stride 2", ValueError, 4, 5, 2)
output_size.example_error("a kernel far too long", ValueError, 3, 9)
output_size.example_error("a kernel too long in spite of its padding", ValueError, 3, 8, 1, 2)
output_size.example_error("a kernel too long by its holes", ValueError, 6, 3, 1, 0, 3)


@output_size.cases
def plain_strides(rng):
    for kernel, stride in [(1, 1), (2, 1), (3, 2), (5, 3), (4, 4), (2, 5)]:
        yield call(int(rng.integers(8, 60)), kernel, stride)


@output_size.cases(weight=2)
def strides_that_do_not_divide(rng):
    for kernel, stride in [(3, 2), (3, 4), (5, 3), (2, 7), (7, 5)]:
        steps, rest = int(rng.integers(2, 9)), int(rng.integers(1, stride))
        yield call(kernel + steps * stride + rest, kernel, stride)
    yield call(21, 4, 6)
    yield call(21, 4, stride=5)


@output_size.cases(weight=2)
def paddings(rng):
    for padding in (1, 2, 3, 5):
        yield call(int(rng.integers(5, 30)), int(rng.integers(2, 5)), int(rng.integers(1, 4)), padding)
    yield call(3, 7, 1, padding=2)


@output_size.cases(weight=2)
def dilations(rng):
    for dilation in (2, 3, 4):
        yield call(int(rng.integers(15, 40)), 3, 1, 0, dilation)
        yield call(int(rng.integers(20, 40)), 4, 3, int(rng.integers(1, 4)), dilation=dilation)
    yield call(5, 1, 1, 0, 6)


@output_size.cases
def windows_that_just_fit(rng):
    kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    yield call(dilation * (kernel - 1) + 1, kernel, 2, 0, dilation)
    yield call(1, 1)
    yield call(2 * dilation + 1, 3, 4, 0, dilation)


@output_size.cases
def windows_that_fit_with_padding_only(rng):
    padding = int(rng.integers(2, 5))
    yield call(4, 4 + 2 * padding, 3, padding)
    yield call(4, 5, 1, padding)
    yield call(5, 3, 2, padding, dilation=3)


@output_size.cases
def nothing_fits(rng):
    for stride in (1, 2, 3, 5):
        yield call_error(ValueError, 4, 5, stride)
    yield call_error(ValueError, 5, 10, 4, 2)
    yield call_error(ValueError, 5, int(rng.integers(11, 14)), 4, 2)
    yield call_error(ValueError, 8, 3, 1, 0, 4)
    yield call_error(ValueError, 6, 4, 2, 1, 3)


@output_size.cases
def layers_of_famous_networks(rng):
    yield call(227, 11, 4)
    yield call(224, 3, 1, 1)
    yield call(224, 7, 2, 3)
    yield call(32, 5)


@output_size.alternative
def size_from_the_rule(n, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    room = n + 2 * padding - reach
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


output_size.edit(
    "rounds_up",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="-(-room // stride) + 1",
    look="Draw the windows. Where would the last one that you count end?",
    wrong="Your number is the one that comes of rounding up: it counts a window that runs over the end. Such a window does not "
    "count, so the division is rounded down.",
)
output_size.edit(
    "rounds_to_the_nearest",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="int(room / stride + 0.5) + 1",
    look="From the first window to the last: is there half a step in your count?",
    wrong="Your number is the one that comes of rounding to the nearest whole number. A step that is only half possible is not "
    "made: round down.",
    shown="half a step left over",
)
output_size.edit(
    "forgets_the_first_window",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="room // stride",
    look="Count the windows on paper. How many more are there than steps between them?",
    wrong="Your number counts steps. From the first window to the last there is one window more than steps: + 1.",
    shown="a kernel as long as the side",
)
output_size.edit(
    "accepts_a_kernel_slightly_too_long",
    of=size_from_the_rule,
    replace="if room < 0:",
    by="if int(room / stride) + 1 < 1:",
    look="A kernel of 5 on 4 pixels: how many windows do you count, and where does the first one end?",
    wrong="Where the kernel is too long by less than a stride, it still fits once in your count. Test whether it fits before the "
    "division.",
    shown="a kernel one too long, stride 2",
    if_source_has={"int(": "int() cuts towards zero: int(−1 / 2) is 0, and −1 // 2 is −1."},
)
output_size.edit(
    "returns_a_size_where_nothing_fits",
    of=size_from_the_rule,
    replace='    if room < 0:\n        raise ValueError("nothing fits")\n',
    by="",
    look="What does your function do with a kernel that is longer than the padded side?",
    wrong="Where nothing fits your function returns all the same. The docstring promises a ValueError: a network with an "
    "empty map should stop where it breaks.",
)
output_size.edit(
    "refuses_a_window_that_just_fits",
    of=size_from_the_rule,
    replace="if room < 0:",
    by="if room <= 0:",
    look="A kernel exactly as long as the padded side: how many places has it?",
    wrong="You refuse a kernel that just fits. It has one place: only a reach that is longer than the padded side is refused.",
)
output_size.edit(
    "refuses_what_fits_with_padding",
    of=size_from_the_rule,
    replace="if room < 0:",
    by="if reach > n:",
    look="How long is the side, the zeros at both ends included? Does the kernel fit on that?",
    wrong="You refuse a kernel that is longer than the image but fits on image and padding together. Compare its reach with "
    "n + 2 · padding.",
)
output_size.edit(
    "counts_the_padding_once",
    of=size_from_the_rule,
    replace="2 * padding",
    by="padding",
    look="How many zeros does your count see, and how many are there at both ends together?",
    wrong="Your number is the one of a side that grows by `padding`. The zeros stand at both ends, so it grows by 2 · padding.",
)
output_size.edit(
    "ignores_the_padding",
    of=size_from_the_rule,
    replace=" + 2 * padding",
    by="",
    look="Is your number the one for padding 0?",
    wrong="Your number is the same whatever the padding is. The windows stand on n + 2 · padding pixels.",
)
output_size.edit(
    "spreads_the_padding",
    of=size_from_the_rule,
    replace="2 * padding",
    by="2 * padding * dilation",
    look="How many zeros does your count see? How many are there?",
    wrong="Your number is the one of a padding that grows with the dilation. Dilation spreads the weights of the kernel; the "
    "frame stays as wide as `padding` says.",
)
output_size.edit(
    "ignores_the_dilation",
    of=size_from_the_rule,
    replace="dilation * (kernel_size - 1) + 1",
    by="kernel_size",
    look="Is your number the one for dilation 1?",
    wrong="Your number is the same whatever the dilation is. With dilation d a kernel of K weights reaches over d(K − 1) + 1 pixels.",
)
output_size.edit(
    "multiplies_the_kernel_by_the_dilation",
    of=size_from_the_rule,
    replace="dilation * (kernel_size - 1) + 1",
    by="dilation * kernel_size",
    look="Draw a kernel of 3 with dilation 2. From its first weight to its last, how many pixels is that?",
    wrong="Your number is the one of a reach of d · K. Behind the last weight there is no hole: the reach is d(K − 1) + 1.",
    shown="dilation",
)
output_size.edit(
    "widens_the_kernel_once",
    of=size_from_the_rule,
    replace="dilation * (kernel_size - 1) + 1",
    by="kernel_size + dilation - 1",
    look="Draw the kernel. How many gaps are there between its weights?",
    wrong="Your number is the one of a kernel with a single gap. There is one between every two neighbours, K − 1 of them, so the "
    "reach is d(K − 1) + 1.",
)
output_size.edit(
    "reaches_one_pixel_short",
    of=size_from_the_rule,
    replace="dilation * (kernel_size - 1) + 1",
    by="dilation * (kernel_size - 1)",
    look="Count the windows on paper. Is yours one too many?",
    wrong="Your number is the one of a reach one pixel short, d(K − 1). From the first weight to the last, both included, it "
    "is d(K − 1) + 1.",
)
output_size.edit(
    "forgets_the_kernel",
    of=size_from_the_rule,
    replace="n + 2 * padding - reach",
    by="n + 2 * padding - 1",
    look="Does the last window that you count end inside the padded side?",
    wrong="Your number counts a window for each start on the padded side, also where it runs over the end. The last start is "
    "n + 2 · padding minus the reach.",
)
output_size.edit(
    "adds_one_before_dividing",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="(room + 1) // stride",
    look="Count the windows on paper. Is the first one divided by the stride in yours?",
    wrong="Your number is the one that comes of adding 1 before dividing by the stride. The 1 is the first window, which needs no "
    "step: divide first.",
)
output_size.edit(
    "divides_the_reach_only",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="n + 2 * padding - reach // stride + 1",
    look="What is divided by the stride in your count: all the room, or a part of it?",
    wrong="Your number is the one of a formula in which only the reach is divided by the stride. All of the room is, "
    "n + 2 · padding minus the reach.",
    if_source_has={"//": "`//` is done before + and −: brackets."},
)
output_size.edit(
    "leaves_the_fraction",
    of=size_from_the_rule,
    replace="room // stride + 1",
    by="room / stride + 1",
    look="Is your number a whole one?",
    wrong="Your number is not rounded. Windows are counted in whole numbers: a part of a step is dropped.",
)
output_size.edit(
    "refuses_what_does_not_divide",
    of=size_from_the_rule,
    replace="if room < 0:",
    by="if room < 0 or room % stride:",
    look="Windows with steps in between: do some fit here?",
    wrong="You refuse a stride that does not divide. Layers don't: the pixels left over at the end are read by no window.",
)


@output_size.misconception(
    look="Does the stride set your windows apart, or the weights of the kernel?",
    wrong="Your number is the one with stride and dilation in each other's place. The dilation is in the reach, and the room is "
    "divided by the stride.",
)
def swaps_stride_and_dilation(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - (stride * (kernel_size - 1) + 1)
    if room < 0:
        raise ValueError("nothing fits")
    return room // dilation + 1


@output_size.alternative
def size_by_counting_windows(n, kernel_size, stride=1, padding=0, dilation=1):
    count, start = 0, -padding
    while start + dilation * (kernel_size - 1) <= n - 1 + padding:
        count += 1
        start += stride
    if count == 0:
        raise ValueError(f"kernel {kernel_size} does not fit {n}")
    return count


@output_size.alternative
def size_from_a_range(n, kernel_size, stride=1, padding=0, dilation=1):
    starts = range(0, n + 2 * padding - dilation * (kernel_size - 1), stride)
    if len(starts) == 0:
        raise ValueError("nothing fits")
    return len(starts)


@output_size.alternative
def size_with_numpy_floor(n, kernel_size, stride=1, padding=0, dilation=1):
    reach = kernel_size + (kernel_size - 1) * (dilation - 1)
    if reach > n + 2 * padding:
        raise ValueError(f"a reach of {reach} does not fit {n + 2 * padding}")
    return int(np.floor((n + 2 * padding - reach) / stride + 1))
