"""The numbers of notebook 05: the lecture's grids, the gradients that reach them, a network in layers.

Plain data. It knows nothing of pictures, and holds no answer to an exercise.
"""

from __future__ import annotations

import numpy as np

Layer = tuple[str | int, ...]

max_pool_input = np.array([[0, 0, 5, 1], [0, 2, 4, 0], [1, 0, 1, 0], [0, 0, 0, 3]], dtype=float)
average_pool_input = np.array([[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]], dtype=float)
max_pool_gradient_input = np.array(
    [[0, 55, 0, 0], [20, 0, 41, 33], [0, 90, 0, 0], [0, 57, 0, 95]], dtype=float
)
upstream = np.array([[2, -1], [0.5, 3]])  # ∂L/∂y, one number per window of the grid above
shared_upstream = np.array([[8, -4], [2, 12]], dtype=float)  # divides by four without a remainder

# A 5 × 5 map: some windows hold negative numbers only, and 2 does not divide 5.
five_by_five = np.array(
    [[-3, -1, 4, 0, 2], [-2, -5, 1, -6, 9], [7, 3, -4, -2, -8], [0, 6, -1, -3, -7], [5, 8, 2, 1, -9]],
    dtype=float,
)
two_maps = np.array([[[1, 3, 5], [7, 9, 11]], [[0, 0, 6], [0, 0, 0]]], dtype=float)  # (2, 2, 3)

# LeNet-5 (LeCun et al. 1998): conv (filters, kernel, stride, padding), pool (kernel, stride)
lenet_input = (1, 32, 32)
lenet: list[Layer] = [
    ("conv", 6, 5, 1, 0),
    ("pool", 2, 2),
    ("conv", 16, 5, 1, 0),
    ("pool", 2, 2),
    ("conv", 120, 5, 1, 0),
    ("flatten",),
    ("linear", 84),
    ("linear", 10),
]
