"""How many zeros go before and after, so that the output has n / stride numbers, rounded up."""

from __future__ import annotations

import math
from itertools import count

from autograde.course.definition import call, exercise


@exercise(points=3, difficulty="medium", minutes=10)
def same_padding(n, kernel_size, stride=1, dilation=1):
    """The least padding with ceil(n / stride) windows, found by trying 0, 1, 2, …; the odd zero goes after."""
    reach = dilation * (kernel_size - 1)
    wanted = len(range(0, n, stride))
    total = next(t for t in count() if len(range(0, n + t - reach, stride)) >= wanted)
    return total // 2, total - total // 2


@same_padding.feature(
    present="an odd number of zeros that are missing", absent="an even number of zeros that are missing"
)
def odd_total(n, kernel_size, stride=1, dilation=1):
    return (reach_beyond(n, kernel_size, stride, dilation)) % 2 and (
        reach_beyond(n, kernel_size, stride, dilation) > 0
    )


@same_padding.feature(
    present="a last window that ends before the end", absent="a last window that reaches the end"
)
def nothing_missing(n, kernel_size, stride=1, dilation=1):
    return reach_beyond(n, kernel_size, stride, dilation) < 0


@same_padding.feature(
    present="a stride that does not divide the length", absent="a stride that divides the length"
)
def does_not_divide(n, kernel_size, stride=1, dilation=1):
    return n % stride > 0


def reach_beyond(n, kernel_size, stride, dilation):
    """How many pixels the last of ceil(n / stride) windows reaches over the end; negative where it ends before."""
    return range(0, n, stride)[-1] + dilation * (kernel_size - 1) - (n - 1)


same_padding.example("eight pixels, three weights", 8, 3)
same_padding.example("five weights", 8, 5)
same_padding.example("an even kernel", 8, 4)
same_padding.example("a kernel of two", 5, 2)
same_padding.example("a kernel of one", 5, 1)
same_padding.example("a kernel longer than the side", 3, 6)
same_padding.example("one pixel", 1, 5)
same_padding.example("stride 2, an even length", 8, 3, 2)
same_padding.example("stride 2, an odd length", 9, 3, 2)
same_padding.example("stride 2, five weights", 9, 5, 2)
same_padding.example("stride 3", 8, 4, 3)
same_padding.example("dilation", 6, 3, 1, 2)
same_padding.example("a kernel of two, dilated", 6, 2, 1, 3)
same_padding.example("stride and dilation", 5, 3, 3, 2)
same_padding.example("a kernel shorter than the stride", 6, 2, 3)
same_padding.example("a kernel of one with a stride", 8, 1, 4)


@same_padding.cases
def stride_one(rng):
    for kernel in (1, 2, 3, 4, 5, 7):
        yield call(int(rng.integers(3, 40)), kernel)


@same_padding.cases(weight=2)
def odd_and_even_lengths_with_strides(rng):
    for kernel, stride in [(3, 2), (5, 2), (4, 2), (3, 3), (7, 4), (2, 2)]:
        n = int(rng.integers(6, 40))
        yield call(n, kernel, stride)
        yield call(n + 1, kernel, stride=stride)


@same_padding.cases(weight=2)
def dilated_kernels(rng):
    for dilation in (2, 3, 5):
        yield call(int(rng.integers(4, 30)), 3, 1, dilation)
        yield call(int(rng.integers(4, 30)), 4, 2, dilation=dilation)
        yield call(int(rng.integers(4, 30)), 2, 3, dilation)


@same_padding.cases(weight=2)
def nothing_to_add(rng):
    for kernel, stride in [(1, 2), (2, 4), (1, 5), (3, 5)]:
        yield call(stride * int(rng.integers(2, 8)), kernel, stride)
    yield call(stride * 3 + kernel, kernel, stride)
    yield call(7, 1)


@same_padding.cases
def tiny_inputs(rng):
    yield call(1, 5)
    yield call(2, 7, 3)
    yield call(1, 3, 2, 4)


@same_padding.alternative
def same_from_the_last_window(n, kernel_size, stride=1, dilation=1):
    windows = math.ceil(n / stride)
    reach = dilation * (kernel_size - 1) + 1
    missing = max((windows - 1) * stride + reach - n, 0)
    return missing // 2, missing - missing // 2


