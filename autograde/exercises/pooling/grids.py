"""What the pooling exercises share: small maps, windows for oracles, the routines that do a whole exercise.

Only oracles and examples use this; misconceptions and alternatives stand on their own.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

LIBRARY_MAX_POOLING = (
    "torch.nn.functional.max_pool2d",
    "torch.nn.functional.max_pool2d_with_indices",
    "torch.nn.functional.adaptive_max_pool2d",
    "torch.nn.functional.adaptive_max_pool2d_with_indices",
    "torch.max_pool2d",
    "torch.nn.MaxPool2d",
    "torch.nn.AdaptiveMaxPool2d",
    "scipy.ndimage.maximum_filter",
    "skimage.measure.block_reduce",
)
LIBRARY_AVERAGE_POOLING = (
    "torch.nn.functional.avg_pool2d",
    "torch.nn.functional.adaptive_avg_pool2d",
    "torch.nn.AvgPool2d",
    "torch.nn.AdaptiveAvgPool2d",
    "scipy.ndimage.uniform_filter",
    "skimage.measure.block_reduce",
)
AUTOMATIC_GRADIENTS = ("torch.autograd", ".backward")


def image(rows, dtype=float):
    """One sample with one channel, (1, 1, H, W), from its rows."""
    return np.array(rows, dtype=dtype)[None, None]


LECTURE_MAX = image([[0, 0, 5, 1], [0, 2, 4, 0], [1, 0, 1, 0], [0, 0, 0, 3]])
LECTURE_AVERAGE = image([[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]])
LECTURE_GRADIENT = image([[0, 55, 0, 0], [20, 0, 41, 33], [0, 90, 0, 0], [0, 57, 0, 95]])
LECTURE_UPSTREAM = image([[2, -1], [0.5, 3]])
SIGNS = image(
    [[-3, -1, 4, 0, 2], [-2, -5, 1, -6, 9], [7, 3, -4, -2, -8], [0, 6, -1, -3, -7], [5, 8, 2, 1, -9]]
)
TIES = image([[1, 4, 4, 0, 2], [4, 0, 3, 5, 5], [2, 2, 5, 1, 0], [0, 2, 1, 5, 3]])
ALL_DIFFERENT = image([[1, 8, 2, 7], [6, 3, 5, 9], [4, 16, 12, 10], [15, 11, 13, 14]])
NEGATIVE = image([[-3, -1, -4, -7], [-2, -5, -6, -9], [-8, -13, -12, -14], [-16, -11, -15, -10]])
THREE_BY_THREE = image([[1, 8, 2], [6, 3, 5], [4, 9, 7]])
FIVE_BY_FIVE = image(
    [[3, 21, 24, 10, 2], [12, 5, 11, 16, 19], [7, 13, 14, 22, 8], [20, 6, 1, 23, 17], [15, 18, 12, 9, 4]]
)
SEVEN_BY_SEVEN = image(1 + (22 * np.arange(49) % 49).reshape(7, 7))
TWO_BY_TWO = image([[3, 5], [16, 12]])
OBLONG = image([[1, 8, 2, 7, 3, 6], [9, 4, 5, 12, 10, 11]])
TWO_IMAGES = np.array([[[[1, 7], [3, 5]]], [[[6, 2], [8, 4]]]], float)
TWO_CHANNELS = np.array([[[[1, 7], [3, 5]], [[6, 2], [8, 4]]]], float)
TWO_IMAGES_OF_THREE_CHANNELS = np.array(
    [
        [[[1, 20], [3, 15]], [[6, 2], [18, 4]], [[7, 9], [5, 17]]],
        [[[8, 10], [23, 12]], [[11, 14], [13, 22]], [[24, 16], [19, 21]]],
    ],
    float,
)


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


def leaves_gaps(kernel_size, stride):
    """Whether pixels lie between neighbouring windows."""
    return stride is not None and any(s > k for s, k in zip(pair(stride), pair(kernel_size), strict=True))


def fills_a_side(x, kernel_size):
    """Whether the window is as high or as wide as the map."""
    return any(k == n for k, n in zip(pair(kernel_size), x.shape[2:], strict=True))


def fits_only_upright(x, kernel_size):
    """Whether the window fits into the map but would not with its sides, or the map's, exchanged."""
    (kh, kw), (height, width) = pair(kernel_size), x.shape[2:]
    return kh <= height and kw <= width and (kh > width or kw > height)


def fitting_windows(x, kernel_size, stride):
    """Every window that fits: (N, C, H', W', kh, kw), a view of x."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError(f"kernel {kh} x {kw} does not fit into {x.shape[2]} x {x.shape[3]}")
    return sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
