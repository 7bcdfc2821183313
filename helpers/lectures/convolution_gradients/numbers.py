"""The numbers of notebook 06: a signal and what arrives from above, a small image, a photograph with its edges.

Plain data, and the stopwatch of the last section. It knows nothing of pictures, and holds no answer to an exercise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# One dimension, worked by hand: y = [8, 4, 12], so that y − target = [1, −2, 4].
x = np.array([1.0, 5, 3, 7, 5])
w = np.array([1.0, 2, -1])
y = np.array([8.0, 4, 12])
target = np.array([7.0, 6, 8])
upstream = np.array([1.0, -2, 4])

# Two dimensions, for the explorers: rectangular, and no kernel number twice.
image = np.array([[1, 0, 2, 1, 3], [0, 3, 0, 1, 2], [2, 0, 1, 4, 0], [1, 1, 0, 2, 1]], dtype=float)
kernel = np.array([[1, 2, 4], [3, 5, -1]], dtype=float)
gradient_table = np.array(  # ∂L/∂y, cut to the size that stride and padding leave
    [
        [1, -2, 3, 0, 2, -1, 1],
        [2, 1, 0, -1, 1, 2, 0],
        [-1, 3, 1, 2, 0, 1, -2],
        [0, 1, -2, 1, 3, 0, 1],
        [1, 0, 2, -1, 1, 1, 2],
        [2, -1, 0, 1, 0, 2, 1],
        [1, 1, -1, 2, 1, 0, 3],
    ],
    dtype=float,
)

two_channels = np.array(
    [[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], [[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1]]], float
)
two_filters = np.array([[[[1, 0], [0, -1]], [[2, 0], [0, 0]]], [[[0, 1], [1, 0]], [[0, 0], [0, -1]]]], float)

sobel_x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def edge_lesson(size: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """A photograph (1, 1, size, size), brought to mean 0 and deviation 1, and its vertical edges, the Sobel map of its valid part."""
    from helpers.datasets import photo

    grey = np.asarray(photo("camera", gray=True, size=size), dtype=float)
    grey = (grey - grey.mean()) / grey.std()
    windows = np.lib.stride_tricks.sliding_window_view(grey, (3, 3))
    return grey[None, None], np.einsum("ijab,ab->ij", windows, sobel_x)[None, None]


def shortest_times(layers: Mapping[str, Callable[..., Any]], repeats: int = 5) -> dict[str, float]:
    """Seconds that each layer takes for 8 images of 3 × 8 × 8 and 16 filters of 3 × 3, padding 1; in turns, the shortest counts."""
    rng = np.random.default_rng(0)
    images, filters, bias = (
        rng.normal(size=(8, 3, 8, 8)),
        rng.normal(size=(16, 3, 3, 3)),
        rng.normal(size=16),
    )
    shortest = dict.fromkeys(layers, float("inf"))
    for _ in range(repeats):
        for name, layer in layers.items():
            start = time.perf_counter()
            layer(images, filters, bias, 1, 1)
            shortest[name] = min(shortest[name], time.perf_counter() - start)
    return shortest