same_padding.edit(
    "gives_both_sides_the_same",
    of=same_from_the_last_window,
    replace="missing // 2, missing - missing // 2",
    by="missing // 2, missing // 2",
    look="How many zeros have you given out in all, and how many are missing?",
    wrong="Where an odd number is missing, one zero of yours is lost: both sides get the smaller half. One side gets one more, "
    "the end.",
)
same_padding.edit(
    "gives_both_sides_the_larger_half",
    of=same_from_the_last_window,
    replace="missing // 2, missing - missing // 2",
    by="(missing + 1) // 2, (missing + 1) // 2",
    look="How many zeros have you given out in all, and how many are missing?",
    wrong="Where an odd number is missing, you give out one zero too many: both sides get the larger half. Only the end gets "
    "the odd one.",
)
same_padding.edit(
    "puts_the_extra_zero_before",
    of=same_from_the_last_window,
    replace="missing // 2, missing - missing // 2",
    by="missing - missing // 2, missing // 2",
    look="Which side has the odd zero in your answer?",
    wrong="Your odd zero stands before. The rule puts it after the end.",
)
same_padding.edit(
    "puts_all_zeros_after",
    of=same_from_the_last_window,
    replace="missing // 2, missing - missing // 2",
    by="0, missing",
    look="On how many sides do your zeros stand?",
    wrong="All your zeros stand after the end. Half of them go before; only the odd one is extra at the end.",
)
same_padding.edit(
    "puts_all_zeros_before",
    of=same_from_the_last_window,
    replace="missing // 2, missing - missing // 2",
    by="missing, 0",
    look="On how many sides do your zeros stand?",
    wrong="All your zeros stand before. Half of them go after the end, and the odd one, too.",
)
same_padding.edit(
    "lets_the_padding_be_negative",
    of=same_from_the_last_window,
    replace="max((windows - 1) * stride + reach - n, 0)",
    by="(windows - 1) * stride + reach - n",
    look="Can a number of zeros be negative?",
    wrong="Where the last window ends before the end of the image, your total is negative. Then nothing is missing: the total is 0.",
)
same_padding.edit(
    "adds_zeros_where_none_are_missing",
    of=same_from_the_last_window,
    replace="max((windows - 1) * stride + reach - n, 0)",
    by="abs((windows - 1) * stride + reach - n)",
    look="Where does the last window end: on the image, or beyond?",
    wrong="You give out zeros where the last window ends on the image. Then none are missing, however many pixels are left over: "
    "the total is 0.",
)
same_padding.edit(
    "ignores_the_dilation",
    of=same_from_the_last_window,
    replace="dilation * (kernel_size - 1) + 1",
    by="kernel_size",
    look="Are your numbers the ones for dilation 1?",
    wrong="Your zeros are the same whatever the dilation is. With dilation d a kernel of K weights reaches over d(K − 1) + 1 "
    "pixels.",
)
same_padding.edit(
    "multiplies_the_kernel_by_the_dilation",
    of=same_from_the_last_window,
    replace="dilation * (kernel_size - 1) + 1",
    by="dilation * kernel_size",
    look="Draw the kernel with its holes. From its first weight to its last, how many pixels is that?",
    wrong="Your total is the one of a reach of d · K. Behind the last weight there is no hole: the reach is d(K − 1) + 1.",
)
same_padding.edit(
    "widens_the_kernel_once",
    of=same_from_the_last_window,
    replace="dilation * (kernel_size - 1) + 1",
    by="kernel_size + dilation - 1",
    look="Draw the kernel. How many gaps are there between its weights?",
    wrong="Your total is the one of a kernel with a single gap. There is one between every two neighbours, K − 1 of them, so the "
    "reach is d(K − 1) + 1.",
)
same_padding.edit(
    "counts_one_zero_too_few",
    of=same_from_the_last_window,
    replace="dilation * (kernel_size - 1) + 1",
    by="dilation * (kernel_size - 1)",
    look="Where does the last window start? Which pixel does it end on, and which is the last pixel of the image?",
    wrong="Your total is one too small. A window that starts at p ends at p + R − 1, and the pixels end at n − 1: missing "
    "are p + R − n, with R = d(K − 1) + 1.",
)
same_padding.edit(
    "rounds_the_number_of_outputs_down",
    of=same_from_the_last_window,
    replace="math.ceil(n / stride)",
    by="(n // stride)",
    look="How many outputs does “same” promise here, and for how many are your zeros enough?",
    wrong="Your zeros are enough for n / stride outputs rounded down. “Same” rounds up.",
)
same_padding.edit(
    "keeps_the_full_length",
    of=same_from_the_last_window,
    replace="math.ceil(n / stride)",
    by="n",
    look="How many outputs does “same” promise here, and for how many are your zeros enough?",
    wrong="Your zeros are enough for n outputs. With a stride “same” means n / stride, rounded up; only at stride 1 is that n.",
)
same_padding.edit(
    "starts_the_last_window_too_late",
    of=same_from_the_last_window,
    replace="(windows - 1)",
    by="windows",
    look="m windows, and the first starts at 0: where does the last one start?",
    wrong="Your total is the one of a last window that starts at m · s. The first starts at 0, so the last of m starts at "
    "(m − 1) · s.",
)


