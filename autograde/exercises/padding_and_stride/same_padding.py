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


same_padding.example("kernel 3, stride 1: one zero on each side", 8, 3)
same_padding.example("kernel 4: an odd number of zeros", 8, 4)
same_padding.example("the odd zero at stride 2", 8, 3, 2)
same_padding.example("stride 3 and dilation 2", 5, 3, 3, 2)
same_padding.example("a kernel shorter than the stride: nothing to add", 6, 2, 3, 1)
same_padding.example("stride 2, and n is odd", 9, 5, 2)


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


@same_padding.misconception(
    look="kernel 4 on 8 numbers: is the output as long as the input with your padding?",
    wrong="You give both sides the same number of zeros, always. Where their total is odd, one side gets one more: the end.",
)
def gives_both_sides_the_same(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return total // 2, total // 2


@same_padding.misconception(
    look="kernel 3, stride 2 on 8 numbers: how many windows do you get with (1, 1), and how many without the first zero?",
    wrong="You pad by half the kernel on each side, whatever stride and length are. Work out how many numbers the last "
    "window reaches beyond the end; that is the total.",
)
def pads_half_the_kernel(n, kernel_size, stride=1, dilation=1):
    half = dilation * (kernel_size - 1) // 2
    return half, half


@same_padding.misconception(
    look="Where the total is odd, which side gets the extra zero?",
    wrong="Your extra zero stands before. The rule puts it after.",
)
def puts_the_extra_zero_before(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return total - total // 2, total // 2


@same_padding.misconception(
    look="Does your result change with the stride?",
    wrong="You left the stride out: your total is what stride 1 needs. With stride s there are ⌈n / s⌉ windows, and the "
    "last one starts at (⌈n / s⌉ − 1) · s.",
)
def ignores_the_stride(n, kernel_size, stride=1, dilation=1):
    total = dilation * (kernel_size - 1)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="kernel 2, stride 3 on 6 numbers. Can a padding be negative?",
    wrong="Your total can be negative. Where the windows don't reach the end there is nothing to add: clip at 0.",
)
def lets_the_padding_be_negative(n, kernel_size, stride=1, dilation=1):
    total = (math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n
    return total // 2, total - total // 2


@same_padding.misconception(
    look="stride 3 and dilation 2: over how many inputs does the kernel reach?",
    wrong="You used the kernel's number of weights for its reach. With dilation d it reaches over d(K − 1) + 1 inputs.",
)
def ignores_the_dilation(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + kernel_size - n, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="9 numbers with stride 2: how many outputs does “same” promise?",
    wrong="You round n / stride down. Five windows start on 9 numbers at stride 2 (at 0, 2, 4, 6, 8): “same” rounds up.",
)
def rounds_the_number_of_outputs_down(n, kernel_size, stride=1, dilation=1):
    total = max((n // stride - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="9 numbers with stride 2: how many outputs do you aim for?",
    wrong="You pad until the output has n numbers. With a stride, “same” means n / stride, rounded up; only at stride 1 "
    "is that n.",
)
def keeps_the_full_length(n, kernel_size, stride=1, dilation=1):
    total = max((n - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="kernel 3, stride 1 on 8 numbers: on how many sides do your zeros stand?",
    wrong="You put all zeros after the end. Half of them go before; only the odd one is extra at the end.",
)
def puts_all_zeros_after(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return 0, total


@same_padding.misconception(
    look="kernel 3, stride 1 on 8 numbers: the last window starts at 7. Which pixel does it end on?",
    wrong="Your total is one too small. A window that starts at p ends at p + R − 1, and the pixels end at n − 1: missing "
    "are p + R − n, with R = d(K − 1) + 1.",
)
def counts_one_zero_too_few(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * (kernel_size - 1) - n, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="m windows: does the last one start at m · s?",
    wrong="You let the last window start at m · s. The first starts at 0, so the last of m starts at (m − 1) · s.",
)
def starts_the_last_window_too_late(n, kernel_size, stride=1, dilation=1):
    total = max(math.ceil(n / stride) * stride + dilation * (kernel_size - 1) + 1 - n, 0)
    return total // 2, total - total // 2


@same_padding.misconception(
    look="stride 3 and dilation 2: over how many pixels does the kernel of 3 reach, five or six?",
    wrong="You took d · K for the reach. Behind the last weight there is no hole: R = d(K − 1) + 1.",
)
def multiplies_the_kernel_by_the_dilation(n, kernel_size, stride=1, dilation=1):
    total = max((math.ceil(n / stride) - 1) * stride + dilation * kernel_size - n, 0)
    return total // 2, total - total // 2


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
