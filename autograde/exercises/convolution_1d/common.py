"""What several exercises of this lecture share: example data and small makers of cases."""

from __future__ import annotations

from typing import Any

import numpy as np

LECTURE_X = np.array([1.0, 5, 3, 7, 5, 9, 7, 14])


MOVING_AVERAGE = np.full(3, 1 / 3)


SLIDING_LIBRARY_CALLS = (
    "numpy.convolve",
    "numpy.correlate",
    "scipy.signal.convolve",
    "scipy.signal.correlate",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.signal.lfilter",
    "scipy.signal.convolve2d",
    "scipy.signal.correlate2d",
    "scipy.ndimage.convolve1d",
    "scipy.ndimage.correlate1d",
    "scipy.ndimage.convolve",
    "scipy.ndimage.correlate",
    "torch.nn.functional.conv1d",
    "torch.nn.functional.conv2d",
    "torch.conv1d",
    "torch.conv2d",
    "torch.nn.Conv1d",
    "torch.nn.Conv2d",
)


def float_type(*arrays: Any) -> Any:
    """The float type that a calculation ends in: float32 stays float32, whole numbers become float64."""
    return np.result_type(*(a.dtype if a.dtype.kind == "f" else np.float64 for a in map(np.asarray, arrays)))


def different_whole_numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers, no two alike: a kernel of them never reads the same from both ends, whatever the seed."""
    return rng.permutation(np.arange(1, 14))[: int(np.prod(shape))].reshape(shape) - 5