@same_padding.misconception(
    look="Put your zeros on both sides and slide: how many windows fit? How many would fit with fewer zeros?",
    wrong="Your zeros are half the kernel on each side, whatever stride and length are. Work out how many pixels the last "
    "window reaches beyond the end: that is the total, and it may be odd.",
)
def pads_half_the_kernel(n, kernel_size, stride=1, dilation=1):
    half = dilation * (kernel_size - 1) // 2
    return half, half


@same_padding.misconception(
    look="Put your zeros on both sides and slide: how many windows fit? How many would fit with fewer zeros?",
    wrong="Your zeros are half the reach on each side, rounded down, whatever stride and length are. Work out how many pixels the "
    "last window reaches beyond the end: that is the total, and it may be odd.",
)
def pads_half_the_reach(n, kernel_size, stride=1, dilation=1):
    half = (dilation * (kernel_size - 1) + 1) // 2
    return half, half


@same_padding.misconception(
    look="Put your zeros on both sides and slide: how many windows fit? How many would fit with fewer zeros?",
    wrong="Your zeros are half the number of weights on each side, whatever stride, length and dilation are. Work out how many "
    "pixels the last window reaches beyond the end: that is the total, and it may be odd.",
)
def pads_half_the_weights(n, kernel_size, stride=1, dilation=1):
    return kernel_size // 2, kernel_size // 2


@same_padding.misconception(
    look="Are your numbers the ones for stride 1?",
    wrong="Your zeros are the same whatever the stride is. With stride s there are ⌈n / s⌉ windows, and the last one starts at "
    "(⌈n / s⌉ − 1) · s.",
)
def ignores_the_stride(n, kernel_size, stride=1, dilation=1):
    total = dilation * (kernel_size - 1)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="Where does the last window start? How many pixels are left from there to the end?",
    wrong="Your total is reach minus stride. That is right where the stride divides the length; elsewhere the last window starts "
    "nearer to the end, and more zeros are missing.",
)
def takes_the_rule_of_lengths_that_divide(n, kernel_size, stride=1, dilation=1):
    total = max(dilation * (kernel_size - 1) + 1 - stride, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="Half of an odd number: do you always round it down?",
    wrong="Where an odd number is missing, the odd zero stands before in some of your answers and after in others. It always "
    "goes after the end.",
    if_source_has={"round(": "round() goes to the even neighbour: round(0.5) is 0, and round(1.5) is 2."},
)
def rounds_the_half_to_even(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return round(total / 2), total - round(total / 2)


@same_padding.alternative
def same_by_the_remainder(n, kernel_size, stride=1, dilation=1):
    reach = dilation * (kernel_size - 1) + 1
    rest = n % stride
    total = max(reach - (stride if rest == 0 else rest), 0)
    return total // 2, (total + 1) // 2


@same_padding.alternative
def same_by_following_the_last_window(n, kernel_size, stride=1, dilation=1):
    last_start = 0
    while last_start + stride < n:
        last_start += stride
    beyond = last_start + dilation * (kernel_size - 1) - (n - 1)
    before, after = 0, 0
    while before + after < beyond:
        if after > before:
            before += 1
        else:
            after += 1
    return (before, after)
