"""Plain versions of things that students make faster, public because a timed exercise measures against them.

Written for reading, not for speed. A reference is known by its name, so that a requirement can travel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def conv2d_four_loops(x, w, b, stride, padding):  # type: ignore[no-untyped-def]  # printed in a statement as it stands
    """A convolution layer, one output number at a time: x (N, C, H, W), w (F, C, KH, KW), b (F,)."""
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (H + 2 * padding - KH) // stride + 1
    columns = (W + 2 * padding - KW) // stride + 1
    y = np.zeros((N, F, rows, columns))
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    window = padded[n, :, top : top + KH, left : left + KW]
                    y[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return y


REFERENCES: dict[str, Callable[..., Any]] = {"conv2d_four_loops": conv2d_four_loops}
