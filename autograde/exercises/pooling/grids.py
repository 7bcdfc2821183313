"""What the pooling exercises share: the lecture's grids, windows for oracles, the routines that are off limits.

Only oracles and examples use this; misconceptions and alternatives stand on their own.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

LIBRARY_POOLING = (
    "torch.nn.functional.max_pool2d",
    "torch.nn.functional.avg_pool2d",
    "torch.nn.functional.adaptive_max_pool2d",
    "torch.nn.functional.adaptive_avg_pool2d",
    "torch.nn.functional.max_unpool2d",
    "torch.max_pool2d",
    "torch.nn.MaxPool2d",
    "torch.nn.AvgPool2d",
    "torch.nn.AdaptiveMaxPool2d",
    "torch.nn.AdaptiveAvgPool2d",
    "torch.nn.MaxUnpool2d",
    "torch.nn.LPPool2d",
    "scipy.ndimage.maximum_filter",
    "scipy.ndimage.uniform_filter",
    "skimage.measure.block_reduce",
)


def image(rows):
    """One sample with one channel, (1, 1, H, W), from its rows."""
    return np.array(rows, dtype=float)[None, None]


LECTURE_MAX = image([[0, 0, 5, 1], [0, 2, 4, 0], [1, 0, 1, 0], [0, 0, 0, 3]])
LECTURE_AVERAGE = image([[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]])
LECTURE_GRADIENT = image([[0, 55, 0, 0], [20, 0, 41, 33], [0, 90, 0, 0], [0, 57, 0, 95]])
LECTURE_UPSTREAM = image([[2, -1], [0.5, 3]])
SIGNS = image(
    [[-3, -1, 4, 0, 2], [-2, -5, 1, -6, 9], [7, 3, -4, -2, -8], [0, 6, -1, -3, -7], [5, 8, 2, 1, -9]]
)
TWO_CHANNELS = np.array(
    [[[[1, 8, 2, 7], [6, 3, 5, 4], [9, 2, 8, 1]], [[5, 1, 6, 2], [3, 9, 4, 8], [7, 2, 1, 6]]]], float
)
TIES = image([[1, 4, 4, 0, 2], [4, 0, 3, 5, 5], [2, 2, 5, 1, 0], [0, 2, 1, 5, 3]])


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


def fitting_windows(x, kernel_size, stride):
    """Every window that fits: (N, C, H', W', kh, kw), a view of x."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError(f"kernel {kh} x {kw} does not fit into {x.shape[2]} x {x.shape[3]}")
    return sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
