"""The numbers of notebook 04: the lecture's row of seven pixels, small images to slide over, stacks of layers.

Everything is exact. Knows no picture and no answer.
"""

from __future__ import annotations

import numpy as np

seven = np.array([2.0, 7, 1, 8, 2, 8, 1])  # the lecture's N = 7

# An 8 × 8 image, as in the lecture's drawing of a padded one, and a 4 × 4 kernel; explorers cut what they need.
image = np.array(
    [
        [1, 0, 2, 3, 0, 1, 2, 0],
        [0, 2, 1, 0, 3, 1, 0, 2],
        [3, 1, 0, 2, 1, 0, 2, 1],
        [0, 0, 2, 1, 0, 3, 1, 0],
        [2, 1, 0, 0, 2, 1, 0, 3],
        [1, 3, 0, 2, 0, 0, 2, 1],
        [0, 1, 2, 0, 1, 2, 0, 0],
        [2, 0, 1, 3, 0, 1, 1, 2],
    ],
    dtype=float,
)
kernel = np.array([[1, 2, 0, 1], [0, -1, 1, 0], [2, 0, 1, -1], [0, 1, 0, 2]], dtype=float)

small = np.array([[1.0, 2, 3], [4, 5, 6]])  # (2, 3), for padding by hand

# The image on which conv2d is worked by hand: two rows of pixels, one ring of zeros, stride 2.
by_hand_image = np.array([[[[1.0, 2, 0], [0, 1, 3], [2, 0, 1]]]])  # (1, 1, 3, 3)
by_hand_kernel = np.array([[[[1.0, 2], [3, 5]]]])  # (1, 1, 2, 2)

# Layers as (kernel_size, stride, dilation).
two_layers = [(3, 1, 1), (3, 1, 1)]
three_layers = [(3, 1, 1), (3, 1, 1), (3, 1, 1)]
strided = [(3, 2, 1), (3, 2, 1), (3, 1, 3)]
alexnet = [(11, 4, 1), (3, 2, 1), (5, 1, 1), (3, 2, 1), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 1)]
alexnet_names = (
    "convolution 1",
    "pooling 1",
    "convolution 2",
    "pooling 2",
    "convolution 3",
    "convolution 4",
    "convolution 5",
    "pooling 3",
)

sobel_x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]  # (F, C, KH, KW) = (1, 1, 3, 3)
box_blur = np.full((1, 1, 9, 9), 1 / 81)
